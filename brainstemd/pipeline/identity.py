"""Who said it: tenant and source of a line, from facts of the envelope first and from the line's claims last.

Tenant, first that says one: the archive's `--tenant`; the [[source]] that matches the TLS identity; the listener; the [[source]]
that matches the peer's address; for peers marked `relay` (and for archives) the [[source]] whose pattern matches the claimed
hostname; "default". A claimed hostname never overrides the peer's tenant.

Host, by rule (`Who.rule`):

    configured  `host` of the [[source]] that decided
    archive     an archive's line: the claimed hostname
    relay       the peer is a relay: the claimed hostname of the device behind it
    claimed     a device speaking for itself: the hostname that it claims, so that a new address does not split its memory
    peer        no hostname was claimed, or it is none (`localhost`, `-`, over 253 characters, control characters):
                the peer's address
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple

from brainstemd.config import Config, Listen, Source
from brainstemd.models import Event, Origin, Who

DEFAULT_TENANT: Final = "default"
UNKNOWN: Final = "unknown"  # neither a name nor an address (a peer on a nameless socket)
_CACHE: Final = 16_384
_PLAUSIBLE = re.compile(r"[\w.:%@/+~-]{1,253}")
# Names that name nobody. (The address of all interfaces is a claim here, nothing is bound.)
_NOBODY = frozenset(
    {
        "localhost",
        "localhost.localdomain",
        "localhost4",
        "localhost6",
        "127.0.0.1",
        "::1",
        "::",
        "unknown",
        "null",
        "nil",
    }
    | {"(none)", "none", "n/a", "na", "undefined", "0.0.0.0"}  # noqa: S104
)

_Match = Callable[[str], object]


class _Rules(NamedTuple):
    """A [[source]] table, ready to match."""

    source: Source
    networks: tuple[IPv4Network | IPv6Network, ...]
    names: tuple[_Match, ...]


def listener_name(listen: Listen) -> tuple[str, ...]:
    """The names under which a listener's lines come: its own, else transport and port of each address."""
    if listen.name is not None:
        return (listen.name,)
    return tuple(f"{listen.transport}:{address.rpartition(':')[2]}" for address in listen.address)


def plausible(hostname: str | None) -> bool:
    """Whether a claimed hostname can name one source."""
    return (
        hostname is not None
        and _PLAUSIBLE.fullmatch(hostname) is not None
        and hostname.lower() not in _NOBODY
    )


class Identity:
    """Resolves lines under one configuration; results are cached by the facts that decide them."""

    def __init__(self, config: Config) -> None:
        self._listeners = {name: listen for listen in config.listen for name in listener_name(listen)}
        self._rules = tuple(_rules(source) for source in config.source)
        self.rates: dict[Who, float] = {}  # of those met that have a `max_rate`
        self._hosts_named = frozenset(source.host for source in config.source if source.host is not None)
        self._known: dict[tuple[object, ...], dict[str | None, Who]] = {}  # origin → claimed hostname
        self._held = 0
        self._origin: Origin | None = None  # of the line before, and what is known of its hostnames
        self._hosts: dict[str | None, Who] = {}

    def resolve(self, origin: Origin, event: Event) -> Who:
        """Tenant, host and zone of a line; depends on the origin and the claimed hostname alone."""
        if origin is not self._origin:
            self._turn_to(origin)
        who = self._hosts.get(event.hostname)
        if who is None:
            if self._held >= _CACHE:
                self._known.clear()
                self._held = 0
                self._turn_to(origin)
            self._held += 1
            who = self._hosts[event.hostname] = self._decide(origin, event.hostname)
        return who

    def listed(self, host: str) -> bool:
        """Whether a [[source]] names this host, by `host`, by pattern or by network: a flood of invented names is not."""
        return host in self._hosts_named or self._by_name(host) is not None

    def known(self, origin: Origin) -> Mapping[str | None, Who]:
        """What `resolve` has decided of the hostnames of an origin: for callers with many lines of one."""
        if origin is not self._origin:
            self._turn_to(origin)
        return self._hosts

    def _turn_to(self, origin: Origin) -> None:
        facts = (origin.peer, origin.listener, origin.transport, origin.tls_identity, origin.tenant)
        known = self._known.get(facts)
        if known is None:
            if self._held >= _CACHE:
                self._known.clear()
                self._held = 0
            self._held += 1
            known = self._known[facts] = {}
        self._origin, self._hosts = origin, known

    def _decide(self, origin: Origin, hostname: str | None) -> Who:
        archive = origin.transport == "archive"
        by_tls = self._by_name(origin.tls_identity)
        by_peer = None if archive else self._by_address(origin.peer)
        relay = archive or any(rule is not None and rule.relay for rule in (by_tls, by_peer))
        claimed = hostname if plausible(hostname) else None
        by_name = self._by_name(claimed)
        listen = self._listeners.get(origin.listener)
        tenant = _first(
            origin.tenant if archive else None,
            _tenant(by_tls),
            _tenant(listen),
            _tenant(by_peer),
            by_name.tenant if by_name is not None and relay else None,
        )
        speaker = (by_name, by_tls, by_peer) if relay else (by_tls, by_peer, by_name)
        zones = [rule.timezone for rule in speaker if rule is not None]
        zone = _first(*zones, None if listen is None else listen.timezone)
        host, rule = self._host(
            origin, claimed, by_name if relay else _first_rule(by_tls, by_peer), archive, relay
        )
        who = Who(tenant or DEFAULT_TENANT, host, rule, zone)
        rates = [rule.max_rate for rule in speaker if rule is not None and rule.max_rate is not None]
        if rates and len(self.rates) < _CACHE:
            self.rates[who] = rates[0]
        return who

    @staticmethod
    def _host(
        origin: Origin, claimed: str | None, source: Source | None, archive: bool, relay: bool
    ) -> tuple[str, str]:
        if source is not None and source.host is not None:
            return source.host, "configured"
        if claimed is not None:
            return claimed, "archive" if archive else "relay" if relay else "claimed"
        return origin.peer or UNKNOWN, "peer"

    def _by_address(self, peer: str) -> Source | None:
        try:
            address = ip_address(peer.partition("%")[0])
        except ValueError:
            return None
        for rule in self._rules:
            if any(address in network for network in rule.networks):
                return rule.source
        return None

    def _by_name(self, name: str | None) -> Source | None:
        """The first [[source]] whose pattern (or network, for an address claimed as a name) fits."""
        if name is None:
            return None
        lower = name.lower().removeprefix("cn=")
        for rule in self._rules:
            if any(matches(lower) for matches in rule.names):
                return rule.source
        return self._by_address(name)


def _rules(source: Source) -> _Rules:
    networks: list[IPv4Network | IPv6Network] = []
    names: list[_Match] = []
    for pattern in source.match:
        try:
            networks.append(ip_network(pattern, strict=False))
        except ValueError:
            names.append(re.compile(fnmatch.translate(pattern.lower())).match)
    return _Rules(source, tuple(networks), tuple(names))


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value), None)


def _tenant(table: Source | Listen | None) -> str | None:
    return None if table is None else table.tenant


def _first_rule(*rules: Source | None) -> Source | None:
    return next((rule for rule in rules if rule is not None), None)

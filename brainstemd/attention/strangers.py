"""Whom a service turns away: refusals whose askers change all the time are its work, not its fault.

A message that says nothing worse than that something was refused, of nobody or of what is asked for (a zone, a service),
is read in the lines that memory keeps of it (two a day, of whole days); so is a refused account. Where nearly every line
names an address that no more than one other line names, the world outside asks and the service answers: that it keeps
coming, and how often it failed, says nothing about the service. A refusal of one and the same address is bound to something
and keeps its points; so is that of an account, unless each of its tries comes from another network of the internet, which is
how machines try names everywhere. A person's phone wanders too, but within the few networks of its carrier.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address, ip_network

from brainstemd.attention import valence
from brainstemd.attention.origins import ADDRESS
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US, History, KeyFacts, Part, SignatureFacts

LINES_MIN, DAYS_MIN = 5, 3
DENSE_LINES = 100  # a day; what comes more often is a habit anyway
CHANGING = 0.8  # share of the lines
AGAIN_MAX = 2  # lines that name one address, at most: a stranger may try twice
ASKED_FOR = frozenset({"domain", "service", "database", "volume", "queue"})  # kinds of entity that do not ask
_TEXT_MAX = 1000
ACCOUNT_LINES_MIN = 3
_PREFIX = {4: 16, 6: 32}  # bits of an address that tell a network of the internet
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


def asked(histories: Iterable[History], signatures: Mapping[str, SignatureFacts], at_us: int) -> set[int]:
    """The keys that refuse somebody whom they do not name, on three days of the last 14 and not all the time."""
    today = at_us // SECOND_US // DAY
    refuses: dict[str, bool] = {}
    out = set()
    for history in histories:
        days, signature = history.days, history.key.signature
        account = _is_refused_account(history.key)
        if (
            (_asks(history.key) and not account)
            or len(days) < DAYS_MIN
            or days[-DAYS_MIN].day < today - RECENT_DAYS
        ):
            continue
        if signature not in refuses:
            facts = signatures.get(signature)
            refuses[signature] = facts is not None and valence.refuses(valence.words(facts.template))
        if (account or refuses[signature]) and sum(
            day.lines for day in days[-DAYS_MIN:]
        ) <= DENSE_LINES * DAYS_MIN:
            out.add(history.key.id)
    return out


def part(unit: Unit, scene: Scene, parts: Sequence[Part]) -> list[Part]:
    """Takes back what recurrence and failed outcomes gave."""
    earned = sum(p.points for p in parts if p.name in ("recurrence", "cost"))
    key, account = unit.key, _is_refused_account(unit.key)
    if (
        earned <= 0
        or unit.level != KEY
        or (_asks(key) and not account)
        or key.healed
        or key.polarity == "down"
    ):
        return []
    if not account and not valence.refuses(scene.words(unit.signature)):
        return []
    edge = scene.at_s // DAY * DAY
    lines = [
        (t_us // SECOND_US // DAY, text[:_TEXT_MAX])
        for t_us, text in scene.said.get(key.id, ())
        if scene.floor_s <= t_us // SECOND_US < edge
    ]
    texts = [text for _, text in lines]
    changing = wandering(texts) if account else strange(texts)
    if (
        len(lines) < (ACCOUNT_LINES_MIN if account else LINES_MIN)
        or len({day for day, _ in lines}) < DAYS_MIN
        or changing < CHANGING * len(lines)
    ):
        return []
    what = "a network of the internet" if account else "an address"
    because = f"it turns away who asks, and that changes: {changing} of {len(lines)} kept lines name {what} of their own"
    return [Part("strangers", round(-earned, 1), because)]


def _is_refused_account(key: KeyFacts) -> bool:
    return key.entity_kind == "user" and bool(key.entity) and key.outcome == "failure"


def _asks(key: KeyFacts) -> bool:
    """May the entity be the one that asks: an account, an address, a host, a thing nobody knows?"""
    return bool(key.entity) and key.entity_kind not in ASKED_FOR


def strange(texts: Sequence[str]) -> int:
    """In how many of these lines stands an address that at most one other names: of addresses of machines, else of mail."""
    for pattern in (ADDRESS, _EMAIL):
        named = [{found.lower() for found in pattern.findall(text)} for text in texts]
        if any(named):
            lines = Counter(address for addresses in named for address in addresses)
            return sum(any(lines[address] <= AGAIN_MAX for address in addresses) for addresses in named)
    return 0


def wandering(texts: Sequence[str]) -> int:
    """In how many of these lines stands an address of a network of the internet that no other line names (of five lines and more:
    at most one other)."""
    named = [{net for found in ADDRESS.findall(text) if (net := _network(found))} for text in texts]
    lines = Counter(net for nets in named for net in nets)
    again_max = AGAIN_MAX if len(texts) >= LINES_MIN else 1
    return sum(any(lines[net] <= again_max for net in nets) for nets in named)


def _network(text: str) -> str | None:
    """The network of a public address; None of others and of what is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if not address.is_global:
        return None
    return str(ip_network((address, _PREFIX[address.version]), strict=False))

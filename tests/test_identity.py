"""Identity: the precedence of tenants, the rules of hosts, the zone, and what hostnames may not do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd.config import Config, Listen, Source
from brainstemd.models import Event, Origin, Who
from brainstemd.pipeline import Identity

CONFIG = Config(
    listen=(
        Listen(),
        Listen(transport="tcp", address=("127.0.0.1:1514",), tenant="listen-co", timezone="Asia/Tokyo"),
        Listen(
            transport="tls", address=("[::]:6514",), name="edge", certificate=Path("c.pem"), key=Path("k.pem")
        ),
    ),
    source=(
        Source(match=("fw-*.acme.example",), tenant="acme", timezone="Europe/Berlin"),
        Source(match=("10.9.0.5",), relay=True),
        Source(match=("10.1.0.0/16", "2001:db8::/32"), tenant="globex", timezone="America/New_York"),
        Source(match=("10.1.2.0/24",), tenant="never"),
        Source(match=("10.7.0.1",), host="core-switch"),
        Source(match=("10.8.0.1",), tenant="initech", relay=True),
    ),
)


def resolve(
    peer: str,
    hostname: str | None = None,
    *,
    listener: str = "udp:514",
    transport: str = "udp",
    tls: str | None = None,
    tenant: str | None = None,
) -> Who:
    event = Event(None, None, None, None, hostname, None, None, None, None, "x")
    return Identity(CONFIG).resolve(Origin(transport, listener, peer, 0, 0, tls, tenant), event)


@pytest.mark.parametrize(
    ("who", "tenant"),
    [
        (resolve("10.1.2.3"), "globex"),  # the first network that fits
        (resolve("2001:db8::9"), "globex"),
        (resolve("192.0.2.1"), "default"),
        (resolve("10.1.2.3", listener="tcp:1514"), "listen-co"),  # listener over peer
        (resolve("10.1.2.3", listener="edge", tls="fw-1.acme.example"), "acme"),  # certificate over all
        (resolve("10.1.2.3", "fw-1.acme.example", listener="tcp:1514", tls="FW-1.ACME.example"), "acme"),
        (resolve("192.0.2.1", "fw-1.acme.example"), "default"),  # a claim of a stranger
        (resolve("10.1.2.3", "fw-1.acme.example"), "globex"),  # a claim against the peer's tenant
        (resolve("10.9.0.5", "fw-1.acme.example"), "acme"),  # through a relay
        (resolve("10.8.0.1", "fw-1.acme.example"), "initech"),  # the relay's own tenant stands
        (resolve("old.log", "fw-1.acme.example", transport="archive", listener="archive"), "acme"),
        (
            resolve("old.log", "fw-1.acme.example", transport="archive", listener="archive", tenant="given"),
            "given",
        ),
    ],
)
def test_tenant_precedence(who: Who, tenant: str) -> None:
    """TLS identity > listener > peer network > hostname pattern behind relays; archives by --tenant."""
    assert who.tenant == tenant


@pytest.mark.parametrize(
    ("who", "host", "rule"),
    [
        (resolve("10.1.2.3", "fw-01"), "fw-01", "claimed"),
        (resolve("10.1.2.3"), "10.1.2.3", "peer"),
        (resolve("10.9.0.5", "fw-01"), "fw-01", "relay"),
        (resolve("10.9.0.5"), "10.9.0.5", "peer"),
        (resolve("10.7.0.1", "sw"), "core-switch", "configured"),
        (resolve("old.log", "fw-01", transport="archive"), "fw-01", "archive"),
        (resolve("old.log", transport="archive"), "old.log", "peer"),
        (resolve("10.1.2.3", "10.5.5.5"), "10.5.5.5", "claimed"),
        *(
            (resolve("10.1.2.3", name), "10.1.2.3", "peer")
            for name in (
                "localhost",
                "LOCALHOST.localdomain",
                "(none)",
                "127.0.0.1",
                "a" * 254,
                "x\x1b[31m",
                "a b",
                "unknown",
                "\x00",
            )
        ),
    ],
)
def test_host_rules(who: Who, host: str, rule: str) -> None:
    """The host is the claim where it can name one source, else the peer; the rule is named."""
    assert (who.host, who.rule) == (host, rule)


def test_zone_comes_from_the_nearest_table() -> None:
    """The source that speaks, else the listener, else none."""
    assert resolve("10.1.2.3").zone == "America/New_York"
    assert resolve("10.9.0.5", "fw-1.acme.example").zone == "Europe/Berlin"
    assert resolve("192.0.2.1", listener="tcp:1514").zone == "Asia/Tokyo"
    assert resolve("192.0.2.1").zone is None


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_claim_gives_a_bounded_printable_host(hostname: str, peer: str) -> None:
    """Whatever is claimed, from whatever peer: no control character of a claim reaches the host, and the tenant stays."""
    identity = Identity(CONFIG)
    event = Event(None, None, None, None, hostname, None, None, None, None, "x")
    who = identity.resolve(Origin("udp", "udp:514", "10.1.2.3"), event)
    assert who.tenant == "globex"
    assert len(who.host) <= 253
    assert who.host.isprintable()
    assert identity.resolve(Origin("udp", "udp:514", peer), event).host


def test_results_are_stable_when_the_cache_is_full() -> None:
    """More hosts than the cache holds: the first one is still resolved the same."""
    identity = Identity(CONFIG)

    def ask(name: str) -> Who:
        return identity.resolve(
            Origin("udp", "udp:514", "10.1.2.3"),
            Event(None, None, None, None, name, None, None, None, None, "x"),
        )

    first = ask("fw-0")
    for n in range(20_000):
        ask(f"fw-{n}")
    assert ask("fw-0") == first

"""Whose a device is: companies by one name in every container, models and makers in hostnames, pairs that nobody claims."""

from __future__ import annotations

import pytest

from brainstemd.models import Event
from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.makers import maker, maker_of_name, maker_of_product


def read(line: str) -> Event:
    event = decode(line.encode())
    normalise(event)
    return event


@pytest.mark.parametrize(
    ("vendor", "product", "named"),
    [
        ("Palo Alto Networks", "PAN-OS", ("paloalto", "panos")),
        ("Check Point", "VPN-1 & FireWall-1", ("checkpoint", "firewall")),
        ("Imperva Inc.", "SecureSphere", ("imperva", "securesphere")),
        ("Cyber-Ark", "Vault", ("cyberark", "vault")),
        ("Acme, Inc.", "Wall", ("acme", "wall")),
        ("", "", (None, None)),
    ],
)
def test_a_company_has_one_name(vendor: str, product: str, named: tuple[str | None, str | None]) -> None:
    """As the dialects write it, whatever the container says; a company that nobody listed keeps its word."""
    assert maker(vendor, product) == named


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("GS1900-24E", ("zyxel", "switch")),
        ("RUTX11", ("teltonika", "rutos")),
        ("IBR900-4f1", ("cradlepoint", "netcloud")),
        ("be.ip-1", ("bintec", "be.ip")),
        ("core-juniper-2.example.com", ("juniper", None)),
        ("srv-1", None),
        ("gs1900x24e77", None),
        ("", None),
    ],
)
def test_a_hostname_may_bear_model_or_maker(name: str, named: tuple[str, str | None] | None) -> None:
    """A model at the beginning, a maker's name as a word; other names say nothing."""
    assert maker_of_name(name) == named


def test_a_product_names_its_maker_where_only_one_has_it() -> None:
    assert maker_of_product("VPN-1 & FireWall-1") == ("checkpoint", "firewall")
    assert maker_of_product("Firewall") is None


def test_a_hostname_never_outranks_what_the_line_says() -> None:
    """The program of a line is nearer than the name of the box."""
    event = read("<13>Mar 22 00:00:01 zyxel-1 mosquitto[7]: New connection from 10.0.0.9 on port 1883.")
    assert (event.vendor, event.product) == ("mosquitto", "mosquitto")


@pytest.mark.parametrize(
    "line",
    [
        "<13>Mar 22 00:00:01 box walld: connsrcip=10.0.0.9 connsrcport=1024 conndestip=10.0.0.10 conndestport=22 action=deny",
        "<13>Mar 22 00:00:01 box walld: sourceIPv4Address=10.0.0.9, sourceTransportPort=1024, destinationIPv4Address=10.0.0.10,"
        " destinationTransportPort=22, action=deny",
        "<13>Mar 22 00:00:01 box walld: kind:flow, source IP:10.0.0.9, source port:1024, destination IP:10.0.0.10,"
        " destination port:22, action:Deny",
        "<13>Mar 22 00:00:01 box walld: [rule 7] Denied: DENY src 10.0.0.9:1024 dst 10.0.0.10:22 proto TCP",
        "<13>Mar 22 00:00:01 box walld: a=1 b=2 c=3 src=10.0.0.9:1024 dst=10.0.0.10:22 action=deny",
        "<13>Mar 22 00:00:01 box walld: id=1 verdict: DENY a|b|c|d|10.0.0.9|1024|10.0.0.10|22|x",
    ],
)
def test_pairs_and_columns_of_nobodys_dialect_are_a_flow(line: str) -> None:
    """Both ends with their ports, and a denied flow is a failed attempt that breaks nothing."""
    event = read(line)
    assert (event.src_ip, event.src_port, event.dst_ip, event.dst_port) == ("10.0.0.9", 1024, "10.0.0.10", 22)
    assert (event.action, event.outcome, event.polarity) == ("deny", "failure", "neutral")


def test_pairs_name_their_vendor() -> None:
    event = read(
        "<13>Mar 22 00:00:01 gw vendor=Forcepoint product=Security action=blocked src_ip=10.0.0.9 dst_ip=10.0.0.10"
    )
    assert (event.vendor, event.product, event.outcome) == ("forcepoint", "security", "failure")


@pytest.mark.parametrize("words", ["WiFi Client Disconnected", "Rogue Connected", "Guest reconnected"])
def test_visitors_come_and_go(words: str) -> None:
    """A container that tells of a client's coming and going breaks nothing."""
    assert read(f"CEF:0|Acme|Wifi|1|7|{words}|3|src=10.0.0.9").polarity == "neutral"

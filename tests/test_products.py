"""Programs without a dialect: whose they are, by name alone."""

from __future__ import annotations

import pytest

from brainstemd.pipeline import decode, explain, normalise
from brainstemd.pipeline.products import PRODUCTS


@pytest.mark.parametrize(
    ("tag", "named"),
    [
        ("nfsd[1]", ("linux", "nfs")),
        ("Mosquitto[7]", ("mosquitto", "mosquitto")),
        ("/usr/sbin/rpc.mountd[3]", ("linux", "nfs")),
        ("ovs-vswitchd[9]", ("openvswitch", "openvswitch")),
        ("nobody-knows-me[2]", (None, None)),
    ],
)
def test_a_program_is_known_by_its_name(tag: str, named: tuple[str | None, str | None]) -> None:
    """In any case, with its path; `--explain` says that it was the name."""
    event = decode(f"<13>Mar 22 00:00:01 srv-1 {tag}: something happened".encode())
    normalise(event)
    assert (event.vendor, event.product) == named
    said = explain(decode(f"<13>Mar 22 00:00:01 srv-1 {tag}: something happened".encode()))
    assert said.get("vendor") == (None if named[0] is None else "name of the program")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("array-1 alarmd: OceanStor controller B is offline", ("huawei", "oceanstor")),
        ("array-1 alarmd: NMBL: volume vol7 is offline", ("hpe", "nimble")),
        ("srv-1 kafka: cannot reach OceanStor", ("apache", "kafka")),
    ],
)
def test_a_product_is_known_by_its_own_word(line: str, named: tuple[str, str]) -> None:
    """Only where the program's name says nothing."""
    event = decode(f"<13>Mar 22 00:00:01 {line}".encode())
    normalise(event)
    assert (event.vendor, event.product) == named


def test_what_a_dialect_says_stays() -> None:
    """A container names its own vendor, whatever program sent it."""
    event = decode(b"<13>Mar 22 00:00:01 srv-1 kafka: CEF:0|Acme|Wall|1|7|x|3|src=10.0.0.1")
    normalise(event)
    assert (event.vendor, event.product) == ("acme", "wall")


def test_names_are_written_as_they_are_looked_up() -> None:
    """Small letters, no path, no brackets: else a row could never be found."""
    assert [name for name in PRODUCTS if name != name.lower() or set(name) & set("/[(")] == []

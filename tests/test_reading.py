"""What dialects share: CSV, pairs, addresses and ports read the same everywhere, and never raise."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd.pipeline.reading import LOOK_MAX, fields, ip, pairs, port, stamp

CELL = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=12)


@given(st.lists(CELL, min_size=1, max_size=12).filter(lambda row: row != [""]))
def test_fields_reads_what_a_csv_writer_wrote(row: list[str]) -> None:
    """RFC 4180 quoting, with commas, quotes and empty fields, comes back as it was."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row)
    assert fields(text.getvalue()) == row


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("", [""]),
        ("a,,b", ["a", "", "b"]),
        ('a,"b,c",d', ["a", "b,c", "d"]),
        ('a,"b', ["a", "b"]),
        ('a,"",b', ["a", "", "b"]),
        ('a,"say ""no"", then",b', ["a", 'say "no", then', "b"]),
        ('a,"b"c,d', ["a", "bc", "d"]),
    ],
)
def test_fields_of_one_line(text: str, row: list[str]) -> None:
    """Quotes may hold commas; a quote left open runs to the end."""
    assert fields(text) == row


@given(st.text(max_size=200))
def test_nothing_raises(text: str) -> None:
    """Any text is read."""
    fields(text)
    pairs(text)
    ip(text)
    port(text)
    stamp(text)


def test_pairs_know_quotes_and_look_at_a_bounded_piece() -> None:
    """`key="a value"` keeps its blanks; what stands behind LOOK_MAX is not read."""
    assert pairs('a=1 b="x y" c= d-e=2') == {"a": "1", "b": "x y", "c": "", "d-e": "2"}
    assert "z" not in pairs("x" * LOOK_MAX + " z=1")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3.", "10.1.2.3"),
        ("10.1.2.3:443", "10.1.2.3"),
        ("10.1.2.0/24", "10.1.2.0"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8::1", "2001:db8::1"),
        ("0.0.0.0", None),
        ("::", None),
        ("", None),
        (None, None),
        ("host", None),
    ],
)
def test_ip(text: str | None, address: str | None) -> None:
    """Canonical, unmapped, without port or prefix; nobody's address is none."""
    assert ip(text) == address


@pytest.mark.parametrize(
    ("text", "number"), [("443", 443), ("0", None), ("65536", None), ("x", None), ("", None), (None, None)]
)
def test_port(text: str | None, number: int | None) -> None:
    """1 to 65535."""
    assert port(text) == number

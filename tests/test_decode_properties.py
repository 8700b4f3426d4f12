"""Properties of decode and normalise over generated lines."""

from __future__ import annotations

import json
import string
from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.models import Event
from brainstemd.pipeline import decode, event_json, explain, normalise, when

NOW_US = 1_774_180_800_000_000
TOKEN = st.text(string.ascii_letters + string.digits + "._-/@", min_size=1, max_size=32).filter(
    lambda s: s != "-" and not s.endswith((".", ":"))
)
HOST = st.from_regex(r"[a-z][a-z0-9-]{0,20}[a-z0-9](\.[a-z]{2,8}){0,2}", fullmatch=True)
NAME = st.text(string.ascii_letters + string.digits + "@._-", min_size=1, max_size=32)
VALUE = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
DATA = st.dictionaries(NAME, st.dictionaries(NAME, VALUE, max_size=4), min_size=1, max_size=3)
MESSAGE = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80)
    .map(lambda s: s.strip(" \t\r\n\x00\x0b\x0c\ufeff"))
    .filter(lambda s: s[-4:-1] != "#01" and not s.endswith("#000"))
)
PIECES = st.sampled_from(
    [b"<13>", b"<999>", b"1 ", b"Mar 22 00:00:01 ", b"Feb 29 23:59:60 ", b"2026-03-22T00:00:01Z ", b"host ", b"host: ", b"app[1]: ", b": %ASA-6-302013: ", b"- ", b"[a b=\"c\"]", b"[", b"]",  # noqa: E501
     b"devid=1 logid=2 ", b"date=2026-99-99 time=99:99:99 ", b"tunnel x-1 ", b"down ", b"and ", b"recovered", b"user ", b"from 999.1.1.1 port 99999", b"\xff", b"\x00", b"\n", b"=", b"\"", b"12:34:56",  # noqa: E501
     b"last message repeated 999999999999 times", b"message repeated 2 times: [ x ]", b"1w2d: ", b"*", b"%", "é→٣".encode(), b"SRC=1 DST=2 IN=", b"kernel: ", b"Suppressed 1 messages"]  # noqa: E501
)  # fmt: skip


def whole(raw: bytes) -> Event:
    event = decode(raw)
    normalise(event)
    return event


def check(raw: bytes) -> None:
    event = whole(raw)
    for live in (True, False):
        for zone in (None, "Europe/Berlin"):
            t_us, rule = when(event.stamp, NOW_US, zone, live=live, assume_utc=not live)
            assert isinstance(t_us, int)
            assert rule
    found = json.loads(json.dumps(event_json(event, t_us), ensure_ascii=False).encode("utf-8"))
    assert found["parse_status"] in ("full", "partial", "raw")
    assert found["polarity"] in ("down", "up", "neutral")
    assert found["outcome"] in ("success", "failure", None)
    assert found["facility"] is None or 0 <= found["facility"] <= 23
    assert event.repeat >= 1
    told = decode(raw)
    explain(told)
    assert told == event


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_raise(raw: bytes) -> None:
    """Whatever the bytes: an event that is valid JSON of the contract's domains, and `explain` gives the same one."""
    check(raw)


@settings(max_examples=400)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=14).map(b"".join))
def test_line_like_bytes_never_raise(raw: bytes) -> None:
    """Bytes made of the pieces that the parsers look for."""
    check(raw)


@given(st.integers(0, 191), HOST, TOKEN, TOKEN, TOKEN, DATA, MESSAGE, st.booleans())
def test_rfc5424_round_trip(
    pri: int,
    host: str,
    app: str,
    procid: str,
    msgid: str,
    data: dict[str, dict[str, str]],
    message: str,
    bom: bool,
) -> None:
    """What is written by the RFC's grammar is read back field by field."""

    def escape(value: str) -> str:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")

    elements = "".join(
        f"[{name}{''.join(f' {key}={chr(34)}{escape(value)}{chr(34)}' for key, value in params.items())}]"
        for name, params in data.items()
    )
    raw = f"<{pri}>1 2026-03-22T00:00:01.5Z {host} {app} {procid} {msgid} {elements} {chr(0xFEFF) if bom else ''}{message}"
    event = decode(raw.encode())
    assert (event.facility, event.severity, event.version, event.parse_status) == (
        pri >> 3,
        pri & 7,
        1,
        "full",
    )
    assert (event.hostname, event.app_name, event.procid, event.msgid) == (host, app, procid, msgid)
    assert event.structured_data == data
    assert event.message == message


@given(
    st.integers(0, 191),
    HOST.filter(lambda h: "-" in h or "." in h),
    st.from_regex(r"[a-z][a-z0-9_]{2,12}(/[a-z]{2,8})?", fullmatch=True),
    st.integers(1, 99_999),
    MESSAGE,
)
def test_rfc3164_round_trip(pri: int, host: str, app: str, pid: int, message: str) -> None:
    """PRI, hostname, tag, pid and message come back."""
    event = decode(f"<{pri}>Mar 22 00:00:01 {host} {app}[{pid}]: {message}".encode())
    assert (event.facility, event.severity) == (pri >> 3, pri & 7)
    assert (event.hostname, event.app_name, event.procid, event.message) == (host, app, str(pid), message)


@given(
    st.lists(
        st.lists(st.one_of(PIECES, st.binary(max_size=4)), max_size=10).map(b"".join), min_size=2, max_size=12
    )
)
def test_results_do_not_depend_on_what_came_before(lines: list[bytes]) -> None:
    """Caches never change a result: the lines in reverse order give equal events."""
    forward = [deepcopy(whole(raw)) for raw in lines]
    assert [whole(raw) for raw in reversed(lines)] == forward[::-1]


@given(st.text(max_size=60), st.integers(0, 10**6), st.integers(0, 10**6))
def test_polarity_does_not_depend_on_digits(text: str, first: int, second: int) -> None:
    """Lines that differ only in digits say the same state (what "signal 9" and return codes say apart)."""
    template = "<13>Mar 22 00:00:01 h-1 a: link {} of {} is down"
    letters = "".join(c for c in text if c.isalpha())
    one, two = (whole(template.format(n, letters).encode()) for n in (first, second))
    assert one.polarity == two.polarity

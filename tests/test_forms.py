"""Forms: what lines share that differ in digits; caches by form change nothing but speed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.models import Event, Stamp
from brainstemd.pipeline import Fingerprinter, decode, normalise, time, when
from brainstemd.pipeline.forms import FORM_MAX, form_of
from brainstemd.pipeline.pairs import names_of, read_pairs, read_row
from brainstemd.pipeline.recent import Recent
from brainstemd.pipeline.rfc5424 import stamp_of

SAID = tuple(name for name in Event.__slots__ if name not in ("form", "message", "stamp"))


def read(message: str) -> Event:
    event = decode(b"<13>Mar 22 00:00:01 box app: x")
    event.message = message
    normalise(event)
    return event


def said(event: Event) -> tuple[object, ...]:
    return tuple(getattr(event, name) for name in SAID)


SAME = {
    "digits": ("took 5 ms", "took 1234567 ms"),
    "hexadecimal words": ("queued as 0A1B2C3D", "queued as 99FE11"),
    "hardware addresses": ("offer to 0a:1b:2c:3d:4e:5f here", "offer to da:fe:99:00:11:ae here"),
    "UUIDs": (
        "id=3f2504e0-4f89-11d3-9a0c-0305e82c3301 kept",
        "id=00000000-dead-41d3-bad0-f305e82c33ff kept",
    ),
}


@given(st.text(st.sampled_from("0123456789 \t\n\x0b\x0c\r\x01\xa0abfxz.:-\xe9\u0663"), max_size=40))
def test_the_key_of_a_form_is_its_text_with_each_run_of_digits_folded(text: str) -> None:
    """At the edges, of nothing but digits, beside any white space; where lines with other values share it, no place counts."""
    form = form_of(text)
    assert form is not None
    assert form.shared or form.key == re.sub("[0-9]+", "0", text).encode()


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME.keys())
def test_values_share_a_form_and_say_the_same(pair: tuple[str, str]) -> None:
    """One form, one fingerprint, one state: also where a UUID happens to spell `dead`."""
    one, two = map(read, pair)
    assert form_of(one.message) is form_of(two.message)
    assert said(one) == said(two)
    assert Fingerprinter().of(pair[0]) == Fingerprinter().of(pair[1])


def test_a_name_of_hexadecimal_letters_is_no_value() -> None:
    """Told by the number of its digits, which a folded text does not know: names share a form, and values share another."""
    assert form_of("queued on dc01") is form_of("queued on fb207")
    assert form_of("queued on dc0123") is form_of("queued on 0123dc")
    assert form_of("queued on dc012") is not form_of("queued on dc0123")


@pytest.mark.parametrize(
    ("one", "two"),
    [("eth is down", "eth0 is down"), ("node 0dead0", "node 0face0"), ("set ada0 on", "set abc0 on")],
)
def test_what_tells_something_has_a_form_of_its_own(one: str, two: str) -> None:
    """Where digits stand counts, and so do hexadecimal words that are words or devices."""
    assert form_of(one) is not form_of(two)


def test_long_and_escaped_messages_have_no_form() -> None:
    """They are read as before, each for itself."""
    assert form_of("x" * (FORM_MAX + 1)) is None
    assert form_of("a \\042 b") is None
    assert form_of("\ud800") is None


WORDS = (
    "0 7 12 404 ab 0a:1b:2c:3d:4e:5f fe:dc:0a:99:11:22 dead 0dead1 rc= status= : HTTP/1.1 errors - . = eth down"
    " 3f2504e0-4f89-11d3-9a0c-0305e82c3301 ä 0x / [ ] DEAD BAD0 code , ( %ASA-6-302013: # @ Mar"
    " dc01 DC2 ab12345 fe1 fe12345 (db2) bad12345"
)
PIECES = st.sampled_from([*WORDS.split(), " ", " ", '"', "\t", "\x01"])


@given(st.lists(PIECES, max_size=14).map("".join), st.sampled_from([None, "A-1", "A-2"]))
@settings(max_examples=600, deadline=None)
def test_the_mark_of_an_event_is_the_fingerprint_of_its_message(message: str, code: str | None) -> None:
    """By its form or by its text, after lines with other numbers and other hexadecimal values or before them."""
    fingerprinter = Fingerprinter()
    longer = message.replace("1", "1234")
    others = message.translate(str.maketrans("1a", "2b")), message.replace("0", "00"), longer, message
    for other in others * 20:
        event = Event(None, None, None, None, None, None, None, None, None, other)
        event.event_code = code
        assert fingerprinter.mark(event) == Fingerprinter(0).of(other, code)


NAMES = names_of("srcip user type logid msg")
WANTED = (("srcip", "user"), ("type", "msg", "logid"), ("msg",))
VALUES = st.sampled_from(["10.1.2.3", "0", "0013", "lan", "", "a=b", "x 7", "0ab1", "user=5", "it's"])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["srcip", "user", "type", "logid", "msg", "xtype", "n"]), VALUES, st.booleans()
        ),
        max_size=7,
    ),
    st.sampled_from([" ", "  ", ",", "\t"]),
)
@settings(max_examples=400, deadline=None)
def test_pairs_by_form_are_the_pairs_of_the_line(rows: list[tuple[str, str, bool]], between: str) -> None:
    """However often the form was asked, with other digits before."""
    text = between.join(f'{name}="{value}"' if quoted else f"{name}={value}" for name, value, quoted in rows)
    found = re.findall(r'(?<![\w-])([\w-]+)=(?:"([^"]*)"?|([^\s"]*))', text)
    true = {name: quoted or plain for name, quoted, plain in found}
    for other in [text.replace("1", "23"), *[text] * 110]:
        event = Event(None, None, None, None, None, None, None, None, None, other)
        pairs = read_pairs(event, NAMES)
        row = read_row(event, NAMES, WANTED)
        if other == text:
            assert row == tuple(
                next((pairs[name] for name in names if pairs.get(name)), pairs.get(names[-1]))
                for names in WANTED
            )
            assert {name: pairs[name] for name in NAMES & pairs.keys()} == {
                name: true[name] for name in NAMES & true.keys()
            }


@given(
    st.integers(0, 40_000_000),
    st.integers(-3 * 86_400_000_000, 3 * 86_400_000_000),
    st.integers(-1_200_000_000, 1_200_000_000),
)
@settings(max_examples=300)
def test_a_kept_reading_is_what_reading_again_gives(second: int, ahead_us: int, later_us: int) -> None:
    """`when` of a stamp does not depend on the instants of receipt it was asked about before."""
    received_us = 1_774_137_600_000_000 + second * 1_000_000
    days, rest = divmod((received_us + ahead_us) // 1_000_000, 86_400)
    _, month, day = time.civil_from_days(days)
    stamp = Stamp(None, month, day, rest // 3600, rest // 60 % 60, rest % 60)
    when(stamp, received_us, None, live=True, assume_utc=False)
    warm = when(stamp, received_us + later_us, None, live=True, assume_utc=False)
    cold = when(stamp._replace(synchronised=False), received_us + later_us, None, live=True, assume_utc=False)
    assert warm == cold


@pytest.mark.parametrize(
    "token",
    [
        "2026-03-02T00:00:06Z",
        "2026-03-02T00:00:06.123+01:00",
        "2026-03-02T00:00:06,5-0330",
        "2026-03-02T0:00:06.895000+00:00",
        "2026-03-02T00:00:06GMT+01:00",
        "2026-03-02T00:00:06.123x",
        "2026-03-02T00:00:061",
    ],
)
def test_a_stamp_reads_the_same_the_second_time(token: str) -> None:
    """Also one that is not quite ISO 8601: what is cached is a whole second."""
    assert stamp_of(token) == stamp_of(token)


def test_recent_keeps_its_bytes_and_what_is_in_use() -> None:
    """A flood does not empty it and does not grow it."""
    recent: Recent[int] = Recent(100_000)
    recent.put("used", 1, 0)
    for n in range(5000):
        recent.put(f"flood {n}", n, 100)
        assert (recent.young.get("used") or recent.again("used")) == 1
    assert len(recent) < 400

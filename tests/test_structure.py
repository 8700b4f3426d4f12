"""Containers of structure: escapes, delimiters, envelopes; the cost of any dialect on a hostile tail of its own lines."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd.models import Event
from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.dialects.cef import extension, unescape
from brainstemd.pipeline.dialects.json_body import pairs_of
from brainstemd.pipeline.dialects.leef import attributes
from brainstemd.pipeline.dialects.logfmt import logfmt
from brainstemd.pipeline.structure import instant, level, port

CORPUS = Path(__file__).parent / "corpus"
VALUE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20)
NAME = st.from_regex(r"[a-z][a-zA-Z0-9]{0,10}", fullmatch=True)


def read(raw: str) -> Event:
    event = decode(raw.encode())
    normalise(event)
    return event


@given(st.dictionaries(NAME, st.lists(VALUE, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=6))
def test_cef_extension_round_trip(pairs: dict[str, str]) -> None:
    """What is escaped as the format says comes back, blanks and equals signs in values too."""
    if any(name.endswith("Label") for name in pairs):
        return
    written = " ".join(
        f"{name}={value.replace(chr(92), chr(92) * 2).replace('=', chr(92) + '=')}"
        for name, value in pairs.items()
    )
    assert extension(written) == pairs


def test_cef_header_escapes() -> None:
    r"""`\|` and `\\` in the header are text; the fields stay where they are."""
    event = read("CEF:0|a\\|b|c\\\\d|1|x\\|y|name|5|src=192.0.2.1")
    assert (event.vendor, event.product, event.event_code) == ("a|b", "c\\d", "x|y")
    assert event.src_ip == "192.0.2.1"
    assert unescape("a\\nb") == "a\nb"


@pytest.mark.parametrize(
    "line", ["CEF:0|", "CEF:0|a", "CEF:0|a|b", "CEF:0|a|b|c|d|e|f|", "CEF:0|a|b|c|d|e|f\\", "CEF:0|||||||"]
)
def test_cef_cut_short_is_no_error(line: str) -> None:
    """Missing fields are absent, never empty text."""
    event = read(line)
    assert event.vendor in ("a", None)
    assert event.event_code in ("d", None)


@pytest.mark.parametrize(
    ("field", "delimiter"),
    [("^", "^"), ("0x5E", "^"), ("x5e", "^"), ("x09", "\t"), ("\\t", "\t"), ("", "\t"), ("##", "##")],
)
def test_leef_delimiters(field: str, delimiter: str) -> None:
    """A character, its number, or nothing for a tab."""
    event = read(f"LEEF:2.0|V|P|1|id7|{field}|src=192.0.2.1{delimiter}usrName=anna smith")
    assert (event.src_ip, event.user, event.event_code) == ("192.0.2.1", "anna smith", "id7")


def test_leef_2_without_its_delimiter_field() -> None:
    """Senders leave it out when it is a tab."""
    event = read("LEEF:2.0|V|P|1|id7|src=192.0.2.1\tdst=10.0.0.1")
    assert (event.src_ip, event.dst_ip) == ("192.0.2.1", "10.0.0.1")


def test_leef_of_a_relay_that_made_blanks_of_tabs() -> None:
    """Values keep their blanks up to the next key."""
    assert attributes("a=1 2 b=3", "\t") == {"a": "1 2", "b": "3"}


def test_json_leaves_by_dotted_name() -> None:
    """Nested and dotted names are one; the first of a list stands for it; numbers keep their digits."""
    assert pairs_of('{"a":{"b":1.50},"c.d":true,"e":[{"f":"x"},2],"g":null}') == {
        "a.b": "1.50",
        "c.d": "true",
        "e.f": "x",
    }


@pytest.mark.parametrize(
    "text", ['{"a":1', "{}x}", "[1]", '{"a":' * 4000 + "1" + "}" * 4000, "{" + "9" * 70_000 + "}"]
)
def test_json_that_is_none(text: str) -> None:
    """Broken, too deep or too large objects are text."""
    assert pairs_of(text) is None
    assert read(text).vendor is None


def test_json_holds_no_surrogate() -> None:
    r"""`\ud800` alone becomes U+FFFD: output is strict UTF-8."""
    event = read('{"host":"a","short_message":"x\\ud800y"}')
    assert event.message == "x\ufffdy"


def test_json_behind_a_header_keeps_the_message() -> None:
    """Only an object that is the whole line is its own header; a PRI outranks the object's level."""
    body = '{"level":"error","message":"tunnel t-1 is down","host":"other"}'
    event = read(f"<134>Mar 22 00:00:01 gw app: {body}")
    assert (event.message, event.hostname, event.severity) == (body, "gw", 6)
    assert (event.polarity, event.entity) == ("down", "t-1")


def test_logfmt_pairs() -> None:
    """Escaped quotes, bare values, and a quote that never closes."""
    assert logfmt('a=1 msg="say \\"hi\\"" b=x') == {"a": "1", "msg": 'say "hi"', "b": "x"}
    assert logfmt('msg="open') == {"msg": "open"}


def test_structured_data_fills_attributes_without_a_message() -> None:
    """A vendor nobody wrote a dialect for, structured data alone."""
    event = read(
        '<13>1 2026-03-22T00:00:01Z gw app - - [x@1 src-ip="192.0.2.1" destinationPort="22" action="Deny" eventID="7"]'
    )
    assert (event.src_ip, event.dst_port, event.action, event.outcome) == ("192.0.2.1", 22, "deny", "failure")
    assert event.event_code == "7"


@pytest.mark.parametrize(
    ("word", "number"),
    [("Warn", 4), ("3", 3), ("30", 6), ("9", None), ("odd", None), (None, None), ("²", None)],
)
def test_levels(word: str | None, number: int | None) -> None:
    """Words in any case, syslog digits, loggers' tens."""
    assert level(word) == number


def test_instants_and_ports() -> None:
    """Epochs in four units are one moment; what is no time is None."""
    moments = {
        instant(text)
        for text in ("1774173600", "1774173600000", "1774173600000000", "1774173600.0", "1774173600000000000")
    }
    assert len(moments) == 1
    assert instant("soon") is None
    assert instant("Mar 22 2026 10:00:00") == instant("2026-03-22 10:00:00")
    assert [port(text) for text in ("0", "65535", "65536", "-1", "٣", "")] == [
        0,
        65_535,
        None,
        None,
        None,
        None,
    ]


BAIT = [
    " a=",
    "\\",
    '"',
    "(",
    "[a] ",
    "1.",
    ":",
    "to=<a@b> ",
    "from 1.1.1.1 ",
    '{"a":',
    "|",
    "down ",
    " => ",
    "x/",
]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_dialect_costs_no_more_on_a_long_tail(path: Path) -> None:
    """A line of 64 KiB that begins as one of the corpus and goes on as an attack takes under a fifth of a second."""
    lines = [json.loads(line)["raw"] for line in path.read_text("utf-8").splitlines()]
    for number, bait in enumerate(BAIT):
        line = lines[number % len(lines)]
        raw = (line[: len(line) * 2 // 3] + bait * 65_536)[:65_536].encode()
        best = 9.0
        for _ in range(2):
            begin = time.process_time()
            normalise(decode(raw))
            best = min(best, time.process_time() - begin)
        assert best < 0.2, bait


def test_an_empty_code_is_no_code() -> None:
    """Absent is None, whoever wrote the empty text."""
    for line in ('[NXLOG@14506 EventID=""] x', '[x@1 eventID=""] x'):
        assert read(f"<14>1 2026-03-22T10:00:00Z dc01 a 4 - {line}").event_code is None


@given(st.text(st.sampled_from("ab1._[=]\\ -"), max_size=40))
def test_a_blank_before_a_key_is_as_good_as_any_white_space(text: str) -> None:
    """CEF's pairs are the same where the quick pattern reads them and where a tab behind them makes the other one do it."""
    assert extension(text) == extension(f"{text}\t")

"""Headers: RFC 5424, RFC 3164 and the field's deviations; the decode contract."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from brainstemd.models import Event
from brainstemd.pipeline import decode, event_json, iso, normalise, parse_instant, when

NOW_US = parse_instant("2026-03-22T12:00:00Z")
KEYS = [
    "facility",
    "severity",
    "version",
    "timestamp",
    "hostname",
    "app_name",
    "procid",
    "msgid",
    "structured_data",
    "message",
    "vendor",
    "product",
    "event_code",
    "action",
    "outcome",
    "src_ip",
    "dst_ip",
    "src_port",
    "dst_port",
    "user",
    "interface",
    "entity",
    "polarity",
    "parse_status",
]


def read(raw: str | bytes) -> Event:
    return decode(raw if isinstance(raw, bytes) else raw.encode())


def stamp_of(raw: str) -> str | None:
    event = read(raw)
    found = event_json(event, when(event.stamp, NOW_US, None, live=False, assume_utc=True)[0])["timestamp"]
    assert found is None or isinstance(found, str)
    return found


# ------------------------------------------------------------------ RFC 5424


def test_rfc5424_fields_set_apart_by_two_blanks() -> None:
    """Not to the letter, so partial; but no field is empty and none slips into the next one's place."""
    event = decode(b"<13>1 2026-03-22T00:00:00Z host  app  42 - -  up  and well")
    assert (event.hostname, event.app_name, event.procid, event.msgid) == ("host", "app", "42", None)
    assert (event.message, event.parse_status) == ("up  and well", "partial")


def test_rfc5424_examples() -> None:
    """The RFC's own examples (section 6.5), field by field."""
    event = read(
        b"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xef\xbb\xbf'su root' failed for lonvick on /dev/pts/8"
    )
    assert (event.facility, event.severity, event.version) == (4, 2, 1)
    assert (event.hostname, event.app_name, event.procid, event.msgid) == (
        "mymachine.example.com",
        "su",
        None,
        "ID47",
    )
    assert event.structured_data is None
    assert event.message == "'su root' failed for lonvick on /dev/pts/8"
    assert event.parse_status == "full"
    event = read(
        '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]'  # noqa: E501
    )
    assert event.structured_data == {
        "exampleSDID@32473": {"iut": "3", "eventSource": "Application", "eventID": "1011"},
        "examplePriority@32473": {"class": "high"},
    }
    assert event.message == ""
    assert event.parse_status == "full"


def test_structured_data_escapes_and_odd_values() -> None:
    r"""Only \" \\ \] are escapes; brackets, blanks and repeated names inside are kept."""
    event = read(
        r'<13>1 - h a p m [x@1 a="q\"q" b="b\\b" c="c\]c" d="\n" e="a ] b" f="" ][o ip="1" ip="2"][empty] text'
    )
    assert event.structured_data == {
        "x@1": {"a": 'q"q', "b": r"b\b", "c": "c]c", "d": r"\n", "e": "a ] b", "f": ""},
        "o": {"ip": "1,2"},
        "empty": {},
    }
    assert event.message == "text"


@pytest.mark.parametrize(
    "broken", ['[x a="1" text', "[x a=1] text", '[x a="1"]text', "[ ] text", "no data at all"]
)
def test_broken_structured_data_stays_in_the_message(broken: str) -> None:
    """Nothing is lost: the text is the message and the event is partial."""
    event = read(f"<13>1 2026-03-22T10:00:00Z h a p m {broken}")
    assert event.structured_data is None
    assert event.message == broken
    assert (event.hostname, event.app_name, event.parse_status) == ("h", "a", "partial")


def test_all_nil_is_full() -> None:
    """Nil values are values (RFC 5424 section 6)."""
    event = read("<0>1 - - - - - -")
    assert (event.facility, event.severity, event.hostname, event.message, event.parse_status) == (
        0,
        0,
        None,
        "",
        "full",
    )


# ------------------------------------------------------------------ RFC 3164 and deviations

HEADS = {
    "fw-01 sshd[12]: x": ("fw-01", "sshd", "12"),
    "fw-01 sshd: x": ("fw-01", "sshd", None),
    "10.1.2.3 sshd[12]: x": ("10.1.2.3", "sshd", "12"),
    "::ffff:10.1.2.3 sshd[12]: x": ("10.1.2.3", "sshd", "12"),
    "2001:db8::1 sshd[12]: x": ("2001:db8::1", "sshd", "12"),
    "[2001:db8::1] sshd[12]: x": ("2001:db8::1", "sshd", "12"),
    "fw-01.acme.example postfix/smtpd[12]: x": ("fw-01.acme.example", "postfix/smtpd", "12"),
    "fw-01: sshd[12]: x": ("fw-01", "sshd", "12"),
    "sshd[12]: x": (None, "sshd", "12"),
    "sshd: x": (None, "sshd", None),
    "fw-01 su(pam_unix)[12]: x": ("fw-01", "su(pam_unix)", "12"),
    "fw-01 /usr/sbin/cron[12]: x": ("fw-01", "/usr/sbin/cron", "12"),
    "fw-01 com.apple.x.y[12]: x": ("fw-01", "com.apple.x.y", "12"),
    "fw-01 Google Chrome[12]: x": ("fw-01", "Google Chrome", "12"),
    "fw-01 app[12] x": ("fw-01", "app", "12"),
    "relay <13>Mar 22 00:00:01 fw-01 sshd[12]: x": ("fw-01", "sshd", "12"),
    "Message forwarded from aix-1: sshd[12]: x": ("aix-1", "sshd", "12"),
    "- sshd[12]: x": (None, "sshd", "12"),
}


@pytest.mark.parametrize("pri", ["<38>", ""])
@pytest.mark.parametrize("stamp", ["Mar 22 00:00:01", "2026-03-22T00:00:01Z", "Mar 22 2026 00:00:01"])
@pytest.mark.parametrize("head", HEADS)
def test_hostname_and_tag(head: str, stamp: str, pri: str) -> None:
    """The head reads the same behind any stamp, with and without PRI, first and second time (cached)."""
    for _ in range(2):
        event = read(f"{pri}{stamp} {head}")
        assert (event.hostname, event.app_name, event.procid) == HEADS[head]
        assert event.message == "x"
        assert event.parse_status == "full"


STAMPS = {
    "Mar 22 00:00:01": "2026-03-22T00:00:01Z",
    "Mar  2 00:00:01": "2026-03-02T00:00:01Z",
    "Mar 2 00:00:01": "2026-03-02T00:00:01Z",
    "Mar 22 00:00:01.250": "2026-03-22T00:00:01.250Z",
    "Mar 22 2024 00:00:01": "2024-03-22T00:00:01Z",
    "Mar 22 00:00:01 2024": "2024-03-22T00:00:01Z",
    "Fri Mar 22 00:00:01 2024": "2024-03-22T00:00:01Z",
    "2024 Mar 22 00:00:01": "2024-03-22T00:00:01Z",
    "22 Mar 2024 00:00:01": "2024-03-22T00:00:01Z",
    "Mar 22 00:00:01 CET": "2026-03-21T23:00:01Z",
    "Mar 22 00:00:01 -0500": "2026-03-22T05:00:01Z",
    "2024-03-22T00:00:01+05:30": "2024-03-21T18:30:01Z",
    "2024-03-22 00:00:01": "2024-03-22T00:00:01Z",
    "2024-03-22 00:00:01,5 +0100": "2024-03-21T23:00:01.500Z",
    "2024/03/22 00:00:01": "2024-03-22T00:00:01Z",
    "2024-03-22T00:00:01.123456789Z": "2024-03-22T00:00:01.123456Z",
    "1711065601": "2024-03-22T00:00:01Z",
    "1711065601.25": "2024-03-22T00:00:01.250Z",
    "*Mar 22 00:00:01.250": "2026-03-22T00:00:01.250Z",
    ".Mar 22 00:00:01": "2026-03-22T00:00:01Z",
    "Mar-22-2024 00:00:01": "2024-03-22T00:00:01Z",
    "22-Mar-2024 00:00:01": "2024-03-22T00:00:01Z",
    "22/Mar/2024:00:00:01 +0100": "2024-03-21T23:00:01Z",
    "22.03.2024 00:00:01": "2024-03-22T00:00:01Z",
    "02.03.2024 00:00:01": "2024-03-02T00:00:01Z",
    "22/03/2024 00:00:01": "2024-03-22T00:00:01Z",
    "03/22/2024 12:00:01 AM": "2024-03-22T00:00:01Z",
    "20240322T000001Z": "2024-03-22T00:00:01Z",
    "20240322 000001": "2024-03-22T00:00:01Z",
    "Mar 22 0:0:1": "2026-03-22T00:00:01Z",
    "Dec 31 23:59:59": "2025-12-31T23:59:59Z",
    "Feb 29 12:00:00": "2024-02-29T12:00:00Z",
}


@pytest.mark.parametrize("stamp", STAMPS)
def test_stamps(stamp: str) -> None:
    """Every spelling of a time gives the same instant, and hostname and tag behind it."""
    raw = f"<38>{stamp} fw-01 sshd[12]: x"
    assert stamp_of(raw) == STAMPS[stamp]
    event = read(raw)
    assert (event.hostname, event.app_name, event.procid, event.message) == ("fw-01", "sshd", "12", "x")


def test_unsynchronised_clock_is_kept() -> None:
    """Cisco's marks say that the clock is not to be trusted: a fact of the stamp."""
    for mark, synchronised in (("*", False), (".", False), ("", True)):
        stamp = read(f"<189>29: {mark}Mar  1 18:46:11.123 UTC: %SYS-5-CONFIG_I: x").stamp
        assert stamp is not None
        assert stamp.synchronised is synchronised


CISCO = {
    "<189>29: *Mar  1 18:46:11.123: %LINK-3-UPDOWN: x": None,
    "<189>000029: sw-1: Mar  1 18:46:11: %LINK-3-UPDOWN: x": "sw-1",
    "<189>29: sw-1: 1w2d: %LINK-3-UPDOWN: x": "sw-1",
    "<189>29: 00:12:34: %LINK-3-UPDOWN: x": None,
    "<189>: 2026 Mar  1 18:46:11 UTC: %LINK-3-UPDOWN: x": None,
    "<189>Mar  1 18:46:11 sw-1 : %LINK-3-UPDOWN: x": "sw-1",
    "<189>Mar  1 18:46:11 sw-1: %LINK-3-UPDOWN: x": "sw-1",
    "<189>:Mar  1 18:46:11 UTC: %LINK-3-UPDOWN: x": None,
    "<189>%LINK-3-UPDOWN: x": None,
}


@pytest.mark.parametrize("raw", CISCO)
def test_cisco_heads(raw: str) -> None:
    """Sequence numbers, uptimes and stray colons are header; the mnemonic begins the message."""
    event = read(raw)
    assert (event.hostname, event.message, event.parse_status) == (CISCO[raw], "%LINK-3-UPDOWN: x", "full")


@pytest.mark.parametrize(
    ("raw", "facility", "status"),
    [("Mar 22 00:00:01 h a: x", None, "full"), ("<013>Mar 22 00:00:01 h a: x", 1, "full"), ("<191>Mar 22 00:00:01 h a: x", 23, "full"),  # noqa: E501
     ("<192>Mar 22 00:00:01 h a: x", None, "partial"), ("<99999>Mar 22 00:00:01 h a: x", None, "partial")],
)  # fmt: skip
def test_priority(raw: str, facility: int | None, status: str) -> None:
    """A missing PRI is not guessed; leading zeros are read; what is out of range is null and makes the line partial."""
    event = read(raw)
    assert (event.facility, event.hostname, event.app_name, event.message, event.parse_status) == (
        facility,
        "h",
        "a",
        "x",
        status,
    )


def test_prose_is_not_eaten_as_hostname() -> None:
    """The first word of a message without hostname stays in it (rsyslog#1789)."""
    for text in ("Connection lost to peer", "INFO started", "link down", "key=value a=b"):
        event = read(f"<13>Mar 22 00:00:01 {text}")
        assert (event.hostname, event.message) == (None, text)


@pytest.mark.parametrize(
    "date", ["Feb 31 00:00:01", "Nov 23 24:00:00", "2026-13-01T00:00:00Z", "29.02.2026 08:00:00"]
)
def test_a_date_that_cannot_be(date: str) -> None:
    """It is no stamp, and who speaks is read all the same."""
    event = read(f"<13>{date} fw-01 app[7]: x")
    assert (event.stamp, event.hostname, event.app_name, event.procid) == (None, "fw-01", "app", "7")
    assert (event.message, event.parse_status) == ("x", "partial")


@pytest.mark.parametrize(
    ("raw", "host", "app"),
    [
        ("<13>Nov 23 08:00:00 relay Nov 23 07:59:59 orig sshd[12]: x", "orig", "sshd"),
        ("<13>Nov 23 08:00:00 10.0.0.9 2026-11-23T07:59:59Z orig sshd[12]: x", "orig", "sshd"),
        ("<13>Nov 23 08:00:00 relay <34>Nov 23 07:59:59 orig su: x", "orig", "su"),
        ("<13>1 2026-11-23T08:00:00Z relay - - - - <34>1 2026-11-23T07:59:59Z orig app 1 - - x", "orig", "app"),
        ("<13>Nov 23 08:00:00 host Nov 23 07:59:59 fw-01 link is down", "host", None),
        ("<13>Nov 23 08:00:00 host app: Nov 23 07:59:59 orig sshd[12]: x", "host", "app"),
        ("<13>1 2026-11-23T08:00:00Z host app - - - <34> of them", "host", "app"),
        ("<189>123: fw-01: 456: Nov 23 08:00:00.1 CET: %SYS-5-CONFIG_I: x", "fw-01", None),
        ("<189>123: 2001:db8::7: 456: Nov 23 08:00:00: %SYS-5-CONFIG_I: x", "2001:db8::7", None),
        ("<13>Nov 23 08:00:00 [10.1.1.1] app: x", "10.1.1.1", "app"),
        ("<13>Nov 23 08:00:00 [2001:db8::1]: app: x", "2001:db8::1", "app"),
    ],
)  # fmt: skip
def test_who_speaks_behind_relays_and_sequence_numbers(raw: str, host: str, app: str | None) -> None:
    """A relay's header yields to the device's where that is beyond doubt, however often the head was seen."""
    for _ in range(2):
        event = read(raw)
        assert (event.hostname, event.app_name) == (host, app)


@pytest.mark.parametrize(
    "hour", [(12, "AM", 0), (1, "am", 1), (11, "AM", 11), (12, "PM", 12), (1, "pm", 13), (13, "PM", 13)]
)
def test_half_days(hour: tuple[int, str, int]) -> None:
    """Noon is 12 PM, midnight 12 AM; a cached stamp without them changes nothing."""
    said, half, meant = hour
    read(f"<13>Nov 23 {said:02}:00:00 h a: x")
    for text in (f"Nov 23 {said:02}:00:00 {half}", f"11/23/2026 {said}:00:00 {half}"):
        event = read(f"<13>{text} fw-01 a: x")
        assert event.stamp is not None
        assert (event.stamp.hour, event.hostname) == (meant, "fw-01")


def test_dirt_around_the_line() -> None:
    """CR, NUL, BOM, tabs and escaped line ends around the text go; inside they stay."""
    for raw in (
        b"<13>Mar 22 00:00:01 h a: x y\r",
        b"<13>Mar 22 00:00:01 h a: x y\x00",
        b"\xef\xbb\xbf<13>Mar 22 00:00:01 h a: x y",
        b"<13>Mar 22 00:00:01 h a: x y#012",
    ):
        event = decode(raw)
        assert (event.facility, event.hostname, event.message) == (1, "h", "x y")
    assert decode(b"<13>Mar 22 00:00:01 h a: x#011y\tz").message == "x#011y\tz"


def test_invalid_utf8_is_replaced() -> None:
    """The text has U+FFFD and no surrogate."""
    message = decode(b"<13>Mar 22 00:00:01 h a: caf\xe9 \xff\xfe").message
    assert message == "caf\ufffd \ufffd\ufffd"
    message.encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"\xff",
        b"<",
        b"<13",
        b"<13>",
        b"<>",
        b"1 ",
        b"<13>1 ",
        b" ",
        b"\xef\xbb\xbf",
        b"\x00" * 65_536,
    ],
)
def test_hardly_anything(raw: bytes) -> None:
    """Empty and binary lines are events."""
    event = decode(raw)
    normalise(event)
    assert event.parse_status in ("raw", "partial")


def test_raw_line_is_its_own_message() -> None:
    event = read("something without any header: yes")
    assert (event.message, event.parse_status) == ("something without any header: yes", "raw")


# ------------------------------------------------------------------ the contract


def test_event_json_keys() -> None:
    """Exactly the contract's keys in its order; absent is null."""
    found = event_json(read("x"), NOW_US)
    assert list(found) == KEYS
    assert [key for key in KEYS if found[key] is not None] == ["message", "polarity", "parse_status"]


def run_decode(data: bytes, *options: str) -> list[dict[str, object]]:
    command = [
        sys.executable,
        "-c",
        "import sys; from brainstemd.cli.decode import decode; sys.argv[0] = 'decode'; decode()",
        "--now",
        "2026-03-22T12:00:00",
        *options,
    ]
    out = subprocess.run(command, input=data, capture_output=True, check=True).stdout
    return [json.loads(line) for line in out.decode("utf-8").split("\n")[:-1]]


def test_decode_command_gives_a_line_for_a_line() -> None:
    """Same order, same count: empty lines, an unterminated last one, NULs, U+2028 and bad bytes included."""
    data = (
        b"<13>Mar 22 00:00:01 h a: 1\n\n\xff\xfe\n\xe2\x80\xa8 2\x00\x0b\x0c\r\n" + b"x" * 300_000 + b"\nlast"
    )
    found = run_decode(data)
    assert len(found) == 6
    assert found[0]["timestamp"] == "2026-03-22T00:00:01Z"
    assert found[5]["message"] == "last"
    assert len(str(found[4]["message"])) == 300_000
    assert len(run_decode(b"a\nb\n")) == 2
    assert run_decode(b"") == []


def test_decode_explain_names_rules() -> None:
    """--explain adds the rule of each field that is there, and changes none of them."""
    data = b"<38>Mar 22 00:01:10 fw-01 sshd[9]: Failed password for admin from 10.1.2.3 port 54422\n<13>Mar 22 00:00:01 h a: tunnel b-1 down"  # noqa: E501
    plain, told = run_decode(data), run_decode(data, "--explain")
    rules = [line.pop("explain") for line in told]
    assert told == plain
    assert rules[0]["user"] == "dialect linux"
    assert rules[0]["timestamp"] == "time: utc+year"
    assert rules[1]["entity"].startswith("generic")
    assert rules[1]["hostname"] == "header: RFC 3164"


# ------------------------------------------------------------------ cost

BAIT = [
    "a",
    "a=",
    "a:",
    "[",
    '"',
    "1.",
    "1:",
    '="',
    " from 1.1.1.1",
    "tunnel ",
    "down and ",
    '\\"',
    "%A-",
    "<1>",
    "\x00",
    "not ",
    "user ",
    "a.",
    "to ",
    "x->",
    "1d",
    ": ",
]


@pytest.mark.parametrize("head", ["", "<13>Mar 22 00:00:01 h a: ", "<13>1 - - - - - [a ", "<13>"])
def test_time_grows_no_faster_than_the_line(head: str) -> None:
    """Eight times the bytes cost at most ~eight times the time: no pattern is quadratic (with slack for a busy machine)."""
    for bait in BAIT:
        short = (head + bait * 8192).encode()[:8192]
        long = (head + bait * 65_536).encode()[:65_536]
        assert _cost(long) < 30 * max(_cost(short), 0.000_2), bait


def _cost(raw: bytes) -> float:
    found = []
    for _ in range(3):
        begin = time.process_time()
        normalise(decode(raw))
        found.append(time.process_time() - begin)
    return min(found)


def test_a_pid_without_colon_is_read_the_second_time_too() -> None:
    """A head that was learnt gives what it gave at first."""
    raw = b"<30>Mar 22 00:00:03 sending[500] to 10.0.0.9 (peer: x"
    assert decode(raw) == decode(raw)
    assert decode(raw).procid == "500"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[Sun Dec 04 04:47:44 2005] [notice] child init", "2005-12-04T04:47:44Z"),
        ("[Sun Dec 04 04:47:44.123456 2005] [core:notice] [pid 5] child init", "2005-12-04T04:47:44.123456Z"),
        (
            "[2026-03-22T10:00:00,123][WARN ][o.e.c.Monitor] [node-1] high watermark",
            "2026-03-22T10:00:00.123Z",
        ),
        ('10.0.0.1 - alice [22/Mar/2026:11:00:00 +0100] "GET / HTTP/1.1" 200 12', "2026-03-22T10:00:00Z"),
        ("[1234] started", None),
        ("[22 workers] started", None),
        ("a b c [22/Mar/2026:11:00:00 started", None),
    ],
)
def test_a_line_without_a_header_keeps_its_own_stamp_and_all_its_words(
    line: str, expected: str | None
) -> None:
    """A program's log file: the time is read, the message is the whole line."""
    event = decode(line.encode())
    found = None if event.stamp is None else iso(when(event.stamp, 0, None, live=False, assume_utc=True)[0])
    assert (found, event.message) == (expected, line)
    assert event.parse_status == ("raw" if expected is None else "partial")


def test_a_process_number_in_brackets_is_no_hostname() -> None:
    """PostgreSQL's own prefix; an address in brackets is one."""
    assert decode(b"2026-03-22 10:00:00 UTC [1234] LOG:  ready").hostname is None
    assert decode(b"2026-03-22 10:00:00 UTC [1234]: user=app LOG:  ready").hostname is None
    assert decode(b"<13>Mar 22 10:00:00 [fe80::1] app: x").hostname == "fe80::1"
    assert decode(b"<13>Mar 22 10:00:00 [10.0.0.1] app: x").hostname == "10.0.0.1"

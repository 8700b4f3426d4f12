"""RFC 5424 section by section: the ABNF's edges, and what is done with lines that break it."""

from __future__ import annotations

from typing import Any

import pytest

from brainstemd.models import Event
from brainstemd.pipeline import decode, iso, parse_instant, when

NOW_US = parse_instant("2026-11-23T12:00:00Z")
STAMP = "2026-11-20T10:00:00Z"
WHOLE: dict[str, Any] = {
    "facility": 1,
    "severity": 5,
    "version": 1,
    "timestamp": STAMP,
    "hostname": "host",
    "app_name": "app",
    "procid": "12",
    "msgid": "ID1",
    "structured_data": None,
    "message": "text",
    "parse_status": "full",
}


def read(raw: str | bytes) -> dict[str, Any]:
    """What `decode` says of the fields that RFC 5424 has; the stamp as an instant."""
    event: Event = decode(raw.encode() if isinstance(raw, str) else raw)
    t_us, _ = when(event.stamp, NOW_US, None, live=False, assume_utc=True)
    found = {name: getattr(event, name) for name in WHOLE if name != "timestamp"}
    return found | {"timestamp": None if event.stamp is None else iso(t_us)}


def check(raw: str | bytes, **differs: Any) -> None:
    """The line reads as `WHOLE` but for what is said to differ; twice, because what repeats is cached."""
    for _ in range(2):
        assert read(raw) == WHOLE | differs


def line(
    pri: str = "<13>",
    version: str = "1",
    stamp: str = STAMP,
    host: str = "host",
    app: str = "app",
    pid: str = "12",
    msgid: str = "ID1",
    rest: str = "- text",
) -> str:
    return f"{pri}{version} {stamp} {host} {app} {pid} {msgid} {rest}"


# ------------------------------------------------------------------ 6.2.1 PRI


@pytest.mark.parametrize("value", range(192))
def test_every_priority(value: int) -> None:
    """PRIVAL is facility * 8 + severity, 0 to 191."""
    check(line(pri=f"<{value}>"), facility=value // 8, severity=value % 8)


@pytest.mark.parametrize("pri", ["<00>", "<000>", "<013>", "<0013>", "<0000000013>"])
def test_leading_zeros_of_the_priority_are_read(pri: str) -> None:
    """Leading zeros MUST NOT be sent; whoever sends them means the number."""
    check(line(pri=pri), facility=int(pri[1:-1]) // 8, severity=int(pri[1:-1]) % 8)


@pytest.mark.parametrize("pri", ["<192>", "<999>", "<1000>", "<>", "<-1>", "<+1>", "< 1>", "<1 >", "<1.5>"])
def test_a_priority_that_is_none(pri: str) -> None:
    """Facility and severity are not guessed; all other fields are read, and the line is partial."""
    check(line(pri=pri), facility=None, severity=None, parse_status="partial")


@pytest.mark.parametrize("pri", ["", "<13", "13>", "[13]", "<13)", "<thirteen>"])
def test_no_priority_is_not_a_priority(pri: str) -> None:
    """No text is taken for a PRI; nothing of the line is lost."""
    found = read(line(pri=pri))
    assert (found["facility"], found["severity"]) == (None, None)
    assert found["message"].endswith("text")


def test_without_a_priority_the_rest_is_read() -> None:
    """A line that begins with its version is RFC 5424 all the same."""
    check(line(pri=""), facility=None, severity=None)


# ------------------------------------------------------------------ 6.2.2 VERSION


@pytest.mark.parametrize("version", ["1", "2", "12", "99", "999"])
def test_versions(version: str) -> None:
    """NONZERO-DIGIT 0*2DIGIT; the version that was sent is said."""
    check(line(version=version), version=int(version))


@pytest.mark.parametrize("version", ["0", "01", "001"])
def test_a_version_that_cannot_be(version: str) -> None:
    """A leading zero breaks the ABNF: the fields are read, the line is partial."""
    check(line(version=version), version=int(version), parse_status="partial")


def test_a_version_glued_to_the_stamp() -> None:
    """The blank between them is missing: both are told apart by their shapes."""
    check(f"<13>1{STAMP} host app 12 ID1 - text")


@pytest.mark.parametrize("start", ["1000", "-1", "1a", "v1"])
def test_what_is_no_version_begins_no_rfc5424(start: str) -> None:
    """The line keeps its text and has no version."""
    found = read(line(version=start))
    assert found["version"] is None
    assert found["message"].endswith("text")


# ------------------------------------------------------------------ 6.2.3 TIMESTAMP

STAMPS = {
    "1985-04-12T23:20:50.52Z": "1985-04-12T23:20:50.520Z",  # examples 1 to 4 of section 6.2.3.1
    "1985-04-12T19:20:50.52-04:00": "1985-04-12T23:20:50.520Z",
    "2003-10-11T22:14:15.003Z": "2003-10-11T22:14:15.003Z",
    "2003-08-24T05:14:15.000003-07:00": "2003-08-24T12:14:15.000003Z",
    "2026-11-20T10:00:00.1Z": "2026-11-20T10:00:00.100Z",
    "2026-11-20T10:00:00.12Z": "2026-11-20T10:00:00.120Z",
    "2026-11-20T10:00:00.123Z": "2026-11-20T10:00:00.123Z",
    "2026-11-20T10:00:00.1234Z": "2026-11-20T10:00:00.123400Z",
    "2026-11-20T10:00:00.12345Z": "2026-11-20T10:00:00.123450Z",
    "2026-11-20T10:00:00.123456Z": "2026-11-20T10:00:00.123456Z",
    "2026-11-20T10:00:00.000000Z": STAMP,
    "2026-11-20T10:00:00+00:00": STAMP,
    "2026-11-20T10:00:00-00:00": STAMP,
    "2026-11-20T23:59:00+13:59": "2026-11-20T10:00:00Z",
    "2026-11-21T00:00:00+14:00": STAMP,
    "2026-11-19T22:00:00-12:00": STAMP,
    "2026-11-20T15:45:00+05:45": STAMP,
    "2026-11-21T09:59:00+23:59": STAMP,
    "0001-01-01T00:00:00Z": "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z": "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z": "9999-12-31T23:59:59Z",
    "2024-02-29T00:00:00Z": "2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z": "2000-02-29T00:00:00Z",
    "-": None,
}


@pytest.mark.parametrize("stamp", STAMPS)
def test_stamps(stamp: str) -> None:
    """Every form that the ABNF allows gives its instant; the nil value gives none, and both are full."""
    check(line(stamp=stamp), timestamp=STAMPS[stamp])


KIND_STAMPS = {
    "2003-08-24T05:14:15.000000003-07:00": "2003-08-24T12:14:15Z",  # example 5: more than 6 digits
    "2026-11-20T10:00:00.1234567Z": "2026-11-20T10:00:00.123456Z",
    "2026-11-20T10:00:00.123456789Z": "2026-11-20T10:00:00.123456Z",
    "2026-11-20T10:00:00.123456789012Z": "2026-11-20T10:00:00.123456Z",
    "2026-11-20t10:00:00z": STAMP,
    "2026-11-20T10:00:00z": STAMP,
    "2026-11-20T10:00:00,5Z": "2026-11-20T10:00:00.500Z",
    "2026-11-20T10:00:00.Z": STAMP,
    "2026-11-20T11:00:00+0100": STAMP,
    "2026-11-20T11:00:00+01": STAMP,
    "2026-11-20T10:00:00": STAMP,
    "2026-11-20T10:00Z": STAMP,
    "2016-12-31T23:59:60Z": "2017-01-01T00:00:00Z",
}


@pytest.mark.parametrize("stamp", KIND_STAMPS)
def test_stamps_that_break_the_letter_but_not_the_meaning(stamp: str) -> None:
    """More digits are cut, lower case and ISO 8601's other forms are read; a leap second is the next minute's first."""
    check(line(stamp=stamp), timestamp=KIND_STAMPS[stamp])


@pytest.mark.parametrize(
    "stamp",
    ["2026-13-20T10:00:00Z", "2026-00-20T10:00:00Z", "2026-11-31T10:00:00Z", "2026-02-29T10:00:00Z", "2100-02-29T10:00:00Z",
     "2026-11-20T24:00:00Z", "2026-11-20T10:60:00Z", "2026-11-20T10:00:61Z", "2026-11-20T10:00:00+24:00",
     "2026-11-20T10:00:00+01:60", "0000-01-01T00:00:00Z", "2026-11-20", "T10:00:00Z", "--", "nil", "x", "2026-11-20T10:00:00ZZ",
     "2026-11-20T10:00:00Z+01:00", "2026-11-20T10:00:00.5.5Z"],
)  # fmt: skip
def test_stamps_that_cannot_be(stamp: str) -> None:
    """No instant is made up; hostname and all else is read, and the line is partial."""
    check(line(stamp=stamp), timestamp=None, parse_status="partial")


@pytest.mark.parametrize(
    "stamp",
    ["Nov 20 10:00:00", "2026-11-20 10:00:00Z", "20261120T100000Z", "1795168800", "2026 Nov 20 10:00:00"],
)
def test_another_kind_of_stamp_behind_a_version(stamp: str) -> None:
    """What programs write that know half of RFC 5424: the fields are in their places."""
    check(line(stamp=stamp), parse_status="partial")


# ------------------------------------------------------------------ 6.2.4 to 6.2.7, the names

LIMITS = {"host": ("hostname", 255), "app": ("app_name", 48), "pid": ("procid", 128), "msgid": ("msgid", 32)}


@pytest.mark.parametrize("part", LIMITS)
@pytest.mark.parametrize("over", [0, 1, 100, 5000])
def test_fields_of_any_length_are_kept_whole(part: str, over: int) -> None:
    """The limits bind senders; a collector that cut would lose what was said (6.1 asks for 480 and 2048 octets and more)."""
    name, limit = LIMITS[part]
    value = "x" * (limit + over)
    check(line(**{part: value}), **{name: value})


@pytest.mark.parametrize("part", LIMITS)
@pytest.mark.parametrize("char", [chr(code) for code in range(33, 127) if chr(code) not in '[]"'])
def test_every_printable_character_in_a_name(part: str, char: str) -> None:
    """PRINTUSASCII is %d33-126. A lone `-` is the nil value, a hostname sheds its colon at the end."""
    name, _ = LIMITS[part]
    check(line(**{part: f"a{char}b"}), **{name: f"a{char}b"})


@pytest.mark.parametrize("part", LIMITS)
def test_nil_values(part: str) -> None:
    """Each field alone may be nil."""
    name, _ = LIMITS[part]
    check(line(**{part: "-"}), **{name: None})
    check(line(**{part: "--"}), **{name: "--"})


@pytest.mark.parametrize("part", LIMITS)
@pytest.mark.parametrize("value", ["ä", "日本", "a\x01b", "a\x7fb", "a\tb", "a\x00b"])
def test_characters_that_no_name_may_have(part: str, value: str) -> None:
    """What is not PRINTUSASCII is kept in its field."""
    name, _ = LIMITS[part]
    assert read(line(**{part: value}))[name] == value


HOSTS = {
    "192.0.2.1": "192.0.2.1",
    "2001:DB8::1": "2001:db8::1",
    "2001:db8:0:0:0:0:0:1": "2001:db8::1",
    "::ffff:192.0.2.1": "192.0.2.1",
    "[2001:db8::1]": "2001:db8::1",
    "fw.example.com": "fw.example.com",
    "FW-01": "FW-01",
    "host_1": "host_1",
}


@pytest.mark.parametrize("host", HOSTS)
def test_hostnames(host: str) -> None:
    """FQDN, static address, name, dynamic address (6.2.4); addresses in their canonical form."""
    check(line(host=host), hostname=HOSTS[host])


# ------------------------------------------------------------------ 6.3 STRUCTURED-DATA

GOOD_DATA: dict[str, dict[str, dict[str, str]]] = {
    '[exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"]': {
        "exampleSDID@32473": {"iut": "3", "eventSource": "Application", "eventID": "1011"}
    },  # 6.3.5, example 1
    '[exampleSDID@32473 iut="3"][examplePriority@32473 class="high"]': {
        "exampleSDID@32473": {"iut": "3"},
        "examplePriority@32473": {"class": "high"},
    },  # example 2
    "[a]": {"a": {}},
    "[a][b][c]": {"a": {}, "b": {}, "c": {}},
    '[a b=""]': {"a": {"b": ""}},
    '[timeQuality tzKnown="1" isSynced="1" syncAccuracy="60000000"]': {
        "timeQuality": {"tzKnown": "1", "isSynced": "1", "syncAccuracy": "60000000"}
    },
    '[origin ip="192.0.2.1" ip="192.0.2.129"]': {"origin": {"ip": "192.0.2.1,192.0.2.129"}},
    '[meta sequenceId="1" sysUpTime="42" language="en"]': {
        "meta": {"sequenceId": "1", "sysUpTime": "42", "language": "en"}
    },
    r'[a b="\""]': {"a": {"b": '"'}},
    r'[a b="\\"]': {"a": {"b": "\\"}},
    r'[a b="\]"]': {"a": {"b": "]"}},
    r'[a b="\\\""]': {"a": {"b": '\\"'}},
    r'[a b="\\\\"]': {"a": {"b": "\\\\"}},
    r'[a b="x\]\"\\y"]': {"a": {"b": 'x]"\\y'}},
    r'[a b="\n\t\x\u0041\/"]': {
        "a": {"b": r"\n\t\x\u0041\/"}
    },  # a backslash before any other character is itself
    '[a b="[c]"]': {"a": {"b": "[c]"}},
    '[a b="c=d e=f"]': {"a": {"b": "c=d e=f"}},
    '[a b="日本 é"]': {"a": {"b": "日本 é"}},
    '[a b="\t"]': {"a": {"b": "\t"}},
    '[a b="x\ny"]': {"a": {"b": "x\ny"}},
    '[a b="<13>1 - - - - - -"]': {"a": {"b": "<13>1 - - - - - -"}},
    f'[{"i" * 32} {"n" * 32}="v"]': {"i" * 32: {"n" * 32: "v"}},
    '[a!#$%&()*+,-./:;<>?@^_`{|}~ b!#$%&()*+,-./:;<>?@^_`{|}~="c"]': {
        "a!#$%&()*+,-./:;<>?@^_`{|}~": {"b!#$%&()*+,-./:;<>?@^_`{|}~": "c"}
    },  # SD-NAME: PRINTUSASCII but `=`, blank, `]` and `"`
    '[a@1 b="1"][a@2 b="2"]': {"a@1": {"b": "1"}, "a@2": {"b": "2"}},
    '[A b="1"][a B="2"]': {"A": {"b": "1"}, "a": {"B": "2"}},  # SD-IDs are case-sensitive
}


@pytest.mark.parametrize("data", GOOD_DATA)
def test_structured_data(data: str) -> None:
    """Elements, names and escapes as section 6.3 has them, with a message and without."""
    check(line(rest=f"{data} text"), structured_data=GOOD_DATA[data])
    check(line(rest=data), structured_data=GOOD_DATA[data], message="")
    check(line(rest=f"{data} "), structured_data=GOOD_DATA[data], message="")


KIND_DATA: dict[str, dict[str, dict[str, str]]] = {
    '[a b="c]d"]': {"a": {"b": "c]d"}},  # `]` MUST be escaped
    '[a  b="c"   d="e" ]': {"a": {"b": "c", "d": "e"}},
    "[a ]": {"a": {}},
    '[a b="1"][a b="2"]': {"a": {"b": "1,2"}},  # the same SD-ID MUST NOT exist more than once
    '[a b="1"][a c="2"]': {"a": {"b": "1", "c": "2"}},
    f'[{"i" * 33} {"n" * 100}="v"]': {"i" * 33: {"n" * 100: "v"}},
    '[ä ö="ü"]': {"ä": {"ö": "ü"}},
}


@pytest.mark.parametrize("data", KIND_DATA)
def test_structured_data_that_breaks_the_letter_but_not_the_meaning(data: str) -> None:
    """What can be told apart is read."""
    check(line(rest=f"{data} text"), structured_data=KIND_DATA[data])


@pytest.mark.parametrize(
    "data",
    ['[a b="c" text', '[a b="c', '[a b="c\\', '[a b="\\"] text', "[a b=c] text", "[a b='c'] text", "[a b] text", "[a b=] text",
     "[] text", "[ ] text", '[ a b="c"] text', '[a b="c"text', '[a b="c"]text', '[a b="c"d="e"] text', '[a b="c",d="e"] text',
     '[a b = "c"] text', '[a="x" b="c"] text', '[a"b c="d"] text', "[[a]] text", '[a\tb="c"] text', "{} text", "text", "-text",
     "-- text", "[", "]", '["', '[a b="c"][d'],
)  # fmt: skip
def test_broken_structured_data_is_text(data: str) -> None:
    """Nothing is lost: it is the message, the header is read, and the line is partial."""
    check(line(rest=data), message=data, parse_status="partial")


# ------------------------------------------------------------------ 6.4 MSG

MESSAGES: dict[str | bytes, str] = {
    "": "",
    " ": "",
    "  ": "",
    " text": "text",
    "   text": "text",
    " text  ": "text",
    " \ufeff": "",
    " \ufefftext": "text",
    " \ufeff\ufefftext": "text",
    " \ufeff ünïcødé 日本 🚀": "ünïcødé 日本 🚀",
    " a\ufeffb": "a\ufeffb",
    " a\tb": "a\tb",
    " a\x00b": "a\x00b",
    " a\x01\x1f\x7fb": "a\x01\x1f\x7fb",
    " a\nb": "a\nb",
    " a\r\nb\r\n": "a\r\nb",
    " text\r": "text",
    " text\x00": "text",
    " -": "-",
    " - text": "- text",
    " [x] text": "[x] text",
    ' [x y="z"] text': '[x y="z"] text',
    " <13>": "<13>",
    " <13>text": "<13>text",
    b" caf\xe9": "caf\ufffd",
    b" \xef\xbb\xbfcaf\xe9": "caf\ufffd",
    b" \xff\xfe\xfd": "\ufffd\ufffd\ufffd",
    b" \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80": "\ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd",
}


@pytest.mark.parametrize("tail", MESSAGES)
def test_messages(tail: str | bytes) -> None:
    """MSG-ANY and MSG-UTF8: white space and the BOM around it go, what is inside stays; invalid UTF-8 becomes U+FFFD."""
    raw = tail if isinstance(tail, bytes) else tail.encode()
    check(line(rest="-").encode() + raw, message=MESSAGES[tail])
    data = line(rest='[a b="c"]').encode() + raw
    check(data, message=MESSAGES[tail], structured_data={"a": {"b": "c"}})


@pytest.mark.parametrize("glue", ["\ufeff", "\t"])
def test_a_message_glued_to_the_nil_of_structured_data(glue: str) -> None:
    """The blank is missing, the border is plain."""
    check(line(rest=f"-{glue}text"), parse_status="partial")


@pytest.mark.parametrize("size", [480, 2048, 65_000, 1_000_000])
def test_long_messages_are_whole(size: int) -> None:
    """6.1: MUST 480, SHOULD 2048 octets, MAY more; nothing is cut here."""
    text = "ab" * (size // 2)
    check(line(rest=f"- {text}"), message=text)


# ------------------------------------------------------------------ 6, the header as a whole


@pytest.mark.parametrize("nil", range(64))
def test_nil_in_any_places(nil: int) -> None:
    """Every subset of nil values is a full line (6.2: HOSTNAME … STRUCTURED-DATA may each be nil)."""
    texts = (STAMP, "host", "app", "12", "ID1", '[a b="c"]')
    names = ("timestamp", "hostname", "app_name", "procid", "msgid", "structured_data")
    values = (STAMP, "host", "app", "12", "ID1", {"a": {"b": "c"}})
    empty = [bool(nil >> at & 1) for at in range(6)]
    words = " ".join("-" if none else text for none, text in zip(empty, texts, strict=True))
    meant = {name: None if none else value for name, none, value in zip(names, empty, values, strict=True)}
    check(f"<13>1 {words} text", **meant)


@pytest.mark.parametrize("words", range(1, 6))
def test_a_header_that_ends_early(words: int) -> None:
    """What is there is read, what is not is null, and the line is partial."""
    names = ("timestamp", "hostname", "app_name", "procid", "msgid")
    missing: dict[str, Any] = dict.fromkeys(names[words:])
    text = " ".join((STAMP, "host", "app", "12", "ID1")[:words])
    check(f"<13>1 {text}", **missing, message="", parse_status="partial")
    check(f"<13>1 {text} ", **missing, message="", parse_status="partial")


def test_fields_set_apart_by_more_than_a_blank() -> None:
    """SP is one blank; with more the fields keep their places and the line is partial."""
    check("<13>1  2026-11-20T10:00:00Z  host   app 12  ID1 - text", parse_status="partial")


EXAMPLES: dict[str | bytes, dict[str, Any]] = {
    b"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xef\xbb\xbf'su root' failed for lonvick on /dev/pts/8": {
        "facility": 4, "severity": 2, "timestamp": "2003-10-11T22:14:15.003Z", "hostname": "mymachine.example.com",
        "app_name": "su", "procid": None, "msgid": "ID47", "message": "'su root' failed for lonvick on /dev/pts/8",
    },
    "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.": {
        "facility": 20, "severity": 5, "timestamp": "2003-08-24T12:14:15.000003Z", "hostname": "192.0.2.1",
        "app_name": "myproc", "procid": "8710", "msgid": None, "message": "%% It's time to make the do-nuts.",
    },
    b'<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" '
    b'eventSource="Application" eventID="1011"] \xef\xbb\xbfAn application event log entry...': {
        "facility": 20, "severity": 5, "timestamp": "2003-10-11T22:14:15.003Z", "hostname": "mymachine.example.com",
        "app_name": "evntslog", "procid": None, "msgid": "ID47", "message": "An application event log entry...",
        "structured_data": {"exampleSDID@32473": {"iut": "3", "eventSource": "Application", "eventID": "1011"}},
    },
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" '
    'eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]': {
        "facility": 20, "severity": 5, "timestamp": "2003-10-11T22:14:15.003Z", "hostname": "mymachine.example.com",
        "app_name": "evntslog", "procid": None, "msgid": "ID47", "message": "",
        "structured_data": {
            "exampleSDID@32473": {"iut": "3", "eventSource": "Application", "eventID": "1011"},
            "examplePriority@32473": {"class": "high"},
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("raw", EXAMPLES)
def test_the_examples_of_section_6_5(raw: str | bytes) -> None:
    """Field by field."""
    check(raw, **EXAMPLES[raw])

"""RFC 3164 section by section, and what relays and devices make of it. Where it leaves things open our choice is a case here."""

from __future__ import annotations

from typing import Any

import pytest

from brainstemd.pipeline import decode, iso, parse_instant, when

NOW_US = parse_instant("2026-11-23T12:00:00Z")
WHOLE: dict[str, Any] = {
    "facility": 4,
    "severity": 2,
    "version": None,
    "timestamp": "2026-10-11T22:14:15Z",
    "hostname": "mymachine",
    "app_name": "su",
    "procid": None,
    "msgid": None,
    "structured_data": None,
    "message": "text",
    "parse_status": "full",
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read(raw: str | bytes) -> dict[str, Any]:
    event = decode(raw.encode() if isinstance(raw, str) else raw)
    t_us, _ = when(event.stamp, NOW_US, None, live=False, assume_utc=True)
    found = {name: getattr(event, name) for name in WHOLE if name != "timestamp"}
    return found | {"timestamp": None if event.stamp is None else iso(t_us)}


def check(raw: str | bytes, **differs: Any) -> None:
    """The line reads as `WHOLE` but for what is said to differ; twice, because what repeats is cached."""
    for _ in range(2):
        assert read(raw) == WHOLE | differs


# ------------------------------------------------------------------ 4.1.1 PRI


@pytest.mark.parametrize("value", range(192))
def test_every_priority(value: int) -> None:
    """Facility * 8 + severity, 0 to 191."""
    check(f"<{value}>Oct 11 22:14:15 mymachine su: text", facility=value // 8, severity=value % 8)


@pytest.mark.parametrize("pri", ["<192>", "<999>", "<>", "<-1>", "< 34>"])
def test_a_priority_that_is_none(pri: str) -> None:
    """4.3.3 lets a relay write <13> in its place; we say that there is none, and read the rest."""
    check(f"{pri}Oct 11 22:14:15 mymachine su: text", facility=None, severity=None, parse_status="partial")


# ------------------------------------------------------------------ 4.1.2 TIMESTAMP and HOSTNAME


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("day", ["1", " 1", "01", "9", "28"])
def test_days_of_all_months(month: str, day: str) -> None:
    """`Mmm dd hh:mm:ss`; below 10 the day is a blank and a digit, which many senders know otherwise."""
    number = MONTHS.index(month) + 1
    year = 2026 if (number, int(day)) <= (11, 24) else 2025
    check(
        f"<34>{month} {day} 22:14:15 mymachine su: text",
        timestamp=f"{year}-{number:02}-{int(day):02}T22:14:15Z",
    )


@pytest.mark.parametrize("clock", ["00:00:00", "23:59:59", "12:00:00", "09:05:00"])
def test_clocks(clock: str) -> None:
    check(f"<34>Oct 11 {clock} mymachine su: text", timestamp=f"2026-10-11T{clock}Z")


@pytest.mark.parametrize(
    "stamp", ["Feb 30 22:14:15", "Oct 0 22:14:15", "Oct 32 22:14:15", "Oct 11 24:00:00", "Oct 11 22:60:15"]
)
def test_dates_that_cannot_be(stamp: str) -> None:
    """No instant is made up; who speaks is read all the same."""
    check(f"<34>{stamp} mymachine su: text", timestamp=None, parse_status="partial")


HOSTS = {
    "mymachine": "mymachine",
    "MYMACHINE": "MYMACHINE",
    "my-machine-01": "my-machine-01",
    "my_machine": "my_machine",
    "mymachine.example.com": "mymachine.example.com",
    "3com": "3com",
    "10.1.2.3": "10.1.2.3",
    "2001:db8::1": "2001:db8::1",
    "2001:0db8:0000:0000:0000:0000:0000:0001": "2001:db8::1",
    "::1": "::1",
    "::ffff:10.1.2.3": "10.1.2.3",
    "fe80::1%eth0": "fe80::1",
    "[2001:db8::1]": "2001:db8::1",
    "10.1.2.3:": "10.1.2.3",
    "-": None,
}


@pytest.mark.parametrize("host", HOSTS)
def test_hostnames(host: str) -> None:
    """A name, an IPv4 or an IPv6 address; a domain name is against the letter and in the field everywhere."""
    check(f"<34>Oct 11 22:14:15 {host} su[7]: text", hostname=HOSTS[host], procid="7")


@pytest.mark.parametrize("between", [" ", "  ", "\t"])
def test_what_sets_the_fields_apart(between: str) -> None:
    """One blank by the letter."""
    check(f"<34>Oct 11 22:14:15 mymachine{between}su: text")
    check(f"<34>Oct 11 22:14:15{between}mymachine su: text")


# ------------------------------------------------------------------ 4.1.3 TAG and CONTENT

TAGS: dict[str, tuple[str | None, str | None]] = {
    "su:": ("su", None),
    "su[1]:": ("su", "1"),
    "su[4294967296]:": ("su", "4294967296"),
    "su[]:": ("su", None),
    "su[main]:": ("su", "main"),
    "su[1]": ("su", "1"),
    f"{'t' * 32}:": ("t" * 32, None),
    f"{'t' * 33}[1]:": ("t" * 33, "1"),
    f"{'t' * 100}:": ("t" * 100, None),
    "postfix/smtpd[1]:": ("postfix/smtpd", "1"),
    "/usr/sbin/cron[1]:": ("/usr/sbin/cron", "1"),
    "su(pam_unix)[1]:": ("su(pam_unix)", "1"),
    "(root)[1]:": ("(root)", "1"),
    "my-app_1.2[1]:": ("my-app_1.2", "1"),
    "Google Chrome[1]:": ("Google Chrome", "1"),
    "3proxy[1]:": ("3proxy", "1"),
    "App::Worker[1]:": ("App::Worker", "1"),
    "тег[1]:": ("тег", "1"),
    '"su"[1]:': ('"su"', "1"),
}


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("host", ["mymachine", "10.1.2.3"])
def test_tags(tag: str, host: str) -> None:
    """A tag ends at `[`, `:` or a blank; 32 characters bind senders."""
    app, pid = TAGS[tag]
    check(f"<34>Oct 11 22:14:15 {host} {tag} text", hostname=host, app_name=app, procid=pid)


@pytest.mark.parametrize(
    "tail",
    [
        "su:text",
        "su: text",
        "su:  text",
        "su:\ttext",
        "su: text ",
        "su: text\r",
        "su: text\n",
        "su: text\x00",
    ],
)
def test_white_space_around_the_content(tail: str) -> None:
    """It is no part of the message."""
    check(f"<34>Oct 11 22:14:15 mymachine {tail}")


CONTENTS = (
    "a: b: c",
    "[x] y",
    "<13> z",
    "a=b",
    "%% x",
    "a\tb",
    "a\x00b",
    "a\x07b",
    "a\nb",
    "ünïcødé 日本",
    "{}",
    "-",
    "- -",
    "#011x",
)


@pytest.mark.parametrize("content", CONTENTS)
def test_contents_stay_as_they_are(content: str) -> None:
    """Nothing inside the message is touched."""
    check(f"<34>Oct 11 22:14:15 mymachine su: {content}", message=content)


@pytest.mark.parametrize("size", [1024, 1025, 8192, 500_000])
def test_packets_beyond_1024_bytes_are_whole(size: int) -> None:
    """4.1: the limit binds senders."""
    check(f"<34>Oct 11 22:14:15 mymachine su: {'x' * size}", message="x" * size)


def test_a_message_without_tag() -> None:
    """Of words behind the hostname none is taken for a tag: rsyslog and syslog-ng take the first, which loses a word of prose."""
    check(
        "<34>Oct 11 22:14:15 mymachine link ge-0/0/1 went down",
        app_name=None,
        message="link ge-0/0/1 went down",
    )


def test_a_message_without_hostname() -> None:
    """What programs write to a local socket, and a relay passes on."""
    check("<34>Oct 11 22:14:15 su[7]: text", hostname=None, procid="7")
    check("<34>Oct 11 22:14:15 su: text", hostname=None)


# ------------------------------------------------------------------ 4.3 what relays see


def test_a_valid_priority_and_no_stamp() -> None:
    """4.3.2: the relay adds stamp and hostname; a collector has received_at and the peer, and makes nothing up."""
    check("<34>su[7]: text", timestamp=None, hostname=None, procid="7", parse_status="partial")
    check("<34>text", timestamp=None, hostname=None, app_name=None, parse_status="partial")
    check("<34>", timestamp=None, hostname=None, app_name=None, message="", parse_status="partial")


def test_no_priority() -> None:
    """4.3.3: nothing of the line is dropped; facility and severity are not invented."""
    check("Oct 11 22:14:15 mymachine su: text", facility=None, severity=None)
    nothing = {"facility": None, "severity": None, "timestamp": None, "hostname": None, "app_name": None}
    check("Use the BFG!", **nothing, message="Use the BFG!", parse_status="raw")
    check("<00034 text", **nothing, message="<00034 text", parse_status="raw")


# ------------------------------------------------------------------ 5.4 examples

EXAMPLES: dict[str, dict[str, Any]] = {
    "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8": {
        "message": "'su root' failed for lonvick on /dev/pts/8",
    },
    "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!": {
        "facility": 1, "severity": 5, "timestamp": "2026-02-05T17:32:18Z", "hostname": "10.0.0.99", "app_name": None,
        "message": "Use the BFG!",
    },
    "<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time to make the do-nuts.  %%  Ingredients: Mix=OK #": {
        "facility": 20, "severity": 5, "timestamp": "1987-08-24T11:34:00Z", "app_name": "myproc", "procid": "10",
        "message": "%% It's time to make the do-nuts.  %%  Ingredients: Mix=OK #",
    },
    "<0>1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org 10.1.2.3 sched[0]: That's All Folks!": {
        "facility": 0, "severity": 0, "timestamp": "1990-10-22T16:52:01Z", "hostname": "scapegoat.dmz.example.org",
        "app_name": None, "message": "10.1.2.3 sched[0]: That's All Folks!",
    },
    "<0>Oct 22 10:52:12 scapegoat 1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org 10.1.2.3 sched[0]: That's All!": {
        "facility": 0, "severity": 0, "timestamp": "2026-10-22T10:52:12Z", "hostname": "scapegoat", "app_name": None,
        "message": "1990 Oct 22 10:52:01 TZ-6 scapegoat.dmz.example.org 10.1.2.3 sched[0]: That's All!",
    },
}  # fmt: skip


@pytest.mark.parametrize("raw", EXAMPLES)
def test_the_examples_of_section_5_4(raw: str) -> None:
    """As sent and as relayed."""
    check(raw, **EXAMPLES[raw])


# ------------------------------------------------------------------ the field

STAMPS = {
    "Oct 11 22:14:15.250": "2026-10-11T22:14:15.250Z",
    "Oct 11 22:14:15,250": "2026-10-11T22:14:15.250Z",
    "Oct 11  9:14:15": "2026-10-11T09:14:15Z",
    "Oct 11 22:14:15:": "2026-10-11T22:14:15Z",
    "October 11 22:14:15": "2026-10-11T22:14:15Z",
    "OCT 11 22:14:15": "2026-10-11T22:14:15Z",
    "Oct 11 22:14:15 UTC": "2026-10-11T22:14:15Z",
    "Oct 11 22:14:15 CEST": "2026-10-11T20:14:15Z",
    "Oct 11 22:14:15 +0200": "2026-10-11T20:14:15Z",
    "Oct 11 22:14:15 UTC+8": "2026-10-11T14:14:15Z",
    "Oct 11 22:14:15 GMT+02:00": "2026-10-11T20:14:15Z",
    "Oct 11 2025 22:14:15": "2025-10-11T22:14:15Z",
    "Sun Oct 11 22:14:15 2026": "2026-10-11T22:14:15Z",
    "2026-10-11T22:14:15.5+02:00": "2026-10-11T20:14:15.500Z",
    "2026-10-11T22:14:15+02": "2026-10-11T20:14:15Z",
    "2026-10-11T22:14Z": "2026-10-11T22:14:00Z",
    "2026-10-11T22:14:15.123456789012Z": "2026-10-11T22:14:15.123456Z",
    "2026-10-11 22:14:15": "2026-10-11T22:14:15Z",
    "[2026-10-11 22:14:15]": "2026-10-11T22:14:15Z",
    "[Oct 11 22:14:15 UTC]": "2026-10-11T22:14:15Z",
    "1 Oct 11 22:14:15": "2026-10-11T22:14:15Z",
    "1791756855": "2026-10-11T22:14:15Z",
}


@pytest.mark.parametrize("stamp", STAMPS)
def test_stamps_of_the_field(stamp: str) -> None:
    """Each is one instant, and nothing of it becomes a hostname."""
    check(f"<34>{stamp} mymachine su[7]: text", timestamp=STAMPS[stamp], procid="7")


@pytest.mark.parametrize(
    "stamp", ["22:14:15", "2026-284T22:14:15Z", "[1791756855123456789]", "2026-10-11T22h14"]
)
def test_what_stands_in_a_stamp_s_place_is_no_hostname(stamp: str) -> None:
    """A clock without a date and forms that nobody reads are passed over."""
    found = read(f"<34>{stamp} mymachine su[7]: text")
    assert (found["timestamp"], found["parse_status"]) == (None, "partial")
    assert found["hostname"] in ("mymachine", None)

"""One received line → `Event`: the header, nothing of the message. Never raises, whatever the bytes.

parse_status:

    full     every part of a header that is there was understood: RFC 5424 complete (nil values are complete), or an RFC 3164
             stamp (also an uptime in its place) with hostname, tag or a vendor's own mark. A missing PRI leaves
             facility and severity null,
             it is not guessed as user.notice (RFC 3164 section 4.3.3 lets a relay do that); the line is full all the same.
    partial  a part was understood, another is missing or broken: a PRI alone, a PRI that is none (then null), a stamp alone, a
             date that cannot be, a version with a leading zero, RFC 5424's fields behind another kind of stamp or set apart
             by several blanks, broken structured data (kept in the message), fewer fields than RFC 5424 has.
    raw      no part of a header was found; the message is the whole line (of a chunk or a bomb: words that say so). A dialect
             that finds the line to be its own header (JSON, event XML) says `full` or `partial` in its place.

Invalid UTF-8 becomes U+FFFD in the text; the bytes are the spool's. Caches hold what repeats: stamps, and heads
(`host app[pid]: `) by their text; each is bounded and emptied when full, and no result depends on them.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event, Stamp
from brainstemd.pipeline.headers import HEAD_MAX, Head, read_head, read_tag, sure_host
from brainstemd.pipeline.packed import PACKED, chunk, unpack
from brainstemd.pipeline.rfc5424 import EDGES, clean_message, decode_5424, decode_other_stamp, stamp_of
from brainstemd.pipeline.stamps import own_stamp, read_clock, skip_impossible, skip_uptime, with_tail

_CACHE: Final = 16_384
_HEAD_BLANKS: Final = 4  # of a head that is kept; behind them it is the message that has a colon
_CLOCK_MAX: Final = 21  # `Mar 22 2026 10:00:00` and a character
_HALVES: Final = (" AM ", " PM ", " am ", " pm ")  # of the day: a part of the clock
_PRIORITIES: Final = {str(n): (n >> 3, n & 7) for n in range(192)}
_PRI = re.compile(r"<(\d{1,10})>")
_BROKEN_PRI = re.compile(r"<[^<>A-Za-z]{0,8}>")
_VERSION = re.compile(r"(\d{1,3}) (?=-|\d{4}-\d\d-\d\d|[^ ]{1,64} )|([1-9])(?=\d{4}-\d\d-\d\dT)")
_BARE_VERSION = re.compile(r"1 (?=\d{4}-\d\d-\d\dT\S+ \S+ \S+ \S+ \S+ [-\[])")
_PRELUDE = re.compile(
    r"[: ]{0,3}(?:1 (?=\d{10}\.))?(?:\d{1,12}: {1,2}){0,3}(?:(?:RP|LC)/\d/[\w/]{1,20}:)?"
)  # Meraki: a version before an epoch; IOS-XR: the card that speaks
_HOST_BEFORE = re.compile(
    r"([A-Za-z][\w.-]{0,253}|\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:)[0-9a-fA-F:]{2,45})"
    r":? {1,2}(?:\d{1,12}: {1,2})?(?=[*.]?[A-Z][a-z]{2} |\d)"
)  # with Cisco's origin-id: a sequence number before it and another behind
_STRICT_TAG = re.compile(r"(?P<app>[A-Za-z_/][\w./\-+@()]{0,63})\[(?P<pid>\d{1,10})\]: ")
_VENDOR_MARK = re.compile(r"%[A-Z][A-Z0-9_]*-")

_fronts: dict[str, tuple[Stamp, int, int]] = {}  # a PRI and what `_stamps` has for a key
_stamps: dict[str, Stamp] = {}  # 16 characters of a BSD stamp and the blank behind it
_heads: dict[str, Head] = {}
_clocks: dict[str, tuple[Stamp, int]] = {}  # a clock and what follows it, `_CLOCK_MAX` characters; its length
_hosts: dict[
    str, str
] = {}  # the blank behind a stamp, a hostname and a blank → the hostname; "" where what follows has a say
_leads: dict[str, Head] = {}  # what stands between a stamp and `%`


def decode(raw: bytes) -> Event:
    """The event of one line; `normalise` adds what the message says."""
    text = raw.decode("utf-8", "replace")
    if text[:1] != "<":
        return _without_pri(text) if raw[:1] not in PACKED else _packed(raw, text)
    close = text.find(">", 1, 5)
    front = _fronts.get(text[: close + 17])
    if front is not None:
        event = _known_head(text, close + 16, *front)
        if event is None:
            if text[close + 16 : close + 20] in _HALVES or not text[close + 1].isalpha():
                return _behind_pri(text, close + 1, front[1], front[2], True)
            event = _behind_clock(text, close + 16, *front, True, None, 0)
        return event
    priority = _PRIORITIES.get(text[1:close]) if close > 0 else None
    if priority is None:
        return _strange_pri(text)
    stamp = _stamps.get(text[close + 1 : close + 17])
    if stamp is not None:
        if len(_fronts) >= _CACHE:
            _fronts.clear()
        _fronts[text[: close + 17]] = (stamp, *priority)
        event = _known_head(text, close + 16, stamp, *priority)
        if event is not None:
            return event
    return _behind_pri(text, close + 1, priority[0], priority[1], True)


def _behind_pri(text: str, at: int, facility: int | None, severity: int | None, whole: bool) -> Event:
    if text[at : at + 2] == "1 ":
        found = decode_5424(text, at + 2, 1, facility, severity, whole)
        if found is not None:
            return found if found.message[:1] != "<" else _inner(found.message, 0) or found
    elif text[at + 10 : at + 11] == "T" and whole and (blank := text.find(" ", at + 19, at + 40)) > 0:
        stamp = stamp_of(text[at:blank])  # rsyslog's forward format
        if stamp is not None and stamp.offset_s is not None:
            event = _known_head(text, blank, stamp, facility, severity)
            if event is not None:
                return event
    return _slow(text, at, facility, severity, whole, depth=0)


def _known_head(text: str, at: int, stamp: Stamp, facility: int | None, severity: int | None) -> Event | None:
    """The quick way: a stamp and a head that were seen before. `at` is the blank behind the clock."""
    colon = text.find(": ", at, at + 160)
    if colon < 0:
        return None
    end = colon + 2
    procid = None
    if (
        text[colon - 1] == "]"
        and (bracket := text.rfind("[", at, colon)) > 0
        and (pid := text[bracket + 1 : colon - 1]).isdecimal()
    ):
        procid = pid  # fresh pids do not make fresh heads
        key = text[at:bracket] + "[0]: "
    else:
        key = text[at:end]
    head = _heads.get(key)
    if head is None:
        head = _learn_head(key)
        if head is None:
            return None
    year, offset_s, hostname, app_name, known_procid, length = head
    if length != len(key):
        if procid is not None:
            return None
        end = at + length
    if procid is None or known_procid is None:
        procid = known_procid  # the head's own where no `[pid]: ` ends it
    if text[end : end + 1] == "<":
        return None  # a second header, perhaps
    if (year is not None or offset_s is not None) and stamp.offset_s is None:
        stamp = with_tail(stamp, year, offset_s)
    message = text[end:].strip(EDGES)
    if message[-4:-2] == "#0":
        message = clean_message(message)
    return Event(facility, severity, None, stamp, hostname, app_name, procid, None, None, message, "full")


def _learn_head(key: str) -> Head | None:
    """The head of a text that decides it alone, remembered; None where what follows has a say."""
    if (
        key.count(" ", 0, -2) > _HEAD_BLANKS
        or key.startswith((" <", " :", *_HALVES))
        or (" " not in key[:-2].strip() and not key.endswith(" : "))
        or "forwarded from" in key
    ):
        return None
    head = read_head(key, 0)
    if head.hostname is None and head.app_name is None:
        return None
    if len(_heads) >= _CACHE:
        _heads.clear()
    _heads[key] = head
    return head


def _strange_pri(text: str) -> Event:
    """A PRI with leading zeros is read; one out of range says nothing but that a header begins here."""
    match = _PRI.match(text)
    if match is None:
        broken = _BROKEN_PRI.match(text)
        event = None if broken is None else _behind_pri(text, broken.end(), None, None, False)
        return event if event is not None and event.stamp is not None else _without_pri(text)
    number = int(match[1])
    if number < 192:
        return _behind_pri(text, match.end(), number >> 3, number & 7, True)
    return _behind_pri(text, match.end(), None, None, False)


def _packed(raw: bytes, text: str) -> Event:
    """A line that may be compressed, or a chunk; what comes out of it is read once."""
    inside = unpack(raw)
    if inside is not None:
        return decode(inside) if inside[:1] == b"<" else _without_pri(inside.decode("utf-8", "replace"))
    part = chunk(raw)
    if part is None:
        return _without_pri(text)
    return Event(None, None, None, None, None, None, None, None, None, part)


def _without_pri(text: str) -> Event:
    stripped = text.lstrip(EDGES)
    if stripped[:1] == "<" and len(stripped) < len(text):
        match = _PRI.match(stripped)
        if match is not None:
            return _strange_pri(stripped)
    stamp = _stamps.get(stripped[:16])
    if stamp is not None:
        event = _known_head(stripped, 15, stamp, None, None)
        if event is not None:
            return event
    version = _BARE_VERSION.match(stripped)
    if version is not None:
        event = decode_5424(stripped, version.end(), 1, None, None, True)
        if event is not None:
            return event
    event = _slow(stripped, 0, None, None, None, depth=0)
    if event.stamp is None and (stamp := own_stamp(stripped)) is not None:
        event.stamp, event.parse_status = stamp, "partial"
    return event


def _slow(
    text: str, at: int, facility: int | None, severity: int | None, whole: bool | None, depth: int
) -> Event:
    """Everything that the quick way does not know. `whole` is None without a PRI, False with a broken one."""
    equals = text.find("=", at, at + 24)
    if equals > 0 and text[at:equals].isidentifier():  # key=value behind a PRI: there is no more header
        status = "raw" if whole is None else "partial"
        return Event(
            facility, severity, None, None, None, None, None, None, None, clean_message(text[at:]), status
        )
    if whole is not None:
        event = _any_version(text, at, facility, severity, whole)
        if event is not None:
            return event
    while text[at : at + 1] in (" ", "\ufeff"):
        at += 1
    host: str | None = None
    found = _clock(text, at)
    if found is None:
        at, host, found = _prelude(text, at)
    if found is None and (end := skip_impossible(text, at)) > at:
        return _impossible_date(text, end, facility, severity)
    if found is None:
        inner = _inner(text, at) if depth == 0 and whole is not None and text[at : at + 1] == "<" else None
        return inner or _no_stamp(text, at, host, facility, severity, whole)
    stamp, end = found
    if end - at == 15 and text[end : end + 1] == " " and stamp.year is None and stamp.synchronised:
        if len(_stamps) >= _CACHE:
            _stamps.clear()
        _stamps[text[at : end + 1]] = stamp
    return _behind_clock(text, end, stamp, facility, severity, whole, host, depth)


def _behind_clock(
    text: str, end: int, stamp: Stamp, facility: int | None, severity: int | None, whole: bool | None,
    host: str | None, depth: int,
) -> Event:  # fmt: skip
    """The event of a line whose clock ends at `end`; `host` stood before it."""
    head = _head(text, end)
    if stamp.offset_s is None and (head.year is not None or head.offset_s is not None):
        stamp = with_tail(stamp, None if stamp.year is not None else head.year, head.offset_s)
    host = host or head.hostname
    rest = end + head.length
    if depth == 0 and (second := _second_header(text, rest, head, facility, severity)) is not None:
        return second
    understood = host is not None or head.app_name is not None or _VENDOR_MARK.match(text, rest) is not None
    status = "full" if understood and whole is not False else "partial"
    return Event(
        facility, severity, None, stamp, host, head.app_name, head.procid, None, None, clean_message(text[rest:]), status
    )  # fmt: skip


def _clock(text: str, at: int) -> tuple[Stamp, int] | None:
    """As `read_clock`; a clock without a fraction is known again by its text and what stands right behind it."""
    key = text[at : at + _CLOCK_MAX]
    known = _clocks.get(key)
    if known is not None:
        return known[0], at + known[1]
    found = read_clock(text, at)
    if found is not None and found[1] - at < _CLOCK_MAX and text[found[1] : found[1] + 1] in (" ", ":"):
        if len(_clocks) >= _CACHE:
            _clocks.clear()
        _clocks[key] = found[0], found[1] - at
    return found


def _head(text: str, at: int) -> Head:
    """As `read_head` behind a stamp; a first word that is surely a host, and what stands before a `%`, are known again."""
    window = text[at : at + HEAD_MAX]
    blank = window.find(" ", 1)
    word = window[: blank + 1]
    host = _hosts.get(word)
    if host and window[blank + 1 : blank + 2] not in ("", " "):
        app, pid, end = read_tag(window, blank + 1)
        return Head(None, None, host, app, pid, end)
    percent = window.find("%", 0, 24)
    head = _leads.get(window[:percent]) if percent >= 0 else None
    if head is not None:
        return head
    head = read_head(window, 0)
    if head.hostname is None and head.app_name is None and head.length == percent:
        if len(_leads) >= _CACHE:
            _leads.clear()
        _leads[window[:percent]] = head
    elif host is None and window[:1] == " ":
        if len(_hosts) >= _CACHE:
            _hosts.clear()
        _hosts[word] = sure_host(word[1:-1]) or ""
    return head


def _any_version(text: str, at: int, facility: int | None, severity: int | None, whole: bool) -> Event | None:
    match = _VERSION.match(text, at)
    if match is None:
        return None
    number, at = match[1] or match[2], match.end()
    version = int(number)
    whole = whole and str(version) == number and version > 0
    return decode_5424(text, at, version, facility, severity, whole) or decode_other_stamp(
        text, at, version, facility, severity
    )


def _prelude(text: str, at: int) -> tuple[int, str | None, tuple[Stamp, int] | None]:
    """What may stand before a stamp: Cisco sequence numbers, `host:`, a relay's blank or colon."""
    match = _PRELUDE.match(text, at)
    behind = match.end() if match is not None else at
    if behind > at and (found := _clock(text, behind)) is not None:
        return behind, None, found
    for start in (at, behind):
        host = _HOST_BEFORE.match(text, start)
        if host is not None and (found := _clock(text, host.end())) is not None:
            return host.end(), host[1].rstrip(":"), found
    version = _VERSION.match(text, at)
    if version is not None and version[1] and (found := _clock(text, version.end())) is not None:
        return version.end(), None, found
    return at, None, None


def _second_header(
    text: str, at: int, head: Head, facility: int | None, severity: int | None
) -> Event | None:
    """A relay put its own header before the device's: the inner one speaks, if it has a stamp.

    Without a PRI of its own it must be beyond doubt (host and `app[pid]:` behind a stamp, and no app before it).
    """
    if text[at : at + 1] == "<":
        return _inner(text, at)
    if head.app_name is not None or not (text[at : at + 1].isdigit() or text[at + 3 : at + 4] == " "):
        return None
    if read_clock(text, at) is None:
        return None
    event = _slow(text, at, facility, severity, True, depth=1)
    certain = event.procid is not None or (head.hostname is not None and head.hostname == event.hostname)
    return event if event.hostname is not None and event.app_name is not None and certain else None


def _inner(text: str, at: int) -> Event | None:
    """A whole header with a PRI and a stamp at `at`, or None."""
    match = _PRI.match(text, at)
    if match is None or int(match[1]) > 191:
        return None
    number = int(match[1])
    event = _slow(text, match.end(), number >> 3, number & 7, True, depth=1)
    return event if event.stamp is not None else None


def _impossible_date(text: str, at: int, facility: int | None, severity: int | None) -> Event:
    """A line whose date ends at `at` and cannot be: host and tag behind it are read all the same."""
    head = read_head(text[at : at + HEAD_MAX], 0)
    message = clean_message(text[at + head.length :])
    return Event(
        facility,
        severity,
        None,
        None,
        head.hostname,
        head.app_name,
        head.procid,
        None,
        None,
        message,
        "partial",
    )


def _no_stamp(
    text: str, at: int, host: str | None, facility: int | None, severity: int | None, whole: bool | None
) -> Event:
    if whole is None:
        strict = _STRICT_TAG.match(text, at)
        if strict is None:
            mark = _VENDOR_MARK.match(text, at) is not None
            return Event(
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                None,
                clean_message(text),
                "partial" if mark else "raw",
            )
        body = clean_message(text[strict.end() :])
        return Event(None, None, None, None, None, strict["app"], strict["pid"], None, None, body, "partial")
    match = _PRELUDE.match(text, at)
    behind = match.end() if match is not None else at
    window = text[at : at + HEAD_MAX]
    uptime = skip_uptime(text, behind)
    if uptime > behind:
        rest = uptime + 2
        status = "full" if whole and _VENDOR_MARK.match(text, rest) else "partial"
        return Event(
            facility, severity, None, None, None, None, None, None, None, clean_message(text[rest:]), status
        )
    if _VENDOR_MARK.match(text, behind):
        body = clean_message(text[behind:])
        return Event(
            facility, severity, None, None, None, None, None, None, None, body, "full" if whole else "partial"
        )
    named = _HOST_BEFORE_MARK.match(text, behind)
    if named is not None:
        end = skip_uptime(text, named.end())
        rest = end + 2 if end > named.end() else named.end()
        body = clean_message(text[rest:])
        return Event(
            facility,
            severity,
            None,
            None,
            named[1],
            None,
            None,
            None,
            None,
            body,
            "full" if whole else "partial",
        )
    app, pid, end = read_tag(window, 0)
    if app is None:
        head = read_head(window, 0)
        if head.app_name is not None:
            host, app, pid, end = head.hostname, head.app_name, head.procid, head.length
    body = clean_message(text[at + end :])
    return Event(facility, severity, None, None, host, app, pid, None, None, body, "partial")


_HOST_BEFORE_MARK = re.compile(
    r"([A-Za-z0-9][\w.-]{0,253}):? {1,2}(?::? ?(?=%[A-Z][A-Z0-9_]*-)|(?=(?:(?:\d{1,4}[ywdhms]){1,4}|\d{1,3}:\d{2}:\d{2}): %))"
)

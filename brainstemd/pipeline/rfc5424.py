"""RFC 5424: the six header fields, structured data with its escapes, and the message.

Kinder than the letter where the meaning is clear: any field length, `]` unescaped inside a quoted value, several blanks
between parameters, a second element under one SD-ID (merged), a parameter named twice (values joined by a comma, RFC 5424
section 6.3.3 allows it). What cannot be read as structured data stays in the message and makes the event `partial`.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event, Stamp
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.stamps import micros, read_stamp

StructuredData = dict[str, dict[str, str]]

NIL: Final = "-"
_BLANKS = re.compile(" +")
_PARAM = r'[^\s=\]"]+="(?:[^"\\]|\\.)*+"'
_ELEMENT = re.compile(rf'\[([^\s=\]"]+)((?: ++{_PARAM})*+) *+\]', re.S)
_PARAMS = re.compile(r'([^\s=\]"]+)="((?:[^"\\]|\\.)*+)"', re.S)
_ESCAPED = re.compile(r'\\(["\\\]])')
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?![0-9])")
_FRACTION = re.compile(r"(?:[.,](\d{1,18}))?([Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?\Z")
_OFFSETS: Final = {"Z": 0, "z": 0, "+00:00": 0, "-00:00": 0}  # grows by the zones met: at most 40,000
_CACHE: Final = 8192
_FIELDS_MAX: Final = 512  # characters of hostname, app, procid and msgid
EDGES: Final = " \t\r\n\x00\x0b\x0c\ufeff"

_hosts: dict[str, str | None] = {}  # hostnames as claimed
_seconds: dict[str, Stamp] = {}  # by the 19 characters of an ISO date and time


def unescape(value: str) -> str:
    r"""RFC 5424 section 6.3.3: only \" \\ and \] are escapes; any other backslash is itself."""
    return _ESCAPED.sub(r"\1", value) if "\\" in value else value


def read_structured(text: str, at: int) -> tuple[StructuredData, int] | None:
    """The elements at `at` and where they end; None if they are broken."""
    data: StructuredData = {}
    while text[at : at + 1] == "[":
        match = _ELEMENT.match(text, at)
        if match is None:
            return None
        element = data.setdefault(match[1], {})
        for name, value in _PARAMS.findall(match[2]):
            value = unescape(value)
            element[name] = f"{element[name]},{value}" if name in element else value
        at = match.end()
    if at < len(text) and text[at] != " ":
        return None
    return data, at


def stamp_of(token: str) -> Stamp | None:
    """The stamp that takes the whole token, or None. The second is cached, fraction and offset are read each time."""
    stamp = _seconds.get(token[:19])
    if stamp is None:
        return _new_stamp(token)
    last = -1 if token[-1] in "Zz" else -6
    offset_s = _OFFSETS.get(token[last:])
    digits = token[20:last]
    if offset_s is not None and token[19:20] == "." and digits.isdecimal() and len(digits) in (3, 6):
        micro = int(digits) if len(digits) == 6 else int(digits) * 1000
    else:
        rest = _FRACTION.match(token, 19)
        if rest is None:
            return _new_stamp(token)
        micro, offset_s = micros(rest[1]), _offset(rest[2])
    return tuple.__new__(Stamp, (*stamp[:6], micro, offset_s, True, False))


def _new_stamp(token: str) -> Stamp | None:
    if token[19:20] == "." and token[20:21] in ("Z", "+", "-"):  # a fraction without digits
        token = token[:19] + token[20:]
    found = read_stamp(token)
    if found is None or found[1] != len(token):
        return None
    if _SECOND.match(token):
        if len(_seconds) >= _CACHE:
            _seconds.clear()
        _seconds[token[:19]] = found[0]._replace(micro=0, offset_s=None)
    return found[0]


def _offset(zone: str | None) -> int | None:
    """Seconds east of UTC; None where there is no zone."""
    if zone is None:
        return None
    offset_s = _OFFSETS.get(zone)
    if offset_s is None:
        hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
        offset_s = _OFFSETS[zone] = (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)
    return offset_s


def decode_5424(
    text: str, at: int, version: int, facility: int | None, severity: int | None, whole: bool
) -> Event | None:
    """The event of a line whose PRI and version end before `at`; None if it is RFC 5424 in nothing but its digit.

    `whole` is False when the PRI was broken: the event is then partial at best.
    """
    parts = text[at:].split(" ", 5)
    if "" in parts[:5]:  # blanks by twos: the fields are still told apart, but it is not to the letter
        parts, whole = _BLANKS.split(text[at:].strip(" "), maxsplit=5), False
    stamp = None if parts[0] == NIL else stamp_of(parts[0])
    if stamp is not None and "-" not in parts[0]:
        return None  # Meraki: a version and an epoch, but no RFC 5424 behind them
    if (
        stamp is None
        and (parts[0] != NIL or version != 1)
        and (len(parts) < 6 or parts[5][:1] not in ("-", "["))
    ):
        return None
    whole = whole and (stamp is not None or parts[0] == NIL) and len(parts) == 6
    parts += [NIL] * (6 - len(parts))
    _, claimed, app, procid, msgid, rest = parts
    host = _hosts.get(claimed)
    if host is None and claimed != NIL:
        host = _new_host(claimed)
    data: StructuredData | None = None
    message = rest
    if rest[:1] == "[":
        found = read_structured(rest, 0)
        if found is None:
            whole = False
        else:
            data, end = found
            message = rest[end:]
    elif rest == NIL or rest[:2] == "- ":
        message = rest[2:]
    else:
        whole = False
        if rest[:2] in ("-\ufeff", "-\t"):
            message = rest[1:]
    message = message.strip(EDGES)
    if message[-4:-2] == "#0":
        message = clean_message(message)
    return Event(
        facility, severity, version, stamp, host, None if app == NIL else app, None if procid == NIL else procid,
        None if msgid == NIL else msgid, data, message, "full" if whole else "partial",
    )  # fmt: skip


def decode_other_stamp(
    text: str, at: int, version: int, facility: int | None, severity: int | None
) -> Event | None:
    """RFC 5424 but for its stamp, which is of another kind (`1 Mar 22 10:00:00 host app 12 ID1 - text`): partial."""
    found = read_stamp(text, at)
    if found is None:
        return None
    stamp, end = found
    parts = text[end : end + _FIELDS_MAX].split(" ", 5)
    if len(parts) < 6 or parts[0] or "" in parts[1:5] or parts[5][:1] not in ("-", "["):
        return None
    event = decode_5424(NIL + text[end:], 0, version, facility, severity, False)
    if event is not None:
        event.stamp = stamp
    return event


def _new_host(claimed: str) -> str | None:
    if len(_hosts) >= _CACHE:
        _hosts.clear()
    host = _hosts[claimed] = clean_host(claimed)
    return host


def clean_message(text: str) -> str:
    """Outer white space, NULs, byte order marks and escaped line ends (`#012`) removed."""
    text = text.strip(EDGES)
    while text.endswith(("#012", "#015", "#000")):
        text = text[:-4].rstrip(" \t\r\n\x00")
    return text

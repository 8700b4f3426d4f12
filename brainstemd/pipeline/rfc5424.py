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
_PARAM = r'[^\s=\]"]+="(?:[^"\\]|\\.)*+"'
_ELEMENT = re.compile(rf'\[([^\s=\]"]+)((?: ++{_PARAM})*+) *+\]', re.S)
_PARAMS = re.compile(r'([^\s=\]"]+)="((?:[^"\\]|\\.)*+)"', re.S)
_ESCAPED = re.compile(r'\\(["\\\]])')
_FRACTION = re.compile(r"(?:[.,](\d{1,9}))?([Zz]|[+-]\d{2}:?\d{2})?\Z")
_OFFSETS: Final = {"Z": 0, "z": 0, "+00:00": 0, "-00:00": 0}
_CACHE: Final = 8192

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
    second = token[:19]
    stamp = _seconds.get(second)
    if stamp is None:
        found = read_stamp(token)
        if found is None or found[1] != len(token):
            return None
        if len(second) == 19 and second[10] in "Tt" and second[4] == "-":
            if len(_seconds) >= _CACHE:
                _seconds.clear()
            _seconds[second] = found[0]._replace(micro=0, offset_s=None)
        return found[0]
    rest = _FRACTION.match(token, 19)
    if rest is None:
        return None
    digits, zone = rest.groups()
    offset_s = None
    if zone is not None:
        offset_s = _OFFSETS.get(zone)
        if offset_s is None:
            hours, minutes = int(zone[1:3]), int(zone[-2:])
            offset_s = (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)
    return Stamp(
        stamp[0], stamp[1], stamp[2], stamp[3], stamp[4], stamp[5], micros(digits) if digits else 0, offset_s
    )


def _field(token: str) -> str | None:
    return None if token == NIL else token


def decode_5424(
    text: str, at: int, version: int, facility: int | None, severity: int | None, whole: bool
) -> Event | None:
    """The event of a line whose PRI and version end before `at`; None if it is RFC 5424 in nothing but its digit.

    `whole` is False when the PRI was broken: the event is then partial at best.
    """
    parts = text[at:].split(" ", 5)
    stamp = None if parts[0] == NIL else stamp_of(parts[0])
    if stamp is not None and "-" not in parts[0]:
        return None  # Meraki: a version and an epoch, but no RFC 5424 behind them
    if stamp is None and parts[0] != NIL and (len(parts) < 6 or parts[5][:1] not in ("-", "[")):
        return None
    whole = whole and (stamp is not None or parts[0] == NIL) and len(parts) == 6
    parts += [NIL] * (6 - len(parts))
    _, host, app, procid, msgid, rest = parts
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
    return Event(
        facility, severity, version, stamp, None if host == NIL else clean_host(host), _field(app), _field(procid),
        _field(msgid), data, clean_message(message), "full" if whole else "partial",
    )  # fmt: skip


def clean_message(text: str) -> str:
    """Outer white space, NULs, byte order marks and escaped line ends (`#012`) removed."""
    text = text.strip(" \t\r\n\x00\x0b\x0c\ufeff")
    while text.endswith(("#012", "#015", "#000")):
        text = text[:-4].rstrip(" \t\r\n\x00")
    return text

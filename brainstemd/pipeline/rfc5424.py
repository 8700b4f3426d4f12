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
from brainstemd.pipeline.stamps import read_stamp

StructuredData = dict[str, dict[str, str]]

NIL: Final = "-"
_PARAM = r'[^\s=\]"]+="(?:[^"\\]|\\.)*+"'
_ELEMENT = re.compile(rf'\[([^\s=\]"]+)((?: ++{_PARAM})*+) *+\]', re.S)
_PARAMS = re.compile(r'([^\s=\]"]+)="((?:[^"\\]|\\.)*+)"', re.S)
_ESCAPED = re.compile(r'\\(["\\\]])')
_CACHE: Final = 8192

_stamps: dict[str, Stamp | None] = {}


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
    """The stamp that takes the whole token, or None."""
    if token in _stamps:
        return _stamps[token]
    found = read_stamp(token)
    stamp = found[0] if found is not None and found[1] == len(token) else None
    if len(_stamps) >= _CACHE:
        _stamps.clear()
    _stamps[token] = stamp
    return stamp


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

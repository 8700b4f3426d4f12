"""What dialects share: key=value and CSV read once, values checked, prose inside a structure handed to the generic layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from brainstemd.models import Event, Stamp
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.generic import generic
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.stamps import read_stamp

LOOK_MAX: Final = 4096  # characters of a message that a structure is read from
_PAIR = re.compile(
    r'(?<![\w-])([A-Za-z_][\w.-]{0,63})=(?:"([^"]*)"?|([^\s"]*))'
)  # an unclosed quote runs to the end: linear


def words(text: str) -> frozenset[str]:
    """A table of words."""
    return frozenset(text.split())


_NOTHING: Final = frozenset(
    ("", "-", "--", "N/A", "n/a", "NA", "None", "none", "null", "(null)", "unknown", "undefined", "any")
)
_DENIED: Final = words(
    "deny denied drop dropped discard discarded block blocked blk reject rejected reset reset-client reset-server reset-both"
    " sinkhole prevent prevented quarantine quarantined refuse refused violated reset-o"
)


def pairs(text: str) -> dict[str, str]:
    """`key=value key="a value"` → a dictionary; of equal keys the last."""
    return {key: quoted or plain for key, quoted, plain in _PAIR.findall(text[:LOOK_MAX])}


def fields(text: str) -> list[str]:
    """The fields of one line of CSV (RFC 4180): quoted fields lose their quotes, an unclosed quote runs to the end."""
    text = text[:LOOK_MAX]
    if '"' not in text:
        return text.split(",")
    if '""' in text:
        return _escaped(text)
    row: list[str] = []
    quoted = ""
    parts = text.split('"')
    for at in range(0, len(parts), 2):  # outside quotes; the next one is inside
        cells = parts[at].split(",")
        cells[0] = quoted + cells[0]
        if at + 1 < len(parts):
            quoted = cells.pop() + parts[at + 1]
        row += cells
    if len(parts) % 2 == 0:
        row.append(quoted)
    return row


def _escaped(text: str) -> list[str]:
    """Empty quoted fields and doubled quotes: field by field."""
    found: list[str] = []
    at, size = 0, len(text)
    while at <= size:
        if text[at : at + 1] == '"':
            value, at = _quoted(text, at + 1)
            end = text.find(",", at)
            value += text[at:] if end < 0 else text[at:end]
        else:
            end = text.find(",", at)
            value = text[at:] if end < 0 else text[at:end]
        found.append(value)
        if end < 0:
            break
        at = end + 1
    return found


def _quoted(text: str, at: int) -> tuple[str, int]:
    """A quoted field's value, and where its closing quote ends."""
    parts: list[str] = []
    while True:
        end = text.find('"', at)
        if end < 0:
            parts.append(text[at:])
            return "".join(parts), len(text)
        parts.append(text[at:end])
        if text[end + 1 : end + 2] != '"':
            return "".join(parts), end + 1
        parts.append('"')
        at = end + 2


def field(row: list[str], at: int) -> str:
    """A field by its place; "" behind the end of a short row."""
    return row[at] if at < len(row) else ""


def word(value: str | None) -> str | None:
    """A value that says something, or None."""
    return None if value is None or value in _NOTHING else value


def ip(value: str | None) -> str | None:
    """An address, also one with `:port` or a prefix length behind it, or None; nobody's address (`0.0.0.0`) is none."""
    if not value:
        return None
    value = value.rstrip(".")  # the end of a sentence
    found = address(value) or address(value.partition("/")[0])
    if found is None and value.count(":") == 1:
        found = address(value.partition(":")[0])
    return None if found in ("0.0.0.0", "::") else found  # noqa: S104 - compared, never bound


def port(value: str | None) -> int | None:
    """A port number, or None; ports of protocols that have none are written 0."""
    if value is None or not value.isdecimal() or len(value) > 5:
        return None
    number = int(value)
    return number if 0 < number < 65_536 else None


def ends(
    event: Event, src: str | None, dst: str | None, src_port: str | None = None, dst_port: str | None = None
) -> None:
    """Sets both ends of a flow."""
    event.src_ip, event.dst_ip = ip(src), ip(dst)
    event.src_port, event.dst_port = port(src_port), port(dst_port)


def name(event: Event, entity: str | None, kind: str) -> None:
    """Sets what the event is about, if that has a name."""
    if entity:
        event.entity, event.entity_kind = entity, kind
        if kind == "user":
            event.user = event.user or entity
        elif kind == "interface":
            event.interface = event.interface or entity


def login(event: Event, outcome: str | None, user: str | None, source: str | None = None) -> None:
    """An attempt to log in is about the account."""
    event.action, event.outcome = "login", outcome
    name(event, word(user), "user")
    if source is not None:
        event.src_ip = ip(source) or event.src_ip


def flow(event: Event, action: str | None) -> Rest:
    """A flow is neutral; one that a device stopped is a failed attempt. Its user is who began it, no broken thing."""
    event.action = (action or "").lower() or None
    if event.action is not None and (event.action in _DENIED or event.action.partition("-")[0] in _DENIED):
        event.outcome = "failure"  # also `block-url`, `drop-all-packets`
    return Rest.NOTHING


def said(event: Event, words: str | None) -> Rest:
    """What a structure's prose says, by the generic layer, which must not read the other fields as prose."""
    if not words:
        return Rest.NOTHING
    heard = Event(None, None, None, None, None, None, None, None, None, words)
    heard.user, heard.interface, heard.outcome = event.user, event.interface, event.outcome
    heard.src_ip, heard.dst_ip = event.src_ip, event.dst_ip
    heard.event_code = event.event_code
    if event.polarity != "neutral":
        heard.polarity, heard.orderly = event.polarity, event.orderly
    if event.entity is not None:
        heard.entity, heard.entity_kind = event.entity, event.entity_kind
    generic(heard)
    event.polarity, event.healed, event.orderly = heard.polarity, heard.healed, heard.orderly
    event.outcome, event.user, event.interface = heard.outcome, heard.user, heard.interface
    event.lost = heard.lost
    event.entity, event.entity_kind = heard.entity, heard.entity_kind
    event.src_ip, event.dst_ip = heard.src_ip, heard.dst_ip
    event.src_port, event.dst_port = event.src_port or heard.src_port, event.dst_port or heard.dst_port
    return Rest.NOTHING


@lru_cache(maxsize=4096)
def stamp(text: str) -> Stamp | None:
    """A timestamp that stands in a field of its own. Cached: the lines of one second share it."""
    found = read_stamp(text)
    return None if found is None else found[0]


def first(found: Mapping[str, str], *keys: str) -> str | None:
    """The first of these keys that has a value that says something."""
    for key in keys:
        value = found.get(key)
        if value is not None and value not in _NOTHING:
            return value
    return None

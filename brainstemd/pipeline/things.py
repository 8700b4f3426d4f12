"""What may be the name of a thing, and how the entity of an event is set."""

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.names import NO_NAMES, NOUNS
from brainstemd.pipeline.state_words import STATE_WORDS

_ADDRESS_KINDS = frozenset(("neighbor", "host", "tunnel", "peer"))
SHAPED = re.compile(r"[\d_/@:\\.-]|[a-z][A-Z]")
ENGLISH = re.compile(r"[a-z]+(?:ing|tion|sion|ment|ness|ally|able|ility|ance|ence|ed)$")
_ID = re.compile(r"\d{6}|^[0-9a-fA-F-]{16,}$")  # numbers of tasks, blocks, requests: another with every line
_TRAIL = ".,;:!?)]}>\"'`"
_MEASURED = re.compile(
    r"[+-]?\d{1,15}(?:[.,]\d{1,9})?(?:%|[kKMGT]i?[Bb](?:ytes|its)?|[mµun]?s(?:ecs?|econds?)?|min(?:utes?)?)$"
)  # how much, and of what unit; `1B` may be a slot
_URI = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]{1,15}://(?:[^/@\s]{1,64}@)?([\w.-]{1,128})", re.I)


def good_name(word: str, kind: str, *, quoted: bool = False) -> str | None:
    """The word as the name of a thing of that kind, or None: numbers, measurements, addresses (but of peers) and plain
    English are no names.
    """
    name = word.rstrip(_TRAIL)
    if "://" in name and (uri := _URI.match(name)) is not None:
        name = uri[1]
    if kind == "disk":
        name = name.removeprefix("/dev/")
    if not name or len(name) > 128 or not any(map(str.isalpha, name)):
        return address(name) if kind in _ADDRESS_KINDS and name.count(".") == 3 else None
    if _MEASURED.match(name) is not None:
        return None
    lower = name.lower()
    if not quoted and (lower in NOUNS or lower in STATE_WORDS):
        return None
    if lower in NO_NAMES or lower.startswith(("0x", "session-", "http://", "https://")):
        return None
    if "." in name or ":" in name:
        found = address(name.rpartition(":")[0] if name.count(":") == 1 else name)
        if found is not None:
            return found if kind in _ADDRESS_KINDS else None
    shaped = quoted or SHAPED.search(name) is not None
    if not shaped and ENGLISH.match(lower):
        return None
    if not quoted and _ID.search(name):
        return None
    return name


def set_entity(event: Event, name: str | None, kind: str) -> None:
    """Fills the entity if it is empty."""
    if name and event.entity is None:
        event.entity, event.entity_kind = name, kind
        if kind == "interface" and event.interface is None:
            event.interface = name
        if kind == "user" and event.user is None:
            event.user = name

"""Text from the outside, made safe to show.

What a terminal, a pager or a browser would *obey* instead of showing is turned into a visible escape: C0
and C1 controls and DEL (ECMA-48), bidirectional controls (Unicode UAX #9; CVE-2021-42574), line and
paragraph separators, and characters that are invisible by design (zero width, byte order mark, tags,
private use).
"""

from __future__ import annotations

import re

_UNSAFE = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: escape sequences begin with these
    "\u00ad\u061c\u115f\u1160\u180e"  # soft hyphen, Arabic letter mark, fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, separators, bidi embeddings, overrides, isolates
    "\u3164\ufeff\uffa0\ufff9-\ufffb"  # fillers, byte order mark, annotations
    "\ue000-\uf8ff\U000e0000-\U0010ffff"  # tags, private use
)
_PATTERN = re.compile(f"[{_UNSAFE}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
ELLIPSIS = "..."


def clean(text: str) -> str:
    """The text without surrogates (each becomes U+FFFD), so that it can be encoded as UTF-8."""
    return _SURROGATE.sub("\ufffd", text)


def decode(raw: bytes) -> str:
    """A raw line as text: UTF-8, what is not becomes U+FFFD."""
    return raw.decode("utf-8", "replace")


def cut(text: str, length: int) -> str:
    """The text, at most `length` characters; a longer one ends in three dots."""
    return text if len(text) <= length else text[: max(0, length - len(ELLIPSIS))] + ELLIPSIS


def neutralise(text: str) -> str:
    """The text on one line, with nothing in it that a terminal obeys. A tab becomes a space."""
    return _PATTERN.sub(_visible, clean(text).replace("\t", " "))


def neutralise_json(encoded: str) -> str:
    """An encoded JSON document with the same characters as JSON escapes: equal data, safe to print."""
    return _PATTERN.sub(_json_escape, encoded)


def _visible(match: re.Match[str]) -> str:
    point = ord(match[0])
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def _json_escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))

"""Octet counts in a stream (RFC 6587 section 3.4.1): what may be one, and whether a stream begins with one.

A count before a PRI is believed at once. Before anything else (JSON, CEF, plain text) a number and a blank may as well be
words. At the start of a connection it is a count when the bytes it covers hold no line end and are followed by another count
whose bytes, as far as they came, hold none either: senders do not change their ways.
"""

from __future__ import annotations

import re
from typing import NamedTuple

COUNT = re.compile(rb"([0-9]{1,10}) ")
COUNT_PARTIAL = re.compile(rb"[0-9]{1,10} ?\Z")
COUNT_PRI = re.compile(rb"[0-9]{1,10} <")
_AFTER_LF = re.compile(rb"\n[0-9]{1,10} <")  # a literal first byte lets `search` run at C speed
_AFTER_NUL = re.compile(rb"\0[0-9]{1,10} <")
_PARTIAL = re.compile(rb"[0-9]{0,10}\Z")
_LINE_END = re.compile(rb"[\n\0]")


def may_count(data: bytes) -> bool:
    """Whether a frame of a stream that starts with a frame may be octet-counted."""
    if COUNT_PRI.match(data) is not None or _AFTER_LF.search(data) is not None:
        return True
    return b"\0" in data and _AFTER_NUL.search(data) is not None


def lines_end(data: bytes, at: int) -> int:
    """Where, behind lines that begin at `at`, the first octet-counted frame starts; the end of the data if none does."""
    found = _AFTER_LF.search(data, at)
    stop = found.start() + 1 if found is not None else len(data)
    found = _AFTER_NUL.search(data, at, stop) if b"\0" in data else None
    return stop if found is None else found.start() + 1


class Count(NamedTuple):
    """A count: where it stands and what it claims."""

    start: int
    body: int  # where the frame begins, after the space
    size: int


def count_at(data: bytes, at: int, believed: bool) -> Count | None:
    """The count at `at`; without a PRI behind it only if it is `believed`."""
    match = COUNT.match(data, at)
    if match is None or not (believed or data[match.end() : match.end() + 1] == b"<"):
        return None
    return Count(at, match.end(), int(match[1]))


def starts_counted(data: bytes, max_line: int, *, ended: bool = False) -> bool | None:
    """Whether the first frame of a stream is octet-counted though it bears no PRI; None while that is open.

    `ended`: no more bytes come. The answer is a function of the stream, not of how much of it is there.
    """
    body, size = _count(data, 0)
    if body < 0:
        return None if not ended and _PARTIAL.match(data) else False
    end = body + size
    if not 0 < size <= max_line or data[body : body + 1] == b"<" or _LINE_END.search(data, body, end):
        return False
    if end >= len(data):
        return end == len(data) if ended else None
    second, size = _count(data, end)
    if second < 0:
        return (ended or None) if _PARTIAL.match(data, end) else False
    if second == len(data):
        return ended or None
    if data[second] == 0x3C:
        return True
    if not 0 < size <= max_line or _LINE_END.search(data, second, second + size):
        return False
    return True if ended or second + size <= len(data) else None


def _count(data: bytes, at: int) -> tuple[int, int]:
    """Where the bytes begin that a count at `at` covers, and how many; (-1, 0) if there is none."""
    found = COUNT.match(data, at)
    return (found.end(), int(found[1])) if found is not None else (-1, 0)

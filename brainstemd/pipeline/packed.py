"""Compressed datagrams and chunks, as GELF senders write them (GELF 1.1: zlib or gzip; a chunk begins with 0x1e 0x0f).

Opened here and never in intake. Bounded: at most `PLAIN_MAX` bytes come out of one line, and what is inside is not opened
again. A chunk says which part of how many it is and nothing more: datagrams are lines of their own, whatever record of the
spool they came to lie in, so that messages are not put together from them.
"""

from __future__ import annotations

import zlib
from typing import Final

PLAIN_MAX: Final = 65_536
PACKED: Final = (b"\x1f", b"\x78", b"\x1e")  # first bytes of gzip, zlib (also an `x`) and a chunk
TOO_LARGE: Final = f"compressed message of more than {PLAIN_MAX} bytes, not opened"
_ZLIB_OR_GZIP: Final = 32 + zlib.MAX_WBITS  # told apart by their headers
_CHUNK: Final = b"\x1e\x0f"
_CHUNK_HEAD: Final = 12  # magic 2, message id 8, number 1, count 1


def plain(raw: bytes) -> bytes:
    """What a compressed line holds; any other line, also a damaged or too large one, is itself."""
    return unpack(raw) or raw


def unpack(raw: bytes) -> bytes | None:
    """The bytes inside; None if the line is not compressed, harmed, cut off or empty; `TOO_LARGE` in place of a bomb."""
    if raw[:2] != b"\x1f\x8b" and (raw[:1] != b"\x78" or int.from_bytes(raw[:2], "big") % 31):
        return None
    opener = zlib.decompressobj(_ZLIB_OR_GZIP)
    try:
        found = opener.decompress(raw, PLAIN_MAX + 1)
    except zlib.error:
        return None
    if len(found) > PLAIN_MAX:
        return TOO_LARGE.encode()
    return found if opener.eof and found else None


def chunk(raw: bytes) -> str | None:
    """The words for a chunk of a message; None if the line is none."""
    if raw[:2] != _CHUNK or len(raw) <= _CHUNK_HEAD or not raw[10] < raw[11] <= 128:
        return None
    return f"GELF chunk {raw[10] + 1} of {raw[11]}, not put together"

"""One segment, open for reading; and the copies of its records that a later segment holds."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from backports import zstd

from brainstemd.spool import segments
from brainstemd.spool.disk import Disk
from brainstemd.spool.record import (
    BODY_BYTES_MAX,
    HEADER_BYTES,
    MAGIC,
    PREFIX_BYTES,
    Header,
    Raw,
    decode,
    decode_header,
    size_at,
)
from brainstemd.spool.segments import SegmentInfo

COPIES_AHEAD = 8  # segments in which copies are looked for: each is one failed fdatasync more
_PAGE_BYTES = 4096

CHUNK_BYTES = 512 * 1024


class Damage(NamedTuple):
    """Bytes that hold no record. `end` is where reading goes on in the segment."""

    offset: int
    end: int
    reason: str


class Segment:
    """One segment, open for reading by position: plain through the kernel, compressed whole in memory."""

    def __init__(self, info: SegmentInfo) -> None:
        """Raises FileNotFoundError, OSError."""
        self.number = info.number
        self.info = info
        self.harmed = False  # the compressed file is: what could be got out of it is there
        self._fd = -1
        self._whole: bytes | None = None
        self._copies: dict[int, Raw] | None = None
        if info.compressed:
            self._whole, self.harmed = _decompress(info.path)
        else:
            self._fd = os.open(info.path, os.O_RDONLY | os.O_CLOEXEC)

    def size(self) -> int:
        return len(self._whole) if self._whole is not None else os.fstat(self._fd).st_size

    def read(self, offset: int, size: int) -> bytes:
        """Up to `size` bytes from `offset`; fewer only at the end of the file."""
        if self._whole is not None:
            return self._whole[offset : offset + size]
        return pread(self._fd, size, offset)

    def header(self) -> Header | None:
        return decode_header(self.read(0, HEADER_BYTES))

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def record(self, offset: int) -> Raw | None:
        """The record at `offset`, read by itself; None unless whole and unharmed."""
        total = size_at(self.read(offset, PREFIX_BYTES), 0)
        return decode(self.read(offset, total), 0, self.number, offset) if total > 0 else None

    def original(self, offset: int) -> Raw | None:
        """The record whose identity is `offset`: from its place, or where it is harmed, from its copy."""
        raw = self.record(offset)
        if raw is not None:
            return raw
        if self._copies is None:
            present = segments.list_segments(self.info.path.parent, Disk())
            self._copies = copies_of(self.number, [i for i in present if i.number > self.number]).found
        return self._copies.get(offset)

    def next_valid(self, offset: int) -> int | None:
        """Where the first whole and unharmed record at or after `offset` begins.

        The segment may be growing: a record that was half written when it was passed is whole once one stands after
        it, so what was found is looked for again.
        """
        return None if self._scan(offset) is None else self._scan(offset)

    def _scan(self, offset: int) -> int | None:
        while True:
            data = self.read(offset, CHUNK_BYTES)
            at = data.find(MAGIC)
            while at >= 0:
                if self.record(offset + at) is not None:
                    return offset + at
                at = data.find(MAGIC, at + 1)
            if len(data) < CHUNK_BYTES:
                return None
            offset += CHUNK_BYTES - len(MAGIC) + 1

    def walk(self, offset: int = 0) -> Iterator[tuple[int, int, Raw] | Damage]:
        """Everything from `offset` on, as of a dead segment: (offset, end, record) or damage, in order."""
        size = self.size()
        if offset == 0:
            head = self.header()
            if head is None and size:
                yield Damage(0, min(size, HEADER_BYTES), "bad_header")
            offset = min(size, HEADER_BYTES)
        while offset < size:
            raw = self.record(offset)
            if raw is not None:
                end = offset + size_at(self.read(offset, PREFIX_BYTES), 0)
                yield offset, end, raw
                offset = end
                continue
            found = self.next_valid(offset + 1)
            if found is not None and self.record(offset) is not None:
                continue  # it was half written at the first look: what stands behind it came later
            yield Damage(
                offset, size if found is None else found, "torn_tail" if found is None else "corrupt"
            )
            offset = size if found is None else found


def open_segment(info: SegmentInfo) -> Segment:
    """Compressed or not: retention may have changed that since the directory was listed. Raises FileNotFoundError."""
    try:
        return Segment(info)
    except FileNotFoundError:
        name = segments.name(info.number) + ("" if info.compressed else ".zst")
        return Segment(SegmentInfo(info.number, info.path.with_name(name), not info.compressed))


def pread(fd: int, size: int, offset: int, read: Callable[[int, int, int], bytes] = os.pread) -> bytes:
    """os.pread, but what the disk cannot give (EIO) reads as zeros, page by page: damage, not the end of reading."""
    try:
        return read(fd, size, offset)
    except OSError as e:
        if e.errno != errno.EIO:
            raise
    size = max(0, min(size, os.fstat(fd).st_size - offset))
    parts = []
    at = offset
    while at < offset + size:
        wanted = min(_PAGE_BYTES - at % _PAGE_BYTES, offset + size - at)
        try:
            part = read(fd, wanted, at)
        except OSError as e:
            if e.errno != errno.EIO:
                raise
            part = b""
        parts.append(part.ljust(wanted, b"\0"))
        at += wanted
    return b"".join(parts)


def _decompress(path: Path) -> tuple[bytes, bool]:
    """(as much as can be decompressed, whether that is not all)."""
    decompressor = zstd.ZstdDecompressor()
    parts: list[bytes] = []
    with path.open("rb") as file:
        while not decompressor.eof:
            try:
                if not (data := file.read(CHUNK_BYTES)):
                    break
                parts.append(decompressor.decompress(data))
            except (zstd.ZstdError, OSError):
                return b"".join(parts), True
    return b"".join(parts), not decompressor.eof


class Copies(NamedTuple):
    """What later segments hold of one segment's records, by their offset in that one."""

    found: dict[int, Raw]
    settled: bool  # False: the writer may still be writing them


def copies_of(number: int, newer: Sequence[SegmentInfo]) -> Copies:
    """The copies of segment `number`'s records. `newer`: all segments after it, ascending.

    A run of copies begins a segment; a segment that begins with anything else means that there are no more.
    """
    found: dict[int, Raw] = {}
    for info in newer[:COPIES_AHEAD]:
        try:
            segment = open_segment(info)
        except FileNotFoundError:
            continue
        try:
            whole = _run(segment, number, found)
        finally:
            segment.close()
        if whole:
            return Copies(found, True)
        if info is newer[-1]:
            return Copies(found, False)
    return Copies(found, True)


def _run(segment: Segment, number: int, found: dict[int, Raw]) -> bool:
    """Gather the copies at the head of a segment; whether the run is over."""
    at = segment.next_valid(HEADER_BYTES)
    while at is not None:
        raw = segment.record(at)
        if raw is None or raw.copy is None:
            return True
        if raw.copy.segment == number:
            found.setdefault(raw.copy.offset, raw)
        if raw.copy.following == 0:
            return True
        at = segment.next_valid(at + size_at(segment.read(at, PREFIX_BYTES), 0))
    return False


assert CHUNK_BYTES < BODY_BYTES_MAX

"""Looking a stream over: what is there, what a reader will skip, and every record as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from brainstemd.models import Cursor, Record, RecordKind
from brainstemd.spool import segments
from brainstemd.spool.disk import Disk
from brainstemd.spool.record import Origins, record_of
from brainstemd.spool.segment import Damage, Segment, copies_of, open_segment
from brainstemd.spool.segments import SegmentInfo


@dataclass(slots=True)
class Stat:
    """A stream by its directory alone; no segment is read."""

    segments: int = 0
    compressed: int = 0
    bytes: int = 0
    oldest: int | None = None  # segment numbers
    newest: int | None = None
    newest_written_us: int | None = None


@dataclass(slots=True)
class SegmentCheck:
    """What `verify` found in one segment."""

    info: SegmentInfo
    bytes: int = 0  # uncompressed
    records: int = 0
    controls: int = 0
    lines: int = 0
    copies: int = (
        0  # records of an earlier segment, written again after a failed fdatasync; not counted as lines
    )
    first_us: int | None = None
    last_us: int | None = None
    missing_before: int = 0  # segment numbers that are not there
    live: bool = False  # the newest: an unfinished end may still be being written
    damage: list[Damage] = field(default_factory=list)


def stat(directory: Path, *, disk: Disk | None = None) -> Stat:
    """Raises OSError."""
    total = Stat()
    for info in segments.list_segments(directory, disk if disk is not None else Disk()):
        try:
            file = info.path.stat()
        except FileNotFoundError:
            continue
        total.segments += 1
        total.compressed += info.compressed
        total.bytes += file.st_size
        total.oldest = info.number if total.oldest is None else total.oldest
        total.newest = info.number
        total.newest_written_us = file.st_mtime_ns // 1000
    return total


def verify(directory: Path, *, disk: Disk | None = None) -> Iterator[SegmentCheck]:
    """Read every record of every segment. Raises OSError."""
    present = segments.list_segments(directory, disk if disk is not None else Disk())
    expected = present[0].number if present else 0
    for info in present:
        check = SegmentCheck(info, missing_before=info.number - expected, live=info is present[-1])
        expected = info.number + 1
        try:
            segment = open_segment(info)
        except FileNotFoundError:
            continue
        try:
            _verify(segment, check)
        finally:
            segment.close()
        yield check


def _verify(segment: Segment, check: SegmentCheck) -> None:
    check.bytes = segment.size()
    if check.bytes == 0:
        check.damage.append(Damage(0, 0, "bad_header"))
    for found in segment.walk():
        if isinstance(found, Damage):
            check.damage.append(found)
            continue
        raw = found[2]
        check.records += 1
        check.controls += raw.kind is not RecordKind.LINES
        check.lines += raw.lines if raw.copy is None else 0
        check.copies += raw.copy is not None
        check.first_us = raw.received_us if check.first_us is None else min(check.first_us, raw.received_us)
        check.last_us = raw.received_us if check.last_us is None else max(check.last_us, raw.received_us)
    if segment.harmed:
        check.damage.append(Damage(check.bytes, check.bytes, "compressed_file_harmed"))


def records(directory: Path, *, disk: Disk | None = None) -> Iterator[Record]:
    """Every whole record of every segment once, damage left out. Raises OSError, SpoolError."""
    origins = Origins()
    present = segments.list_segments(directory, disk if disk is not None else Disk())
    for i, info in enumerate(present):
        try:
            segment = open_segment(info)
        except FileNotFoundError:
            continue
        seen: set[int] = set()
        try:
            for found in segment.walk():
                if isinstance(found, Damage):
                    continue
                offset, end, raw = found
                seen.add(offset)
                if raw.copy is None:
                    yield record_of(raw, info.number, offset, Cursor(info.number, end), origins)
        finally:
            segment.close()
        copies = copies_of(info.number, present[i + 1 :]).found
        for offset, raw in sorted(copies.items()):
            if offset not in seen and raw.copy is not None:
                yield record_of(raw, info.number, offset, Cursor(info.number, raw.copy.end), origins)

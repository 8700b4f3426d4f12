"""Whole records by place, or the last of a kind: for readers that want more than a line's bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from brainstemd.models import Cursor, Record, RecordKind
from brainstemd.spool import segments
from brainstemd.spool.disk import Disk
from brainstemd.spool.record import Origins, record_of
from brainstemd.spool.segment import Damage, open_segment


def last_control(
    directory: Path,
    kinds: Collection[RecordKind],
    *,
    before: int,
    disk: Disk | None = None,
    look_back: int = 3,
) -> Record | None:
    """The last record of these kinds in the newest segments older than `before`. Raises OSError."""
    present = segments.list_segments(directory, disk if disk is not None else Disk())
    for info in [info for info in present if info.number < before][: -look_back - 1 : -1]:
        try:
            segment = open_segment(info)
        except FileNotFoundError:
            continue
        try:
            found = [f for f in segment.walk() if not isinstance(f, Damage) and f[2].kind in kinds]
        finally:
            segment.close()
        if found:
            offset, end, raw = found[-1]
            return record_of(raw, info.number, offset, Cursor(info.number, end), Origins())
    return None


def oldest_created_us(directory: Path, *, disk: Disk | None = None) -> int:
    """When the oldest kept segment was begun, by its header; 0 where none says. Raises OSError, SpoolError."""
    for info in segments.list_segments(directory, disk if disk is not None else Disk()):
        try:
            segment = open_segment(info)
        except FileNotFoundError:
            continue
        try:
            header = segment.header()
        finally:
            segment.close()
        if header is not None:
            return header.created_us
    return 0


def lookup(
    directory: Path, places: Iterable[tuple[int, int]], *, disk: Disk | None = None
) -> dict[tuple[int, int], Record]:
    """The records at (segment, offset). Those whose segment is gone or harmed are absent. Raises OSError."""
    wanted: dict[int, set[int]] = {}
    for number, offset in places:
        wanted.setdefault(number, set()).add(offset)
    origins = Origins()
    found: dict[tuple[int, int], Record] = {}
    for info in segments.list_segments(directory, disk if disk is not None else Disk()):
        if info.number not in wanted:
            continue
        try:
            segment = open_segment(info)
        except FileNotFoundError:
            continue  # deleted this instant
        try:
            for offset in sorted(wanted[info.number]):
                raw = segment.original(offset)
                if raw is not None and raw.kind is RecordKind.LINES:
                    here = Cursor(info.number, offset)
                    found[info.number, offset] = record_of(raw, info.number, offset, here, origins)
        finally:
            segment.close()
    return found

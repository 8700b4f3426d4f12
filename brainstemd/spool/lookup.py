"""Whole records by place: for readers that want a line's origin and time of receipt besides its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from brainstemd.models import Cursor, Record, RecordKind
from brainstemd.spool import segments
from brainstemd.spool.disk import Disk
from brainstemd.spool.reader import Segment
from brainstemd.spool.record import Origins, record_of


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
            segment = Segment(info)
        except FileNotFoundError:
            continue  # compressed or deleted this instant: a later look finds it or does not
        try:
            for offset in sorted(wanted[info.number]):
                raw = segment.record(offset)
                if raw is not None and raw.kind is RecordKind.LINES:
                    here = Cursor(info.number, offset)
                    found[info.number, offset] = record_of(raw, info.number, offset, here, origins)
        finally:
            segment.close()
    return found

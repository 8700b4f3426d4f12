"""What becomes of consumed segments: compressed, kept by age and size, looked into for single lines."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from backports import zstd

from brainstemd.framing import split
from brainstemd.models import SECOND_US, Cursor, Position, RecordKind
from brainstemd.spool import segments
from brainstemd.spool.disk import Disk
from brainstemd.spool.reader import CHUNK_BYTES, Segment
from brainstemd.spool.segments import SegmentInfo

COMPRESSION_LEVEL = 3


@dataclass(slots=True)
class RetainReport:
    """What one round of `retain` did, and what is left of consumed segments."""

    compressed: int = 0
    deleted: int = 0
    deleted_bytes: int = 0
    kept: int = 0
    kept_bytes: int = 0
    oldest_us: int | None = None  # when the oldest kept segment was last written


def fetch(
    directory: Path, positions: Iterable[Position], *, disk: Disk | None = None
) -> dict[Position, bytes]:
    """The raw lines at `positions`. Lines whose segment is gone or harmed are absent. Raises OSError."""
    wanted: dict[int, dict[int, list[Position]]] = {}
    for position in positions:
        wanted.setdefault(position.segment, {}).setdefault(position.offset, []).append(position)
    found: dict[Position, bytes] = {}
    for info in segments.list_segments(directory, disk if disk is not None else Disk()):
        if info.number in wanted:
            _fetch_from(info, wanted[info.number], found)
    return found


def _fetch_from(info: SegmentInfo, offsets: dict[int, list[Position]], found: dict[Position, bytes]) -> None:
    try:
        segment = Segment(info)
    except FileNotFoundError:
        twin = info.path.with_name(segments.name(info.number) + ("" if info.compressed else ".zst"))
        if not twin.exists():
            return
        segment = Segment(SegmentInfo(info.number, twin, not info.compressed))
    try:
        for offset, positions in sorted(offsets.items()):
            raw = segment.record(offset)
            if raw is None or raw.kind is not RecordKind.LINES:
                continue
            frames = split(raw.framing, raw.payload, raw.lengths)
            for position in positions:
                if 0 <= position.index < len(frames):
                    found[position] = frames[position.index]
    finally:
        segment.close()


def retain(
    directory: Path,
    *,
    before: Cursor,
    max_bytes: int,
    max_age_s: float,
    compress: bool,
    now_us: int,
    disk: Disk | None = None,
    compress_max: int = 4,
) -> RetainReport:
    """Compress and delete consumed segments: those older than the cursor's, and never the newest.

    Oldest first: a segment last written more than `max_age_s` ago is deleted, then as many as it takes to keep at
    most `max_bytes` of them. At most `compress_max` are compressed in a call, so that a call is short. Raises OSError.
    """
    disk = disk if disk is not None else Disk()
    report = RetainReport()
    present = segments.list_segments(directory, disk)
    consumed = [info for info in present[:-1] if info.number < before.segment]
    _drop_twins(directory, disk, consumed)
    sizes: dict[int, tuple[int, int]] = {}
    for i, info in enumerate(consumed):
        if compress and not info.compressed and report.compressed < compress_max:
            consumed[i] = info = _compress(info, disk)
            report.compressed += 1
        stat = info.path.stat()
        sizes[info.number] = stat.st_size, stat.st_mtime_ns // 1000
    kept = sum(size for size, _ in sizes.values())
    oldest_us = now_us - int(max_age_s * SECOND_US)
    for info in consumed:
        size, written_us = sizes[info.number]
        if kept <= max_bytes and written_us >= oldest_us:
            report.kept += 1
            report.oldest_us = written_us if report.oldest_us is None else min(report.oldest_us, written_us)
            continue
        disk.unlink(info.path)
        kept -= size
        report.deleted += 1
        report.deleted_bytes += size
    report.kept_bytes = kept
    if report.deleted:
        disk.sync_directory(directory)
    return report


def _drop_twins(directory: Path, disk: Disk, consumed: list[SegmentInfo]) -> None:
    """A crash between naming the compressed file and removing the plain one leaves both: the plain one stays."""
    names = set(disk.listdir(directory))
    for info in consumed:
        twin = segments.name(info.number) + ".zst"
        if not info.compressed and twin in names:
            disk.unlink(directory / twin)


def _compress(info: SegmentInfo, disk: Disk) -> SegmentInfo:
    """The segment as `.zst`, whole and durable before the plain file goes. Keeps the time of last writing."""
    path = info.path.with_name(info.path.name + ".zst")
    nascent = info.path.with_name(f".{path.name}.tmp")
    nascent.unlink(missing_ok=True)
    stat = info.path.stat()
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: COMPRESSION_LEVEL,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    compressor = zstd.ZstdCompressor(options=options)
    fd = disk.create(nascent)
    try:
        with info.path.open("rb") as file:
            while data := file.read(CHUNK_BYTES):
                _write_all(disk, fd, compressor.compress(data))
        _write_all(disk, fd, compressor.flush(zstd.ZstdCompressor.FLUSH_FRAME))
        os.utime(fd, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        disk.fdatasync(fd)
    except OSError:
        disk.unlink(nascent)
        raise
    finally:
        disk.close(fd)
    disk.rename(nascent, path)
    disk.sync_directory(info.path.parent)
    disk.unlink(info.path)
    return SegmentInfo(info.number, path, True)


def _write_all(disk: Disk, fd: int, data: bytes) -> None:
    while data:
        data = data[disk.writev(fd, [data]) :]

"""What becomes of consumed segments: compressed, kept by age and size, looked into for single lines."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from backports import zstd

from brainstemd.framing import split
from brainstemd.models import Cursor, Position, RecordKind
from brainstemd.spool import segments
from brainstemd.spool.ages import Ages
from brainstemd.spool.disk import Disk
from brainstemd.spool.segment import CHUNK_BYTES, open_segment
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
    uncompressed: int = 0  # of the kept ones: there is more to do
    problem: str | None = None  # what could not be done; the rest was


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
        segment = open_segment(info)
    except FileNotFoundError:
        return
    try:
        for offset, positions in sorted(offsets.items()):
            raw = segment.original(offset)
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
    ages: Ages | None = None,
    disk: Disk | None = None,
    compress_max: int = 4,
) -> RetainReport:
    """Compress and delete consumed segments: those older than the cursor's, and never the newest.

    First those go that have been there for more than `max_age_s` (by `Ages`, never by the wall clock), then some of
    the rest are compressed, at most `compress_max` in a call, so that a call is short; then the oldest go, as many as
    it takes to keep at most `max_bytes`. A disk too full to compress does not keep the others from being deleted:
    that is the report's `problem`. Raises OSError when the directory cannot be read.
    """
    disk = disk if disk is not None else Disk()
    report = RetainReport()
    present = segments.list_segments(directory, disk)
    consumed = [info for info in present[:-1] if info.number < before.segment]
    _sweep(directory, disk, consumed)
    ages = ages if ages is not None else Ages(directory)
    old = ages.look(info.number for info in present)
    report.problem = ages.problem
    kept = [
        info for info in consumed if not (old.get(info.number, 0.0) > max_age_s and _drop(info, disk, report))
    ]
    if compress:
        kept = _compress_some(kept, disk, report, compress_max)
    sizes = {info.number: _size(info) for info in kept}
    report.kept_bytes = sum(sizes.values())
    for info in list(kept):
        if report.kept_bytes <= max_bytes:
            break
        if _drop(info, disk, report):
            kept.remove(info)
            report.kept_bytes -= sizes[info.number]
    report.kept = len(kept)
    report.uncompressed = sum(not info.compressed for info in kept)
    if report.deleted:
        disk.sync_directory(directory)
    return report


def _size(info: SegmentInfo) -> int:
    try:
        return info.path.stat().st_size
    except FileNotFoundError:
        return 0  # somebody else has removed it


def _drop(info: SegmentInfo, disk: Disk, report: RetainReport) -> bool:
    size = _size(info)
    try:
        disk.unlink(info.path)
    except FileNotFoundError:
        return True
    except OSError as e:
        report.problem = f"{info.path.name}: {e.strerror or e}"
        return False
    report.deleted += 1
    report.deleted_bytes += size
    return True


def _sweep(directory: Path, disk: Disk, consumed: list[SegmentInfo]) -> None:
    """What a crash has left: a half compressed file; both files of a segment, of which the plain one stays."""
    names = set(disk.listdir(directory))
    for name in names:
        if name.startswith(".") and name.endswith(".seg.zst.tmp"):
            disk.unlink(directory / name)
    for info in consumed:
        twin = segments.name(info.number) + ".zst"
        if not info.compressed and twin in names:
            disk.unlink(directory / twin)


def _compress_some(
    kept: list[SegmentInfo], disk: Disk, report: RetainReport, compress_max: int
) -> list[SegmentInfo]:
    made = []
    tries = 0
    for info in kept:
        if not info.compressed and tries < compress_max:
            tries += 1
            try:
                info = _compress(info, disk)
                report.compressed += 1
            except FileNotFoundError:
                continue  # somebody else has removed it
            except OSError as e:
                report.problem = f"{info.path.name}: {e.strerror or e}"
        made.append(info)
    return made


def _compress(info: SegmentInfo, disk: Disk) -> SegmentInfo:
    """The segment as `.zst`, whole and durable before the plain file goes. Keeps the time of last writing."""
    path = info.path.with_name(info.path.name + ".zst")
    nascent = info.path.with_name(f".{path.name}.tmp")
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

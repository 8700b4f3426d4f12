"""Archived logs → batches for the spool: opening (plain, gzip, zstd), the year of year-less stamps, event-time order.

A batch of an archive carries as `received_us` the newest event time in it: the anchor from which the pipeline takes a
missing year. A batch never spans two hours of event time, so that several archives can be merged in event time.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple, cast

from backports import zstd

from brainstemd.models import DAY_US, SECOND_US, Batch, Flag, Framing, Origin
from brainstemd.pipeline import decode, when

_BATCH_BYTES = 60_000
_BATCH_LINES = 1000
_LINE_MAX = 64 * 1024
_MONTHS = {m: i for i, m in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)}
# <PRI>? Mmm [d]d hh:mm:ss without a year
_YEARLESS = re.compile(
    rb"(?:<\d{1,3}>)?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?!\d)"
)
# the head of a line up to the hour, in the ISO styles
_HOURLY = re.compile(rb"(?:<\d{1,3}>\d? ?)?(\d{4}-\d{2}-\d{2}[T ]\d{2})")


class Archive(NamedTuple):
    """What one pass over an archive tells before it is taken in."""

    path: Path
    sha256: str
    bytes: int  # of the file, for the progress bar
    first_year: int  # the year of the first year-less stamp


def survey(path: Path, year: int | None = None) -> Archive:
    """One pass: the content's digest, and the year in which year-less stamps begin.

    `year` is the year of the first stamp; without it the last stamp is taken as the newest one not more than a day after the
    file's own time, and the New Years in between are counted back. Raises OSError, EOFError or zstd.ZstdError.
    """
    sha = hashlib.sha256()
    clock = _YearClock(0)
    stamped = None
    with open_archive(path) as stream:
        for line in _lines(stream):
            sha.update(line)
            found = _YEARLESS.match(line)
            if found is not None:
                stamped = clock.read(found)
    if year is None:
        stat = path.stat()
        mtime = datetime.fromtimestamp(stat.st_mtime, UTC)
        year = mtime.year - clock.year
        if (
            stamped is not None
            and _instant(stamped._replace(year=mtime.year)) > stat.st_mtime * SECOND_US + DAY_US
        ):
            year -= 1
    return Archive(path, sha.hexdigest(), path.stat().st_size, year)


def open_archive(path: Path) -> IO[bytes]:
    """The archive's plain bytes, whatever its compression (told by its first bytes, not by its name)."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] == b"\x1f\x8b":
        return cast(IO[bytes], gzip.open(path, "rb"))
    if magic == b"\x28\xb5\x2f\xfd":
        return cast(IO[bytes], zstd.open(path, "rb"))
    return path.open("rb")


def batches(archive: Archive, tenant: str | None = None) -> Iterator[Batch]:
    """The archive's lines as batches with their anchors, in the file's order."""
    origin = Origin("archive", "archive", archive.path.name, tenant=tenant)
    clock = _YearClock(archive.first_year)
    anchor = int(archive.path.stat().st_mtime * SECOND_US)
    anchored = False
    held: list[bytes] = []
    size = 0
    hour: bytes | None = None
    with open_archive(archive.path) as stream:
        for line in _lines(stream):
            found = _YEARLESS.match(line)
            now = line[: found.end(3)] if found else (iso[1] if (iso := _HOURLY.match(line)) else hour)
            if held and (now != hour or size + len(line) > _BATCH_BYTES or len(held) >= _BATCH_LINES):
                yield _batch(origin, held, anchor)
                held, size = [], 0
            hour = now
            if found is not None:
                seen = _instant(clock.read(found))
                anchor = seen if not held else max(anchor, seen)
                anchored = True
            elif (not held and not anchored) or (not held and iso_start(line)):
                anchor = _own_time(line, anchor)
            held.append(line)
            size += len(line)
    if held:
        yield _batch(origin, held, anchor)


def iso_start(line: bytes) -> bool:
    """Does the line begin with a date of its own, year included?"""
    return _HOURLY.match(line) is not None


def _own_time(line: bytes, otherwise: int) -> int:
    stamp = decode(line).stamp
    if stamp is None:
        return otherwise
    return when(stamp, otherwise, None, live=False, assume_utc=True)[0]


def _batch(origin: Origin, lines: list[bytes], anchor: int) -> Batch:
    flags = Flag.ARCHIVE | (Flag.TRUNCATED if any(len(line) >= _LINE_MAX for line in lines) else 0)
    return Batch(origin, Framing.DATAGRAM, anchor, b"".join(lines), [len(line) for line in lines], int(flags))


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines without their ends; of a line beyond 64 KiB the head, as intake does with max_line. Empty ones are no lines."""
    whole = True
    while piece := stream.readline(_LINE_MAX):
        ended = piece.endswith(b"\n")
        if whole:
            line = piece.rstrip(b"\n")
            if line.strip():
                yield line
        whole = ended


class _Seen(NamedTuple):
    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int


class _YearClock:
    """Follows year-less stamps through New Years: a step back by half a year or more is the next year's beginning."""

    def __init__(self, year: int) -> None:
        self.year = year
        self._month = 0

    def read(self, found: re.Match[bytes]) -> _Seen:
        month = _MONTHS[found[1]]
        year = self.year
        if self._month:
            step = month - self._month
            if step <= -6:
                self.year = year = year + 1
                self._month = month
            elif step >= 10:
                year -= 1  # a late line of the old year: the clock stays
            else:
                self._month = month
        else:
            self._month = month
        return _Seen(year, month, int(found[2]), int(found[3]), int(found[4]), int(found[5]))


def _instant(seen: _Seen) -> int:
    """Microseconds of a stamp taken as UTC; an impossible day (29 February of a common year) counts as the day before."""
    day = seen.day
    while day > 0:
        try:
            whole = datetime(
                max(1, seen.year),
                seen.month,
                day,
                min(seen.hour, 23),
                min(seen.minute, 59),
                min(seen.second, 59),
                tzinfo=UTC,
            )
            return int(whole.timestamp()) * SECOND_US
        except ValueError:
            day -= 1
    return 0


def merged(streams: Iterable[Iterator[Batch]]) -> Iterator[Batch]:
    """Several archives as one, by event time (to the hour: the widest that a batch spans)."""
    from heapq import merge

    return merge(*streams, key=lambda batch: batch.received_us)

"""Archived logs → batches for the spool: opening (plain, gzip, zstd), the year of year-less stamps, event-time order.

A batch of an archive carries as `received_us` the newest event time in it: the anchor from which the pipeline takes a
missing year, and the event time of lines without a stamp. A batch never spans two hours of event time, so that several
archives can be merged in event time.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from calendar import monthrange
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, cast

from backports import zstd

from brainstemd.errors import UsageError
from brainstemd.models import DAY_US, HOUR_US, SECOND_US, Batch, Flag, Framing, Origin
from brainstemd.pipeline import decode, normalise, when

_BATCH_BYTES = 60_000
_BATCH_LINES = 1000
_LINE_MAX = 64 * 1024
_ENVELOPE_MAX = 2**20  # 64 KiB of raw line, each byte escaped, and the rest of an envelope
_MONTHS = {m: i for i, m in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)}
# <PRI>? Mmm [d]d hh:mm:ss without a year
_YEARLESS = re.compile(
    rb"(?:<\d{1,3}>)?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?!\d)"
)
# <PRI>[version] and a date of its own, year included: the ISO styles, and date=… time=…
_ISO = re.compile(
    rb"(?:<\d{1,3}>\d? ?)?(?:date=)?(\d{4}-\d{2}-\d{2}(?:[T ]| time=)\d{2}):(\d{2}):(\d{2})"
    rb"(?:[.,]\d{1,9})?(Z|[+-]\d{2}:?\d{2})?"
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_AHEAD = 33  # a line and those that say whether its month is to be followed
_MONTHS_QUIET = 5  # with nothing to say so, as many months without a line are believed
_FIRST_LINES = 1000  # among which the first stamp is looked for


# What reading a damaged or foreign file raises.
UNREADABLE = (OSError, EOFError, ValueError, zlib.error, zstd.ZstdError)


class Archive(NamedTuple):
    """What one pass over an archive tells before it is taken in."""

    path: Path
    sha256: str
    bytes: int  # of the file, for the progress bar
    first_year: int  # the year of the first year-less stamp


def survey(path: Path, year: int | None = None, *, dated: bool = True) -> Archive:
    """One pass: the content's digest, and the year in which year-less stamps begin.

    `year` is the year of the first stamp; without it the last stamp is taken as the newest one not more than a day after the
    file's own time, and the New Years in between are counted back. Envelopes have their dates in the envelope: for them `dated`
    is false. Raises one of `UNREADABLE`.
    """
    sha = hashlib.sha256()
    clock = _YearClock(0)
    with open_archive(path) as stream:
        for line in (line for line, _ in _dated(stream, clock)) if dated else _lines(stream):
            sha.update(line + b"\n")
    if year is None:
        stat = path.stat()
        mtime = datetime.fromtimestamp(stat.st_mtime, UTC)
        year = mtime.year - clock.year
        if (
            clock.last is not None
            and _instant(clock.last._replace(year=mtime.year)) > stat.st_mtime * SECOND_US + DAY_US
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
    anchor = _first_instant(archive)
    held: list[bytes] = []
    size = hour = 0
    unstamped = False  # a held line without a stamp happened at the anchor: it must not rise any more
    with open_archive(archive.path) as stream:
        for line, seen in _dated(stream, clock):
            now = hour if seen is None else seen // HOUR_US
            late = unstamped and seen is not None and seen > anchor
            if held and (late or now != hour or size + len(line) > _BATCH_BYTES or len(held) >= _BATCH_LINES):
                yield _batch(origin, held, anchor)
                held, size, unstamped = [], 0, False
            hour = now
            if seen is not None:
                anchor = max(anchor, seen) if held else seen
            unstamped |= seen is None
            held.append(line)
            size += len(line)
    if held:
        yield _batch(origin, held, anchor)


def _first_instant(archive: Archive) -> int:
    """What lines before the first stamp are taken for; without any stamp, the file's own time."""
    clock = _YearClock(archive.first_year)
    with open_archive(archive.path) as stream:
        for _, seen in islice(_dated(stream, clock), _FIRST_LINES):
            if seen is not None:
                return seen
    return int(archive.path.stat().st_mtime * SECOND_US)


def _dated(stream: IO[bytes], clock: _YearClock) -> Iterator[tuple[bytes, int | None]]:
    """Each line with the event time that it states, as UTC unless it names a zone; None where it states none."""
    ahead: deque[tuple[bytes, _Seen | int | None]] = deque()
    lines = _lines(stream)
    while True:
        ahead.extend((line, _stamp(line)) for line in islice(lines, _AHEAD - len(ahead)))
        if not ahead:
            return
        line, stamp = ahead.popleft()
        if isinstance(stamp, _Seen):
            yield line, _instant(clock.read(stamp, ahead))
        else:
            yield line, stamp


def _stamp(line: bytes) -> _Seen | int | None:
    """A stamp without a year as it stands there, one with a year as an instant."""
    found = _YEARLESS.match(line)
    if found is not None:
        seen = _Seen(0, _MONTHS[found[1]], int(found[2]), int(found[3]), int(found[4]), int(found[5]))
        return seen if _possible(seen) else None
    iso = _ISO.match(line)
    if iso is not None:
        return _of_iso(iso)
    event = decode(line)
    if event.stamp is None:
        normalise(event)
    stamp = event.stamp
    if stamp is None or (stamp.year is None and not stamp.synchronised):
        return None  # an unsynchronised clock (`*Mar  1 00:00:03`) tells nothing of the year
    if stamp.year is None:
        return _Seen(0, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)
    return when(stamp, 0, None, live=False, assume_utc=True)[0]


def _possible(seen: _Seen) -> bool:
    return (
        1 <= seen.day <= _DAYS[seen.month - 1] and seen.hour < 24 and seen.minute < 60 and seen.second <= 60
    )


def _of_iso(found: re.Match[bytes]) -> int | None:
    hour = _hour_of(found[1])
    if hour is None:
        return None
    zone = found[4]
    offset_min = 0
    if zone is not None and zone != b"Z":
        offset_min = (int(zone[1:3]) * 60 + int(zone[-2:])) * (-1 if zone[:1] == b"-" else 1)
    return hour + ((int(found[2]) - offset_min) * 60 + int(found[3])) * SECOND_US


@lru_cache(maxsize=4096)
def _hour_of(text: bytes) -> int | None:
    """The instant of "2026-03-22T07" (whatever stands between date and hour); None where the calendar has no such day."""
    try:
        day = datetime(int(text[:4]), int(text[5:7]), int(text[8:10]), int(text[-2:]), tzinfo=UTC)
    except ValueError:
        return None
    return (day - _EPOCH) // _HOUR * HOUR_US


def _batch(origin: Origin, lines: list[bytes], anchor: int) -> Batch:
    flags = Flag.ARCHIVE | (Flag.TRUNCATED if any(len(line) >= _LINE_MAX for line in lines) else 0)
    return Batch(origin, Framing.DATAGRAM, anchor, b"".join(lines), [len(line) for line in lines], int(flags))


def envelope_texts(stream: IO[bytes]) -> Iterator[str]:
    """The lines of a file of envelopes. Raises UsageError where one is longer than any envelope."""
    while line := stream.readline(_ENVELOPE_MAX):
        if len(line) == _ENVELOPE_MAX and not line.endswith(b"\n"):
            raise UsageError(
                f"a line of more than {_ENVELOPE_MAX >> 20} MiB is no envelope",
                hint="envelopes are JSON objects, one a line, as `brainstemd spool dump` writes them",
            )
        yield line.decode("utf-8", "replace")


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
    """Follows year-less stamps through New Years: a step back by half a year or more is the next year's beginning.

    A month that the lines around it do not share (a device that booted without a clock, `Jan  1 00:00:07`) is not followed:
    such a stamp is of the year in which it lies in the past.
    """

    def __init__(self, year: int) -> None:
        self.year = year
        self.last: _Seen | None = None  # the newest stamp that was followed
        self._month = 0

    def read(self, seen: _Seen, ahead: Iterable[tuple[bytes, _Seen | int | None]]) -> _Seen:
        """The stamp with its year; `ahead` are the lines that follow it."""
        if not self._month:
            self._month = self._first(seen.month, ahead)
        step = seen.month - self._month
        if step >= 10 or (abs(step) > 1 and not self._followed(step, ahead)):
            return seen._replace(year=self.year - 1 if step >= 6 else self.year)
        if step <= -6:
            self.year += 1
        self._month = seen.month
        self.last = seen._replace(year=self.year)
        return self.last

    def _followed(self, step: int, ahead: Iterable[tuple[bytes, _Seen | int | None]]) -> bool:
        """Do most of the lines that follow stand nearer to this month than to the last one?"""
        month = self._month + step
        votes = 0
        for other in _months(ahead):
            there, here = abs(other - month), abs(other - self._month)
            votes += (there < here) - (there > here)
        return votes > 0 or (votes == 0 and (step > 0 or step + 12 <= _MONTHS_QUIET))

    @staticmethod
    def _first(month: int, ahead: Iterable[tuple[bytes, _Seen | int | None]]) -> int:
        """The month in which a file begins: not a January that is followed by the end of the year."""
        late = sum(1 if other - month >= 10 else -1 for other in _months(ahead))
        return next(other for other in _months(ahead) if other - month >= 10) if late > 0 else month


def _months(ahead: Iterable[tuple[bytes, _Seen | int | None]]) -> Iterator[int]:
    return (stamp.month for _, stamp in ahead if isinstance(stamp, _Seen))


def _instant(seen: _Seen) -> int:
    """Microseconds of a stamp taken as UTC; 29 February of a common year counts as the day before."""
    year, month, day, hour, minute, second = seen
    return _midnight(year, month, day) + ((hour * 60 + minute) * 60 + min(second, 59)) * SECOND_US


@lru_cache(maxsize=4096)
def _midnight(year: int, month: int, day: int) -> int:
    last = monthrange(max(1, year), month)[1]
    midnight = datetime(min(max(1, year), 9999), month, min(day, last), tzinfo=UTC)
    return (midnight - _EPOCH) // _HOUR * HOUR_US


def merged(streams: Iterable[Iterator[Batch]]) -> Iterator[Batch]:
    """Several archives as one, by event time (to the hour: the widest that a batch spans)."""
    for _, batch in merge(*map(_ordered, streams), key=lambda pair: pair[0]):
        yield batch


def _ordered(stream: Iterator[Batch]) -> Iterator[tuple[int, Batch]]:
    """Batches with the instant at which their turn comes: a lone jump ahead must not hold up what follows it."""
    held = next(stream, None)
    while held is not None:
        following = next(stream, None)
        jumped = following is not None and held.received_us - following.received_us > DAY_US
        yield (following.received_us if following is not None and jumped else held.received_us), held
        held = following

"""Archived logs through the same way as live ones: batches → spool → fold → memory, and the digests that came due.

The state directory is locked meanwhile: no daemon may hold it. The instant of attention is the watermark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from brainstemd.archives import Archive
from brainstemd.config import Config
from brainstemd.drain import drain
from brainstemd.errors import ArchiveKnown, SpoolFull
from brainstemd.fold import Fold
from brainstemd.memory import Store, lock, prepare_upgrade
from brainstemd.models import DAY_US, HOUR_US, SECOND_US, Batch, RecordKind
from brainstemd.pipeline import Identity
from brainstemd.report import Report, report
from brainstemd.spool import Control, Reader, Writer

_FLUSH_S = 60.0
_MICROSECOND = timedelta(microseconds=1)
_LAST_YEAR = 9999
_LAST_US = int(datetime(_LAST_YEAR, 1, 1, tzinfo=UTC).timestamp()) * SECOND_US
_SLACK_US = HOUR_US  # a batch of an archive spans at most an hour: an instant is complete when the next begins after it
_IDLE_DIGESTS = (
    3  # digests in a row without a new line; then the instants of a hole in the archive are passed over
)


class Replayed(NamedTuple):
    lines: int
    digests: int
    quarantined: int
    at_us: int  # of the last digest: the watermark
    last: Report


class Replay:
    """One replay into one state directory."""

    def __init__(self, config: Config, told: Callable[[Report], None]) -> None:
        self._config = config
        self._told = told
        self._lines = self._pending = self._quarantined = self._digests = 0

    async def run(
        self,
        stream: Iterable[Batch | Control],
        *,
        archives: Iterable[Archive] = (),
        tenant: str | None = None,
        every: timedelta | None = timedelta(days=1),
        progress: Callable[[int], None] = lambda lines: None,
    ) -> Replayed:
        """Take the stream in, tell the digests that come due, and one at the end.

        Raises Locked, ArchiveKnown, SpoolFull and what the store raises.
        """
        config = self._config
        with lock(config.state_dir):
            database, keep = config.state_dir / "memory.db", config.memory.backups > 0
            prepare_upgrade(database, config.state_dir / "backups", keep_copy=keep)
            store = await Store.open(database, config=config.memory, listed=Identity(config).listed)
            try:
                await _refuse_known(store, archives)
                writer = start_writer(config)
                try:
                    cursor = await store.cursor()
                    way = _Way(
                        store,
                        Reader(config.state_dir / "spool", cursor),
                        Fold(config, await store.carry()),
                        writer,
                    )
                    for archive in archives:
                        _hand_in(writer, Control(RecordKind.ARCHIVE, 0, _archive_note(archive)))
                    await self._take_in(stream, way, tenant, every, progress)
                finally:
                    writer.close(_FLUSH_S)
                at_us = await store.watermark_us() or 0
                last = await self._tell(store, at_us, tenant)
            finally:
                await store.close()
        return Replayed(self._lines, self._digests, self._quarantined, at_us, last)

    async def _take_in(
        self,
        stream: Iterable[Batch | Control],
        way: _Way,
        tenant: str | None,
        every: timedelta | None,
        progress: Callable[[int], None],
    ) -> None:
        due = _Due(self._config, every)
        for thing in stream:
            at_us = thing.received_us if isinstance(thing, Batch) else thing.at_us
            due.saw(at_us, lines=len(thing.lengths) or 2 if isinstance(thing, Batch) else 0)
            for instant in due.passed(due.supported_us - _SLACK_US):
                await self._drain(way)
                await self._tell(way.store, instant, tenant)
            _hand_in(way.writer, thing)
            if isinstance(thing, Batch):
                self._pending += len(thing.lengths) or thing.payload.count(b"\n")
            if self._pending >= self._config.memory.batch_lines:
                progress(self._lines + self._pending)
                await self._drain(way)
        await self._drain(way)
        for instant in due.passed((await way.store.watermark_us() or 0) - 1):
            await self._tell(way.store, instant, tenant)
        progress(self._lines)

    async def _tell(self, store: Store, at_us: int, tenant: str | None) -> Report:
        made = await report(store, self._config, at_us, tenant=tenant)
        self._told(made)
        self._digests += 1
        return made

    async def _drain(self, way: _Way) -> None:
        if not way.writer.flush(_FLUSH_S):
            raise _stuck(way.writer)
        done = await drain(way.reader, way.fold, way.store, self._config)
        self._lines += done.lines
        self._quarantined += done.quarantined
        self._pending = 0


class _Way(NamedTuple):
    store: Store
    reader: Reader
    fold: Fold
    writer: Writer


def start_writer(config: Config) -> Writer:
    """A spool writer as the receiver has it, without the fsync of a daemon's every second."""
    spool = config.spool
    writer = Writer(
        config.state_dir / "spool",
        segment_bytes=spool.segment_bytes,
        fsync_interval_s=spool.fsync_interval,
        buffer_bytes=spool.buffer_bytes,
        min_free_bytes=spool.min_free,
    )
    writer.start()
    return writer


def _hand_in(writer: Writer, thing: Batch | Control) -> None:
    for _ in range(3):
        taken = (
            writer.append(thing)
            if isinstance(thing, Batch)
            else writer.control(thing.kind, thing.at_us, dict(thing.payload))
        )
        if taken:
            return
        writer.flush(_FLUSH_S)
    raise _stuck(writer)


def _stuck(writer: Writer) -> SpoolFull:
    problem = writer.problem
    return SpoolFull(
        f"the spool takes nothing more: {problem[1] if problem else 'its buffer stays full'}",
        hint="free disk space (see [spool] min_free), then replay into an empty state directory or restore a backup",
    )


def _archive_note(archive: Archive) -> dict[str, object]:
    return {"sha256": archive.sha256, "name": archive.path.name}


async def _refuse_known(store: Store, archives: Iterable[Archive]) -> None:
    seen: dict[str, Path] = {}
    for archive in archives:
        if archive.sha256 in seen or await store.knows_archive(archive.sha256):
            raise ArchiveKnown(
                f"{archive.path}: this archive has been taken in before",
                hint="its lines would count twice; --scratch replays it into an empty memory of its own",
            )
        seen[archive.sha256] = archive.path


class _Due:
    """The instants at which digests come due: the daily hour and, counted from it, every `every`.

    The archive's clock is read as the watermark is: a lone jump of more than a day is not followed.
    """

    def __init__(self, config: Config, every: timedelta | None) -> None:
        self._every = every
        self._zone = ZoneInfo(config.digest.timezone)
        self._daily = config.digest.daily
        self._newest: list[int] = []  # the two newest instants, newest first
        self._next: datetime | None = None
        self._idle = 0

    @property
    def supported_us(self) -> int:
        """The newest instant that more than one line supports; 0 before there is any."""
        if len(self._newest) < 2:
            return 0
        return self._newest[0] if self._newest[0] - self._newest[1] <= DAY_US else self._newest[1]

    def saw(self, at_us: int, lines: int) -> None:
        """So many lines within an hour before this instant; none: the receiver's own clock says so."""
        if at_us <= 0:
            return
        if lines:
            self._idle = 0
        self._newest = sorted([*self._newest, *[at_us] * min(max(lines, 1), 2)], reverse=True)[:2]
        if self._every is not None and self._next is None and self.supported_us:
            self._next = self._first(self._newest[1], self._every)

    def passed(self, until_us: int) -> Iterator[int]:
        """Instants up to `until_us`, oldest first; in a hole of the archive only the first few."""
        while self._next is not None and self._every is not None:
            instant = int(self._next.timestamp() * SECOND_US)
            if instant > until_us:
                return
            self._idle += 1
            quiet = self._idle > _IDLE_DIGESTS
            steps = max(1, (until_us - instant) // (self._every // _MICROSECOND)) if quiet else 1
            self._next = _later(self._next, self._every * steps)
            if not quiet:
                yield instant

    def _first(self, seen_us: int, every: timedelta) -> datetime | None:
        """The first instant after `seen_us` on the grid that goes through the daily hour."""
        now = datetime.fromtimestamp(min(seen_us, _LAST_US) / SECOND_US, UTC).astimezone(self._zone)
        hour, minute = self._daily.split(":")
        base = now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0) - timedelta(days=1)
        return _later(base, every * ((now - base) // every + 1))


def _later(instant: datetime, step: timedelta) -> datetime | None:
    """None where the calendar ends."""
    try:
        later = instant + step
    except OverflowError:
        return None
    return later if later.year < _LAST_YEAR else None

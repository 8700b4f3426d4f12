"""The worker: the only writer of memory. Reads a batch from the spool, folds it, awaits its commit; nothing else beside.

Invariants:
- Strictly alternating: no Python runs while SQLite steps, but for a status line a second (FACTS: 700 times slower else).
- The cursor is in the transaction of the rows that it paid for; whatever kills the process, nothing counts twice.
- A line on which the pipeline raises, or that killed workers before, is kept in quarantine, recorded as a gap of
  reason `poison` and passed over. Nothing that a line holds can stop the worker for good.
- End of file on the pair to the receiver ends the worker after its batch. It never outlives its receiver.
- Digests and backups are made by short-lived children; a failing one is an error in the log, never a crash.

It never reads a configuration file or the environment: the receiver's first word on the pair is the configuration.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from brainstemd.config import Config
from brainstemd.digest import Delivery
from brainstemd.errors import BrainstemdError, DeliveryError, Locked, PoisonLine, StoreError
from brainstemd.fold import Fold
from brainstemd.jobs import Jobs
from brainstemd.link import Hello, Link
from brainstemd.logs import Logger
from brainstemd.memory import Delta, Store, lock
from brainstemd.models import Cursor, Position, Record, RecordKind
from brainstemd.pipeline import Identity
from brainstemd.process import cpu_seconds, resident_bytes
from brainstemd.quarantine import WHOLE_RECORD, Marker, Quarantine
from brainstemd.senders import SenderLosses
from brainstemd.spool import Ages, Reader, retain, stat

NICE = 5
POLL_S = 0.05  # between two looks at a spool that had nothing new
READ_LINES = 5_000  # a read at a time: orders and status wait for its fold, some 60 ms
READ_BYTES = 4 * 2**20
RETAIN_EVERY_S = 30.0
STATUS_EVERY_S = 1.0
LOCK_PATIENCE_S = 15.0  # a predecessor whose receiver was killed ends after its batch


def is_world(error: Exception) -> bool:
    """A bad world, not a bad line: the worker ends, says why, and is started again with back-off.

    A StoreError without a hint is SQLite's refusal of a value: the line's fault, or ours.
    """
    if isinstance(error, PoisonLine):
        return False
    if isinstance(error, StoreError):
        return bool(error.hint)
    return isinstance(error, BrainstemdError | OSError | sqlite3.OperationalError | MemoryError)


class Folding(Protocol):
    """What the worker needs of `fold.Fold`."""

    @property
    def lines(self) -> int: ...
    def add(self, record: Record, skip: frozenset[int] = ...) -> None: ...
    def take(self, cursor: Cursor) -> Delta: ...


MakeFold = Callable[[Config, dict[str, Any] | None], Folding]


class Worker:
    """One life of the worker over an open store. `make_fold` is the seam for tests."""

    def __init__(
        self,
        hello: Hello,
        store: Store,
        link: Link,
        log: Logger,
        *,
        make_fold: MakeFold = Fold,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._config = hello.config
        self._store = store
        self._link = link
        self._log = log
        self._make_fold = make_fold
        self._clock_us = clock_us
        self._skip = hello.skip
        self._careful_lines = hello.config.memory.batch_lines if hello.careful else 0
        self._quarantine = Quarantine(hello.config.state_dir)
        self._jobs = Jobs(hello.config, log, clock_us)
        self._reader = Reader(hello.config.state_dir / "spool", None)
        self._phase = "opening"
        self._records = 0  # folded since the last commit
        self._since = 0.0  # monotonic, of the first of them
        self._received_us = 0  # of the newest record folded
        self._commit_us: int | None = None
        self._commit_s = 0.0
        self._ages = Ages(hello.config.state_dir / "spool")
        self._retain_at = time.monotonic() + RETAIN_EVERY_S
        self._retain_problem: str | None = None
        self._overflow: dict[str, int] = {}
        self._senders = SenderLosses()
        self._committed: Cursor | None = None
        self._error: str | None = None
        self.counters = {"lines": 0, "records": 0, "commits": 0, "quarantined": 0, "rewinds": 0}

    # ------------------------------------------------------------------ the loop

    async def run(self) -> None:
        """Work until told to end. Raises BrainstemdError, OSError or sqlite3.OperationalError for a bad world."""
        await self._rewind()
        self._phase = "folding"
        self._prepare_digests()
        telling = asyncio.create_task(self._tell())
        try:
            await self._loop()
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
            await self._jobs.close()
        self._phase = "ended"
        self._link.send(self.status())

    def _prepare_digests(self) -> None:
        """The files that people tail exist from the start."""
        try:
            Delivery(self._config.digest_dir).reopen()
        except DeliveryError as error:
            self._log.error("digests cannot be written", error=str(error), hint=error.hint)

    async def _rewind(self) -> None:
        """Go (back) to what memory holds: cursor and carry of the last commit."""
        self._reader.close()
        self._committed = await self._store.cursor()
        self._fold = self._make_fold(self._config, await self._store.carry())
        self._reader = Reader(self._config.state_dir / "spool", self._committed)
        self._records = 0

    async def _loop(self) -> None:
        while True:
            deadline = self._link.deadline
            records = self._reader.read(self._room(), READ_BYTES)
            if records:
                await self._take(records)
            ending = deadline is not None and (not records or time.monotonic() >= deadline)
            if self._records and (ending or self._due()) and not await self._commit(self._read_to()):
                continue
            if ending:
                return
            await self._look_after(idle=not records)
            await asyncio.sleep(0 if records else POLL_S)

    def _room(self) -> int:
        return max(1, min(READ_LINES, self._config.memory.batch_lines - self._fold.lines))

    def _due(self) -> bool:
        """A batch is full, or its first record has waited long enough."""
        memory = self._config.memory
        return (
            self._fold.lines >= memory.batch_lines or time.monotonic() - self._since >= memory.batch_interval
        )

    def _read_to(self) -> Cursor:
        cursor = self._reader.cursor
        assert cursor is not None, "something was read"
        return cursor

    async def _take(self, records: list[Record]) -> None:
        """Fold what was read. Whatever goes wrong in it must cost a line or a record, never the batch."""
        if self._careful_lines > 0:
            await self._take_carefully(records)
            return
        try:
            for record in records:
                self._add(record)
        except Exception as error:
            # The one broad place beside the two below: the fold is half done, and a defect of ours has no type.
            if is_world(error):
                raise
            await self._rewind_after(error)

    async def _rewind_after(self, error: Exception) -> None:
        """Forget the batch, read it again from the last commit, a record a transaction."""
        self._error = f"{type(error).__name__}: {error}"
        self._log.error("folding failed; the batch is folded again with care", error=self._error)
        self.counters["rewinds"] += 1
        self._careful_lines = self._config.memory.batch_lines
        await self._rewind()

    def _add(self, record: Record, causes: dict[int, str] | None = None) -> None:
        """Fold one record without the lines that are poison: those of `causes`, those that the supervisor has
        convicted, and those on which the pipeline raises. Raises only for what is not a line's fault."""
        causes = causes or {}
        if self._skip:
            causes |= dict.fromkeys(self._convicted(record), "workers died while they folded this line")
        while True:
            try:
                self._fold.add(record, frozenset(causes))
                break
            except PoisonLine as poison:
                if poison.index in causes:
                    raise  # skipping did not help: not this line's fault
                causes[poison.index] = str(poison)
                causes |= self._try_lines(record, frozenset(causes))  # one defect often hits many lines
        for index, cause in sorted(causes.items()):
            self._set_aside(record, index, cause)
        if not self._records:
            self._since = time.monotonic()
        self._records += 1
        if record.kind is RecordKind.LINES:
            self._received_us = max(self._received_us, record.received_us)

    def _convicted(self, record: Record) -> frozenset[int]:
        """The lines of a record that the supervisor says to pass over."""
        skip = frozenset(
            p.index for p in self._skip if (p.segment, p.offset) == (record.segment, record.offset)
        )
        return frozenset(range(len(record.frames))) if WHOLE_RECORD in skip else skip

    def _try_lines(
        self, record: Record, known: frozenset[int], mark: Callable[[int], None] = lambda index: None
    ) -> dict[int, str]:
        """Fold each line alone, to no effect, and say on which of them that raises, and why. `mark` is told before each."""
        trial = self._make_fold(self._config, None)
        found = {}
        for index, raw in enumerate(record.frames):
            if index in known:
                continue
            mark(index)
            try:
                trial.add(record._replace(frames=(raw,)))
            except Exception as error:
                if is_world(error):
                    raise
                found[index] = f"{type(error).__name__}: {error}"
                trial = trial if isinstance(error, PoisonLine) else self._make_fold(self._config, None)
        return found

    def _set_aside(self, record: Record, index: int, cause: str) -> None:
        where = Position(record.segment, record.offset, index)
        kept = self._quarantine.keep(where, record.frames[index], record, cause)
        self.counters["quarantined"] += 1
        if kept:  # bounded: at most FILES_MAX such messages
            self._log.error("a line was put into quarantine", position=":".join(map(str, where)), cause=cause)

    # ------------------------------------------------------------------ with care

    async def _take_carefully(self, records: list[Record]) -> None:
        """A record a transaction; before each line a marker on disk, so that a death names the line."""
        with Marker(self._config.state_dir) as marker:
            for record in records:
                self._careful_lines -= max(1, len(record.frames))
                try:
                    causes = self._try_lines(record, self._convicted(record), partial(marker.line, record))
                    marker.line(record, WHOLE_RECORD)
                    self._add(record, causes)
                    await self._commit(record.end)
                except Exception as error:
                    if is_world(error):
                        raise
                    await self._pass_over(record, error)

    async def _pass_over(self, record: Record, error: Exception) -> None:
        """No single line is to blame: the whole record goes into quarantine."""
        cause = f"{type(error).__name__}: {error}"
        self._log.error("a record cannot be folded and is passed over", lines=len(record.frames), error=cause)
        self._fold = self._make_fold(self._config, await self._store.carry())
        self._records = 0
        everything = frozenset(range(len(record.frames)))
        if everything:
            self._fold.add(record, everything)
        for index in everything:
            self._set_aside(record, index, cause)
        self._records = 1
        await self._commit(record.end)

    # ------------------------------------------------------------------ commit and after

    async def _commit(self, cursor: Cursor) -> bool:
        """One transaction. False when it was refused for what is in it, and all is to be done again with care."""
        delta = self._fold.take(cursor)
        told, self._jobs.told = self._jobs.told, []
        delta.told.extend(told)
        lines, records = len(delta.line_times), self._records
        started = time.monotonic()
        try:
            await self._store.commit(delta)
        except Exception as error:
            self._jobs.told[:0] = told
            if is_world(error) or self._careful_lines > 0:
                raise
            await self._rewind_after(error)  # a value that SQLite refuses: the batch rolled back whole
            return False
        self._commit_s = time.monotonic() - started
        self._commit_us = self._clock_us()
        self._committed = cursor
        self._records = 0
        self.counters["lines"] += lines
        self.counters["records"] += records
        self.counters["commits"] += 1
        self._senders.note(delta.gaps)
        return True

    async def _look_after(self, *, idle: bool) -> None:
        """Between batches: retention, and whatever is due. `idle`: memory has caught up with the spool."""
        if time.monotonic() >= self._retain_at:
            self._retain_at = time.monotonic() + RETAIN_EVERY_S
            await self._retain(idle=idle)
            self._overflow = await self._store.overflow()
        if self._jobs.told and not self._records:
            told, self._jobs.told = self._jobs.told, []
            await self._store.tell(told)
        self._jobs.tick(caught_up=idle and not self._records)

    async def _retain(self, *, idle: bool) -> None:
        """Old segments go; what no backup covers yet stays, for `rebuild` would need it. An idle worker that has
        compressed as much as one round may goes on soon."""
        if self._committed is None:
            return
        spool, directory = self._config.spool, self._config.state_dir / "spool"
        report = retain(
            directory,
            before=await self._jobs.covered(self._committed),
            max_bytes=spool.max_bytes,
            max_age_s=spool.max_age,
            compress=spool.compress,
            ages=self._ages,
        )
        if report.problem is not None and report.problem != self._retain_problem:
            self._log.warning("old segments cannot be looked after; tried again", problem=report.problem)
        self._retain_problem = report.problem
        if idle and spool.compress and report.compressed and report.uncompressed:
            self._retain_at = time.monotonic() + STATUS_EVERY_S
        oldest = stat(directory).oldest
        if report.deleted and oldest is not None:
            await self._store.forget_before(oldest)

    # ------------------------------------------------------------------ status

    async def _tell(self) -> None:
        while True:
            self._link.send(self.status())
            await asyncio.sleep(STATUS_EVERY_S)

    def status(self) -> dict[str, Any]:
        """What the receiver serves: plain numbers and words."""
        backlog = self._reader.backlog_bytes()
        behind = backlog > 0 or self._records > 0
        return {
            "pid": os.getpid(),
            "phase": self._phase,
            "cursor": list(self._committed) if self._committed is not None else None,
            "commits": self.counters["commits"],
            "backlog_bytes": backlog,
            "backlog_age_s": max(0.0, (self._clock_us() - self._received_us) / 1e6)
            if behind and self._received_us
            else 0.0,
            "commit_us": self._commit_us,
            "commit_s": self._commit_s,
            "quarantine_kept": self._quarantine.kept,
            "overflow": self._overflow,
            "rss_bytes": resident_bytes(),
            "cpu_s": cpu_seconds(),
            "error": self._error,
            "counters": {**self.counters, **self._jobs.counters, **self._senders.counters},
            "sender_lost_last": dict(self._senders.last),
            **self._jobs.status(),
        }


async def take_lock(state_dir: Path, patience_s: float = LOCK_PATIENCE_S) -> AbstractContextManager[None]:
    """The lock of memory, entered; a predecessor gets a while to finish its batch. Raises Locked."""
    end = time.monotonic() + patience_s
    while True:
        holder = lock(state_dir)
        try:
            holder.__enter__()
        except Locked:
            if time.monotonic() >= end:
                raise
            await asyncio.sleep(0.1)
        else:
            return holder


async def work(fd: int, make_log: Callable[[str | None], Logger], make_fold: MakeFold = Fold) -> int:
    """The worker process, from hello to end. Returns its exit code: 0 told to end, 1 a bad world."""
    link = await Link.open(fd)
    try:
        hello = await link.hello()
    except (ValueError, TimeoutError, KeyError):
        await link.close()
        return 1
    log = make_log(hello.log_format)
    listening = asyncio.create_task(link.listen())
    try:
        return await _work(hello, link, log, make_fold)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await link.close()


async def _work(hello: Hello, link: Link, log: Logger, make_fold: MakeFold) -> int:
    held: AbstractContextManager[None] = nullcontext()
    try:
        link.send({"phase": "locking", "pid": os.getpid()})
        held = await take_lock(hello.config.state_dir)
        opening = asyncio.create_task(_say_opening(link))
        try:
            path = hello.config.state_dir / "memory.db"
            listed = Identity(hello.config).listed
            store = await Store.open(path, readonly=False, config=hello.config.memory, listed=listed)
        finally:
            opening.cancel()
        try:
            await Worker(hello, store, link, log, make_fold=make_fold).run()
        finally:
            await store.close()
    except (OSError, sqlite3.OperationalError, MemoryError, BrainstemdError) as error:
        hint = (
            error.hint if isinstance(error, BrainstemdError) else "look at the disk and rights of state_dir"
        )
        log.error(  # noqa: TRY400 - the world's fault needs no traceback
            "the worker cannot go on", error=str(error), kind=type(error).__name__, hint=hint
        )
        link.send({"phase": "down", "pid": os.getpid(), "fatal": f"{error} ({hint})"})
        return 1
    finally:
        held.__exit__(None, None, None)
    return 0


async def _say_opening(link: Link) -> None:
    """A check or migration of a large database takes its time: that is no silence."""
    while True:
        link.send({"phase": "opening", "pid": os.getpid()})
        await asyncio.sleep(STATUS_EVERY_S)

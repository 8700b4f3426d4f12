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
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from brainstemd.care import CONVICTED, Care, MakeFold, is_world
from brainstemd.digest import Delivery
from brainstemd.errors import BrainstemdError, Corrupt, DeliveryError, Locked, NoSpace, StoreError
from brainstemd.fold import Fold
from brainstemd.jobs import Jobs
from brainstemd.link import Hello, Link
from brainstemd.logs import Logger
from brainstemd.memory import Delta, Store
from brainstemd.models import Cursor, Position, Record, RecordKind
from brainstemd.opening import Ended, Opening, Refused, remember_damage, take_lock
from brainstemd.process import cpu_seconds, resident_bytes
from brainstemd.quarantine import Marker, Quarantine
from brainstemd.senders import SenderLosses
from brainstemd.skewed import hint
from brainstemd.spool import Ages, Reader, retain, stat

NICE = 5
POLL_S = 0.05  # between two looks at a spool that had nothing new
READ_LINES = 5_000  # a read at a time: orders and status wait for its fold, some 60 ms
READ_BYTES = 4 * 2**20
RETAIN_EVERY_S = 30.0
STATUS_EVERY_S = 1.0
PATIENCE_S = 1.0  # between two tries of a commit that waits for a lock or for room


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
        self._care = Care(hello.config, make_fold, hello.skip, log)
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
        self._look_at = 0.0  # when to see again whether memory.db is still there
        self._overflow: dict[str, int] = {}
        self._senders = SenderLosses()
        self._committed: Cursor | None = None
        self._error: str | None = None
        self._waiting: str | None = None  # what a commit waits for
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
            await self._care.close()
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

    def _add(self, record: Record) -> None:
        """Fold one record without the lines that are poison: those that the supervisor has convicted, and those on
        which the pipeline raises. Raises only for what is not a line's fault."""
        causes = self._care.count(self._fold, record, dict.fromkeys(self._care.convicted(record), CONVICTED))
        for index, cause in sorted(causes.items()):
            self._set_aside(record, index, cause)
        if not self._records:
            self._since = time.monotonic()
        self._records += 1
        if record.kind is RecordKind.LINES:
            self._received_us = max(self._received_us, record.received_us)

    def _set_aside(self, record: Record, index: int, cause: str) -> None:
        where = Position(record.segment, record.offset, index)
        kept = self._quarantine.keep(where, record.frames[index], record, cause)
        self.counters["quarantined"] += 1
        if kept:  # bounded: at most FILES_MAX such messages
            self._log.error("a line was put into quarantine", position=":".join(map(str, where)), cause=cause)

    # ------------------------------------------------------------------ with care

    async def _take_carefully(self, records: list[Record]) -> None:
        """A record a transaction; before each line a marker on disk, so that a death names the line.

        What a record makes is stored in an empty memory first: only what that refuses can be a line's fault. When memory
        itself refuses, no line pays for it.
        """
        with Marker(self._config.state_dir) as marker:
            for record in records:
                self._careful_lines -= max(1, len(record.frames))
                self._fold, delta, causes = await self._care.storable(
                    self._fold, record, marker, self._store.carry
                )
                self._records = 1
                for index, cause in sorted(causes.items()):
                    self._set_aside(record, index, cause)
                marker.nothing()
                await self._store_delta(delta)
        if self._careful_lines <= 0:
            await self._care.close()

    # ------------------------------------------------------------------ commit and after

    async def _commit(self, cursor: Cursor) -> bool:
        """One transaction. False when it was refused for what is in it, and all is to be done again with care."""
        try:
            await self._store_delta(self._fold.take(cursor))
        except Refused as error:
            await self._rewind_after(error)  # the batch rolled back whole
            return False
        return True

    async def _store_delta(self, delta: Delta) -> None:
        """Commit, waiting out what passes. Raises Refused for what is no bad world."""
        told, self._jobs.told = self._jobs.told, []
        delta.told.extend(told)
        lines, records = len(delta.line_times), self._records
        started = time.monotonic()
        try:
            await self._patiently(partial(self._store.commit, delta))
        except Exception as error:
            self._jobs.told[:0] = told
            if is_world(error):
                raise
            where = self._committed or Cursor(0, 0)
            raise Refused(f"{type(error).__name__}: {error}", where) from error
        self._commit_s = time.monotonic() - started
        self._commit_us = self._clock_us()
        self._committed = delta.cursor
        self._records = 0
        self.counters["lines"] += lines
        self.counters["records"] += records
        self.counters["commits"] += 1
        self._senders.note(delta.gaps)

    async def _patiently(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do what another program's lock or a full disk may hold up, again and again; health says so meanwhile."""
        while True:
            try:
                await act()
                break
            except (Locked, NoSpace) as error:
                if self._waiting is None:
                    self._log.warning("memory waits", error=str(error), hint=error.hint)
                self._waiting = f"{error} ({error.hint})"
                self._phase = "waiting"
                if self._link.deadline is not None and time.monotonic() >= self._link.deadline:
                    raise
            await asyncio.sleep(PATIENCE_S)
        if self._waiting is not None:
            self._waiting = None
            self._phase = "folding"
            self._log.info("memory goes on")

    async def _look_after(self, *, idle: bool) -> None:
        """Between batches: retention, and whatever is due. `idle`: memory has caught up with the spool.

        Raises Corrupt, StoreError where memory cannot be trusted any more.
        """
        if self._jobs.damage is not None:
            raise Corrupt(
                self._jobs.damage, hint="it is made again from the newest sound backup and the kept spool"
            )
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + STATUS_EVERY_S
            if self._store.replaced():
                raise StoreError(
                    "memory.db was moved, removed or replaced while it was in use",
                    hint="what lies there is used from now on; nothing is lost that backup and spool hold. Stop the daemon "
                    "before `brainstemd restore`",
                )
        if time.monotonic() >= self._retain_at:
            self._retain_at = time.monotonic() + RETAIN_EVERY_S
            await self._retain(idle=idle)
            self._overflow = await self._store.overflow()
        if self._jobs.told and not self._records:
            await self._patiently(partial(self._store.tell, list(self._jobs.told)))
            self._jobs.told.clear()
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
        skews = self._fold.skewed()
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
            "error": self._waiting or self._error,
            "counters": {**self.counters, **self._jobs.counters, **self._senders.counters},
            "sender_lost_last": dict(self._senders.last),
            "skewed_clocks": len(skews),
            "skewed_hint": hint(skews),
            **self._jobs.status(),
        }


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
        store = await _open(hello, link, log)
        try:
            await Worker(hello, store, link, log, make_fold=make_fold).run()
        finally:
            await store.close()
    except Ended as error:
        log.info("ended", reason=str(error))
    except (OSError, sqlite3.OperationalError, MemoryError, BrainstemdError) as error:
        if isinstance(error, StoreError):
            remember_damage(hello.config.state_dir, error)
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


async def _open(hello: Hello, link: Link, log: Logger) -> Store:
    """Memory, ready to be written. A check or a migration of a large one takes its time: that is told, and is no silence."""
    phase = "opening"

    def say(what: str) -> None:
        nonlocal phase
        phase = what

    async def tell() -> None:
        while True:
            link.send({"phase": phase, "pid": os.getpid()})
            await asyncio.sleep(STATUS_EVERY_S)

    opening = Opening(
        hello.config,
        log,
        say=say,
        ending=lambda: link.deadline is not None and time.monotonic() >= link.deadline,
        clock_us=lambda: time.time_ns() // 1000,
    )
    telling = asyncio.create_task(tell())
    try:
        return await opening.store(unsure=hello.check)
    finally:
        telling.cancel()

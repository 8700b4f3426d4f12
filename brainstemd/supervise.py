"""Keeps one worker alive: start, watch, restart with back-off, and find the line that kills it.

Invariants:
- At most one worker at a time: the next is started only when the last has been waited for.
- A worker that dies is started again after 0.2 s, twice as long each time, at most 30 s; progress resets that.
- Deaths are counted by the cursor they happened at. After three at one cursor the next worker is *careful*: a record a
  transaction, and before each line a marker "about to fold this one". A second careful death at the same marker
  convicts the line: the next worker is told to skip it (it quarantines the line and records a gap).
  One careful death is not enough: a kill -9 from outside hits an innocent line.
- A worker that ended by a typed error (its status says so: locked, full disk, newer schema) accuses no line.
- Nothing here touches the spool or the database. The two ends speak JSON, one object a line.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from brainstemd.logs import Logger
from brainstemd.models import Position
from brainstemd.quarantine import read_marker

BACKOFF_FIRST_S = 0.2
BACKOFF_MAX_S = 30.0
DEATHS_MAX = 3  # at one cursor, before the next worker is careful
SILENT_MAX_S = 60.0  # a worker that reports nothing for so long hangs
STUCK_MAX_S = 180.0  # nor may the cursor stand still so long while there is a backlog
GRACE_S = 5.0  # beyond the time it was given to finish, before it is killed
_STATUS_BYTES = 2**20


class Orders(NamedTuple):
    """What the next worker is told about dangerous lines."""

    careful: bool = False
    skip: tuple[Position, ...] = ()


class Policy:
    """Decides what follows a death. Pure: facts in, orders and a delay out."""

    def __init__(self) -> None:
        self._delay_s = BACKOFF_FIRST_S
        self._cursor: object = None
        self._deaths = 0
        self._suspect: Position | None = None
        self._skip: list[Position] = []

    @property
    def orders(self) -> Orders:
        return Orders(self._deaths >= DEATHS_MAX, tuple(self._skip))

    def progressed(self, cursor: object) -> None:
        """The worker committed past the cursor that it started from."""
        if cursor == self._cursor:
            return
        self._delay_s = BACKOFF_FIRST_S
        self._cursor = cursor
        self._deaths = 0
        self._suspect = None
        self._skip.clear()

    def died(self, cursor: object, marker: Position | None, *, accuses: bool) -> float:
        """A worker ended without being asked to. Returns the seconds to wait before the next."""
        careful = self.orders.careful
        if accuses:
            if cursor != self._cursor:
                self.progressed(cursor)
            self._deaths += 1
            if careful and marker is not None:
                if marker == self._suspect and marker not in self._skip:
                    self._skip.append(marker)
                self._suspect = marker
        delay, self._delay_s = self._delay_s, min(self._delay_s * 2, BACKOFF_MAX_S)
        return delay


class Supervisor:
    """Runs `command` as the worker until stopped; holds its last status for whoever asks."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        hello: Callable[[], Mapping[str, Any]],
        state_dir: Path,
        environ: Mapping[str, str],
        log: Logger,
        clock: Callable[[], float] = time.monotonic,
        silent_max_s: float = SILENT_MAX_S,
        grace_s: float = GRACE_S,
    ) -> None:
        self._command = list(command)  # "--fd N" is appended
        self._hello = hello
        self._state_dir = state_dir
        self._environ = dict(environ)
        self._log = log
        self._clock = clock
        self._silent_max_s = silent_max_s
        self._grace_s = grace_s
        self._policy = Policy()
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._stopping = asyncio.Event()
        self._finish_s = 0.0
        self._ended = asyncio.Event()
        self._ended.set()
        self._unsure = True  # memory is to be checked: at the start, and after any end but an orderly one
        self._asked = False  # the worker was told to end: its end is no death
        self._cursor: object = None
        self._moved_at = clock()
        self.status: dict[str, Any] = {}
        self.status_at: float | None = None  # by `clock`
        self.started_at = clock()
        self.restarts = 0
        self._base: dict[str, int] = {}

    # ------------------------------------------------------------------ what others read

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    @property
    def up(self) -> bool:
        return self.pid is not None and self.status_at is not None

    @property
    def silent_s(self) -> float:
        """Seconds since the last report, or since the daemon started."""
        return self._clock() - (self.status_at if self.status_at is not None else self.started_at)

    def totals(self) -> dict[str, int]:
        """The worker's counters over all its lives in this run of the daemon."""
        counters = self.status.get("counters", {})
        return {name: self._base.get(name, 0) + counters.get(name, 0) for name in {*self._base, *counters}}

    # ------------------------------------------------------------------ what others ask

    def send(self, order: Mapping[str, Any]) -> None:
        """An order for the worker; dropped when there is none (the next one is told by `hello`)."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(json.dumps(order).encode() + b"\n")

    def restart(self) -> None:
        """End the worker after its batch; the next one starts at once with a fresh `hello`."""
        self._asked = True
        self.send({"order": "stop", "within_s": 0.0})

    async def stop(self, within_s: float) -> bool:
        """Let the worker finish the backlog for a bounded time. False when it had to be killed."""
        self._asked = True
        self._finish_s = within_s
        self._stopping.set()
        self.send(self._stop_order())
        try:
            async with asyncio.timeout(within_s + self._grace_s):
                await self._ended.wait()
        except TimeoutError:
            self._kill()
            return False
        return True

    def _stop_order(self) -> dict[str, Any]:
        return {"order": "stop", "within_s": self._finish_s}

    # ------------------------------------------------------------------ the loop

    async def run(self) -> None:
        """Start workers until `stop`."""
        self._ended.clear()
        try:
            while not self._stopping.is_set():
                self._asked = False
                code = await self._one_life()
                self._unsure = code != 0
                await self._pause(self._after(code))
        finally:
            self._ended.set()

    async def _pause(self, delay_s: float) -> None:
        """Back-off, cut short by `stop`."""
        try:
            async with asyncio.timeout(delay_s):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def _one_life(self) -> int:
        ours, theirs = socket.socketpair()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                "--fd",
                str(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                env=self._environ,
            )
        except OSError as error:
            ours.close()
            self._log.error("the worker cannot be started", error=str(error))
            return 1
        finally:
            theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=_STATUS_BYTES)
        orders = self._policy.orders
        self.send(
            {
                **self._hello(),
                "careful": orders.careful,
                "skip": [list(position) for position in orders.skip],
                "check": self._unsure,
            }
        )
        if self._stopping.is_set():  # it came while the process was being started
            self.send(self._stop_order())
        self.status_at = None
        self._moved_at = self._clock()
        listening = asyncio.create_task(self._listen(reader))
        watching = asyncio.create_task(self._watch())
        try:
            code = await self._process.wait()
            await asyncio.wait([listening], timeout=1.0)  # its last words
        finally:
            listening.cancel()
            watching.cancel()
            await asyncio.gather(listening, watching, return_exceptions=True)
            self._writer.close()
            self._writer = None
        return code

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._hear(json.loads(line))
        except (ConnectionError, ValueError):
            pass  # a worker that was killed in the middle of a word

    def _hear(self, status: dict[str, Any]) -> None:
        now = self._clock()
        self.status, self.status_at = status, now
        cursor = status.get("cursor")
        if cursor is not None and cursor != self._cursor:
            self._cursor = cursor
            self._moved_at = now
            if status.get("commits", 0) > 0:
                self._policy.progressed(tuple(cursor))
        elif not status.get("backlog_bytes"):
            self._moved_at = now

    async def _watch(self) -> None:
        """Kill a worker that hangs."""
        born = self._clock()
        while True:
            await asyncio.sleep(1.0)
            now = self._clock()
            silent = now - (self.status_at if self.status_at is not None else born)
            stuck = now - self._moved_at if self.status.get("phase") == "folding" else 0.0
            if silent > self._silent_max_s or stuck > STUCK_MAX_S:
                self._log.error(
                    "the worker hangs and is killed", silent_s=round(silent), stuck_s=round(stuck)
                )
                self._kill()
                return

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            os.kill(self._process.pid, signal.SIGKILL)

    def _after(self, code: int) -> float:
        """Account for the end of a life; the seconds to wait before the next."""
        for name, value in self.status.get("counters", {}).items():
            self._base[name] = self._base.get(name, 0) + value
        typed = self.status.get("fatal")
        self.status = {**self.status, "counters": {}, "phase": "down"}
        if self._stopping.is_set() or (self._asked and code == 0):
            return 0.0
        self.restarts += 1
        cursor = tuple(self._cursor) if isinstance(self._cursor, list) else None
        marker = read_marker(self._state_dir)
        delay = self._policy.died(cursor, marker, accuses=typed is None and code != 0)
        self._log.warning(
            "the worker ended and is started again",
            code=code,
            reason=typed,
            delay_s=delay,
            careful=self._policy.orders.careful,
        )
        return delay

"""What the worker has children do: the scheduled digests and the daily backup. One child at a time.

Invariants:
- A child is a fresh interpreter with the configuration on its stdin; it reads memory, never writes it.
- What a digest told comes back on the child's stdout and is committed by the worker with its next transaction.
- A child that fails or hangs is an ERROR and a health check; the job stays due and is tried again after a minute.
- A child that finds memory damaged says so by its exit code: `damage` tells the worker why.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from brainstemd import schedule
from brainstemd.config import Config
from brainstemd.errors import StoreError
from brainstemd.logs import Logger
from brainstemd.memory import backups, cursor_in
from brainstemd.models import MINUTE_US, Cursor, Told
from brainstemd.schedule import BACKUP, Job, Schedule
from brainstemd.spool import stat

CHILD_MAX_S = 600.0
LATE_MAX_US = 5 * MINUTE_US  # a digest waits so long for memory to catch up with the spool, not longer
EXIT_DAMAGED = 4  # of a child: memory itself is damaged
_ERROR_CHARS = 500
COMMAND = (sys.executable, "-m", "brainstemd")


class Jobs:
    """Starts what is due, takes in what comes back. `command` is the seam for tests."""

    def __init__(
        self, config: Config, log: Logger, clock_us: Callable[[], int], command: Sequence[str] = COMMAND
    ) -> None:
        self._config = config
        self._log = log
        self._clock_us = clock_us
        self._command = command
        self._schedule = Schedule(config, schedule.load(config.state_dir), clock_us())
        self._child: asyncio.Task[None] | None = None
        self._errors: dict[str, str | None] = {"digest": None, "backup": None}
        self._finished_us: dict[str, int | None] = {"digest": None, "backup": None}
        self._covered: tuple[Path | None, Cursor] = (None, Cursor(0, 0))
        self.told: list[Told] = []  # to be committed
        self.damage: str | None = None  # of memory, as a child has found it
        self.counters = {"digests": 0, "digest_failures": 0, "backups": 0, "backup_failures": 0}

    def tick(self, *, caught_up: bool) -> None:
        """Start what is due, unless a child is busy. Digests wait until memory holds what came before them."""
        if self._child is not None and not self._child.done():
            return
        now_us = self._clock_us()
        job = self._schedule.due(now_us)
        if job is None or (not caught_up and now_us - job.at_us < LATE_MAX_US):
            return
        self._child = asyncio.create_task(self._run(job))

    async def close(self) -> None:
        """End a child that is under way; its job stays due."""
        if self._child is not None:
            self._child.cancel()
            await asyncio.gather(self._child, return_exceptions=True)

    async def covered(self, committed: Cursor) -> Cursor:
        """How far the spool may be thinned out: to where the newest backup has read. Asks for one when that is far."""
        if self._config.memory.backups == 0:
            return committed
        copies = backups(self._config.state_dir / "backups")
        newest = copies[0] if copies else None
        if newest != self._covered[0]:
            self._covered = newest, _cursor_of(newest)
        covered = self._covered[1]
        if committed.segment > covered.segment and self._crowded():
            self._schedule.hurry(BACKUP, self._clock_us())
        return min(covered, committed)

    def _crowded(self) -> bool:
        return stat(self._config.state_dir / "spool").bytes > self._config.spool.max_bytes

    def status(self) -> dict[str, Any]:
        return {
            "digest_us": self._finished_us["digest"],
            "digest_error": self._errors["digest"],
            "backup_us": self._finished_us["backup"],
            "backup_error": self._errors["backup"],
        }

    async def _run(self, job: Job) -> None:
        what = "backup" if job.kind == BACKUP else "digest"
        try:
            out = await self._child_output(job)
            if what == "digest":
                self.told.extend(parse_told(out))
        except (ChildError, OSError, ValueError, TypeError, KeyError) as error:
            self._errors[what] = str(error)[:_ERROR_CHARS]
            self.counters[f"{what}_failures"] += 1
            self._schedule.failed(job, self._clock_us())
            self._log.error(
                f"the scheduled {what} failed and is tried again", kind=job.kind, error=str(error)
            )
            return
        self._errors[what] = None
        self._finished_us[what] = self._clock_us()
        self.counters[f"{what}s"] += 1
        self._schedule.finished(job)
        try:
            schedule.save(self._config.state_dir, self._schedule.done)
        except OSError as error:
            self._log.warning("the schedule cannot be saved; a restart may repeat a digest", error=str(error))

    async def _child_output(self, job: Job) -> bytes:
        arguments = (
            ["_backup"] if job.kind == BACKUP else ["_digest", "--at", str(job.at_us), "--mode", job.kind]
        )
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(CHILD_MAX_S):
                out, err = await process.communicate(self._config.model_dump_json().encode())
        except TimeoutError:
            raise ChildError(f"it took longer than {CHILD_MAX_S:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            words = err.decode("utf-8", "replace").strip()[-_ERROR_CHARS:]
            if process.returncode == EXIT_DAMAGED:
                self.damage = words
            raise ChildError(words or f"it ended with code {process.returncode}")
        return out


def _cursor_of(copy: Path | None) -> Cursor:
    """Where a backup would go on reading; the very beginning when there is none that can be opened."""
    if copy is None:
        return Cursor(0, 0)
    try:
        return cursor_in(copy) or Cursor(0, 0)
    except StoreError:
        return Cursor(0, 0)


class ChildError(Exception):
    """A digest or backup child did not do its work."""


def parse_told(out: bytes) -> list[Told]:
    """The told rows that a digest child prints: one JSON array of objects. Raises ValueError, TypeError."""
    rows = json.loads(out)
    return [Told(**{**row, "hosts": tuple(row["hosts"])}) for row in rows]

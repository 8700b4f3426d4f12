"""When the worker owes a digest or a backup. Pure but for the one small file that remembers what was done.

Invariants:
- A digest's `at` is the instant at which it was due, not the moment at which somebody got round to it.
- What was missed while the daemon was down is done once, not once for each time missed.
- The whole digest takes the place of the changes that are due at the same moment.
- The file is no ledger: losing it costs at most one digest told twice.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from brainstemd.config import Config
from brainstemd.models import HOUR_US, SECOND_US

WHOLE, CHANGES, BACKUP = "whole", "changes", "backup"
KINDS = (WHOLE, CHANGES, BACKUP)
RETRY_US = 60 * SECOND_US
AHEAD_MAX_US = 300 * SECOND_US  # a clock that is set back by less must not have a digest told twice
FILE_NAME = "schedule.json"


class Job(NamedTuple):
    kind: str  # whole | changes | backup
    at_us: int  # when it was due


def last_daily(now_us: int, daily: str, zone: str) -> int:
    """The newest instant, not after now, at which clocks in `zone` showed `daily` ("HH:MM").

    Where a clock change leaves that time out, it is the instant the same time would have been without the change.
    """
    hour, minute = (int(part) for part in daily.split(":"))
    here = ZoneInfo(zone)
    today = datetime.fromtimestamp(now_us / 1e6, here).date()
    for back in range(3):
        local = datetime.combine(today - timedelta(days=back), time(hour, minute), here)
        due = round(local.astimezone(UTC).timestamp() * 1e6)
        if due <= now_us:
            return due
    raise AssertionError("one of three days lies in the past")


def last_regular(now_us: int, every_s: float) -> int:
    """The newest multiple of `every_s` since the epoch, not after now."""
    step = max(1, round(every_s * SECOND_US))
    return now_us - now_us % step


class Schedule:
    """What is due, given what was done. `done` maps a kind to the instant it was last done for."""

    def __init__(self, config: Config, done: dict[str, int], now_us: int) -> None:
        self._config = config
        self.done = {kind: done.get(kind, now_us) for kind in KINDS}
        self._believe(now_us)
        self._not_before: dict[str, int] = {}
        self._hurried: dict[str, int] = {}

    def due(self, now_us: int) -> Job | None:
        """The most important job that is due; None when there is none."""
        self._believe(now_us)
        digest = self._config.digest
        daily = last_daily(now_us, digest.daily, digest.timezone)
        instants = {WHOLE: daily, CHANGES: last_regular(now_us, digest.every)}
        if self._config.memory.backups:
            instants[BACKUP] = daily
        if digest.every <= 0:
            del instants[CHANGES]
        instants |= self._hurried
        for kind, at_us in instants.items():
            if at_us > self.done[kind] and not self._waits(kind, now_us):
                return Job(kind, at_us)
        return None

    def _believe(self, now_us: int) -> None:
        """What was done in the future was done by a clock that was wrong, then or now: it must not silence anything."""
        for kind, at_us in self.done.items():
            if at_us > now_us + AHEAD_MAX_US:
                self.done[kind] = now_us

    def _waits(self, kind: str, now_us: int) -> bool:
        return self._not_before.get(kind, 0) - RETRY_US <= now_us < self._not_before.get(kind, 0)

    def hurry(self, kind: str, now_us: int) -> None:
        """Wanted before its time: due at once, but not more than once an hour."""
        if now_us - self.done[kind] >= HOUR_US:
            self._hurried.setdefault(kind, now_us)

    def finished(self, job: Job) -> None:
        self.done[job.kind] = max(self.done[job.kind], job.at_us)
        self._hurried.pop(job.kind, None)
        if job.kind == WHOLE:
            self.done[CHANGES] = max(self.done[CHANGES], job.at_us)

    def failed(self, job: Job, now_us: int) -> None:
        """It stays due, and is tried again after a minute."""
        self._not_before[job.kind] = now_us + RETRY_US


def load(state_dir: Path) -> dict[str, int]:
    """What the file says was done; {} when there is none or it cannot be read."""
    try:
        content: Any = json.loads((state_dir / FILE_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {kind: at for kind in KINDS if isinstance(at := content.get(kind), int)}


def save(state_dir: Path, done: dict[str, int]) -> None:
    """Replace the file in one step. Raises OSError."""
    path = state_dir / FILE_NAME
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(done) + "\n", "utf-8")
    draft.replace(path)

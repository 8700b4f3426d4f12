"""Clocks that are set forward and back, while running and across restarts: nothing ages early, digests neither loop nor stop."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.config import Config, Memory
from brainstemd.fold import Fold
from brainstemd.memory import Store
from brainstemd.models import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Cursor, Origin, Record, RecordKind
from brainstemd.schedule import AHEAD_MAX_US, BACKUP, CHANGES, WHOLE, Schedule

T0 = 20_530 * DAY_US  # 2026-03-18, 00:00 UTC
ORIGIN = Origin("udp", "udp:514", "192.0.2.7")


class Stream:
    """Records as a spool would hold them: each has its place, a wall clock and a monotonic one."""

    def __init__(self) -> None:
        self.offset = 64
        self.lived_us = 0
        self.ahead_us = 0  # by how much the wall clock is wrong

    @property
    def wall_us(self) -> int:
        return T0 + self.lived_us + self.ahead_us

    def record(self, kind: RecordKind, **more: Any) -> Record:
        self.offset += 100
        return Record(kind, 1, self.offset, Cursor(1, self.offset + 100), self.wall_us, **more)

    def beat(self, kind: RecordKind = RecordKind.BEAT) -> Record:
        return self.record(kind, control={"run": "r", "boot": "b", "mono_us": self.lived_us, "lost": {}})

    def day(self, lines: int = 3) -> list[Record]:
        """A day of life: beats and a few lines, stamped by the wall clock of the receiver."""
        found = []
        for n in range(lines):
            self.lived_us += DAY_US // lines
            found.append(
                self.record(RecordKind.LINES, origin=ORIGIN, frames=(b"<13>app: user u%d failed" % n,))
            )
            found.append(self.beat())
        return found


async def fold(path: Path, records: list[Record], cut: int) -> dict[str, int]:
    """Fold records, a commit for every `cut`; how many lines are in day rows, and the oldest day."""
    config = Config(memory=Memory(day_rows=7 * 86_400, week_rows=28 * 86_400))
    one = Fold(config)
    async with await Store.open(path, config=config.memory) as store:
        for i, record in enumerate(records):
            one.add(record)
            if i % cut == cut - 1 or i == len(records) - 1:
                await store.commit(one.take(record.end))
    with closing(sqlite3.connect(path)) as db:
        lines, oldest = db.execute("SELECT sum(lines), min(day) FROM day").fetchone()
        weeks = db.execute("SELECT coalesce(sum(lines), 0) FROM week").fetchone()[0]
    return {"lines": lines, "oldest": oldest, "weeks": weeks}


async def test_a_clock_that_is_wrong_for_an_hour_ages_nothing(tmp_path: Path) -> None:
    """A month, a year ahead, a month back: rows that the right clock would keep are kept, however commits are cut."""
    right = Stream()
    records = [right.beat(RecordKind.START)] + [r for _ in range(6) for r in right.day()]
    kept = await fold(tmp_path / "right.db", records, 4)
    assert kept == {"lines": 18, "oldest": T0 // DAY_US, "weeks": 0}
    for number, ahead_us in enumerate((31 * DAY_US, 365 * DAY_US, -31 * DAY_US, -5 * HOUR_US)):
        found = []
        for cut in (1, 7):
            stream = Stream()
            records = [stream.beat(RecordKind.START)] + [r for _ in range(5) for r in stream.day()]
            stream.ahead_us = ahead_us
            stream.lived_us += HOUR_US
            records += [
                stream.beat(),
                *(stream.record(RecordKind.LINES, origin=ORIGIN, frames=(b"<13>app: x",)),) * 2,
            ]
            records.append(stream.beat())
            stream.ahead_us = 0
            stream.lived_us += MINUTE_US
            records += [stream.beat(), *stream.day()]
            found.append(await fold(tmp_path / f"{number}-{cut}.db", records, cut))
        assert found[0] == found[1]
        assert found[0]["lines"] + found[0]["weeks"] == 20
        assert found[0]["weeks"] == (
            2 if ahead_us < -7 * DAY_US else 0
        )  # lines that say they are a month old


async def test_a_right_clock_still_ages(tmp_path: Path) -> None:
    """Retention goes on with the time that is lived."""
    stream = Stream()
    records = [stream.beat(RecordKind.START)] + [r for _ in range(40) for r in stream.day(1)]
    kept = await fold(tmp_path / "memory.db", records, 5)
    assert kept["oldest"] > T0 // DAY_US + 7
    assert kept["weeks"] > 20


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(1, 400), st.integers(-31 * 24 * 60, 31 * 24 * 60), st.booleans()), max_size=6
    )
)
def test_digests_neither_loop_nor_fall_silent(steps: list[tuple[int, int, bool]]) -> None:
    """Whatever steps come, restarts among them: at most a digest an interval and a step, and never two intervals without."""
    config = Config()
    every_us = round(config.digest.every * SECOND_US)
    now_us = T0
    schedule = Schedule(config, {}, now_us)
    fired = {CHANGES: 0, WHOLE: 0, BACKUP: 0}
    minutes = quiet = 0
    for lived, step, restart in [*steps, (3 * 24 * 60, 0, False)]:
        for _ in range(lived):
            now_us += MINUTE_US
            minutes += 1
            quiet += 1
            while (job := schedule.due(now_us)) is not None:
                fired[job.kind] += 1
                schedule.finished(job)
                quiet = quiet if job.kind == BACKUP else 0
            assert quiet * MINUTE_US <= 2 * every_us + AHEAD_MAX_US
        now_us += step * MINUTE_US
        if restart:
            schedule = Schedule(config, schedule.done, now_us)
    jumps = len(steps)
    assert fired[CHANGES] <= minutes * MINUTE_US // every_us + 2 * jumps + 1
    assert 3 <= fired[WHOLE] <= minutes // (24 * 60) + 2 * jumps + 1
    assert fired[BACKUP] <= minutes // (24 * 60) + 2 * jumps + 1

"""Week rows, and what retention does as the watermark advances.

Days are rolled up into weeks when they are older than `day_rows`; their day rows stay as long again, so that a digest
as of any instant of the last `day_rows` finds the full resolution that it would have found then.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

from brainstemd.config import Memory
from brainstemd.memory import clocks
from brainstemd.memory.rows import decode, decode_week, encode_week, merge_weeks, monday, week_of
from brainstemd.memory.sql import Database
from brainstemd.models import DAY_US, Week

_DAY_S = 86_400
_ROWS_A_SLICE = 5_000
NEVER = -(1 << 31)
WEEK_COLUMNS = "week, key_id, lines, first_us, last_us, active, hours"


class Bounds(NamedTuple):
    """How far retention has come, in day numbers. NEVER before the first commit."""

    rolled: int = NEVER  # days before it are in week rows
    kept: int = NEVER  # days before it have no day rows any more; a Monday
    weeks: int = NEVER  # weeks before it are gone; a Monday


def days_of(seconds: float) -> int:
    return ceil(seconds / _DAY_S)


def first_full_day(at_us: int, config: Memory) -> int:
    """The Monday from which on a reading as of an instant has days; before it, it has weeks."""
    return monday(at_us // DAY_US - days_of(config.day_rows))


def first_week(full_from: int, config: Memory) -> int:
    """The first week that a reading shows whose days begin on the Monday `full_from`."""
    return monday(full_from - days_of(config.week_rows))


def bounds_at(watermark_us: int, config: Memory, before: Bounds) -> Bounds:
    """Where the bounds belong at a watermark. They never go back."""
    day, full = watermark_us // DAY_US, days_of(config.day_rows)
    return Bounds(
        max(before.rolled, day - full),
        max(before.kept, monday(day - 2 * full - 6)),
        max(before.weeks, first_week(monday(day - 2 * full - 6), config)),
    )


async def add_weeks(db: Database, rolled: Mapping[tuple[int, int], Week]) -> None:
    """Merge weeks, by (week, key), into their rows."""
    if not rolled:
        return
    merged = dict(rolled)
    stored = await db.match(
        sorted(rolled), "s.week, s.key_id, s.lines, s.first_us, s.last_us, s.active, s.hours", _WEEK_JOIN
    )
    for week, key, *columns in stored:
        merged[week, key] = merge_weeks(decode_week(week, *columns), merged[week, key])
    rows = [(*where, *encode_week(week)) for where, week in sorted(merged.items())]
    await db.put(f"INSERT OR REPLACE INTO week ({WEEK_COLUMNS})", rows)


_WEEK_JOIN = "week s ON s.week = w.a AND s.key_id = w.b"


async def roll_up(db: Database, first_day: int, end_day: int) -> None:
    """Merge the day rows of [first_day, end_day) into week rows, a slice of rows at a time."""
    day = await _next_day(db, first_day)
    while day is not None and day < end_day:
        last_key = -1
        while rows := await db.rows(
            "SELECT key_id, slots FROM day WHERE day = ? AND key_id > ? ORDER BY key_id LIMIT ?",
            (day, last_key, _ROWS_A_SLICE),
        ):
            await add_weeks(db, {(monday(day), key): week_of(day, decode(slots)) for key, slots in rows})
            last_key = rows[-1][0]
        day = await _next_day(db, day + 1)


async def _next_day(db: Database, day: int) -> int | None:
    found: int | None = (await db.rows("SELECT min(day) FROM day WHERE day >= ?", (day,)))[0][0]
    return found


async def drop_old(db: Database, bounds: Bounds) -> None:
    """Delete what the bounds leave behind, except samples and the event index."""
    await db.run("DELETE FROM day WHERE day < ?", (bounds.kept,))
    await db.run("DELETE FROM said WHERE day < ?", (bounds.kept,))
    await db.run("DELETE FROM evicted WHERE day < ?", (bounds.kept,))
    await db.run("DELETE FROM source_floor WHERE day < ?", (bounds.kept,))
    await db.run("DELETE FROM week WHERE week < ?", (bounds.weeks,))
    await db.run("DELETE FROM overflow WHERE day < ?", (bounds.weeks,))
    await db.run("DELETE FROM gap WHERE end_us < ?", (bounds.weeks * DAY_US,))
    await clocks.drop_before(db, bounds.weeks * DAY_US)
    await db.run("DELETE FROM told WHERE told_us < ?", (bounds.weeks * DAY_US,))


async def drop_old_keys(db: Database, bounds: Bounds) -> None:
    """Forget keys, and signatures, of which no count is left."""
    gone = await db.rows("SELECT id FROM key WHERE last_day < ? LIMIT 1", (bounds.weeks,))
    if gone:
        await db.run(
            "DELETE FROM sample WHERE key_id IN (SELECT id FROM key WHERE last_day < ?)", (bounds.weeks,)
        )
        await db.run("DELETE FROM key WHERE last_day < ?", (bounds.weeks,))
        await db.run("DELETE FROM signature WHERE id NOT IN (SELECT signature FROM key)")

"""Every key's days and weeks as of an instant: what a memory that holds only the events up to it would show.

The day of the instant is masked (mask.py): its slots before the running one are exact. Days before the horizon of full
resolution are shown as weeks, whether they are rolled up already or not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from typing import Any

from brainstemd.config import Memory
from brainstemd.memory.collector import without_collector
from brainstemd.memory.keys import COLUMNS as KEY_COLUMNS
from brainstemd.memory.keys import facts_of
from brainstemd.memory.mask import Mask
from brainstemd.memory.rollup import Bounds, first_full_day, first_week
from brainstemd.memory.rows import SLOT_SECONDS, day_of, decode, decode_week, merge_weeks, week_of
from brainstemd.memory.slots import Slots
from brainstemd.memory.sql import Database
from brainstemd.memory.transitions import Changes, changes_between
from brainstemd.models import DAY_US, SECOND_US, SLOTS_A_DAY, Day, History, KeyFacts, Week

_ID_SPACE = 1 << 63


class HistoryReader:
    """One reading of all keys as of an instant, a part of the key space at a time."""

    def __init__(self, db: Database, config: Memory, bounds: Bounds, mask: Mask | None, at_us: int) -> None:
        self._db = db
        self._mask = mask
        self._bounds = bounds
        self._at_us = at_us if mask is None else mask.at_us
        self._today = at_us // DAY_US
        # Full resolution begins on the same Monday for every memory that is read as of this instant; further back
        # than that is kept only beyond what is promised.
        self._full = max(first_full_day(at_us, config), bounds.kept)
        self._weeks_from = first_week(first_full_day(at_us, config), config)

    async def histories(self, tenant: str | None, horizon_us: int, part_keys: int) -> AsyncIterator[History]:
        oldest = max(self._today - horizon_us // DAY_US, self._full)
        transitions = await changes_between(self._db, self._full, self._today, self._at_us)
        count = (await self._db.rows("SELECT count(*) FROM key WHERE last_day >= ?", (oldest,)))[0][0]
        step = _ID_SPACE // max(1, -(-count // part_keys)) + 1
        for low in range(0, _ID_SPACE, step):
            for history in await self._part(low, min(low + step, _ID_SPACE) - 1, tenant, oldest, transitions):
                yield history

    async def _part(
        self,
        low: int,
        high: int,
        tenant: str | None,
        oldest: int,
        transitions: Changes | None,
    ) -> list[History]:
        with without_collector():
            keys = await self._keys(low, high, tenant, oldest)
            days, rolled = await self._days(low, high, keys)
            weeks = await self._weeks(low, high, keys, rolled)
            found: list[History] = []
            for id_, facts in keys.items():
                mine = days[id_]
                if mine and mine[-1].day >= oldest:
                    changes = transitions.of(facts) if transitions else ()
                    found.append(History(facts, tuple(mine), weeks.get(id_, ()), changes))
            return found

    async def _keys(self, low: int, high: int, tenant: str | None, oldest: int) -> dict[int, KeyFacts]:
        where, params = "", [low, high, self._at_us, oldest]
        if tenant is not None:
            where = " AND tenant = ?"
            params.append(tenant)  # type: ignore[arg-type]
        rows = await self._db.rows(
            f"SELECT {KEY_COLUMNS} FROM key WHERE id BETWEEN ? AND ? AND first_us <= ? AND last_day >= ?{where}",  # noqa: S608
            params,
        )
        return {row[0]: facts_of(row, self._at_us) for row in rows}

    async def _days(
        self, low: int, high: int, keys: Collection[int]
    ) -> tuple[dict[int, list[Day]], dict[int, list[Week]]]:
        """Full days, ascending, and those older days that no week row has yet, rolled up."""
        days: dict[int, list[Day]] = {key: [] for key in keys}
        rolled: dict[int, list[Week]] = {}
        first = min(self._full, max(self._bounds.rolled, self._bounds.kept))
        for day in await self._stored("day", first, self._today):
            rows = await self._db.rows(
                "SELECT key_id, lines, first_s, last_s, active, slots FROM day WHERE day = ? AND key_id BETWEEN ? AND ?",
                (day, low, high),
            )
            if day < self._full:
                for row in rows:
                    if row[0] in days:
                        rolled.setdefault(row[0], []).append(week_of(day, decode(row[-1])))
            elif day == self._today and self._mask is not None:
                self._show_today(rows, self._mask, days)
            else:
                _show(day, rows, days)
        return days, rolled

    def _show_today(self, rows: Iterable[Any], mask: Mask, days: Mapping[int, list[Day]]) -> None:
        """The rows of the day of the instant, without what is later."""
        running_s = mask.slot % SLOTS_A_DAY * SLOT_SECONDS
        whole = []
        for row in rows:
            key, last_s, blob = row[0], row[3], row[-1]
            if key not in mask.cells and last_s < running_s:
                whole.append(row)
            elif key in days and (cells := mask.apply(self._today, key, decode(blob))):
                days[key].append(day_of(self._today, cells))
        _show(self._today, whole, days)

    async def _weeks(
        self, low: int, high: int, keys: Collection[int], rolled: dict[int, list[Week]]
    ) -> dict[int, tuple[Week, ...]]:
        last = min(self._full - 1, self._today - 7)
        found: dict[int, dict[int, Week]] = {}
        for number in await self._stored("week", self._weeks_from, last):
            sql = "SELECT * FROM week WHERE week = ? AND key_id BETWEEN ? AND ?"
            for week, key, *columns in await self._db.rows(sql, (number, low, high)):
                if key in keys:
                    found.setdefault(key, {})[week] = decode_week(week, *columns)
        for key, weeks in rolled.items():
            mine = found.setdefault(key, {})
            for week in weeks:
                mine[week.week] = merge_weeks(mine[week.week], week) if week.week in mine else week
        return {key: tuple(mine[week] for week in sorted(mine)) for key, mine in found.items()}

    async def _stored(self, table: str, first: int, last: int) -> range:
        """The days (or weeks) in [first, last] that may have rows: each is one range probe by key."""
        ends = (await self._db.rows(f"SELECT min({table}), max({table}) FROM {table}"))[0]  # noqa: S608
        if ends[0] is None:
            return range(0)
        return range(max(first, ends[0]), min(last, ends[1]) + 1, 1 if table == "day" else 7)


def _show(day: int, rows: Iterable[Any], days: Mapping[int, list[Day]]) -> None:
    """Append a day, as it is stored, to the days of its keys. This loop is most of what a digest costs memory."""
    start, new = day * DAY_US, tuple.__new__
    for key, lines, first_s, last_s, active, blob in rows:
        mine = days.get(key)
        if mine is not None:
            first_us, last_us = start + first_s * SECOND_US, start + last_s * SECOND_US
            mine.append(new(Day, (day, lines, first_us, last_us, Slots(blob, active))))

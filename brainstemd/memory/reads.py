"""Reading as of an instant: what a memory that holds only the events up to it would show, and nothing later.

Where the newest event is not later than the instant, rows are used as they are. Otherwise the day of the instant is
masked: its slots before the running five-minute slot are exact, and the running one is made again from the event
index. If the index no longer holds that slot, the reading is as of the slot's start: `effective_at_us` says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from brainstemd.config import Memory
from brainstemd.memory.collector import without_collector
from brainstemd.memory.events import EventReader
from brainstemd.memory.keys import COLUMNS as KEY_COLUMNS
from brainstemd.memory.keys import REST, facts_of
from brainstemd.memory.rollup import Bounds, first_full_day, first_week
from brainstemd.memory.rows import (
    SLOT_SECONDS,
    Cell,
    cell_of,
    day_of,
    decode,
    decode_week,
    merge_cells,
    merge_weeks,
    week_of,
    weighted_cell,
)
from brainstemd.memory.samples import ROLLED, decode_samples
from brainstemd.memory.slots import Slots
from brainstemd.memory.sql import Database
from brainstemd.memory.transitions import Changes, changes_between
from brainstemd.models import (
    DAY_US,
    SECOND_US,
    SLOT_US,
    SLOTS_A_DAY,
    Day,
    Gap,
    History,
    KeyFacts,
    Position,
    SignatureFacts,
    Week,
)

_KEYS_A_PART = 2_000  # keys whose rows are in memory at once
_ID_SPACE = 1 << 63
_SAMPLES_READ = 3
_MANY_IDS = 5_000  # from which on a table is read through, not probed


class Totals(NamedTuple):
    """What memory saw in a window; the fields of digest/1's `totals`."""

    events: int
    sources: int
    signatures: int
    new_signatures: int
    gaps: int


class KeySummary(NamedTuple):
    """A key with its totals over all that memory keeps (not as of an instant)."""

    key: KeyFacts
    lines: int
    first_us: int
    last_us: int


class Mask(NamedTuple):
    """How the slot that runs at an instant is shown. `lines`: key → its cell, of the lines up to the instant."""

    at_us: int  # the effective instant
    slot: int  # absolute number of the running slot
    cells: dict[int, Cell]

    def apply(self, day: int, key: int, cells: Iterable[Cell]) -> list[Cell]:
        """A day's cells as of the instant."""
        start = day * SLOTS_A_DAY
        shown = [cell for cell in cells if start + cell.slot < self.slot]
        if day == self.slot // SLOTS_A_DAY and key in self.cells:
            shown.append(self.cells[key])
        return shown


async def mask_at(db: Database, at_us: int, newest_us: int, index_from_us: int) -> Mask | None:
    """The mask of an instant; None when memory holds nothing later and rows are used as they are."""
    if newest_us <= at_us:
        return None
    floor = at_us - at_us % SLOT_US
    if index_from_us >= floor:
        return Mask(floor - 1, floor // SLOT_US, {})
    weights = await EventReader(db).weights(floor, at_us)
    return Mask(at_us, floor // SLOT_US, {key: _cell(lines, floor) for key, lines in weights.items()})


def _cell(lines: Sequence[tuple[int, int]], start_us: int) -> Cell:
    """The cell of weighted lines in the slot that starts at `start_us`."""
    slot = start_us // SLOT_US % SLOTS_A_DAY
    plain = [(t - start_us) // SECOND_US for t, n in lines if n == 1]
    cells = [cell_of(slot, plain)] if plain else []
    cells += [weighted_cell(slot, (t - start_us) // SECOND_US, n) for t, n in lines if n != 1]
    cell = cells[0]
    for more in cells[1:]:
        cell = merge_cells(cell, more)
    return cell


# ---------------------------------------------------------------- histories


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


# ---------------------------------------------------------------- totals, gaps, samples


async def totals(
    db: Database, start_us: int, end_us: int, tenant: str | None, mask: Mask | None, index_from_us: int
) -> Totals:
    """Counts of the lines with start_us <= t <= end_us. Windows older than the day rows count what weeks do not hide."""
    with without_collector():
        lines = await _lines(db, start_us, end_us, mask, index_from_us)
        keys = await db.match(
            ((key,) for key in sorted(lines)), "k.id, k.tenant, k.source, k.signature", "key k ON k.id = w.a"
        )
        keys = [row for row in keys if tenant is None or row[1] == tenant]
    signatures = {row[3] for row in keys} - {REST}
    firsts = await db.rows(
        "SELECT signature, min(first_us) FROM key WHERE ?1 IS NULL OR tenant = ?1 GROUP BY signature",
        (tenant,),
    )
    return Totals(
        sum(lines[row[0]] for row in keys),
        len({row[1:3] for row in keys if row[2] != REST}),
        len(signatures),
        sum(1 for signature, first_us in firsts if signature in signatures and first_us >= start_us),
        len(await gaps(db, start_us, end_us, tenant)),
    )


async def _lines(
    db: Database, start_us: int, end_us: int, mask: Mask | None, index_from_us: int
) -> dict[int, int]:
    """key → lines in [start_us, end_us]."""
    first, last = start_us // DAY_US, end_us // DAY_US
    found: dict[int, int] = {}
    rows = await db.rows(
        "SELECT key_id, sum(lines) FROM day WHERE day > ? AND day < ? GROUP BY key_id", (first, last)
    )
    found.update(rows)
    floor = start_us - start_us % SLOT_US
    head: dict[int, list[tuple[int, int]]] = {}
    exact = start_us != floor and index_from_us < floor
    if exact:
        head = await EventReader(db).weights(start_us, min(floor + SLOT_US - 1, end_us))
    first_slot = floor // SLOT_US + (1 if exact else 0)
    last_slot = end_us // SLOT_US
    for day in sorted({first, last}):
        masked = mask if day == last else None
        for key, lines in await _lines_of_day(db, day, first_slot, last_slot, masked):
            found[key] = found.get(key, 0) + lines
    for key, weights in head.items():
        found[key] = found.get(key, 0) + sum(weight for _, weight in weights)
    return found


async def _lines_of_day(
    db: Database, day: int, first_slot: int, last_slot: int, mask: Mask | None
) -> list[tuple[int, int]]:
    """(key, lines) of a day's slots (counted from 1970) in [first_slot, last_slot]. Few rows reach over an end of it."""
    start = day * SLOTS_A_DAY
    low, high = max(0, first_slot - start), min(SLOTS_A_DAY - 1, last_slot - start)
    if mask is not None:
        high = min(high, mask.slot - start - 1)  # the running slot is in the mask
    low_s, end_s = low * SLOT_SECONDS, (high + 1) * SLOT_SECONDS
    found: list[tuple[int, int]] = []
    rows = await db.rows(
        "SELECT key_id, lines, first_s, last_s, slots FROM day WHERE day = ? AND last_s >= ? AND first_s < ?",
        (day, low_s, end_s),
    )
    for key, lines, first_s, last_s, blob in rows:
        if first_s < low_s or last_s >= end_s:
            lines = sum(cell.n for cell in decode(blob) if low <= cell.slot <= high)
        if lines:
            found.append((key, lines))
    if mask is not None and first_slot <= mask.slot <= last_slot and mask.slot // SLOTS_A_DAY == day:
        found += [(key, cell.n) for key, cell in mask.cells.items()]
    return found


async def gaps(db: Database, start_us: int, end_us: int, tenant: str | None) -> list[Gap]:
    """Gaps that ended in the interval or reach into it, and were over by its end: until then nobody knew of them."""
    rows = await db.rows(
        "SELECT start_us, end_us, reason, lost, unknown, tenant, source FROM gap"
        " WHERE end_us BETWEEN ? AND ? AND (?3 IS NULL OR tenant IN ('', ?3)) ORDER BY start_us, end_us, reason, source",
        (start_us, end_us, tenant),
    )
    return [
        Gap(start, end, reason, None if unknown else lost, tenant_ or None, source or None)
        for start, end, reason, lost, unknown, tenant_, source in rows
    ]


async def samples(db: Database, key_ids: Collection[int], at_us: int) -> dict[int, list[tuple[int, bytes]]]:
    """key → up to three (t_us, raw) of the newest whole days before the day of `at_us`, ascending by time."""
    today = at_us // DAY_US
    oldest = (await db.rows("SELECT min(day) FROM sample WHERE day > ?", (ROLLED,)))[0][0]
    found: dict[int, list[tuple[int, bytes]]] = {}
    day = today - 1
    while oldest is not None and day >= oldest:
        wanted = [(day, key) for key in sorted(key_ids) if len(found.get(key, ())) < _SAMPLES_READ]
        if not wanted:
            break
        await _collect(db, wanted, at_us, found)
        day -= 1
    await _collect(db, [(ROLLED, key) for key in sorted(key_ids) if key not in found], at_us, found)
    return {key: sorted(kept) for key, kept in found.items()}


async def _collect(
    db: Database, wanted: Sequence[tuple[int, int]], at_us: int, found: dict[int, list[tuple[int, bytes]]]
) -> None:
    rows = await db.match(wanted, "s.key_id, s.data", "sample s ON s.day = w.a AND s.key_id = w.b")
    for key, data in rows:
        for sample in decode_samples(data):
            if sample.t_us <= at_us and len(found.get(key, ())) < _SAMPLES_READ:
                found.setdefault(key, []).append((sample.t_us, sample.raw))


# ---------------------------------------------------------------- the index, keys, signatures


async def recent_positions(
    db: Database, key_ids: Collection[int], at_us: int, limit_each: int
) -> dict[int, list[tuple[int, Position]]]:
    """key → its newest lines up to an instant, newest first. A key's day rows say which slots to look into."""
    reader = EventReader(db)
    found: dict[int, list[tuple[int, Position]]] = {}
    spans = {
        key: (first_us // DAY_US, last_day)
        for key, first_us, last_day in await db.match(
            ((key,) for key in sorted(key_ids)), "k.id, k.first_us, k.last_day", "key k ON k.id = w.a"
        )
    }
    oldest = (await db.rows("SELECT min(day) FROM day"))[0][0]
    for key, (first_day, last_day) in spans.items():
        mine: list[tuple[int, Position]] = []
        day = min(last_day, at_us // DAY_US)
        while len(mine) < limit_each and oldest is not None and day >= max(first_day, oldest):
            rows = await db.rows("SELECT slots FROM day WHERE day = ? AND key_id = ?", (day, key))
            for cell in reversed(decode(rows[0][0]) if rows else []):
                start = day * DAY_US + cell.slot * SLOT_US
                if start <= at_us and len(mine) < limit_each:
                    mine += await _newest(reader, key, start, min(at_us, start + SLOT_US - 1))
            day -= 1
        if mine:
            found[key] = mine[:limit_each]
    return found


async def _newest(reader: EventReader, key: int, low: int, high: int) -> list[tuple[int, Position]]:
    return [(t, position) async for t, _, position in reader.events(low, high, (key,), newest_first=True)]


async def keys(db: Database, **wanted: str | None) -> list[KeyFacts]:
    """Keys by tenant, signature, state, source and entity; None is any."""
    named = {name: value for name, value in wanted.items() if value is not None}
    assert named.keys() <= {"tenant", "signature", "state", "source", "entity"}
    where = " AND ".join(["1", *(f"{name} = ?" for name in named)])
    rows = await db.rows(f"SELECT {KEY_COLUMNS} FROM key WHERE {where} ORDER BY id", list(named.values()))  # noqa: S608
    return [facts_of(row) for row in rows]


async def seen(db: Database, at_us: int, tenant: str | None) -> list[tuple[str, str, str]]:
    """(tenant, source, signature) of all that was first seen in a whole second before an instant.

    `first_us` is a running minimum, and the only one that may be read as of the past: it can only fall, and a line that
    makes it fall is one of before the instant. What the caps count together is nobody's signature.
    """
    rows = await db.rows(
        "SELECT DISTINCT tenant, source, signature FROM key"
        " WHERE first_us < ?1 AND signature <> ?2 AND source <> ?2 AND (?3 IS NULL OR tenant = ?3)",
        (at_us - at_us % SECOND_US, REST, tenant),
    )
    return [(tenant_, source, signature) for tenant_, source, signature in rows]


async def summaries(db: Database, facts: Iterable[KeyFacts], bounds: Bounds) -> list[KeySummary]:
    """Totals of keys over their day rows and, before those were rolled up, their week rows."""
    totals_: dict[int, tuple[int, int, int]] = {}
    for sql, params in (
        (
            f"SELECT key_id, sum(lines), min(day * {DAY_US} + first_s * {SECOND_US}),"  # noqa: S608
            f" max(day * {DAY_US} + last_s * {SECOND_US}) FROM day WHERE day >= ? GROUP BY key_id",
            (bounds.rolled,),
        ),
        ("SELECT key_id, sum(lines), min(first_us), max(last_us) FROM week GROUP BY key_id", ()),
    ):
        for key, lines, first_us, last_us in await db.rows(sql, params):
            known = totals_.get(key, (0, first_us, last_us))
            totals_[key] = (known[0] + lines, min(known[1], first_us), max(known[2], last_us))
    return [KeySummary(fact, *totals_[fact.id]) for fact in facts if fact.id in totals_]


async def signature_facts(db: Database, ids: Collection[str]) -> dict[str, SignatureFacts]:
    columns = "s.id, s.template, s.vendor, s.product, s.event_code"
    if len(ids) < _MANY_IDS:
        rows = await db.match(((id_,) for id_ in sorted(ids)), columns, "signature s ON s.id = w.a")
    else:
        wanted = frozenset(ids)
        rows = [row for row in await db.rows(f"SELECT {columns} FROM signature s") if row[0] in wanted]  # noqa: S608
    return {row[0]: tuple.__new__(SignatureFacts, row) for row in rows}

"""The walk of a commit: a delta becomes rows, in one transaction.

Everything is prepared in plain Python and written in a few statements of many rows; the coroutine never runs beside
other work of its own process.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable, Mapping
from typing import Any

from brainstemd.config import Memory
from brainstemd.memory.caches import Generations
from brainstemd.memory.clocks import put_skews
from brainstemd.memory.collector import without_collector
from brainstemd.memory.days import Days, KeyDay
from brainstemd.memory.delta import Delta
from brainstemd.memory.events import EventWriter, block_of
from brainstemd.memory.gaps import put_gaps
from brainstemd.memory.keys import Keys, KeyState, stated_in
from brainstemd.memory.places import Listed, Places
from brainstemd.memory.rest import REST_SIGNATURE, Rest, Uprooter
from brainstemd.memory.rollup import Bounds, add_weeks, bounds_at, drop_old, drop_old_keys, roll_up
from brainstemd.memory.rows import Cell, cells_of, merge_runs, merge_weeks, monday, week_of, weighted_cell
from brainstemd.memory.said import Heard
from brainstemd.memory.samples import ROLLED, Sample, Samples
from brainstemd.memory.sql import Database
from brainstemd.memory.transitions import Transitions
from brainstemd.models import DAY_US, SECOND_US, SLOT_US, SignatureFacts, Told, Week

_SIGNATURES_CACHED = 20_000


class Writer:
    """The one writer of a database, with its caches. A failed commit forgets them: they may be ahead of the rows."""

    def __init__(self, db: Database, config: Memory, listed: Listed) -> None:
        self._db = db
        self._config = config
        self._keys = Keys(db)
        self._days = Days(db)
        self._samples = Samples(db)
        self._heard = Heard(db)
        self._transitions = Transitions(db)
        self._places = Places(db, config, listed)
        self._uprooter = Uprooter(db, self._keys, self._days, self._samples, self._heard, self._transitions)
        self._events = EventWriter(db)
        self._signatures: Generations[str, bool] = Generations(_SIGNATURES_CACHED)

    def _caches(self) -> tuple[Keys, Days, Samples, Transitions, Places]:
        return self._keys, self._days, self._samples, self._transitions, self._places

    async def commit(self, delta: Delta) -> None:
        """Apply a delta. Raises StoreError with nothing applied."""
        try:
            with without_collector():
                async with self._db.transaction():
                    await self._apply(delta)
        except BaseException:
            for cache in self._caches():
                cache.forget()
            self._events.forget()
            self._signatures.clear()
            raise
        for cache in self._caches():
            cache.age()
        self._signatures.age()

    async def _apply(self, delta: Delta) -> None:
        meta = await self._meta()
        bounds = Bounds(*json.loads(meta["bounds"])) if "bounds" in meta else Bounds()
        moved, signatures = await self._count(delta, bounds)
        await self._index(delta, moved)
        await self._learn(signatures)
        await put_gaps(self._db, delta.gaps)
        await put_skews(self._db, delta.skews)
        if delta.unkept_clocks:
            await self._overflow({("clocks", delta.watermark_us // DAY_US): delta.unkept_clocks})
        await self._overflow(_unlisted(delta))
        await self.tell(delta.told)
        await self._db.put("INSERT OR IGNORE INTO archive (sha256, name)", delta.archives)
        watermark_us = max(delta.watermark_us, meta.get("watermark_us", delta.watermark_us))
        bounds = await self._retain(
            bounds, bounds_at(min(watermark_us, delta.retain_us), self._config, bounds)
        )
        await self._put_meta(meta, delta, watermark_us, bounds)

    # ------------------------------------------------------------------ counts

    async def _count(
        self, delta: Delta, bounds: Bounds
    ) -> tuple[Mapping[KeyDay, int], Mapping[str, SignatureFacts]]:
        """Everything that is counted by key. Returns which (key, day)s are counted under another key, and which, and
        the signatures that have a key."""
        touched = set(delta.times)
        touched.update((key, t_us // DAY_US) for key, t_us, _ in delta.extra)
        days = {day for _, day in touched}
        if any(monday(day) < bounds.weeks for day in days):
            touched = {where for where in touched if monday(where[1]) >= bounds.weeks}
        states = await self._keys.load({key for key, _ in touched}, delta.keys)
        unknown = {where for where in touched if where[0] not in states}
        if unknown:  # only a repeat of a line whose key is gone: nothing else names a key without its facts
            what = "repeats_of_forgotten_keys"
            await self._overflow({(what, day): n for day, n in _lines_by_day(delta, unknown).items()})
            touched -= unknown
        fresh = await self._days.load(_since(bounds.kept, touched, days), states)
        settled = await self._places.settle(
            fresh, states, bounds.rolled, lambda ids: self._keys.load(ids, {})
        )
        # What is more than lines added to a day row: repeats, old days, keys without a place.
        slow = {(key, t_us // DAY_US) for key, t_us, _ in delta.extra}.intersection(touched)
        slow |= touched - _since(max(bounds.kept, bounds.rolled), touched, days)
        samples = self._samples.worthy(delta.samples, touched, self._days.rows())
        self._samples.begin(fresh & samples.keys())
        said = self._heard.worthy(delta.said, touched, self._days.rows())
        moved: dict[KeyDay, int] = {}
        uprooted: list[int] = []
        signatures: Mapping[str, SignatureFacts] = delta.signatures
        counted: Container[int] = states
        if settled:
            rest = Rest(settled)
            uprooted = await self._uprooter.uproot(settled, rest, samples)
            outside = settled.outside | touched.intersection(settled.evicted)
            if settled.sources:
                outside |= {
                    where for where in touched if _spot(states[where[0]], where[1]) in settled.sources
                }
            slow |= outside
        cells = _cells(delta, slow)
        if settled:
            moved = rest.move(outside, states, cells, samples)
            states |= await self._keys.load(rest.facts, rest.facts)
            for facts in rest.facts.values():
                self._keys.state_facts(states[facts.id], facts)
            more = rest.cells()
            await self._days.load((where for where in more if where[1] >= bounds.kept), states)
            await self._overflow(rest.lines())
            cells |= more
            counted = {key for key, _ in touched - moved.keys()}
            kept = {states[key].facts.signature for key in (*counted, *rest.facts)}
            known = delta.signatures | {REST_SIGNATURE.id: REST_SIGNATURE}
            signatures = {id_: facts for id_, facts in known.items() if id_ in kept}
        but = slow | (delta.times.keys() - touched)
        await self._put_counts(delta, bounds, cells, but, states)
        self._put_facts(delta, counted, states, moved)
        await self._keys.write()
        self._days.sampled(await self._samples.add(_settle(samples, bounds.kept)))
        said = {
            where: lines for where, lines in said.items() if where not in moved and where[1] >= bounds.kept
        }
        await self._heard.add(said, fresh, self._days.rows())
        changes = [c for c in delta.transitions if c.t_us // DAY_US >= bounds.kept]
        changes = [c for c in changes if (c.key_id, c.t_us // DAY_US) not in moved]
        facts_of = {c.key_id: states[c.key_id].facts for c in changes if c.key_id in states}
        thinned = await self._transitions.add(changes, facts_of)
        await self._overflow({("transitions", day): n for day, n in thinned.items()})
        if uprooted:
            for id_ in await self._uprooter.repair(uprooted):
                self._signatures.drop(id_)
        return moved, signatures

    async def _put_counts(
        self,
        delta: Delta,
        bounds: Bounds,
        cells: Mapping[KeyDay, list[Cell]],
        but: Collection[KeyDay],
        states: Mapping[int, KeyState],
    ) -> None:
        """Day and week rows: the cells as they are, and the lines of all (key, day)s not in `but`."""
        for (key, day), row in self._days.add_times(delta.times, but):
            self._keys.touch(states[key], day * DAY_US + row.first_s * SECOND_US, day)
        weeks: dict[tuple[int, int], Week] = {}
        for where, run in cells.items():
            key, day = where
            if day >= bounds.kept:
                self._days.add(where, run)
            if day < bounds.rolled:
                week = week_of(day, run)
                known = weeks.get((week.week, key))
                weeks[week.week, key] = week if known is None else merge_weeks(known, week)
            first_us = day * DAY_US + run[0].slot * SLOT_US + run[0].first * SECOND_US
            self._keys.touch(states[key], first_us, day)
        await self._days.write()
        await add_weeks(self._db, weeks)

    def _put_facts(
        self,
        delta: Delta,
        counted: Container[int],
        states: Mapping[int, KeyState],
        moved: Container[KeyDay],
    ) -> None:
        """What a delta states about the keys that it counts under their own name."""
        for key, facts in delta.keys.items():
            state = states.get(key)
            if state is not None and state.merged is not facts and key in counted:
                self._keys.state_facts(state, facts)
        own = _own_days(delta, moved) if moved else {}
        for (key, severity, app_name), since_us in stated_in(delta).items():
            if key in counted:
                elsewhere = moved and (key, since_us // DAY_US) in moved
                self._keys.say(states[key], severity, app_name, own[key] if elsewhere else since_us)

    async def _overflow(self, counts: Mapping[tuple[str, int], int]) -> None:
        if counts:
            await self._db.put(
                "INSERT INTO overflow (what, day, n)",
                [(*where, n) for where, n in sorted(counts.items())],
                "ON CONFLICT DO UPDATE SET n = n + excluded.n",
            )
            await self._db.run("DELETE FROM overflow WHERE n = 0")

    # ------------------------------------------------------------------ the rest of a delta

    async def _index(self, delta: Delta, moved: Mapping[KeyDay, int]) -> None:
        await self._events.add(block_of(delta.line_times, delta.line_keys, delta.records, delta.extra, moved))

    async def _learn(self, signatures: Mapping[str, SignatureFacts]) -> None:
        new = [facts for id_, facts in signatures.items() if not self._signatures.get(id_)]
        await self._db.put("INSERT OR IGNORE INTO signature (id, template, vendor, product, event_code)", new)
        for facts in new:
            self._signatures.put(facts.id, True)

    async def tell(self, told: Iterable[Told]) -> None:
        """Rows of what a digest said; inside a transaction."""
        await self._db.put(
            "INSERT OR REPLACE INTO told (item, tenant, told_us, attention, band, state, signature, entity, hosts)",
            [(*row[:8], json.dumps(row.hosts)) for row in told],
        )

    # ------------------------------------------------------------------ state and retention

    async def _meta(self) -> dict[str, Any]:
        return dict(await self._db.rows("SELECT name, value FROM meta WHERE name <> 'carry'"))

    async def _put_meta(
        self, meta: Mapping[str, Any], delta: Delta, watermark_us: int, bounds: Bounds
    ) -> None:
        rows: list[tuple[str, Any]] = [
            ("cursor", json.dumps(delta.cursor)),
            ("watermark_us", watermark_us),
            ("bounds", json.dumps(bounds)),
        ]
        if delta.carry is not None:
            rows.append(("carry", json.dumps(delta.carry)))
        if delta.times:
            first, newest = min(map(min, delta.times.values())), max(map(max, delta.times.values()))
            newest = max(newest, max((t_us for _, t_us, _ in delta.extra), default=newest))
            rows.append(("since_us", min(first, meta.get("since_us", first))))
            rows.append(("newest_us", max(newest, meta.get("newest_us", newest))))
        await self._db.put("INSERT OR REPLACE INTO meta (name, value)", rows)

    async def _retain(self, old: Bounds, new: Bounds) -> Bounds:
        """Roll up and drop what the watermark has left behind."""
        if new.rolled > old.rolled:
            await roll_up(self._db, old.rolled, new.rolled)
        if new.kept > old.kept:
            await self._samples.roll_up(new.kept)
            await self._transitions.drop_before(new.kept)
            await self._drop_events("t_max_us", new.kept * DAY_US)
            self._forget_days()
        if new.kept > old.kept or new.weeks > old.weeks:
            await drop_old(self._db, new)
            await drop_old_keys(self._db, new)
            self._keys.forget()
            self._signatures.clear()
        return new

    def _forget_days(self) -> None:
        for cache in (self._days, self._samples, self._transitions, self._places):
            cache.forget()

    async def forget_events(self, column: str, value: int) -> None:
        """Drop the blocks whose `column` is smaller, in a transaction of its own."""
        async with self._db.transaction():
            await self._drop_events(column, value)

    async def _drop_events(self, column: str, value: int) -> None:
        newest_us = await self._events.drop(column, value)
        if newest_us is not None:
            await self._db.run(
                "INSERT INTO meta VALUES ('index_from_us', ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
                (newest_us,),
            )


def _settle(samples: dict[KeyDay, list[Sample]], kept: int) -> dict[KeyDay, list[Sample]]:
    """Samples of days that were rolled up belong to the key as a whole."""
    if all(day >= kept for _, day in samples):
        return samples
    settled: dict[KeyDay, list[Sample]] = {}
    for (key, day), offered in samples.items():
        settled.setdefault((key, day if day >= kept else ROLLED), []).extend(offered)
    return settled


def _own_days(delta: Delta, moved: Container[KeyDay]) -> dict[int, int]:
    """Key → its first line on a day on which it has a place."""
    found: dict[int, int] = {}
    for where, times in delta.times.items():
        if where not in moved:
            first_us = min(times)
            found[where[0]] = min(first_us, found.get(where[0], first_us))
    return found


def _unlisted(delta: Delta) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for t_us, lines in delta.unlisted:
        where = ("unlisted_lines", t_us // DAY_US)
        found[where] = found.get(where, 0) + lines
    return found


def _spot(state: KeyState, day: int) -> tuple[str, str, int]:
    return state.facts.tenant, state.facts.source, day


def _since(first_day: int, touched: set[KeyDay], days: Collection[int]) -> set[KeyDay]:
    """Those not before a day; nearly always all of them."""
    if all(day >= first_day for day in days):
        return touched
    return {where for where in touched if where[1] >= first_day}


def _lines_by_day(delta: Delta, wanted: Collection[KeyDay]) -> dict[int, int]:
    found: dict[int, int] = {}
    for where, run in _cells(delta, wanted).items():
        found[where[1]] = found.get(where[1], 0) + sum(cell.n for cell in run)
    return found


def _cells(delta: Delta, wanted: Collection[KeyDay]) -> dict[KeyDay, list[Cell]]:
    """The cells that a delta adds to each of some (key, day)s."""
    cells = {
        where: cells_of(times, where[1]) for where in wanted if (times := delta.times.get(where)) is not None
    }
    for key, t_us, weight in delta.extra:
        where = (key, t_us // DAY_US)
        if where in wanted:
            slot, rest_us = divmod(t_us - where[1] * DAY_US, SLOT_US)
            cells[where] = merge_runs(
                cells.get(where, ()), [weighted_cell(slot, rest_us // SECOND_US, weight)]
            )
    return cells

"""Day rows being written: a bounded write-back cache, so that a key that speaks all day is not read back at each commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from brainstemd.memory.caches import Generations
from brainstemd.memory.keys import KeyState
from brainstemd.memory.rows import Cell, Row, decode
from brainstemd.memory.sql import Database
from brainstemd.models import DAY_US

_CACHED = 30_000  # rows, and twice that: a busy site's keys of a day
_CACHED_BYTES = 24 << 20  # of encoded slots, and twice that: the fullest row takes 3 KiB
_WEIGHED_EVERY = 16  # commits
COLUMNS = "day, key_id, lines, first_s, last_s, active, slots"
KeyDay = tuple[int, int]


class Days:
    """The cache of day rows, and which of them a commit changed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._cache: Generations[KeyDay, Row] = Generations(_CACHED)
        self._changed: list[tuple[KeyDay, Row]] = []
        self._commits = 0

    def forget(self) -> None:
        self._cache.clear()
        self._changed.clear()

    async def load(self, wanted: Iterable[KeyDay], states: Mapping[int, KeyState]) -> set[KeyDay]:
        """Bring rows into the cache. Returns those of `wanted` that have no row yet.

        A key whose last day is before a day has no row there, and nobody needs to ask for it.
        """
        young, missing = self._cache.young(wanted)
        if not missing:
            return set()
        asked = [
            where
            for where in missing
            if (state := states.get(where[0])) is None or where[1] <= state.last_day
        ]
        found = await self._db.match(
            sorted((day, key) for key, day in asked),
            "d.day, d.key_id, d.lines, d.first_s, d.slots",
            "day d ON d.day = w.a AND d.key_id = w.b",
        )
        for day, key, lines, first_s, blob in found:
            self._cache.put((key, day), Row(blob, lines, first_s))
        return {where for where in missing if where not in young}

    def rows(self) -> Mapping[KeyDay, Row]:
        """The rows that were loaded for this commit, among others."""
        return self._cache.young(())[0]

    def sampled(self, limits: Mapping[KeyDay, int]) -> None:
        """Note what a line must beat to become a sample."""
        young = self.rows()
        for where, limit in limits.items():
            row = young.get(where)
            if row is not None:
                row.sampled = limit

    def add_times(
        self, times: Mapping[KeyDay, list[int]], but: Collection[KeyDay]
    ) -> list[tuple[KeyDay, Row]]:
        """Merge lines into rows that `load` was asked for in this commit, except some. Returns those whose start moved."""
        young, changed = self.rows(), self._changed
        moved: list[tuple[KeyDay, Row]] = []
        for where, instants in times.items():
            if where not in but:
                row = young.get(where)
                if row is None:
                    row = Row()
                    self._cache.put(where, row)
                if not row.changed:
                    row.changed = True
                    changed.append((where, row))
                if row.add_times(instants, where[1] * DAY_US):
                    moved.append((where, row))
        return moved

    def add(self, where: KeyDay, cells: list[Cell]) -> None:
        """Merge cells into a row; `load` was asked for it in this commit."""
        row = self._cache.get(where)
        if row is None:
            row = Row()
            self._cache.put(where, row)
        if not row.changed:
            row.changed = True
            self._changed.append((where, row))
        row.add(cells)

    def cells(self, where: KeyDay) -> list[Cell]:
        """What a loaded row holds; [] where there is none."""
        row = self._cache.get(where)
        return [] if row is None else decode(row.blob())

    async def remove(self, wheres: Iterable[KeyDay]) -> None:
        """Delete rows that this commit did not change."""
        by_day: dict[int, list[int]] = {}
        for key, day in wheres:
            self._cache.drop((key, day))
            by_day.setdefault(day, []).append(key)
        for day, keys in sorted(by_day.items()):
            await self._db.delete_in("DELETE FROM day WHERE day = ? AND key_id IN", sorted(keys), (day,))

    async def write(self) -> None:
        rows = [row.stored(day, key) for (key, day), row in self._changed]
        rows.sort()  # by primary key: neighbours share pages
        await self._db.put(f"INSERT OR REPLACE INTO day ({COLUMNS})", rows)
        self._changed.clear()

    def age(self) -> None:
        self._commits += 1
        heavy = self._commits % _WEIGHED_EVERY == 0 and self._weight() > _CACHED_BYTES
        self._cache.age(now=heavy)

    def _weight(self) -> int:
        return sum(row.size() for row in self.rows().values())

"""Day rows being written: a bounded write-back cache, so that a key that speaks all day is not read back at each commit."""

from __future__ import annotations

from collections.abc import Iterable

from brainstemd.memory.caches import Generations
from brainstemd.memory.rows import Cell, Row, decode
from brainstemd.memory.sql import Database

_CACHED = 12_000  # rows; the fullest takes 3 KiB
KeyDay = tuple[int, int]


class Days:
    """The cache of day rows, and which of them a commit changed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._cache: Generations[KeyDay, Row] = Generations(_CACHED)
        self._changed: dict[KeyDay, Row] = {}

    def forget(self) -> None:
        self._cache.clear()
        self._changed.clear()

    async def load(self, wanted: Iterable[KeyDay]) -> set[KeyDay]:
        """Bring rows into the cache. Returns those of `wanted` that have no row yet."""
        cache = self._cache
        missing = [where for where in wanted if cache.get(where) is None]
        if not missing:
            return set()
        found = await self._db.match(
            sorted((day, key) for key, day in missing),
            "d.day, d.key_id, d.lines, d.first_s, d.slots",
            "day d ON d.day = w.a AND d.key_id = w.b",
        )
        for day, key, lines, first_s, blob in found:
            cache.put((key, day), Row(blob, lines, first_s))
        return {where for where in missing if cache.get(where) is None}

    def add(self, where: KeyDay, cells: list[Cell]) -> None:
        """Merge cells into a row; `load` was asked for it in this commit."""
        row = self._changed.get(where)
        if row is None:
            row = self._cache.get(where)
            if row is None:
                row = Row()
                self._cache.put(where, row)
            self._changed[where] = row
        row.add(cells)

    def cells(self, where: KeyDay) -> list[Cell]:
        """What a loaded row holds; [] where there is none."""
        row = self._cache.get(where)
        return [] if row is None else decode(row.blob())

    async def remove(self, where: Iterable[KeyDay]) -> None:
        for key_day in where:
            self._cache.drop(key_day)
            self._changed.pop(key_day, None)
            await self._db.run("DELETE FROM day WHERE day = ? AND key_id = ?", (key_day[1], key_day[0]))

    async def write(self) -> None:
        rows = [
            (day, key, row.lines, row.first_s, row.last_s, row.blob())
            for (key, day), row in sorted(self._changed.items(), key=lambda item: (item[0][1], item[0][0]))
        ]
        await self._db.put(
            "INSERT INTO day (day, key_id, lines, first_s, last_s, slots)",
            rows,
            "ON CONFLICT DO UPDATE SET lines = excluded.lines, first_s = excluded.first_s,"
            " last_s = excluded.last_s, slots = excluded.slots",
        )
        self._changed.clear()

    def age(self) -> None:
        self._cache.age()

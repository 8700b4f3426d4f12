"""The event index: blocks of (time, key, position), found by the five-minute slots that they touch. No raw bytes."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from typing import NamedTuple

from brainstemd.memory.blocks import Block, decode_block, encode_block
from brainstemd.memory.sql import Database
from brainstemd.models import DAY_US, SLOT_US, Position

_OPEN_LINES_MAX = (
    4_000  # blocks smaller than this are rewritten with what comes next: a trickle makes no row a commit
)
_CACHED_BLOCKS = 16


class IndexedEvent(NamedTuple):
    """Where one line is and what it was counted under."""

    t_us: int
    key_id: int
    position: Position


class EventWriter:
    """Appends blocks; the newest one stays open while it is small."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._open: tuple[int, Block] | None = None

    def forget(self) -> None:
        self._open = None

    async def add(self, block: Block) -> None:
        """Index the lines of one commit."""
        if not block.times:
            return
        row = self._open
        if row is not None and len(row[1].times) + len(block.times) <= _OPEN_LINES_MAX:
            row[1].extend(block)
            await self._put(row[0], row[1])
            return
        last = (await self._db.rows("SELECT coalesce(max(id), 0) FROM event_block"))[0][0]
        await self._put(last + 1, block)
        self._open = (last + 1, block)

    async def _put(self, id_: int, block: Block) -> None:
        segments = block.records[0]
        first_us, last_us = min(block.times), max(block.times)
        await self._db.run(
            "INSERT OR REPLACE INTO event_block (id, t_min_us, t_max_us, first_segment, last_segment, lines, data)"
            " VALUES (?,?,?,?,?,?,?)",
            (
                id_,
                first_us,
                last_us,
                min(segments, default=0),
                max(segments, default=0),
                len(block.times),
                encode_block(block),
            ),
        )
        slots = {first_us // SLOT_US, last_us // SLOT_US}
        if len(slots) > 1:  # a live batch is shorter than a slot
            slots = {t // SLOT_US for t in block.times}
        slots.update(t // SLOT_US for t in block.extras[1])
        await self._db.put(
            "INSERT OR IGNORE INTO event_slot (slot, block_id)", [(slot, id_) for slot in sorted(slots)]
        )

    async def drop(self, condition: str, value: int) -> int | None:
        """Delete blocks by a condition on a column. Returns the newest instant that was in them."""
        rows = await self._db.rows(f"SELECT id, t_max_us FROM event_block WHERE {condition} < ?", (value,))  # noqa: S608
        if not rows:
            return None
        if self._open is not None and any(row[0] == self._open[0] for row in rows):
            self._open = None
        await self._db.run(
            f"DELETE FROM event_slot WHERE block_id IN (SELECT id FROM event_block WHERE {condition} < ?)",  # noqa: S608
            (value,),
        )
        await self._db.run(f"DELETE FROM event_block WHERE {condition} < ?", (value,))  # noqa: S608
        return int(max(row[1] for row in rows))


def block_of(
    times: array[int],
    keys: array[int],
    records: Iterable[tuple[int, int, int]],
    extra: Iterable[tuple[int, int, int]],
    moved: Mapping[tuple[int, int], int],
) -> Block:
    """The block of a delta. `moved` says which (key, day)s are counted under another key."""
    if moved:
        pairs = zip(keys, times, strict=True)
        keys = array("q", [moved.get((key, t // DAY_US), key) for key, t in pairs])
        extra = [(moved.get((key, t // DAY_US), key), t, n) for key, t, n in extra]
    return Block(times[:], keys[:], _columns(records), _columns(extra))


def _columns(rows: Iterable[tuple[int, int, int]]) -> tuple[array[int], array[int], array[int]]:
    first, second, third = array("q"), array("q"), array("q")
    for a, b, c in rows:
        first.append(a)
        second.append(b)
        third.append(c)
    return first, second, third


class EventReader:
    """Reads blocks by slot, keeping the last few decoded."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._decoded: dict[int, Block] = {}

    async def ids(self, first_us: int, last_us: int) -> list[int]:
        """Blocks that hold a line in [first_us, last_us], oldest first."""
        rows = await self._db.rows(
            "SELECT DISTINCT block_id FROM event_slot WHERE slot BETWEEN ? AND ? ORDER BY block_id",
            (first_us // SLOT_US, last_us // SLOT_US),
        )
        return [row[0] for row in rows]

    async def block(self, id_: int) -> Block:
        block = self._decoded.get(id_)
        if block is None:
            rows = await self._db.rows("SELECT data FROM event_block WHERE id = ?", (id_,))
            block = decode_block(rows[0][0]) if rows else Block()
            while len(self._decoded) >= _CACHED_BLOCKS:
                del self._decoded[next(iter(self._decoded))]
            self._decoded[id_] = block
        return block

    async def evicted(self, first_us: int, last_us: int) -> dict[tuple[int, int], int]:
        """(key, day) → the key that its lines were moved to."""
        rows = await self._db.rows(
            "SELECT key_id, day, star_id FROM evicted WHERE day BETWEEN ? AND ?",
            (first_us // DAY_US, last_us // DAY_US),
        )
        homes = {(key, day): star for key, day, star in rows}
        for (key, day), home in homes.items():
            while (
                home,
                day,
            ) in homes:  # the rest of entities went on into the rest of its source, that of its tenant
                home = homes[home, day]
            homes[key, day] = home
        return homes

    async def weights(self, first_us: int, last_us: int) -> dict[int, list[tuple[int, int]]]:
        """key → (t_us, weight) of every line in [first_us, last_us] and of its repeats. At most a few minutes."""
        moved = await self.evicted(first_us, last_us)
        found: dict[int, list[tuple[int, int]]] = {}
        for slot in range(first_us // SLOT_US, last_us // SLOT_US + 1):
            for id_ in await self.ids(slot * SLOT_US, slot * SLOT_US):
                for key, t_us, weight in (await self.block(id_)).weights(slot, first_us, last_us):
                    found.setdefault(moved.get((key, t_us // DAY_US), key), []).append((t_us, weight))
        return found

    async def events(
        self, first_us: int, last_us: int, key_ids: Collection[int] | None, *, newest_first: bool
    ) -> AsyncIterator[IndexedEvent]:
        """Lines in [first_us, last_us], a slot of five minutes at a time, ascending or descending by time."""
        moved = await self.evicted(first_us, last_us)
        order = "DESC" if newest_first else "ASC"
        slots = await self._db.rows(
            f"SELECT DISTINCT slot FROM event_slot WHERE slot BETWEEN ? AND ? ORDER BY slot {order}",  # noqa: S608
            (first_us // SLOT_US, last_us // SLOT_US),
        )
        for (slot,) in slots:
            low, high = max(first_us, slot * SLOT_US), min(last_us, slot * SLOT_US + SLOT_US - 1)
            for event in sorted(await self._between(low, high, key_ids, moved), reverse=newest_first):
                yield event

    async def _between(
        self, low: int, high: int, key_ids: Collection[int] | None, moved: Mapping[tuple[int, int], int]
    ) -> list[IndexedEvent]:
        def wanted(t_us: int, key: int) -> bool:
            return low <= t_us <= high and (
                key_ids is None or key in key_ids or moved.get((key, t_us // DAY_US)) in key_ids
            )

        found: list[IndexedEvent] = []
        for id_ in await self.ids(low, high):
            for t_us, key, position in (await self.block(id_)).lines(low // SLOT_US, wanted):
                found.append(IndexedEvent(t_us, moved.get((key, t_us // DAY_US), key), position))
        return found


async def positions_at(db: Database, wanted: Mapping[int, set[int]]) -> dict[tuple[int, int], list[Position]]:
    """(key, t_us) → where its lines of that very instant are. A slot of the index is read once for all."""
    slots: dict[int, set[int]] = {}
    for key, instants in wanted.items():
        for t_us in instants:
            slots.setdefault(t_us // SLOT_US, set()).add(key)
    found: dict[tuple[int, int], list[Position]] = {}
    reader = EventReader(db)
    for slot, asked in sorted(slots.items()):
        async for t_us, key, position in reader.events(
            slot * SLOT_US, (slot + 1) * SLOT_US - 1, sorted(asked), newest_first=False
        ):
            if t_us in wanted[key]:
                found.setdefault((key, t_us), []).append(position)
    return found

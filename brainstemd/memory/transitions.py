"""Changes of state, keyed by the position of their line: a set, so that it merges in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from brainstemd.memory.caches import Generations
from brainstemd.memory.delta import hash_id
from brainstemd.memory.sql import Database
from brainstemd.models import DAY_US, KeyFacts, Position, Transition, TransitionKind

KEPT_A_DAY = 512  # of one entity; the survivors are those whose positions have the smallest hashes
_CACHED = 8_000
COLUMNS = "day, entity_id, segment, offset, line, t_us, kind, key_id"
Row = tuple[int, int, int, int, int, int, int, int]


def entity_of(facts: KeyFacts) -> int:
    """The thing whose state changes: an entity at a source, under every signature that speaks of it."""
    return hash_id(facts.tenant, facts.source, facts.entity)


def from_row(row: Any) -> Transition:
    _, _, segment, offset, line, t_us, kind, key_id = row
    return Transition(t_us, TransitionKind(kind), key_id, Position(segment, offset, line))


class Changes:
    """The transitions of entities. Their keys are few beside all, and tell most of them without a hash for each key."""

    def __init__(
        self, changes: dict[int, tuple[Transition, ...]], named: Iterable[tuple[str, str, str]]
    ) -> None:
        self._changes = changes
        ids = {name: hash_id(*name) for name in set(map(tuple, named))}
        self._named = {name: changes[id_] for name, id_ in ids.items() if id_ in changes}
        self._whole = changes.keys() <= set(
            ids.values()
        )  # no entity whose keys are all gone but for silent ones

    def of(self, facts: KeyFacts) -> tuple[Transition, ...]:
        found = self._named.get((facts.tenant, facts.source, facts.entity), ())
        return found if found or self._whole else self._changes.get(entity_of(facts), ())


async def changes_between(db: Database, first_day: int, last_day: int, at_us: int) -> Changes | None:
    """The transitions of these days up to an instant; None when there are none."""
    found: dict[int, list[Transition]] = {}
    rows = await db.rows(
        f"SELECT {COLUMNS} FROM transition WHERE day BETWEEN ? AND ? AND t_us <= ?",  # noqa: S608
        (first_day, last_day, at_us),
    )
    for row in rows:
        found.setdefault(row[1], []).append(from_row(row))
    if not found:
        return None
    changes = {entity: tuple(sorted(every, key=_by_time)) for entity, every in found.items()}
    keys = sorted({change.key_id for every in changes.values() for change in every})
    named = await db.match(((key,) for key in keys), "k.tenant, k.source, k.entity", "key k ON k.id = w.a")
    return Changes(changes, named)


def _by_time(change: Transition) -> tuple[int, Position]:
    return change.t_us, change.position


def _rank(row: Row) -> bytes:
    return blake2b(b"%d:%d:%d" % row[2:5], digest_size=8).digest()


class Transitions:
    """How many transitions each entity had each day, so that a flapping one stays bounded."""

    def __init__(self, db: Database, kept_a_day: int = KEPT_A_DAY) -> None:
        self._db = db
        self._kept = kept_a_day
        self._counts: Generations[tuple[int, int], int] = Generations(_CACHED)

    def forget(self) -> None:
        self._counts.clear()

    def age(self) -> None:
        self._counts.age()

    async def add(self, transitions: Iterable[Transition], facts: Mapping[int, KeyFacts]) -> dict[int, int]:
        """Store transitions; those of keys that `facts` does not have are not. Returns how many each day turned away."""
        groups: dict[tuple[int, int], list[Row]] = {}
        for t_us, kind, key, where in transitions:
            if key in facts:
                group = (t_us // DAY_US, entity_of(facts[key]))
                groups.setdefault(group, []).append((*group, *where, t_us, int(kind), key))
        await self._load(groups)
        plain: list[Row] = []
        turned_away: dict[int, int] = {}
        for group, rows in groups.items():
            count = (self._counts.get(group) or 0) + len(rows)
            if count <= self._kept:
                plain += rows
                self._counts.put(group, count)
            else:
                plain += await self._thin_out(group, rows)
                turned_away[group[0]] = turned_away.get(group[0], 0) + count - self._kept
                self._counts.put(group, self._kept)
        plain.sort()
        await self._db.put(f"INSERT OR IGNORE INTO transition ({COLUMNS})", plain)
        return turned_away

    async def _load(self, groups: Iterable[tuple[int, int]]) -> None:
        missing = sorted(group for group in groups if self._counts.get(group) is None)
        rows = await self._db.match(
            missing,
            "w.a, w.b, (SELECT count(*) FROM transition t WHERE t.day = w.a AND t.entity_id = w.b)",
            "(SELECT 1)",
        )
        for day, entity, count in rows:
            self._counts.put((day, entity), count)

    async def _thin_out(self, group: tuple[int, int], new: list[Row]) -> list[Row]:
        """Keep the survivors of the stored and the new; returns those that have to be inserted."""
        sql = f"SELECT {COLUMNS} FROM transition WHERE day = ? AND entity_id = ?"  # noqa: S608
        stored = await self._db.rows(sql, group)
        survivors = sorted([*map(tuple, stored), *new], key=_rank)[: self._kept]
        await self._db.run("DELETE FROM transition WHERE day = ? AND entity_id = ?", group)
        return survivors

    async def remove(self, wheres: Iterable[tuple[int, int]], facts: Mapping[int, KeyFacts]) -> None:
        """Forget the transitions of these (key, day)s."""
        by_day: dict[tuple[int, int], list[int]] = {}
        for key, day in wheres:
            if facts[key].polarity != "neutral" or facts[key].healed:  # nobody else has any
                by_day.setdefault((day, entity_of(facts[key])), []).append(key)
        for (day, entity), keys in sorted(by_day.items()):
            await self._db.delete_in(
                "DELETE FROM transition WHERE day = ? AND entity_id = ? AND key_id IN",
                sorted(keys),
                (day, entity),
            )
            self._counts.drop((day, entity))

    async def drop_before(self, day: int) -> None:
        await self._db.run("DELETE FROM transition WHERE day < ?", (day,))

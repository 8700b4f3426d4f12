"""The entity cap: of more entities than allowed, those of smallest hash keep rows of their own; the rest share one.

Which entities survive a day is a function of the set that was seen, so it does not matter who came first. A row that
loses its place moves into the key of the rest with its counts and samples: totals stay exact.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from heapq import nsmallest

from brainstemd.memory.caches import Generations
from brainstemd.memory.delta import hash_id
from brainstemd.memory.keys import REST, KeyState, rest_of
from brainstemd.memory.rows import Cell, merge_runs
from brainstemd.memory.samples import Sample
from brainstemd.memory.sql import Database
from brainstemd.models import KeyFacts

_CACHED = 4_000  # crowds: (group, day)
GroupDay = tuple[int, int]
KeyDay = tuple[int, int]


class Crowd:
    """Who belongs to each (group, day): a function of the day rows, cached."""

    def __init__(self, db: Database, limit: int) -> None:
        self._db = db
        self._limit = limit
        self._members: Generations[GroupDay, dict[int, str]] = Generations(_CACHED)

    def forget(self) -> None:
        self._members.clear()

    def age(self) -> None:
        self._members.age()

    async def settle(
        self, fresh: Iterable[KeyDay], states: Mapping[int, KeyState], closed_before: int
    ) -> tuple[set[tuple[int, int, str]], dict[GroupDay, list[str]]]:
        """Admit the entities of `fresh` (key, day)s, which have no row yet.

        Returns the (group, day, entity)s that have no place of their own, and of those the ones that had one so far.
        In days before `closed_before`, which are rolled up, nobody who has a place loses it.
        """
        joining: dict[GroupDay, dict[int, str]] = {}
        for key, day in fresh:
            state = states[key]
            entity = state.facts.entity
            if entity not in ("", REST):
                joining.setdefault((state.group_id, day), {})[hash_id(entity)] = entity
        await self._load(joining)
        outside: set[tuple[int, int, str]] = set()
        evicted: dict[GroupDay, list[str]] = {}
        for where, new in joining.items():
            members = self._members.get(where) or {}
            union = members | new
            survivors = (
                union
                if len(union) <= self._limit
                else self._survivors(members, union, where[1] < closed_before)
            )
            self._members.put(where, survivors)
            lost = [entity for mark, entity in members.items() if mark not in survivors]
            if lost:
                evicted[where] = lost
            outside.update((*where, entity) for mark, entity in union.items() if mark not in survivors)
        return outside, evicted

    def _survivors(self, members: dict[int, str], union: dict[int, str], closed: bool) -> dict[int, str]:
        if not closed:
            return {mark: union[mark] for mark in nsmallest(self._limit, union)}
        free = max(0, self._limit - len(members))
        return members | {mark: union[mark] for mark in nsmallest(free, union.keys() - members.keys())}

    async def _load(self, wanted: Iterable[GroupDay]) -> None:
        missing = sorted(where for where in wanted if self._members.get(where) is None)
        rows = await self._db.match(
            missing,
            "w.a, w.b, k.entity",
            "key k ON k.group_id = w.a CROSS JOIN day d ON d.day = w.b AND d.key_id = k.id",
        )
        found: dict[GroupDay, dict[int, str]] = {where: {} for where in missing}
        for group, day, entity in rows:
            if entity not in ("", REST):
                found[group, day][hash_id(entity)] = entity
        for where, members in found.items():
            self._members.put(where, members)


def without_place(
    touched: Iterable[KeyDay], states: Mapping[int, KeyState], outside: Container[tuple[int, int, str]]
) -> set[KeyDay]:
    """Those whose entity the cap turned away."""
    found: set[KeyDay] = set()
    for where in touched if outside else ():
        state = states[where[0]]
        if (state.group_id, where[1], state.facts.entity) in outside:
            found.add(where)
    return found


class Rest:
    """What a commit counts under the keys of the rest."""

    def __init__(self, states: Mapping[int, KeyState], outside: Collection[tuple[int, int, str]]) -> None:
        self._states = states
        self._outside = outside
        self.facts: dict[int, KeyFacts] = {}
        self.cells: dict[KeyDay, list[Cell]] = {}

    def take(self, facts: KeyFacts, day: int, cells: list[Cell]) -> int:
        """Count cells of a key under its rest. Returns the rest's key."""
        star = rest_of(facts)
        known = self.facts.get(star.id, star)
        self.facts[star.id] = star._replace(
            healed=known.healed or star.healed, orderly=known.orderly or star.orderly
        )
        self.cells[star.id, day] = merge_runs(self.cells.get((star.id, day), ()), cells)
        return star.id

    def move(
        self,
        touched: Iterable[KeyDay],
        cells: dict[KeyDay, list[Cell]],
        samples: dict[KeyDay, list[Sample]],
    ) -> dict[KeyDay, int]:
        """Take what a delta brings for entities without a place. Returns (key, day) → the rest's key."""
        moved: dict[KeyDay, int] = {}
        for key, day in touched:
            state = self._states[key]
            if (state.group_id, day, state.facts.entity) in self._outside:
                star = self.take(state.facts, day, cells.pop((key, day)))
                moved[key, day] = star
                offered = samples.pop((key, day), None)
                if offered:
                    samples.setdefault((star, day), []).extend(offered)
        return moved

    def lines(self) -> dict[int, int]:
        """Day → lines."""
        found: dict[int, int] = {}
        for (_, day), run in self.cells.items():
            found[day] = found.get(day, 0) + sum(cell.n for cell in run)
        return found

"""The entity cap: of more entities than allowed, those of smallest hash keep rows of their own; the rest share one.

Which entities survive a day is a function of the set that was seen, so it does not matter who came first. A row that
loses its place moves into the key of the rest with its counts and samples: totals stay exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import nsmallest

from brainstemd.memory.caches import Generations
from brainstemd.memory.delta import hash_id
from brainstemd.memory.keys import REST, KeyState
from brainstemd.memory.sql import Database

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

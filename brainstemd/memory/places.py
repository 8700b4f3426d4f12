"""Who has rows of its own in a day, and who shares the rows of the rest: the caps on what memory grows by.

Four caps, all a day: entity keys of one signature at one source, entity keys of one source, other keys of one source
(those with a state and those without apart), sources of one tenant; and the keys of a tenant as a whole, over which its
last sources go. Over each, the members of smallest rank stay. A rank is a hash, so that nobody who came first is
preferred; those of entity keys come from the entity, so that the first two caps agree on whom they send away and one
flooded signature cannot push out what the other would have kept. A sending away is a swap, one for one; together this
makes the survivors a function of the set that was seen, whatever its order and however it was cut into commits.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping, MutableSequence, Set
from typing import Any

from brainstemd.config import Memory
from brainstemd.memory.caches import Generations
from brainstemd.memory.delta import hash_id
from brainstemd.memory.keys import REST, KeyState, rest_of, source_rest_of
from brainstemd.memory.sql import Database
from brainstemd.models import KeyFacts

KeyDay = tuple[int, int]
Listed = Callable[[str], bool]  # whether the configuration names a host

_GROUPS_CACHED = 4_000  # signatures at a source in a day
_SPEAKERS_CACHED = 2_000  # sources in a day
_SITES_CACHED = 256  # tenants in a day
_LOW = (1 << 20) - 1
_UNLISTED = 1 << 62
NO_FLOOR = (1 << 63) - 1


def rank_of(facts: KeyFacts) -> int:
    """A key's place in the order of survival."""
    if facts.entity in ("", REST):
        return facts.id
    return entity_rank(facts.entity, facts.id)


def entity_rank(entity: str, key: int) -> int:
    """Of a key with an entity: by the entity first, so that one entity's keys mostly stay or go together."""
    return (hash_id(entity) & ~_LOW) | (key & _LOW)


def source_rank(source: str, *, listed: bool) -> int:
    """A source's place in that order: what the configuration names comes before all that is only claimed."""
    return hash_id(source) >> 1 | (0 if listed else _UNLISTED)


class Smallest:
    """Members of smallest rank, ascending."""

    __slots__ = ("members", "ranks")

    def __init__(self, members: MutableSequence[Any]) -> None:
        self.ranks = array("q")
        self.members = members

    def __len__(self) -> int:
        return len(self.ranks)

    def has(self, rank: int) -> bool:
        at = bisect_left(self.ranks, rank)
        return at < len(self.ranks) and self.ranks[at] == rank

    def put(self, rank: int, member: Any) -> None:
        at = bisect_left(self.ranks, rank)
        self.ranks.insert(at, rank)
        self.members.insert(at, member)

    def add(self, rank: int, member: Any, limit: int, *, closed: bool = False) -> Any | None:
        """Returns who has no place now: nobody, the largest so far, or the newcomer (always where it is closed)."""
        if len(self.ranks) >= limit and (closed or rank > self.ranks[-1]):
            return member
        self.put(rank, member)
        return self.pop() if len(self.ranks) > limit else None

    def pop(self) -> Any:
        """Takes the member of largest rank out."""
        self.ranks.pop()
        return self.members.pop()

    def remove(self, rank: int) -> None:
        at = bisect_left(self.ranks, rank)
        if at < len(self.ranks) and self.ranks[at] == rank:
            del self.ranks[at]
            del self.members[at]


class _Speaker:
    """The keys of one source in a day."""

    __slots__ = ("entities", "plain", "stated")

    def __init__(self) -> None:
        self.entities, self.plain, self.stated = (Smallest(array("q")) for _ in range(3))

    def __len__(self) -> int:
        return len(self.entities) + len(self.plain) + len(self.stated)

    def others(self, state: str) -> Smallest:
        """Keys without an entity, those of the rest of entities among them."""
        return self.stated if state else self.plain


class _Site:
    """The sources of one tenant in a day."""

    __slots__ = ("floor", "keys", "sources", "total")

    def __init__(self, floor: int) -> None:
        self.floor = floor  # the smallest rank that was turned away
        self.sources = Smallest([])
        self.keys: dict[str, int] = {}
        self.total = 0

    def put(self, source: str, rank: int, keys: int = 0) -> None:
        self.sources.put(rank, source)
        self.keys[source] = keys
        self.total += keys

    def grow(self, source: str, keys: int) -> None:
        self.keys[source] += keys
        self.total += keys

    def drop(self) -> str:
        """The source of largest rank goes, and nobody from it on comes in again."""
        self.floor = self.sources.ranks[-1]
        source: str = self.sources.pop()
        self.total -= self.keys.pop(source)
        return source


class Settled:
    """What `Places.settle` decided."""

    def __init__(self) -> None:
        self.outside: set[KeyDay] = set()  # of the fresh ones: without a place of their own
        self.evicted: set[KeyDay] = set()  # had rows so far
        self.sources: set[tuple[str, str, int]] = set()  # (tenant, source, day) that share the tenant's rest
        self.crowded: set[KeyDay] = set()  # keys of the rest of entities that have no place either
        self._rests: dict[tuple[str, str], KeyFacts] = {}

    def gone(self, where: KeyDay, fresh: Container[KeyDay]) -> None:
        (self.outside if where in fresh else self.evicted).add(where)

    def home(self, facts: KeyFacts, day: int) -> KeyFacts:
        """The key under which the lines of a key without a place are counted."""
        if self.sources and (facts.tenant, facts.source, day) in self.sources:
            return self._rest_of(facts.tenant, REST)
        if facts.entity in ("", REST):
            return self._rest_of(facts.tenant, facts.source)
        star = rest_of(facts)
        return self._rest_of(facts.tenant, facts.source) if (star.id, day) in self.crowded else star

    def _rest_of(self, tenant: str, source: str) -> KeyFacts:
        known = self._rests.get((tenant, source))
        if known is None:
            known = self._rests[tenant, source] = source_rest_of(tenant, source)
        return known


SourceDay = tuple[str, str, int]
LoadKeys = Callable[[Iterable[int]], Awaitable[Mapping[int, KeyState]]]


class Places:
    """Decides by the rows that there are, cached. `listed` tells the hosts that the configuration names."""

    def __init__(self, db: Database, config: Memory, listed: Listed) -> None:
        self._db = db
        self._config = config
        self._listed = listed
        self._groups: Generations[KeyDay, Smallest] = Generations(_GROUPS_CACHED)
        self._speakers: Generations[SourceDay, _Speaker] = Generations(_SPEAKERS_CACHED)
        self._sites: Generations[tuple[str, int], _Site] = Generations(_SITES_CACHED)

    def forget(self) -> None:
        self._groups.clear()
        self._speakers.clear()
        self._sites.clear()

    def age(self) -> None:
        self._groups.age()
        self._speakers.age()
        self._sites.age()

    async def settle(
        self, fresh: Set[KeyDay], states: Mapping[int, KeyState], closed_before: int, load: LoadKeys
    ) -> Settled:
        """Admit (key, day)s that have no row yet. In days before `closed_before`, which are rolled up, nobody who has
        a place loses it."""
        settled = Settled()
        joining: dict[SourceDay, list[KeyState]] = {}
        for key, day in fresh:
            facts = states[key].facts
            joining.setdefault((facts.tenant, facts.source, day), []).append(states[key])
        if not joining:
            return settled
        await self._load_sites({(tenant, day) for tenant, _, day in joining})
        floors = {where: self._site(where).floor for where in {(t, day) for t, _, day in joining}}
        self._admit_sources(joining, settled, closed_before)
        heard = {where: new for where, new in joining.items() if where not in settled.sources}
        await self._load(heard)
        sizes = {where: len(self._speaker(where)) for where in heard}
        for where, newcomers in heard.items():
            self._admit_keys(where, newcomers, fresh, settled, closed=where[2] < closed_before)
        away = settled.outside | settled.evicted
        await self._admit_rests(
            away, {**states, **await load({key for key, _ in settled.evicted})}, settled, closed_before
        )
        for where, size in sizes.items():
            self._site((where[0], where[2])).grow(where[1], len(self._speaker(where)) - size)
        for tenant, day in floors:
            if day >= closed_before:
                self._drop_sources(tenant, day, settled)
        for where, newcomers in joining.items():
            if where in settled.sources:
                settled.outside.update((state.facts.id, where[2]) for state in newcomers)
        await self._put_floors(floors)
        return settled

    def _site(self, where: tuple[str, int]) -> _Site:
        site = self._sites.get(where)
        assert site is not None, "it was loaded"
        return site

    def _speaker(self, where: SourceDay) -> _Speaker:
        speaker = self._speakers.get(where)
        assert speaker is not None, "it was loaded"
        return speaker

    def _admit_sources(self, joining: Iterable[SourceDay], settled: Settled, closed_before: int) -> None:
        most = self._config.sources_max
        for where in joining:
            tenant, source, day = where
            site = self._site((tenant, day))
            if source in site.keys:
                continue
            rank = source_rank(source, listed=self._listed(source))
            if rank >= site.floor or (day < closed_before and len(site.sources) >= most):
                settled.sources.add(where)
                continue
            site.put(source, rank)
            if len(site.sources) > most:
                self._drop(site, tenant, day, settled)

    def _drop(self, site: _Site, tenant: str, day: int, settled: Settled) -> None:
        where = (tenant, site.drop(), day)
        settled.sources.add(where)
        self._speakers.drop(where)

    def _drop_sources(self, tenant: str, day: int, settled: Settled) -> None:
        """The last sources of a tenant go while all its keys are too many; one always stays."""
        site = self._site((tenant, day))
        while site.total > self._config.tenant_keys_max and len(site.sources) > 1:
            self._drop(site, tenant, day, settled)

    def _admit_keys(
        self,
        where: SourceDay,
        newcomers: Iterable[KeyState],
        fresh: Set[KeyDay],
        settled: Settled,
        *,
        closed: bool,
    ) -> None:
        config, day, speaker = self._config, where[2], self._speaker(where)
        for state in newcomers:
            key, rank = state.facts.id, rank_of(state.facts)
            if state.facts.entity in ("", REST):
                others = speaker.others(state.facts.state)
                gone = others.add(rank, key, config.signatures_max, closed=closed)
                if gone is not None:
                    settled.gone((gone, day), fresh)
                    settled.crowded.add((gone, day))
                continue
            members = self._groups.get((state.group_id, day))
            assert members is not None, "it was loaded"
            largest = members.ranks[-1] if members.ranks else 0
            gone = members.add(rank, key, config.entities_max, closed=closed)
            if gone is not None:
                settled.gone((gone, day), fresh)
            if gone == key:
                continue
            if gone is not None:
                speaker.entities.remove(largest)
            gone = speaker.entities.add(rank, key, config.keys_max, closed=closed)
            if gone is not None:
                settled.gone((gone, day), fresh)

    async def _admit_rests(
        self, away: Iterable[KeyDay], states: Mapping[int, KeyState], settled: Settled, closed_before: int
    ) -> None:
        """The rest of entities is a key without an entity, like others; it may have no place, or take one."""
        for key, day in away:
            state = states.get(key)
            if state is None or state.facts.entity in ("", REST):
                continue
            star = rest_of(state.facts)
            others = self._speaker((star.tenant, star.source, day)).others(star.state)
            if (star.id, day) in settled.crowded or others.has(star.id):
                continue
            gone = others.add(star.id, star.id, self._config.signatures_max, closed=day < closed_before)
            if gone is not None:
                settled.crowded.add((gone, day))
                if gone != star.id:
                    settled.evicted.add((gone, day))

    # ------------------------------------------------------------------ from the rows

    async def _load_sites(self, wanted: Iterable[tuple[str, int]]) -> None:
        for tenant, day in sorted(wanted):
            if self._sites.get((tenant, day)) is not None:
                continue
            rows = await self._db.rows(
                "SELECT floor FROM source_floor WHERE day = ? AND tenant = ?", (day, tenant)
            )
            site = _Site(rows[0][0] if rows else NO_FLOOR)
            counts = await self._db.rows(
                "SELECT k.source, count(*) FROM key k CROSS JOIN day d ON d.day = ?1 AND d.key_id = k.id"
                " WHERE k.tenant = ?2 AND k.last_day >= ?1 AND k.signature <> ?3 GROUP BY k.source",
                (day, tenant, REST),
            )
            for source, keys in counts:
                site.put(source, source_rank(source, listed=self._listed(source)), keys)
            self._sites.put((tenant, day), site)

    async def _load(self, heard: Mapping[SourceDay, Iterable[KeyState]]) -> None:
        missing: list[SourceDay] = []
        for where in heard:
            if self._speakers.get(where) is None:
                self._speakers.put(where, _Speaker())
                if self._site((where[0], where[2])).keys[where[1]]:
                    missing.append(where)
        await self._load_speakers(missing)
        groups: list[KeyDay] = []
        for where, newcomers in heard.items():
            known = len(self._speaker(where).entities) > 0
            for state in newcomers:
                group = (state.group_id, where[2])
                if state.facts.entity not in ("", REST) and self._groups.get(group) is None:
                    self._groups.put(group, Smallest(array("q")))
                    if known:
                        groups.append(group)
        await self._load_groups(groups)

    async def _load_speakers(self, missing: Iterable[SourceDay]) -> None:
        rows = await self._db.match(
            sorted(missing),
            "w.a, w.b, w.c, k.id, k.state, k.entity",
            "key k ON k.tenant = w.a AND k.source = w.b AND k.last_day >= w.c AND k.signature <> '*'"
            " CROSS JOIN day d ON d.day = w.c AND d.key_id = k.id",
        )
        found: dict[SourceDay, list[tuple[int, int, str, str]]] = {}
        for tenant, source, day, key, state, entity in rows:
            rank = key if entity in ("", REST) else entity_rank(entity, key)
            found.setdefault((tenant, source, day), []).append((rank, key, state, entity))
        for where, members in found.items():
            speaker = self._speaker(where)
            for rank, key, state, entity in sorted(members):
                (speaker.others(state) if entity in ("", REST) else speaker.entities).put(rank, key)

    async def _load_groups(self, missing: Iterable[KeyDay]) -> None:
        rows = await self._db.match(
            sorted(missing),
            "w.a, w.b, k.id, k.entity",
            "key k ON k.group_id = w.a CROSS JOIN day d ON d.day = w.b AND d.key_id = k.id",
        )
        ranked = [
            (group, day, entity_rank(entity, key), key)
            for group, day, key, entity in rows
            if entity not in ("", REST)
        ]
        for group, day, rank, key in sorted(ranked):
            members = self._groups.get((group, day))
            assert members is not None, "it was put there before"
            members.put(rank, key)

    async def _put_floors(self, before: Mapping[tuple[str, int], int]) -> None:
        await self._db.put(
            "INSERT OR REPLACE INTO source_floor (day, tenant, floor)",
            [
                (day, tenant, floor)
                for (tenant, day), old in sorted(before.items())
                if (floor := self._site((tenant, day)).floor) != old
            ],
        )

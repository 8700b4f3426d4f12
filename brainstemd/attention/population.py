"""What the others do: siblings of a unit, and moments in which a whole tenant was unusual."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from brainstemd.attention import tails, windows
from brainstemd.attention.units import ENTITY, KEY, RECENT_DAYS, SOURCE, Scene
from brainstemd.attention.windows import DAY, SLOT, Interval
from brainstemd.models import KeyFacts

HOSTS_MIN = 4  # a tenant with fewer hosts has no common mode
HOST_SHARE = 0.25
WAVE = 12 * 3600


class Siblings(NamedTuple):
    own: int  # active five-minute slots of the unit in the last 14 days
    others: int  # siblings, silent ones included
    alike: int  # siblings at half the unit's rate or more
    mean: float  # their mean, silent ones included
    most: int
    p: float  # chance that one of them would do as much
    noun: str  # what they are: "tunnels", "hosts", …
    shown: int = 0  # how many spoke under these words at all, the unit included


class Counts(NamedTuple):
    """Active slots of each of a group, ascending, with their sum and the sum of their squares."""

    ascending: list[int]
    total: int
    squares: int


class Census(NamedTuple):
    """The active slots of everybody under one tenant, signature and state."""

    keys: Counts  # one entry a (source, entity)
    sources: Counts
    entities: Counts


def counts(values: Iterable[int]) -> Counts:
    ascending = sorted(values)
    return Counts(ascending, sum(ascending), sum(n * n for n in ascending))


def siblings(level: str, key: KeyFacts, own: int, scene: Scene) -> Siblings:
    """Leave-one-out: the same words about other entities, or from other hosts, in the same tenant.

    Those that could have said it and never did count with zero: entities of the same kind, or hosts that run
    the same program. Counts are active five-minute slots, so that size does not pass for frequency.
    """
    census = _census(scene, (key.tenant, key.signature, key.state))
    named = scene.app_entities.get((key.tenant, key.app_name, key.entity_kind), set())
    if level == KEY and key.entity:
        shown, pool = census.keys, len(named)
    elif level == ENTITY:
        shown, pool = census.entities, len({entity for _, entity in named})
    else:
        shown, pool = census.sources, len(scene.app_sources.get((key.tenant, key.app_name), ()))
    noun = PLURALS.get(key.entity_kind, "of its kind") if level != SOURCE and key.entity else _HOSTS
    return _compare(own, max(pool, len(shown.ascending)) - 1, shown, noun)


_HOSTS = "hosts with the same program"


def _census(scene: Scene, who: tuple[str, str, str]) -> Census:
    found = scene.census.get(who)
    if found is None:
        sources: Counter[str] = Counter()
        entities: Counter[str] = Counter()
        for item in scene.peers.get(who, ()):
            sources[item.key.source] += item.slots
            entities[item.key.entity] += item.slots
        keys = counts(item.slots for item in scene.peers.get(who, ()))
        found = scene.census[who] = Census(keys, counts(sources.values()), counts(entities.values()))
    return found


def _compare(own: int, others: int, shown: Counts, noun: str) -> Siblings:
    """`shown` has the unit's own entry among them, which is left out."""
    ascending = shown.ascending
    total = max(0, shown.total - own)
    mean = (total + 0.5) / (others + 1)
    shape = 1.0
    if others > 0:
        raw = total / others
        squares = max(0, shown.squares - own * own)
        excess = (squares - others * raw * raw) / max(1, others - 1) - raw
        shape = min(10.0, max(0.3, raw * raw / excess)) if excess > 0 and raw > 0 else 2.0
        shape = (shape * others + 3.0) / (others + 3)  # few siblings: shrunk towards 1
    p = max(tails.negative_binomial_tail(own, mean, shape), 1.0 / (others + 1))
    floor = max(1, -(-own // 2))
    alike = len(ascending) - bisect_left(ascending, floor) - (own >= floor)
    rest = ascending[:-1] if ascending and ascending[-1] == own else ascending
    most = rest[-1] if rest else 0
    return Siblings(own, others, max(0, alike), total / max(1, others), most, p, noun, len(ascending))


PLURALS = {
    "ap": "access points",
    "user": "accounts",
    "vm": "virtual machines",
    "thing": "of its kind",
    **{
        kind: kind + "s"
        for kind in [
            "tunnel",
            "interface",
            "service",
            "job",
            "neighbor",
            "disk",
            "volume",
            "certificate",
            "domain",
            "container",
            "database",
            "queue",
            "host",
            "monitor",
            "sensor",
            "module",
            "cluster",
        ]
    },
}


def common_mode(scene: Scene) -> dict[str, list[Interval]]:
    """Slots in which a quarter of a tenant's hosts, and far more than usual, showed unusual signatures.

    Unusual: a key active on at most a fifth of its host's remembered days (and on no more than two). A job that
    all hosts run every night is therefore no common mode; a patch night is.
    """
    if scene.memory_s < 2 * DAY:
        return {}
    limit = _unusual(scene)
    floor = scene.at_s - RECENT_DAYS * DAY
    seen: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for item in scene.stats:
        if item.active_days > limit or len(scene.hosts[item.key.tenant]) < HOSTS_MIN:
            continue
        for day in item.history.days:
            if day.day * DAY >= floor:
                for slot in day.slots:
                    seen[item.key.tenant, day.day * 288 + slot.slot].add(item.key.source)
    slots_known = min(scene.memory_s, RECENT_DAYS * DAY) / SLOT
    totals: Counter[str] = Counter()
    for (tenant, _), hosts in seen.items():
        totals[tenant] += len(hosts)
    out: defaultdict[str, list[Interval]] = defaultdict(list)
    for (tenant, number), hosts in seen.items():
        usual = totals[tenant] / slots_known
        if len(hosts) >= max(3, HOST_SHARE * len(scene.hosts[tenant]), 3 * usual + 2):
            out[tenant].append((number * SLOT, number * SLOT + SLOT - 1))
    return {tenant: windows.merge((start, end + 1) for start, end in found) for tenant, found in out.items()}


def _unusual(scene: Scene) -> int:
    """A key on at most this many days is unusual."""
    return max(1, min(2, int(0.2 * scene.memory_s / DAY)))


def waves(scene: Scene) -> dict[tuple[str, str], list[Interval]]:
    """Common mode over hours: an unusual kind of message that went over a quarter of the hosts within half a day.

    A patch night that takes the hosts one after the other touches few of them in any one slot. By kind of message,
    so that what is unlike the wave is not hidden in it.
    """
    if scene.memory_s < 2 * DAY:
        return {}
    limit = _unusual(scene)
    days: defaultdict[tuple[str, str, str], set[int]] = defaultdict(set)
    for item in scene.stats:
        if item.slots and len(scene.hosts[item.key.tenant]) >= HOSTS_MIN:
            days[item.key.tenant, item.key.signature, item.key.source].update(
                day.day for day in item.history.days
            )
    seen: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for item in scene.stats:
        key = item.key
        if item.slots and 0 < len(days.get((key.tenant, key.signature, key.source), ())) <= limit:
            seen[key.tenant, key.signature].extend(
                (day.day * DAY + slot.slot * SLOT, key.source)
                for day in item.history.days
                for slot in day.slots
            )
    out = {}
    for (tenant, signature), times in seen.items():
        needed = max(3, HOST_SHARE * len(scene.hosts[tenant]))
        if len({source for _, source in times}) >= needed and (found := _waves(sorted(times), needed)):
            out[tenant, signature] = found
    return out


def _waves(times: list[tuple[int, str]], needed: float) -> list[Interval]:
    """Stretches of at most WAVE seconds in which `needed` hosts had it."""
    found: list[Interval] = []
    inside: Counter[str] = Counter()
    begin = 0
    for t, source in times:
        inside[source] += 1
        while t - times[begin][0] > WAVE:
            inside[times[begin][1]] -= 1
            inside += Counter()  # drops those at zero
            begin += 1
        if len(inside) >= needed:
            found.append((times[begin][0], t + SLOT))
    return windows.merge(found)

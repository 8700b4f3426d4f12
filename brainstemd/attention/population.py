"""What the others do: siblings of a unit, and moments in which a whole tenant was unusual."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from brainstemd.attention import tails, windows
from brainstemd.attention.units import ENTITY, KEY, RECENT_DAYS, Scene, Unit
from brainstemd.attention.windows import DAY, SLOT, Interval

HOSTS_MIN = 4  # a tenant with fewer hosts has no common mode
HOST_SHARE = 0.25


class Siblings(NamedTuple):
    own: int  # active five-minute slots of the unit in the last 14 days
    others: int  # siblings, silent ones included
    alike: int  # siblings at half the unit's rate or more
    active: int  # siblings that showed it at all
    mean: float  # their mean, silent ones included
    most: int
    p: float  # chance that one of them would do as much
    noun: str  # what they are: "tunnels", "hosts", …


def siblings(unit: Unit, scene: Scene) -> Siblings:
    """Leave-one-out: the same words about other entities, or from other hosts, in the same tenant.

    Those that could have said it and never did count with zero: entities of the same kind, or hosts that run
    the same program. Counts are active five-minute slots, so that size does not pass for frequency.
    """
    key = unit.key
    counts: Counter[tuple[str, str]] = Counter()
    pool: set[tuple[str, str]]
    if unit.level == KEY and key.entity:
        pool = scene.app_entities.get((key.tenant, key.app_name, key.entity_kind), set())
        own = (key.source, key.entity)
    elif unit.level == ENTITY:
        named = scene.app_entities.get((key.tenant, key.app_name, key.entity_kind), set())
        pool = {("", entity) for _, entity in named}
        own = ("", key.entity)
    else:
        pool = {(source, "") for source in scene.app_sources.get((key.tenant, key.app_name), set())}
        own = (key.source, "")
    for item in scene.peers.get((key.tenant, key.signature, key.state), ()):
        who = item.key
        place = {KEY: (who.source, who.entity), ENTITY: ("", who.entity)}.get(unit.level, (who.source, ""))
        counts[place] += item.slots
    mine = counts.pop(own, 0)
    others = len(pool.union(counts) - {own})
    return _compare(mine, others, list(counts.values()), _noun(unit))


def _compare(own: int, others: int, shown: list[int], noun: str) -> Siblings:
    total = sum(shown)
    mean = (total + 0.5) / (others + 1)
    if others:
        raw = total / others
        variance = sum((count - raw) ** 2 for count in shown) + (others - len(shown)) * raw**2
        excess = variance / max(1, others - 1) - raw
        shape = min(10.0, max(0.3, raw * raw / excess)) if excess > 0 and raw > 0 else 2.0
        shape = (shape * others + 1.0 * 3) / (others + 3)  # few siblings: shrunk towards 1
    else:
        shape = 1.0
    p = max(tails.negative_binomial_tail(own, mean, shape), 1.0 / (others + 1))
    alike = sum(1 for count in shown if count and 2 * count >= own)
    return Siblings(
        own, others, alike, sum(1 for n in shown if n), total / max(1, others), max(shown, default=0), p, noun
    )


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


def _noun(unit: Unit) -> str:
    if unit.level in (KEY, ENTITY) and unit.key.entity:
        return PLURALS.get(unit.key.entity_kind, "of its kind")
    return "hosts with the same program"


def common_mode(scene: Scene) -> dict[str, list[Interval]]:
    """Slots in which a quarter of a tenant's hosts, and far more than usual, showed unusual signatures.

    Unusual: a key active on at most a fifth of its host's remembered days (and on no more than two). A job that
    all hosts run every night is therefore no common mode; a patch night is.
    """
    if scene.memory_s < 2 * DAY:
        return {}
    limit = max(1, min(2, int(0.2 * scene.memory_s / DAY)))
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
    for (tenant, slot), hosts in seen.items():
        usual = totals[tenant] / slots_known
        if len(hosts) >= max(3, HOST_SHARE * len(scene.hosts[tenant]), 3 * usual + 2):
            out[tenant].append((slot * SLOT, slot * SLOT + SLOT - 1))
    return {tenant: windows.merge((start, end + 1) for start, end in found) for tenant, found in out.items()}

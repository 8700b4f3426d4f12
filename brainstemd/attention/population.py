"""What a whole tenant does: how persistent its faults are, and moments in which much of it was unusual."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

from brainstemd.attention import windows
from brainstemd.attention.units import RECENT_DAYS, Scene
from brainstemd.attention.windows import DAY, SLOT, Interval

HOSTS_MIN = 4  # a tenant with fewer hosts has no common mode
HOST_SHARE = 0.25
WAVE = 12 * 3600
SPARSE_LINES = 5  # lines on a day that it comes, at most, of what is neither chatter nor a fault


def persistence(tenant: str, days: int, scene: Scene, faulty: bool) -> tuple[int, int]:
    """Of the tenant's kinds of message at a source: how many came on that many days, and of how many.

    Asked of the fault-worded ones, or of those without any known word that say at most five lines on a day.
    """
    found = scene.persistent.get((tenant, faulty))
    if found is None:
        most: dict[tuple[str, str], int] = {}
        for item in scene.stats:
            key = item.key
            if key.tenant != tenant or key.id in scene.wholes or not item.days or key.orderly:
                continue
            words = scene.words(key.signature)
            sparse = not words.known and item.lines <= SPARSE_LINES * item.days
            if words.fault if faulty else sparse:
                kind = (key.signature, key.source)
                most[kind] = max(most.get(kind, 0), item.days)
        found = scene.persistent[tenant, faulty] = sorted(most.values())
    of = max(1, len(found))
    return max(1, of - bisect_left(found, days)), of


def common_mode(scene: Scene) -> dict[str, list[Interval]]:
    """Slots in which a quarter of a tenant's hosts, and far more than usual, showed unusual signatures.

    Unusual: a key active on at most a fifth of its host's remembered days (and on no more than two). A job that
    all hosts run every night is therefore no common mode; a patch night is.
    """
    if scene.memory_s < 2 * DAY:
        return {}
    limit = _unusual(scene)
    floor = scene.at_s - RECENT_DAYS * DAY
    seen: dict[str, defaultdict[int, set[str]]] = {
        tenant: defaultdict(set) for tenant, hosts in scene.hosts.items() if len(hosts) >= HOSTS_MIN
    }
    for item in scene.stats if seen else ():
        hosts_of = seen.get(item.key.tenant)
        if hosts_of is None or item.active_days > limit or item.key.id in scene.wholes:
            continue
        for day in item.history.days:
            if day.day * DAY >= floor:
                for number in windows.slot_numbers(day):
                    hosts_of[number].add(item.key.source)
    slots_known = min(scene.memory_s, RECENT_DAYS * DAY) / SLOT
    out: defaultdict[str, list[Interval]] = defaultdict(list)
    for tenant, hosts_of in seen.items():
        usual = sum(map(len, hosts_of.values())) / slots_known
        needed = max(3, HOST_SHARE * len(scene.hosts[tenant]), 3 * usual + 2)
        for number, hosts in hosts_of.items():
            if len(hosts) >= needed:
                out[tenant].append((number * SLOT, number * SLOT + SLOT - 1))
    return {tenant: windows.merge((start, end + 1) for start, end in found) for tenant, found in out.items()}


def _unusual(scene: Scene) -> int:
    """A key on at most this many days is unusual."""
    return max(1, min(2, int(0.2 * scene.memory_s / DAY)))


def waves(scene: Scene) -> defaultdict[tuple[str, str], list[Interval]]:
    """Common mode over hours: an unusual kind of message that went over a quarter of the hosts within half a day.

    A patch night that takes the hosts one after the other touches few of them in any one slot. By kind of message,
    so that what is unlike the wave is not hidden in it. Each kind (tenant, signature) is looked at when it is asked for.
    """
    return defaultdict(list) if scene.memory_s < 2 * DAY else _Waves(scene)


class _Waves(defaultdict[tuple[str, str], list[Interval]]):
    def __init__(self, scene: Scene) -> None:
        super().__init__(list)
        self._scene = scene

    def __missing__(self, kind: tuple[str, str]) -> list[Interval]:
        found = self[kind] = _waves_of(*kind, self._scene)
        return found


def _waves_of(tenant: str, signature: str, scene: Scene) -> list[Interval]:
    hosts = len(scene.hosts.get(tenant, ()))
    needed = max(3, HOST_SHARE * hosts)
    stats = [item for item in scene.of_signature(signature) if item.slots and item.key.tenant == tenant]
    if hosts < HOSTS_MIN or len({item.key.source for item in stats}) < needed:
        return []
    days: defaultdict[str, set[int]] = defaultdict(set)
    for item in stats:
        days[item.key.source].update(day.day for day in item.history.days)
    limit = _unusual(scene)
    times = [
        (number * SLOT, item.key.source)
        for item in stats
        if len(days[item.key.source]) <= limit
        for day in item.history.days
        for number in windows.slot_numbers(day)
    ]
    return _waves(sorted(times), needed) if len({source for _, source in times}) >= needed else []


def _waves(times: list[tuple[int, str]], needed: float) -> list[Interval]:
    """Stretches of at most WAVE seconds in which `needed` hosts had it."""
    found: list[Interval] = []
    inside: defaultdict[str, int] = defaultdict(int)
    begin = 0
    for t, source in times:
        inside[source] += 1
        while t - times[begin][0] > WAVE:
            gone = times[begin][1]
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            begin += 1
        if len(inside) >= needed:
            found.append((times[begin][0], t + SLOT))
    return windows.merge(found)

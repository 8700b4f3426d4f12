"""precursor: something small that comes before outages more often than chance and than after them.

B: the outages of one thing (down episodes, ends that nobody ordered, of one program or entity at one source) and the
recorded incidents of one host; three or more. A: sparse keys (three occurrences to five a day) of the same tenant.
Both declustered, tenant-wide moments left out; an A from a minute before to ten minutes after any outage belongs to
that one. For w of 10, 40, 120 min: k of n B's have an A between w and 60 s
before. p0: the share of the same time on other days (two weeks either side, before the instant) that has one, and
not less than the share of all time. p = P(X >= k), X ~ Bin(n, p0), times three windows, times what was asked: the number of pairs
(A, B) equally near, over their part of the error (same entity 1/2, same host 1/4, tenant 1/4).
Needs k >= 3, k/n >= 1/2, and twice as many before as after: else it is `together`, which says something and scores nothing.
Computed for a whole scene at once (`survey`), because it is about pairs; `detect` hands out what was found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from brainstemd.attention import tails, windows
from brainstemd.attention.detectors import self_heal
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import Scene, Stat, Unit
from brainstemd.attention.windows import DAY, HOUR, MINUTE, SLOT, any_in
from brainstemd.models import SECOND_US, KeyFacts

WINDOWS_S = (10 * MINUTE, 40 * MINUTE, 120 * MINUTE)
TOO_LATE_S = MINUTE  # what comes within it is part of the outage
WITH_IT_S = 10 * MINUTE  # what comes so soon after one belongs to it, and announces no other
TARGETS_MAX, OUTAGES_MAX = 100, 40
ERROR = 3  # severity
A_DAY_MAX = 5.0
NEARNESS = {"entity": 0.5, "host": 0.25, "tenant": 0.25}
P_MAX = 0.02
MIN = 3


class Target(NamedTuple):
    """The outages of one thing."""

    tenant: str
    source: str
    entity: str
    name: str  # for people: "outages of branch-12 on fw-1"
    starts: tuple[int, ...]  # at least half an hour apart
    every: tuple[int, ...]  # all of them
    signatures: frozenset[
        str
    ]  # the words that tell of the outage itself: about another thing, they are a sibling's


_LikeTimes = dict[tuple[tuple[int, ...], int], list[int]]  # outages, window -> the same times on other days


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """What the survey found for this key."""
    return [found for key_id in unit.key_ids if (found := scene.precursors.get(key_id)) is not None]


def survey(scene: Scene) -> dict[int, Evidence]:
    """The best precursor evidence of every key that has one. Linear in slots of sparse keys."""
    targets = _targets(scene)
    if not targets:
        return {}
    before: defaultdict[tuple[str, int], set[tuple[int, int]]] = defaultdict(set)
    for number, target in enumerate(targets):
        for which, t in enumerate(target.starts):
            for moment in range((t - WINDOWS_S[-1]) // SLOT, (t + WINDOWS_S[-1]) // SLOT + 1):
                before[target.tenant, moment].add((number, which))
    tenants = {target.tenant for target in targets}
    days = max(1.0, min(scene.memory_s, 35 * DAY) / DAY)
    parted = set(scene.wholes.values())
    sparse = [
        item
        for item in scene.often
        if MIN <= item.every_slot <= A_DAY_MAX * days
        and item.key.tenant in tenants
        and not item.key.orderly
        and item.key.id not in parted
    ]
    pairs = _pairs(sparse, targets)
    like: _LikeTimes = {}
    out: dict[int, Evidence] = {}
    for item in sparse:
        met: Counter[int] = Counter()
        seen: set[tuple[int, int]] = set()
        for day in item.history.days:
            for slot in day.slots:
                seen |= before.get((item.key.tenant, day.day * 288 + slot.slot), set())
        met.update(number for number, _ in seen)
        near = [number for number, k in met.items() if k >= MIN and 2 * k >= len(targets[number].starts)]
        if not near:
            continue
        starts = _starts(item, scene)
        found = [
            evidence
            for number in near
            if (evidence := _judge(item.key, starts, targets[number], pairs, like, scene)) is not None
        ]
        if found:
            out[item.key.id] = min(found, key=lambda e: (e.facet != "precursor", e.value))
    return out


def nearness(key: KeyFacts, target: Target) -> str:
    """How near a key is to what goes down."""
    if key.source == target.source:
        return "entity" if key.entity and key.entity == target.entity else "host"
    return "tenant"


def _pairs(sparse: Iterable[Stat], targets: list[Target]) -> Counter[str]:
    keys: Counter[tuple[str, ...]] = Counter()
    for item in sparse:
        key = item.key
        keys[(key.tenant,)] += 1
        keys[key.tenant, key.source] += 1
        if key.entity:
            keys[key.tenant, key.source, key.entity] += 1
    out: Counter[str] = Counter()
    for target in targets:
        same = keys[target.tenant, target.source, target.entity] if target.entity else 0
        host = keys[target.tenant, target.source]
        out["entity"] += same
        out["host"] += host - same
        out["tenant"] += keys[(target.tenant,)] - host
    return out


def _starts(item: Stat, scene: Scene) -> list[int]:
    points = windows.once_inside(
        windows.points(item.history, scene.floor_s), scene.common.get(item.key.tenant, ())
    )
    return [one.start for one in windows.occurrences(points)]


def _judge(
    key: KeyFacts, starts: list[int], target: Target, pairs: Counter[str], like: _LikeTimes, scene: Scene
) -> Evidence | None:
    near = nearness(key, target)
    if key.signature in target.signatures or (near == "entity" and (key.polarity != "neutral" or key.healed)):
        return None
    starts = [a for a in starts if not any_in(target.every, a - WITH_IT_S, a + TOO_LATE_S)]
    best: Evidence | None = None
    for width in WINDOWS_S:
        found = _window(starts, target, width, pairs[near] / NEARNESS[near], like, scene)
        if found is not None and (best is None or (found.facet, found.value) < (best.facet, best.value)):
            best = found
    return best


def _window(
    starts: list[int], target: Target, width: int, asked: float, like: _LikeTimes, scene: Scene
) -> Evidence | None:
    n = len(target.starts)
    k = sum(any_in(starts, t - width, t - TOO_LATE_S) for t in target.starts)
    if k < MIN or 2 * k < n:
        return None
    after = sum(any_in(starts, t + WITH_IT_S, t + WITH_IT_S + width) for t in target.starts)
    base = _base(starts, target, width, like, scene)
    p = min(1.0, tails.binomial_tail(k, n, base) * len(WINDOWS_S) * max(1.0, asked))
    if p > P_MAX:
        return None
    followed = sum(any_in(target.starts, a + TOO_LATE_S, a + width) for a in starts)
    rate = f"{100 * base:.0f} %" if base >= 0.01 else "less than 1 %"
    said = f"before {k} of {n} {target.name}, within {windows.span(width)}; otherwise {rate} of the time"
    if k < 2 * after:
        return Evidence(
            "together", "said", p, f"around {k} of {n} {target.name}, as often after as before", said=said
        )
    because = (
        f"{said}; after them {after} times; {followed} of its {len(starts)} occurrences were followed by one: "
        f"chance {p:.1g} for all {asked:.0f} pairs asked"
    )
    return Evidence("precursor", "precursor", p, because, said=said)


def _base(starts: list[int], target: Target, width: int, like: _LikeTimes, scene: Scene) -> float:
    """The share of like time with an A: the same window on other days, and not less than the share of all time.

    An A that came three times, each before an outage, leaves the like days empty; that it is rare is no proof.
    """
    begin = max(scene.floor_s, scene.at_s - 35 * DAY)
    covered = windows.merge((t, t + width) for t in starts)
    everywhere = min(1.0, sum(b - a for a, b in covered) / max(DAY, scene.at_s - begin))
    who = target.starts, width
    if who not in like:
        like[who] = [
            moment
            for t in target.starts
            for back in (*range(-14, 0), *range(1, 15))
            if begin + width <= (moment := t + back * DAY) <= scene.at_s
            and not any_in(target.starts, moment - HOUR, moment + width)
        ]
    hits = sum(any_in(starts, moment - width, moment - TOO_LATE_S) for moment in like[who])
    return max(everywhere, (hits + 5 * everywhere) / (len(like[who]) + 5))


# ---------------------------------------------------------------- what goes down


def _targets(scene: Scene) -> list[Target]:
    found: dict[tuple[str, str, str, str], tuple[list[int], set[str]]] = {}
    says = scene.lexicon.outages
    for item in scene.stats:
        key = item.key
        if not (key.orderly or key.healed or key.polarity == "down"):  # nearly all
            fault = says.get(key.signature)
            if fault is None:
                fault = scene.restarts(key.signature) and bool(scene.words(key.signature).fault)
                says[key.signature] = fault
            if not fault:
                continue
        starts = _outages(item, scene)
        if not starts:
            continue
        place = (key.tenant, key.source, key.entity, "" if key.entity else key.app_name)
        times, words = found.setdefault(place, ([], set()))
        times.extend(starts)
        words.add(key.signature)
    out = []
    for (tenant, source, entity, app), (times, words) in sorted(found.items()):
        starts = _separate(times)
        if MIN <= len(starts) <= OUTAGES_MAX:
            name = f"outages of {entity or app or 'it'} on {source}"
            out.append(
                Target(tenant, source, entity, name, tuple(starts), tuple(sorted(times)), frozenset(words))
            )
    out.extend(_incidents(scene))
    return sorted(out, key=lambda target: (-len(target.starts), target))[:TARGETS_MAX]


def _outages(item: Stat, scene: Scene) -> list[int]:
    """When it went down, of what is orderly, heals, goes down, or has words that tell of a restart and a fault.

    Where nobody ever says that it is up again, each time that it is said to be down, as an error, is an outage.
    """
    key = item.key
    if item.slots > 5 * OUTAGES_MAX or (key.orderly and key.severity > ERROR):
        return []
    if key.orderly:  # told as an error: whoever stopped it did not want to
        return [point.start for point in windows.points(item.history, scene.floor_s)]
    if key.healed or key.polarity == "down":
        every, ever_up = self_heal.episodes(item.history.transitions, scene.keys, key)
        if ever_up:
            return [one.start for one in every if one.start >= scene.floor_s]
        if key.severity > ERROR:
            return []
    if key.outcome == "success":
        return []
    return [point.start for point in windows.points(item.history, scene.floor_s)]


def _separate(times: list[int]) -> list[int]:
    """Outages half an hour apart; what follows closer belongs to the one before."""
    out: list[int] = []
    for t in sorted(set(times)):
        if not out or t - out[-1] >= 30 * MINUTE:
            out.append(t)
    return out


def _incidents(scene: Scene) -> list[Target]:
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for note in scene.notes:
        if note.kind == "incident" and note.start_us is not None and note.source is not None and note.tenant:
            t = note.start_us // SECOND_US
            if scene.floor_s <= t <= scene.at_s:
                places[note.tenant, note.source].append(t)
    return [
        Target(tenant, source, "", f"incidents on {source}", tuple(starts), tuple(times), frozenset())
        for (tenant, source), times in sorted(places.items())
        if len(starts := _separate(times)) >= MIN
    ]

"""together: sparse things of different words at two hosts of a tenant that come within two minutes, nearly always.

Asked of a key that is its own among its siblings, beside any other: both with five occurrences or more in 14 days and
at most two a day, neither on a clock (foreseen by less than 0.3), at least one of them without ordinary words alone. k
of n (of the more frequent of the two) within two minutes: k >= 5 and k >= 0.6·n. p = P(X >= k), X ~ Bin(n, share of the
time within two minutes of the other), times the pairs of such keys of the tenant. Moments that a tenant has in common
are left out, and so are those with more than a dozen of such keys. Computed for a whole scene at once (`survey`);
`precursor.detect` hands out what was found. Value: p.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from brainstemd.attention import apart, phrases, siblings, tails, windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Stat
from brainstemd.attention.windows import DAY

OCCURRENCES_MIN, A_DAY_MAX = 5, 2
SHARE_MIN = 0.6
NEAR_S = 120
CROWDED = 12  # keys in one moment
OWN_POINTS = 5.0
FORESEEN_MAX = 0.3
P_MAX = 1e-4


class _Sparse(NamedTuple):
    item: Stat
    starts: list[int]
    own: bool  # is it its own among its siblings?


def survey(scene: Scene) -> dict[int, Evidence]:
    """The best company of every key that has one."""
    tenants: defaultdict[str, list[_Sparse]] = defaultdict(list)
    parted = set(scene.wholes.values())
    for item in scene.often:
        if item.slots < OCCURRENCES_MIN or item.key.id in parted:
            continue
        if (found := _sparse(item, scene)) is not None:
            tenants[item.key.tenant].append(found)
    out: dict[int, Evidence] = {}
    for found_here in tenants.values():
        for number, other, k in _met(found_here) if any(one.own for one in found_here) else ():
            evidence = _judge(found_here[number], found_here[other], k, len(found_here), scene)
            if evidence is not None:
                key = found_here[number].item.key.id
                if key not in out or evidence.value < out[key].value:
                    out[key] = evidence
    return out


def added(known: dict[int, Evidence], scene: Scene) -> dict[int, Evidence]:
    """What is known of precursors, and the company of keys that are none."""
    real = {key for key, found in known.items() if found.facet == "precursor"}
    return {**known, **{key: found for key, found in survey(scene).items() if key not in real}}


def _sparse(item: Stat, scene: Scene) -> _Sparse | None:
    key = item.key
    if not OCCURRENCES_MIN <= item.slots <= A_DAY_MAX * RECENT_DAYS or key.orderly:
        return None
    if item.last_s <= scene.at_s - 7 * DAY:
        return None
    since = max(scene.floor_s, scene.at_s - RECENT_DAYS * DAY)
    points = windows.once_inside(windows.points(item.history, since), scene.common.get(key.tenant, ()))
    starts = [one.start for one in windows.occurrences(points)]
    if len(starts) < OCCURRENCES_MIN:
        return None
    foreseen = windows.foreseen(starts, scene.at_s, max(scene.since_s, scene.floor_s))
    return None if foreseen.share >= FORESEEN_MAX else _Sparse(item, starts, _its_own(item, scene))


def _its_own(item: Stat, scene: Scene) -> bool:
    if siblings.of(KEY, item.key, item.slots, scene).points >= OWN_POINTS or apart.other_end(item, scene):
        return True
    found = apart.of_spells(item, scene)
    return found is not None and found.points >= OWN_POINTS


def _met(found: Sequence[_Sparse]) -> list[tuple[int, int, int]]:
    """(one, other, how many of one's occurrences have one of the other near), of different hosts."""
    moments: defaultdict[int, set[int]] = defaultdict(set)
    for number, one in enumerate(found):
        for t in one.starts:
            moments[t // NEAR_S].add(number)
    met: Counter[tuple[int, int]] = Counter()
    for number, one in enumerate(found):
        for t in one.starts if one.own else ():
            near = {other for step in (-1, 0, 1) for other in moments.get(t // NEAR_S + step, ())}
            if sum(found[other].own for other in near) <= CROWDED:
                met.update((number, other) for other in near if other != number)
    out = []
    for (number, other), most in sorted(met.items()):
        one, two = found[number], found[other]
        need = max(OCCURRENCES_MIN, SHARE_MIN * max(len(one.starts), len(two.starts)))
        apart = one.item.key.source != two.item.key.source
        if most >= need and apart and one.item.key.signature != two.item.key.signature:
            k = windows.met(one.starts, two.starts, NEAR_S)
            if k >= need:
                out.append((number, other, k))
    return out


def _judge(one: _Sparse, two: _Sparse, k: int, keys: int, scene: Scene) -> Evidence | None:
    words = [scene.words(item.item.key.signature) for item in (one, two)]
    if all(found.benign and not found.fault for found in words):
        return None
    length = min(RECENT_DAYS * DAY, scene.memory_s)
    covered = sum(b - a for a, b in windows.merge((t - NEAR_S, t + NEAR_S) for t in two.starts))
    n, base = len(one.starts), min(1.0, covered / length)
    p = min(1.0, tails.binomial_tail(k, n, base) * max(1, keys * (keys - 1) // 2))
    if p > P_MAX:
        return None
    other = two.item.key
    text = phrases.headline(scene.template(other.signature)) or other.app_name
    said = f'with "{text}" on {other.source}, {k} of {n} times within 2 min'
    because = f"{said}; near it {100 * base:.1g} % of the time: chance {p:.1g} for all pairs of such keys"
    return Evidence("together", "precursor", p, because, said=said)

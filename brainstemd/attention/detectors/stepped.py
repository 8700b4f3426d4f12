"""stepped: more of it since a few days, every day, though its like and its source are as they were.

Active five-minute slots x of the last w = 2, 3, 5, 7 days against b in up to 28 - w days before (4 or more, and w): six or
more, three times the rate before, on each day but one (of two: on both) more than before; and known before (b >= 2 on two days).
Under no change x ~ Bin((x + b)/φ, q), φ the scatter of the daily counts before. q is the largest of three shares of that
time: by days; by what else its source says (a busy week, a debug flood); by what others say under the same words (a release
for all). p = 4·P(X >= x/φ), times those that say it: of sixty one steps up by chance; and not under the share of stretches as
long in which another that says it had half as much and stood out half as far. Not asked of accounts and
addresses: people have more to do in some weeks. Harmless and alike: one bad day. Value: p.
"""

from __future__ import annotations

from brainstemd.attention import beside, tails
from brainstemd.attention.alone import PERSON_KINDS
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import rate
from brainstemd.attention.units import KEY, Scene, Unit

WINDOWS = (2, 3, 5, 7)  # days
BASE_MIN, BASE_DAYS = 4, 28
NOW_MIN, BEFORE_MIN, BEFORE_DAYS = 6, 2, 2
RATIO_MIN = 3.0
P_LEAST, P_MAX = 1e-12, 5e-4


def _peers(unit: Unit, now: int, times: float, days: int, scene: Scene) -> tuple[int, float]:
    """How many say it, and the share of the others' stretches of as many days that held half as much, half as steep a step."""
    peers, stretches, did = 0, 0, 0
    for one in scene.peers.get((unit.signature, unit.identity[2]), ()):
        peers += one.slots > 0
        if one.key.id in unit.key_ids or one.active_days < BEFORE_DAYS + 1:
            continue
        counts = beside.by_day([one], scene)
        first = max(counts)
        for begin in range(max(0, first - days + 2)):
            held = sum(counts[back] for back in range(begin, begin + days))
            mean = (counts.total() - held) / max(1, first + 1 - days)
            stretches += 1
            did += 2 * held >= now and 2 * (held / days) >= times * mean
    return peers, did / stretches if stretches else 0.0


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The most telling window."""
    if unit.level != KEY or unit.key.entity_kind in PERSON_KINDS:
        return []
    own = beside.by_day(unit.stats, scene)
    first = max(own, default=0)
    others = None
    best: Evidence | None = None
    for days in WINDOWS:
        base = min(BASE_DAYS, max(first, (scene.at_s - scene.floor_s) // 86400 - 1)) - days
        recent, counts = ([own[back] for back in span] for span in (range(days), range(days, days + base)))
        now, before = sum(recent), sum(counts)
        if base < max(BASE_MIN, days) or now < NOW_MIN or before < BEFORE_MIN:
            continue
        was = before / base
        higher = sum(count > was for count in recent)
        if now < RATIO_MIN * was * days or higher < max(2, days - 1) or base - counts.count(0) < BEFORE_DAYS:
            continue
        others = others or beside.others(unit, own, scene)
        share = max(beside.shares(others, days, base))
        scatter, every = beside.scatter(counts), now + before
        peers, did = _peers(unit, now, now / days / was, days, scene)
        p = len(WINDOWS) * max(1, peers) * tails.binomial_tail(now / scatter, every / scatter, share)
        p = max(p, did)
        if p <= P_MAX and (best is None or p < best.value):
            said = f"{rate(now / days)} in the last {days} days (was {rate(was)})"
            because = (
                f"{now} in the last {days} days, {before} in the {base} before, though of what it is compared with "
                f"{share:.0%} at most came since: chance {max(P_LEAST, p):.1g}"
            )
            best = Evidence("rising", "change", max(P_LEAST, p), because, was=was, said=said, own=True)
    return [best] if best is not None else []

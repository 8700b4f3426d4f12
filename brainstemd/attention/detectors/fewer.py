"""fewer: what has no clock, comes on, and comes much more seldom than it did, though its like do not.

Active five-minute slots x of the last w = 2, 3, 4, 5, 7 days against b in up to 28 - w days before (4 or more, and w): at
least two a day before, at most a third of that since, and still there (x >= 2). Under no change x ~ Bin((x + b)/φ, q),
φ the scatter of the daily counts before. q is the smallest of three shares of that time: by days; by what else its source
says (a quiet weekend, a holiday); by what others say under the same words. p = 5·P(X <= x/φ), at most one in a thousand.
Value: p.
"""

from __future__ import annotations

from collections import Counter

from brainstemd.attention import beside, tails
from brainstemd.attention.detectors import silence
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import rate
from brainstemd.attention.units import Scene, Unit
from brainstemd.attention.windows import DAY

WINDOWS = (2, 3, 4, 5, 7)  # days
BASE_MIN, BASE_DAYS = 4, 28
RATE_MIN, RATIO_MAX, STILL_MIN = 2.0, 1 / 3, 2
P_LEAST, P_MAX = 1e-12, 1e-3


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The most telling window; nothing of one thing among those that a message names."""
    if unit.whole:
        return []
    own = beside.by_day(unit.stats, scene)
    first = max(own, default=0)
    if min(own, default=BASE_DAYS) > 2:
        return []
    blind = silence.blind_to(unit, scene)
    others: tuple[Counter[int], Counter[int]] | None = None
    best: Evidence | None = None
    for days in WINDOWS:
        base = min(BASE_DAYS, first) - days  # the day of its first line is known in part
        now = sum(own[back] for back in range(days))
        counts = [own[back] for back in range(days, days + base)]
        if base < max(BASE_MIN, days) or now < STILL_MIN or sum(counts) < RATE_MIN * base:
            continue
        if now * base > RATIO_MAX * days * sum(counts) or any(
            end > scene.at_s - days * DAY for _, end in blind
        ):
            continue
        others = others or beside.others(unit, own, scene)
        shares = beside.shares(others, days, base)
        scatter, was = beside.scatter(counts), sum(counts) / base
        every = now + sum(counts)
        p = len(WINDOWS) * tails.binomial_tail(sum(counts) / scatter, every / scatter, 1 - min(shares))
        if p <= P_MAX and (best is None or p < best.value):
            said = f"{rate(now / days)} in the last {days} days (was {rate(was)})"
            because = (
                f"{now} in the last {days} days, {sum(counts)} in the {base} before, though what it is compared with came on "
                f"({min(shares):.0%} of it since): chance {max(P_LEAST, p):.1g}"
            )
            missing = max(1, round(was * days - now))
            edge = scene.at_s - days * DAY
            best = Evidence(
                "rarer", "absence", max(P_LEAST, p), because, expected_s=edge, missed=missing, said=said
            )
    return [best] if best is not None else []

"""burst: one happening far larger than any before.

Sizes are lines of an occurrence. The largest of the last day against at least five earlier ones: p = P(X >= size), X
negative-binomial with their mean and scatter, times the occurrences of the last day, and never less than the rank says:
1/(earlier ones + 1), because sizes have heavy tails. Needs ten lines and four times the largest before. Value: p.
"""

from __future__ import annotations

from statistics import fmean, pvariance

from brainstemd.attention import tails
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import Scene, Unit
from brainstemd.attention.windows import DAY

PAST_MIN, LINES_MIN, TIMES_MIN = 5, 10, 4
P_MAX = 0.01


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The size of the last day's largest occurrence, when it stands out."""
    if unit.key.healed:  # each line is an occurrence by itself
        return []
    edge = scene.at_s - DAY
    past = [item.lines for item in unit.occurrences if item.start <= edge]
    now = [item.lines for item in unit.occurrences if item.start > edge]
    if len(past) < PAST_MIN or not now or max(now) < max(LINES_MIN, TIMES_MIN * max(past)):
        return []
    mean = fmean(past)
    excess = pvariance(past) - mean
    shape = min(10.0, max(0.5, mean * mean / excess)) if excess > 0 else 2.0
    p = min(1.0, len(now) * tails.negative_binomial_tail(max(now), mean, shape))
    if p > P_MAX:
        return []
    p = max(p, 1.0 / (len(past) + 1))
    because = f"{max(now)} lines in one go; {len(past)} before had {mean:.1f} in the mean, {max(past)} at most: chance {p:.1g}"
    return [
        Evidence(
            "burst", "change", p, because, said=f"{max(now)} lines in one go (at most {max(past)} before)"
        )
    ]

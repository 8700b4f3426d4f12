"""rising: more of it than before. Real change only; whether it matters is for the other facets to say.

For w in 1, 3, 7 days: x occurrences in the last w days, b in the B days before (B up to 28, at least 4 and
at least w, within memory and since the first line: a thing that is new has not risen). Under no change x is
Binomial(x + b, w/(w + B)); both counts are divided by the dispersion of the baseline's daily counts
(quasi-binomial), p is the upper tail, times three for the three windows. Beside it the Laplace trend test
over the last 14 days. Effect: at least twice the rate, x >= 3, and a past: b >= 2 on 2 days.
"""

from __future__ import annotations

import math
from bisect import bisect_right

from brainstemd.attention import tails, windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import rate
from brainstemd.attention.units import Scene, Unit
from brainstemd.attention.windows import DAY

WINDOWS_DAYS = (1, 3, 7)
BASE_DAYS, BASE_MIN = 28, 4
RATIO_MIN = 2.0
P_MAX = 0.01


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The most telling of the windows, and the trend."""
    found = [item for w in WINDOWS_DAYS if (item := _window(unit, scene, w)) is not None]
    trend = _trend(unit, scene)
    if trend is not None:
        found.append(trend)
    found = [item for item in found if item.value <= P_MAX]
    return [min(found, key=lambda item: item.value)] if found else []


def _window(unit: Unit, scene: Scene, w: int) -> Evidence | None:
    edge = scene.at_s - w * DAY
    base_days = min(BASE_DAYS, int((edge - max(scene.floor_s, unit.first_s - DAY // 2)) / DAY))
    if base_days < max(BASE_MIN, w):
        return None
    starts = unit.starts
    x = windows.between(starts, edge, scene.at_s)
    base = starts[bisect_right(starts, edge - base_days * DAY) : bisect_right(starts, edge)]
    days = windows.distinct_days(base, edge)
    if x < 3 or len(base) < 2 or days < 2:
        return None
    now, was = x / w, len(base) / base_days
    if now < RATIO_MIN * was:
        return None
    phi = _dispersion(base, edge, base_days)
    p = tails.binomial_tail(x / phi, (x + len(base)) / phi, w / (w + base_days))
    p = min(1.0, len(WINDOWS_DAYS) * p)
    span = "last day" if w == 1 else f"last {w} days"
    because = (
        f"{rate(now)} in the {span} against {rate(was)} in the {base_days} days before: "
        f"chance {p:.1g} (daily counts scatter {phi:.1f} times as much as chance)"
    )
    return Evidence("rising", "change", p, because, recent=x if w == 1 else 0, was=was)


def _dispersion(base: list[int], edge: int, days: int) -> float:
    """Variance over mean of the daily counts, shrunk to 1 with the weight of five days, within 1 and 10."""
    counts = [0] * days
    for t in base:
        counts[min(days - 1, (edge - t) // DAY)] += 1
    mean = len(base) / days
    fano = sum((count - mean) ** 2 for count in counts) / max(1, days - 1) / mean
    return min(10.0, max(1.0, (fano * days + 5.0) / (days + 5.0)))


def _trend(unit: Unit, scene: Scene) -> Evidence | None:
    """Laplace: under a constant rate the mean time of n occurrences is T/2 ± T/sqrt(12 n)."""
    length = min(14 * DAY, scene.memory_s, scene.at_s - unit.first_s)
    if length < 6 * DAY:
        return None
    begin = scene.at_s - length
    times = [t - begin for t in unit.starts if t > begin]
    half = sum(1 for t in times if t > length / 2)
    if len(times) < 8 or half < RATIO_MIN * (len(times) - half) or windows.distinct_days(times, length) < 4:
        return None
    if sum(1 for t in times if t <= length / 2) < 2:
        return None
    counts = [t + begin for t in times]
    phi = _dispersion(counts, scene.at_s, max(1, length // DAY))
    z = (sum(times) / len(times) - length / 2) / (length / math.sqrt(12 * len(times) / phi))
    p = min(1.0, 4 * tails.normal_tail(z))
    because = (
        f"{half} of {len(times)} occurrences fell into the second half of the last {length // DAY} days: "
        f"chance {p:.1g} (Laplace trend)"
    )
    return Evidence("rising", "change", p, because)

"""drift: a number that moves one way, day after day.

Daily medians of a number, the last 7, 14 and 28 of them: Kendall's S against its exact null distribution, two-sided,
times the windows tried and the numbers of its lines. Needs five days and an effect: by the Theil-Sen line a move of a
seventh of where it began, and of four times the scatter about the line. A number that moves by nearly the same step all
the time (scatter under a fiftieth of the move) is a clockwork, a counter or a countdown: foreseeable, and told only when
it gets to a bound (zero, 100 %, or a constant in its own line) within 30 days. Value: p.
"""

from __future__ import annotations

from itertools import combinations
from statistics import median
from typing import NamedTuple

from brainstemd.attention import tails
from brainstemd.attention.numbers import DAYS_MIN, Series

WINDOWS_DAYS = (7, 14, 28)
P_MAX = 0.005
MOVE_MIN = 1 / 7  # of the value it began with
SCATTER_TIMES = 4.0
CLOCKWORK, STEADY = 0.02, 0.1
BOUND_DAYS = 30.0


class Drift(NamedTuple):
    """What moves, how far, how surely."""

    series: Series
    p: float
    begin: float  # by the line, at the first and the last of the days
    end: float
    days: int  # from the first to the last
    points: int  # daily medians in the window
    bound: float | None  # what it will reach
    bound_days: float  # in that many days
    telling: bool  # far enough, and no clockwork; else it only says how its like moves


def detect(series: Series, asked: int = 1) -> Drift | None:
    """The most telling of the windows; `asked`: how many numbers its lines hold."""
    last = series.days[-1]
    tried: dict[int, Drift | None] = {}
    for width in WINDOWS_DAYS:
        first = next(i for i, day in enumerate(series.days) if day > last - width)
        count = len(series.days) - first
        if count >= DAYS_MIN and count not in tried:
            tried[count] = _window(series, first)
    found = [
        one._replace(p=min(1.0, one.p * len(tried) * asked)) for one in tried.values() if one is not None
    ]
    found = [one for one in found if one.p <= P_MAX]
    return min(found, key=lambda one: (not one.telling, one.p)) if found else None


def _window(series: Series, first: int) -> Drift | None:
    days, values = series.days[first:], series.values[first:]
    pairs = list(combinations(range(len(days)), 2))
    score = sum((values[b] > values[a]) - (values[b] < values[a]) for a, b in pairs)
    slope = median((values[b] - values[a]) / (days[b] - days[a]) for a, b in pairs)
    if not score or not slope or (score > 0) != (slope > 0):
        return None
    level = median(value - slope * (day - days[0]) for day, value in zip(days, values, strict=True))
    length = days[-1] - days[0]
    begin, end = level, level + slope * length
    move = abs(end - begin)
    scatter = median(abs(v - level - slope * (d - days[0])) for d, v in zip(days, values, strict=True))
    base = median(values[: max(2, len(values) // 4)])
    bound, left = _bound(series, values[-1], slope)
    if scatter > STEADY * move:
        bound = None  # too ragged to say when it gets anywhere
    far = move >= MOVE_MIN * abs(base) and move >= SCATTER_TIMES * scatter
    telling = far and (scatter >= CLOCKWORK * move or bound is not None)
    p = min(1.0, 2 * tails.kendall_tail(abs(score), len(days)))
    return Drift(series, p, begin, end, length, len(days), bound, left, telling)


def _bound(series: Series, now: float, slope: float) -> tuple[float | None, float]:
    """What the number gets to within 30 days at this pace: zero, a hundred per cent, a constant of its line."""
    if slope < 0:
        ahead = [0.0] if now > 0 else []
    else:
        ahead = [value for value in series.bounds if value > now]
        if series.name.unit == "%" and now < 100:
            ahead.append(100.0)
    reached = [((bound - now) / slope, bound) for bound in ahead if (bound - now) / slope <= BOUND_DAYS]
    return (min(reached)[1], min(reached)[0]) if reached else (None, 0.0)

"""A number that climbs until something begins anew: it leaks, and somebody or a watchdog starts it again.

A sawtooth alone is a habit (a file is rotated, a cache is flushed). Told is one whose fellows do not climb, and of which
each fall goes with a line of its own program there that hardly comes otherwise, not at one time of the day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from brainstemd.attention import tails, windows
from brainstemd.attention.fellows import Fellows
from brainstemd.attention.moved import P_MAX, RESETS, Drift
from brainstemd.attention.numbers import Series
from brainstemd.attention.windows import DAY, HOUR
from brainstemd.models import SECOND_US

READINGS_MIN = 12
FALL = 0.3  # of its width: a step down that begins it anew
CLIMBS = 0.6  # of all steps
SLIPS = 0.2  # of all steps may go down by less
FALLS_MIN = 3
FELLOWS_LEAST = 1  # that does not climb
WIDTHS = 4.0  # of its fellows
WITH_FALLS = 0.6  # of the other's lines come with a fall
BY_CHANCE = 0.05
AT_ONE_TIME = HOUR  # what falls back so near to one time of the day is put back by a timetable


def detect(series: Series, fellows: Fellows, others: Iterable[Sequence[int]]) -> Drift | None:
    """`others`: when each rare message of its program came there, in seconds.

    p: that numbers in any order climb so often (ups among n steps: mean n/2, variance (n + 2)/12), and that a message
    comes so often with the falls, times the messages asked; both together by Fisher.
    """
    every = series.readings
    if len(every) < READINGS_MIN or fellows.others < FELLOWS_LEAST:
        return None
    values = sorted(value for _, value in every)
    width = values[-1] - values[0]
    if not width or width < WIDTHS * fellows.width:
        return None
    steps = [(a[0] // SECOND_US, b[0] // SECOND_US, b[1] - a[1]) for a, b in pairwise(every)]
    ups = sum(step > 0 for _, _, step in steps)
    falls = [(start, end) for start, end, step in steps if step <= -FALL * width]
    slips = len(steps) - ups - len(falls)
    if len(falls) < FALLS_MIN or ups < CLIMBS * len(steps) or slips > SLIPS * len(steps):
        return None
    asked = [_goes_with(falls, steps[0][0], steps[-1][1], times) for times in others]
    beside = min(1.0, min(asked, default=1.0) * max(1, len(asked)))
    z = (ups - len(steps) / 2) / ((len(steps) + 2) / 12) ** 0.5
    both = tails.normal_tail(max(0.0, z)) * beside
    p = both * (1 - math.log(both))
    if beside > BY_CHANCE or p > P_MAX:
        return None
    low, high = values[len(values) // 10], values[-1 - len(values) // 10]
    days = series.days[-1] - series.days[0] + 1
    return Drift(
        series,
        p,
        low,
        high,
        days,
        len(falls),
        None,
        0.0,
        True,
        RESETS,
        "of as many climbs, and falls with that message",
        (low, high),
        odd=True,
    )


def _goes_with(falls: Sequence[tuple[int, int]], first: int, last: int, times: Sequence[int]) -> float:
    """The chance that a message comes so often with the falls; 1 where it does so seldom, or by a timetable."""
    known = [t for t in times if first < t <= last]
    inside = sum(windows.between(known, start, end) for start, end in falls)  # falls are apart
    hit = sum(windows.between(known, start, end) > 0 for start, end in falls)
    if min(inside, hit) < FALLS_MIN or inside < WITH_FALLS * len(known) or hit < WITH_FALLS * len(falls):
        return 1.0
    share = sum(end - start for start, end in falls) / (last - first)
    return 1.0 if _timetabled(known) else tails.binomial_tail(inside, len(known), share)


def _timetabled(times: Sequence[int]) -> bool:
    """Do most come near one time of the day?"""
    origin = times[-1]
    off = [(t - origin + DAY // 2) % DAY - DAY // 2 for t in times]
    middle = median(off)
    return median(abs(each - middle) for each in off) < AT_ONE_TIME

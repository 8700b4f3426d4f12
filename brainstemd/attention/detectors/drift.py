"""drift: a number that moves one way, day after day; or that changed at once, or within days, and stays there.

Daily medians of a number, the last 7, 14 and 28 of them: Kendall's S against its exact null distribution, two-sided,
times the windows tried. Needs five days and an effect: by the Theil-Sen line a move of a seventh of where it began, or
of four times what the same number moves elsewhere, and of four times the scatter about the line. A number that moves by
nearly the same step all the time (scatter under a fiftieth of the move) is a clockwork, a counter or a countdown:
foreseeable, and told only where the same number elsewhere hardly moves, when it gets to a bound (zero, 100 %, or a
constant in its own line) within 30 days, or once it is past the level at which its like are set back. Value: p.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise
from statistics import median
from typing import NamedTuple

from brainstemd.attention import tails
from brainstemd.attention.fellows import ALONE, Fellows
from brainstemd.attention.numbers import DAYS_MIN, TIME_OF_DAY, Series
from brainstemd.attention.windows import DAY, weekend
from brainstemd.models import DAY_US

WINDOWS_DAYS = (7, 14, 28)
P_MAX = 0.005
MOVE_MIN = 1 / 7  # of the value it began with
SCATTER_TIMES = 4.0
CLOCKWORK, STEADY = 0.02, 0.1
BOUND_DAYS = 30.0
BOUND_DAYS_MIN = 8  # daily medians that a ragged line needs to say where it leads
STEP_DAYS, LIKE_MIN = 9, 3  # days that a step may be old; like days that must have been met before it
STEP_CLEAR = 0.3  # of the step: the width of what was before it
STEP_TIME_S = 2700.0  # what comes once a day is late or early from here on
BETWEEN_DAYS = 3  # on the way from one level to the other
SWITCH_BEFORE, SWITCH_AFTER = 6, 3  # readings at the one value and at the other
SWITCH_DAYS_BEFORE, SWITCH_DAYS_AFTER = 3, 2
COUNTDOWN_DAYS = 21.0  # before its end, where nobody knows when its like are set back
FELLOWS_MIN = 3
COUNTER_MIN = 1000.0  # from here on a whole number that only rises may be a sequence number


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
    stepped: bool = False  # it changed at once and stayed there, instead of creeping
    by: str = "Kendall"  # the test that p is of
    quoted: tuple[float, float] = (0.0, 0.0)  # numbers that lines said, nearest to the two ends
    beyond: float | None = None  # the level at which its fellows, or it itself, used to be set back
    odd: bool = False  # far more than the same number moves elsewhere
    short: float | None = None  # what it had been equal to, in its own lines, and is less than now


def detect(series: Series, fellows: Fellows = ALONE) -> Drift | None:
    """The most telling of the windows."""
    if not series.moves:
        switched = _switched(series, fellows)
        return switched if switched is not None and switched.p <= P_MAX else None
    last = series.days[-1]
    tried: dict[int, Drift | None] = {}
    for width in WINDOWS_DAYS:
        first = next(i for i, day in enumerate(series.days) if day > last - width)
        count = len(series.days) - first
        if count >= DAYS_MIN and count not in tried:
            tried[count] = _window(series, first, fellows)
    found = [one._replace(p=min(1.0, one.p * len(tried))) for one in tried.values() if one is not None]
    found += [one for one in (_step(series, fellows), _switched(series, fellows)) if one is not None]
    found = [one for one in found if one.p <= P_MAX]
    return min(found, key=lambda one: (not one.telling, one.p)) if found else None


def _window(series: Series, first: int, fellows: Fellows) -> Drift | None:
    days, values = series.days[first:], series.values[first:]
    pairs = list(combinations(range(len(days)), 2))
    score = sum((values[b] > values[a]) - (values[b] < values[a]) for a, b in pairs)
    slope = median((values[b] - values[a]) / (days[b] - days[a]) for a, b in pairs)
    if not score or not slope or (score > 0) != (slope > 0):
        return None
    level = median(value - slope * (day - days[0]) for day, value in zip(days, values, strict=True))
    length = days[-1] - days[0]
    begin, end = level, level + slope * length
    if min(values) >= 0:  # a line through numbers that are never negative may begin below zero
        begin, end = max(0.0, begin), max(0.0, end)
    move = abs(end - begin)
    scatter = median(abs(v - level - slope * (d - days[0])) for d, v in zip(days, values, strict=True))
    base = median(values[: max(2, len(values) // 4)])
    bound, left = _bound(series, values[-1], slope)
    of_day = series.name.before == TIME_OF_DAY
    if of_day or scatter > (STEADY if len(values) >= BOUND_DAYS_MIN else CLOCKWORK) * move:
        bound = None  # too ragged to say when it gets anywhere
    counts = _counts(series, values)
    clockwork = scatter < (STEADY if counts else CLOCKWORK) * move
    if clockwork and bound == 0 and left > COUNTDOWN_DAYS:
        bound = None
    odd = not counts and _odd(move, fellows)
    far = move >= (STEP_TIME_S if of_day else 0.0 if odd else MOVE_MIN * abs(base))
    telling = far and move >= SCATTER_TIMES * scatter and (odd or not clockwork or bound is not None)
    reset = fellows.lowest if slope < 0 else fellows.highest
    beyond: float | None = None
    if reset is not None and not of_day:  # a sawtooth: usual up to where it is set back
        telling = (values[-1] - reset) * slope > slope * slope and move >= SCATTER_TIMES * scatter
        beyond = reset if telling else None
    p, by = min(1.0, 2 * tails.kendall_tail(abs(score), len(days))), "Kendall"
    if telling and (beyond is not None or bound is not None) and len(days) > DAYS_MIN:
        p, by = min((p, by), (2 * _line(days, values, level, slope), "Student's t of the pace"))
    said, near = series.quotable[first:], max(2, len(values) // 4)
    quoted = _nearest(said[:near], begin), _nearest(said[-near:], end)
    return Drift(
        series, p, begin, end, length, len(days), bound, left, telling, False, by, quoted, beyond, odd
    )


def _line(days: Sequence[int], values: Sequence[float], level: float, slope: float) -> float:
    """The chance of a line as straight as this one: Student's t of its slope. What has a bound is judged by its pace.

    The scatter is taken for no less than a quarter of a day's step: numbers are rounded.
    """
    off = [value - level - slope * (day - days[0]) for day, value in zip(days, values, strict=True)]
    freedom = len(days) - 2
    scatter = max(abs(slope) / 4, math.sqrt(sum(one * one for one in off) / freedom))
    middle = sum(days) / len(days)
    return tails.student_tail(
        abs(slope) * math.sqrt(sum((day - middle) ** 2 for day in days)) / scatter, freedom
    )


def _odd(move: float, fellows: Fellows) -> bool:
    """Does it go much farther than the same number elsewhere?"""
    return fellows.others >= FELLOWS_MIN and move >= SCATTER_TIMES * fellows.width


def _step(series: Series, fellows: Fellows) -> Drift | None:
    """At once, or within days, and it stays: the last two to nine days all lie far from at least five that lay together.

    Up to three days between may be on the way. p: Student's t of the nearest of the late days against those before
    (scale: 1.48 MAD, at least a hundredth of their median), times the splits tried. A like day (weekend or not) must
    have been met three times before. What was on its way there and is set back is none.
    """
    first = next(i for i, day in enumerate(series.days) if day > series.days[-1] - WINDOWS_DAYS[1])
    days, values = series.days[first:], series.values[first:]
    splits = [
        (start - between, start)
        for start in range(max(DAYS_MIN, len(days) - STEP_DAYS), len(days) - 1)
        for between in range(BETWEEN_DAYS + 1)
        if start - between >= DAYS_MIN
    ]
    best: Drift | None = None
    for split, start in splits:
        before, after = values[:split], values[start:]
        known = [weekend(day * DAY) for day in days[:split]]
        if max(known.count(weekend(day * DAY)) for day in days[start:]) < LIKE_MIN:
            continue
        usual, now = median(before), median(after)
        nearest = min((v - usual for v in after), key=abs)
        if (now > usual) != (nearest > 0) or any((v > usual) != (now > usual) for v in after):
            continue
        way = values[split - 1 : start + 1]
        if start > split and any((b - a) * nearest < 0 for a, b in pairwise(way)):
            continue
        if max(before) - min(before) > STEP_CLEAR * abs(nearest) or _set_back(before, nearest):
            continue
        if abs(nearest) < _least(series, usual, now, fellows):
            continue
        spread = [abs(v - usual) for v in before]
        pooled = median([*spread, *(abs(v - now) for v in after)])
        scale = max(1.4826 * max(median(spread), pooled), _floor(series, usual, now))
        t = abs(nearest) / (scale * (1 + 1 / split) ** 0.5)
        freedom = len(before) + len(after) - 2
        p = min(1.0, 2 * tails.student_tail(t, freedom) * (len(days) - DAYS_MIN) * (1 + (start > split)))
        if best is None or p < best.p:
            said = series.quotable[first:]
            quoted = _nearest(said[:split], usual), _nearest(said[start:], now)
            length = days[-1] - days[start - 1]
            odd, by = _odd(abs(nearest), fellows), "Student's t of the nearest of these days"
            best = Drift(
                series, p, usual, now, length, len(days), None, 0.0, True, True, by, quoted, None, odd
            )
    return best


def _least(series: Series, usual: float, now: float, fellows: Fellows) -> float:
    """How far a step must go: half of the larger level; a seventh toward less, or where its fellows do not go so far."""
    if series.name.before == TIME_OF_DAY:
        return STEP_TIME_S
    larger = max(abs(usual), abs(now))
    odd = fellows.others >= FELLOWS_MIN and SCATTER_TIMES * fellows.width < larger / 2
    if odd:
        return max(MOVE_MIN * larger, SCATTER_TIMES * fellows.width)
    return (MOVE_MIN if abs(now) < abs(usual) else 0.5) * larger


def _set_back(before: Sequence[float], step: float) -> bool:
    """Had it moved the other way all the time: a countdown renewed, a counter begun anew?"""
    against = sum((b - a) * step < 0 for a, b in pairwise(before))
    return against >= 0.8 * (len(before) - 1)


def _switched(series: Series, fellows: Fellows) -> Drift | None:
    """What always had one value has another one for good, by its readings.

    Six on three days or more, nine in ten of them at the one value; then at least three on two days, all at the other.
    p: the chance of as many others in a row by a beta-binomial, times the numbers of its lines. Asked only where the old
    value is no name: another constant of its own lines, or what most of its fellows stand at.
    """
    if len(series.readings) < SWITCH_BEFORE + SWITCH_AFTER:
        return None
    now = series.readings[-1][1]
    start = len(series.readings)
    while start and series.readings[start - 1][1] == now:
        start -= 1
    before, after = series.readings[:start], series.readings[start:]
    days = [len({t_us // DAY_US for t_us, _ in part}) for part in (before, after)]
    if (
        len(before) < SWITCH_BEFORE
        or len(after) < SWITCH_AFTER
        or days[0] < SWITCH_DAYS_BEFORE
        or days[1] < SWITCH_DAYS_AFTER
    ):
        return None
    usual, often = Counter(value for _, value in before).most_common(1)[0]
    strays = len(before) - often
    if usual == now or strays > 0.1 * len(before):
        return None
    stood = sum(fellows.levels.values())
    shared = fellows.others >= FELLOWS_MIN and 2 * fellows.levels.get(usual, 0) > fellows.others
    if usual not in series.bounds and not (shared and 2 * stood > fellows.others):
        return None
    p = min(1.0, 2 * tails.urn(len(before), strays, len(after)))
    length = after[-1][0] // DAY_US - after[0][0] // DAY_US + 1
    short = usual if usual in series.bounds and abs(now) < abs(usual) else None
    by, ends = "of as many readings alike", (usual, now)
    return Drift(
        series, p, usual, now, length, len(series.days), None, 0.0, True, True, by, ends, None, shared, short
    )


def _nearest(said: Sequence[float], level: float) -> float:
    """What was said nearest to a level that no line need have said."""
    return min(said, key=lambda value: abs(value - level))


def _floor(series: Series, usual: float, now: float) -> float:
    """The least scatter of a number: two minutes of the day, a hundredth, of a bare number what a count scatters by."""
    if series.name.before == TIME_OF_DAY:
        return 120.0
    counted = 0.0 if series.name.unit else max(1.0, abs(usual)) ** 0.5
    return max(abs(usual) / 100, abs(now) / 100, counted)


def _counts(series: Series, values: Sequence[float]) -> bool:
    """Is it a large whole number without a unit that only ever rises, by less than itself: a sequence of something?"""
    return (
        not series.name.unit
        and values[0] >= COUNTER_MIN
        and values[-1] < 2 * values[0]
        and all(a < b and 2 * b == int(2 * b) for a, b in pairwise(values))
    )


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

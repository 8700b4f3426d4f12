"""drift: a number that moves one way, day after day; or that changed at once, or within days, and stays there.

Daily medians of a number, the last 7, 14 and 28 of them: Kendall's S against its exact null distribution, two-sided,
times the windows tried. Needs five days and an effect: by the Theil-Sen line a move of a seventh of where it began, or
of four times what the same number moves elsewhere, and of four times the scatter about the line. A number that moves by
nearly the same step all the time (scatter under a fiftieth of the move) is a clockwork, a counter or a countdown:
foreseeable, and told only where the same number elsewhere hardly moves, when it gets to a bound (zero, 100 %, or a
constant in its own line) within 30 days, or once it is past the level at which its like are set back. What gets less by
uneven steps is no clockwork. Value: p.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, pairwise
from statistics import median

from brainstemd.attention import readings, tails
from brainstemd.attention.derived import SEQUENCE_PACE, TIME_OF_DAY, sequential
from brainstemd.attention.fellows import ALONE, Fellows
from brainstemd.attention.moved import CREEPS, FELLOWS_MIN, P_MAX, STEPS, Drift
from brainstemd.attention.numbers import DAYS_MIN, LESS, Series
from brainstemd.attention.windows import DAY, weekend
from brainstemd.models import DAY_US

WINDOWS_DAYS = (7, 14, 28)
MOVE_MIN = 1 / 7  # of the value it began with
SCATTER_TIMES = 4.0
CLOCKWORK, STEADY = 0.02, 0.1
BOUND_DAYS = 30.0
BOUND_DAYS_MIN = 8  # daily medians that a ragged line needs to say where it leads
ROUNDED = 3  # different steps that a clock's rounded number has at most
STEP_DAYS, LIKE_MIN = 9, 3  # days that a step may be old; like days that must have been met before it
STEP_CLEAR = 0.3  # of the step: the width of what was before it
STEP_TIME_S = 2700.0  # what comes once a day is late or early from here on
STAYS = 0.9  # of a day, between the first and the last reading of a new level
BETWEEN_DAYS = 3  # on the way from one level to the other
COUNTDOWN_DAYS = 14.0  # before its end, where nobody knows when its like are set back
STEP_BEFORE = 3  # days before a step, where fellows say how far the number goes by itself
STEP_WIDTHS = 2.0  # of its fellows that it must go
USUAL_WIDTHS = 1.5  # of its fellows, within which a number wanders
SURE = 1e-4  # below, the simplest description is told


def detect(series: Series, fellows: Fellows = ALONE) -> Drift | None:
    """The most telling of the windows, of the steps and of what single readings say."""
    found = readings.detect(series, fellows)
    if series.moves and not series.name.before.startswith(LESS):
        found += [one for one in _creeping(series, fellows) if one.p <= P_MAX]
    return (
        min(found, key=lambda one: (not one.telling, max(one.p, SURE), one.form != CREEPS, one.p))
        if found
        else None
    )


def _creeping(series: Series, fellows: Fellows) -> list[Drift]:
    last = series.days[-1]
    tried: dict[int, Drift | None] = {}
    for width in WINDOWS_DAYS:
        first = next(i for i, day in enumerate(series.days) if day > last - width)
        count = len(series.days) - first
        if count >= DAYS_MIN and count not in tried:
            tried[count] = _window(series, first, fellows)
    found = [one._replace(p=min(1.0, one.p * len(tried))) for one in tried.values() if one is not None]
    stepped = _step(series, fellows)
    found += [stepped] if stepped is not None else []
    if series.name.before.startswith(SEQUENCE_PACE):  # how much its sender says, most likely
        found = [one._replace(telling=one.telling and one.odd) for one in found]
    return found


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
    of_day, derived = series.name.before == TIME_OF_DAY, not series.said_by_lines
    if derived or scatter > (STEADY if len(values) >= BOUND_DAYS_MIN else CLOCKWORK) * move:
        bound = None  # too ragged to say when it gets anywhere
    counts = sequential(series._replace(values=values))
    clockwork = scatter < (STEADY if counts else CLOCKWORK) * move and not _falls_unevenly(days, values)
    if clockwork and bound == 0 and left > COUNTDOWN_DAYS:
        bound = None
    odd = not counts and _odd(move, fellows)
    far = move >= (STEP_TIME_S if of_day else 0.0 if odd else MOVE_MIN * abs(base))
    far = far and not _usual(move, base, fellows)
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
        series, p, begin, end, length, len(days), bound, left, telling, CREEPS, by, quoted, beyond, odd
    )


def _falls_unevenly(days: Sequence[int], values: Sequence[float]) -> bool:
    """Does it get less by steps that no clock makes, more than rounding does? Counters only rise, countdowns step evenly."""
    steps = [(b - a) / (later - day) for (day, a), (later, b) in pairwise(zip(days, values, strict=True))]
    usual = median(steps)
    spread = median(abs(step - usual) for step in steps)
    return (
        usual < 0 and spread > STEADY * -usual and len({round(step / usual, 2) for step in steps}) > ROUNDED
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


def _usual(move: float, base: float, fellows: Fellows) -> bool:
    """Does the same number go as far elsewhere by itself, absolutely and as a share of its level?"""
    usual = USUAL_WIDTHS * min(fellows.width, fellows.share * abs(base))
    return fellows.others >= FELLOWS_MIN and move <= usual


def _step(series: Series, fellows: Fellows) -> Drift | None:
    """At once, or within days, and it stays: the last two to nine days all lie far from at least five that lay together.

    Up to three days between may be on the way. p: Student's t of the nearest of the late days against those before
    (scale: 1.48 MAD, at least a hundredth of their median), times the splits tried. A like day (weekend or not) must
    have been met three times before. What was on its way there and is set back is none.
    """
    first = next(i for i, day in enumerate(series.days) if day > series.days[-1] - WINDOWS_DAYS[1])
    days, values = series.days[first:], series.values[first:]
    compared = fellows.others >= FELLOWS_MIN and series.name.before != TIME_OF_DAY
    least = STEP_BEFORE if compared else DAYS_MIN
    splits = [
        (start - between, start)
        for start in range(max(least, len(days) - STEP_DAYS), len(days) - 1)
        for between in range(BETWEEN_DAYS + 1)
        if start - between >= least
    ]
    best: Drift | None = None
    for split, start in splits:
        before, after = values[:split], values[start:]
        usual, now = median(before), median(after)
        nearest = min((v - usual for v in after), key=abs)
        beside = compared and abs(nearest) >= STEP_WIDTHS * fellows.width
        known = [weekend(day * DAY) for day in days[:split]]
        like = max(known.count(weekend(day * DAY)) for day in days[start:])
        if not beside and (like < LIKE_MIN or split < DAYS_MIN):
            continue  # fellows would know of a weekend
        if (now > usual) != (nearest > 0) or any((v > usual) != (now > usual) for v in after):
            continue
        way = values[split - 1 : start + 1]
        if start > split and any((b - a) * nearest < 0 for a, b in pairwise(way)):
            continue
        if max(before) - min(before) > STEP_CLEAR * abs(nearest) or _set_back(before, nearest):
            continue
        if abs(nearest) < _least(series, usual, now, fellows) or not _stays(series, days[start], usual, now):
            continue
        spread = [abs(v - usual) for v in before]
        pooled = median([*spread, *(abs(v - now) for v in after)])
        scale = max(1.4826 * max(median(spread), pooled), _floor(series, usual, now))
        freedom = len(before) + len(after) - 2
        if beside:  # how far it goes by itself is known from them too: a range is about three deviations
            scale, freedom = max(scale, fellows.width / 3), freedom + fellows.others * (DAYS_MIN - 1)
        t = abs(now - usual if beside else nearest) / (scale * (1 + 1 / split) ** 0.5)
        p = min(1.0, 2 * tails.student_tail(t, freedom) * (len(days) - least) * (1 + (start > split)))
        if best is None or p < best.p:
            said = series.quotable[first:]
            quoted = _nearest(said[:split], usual), _nearest(said[start:], now)
            length = days[-1] - days[start - 1]
            odd, by = beside or _odd(abs(nearest), fellows), "Student's t of these days"
            best = Drift(
                series, p, usual, now, length, len(days), None, 0.0, True, STEPS, by, quoted, None, odd
            )
    return best


def _stays(series: Series, since: int, usual: float, now: float) -> bool:
    """Was it there for as long as a day goes round, and is it? One bad night touches two days."""
    late = [one for one in series.readings if one[0] >= since * DAY_US]
    if not late:
        return True
    return late[-1][0] - late[0][0] >= STAYS * DAY_US and abs(late[-1][1] - now) < abs(late[-1][1] - usual)


def _least(series: Series, usual: float, now: float, fellows: Fellows) -> float:
    """How far a step must go: half of the larger level; a seventh toward less, or where its fellows do not go so far."""
    if series.name.before == TIME_OF_DAY:
        return STEP_TIME_S
    larger = max(abs(usual), abs(now))
    if fellows.others >= FELLOWS_MIN and STEP_WIDTHS * fellows.width < larger / 2:
        return max(MOVE_MIN * larger, STEP_WIDTHS * fellows.width)
    return (MOVE_MIN if abs(now) < abs(usual) else 0.5) * larger


def _set_back(before: Sequence[float], step: float) -> bool:
    """Had it moved the other way all the time: a countdown renewed, a counter begun anew?"""
    steps = [b - a for a, b in pairwise(before)]
    if sum(one * step < 0 for one in steps) < 0.8 * len(steps):
        return False
    even = max(map(abs, steps)) <= 2 * min(map(abs, steps))
    return len(before) >= DAYS_MIN or even


def _nearest(said: Sequence[float], level: float) -> float:
    """What was said nearest to a level that no line need have said."""
    return min(said, key=lambda value: abs(value - level))


def _floor(series: Series, usual: float, now: float) -> float:
    """The least scatter of a number: two minutes of the day, a hundredth, of a bare number what a count scatters by."""
    if series.name.before == TIME_OF_DAY:
        return 120.0
    whole = not series.name.unit and all(value == int(value) for _, value in series.readings)
    counted = max(1.0, abs(usual)) ** 0.5 if whole else 0.0
    return max(abs(usual) / 100, abs(now) / 100, counted)


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

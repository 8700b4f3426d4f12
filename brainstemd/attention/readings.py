"""What the readings of a number say one by one, where daily medians say nothing.

Switched: what always had one value never has it again. Stands: what was another each time is the same since. Scatters:
what lay close together leaves its old range on either side. Each is a chance under the number's own past alone: that
readings come in any order (exchangeability), whatever their distribution.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise
from statistics import median

from brainstemd.attention import tails
from brainstemd.attention.fellows import Fellows
from brainstemd.attention.moved import FELLOWS_MIN, P_MAX, PARTS, SCATTERS, STANDS, STEPS, Drift
from brainstemd.attention.numbers import LESS, Series
from brainstemd.attention.windows import DAY, weekend
from brainstemd.models import DAY_US

SWITCH_BEFORE, SWITCH_AFTER = 6, 3  # readings at the one value and at the other
FIRST = 3  # of a third of the readings what is met most often is the old value
PARTED_DAYS_AFTER = 3  # something may be left out once
SHARED_BEFORE, SHARED_DAYS = 3, 2  # where its fellows have that value, too
SWITCH_DAYS_BEFORE, SWITCH_DAYS_AFTER = 3, 2
RESTLESS_MIN = 2  # of its fellows that go to and fro: one of them may have trouble, too
STRAYS = 0.1  # of the readings before
STAND_READINGS, STAND_LEVELS = 5, 4  # that are equal; that were met before
STAND_LONGER = 3  # times as long as it ever stood before
LIKE_DAYS = 2  # of a kind (weekend or not) that must have been met
SCATTER_BEFORE, SCATTER_BESIDE, SCATTER_AFTER = 8, 6, 6  # readings; where fellows are known
FELLOWS_REACH = (
    0.75  # of their width: how far single readings lie from the middle, of which daily medians are made
)
SCATTER_DAYS = 3
CLOSE = 0.3  # of its level: the range of what lay close together
SCATTER_WIDER = 3.0  # times the median distance from the median, and the range
SCATTER_SIDE = 0.2  # of those outside at least on each side
CROSSINGS = 0.3  # of the steps that cross the middle; what wanders crosses seldom

_Reading = tuple[int, float]


def detect(series: Series, fellows: Fellows) -> list[Drift]:
    """All that its readings say, as sure as it must be."""
    found = [_switched(series, fellows)]
    if series.said_by_lines and series.moves:
        found += [_stands(series, fellows), _scatters(series, fellows)]
    return [one for one in found if one is not None and one.p <= P_MAX]


def _switched(series: Series, fellows: Fellows) -> Drift | None:
    """What always had one value never has it again.

    Six on three days or more (three on two, where most of its fellows have that value), nine in ten of them at the one
    value; then at least three on two days (three, of a difference), all on one side of it. p: the chance of as many
    others in a row by a beta-binomial. Asked only where the old value is no name: another constant of
    its own lines, what most of its fellows stand at, or no difference between two numbers of a line. Of what is compared, p is
    not under the share of its fellows that go to and fro, two or more: whose few readings stand by chance.
    """
    every = series.readings
    if len(every) < SHARED_BEFORE + SWITCH_AFTER:
        return None
    parted = series.name.before.startswith(LESS)
    first = Counter(value for _, value in every[: -(-len(every) // FIRST)])
    usual = 0.0 if parted else first.most_common(1)[0][0]
    start = max((i for i, (_, value) in enumerate(every) if value == usual), default=-1) + 1
    before, after = every[:start], every[start:]
    stood, alike = sum(fellows.levels.values()), fellows.levels.get(usual, 0)
    shared = fellows.others >= FELLOWS_MIN and 2 * alike > fellows.others
    least, days = (SHARED_BEFORE, SHARED_DAYS) if shared else (SWITCH_BEFORE, SWITCH_DAYS_BEFORE)
    if (
        len(before) < least
        or len(after) < SWITCH_AFTER
        or len(_days(before)) < days
        or len(_days(after)) < (PARTED_DAYS_AFTER if parted else SWITCH_DAYS_AFTER)
        or len({value > usual for _, value in after}) > 1
    ):
        return None
    strays = sum(value != usual for _, value in before)
    if strays > STRAYS * len(before):
        return None
    if not parted and usual not in series.bounds and not (shared and 2 * stood > fellows.others):
        return None
    known = len(before) * (1 + alike if shared else 1)  # each of its fellows that stands there says as much
    p = 2 * tails.urn(known, strays, len(after))
    if shared and fellows.restless >= RESTLESS_MIN:
        p = max(p, fellows.restless / fellows.others)
    now = median(value for _, value in after) if parted else after[-1][1]
    short = usual if usual in series.bounds and abs(now) < abs(usual) else None
    return Drift(
        series,
        min(1.0, p),
        usual,
        now,
        _length(after),
        len(series.days),
        None,
        0.0,
        True,
        PARTS if parted else STEPS,
        "of as many readings alike",
        (usual, now),
        odd=shared,
        short=short,
    )


def _stands(series: Series, fellows: Fellows) -> Drift | None:
    """What was another value nearly each time is the same since.

    Five readings or more on two days of a kind that it has met on two, over three times as long as it ever stood before;
    the value is not zero (at rest) and was no habit. p: the chance of as many repetitions in a row by a beta-binomial.
    """
    every = series.readings
    if len(every) < SWITCH_BEFORE + STAND_READINGS:
        return None
    runs = [list(same) for _, same in groupby(every, key=lambda one: one[1])]
    last = runs[-1]
    before = every[: len(every) - len(last)]
    now = last[-1][1]
    if len(last) < STAND_READINGS or len(before) < SWITCH_BEFORE or len(_days(before)) < SWITCH_DAYS_BEFORE:
        return None
    values = Counter(value for _, value in before)
    if not now or len(values) < STAND_LEVELS or values[now] > max(1.0, STRAYS * len(before)):
        return None
    met = Counter(weekend(day * DAY) for day in _days(before))
    if sum(met[weekend(day * DAY)] >= LIKE_DAYS for day in _days(last)) < SWITCH_DAYS_AFTER:
        return None
    longest = max((run[-1][0] - run[0][0] for run in runs[:-1]), default=0)
    if last[-1][0] - last[0][0] < max(STAND_LONGER * longest, DAY_US):
        return None
    steps = [b - a for (_, a), (_, b) in pairwise(before)]
    if _one_way(steps):
        return None  # a count of something that came to its end
    repeated = sum(step == 0 for step in steps)
    p = min(1.0, 2 * tails.urn(len(steps), repeated, len(last) - 1))
    usual = median(value for _, value in before)
    return Drift(
        series,
        p,
        usual,
        now,
        _length(last),
        len(series.days),
        None,
        0.0,
        True,
        STANDS,
        "of as many repetitions",
        (min(values), max(values)),
        odd=fellows.others >= FELLOWS_MIN,
    )


def _scatters(series: Series, fellows: Fellows) -> Drift | None:
    """What lay close together leaves its old range on either side, day after day.

    Of n readings before, the chance that one more lies outside their range is 2/(n + 1) whatever their distribution; of m
    more, k do with a beta-binomial chance. Times the days that it may have begun on. Where fellows say how far the number
    goes by itself, the range is theirs if that is wider, and each adds half as many readings.
    """
    every = series.readings
    days = sorted(_days(every))
    compared = fellows.others >= FELLOWS_MIN
    best: Drift | None = None
    for first in days[-3 * SCATTER_DAYS : -SCATTER_DAYS + 1]:
        before = [value for t_us, value in every if t_us // DAY_US < first]
        late = [one for one in every if one[0] // DAY_US >= first]
        after = [value for _, value in late]
        least = SCATTER_BESIDE if compared else SCATTER_BEFORE
        if len(before) < least or len(after) < SCATTER_AFTER or len(set(before)) < STAND_LEVELS:
            continue
        reach = FELLOWS_REACH * fellows.width if compared else 0.0
        low_end, high_end = min(*before, median(before) - reach), max(*before, median(before) + reach)
        low, high = sum(v < low_end for v in after), sum(v > high_end for v in after)
        if min(low, high) < max(2, SCATTER_SIDE * (low + high)) or not _crosses(after):
            continue
        if _range(before) > CLOSE * abs(median(before)):
            continue
        usual, now = _scatter(before), _scatter(after)
        if now < SCATTER_WIDER * usual or _range(after) < SCATTER_WIDER * _range(before):
            continue
        known = len(before) * (1 + fellows.others // 2) if compared else len(before)
        p = min(1.0, outside(known, len(after), low + high) * 2 * SCATTER_DAYS)
        if best is None or p < best.p:
            best = Drift(
                series,
                p,
                usual,
                now,
                _length(late),
                len(days),
                None,
                0.0,
                True,
                SCATTERS,
                "of as many outside its range",
                (_range(before), _range(after)),
                odd=compared,
            )
    return best


def outside(known: int, more: int, beyond: int) -> float:
    """The chance that of `more` exchangeable readings `beyond` or more lie outside the range of the `known` before."""
    a, b = 2.0, known - 1.0
    return min(1.0, sum(_beta_binomial(k, more, a, b) for k in range(beyond, more + 1)))


def _beta_binomial(k: int, n: int, a: float, b: float) -> float:
    log = (
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + math.lgamma(k + a)
        + math.lgamma(n - k + b)
        - math.lgamma(n + a + b)
        + math.lgamma(a + b)
        - math.lgamma(a)
        - math.lgamma(b)
    )
    return math.exp(log)


def _days(readings: Sequence[_Reading]) -> set[int]:
    return {t_us // DAY_US for t_us, _ in readings}


def _length(after: Sequence[_Reading]) -> int:
    return after[-1][0] // DAY_US - after[0][0] // DAY_US + 1


def _scatter(values: Sequence[float]) -> float:
    middle = median(values)
    return median(abs(value - middle) for value in values)


def _range(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _one_way(steps: Sequence[float]) -> bool:
    """Did it nearly always move the same way, if at all?"""
    moving = [step for step in steps if step]
    return max(sum(step > 0 for step in moving), sum(step < 0 for step in moving)) >= 0.9 * len(moving)


def _crosses(values: Sequence[float]) -> bool:
    """Does it go to and fro about its middle?"""
    middle = median(values)
    return sum((a > middle) != (b > middle) for a, b in pairwise(values)) >= CROSSINGS * (len(values) - 1)

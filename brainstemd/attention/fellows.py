"""What the same number does elsewhere: how far it wanders, what it stands at, and where it is set back.

A number is the same where signature, state and name are: at other hosts, of other entities, of other things in the same
key. Of a sawtooth (a certificate that is renewed, an age that a clean-up brings down) the level at which it is set back
says what is still usual; a number's own past counts for that like its fellows'.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from brainstemd.attention.numbers import DAYS_MIN, Series

SPREAD_DAYS = 14  # of the newest days, over which a number may wander
THREE_QUARTERS = 0.75
OUTLIERS_FROM = 7
TEETH_MIN = 8  # steps the main way, of all of them together, that make sawteeth
TOOTHED_SHARE = 0.75  # of those that move
SET_BACK = 0.4  # of its width: what each step the other way must be at least
MAIN_SHARE = 0.6
FRO = 2  # changes of what goes to and fro


class Fellows(NamedTuple):
    """The others of one number."""

    others: int
    width: float  # max − min of three quarters of them is no larger; of days that are all known
    lowest: float | None  # the lowest level from which any was set back up
    highest: float | None  # the highest level from which any fell back
    levels: Mapping[float, int]  # of those that stand still: how many stand at what
    share: float = 0.0  # width as a share of the level, of three quarters of them
    restless: int = 0  # how many went to and fro


ALONE = Fellows(0, 0.0, None, None, {})


class Kind:
    """All series of one number."""

    def __init__(self, series: Iterable[Series]) -> None:
        every = list(series)
        self._widths = sorted(_width(one) for one in every)
        self._shares = sorted(_share(one) for one in every)
        self._levels: Counter[float] = Counter()
        for one in every:
            level = standing(one)
            if level is not None:
                self._levels[level] += 1
        self._restless = sum(_restless(one) for one in every)
        moving = [one for one in every if one.moves]
        toothed = [teeth for one in moving if (teeth := _teeth(one)) is not None]
        if len(toothed) < TOOTHED_SHARE * len(moving) or sum(one.steps for one in toothed) < TEETH_MIN:
            toothed = []  # a number that wanders looks like a sawtooth now and then
        lows = [level for one in toothed for level in one.lows]
        highs = [level for one in toothed for level in one.highs]
        self._lowest, self._highest = min(lows, default=None), max(highs, default=None)

    def without(self, series: Series) -> Fellows:
        """All but this one."""
        others = len(self._widths) - 1
        levels = Counter(self._levels)
        level = standing(series)
        if level is not None:
            levels[level] -= 1
        width, share = _most(self._widths, _width(series)), _most(self._shares, _share(series))
        restless = self._restless - _restless(series)
        return Fellows(others, width, self._lowest, self._highest, levels, share, restless)


def standing(series: Series) -> float | None:
    """The one value that a number always has."""
    return series.values[0] if len(set(series.values)) == 1 else None


def _restless(series: Series) -> bool:
    """Did it change and change again? What was switched over once did not."""
    values = [value for _, value in series.readings]
    return sum(a != b for a, b in pairwise(values)) >= FRO


def _most(ascending: Sequence[float], own: float) -> float:
    """What three quarters do not exceed, without one's own."""
    others = len(ascending) - 1
    if not others:
        return 0.0
    place = math.ceil(THREE_QUARTERS * others) - 1
    return ascending[place + (bisect_left(ascending, own) <= place)]


def _share(series: Series) -> float:
    level = abs(median(series.values))
    return _width(series) / level if level else 0.0


def _width(series: Series) -> float:
    first = bisect_left(series.days, series.days[-1] - SPREAD_DAYS + 1)
    values = sorted(series.values[first:])
    if len(values) >= OUTLIERS_FROM:
        values = values[1:-1]  # one odd day is no wandering
    return values[-1] - values[0]


class _Teeth(NamedTuple):
    steps: int  # the main way
    lows: tuple[float, ...] = ()  # from which it was set back up
    highs: tuple[float, ...] = ()


def _teeth(series: Series) -> _Teeth | None:
    """The levels from which it was set back; None where it also goes back by little, or where too few are known."""
    values = [value for _, value in series.readings]
    if len(values) < DAYS_MIN:
        return None
    width = max(values) - min(values)
    steps = [(a, b - a) for a, b in pairwise(values) if a != b]
    up, down = [one for one in steps if one[1] > 0], [one for one in steps if one[1] < 0]
    main, back = (up, down) if len(up) > len(down) else (down, up)
    if len(main) < MAIN_SHARE * len(steps) or any(abs(step) < SET_BACK * width for _, step in back):
        return None
    levels = tuple(level for level, _ in back)
    return _Teeth(len(main), levels, ()) if main is down else _Teeth(len(main), (), levels)

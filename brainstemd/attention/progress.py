"""The progress of something that was begun: a share that goes from nothing to the whole, and then its reports end.

Of a key that began after memory did. What has this shape and is harmful: a new volume that fills up evenly from empty; it
is told once it stands near the end by what else is said of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from brainstemd.attention import numbers
from brainstemd.attention.numbers import Series
from brainstemd.models import DAY_US, SECOND_US

NOTHING, WHOLE = 10.0, 100.0  # per cent
ONE_WAY = 0.9  # of its steps
STEPS_MIN = 4


def runs(one: Series) -> bool:
    """Does it go up from nothing, and hardly ever back?"""
    if one.name.unit != "%" or not one.readings or one.readings[0][1] > NOTHING:
        return False
    steps = [b - a for (_, a), (_, b) in pairwise(one.readings) if a != b]
    return len(steps) >= STEPS_MIN and sum(step > 0 for step in steps) >= ONE_WAY * len(steps)


def done(series_of: Mapping[int, Sequence[Series]], at_s: int) -> set[int]:
    """The keys whose progress, as of the instant, had at its pace come to the whole."""
    day, at_us = at_s * SECOND_US // DAY_US, at_s * SECOND_US
    out = set()
    for key, every in series_of.items():
        for each in every:
            one = numbers.until(each, day) if each.name.unit == "%" else None
            if one is not None and runs(one):
                (first_us, first), (last_us, last) = one.readings[0], one.readings[-1]
                if last + (last - first) * (at_us - last_us) / (last_us - first_us) >= WHOLE:
                    out.add(key)
    return out

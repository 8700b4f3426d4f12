"""The progress of something that was begun: a share that goes from nothing to the whole, and then its reports end.

Of a key that began after memory did. What has this shape and is harmful: a new volume that fills up evenly from empty; it
is told once it stands near the end by what else is said of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from brainstemd.attention import numbers
from brainstemd.attention.numbers import Series
from brainstemd.attention.units import Scene, Stat
from brainstemd.attention.windows import DAY
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


def begun(item: Stat, scene: Scene) -> bool:
    """Was it begun since memory began, so that its first line was its first?"""
    return item.first_s > scene.floor_s + DAY


def done(series_of: Mapping[int, Sequence[Series]], scene: Scene) -> set[int]:
    """The keys whose progress, as of the instant, had at its pace come to the whole."""
    over = {key for key, every in series_of.items() if any(_is_over(one, scene.at_s) for one in every)}
    return (
        {item.key.id for item in scene.stats if item.key.id in over and begun(item, scene)} if over else over
    )


def _is_over(series: Series, at_s: int) -> bool:
    at_us = at_s * SECOND_US
    one = numbers.until(series, at_us // DAY_US) if series.name.unit == "%" else None
    if one is None or not runs(one):
        return False
    (first_us, first), (last_us, last) = one.readings[0], one.readings[-1]
    return (last - first) * (at_us - last_us) >= (WHOLE - last) * (last_us - first_us)

"""returned: it was gone for at least seven days (and ten of its median gaps) and is back.

Or for four days and more, where that many would have been a wonder: it had come five times or more on three days, within
a run at least as long as a third of the absence, exp(-rate × absence) is at most one in a thousand, and it came again
twice. That is asked of one key, not of many together.
Value: days of absence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from brainstemd.attention import windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import KEY, Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US

PAUSE_MIN, COUNT_MIN, DAYS_MIN, AGAIN_MIN, P_MAX = 4 * DAY, 5, 3, 2, 1e-3


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """Days of absence before the present run, when there was an earlier one (weekly rows count too)."""
    if not unit.starts:
        return []
    begin = windows.run_start(unit.starts) or (_resumed(unit.starts) if unit.level == KEY else 0)
    now = unit.starts[begin]
    if begin:
        before = unit.starts[begin - 1]
    else:
        weeks = [week for item in unit.stats for week in item.history.weeks]
        if not weeks:
            return []
        before = max(week.last_us for week in weeks) // SECOND_US
        if now - before < windows.RUN_PAUSE:
            return []
    if now < scene.at_s - 7 * DAY:
        return []
    away = (now - before) / DAY
    earlier = begin or "some"
    return [
        Evidence("returned", "returned", away, f"back after {away:.0f} days of silence ({earlier} before)")
    ]


def _resumed(starts: Sequence[int]) -> int:
    """Index of the first occurrence after a pause that its rate before does not explain; 0 where there is none."""
    for index in range(len(starts) - AGAIN_MIN, COUNT_MIN - 1, -1):
        away = starts[index] - starts[index - 1]
        if away < PAUSE_MIN:
            continue
        before = starts[:index]
        length = before[-1] - before[0]
        if 3 * length < away or windows.distinct_days(before, before[-1]) < DAYS_MIN:
            return 0
        rate = (windows.separated(before) - 1) / length
        return index if math.exp(-rate * away) <= P_MAX else 0
    return 0

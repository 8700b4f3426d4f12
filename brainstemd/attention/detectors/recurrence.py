"""recurrence: it keeps happening. Doublings of occurrences plus doublings of days, over the last 14 days.

value = wc·log2(min(n, 64)) + wd·log2(2d - 1) for n occurrences on d distinct days; wc and wd are the weights
recurrence_count and recurrence_days. An outcome that is a failure is counted as cost as well, unless it is the failure of
nobody in particular more than 24 times a day: what a firewall denies is its work.
"""

from __future__ import annotations

import math
from bisect import bisect_right

from brainstemd.attention import windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import rate
from brainstemd.attention.units import RECENT_DAYS, Scene, Unit
from brainstemd.attention.windows import DAY

COUNT_MAX = 64
SPARSE = 24  # occurrences a day; what comes more often is a rate


def count_and_days(unit: Unit, at_s: int) -> tuple[int, int]:
    """Occurrences, and distinct 24-hour days with one, in the last 14 days."""
    recent = unit.starts[bisect_right(unit.starts, at_s - RECENT_DAYS * DAY) :]
    return len(recent), windows.distinct_days(recent, at_s)


def days_known(scene: Scene) -> int:
    """Of how many 24-hour days `count_and_days` speaks: 14, or those that memory has begun."""
    return min(RECENT_DAYS, max(1, math.ceil(scene.memory_s / DAY)))


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """Persistence of the unit, and failed outcomes of the last week."""
    n, days = count_and_days(unit, scene.at_s)
    if n < 2:
        return []
    weights = scene.weights
    value = weights["recurrence_count"] * math.log2(min(n, COUNT_MAX)) + weights[
        "recurrence_days"
    ] * math.log2(2 * days - 1)
    recent = windows.between(unit.starts, scene.at_s - DAY, scene.at_s)
    past = min(RECENT_DAYS - 1.0, min(scene.memory_s, scene.at_s - unit.first_s) / DAY - 1)
    was = (n - recent) / past if past >= 1 else None
    usual = f"; {recent} in the last day, {rate(was)} before" if was is not None else ""
    because = f"{n} occurrences on {days} of {days_known(scene)} days{usual}"
    out = [Evidence("recurrence", "recurrence", value, because, recent=recent, was=was)]
    if unit.key.outcome == "failure" and (unit.key.entity or n <= SPARSE * days):
        failed = windows.between(unit.starts, scene.at_s - 7 * DAY, scene.at_s)
        if failed:
            out.append(Evidence("recurrence", "failures", float(failed), f"failed {failed} times in 7 days"))
    return out

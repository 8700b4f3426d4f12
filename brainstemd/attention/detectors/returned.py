"""returned: it was gone for at least seven days (and ten of its median gaps) and is back."""

from __future__ import annotations

from brainstemd.attention import windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """Days of absence before the present run, when there was an earlier one (weekly rows count too)."""
    if not unit.starts:
        return []
    begin = windows.run_start(unit.starts)
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

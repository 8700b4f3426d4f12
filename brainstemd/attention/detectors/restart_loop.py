"""restart_loop: a service that starts again and again without anybody having stopped it.

Three unordered restarts within an hour, or on three days. A restart is a closed episode of a service, or a line whose
words say so (restart, respawn, crash, core dump, killed, exited), or whose state does: it says up and a status that is not
zero, so what came up had ended by itself. Orderly stops are no restarts.
"""

from __future__ import annotations

from brainstemd.attention import windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import Scene, Unit
from brainstemd.attention.windows import DAY, HOUR
from brainstemd.models import KeyFacts


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """Restarts in the last seven days, when they make a loop."""
    key = unit.key
    if key.orderly or key.outcome == "success":
        return []
    if not (scene.restarts(unit.signature) or ended_and_up(key)):
        return []
    week = [start for start in unit.starts if start > scene.at_s - 7 * DAY]
    days = windows.distinct_days(week, scene.at_s)
    within_hour = max((windows.between(week, t - 1, t + HOUR) for t in week), default=0)
    if within_hour < 3 and days < 3:
        return []
    because = (
        f"{len(week)} restarts nobody ordered in 7 days, on {days} of them, "
        f"at most {within_hour} within an hour"
    )
    recent = windows.between(week, scene.at_s - DAY, scene.at_s)
    return [Evidence("restart_loop", "episodes", float(len(week)), because, recent=recent)]


def ended_and_up(key: KeyFacts) -> bool:
    """Does its state say both that something is up and that it ended with a status that is not zero?"""
    return key.polarity == "up" and "!=0" in key.state

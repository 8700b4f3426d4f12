"""How long things like this one keep coming: of reminders, sessions and runs every one ends, and its end is no silence.

Fellows are the other keys of the same program, at any tenant, with lines of about the same pace. One has ended if it is
away for ENDED gaps of its own. Those that ended about when this one did share its cause and prove nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from brainstemd.attention import windows
from brainstemd.attention.units import Scene, Unit

LINES_MIN, SLOTS_MAX = 3, 400  # what comes more often is a beat, no life
PACE = 0.25  # of the gap, up or down: the same pace
ENDED = 2.5  # gaps
ENDED_MIN, ENDED_SHARE = 3, 0.5


class _Life(NamedTuple):
    gap_s: float
    last_s: int
    key_id: int


class Lifetimes:
    """Pace and end of every key of the programs that are asked about."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._lives: dict[str, list[_Life]] = {}

    def because(self, unit: Unit) -> str:
        """That most of its fellows ended too, each at its own time; "" if they did not."""
        app_name = unit.key.app_name
        if not app_name or len(unit.starts) < LINES_MIN:
            return ""
        gap = windows.median_gap(unit.starts)
        last, own = unit.starts[-1], {unit.whole, *unit.key_ids}
        ended = going = 0
        for life in self._of(app_name):
            if life.key_id in own or abs(life.gap_s - gap) > PACE * gap or abs(life.last_s - last) <= gap:
                continue
            if self._scene.at_s - life.last_s > ENDED * life.gap_s:
                ended += 1
            else:
                going += 1
        if ended < ENDED_MIN or ended < ENDED_SHARE * (ended + going):
            return ""
        return (
            f"{ended} of {ended + going} messages of {app_name} at that pace ended too, each at its own time"
        )

    def _of(self, app_name: str) -> list[_Life]:
        found = self._lives.get(app_name)
        if found is None:
            found = self._lives[app_name] = [
                _Life(windows.median_gap(starts), starts[-1], item.key.id)
                for item in self._scene.stats
                if item.key.app_name == app_name and LINES_MIN <= item.every_slot <= SLOTS_MAX
                if len(starts := [point.start for point in windows.points(item.history)]) >= LINES_MIN
            ]
        return found

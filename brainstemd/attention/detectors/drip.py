"""drip: a few failures a day, day after day, of this one and not of its siblings.

Says what recurrence and specificity together amount to, and adds no points of its own: a fault by its words or its
outcome, at most five a day, on four days or more and on half of the days since it began, while at most a tenth of at
least three siblings do half as much. Value: days.
"""

from __future__ import annotations

from brainstemd.attention import siblings
from brainstemd.attention.detectors.recurrence import count_and_days
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import ENTITY, KEY, RECENT_DAYS, Scene, Unit
from brainstemd.attention.windows import DAY

A_DAY_MAX, DAYS_MIN, SIBLINGS_MIN = 5.0, 4, 3


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The days of a drip."""
    key = unit.key
    if unit.level not in (KEY, ENTITY) or key.healed or key.polarity == "down":
        return []  # self_heal speaks of these
    if not (key.outcome == "failure" or scene.words(unit.signature).fault):
        return []
    n, days = count_and_days(unit, scene.at_s)
    begun = min(RECENT_DAYS, -(-(scene.at_s - unit.run_start) // DAY))
    if days < DAYS_MIN or 2 * days < begun or n > A_DAY_MAX * days:
        return []
    found = siblings.of(unit.level, key, unit.slots, scene)
    if found.others < SIBLINGS_MIN or found.alike > 0.1 * found.others:
        return []
    because = f"{n} on {days} days; {found.others} other {found.noun}: {found.mean:.1f} in the mean"
    return [Evidence("drip", "said", float(days), because)]

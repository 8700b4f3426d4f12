"""What a unit's own past foretold takes away; a rhythm that no timetable has takes less, or nothing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from brainstemd.attention import alone, windows
from brainstemd.attention.apart import OWN_POINTS
from brainstemd.attention.detectors.recurrence import count_and_days
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.siblings import Siblings
from brainstemd.attention.units import ENTITY, KEY, RECENT_DAYS, Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import Part

RHYTHM_MIN = 2 * 3600.0  # seconds; a denser rhythm is a habit whatever its length
RELIEF = 0.5  # factor on what was foreseen, for dense outages and failed daily jobs of its own
SPARSE_RATE, DENSE_RATE = 3.0, 12.0  # a day: up to the first each is news, from the second on it is a rate
FANO_MAX, STEADY_DAYS_MIN = 4.0, 3  # variance over mean of its days, and how many make it known
SLOW_S = 6 * 3600.0  # seconds; what fills up or wears out has so slow a rhythm, which nobody set


def _steady(unit: Unit, scene: Scene, evidence: Sequence[Evidence]) -> tuple[float, str]:
    """The share that a rate foretells which has held ever since memory began; outages are no rate."""
    days = min(RECENT_DAYS, scene.memory_s // DAY)
    if unit.level not in (KEY, ENTITY) or days < STEADY_DAYS_MIN or unit.first_s > scene.floor_s + DAY:
        return 0.0, ""
    if any(e.kind in ("self_heal", "restart_loop") for e in evidence):
        return 0.0, ""
    ages = [(scene.at_s - start) // DAY for start in unit.starts if start > scene.at_s - days * DAY]
    counts = Counter(ages)
    rate = len(ages) / days
    scatter = sum((counts[day] - rate) ** 2 for day in range(days)) / (days - 1)
    if rate <= SPARSE_RATE or scatter > FANO_MAX * rate:
        return 0.0, ""
    share = min(1.0, math.log2(rate / SPARSE_RATE) / math.log2(DENSE_RATE / SPARSE_RATE))
    return share, f"{rate:.1f} a day ever since memory began, as evenly as people's days go"


def part(
    unit: Unit,
    scene: Scene,
    evidence: Sequence[Evidence],
    rise: Evidence | None,
    valence: float,
    siblings: Siblings | None,
) -> list[Part]:
    """Takes away what the unit's own past foretold; what is above its usual rate was not foretold."""
    alone_in_it = siblings is not None and siblings.comparable and siblings.points >= OWN_POINTS
    since = max(scene.since_s, scene.floor_s)
    foreseen = windows.foreseen(unit.starts, scene.at_s, since, scheduled=alone_in_it and unit.level == KEY)
    share, because = foreseen.share, foreseen.because
    steady, rate = _steady(unit, scene, evidence)
    if steady > share:
        share, because = steady, rate
    if share < 0.05:
        return []
    found = share
    if rise is not None and rise.was is not None:
        now = max(windows.between(unit.starts, scene.at_s - DAY, scene.at_s), 1)
        share *= min(1.0, max(0.2, rise.was / now))
        because += f"; usually {rise.was:.1f} a day, so only that part was to be expected"
    own = siblings is None or siblings.alike <= 0.1 * siblings.others
    n, days = count_and_days(unit, scene.at_s)
    outage = n > 12 * days and any(e.kind in ("self_heal", "restart_loop") for e in evidence)
    daily_failure = n <= 3 * days and (unit.key.outcome == "failure" or "!=0" in unit.key.state)
    rhythm = foreseen.period
    unset = rhythm >= RHYTHM_MIN and not windows.timetabled(rhythm)
    unscheduled = unset and valence > 0
    if own and unset and rhythm >= SLOW_S and alone.rank(unit, siblings, valence, scene) is not None:
        return []
    since_then = unit.first_s > scene.floor_s + DAY
    if own and any(e.kind == "in_vain" and (since_then or e.own) for e in evidence):
        return []  # whatever clock tries, it tries in vain; what never ended well since memory began is another matter
    if own and any(e.kind == "excursion" and e.own for e in evidence):
        return []  # a state that is logged as worse than the one it returns to is wanted by no timetable
    if any(e.kind == "same_hour" for e in evidence):
        return []  # its hour is what is told, and no timetable of the message's: its like keep none
    if own and (outage or daily_failure or unscheduled):
        share *= RELIEF
        because += "; halved: " + (
            "a fault of its own in a rhythm that is no timetable"
            if unscheduled
            else "an outage or a failed job of its own"
        )
    return [
        Part(
            "habituation",
            round(-scene.weights["habituation"] * share, 1),
            f"foreseeable {found:.0%}: {because}",
        )
    ]

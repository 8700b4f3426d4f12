"""Hard gates: what points and words never pass. They only lower, to GATED or 0, and are named."""

from __future__ import annotations

from brainstemd.attention import apart, windows
from brainstemd.attention.candidate import Candidate
from brainstemd.attention.detectors.recurrence import count_and_days
from brainstemd.attention.units import SOURCE, Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US

GATED = 49.0
STANDING_DAYS, STANDING_S = 3, 2 * DAY  # what came on three days stands through two days of silence
YOUNG_S = DAY
CHANGED_POINTS = 25.0  # of change or precursor, which make up for it
CHRONIC = 0.9  # share foreseen, from which on a thing as old as memory is no news at all
YOUNG_THRESHOLD = 60.0  # attention needed while memory is less than a day old


def gate(candidate: Candidate, scene: Scene) -> None:
    """Hard gates: words never pass one."""
    unit, standing = candidate.unit, candidate.standing
    n, _ = count_and_days(unit, scene.at_s)
    healed = max((e.episodes.count for e in candidate.evidence if e.episodes), default=0)
    ongoing = any(item.open for item in candidate.evidence)
    spoken_for = bool(standing.precedent or standing.returned)
    recent = [start for start in unit.starts if start > scene.at_s - 14 * DAY]
    flaps = healed >= 3 and scene.memory_s < YOUNG_S  # later, many within ten minutes are one happening
    if max(n, healed) < 3 and not ongoing and not spoken_for:
        cap(candidate, f"fewer than three occurrences: {max(n, healed)}")
    elif not flaps and windows.separated(recent) < 2 and not ongoing and not spoken_for:
        cap(candidate, "all within one clump of ten minutes")
    if set(candidate.kinds) <= {"novelty"} and not spoken_for:
        cap(candidate, "new, and nothing else")
    if not (ongoing or spoken_for) and _chronic(candidate, scene):
        cap(candidate, "it came like this ever since memory began, all of it foreseen")
    if not (ongoing or spoken_for) and _as_others(candidate, scene):
        cap(candidate, "it does no more of it than its siblings, and no more than before")
    if unit.level == SOURCE and not any(e.facet == "change" for e in candidate.evidence) and not spoken_for:
        cap(candidate, "many entities, none of them much, and no change")
    if not ongoing:
        silent = scene.at_s - last_active(unit)
        gap = windows.median_gap(unit.starts[windows.run_start(unit.starts) :])
        standing_days = count_and_days(unit, scene.at_s)[1] >= STANDING_DAYS
        allowed = max(STANDING_S, 4 * gap) if standing_days else max(scene.window_s, 3 * gap)
        if silent > min(allowed, 14 * DAY):
            candidate.gates.append(f"quiet for {windows.span(silent)}")
            candidate.attention = 0.0
    if scene.memory_s < YOUNG_S and candidate.attention < YOUNG_THRESHOLD:
        cap(
            candidate,
            f"memory is {windows.span(scene.memory_s)} old: {YOUNG_THRESHOLD:g} needed",
        )
    by_note(candidate)


def by_note(candidate: Candidate) -> None:
    """An operator's word that keeps it out; what the attention would be without it is kept."""
    if candidate.standing.kept_out:
        candidate.gates.append(candidate.standing.kept_out)
        candidate.silenced, candidate.attention = candidate.attention, 0.0


def _chronic(candidate: Candidate, scene: Scene) -> bool:
    """Has memory never known it otherwise, and did its past foretell nearly all of it?"""
    known = any(
        part.name == "habituation" and part.points <= -CHRONIC * scene.weights["habituation"] < 0
        for part in candidate.parts
    )
    return known and candidate.unit.first_s <= scene.floor_s + DAY and not _changed(candidate)


def _changed(candidate: Candidate) -> bool:
    return any(
        part.name in ("change", "precursor") and part.points >= CHANGED_POINTS for part in candidate.parts
    )


def _as_others(candidate: Candidate, scene: Scene) -> bool:
    """Is it neither its own among its siblings, nor changed, nor known to come before outages?"""
    found = candidate.siblings
    if found is None or any(e.facet == "change" and e.own for e in candidate.evidence):
        return False
    if found.comparable:
        if found.points >= apart.OWN_POINTS:
            return False
    elif not found.outdone or candidate.best("self_heal") or apart.at_once(candidate.unit, scene):
        return False
    return not _changed(candidate)


def last_active(unit: Unit) -> int:
    """The second of the unit's last line or change of state."""
    last = unit.occurrences[-1].end if unit.occurrences else 0
    return max(last, unit.transitions[-1].t_us // SECOND_US if unit.transitions else 0)


def cap(candidate: Candidate, gate: str) -> None:
    """Not over GATED, and why."""
    candidate.gates.append(gate)
    candidate.attention = min(candidate.attention, GATED)

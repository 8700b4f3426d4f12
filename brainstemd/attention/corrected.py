"""What successes beside a failure say of it: put right at once, or one of many attempts.

*Corrected*: a refused account that gets in a moment later has mistyped, and that is nobody's matter.

share = (h - c)/(1 - c), not under 0: h of its occurrences are followed by a success of the same account in the same
program of the same source (of an account over hosts: of any of them) within ten minutes; c is the share of the time that
lies so close before one, so that an account that gets in all the time anyway (a service, from elsewhere) corrects nothing.

*Among many*: what is no account and fails in at most a quarter of its active slots, while the same thing of the same
program goes well in the others, is how such a thing goes: doors that refuse a badge, builds that fail.
"""

from __future__ import annotations

from brainstemd.attention import windows
from brainstemd.attention.units import ENTITY, KEY, RECENT_DAYS, Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import Part

WITHIN_S = 600
WELL_MIN, FAILED_MIN = 0.75, 3
COVER_MAX = 0.5  # who gets in at any time anyway corrects nothing by it


def part(unit: Unit, scene: Scene) -> list[Part]:
    """A refusal put right at once takes half of what a habit would, times its share; one of many attempts a quarter."""
    found, because = share(unit, scene)
    points = -scene.weights["habituation"] / 2 * found
    if points > -0.05:
        found, because = among(unit, scene)
        points = -scene.weights["habituation"] / 4 * found
    return [Part("corrected", round(points, 1), because)] if found else []


def share(unit: Unit, scene: Scene) -> tuple[float, str]:
    """How much of it came right by itself, and the sentence; (0, "") where that is not known."""
    key = unit.key
    if unit.level not in (KEY, ENTITY) or key.entity_kind != "user" or key.outcome != "failure":
        return 0.0, ""
    since = scene.at_s - RECENT_DAYS * DAY
    starts = [start for start in unit.starts if start > since]
    entered = sorted(
        p.start
        for source in unit.sources
        for item in scene.successes.get((key.tenant, source, key.app_name, key.entity), ())
        for p in windows.points(item.history, since)
    )
    if not starts or not entered:
        return 0.0, ""
    hits = sum(windows.any_in(entered, start, start + WITHIN_S) for start in starts)
    spans = windows.merge((t - WITHIN_S, t) for t in entered)
    cover = sum(end - begin for begin, end in spans) / max(DAY, min(scene.memory_s, RECENT_DAYS * DAY))
    if cover > COVER_MAX:
        return 0.0, ""
    found = max(0.0, (hits / len(starts) - cover) / (1 - cover))
    return found, f"{hits} of {len(starts)} times the same account got in within 10 min"


def among(unit: Unit, scene: Scene) -> tuple[float, str]:
    """The share of its active slots in which it went well, from three quarters on; (0, "") under that."""
    key = unit.key
    if unit.level != KEY or key.outcome != "failure" or key.entity_kind == "user":
        return 0.0, ""
    known = scene.successes.get((key.tenant, key.source, key.app_name, key.entity), ())
    well, failed = sum(item.slots for item in known), unit.slots
    share = well / max(1, well + failed)
    if share < WELL_MIN or failed < FAILED_MIN:
        return 0.0, ""
    return share, f"it went well in {well} five-minute slots of 14 days and failed in {failed}"

"""after_change: a fault that began within an hour after a change at its source, and stayed.

A change is a sparse line (at most 40 slots in 14 days) whose words speak of an upgrade, an installation, a
configuration or a restart of the machine, and no routine: not on more than three days and a fifth of all. The fault's
run began after three days of memory, at most twelve hours after one, and goes on more than a day later, three times or
more. p: the share of the time that lies as close after some change there. Value: p.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict

from brainstemd.attention import windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Unit
from brainstemd.attention.windows import DAY, HOUR

SLOTS_MAX = 40
DAYS_MAX, DAYS_SHARE = (
    3,
    0.2,
)  # days of the last fourteen, or share of those remembered, that are no routine yet
LAG_MAX = 12 * HOUR
_WORDS = re.compile(
    r"\b(?:upgrade[ds]?|updated?|patched|installed|deployed|configured|config(?:uration)?|commit(?:ted)?|"
    r"re-?boot\w{0,4}|booting|firmware|migrated|release)\b",
    re.IGNORECASE,
)


def changes(scene: Scene) -> dict[tuple[str, str], list[int]]:
    """Seconds of the changes at each (tenant, source), ascending. One look at each signature."""
    out: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    says = scene.lexicon.changes
    routine = max(DAYS_MAX, DAYS_SHARE * min(RECENT_DAYS, scene.memory_s / DAY))
    for signature in scene.states:
        if signature not in says:
            says[signature] = _WORDS.search(scene.template(signature)[:2000]) is not None
        for item in scene.of_signature(signature) if says[signature] else ():
            key = item.key
            rare = 0 < item.slots <= SLOTS_MAX and item.days <= routine and key.id not in scene.wholes
            if rare and key.outcome != "failure":
                out[key.tenant, key.source].extend(
                    p.start for p in windows.points(item.history, scene.floor_s)
                )
    return {place: sorted(times) for place, times in out.items()}


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """How little of the time lies so close after a change."""
    if unit.level != KEY or len(unit.starts) < 3:
        return []
    times = scene.changes.get((unit.tenant, unit.key.source))
    if not times:
        return []
    begin = unit.run_start
    index = bisect_right(times, begin) - 1
    if index < 0 or begin < scene.floor_s + 3 * DAY:
        return []
    change = times[index]
    lag = max(HOUR, begin - change)
    if not 0 < lag <= LAG_MAX or unit.starts[-1] <= change + DAY:
        return []
    if windows.between(unit.starts, change + DAY, scene.at_s) < 2:
        return []
    covered = sum(end - start for start, end in windows.merge((t, t + lag) for t in times))
    p = min(1.0, covered / max(DAY, scene.at_s - scene.floor_s))
    if p > 0.05:
        return []
    ago = windows.span(scene.at_s - change)
    because = (
        f"it began {windows.span(begin - change)} after a change there, {ago} ago, and goes on: {p:.1%} of the time lies "
        f"as close after one"
    )
    return [Evidence("after_change", "change", p, because)]

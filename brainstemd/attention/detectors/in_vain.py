"""in_vain: it says that a thing is not done yet and will be tried again, and nothing ever says that it was done.

Words of waiting and of another attempt (pending, put off, tried again, next attempt), no orderly stop and no success; at
least five occurrences on three days of the present run, at most four a day. What its program says there of a good end, about
the same thing or about none, ends an attempt: told where five in a row, over two days or more, came to no end, so that what
succeeds at the second or third try is none, nor what cannot be told from others that are done all the time. `own`: such an
end is known there, so that it can be otherwise. Value: attempts of the last seven days.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby

from brainstemd.attention import windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Stat, Unit
from brainstemd.attention.windows import DAY

ATTEMPTS_MIN, DAYS_MIN, A_DAY_MAX = 5, 3, 4.0
IN_A_ROW_S = 2 * DAY


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The attempts of the last week that came to nothing."""
    key = unit.key
    if unit.level != KEY or key.orderly or key.outcome == "success" or not scene.unfinished(unit.signature):
        return []
    since = scene.at_s - RECENT_DAYS * DAY
    starts = [start for start in unit.starts[windows.run_start(unit.starts) :] if start > since]
    days = windows.distinct_days(starts, scene.at_s)
    week = windows.between(starts, scene.at_s - 7 * DAY, scene.at_s)
    if not week or len(starts) < ATTEMPTS_MIN or days < DAYS_MIN or len(starts) > A_DAY_MAX * days:
        return []
    ends = sorted(point.start for item in _ends(unit, scene) for point in windows.points(item.history, since))
    tries = 0
    for _, same in groupby(starts, key=lambda start: bisect_right(ends, start)):
        row = list(same)
        if row[-1] - row[0] >= IN_A_ROW_S:
            tries = max(tries, len(row))
    if tries < ATTEMPTS_MIN:
        return []
    because = f"put off {len(starts)} times on {days} days, {week} in 7 days; nothing was done in {tries} attempts in a row"
    return [Evidence("in_vain", "failures", float(week), because, own=bool(ends))]


def _ends(unit: Unit, scene: Scene) -> list[Stat]:
    """What its program says there of a good end, about the same thing or about none."""
    own = unit.key
    return [
        item
        for item in scene.said_by(own.tenant, own.source)
        if item.key.app_name == own.app_name
        and item.key.signature != own.signature
        and (not own.entity or item.key.entity in ("", own.entity))
        and item.key.id not in scene.wholes
        and (item.key.outcome == "success" or _well(scene, item.key.signature))
    ]


def _well(scene: Scene, signature: str) -> bool:
    said = scene.words(signature)
    return bool(said.benign) and not said.fault

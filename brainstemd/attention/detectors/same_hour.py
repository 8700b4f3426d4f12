"""same_hour: it began lately to come at one time of the day, and what says the same elsewhere comes whenever it likes.

Of one key that was not known in memory's first two days, its present run: five occurrences or more, and 80 % of all,
each on another day, on 70 % of the days since the first, within an hour of the day. Beside it two others or more that
say it, three times together, of which at most a quarter lie within an hour of that time. p = the chance that as many
moments of no clock fall so (proof.of_days), times the choices of those from all, times those that say it. Not asked of
accounts and addresses. Harmless and alike: a chore put by a timetable on one host (where nobody else says it, it is not
asked), or on all (theirs lie together, too). Value: p.
"""

from __future__ import annotations

import math

from brainstemd.attention import proof, windows
from brainstemd.attention.alone import PERSON_KINDS
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import KEY, Scene, Unit
from brainstemd.attention.windows import DAY, HOUR

COUNT_MIN, KEPT_SHARE, DAYS_SHARE, WIDTH_MAX = 5, 0.8, 0.7, HOUR
COUNT_MAX = 44  # of which 80 % lie on another day each, in a memory of 35 days
OTHERS_MIN, THEIRS_MIN, THEIRS_SHARE = 2, 3, 0.25
NEW_AFTER = 2 * DAY
P_MAX = 1e-3


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """How little chance there is of that, of a thing whose like keep no time."""
    if unit.level != KEY or unit.key.entity_kind in PERSON_KINDS:
        return []
    every_start = unit.starts[windows.run_start(unit.starts) :]
    if not COUNT_MIN <= len(every_start) <= COUNT_MAX or every_start[0] < scene.floor_s + NEW_AFTER:
        return []
    starts = max(
        ([t for t in every_start if (t - first) % DAY <= WIDTH_MAX] for first in every_start), key=len
    )
    days = {(t - starts[0] + DAY // 2) // DAY for t in starts}
    if len(starts) < max(COUNT_MIN, KEPT_SHARE * len(every_start)):
        return []
    if len(days) < len(starts) or len(days) < DAYS_SHARE * (max(days) + 1):
        return []
    hour = starts[len(starts) // 2] % DAY
    others, near, every = 0, 0, 0
    for one in scene.peers.get((unit.signature, unit.identity[2]), ()):
        if one.key.id in unit.key_ids or one.key.id == unit.whole or not one.slots:
            continue
        its = [p.start for p in windows.points(one.history, scene.floor_s)]
        others += 1
        every += len(its)
        near += sum(min((t - hour) % DAY, (hour - t) % DAY) <= WIDTH_MAX for t in its)
    if others < OTHERS_MIN or every < THEIRS_MIN or near > THEIRS_SHARE * every:
        return []
    p = proof.of_days(starts) * math.comb(len(every_start), len(starts)) * (1 + others)
    if p > P_MAX:
        return []
    clock = f"{hour // HOUR:02d}:{hour % HOUR // 60:02d} UTC"
    said = f"{len(starts)} times about {clock}, each on another day"
    because = f"{said}; {others} others say it at any hour ({near} of {every} near that): chance {p:.1g}"
    return [Evidence("same_hour", "change", p, because, said=said, own=True)]

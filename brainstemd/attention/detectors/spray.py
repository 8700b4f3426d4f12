"""spray: one cause over many: accounts under one message at one source, or hosts under one account.

The effective number of members in the last w = 1, 3 days, exp(entropy) of their five-minute slots, against the same
number in earlier stretches of that length: p = P(X >= number), X negative-binomial with their mean, their scatter
and what so few stretches can tell of it, times two. Needs five members, twice their largest number before (which may be
none only for failed outcomes), and three earlier stretches within memory. Of one address an attack that goes on is no
past of its own: stretches just before in which it tried at all belong to it, up to a week back, each for one more in p. Value: p.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, pvariance

from brainstemd.attention import tails, windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import ENTITY, SOURCE, Scene, Unit
from brainstemd.attention.windows import DAY, SLOT

WINDOWS_DAYS = (1, 3)
MEMBERS_MIN = 5
STRETCHES_MAX, STRETCHES_MIN = 13, 3
RUN_DAYS_MAX = 7  # what has gone on for longer is how it is
P_MAX = 0.01


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The more telling of the two windows; of an address in the lines, what `origins` found."""
    known = scene.origins.get(unit.identity)
    if known is not None:
        return [known[0]]
    if unit.level not in (SOURCE, ENTITY) or len(unit.stats) < MEMBERS_MIN:
        return []
    marks = sorted(
        {
            (point.start // SLOT * SLOT, number)
            for number, item in enumerate(unit.stats)
            for point in windows.points(item.history, scene.floor_s)
        }
    )
    found = judged(marks, scene.at_s, scene.floor_s, refused=unit.key.outcome == "failure")
    return [found] if found else []


def judged(
    marks: Sequence[tuple[int, int]], at_s: int, floor_s: int, *, refused: bool, lasting: bool = False
) -> Evidence | None:
    """The better of the two windows that end at `at_s`. `marks`: (second, member), ascending.

    `lasting`: one origin, whose attack may go on for days.
    """
    found = [
        item
        for days in WINDOWS_DAYS
        if (item := _window(marks, at_s, floor_s, refused, days, lasting)) is not None
    ]
    return min(found, key=lambda item: item.value) if found else None


def effective(counts: Counter[int]) -> float:
    """exp(entropy): the number of equally busy members that would scatter as much. 0 for none."""
    total = counts.total()
    if not total:
        return 0.0
    return math.exp(-sum(n / total * math.log(n / total) for n in counts.values()))


def _window(
    marks: Sequence[tuple[int, int]], at_s: int, floor_s: int, refused: bool, days: int, lasting: bool
) -> Evidence | None:
    stretches = min(STRETCHES_MAX, int((at_s - floor_s) / DAY / days) - 1)
    if stretches < STRETCHES_MIN:
        return None
    tallies = [Counter[int]() for _ in range(stretches + 1)]
    for t, member in marks:
        back = (at_s - t) // (days * DAY)
        if 0 <= back <= stretches:
            tallies[back][member] += 1
    now, *past = [effective(tally) for tally in tallies]
    run = _run(past, RUN_DAYS_MAX // days) if lasting else 0
    past = past[run:]
    stretches = len(past)
    if now < MEMBERS_MIN or now < 2 * max(past) or (not max(past) and not refused):
        return None  # what never came is new, not spread wider, unless it is refused
    mean = fmean(past) + 0.5 / stretches
    excess = pvariance(past) - mean
    known = sum(past) + 0.5  # the shape of what is known about the mean itself
    shape = min(known, max(0.5, mean * mean / excess)) if excess > 0 else known
    p = len(WINDOWS_DAYS) * (1 + run) * tails.negative_binomial_tail(math.floor(now), mean, shape)
    if p > P_MAX:
        return None
    many = len(tallies[0])
    span = "last day" if days == 1 else f"last {days} days"
    said = f"{many} in the {span} (usually {fmean(past):.0f})"
    because = (
        f"{many} different ones in the {span}, {now:.1f} by entropy; {fmean(past):.1f} in the {stretches} stretches "
        f"before, {max(past):.1f} at most: chance {p:.1g}"
    )
    return Evidence("spray", "change", p, because, was=fmean(past) / days, said=said)


def _run(past: Sequence[float], most: int) -> int:
    """How many of the stretches just before belong to the same attack; those that are left can still be compared with."""
    run = 0
    while run < min(most, len(past) - STRETCHES_MIN) and past[run]:
        run += 1
    return run

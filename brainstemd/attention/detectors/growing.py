"""growing: more of it day after day, or after ever shorter intervals, while nothing that it is compared with does so.

*By days*: occurrences in the last n = 7, 10, 14 days; Laplace's trend test, the scatter of the daily counts taken from what
neighbouring days differ by ((a - b)²/(a + b), shrunk to one with the weight of five days), so that growth itself is none.
Needs ten occurrences, two of them in the first half, twice as many in the second, and of the thirds each a quarter more
than the one before; two levels, one after the other, may tell the days better by a log likelihood of two at most:
a step that stays is none. *By intervals*: the last 6-40 intervals, over four days or more; p =
P(S >= Kendall's S) downwards; those of the last third at most three quarters of those of the first (medians), and steady
ones: the median |log| about their trend is at most 0.3. p times the tests tried (4) and those that say it: of sixty one
grows by chance.

Compared with the same message elsewhere, where three others or more could say it: one of them, or one in five of those
that say it, may grow half as much (and by more than chance), all of them together may not. Where nobody could, with what
else its program says there (or its source, of a program that says nothing else). Value: p.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, pairwise
from statistics import median

from brainstemd.attention import siblings, tails, windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import rate
from brainstemd.attention.units import KEY, Scene, Stat, Unit
from brainstemd.attention.windows import DAY

WINDOWS_DAYS = (7, 10, 14)
TESTS = len(WINDOWS_DAYS) + 1
DAYS_MIN, LINES_MIN, RATIO_MIN, THIRD_MIN = 6, 10, 2.0, 1.25
GAPS_MIN, GAPS_MAX, SHORTER, SCATTER_MAX = 6, 40, 0.75, 0.3
P_MAX = 5e-4
STEP_MAX = 2.0  # by how much (log likelihood) a step may tell the days better than growth
ALONG_P = 0.05
OTHERS_MIN = 20  # active slots of other messages that tell how loud a source is


def might(item: Stat) -> bool:
    """A cheap look at day rows: could it have grown?"""
    days = item.history.days
    if len(days) < 4 or item.lines < GAPS_MIN + 1:
        return False
    middle = (days[0].day + days[-1].day) / 2
    late = sum(day.lines for day in days if day.day > middle)
    return late >= 1.3 * max(1, sum(day.lines for day in days if day.day < middle))


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The more telling of days and intervals, where it grows alone."""
    if unit.level != KEY or scene.memory_s < DAYS_MIN * DAY or not might(unit.stats[0]):
        return []
    found = [one for days in WINDOWS_DAYS if (one := _by_days(unit.starts, scene, days)) is not None]
    found += [one] if (one := _by_intervals(unit.starts, scene)) is not None else []
    found = [one for one in found if one[0] * TESTS <= P_MAX]
    if not found:
        return []
    p, ratio, days, was, text = min(found)
    peers = [one for one in scene.peers.get((unit.signature, unit.identity[2]), ()) if one.slots]
    p = p * TESTS * max(1, len(peers))
    compared = _alone(unit, scene, ratio, days) if p <= P_MAX else ""
    if not compared:
        return []
    because = f"{text}: chance {p:.1g}; {compared}"
    return [Evidence("growing", "change", p, because, was=was, said=text, own=True)]


_Found = tuple[float, float, int, float, str]  # p, how many times as much, days, a day before, the sentence


def _by_days(starts: Sequence[int], scene: Scene, days: int) -> _Found | None:
    n = min(days, scene.memory_s // DAY)
    counts = [0] * n
    for t in starts:
        back = (scene.at_s - t) // DAY
        if 0 <= back < n:
            counts[n - 1 - back] += 1
    half, third = n // 2, n // 3
    early, late = sum(counts[:half]), sum(counts[-half:])
    if n < DAYS_MIN or sum(counts) < LINES_MIN or early < 2 or late < RATIO_MIN * early:
        return None
    thirds = [
        sum(counts[:third]),
        sum(counts[third : n - third]) * third / (n - 2 * third),
        sum(counts[-third:]),
    ]
    if any(b < THIRD_MIN * max(a, 0.5) for a, b in pairwise(thirds)):
        return None
    if _step(counts) - _growth(counts) > STEP_MAX:
        return None
    pairs = [(a, b) for a, b in pairwise(counts) if a + b]
    scatter = (sum((a - b) ** 2 / (a + b) for a, b in pairs) + 5.0) / (len(pairs) + 5)
    middle = sum((day + 0.5) * count for day, count in enumerate(counts)) / sum(counts)
    z = (middle - n / 2) / (n / math.sqrt(12 * sum(counts) / max(1.0, scatter)))
    now, was = thirds[2] / third, early / half
    text = f"more day by day: {rate(now)} in the last {third} days, {rate(was)} in the {half} that began {n} days ago"
    return tails.normal_tail(z), late / early, n, was, text


def _step(counts: Sequence[int]) -> float:
    """The log likelihood of the best two levels, one after the other (Poisson, constants left out)."""
    return max(_level(counts[:at]) + _level(counts[at:]) for at in range(2, len(counts) - 1))


def _level(counts: Sequence[int]) -> float:
    total = sum(counts)
    return total * math.log(total / len(counts)) - total if total else 0.0


def _growth(counts: Sequence[int]) -> float:
    """The log likelihood of the best steady growth, of up to ninefold a day (Poisson, constants left out)."""
    total, best = sum(counts), -math.inf
    weighted = sum(day * count for day, count in enumerate(counts))
    for step in range(1, 45):
        rate = 0.05 * step
        grown = sum(math.exp(rate * day) for day in range(len(counts)))
        best = max(best, total * math.log(total / grown) + rate * weighted - total)
    return best


def _by_intervals(starts: Sequence[int], scene: Scene) -> _Found | None:
    recent = [t for t in starts if t > scene.at_s - WINDOWS_DAYS[-1] * DAY][-GAPS_MAX - 1 :]
    gaps = [math.log(max(1, b - a)) for a, b in pairwise(recent)]
    n = len(gaps)
    if n < GAPS_MIN or recent[-1] - recent[0] < (DAYS_MIN - 2) * DAY:
        return None
    pairs = list(combinations(range(n), 2))
    score = sum((gaps[b] < gaps[a]) - (gaps[b] > gaps[a]) for a, b in pairs)
    slope = median((gaps[b] - gaps[a]) / (b - a) for a, b in pairs)
    base = median(gap - slope * i for i, gap in enumerate(gaps))
    scatter = median(abs(gap - base - slope * i) for i, gap in enumerate(gaps))
    first, last = (math.exp(median(part)) for part in (gaps[: n // 3], gaps[-(n // 3) :]))
    if score <= 0 or last > SHORTER * first or scatter > SCATTER_MAX:
        return None
    days = -(-(scene.at_s - recent[0]) // DAY)
    text = f"after ever shorter intervals: {windows.span(first)}, now {windows.span(last)}"
    return tails.kendall_tail(score, n), first / last, days, DAY / first, text


def _alone(unit: Unit, scene: Scene, ratio: float, days: int) -> str:
    """With what it was compared, in words; "" where that grows as well, or there is nothing."""
    key, own = unit.key, unit.stats[0]
    peers = [one for one in scene.peers.get((key.signature, key.state), ()) if one is not own and one.slots]
    could = siblings.of(KEY, key, own.slots, scene)
    if could.comparable:
        halves = [_halves(one, scene.at_s, days) for one in peers]
        along = sum(_grew(early, late, ratio / 2) for early, late in halves)
        early, late = (sum(side) for side in zip(*halves, strict=True)) if halves else (0, 0)
        if along > max(1, len(peers) / 5) or _grew(early, late, ratio / 2):
            return ""
        return f"{could.others} other {could.noun} do not"
    for program in (scene.program(key), ""):
        others = [
            one
            for one in scene.said_by(key.tenant, key.source)
            if one is not own and (not program or scene.program(one.key) == program)
        ]
        halves = [_halves(one, scene.at_s, days) for one in others]
        early, late = (sum(side) for side in zip(*halves, strict=True)) if halves else (0, 0)
        if early + late >= OTHERS_MIN:
            return (
                ""
                if _grew(early, late, ratio / 2)
                else f"what else {program or key.source} says there does not"
            )
    return ""


def _grew(early: int, late: int, times: float) -> bool:
    """Is it that many times as much, and by more than chance would do?"""
    return late >= times * early and tails.binomial_tail(late, early + late, 0.5) <= ALONG_P


def _halves(item: Stat, at_s: int, days: int) -> tuple[int, int]:
    """Active slots in the earlier and in the later half of the last days, by UTC days."""
    last = at_s // DAY
    early = late = 0
    for day in item.history.days:
        back = last - day.day
        if back < days / 2:
            late += len(day.slots)
        elif back < days:
            early += len(day.slots)
    return early, late

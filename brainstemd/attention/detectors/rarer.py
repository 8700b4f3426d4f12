"""rarer: a clock that still runs, and misses more and more often, or has slowed down.

The clock is proven on what came before the last w = 1, 3, 7 days (clocks.py). *Holes*, each counted once however long:
of a clock of every m seconds, gaps over 1.6 m; of one at a time of the day, due days without a beat within 6 h of it.
k of n chances in the window against k₀ of n₀ before, weekends and workdays each by themselves: q = (k₀ + 10·μ)/(n₀ + 10),
p = P(X ≥ k/φ), X ~ Bin(n/φ, q), φ = variance/mean of the holes of earlier days (1-10, shrunk to 1 with five days), times
the six ways to look. Needs k ≥ 3 on a clock that has not stopped. What lies in a gap or in maintenance is no hole.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median, pvariance
from typing import NamedTuple

from brainstemd.attention import calendars, clocks, rhythms, tails, windows
from brainstemd.attention.detectors import silence
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import Scene, Unit
from brainstemd.attention.windows import DAY, HOUR, Interval
from brainstemd.models import SECOND_US

WINDOWS = (1, 3, 7)  # days
HOLES_MIN = 3
HOLE = 1.6  # median gaps
RATE_LEAST = 0.25  # of its tenant's share of beats that fail to come: no clock is known to be better
QUOTES_MAX = 60  # its last lines, of which memory keeps some
LOOKS = 6  # windows times kinds of day
P_LEAST, P_MAX = 1e-12, 0.01
NEAR_DUE = 6 * HOUR


class Chance(NamedTuple):
    """One beat that was to come: when, and whether there is a hole in its place."""

    t_s: int
    hole: bool
    gap: int = 0  # seconds to the next, of a clock of every m seconds


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The most telling window in which more beats are missing than ever; nothing where it has stopped altogether."""
    starts = unit.starts
    blind = silence.blind_to(unit, scene)
    miss_rate = scene.miss_rate.get(unit.tenant, silence.MISS_RATE)
    best: Evidence | None = None
    for days in WINDOWS:
        cut = scene.at_s - days * DAY
        past = starts[: bisect_right(starts, cut)]
        asked = _asked(starts, past, scene.at_s, blind)
        if asked is None:
            continue
        chances, rhythm = asked
        daily = rhythm.startswith("daily")  # which has a calendar
        for weekend in (False,) if daily else (False, True):
            like = chances if daily else [item for item in chances if windows.weekend(item.t_s) == weekend]
            found = _tested(like, cut, days, miss_rate)
            if found is not None and (best is None or found[0] < best.value):
                p, holes, because = found
                said = f"left out {len(holes)} times in the last {_days(days)}"
                since = [item.gap for item in like if item.t_s > cut]
                if all(since) and 2 * len(holes) > len(since):
                    said = f"every {windows.span(median(since))}, it was {rhythm}"
                k, first = len(holes), holes[0].t_s
                best = Evidence(
                    "rarer",
                    "absence",
                    p,
                    f"it comes {rhythm}; {because}",
                    expected_s=first,
                    missed=k,
                    said=said,
                )
    return [best] if best is not None else _tooth(unit, scene, blind, miss_rate)


def _tooth(unit: Unit, scene: Scene, blind: Sequence[Interval], miss_rate: float) -> list[Evidence]:
    """Of several beats under one message, told apart by their place in a common period, one has stopped."""
    for days in WINDOWS:
        cut = scene.at_s - days * DAY
        found = rhythms.comb(unit.starts, unit.starts[: bisect_right(unit.starts, cut)])
        if found is None:
            continue
        period, teeth = found
        beats = [(tooth, clocks.late_beat(tooth, scene.at_s, blind)) for tooth in teeth]
        late = [(tooth, beat) for tooth, beat in beats if beat is not None and beat.missed]
        if len(late) != 1:
            continue
        tooth, beat = late[0]
        p = max(P_LEAST, len(teeth) * silence.chance(beat, miss_rate))
        if p > P_MAX:
            continue
        said = f"1 of {len(teeth)} every {windows.span(period)} has been missing for {windows.span(scene.at_s - beat.expected_s)}"
        before = f"{beat.misses} of {beat.beats} were missed before"
        return [
            Evidence(
                "rarer",
                "absence",
                p,
                f"{said}, {beat.missed} in a row; {before}: chance {p:.1g}",
                expected_s=beat.expected_s,
                missed=beat.missed,
                said=said,
                quotes=tuple(t * SECOND_US for t in tooth[-QUOTES_MAX:]),
            )
        ]
    return []


def _asked(
    starts: Sequence[int], past: Sequence[int], at_s: int, blind: Sequence[Interval]
) -> tuple[list[Chance], str] | None:
    """Every chance of the clock that the past proves, and its rhythm in words."""
    if len(past) < calendars.BEATS_MIN:
        return None
    proven = rhythms.rhythm(past)
    if proven is not None:
        middle = proven[0]
        if at_s - starts[-1] > 2.5 * middle + silence.SLACK:
            return None
        gaps = [(a, b) for a, b in itertools.pairwise(starts) if not any(s < b and e > a for s, e in blind)]
        return [Chance(a, b - a > HOLE * middle, b - a) for a, b in gaps], f"every {windows.span(middle)}"
    daily = [item for item in calendars.schedules(past) if len(item.days) >= calendars.BEATS_MIN]
    if len(daily) != 1:
        return None
    item = daily[0]
    first, last = min(item.days), int((at_s - NEAR_DUE - item.centre) // DAY)
    chances = []
    for number in range(first, last + 1):
        due = item.centre + number * DAY
        if item.held[windows.weekday(due)] or windows.inside(due, blind):
            continue
        chances.append(Chance(due, not windows.any_in(starts, due - NEAR_DUE, due + NEAR_DUE)))
    if len(chances) < 2 or (chances[-1].hole and chances[-2].hole):
        return None  # it has stopped
    return chances, f"daily about {clocks.clock(item.centre)}"


def _tested(
    chances: Sequence[Chance], cut: int, days: int, miss_rate: float
) -> tuple[float, list[Chance], str] | None:
    before = [item for item in chances if item.t_s <= cut]
    since = [item for item in chances if item.t_s > cut]
    holes = [item for item in since if item.hole]
    if len(holes) < HOLES_MIN or len(before) < calendars.BEATS_MIN:
        return None
    missed = sum(item.hole for item in before)
    rate = (missed + silence.PRIOR_BEATS * miss_rate) / (len(before) + silence.PRIOR_BEATS)
    rate = max(rate, RATE_LEAST * miss_rate)
    scatter = _scatter(before)
    p = tails.binomial_tail(len(holes) / scatter, len(since) / scatter, rate)
    p = max(P_LEAST, min(1.0, LOOKS * p))
    if p > P_MAX:
        return None
    share = f"{len(holes)} of {len(since)} times it was left out in the last {_days(days)}"
    return p, holes, f"{share}, {missed} of {len(before)} before: chance {p:.1g}"


def _scatter(before: Sequence[Chance]) -> float:
    """Variance over mean of the holes a day: what is missed in clumps counts as clumps."""
    days = {item.t_s // DAY for item in before}
    found = Counter(item.t_s // DAY for item in before if item.hole)
    counts = [found[day] for day in days]
    mean = fmean(counts)
    if not mean:
        return 1.0
    own = pvariance(counts, mean) / mean
    return min(10.0, max(1.0, (own * len(counts) + 5.0) / (len(counts) + 5.0)))


def _days(days: int) -> str:
    return "day" if days == 1 else f"{days} days"

"""Calendars: the times of the day at which something comes, and the days of the week on which it is to be expected.

Its calendar is its own past. Instants are seconds, UTC.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from brainstemd.attention.windows import DAY, HOUR, MINUTE, by_place, weekday

BEATS_MIN = 4  # that prove a phase
PHASE_SPLIT, PHASE_WIDTH, PHASE_MAD = 20 * MINUTE, HOUR, 10 * MINUTE
WIDE_SPLIT, WIDE_WIDTH, WIDE_MAD = 3 * HOUR, 8 * HOUR, 2 * HOUR  # once a day at some hour, when never missed
WIDE_BEATS = 7
PHASES_MAX = 6


class Phase(NamedTuple):
    """A time of the day at which it comes."""

    centre: int  # second of the day
    late: int  # the latest that it came after the centre
    mad: float
    beats: frozenset[int]  # number of the day of each beat, counted from the centre


def phases_of(starts: Sequence[int]) -> list[Phase]:
    """The times of the day that hold nearly all that came."""
    days = (starts[-1] - starts[0]) / DAY + 1
    if len(starts) > 3 * PHASES_MAX * days:
        return []
    phases = [phase for group in _clusters(starts) if (phase := _phase(group)) is not None]
    if len(starts) <= 1.3 * days and sum(len(phase.beats) for phase in phases) < 0.8 * len(starts):
        phases = _wide(starts)
    if not phases or len(phases) > PHASES_MAX:
        return []
    if sum(len(phase.beats) for phase in phases) < 0.8 * len(
        {((t - phases[0].centre) // DAY, t // HOUR) for t in starts}
    ):
        return []
    return phases


class Schedule(NamedTuple):
    """A beat at a time of the day, as its past shows it."""

    centre: int  # second of the day
    days: frozenset[int]  # numbers of the days on which it came, counted from the centre
    held: list[bool]  # by weekday: no beat is to be expected


def schedules(starts: Sequence[int]) -> list[Schedule]:
    """The daily beats that `starts` prove, with their calendars; none where the steps are longer than a day."""
    out = []
    for phase in phases_of(starts):
        if step_of(phase) > 1:
            return []
        expected = calendar_of(phase, min(phase.beats), max(phase.beats))
        out.append(Schedule(phase.centre, phase.beats, [not day for day in expected]))
    return out


def _wide(starts: Sequence[int]) -> list[Phase]:
    """A beat at some hour of the day, hours wide: only where it comes once a day and no day of its calendar was missed."""
    groups = _clusters(starts, WIDE_SPLIT)
    phase = _phase(groups[0], WIDE_WIDTH, WIDE_MAD) if len(groups) == 1 else None
    if phase is None or len(phase.beats) < WIDE_BEATS:
        return []
    first, last = min(phase.beats), max(phase.beats)
    expected = calendar_of(phase, first, last)
    due = [n for n in range(first, last + 1) if expected[weekday(phase.centre + n * DAY)]]
    return [phase] if all(number in phase.beats for number in due) else []


def _clusters(starts: Sequence[int], split: int = PHASE_SPLIT) -> list[list[int]]:
    """Starts whose times of the day lie close together, around the clock."""
    ordered = by_place(starts, DAY)
    times = [t % DAY for t in ordered]
    gaps = [(b - a) % DAY for a, b in itertools.pairwise([times[-1], *times])]
    cut = gaps.index(max(gaps))
    ordered, times = ordered[cut:] + ordered[:cut], times[cut:] + times[:cut]
    out, last = [[ordered[0]]], times[0]
    for t, time in zip(ordered[1:], times[1:], strict=True):
        if (time - last) % DAY > split:
            out.append([])
        out[-1].append(t)
        last = time
    return out


def _phase(group: list[int], width: int = PHASE_WIDTH, mad: int = PHASE_MAD) -> Phase | None:
    if len(group) < BEATS_MIN:
        return None
    first = group[0] % DAY
    offsets = [(t - first) % DAY for t in group]
    if max(offsets) > width:
        return None
    middle = int(median(offsets))
    spread = median(abs(offset - middle) for offset in offsets)
    beats = frozenset((t - first - middle + DAY // 2) // DAY for t in group)
    if len(beats) < BEATS_MIN or spread > mad:
        return None
    return Phase(first + middle, max(offsets) - middle, spread, beats)


def step_of(phase: Phase) -> int:
    """Days from beat to beat: 1 unless (nearly) all steps are one larger number under a week."""
    steps = Counter(b - a for a, b in itertools.pairwise(sorted(phase.beats)))
    step, count = steps.most_common(1)[0]
    return step if 1 < step < 7 and count >= 0.9 * steps.total() and len(phase.beats) > BEATS_MIN else 1


def calendar_of(phase: Phase, first: int, last: int) -> list[bool]:
    """Is a beat to be expected on a Monday, a Tuesday, …?

    Yes where it came on three of four such days. A weekday that it has not met yet goes by its kind: the others of
    the kind (at least two of them) must all have been kept. A kind of day never observed is held back.
    """
    possible, came = [0] * 7, [0] * 7
    for number in range(first, last + 1):
        on = weekday(phase.centre + number * DAY)
        possible[on] += 1
        came[on] += number in phase.beats
    out = []
    for on in range(7):
        kind = range(5) if on < 5 else range(5, 7)
        like = sum(possible[day] for day in kind)
        kept = sum(came[day] for day in kind)
        if possible[on] >= 2:
            out.append(came[on] >= 0.75 * possible[on])
        elif possible[on] == 1:
            out.append(came[on] == 1 and (kept >= 0.75 * like or on >= 5))
        else:
            out.append(like >= 2 and kept >= 0.9 * like)
    return out

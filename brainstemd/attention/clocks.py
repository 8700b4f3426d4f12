"""Clocks: what came proves a rhythm; when was the next beat due, and how many were missed?

Two kinds. A *gap* clock comes every m seconds (rhythms.py): median gap m, MAD under a fifth of it, eight gaps or more.
A *phase* clock comes at a time of the day (calendars.py): clusters of times no wider than an hour, each on four days or
more, which hold four fifths of all that came. Its calendar is its own past: a beat is due on weekdays on which it used
to come, and is held back on a kind of day that this clock was never seen through. Instants are seconds, UTC.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from brainstemd.attention.calendars import BEATS_MIN, Phase, calendar_of, phases_of, step_of
from brainstemd.attention.rhythms import RECENT_GAPS, comb, rhythm
from brainstemd.attention.windows import DAY, HOUR, MINUTE, Interval, inside, span, weekday, weekend

PAUSE = 4 * HOUR
EARLY = 6 * HOUR  # a beat that came this much before its time has come
MISSES_MAX = 0.2  # a clock that missed more of its beats is none
SILENT_MIN = 30 * MINUTE
LIKE_DAYS = 14  # days back that are asked what they did at this time of the day


class Beat(NamedTuple):
    """A proven clock and what it missed up to an instant."""

    rhythm: str  # for people: "every 5 min", "daily about 03:05 UTC"
    expected_s: int  # when the first missed beat was to come; the next one when none was missed
    beats: int  # that came and prove the clock
    misses: int  # single beats that did not come before
    missed: int  # in a row, now
    days: int  # like days that were asked, and did the same at this time
    holes: int  # of them, without a beat
    chunks: int  # days' worth of silence: the number of independent misses
    tight: bool  # a machine's clock: it scatters by two minutes at most
    daily: bool = False  # at a time of the day, not every m seconds
    by_day: bool = False  # it pauses every night, or on some days of the week: somebody is there, or is not


def find(starts: Sequence[int], at_s: int, blind: Sequence[Interval] = ()) -> list[Beat]:
    """The clocks that `starts` (ascending, distinct) prove, each with what it has missed at `at_s`.

    Beats that were due inside a `blind` interval are not missed.
    """
    if len(starts) < BEATS_MIN:
        return []
    found = late_beat(starts, at_s, blind)
    if found:
        return [found]
    daily = _phase_clocks(starts, at_s, blind)
    several = None if daily else comb(starts, starts)
    beats = [late_beat(tooth, at_s, blind) for tooth in several[1]] if several else []
    known = [beat for beat in beats if beat is not None]
    if not all(beat.missed for beat in known):  # the message as a whole still comes
        known = [beat._replace(missed=0) for beat in known]
    return daily or known


def late_beat(starts: Sequence[int], at_s: int, blind: Sequence[Interval]) -> Beat | None:
    """The clock of every m seconds that `starts` prove, and what it missed."""
    proven = rhythm(starts)
    if proven is None:
        return None
    middle, spread = proven
    recent = starts[-RECENT_GAPS:]
    gaps = [b - a for a, b in itertools.pairwise(recent)]
    holes = [gap for gap in gaps if 1.75 * middle < gap <= 8 * max(middle, HOUR)]
    misses = int(sum(min(4, round(gap / middle) - 1) for gap in holes))
    if misses > MISSES_MAX * len(gaps):
        return None
    last = starts[-1]
    unseen = sum(max(0, min(end, at_s) - max(start, last)) for start, end in blind)
    silent = at_s - last - unseen
    missed = int((silent - max(6 * spread, 0.25 * middle)) / middle)
    needed = 3 if middle < 2 * HOUR else 2 if middle < 8 * HOUR else 1
    words, expected = f"every {span(middle)}", int(last + middle)
    tight = spread <= 2 * MINUTE
    if missed < needed or silent < SILENT_MIN or inside(at_s - 1, blind):
        return Beat(words, expected, len(gaps), misses, 0, 0, 0, 0, tight)
    days, empty = like_days(starts, at_s, max(last + middle, at_s - DAY))
    if days < 2 or empty > 0.34 * days:
        return Beat(words, expected, len(gaps), misses, 0, days, empty, 0, tight)
    here = _weekend_share(last, at_s) > 0.5
    as_long = sum(
        1 for a, b in itertools.pairwise(recent) if b - a >= silent and (_weekend_share(a, b) > 0.5) == here
    )
    if as_long <= 0.5 * days:  # it has been away that long before, at whatever hour
        empty = max(empty, as_long)
    if pauses(recent):
        away = days_away(recent, at_s)
        return Beat(words, expected, len(gaps), misses, away, days, empty, away, tight, by_day=True)
    return Beat(words, expected, len(gaps), misses, missed, days, empty, 1 + int(silent // DAY), tight)


def pauses(starts: Sequence[int]) -> bool:
    """Is it away for four hours or more, and three of its gaps, in most nights?"""
    gaps = [b - a for a, b in itertools.pairwise(starts)]
    pause = max(PAUSE, 3 * median(gaps))
    long = sum(1 for gap in gaps if gap >= pause)
    return 2 * long >= (starts[-1] - starts[0]) / DAY


def days_away(starts: Sequence[int], at_s: int) -> int:
    """Whole days since the last start on which it was to be there, by the days of the week on which it was; at least one."""
    days = {t // DAY for t in starts}
    first, last = min(days), max(days)
    expected = [
        2 * sum(1 for day in days if weekday(day * DAY) == on)
        >= sum(1 for day in range(first, last + 1) if weekday(day * DAY) == on)
        > 0
        for on in range(7)
    ]
    return max(1, sum(expected[weekday(day * DAY)] for day in range(last + 1, at_s // DAY)))


def _weekend_share(from_s: int, to_s: int) -> float:
    """The share of an interval that lies on Saturdays and Sundays, looked at every three hours."""
    moments = range(from_s, to_s + 1, 3 * HOUR)
    return sum(weekend(t) for t in moments) / len(moments)


def like_days(starts: Sequence[int], at_s: int, from_s: float) -> tuple[int, int]:
    """Of up to 14 earlier days of the same kind (weekend or not): how many were seen, how many were empty.

    Each is asked about the same time of the day as (`from_s`, `at_s`].
    """
    last, first = starts[-1], starts[0]
    middle = (from_s + at_s) / 2
    ends_week = weekend(int(middle))
    tried = empty = 0
    back = max(1, -int((last - at_s) // DAY))
    while tried < LIKE_DAYS and at_s - back * DAY > first:
        shift = back * DAY
        back += 1
        if weekend(int(middle) - shift) != ends_week or from_s - shift < first:
            continue
        tried += 1
        empty += bisect_right(starts, at_s - shift) == bisect_right(starts, from_s - shift)
    return tried, empty


def _phase_clocks(starts: Sequence[int], at_s: int, blind: Sequence[Interval]) -> list[Beat]:
    return [beat for phase in phases_of(starts) if (beat := _due(phase, starts, at_s, blind)) is not None]


def _due(phase: Phase, starts: Sequence[int], at_s: int, blind: Sequence[Interval]) -> Beat | None:
    first, last = min(phase.beats), max(phase.beats)
    step = step_of(phase)
    expected = calendar_of(phase, first, last) if step == 1 else None
    if expected is None:
        past = range(first, last + 1, step)
        held = [False] * 7
    else:
        past = range(first, last + 1)
        held = [not day for day in expected]
    wanted = [number for number in past if not held[weekday(phase.centre + number * DAY)]]
    misses = sum(1 for number in wanted if number not in phase.beats)
    kept = len(wanted) - misses
    if kept < BEATS_MIN or kept < 0.8 * len(phase.beats) or misses > MISSES_MAX * len(wanted):
        return None
    newest = (starts[-1] - phase.centre + DAY // 2) % DAY - DAY // 2
    late = (
        newest if phase.late < newest <= EARLY else phase.late
    )  # it comes later of late, or a clock was changed
    grace = late + max(min(6 * phase.mad, HOUR + phase.mad), SILENT_MIN)
    missed: list[int] = []
    following = last
    while (due := phase.centre + (following := following + step) * DAY) + grace < at_s:
        if held[weekday(due)] or inside(due, blind) or inside(int(due + grace), blind):
            continue
        missed.append(due)
    missed = [due for due in missed if due - EARLY > starts[-1]]
    every = "daily" if step == 1 else f"every {step} days"
    if step == 1 and any(held):
        on = [name for name, hold in zip(_NAMES, held, strict=True) if not hold]
        every = "on weekdays" if on == _NAMES[:5] else "every " + ", ".join(on)
    rhythm = f"{every} about {clock(phase.centre)}"
    return Beat(
        rhythm,
        missed[0] if missed else due,
        len(phase.beats),
        misses,
        len(missed),
        len(phase.beats),
        misses,
        len(missed),
        phase.mad <= 2 * MINUTE,
        daily=True,
        by_day=any(held),
    )


_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def clock(t: int) -> str:
    """The time of the day of a second, UTC."""
    return f"{t % DAY // HOUR:02d}:{t % HOUR // MINUTE:02d} UTC"

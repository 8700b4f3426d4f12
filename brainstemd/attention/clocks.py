"""Clocks: rhythms proven on what came, when the next beat was due, and on which days it is not to be expected.

Two kinds. A *gap* clock comes every m seconds: median gap m, MAD under a fifth of it, eight gaps or more. A *phase*
clock comes at a time of the day: clusters of times no wider than an hour, each on four days or more, which hold four
fifths of all that came. Its calendar is its own past: a beat is due on weekdays on which it used to come, and is
held back on a kind of day that this clock was never seen through. Instants are seconds, UTC.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from brainstemd.attention.windows import DAY, HOUR, MINUTE, Interval, inside, span, weekday, weekend

GAPS_MIN = 8  # that prove a gap clock
BEATS_MIN = 4  # that prove a phase
SPREAD_MAX = 0.2  # MAD over median gap
REGULAR_MIN = 0.7  # share of gaps near the median, and of occurrences inside phases
GAP_MAX = 20 * HOUR  # longer rhythms are phases
PAUSE = 4 * HOUR
PHASE_SPLIT, PHASE_WIDTH, PHASE_MAD = 20 * MINUTE, HOUR, 10 * MINUTE
WIDE_SPLIT, WIDE_WIDTH, WIDE_MAD = 3 * HOUR, 8 * HOUR, 2 * HOUR  # once a day at some hour, when never missed
WIDE_BEATS = 7
PHASES_MAX = 6
RECENT_GAPS = 400
PERIODS = (HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR)  # that several beats may share
TEETH_MAX, COMB_STARTS = 8, 3000
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


# ---------------------------------------------------------------- every m seconds


def rhythm(starts: Sequence[int]) -> tuple[float, float] | None:
    """Median and MAD of the last gaps, if they are a clock's; seconds."""
    recent = starts[-RECENT_GAPS:]
    gaps = [b - a for a, b in itertools.pairwise(recent)]
    if len(gaps) < GAPS_MIN:
        return None
    middle = median(gaps)
    spread = median(abs(gap - middle) for gap in gaps)
    if not 0 < middle <= GAP_MAX or spread >= SPREAD_MAX * middle:
        return None
    regular = sum(1 for gap in gaps if abs(gap - middle) <= 0.5 * middle)
    return (middle, spread) if regular >= REGULAR_MIN * len(gaps) else None


def comb(starts: Sequence[int], past: Sequence[int]) -> tuple[int, list[list[int]]] | None:
    """Several beats under one message: a period, and for each place in it that `past` proves all `starts` there.

    Two to eight places, each an eighth of the period wide at most, with eight beats and four fifths of its own due
    ones; together they hold four fifths of all that came.
    """
    if not 2 * GAPS_MIN <= len(past) <= COMB_STARTS or rhythm(past) is not None:
        return None
    for period in PERIODS:
        groups = _places(past, period)
        if not 2 <= len(groups) <= TEETH_MAX:
            continue
        proven = [
            group
            for group in groups
            if len(group) > GAPS_MIN and 1.25 * len(group) >= (max(group) - min(group)) / period
        ]
        if len(proven) < 2 or sum(map(len, proven)) < 0.8 * len(past):
            continue
        slack = period // 48
        teeth = []
        for group in proven:
            first = min(group) % period
            low, high = (
                min((t - first + period // 2) % period for t in group),
                max((t - first + period // 2) % period for t in group),
            )
            teeth.append(
                [t for t in starts if low - slack <= (t - first + period // 2) % period <= high + slack]
            )
        return period, teeth
    return None


def _places(starts: Sequence[int], period: int) -> list[list[int]]:
    """Starts by their place in the period; none where they lie all over it."""
    ordered = sorted(starts, key=lambda t: t % period)
    times = [t % period for t in ordered]
    gaps = [(times[i] - times[i - 1]) % period for i in range(len(times))]
    cut = max(range(len(times)), key=gaps.__getitem__)
    ordered, gaps = ordered[cut:] + ordered[:cut], gaps[cut:] + gaps[:cut]
    out: list[list[int]] = [[ordered[0]]]
    for t, gap in zip(ordered[1:], gaps[1:], strict=True):
        if gap > period // 48:
            out.append([])
        out[-1].append(t)
    if any((group[-1] % period - group[0] % period) % period > period // 8 for group in out):
        return []
    return out


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


# ---------------------------------------------------------------- at a time of the day


class _Phase(NamedTuple):
    centre: int  # second of the day
    late: int  # the latest that it came after the centre
    mad: float
    beats: frozenset[int]  # number of the day of each beat, counted from the centre


def _phase_clocks(starts: Sequence[int], at_s: int, blind: Sequence[Interval]) -> list[Beat]:
    return [beat for phase in _phases(starts) if (beat := _due(phase, starts, at_s, blind)) is not None]


def _phases(starts: Sequence[int]) -> list[_Phase]:
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
    for phase in _phases(starts):
        if _step(phase) > 1:
            return []
        expected = _calendar(phase, min(phase.beats), max(phase.beats))
        out.append(Schedule(phase.centre, phase.beats, [not day for day in expected]))
    return out


def _wide(starts: Sequence[int]) -> list[_Phase]:
    """A beat at some hour of the day, hours wide: only where it comes once a day and no day of its calendar was missed."""
    groups = _clusters(starts, WIDE_SPLIT)
    phase = _phase(groups[0], WIDE_WIDTH, WIDE_MAD) if len(groups) == 1 else None
    if phase is None or len(phase.beats) < WIDE_BEATS:
        return []
    first, last = min(phase.beats), max(phase.beats)
    expected = _calendar(phase, first, last)
    due = [n for n in range(first, last + 1) if expected[weekday(phase.centre + n * DAY)]]
    return [phase] if all(number in phase.beats for number in due) else []


def _clusters(starts: Sequence[int], split: int = PHASE_SPLIT) -> list[list[int]]:
    """Starts whose times of the day lie close together, around the clock."""
    ordered = sorted(starts, key=lambda t: t % DAY)
    times = [t % DAY for t in ordered]
    cut = max(range(len(times)), key=lambda i: (times[i] - times[i - 1]) % DAY if len(times) > 1 else 0)
    ordered, times = ordered[cut:] + ordered[:cut], times[cut:] + times[:cut]
    out, last = [[ordered[0]]], times[0]
    for t, time in zip(ordered[1:], times[1:], strict=True):
        if (time - last) % DAY > split:
            out.append([])
        out[-1].append(t)
        last = time
    return out


def _phase(group: list[int], width: int = PHASE_WIDTH, mad: int = PHASE_MAD) -> _Phase | None:
    first = group[0] % DAY
    offsets = [(t - first) % DAY for t in group]
    if max(offsets) > width:
        return None
    middle = int(median(offsets))
    spread = median(abs(offset - middle) for offset in offsets)
    beats = frozenset((t - first - middle + DAY // 2) // DAY for t in group)
    if len(beats) < BEATS_MIN or spread > mad:
        return None
    return _Phase(first + middle, max(offsets) - middle, spread, beats)


def _due(phase: _Phase, starts: Sequence[int], at_s: int, blind: Sequence[Interval]) -> Beat | None:
    first, last = min(phase.beats), max(phase.beats)
    step = _step(phase)
    expected = _calendar(phase, first, last) if step == 1 else None
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


def _step(phase: _Phase) -> int:
    """Days from beat to beat: 1 unless (nearly) all steps are one larger number under a week."""
    steps = Counter(b - a for a, b in itertools.pairwise(sorted(phase.beats)))
    step, count = steps.most_common(1)[0]
    return step if 1 < step < 7 and count >= 0.9 * steps.total() and len(phase.beats) > BEATS_MIN else 1


def _calendar(phase: _Phase, first: int, last: int) -> list[bool]:
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


def clock(t: int) -> str:
    """The time of the day of a second, UTC."""
    return f"{t % DAY // HOUR:02d}:{t % HOUR // MINUTE:02d} UTC"

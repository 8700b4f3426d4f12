"""Counts in time: points, occurrences, runs, what was foreseeable. Instants are whole seconds (`_s`)."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from brainstemd.models import SECOND_US, SLOT_US, SLOTS_A_DAY, Day, History

MINUTE, HOUR, DAY = 60, 3600, 86_400
SLOT = 300
CLUMP_MIN, CLUMP_MAX = 60, 600  # seconds: bounds of the gap that still joins lines to one occurrence
SEVERAL = 4  # hours of a day with something in them that make no habit
NEAR = 900  # seconds from a time of the day that a habit keeps
SCHEDULED = ((300, 0.5), (3600, 0.9))  # seconds from it, and share of the days: a schedule keeps one of these
REGULAR_MIN = 0.7  # share of the gaps of a clock that are near their median
SEPARATE = 600  # occurrences further apart than this stand alone
RUN_PAUSE = 7 * DAY  # a pause longer than this (or ten median gaps) ends a run


class Point(NamedTuple):
    """Lines that cannot be told apart further: one line, or a dense five-minute slot."""

    start: int
    end: int
    lines: int


class Occurrence(NamedTuple):
    """Lines of one key so close together that a person would call them one happening."""

    start: int
    end: int
    lines: int


Interval = tuple[int, int]


def masked(history: History, at_us: int) -> History | None:
    """The history as it was known at `at_us`; None when there was nothing yet."""
    days = history.days
    if not days or days[-1].last_us > at_us:
        kept = [day for day in days if day.first_us <= at_us]
        if kept and kept[-1].last_us > at_us:
            last = _cut(kept[-1], at_us)
            kept[-1:] = [last] if last else []
        days = tuple(kept)
    if not days:
        return None
    transitions = history.transitions
    if transitions and transitions[-1].t_us > at_us:
        transitions = tuple(item for item in transitions if item.t_us <= at_us)
    if days is history.days and transitions is history.transitions:
        return history
    return History(history.key, days, history.weeks, transitions)


def all_masked(histories: Iterable[History], at_us: int) -> list[History]:
    """The histories as they were known at `at_us`, without those of which there was nothing yet."""
    out = []
    for item in histories:
        days, transitions = item.days, item.transitions
        if days and days[-1].last_us <= at_us and not (transitions and transitions[-1].t_us > at_us):
            out.append(item)  # nearly all
        elif (found := masked(item, at_us)) is not None:
            out.append(found)
    return out


def _cut(day: Day, at_us: int) -> Day | None:
    """The part of a day up to an instant; a dense slot is kept when it began before (five-minute honesty)."""
    base = day.day * DAY
    at_s = at_us // SECOND_US
    slots = []
    for slot in day.slots:
        start = base + slot.slot * SLOT
        if start > at_s:
            break
        seconds = slot.seconds
        if seconds and start + seconds[-1] > at_s:
            seconds = tuple(second for second in seconds if start + second <= at_s)
            if not seconds:
                continue
            slot = slot._replace(count=len(seconds), seconds=seconds)
        slots.append(slot)
    if not slots:
        return None
    last = slots[-1]
    last_s = base + last.slot * SLOT + (last.seconds[-1] if last.seconds else 0)
    return Day(
        day.day, sum(slot.count for slot in slots), day.first_us, min(at_us, last_s * SECOND_US), tuple(slots)
    )


def slot_numbers(day: Day) -> Sequence[int]:
    """The active five-minute slots of a day, counted from 1970, ascending. Most days of most keys have one."""
    first = day.first_us // SLOT_US
    if first == day.last_us // SLOT_US:
        return (first,)
    base = day.day * SLOTS_A_DAY
    return [base + slot.slot for slot in day.slots]


def points(history: History, from_s: int = 0) -> list[Point]:
    """Every line (or dense slot) of a history from `from_s` on, ascending."""
    out: list[Point] = []
    append, new = out.append, tuple.__new__  # this loop is walked for every line that is unfolded
    for day in history.days:
        base = day.day * DAY
        if base + DAY <= from_s:
            continue
        if day.lines == 1:  # most days of most keys: its second is known without a look into the slots
            start = day.first_us // SECOND_US
            append(new(Point, (start, start, 1)))
            continue
        for slot, count, seconds in day.slots:
            start = base + slot * SLOT
            if not seconds:
                append(new(Point, (start, start + SLOT - 1, count)))
                continue
            spare = count - len(seconds)  # weight of repeats, and lines beyond the fourth
            for second in seconds:
                append(new(Point, (start + second, start + second, 1 + spare)))
                spare = 0
    return out[bisect_left(out, (from_s, 0, 0)) :] if out and out[0].start < from_s else out


def outside(items: list[Point], intervals: Sequence[Interval]) -> list[Point]:
    """Points that lie in none of the (sorted, disjoint) intervals."""
    if not intervals:
        return items
    return [item for item in items if not inside(item.start, intervals)]


def inside(t: int, intervals: Sequence[Interval]) -> bool:
    """Does `t` lie in one of the sorted, disjoint intervals?"""
    index = bisect_right(intervals, (t, 1 << 62)) - 1
    return index >= 0 and t <= intervals[index][1]


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted and disjoint."""
    out: list[Interval] = []
    for start, end in sorted(intervals):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def once_inside(items: list[Point], intervals: Sequence[Interval]) -> list[Point]:
    """All points inside the intervals count as one: only the first of them stays."""
    if not intervals:
        return items
    out: list[Point] = []
    spent = False
    for item in items:
        if inside(item.start, intervals):
            if spent:
                continue
            spent = True
        out.append(item)
    return out


def clump_gap(items: Sequence[Point]) -> int:
    """g = max(60 s, 3 x median gap of those within 60 s), at most 10 min."""
    close = [gap for a, b in itertools.pairwise(items) if (gap := b[0] - a[1]) <= CLUMP_MIN]
    return int(min(CLUMP_MAX, max(CLUMP_MIN, 3 * median(close)))) if close else CLUMP_MIN


def occurrences(items: Sequence[Point], *, each: bool = False) -> list[Occurrence]:
    """Declustered happenings. `each`: every line is one by itself (it says down and up again)."""
    if each:
        return [Occurrence(p.start, p.end, 1) for p in items for _ in range(min(p.lines, 64))]
    gap = clump_gap(items)
    out: list[Occurrence] = []
    start = end = lines = 0
    for begins, ends, many in items:
        if lines and begins - end <= gap:
            end, lines = ends if ends > end else end, lines + many
            continue
        if lines:
            out.append(Occurrence(start, end, lines))
        start, end, lines = begins, ends, many
    if lines:
        out.append(Occurrence(start, end, lines))
    return out


def any_in(starts: Sequence[int], low: int, high: int) -> bool:
    """Does one of the ascending `starts` lie in [low, high]?"""
    index = bisect_left(starts, low)
    return index < len(starts) and starts[index] <= high


_SHIFT = 40  # bits for a second, below its place in the period: integers sort faster than by a key
_SECOND = (1 << _SHIFT) - 1


def by_place(starts: Iterable[int], period: int) -> list[int]:
    """The starts by their place in the period, those of one place by time."""
    return [packed & _SECOND for packed in sorted([t % period << _SHIFT | t for t in starts])]


def met(times: Iterable[int], others: Sequence[int], within: int) -> int:
    """How many of `times` have one of the ascending `others` within so many seconds."""
    return sum(any_in(others, t - within, t + within) for t in times)


def between(starts: Sequence[int], from_s: int, to_s: int) -> int:
    """How many of the ascending `starts` lie in (from_s, to_s]."""
    return bisect_right(starts, to_s) - bisect_right(starts, from_s)


def weekday(t: int) -> int:
    """The day of the week of a second, UTC; Monday is 0."""
    return (t // DAY + 3) % 7  # 1970-01-01 was a Thursday


def weekend(t: int) -> bool:
    """Does a second lie on a Saturday or a Sunday (UTC)?"""
    return weekday(t) >= 5


def distinct_days(starts: Sequence[int], at_s: int) -> int:
    """On how many of the 24-hour days that end at `at_s` something started."""
    return len({(at_s - start) // DAY for start in starts})


def separated(starts: Sequence[int]) -> int:
    """Number of groups that stand more than ten minutes apart."""
    return sum(1 for a, b in itertools.pairwise(starts) if b - a > SEPARATE) + bool(starts)


def median_gap(starts: Sequence[int]) -> float:
    """Median seconds between starts; 0 when there are fewer than two."""
    return median(b - a for a, b in itertools.pairwise(starts)) if len(starts) > 1 else 0.0


def run_start(starts: Sequence[int]) -> int:
    """Index where the present run begins: after the last pause of max(7 days, 10 median gaps)."""
    pause = max(RUN_PAUSE, 10 * median_gap(starts))
    for index in range(len(starts) - 1, 0, -1):
        if starts[index] - starts[index - 1] >= pause:
            return index
    return 0


def buckets(items: Sequence[Point], at_s: int, width: int, count: int) -> list[int]:
    """Lines in each of the `count` intervals of `width` seconds that end at `at_s`, oldest first."""
    out = [0] * count
    for item in items:
        back = (at_s - item.start) // width
        if 0 <= back < count:
            out[count - 1 - back] += item.lines
    return out


class Foreseen(NamedTuple):
    """How predictable a key's occurrences were, and by what."""

    share: float
    because: str
    period: float = 0.0  # seconds of its rhythm, where that is what foretold it


def timetabled(period: float) -> bool:
    """Does a rhythm fit a day evenly, as what people and schedulers set up does? Within three hundredths."""
    turns = DAY / period if period < DAY else period / DAY
    return abs(turns - round(turns)) < 0.03 * turns


def foreseen(starts: Sequence[int], at_s: int, since_s: int, *, scheduled: bool = False) -> Foreseen:
    """The share of the last week's occurrences that the key's own past foretold: the largest of

    * day: the mean share of other days (all; the same kind of day; the same weekday) on which it also
      occurred within 15 minutes of that time of day;
    * gap: with a median gap whose MAD is under a fifth of it (8 gaps or more), the share of the time that gaps
      near it fill: a clock runs on, a burst at even steps is none;
    * presence: the share of the hours of the last day, but for four, in which it occurred.

    `scheduled`: a time of the day foretells only where it is kept within 5 minutes on half of the days, or within the hour
    on nine of ten.
    """
    recent = list(starts[bisect_left(starts, at_s - 7 * DAY) :])
    if len(recent) < 3:
        return Foreseen(0.0, "too few occurrences to foresee any")
    candidates = [
        _by_day(starts, recent, at_s, since_s, NEAR),
        _by_gap(recent),
        _by_presence(recent, at_s, since_s),
    ]
    if scheduled and candidates[0].share >= 0.05:
        kept = ((_by_day(starts, recent, at_s, since_s, near).share, least) for near, least in SCHEDULED)
        if all(share < least for share, least in kept):
            del candidates[0]
    return max(candidates, key=lambda item: item.share)


_OFFSETS = (*range(-7, 0), *range(1, 15), 21, 28)  # days back; negative: later days, still before the instant


def _by_day(starts: Sequence[int], recent: list[int], at_s: int, since_s: int, near: int) -> Foreseen:
    step = max(1, len(recent) // 24)
    tallies = {"other days": [0, 0], "like days": [0, 0], "the same weekday": [0, 0]}
    for t in recent[::step]:
        on_weekend = weekend(t)
        for back in _OFFSETS:
            other = t - back * DAY
            if other > at_s or other < since_s:
                continue
            hit = any_in(starts, other - near, other + near)
            kinds = ["other days"]
            if weekend(other) == on_weekend:
                kinds.append("like days")
            if back % 7 == 0:
                kinds.append("the same weekday")
            for kind in kinds:
                tallies[kind][0] += hit
                tallies[kind][1] += 1
    taken = -(-len(recent) // step)
    best = Foreseen(0.0, "")
    for kind, (hits, tried) in tallies.items():
        need = 2 if kind == "the same weekday" else 3
        if tried >= need * taken and hits / tried > best.share:
            best = Foreseen(
                hits / tried, f"within {near // MINUTE} min of the same time on {hits / tried:.0%} of {kind}"
            )
    return best


def _by_gap(recent: list[int]) -> Foreseen:
    gaps = [b - a for a, b in itertools.pairwise(recent)]
    if len(gaps) < 8:
        return Foreseen(0.0, "")
    middle = median(gaps)
    spread = median(abs(gap - middle) for gap in gaps)
    if not middle or spread / middle >= 0.2:
        return Foreseen(0.0, "")
    regular = [gap for gap in gaps if abs(gap - middle) <= 0.25 * middle]
    if len(regular) < REGULAR_MIN * len(gaps):
        return Foreseen(0.0, "")
    covered = sum(regular) / (recent[-1] - recent[0])
    because = (
        f"{len(regular)} of its {len(gaps)} gaps are about {span(middle)} and fill {covered:.0%} of the time"
    )
    return Foreseen(covered, because, middle)


def _by_presence(recent: list[int], at_s: int, since_s: int) -> Foreseen:
    length = min(DAY, at_s - since_s)
    if length < 6 * HOUR:
        return Foreseen(0.0, "")
    bins = {(at_s - t) // HOUR for t in recent if t > at_s - length}
    hours = length / HOUR
    share = min(1.0, max(0.0, (len(bins) - SEVERAL) / (hours - SEVERAL)))
    return Foreseen(
        share, f"present in {len(bins)} of the last {hours:.0f} hours, of which {SEVERAL} are no habit"
    )


def span(seconds: float) -> str:
    """A duration for people: "41 s", "3 min", "2.5 h", "6 days"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 100 * MINUTE:
        return f"{seconds / MINUTE:.0f} min"
    if seconds < 36 * HOUR:
        return f"{seconds / HOUR:.1f} h".replace(".0 h", " h")
    return f"{seconds / DAY:.0f} days"

"""Series that no line holds: when a daily thing came, how fast a count grows, how far apart two numbers of a line are, how
long an outage lasted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, groupby, pairwise
from statistics import median, median_low

from brainstemd.attention.detectors.self_heal import episodes
from brainstemd.attention.numbers import DAYS_MIN, LESS, Name, Series, series
from brainstemd.models import DAY_US, SECOND_US, KeyFacts, Transition

TIME_OF_DAY = "time of day"
ONCE_A_DAY = 1.3  # lines a day, up to which it comes once
PACE = "pace of "
SEQUENCE_PACE = f"{PACE}the sequence "
GROWS = 0.95  # of the steps of a count
PACE_DAYS = 7
COUNTER_MIN = 1000.0  # from here on a whole number that only rises may be a sequence number
ALIKE, ALIKE_FIRST = 0.4, 3  # of the lines; so many of the first: two numbers in them that say the same
MIXED = 1.5  # times as far as each thing's number does from reading to reading
RECOVERY = "time until it is back"
RECOVERIES_MIN = 8


def surveyed(
    said: Mapping[int, Sequence[tuple[int, str]]], before_us: int, wholes: Mapping[int, int]
) -> dict[int, list[Series]]:
    """The series of each key from lines of whole days before the day of an instant.

    `wholes`: strand → the key that it is a part of. Where its things tell a key's numbers apart, only theirs are followed.
    """
    edge = before_us // DAY_US * DAY_US
    out = {}
    for key, lines in said.items():
        known = [line for line in lines if line[0] < edge]
        read = series(known)
        found = [*_times_of_day(known), *read, *_paces(read), *_differences(read)]
        if found:
            out[key] = found
    parts: defaultdict[int, list[Series]] = defaultdict(list)
    for part, whole in wholes.items():
        parts[whole] += out.get(part, ())
    for whole, theirs in parts.items():
        if whole in out:
            out[whole] = [one for one in out[whole] if not _mixed(one, theirs)]
    return {key: found for key, found in out.items() if found}


def _mixed(one: Series, parts: Iterable[Series]) -> bool:
    """Do the things that it speaks of have levels of their own: does it jump more than they do?"""
    own = [abs(b - a) for (_, a), (_, b) in pairwise(one.readings)]
    theirs = [
        abs(b - a)
        for part in parts
        if part.name[:3] == one.name[:3]
        for (_, a), (_, b) in pairwise(part.readings)
    ]
    return bool(own and theirs) and sum(own) / len(own) > MIXED * sum(theirs) / len(theirs)


def _times_of_day(lines: Sequence[tuple[int, str]]) -> list[Series]:
    """When what comes once a day came, in seconds; around midnight it goes below zero or over the day."""
    times = sorted(t_us for t_us, _ in lines)
    days = sorted({t_us // DAY_US for t_us in times})
    if len(days) < DAYS_MIN or len(times) > ONCE_A_DAY * len(days):
        return []
    first = {t_us // DAY_US: t_us for t_us in reversed(times)}
    origin = first[days[0]] % DAY_US
    half = DAY_US // 2
    values = tuple(((first[day] % DAY_US - origin + half) % DAY_US - half + origin) / 1e6 for day in days)
    return [
        Series(Name(TIME_OF_DAY, "time", 0, ""), tuple(days), values, (), tuple(times), said_by_lines=False)
    ]


def _paces(found: Iterable[Series]) -> list[Series]:
    """What each count grows by a day, from the last reading of each day to that of the next."""
    out = []
    for one in found:
        steps = [b - a for (_, a), (_, b) in pairwise(one.readings) if a != b]
        if 2 * len(steps) < len(one.readings) or sum(step > 0 for step in steps) < GROWS * len(steps):
            continue
        last = [list(same)[-1] for _, same in groupby(one.readings, key=lambda reading: reading[0] // DAY_US)]
        rates = [
            (t_us, (b - a) * DAY_US / (t_us - before))
            for (before, a), (t_us, b) in pairwise(last)
            if b >= a  # it began anew
        ]
        if len(rates) >= PACE_DAYS:
            name = (SEQUENCE_PACE if sequential(one) else PACE) + one.name.before
            out.append(_daily(one, one.name._replace(before=name), rates))
    return out


def _differences(found: Iterable[Series]) -> list[Series]:
    """Of two numbers in the same lines that are often the same how much the first is more."""
    groups: defaultdict[str, list[Series]] = defaultdict(list)
    for one in found:
        if one.moves:
            groups[one.name.words].append(one)
    out = []
    for same in groups.values():
        for one, other in combinations(sorted(same, key=lambda each: each.name), 2):
            if [t_us for t_us, _ in one.readings] != [t_us for t_us, _ in other.readings]:
                continue
            apart = [(t_us, a - b) for (t_us, a), (_, b) in zip(one.readings, other.readings, strict=True)]
            alike = sum(not far for _, far in apart)
            if alike >= ALIKE * len(apart) or not any(far for _, far in apart[:ALIKE_FIRST]):
                name = one.name._replace(before=f"{LESS}{one.name.before} and {other.name.before}")
                out.append(_daily(one, name, apart))
    return out


def recovery(transitions: Iterable[Transition], keys: Mapping[int, KeyFacts], own: KeyFacts) -> Series | None:
    """How long each outage of a thing lasted, in seconds; None where too few are known."""
    known, _ = episodes(transitions, keys, own)
    ended = [(one.start * SECOND_US, one.seconds) for one in known if one.seconds is not None]
    if len(ended) < RECOVERIES_MIN or len({t_us // DAY_US for t_us, _ in ended}) < DAYS_MIN:
        return None
    of = Series(Name(RECOVERY, "time", 0, ""), (), (), (), tuple(t_us for t_us, _ in ended))
    return _daily(of, of.name, ended)


def _daily(of: Series, name: Name, readings: Sequence[tuple[int, float]]) -> Series:
    """A series of readings that belongs to the lines of another."""
    days = [
        (day, [value for _, value in same])
        for day, same in groupby(readings, key=lambda one: one[0] // DAY_US)
    ]
    return Series(
        name,
        tuple(day for day, _ in days),
        tuple(median(values) for _, values in days),
        (),
        of.lines,
        tuple(median_low(values) for _, values in days),
        tuple(readings),
        of.shape,
        False,
    )


def sequential(one: Series) -> bool:
    """Is it a large whole number without a unit that only ever rises, by less than itself: a sequence of something?"""
    values = one.values
    return (
        not one.name.unit
        and values[0] >= COUNTER_MIN
        and values[-1] < 2 * values[0]
        and all(a < b and 2 * b == int(2 * b) for a, b in pairwise(values))
    )

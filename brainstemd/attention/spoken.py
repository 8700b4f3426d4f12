"""What a number did, in words, and what it weighs: a sentence for each way to change."""

from __future__ import annotations

import math

from brainstemd.attention import numbers, windows
from brainstemd.attention.derived import PACE, RECOVERY, SEQUENCE_PACE, TIME_OF_DAY
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.moved import CREEPS, PARTS, RESETS, SCATTERS, STANDS, Drift
from brainstemd.attention.numbers import LESS
from brainstemd.attention.windows import DAY
from brainstemd.models import Part

QUOTES = 3
EFFECT_CAP = 10.0
BOUND_POINTS = 10.0


def evidence(found: Drift) -> Evidence:
    """The chance, the sentence, and the lines that say so."""
    since = "since yesterday" if found.days <= 2 else f"for {found.days - 1} days"
    said, because = _creeps(found) if found.form in (CREEPS, RESETS) else _changed(found, since)
    because += f": chance {found.p:.1g} ({found.by})"
    last, first = found.series.days[-1], found.series.days[0]
    begun = (last - found.days + 2 if found.stepped else first + numbers.DAYS_MIN) * DAY
    return Evidence(
        "drift", "drift", found.p, because, expected_s=begun, quotes=found.series.lines[-QUOTES:], said=said
    )


def _subject(found: Drift) -> str:
    """What is spoken of."""
    name = found.series.name.before
    if found.series.said_by_lines:
        return f'the number after "{name}"' if name else "its number"
    if name == TIME_OF_DAY:
        return "the time of the day"
    if name.startswith(PACE):
        return f'what "{name.removeprefix(SEQUENCE_PACE).removeprefix(PACE)}" grows by a day'
    return f"the {name}" if name == RECOVERY else f"the {name.removeprefix(LESS)}"


def _ends(found: Drift) -> tuple[str, str]:
    if found.series.name.before == TIME_OF_DAY:
        return _of_day(found.quoted[0]), _of_day(found.quoted[1])
    return show(found.quoted[0], found.series.name.unit), show(found.quoted[1], found.series.name.unit)


def _creeps(found: Drift) -> tuple[str, str]:
    (begin, end), name = _ends(found), found.series.name.before
    if found.form == RESETS:
        said = f"the number climbs from {begin} to {end} again and again, until it begins anew"
        return (
            said,
            f"{_subject(found)} climbed {found.points + 1} times in {found.days} days and fell back when it began anew",
        )
    if name == TIME_OF_DAY:
        said = f"comes {'later' if found.end > found.begin else 'earlier'}, {begin} → {end} UTC in {found.days} days"
    elif name == RECOVERY:
        said = f"it takes {'longer' if found.end > found.begin else 'less'} each time, {begin} → {end} in {found.days} days"
    elif name.startswith(PACE):
        said = f"the count grows {'faster' if found.end > found.begin else 'slower'}, {begin} → {end} a day in {found.days} days"
    else:
        said = f"the number creeps, {begin} → {end} in {found.days} days"
    because = (
        f"{_subject(found)} went from {begin} to {end} in {found.days} days, by {found.points} daily medians"
    )
    return said, because


def _changed(found: Drift, since: str) -> tuple[str, str]:
    begin, end = _ends(found)
    subject = _subject(found)
    if found.form == STANDS:
        now = show(found.end, found.series.name.unit)
        return (
            f"the number stands at {now} {since}, it was between {begin} and {end}",
            f"{subject} was another nearly each time, between {begin} and {end}, and is {now} {since}",
        )
    if found.form == SCATTERS:
        return (
            f"the number scatters {since}, over {end} where it was {begin}",
            f"{subject} lay within {begin} and lies within {end} {since}",
        )
    if found.form == PARTS:
        both = found.series.name.before.removeprefix(LESS)
        return (
            f"two numbers that were the same differ {since}, by about {end}",
            f"{both} were the same and differ {since}, by about {end}",
        )
    way = "higher" if found.end > found.begin else "lower"
    if found.series.name.before == TIME_OF_DAY:
        said = f"comes {'later' if way == 'higher' else 'earlier'} {since}, {begin} → {end} UTC"
    else:
        said = f"the number is {way} {since}, {begin} → {end}"
    return said, f"{subject} was {begin} and is {end} {since}"


def _of_day(seconds: float) -> str:
    """A time of the day, UTC."""
    minutes = round(seconds / 60) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def show(value: float, unit: str) -> str:
    """A number for people."""
    if unit == "time":
        return windows.span(value) if value >= 1 else f"{value * 1000:.3g} ms"
    if unit == "size":
        for factor, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
            if value >= factor:
                return f"{value / factor:.3g} {name}"
    if not unit and abs(value) >= 1e7:
        return f"{value / 1e6:.3g} M"
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{text} %" if unit == "%" else text


def effect(found: Drift) -> Part:
    """How far it went, as points: a doubling is worth five."""
    if found.form == STANDS:
        points = min(EFFECT_CAP, 5 * math.log2(found.days))
        return Part("cost", round(points, 1), f"it has stood for {found.days} days")
    if found.series.name.before == TIME_OF_DAY:
        apart = abs(found.end - found.begin)
        points = min(EFFECT_CAP, 5 * math.log2(1 + apart / windows.HOUR))
        return Part("cost", round(points, 1), f"it moved by {windows.span(apart)}")
    low, high = sorted((abs(found.begin), abs(found.end)))
    points = (
        min(EFFECT_CAP, 5 * math.log2(high / low)) if low > 0 and found.begin * found.end > 0 else EFFECT_CAP
    )
    because = f"it moved by a factor of {high / low:.2g}" if low > 0 else "it moved away from zero, or to it"
    if found.short is not None:
        points += BOUND_POINTS
        because += f", and is less than the {found.short:g} of its own line that it had been equal to"
    if found.beyond is not None:
        points += BOUND_POINTS
        because += f", beyond {show(found.beyond, found.series.name.unit)}, the farthest from which its like were set back"
    elif found.bound is not None:
        points += BOUND_POINTS
        bound = show(found.bound, found.series.name.unit) if found.bound else "zero"
        because += f", and at this pace gets to {bound} in {max(0.0, found.bound_days):.0f} days"
    return Part("cost", round(points, 1), because)

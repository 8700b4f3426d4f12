"""silence: what used to come on a clock, or a source that used to speak, and did not.

A beat: a clock proven on its own past (clocks.py). The chance that it missed its beats by accident is q^k for k in a
row, q = (misses + 10·m)/(beats + 10), where m is the share of due beats that fail to come in its tenant; for a gap
clock never less than that of a hole at this time of the day, ((empty like days) + 10·m)/(like days + 10), once a day.
What was late on an earlier day and has not come since is still late on a day that is held back (a weekend).
A whole source without a clock: the chance of no line in its five-minute slots, from those of like days at this time
(negative binomial with their scatter); it must be under one in a million. Value: that chance.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from statistics import fmean, pvariance

from brainstemd.attention import calendars, clocks, windows
from brainstemd.attention.clocks import Beat
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import HOST, Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US

MISS_RATE = 0.03  # of due beats, before the tenant's own share is known
PRIOR_BEATS = 10.0
AWAY_RATE = 0.06  # of the days on which somebody was to be there
SLACK = 1800  # seconds that any clock may be late
RATE_P_MAX = 1e-6
SOURCE_SILENT_MIN = 3600
ON_TIME_MAX = 10  # beats in a row that count; more say nothing more


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The most telling of the clocks that are late, or the source's rate; nothing while all is on time."""
    if len(unit.starts) < calendars.BEATS_MIN:
        return []
    blind = blind_to(unit, scene)
    for at_s in range(scene.at_s, max(unit.starts[-1], scene.at_s - clocks.LIKE_DAYS * DAY), -DAY):
        proven = clocks.find(unit.starts, at_s, blind)
        said = unit.points[-1].end if unit.level == HOST else 0  # a source that speaks is not silent
        late = [_beat(beat, unit, scene) for beat in proven if beat.missed and said <= beat.expected_s]
        if late:
            return [min(late, key=lambda item: item.value)]
        found = _rate(unit, scene, at_s, blind) if unit.level == HOST else []
        if found or (not proven and unit.level != HOST):
            return found
    return []


def blind_to(unit: Unit, scene: Scene) -> list[windows.Interval]:
    """When this unit could not be heard, or was not expected to speak: gaps and maintenance."""
    gaps = [
        (gap.start_us // SECOND_US, gap.end_us // SECOND_US)
        for gap in scene.gaps
        if gap.tenant in (None, unit.tenant)
        and (gap.source is None or gap.source in unit.sources)
        and gap.lost != 0
        and gap.end_us - gap.start_us >= 60 * SECOND_US
    ]
    return windows.merge([*gaps, *unit.closed])


def chance(beat: Beat, miss_rate: float) -> float:
    """The chance that a healthy clock misses these beats."""
    share = PRIOR_BEATS * miss_rate
    own = (beat.misses + share) / (beat.beats + PRIOR_BEATS)
    if beat.daily:
        return max(1e-12, own ** min(beat.missed, ON_TIME_MAX))
    if beat.by_day:
        share = PRIOR_BEATS * max(miss_rate, AWAY_RATE)
    hole = (beat.holes + share) / (beat.days + PRIOR_BEATS)
    return max(1e-12, own ** min(beat.missed, ON_TIME_MAX), hole ** min(beat.chunks, ON_TIME_MAX))


def _beat(beat: Beat, unit: Unit, scene: Scene) -> Evidence:
    p = chance(beat, scene.miss_rate.get(unit.tenant, MISS_RATE))
    late = windows.span(scene.at_s - beat.expected_s)
    before = f"{beat.misses} of {beat.beats + beat.misses} beats were missed before"
    asked = f"; at this hour it was away on {beat.holes} of {beat.days} like days" if not beat.daily else ""
    missed = f"has missed {beat.missed} in a row" if beat.daily else f"that is {beat.missed} beats of time"
    if beat.by_day and not beat.daily:
        missed = f"it pauses every night and was away for {beat.missed} whole days of its own"
    because = f"it comes {beat.rhythm}, was due {late} ago, {missed}; {before}{asked}: chance {p:.1g}"
    return Evidence(
        "silence",
        "absence",
        p,
        because,
        expected_s=beat.expected_s,
        missed=beat.missed,
        said=beat.rhythm,
        by_day=beat.by_day,
    )


def _rate(unit: Unit, scene: Scene, at_s: int, blind: list[windows.Interval]) -> list[Evidence]:
    starts = unit.starts
    last = unit.points[-1].end
    silent = at_s - last - sum(max(0, min(end, at_s) - max(start, last)) for start, end in blind)
    if silent < SOURCE_SILENT_MIN or windows.inside(at_s - 1, blind):
        return []
    begin = max(last + 1, at_s - DAY)
    counts = []
    for back in range(max(1, -int((last - at_s) // DAY)), clocks.LIKE_DAYS + 8):
        shift = back * DAY
        if begin - shift < starts[0]:
            break
        if windows.weekend(begin - shift) == windows.weekend(begin):
            counts.append(bisect_right(starts, at_s - shift) - bisect_right(starts, begin - shift))
    if len(counts) < 3 or not min(counts):
        return []
    mean = fmean(counts)
    scatter = max(1.0, pvariance(counts, mean) / mean)
    zero = -mean if scatter < 1.01 else -mean * math.log(scatter) / (scatter - 1.0)
    if zero > math.log(RATE_P_MAX):
        return []
    by_day = clocks.pauses(starts)
    chunks = clocks.days_away(starts, at_s) if by_day else 1 + silent // DAY
    miss_rate = scene.miss_rate.get(unit.tenant, MISS_RATE)
    share = PRIOR_BEATS * (max(miss_rate, AWAY_RATE) if by_day else miss_rate)
    p = max(1e-12, math.exp(max(zero, -27.0)), (share / (len(counts) + PRIOR_BEATS)) ** chunks)
    aside = "" if silent == at_s - last else " (gaps and maintenance aside)"
    due = next((end for start, end in blind if start <= last < end), last)
    because = (
        f"no line for {windows.span(silent)}{aside}; on {len(counts)} like days at this time it always spoke, "
        f"in {mean:.0f} five-minute slots in the mean: chance {p:.1g}"
    )
    said = f"{mean:.0f} five-minute slots"
    return [
        Evidence(
            "silence", "absence", p, because, expected_s=due, missed=int(chunks), said=said, by_day=by_day
        )
    ]

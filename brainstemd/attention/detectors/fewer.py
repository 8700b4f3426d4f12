"""fewer: what has no clock, comes on, and comes much more seldom than it did, though its like do not.

Active five-minute slots x of the last w = 2, 3, 4, 5, 7 days against b in up to 28 - w days before (4 or more, and w): at
least two a day before, at most a third of that since, and still there (x >= 2). Under no change x ~ Bin((x + b)/φ, q),
φ the scatter of the daily counts before. q is the smallest of three shares of that time: by days; by what else its source
says (a quiet weekend, a holiday); by what others say under the same words. p = 5·P(X <= x/φ), at most one in a thousand.
Value: p.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean

from brainstemd.attention import tails, windows
from brainstemd.attention.detectors import silence
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import rate
from brainstemd.attention.units import Scene, Stat, Unit
from brainstemd.attention.windows import DAY, SLOT
from brainstemd.models import SLOTS_A_DAY

WINDOWS = (2, 3, 4, 5, 7)  # days
BASE_MIN, BASE_DAYS = 4, 28
RATE_MIN, RATIO_MAX, STILL_MIN = 2.0, 1 / 3, 2
SOURCE_MIN, FELLOWS_MIN = 50, 20  # slots of what it is compared with
P_LEAST, P_MAX = 1e-12, 1e-3
_SAID = "said by source"


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The most telling window; nothing of one thing among those that a message names."""
    if unit.whole:
        return []
    own = _by_day(unit.stats, scene)
    first = max(own, default=0)
    if min(own, default=BASE_DAYS) > 2:
        return []
    blind = silence.blind_to(unit, scene)
    beside: tuple[Counter[int], Counter[int]] | None = None
    best: Evidence | None = None
    for days in WINDOWS:
        base = min(BASE_DAYS, first) - days  # the day of its first line is known in part
        now = sum(own[back] for back in range(days))
        counts = [own[back] for back in range(days, days + base)]
        if base < max(BASE_MIN, days) or now < STILL_MIN or sum(counts) < RATE_MIN * base:
            continue
        if now * base > RATIO_MAX * days * sum(counts) or any(
            end > scene.at_s - days * DAY for _, end in blind
        ):
            continue
        beside = beside or (_of_source(unit, scene) - own, _fellows(unit, scene))
        shares = [days / (days + base)]
        for other, least in zip(beside, (SOURCE_MIN, FELLOWS_MIN), strict=True):
            since, before = (
                sum(other[back] for back in span) for span in (range(days), range(days, days + base))
            )
            if since + before >= least:
                shares.append((since + 0.5) / (since + before + 1))
        scatter, was = _scatter(counts), sum(counts) / base
        every = now + sum(counts)
        p = len(WINDOWS) * tails.binomial_tail(sum(counts) / scatter, every / scatter, 1 - min(shares))
        if p <= P_MAX and (best is None or p < best.value):
            said = f"{rate(now / days)} in the last {days} days (was {rate(was)})"
            because = (
                f"{now} in the last {days} days, {sum(counts)} in the {base} before, though what it is compared with came on "
                f"({min(shares):.0%} of it since): chance {max(P_LEAST, p):.1g}"
            )
            missing = max(1, round(was * days - now))
            edge = scene.at_s - days * DAY
            best = Evidence(
                "rarer", "absence", max(P_LEAST, p), because, expected_s=edge, missed=missing, said=said
            )
    return [best] if best is not None else []


def _by_day(stats: Iterable[Stat], scene: Scene) -> Counter[int]:
    """Active slots by the 24-hour day, counted back from the instant."""
    out: Counter[int] = Counter()
    for item in stats:
        for day in item.history.days:
            back, rest = divmod(scene.at_s - day.day * DAY, DAY)
            numbers = windows.slot_numbers(day)
            earlier = bisect_right(
                numbers, day.day * SLOTS_A_DAY + rest // SLOT
            )  # in the day's part of the 24 hours before
            out[back] += earlier
            out[back - 1] += len(numbers) - earlier
    return +out


def _of_source(unit: Unit, scene: Scene) -> Counter[int]:
    place = (unit.tenant, unit.key.source, _SAID)
    found: Counter[int] | None = scene.census.get(place)
    if found is None:
        found = scene.census[place] = _by_day(
            (
                item
                for item in scene.stats
                if (item.key.tenant, item.key.source) == place[:2] and item.key.id not in scene.wholes
            ),
            scene,
        )
    return found


def _fellows(unit: Unit, scene: Scene) -> Counter[int]:
    """What all others say under the same words."""
    key, place = unit.key, (unit.signature, "", _SAID)
    every = [item for item in scene.of_signature(unit.signature) if item.key.id not in scene.wholes]
    found = scene.census.get(place)
    if found is None:
        found = scene.census[place] = _by_day(every, scene)
    own = (key.tenant, key.source, key.entity)
    return found - _by_day(
        (item for item in every if (item.key.tenant, item.key.source, item.key.entity) == own), scene
    )


def _scatter(counts: Sequence[int]) -> float:
    """Variance over mean of the daily counts, within 1 and 10, shrunk to 1 with the weight of five days."""
    mean, many = fmean(counts), len(counts)
    fano = sum((count - mean) ** 2 for count in counts) / max(1, many - 1) / mean
    return min(10.0, max(1.0, (fano * many + 5.0) / (many + 5.0)))

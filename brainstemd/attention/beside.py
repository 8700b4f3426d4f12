"""What a thing is compared with when it comes oftener or less: what else its source says, and what others say under its words."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean

from brainstemd.attention import windows
from brainstemd.attention.units import Scene, Stat, Unit
from brainstemd.attention.windows import DAY, SLOT
from brainstemd.models import SLOTS_A_DAY

SOURCE_MIN, FELLOWS_MIN = 50, 20  # slots of what it is compared with
_SAID = "said by source"


def others(unit: Unit, own: Counter[int], scene: Scene) -> tuple[Counter[int], Counter[int]]:
    """By the day back from the instant: active slots of what else its source says, and of all others under its words."""
    return _of_source(unit, scene) - own, _fellows(unit, scene)


def shares(others: tuple[Counter[int], Counter[int]], days: int, base: int) -> list[float]:
    """What part of the last `days` + `base` days the last `days` are: by time, and by each of the others that says enough."""
    out = [days / (days + base)]
    for other, least in zip(others, (SOURCE_MIN, FELLOWS_MIN), strict=True):
        since, before = (
            sum(other[back] for back in span) for span in (range(days), range(days, days + base))
        )
        if since + before >= least:
            out.append((since + 0.5) / (since + before + 1))
    return out


def by_day(stats: Iterable[Stat], scene: Scene) -> Counter[int]:
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
        found = scene.census[place] = by_day(
            (item for item in scene.said_by(*place[:2]) if item.key.id not in scene.wholes), scene
        )
    return found


def _fellows(unit: Unit, scene: Scene) -> Counter[int]:
    """What all others say under the same words."""
    key, place = unit.key, (unit.signature, "", _SAID)
    every = [item for item in scene.of_signature(unit.signature) if item.key.id not in scene.wholes]
    found = scene.census.get(place)
    if found is None:
        found = scene.census[place] = by_day(every, scene)
    own = (key.tenant, key.source, key.entity)
    return found - by_day(
        (item for item in every if (item.key.tenant, item.key.source, item.key.entity) == own), scene
    )


def scatter(counts: Sequence[int]) -> float:
    """Variance over mean of the daily counts, within 1 and 10, shrunk to 1 with the weight of five days."""
    mean, many = fmean(counts), len(counts)
    fano = sum((count - mean) ** 2 for count in counts) / max(1, many - 1) / mean
    return min(10.0, max(1.0, (fano * many + 5.0) / (many + 5.0)))

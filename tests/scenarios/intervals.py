"""Bootstrap intervals: seeds are drawn again within each world, then, in each, what the figure is a share of.

The unit of recall is a signal. Of precision and calibration it is a *cluster*: all items of one label (or one title without
a label) of one run, because an item that stands for ten days is one judgement, not ten. Of nDCG and shares it is a morning.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from tests.scenarios.measure import Result

REPEATS = 600
LEVEL = 0.95

Share = tuple[float, float]  # what counts, of how much


class Interval(NamedTuple):
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "-"
        return f"{self.value:.2f} ({self.low:.2f}-{self.high:.2f})"


class Measured(NamedTuple):
    """One run's result and its world."""

    world: str
    result: Result


def recall(runs: Sequence[Measured]) -> Interval:
    return shares(runs, lambda r: [(float(s.id in r.first), 1.0) for s in r.findable])


def precision(runs: Sequence[Measured]) -> Interval:
    return shares(runs, lambda r: list(clusters(r).values()))


def daily_share(runs: Sequence[Measured]) -> Interval:
    return shares(runs, lambda r: [(value, 1.0) for value in r.share])


def ndcg(runs: Sequence[Measured]) -> Interval:
    return shares(runs, lambda r: [(value, 1.0) for value in r.ndcg])


def clusters(result: Result, low: float = 0.0, high: float = math.inf) -> dict[str, Share]:
    """label → (right items, items) with an attention of [low, high)."""
    found: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for told in result.told:
        if low <= told.attention < high:
            row = found[told.label or f"unlabelled {told.title}"]
            row[0] += told.right
            row[1] += 1
    return {label: (row[0], row[1]) for label, row in found.items()}


def shares(runs: Sequence[Measured], pieces: Callable[[Result], Sequence[Share]]) -> Interval:
    """Mean over runs of sum / sum; a run without any piece has no say."""
    mine = [(run.world, pieces(run.result)) for run in runs]
    return _interval([(world, own) for world, own in mine if own], _mean_of_ratios)


def pooled(runs: Sequence[Measured], pieces: Callable[[Result], Sequence[Share]]) -> Interval:
    """Sum over all runs / sum over all runs: where single runs have few pieces."""
    return _interval([(run.world, pieces(run.result)) for run in runs], _ratio_of_sums)


def _mean_of_ratios(drawn: Sequence[Sequence[Share]]) -> float:
    return _mean([_ratio(pieces) for pieces in drawn])


def _ratio_of_sums(drawn: Sequence[Sequence[Share]]) -> float:
    return _ratio([piece for pieces in drawn for piece in pieces])


def _ratio(pieces: Iterable[Share]) -> float:
    right = whole = 0.0
    for part, of in pieces:
        right += part
        whole += of
    return right / whole if whole else math.nan


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def _interval(
    runs: Sequence[tuple[str, Sequence[Share]]], statistic: Callable[[Sequence[Sequence[Share]]], float]
) -> Interval:
    value = statistic([pieces for _, pieces in runs])
    r = random.Random(1)
    drawn = sorted(
        found
        for found in (statistic(_again(runs, r)) for _ in range(REPEATS if runs else 0))
        if not math.isnan(found)
    )
    if not drawn:
        return Interval(value, math.nan, math.nan)
    tail = (1 - LEVEL) / 2
    return Interval(
        value, drawn[int(tail * len(drawn))], drawn[min(len(drawn) - 1, int((1 - tail) * len(drawn)))]
    )


def _again(runs: Sequence[tuple[str, Sequence[Share]]], r: random.Random) -> list[Sequence[Share]]:
    by_world: defaultdict[str, list[Sequence[Share]]] = defaultdict(list)
    for world, pieces in runs:
        by_world[world].append(pieces)
    return [
        r.choices(own, k=len(own)) if own else own
        for among in by_world.values()
        for own in r.choices(among, k=len(among))
    ]


def by_world(runs: Iterable[Measured]) -> Mapping[str, list[Measured]]:
    out: defaultdict[str, list[Measured]] = defaultdict(list)
    for run in runs:
        out[run.world].append(run)
    return out

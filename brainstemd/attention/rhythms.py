"""Rhythms of every m seconds, and several of them under one message: a comb. Instants are seconds, UTC."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import median

from brainstemd.attention.windows import HOUR, by_place

GAPS_MIN = 8  # that prove a gap clock
SPREAD_MAX = 0.2  # MAD over median gap
REGULAR_MIN = 0.7  # share of gaps near the median
GAP_MAX = 20 * HOUR  # longer rhythms are phases
RECENT_GAPS = 400
PERIODS = (HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR)  # that several beats may share
TEETH_MAX, COMB_STARTS = 8, 3000


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
    near, widest = period // 48, period // 8
    if _all_over(starts, period, near // 2, widest):
        return []
    ordered = by_place(starts, period)
    gaps = [(b - a) % period for a, b in itertools.pairwise([ordered[-1], *ordered])]
    cut = gaps.index(max(gaps))
    ordered, gaps = ordered[cut:] + ordered[:cut], gaps[cut:] + gaps[:cut]
    out: list[list[int]] = [[ordered[0]]]
    for t, gap in zip(ordered[1:], gaps[1:], strict=True):
        if gap > near:
            out.append([])
        out[-1].append(t)
    if any((group[-1] % period - group[0] % period) % period > widest for group in out):
        return []
    return out


def _all_over(starts: Sequence[int], period: int, width: int, widest: int) -> bool:
    """Do so many neighbouring bins of this width hold something that one group would be wider than allowed?

    Two starts in neighbouring bins are never further apart than what still joins them.
    """
    bins = {t % period // width for t in starts}
    run, need = 0, widest // width + 3
    if len(bins) < need:
        return False
    for number in range(-(-period // width)):
        run = run + 1 if number in bins else 0
        if run >= need:
            return True
    return False

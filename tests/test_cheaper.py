"""Short cuts that may change no answer, beside the plain way."""

from __future__ import annotations

import gc
import random

from brainstemd.attention.calendars import _clusters
from brainstemd.attention.rhythms import PERIODS, _places
from brainstemd.attention.windows import DAY, by_place
from brainstemd.memory import without_collector


def plainly(starts: list[int], period: int) -> list[list[int]]:
    """Groups of starts by their place in a period, cut at the widest gap; none where one is too wide."""
    ordered = sorted(starts, key=lambda t: t % period)
    gaps = [(ordered[i] - ordered[i - 1]) % period for i in range(len(ordered))]
    cut = max(range(len(gaps)), key=gaps.__getitem__)
    out: list[list[int]] = []
    for number, index in enumerate([*range(cut, len(ordered)), *range(cut)]):
        if not number or gaps[index] > period // 48:
            out.append([])
        out[-1].append(ordered[index])
    wide = any((group[-1] - group[0]) % period > period // 8 for group in out)
    return [] if wide else out


def test_places_are_those_of_the_plain_way() -> None:
    """Neither the integers that sort nor the look at the bins changes a group: on beats, clumps, wanderers and one start."""
    r = random.Random(5)
    seen = 0
    for _ in range(1500):
        period = r.choice(PERIODS)
        spread = r.choice((1, 60, period // 50, period // 9, period // 7, period // 2, period))
        centres = [r.randrange(period) for _ in range(r.randint(1, 4))]
        starts = sorted(
            1_760_000_000 + r.randrange(60) * period + r.choice(centres) + r.randrange(spread)
            for _ in range(r.choice((1, 2, 16, 60, 200)))
        )
        expected = plainly(starts, period)
        assert _places(starts, period) == expected
        seen += bool(expected)
    assert 200 < seen < 1450  # both answers are met


def test_clusters_go_around_the_clock() -> None:
    """What comes around midnight is one cluster, whatever the day on which it came."""
    starts = [
        1_760_054_400 - 1_760_054_400 % DAY + day * DAY + shift for day in range(5) for shift in (-90, 90)
    ]
    assert by_place(starts, DAY)[:5] == starts[1::2]
    assert len(_clusters(starts)) == 1


def test_what_is_left_of_a_digest_counts_as_old() -> None:
    """At the end nothing is young, so that the next allocation does not walk all that was made; the collector runs again."""
    with without_collector(old_after=True):
        kept: list[list[int]] = [[number] for number in range(2_000)]
        assert not gc.isenabled()
    assert gc.isenabled()
    old = {id(item) for item in gc.get_objects(generation=2)}
    assert all(id(item) in old for item in kept)

"""What chance makes of things that keep no time: how many look like clocks, and what of theirs is told."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, START, Say, World, find, told, tunnel_pair
from worlds import noise as with_noise

from brainstemd.attention import clocks, proof


def by_chance(random: Random, count: int, mean_s: float) -> list[int]:
    """Seconds of `count` happenings that know nothing of one another."""
    t, out = float(START), []
    for _ in range(count):
        t += random.expovariate(1 / mean_s)
        out.append(int(t))
    return out


@pytest.mark.parametrize("count", [9, 14, 40])
def test_of_what_keeps_no_time_as_few_look_like_clocks_as_is_said(count: int) -> None:
    """The chance is one: under one in a hundred for hardly more than one in a hundred."""
    random = Random(count)
    found = [proof.of_gaps(by_chance(random, count, 9 * HOUR)) for _ in range(3000)]
    assert sum(p <= 0.01 for p in found) <= 45
    random = Random(count)
    days = [sorted(START + random.randrange(count * DAY) for _ in range(count)) for _ in range(3000)]
    assert sum(proof.of_days(starts) <= 0.01 for starts in days) <= 45


def test_real_clocks_are_proven_by_few_beats() -> None:
    """Eight gaps with a tenth of scatter, or five mornings within a quarter of an hour, are no chance of a thousand things."""
    random = Random(1)
    gaps = [START + n * 3 * HOUR + random.randint(-600, 600) for n in range(9)]
    assert proof.of_gaps(gaps) < 1e-5
    mornings = [START + n * DAY + 5 * HOUR + random.randint(-450, 450) for n in range(5)]
    assert proof.of_days(mornings) < 1e-5
    assert proof.of_days([START + n * DAY for n in range(5)]) < 1e-5  # to the second


def test_a_late_beat_knows_how_easily_chance_makes_its_clock() -> None:
    """The looser the clock the easier; and how long one that is none would say nothing goes by its rate."""
    tight = [START + n * 10 * HOUR for n in range(12)]
    hours = (0, 11, 19.9, 32.9, 42.9, 57.9, 67.1, 79.6, 85.6, 96.4, 109.5, 118.5)
    loose = [START + int(hour * HOUR) for hour in hours]
    found = [clocks.find(starts, starts[-1] + 3 * DAY)[0] for starts in (tight, loose)]
    assert found[0].no_clock <= 1e-9
    assert found[1].no_clock > 1e-4
    longer = clocks.find(loose, loose[-1] + 4 * DAY)[0]
    assert longer.idle < found[1].idle < 0.01


def site(loose: bool) -> World:
    """A thing that came a dozen times, evenly or nearly so, and stopped 27 hours ago."""
    world = with_noise(World(14, 3))
    hours = [11, 8.9, 13, 10, 15, 9.2, 12.5, 6, 10.8, 13.1, 9] if loose else [10.8] * 11
    t = world.end - 27 * HOUR
    for hour in [0, *hours]:
        t -= int(hour * HOUR)
        world.say(t, Say("acme-srv-03", "bay emptied", app="store"))
    return world


def test_what_may_keep_no_time_at_all_is_not_missed() -> None:
    """The same number of beats at the same pace: the even one is missed, the other may be chance."""
    even = site(loose=False).attend()
    assert find(even, "bay emptied") is not None, told(even)
    loose = site(loose=True).attend()
    assert find(loose, "bay emptied") is None, told(loose)


def sockets(staying: int) -> World:
    """A hub with a dozen links; one has been down for a day, others were down for longer at other times."""
    world = with_noise(World(14, 4))
    random = Random(7)
    for n in range(12):
        down, up = tunnel_pair(entity=f"wall-{n:02d}")
        world.flap(down, up, [1 + 0.4 * n + random.random() / 9, 8 + 0.2 * n])
        if 0 < n <= staying:
            world.say(world.start + int((2 + 0.9 * n) * DAY), down)
            world.say(world.start + int((4.5 + 0.9 * n) * DAY), up)
    for days in (1.1, 0.9, 0.3):
        world.say(world.end - int(days * DAY), tunnel_pair(entity="wall-00")[0])
    return world


def test_what_its_like_are_for_days_is_no_outage() -> None:
    """A link that stays down is told where none of its like does so, and is not where a third do at other times."""
    alone = sockets(0).attend()
    assert find(alone, "wall-00") is not None, told(alone)
    usual = sockets(4).attend()
    assert find(usual, "wall-00") is None, told(usual)

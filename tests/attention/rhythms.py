"""Many clocks of many kinds, healthy or stopped, slowed or failing now and then: how often absence is wrong, and how late."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from worlds import DAY, HOUR, MINUTE, START, Say, World

Beats = Callable[[random.Random, int], Iterator[float]]
CLOCK_CHANGE = 15  # the day on which local times move by an hour


def _weekday(day: int) -> int:
    return (START // DAY + day + 3) % 7


def _daily(
    jitter: float, on: frozenset[int] = frozenset(range(7)), missed: float = 0.005, local: bool = False
) -> Beats:
    def times(rnd: random.Random, days: int) -> Iterator[float]:
        at = rnd.uniform(2 * HOUR, 22 * HOUR)
        for day in range(days):
            if _weekday(day) in on and rnd.random() >= missed:
                moved = HOUR if local and day >= CLOCK_CHANGE else 0
                yield day * DAY + at + moved + rnd.gauss(0, jitter)

    return times


def _weekly(rnd: random.Random, days: int) -> Iterator[float]:
    at, on = rnd.uniform(2 * HOUR, 22 * HOUR), rnd.randrange(7)
    return (day * DAY + at + rnd.gauss(0, 300) for day in range(days) if _weekday(day) == on)


def _every(step: float, jitter: float, missed: float = 0.002, wander: float = 0.0) -> Beats:
    def times(rnd: random.Random, days: int) -> Iterator[float]:
        t = rnd.uniform(0, step)
        while t < days * DAY:
            if rnd.random() >= missed:
                yield t + rnd.uniform(-jitter, jitter)
            t += step + rnd.gauss(0, wander) if wander else step

    return times


def _office(step: float, on: frozenset[int]) -> Beats:
    """Between about eight and about six, on days when somebody is there (three in a hundred nobody is)."""

    def times(rnd: random.Random, days: int) -> Iterator[float]:
        for day in range(days):
            if _weekday(day) in on and rnd.random() > 0.03:
                t = day * DAY + rnd.gauss(8 * HOUR, 15 * MINUTE)
                end = day * DAY + rnd.gauss(18 * HOUR, 30 * MINUTE)
                while t < end:
                    yield t
                    t += step + rnd.uniform(-10, 10)

    return times


def _comb(rnd: random.Random, days: int) -> Iterator[float]:
    """Four hours apart, three times: things that are not told apart."""
    offsets = [rnd.uniform(0, 4 * HOUR) for _ in range(3)]
    return (n * 4 * HOUR + off + rnd.uniform(-20, 20) for n in range(days * 6) for off in offsets)


_WORK, _TRADE = frozenset(range(5)), frozenset(range(6))
KINDS: dict[str, tuple[int, Beats]] = {  # how many of four hundred
    "nightly": (60, _daily(60)),
    "nightly, 10 min of scatter": (40, _daily(600)),
    "daily, an hour of scatter": (20, _daily(HOUR)),
    "daily by local time": (20, _daily(120, local=True)),
    "workdays": (40, _daily(300, _WORK)),
    "days of trade": (30, _daily(900, _TRADE)),
    "weekly": (20, _weekly),
    "hourly": (40, _every(HOUR, 60)),
    "every 4 h": (40, _every(4 * HOUR, 600)),
    "every 6 h from end to end": (20, _every(6 * HOUR, 0, wander=900)),
    "every 30 min, 2 % lost": (20, _every(1800, 60, 0.02)),
    "three every 4 h": (10, _comb),
    "every 20 min of work": (30, _office(1200, _WORK)),
    "every 30 min of trade": (20, _office(1800, _TRADE)),
}


def site(days: int, seed: int, share: float = 1.0) -> tuple[World, list[tuple[str, Say]]]:
    """A tenant of forty hosts whose lines are nothing but clocks, and which message is which kind."""
    world, says = World(days, seed), []
    for kind, (many, times) in KINDS.items():
        for n in range(max(1, round(many * share))):
            said = Say(f"srv-{len(says) % 40:02d}", f"{_name(len(says))} run complete", app=_name(len(says)))
            says.append((kind, said))
            for t in times(random.Random(f"{seed}/{kind}/{n}"), days + 1):
                world.say(START + t, said)
    return world, says


def _name(n: int) -> str:
    """A word without digits."""
    return "job" + "".join(chr(ord("a") + int(digit)) for digit in str(n))


def stopped(world: World, says: list[Say], after: float) -> World:
    """The same site in which these messages end."""
    gone, end = set(says), START + after * DAY
    return world.mapped(lambda t, say: None if say in gone and t > end else (t, say))


def thinned(world: World, says: list[Say], after: float, lost: float) -> World:
    """The same site in which these messages fail to come now and then."""
    some, since, rnd = set(says), START + after * DAY, random.Random(5)
    return world.mapped(
        lambda t, say: None if say in some and t > since and rnd.random() < lost else (t, say)
    )

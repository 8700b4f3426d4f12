"""What single readings say, and numbers that no line holds: told where one alone does so, never where all do or ever did."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, START, Say, World, told

from brainstemd.attention import derived, numbers
from brainstemd.attention.derived import PACE, surveyed
from brainstemd.attention.detectors import drift
from brainstemd.attention.fellows import ALONE, Fellows, Kind
from brainstemd.attention.moved import CREEPS, PARTS, SCATTERS, STANDS, STEPS
from brainstemd.attention.numbers import LESS
from brainstemd.attention.readings import outside
from brainstemd.models import DAY_US, SECOND_US

DAYS = 12
A_DAY = 3
Number = Callable[[random.Random, float], float]
READ = Say("acme-1", '{"msg":"Poll","res":<*>,"v":<n>}', app="meterd")


def noisy(level: float, share: float) -> Number:
    return lambda r, day: level * r.gauss(1, share)


def readings(number: Number, days: int = DAYS, first: int = 20_000) -> numbers.Series:
    """Three readings a day of one number, from JSON's lines."""
    r = random.Random(3)
    times = [first + k / A_DAY + 0.1 for k in range(days * A_DAY)]
    lines = [(int(t * DAY_US), f'{{"msg":"Poll","res":"m7","v":{number(r, t - first):.1f}}}') for t in times]
    (found,) = numbers.series(lines)
    return found


def form(series: numbers.Series, fellows: Fellows = ALONE) -> str:
    found = drift.detect(series, fellows)
    return found.form if found is not None and found.telling else ""


FLAT = Fellows(4, 2.0, None, None, {})  # that move by two


def test_what_never_repeated_and_repeats_now_is_told() -> None:
    """A reading that stands still where it was another each time; not at zero (at rest), nor over a first weekend, nor
    where it had always stood for days, nor a count that came to its end.
    """
    stuck: Number = lambda r, day: r.gauss(50, 2) if day < 7 else 50.6  # noqa: E731
    assert form(readings(stuck)) == STANDS
    assert form(readings(lambda r, day: r.gauss(50, 2) if day < 7 else 0.0)) != STANDS
    assert form(readings(stuck, days=8)) == ""
    assert form(readings(lambda r, day: 50 + int(day / 3) + (day > 8))) == ""
    assert form(readings(lambda r, day: 40 + min(day, 7.0))) != STANDS


def test_a_weekend_at_rest_is_no_standstill() -> None:
    """Where nobody worked at the first weekend that memory knows, standing still says nothing yet."""
    stuck: Number = lambda r, day: r.gauss(50, 2) if day < 12 and day % 7 < 5 else 50.6  # noqa: E731
    monday = 19_996
    assert form(readings(stuck, days=7, first=monday)) == ""
    assert form(readings(stuck, days=14, first=monday)) == ""
    assert (
        form(readings(lambda r, day: r.gauss(50, 2) if day < 12 else 50.6, days=14, first=monday)) == STANDS
    )


def test_what_scatters_more_on_either_side_is_told() -> None:
    """Readings that leave their old range upwards and downwards; not such as did so from the beginning, nor as go one way."""
    wild: Number = lambda r, day: 50 * r.gauss(1, 0.01 if day < 5 else 0.08)  # noqa: E731
    assert form(readings(wild), FLAT) == SCATTERS
    assert form(readings(noisy(50, 0.08))) == ""

    def wider(r: random.Random, day: float) -> float:
        nth = int(day * 3)
        if day < 5:
            return 50 + (3 * (-1) ** nth if nth % 3 == 0 else r.gauss(0, 0.2))
        return 50 + r.choice((-1, 1)) * r.uniform(3, 5)

    assert form(readings(wider), FLAT) == ""  # it had gone as far before, if seldom
    assert form(readings(lambda r, day: r.gauss(50, 0.5) + (12 if day >= 5 else 0)), FLAT) == STEPS


def test_what_is_higher_for_less_than_a_day_is_no_step() -> None:
    """One bad night is in the medians of two days."""

    def levels(late: Sequence[float], back: int = 0) -> str:
        usual = [
            (20_000 + day + part, 36 + (day * 7 + int(9 * part)) % 11)
            for day in range(10)
            for part in (0.05, 0.3)
        ]
        times = usual + [(20_010 + t, 186 if k < len(late) - back else 40) for k, t in enumerate(late)]
        (found,) = numbers.series([(int(t * DAY_US), f"depth of out is {value}") for t, value in times])
        return form(found)

    assert levels((0.6, 0.8, 1.05, 1.3)) == ""
    assert levels((0.05, 0.3, 1.05, 1.3)) == STEPS
    assert levels((0.05, 0.3, 1.05, 1.3, 1.9), back=1) == ""  # it is back


def test_the_chance_to_lie_outside() -> None:
    """Of exchangeable readings one more lies outside the range of n with 2/(n + 1), and all chances add up."""
    assert outside(9, 1, 1) == pytest.approx(0.2)
    assert outside(9, 5, 0) == pytest.approx(1.0)


def test_a_step_after_three_days_needs_fellows() -> None:
    """Three days say little of how far a number goes by itself; four fellows say it."""
    step: Number = lambda r, day: (30 if day < 3 else 44) * r.gauss(1, 0.01)  # noqa: E731
    assert form(readings(step, days=9), FLAT) == STEPS
    assert form(readings(step, days=9)) == ""
    assert (
        form(readings(lambda r, day: 26 - int(day) if day < 3 else 89 - int(day), days=9), FLAT) == ""
    )  # renewed


def test_two_numbers_that_were_the_same_part() -> None:
    """What was written is what was read, until it is less: told after three days where all others' are the same."""

    def job(less: Callable[[int], int]) -> list[numbers.Series]:
        lines = [
            (
                (20_000 + day) * DAY_US + 1,
                f"rows {400 + 7 * (day * day % 11)}, kept {400 + 7 * (day * day % 11) - less(day)}: done",
            )
            for day in range(DAYS)
        ]
        return [
            one for one in surveyed({1: lines}, 21_000 * DAY_US, {})[1] if one.name.before.startswith(LESS)
        ]

    alike = Fellows(4, 0.0, None, None, {0.0: 4})
    (parted,) = job(lambda day: 0 if day < 3 else 5 + day % 3)
    assert form(parted, alike) == PARTS
    (same,) = job(lambda day: 0)
    assert form(same, alike) == ""
    (once,) = job(lambda day: 3 if day == 8 else 0)
    assert form(once, alike) == ""
    assert job(lambda day: 5 + day) == []  # they never were the same


def test_a_count_that_grows_faster_is_told_by_its_pace() -> None:
    """What a count grows by a day is a number; a count that begins anew loses only that day."""

    def pace(count: Callable[[float], float]) -> list[numbers.Series]:
        lines = [
            (int((20_000 + k / A_DAY) * DAY_US), f"count {count(k / A_DAY):.0f}: reported")
            for k in range(DAYS * A_DAY)
        ]
        found = surveyed({1: lines}, 21_000 * DAY_US, {}).get(1, [])
        return [one for one in found if one.name.before.startswith(PACE)]

    (even,) = pace(lambda day: 100 + 20 * day)
    assert set(even.values) == {20.0}
    assert form(even) == ""
    (faster,) = pace(lambda day: 100 + 20 * (day + 1.4**day))
    assert form(faster) != ""
    (anew,) = pace(lambda day: 100 + 20 * (day if day < 6.2 else day - 6))
    assert set(anew.values) == {20.0}
    assert pace(lambda day: 100 + 7 * (int(day * 5) % 4)) == []


def test_a_sender_that_says_more_is_no_count_that_matters() -> None:
    """How fast a log's sequence numbers grow says how much is logged: told only beside fellows that log as ever."""
    lines = [
        (int((20_000 + day) * DAY_US), f"seen {50_000 + 90 * (day + 1.4**day):.0f}: reported")
        for day in range(DAYS)
    ]
    (pace,) = [
        one for one in surveyed({1: lines}, 21_000 * DAY_US, {})[1] if one.name.before.startswith(PACE)
    ]
    assert form(pace) == ""
    assert form(pace, FLAT) != ""


def test_threads_do_not_part_a_number() -> None:
    """Where a line's name is that of whoever wrote it, the message's own series stays; where things have levels, theirs."""

    def kept(level: Callable[[int], float]) -> bool:
        parts: dict[int, list[tuple[int, str]]] = {name: [] for name in range(2, 10)}
        r = random.Random(4)
        for k in range(8 * DAYS):
            name = r.choice(tuple(parts))
            value = level(name) * r.gauss(1, 0.01)
            parts[name].append(((20_000 * 8 + k) * DAY_US // 8, f"exec-{name} pool holds {value:.1f}"))
        lines = {1: sorted(line for part in parts.values() for line in part), **parts}
        return surveyed(lines, 21_000 * DAY_US, dict.fromkeys(parts, 1)).get(1) is not None

    assert kept(lambda name: 50)
    assert not kept(lambda name: 50 * name)


def fleet(
    number: Callable[[int, float], float], text: Callable[[int, str], str], hosts: int = 5, event: str = ""
) -> list[str]:
    """The titles that hosts' readings make, three a day."""
    world, said = World(DAYS), dict[int, list[tuple[int, str]]]()
    for host in range(hosts):
        say = replace(READ, host=f"acme-{host}", text=text(host, "<n>"), event=event)
        for k in range(3 * DAYS):
            t = START + k * DAY // 3 + 2 * HOUR + 60 * host + 13 * (k % 5)
            world.say(t, say)
            value = number(host, (t - START) / DAY)
            said.setdefault(say.key().id, []).append((t * SECOND_US, text(host, f"{value:.1f}")))
        world.every(HOUR, Say(f"acme-{host}", "ordinary line"))
    outcome = world.attend(said=said)
    return [story.title for story in outcome.stories if "drift" in story.kinds]


def test_fellows_are_known_by_their_line() -> None:
    """Messages that differ in the name of their thing only are one message: what all do is none's own."""

    def text(host: int, n: str) -> str:
        return f"pool {'abcde'[host]}-store polled, used {n} %"

    r = random.Random(3)
    assert fleet(lambda host, day: (40 + 2.5 * day) * r.gauss(1, 0.003), text) == []
    (title,) = fleet(lambda host, day: (40 + (2.5 * day if host == 2 else 0)) * r.gauss(1, 0.003), text)
    assert "acme-2" in title


def test_a_place_is_no_share() -> None:
    """`8/48` is a port of a card where the first was more than the second once; of one total it is a share, even over it."""

    def names(texts: Sequence[str]) -> set[str]:
        found = numbers.series([(day * DAY_US, f"alarm at {text} seen") for day, text in enumerate(texts)])
        return {one.name.unit for one in found}

    assert "ratio" not in names(["7/4", "8/48", "3/12", "8/24", "8/48", "8/16"])
    assert "ratio" in names(["3/4", "2/4", "5/4", "3/4", "2/4", "2/4"])


def daily(values: Sequence[float]) -> numbers.Series:
    """One reading a day."""
    lines = [
        (day * DAY_US, f"dump closed: {value:.0f} bytes in all") for day, value in enumerate(values, 20_000)
    ]
    (found,) = (one for one in numbers.series(lines) if one.name.unit == "size")
    return found


def test_what_falls_unevenly_is_no_clockwork() -> None:
    """A size that gets less, smooth as it may be, is told; an even countdown of weeks is not, nor one that rounding ruffles."""
    r = random.Random(4)
    size, sizes = 18e9, []
    for _ in range(13):
        sizes.append(size)
        size *= 1 - 0.04 * r.uniform(0.7, 1.3)
    assert form(daily(sizes)) == CREEPS
    assert form(daily([18e9 - 5e8 * day for day in range(13)])) == ""
    assert form(daily([round(200 - 3.3 * day) for day in range(13)])) == ""


def test_a_switch_is_none_where_its_like_go_to_and_fro() -> None:
    """What stood at the level of its fellows and stands at another: told, unless several of them change all the time."""
    switched = daily([7, 7, 7, 7, 7, 9, 9, 9])
    calm = Fellows(20, 0.0, None, None, {7.0: 14, 9.0: 6})
    assert form(switched, calm) == STEPS
    assert form(switched, calm._replace(restless=1)) == STEPS
    assert form(switched, calm._replace(restless=4)) == ""
    wavering = [daily([7, 7, 9, 9, 7, 7])] * 3
    assert Kind([switched, *wavering]).without(switched).restless == 3
    assert Kind([switched, switched]).without(switched).restless == 0


def test_one_event_of_a_product_is_one_number() -> None:
    """A line of hardly a word whose thing's name stays in the template has its like under the product's event."""

    def text(host: int, n: str) -> str:
        return f"MESS:#4524 {'abcde'[host]}rno/5 {n} (rel 4.2.1)"

    r = random.Random(3)

    def climbs(host: int, day: float) -> float:
        return (40 + (2.5 * day if host == 2 else 0)) * r.gauss(1, 0.003)

    assert fleet(climbs, text) == []  # as smooth as a clock, and alone with it
    (title,) = fleet(climbs, text, event="MESS")
    assert "acme-2" in title


def leaks(
    cycle: float,
    restarts: Callable[[float], Sequence[float]],
    all_of_them: bool = False,
    hosts: Sequence[int] = range(5),
) -> list[str]:
    """Titles of a site where one number, or all, climbs for `cycle` days again and again, and what is said when."""
    world, said, r = World(DAYS), dict[int, list[tuple[int, str]]](), random.Random(5)
    for host in hosts:
        say = replace(READ, host=f"acme-{host}")
        for k in range(3 * DAYS):
            t = START + k * DAY // 3 + 2 * HOUR + 60 * host
            day = (t - START) / DAY
            climbs = day % cycle / cycle if host == 2 or all_of_them else 0.3
            world.say(t, say)
            value = 100 * (1 + 1.5 * climbs) * r.gauss(1, 0.01)
            said.setdefault(say.key().id, []).append((t * SECOND_US, f'{{"res":"m7","v":{value:.1f}}}'))
        world.every(HOUR, Say(f"acme-{host}", "ordinary line"))
    for day in restarts(cycle):
        world.say(START + day * DAY, Say("acme-2", "worker <*> present", app="meterd"))
    outcome = world.attend(said=said)
    assert outcome.verdicts, told(outcome)
    return [story.title for story in outcome.stories if "drift" in story.kinds]


def test_what_climbs_until_it_begins_anew_is_told() -> None:
    """A sawtooth whose falls go with a rare line of its program there; not without that line, not where all climb so,
    not where it is set back at one time of the day.
    """

    def with_falls(cycle: float) -> Sequence[float]:
        return [k * cycle for k in range(1, int(DAYS / cycle) + 1)]

    (title,) = leaks(2.3, with_falls)
    assert "until it begins anew" in title
    assert len(leaks(2.3, with_falls, hosts=(1, 2))) == 1
    assert leaks(2.3, with_falls, hosts=(2,)) == []  # whether its like climb, too, nobody knows
    assert leaks(2.3, lambda cycle: []) == []
    assert leaks(2.3, lambda cycle: [1.0, 3.1, 5.2, 7.9, 10.2]) == []
    assert leaks(2.3, with_falls, all_of_them=True) == []
    assert leaks(2.0, with_falls) == []


def test_a_thing_that_stays_away_longer_each_time_is_told() -> None:
    """Outages that last ever longer are a number of their own; outages as long as ever are none."""

    def titles(lasts: Callable[[float], float]) -> list[str]:
        world, r = World(DAYS), random.Random(2)
        down = Say("acme-1", "leg <*> left", app="legd", entity="leg-7", kind="peer", polarity="down")
        back = replace(down, text="leg <*> joined", polarity="up")
        for k in range(2 * DAYS):
            day = k / 2 + r.uniform(0.05, 0.4)
            world.say(START + day * DAY, down)
            world.say(START + day * DAY + lasts(day) * r.uniform(0.9, 1.1), back)
        outcome = world.attend(said={})
        return [story.title for story in outcome.stories if "drift" in story.kinds]

    (title,) = titles(lambda day: 10 * 1.4**day)
    assert "it takes longer each time" in title
    assert titles(lambda day: 40) == []


def test_series_of_outages_need_several() -> None:
    """Seven outages are no series."""
    down = Say("acme-1", "leg <*> left", app="legd", entity="leg-7", kind="peer", polarity="down")
    back = replace(down, text="leg <*> joined", polarity="up")

    def known(count: int) -> bool:
        world = World(DAYS)
        world.flap(down, back, [0.3 + k for k in range(count)])
        (own,) = [one for one in world.histories() if one.key.polarity == "down"]
        keys = {one.key.id: one.key for one in world.histories()}
        return derived.recovery(own.transitions, keys, own.key) is not None

    assert known(8)
    assert not known(7)


def moved(value: Callable[[float], float], unit: str, until: float) -> list[str]:
    """Kinds told of a number that is reported four times a day, from the third day of memory until another."""
    world, said = World(DAYS + 2), list[tuple[int, str]]()
    say = replace(READ, text="move of vol_a <*> done")
    for k in range(12, int(4 * until)):
        t = START + k * DAY // 4 + 3 * HOUR
        world.say(t, say)
        said.append((t * SECOND_US, f"move of vol_a {value((k - 12) / 4):.0f} {unit} done"))
    for host in range(4):
        for n in range(6):
            world.every(HOUR, Say(f"acme-{host}", f"ordinary line {'abcdef'[n]}"))
    return [kind for story in world.attend(said={say.key().id: said}).stories for kind in story.kinds]


def test_progress_that_comes_to_its_end_is_neither_a_creep_nor_a_stop() -> None:
    """A share that goes from nothing to the whole and then is reported no more; not a level, nor what stops half-way."""
    assert moved(lambda day: 12 * day, "percent", 11) == []  # it had 96 per cent, and the pace of the rest
    assert moved(lambda day: 12 * day, "percent", DAYS + 2) == []  # and beyond: what fills from nothing
    assert "silence" in moved(lambda day: 12 * day, "percent", 7)
    assert "drift" in moved(lambda day: 40 + 4 * day, "percent", DAYS + 2)
    assert "silence" in moved(lambda day: 12 * day, "blocks", 11)

"""Numbers that creep: told where one moves one way, and not where it stands, breathes, or all of them move."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, START, Say, World, find, told

from brainstemd.attention import fellows, numbered, numbers
from brainstemd.models import DAY_US, SECOND_US

DAYS = 12
DONE = Say(
    "acme-bk-1",
    "copy of <*> finished ok in <n> s",
    app="copyd",
    entity="books",
    kind="job",
    outcome="success",
)
Lines = dict[int, list[tuple[int, str]]]


def site(number: Callable[[int, int], float], jobs: int = 6) -> tuple[World, Lines]:
    """A nightly job at each of some hosts; `number`: job, day → how long it took."""
    world, said = World(DAYS), Lines()
    for job in range(jobs):
        say = replace(DONE, host=f"acme-bk-{job}", entity=f"set-{job}")
        for day in range(DAYS):
            t = START + day * DAY + 2 * HOUR + 60 * job
            world.say(t, say)
            said.setdefault(say.key().id, []).append(
                (t * SECOND_US, f"copy of set-{job} finished ok in {number(job, day):.0f} s")
            )
        world.every(HOUR, Say(f"acme-bk-{job}", "ordinary line"))
    return world, said


def steady(job: int, day: int) -> float:
    return 600 + 40 * ((7 * job + 5 * day) % 11)


def one_grows(job: int, day: int) -> float:
    return 600 * 1.12**day + 9 * (day % 3) if job == 3 else steady(job, day)


def test_one_that_creeps_is_told() -> None:
    """A job that takes longer every night is a story, though each night it says that all is well; its parts add up."""
    world, said = site(one_grows)
    story = find(world.attend(said=said), "set-3")
    assert story is not None
    assert story.kinds == ["drift"]
    assert "creeps" in story.title
    assert sum(part.points for part in story.parts) == pytest.approx(story.attention, abs=0.06)
    assert set(story.quotes) <= {t for t, _ in said[story.key_ids[0]]}


def test_one_that_shrinks_at_once_is_told() -> None:
    """A number that has another size since three nights is a story, in words that say so."""
    world, said = site(
        lambda job, day: (35 if day >= DAYS - 4 else 900) + day % 3 if job == 3 else steady(job, day)
    )
    story = find(world.attend(said=said), "set-3")
    assert story is not None
    assert "the number is lower for" in story.title


def test_one_that_comes_late_is_told() -> None:
    """A nightly job that comes hours later since some nights, and says that all is well, is a story; its likes are not."""
    world, said = World(DAYS), Lines()
    for job in range(6):
        say = replace(DONE, host=f"acme-bk-{job}", entity=f"set-{job}", text="copy of <*> finished ok")
        for day in range(DAYS):
            late = 3 * HOUR if job == 3 and day >= DAYS - 4 else 0
            t = START + day * DAY + 2 * HOUR + 60 * job + 17 * (day % 5) + late
            world.say(t, say)
            said.setdefault(say.key().id, []).append((t * SECOND_US, f"copy of set-{job} finished ok"))
        world.every(HOUR, Say(f"acme-bk-{job}", "ordinary line"))
    outcome = world.attend(said=said)
    assert [story.title for story in outcome.stories] == [
        'copyd: "copy … finished ok" (set-3) on acme-bk-3: comes later for 3 days, 02:03 → 05:04 UTC'
    ], told(outcome)


def test_one_that_lost_a_path_is_told() -> None:
    """A constant that is less than what it had always equalled in its own line is a story, whatever its ratio; and
    not where all of them lose one (a change of the fabric), nor where it came back.
    """
    said_of = "paths of <*> checked, configured <n> usable <n>"

    def told_of(usable: Callable[[int, int], int]) -> list[str]:
        world, said = World(DAYS), Lines()
        for host in range(6):
            say = replace(DONE, host=f"acme-bk-{host}", entity=f"lun-{host}", text=said_of, outcome=None)
            for half in range(2 * DAYS):
                t = START + half * DAY // 2 + 2 * HOUR + 60 * host
                world.say(t, say)
                text = f"paths of lun-{host} checked, configured 4 usable {usable(host, half)}"
                said.setdefault(say.key().id, []).append((t * SECOND_US, text))
            world.every(HOUR, Say(f"acme-bk-{host}", "ordinary line"))
        outcome = world.attend(said=said)
        return [story.title for story in outcome.stories if "drift" in story.kinds]

    (title,) = told_of(lambda host, half: 3 if host == 3 and half >= 16 else 4)
    assert "lun-3" in title
    assert "the number is lower for 3 days, 4 → 3" in title
    assert told_of(lambda host, half: 3 if half >= 16 else 4) == []
    assert told_of(lambda host, half: 3 if host == 3 and 16 <= half < 20 else 4) == []


def test_certificates_count_as_told_by_their_fellows() -> None:
    """Where all are renewed at twenty days, one at ten is a story and one at twenty-five is none."""
    world, said = World(DAYS), Lines()
    left = {0: 24, 1: 25, 2: 26, 3: 21, 4: 60, 5: 37}
    for host, first in left.items():
        say = replace(DONE, host=f"acme-bk-{host}", entity=f"site-{host}", text="site <*> has <n> days left")
        for day in range(DAYS):
            days = first - day
            if days < 20 and host != 3:
                days += 70
            t = START + day * DAY + 2 * HOUR + 60 * host
            world.say(t, say)
            said.setdefault(say.key().id, []).append((t * SECOND_US, f"site-{host} has {days} days left"))
        world.every(HOUR, Say(f"acme-bk-{host}", "ordinary line"))
    outcome = world.attend(said=said)
    (story,) = [story for story in outcome.stories if "drift" in story.kinds]
    assert "site-3" in story.title
    assert any("beyond 20 days" in part.because for part in story.parts), told(outcome)


@pytest.mark.parametrize(
    "text",
    [
        "FW: D 0:18 tcp 10.1.2.3 10.9.8.7 40123 443 (1 packets)",
        "flow closed 10.1.2.3(40123) -> 10.9.8.7(443)",
        "[514561.120334] ath1: descriptors dropped",
    ],
)
def test_ports_and_stamps_are_no_measurements(text: str) -> None:
    """A bare number behind an address, in brackets or not, is a port; one in brackets with decimals is a kernel's clock."""
    assert not {40123.0, 443.0, 514561.120334} & set(numbers.found_in(text).values())


def test_multiples_say_that_a_number_measures() -> None:
    """`oldest transaction 313 M` is no transaction id."""
    assert list(numbers.found_in("database risk: oldest transaction 313 M xids old").values()) == [313e6]


def test_the_words_of_a_date_make_no_other_message() -> None:
    """A line that says on which weekday it was written is one message on all of them."""
    weekdays = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    lines = [
        (day * DAY_US, f"Application {weekdays[day % 7]} Mar {day + 1:02d} pool holds {40 + day} MB")
        for day in range(9)
    ]
    found = [one for one in numbers.series(lines) if one.name.before.endswith("holds")]
    assert [one.values for one in found] == [tuple((40.0 + day) * 1e6 for day in range(9))]


@pytest.mark.parametrize(
    "number",
    [
        steady,
        lambda job, day: 600 * 1.12**day + 5 * ((job + day) % 3),
        lambda job, day: (700 if (day + 3) % 7 < 5 else 1400) + 9 * ((job + day) % 4),
        lambda job, day: 900 if job == 3 and day == DAYS - 1 else steady(job, day),
    ],
    ids=["flat", "all of them", "by the weekday", "once"],
)
def test_twins_are_not_told(number: Callable[[int, int], float]) -> None:
    """The same words and numbers without the telling property make no story."""
    world, said = site(number)
    outcome = world.attend(said=said)
    assert [story for story in outcome.stories if "drift" in story.kinds] == [], told(outcome)


def test_lines_of_the_day_itself_are_not_read() -> None:
    """Samples of the running day may still change: with or without them the outcome is the same."""
    world, said = site(one_grows)
    at = START + (DAYS - 2) * DAY + 7 * HOUR
    before = {
        key: [line for line in lines if line[0] < at * SECOND_US // DAY_US * DAY_US]
        for key, lines in said.items()
    }
    assert world.attend(at, said=said) == world.attend(at, said=before)


def test_only_keys_with_numbers_and_days_are_asked() -> None:
    """Keys of five days whose template holds a placeholder; not the others."""
    world, said = site(one_grows)
    asked = numbered(world.histories(), world.facts(), world.end * SECOND_US)
    assert asked == set(said)


def pace(number: Callable[[int], float]) -> numbers.Series:
    """Twelve days of one number."""
    lines = [(day * DAY_US, f"age of it now {number(day):.0f} s") for day in range(DAYS)]
    return next(one for one in numbers.series(lines) if one.name.before == "it now")


def test_where_sawteeth_are_set_back() -> None:
    """The farthest levels from which a kind's sawteeth were set back; what wanders has none, though one of it may look so."""
    teeth = [pace(lambda day, n=n: 100 + (37 * n + 30 * day) % 150) for n in range(5)]  # type: ignore[misc]
    climbing = pace(lambda day: 90 + 20 * day)
    kind = fellows.Kind([*teeth, climbing]).without(climbing)
    assert kind.lowest is None
    assert kind.highest == max(max(one.values) for one in teeth)
    wandering = [pace(lambda day, n=n: 100 + (n * 31 + day * day * 7) % 23) for n in range(5)]  # type: ignore[misc]
    assert fellows.Kind([*wandering, climbing]).without(climbing).highest is None


def test_three_quarters_of_the_others_are_no_wider() -> None:
    """One fellow that moves as far, and one odd day of another, do not widen what is usual."""
    flat = [pace(lambda day: 100) for _ in range(5)]
    odd_day = pace(lambda day: 900 if day == 5 else 100 + day % 2)
    climbing = [pace(lambda day: 100 + 10 * day) for _ in range(2)]
    kind = fellows.Kind([*flat, odd_day, *climbing]).without(climbing[0])
    assert (kind.others, kind.width) == (7, 1.0)
    assert kind.levels[100.0] == 5

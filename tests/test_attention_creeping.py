"""Numbers that creep: told where one moves one way, and not where it stands, breathes, or all of them move."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, START, Say, World, find, told

from brainstemd.attention import numbered
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

"""What did not come: beats, sources, their twins, and the return."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, START, Say, World, find, noise, told

from brainstemd.models import SECOND_US, Gap, Note

SITE = noise(World(14, 3)).lines
JOB = Say("acme-srv-07", "nightly report written", app="report")
BEAT = Say("acme-srv-05", "agent alive, queue <n>", app="agent")
COUNT = 15


def site() -> World:
    return World(14, 3, list(SITE))


def with_job(days: range | list[int]) -> World:
    world = site()
    world.daily(4 * HOUR, JOB, days=days)
    return world


def with_beat(until: float) -> World:
    world = site()
    world.every(900, BEAT, jitter=5)
    world.lines = [(t, say) for t, say in world.lines if say != BEAT or t < until]
    return world


def test_a_nightly_job_that_stopped_is_told_with_its_due_time() -> None:
    """Two nights without it: expected_us is the first of them, evidence is its own key."""
    world = with_job(range(COUNT - 2))
    story = find(world.attend(), "nightly report")
    assert story is not None, told(world.attend())
    assert story.kinds == ["silence"]
    assert story.expected_us is not None
    assert abs(story.expected_us // SECOND_US - (START + 13 * DAY + 4 * HOUR)) < 120
    assert story.key_ids == (JOB.key().id,)
    assert "missed twice in a row" in story.title


def test_a_heartbeat_that_stopped_is_told() -> None:
    """A beat every quarter of an hour, away for five hours."""
    world = site()
    world = with_beat(world.end - 5 * HOUR)
    story = find(world.attend(), "agent alive")
    assert story is not None, told(world.attend())


def test_a_source_that_fell_silent_is_one_story() -> None:
    """Everything of one host stops: one story of the host, none of its beats."""
    world = site()
    world.lines = [(t, s) for t, s in world.lines if s.host != "acme-srv-04" or t < world.end - 6 * HOUR]
    outcome = world.attend()
    about = [story for story in outcome.stories if story.hosts == ["acme-srv-04"]]
    assert [story.title for story in about] == ["Host acme-srv-04 has been silent for 6 h"], told(outcome)
    assert about[0].signature is None


TWINS: dict[str, Callable[[], World]] = {
    "on time": lambda: with_job(range(COUNT)),
    "too short a past": lambda: with_job(range(10, 13)),
    "weekdays, seen on the morning after a weekend": lambda: _weekend(),
    "taken over by another name": lambda: _renamed(),
    "maintenance": lambda: _maintained(),
    "a gap": lambda: _blind(),
    "irregular": lambda: _irregular(),
}


def _weekend() -> World:
    world = with_job([n for n in range(COUNT) if (START // DAY + n + 3) % 7 < 5 and n < 8])
    return world.mapped(lambda t, say: (t, say) if t < START + 9 * DAY + 7 * HOUR else None)


def _renamed() -> World:
    world = with_job(range(COUNT - 3))
    world.daily(4 * HOUR, replace(JOB, text="report of the night stored"), days=range(COUNT - 3, COUNT))
    return world


def _maintained() -> World:
    world = with_job(range(COUNT - 1))
    day = (START + 14 * DAY) * SECOND_US
    end = day + 6 * HOUR * SECOND_US
    world.notes = [Note("maintenance", 0, "me", tenant="acme", start_us=day, end_us=end)]
    return world


def _blind() -> World:
    world = with_job(range(COUNT - 1))
    day = (START + 14 * DAY) * SECOND_US
    world.gaps = [Gap(day, day + 6 * HOUR * SECOND_US, "receiver_down", None)]
    return world


def _irregular() -> World:
    world = site()
    world.poisson(2, JOB, last=12.8)
    return world


@pytest.mark.parametrize("twin", sorted(TWINS))
def test_its_twin_is_not_told(twin: str) -> None:
    """The same message without the telling property makes no story."""
    world = TWINS[twin]()
    at = min(world.end, max(t for t, _ in world.lines) + 60)
    outcome = world.attend(at)
    assert find(outcome, "nightly report") is None, told(outcome)


def test_a_whole_tenant_late_is_one_line() -> None:
    """The way to a tenant is broken: no item for each beat, one line that says so."""
    world = site()
    world.lines = [(t, say) for t, say in world.lines if t < world.end - 6 * HOUR]
    outcome = world.attend()
    assert not any("silence" in story.kinds for story in outcome.stories), told(outcome)
    assert any("late at once" in line for line in outcome.footers)


def test_what_came_back_is_recovered_once() -> None:
    """Silent yesterday, back today: recovered, with the same id; the day after it is no story."""
    world = with_job([n for n in range(COUNT) if n not in (12, 13)])
    before = find(world.attend(world.end - DAY), "nightly report")
    after = find(world.attend(), "nightly report")
    assert before is not None
    assert after is not None
    assert (after.id, after.state) == (before.id, "recovered")
    assert "is back since 0" in after.title
    longer = World(15, 3, list(world.lines))
    longer.lines += [(t + DAY, say) for t, say in world.lines if t > world.end - DAY]
    assert find(longer.attend(), "nightly report") is None


def test_a_mute_keeps_a_silence_out() -> None:
    """An operator's word counts for what did not come as well."""
    world = with_job(range(COUNT - 2))
    story = find(world.attend(), "nightly report")
    assert story is not None
    world.notes = [Note("mute", 0, "anna", item=story.id)]
    assert find(world.attend(), "nightly report") is None


def test_a_silence_knows_nothing_of_the_future() -> None:
    """As of an instant: the same stories, whether or not memory holds the return."""
    world = with_job([n for n in range(COUNT) if n not in (12, 13)])
    at = world.end - DAY
    assert world.attend(at, unmasked=True).stories == world.attend(at).stories
    assert find(world.attend(at), "nightly report") is not None


def test_a_silence_stands_through_a_weekend() -> None:
    """A beat of office hours that stopped on a Thursday is late on the Sunday too, though no Sunday was ever seen."""
    world = site()
    office = [n for n in range(COUNT) if (START // DAY + n + 3) % 7 < 5]
    stop = START + 13 * DAY + 10 * HOUR
    for n in office:
        for quarter in range(40):
            t = START + n * DAY + 8 * HOUR + quarter * 900
            if t < stop:
                world.say(t, BEAT)
    later = World(16, 3, list(world.lines))
    later.lines += [(t + 2 * DAY, say) for t, say in SITE if t > world.end - 2 * DAY]
    assert (later.end // DAY + 3) % 7 == 6
    story = find(later.attend(), "agent alive")
    assert story is not None, told(later.attend())

"""What few or none could say, habits, siblings whose times lie otherwise, and neutral things that leave and return."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, MINUTE, START, Say, World, find, told

from brainstemd.attention import alone, apart, habits, siblings
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.scenes import scene
from brainstemd.attention.units import KEY, Scene, Unit, build
from brainstemd.attention.weights import DEFAULTS
from brainstemd.models import Story, TransitionKind

ODD = Say("h1", "gear seven slipped a notch", app="gear")
DAYS = 14


def staged(world: World) -> Scene:
    return scene(
        world.histories(),
        world.facts(),
        at_s=world.end,
        window_s=DAY,
        since_s=START,
        notes=(),
        weights=DEFAULTS,
    )


def unit_of(say: Say, stage: Scene) -> Unit:
    key = say.key()
    stats = [item for item in stage.stats if item.key.id == key.id]
    return build(KEY, (key.tenant, key.signature, key.state, key.source, key.entity), stats, stage, ())


def irregular(world: World, say: Say, days: int) -> None:
    """Once on each of the last days, at no time of its own."""
    for n in range(days):
        world.say(world.end - n * DAY - (3 + 5 * n % 17) * HOUR, say)


# ---------------------------------------------------------------- alone


def ranked(
    own_days: int, others: list[int], say: Say = ODD, valence: float = -5.0
) -> tuple[float, str] | None:
    world = World(DAYS)
    irregular(world, say, own_days)
    for n, days in enumerate(others):
        irregular(world, Say(f"x{n}", f"knob {'abcdefghij'[n]} turned", app=f"knob{n}"), days)
    world.every(HOUR, Say("h1", "ordinary line"))
    stage = staged(world)
    unit = unit_of(say, stage)
    found = siblings.of(KEY, unit.key, unit.slots, stage)
    return alone.rank(unit, found, valence, stage)


def test_the_rarer_its_persistence_the_more_points() -> None:
    """Five points a halving of the share of sparse neutral kinds that came on as many days."""
    found = ranked(8, [1] * 7)
    assert found is not None
    assert found[0] == pytest.approx(15.0)


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (replace(ODD, text="gear accepted"), "ordinary words"),
        (replace(ODD, outcome="success"), "a success"),
        (replace(ODD, orderly=True), "wanted"),
    ],
    ids=lambda item: item if isinstance(item, str) else "",
)
def test_what_says_that_all_is_well_is_not_ranked(say: Say, why: str) -> None:
    """Neutral means neither good nor wanted."""
    assert ranked(8, [1] * 7, say) is None, why


def test_as_persistent_as_the_rest_is_nothing() -> None:
    """Where all sparse kinds come on as many days, it gains nothing by coming."""
    found = ranked(8, [8] * 7)
    assert found is not None
    assert found[0] == 0.0


@pytest.mark.parametrize(
    ("per_day", "days", "kind", "down", "expected"),
    [
        (1, 6, "link", False, True),
        (1, 3, "link", False, False),
        (1, 6, "user", False, False),
        (1, 6, "link", True, False),
        (12, 6, "link", False, False),
    ],
    ids=["up again", "on three days", "a person", "downs are told", "all day long"],
)
def test_up_again(per_day: int, days: int, kind: str, down: bool, expected: bool) -> None:
    """A thing that comes up on several days, and nobody told of a down, went down as often."""
    world = World(DAYS)
    up = Say("h1", "thing is there", app="gear", entity="cell-1", kind=kind, polarity="up")
    for n in range(days):
        for k in range(per_day):
            t = world.end - n * DAY - (2 + 1.7 * k + 3 * (n % 3)) * HOUR
            world.say(t, up)
            if down:
                world.say(t - 60, replace(up, text="thing is gone", polarity="down"))
    stage = staged(world)
    unit = unit_of(up, stage)
    assert any(item.kind is TransitionKind.DOWN for item in unit.transitions) is down
    assert alone.up_again(unit, stage) is expected


# ---------------------------------------------------------------- habits

FAULT = Say("h1", "valve stuck", app="valve")


def habit(
    every: float, say: Say = FAULT, valence: float = 10.0, evidence: tuple[Evidence, ...] = ()
) -> float:
    """What its past takes away from something that comes every so many seconds."""
    world = World(DAYS)
    world.every(int(every), say, jitter=60, phase=HOUR)
    world.every(HOUR, Say("h1", "ordinary line"))
    stage = staged(world)
    unit = unit_of(say, stage)
    found = siblings.of(KEY, unit.key, unit.slots, stage)
    return sum(part.points for part in habits.part(unit, stage, evidence, None, valence, found))


def test_a_timetable_takes_all_and_a_rhythm_of_its_own_half() -> None:
    """Every six hours is somebody's timetable; every 5 h 12 min is a fault's own rhythm."""
    assert habit(6 * HOUR) == pytest.approx(-60, abs=3)
    assert habit(5.2 * HOUR) == pytest.approx(-30, abs=3)


def test_what_ended_well_once_is_tried_in_vain_by_any_clock() -> None:
    """As old as memory and on a timetable: attempts keep their points only where a good end was ever said."""
    tried = Evidence("in_vain", "failures", 7.0, "put off")
    assert habit(12 * HOUR, evidence=(tried,)) == pytest.approx(-60, abs=3)
    assert habit(12 * HOUR, evidence=(tried._replace(own=True),)) == 0.0


def test_neutral_words_have_no_rhythm_of_a_fault() -> None:
    """Of a denser rhythm than six hours neutral words lose all; of a slow one that nobody set, nothing."""
    assert habit(5.2 * HOUR, ODD, -5.0) == pytest.approx(-60, abs=3)
    assert habit(7.3 * HOUR, ODD, -5.0) == 0.0


def test_a_state_logged_as_worse_than_its_return_is_no_timetable() -> None:
    """An excursion whose message that leaves is a warning, and the one that returns is none, loses nothing by its hour."""
    over = Evidence("excursion", "failures", 7.0, "over and back", own=True)
    assert habit(24 * HOUR, ODD, 3.0, (over,)) == 0.0
    assert habit(24 * HOUR, ODD, 3.0, (over._replace(own=False),)) == pytest.approx(-60, abs=3)


# ---------------------------------------------------------------- siblings whose times lie otherwise


def test_a_siblings_bad_hour_is_one_spell() -> None:
    """Five siblings say it twelve times within one hour; one says it on twelve days: by spells it stands alone."""
    world = World(DAYS)
    irregular(world, ODD, 12)
    for n in range(5):
        for k in range(12):
            world.say(START + 3 * DAY + 9 * HOUR + k * 290, replace(ODD, host=f"h{n + 2}"))
    stage = staged(world)
    item = unit_of(ODD, stage).stats[0]
    assert siblings.of(KEY, item.key, item.slots, stage).points < 0
    found = apart.of_spells(item, stage)
    assert found is not None
    assert (found.own, found.alike, found.most) == (12, 0, 1)
    crowd = next(one for one in stage.stats if one.key.source == "h2")
    assert apart.of_spells(crowd, stage) is None


@pytest.mark.parametrize(
    ("later", "expected"), [(4 * MINUTE, True), (3 * HOUR, False)], ids=["then", "later"]
)
def test_the_other_end_of_one_happening_is_no_sibling(later: int, expected: bool) -> None:
    """A partner that says the same of the same thing at the same times; at other times it is one."""
    world = World(DAYS)
    say = replace(ODD, entity="pair-1", kind="cluster")
    irregular(world, say, 9)
    for t, _ in list(world.lines):
        world.say(t + later, replace(say, host="h2"))
    stage = staged(world)
    assert apart.other_end(unit_of(say, stage).stats[0], stage) is expected


# ---------------------------------------------------------------- told as one


def leaving(hosts: int) -> World:
    """One host of nine (or all) goes over to the other line for some minutes, at no fixed time, and returns."""
    world = World(DAYS, 3)
    for n in range(9):
        host = f"h{n + 1}"
        world.every(HOUR, Say(host, "link quality <n>", app="path"), jitter=900)
        if n < hosts:
            over = Say(host, "Profile moved from Fibre to Cellular", app="path")
            back = Say(host, "Profile moved from Cellular to Fibre", app="path")
            for t in world.some_times(1.2, 2):
                world.say(START + t * DAY, over)
                world.say(START + t * DAY + world.random.randint(60, 600), back)
    return world


def test_over_and_back_is_one_story() -> None:
    """Neutral words that take turns, of one host of nine: one story, whose title says over and back."""
    outcome = leaving(1).attend()
    assert len(outcome.stories) == 1, told(outcome)
    story = find(outcome, "Profile moved")
    assert story is not None
    assert story.title.startswith('path: "Profile moved from Fibre to Cellular" and back ')
    assert "excursion" in story.kinds


def test_over_and_back_everywhere_is_no_story() -> None:
    """What all nine do is how such a line is."""
    outcome = leaving(9).attend()
    assert outcome.stories == [], told(outcome)


def spreading(names: int) -> World:
    """One name after another host: it begins on h1 to h6 a day apart and stays; `names` others come and go by chance."""
    world = World(DAYS, 4)
    say = Say("h1", "lookup of <host> put off", app="res", kind="host")
    for n in range(6):
        world.every(2 * HOUR, Say(f"h{n + 1}", "ordinary line"), jitter=600)
        world.poisson(0.5, replace(say, host=f"h{n + 1}", entity="ns-9"), first=3 + 1.2 * n)
        for k in range(names):
            world.poisson(0.12, replace(say, host=f"h{n + 1}", entity=f"other-{k}"))
    return world


def test_of_hundreds_of_names_none_spreads() -> None:
    """The same first sights make a spread of the only name, and are chance among two hundred."""
    only = find(spreading(0).attend(), "lookup")
    assert only is not None
    assert "spread" in only.kinds
    assert not any("spread" in story.kinds for story in spreading(200).attend().stories)


# ---------------------------------------------------------------- some time about noon


def _about_noon(minutes: float, *, missed: int, hosts: int = 1) -> Story | None:
    """What is told where so many of twelve hosts say ODD about noon, all but every `missed`-th day, so exactly."""
    world = World(DAYS, seed=4)
    for n in range(12):
        for k in range(6):
            world.poisson(8, Say(f"h{n}", f"gear {'abcdef'[k]} turned over", app="gear"))
    for n in range(hosts):
        for day in range(DAYS):
            if day % missed or missed == 1:
                world.say(
                    START + day * DAY + 12 * HOUR + world.random.gauss(0, minutes * MINUTE),
                    replace(ODD, host=f"h{n}"),
                )
    return find(world.attend(), "gear seven")


def test_what_one_host_says_about_noon_on_most_days_is_told_and_a_timetable_is_not() -> None:
    """Ten minutes of scatter and days left out are no schedule; to the minute or daily is one; on all hosts it is none's own."""
    assert _about_noon(10, missed=5)
    assert not _about_noon(1, missed=5)
    assert not _about_noon(10, missed=1)
    assert not _about_noon(10, missed=5, hosts=12)

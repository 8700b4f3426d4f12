"""What did not come: beats, sources, their twins, and the return."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

import rhythms
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
    """A beat of office hours that stopped on a Wednesday is late on the Sunday too, though no Sunday was ever seen."""
    world = site()
    office = [n for n in range(COUNT) if (START // DAY + n + 3) % 7 < 5]
    stop = START + 12 * DAY + 10 * HOUR
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


# ---------------------------------------------------------------- ends that somebody ordered

VEND = Say("acme-srv-05", "sessions since last report: <n>", app="vendftpd-stat")
LAST = 12.4  # day of the last line


def ended(*last_words: Say, of: Say = VEND, after_s: int = 1800) -> World:
    """A beat every three hours until LAST, and what was said thereafter."""
    world = site()
    world.every(3 * HOUR, of, jitter=20)
    world.lines = [(t, say) for t, say in world.lines if say != of or t < START + LAST * DAY]
    for n, said in enumerate(last_words):
        world.say(START + LAST * DAY + after_s + 60 * n, said)
    return world


ORDERS = {
    "of its service": Say(
        "acme-srv-05",
        "Stopped <unit>, disabled by change <id>: vendftpd-stat retired, partners moved",
        app="systemd",
        entity="vendftpd.service",
        kind="service",
        polarity="down",
        orderly=True,
    ),
    "of its program": Say("acme-srv-05", "vendftpd shut down by operator", app="init", orderly=True),
    "by itself": Say("acme-srv-05", "stopped on request", app="vendftpd-stat", polarity="down", orderly=True),
    "removed": Say("acme-srv-05", "package vendftpd removed", app="dpkg"),
}
NO_ORDERS = {
    "of another service": replace(
        ORDERS["of its service"], text="Stopped <unit>, disabled by change", entity="cupsd"
    ),
    "of another host": replace(ORDERS["of its program"], host="acme-srv-06"),
    "to begin again": Say("acme-srv-05", "vendftpd restarted by operator", app="init", orderly=True),
    "for a fault": Say(
        "acme-srv-05", "vendftpd shut down by watchdog, deadlock", app="init", polarity="down"
    ),
}


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_a_beat_that_was_ended_in_order_is_not_told(order: str) -> None:
    """Somebody said that its program is stopped for good, or that he wanted it so: nobody waits for it."""
    outcome = ended(ORDERS[order]).attend()
    assert find(outcome, "sessions since") is None, told(outcome)


@pytest.mark.parametrize("order", sorted(NO_ORDERS))
def test_an_order_about_something_else_excuses_nothing(order: str) -> None:
    """Another service, another host, a restart, a stop for a fault: the beat is missed."""
    outcome = ended(NO_ORDERS[order]).attend()
    assert find(outcome, "sessions since") is not None, told(outcome)


def test_a_bare_orderly_stop_weighs_against_it() -> None:
    """That a service stopped in order, with nobody who wanted it so for good, takes thirty points."""
    bare = replace(ORDERS["by itself"], text="exiting on signal")
    orderly = ended(bare).attend(weights={"prior_floor": 40})
    assert find(ended(bare).attend(), "sessions since") is None
    story = find(orderly, "sessions since")
    assert story is not None, told(orderly)
    assert [part.points for part in story.parts if part.name == "orderly"] == [-30]


def test_an_end_that_came_before_the_last_beats_excuses_nothing() -> None:
    """What went on after it was stopped was begun again."""
    outcome = ended(ORDERS["by itself"], after_s=-2 * DAY).attend()
    assert find(outcome, "sessions since") is not None, told(outcome)


def gone(*last_words: Say, host: str = "acme-srv-04", hours: int = 30) -> World:
    world = site()
    stop = world.end - hours * HOUR
    world.lines = [(t, s) for t, s in world.lines if s.host != host or t < stop]
    for said in last_words:
        world.say(stop, said)
    return world


@pytest.mark.parametrize(
    "said",
    [
        Say(
            "acme-srv-04",
            "shutdown by user <user> (refit)",
            app="system",
            entity="anna",
            kind="user",
            polarity="down",
            orderly=True,
        ),
        Say("acme-srv-04", "decommissioning confirmed, drawers empty", app="service"),
        Say("acme-srv-09", "node removed by administrator", app="cluster", entity="acme-srv-04", kind="node"),
    ],
    ids=["a shutdown by a person", "out of service", "another host says so"],
)
def test_a_host_that_was_shut_down_in_order_is_not_told(said: Say) -> None:
    """Neither while it is silent nor when it is back, nor any of its beats."""
    world = gone(said)
    outcome = world.attend()
    assert not [story for story in outcome.stories if story.hosts == ["acme-srv-04"]], told(outcome)
    back = World(16, 3, list(world.lines))
    back.lines += [(t + DAY, say) for t, say in SITE if t > world.end - DAY]
    outcome = back.attend()
    assert not [s for s in outcome.stories if "silence" in s.kinds and s.hosts == ["acme-srv-04"]], told(
        outcome
    )


@pytest.mark.parametrize(
    "said",
    [
        Say("acme-srv-04", "reboot requested by operator", app="system", orderly=True, polarity="down"),
        Say("acme-srv-04", "session of <user> shut down by operator", app="sshd", orderly=True),
        Say("acme-srv-04", "battery low, system halted by operator policy", app="ups", polarity="down"),
    ],
    ids=["a reboot", "a part of it", "a cause"],
)
def test_a_host_whose_last_words_were_no_farewell_is_told(said: Say) -> None:
    """What was to come back and did not, and what fell with its power, is missed."""
    outcome = gone(said).attend()
    assert [story for story in outcome.stories if story.hosts == ["acme-srv-04"]], told(outcome)


def rolled_down(*said: Say) -> World:
    """A host whose last words are these, a quarter of a minute apart."""
    world = gone()
    stop = max(t for t, say in world.lines if say.host == "acme-srv-04")
    for k, one in enumerate(said):
        world.say(stop + 15 * k, one)
    return world


THINGS = [Say("acme-srv-04", "bay state B", app="store", entity=f"bay-{k}", kind="slot") for k in range(5)]


def test_a_host_that_names_its_things_as_never_before_and_ends_rolled_down_in_order() -> None:
    """Whatever the words; fewer of them, a warning, a fault, a change before them, or their like on other days prove nothing."""
    upgrade = Say("acme-srv-04", "firmware upgrade installed", app="pkg")

    def is_told(world: World) -> bool:
        return bool([s for s in world.attend().stories if s.hosts == ["acme-srv-04"]])

    assert not is_told(rolled_down(*THINGS))
    assert is_told(rolled_down(*THINGS[:3]))
    assert is_told(rolled_down(*(replace(said, severity=4) for said in THINGS)))
    assert is_told(rolled_down(*(replace(said, text="bay read error") for said in THINGS)))
    assert is_told(rolled_down(upgrade, *THINGS))
    known = rolled_down(*THINGS)
    for k, said in enumerate(THINGS):
        known.say(START + 9 * DAY + 15 * k, said)
    assert is_told(known)


def test_a_host_whose_things_another_speaks_of_is_not_told() -> None:
    """A new host took over what only the old one spoke of."""
    world = gone(hours=48)
    parts = [
        Say("acme-srv-04", "slot <n> read", app="store", entity=f"bay-{n}", kind="slot") for n in range(4)
    ]
    stop = world.end - 48 * HOUR
    for n, said in enumerate(parts):
        world.every(6 * HOUR, said, jitter=900, phase=n * 999)
    world.lines = [
        (t, replace(s, host="acme-new-1") if s in parts and t > stop else s) for t, s in world.lines
    ]
    outcome = world.attend()
    assert not [s for s in outcome.stories if s.hosts == ["acme-srv-04"]], told(outcome)
    kept = world.mapped(lambda t, s: None if s.host == "acme-new-1" else (t, s)).attend()
    assert [s for s in kept.stories if s.hosts == ["acme-srv-04"]], told(kept)


# ---------------------------------------------------------------- whole hosts


def test_one_missed_beat_of_a_host_that_says_nothing_else_is_its_silence() -> None:
    """The beat proves it, the host is told; while the host speaks of other things, the beat is."""
    report = Say("acme-box-1", "nightly report written", app="report")
    chatter = Say("acme-box-1", "clip stored <n>", app="rec")
    world = site()
    world.daily(5 * HOUR, report, days=range(COUNT - 1))
    world.poisson(40, chatter)
    stop = START + 14 * DAY - HOUR
    alive = find(world.attend(), "nightly report")
    assert alive is not None
    assert "did not come" in alive.title
    outcome = world.mapped(lambda t, s: None if s.host == "acme-box-1" and t > stop else (t, s)).attend()
    about = [s for s in outcome.stories if s.hosts == ["acme-box-1"]]
    assert [s.signature for s in about] == [None], told(outcome)
    assert about[0].title.startswith("Host acme-box-1 has been silent for")


def test_hosts_that_fall_silent_at_once_are_one_story() -> None:
    """A link or a site: all of them by name in one item, with the lines of one."""
    world = site()
    stop = world.end - 10 * HOUR
    names = ["acme-srv-03", "acme-srv-07"]
    outcome = world.mapped(lambda t, s: None if s.host in names and t > stop else (t, s)).attend()
    about = [s for s in outcome.stories if set(s.hosts) & set(names)]
    assert [s.hosts for s in about] == [names], told(outcome)
    assert "fell silent at once" in about[0].title


def test_evidence_of_a_silent_host_is_what_it_used_to_say() -> None:
    """Not the fault that it repeated all the time, but what came on most days and said nothing bad."""
    outcome = gone(hours=6).attend()
    story = next(s for s in outcome.stories if s.hosts == ["acme-srv-04"])
    steady = [say for _, say in SITE if say.host == "acme-srv-04" and say.key().id == story.key_ids[0]]
    assert len(steady) > 10
    assert "error" not in steady[0].text
    assert "retrying" not in steady[0].text


# ---------------------------------------------------------------- many clocks


def test_a_beat_that_is_left_out_now_and_then_is_told() -> None:
    """Three of the last seven nights, none before: told as coming less often, and not as a silence."""
    world = with_job([n for n in range(COUNT) if n not in (9, 11, 13)])
    story = find(world.attend(), "nightly report")
    assert story is not None, told(world.attend())
    assert story.kinds == ["rarer"]
    assert "comes less often on acme-srv-07: left out 3 times in the last 7 days" in story.title


def test_what_has_no_clock_and_comes_much_more_seldom_is_told_unless_all_do() -> None:
    """Six a day at any hour, since five days not one a day: told where the same goes on elsewhere, and not where all fell."""
    for all_fell in (False, True):
        world = World(14, 4, list(SITE))
        for n in range(5):
            handed = Say(f"acme-srv-{n + 1:02d}", "parcel handed over", app="ramp")
            world.poisson(6, handed, last=9)
            world.poisson(0.8 if n == 2 or all_fell else 6, handed, first=9)
        outcome = world.attend()
        story = find(outcome, "parcel")
        if all_fell:
            assert story is None, told(outcome)
        else:
            assert story is not None, told(outcome)
            assert (story.kinds, story.hosts) == (["rarer"], ["acme-srv-03"])


@pytest.mark.slow
def test_four_hundred_healthy_clocks_are_hardly_ever_missed() -> None:
    """Ten mornings of some four hundred clocks of all calendars, a change of the clocks among them: at most three stories."""
    world, _ = rhythms.site(22, 4)
    stories = [s for day in range(12, 22) for s in world.attend(START + day * DAY + 7 * HOUR).stories]
    assert len(stories) <= 3, [s.title for s in stories]


@pytest.mark.slow
def test_clocks_that_stop_are_missed() -> None:
    """Of two of each kind that ran every day and stopped, all are told within three and a half days."""
    world, says = rhythms.site(22, 2)
    daily = [
        kind for kind in rhythms.KINDS if "work" not in kind and "trade" not in kind and kind != "weekly"
    ]
    chosen = [say for kind in daily for say in [s for k, s in says if k == kind][:2]]
    world = rhythms.stopped(world, chosen, 14.5)
    texts = {say.text for say in chosen}
    found = {s.template for day in (16, 17, 18) for s in world.attend(START + day * DAY + 7 * HOUR).stories}
    assert texts <= found, texts - found


def reminded(others_end: bool, together: bool = False) -> World:
    """One of eight reminders of a program ended two days ago; the others go on, or ended each at its time, or with it."""
    world = site()
    for n in range(8):
        last = COUNT - 3 if n == 0 or together else 5 + n % 5 if others_end else COUNT
        begins = 0 if not others_end or together or n == 0 else last - 5
        reminder = Say("acme-srv-07", f"reminder number-{chr(97 + n)} was sent", app="remind")
        world.daily(4 * HOUR + 600 * n, reminder, jitter=5, days=range(begins, last))
    return world


@pytest.mark.parametrize(
    ("others_end", "together", "is_told"), [(False, False, True), (True, False, False), (True, True, True)]
)
def test_where_each_of_a_kind_ends_at_its_time_an_end_is_no_silence(
    others_end: bool, together: bool, is_told: bool
) -> None:
    """Lives of reminders; what ended at one time has one cause, and is told."""
    outcome = reminded(others_end, together).attend()
    assert (find(outcome, "reminder number-") is not None) is is_told, told(outcome)

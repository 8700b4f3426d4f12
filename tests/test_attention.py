"""Attention as a whole: six lines, planted signals and their twins, metamorphic properties, states, notes."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from cases import CASES, FAILED, Case
from worlds import DAY, HOUR, START, Say, World, find, noise, told, tunnel_pair

from brainstemd.attention import explain, notes
from brainstemd.attention.detectors import DETECTORS, asked
from brainstemd.attention.weights import DEFAULTS
from brainstemd.errors import ConfigError
from brainstemd.models import SECOND_US, Gap, Note

SITE = {seed: noise(World(14, seed)).lines for seed in (1, 2)}


def site(seed: int = 1) -> World:
    return World(14, seed, list(SITE[seed]))


def six_lines() -> World:
    world = World(0)
    vpn = Say("fw-01", "VPN tunnel dropped and recovered", app="charon", healed=True)
    login = replace(FAILED, host="fw-01", entity="admin")
    restart = Say("app-01", "service restarted unexpectedly", app="systemd")
    world.lines = [(START + t, vpn) for t in (1, 3, 5)]
    world.lines += [(START + 70, login), (START + 72, login), (START + 200, restart)]
    return world


def test_six_lines_name_the_tunnel_first() -> None:
    """With an empty past three healed drops in four seconds lead; two failed logins do not get above them."""
    outcome = six_lines().attend(START + 200)
    first = outcome.stories[0]
    assert first.title == "VPN tunnel dropped and recovered 3 times on fw-01"
    assert (first.count, first.hosts, first.state) == (3, ["fw-01"], "new")
    assert first.kinds[:2] == ["self_heal", "recurrence"]
    assert first.episodes is not None
    assert first.episodes.count == 3
    assert first.episodes.median_seconds is None
    assert "3 min old" in " ".join(first.why)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("seed", sorted(SITE))
def test_a_planted_signal_is_among_the_first_three(case: Case, seed: int) -> None:
    """Each weak signal is told near the top of two weeks of ordinary noise."""
    world = site(seed)
    case.plant(world)
    outcome = world.attend()
    story = find(outcome, case.mark)
    assert story is not None, told(outcome)
    assert outcome.stories.index(story) < 3


TWINS = [(case, name) for case in CASES for name in case.twins]


@pytest.mark.parametrize(("case", "twin"), TWINS, ids=[f"{case.name}: {name}" for case, name in TWINS])
def test_its_twin_is_not_told(case: Case, twin: str) -> None:
    """The same words without the telling property make no story."""
    world = site()
    case.twins[twin](world)
    outcome = world.attend()
    assert find(outcome, case.mark) is None, told(outcome)


@pytest.mark.parametrize("case", CASES[:3], ids=lambda case: case.name)
def test_inside_maintenance_nothing_is_told(case: Case) -> None:
    """Lines inside announced maintenance do not count."""
    world = site()
    case.plant(world)
    world.notes = [
        Note("maintenance", 0, "me", tenant="acme", start_us=START * SECOND_US, end_us=world.end * SECOND_US)
    ]
    outcome = world.attend()
    assert find(outcome, case.mark) is None, told(outcome)


@pytest.mark.parametrize("seed", sorted(SITE))
def test_a_quiet_site_has_at_most_one_story(seed: int) -> None:
    """Nothing planted: emergencies once, loud errors everywhere, scans, patch night and a new service are no stories."""
    outcome = site(seed).attend()
    assert len(outcome.stories) <= 1, told(outcome)
    assert "Chronic and unchanged" in outcome.footers[0]


def planted() -> World:
    world = site()
    for case in CASES[:3]:
        case.plant(world)
    return world


def shape(world: World) -> list[tuple[float, str]]:
    return [(story.attention, story.state) for story in world.attend().stories]


def test_order_of_delivery_does_not_matter() -> None:
    """Histories in any order give the same stories."""
    world = planted()
    before = [story.id for story in world.attend().stories]
    world.random.shuffle(world.lines)
    assert [story.id for story in world.attend().stories] == before


def test_names_do_not_matter() -> None:
    """Every host and entity renamed: the same scores."""

    def rename(t: int, say: Say) -> tuple[int, Say]:
        return t, replace(say, host="x" + say.host[::-1], entity=say.entity and "y" + say.entity[::-1])

    world = planted()
    assert shape(world.mapped(rename)) == shape(world)


def test_severity_moves_no_signal() -> None:
    """Severities turned round: the planted signals are still told first."""
    world = planted().mapped(lambda t, say: (t, replace(say, severity=7 - say.severity)))
    outcome = world.attend()
    for case in CASES[:3]:
        story = find(outcome, case.mark)
        assert story is not None, told(outcome)
        assert outcome.stories.index(story) < 3


def test_five_days_later_it_is_the_same() -> None:
    """The whole world five days later: the same signals (weekday effects aside)."""
    world = planted()
    later = world.mapped(lambda t, say: (t + 5 * DAY, say))
    later.start += 5 * DAY
    outcome = later.attend()
    assert all(find(outcome, case.mark) for case in CASES[:3]), told(outcome)


def test_a_noisy_stranger_changes_little() -> None:
    """Another tenant's noise takes no signal away."""
    world = planted()
    world.lines += noise(World(14, 9), tenant="other").lines
    outcome = world.attend()
    assert all(find(outcome, case.mark) for case in CASES[:3]), told(outcome)


def test_a_detector_left_out_finds_nothing() -> None:
    """Of the planted world every kind that is named by a detector is named no more without it; others are as they were."""
    world = planted()
    whole = world.attend()
    names = {"self_heal", "restart_loop", "recurrence"}
    assert {kind for story in whole.stories for kind in story.kinds} >= names
    for name in sorted(names):
        less = world.attend(without=frozenset({name}))
        assert all(name not in verdict.kinds for verdict in less.verdicts.values())
        assert all(name not in story.kinds for story in less.stories)
    assert find(world.attend(without=frozenset({"novelty"})), CASES[0].mark) is not None


def test_families_and_surveys_can_be_left_out() -> None:
    """A silence, a number that creeps, and what comes before outages or together are detectors like others."""
    world = World(14, 5)
    world.daily(3 * HOUR, Say("db-1", "export done", app="export"))
    world.lines = [(t, say) for t, say in world.lines if t < world.end - 3 * DAY]
    noise(world)
    assert any("silence" in story.kinds for story in world.attend().stories)
    assert not any("silence" in story.kinds for story in world.attend(without=frozenset({"silence"})).stories)
    handing_out = {
        one.__module__.rpartition(".")[2] for one in asked(DETECTORS, frozenset({"precursor", "rising"}))
    }
    assert "precursor" in handing_out, "it also hands out what `together` found; its own survey is left out"
    assert "rising" not in handing_out


def test_an_unknown_detector_is_an_error() -> None:
    """A misspelt detector would be measured as worth nothing."""
    with pytest.raises(ValueError, match="silense"):
        planted().attend(without=frozenset({"silense"}))


def test_nothing_after_the_instant_counts() -> None:
    """A digest of an earlier instant is the same whether or not memory holds what came later."""
    world = planted()
    at = world.end - 2 * DAY - 1234
    cut = world.mapped(lambda t, say: (t, say) if t <= at else None)
    whole = world.attend(at, unmasked=True)
    assert whole.stories
    assert whole.stories == cut.attend(at).stories


def test_parts_add_up_and_explain_shows_them() -> None:
    """The parts of each story sum to its attention, and `explain` prints each of them."""
    outcome = planted().attend()
    assert outcome.stories
    for story in outcome.stories:
        assert sum(part.points for part in story.parts) == pytest.approx(story.attention, abs=0.06)
        lines = explain(outcome, story.id)
        assert all(any(part.name in line for line in lines) for part in story.parts)


def test_every_key_has_a_verdict_and_a_reason() -> None:
    """What was left out says why."""
    world = planted()
    outcome = world.attend()
    assert len(outcome.verdicts) == len(world.histories())
    assert all(verdict.story or verdict.kept_out for verdict in outcome.verdicts.values())
    chatter = Say("acme-srv-01", "error on subcontainer ia_addr insert").signature
    assert "kept out" in " ".join(explain(outcome, chatter))
    assert explain(outcome, "s1-unknown") == []


# ---------------------------------------------------------------- states


def test_a_standing_story_is_ongoing_and_a_burst_makes_it_worse() -> None:
    """The state comes from the same evaluation a day earlier."""
    world = site()
    CASES[0].plant(world)
    story = find(world.attend(), "branch-12")
    assert story is not None
    assert story.state == "ongoing"
    down, up = tunnel_pair()
    world.flap(down, up, [14 + n / 60 for n in range(16)])
    story = find(world.attend(), "branch-12")
    assert story is not None
    assert story.state == "worse"
    assert "dropped and recovered" in story.title
    assert "(was" in story.title


def test_news_has_its_turn_before_what_stands_and_yet_no_higher_rank() -> None:
    """Where there are more stories than places all that is news is told; the order is that of attention, but for two points."""
    world = site()
    flapping, restarted = CASES[0], CASES[2]
    flapping.plant(world)
    restarted.plant(world)
    outcome = world.attend()
    standing, news = find(outcome, flapping.mark), find(outcome, restarted.mark)
    assert standing is not None, told(outcome)
    assert news is not None, told(outcome)
    assert (standing.state, news.state) == ("ongoing", "new")
    assert news.attention < standing.attention - 2
    assert news.turn > standing.turn
    assert outcome.stories.index(news) > outcome.stories.index(standing)
    assert standing.turn < standing.attention - 5  # it stands since days


def test_an_open_outage_recovers() -> None:
    """Down yesterday, up today: recovered."""
    world = site()
    down, up = tunnel_pair()
    world.flap(down, up, [2.1, 5.7, 9.4])
    world.say(world.end - 1.2 * DAY, down)
    story = find(world.attend(world.end - DAY), "branch-12")
    assert story is not None
    assert "not up again" in story.title
    world.say(world.end - 0.3 * DAY, up)
    story = find(world.attend(), "branch-12")
    assert story is None or story.state == "recovered"


# ---------------------------------------------------------------- notes


def drip(*notes: Note) -> World:
    world = site()
    CASES[1].plant(world)
    world.notes = list(notes)
    return world


def note(kind: str, day: float, **kw: object) -> Note:
    world_day = int((START + day * DAY) * SECOND_US)
    return Note(kind, world_day, "anna", tenant="acme", entity="svc-report", **kw)  # type: ignore[arg-type]


def test_ack_keeps_it_out_until_the_rate_doubles() -> None:
    """An acknowledged story stays away while it is what it was, and comes back on a twofold change."""
    world = drip(note("ack", 12))
    assert find(world.attend(), "svc-report") is None
    say = replace(FAILED, entity="svc-report")
    world.poisson(14, say, first=12.2)
    story = find(world.attend(), "svc-report")
    assert story is not None
    assert story.state == "returned"
    assert "acknowledged by anna" in " ".join(part.because for part in story.parts)


def test_a_muted_story_does_not_come_back_by_another_name() -> None:
    """What a muted story explains keeps silent with it."""
    world = site()
    CASES[0].plant(world)
    down, _ = tunnel_pair()
    for t, say in list(world.lines):
        if say == down:
            world.say(t + 2, replace(down, text="phase <n> negotiation failed", polarity="neutral"))
    story = find(world.attend(), "branch-12")
    assert story is not None
    assert any("negotiation failed" in item.template for item in story.related)
    world.notes = [Note("mute", 0, "anna", item=story.id)]
    outcome = world.attend()
    assert find(outcome, "branch-12") is None, told(outcome)
    assert "muted by anna" in " ".join(explain(outcome, story.id))


def test_mute_ends_at_its_date() -> None:
    """Muted until a date; after it the story is back."""
    until = int((START + 14 * DAY) * SECOND_US)
    world = drip(note("mute", 10, end_us=until))
    assert find(world.attend(int(START + 13.9 * DAY)), "svc-report") is None
    assert find(world.attend(), "svc-report") is not None


def test_fixed_but_returned_cites_the_note() -> None:
    """Called fixed, and it happened again: returned, with the words of the note."""
    world = drip(note("fixed", 13, text="new password"))
    story = find(world.attend(), "svc-report")
    assert story is not None
    assert story.state == "returned"
    assert any(
        "fixed but returned" in part.because and "new password" in part.because for part in story.parts
    )
    assert story.since_us > (START + 13 * DAY) * SECOND_US


def test_mattered_adds_precedent_with_its_ticket() -> None:
    """What mattered before weighs more and says so."""
    plain = find(drip().attend(), "svc-report")
    heavy = find(drip(note("mattered", 6, ticket="INC-7")).attend(), "svc-report")
    assert plain is not None
    assert heavy is not None
    gain = {part.name: part.points for part in heavy.parts}
    assert gain["precedent"] == DEFAULTS["precedent"]
    assert heavy.seen_before[-1].ticket == "INC-7"


def test_an_operators_word_is_said_first() -> None:
    """Four stronger facets do not push the note out of the reasons, and who answered is not asked for an answer again."""
    world = planted()
    story = find(world.attend(), CASES[0].mark)
    assert story is not None
    assert story.why[-1].endswith("unchanged, no disposition.") or story.state != "ongoing"
    world.notes = [
        Note("mattered", (world.end - DAY) * SECOND_US, "ann", tenant="acme", item=story.id, ticket="T-1")
    ]
    story = find(world.attend(), CASES[0].mark)
    assert story is not None
    assert story.why[0] == f"It has mattered before: {notes.day(world.end - DAY)} (T-1)."
    assert not any("no disposition" in sentence for sentence in story.why)


def test_an_incident_is_named_for_what_it_was() -> None:
    """What came within two hours before an incident says so, and does not claim to be the incident."""
    world = planted()
    story = find(world.attend(), CASES[0].mark)
    assert story is not None
    start = story.last_us + 600 * SECOND_US
    world.notes = [
        Note("incident", start, "ann", tenant="acme", source=story.hosts[0], start_us=start, ticket="T-2")
    ]
    story = find(world.attend(), CASES[0].mark)
    assert story is not None
    assert any(
        sentence == f"It came within 2 h before an incident: {notes.day(start // SECOND_US)} (T-2)."
        for sentence in story.why
    )


def test_an_acknowledged_silence_can_be_asked_about() -> None:
    """A silence that a note keeps out is explained under its item; nothing since is no "went down"."""
    world = World(14, 5)
    world.daily(3 * HOUR, Say("db-1", "export done", app="export"))
    world.lines = [(t, say) for t, say in world.lines if t < world.end - 3 * DAY]
    noise(world)
    story = next(story for story in world.attend().stories if "silence" in story.kinds)
    world.notes = [
        Note("ack", (world.end - DAY) * SECOND_US, "ann", tenant="acme", item=story.id, text="moved")
    ]
    outcome = world.attend()
    assert story.id not in [told.id for told in outcome.stories]
    lines = explain(outcome, story.id)
    assert story.title in lines[0]
    assert lines[-1].endswith('nothing since ("moved")')
    assert any("absence" in line for line in lines)


def test_an_incident_without_an_end_is_an_instant() -> None:
    """When nobody said when it was over, the digest does not make up an end."""
    world = planted()
    story = find(world.attend(), CASES[0].mark)
    assert story is not None
    start = story.last_us + 600 * SECOND_US
    world.notes = [
        Note("incident", start - DAY * SECOND_US, "ann", tenant="acme", source=story.hosts[0], start_us=start)
    ]
    story = find(world.attend(), CASES[0].mark)
    assert story is not None
    assert [(one.start_us, one.end_us) for one in story.seen_before] == [(start, start)]


def test_a_line_inside_maintenance_is_said() -> None:
    """One line of a story fell into announced work: it is not counted, and the digest says so."""
    world = site()
    CASES[1].plant(world)
    before = find(world.attend(), CASES[1].mark)
    assert before is not None
    t = next(t for t, say in sorted(world.lines, key=lambda pair: pair[0]) if say.entity == CASES[1].mark)
    world.notes = [
        Note(
            "maintenance",
            0,
            "me",
            tenant="acme",
            source=before.hosts[0],
            start_us=(t - 1) * SECOND_US,
            end_us=(t + 1) * SECOND_US,
        )
    ]
    story = find(world.attend(), CASES[1].mark)
    assert story is not None
    assert "Not counted: 1 line inside maintenance." in story.why
    assert story.count == before.count - 1


def test_a_silence_that_began_in_maintenance_is_due_after_it() -> None:
    """Announced work is not held against a host: it was expected back when the work ended, and the time is not counted."""
    world = site()
    world.poisson(40, Say("dark-1", "poll answered", app="poller"), last=10)
    back = world.start + 11 * DAY
    whole = next(story for story in world.attend().stories if story.hosts == ["dark-1"])
    assert whole.expected_us is not None
    assert whole.expected_us < back * SECOND_US
    world.notes = [
        Note(
            "maintenance",
            0,
            "me",
            tenant="acme",
            source="dark-1",
            start_us=(world.start + 9 * DAY) * SECOND_US,
            end_us=back * SECOND_US,
        )
    ]
    story = next(story for story in world.attend().stories if story.hosts == ["dark-1"])
    assert story.expected_us == back * SECOND_US
    assert any("gaps and maintenance aside" in sentence for sentence in story.why)


def test_one_fact_has_one_number() -> None:
    """Title, sentence and reason agree on the days of memory, also where it is younger than a fortnight."""
    world = noise(World(9, 4))
    CASES[1].plant(world)
    outcome = world.attend()
    story = find(outcome, CASES[1].mark)
    assert story is not None, told(outcome)
    said = re.search(r" on (\d+) of (\d+) days", story.title)
    assert said is not None, story.title
    assert f" on {said[1]} of the last {said[2]} days." in story.what
    assert any(f" on {said[1]} of {said[2]} days" in sentence for sentence in story.why)


def test_nothing_is_chronic_in_a_young_memory() -> None:
    """In the first days steady faults are steady so far."""
    young = noise(World(3, 2)).attend().footers
    assert [line.partition(":")[0] for line in young] == ["Steady so far"]
    assert [line.partition(":")[0] for line in site().attend().footers] == ["Chronic and unchanged"]


def test_a_note_counts_from_when_it_was_recorded() -> None:
    """A digest of the past does not know what an operator said later."""
    world = drip(note("mute", 13))
    assert find(world.attend(START + 12 * DAY), "svc-report") is not None
    assert find(world.attend(), "svc-report") is None


def test_a_note_of_another_entity_changes_nothing() -> None:
    """Scope is kept to."""
    other = note("mute", 3)._replace(entity="user01")
    assert find(drip(other).attend(), "svc-report") is not None


# ---------------------------------------------------------------- youth, gaps, weights


def test_a_gap_lowers_and_is_named() -> None:
    """Half a day unseen: fewer points and a sentence."""
    world = drip()
    end = world.end * SECOND_US
    world.gaps = [Gap(end - 12 * HOUR * SECOND_US, end, "receiver_down", None)]
    story = find(world.attend(), "svc-report")
    assert story is not None
    assert {part.name: part.points for part in story.parts}["gap"] == -5.0
    assert any("receiver_down" in line for line in story.why)


def test_the_first_day_tells_at_most_five() -> None:
    """Young memory: sixty points needed, five stories, the age said."""
    world = World(0)
    for n in range(9):
        vpn = Say(f"fw-{n}", f"link {'abcdefghi'[n]} dropped and recovered", app=f"app{n}", healed=True)
        world.lines += [(START + n + t * 60, vpn) for t in range(12)]
    outcome = world.attend(START + HOUR)
    assert 1 <= len(outcome.stories) <= 5
    assert all(story.attention >= 60 for story in outcome.stories)


def test_an_unknown_weight_is_an_error() -> None:
    """A misspelt or negative weight is refused with a hint."""
    with pytest.raises(ConfigError, match="noveltycap") as caught:
        six_lines().attend(START + 200, {"noveltycap": 3})
    assert "novelty_cap" in caught.value.hint
    with pytest.raises(ConfigError, match="magnitude"):
        six_lines().attend(START + 200, {"habituation": -1})
    assert len(DEFAULTS) <= 25


def test_no_control_character_reaches_a_title() -> None:
    """Escapes in templates and entities are neutralised."""
    world = six_lines().mapped(
        lambda t, say: (t, replace(say, text=say.text + "\x1b[31m\u202e", entity="a\x07b"))
    )
    for story in world.attend(START + 200).stories:
        assert all(char.isprintable() for char in story.title + story.what + "".join(story.why))


def test_empty_memory_is_an_empty_outcome() -> None:
    """Nothing in, nothing out."""
    world = six_lines()
    assert world.attend(START - 5).stories == []


def test_a_story_keeps_its_id_when_another_message_of_its_entity_leads() -> None:
    """The same entity at the same source is the same story, whichever of its messages is told."""
    world = site()
    CASES[0].plant(world)
    before = find(world.attend(), "branch-12")
    down, _ = tunnel_pair()
    alarm = replace(down, text="tunnel <name> failed, negotiation timeout, giving up", outcome="failure")
    changed = world.mapped(lambda t, say: (t, alarm if say.entity == "branch-12" and say == down else say))
    after = find(changed.attend(), "branch-12")
    assert before is not None
    assert after is not None
    assert before.signature != after.signature
    assert before.id == after.id


def test_the_same_over_a_tenant_one_host_after_the_other_is_one_wave() -> None:
    """A patch night that goes from host to host for six hours is no story on any of them."""
    world = site()
    for n in range(12):
        t = world.end - 12 * HOUR + n * 1800
        for k in range(4):
            world.say(t + k * 700, Say(f"acme-srv-{n:02d}", "unit failed, restart forced", app="updater"))
    outcome = world.attend()
    assert find(outcome, "restart forced") is None, told(outcome)
    alone = site()
    alone.poisson(5, Say("acme-srv-03", "unit failed, restart forced", app="updater"), first=8)
    assert find(alone.attend(), "restart forced") is not None


def test_a_strong_story_has_room_above_it() -> None:
    """Over seventy the sum counts less: a strong story is at most at ninety-five, and its order stays."""
    stories = planted().attend().stories
    assert all(story.attention <= 95 for story in stories), told(planted().attend())
    assert any(part.name == "overlap" for story in stories for part in story.parts)


def test_a_rise_among_many_siblings_pays_for_their_number() -> None:
    """Of sixty accounts that all fail at times, the two that happen to fail more today are no story."""
    world = site()
    for n in range(60):
        world.poisson(1.2, replace(FAILED, entity=f"acct{n:02d}"))
    for n in (3, 4):
        for k in range(5):
            world.say(world.end - (3 + 4 * k) * HOUR, replace(FAILED, entity=f"acct{n:02d}"))
    outcome = world.attend()
    assert not any(story.entity in ("acct03", "acct04") for story in outcome.stories), told(outcome)

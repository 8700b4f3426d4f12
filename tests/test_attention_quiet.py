"""What must not take a place: the work of strangers, a pair that does the same, a crowd in which some get far by chance."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, MINUTE, START, Say, World, find, noise, told, tunnel_pair

from brainstemd.attention import Outcome, corrected, siblings, strangers, tails, valence
from brainstemd.attention.judge import Verdict
from brainstemd.attention.scenes import scene
from brainstemd.attention.units import ENTITY, EVERY, build
from brainstemd.attention.weights import DEFAULTS
from brainstemd.models import SECOND_US

DAYS = 13
REJECTED = Say("acme-mx-1", "recipient rejected, relay not permitted: <ip>", app="mta", outcome="failure")
REPAIRED = Say("acme-dc-1", "policy failed", app="policy")
Lines = dict[int, list[tuple[int, str]]]


def verdict(outcome: Outcome, host: str, text: str = "") -> Verdict:
    return next(
        v
        for v in outcome.verdicts.values()
        if v.key.source == host and (not text or v.key.signature == Say(host, text).signature)
    )


def relay(address: str, text: str = REJECTED.text, entity: str = "", kind: str = "") -> tuple[World, Lines]:
    """Four a day are turned away by a mail server, from `address`."""
    world, said = World(DAYS), Lines()
    say = replace(REJECTED, text=text, entity=entity, kind=kind)
    for n, day in enumerate(world.some_times(4.0)):
        t = START + int(day * DAY)
        world.say(t, say)
        line = f"recipient rejected, relay not permitted: {address.format(n=n)}"
        said.setdefault(say.key().id, []).append((t * SECOND_US, line))
    for n in range(40):
        world.daily(n * HOUR / 2, Say(f"acme-srv-{n}", "ordinary line"))
    world.every(HOUR, Say("acme-mx-1", "ordinary line"))
    return world, said


def test_whom_a_service_turns_away_is_its_work() -> None:
    """Refusals of ever-changing addresses earn nothing by coming again; of one address they are told."""
    world, said = relay("198.51.100.{n}")
    assert find(world.attend(said=said), "rejected") is None
    parts = {p.name: p.points for p in verdict(world.attend(said=said), "acme-mx-1", REJECTED.text).parts}
    assert parts["strangers"] == pytest.approx(-(parts["recurrence"] + parts["cost"]))
    world, said = relay("198.51.100.7")
    assert find(world.attend(said=said), "rejected") is not None, told(world.attend(said=said))


@pytest.mark.parametrize(("kind", "told_of"), [("domain", False), ("service", False), ("user", True)])
def test_what_is_asked_for_does_not_ask(kind: str, told_of: bool) -> None:
    """Changing addresses that are refused one zone are strangers as well; an account that is refused everywhere is bound."""
    world, said = relay("198.51.100.{n}", entity="zone-a", kind=kind)
    assert (find(world.attend(said=said), "rejected") is not None) is told_of


@pytest.mark.parametrize(
    ("address", "told_of"),
    [("{0}.{1}.4.9", False), ("10.{1}.{0}.9", True), ("85.{2}.{1}.9", True), ("85.{1}.{0}.9", False)],
)
def test_an_account_that_machines_try_from_everywhere_is_no_story(address: str, told_of: bool) -> None:
    """Networks of the internet that never come again are scanning; a private net and a carrier's few networks are somebody."""
    text = "login refused, invalid password for admin from: <ip>"
    world, said = relay("{n}", text, "admin", "user")
    said = {
        key: [
            (t_us, f"login refused, invalid password for admin from {address.format(60 + n % 30, n, n % 3)}")
            for n, (t_us, _) in enumerate(lines)
        ]
        for key, lines in said.items()
    }
    outcome = world.attend(said=said)
    assert (find(outcome, "invalid password") is not None) is told_of, told(outcome)


def test_networks_are_counted_not_addresses() -> None:
    """Two addresses of one network are one; what is no address of the internet is none."""
    assert strangers.wandering(["from 85.1.2.3", "from 85.1.9.9", "from 60.1.2.3"]) == 1
    assert strangers.wandering(["from 10.1.2.3", "from 192.168.9.9", "from 999.1.2.3", "none"]) == 0
    assert strangers.wandering(["from 2a01:4f8:1:2::7", "from 2a02:908:1:2::7", "from 60.1.2.3"]) == 3


def test_a_failure_is_no_refusal() -> None:
    """What times out for changing clients is the service's own fault, whoever asks."""
    world, said = relay("198.51.100.{n}", "request timeout, lost: <ip>")
    assert find(world.attend(said=said), "timeout") is not None


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("relay not permitted", True),
        ("Failed password for invalid user <user>", True),
        ("request denied: malformed header", True),
        ("recipient rejected, disk full", False),
        ("upstream failed, connection refused", False),
        ("SQL probe,reset-both,high", True),
        ("session denied, packet dropped", True),
        ("connection reset by peer", False),
        ("packets dropped", False),
        ("read error", False),
        ("all well", False),
    ],
)
def test_words_of_turning_away(text: str, refusal: bool) -> None:
    """Refusing words, and none of anything worse."""
    assert valence.refuses(valence.words(text)) is refusal


def test_strange_addresses_are_those_of_machines_before_those_of_mail() -> None:
    """A stable server beside changing clients is no matter; one client with changing mail is bound to that client."""
    assert strangers.strange([f"192.0.2.1 refused 198.51.100.{n}" for n in range(9)]) == 9
    assert strangers.strange([f"192.0.2.1 refused a{n}@site.example" for n in range(9)]) == 0
    assert strangers.strange([f"refused a{n}@site.example" for n in range(9)]) == 9
    assert strangers.strange(["refused"] * 9) == 0


def pair(own: float, other: float, *, together: bool = False, **kw: str) -> World:
    """Two hosts with one program that fails at a rate a day; `together`: the second whenever the first does."""
    world = World(DAYS)
    for day in world.some_times(own):
        world.say(START + day * DAY, replace(REPAIRED, **kw))
        if together:
            world.say(START + day * DAY + 20, replace(REPAIRED, host="acme-dc-2", **kw))
    if not together:
        world.poisson(other, replace(REPAIRED, host="acme-dc-2", **kw))
    for host in ("acme-dc-1", "acme-dc-2"):
        world.every(HOUR, replace(REPAIRED, host=host, text="ordinary line"))
    return world


GATE = "it does no more of it than its siblings, and no more than before"


def test_one_of_a_pair_that_does_no_more_is_not_told() -> None:
    """One sibling that does as much is company as good as many; one that is silent is none."""
    assert verdict(pair(2.0, 9.0).attend(), "acme-dc-1", REPAIRED.text).gates == [GATE]
    assert find(pair(2.0, 0.01).attend(), "policy failed") is not None


@pytest.mark.parametrize(
    ("own", "others", "company"),
    [(36, [154], True), (52, [46, 50], True), (36, [20], False), (36, [154, 5], False), (36, [], False), (9, [9] * 3, False)],
)  # fmt: skip
def test_company_of_one_or_two(own: int, others: list[int], company: bool) -> None:
    """All of them do as much, but for what chance allows; three and more are a circle of their own."""
    found = siblings.compare(own, len(others), siblings.counts([own, *others]), "hosts")
    assert found.outdone is company


def test_what_two_tell_of_one_thing_is_no_company() -> None:
    """Where both say it at the same moments they tell of one event, and neither excuses the other."""
    outcome = pair(2.0, 0.0, together=True).attend()
    assert GATE not in verdict(outcome, "acme-dc-1", REPAIRED.text).gates


def test_one_of_a_pair_that_changes_is_told() -> None:
    """A rise passes, although the other has always done more."""
    world = pair(0.5, 4.0)
    for n in range(12):
        world.say(world.end - DAY + n * 115 * MINUTE, REPAIRED)
    assert GATE not in verdict(world.attend(), "acme-dc-1", REPAIRED.text).gates


def accounts(spreading: bool) -> World:
    """Sixty accounts are each cut off on one host or another every four days; one may take host after host, and stay."""
    world = World(DAYS, seed=3)
    cut = Say("", "session timeout, aborted: <user>", app="db", kind="user", outcome="failure")
    hosts = [f"acme-db-{n}" for n in range(8)]
    for who in range(60):
        for t in world.some_times(0.25):
            world.say(START + t * DAY, replace(cut, host=world.random.choice(hosts), entity=f"u{who}"))
    for n, host in enumerate(hosts):
        world.every(HOUR, Say(host, "ordinary line", app="db"))
        for t in world.some_times(0.9, first=6.2 + n) if spreading else ():
            world.say(START + t * DAY, replace(cut, host=host, entity="svc"))
    return world


def test_one_of_many_that_come_to_as_many_hosts_does_not_spread() -> None:
    """A name on host after host is a story; that some of sixty get about as far is what names do."""
    outcome = accounts(spreading=True).attend()
    assert [s.entity for s in outcome.stories if "spread" in s.kinds] == ["svc"], told(outcome)
    outcome = accounts(spreading=False).attend()
    assert outcome.stories == [], told(outcome)


def rise(bursts: bool) -> float:
    """Points of a change: twelve in the last day instead of one, on one of six hosts; `bursts`: the others had such days."""
    world = World(DAYS)
    fault = Say("acme-srv-0", "handshake failed", app="radio")
    for n in range(6):
        say = replace(fault, host=f"acme-srv-{n}")
        for day in range(DAYS):
            for k in range(2 if not (bursts and n and day % 5 == n % 5) else 14):
                world.say(START + day * DAY + (9 + k) * HOUR + n * 7 * MINUTE, say)
        world.every(HOUR, replace(say, text="ordinary line"))
    for k in range(14):
        world.say(world.end - DAY + k * 95 * MINUTE, fault)
    parts = verdict(world.attend(), "acme-srv-0", fault.text).parts
    return next((part.points for part in parts if part.name == "change"), 0.0)


def test_a_rise_that_every_sibling_has_now_and_then_is_chance() -> None:
    """How likely such a day is, siblings have shown: it weighs little where each has one a week."""
    assert rise(bursts=False) > 20
    assert rise(bursts=True) < 8


def hourly(first: float) -> World:
    """A fault every hour to the minute on one of eight hosts, since `first` (days), beside much else."""
    world = World(DAYS)
    for n in range(8):
        for word in ("one", "two", "three"):
            world.every(HOUR, Say(f"acme-srv-{n}", f"ordinary line {word}", app="resolver"), jitter=1500)
    fault = Say("acme-srv-3", "unable to fetch key, failed", app="resolver", outcome="failure", severity=3)
    for k in range(int(first * 24), DAYS * 24 + 7):
        world.say(START + k * HOUR + 17 * MINUTE, fault)
    return world


def test_a_clock_that_never_was_otherwise_is_a_footer() -> None:
    """A fault that came every hour ever since memory began is counted below the digest; one that began later is told."""
    chronic = hourly(0).attend()
    assert find(chronic, "fetch key") is None, told(chronic)
    assert any("fetch key" in line for line in chronic.footers)
    assert find(hourly(5).attend(), "fetch key") is not None


@pytest.mark.parametrize(("enters", "share"), [(True, 1.0), (False, 0.0)])
def test_a_person_who_mistypes_on_several_hosts_is_put_right_on_each(enters: bool, share: float) -> None:
    """An account over hosts is corrected by its successes on any of them, as on one."""
    world = World(DAYS)
    refused = Say("", "login failed for <user>", app="sshd", entity="tk", kind="user", outcome="failure")
    for n in range(9):
        t = START + n * DAY + (n * 7919) % (9 * HOUR)
        world.say(t, replace(refused, host=f"acme-rt-{n % 3}"))
        if enters:
            entered = replace(refused, host=f"acme-rt-{n % 3}", text="login of <user>", outcome="success")
            world.say(t + MINUTE, entered)
    stage = scene(
        world.histories(), world.facts(), at_s=world.end, window_s=DAY, since_s=START, notes=(), weights=DEFAULTS
    )  # fmt: skip
    stats = [item for item in stage.stats if item.key.outcome == "failure"]
    identity = (stats[0].key.tenant, stats[0].key.signature, stats[0].key.state, EVERY, "tk")
    assert corrected.share(build(ENTITY, identity, stats, stage, ()), stage)[0] == pytest.approx(
        share, abs=0.02
    )


@pytest.mark.parametrize(("a_day", "first", "told_of"), [(9.0, 0, False), (9.0, 6, True), (2.0, 0, True)])
def test_a_rate_since_memory_began_is_a_habit(a_day: float, first: int, told_of: bool) -> None:
    """Nine a day on one of twenty equal nodes, ever since: its nature. Since last week, or twice a day: told."""
    world = World(DAYS)
    for n in range(20):
        for k in range(8):
            world.daily(
                (n + 3 * k) * HOUR, Say(f"acme-node-{n}", f"ordinary line number {'abcdefgh'[k]}", app="gw")
            )
    world.poisson(a_day, Say("acme-node-7", "label lost, no answer", app="gw"), first=first)
    assert (find(world.attend(), "label lost") is not None) == told_of, told(world.attend())


@pytest.mark.parametrize("first", [0, 5], ids=["ever since memory began", "since a week"])
def test_a_chore_that_scatters_as_people_do_is_a_rate_since_memory_began(first: int) -> None:
    """Eight a day, on one day three, on another fifteen: nothing new if it was always so, and told if it began."""
    world = noise(World(DAYS, 8))
    chore = Say("acme-lib-1", "loan slip with sum mismatch, sent again", app="sip", outcome="failure")
    for other in range(3):
        world.poisson(20, Say(f"acme-lib-{other + 2}", "loan booked", app="sip"))
    for day in range(first, DAYS + 1):
        for hour in world.random.sample(range(9 * 3600, 19 * 3600), (12, 3, 9, 15, 5, 8, 4)[day % 7]):
            world.say(START + day * DAY + hour, chore)
    story = find(world.attend(), "loan slip")
    assert (story is None) == (first == 0)


EVICTED = Say(
    "acme-fs-1",
    "no word from client <id> in <time>, I think it is dead and evict it",
    "fsd",
    kind="thing",
    polarity="down",
    severity=4,
)


def evictions(weights: list[float], per_day: float) -> World:
    """A file server evicts its clients, some oftener than others, ever since memory began."""
    world = noise(World(DAYS, seed=3))
    for day in world.some_times(per_day):
        client = world.random.choices(range(len(weights)), weights)[0]
        world.say(START + int(day * DAY), replace(EVICTED, entity=f"c{client:04d}"))
    return world


@pytest.mark.parametrize("shape", [0.15, 0.5, 5.0])
def test_a_hosts_chore_about_many_things_is_not_told_thing_by_thing(shape: float) -> None:
    """However unevenly it is spread: where some get far, that one gets a little farther is no story of its own."""
    draw = World(DAYS, seed=3).random
    world = evictions([draw.gammavariate(shape, 1 / shape) for _ in range(400)], 40.0)
    for day in (5, 9, DAYS):
        outcome = world.attend(at=START + day * DAY + 7 * HOUR)
        assert find(outcome, "evict it") is None, told(outcome)


def test_one_that_is_evicted_ten_times_while_the_others_are_once_is_told() -> None:
    """Nothing that the others do tells of such a number."""
    world = noise(World(DAYS, seed=3))
    for client in range(300):
        t = world.random.uniform(0, DAYS)
        world.say(START + int(t * DAY), replace(EVICTED, entity=f"c{client:04d}"))
    for n in range(10):
        world.say(START + int((4.2 + 0.93 * n) * DAY), replace(EVICTED, entity="c0300"))
    outcome = world.attend()
    story = find(outcome, "evict it")
    assert story is not None, told(outcome)
    assert story.entity == "c0300"


def test_one_tunnel_that_flaps_among_forty_that_flap_now_and_then_is_told() -> None:
    """A field of which each has a few is known well enough for one far beyond it."""
    world = noise(World(DAYS, seed=3))
    for n in range(40):
        world.flap(*tunnel_pair(entity=f"branch-{n}"), world.some_times(0.12))
    world.flap(*tunnel_pair(entity="odd-office"), world.some_times(3.0, first=6.0))
    outcome = world.attend()
    story = find(outcome, "dropped")
    assert story is not None, told(outcome)
    assert story.entity == "odd-office"


def test_the_largest_of_a_heavy_tail_is_expected() -> None:
    """Of counts that double and double one more doubling is no wonder; ten beside many ones is one."""
    doubling = sorted([1] * 50 + [2] * 25 + [4] * 12 + [8] * 6 + [16] * 3 + [32])
    assert tails.odds_bound(len(doubling) * tails.heavy_tail(40, doubling)) == pytest.approx(1.0, abs=0.2)
    assert len(doubling) * tails.heavy_tail(5, doubling) > 5
    assert 97 * tails.heavy_tail(10, [1] * 97) < 1e-4
    assert tails.heavy_tail(1, [1] * 97) == tails.heavy_tail(3, []) == 1.0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("type=done id=die-cast payload=<n>", ()),
        ('{"queue":"dead-letter","state":"polled"}', ()),
        ("job=night-abort.2 failed", ("failed",)),
        ("id=<n> fan-failed", ("failed",)),
        ("queue: dead", ("dead",)),
        ("state=link-failed", ("failed",)),
    ],
)
def test_the_words_of_a_name_say_nothing(text: str, fault: tuple[str, ...]) -> None:
    """What is joined of words under the key of what names a thing is its name; a word alone, or under other keys, is read."""
    assert valence.words(text).fault == fault


# ---------------------------------------------------------------- fault words that were always there


@pytest.mark.parametrize(("first", "days", "half"), [(0, 13, True), (2, 13, False), (0, 6, False)])
def test_fault_words_of_memorys_first_day_count_half(first: int, days: int, half: bool) -> None:
    """Half of their ten points, in a memory of a week or more; not of what began later, nor in a younger one."""
    world = World(days)
    fault = Say("acme-db-1", "checksum error in segment", app="store", severity=6)
    for n in range(2 * (days - first)):
        world.say(START + first * DAY + n * DAY // 2 + (n * 7919) % (5 * HOUR), fault)
    world.every(HOUR, Say("acme-db-1", "ordinary line"))
    found = verdict(world.attend(), fault.host, fault.text)
    points, because = next((part.points, part.because) for part in found.parts if part.name == "valence")
    assert ("memory's first day" in because) == half
    assert points == pytest.approx(5.0 if half else 10.0)

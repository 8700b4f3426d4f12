"""Accounts that are refused: the address that tries many of them, and the person who mistypes and gets in."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, MINUTE, START, Say, World, find, told

from brainstemd.attention import origins
from brainstemd.models import SECOND_US

DAYS = 13
REFUSED = Say(
    "acme-gw-1", "login of <user> from <ip> refused", app="gate", kind="user", outcome="failure", severity=5
)
ENTERED = replace(REFUSED, text="login of <user> from <ip> accepted", outcome="success")
Lines = dict[int, list[tuple[int, str]]]


def refuse(world: World, said: Lines, t: int, user: str, address: str) -> None:
    say = replace(REFUSED, entity=user)
    world.say(t, say)
    said.setdefault(say.key().id, []).append((t * SECOND_US, f"login of {user} from {address} refused"))


def site(tries: int, address: str) -> tuple[World, Lines]:
    """Two people a day mistype, each from home; `tries` others are tried in the last three days from `address`."""
    world, said = World(DAYS), Lines()
    for n in range(2 * DAYS):
        refuse(world, said, START + n * DAY // 2 + 9 * HOUR + 60 * n, f"person{n}", f"192.0.2.{n + 1}")
    for n in range(tries):
        t = START + (DAYS - 3) * DAY + n * 3 * DAY // (tries + 1) + HOUR
        refuse(world, said, t, f"guess{n}", address.format(n=n))
    world.every(HOUR, Say("acme-gw-1", "ordinary line"))
    return world, said


def test_an_address_that_tries_many_accounts_is_told() -> None:
    """It is in no key; the lines hold it. The story names it and stays the same an hour later."""
    world, said = site(20, "198.51.100.7")
    story = find(world.attend(said=said), "198.51.100.7")
    assert story is not None
    assert story.title.startswith("198.51.100.7 tries accounts: ")
    assert "spray" in story.kinds
    later = find(world.attend(world.end + HOUR, said=said), "198.51.100.7")
    assert later is not None
    assert later.id == story.id


@pytest.mark.parametrize(
    ("tries", "address"), [(3, "198.51.100.7"), (20, "198.51.100.{n}")], ids=["a few", "each from elsewhere"]
)
def test_twins_of_a_spray_are_not_told(tries: int, address: str) -> None:
    """A few accounts, or as many from as many addresses, make no address that sprays."""
    world, said = site(tries, address)
    outcome = world.attend(said=said)
    assert [story for story in outcome.stories if "tries accounts" in story.title] == [], told(outcome)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("login of {user} from POS-LANE-3 refused", "pos-lane-3"),
        ('user={user} result=refused workstation="kiosk07"', "kiosk07"),
        ("refused {user}: no such account (Client Name: pc.lab.example)", "pc.lab.example"),
    ],
)
def test_a_machine_that_tries_many_accounts_is_told_by_its_name(text: str, origin: str) -> None:
    """Where no line holds an address, the machine is known by the name behind the word of an origin."""
    world, said = site(20, "198.51.100.7")
    for number, key_id in enumerate(said):
        ((t_us, old),) = said[key_id]
        user = old.split()[2]
        guessed = user.startswith("guess")
        line = text if guessed else re.sub(re.escape(origin), f"home-{number}", text, flags=re.IGNORECASE)
        said[key_id] = [(t_us, line.format(user=user))]
    outcome = world.attend(said=said)
    story = find(outcome, origin)
    assert story is not None, told(outcome)
    assert story.title.startswith(f"{origin} tries accounts: ")


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("login of ann from ws-12 refused", {"ws-12"}),
        ("login of ann from ws-12 (192.0.2.7) refused", {"192.0.2.7"}),
        ("refused: user ann@shop from unknown", set()),
        ("mail from bob-2@shop.example refused", set()),
        ("account CORP-1\\ann, source: CORP-1\\ann", set()),
        ("login of ann at acme-gw-1, host acme-gw-1 refused", set()),
        ("client=2026-11-24 from 1.4.2 refused", set()),
        ("from " * 200 + "x-" * 400 + "@", set()),
    ],
)
def test_what_a_line_names_as_an_origin(line: str, places: set[str]) -> None:
    """An address before a name; neither the account, nor the speaker, a mail's sender, a domain, a date, a version."""
    assert origins._places(line[:1000], replace(REFUSED, entity="ann").key()) == places


def test_a_server_that_all_lines_name_is_no_origin() -> None:
    """Fewer than four names in a message: what they name is where accounts are kept."""
    world, said = site(20, "198.51.100.7")
    for key_id, lines in said.items():
        said[key_id] = [(t, f"login of {line.split()[2]} via radius-1 refused") for t, line in lines]
    assert find(world.attend(said=said), "radius-1") is None


def test_what_mostly_goes_well_weighs_less() -> None:
    """A thing that fails now and then among many that go well weighs less than the same failures alone."""

    def weight(well: bool) -> float:
        world = World(DAYS)
        failed = Say("acme-ci-1", "build failed", app="ci", outcome="failure")
        for n in range(2 * DAYS):
            world.say(START + n * DAY // 2 + (n * 7919) % (5 * HOUR), failed)
            for k in range(5 if well else 0):
                world.say(
                    START + n * DAY // 2 + k * 2 * HOUR, replace(failed, text="build done", outcome="success")
                )
        world.every(HOUR, Say("acme-ci-1", "ordinary line"))
        return next(v.score for v in world.attend().verdicts.values() if v.key.outcome == "failure")

    assert 9 <= weight(well=False) - weight(well=True) <= 15


def drip(*, enters: bool, all_day: bool = False) -> World:
    """An account is refused twice a day; `enters`: and gets in two minutes later; `all_day`: and every ten minutes."""
    world = World(DAYS)
    for n in range(30):
        world.say(START + n * DAY // 3 + 40 * n * MINUTE, replace(REFUSED, entity=f"person{n}"))
        world.say(START + n * DAY // 4 + 50 * n * MINUTE, replace(ENTERED, entity=f"person{n}"))
    for n in range(2 * DAYS):
        t = START + n * DAY // 2 + (n * 7919) % (5 * HOUR)
        world.say(t, replace(REFUSED, entity="svc-x"))
        if enters:
            world.say(t + 2 * MINUTE, replace(ENTERED, entity="svc-x"))
    if all_day:
        world.every(5 * MINUTE, replace(ENTERED, entity="svc-x"))
    world.every(HOUR, Say("acme-gw-1", "ordinary line"))
    return world


def test_who_gets_in_at_once_weighs_less() -> None:
    """The same refusals weigh 30 points less where each is put right at once; not where the account gets in all day."""

    def weight(world: World) -> float:
        verdicts = [v for v in world.attend().verdicts.values() if v.key.entity == "svc-x"]
        return next(v.score for v in verdicts if v.key.outcome == "failure")

    alone = weight(drip(enters=False))
    assert weight(drip(enters=True)) == pytest.approx(alone - 30, abs=4)
    assert weight(drip(enters=False, all_day=True)) == pytest.approx(alone, abs=4)

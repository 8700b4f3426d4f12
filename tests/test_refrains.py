"""Refrains: one value that comes back at one place, among many that hardly do. Lines of no vendor, made here."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from brainstemd.attention import strands
from brainstemd.attention.naming import literals_of, refrain, slots_of
from brainstemd.memory import Store
from brainstemd.models import DAY_US, HOUR_US, SECOND_US, Day, History, KeyFacts, Slot
from brainstemd.report import report
from tests.test_as_of import config, late, replayed, stream

T0 = 20_500 * DAY_US
DAYS = 12
WHO = ("ahn", "bol", "cesk", "dort", "evi", "fjon", "gast", "hulm")
Say = Callable[[int, int, random.Random], str]  # place, day, chance → text


def found(say: Say, places: int = 6) -> str:
    """The word before the slot in which a refrain is found, "" for none. Two lines a day and place."""
    r = random.Random(3)
    rows = [
        (place, T0 + day * DAY_US + r.randrange(DAY_US), say(place, day, r))
        for place in range(places)
        for day in range(DAYS)
        for _ in range(2)
    ]
    literals = literals_of([text for _, _, text in rows])
    name = refrain([(place, t_us, slots_of(text, literals)) for place, t_us, text in rows])
    return "" if name is None else name[0] or "-"


def address(r: random.Random) -> str:
    return f"10.{r.randrange(200)}.{r.randrange(250)}.{r.randrange(1, 250)}"


REFRAINS: dict[str, tuple[str, Say]] = {
    "an address that tries ever other names": (
        "via",
        lambda p, d, r: (
            f"{r.choice(WHO)} not let in, code {r.randrange(9)}, via {'10.9.8.7' if p == 2 else address(r)}"
        ),
    ),
    "one thing among a crowd, every other day": (
        "belt",
        lambda p, d, r: f"belt {'bel-arn' if p == 4 and d % 2 else f'bel-{r.getrandbits(30):x}z'} ran empty",
    ),
    "one path among many": (
        "-",
        lambda p, d, r: f"/q/belt/{'arn' if p == 4 else f'{r.getrandbits(30):x}z'} -> RAN_EMPTY",
    ),
}


@pytest.mark.parametrize(("word", "say"), REFRAINS.values(), ids=REFRAINS)
def test_a_value_that_comes_back_among_those_that_do_not_names_a_thing(word: str, say: Say) -> None:
    """Whatever it is: an address, a name, a path."""
    assert found(say) == word


NO_REFRAINS: dict[str, Say] = {
    "every place has its own": lambda p, d, r: f"not let in, via 10.9.8.{p}",
    "all come back": lambda p, d, r: f"not let in, via 10.9.8.{r.randrange(5)}",
    "none comes back": lambda p, d, r: f"not let in, via {address(r)}",
    "it is at most places": lambda p, d, r: f"via {'10.9.8.7' if d % 2 and p else address(r)} it came",
    "a number": lambda p, d, r: f"took {7 if p == 2 else r.randrange(10_000)} of them",
    "a measurement": lambda p, d, r: f"took {'7ms' if p == 2 else f'{r.randrange(10_000)}ms'} this time",
    "a reason": lambda p, d, r: f"reason={'lid-up' if p == 2 else f'x{r.getrandbits(40):x}y'} was given",
}


@pytest.mark.parametrize("say", NO_REFRAINS.values(), ids=NO_REFRAINS)
def test_what_everybody_has_or_nobody_keeps_is_no_refrain(say: Say) -> None:
    """The same lines with only that taken away by which one stands out."""
    assert found(say) == ""


def history(key: int, source: str, entity: str, said: list[strands.Line]) -> History:
    """What memory has of these lines, one a day at most."""
    facts = KeyFacts(
        key, "t", "s2-1", "", source, entity, "user" if entity else "", "neutral", "", 6, "app", False, False
    )
    days = []
    for t_us, _ in said:
        slot, rest = divmod(t_us % DAY_US, 300 * SECOND_US)
        days.append(Day(t_us // DAY_US, 1, t_us, t_us, (Slot(slot, 1, (rest // SECOND_US,)),)))
    return History(facts, tuple(days), (), ())


def refused() -> tuple[list[History], dict[int, list[strands.Line]]]:
    """Four gates turn people away, each known by name; at one they all come from one address."""
    r = random.Random(1)
    histories, said = [], {}
    for place in range(4):
        for n, who in enumerate(WHO):
            key = 100 * (place + 1) + n
            lines = [
                (
                    T0 + (day * len(WHO) + n) // 4 * DAY_US + n * HOUR_US,
                    f"{who} not let in, via {'10.9.8.7' if place == 2 else address(r)}",
                )
                for day in range(4)
            ]
            said[key] = lines
            histories.append(history(key, f"gate-{place}", who, lines))
    return histories, said


def test_an_address_behind_many_accounts_is_one_thing_with_all_their_lines() -> None:
    """Its strand holds them under the place, others are there to compare with; the keys stay and are known as its pool."""
    histories, said = refused()
    assert strands.asked(histories, T0 + DAYS * DAY_US) == set(said)
    made = strands.split(histories, said)
    by_name = {(one.key.source, one.key.entity): one for one in made.histories}
    one = by_name["gate-2", "10.9.8.7"]
    assert made.lines[one.key.id] == sorted(line for n in range(8) for line in said[300 + n])
    assert len({day.day for day in one.days}) == 8
    assert made.pools[made.wholes[one.key.id]] == [300 + n for n in range(8)]
    assert sum(place != "gate-2" for place, _ in by_name) == 3 * 32


def test_a_crowd_that_is_dense_or_small_is_not_read() -> None:
    """Of many lines a day, and of three accounts, nothing is asked."""
    histories, _ = refused()
    assert strands.asked([one for one in histories if one.key.entity in WHO[:3]], T0 + DAYS * DAY_US) == set()
    dense = [one._replace(days=tuple(day._replace(lines=9) for day in one.days)) for one in histories]
    assert strands.asked(dense, T0 + DAYS * DAY_US) == set()


def gates(seed: int, alone: bool) -> list[tuple[int, str, bytes]]:
    """Ten gates turn somebody away twice a day; at one, half of the time, it is the same address, or `alone` is false."""
    r, out = random.Random(seed), []
    for day in range(DAYS):
        for gate in range(10):
            for _ in range(2):
                via = "10.9.8.7" if alone and gate == 3 and r.random() < 0.6 else address(r)
                t_us = T0 + day * DAY_US + r.randrange(86_000) * SECOND_US
                stamp = datetime.fromtimestamp(t_us // SECOND_US, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                text = (
                    f"{r.choice(WHO)}{r.randrange(10, 99)} turned back, turn {r.randrange(10_000)} via {via}"
                )
                out.append((t_us, "10.0.0.7", f"<30>1 {stamp} gate-{gate} porter 77 - - {text}".encode()))
    return sorted(out)


@pytest.mark.parametrize("alone", [True, False])
async def test_the_address_is_told_with_its_own_lines_and_its_twin_is_not(
    tmp_path: Path, alone: bool
) -> None:
    """Words that no list knows, as often at every gate: only what comes back makes an item."""
    await replayed(tmp_path, stream(late(gates(5, alone), 3), []), None)
    async with await Store.open(config(tmp_path).state_dir / "memory.db", readonly=True) as store:
        made = await report(store, config(tmp_path), T0 + DAYS * DAY_US)
    told = [(item.entity, item.hosts) for item in made.digest.items]
    assert told == ([("10.9.8.7", ["gate-3"])] if alone else [])
    assert all("via 10.9.8.7" in line for item in made.digest.items for line in item.evidence)

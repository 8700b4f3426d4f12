"""Strands: which slot of a message names a thing, and what a split history is. Lines of no vendor, made here."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from brainstemd.attention import strands
from brainstemd.attention.naming import Slotted, choose, literals_of, slots_of
from brainstemd.cli import main
from brainstemd.memory import SAID_A_DAY, Store
from brainstemd.models import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Day, History, KeyFacts, Slot
from brainstemd.notes import load_notes, record
from brainstemd.report import Report, report
from tests.test_as_of import compared, config, late, replayed, stream

T0 = 20_500 * DAY_US
DAYS = 14
Said = list[tuple[int, str]]


def chosen(texts: Said) -> Slotted:
    literals = literals_of([text for _, text in texts])
    return choose([(0, t_us, slots_of(text, literals)) for t_us, text in sorted(texts)])


def every_day(say: Callable[[int, random.Random], str], many: int = 8) -> Said:
    """`many` lines a day, each made from its running number."""
    r = random.Random(7)
    return [
        (T0 + day * DAY_US + n * HOUR_US + r.randrange(3000) * SECOND_US, say(day * many + n, r))
        for day in range(DAYS)
        for n in range(many)
    ]


NAMED = {
    "a label and a number before a colon": lambda n, r: f"lane {n % 4}: drive answered, turn {9000 + n}",
    "a name at the start": lambda n, r: f"unit.{n % 4} slow to answer, took {r.uniform(1, 9):.3f} s",
    "a value of JSON": lambda n, r: (
        f'{{"lvl":"info","peer":"{("alpha-x", "beta", "gamma")[n % 3]}","rows":{r.randrange(9999)}}}'
    ),
    "a number too long for an amount": lambda n, r: (
        f"terminal={(700123, 700456, 700789)[n % 3]} answered after {r.randrange(900)} ms"
    ),
    "mostly one of a numbered set": lambda n, r: (
        f"PEER{411 if n % 5 else r.choice((207, 733, 560, 118, 902))} has left the group, round {n}"
    ),
    "the last part of a path": lambda n, r: (
        f"/route/peer/{r.choice(('mail-in', 'web', 'bulk', 'fax'))} was taken out, round {n}"
    ),
    "a number that ends a clause": lambda n, r: f"lid opened, clerk {r.choice((3, 17, 21))}",
}


@pytest.mark.parametrize("say", NAMED.values(), ids=NAMED)
def test_a_slot_of_few_values_that_come_back_in_turns_names_a_thing(
    say: Callable[[int, random.Random], str],
) -> None:
    """Whatever the wording: a label, a name, a key's value."""
    assert chosen(every_day(say)).thing is not None


NO_NAMES = {
    "an amount before its noun": lambda n, r: f"sent {r.randrange(1, 5)} messages to the archive",
    "an amount with a unit": lambda n, r: f"write took {r.randrange(3, 7)} ms in all",
    "an attempt": lambda n, r: f"no answer, attempt {n % 3}",
    "a count that climbs": lambda n, r: f"lane cleared, run {n}",
    "an id that is new each time": lambda n, r: f"request={r.getrandbits(48):x} refused",
    "a client's address": lambda n, r: f"refused 10.0.0.{n % 4} at the door",
    "a version": lambda n, r: f"seen agent/{n % 3}.{n % 2} again",
    "a reason": lambda n, r: f"reason={('quota', 'timeout-x', 'peer-gone')[n % 3]} while reading",
    "a file": lambda n, r: f"fetched {('/a/one.css', '/a/two.js', '/b/three.png')[n % 3]} for nobody",
    "a state": lambda n, r: f"mode={('auto', 'manual')[n % 2]} was kept",
    "a process that was restarted": lambda n, r: f"worker {2000 + n // 40 * 17} still here",
    "runs of a job": lambda n, r: f"run.{n // 9} has been put in hand, part of {r.randrange(900)}",
    "paths of files": lambda n, r: (
        f"noted {('/a/b/one.css', '/a/b/two.js', '/a/b/three.png')[n % 3]} as such"
    ),
    "what was asked for": lambda n, r: (
        f'"GET /shop/{("cart", "list", "pay", "faq")[n % 4]} HTTP/1.1" 200 {r.randrange(9999)}'
    ),
    "a random word": lambda n, r: f"noted {''.join(r.choices('abcdefghij', k=7))} as such",
}


@pytest.mark.parametrize("say", NO_NAMES.values(), ids=NO_NAMES)
def test_what_measures_identifies_or_describes_names_nothing(
    say: Callable[[int, random.Random], str],
) -> None:
    """Lines of such a slot stay one history."""
    assert chosen(every_day(say)) == Slotted(None, None)


def test_types_of_event_part_as_states_do() -> None:
    """A few kinds under a name for kinds; the thing beside them is still the thing."""
    kinds, peers = ("day.closed", "day.opened"), ("alpha-x", "beta", "gamma")
    found = chosen(every_day(lambda n, r: f'{{"evt":"{kinds[n % 2]}","peer":"{peers[n % 3]}","n":{n}}}'))
    assert (found.kind or ("",))[0] == "evt"
    assert (found.thing or ("",))[0] == "peer"


def history(said: Sequence[tuple[int, str]], key: int = 5) -> History:
    """What memory has of these lines."""
    facts = KeyFacts(key, "t", "s2-1", "", "host-a", "", "", "neutral", "", 6, "app", False, False)
    rows = []
    for day in range(DAYS):
        start = T0 + day * DAY_US
        times = sorted(t for t, _ in said if start <= t < start + DAY_US)
        if not times:
            continue
        by_slot: dict[int, list[int]] = {}
        for t in times:
            slot, rest = divmod(t - start, 5 * MINUTE_US)
            by_slot.setdefault(slot, []).append(rest // SECOND_US)
        slots = [
            Slot(slot, len(at), tuple(at) if len(at) <= 4 else ()) for slot, at in sorted(by_slot.items())
        ]
        rows.append(Day(start // DAY_US, len(times), times[0], times[-1], tuple(slots)))
    return History(facts, tuple(rows), (), ())


LANES = sorted(every_day(lambda n, r: f"lane {n % 4}: drive answered, turn {9000 + n}"))
AT = T0 + DAYS * DAY_US


def test_strands_hold_all_lines_of_their_key_each_once_and_the_key_stays() -> None:
    """The parts add up to the whole, to the second."""
    whole = history(LANES)
    found = strands.split([whole], {5: LANES})
    assert {one.key.entity for one in found.histories} == {f"lane {n}" for n in range(4)}
    assert set(found.wholes.values()) == {5}
    assert 5 not in {one.key.id for one in found.histories}
    for day in whole.days:
        parts = [own for one in found.histories for own in one.days if own.day == day.day]
        assert sum(own.lines for own in parts) == day.lines
        assert sorted(s for own in parts for slot in own.slots for s in slot.seconds) == sorted(
            s for slot in day.slots for s in slot.seconds
        )
    assert sorted(line for lines in found.lines.values() for line in lines) == LANES


def test_things_that_report_in_turns_are_told_apart() -> None:
    """A look at every so manieth line would meet one of them only."""
    said = [
        (T0 + at * HOUR_US, f"report of {('cache', 'feed')[at % 2]} in use {500 + at * 37 % 90} of 2048")
        for at in range(24 * 12)
    ]
    made = strands.split([history(said)], {5: said})
    assert sorted(one.key.entity for one in made.histories) == ["cache", "feed"]


def test_the_split_does_not_depend_on_order() -> None:
    """Keys in any order, the same strands under the same ids."""
    other = history(LANES, key=9)._replace()
    said = {5: LANES, 9: LANES}
    one = strands.split([history(LANES), other], said)
    two = strands.split([other, history(LANES)], said)
    assert one == two
    assert len({item.key.id for item in one.histories}) == 8


def test_a_key_whose_lines_are_not_all_kept_stays_whole() -> None:
    """A day of more lines than memory keeps is no reason to think that a thing was silent."""
    fewer = [line for n, line in enumerate(LANES) if n % 3]
    assert strands.split([history(LANES)], {5: fewer}) == strands.Strands([], {}, {})
    newest = [line for line in LANES if line[0] < AT - DAY_US] + LANES[-3:]
    assert strands.split([history(LANES)], {5: newest}) == strands.Strands([], {}, {})


def test_a_key_of_too_many_things_stays_whole() -> None:
    """A message about a hundred things is not a hundred stories."""
    said = sorted(every_day(lambda n, r: f"cell {n % 120}: drive answered", many=120))
    said = [(T0 + n // 120 * DAY_US + n % 120 * MINUTE_US, text) for n, (_, text) in enumerate(said)]
    found = strands.split([history(said)], {5: said})
    assert len(found.histories) == 0


def test_keys_worth_reading_have_no_entity_and_few_lines() -> None:
    """What is about something already, is dense or long silent, is not read."""
    whole = history(LANES)
    assert strands.asked([whole], AT) == {5}
    assert not strands.asked([whole._replace(key=whole.key._replace(entity="x"))], AT)
    assert not strands.asked([whole], AT + 20 * DAY_US)
    dense = [day._replace(lines=49) for day in whole.days]
    assert not strands.asked([whole._replace(days=tuple(dense))], AT)


def test_what_goes_down_under_one_message_and_up_under_another_heals() -> None:
    """Transitions of a thing are those of all messages that speak of it."""
    down = sorted(every_day(lambda n, r: f"lane {n % 4}: belt stands"))
    up = [(t + MINUTE_US, text.replace("stands", "runs")) for t, text in down]
    one, two = history(down), history(up, key=6)
    one = one._replace(key=one.key._replace(signature="s2-2", polarity="down"))
    two = two._replace(key=two.key._replace(signature="s2-3", polarity="up"))
    found = strands.split([one, two], {5: down, 6: up})
    lane = next(item for item in found.histories if item.key.entity == "lane 1")
    assert len(lane.transitions) == 2 * len(down) // 4
    assert [int(change.kind) for change in lane.transitions[:4]] == [-1, 1, -1, 1]


def hall() -> list[tuple[int, str, bytes]]:
    """Three stations report on three lanes each, all under one message; one lane of one station falls silent."""
    r = random.Random(5)
    out = []
    for day in range(12):
        for beat in range(6):
            for station in ("st-a", "st-b", "st-c"):
                for lane in (1, 2, 3):
                    t_us = (
                        T0 + day * DAY_US + beat * 4 * HOUR_US + lane * MINUTE_US + r.randrange(9) * SECOND_US
                    )
                    if (station, lane) == ("st-b", 2) and day >= 9:
                        continue
                    stamp = datetime.fromtimestamp(t_us // SECOND_US, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                    text = f"lane {lane}: drive answered, turn {700 + day * 6 + beat}"
                    out.append((t_us, "10.0.0.7", f"<30>1 {stamp} {station} hall 77 - - {text}".encode()))
    return sorted(out)


async def test_a_thing_that_falls_silent_is_told_by_its_name_with_its_own_lines(tmp_path: Path) -> None:
    """Its station speaks on, its message comes of others; the digest of any instant is the same whatever came later."""
    end = T0 + 12 * DAY_US
    lines = late(hall(), 3)
    asked = [end - DAY_US - 5 * HOUR_US, end - 20 * HOUR_US]
    assert await compared(tmp_path, lines, [], asked, timedelta(days=6)) == (2, 3)
    async with await Store.open(config(tmp_path / "whole").state_dir / "memory.db", readonly=True) as store:
        made = await report(store, config(tmp_path / "whole"), asked[0])
    items = [item for item in made.digest.items if item.entity == "lane 2"]
    assert [item.hosts for item in items] == [["st-b"]]
    assert len(items[0].evidence) == 3
    assert all("st-b" in line and "lane 2:" in line for line in items[0].evidence)
    assert [item.entity for item in made.digest.items] == ["lane 2"]


async def reported(root: Path, at_us: int) -> Report:
    """The digest of an instant and the verdicts behind it."""
    async with await Store.open(config(root).state_dir / "memory.db", readonly=True) as store:
        return await report(store, config(root), at_us)


def test_an_operators_word_keeps_a_thing_out_until_its_date(tmp_path: Path) -> None:
    """The commands find the item that names a thing; what they write, recorded before an instant, holds for it alone."""
    at_us = T0 + 11 * DAY_US - 5 * HOUR_US
    asyncio.run(replayed(tmp_path, stream(late(hall(), 3), []), timedelta(days=6)))
    (item,) = asyncio.run(reported(tmp_path, at_us)).digest.items
    file = tmp_path / "brainstemd.toml"
    file.write_text(f'state_dir = "{tmp_path / "state"}"\ndigest_dir = "{tmp_path / "digests"}"\n')
    assert main(["--config", str(file), "ack", item.id, "--who", "ana"]) == 0
    assert main(["--config", str(file), "mute", item.id, "--for", "7d", "--who", "ben"]) == 0
    ack, mute = load_notes(tmp_path / "state")
    assert {(note.item, note.source, note.entity) for note in (ack, mute)} == {(item.id, "st-b", "lane 2")}

    record(tmp_path / "state", ack._replace(recorded_us=at_us - 2 * HOUR_US))
    made = asyncio.run(reported(tmp_path, at_us))
    assert made.digest.items == []
    assert made.outcome.silenced[item.id].gates == ["acknowledged by ana on 2026-02-26, nothing since"]
    record(tmp_path / "state", mute._replace(recorded_us=at_us - HOUR_US, end_us=at_us + HOUR_US))
    assert "muted by ben" in asyncio.run(reported(tmp_path, at_us)).outcome.silenced[item.id].gates[0]
    (again,) = asyncio.run(reported(tmp_path, at_us + HOUR_US)).digest.items
    assert (again.id, again.entity) == (item.id, "lane 2")


def test_what_memory_keeps_of_a_day_is_what_is_asked_of_it() -> None:
    """Rooms do not know one another; the two numbers are one."""
    assert strands.A_DAY_MAX == SAID_A_DAY


async def test_a_message_without_a_place_for_its_things_stays_whole_and_is_counted(tmp_path: Path) -> None:
    """Of 32 hosts that speak of 64 things each one stays whole, and the digest says so."""
    lines = []
    for day in range(10):
        for host in range(32):
            for n in range(day % 2, 64, 2):  # memory keeps 48 lines of a day
                t_us = T0 + day * DAY_US + n * 20 * MINUTE_US + host * SECOND_US
                stamp = datetime.fromtimestamp(t_us // SECOND_US, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                text = f"unit.{n} slow to answer, took {n + day}.{host:02d} s"
                lines.append((t_us, "10.0.0.7", f"<30>1 {stamp} st-{host:02d} hall 77 - - {text}".encode()))
    await replayed(tmp_path, stream(late(sorted(lines), 3), []), None)
    made = await reported(tmp_path, T0 + 10 * DAY_US)
    assert len(made.wholes) == 31 * 64
    (said,) = [line for line in made.digest.footers if "no place among" in line]
    assert said.startswith("1 message at its host speaks of things")

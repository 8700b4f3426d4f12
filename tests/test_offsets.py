"""Clocks of live sources: the offset that a source keeps to, what late lines owe it, daylight saving, and skew that is told."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.checks import Facts, evaluate
from brainstemd.config import Config
from brainstemd.fold import Fold
from brainstemd.memory import Delta, Store
from brainstemd.models import (
    DAY_US,
    HOUR_US,
    MINUTE_US,
    SECOND_US,
    ClockSkew,
    Cursor,
    Flag,
    Framing,
    Origin,
    Record,
    RecordKind,
)
from brainstemd.pipeline import Offsets, Steady, parse_instant
from brainstemd.pipeline.offsets import PROOF, SOURCES_MAX
from brainstemd.report import report
from brainstemd.skewed import amount, skewed

T0 = parse_instant("2026-03-10T09:00:00Z")
WHO = ("default", "fw-1")


def line(t_us: int, zone: str, host: str = "fw-1") -> bytes:
    """As a device in that zone writes it: no year, no zone."""
    return f"<134>{datetime.fromtimestamp(t_us // SECOND_US, ZoneInfo(zone)):%b %d %H:%M:%S} {host} app: hello".encode()


def record(received_us: int, *lines: bytes, offset: int = 0, flags: int = 0) -> Record:
    origin = Origin("udp", "udp:514", "10.0.0.1", 514)
    return Record(
        RecordKind.LINES,
        1,
        offset,
        Cursor(1, offset + 1),
        received_us,
        origin,
        Framing.DATAGRAM,
        flags,
        lines,
    )


def taught(zone: str, start_us: int = T0, minutes: int = PROOF + 2) -> Fold:
    """A fold that has heard a source for some minutes."""
    fold = Fold(Config())
    for n in range(minutes):
        t_us = start_us + n * MINUTE_US
        fold.add(record(t_us + SECOND_US, line(t_us, zone), offset=n))
    fold.take(Cursor(1, 1))
    return fold


def times(fold: Fold, *records: Record) -> list[int]:
    for one in records:
        fold.add(one)
    return list(fold.take(Cursor(9, 9)).line_times)


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "Europe/Berlin"]
)
@pytest.mark.parametrize("late_us", [0, 400 * SECOND_US, 20 * MINUTE_US, 5 * HOUR_US, 6 * DAY_US])
def test_late_lines_keep_their_time(zone: str, late_us: int) -> None:
    """Once the offset of a source is known, a line that waited is as old as it says."""
    then_us = T0 + HOUR_US
    assert times(taught(zone), record(then_us + late_us, line(then_us, zone))) == [then_us]


def test_a_source_that_is_not_known_yet_is_read_by_the_rule_of_fifteen_minutes() -> None:
    """Twenty minutes late and nothing known: the nearest quarter of an hour to its receipt."""
    assert times(Fold(Config()), record(T0 + 20 * MINUTE_US, line(T0, "UTC"))) == [T0 + 15 * MINUTE_US]


def test_late_lines_teach_nothing() -> None:
    """A relay that hands over a backlog of hours does not move the offset of the devices behind it."""
    fold = taught("Europe/Berlin")
    flush = [
        record(T0 + 80 * MINUTE_US + n * MINUTE_US, line(T0 + n * 7 * SECOND_US, "Europe/Berlin"), offset=n)
        for n in range(30)
    ]
    assert times(fold, *flush) == [T0 + n * 7 * SECOND_US for n in range(30)]


def test_offsets_that_are_no_place_are_not_kept() -> None:
    """A sender that is always twenty minutes late is in no zone a quarter of an hour west of its own."""
    fold = Fold(Config())
    for n in range(20):
        t_us = T0 + n * MINUTE_US
        fold.add(record(t_us + 20 * MINUTE_US, line(t_us, "UTC"), offset=n))
    offsets = Offsets(fold.take(Cursor(1, 1)).carry["offsets"])  # type: ignore[index]
    assert offsets.steady(WHO) is None


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "America/St_Johns"]
)
def test_daylight_saving_is_followed_at_once(zone: str) -> None:
    """Two years of lines on the hour, from before one change to after the next: each as old as it is, also three late ones
    each hour, but for those that waited over the change itself."""
    info = ZoneInfo(zone)
    fold = taught(zone, T0 - HOUR_US)
    late = (0, 900, 7200)
    wrong = []
    for hour in range(0, 2 * 366 * 24, 5):
        now_us = T0 + hour * HOUR_US
        for late_s in late:
            t_us = now_us - late_s * SECOND_US
            found = times(fold, record(now_us + SECOND_US, line(t_us, zone)))
            moments = [datetime.fromtimestamp(t // SECOND_US, info) for t in (t_us, now_us)]
            if found != [t_us] and moments[0].utcoffset() == moments[1].utcoffset():
                wrong.append((moments[0].isoformat(), late_s, (found[0] - t_us) / SECOND_US))
    assert wrong == []


def test_another_zone_is_learned() -> None:
    """A device that is moved three hours west is followed after five minutes in which it said so."""
    fold = taught("Europe/Berlin")
    move_us = T0 + HOUR_US
    found = times(
        fold,
        *(
            record(move_us + n * MINUTE_US, line(move_us + n * MINUTE_US, "Atlantic/South_Georgia"))
            for n in range(PROOF + 3)
        ),
    )
    assert found[PROOF:] == [move_us + n * MINUTE_US for n in range(PROOF, PROOF + 3)]


@settings(max_examples=25)
@given(st.data())
def test_records_and_batches_change_nothing(data: st.DataObject) -> None:
    """However lines of equal receipt are cut into records and records into batches: the same times, skews and carry."""
    zones, hosts = ("UTC", "Asia/Kolkata"), ("a", "b")
    plan = [
        (
            T0 + n * 25 * SECOND_US,
            data.draw(
                st.lists(st.tuples(st.sampled_from(hosts), st.integers(0, 5000)), min_size=1, max_size=4)
            ),
        )
        for n in range(data.draw(st.integers(4, 30)))
    ]

    def lines(received_us: int, said: list[tuple[str, int]]) -> list[bytes]:
        return [line(received_us - late * SECOND_US, zones[hosts.index(host)], host) for host, late in said]

    whole, parts = Fold(Config()), Fold(Config())
    skews: list[ClockSkew] = []
    found: list[int] = []
    for received_us, said in plan:
        whole.add(record(received_us, *lines(received_us, said)))
        for one in lines(received_us, said):
            parts.add(record(received_us, one))
            if data.draw(st.booleans()):
                taken = parts.take(Cursor(1, 1))
                found += taken.line_times
                skews += taken.skews
                parts = Fold(Config(), json.loads(json.dumps(taken.carry)))
    taken, expected = parts.take(Cursor(1, 1)), whole.take(Cursor(1, 1))
    assert [*found, *taken.line_times] == list(expected.line_times)
    assert [*skews, *taken.skews] == expected.skews
    assert taken.carry is not None
    assert expected.carry is not None
    assert taken.carry["offsets"] == expected.carry["offsets"]


def test_archives_teach_nothing() -> None:
    """They were not received when they were spoken."""
    fold = Fold(Config())
    for n in range(20):
        fold.add(record(T0 + n * MINUTE_US, line(T0, "Asia/Tokyo"), flags=int(Flag.ARCHIVE)))
    taken = fold.take(Cursor(1, 1))
    assert taken.carry is not None
    assert taken.carry["offsets"] == []


def skews_of(*aheads_s: int, zoned: bool = True) -> list[ClockSkew]:
    """What is told of a source with a stamp a minute, so far ahead of receipt."""
    offsets, found = Offsets(), []
    for n, ahead_s in enumerate(aheads_s):
        told = offsets.hear(WHO, ahead_s * SECOND_US, T0 + n * MINUTE_US, zoned=zoned)
        found += [told] if told else []
    return found


def test_a_wrong_clock_is_told_once_and_when_it_is_right_again() -> None:
    """Five minutes fast, for an hour and a half; then right: two rows, by the median, whatever single lines say."""
    told = skews_of(*([300] * 90), 4000, *([300] * 5), *([0] * 30))
    assert [skew.skew_s for skew in told] == [300, 0]
    assert told[0].t_us == T0 + 4 * MINUTE_US
    assert told[1].t_us > T0 + 96 * MINUTE_US


def test_right_clocks_and_small_delays_are_not_told() -> None:
    """A second, a minute's delay, one late line in three: nothing."""
    assert skews_of(*([-1, 0, -60] * 40), *([0, -1, -5000] * 40)) == []


def test_a_wandering_clock_is_told_at_most_once_an_hour() -> None:
    """A row an hour is the bound of what one source can make memory store."""
    assert len(skews_of(*(n * 60 for n in range(600)))) <= 10


def test_a_stamp_years_away_is_told_and_bounded() -> None:
    """A device that thinks it is 1970 (or year 9999): days, as many as fit a century."""
    told = skews_of(*([-56 * 365 * 86_400] * 6))
    assert amount(told[0].skew_s) == "20440 days behind"
    assert abs(skews_of(*([10**12] * 6))[0].skew_s) == 100 * 366 * 86_400


def test_over_the_limit_the_sources_of_smallest_hash_are_followed_whoever_came_first() -> None:
    """And those without a place are counted."""
    names = [f"host-{n}" for n in range(SOURCES_MAX + 200)]

    def followed(order: list[str]) -> set[str]:
        offsets = Offsets()
        for name in order:
            offsets.hear(("t", name), 0, T0, zoned=True)
        assert offsets.take_unkept() > 0
        assert offsets.take_unkept() == 0
        return {who[1] for who, _ in offsets.to_carry()}

    assert followed(names) == followed(names[::-1])


def test_a_shift_of_an_hour_is_known_by_its_steadiness() -> None:
    """Within fifteen seconds of an hour, beside the usual skew; anything else is a late line."""
    steady = Steady(2 * HOUR_US, -3 * SECOND_US)
    assert steady.offset_of(3 * HOUR_US - 10 * SECOND_US) == 3 * HOUR_US
    assert steady.offset_of(HOUR_US) == HOUR_US
    assert steady.offset_of(HOUR_US + 40 * SECOND_US) == 2 * HOUR_US


async def test_digest_and_health_say_it(tmp_path: Path) -> None:
    """A fast clock from noon on: the digest of then says so, the one before does not; a source that fell silent is not told."""
    fold = Fold(Config())
    for n in range(40):
        at_us = T0 + n * MINUTE_US
        stamp = datetime.fromtimestamp((at_us + 480 * SECOND_US) // SECOND_US, ZoneInfo("UTC"))
        fold.add(
            record(at_us, f"<134>1 {stamp:%Y-%m-%dT%H:%M:%S}Z fw-1 app - - - hello {n}".encode(), offset=n)
        )
    assert [(skew.source, skew.skew_s) for skew in fold.skewed()] == [("fw-1", 480)]
    store = await Store.open(tmp_path / "memory.db")
    try:
        await store.commit(fold.take(Cursor(1, 2)))
        config = Config(state_dir=tmp_path)
        told = (await report(store, config, T0 + HOUR_US)).digest.footers
        before = (await report(store, config, T0 + 2 * MINUTE_US)).digest.footers
        after = (await report(store, config, T0 + 40 * DAY_US)).digest.footers
    finally:
        await store.close()
    sentence = (
        "the stamps of fw-1 (tenant default) are 8 min ahead of their receipt since 2026-03-10T09:04:00Z: its clock or its"
        " `timezone` is wrong"
    )
    assert sentence in told
    assert not any("fw-1" in line for line in (*before, *after))
    facts = Facts(skewed_clocks=1, skewed_hint="fw-1 8 min ahead of receipt")
    check = next(check for check in evaluate(facts) if check.name == "source_clocks")
    assert (check.status, check.value, check.hint) == ("ok", 1, "fw-1 8 min ahead of receipt")


async def test_rows_of_long_ago_leave(tmp_path: Path) -> None:
    """Retention keeps a source's newest row, for it may still hold, and of the others those of the kept weeks."""
    store = await Store.open(tmp_path / "memory.db")
    rows = [ClockSkew(T0 + n * DAY_US, "t", "a", 500 + n) for n in range(3)] + [ClockSkew(T0, "t", "b", 0)]
    try:
        await store.commit(Delta(Cursor(1, 1), skews=rows))
        late_us = T0 + 3_000 * DAY_US
        await store.commit(Delta(Cursor(1, 2), watermark_us=late_us))
        assert [skew.skew_s for skew in await store.skews(late_us)] == [502]
    finally:
        await store.close()
    with sqlite3.connect(tmp_path / "memory.db") as db:
        assert db.execute("SELECT count(*) FROM clock").fetchone() == (1,)


def test_more_clocks_than_can_be_told() -> None:
    """Three by name, the rest by number."""
    rows = [ClockSkew(T0, "t", f"h{n}", -200 - n) for n in range(5)]
    told = skewed(rows, {("t", f"h{n}") for n in range(5)})
    assert len(told) == 4
    assert told[0].startswith("the stamps of h4 (tenant t) are 3 min behind their receipt")
    assert told[3] == "the clocks of 2 more sources are wrong"

"""Event time: every rule of `when`, across New Year, leap days and daylight saving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd.models import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Stamp
from brainstemd.pipeline.stamps import civil_from_days, days_from_civil, from_epoch, read_stamp
from brainstemd.pipeline.time import iso, parse_instant, when

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/St_Johns",
)


def us(text: str) -> int:
    return parse_instant(text)


def stamp(text: str) -> Stamp:
    found = read_stamp(text)
    assert found is not None
    assert found[1] == len(text)
    return found[0]


def utc(text: str, received: str) -> str:
    return iso(when(stamp(text), us(received), None, live=False, assume_utc=True)[0])


@given(st.integers(-3_000_000, 3_000_000))
def test_civil_days_invert(days: int) -> None:
    """Two directions of one calendar, and the standard library's where it goes that far."""
    year, month, day = civil_from_days(days)
    assert days_from_civil(year, month, day) == days
    if 1 <= year <= 9999:
        assert (datetime(year, month, day, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days == days


@pytest.mark.parametrize(
    ("text", "received", "expected"),
    [
        ("Dec 31 23:59:59", "2026-01-01T00:00:05", "2025-12-31T23:59:59Z"),
        ("Jan  1 00:00:02", "2025-12-31T23:59:58", "2026-01-01T00:00:02Z"),
        (
            "Jan  2 00:00:00",
            "2025-12-31T23:59:58",
            "2025-01-02T00:00:00Z",
        ),  # more than a day ahead: last January
        ("Mar 22 00:00:00", "2026-03-21T00:00:00", "2026-03-22T00:00:00Z"),  # exactly a day ahead
        ("Mar 22 00:00:01", "2026-03-21T00:00:00", "2025-03-22T00:00:01Z"),
        ("Feb 29 12:00:00", "2026-03-21T00:00:00", "2024-02-29T12:00:00Z"),
        ("Feb 29 12:00:00", "2024-02-29T11:00:00", "2024-02-29T12:00:00Z"),
        ("Feb 29 12:00:00", "1902-01-01T00:00:00", "1896-02-29T12:00:00Z"),  # 1900 was no leap year
        ("Dec 31 23:59:60", "2026-03-21T00:00:00", "2026-01-01T00:00:00Z"),  # a leap second
    ],
)
def test_missing_year(text: str, received: str, expected: str) -> None:
    """The newest year that puts the event not more than a day after receipt."""
    assert utc(text, received) == expected


@given(
    st.datetimes(datetime(1975, 1, 1), datetime(2099, 1, 1)),
    st.integers(-86_399, 300 * 86_400),
    st.sampled_from(ZONES),
)
def test_year_less_stamps_come_back_in_every_zone(moment: datetime, delay_s: int, zone: str) -> None:
    """A stamp without year, received up to 300 days later or a day earlier, gives the instant back (outside of a clock's change)."""  # noqa: E501
    exact = moment.replace(microsecond=0, tzinfo=UTC)
    local = exact.astimezone(ZoneInfo(zone))
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return
    written = Stamp(None, local.month, local.day, local.hour, local.minute, local.second)
    t_us, rule = when(
        written, us(exact.isoformat()) + delay_s * SECOND_US, zone, live=False, assume_utc=False
    )
    assert (iso(t_us), rule) == (iso(us(exact.isoformat())), "zone+year")


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"),
    ],
)
def test_an_hour_that_is_lived_twice(zone: str, before: str, after: str) -> None:
    """Live, the reading nearest before receipt; of an archive, the first."""
    local = datetime.fromisoformat(before).astimezone(ZoneInfo(zone))
    written = Stamp(None, local.month, local.day, local.hour, local.minute, local.second)
    for true in (before, after):
        assert iso(when(written, us(true) + 2 * SECOND_US, zone, live=True, assume_utc=False)[0]) == true
    assert iso(when(written, us(after), zone, live=False, assume_utc=True)[0]) == before


def test_an_hour_that_is_skipped() -> None:
    """02:30 on the day the clock went from 02:00 to 03:00 is read with the offset before the change."""
    written = Stamp(2026, 3, 29, 2, 30, 0)
    assert (
        iso(when(written, us("2026-03-29T01:30:00Z"), "Europe/Berlin", live=True, assume_utc=False)[0])
        == "2026-03-29T01:30:00Z"
    )


@given(st.integers(-48, 56), st.integers(-7 * 60, 7 * 60))
def test_the_fifteen_minute_rule(quarters: int, lag_s: int) -> None:
    """Live without a zone, any offset on earth is found when the line arrives within 7 minutes."""
    received_us = us("2026-03-22T12:00:00Z")
    true = datetime(2026, 3, 22, 12, tzinfo=UTC) - timedelta(seconds=lag_s)
    local = true + timedelta(minutes=15 * quarters)
    written = Stamp(None, local.month, local.day, local.hour, local.minute, local.second)
    assert when(written, received_us, None, live=True, assume_utc=False) == (
        us(true.isoformat()),
        "rounded+year",
    )


@pytest.mark.parametrize(
    ("offset_us", "rule"),
    [
        (10 * MINUTE_US, "stamp"),
        (10 * MINUTE_US + SECOND_US, "ahead"),
        (-7 * DAY_US, "stamp"),
        (-7 * DAY_US - SECOND_US, "behind"),
        (400 * DAY_US, "ahead"),
    ],
)
def test_a_live_stamp_that_cannot_be_yields(offset_us: int, rule: str) -> None:
    """More than 10 minutes ahead or 7 days behind: received_at, and the rule says so; archives are believed."""
    received_us = us("2026-03-22T12:00:00Z")
    written = from_epoch((received_us + offset_us) // SECOND_US)
    t_us, found = when(written, received_us, None, live=True, assume_utc=False)
    assert found == rule
    assert t_us == (received_us if rule in ("ahead", "behind") else received_us + offset_us)
    assert when(written, received_us, None, live=False, assume_utc=True)[0] == received_us + offset_us


def test_rules_have_names() -> None:
    """Each way to a time is told apart."""
    received_us = us("2026-03-22T12:00:00Z")
    assert when(None, received_us, "Europe/Berlin", live=True, assume_utc=False) == (received_us, "received")
    assert (
        when(stamp("2026-03-22T12:00:00Z"), received_us, "Europe/Berlin", live=True, assume_utc=False)[1]
        == "stamp"
    )
    assert when(stamp("2026-03-22T13:00:00"), received_us, "Europe/Berlin", live=True, assume_utc=False) == (
        received_us,
        "zone",
    )
    assert when(stamp("2026-03-22T12:00:00"), received_us, None, live=False, assume_utc=True) == (
        received_us,
        "utc",
    )
    assert when(stamp("2026-03-22T12:00:00"), received_us, "No/Such", live=False, assume_utc=True) == (
        received_us,
        "utc",
    )
    assert when(stamp("2026-03-22T17:30:00"), received_us, None, live=True, assume_utc=False) == (
        received_us,
        "rounded",
    )


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.sampled_from([None, -90_000, 0, 90_000]), st.sampled_from([None, "Asia/Kolkata"]),  # noqa: E501
       st.integers(-(2**60), 2**60), st.booleans())  # fmt: skip
def test_when_never_raises(
    year: int,
    month: int,
    day: int,
    hour: int,
    offset: int | None,
    zone: str | None,
    received_us: int,
    live: bool,
) -> None:
    """Any stamp at any receipt, year-less 29 February included, gives a printable instant."""
    for written in (
        Stamp(year, month, day, hour, 0, 0, 0, offset),
        Stamp(None, month, day, hour, 0, 60, 5, offset),
        Stamp(None, 2, 29, hour, 0, 0),
    ):
        t_us, _ = when(written, received_us, zone, live=live, assume_utc=not live)
        assert iso(t_us).endswith("Z")


def test_iso_prints_what_is_there() -> None:
    """No fraction, milliseconds or microseconds, as needed; out of the calendar it is clamped."""
    assert iso(0) == "1970-01-01T00:00:00Z"
    assert iso(-1) == "1969-12-31T23:59:59.999999Z"
    assert iso(250_000) == "1970-01-01T00:00:00.250Z"
    assert iso(HOUR_US + 1) == "1970-01-01T01:00:00.000001Z"
    assert iso(10**30) == "9999-12-31T23:59:59.999999Z"
    assert iso(-(10**30)) == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "received", "expected"),
    [
        ("02/03/2026 08:00:00", "2026-03-02T08:00:05Z", "2026-03-02T08:00:00Z"),
        ("02/03/2026 08:00:00", "2026-02-03T08:00:05Z", "2026-02-03T08:00:00Z"),
        ("02/03/2026 08:00:00", "2026-09-01T08:00:00Z", "2026-02-03T08:00:00Z"),
        ("09/03/2026 08:00:00", "2026-05-01T08:00:00Z", "2026-03-09T08:00:00Z"),
        ("02.03.2026 08:00:00", "2026-02-03T08:00:05Z", "2026-03-02T08:00:00Z"),
    ],
)
def test_month_or_day_first(text: str, received: str, expected: str) -> None:
    """What can be both is read month first, unless only the other order explains that it arrives now."""
    assert utc(text, received) == expected


ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland",
         "America/St_Johns", "Asia/Kathmandu")  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_year_less_stamps(zone: str) -> None:
    """Every hour from one November to the next but one's, over two New Years and a 29 February, received early and late:
    exact to the second, but in the hour that is lived twice, where either reading is an hour that was meant."""
    info = ZoneInfo(zone)
    start, end = us("2027-11-01T00:30:15Z"), us("2029-03-02T00:00:00Z")
    wrong = []
    for t_us in range(start, end, 3600 * SECOND_US):
        moment = datetime.fromtimestamp(t_us // SECOND_US, info)
        written = stamp(f"{moment:%b %d %H:%M:%S}")
        for delay_s in (-300, 0, 40, 3600, 86_400, 6 * 86_400):
            found, rule = when(written, t_us + delay_s * SECOND_US, zone, live=True, assume_utc=False)
            twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
            if found != t_us and not (twice and abs(found - t_us) <= 3600 * SECOND_US):
                wrong.append((moment.isoformat(), delay_s, iso(found), rule))
    assert wrong == []

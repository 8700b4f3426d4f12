"""When did it happen: a device's stamp and the instant of receipt → event time, and the rule that gave it.

Rules (the second value of `when`):

    received        the line bears no stamp
    stamp           the stamp names its offset or zone
    zone            a stamp without zone, read in the source's configured zone
    utc             … read as UTC (`decode`, archives)
    rounded         … read with the offset to received_at rounded to 15 minutes (the daemon)
    steady          … read with the offset that its source was seen to keep to (the daemon; offsets.py)
    +year           appended to these: the stamp has no year; the newest that puts it not more than a day after receipt
    ahead, behind   a live stamp more than 10 minutes ahead or 7 days behind: received_at is the event time

A date in numbers whose month and day may stand in either order (`02/03/2026`) is read month first, unless only the other
order is at most 7 days behind and a day ahead of receipt, or the first one is in the future and the other is not.

Where a zone's clock was turned back, an hour is read twice: live, the later reading that is not ahead of
received_at; otherwise the first. A time that was skipped is read with the offset before the change.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from brainstemd.models import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Stamp
from brainstemd.pipeline.offsets import Steady
from brainstemd.pipeline.stamps import civil_from_days, days_from_civil, days_in_month

AHEAD_US: Final = 10 * MINUTE_US
BEHIND_US: Final = 7 * DAY_US
ROUND_US: Final = 15 * MINUTE_US
WEST_US: Final = -12 * HOUR_US  # no clock on earth is set further west …
EAST_US: Final = 14 * HOUR_US  # … nor further east
_FIRST_US: Final = days_from_civil(1, 1, 1) * DAY_US
_LAST_US: Final = days_from_civil(10_000, 1, 1) * DAY_US - 1
_CACHE: Final = 4096
_NEAR_DAYS: Final = 7

_days: dict[tuple[int, int, int], int] = {}
_years: dict[int, int] = {}  # the year of a day number
_iso_seconds: dict[int, str] = {}
# A live stamp without zone → the first and the last instant of receipt for which `when` says the same, and what it says.
_readings: dict[Stamp, tuple[int, int, tuple[int, str]]] = {}


def when(
    stamp: Stamp | None,
    received_us: int,
    zone: str | None,
    *,
    live: bool,
    assume_utc: bool,
    steady: Steady | None = None,
) -> tuple[int, str]:
    """Event time in µs since the epoch, and the name of the rule. `zone` is an IANA name; an unknown one counts as none.
    `steady` is what is known of the source's clock, for stamps that leave their zone open."""
    if stamp is None:
        return received_us, "received"
    if stamp.either:
        stamp = _month_or_day_first(stamp, received_us)
    year, month, day, hour, minute, second, micro, offset_s, _, _ = stamp
    guessed = offset_s is None and zone is None and live and not assume_utc and steady is None
    if guessed:
        reading = _readings.get(stamp)
        if reading is not None and reading[0] <= received_us <= reading[1]:
            return reading[2]
    clock_us = ((hour * 60 + minute) * 60 + second) * SECOND_US + micro
    limit_us = received_us + DAY_US
    if offset_s is not None:
        rule, shift_us = "stamp", offset_s * SECOND_US
    elif zone is not None and (info := _zone(zone)) is not None:
        return _bounded(*_zoned(stamp, clock_us, info, received_us, live), received_us, live)
    else:
        rule, shift_us = ("utc", 0) if assume_utc else ("rounded", 0)
    if year is not None:
        t_us = _day(year, month, day) * DAY_US + clock_us - shift_us
    else:
        t_us = _newest(month, day, clock_us - shift_us, limit_us)
        rule += "+year"
    if offset_s is None and not assume_utc:
        ahead_us = t_us - received_us
        if steady is not None:
            shift_us, rule = steady.offset_of(ahead_us), rule.replace("rounded", "steady")
        else:
            shift_us = _rounded_offset(ahead_us)
        t_us -= shift_us
        if (
            guessed
            and not micro
            and -ROUND_US < t_us - received_us < ROUND_US
            and _FIRST_US <= t_us <= _LAST_US
        ):
            return _keep_reading(stamp, t_us, rule)
    return _bounded(t_us, rule, received_us, live)


def ahead_of_receipt(stamp: Stamp, received_us: int, zone: str | None) -> tuple[int, bool]:
    """How far (µs) a live stamp is ahead of its receipt, and whether its zone is known; else it is read as UTC."""
    t_us, rule = when(stamp, received_us, zone, live=False, assume_utc=zone is None)
    return t_us - received_us, not rule.startswith("utc")


def _month_or_day_first(stamp: Stamp, received_us: int) -> Stamp:
    """`02/03/2026` with the month first, as it was read, unless only the other order is near the instant of receipt."""
    year = stamp.year or 0
    today = received_us // DAY_US
    read, swapped = (
        _day(year, *order) - today for order in ((stamp.month, stamp.day), (stamp.day, stamp.month))
    )
    stamp = stamp._replace(either=False)
    if not -_NEAR_DAYS <= read <= 1 and (-_NEAR_DAYS <= swapped <= 1 or (read > 1 >= swapped)):
        return stamp._replace(month=stamp.day, day=stamp.month)
    return stamp


def _keep_reading(stamp: Stamp, t_us: int, rule: str) -> tuple[int, str]:
    """Within half of `ROUND_US` of the event time the offset, the year and the bounds stay as they are."""
    if len(_readings) >= _CACHE:
        _readings.clear()
    said = (t_us, rule)
    _readings[stamp] = (t_us - ROUND_US // 2 + 1, t_us + ROUND_US // 2, said)
    return said


def _bounded(t_us: int, rule: str, received_us: int, live: bool) -> tuple[int, str]:
    if live and t_us - received_us > AHEAD_US:
        return received_us, "ahead"
    if live and received_us - t_us > BEHIND_US:
        return received_us, "behind"
    return min(max(t_us, _FIRST_US), _LAST_US), rule


def _rounded_offset(ahead_us: int) -> int:
    """The zone offset that explains a stamp which is `ahead_us` of receipt; 0 if none on earth does."""
    offset_us = (ahead_us + ROUND_US // 2) // ROUND_US * ROUND_US
    return offset_us if WEST_US <= offset_us <= EAST_US else 0


def _newest(month: int, day: int, shifted_us: int, limit_us: int) -> int:
    """The newest reading of a year-less date that is not after `limit_us`; 29 February takes a leap year."""
    year = _year_of(limit_us // DAY_US) + 1
    for _ in range(10):  # leap years are at most eight years apart
        if day <= days_in_month(year, month):
            t_us = _day(year, month, day) * DAY_US + shifted_us
            if t_us <= limit_us:
                return t_us
        year -= 1
    return limit_us - DAY_US  # before the first leap year there is: the instant of receipt


def _zoned(stamp: Stamp, clock_us: int, info: ZoneInfo, received_us: int, live: bool) -> tuple[int, str]:
    limit_us = received_us + DAY_US
    years = (stamp.year,) if stamp.year is not None else _candidates(limit_us)
    rule = "zone" if stamp.year is not None else "zone+year"
    for year in years:
        if stamp.day > days_in_month(year, stamp.month):
            continue
        local_us = _day(year, stamp.month, stamp.day) * DAY_US + clock_us
        first, second = _offsets(info, local_us // MINUTE_US)
        t_us = local_us - first * SECOND_US
        if live and second < first and (later := local_us - second * SECOND_US) <= received_us + AHEAD_US:
            t_us = later
        if stamp.year is not None or t_us <= limit_us:
            return t_us, rule
    return received_us, rule


def _candidates(limit_us: int) -> tuple[int, ...]:
    year = _year_of(limit_us // DAY_US) + 1
    return tuple(range(year, year - 10, -1))


@lru_cache(maxsize=_CACHE)
def _offsets(info: ZoneInfo, local_minute: int) -> tuple[int, int]:
    """The zone's offsets (s) of a local minute, first and second reading; equal outside of changes."""
    try:
        local = datetime(1970, 1, 1) + timedelta(minutes=local_minute)
    except OverflowError:
        return 0, 0
    first = local.replace(tzinfo=info).utcoffset() or timedelta()
    second = local.replace(tzinfo=info, fold=1).utcoffset() or timedelta()
    return int(first.total_seconds()), int(second.total_seconds())


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _day(year: int, month: int, day: int) -> int:
    key = (year, month, day)
    number = _days.get(key)
    if number is None:
        if len(_days) >= _CACHE:
            _days.clear()
        number = _days[key] = days_from_civil(year, month, day)
    return number


def _year_of(day: int) -> int:
    year = _years.get(day)
    if year is None:
        if len(_years) >= _CACHE:
            _years.clear()
        year = _years[day] = civil_from_days(day)[0]
    return year


def iso(t_us: int) -> str:
    """ISO 8601 in UTC: seconds, and milli- or microseconds when there are any; years 1 to 9999."""
    seconds, micro = divmod(min(max(t_us, _FIRST_US), _LAST_US), SECOND_US)
    text = _iso_seconds.get(seconds)
    if text is None:
        if len(_iso_seconds) >= _CACHE:
            _iso_seconds.clear()
        days, second = divmod(seconds, 86_400)
        year, month, day = civil_from_days(days)
        text = f"{year:04}-{month:02}-{day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        _iso_seconds[seconds] = text
    if not micro:
        return text + "Z"
    return f"{text}.{micro // 1000:03}Z" if micro % 1000 == 0 else f"{text}.{micro:06}Z"


def parse_instant(text: str) -> int:
    """µs of an ISO 8601 instant; without a zone it is UTC. Raises ValueError."""
    parsed = datetime.fromisoformat(text.strip())
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    delta = parsed - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * SECOND_US + delta.microseconds

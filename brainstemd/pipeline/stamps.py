"""Timestamps as devices write them: text → `Stamp`, guessing nothing (time.py resolves what is unknown).

Understood: BSD (`Mar  2 00:00:01`, with a year before or after the time, a weekday, a fraction), day first
(`2 Mar 2024 …`, `02/Mar/2024:…`), year first (`2024 Mar  2 …`), ISO 8601 and RFC 3339 (also with a blank, slashes, a
comma, or without separators), numbers with the month first (`03/22/2024 …`) or the day (`22.03.2024`, `22/03/2024`; what
can be both is marked), AM and PM, Unix epoch in seconds, milliseconds or microseconds; Cisco's `*` and `.` marks.
A date that cannot be (31 February, 29 February of a common year) is no stamp.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from brainstemd.models import Stamp

MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# Zone names that devices print, in the commonest reading of each (CST is North American, IST Indian, BST
# British Summer Time); a source's configured `timezone` is for those that mean something else.
_H = 3600
ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "UCT": 0, "WET": 0, "WEST": _H, "BST": _H, "CET": _H, "CEST": 2 * _H, "MEZ": _H,
    "MESZ": 2 * _H, "EET": 2 * _H, "EEST": 3 * _H, "MSK": 3 * _H, "TRT": 3 * _H, "IST": 19_800, "PKT": 5 * _H,
    "ICT": 7 * _H, "WIB": 7 * _H, "HKT": 8 * _H, "SGT": 8 * _H, "AWST": 8 * _H, "JST": 9 * _H, "KST": 9 * _H,
    "ACST": 34_200, "ACDT": 37_800, "AEST": 10 * _H, "AEDT": 11 * _H, "NZST": 12 * _H, "NZDT": 13 * _H,
    "EST": -5 * _H, "EDT": -4 * _H, "CST": -6 * _H, "CDT": -5 * _H, "MST": -7 * _H, "MDT": -6 * _H,
    "PST": -8 * _H, "PDT": -7 * _H, "AKST": -9 * _H, "AKDT": -8 * _H, "HST": -10 * _H, "AST": -4 * _H,
    "ADT": -3 * _H, "BRT": -3 * _H, "ART": -3 * _H, "CLT": -4 * _H, "SAST": 2 * _H,
}  # fmt: skip

_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_CLOCK = r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,18}))?(?: ?([AaPp])[Mm](?![\w.-]))?"
_BSD = re.compile(
    rf"(?:[A-Z][a-z]{{2}},? {{1,2}})?{_MONTH}(?: {{1,2}}|[-/])(\d{{1,2}}),?(?:[ /-](\d{{4}}),?)? {{1,2}}{_CLOCK}",
    re.I,
)
_DAY_FIRST = re.compile(
    rf"(?:[A-Z][a-z]{{2}},? )?(\d{{1,2}})[ /.-]{_MONTH}[ /.-](?:(\d{{4}})[ :T])?{_CLOCK}", re.I
)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[ -]{_MONTH}(?: {{1,2}}|-)(\d{{1,2}}) {_CLOCK}", re.I)
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})[Tt :-]{_CLOCK}")
_ISO_MINUTE = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?=[Zz]|[+-]\d\d|:? |$)")
_BASIC = re.compile(
    r"((?:19|20)\d{2})(\d{2})(\d{2})[T ]?(\d{2})(\d{2})(\d{2})(?:[.,](\d{1,9}))?(?=[ Zz:+-]|$)"
)
_NUMBERS = re.compile(
    rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}})(?:,? |:|T){_CLOCK}"
)  # NetScaler joins by a colon
_EPOCH = re.compile(r"([12]\d{9})(?:\.(\d{1,9})|(\d{3})|(\d{6}))?(?=[ :]|$)")
_HOURS = r"([01]\d|2[0-3])"
_OFFSET = re.compile(
    rf" ?([Zz])(?![\w.-])|(?: ?(?:UTC|GMT)?([+-]){_HOURS}:?([0-5]\d)|([+-]){_HOURS}| ?(?:UTC|GMT|TZ)([+-])(1?\d))"
    r"(?= |: |:?$|[,\])])"
)  # `+01` without minutes stands right behind the clock, or behind a name (`UTC+8`)
_NAMED = re.compile(r" ([A-Z]{1,5})(?= |: |:?$|[\])])")
_YEAR_AFTER = re.compile(r" ((?:19|20)\d{2})(?= |: |:?$|[\])])")
_UPTIME = re.compile(r"(?:(?:\d{1,4}[ywdhms]){1,4}|\d{1,3}:\d{2}:\d{2})(?=: )")


# `host tag: ` follows.
_OWN = re.compile(r"(?:[\w.:%-]{1,255} \S{1,64} \S{1,64} )?\[(?=[\dA-Z])")
_SPEAKS = r"(?= {1,2}[A-Za-z0-9][\w.:-]{0,254} {1,2}[A-Za-z_/][\w./()-]{0,63}(?:\[\d{1,10}\])?: )"
_BRACKET = re.compile(rf"[\])]{_SPEAKS}")
_UNREAD = re.compile(
    r"[\[(]?(?:\d{4}-\d[\dT:.Z+-]{3,30}|\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?|\d{9,20}(?:\.\d{1,9})?)[\])]?"
    rf"{_SPEAKS}"
)


class Tail(NamedTuple):
    """What may follow the clock: a year, a zone; and where the text goes on."""

    year: int | None
    offset_s: int | None
    end: int


def micros(digits: str | None) -> int:
    """Microseconds of a fraction's digits; what is finer is cut off."""
    return int(digits[:6].ljust(6, "0")) if digits else 0


def days_in_month(year: int | None, month: int) -> int:
    """Of an unknown year February has 29 days."""
    if month == 2 and year is not None and (year % 4 or (year % 100 == 0 and year % 400)):
        return 28
    return _DAYS_IN_MONTH[month - 1]


def checked(
    year: int | None,
    month: int,
    day: int,
    hour: int,
    minute: int,
    second: int,
    micro: int,
    offset: int | None = None,
) -> Stamp | None:
    """A stamp of parts that can be a date; second 60 is a leap second."""
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 60 or year == 0:
        return None
    if not 1 <= day <= days_in_month(year, month):
        return None
    return Stamp(year, month, day, hour, minute, second, micro, offset)


def _clock(match: re.Match[str], first: int) -> tuple[int, int, int, int]:
    hours, minute, second, fraction, half = match.group(first, first + 1, first + 2, first + 3, first + 4)
    hour = int(hours)
    if half is not None and hour <= 12:
        hour = hour % 12 + (12 if half in "Pp" else 0)
    return hour, int(minute), int(second), micros(fraction)


def _year(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _bsd(text: str, at: int) -> tuple[Stamp | None, int] | None:
    match = _BSD.match(text, at)
    if match is None:
        return None
    stamp = checked(_year(match[3]), MONTHS[match[1].lower()], int(match[2]), *_clock(match, 4))
    return stamp, match.end()


def _iso(text: str, at: int) -> tuple[Stamp | None, int] | None:
    match = _ISO.match(text, at)
    if match is None:
        return None
    return checked(int(match[1]), int(match[2]), int(match[3]), *_clock(match, 4)), match.end()


def _iso_minute(text: str, at: int) -> tuple[Stamp | None, int] | None:
    """ISO 8601 may leave the seconds out."""
    match = _ISO_MINUTE.match(text, at)
    if match is None:
        return None
    year, month, day, hour, minute = map(int, match.groups())
    return checked(year, month, day, hour, minute, 0, 0), match.end()


def _year_first(text: str, at: int) -> tuple[Stamp | None, int] | None:
    match = _YEAR_FIRST.match(text, at)
    if match is None:
        return None
    return checked(int(match[1]), MONTHS[match[2].lower()], int(match[3]), *_clock(match, 4)), match.end()


def _day_first(text: str, at: int) -> tuple[Stamp | None, int] | None:
    match = _DAY_FIRST.match(text, at)
    if match is None:
        return None
    return checked(_year(match[3]), MONTHS[match[2].lower()], int(match[1]), *_clock(match, 4)), match.end()


def _basic(text: str, at: int) -> tuple[Stamp | None, int] | None:
    match = _BASIC.match(text, at)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.group(1, 2, 3, 4, 5, 6))
    return checked(year, month, day, hour, minute, second, micros(match[7])), match.end()


def _numbers(text: str, at: int) -> tuple[Stamp | None, int] | None:
    """`03/22/2024` (month first, unless that cannot be) and `22.03.2024` (with dots the day is first)."""
    match = _NUMBERS.match(text, at)
    if match is None:
        return None
    month, day = int(match[1]), int(match[3])
    if match[2] == "." or month > 12:
        month, day = day, month
    stamp = checked(int(match[4]), month, day, *_clock(match, 5))
    if stamp is not None and match[2] != "." and month != day and int(match[1]) <= 12 and day <= 12:
        stamp = stamp._replace(either=True)
    return stamp, match.end()


def _epoch(text: str, at: int) -> tuple[Stamp | None, int] | None:
    match = _EPOCH.match(text, at)
    if match is None:
        return None
    return from_epoch(int(match[1]), micros(match[2] or match[3] or match[4])), match.end()


_READERS = (_iso, _year_first, _day_first, _numbers, _basic, _epoch, _iso_minute)


def read_clock(text: str, at: int) -> tuple[Stamp, int] | None:
    """Date and time at `at`, and where they end; zone, year behind the time and marks are `read_tail`'s."""
    first = text[at : at + 1]
    if first in ("*", "."):
        found = read_clock(text, at + 1) if text[at + 1 : at + 2] not in ("*", ".") else None
        return None if found is None else (found[0]._replace(synchronised=False), found[1])
    if first in ("[", "("):
        return _bracketed(text, at)
    for reader in _READERS if first.isdigit() else (_bsd, _day_first) if first.isalpha() else ():
        found_or_bad = reader(text, at)
        if found_or_bad is not None:
            stamp, end = found_or_bad
            return None if stamp is None else (stamp, end)
    return None


def _bracketed(text: str, at: int) -> tuple[Stamp, int] | None:
    """`[2026-03-22 10:00:00 +0100] host tag: `: its zone is read as well. Before other words it is a program's own."""
    if text[at + 1 : at + 2] in ("[", "("):
        return None
    found = read_stamp(text, at + 1)
    if found is None or _BRACKET.match(text, found[1]) is None:
        return None
    return found[0], found[1] + 1


def own_stamp(text: str) -> Stamp | None:
    """When a line without a header says that it was written: a stamp in brackets, at its beginning or behind the three words of
    an access log. It stays in the message."""
    match = _OWN.match(text)
    found = None if match is None else read_stamp(text, match.end())
    return found[0] if found is not None and text[found[1] : found[1] + 1] == "]" else None


def skip_impossible(text: str, at: int) -> int:
    """Where a date that cannot be (30 February, 24:00:00) ends with its zone, or a word of digits (`10:00:00`, an ordinal date)
    that stands in a stamp's place, before `host tag: `; `at` if there is none."""
    for reader in (*_READERS, _bsd):
        found = reader(text, at)
        if found is not None and found[0] is None:
            return read_tail(text, found[1], year=True).end
    unread = _UNREAD.match(text, at)
    return at if unread is None else unread.end()


def read_tail(text: str, at: int, *, year: bool) -> Tail:
    """A zone or offset, and (if asked for) a year, right behind the clock."""
    found_year: int | None = None
    offset_s: int | None = None
    for _ in range(2):
        if year and found_year is None and (match := _YEAR_AFTER.match(text, at)):
            found_year, at = int(match[1]), match.end()
        elif offset_s is None and (match := _OFFSET.match(text, at)):
            offset_s, at = _offset_s(match), match.end()
        elif offset_s is None and (match := _NAMED.match(text, at)) and match[1] in ZONES:
            offset_s, at = ZONES[match[1]], match.end()
    return Tail(found_year, offset_s, at)


def _offset_s(match: re.Match[str]) -> int:
    if match[1]:
        return 0
    hours = match[3] or match[6] or match[8]
    seconds = int(hours) * 3600 + int(match[4] or 0) * 60
    return -seconds if "-" in (match[2], match[5], match[7]) else seconds


def read_stamp(text: str, at: int = 0) -> tuple[Stamp, int] | None:
    """A whole timestamp at `at` with its zone, and where it ends; None if there is none or it cannot be."""
    found = read_clock(text, at)
    if found is None:
        return None
    stamp, end = found
    if stamp.offset_s is not None:
        return found
    tail = read_tail(text, end, year=stamp.year is None)
    return with_tail(stamp, tail.year, tail.offset_s), tail.end


def with_tail(stamp: Stamp, year: int | None, offset_s: int | None) -> Stamp:
    """The stamp with what stood behind its clock; a year that makes the date impossible is left out."""
    if year is not None and stamp.day > days_in_month(year, stamp.month):
        year = None
    return stamp._replace(year=stamp.year if year is None else year, offset_s=offset_s)


def skip_uptime(text: str, at: int) -> int:
    """Where a Cisco uptime (`1w2d`, `00:12:34`) that stands in place of a stamp ends; `at` if there is none."""
    match = _UPTIME.match(text, at)
    return at if match is None else match.end()


@lru_cache(maxsize=1024)
def _civil(days: int) -> tuple[int, int, int]:
    return civil_from_days(days)


def from_epoch(seconds: int, micro: int = 0) -> Stamp:
    """A stamp of Unix seconds (0 to 9,999,999,999), UTC."""
    days, second = divmod(seconds, 86_400)
    return Stamp(*_civil(days), second // 3600, second // 60 % 60, second % 60, micro, 0)


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 of a date in the proleptic Gregorian calendar (Hinnant, "chrono-Compatible
    Low-Level Date Algorithms", days_from_civil)."""
    year -= month <= 2
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """The inverse of `days_from_civil` (the same source)."""
    days += 719_468
    era, of_era = divmod(days, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1

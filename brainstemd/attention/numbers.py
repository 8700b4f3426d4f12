"""Numbers in messages: series of one value over days, from the few lines of each key and day that memory keeps.

A number is known by the words before it, the unit after it and the other words of its line, so that two pools under one
signature are two series. Names of what counts or identifies (port, pid, session, sequence, version) and instants are no
measurements. Units of time become seconds, units of size bytes; `1:04:10` is a duration or a time of the day, in seconds.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median, median_low
from typing import NamedTuple

from brainstemd.models import DAY_US

DAYS_MIN = 5
TEXT_MAX = 1000
SERIES_MAX = 12  # of one key
LESS = "difference of "  # what is missing of a number beside another
PLACES_MIN = 2  # different totals, from which on `3/4` may be a place
LINES_MIN = 8  # from which on categories are told from measurements
CATEGORIES_MAX = 6
_NUMBER = re.compile(
    r"(?<![\w./\\#+-])(?<!:\d\d,)(?:(\d{1,4}):(\d\d)(?::(\d\d))?(?![\w:.])"
    r"|(-?\d{1,15}(?:\.\d{1,9})?)(?![\w.:/-]*[.:/-]\d)(?: ?(%|[A-Za-zµ°]{1,8}))?(?![\w/]|:\S))"
)
_SPAN = re.compile(
    r"(?<![\w./:+-])(?=\d+ ?[dhm] ?\d+ ?[hms])"
    r"(?:(\d{1,5}) ?d ?)?(?:(\d{1,4}) ?h ?)?(?:(\d{1,4}) ?m ?)?(?:(\d{1,4}(?:\.\d{1,6})?) ?s)?(?!\w)"
)  # 2m30s
_RATIO = re.compile(r"(?<![\w.:/+-])(\d{1,6})/(\d{1,6})(?![\w.:/+-])")  # 3/4
_WORD = re.compile(r"[^\W\d_]+")
_PIECE = re.compile(r"""[^\s"'=,;(){}\[\]<>|&?]+""")  # what stands between the marks of any way of writing
_KEY = re.compile(
    r"""(?<![:\w])([^\W\d][^\W\d]*)(?:["']? ?= ?|["'] ?: ?|:(?! ))["']?$"""
)  # the name of `name=`, `"name": `, `name:`
_STAMP = re.compile(r"(?:.*[^\[])?\[ *\d+\.\d{3,9}\]")
_BEHIND_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:[ ,]\d{1,5})?[ ,(]$")
_CALENDAR = re.compile(
    r"(?i)\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b(?=[ ,]+\w)"
)  # words of a date in the line: they differ from day to day and tell no two things apart
_DIGITS = re.compile(r"\d")
_NO_MEASURES = """
    port ports pid ppid tid id ids uid gid seq sequence serial session sessionid connection conn uptime index ifindex
    version ver year date vlan slot slotid chan channel asn as line code event msgid logid policyid policy request row
    transaction ticket build revision eventtime epoch time timestamp thread task job user process unit frameid portid
    page address addr
"""
_NO_MEASURE = frozenset(_NO_MEASURES.split())
_IDENTIFIES = ("port", "id", "pid")  # dstport, deviceid
_MEASURES_YET = frozenset(
    (
        "report",
        "support",
        "transport",
        "export",
        "import",
        "paid",
        "valid",
        "invalid",
        "grid",
        "void",
        "humid",
    )
)
_WITH_UNIT = frozenset(  # with a unit behind the number they do measure: "system time 1.2 ms", "job 40 s"
    (
        "time",
        "line",
        "page",
        "job",
        "user",
        "process",
        "thread",
        "task",
        "request",
        "session",
        "connection",
        "transaction",
    )
)
_TIME = {
    "ms": 1e-3, "msec": 1e-3, "msecs": 1e-3, "us": 1e-6, "µs": 1e-6, "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0,
    "seconds": 1.0, "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0, "h": 3600.0, "hour": 3600.0,
    "hours": 3600.0, "d": 86400.0, "day": 86400.0, "days": 86400.0,
}  # fmt: skip
_SHARE = frozenset({"%", "pct", "percent"})
_MANY = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}  # multiples, of whatever the next word says
_SIZE = {
    "b": 1.0, "bytes": 1.0, "kb": 1e3, "kib": 1024.0, "mb": 1e6, "mib": 1024.0**2, "gb": 1e9, "gib": 1024.0**3,
    "tb": 1e12, "tib": 1024.0**4,
}  # fmt: skip


class Name(NamedTuple):
    """Which number of which line."""

    before: str  # the words before it
    unit: str  # "time", "size", "%", or the word behind it
    nth: int  # of the same name in one line
    words: str  # the other words of the line; "" where they differ from line to line


class Series(NamedTuple):
    """The daily medians of one number, ascending by day, and the numbers of its lines that never change."""

    name: Name
    days: tuple[int, ...]
    values: tuple[float, ...]
    bounds: tuple[float, ...]  # constants in the same lines, which may be what it nears
    lines: tuple[int, ...]  # t_us of all its lines, ascending
    said: tuple[
        float, ...
    ] = ()  # of each day the number of one of its lines, nearest to the median from below
    readings: tuple[tuple[int, float], ...] = ()  # all of them, ascending: (t_us, value)
    shape: str = ""  # the plain words of one of its lines, which name no thing
    said_by_lines: bool = True  # or made from what they say

    @property
    def moves(self) -> bool:
        """Has it had more than two levels? What has fewer may have been switched over, and cannot creep."""
        return len(set(self.values)) > 2

    @property
    def quotable(self) -> tuple[float, ...]:
        """Of each day a number that a line really said."""
        return self.said or self.values


def found_in(text: str) -> dict[tuple[str, str, int], float]:
    """The measurements of one message."""
    out: dict[tuple[str, str, int], float] = {}
    seen: Counter[tuple[str, str]] = Counter()
    text = text[:TEXT_MAX]
    for match in _NUMBER.finditer(text):
        hours, minutes, seconds, plain, behind = match.groups()
        key, words = _label(text[max(0, match.start() - 60) : match.start()].lower())
        if not key and text[match.start() - 1 : match.start()] == ":":
            continue  # a part of an address or a stamp
        if plain and not behind and _BEHIND_ADDRESS.search(text, max(0, match.start() - 60), match.start()):
            continue  # a port
        if plain and _STAMP.fullmatch(text, max(0, match.start() - 7), match.end() + 1):
            continue  # a kernel's time since it began
        if words and (kind := _counted(words[-1])) and not _measured(kind, plain, behind):
            continue
        if plain is None:
            value = int(hours) * 3600.0 + int(minutes) * 60 + int(seconds or 0)
            unit = "time"
        else:
            value, unit = _scaled(float(plain), behind or "")
        if not words and (plain is None or (not unit and not text[: match.start()].strip())):
            continue  # a stamp; or what a line begins with: a code, a process
        name = " ".join(words), unit
        out[*name, seen[name]] = value
        seen[name] += 1
    for match in _SPAN.finditer(text):
        _, words = _label(text[max(0, match.start() - 60) : match.start()].lower())
        if words and not _counted(words[-1]):
            days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
            out[" ".join(words), "time", 0] = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    for match in _RATIO.finditer(text):
        _, words = _label(text[max(0, match.start() - 60) : match.start()].lower())
        done, of = int(match[1]), int(match[2])
        if words and not _counted(words[-1]):
            out[" ".join(words), "ratio", 0] = float(done)
            out[LESS + " ".join(words), "ratio", 0] = float(of - done)
    return out


def _label(before: str) -> tuple[bool, list[str]]:
    """What stands before a number: is it a key (`name=`), and which; else the last two words that name no thing."""
    key = _KEY.search(before)
    if key:
        return True, [key[1].strip("_")]
    return False, _plain(before)[-2:]


def _plain(text: str) -> list[str]:
    """The words that name no thing."""
    pieces = [piece.strip(".:-") for piece in _PIECE.findall(text)]
    return [piece for piece in pieces if len(piece) > 1 and piece.isalpha()]


def _counted(word: str) -> str:
    """The word, or the last part of it, that says that its number counts or identifies; "" where none does."""
    known = next((part for part in (word, word.rpartition("_")[2]) if part in _NO_MEASURE), "")
    return known or (word if word.endswith(_IDENTIFIES) and word not in _MEASURES_YET else "")


def _measured(word: str, plain: str | None, behind: str | None) -> bool:
    """Does a unit say that it is a measurement after all?"""
    unit = (behind or "").lower()
    known = unit in _TIME or unit in _SIZE or unit in _SHARE or behind in _MANY
    return plain is not None and word in _WITH_UNIT and known


def _scaled(value: float, said: str) -> tuple[float, str]:
    if said in _MANY:
        return value * _MANY[said], ""
    unit = said.lower()
    if unit in _TIME:
        return value * _TIME[unit], "time"
    if unit in _SIZE:
        return value * _SIZE[unit], "size"
    return value, "%" if unit in _SHARE else ""


def series(lines: Sequence[tuple[int, str]]) -> list[Series]:
    """All numbers that were seen on five days or more. `lines`: (t_us, message), any order."""
    out: list[Series] = []
    groups: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for t_us, text in lines:
        pieces = _PIECE.findall(_CALENDAR.sub(" ", text[:TEXT_MAX].lower()))
        plain = " ".join(piece for piece in pieces if not _DIGITS.search(piece))
        groups[" ".join(_WORD.findall(plain))].append((t_us, text))
    if 2 * len(groups) > len(lines):  # other words in each line: names, not kinds
        groups = defaultdict(list, {"": list(lines)})
    groups = _split(groups)
    for words, same in sorted(groups.items()):
        if len({t_us // DAY_US for t_us, _ in same}) >= DAYS_MIN:
            out.extend(_of_group(words, same))
    moving = [one for one in out if one.moves][:SERIES_MAX]
    return moving + [one for one in out if not one.moves][:SERIES_MAX]


def _split(groups: Mapping[str, Sequence[tuple[int, str]]]) -> defaultdict[str, list[tuple[int, str]]]:
    """Apart by the words with digits that go to and fro between a few values: which slot, which subnet, not how much."""
    out: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for words, lines in groups.items():
        rows = [(t_us, text, _PIECE.findall(text[:TEXT_MAX])) for t_us, text in sorted(lines)]
        width = Counter(len(row[2]) for row in rows).most_common(1)[0][0]
        rows = [row for row in rows if len(row[2]) == width]
        which = (
            [i for i in range(width) if _category([row[2][i] for row in rows])]
            if len(rows) >= LINES_MIN
            else []
        )
        for t_us, text, tokens in rows:
            out[" ".join([words, *(tokens[i] for i in which)])].append((t_us, text))
    return out


def _category(tokens: Sequence[str]) -> bool:
    """A few values, each of them often, that change places all the time; what creeps changes seldom back."""
    values = Counter(tokens)
    if (
        not 2 <= len(values) <= CATEGORIES_MAX
        or min(values.values()) < 3
        or not _DIGITS.search(" ".join(values))
    ):
        return False
    switches = sum(a != b for a, b in pairwise(tokens))
    return switches >= 0.25 * len(tokens)


def _of_group(words: str, lines: Sequence[tuple[int, str]]) -> list[Series]:
    times = tuple(sorted(t_us for t_us, _ in lines))
    shape = " ".join(_plain(min(lines)[1][:TEXT_MAX].lower()))
    by_day: defaultdict[tuple[str, str, int], defaultdict[int, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    readings: defaultdict[tuple[str, str, int], list[tuple[int, float]]] = defaultdict(list)
    for t_us, text in sorted(lines):
        for name, value in found_in(text).items():
            by_day[name][t_us // DAY_US].append(value)
            readings[name].append((t_us, value))
    medians = {
        name: [(day, median(values), median_low(values)) for day, values in sorted(days.items())]
        for name, days in by_day.items()
        if len(days) >= DAYS_MIN
    }
    for name in [name for name in medians if name[1] == "ratio" and _is_place(name, readings)]:
        del medians[name]
    constant = tuple(
        sorted({found[0][1] for found in medians.values() if len({v for _, v, _ in found}) == 1})
    )
    return [
        Series(
            Name(*name, words),
            tuple(day for day, _, _ in found),
            tuple(v for _, v, _ in found),
            constant,
            times,
            tuple(v for _, _, v in found),
            tuple(readings[name]),
            shape,
        )
        for name, found in sorted(medians.items())
    ]


def _is_place(
    name: tuple[str, str, int], readings: Mapping[tuple[str, str, int], Sequence[tuple[int, float]]]
) -> bool:
    """Is `8/48` a port of a card: was the first of both ever more than the second, which is never the same for long?"""
    before = name[0].removeprefix(LESS)
    missing = [value for _, value in readings[LESS + before, *name[1:]]]
    totals = {value + less for (_, value), less in zip(readings[before, *name[1:]], missing, strict=True)}
    return min(missing) < 0 and len(totals) > PLACES_MIN


def may_hold(template: str) -> bool:
    """Could lines of this template hold a number worth following?"""
    return any(mark in template for mark in ("<n>", "<time>", "<size>", "<rate>", "<nonzero>", "<*>"))


def until(series: Series, day: int) -> Series | None:
    """The part of a series before a day; None under five days."""
    if series.days[-1] < day:
        return series
    count = bisect_left(series.days, day)
    if count < DAYS_MIN:
        return None
    lines = series.lines[: bisect_left(series.lines, day * DAY_US)]
    return series._replace(
        days=series.days[:count],
        values=series.values[:count],
        lines=lines,
        said=series.said[:count],
        readings=series.readings[: bisect_left(series.readings, (day * DAY_US, -math.inf))],
    )

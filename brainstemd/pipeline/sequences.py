"""Jumps in the numbers that senders give their lines: what is missing was lost on the way, and is a gap.

Two kinds of numbers. `sequenceId` of RFC 5424 section 7.3.1 counts what the sender sends, from 1 to 2147483647 and then from
1 again. The number in front of a Cisco-like line (`service sequence-numbers`, Arista's `logging format sequence-numbers`)
may as well count what the sender does not send here, so it must have been steady for longer before a jump is believed.

A stream is a source's numbers of one kind. A jump ahead waits `PATIENCE_US` for the missing numbers: datagrams overtake one
another. A number that is not ahead and not missing is a copy (two paths); three in a row that begin anew, from small ones or
from below all that was seen, are a restart, and what was lost around it nobody knows, so nothing is claimed. Where the numbers
below a jump went on beside those above it, the source has several counters: from then on each app of it is a stream of its
own. Numbers that are not steady claim nothing.

Losses close to one another become one gap. Pure; the state is the fold's carry; the streams of smallest hash are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from brainstemd.models import SECOND_US, Event, Gap
from brainstemd.pipeline.smallest import Key, Smallest

PATIENCE_US: Final = 10 * SECOND_US
EVERY_US: Final = 60 * SECOND_US  # at most one gap of a stream in this time
STREAMS_MAX: Final = 2_048
HOLES_MAX: Final = 64  # jumps of a stream that wait at once; the oldest is believed early
JUMP_MAX: Final = 10_000_000  # a longer one is another counter
RESTART_RUN: Final = 3
COPIES_RUN: Final = 1_000  # copies in a row after which they are a counter that was set back
SEQUENCE_ID_MAX: Final = 2_147_483_647
_NEAR: Final = 64  # numbers: to where a run was left, it goes on there; to 1, it began anew
_NOWHERE: Final = -(1 << 62)
_HOPELESS: Final = -(1 << 40)

_PREFIX = re.compile(rb"(?<![\w.:/-])(\d{1,12}): {1,2}")
NUMBERED: Final = frozenset(("ios", "nxos", "iosxr", "wlc", "eos"))
_PREFIX_WITHIN: Final = 200  # bytes before the vendor's mark


class Kind(NamedTuple):
    """How far a kind of number is believed."""

    name: str
    proof: int  # increments by one before a jump is believed
    cost: int  # increments that a jump costs of this
    wraps: bool


SEQUENCE_ID = Kind("sequenceId", 4, 1, True)
PREFIX = Kind("prefix", 32, 8, False)


def number_of(event: Event, raw: bytes) -> tuple[Kind, int] | None:
    """The number that a line bears, if it bears one."""
    if event.structured_data is not None:
        meta = event.structured_data.get("meta")
        digits = None if meta is None else meta.get("sequenceId")
        if digits is None or not digits.isdecimal() or not digits.isascii() or len(digits) > 10:
            return None
        number = int(digits)
        return (SEQUENCE_ID, number) if 0 < number <= SEQUENCE_ID_MAX else None
    if event.product in NUMBERED:
        match = _PREFIX.search(raw, 0, max(0, raw.find(b"%", 0, _PREFIX_WITHIN)))
        if match is not None:
            return PREFIX, int(match[1])
    return None


class _Hole(NamedTuple):
    """Numbers from `low` to `high` that were jumped over between two lines, seen at `seen_us`."""

    low: int
    high: int
    start_us: int
    end_us: int
    seen_us: int
    eaten: int = 0  # numbers that went on from its low end


class Stream:
    """One counter. Instants are event time, but for `seen_us`, which is the receiver's (for archives: event time)."""

    __slots__ = (
        "credit", "first", "high", "holes", "last_us", "left", "lost", "lost_end_us", "lost_start_us", "run", "run_at",
        "told_us",
    )  # fmt: skip

    def __init__(self, high: int, last_us: int) -> None:
        self.first = self.high = high  # the oldest number since it began anew, and the newest
        self.last_us = last_us
        self.credit = 0  # steadiness
        self.left = _NOWHERE  # where the run before that ended
        self.run = self.run_at = 0  # numbers that follow one another elsewhere, and the newest of them
        self.holes: list[_Hole] = []
        self.lost = self.lost_start_us = self.lost_end_us = 0  # believed and not told yet
        self.told_us = _NOWHERE

    def to_carry(self) -> list[Any]:
        plain = [getattr(self, name) for name in self.__slots__ if name != "holes"]
        return [*plain, self.holes]

    @classmethod
    def from_carry(cls, values: list[Any]) -> Stream:
        stream = cls(0, 0)
        *plain, holes = values
        for name, value in zip((n for n in cls.__slots__ if n != "holes"), plain, strict=True):
            setattr(stream, name, value)
        stream.holes = [_Hole(*hole) for hole in holes]
        return stream

    def hear(self, kind: Kind, number: int, t_us: int, seen_us: int) -> None:
        """A line with a number."""
        ahead = number - self.high
        if kind.wraps and abs(ahead) > SEQUENCE_ID_MAX // 2:  # 2147483647 is followed by 1
            ahead += SEQUENCE_ID_MAX if ahead < 0 else -SEQUENCE_ID_MAX
            if ahead > 0:
                self._wrap()
        missing = self.holes and self._fill(self.high + ahead)
        if ahead == 1:
            self.credit = min(self.credit + 1, 4 * kind.proof)
            self.high, self.last_us, self.run = number, t_us, 0
        elif 1 < ahead <= JUMP_MAX and abs(number - self.left) > _NEAR:
            self._jump(kind, number, ahead, t_us, seen_us)
        elif ahead > 1:
            self._turn(number, number, t_us)
        elif not missing:
            self._behind(number, t_us)

    def _wrap(self) -> None:
        self.high -= SEQUENCE_ID_MAX
        self.first -= SEQUENCE_ID_MAX
        self.holes = [
            hole._replace(low=hole.low - SEQUENCE_ID_MAX, high=hole.high - SEQUENCE_ID_MAX)
            for hole in self.holes
        ]

    def _jump(self, kind: Kind, number: int, ahead: int, t_us: int, seen_us: int) -> None:
        if self.credit >= kind.proof:
            start_us, end_us = min(self.last_us, t_us), max(self.last_us, t_us)
            self.holes.append(_Hole(number - ahead + 1, number - 1, start_us, end_us, seen_us))
            if len(self.holes) > HOLES_MAX:
                self._believe(self.holes.pop(0))
        self.credit = max(min(self.credit, 0), self.credit - kind.cost)
        self.high, self.last_us, self.run = number, t_us, 0

    def _turn(self, first: int, number: int, t_us: int) -> None:
        """Another counter, or this one began anew."""
        self.left, self.first, self.high, self.last_us = self.high, first, number, t_us
        self.credit = min(self.credit, 0)
        self.run = 0

    def _fill(self, number: int) -> bool:
        """Whether the number was missing; it is so no longer."""
        for at, hole in enumerate(self.holes):
            if hole.low <= number <= hole.high:
                eaten = hole.eaten + (number == hole.low)
                parts = [hole._replace(high=number - 1), hole._replace(low=number + 1, eaten=eaten)]
                self.holes[at : at + 1] = [part for part in parts if part.low <= part.high]
                return True
        return False

    def _behind(self, number: int, t_us: int) -> None:
        self.run = self.run + 1 if self.run and number == self.run_at + 1 else 1
        self.run_at = number
        began = number - self.run + 1
        anew = self.high - number > RESTART_RUN and (began <= _NEAR or began < self.first)
        if self.run >= (RESTART_RUN if anew else COPIES_RUN):
            self._turn(began, number, t_us)

    def _believe(self, hole: _Hole) -> None:
        if not self.lost:
            self.lost_start_us, self.lost_end_us = hole.start_us, hole.end_us
        self.lost += hole.high - hole.low + 1
        self.lost_start_us = min(self.lost_start_us, hole.start_us)
        self.lost_end_us = max(self.lost_end_us, hole.end_us)

    def due(self, seen_us: int) -> tuple[int, int, int] | None:
        """(start, end, lost) that may be told now. Clears `holes` of what has waited long enough."""
        while self.holes and abs(seen_us - self.holes[0].seen_us) >= PATIENCE_US:
            self._believe(self.holes.pop(0))
        if not self.lost or abs(seen_us - self.told_us) < EVERY_US:
            return None
        found = (self.lost_start_us, self.lost_end_us, self.lost)
        self.lost, self.told_us = 0, seen_us
        return found

    @property
    def divided(self) -> bool:
        """Whether a large hole is eaten up from its low end: another counter goes on there."""
        return any(hole.eaten >= RESTART_RUN and hole.high - hole.low > _NEAR for hole in self.holes)


class Sequences:
    """The streams of all sources."""

    def __init__(self, carry: dict[str, Any] | None = None) -> None:
        carry = carry or {}
        self._streams: Smallest[Stream] = Smallest(
            STREAMS_MAX,
            (
                (tuple(key), Stream.from_carry(values))
                for key, values in carry.get("streams", ())
                if len(values) == len(Stream.__slots__)  # as this version writes them
            ),
        )
        self._split: set[Key] = {
            tuple(key) for key in carry.get("split", ())
        }  # sources with several counters
        self._waiting = {key for key, stream in self._streams.items() if stream.holes or stream.lost}

    def to_carry(self) -> dict[str, Any]:
        return {
            "streams": [[list(key), stream.to_carry()] for key, stream in self._streams.items()],
            "split": sorted(map(list, self._split)),
        }

    def hear(
        self, who: tuple[str, str], app: str | None, found: tuple[Kind, int], t_us: int, seen_us: int
    ) -> list[Gap]:
        """A numbered line of a (tenant, source). Returns the gaps that it makes known, nearly always none."""
        kind, number = found
        key: Key = (*who, kind.name, "")
        if key in self._split:
            key = (*who, kind.name, app or "-")
        stream = self._streams.get(key)
        if stream is None:
            gone = self._streams.put(key, Stream(number, t_us))
            if gone is not None:
                self._waiting.discard(gone)
            return []
        stream.hear(kind, number, t_us, seen_us)
        if not stream.holes and not stream.lost:
            self._waiting.discard(key)
            return []
        self._waiting.add(key)
        return list(self._told([key], seen_us))

    def pass_time(self, seen_us: int) -> list[Gap]:
        """A beat of the receiver: what has waited long enough is believed although its stream is silent."""
        return list(self._told(sorted(self._waiting), seen_us)) if self._waiting else []

    def _told(self, keys: Iterable[Key], seen_us: int) -> Iterator[Gap]:
        for key in keys:
            stream = self._streams.get(key)
            assert stream is not None, "only kept streams wait"
            if stream.divided and abs(seen_us - stream.holes[0].seen_us) >= PATIENCE_US:
                self._divide(key, stream)
                continue
            told = stream.due(seen_us)
            if told is not None:
                yield Gap(told[0], told[1], "sequence", told[2], key[0], key[1])
            if not stream.holes and not stream.lost:
                self._waiting.discard(key)

    def _divide(self, key: Key, stream: Stream) -> None:
        """A source's numbers are several counters'; an app's as well: then it claims nothing any more."""
        self._waiting.discard(key)
        if key[3] or len(self._split) >= STREAMS_MAX:
            stream.holes.clear()
            stream.credit = _HOPELESS
        else:
            self._streams.drop(key)
            self._split.add(key)

"""How the clocks of live sources stand to receipt: the zone offset that a source keeps to, and its clock's skew.

A stamp without a zone is read with the offset to its receipt, rounded to 15 minutes: right for a line that comes at once,
wrong for one that waited in a relay. So the offset that a source shows in five minutes with lines in a row is kept, and
from then on its lines are read with that, however late they are. Only offsets that are the time of some place on earth are
kept. A clock that is then exactly an hour off, as steady as before, has changed to or from daylight saving and is followed
at once; any other offset when it was shown in five such minutes.

What is left after the offset (stamps with a zone: all of it) is the skew; the median of nine minutes counts. From two minutes
on it is told, and again when it changed by a quarter or is gone, at most once an hour.

One line a source and minute of receipt is heard, the first with a stamp, so that nothing depends on batches. Pure; the
state is the fold's carry; the sources of smallest hash are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from brainstemd.models import HOUR_US, MINUTE_US, SECOND_US, ClockSkew
from brainstemd.pipeline.smallest import Smallest

SOURCES_MAX: Final = 2_048
PROOF: Final = 5  # minutes in a row that show an offset before it is kept
MEDIAN_OF: Final = 9
TOLD_FROM_S: Final = 120
_GONE_BELOW_S: Final = 60
_QUARTER_US: Final = 15 * MINUTE_US
_QUARTERS_AN_HOUR: Final = 4
_STEADY_US: Final = 15 * SECOND_US  # how well a change to daylight saving meets the skew of before
_FAR_S: Final = 100 * 366 * 86_400
# Offsets of places on earth that are no whole hours, in quarters: -9:30 -3:30 -2:30, 3:30 4:30 5:30 5:45 6:30 8:45 9:30 10:30
# 12:45 13:45 (IANA time zone database).
_ODD: Final = frozenset((-38, -14, -10, 14, 18, 22, 23, 26, 35, 38, 42, 51, 55))
_ZONES: Final = _ODD | frozenset(
    range(-12 * _QUARTERS_AN_HOUR, 14 * _QUARTERS_AN_HOUR + 1, _QUARTERS_AN_HOUR)
)


class Steady(NamedTuple):
    """How stamps without a zone are read: the offset, and the skew that is usual beside it, both in µs."""

    offset_us: int
    skew_us: int

    def offset_of(self, ahead_us: int) -> int:
        """The offset of a stamp that is `ahead_us` ahead of its receipt when it is read as UTC."""
        off_us = ahead_us - self.offset_us - self.skew_us
        if abs(abs(off_us) - HOUR_US) <= _STEADY_US:
            return self.offset_us + (HOUR_US if off_us > 0 else -HOUR_US)
        return self.offset_us


class _Clock:
    """What is known of one source's clock."""

    __slots__ = ("candidate", "minute", "quarter", "run", "skews", "steady", "told_s", "told_us")

    def __init__(self) -> None:
        self.minute = -1  # of receipt, in which it was heard last
        self.quarter: int | None = None  # the offset that is kept, in quarters of an hour
        self.candidate: int | None = None
        self.run = 0  # minutes in a row that showed the candidate
        self.skews: list[int] = []  # s, of the newest minutes
        self.told_s = 0
        self.told_us = -HOUR_US
        self.steady: Steady | None = None

    def to_carry(self) -> list[Any]:
        return [getattr(self, name) for name in self.__slots__ if name != "steady"]

    @classmethod
    def from_carry(cls, values: Iterable[Any]) -> _Clock:
        clock = cls()
        for name, value in zip((name for name in cls.__slots__ if name != "steady"), values, strict=True):
            setattr(clock, name, value)
        clock._settle()
        return clock

    def _settle(self) -> None:
        if self.quarter is not None:
            self.steady = Steady(self.quarter * _QUARTER_US, self.skew_s * SECOND_US)

    @property
    def skew_s(self) -> int:
        return sorted(self.skews)[len(self.skews) // 2] if self.skews else 0

    def hear(self, ahead_us: int, received_us: int, *, zoned: bool) -> None:
        """A stamp `ahead_us` ahead of its receipt; `zoned` says that its zone is known and nothing is to be found out."""
        offset_us = 0 if zoned else self._offset(ahead_us)
        self.skews.append(max(-_FAR_S, min(_FAR_S, round((ahead_us - offset_us) / SECOND_US))))
        del self.skews[:-MEDIAN_OF]
        self._settle()

    def _offset(self, ahead_us: int) -> int:
        shown = (ahead_us + _QUARTER_US // 2) // _QUARTER_US
        if shown == self.quarter:
            self.run = 0
            return shown * _QUARTER_US
        self.run = self.run + 1 if shown == self.candidate and self.run else 1
        self.candidate = shown
        changed = self.steady is not None and self.steady.offset_of(ahead_us) != self.steady.offset_us
        if shown in _ZONES and (self.run >= PROOF or changed):
            if self.quarter is not None and not changed:
                self.skews.clear()  # they were measured from another offset
            self.quarter, self.run = shown, 0
        if self.quarter is not None:
            return self.quarter * _QUARTER_US
        return shown * _QUARTER_US if -48 <= shown <= 56 else 0

    def tell(self, received_us: int) -> int | None:
        """The skew in s when it is time to tell it, 0 when what was told is over."""
        skew_s = self.skew_s
        if len(self.skews) < PROOF or received_us - self.told_us < HOUR_US:
            return None
        if abs(skew_s) < TOLD_FROM_S:
            if not self.told_s or abs(skew_s) >= _GONE_BELOW_S:
                return None
            skew_s = 0
        elif abs(skew_s - self.told_s) <= max(TOLD_FROM_S // 2, abs(self.told_s) // 4):
            return None
        self.told_s, self.told_us = skew_s, received_us
        return skew_s


class Offsets:
    """The clocks of all live sources."""

    def __init__(self, carry: Iterable[Any] = ()) -> None:
        kept = (((tenant, source), _Clock.from_carry(values)) for (tenant, source), values in carry)
        self._clocks: Smallest[_Clock] = Smallest(SOURCES_MAX, kept)
        self._unkept = 0

    def to_carry(self) -> list[Any]:
        return [[list(who), clock.to_carry()] for who, clock in self._clocks.items()]

    def take_unkept(self) -> int:
        """How often since the last call a source was heard for which there was no place."""
        unkept, self._unkept = self._unkept, 0
        return unkept

    def steady(self, who: tuple[str, str]) -> Steady | None:
        """How stamps of a (tenant, source) without a zone are read, once that is known."""
        clock = self._clocks.get(who)
        return None if clock is None else clock.steady

    def due(self, who: tuple[str, str], received_us: int) -> bool:
        """Whether a stamp of this source is to be heard: none was yet in this minute of receipt."""
        clock = self._clocks.get(who)
        return clock is None or clock.minute != received_us // MINUTE_US

    def hear(self, who: tuple[str, str], ahead_us: int, received_us: int, *, zoned: bool) -> ClockSkew | None:
        """Hear a stamp that is due; what is to be told of the source's clock, nearly always nothing."""
        clock = self._clocks.get(who)
        if clock is None:
            clock = _Clock()
            gone = self._clocks.put(who, clock)
            self._unkept += gone is not None
            if gone == who:
                return None
        clock.minute = received_us // MINUTE_US
        clock.hear(ahead_us, received_us, zoned=zoned)
        skew_s = clock.tell(received_us)
        return None if skew_s is None else ClockSkew(received_us, *who, skew_s)

    def skewed(self) -> list[ClockSkew]:
        """The clocks that were told to be wrong, the most wrong first."""
        found = [
            ClockSkew(clock.told_us, who[0], who[1], clock.told_s)
            for who, clock in self._clocks.items()
            if clock.told_s
        ]
        return sorted(found, key=lambda skew: (-abs(skew.skew_s), skew))

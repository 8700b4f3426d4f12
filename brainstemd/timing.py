"""Event times of the lines of a record: stamps, the zone of the source, and what is known of its clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brainstemd.models import MINUTE_US, ClockSkew, Event, Stamp, Who
from brainstemd.pipeline import Offsets, Steady, ahead_of_receipt, when

_WAYS_MAX = 16_384
_ZONED, _OPEN = (
    -1,
    0,
)  # ways to read a source's stamps: in its zone; with nothing known; else a place among the steady ones


class Timing:
    """Reads stamps, and follows the clocks of live sources. One for a fold.

    How a source is read holds for a minute of receipt, within which it is heard once; so it is looked up by the identity of
    whose line it is, and nearly all lines cost two lookups.
    """

    def __init__(self, carry: Any = ()) -> None:
        self._offsets = Offsets(carry)
        self.skews: list[ClockSkew] = []  # found since they were taken last
        self._forget(-1)

    def _forget(self, minute: int) -> None:
        self._minute = minute
        self._ways: dict[int, int] = {}
        self._whose: list[Who] = []  # so that an identity stays one
        self._steady: list[Steady | None] = [None]

    def to_carry(self) -> list[Any]:
        return self._offsets.to_carry()

    def take(self) -> tuple[list[ClockSkew], int]:
        """What was found out of clocks since the last call, and how often one had no place."""
        skews, self.skews = self.skews, []
        return skews, self._offsets.take_unkept()

    def skewed(self) -> list[ClockSkew]:
        """The clocks that were told to be wrong, the most wrong first."""
        return self._offsets.skewed()

    def live(self, events: Sequence[Event], whose: Sequence[Who], received_us: int) -> list[int]:
        """The event time of each line of one instant of receipt; many share a stamp."""
        if received_us // MINUTE_US != self._minute or len(self._ways) >= _WAYS_MAX:
            self._forget(received_us // MINUTE_US)
        times = []
        ways = self._ways
        known: dict[
            int, dict[int, int]
        ] = {}  # way → times by the identity of a stamp, which lives as long as its event
        for event, who in zip(events, whose, strict=True):
            stamp = event.stamp
            way = ways.get(id(who))
            if way is None:
                way = self._way(stamp, who, received_us)
            if way == _ZONED:
                times.append(when(stamp, received_us, who.zone, live=True, assume_utc=False)[0])
                continue
            readings = known.get(way)
            if readings is None:
                readings = known[way] = {}
            t_us = readings.get(id(stamp))
            if t_us is None:
                steady = self._steady[way]
                t_us = when(stamp, received_us, None, live=True, assume_utc=False, steady=steady)[0]
                readings[id(stamp)] = t_us
            times.append(t_us)
        return times

    def _way(self, stamp: Stamp | None, who: Who, received_us: int) -> int:
        """How a source is read in this minute. A source that is due is heard; without a stamp it stays due."""
        source = who[:2]
        due = self._offsets.due(source, received_us)
        if due and stamp is not None:
            ahead_us, zoned = ahead_of_receipt(stamp, received_us, who.zone)
            skew = self._offsets.hear(source, ahead_us, received_us, zoned=zoned)
            if skew is not None:
                self.skews.append(skew)
        way = _ZONED if who.zone is not None else self._place(self._offsets.steady(source))
        if not due or stamp is not None:
            self._ways[id(who)] = way
            self._whose.append(who)
        return way

    def _place(self, steady: Steady | None) -> int:
        if steady is None:
            return _OPEN
        if steady not in self._steady:
            self._steady.append(steady)
        return self._steady.index(steady)


def archived(events: Sequence[Event], whose: Sequence[Who], received_us: int) -> list[int]:
    """The event times of an archive's lines, which were not received when they were spoken."""
    return [
        when(event.stamp, received_us, who.zone, live=False, assume_utc=True)[0]
        for event, who in zip(events, whose, strict=True)
    ]

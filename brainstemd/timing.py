"""Event times of the lines of a batch: stamps, the zone of the source, and what is known of its clock."""

from __future__ import annotations

from collections.abc import Sequence

from brainstemd.models import ClockSkew, Event, Who
from brainstemd.pipeline import Offsets, Steady, ahead_of_receipt, when


def times_of(
    events: Sequence[Event],
    whose: Sequence[Who],
    received_us: int,
    offsets: Offsets | None,
    skews: list[ClockSkew],
) -> list[int]:
    """The event time of each line of one instant of receipt; many share a stamp. `offsets` is None for archives, which were
    not received when they were spoken; what it finds out of clocks is added to `skews`."""
    times = []
    known: dict[int, int] = {}  # by the identity of a stamp, which lives as long as its event
    readings: dict[Steady | None, dict[int, int]] = {None: known}  # by how the stamps of a source are read
    last: Who | None = None
    steady, due = None, False
    for event, who in zip(events, whose, strict=True):
        stamp, zone = event.stamp, who.zone
        if who is not last:
            last = who
            if offsets is not None:
                due, steady = offsets.due(who[:2], received_us), offsets.steady(who[:2])
                known = readings.setdefault(steady, {})
        if due and offsets is not None and stamp is not None:
            due = False
            ahead_us, zoned = ahead_of_receipt(stamp, received_us, zone)
            skew = offsets.hear(who[:2], ahead_us, received_us, zoned=zoned)
            if skew is not None:
                skews.append(skew)
            steady = offsets.steady(who[:2])
            known = readings.setdefault(steady, {})
        t_us = known.get(id(stamp)) if zone is None else None
        if t_us is None:
            live = offsets is not None
            t_us = when(stamp, received_us, zone, live=live, assume_utc=not live, steady=steady)[0]
            if zone is None:
                known[id(stamp)] = t_us
        times.append(t_us)
    return times

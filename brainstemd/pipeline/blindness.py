"""Control records → gaps: what the receiver could not see, and why. Pure; the state is a small dict in the fold's carry.

The wall clock is believed, not trusted. A jump of more than a day that the time lived does not explain (a step while it
ran, a start with another clock) holds retention where it was, until the new time has gone on for a week or the clock has
come back: a clock that is wrong for an hour must not age a year of memory.

A control record carries `run` (id of the receiver run) and, in beats, `lost`: the run's cumulative count of lines lost
by reason (kernel_drop, spool_full, oversize, …). The difference between two beats of one run is a gap over their interval.
"""

from __future__ import annotations

from typing import Any

from brainstemd.models import DAY_US, SECOND_US, Gap, Record, RecordKind

JUMP_US = DAY_US  # a leap of the clock that holds retention
BELIEVE_US = 7 * DAY_US  # so long a new time goes on before it is believed
STEP_US = 2 * SECOND_US
_UNHEARD = ("segments_missing", "spool_replaced")  # gaps of the reader, which does not know since when


class Receiver:
    """What the fold remembers of the receiver: which run spoke last, when, how it ended, what it had lost by then."""

    def __init__(
        self,
        run: str = "",
        last_us: int = 0,
        beat_us: int = 0,
        stopped: bool = True,
        lost: dict[str, int] | None = None,
        boot: str = "",
        mono_us: int = 0,
        held_us: int = 0,
        doubt_us: int = 0,
        believed_us: int = 0,
    ) -> None:
        self.run = run
        self.last_us = last_us  # the last sign of life, lines included
        self.beat_us = beat_us  # the last control record: losses are told beat by beat
        self.stopped = stopped
        self.lost = lost or {}
        self.boot = boot  # of the last control record, with its monotonic clock
        self.mono_us = mono_us
        self.held_us = held_us  # where the clock stood when it leapt; 0: it is not in doubt
        self.doubt_us = doubt_us  # the instant to which it leapt
        self.believed_us = believed_us  # only grows, so that it does not depend on where commits are cut

    @property
    def retain_us(self) -> int | None:
        """How far retention may look: the newest time of a control record that is believed. None: no receiver ever spoke
        (archives alone)."""
        return self.believed_us or None

    @classmethod
    def from_carry(cls, carry: dict[str, Any] | None) -> Receiver:
        """An older or newer program's carry may lack words or have more."""
        fresh = cls()
        return cls(**{name: value for name, value in (carry or {}).items() if name in vars(fresh)})

    def to_carry(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "last_us": self.last_us,
            "beat_us": self.beat_us,
            "stopped": self.stopped,
            "lost": dict(self.lost),
            "boot": self.boot,
            "mono_us": self.mono_us,
            "held_us": self.held_us,
            "doubt_us": self.doubt_us,
            "believed_us": self.believed_us,
        }

    def saw(self, received_us: int, *, archive: bool) -> None:
        """A line was received: the receiver lived at that moment. Archives say nothing about a receiver."""
        if not archive and received_us > self.last_us:
            self.last_us = received_us

    def hear(self, record: Record) -> list[Gap]:
        """The gaps that one control record tells."""
        control = record.control or {}
        if record.kind is RecordKind.START:
            return self._start(record, control)
        if record.kind is RecordKind.GAP:
            return [self._told_gap(record, control)]
        if record.kind is RecordKind.BEAT:
            return self._beat(record, control, stopped=False)
        if record.kind is RecordKind.STOP:
            return self._beat(record, control, stopped=True)
        return []

    def _told_gap(self, record: Record, control: dict[str, Any]) -> Gap:
        gap = _gap_of(record, control)
        if gap.reason in _UNHEARD and self.last_us:
            gap = gap._replace(start_us=min(self.last_us, gap.start_us))
        return gap

    def _keep_time(self, record: Record, control: dict[str, Any]) -> int:
        """Compare the clocks with those of the last control record; the microseconds by which the wall clock leapt."""
        wall_us, boot = record.received_us, str(control.get("boot", ""))
        mono_us = int(control.get("mono_us") or 0)
        lived_us = mono_us - self.mono_us if boot and boot == self.boot else None
        self.boot, self.mono_us = boot, mono_us
        if not self.beat_us:
            self.believed_us = wall_us
            return 0
        leap_us = wall_us - self.beat_us - (lived_us if lived_us is not None else 0)
        if self.held_us:
            if wall_us < self.doubt_us - JUMP_US or wall_us >= self.doubt_us + BELIEVE_US:
                self.held_us = self.doubt_us = 0  # the clock has come back, or gone on
        elif leap_us > JUMP_US:
            self.held_us, self.doubt_us = self.beat_us, wall_us
        self.believed_us = max(self.believed_us, self.held_us or wall_us)
        return leap_us if lived_us is not None else 0

    def _start(self, record: Record, control: dict[str, Any]) -> list[Gap]:
        gaps = []
        leap_us = self._keep_time(record, control)
        if self.run:
            reason = "receiver_stopped" if self.stopped else "receiver_down"
            gaps.append(Gap(min(self.last_us, record.received_us), record.received_us, reason, None))
            if abs(leap_us) > STEP_US:
                other_us = record.received_us - leap_us
                gaps.append(
                    Gap(min(other_us, record.received_us), max(other_us, record.received_us), "clock_step", 0)
                )
        self.run = str(control.get("run", ""))
        self.last_us = self.beat_us = record.received_us
        self.stopped = False
        self.lost = {}
        return gaps

    def _beat(self, record: Record, control: dict[str, Any], *, stopped: bool) -> list[Gap]:
        lost = {str(reason): int(n) for reason, n in (control.get("lost") or {}).items()}
        same = str(control.get("run", "")) == self.run
        self._keep_time(record, control)
        gaps = []
        for reason, total in sorted(lost.items()):
            fresh = total - (self.lost.get(reason, 0) if same else 0)
            if fresh > 0:
                start = min(self.beat_us or record.received_us, record.received_us)
                gaps.append(Gap(start, record.received_us, reason, fresh))
        self.run = str(control.get("run", self.run))
        self.last_us = self.beat_us = record.received_us
        self.stopped = stopped
        self.lost = lost
        return gaps


def _gap_of(record: Record, control: dict[str, Any]) -> Gap:
    start, end = control.get("start_us"), control.get("end_us")
    lost = control.get("lost")
    return Gap(
        int(start) if start is not None else record.received_us,
        int(end) if end is not None else record.received_us,
        str(control.get("reason", "unknown")),
        None if lost is None else int(lost),
        control.get("tenant"),
        control.get("source"),
    )

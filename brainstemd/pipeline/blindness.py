"""Control records → gaps: what the receiver could not see, and why. Pure; the state is a small dict in the fold's carry.

A control record carries `run` (id of the receiver run) and, in beats, `lost`: the run's cumulative count of lines lost
by reason (kernel_drop, spool_full, oversize, …). The difference between two beats of one run is a gap over their interval.
"""

from __future__ import annotations

from typing import Any

from brainstemd.models import Gap, Record, RecordKind


class Receiver:
    """What the fold remembers of the receiver: which run spoke last, when, how it ended, what it had lost by then."""

    def __init__(
        self,
        run: str = "",
        last_us: int = 0,
        beat_us: int = 0,
        stopped: bool = True,
        lost: dict[str, int] | None = None,
    ) -> None:
        self.run = run
        self.last_us = last_us  # the last sign of life, lines included
        self.beat_us = beat_us  # the last control record: losses are told beat by beat
        self.stopped = stopped
        self.lost = lost or {}

    @classmethod
    def from_carry(cls, carry: dict[str, Any] | None) -> Receiver:
        if not carry:
            return cls()
        return cls(**carry)

    def to_carry(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "last_us": self.last_us,
            "beat_us": self.beat_us,
            "stopped": self.stopped,
            "lost": dict(self.lost),
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
            return [_told_gap(record, control)]
        if record.kind is RecordKind.BEAT:
            return self._beat(record, control, stopped=False)
        if record.kind is RecordKind.STOP:
            return self._beat(record, control, stopped=True)
        return []

    def _start(self, record: Record, control: dict[str, Any]) -> list[Gap]:
        gaps = []
        if self.run:
            reason = "receiver_stopped" if self.stopped else "receiver_down"
            gaps.append(Gap(min(self.last_us, record.received_us), record.received_us, reason, None))
        self.run = str(control.get("run", ""))
        self.last_us = self.beat_us = record.received_us
        self.stopped = False
        self.lost = {}
        return gaps

    def _beat(self, record: Record, control: dict[str, Any], *, stopped: bool) -> list[Gap]:
        lost = {str(reason): int(n) for reason, n in (control.get("lost") or {}).items()}
        same = str(control.get("run", "")) == self.run
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


def _told_gap(record: Record, control: dict[str, Any]) -> Gap:
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

"""What senders lost before their lines came here, as the worker learns it: counted for health and metrics."""

from __future__ import annotations

from collections.abc import Iterable

from brainstemd.models import Gap

REASONS = ("sender_lost", "sequence")  # announced by the sender; told by a jump in its numbers


class SenderLosses:
    """Counts of one worker's life, under names with a dot: `gaps.sequence`, `lines.sequence`."""

    def __init__(self) -> None:
        self.counters = {f"{what}.{reason}": 0 for what in ("gaps", "lines") for reason in REASONS}
        self.last: dict[str, str] = {}  # reason → the source that lost last

    def note(self, gaps: Iterable[Gap]) -> None:
        for gap in gaps:
            if gap.reason in REASONS:
                self.counters[f"gaps.{gap.reason}"] += 1
                self.counters[f"lines.{gap.reason}"] += gap.lost or 0
                self.last[gap.reason] = gap.source or ""

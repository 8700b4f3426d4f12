"""What senders lost before their lines came here, as memory learns it: counted for health and metrics."""

from __future__ import annotations

from collections.abc import Iterable

from brainstemd.models import SECOND_US, Gap

REASONS = ("sender_lost", "sequence")  # announced by the sender; told by a jump in its numbers
_BLIND_FROM_US = 120 * SECOND_US  # shorter jumps may be several, told as one


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


def is_blind(gap: Gap) -> bool:
    """Whether nothing was seen meanwhile. Where a sender lost some lines among others, the others were."""
    return gap.reason not in REASONS or (
        gap.reason == "sequence" and gap.end_us - gap.start_us >= _BLIND_FROM_US
    )

"""What the writer holds in memory: records that wait for the disk, and those that no fdatasync has confirmed yet."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from brainstemd.models import Batch, RecordKind

UNSYNCED_BYTES = (
    4 * 1024 * 1024
)  # written and not synced: kept in memory, to be written again when fdatasync fails


class Control(NamedTuple):
    """A control record that waits for the disk."""

    kind: RecordKind
    at_us: int
    payload: bytes


# A buffered record, its lines and its cost. A plain tuple: there is one for every line where senders write line by line.
Item = tuple[Batch | Control, int, int]


class Run(NamedTuple):
    """Records of one write() that no fdatasync has confirmed yet, and where each of them begins."""

    segment: int
    items: list[Item]
    starts: list[int]
    cost: int


class Written(NamedTuple):
    """One of them: a record with its identity."""

    item: Item
    segment: int
    offset: int


@dataclass(slots=True)
class Refusal:
    """An interval in which lines were refused: it becomes a GAP record when it ends."""

    start_us: int
    end_us: int
    troubles: int  # of the writer thread before it: more at the end means that the disk was the reason
    lines: int = 0
    bytes: int = 0


def boot_id() -> bytes:
    try:
        return bytes.fromhex(
            Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip().replace("-", "")
        )
    except (OSError, ValueError):
        return bytes(16)


class Unconfirmed:
    """Records that write() has taken and no fdatasync has confirmed, in order, bounded. Of the writer thread.

    `again` are those whose fdatasync failed: they are to be written a second time, at the head of the next segment.
    """

    def __init__(self) -> None:
        self.again: deque[Written] = deque()
        self._runs: deque[Run] = deque()
        self._bytes = 0

    @property
    def full(self) -> bool:
        """Time for an fdatasync."""
        return self._bytes >= UNSYNCED_BYTES

    def written(self, run: Run) -> None:
        self._runs.append(run)
        self._bytes += run.cost

    def written_again(self) -> None:
        """The first of `again`, under its old identity."""
        item, segment, offset = self.again.popleft()
        self.written(Run(segment, [item], [offset], item[2]))

    def confirmed(self) -> None:
        self._runs.clear()
        self._bytes = 0

    def failed(self) -> None:
        lost = [
            Written(item, segment, start)
            for segment, items, starts, _ in self._runs
            for item, start in zip(items, starts, strict=True)
        ]
        self.again.extendleft(reversed(lost))
        self.confirmed()

    def trim(self) -> int:
        """Give up the oldest beyond twice the bound (a disk that never confirms must not fill the memory); their lines."""
        lines = 0
        while self._bytes > 2 * UNSYNCED_BYTES and self._runs:
            run = self._runs.popleft()
            lines += sum(item[1] for item in run.items)
            self._bytes -= run.cost
        return lines

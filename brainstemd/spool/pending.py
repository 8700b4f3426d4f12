"""What the writer holds in memory: records that wait for the disk, and those that no fdatasync has confirmed yet."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from brainstemd.models import Batch, RecordKind

UNSYNCED_BYTES = (
    8 * 1024 * 1024
)  # written and not synced: kept in memory, to be written again when fdatasync fails


class Item(NamedTuple):
    """A buffered record: a batch, or a control record's kind, time and bytes."""

    batch: Batch | None
    lines: int
    cost: int
    kind: RecordKind = RecordKind.LINES
    at_us: int = 0
    payload: bytes = b""


class Written(NamedTuple):
    """A record that write() has taken and no fdatasync has confirmed yet, with its identity."""

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
        self._written: deque[Written] = deque()
        self._bytes = 0

    @property
    def full(self) -> bool:
        """Time for an fdatasync."""
        return self._bytes >= UNSYNCED_BYTES

    def written(self, item: Item, segment: int, offset: int) -> None:
        self._written.append(Written(item, segment, offset))
        self._bytes += item.cost

    def written_again(self) -> None:
        """The first of `again`, under its old identity."""
        self._written.append(self.again.popleft())
        self._bytes += self._written[-1].item.cost

    def confirmed(self) -> None:
        self._written.clear()
        self._bytes = 0

    def failed(self) -> None:
        self.again.extendleft(reversed(self._written))
        self.confirmed()

    def trim(self) -> int:
        """Give up the oldest beyond twice the bound (a disk that never confirms must not fill the memory); their lines."""
        lines = 0
        while self._bytes > 2 * UNSYNCED_BYTES and self._written:
            item = self._written.popleft().item
            lines += item.lines
            self._bytes -= item.cost
        return lines

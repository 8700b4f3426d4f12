"""What goes to the kernel in one write: buffered records, encoded for the place where they will lie."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from operator import itemgetter
from typing import NamedTuple

from brainstemd.models import Framing, Origin
from brainstemd.spool.pending import Control, Item, Run, Written
from brainstemd.spool.record import Copy, Origins, encode, encode_batch

GATHER_BYTES = 4 * 1024 * 1024  # of one writev
GATHER_RECORDS = 400  # two buffers each; the kernel takes 1,024
_LINES, _COST = itemgetter(1), itemgetter(2)  # of an Item


class Gathering(NamedTuple):
    """Records that follow one another from `starts[0]` to `end`, two buffers each."""

    segment: int
    items: list[Item]
    starts: list[int]
    end: int
    buffers: list[bytes]

    def whole(self, reached: int) -> int:
        """How many records are whole when the file ends at `reached`."""
        return len(self.items) if reached >= self.end else max(0, bisect_right(self.starts, reached) - 1)

    def run(self, whole: int) -> tuple[Run, int, int]:
        """The first `whole` records, with their lines and where they end."""
        items = self.items[:whole]
        end = self.starts[whole] if whole < len(self.items) else self.end
        cost = sum(map(_COST, items))
        return Run(self.segment, items, self.starts[:whole], cost), sum(map(_LINES, items)), end


class Encoder:
    """Of one writer; it remembers the bytes of origins."""

    def __init__(self) -> None:
        self._origins = Origins()
        self._known: dict[Origin, bytes] = {}

    def gather(self, queue: deque[Item], segment: int, offset: int, room: int) -> Gathering:
        """Take records off the queue, at least one and about `room` bytes. Another thread may append meanwhile."""
        buffers: list[bytes] = []
        items: list[Item] = []
        starts: list[int] = []
        at = offset
        while queue and len(items) < GATHER_RECORDS:
            item = queue.popleft()
            head, payload = self._encode(item, segment, at)
            size = len(head) + len(payload)
            if items and at - offset + size > room:
                queue.appendleft(item)
                break
            buffers += (head, payload)
            items.append(item)
            starts.append(at)
            at += size
        return Gathering(segment, items, starts, at, buffers)

    def gather_again(self, source: deque[Written], segment: int, offset: int) -> Gathering:
        """Copies of the first of `source`, which stay there, under their old identity."""
        buffers: list[bytes] = []
        items: list[Item] = []
        starts: list[int] = []
        at = offset
        for i in range(min(len(source), GATHER_RECORDS)):
            item, old_segment, old_offset = source[i]
            copy = Copy(old_segment, old_offset, len(source) - 1 - i)
            head, payload = self._encode(item, segment, at, copy)
            size = len(head) + len(payload)
            if items and at - offset + size > GATHER_BYTES:
                break
            buffers += (head, payload)
            items.append(item)
            starts.append(at)
            at += size
        return Gathering(segment, items, starts, at, buffers)

    def _encode(self, item: Item, segment: int, offset: int, copy: Copy | None = None) -> tuple[bytes, bytes]:
        what, lines, _ = item
        if isinstance(what, Control):
            kind, at_us, payload = what
            return encode(segment, offset, kind, at_us, payload, framing=Framing.CONTROL, copy=copy)
        origin = self._known.get(what.origin) or self._origins.dump(self._known, what.origin)
        return encode_batch(segment, offset, what, origin, lines, copy)

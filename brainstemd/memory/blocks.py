"""The codec of the event index: which line of the spool had which key and time, a few bytes a line (docs/data-model.md)."""

from __future__ import annotations

import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from operator import sub
from struct import Struct

from brainstemd.models import SLOT_US, Position

_HEAD = Struct("<BIIIIq")  # version, lines, records, keys, extras, first time
_VERSION = 1
_LEVEL = 1
_NARROW_MAX = 1 << 16  # keys of a block whose numbers fit in 16 bits


def _longs() -> array[int]:
    return array("q")


@dataclass(slots=True)
class Block:
    """A run of lines in spool order. `records` is three columns: segment, offset, lines; `extras`: key, t_us, weight."""

    times: array[int] = field(default_factory=_longs)
    keys: array[int] = field(default_factory=_longs)
    records: tuple[array[int], array[int], array[int]] = field(
        default_factory=lambda: (_longs(), _longs(), _longs())
    )
    extras: tuple[array[int], array[int], array[int]] = field(
        default_factory=lambda: (_longs(), _longs(), _longs())
    )
    _places: dict[int, list[int]] = field(default_factory=dict, repr=False, compare=False)
    _ends: list[int] = field(default_factory=list, repr=False, compare=False)

    def extend(self, other: Block) -> None:
        self._places.clear()
        self.times.extend(other.times)
        self.keys.extend(other.keys)
        for mine, more in zip((*self.records, *self.extras), (*other.records, *other.extras), strict=True):
            mine.extend(more)

    def lines(self, slot: int, wanted: Callable[[int, int], bool]) -> Iterator[tuple[int, int, Position]]:
        """(t_us, key, position) of the lines of one five-minute slot for which `wanted(t_us, key)`, in spool order."""
        segments, offsets, counts = self.records
        for i in self.places().get(slot, ()):
            t_us, key = self.times[i], self.keys[i]
            if key and wanted(t_us, key):
                record = bisect_right(self._ends, i)
                index = i - self._ends[record] + counts[record]
                yield t_us, key, Position(segments[record], offsets[record], index)

    def weights(self, slot: int, first_us: int, last_us: int) -> Iterator[tuple[int, int, int]]:
        """(key, t_us, weight) of a slot's lines in [first_us, last_us], and of their repeats."""
        for i in self.places().get(slot, ()):
            if self.keys[i] and first_us <= self.times[i] <= last_us:
                yield self.keys[i], self.times[i], 1
        for key, t_us, weight in zip(*self.extras, strict=True):
            if t_us // SLOT_US == slot and first_us <= t_us <= last_us:
                yield key, t_us, weight

    def places(self) -> dict[int, list[int]]:
        """Slot → the indices of its lines; made once, when first asked for."""
        if not self._places and self.times:
            for i, t_us in enumerate(self.times):
                self._places.setdefault(t_us // SLOT_US, []).append(i)
            self._ends = list(accumulate(self.records[2]))
        return self._places


def _bytes(values: array[int]) -> bytes:
    if sys.byteorder == "big":
        values = values[:]
        values.byteswap()
    return values.tobytes()


def _read(code: str, data: bytes, offset: int, count: int) -> tuple[array[int], int]:
    values: array[int] = array(code)
    end = offset + count * values.itemsize
    values.frombytes(data[offset:end])
    if sys.byteorder == "big":
        values.byteswap()
    return values, end


def encode_block(block: Block) -> bytes:
    times, first = block.times, block.times[0] if block.times else 0
    wide = False
    try:
        steps = array("i", map(sub, times[1:], times))
    except OverflowError:
        wide = True
        steps = array("q", map(sub, times[1:], times))
    table = dict.fromkeys(block.keys)
    numbers = dict(zip(table, range(len(table)), strict=True))
    narrow = len(table) <= _NARROW_MAX
    parts = (
        bytes([wide | narrow << 1]),
        _bytes(steps),
        _bytes(array("q", table)),
        _bytes(array("H" if narrow else "I", map(numbers.__getitem__, block.keys))),
        *map(_bytes, block.records),
        *map(_bytes, block.extras),
    )
    head = _HEAD.pack(_VERSION, len(times), len(block.records[0]), len(table), len(block.extras[0]), first)
    return head + zlib.compress(b"".join(parts), _LEVEL)


def decode_block(blob: bytes) -> Block:
    """The inverse of `encode_block`."""
    version, lines, records, keys, extras, first = _HEAD.unpack_from(blob)
    assert version == _VERSION, f"event block of version {version}"
    data = zlib.decompress(blob[_HEAD.size :])
    steps, at = _read("q" if data[0] & 1 else "i", data, 1, max(0, lines - 1))
    times = array("q", accumulate(steps, initial=first)) if lines else array("q")
    table, at = _read("q", data, at, keys)
    index, at = _read("H" if data[0] & 2 else "I", data, at, lines)
    columns: list[array[int]] = []
    for count in (records, records, records, extras, extras, extras):
        column, at = _read("q", data, at, count)
        columns.append(column)
    return Block(
        times,
        array("q", map(table.__getitem__, index)),
        (columns[0], columns[1], columns[2]),
        (columns[3], columns[4], columns[5]),
    )

"""The codec of day rows: a day of one key as a blob of its active five-minute slots (docs/data-model.md draws it).

A slot of up to four lines keeps the second of each; a fuller one keeps its count and its first and last second. The
rule looks at one slot alone, so merging two days is merging their slots: associative, commutative, exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from struct import Struct, unpack
from typing import NamedTuple

from brainstemd.models import DAY_US, SECOND_US, SLOT_US, Day, Slot, Week

SLOT_SECONDS = 300
SECONDS_MAX = 4  # lines of a slot whose seconds are all kept
HOURS_A_DAY = 24
SLOTS_AN_HOUR = 12
_SMALL, _LARGE = 5, 6  # kinds of dense slots; 1..4 are the counts of sparse ones
_SIZES = (0, 4, 6, 8, 10, 5, 10)
_SPARSE = (Struct("<H"), *(Struct(f"<{n + 1}H") for n in range(1, SECONDS_MAX + 1)))
_SMALL_SLOT = Struct("<HBBB")  # slot, count, first second, seconds from the last one to the slot's last
_LARGE_SLOT = Struct("<HIHH")  # slot, count, first second, last second
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


class Cell(NamedTuple):
    """One active slot as it is stored. `seconds` holds every line's offset while there are at most four, else ()."""

    slot: int
    n: int
    first: int
    last: int
    seconds: tuple[int, ...]


def cell_of(slot: int, offsets: list[int]) -> Cell:
    """A cell of lines at these offsets (seconds into the slot, in any order, at least one)."""
    if len(offsets) <= SECONDS_MAX:
        offsets.sort()
        seconds = tuple(offsets)
        return Cell(slot, len(seconds), seconds[0], seconds[-1], seconds)
    return Cell(slot, len(offsets), min(offsets), max(offsets), ())


def weighted_cell(slot: int, offset: int, weight: int) -> Cell:
    """A cell of `weight` lines in the same second."""
    seconds = (offset,) * weight if weight <= SECONDS_MAX else ()
    return Cell(slot, weight, offset, offset, seconds)


def merge_cells(one: Cell, two: Cell) -> Cell:
    """The union of two cells of one slot: commutative and associative."""
    count = one.n + two.n
    first = one.first if one.first < two.first else two.first
    last = one.last if one.last > two.last else two.last
    seconds = tuple(sorted(one.seconds + two.seconds)) if count <= SECONDS_MAX else ()
    return Cell(one.slot, count, first, last, seconds)


def cells_of(times: list[int], day: int) -> list[Cell]:
    """The cells of lines at these instants of one day, ascending by slot."""
    if len(times) == 1:
        slot, offset = divmod((times[0] - day * DAY_US) // SECOND_US, SLOT_SECONDS)
        return [Cell(slot, 1, offset, offset, (offset,))]
    start = day * DAY_US
    first, last = min(times), max(times)
    slot = (first - start) // SLOT_US
    if (
        last - start
    ) // SLOT_US == slot:  # a live batch is shorter than a slot: the common case costs no loop
        base = start + slot * SLOT_US
        if len(times) > SECONDS_MAX:
            return [Cell(slot, len(times), (first - base) // SECOND_US, (last - base) // SECOND_US, ())]
        return [cell_of(slot, [(t - base) // SECOND_US for t in times])]
    ordered = sorted(times)
    cells: list[Cell] = []
    i = 0
    while i < len(ordered):
        slot = (ordered[i] - start) // SLOT_US
        base = start + slot * SLOT_US
        end = bisect_left(ordered, base + SLOT_US, i)
        if end - i > SECONDS_MAX:
            cells.append(
                Cell(
                    slot,
                    end - i,
                    (ordered[i] - base) // SECOND_US,
                    (ordered[end - 1] - base) // SECOND_US,
                    (),
                )
            )
        else:
            cells.append(cell_of(slot, [(t - base) // SECOND_US for t in ordered[i:end]]))
        i = end
    return cells


def merge_runs(one: Iterable[Cell], two: Iterable[Cell]) -> list[Cell]:
    """The union of two days' cells, ascending by slot."""
    merged = {cell.slot: cell for cell in one}
    for cell in two:
        known = merged.get(cell.slot)
        merged[cell.slot] = cell if known is None else merge_cells(known, cell)
    return [merged[slot] for slot in sorted(merged)]


# ---------------------------------------------------------------- bytes


def encode_cell(cell: Cell) -> bytes:
    """4-10 bytes: slot and kind in 16 bits, then the seconds, or count, first and last."""
    slot, count, first, last, seconds = cell
    if count <= SECONDS_MAX:
        return _SPARSE[count].pack(slot | count << 9, *seconds)
    left = SLOT_SECONDS - 1 - last
    if count <= 255 and first <= 255 and left <= 255:
        return _SMALL_SLOT.pack(slot | _SMALL << 9, count, first, left)
    return _LARGE_SLOT.pack(slot | _LARGE << 9, min(count, 0xFFFFFFFF), first, last)


def encode(cells: Iterable[Cell]) -> bytes:
    return b"".join(map(encode_cell, cells))


def decode_cell(chunk: bytes) -> Cell:
    kind = chunk[1] >> 1
    if kind <= SECONDS_MAX:
        head, *seconds = _SPARSE[kind].unpack(chunk)
        return Cell(head & 511, kind, seconds[0], seconds[-1], tuple(seconds))
    if kind == _SMALL:
        head, count, first, left = _SMALL_SLOT.unpack(chunk)
        return Cell(head & 511, count, first, SLOT_SECONDS - 1 - left, ())
    head, count, first, last = _LARGE_SLOT.unpack(chunk)
    return Cell(head & 511, count, first, last, ())


def decode(blob: bytes) -> list[Cell]:
    """Cells ascending by slot. The blob is one that `encode` made; anything else is a broken database."""
    cells: list[Cell] = []
    i, end = 0, len(blob)
    while i < end:
        stop = i + _SIZES[blob[i + 1] >> 1]
        cells.append(decode_cell(blob[i:stop]))
        i = stop
    return cells


def active_slots(blob: bytes) -> int:
    """How many slots a blob of `encode` has. Raises ValueError, IndexError for what is no such blob."""
    active = i = 0
    while i < len(blob):
        size = _SIZES[blob[i + 1] >> 1]
        if not size:
            raise ValueError("no slot is of kind 0")
        i += size
        active += 1
    return active


class _Singles(dict[int, Slot]):
    """The 32 bits of a slot of one line → that slot. There are 86,400 of them: they are made once and shared."""

    def __missing__(self, bits: int) -> Slot:
        found = self[bits] = Slot(bits & 511, 1, (bits >> 16,))
        return found


_SINGLES = _Singles()
_SINGLE_SIZE = _SIZES[1]


def read_slots(blob: bytes, active: int) -> tuple[Slot, ...]:
    """What attention reads of a blob: the same as `decode`, without first and last, and several times as fast."""
    if len(blob) == active * _SINGLE_SIZE:  # nothing but single lines: nearly always
        return tuple(map(_SINGLES.__getitem__, unpack(f"<{active}I", blob)))
    slots: list[Slot] = []
    new = tuple.__new__
    i, end = 0, len(blob)
    while i < end:
        high = blob[i + 1]
        kind = high >> 1
        slot = blob[i] | (high & 1) << 8
        if kind == 1:
            slots.append(_SINGLES[slot | 1 << 9 | (blob[i + 2] | blob[i + 3] << 8) << 16])
            i += 4
        elif kind == _SMALL:
            slots.append(new(Slot, (slot, blob[i + 2], ())))
            i += 5
        elif kind == _LARGE:
            slots.append(new(Slot, (slot, _LARGE_SLOT.unpack_from(blob, i)[1], ())))
            i += 10
        else:
            if not kind:
                raise ValueError("no slot is of kind 0")  # zeros on the disk: it would go on for ever
            slots.append(new(Slot, (slot, kind, _SPARSE[kind].unpack_from(blob, i)[1:])))
            i += _SIZES[kind]
    return tuple(slots)


class Row:
    """A day row that is being written: encoded slots before the newest one, and the newest one open.

    Appending to the newest slot, or opening a later one, costs no decoding and makes no cell; a late line rewrites
    the blob. A row without lines has slot -1.
    """

    __slots__ = (
        "_count",
        "_first",
        "_head",
        "_last",
        "_seconds",
        "_slot",
        "active",
        "changed",
        "first_s",
        "lines",
        "said_until",
        "sampled",
    )

    def __init__(self, blob: bytes = b"", lines: int = 0, first_s: int = 0) -> None:
        self.lines = lines
        self.first_s = first_s
        self.sampled = (1 << 63) - 1  # lines of a larger hash are known to have no chance as samples
        self.said_until = (1 << 63) - 1  # later lines are known not to be among the first of the day
        self.changed = False  # since it was written
        self.active = 0
        self._head = b""
        self._slot = -1
        self._count = self._first = self._last = 0
        self._seconds: tuple[int, ...] = ()
        if blob:
            self._reset(decode(blob))

    def _reset(self, cells: list[Cell]) -> None:
        self._head = encode(cells[:-1])
        self._slot, self._count, self._first, self._last, self._seconds = cells[-1]
        self.active = len(cells)

    def add_times(self, times: list[int], start_us: int) -> bool:
        """Merge lines at these instants of the day that starts at `start_us`. Returns whether its first second moved."""
        if len(times) == 1:
            low = high = (times[0] - start_us) // SECOND_US
        else:
            low, high = (min(times) - start_us) // SECOND_US, (max(times) - start_us) // SECOND_US
        slot, first = divmod(low, SLOT_SECONDS)
        if slot < self._slot or high // SLOT_SECONDS != slot:
            return self.add(cells_of(times, start_us // DAY_US))
        base = slot * SLOT_SECONDS
        count = len(times)
        self.lines += count
        if slot == self._slot:
            count += self._count
            self._seconds = (
                tuple(sorted([*self._seconds, *((t - start_us) // SECOND_US - base for t in times)]))
                if count <= SECONDS_MAX
                else ()
            )
            self._count = count
            if high - base > self._last:
                self._last = high - base
            if first >= self._first:
                return False
            self._first = first
        else:
            if self._slot >= 0:
                self._head += self._tail()
            self.active += 1
            self._slot, self._count, self._first, self._last = slot, count, first, high - base
            if count == 1:
                self._seconds = (first,)
            else:
                self._seconds = (
                    tuple(sorted([(t - start_us) // SECOND_US - base for t in times]))
                    if count <= SECONDS_MAX
                    else ()
                )
        if self.active > 1:
            return False
        self.first_s = low
        return True

    def add(self, cells: list[Cell]) -> bool:
        """Merge cells of the same day, ascending by slot. Returns whether the day's first second moved."""
        if not cells:
            return False
        lowest = cells[0].slot * SLOT_SECONDS + cells[0].first
        moved = self._slot < 0 or lowest < self.first_s
        if moved:
            self.first_s = lowest
        for cell in cells:
            self.lines += cell.n
            if cell.slot < self._slot:
                self._reset(merge_runs([*decode(self._head), self._open()], [cell]))
                continue
            if cell.slot == self._slot:
                cell = merge_cells(self._open(), cell)
            else:
                self.active += 1
                if self._slot >= 0:
                    self._head += self._tail()
            self._slot, self._count, self._first, self._last, self._seconds = cell
        return moved

    def _open(self) -> Cell:
        return Cell(self._slot, self._count, self._first, self._last, self._seconds)

    def _tail(self) -> bytes:
        count = self._count
        if count <= SECONDS_MAX:  # by far the most common
            return _SPARSE[count].pack(self._slot | count << 9, *self._seconds)
        return encode_cell(self._open())

    @property
    def last_s(self) -> int:
        return self._slot * SLOT_SECONDS + self._last

    def blob(self) -> bytes:
        assert self._slot >= 0, "a row without lines is not stored"
        return self._head + self._tail()

    def stored(self, day: int, key: int) -> tuple[int, int, int, int, int, int, bytes]:
        """The columns of its row, which is written now."""
        self.changed = False
        return (
            day,
            key,
            self.lines,
            self.first_s,
            self._slot * SLOT_SECONDS + self._last,
            self.active,
            self._head + self._tail(),
        )

    def size(self) -> int:
        """Bytes of its encoded slots."""
        return len(self._head)


# ---------------------------------------------------------------- days and weeks


def day_of(day: int, cells: list[Cell]) -> Day:
    """A day from its cells (at least one): everything in it follows from them."""
    start = day * DAY_US
    return Day(
        day,
        sum(cell.n for cell in cells),
        start + (cells[0].slot * SLOT_SECONDS + cells[0].first) * SECOND_US,
        start + (cells[-1].slot * SLOT_SECONDS + cells[-1].last) * SECOND_US,
        tuple(Slot(cell.slot, cell.n, cell.seconds) for cell in cells),
    )


def monday(day: int) -> int:
    """The day number of the Monday on or before a day."""
    return day - (day + _EPOCH_WEEKDAY) % 7


def week_of(day: int, cells: list[Cell]) -> Week:
    """The roll-up of one day: a homomorphism, so weeks of parts merge to the week of the whole."""
    start = day * DAY_US
    hours = [0] * HOURS_A_DAY
    active = 0
    shift = (day - monday(day)) * HOURS_A_DAY
    for cell in cells:
        hour = cell.slot // SLOTS_AN_HOUR
        hours[hour] += cell.n
        active |= 1 << (shift + hour)
    return Week(
        monday(day),
        sum(hours),
        start + (cells[0].slot * SLOT_SECONDS + cells[0].first) * SECOND_US,
        start + (cells[-1].slot * SLOT_SECONDS + cells[-1].last) * SECOND_US,
        active,
        tuple(hours),
    )


def merge_weeks(one: Week, two: Week) -> Week:
    return Week(
        one.week,
        one.lines + two.lines,
        min(one.first_us, two.first_us),
        max(one.last_us, two.last_us),
        one.active_hours | two.active_hours,
        tuple(map(int.__add__, one.hours, two.hours)),
    )


_HOURS = Struct("<24I")
_ACTIVE_BYTES = 21  # 168 bits


def encode_week(week: Week) -> tuple[int, int, int, bytes, bytes]:
    """The columns lines, first_us, last_us, active, hours of a week row."""
    hours = _HOURS.pack(*(min(n, 0xFFFFFFFF) for n in week.hours))
    return week.lines, week.first_us, week.last_us, week.active_hours.to_bytes(_ACTIVE_BYTES, "little"), hours


def decode_week(week: int, lines: int, first_us: int, last_us: int, active: bytes, hours: bytes) -> Week:
    return Week(week, lines, first_us, last_us, int.from_bytes(active, "little"), _HOURS.unpack(hours))

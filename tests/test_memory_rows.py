"""The codecs of memory: exact, and merging in any order."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.memory.blocks import Block, decode_block, encode_block
from brainstemd.memory.keys import add_step, value_at
from brainstemd.memory.rows import (
    Cell,
    Row,
    cells_of,
    day_of,
    decode,
    decode_week,
    encode,
    encode_week,
    merge_runs,
    merge_weeks,
    monday,
    read_slots,
    week_of,
    weighted_cell,
)
from brainstemd.memory.samples import Sample, decode_samples, encode_samples, smallest
from brainstemd.memory.slots import Slots
from brainstemd.models import DAY_US, SECOND_US, SLOT_US, Position, Slot

DAY = 20_530
START = DAY * DAY_US

# Times gather in a few slots, so that sparse and dense ones both occur.
instants = st.builds(
    lambda slot, us: START + slot * SLOT_US + us,
    st.sampled_from([0, 1, 2, 150, 286, 287]),
    st.integers(0, SLOT_US - 1),
)
times = st.lists(instants, min_size=1, max_size=60)


def naive(times: list[int]) -> list[Cell]:
    """Cells by the definition."""
    cells: dict[int, Cell] = {}
    for slot in sorted({(t - START) // SLOT_US for t in times}):
        seconds = sorted((t - START) % SLOT_US // SECOND_US for t in times if (t - START) // SLOT_US == slot)
        exact = tuple(seconds) if len(seconds) <= 4 else ()
        cells[slot] = Cell(slot, len(seconds), seconds[0], seconds[-1], exact)
    return list(cells.values())


@given(times)
def test_cells_follow_the_definition(given_times: list[int]) -> None:
    """A slot of up to four lines keeps every second, a fuller one count, first and last."""
    assert cells_of(given_times, DAY) == naive(given_times)


@given(times)
def test_bytes_round_trip(given_times: list[int]) -> None:
    """Encoding a day loses nothing, and both readers agree."""
    cells = naive(given_times)
    assert decode(encode(cells)) == cells
    assert read_slots(encode(cells), len(cells)) == tuple(Slot(c.slot, c.n, c.seconds) for c in cells)


@given(st.integers(0, 287), st.integers(5, 1 << 31), st.integers(0, 299), st.integers(0, 299))
def test_dense_slots_round_trip(slot: int, n: int, one: int, two: int) -> None:
    """Any count and any first and last second survive, in the small and in the large form."""
    cell = Cell(slot, n, min(one, two), max(one, two), ())
    assert decode(encode([cell])) == [cell]
    assert read_slots(encode([cell]), 1) == (Slot(slot, n, ()),)


def test_bytes_are_pinned() -> None:
    """The bytes of docs/data-model.md: a change of the codec is a migration."""
    cells = [
        Cell(3, 1, 17, 17, (17,)),
        Cell(9, 2, 0, 299, (0, 299)),
        Cell(100, 7, 2, 290, ()),
        Cell(287, 900, 0, 299, ()),
    ]
    assert (
        encode(cells).hex(" ") == "03 02 11 00 09 04 00 00 2b 01 64 0a 07 02 09 1f 0d 84 03 00 00 00 00 2b 01"
    )


@given(times, times, times)
def test_merging_days_is_commutative_and_associative(a: list[int], b: list[int], c: list[int]) -> None:
    """However lines are divided, the union is the same."""
    x, y, z = (cells_of(part, DAY) for part in (a, b, c))
    assert merge_runs(x, y) == merge_runs(y, x)
    assert merge_runs(merge_runs(x, y), z) == merge_runs(x, merge_runs(y, z)) == naive(a + b + c)


@given(st.lists(times, min_size=1, max_size=6))
def test_a_row_that_grows_equals_a_row_made_at_once(parts: list[list[int]]) -> None:
    """Appending, reopening a slot and late lines all end in the same bytes; a row can be reloaded at any point."""
    row = Row()
    for part in parts:
        row.add(cells_of(part, DAY))
        row = Row(row.blob(), row.lines, row.first_s)
    whole = naive([t for part in parts for t in part])
    assert row.blob() == encode(whole)
    day = day_of(DAY, whole)
    assert row.lines == day.lines
    assert START + row.first_s * SECOND_US == day.first_us
    assert START + row.last_s * SECOND_US == day.last_us


@given(st.lists(st.tuples(times, st.booleans()), min_size=1, max_size=6))
def test_a_row_grows_by_instants_as_by_cells(parts: list[tuple[list[int], bool]]) -> None:
    """The short way of a live batch ends where the long way ends, after each part, and tells when the start moved."""
    row, so_far = Row(), list[int]()
    for part, as_cells in parts:
        start = min(so_far, default=START + DAY_US) // SECOND_US
        moved = row.add(cells_of(part, DAY)) if as_cells else row.add_times(part, START)
        so_far += part
        whole = naive(so_far)
        day = day_of(DAY, whole)
        assert row.stored(DAY, 1) == (
            DAY,
            1,
            len(so_far),
            (day.first_us - START) // SECOND_US,
            (day.last_us - START) // SECOND_US,
            len(whole),
            encode(whole),
        )
        assert moved == (min(so_far) // SECOND_US < start)


@given(times)
def test_slots_are_the_tuple_that_they_stand_for(given_times: list[int]) -> None:
    """Length, walking, indexing, equality and hash are those of the tuple."""
    cells = naive(given_times)
    told = tuple(Slot(c.slot, c.n, c.seconds) for c in cells)
    slots = Slots(encode(cells), len(cells))
    assert len(slots) == len(told)
    assert (slots, tuple(slots), slots[0], slots[-1:], hash(slots)) == (
        told,
        told,
        told[0],
        told[-1:],
        hash(told),
    )
    assert slots == Slots(encode(cells), len(cells))
    assert slots != told[1:]


@given(times, times)
def test_roll_up_is_a_homomorphism(a: list[int], b: list[int]) -> None:
    """Rolling up a union is the union of the roll-ups."""
    x, y = cells_of(a, DAY), cells_of(b, DAY)
    assert week_of(DAY, merge_runs(x, y)) == merge_weeks(week_of(DAY, x), week_of(DAY, y))


@given(times)
def test_weeks_round_trip(given_times: list[int]) -> None:
    """A week row loses nothing of a week."""
    week = week_of(DAY, naive(given_times))
    assert decode_week(week.week, *encode_week(week)) == week


def test_weeks_begin_on_monday() -> None:
    """2026-03-18 is a Wednesday; its week began two days before."""
    assert monday(DAY) == DAY - 2
    assert week_of(DAY, [weighted_cell(13, 0, 2)]).active_hours == 1 << (2 * 24 + 1)


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 50)), max_size=12), st.randoms(), st.integers(0, 50)
)
def test_steps_tell_the_smallest_so_far(said: list[tuple[int, int]], random, at_us: int) -> None:  # type: ignore[no-untyped-def]
    """The gravest severity up to an instant does not depend on the order in which lines arrived."""
    shuffled = said[:]
    random.shuffle(shuffled)
    one: tuple[tuple[int, int], ...] = ()
    two: tuple[tuple[int, int], ...] = ()
    for value, since_us in said:
        one = add_step(one, value, since_us)
    for value, since_us in shuffled:
        two = add_step(two, value, since_us)
    assert one == two
    assert value_at(one, at_us, 8) == min((value for value, since_us in said if since_us <= at_us), default=8)


marks = st.builds(Sample, st.integers(0, 5), st.integers(0, 9), st.binary(max_size=20))


@given(st.lists(marks, max_size=8), st.lists(marks, max_size=8))
def test_samples_merge(a: list[Sample], b: list[Sample]) -> None:
    """The smallest of the smallest are the smallest."""
    whole = smallest([*a, *b], 2)
    assert smallest([*smallest(a, 2), *smallest(b, 2)], 2) == smallest([*b, *a], 2) == whole
    assert decode_samples(encode_samples(whole)) == whole


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 1 << 40), st.integers(1, 4)), min_size=1, max_size=12
    ),
    st.data(),
)
def test_event_blocks_round_trip(records: list[tuple[int, int, int]], data: st.DataObject) -> None:
    """Times, keys, weights and every line's position come back from the bytes."""
    lines = [(segment, offset, i) for segment, offset, n in records for i in range(n)]
    stamps = data.draw(st.lists(st.integers(0, 1 << 52), min_size=len(lines), max_size=len(lines)))
    keys = data.draw(st.lists(st.sampled_from([0, 7, 1 << 62]), min_size=len(lines), max_size=len(lines)))
    columns = tuple(array("q", column) for column in zip(*records, strict=True))
    block = Block(
        array("q", stamps), array("q", keys), columns, (array("q", [7]), array("q", [5]), array("q", [9]))
    )  # type: ignore[arg-type]
    read = decode_block(encode_block(block))
    assert read == block
    found = [line for slot in sorted(read.places()) for line in read.lines(slot, lambda t, key: True)]
    expected = [(t, key, Position(*where)) for t, key, where in zip(stamps, keys, lines, strict=True) if key]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("keys", [1, 65_536, 65_537])
def test_event_blocks_of_many_keys_round_trip(keys: int) -> None:
    """The keys' numbers are stored in 16 bits up to the last block where they fit, and in 32 beyond it."""
    block = Block(array("q", range(keys)), array("q", range(keys, 0, -1)))
    assert decode_block(encode_block(block)) == block

"""What lines said: the first lines of a key's day, whatever their order and however they were cut into commits."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from brainstemd.config import Memory
from brainstemd.memory import SAID_A_DAY, Store
from brainstemd.memory.said import decode_said, earliest, encode_said
from brainstemd.models import DAY_US, SECOND_US
from tests.memory_world import DAY, T0, Line, delta_of, remember, state

TEXTS = st.tuples(st.integers(T0, T0 + DAY_US - 1), st.text(max_size=80))


@given(st.lists(TEXTS, max_size=SAID_A_DAY))
def test_a_row_reads_as_it_was_written(lines: list[tuple[int, str]]) -> None:
    """Any text, surrogates and NUL among them, at any instant of its day."""
    assert decode_said(encode_said(sorted(lines), DAY), DAY) == sorted(lines)


@given(st.lists(TEXTS, max_size=120), st.integers(0, 120))
def test_the_earliest_of_parts_are_those_of_the_whole(lines: list[tuple[int, str]], cut: int) -> None:
    """However a day was cut: so is what was known at any instant the beginning of what is known now."""
    assert earliest([*earliest(lines[:cut]), *earliest(lines[cut:])]) == earliest(lines)
    at = sorted(lines)[len(lines) // 2][0] if lines else T0
    known = [line for line in lines if line[0] <= at]
    assert earliest(known) == [line for line in earliest(lines) if line[0] <= at]


async def test_an_instant_reads_what_was_said_up_to_it(tmp_path: Path) -> None:
    """Lines of later hours and days are not read, also where the day has more lines than are kept."""
    lines = [Line(T0 + n * 20 * 60 * SECOND_US) for n in range(150)]
    async with await remember(tmp_path / "memory.db", lines, [40, 90]) as store:
        key = lines[0].facts().id
        at = T0 + 30 * 20 * 60 * SECOND_US
        assert [t for t, _ in (await store.said({key}, at))[key]] == [
            line.t_us for line in lines if line.t_us <= at
        ]
        kept = await store.said({key}, lines[-1].t_us)
        assert [len([t for t, _ in kept[key] if t // DAY_US == DAY + n]) for n in range(3)] == [
            SAID_A_DAY,
            SAID_A_DAY,
            6,
        ]


async def test_late_lines_and_other_cuts_leave_the_same_rows(tmp_path: Path) -> None:
    """The table is a function of the set of lines."""
    lines = [Line(T0 + n * 900 * SECOND_US, signature=f"s1-{n % 3}") for n in range(300)]
    await (await remember(tmp_path / "one.db", lines, [100, 200])).close()
    mixed = random.Random(3).sample(range(len(lines)), len(lines))
    rows = {}
    for name, order in (("one", range(len(lines))), ("two", mixed)):
        async with await Store.open(tmp_path / f"{name}.db") as store:
            if name == "two":
                for n in order:
                    await commit_one(store, lines[n], n)
        rows[name] = state(tmp_path / f"{name}.db")["said"]
    assert rows["one"] == rows["two"]
    assert len(rows["one"]) > 3


async def commit_one(store: Store, line: Line, number: int) -> None:
    """A commit of one line that is known by its number."""
    await store.commit(delta_of([line], number, T0 + 5 * DAY_US))


async def test_a_key_without_a_place_has_no_words(tmp_path: Path) -> None:
    """What the caps count together says nothing of its own."""
    lines = [Line(T0 + n * SECOND_US, signature=f"s1-{n % 20}") for n in range(200)]
    async with await remember(tmp_path / "memory.db", lines, [50, 120], Memory(signatures_max=5)) as store:
        ids = {line.facts().id for line in lines}
        assert len(await store.said(ids, T0 + DAY_US)) == 5

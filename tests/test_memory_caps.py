"""The caps on what memory grows by: a function of the lines, never of their order or batches, and nothing is hidden."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brainstemd.config import Memory
from brainstemd.memory import Store
from brainstemd.memory.gaps import put_gaps
from brainstemd.memory.keys import REST
from brainstemd.memory.sql import Database
from brainstemd.models import DAY_US, SECOND_US, SLOT_US, Gap
from tests.memory_world import STATE_TABLES, T0, Line, delta_of, state

TINY = Memory(entities_max=2, keys_max=3, signatures_max=2, sources_max=2, tenant_keys_max=7)
CAPS = (
    TINY,
    Memory(entities_max=2, keys_max=100, signatures_max=100),
    Memory(keys_max=3, signatures_max=2),
    Memory(sources_max=1, signatures_max=1),
    Memory(tenant_keys_max=4),
)
SLOW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)

line = st.builds(
    lambda day, slot, us, *rest: Line(T0 + day * DAY_US + slot * SLOT_US + us, *rest),
    st.integers(0, 1),
    st.sampled_from([0, 140, 287]),
    st.integers(0, SLOT_US - 1),
    st.integers(0, 5).map(lambda n: f"s1-{n}"),
    st.integers(0, 4).map(lambda n: f"fw-{n}"),
    st.sampled_from(["", *(f"tunnel-{n}" for n in range(6))]),
    st.sampled_from(["", "", "up", "down", "status=1", "status=2"]),
    st.sampled_from([1, 1, 1, 2, 9]),
    st.just(6),
    st.just("charon"),
    st.sampled_from(["acme", "acme", "umbrella"]),
)
worlds = st.lists(line, min_size=1, max_size=60)


def listed(host: str) -> bool:
    return host == "fw-4"


async def remembered(
    path: Path,
    lines: Sequence[Line],
    cuts: Sequence[int],
    config: Memory,
    names: Callable[[str], bool] = listed,
    *,
    again: bool = False,
) -> dict[str, list[Any]]:
    """All tables after these lines; `again` opens the store anew for each commit, so that no cache helps."""
    store = await Store.open(path, config=config, listed=names)
    for low, high in pairwise([0, *sorted(set(cuts)), len(lines)]):
        if low < high:
            await store.commit(delta_of(lines[low:high], low, max(line.t_us for line in lines[:high])))
            if again:
                await store.close()
                store = await Store.open(path, config=config, listed=names)
    await store.close()
    return state(path, (*STATE_TABLES, "source_floor"))


def comparable(tables: dict[str, list[Any]], *, order: bool = False) -> dict[str, list[Any]]:
    """What must be equal: positions and carry differ where the order of arrival does; and what a key stated on a day on
    which it lost its place may be remembered with it (docs/data-model.md)."""
    but = {"meta", "transition", "sample"} if order else set()
    found = {name: rows for name, rows in tables.items() if name not in but}
    return found | {"key": [row[:-2] for row in found["key"]]}


@pytest.mark.parametrize("config", CAPS)
def test_caps_do_not_depend_on_batching(config: Memory) -> None:
    """One commit, a commit a line, a new process after each: every table is the same, row for row."""

    @SLOW
    @given(worlds, st.lists(st.integers(1, 59), max_size=6))
    def check(lines: list[Line], cuts: list[int]) -> None:
        async def run() -> None:
            with tempfile.TemporaryDirectory() as directory:
                where = Path(directory)
                once = await remembered(where / "once.db", lines, [], config)
                parts = await remembered(
                    where / "parts.db", lines, [c for c in cuts if c < len(lines)], config
                )
                each = await remembered(where / "each.db", lines, range(1, len(lines)), config, again=True)
                assert comparable(once) == comparable(parts) == comparable(each)

        asyncio.run(run())

    check()


@pytest.mark.parametrize("config", CAPS)
def test_caps_do_not_depend_on_order(config: Memory) -> None:
    """Who survives is a matter of hashes, never of who came first; and no line is lost."""

    @SLOW
    @given(worlds, st.randoms(use_true_random=False))
    def check(lines: list[Line], random: Random) -> None:
        shuffled = lines[:]
        random.shuffle(shuffled)

        async def run() -> None:
            with tempfile.TemporaryDirectory() as directory:
                where = Path(directory)
                one = await remembered(where / "one.db", lines, [len(lines) // 2], config)
                two = await remembered(where / "two.db", shuffled, range(1, len(lines), 7), config)
                assert comparable(one, order=True) == comparable(two, order=True)
                assert sum(row[2] for row in one["day"]) == sum(line.weight for line in lines)

        asyncio.run(run())

    check()


gap_rows = st.lists(
    st.builds(
        lambda second, reason, n, source: Gap(
            T0 + second * SECOND_US, T0 + second * SECOND_US, reason, n, "acme", source
        ),
        st.integers(0, 2 * 86_400),
        st.sampled_from(["sender_lost", "sequence"]),
        st.sampled_from([None, 1, 7]),
        st.sampled_from(["fw-1", "fw-2", None]),
    ),
    max_size=40,
)


@SLOW
@given(gap_rows, st.randoms(use_true_random=False))
def test_gaps_of_senders_are_bounded_whatever_their_order(gaps: list[Gap], random: Random) -> None:
    """Of more than a tenant's room the same ones stay, and the sum of all losses is what it was; our own all stay."""
    shuffled = gaps[:]
    random.shuffle(shuffled)

    async def kept(directory: str, order: list[Gap], size: int) -> list[Any]:
        path = Path(directory) / f"{size}.db"
        await (await Store.open(path)).close()
        db = await Database.open(path, readonly=False)
        for at in range(0, len(order), size):
            await put_gaps(db, order[at : at + size], limit=3)
        rows = await db.rows("SELECT * FROM gap ORDER BY end_us, start_us, reason, tenant, source")
        await db.close()
        return rows

    async def run() -> None:
        with tempfile.TemporaryDirectory() as directory:
            one, two = await kept(directory, gaps, 100), await kept(directory, shuffled, 3)
            assert one == two
            assert sum(row[5] for row in one) == sum(gap.lost or 0 for gap in gaps)
            for day in (T0, T0 + DAY_US):
                told = [r for r in one if r[0] // DAY_US == day // DAY_US and r[4] not in ("", REST)]
                assert len(told) <= 3
            assert {r[0] for r in one if not r[4]} == {g.end_us for g in gaps if g.source is None}

    asyncio.run(run())

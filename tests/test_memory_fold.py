"""The state of memory is a function of the lines, not of how they were cut into commits; and reads are as of an instant."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brainstemd.config import Memory
from brainstemd.errors import StoreError
from brainstemd.models import DAY_US, HOUR_US, SECOND_US, SLOT_US
from tests.memory_world import T0, Line, remember, state

# A day of full resolution, so that a few days of lines reach every stage of retention.
SHORT = Memory(day_rows=2 * 86_400)
FORGETFUL = Memory(day_rows=2 * 86_400, week_rows=14 * 86_400)
FEW = Memory(entities_max=3)
# Each example is a few databases: no minutes of shrinking, the lines that fail are few enough to read.
SLOW = settings(
    max_examples=15,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def lines(days: int, *, entities: int = 3, order: str = "late") -> st.SearchStrategy[list[Line]]:
    """Lines over some days: gathered in slots, a few keys, sometimes repeats, in any order of arrival."""
    line = st.builds(
        lambda day, slot, us, *rest: Line(T0 + day * DAY_US + slot * SLOT_US + us, *rest),
        st.integers(0, days - 1),
        st.sampled_from([0, 1, 140, 287]),
        st.integers(0, SLOT_US - 1),
        st.sampled_from(["s1-a", "s1-b"]),
        st.sampled_from(["fw-01", "fw-02"]),
        st.integers(0, entities).map(lambda n: f"tunnel-{n}" if n else ""),
        st.sampled_from(["", "up", "down"]),
        st.sampled_from([1, 1, 1, 2, 9]),
        st.integers(2, 8),
        st.sampled_from(["charon", "sshd"]),
        st.sampled_from(["acme", "umbrella"]),
    )
    return st.lists(line, min_size=1, max_size=40)


async def tables(directory: Path, name: str, given_lines: list[Line], cuts: list[int], config: Memory):  # type: ignore[no-untyped-def]
    store = await remember(directory / name, given_lines, cuts, config)
    await store.close()
    found = state(directory / name)
    found["meta"] = [
        row for row in found["meta"] if row[0] != "index_from_us"
    ]  # of the index, whose blocks are commits
    return found


async def compare_batchings(
    given_lines: list[Line], cuts: list[int], config: Memory, but: tuple[str, ...] = ()
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        once = await tables(Path(directory), "once.db", given_lines, [], config)
        parts = await tables(Path(directory), "parts.db", given_lines, cuts, config)
        for table in once.keys() - set(but):
            assert once[table] == parts[table], table


cuts = st.lists(st.integers(1, 59), max_size=5)


@SLOW
@given(lines(6), cuts)
def test_state_does_not_depend_on_batching(given_lines: list[Line], given_cuts: list[int]) -> None:
    """One commit or many: every table is the same, row for row."""
    asyncio.run(
        compare_batchings(given_lines, [cut for cut in given_cuts if cut < len(given_lines)], Memory())
    )


@SLOW
@given(lines(40), cuts)
def test_roll_up_does_not_depend_on_batching(given_lines: list[Line], given_cuts: list[int]) -> None:
    """Lines that arrive days and weeks late end in the same day and week rows, wherever retention has come to."""
    asyncio.run(compare_batchings(given_lines, [cut for cut in given_cuts if cut < len(given_lines)], SHORT))


@SLOW
@given(lines(40), cuts)
def test_forgetting_weeks_does_not_depend_on_batching(given_lines: list[Line], given_cuts: list[int]) -> None:
    """The same where weeks end (samples of lines later than that are the documented exception)."""
    good = [cut for cut in given_cuts if cut < len(given_lines)]
    asyncio.run(compare_batchings(given_lines, good, FORGETFUL, but=("sample", "key")))


@SLOW
@given(lines(2, entities=9), cuts)
def test_entity_cap_does_not_depend_on_batching(given_lines: list[Line], given_cuts: list[int]) -> None:
    """Over the cap the survivors, the totals of the rest and the counters are those of the whole set of lines."""
    asyncio.run(compare_batchings(given_lines, [cut for cut in given_cuts if cut < len(given_lines)], FEW))


@SLOW
@given(lines(2, entities=9), st.randoms())
def test_entity_cap_does_not_depend_on_order(given_lines: list[Line], random) -> None:  # type: ignore[no-untyped-def]
    """Who survives the cap is a matter of hashes, never of who came first; no line is lost."""
    shuffled = given_lines[:]
    random.shuffle(shuffled)

    async def run() -> None:
        with tempfile.TemporaryDirectory() as directory:
            one = await tables(Path(directory), "one.db", given_lines, [len(given_lines) // 2], FEW)
            two = await tables(Path(directory), "two.db", shuffled, [len(given_lines) // 3], FEW)
            assert one["day"] == two["day"]
            assert one["overflow"] == two["overflow"]
            assert [row[:12] for row in one["key"]] == [row[:12] for row in two["key"]]
            assert sum(row[2] for row in one["day"]) == sum(line.weight for line in given_lines)

    asyncio.run(run())


# ---------------------------------------------------------------- as of an instant


async def compare_instants(given_lines: list[Line], cuts: list[int], at_us: int, config: Memory) -> None:
    past = [line for line in given_lines if line.t_us <= at_us]
    with tempfile.TemporaryDirectory() as directory:
        whole = await remember(Path(directory) / "whole.db", given_lines, cuts, config)
        cut = await remember(Path(directory) / "cut.db", past, [], config)
        try:
            assert await whole.effective_at_us(at_us) == at_us
            assert [
                h._replace(transitions=tuple(t[:3] for t in h.transitions))
                for h in await whole.histories(at_us)
            ] == [
                h._replace(transitions=tuple(t[:3] for t in h.transitions))
                for h in await cut.histories(at_us)
            ]
            for window_us in (HOUR_US, DAY_US + 77 * SECOND_US):
                assert await whole.totals(at_us - window_us, at_us) == await cut.totals(
                    at_us - window_us, at_us
                )
            one = await whole.totals(at_us - DAY_US, at_us, "acme")
            assert one.events == sum(
                line.weight for line in past if line.tenant == "acme" and line.t_us >= at_us - DAY_US
            )
        finally:
            await whole.close()
            await cut.close()


@SLOW
@given(lines(3), cuts, st.integers(0, 4 * DAY_US))
def test_reads_are_as_of_an_instant(given_lines: list[Line], given_cuts: list[int], offset_us: int) -> None:
    """What a memory of everything shows at T is what a memory of the lines up to T shows at T, to the second."""
    good = [cut for cut in given_cuts if cut < len(given_lines)]
    asyncio.run(compare_instants(given_lines, good, T0 + offset_us, Memory()))


@SLOW
@given(lines(3), cuts, st.data())
def test_reads_inside_a_busy_slot(
    given_lines: list[Line], given_cuts: list[int], data: st.DataObject
) -> None:
    """The same at the instants where it is hardest: at a line, just before it, at the edge of its slot."""
    line = data.draw(st.sampled_from(given_lines))
    edge = line.t_us - line.t_us % SLOT_US
    at_us = data.draw(st.sampled_from([line.t_us, line.t_us - 1, edge, edge - 1, edge + SLOT_US - 1]))
    good = [cut for cut in given_cuts if cut < len(given_lines)]
    asyncio.run(compare_instants(given_lines, good, at_us, Memory()))


@SLOW
@given(lines(12), cuts, st.integers(0, 2 * DAY_US))
def test_reads_as_of_while_days_are_rolled_up(
    given_lines: list[Line], given_cuts: list[int], back_us: int
) -> None:
    """Any instant of the last `day_rows` is exact, weeks included, although retention has gone on since."""
    newest_us = max(line.t_us for line in given_lines)
    good = [cut for cut in given_cuts if cut < len(given_lines)]
    asyncio.run(compare_instants(given_lines, good, newest_us - back_us, SHORT))


async def test_weeks_continue_days(tmp_path: Path) -> None:
    """A key's days and weeks together hold every line once, before, while and after they are rolled up."""
    given_lines = [Line(T0 + day * DAY_US + HOUR_US) for day in range(13)]
    async with await remember(tmp_path / "memory.db", given_lines, list(range(1, 13)), SHORT) as store:
        for day in (9, 10, 11, 12, 15):
            (history,) = await store.histories(T0 + day * DAY_US + 2 * HOUR_US)
            total = sum(d.lines for d in history.days) + sum(w.lines for w in history.weeks)
            assert total == min(day, 12) + 1
            assert all(week.week + 6 < history.days[0].day for week in history.weeks)


async def test_instants_before_the_kept_days_are_refused(tmp_path: Path) -> None:
    """A reading that could not be honest is an error with advice, not an empty memory."""
    given_lines = [Line(T0 + day * DAY_US) for day in range(0, 30, 3)]
    async with await remember(tmp_path / "memory.db", given_lines, [], SHORT) as store:
        with pytest.raises(StoreError) as raised:
            await store.histories(T0 + DAY_US)
        assert "replay" in raised.value.hint


async def test_without_its_index_a_slot_is_read_from_its_start(tmp_path: Path) -> None:
    """Where the segments of the running slot are gone, the reading is as of the slot's start and says so."""
    given_lines = [Line(T0 + second * SECOND_US) for second in (10, 299, 301, 310, 390)]
    async with await remember(tmp_path / "memory.db", given_lines) as store:
        at_us = T0 + 320 * SECOND_US
        assert (await store.histories(at_us))[0].days[0].lines == 4
        await store.forget_before(2)
        assert (await store.histories(at_us))[0].days[0].lines == 2
        assert await store.effective_at_us(at_us) == T0 + 300 * SECOND_US - 1


async def test_a_part_at_a_time_is_the_same(tmp_path: Path) -> None:
    """Streaming in small parts of the key space gives what reading at once gives."""
    given_lines = [Line(T0 + n * HOUR_US, entity=f"e{n % 37}") for n in range(90)]
    async with await remember(tmp_path / "memory.db", given_lines) as store:
        whole = await store.histories(T0 + 5 * DAY_US)
        parts = [h async for h in store.stream(T0 + 5 * DAY_US, part_keys=3)]
        assert len(whole) == 37
        assert sorted(parts) == sorted(whole)

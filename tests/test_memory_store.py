"""The store on real files: transactions, refusals, the event index, locks."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from brainstemd.errors import Locked, StoreError
from brainstemd.memory import SCHEMA_VERSION, Delta, Store, check, lock
from brainstemd.memory.schema import MIGRATIONS, Migration, migrate, version_of
from brainstemd.memory.sql import Database
from brainstemd.memory.transitions import Transitions
from brainstemd.models import (
    DAY_US,
    HOUR_US,
    SECOND_US,
    Cursor,
    Gap,
    Position,
    Told,
    Transition,
    TransitionKind,
)
from tests.memory_world import DAY, T0, Line, delta_of, remember, state


async def test_a_new_memory_knows_nothing(tmp_path: Path) -> None:
    """Every read of an empty memory has an answer."""
    async with await Store.open(tmp_path / "memory.db") as store:
        assert await store.cursor() is None
        assert await store.carry() is None
        assert await store.newest_us() is None
        assert await store.memory_since_us() is None
        assert await store.histories(T0) == []
        assert await store.totals(T0, T0 + DAY_US) == (0, 0, 0, 0, 0)
        assert await store.samples([1], T0) == {}
        assert await store.recent_positions([1], T0, 3) == {}
        assert [event async for event in store.events(T0, T0 + DAY_US)] == []


async def test_a_commit_is_read_back(tmp_path: Path) -> None:
    """Cursor, carry, counts, signatures, gaps, archives and what was told come back as they went in."""
    delta = delta_of(
        [Line(T0 + 5, weight=3), Line(T0 + 7 * SECOND_US, state="down", entity="t1")], 0, T0 + 7 * SECOND_US
    )
    delta.gaps = [
        Gap(T0, T0 + 9, "receiver_down", None),
        Gap(T0, T0 + 9, "sender_lost", 4, "acme", "fw-01"),
    ] * 2
    delta.archives = [("ab" * 32, "old.log.gz")]
    delta.told = [Told("i-1", "acme", T0, 61.5, "attend", "new", "s1-a", None, ("fw-01",))]
    async with await Store.open(tmp_path / "memory.db") as store:
        await store.commit(delta)
        assert await store.cursor() == Cursor(1, 2)
        assert await store.carry() == {"lines": 2}
        assert (await store.watermark_us(), await store.newest_us()) == (T0 + 7 * SECOND_US,) * 2
        assert await store.memory_since_us() == T0 + 5
        histories = await store.histories(T0 + HOUR_US)
        assert sorted(history.days[0].lines for history in histories) == [1, 3]
        assert (await store.signature_facts(["s1-a", "s1-none"])).keys() == {"s1-a"}
        assert await store.gaps(T0, T0 + 9, "umbrella") == [Gap(T0, T0 + 9, "receiver_down", None)]
        assert (await store.gaps(T0, T0 + 9))[1].lost == 8
        assert await store.gaps(T0, T0 + 8) == []  # not over yet: nobody knew
        assert await store.knows_archive("ab" * 32)
        assert await store.told(T0) == delta.told
        assert await store.told(T0 + 1) == []


async def test_keys_can_be_found_and_summed(tmp_path: Path) -> None:
    """Filters take any part of a key; totals span days and weeks."""
    given = [Line(T0 + day * DAY_US, source=f"fw-{day % 2}") for day in range(60)]
    async with await remember(tmp_path / "memory.db", given, [20, 40]) as store:
        (facts,) = await store.keys(source="fw-1", signature="s1-a", tenant="acme")
        (summary,) = await store.summaries([facts])
        assert (summary.lines, summary.first_us, summary.last_us) == (30, T0 + DAY_US, T0 + 59 * DAY_US)
        assert await store.key(facts.id) == facts
        assert await store.keys(tenant="nobody") == []


async def test_severity_is_as_of_an_instant(tmp_path: Path) -> None:
    """The gravest severity and the name of the program are those stated up to the instant."""
    given = [
        Line(T0 + 2, severity=5, app_name="b"),
        Line(T0 + 1, severity=7, app_name="c"),
        Line(T0 + 3, severity=2, app_name="a"),
    ]
    async with await remember(tmp_path / "memory.db", given, [1]) as store:
        shown = [(await store.histories(T0 + n))[0].key for n in (1, 2, 3)]
        assert [(key.severity, key.app_name) for key in shown] == [(7, "c"), (5, "b"), (2, "a")]


# ---------------------------------------------------------------- the event index


async def test_events_have_their_positions(tmp_path: Path) -> None:
    """The index gives each line's place in the spool, by time and key, across blocks, without what quarantine holds."""
    given = [Line(T0 + n * HOUR_US, entity=f"e{n % 3}") for n in range(30)]
    async with await remember(tmp_path / "memory.db", given, [7, 8, 20]) as store:
        poison = Delta(Cursor(1, 99), watermark_us=T0, records=[(1, 90, 2)])
        poison.line_times.extend([T0, T0])
        poison.line_keys.extend([0, 0])
        await store.commit(poison)
        found = [event async for event in store.events(T0, T0 + 40 * HOUR_US)]
        assert [(e.t_us, e.position) for e in found] == [
            (line.t_us, Position(1, n, 0)) for n, line in enumerate(given)
        ]
        (facts,) = await store.keys(entity="e1")
        mine = [
            e.position.offset
            async for e in store.events(T0, T0 + 40 * HOUR_US, key_ids=[facts.id], newest_first=True)
        ]
        assert mine == [28, 25, 22, 19, 16, 13, 10, 7, 4, 1]
        recent = await store.recent_positions([facts.id], T0 + 13 * HOUR_US - 1, 3)
        assert [where.offset for _, where in recent[facts.id]] == [10, 7, 4]


async def test_a_trickle_shares_blocks(tmp_path: Path) -> None:
    """Many small commits do not make many rows."""
    given = [Line(T0 + n * SECOND_US) for n in range(50)]
    async with await remember(tmp_path / "memory.db", given, list(range(1, 50))) as store:
        assert len([event async for event in store.events(T0, T0 + HOUR_US)]) == 50
    with closing(sqlite3.connect(tmp_path / "memory.db")) as connection:
        assert connection.execute("SELECT count(*), sum(lines) FROM event_block").fetchone() == (1, 50)


async def test_samples_are_of_whole_days_before(tmp_path: Path) -> None:
    """A sample of the instant's own day would depend on when one looks; those of earlier days do not."""
    given = [Line(T0), Line(T0 + DAY_US)]
    async with await remember(tmp_path / "memory.db", given) as store:
        id_ = given[0].facts().id
        assert await store.samples([id_], T0 + DAY_US + HOUR_US) == {id_: [(T0, b"line 0")]}
        assert await store.samples([id_], T0 + HOUR_US) == {}


# ---------------------------------------------------------------- caps


async def test_flapping_is_bounded_whatever_the_order(tmp_path: Path) -> None:
    """Of too many transitions of one entity those of smallest hash stay, and the others are counted."""
    key = Line(T0, state="down", entity="t1").facts()
    changes = [Transition(T0 + n, TransitionKind.DOWN, key.id, Position(1, n, 0)) for n in range(20)]
    kept: list[list[object]] = []
    for name, parts in {"a": [changes], "b": [changes[15:], changes[:9], changes[9:15]]}.items():
        db = await Database.open(tmp_path / name, readonly=False)
        await migrate(db, tmp_path / name)
        transitions = Transitions(db, kept_a_day=6)
        turned = [await transitions.add(part, {key.id: key}) for part in parts]
        assert sum(n for by_day in turned for n in by_day.values()) == 14
        kept.append(await db.rows("SELECT * FROM transition"))
        await db.close()
    assert kept[0] == kept[1]
    assert len(kept[0]) == 6


async def test_lines_of_crowded_out_entities_stay_findable(tmp_path: Path) -> None:
    """What the cap turned away is one key with exact totals, in reads as of an instant and in the index too."""
    from brainstemd.config import Memory

    given = [Line(T0 + n * SECOND_US, entity=f"user-{n}", state="down") for n in range(40)]
    async with await remember(tmp_path / "memory.db", given, [10, 11, 30], Memory(entities_max=4)) as store:
        histories = {h.key.entity: h for h in await store.histories(T0 + HOUR_US)}
        assert len(histories) == 5
        assert histories["*"].days[0].lines == 36
        assert (await store.overflow())["entity_lines"] == 36
        assert sum(h.days[0].lines for h in await store.histories(T0 + 20 * SECOND_US)) == 21
        star = histories["*"].key.id
        assert len([e async for e in store.events(T0, T0 + HOUR_US, key_ids=[star])]) == 36


# ---------------------------------------------------------------- trouble


async def test_a_failed_commit_changes_nothing(tmp_path: Path) -> None:
    """After a failure in the middle of a transaction the same delta can be committed, and ends as if nothing was."""
    given = [Line(T0 + n * SECOND_US) for n in range(10)]
    good = delta_of(given[5:], 5, T0 + 9 * SECOND_US)
    bad = delta_of(given[5:], 5, T0 + 9 * SECOND_US)
    bad.archives = [("x", None)]  # type: ignore[list-item]
    bad.gaps = [Gap(T0, T0, object(), 1)]  # type: ignore[arg-type]
    async with await remember(tmp_path / "memory.db", given[:5]) as store:
        before = state(tmp_path / "memory.db")
        with pytest.raises(StoreError):
            await store.commit(bad)
        assert state(tmp_path / "memory.db") == before
        await store.commit(good)
    async with await remember(tmp_path / "clean.db", given):
        assert state(tmp_path / "memory.db") == state(tmp_path / "clean.db")


async def test_a_newer_database_is_refused_by_name(tmp_path: Path) -> None:
    """An older program does not touch what a newer one wrote, and says which is which."""
    path = tmp_path / "memory.db"
    await (await Store.open(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    for readonly in (True, False):
        with pytest.raises(StoreError, match=f"schema {SCHEMA_VERSION + 1}") as raised:
            await Store.open(path, readonly=readonly)
        assert "restore" in raised.value.hint


async def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path) -> None:
    """A step is applied and recorded in one transaction."""
    db = await Database.open(tmp_path / "memory.db", readonly=False)
    try:
        await migrate(db, tmp_path / "memory.db")
        with pytest.raises(StoreError):
            await migrate(
                db,
                tmp_path / "memory.db",
                [*MIGRATIONS, Migration(("CREATE TABLE extra (x)", "CREATE NONSENSE"))],
            )
        assert await version_of(db) == SCHEMA_VERSION
        assert not await db.rows("SELECT * FROM sqlite_master WHERE name = 'extra'")
    finally:
        await db.close()


async def test_damage_is_named(tmp_path: Path) -> None:
    """A file that is no database, and one with a broken page, are typed errors with advice."""
    (tmp_path / "text.db").write_bytes(b"this is not a database at all, not even nearly" * 100)
    with pytest.raises(StoreError) as raised:
        await Store.open(tmp_path / "text.db")
    assert "rebuild" in raised.value.hint
    path = tmp_path / "memory.db"
    await (await remember(path, [Line(T0 + n * HOUR_US, entity=f"e{n}") for n in range(300)])).close()
    assert check(path) is None
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 20] = os.urandom(4096 * 17)
    path.write_bytes(data)
    assert check(path) is not None


async def test_only_one_writer_at_a_time(tmp_path: Path) -> None:
    """A second writer is refused by name; the right passes on when the first lets go."""
    with lock(tmp_path), pytest.raises(Locked, match=str(os.getpid())), lock(tmp_path):
        pass
    with lock(tmp_path):
        pass


async def test_readers_see_one_state(tmp_path: Path) -> None:
    """Inside a snapshot nothing changes, whatever is committed meanwhile."""
    given = [Line(T0), Line(T0 + 1)]
    async with (
        await remember(tmp_path / "memory.db", given[:1]) as store,
        await Store.open(tmp_path / "memory.db", readonly=True) as reader,
    ):
        async with reader.snapshot():
            assert await reader.newest_us() == T0
            await store.commit(delta_of(given[1:], 1, T0 + 1))
            assert await reader.newest_us() == T0
            assert (await reader.totals(T0, T0 + HOUR_US)).events == 1
        assert await reader.newest_us() == T0 + 1


_VICTIM = """
import asyncio, sys
from pathlib import Path
from brainstemd.memory import Store
from brainstemd.models import SECOND_US
from tests.memory_world import T0, Line, delta_of

async def run(path):
    store = await Store.open(path)
    cursor = await store.cursor()
    n = 0 if cursor is None else cursor.offset
    print("ready", flush=True)
    while True:
        lines = [Line(T0 + (n + i) * SECOND_US, entity=f"e{(n + i) % 50}") for i in range(200)]
        await store.commit(delta_of(lines, n, T0 + (n + 200) * SECOND_US))
        n += 200

asyncio.run(run(Path(sys.argv[1])))
"""


async def test_kill_9_in_the_middle_of_commits(tmp_path: Path) -> None:
    """Wherever it dies, counts equal the cursor: every line before it once, none after it."""
    path = tmp_path / "memory.db"
    reached = 0
    for pause_s in (0.0, 0.03, 0.11, 0.2):
        victim = subprocess.Popen([sys.executable, "-c", _VICTIM, str(path)], stdout=subprocess.PIPE)  # noqa: ASYNC220
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"ready\n"
        time.sleep(pause_s)  # noqa: ASYNC251 - a random moment is the point
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        victim.stdout.close()
        assert check(path) is None
        async with await Store.open(path, readonly=True) as store:
            cursor = await store.cursor()
            lines = 0 if cursor is None else cursor.offset
            assert (await store.totals(T0, T0 + 10 * DAY_US)).events == lines >= reached
            assert len([e async for e in store.events(T0, T0 + 10 * DAY_US)]) == lines
            reached = lines
    assert reached > 0
    await _equal_clean_run(tmp_path, path, reached)


async def _equal_clean_run(tmp_path: Path, path: Path, count: int) -> None:
    given: Sequence[Line] = [Line(T0 + n * SECOND_US, entity=f"e{n % 50}") for n in range(count)]
    store = await Store.open(tmp_path / "clean.db")
    await store.commit(delta_of(given, 0, T0 + count * SECOND_US))
    await store.close()
    assert state(path) == state(tmp_path / "clean.db")


async def test_day_is_in_the_key_of_rows(tmp_path: Path) -> None:
    """Lines of one key on both sides of midnight are two rows."""
    async with await remember(tmp_path / "memory.db", [Line(T0 - 1), Line(T0)]) as store:
        (history,) = await store.histories(T0)
        assert [day.day for day in history.days] == [DAY - 1, DAY]


async def test_transitions_stay_with_their_entity(tmp_path: Path) -> None:
    """Every key of an entity shows its transitions, though the key that told of one is gone."""
    path = tmp_path / "memory.db"
    lines = [
        Line(T0, "s1-a", entity="t1", state="down"),
        Line(T0 + SECOND_US, "s1-b", entity="t1"),
        Line(T0 + 2 * SECOND_US, "s1-b", entity="t2"),
        Line(T0 + 3 * SECOND_US, "s1-c", entity="t2", state="up"),
    ]
    await (await remember(path, lines)).close()

    async def shown() -> dict[tuple[str, str], list[int]]:
        async with await Store.open(path, readonly=True) as store:
            return {
                (item.key.signature, item.key.entity): [change.t_us for change in item.transitions]
                for item in await store.histories(T0 + HOUR_US)
            }

    mine, others = [T0], [T0 + 3 * SECOND_US]
    whole = {("s1-a", "t1"): mine, ("s1-b", "t1"): mine, ("s1-b", "t2"): others, ("s1-c", "t2"): others}
    assert await shown() == whole
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM key WHERE signature = 's1-a'")
    del whole["s1-a", "t1"]
    assert await shown() == whole

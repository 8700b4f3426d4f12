"""From the schema before this one and back: in slices that a kill costs one of, with room asked for, and a way to return."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from brainstemd.errors import NoSpace, StoreError
from brainstemd.memory import SCHEMA_VERSION, Store, backups, check, prepare_upgrade, restore_backup
from brainstemd.memory.rows import active_slots
from brainstemd.memory.schema import MIGRATIONS, migrate, refuse_newer, version_of
from brainstemd.memory.sql import Database
from brainstemd.models import DAY_US, HOUR_US, SECOND_US
from tests.memory_world import STATE_TABLES, T0, Line, delta_of, remember, state

LINES = [
    Line(T0 + (n % 9) * DAY_US + n * 7 * SECOND_US + (n % 5) * HOUR_US, entity=f"e{n % 40}")
    for n in range(900)
]


def take_away_tables(db: sqlite3.Connection) -> None:
    """What schemas 3 to 5 have and the ones before them had not."""
    for what in (
        "INDEX key_source",
        "INDEX key_signature",
        "TABLE source_floor",
        "TABLE clock",
        "TABLE said",
    ):
        db.execute(f"DROP {what}")


async def older(path: Path, lines: Sequence[Line] = LINES) -> None:
    """A database of schema 1, as the program of that time left it: the same rows, and no number of slots beside them."""
    await (await remember(path, lines, [300, 600])).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        take_away_tables(db)
        db.execute("ALTER TABLE day DROP COLUMN active")
        db.execute("PRAGMA user_version = 1")
        shape = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'day'").fetchone()[0]
        assert shape.split() == next(s for s in MIGRATIONS[0].statements if "TABLE day" in s).split()


async def test_every_row_gets_its_value_and_nothing_else_changes(tmp_path: Path) -> None:
    """After the upgrade memory is what a memory made by this program is, row for row."""
    await older(tmp_path / "memory.db")
    await (await remember(tmp_path / "new.db", LINES, [300, 600])).close()
    await (await Store.open(tmp_path / "memory.db")).close()
    assert state(tmp_path / "memory.db") == state(tmp_path / "new.db")
    assert check(tmp_path / "memory.db") is None
    more = [Line(T0 + 9 * DAY_US, entity="e1")]
    for path in (tmp_path / "memory.db", tmp_path / "new.db"):
        async with await Store.open(path) as store:
            await store.commit(delta_of(more, len(LINES), T0 + 9 * DAY_US))
    assert state(tmp_path / "memory.db") == state(tmp_path / "new.db")


class Killed(Exception):
    """The process ended here."""


async def upgrade(path: Path, told: Callable[[int], None]) -> None:
    """With small slices."""
    db = await Database.open(path, readonly=False)
    try:
        await migrate(db, path, told=told, slice_rows=50)
    finally:
        await db.close()


@pytest.mark.parametrize("slices", [1, 2, 5])
async def test_a_kill_on_the_way_costs_a_slice(tmp_path: Path, slices: int) -> None:
    """The next start goes on where the last committed slice ended; until then nobody reads; nothing is done twice."""
    path = tmp_path / "memory.db"
    await older(path)
    heard: list[int] = []

    def die(done: int) -> None:
        heard.append(done)
        if done == slices:
            raise Killed

    with pytest.raises(Killed):
        await upgrade(path, die)
    with pytest.raises(StoreError, match="is to be brought") as raised:
        await Store.open(path, readonly=True)
    assert "health" in raised.value.hint
    with closing(sqlite3.connect(path)) as db:
        filled = db.execute("SELECT count(*) FROM day WHERE active > 0").fetchone()[0]
    assert filled == slices * 50
    await upgrade(path, heard.append)
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT active, slots FROM day").fetchall()
    assert all(active == active_slots(slots) for active, slots in rows)
    assert len(heard) == slices + (len(rows) - slices * 50) // 50


async def test_room_is_asked_for_first(tmp_path: Path) -> None:
    """Too little room: refused with how much, nothing touched; enough: the old memory is copied, once."""
    path, copies = tmp_path / "memory.db", tmp_path / "backups"
    await older(path)
    before = path.read_bytes()
    with pytest.raises(NoSpace, match=r"needs .* free MiB, 1 are there") as raised:
        prepare_upgrade(path, copies, keep_copy=True, free=lambda where: 2**20)
    assert "backups = 0" in raised.value.hint
    assert path.read_bytes() == before
    assert not copies.exists()
    made = prepare_upgrade(path, copies, keep_copy=True)
    assert made is not None
    assert made.copy == copies / f"before-schema-{SCHEMA_VERSION}.db"
    first = made.copy.stat().st_ino
    assert prepare_upgrade(path, copies, keep_copy=True) == made
    assert made.copy.stat().st_ino == first
    assert backups(copies) == []  # rotation does not know it
    await (await Store.open(path)).close()
    assert prepare_upgrade(path, copies, keep_copy=True) is None
    without = prepare_upgrade(made.copy, tmp_path / "none", keep_copy=False, free=lambda where: 100 << 20)
    assert without is not None
    assert without.copy is None


async def test_and_back(tmp_path: Path) -> None:
    """The older program refuses by name and says how to return; the copy of before, restored, is what it had."""
    path, copies = tmp_path / "memory.db", tmp_path / "backups"
    await older(path)
    tables = [table for table in STATE_TABLES if table != "said"]  # what the older program had
    before = state(path, tables)
    prepare_upgrade(path, copies, keep_copy=True)
    async with await Store.open(path) as store:
        await store.commit(delta_of([Line(T0 + 10 * DAY_US)], len(LINES), T0 + 10 * DAY_US))
    db = await Database.open(path, readonly=False)
    try:
        with pytest.raises(StoreError, match=f"schema {SCHEMA_VERSION}.*up to 1") as raised:
            await migrate(db, path, MIGRATIONS[:1])  # the older program
        assert str(copies / f"before-schema-{SCHEMA_VERSION}.db") in raised.value.hint
        assert await version_of(db) == SCHEMA_VERSION
    finally:
        await db.close()
    restore_backup(copies / f"before-schema-{SCHEMA_VERSION}.db", path, aside="memory.db.newer")
    assert state(path, tables) == before
    db = await Database.open(path, readonly=False)
    try:
        assert await migrate(db, path, MIGRATIONS[:1]) == 1
    finally:
        await db.close()
    async with await Store.open(path) as store:  # and forward once more
        assert await store.cursor() is not None
    with pytest.raises(StoreError, match="up to 1"):
        refuse_newer(path, SCHEMA_VERSION, 1)


async def test_the_shape_of_the_days_before_the_first_release_is_taken_as_it_is(tmp_path: Path) -> None:
    """Databases that have the column under number 1 get the new number and are not filled again."""
    path = tmp_path / "memory.db"
    await (await remember(path, LINES)).close()
    tables = [table for table in STATE_TABLES if table != "said"]  # what the older program had
    before = state(path, tables)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        take_away_tables(db)
        db.execute("PRAGMA user_version = 1")
    heard: list[int] = []
    await (await Store.open(path, told=heard.append)).close()
    assert heard == []
    assert state(path, tables) == before
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
        assert json.loads(db.execute("SELECT value FROM meta WHERE name = 'cursor'").fetchone()[0])

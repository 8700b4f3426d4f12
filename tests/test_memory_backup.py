"""Copies of memory: whole, checked, rotated; and putting one back without losing the one that was there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from brainstemd.cli import App
from brainstemd.cli.backup import backup, restore
from brainstemd.errors import Locked, StoreError
from brainstemd.memory import SCHEMA_VERSION, Store, back_up, backups, check, lock, restore_backup, rotate
from brainstemd.models import SECOND_US
from tests.memory_world import T0, Line, delta_of, remember, state

LINES = [Line(T0 + n * SECOND_US, entity=f"e{n % 5}") for n in range(40)]


async def test_a_copy_made_while_memory_is_written(tmp_path: Path) -> None:
    """The copy is one committed state, complete in one file, and what is committed later is not in it."""
    store = await remember(tmp_path / "memory.db", LINES[:20], [5, 10])
    try:
        back_up(tmp_path / "memory.db", tmp_path / "copies" / "copy.db")
        before = state(tmp_path / "memory.db")
        await store.commit(delta_of(LINES[20:], 20, T0 + 39 * SECOND_US))
    finally:
        await store.close()
    assert sorted(path.name for path in (tmp_path / "copies").iterdir()) == ["copy.db"]
    assert check(tmp_path / "copies" / "copy.db") is None
    assert state(tmp_path / "copies" / "copy.db") == before != state(tmp_path / "memory.db")


async def test_a_writer_that_commits_between_slices_does_not_hold_the_copy_up(tmp_path: Path) -> None:
    """The copy is of the state at its start and ends after as many slices as that state has."""
    database = tmp_path / "memory.db"
    store = await remember(database, LINES, [5, 10])
    await store.close()
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE ballast (bytes BLOB)")
        for _ in range(40):  # some 40 MB: several slices
            writer.execute("INSERT INTO ballast VALUES (zeroblob(1000000))")
        slices = 0

        def between(done: int, total: int) -> None:
            nonlocal slices
            slices += 1
            assert slices <= 20, "the copy begins again at every commit"
            writer.execute("INSERT INTO ballast VALUES (x'00')")

        back_up(database, tmp_path / "copy.db", progress=between)
    assert slices >= 3
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM ballast").fetchone() == (40,)


async def test_the_newest_copies_are_kept(tmp_path: Path) -> None:
    """Rotation keeps as many as it is told and never removes what it did not make."""
    await (await remember(tmp_path / "memory.db", LINES)).close()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("mine")
    for stamp in ("20260321T000000Z", "20260322T000000Z", "20260323T000000Z"):
        rotate(tmp_path / "memory.db", tmp_path / "b", stamp, 2)
    assert [path.name for path in backups(tmp_path / "b")] == [
        "memory-20260323T000000Z.db",
        "memory-20260322T000000Z.db",
    ]
    assert (tmp_path / "b" / "mine.txt").exists()
    assert rotate(tmp_path / "memory.db", tmp_path / "b", "20260324T000000Z", 0) is None


async def test_restore_keeps_the_old_file(tmp_path: Path) -> None:
    """After a restore memory is the copy, row for row, and the old one can still be opened beside it."""
    path, copy = tmp_path / "memory.db", tmp_path / "copy.db"
    await (await remember(path, LINES[:20])).close()
    back_up(path, copy)
    async with await Store.open(path) as store:
        await store.commit(delta_of(LINES[20:], 20, T0 + 39 * SECOND_US))
    later = state(path)
    aside = restore_backup(copy, path, aside="memory.db.before")
    assert aside == tmp_path / "memory.db.before"
    assert state(path) == state(copy)
    assert state(aside) == later
    async with await Store.open(path) as store:
        await store.commit(delta_of(LINES[20:], 20, T0 + 39 * SECOND_US))
    assert state(path) == later


async def test_what_cannot_be_restored_is_refused(tmp_path: Path) -> None:
    """Damaged, foreign, newer and missing files leave memory as it was."""
    path = tmp_path / "memory.db"
    await (await remember(path, LINES)).close()
    before = path.read_bytes()
    (tmp_path / "text").write_text("no database")
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
    back_up(path, tmp_path / "newer.db")
    with closing(sqlite3.connect(tmp_path / "newer.db")) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    for name in ("text", "foreign.db", "newer.db", "missing.db"):
        with pytest.raises(StoreError) as raised:
            restore_backup(tmp_path / name, path, aside="aside")
        assert raised.value.hint
        assert path.read_bytes() == before
    assert not (tmp_path / "aside").exists()


def test_a_copy_of_nothing_is_refused(tmp_path: Path) -> None:
    """Without a memory there is nothing to copy, and nothing is left behind."""
    with pytest.raises(StoreError):
        back_up(tmp_path / "memory.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


async def test_the_commands(tmp_path: Path) -> None:
    """`backup` prints where the copy is; `restore` without a name takes it, and refuses while memory is in use."""
    await (await remember(tmp_path / "memory.db", LINES)).close()
    (tmp_path / "b.toml").write_text(f'state_dir = "{tmp_path}"\n')
    app = App(tmp_path / "b.toml", "console")
    runner = CliRunner()
    made = runner.invoke(backup, [], obj=app, catch_exceptions=False)
    assert Path(made.stdout.strip()) == backups(tmp_path / "backups")[0]
    (tmp_path / "memory.db").unlink()
    with lock(tmp_path), pytest.raises(Locked):
        runner.invoke(restore, [], obj=app, catch_exceptions=False)
    assert runner.invoke(restore, [], obj=app, catch_exceptions=False).exit_code == 0
    assert check(tmp_path / "memory.db") is None

"""How a worker comes to its memory: checked in a thread that an order to end cuts short, upgraded, refused where it must be."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from brainstemd.config import Config
from brainstemd.errors import Locked, NoSpace, StoreError
from brainstemd.memory import SCHEMA_VERSION, Store, check
from brainstemd.memory.sql import typed
from brainstemd.models import SECOND_US
from brainstemd.opening import Ended, Opening, in_thread
from tests.memory_world import T0, Line, remember
from tests.test_upgrade import older
from tests.test_worker import LOG


def opening(config: Config, phases: list[str], ending: Callable[[], bool] = lambda: False) -> Opening:
    return Opening(config, LOG, say=phases.append, ending=ending, clock_us=lambda: T0)


async def test_a_check_is_cut_short_by_an_order_to_end(tmp_path: Path) -> None:
    """However long the database makes it: the worker does not wait, and the thread is interrupted."""
    path = tmp_path / "memory.db"
    interrupted: list[StoreError] = []

    def endless(opened: Callable[[sqlite3.Connection], None]) -> str | None:
        try:
            with typed(path), closing(sqlite3.connect(path, check_same_thread=False)) as connection:
                opened(connection)
                connection.execute(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
                )
        except StoreError as error:
            interrupted.append(error)
            raise
        return None

    looks = iter([False, False, True])
    with pytest.raises(Ended):
        await in_thread(endless, lambda: next(looks))
    for _ in range(600):
        if interrupted:
            break
        await asyncio.sleep(0.05)
    assert "interrupt" in str(interrupted[0])


async def test_what_cannot_be_judged_is_no_damage(tmp_path: Path) -> None:
    """A database that another process keeps to itself is locked, not damaged: nothing is moved aside."""
    path = tmp_path / "memory.db"
    await (await remember(path, [Line(T0)])).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        connected: list[sqlite3.Connection] = []

        def hurry(connection: sqlite3.Connection) -> None:
            connection.execute("PRAGMA busy_timeout = 50")
            connected.append(connection)

        with pytest.raises(Locked):
            check(path, opened=hurry)
        other.execute("ROLLBACK")
    assert connected
    assert not (tmp_path / "quarantine").exists()


async def test_phases_are_said_and_an_upgrade_keeps_the_way_back(tmp_path: Path) -> None:
    """An older database: checked, copied, upgraded, opened; the next opening has nothing to do."""
    config = Config(state_dir=tmp_path)
    await older(tmp_path / "memory.db")
    phases: list[str] = []
    await (await opening(config, phases).store(unsure=True)).close()
    assert phases == ["checking", "opening", "upgrading"]
    assert (tmp_path / "backups" / f"before-schema-{SCHEMA_VERSION}.db").exists()
    phases.clear()
    await (await opening(config, phases).store(unsure=False)).close()
    assert phases == ["opening"]


async def test_a_newer_memory_is_neither_touched_nor_made_again(tmp_path: Path) -> None:
    """What a newer program wrote is refused by name; it is no damage."""
    config = Config(state_dir=tmp_path)
    await (await remember(tmp_path / "memory.db", [Line(T0 + SECOND_US)])).close()
    with closing(sqlite3.connect(tmp_path / "memory.db")) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = (tmp_path / "memory.db").read_bytes()
    with pytest.raises(StoreError, match=f"schema {SCHEMA_VERSION + 1}") as raised:
        await opening(config, []).store(unsure=True)
    assert not isinstance(raised.value, NoSpace)
    assert (tmp_path / "memory.db").read_bytes() == before
    assert not (tmp_path / "quarantine").exists()
    assert not (tmp_path / "backups").exists()


async def test_a_first_start_is_quiet(tmp_path: Path) -> None:
    """A first start makes an empty memory of the newest schema, without a word of damage or upgrade."""
    phases: list[str] = []
    store = await opening(Config(state_dir=tmp_path), phases).store(unsure=True)
    await store.close()
    assert phases == ["opening"]
    async with await Store.open(tmp_path / "memory.db", readonly=True) as reader:
        assert await reader.cursor() is None

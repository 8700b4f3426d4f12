"""A database that cannot be written for a while: the worker waits, says so, and goes on; nothing is lost, no line accused."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from brainstemd.care import is_world
from brainstemd.checks import Board, Facts, evaluate
from brainstemd.config import Config, Memory
from brainstemd.errors import Corrupt, Locked, NoSpace, StoreError
from brainstemd.fold import Fold
from brainstemd.link import Hello, Link
from brainstemd.memory import Store
from brainstemd.memory.sql import describe
from brainstemd.models import Batch, Framing, Origin
from brainstemd.spool import Writer
from brainstemd.worker import Worker
from tests.test_worker import LINES, LOG, gaps, kept, spool, total


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(state_dir=tmp_path / "state", runtime_dir=tmp_path / "run", digest_dir=tmp_path / "out")


class Life:
    """A worker at work in this process, with what it tells."""

    def __init__(self, store: Store, worker: Worker, link: Link, told: socket.socket) -> None:
        self.store, self.worker, self.link = store, worker, link
        self._told = told
        self._rest = b""

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first status from now on that is wanted."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(60):
            while True:
                line, newline, rest = self._rest.partition(b"\n")
                if not newline:
                    self._rest += await loop.sock_recv(self._told, 65536)
                    continue
                self._rest = rest
                status: dict[str, Any] = json.loads(line)
                if wanted(status):
                    return status


@asynccontextmanager
async def living(
    config: Config, prepare: Callable[[Store], Awaitable[None]] | None = None
) -> AsyncIterator[Life]:
    """Start a worker; at the end tell it to stop when it has caught up."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    link = await Link.open(theirs.detach())
    store = await Store.open(config.state_dir / "memory.db", config=config.memory)
    if prepare is not None:
        await prepare(store)
    worker = Worker(Hello(config, False, frozenset(), "run", None), store, link, LOG, make_fold=Fold)
    running = asyncio.create_task(worker.run())
    try:
        yield Life(store, worker, link, ours)
        link.end_within(30)
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await store.close()
        await link.close()
        ours.close()


@pytest.mark.slow
async def test_a_lock_that_another_process_holds_is_waited_out(config: Config) -> None:
    """Longer than SQLite itself waits: phase `waiting`, the reason in health, then every line once and nothing in quarantine."""
    spool(config, LINES[:5])
    async with living(config) as life:
        await life.until(lambda status: status["counters"]["lines"] == 5)
        with closing(sqlite3.connect(config.state_dir / "memory.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            spool(config, LINES[5:])
            status = await life.until(lambda status: status["phase"] == "waiting")
            assert "locked" in status["error"]
            assert "tried again" in status["error"]
            assert status["counters"]["lines"] == 5
            other.execute("ROLLBACK")
        status = await life.until(lambda status: status["counters"]["lines"] == 20)
        assert status["phase"] == "folding"
        assert status["error"] is None
        assert status["counters"]["rewinds"] == 0
    assert total(config) == 20
    assert kept(config) == []
    assert await gaps(config) == []


MANY = [b"<13>1 - h%d app%d - - - user u%d failed" % (n, n, n) for n in range(400)]


async def no_room(store: Store) -> None:
    (pages,) = (await store._db.rows("PRAGMA page_count"))[0]
    await store._db.run(f"PRAGMA max_page_count = {pages + 2}")


async def test_a_database_without_room_goes_on_when_there_is_some(config: Config) -> None:
    """SQLITE_FULL: the commit is tried again until it fits, counted once."""
    spool(config, LINES[:1], MANY)
    async with living(config, no_room) as life:
        status = await life.until(lambda status: status["phase"] == "waiting")
        assert "full" in status["error"]
        await life.store._db.run("PRAGMA max_page_count = 1000000")
        await life.until(lambda status: status["counters"]["lines"] == 401)
    assert total(config) == 401
    assert kept(config) == []


async def _wait_until_told_to_end(config: Config) -> None:
    async with living(config, no_room) as life:
        await life.until(lambda status: status["phase"] == "waiting")
        life.link.end_within(0)


async def test_told_to_end_while_it_waits(config: Config) -> None:
    """A worker that waits obeys its order to end: nothing of the batch is stored, the next one has it all."""
    spool(config, MANY)
    with pytest.raises(NoSpace):
        await _wait_until_told_to_end(config)
    assert total(config) == 0
    async with living(config) as life:
        await life.until(lambda status: status["counters"]["lines"] == 400)
    assert total(config) == 400


async def _until_it_ends(config: Config, prepare: Callable[[Store], Awaitable[None]]) -> None:
    async with living(config, prepare) as life:
        await asyncio.wait({asyncio.create_task(life.until(lambda status: False))}, timeout=0.5)


async def test_a_read_only_database_is_the_worlds_fault(config: Config) -> None:
    """The worker ends with a reason and a hint, memory is not accused of damage, no line pays; the next worker has them all."""
    spool(config, LINES)

    async def read_only(store: Store) -> None:
        await store._db.run("PRAGMA query_only = 1")

    with pytest.raises(StoreError, match="readonly") as raised:
        await _until_it_ends(config, read_only)
    assert not isinstance(raised.value, Corrupt)
    assert raised.value.hint
    async with living(config) as life:
        await life.until(lambda status: status["counters"]["lines"] == 20)
    assert total(config) == 20
    assert kept(config) == []


@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        (sqlite3.SQLITE_BUSY, Locked, "tried again"),
        (sqlite3.SQLITE_FULL, NoSpace, "free space"),
        (sqlite3.SQLITE_CORRUPT, Corrupt, "made again|makes it again"),
        (sqlite3.SQLITE_NOTADB, Corrupt, "makes it again"),
        (sqlite3.SQLITE_IOERR_READ, StoreError, "the disk fails"),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreError, "the disk fails"),
        (sqlite3.SQLITE_READONLY, StoreError, "state directory"),
        (sqlite3.SQLITE_CANTOPEN, StoreError, "state directory"),
    ],
)
def test_troubles_of_sqlite_are_told_apart(code: int, kind: type[StoreError], word: str) -> None:
    """Waited for, made again, or left to a person: by SQLite's own code, with what to do next. None accuses a line."""
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    typed = describe(Path("memory.db"), error)
    assert type(typed) is kind
    assert re.search(word, typed.hint)
    assert is_world(typed)


async def test_a_worker_that_was_gone_for_long_catches_up(config: Config, tmp_path: Path) -> None:
    """An hour of lines over many segments, nobody reading: the next worker says how far behind it is, drains all, each once."""
    made = Writer(config.state_dir / "spool", min_free_bytes=0, segment_bytes=20_000)
    made.start()
    for minute in range(60):
        payload = b"".join(b"<13>1 - h%d app - - - user u%d failed\n" % (n % 7, n % 30) for n in range(100))
        received_us = 1_800_000_000_000_000 + minute * 60_000_000
        assert made.append(
            Batch(Origin("tcp", "tcp:514", "192.0.2.1"), Framing.NEWLINE, received_us, payload)
        )
        assert made.flush(30)
    assert made.close()
    assert len(list((config.state_dir / "spool").glob("*.seg"))) > 8
    slow = config.model_copy(update={"memory": Memory(batch_lines=200)})
    async with living(slow) as life:
        status = await life.until(lambda status: True)
        assert status["backlog_bytes"] > 0
        await life.until(lambda status: status["backlog_bytes"] == 0 and status["counters"]["lines"] == 6000)
    assert total(config) == 6000
    board = Board()
    away = Facts(worker_up=False, worker_phase="down", worker_silent_s=3600.0, backlog_bytes=1)
    board.note(evaluate(away), 1_000_000)
    check = board.document(evaluate(away), 3_601_000_000)["checks"]["worker"]
    assert (check["status"], check["since"]) == ("failing", "1970-01-01T00:00:01.000Z")

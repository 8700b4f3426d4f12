"""The worker: exactly once, and no line can stop it."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import structlog

from brainstemd.config import Config, Listen, Memory, Source
from brainstemd.errors import Locked, StoreError
from brainstemd.fold import Fold
from brainstemd.jobs import Jobs
from brainstemd.link import Hello, Link
from brainstemd.memory import Delta, Store
from brainstemd.models import Batch, Cursor, Framing, Gap, Origin, Position, Record, RecordKind
from brainstemd.quarantine import WHOLE_RECORD, Marker, Quarantine, read_marker
from brainstemd.schedule import CHANGES
from brainstemd.spool import Reader, Writer
from brainstemd.supervise import Supervisor
from brainstemd.worker import MakeFold, Worker, is_world, take_lock
from tests.memory_world import state

LOG = structlog.wrap_logger(structlog.testing.CapturingLogger())
T_US = 1_800_000_000_000_000
DUE_US = T_US + 15 * 60 * 1_000_000  # the next quarter of an hour


def spool(config: Config, *records: list[bytes]) -> None:
    """A spool of newline records, a record a list."""
    writer = Writer(config.state_dir / "spool", min_free_bytes=0)
    writer.start()
    for number, lines in enumerate(records):
        payload = b"".join(line + b"\n" for line in lines)
        assert writer.append(
            Batch(Origin("tcp", "tcp:514", "192.0.2.1"), Framing.NEWLINE, T_US + number, payload)
        )
    assert writer.close()


async def work(
    config: Config, make_fold: MakeFold = Fold, *, careful: bool = False, skip: tuple[Position, ...] = ()
) -> Worker:
    """One life of a worker, told to end when it has caught up."""
    ours, theirs = socket.socketpair()
    link = await Link.open(theirs.detach())
    link.end_within(20)
    store = await Store.open(config.state_dir / "memory.db", config=config.memory)
    try:
        worker = Worker(
            Hello(config, careful, frozenset(skip), "run", None), store, link, LOG, make_fold=make_fold
        )
        await worker.run()
        return worker
    finally:
        await store.close()
        await link.close()
        ours.close()


def total(config: Config) -> int:
    """Lines that memory has counted."""
    with sqlite3.connect(config.state_dir / "memory.db") as db:
        (found,) = db.execute("SELECT coalesce(sum(lines), 0) FROM day").fetchone()
    db.close()
    return int(found)


async def gaps(config: Config) -> list[Gap]:
    async with await Store.open(config.state_dir / "memory.db", readonly=True, config=config.memory) as store:
        return await store.gaps(0, 2**62)


def kept(config: Config) -> list[bytes]:
    return [path.read_bytes() for path in sorted((config.state_dir / "quarantine").glob("*.raw"))]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(state_dir=tmp_path / "state", runtime_dir=tmp_path / "run", digest_dir=tmp_path / "out")


LINES = [b"<13>1 - h app - - - fine %d" % n for n in range(20)]


class Raises(Fold):
    """A pipeline with a defect: it raises on some lines."""

    def _walk(self, raw: bytes, *args: Any) -> Any:
        if b"POISON" in raw:
            raise ZeroDivisionError("a defect")
        return super()._walk(raw, *args)


class HalfDone(Fold):
    """A fold with a defect: it raises when the record is half counted."""

    def _count(self, walked: Any, frames: Any, *args: Any) -> Any:
        keys = super()._count(walked, frames, *args)
        if any(b"POISON" in raw for raw in frames):
            raise ZeroDivisionError("a defect")
        return keys


class Unstorable(Fold):
    """A fold with a defect: it makes a value that SQLite cannot hold."""

    bad = False

    def add(self, record: Record, skip: frozenset[int] = frozenset()) -> None:
        self.bad |= any(b"POISON" in raw for i, raw in enumerate(record.frames) if i not in skip)
        super().add(record, skip)

    def take(self, cursor: Cursor) -> Delta:
        delta = super().take(cursor)
        if self.bad:
            delta.gaps.append(Gap(2**80, 2**80, "x", 1))
        self.bad = False
        return delta


async def test_every_line_is_counted_once_over_many_lives(config: Config, tmp_path: Path) -> None:
    """Workers that see the spool grow, life after life, leave what one clean worker leaves."""
    for part in range(3):
        spool(config, LINES[part * 5 : part * 5 + 3], LINES[part * 5 + 3 : part * 5 + 5])
        await work(config)
        await work(config)
    assert total(config) == 15
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "spool").symlink_to(config.state_dir / "spool")
    await work(config.model_copy(update={"state_dir": clean}))
    assert state(config.state_dir / "memory.db") == state(clean / "memory.db")


async def test_a_line_on_which_the_pipeline_raises_is_set_aside(config: Config) -> None:
    """Each such line: bytes in quarantine as received, a gap `poison`; all others are counted, positions intact."""
    evil = [b"<13>1 - h app - - - POISON \x01\xff %d" % n for n in range(2)]
    spool(config, LINES[:3], [LINES[3], evil[0], LINES[4], evil[1], LINES[5]], LINES[6:9])
    worker = await work(config, Raises)
    assert total(config) == 9
    assert kept(config) == evil
    assert [(gap.reason, gap.lost) for gap in await gaps(config)] == [("poison", 2)]
    assert worker.counters["quarantined"] == 2
    assert worker.counters["rewinds"] == 0
    await work(config)  # a mended program does not count them again
    assert total(config) == 9


async def test_a_defect_on_every_line_costs_time_linear_in_lines(config: Config) -> None:
    """A thousand poisonous lines in one record: tried one by one, not the record anew for each."""
    spool(config, [b"<13>1 - h app - - - POISON %d" % n for n in range(1000)], LINES)
    started = time.process_time()
    await work(config, Raises)
    assert time.process_time() - started < 5
    assert total(config) == 20
    assert len(kept(config)) == 1000


@pytest.mark.parametrize("fold", [HalfDone, Unstorable])
async def test_a_defect_that_names_no_line_costs_that_line(config: Config, fold: type[Fold]) -> None:
    """Half counted, or not storable: the batch is done again with care, the line alone pays, nothing counts twice."""
    evil = b"<13>1 - h app - - - POISON"
    spool(config, LINES[:3], [LINES[3], evil], LINES[4:9])
    worker = await work(config, fold)
    assert total(config) == 9
    assert kept(config) == [evil]
    assert [(gap.reason, gap.lost) for gap in await gaps(config)] == [("poison", 1)]
    assert worker.counters["rewinds"] == 1


async def test_told_to_skip_a_line_or_a_record(config: Config) -> None:
    """What the supervisor has convicted is set aside without being looked at."""
    spool(config, LINES[:3], LINES[3:6])
    first, second = Reader(config.state_dir / "spool", None).read()
    skip = (Position(first.segment, first.offset, 1), Position(second.segment, second.offset, WHOLE_RECORD))
    await work(config, careful=True, skip=skip)
    assert total(config) == 2
    assert kept(config) == [LINES[1], *LINES[3:6]]
    assert not (config.state_dir / "quarantine" / "marker").exists()


async def test_care_changes_nothing_where_nothing_is_wrong(config: Config, tmp_path: Path) -> None:
    """A record a transaction gives the same memory as all in one."""
    spool(config, LINES[:3], LINES[3:7], LINES[7:])
    await work(config, careful=True)
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "spool").symlink_to(config.state_dir / "spool")
    await work(config.model_copy(update={"state_dir": clean}))
    assert state(config.state_dir / "memory.db") == state(clean / "memory.db")


KILLER = """
import asyncio, os, sys
from brainstemd import logs, worker
from brainstemd.fold import Fold

class Deadly(Fold):
    def _walk(self, raw, *args):
        if b"POISON" in raw:
            os._exit(9)
        return super()._walk(raw, *args)

def make_log(log_format):
    logs.configure("json")
    return logs.get("worker")

sys.exit(asyncio.run(worker.work(int(sys.argv[2]), make_log, Deadly)))
"""


@pytest.mark.slow
async def test_a_line_that_kills_workers_is_found_and_passed_over(config: Config, tmp_path: Path) -> None:
    """Three deaths at one cursor, two careful ones at the same line: that line is convicted, all others are counted."""
    (tmp_path / "killer.py").write_text(KILLER, "utf-8")
    spool(config, LINES[:3], [LINES[3], b"<13>1 - h app - - - POISON", LINES[4]], LINES[5:9])
    supervisor = Supervisor(
        [sys.executable, str(tmp_path / "killer.py")],
        hello=lambda: {"config": config.model_dump(mode="json"), "run": "r", "log_format": None},
        state_dir=config.state_dir,
        environ={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        log=LOG,
    )
    running = asyncio.create_task(supervisor.run())
    for _ in range(600):
        if supervisor.totals().get("quarantined", 0) and not supervisor.status.get("backlog_bytes"):
            break
        await asyncio.sleep(0.1)
    assert await supervisor.stop(5)
    await running
    assert supervisor.restarts == 5
    assert total(config) == 9
    assert kept(config) == [b"<13>1 - h app - - - POISON"]
    assert ("poison", 1) in [(gap.reason, gap.lost) for gap in await gaps(config)]


async def test_a_worker_that_hangs_is_killed_and_one_that_does_not_end_too(config: Config) -> None:
    """Silence beyond the limit: killed, and the next one started. At the end: killed after its grace, and that is said."""
    supervisor = Supervisor(
        ["sh", "-c", "exec sleep 60", "sh"],
        hello=dict,
        state_dir=config.state_dir,
        environ=dict(os.environ),
        log=LOG,
        silent_max_s=0.1,
        grace_s=0.1,
    )
    running = asyncio.create_task(supervisor.run())
    for _ in range(100):
        if supervisor.restarts and supervisor.pid is not None:
            break
        await asyncio.sleep(0.05)
    assert supervisor.restarts == 1
    assert not supervisor.up
    assert not await supervisor.stop(0.0)
    await running


async def test_one_worker_at_a_time(tmp_path: Path) -> None:
    """The lock keeps a second one out, after a short wait for the first to end."""
    held = await take_lock(tmp_path)
    with pytest.raises(Locked):
        await take_lock(tmp_path, patience_s=0.2)
    held.__exit__(None, None, None)
    (await take_lock(tmp_path, patience_s=0.2)).__exit__(None, None, None)


def test_a_configuration_survives_the_way_to_the_worker() -> None:
    """What the receiver has in force is what the worker gets, durations, sizes, paths and tables included."""
    config = Config(
        state_dir=Path("/x"),
        listen=(Listen(address=("127.0.0.1:5514",), tenant="acme"),),
        source=(Source(match=("10.0.0.0/8",), relay=True),),
        memory=Memory(batch_interval=0.25),
    )
    assert Config.model_validate(config.model_dump(mode="json")) == config
    assert Config.model_validate_json(config.model_dump_json()) == config


def test_the_world_and_the_line_are_told_apart() -> None:
    """A full or locked disk ends the worker; a value that cannot be stored accuses the line."""
    assert is_world(OSError(28, "no space"))
    assert is_world(Locked("x", hint="y"))
    assert is_world(StoreError("disk full", hint="free space"))
    assert not is_world(StoreError("datatype mismatch"))
    assert not is_world(OverflowError())


def test_the_quarantine_is_bounded(tmp_path: Path) -> None:
    """Beyond the limit lines are counted, not kept; the marker names the line in hand and goes away."""
    record = Record(RecordKind.LINES, 1, 2, Cursor(1, 3), T_US)
    one = Quarantine(tmp_path)
    assert one.keep(Position(1, 2, 0), b"x", record, "why")
    assert one.keep(Position(1, 2, 0), b"x", record, "why")
    assert (one.kept, Quarantine(tmp_path).kept) == (1, 1)
    one.kept = 1000
    assert not one.keep(Position(1, 2, 1), b"y", record, "why")
    with Marker(tmp_path) as marker:
        marker.line(record, 123456)
        marker.line(record, WHOLE_RECORD)
        assert read_marker(tmp_path) == Position(1, 2, WHOLE_RECORD)
    assert read_marker(tmp_path) is None


# ---------------------------------------------------------------- children


async def one_job(config: Config, script: str) -> Jobs:
    """Let one digest come due, with a shell script in the child's place."""
    clock = [T_US]
    jobs = Jobs(config, LOG, lambda: clock[0], ("sh", "-c", script, "sh"))
    clock[0] += 20 * 60 * 1_000_000
    jobs.tick(caught_up=True)
    assert jobs._child is not None
    await jobs._child
    return jobs


TOLD = (
    '[{"item": "i-1", "tenant": "t", "at_us": 1, "attention": 60.0, "band": "attend", "state": "new",'
    ' "signature": null, "entity": null, "hosts": ["h"]}]'
)


async def test_what_a_digest_told_comes_back(config: Config) -> None:
    """The child gets the configuration on stdin and its arguments; its rows are kept for the next commit."""
    config.state_dir.mkdir(parents=True)
    script = f"""cat > {config.state_dir}/in; echo "$@" > {config.state_dir}/args; echo '{TOLD}'"""
    jobs = await one_job(config, script)
    assert jobs.status()["digest_error"] is None
    assert [(row.item, row.hosts) for row in jobs.told] == [("i-1", ("h",))]
    assert Config.model_validate_json((config.state_dir / "in").read_bytes()) == config
    assert (config.state_dir / "args").read_text().split() == [
        "_digest",
        "--at",
        str(DUE_US),
        "--mode",
        CHANGES,
    ]
    assert jobs.status()["digest_error"] is None
    assert jobs.counters["digests"] == 1


@pytest.mark.parametrize("script", ["echo broken >&2; exit 3", "echo nonsense", "kill -9 $$", "echo '[{}]'"])
async def test_a_failing_digest_is_told_not_fatal(config: Config, script: str) -> None:
    """Exit code, nonsense or a kill: an error in health, counted, due again later."""
    config.state_dir.mkdir(parents=True)
    jobs = await one_job(config, script)
    assert jobs.told == []
    assert jobs.status()["digest_error"]
    assert jobs.counters["digest_failures"] == 1

"""Memory damaged in every way that a disk or a person knows: a real daemon makes it again by itself, and says so."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from brainstemd import worker as process
from brainstemd.care import MakeFold
from brainstemd.config import Config
from brainstemd.fold import Fold
from brainstemd.jobs import Jobs
from brainstemd.memory import Store, back_up, backups, check, name_of
from brainstemd.models import HOUR_US, SECOND_US, Batch, Framing, Origin, RecordKind
from brainstemd.renew import accuse, accused, newest_sound, renew
from brainstemd.report import report
from brainstemd.spool import Writer
from tests.daemon_kit import BASE, Daemon, wait_for
from tests.memory_world import T0, Line, remember, state
from tests.test_worker import LINES, LOG, spool

PAGE = 4096


def line(number: int) -> str:
    stamp = time.strftime("%b %e %H:%M:%S", time.gmtime())
    return f"<13>{stamp} h{number % 7} app{number % 3}: user u{number % 40} failed n={number}"


def zeroed_pages(database: Path) -> None:
    """What a disk that lost writes leaves: every second page is zeros."""
    data = bytearray(database.read_bytes())
    for page in range(1, len(data) // PAGE, 2):
        data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    database.write_bytes(data)


def flipped_header(database: Path) -> None:
    data = bytearray(database.read_bytes())
    data[16:20] = b"\xff\xff\xff\xff"  # page size, versions
    data[0] ^= 0xFF
    database.write_bytes(data)


def cut_in_half(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2 // PAGE * PAGE)


def emptied(database: Path) -> None:
    os.truncate(database, 0)
    database.with_name(database.name + "-wal").unlink(missing_ok=True)


def garbage(database: Path) -> None:
    database.write_bytes(os.urandom(100_000))


def removed(database: Path) -> None:
    for tail in ("", "-wal", "-shm"):
        database.with_name(database.name + tail).unlink(missing_ok=True)


HARMS = [zeroed_pages, flipped_header, cut_in_half, emptied, garbage, removed]


def small(directory: Path) -> Config:
    return Config(state_dir=directory / "state", runtime_dir=directory / "run", digest_dir=directory / "out")


async def life(config: Config, make_fold: MakeFold = Fold) -> int:
    """A worker's life as `run` starts it, told to end when it has caught up. Its exit code."""
    ours, theirs = socket.socketpair()
    hello = {"config": config.model_dump(mode="json"), "check": True}
    ours.sendall(json.dumps(hello).encode() + b"\n" + b'{"order": "stop", "within_s": 20}\n')
    try:
        return await process.work(theirs.detach(), lambda log_format: LOG, make_fold)
    finally:
        ours.close()


def the_same(config: Config, clean: Config) -> None:
    """The same tables, but for what says that memory was made again."""
    ours, theirs = state(config.state_dir / "memory.db"), state(clean.state_dir / "memory.db")
    for table in theirs.keys() - {"gap"}:
        assert ours[table] == theirs[table], table


def gaps_of(config: Config) -> list[tuple[str, int, int, int]]:
    with closing(sqlite3.connect(config.state_dir / "memory.db")) as db:
        return db.execute("SELECT reason, start_us, end_us, unknown FROM gap ORDER BY end_us").fetchall()


def backed_up(config: Config, stamp: str = "20260101T000000Z") -> Path:
    copy = config.state_dir / "backups" / name_of(stamp)
    back_up(config.state_dir / "memory.db", copy)
    return copy


async def clean_fold(config: Config, directory: Path) -> Config:
    """What a worker without faults makes of the same spool."""
    clean = small(directory / "clean")
    clean.state_dir.mkdir(parents=True)
    (clean.state_dir / "spool").symlink_to(config.state_dir / "spool")
    assert await life(clean) == 0
    return clean


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("copied", [True, False], ids=["backup", "no backup"])
async def test_damage_between_two_lives(harm: Callable[[Path], None], copied: bool, tmp_path: Path) -> None:
    """Made again from backup and spool, or from the spool alone: no line is missing or double, the broken file is kept, the
    fact is a gap."""
    config = small(tmp_path)
    spool(config, LINES[:4], LINES[4:8])
    assert await life(config) == 0
    if copied:
        backed_up(config)
    spool(config, LINES[8:12])
    assert await life(config) == 0
    harm(config.state_dir / "memory.db")
    spool(config, LINES[12:])
    assert await life(config) == 0
    the_same(config, await clean_fold(config, tmp_path))
    told = "memory_rebuilt" in [gap[0] for gap in gaps_of(config)]
    if harm in (removed, emptied) and not copied:
        assert not told  # the whole spool is there: a fold over it is no loss, and looks like a first start
    else:
        assert told
    words = list((config.state_dir / "quarantine").glob("memory-*.json"))
    assert len(words) == (harm is not removed and (copied or harm is not emptied))
    assert all(word.with_suffix(".db").exists() for word in words)


async def test_an_unchecked_log_that_is_gone_is_only_an_older_state(tmp_path: Path) -> None:
    """Without its -wal memory is as of its last checkpoint, cursor and all: what came after it is folded again."""
    config = small(tmp_path)
    spool(config, LINES[:8])
    assert await life(config) == 0
    database = config.state_dir / "memory.db"
    older = database.read_bytes()
    spool(config, LINES[8:])
    assert await life(config) == 0
    removed(database)
    database.write_bytes(older)
    assert await life(config) == 0
    the_same(config, await clean_fold(config, tmp_path))


@pytest.mark.parametrize("copied", [True, False], ids=["backup", "no backup"])
async def test_what_can_be_got_nowhere_is_a_gap_with_an_interval(copied: bool, tmp_path: Path) -> None:
    """Neither backup nor spool has it: from the last thing that is left to the first thing that is kept."""
    config = small(tmp_path)
    for part in range(3):
        spool(config, LINES[part * 4 : part * 4 + 4])
    assert await life(config) == 0
    if copied:  # a backup from the time when the first segment had been read
        first = small(tmp_path / "first")
        (first.state_dir / "spool").mkdir(parents=True)
        segment = min((config.state_dir / "spool").glob("*.seg"))
        (first.state_dir / "spool" / segment.name).write_bytes(segment.read_bytes())
        assert await life(first) == 0
        backed_up(first).rename(_made(config.state_dir / "backups") / name_of("20260101T000000Z"))
    for segment in sorted((config.state_dir / "spool").glob("*.seg"))[:2]:
        segment.unlink()
    zeroed_pages(config.state_dir / "memory.db")
    assert await life(config) == 0
    found = {reason: (end_us - start_us, unknown) for reason, start_us, end_us, unknown in gaps_of(config)}
    lost = found["segments_missing" if copied else "memory_lost"]
    assert lost[1] == 1  # how many: unknown
    assert "memory_rebuilt" in found
    with closing(sqlite3.connect(config.state_dir / "memory.db")) as db:
        assert db.execute("SELECT sum(lines) FROM day").fetchone()[0] == (8 if copied else 4)


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True)
    return directory


async def test_what_memory_alone_refuses_costs_no_line(tmp_path: Path) -> None:
    """An empty memory takes the record, this one does not: memory is made again once, then the worker stops at it and says so.
    Nothing goes into quarantine, nothing is passed over; a mended program goes on."""
    config = small(tmp_path)
    spool(config, LINES[:4], [b"<13>Mar 22 00:00:00 stateful app: one"])
    assert await life(config) == 0
    backed_up(config)
    database = config.state_dir / "memory.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        # What a disk does to bytes inside a value: SQLite cannot see it.
        db.execute("UPDATE key SET severities = 'xx', app_names = 'xx'")
    spool(config, [b"<13>Mar 22 00:00:01 stateful app: one"], LINES[4:])
    assert check(database) is None
    assert await life(config) == 1
    assert accused(config.state_dir) is not None
    assert await life(config) == 0  # made again from the sound backup
    the_same(config, await clean_fold(config, tmp_path))
    assert not list((config.state_dir / "quarantine").glob("*.raw"))
    with closing(sqlite3.connect(config.state_dir / "backups" / name_of("20260101T000000Z"))) as db:
        db.execute("UPDATE key SET severities = 'xx', app_names = 'xx'")
        db.commit()
    shutil.copy(config.state_dir / "backups" / name_of("20260101T000000Z"), database)
    committed = _cursor(database)
    for _ in range(4):  # the backup is no better: it stops there, and stays there
        assert await life(config) == 1
        assert _cursor(database) == committed
    assert not list((config.state_dir / "quarantine").glob("*.raw"))
    assert len(list((config.state_dir / "quarantine").glob("memory-*.db"))) <= 2


def _cursor(database: Path) -> object:
    with closing(sqlite3.connect(database)) as db:
        return json.loads(db.execute("SELECT value FROM meta WHERE name = 'cursor'").fetchone()[0])


async def test_a_child_that_finds_damage_tells_the_worker(tmp_path: Path) -> None:
    """The daily backup and the digest read what the worker does not touch: their finding is the next worker's cause."""
    config = small(tmp_path)
    spool(config, *[LINES[n : n + 1] for n in range(20)])
    assert await life(config) == 0
    zeroed_pages(config.state_dir / "memory.db")
    clock = [T0]
    command = (sys.executable, "-m", "brainstemd")
    jobs = Jobs(config, LOG, lambda: clock[0], command)
    clock[0] += 25 * HOUR_US
    for _ in range(3):
        jobs.tick(caught_up=True)
        assert jobs._child is not None
        await jobs._child
        clock[0] += HOUR_US
    assert jobs.damage is not None
    assert "memory.db" in jobs.damage


async def test_a_database_that_is_moved_away_is_noticed(tmp_path: Path) -> None:
    """What is written into a file without a name is lost: the store knows."""
    async with await remember(tmp_path / "memory.db", [Line(T0)]) as store:
        assert not store.replaced()
        assert not store.replaced()
        (tmp_path / "memory.db").rename(tmp_path / "elsewhere.db")
        assert store.replaced()
        (tmp_path / "memory.db").write_bytes(b"")
        assert store.replaced()
    async with await remember(tmp_path / "other.db", [Line(T0)]) as store:
        assert not store.replaced()
        (tmp_path / "other.db-wal").unlink()
        assert store.replaced()
    assert check(tmp_path / "other.db") is None  # what was open has put it back
    assert state(tmp_path / "other.db")["day"]


@pytest.mark.slow
def test_a_daemon_whose_memory_is_removed_under_it_goes_on(tmp_path: Path) -> None:
    """Deleted while it runs, then zeroed while it is down: READY comes as ever, lines are taken, every one is counted once,
    and the digest says when and what to do."""
    with Daemon(tmp_path, BASE) as daemon:
        daemon.start().working()
        daemon.tcp(*map(line, range(300)))
        daemon.caught_up(300)
        copy = daemon.state_dir / "backups" / name_of("20260101T000000Z")
        back_up(daemon.state_dir / "memory.db", copy)
        removed(daemon.state_dir / "memory.db")
        daemon.tcp(*map(line, range(300, 400)))
        wait_for(lambda: any("made again" in row["event"] for row in daemon.logs()), 30)
        daemon.working()
        wait_for(lambda: daemon.metric("brainstemd_backlog_bytes") == 0)
        assert daemon.stop() == 0
        assert counted(daemon) == 400
        zeroed_pages(daemon.state_dir / "memory.db")
        daemon.start()
        daemon.tcp(*map(line, range(400, 500)))
        daemon.working()
        wait_for(lambda: daemon.metric("brainstemd_backlog_bytes") == 0)
        digest = " ".join(daemon.command("digest").stdout.split())
        assert daemon.stop() == 0
    assert counted(daemon) == 500
    assert "memory_rebuilt" in digest
    assert "made again from its newest backup" in digest


def counted(daemon: Daemon) -> int:
    with closing(sqlite3.connect(daemon.state_dir / "memory.db")) as db:
        return int(db.execute("SELECT sum(lines) FROM day").fetchone()[0])


async def test_the_next_older_backup_is_taken(tmp_path: Path) -> None:
    """A damaged backup gets a name that nobody counts on, an unusable one is passed over, the next older is the beginning."""
    directory = tmp_path / "backups"
    await (await remember(tmp_path / "memory.db", [Line(T0 + n) for n in range(50)])).close()
    for stamp in ("20260101T000000Z", "20260102T000000Z", "20260103T000000Z"):
        back_up(tmp_path / "memory.db", directory / name_of(stamp))
    zeroed_pages(directory / name_of("20260103T000000Z"))
    with closing(sqlite3.connect(directory / name_of("20260102T000000Z"))) as db:
        db.execute("PRAGMA user_version = 99")
    base, skipped = newest_sound(directory)
    assert base == directory / name_of("20260101T000000Z")
    assert len(skipped) == 2
    assert [path.name for path in backups(directory)] == [
        name_of("20260102T000000Z"),
        name_of("20260101T000000Z"),
    ]
    assert (directory / (name_of("20260103T000000Z") + ".damaged")).exists()


async def test_made_again_whatever_moment_it_is_killed_at(tmp_path: Path) -> None:
    """Between any two steps a kill leaves a state that the next start sees as broken, and finishes."""
    config = Config(state_dir=tmp_path)
    database = tmp_path / "memory.db"
    await (await remember(database, [Line(T0 + n) for n in range(50)])).close()
    back_up(database, tmp_path / "backups" / name_of("20260101T000000Z"))
    good = state(database)
    zeroed_pages(database)
    accuse(tmp_path, "a page is torn")
    assert accused(tmp_path) == "a page is torn"
    done = await renew(config, "a page is torn", T0)
    assert accused(tmp_path) is None
    assert done.aside is not None
    database.rename(tmp_path / "memory.db.renewed")  # as before the last step: the name is missing
    assert accused(tmp_path) == f"{database} is gone"
    await renew(config, "again", T0 + 1)
    assert check(database) is None
    after = state(database)
    assert {**after, "gap": []} == {**good, "gap": []}
    assert [row[2] for row in after["gap"]] == ["memory_rebuilt"]
    assert not (tmp_path / "memory.db.renewed").exists()


def test_a_first_start_is_no_damage(tmp_path: Path) -> None:
    """No database, no backups, a spool that begins at the beginning: nothing is accused. A spool without its beginning is."""
    (tmp_path / "spool").mkdir()
    assert accused(tmp_path) is None
    (tmp_path / "spool" / f"{1:016d}.seg").write_bytes(b"")
    assert accused(tmp_path) is None
    (tmp_path / "spool" / f"{1:016d}.seg").rename(tmp_path / "spool" / f"{9:016d}.seg")
    assert accused(tmp_path) is not None


async def test_a_digest_from_a_memory_that_is_behind_says_so(tmp_path: Path) -> None:
    """While the spool is drained after a rebuild (or an hour without a worker) a silence may be none: the digest tells."""
    config = small(tmp_path)
    heard_us = T0 + 60 * SECOND_US

    def more(at_us: int) -> None:
        made = Writer(config.state_dir / "spool", min_free_bytes=0)
        made.start()
        assert made.control(RecordKind.START, at_us, {"run": "r", "boot": "b", "mono_us": at_us})
        payload = b"<13>1 - h app - - - fine\n" * 100
        assert made.append(Batch(Origin("tcp", "tcp:514", "192.0.2.1"), Framing.NEWLINE, at_us, payload))
        assert made.close()

    async def footers(at_us: int) -> str:
        path = config.state_dir / "memory.db"
        async with await Store.open(path, readonly=True, config=config.memory) as store:
            return " ".join((await report(store, config, at_us)).digest.footers)

    more(heard_us)
    assert await life(config) == 0
    assert "behind" not in await footers(heard_us + HOUR_US)
    more(heard_us + HOUR_US)
    assert "what was received after 2026-03-18T00:01:00Z waits" in await footers(heard_us + 2 * HOUR_US)
    assert "behind" not in await footers(heard_us)  # as of then nothing was missing
    assert await life(config) == 0
    assert "behind" not in await footers(heard_us + 2 * HOUR_US)

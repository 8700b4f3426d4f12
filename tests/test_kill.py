"""kill -9 at random moments under load: nothing accepted is missing, nothing counts twice, never two workers.

`KILL_ROUNDS` (default 50) and `KILL_SEED` (default 1) in the environment change how often and when.
"""

from __future__ import annotations

import os
import random
import re
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest

from brainstemd.config import Config, Memory
from brainstemd.drain import drain
from brainstemd.fold import Fold
from brainstemd.memory import Store
from brainstemd.memory.events import IndexedEvent
from brainstemd.models import Record, RecordKind
from brainstemd.spool import Reader
from tests.daemon_kit import BASE, Daemon, alive, frame, kill9, lines_of, spooled, wait_for
from tests.memory_world import state

ROUNDS = int(os.environ.get("KILL_ROUNDS", "50"))
SEED = int(os.environ.get("KILL_SEED", "1"))
LINES_A_SECOND = 4_000
WORDS = ("link down", "link up", "accepted", "failed", "timeout", "restarted", "backup finished rc=0")


def line(number: int) -> str:
    """Mixed traffic that carries its number."""
    stamp = time.strftime("%b %e %H:%M:%S", time.gmtime())
    word = WORDS[number % len(WORDS)]
    return f"<13>{stamp} h{number % 9} app{number % 5}: user u{number % 50} {word} n={number}"


class Sender(threading.Thread):
    """Sends numbered lines over one connection until it breaks or is told to end. Never sends a number twice."""

    def __init__(self, port: int, numbers: Iterator[int], *, octets: bool) -> None:
        super().__init__(daemon=True)
        self._port, self._numbers, self._octets = port, numbers, octets
        self._end = threading.Event()

    def run(self) -> None:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=5) as sock:
                while not self._end.wait(0.02):
                    chunk = [
                        frame(line(next(self._numbers)), octets=self._octets)
                        for _ in range(LINES_A_SECOND // 50)
                    ]
                    sock.sendall(b"".join(chunk))
        except OSError:
            pass  # the receiver was killed

    def end(self) -> None:
        self._end.set()
        self.join(10)


@contextmanager
def sending(daemon: Daemon, numbers: Iterator[int], *, octets: bool) -> Iterator[None]:
    sender = Sender(daemon.port("tcp"), numbers, octets=octets)
    sender.start()
    try:
        yield
    finally:
        sender.end()


def writers(workers: set[int], database: Path) -> list[int]:
    """Which of these processes have memory open."""
    found = []
    for pid in workers:
        try:
            opened = {fd.readlink() for fd in Path(f"/proc/{pid}/fd").iterdir()}
        except OSError:
            continue
        if database in opened:
            found.append(pid)
    return found


class Campaign:
    """The rounds, and what was seen in them."""

    def __init__(self, daemon: Daemon, seed: int) -> None:
        self.daemon = daemon
        self.random = random.Random(seed)
        self.numbers = count()
        self.workers: set[int] = set()
        self.acknowledged: dict[str, int] = {}  # receiver run → lines that its metrics called written
        self.starts: list[float] = []
        self.kills: dict[str, int] = {"receiver": 0, "worker": 0, "both": 0}

    def start(self) -> None:
        self.daemon.start()
        self.starts.append(self.daemon.ready_s)

    def look(self) -> None:
        """Note the worker and what is acknowledged; there is never more than one writer."""
        worker = self.daemon.worker_pid()
        if worker is not None:
            self.workers.add(worker)
        at_work = writers(self.workers, self.daemon.state_dir / "memory.db")
        assert len([pid for pid in at_work if alive(pid)]) <= 1
        run = next(row["run"] for row in self.daemon.logs() if row["event"] == "ready")
        self.acknowledged[run] = int(self.daemon.metric("brainstemd_spool_appended_lines_total"))

    def round(self) -> None:
        """Load for a random while, then a kill."""
        end = time.monotonic() + self.random.uniform(0.0, 0.9)
        while time.monotonic() < end:
            self.look()
            time.sleep(min(0.1, max(0.0, end - time.monotonic())))
        self.look()
        victim = self.random.choice(("receiver", "worker", "both"))
        self.kills[victim] += 1
        receiver, worker = self.daemon.pid, self.daemon.worker_pid()
        if victim != "receiver" and worker is not None:
            kill9(worker)
        if victim != "worker":
            kill9(receiver)
            assert self.daemon.process is not None
            self.daemon.process.wait(10)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_kill_9_loses_nothing_and_counts_nothing_twice(tmp_path: Path) -> None:
    """At the end memory equals a clean fold over the same spool, row for row and line for line."""
    with Daemon(tmp_path, BASE + "segment_bytes = '1MiB'\n") as daemon:
        campaign = Campaign(daemon, SEED)
        campaign.start()
        rounds = 0
        while rounds < ROUNDS:
            with sending(daemon, campaign.numbers, octets=rounds % 2 == 0):
                while rounds < ROUNDS:
                    rounds += 1
                    campaign.round()
                    assert daemon.process is not None
                    if daemon.process.poll() is not None:
                        break
            if daemon.process.poll() is not None:
                campaign.start()
        wait_for(lambda: not daemon.healthz()["checks"]["backlog"]["value"] and daemon.working(), 60)
        campaign.look()
        wait_for(lambda: daemon.metric("brainstemd_backlog_bytes") == 0, 60)
        assert daemon.stop() == 0
    records = spooled(daemon.state_dir)
    _spool_holds_what_was_acknowledged(records, campaign.acknowledged)
    numbers = [int(found[1]) for raw in lines_of(records) if (found := re.search(rb"n=(\d+)$", raw))]
    assert len(numbers) == len(set(numbers)), "no line is in the spool twice"
    prepare(daemon.state_dir, tmp_path / "clean")
    await _memory_is_a_clean_fold(daemon.state_dir, tmp_path / "clean", len(lines_of(records)))
    print(
        f"\n{ROUNDS} rounds {campaign.kills}, {len(numbers)} of {next(campaign.numbers)} lines accepted, "
        f"{len(campaign.starts)} starts, READY after {min(campaign.starts):.2f}-{max(campaign.starts):.2f} s, "
        f"{len(campaign.workers)} workers seen"
    )


def prepare(state_dir: Path, clean: Path) -> None:
    assert not list((state_dir / "quarantine").glob("*.raw")), "no innocent line was convicted"
    clean.mkdir()


def _spool_holds_what_was_acknowledged(records: list[Record], acknowledged: dict[str, int]) -> None:
    """For each receiver run, at least the lines that /metrics had called written before the kill."""
    held: dict[str, int] = {}
    run = ""
    for record in records:
        if record.kind is RecordKind.START:
            assert record.control is not None
            run = record.control["run"]
        held[run] = held.get(run, 0) + len(record.frames)
    for name, lines in acknowledged.items():
        assert held.get(name, 0) >= lines, name


async def _memory_is_a_clean_fold(state_dir: Path, clean: Path, lines: int) -> None:
    config = Config(state_dir=clean)
    async with await Store.open(clean / "memory.db", config=config.memory) as store:
        await drain(Reader(state_dir / "spool", None), Fold(config, None), store, config)
    ours, theirs = state(state_dir / "memory.db"), state(clean / "memory.db")
    for table in theirs:
        assert ours[table] == theirs[table], table
    assert await _events(state_dir) == await _events(clean)
    with closing(sqlite3.connect(state_dir / "memory.db")) as db:
        assert db.execute("SELECT sum(lines) FROM day").fetchone()[0] == lines


async def _events(state_dir: Path) -> list[IndexedEvent]:
    async with await Store.open(state_dir / "memory.db", readonly=True, config=Memory()) as store:
        return sorted([event async for event in store.events(0, 2**62)])

"""The fault matrix: breaks a real daemon in every way that needs no special hardware, under load, and prints a table.

`python -m tests.bench.faults [WORD…]` (words choose faults by name; needs root for the full disk). A sender keeps sending
numbered lines meanwhile. *Accepted*: what /metrics called written before the fault; where the receiver lives on, all that was
sent. *Lost*: accepted lines that are not in memory at the end. *Double*: lines that memory counts more often than they were
accepted. *Recovered*: from the end of the cause to a worker that has nothing left to do. docs/faults.md holds a run. Also said: the load of the machine, as times depend on it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from brainstemd.memory import back_up, name_of
from tests.daemon_kit import BASE, Daemon, kill9, lines_of, spooled, wait_for
from tests.test_damage import cut_in_half, emptied, flipped_header, garbage, removed, zeroed_pages

PACE_S = 0.02
CHUNK = 40  # lines: 2,000 a second
SMALL = BASE.replace('"1MiB"', '"1MiB"\nsegment_bytes = "1MiB"\nbuffer_bytes = "1MiB"')


class Sender(threading.Thread):
    """One TCP connection that is made again when it breaks; numbered lines, none sent twice."""

    def __init__(self, daemon: Daemon) -> None:
        super().__init__(daemon=True)
        self._daemon, self._end = daemon, threading.Event()
        self.sent = 0
        self.longest_s = 0.0
        self.pace_s = PACE_S

    def run(self) -> None:
        while not self._end.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self._daemon.port("tcp")), timeout=90) as sock:
                    self._send(sock)
            except (OSError, IndexError, ValueError):
                time.sleep(0.05)  # nobody listens just now

    def _send(self, sock: socket.socket) -> None:
        while not self._end.wait(self.pace_s):
            lines = [self._line(self.sent + n) for n in range(CHUNK)]
            self.sent += CHUNK
            started = time.monotonic()
            sock.sendall(b"".join(lines))
            self.longest_s = max(self.longest_s, time.monotonic() - started)

    @staticmethod
    def _line(number: int) -> bytes:
        stamp = time.strftime("%b %e %H:%M:%S", time.gmtime())
        return b"<13>%s h%d app%d: user u%d failed to log in n=%d\n" % (
            stamp.encode(), number % 9, number % 5, number % 50, number,
        )  # fmt: skip

    def end(self) -> None:
        self._end.set()
        self.join(100)


class Row(NamedTuple):
    fault: str
    where: str
    times: int
    accepted: int
    lost: int
    double: int
    recovered_s: float
    said: str


class World:
    """A daemon under load, and what is needed to break it."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.sender: Sender | None = None
        self.acknowledged = 0  # by runs of the receiver that are over
        self.recovered_s = 0.0
        self.harmed = 0  # lines that were harmed on purpose, in the only copy there is

    @property
    def database(self) -> Path:
        return self.daemon.state_dir / "memory.db"

    def load(self) -> None:
        self.sender = Sender(self.daemon)
        self.sender.start()

    def unload(self) -> None:
        if self.sender is not None:
            self.sender.end()

    def written(self) -> int:
        return int(self.daemon.metric("brainstemd_spool_appended_lines_total"))

    def copy(self, stamp: str) -> Path:
        path = self.daemon.state_dir / "backups" / name_of(stamp)
        back_up(self.database, path)
        return path

    def recover(self, since: float | None = None) -> None:
        """Wait until the worker has nothing left to do."""
        started = time.monotonic() if since is None else since
        wait_for(self._idle, 120)
        self.recovered_s = max(self.recovered_s, time.monotonic() - started)

    def _idle(self) -> bool:
        try:
            worker = self.daemon.healthz()["checks"]["worker"]["value"]
            return worker == "folding" and self.daemon.metric("brainstemd_backlog_bytes") < 200_000
        except (OSError, AssertionError):
            return False

    def die(self, *, receiver: bool, worker: bool) -> None:
        pid = self.daemon.worker_pid()
        written = self.written()
        if worker and pid is not None:
            kill9(pid)
        if receiver:
            self.acknowledged += written
            kill9(self.daemon.pid)
            assert self.daemon.process is not None
            self.daemon.process.wait(10)

    def down(self) -> None:
        self.acknowledged += self.written()
        assert self.daemon.stop() == 0


Fault = Callable[[World], None]


def killed(times: int, **who: bool) -> Fault:
    def fault(world: World) -> None:
        for _ in range(times):
            time.sleep(0.5)
            world.die(**who)
            started = time.monotonic()
            if who["receiver"]:
                world.daemon.start()
            world.recover(started)

    return fault


def stopped(world: World) -> None:
    """SIGTERM and a start, under load."""
    for _ in range(5):
        time.sleep(0.3)
        world.down()
        started = time.monotonic()
        world.daemon.start()
        world.recover(started)


def frozen(world: World) -> None:
    pid = world.daemon.worker_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    time.sleep(20)
    os.kill(pid, signal.SIGCONT)
    world.recover()


def locked(world: World) -> None:
    with closing(sqlite3.connect(world.database, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(20)
        other.execute("ROLLBACK")
    world.recover()


def fill(ballast: Path) -> None:
    """Not one byte more."""
    fd = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(fd, bytes(2**12))
    except OSError:
        pass
    finally:
        os.close(fd)


def full(world: World) -> None:
    for _ in range(2):
        ballast = world.daemon.state_dir / "ballast"
        fill(ballast)
        time.sleep(6)
        ballast.unlink(missing_ok=True)
        world.recover()
        time.sleep(1)


def held(world: World) -> None:
    """The disk stays full: how long is a sender's write held, and what becomes of its lines?"""
    ballast = world.daemon.state_dir / "ballast"
    fill(ballast)
    assert world.sender is not None
    sender = world.sender
    sender.pace_s = 0.0  # as fast as it goes: the kernel's buffers are full at once
    wait_for(lambda: sender.longest_s > 15, 100)
    sender.pace_s = PACE_S
    ballast.unlink()
    world.recover()


def harmed_while_down(harm: Callable[[Path], None], *, copies: int = 1, harm_copies: int = 0) -> Fault:
    def fault(world: World) -> None:
        for n in range(copies):
            world.copy(f"2026010{n + 1}T000000Z")
        time.sleep(1)
        world.down()
        harm(world.database)
        for copy in sorted((world.daemon.state_dir / "backups").glob("*.db"), reverse=True)[:harm_copies]:
            zeroed_pages(copy)
        started = time.monotonic()
        world.daemon.start()
        world.recover(started)

    return fault


def removed_while_running(world: World) -> None:
    world.copy("20260101T000000Z")
    time.sleep(1)
    removed(world.database)
    started = time.monotonic()
    wait_for(lambda: any("made again" in row["event"] for row in world.daemon.logs()), 60)
    world.recover(started)


def log_removed(world: World) -> None:
    """kill -9 of both, then somebody tidies the -wal away."""
    time.sleep(1)
    world.die(receiver=True, worker=True)
    for tail in ("-wal", "-shm"):
        world.database.with_name("memory.db" + tail).unlink(missing_ok=True)
    started = time.monotonic()
    world.daemon.start()
    world.recover(started)


def unread(world: World) -> Path:
    """The worker stands still, and what comes meanwhile lies unread in a segment that is over."""
    pid = world.daemon.worker_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    time.sleep(1)
    newest = sorted((world.daemon.state_dir / "spool").glob("*.seg"))[-1]
    world.die(receiver=True, worker=True)
    return newest


def flipped_in_the_spool(world: World) -> None:
    segment = unread(world)
    before = len(lines_of(spooled(world.daemon.state_dir)))
    data = bytearray(segment.read_bytes())
    for at in range(len(data) * 3 // 4, len(data), 40_000):
        data[at] ^= 0xFF
    segment.write_bytes(data)
    world.harmed = before - len(lines_of(spooled(world.daemon.state_dir)))
    started = time.monotonic()
    world.daemon.start()
    world.recover(started)


def segment_gone(world: World) -> None:
    segment = unread(world)
    before = len(lines_of(spooled(world.daemon.state_dir)))
    segment.unlink()
    world.harmed = before - len(lines_of(spooled(world.daemon.state_dir)))
    started = time.monotonic()
    world.daemon.start()
    world.recover(started)


FAULTS: list[tuple[str, str, int, Fault]] = [
    ("kill -9", "receiver", 5, killed(5, receiver=True, worker=False)),
    ("kill -9", "worker", 5, killed(5, receiver=False, worker=True)),
    ("kill -9", "receiver and worker", 5, killed(5, receiver=True, worker=True)),
    ("SIGTERM and start", "receiver", 5, stopped),
    ("SIGSTOP for 20 s", "worker", 1, frozen),
    ("locked for 20 s by another process", "memory.db", 1, locked),
    ("disk full to the last byte for 6 s", "state_dir", 2, full),
    ("disk full, senders held", "state_dir", 1, held),
    ("every second page zeroed", "memory.db, while down", 1, harmed_while_down(zeroed_pages)),
    ("bytes of the header flipped", "memory.db, while down", 1, harmed_while_down(flipped_header)),
    ("cut in half", "memory.db, while down", 1, harmed_while_down(cut_in_half)),
    ("length zero", "memory.db, while down", 1, harmed_while_down(emptied)),
    ("random bytes", "memory.db, while down", 1, harmed_while_down(garbage)),
    ("deleted", "memory.db, while down", 1, harmed_while_down(removed)),
    ("deleted", "memory.db, while running", 1, removed_while_running),
    ("deleted after kill -9", "memory.db-wal", 1, log_removed),
    ("pages zeroed, newest backup too", "memory.db, backups/", 1, harmed_while_down(zeroed_pages, copies=2, harm_copies=1)),
    ("pages zeroed, no sound backup", "memory.db, backups/", 1, harmed_while_down(zeroed_pages, harm_copies=1)),
    ("bytes flipped every 40 kB", "an unread segment", 1, flipped_in_the_spool),
    ("deleted", "an unread segment", 1, segment_gone),
]  # fmt: skip


@contextmanager
def place(*, small: bool) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        if small:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", name], check=True)
        try:
            yield Path(name)
        finally:
            if small:
                subprocess.run(["umount", "--lazy", name], check=True)


def one(fault: str, where: str, times: int, act: Fault) -> Row:
    with place(small="full" in fault) as directory, Daemon(directory, SMALL) as daemon:
        world = World(daemon)
        daemon.start().working()
        world.load()
        wait_for(lambda: daemon.metric("brainstemd_folded_lines_total") > 1000, 60)
        act(world)
        world.unload()
        sent = world.sender.sent if world.sender is not None else 0
        world.recover(time.monotonic() + 1e9)
        wait_for(lambda: daemon.metric("brainstemd_backlog_bytes") == 0, 60)
        lived = world.acknowledged == 0
        counted_lost = int(daemon.metric("brainstemd_lost_lines_total"))
        if not lived:
            accepted = world.acknowledged + world.written()
        else:
            wait_for(lambda: world.written() + daemon.metric("brainstemd_lost_lines_total") >= sent, 60)
            counted_lost = int(daemon.metric("brainstemd_lost_lines_total"))
            accepted = sent
        daemon.stop()
        settle(world)
        return judge(world, Row(fault, where, times, accepted, 0, 0, world.recovered_s, ""), counted_lost)


def settle(world: World) -> None:
    """A worker that a busy machine did not let finish before the end goes on at the next start: wait for that."""
    for _ in range(5):
        with closing(sqlite3.connect(world.database)) as db:
            (cursor,) = db.execute("SELECT value FROM meta WHERE name = 'cursor'").fetchone()
        if json.loads(cursor) == list(spooled(world.daemon.state_dir)[-1].end):
            return
        world.daemon.start().working()
        wait_for(lambda: world.daemon.metric("brainstemd_backlog_bytes") == 0, 60)
        world.daemon.stop()


def judge(world: World, row: Row, counted_lost: int) -> Row:
    lines = lines_of(spooled(world.daemon.state_dir))
    numbers = [found[1] for raw in lines if (found := re.search(rb"n=(\d+)$", raw))]
    with closing(sqlite3.connect(world.database)) as db:
        folded = db.execute("SELECT coalesce(sum(lines), 0) FROM day").fetchone()[0]
        reasons = [name for (name,) in db.execute("SELECT DISTINCT reason FROM gap ORDER BY reason")]
    double = len(numbers) - len(set(numbers)) + max(0, folded - max(row.accepted, len(lines)))
    lost = max(0, row.accepted - folded)
    said = ", ".join(reason for reason in reasons if reason != "receiver_stopped") or "-"
    notes = []
    if counted_lost:
        notes.append(f"{counted_lost} of them refused and counted")
    if world.harmed:
        notes.append(f"{world.harmed} of them harmed on purpose")
    if row.fault.endswith("held") and world.sender is not None:
        notes.append(f"longest write held {world.sender.longest_s:.1f} s")
    return row._replace(lost=lost, double=double, said="; ".join([said, *notes]))


def main(words: list[str]) -> None:
    print("| fault | where | times | accepted | lost | double | recovered in | gaps in the digest |")
    print("|---|---|---|---|---|---|---|---|")
    for fault, where, times, act in FAULTS:
        if words and not any(word in f"{fault} {where}" for word in words):
            continue
        row = one(fault, where, times, act)
        print(
            f"| {row.fault} | {row.where} | {row.times} | {row.accepted:,} | {row.lost:,} | {row.double:,} | "
            f"{row.recovered_s:.1f} s | {row.said} |",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])

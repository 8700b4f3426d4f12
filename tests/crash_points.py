"""Dies by SIGKILL at every single call that changes the disk: before it, after it, and half way through a write.

A program of its own (`python -m tests.crash_points DIRECTORY`), because it forks: each life is a child of one small,
single-threaded process that has everything imported, so that hundreds of lives take seconds. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog

from brainstemd import worker
from brainstemd.config import Config, Memory
from brainstemd.models import Cursor
from brainstemd.spool import Disk, Writer, append_note, read_notes, retain, verify
from tests.spool_kit import batch, frames_of, gaps_of, read_all

BEFORE, AFTER, HALF = "before", "after", "half"
CALLS = ("create", "writev", "fdatasync", "sync_directory", "link", "rename", "unlink", "close")
FAST = (
    "/dev/shm" if Path("/dev/shm").is_dir() else None
)  # a process dies here, not a machine: no disk is needed
LINES = [b"line %03d %s" % (n, b"x" * (n * 7 % 60)) for n in range(36)]


class Mortal(Disk):
    """A disk whose user dies at the n-th call, or half way through the n-th write."""

    def __init__(self, at: int, how: str) -> None:
        self._left, self._how = at, how

    def _call(self, name: str, *args: Any) -> Any:
        self._left -= self._how != HALF or name == "writev"
        if self._left:
            return getattr(Disk, name)(self, *args)
        if self._how == HALF:
            data = b"".join(args[1])
            os.write(args[0], data[: len(data) // 2])
        elif self._how == AFTER:
            getattr(Disk, name)(self, *args)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")


def _method(name: str) -> Callable[..., Any]:
    return lambda self, *args: self._call(name, *args)


for _name in CALLS:
    setattr(Mortal, _name, _method(_name))


def life(act: Callable[[Callable[[int], None]], None]) -> tuple[bool, int]:
    """Fork, act, and wait for the end: (whether it was killed, the last number that it reported)."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        act(lambda number: (os.write(writing, b"%d\n" % number), None)[1])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        words = pipe.read().split()
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "a life failed"
    return os.WIFSIGNALED(status), int(words[-1]) if words else 0


def new_writer(directory: Path, disk: Disk | None = None) -> Writer:
    writer = Writer(
        directory, segment_bytes=600, min_free_bytes=0, fsync_interval_s=0.0, disk=disk, gather_s=0.0
    )
    writer.start()
    return writer


def write(directory: Path, lines: Sequence[bytes], disk: Disk | None, told: Callable[[int], None]) -> None:
    writer = new_writer(directory, disk)
    for i in range(0, len(lines), 3):
        assert writer.append(batch(*lines[i : i + 3]))
        assert writer.flush(30)
        told(writer.counters.lines_written)
    assert writer.close()


def every_point(round_: Callable[[int, str], bool]) -> int:
    """Call `round_(n, how)` for n = 1, 2, … until one was not killed, in each way; how many were."""
    kills = 0
    for how in (BEFORE, AFTER, HALF):
        n = 1
        while round_(n, how):
            kills += 1
            n += 1
    return kills


def spool_round(n: int, how: str) -> bool:
    """Accepted lines are all there, what is there is a beginning of what was sent, and the next life goes on."""
    with tempfile.TemporaryDirectory(dir=FAST) as place:
        directory = Path(place) / "spool"
        killed, accepted = life(lambda told: write(directory, LINES, Mortal(n, how), told))
        kept = frames_of(read_all(directory)) if directory.exists() else []
        assert kept == LINES[: len(kept)], (n, how)
        assert len(kept) >= accepted, (n, how)
        write(directory, [b"next 1", b"next 2"], None, lambda number: None)
        records = read_all(directory)
        assert frames_of(records) == [*kept, b"next 1", b"next 2"], (n, how)
        assert set(gaps_of(records)) <= {"torn_tail"}, (n, how)
        positions = [(record.segment, record.offset) for record in records]
        assert len(positions) == len(set(positions))
        return killed


def retain_round(n: int, how: str) -> bool:
    """Compressing and deleting: what may not go is read whole, once, after a death at any call, and a second try ends it."""
    with tempfile.TemporaryDirectory(dir=FAST) as place:
        directory = Path(place) / "spool"
        write(directory, LINES, None, lambda number: None)
        numbers = sorted(int(path.name[:16]) for path in directory.glob("*.seg"))
        kept = numbers[2]  # the two oldest may go

        def look_after(disk: Disk) -> None:
            newest = Cursor(numbers[-1], 64)
            retain(
                directory,
                before=newest,
                max_bytes=2**40,
                max_age_s=1e9,
                compress=True,
                disk=disk,
                compress_max=99,
            )
            retain(directory, before=Cursor(kept, 64), max_bytes=0, max_age_s=1e9, compress=True, disk=disk)

        expected = [r for r in read_all(directory) if r.segment >= kept]
        killed, _ = life(lambda told: look_after(Mortal(n, how)))
        found = [r for r in read_all(directory) if r.segment >= kept]
        assert [(r.segment, r.offset, r.frames) for r in found] == [
            (r.segment, r.offset, r.frames) for r in expected
        ], (n, how)
        look_after(Disk())
        assert not [path.name for path in directory.iterdir() if path.name.startswith(".")], (n, how)
        assert all(not check.damage for check in verify(directory))
        return killed


def note_round(n: int, how: str) -> bool:
    """A note is there whole or not at all; one that was confirmed is there; the others are not touched."""
    with tempfile.TemporaryDirectory(dir=FAST) as place:
        directory = Path(place) / "notes"
        append_note(directory, {"text": "first"}, 1)

        def note(told: Callable[[int], None]) -> None:
            append_note(directory, {"text": "second"}, 2, disk=Mortal(n, how))
            told(1)

        killed, confirmed = life(note)
        append_note(directory, {"text": "third"}, 3)
        texts = [found["text"] for found in read_notes(directory)]
        assert texts in (["first", "second", "third"], ["first", "third"]), (n, how)
        assert "second" in texts or not confirmed
        return killed


def worker_rounds(directory: Path, rounds: int, seed: int) -> int:
    """Whole workers over a growing spool, killed at random instants. Leaves the state directory for the caller to compare."""
    chance = random.Random(seed)
    config = Config(
        state_dir=directory / "state",
        digest_dir=directory / "out",
        runtime_dir=directory / "run",
        memory=Memory(batch_lines=40, batch_interval=0.01),
    )
    log = structlog.wrap_logger(structlog.testing.CapturingLogger())
    hello = json.dumps({"config": config.model_dump(mode="json"), "check": True}).encode() + b"\n"
    kills = 0
    number = 0
    while kills < rounds:
        lines = [
            b"<13>1 - h%d app - - - user u%d failed n=%d" % (n % 5, n % 30, n)
            for n in range(number, number + 150)
        ]
        number += len(lines)
        write(config.state_dir / "spool", lines, None, lambda number: None)
        ours, theirs = socket.socketpair()
        ours.sendall(hello)
        pid = os.fork()
        if pid == 0:
            ours.close()
            os._exit(asyncio.run(worker.work(theirs.detach(), lambda form: log)))
        theirs.close()
        ours.settimeout(chance.uniform(0.0, 0.25))
        try:
            while ours.recv(65536):
                pass
        except TimeoutError:
            pass
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        kills += os.WIFSIGNALED(status)
        ours.close()
    return kills


def main(place: Path) -> None:
    found = {
        "spool": every_point(spool_round),
        "retain": every_point(retain_round),
        "notes": every_point(note_round),
        "worker": worker_rounds(place, int(sys.argv[2]) if len(sys.argv) > 2 else 40, 1),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

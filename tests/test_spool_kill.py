"""kill -9 of the writing process at random moments: nothing accepted is missing, nothing is there twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from brainstemd.models import Cursor, RecordKind
from brainstemd.spool import Reader, verify

CHILD = """
import sys, time
from pathlib import Path
from brainstemd.models import Batch, Framing, Origin
from brainstemd.spool import Writer

writer = Writer(Path(sys.argv[1]), segment_bytes=20_000, min_free_bytes=0, gather_s=0.0005, fsync_interval_s=0.01)
writer.start()
number = int(sys.argv[2])
origin = Origin("tcp", "tcp:514", "192.0.2.1", 1, 1)
while True:
    frames = [b"%09d" % (number + i) + b"x" * (number % 90) for i in range(1 + number % 7)]
    if writer.append(Batch(origin, Framing.DATAGRAM, number, b"".join(frames), tuple(map(len, frames)))):
        number += len(frames)
    if number % 5 == 0:
        print(writer.counters.lines_written, flush=True)
        time.sleep(0.0002)
"""


def one_life(directory: Path, first: int, lifetime: int) -> int:
    """Start a writer, kill it after `lifetime` of its reports; the lines that it said were accepted."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(directory), str(first)], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    accepted = 0
    try:
        for _ in range(lifetime):
            accepted = int(child.stdout.readline())
    finally:
        child.send_signal(signal.SIGKILL)
        tail, _ = child.communicate(timeout=10)
    whole = tail[: tail.rfind(b"\n") + 1].split()
    return int(whole[-1]) if whole else accepted


def test_a_killed_writer_loses_nothing_accepted(tmp_path: Path) -> None:
    """Lines per life are a prefix of what was sent and at least what was accepted; a live reader sees each once."""
    lives(tmp_path, 5)


@pytest.mark.slow
def test_a_writer_killed_often_loses_nothing_accepted(tmp_path: Path) -> None:
    """The same, forty times."""
    lives(tmp_path, 40)


def lives(directory: Path, n: int) -> None:
    chance = random.Random(n)
    reader = Reader(directory, None)
    position: Cursor | None = None
    first = 0
    for _ in range(n):
        accepted = one_life(directory, first, chance.randint(1, 60))
        numbers = []
        while records := reader.read(50):
            for record in records:
                if record.kind is RecordKind.LINES:
                    numbers += [int(frame[:9]) for frame in record.frames]
                else:
                    assert record.control is not None
                    assert record.control["reason"] == "torn_tail"
                assert position is None or record.end > position
                position = record.end
        assert numbers == list(range(first, first + len(numbers)))
        assert len(numbers) >= accepted
        first += len(numbers)
    assert sum(check.lines for check in verify(directory)) == first
    reader.close()

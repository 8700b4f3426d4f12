"""Whoever looks at a stream while it is written sees whole records or none; and what a power cut or a slow disk does to it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from brainstemd.models import Cursor, Position, RecordKind
from brainstemd.spool import Disk, Reader, fetch, last_control, read_notes, records, retain, stat, verify
from tests.spool_kit import batch, frames_of, gaps_of, read_all, writer


class Piecemeal(Disk):
    """A kernel that shows a write in pieces to whoever reads meanwhile."""

    def writev(self, fd: int, buffers: Sequence[bytes]) -> int:
        data = b"".join(buffers)
        for at in range(0, len(data), 37):
            os.write(fd, data[at : at + 37])
            if at % 5 == 0:
                time.sleep(0)
        return len(data)


def again_and_again(look: Callable[[], None], end: threading.Event) -> int:
    """Look until told to end; how often. A failure ends the looking, and shows in the result."""
    looks = 0
    while not end.is_set():
        look()
        looks += 1
    return looks


def test_every_look_at_a_live_stream_sees_whole_records(tmp_path: Path) -> None:
    """dump, verify, stat, a live reader, single lines, the last beat, compression: at once, while records grow byte by byte."""
    directory = tmp_path / "spool"
    made = writer(directory, Piecemeal(), segment_bytes=6000)
    sent = [b"%05d " % n + b"y" * (n % 90) for n in range(800)]
    end = threading.Event()
    seen: list[bytes] = []
    reader = Reader(directory, None)

    def read() -> None:
        for record in reader.read(50):
            assert record.kind is not RecordKind.GAP, record.control
            seen.extend(record.frames)
            if record.kind is RecordKind.LINES:
                place = Position(record.segment, record.offset, 0)
                assert fetch(directory, [place]) == {place: record.frames[0]}

    def dump() -> None:
        found = [frame for record in records(directory) for frame in record.frames]
        assert found == sent[: len(found)]

    def check() -> None:
        for one in verify(directory):
            assert all(damage.reason == "torn_tail" for damage in one.damage), one
            assert one.live or not one.damage, one

    def look_back() -> None:
        found = last_control(directory, [RecordKind.BEAT], before=10**9)
        assert found is None or found.control == {"n": found.received_us}

    def tidy() -> None:
        if reader.cursor is not None:
            retain(directory, before=reader.cursor, max_bytes=2**40, max_age_s=1e9, compress=True)
        stat(directory)
        Reader(directory, Cursor(1, 64)).backlog_bytes()

    pool = ThreadPoolExecutor(5)
    lookers = [pool.submit(again_and_again, look, end) for look in (read, dump, check, look_back, tidy)]
    for n, line in enumerate(sent):
        while not made.append(batch(line)):
            time.sleep(0.001)
        if n % 100 == 0:
            made.control(RecordKind.BEAT, n, {"n": n})
            assert made.flush(30)
    assert made.close(30)
    while len(seen) < len(sent) and not lookers[0].done():
        time.sleep(0.01)
    end.set()
    assert all(looker.result(60) for looker in lookers)
    pool.shutdown()
    assert seen == sent
    reader.close()


NOTER = """
import sys
from pathlib import Path
from brainstemd.spool import append_note
for n in range(60):
    append_note(Path(sys.argv[1]), {"who": sys.argv[2], "n": n}, n + 1)
"""


def test_notes_of_several_processes_are_never_half_seen(tmp_path: Path) -> None:
    """Three processes write at once: every reading holds a beginning of each one's notes, whole and in order."""
    writers = [subprocess.Popen([sys.executable, "-c", NOTER, str(tmp_path), who]) for who in "abc"]
    last = 0
    while last < 180:
        running = any(one.poll() is None for one in writers)
        notes = read_notes(tmp_path)
        for who in "abc":
            numbers = [note["n"] for note in notes if note["who"] == who]
            assert numbers == list(range(len(numbers)))
        assert len(notes) >= last
        last = len(notes)
        assert running or last == 180
    assert [one.wait(30) for one in writers] == [0, 0, 0]


class Volatile(Disk):
    """A disk that knows what a power cut would leave: of each file the bytes that were confirmed. `lies`: confirmations that
    mean nothing."""

    def __init__(self, lies: int = 0) -> None:
        self.lies = lies
        self.paths: dict[int, Path] = {}
        self.kept: dict[Path, int] = {}

    def create(self, path: Path) -> int:
        fd = super().create(path)
        self.paths[fd] = path
        self.kept[path] = 0
        return fd

    def link(self, path: Path, new: Path) -> None:
        super().link(path, new)
        self.kept[new] = self.kept[path]
        self.paths = {fd: new if known == path else known for fd, known in self.paths.items()}

    def fdatasync(self, fd: int) -> None:
        super().fdatasync(fd)
        path = self.paths[fd]
        if self.lies and path.suffix == ".seg":
            self.lies -= 1
            return
        self.kept[path] = os.fstat(fd).st_size

    def cut_power(self) -> None:
        for path, size in self.kept.items():
            if path.exists():
                os.truncate(path, size)


def test_a_power_cut_costs_what_was_not_confirmed_and_no_more(tmp_path: Path) -> None:
    """Lines up to the last fdatasync are there; a reader that had read further goes on with a gap, never with a line twice."""
    for lies in (0, 2, 5):
        directory = tmp_path / f"lies-{lies}"
        disk = Volatile(lies)
        made = writer(directory, disk, segment_bytes=900, fsync_ms=0)
        sent = [b"line %03d" % n for n in range(40)]
        reader = Reader(directory, None)
        seen: list[bytes] = []
        for line in sent[:30]:
            assert made.append(batch(line))
            assert made.flush()
        confirmed = made.counters.synced_segment, made.counters.synced_offset
        seen += frames_of(reader.read())
        cursor = reader.cursor
        reader.close()
        disk.lies = 10**9  # the last second before the cut
        for line in sent[30:35]:
            assert made.append(batch(line))
            assert made.flush()
        disk.cut_power()
        assert made.close()
        disk.cut_power()  # what the close has written never was
        after = writer(directory, Disk(), segment_bytes=900)
        for line in sent[35:]:
            assert after.append(batch(line))
        assert after.close()
        found = read_all(directory)
        lines = frames_of(found)
        assert lines[-5:] == sent[35:]
        assert lines[:-5] == [line for line in sent[:30] if line in lines]  # in order, none twice
        if not lies:
            assert lines[:-5] == sent[:30]
            assert confirmed >= (1, 64)
        rest = read_all(directory, cursor)
        again = frames_of(rest)
        assert not set(again) & set(seen)
        assert again == sent[35:]
        assert set(gaps_of(rest)) <= {"torn_tail", "cursor_past_end", "segments_missing"}
        if lies:
            assert set(gaps_of(found)) <= {"torn_tail", "segments_missing"}


class Slow(Disk):
    """A disk whose confirmations take as long as somebody likes."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def fdatasync(self, fd: int) -> None:
        self.go.wait(60)
        super().fdatasync(fd)


def test_a_slow_confirmation_holds_nobody_who_appends(tmp_path: Path) -> None:
    """While fdatasync hangs, appending never waits: the buffer fills, then lines are refused and counted; all of it is told."""
    disk = Slow()
    disk.go.set()
    made = writer(tmp_path, disk, buffer_bytes=40_000, fsync_ms=0)
    assert made.append(batch(b"before"))
    assert made.flush()
    disk.go.clear()
    accepted = [b"before"]
    refused = 0
    longest_s = 0.0
    for n in range(400):
        started = time.thread_time()
        line = b"%03d" % n + b"z" * 300
        if made.append(batch(line)):
            accepted.append(line)
        else:
            refused += 1
        longest_s = max(longest_s, time.thread_time() - started)
    assert refused > 0
    assert longest_s < 0.1
    disk.go.set()
    assert made.flush()
    assert made.append(batch(b"after"))
    assert made.close()
    found = read_all(tmp_path)
    assert frames_of(found) == [*accepted, b"after"]
    gap = next(record.control for record in found if record.kind is RecordKind.GAP)
    assert gap is not None
    assert (gap["reason"], gap["lost"]) == ("buffer_full", refused)

"""The writer stays up whatever the disk does, and says what it lost."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from brainstemd.errors import SpoolError
from brainstemd.models import Cursor, Position, RecordKind
from brainstemd.spool import Disk, Reader, Writer, fetch, records, retain, verify
from tests.spool_kit import HEADER_BYTES, FaultyDisk, batch, frames_of, gaps_of, read_all, writer


def until(condition: object, timeout_s: float = 5.0) -> bool:
    """Wait for the writer thread; every use is an assertion with a bound."""
    assert callable(condition)
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def test_lines_and_control_records_come_out_in_order(tmp_path: Path) -> None:
    """append and control keep their order; the counters say what was accepted."""
    made = writer(tmp_path)
    assert made.control(RecordKind.START, 1, {"version": "x"})
    assert made.append(batch(b"a", b"b"))
    assert made.control(RecordKind.BEAT, 2, {"drops": 0})
    assert made.append(batch(b"c"))
    assert made.flush()
    records = read_all(tmp_path)
    assert [r.kind.name for r in records] == ["START", "LINES", "BEAT", "LINES"]
    assert frames_of(records) == [b"a", b"b", b"c"]
    counters = made.counters
    assert (counters.lines_appended, counters.lines_written, counters.lines_refused) == (3, 3, 0)
    assert Cursor(counters.accepted_segment, counters.accepted_offset) == records[-1].end
    assert made.close()
    assert counters.synced_offset == counters.accepted_offset


def test_every_start_opens_a_new_segment(tmp_path: Path) -> None:
    """No segment is ever reopened; compressed, quarantined and unknown files keep their numbers."""
    for _ in range(3):
        made = writer(tmp_path)
        assert made.close()
    (tmp_path / f"{9:016d}.seg.quarantined").touch()
    (tmp_path / f".dead.{10:016d}.seg.tmp").touch()
    made = writer(tmp_path)
    made.append(batch(b"a"))
    assert made.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        f"{n:016d}.seg" + (".quarantined" if n == 9 else "") for n in (1, 2, 3, 9, 10)
    ]


def test_segments_roll_by_size(tmp_path: Path) -> None:
    """A segment ends near segment_bytes, and lines keep their order across segments."""
    made = writer(tmp_path, segment_bytes=2000)
    sent = [b"line %d" % i for i in range(200)]
    for line in sent:
        assert made.append(batch(line))
    assert made.close()
    checks = list(verify(tmp_path))
    assert len(checks) > 5
    assert all(check.bytes <= 2200 for check in checks)
    assert frames_of(read_all(tmp_path)) == sent


def test_sync_comes_at_most_once_an_interval_and_only_when_needed(tmp_path: Path) -> None:
    """Idle: no fdatasync. Busy: one an interval."""
    disk = FaultyDisk()
    made = writer(tmp_path, disk, fsync_ms=100)
    before = disk.synced
    started = time.monotonic()
    while time.monotonic() - started < 0.35:
        made.append(batch(b"x"))
        time.sleep(0.005)
    assert until(lambda: made.counters.synced_offset == made.counters.accepted_offset)
    spent = time.monotonic() - started
    assert 2 <= disk.synced - before <= spent / 0.1 + 1
    count = disk.synced
    time.sleep(0.15)
    assert disk.synced == count
    assert made.close()


@pytest.mark.parametrize(
    "fault", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, 0, -1, -7, -40, -70], ids=str
)
def test_a_failed_or_short_write_loses_and_doubles_nothing(tmp_path: Path, fault: int) -> None:
    """The torn record ends its segment; the buffered lines follow in a new one."""
    disk = FaultyDisk()
    made = writer(tmp_path, disk)
    sent = [b"line %d" % i for i in range(20)]
    for i, line in enumerate(sent):
        if i in (5, 6, 13):
            assert made.flush()
            disk.writes = [fault, None, fault] if i == 13 else [fault]
        assert made.append(batch(line))
        assert made.flush()
    assert made.close()
    assert made.problem is None
    assert frames_of(read_all(tmp_path)) == sent
    assert gaps_of(read_all(tmp_path)) == [], "nothing is missing, so nothing is called damage"
    if fault:
        assert made.counters.write_errors >= 3


def test_a_full_disk_is_a_problem_with_a_beginning_and_its_loss_a_gap(tmp_path: Path) -> None:
    """Below min_free nothing is written; what the buffer cannot hold is refused, counted and told afterwards."""
    disk = FaultyDisk()
    made = writer(tmp_path, disk, buffer_bytes=4000, min_free_bytes=1 << 20)
    assert made.append(batch(b"before", at_us=10))
    assert made.flush()
    disk.free_bytes = 1000
    time.sleep(0.05)  # longer than the interval at which free space is looked at
    taken = [b"line %d" % i for i in range(100) if made.append(batch(b"line %d" % i, at_us=100 + i))]
    assert 0 < len(taken) < 100
    assert not made.has_room()
    assert until(lambda: made.problem is not None)
    problem = made.problem
    assert problem is not None
    assert "min_free" in problem[1]
    disk.free_bytes = None
    assert until(lambda: made.problem is None and made.has_room())
    assert made.append(batch(b"after", at_us=500))
    assert made.close()
    records = read_all(tmp_path)
    assert frames_of(records) == [b"before", *taken, b"after"]
    gap = next(r for r in records if r.kind is RecordKind.GAP)
    assert gap.control is not None
    assert gap.control["reason"] == "spool_full"
    assert gap.control["lost"] == made.counters.lines_refused == 100 - len(taken)
    assert (gap.control["start_us"], gap.control["end_us"]) == (100 + len(taken), 199)


def test_a_buffer_that_was_full_for_a_moment_is_a_gap_too(tmp_path: Path) -> None:
    """Refused while the disk was well, only slow: the reason says so, and refusing ends with room, not at the brim."""
    made = Writer(tmp_path, buffer_bytes=3000, min_free_bytes=0, gather_s=0.0)
    taken = [made.append(batch(b"%d" % i, at_us=i)) for i in range(30)]
    assert taken == sorted(taken, reverse=True)
    made.start()
    assert made.flush()
    assert made.append(batch(b"after"))
    assert made.close()
    (gap,) = (r for r in read_all(tmp_path) if r.kind is RecordKind.GAP)
    assert gap.control is not None
    assert (gap.control["reason"], gap.control["lost"]) == ("buffer_full", taken.count(False))


def test_a_failed_sync_seals_the_segment_and_is_a_problem(tmp_path: Path) -> None:
    """What a lying disk did to one segment does not reach the next; the problem ends with a sync that works."""
    disk = FaultyDisk()
    made = writer(tmp_path, disk, fsync_ms=10)
    disk.syncs = [errno.EIO]
    made.append(batch(b"a"))
    assert until(lambda: made.counters.fsync_errors == 1)
    assert made.problem is not None
    made.append(batch(b"b"))
    assert until(lambda: made.problem is None)
    assert made.close()
    assert [check.lines for check in verify(tmp_path)] == [1, 1]


def unsynced(tmp_path: Path, disk: FaultyDisk, *, failures: int = 1) -> tuple[Writer, Path, int]:
    """Lines a (synced), b and c (fdatasync failed), d (after it): the suspect segment, and where b begins in it."""
    made = writer(tmp_path, disk, fsync_ms=30)
    made.append(batch(b"a"))
    assert until(lambda: made.counters.fsyncs == 1)
    begin = made.counters.synced_offset
    disk.syncs = [errno.EIO, *[None, errno.EIO] * (failures - 1)]  # a new segment's header is synced, too
    made.append(batch(b"b"))
    made.append(batch(b"c", b"c2"))
    assert until(lambda: made.counters.fsync_errors == failures)
    made.append(batch(b"d"))
    assert until(lambda: made.problem is None)
    assert made.close()
    return made, tmp_path / f"{1:016d}.seg", begin


ALL = [b"a", b"b", b"c", b"c2", b"d"]


@pytest.mark.parametrize("failures", [1, 2, 3])
def test_what_a_failed_sync_left_unconfirmed_is_written_again_under_its_identity(
    tmp_path: Path, failures: int
) -> None:
    """The kernel forgets pages that it could not write. Whether they read back or not, each line is there once."""
    made, suspect, begin = unsynced(tmp_path, FaultyDisk(), failures=failures)
    assert made.counters.records_again == 2 * failures
    whole = read_all(tmp_path)
    assert frames_of(whole) == ALL
    assert gaps_of(whole) == []
    good = suspect.read_bytes()
    for harmed in (
        good[:begin],  # the end never came to the disk
        good[:begin] + bytes(len(good) - begin),  # zeros in its place
        good[:begin] + bytes(20) + good[begin + 20 :],  # the first page of it
        good[:-10],
    ):
        suspect.write_bytes(harmed)
        again = read_all(tmp_path)
        assert frames_of(again) == ALL
        assert gaps_of(again) == []
        assert [(r.segment, r.offset, r.end) for r in again[:3]] == [
            (r.segment, r.offset, r.end) for r in whole[:3]
        ]
        where = Position(whole[2].segment, whole[2].offset, 1)
        assert fetch(tmp_path, [where]) == {where: b"c2"}
        assert sorted(frames_of(list(records(tmp_path)))) == sorted(ALL)


def test_a_copy_is_not_counted_again_by_whoever_read_the_original(tmp_path: Path) -> None:
    """A reader that read the suspect pages from the cache, restarted after they were gone: no line twice, no gap."""
    _, suspect, begin = unsynced(tmp_path, FaultyDisk())
    for stop in range(1, 5):
        reader = Reader(tmp_path, None)
        seen = [frame for _ in range(stop) for frame in frames_of(reader.read(1, 1 << 20))]
        reader.close()
        good = suspect.read_bytes()
        suspect.write_bytes(good[:begin])
        rest = read_all(tmp_path, reader.cursor)
        assert seen + frames_of(rest) == ALL
        assert gaps_of(rest) == []
        suspect.write_bytes(good)


def test_a_reader_waits_while_harmed_records_are_being_written_again(tmp_path: Path) -> None:
    """A live reader at a harmed place goes on when the copies are there, and does not tell a gap before."""
    _, suspect, begin = unsynced(tmp_path, FaultyDisk())
    suspect.write_bytes(suspect.read_bytes()[: begin + 5])
    second = tmp_path / f"{2:016d}.seg"
    good = second.read_bytes()
    second.write_bytes(good[:64])
    reader = Reader(tmp_path, None)
    seen = []
    for size in range(64, len(good) + 1):
        second.write_bytes(good[:size])
        seen += reader.read(10, 1 << 20)
    assert frames_of(seen) == ALL
    assert gaps_of(seen) == []


class Unconfirming(Disk):
    """Takes everything, and says EIO to every fdatasync of more than a header."""

    def fdatasync(self, fd: int) -> None:
        if os.fstat(fd).st_size > HEADER_BYTES:
            raise OSError(errno.EIO, "EIO")


def test_a_disk_that_never_confirms_does_not_fill_the_memory(tmp_path: Path) -> None:
    """Lines are taken and written all the same; of the unconfirmed ones only the newest are kept for another try."""
    made = writer(tmp_path, Unconfirming(), fsync_ms=1, buffer_bytes=32 << 20, segment_bytes=64 << 20)
    for i in range(100):
        assert made.append(batch(b"%06d" % i + b"x" * 300_000))
        assert made.flush()
    made.close()
    assert made.counters.lines_unconfirmed > 0
    assert [frame[:6] for frame in frames_of(read_all(tmp_path))] == [b"%06d" % i for i in range(100)]


class Broken(Disk):
    """A defect of ours: an error that nobody has thought of."""

    def writev(self, fd: int, buffers: Sequence[bytes]) -> int:
        if os.fstat(fd).st_size >= HEADER_BYTES:
            raise RuntimeError("unthought of")
        return super().writev(fd, buffers)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_thread_that_died_is_known(tmp_path: Path) -> None:
    """`dead` and `problem` say so: the receiver ends and is started anew, instead of looking alive."""
    made = writer(tmp_path, Broken())
    assert not made.dead
    assert made.append(batch(b"a"))
    assert until(lambda: made.dead)
    assert made.problem is not None
    assert made.close() is False


def test_numbers_go_on_where_a_wiped_spool_cannot_say(tmp_path: Path) -> None:
    """`first` keeps positions that memory knows from being issued again; it never goes below what is there."""
    for first, expected in ((500, 500), (3, 501)):
        made = Writer(tmp_path, min_free_bytes=0, first=first)
        made.start()
        assert made.counters.segments == 1
        assert made.close()
        assert max(int(p.name[:16]) for p in tmp_path.glob("*.seg")) == expected


def test_a_disk_that_is_full_at_start_does_not_stop_the_start(tmp_path: Path) -> None:
    """The receiver comes up, buffers, and writes when there is space."""
    disk = FaultyDisk()
    disk.creates = [errno.ENOSPC, errno.ENOSPC]
    made = writer(tmp_path, disk)
    assert made.problem is not None
    assert made.append(batch(b"a"))
    assert made.close()
    assert frames_of(read_all(tmp_path)) == [b"a"]


def test_closing_on_a_dead_disk_says_so(tmp_path: Path) -> None:
    """close() is False when buffered lines could not be written, and it returns."""
    disk = FaultyDisk()
    made = writer(tmp_path, disk)
    disk.writes = [errno.EIO] * 1000
    made.append(batch(b"a"))
    assert made.close(0.3) is False
    assert not made.append(batch(b"late"))


def test_a_directory_that_cannot_be_is_an_error_with_a_hint(tmp_path: Path) -> None:
    """A file in the directory's place."""
    (tmp_path / "spool").write_text("")
    with pytest.raises(SpoolError) as caught:
        writer(tmp_path / "spool")
    assert caught.value.hint


class SpoolMachine(RuleBasedStateMachine):
    """append / flush / crash at byte N / restart / read / retain, against plain lists."""

    def __init__(self) -> None:
        super().__init__()
        self.accepted: list[bytes] = []  # what a flush confirmed and no crash took
        self.pending: list[bytes] = []
        self.seen: list[bytes] = []
        self.cursor: Cursor | None = None
        self.n = 0
        self.made: Writer | None = None

    @initialize()
    def begin(self) -> None:
        import tempfile

        self.place = tempfile.TemporaryDirectory()
        self.directory = Path(self.place.name) / "spool"
        self.disk = FaultyDisk()
        self.made = writer(self.directory, self.disk, segment_bytes=600, fsync_ms=1)

    @rule(n=st.integers(1, 5), size=st.integers(0, 60))
    def append(self, n: int, size: int) -> None:
        assert self.made is not None
        lines = [b"%d:" % (self.n + i) + b"x" * size for i in range(n)]
        self.n += n
        assert self.made.append(batch(*lines))
        self.pending += lines

    @rule(fault=st.sampled_from([errno.ENOSPC, errno.EIO, -1, -20, -90]))
    def fault(self, fault: int) -> None:
        self.disk.writes.append(fault)

    @rule(n=st.integers(1, 3))
    def unconfirmed(self, n: int) -> None:
        """The next fdatasyncs fail, of a segment's header or of its records."""
        self.disk.syncs += [errno.EIO] * n

    @rule()
    def flush(self) -> None:
        assert self.made is not None
        assert self.made.flush()
        self.accepted += self.pending
        self.pending = []

    @rule(beyond=st.integers(1, 40), data=st.binary(max_size=50))
    def crash(self, beyond: int, data: bytes) -> None:
        """kill -9: what was accepted is in the file, and perhaps the start of a record that was not."""
        self.flush()
        assert self.made is not None
        newest = self.directory / f"{self.made.counters.accepted_segment:016d}.seg"
        assert self.made.close()
        if newest.exists():
            with newest.open("ab") as file:
                file.write(b"\xb5\x52\x0d\xe1" + data[:beyond])
        self.made = writer(self.directory, self.disk, segment_bytes=600)

    @rule(lines=st.integers(1, 20), restart=st.booleans())
    def read(self, lines: int, restart: bool) -> None:
        reader = Reader(self.directory, self.cursor)
        for _ in range(1 if restart else 3):
            self.seen += frames_of(reader.read(lines, 1 << 20))
        self.cursor = reader.cursor
        reader.close()

    @precondition(lambda self: self.cursor is not None)
    @rule(compress=st.booleans(), keep=st.sampled_from([0, 500, 1 << 20]))
    def retain(self, compress: bool, keep: int) -> None:
        assert self.cursor is not None
        retain(
            self.directory,
            before=self.cursor,
            max_bytes=keep,
            max_age_s=1e9,
            compress=compress,
        )

    @invariant()
    def nothing_seen_that_was_not_sent(self) -> None:
        everything = self.accepted + self.pending
        assert self.seen == everything[: len(self.seen)]

    def teardown(self) -> None:
        if self.made is None:
            return
        self.flush()
        assert self.made.close()
        rest = read_all(self.directory, self.cursor)
        assert self.seen + frames_of(rest) == self.accepted
        assert set(gaps_of(rest)) <= {"torn_tail"}
        self.place.cleanup()


SpoolMachine.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
TestSpoolMachine = SpoolMachine.TestCase

"""The one writer of the spool: a bounded buffer, one thread, fresh segments only.

`append` and `control` belong to one thread (the receive loop); they never wait. The writer thread takes what is
buffered, encodes it, hands it to the kernel in one writev, and calls fdatasync at most once an interval. A line is
*accepted* when writev returned: then a kill -9 cannot lose it.
"""

from __future__ import annotations

import errno
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brainstemd import framing
from brainstemd.errors import SpoolError
from brainstemd.models import Batch, RecordKind
from brainstemd.spool import segments
from brainstemd.spool.counters import Counters
from brainstemd.spool.disk import Disk
from brainstemd.spool.gathering import GATHER_BYTES, Encoder, Gathering
from brainstemd.spool.pending import Control, Item, Refusal, Unconfirmed, boot_id
from brainstemd.spool.record import HEADER_BYTES, Header, control_json

SEGMENT_BYTES_MAX = 256 * 1024 * 1024  # a compressed segment is read whole into memory
CONTROL_RESERVE = 1024 * 1024  # control records may still be buffered when lines are refused
BACK_OFF_S = (0.05, 5.0)  # first and longest pause after a failure
SYNC_PAUSE_MAX_S = 30.0  # between two fdatasyncs of a disk that fails them
RECORD_COST = 384  # bytes of buffer a batch is charged for beside its payload: what its objects weigh
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class Writer:
    """Appends batches and control records to `directory`. `start` it, feed it, `close` it.

    `min_free_bytes` None means the larger of 1 GiB and 5 % of the file system. `problem` is None, or since when
    (wall clock, µs) nothing could be written, and why.
    """

    def __init__(
        self,
        directory: Path,
        *,
        segment_bytes: int = 16 * 2**20,
        fsync_interval_s: float = 1.0,
        buffer_bytes: int = 32 * 2**20,
        min_free_bytes: int | None = None,
        stream: str | None = None,
        disk: Disk | None = None,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        gather_s: float = 0.01,
        back_off_s: tuple[float, float] = BACK_OFF_S,
        space_interval_s: float = 1.0,
        first: int = 1,
    ) -> None:
        self.directory = directory
        self.counters = Counters()
        self.problem: tuple[int, str] | None = None
        self._segment_bytes = min(segment_bytes, SEGMENT_BYTES_MAX)
        self._fsync_interval_s = fsync_interval_s
        self._buffer_bytes = buffer_bytes
        self._min_free_bytes = min_free_bytes
        self._stream = stream or directory.name
        self._disk = disk if disk is not None else Disk()
        self._clock_us = clock_us
        self._gather_s = gather_s
        self._back_off_bounds_s = back_off_s
        self._space_interval_s = space_interval_s
        self.first_number = self._first = first  # after `start`: what is older is of earlier runs
        self._boot_id = boot_id()
        # between the two threads; each integer has one writer
        self._queue: deque[Item] = deque()
        self._cost_in = 0
        self._cost_out = 0
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._round = threading.Event()  # the writer thread finished a round
        self._pause = threading.Event()  # never set: waiting for it is a pause
        self._closing = False
        self._close_by_s = 0.0
        self._troubles = 0  # how often `problem` was told
        self._thread: threading.Thread | None = None
        # of the appending thread
        self._refusal: Refusal | None = None
        # of the writer thread
        self._fd = -1
        self._segment = 0
        self._offset = 0
        self._dirty = False
        self._unconfirmed = Unconfirmed()
        self._sync_pause_s = fsync_interval_s  # longer while fdatasync fails
        self._sync_failed = False
        self._sync_due_s = 0.0
        self._space_due_s = 0.0
        self._space_ok = True
        self._back_off_s = 0.0
        self._failed = ""  # the kind of the last failure, for the GAP's reason
        self._encoder = Encoder()

    # ------------------------------------------------------------ the appending thread

    def start(self) -> None:
        """Open a new segment and start the thread.

        Raises SpoolError when the directory cannot be used at all; a full disk is a `problem`, not an error.
        """
        try:
            self._disk.make_directory(self.directory)
            segments.sweep(self.directory, self._disk)
        except OSError as e:
            raise SpoolError(
                f"cannot use the spool directory {self.directory}: {e.strerror}",
                hint="it must be a directory that this user may write to (state_dir in the configuration)",
            ) from e
        self.first_number = max(segments.highest(self.directory, self._disk) + 1, self._first)
        try:
            if self._has_space():
                self._open()
        except OSError as e:
            if e.errno in (errno.EACCES, errno.EPERM, errno.ENOTDIR):
                raise SpoolError(
                    f"cannot create a segment in {self.directory}: {e.strerror}",
                    hint="the spool directory must belong to the user who runs brainstemd",
                ) from e
            self._fail(e, "create")
        self._thread = threading.Thread(target=self._run, name="spool-writer", daemon=True)
        self._thread.start()

    @property
    def dead(self) -> bool:
        """The thread ended by a defect of ours: nothing will be written any more."""
        return self._thread is not None and not self._thread.is_alive() and not self._closing

    @property
    def buffered_bytes(self) -> int:
        """What waits for the disk, in bytes of the buffer."""
        return self._cost_in - self._cost_out

    def has_room(self) -> bool:
        """False from three quarters of the buffer on: time to hold senders that can be held."""
        return self._cost_in - self._cost_out < self._buffer_bytes - (self._buffer_bytes >> 2)

    def append(self, batch: Batch, lines: int | None = None) -> bool:
        """Buffer a batch. Never waits. False: refused and counted, the buffer is full.

        `lines` spares counting them again when the caller knows.
        """
        if lines is None:
            lines = framing.count(batch.framing, batch.payload, batch.lengths)
        size = len(batch.payload)
        cost = size + RECORD_COST + 4 * len(batch.lengths)
        full = self._cost_in - self._cost_out + cost > self._buffer_bytes
        if full or self._closing or (self._refusal is not None and not self.has_room()):
            self._refuse(lines, size, batch.received_us)
            return False
        if self._refusal is not None:
            self._settle()
        self.counters.lines_appended += lines
        self.counters.bytes_appended += size
        self._push((batch, lines, cost))
        return True

    def control(self, kind: RecordKind, at_us: int, payload: dict[str, Any]) -> bool:
        """Buffer a control record. Never waits. False: not even the reserve for control records has room.

        Raises SpoolError when the payload is larger than 1 MiB.
        """
        data = control_json(payload)
        cost = len(data) + RECORD_COST
        if self._cost_in - self._cost_out + cost > self._buffer_bytes + CONTROL_RESERVE or self._closing:
            return False
        if self._refusal is not None and self.has_room():
            self._settle()
        self._push((Control(kind, at_us, data), 0, cost))
        return True

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Wait until everything appended so far is accepted. False when that did not happen in time."""
        goal = self._cost_in
        until_s = time.monotonic() + timeout_s
        while True:
            self._round.clear()
            if self._cost_out >= goal:
                return True
            if time.monotonic() >= until_s or self._thread is None:
                return False
            self._wake.set()
            self._round.wait(max(0.0, until_s - time.monotonic()))

    def close(self, timeout_s: float = 5.0) -> bool:
        """Write and sync what is buffered, then stop. False when some of it could not be written in time."""
        if self._refusal is not None:
            self._settle()
        self._close_by_s = time.monotonic() + 0.8 * timeout_s
        self._closing = True
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                return False
            self._thread = None
        return not self._queue

    def _push(self, item: Item) -> None:
        self._cost_in += item[2]
        self._queue.append(item)
        if not self._wake.is_set():
            self._wake.set()

    def _refuse(self, lines: int, size: int, at_us: int) -> None:
        self.counters.lines_refused += lines
        self.counters.bytes_refused += size
        refusal = self._refusal
        if refusal is None:
            refusal = self._refusal = Refusal(at_us, at_us, self._troubles - (self.problem is not None))
        refusal.end_us = max(refusal.end_us, at_us)
        refusal.lines += lines
        refusal.bytes += size

    def _settle(self) -> None:
        """The refusing is over: say so in the stream, before what is accepted next."""
        refusal, self._refusal = self._refusal, None
        assert refusal is not None
        data = control_json(
            {
                "start_us": refusal.start_us,
                "end_us": refusal.end_us,
                "reason": self._failed if self._troubles > refusal.troubles else "buffer_full",
                "lost": refusal.lines,
                "bytes": refusal.bytes,
            }
        )
        self._push((Control(RecordKind.GAP, refusal.end_us, data), 0, len(data) + RECORD_COST))

    # ------------------------------------------------------------ the writer thread

    def _run(self) -> None:
        try:
            self._work()
        finally:
            if not self._closing:  # a defect of ours: health must see it
                self._tell("the writer thread died")

    def _work(self) -> None:
        while True:
            if self._closing and self._back_off_s:
                self._pause.wait(self._back_off_bounds_s[0])
            elif self._back_off_s:
                self._stop.wait(self._back_off_s)
            elif not self._queue and not self._unconfirmed.again:
                self._wake.wait(self._pause_s())
                self._stop.wait(self._gather_s)
            self._wake.clear()
            self._step()
            self._round.set()
            if self._closing and (
                not (self._queue or self._unconfirmed.again) or time.monotonic() >= self._close_by_s
            ):
                break
        self._seal()
        if self._unconfirmed.again:  # one more try for what the last fdatasync did not confirm
            self._step()
            self._seal()

    def _pause_s(self) -> float | None:
        return max(0.0, self._sync_due_s - time.monotonic()) if self._dirty else None

    def _step(self) -> None:
        """One round: write what is buffered, sync if that is due. Errors become `problem` and a back-off."""
        try:
            while (self._queue or self._unconfirmed.again) and self._has_space():
                self._write()
                self._sync_if_due()
        except OSError as e:
            self._fail(e, "write")
        self._sync_if_due()

    def _sync_if_due(self) -> None:
        full = self._unconfirmed.full and not self._sync_failed
        if self._dirty and (full or time.monotonic() >= self._sync_due_s):
            self._sync()

    def _has_space(self) -> bool:
        now_s = time.monotonic()
        if self._closing:
            return True  # what is buffered is bounded and would be lost
        if now_s < self._space_due_s:
            return self._space_ok
        free, total = self._disk.space(self.directory)
        floor = self._min_free_bytes if self._min_free_bytes is not None else max(2**30, total // 20)
        self._space_ok = free >= floor
        self._space_due_s = now_s + self._space_interval_s
        if not self._space_ok:
            self._failed = "spool_full"
            self._back_off_s = self._space_interval_s
            self._tell(f"{free >> 20} MiB free, less than min_free ({floor >> 20} MiB)")
        return self._space_ok

    def _open(self) -> None:
        number = max(segments.highest(self.directory, self._disk) + 1, self._first)
        header = Header(self._stream, number, self._clock_us(), self._boot_id)
        self._fd = segments.create(self.directory, header, self._disk)
        self._segment, self._offset = number, HEADER_BYTES
        self.counters.segments += 1

    def _write(self) -> None:
        """Encode and write one gathering. Whole records that the kernel took are accepted; then errors are raised."""
        again = bool(self._unconfirmed.again)
        if self._fd >= 0 and self._offset >= self._segment_bytes and not again:
            self._seal()
        if self._fd < 0:
            self._open()
        made = (
            self._encoder.gather_again(self._unconfirmed.again, self._segment, self._offset)
            if again
            else self._encoder.gather(self._queue, self._segment, self._offset, self._room())
        )
        written = 0
        try:
            written = self._disk.writev(self._fd, made.buffers)
        finally:
            whole = made.whole(self._offset + written)
            (self._account_again if again else self._account)(made, whole)
            self._soil(written)
        if whole < len(made.items):
            self._disk.cut(self._fd, self._offset)  # no torn bytes: the record is written whole in a moment
            raise OSError(errno.ENOSPC, "short write")
        self._back_off_s = 0.0
        if not self._sync_failed:
            self.problem = None

    def _room(self) -> int:
        return min(GATHER_BYTES, max(0, self._segment_bytes - self._offset))

    def _account(self, made: Gathering, whole: int) -> None:
        """What is whole in the file is accepted, the rest goes back to the queue."""
        self._queue.extendleft(reversed(made.items[whole:]))
        run, lines, end = made.run(whole)
        self._unconfirmed.written(run)
        counters = self.counters
        counters.lines_written += lines
        counters.records_written += whole
        counters.bytes_written += end - self._offset
        self._offset = end
        self._cost_out += run.cost
        counters.accepted_segment, counters.accepted_offset = self._segment, self._offset

    def _account_again(self, made: Gathering, whole: int) -> None:
        """Of copies: they were accepted and counted when they were written first."""
        for _ in range(whole):
            self._unconfirmed.written_again()
        self.counters.records_again += whole
        self._offset = made.run(whole)[2]
        # What waits behind them comes first.
        self._sync_due_s = time.monotonic() + self._sync_pause_s

    def _soil(self, written: int) -> None:
        if written and not self._dirty:
            self._dirty = True
            self._sync_due_s = time.monotonic() + self._sync_pause_s
        self.counters.lines_unconfirmed += self._unconfirmed.trim()

    def _fail(self, error: OSError, what: str) -> None:
        """A torn record is the end of its segment: go on in a new one, after a pause."""
        self.counters.write_errors += 1
        self._failed = "spool_full" if error.errno in _FULL else "write_error"
        first_s, longest_s = self._back_off_bounds_s
        self._back_off_s = min(max(self._back_off_s * 2, first_s), longest_s)
        self._space_due_s = 0.0
        self._tell(f"{what}: {error.strerror or error}")
        self._seal()

    def _tell(self, text: str) -> None:
        self._troubles += 1
        since_us = self.problem[0] if self.problem is not None else self._clock_us()
        self.problem = (since_us, text)

    def _sync(self) -> None:
        """fdatasync. When it fails, the kernel has forgotten what it could not write: it is written again elsewhere."""
        started_s = time.monotonic()
        self._dirty = False
        try:
            self._disk.fdatasync(self._fd)
        except OSError as e:
            self.counters.fsync_errors += 1
            self._failed = "write_error"
            self._sync_failed = True
            self._tell(f"fdatasync: {e.strerror or e}")
            self._abandon()
            self._unconfirmed.failed()
            self._sync_pause_s = min(2 * self._sync_pause_s, max(SYNC_PAUSE_MAX_S, self._fsync_interval_s))
            return
        self._unconfirmed.confirmed()
        self._sync_pause_s = self._fsync_interval_s
        if self._sync_failed:
            self._sync_failed = False
            self.problem = None
        spent_us = int((time.monotonic() - started_s) * 1e6)
        counters = self.counters
        counters.fsyncs += 1
        counters.fsync_us += spent_us
        counters.fsync_us_max = max(counters.fsync_us_max, spent_us)
        counters.synced_segment, counters.synced_offset = self._segment, self._offset

    def _seal(self) -> None:
        """Sync and close the segment. It is never opened again."""
        if self._fd >= 0 and self._dirty:
            self._sync()
        self._abandon()

    def _abandon(self) -> None:
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        try:
            self._disk.close(fd)
        except OSError as e:
            self.counters.fsync_errors += 1
            self._tell(f"close: {e.strerror or e}")

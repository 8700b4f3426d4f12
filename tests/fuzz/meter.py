"""What one line costs, from bytes to counted: decode, normalise, identity, time, fingerprint, fold. CPU seconds.

Caches make a second look cheap and a noisy neighbour makes a first look dear. So a suspect is asked again by a *zygote*: a
process forked before any line was read, which forks a fresh child for every answer. A processor that shares its
core with others runs everything slower, CPU time or not: a fixed piece of work before and after each answer says by how
much, and the answer is what the line costs when that piece runs at its best.
"""

from __future__ import annotations

import gc
import os
import random
import re
import signal
import struct
import time
from types import TracebackType

from brainstemd.config import Config
from brainstemd.fold import Fold
from brainstemd.models import Cursor, Framing, Origin, Record, RecordKind

LINE_MAX_S = 0.005  # issue 3: no line of up to 64 KiB costs more
RECEIVED_US = 1_774_180_800_000_000
_ORIGIN = Origin("udp", "udp:514", "192.0.2.7", 40_000)
_TAKE_EVERY = 200
_WARM = b"<13>Mar 22 00:00:01 host-1 app[12]: link eth0 is down, user admin from 192.0.2.1 port 22, status=up"
_WARMERS = (_WARM.replace(b"eth0", b"ge-0/0/1"), _WARM + random.Random(0).randbytes(8_000))
_REFERENCE = re.compile(r"(?<![\w.])(?:[a-z]+-\d+|\w+=\S*|[A-Z][a-z]+)")
_REFERENCE_TEXT = _WARM.decode() * 10
_LENGTH = struct.Struct("<I")
_ANSWER = struct.Struct("<d")


class Meter:
    """One fold, emptied now and then; `cost` raises what the pipeline raises (nothing, is the claim)."""

    def __init__(self) -> None:
        self._fold = Fold(Config())
        self._offset = 0

    def cost(self, raw: bytes) -> float:
        """CPU seconds that this line took, in this process, with the caches as they are."""
        self._offset += 1
        record = Record(
            RecordKind.LINES, 1, self._offset, Cursor(1, self._offset + 1), RECEIVED_US, _ORIGIN, Framing.DATAGRAM, 0, (raw,),
        )  # fmt: skip
        begin = time.process_time()
        self._fold.add(record)
        spent = time.process_time() - begin
        if self._offset % _TAKE_EVERY == 0:
            self._fold.take(Cursor(1, self._offset + 1))
        return spent


class Zygote:
    """Costs with cold caches. Make it before the first line is read; a context that ends its own child."""

    def __init__(self) -> None:
        ask_read, self._ask = os.pipe()
        self._answer, answer_write = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._ask)
            os.close(self._answer)
            _serve(ask_read, answer_write)
            os._exit(0)
        os.close(ask_read)
        os.close(answer_write)

    def __enter__(self) -> Zygote:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._ask)
        os.close(self._answer)
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def cost(self, raw: bytes, times: int = 3) -> float:
        """The least of so many cold costs, in CPU seconds of an undisturbed processor."""
        return min(self._once(raw) for _ in range(times))

    def _once(self, raw: bytes) -> float:
        data = _LENGTH.pack(len(raw)) + raw
        while data:
            data = data[os.write(self._ask, data) :]
        answer = _exactly(self._answer, _ANSWER.size)
        assert answer, "the measured line ended its process"
        return float(_ANSWER.unpack(answer)[0])


def _serve(ask: int, answer: int) -> None:
    """Of the zygote: a grandchild for each line."""
    meter = Meter()
    meter.cost(_WARM)  # code that is imported or compiled once
    gc.disable()
    best = min(reference() for _ in range(200))
    while head := _exactly(ask, _LENGTH.size):
        raw = _exactly(ask, _LENGTH.unpack(head)[0])
        pid = os.fork()
        if pid == 0:
            os.write(answer, _ANSWER.pack(_undisturbed(meter, raw, best)))
            os._exit(0)
        os.waitpid(pid, 0)


def _undisturbed(meter: Meter, raw: bytes, best: float) -> float:
    for warmer in _WARMERS:  # a fresh fork pays for its first touch of every page: not the line's doing
        meter.cost(warmer)
    before = reference()
    spent = meter.cost(raw)
    slower = min(before, reference()) / best
    return spent / max(1.0, slower)


def reference() -> float:
    """CPU seconds of a fixed piece of work of the kind that is measured: a pattern over a text, and objects."""
    begin = time.process_time()
    for _ in range(3):
        _REFERENCE.sub(_upper, _REFERENCE_TEXT)
    return time.process_time() - begin


def _upper(match: re.Match[str]) -> str:
    return match[0].upper()


def _exactly(fd: int, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := os.read(fd, size - len(data))):
        data += more
    return data

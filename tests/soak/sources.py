"""Fifty sources on loopback addresses of their own, each with numbered lines of mixed vendors.

A line ends in ` soak=U07-00000123-045`: transport and number of its source, number of its block, place in the block. A block
is sent by one call (`sendmmsg`, or one write), so that sending costs little beside what is measured. A source never
sends a number twice.
"""

from __future__ import annotations

import ctypes
import socket
import threading
import time
from itertools import islice

from tests.bench.traffic import mixed

BLOCK = 60  # lines of one call
LATE_S = 0.5  # behind by more, a sender goes on from now: devices keep no backlog
_COUNTER = b"%08d"


class Pace:
    """Lines a second of all sources together; may change while they send."""

    def __init__(self, rate: float, sources: int) -> None:
        self.rate = rate
        self._sources = sources

    @property
    def interval_s(self) -> float:
        """From one block of a source to its next."""
        return BLOCK * self._sources / self.rate


def address_of(number: int) -> str:
    return f"127.77.{number // 200}.{number % 200 + 1}"


def mark_of(letter: str, number: int) -> bytes:
    return f" soak={letter}{number:02d}-".encode()


def bodies(number: int) -> list[bytes]:
    """The texts of a source's block: the same for each block but for the number."""
    return list(islice(mixed(BLOCK, seed=1000 + number), BLOCK))


class Source(threading.Thread):
    """One sender; `sent` lines are with the kernel."""

    letter = ""

    def __init__(self, number: int, port: int, pace: Pace, end: threading.Event) -> None:
        super().__init__(daemon=True, name=f"source-{number}")
        self.number = number
        self.blocks = 0
        self.slowest_s = 0.0  # the longest call: of TCP, how long this sender was held
        self.failed = ""
        self._to = ("127.0.0.1", port)
        self._pace = pace
        self._end = end

    @property
    def sent(self) -> int:
        return self.blocks * BLOCK

    def run(self) -> None:
        try:
            self._open()
            due = time.monotonic() + self._pace.interval_s * (self.number % 10) / 10
            while not self._end.wait(max(0.0, due - time.monotonic())):
                begin = time.monotonic()
                self._send(_COUNTER % self.blocks)
                self.blocks += 1
                now = time.monotonic()
                self.slowest_s = max(self.slowest_s, now - begin)
                due += self._pace.interval_s
                if now - due > LATE_S:
                    due = now
            self._close()
        except OSError as error:  # told in the report: a sum is no sum then
            self.failed = str(error)

    def _open(self) -> None:
        raise NotImplementedError

    def _send(self, counter: bytes) -> None:
        raise NotImplementedError

    def _close(self) -> None:
        self._sock.close()

    _sock: socket.socket


class TcpSource(Source):
    """One connection, a block a write."""

    letter = "T"

    def _open(self) -> None:
        mark = mark_of(self.letter, self.number)
        ends = [b"-%03d\n" % index for index in range(BLOCK)]
        texts = [body + mark for body in bodies(self.number)]
        self._pieces = [texts[0], *[end + text for end, text in zip(ends, texts[1:], strict=False)], ends[-1]]
        self._sock = socket.create_connection(self._to, source_address=(address_of(self.number), 0))

    def _send(self, counter: bytes) -> None:
        self._sock.sendall(counter.join(self._pieces))

    def _close(self) -> None:
        self._sock.shutdown(socket.SHUT_WR)
        while self._sock.recv(4096):  # until the other side has read all and closed
            pass
        self._sock.close()


class _Iovec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


class _Header(ctypes.Structure):  # struct msghdr
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint32),
        ("iov", ctypes.POINTER(_Iovec)),
        ("iov_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):  # struct mmsghdr
    _fields_ = (("header", _Header), ("sent", ctypes.c_uint32))


class UdpSource(Source):
    """One socket, a block by one `sendmmsg`; all its datagrams share one counter in memory."""

    letter = "U"

    def _open(self) -> None:
        self._sendmmsg = ctypes.CDLL(None, use_errno=True).sendmmsg
        self._counter = ctypes.create_string_buffer(8)
        mark = mark_of(self.letter, self.number)
        self._keep: list[object] = []
        self._messages = (_Message * BLOCK)()
        for index, body in enumerate(bodies(self.number)):
            head, tail = (
                ctypes.create_string_buffer(part, len(part)) for part in (body + mark, b"-%03d" % index)
            )
            spans = ((head, len(body + mark)), (self._counter, 8), (tail, 4))
            iovec = (_Iovec * 3)(*[_Iovec(ctypes.addressof(part), size) for part, size in spans])
            self._keep += (head, tail, iovec)
            self._messages[index].header.iov = iovec
            self._messages[index].header.iov_count = 3
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind((address_of(self.number), 0))
        self._sock.connect(self._to)

    def _send(self, counter: bytes) -> None:
        ctypes.memmove(self._counter, counter, 8)
        done = 0
        while done < BLOCK:
            at = ctypes.byref(self._messages, done * ctypes.sizeof(_Message))
            taken = self._sendmmsg(self._sock.fileno(), at, BLOCK - done, 0)
            if taken <= 0:
                raise OSError(ctypes.get_errno(), "sendmmsg")
            done += taken

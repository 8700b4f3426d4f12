"""UDP (RFC 5426): a datagram is a line.

asyncio-dgram is the endpoint and the wake-up; it reads one datagram a turn of the loop into a queue. After each
wake-up that queue is emptied first and then the socket itself (`mmsg.py`), so that one peer's datagrams stay in order,
and each peer's share of what one system call brought becomes one record.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any

import asyncio_dgram

from brainstemd.config import Listen
from brainstemd.framing import MAX_LINE_LIMIT, RECORD_BYTES_MAX, RECORD_FRAMES_MAX
from brainstemd.intake import mmsg
from brainstemd.intake.counters import Append, Counters
from brainstemd.intake.gather import Gather
from brainstemd.intake.guard import Guard
from brainstemd.intake.sockets import cookie, dropped, listener_name, raise_receive_buffer, unmapped
from brainstemd.models import Batch, Flag, Framing, Origin

BURST_DATAGRAMS_MAX = 1024  # before the loop's other work has its turn
ORIGINS_MAX = 8192
ERRORS_MAX = 8  # in one burst
DRAIN_S = 1.0

Address = tuple[Any, ...]  # (host, port) or (host, port, flow, scope)
Peer = Address | bytes  # or a sockaddr, as recvmmsg gives it
Frame = bytes | memoryview


class UdpEndpoint:
    """One UDP socket. Owns it: `close` closes it."""

    transport = "udp"

    def __init__(
        self,
        listen: Listen,
        sock: socket.socket,
        *,
        append: Append,
        clock_us: Callable[[], int],
        gather: Gather,
        guard: Guard,
        receive: mmsg.Receive | None = None,
    ) -> None:
        sock.setblocking(False)
        self.name = listener_name(listen)
        self.counters = Counters()
        self.counters.receive_buffer = raise_receive_buffer(sock, listen.receive_buffer)
        self.drops_word = dropped(sock)  # the kernel's u32 as last read
        self.drops_at_open = self.drops_word
        self.cookie = cookie(sock)
        self._sock = sock
        self._append = append
        self._clock_us = clock_us
        self._max_line = min(listen.max_line, MAX_LINE_LIMIT)
        self._receive = receive if receive is not None else mmsg.receive(sock.family)
        self._origins: dict[Peer, Origin] = {}
        self.guard = guard
        self._gather = gather
        gather.spare(self.counters.receive_buffer)
        self._stream: Any = None
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> Address:
        return tuple(self._sock.getsockname())

    @property
    def broken(self) -> bool:
        """Nothing is received any more although nobody closed it."""
        return self._task is not None and self._task.done()

    async def start(self) -> None:
        """Begin to receive."""
        self._stream = await asyncio_dgram.from_socket(self._sock)
        self._task = asyncio.create_task(self._run(), name=f"intake {self.name}")

    async def close(self) -> None:
        """Take what the socket still holds (for at most `DRAIN_S`: senders go on sending), then close it."""
        until_s = asyncio.get_running_loop().time() + DRAIN_S
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
            while self._burst([]) and asyncio.get_running_loop().time() < until_s:  # noqa: ASYNC110 - waits for nobody
                await asyncio.sleep(0)
        self.kernel_drops()
        if self._stream is not None:
            self._stream.close()
            self._stream = None
            await asyncio.sleep(0)  # the transport closes the socket in the loop's next turn
        self._sock.close()

    def kernel_drops(self) -> int:
        """Datagrams that the kernel dropped since this endpoint opened; reads the socket's counter."""
        if self._sock.fileno() >= 0:
            word = dropped(self._sock)
            self.counters.kernel_drops += (word - self.drops_word) & 0xFFFFFFFF
            self.drops_word = word
        return self.counters.kernel_drops

    async def _run(self) -> None:
        while True:
            try:
                first = await self._stream.recv()
            except OSError:
                continue  # a pending socket error (ICMP), told once: nothing was lost with it
            full = self._burst([first])
            while full:
                await asyncio.sleep(0)
                full = self._burst([])

    def _burst(self, first: list[tuple[bytes, Address]]) -> bool:
        """Take one burst off queue and socket and append it. True when there may be more at once."""
        queued = first + self._queued()
        total = len(queued)
        if queued:
            self._append_all([peer for _, peer in queued], [data for data, _ in queued])
        errors = 0
        full = True
        while full and total < BURST_DATAGRAMS_MAX:
            try:
                peers, frames = self._receive(self._sock)
            except (BlockingIOError, InterruptedError):
                full = False
            except OSError:
                errors += 1  # a pending error of the socket is told once and cleared
                full = errors < ERRORS_MAX  # this one stays: the socket is of no use just now
            else:
                total += len(frames)
                self._append_all(peers, frames)
                full = len(frames) == mmsg.SLOTS
        if total:
            self._gather.saw(total)
        return full

    def _queued(self) -> list[tuple[bytes, Address]]:
        """What asyncio-dgram read before us. Its stream has no public way to take without waiting."""
        queue = self._stream._recvq
        taken = []
        while not queue.empty():
            data, address = queue.get_nowait()
            if data is not None:
                taken.append((data, address))
        return taken

    def _append_all(self, peers: Sequence[Peer], frames: Sequence[Frame]) -> None:
        """Each peer's frames as records of its own; one peer for all of them is the commonest burst."""
        shares: dict[Peer, list[Frame]] = {}
        if len(peers) == 1:
            shares[peers[0]] = list(frames)
        else:
            for peer, frame in zip(peers, frames, strict=True):
                if peer in shares:
                    shares[peer].append(frame)
                else:
                    shares[peer] = [frame]
        if self.guard.screens_datagrams:
            self.guard.screen(shares, self._peer, self.counters)
        received_us = self._clock_us()
        for peer, share in shares.items():
            self._append_peer(self._origin(peer), share, received_us)

    def _append_peer(self, origin: Origin, frames: Sequence[Frame], received_us: int) -> None:
        lengths = tuple(map(len, frames))
        if len(lengths) == 1 and 0 < lengths[0] <= self._max_line:  # many senders: a datagram each
            self._append_one(origin, frames, lengths, received_us, 0)
            return
        longest = max(lengths)
        if min(lengths) == 0:
            self.counters.empty += lengths.count(0)
            frames = [frame for frame in frames if frame]
            lengths = tuple(map(len, frames))
        if not frames:
            return
        if (
            longest <= self._max_line
            and len(frames) <= RECORD_FRAMES_MAX
            and sum(lengths) <= RECORD_BYTES_MAX
        ):
            self._append_one(origin, frames, lengths, received_us, 0)
            return
        part: list[Frame] = []
        size = 0
        for frame in frames:
            if part and (size + len(frame) > RECORD_BYTES_MAX or len(part) >= RECORD_FRAMES_MAX):
                self._append_one(origin, part, tuple(map(len, part)), received_us, 0)
                part, size = [], 0
            if len(frame) > self._max_line:
                self._cut_off(origin, part, frame, received_us)
                part, size = [], 0
                continue
            part.append(frame)
            size += len(frame)
        if part:
            self._append_one(origin, part, tuple(map(len, part)), received_us, 0)

    def _cut_off(self, origin: Origin, before: list[Frame], frame: Frame, received_us: int) -> None:
        if before:
            self._append_one(origin, before, tuple(map(len, before)), received_us, 0)
        self.counters.oversize += 1
        self.counters.bytes_dropped += len(frame) - self._max_line
        head = frame[: self._max_line]
        self._append_one(origin, [head], (len(head),), received_us, int(Flag.TRUNCATED))

    def _append_one(
        self, origin: Origin, frames: Sequence[Frame], lengths: tuple[int, ...], received_us: int, flags: int
    ) -> None:
        payload = b"".join(frames)
        counters = self.counters
        if self._append(Batch(origin, Framing.DATAGRAM, received_us, payload, lengths, flags), len(frames)):
            counters.lines += len(frames)
            counters.bytes += len(payload)
            counters.records += 1
        else:
            counters.lines_refused += len(frames)
            counters.bytes_refused += len(payload)

    def _peer(self, sender: Peer) -> str:
        return self._origin(sender).peer

    def _origin(self, peer: Peer) -> Origin:
        origin = self._origins.get(peer)
        if origin is None:
            if len(self._origins) >= ORIGINS_MAX:
                self._origins.clear()
            host, port = mmsg.address(peer) if isinstance(peer, bytes) else peer[:2]
            origin = self._origins[peer] = Origin("udp", self.name, unmapped(host), port)
        return origin

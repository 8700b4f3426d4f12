"""Where the receiver's time goes: each step of a line's way from the kernel to the segment, by itself, in one process.

    python -m tests.bench.receiver

Real sockets on loopback are filled, then drained by the endpoints while the sender stands still; what they append is then
encoded and written as the spool's writer does it. CPU time of the thread, the best of several rounds; in the daemon the two
threads also take the interpreter's lock from each other.
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable

from brainstemd.config import Listen
from brainstemd.intake import Endpoint, Gather, bind, endpoint, mmsg
from brainstemd.models import Batch
from brainstemd.spool.gathering import GATHER_BYTES, Encoder
from brainstemd.spool.pending import Item
from tests.bench.sender import LINE

ROUNDS = 5
DATAGRAMS = 2_000  # fit a socket buffer of 4 MiB
SENDERS = 500
CHUNKS = 100
CHUNK_LINES = 400


class Kept:
    """Where a spool would be."""

    def __init__(self) -> None:
        self.items: deque[Item] = deque()
        self.lines = 0

    def append(self, batch: Batch, lines: int) -> bool:
        self.items.append((batch, lines, 0))
        self.lines += lines
        return True


def socks(kind: socket.SocketKind, made: Endpoint, count: int) -> list[socket.socket]:
    found = [socket.socket(socket.AF_INET, kind) for _ in range(count)]
    for sock in found:
        sock.connect(made.address)
    return found


async def opened(transport: str, kept: Kept) -> Endpoint:
    listen = Listen(transport=transport, address=("127.0.0.1:0",), receive_buffer=4 * 2**20)  # type: ignore[arg-type]
    (sock,) = bind(listen)
    made = endpoint(
        listen, sock, append=kept.append, has_room=lambda: True, gather=Gather(sleep=lambda seconds: None)
    )
    await made.start()
    return made


async def best(
    kept: Kept, lines: int, fill: Callable[[], None], turn: Callable[[], Awaitable[None]]
) -> float:
    """CPU microseconds a line from a filled socket to `append`."""
    least = float("inf")
    for _ in range(ROUNDS):
        kept.items.clear()
        goal = kept.lines + lines
        fill()
        started = time.thread_time()
        while kept.lines < goal:
            await turn()
        least = min(least, time.thread_time() - started)
    return least / lines * 1e6


async def loop_turn() -> None:
    await asyncio.sleep(0)


def written(kept: Kept) -> float:
    """CPU microseconds a line of what the writer thread does with the last round's records."""
    least = float("inf")
    lines = sum(item[1] for item in kept.items)
    encoder = Encoder()  # it knows the origins after the first round
    for _ in range(ROUNDS):
        queue, at = deque(kept.items), 64
        with tempfile.TemporaryFile(buffering=0) as file:
            started = time.thread_time()
            while queue:
                made = encoder.gather(queue, 1, at, GATHER_BYTES)
                os.writev(file.fileno(), made.buffers)
                made.run(len(made.items))
                at = made.end
            least = min(least, time.thread_time() - started)
    return least / lines * 1e6


async def udp(count: int) -> tuple[float, float]:
    kept = Kept()
    made = await opened("udp", kept)
    senders = socks(socket.SOCK_DGRAM, made, count)

    def fill() -> None:
        for number in range(DATAGRAMS):
            senders[number % count].send(LINE % number)

    intake = await best(kept, DATAGRAMS, fill, loop_turn)
    spool = written(kept)
    await made.close()
    return intake, spool


async def streams(count: int) -> tuple[float, float]:
    """One connection gets chunks of many lines; many get a line each."""
    kept = Kept()
    made = await opened("tcp", kept)
    senders = socks(socket.SOCK_STREAM, made, count)
    per_write, writes = (CHUNK_LINES, 1) if count == 1 else (1, count)
    text = b"".join(LINE % number + b"\n" for number in range(per_write))
    while made.counters.connections < count:  # noqa: ASYNC110 - polls a counter, which tells nobody
        await asyncio.sleep(0.01)
    gc.collect()

    def fill() -> None:
        for number in range(writes):
            senders[number % count].sendall(text)

    rounds = [
        await best(kept, per_write * writes, fill, loop_turn) for _ in range(CHUNKS if count == 1 else 1)
    ]
    spool = written(kept)
    await made.close()
    return min(rounds), spool


def bare(receive: mmsg.Receive) -> float:
    """One datagram through the system call alone."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        socket.socket(type=socket.SOCK_DGRAM) as out,
    ):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 2**20)
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        out.connect(sock.getsockname())
        least = float("inf")
        for _ in range(ROUNDS):
            for number in range(DATAGRAMS):
                out.send(LINE % number)
            started, got = time.thread_time(), 0
            while got < DATAGRAMS:
                got += len(receive(sock).frames)
            least = min(least, time.thread_time() - started)
    return least / DATAGRAMS * 1e6


async def main() -> None:
    gc.disable()
    print("µs CPU a line                              socket to append   encode and write")
    for name, step in (
        ("UDP, one sender", udp(1)),
        (f"UDP, {SENDERS} senders", udp(SENDERS)),
        ("TCP, one connection, large reads", streams(1)),
        (f"TCP, {SENDERS} connections, a line a read", streams(SENDERS)),
    ):
        intake, spool = await step
        print(f"  {name:<42}{intake:>15.2f}{spool:>18.2f}")
    print(
        f"a datagram by recvmmsg alone {bare(mmsg.receive(socket.AF_INET)):.2f}, by recvfrom {bare(mmsg.one_by_one):.2f}"
    )


if __name__ == "__main__":
    asyncio.run(main())

"""The demo on real sockets: the world's lines go over loopback UDP and TCP, each from its device's own address.

Only the clock is make-believe: the receiver stamps lines with the world's time, so that days pass in seconds.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from brainstemd.config import Config, Listen, Source
from brainstemd.demo import SPEAKERS
from brainstemd.drain import drain
from brainstemd.fold import Fold
from brainstemd.intake import Endpoint, bind, endpoint
from brainstemd.memory import Store, lock
from brainstemd.models import MINUTE_US
from brainstemd.report import Report, report
from brainstemd.spool import Reader, Writer

Line = tuple[int, str, bytes]  # event time, peer, raw
_STEP_US = 2 * MINUTE_US  # the make-believe clock's step: more would look like clocks that are behind
_IN_FLIGHT = 100  # datagrams that fit the smallest default socket buffer
_PATIENCE_S = 10.0


class Shown(NamedTuple):
    lines: int
    datagrams: int
    report: Report
    loudest: list[tuple[str, int, str]]  # signature, lines, template


def demo_config(root: Path) -> Config:
    """Everything under `root`; tenants by peer, as a site would configure them."""
    return Config(
        state_dir=root / "state",
        runtime_dir=root / "run",
        digest_dir=root / "digests",
        listen=(Listen(address=("127.0.0.1:0",)), Listen(transport="tcp", address=("127.0.0.1:0",))),
        source=tuple(Source(match=(s.peer,), tenant=s.tenant, timezone="UTC") for s in SPEAKERS),
    )


async def show(config: Config, lines: Sequence[Line], at_us: int) -> Shown:
    """Send all lines, fold them, and make the digest as of `at_us`. Raises what spool, intake and store raise."""
    with lock(config.state_dir):
        writer = Writer(
            config.state_dir / "spool",
            segment_bytes=config.spool.segment_bytes,
            fsync_interval_s=config.spool.fsync_interval,
            buffer_bytes=config.spool.buffer_bytes,
            min_free_bytes=0,
        )
        writer.start()
        stage = _Stage(config, writer)
        try:
            await stage.open()
            await stage.play(lines)
        finally:
            await stage.close()
            writer.close()
        async with await Store.open(config.state_dir / "memory.db", config=config.memory) as store:
            done = await drain(Reader(config.state_dir / "spool", None), Fold(config), store, config)
            made = await report(store, config, at_us)
            loudest = await _loudest(store)
    return Shown(done.lines, stage.datagrams, made, loudest)


class _Stage:
    """The receiver's sockets, the devices' sockets, and the make-believe clock."""

    def __init__(self, config: Config, writer: Writer) -> None:
        self._config, self._writer = config, writer
        self._now_us = 0
        self._endpoints: list[Endpoint] = []
        self._streams: dict[str, asyncio.StreamWriter] = {}
        self._sockets: dict[str, socket.socket] = {}
        self.datagrams = 0

    async def open(self) -> None:
        for listen in self._config.listen:
            for sock in bind(listen):
                made = endpoint(
                    listen,
                    sock,
                    append=self._writer.append,
                    has_room=self._writer.has_room,
                    clock_us=lambda: self._now_us,
                )
                await made.start()
                self._endpoints.append(made)
        udp, tcp = (made.address for made in self._endpoints)
        for speaker in SPEAKERS:
            if speaker.style == "rfc5424":
                _, stream = await asyncio.open_connection(tcp[0], tcp[1], local_addr=(speaker.peer, 0))
                self._streams[speaker.peer] = stream
            else:
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sock.bind((speaker.peer, 0))
                sock.connect((udp[0], udp[1]))
                self._sockets[speaker.peer] = sock

    async def play(self, lines: Iterable[Line]) -> None:
        sent = in_flight = 0
        for t_us, peer, raw in lines:
            if t_us >= self._now_us:
                await self._taken(sent)
                self._now_us, in_flight = t_us - t_us % _STEP_US + _STEP_US, 0
            if peer in self._streams:
                self._streams[peer].write(b"%d %s" % (len(raw), raw))  # RFC 6587 octet counting
            else:
                self._sockets[peer].send(raw)
                self.datagrams += 1
                in_flight += 1
            sent += 1
            if in_flight >= _IN_FLIGHT:
                await self._taken(sent)
                in_flight = 0
        await self._taken(sent)

    async def _taken(self, sent: int) -> None:
        """Wait until the receiver has all that was sent: nothing may be lost, and the clock must not run ahead."""
        async with asyncio.timeout(_PATIENCE_S):
            while sum(made.counters.lines for made in self._endpoints) < sent:  # noqa: ASYNC110 - it counts, and signals nobody
                await asyncio.sleep(0)

    async def close(self) -> None:
        for stream in self._streams.values():
            stream.close()
        closing: list[Awaitable[None]] = [stream.wait_closed() for stream in self._streams.values()]
        await asyncio.gather(*closing, return_exceptions=True)
        for sock in self._sockets.values():
            sock.close()
        for made in self._endpoints:
            await made.close()


async def _loudest(store: Store) -> list[tuple[str, int, str]]:
    counts: dict[str, int] = {}
    for summary in await store.summaries(await store.keys()):
        counts[summary.key.signature] = counts.get(summary.key.signature, 0) + summary.lines
    first = sorted(counts.items(), key=lambda item: -item[1])[:5]
    facts = await store.signature_facts([signature for signature, _ in first])
    return [(signature, count, facts[signature].template) for signature, count in first]

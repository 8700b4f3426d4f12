"""TCP (RFC 6587): large reads, the chunk up to its last whole frame appended as it is.

A full spool holds the senders (nothing is read, TCP's window closes) for at most `hold_max_s`; after that their
lines are read, refused and counted, because a firewall that is held longer may stop forwarding traffic. A sender
beyond its rate (`guard.py`) is held by itself for as long as it is ahead.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from brainstemd.config import Listen
from brainstemd.framing import Cut, Framer, count
from brainstemd.intake.accept import Acceptor
from brainstemd.intake.counters import Append, Counters
from brainstemd.intake.gather import Gather
from brainstemd.intake.guard import Guard
from brainstemd.intake.patience import IDLE, SLOW, STALLED, Patience, Ticks
from brainstemd.intake.sockets import keep_alive, listener_name, unmapped
from brainstemd.models import Batch, Flag, Framing, Origin

READ_BYTES = 256 * 1024
BACKLOG = 1024
HOLD_POLL_S = 0.02
TLS_HANDSHAKE = b"\x16\x03"
HELD, THROTTLED = 1, 2  # why a connection is not read: the spool is full; its sender is ahead of its rate
WAIT_MIN_S = 0.005  # shorter waits are put by


class TcpConnection(asyncio.BufferedProtocol):
    """One accepted connection."""

    def __init__(self, server: TcpEndpoint) -> None:
        self._server = server
        self._framer = Framer(server.max_line)
        self._origin = Origin(server.transport, server.name, "")
        self._link: asyncio.Transport | None = None
        self._fresh = True  # nothing was read yet
        self._counted = (0, 0, 0)
        self.host: str | None = None  # the peer, when an acceptor let it in
        self.patience = Patience()
        self._paused = 0  # HELD | THROTTLED
        self._wake: asyncio.TimerHandle | None = None  # when it has waited for its rate

    # ------------------------------------------------------------ asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._link = transport
        address = transport.get_extra_info("peername") or ("", 0)
        peer = self.host if self.host is not None else unmapped(address[0])
        number = self._server.opened(self, peer)
        if number == 0:
            transport.abort()
            return
        self._origin = Origin(self._server.transport, self._server.name, peer, address[1], number)
        self._ready()

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._server.buffer

    def buffer_updated(self, nbytes: int) -> None:
        server = self._server
        server.reads += 1
        self.patience.heard_s = server.ticks.end_s
        self._received(server.buffer[:nbytes].tobytes())
        if server.guard.limits_rate and self.proven:
            server.pay(self)

    def eof_received(self) -> bool:
        return False  # close

    def connection_lost(self, exc: Exception | None) -> None:
        if self._wake is not None:
            self._wake.cancel()
        if self._origin.connection:
            self._finish()
            self._server.closed(self, self.peer, cut=exc is not None)
        if self._link is not None:
            # Before Python 3.12 a closed transport is a cycle, and the receiver's collector comes seldom.
            self._link._read_ready_cb = None  # type: ignore[attr-defined]
        self._link = None

    # ------------------------------------------------------------ ours

    @property
    def peer(self) -> str:
        return self._origin.peer

    @property
    def proven(self) -> bool:
        """Whether it has sent a whole line."""
        return self.patience.ended_s > 0

    def pause(self, why: int = HELD) -> None:
        self._paused |= why
        if self._link is not None and self._link.is_reading():
            self._link.pause_reading()

    def resume(self, why: int = HELD) -> None:
        self._paused &= ~why
        if self._paused or self._link is None or self._link.is_closing() or self._link.is_reading():
            return
        self._link.resume_reading()

    def wait(self, seconds: float) -> None:
        """Read on only after so long."""
        self.pause(THROTTLED)
        if self._wake is not None:
            self._wake.cancel()
        self._wake = asyncio.get_running_loop().call_later(seconds, self.resume, THROTTLED)

    def displace(self) -> None:
        """Close it at once: a newer connection needs its place."""
        self._server.counters.connections_displaced += 1
        self._server.report("connections_displaced", self.peer)
        self._abort()

    def look(self, now_s: float) -> None:
        """At the end of a tick: has it kept us waiting for too long?"""
        server, patience = self._server, self.patience
        if self._paused:
            patience.excuse(now_s)
            return
        guard = server.guard
        verdict = patience.verdict(now_s, self._framer.pending, guard.idle_s, guard.frame_s)
        if verdict == IDLE:
            server.counters.connections_idle += 1
            self.close()
        elif verdict == SLOW or (verdict == STALLED and not self._lapse()):
            server.counters.connections_slow += 1
            server.report("connections_slow", self.peer)
            self.close()

    def _lapse(self) -> bool:
        """Who falls silent inside a frame may mean a line without its end, as some libraries write. False: no such line."""
        cuts = self._framer.lapse()
        if cuts is not None:
            self._server.take(self._origin, cuts)
            self._note()
        return cuts is not None

    def close(self) -> None:
        if self._link is not None:
            self._link.close()

    def _ready(self) -> None:
        """The connection counts; TLS begins its handshake here. Who left a debt with other connections pays it first."""
        if self._server.guard.limits_rate:
            # Not at once: before Python 3.11.4 asyncio begins to read after connection_made, paused or not.
            asyncio.get_running_loop().call_soon(self._server.pay, self)

    def _received(self, data: bytes) -> None:
        if self._fresh:
            self._fresh = False
            if data.startswith(TLS_HANDSHAKE):
                self._server.counters.tls_on_plain += 1
                self._server.report("tls_on_plain", self._origin.peer)
                self._abort()
                return
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        framer = self._framer
        if framer.is_line(data):
            self.patience.ended_s = self._server.ticks.end_s
            self._server.take_line(self._origin, data)
            return
        cuts = framer.feed(data)
        if cuts:
            self.patience.ended_s = self._server.ticks.end_s
            self._server.take(self._origin, cuts)
        if framer.oversize or framer.desync:
            self._note()

    def _finish(self) -> None:
        cuts = self._framer.finish()
        if cuts:
            self._server.take(self._origin, cuts)
        self._note()

    def _note(self) -> None:
        """Carry the framer's counters over to the endpoint's."""
        framer = self._framer
        now = (framer.oversize, framer.desync, framer.bytes_dropped)
        if now != self._counted:
            counters = self._server.counters
            counters.oversize += now[0] - self._counted[0]
            counters.desync += now[1] - self._counted[1]
            counters.bytes_dropped += now[2] - self._counted[2]
            self._counted = now

    def _abort(self) -> None:
        if self._link is not None:
            self._link.abort()


class TcpEndpoint:
    """One listening socket and its connections. Owns them: `close` closes them."""

    transport = "tcp"

    def __init__(
        self,
        listen: Listen,
        sock: socket.socket,
        *,
        append: Append,
        has_room: Callable[[], bool],
        clock_us: Callable[[], int],
        gather: Gather,
        guard: Guard,
        on_full: str = "hold",
        hold_max_s: float = 30.0,
    ) -> None:
        sock.setblocking(False)
        self.name = listener_name(listen)
        self.counters = Counters()
        self.max_line = listen.max_line
        self.buffer = memoryview(bytearray(READ_BYTES))  # of all connections: what is read is copied at once
        self.reads = 0
        self.reasons: dict[str, str] = {}  # the last peer that made a mistake of each kind, for the log
        self._sock = sock
        self._append = append
        self._has_room = has_room
        self._clock_us = clock_us
        self._on_full = on_full
        self._hold_max_s = hold_max_s
        self._gather = gather
        self.guard = guard
        self.ticks = Ticks(lambda: guard.tick_s, self._look_at_all)
        self._paid = 0  # lines that rates know of
        self._acceptor: Acceptor | None = None
        self._open: set[TcpConnection] = set()
        self._held_since_s: float | None = None
        self._dropping = False  # held for long enough: read and drop until there is room
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def address(self) -> tuple[Any, ...]:
        return tuple(self._sock.getsockname())

    @property
    def broken(self) -> bool:
        """Nothing is accepted any more although nobody closed it."""
        return self._acceptor is not None and self._acceptor.broken

    async def start(self) -> None:
        """Begin to accept."""
        self._loop = asyncio.get_running_loop()
        self.counters.receive_buffer = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self._sock.listen(BACKLOG)
        keep_alive(self._sock)
        self.ticks.start()
        self._acceptor = Acceptor(self._sock, self._admit, self.guard.leave, self._starved)

    async def settle(self, drain_s: float = 0.5) -> None:
        """Stop accepting, and take what connected peers have sent (for at most `drain_s`)."""
        if self._acceptor is not None:
            self._acceptor.close()
            self._acceptor = None
        self.forgive()
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # what was accepted in this turn of the loop becomes a connection in the next
        until_s = asyncio.get_running_loop().time() + drain_s
        before = -1
        while self._open and self.reads != before and asyncio.get_running_loop().time() < until_s:
            before = self.reads
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Stop accepting, take what connected peers have sent, close."""
        await self.settle()
        self.counters.connections_ended += len(self._open)
        for connection in list(self._open):
            connection.close()
        self.ticks.stop()
        if self._timer is not None:
            self._timer.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self._sock.close()

    def kernel_drops(self) -> int:
        """Always 0: TCP has none."""
        return 0

    def _connection(self) -> TcpConnection:
        return TcpConnection(self)

    # ------------------------------------------------------------ accepting

    def _admit(self, peer: str) -> TcpConnection | None:
        """The protocol for a peer that just connected; None: turned away."""
        if not self._enters(peer):
            return None
        connection = self._connection()
        connection.host = peer
        return connection

    def _enters(self, peer: str) -> bool:
        refused = self.guard.enter(peer)
        if refused is not None:
            setattr(self.counters, refused, getattr(self.counters, refused) + 1)
            self.report(refused, peer)
        return refused is None

    def _starved(self) -> None:
        self.counters.accept_failures += 1

    # ------------------------------------------------------------ time

    def _look_at_all(self, now_s: float) -> None:
        for connection in list(self._open):
            connection.look(now_s)

    def pay(self, connection: TcpConnection) -> None:
        """Charge the lines that were just read to their sender; one that is ahead of its rate is not read for a while."""
        counters = self.counters
        lines = counters.lines + counters.lines_refused
        wait_s = self.guard.wait_s(connection.peer, lines - self._paid)
        self._paid = lines
        if wait_s >= WAIT_MIN_S and self._acceptor is not None and connection in self._open:
            counters.throttled += 1
            counters.throttled_ms += int(wait_s * 1000)
            connection.wait(wait_s)

    def forgive(self) -> None:
        """Let all go on that wait because of a rate."""
        for connection in self._open:
            connection.resume(THROTTLED)

    def renew(self, listen: Listen) -> None:
        """The same listener with other limits (its guard has them already). Raises IntakeError (TLS files)."""
        self.forgive()
        for connection in list(self._open):
            if not self.guard.admits(connection.peer):
                self.counters.connections_denied += 1
                connection.close()
        self.ticks.start()

    # ------------------------------------------------------------ called by connections

    def opened(self, connection: TcpConnection, peer: str) -> int:
        """The new connection's number; 0 when there are too many."""
        if connection.host is None and not self._enters(peer):
            return 0
        assert self._loop is not None
        self._open.add(connection)
        self.guard.watch(connection)
        connection.patience.heard_s = max(self.ticks.end_s, self._loop.time())
        self.counters.connections += 1
        self.counters.connections_open = len(self._open)
        if self._held_since_s is not None:
            # Not at once: before Python 3.11.4 asyncio begins to read after connection_made, paused or not.
            asyncio.get_running_loop().call_soon(self._pause_if_held, connection)
        return self.counters.connections

    def _pause_if_held(self, connection: TcpConnection) -> None:
        if self._held_since_s is not None:
            connection.pause()

    def closed(self, connection: TcpConnection, peer: str, *, cut: bool) -> None:
        self._open.discard(connection)
        self.guard.leave(peer, connection)
        if self.guard.limits_rate:
            self.pay(connection)
        self.counters.connections_open = len(self._open)
        self.counters.connections_cut += cut

    def report(self, kind: str, peer: str) -> None:
        """Remember who made a mistake; whoever logs decides how often."""
        self.reasons[kind] = peer

    def take_line(self, origin: Origin, data: bytes) -> None:
        """`take` of just one line with its end."""
        counters = self.counters
        if self._append(Batch(origin, Framing.NEWLINE, self._clock_us(), data), 1):
            counters.lines += 1
            counters.bytes += len(data)
            counters.records += 1
        else:
            counters.lines_refused += 1
            counters.bytes_refused += len(data)
        self._taken(1)

    def take(self, origin: Origin, cuts: list[Cut]) -> None:
        """Append frames. When the spool has no room left after that, hold all senders."""
        received_us = self._clock_us()
        counters = self.counters
        total = 0
        for framing, payload, lengths, flags in cuts:
            lines = count(framing, payload, lengths)
            total += lines
            if flags and flags & Flag.UNTERMINATED:
                counters.unterminated += 1
            if self._append(Batch(origin, framing, received_us, payload, lengths, flags), lines):
                counters.lines += lines
                counters.bytes += len(payload)
                counters.records += 1
            else:
                counters.lines_refused += lines
                counters.bytes_refused += len(payload)
        self._taken(total)

    def _taken(self, lines: int) -> None:
        self._gather.saw(lines)
        if self._on_full == "hold" and self._held_since_s is None and not self._has_room():
            self._hold()

    # ------------------------------------------------------------ holding

    def _hold(self) -> None:
        assert self._loop is not None
        if self._dropping:
            return
        self._held_since_s = self._loop.time()
        self.counters.held += 1
        for connection in self._open:
            connection.pause()
        self._timer = self._loop.call_later(HOLD_POLL_S, self._look)

    def _look(self) -> None:
        """While senders are held, and while lines are dropped: has room come back?"""
        assert self._loop is not None
        room = self._has_room()
        if self._held_since_s is not None:
            held_s = self._loop.time() - self._held_since_s
            if room or held_s >= self._hold_max_s:
                self.counters.held_ms += int(held_s * 1000)
                self._held_since_s = None
                self._dropping = not room
                for connection in self._open:
                    connection.resume()
        elif room:
            self._dropping = False
        if self._held_since_s is not None or self._dropping:
            self._timer = self._loop.call_later(HOLD_POLL_S, self._look)

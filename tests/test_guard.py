"""Limits on real sockets: who is beyond his pays for it alone, and every line or connection that is turned away is counted."""

from __future__ import annotations

import asyncio
import itertools
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from brainstemd.config import Listen
from brainstemd.intake import Endpoint, Guard, TcpEndpoint, UdpEndpoint, bind, endpoint
from brainstemd.intake.accept import Acceptor
from brainstemd.intake.guard import GRACE_S
from brainstemd.models import Flag
from tests.test_intake import Sink, client_context, listening, pki, sender, tls_files, until

__all__ = ["pki"]

ALICE, MALLORY = "127.0.0.2", "127.0.0.3"


def from_(peer: str, made: Endpoint) -> socket.socket:
    """A connected socket whose peer address is `peer`."""
    kind = socket.SOCK_DGRAM if isinstance(made, UdpEndpoint) else socket.SOCK_STREAM
    sock = socket.socket(socket.AF_INET, kind)
    sock.bind((peer, 0))
    sock.connect(made.address[:2])
    return sock


async def gone(sock: socket.socket) -> bool:
    """Whether the other side closes the connection; waits for it."""
    sock.setblocking(False)
    async with asyncio.timeout(10):
        try:
            return await asyncio.get_running_loop().sock_recv(sock, 1) == b""
        except ConnectionResetError:
            return True


def lines_of(sink: Sink, peer: str) -> int:
    return sum(len(batch.lengths) for batch in sink.batches if batch.origin.peer == peer)


# ---------------------------------------------------------------- rates


async def test_a_flooding_datagram_peer_pays_alone() -> None:
    """Beyond his rate his lines are dropped and counted, to the line; his neighbour on the same socket loses none."""
    sink = Sink()
    async with listening("udp", sink, max_rate_per_peer="1/m", burst_per_peer=200) as made:
        alice, mallory = from_(ALICE, made), from_(MALLORY, made)
        sent = 0
        for i in range(100):
            for _ in range(20):
                mallory.send(b"<13>flood")
            alice.send(b"<13>alice %d" % i)
            sent += 21
            await until(lambda: made.counters.lines + made.counters.rate_limited == sent, 10)  # noqa: B023
        alice.close()
        mallory.close()
    assert [line for line in sink.lines() if b"alice" in line] == [b"<13>alice %d" % i for i in range(100)]
    assert 200 <= lines_of(sink, MALLORY) <= 205
    assert made.guard.turned["rate_limited"] == MALLORY


async def test_the_listeners_rate_is_shared_fairly() -> None:
    """The small senders pass whole, the large get what is left but for the last tenth; empty datagrams are no lines."""
    sink = Sink()
    async with listening("udp", sink, max_rate="1/h", burst=100) as made:
        alice, mallory = from_(ALICE, made), from_(MALLORY, made)
        for i in range(150):
            mallory.send(b"<13>%d" % i)
        for i in range(10):
            alice.send(b"<13>%d" % i)
        mallory.send(b"")
        await until(lambda: made.counters.lines + made.counters.rate_limited == 160)
        assert lines_of(sink, ALICE) == 10
        assert 80 <= lines_of(sink, MALLORY) <= 90  # however many reads it takes: the last tenth is never his
        await until(lambda: made.counters.empty == 1)
        alice.close()
        mallory.close()


async def test_a_stream_beyond_its_rate_waits_and_loses_nothing() -> None:
    """It is not read for as long as it is ahead; others are; and at the end all that it sent is taken."""
    sink = Sink()
    async with listening("tcp", sink, max_rate_per_peer="1/m", burst_per_peer=10) as made:
        alice, mallory = from_(ALICE, made), from_(MALLORY, made)
        mallory.sendall(b"<13>flood\n" * 1000)
        await until(lambda: made.counters.throttled >= 1)
        taken = made.counters.lines
        mallory.sendall(b"<13>late\n")
        for i in range(5):
            alice.sendall(b"<13>alice %d\n" % i)
            await until(lambda: made.counters.lines == taken + i + 1)  # noqa: B023
        assert b"<13>late" not in sink.lines()
        assert made.counters.throttled_ms > 60_000
    assert sink.lines().count(b"<13>flood") == 1000
    assert sink.lines()[-1] == b"<13>late"
    assert made.counters.lines_refused == made.counters.rate_limited == 0
    alice.close()
    mallory.close()


async def test_a_new_connection_does_not_forgive_a_debt() -> None:
    """Who opens one after the other is not read either; each waits in its place, and at the end nothing is lost."""
    sink = Sink()
    async with listening("tcp", sink, max_rate_per_peer="1/m", burst_per_peer=10) as made:
        socks = []
        for i in range(20):
            socks.append(from_(MALLORY, made))
            socks[-1].sendall(b"<13>%d\n" % i * 100)
            socks[-1].close()
            await until(lambda: made.counters.connections == i + 1)  # noqa: B023
        alice = from_(ALICE, made)
        alice.sendall(b"<13>alice\n")
        await until(lambda: b"<13>alice" in sink.lines())
        assert made.counters.lines == 101
        assert made.counters.throttled == 20
    assert made.counters.lines == 2001
    alice.close()


async def test_a_throttled_stream_goes_on_by_itself() -> None:
    """At the rate; and a full spool that has room again does not wake who waits for his rate."""
    sink = Sink()
    async with listening("tcp", sink, max_rate=1000, burst=10) as made:
        sock = sender(made)
        for _ in range(20):
            sock.sendall(b"<13>%d\n" % made.counters.lines * 20)
            before = made.counters.lines
            await until(lambda: made.counters.lines == before + 20, 20)  # noqa: B023
        assert made.counters.throttled >= 10
        assert isinstance(made, TcpEndpoint)
        (connection,) = made._open
        connection.pause()
        made.pay(connection)
        connection.resume()
        sock.sendall(b"<13>last\n")
        await until(lambda: made.counters.lines == 401, 20)
        sock.close()


async def test_tls_streams_wait_for_their_rate_too(pki: Path) -> None:
    """After the handshake, and never in it: a second connection of a peer in debt is heard, then waits; nothing is lost."""
    sink = Sink()
    files = tls_files(pki)
    async with listening("tls", sink, max_rate_per_peer="1/m", burst_per_peer=10, **files) as made:  # type: ignore[arg-type]
        links = []
        for i in range(2):
            _, link = await asyncio.open_connection(
                *made.address[:2], ssl=client_context(pki, certificate=False)
            )
            link.write(b"<13>flood\n" * 100)
            await until(lambda: made.counters.throttled == i + 1)  # noqa: B023
            links.append(link)
        links[0].write(b"<13>late\n")
        await links[0].drain()
        assert b"<13>late" not in sink.lines()
    assert sink.lines().count(b"<13>flood") == 200
    assert sink.lines()[-1] == b"<13>late"
    for link in links:
        link.close()


# ---------------------------------------------------------------- who


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::]:0"])
async def test_denied_peers_are_dropped_and_counted(address: str) -> None:
    """Deny wins over allow; on a socket for both families IPv4 peers are known by their IPv4 address."""
    sink = Sink()
    listen = Listen(address=(address,), allow=("127.0.0.0/8",), deny=(f"{MALLORY}/32",))
    sock = bind(listen)[0]
    if "::" in address:
        sock.close()
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        sock.bind(("::", 0))
    made = endpoint(listen, sock, append=sink.append, has_room=sink.has_room)
    await made.start()
    for peer, count in ((ALICE, 3), (MALLORY, 4)):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.bind((peer, 0))
            for _ in range(count):
                client.sendto(b"<13>x", ("127.0.0.1", made.address[1]))
    await until(lambda: made.counters.lines == 3 and made.counters.denied == 4)
    await made.close()
    assert {batch.origin.peer for batch in sink.batches} == {ALICE}


async def test_a_denied_connection_is_closed_at_once() -> None:
    """Before a line is read; counted, and said of whom."""
    sink = Sink()
    async with listening("tcp", sink, deny=(MALLORY,)) as made:
        alice, mallory = from_(ALICE, made), from_(MALLORY, made)
        alice.sendall(b"<13>in\n")
        assert await gone(mallory)
        await until(lambda: made.counters.lines == 1)
        assert (made.counters.connections, made.counters.connections_denied) == (1, 1)
        assert isinstance(made, TcpEndpoint)
        assert made.reasons["connections_denied"] == MALLORY
        alice.close()
        mallory.close()


# ---------------------------------------------------------------- connections


async def test_one_peer_has_so_many_connections() -> None:
    """More are closed; another peer's are not; a closed one makes room."""
    sink = Sink()
    async with listening("tcp", sink, max_connections_per_peer=2) as made:
        socks = [from_(MALLORY, made) for _ in range(3)]
        assert await gone(socks[2])
        alice = from_(ALICE, made)
        alice.sendall(b"<13>in\n")
        await until(lambda: made.counters.lines == 1)
        assert made.counters.connections_refused_peer == 1
        socks[0].close()
        await until(lambda: made.counters.connections_open == 2)
        again = from_(MALLORY, made)
        again.sendall(b"<13>in\n")
        await until(lambda: made.counters.lines == 2)
        for sock in (*socks, alice, again):
            sock.close()


async def test_connections_that_never_sent_a_line_give_their_place() -> None:
    """At max_connections, half a line is not enough to stay; a whole one is."""
    sink = Sink()
    async with listening("tcp", sink, max_connections=3) as made:
        honest = sender(made)
        honest.sendall(b"<13>honest\n")
        await until(lambda: made.counters.lines == 1)
        holders = []
        for _ in range(2):
            holders.append(sender(made))
            holders[-1].sendall(b"<13>ha")
            await until(lambda: made.counters.connections == 1 + len(holders))
        await asyncio.sleep(GRACE_S)
        newcomer = sender(made)
        newcomer.sendall(b"<13>newcomer\n")
        assert await gone(holders[0])
        await until(lambda: b"<13>newcomer" in sink.lines())
        honest.sendall(b"<13>honest\n")
        await until(lambda: sink.lines().count(b"<13>honest") == 2)
        assert (made.counters.connections_displaced, made.counters.connections_refused) == (1, 0)
        for sock in (honest, newcomer, *holders):
            sock.close()


async def test_a_silent_connection_is_closed_only_where_asked_for() -> None:
    """idle_timeout; by default silence is for ever, and TCP keepalive looks whether the peer lives."""
    sink = Sink()
    async with listening("tcp", sink, idle_timeout="200ms") as made, listening("tcp", sink) as patient:
        sock, other = sender(made), sender(patient)
        assert await gone(sock)
        assert made.counters.connections_idle == 1
        assert isinstance(patient, TcpEndpoint)
        await until(lambda: len(patient._open) == 1)
        (connection,) = patient._open
        assert connection._link is not None
        inside = connection._link.get_extra_info("socket")
        assert inside.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert inside.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60
        sock.close()
        other.close()


async def test_half_a_frame_does_not_hold_a_connection() -> None:
    """Trickling, or with an octet count: closed, its bytes kept. Silent text: a line, and the sender may go on."""
    sink = Sink()
    async with listening("tcp", sink, frame_timeout="400ms") as made:
        trickle, counted, silent = (sender(made) for _ in range(3))
        counted.sendall(b"40 <13>half")
        silent.sendall(b"<13>no end")

        async def drip() -> None:
            trickle.setblocking(False)
            loop = asyncio.get_running_loop()
            try:
                while made.counters.connections_slow < 2:
                    await loop.sock_sendall(trickle, b"x")
                    await asyncio.sleep(0.02)
            except ConnectionError:
                pass

        await drip()
        assert await gone(counted)
        assert await gone(trickle)
        await until(lambda: b"<13>no end" in sink.lines())
        silent.sendall(b"<13>again no end")
        await until(lambda: b"<13>again no end" in sink.lines())
        assert made.counters.connections_slow == 2
        assert made.counters.connections_open == 1
        flags = {line: b.flags for b in sink.batches for line in [b.payload]}
        assert flags[b"<13>no end"] & Flag.UNTERMINATED
        assert flags[b"<13>half"] & Flag.UNTERMINATED
        for sock in (trickle, counted, silent):
            sock.close()


# ---------------------------------------------------------------- no file left


@contextmanager
def no_file_left() -> Iterator[list[int]]:
    """The process has opened all the files it may. Yields some that can be closed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    plugs = [os.dup(0)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(plugs[0] + 64, 256), hard))
    try:
        while True:
            try:
                plugs.append(os.dup(0))
            except OSError:
                break
        yield plugs
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for plug in plugs:
            os.close(plug)


class Taken(asyncio.Protocol):
    def __init__(self, peer: str) -> None:
        self.peer = peer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport


async def test_without_a_file_left_accepting_rests_and_begins_again() -> None:
    """One failure a rest, not a spinning loop; who waits in the kernel's queue is taken later, nobody is turned away."""
    loop = asyncio.get_running_loop()
    failures: list[float] = []
    taken: list[Taken] = []

    def admit(peer: str) -> asyncio.Protocol:
        taken.append(Taken(peer))
        return taken[-1]

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        clients = [socket.create_connection(server.getsockname()) for _ in range(3)]
        with no_file_left() as plugs:
            acceptor = Acceptor(
                server, admit, lambda peer: None, lambda: failures.append(loop.time()), rest_s=0.05
            )
            await until(lambda: len(failures) >= 3, 10)
            assert taken == []
            assert all(late - early >= 0.049 for early, late in itertools.pairwise(failures))
            os.close(plugs.pop())
            os.close(plugs.pop())
            await until(lambda: len(taken) == 2, 10)
        await until(lambda: len(taken) == 3, 10)
        assert {one.peer for one in taken} == {"127.0.0.1"}
        assert not acceptor.broken
        acceptor.close()
        for one in taken:
            one.transport.close()
        for client in clients:
            client.close()
        await asyncio.sleep(0)


def test_limits_that_are_off_are_not_asked() -> None:
    """A guard without limits says so, and so costs a line nothing."""
    guard = Guard(Listen())
    assert not guard.limits_rate
    assert not guard.screens_datagrams

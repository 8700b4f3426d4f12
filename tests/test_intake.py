"""Real sockets on the loopback: whatever is sent arrives once, in order, or is counted."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from brainstemd.config import Listen
from brainstemd.errors import IntakeError
from brainstemd.framing import split
from brainstemd.intake import (
    Endpoint,
    Gather,
    TcpEndpoint,
    UdpEndpoint,
    bind,
    endpoint,
    listener_name,
)
from brainstemd.intake.sockets import parse_address, unmapped
from brainstemd.models import Batch, Flag


class Sink:
    """What a spool would be: takes batches while it has room."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.room = True
        self.takes = True
        self.refused = 0

    def append(self, batch: Batch, lines: int) -> bool:
        assert lines == len(split(batch.framing, batch.payload, batch.lengths))
        if not self.takes:
            self.refused += 1
            return False
        self.batches.append(batch)
        return True

    def has_room(self) -> bool:
        return self.room

    def lines(self) -> list[bytes]:
        return [f for b in self.batches for f in split(b.framing, b.payload, b.lengths)]


async def until(condition: Callable[[], bool], timeout_s: float = 5.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - polls counters, which tell nobody
            await asyncio.sleep(0.002)


@asynccontextmanager
async def listening(
    transport: str, sink: Sink, address: str = "127.0.0.1:0", hold_max_s: float = 30.0, **options: object
) -> AsyncIterator[Endpoint]:
    on_full = str(options.pop("on_full", "hold"))
    listen = Listen(transport=transport, address=(address,), **options)  # type: ignore[arg-type]
    (sock,) = bind(listen)
    made = endpoint(
        listen,
        sock,
        append=sink.append,
        has_room=sink.has_room,
        on_full=on_full,
        hold_max_s=hold_max_s,
        clock_us=lambda: 1_000_000,
    )
    await made.start()
    try:
        yield made
    finally:
        await made.close()


def sender(made: Endpoint) -> socket.socket:
    """A connected socket, of the endpoint's family."""
    address = made.address
    family = socket.AF_INET6 if len(address) == 4 else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM if isinstance(made, UdpEndpoint) else socket.SOCK_STREAM)
    sock.connect(address[:2])
    return sock


# ---------------------------------------------------------------- UDP


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::1]:0"])
async def test_every_datagram_is_a_line_and_peers_keep_their_order(address: str) -> None:
    """Bursts of several peers come grouped by peer, each in the order sent, queue and socket together."""
    sink = Sink()
    async with listening("udp", sink, address) as made:
        socks = [sender(made) for _ in range(3)]
        for i in range(3000):
            socks[i % 3].send(b"<13>%d %d" % (i % 3, i))
            if i % 700 == 0:
                await asyncio.sleep(0)
        await until(lambda: made.counters.lines == 3000)
        ports = [sock.getsockname()[1] for sock in socks]
    for number, port in enumerate(ports):
        batches = [b for b in sink.batches if b.origin.port == port]
        lines = [f for b in batches for f in split(b.framing, b.payload, b.lengths)]
        assert lines == [b"<13>%d %d" % (number, i) for i in range(number, 3000, 3)]
        assert {b.origin.peer for b in batches} == {"127.0.0.1" if "127" in address else "::1"}
    assert all(len(b.lengths) <= 1000 and len(b.payload) <= 65536 for b in sink.batches)
    assert len(sink.batches) < 1500
    for sock in socks:
        sock.close()


async def test_odd_datagrams_have_documented_answers() -> None:
    """Empty: counted, not stored. 64 KiB of zeros, invalid UTF-8: stored as they are. Too long: its head, flagged."""
    sink = Sink()
    async with listening("udp", sink, max_line=60_000) as made, asyncio.timeout(5):
        sock = sender(made)
        sent = [b"", bytes(59_000), b"\xff\xfe\xc0", b"", b"two\nlines", b"x" * 65_000, b"after"]
        for datagram in sent:
            sock.send(datagram)
        await until(lambda: made.counters.lines == 5)
        sock.close()
    assert sink.lines() == [bytes(59_000), b"\xff\xfe\xc0", b"two\nlines", b"x" * 60_000, b"after"]
    counters = made.counters
    assert (counters.empty, counters.oversize, counters.bytes_dropped) == (2, 1, 5_000)
    assert [bool(b.flags & Flag.TRUNCATED) for b in sink.batches].count(True) == 1


async def test_what_the_kernel_drops_is_counted() -> None:
    """A receive buffer that overflows while nobody reads: sent = received + kernel_drops."""
    sink = Sink()
    async with listening("udp", sink, receive_buffer=4096) as made:
        assert isinstance(made, UdpEndpoint)
        sock = sender(made)
        for i in range(1000):
            sock.send(b"<13>%d" % i + b"x" * 200)
        await until(lambda: made.counters.lines > 0)
        await asyncio.sleep(0.05)
        drops = made.kernel_drops()
        assert drops > 0
        assert made.counters.lines + drops == 1000
        assert made.kernel_drops() == drops
        sock.close()


async def test_the_socket_is_emptied_before_it_is_closed() -> None:
    """What arrived before close() is taken."""
    sink = Sink()
    async with listening("udp", sink) as made:
        sock = sender(made)
        for i in range(500):
            sock.send(b"%d" % i)
    assert sink.lines() == [b"%d" % i for i in range(500)]
    sock.close()


# ---------------------------------------------------------------- TCP


@pytest.mark.parametrize("address", ["127.0.0.1:0", "[::1]:0"])
@pytest.mark.parametrize("counted", [False, True])
async def test_a_stream_arrives_whole_and_in_order(address: str, counted: bool) -> None:
    """Both framings of RFC 6587; records name connection and peer; the close ends the last line."""
    sink = Sink()
    lines = [b"<13>line %d " % i + b"x" * (i % 300) for i in range(20_000)]
    data = b"".join(b"%d %b" % (len(x), x) if counted else x + b"\n" for x in lines)
    async with listening("tcp", sink, address) as made:
        reader, link = await asyncio.open_connection(*made.address[:2])
        link.write(data if counted else data[:-1])
        await link.drain()
        link.close()
        await link.wait_closed()
        await until(lambda: made.counters.lines == len(lines))
    assert sink.lines() == lines
    assert {b.origin.connection for b in sink.batches} == {1}
    assert all(len(b.payload) <= 65536 for b in sink.batches)
    assert made.counters.unterminated == (0 if counted else 1)
    assert made.counters.connections_open == 0
    del reader


async def test_a_half_frame_and_a_closed_socket_is_a_line() -> None:
    """Unterminated, also when the peer resets the connection."""
    sink = Sink()
    async with listening("tcp", sink) as made:
        sock = sender(made)
        sock.sendall(b"<13>whole\n20 <13>half")
        await until(lambda: made.counters.lines == 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sock.close()
        await until(lambda: made.counters.lines == 2)
    assert sink.lines() == [b"<13>whole", b"<13>half"]
    assert made.counters.connections_cut == 1


async def test_too_many_connections_are_refused_and_counted() -> None:
    """Others go on; a closed one makes room."""
    sink = Sink()
    async with listening("tcp", sink, max_connections=2) as made:
        socks = [sender(made) for _ in range(3)]
        await until(lambda: made.counters.connections_refused == 1)
        socks[0].close()
        await until(lambda: made.counters.connections_open == 1)
        again = sender(made)
        again.sendall(b"<13>in\n")
        await until(lambda: made.counters.lines == 1)
        for sock in [*socks, again]:
            sock.close()


async def test_a_tls_hello_on_the_plain_port_is_recognised() -> None:
    """It is counted and the connection closed; no line comes of it."""
    sink = Sink()
    async with listening("tcp", sink) as made:
        sock = sender(made)
        sock.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\n" * 20)
        await until(lambda: made.counters.tls_on_plain == 1 and made.counters.connections_open == 0)
        sock.close()
    assert isinstance(made, TcpEndpoint)
    assert made.reasons["tls_on_plain"] == "127.0.0.1"
    assert sink.batches == []


async def test_a_full_spool_holds_senders_and_lets_them_go() -> None:
    """Nothing is read while there is no room; nothing is lost when room comes back in time."""
    sink = Sink()
    async with listening("tcp", sink) as made:
        sock = sender(made)
        sock.sendall(b"<13>first\n")
        await until(lambda: made.counters.lines == 1)
        sink.room = False
        sock.sendall(b"<13>second\n")
        await until(lambda: made.counters.held == 1)
        late = sender(made)
        late.sendall(b"<13>late\n")
        sock.sendall(b"<13>third\n")
        await asyncio.sleep(0.1)
        assert sink.lines() == [b"<13>first", b"<13>second"]
        sink.room = True
        await until(lambda: made.counters.lines == 4)
        assert made.counters.lines_refused == 0
        assert made.counters.held_ms >= 80
        sock.close()
        late.close()


async def test_senders_are_held_no_longer_than_hold_max() -> None:
    """Then their lines are read, dropped and counted, until there is room again."""
    sink = Sink()
    async with listening("tcp", sink, hold_max_s=0.1) as made:
        sock = sender(made)
        sink.room = sink.takes = False
        sock.sendall(b"<13>a\n")
        await until(lambda: made.counters.held == 1)
        sock.sendall(b"<13>b\n<13>c\n")
        await until(lambda: made.counters.lines_refused == 3)
        sock.sendall(b"<13>d\n")
        await until(lambda: made.counters.lines_refused == 4)
        assert made.counters.held == 1
        sink.room = sink.takes = True
        await asyncio.sleep(0.06)
        sock.sendall(b"<13>e\n")
        await until(lambda: made.counters.lines == 1)
        sock.close()


async def test_on_full_drop_never_holds() -> None:
    """`on_full = "drop"`: refused lines are counted at once."""
    sink = Sink()
    sink.room = sink.takes = False
    async with listening("tcp", sink, on_full="drop") as made:
        sock = sender(made)
        sock.sendall(b"<13>a\n")
        await until(lambda: made.counters.lines_refused == 1)
        assert made.counters.held == 0
        sock.close()


# ---------------------------------------------------------------- turns of the loop


async def test_a_loop_that_is_woken_for_every_line_naps_and_a_busy_or_calm_one_does_not() -> None:
    """Naps begin beyond 1,500 turns a second that bring little, never follow a full turn, and end with the calm."""
    now_s = 0.0
    naps: list[float] = []
    gather = Gather(clock=lambda: now_s, sleep=naps.append)

    def turns(n: int, every_s: float, lines: int) -> int:
        nonlocal now_s
        before = len(naps)
        for _ in range(n):
            now_s += every_s
            gather.saw(lines)
            gather.turn()
        return len(naps) - before

    assert turns(1000, 0.002, 1) == 0
    assert turns(1000, 0.0002, 1) > 700
    assert turns(1000, 0.0002, 500) == 0
    turns(20, 0.02, 1)
    assert turns(100, 0.02, 1) == 0
    assert set(naps) == {gather.nap_s}
    gather.spare(200 * 1024)
    assert gather.nap_s < min(naps)


async def test_closing_under_a_flood_ends() -> None:
    """A sender that never stops must not keep the receiver from stopping."""
    sink = Sink()
    stop = threading.Event()
    async with listening("udp", sink) as made:
        sock = sender(made)

        def flood() -> None:
            while not stop.is_set():
                try:
                    for _ in range(100):
                        sock.send(b"<13>flood")
                except ConnectionRefusedError:
                    pass

        flooding = asyncio.create_task(asyncio.to_thread(flood))
        await until(lambda: made.counters.lines > 1000)
        began = time.monotonic()
        await made.close()
        assert time.monotonic() - began < 4.0
        stop.set()
        await flooding
        sock.close()


async def test_a_socket_that_only_fails_is_given_up_not_asked_for_ever() -> None:
    """recvfrom that raises every time (the socket is gone) must not hang the loop; `broken` says that nobody listens."""
    sink = Sink()
    async with listening("udp", sink) as made:
        assert isinstance(made, UdpEndpoint)
        assert not made.broken
        made._stream.close()
        await asyncio.sleep(0)
        made._sock.close()
        assert made._burst([]) is False
        await until(lambda: made.broken)


# ---------------------------------------------------------------- TLS


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed server certificate and a client one, made by openssl."""
    directory = tmp_path_factory.mktemp("pki")
    for who, subject in (("server", "/CN=localhost"), ("client", "/O=acme/CN=fw-01.acme.example")):
        try:
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-keyout", directory / f"{who}.key", "-out", directory / f"{who}.pem", "-subj", subject, "-days", "2"],
                check=True,
                capture_output=True,
            )  # fmt: skip
        except FileNotFoundError:
            pytest.skip("openssl is not installed")
    return directory


def client_context(pki: Path, *, certificate: bool = True) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(pki / "server.pem"))
    made.check_hostname = False
    if certificate:
        made.load_cert_chain(pki / "client.pem", pki / "client.key")
    return made


def tls_files(pki: Path, *, client_ca: bool = False) -> dict[str, object]:
    files: dict[str, object] = {"certificate": pki / "server.pem", "key": pki / "server.key"}
    return files | ({"client_ca": pki / "client.pem"} if client_ca else {})


@pytest.mark.parametrize("client_ca", [False, True])
async def test_tls_lines_carry_the_clients_name(pki: Path, client_ca: bool) -> None:
    """RFC 5425 with and without client certificates; large writes; the same framing."""
    sink = Sink()
    lines = [b"<13>line %d " % i + b"y" * (i % 400) for i in range(5000)]
    async with listening("tls", sink, **tls_files(pki, client_ca=client_ca)) as made:
        _, link = await asyncio.open_connection(
            *made.address[:2], ssl=client_context(pki, certificate=client_ca)
        )
        link.write(b"".join(b"%d %b" % (len(x), x) for x in lines))
        await link.drain()
        link.close()
        await link.wait_closed()
        await until(lambda: made.counters.lines == len(lines))
    assert sink.lines() == lines
    assert {b.origin.tls_identity for b in sink.batches} == {"fw-01.acme.example" if client_ca else None}
    assert {b.origin.transport for b in sink.batches} == {"tls"}


async def test_plain_text_on_the_tls_port_is_told_apart(pki: Path) -> None:
    """It is counted as such, not as a failed handshake."""
    sink = Sink()
    async with listening("tls", sink, **tls_files(pki)) as made:
        sock = sender(made)
        sock.sendall(b"<13>plain\n")
        await until(lambda: made.counters.plain_on_tls == 1 and made.counters.connections_open == 0)
        assert made.counters.tls_failures == 0
        sock.close()


def test_tls_files_that_cannot_be_used_are_an_error_with_a_hint(tmp_path: Path) -> None:
    """A file that is missing, a file that holds no certificate."""
    (tmp_path / "empty.pem").touch()
    for name in ("missing.pem", "empty.pem"):
        file = tmp_path / name
        listen = Listen(transport="tls", address=("127.0.0.1:0",), certificate=file, key=file)
        (sock,) = bind(listen)
        with pytest.raises(IntakeError) as caught:
            endpoint(listen, sock, append=lambda _: True, has_room=lambda: True)
        assert caught.value.hint
        sock.close()


# ---------------------------------------------------------------- sockets


def test_a_port_that_is_taken_is_an_error_with_a_hint() -> None:
    """And no other socket of the listener is left open."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(IntakeError, match="in use") as caught:
            bind(Listen(transport="tcp", address=("127.0.0.1:0", taken)))
        assert "ss -lnptu" in caught.value.hint


def test_addresses() -> None:
    """IPv4, bracketed IPv6; anything else is an error. Mapped addresses are shown as IPv4."""
    assert parse_address("0.0.0.0:514") == ("0.0.0.0", 514)
    assert parse_address("[::]:514") == ("::", 514)
    for wrong in ("514", "::514", "1.2.3.4:99999", "1.2.3.4", ""):
        with pytest.raises(IntakeError):
            parse_address(wrong)
    assert unmapped("::ffff:10.1.2.3") == "10.1.2.3"
    assert unmapped("2001:db8::1") == "2001:db8::1"
    assert listener_name(Listen(transport="tcp", address=("[::]:601",))) == "tcp:601"
    assert listener_name(Listen(name="edge")) == "edge"

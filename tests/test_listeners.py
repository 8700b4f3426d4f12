"""Listeners over their life: sockets of systemd, reloads, certificates. Real sockets on the loopback."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from brainstemd.config import Listen, Spool
from brainstemd.listeners import Listeners
from brainstemd.systemd import Passed
from tests.test_intake import Sink, pki, until

__all__ = ["pki"]


def held(kind: int = socket.SOCK_DGRAM, family: int = socket.AF_INET) -> tuple[socket.socket, str]:
    """A bound socket as systemd would hold it, and its address as a table has it."""
    sock = socket.socket(family, kind)
    sock.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        sock.listen(8)
    return sock, f"{sock.getsockname()[0]}:{sock.getsockname()[1]}"


def table(transport: str, *address: str, **more: object) -> Listen:
    return Listen(transport=transport, address=address, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def opened(sink: Sink, tables: Sequence[Listen], *socks: socket.socket) -> AsyncIterator[Listeners]:
    made = Listeners(sink, Spool(), [Passed("syslog", sock) for sock in socks])
    await made.open(tables)
    try:
        yield made
    finally:
        await made.close()


def send(sock: socket.socket, data: bytes) -> None:
    with socket.socket(sock.family, sock.type) as sender:
        sender.connect(sock.getsockname())
        sender.sendall(data)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_reload_gives_a_socket_of_systemd_to_the_changed_table(transport: str) -> None:
    """A new tenant on a listener that systemd holds: the socket is never closed, what comes meanwhile waits in it."""
    sock, address = held(socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM)
    sink = Sink()
    old, new = table(transport, address, name="a"), table(transport, address, name="b", tenant="acme")
    async with opened(sink, [old], sock) as made:
        send(sock, b"<13>one\n")
        await until(lambda: len(sink.lines()) == 1)
        await made.change([new])
        assert (made.failed, made.count) == ({}, 1)
        send(sock, b"<13>two\n")
        await until(lambda: len(sink.lines()) == 2)
        await made.change([])  # nobody asks for it any more: read all the same
        send(sock, b"<13>three\n")
        await until(lambda: len(sink.lines()) == 3)
        await made.change([old])
        send(sock, b"<13>four\n")
        await until(lambda: len(sink.lines()) == 4)
        assert made.received() == 4
    assert [batch.origin.listener for batch in sink.batches][:2] == ["a", "b"]


async def test_sockets_that_no_table_asks_for_survive_a_reload() -> None:
    """They, and their connections, are left alone when other tables change."""
    sock, _ = held(socket.SOCK_STREAM)
    sink = Sink()
    async with opened(sink, [table("udp", "127.0.0.1:0", name="x")], sock) as made:
        with socket.create_connection(sock.getsockname()) as sender:
            sender.sendall(b"<13>one\n")
            await until(lambda: len(sink.lines()) == 1)
            await made.change([table("udp", "127.0.0.1:0", name="y")])
            sender.sendall(b"<13>two\n")
            await until(lambda: len(sink.lines()) == 2)


async def test_a_table_that_fails_does_not_cost_a_socket_of_systemd(pki: Path, tmp_path: Path) -> None:
    """A certificate that is missing at start: said, and a reload after it was put there opens the listener."""
    sock, address = held(socket.SOCK_STREAM)
    files = {"certificate": tmp_path / "server.pem", "key": tmp_path / "server.key"}
    tls = table("tls", address, name="tls", **files)
    sink = Sink()
    made = Listeners(sink, Spool(), [Passed("", sock)])
    await made._open_one(tls)
    assert "tls" in made.failed
    for name in ("server.pem", "server.key"):
        shutil.copy(pki / name, tmp_path / name)
    await made.change([tls])
    assert (made.failed, made.count) == ({}, 1)
    await made.close()


async def test_an_address_that_cannot_be_bound_leaves_the_others_of_systemd_open() -> None:
    """One table, one socket handed down, one address of somebody else: half open, and said."""
    sock, address = held()
    other, taken = held()
    sink = Sink()
    both = table("udp", address, taken, name="both")
    async with opened(sink, [both], sock) as made:
        assert made.count == 1
        assert "in use" in made.failed["both"]
        await made.change([both])
        assert "in use" in made.failed["both"]
        send(sock, b"<13>one")
        await until(lambda: len(sink.lines()) == 1)
    other.close()


async def test_a_socket_for_both_families_covers_both_addresses() -> None:
    """`ListenDatagram=PORT` of systemd is one IPv6 socket for all: the default table's IPv4 address is not bound again."""
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind(("::", 0))
    port = sock.getsockname()[1]
    sink = Sink()
    async with opened(sink, [table("udp", f"0.0.0.0:{port}", f"[::]:{port}")], sock) as made:
        assert (made.failed, made.count) == ({}, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"<13>one", ("127.0.0.1", port))
        await until(lambda: len(sink.lines()) == 1)
        assert sink.batches[0].origin.peer == "127.0.0.1"


async def test_totals_never_fall_on_a_reload() -> None:
    """Every counter of a listener that was closed stays in /metrics."""
    sock, address = held()
    sink = Sink()
    async with opened(sink, [table("udp", address, name="a")], sock) as made:
        send(sock, b"")
        send(sock, b"<13>one")
        await until(lambda: len(sink.lines()) == 1)
        before = made.snapshot()
        await made.change([table("tcp", "127.0.0.1:0", name="b")])
        after = made.snapshot()
    growing = [name for name in before if name.endswith("_total")]
    assert len(growing) == 5
    for name in growing:
        assert set(before[name]) <= set(after[name])


# ---------------------------------------------------------------- certificates


def trust(pem: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(pem))
    made.check_hostname = False
    return made


async def test_certificates_are_read_again_and_connections_stay(pki: Path, tmp_path: Path) -> None:
    """SIGHUP with new files, of the same or of other names: old connections go on, new ones see the new certificate;
    files that cannot be used change nothing and are said."""
    for kind in ("pem", "key"):
        shutil.copy(pki / f"server.{kind}", tmp_path / f"a.{kind}")
        shutil.copy(pki / f"client.{kind}", tmp_path / f"b.{kind}")
    sink = Sink()

    def tls(who: str) -> Listen:
        return table(
            "tls", "127.0.0.1:0", name="t", certificate=tmp_path / f"{who}.pem", key=tmp_path / f"{who}.key"
        )

    async with opened(sink, [tls("a")]) as made:
        address = made._all()[0].address[:2]
        _, old = await asyncio.open_connection(*address, ssl=trust(pki / "server.pem"))
        old.write(b"<13>one\n")
        await until(lambda: len(sink.lines()) == 1)
        for step, (tables, pem) in enumerate(
            [([tls("b")], "client.pem"), ([tls("missing")], "client.pem"), ([tls("a")], "server.pem")]
        ):
            await made.change(tables)
            assert (made.count, "t" in made.failed) == (1, step == 1)
            old.write(b"<13>still\n")
            _, new = await asyncio.open_connection(*address, ssl=trust(pki / pem))
            new.write(b"<13>new\n")
            await until(lambda wanted=3 + 2 * step: len(sink.lines()) == wanted)
            new.close()
        shutil.copy(pki / "client.pem", tmp_path / "a.pem")
        shutil.copy(pki / "client.key", tmp_path / "a.key")
        await made.change([tls("a")])
        _, new = await asyncio.open_connection(*address, ssl=trust(pki / "client.pem"))
        new.close()
        old.write(b"<13>last\n")
        await until(lambda: sink.lines()[-1] == b"<13>last")
        assert made._all()[0].counters.connections_cut == 0
        old.close()


# ---------------------------------------------------------------- drops while nobody ran


async def test_drops_while_no_receiver_ran_are_told_from_the_beat() -> None:
    """The kernel goes on counting for a socket that systemd holds; another socket on the same address is not it."""
    sock, address = held()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sink = Sink()
    small = table("udp", address, receive_buffer="1KiB")
    async with opened(sink, [small], sock.dup()) as made:
        pass
    words = made.kernel_words()  # as STOP says them
    for _ in range(200):
        send(sock, b"<13>" + b"x" * 500)
    async with opened(sink, [small], sock.dup()) as made:
        (one,) = made._all()
        await until(lambda: made.received() > 0)
        assert made.dropped_before(words) == 200 - made.received() > 0
        assert one.kernel_drops() == 0
        assert made.dropped_before({name: [word, cookie + 1] for name, (word, cookie) in words.items()}) == 0
        assert made.dropped_before({"nonsense": 1, next(iter(words)): "x"}) == 0
    sock.close()

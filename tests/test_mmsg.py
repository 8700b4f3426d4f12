"""Datagrams in bulk: recvmmsg gives what recvfrom gives, and is what runs here."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from brainstemd.intake import mmsg

FAMILIES = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}


@pytest.fixture(params=FAMILIES, ids=["ipv4", "ipv6"])
def receiver(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    with socket.socket(request.param, socket.SOCK_DGRAM) as sock:
        sock.bind((FAMILIES[request.param], 0))
        sock.setblocking(False)
        yield sock


def sent(receiver: socket.socket, stack: ExitStack, count: int) -> list[tuple[bytes, tuple[str, int]]]:
    """Datagrams of three senders in a random order, empty and large ones among them; few enough for any buffer."""
    rng = random.Random(count)
    socks = [
        stack.enter_context(socket.socket(receiver.family, socket.SOCK_DGRAM)) for _ in range(min(3, count))
    ]
    made = []
    for number in range(count):
        sock = rng.choice(socks)
        sock.connect(receiver.getsockname()[:2])
        frame = rng.choice([b"", b"x" * 5000 if number < 5 else b"y", b"<13>line %d" % number])
        sock.send(frame)
        made.append((frame, sock.getsockname()[:2]))
    return made


def taken(receive: mmsg.Receive, receiver: socket.socket) -> list[tuple[bytes, tuple[str, int]]]:
    found: list[tuple[bytes, tuple[str, int]]] = []
    while True:
        try:
            peers, frames = receive(receiver)
        except BlockingIOError:
            return found
        assert 0 < len(frames) <= mmsg.SLOTS
        keys = list(peers) * len(frames) if len(peers) == 1 else list(peers)
        hosts = [mmsg.address(key) if isinstance(key, bytes) else key[:2] for key in keys]
        found += [(bytes(frame), host) for frame, host in zip(frames, hosts, strict=True)]


@pytest.mark.parametrize("count", [1, 2, 100, 200])
def test_both_ways_give_every_datagram_with_its_peer_in_order(receiver: socket.socket, count: int) -> None:
    """In bulk and one by one: the same bytes, peers and order, beyond one call's slots as well."""
    for receive in (mmsg.receive(receiver.family), mmsg.one_by_one):
        with ExitStack() as stack:
            want = sent(receiver, stack, count)
            assert taken(receive, receiver) == want


def test_the_bulk_call_is_what_runs_here(receiver: socket.socket) -> None:
    """Linux with ctypes: the slow way would work and nobody would see that it is slow."""
    assert mmsg.receive(receiver.family) is not mmsg.one_by_one


def test_a_socket_that_is_gone_is_an_error_not_an_empty_one(receiver: socket.socket) -> None:
    """EBADF in bulk as with recvfrom."""
    receiver.close()
    for receive in (mmsg.receive(socket.AF_INET), mmsg.one_by_one):
        with pytest.raises(OSError, match="Bad file descriptor"):
            receive(receiver)


def test_a_link_local_peer_keeps_its_zone() -> None:
    """fe80::1 of one link is not fe80::1 of another."""
    name = socket.AF_INET6.to_bytes(2, "little") + (514).to_bytes(2, "big") + bytes(4)
    host = socket.inet_pton(socket.AF_INET6, "fe80::1")
    index, interface = socket.if_nameindex()[0]
    assert mmsg.address(name + host + index.to_bytes(4, "little")) == (f"fe80::1%{interface}", 514)
    assert mmsg.address(name + host + bytes(4)) == ("fe80::1", 514)

"""Clients of the health socket that mean no good: the receiver does not notice, and everybody is answered again afterwards."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.daemon_kit import Daemon, lines_of, spooled, wait_for

NONSENSE = (
    b"",
    b"\0" * 64,
    b"GET",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n\r\n",
    b"A" * 20_000,
    b"\x16\x03\x01\x02\x00\x01",
)
CLIENTS = 1_000


def open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def connected(path: Path) -> socket.socket | None:
    """A client that does not wait; None where the backlog is full."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.setblocking(False)
    try:
        sock.connect(str(path))
    except BlockingIOError:
        sock.close()
        return None
    return sock


@pytest.mark.slow
def test_a_thousand_clients_of_the_health_socket_cost_no_line(tmp_path: Path) -> None:
    """Silent, slow, senseless and early leaving clients: lines go on into the spool, descriptors come back, health answers."""
    with Daemon(tmp_path) as daemon, ExitStack() as stay:
        daemon.start().working()
        path = tmp_path / "run" / "health.sock"
        before = open_files(daemon.pid)
        taken = 0
        for number in range(CLIENTS):
            if number % 100 == 0:
                daemon.tcp(f"<13>Mar 22 00:00:00 h app: line {number}")
            sock = connected(path)
            if sock is None:
                continue
            taken += 1
            if number % 20 == 0:
                stay.enter_context(sock)  # says nothing, or half a word, and stays
            try:
                sock.send(NONSENSE[number % len(NONSENSE)])
            except (BlockingIOError, BrokenPipeError, ConnectionResetError):
                pass  # it was turned away
            if number % 20:
                sock.close()
        assert taken > CLIENTS // 20
        stay.close()
        wait_for(lambda: open_files(daemon.pid) <= before + 2, 30)
        assert daemon.get("/readyz")[0] == 200
        daemon.caught_up(CLIENTS // 100)
        assert daemon.stop() == 0
    assert len(lines_of(spooled(daemon.state_dir))) == CLIENTS // 100

"""What hostile connections cost a running daemon and its other senders.

    python tests/bench/hostile.py                          # 1,000 slow-loris connections, then 50,000 connect/close cycles
    python tests/bench/hostile.py --loris 200 --cycles 5000

Other senders go on meanwhile: over UDP, over a TCP connection that was there before, and over new ones. All their lines
must be in the spool; open files and resident memory must come back to what they were.
"""

from __future__ import annotations

import argparse
import os
import resource
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.daemon_kit import BASE, Daemon, lines_of, spooled, wait_for

RESET = b"\1\0\0\0\0\0\0\0"  # struct linger: close with a reset
SOURCES = 16  # addresses of the attacker: one has not enough ports


class State(NamedTuple):
    files: int
    resident_kib: int
    cpu_s: float


def state(pid: int) -> State:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    cpu_s = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return State(len(os.listdir(f"/proc/{pid}/fd")), resident, cpu_s)  # noqa: PTH208


def allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


class Others:
    """Honest senders beside the attack; `sent` is what must be in the spool."""

    def __init__(self, daemon: Daemon) -> None:
        self.sent: list[bytes] = []
        self._port = daemon.port("tcp")
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.connect(("127.0.0.1", daemon.port("udp")))
        self._tcp = socket.create_connection(("127.0.0.1", self._port))
        self.speak(1)

    def talk(self, lines: int) -> None:
        """So many lines each way that is open."""
        for _ in range(lines):
            self._udp.send(self._line("udp"))
            self._tcp.sendall(self._line("tcp") + b"\n")

    def speak(self, lines: int) -> None:
        """And one over a new connection."""
        self.talk(lines)
        with socket.create_connection(("127.0.0.1", self._port)) as fresh:
            fresh.sendall(self._line("new") + b"\n")

    def close(self) -> None:
        self._udp.close()
        self._tcp.close()

    def _line(self, way: str) -> bytes:
        self.sent.append(b"<13>Mar 22 00:00:00 honest app: %s %d" % (way.encode(), len(self.sent)))
        return self.sent[-1]


def loris(daemon: Daemon, others: Others, connections: int, rounds: int) -> list[socket.socket]:
    """Connections that send half a frame, then a byte each a round; what is left of them at the end."""
    held = []
    for i in range(connections):
        sock = socket.create_connection(("127.0.0.1", daemon.port("tcp")))
        sock.sendall((b"<13>ha", b"999 <13>ha", b"<")[i % 3])
        held.append(sock)
    for _ in range(rounds):
        held = [sock for sock in held if drips(sock)]
        others.speak(10)
        time.sleep(0.1)
    return held


def drips(sock: socket.socket, data: bytes = b"x") -> bool:
    """Send a little; False, and closed, when the other side has closed."""
    try:
        sock.sendall(data)
    except OSError:
        sock.close()
        return False
    return True


def cycles(daemon: Daemon, others: Others, count: int) -> int:
    """Connections that are closed at once: empty, by reset, after half a line, after a line. Returns the lines in them."""
    port = daemon.port("tcp")
    lines = 0
    for i in range(count):
        with socket.socket() as sock:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_BIND_ADDRESS_NO_PORT, 1)
            sock.bind((f"127.0.1.{i % SOURCES + 1}", 0))
            sock.connect(("127.0.0.1", port))
            if i % 4 == 1:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            elif i % 4 >= 2:
                sock.sendall(b"<13>cycle %d" % i + b"\n" * (i % 2))
                lines += 1
        if i % 200 == 0:
            others.speak(5)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--loris", type=int, default=1000, help="connections")
    parser.add_argument("--cycles", type=int, default=50_000)
    parser.add_argument("--max-connections", type=int, default=2000)
    options = parser.parse_args()
    allow_files(options.loris + 256)
    config = BASE.replace(
        'transport = "tcp"',
        f'transport = "tcp"\nframe_timeout = "2s"\nmax_connections = {options.max_connections}',
    )
    with tempfile.TemporaryDirectory() as directory, Daemon(Path(directory), config) as daemon:
        daemon.start().working()
        others = Others(daemon)
        cycles(daemon, others, 400)  # whatever is made once is made
        wait_for(lambda: daemon.metric("brainstemd_connections") == 1)
        base = state(daemon.pid)
        print(f"before: {base}")
        held = loris(daemon, others, options.loris, 10)
        during = state(daemon.pid)
        while held:  # until the daemon has cut them all
            held = [sock for sock in held if drips(sock)]
            others.speak(1)
            time.sleep(0.2)
        wait_for(lambda: daemon.metric("brainstemd_connections") <= 1, 30)
        after = state(daemon.pid)
        print(f"{options.loris} slow-loris connections: {during}, and when they were cut: {after}")
        began, cpu_s = time.monotonic(), after.cpu_s
        cycles(daemon, others, options.cycles)
        wait_for(lambda: daemon.metric("brainstemd_connections") <= 1, 60)
        took_s, after = time.monotonic() - began, state(daemon.pid)
        print(
            f"{options.cycles} connect/close cycles: {after}, {options.cycles / took_s:.0f}/s, "
            f"{(after.cpu_s - cpu_s) / options.cycles * 1e6:.0f} us CPU each"
        )
        reasons = sorted(
            line
            for line in daemon.get("/metrics")[1].decode().splitlines()
            if line.startswith("brainstemd_intake_total") and not line.endswith(" 0.0")
        )
        print("\n".join(reasons))
        others.close()
        daemon.stop()
        kept = lines_of(spooled(daemon.state_dir))
        honest = [line for line in kept if b" honest app: " in line]
        print(
            f"lines of other senders: {len(others.sent)} sent, {len(set(honest) & set(others.sent))} kept once, {len(honest) - len(set(honest))} twice"
        )


if __name__ == "__main__":
    main()

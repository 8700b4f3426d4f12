"""The flood of tests/bench/intake.py: flood.c compiled at run time, or the same in Python where there is no compiler.

    python -m tests.bench.sender udp|tcp|many|tls PORT RATE LINES SOURCES

speaks as flood.c does: "ready", a line on stdin begins it, one JSON object at the end.
"""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

HERE = Path(__file__).parent
LINE = b"<38>Mar 22 00:01:10 fw-01 sshd[4242]: Failed password for invalid user admin from 203.0.113.99 port %09d ssh2 - the rest of a usual line xx"
LINE_BYTES = len(LINE % 0)
CHUNK_LINES = 430


class Sent(NamedTuple):
    lines: int
    seconds: float  # until the kernel had taken all
    read_s: float  # until the receiver had read all of it (streams)

    @property
    def rate(self) -> float:
        return self.lines / self.seconds


@functools.cache
def compiled() -> Path | None:
    """flood.c as a program; None without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    directory = tempfile.mkdtemp(prefix="bench-flood-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    program = Path(directory) / "flood"
    subprocess.run([compiler, "-O2", "-o", str(program), str(HERE / "flood.c")], check=True)
    return program


class Sender:
    """A connected sender that waits for its word. A context: it is ended by its pid."""

    def __init__(
        self, how: str, port: int, *, rate: float, lines: int, sources: int = 1, native: bool = True
    ) -> None:
        program = compiled() if native and how != "tls" else None
        command = [str(program)] if program else [sys.executable, "-m", "tests.bench.sender"]
        self._process = subprocess.Popen(
            [*command, how, str(port), str(rate), str(lines), str(sources)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=HERE.parents[1],
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError(f"the sender ({how}) could not connect")

    def send(self) -> Sent:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline() or '{"sent": 0, "seconds": 1, "read": 1}')
        return Sent(answer["sent"], answer["seconds"], answer["read"])

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()


# ---------------------------------------------------------------- the same in Python, and TLS


def connected(how: str, port: int) -> socket.socket:
    kind = socket.SOCK_DGRAM if how == "udp" else socket.SOCK_STREAM
    sock = socket.socket(socket.AF_INET, kind)
    sock.connect(("127.0.0.1", port))
    if how != "tls":
        return sock
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(sock)


def paced(socks: list[socket.socket], end: bytes, rate: float, lines: int) -> None:
    started = time.perf_counter()
    sent = 0
    while sent < lines:
        due = min(lines, int((time.perf_counter() - started) * rate) + 1)
        for number in range(sent, due):
            socks[number % len(socks)].sendall(LINE % number + end)
        sent = due
        time.sleep(0.0001)


def flat_out(socks: list[socket.socket], lines: int) -> None:
    for turn, start in enumerate(range(0, lines, CHUNK_LINES)):
        numbers = range(start, min(start + CHUNK_LINES, lines))
        socks[turn % len(socks)].sendall(b"".join(LINE % number + b"\n" for number in numbers))


def finish(socks: list[socket.socket]) -> None:
    for sock in socks:
        if isinstance(sock, ssl.SSLSocket):
            sock = sock.unwrap()
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(512):
            pass


def main(how: str, port: str, rate: str, lines: str, sources: str) -> None:
    socks = [connected(how, int(port)) for _ in range(int(sources))]
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.perf_counter()
    if how == "tcp":
        flat_out(socks, int(lines))
    else:
        paced(socks, b"" if how == "udp" else b"\n", float(rate), int(lines))
    took = time.perf_counter() - started
    if how in ("tcp", "many"):
        finish(socks)
    read = time.perf_counter() - started
    print(json.dumps({"sent": int(lines), "seconds": took, "read": read}), flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What a line costs the receiver over many TLS connections, beside the same over plain TCP in the same run.

    python -m tests.bench.tls                          # 200 connections, 50 lines/s each, a line a write
    python -m tests.bench.tls --lines-a-write 50       # and as relays write: in bunches

A child receives (endpoint + spool writer, as the receiver does); this process sends. CPU time of the child, handshakes
apart; every line is counted in the spool.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from brainstemd.config import Listen
from brainstemd.intake import bind, endpoint
from brainstemd.models import RecordKind
from brainstemd.process import collect_less, resident_bytes
from brainstemd.spool import Reader, Writer
from tests.pki_kit import authority, issue

LINE = b"<38>Mar 22 00:01:10 fw-01 sshd[4242]: Failed password for invalid user admin from 203.0.113.99 port %06d ssh2 - the rest of a usual line xxxxx\n"


async def receive(transport: str, directory: Path) -> None:
    """The child: a word on stdin is answered with what was spent and taken so far; end of file ends it."""
    files = (
        {"certificate": "server.pem", "key": "server.key", "client_ca": "ca.pem"}
        if transport == "tls"
        else {}
    )
    given = {name: directory / file for name, file in files.items()}
    listen = Listen(transport=transport, address=("127.0.0.1:0",), max_connections=5000, **given)  # type: ignore[arg-type]
    writer = Writer(directory / transport, min_free_bytes=0)
    writer.start()
    (sock,) = bind(listen)
    made = endpoint(listen, sock, append=writer.append, has_room=writer.has_room)
    await made.start()
    collect_less()
    print(json.dumps({"port": made.address[1]}), flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        usage = resource.getrusage(resource.RUSAGE_SELF)
        told = {
            "cpu_s": usage.ru_utime + usage.ru_stime,
            "lines": made.counters.lines,
            "records": made.counters.records,
            "rss_mib": resident_bytes() / 2**20,
        }
        print(json.dumps(told), flush=True)
    await made.close()
    writer.close(20)


class Child:
    def __init__(self, transport: str, directory: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.tls", "--receive", transport, "--directory", str(directory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.port = int(self._answer()["port"])

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        return dict(json.loads(self._process.stdout.readline()))

    def ask(self) -> dict[str, float]:
        assert self._process.stdin is not None
        self._process.stdin.write("?\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


def connect(transport: str, port: int, directory: Path) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port))
    if transport != "tls":
        return sock
    context = ssl.create_default_context(cafile=str(directory / "ca.pem"))
    context.load_cert_chain(directory / "client.pem", directory / "client.key")
    return context.wrap_socket(sock, server_hostname="localhost")


def send(socks: list[socket.socket], rate: float, seconds: float, lines_a_write: int) -> int:
    """Lines in turn over all connections, each its share, paced."""
    sent = 0
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        for sock in socks:
            sock.sendall(b"".join([LINE % (n % 1_000_000) for n in range(sent, sent + lines_a_write)]))
            sent += lines_a_write
            ahead = sent / rate - (time.perf_counter() - began)
            if ahead > 0.001:
                time.sleep(ahead)
    return sent


def one(transport: str, directory: Path, asked: argparse.Namespace) -> tuple[float, float, float]:
    """CPU µs a line, µs a handshake (connection, for plain TCP), MiB resident with all connections open."""
    with tempfile.TemporaryDirectory() as place:
        for file in directory.iterdir():
            (Path(place) / file.name).write_bytes(file.read_bytes())
        child = Child(transport, Path(place))
        start = child.ask()
        with contextlib.ExitStack() as stack:
            socks = [
                stack.enter_context(connect(transport, child.port, directory))
                for _ in range(asked.connections)
            ]
            hello = (settled(child)["cpu_s"] - start["cpu_s"]) / asked.connections * 1e6
            send(socks, 5_000, 0.5, 1)
            before = settled(child)
            sent = send(socks, asked.connections * asked.rate, asked.seconds, asked.lines_a_write)
            after = settled(child)
        child.end()
        reader = Reader(Path(place) / transport, None)
        kept = 0
        while records := reader.read():
            kept += sum(len(record.frames) for record in records if record.kind is RecordKind.LINES)
        reader.close()
    taken = after["lines"] - before["lines"]
    if taken != sent or kept != after["lines"]:
        raise SystemExit(f"lost: sent {sent}, taken {taken}, on disk {kept} of {after['lines']}")
    return (after["cpu_s"] - before["cpu_s"]) / sent * 1e6, hello, after["rss_mib"]


def settled(child: Child) -> dict[str, float]:
    """When no more lines come in."""
    last = child.ask()
    while True:
        time.sleep(0.2)
        now = child.ask()
        if now["lines"] == last["lines"]:
            return now
        last = now


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--rate", type=float, default=50.0, help="lines a second and connection")
    parser.add_argument("--lines-a-write", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--receive", help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.receive:
        asyncio.run(receive(asked.receive, asked.directory))
        return
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        authority(directory, "ca")
        issue(directory, "server", "ca", "/CN=localhost", "DNS:localhost")
        issue(directory, "client", "ca", "/CN=fw-01", "DNS:fw-01.example")
        took: dict[str, list[tuple[float, float, float]]] = {"tcp": [], "tls": []}
        for _ in range(asked.times):
            for transport, values in took.items():
                values.append(one(transport, directory, asked))
    print(
        f"{asked.connections} connections, {asked.rate:g} lines/s each, {asked.lines_a_write} a write, {asked.times} times {asked.seconds:g} s"
    )
    for transport, values in took.items():
        line, hello, rss = (statistics.median(column) for column in zip(*values, strict=True))
        print(
            f"  {transport}  {line:6.2f} µs CPU a line   {hello:7.0f} µs CPU a connection made   {rss:5.1f} MiB resident"
        )


if __name__ == "__main__":
    main()

"""What this machine takes in: a real daemon on loopback and in a temporary directory, flooded with the demo's lines.

Nothing that is configured is read or touched. Lost means what the daemon's own counters and the sender disagree about. The
sender is Python too, and on a machine of few cores it is a part of what limits.
"""

from __future__ import annotations

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path

from brainstemd import systemd
from brainstemd.config import PREFIX
from brainstemd.demo import world
from brainstemd.errors import BrainstemdError
from brainstemd.health import NotRunning, ask, socket_path

RATES = (25_000, 50_000, 100_000, 150_000, 200_000, 250_000, 300_000, 400_000)  # datagrams a second
UDP_S = 1.0  # for each of them
TCP_LINES = 400_000
DRAIN_MAX_S = 12.0
SENDER_BOUND = 0.9  # of the rate asked for
CATCH_UP_S = 0.005
CHUNK_BYTES = 64 * 1024
FSYNCS = 20
SEEDS = 60
_START_MAX_S = 20.0
_SETTLE_S = 0.3  # counters that stand still for so long have settled
_STOP_MAX_S = 15.0
_METRIC = re.compile(r"^(\S+) (\S+)$", re.MULTILINE)
_CONFIG = """\
state_dir = {state}
runtime_dir = {run}
digest_dir = {digest}
[[listen]]
transport = "udp"
address = ["127.0.0.1:0"]
[[listen]]
transport = "tcp"
address = ["127.0.0.1:0"]
[spool]
min_free = "64MiB"
"""


@dataclass
class Udp:
    lossless: int = 0  # lines a second, as sent; 0: the lowest rate lost some
    sender_bound: bool = False  # the sender could not send more: lossless is a lower bound
    lost_at: int | None = None  # the rate at which lines were lost
    lost: int = 0  # of one second at that rate
    cpu_us: float = 0.0  # of the receiver, a line, at the lossless rate
    receive_buffer: int = 0  # bytes that the kernel granted


@dataclass
class Tcp:
    rate: int = 0  # lines a second, one connection
    lost: int = 0
    cpu_us: float = 0.0


@dataclass
class Drain:
    rate: int = 0  # lines a second from the spool into committed memory, nothing else going on
    lines: int = 0
    cpu_us: float = 0.0  # of the worker, a line


@dataclass
class Fsync:
    """Of 4 KiB appended to a file, milliseconds."""

    median_ms: float = 0.0
    max_ms: float = 0.0


@dataclass
class Figures:
    cores: int
    directory: str
    line_bytes: int  # of the mean line
    udp: Udp = field(default_factory=Udp)
    tcp: Tcp = field(default_factory=Tcp)
    drain: Drain = field(default_factory=Drain)
    fsync: Fsync = field(default_factory=Fsync)
    resident_bytes: dict[str, int] = field(default_factory=dict)  # receiver, worker
    seconds: float = 0.0  # that the bench took

    def document(self) -> dict[str, object]:
        return {"schema": "brainstemd.bench/1", **asdict(self)}


def measure(
    parent: Path | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    rates: Sequence[int] = RATES,
    udp_s: float = UDP_S,
    tcp_lines: int = TCP_LINES,
    tell: Callable[[str], None] = lambda text: None,
) -> Figures:
    """All figures, in about 25 seconds. `parent` is where the temporary directory is made: on the disk to be measured.

    Raises BrainstemdError when the daemon does not start or dies, OSError for a directory that cannot be used.
    """
    started_s = time.monotonic()
    lines = traffic(time.time_ns() // 1000)
    with tempfile.TemporaryDirectory(prefix="brainstemd-bench-", dir=parent) as name:
        made = Figures(os.cpu_count() or 1, name, sum(map(len, lines)) // len(lines))
        tell("fsync")
        made.fsync = fsync(Path(name))
        with running(Path(name), environ) as daemon:
            made.udp = udp(daemon, lines, rates, udp_s, tell)
            tell("TCP")
            made.tcp = tcp(daemon, lines, tcp_lines)
            tell("drain")
            made.drain = drain(daemon)
            made.resident_bytes = {
                who: int(daemon.numbers()[f'brainstemd_resident_memory_bytes{{process="{who}"}}'])
                for who in ("receiver", "worker")
            }
    made.seconds = round(time.monotonic() - started_s, 1)
    return made


def traffic(now_us: int) -> list[bytes]:
    """Some 33,000 lines of the last three hours, by time: the demo's devices with other values for each seed."""
    told = [line for seed in range(SEEDS) for line in world(seed, now_us, days=0.125)]
    return [raw for _, _, raw in sorted(told)]


# ---------------------------------------------------------------- the daemon


class Daemon:
    """A running daemon and what it says of itself."""

    def __init__(self, process: subprocess.Popen[bytes], health: Path, log: Path) -> None:
        self._process = process
        self._health = health
        self._log = log

    def numbers(self) -> dict[str, float]:
        """Its metrics. Raises BrainstemdError when it is gone."""
        try:
            text = ask(self._health, "/metrics").body.decode()
        except (NotRunning, OSError) as error:
            raise self._dead() from error
        return {name: float(value) for name, value in _METRIC.findall(text) if not name.startswith("#")}

    def port(self, transport: str) -> int:
        """Where it listens. Raises BrainstemdError when it does not."""
        for line in self._log.read_text("utf-8", "replace").splitlines():
            told = json.loads(line) if line.startswith("{") else {}
            if told.get("event") == "listening" and told["transport"] == transport:
                return int(told["address"].rpartition(":")[2])
        raise self._dead()

    def wait_ready(self) -> None:
        """Raises BrainstemdError when it does not become ready."""
        until_s = time.monotonic() + _START_MAX_S
        while self._process.poll() is None and time.monotonic() < until_s:
            try:
                if ask(self._health, "/readyz").status == 200:
                    return
            except (NotRunning, OSError):
                pass
            time.sleep(0.05)
        raise self._dead()

    def settled(self, name: str, goal: float, patience_s: float = 5.0) -> dict[str, float]:
        """The numbers once `name` has reached `goal` or stands still."""
        until_s = time.monotonic() + patience_s
        now = self.numbers()
        while now[name] < goal and time.monotonic() < until_s:
            time.sleep(_SETTLE_S)
            before, now = now, self.numbers()
            if now[name] == before[name]:
                break
        return now

    def _dead(self) -> BrainstemdError:
        log = self._log.read_text("utf-8", "replace").strip().splitlines()
        return BrainstemdError(
            "the bench's daemon does not run: " + (log[-1] if log else "it said nothing"),
            hint="try --directory with a place that has 64 MiB free and that you may write to",
        )


@contextmanager
def running(directory: Path, environ: Mapping[str, str]) -> Iterator[Daemon]:
    """A daemon with built-in defaults in `directory`, whatever the environment configures."""
    config, log = directory / "bench.toml", directory / "log"
    with tempfile.TemporaryDirectory(prefix="brainstemd-") as run:  # a socket's path is short
        places = {name: json.dumps(str(directory / name)) for name in ("state", "digest")}
        config.write_text(_CONFIG.format(run=json.dumps(run), **places), "utf-8")
        clean = {k: v for k, v in systemd.child_environment(environ).items() if not k.startswith(PREFIX)}
        command = [sys.executable, "-m", "brainstemd", "--log-format", "json", "--config", str(config), "run"]
        with log.open("wb") as out:
            process = subprocess.Popen(command, env=clean, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            daemon = Daemon(process, socket_path(Path(run)), log)
            daemon.wait_ready()
            yield daemon
        finally:
            process.terminate()
            try:
                process.wait(_STOP_MAX_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


# ---------------------------------------------------------------- the figures

_RECEIVED = 'brainstemd_received_lines_total{{listener="{0}:0",transport="{0}"}}'
_CPU = 'brainstemd_cpu_seconds_total{{process="{0}"}}'
_FOLDED = "brainstemd_folded_lines_total"
_SPOOLED = "brainstemd_spool_appended_lines_total"


def udp(
    daemon: Daemon,
    lines: Sequence[bytes],
    rates: Sequence[int],
    seconds: float,
    tell: Callable[[str], None],
) -> Udp:
    """Rising rates until a line is lost."""
    made = Udp(receive_buffer=int(daemon.numbers()['brainstemd_receive_buffer_bytes{listener="udp:0"}']))
    received, cpu = _RECEIVED.format("udp"), _CPU.format("receiver")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", daemon.port("udp")))
        for rate in rates:
            tell(f"UDP, {rate:,} lines/s")
            count = int(rate * seconds)
            before = daemon.numbers()
            took_s = pace(sock, islice(cycle(lines), count), count, rate)
            after = daemon.settled(received, before[received] + count)
            lost = count - int(after[received] - before[received])
            if lost:
                made.lost_at, made.lost = rate, lost
                break
            made.lossless = min(rate, int(count / took_s))
            made.cpu_us = round((after[cpu] - before[cpu]) / count * 1e6, 2)
            if made.lossless < SENDER_BOUND * rate:
                made.sender_bound = True
                break
        else:
            made.sender_bound = True  # it sent all that it was asked to
    return made


def pace(sock: socket.socket, lines: Iterator[bytes], count: int, rate: int) -> float:
    """Send the lines evenly, a little every millisecond; the seconds that it took.

    A sender that was not run for a while goes on more slowly: what it missed would be a burst that nobody asked for.
    """
    send = sock.send
    started_s = clock_s = time.perf_counter()
    sent = 0
    while sent < count:
        now_s = time.perf_counter()
        clock_s += max(0.0, now_s - clock_s - sent / rate - CATCH_UP_S)
        due = min(count, int((now_s - clock_s) * rate) + 1)
        for line in islice(lines, due - sent):
            send(line)
        sent = due
        time.sleep(0.001)
    return time.perf_counter() - started_s


def tcp(daemon: Daemon, lines: Sequence[bytes], count: int) -> Tcp:
    """One connection, as fast as it goes."""
    received, cpu = _RECEIVED.format("tcp"), _CPU.format("receiver")
    before = daemon.numbers()
    text = b"\n".join(islice(cycle(lines), count)) + b"\n"
    with socket.create_connection(("127.0.0.1", daemon.port("tcp"))) as sock:
        started_s = time.perf_counter()
        for at in range(0, len(text), CHUNK_BYTES):
            sock.sendall(text[at : at + CHUNK_BYTES])
        sock.shutdown(socket.SHUT_WR)
        sock.recv(1)  # it closes when it has read everything
        took_s = time.perf_counter() - started_s
    after = daemon.settled(received, before[received] + count)
    lost = count - int(after[received] - before[received])
    return Tcp(int(count / took_s), lost, round((after[cpu] - before[cpu]) / count * 1e6, 2))


def drain(daemon: Daemon) -> Drain:
    """How fast the worker works off what the floods have left, for a bounded time."""
    cpu = _CPU.format("worker")
    before, started_s = daemon.numbers(), time.monotonic()
    now = before
    while now[_FOLDED] < now[_SPOOLED] and time.monotonic() - started_s < DRAIN_MAX_S:
        time.sleep(0.5)  # the worker reports once a second
        now = daemon.numbers()
    took_s = time.monotonic() - started_s
    folded = int(now[_FOLDED] - before[_FOLDED])
    per_line = (now[cpu] - before[cpu]) / folded * 1e6 if folded else 0.0
    return Drain(int(folded / took_s), folded, round(per_line, 2))


def fsync(directory: Path) -> Fsync:
    """What a durable write costs on this disk."""
    took_ms = []
    with (directory / "fsync").open("wb", buffering=0) as file:
        for _ in range(FSYNCS):
            file.write(bytes(4096))
            started_s = time.perf_counter()
            os.fdatasync(file.fileno())
            took_ms.append((time.perf_counter() - started_s) * 1000)
    return Fsync(round(statistics.median(took_ms), 2), round(max(took_ms), 2))

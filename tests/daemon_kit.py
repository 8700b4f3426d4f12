"""A real daemon in a directory of its own, on loopback and free ports: started, asked, loaded, stopped, killed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from brainstemd.health import ask
from brainstemd.models import Record, RecordKind
from brainstemd.spool import Reader

BASE = """\
state_dir = "state"
runtime_dir = "run"
digest_dir = "out"

[[listen]]
transport = "udp"
address = ["127.0.0.1:0"]

[[listen]]
transport = "tcp"
address = ["127.0.0.1:0"]

[spool]
min_free = "1MiB"
"""


def wait_for(what: Callable[[], Any], patience_s: float = 60.0, every_s: float = 0.02) -> Any:
    """The first true answer; fails when it does not come in time. Bounded polling, for what another process does."""
    end = time.monotonic() + patience_s
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < end, f"waited {patience_s} s in vain for {what}"
        time.sleep(every_s)


class Daemon:
    """One state directory and the daemon on it. A context: whatever is still alive is killed, by pid."""

    def __init__(self, directory: Path, config: str = BASE, **environ: str) -> None:
        self.directory = directory
        self.state_dir = directory / "state"
        self.config = directory / "brainstemd.toml"
        self.config.write_text(config, "utf-8")
        self.log_path = directory / "log"
        self.environ = {**os.environ, **environ}
        self.process: subprocess.Popen[bytes] | None = None
        self.ready_s = 0.0
        self._log_from = 0
        self._manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._manager.bind(str(directory / "notify"))
        self.environ["NOTIFY_SOCKET"] = str(directory / "notify")

    def __enter__(self) -> Daemon:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._manager.close()

    # ---------------------------------------------------------------- life

    def start(
        self, *, prefix: Iterable[str] = (), pass_fds: tuple[int, ...] = (), ready: bool = True
    ) -> Daemon:
        """Start it and wait for READY=1."""
        self._log_from = self.log_path.stat().st_size if self.log_path.exists() else 0
        self.drain_notifications()
        command = [*prefix, sys.executable, "-m", "brainstemd", "--config", str(self.config), "run"]
        started = time.monotonic()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL, pass_fds=pass_fds,
                start_new_session=True,
            )  # fmt: skip
        if ready:
            self.expect("READY=1")
            self.ready_s = time.monotonic() - started
        return self

    def expect(self, word: str, patience_s: float = 60.0) -> str:
        """The next notification that begins with `word`."""
        end = time.monotonic() + patience_s
        while True:
            self._manager.settimeout(max(0.01, end - time.monotonic()))
            try:
                told = self._manager.recv(4096).decode()
            except TimeoutError:
                raise AssertionError(f"no {word}; the log says:\n{self.log_path.read_text()}") from None
            if told.startswith(word):
                return told

    def drain_notifications(self) -> None:
        self._manager.setblocking(False)
        try:
            while self._manager.recv(4096):
                pass
        except BlockingIOError:
            pass

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)

    def kill(self) -> None:
        """kill -9 of the receiver and of the worker, if they live."""
        pids = [self.worker_pid()]
        if self.process is not None and self.process.poll() is None:
            pids.append(self.process.pid)
        for pid in pids:
            if pid is not None:
                kill9(pid)
        if self.process is not None:
            self.process.wait(10)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def worker_pid(self) -> int | None:
        """The child that is a worker, by the receiver's list of children."""
        if self.process is None or self.process.poll() is not None:
            return None
        return next((pid for pid in children(self.pid) if "_worker" in command_of(pid)), None)

    # ---------------------------------------------------------------- asking

    def logs(self) -> list[dict[str, Any]]:
        """What this start has logged."""
        text = self.log_path.read_bytes()[self._log_from :].decode()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def port(self, transport: str) -> int:
        found = [row for row in self.logs() if row["event"] == "listening" and row["transport"] == transport]
        return int(found[-1]["address"].rpartition(":")[2])

    def get(self, target: str) -> tuple[int, bytes]:
        answer = ask(self.directory / "run" / "health.sock", target)
        return answer.status, answer.body

    def healthz(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/healthz")[1]))

    def command(self, *args: str) -> subprocess.CompletedProcess[str]:
        """One run of the command line with this daemon's configuration."""
        return cli("--config", str(self.config), *args)

    def metric(self, name: str) -> float:
        """The sum over all labels."""
        found = re.findall(
            rf"^{name}(?:\{{[^}}]*\}})? ([0-9.e+-]+)$", self.get("/metrics")[1].decode(), re.MULTILINE
        )
        return sum(map(float, found))

    def working(self) -> Daemon:
        """Wait until the worker folds."""
        wait_for(lambda: self.healthz()["checks"]["worker"]["value"] == "folding")
        return self

    def caught_up(self, lines: int, patience_s: float = 90.0) -> None:
        """Wait until so many lines were folded since this start."""
        wait_for(lambda: self.metric("brainstemd_folded_lines_total") >= lines, patience_s)

    # ---------------------------------------------------------------- sending

    def udp(self, *lines: str) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for line in lines:
                sock.sendto(line.encode(), ("127.0.0.1", self.port("udp")))

    def tcp(self, *lines: str, octets: bool = False) -> None:
        with socket.create_connection(("127.0.0.1", self.port("tcp"))) as sock:
            sock.sendall(b"".join(frame(line, octets=octets) for line in lines))


def cli(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """One run of the command line."""
    command = [sys.executable, "-m", "brainstemd", *args]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=30, check=False)


def frame(line: str, *, octets: bool = False) -> bytes:
    data = line.encode()
    return b"%d %s" % (len(data), data) if octets else data + b"\n"


def children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return []


def alive(pid: int) -> bool:
    """Running, and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill9(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def spooled(state_dir: Path) -> list[Record]:
    """All records of a spool that nobody writes any more."""
    reader = Reader(state_dir / "spool", None)
    records = []
    while more := reader.read(100_000, 64 * 2**20):
        records += more
    reader.close()
    return records


def lines_of(records: Iterable[Record]) -> list[bytes]:
    return [raw for record in records if record.kind is RecordKind.LINES for raw in record.frames]

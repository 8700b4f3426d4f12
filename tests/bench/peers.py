"""The receivers that tests/bench/intake.py floods: brainstemd, rsyslog and syslog-ng, each in a directory of its own.

All get the same socket buffer, no name lookups, a plain file with the raw line, and batches as large as their
documentation offers.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.packages import PATH, UNPACKED, find, libraries

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(rb" port ([0-9]{9}) ssh2 ")
TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 30.0


def receive_buffer_bytes() -> int:
    """What every socket asks for: no more than an unprivileged program may have, so that all are granted it."""
    return min(4 * 2**20, int(Path("/proc/sys/net/core/rmem_max").read_text()))


class Ports(NamedTuple):
    udp: int
    tcp: int
    tls: int


class Spent(NamedTuple):
    """Of one process: CPU seconds, and the most that was resident, in MiB."""

    cpu_s: float
    rss_mib: float


def spent(pid: int) -> Spent:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return Spent((int(fields[11]) + int(fields[12])) / TICKS, peak / 1024)


# ---------------------------------------------------------------- what they need


def free_ports() -> Ports:
    socks = [socket.socket(type=kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_STREAM)]
    for sock in socks:
        sock.bind(("127.0.0.1", 0))
    ports = Ports(*(sock.getsockname()[1] for sock in socks))
    for sock in socks:
        sock.close()
    return ports


def certificate(directory: Path) -> tuple[Path, Path]:
    """A fresh self-signed certificate and its key."""
    made = directory / "cert.pem", directory / "key.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {made[1]} -out {made[0]}".split(),
        capture_output=True,
        check=True,
    )
    return made


# ---------------------------------------------------------------- what is flooded


class Peer:
    """A receiver. `start` it in an empty directory, flood it, wait until it is `quiet`, look, `stop` it."""

    name = ""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.ports = Ports(0, 0, 0)
        self.directory = Path()

    def missing(self, *, tls: bool = False) -> str | None:
        """What is not there, or None."""
        return None

    def start(self, directory: Path) -> None:
        self.directory = directory
        self.ports = free_ports()
        self._launch()
        self._wait_listening()

    def _launch(self) -> None:
        raise NotImplementedError

    def _run(self, command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )  # fmt: skip

    def _wait_listening(self) -> None:
        end = time.monotonic() + PATIENCE_S
        with socket.socket() as sock:
            while sock.connect_ex(("127.0.0.1", self.ports.tcp)):
                alive = self.process is not None and self.process.poll() is None
                if time.monotonic() > end or not alive:
                    raise RuntimeError(
                        f"{self.name} does not listen:\n{(self.directory / 'log').read_text()[-2000:]}"
                    )
                time.sleep(0.05)
        time.sleep(0.3)  # datagram sockets are bound about then

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def spent(self) -> Spent:
        """By the receiving process."""
        return spent(self.pid)

    def files(self) -> list[Path]:
        return [self.directory / "lines"]

    def written(self) -> int:
        """Bytes in the files so far."""
        return sum(path.stat().st_size for path in self.files() if path.exists())

    def quiet(self, quiet_s: float = 0.5) -> float:
        """Wait until the files grow no more; the instant (monotonic) of their last growth."""
        end = time.monotonic() + PATIENCE_S
        last, at = self.written(), time.monotonic()
        while time.monotonic() < end and time.monotonic() - at < quiet_s:
            time.sleep(0.02)
            if (now := self.written()) > last + 4096:
                last, at = now, time.monotonic()
        return at

    def numbers(self) -> Iterator[int]:
        """Of every line on disk."""
        for path in self.files():
            for found in NUMBER.findall(path.read_bytes() if path.exists() else b""):
                yield int(found)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Brainstemd(Peer):
    """The daemon as it runs; `alone` without its worker."""

    def __init__(self, name: str, *, alone: bool = False, buffer_bytes: int | None = None) -> None:
        super().__init__()
        self.name = name
        self.alone = alone
        self._buffer_bytes = buffer_bytes if buffer_bytes is not None else receive_buffer_bytes()

    def _launch(self) -> None:
        cert, key = certificate(self.directory) if shutil.which("openssl") else (None, None)
        tables = [("udp", self.ports.udp, ""), ("tcp", self.ports.tcp, "")]
        if cert is not None:
            tables.append(("tls", self.ports.tls, f'certificate = "{cert}"\nkey = "{key}"\n'))
        config = self.directory / "brainstemd.toml"
        config.write_text(
            "".join(f'{name} = "{self.directory / part}"\n' for name, part in _PLACES.items())
            + "".join(
                f'[[listen]]\ntransport = "{transport}"\naddress = ["127.0.0.1:{port}"]\n'
                f"receive_buffer = {self._buffer_bytes}\n{more}"
                for transport, port, more in tables
            )
            + '[spool]\nmin_free = "64MiB"\n'
        )
        if self.alone:
            self._run([sys.executable, "-m", "tests.bench.peers", config])
        else:
            self._run([sys.executable, "-m", "brainstemd", "--config", config, "run"])

    def worker(self) -> int | None:
        """The worker's process."""
        for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
            if b"_worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
        return None

    def files(self) -> list[Path]:
        return sorted((self.directory / "state" / "spool").glob("*.seg*"))

    def numbers(self) -> Iterator[int]:
        from brainstemd.spool import Reader

        reader = Reader(self.directory / "state" / "spool", None)
        while records := reader.read(100_000, 1 << 25):
            for record in records:
                for frame in record.frames:
                    found = NUMBER.search(frame)
                    if found is not None:
                        yield int(found[1])
        reader.close()

    def stop(self) -> None:
        """kill -9: what is in its files counts, and a worker with a backlog would take its time to end."""
        if self.process is not None and self.process.poll() is None:
            worker = self.worker()
            self.process.kill()
            self.process.wait()
            end = time.monotonic() + PATIENCE_S
            while worker is not None and Path(f"/proc/{worker}").exists() and time.monotonic() < end:
                time.sleep(0.02)

    def metrics(self) -> dict[str, float]:
        """Single numbers of /metrics."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(self.directory / "run" / "health.sock"))
            sock.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            text = b"".join(iter(lambda: sock.recv(65536), b"")).decode()
        return {name: float(value) for name, value in re.findall(r"^(\S+) (\S+)$", text, re.M)}


_PLACES = {"state_dir": "state", "runtime_dir": "run", "digest_dir": "digest"}


class Rsyslog(Peer):
    """rsyslogd with one kind of main queue."""

    def __init__(self, kind: str, queue: str) -> None:
        super().__init__()
        self.name = f"rsyslog, {kind} queue"
        self._queue = queue

    @property
    def installed(self) -> bool:
        return shutil.which("rsyslogd", path=PATH) is not None

    def missing(self, *, tls: bool = False) -> str | None:
        if find("rsyslogd") is None:
            return "rsyslog (neither installed nor to be had with apt-get download)"
        if tls and (find("lmnsd_gtls.so") is None or shutil.which("openssl") is None):
            return "rsyslog-gnutls, or openssl for a certificate"
        return None

    def _launch(self) -> None:
        program = find("rsyslogd")
        assert program is not None
        modules = {str(path) for path in Path("/usr/lib").glob("*/rsyslog")}
        modules |= {str(path) for path in UNPACKED.glob("usr/lib/*/rsyslog")}
        tls = ""
        if not self.missing(tls=True):
            cert, key = certificate(self.directory)
            tls = _RSYSLOG_TLS.format(cert=cert, key=key, port=self.ports.tls)
        config = self.directory / "rsyslog.conf"
        config.write_text(
            _RSYSLOG.format(
                work=self.directory,
                queue=self._queue,
                buffer=receive_buffer_bytes(),
                secure=tls,
                **self.ports._asdict(),
            )
        )
        self._run(
            [program, "-n", "-f", config, "-i", self.directory / "pid", "-M", ":".join(sorted(modules))],
            None if program.is_relative_to("/usr") else libraries(),
        )


_RSYSLOG = """\
global(workDirectory="{work}" net.enableDNS="off" maxMessageSize="64k")
module(load="imudp" batchSize="128")
module(load="imtcp" maxSessions="2000")
input(type="imudp" address="127.0.0.1" port="{udp}" rcvbufSize="{buffer}")
input(type="imtcp" address="127.0.0.1" port="{tcp}")
{secure}
template(name="raw" type="string" string="%rawmsg%\\n")
main_queue({queue} queue.dequeueBatchSize="1024" queue.timeoutShutdown="20000")
action(type="omfile" file="{work}/lines" template="raw" ioBufferSize="256k")
"""
_RSYSLOG_TLS = """\
input(type="imtcp" address="127.0.0.1" port="{port}" streamDriver.name="gtls" streamDriver.mode="1"
      streamDriver.authMode="anon" streamDriver.CAFile="{cert}" streamDriver.certFile="{cert}" streamDriver.keyFile="{key}")
"""


class SyslogNg(Peer):
    """syslog-ng that parses nothing."""

    name = "syslog-ng"

    def missing(self, *, tls: bool = False) -> str | None:
        if find("syslog-ng") is None:
            return "syslog-ng-core (neither installed nor to be had with apt-get download)"
        return "openssl, for a certificate" if tls and shutil.which("openssl") is None else None

    def _launch(self) -> None:
        program = find("syslog-ng")
        assert program is not None
        modules = [
            str(path.parent)
            for place in (UNPACKED, Path("/usr/lib"))
            for path in place.rglob("libafsocket.so")
        ]
        tls = ""
        if shutil.which("openssl"):
            cert, key = certificate(self.directory)
            tls = _SYSLOG_NG_TLS.format(cert=cert, key=key, port=self.ports.tls)
        version = re.search(r"(\d+\.\d+)\.\d+", _version(program))
        config = self.directory / "syslog-ng.conf"
        config.write_text(
            _SYSLOG_NG.format(
                version=version[1] if version else "3.38",
                work=self.directory,
                buffer=receive_buffer_bytes(),
                secure=tls,
                **self.ports._asdict(),
            )
        )
        at = self.directory
        self._run(
            f"{program} -F --no-caps --module-path={modules[0]} --cfgfile={config} --persist-file={at}/persist "
            f"--control={at}/ctl --pidfile={at}/pid".split(),
            libraries(),
        )


def _version(program: Path) -> str:
    return subprocess.run(
        [program, "-V"], env=libraries(), capture_output=True, text=True, check=False
    ).stdout


_SYSLOG_NG = """\
@version: {version}
options {{ use-dns(no); dns-cache(no); keep-hostname(yes); chain-hostnames(no); threaded(yes); stats-freq(0);
           log-fifo-size(2000000); flush-lines(1000); log-fetch-limit(1000); log-msg-size(65536); }};
source udp {{ network(ip("127.0.0.1") port({udp}) transport("udp") so-rcvbuf({buffer}) flags(no-parse)); }};
source tcp {{ network(ip("127.0.0.1") port({tcp}) transport("tcp") max-connections(2000) log-iw-size(2000000)
              flags(no-parse)); }};
{secure}
destination file {{ file("{work}/lines" template("$MSG\\n")); }};
log {{ source(udp); destination(file); }};
log {{ source(tcp); destination(file); flags(flow-control); }};
"""
_SYSLOG_NG_TLS = """\
source tls {{ network(ip("127.0.0.1") port({port}) transport("tls") max-connections(2000) log-iw-size(2000000) flags(no-parse)
              tls(key-file("{key}") cert-file("{cert}") peer-verify(optional-untrusted))); }};
log {{ source(tls); destination(file); flags(flow-control); }};
"""


def everyone() -> dict[str, Peer]:
    """All receivers by the short names that --only takes."""
    file = 'queue.filename="queue" queue.maxFileSize="100m"'
    return {
        "alone": Brainstemd("brainstemd, receiver alone", alone=True),
        "daemon": Brainstemd("brainstemd, receiver and worker"),
        "daemon-32m": Brainstemd("brainstemd with its default buffer", buffer_bytes=32 * 2**20),
        "rsyslog-memory": Rsyslog("memory", 'queue.type="LinkedList" queue.size="2000000"'),
        "rsyslog-assisted": Rsyslog(
            "disk-assisted", f'queue.type="LinkedList" queue.size="100000" {file} queue.saveOnShutdown="on"'
        ),
        "rsyslog-disk": Rsyslog("disk", f'queue.type="Disk" {file}'),
        "syslog-ng": SyslogNg(),
    }


# ---------------------------------------------------------------- our receiver without its worker


def alone(config_path: str) -> int:
    """The daemon, with a worker that does nothing."""
    import asyncio

    from brainstemd import logs
    from brainstemd.config import load
    from brainstemd.receiver import Receiver

    logs.configure(None)
    environ: dict[str, Any] = dict(os.environ)
    receiver = Receiver(
        load(Path(config_path), environ).config,
        load=lambda: load(Path(config_path), environ).config,
        environ=environ,
        log=logs.get("receiver"),
        command=[sys.executable, "-S", "-E", "-c", _IDLE],
    )
    return asyncio.run(receiver.run())


# An order to stop, or the end of its parent, ends it, as it ends a worker.
_IDLE = "import os, sys\nwhile (told := os.read(int(sys.argv[2]), 65536)) and b'\"stop\"' not in told: pass"

if __name__ == "__main__":
    sys.exit(alone(sys.argv[1]))

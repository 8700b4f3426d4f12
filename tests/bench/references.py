"""Real rsyslog and syslog-ng as black boxes: bytes go in over TCP, what they parsed comes out as JSON lines.

Used by tests/bench/differential.py. Both run with their own defaults but for names (no lookups, the sender's hostname is kept)
and sizes; control characters are kept as they are.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.packages import UNPACKED, find, libraries

PATIENCE_S = 30.0
STILL_S = 0.7  # a file that has not grown for so long is complete

_RSYSLOG = """\
global(workDirectory="{work}" net.enableDNS="off" maxMessageSize="64k" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp")
template(name="json" type="list") {{
  constant(value="{{") property(name="pri" outname="pri" format="jsonf")
  constant(value=",") property(name="timereported" outname="timestamp" dateFormat="rfc3339" format="jsonf")
  constant(value=",") property(name="timegenerated" outname="received" dateFormat="rfc3339" format="jsonf")
  constant(value=",") property(name="hostname" outname="hostname" format="jsonf")
  constant(value=",") property(name="app-name" outname="app_name" format="jsonf")
  constant(value=",") property(name="procid" outname="procid" format="jsonf")
  constant(value=",") property(name="msgid" outname="msgid" format="jsonf")
  constant(value=",") property(name="structured-data" outname="structured_data" format="jsonf")
  constant(value=",") property(name="msg" outname="message" format="jsonf")
  constant(value=",") property(name="rawmsg" outname="raw" format="jsonf")
  constant(value="}}\\n")
}}
input(type="imtcp" address="127.0.0.1" port="{counted}")
input(type="imtcp" address="127.0.0.1" port="{lines}")
action(type="omfile" file="{out}" template="json")
"""
_SYSLOG_NG = """\
@version: 3.38
options {{ keep-hostname(yes); use-dns(no); chain-hostnames(no); stats-freq(0); log-msg-size(65536); }};
source s {{
  syslog(transport("tcp") ip("127.0.0.1") port({counted}) flags(store-raw-message));
  network(transport("tcp") ip("127.0.0.1") port({lines}) flags(store-raw-message));
}};
destination d {{
  file("{out}" frac-digits(6) template("$(format-json pri=$PRI timestamp=$S_ISODATE received=$R_ISODATE hostname=$HOST \
app_name=$PROGRAM procid=$PID msgid=$MSGID structured_data=$SDATA message=$MSG raw=$RAWMSG)\\n"));
}};
log {{ source(s); destination(d); }};
"""


class Reference:
    """One of the two, in a directory of its own: `start`, `parse` as often as wanted, `stop`."""

    def __init__(self, name: str, directory: Path) -> None:
        self.name = name
        self._directory = directory
        self._out = directory / "out.jsonl"
        self._ports = {"counted": _free_port(), "lines": _free_port()}
        self._process: subprocess.Popen[bytes] | None = None

    def missing(self) -> bool:
        return find(self._program()) is None

    def _program(self) -> str:
        return "rsyslogd" if self.name == "rsyslog" else "syslog-ng"

    def start(self) -> None:
        """Raises RuntimeError when it does not listen."""
        program, at = find(self._program()), self._directory
        assert program is not None
        at.mkdir(parents=True, exist_ok=True)
        text = _RSYSLOG if self.name == "rsyslog" else _SYSLOG_NG
        conf = at / "conf"
        conf.write_text(text.format(work=at, out=self._out, **self._ports))
        if self.name == "rsyslog":
            command = [program, "-n", "-f", conf, "-i", at / "pid"]
        else:
            modules = next(
                path.parent
                for place in (UNPACKED, Path("/usr/lib"))
                for path in place.rglob("libafsocket.so")
            )
            command = [program, "-F", "--no-caps", f"--module-path={modules}", f"--cfgfile={conf}"]
            command += [f"--persist-file={at}/persist", f"--control={at}/ctl", f"--pidfile={at}/pid"]
        env = dict(os.environ) if program.is_relative_to("/usr") else libraries()
        with (at / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], env={**env, "TZ": "UTC"}, stdout=log, stderr=log
            )
        end = time.monotonic() + PATIENCE_S
        with socket.socket() as sock:
            while sock.connect_ex(("127.0.0.1", self._ports["lines"])):
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError(f"{self.name} does not listen:\n{(at / 'log').read_text()[-2000:]}")
                time.sleep(0.05)

    def parse(self, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        """What it says of each line, sent with octet counts on one connection."""
        return self.feed([b"%d %s" % (len(line), line) for line in lines], counted=True)

    def feed(self, chunks: Sequence[bytes], *, counted: bool) -> list[dict[str, Any]]:
        """What it writes of one connection's bytes; `counted` chooses the port where syslog-ng expects octet counts."""
        before = self._out.stat().st_size if self._out.exists() else 0
        with socket.create_connection(("127.0.0.1", self._ports["counted" if counted else "lines"])) as sock:
            for chunk in chunks:
                sock.sendall(chunk)
            sock.shutdown(socket.SHUT_WR)
            sock.settimeout(2)
            try:
                while sock.recv(4096):
                    pass
            except OSError:
                pass
        size, still = -1, time.monotonic()
        while time.monotonic() - still < STILL_S:
            now = self._out.stat().st_size if self._out.exists() else 0
            if now != size:
                size, still = now, time.monotonic()
            time.sleep(0.05)
        with self._out.open("rb") if self._out.exists() else (self._directory / "conf").open("rb") as out:
            out.seek(before)
            written = out.read() if self._out.exists() else b""
        return [_read(line) for line in written.split(b"\n") if line]

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _read(line: bytes) -> dict[str, Any]:
    """A JSON line; rsyslog leaves some control characters unescaped, which strict JSON forbids."""
    found: dict[str, Any] = json.loads(line.decode("utf-8", "replace"), strict=False)
    return found


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])

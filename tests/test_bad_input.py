"""Bad input to a running daemon: each kind gets its documented answer (docs/operations.md), nothing crashes, neighbours pass."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from brainstemd.models import Flag
from tests.daemon_kit import BASE, Daemon, lines_of, spooled, wait_for

SMALL = BASE.replace('min_free = "1MiB"', 'min_free = "1MiB"\nsegment_bytes = "1MiB"')
GOOD = "<13>Mar 22 00:00:00 h app: a good line"


def counted(daemon: Daemon, reason: str) -> float:
    """What /metrics says of one reason, all listeners together."""
    text = daemon.get("/metrics")[1].decode()
    rows = [row for row in text.splitlines() if f'reason="{reason}"' in row]
    return sum(float(row.rpartition(" ")[2]) for row in rows)


def sent(daemon: Daemon, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", daemon.port("tcp"))) as sock:
        sock.sendall(data)


def test_every_bad_input_has_its_answer(tmp_path: Path) -> None:
    """Empty, zeros, not UTF-8, far too long, half a frame: counted or kept, and the lines around them are whole."""
    with Daemon(tmp_path, SMALL) as daemon:
        daemon.start().working()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            for datagram in (b"", b"\0" * 65_507, b"<13>\xff\xfe not utf-8", GOOD.encode()):
                udp.sendto(datagram, ("127.0.0.1", daemon.port("udp")))
        sent(daemon, b"\0" * 65_536 + GOOD.encode() + b"\n")
        sent(daemon, b"<13>" + b"x" * (10 * 2**20) + b"\n" + GOOD.encode() + b"\n")
        sent(daemon, b"120 <13>Mar 22 00:00:00 h app: half a frame")
        daemon.tcp(GOOD)
        daemon.caught_up(8)
        wait_for(lambda: counted(daemon, "oversize") == 1)
        assert counted(daemon, "empty") == 1
        assert daemon.healthz()["status"] in ("ok", "degraded")
        assert daemon.stop() == 0
    records = spooled(daemon.state_dir)
    lines = lines_of(records)
    assert lines.count(GOOD.encode()) == 4
    assert b"\0" * 65_507 in lines
    assert b"<13>\xff\xfe not utf-8" in lines
    (long,) = [line for line in lines if line.startswith(b"<13>xxx")]
    assert len(long) == 65_536
    flags = {raw: record.flags for record in records for raw in record.frames}
    assert flags[long] & Flag.TRUNCATED
    (half,) = [line for line in lines if b"half a frame" in line]
    assert flags[half] & Flag.UNTERMINATED
    assert len(lines) == 8


@pytest.mark.parametrize("spelling", ["listn", "transport"])
def test_bad_configuration_is_named_and_78(tmp_path: Path, spelling: str) -> None:
    """File, line, key and what was probably meant; the exit code that systemd does not restart on."""
    text = {"listn": "[[listn]]\n", "transport": '[[listen]]\ntransport = "udb"\n'}[spelling]
    with Daemon(tmp_path, 'state_dir = "state"\n' + text) as daemon:
        daemon.start(ready=False)
        assert daemon.process is not None
        assert daemon.process.wait(20) == 78
        said = daemon.log_path.read_text()
    assert "brainstemd.toml" in said
    assert {"listn": "listen", "transport": "udp"}[spelling] in said

"""A real rsyslog as relay: every line of 100,000 once in the spool, counted once in memory, under its own host."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from brainstemd.memory import Store
from tests.daemon_kit import BASE, Daemon, lines_of, spooled, wait_for

LINES = 100_000
HOSTS = 20
RSYSLOGD = shutil.which("rsyslogd") or shutil.which("rsyslogd", path="/usr/sbin:/sbin")
RELAY = BASE + '\n[[source]]\nmatch = ["127.0.0.1"]\nrelay = true\n'
CONF = """
module(load="imtcp")
input(type="imtcp" port="{port}" address="127.0.0.1")
global(workDirectory="{work}")
main_queue(queue.type="LinkedList" queue.size="200000" queue.timeoutshutdown="20000"
           queue.dequeuebatchsize="100" queue.dequeueslowdown="{pause_us}")
action(type="omfwd" target="127.0.0.1" port="{target}" protocol="{protocol}" template="{template}" {more})
"""
WAYS = {
    "tcp, newline": ("tcp", "RSYSLOG_ForwardFormat", 'TCP_Framing="traditional"', 0),
    "tcp, octet-counted": ("tcp", "RSYSLOG_SyslogProtocol23Format", 'TCP_Framing="octet-counted"', 0),
    # rsyslog sends datagrams as fast as it can; a pause of 1 ms after 100 lines keeps it below what loopback loses
    "udp": ("udp", "RSYSLOG_TraditionalForwardFormat", "", 1000),
}
NUMBER = re.compile(rb"line ([0-9]+) of many")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def rsyslog(root: Path, port: int, target: int, way: str) -> Iterator[None]:
    assert RSYSLOGD is not None
    protocol, template, more, pause_us = WAYS[way]
    conf = root / "rsyslog.conf"
    conf.write_text(
        CONF.format(
            port=port,
            work=root,
            target=target,
            protocol=protocol,
            template=template,
            more=more,
            pause_us=pause_us,
        )
    )
    process = subprocess.Popen(
        [RSYSLOGD, "-n", "-f", str(conf), "-i", str(root / "pid")], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: listening(port))
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def listening(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def feed(port: int, lines: int = LINES) -> None:
    """So many numbered lines of twenty hosts."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        for start in range(0, lines, 1000):
            sock.sendall(
                b"".join(
                    b"<30>Mar 22 07:00:00 host-%02d app[%d]: line %d of many\n" % (n % HOSTS, n % 900 + 1, n)
                    for n in range(start, start + 1000)
                )
            )


@pytest.mark.slow
@pytest.mark.system
@pytest.mark.skipif(RSYSLOGD is None, reason="rsyslogd is not installed")
@pytest.mark.parametrize("way", WAYS)
async def test_each_line_once_and_under_its_own_host(tmp_path: Path, way: str) -> None:
    """Spool and memory agree with what was sent, to the line."""
    with Daemon(tmp_path, RELAY) as daemon:
        daemon.start().working()
        target = daemon.port(WAYS[way][0])
        port = free_port()
        with rsyslog(tmp_path, port, target, way):
            feed(port)
            daemon.caught_up(LINES, 90)
        assert daemon.stop() == 0
    numbers = Counter(
        int(found[1]) for raw in lines_of(spooled(daemon.state_dir)) if (found := NUMBER.search(raw))
    )
    assert len(numbers) == LINES
    assert set(numbers.values()) == {1}
    async with await Store.open(daemon.state_dir / "memory.db", readonly=True) as store:
        summaries = await store.summaries(await store.keys())
    hosts: Counter[str] = Counter()
    for summary in summaries:
        if summary.key.app_name == "app":
            hosts[summary.key.source] += summary.lines
    assert hosts == {f"host-{n:02d}": LINES // HOSTS for n in range(HOSTS)}

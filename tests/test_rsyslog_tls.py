"""A real rsyslog as TLS sender (its gtls driver): it checks our certificate, we check its; each line once, under its name."""

from __future__ import annotations

import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.daemon_kit import lines_of, spooled, wait_for
from tests.test_rsyslog import RSYSLOGD, feed, free_port, listening
from tests.test_tls import daemon, pki

__all__ = ["pki"]

LINES = 20_000
MODULES = list(Path("/usr/lib").glob("*/rsyslog/lmnsd_gtls.so"))
CONF = """
global(workDirectory="{work}" DefaultNetstreamDriverCAFile="{pki}/ca.pem"
       DefaultNetstreamDriverCertFile="{pki}/{who}.pem" DefaultNetstreamDriverKeyFile="{pki}/{who}.key")
module(load="imtcp")
input(type="imtcp" port="{port}" address="127.0.0.1")
main_queue(queue.type="LinkedList" queue.size="200000" queue.timeoutshutdown="1000")
action(type="omfwd" target="127.0.0.1" port="{target}" protocol="tcp" template="RSYSLOG_SyslogProtocol23Format"
       TCP_Framing="octet-counted" StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/name"
       StreamDriverPermittedPeers="localhost" action.resumeRetryCount="-1" action.resumeInterval="1")
"""
REFUSED = re.compile(rb'listener="tls:0",reason="tls_refused"} [1-9]')
NUMBER = re.compile(rb"line ([0-9]+) of many")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.system,
    pytest.mark.skipif(RSYSLOGD is None or not MODULES, reason="rsyslogd or rsyslog-gnutls is not installed"),
]


@contextmanager
def rsyslog(root: Path, pki: Path, port: int, target: int, who: str) -> Iterator[None]:
    conf = root / "rsyslog.conf"
    conf.write_text(CONF.format(work=root, pki=pki, who=who, port=port, target=target))
    process = subprocess.Popen(
        [str(RSYSLOGD), "-n", "-f", str(conf), "-i", str(root / "pid")], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: listening(port))
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def test_each_line_once_and_under_the_name_of_its_certificate(pki: Path, tmp_path: Path) -> None:
    """20,000 lines, octet-counted, over a connection on which both sides are verified."""
    with daemon(tmp_path, pki, 'client_names = ["fw-01.acme.example"]') as one:
        port = free_port()
        with rsyslog(tmp_path, pki, port, one.port("tls"), "fw-01"):
            feed(port, LINES)
            wait_for(lambda: one.metric("brainstemd_received_lines_total") >= LINES, 90)
        assert one.metric("brainstemd_connections_total") == 1
        assert one.stop() == 0
    records = spooled(one.state_dir)
    numbers = Counter(int(found[1]) for raw in lines_of(records) if (found := NUMBER.search(raw)))
    assert len(numbers) == LINES
    assert set(numbers.values()) == {1}
    assert {r.origin.tls_identity for r in records if r.origin and r.frames} == {"fw-01.acme.example"}


def test_a_sender_that_is_not_allowed_is_named_and_gets_nothing_in(pki: Path, tmp_path: Path) -> None:
    """rsyslog with the certificate of another authority: refused, counted, with its subject."""
    with daemon(tmp_path, pki) as one:
        port = free_port()
        with rsyslog(tmp_path, pki, port, one.port("tls"), "strange"):
            feed(port, 1000)
            wait_for(lambda: REFUSED.search(one.get("/metrics")[1]), 60)
        assert one.stop() == 0
        told = [row for row in one.logs() if row["event"] == "a TLS client was refused"]
    assert {row.get("subject") for row in told} == {"O=acme, CN=strange"}
    assert lines_of(spooled(one.state_dir)) == []

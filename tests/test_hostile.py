"""A running daemon among hostile senders: the others lose nothing, it returns to what it was, and says what it turned away."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from brainstemd.config import Config, Listen, Source
from brainstemd.fold import Fold
from brainstemd.intake.guard import GRACE_S
from brainstemd.models import Cursor, Gap, Record, RecordKind
from tests.bench.hostile import Others, State, allow_files, cycles, drips, loris, state
from tests.daemon_kit import BASE, Daemon, lines_of, spooled
from tests.daemon_kit import wait_for as wait_so_long
from tests.test_bad_input import counted

wait_for = partial(wait_so_long, patience_s=60)
GROWTH_MAX_KIB = 12 * 1024  # by what it spooled meanwhile; a leak of 1,000 connections would be more


def with_tcp(**keys: object) -> str:
    text = "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
    return BASE.replace('transport = "tcp"', f'transport = "tcp"\n{text}')


def warm(daemon: Daemon) -> tuple[Others, State]:
    """Other senders, and the daemon's state once whatever is made once is made."""
    others = Others(daemon)
    cycles(daemon, others, 200)
    wait_for(lambda: daemon.metric("brainstemd_connections") == 1)
    return others, state(daemon.pid)


def kept_once(daemon: Daemon, others: Others) -> None:
    others.close()
    assert daemon.stop() == 0
    kept = [line for line in lines_of(spooled(daemon.state_dir)) if b" honest app: " in line]
    assert sorted(kept) == sorted(others.sent)


@pytest.mark.slow
def test_a_thousand_slow_loris_connections_harm_nobody(tmp_path: Path) -> None:
    """More than max_connections, with half a frame each and a byte now and then: newcomers still find a place, all others'
    lines are kept, the attackers are cut in the end, and files and memory are what they were."""
    allow_files(1500)
    with Daemon(tmp_path, with_tcp(max_connections=800, frame_timeout="3s")) as daemon:
        daemon.start().working()
        others, base = warm(daemon)
        held = loris(daemon, others, 780, 1)
        time.sleep(5 * GRACE_S)  # who has just come keeps its place for so long
        held += loris(daemon, others, 220, 5)
        wait_for(lambda: counted(daemon, "connections_displaced") >= 200)
        assert daemon.healthz()["checks"]["turned_away"]["status"] == "degraded"

        def cut() -> bool:
            nonlocal held
            others.speak(1)
            held = [sock for sock in held if drips(sock)]
            return not held

        wait_for(cut, every_s=0.3)
        wait_for(lambda: state(daemon.pid).files <= base.files + 1)
        assert state(daemon.pid).resident_kib - base.resident_kib < GROWTH_MAX_KIB
        assert counted(daemon, "connections_slow") > 0
        assert counted(daemon, "connections_refused") == 0
        kept_once(daemon, others)


@pytest.mark.slow
def test_thousands_of_connections_that_close_at_once_harm_nobody(tmp_path: Path) -> None:
    """Closed empty, by reset, after half a line, after a whole one: all their lines and the others' are kept, nothing stays.
    (tests/bench/hostile.py does it 50,000 times.)"""
    with Daemon(tmp_path) as daemon:
        daemon.start().working()
        others, base = warm(daemon)
        lines = cycles(daemon, others, 4000)
        wait_for(lambda: daemon.metric("brainstemd_connections") == 1)
        wait_for(lambda: state(daemon.pid).files <= base.files + 1)
        assert state(daemon.pid).resident_kib - base.resident_kib < GROWTH_MAX_KIB
        kept_once(daemon, others)
    kept = lines_of(spooled(daemon.state_dir))
    assert sum(b"<13>cycle" in line for line in kept) == lines + 100


def test_connections_never_take_the_last_files(tmp_path: Path) -> None:
    """More connections than the process may open files: the surplus is closed and counted, health names it and still answers,
    connections that are there and UDP go on, the spool opens its next segment, and when some close others are taken."""
    limit = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)); os.execv(sys.argv[1], sys.argv[1:])"
    config = BASE.replace("[spool]", '[spool]\nsegment_bytes = "4KiB"')
    with Daemon(tmp_path, config) as daemon:
        daemon.start(prefix=(sys.executable, "-c", limit)).working()
        others = Others(daemon)
        wait_for(lambda: daemon.metric("brainstemd_connections") == 1)
        socks = [socket.create_connection(("127.0.0.1", daemon.port("tcp"))) for _ in range(100)]
        for sock in socks:
            drips(sock, b"<13>here\n")
        wait_for(
            lambda: counted(daemon, "connections_refused") + daemon.metric("brainstemd_connections") == 101
        )
        assert daemon.metric("brainstemd_connections") == 32
        check = daemon.healthz()["checks"]["turned_away"]
        assert check["status"] == "degraded"
        assert "LimitNOFILE" in check["hint"]
        others.talk(200)
        for sock in socks:
            sock.close()
        wait_for(lambda: daemon.metric("brainstemd_connections") == 1)
        others.speak(1)
        assert counted(daemon, "accept_failures") == 0
        kept_once(daemon, others)
        assert len(list((daemon.state_dir / "spool").glob("*.seg*"))) > 3


def gaps_of(daemon: Daemon) -> list[dict[str, object]]:
    told = [record.control or {} for record in spooled(daemon.state_dir) if record.kind is RecordKind.GAP]
    return [{name: gap.get(name) for name in ("reason", "lost", "peer")} for gap in told]


def datagrams(daemon: Daemon, peer: str, count: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((peer, 0))
        for i in range(count):
            sock.sendto(b"<13>Mar 22 00:00:00 x app: %d" % i, ("127.0.0.1", daemon.port("udp")))


def test_what_limits_turn_away_is_in_metrics_health_spool_and_digest(tmp_path: Path) -> None:
    """By listener and reason in /metrics, by peer in the spool and in memory, said in the digest; the sums agree to the line."""
    config = BASE.replace(
        'transport = "udp"',
        'transport = "udp"\nname = "edge"\nmax_rate_per_peer = "1/h"\nburst_per_peer = 20\ndeny = ["127.0.0.9"]',
    )
    with Daemon(tmp_path, config) as daemon:
        daemon.start().working()
        datagrams(daemon, "127.0.0.9", 30)
        datagrams(daemon, "127.0.0.8", 70)
        wait_for(lambda: counted(daemon, "denied") == 30 and counted(daemon, "rate_limited") == 50)
        text = daemon.get("/metrics")[1].decode()
        assert 'brainstemd_lost_lines_total{listener="edge",reason="rate_limited"} 50.0' in text
        checks = daemon.healthz()["checks"]
        assert (checks["lost_lines"]["status"], checks["lost_lines"]["value"]) == ("degraded", 50)
        assert daemon.stop() == 0
        told = [gap for gap in gaps_of(daemon) if gap["reason"] in ("denied", "rate_limited")]
        assert told == [
            {"reason": "denied", "lost": 30, "peer": "127.0.0.9"},
            {"reason": "rate_limited", "lost": 50, "peer": "127.0.0.8"},
        ]
        said = [(row["level"], row["reason"], row.get("peer")) for row in daemon.logs() if "reason" in row]
        assert ("error", "rate_limited", "127.0.0.8") in said
        assert ("warning", "denied", "127.0.0.9") in said
        daemon.start().working()
        digest = daemon.command("digest", "--format", "json").stdout
        reasons = {(gap["reason"].partition(" ")[0], gap["lost"]) for gap in json.loads(digest)["gaps"]}
        assert {("denied", 30), ("rate_limited", 50)} <= reasons
        assert "127.0.0.8" in digest


def test_a_gap_of_a_peer_is_its_tenants_and_sources() -> None:
    """As its lines would be; nobody else's digest names it, nobody else's silence is excused by it."""
    config = Config(
        listen=(Listen(name="edge"),), source=(Source(match=("10.1.0.0/16",), tenant="acme", host="fw-1"),)
    )
    fold = Fold(config)
    told = {
        "start_us": 5,
        "end_us": 9,
        "reason": "rate_limited",
        "lost": 3,
        "listener": "edge",
        "transport": "udp",
    }
    for offset, more in enumerate(({"peer": "10.1.2.3"}, {"peer": "10.2.0.1"}, {"tenant": "globex"})):
        fold.add(Record(RecordKind.GAP, 1, offset, Cursor(1, offset + 1), 9, control={**told, **more}))
    assert fold.take(Cursor(1, 3)).gaps == [
        Gap(5, 9, "rate_limited", 3, "acme", "fw-1"),
        Gap(5, 9, "rate_limited", 3, "default", "10.2.0.1"),
        Gap(5, 9, "rate_limited", 3, "globex", None),
    ]


def test_a_reload_changes_limits_and_keeps_connections(tmp_path: Path) -> None:
    """SIGHUP: limits hold for who is connected already, connections stay, but for those of peers that are denied now."""
    with Daemon(tmp_path) as daemon:
        daemon.start().working()
        port = daemon.port("tcp")
        alice = socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0))
        mallory = socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.3", 0))
        alice.sendall(b"<13>one\n")
        wait_for(lambda: daemon.metric("brainstemd_connections") == 2)
        daemon.config.write_text(with_tcp(deny=["127.0.0.3"], max_rate="1/h", burst=2))
        os.kill(daemon.pid, signal.SIGHUP)
        daemon.expect("READY=1")
        mallory.settimeout(20)
        assert mallory.recv(1) == b""
        alice.sendall(b"<13>two\n<13>three\n<13>four\n")
        wait_for(lambda: counted(daemon, "throttled") == 1)
        assert daemon.port("tcp") == port
        assert counted(daemon, "connections_denied") == 1
        assert daemon.stop() == 0
        alice.close()
        mallory.close()
    assert lines_of(spooled(daemon.state_dir)) == [b"<13>one", b"<13>two", b"<13>three", b"<13>four"]

"""`bench` and the senders of tests/bench: every line arrives and is counted; what is configured is not touched."""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path

import pytest

from brainstemd import bench
from brainstemd.cli.bench import text
from tests.bench import decode, intake, peers, sender


def test_a_small_flood_is_measured_whole_and_leaves_nothing(tmp_path: Path) -> None:
    """The daemon of the bench ignores the configuration around it; all lines come in; its directory is gone after it."""
    environ = {**os.environ, "BRAINSTEMD_STATE_DIR": str(tmp_path / "mine"), "BRAINSTEMD_CONFIG": "/nowhere"}
    made = bench.measure(tmp_path, environ=environ, rates=(200,), udp_s=0.5, tcp_lines=3000)
    assert made.udp.lost_at is None
    assert 0 < made.udp.lossless <= 200
    assert made.tcp.lost == 0
    assert made.tcp.rate > 0
    assert made.udp.receive_buffer > 0
    assert set(made.resident_bytes) == {"receiver", "worker"}
    assert min(made.resident_bytes.values()) > 0
    assert not list(tmp_path.iterdir())


def test_figures_are_told_to_people_and_to_programs() -> None:
    """A loss is named with its rate; the document survives JSON."""
    made = bench.Figures(2, "/x", 160, bench.Udp(150_000, False, 200_000, 31, 2.5, 2**25), bench.Tcp(10, 3))
    assert "150,000 lines/s" in text(made)
    assert "At 200,000 lines/s 31 lines were lost." in text(made)
    assert "3 lost" in text(made)
    assert "≥ 1 lines/s" in text(bench.Figures(2, "/x", 160, bench.Udp(1, True)))
    document = json.loads(json.dumps(made.document()))
    assert document["schema"] == "brainstemd.bench/1"
    assert document["udp"]["lost_at"] == 200_000


@pytest.mark.parametrize("native", [True, False], ids=["c", "python"])
def test_senders_send_each_number_once_in_the_same_bytes(native: bool) -> None:
    """flood.c and its stand-in are the same sender."""
    if native and sender.compiled() is None:
        pytest.skip("no C compiler")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(20)
        with sender.Sender(
            "udp", sock.getsockname()[1], rate=1000, lines=50, sources=3, native=native
        ) as made:
            assert made.send().lines == 50
            lines = [sock.recv(2048) for _ in range(50)]
    assert sorted(lines) == [sender.LINE % number for number in range(50)]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["udp", "tcp"])
def test_the_bench_counts_what_it_sent(how: str, tmp_path: Path) -> None:
    """A flood that anything can bear: none lost, none twice, whoever receives."""
    for peer in (peers.everyone()["alone"], peers.everyone()["rsyslog-memory"]):
        if isinstance(peer, peers.Rsyslog) and not peer.installed:
            continue
        run = intake.flood(peer, how, rate=500, lines=200, sources=2, state=str(tmp_path))
        assert (run.sent, run.lost, run.twice) == (200, 0, 0)
        assert run.rss_mib > 1
    assert not list(tmp_path.iterdir())


def test_ratios_and_spreads_are_those_of_the_medians() -> None:
    """What the tables say can be checked by hand."""
    assert intake.figure([1.0, 3.0, 2.0], ".0f") == "2 (1-3)"
    assert intake.figure([2.0, 2.0], ".0f") == "2"
    assert intake.ratios([10.0, 20.0, 30.0], [5.0]) == "4.00x"
    assert intake.ratios([1.0], []) == "-"
    assert re.fullmatch(r"\d+k", intake.thousands([123_456.0]))


def test_two_checkouts_of_one_code_say_the_same_of_each_line() -> None:
    """Each line is read by both, each step costs something, and a line of which they say different things would be named."""
    checkouts = [decode.Checkout(decode.ROOT), decode.Checkout(decode.ROOT)]
    costs, different = decode.measure(checkouts, decode.classes()["cef"], rounds=1)
    for checkout in checkouts:
        checkout.close()
    assert different == []
    assert [len(cost) for cost in costs] == [len(decode.STEPS)] * 2
    assert min(map(min, costs)) > 0

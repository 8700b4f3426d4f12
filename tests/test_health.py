"""The health socket and what the checks mean."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from brainstemd.checks import Board, Facts, Recent, evaluate
from brainstemd.cli.health import perfdata, summary
from brainstemd.errors import ConfigError, Locked
from brainstemd.health import Answer, NotRunning, Server, ask, bind, socket_path


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Path]:
    """A server with one route; gives the socket's path."""
    sock = bind(tmp_path)
    one = Server(sock, {"/healthz": lambda: Answer(200, "application/json", b'{"status": "ok"}')})
    await one.start()
    yield socket_path(tmp_path)
    await one.close()


async def get(path: Path, target: str) -> Answer:
    return await asyncio.to_thread(ask, path, target)


async def raw(path: Path, request: bytes, *, end: bool = False) -> bytes:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(request)
    if end:
        writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_answers_a_get(server: Path) -> None:
    """The route's answer comes back whole."""
    assert await get(server, "/healthz") == Answer(200, "application/json", b'{"status": "ok"}')
    assert (await get(server, "/healthz?verbose")).status == 200


async def test_other_paths_and_methods_are_told_so(server: Path) -> None:
    """404 names the routes; 405 for anything but GET and HEAD; HEAD has no body."""
    answer = await get(server, "/nothing")
    assert answer.status == 404
    assert b"/healthz" in answer.body
    assert (await raw(server, b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")).startswith(
        b"HTTP/1.1 405"
    )
    head = await raw(server, b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert head.endswith(b"\r\n\r\n")


async def test_curl_of_old_speaks_http_1_0(server: Path) -> None:
    """HTTP/1.0 without a Host header is answered too."""
    assert b'{"status": "ok"}' in await raw(server, b"GET /healthz HTTP/1.0\r\n\r\n")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00 not http\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nA: " + b"x" * 70_000,
    ],
    ids=["tls", "no host", "too long"],
)
async def test_nonsense_is_refused_and_the_server_lives_on(server: Path, request_bytes: bytes) -> None:
    """A bad request gets 4xx and costs nobody else anything."""
    assert (await raw(server, request_bytes)).startswith(b"HTTP/1.1 4")
    assert (await get(server, "/healthz")).status == 200


async def test_a_client_that_leaves_early_costs_nothing(server: Path) -> None:
    """Connect and go, or half a request and end of file: the next one is served."""
    assert await raw(server, b"", end=True) == b""
    await raw(server, b"GET /hea", end=True)
    assert (await get(server, "/healthz")).status == 200


def test_mode_is_0660_whatever_the_umask(tmp_path: Path) -> None:
    """Group may ask, others may not."""
    before = os.umask(0o077)
    try:
        with bind(tmp_path):
            assert stat.S_IMODE(socket_path(tmp_path).stat().st_mode) == 0o660
    finally:
        os.umask(before)


def test_a_stale_socket_is_replaced(tmp_path: Path) -> None:
    """The file that a killed daemon left is no obstacle."""
    bind(tmp_path).close()
    assert socket_path(tmp_path).exists()
    bind(tmp_path).close()


def test_a_living_daemon_is_not_replaced(tmp_path: Path) -> None:
    """While somebody listens there, the second daemon is refused by name of the socket."""
    with bind(tmp_path), pytest.raises(Locked, match=r"health\.sock"):
        bind(tmp_path)


def test_something_else_in_its_place_is_kept(tmp_path: Path) -> None:
    """A file that is no socket is not ours to remove."""
    socket_path(tmp_path).write_text("precious")
    with pytest.raises(ConfigError):
        bind(tmp_path)
    assert socket_path(tmp_path).read_text() == "precious"


def test_a_path_that_no_socket_can_have_is_a_clear_error(tmp_path: Path) -> None:
    """The kernel's 107 bytes are named, and the length."""
    with pytest.raises(ConfigError, match="107 bytes"):
        socket_path(tmp_path / ("x" * 120))


def test_asking_nobody(tmp_path: Path) -> None:
    """No socket, or a dead one: NotRunning."""
    with pytest.raises(NotRunning):
        ask(socket_path(tmp_path), "/healthz")
    bind(tmp_path).close()
    with pytest.raises(NotRunning):
        ask(socket_path(tmp_path), "/healthz")


# ---------------------------------------------------------------- checks

FINE = {"worker_up": True, "worker_phase": "folding", "free_bytes": 10, "min_free_bytes": 1, "listeners": 2}


def document(**facts: object) -> dict[str, dict[str, object]]:
    told = Board().document(evaluate(Facts(**{**FINE, **facts})), 0)  # type: ignore[arg-type]
    json.dumps(told)
    return {"": {"status": told["status"]}, **told["checks"]}


def test_all_fine() -> None:
    """A healthy daemon has no check that is not ok."""
    assert {check["status"] for check in document().values()} == {"ok"}


@pytest.mark.parametrize(
    ("facts", "check", "status"),
    [
        ({"spool_problem": "ENOSPC"}, "spool", "failing"),
        ({"buffer_bytes": 60, "buffer_max": 100}, "buffer", "degraded"),
        ({"buffer_bytes": 95, "buffer_max": 100}, "buffer", "failing"),
        ({"kernel_drops_recent": 1}, "kernel_drops", "degraded"),
        ({"lost_recent": {"oversize": 3}}, "lost_lines", "degraded"),
        ({"turned_recent": {"connections_refused": 1}}, "turned_away", "degraded"),
        ({"turned_recent": {"accept_failures": 1, "denied": 5}}, "turned_away", "degraded"),
        ({"worker_up": False, "worker_silent_s": 5.0}, "worker", "degraded"),
        ({"worker_up": False, "worker_silent_s": 61.0}, "worker", "failing"),
        ({"worker_silent_s": 61.0}, "worker", "failing"),
        ({"worker_error": "disk full"}, "worker", "degraded"),
        ({"worker_restarts_recent": 1}, "worker_restarts", "degraded"),
        ({"worker_restarts_recent": 5}, "worker_restarts", "failing"),
        ({"backlog_bytes": 1, "backlog_age_s": 61.0}, "backlog", "degraded"),
        ({"backlog_bytes": 1, "backlog_age_s": 901.0}, "backlog", "failing"),
        ({"backlog_bytes": 1, "commit_age_s": 301.0}, "commit", "failing"),
        ({"free_bytes": 0}, "disk_free", "failing"),
        ({"free_bytes": 110, "min_free_bytes": 100}, "disk_free", "degraded"),
        ({"quarantined": 1}, "quarantine", "degraded"),
        ({"digest_error": "no"}, "digest", "degraded"),
        ({"backup_error": "no"}, "backup", "degraded"),
        ({"clock_steps_recent": 1}, "clock", "degraded"),
        ({"listeners_failed": ["udp:514"]}, "listeners", "degraded"),
        ({"listeners_failed": ["udp:514"], "listeners": 0}, "listeners", "failing"),
    ],
)
def test_each_trouble_has_its_check_and_a_hint(facts: dict[str, object], check: str, status: str) -> None:
    """One trouble changes one check and the whole, and says what to do."""
    told = document(**facts)
    assert told[check]["status"] == status
    assert told[check]["hint"]
    assert told[""]["status"] == status
    assert [name for name, one in told.items() if name and one["status"] != "ok"] == [check]


def test_what_is_turned_away_as_configured_is_said_and_no_trouble() -> None:
    """A device that is denied for years must not keep the daemon degraded."""
    told = document(turned_recent={"denied": 7, "connections_idle": 2, "throttled": 0})["turned_away"]
    assert (told["status"], told["value"]) == ("ok", 9)
    assert told["hint"] == "in the last ten minutes: connections_idle 2, denied 7"


def test_an_old_commit_is_fine_when_nothing_waits() -> None:
    """A quiet network is no failure."""
    assert document(commit_age_s=100_000.0)["commit"]["status"] == "ok"


def test_since_is_when_the_status_changed() -> None:
    """`since` moves when the status does, not when the value does."""
    board = Board()

    def spool(problem: str | None, now_s: int) -> str:
        told = board.document(evaluate(Facts(**FINE, spool_problem=problem)), now_s * 1_000_000)  # type: ignore[arg-type]
        return str(told["checks"]["spool"]["since"])

    assert spool(None, 1) == spool(None, 2) == "1970-01-01T00:00:01.000Z"
    assert spool("EIO", 3) == spool("ENOSPC", 4) == "1970-01-01T00:00:03.000Z"
    assert spool(None, 5) == "1970-01-01T00:00:05.000Z"


def test_since_does_not_depend_on_who_asked_when() -> None:
    """What a beat has noted is the beginning, although nobody asked until an hour later."""
    board = Board()
    fine, bad = evaluate(Facts()), evaluate(Facts(spool_problem="no space"))
    board.note(fine, 0)
    board.note(bad, 10_000_000)
    told = board.document(bad, 3_600_000_000)["checks"]
    assert told["spool"]["since"] == "1970-01-01T00:00:10.000Z"


def test_recent_forgets_after_ten_minutes() -> None:
    """Growth is counted from the oldest sample within the horizon."""
    recent = Recent(horizon_s=600, every_s=10)
    recent.note({}, 0)
    assert recent.growth({"drops": 5}) == {"drops": 5}
    for now_s in range(0, 700, 10):
        recent.note({"drops": 5}, now_s)
    assert recent.growth({"drops": 5}) == {"drops": 0}
    assert recent.growth({"drops": 7}) == {"drops": 2}


def test_the_plugin_line_can_be_parsed() -> None:
    """Worst first in words; numbers with unit and thresholds behind the bar."""
    told = document(spool_problem="disk full", kernel_drops_recent=3)
    told.pop("")
    assert summary(told).startswith("spool failing: ")
    assert "lag=0s;60;900" in perfdata(told)
    assert "kernel_drops=3;0;" in perfdata(told)
    assert "free=10B" in perfdata(told)


async def test_a_silent_client_does_not_block_others(server: Path) -> None:
    """Somebody who connects and says nothing keeps nobody else from asking."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as quiet:
        quiet.connect(str(server))
        assert (await get(server, "/healthz")).status == 200

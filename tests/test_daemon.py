"""The daemon as a whole: real processes, real sockets, on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from brainstemd.config import Config, Memory
from brainstemd.memory import Store
from brainstemd.models import RecordKind
from tests.daemon_kit import BASE, Daemon, alive, cli, kill9, lines_of, spooled, wait_for


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    with Daemon(tmp_path) as one:
        yield one


async def remembered(daemon: Daemon) -> tuple[int, set[str]]:
    """Lines and hosts in memory, read beside the running daemon."""
    path = daemon.state_dir / "memory.db"
    if not path.exists():
        return 0, set()
    async with await Store.open(path, readonly=True, config=Memory()) as store:
        keys = await store.keys()
        histories = await store.histories(time.time_ns() // 1000 + 3_600_000_000)
    return sum(day.lines for one in histories for day in one.days), {key.source for key in keys}


async def test_lines_are_in_memory_within_two_seconds_and_sigterm_ends_it(daemon: Daemon) -> None:
    """UDP and both TCP framings arrive, are folded and visible in under two seconds; health moves; SIGTERM: exit 0, STOP told."""
    daemon.start()
    assert daemon.ready_s < 5  # under 1 s on a quiet machine; here others work too
    stamp = time.strftime("%b %e %H:%M:%S", time.gmtime())
    daemon.working()
    daemon.udp(*[f"<13>{stamp} fw-01 app: by datagram {n}" for n in range(3)])
    daemon.tcp(*[f"<13>{stamp} fw-01 app: by line {n}" for n in range(4)])
    daemon.tcp(*[f"<13>{stamp} fw-01 app: by count {n}" for n in range(5)], octets=True)
    sent = time.monotonic()
    while (await remembered(daemon))[0] < 12:
        assert time.monotonic() - sent < 2.0
    assert daemon.get("/healthz")[0] == 200
    assert daemon.get("/readyz") == (200, b'{"ready": true}\n')
    assert daemon.metric("brainstemd_received_lines_total") == 12
    assert daemon.metric("brainstemd_spool_appended_lines_total") == 12
    wait_for(lambda: daemon.metric("brainstemd_folded_lines_total") == 12)
    run = daemon.command("health")
    assert run.returncode == 0, run.stdout
    assert run.stdout.startswith("BRAINSTEMD OK - ")
    worker = daemon.worker_pid()
    assert worker is not None
    assert daemon.stop() == 0
    assert not alive(worker)
    daemon.expect("STOPPING=1")
    records = spooled(daemon.state_dir)
    assert len(lines_of(records)) == 12
    assert [r.kind for r in records if r.kind is not RecordKind.LINES] == [RecordKind.START, RecordKind.STOP]
    assert not (daemon.directory / "run" / "health.sock").exists()
    assert (daemon.directory / "out" / "digest.log").exists()


def test_the_children_that_the_worker_starts(daemon: Daemon) -> None:
    """`_digest` writes and tells on stdout; `_backup` makes a copy. Both take the configuration from stdin."""
    daemon.start()
    daemon.tcp(*["<13>1 - h app - - - VPN tunnel t1 dropped and recovered"] * 3)
    daemon.caught_up(3)
    assert daemon.stop() == 0
    given = Config(
        state_dir=daemon.state_dir, runtime_dir=daemon.directory / "run", digest_dir=daemon.directory / "out"
    ).model_dump_json()
    at = ("--at", str(time.time_ns() // 1000))
    whole = cli("_digest", *at, "--mode", "whole", stdin=given)
    assert whole.returncode == 0, whole.stderr
    assert isinstance(json.loads(whole.stdout), list)
    assert (daemon.directory / "out" / "digest.jsonl").read_text().count("\n") == 1
    assert cli("_digest", *at, "--mode", "changes", stdin=given).returncode == 0
    assert cli("_backup", stdin=given).returncode == 0
    assert len(list((daemon.state_dir / "backups").glob("*.db"))) == 1


def test_what_the_sockets_hold_at_sigterm_is_kept_and_folded(daemon: Daemon) -> None:
    """Lines sent just before SIGTERM are in the spool, and memory has them when the daemon has ended."""
    daemon.start()
    lines = [f"<13>1 - h app - - - line {n}" for n in range(5_000)]
    daemon.tcp(*lines)
    assert daemon.stop() == 0
    assert len(lines_of(spooled(daemon.state_dir))) == 5_000
    with closing(sqlite3.connect(daemon.state_dir / "memory.db")) as db:
        (cursor,) = db.execute("SELECT value FROM meta WHERE name = 'cursor'").fetchone()
    assert json.loads(cursor) == list(spooled(daemon.state_dir)[-1].end)


def test_a_second_daemon_is_refused(daemon: Daemon, tmp_path: Path) -> None:
    """The same state directory: exit 1, and the message names the process that has it."""
    daemon.start()
    other = tmp_path / "other.toml"
    other.write_text(BASE.replace('"run"', '"run2"'), "utf-8")
    run = cli("--config", str(other), "run")
    assert run.returncode == 1
    assert f"process {daemon.pid}" in run.stderr
    assert "hint:" in run.stderr
    assert daemon.get("/readyz")[0] == 200


@pytest.mark.parametrize(
    ("config", "code", "words"),
    [
        (BASE + "\n[digest]\nevery = 'often'\n", 78, "every"),
        (BASE.replace('"run"', f'"{"x" * 120}"'), 78, "runtime_dir"),
        (BASE.replace("127.0.0.1:0", "192.0.2.1:5514"), 1, "192.0.2.1"),
    ],
    ids=["invalid", "long path", "foreign address"],
)
def test_what_cannot_work_is_said_at_start(tmp_path: Path, config: str, code: int, words: str) -> None:
    """A bad configuration is exit 78, a socket that cannot be had exit 1; both say which."""
    with Daemon(tmp_path, config) as daemon:
        daemon.start(ready=False)
        assert daemon.process is not None
        assert daemon.process.wait(20) == code
        assert words in daemon.log_path.read_text()


def test_reload_takes_the_new_and_refuses_the_bad(daemon: Daemon) -> None:
    """SIGHUP: RELOADING, then READY. An invalid file changes nothing; a new listener is bound; old sockets stay."""
    daemon.start()
    daemon.working()
    port, worker = daemon.port("udp"), daemon.worker_pid()
    daemon.config.write_text(BASE + "[nonsense]\nx = 1\n", "utf-8")
    os.kill(daemon.pid, signal.SIGHUP)
    assert "MONOTONIC_USEC=" in daemon.expect("RELOADING=1")
    daemon.expect("READY=1")
    refused = [row for row in daemon.logs() if row["level"] == "error"]
    assert len(refused) == 1
    assert "nonsense" in refused[0]["error"]
    assert daemon.worker_pid() == worker
    more = '[[listen]]\ntransport = "tcp"\nname = "more"\naddress = ["127.0.0.1:0"]\n[digest]\nevery = "1h"\n'
    daemon.config.write_text(BASE + more, "utf-8")
    os.kill(daemon.pid, signal.SIGHUP)
    daemon.expect("RELOADING=1")
    daemon.expect("READY=1")
    assert daemon.healthz()["checks"]["listeners"]["value"] == 3
    assert daemon.port("udp") == port
    wait_for(lambda: daemon.worker_pid() not in (None, worker))
    daemon.udp("<13>1 - h app - - - after the reload")
    daemon.caught_up(1)
    assert daemon.metric("brainstemd_worker_restarts_total") == 0
    assert daemon.stop() == 0


def test_a_dead_worker_is_started_again_and_nothing_is_missing(daemon: Daemon) -> None:
    """kill -9 of the worker: another one within seconds, the line that came meanwhile is folded, the restart is counted."""
    daemon.start()
    worker = wait_for(daemon.worker_pid)
    daemon.tcp("<13>1 - h app - - - before")
    daemon.caught_up(1)
    kill9(worker)
    daemon.tcp("<13>1 - h app - - - meanwhile")
    daemon.caught_up(2)
    assert daemon.metric("brainstemd_worker_restarts_total") == 1
    assert daemon.healthz()["checks"]["worker_restarts"]["status"] == "degraded"
    assert daemon.stop() == 0
    assert len(lines_of(spooled(daemon.state_dir))) == 2


def test_the_worker_never_outlives_its_receiver(daemon: Daemon) -> None:
    """kill -9 of the receiver ends the worker too, and the next daemon takes over, health socket and all."""
    daemon.start()
    worker = wait_for(daemon.worker_pid)
    daemon.working()
    daemon.tcp("<13>1 - h app - - - before")
    daemon.caught_up(1)
    kill9(daemon.pid)
    assert daemon.process is not None
    daemon.process.wait(10)
    wait_for(lambda: not alive(worker), 10)
    daemon.start()
    daemon.tcp("<13>1 - h app - - - after")
    daemon.caught_up(1)
    assert daemon.stop() == 0
    kinds = [r.kind for r in spooled(daemon.state_dir) if r.kind is not RecordKind.LINES]
    assert kinds == [RecordKind.START, RecordKind.START, RecordKind.STOP]


def test_sockets_from_systemd_are_used_and_what_waits_in_them_is_taken(tmp_path: Path) -> None:
    """LISTEN_FDS: nothing is bound, and lines that came before the start are not lost."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.create_server(("127.0.0.1", 0)) as tcp,
    ):
        udp.bind(("127.0.0.1", 0))
        config = BASE.replace("127.0.0.1:0", "127.0.0.1:{}", 1).format(udp.getsockname()[1])
        config = config.replace("127.0.0.1:0", f"127.0.0.1:{tcp.getsockname()[1]}")
        with Daemon(tmp_path, config, LISTEN_FDS="2", LISTEN_FDNAMES="syslog:syslog") as daemon:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"<13>1 - h app - - - early", udp.getsockname())
            with socket.create_connection(tcp.getsockname()) as early:
                early.sendall(b"<13>1 - h app - - - early too\n")
            as_systemd = (
                "import os, sys; a, b = os.dup(int(sys.argv[1])), os.dup(int(sys.argv[2]));"
                "os.dup2(a, 3); os.dup2(b, 4); os.set_inheritable(3, True); os.set_inheritable(4, True);"
                "os.environ['LISTEN_PID'] = str(os.getpid());"
                "os.execv(sys.argv[3], sys.argv[3:])"
            )
            prefix = [sys.executable, "-c", as_systemd, str(udp.fileno()), str(tcp.fileno())]
            daemon.start(prefix=prefix, pass_fds=(udp.fileno(), tcp.fileno()))
            daemon.caught_up(2)
            assert daemon.healthz()["checks"]["listeners"] | {"since": ""} == {
                "status": "ok", "value": 2, "since": "", "hint": None,
            }  # fmt: skip
            assert daemon.stop() == 0
        assert sorted(lines_of(spooled(tmp_path / "state"))) == [
            b"<13>1 - h app - - - early",
            b"<13>1 - h app - - - early too",
        ]


def test_a_full_disk_is_said_and_the_daemon_stays_up(tmp_path: Path) -> None:
    """Below min_free: READY all the same, /healthz 503 names the disk, the plugin says CRITICAL; SIGTERM saves the buffer."""
    with Daemon(tmp_path, BASE.replace("1MiB", "900000GiB")) as daemon:
        daemon.start()
        daemon.udp("<13>1 - h app - - - nowhere to go")
        status, _ = daemon.get("/healthz")
        checks = daemon.healthz()["checks"]
        assert (status, checks["disk_free"]["status"], checks["spool"]["status"]) == (
            503,
            "failing",
            "failing",
        )
        run = daemon.command("health")
        assert run.returncode == 2
        assert "min_free" in run.stdout
        assert daemon.stop() == 0
        assert lines_of(spooled(daemon.state_dir)) == [
            b"<13>1 - h app - - - nowhere to go"
        ]  # min_free is a reserve


def test_health_without_a_daemon(tmp_path: Path) -> None:
    """Nobody there: CRITICAL. A configuration that cannot be read, or a wrong option: UNKNOWN."""

    def health(*args: str) -> tuple[int, str]:
        run = cli(*args)
        return run.returncode, run.stdout

    (tmp_path / "good.toml").write_text(BASE, "utf-8")
    code, text = health("--config", str(tmp_path / "good.toml"), "health")
    assert (code, text.split(" - ")[0]) == (2, "BRAINSTEMD CRITICAL")
    assert health("--config", str(tmp_path / "none.toml"), "health")[0] == 3
    assert health("--config", str(tmp_path / "good.toml"), "health", "--bogus")[0] == 3


def test_digests_come_on_schedule(tmp_path: Path) -> None:
    """Every second here: each is made by a child, counted, and written; SIGTERM does not wait for the next."""
    with Daemon(tmp_path, BASE + "[digest]\nevery = '1s'\n") as daemon:
        daemon.start()
        wait_for(lambda: daemon.metric("brainstemd_digests_total") >= 2, 60)
        assert daemon.healthz()["checks"]["digest"]["status"] == "ok"
        assert daemon.stop() == 0
        assert (daemon.directory / "out" / "digest.log").read_text().count("\n") >= 2


def test_a_digest_that_cannot_be_written_is_degraded_health(tmp_path: Path) -> None:
    """digest_dir is a file: lines are taken in and folded all the same, health says what is wrong, nothing crashes."""
    with Daemon(tmp_path, BASE + "[digest]\nevery = '1s'\n") as daemon:
        (tmp_path / "out").write_text("in the way")
        daemon.start()
        wait_for(lambda: daemon.healthz()["checks"]["digest"]["status"] == "degraded")
        daemon.udp("<13>1 - h app - - - still here")
        daemon.caught_up(1)
        assert daemon.metric("brainstemd_worker_restarts_total") == 0
        assert daemon.stop() == 0


def test_what_a_daemon_writes_is_not_for_others(daemon: Daemon) -> None:
    """Whatever the umask says: state_dir 0750, nothing in it readable for others, the health socket 0660."""
    before = os.umask(0)
    try:
        daemon.start().working()
    finally:
        os.umask(before)
    daemon.tcp("<13>1 - h app - - - secret")
    daemon.caught_up(1)
    assert daemon.state_dir.stat().st_mode & 0o777 == 0o750
    for path in daemon.state_dir.rglob("*"):
        assert path.stat().st_mode & 0o007 == 0, path
    assert (daemon.directory / "run" / "health.sock").stat().st_mode & 0o777 == 0o660
    assert daemon.stop() == 0


def test_a_wiped_spool_issues_no_position_twice(daemon: Daemon) -> None:
    """memory.db without its spool (restored elsewhere, or somebody tidied up): numbers go on far above, lines are counted."""
    daemon.start().working()
    daemon.tcp("<13>1 - h app - - - before")
    daemon.caught_up(1)
    assert daemon.stop() == 0
    first = {record.segment for record in spooled(daemon.state_dir)}
    for path in (daemon.state_dir / "spool").iterdir():
        path.unlink()
    daemon.start().working()
    daemon.tcp("<13>1 - h app - - - after")
    daemon.caught_up(1)
    assert daemon.stop() == 0
    second = {record.segment for record in spooled(daemon.state_dir)}
    assert min(second) > max(first) + 1_000_000


def test_hangups_during_start_and_stop_do_no_harm(daemon: Daemon) -> None:
    """SIGHUP before READY, in a row, and while stopping: no death, no half reload."""
    daemon.start(ready=False)
    wait_for(lambda: (daemon.state_dir / "receiver.lock").exists())
    os.kill(daemon.pid, signal.SIGHUP)
    daemon.expect("READY=1")
    for _ in range(5):
        os.kill(daemon.pid, signal.SIGHUP)
    daemon.expect("READY=1")
    os.kill(daemon.pid, signal.SIGTERM)
    os.kill(daemon.pid, signal.SIGHUP)
    assert daemon.process is not None
    assert daemon.process.wait(20) == 0


def test_drops_while_no_receiver_ran_become_a_gap(tmp_path: Path) -> None:
    """A socket that systemd held overflowed between a kill -9 and the next start: reason, number, interval."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        config = BASE.replace("127.0.0.1:0", f"127.0.0.1:{udp.getsockname()[1]}", 1)
        config = config.replace('transport = "udp"', 'transport = "udp"\nreceive_buffer = "4KiB"')
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        as_systemd = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3); os.set_inheritable(3, True);"
            "os.environ['LISTEN_PID'] = str(os.getpid()); os.execv(sys.argv[2], sys.argv[2:])"
        )
        prefix = [sys.executable, "-c", as_systemd, str(udp.fileno())]
        with Daemon(tmp_path, config, LISTEN_FDS="1") as daemon:
            daemon.start(prefix=prefix, pass_fds=(udp.fileno(),)).working()
            assert daemon.stop() == 0
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for _ in range(100):
                    sender.sendto(b"<13>" + b"x" * 500, udp.getsockname())
            daemon.start(prefix=prefix, pass_fds=(udp.fileno(),)).working()
            wait_for(lambda: any("while no receiver ran" in row["event"] for row in daemon.logs()))
            received = int(daemon.metric("brainstemd_received_lines_total"))
            daemon.caught_up(received)
            assert daemon.stop() == 0
        records = spooled(tmp_path / "state")
        gaps = [record.control for record in records if record.kind is RecordKind.GAP and record.control]
        (gap,) = [gap for gap in gaps if gap["reason"] == "kernel_drop"]
        assert gap["lost"] == 100 - received > 0
        assert gap["start_us"] < gap["end_us"]

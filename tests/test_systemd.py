"""What the daemon says to systemd, what it takes from it, and that the shipped units are sound."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from brainstemd.handover import CONNECTIONS_MAX
from brainstemd.systemd import Notifier, child_environment, listen_sockets, store_limit, watchdog_interval_s

UNITS = Path(__file__).parent.parent / "systemd"


@pytest.fixture
def manager(tmp_path: Path):
    """A service manager's end of the notification socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(1)
        yield sock


def test_ready_is_one_datagram_with_a_status_on_one_line(manager: socket.socket) -> None:
    """READY=1 and STATUS= go out together, and no text can forge another assignment."""
    assert Notifier(manager.getsockname()).ready("fine\nMAINPID=1")
    assert manager.recv(4096) == b"READY=1\nSTATUS=fine MAINPID=1"


def test_reloading_carries_the_monotonic_instant(manager: socket.socket) -> None:
    """Type=notify-reload demands RELOADING=1 with MONOTONIC_USEC=."""
    assert Notifier(manager.getsockname()).reloading(lambda: 1_234_567_890)
    assert manager.recv(4096) == b"RELOADING=1\nMONOTONIC_USEC=1234567"


def test_abstract_addresses_begin_with_an_at_sign() -> None:
    """`@name` is the abstract socket `\\0name`."""
    name = f"brainstemd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind("\0" + name)
        sock.settimeout(1)
        assert Notifier("@" + name).watchdog()
        assert sock.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("address", [None, "", "/nowhere/notify"])
def test_nobody_to_notify_is_no_error(address: str | None) -> None:
    """Without a manager, or with a dead one, nothing is raised and False says that nothing was said."""
    assert not Notifier(address).stopping()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_watchdog_interval(environ: dict[str, str], expected: float | None) -> None:
    """Half of what the unit allows, and only for the process that is meant."""
    assert watchdog_interval_s(environ, 7) == expected


def test_passed_sockets_are_taken_with_their_names() -> None:
    """LISTEN_FDS sockets arrive non-blocking, close-on-exec and named; a descriptor that is no socket is skipped."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        first = 200
        os.dup2(one.fileno(), first)
        os.dup2(two.fileno(), first + 1)
        reading, writing = os.pipe()
        os.dup2(reading, first + 2)
        environ = {"LISTEN_FDS": "3", "LISTEN_PID": "42", "LISTEN_FDNAMES": "udp:tcp"}
        passed = listen_sockets(environ, 42, first)
        assert [(p.name, p.sock.type) for p in passed] == [
            ("udp", socket.SOCK_DGRAM),
            ("tcp", socket.SOCK_STREAM),
        ]
        assert all(not p.sock.getblocking() and not os.get_inheritable(p.sock.fileno()) for p in passed)
        for p in passed:
            p.sock.close()
        for fd in (first + 2, reading, writing):
            os.close(fd)


def test_sockets_of_another_process_are_left_alone() -> None:
    """LISTEN_PID says whose they are."""
    assert listen_sockets({"LISTEN_FDS": "1", "LISTEN_PID": "1"}, 42) == []
    assert listen_sockets({}, 42) == []


def test_children_do_not_inherit_what_is_ours() -> None:
    """A child that spoke on NOTIFY_SOCKET or took LISTEN_FDS would speak for us."""
    ours = {"NOTIFY_SOCKET": "x", "WATCHDOG_USEC": "1", "LISTEN_FDS": "1", "LISTEN_PID": "1", "PATH": "/bin"}
    assert child_environment(ours) == {"PATH": "/bin"}


def test_descriptors_are_stored_and_forgotten_by_name(manager: socket.socket) -> None:
    """FDSTORE=1 carries the descriptors themselves; FDSTOREREMOVE=1 names them; nobody there is no error."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert Notifier(manager.getsockname()).store("connection@x", [ours.fileno()])
        data, fds, _, _ = socket.recv_fds(manager, 4096, 4)
        assert data == b"FDSTORE=1\nFDNAME=connection@x"
        assert [os.path.sameopenfile(fd, ours.fileno()) for fd in fds] == [True]
        os.close(fds[0])
        assert not Notifier(None).store("connection@x", [ours.fileno()])
        assert not Notifier("/nowhere/notify").store("connection@x", [ours.fileno()])
    assert Notifier(manager.getsockname()).forget("connection@x")
    assert manager.recv(4096) == b"FDSTOREREMOVE=1\nFDNAME=connection@x"


def test_what_the_store_holds_is_what_the_unit_allows() -> None:
    """The unit's bound is the program's; systemd 254 and later says it in the environment as well."""
    text = (UNITS / "brainstemd.service").read_text("utf-8")
    assert f"\nFileDescriptorStoreMax={CONNECTIONS_MAX}\n" in text
    assert store_limit({"FDSTORE": "12"}) == 12
    assert store_limit({}) is None


# ---------------------------------------------------------------- the units

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


@pytest.mark.system
@needs_systemd
def test_exposure_is_low() -> None:
    """`systemd-analyze security` gives the service an exposure of at most 1.5."""
    run = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(UNITS / "brainstemd.service")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", run.stdout)
    assert found is not None, run.stdout + run.stderr
    assert float(found[1]) <= 1.5, run.stdout


@pytest.mark.system
@needs_systemd
def test_units_verify_clean(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say once the command exists."""
    for name in ("brainstemd.service", "brainstemd.socket"):
        text = (UNITS / name).read_text("utf-8").replace("/opt/brainstemd/bin/brainstemd", sys.executable)
        (tmp_path / name).write_text(text, "utf-8")
    run = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "brainstemd.service"), str(tmp_path / "brainstemd.socket")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    ours = [line for line in (run.stdout + run.stderr).splitlines() if "brainstemd" in line]
    assert ours == []
    assert run.returncode == 0, run.stderr


def test_a_bad_configuration_is_not_tried_again() -> None:
    """Restarting on exit 78 would only fill the journal; and the kernel's killing the worker must not stop the service."""
    text = (UNITS / "brainstemd.service").read_text("utf-8")
    for line in ("RestartPreventExitStatus=78", "OOMPolicy=continue", "KillMode=mixed", "User=brainstemd"):
        assert f"\n{line}\n" in text

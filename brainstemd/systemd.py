"""What a service says to systemd and takes from it: sd_notify, the watchdog, LISTEN_FDS, the descriptor store.
By hand, because the packages for it are unmaintained or need libsystemd.

Invariants:
- A missing or broken notification socket never stops the daemon: what cannot be said is dropped.
- The environment is an argument; nothing here reads the process's own.

Sources: sd_notify(3), sd_pid_notify_with_fds(3), sd_listen_fds(3), sd_watchdog_enabled(3).
"""

from __future__ import annotations

import array
import os
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

FIRST_FD = 3  # SD_LISTEN_FDS_START
FDS_A_MESSAGE = 250  # the kernel's SCM_MAX_FD is 253
STORE_TIMEOUT_S = 2.0  # the manager's queue may be full for a moment; it must not keep us from ending

# What must not be handed on to children, or they would speak for us.
PRIVATE_VARIABLES = (
    "NOTIFY_SOCKET",
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LISTEN_FDNAMES",
    "LISTEN_PIDFDID",
    "FDSTORE",
)


class Passed(NamedTuple):
    """A socket that systemd bound for us, and the name its unit gives it (`FileDescriptorName=`)."""

    name: str
    sock: socket.socket


class Notifier:
    """Sends state changes to the service manager; silent when there is none."""

    def __init__(self, address: str | None) -> None:
        self._address = _socket_address(address) if address else None

    @property
    def present(self) -> bool:
        return self._address is not None

    def ready(self, status: str) -> bool:
        """READY=1: sockets are bound and the spool accepts. Also ends a reload."""
        return self.send("READY=1", f"STATUS={_one_line(status)}")

    def status(self, status: str) -> bool:
        return self.send(f"STATUS={_one_line(status)}")

    def reloading(self, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> bool:
        """RELOADING=1 with the instant, which `Type=notify-reload` demands (CLOCK_MONOTONIC, microseconds)."""
        return self.send("RELOADING=1", f"MONOTONIC_USEC={monotonic_ns() // 1000}")

    def stopping(self) -> bool:
        return self.send("STOPPING=1")

    def watchdog(self) -> bool:
        return self.send("WATCHDOG=1")

    def store(self, name: str, fds: Sequence[int]) -> bool:
        """FDSTORE=1: keep these descriptors (at most FDS_A_MESSAGE) and pass them to the next start under `name`.

        True when they were handed over; whether the unit allows so many (FileDescriptorStoreMax=) nobody says.
        """
        if self._address is None:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.settimeout(STORE_TIMEOUT_S)
                words = f"FDSTORE=1\nFDNAME={name}".encode()
                rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))
                sock.sendmsg([words], [rights], 0, self._address)  # socket.send_fds() takes no address
        except OSError:
            return False
        return True

    def forget(self, name: str) -> bool:
        """FDSTOREREMOVE=1: close the kept descriptors of this name."""
        return self.send("FDSTOREREMOVE=1", f"FDNAME={name}")

    def send(self, *assignments: str) -> bool:
        """One datagram of `NAME=value` lines; True when it was handed over."""
        if self._address is None:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.setblocking(False)
                sock.sendto("\n".join(assignments).encode(), self._address)
        except OSError:
            return False
        return True


def _socket_address(address: str) -> str:
    """An abstract address is written with a leading `@`."""
    return "\0" + address[1:] if address.startswith("@") else address


def _one_line(text: str) -> str:
    return " ".join(text.split())


def watchdog_interval_s(environ: Mapping[str, str], pid: int) -> float | None:
    """How often to say WATCHDOG=1, in seconds: half of what the unit allows; None when nobody listens."""
    allowed_us = _number(environ.get("WATCHDOG_USEC"))
    meant_for = _number(environ.get("WATCHDOG_PID"))
    if not allowed_us or (meant_for is not None and meant_for != pid):
        return None
    return allowed_us / 2e6


def listen_sockets(environ: Mapping[str, str], pid: int, first_fd: int = FIRST_FD) -> list[Passed]:
    """The sockets that were passed to this very process; [] when there are none or they are another's.

    Each is made non-blocking and is closed on exec. What is no Internet socket is left alone.
    """
    count = _number(environ.get("LISTEN_FDS"))
    if not count or _number(environ.get("LISTEN_PID")) != pid:
        return []
    names = environ.get("LISTEN_FDNAMES", "").split(":")
    passed = []
    for index in range(count):
        fd = first_fd + index
        try:
            os.set_inheritable(fd, False)
            sock = socket.socket(fileno=fd)
        except OSError:
            continue
        if sock.family not in (socket.AF_INET, socket.AF_INET6):
            sock.detach()
            continue
        sock.setblocking(False)
        passed.append(Passed(names[index] if index < len(names) else "", sock))
    return passed


def store_limit(environ: Mapping[str, str]) -> int | None:
    """How many descriptors the manager keeps for us ($FDSTORE, systemd 254 and later); None: it does not say."""
    return _number(environ.get("FDSTORE"))


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child process: without what is meant for the main process alone."""
    return {name: value for name, value in environ.items() if name not in PRIVATE_VARIABLES}


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None

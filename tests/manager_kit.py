"""A service manager as systemd is one, as far as descriptors go: holds sockets, keeps what is stored, passes both on."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

from tests.daemon_kit import Daemon

# Puts the descriptors named by the first arguments at 3, 4, … and becomes the rest of the command line, under its own pid.
_EXEC = """
import fcntl, os, sys
count = int(sys.argv[1])
given = [int(word) for word in sys.argv[2 : 2 + count]]
high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 3 + count) for fd in given]
for at, fd in enumerate(high):
    os.dup2(fd, 3 + at)
os.closerange(3 + count, max([0, *high, *given]) + 1)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2 + count], sys.argv[2 + count :])
"""


class Service(Daemon):
    """A daemon under a manager with a descriptor store. `held` are the sockets of its socket unit."""

    def __init__(self, directory: Path, config: str, *held: socket.socket, **environ: str) -> None:
        super().__init__(directory, config, **environ)
        self.held = held
        self.kept: list[tuple[str, int]] = []  # the store

    def __exit__(self, *args: object) -> None:
        super().__exit__(*args)
        self.drop()

    def drop(self) -> None:
        """What systemd does when the service is stopped instead of restarted: the store is emptied."""
        for _, fd in self.kept:
            os.close(fd)
        self.kept.clear()

    def begin(self) -> Service:
        """Start it with the held sockets and the kept descriptors; wait for READY=1."""
        passed = [("syslog", sock.fileno()) for sock in self.held] + self.kept
        fds = tuple(fd for _, fd in passed)
        self.environ |= {
            "LISTEN_FDS": str(len(passed)),
            "LISTEN_FDNAMES": ":".join(name for name, _ in passed),
        }
        self.start(prefix=[sys.executable, "-c", _EXEC, str(len(fds)), *map(str, fds)], pass_fds=fds)
        return self

    def restart(self) -> Service:
        assert self.stop() == 0
        return self.begin()

    def stop(self) -> int:
        """SIGTERM; keeps what is stored until the end. The exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        end = time.monotonic() + 60
        while self.process.poll() is None:
            assert time.monotonic() < end, "it does not end"
            self._hear(0.05)
        self.drain_notifications()
        return self.process.returncode

    def expect(self, word: str, patience_s: float = 30.0) -> str:
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            told = self._hear(0.1)
            if told is not None and told.startswith(word):
                return told
        raise AssertionError(f"no {word}; the log says:\n{self.log_path.read_text()}")

    def drain_notifications(self) -> None:
        while self._hear(0.0) is not None:
            pass

    def _hear(self, patience_s: float) -> str | None:
        """One notification, obeyed."""
        self._manager.settimeout(patience_s)
        try:
            data, fds, _, _ = socket.recv_fds(self._manager, 4096, 253)
        except (TimeoutError, BlockingIOError):
            return None
        words = dict(line.split("=", 1) for line in data.decode().splitlines())
        name = words.get("FDNAME", "stored")
        if words.get("FDSTORE") == "1":
            self.kept += [(name, fd) for fd in fds]
        else:
            for fd in fds:
                os.close(fd)
        if words.get("FDSTOREREMOVE") == "1":
            for _, fd in [one for one in self.kept if one[0] == name]:
                os.close(fd)
            self.kept = [one for one in self.kept if one[0] != name]
        return data.decode()

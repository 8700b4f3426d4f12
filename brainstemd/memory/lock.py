"""One writer a state directory: an flock on `memory.lock`, which the kernel drops when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from brainstemd.errors import Locked, StoreError

LOCK_NAME = "memory.lock"


@contextmanager
def lock(state_dir: Path) -> Iterator[None]:
    """Hold the right to write memory. Not inherited by child processes; the file stays, only the lock goes.

    Raises Locked when another process holds it, StoreError when the directory cannot be written.
    """
    path = state_dir / LOCK_NAME
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror}",
            hint="the state directory must exist and belong to the user of brainstemd",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked(
                f"{state_dir} is in use by {_holder(descriptor)}",
                hint="stop the daemon (or wait for the other command) first; `brainstemd health` says whether it runs",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _holder(descriptor: int) -> str:
    """Who wrote its number into the lock file last: the holder, as long as it holds it."""
    pid = os.pread(descriptor, 32, 0).strip().decode("ascii", "replace")
    return f"process {pid}" if pid.isdigit() else "another process"

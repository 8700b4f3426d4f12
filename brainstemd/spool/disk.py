"""The few system calls by which the spool changes anything: the seam where tests put faults."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

# A buffer is anything that os.writev takes.
Buffers = Sequence[bytes]


class Disk:
    """Real disk. Every method is one system call and raises OSError as the kernel reports it."""

    def create(self, path: Path) -> int:
        """A new file, for appending; fails if it exists. Root's belongs to the directory's owner: the daemon reads it."""
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o640)
        if os.geteuid() == 0:
            owner = path.parent.stat()
            os.fchown(fd, owner.st_uid, owner.st_gid)
        return fd

    def make_directory(self, directory: Path) -> None:
        """With its parents, for the owner and the group alone; root's belongs to its parent's owner."""
        if directory.is_dir():
            return
        if not directory.parent.is_dir():
            self.make_directory(directory.parent)
        directory.mkdir(mode=0o750, exist_ok=True)
        if os.geteuid() == 0:
            owner = directory.parent.stat()
            os.chown(directory, owner.st_uid, owner.st_gid)

    def writev(self, fd: int, buffers: Buffers) -> int:
        return os.writev(fd, buffers)

    def cut(self, fd: int, size: int) -> None:
        """Take back a torn record's bytes, which are written whole elsewhere. If that fails, a reader tells of a torn tail."""
        with suppress(OSError):
            os.ftruncate(fd, size)

    def fdatasync(self, fd: int) -> None:
        os.fdatasync(fd)

    def sync_directory(self, directory: Path) -> None:
        """Make created, renamed and removed names of `directory` durable."""
        fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def close(self, fd: int) -> None:
        os.close(fd)

    def link(self, path: Path, new: Path) -> None:
        """Give a file a second name; fails if that name exists."""
        os.link(path, new)

    def rename(self, path: Path, new: Path) -> None:
        path.rename(new)

    def unlink(self, path: Path) -> None:
        path.unlink()

    def listdir(self, directory: Path) -> list[str]:
        return os.listdir(directory)  # noqa: PTH208 - thousands of names, no Path for each

    def space(self, directory: Path) -> tuple[int, int]:
        """(bytes free to us, bytes in all) of the file system."""
        fs = os.statvfs(directory)
        return fs.f_bavail * fs.f_frsize, fs.f_blocks * fs.f_frsize

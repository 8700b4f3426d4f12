"""Names of segments in a stream's directory, and how one comes into being."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from brainstemd.spool.disk import Disk
from brainstemd.spool.record import Header, encode_header

_NAME = re.compile(r"([0-9]{16})\.seg(\.zst)?")
_TAKEN = re.compile(r"([0-9]{16})\.seg")


class SegmentInfo(NamedTuple):
    """One segment file."""

    number: int
    path: Path
    compressed: bool


def name(number: int) -> str:
    return f"{number:016d}.seg"


def list_segments(directory: Path, disk: Disk, since: int = 0) -> list[SegmentInfo]:
    """Those from number `since` on, ascending. Where one is there both plain and compressed (a crash in between), the
    plain file.

    Raises OSError. A directory that does not exist has no segments.
    """
    try:
        names = disk.listdir(directory)
    except FileNotFoundError:
        return []
    found: dict[int, SegmentInfo] = {}
    for file in names:
        match = _NAME.fullmatch(file)
        if match is None:
            continue
        number = int(match[1])
        if number < since:
            continue
        if match[2] is None or number not in found:
            found[number] = SegmentInfo(number, directory / file, match[2] is not None)
    return [found[number] for number in sorted(found)]


def highest(directory: Path, disk: Disk) -> int:
    """The highest number ever seen here, whatever became of the file (compressed, quarantined); 0 if none."""
    taken = (match for match in map(_TAKEN.match, disk.listdir(directory)) if match is not None)
    return max((int(match[1]) for match in taken), default=0)


def create(directory: Path, header: Header, disk: Disk, *more: bytes) -> int:
    """A new segment with its header (and `more` bytes): the open descriptor.

    The file gets its name only when the header is in it, and the name is never taken from another file, so that a
    segment with a name always has a header and two processes never share one. Raises OSError (FileExistsError when
    the number is taken), leaving nothing behind that counts.
    """
    path = directory / name(header.number)
    nascent = directory / f".{os.urandom(6).hex()}.{name(header.number)}.tmp"
    fd = disk.create(nascent)
    buffers = (encode_header(header), *more)
    size = sum(map(len, buffers))
    try:
        try:
            if disk.writev(fd, buffers) != size:
                raise OSError(28, "short write", str(nascent))
            disk.fdatasync(fd)
            disk.link(nascent, path)
        finally:
            disk.unlink(nascent)
        disk.sync_directory(directory)
    except OSError:
        disk.close(fd)
        raise
    return fd


def sweep(directory: Path, disk: Disk) -> None:
    """Remove what a crash left of segments that never got a name. Only for a stream with one writer."""
    for file in disk.listdir(directory):
        if file.startswith(".") and file.endswith(".seg.tmp"):
            disk.unlink(directory / file)

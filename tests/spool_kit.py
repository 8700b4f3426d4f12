"""What the spool's tests share: small segments, plain readings of them, and disks that fail."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

from brainstemd.models import Batch, Cursor, Framing, Origin, Record, RecordKind
from brainstemd.spool import Disk, Reader, Writer
from brainstemd.spool.record import HEADER_BYTES, Header, encode, encode_batch, encode_header, origin_json

ORIGIN = Origin("udp", "udp:514", "192.0.2.7", 40000)
STREAM = Origin("tls", "tls:6514", "2001:db8::7", 6000, 3, "fw-é.example")


def batch(*frames: bytes, at_us: int = 1_000_000, origin: Origin = ORIGIN, flags: int = 0) -> Batch:
    """Datagrams as one batch."""
    return Batch(origin, Framing.DATAGRAM, at_us, b"".join(frames), tuple(map(len, frames)), flags)


def segment_bytes(
    number: int, records: Sequence[Batch | tuple[RecordKind, int, bytes]]
) -> tuple[bytes, list[int]]:
    """A whole segment and the offsets at which its records begin, the end included."""
    data = encode_header(Header("spool", number, 500_000, bytes(range(16))))
    offsets = [len(data)]
    for item in records:
        if isinstance(item, Batch):
            lines = len(item.lengths) or item.payload.count(b"\n")
            pair = encode_batch(number, offsets[-1], item, origin_json(item.origin), lines)
        else:
            kind, at_us, payload = item
            pair = encode(number, offsets[-1], kind, at_us, payload)
        data += b"".join(pair)
        offsets.append(len(data))
    return data, offsets


def put(directory: Path, number: int, data: bytes) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{number:016d}.seg"
    path.write_bytes(data)
    return path


def read_all(directory: Path, cursor: Cursor | None = None, max_lines: int = 3) -> list[Record]:
    """Everything there is now, in small reads."""
    reader = Reader(directory, cursor)
    found: list[Record] = []
    while records := reader.read(max_lines, 1 << 20):
        found += records
    reader.close()
    return found


def frames_of(records: Sequence[Record]) -> list[bytes]:
    return [frame for record in records for frame in record.frames]


def gaps_of(records: Sequence[Record]) -> list[str]:
    return [
        str(record.control["reason"])
        for record in records
        if record.kind is RecordKind.GAP and record.control
    ]


def writer(directory: Path, disk: Disk | None = None, **options: int) -> Writer:
    """A started writer that does not gather and does not mind a full machine."""
    made = Writer(
        directory,
        segment_bytes=options.get("segment_bytes", 1 << 20),
        buffer_bytes=options.get("buffer_bytes", 1 << 20),
        min_free_bytes=options.get("min_free_bytes", 0),
        fsync_interval_s=options.get("fsync_ms", 1000) / 1000,
        disk=disk,
        gather_s=0.0,
        space_interval_s=0.02,
        back_off_s=(0.002, 0.02),
    )
    made.start()
    return made


class FaultyDisk(Disk):
    """A disk that fails on command: each list holds what the next calls do (None: as usual)."""

    def __init__(self) -> None:
        self.writes: list[int | None] = []  # an errno, or minus the bytes that a short write takes
        self.syncs: list[int | None] = []
        self.creates: list[int | None] = []
        self.free_bytes: int | None = None
        self.synced = 0
        self.armed = False  # the header's write of a new segment counts as a write, too

    def create(self, path: Path) -> int:
        self._maybe(self.creates)
        return super().create(path)

    def writev(self, fd: int, buffers: Sequence[bytes]) -> int:
        fault = self.writes.pop(0) if self.writes else None
        if fault is None:
            return super().writev(fd, buffers)
        if fault <= 0:
            return super().writev(fd, [b"".join(buffers)[: -fault or 0]])
        raise OSError(fault, errno.errorcode[fault])

    def fdatasync(self, fd: int) -> None:
        self._maybe(self.syncs)
        self.synced += 1
        super().fdatasync(fd)

    def space(self, directory: Path) -> tuple[int, int]:
        free, total = super().space(directory)
        return (free if self.free_bytes is None else self.free_bytes), total

    @staticmethod
    def _maybe(faults: list[int | None]) -> None:
        fault = faults.pop(0) if faults else None
        if fault is not None:
            raise OSError(fault, errno.errorcode[fault])


__all__ = ["HEADER_BYTES"]

"""What is fuzzed: each target takes bytes, checks what must hold of any, and says what the call cost."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Callable
from zlib import crc32

from brainstemd.framing import Framer, count, split
from brainstemd.models import Batch, Cursor, Framing, Origin, RecordKind
from brainstemd.pipeline import decode, event_json, explain, when
from brainstemd.spool import record
from tests.fuzz.meter import RECEIVED_US, Meter

Target = Callable[[bytes], float]  # CPU seconds; raises what is a finding
_LOOK_EVERY = 16
_SEGMENT, _OFFSET = 7, 4096
_STREAM = Origin("tcp", "tcp:514", "192.0.2.7", 40_000, 3)


class Lines:
    """A line through the whole walk; of one in sixteen also that `decode` and `--explain` print it and agree."""

    def __init__(self) -> None:
        self._meter = Meter()
        self._asked = 0

    def __call__(self, raw: bytes) -> float:
        spent = self._meter.cost(raw)
        self._asked += 1
        if self._asked % _LOOK_EVERY == 0:
            check_line(raw)
        return spent


def check_line(raw: bytes) -> None:
    """The event is strict UTF-8 JSON of the contract's domains."""
    event = decode(raw)
    explain(event)
    t_us, rule = when(event.stamp, RECEIVED_US, None, live=True, assume_utc=False)
    assert rule
    found = json.loads(json.dumps(event_json(event, t_us), ensure_ascii=False).encode("utf-8"))
    assert found["parse_status"] in ("full", "partial", "raw")
    assert found["polarity"] in ("down", "up", "neutral")
    assert found["outcome"] in ("success", "failure", None)
    assert found["facility"] is None or 0 <= found["facility"] <= 23


def framing(data: bytes) -> float:
    """A stream cut at places that the data choose gives the frames of the uncut one; nothing is longer than allowed."""
    max_line = 20 + (data[0] if data else 0) * 40
    step = 1 + (data[1] * 37 if len(data) > 1 else 0)
    begin = time.process_time()
    whole = _frames([data], max_line)
    spent = time.process_time() - begin
    parts = _frames([data[at : at + step] for at in range(0, len(data), step)], max_line)
    assert whole == parts
    assert all(0 < len(frame) <= max_line for frame, _ in whole)
    return spent


def _frames(chunks: list[bytes], max_line: int) -> list[tuple[bytes, int]]:
    framer = Framer(max_line)
    cuts = [cut for chunk in chunks for cut in framer.feed(chunk)] + framer.finish()
    for cut in cuts:
        assert count(cut.framing, cut.payload, cut.lengths) == len(
            split(cut.framing, cut.payload, cut.lengths)
        )
    return [(frame, cut.flags) for cut in cuts for frame in split(cut.framing, cut.payload, cut.lengths)]


def spool_record(data: bytes) -> float:
    """A harmed record is no record; one whose harm has a right checksum is still read without an exception."""
    batch = Batch(_STREAM, Framing.NEWLINE, RECEIVED_US, data[:2000])
    origin = record.origin_json(_STREAM)
    whole = bytearray(b"".join(record.encode_batch(_SEGMENT, _OFFSET, batch, origin, 1)))
    seed = crc32(data)
    for n in range(1 + seed % 4):
        at = (seed >> n) % len(whole)
        whole[at] ^= 1 + (seed >> (8 + n)) % 255
    begin = time.process_time()
    _read(bytes(whole))
    spent = time.process_time() - begin
    _read(_resealed(whole))
    _read(record.MAGIC + data)
    _read(
        b"".join(
            record.encode(
                _SEGMENT, _OFFSET, RecordKind.GAP, RECEIVED_US, data[:2000], framing=Framing.CONTROL
            )
        )
    )
    return spent


def _resealed(whole: bytearray) -> bytes:
    """With a checksum that fits the harm."""
    size = len(whole) - record.PREFIX_BYTES
    body = bytes(whole[record.PREFIX_BYTES :])
    checksum = crc32(body, crc32(struct.pack("<QQI", _SEGMENT, _OFFSET, size)))
    return record.MAGIC + struct.pack("<II", size, checksum) + body


def _read(data: bytes) -> None:
    record.size_at(data, 0)
    raw = record.decode(data, 0, _SEGMENT, _OFFSET)
    if raw is not None:
        made = record.record_of(
            raw, _SEGMENT, _OFFSET, Cursor(_SEGMENT, _OFFSET + len(data)), record.Origins()
        )
        assert (made.control is None) == (made.kind is RecordKind.LINES)
        if made.origin is not None:
            assert isinstance(made.origin.peer, str)


def targets() -> dict[str, Target]:
    return {"decode": Lines(), "framing": framing, "record": spool_record}

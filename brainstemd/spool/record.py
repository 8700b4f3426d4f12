"""The bytes of a segment: its header and its records (docs/spool-format.md). Pure; no I/O."""

from __future__ import annotations

import json
import struct
import sys
from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple
from zlib import crc32

from brainstemd import framing
from brainstemd.errors import SpoolError
from brainstemd.models import Batch, Cursor, Framing, Origin, Record, RecordKind

# ---------------------------------------------------------------- segment header

HEADER_MAGIC = b"BSTMSPL\n"
VERSION = 1
_HEADER = struct.Struct("<8sHH16sQq16s")  # magic, version, size, stream, number, created_us, boot id
HEADER_BYTES = 64
assert _HEADER.size + 4 == HEADER_BYTES


class Header(NamedTuple):
    """What a segment says about itself."""

    stream: str
    number: int
    created_us: int
    boot_id: bytes  # 16 bytes; zeros when unknown
    version: int = VERSION


def encode_header(header: Header) -> bytes:
    name = header.stream.encode()[:16].ljust(16, b"\0")
    head = _HEADER.pack(
        HEADER_MAGIC,
        VERSION,
        HEADER_BYTES,
        name,
        header.number,
        header.created_us,
        header.boot_id[:16].ljust(16, b"\0"),
    )
    return head + crc32(head).to_bytes(4, "little")


def decode_header(data: bytes) -> Header | None:
    """None when these are not the 64 whole bytes of a header. Raises SpoolError for a newer version."""
    if len(data) < HEADER_BYTES or data[:8] != HEADER_MAGIC:
        return None
    if crc32(data[: _HEADER.size]) != int.from_bytes(data[_HEADER.size : HEADER_BYTES], "little"):
        return None
    _, version, _, stream, number, created_us, boot_id = _HEADER.unpack_from(data)
    if version > VERSION:
        raise SpoolError(
            f"segment {number} has format version {version}; this program reads {VERSION}",
            hint="run the newer brainstemd that wrote it",
        )
    return Header(stream.rstrip(b"\0").decode("utf-8", "replace"), number, created_us, boot_id, version)


# ---------------------------------------------------------------- records

MAGIC = b"\xb5\x52\x0d\xe1"  # not UTF-8, no letter or LF, so that ordinary text never holds it
_PREFIX = struct.Struct("<4sII")  # magic, body length, checksum
_FIXED = struct.Struct(
    "<BBBBqIHH"
)  # kind, framing, flags, 0, received_us, frames, origin bytes, extension bytes
_SEED = struct.Struct("<QQI")  # segment, offset, body length
PREFIX_BYTES = _PREFIX.size
BODY_BYTES_MIN = _FIXED.size
BODY_BYTES_MAX = 4 * 1024 * 1024
CONTROL_BYTES_MAX = 1024 * 1024
_BIG_ENDIAN = sys.byteorder == "big"
_KINDS = {int(kind): kind for kind in RecordKind}
_FRAMINGS = {int(framing): framing for framing in Framing}


_COPY = struct.Struct("<BQQI")  # tag, segment, offset, following
_COPY_TAG = 1


class Copy(NamedTuple):
    """The extension of a record that was written again, because the fdatasync after it had failed."""

    segment: int  # whose record at
    offset: int  # this byte it is: the identity of its lines
    following: int  # copies that come after it in the run at the head of its segment
    end: int = 0  # where the original ended; not written, follows from the sizes


class Raw(NamedTuple):
    """A record whose checksum is right, not cut into frames yet."""

    kind: RecordKind
    framing: Framing
    flags: int
    received_us: int
    lines: int
    origin: bytes
    lengths: Sequence[int]
    payload: bytes
    copy: Copy | None = None


def origin_json(origin: Origin) -> bytes:
    """Canonical and compact: equal origins have equal bytes. At most 65,535 of them."""
    text = json.dumps(list(origin), ensure_ascii=True, separators=(",", ":")).encode()
    if len(text) > 0xFFFF:  # a certificate may name anything
        cut = origin._replace(tls_identity=(origin.tls_identity or "")[:4096], peer=origin.peer[:1024])
        text = json.dumps(list(cut), ensure_ascii=True, separators=(",", ":")).encode()
    return text


_NOBODY = Origin("", "", "")
_ORIGIN_TYPES = (str, str, str, int, int, str | None, str | None)


def parse_origin(data: bytes) -> Origin:
    """Lines are worth more than their origin: what is no origin becomes one that names nobody."""
    try:
        origin = Origin(*json.loads(data)[: len(Origin._fields)])  # a later version may add fields
    except (ValueError, TypeError, RecursionError):
        return _NOBODY
    typed = all(isinstance(value, kind) for value, kind in zip(origin, _ORIGIN_TYPES, strict=True))
    return origin if typed else _NOBODY


def parse_control(data: bytes) -> dict[str, Any]:
    """What is no JSON object says nothing."""
    try:
        control = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return control if isinstance(control, dict) else {}


def control_json(payload: dict[str, Any]) -> bytes:
    """Canonical bytes of a control record. Raises SpoolError beyond 1 MiB."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    data = text.encode("utf-8", "replace")  # a shell's argument may hold lone surrogates
    if len(data) > CONTROL_BYTES_MAX:
        raise SpoolError("a control record of more than 1 MiB", hint="shorten the note's text")
    return data


_NO_LENGTHS = bytes(4)
_ONE_LENGTH = struct.Struct("<II")
_LINES = int(RecordKind.LINES)


def _pack_lengths(lengths: Sequence[int]) -> bytes:
    packed = array("I", lengths)
    if _BIG_ENDIAN:
        packed.byteswap()
    return packed.tobytes()


def encode(
    segment: int,
    offset: int,
    kind: RecordKind,
    received_us: int,
    payload: bytes,
    *,
    origin: bytes = b"",
    framing: Framing = Framing.CONTROL,
    flags: int = 0,
    lines: int = 0,
    lengths: Sequence[int] = (),
    copy: Copy | None = None,
) -> tuple[bytes, bytes]:
    """(head, payload) of one record as it lies at `offset` of `segment`; write both, in this order."""
    packed = len(lengths).to_bytes(4, "little") + _pack_lengths(lengths) if lengths else _NO_LENGTHS
    extension = b"" if copy is None else _COPY.pack(_COPY_TAG, *copy[:3])
    fixed = _FIXED.pack(kind, framing, flags, 0, received_us, lines, len(origin), len(extension))
    front = b"".join((fixed, extension, origin, packed))
    size = len(front) + len(payload)
    checksum = crc32(payload, crc32(front, crc32(_SEED.pack(segment, offset, size))))
    return _PREFIX.pack(MAGIC, size, checksum) + front, payload


def encode_batch(
    segment: int, offset: int, batch: Batch, origin: bytes, lines: int, copy: Copy | None = None
) -> tuple[bytes, bytes]:
    """`encode` of a batch; the short way for what hundreds of senders with a line a write make."""
    _, framing, received_us, payload, lengths, flags = batch
    if copy is not None or len(lengths) > 1:
        return encode(
            segment,
            offset,
            RecordKind.LINES,
            received_us,
            payload,
            origin=origin,
            framing=framing,
            flags=flags,
            lines=lines,
            lengths=lengths,
            copy=copy,
        )
    fixed = _FIXED.pack(_LINES, framing, flags, 0, received_us, lines, len(origin), 0)
    front = fixed + origin + (_ONE_LENGTH.pack(1, lengths[0]) if lengths else _NO_LENGTHS)
    size = len(front) + len(payload)
    checksum = crc32(payload, crc32(_SEED.pack(segment, offset, size) + front))
    return _PREFIX.pack(MAGIC, size, checksum) + front, payload


def size_at(data: bytes | memoryview, at: int) -> int:
    """Bytes of the record at `at`, prefix included, as it claims; 0 if no prefix is there, -1 if it is cut short."""
    if len(data) - at < PREFIX_BYTES:
        return -1
    magic, size, _ = _PREFIX.unpack_from(data, at)
    if magic != MAGIC or not BODY_BYTES_MIN <= size <= BODY_BYTES_MAX:
        return 0
    return PREFIX_BYTES + int(size)


def decode(data: bytes, at: int, segment: int, offset: int) -> Raw | None:
    """The record at `data[at:]`, which lies at `offset` of `segment`; None unless it is whole and unharmed."""
    total = size_at(data, at)
    if total <= 0 or len(data) - at < total:
        return None
    _, size, checksum = _PREFIX.unpack_from(data, at)
    start = at + PREFIX_BYTES
    body = memoryview(data)[start : start + size]
    if crc32(body, crc32(_SEED.pack(segment, offset, size))) != checksum:
        return None
    kind, cut, flags, _, received_us, lines, origin_bytes, extension_bytes = _FIXED.unpack_from(body)
    lengths_at = BODY_BYTES_MIN + origin_bytes + extension_bytes
    n = int.from_bytes(body[lengths_at : lengths_at + 4], "little")
    payload_at = lengths_at + 4 + 4 * n
    if kind not in _KINDS or cut not in _FRAMINGS or payload_at > size:
        return None
    lengths = array("I", bytes(body[lengths_at + 4 : payload_at]))
    if _BIG_ENDIAN:
        lengths.byteswap()
    if n and sum(lengths) != size - payload_at:
        return None
    origin_at = BODY_BYTES_MIN + extension_bytes
    copy = _copy(body[BODY_BYTES_MIN:origin_at], total) if extension_bytes else None
    return Raw(
        _KINDS[kind],
        _FRAMINGS[cut],
        flags,
        received_us,
        lines,
        bytes(body[origin_at:lengths_at]),
        lengths,
        bytes(body[payload_at:]),
        copy,
    )


def _copy(extension: memoryview, total: int) -> Copy | None:
    """None for an extension that this version does not know."""
    if len(extension) != _COPY.size or extension[0] != _COPY_TAG:
        return None
    _, segment, offset, following = _COPY.unpack(extension)
    return Copy(segment, offset, following, offset + total - _COPY.size)


class Origins:
    """Origins by their bytes: parsed once, in a bounded table."""

    def __init__(self, size_max: int = 8192) -> None:
        self._known: dict[bytes, Origin] = {}
        self._size_max = size_max

    def parse(self, data: bytes) -> Origin:
        origin = self._known.get(data)
        if origin is None:
            origin = parse_origin(data)
            if len(self._known) >= self._size_max:
                self._known.clear()
            self._known[data] = origin
        return origin

    def dump(self, origins: dict[Origin, bytes], origin: Origin) -> bytes:
        """The bytes of `origin`, remembered in `origins` up to the same bound."""
        data = origins.get(origin)
        if data is None:
            data = origin_json(origin)
            if len(origins) >= self._size_max:
                origins.clear()
            origins[origin] = data
        return data


def record_of(raw: Raw, segment: int, offset: int, end: Cursor, origins: Origins) -> Record:
    """What a reader hands on."""
    if raw.kind is RecordKind.LINES:
        frames = framing.split(raw.framing, raw.payload, raw.lengths)
        origin = origins.parse(raw.origin)
        return Record(raw.kind, segment, offset, end, raw.received_us, origin, raw.framing, raw.flags, frames)
    return Record(raw.kind, segment, offset, end, raw.received_us, control=parse_control(raw.payload))

"""Records as envelopes: JSON lines that people and other programs read, and back.

A line of a LINES record is `{"received_at","peer","transport","raw"|"raw_b64", …}`; lines of one record share the
integer `record`, so that reading them back gives the same batches. A control record is `{"record":"beat", …}`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from brainstemd.errors import UsageError
from brainstemd.models import SECOND_US, Batch, Framing, Origin, Record, RecordKind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONTROLS = {kind.name.lower(): kind for kind in RecordKind if kind is not RecordKind.LINES}
_OWN = ("record", "received_at")
_HINT = 'an envelope is {"received_at","peer","transport","raw" or "raw_b64"}, one JSON object a line'
_NAMES_MAX = 4096  # of an origin, all names together: it is repeated in every record
_BATCH_LINES = 1000
_BATCH_BYTES = 64 * 1024


class Control(NamedTuple):
    """A control record read back."""

    kind: RecordKind
    at_us: int
    payload: dict[str, Any]


class Line(NamedTuple):
    """One envelope read back; `record` is its record's number, None when the source gave none."""

    origin: Origin
    received_us: int
    raw: bytes
    flags: int
    record: int | None


def iso(t_us: int) -> str:
    """RFC 3339 in UTC with microseconds; instants that a calendar cannot hold are clamped."""
    try:
        instant = _EPOCH + timedelta(microseconds=t_us)
    except OverflowError:
        instant = (datetime.max if t_us > 0 else datetime.min).replace(tzinfo=UTC)
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_iso(text: str) -> int:
    """Microseconds since the epoch; without a zone it is UTC. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant
    delta = instant - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND_US + delta.microseconds


def dump_record(record: Record, number: int) -> Iterator[str]:
    """The envelopes of one record, without line ends; `number` tells it from its neighbours."""
    if record.origin is None:
        control = {key: value for key, value in (record.control or {}).items() if key not in _OWN}
        yield _json({"record": record.kind.name.lower(), "received_at": iso(record.received_us), **control})
        return
    origin = record.origin
    head: dict[str, Any] = {
        "received_at": iso(record.received_us),
        "peer": origin.peer,
        "transport": origin.transport,
        "listener": origin.listener,
        "port": origin.port,
        "connection": origin.connection,
        "tls_identity": origin.tls_identity,
        "flags": record.flags,
        "record": number,
    }
    if origin.tenant is not None:
        head["tenant"] = origin.tenant
    for frame in record.frames:
        yield _json({**head, **_raw(frame)})


def _raw(frame: bytes) -> dict[str, str]:
    try:
        return {"raw": frame.decode()}
    except UnicodeDecodeError:
        return {"raw_b64": base64.b64encode(frame).decode("ascii")}


_SURROGATE = re.compile("[\ud800-\udfff]")


def _json(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _SURROGATE.sub("\ufffd", text)


def parse_line(text: str) -> Line | Control:
    """One envelope. Raises UsageError that says what is wrong with it."""
    try:
        value = json.loads(text)
    except ValueError as e:
        raise UsageError(f"not a JSON object: {e}", hint=_HINT) from e
    if not isinstance(value, dict):
        raise UsageError("not a JSON object", hint=_HINT)
    try:
        received_us = parse_iso(value["received_at"])
        if isinstance(value.get("record"), str):
            payload = {key: item for key, item in value.items() if key not in _OWN}
            return Control(_CONTROLS[value["record"]], received_us, payload)
        origin = Origin(
            str(value["transport"]),
            str(value.get("listener") or value["transport"]),
            str(value["peer"]),
            int(value.get("port") or 0),
            int(value.get("connection") or 0),
            value.get("tls_identity"),
            value.get("tenant"),
        )
        _refuse_long(origin)
        number = value.get("record")
        return Line(origin, received_us, _bytes(value), int(value.get("flags") or 0), number)
    except KeyError as e:
        raise UsageError(f"an envelope without {e}", hint=_HINT) from e
    except (TypeError, ValueError, binascii.Error) as e:
        raise UsageError(f"an envelope that cannot be meant: {e}", hint=_HINT) from e


def _refuse_long(origin: Origin) -> None:
    names = (origin.listener, origin.peer, origin.tls_identity, origin.tenant)
    if sum(len(name or "") for name in names) > _NAMES_MAX:
        raise ValueError(f"listener, peer, tls_identity and tenant are longer than {_NAMES_MAX} characters")


def _bytes(value: dict[str, Any]) -> bytes:
    if "raw_b64" in value:
        return base64.b64decode(value["raw_b64"], validate=True)
    return str(value["raw"]).encode("utf-8", "surrogatepass")


def parse_envelope(text: str) -> Batch | Control:
    """One envelope as a batch of one line, or a control record. Raises UsageError."""
    line = parse_line(text)
    return line if isinstance(line, Control) else _batch([line])


def parse_envelopes(texts: Iterable[str]) -> Iterator[Batch | Control]:
    """Envelopes as batches: neighbours of one record, or of one origin and instant, together. Blank lines are skipped.

    Raises UsageError naming the line's number.
    """
    gathered: list[Line] = []
    size = 0
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            line = parse_line(text)
        except UsageError as e:
            raise UsageError(f"line {number}: {e}", hint=e.hint) from e
        if isinstance(line, Control):
            if gathered:
                yield _batch(gathered)
                gathered, size = [], 0
            yield line
            continue
        if gathered and (
            line._replace(raw=b"") != gathered[0]._replace(raw=b"")
            or len(gathered) >= _BATCH_LINES
            or size + len(line.raw) > _BATCH_BYTES
        ):
            yield _batch(gathered)
            gathered, size = [], 0
        gathered.append(line)
        size += len(line.raw)
    if gathered:
        yield _batch(gathered)


def _batch(lines: list[Line]) -> Batch:
    first = lines[0]
    frames = [line.raw for line in lines]
    lengths = tuple(map(len, frames))
    return Batch(first.origin, Framing.DATAGRAM, first.received_us, b"".join(frames), lengths, first.flags)

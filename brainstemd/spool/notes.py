"""The second stream: operators' words, a segment each, so that several processes may write at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brainstemd.errors import SpoolError
from brainstemd.models import Cursor, RecordKind
from brainstemd.spool import segments
from brainstemd.spool.disk import Disk
from brainstemd.spool.record import HEADER_BYTES, Header, Origins, control_json, encode, record_of
from brainstemd.spool.segment import Damage, Segment

STREAM = "notes"


def append_note(directory: Path, payload: dict[str, Any], at_us: int, *, disk: Disk | None = None) -> None:
    """Record a note durably: when this returns it survives a power cut. Raises SpoolError."""
    disk = disk if disk is not None else Disk()
    data = control_json(payload)
    try:
        disk.make_directory(directory)
        number = segments.highest(directory, disk) + 1
        while True:
            record = encode(number, HEADER_BYTES, RecordKind.NOTE, at_us, data)
            try:
                disk.close(
                    segments.create(directory, Header(STREAM, number, at_us, bytes(16)), disk, *record)
                )
            except FileExistsError:
                number += 1  # another process was faster
                continue
            return
    except OSError as e:
        raise SpoolError(
            f"cannot write a note to {directory}: {e.strerror or e}",
            hint="notes need a few KiB and the right to write in the state directory",
        ) from e


def read_notes(directory: Path, *, disk: Disk | None = None) -> list[dict[str, Any]]:
    """All notes in the order in which they were recorded; harmed ones are left out (`verify` names them).

    A payload without `recorded_us` gets the record's instant as such. Raises SpoolError.
    """
    notes: list[dict[str, Any]] = []
    origins = Origins()
    try:
        for info in segments.list_segments(directory, disk if disk is not None else Disk()):
            segment = Segment(info)
            try:
                for found in segment.walk():
                    if isinstance(found, Damage) or found[2].kind is not RecordKind.NOTE:
                        continue
                    offset, end, raw = found
                    record = record_of(raw, info.number, offset, Cursor(info.number, end), origins)
                    notes.append({"recorded_us": record.received_us, **(record.control or {})})
            finally:
                segment.close()
    except OSError as e:
        raise SpoolError(
            f"cannot read the notes in {directory}: {e.strerror or e}", hint="check its permissions"
        ) from e
    return notes

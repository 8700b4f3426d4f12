"""Where lines go that made the pipeline fail: kept as received, with the reason beside them, for a person to look at.

Invariants:
- `quarantine/SEGMENT-OFFSET-INDEX.raw` holds the bytes as received, the `.json` beside it says why and whence.
- At most `FILES_MAX` lines are kept; more are only counted (they are in the spool as well).
- Writing here never fails a fold: a full disk costs the copy, not the line's gap.
- `quarantine/marker` exists only while a careful worker folds: "segment offset index" of the line in hand (-1: a whole
  record). It is overwritten in place, so that a death at any moment leaves the last line's name.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from brainstemd.models import Position, Record

FILES_MAX = 1000
MARKER_NAME = "marker"
WHOLE_RECORD = -1
_MARKER_BYTES = 64


class Quarantine:
    """The directory of one state directory. Only the worker writes it."""

    def __init__(self, state_dir: Path) -> None:
        self._directory = state_dir / "quarantine"
        self.kept = sum(1 for _ in self._directory.glob("*.raw"))

    def keep(self, position: Position, raw: bytes, record: Record, cause: str) -> bool:
        """Keep one line; False when there are too many already or the disk refuses."""
        if self.kept >= FILES_MAX:
            return False
        stem = f"{position.segment:016d}-{position.offset:09d}-{position.index:04d}"
        origin = record.origin
        why = {
            "cause": cause,
            "position": list(position),
            "received_us": record.received_us,
            "listener": origin.listener if origin else None,
            "peer": origin.peer if origin else None,
            "bytes": len(raw),
        }
        path = self._directory / f"{stem}.raw"
        fresh = not path.exists()
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
            (self._directory / f"{stem}.json").write_text(json.dumps(why, indent=1) + "\n", "utf-8")
        except OSError:
            return False
        self.kept += fresh
        return True


class Marker:
    """Says on disk which line is in hand. A context; leaving it in an orderly way removes the file."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "quarantine" / MARKER_NAME
        self._fd = -1

    def __enter__(self) -> Marker:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)
        self._fd = -1
        self._path.unlink(missing_ok=True)

    def line(self, record: Record, index: int) -> None:
        """The next thing that happens is this line. Survives kill -9; need not survive a power cut."""
        text = f"{record.segment} {record.offset} {index}"
        os.pwrite(self._fd, text.ljust(_MARKER_BYTES).encode("ascii"), 0)

    def nothing(self) -> None:
        """What happens next is no line's fault: memory takes rows that an empty memory has taken."""
        os.pwrite(self._fd, b" " * _MARKER_BYTES, 0)


def read_marker(state_dir: Path) -> Position | None:
    """The line that a careful worker was about to fold when it died; None when there is none."""
    try:
        words = (state_dir / "quarantine" / MARKER_NAME).read_text("ascii").split()
        segment, offset, index = (int(word) for word in words)
    except (OSError, ValueError):
        return None
    return Position(segment, offset, index)

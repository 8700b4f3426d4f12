"""How long segments have been there, by a clock that nobody can set.

The wall clock decides nothing here: a clock that jumps a month must not delete a month of lines. What counts is the time
the machine was up (CLOCK_BOOTTIME) since a segment was first seen here; over a reboot the count goes on where it
stood. So an age is never too large: time while the machine was off, or before the first look, is not counted, and
`max_bytes` bounds the disk whatever the age.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

FILE_NAME = "ages.json"
LOOK_S = 300.0  # the file is written at most so often for the clock alone: a crash forgets that much, no more


class Lived(NamedTuple):
    """An instant of the machine: which boot, and how long that has been up, in seconds."""

    boot: str
    up_s: float


def lived(path: Path = Path("/proc/sys/kernel/random/boot_id")) -> Lived:
    try:
        boot = path.read_text("ascii").strip()
    except OSError:
        boot = ""
    return Lived(boot, time.clock_gettime(time.CLOCK_BOOTTIME))


class Ages:
    """The ages of the segments of one directory, kept in a small file beside them.

    Losing the file makes every segment young again: it errs on keeping.
    """

    def __init__(self, directory: Path, now: Callable[[], Lived] = lived) -> None:
        self._path = directory / FILE_NAME
        self._now = now
        content = _load(self._path)
        self._clock_s = content["clock_s"]
        self._last = Lived(content["boot"], content["up_s"])
        self._since: dict[int, float] = content["since"]
        self._saved_s = self._clock_s
        self.problem: str | None = None

    def look(self, present: Iterable[int]) -> dict[int, float]:
        """Seconds that each of the present segments has been there. `problem`: why that cannot be kept in the file."""
        now = self._now()
        booted = now.boot != self._last.boot
        if not booted:
            self._clock_s += max(0.0, now.up_s - self._last.up_s)
        self._last = now
        numbers = set(present)
        since = {n: min(self._since.get(n, self._clock_s), self._clock_s) for n in numbers}
        changed = booted or since.keys() != self._since.keys()
        self._since = since
        if changed or self._clock_s - self._saved_s >= LOOK_S:
            self._save()
        return {number: self._clock_s - at_s for number, at_s in since.items()}

    def _save(self) -> None:
        content = {
            "boot": self._last.boot,
            "up_s": round(self._last.up_s, 3),
            "clock_s": round(self._clock_s, 3),
            "since": {str(number): round(at_s, 3) for number, at_s in sorted(self._since.items())},
        }
        draft = self._path.with_suffix(".new")
        try:
            draft.write_text(json.dumps(content, separators=(",", ":")) + "\n", "utf-8")
            draft.replace(self._path)
        except OSError as e:
            self.problem = f"{self._path.name}: {e.strerror or e}"
        else:
            self.problem = None
            self._saved_s = self._clock_s


def _load(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
        return {
            "boot": str(content["boot"]),
            "up_s": float(content["up_s"]),
            "clock_s": float(content["clock_s"]),
            "since": {int(number): float(at_s) for number, at_s in content["since"].items()},
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {"boot": "", "up_s": 0.0, "clock_s": 0.0, "since": {}}

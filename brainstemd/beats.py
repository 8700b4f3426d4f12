"""The receiver's signs of life: what START, BEAT, STOP and GAP records say, and how a clock step is noticed.

Pure: instants come in as arguments. `wall_us` is the wall clock; `mono_us` counts on while the machine sleeps
(CLOCK_BOOTTIME), so that a suspension is a pause and not a clock step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from brainstemd.models import SECOND_US

BEAT_S = 10.0
STEP_US = 2 * SECOND_US
PAUSE_US = 30 * SECOND_US  # three beats: the process or the machine stood still


class Instant(NamedTuple):
    wall_us: int
    mono_us: int


def now() -> Instant:
    return Instant(time.time_ns() // 1000, time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000)


Clock = Callable[[], Instant]


def boot_id(path: Path = Path("/proc/sys/kernel/random/boot_id")) -> str:
    """The kernel's name of this boot; "" where it has none."""
    try:
        return path.read_text("ascii").strip()
    except OSError:
        return ""


class Beats:
    """Makes the control records of one receiver run."""

    def __init__(self, run: str, boot: str, version: str, start: Instant) -> None:
        self._who = {"run": run, "boot": boot, "version": version}
        self._last = start
        self.clock_steps = 0

    def start(self) -> dict[str, Any]:
        return {**self._who, "wall_us": self._last.wall_us, "mono_us": self._last.mono_us}

    def beat(
        self, at: Instant, received: int, lost: Mapping[str, int], more: Mapping[str, Any]
    ) -> dict[str, Any]:
        """BEAT and STOP alike. `lost` are the lines lost since START by reason; `more` is for people and later readers."""
        return {
            **self._who,
            "wall_us": at.wall_us,
            "mono_us": at.mono_us,
            "received": received,
            "lost": {reason: n for reason, n in sorted(lost.items()) if n},
            **more,
        }

    def gaps(self, at: Instant) -> list[dict[str, Any]]:
        """What the clocks say about the time since the last call: a step, a pause, mostly nothing."""
        last, self._last = self._last, at
        lived_us = at.mono_us - last.mono_us
        expected_us = last.wall_us + lived_us
        found = []
        if abs(at.wall_us - expected_us) > STEP_US:
            self.clock_steps += 1
            found.append(_gap(min(expected_us, at.wall_us), max(expected_us, at.wall_us), "clock_step", 0))
        if lived_us > PAUSE_US:
            found.append(_gap(at.wall_us - lived_us, at.wall_us, "receiver_paused", None))
        return found


def _gap(start_us: int, end_us: int, reason: str, lost: int | None) -> dict[str, Any]:
    return {"start_us": start_us, "end_us": end_us, "reason": reason, "lost": lost}

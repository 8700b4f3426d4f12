"""Detectors: one file each, one shape: `detect(unit, scene) -> list[Evidence]`.

A detector says what it found with its numbers and a sentence, never how much it matters: `value` is on the scale
of its facet, and scoring turns each facet into points once, by its maximum. To add one: copy a file, add its name
to DETECTORS, put a table of cases into tests/attention/.

    facet        value
    recurrence   doublings: log2 of occurrences and days (recurrence.py)
    change       p-value (smaller is more)
    minutes      minutes down in the last seven days
    episodes     number in the last seven days
    failures     failed outcomes, excursions, or attempts in vain, in the last seven days
    novelty      bits
    returned     days of absence
    absence      p-value: the chance that a healthy clock or source was silent (silence.py, weighed by absence.py)
    drift        p-value (drift.py: of numbers, not units; weighed by creeping.py)
    precursor    p-value
    said         none: it is told, and adds no points
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence

from brainstemd.attention.detectors import (
    after_change,
    burst,
    drip,
    excursion,
    growing,
    in_vain,
    novelty,
    periodic,
    precursor,
    recurrence,
    restart_loop,
    returned,
    rising,
    same_hour,
    self_heal,
    spray,
    spread,
)
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import Scene, Unit

Detector = Callable[[Unit, Scene], list[Evidence]]

DETECTORS: tuple[Detector, ...] = (
    self_heal.detect,
    excursion.detect,
    restart_loop.detect,
    in_vain.detect,
    recurrence.detect,
    rising.detect,
    growing.detect,
    same_hour.detect,
    returned.detect,
    novelty.detect,
    precursor.detect,
    spray.detect,
    spread.detect,
    burst.detect,
    after_change.detect,
)

# They name what others have found and add no points, so that they are asked only about what may be told.
LABELS: tuple[Detector, ...] = (drip.detect, periodic.detect)

NAMES = frozenset(
    module.name for module in pkgutil.iter_modules(__path__)
)  # of all, also of those asked elsewhere
_HANDS_OUT = frozenset(
    {"precursor"}
)  # what the surveys of precursor and together found; they are left out there


def asked(detectors: Sequence[Detector], without: frozenset[str]) -> Sequence[Detector]:
    """These detectors but for those of these files."""
    if not without:
        return detectors
    return [one for one in detectors if one.__module__.rpartition(".")[2] not in without - _HANDS_OUT]


__all__ = ["DETECTORS", "LABELS", "NAMES", "Detector", "asked"]

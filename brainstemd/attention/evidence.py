"""What a detector hands to scoring."""

from __future__ import annotations

from typing import NamedTuple

from brainstemd.models import Episodes


class Evidence(NamedTuple):
    kind: str  # the detector's name, as the digest shows it
    facet: str  # which facet of the score it feeds (detectors/__init__.py)
    value: float  # on that facet's scale
    because: str  # one sentence with the inputs and the baseline
    episodes: Episodes | None = None
    recent: int = 0  # occurrences or episodes in the last day
    was: float | None = None  # usual number a day before, where there is a past
    open: bool = False  # down at the instant, and normally up
    expected_s: int | None = None  # when something that did not come was to come
    missed: int = 0  # how often in a row it did not
    by_day: bool = False  # what did not come pauses at night or on some days of the week
    quotes: tuple[int, ...] = ()  # t_us of the lines that show it best
    own: bool = False  # what it was compared with did not change so
    said: str = ""  # what a headline says of it, where the detector has better words than a count

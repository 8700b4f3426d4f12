"""`[[source]] max_rate`: which lines of a source are more than memory lists one by one.

Memory grows with a source's lines by the event index alone; counts, samples and transitions are bounded by what there is
to tell apart. So over the rate a line is counted like any other, to the second, and only not listed. Which lines of a
second are listed follows the order of the spool, as the index does; the counts do not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any, Final

from brainstemd.models import SECOND_US
from brainstemd.pipeline.smallest import Smallest

SOURCES_MAX: Final = 4_096


class Rates:
    """How many lines each source had in its newest second (of event time). The state is the fold's carry."""

    def __init__(self, carry: Iterable[tuple[Any, ...]] | None = None) -> None:
        self._seen: Smallest[tuple[int, int]] = Smallest(
            SOURCES_MAX,
            (((tenant, source), (window, lines)) for tenant, source, window, lines in carry or ()),
        )

    def to_carry(self) -> list[tuple[Any, ...]]:
        return [(*key, *seen) for key, seen in self._seen.items()]

    def over(self, who: tuple[str, str], rate: float, t_us: int) -> bool:
        """Whether a line at this instant is more than `rate` lines a second. A late line counts to the newest second;
        a rate below one is so many lines in so many seconds."""
        seconds = max(1, ceil(1 / rate))
        window = t_us // (seconds * SECOND_US)
        seen = self._seen.get(who)
        lines = 1 if seen is None or window > seen[0] else seen[1] + 1
        self._seen.put(who, (window if seen is None else max(window, seen[0]), lines))
        return lines > max(1, int(rate * seconds))

"""How easily chance makes what looks like a clock: of a thousand things that come now and then, a few come evenly for a week.

Every m seconds: of gaps as chance makes them (exponential) the share sinh(w·ln 2) lies within w of their median; so many of
n or more, binomial, for w = 0.05, 0.1 and 0.2, the least of the three times three. At a time of the day: that n moments that
may fall anywhere in the DAY_HOURS of a working day fall within so little of it, and on as many different days. Times the
regular messages that were asked it is the number of clocks that chance makes in a tenant.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from statistics import median

from brainstemd.attention import tails
from brainstemd.attention.windows import DAY, HOUR

WITHIN = (0.05, 0.1, 0.2)  # of the median gap
GAPS_ASKED = 64  # the newest; more prove nothing more
DAY_HOURS = 14 * HOUR  # in which most of what comes at any time comes
LEAST = 1e-12


def of_gaps(starts: Sequence[int]) -> float:
    """The chance that gaps of no clock lie as close about their median."""
    gaps = [b - a for a, b in itertools.pairwise(starts[-GAPS_ASKED - 1 :])]
    if len(gaps) < 2:
        return 1.0
    middle = median(gaps)
    found = []
    for within in WITHIN:
        near = sum(abs(gap - middle) <= within * middle for gap in gaps)
        # The median is one of them, and lies where they do.
        found.append(tails.binomial_tail(near - 1, len(gaps) - 1, math.sinh(within * math.log(2))))
    return max(LEAST, min(1.0, len(WITHIN) * min(found)))


def of_days(starts: Sequence[int]) -> float:
    """The chance that as many moments of no clock lie as close in time of the day, on as many different days."""
    n = len(starts)
    if n < 2:
        return 1.0
    times = sorted(t % DAY for t in starts)
    widest = max(b - a for a, b in zip(times, [*times[1:], times[0] + DAY], strict=True))
    share = min(1.0, max(1, DAY - widest) / DAY_HOURS)
    numbers = {(t - starts[0] + DAY // 2) // DAY for t in starts}
    days = max(numbers) + 1
    apart = math.prod(1 - i / days for i in range(n)) if len(numbers) == n else 1.0
    return max(LEAST, min(1.0, n * share ** (n - 1) * apart))


def idle(n: int, span_s: float, silent_s: float) -> float:
    """The chance that what came n times in `span_s`, whenever it liked, then says nothing for `silent_s`."""
    return (1 + max(0.0, silent_s) / max(1.0, span_s)) ** -n

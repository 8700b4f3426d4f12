"""What a sender says about lines of its own that were the same ("last message repeated 5 times").

A repeat weighs N, at most `REPEAT_MAX`: a larger number is a lie or a fault, and one line may not drown a baseline.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event

REPEAT_MAX: Final = 100_000

_REPEATED = re.compile(
    r"(?:(?:the )?last |previous |above )?(?:message|event|log|line)s? (?:was "
    r"|has been )?repeated (\d{1,18}) times?[.:]?(?: *\[ ?(.*?) ?\])?$",
    re.I | re.S,
)
_LAST = re.compile(r"(?:the )?(?:last|previous|above) ", re.I)
_TIMES = re.compile(
    r"(?:--- )?(?:last|previous) message (?:repeats?|repeated):? ?(\d{1,18})|repeated (\d{1,18}) times$", re.I
)


def read_repeat(event: Event) -> bool:
    """Sets `repeat`; the inner message of "message repeated N times: [ … ]" takes the place of the whole."""
    text = event.message
    match = _REPEATED.match(text)
    if match is not None:
        event.repeat = _weight(match[1])
        inner = match[2]
        if inner and not _LAST.match(text):
            event.message = inner.strip()
        else:
            event.repeats_previous = True
        return True
    short = _TIMES.match(text)
    if short is None:
        return False
    event.repeat, event.repeats_previous = _weight(short[1] or short[2]), True
    return True


def _weight(digits: str) -> int:
    return min(max(int(digits), 1), REPEAT_MAX)

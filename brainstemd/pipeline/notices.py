"""What a sender says about its own lines: repeats ("last message repeated 5 times") and losses ("lost 120 messages").

A repeat weighs N, at most `REPEAT_MAX`: a larger number is a lie or a fault, and one line may not drown a baseline.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event

REPEAT_MAX: Final = 100_000
LOST_MAX: Final = 10**12

_REPEATED = re.compile(
    r"(?:(?:the )?last |previous |above )?(?:message|event|log|line)s? (?:was "
    r"|has been )?repeated (\d{1,18}) times?[.:]?(?: *\[ ?(.*?) ?\])?$",
    re.I | re.S,
)
_LAST = re.compile(r"(?:the )?(?:last|previous|above) ", re.I)
_TIMES = re.compile(
    r"(?:--- )?(?:last|previous) message (?:repeats?|repeated):? ?(\d{1,18})|repeated (\d{1,18}) times$", re.I
)
_LOST = (
    re.compile(r"imuxsock lost (\d{1,18}) messages", re.I),
    re.compile(
        r"\b(\d{1,18}) messages? (?:were |was )?(?:lost|discarded|dropped)(?: due to (?:rate|queue|full|back))?",
        re.I,
    ),
    re.compile(r"\bSuppressed (\d{1,18}) messages", re.I),
    re.compile(r"\b(\d{1,18}) (?:messages?|callbacks?|output lines|events?) (?:were |was )?suppressed", re.I),
    re.compile(r"\bMissed (\d{1,18}) (?:kernel )?messages", re.I),
    re.compile(r"\b(?:lost|dropped|discarded) (\d{1,18}) (?:log |syslog )?(?:messages|events|entries)", re.I),
    re.compile(r"\baudit_lost=(\d{1,18})", re.I),
)
_LOSS: Final = ("lost", "suppress", "missed", "dropped", "discarded", "audit_lost")
_ABOUT: Final = ("imuxsock", "message", "callbacks", "suppressed", "log ", "syslog")
_LOSS_WORDS = re.compile("|".join(_LOSS), re.I)
_ABOUT_LINES = re.compile("|".join(_ABOUT), re.I)


def may_lose(text: str) -> bool:
    """Whether a lower-case text without digits can announce a loss of lines."""
    if text.isascii():
        return any(map(text.__contains__, _LOSS)) and any(map(text.__contains__, _ABOUT))
    return _LOSS_WORDS.search(text) is not None and _ABOUT_LINES.search(text) is not None


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


def read_loss(event: Event) -> None:
    """Sets `lost` where the sender says how many of its lines are missing."""
    for pattern in _LOST:
        match = pattern.search(event.message, 0, 1024)
        if match is not None:
            event.lost = min(int(match[1]), LOST_MAX)
            return

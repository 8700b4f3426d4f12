"""The generic layer's answer to words that were read before, to the letter, in an event that says the same otherwise.

Words without a digit (`Tunnel is down`) repeat; what they say depends on them and on what the event already holds, of addresses,
ports and event codes only on whether they are there: no rule looks at an event's address unless the words hold one.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.generic import generic

_CACHE: Final = 4096
_WORDS_MAX: Final = 256
_DIGIT = re.compile(r"[0-9]")
_READ: Final = (
    "vendor", "product", "action", "outcome", "user", "interface", "entity", "entity_kind", "polarity",
    "healed", "orderly", "lost", "tally",
)  # fmt: skip
_THERE: Final = ("src_ip", "dst_ip", "src_port", "dst_port", "event_code")
_held = attrgetter("app_name", *_READ)
_there = attrgetter(*_THERE)

_Known = tuple[tuple[str, object], ...]  # what the words add
_known: dict[tuple[object, ...], _Known] = {}


def read_words(event: Event, rest: Rest) -> None:
    """As `generic` for an event whose message are these words and nothing else."""
    words = event.message
    if len(words) > _WORDS_MAX or _DIGIT.search(words) or words.count(":") > 1 or not words.isascii():
        generic(event, rest)
        return
    src_ip, dst_ip, src_port, dst_port, code = _there(event)
    key = (
        words, rest, src_ip is None, dst_ip is None, src_port is None, dst_port is None, code is None, _held(event),
    )  # fmt: skip
    known = _known.get(key)
    if known is not None:
        for name, value in known:
            setattr(event, name, value)
        return
    before = _held(event)[1:] + _there(event)
    generic(event, rest)
    after = _held(event)[1:] + _there(event)
    if len(_known) >= _CACHE:
        _known.clear()
    changes = zip((*_READ, *_THERE), before, after, strict=True)
    _known[key] = tuple((name, new) for name, old, new in changes if new != old)

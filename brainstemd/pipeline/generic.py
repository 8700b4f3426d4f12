"""What any message says, whoever wrote it: state, slots, repeats and losses.

State words and the choice of patterns are functions of the message without its digits and are kept with its form (forms.py),
so only the chosen patterns run per line. It looks at the first `LOOK_MAX` characters of a message; what stands behind is
kept and fingerprinted but not searched, so that no line costs more than a few milliseconds. The result is a function
of the event alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.forms import form_of
from brainstemd.pipeline.losses import may_lose, read_loss
from brainstemd.pipeline.slots import Rule, plan
from brainstemd.pipeline.state_words import tokens_of
from brainstemd.pipeline.states import State, read_state, signal_is_orderly

LOOK_MAX: Final = 1536
STATE_MAX: Final = 1024  # of the text without digits, for words of state
_CACHE: Final = 20_000
_DIGITS: Final = b"0123456789"
# What hexadecimal ids and hardware addresses leave behind once their digits are gone (queue ids, hashes): no two lines share it.
# It begins with a set of characters so that the engine can skip; words and device prefixes of these letters stay.
_HEX = re.compile(
    rb"[A-Fa-f](?<![A-Za-z\x80-\xff].)[A-Fa-f]{0,31}(?![A-Za-z\x80-\xff])(?<!dead)(?<!Dead)(?<!DEAD)(?<!bad)(?<!Bad)(?<!BAD)"
    rb"(?<![^A-Za-z]fe)(?<![^A-Za-z]ae)(?<![^A-Za-z]da)(?<![^A-Za-z]ada)"
)

# Exit and return codes: a number that says success or failure. The words are looked for in the text without digits.
_CODE_WORDS = re.compile(
    r"\b(?:rc|ret|retval|retcode|exit[ _-]?code|exit[ _-]?status|return[ _-]?code|exited with(?: code| status)?)[ =:]{0,3}",
    re.I,
)
_CODE_HINTS: Final = ("rc", "ret", "code", "status", "exit")
_RETURNED = re.compile(
    r"\b(?:rc|ret|retval|retcode|exit[ _-]?code|exit[ _-]?status|return[ _-]?code|exited with(?: code"
    r"| status)?)[ =:]{1,3}\"?(-?\d{1,10})\b",
    re.I,
)
_NONE_WORDS = re.compile(r"\b(?:failed|failures?|errors?|denied|rejected)\b", re.I)
_NONE_HINTS: Final = ("fail", "error", "denied", "rejected")
_DONE = re.compile(r"\b(?:done|succe\w+|complete\w*|finish\w*|ended|passed|ok)\b", re.I)
_NONE_FAILED = re.compile(
    r"\b(?:failed|failures?|errors?|denied|rejected)[\"']?[ =:]{1,2}0\b"
    r"|\b0 (?:(?:out )?of \d{1,9} )?(?:\w{1,16} )?(?:failed|failures?"
    r"|errors?|denied|rejected)\b",
    re.I,
)
_SOME_FAILED = re.compile(
    r"\b(?:failed|failures?|errors?)[ =:]{1,2}[1-9]|(?<!of )\b[1-9]\d{0,9} (?:\w{1,16} )?(?:failed|failures?|errors?)\b",
    re.I,
)


class _Shape(NamedTuple):
    """All that lines have in common which differ only in digits."""

    state: State
    rules: tuple[Rule, ...]
    loss: bool
    code: bool
    signal: bool
    zero: bool


_shapes: dict[bytes, _Shape] = {}


def generic(event: Event, rest: Rest = Rest.ALL, trace: Callable[[str], None] | None = None) -> None:
    """The vendor-neutral layer; `trace` is told the name of each rule after it ran (`explain`)."""
    text = event.message
    form = event.form
    if form is None:
        form = event.form = form_of(text)
    if form is not None:
        shape = form.generic
        if shape is None:
            shape = form.generic = _fold(form.key.replace(b"0", b""))
    else:
        text = text[:LOOK_MAX]
        shape = _shape(text)
    if rest is Rest.ALL:
        _set_state(event, text, shape)
        if trace is not None:
            trace("state words")
    if shape.loss:
        read_loss(event)
    for rule in shape.rules:
        rule(event, text)
        if trace is not None:
            trace(rule.__qualname__.partition(".")[0].strip("_").replace("_", " "))


def _shape(text: str) -> _Shape:
    key = text.encode("utf-8", "replace").translate(None, _DIGITS)
    return _shapes.get(key) or _fold(key)


def _fold(key: bytes) -> _Shape:
    """The shape of a text without digits; all that differ in hexadecimal values alone share one."""
    folded = _HEX.sub(b"", key)
    shape = _shapes.get(folded)
    if shape is None:
        if len(_shapes) >= _CACHE:
            _shapes.clear()
        shape = _shapes[folded] = _read_shape(folded.decode("utf-8", "replace"))
    return shape


def _read_shape(text: str) -> _Shape:
    lower = text.lower()
    tokens = tokens_of(lower)
    state = read_state(lower[:STATE_MAX], tokens)
    return _Shape(
        state,
        plan(text, state.word, tokens),
        may_lose(lower),
        _has(_CODE_WORDS, _CODE_HINTS, lower),
        "signal" in lower,
        _has(_NONE_WORDS, _NONE_HINTS, lower),
    )


def _has(pattern: re.Pattern[str], hints: tuple[str, ...], lower: str) -> bool:
    """Whether a pattern that needs one of the hints in ASCII finds something."""
    if lower.isascii() and not any(map(lower.__contains__, hints)):
        return False
    return pattern.search(lower) is not None


def _set_state(event: Event, text: str, shape: _Shape) -> None:
    polarity, outcome, healed, orderly, _ = shape.state
    if shape.zero and outcome == "failure" and _NONE_FAILED.search(text) and not _SOME_FAILED.search(text):
        outcome = "success" if _DONE.search(text) else None
    if shape.code and (returned := _RETURNED.search(text)) is not None:
        outcome = "success" if returned[1].strip("-0") == "" else "failure"
        if outcome == "success" and polarity == "down" and not healed:
            orderly = True
    if shape.signal and polarity != "up" and (asked := signal_is_orderly(text)) is not None:
        orderly = asked
    if event.polarity == "neutral":
        event.polarity, event.healed, event.orderly = polarity, healed, event.orderly or orderly
    if event.outcome is None:
        event.outcome = outcome

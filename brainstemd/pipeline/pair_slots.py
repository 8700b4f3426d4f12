"""Slots and things by the names of pairs inside prose: `key=value`, `<key>value</key>`, `Key: value; Key: value`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.names import ALLOWED, DENIED, PAIR_SLOTS, PAIR_THINGS
from brainstemd.pipeline.things import good_name, set_entity

Rule = Callable[[Event, str], None]

_KV = re.compile(
    r"(?<![\w.-])([A-Za-z_][\w.-]{0,40})=(?:\"((?:[^\"\\]|\\.){0,512}+)\"|'([^']{0,256})'|([^\s,;\"|)\]}]{1,256}))"
)
_ELEMENT = re.compile(r"<([A-Za-z][\w.-]{0,40})>([^<>]{1,256})</")
_COLON = re.compile(r"(?:^|[,;|\[][ ]?)([A-Za-z][A-Za-z _-]{0,24}):[ ]{0,2}\"?([^,;|\"\]]{1,256})")
_KEY_HINT = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]{0,40})=")
_ELEMENT_HINT = re.compile(r"<([A-Za-z][\w.-]{0,40})>[^<>]")
_COLON_HINT = re.compile(r"(?:^|[,;|\[][ ]?)([A-Za-z][A-Za-z _-]{0,24}):[ ]")
_PORT = re.compile(r"\d{1,4}(?:/\d{1,4}){1,3}$")
_NOTHING: Final = frozenset(("", "-", "n/a", "(null)", "unknown", "none", "null"))


def _without_digits(names: dict[str, str]) -> frozenset[str]:
    return frozenset(re.sub(r"\d", "", name) for name in names)


KEY_NAMES: Final = _without_digits(PAIR_SLOTS)
ENTITY_KEY_NAMES: Final = _without_digits(PAIR_THINGS)


def pairs_in(text: str) -> tuple[str, frozenset[str]]:
    """How a text without digits writes its pairs, and their names in lower case; a lone `Key: value` is prose."""
    for sign, hint in (("=", _KEY_HINT), ("</", _ELEMENT_HINT), (": ", _COLON_HINT)):
        if sign in text and (found := hint.findall(text)) and (sign != ": " or len(found) > 1):
            return sign, frozenset(map(str.lower, found))
    return "", frozenset()


def _pairs(form: str, text: str, names: dict[str, str]) -> list[tuple[str, str]]:
    """What the table makes of the pairs' names, and the values."""
    if form == "=":
        return [
            (names[name], quoted or single or plain.strip("<>"))
            for key, quoted, single, plain in _KV.findall(text)
            if (name := key.lower()) in names
        ]
    pattern = _ELEMENT if form == "</" else _COLON
    return [
        (names[name], value.strip()) for key, value in pattern.findall(text) if (name := key.lower()) in names
    ]


@lru_cache(maxsize=8)
def from_pairs(form: str) -> Rule:
    """The rule for the names of addresses, ports, user, interface and action."""

    def from_pairs(event: Event, text: str) -> None:
        for slot, value in _pairs(form, text, PAIR_SLOTS):
            if getattr(event, slot) is None:
                _fill(event, slot, value)

    return from_pairs


def _fill(event: Event, slot: str, value: str) -> None:
    if slot in ("src_ip", "dst_ip"):
        setattr(event, slot, address(value) or address(value.partition(":")[0].partition("/")[0]))
    elif slot in ("src_port", "dst_port"):
        if value.isdecimal() and len(value) < 6 and int(value) < 65_536:
            setattr(event, slot, int(value))
    elif value.lower() not in _NOTHING:
        setattr(event, slot, value.lower() if slot == "action" else value)


@lru_cache(maxsize=8)
def entity_of_pairs(form: str) -> Rule:
    """The rule for the names of things, where a state or an end is told; a flow's `service=HTTPS` is no thing."""

    def entity_of_pairs(event: Event, text: str) -> None:
        if event.entity is not None or (event.polarity == "neutral" and event.outcome is None):
            return
        if event.outcome is not None and event.polarity == "neutral" and event.user is not None:
            set_entity(event, event.user, "user")
            return
        best: tuple[str, str] | None = None
        for kind, value in _pairs(form, text, PAIR_THINGS):
            if kind == "thing" and best is not None:
                continue
            name = (
                value if kind == "interface" and _PORT.match(value) else good_name(value, kind, quoted=True)
            )
            if name is not None and (best is None or best[1] == "thing"):
                best = (name, kind)
        if best is not None:
            set_entity(event, *best)

    return entity_of_pairs


def verdict(event: Event, text: str) -> None:
    """What was done with a flow, once it is clear that it names no thing."""
    if event.outcome is None and event.action is not None:
        event.outcome = (
            "failure" if event.action in DENIED else "success" if event.action in ALLOWED else None
        )

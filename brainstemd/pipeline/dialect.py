"""The shape of a dialect: marks that say cheaply where to look, a claim, and what it fills in.

A dialect never raises. A line that it half knows it leaves to the generic layer (`Rest.ALL`).
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple, Protocol

from brainstemd.models import Event


class Marks(NamedTuple):
    """Where to look for a dialect; all lower case."""

    heads: tuple[
        str, ...
    ] = ()  # the message's first word up to one of ` =:-,|[(`: `%asa`, `date`, `cef`; `{` if it begins so
    apps: tuple[str, ...] = ()  # app_name, up to one of `/[(`: `sshd`, `postfix`
    codes: tuple[str, ...] = ()  # FAC of a `%FAC-…` anywhere in the first 160 characters
    elements: tuple[str, ...] = ()  # SD-ID of RFC 5424 structured data up to its `@`: `nxlog`
    inside: tuple[
        str, ...
    ] = ()  # case kept: anywhere in the message, where nothing else found a dialect: `CEF:`


class Rest(IntEnum):
    """What is left for the generic layer once a dialect has spoken."""

    NOTHING = 0  # the event is complete
    SLOTS = 1  # polarity, outcome, healed and orderly are settled
    ALL = 2


class Dialect(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def marks(self) -> Marks: ...

    def claims(self, event: Event) -> bool: ...

    def apply(self, event: Event) -> Rest: ...

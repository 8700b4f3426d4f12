"""The shape of a dialect: marks that say cheaply where to look, a claim, and what it fills in.

A dialect never raises. A line that it half knows it leaves to the generic layer (`Rest.ALL`).
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple, Protocol

from brainstemd.models import Event


class Marks(NamedTuple):
    """Where to look for a dialect; all lower case."""

    # The message's first word up to one of ` =:-,|[(`: `%asa`, `date`, `cef`; `{` if it begins so.
    heads: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()  # app_name, up to one of `/[(`: `sshd`, `postfix`; `,`: a list
    # FAC of a `%FAC-…` anywhere in the first 160 characters; `*`: of any that nobody names.
    codes: tuple[str, ...] = ()
    # The first key of a key=value in the first 160 characters, behind a blank: `msg_id`.
    keys: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()  # of a message that begins with a number: `%%01`, `mac,`, `00000 `, `hex:0:`
    elements: tuple[str, ...] = ()  # SD-ID of RFC 5424 structured data up to its `@`: `nxlog`
    # Case kept: anywhere in the message, where nothing else found a dialect: `CEF:`.
    inside: tuple[str, ...] = ()


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

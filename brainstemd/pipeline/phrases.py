"""Dialects of programs that are known by their names: each program has its phrases, in the order in which they are tried.

A phrase is a literal that the message contains (the quick check), a pattern, and what the match means. Named groups of the
pattern fill the event: `entity user src dst sport dport iface code`. What no phrase knows is the generic layer's.
Patterns bound their repeats; only the first `LOOK_MAX` characters are searched. Which phrases' literals a message can contain is
decided once for all messages of a form (forms.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.forms import core_of, form_of
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.products import app_key as app_key
from brainstemd.pipeline.structure import port

LOOK_MAX: Final = 1024
IP: Final = r"[0-9a-fA-F:.]{2,45}"
_NO_NAMES: Final = frozenset(("", "-", "?", "(null)", "unknown", "none", "*"))
_LOGFMT: Final = ("time=", "level=", "ts=", "t=", "lvl=", "msg=", "caller=", "logger=")
_FOREIGN: Final = ("{", "pam_", "@cee", "CEF:", "LEEF:", *_LOGFMT)


class Phrase(NamedTuple):
    has: str  # a literal of the message
    pattern: re.Pattern[str]
    action: str | None
    polarity: str
    outcome: str | None
    kind: str | None  # of the entity
    orderly: bool
    healed: bool
    rest: Rest
    core: bytes  # what of the literal stands in the form of each message that contains it
    fills: tuple[tuple[int, Callable[[Event, str], None]], ...]  # the pattern's groups


def phrase(
    has: str,
    pattern: str,
    action: str | None = None,
    polarity: str = "neutral",
    outcome: str | None = None,
    kind: str | None = None,
    *,
    orderly: bool = False,
    healed: bool = False,
    rest: Rest = Rest.NOTHING,
) -> Phrase:
    """One phrase of a program."""
    compiled = re.compile(pattern)
    fills = tuple((group, _SET[name]) for name, group in compiled.groupindex.items())
    return Phrase(has, compiled, action, polarity, outcome, kind, orderly, healed, rest, core_of(has), fills)


class Program(NamedTuple):
    """Whose words they are, and which it has. `prepare` may read what stands before the words and returns the rest."""

    vendor: str
    product: str
    phrases: Sequence[Phrase] = ()
    prepare: Callable[[Event, str], str] | None = None
    others: re.Pattern[str] | None = None  # how lines begin that an appliance writes under the same name


class Family:
    """A dialect of named programs: the shape that `pipeline/dialect.py` asks for."""

    def __init__(self, name: str, programs: Mapping[str, Program]) -> None:
        self.name = name
        self.marks = Marks(apps=tuple(programs))
        self._programs = programs

    def claims(self, event: Event) -> bool:
        app, text = event.app_name, event.message
        program = None if app is None else self._programs.get(app_key(app))
        if program is None or text.startswith(_FOREIGN):
            return False
        return program.others is None or (event.msgid is None and program.others.match(text) is None)

    def apply(self, event: Event) -> Rest:
        program = self._programs.get(app_key(event.app_name or ""))
        if program is None:
            return Rest.ALL
        event.vendor, event.product = program.vendor, program.product
        text = event.message[:LOOK_MAX]
        if program.prepare is not None:
            text = program.prepare(event, text)
        return read(event, text, program.phrases)


Reader = Callable[[Event, str], Rest]


class Readers:
    """A dialect of several products, told apart by their lines: `whose` names the reader of a line, None if it is of none."""

    def __init__(
        self, name: str, marks: Marks, whose: Callable[[Event], Reader | None], look_max: int = LOOK_MAX
    ) -> None:
        self.name = name
        self.marks = marks
        self._whose = whose
        self._look_max = look_max

    def claims(self, event: Event) -> bool:
        return self._whose(event) is not None

    def apply(self, event: Event) -> Rest:
        reader = self._whose(event)
        return Rest.ALL if reader is None else reader(event, event.message[: self._look_max])


def is_foreign(text: str) -> bool:
    """Whether a program's line is written in a container (JSON, logfmt, CEF, LEEF) or by PAM: those have their own dialects."""
    return text.startswith(_FOREIGN)


def is_logfmt(text: str) -> bool:
    """Whether a message begins as logfmt does."""
    return text.startswith(_LOGFMT)


def read(event: Event, text: str, phrases: Sequence[Phrase]) -> Rest:
    """The first phrase that the text bears fills the event."""
    for one in _likely(event, text, phrases):
        if one.has in text and (match := one.pattern.search(text)) is not None:
            return _fill(event, one, match)
    return Rest.ALL


def _likely(event: Event, text: str, phrases: Sequence[Phrase]) -> Sequence[Phrase]:
    """The phrases whose literals can stand in a text: of a part of the message those that its form can bear."""
    message = event.message
    form = event.form
    if form is None:
        form = event.form = form_of(message)
    if form is None or (text is not message and text not in message):
        return phrases
    if form.table is not phrases:
        key = form.key
        form.table, form.phrases = phrases, tuple([one for one in phrases if one.core in key])
    likely: Sequence[Phrase] = form.phrases
    return likely


def _fill(event: Event, one: Phrase, match: re.Match[str]) -> Rest:
    _, _, event.action, event.polarity, event.outcome, kind, event.orderly, event.healed, rest, _, fills = one
    for group, put in fills:
        value = match[group]
        if (
            value is not None
            and ((value := value.strip()).lower() not in _NO_NAMES or put is _code)
            and value
        ):
            put(event, value)
    if event.entity is None and event.user is not None and kind == "user":
        event.entity = event.user
    if event.entity is not None:
        event.entity_kind = kind
    if kind == "user" and event.user is None:
        event.user = event.entity
    if kind == "interface" and event.interface is None:
        event.interface = event.entity
    return rest


def _entity(event: Event, value: str) -> None:
    event.entity = (address(value) if ":" in value or value[0].isdigit() else None) or value[:128]


def _user(event: Event, value: str) -> None:
    event.user = value[:128]


def _src(event: Event, value: str) -> None:
    event.src_ip = address(value.rstrip(":."))


def _dst(event: Event, value: str) -> None:
    event.dst_ip = address(value.rstrip(":."))


def _sport(event: Event, value: str) -> None:
    event.src_port = port(value)


def _dport(event: Event, value: str) -> None:
    event.dst_port = port(value)


def _iface(event: Event, value: str) -> None:
    if address(value) is None:  # a relay's address stands where an interface could
        event.interface = value[:128]


def _code(event: Event, value: str) -> None:
    event.event_code = value[:128]


_SET: Final = {
    "entity": _entity,
    "user": _user,
    "src": _src,
    "dst": _dst,
    "sport": _sport,
    "dport": _dport,
    "iface": _iface,
    "code": _code,
}

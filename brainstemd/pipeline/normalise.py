"""What the message says: the dialect first, picked by marks, then the generic layer for what is still empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Dialect, Rest
from brainstemd.pipeline.dialects import DIALECTS
from brainstemd.pipeline.generic import generic
from brainstemd.pipeline.notices import read_repeat
from brainstemd.pipeline.phrases import app_key
from brainstemd.pipeline.products import name_product
from brainstemd.pipeline.structure import from_structured
from brainstemd.pipeline.unclaimed import from_pairs, has_pairs

_HEAD = re.compile(r"\{|[^\s=:\-|,\[(]{0,64}")
_CODE = re.compile(r"%([A-Z][A-Za-z0-9_]{1,30})-")
_CODE_SPAN: Final = 160
_OPENING: Final = 13  # characters: as many as `_shape` looks at
_CACHE: Final = 4096
_SHAPED: Final = frozenset("%0123456789abcdef")


class Dispatch:
    """Finds the one dialect of an event by its marks."""

    def __init__(self, known: Sequence[Dialect]) -> None:
        self._heads = _index(known, lambda dialect: dialect.marks.heads)
        self._apps = _index(known, lambda dialect: dialect.marks.apps)
        self._codes = _index(known, lambda dialect: dialect.marks.codes)
        self._keys = _index(known, lambda dialect: dialect.marks.keys)
        self._shapes = _index(known, lambda dialect: dialect.marks.shapes)
        self._any_code = self._codes.get("*", ())
        self._elements = _index(known, lambda dialect: dialect.marks.elements)
        self._inside = [(mark, dialect) for dialect in known for mark in dialect.marks.inside]
        self._app_keys: dict[str, tuple[Dialect, ...]] = {}
        self._openings: dict[str, tuple[Dialect, ...]] = {}

    def find(self, event: Event) -> Dialect | None:
        """The dialect that claims the event. Two never do (a test over all corpora); if so, the first by name."""
        message = event.message
        app = event.app_name
        if app is not None:
            known = self._app_keys.get(app)
            if known is None:
                known = self._by_app(app)
            for dialect in known:
                if dialect.claims(event):
                    return dialect
        known = self._openings.get(message[:_OPENING])
        if known is None:
            known = self._by_opening(message)
        for dialect in known:
            if dialect.claims(event):
                return dialect
        if "%" in message and (code := _CODE.search(message, 0, _CODE_SPAN)) is not None:
            for dialect in self._codes.get(code[1].lower(), self._any_code):
                if dialect.claims(event):
                    return dialect
        if (equals := message.find("=", 1, _CODE_SPAN)) > 0:
            key = message[message.rfind(" ", 0, equals) + 1 : equals]
            for dialect in self._keys.get(key, ()):
                if dialect.claims(event):
                    return dialect
        if event.structured_data and self._elements:
            for element in event.structured_data:
                for dialect in self._elements.get(element.partition("@")[0].lower(), ()):
                    if dialect.claims(event):
                        return dialect
        for mark, dialect in self._inside:
            if mark in message and dialect.claims(event):
                return dialect
        return None

    def _by_app(self, app: str) -> tuple[Dialect, ...]:
        if len(self._app_keys) >= _CACHE:
            self._app_keys.clear()
        listed = self._apps.get(",", ()) if "," in app else ()
        found = self._app_keys[app] = self._apps.get(app_key(app), listed)
        return found

    def _by_opening(self, message: str) -> tuple[Dialect, ...]:
        """By the first word, else by the shape of a number; kept where that is decided within `_OPENING` characters."""
        head = _HEAD.match(message)
        assert head is not None, "the pattern takes an empty word"
        found = self._heads.get(head[0].lower())
        if found is None:
            found = self._shapes.get(_shape(message), ()) if message[:1] in _SHAPED else ()
        if head.end() < _OPENING:
            if len(self._openings) >= _CACHE:
                self._openings.clear()
            self._openings[message[:_OPENING]] = found
        return found


def _shape(message: str) -> str:
    """How a message begins whose first word is a number of some kind: the names that `Marks.shapes` uses."""
    if message[:2] == "%%":
        return message[:4]
    if message[12:13] == ",":
        return "mac,"
    if message[5:6] == " " and message[:5].isdecimal():
        return "00000 "
    return "hex:0:" if message[8:9] == ":" and message[10:11] == ":" else ""


def _index(
    known: Sequence[Dialect], marks: Callable[[Dialect], tuple[str, ...]]
) -> Mapping[str, tuple[Dialect, ...]]:
    index: dict[str, tuple[Dialect, ...]] = {}
    for dialect in known:
        for mark in marks(dialect):
            index[mark] = (*index.get(mark, ()), dialect)
    return index


_DISPATCH: Final = Dispatch(DIALECTS)


def normalise(event: Event) -> None:
    """Fills the normalised attributes of a decoded event in place. Never raises."""
    message = event.message
    if not message and not event.structured_data:
        return
    if "repeat" in message and read_repeat(event) and event.repeats_previous:
        return
    dialect = _DISPATCH.find(event)
    if dialect is not None:
        rest = dialect.apply(event)
    else:
        rest = Rest.ALL
        if event.structured_data:
            from_structured(event)
        elif has_pairs(message):
            rest = from_pairs(event)
    if rest is not Rest.NOTHING:
        generic(event, rest)
    if event.vendor is None:
        name_product(event)


def explain(event: Event) -> dict[str, str]:
    """Normalises a decoded event as `normalise` does and says which rule gave each attribute."""
    before = _attributes(event)
    origin: dict[str, str] = {}

    def note(rule: str) -> None:
        nonlocal before
        after = _attributes(event)
        origin.update({name: rule for name, value in after.items() if before.get(name) != value})
        before = after

    if "repeat" in event.message and read_repeat(event):
        note("repeat")
    if (not event.message and not event.structured_data) or event.repeats_previous:
        return origin
    dialect = _DISPATCH.find(event)
    rest = Rest.ALL
    if dialect is not None:
        rest = dialect.apply(event)
        note(f"dialect {dialect.name}")
    elif event.structured_data:
        from_structured(event)
        note("structured data")
    elif has_pairs(event.message):
        rest = from_pairs(event)
        note("pairs")
    if rest is not Rest.NOTHING:
        generic(event, rest, lambda rule: note(f"generic: {rule}"))
        note("generic: loss")
    name_product(event)
    note("name of the program")
    return origin


def _attributes(event: Event) -> dict[str, object]:
    return {name: getattr(event, name) for name in Event.__slots__ if name != "form"}

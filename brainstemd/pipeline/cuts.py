"""Structured text read by its form: of lines that differ in nothing but digits a container's parser sees one structure, so it
parses one of them with a sign in the place of each run of digits, and from the others only the runs are taken.

Which pairs there are, which of them say something and which are asked for at all is then decided once for each form. Digits
in names and all others that a container's grammar looks at are no such runs: a reading holds for one spelling of them.
A reading is kept only if it gives what the parser gives on a real line. Nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import itemgetter
from typing import Final, NamedTuple

from brainstemd.models import Event
from brainstemd.pipeline.forms import Form, form_of
from brainstemd.pipeline.structure import Pairs, Plan, first, plan_of

_ASKED_OFTEN: Final = 3  # times after which a form is worth a reading
_SPELLINGS: Final = 16  # readings of one form
_READINGS_MAX: Final = 2048  # of all forms
_SIGN: Final = 7_310_000  # and the number of the run
_RUN = re.compile(r"[0-9]+")
_ONLY_DIGITS: Final = bytes(c if 0x30 <= c <= 0x39 else 0x20 for c in range(256))


class Container(NamedTuple):
    """A kind of structured text. Apart from `exact` and zeros before a number, neither a digit nor how many there are may change
    what `parse` finds, but the text of values."""

    parse: Callable[[str], dict[str, str] | None]
    exact: re.Pattern[str]  # its groups are what names and the grammar's own digits may stand in
    numbers: bool  # whether digits in no match of it are of a number, which may not begin with a zero
    never: str  # what no text read this way may hold
    asked: frozenset[str]  # names that are looked at other than by a plan


class Sure(Plan):
    """The plan of all lines of one reading: which of several pairs speaks is the same in each."""

    __slots__ = ("_chosen", "_rows", "_shown")

    sure = True

    def __init__(self, plan: Plan, shown: Pairs) -> None:
        self.slots, self.states, self.things = plan.slots, plan.states, plan.things
        self.form: Form | None = None
        self._shown = shown
        self._chosen: dict[int, tuple[tuple[str, ...], str | None]] = {}
        self._rows: dict[int, tuple[tuple[tuple[str, ...], ...], tuple[str | None, ...]]] = {}

    def row(self, pairs: Pairs, tables: tuple[tuple[str, ...], ...]) -> tuple[str | None, ...]:
        row = self._rows.get(id(tables))
        if row is None:
            row = self._rows[id(tables)] = tables, tuple(map(self._name, tables))
        get = pairs.get
        return tuple([name and get(name) for name in row[1]])

    def _name(self, names: tuple[str, ...]) -> str | None:
        """The name that speaks: a value with digits says something, all others are the same in each line."""
        return next((name for name in names if first(self._shown, (name,)) is not None), None)

    def first(self, pairs: Pairs, names: tuple[str, ...]) -> str | None:
        chosen = self._chosen.get(id(names))
        if chosen is None:  # keeps the table, so that no other gets its identity
            chosen = self._chosen[id(names)] = names, self._name(names)
        return None if chosen[1] is None else pairs.get(chosen[1])


class _Reading:
    """What is the same in all lines of a form and a spelling."""

    __slots__ = ("_fixed", "_single", "_texts", "plan")

    def __init__(
        self, shown: dict[str, str], cuts: dict[str, tuple[str, tuple[int, ...]]], plan: Plan
    ) -> None:
        self.plan = Sure(plan, shown)
        self._fixed = shown
        self._single = [(name, runs[0]) for name, (text, runs) in cuts.items() if text == "%s"]
        self._texts = [(name, text, itemgetter(*runs)) for name, (text, runs) in cuts.items() if text != "%s"]

    def read(self, runs: list[str]) -> dict[str, str]:
        pairs = self._fixed.copy()
        for name, run in self._single:
            pairs[name] = runs[run]
        for name, text, pick in self._texts:
            pairs[name] = text % pick(runs)
        return pairs

    def only(self, names: frozenset[str]) -> None:
        """Lets go of all other pairs."""
        self._fixed = {name: value for name, value in self._fixed.items() if name in names}
        self._single = [cut for cut in self._single if cut[0] in names]
        self._texts = [cut for cut in self._texts if cut[0] in names]


class Shape:
    """The readings of one form."""

    __slots__ = ("_exact", "_numbers", "_spelling", "container", "readings")

    def __init__(self, container: Container, exact: tuple[int, ...], numbers: tuple[int, ...]) -> None:
        self.container = container
        self._exact = frozenset(exact)
        self._spelling: Callable[[list[str]], object] = itemgetter(*exact) if exact else len
        self._numbers = numbers
        self.readings: dict[object, _Reading | None] = {}

    def read(self, text: str, lead: int) -> tuple[dict[str, str], Plan] | None:
        """The pairs that anything asks for, and their plan; None where the parser must look. `lead`: characters before it."""
        runs = text.encode().translate(_ONLY_DIGITS).decode("ascii").split()
        for number in self._numbers:
            if runs[number][0] == "0" and len(runs[number]) > 1:
                return None
        spelling = self._spelling(runs)
        if spelling in self.readings:
            reading = self.readings[spelling]
        elif len(self.readings) < _SPELLINGS:
            reading = self.readings[spelling] = self._learn(text, lead, runs)
            _count(self)
        else:
            return None
        return None if reading is None else (reading.read(runs), reading.plan)

    def _learn(self, text: str, lead: int, runs: list[str]) -> _Reading | None:
        signs = {str(_SIGN + n): n for n in range(len(runs)) if n not in self._exact}
        if not signs.keys().isdisjoint(runs):
            return None
        said = [run if n in self._exact else str(_SIGN + n) for n, run in enumerate(runs)]
        pieces = _RUN.split(text)
        signed = "".join([part for pair in zip(pieces, [*said, ""], strict=True) for part in pair])
        found, shown = self.container.parse(signed[lead:]), self.container.parse(text[lead:])
        if found is None or shown is None:
            return None
        cuts: dict[str, tuple[str, tuple[int, ...]]] = {}
        for name, value in found.items():
            there = [run for run in _RUN.findall(value) if run in signs]
            if there:
                plain = value.replace("%", "%%")
                cuts[name] = (
                    _RUN.sub(lambda run: "%s" if run[0] in signs else run[0], plain),
                    tuple(signs[run] for run in there),
                )
        reading = _Reading(shown, cuts, plan_of(shown))
        if list(found) != list(shown) or any(
            shown[name] != found[name] for name in found if name not in cuts
        ):
            return None
        if reading.read(runs) != shown:
            return None
        plan = reading.plan
        reading.only(
            self.container.asked.union(
                (slot[0] for slot in plan.slots), plan.states, (thing[0] for thing in plan.things)
            )
        )
        return reading


_kept: list[Shape] = []


def _count(shape: Shape) -> None:
    """Bounds the readings of all forms."""
    _kept.append(shape)
    if len(_kept) > _READINGS_MAX:
        for each in _kept:
            each.readings = {}
        _kept.clear()


def read(event: Event, container: Container, lead: int = 0) -> tuple[dict[str, str], Plan] | None:
    """The pairs of a message behind `lead` characters that every message has which is read so, and their plan; None if it
    cannot be parsed. The pairs need not hold names that neither the plan nor the container asks for."""
    form = event.form
    if form is None:
        form = event.form = form_of(event.message)
    if form is not None and not form.shared:
        shape = form.cuts
        if shape.__class__ is int:
            form.cuts = shape = shape + 1 if shape < _ASKED_OFTEN else _shape(event.message, lead, container)
        if shape.__class__ is Shape and shape.container is container:
            known: tuple[dict[str, str], Plan] | None = shape.read(event.message, lead)
            if known is not None:
                return known
    pairs = container.parse(event.message[lead:])
    return None if pairs is None else (pairs, plan_of(pairs))


def _shape(text: str, lead: int, container: Container) -> Shape | None:
    """None where a text cannot be read by its form."""
    if container.never and container.never in text:
        return None
    names: list[tuple[int, int]] = [(0, lead)]
    known = [(0, lead)]
    for match in container.exact.finditer(text, lead):
        known.append(match.span())
        names += [match.span(group) for group in range(1, len(match.groups()) + 1)]
    exact, numbers = [], []
    for n, run in enumerate(_RUN.finditer(text)):
        if _inside(run.start(), names):
            exact.append(n)
        elif container.numbers and not _inside(run.start(), known) and text[run.start() - 1] not in ".+eE":
            numbers.append(n)
    return Shape(container, tuple(exact), tuple(numbers))


def _inside(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(begin <= at < end for begin, end in spans)

"""key=value lines read by the shape of the line: which pairs there are, in which order and in which quotes, is the same for all
lines of a form, so only the values that have digits are cut out of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.forms import Form, form_of

_PAIR: Final = re.compile(
    r'(?<![\w-])([\w-]+)=(?:"([^"]*)"?|([^\s"]*))'
)  # an unclosed quote runs to the end: linear
_LOOK_MAX: Final = 4096

_ASKED_OFTEN: Final = 100  # times after which a form is worth a pattern of its own

_Cut = tuple[
    str, str, int, str
]  # name, the text before its value, the length of that, the character behind it

Wanted = tuple[tuple[str, ...], ...]  # groups of names that mean one thing
Row = tuple[str | None, ...]  # a value for each group


class Cuts:
    """Where the values of some names stand in every line of one form."""

    __slots__ = ("_asked", "_fixed", "_folded", "_names", "_pattern", "_pick", "_shared", "_varying")

    def __init__(self, form: Form, fixed: dict[str, str], varying: tuple[_Cut, ...]) -> None:
        self._folded = form.key.decode()
        self._shared = form.shared
        self._fixed = fixed
        self._varying = varying
        self._names = tuple(cut[0] for cut in varying)
        self._asked = 0
        self._pattern: re.Pattern[str] | None = None
        self._pick: tuple[Wanted, tuple[str | None, ...], Callable[[tuple[str | None, ...]], Row]] | None = (
            None
        )

    def read(self, text: str) -> dict[str, str]:
        values = self._fixed.copy()
        values.update(zip(self._names, self._values(text), strict=True))
        return values

    def row(self, text: str, wanted: Wanted) -> Row:
        """As `read_row`: which of the names it is, and all that is the same in each line, is decided once."""
        if self._pick is None or self._pick[0] is not wanted:
            self._pick = self._plan(wanted)
        return self._pick[2]((*self._values(text), *self._pick[1]))

    def _plan(
        self, wanted: Wanted
    ) -> tuple[Wanted, tuple[str | None, ...], Callable[[tuple[str | None, ...]], Row]]:
        fixed: list[str | None] = []
        places = []
        for names in wanted:
            name = next((name for name in names if name in self._names or self._fixed.get(name)), names[-1])
            if name in self._names:
                places.append(self._names.index(name))
            else:
                places.append(len(self._names) + len(fixed))
                fixed.append(self._fixed.get(name))
        return wanted, tuple(fixed), itemgetter(*places)

    def _values(self, text: str) -> tuple[str, ...]:
        """The values that have digits."""
        if self._pattern is not None:
            match = self._pattern.match(text)
            if match is not None:
                return match.groups()
        self._asked += 1
        if self._asked == _ASKED_OFTEN:
            self._pattern = self._compiled()
        find = text.find
        at = 0
        values = []
        for _, before, length, behind in self._varying:
            start = find(before, at) + length
            at = find(behind, start)
            values.append(text[start:at])
        return tuple(values)

    def _compiled(self) -> re.Pattern[str]:
        """The form's own text up to the last value, digits for digits; of a shared form what stands before each value."""
        if self._shared:
            return re.compile(
                "".join(f".*?{re.escape(cut[1])}([^{cut[3]}]*+)" for cut in self._varying), re.DOTALL
            )
        parts: list[str] = []
        done = at = 0
        for _, before, length, behind in self._varying:
            start = self._folded.index(before, at) + length
            at = self._folded.index(behind, start)
            lead = re.escape(self._folded[done:start]).replace("0", "[0-9]++")
            parts.append(f"{lead}([^{behind}]*+)")
            done = at
        return re.compile("".join(parts), re.DOTALL)


def names_of(text: str) -> frozenset[str]:
    """A table of names, in words."""
    return frozenset(text.split())


def read_pairs(event: Event, names: frozenset[str]) -> Mapping[str, str]:
    """The values of (at least) these names, which are letters; of a name that stands twice the last. Always the same
    `names` for one dialect."""
    cuts = _cuts_of(event, names)
    if cuts is not None:
        return cuts.read(event.message)
    return {key: quoted or plain for key, quoted, plain in _PAIR.findall(event.message[:_LOOK_MAX])}


def read_row(event: Event, names: frozenset[str], wanted: Wanted) -> Row:
    """Of each group of `wanted` (more than one; all among `names`) the first value that is not empty, else what the last name
    has, None where it is absent."""
    cuts = _cuts_of(event, names)
    if cuts is not None:
        return cuts.row(event.message, wanted)
    found = read_pairs(event, names).get
    return tuple([next(filter(None, map(found, group)), found(group[-1])) for group in wanted])


def _cuts_of(event: Event, names: frozenset[str]) -> Cuts | None:
    form = event.form
    if form is None:
        form = event.form = form_of(event.message)
    if form is None:
        return None
    cuts: Cuts | bool | None = form.pairs
    if cuts is None:
        cuts = form.pairs = _cuts(form, names)
    return cuts if isinstance(cuts, Cuts) else None


def _cuts(form: Form, names: frozenset[str]) -> Cuts | bool:
    """False where a search for the texts before and behind each value would not find what `_PAIR` finds."""
    folded = form.key.decode()
    last = {match[1]: match for match in _PAIR.finditer(folded) if match[1] in names}
    fixed = {name: match[2] or match[3] or "" for name, match in last.items()}
    varying: list[_Cut] = []
    at = 0
    for match in sorted(last.values(), key=lambda match: match.start()):
        name = match[1]
        if "0" not in fixed[name]:
            continue
        group, before, behind = (2, f'{name}="', '"') if match[2] is not None else (3, f"{name}=", " ")
        if folded.find(before, at) != match.start() or folded.find(behind, match.start(group)) != match.end(
            group
        ):
            return False
        at = match.end(group)
        varying.append((name, before, len(before), behind))
    return Cuts(form, fixed, tuple(varying))

"""key=value lines read by the shape of the line: which pairs there are, in which order and in which quotes, is the same for all
lines of a form, so only the values that have digits are cut out of each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.forms import form_of

_PAIR: Final = re.compile(
    r'(?<![\w-])([\w-]+)=(?:"([^"]*)"?|([^\s"]*))'
)  # an unclosed quote runs to the end: linear
_LOOK_MAX: Final = 4096

_ASKED_OFTEN: Final = 100  # times after which a form is worth a pattern of its own

_Cut = tuple[
    str, str, int, str
]  # name, the text before its value, the length of that, the character behind it


class Cuts:
    """Where the values of some names stand in every line of one form."""

    __slots__ = ("asked", "fixed", "names", "pattern", "varying")

    def __init__(self, fixed: dict[str, str], varying: tuple[_Cut, ...]) -> None:
        self.fixed = fixed
        self.varying = varying
        self.names = tuple(cut[0] for cut in varying)
        self.asked = 0
        self.pattern: re.Pattern[str] | None = None

    def read(self, text: str) -> dict[str, str]:
        values = self.fixed.copy()
        if self.pattern is not None:
            match = self.pattern.match(text)
            if match is not None:
                values.update(zip(self.names, match.groups(), strict=True))
                return values
        self.asked += 1
        if self.asked == _ASKED_OFTEN:
            parts = [f".*?{re.escape(before)}([^{behind}]*+)" for _, before, _, behind in self.varying]
            self.pattern = re.compile("".join(parts), re.DOTALL)
        find = text.find
        at = 0
        for name, before, length, behind in self.varying:
            start = find(before, at) + length
            at = find(behind, start)
            values[name] = text[start:at]
        return values


def names_of(text: str) -> frozenset[str]:
    """A table of names, in words."""
    return frozenset(text.split())


def read_pairs(event: Event, names: frozenset[str]) -> Mapping[str, str]:
    """The values of (at least) these names, which are letters; of a name that stands twice the last. Always the same
    `names` for one dialect."""
    text = event.message
    form = event.form
    if form is None:
        form = event.form = form_of(text)
    if form is not None:
        cuts: Cuts | bool | None = form.pairs
        if cuts is None:
            cuts = form.pairs = _cuts(form.key.decode(), names)
        if isinstance(cuts, Cuts):
            return cuts.read(text)
    return {key: quoted or plain for key, quoted, plain in _PAIR.findall(text[:_LOOK_MAX])}


def _cuts(folded: str, names: frozenset[str]) -> Cuts | bool:
    """False where a search for the texts before and behind each value would not find what `_PAIR` finds."""
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
    return Cuts(fixed, tuple(varying))

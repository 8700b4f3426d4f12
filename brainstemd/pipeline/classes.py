"""The learned layer over base signatures: which words are names that no lexical class catches (docs/fingerprint.md).

Two steps. Templates that differ in the kinds of their placeholders alone are one *form*: a slot that holds a number here and
an identifier there is one slot. Forms that differ in one word, in a frame that is equal otherwise, are one *class* when that
word takes enough values and most of them look like names rather than text, or when the same slot holds a placeholder elsewhere.
A class is a view: counts stay under the base ids. It is a pure function of the *set* of templates, of neither their order nor
their number of lines, so that two machines that have seen the same templates have the same classes.

What tells what happened never varies: states, opposites, verbs, and the sentence's small words keep templates apart
(vocabulary.py), and so do templates that read as different states (states.py). So a class never joins an up with a down.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from operator import mul
from typing import NamedTuple

from brainstemd.pipeline.fingerprint import signature_id
from brainstemd.pipeline.lexicon import EVENT_KEYS, STATUS_KEYS
from brainstemd.pipeline.placeholders import ANY
from brainstemd.pipeline.states import read_state
from brainstemd.pipeline.vocabulary import is_known, is_protected

VALUES_MIN = 3  # different words in one place, where the frame has two other words or more
VALUES_MIN_BARE = 6  # where it has one
VALUES_MIN_FIRST = 12  # of the line's first word: it is the subject more often than a value
VALUES_MIN_SHAPED = (
    2  # where all are written as only names are (`MapTask`, `a_b`, `a.b`), or one is a placeholder already
)
VALUES_PLENTY = 24  # so many are a variable, whatever they look like
CONTEXTS_MAX = 8  # a word that is fixed in so many other frames is text
WORDS_MAX = 64  # of a template; a longer one is in no class
VARYING_MAX = 3  # places that vary in one class
_COUNTERS_MAX = 1 << 22
_COUNTERS_EACH = 64  # of a template
# A word's hash counts by its place. (Hashes of tuples, added up, are nearly blind to words that change places.)
_WEIGHTS = [
    int.from_bytes(blake2b(bytes([at]), digest_size=8).digest(), "little") | 1 for at in range(WORDS_MAX)
]
_BARE = [
    hash((at, "", None, "")) for at in range(WORDS_MAX)
]  # the frames' part of a word without punctuation
_ONE_DIGIT = str.maketrans("123456789", "000000000")

_NEGATING = {  # by their first letters
    "u": ("un",),
    "d": (
        "dis",
        "de",
    ),
    "i": (
        "in",
        "im",
        "ir",
        "il",
    ),
    "n": (
        "non",
        "non-",
        "not",
        "no",
    ),
    "m": ("mis",),
    "a": (
        "anti",
        "a",
    ),
    "o": (
        "off",
        "out",
    ),
    "e": ("ex",),
    "s": ("sub",),
}

# In front of a word its key (`type:`), brackets and quotes.
_WORD = re.compile(
    r"((?:[\w.-]{1,40}[:=])?[\"'(\[]{0,3})(\$?(?:[A-Za-z_]|<\*>)(?:[\w.@\\$+/|-]|<\*>)*?)([\"')\],.;:!?]{0,3})\Z"
)
_SHAPED = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|\w[_.$@]\w|<\*>")
_LAST_PART = re.compile(r"[._-]")
_TELLING_KEYS = STATUS_KEYS | EVENT_KEYS
_PLACEHOLDER = re.compile(r"<(?!nonzero>)(?:[a-z]+|\*)((?: [a-z]+)*)>")
_RUN = re.compile(r"<\*>(?:[,;:./@|#+-]{0,2} ?<\*>)+")
_SLOT = re.compile(r"<[^<>]*>")
_LETTERS = re.compile(r"[A-Za-z]{2,}")


class Base(NamedTuple):
    """A base signature: its id, its template and the vendor's event code, which is part of the id."""

    id: str
    template: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Class:
    """Base signatures that are one: `id` is that of `template`, in the base scheme."""

    id: str
    template: str
    members: tuple[str, ...]  # base ids, sorted


class Classes:
    """The classes of one set of templates."""

    def __init__(self, found: Iterable[Class], bases: Mapping[str, Base]) -> None:
        self.found = {one.id: one for one in found}
        self._bases = bases
        self._of = {base: one for one in self.found.values() for base in one.members}

    def holding(self, base: str) -> Class | None:
        """The class under which a base signature is shown; None when that is its own."""
        one = self._of.get(base)
        return None if one is None or one.id == base else one

    def of(self, base: str) -> str:
        """The id under which a base signature is shown: its class's, or its own."""
        one = self._of.get(base)
        return base if one is None else one.id

    def template(self, base: str) -> str | None:
        """The template of what `of` names; None for a base id outside the set."""
        one = self._of.get(base)
        if one is not None:
            return one.template
        known = self._bases.get(base)
        return None if known is None else known.template


# One word of one template: its index among the words, the word, and the frame that is left without it.
_Place = tuple[int, str, int]


def learn(bases: Iterable[Base]) -> Classes:
    """The classes of a set of base signatures."""
    known = {base.id: base for base in bases}
    forms: dict[str, Base] = {}  # by the id that a class of this form alone has
    members: dict[str, list[str]] = defaultdict(list)
    for base in known.values():
        form = _form(base)
        forms[form.id] = form
        members[form.id].append(base.id)
    words = {id_: form.template.split(" ") for id_, form in forms.items()}
    frames, fixed = _frames(forms, words)
    sets = _Sets()
    for id_, found in members.items():
        if len(found) > 1:
            sets.join(id_, id_)
    for places in frames.values():
        if not _may_vary(places, fixed, words):
            continue
        for alike in _same_state(places, forms):
            joined = _joined(alike, fixed, words)
            for other in joined[1:]:
                sets.join(joined[0], other)
    return Classes(_classes(sets, forms, words, members), known)


def _form(base: Base) -> Base:
    """The template with all placeholders of one kind; what they keep of states stays."""
    template = form_of(base.template)
    return Base(signature_id(template, base.code), template, base.code)


def form_of(template: str) -> str:
    """A template with all placeholders of one kind, and one for several in a row; what they keep of states stays."""
    return _RUN.sub(ANY, _PLACEHOLDER.sub(_any_kind, template)) if "<" in template else template


def _any_kind(placeholder: re.Match[str]) -> str:
    return f"<*{placeholder[1]}>"


def _frames(
    known: Mapping[str, Base], words: Mapping[str, list[str]]
) -> tuple[dict[int, list[tuple[str, _Place]]], dict[str, int]]:
    """The frames in which a word takes `VALUES_MIN_SHAPED` values or more, and in how many others each word stands.

    Frames are counted by a short hash first, so that the many with one value need little room.
    """
    counts = bytearray(min(_COUNTERS_MAX, 1 << (_COUNTERS_EACH * len(words)).bit_length()))
    counted = len(counts) - 1
    found: dict[str, list[_Place]] = {}
    for id_, row in words.items():
        places = found[id_] = _places(known[id_], row)
        for _, _, frame in places:
            slot = frame & counted
            if counts[slot] < VALUES_MIN_SHAPED:
                counts[slot] += 1
    frames: dict[int, list[tuple[str, _Place]]] = defaultdict(list)
    fixed: dict[str, int] = defaultdict(int)
    for id_, places in found.items():
        for place in places:
            if counts[place[2] & counted] < VALUES_MIN_SHAPED:
                fixed[place[1]] += 1
            else:
                frames[place[2]].append((id_, place))
    for frame in [frame for frame, alike in frames.items() if len(alike) < VALUES_MIN_SHAPED]:
        for _, place in frames.pop(frame):
            fixed[place[1]] += 1
    return frames, fixed


def _places(base: Base, row: list[str]) -> list[_Place]:
    """Every place where a word could vary. Frames are sums of hashes, so that one is had by a subtraction."""
    if len(row) > WORDS_MAX:
        return []
    hashes = list(map(mul, map(hash, row), _WEIGHTS))
    whole = hash((base.code, len(row))) + sum(hashes)
    return [
        (at, parts[1], whole - hashes[at] + (hash((at, parts[0], None, parts[2])) if parts[3] else _BARE[at]))
        for at, parts in enumerate(map(_parts, row))
        if parts is not None
    ]


@lru_cache(maxsize=16_384)
def _parts(word: str) -> tuple[str, str, str, bool] | None:
    """Punctuation, the word, punctuation, and whether there is any; None for what never varies."""
    match = _WORD.match(word)
    if match is None or _protected(match[2].translate(_ONE_DIGIT)):
        return None
    key = match[1].rstrip("\"'([")
    if key and _LAST_PART.split(key[:-1])[-1].lower() in _TELLING_KEYS and match[2] != ANY:
        return None
    return match[1], match[2], match[3], bool(match[1] or match[3])


# Words of state and trade have no digits: names that differ in theirs alone are looked up once.
_protected = lru_cache(maxsize=16_384)(is_protected)


def _same_state(
    places: list[tuple[str, _Place]], known: Mapping[str, Base]
) -> list[list[tuple[str, _Place]]]:
    """The places of one frame, those apart whose templates read as different states; none if its words are opposites."""
    lower = {word.lower() for _, (_, word, _) in places}
    for word in lower:
        for prefix in _NEGATING.get(word[0], ()):
            if word.startswith(prefix) and word[len(prefix) :] in lower:
                return []
    found: dict[tuple[str, str | None], list[tuple[str, _Place]]] = defaultdict(list)
    for id_, place in places:
        found[_state_of(known[id_].template.translate(_ONE_DIGIT))].append((id_, place))
    return list(found.values())


@lru_cache(maxsize=16_384)
def _state_of(template: str) -> tuple[str, str | None]:
    """The polarity and outcome of a template."""
    state = read_state(template)
    return state.polarity, state.outcome


def _may_vary(
    places: list[tuple[str, _Place]], fixed: Mapping[str, int], words: Mapping[str, list[str]]
) -> bool:
    """Whether any part of a frame's templates could be one class: some other word, and names enough."""
    id_, (at, _, _) = places[0]
    if not _others(words[id_], at):
        return False
    found = {word for _, (_, word, _) in places}
    if len(found) >= VALUES_PLENTY:
        return True
    names = 0
    for word in found:
        names += word == ANY or _is_name(word, fixed)
        if names >= VALUES_MIN_SHAPED:
            return True
    return False


def _others(row: list[str], at: int) -> int:
    """How many words of text stand beside a place."""
    return sum(_has_text(word) for index, word in enumerate(row) if index != at)


@lru_cache(maxsize=16_384)
def _has_text(word: str) -> bool:
    return _LETTERS.search(_SLOT.sub("", word)) is not None


def _joined(
    places: list[tuple[str, _Place]], fixed: Mapping[str, int], words: Mapping[str, list[str]]
) -> list[str]:
    """The base ids of one frame that are one class; [] when its word is no variable."""
    found = {word for _, (_, word, _) in places}
    if len(found) < VALUES_MIN_SHAPED:
        return []
    id_, (at, _, _) = min(places)
    row = words[id_]
    others = _others(row, at)
    # What a line begins with, or stands before a colon, is its subject more often than a value; not so with a number behind it.
    subject = row[at].endswith(":") or (at == 0 and not (row[1:] and _SLOT.match(row[1])))
    if others == 0:
        return []
    if len(found) < VALUES_PLENTY:
        names = sum(1 for word in found if word == ANY or _is_name(word, fixed))
        if names < _least(found, others, at, subject) or 2 * names < len(found):
            return []
    return sorted(id_ for id_, _ in places)


def _is_name(word: str, fixed: Mapping[str, int]) -> bool:
    shaped, known = _looks(word.translate(_ONE_DIGIT))
    return shaped or (not known and fixed.get(word, 0) <= CONTEXTS_MAX)


@lru_cache(maxsize=16_384)
def _looks(word: str) -> tuple[bool, bool]:
    """Is it written as only names are; is it text of the trade?"""
    return _SHAPED.search(word) is not None, is_known(word)


def _least(found: set[str], others: int, at: int, subject: bool) -> int:
    """How many names the place must hold."""
    if subject:
        return VALUES_MIN_FIRST
    if (ANY in found and at) or (others > 1 and all(map(_SHAPED.search, found))):
        return VALUES_MIN_SHAPED
    if at == 0:
        return VALUES_MIN_FIRST
    return VALUES_MIN if others > 1 else VALUES_MIN_BARE


def _classes(
    sets: _Sets, forms: Mapping[str, Base], words: Mapping[str, list[str]], members: Mapping[str, list[str]]
) -> Iterator[Class]:
    for joined in sets.all():
        rows = [words[id_] for id_ in joined]
        merged = [_merged(column) for column in zip(*rows, strict=True)]
        groups = [joined]
        if sum(1 for index, word in enumerate(merged) if len({row[index] for row in rows}) > 1) > VARYING_MAX:
            groups = [[id_] for id_ in joined]  # too different: each form for itself
        for group in groups:
            found = sorted(base for id_ in group for base in members[id_])
            if len(found) < 2:
                continue
            template = " ".join(merged) if len(group) > 1 else forms[group[0]].template
            yield Class(signature_id(template, forms[group[0]].code), template, tuple(found))


def _merged(column: tuple[str, ...]) -> str:
    if len(set(column)) == 1:
        return column[0]
    match = _WORD.match(column[0])
    assert match is not None  # only such words vary
    return f"{match[1]}{ANY}{match[3]}"


class _Sets:
    """Disjoint sets of ids (union-find, with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        a, b = self._root(one), self._root(other)
        if a != b:
            self._parent[max(a, b)] = min(a, b)

    def all(self) -> list[list[str]]:
        """The sets, each sorted, in the order of their first."""
        found: dict[str, list[str]] = defaultdict(list)
        for id_ in sorted(self._parent):
            found[self._root(id_)].append(id_)
        return list(found.values())

    def _root(self, id_: str) -> str:
        parent = self._parent
        parent.setdefault(id_, id_)
        while parent[id_] != id_:
            parent[id_] = parent[parent[id_]]
            id_ = parent[id_]
        return id_

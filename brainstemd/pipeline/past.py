"""Which class an id of an earlier day stood for, found from the templates alone (docs/fingerprint.md).

A class's id is a hash of its template, which is a member's with up to `VARYING_MAX` words replaced. Its members differed from
one another in these words, and memory keeps them; so only words that differ between templates that are there need be tried.
Templates are compared by their *form*: a slot is a slot, whatever kind of value it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import combinations

from brainstemd.pipeline.classes import VARYING_MAX, Base, _merged, _places, form_of
from brainstemd.pipeline.fingerprint import signature_id
from brainstemd.pipeline.placeholders import ANY

_PLACES_MAX = 8  # of one template that are tried together

_form_of = lru_cache(maxsize=4_096)(form_of)  # of patterns, which are asked for again and again


def past_class(id_: str, bases: Iterable[Base]) -> Base | None:
    """The class (its id, template and event code) that some of these templates have made or could make under an id.

    Cost: linear in the templates but for the words that vary, of which the first eight of each are tried together.
    """
    known = list(bases)
    for rows in (known, [base._replace(template=form_of(base.template)) for base in known]):
        places = _varying(rows)
        for base in rows:
            pattern = _pattern(id_, base, places.get(base.id, ()))
            if pattern is not None:
                return Base(id_, pattern, base.code)
    return None


def fits(pattern: str, template: str) -> bool:
    """Whether a template is a class's, word by word: what the class leaves open may be any word."""
    return _opened(pattern, template) is not None


def open_words(pattern: str, template: str) -> list[str]:
    """What stands in a template where the pattern that it fits is open and it is not."""
    return _opened(pattern, template) or []


def _opened(pattern: str, template: str) -> list[str] | None:
    one, other = _form_of(pattern).split(" "), form_of(template).split(" ")
    if len(one) != len(other):
        return None
    found = []
    for left, right in [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]:
        word = _word_at(left, right)
        if word is None:
            return None
        found.append(word)
    return found


def _word_at(pattern: str, word: str) -> str | None:
    """The word between what stands around a placeholder; None where that differs, or there is no placeholder."""
    before, open_, after = pattern.partition(ANY)
    if not open_ or len(word) <= len(before) + len(after):
        return None
    if not (word.startswith(before) and word.endswith(after)):
        return None
    return word[len(before) : len(word) - len(after)]


def _varying(bases: Collection[Base]) -> dict[str, list[int]]:
    """Base id → its words in whose place another template, equal otherwise, has another word."""
    frames: defaultdict[int, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for base in bases:
        for at, word, frame in _places(base, base.template.split(" ")):
            frames[frame][word].append((base.id, at))
    found: defaultdict[str, list[int]] = defaultdict(list)
    for words in frames.values():
        if len(words) > 1:
            for id_, at in (where for places in words.values() for where in places):
                found[id_].append(at)
    return found


def _pattern(id_: str, base: Base, places: Collection[int]) -> str | None:
    """The template of the class of this id, if opening some of these words of a template (or none) gives it."""
    row = base.template.split(" ")
    tried = sorted(places)[:_PLACES_MAX]
    for count in range(VARYING_MAX + 1):
        for chosen in combinations(tried, count):
            pattern = " ".join(_merged((word, "")) if at in chosen else word for at, word in enumerate(row))
            if signature_id(pattern, base.code) == id_:
                return pattern
    return None

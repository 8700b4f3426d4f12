"""Which base signatures a class id of an earlier day stood for, found from the templates alone (docs/fingerprint.md).

A class's id is a hash of its template, which is a member's with up to `VARYING_MAX` words replaced. Its members differed from
one another in these words, and memory keeps them; so only words that differ between templates that are there need be tried.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import combinations

from brainstemd.pipeline.classes import VARYING_MAX, WORDS_MAX, Base
from brainstemd.pipeline.fingerprint import signature_id
from brainstemd.pipeline.placeholders import ANY

_PLACES_MAX = 8  # of one template that are tried together
_BEFORE, _AFTER = "\"'([", "\"')],.;:!?"


def past_class(id_: str, bases: Iterable[Base]) -> Base | None:
    """The class (its id, template and event code) that some of these templates have made or could make under an id.

    Cost: linear in the templates but for the words that vary, of which the first eight of each are tried together.
    """
    known = list(bases)
    places = _varying(known)
    for base in known:
        if base.id in places and (pattern := _pattern(id_, base, places[base.id])) is not None:
            return Base(id_, pattern, base.code)
    return None


def fits(pattern: str, template: str) -> bool:
    """Whether a template is a class's, word by word: what the class leaves open may be any word."""
    one, other = pattern.split(" "), template.split(" ")
    return len(one) == len(other) and all(
        left == right or (ANY in left and word_at(left, right) is not None)
        for left, right in zip(one, other, strict=True)
    )


def open_words(pattern: str, template: str) -> list[str]:
    """What stands in a template where the pattern that it fits is open and it is not."""
    pairs = zip(pattern.split(" "), template.split(" "), strict=True)
    return [word for left, right in pairs if left != right and (word := word_at(left, right))]


def word_at(pattern: str, word: str) -> str | None:
    """The word between a placeholder's punctuation; None where the punctuation differs."""
    before, _, after = pattern.partition(ANY)
    if len(word) <= len(before) + len(after) or not (word.startswith(before) and word.endswith(after)):
        return None
    return word[len(before) : len(word) - len(after)]


def _varying(bases: Collection[Base]) -> dict[str, list[int]]:
    """Base id → its words in whose place another template, equal otherwise, has another word."""
    frames: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for base in bases:
        row = base.template.split(" ")
        if len(row) > WORDS_MAX:
            continue
        whole = hash((base.code, len(row))) + sum(hash(pair) for pair in enumerate(row))
        for at, word in enumerate(row):
            frames[whole - hash((at, word)) + hash((at, None))].append((base.id, at))
    found: defaultdict[str, list[int]] = defaultdict(list)
    for places in frames.values():
        if len(places) > 1:
            for id_, at in places:
                found[id_].append(at)
    return found


def _pattern(id_: str, base: Base, places: Collection[int]) -> str | None:
    """The template of the class of this id, if opening some of these words of a template gives it."""
    row = base.template.split(" ")
    tried = sorted(places)[:_PLACES_MAX]
    for count in range(1, VARYING_MAX + 1):
        for chosen in combinations(tried, count):
            pattern = " ".join(_open(word) if at in chosen else word for at, word in enumerate(row))
            if signature_id(pattern, base.code) == id_:
                return pattern
    return None


def _open(word: str) -> str:
    inner = word.lstrip(_BEFORE).rstrip(_AFTER)
    at = word.find(inner)
    return f"{word[:at]}{ANY}{word[at + len(inner) :]}"

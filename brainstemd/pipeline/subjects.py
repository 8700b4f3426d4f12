"""Things without a noun of the tables: what stands before the word of state, and hardware that has a number for a name."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.names import AUXILIARIES, MODIFIERS, NO_SUBJECTS, NOUNS, NUMBERED
from brainstemd.pipeline.things import good_name, set_entity

_BEFORE_MAX: Final = 96  # characters in which the subject is looked for
_WORDS_MAX: Final = 8
_NUMBER = r"\d{1,4}(?:[/:.]\d{1,4}){0,3}|[A-Z]\d{1,3}|[A-H]"
_NUMBERED = re.compile(
    rf"(?<![\w.=/-])((?:(?:{'|'.join(sorted(MODIFIERS))})[ ])?(?:{'|'.join(sorted(NUMBERED, key=len, reverse=True))}))"
    rf"(?:[ ]?#|[ :-]{{1,2}})((?:{_NUMBER})(?![\w/%]|\.\d|:\d))",
    re.I,
)
_HINT = re.compile(rf"\b(?:{'|'.join(sorted(NUMBERED))})[ :#-]", re.I)
_TELLS_A_PORT = re.compile(
    r"\b(?:tcp|udp|http|https|ssh|ssl|tls|ip|address|listen\w*|connect\w*|from|\d)[ :/]*$", re.I
)
_CLAUSE = re.compile(r"[;,|.](?=\s)")
_SHAPE = re.compile(r"\d|[a-z][A-Z]|\w[-_./:@]\w")
_STRIP: Final = "\"'`()[]{}<>,;:.!*#=-"
_IS_NUMBER = re.compile(rf"(?:{_NUMBER})$")
_MNEMONIC = re.compile(r"%|[A-Z][A-Z_]+-\d-")
_STAMP = re.compile(
    r"\d{1,4}[-/:.]\d\d[-/:.]\d|\d\d:\d\d|\d{6}|0x|\d+(?:ms|s|m|h|%|[kKMGT]i?B|C|V|A|W|Hz|rpm)$"
)


def may_be_numbered(text: str) -> bool:
    """Whether a text without digits can name hardware by a number."""
    return _HINT.search(text) is not None


@lru_cache(maxsize=1024)
def numbered_by(word: str) -> Callable[[Event, str], None]:
    """The rule for `PSU 2`, `Fan 1/3`, `Controller B`: hardware that has a number for a name keeps its noun.

    Of several the one that stands last before the word of state.
    """
    decides = re.compile(_spaced(word), re.I) if word else None

    def numbered(event: Event, text: str) -> None:
        if event.entity is not None or (event.polarity == "neutral" and event.outcome is None):
            return
        found: re.Match[str] | None = None
        said = len(text)
        if decides is not None and (last := deque(decides.finditer(text), maxlen=1)):
            said = last[0].start()
        for match in _NUMBERED.finditer(text):
            if _is_numbered(match, text) and (found is None or match.end() <= said):
                found = match
        if found is not None:
            kind = NOUNS.get(found[1].lower().rpartition(" ")[2], "module")
            name = found[0] if "-" in found[0] else f"{found[1]} {found[2]}"
            set_entity(event, name, "module" if kind == "interface" else kind)

    return numbered


def _is_numbered(match: re.Match[str], text: str) -> bool:
    noun, number = match[1].lower(), match[2]
    if number.isalpha() and not number.isupper():
        return False
    return not noun.endswith("port") or (
        len(number) < 4 and _TELLS_A_PORT.search(text, max(0, match.start() - 24), match.start()) is None
    )


def _spaced(word: str) -> str:
    """A pattern of the word where the line has its digits."""
    return r"[\d ]*".join(map(re.escape, word.split()))


@lru_cache(maxsize=1024)
def subject_of(word: str) -> Callable[[Event, str], None]:
    """The rule that names what stands before a word of state: "Pump P-101 tripped", `slave 17 not responding`."""
    pattern = re.compile(_spaced(word), re.I)

    def rule(event: Event, text: str) -> None:
        if event.entity is not None or event.polarity == "neutral":
            return None
        for match in pattern.finditer(text):
            name = _subject(text[max(0, match.start() - _BEFORE_MAX) : match.start()])
            if name is not None:
                return set_entity(event, name, "thing")

    return rule


def _subject(before: str) -> str | None:
    """The name at the end of these words, past auxiliaries and plain nouns."""
    start = 0
    for border in _CLAUSE.finditer(before):
        if any(word.strip(_STRIP).lower() not in AUXILIARIES for word in before[border.end() :].split()):
            start = border.end()
    tokens = before[start:].split()[-_WORDS_MAX:]
    plain = 0
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at].strip(_STRIP)
        lower = token.lower()
        if not token or lower in AUXILIARIES:
            continue
        if "=" in token or _MNEMONIC.match(token):
            return None
        token = token.rpartition("(")[2]
        if _IS_NUMBER.match(token):
            noun = tokens[at - 1].strip(_STRIP) if at else ""
            if not noun.isalpha() or len(noun) < 2 or noun.lower() in NO_SUBJECTS:
                return None
            return f"{noun} {token}"
        if _SHAPE.search(token) is not None and _STAMP.search(token) is None:
            return good_name(token, "thing")
        plain += 1
        if plain > 2 or not token.isalpha() or lower in NO_SUBJECTS:
            return None
    return None

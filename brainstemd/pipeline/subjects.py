"""Things without a noun of the tables: what stands before the word of state, and hardware that has a number for a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.names import AUXILIARIES, MODIFIERS, NO_SUBJECTS, NOUNS, NUMBERED
from brainstemd.pipeline.state_words import STATE_WORDS, THING
from brainstemd.pipeline.things import good_name, set_entity

Rule = Callable[[Event, str], None]

_BEFORE_MAX: Final = 96  # characters in which the subject is looked for
_AFTER_MAX: Final = 64
_WORDS_MAX: Final = 8
_OPENING = re.compile(r"[^A-Za-z]*+(?:(?:error|warn\w{0,8}|info|notice|critical|alert)[^A-Za-z]*+)?$", re.I)
_NUMBER = r"\d{1,4}(?:[/:.-]\d{1,4}){0,3}|[A-Z]\d{1,3}|[A-H]"
_NUMBERED = re.compile(
    rf"(?<![\w.=/-])([^\W\d_]{{2,14}}+)([ ]?#|[ :-]{{1,2}})((?:{_NUMBER})(?![\w/%]|[.:]\d|-\w))"
)
_WORD_BEFORE = re.compile(r"([A-Za-z]{2,14}) $")
_TELLS_A_PORT = re.compile(
    r"\b(?:tcp|udp|http|https|ssh|ssl|tls|ip|address|listen\w*|connect\w*|from|\d)[ :/]*$", re.I
)
_CLAUSE = re.compile(r"[;,|.](?=\s)")
_SHAPE = re.compile(r"\d|\w[-_./:@]\w")
# States, acts, functions, files, loggers: who speaks or what is done.
_NO_THING = re.compile(
    r"[A-Z_]+$|\w*-?(?:test|check|auth|authentication)$|[a-z]{1,24}(?:_[a-z]{1,24}){1,8}$"
    r"|[A-Z0-9]{1,24}(?:_[A-Z0-9]{1,24}){1,8}$|(?i:phase)-?\d|I/O$|/|[A-Z0-9]{5}-[A-Z0-9]{5}$"
    r"|.*(?:;|\._|\.(?:c|cc|cpp|go|py|java|h|rs)(?:$|:)|\b(?i:warning|error|info|notice|critical|debug)\b)",
    re.A,
)
_INDEX = re.compile(r"(?<=\w)[\[{].*")
_WITH_PORT = re.compile(r"\[?(\d{1,3}(?:\.\d{1,3}){3})\]?:")
_STRIP: Final = "\"'`()[]{}<>,;:.!*#=-"
_IS_NUMBER = re.compile(rf"(?:{_NUMBER})$")
# Codes, classes, functions: who speaks.
_MNEMONIC = re.compile(r"%|[a-z]+(?:\.[a-z]\w*)+\.[A-Z]|\w+\(\)|\w+::\w|[A-Z][A-Z_]+-\d-")
_STAMP = re.compile(
    r"\d{1,4}[-/:.]\d\d[-/:.]\d|\d\d:\d\d|\d{6}|0x|\d+(?:ms|us|ns|µs|s|m|h|%|[kKMGT]i?B|C|V|A|W|Hz|rpm)$"
)


def numbered_by(word: str, trouble: bool) -> Rule:
    """The rule for `PSU 2`, `Fan 1/3`, `Controller B`: hardware that has a number for a name keeps its noun.

    Where something is said of it (`trouble`: by words that are no states). Of several the one that stands last before
    the word of state.
    """

    def numbered(event: Event, text: str) -> None:
        if event.entity is not None or not (
            trouble or event.polarity != "neutral" or event.outcome is not None
        ):
            return
        found: re.Match[str] | None = None
        said = _where(text, word)
        for match in _NUMBERED.finditer(text):
            if _is_numbered(match, text) and (found is None or match.end() <= said):
                found = match
        if found is None:
            return
        before = _WORD_BEFORE.search(text, max(0, found.start() - 15), found.start())
        lead = f"{before[1]} " if before is not None and before[1].lower() in MODIFIERS else ""
        kind = NOUNS.get(found[1].lower(), "module")
        joint = "-" if found[2] == "-" else " "
        set_entity(event, f"{lead}{found[1]}{joint}{found[3]}", "module" if kind == "interface" else kind)

    return numbered


def _where(text: str, word: str) -> int:
    """Where the word of state stands last; the end of the text if it is not found."""
    lower = text.lower()
    at = lower.rfind(word) if word else -1
    if at < 0 and word:  # digits stand between its parts
        at = lower.rfind(word.split()[-1])
    return at if at >= 0 else len(text)


def _is_numbered(match: re.Match[str], text: str) -> bool:
    noun, number = match[1].lower(), match[3]
    if noun not in NUMBERED:
        return False
    return noun != "port" or (
        (not number.isdecimal() or 0 < int(number) < 65)
        and _TELLS_A_PORT.search(text, max(0, match.start() - 24), match.start()) is None
    )


def subject_of(word: str) -> Rule:
    """The rule that names what stands before the word of state: "Pump P-101 tripped", `slave 17 not responding`."""

    def subject(event: Event, text: str) -> None:
        if event.entity is not None:
            return
        at = _where(text, word)
        before = text[max(0, at - _BEFORE_MAX) : at]
        if event.polarity == "neutral":
            if event.outcome == "failure":
                set_entity(event, _subject(before, 0), "thing")
            return
        set_entity(event, _subject(before, 2), "thing")
        if event.entity is None and at <= _BEFORE_MAX and _OPENING.match(text, 0, at):
            set_entity(event, _object(text[at + len(word) : at + len(word) + _AFTER_MAX]), "thing")

    return subject


def _is_no_thing(token: str) -> bool:
    return _NO_THING.match(token) is not None


def _object(after: str) -> str | None:
    """The name at the beginning of these words: `started worker-3`."""
    for word in after.split()[:3]:
        token = word.strip(_STRIP)
        lower = token.lower()
        if lower in AUXILIARIES or lower in NOUNS:
            continue
        shaped = _SHAPE.search(token) is not None and any(map(str.isalpha, token))
        return (
            good_name(token, "thing")
            if shaped and _STAMP.search(token) is None and "=" not in token
            else None
        )
    return None


def _subject(before: str, plain_max: int) -> str | None:
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
        if lower in STATE_WORDS and plain < plain_max:
            plain += 1
            continue
        if not {"=", "<", ">"}.isdisjoint(token) or _MNEMONIC.match(tokens[at].lstrip(_STRIP)):
            return None
        token = _INDEX.sub("", token.rpartition("(")[2])
        if (with_port := _WITH_PORT.match(token)) is not None:
            return address(with_port[1])
        if token.count(".") == 3 and (found := address(token)) is not None:
            return found if plain == 0 else None
        if _IS_NUMBER.match(token):
            if not plain_max:
                return None
            noun = tokens[at - 1].strip(_STRIP) if at else ""
            if not noun.isalpha() or len(noun) < 2 or noun.lower() in NO_SUBJECTS:
                return None
            if (
                not (noun.istitle() and len(noun) > 2)
                and noun.lower() not in NUMBERED
                and noun.islower() is False
            ):
                return None
            if noun.islower() and noun not in NOUNS and noun not in NUMBERED and THING.match(noun) is None:
                return None
            return f"{noun} {token}"
        if _SHAPE.search(token) is not None and _STAMP.search(token) is None and not _is_no_thing(token):
            return good_name(token, "thing")
        plain += 1
        if plain > plain_max or not token.isalpha() or lower in NO_SUBJECTS:
            return None
    return None

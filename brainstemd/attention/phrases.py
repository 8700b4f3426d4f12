"""A template as a person would quote it: without placeholders, brackets of machinery, and what only machines read."""

from __future__ import annotations

import re

TEXT_MAX = 90
_PLACEHOLDER = re.compile(r"<[^<>]{0,40}>")
_FILLED = {"user": "<user>", "service": "<unit>"}  # which placeholder the entity stood in
_SPACES = re.compile(r"[\s…]*…[\s…]*")
_COLUMNS = re.compile(r"[\t|]+")  # what stands between columns is no sentence
_EMPTY_BRACKETS = re.compile(r"[\[({<][^\w\[\](){}<>]{0,40}[\])}>]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDS = " :;,.|=#<>[](){}/-\"'"
_WORDS_ENOUGH = 3
_DANGLING = {
    "a",
    "an",
    "and",
    "at",
    "by",
    "for",
    "from",
    "in",
    "is",
    "of",
    "on",
    "or",
    "port",
    "the",
    "to",
    "via",
    "was",
    "with",
}


def plain(text: str) -> str:
    """Printable characters only, blanks collapsed."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def quoted(template: str, entity: str = "", kind: str = "") -> str:
    """The template as words: the entity in its place, other placeholders an ellipsis, length bounded."""
    text = plain(template)
    if entity and kind in _FILLED:
        text = text.replace(_FILLED[kind], plain(entity), 1)
    text = _SPACES.sub(" … ", _PLACEHOLDER.sub("…", text))
    return _bounded(text.strip(" :;,-"))


def headline(template: str, entity: str = "", kind: str = "") -> str:
    """The telling piece of `quoted`: the first stretch between values that has three words, else all of it."""
    text = quoted(template, entity, kind)
    columns = quoted(_COLUMNS.sub(" <> ", template), entity, kind) if _COLUMNS.search(template) else text
    pieces = [_trimmed(piece) for piece in _EMPTY_BRACKETS.sub("…", columns).split("…")]
    telling = next((piece for piece in pieces if len(_WORD.findall(piece)) >= _WORDS_ENOUGH), "")
    return telling or _bounded(" … ".join(piece for piece in pieces if _WORD.search(piece))) or text


def _trimmed(piece: str) -> str:
    """Without what a cut leaves at the ends: punctuation, an open bracket, a bare key (`status=`), a preposition."""
    piece = piece.strip()
    last = piece.rpartition(" ")[2]
    if last.endswith("="):
        piece = piece[: -len(last)]
    for opened, closed in ("()", "[]", "{}"):
        if piece.count(opened) > piece.count(closed):
            piece = piece.rpartition(opened)[0]
    words = piece.strip(_ENDS).split()
    while words and words[-1].lower() in _DANGLING:
        words.pop()
    return " ".join(words).strip(_ENDS)


def _bounded(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1].rstrip() + "…"

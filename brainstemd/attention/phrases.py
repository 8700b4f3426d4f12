"""A template as a person would quote it: without placeholders, brackets of machinery, and what only machines read."""

from __future__ import annotations

import re

TEXT_MAX = 90
_PLACEHOLDER = re.compile(r"<[^<>]{0,40}>")
_FILLED = {"user": "<user>", "service": "<unit>"}  # which placeholder the entity stood in
_SPACES = re.compile(r"[\s…]*…[\s…]*")
_NOTHING = re.compile(r"(?<!\S)N/A(?!\S)")  # an empty column
_BARE_KEY = re.compile(r"^[A-Za-z_]{1,20}=(?=[A-Za-z])")
# In a line of key=value columns these hold what people read, the most telling first.
_TOLD = ("msg", "message", "logdesc", "description", "desc", "eventname", "reason")
_FIELD = re.compile(r"(?:(?<=\s)|^)([A-Za-z][\w.-]{0,30})=")
_FIELDS_MIN = 4
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
    return _bounded(_worded(template, entity, kind))


def _worded(template: str, entity: str, kind: str) -> str:
    text = plain(template)
    if entity and kind in _FILLED:
        text = text.replace(_FILLED[kind], plain(entity), 1)
    text = _SPACES.sub(" … ", _NOTHING.sub("…", _PLACEHOLDER.sub("…", text)))
    return text.strip(" :;,-")


def headline(template: str, entity: str = "", kind: str = "") -> str:
    """The telling piece of `quoted`: the first stretch between values that has three words and a blank, else all of it.

    Of a line in columns, the column with most words; of one in key=value columns, the one that is a sentence.
    """
    columns = [part for part in template.split("|") if _WORD.search(_PLACEHOLDER.sub(" ", part))]
    worded = max(reversed(columns), key=lambda part: _words(_PLACEHOLDER.sub(" ", part)), default="")
    text = _worded(_told(template) or worded or template, entity, kind)
    pieces = [_trimmed(piece) for piece in _EMPTY_BRACKETS.sub("…", text).split("…")]
    telling = next((piece for piece in pieces if _words(piece) >= _WORDS_ENOUGH), "")
    return _bounded(telling or " … ".join(piece for piece in pieces if _WORD.search(piece)) or text)


def _words(piece: str) -> int:
    """How many words it has; a name that is put together of some (`a,b,c`, `A-B-C`) is none of what happened."""
    found = sum(_WORD.search(token) is not None for token in piece.split())
    return len(_WORD.findall(piece)) if found > 1 else found


def _told(template: str) -> str:
    """Of a line in key=value columns, the value that is a sentence; "" where there is none."""
    fields = list(_FIELD.finditer(template))
    if len(fields) < _FIELDS_MIN:
        return ""
    ends = [field.start() for field in fields[1:]] + [len(template)]
    values = {
        field.group(1).lower(): template[field.end() : end].strip().strip('"')
        for field, end in zip(fields, ends, strict=True)
    }
    told = (values.get(name, "") for name in _TOLD)
    return next((value for value in told if len(_WORD.findall(_PLACEHOLDER.sub(" ", value))) >= 2), "")


def _trimmed(piece: str) -> str:
    """Without what a cut leaves at the ends: punctuation, an open bracket, a bare key (`status=`), a preposition."""
    piece = _BARE_KEY.sub("", piece.strip())
    last = piece.rpartition(" ")[2]
    if last.endswith("="):
        piece = piece[: -len(last)]
    for opened, closed in ("()", "[]", "{}"):
        if piece.count(opened) > piece.count(closed):
            piece = piece.rpartition(opened)[0]
    words = piece.strip(_ENDS).split()
    while words and words[-1].lower() in _DANGLING:
        words.pop()
    text = " ".join(words).strip(_ENDS)
    for opened, closed in ("()", "[]", "{}"):
        if text.count(closed) > text.count(opened):
            text = opened + text if not text.endswith(closed) else text.rstrip(closed)
    return text


def _bounded(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1].rstrip() + "…"

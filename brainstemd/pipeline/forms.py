"""One fold of a message for all who ask what it says: each run of digits becomes `0`, and what that text decides alone is
kept with it (the generic layer's plan, a dialect's plan, the fingerprints), so that a line seen before, in
whatever numbers, costs one fold and one look-up.

Hexadecimal values, hardware addresses and UUIDs have letters too, and no two lines share them: such lines share the form of
the line with `0f0f` in their place. That is sound because neither the generic layer's words nor any mask of the
fingerprint tells one such value from another; the few that could be words (`dead`, `bad`) or the names of
devices (`fe0`, `da0`) keep a form of their own.
"""

from __future__ import annotations

import re
from typing import Any, Final

from brainstemd.pipeline.recent import Recent

FORM_MAX: Final = 2048  # characters; longer messages have no form
CACHE_BYTES: Final = 24 << 20  # an estimate of what all forms hold
MARKS_MAX: Final = 8  # event codes of one form
_FORM_BYTES: Final = 600

FOLD: Final = bytes(0x30 if 0x30 <= c <= 0x39 else c for c in range(256))
collapse = re.compile(rb"000*").sub  # 40 % faster than 00+

# Each begins with the character before the value, so that the engine can skip to it.
_HEX_WORDS: Final = re.compile(rb"([^\w](?:0x)?)([0a-fA-F]{3,}+)\b")
# The characters around an address keep it from being a part of a word, a path, a date or a longer value.
_MAC: Final = rb"(?P<mac>(?:[0a-fA-F]{1,2}:){5}[0a-fA-F]{1,2}(?![\w:\x80-\xff]|\.0))"
_UUID: Final = rb"[0a-fA-F]{1,8}(?:-[0a-fA-F]{1,4}){3}-[0a-fA-F]{1,12}(?![\w\[@\x80-\xff-]|[.:]\w)"
_IDS: Final = re.compile(
    rb"([^\w:./+%@~$#\x80-\xff-])(?=[0a-fA-F]{1,8}[:-])(?<!0 )(?<!0, )(?<! at )(?:"
    + _MAC
    + rb"|"
    + _UUID
    + rb")"
)
# Hexadecimal words that say something to the generic layer, without their digits.
_TELLING: Final = (b"dead", b"Dead", b"DEAD", b"bad", b"Bad", b"BAD")
_DEVICES: Final = (b"fe", b"ae", b"da", b"ada")


class Form:
    """What lines have in common that differ in nothing but digits."""

    __slots__ = ("generic", "key", "marks", "pairs", "shared")

    def __init__(self, key: bytes, shared: bool) -> None:
        self.key = key  # the folded text
        self.shared = shared  # also by lines whose hexadecimal values differ: no place in the text counts
        self.generic: Any = None  # the generic layer's plan
        self.pairs: Any = None  # a dialect's plan
        self.marks: dict[
            str | None, Any
        ] = {}  # event code (None: without) → fingerprint, or the fork that finds it


_forms: Recent[Form] = Recent(CACHE_BYTES // 2)
_shared: Recent[Form] = Recent(CACHE_BYTES // 2)  # by the text with one value in place of all


def form_of(message: str) -> Form | None:
    """The form of a message; None if it is too long or says something that a fold would lose (`\\042`, a surrogate)."""
    if len(message) > FORM_MAX or "\\042" in message:
        return None
    try:
        key = message.encode().translate(FOLD)
    except UnicodeEncodeError:
        return None
    # Runs of up to ten digits and most longer ones become one; what is left of others makes a form of its own.
    key = key.replace(b"000", b"0").replace(b"00", b"0").replace(b"00", b"0")
    return _forms.young.get(key) or _forms.again(key) or _new_form(key)


def _new_form(seen: bytes) -> Form:
    key = collapse(b"0", seen)
    same = _HEX_WORDS.sub(_same_word, b" " + without_ids(key))[1:]
    if same == key:
        form = Form(key, False)
        _forms.put(seen, form, _FORM_BYTES + 3 * len(key))
        return form
    known = _shared.young.get(same) or _shared.again(same)
    if known is None:
        known = Form(same, True)
        _shared.put(same, known, _FORM_BYTES + 3 * len(same))
    return known


def _same_word(match: re.Match[bytes]) -> bytes:
    word = match[2]
    letters = word.replace(b"0", b"")
    return match[0] if letters.endswith(_TELLING) or letters in _DEVICES else _one_value(match)


def _one_value(match: re.Match[bytes]) -> bytes:
    """Small or capital letters throughout, and a digit near the beginning or `0x` before it (that in small letters)."""
    before, word = match.groups()
    marked = len(before) > 1
    if (word.islower() and (marked or b"0" in word[:17])) or (
        word.isupper() and not marked and b"0" in word[:17]
    ):
        return before + b"0f0f"
    return match[0]


def without_ids(folded: bytes) -> bytes:
    """A folded text with one hardware address and one UUID in place of all."""
    if folded.count(b":") < 5 and folded.count(b"-") < 4:
        return folded
    return _IDS.sub(_same_id, b" " + folded)[1:]


def _same_id(match: re.Match[bytes]) -> bytes:
    if b"0" not in match[0]:
        return match[0]
    return match[1] + (b"0f0f-0f0f-0f0f-0f0f-0f0f" if match["mac"] is None else b"0f:0f:0f:0f:0f:0f")


def without_values(folded: bytes) -> bytes:
    """A folded text with one hexadecimal value, hardware address and UUID in place of all."""
    return _HEX_WORDS.sub(_one_value, b" " + without_ids(folded))[1:]

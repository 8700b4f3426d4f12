"""One fold of a message for all who ask what it says: each run of digits becomes `0`, and what that text decides alone is
kept with it (the generic layer's plan, a dialect's plan, the fingerprints), so that a line seen before, in
whatever numbers, costs one fold and one look-up.

Hexadecimal values, hardware addresses and UUIDs have letters too, and no two lines share them: such lines share the form of
the line with `0f0f` in their place (`ff0` where one looks like a name). That is sound because neither the generic layer's words
nor any mask of the fingerprint tells one such value from another; the few that could be words (`dead`, `bad`) or the names of
devices (`fe0`, `da0`) keep a form of their own.
"""

from __future__ import annotations

import re
from typing import Any, Final

from brainstemd.pipeline.recent import Recent

FORM_MAX: Final = 1024  # characters; longer messages have no form
CACHE_BYTES: Final = 24 << 20  # an estimate of what all forms hold
MARKS_MAX: Final = 8  # event codes of one form
_FORM_BYTES: Final = 600

FOLD: Final = bytes(0x30 if 0x30 <= c <= 0x39 else c for c in range(256))
collapse = re.compile(rb"000*").sub  # 40 % faster than 00+

# To cut a text at its runs of digits, twice as fast as to replace them: digits as white space, white space as bytes that UTF-8
# has not.
_WHITE: Final = b" \t\n\r\x0b\x0c"
_AS_OTHER: Final = b"\xf5\xf6\xf7\xf8\xf9\xfa"
_CUT: Final = bytes.maketrans(_WHITE + b"0123456789", _AS_OTHER + b" " * 10)
_UNCUT: Final = bytes.maketrans(_AS_OTHER, _WHITE)
_DIGITS: Final = frozenset("0123456789")

# Letters of hexadecimal digits become `a`, other characters of words `z`, all others a blank.
_KINDS: Final = bytes(
    0x30 if c == 0x30 else 0x61 if chr(c) in "abcdefABCDEF" else 0x7A if c < 0x80 and (chr(c).isalnum() or c == 0x5F) else 0x20
    for c in range(256)
)  # fmt: skip
_MARKED: Final = re.compile(rb"[^\w]0x([0a-f]{3,}+)\b").sub
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
_EDGES: Final = re.compile(rb"\A[0a-fA-FxX:-]+|[0a-fA-FxX:-]+\Z")
_TOUCHED: Final = re.compile(rb"[0a-fA-FxX:-]*0[0a-fA-FxX:-]*")
# No text in UTF-8 has these bytes.
_MAC_SIGN: Final = b"\xfe"
_UUID_SIGN: Final = b"\xff"
_SAME_MAC: Final = b"0f:0f:0f:0f:0f:0f"
_SAME_UUID: Final = b"0f0f-0f0f-0f0f-0f0f-0f0f"
# Hexadecimal words that say something to the generic layer, without their digits.
_TELLING: Final = (b"dead", b"DEAD", b"bad", b"BAD")
_DEVICES: Final = frozenset((b"fe", b"ae", b"da", b"ada"))
# What has two to four letters, then one to three digits, and stands by itself is a name (`dc01`, `FE2`), though its letters are
# hexadecimal digits; `ff0` is in its place. A folded text knows no number of digits: what has more is told before it is folded.
_BEFORE: Final = r"(?<![\w:.#@/-])"
_LETTERS: Final = r"(?:[a-f]{2,4}|[A-F]{2,4})"
_BEHIND: Final = r"(?![\w-]|[:.]\w)"
_TOLD: Final = r"(?!(?:[a-f]?bad|[A-F]?BAD|dead|DEAD|fe|ae|da|ada)[0-9])"  # by its letters (`_tells`), whatever its digits
HEX_NAME: Final = rf"{_BEFORE}{_LETTERS}0{_BEHIND}"
_NAME_DIGITS: Final = 3
_is_name = re.compile(HEX_NAME.encode()).match
_digits_of_names = re.compile(rf"{_BEFORE}{_LETTERS}([0-9]++){_BEHIND}".encode()).findall
_with_more = re.compile(rf"{_BEFORE}{_TOLD}{_LETTERS}[0-9]{{{_NAME_DIGITS + 1},}}+{_BEHIND}".encode()).sub
_NOBODY: Final = frozenset(("",))


class Form:
    """What lines have in common that differ in nothing but digits."""

    __slots__ = ("cuts", "generic", "key", "marks", "pairs", "phrases", "shared", "silent", "table")

    def __init__(self, key: bytes, shared: bool) -> None:
        self.key = key  # the folded text
        self.shared = shared  # also by lines whose hexadecimal values differ: no place in the text counts
        self.generic: Any = None  # the generic layer's plan
        self.pairs: Any = None  # a dialect's plan
        self.cuts: Any = (
            0  # how often a container's parser read it, then how its text is cut (None: it cannot be)
        )
        self.table: Any = None  # the phrases that were last asked for …
        self.phrases: Any = ()  # … and those of them that such lines can bear
        self.silent: Any = _NOBODY  # names of hosts (own_name.py) that stand in no line of this wording
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
        seen = b"0".join(message.encode().translate(_CUT).split())
    except UnicodeEncodeError:
        return None
    if message[-1:] in _DIGITS:  # the outer pieces are empty, and no piece is
        seen += b"0"
    if message[:1] in _DIGITS:
        seen = b"0" + seen
    return _forms.young.get(seen) or _forms.again(seen) or _new_form(seen, message)


def _new_form(seen: bytes, message: str) -> Form:
    key = b"0" if seen == b"00" else seen.translate(_UNCUT)  # two of them: nothing but digits
    same = _one_for_all(key, message)
    if same == key:
        form = Form(key, False)
        _forms.put(seen, form, _FORM_BYTES + 3 * len(key))
        return form
    known = _shared.young.get(same) or _shared.again(same)
    if known is None:
        known = Form(same, True)
        _shared.put(same, known, _FORM_BYTES + 3 * len(same))
    return known


def without_long_names(raw: bytes) -> bytes:
    """A text with `0f0f` for what would look like a name if it were folded, and is none for its many digits."""
    return _with_more(b"0f0f", raw)


def _one_for_all(folded: bytes, message: str | None) -> bytes:
    """`0f0f` for each word of hexadecimal digits in small or in capital letters with a digit near its beginning or (in small
    ones) `0x` before it, `ff0` for each that looks like a name, and one hardware address and UUID for all. Of a `message`, which
    has its digits, words that tell something stay."""
    ids = folded.count(b":") > 4 or folded.count(b"-") > 3
    if ids:
        folded = _IDS.sub(_id_sign, b" " + folded)[1:]
    kinds = folded.translate(_KINDS)
    find = kinds.find
    parts: list[bytes] = []
    digits: list[bytes] = []  # of all names of the message, as soon as one is met
    names = done = end = 0
    while True:
        at, other = find(b"0a", end), find(b"a0", end)
        if at < 0 or 0 <= other < at:
            at = other
        if at < 0:
            break
        begin = kinds.rfind(b" ", end, at) + 1 or end
        end = find(b" ", at)
        if end < 0:
            end = len(kinds)
        word = folded[begin:end]
        if (
            end - begin > 2
            and not kinds[begin:end].strip(b"0a")
            and b"0" in word[:17]
            and (word.islower() or word.isupper())
        ):
            value = b"0f0f"
            if _is_name(folded, begin) is not None:
                digits = digits if message is None or digits else _digits_of_names(message.encode())
                if len(digits) <= names or len(digits[names]) <= _NAME_DIGITS:
                    value = b"ff0"
                names += 1
            if message is not None and _tells(word):
                continue
            parts += (folded[done:begin], value)
            done = end
    if parts:
        folded = b"".join((*parts, folded[done:]))
    if b"0x" in folded:
        folded = _MARKED(_any_value if message is None else _other_value, b" " + folded)[1:]
    return folded.replace(_MAC_SIGN, _SAME_MAC).replace(_UUID_SIGN, _SAME_UUID) if ids else folded


def may_have_values(folded: str) -> bool:
    """Whether a folded text can hold a word of hexadecimal digits that has a digit, or `0x`."""
    kinds = folded.encode("utf-8", "surrogatepass").translate(_KINDS)
    return b"0a" in kinds or b"a0" in kinds or "0x" in folded


def _tells(word: bytes) -> bool:
    letters = word.replace(b"0", b"")
    return letters.endswith(_TELLING) or letters in _DEVICES


def _any_value(match: re.Match[bytes]) -> bytes:
    return match[0][:3] + b"0f0f"


def _other_value(match: re.Match[bytes]) -> bytes:
    return match[0] if _tells(match[1]) else match[0][:3] + b"0f0f"


def core_of(literal: str) -> bytes:
    """What stands in the form's key of every message that contains this literal (it may stand in others as well): the
    longest part of its fold that touches no digit and no character of a value which lines of one form need not share."""
    return max(_TOUCHED.split(_EDGES.sub(b"", collapse(b"0", literal.encode().translate(FOLD)))), key=len)


def without_ids(folded: bytes) -> bytes:
    """A folded text with one hardware address and one UUID in place of all."""
    if folded.count(b":") < 5 and folded.count(b"-") < 4:
        return folded
    signed = _IDS.sub(_id_sign, b" " + folded)[1:]
    return signed.replace(_MAC_SIGN, _SAME_MAC).replace(_UUID_SIGN, _SAME_UUID)


def _id_sign(match: re.Match[bytes]) -> bytes:
    found = match[0]
    return found if b"0" not in found else found[:1] + (_UUID_SIGN if match[2] is None else _MAC_SIGN)


def without_values(folded: bytes) -> bytes:
    """A folded text with one hexadecimal value, hardware address and UUID in place of all."""
    return _one_for_all(folded, None)

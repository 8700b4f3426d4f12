"""The stateless identity of a message: message → typed template → id (docs/fingerprint.md has the scheme).

A message is *folded* first: every run of digits becomes one `0`, control characters become spaces. All
masks depend on the folded text alone, so the folded line is the key of a cache and a line seen before, in
whatever numbers, costs a `bytes.translate` and a dict look-up. Where being zero matters (`rc=0`, `0
errors`) the cached entry is a fork that looks at those numbers of the line itself.

Invariants
- A pure function of code and text: caches are bounded and change nothing but speed.
- Only the first `MESSAGE_MAX` characters take part.
- Never raises, whatever the string.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

from brainstemd.models import Event, Fingerprint
from brainstemd.pipeline.forms import (
    FORM_MAX,
    HEX_NAME,
    MARKS_MAX,
    Form,
    collapse,
    form_of,
    may_have_values,
    without_ids,
    without_long_names,
    without_values,
)
from brainstemd.pipeline.own_name import kind_of, speaks_of_itself, without_names
from brainstemd.pipeline.placeholders import HEX_NAME_SIGN, KEY_DIGIT, NONZERO, TIME, ZERO, mask_word
from brainstemd.pipeline.recent import Recent
from brainstemd.pipeline.spots import Spot, spots_of
from brainstemd.pipeline.template import STATUS_MAX, shape

SCHEME = "s3"
MESSAGE_MAX = FORM_MAX  # characters; what stands behind is kept and tells no two messages apart
CACHE_BYTES = 24 << 20  # of each Fingerprinter, an estimate of what its caches hold
_KEPT_KEY_MAX = 2048  # bytes; longer lines are worked out each time
_VARIANTS_MAX = 16
_DIGITS_MAX = 12  # of a fork: numbers that were seen, as they were written
_ASKED_OFTEN = 32  # times after which a fork is worth a pattern of its own

_FOLD = bytes(0x20 if c < 0x20 or c == 0x7F else 0x30 if 0x30 <= c <= 0x39 else c for c in range(256))
_CONTROLS = bytes(0x20 if c < 0x20 or c == 0x7F else c for c in range(256))
# Folded hexadecimal words of three letters and more, or what follows 0x; and of them what looks like a name (`dc01`).
_HEX = r"(?:\b(?=[a-f]{0,16}0)|(?<=\b0x))[0a-f]{3,}\b|\b(?=[A-F]{0,16}0)[0A-F]{3,}\b"
_HEX_WORDS = re.compile(rf"(?P<name>{HEX_NAME})|{_HEX}", re.ASCII).sub
_RUNS = re.compile(rb"[0-9]+")
# Hexadecimal words of eight or sixteen letters without a digit (hardly any word of a language is), and what is not a number.
_LETTERS_ONLY = re.compile(r"(?<![\w.-])(?:(?:[a-f]{8}){1,2}|(?:[A-F]{8}){1,2}|NaN)(?![\w-]|\.\w)", re.ASCII)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)(?![A-Za-z])"
)
_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_LONG_DATE = re.compile(
    rf"(?:\b{_DAY},? )?(?:\b{_MONTH}\.? 0(?:st|nd|rd|th)?(?![\w.:]),?|\b0(?:st|nd|rd|th)?[ -]{_MONTH}(?:[ -]0|(?![\w-])))"
    r"(?: 0(?=[ ,]))?(?:,? (?:at )?0:0(?::0)?(?:[.,]0)?)?(?: ?[AP]M)?(?: (?:UTC|GMT|[A-Z]{2,4}T))?(?: [+-]0)?(?: 0(?![\w.:]))?"
)
_KLOG = re.compile(r"^([IWEF])0 0:0:0\.0 0 ")  # the first letter is the severity
_CLOCK_TAIL = re.compile(r"<time>(?:(?:[ ,T]<time>)+(?: ?[AP]M\b)?| ?[AP]M\b)")

# `x509_name =`: a digit inside the name of a key is text.
_KEY = re.compile(r"(?<![\w.-])[A-Za-z]{1,40}0?(?:_[A-Za-z0]{1,40}){1,6}(?= ?=(?![=>~]))")


class _Fork:
    """A folded line with such numbers: one fingerprint for each combination of their outcomes."""

    __slots__ = ("_asked", "_numbers", "_runs", "code", "folded", "seen", "spots", "variants")

    def __init__(self, folded: str, spots: list[Spot]) -> None:
        self.folded = folded
        self.spots = spots
        self.code: str | None = None
        self.variants: dict[tuple[str, ...], Fingerprint] = {}
        # By the digits themselves, as codes repeat; None until the second line, which most forks never see.
        self.seen: dict[tuple[bytes, ...], Fingerprint] | None = None
        numbers = tuple(n for spot in spots for n in range(spot.first, spot.last))
        self._numbers = numbers if sorted(set(numbers)) == list(numbers) else ()
        self._asked = 0
        self._runs: re.Pattern[bytes] | None = None

    def under(self, code: str) -> _Fork:
        """The same under an event code."""
        fork = copy(self)
        fork.code, fork.seen = code, None
        return fork

    def digits(self, raw: bytes) -> tuple[bytes, ...] | None:
        """The digits of all spots in a line. A fork in use reads only the runs of digits that it needs."""
        if self._runs is not None:
            match = self._runs.match(raw)
            if match is not None:
                return match.groups()
        elif self._numbers:
            self._asked += 1
            if self._asked > _ASKED_OFTEN:
                self._runs = _runs_at(self._numbers)
        runs = _RUNS.findall(raw)
        return tuple([run for spot in self.spots for run in runs[spot.first : spot.last]])

    def outcomes(self, digits: tuple[bytes, ...]) -> tuple[str, ...]:
        """What each spot says in a line."""
        rest = iter(digits)
        return tuple([spot.outcome(tuple(islice(rest, spot.last - spot.first))) for spot in self.spots])


class _SharedFork(_Fork):
    """A fork of a form that lines with other hexadecimal values share. Those hold digits as well, so its numbers are found by
    the text before them, not by their ordinals; where that does not help a line is read for itself."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes, folded: str, spots: list[Spot]) -> None:
        super().__init__(folded, spots)
        self._key = key

    def digits(self, raw: bytes) -> tuple[bytes, ...] | None:
        if self._runs is None:
            self._asked += 1
            if self._asked == _ASKED_OFTEN:
                self._runs = _runs_behind(self._key, self._numbers)
            return None
        match = self._runs.match(raw)
        return None if match is None else match.groups()


# What a shared form has in place of values (`forms.py`), and runs of digits.
_VALUES = re.compile(rb"(?P<id>0f0f(?:-0f0f){4}|0f(?::0f){5})|(?P<hex>0f0f|ff0)|0")


def _runs_behind(key: bytes, numbers: Sequence[int]) -> re.Pattern[bytes] | None:
    """The pattern of all lines of a shared form up to the last of these runs of digits, each a group. It has no choice anywhere,
    so it finds what is true or nothing. None where one of the numbers may be a part of such a value."""
    wanted = set(numbers)
    parts: list[bytes] = []
    at = ordinal = 0
    for value in _VALUES.finditer(key):
        if not wanted:
            break
        parts.append(re.escape(key[at : value.start()]))
        at = value.end()
        zeros = range(ordinal, ordinal + value[0].count(b"0"))
        ordinal = zeros.stop
        if value.lastgroup is None:
            parts.append(b"([0-9]++)" if zeros.start in wanted else b"[0-9]++")
        elif wanted.intersection(zeros):
            return None
        else:
            parts.append(b"[0-9a-fA-F:-]++" if value.lastgroup == "id" else b"[0-9a-fA-F]++")
        wanted.difference_update(zeros)
    return re.compile(b"".join(parts)) if numbers and not wanted else None


@lru_cache(maxsize=256)
def _runs_at(numbers: tuple[int, ...]) -> re.Pattern[bytes]:
    """The pattern of the digits runs of these ordinal numbers (ascending), each a group."""
    parts = ["[^0-9]*+"]
    at = 0
    for number in numbers:
        parts.append(f"(?:[0-9]++[^0-9]++){{{number - at}}}([0-9]++)[^0-9]*+")
        at = number + 1
    return re.compile("".join(parts).encode())


def _marked(fork: _Fork, outcomes: tuple[str, ...]) -> str:
    """The folded text with its spots replaced by the two signs that no mask touches."""
    parts: list[str] = []
    at = 0
    for spot, outcome in zip(fork.spots, outcomes, strict=True):
        parts.append(fork.folded[at : spot.start])
        parts.append(ZERO if outcome == "0" else NONZERO)
        at = spot.end
    parts.append(fork.folded[at:])
    return "".join(parts)


def _hexadecimal(match: re.Match[str]) -> str:
    return "0f0f" if match["name"] is None else HEX_NAME_SIGN


def _plain_key(match: re.Match[str]) -> str:
    return match[0].replace("0", KEY_DIGIT)


def _spaced(folded: bytes) -> str:
    return " ".join(folded.decode("utf-8", "surrogatepass").replace("...", " ... ").split())


def _pair(spot: Spot, outcome: str) -> str:
    if outcome in "12345":
        return f"{spot.name}={outcome}xx"
    return f"{spot.name}=0" if outcome == "0" else f"{spot.name}!=0"


class Fingerprinter:
    """Gives messages their fingerprints. Pure but for bounded caches (`cache_bytes`, an estimate, for all
    of them)."""

    def __init__(self, cache_bytes: int = CACHE_BYTES) -> None:
        self._lines: Recent[Fingerprint | _Fork] = Recent(cache_bytes // 2)
        self._words: Recent[str] = Recent(cache_bytes // 8)
        self._shapes: Recent[Fingerprint] = Recent(cache_bytes * 3 // 8)

    def of(self, message: str, event_code: str | None = None) -> Fingerprint:
        """The fingerprint of one message; `event_code` is the vendor's own name of the event, part of the
        id."""
        if len(message) > MESSAGE_MAX:
            message = message[:MESSAGE_MAX]
        try:
            raw = message.encode()
        except UnicodeEncodeError:
            raw = message.encode("utf-8", "surrogatepass")
        if b"\\042" in raw:
            raw = raw.replace(b"\\042", b'"')  # a quote, as some senders escape it
        raw = without_long_names(raw)
        entry = self._entry(collapse(b"0", raw.translate(_FOLD)))
        found = self._resolve(entry, raw) if isinstance(entry, _Fork) else entry
        assert found is not None, "a line's own fork finds its own numbers"
        return found if event_code is None else _coded(found, event_code)

    def mark(self, event: Event) -> Fingerprint:
        """The fingerprint of an event's message without its own host's name (own_name.py): the same as `of`, by the form that
        `normalise` may have left in the event."""
        message, form = event.message, event.form
        if event.computer is not None:  # names for certain: one fold, without them
            message = without_names(event)
            form = form_of(message)
        else:
            if form is None:
                form = event.form = form_of(message)
            if (form is None or kind_of(event.hostname) not in form.silent) and speaks_of_itself(event, form):
                message = without_names(event)
                form = form if message is event.message else form_of(message)
        if form is None:
            return self.of(message, event.event_code)
        entry = form.marks.get(event.event_code)
        if type(entry) is Fingerprint:
            return entry
        if entry is None:
            entry = self._first(form, event.event_code)
            if isinstance(entry, Fingerprint):
                return entry
        return self._resolve(entry, message.encode()) or self.of(message, event.event_code)

    def _first(self, form: Form, code: str | None) -> Fingerprint | _Fork:
        """A form that was not asked yet under this event code."""
        entry: Fingerprint | _Fork | None = form.marks.get(None)
        if entry is None:
            entry = self._entry(form.key.translate(_CONTROLS))
            if isinstance(entry, _Fork) and form.shared:
                entry = _SharedFork(form.key, entry.folded, entry.spots)
            form.marks[None] = entry
        if code is not None:
            if len(form.marks) > MARKS_MAX:
                form.marks = {None: entry}
            entry = entry.under(code) if isinstance(entry, _Fork) else _coded(entry, code)
            form.marks[code] = entry
        return entry

    def _entry(self, key: bytes) -> Fingerprint | _Fork:
        return self._lines.young.get(key) or self._lines.again(key) or self._miss(key)

    @property
    def entries(self) -> int:
        """How many entries the caches hold: lines, words and shapes."""
        return len(self._lines) + len(self._words) + len(self._shapes)

    def _miss(self, key: bytes) -> Fingerprint | _Fork:
        """What the cache does not hold. Lines that differ only in hexadecimal values share one entry."""
        same = without_values(key)
        entry: Fingerprint | _Fork | None
        if same != key:
            entry = self._lines.young.get(same) or self._lines.again(same)
            if isinstance(entry, Fingerprint):
                return entry
        folded = _spaced(key)
        spots = spots_of(folded)
        if spots:
            entry, kept, size = _Fork(folded, spots), key, 2 * len(folded) + 600
        else:
            entry, kept, size = self._shaped(_spaced(without_ids(key)), ()), same, 0
        if len(kept) <= _KEPT_KEY_MAX:
            self._lines.put(kept, entry, size)
        return entry

    def _resolve(self, fork: _Fork, raw: bytes) -> Fingerprint | None:
        """None where a fork that lines share cannot find its numbers in this one."""
        digits = fork.digits(raw)
        if digits is None:
            return None
        seen = fork.seen
        found = None if seen is None else seen.get(digits)
        if found is None:
            found = self._variant(fork, fork.outcomes(digits))
            if fork.code is not None:
                found = _coded(found, fork.code)
            if seen is None or len(seen) >= _DIGITS_MAX:
                fork.seen = {}
            else:
                seen[digits] = found
        return found

    def _variant(self, fork: _Fork, outcomes: tuple[str, ...]) -> Fingerprint:
        found = fork.variants.get(outcomes)
        if found is None:
            if len(fork.variants) >= _VARIANTS_MAX:
                fork.variants.clear()
            pairs = tuple(_pair(spot, outcome) for spot, outcome in zip(fork.spots, outcomes, strict=True))
            found = fork.variants[outcomes] = self._shaped(_marked(fork, outcomes), pairs)
        return found

    def _shaped(self, folded: str, pairs: tuple[str, ...]) -> Fingerprint:
        """Mask each word (cached by word), then the line as a whole (cached by the masked line)."""
        if may_have_values(folded):
            folded = _HEX_WORDS(_hexadecimal, folded)
        if "_" in folded and "=" in folded:
            folded = _KEY.sub(_plain_key, folded)
        folded = _LETTERS_ONLY.sub("0f0f", folded)
        if ":0" in folded:
            folded = _KLOG.sub(rf"\1 {TIME} 0 ", folded)
        if "0" in folded and any(map(folded.__contains__, _MONTHS)):
            folded = _LONG_DATE.sub(TIME, folded)
        young = self._words.young
        words = []
        for word in folded.split(" "):
            if word.isalpha() and len(word) > 4 and word != "localhost":
                words.append(word)  # a plain word: no class applies, and no flood of them fills the cache
                continue
            masked = young.get(word)
            if masked is None:
                masked = self._word(word)
                young = self._words.young
            words.append(masked)
        text = " ".join(words)
        key = "\0".join((text, *pairs))
        found = self._shapes.young.get(key) or self._shapes.again(key)
        if found is None:
            found = _fingerprint(text, pairs)
            if len(key) <= _KEPT_KEY_MAX:
                self._shapes.put(key, found, 2 * len(found.template))
        return found

    def _word(self, word: str) -> str:
        masked = self._words.again(word)
        if masked is None:
            masked = mask_word(word)
            if len(word) <= _KEPT_KEY_MAX:
                self._words.put(word, masked, len(masked))
        return masked


def _fingerprint(text: str, pairs: tuple[str, ...]) -> Fingerprint:
    if "<time>" in text:
        text = _CLOCK_TAIL.sub(TIME, text)
    template, words = shape(text)
    status = sorted({*pairs, *words})[:STATUS_MAX]
    return Fingerprint(signature_id(template), template, ",".join(status))


def _coded(mark: Fingerprint, event_code: str) -> Fingerprint:
    """The fingerprint of the same message under an event code."""
    return Fingerprint(signature_id(mark.template, event_code), mark.template, mark.status)


def signature_id(template: str, event_code: str | None = None) -> str:
    """The base id: the scheme's version and 64 bits of blake2b over version, event code and template."""
    data = "\0".join((SCHEME, event_code or "", template)).encode("utf-8", "surrogatepass")
    return f"{SCHEME}-{blake2b(data, digest_size=8).hexdigest()}"

r"""IBM QRadar Log Event Extended Format: `LEEF:1.0|vendor|product|version|event id|` and pairs behind tabs; LEEF 2.0 has one
field more, the delimiter: a character, or its number as `0x09`, `x5E`, `\t` (IBM "LEEF event components").
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.cuts import Container, read
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.makers import maker
from brainstemd.pipeline.structure import (
    PAIRS_MAX,
    Plan,
    fill,
    instant,
    level,
    plan_of,
    say,
    state,
    thing,
    verdict,
)

_BEGIN = re.compile(r"(?<!\S)LEEF: ?(\d)(?:\.\d)?\|")
_SPACED = re.compile(r"([12])\.\d\|[^|]{1,64}\|")
_HEX = re.compile(r"(?:0?x|\\x)([0-9A-Fa-f]{1,6})$")
_BARS = re.compile(r"\w{1,40}=[^|=]{0,200}\|\w{1,40}=")
_KEY = re.compile(r"(?:^|\s)([A-Za-z0-9_.-]{1,64})=")
_BARS_MIN: Final = 7  # of a message that may have bars between its pairs
_LOOK_MAX: Final = 8192
_WHERE_MAX: Final = 256
_ENDS: Final = ("outcome", "result", "status")
_TEXT: Final = ("msg", "message", "reason", "description")
_HOST: Final = ("identHostName", "identSrc", "devname", "dvchost")


class Leef:
    name = "leef"
    marks = Marks(heads=("leef",), apps=("leef",), inside=("LEEF:",))

    def claims(self, event: Event) -> bool:
        return _begin(event) is not None

    def apply(self, event: Event) -> Rest:
        begin = _begin(event)
        if begin is None:
            return Rest.ALL
        body = event.message[begin.end() - _overlap(begin) :][:_LOOK_MAX]
        if event.app_name is not None and event.app_name.upper() == "LEEF":
            event.message, event.app_name = f"LEEF: {event.message}", None
        found, text = None, event.message
        if text.startswith("LEEF:") and (text.count("|") < _BARS_MIN or "\t" in text[text.rfind("|") :]):
            found = read(event, _CONTAINER)
        if found is None:
            pairs = _pairs(begin[1], body)
            plan = plan_of(pairs)
        else:
            pairs, plan = found
        event.vendor, event.product = maker(pairs["|vendor"], pairs["|product"])
        event.event_code = pairs["|code"].strip() or None
        _sender(event, pairs, plan)
        fill(event, pairs, plan)
        verdict(event, plan.first(pairs, _ENDS))
        if event.src_ip is not None and event.dst_ip is not None and event.outcome is not None:
            return Rest.NOTHING
        say(event, plan.first(pairs, _TEXT) or pairs["|code"], plan=plan)
        state(event, pairs, plan)
        thing(event, pairs, plan)
        return Rest.NOTHING


def _begin(event: Event) -> re.Match[str] | None:
    text = event.message
    at = text.find("LEEF:", 0, _WHERE_MAX)
    if at >= 0:
        return _BEGIN.search(text, at, _WHERE_MAX)
    if event.app_name is not None and event.app_name.upper() == "LEEF":
        return _SPACED.match(text)
    return None


def _overlap(begin: re.Match[str]) -> int:
    """How much of the vendor the match took to be sure."""
    return len(begin[0]) - begin[0].index("|") - 1


def _delimiter(rest: str) -> tuple[str, str]:
    """LEEF 2.0's sixth field, which senders leave out when it is a tab."""
    field, bar, behind = rest.partition("|")
    if not bar or "=" in field[1:]:
        return "\t", rest
    number = _HEX.match(field.strip(" "))
    if number is not None:
        code = int(number[1], 16)
        return (chr(code) if 0 < code < 0xD800 else "\t"), behind
    if field in ("\\t", "", " "):
        return "\t", behind
    return (field, behind) if len(field) <= 3 else ("\t", rest)


def _pairs(version: str, body: str) -> dict[str, str]:
    """Header and attributes."""
    vendor, product, _, code, rest = [*body.split("|", 4), "", "", "", "", ""][:5]
    delimiter, rest = _delimiter(rest) if version == "2" else ("\t", rest)
    if "\t" not in rest and rest.count("|") > 1 and _BARS.match(rest):
        delimiter = "|"  # PAN-OS writes LEEF 1.0 so
    return attributes(rest, delimiter) | {"|vendor": vendor, "|product": product, "|code": code}


def _parse(text: str) -> dict[str, str] | None:
    begin = _BEGIN.match(text)
    return None if begin is None else _pairs(begin[1], text[begin.end() :])


def attributes(text: str, delimiter: str) -> dict[str, str]:
    """The pairs between delimiters; where a relay made blanks of the tabs, a pair ends before the next key."""
    pairs: dict[str, str] = {}
    if delimiter not in text:
        parts = _KEY.split(text, PAIRS_MAX)
        for name, value in zip(parts[1::2], parts[2::2], strict=True):
            pairs.setdefault(name, value.strip())
        return pairs
    for part in text.split(delimiter, PAIRS_MAX):
        name, equals, value = part.partition("=")
        if equals:
            pairs.setdefault(name.strip(), value.strip())
    return pairs


def _sender(event: Event, pairs: dict[str, str], plan: Plan) -> None:
    if event.severity is None:
        event.severity = _severity(pairs.get("sev"))
    if event.hostname is None:
        named = plan.first(pairs, _HOST)
        event.hostname = clean_host(named) if named is not None else None
    if event.stamp is None:
        event.stamp = instant(pairs.get("devTime"))


def _severity(word: str | None) -> int | None:
    """LEEF's own scale: 1 is the least, 10 the gravest."""
    if word is not None and word.isascii() and word.isdecimal():
        number = int(word[:4])
        return 6 if number < 4 else 4 if number < 7 else 3 if number < 9 else 2
    return level(word)


# The first group is LEEF's version, the second the delimiter of LEEF 2.0.
_CONTAINER: Final = Container(
    _parse,
    re.compile(r"\A([^|]*\|)(?:[^|]*\|){4}(=?[^|=]*\|)?|([\w.-]+=)"),
    False,
    "",
    frozenset((*_ENDS, *_TEXT, *_HOST, "|vendor", "|product", "|code", "sev", "devTime")),
)
DIALECT = Leef()

r"""ArcSight Common Event Format: `CEF:0|vendor|product|version|class id|name|severity|key=value …` (ArcSight "Implementing
CEF", version 25).

Escapes: `\|` and `\\` in the header, `\=`, `\\`, `\n`, `\r` in values. What stands before `CEF:` (a hostname that the header
could not read, `unknown host`) is not part of it. The class id is the event code, as the vendor writes it.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.cuts import Container, read
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import address, clean_host
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

_BEGIN = re.compile(r"(?<!\S)CEF: ?\d{1,3}(?:\.\d)?\|")
_SPACED = re.compile(r"\d{1,3}\|[^|]{1,64}\|")  # `CEF: 0|…`: the header took `CEF:` for an app
_FIELD = re.compile(r"((?:[^|\\]|\\.)*+)(\||$)", re.S)
_WHOLE = re.compile(r"((?:[^|\\]|\\.)*+)\|" * 6, re.S)
_KEY = re.compile(r"(?:^|\s)([A-Za-z0-9_.\[\]-]{1,64})=")
_KEY_BLANK = re.compile(r" ([A-Za-z0-9_.\[\]-]{1,64})=")  # begins with a literal so that the engine can skip
_ESCAPE = re.compile(r"\\([\\|=nr])")
_ESCAPES: Final = {"n": "\n", "r": "\r"}
_LOOK_MAX: Final = 8192
_WHERE_MAX: Final = 256
# Of the header; no name in an extension has a bar.
_FIELDS: Final = ("|vendor", "|product", "|version", "|code", "|name", "|severity")
_HOST: Final = ("dvchost", "deviceHostName", "dvc")
_WHEN: Final = ("rt", "deviceReceiptTime", "end", "start")
_USER: Final = ("suser", "duser", "sourceUserName", "destinationUserName")


class Cef:
    name = "cef"
    marks = Marks(heads=("cef",), apps=("cef",), inside=("CEF:",))

    def claims(self, event: Event) -> bool:
        text = event.message
        if text.startswith("CEF:0|"):
            return text.find("|", 6, 6 + _LOOK_MAX) > 0
        return _body(event) is not None

    def apply(self, event: Event) -> Rest:
        lead = _lead(event)
        body = _body(event) if lead == 0 else ""
        if body is None:
            return Rest.ALL
        if event.app_name is not None and event.app_name.upper() == "CEF":
            event.message, event.app_name = f"CEF: {event.message}", None
        found = read(event, _CONTAINER, lead) if lead else None
        if found is None:
            pairs = _pairs(body or event.message[lead:][:_LOOK_MAX])
            plan = plan_of(pairs)
        else:
            pairs, plan = found
        event.vendor, event.product = maker(pairs["|vendor"], pairs["|product"])
        event.event_code = pairs["|code"] or None
        if event.severity is None:
            event.severity = _severity(pairs["|severity"])
        _sender(event, pairs, plan)
        _attributes(event, pairs, plan)
        if event.src_ip is not None and event.dst_ip is not None and event.outcome is not None:
            return Rest.NOTHING  # a flow and what was done with it
        words = ": ".join(filter(None, (pairs["|name"], pairs.get("msg"))))
        say(event, words, plan=plan)
        state(event, pairs, plan)
        thing(event, pairs, plan)
        return Rest.NOTHING


def _lead(event: Event) -> int:
    """Characters before the header's first field in nearly all lines, once `CEF:` is back in its place; else 0."""
    text = event.message
    if event.app_name is not None and event.app_name.upper() == "CEF":
        return 7 if text.startswith("0|") and "CEF:" not in text[:_WHERE_MAX] else 0
    return 6 if text.startswith("CEF:0|") else 7 if text.startswith("CEF: 0|") else 0


def _body(event: Event) -> str | None:
    """What stands behind `CEF:0|`; None if the message holds no such header."""
    text = event.message
    at = text.find("CEF:", 0, _WHERE_MAX)
    found = _BEGIN.search(text, at, _WHERE_MAX) if at >= 0 else None
    if found is None:
        if event.app_name is None or event.app_name.upper() != "CEF":
            return None
        found = _SPACED.match(text)
        return None if found is None else text[text.index("|") + 1 :][:_LOOK_MAX]
    body = text[found.end() : found.end() + _LOOK_MAX]
    return body if "|" in body else None


def _header(body: str) -> tuple[list[str], str]:
    """The six fields behind the version (missing ones are empty) and the extension."""
    whole = _WHOLE.match(body)
    if whole is not None:
        head = whole.groups()
        if "\\" in whole[0]:
            head = tuple(map(unescape, head))
        return [field.strip() for field in head], body[whole.end() :]
    fields: list[str] = []
    at = 0
    while len(fields) < 6 and (match := _FIELD.match(body, at)) is not None:
        fields.append(unescape(match[1]).strip())
        at = match.end()
        if match[2] == "":
            break
    return fields + [""] * (6 - len(fields)), body[at:]


def _pairs(body: str) -> dict[str, str]:
    """Header and extension."""
    fields, rest = _header(body)
    pairs = extension(rest)
    pairs.update(zip(_FIELDS, fields, strict=True))
    return pairs


def extension(text: str) -> dict[str, str]:
    r"""The pairs of an extension: a value runs to the blank before the next key; `\=` is no key's end. Custom fields
    (`cs1=x cs1Label=Rule`) also go by their label."""
    # No white space but blanks: nearly all lines.
    parts = _KEY_BLANK.split(f" {text}", PAIRS_MAX) if text.isprintable() else _KEY.split(text, PAIRS_MAX)
    # what stands before the first key, then keys and values in turn
    names = parts[1::2]
    if "\\" in text:
        values = [unescape(value).strip() if "\\" in value else value.strip() for value in parts[2::2]]
    else:
        values = list(map(str.strip, parts[2::2]))
    if '"' in text:  # CyberArk and Infoblox quote
        values = [value[1:-1] if value[:1] == value[-1:] == '"' != value else value for value in values]
    pairs = dict(zip(names, values, strict=True))
    if len(pairs) < len(names):  # of a name that stands twice the first
        pairs |= zip(reversed(names), reversed(values), strict=True)
    if "Label=" in text:
        for name in [name for name in pairs if name.endswith("Label")]:
            value = pairs.get(name[:-5], "")
            if value:
                pairs.setdefault(pairs[name], value)
    return pairs


def unescape(value: str) -> str:
    """Header fields and values with their escapes undone."""
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), value) if "\\" in value else value


def _severity(word: str) -> int | None:
    """0-3 low, 4-6 medium, 7-8 high, 9-10 very high, or these words."""
    if word.isascii() and word.isdecimal():
        number = int(word[:4])
        return 6 if number < 4 else 4 if number < 7 else 3 if number < 9 else 2
    words = {"low": 6, "medium": 4, "high": 3, "very-high": 2, "very high": 2}
    return words.get(word.lower(), level(word))


def _sender(event: Event, pairs: dict[str, str], plan: Plan) -> None:
    """Who and when, where the header did not say."""
    if event.hostname is None or event.hostname.lower() in ("unknown", "localhost"):
        named = plan.first(pairs, _HOST)
        event.hostname = clean_host(named) if named is not None else event.hostname
    if event.stamp is None:
        event.stamp = instant(plan.first(pairs, _WHEN))


def _attributes(event: Event, pairs: dict[str, str], plan: Plan) -> None:
    fill(event, pairs, plan)
    if event.user is None:
        event.user = plan.first(pairs, _USER)
    if event.src_ip is None and ("sourceTranslatedAddress" in pairs or "c6a2" in pairs):
        event.src_ip = address(pairs.get("sourceTranslatedAddress", "") or pairs.get("c6a2", ""))
    verdict(event, pairs.get("outcome") or pairs.get("eventOutcome"))


_CONTAINER: Final = Container(
    _pairs,
    re.compile(r"([A-Za-z0-9_.\[\]-]+=)"),
    False,
    "",
    frozenset(
        (
            *_FIELDS,
            *_HOST,
            *_WHEN,
            *_USER,
            "msg",
            "outcome",
            "eventOutcome",
            "sourceTranslatedAddress",
            "c6a2",
        )
    ),
)
DIALECT = Cef()

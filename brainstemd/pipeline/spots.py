"""Numbers whose being zero matters (`rc=0`, `0 errors`): where they stand in a folded text and what they say in a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_SPOTS_MAX: Final = 6  # numbers of a line whose being zero is looked at

_RC = (
    r"rc|ret|retval|retcode|ret_code|returncode|return[ _-]?(?:code|value|status)|returned(?! -?0 [a-z]+s\b)"
    r"|exit[ _-]?(?:code|status|value)|exitcode|exited with(?: code| status)?|exit|errno"
    r"|error[ _-]?code|err[ _-]?code|status[ _-]?code|code|status|result|hresult"
)
_COUNT = (
    r"errors?|failures?|failed|faults?|warnings?|dropped|drops|lost|loss|packet loss|missing|rejected|timeouts|discards"
    r"|err(?:or)?s?[ _-]?count|error\(s\)|corrupt(?:ed)?|mismatch(?:es)?|conflicts|violations|unreachable|retransmits|overruns"
)
_NUMBER = r"-?0(?:x[0a-f]{1,16}|\.0)?(?![\w]|\.0)"
_AFTER_RC = re.compile(
    rf"(?<![a-z0])({_RC})\b(?:['\"]? ?[=:] ?['\"]?| is | of | )({_NUMBER})"
    rf"|(?<![a-z0])({_COUNT})(?:['\"]? ?[=:] ?['\"]?| is )({_NUMBER})"
    r"|(http/0(?:\.0)?\"? )(0)(?![\w.])"
)
_BEFORE_COUNT = re.compile(
    rf"(?<![\w.])(?<!0:)(?<![0a-f][0a-f]:)({_NUMBER})%? (?:[a-z]+ )?"
    r"(errors|failures|faults|warnings|timeouts|drops|discards|retransmits|mismatches|conflicts|violations|packet loss"
    r"|error\(s\)|failure\(s\)|warning\(s\)|bad sectors)(?![a-z])"
    rf"|(?:[,;(] ?|: )({_NUMBER})%? (failed|lost|dropped|rejected|missing|unreachable|succeeded|received|passed|ok)(?![a-z])"
)
_ZERO_HINT = re.compile(
    r"(?:rc|ret|retval|ode|turned|alue|tatus|exit|with|errno|result|rror|ail|ault|arning|drop|lost|loss|issing|reject|imeout"
    r"|discard|corrupt|ismatch|onflict|iolation|reachable|retrans|overrun|http|succeeded|received|passed|ok|bad)"
)


class Spot:
    """A number whose being zero matters: its place in the folded text, and which runs of digits make it
    up."""

    __slots__ = ("end", "first", "last", "letters", "name", "start")

    def __init__(self, folded: str, start: int, end: int, name: str) -> None:
        self.start, self.end, self.name = start, end, name
        self.first = folded.count("0", 0, start)
        self.last = self.first + folded.count("0", start, end)
        self.letters = any(c in "abcdef" for c in folded[start:end].lower().replace("0x", ""))

    def outcome(self, digits: Sequence[bytes]) -> str:
        """`0`, `!` (not zero), or for a three-digit status its class, `2` to `5`. `digits` are the number's runs."""
        if self.letters:
            return "!"
        if not any(run.strip(b"0") for run in digits):
            return "0"
        if (
            self.name in ("status", "code", "http")
            and len(digits) == 1
            and len(digits[0]) == 3
            and digits[0] < b"600"
        ):
            return chr(digits[0][0])
        return "!"


_PLURALS = {
    "error": "errors",
    "error(s)": "errors",
    "failure": "failures",
    "failure(s)": "failures",
    "fault": "faults",
}


def spots_of(folded: str) -> list[Spot]:
    """The first such numbers of a folded text, in order."""
    lowered = folded.lower()
    if len(lowered) != len(folded) or not _ZERO_HINT.search(lowered):
        return []
    found: dict[int, Spot] = {}
    for match in _AFTER_RC.finditer(lowered):
        group = 2 if match[2] else 4 if match[4] else 6
        name = "http" if group == 6 else match[group - 1]
        found[match.start(group)] = Spot(folded, match.start(group), match.end(group), _name(name))
    for match in _BEFORE_COUNT.finditer(lowered):
        group = 1 if match[1] else 3
        found.setdefault(
            match.start(group), Spot(folded, match.start(group), match.end(group), _name(match[group + 1]))
        )
    return [found[start] for start in sorted(found)][:_SPOTS_MAX]


def _name(words: str) -> str:
    name = words.replace(" ", "_").replace("-", "_")
    return _PLURALS.get(name, name)

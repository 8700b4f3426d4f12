"""The speaker's own name in what it says: `job on web01 done` is one message, whoever says it.

A line's names are the hostname that it claims and what its format calls the computer (Snare's column). Where one of them
stands as a whole word in the message, short or with a domain, in small letters or capitals, or as the machine's account
(`CORP\\WEB01$`), a host's name that every mask knows takes its place, so that the fingerprint has `<host>` there. A function
of the line alone.

A name may also be a word. One of letters alone is a name without further proof only if it is no word of the trade, tells no
state and names no product, the line's own program least of all (`is_sure`); `backup`, `link` and `db` are names with their own
domain behind them, behind `host`, `computer` and their like, or where they fill a column. A file (`web.conf`) and what stands
before `=` are none.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from brainstemd.models import Event
from brainstemd.pipeline.dialects import DIALECTS
from brainstemd.pipeline.forms import FOLD, FORM_MAX, Form, collapse
from brainstemd.pipeline.lexicon import FILE_ENDINGS, POLAR_WORDS, UNIT_ENDINGS
from brainstemd.pipeline.products import product_of
from brainstemd.pipeline.vocabulary import is_known, is_protected

SIGN: Final = "host.example.com"  # a host to every mask, with a stop behind it as well
ACCOUNT: Final = "<user>"  # no mask changes it
_CACHE: Final = 16_384
_SILENT_MAX: Final = 64  # kinds of names that a form remembers
_LOOKED_AT: Final = 2 * FORM_MAX  # characters of a message
_LOOK_BEHIND: Final = 64  # characters before a name
_LONG: Final = 3  # letters of a name without digits
_LABEL = re.compile(r"(?=[0-9_-]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?")
_NO_HEX: Final = frozenset("ghijklmnopqrstuvwyz")
_JOINERS = re.compile(r"[-_0-9]+")
_TAIL = re.compile(r"((?:\.[a-z0-9_-]{1,63}){0,8})(\$?)(?![\w$=-]|\.\w)")
_FILE = re.compile(rf"(?:{FILE_ENDINGS}|{UNIT_ENDINGS})\Z".replace("0", "[0-9]"))
_CALLED = re.compile(
    r"(?<![a-z])(?:host|computer|machine|workstation|dev|origin|fqdn)[ _-]?(?:name)?(?:[ :=]{1,3})[\"'(\[]?\Z"
)
_DOMAIN = re.compile(r"[\w.-]{1,63}\\\Z")
_BARRIERS: Final = "_.-/"
# Keys whose value every mask takes as a whole: most of what a firewall says of itself.
_KEYS: Final = tuple(
    f"{key}{sign}" for key in ("name", "host", "device", "origin") for sign in ("=", '="', '":"')
)
_PROGRAMS: Final = frozenset(app for dialect in DIALECTS for app in dialect.marks.apps)
_COLUMNS: Final = ("\t", "|", "")


class OwnName(NamedTuple):
    """A host's name, ready to be looked for."""

    needles: tuple[str, ...]  # how it may be written; none where the name says nothing (an address)
    folds: tuple[str, ...]  # the same as a form has them
    kind: str  # `folds` as one: the same for web01 and web02
    label: str  # its first part in small letters
    domain: str  # the rest with its dot, or ""
    plain: bool  # whether no part of it looks like a hexadecimal value
    sure: bool  # whether it is no word that somebody may mean otherwise


_NONE: Final = OwnName((), (), "", "", "", True, False)
_names: dict[str | None, OwnName] = {None: _NONE}
_kinds: dict[str | None, str] = {None: ""}
kind_of: Final = _kinds.get  # the `kind` of a hostname that was met


def speaks_of_itself(event: Event, form: Form | None) -> bool:
    """Whether the message may hold a name of its own host. `form` is the message's; unless it has hexadecimal values that may be
    a name, it remembers which names, but for their digits, stand in none of its lines."""
    own = name_of(event.hostname)
    lasting = form is not None and (own.plain or not form.shared)
    if form is not None and lasting and not _holds(form.key.decode("utf-8", "replace"), own.folds):
        if len(form.silent) < 2 or len(form.silent) >= _SILENT_MAX:
            form.silent = {""}
        form.silent.add(own.kind)
        return False
    return _holds(event.message, own.needles)


def _holds(message: str, needles: tuple[str, ...]) -> bool:
    """Whether one of them stands there as a whole word, and other than as the value of a key that every mask takes away."""
    for needle in needles:
        at = message.find(needle)
        while at >= 0:
            before, behind = message[at - 1 : at], message[at + len(needle) : at + len(needle) + 1]
            part = (
                before.isalnum()
                or behind.isalnum()
                or (before and before in _BARRIERS)
                or behind in ("-", "_")
            )
            if not part and not message.endswith(_KEYS, 0, at):
                return True
            at = message.find(needle, at + 1)
    return False


def without_names(event: Event) -> str:
    """The message without the names of its own host and the account of a format's column (its beginning, if it is long); the same
    object where it holds none."""
    message = event.message
    text = message if len(message) <= _LOOKED_AT else message[:_LOOKED_AT]
    own = name_of(event.hostname)
    if event.computer is None:
        text = unnamed(text, own, event.app_name)
    else:  # the columns of a format, whose tabs a relay may have escaped
        computer = name_of(event.computer)
        text = text.replace("#011", "\t")
        if event.account is not None:
            between = event.account[0]
            text = text.replace(event.account, f"{between}{ACCOUNT}{between}", 1)
        text = unnamed(text, computer, None)
        if own.label != computer.label or own.domain not in ("", computer.domain):
            text = unnamed(text, own, event.app_name)
    return message if text == message else text


def name_of(host: str | None) -> OwnName:
    """What to look for in the words of this host; bounded cache."""
    found = _names.get(host)
    if found is None:
        if len(_names) >= _CACHE:
            _names.clear()
            _kinds.clear()
        found = _names[host] = _learn(host or "")
        _kinds[host] = found.kind
    return found


def _learn(host: str) -> OwnName:
    label, dot, domain = host.rstrip(".").partition(".")
    if len(label) < 2 or _LABEL.fullmatch(label) is None:
        return _NONE
    lower = label.lower()
    needles = dict.fromkeys((label, lower, label.upper(), label.capitalize()))
    folds = dict.fromkeys(collapse(b"0", needle.encode().translate(FOLD)).decode() for needle in needles)
    return OwnName(
        tuple(needles),
        tuple(folds),
        "\0".join(folds),
        lower,
        (dot + domain).lower(),
        _is_plain(lower),
        is_sure(label),
    )


def _is_plain(lower: str) -> bool:
    """Whether no part of it, as hyphens part it, is what hexadecimal values look like."""
    return all(part.isdecimal() or not _NO_HEX.isdisjoint(part) for part in lower.split("-"))


def is_sure(label: str) -> bool:
    """Whether a word that is this host's name can hardly mean anything else."""
    if label.lower() in _PROGRAMS or product_of(label) is not None or not label[0].isalpha():
        return False
    parts = [part for part in _JOINERS.split(label.lower()) if part]
    if parts == [label.lower()]:
        return len(label) >= _LONG and not is_known(label) and not is_protected(label)
    return POLAR_WORDS.isdisjoint(parts)


def unnamed(message: str, own: OwnName, app_name: str | None) -> str:
    """The message with SIGN where it speaks of its own host; the same object where it does not. Linear."""
    if not own.needles:
        return message
    lower = message.lower()
    if len(lower) != len(message):
        return message  # capitals that small letters take more room for: nobody's hostname
    sure = own.sure and (app_name is None or app_name.lower() != own.label)
    parts: list[str] = []
    done = 0
    at = lower.find(own.label)
    while at >= 0:
        start, end = _place(message, lower, at, own, sure)
        if end:
            parts += (message[done:start], SIGN)
            done = end
        at = lower.find(own.label, max(end, at + 1))
    return "".join((*parts, message[done:])) if parts else message


def _place(message: str, lower: str, at: int, own: OwnName, sure: bool) -> tuple[int, int]:
    """Where the name that begins at `at` starts and ends, with all that belongs to it; an end of 0 where it is none."""
    before = lower[at - 1 : at]
    behind = at + len(own.label)
    tail = _TAIL.match(lower, behind)
    if tail is None or before.isalnum() or (before and before in _BARRIERS):
        return at, 0
    if before == "\\":
        return _account(lower, at, tail)
    end = tail.end(1)
    if tail[1]:
        if tail[1] != own.domain and not (sure and _may_be_domain(message[behind:end])):
            return at, 0
    elif not (sure or _is_said_to_be(lower, at, before, end)):
        return at, 0
    return at, tail.end()


def _account(lower: str, at: int, tail: re.Match[str]) -> tuple[int, int]:
    """`CORP\\WEB01$` is the machine; `\\\\web01` too; what else stands behind a backslash is a part of a path."""
    if tail[2] and (domain := _DOMAIN.search(lower, max(0, at - _LOOK_BEHIND), at)) is not None:
        return domain.start(), tail.end()
    bare = lower[at - 2 : at] == "\\\\" and lower[at - 3 : at - 2] in ("", " ", "'", '"', "(")
    return (at - 2, tail.end()) if bare and lower[tail.end() : tail.end() + 1] != "\\" else (at, 0)


def _may_be_domain(tail: str) -> bool:
    return (tail.islower() or tail.isupper()) and _FILE.match(tail.rpartition(".")[2].lower()) is None


def _is_said_to_be(lower: str, at: int, before: str, end: int) -> bool:
    if before in _COLUMNS and lower[end : end + 1] in _COLUMNS:
        return True
    return _CALLED.search(lower, max(0, at - _LOOK_BEHIND), at) is not None

"""What stands between an RFC 3164 stamp and the message: hostname and `app[pid]:`, in all the field's spellings.

A head is read from its own words only, so that it can be cached by its text. The rules, in order:

1. `app[pid]:` or `app[pid]` behind the stamp: no hostname was sent.
2. `word:` is a hostname with a trailing colon when it is an address, has a dot and a domain's shape, or is followed by a Cisco
   `%FAC-n-MNEMONIC` or by another `app[pid]:`; otherwise it is the app.
3. A word that can be a hostname is one, unless nothing like a tag follows and it reads like prose
   (`Connection lost`, `INFO …`) or `key=value`.
4. A hostname sheds a port, and an address in brackets behind it.
5. Behind the hostname (and BusyBox's `daemon.info`), `app[pid]:`, `app:`, `app(sub)[pid]:`, `app/sub[pid]:`,
   `path/app[pid]:`, `App::Module[pid]:`, `app[pid]` without colon, or words before `[pid]:` (`Google Chrome[12]:`).
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final, NamedTuple

from brainstemd.pipeline.stamps import read_tail

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
V4: Final = rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}"
_V4 = re.compile(V4, re.A)
HEAD_MAX: Final = 512  # characters behind the stamp that are looked at

_HOST = re.compile(
    r"(?!\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,9})?:?$|\d{4}-\d\d-\d\d(?:T|$))"  # a clock or a date is none
    r"[\w](?:[\w.%@/+:-]{0,253}\w)?\.?:?$|\[(?=\d{0,3}[a-fA-F]{0,4}\d{0,4}[:.])[0-9a-fA-F:.]{2,45}\]:?$|[0-9a-fA-F:]{2,40}(?:[0-9.]{7,15})?:?$"
)
_APP = r"(?:[^\W\d]|[/\-.(<*])[\w./\-+@$#*~!&,\\()<>]{0,127}"
_TAG = re.compile(
    rf"(?P<app>{_APP})(?:\[(?P<pid>[^\[\]\s:]{{0,64}})\]:?(?=[ \t]|$|(?<=:))|:(?=[ \t]|$|[A-Za-z'\"\[(<{{]))"
)
_SPACED = re.compile(
    r"(?P<app>[A-Za-z][\w.\-]{0,40}(?: [A-Za-z(][\w.\-()]{0,40}){1,3})\[(?P<pid>\d{1,10})\]:(?= |$)"
)
_ODD_APP = re.compile(
    r"(?P<app>[^\s\[\]:=]{1,64}+|[A-Za-z]\w{0,40}+(?:::\w{1,40}){1,8})\[(?P<pid>\d{1,10})\]:(?= |$)"
)  # `3proxy[12]:`, `App::Worker[12]:`: without a pid they would be prose
_BRACKET_AT: Final = 180  # where the bracket of these two stands at the latest
_SELECTOR_DOT: Final = 9  # where its dot stands at the latest
_SELECTOR = re.compile(
    r"(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7])"
    r"\.(?:emerg|panic|alert|crit|err|error|warn|warning|notice|info|debug) {1,2}(?=[\w/(.-])"
)  # BusyBox and OpenWrt put it before the tag
_HOST_AND_ADDRESS = re.compile(r"([A-Za-z0-9][\w.-]{0,253})\([0-9a-fA-F.:]{2,45}\):?")
_CISCO = re.compile(r":? {0,2}(?:%[A-Z][A-Z0-9_]+-|CEF:\d|LEEF:\d)")
_WORD = re.compile(r"[^ \t]{1,256}")
_DOMAIN = re.compile(r"[A-Za-z0-9][\w-]*(?:\.[\w-]+){2,}$")
_PROSE = re.compile(r"[A-Z][a-z]+$|[a-z]+$")
_LEVELLED = re.compile(rf"(?P<app>{_APP})\[(?P<pid>\d{{1,10}})\]\(\w{{3,12}}\):(?= )")  # krb5kdc's
_FORWARDED = re.compile(r"Message forwarded from ([\w.:-]{1,255}?):? ")

# Words that open a message, never a hostname.
_LEVELS = frozenset(
    [
        "emerg",
        "emergency",
        "alert",
        "crit",
        "critical",
        "err",
        "error",
        "warn",
        "warning",
        "notice",
        "info",
        "information",
        "informational",
        "debug",
        "trace",
        "fatal",
        "severe",
        "verbose",
    ]
)
_OPENERS = frozenset(
    [
        "link",
        "interface",
        "connection",
        "session",
        "tunnel",
        "user",
        "login",
        "logon",
        "failed",
        "failure",
        "service",
        "system",
        "unit",
        "the",
        "a",
        "an",
        "an",
        "no",
        "not",
        "new",
        "last",
        "message",
        "port",
        "neighbor",
        "neighbour",
        "power",
        "fan",
        "disk",
        "started",
        "starting",
        "stopped",
        "stopping",
        "lost",
        "unable",
        "cannot",
        "could",
        "authentication",
        "accepted",
        "accept",
        "deny",
        "denied",
        "allow",
        "allowed",
        "drop",
        "dropped",
        "block",
        "blocked",
        "vpn",
        "configuration",
        "config",
        "backup",
        "job",
        "process",
        "timeout",
        "reload",
        "restart",
        "reboot",
        "shutdown",
        "cold",
        "warm",
    ]
)


class Head(NamedTuple):
    """What a head says, and how many characters it takes."""

    year: int | None
    offset_s: int | None
    hostname: str | None
    app_name: str | None
    procid: str | None
    length: int


def address(text: str) -> str | None:
    """The canonical text of an IP address (mapped IPv4 unmapped, brackets and zone index off), or None."""
    if _V4.fullmatch(text):
        return text
    if ":" not in text or ("::" not in text and text.count(":") != 7 and "." not in text):
        return None  # a word, a hardware address
    if "]" in text:
        text = text.strip("[]")
    try:
        six = IPv6Address(text.partition("%")[0])
    except (AddressValueError, ValueError):
        return None
    return str(six.ipv4_mapped or six)


def clean_host(word: str) -> str | None:
    """A hostname as claimed: trailing colon and brackets off, addresses canonical; nil and placeholders are None."""
    if word in ("-", "", ":"):
        return None
    if ":" in word or word[0].isdigit() or word[0] == "[":
        found = address(word) or address(word.rstrip(":").strip("[]"))
        if found is not None:
            return found
        name, _, port = word.rpartition(":")
        if port.isdecimal() and name and ":" not in name:
            return name
    return word.rstrip(":") or None


def read_head(text: str, at: int) -> Head:
    """The head at `at`, right behind a stamp's clock."""
    tail = read_tail(text, at, year=True)
    pos = _skip(text, tail.end)
    host, app, pid, end = _host_and_tag(text, pos)
    return Head(tail.year, tail.offset_s, host, app, pid, end - at)


def sure_host(word: str) -> str | None:
    """The hostname that a word behind a stamp is whatever follows it, if it is one: no zone, year, tag, level or prose."""
    lower = word.lower()
    if (
        word in ("-", "Message")
        or word[:1] == "%"
        or word[-1:] == ":"
        or "=" in word
        or _HOST.match(word) is None
        or _WORD.fullmatch(word) is None
        or _PROSE.match(word) is not None
        or lower in _LEVELS
        or lower in _OPENERS
        or _tag_match(f"{word} ", 0) is not None
        or read_tail(f" {word} ", 0, year=True).end > 0
    ):
        return None
    return clean_host(word)


def _skip(text: str, at: int) -> int:
    """Past blanks and one colon behind the stamp (Cisco)."""
    while text[at : at + 1] in (" ", "\t", "\x00"):
        at += 1
    if text[at : at + 1] == ":" and text[at + 1 : at + 2] == " ":
        at += 2
        while text[at : at + 1] == " ":
            at += 1
    return at


def _host_and_tag(text: str, at: int) -> tuple[str | None, str | None, str | None, int]:
    match = _WORD.match(text, at)
    if match is None or text[at] == "%":
        return None, None, None, at
    word, end = match[0], match.end()
    behind = _blanks(text, end)
    if forwarded := _FORWARDED.match(text, at):  # AIX relays
        app, pid, end = read_tag(text, forwarded.end())
        return clean_host(forwarded[1]), app, pid, end
    if word == "-":
        return (None, *read_tag(text, behind))
    tag = _tag_match(text, at)
    if tag is not None and not _is_host_with_colon(word, text, behind, tag):
        return None, tag["app"], _pid(tag), _blanks(text, tag.end())
    if not _HOST.match(word) or "=" in word:
        named = _HOST_AND_ADDRESS.fullmatch(word)
        return (None, *read_tag(text, at)) if named is None else (named[1], *read_tag(text, behind))
    app, pid, after = read_tag(text, behind)
    if app is None and not word.endswith(":") and _reads_like_prose(word, text, behind):
        return None, None, None, at
    return clean_host(word), app, pid, after


def _is_host_with_colon(word: str, text: str, behind: int, tag: re.Match[str]) -> bool:
    if tag["pid"] is not None or not word.endswith(":"):
        return False
    if address(word) is not None or address(word[:-1]) is not None or _CISCO.match(text, behind):
        return True
    following = _tag_match(text, behind)
    if following is not None and following["pid"] is not None:
        return True
    return bool(_DOMAIN.match(word[:-1])) and not word.startswith(("com.", "org.", "net.", "io."))


def _reads_like_prose(word: str, text: str, behind: int) -> bool:
    lower = word.lower()
    if lower in _LEVELS or lower in _OPENERS:
        return True
    if behind >= len(text):  # nothing follows: a name, or one word that says something
        return not text.endswith(" ") and _PROSE.match(word) is not None
    following = _WORD.match(text, behind)
    if _CISCO.match(text, behind) or (following is not None and following[0].strip("[]:").lower() in _LEVELS):
        return False
    return bool(_PROSE.match(word)) and word[0].isupper()


def read_tag(text: str, at: int) -> tuple[str | None, str | None, int]:
    """`app[pid]:` at `at`: app, pid, and where the message begins; (None, None, at) if there is none."""
    if text[at : at + 2] == ": ":  # Cisco ASA: `host : %ASA-…`
        return None, None, at + 2
    tag = _tag_match(text, at)
    if tag is None:
        if (
            text.find(".", at, at + _SELECTOR_DOT) > at
            and (selector := _SELECTOR.match(text, at)) is not None
        ):
            tag = _tag_match(text, selector.end())
        elif text.find("[", at, at + _BRACKET_AT) > at:
            tag = _SPACED.match(text, at) or _ODD_APP.match(text, at)
    if tag is None:
        return None, None, at
    return tag["app"], _pid(tag), _blanks(text, tag.end())


def _tag_match(text: str, at: int) -> re.Match[str] | None:
    tag = _TAG.match(text, at) or _LEVELLED.match(text, at)
    if tag is not None and tag["pid"] is None and tag["app"].lower() in _LEVELS:
        return None
    return tag


def _pid(tag: re.Match[str]) -> str | None:
    return tag["pid"] or None


def _blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t"):
        at += 1
    return at

"""Words of state that state nothing: what would be, what is set, counted, named or told of another time.

All work on lower-case text without its digits and are asked only where a word of state was found.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.pipeline.state_words import THING, word_set

_SPAN: Final = r"[^.,;:|]{0,80}?(?=$|[.,;:|]| but | and (?:is|was|now) )"
_QUIET = re.compile(
    # what would be
    # (`on if1` has lost its digit)
    r"(?:\b(?:(?<!on )(?<!at )(?<!via )(?<!face )(?<!port )if"
    r"|unless|until|whether|in case|waiting (?:for|until)|waits? (?:for|until)|should|would|will|"
    r"expected to|required to|trying to|attempting to|going to|about to|scheduled to|in order to|how to)\b"
    rf"|(?:^|[.,;:] )when ){_SPAN}"
    # what was
    r"|\b(?:old|prev(?:ious)?|last|former)[ _-]?(?:state|status|value|health)?[\"']?[ ]?[=:][ ]?[\"']?[\w-]{1,30}"
    r"|\b(?:last|previous|prior|since) (?:shut ?down|crash|outage|failure|panic|dump|down|failed)\b"
    # what was told to somebody
    r"|\b(?:alerts?|alarms?|e-?mails?|notifications?|messages?|sms)\b[^.;]{0,60}?\b(?:sent|delivered|forwarded|dispatched)"
    r" (?:to|via|by)\b"
    # a list of what is counted: "4 up, 0 down"
    r"|\b(?:up|online|ok|active),  (?:down|offline|failed|inactive)\b|\b(?:down|offline|failed),  (?:up|online|ok)\b"
    r"|(?<=[,:(;]  )(?:up|down|online|offline|ok|failed|degraded|active|inactive)(?=[,;).]|$)"
)
_HINTS: Final = (
    "if ", "unless", "until", "whether", "case", "wait", "should", "would", "will ", "ing to ", "ed to ", "about to ",
    "how to", "order to", "when ", "old", "prev", "last", "former", "prior", "since", "sent ", "delivered ",
    "forwarded ", "dispatched ", ",  ", ":  ", "(  ", ";  ",
)  # fmt: skip
# A noun behind a word of state makes a setting or a name of it: "shutdown timer", "link down detection".
_OF_NOUN = re.compile(
    r"[ _-](?:timers?|thresholds?|detection|delays?|intervals?|limits?|patterns?|polic(?:y|ies)|times?|statistics"
    r"|stats|windows?|schedules?|hooks?|scripts?|options?|settings?|features?|objectives?|counters?|count|histor(?:y|ies)"
    r"|procedures?|rates?|handlers?|probability|strategy|tolerance|config\w*|sessions|connections|users|memory|space|"
    r"director(?:y|ies)|required|needed|expected|necessary|flows|clients|logins|attempts|point"
    r"|messages|jobs|requests|items|files|transactions|tests|tasks|queries|mails|deliveries|backups|operations|commands"
    r"|entries|records|alarms|alerts|faults|errors|problems|issues|incidents)\b"
)
# Adjectives: before a plain noun that is no thing they tell its kind: "offline map", "broken pipe".
_ADJECTIVES: Final = frozenset(
    ("offline", "online", "dead", "broken", "active", "inactive", "shutdown", "crash", "panic", "outage")
)
_NOUN = re.compile(r" ([a-z]{3,})(?=[ ]|$)")
_RESTORED: Final = frozenset(("restored", "recovered", "recovers"))
_GOES_ON = re.compile(
    r" (?!responding|working|running|sending|receiving|communicating|recording|replicating|logging|answering|polling)[a-z]+ing\b"
)
_NO_NOUNS: Final = word_set(
    """
    since after before due because and but again now detected reported unexpectedly received requested initiated complete
    completed occurred was has had for from with until via while when status state event alarm the all are not
    abnormally manually automatically successfully immediately signal command sequence process succeeded failed finished started
    """
)
# Digits are gone: a key without a value was a number.
_COUNTED = re.compile(r"(?:=|[\"'][ ]?[:=])[ ]?[\"']?(?=[\s,;|})\]&\"']|$)")
_FALSE = re.compile(
    r"[\"']?[ ]?(?:=[ ]?[\"']?(?:false|no|off|none|never)\b|:[ ]?[\"']?(?:false|no|off|never)(?=$|[ ]?[,;|})\"'\]]))"
)
_FEATURE = re.compile(
    r"(?:\b\w{1,24}(?:ing|tion|sion|ment)|mode|support|feature|option|failover|keepalive|backup|debug)s?[\"']?"
    r" (?:is |was |has been |are )?$"
)
_SETTING = re.compile(
    r"\b(?:limit|threshold|timer|timeout|interval|delay|level|mtu|size|count|period|window|speed|priority|weight|metric)s?\b"
    r"[^.;]{0,60}?\b(?:set|changed|adjusted|increased|decreased|modified|updated) (?:to|from|by)\b"
)


def quiet_spans(text: str) -> list[tuple[int, int]]:
    """Where the text tells what is not, or not now."""
    if not any(map(text.__contains__, _HINTS)):
        return []
    return [match.span() for match in _QUIET.finditer(text)]


def says_nothing(text: str, word: str, start: int, end: int) -> bool:
    """Whether the word of state at this place names a setting, a number or a part of a path."""
    if _OF_NOUN.match(text, end) or _COUNTED.match(text, end):
        return True
    if word.startswith("drop") and text.startswith((" to ", " below "), end):
        return True
    if word == "stopped" and _GOES_ON.match(text, end):
        return True
    if word in _RESTORED and (noun := _NOUN.match(text, end)) is not None:
        return noun[1] not in _NO_NOUNS and THING.search(text, end, end + 40) is None
    if word in _ADJECTIVES and (noun := _NOUN.match(text, end)) is not None:
        return noun[1] not in _NO_NOUNS and THING.match(noun[1]) is None
    if word in (
        "enabled",
        "disabled",
        "active",
        "activated",
        "loaded",
        "started",
        "stopped",
        "suspended",
        "resumed",
    ):
        feature = _FEATURE.search(text, max(0, start - 40), start)
        return feature is not None and THING.search(feature[0]) is None
    if text[start - 1 : start] == "/":
        token = text[text.rfind(" ", 0, start) + 1 : start]
        return token.startswith("/") or token.count("/") > 1
    return False


def is_denied(text: str, end: int) -> bool:
    """Whether the word is a key whose value says no: `connected=false`."""
    return _FALSE.match(text, end) is not None


def is_setting(text: str) -> bool:
    """Whether the text tells that a number was set."""
    return _SETTING.search(text) is not None

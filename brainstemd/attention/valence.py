"""What the general words of a message, and its state, say about good or bad. Bounded; never enough alone.

The lists hold words of many vendors' logs in their plain English meaning; no vendor's message is in them. Words
are looked up as stems, so `failed`, `fails`, `failing` are one. A negation turns the word after it round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_FAULT = """
abnormal abort alarm backlog bad blackhole breach broken cannot collision conflict congest
congestion corrupt corruption crash crc critical damage dead deadlock degrade delay denied deny
desync die died discard disconnect down drop duplicate emergency err error evict exceed exception
exhaust exit expir expire expiry fail failure fatal fault flap forbidden full halt hang hung illegal
impossible incomplete inconsistent incorrect ineligible insufficient interrupt invalid jitter kill
lag late leak locked lockout lose loss lost malformed mismatch miss missing oom orphan outage
overdue overflow overheat overload overrun panic penalty poison poor postpone purge reallocate
reboot refuse reject reset restart retransmission retransmit retrie retries retry revert revoke
rollback shortage skip slow slowdown stale stall starve stop stuck suspect suspend terminate thrash
throttle timeout trip unable unauthorized unavailable unclean uncorrectable underrun unexpected
unhealthy unknown unreachable unreadable unresponsive unstable unsynchronized untrusted violate
violation weak wrong
"""
FAULT = frozenset(_FAULT.split())
_BENIGN = """
accept acknowledge allow begin boot built clean complete create done enable establish finish fresh
grant healthy idle initialize install login logon nominal normal ok okay open pass permitted ready
receive register renew save schedule start startup succeed success successful sync synchronize
upgrade uptodate valid verified verify welcome
"""
BENIGN = frozenset(_BENIGN.split())
_RECOVERY = """
back clear reconnect recover recovery reestablish repair resolve restore resume up
"""
RECOVERY = frozenset(_RECOVERY.split())
# What should be there: a fault where it is said not to be, and nothing otherwise.
_WANTED = """
answer carrier contact heartbeat quorum redundancy reply respond response room route signal space
"""
WANTED = frozenset(_WANTED.split())
# What an inspecting firewall did with a session that it turned away, in one word (PAN-OS, FortiOS: actions of threat logs).
_CUT_OFF = re.compile(r"\breset[-_](?:both|client|server)\b", re.IGNORECASE)
_RESTARTS = re.compile(
    r"\b(?:re-?start\w{0,4}|respawn\w{0,4}|crash\w{0,4}|segfault\w{0,4}|"
    r"core.?dump\w{0,4}|watchdog|re-?boot\w{0,4}|terminated|killed|exited|died)\b",
    re.IGNORECASE,
)
# That something is not done yet, or will be tried again.
_UNFINISHED = re.compile(
    r"\b(?:pending|await\w{0,3}|wait(?:s|ing)?|postpon\w{1,3}|defer(?:s|red|ring)?|put off|(?:not|never|no) yet|not \w+ yet|"
    r"tr(?:y|ies|ied|ying) again|asked again|again later|later again|tomorrow|next (?:try|attempt|retry|run)|"
    r"re-?tr(?:y|ies|ied|ying)|re-?attempt\w{0,3}|re-?schedul\w{1,3}|re-?queu\w{1,3}|still (?:open|waiting|missing|not|no)|"
    # German, French, Spanish
    r"ausstehend\w{0,2}|(?:steht|stehen) (?:noch )?aus|noch (?:nicht|keine?n?|offen)|wartet|warten auf|verschoben|"
    r"zur(?:ü|ue)ckgestellt|aufgeschoben|(?:er)?neuter? versuch|n(?:ä|ae)chster versuch|versucht? es (?:erneut|wieder)|"
    r"en attente|en suspens|pas encore|reportée?s?|nouvel(?:le)? (?:essai|tentative)|nouveau essai|r(?:é|e)essa\w{1,4}|"
    r"pendientes?|en espera|a(?:ú|u)n no|todav(?:í|i)a no|aplazad[oa]s?|pospuest[oa]s?|nuevo intento|reint(?:e|é)nt\w{1,5})\b",
    re.IGNORECASE,
)
# Words by which a service turns somebody away ("refused" it may be itself), and of granting, which "not" turns into such.
_REFUSED = """
bad denied deny disallow forbidden illegal incorrect invalid malformed reject unauthorized unknown
violate violation wrong
"""
REFUSALS = frozenset(_REFUSED.split())
_GRANTED = """
accept allow grant pass permit permitted valid verify
"""
GRANTS = frozenset(_GRANTED.split())
# Beside such a word they add nothing to it: that it came to nothing, or what became of the packet.
_NOTHING = """
cannot discard drop err error fail failure unable
"""
CAME_TO_NOTHING = frozenset(_NOTHING.split())
# Words that often stand in a benign line and turn nothing round by themselves.
_NEGATIONS = frozenset(("0", "no", "not", "zero", "without", "never", "non"))
_ONE_DIGIT = str.maketrans("23456789", "11111111")
_TOKEN = re.compile(r"[a-z]+|(?<![0-9.])0(?![0-9.x])|[,;](?= )")
_PLACEHOLDER = re.compile(r"<[^<>]{0,40}>")
# The name of a thing, put together of words, under the key of what names it: id=die-arvo, queue: dead-letter.
_NAMED = re.compile(
    r"(?<![\w.-])((?:id|job|queue|pool|host|node|device|client|user|unit)[\"']?[=:] ?[\"']?)"
    r"[a-z0-9]{1,40}(?:[-.][a-z0-9]{1,40}){1,6}(?![\w-])"
)
_SUFFIXES = ("", "s", "d", "ed", "es", "ing", "ly", "er", "ping", "ped")


class Valence(NamedTuple):
    fault: tuple[str, ...]  # fault words, in the order of the text, each once
    benign: tuple[str, ...]

    @property
    def known(self) -> bool:
        return bool(self.fault or self.benign)


def _stems(word: str) -> Iterator[str]:
    """What a word may come from: itself, and without its ending."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix):
            stem = word[: len(word) - len(suffix)]
            yield from (stem, stem + "e")


def refuses(found: Valence) -> bool:
    """Does it say that somebody was turned away, and nothing worse?"""
    refused = False
    for word in found.fault:
        stems = set(_stems(word.removeprefix("not ")))
        if not stems.isdisjoint(GRANTS if word.startswith("not ") else REFUSALS):
            refused = True
        elif word.startswith("not ") or stems.isdisjoint(CAME_TO_NOTHING):
            return False
    return refused


@lru_cache(maxsize=16_384)  # the words of templates are few
def _kind(word: str) -> int:
    """1 fault, -1 benign, 2 recovery, 3 wanted, 0 neither."""
    for suffix in _SUFFIXES:
        if suffix and not word.endswith(suffix):
            continue
        for stem in (word[: len(word) - len(suffix)], word[: len(word) - len(suffix)] + "e"):
            if stem in FAULT:
                return 1
            if stem in RECOVERY:
                return 2
            if stem in BENIGN:
                return -1
            if stem in WANTED:
                return 3
        if not suffix and len(word) < 4:
            return 0
    return 0


def restarts(text: str) -> bool:
    """Do the words of a template speak of a restart or an unwanted end?"""
    return _RESTARTS.search(text[:2000]) is not None


def unfinished(text: str) -> bool:
    """Do the words of a template say that something is not done yet, or will be tried again?"""
    return _UNFINISHED.search(text[:2000]) is not None


def words(text: str) -> Valence:
    """The fault and the benign words of a template; placeholders say nothing."""
    return _words(text.translate(_ONE_DIGIT))


@lru_cache(maxsize=16_384)  # of digits only a zero is a word: names that differ in the others are read once
def _words(text: str) -> Valence:
    fault: dict[str, None] = {}
    benign: dict[str, None] = {}
    negated, last = 0, ""
    text = _CUT_OFF.sub("rejected", _PLACEHOLDER.sub(" ", text[:2000]))
    for word in _TOKEN.findall(_NAMED.sub(r"\1 ", text.lower())):
        if word in ",;":  # "not reached, skipping": a negation ends with its clause
            negated = 0
            continue
        if word == "0" and last in fault:  # "errors=0", "failed: 0"
            del fault[last]
            benign["no " + last] = None
        last = word
        if word in _NEGATIONS:
            negated = 3
            continue
        kind = _kind(word)
        if kind == 1:
            (benign if negated else fault)["no " + word if negated else word] = None
        elif kind == -1:
            (fault if negated else benign)["not " + word if negated else word] = None
        elif kind == 3 and negated:
            fault["no " + word] = None
        if kind or negated:
            negated = 0 if kind else negated - 1
    return Valence(tuple(fault), tuple(benign))

"""State in words: what a message says about up and down, success and failure, intent. For any vendor, in English.

`read_state` is a function of the text with its digits removed, so that it can be cached for all lines that differ in digits.

Polarity is the state of a standing thing (link, tunnel, service, disk, node); outcome is the end of an attempt
(login, job, request). So
"interface down" is down, "service failed" is down and a failure, "login failed" and "backup job failed" are failures and neutral.

    healed   one clause says down, a later one up ("dropped and recovered"), or a word says both (flapped, bounced, "restarted
             unexpectedly", "failed over and back"): polarity up
    change   "from X to Y", "X -> Y", "changed state to Y": Y decides
    last     otherwise the last state word that is not negated away and not in a clause of cause or past ("after failure")
    negation "not up", "no longer reachable" are down; "no longer down" is up; "no errors" says nothing
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from brainstemd.pipeline.asides import is_denied, is_setting, quiet_spans, says_nothing
from brainstemd.pipeline.state_words import (
    ATTEMPT,
    FAILURE,
    FAILURE_TOKENS,
    HEALED_TOKENS,
    ORDERLY_TOKENS,
    STATE_TOKENS,
    SUCCESS,
    SUCCESS_TOKENS,
    TABLES,
    THING,
    tokens_of,
    word_set,
)

UP: Final = "up"
DOWN: Final = "down"
NEUTRAL: Final = "neutral"


class State(NamedTuple):
    """What the words say."""

    polarity: str = NEUTRAL
    outcome: str | None = None
    healed: bool = False
    orderly: bool = False
    word: str = ""  # that decided the polarity: its subject is the entity


def _any_state() -> re.Pattern[str]:
    """A word of the tables, found in their order; the pattern begins with a set of characters so that the engine can skip."""
    groups = []
    for name, words in TABLES.items():
        by_letter: dict[str, list[str]] = {}
        for word in words.split("|"):
            by_letter.setdefault(word[0], []).append(word[1:])
        branches = "|".join(f"(?<={letter})(?:{'|'.join(rests)})" for letter, rests in by_letter.items())
        groups.append(f"(?P<{name}>{branches})")
    letters = "".join(sorted({word[0] for words in TABLES.values() for word in words.split("|")}))
    pattern = rf"[{letters}](?<![\w-].)(?:{'|'.join(groups)})(?![\w-])"
    return re.compile(pattern.replace("~", r"[ \t]{1,3}"))


_HIT = _any_state()
_PACKETS = re.compile(r"\b(?:packets?|frames?|datagrams?|messages?|bytes|requests?|queries|events?|logs?)\b")

_HEALED = re.compile(
    r"\b(?:dropped|lost|down|failed|disconnected|crashed|died|unreachable|failed over|went away|timed out"
    r"|stopped|offline|killed|unavailable)\b"
    r"[^.;|]{0,60}?(?:\band\b|\bthen\b|\bbut\b|,|;)[^.;|]{0,40}?"
    r"\b(?:recovered|restored|reconnected|re-?established|came back|back up|back online|back|up again"
    r"|is up|now up|restarted|respawned|resumed)\b"
    r"|\b(?:flapped|flapping|flaps|blipped)\b"
    r"|\b(?:link|port|interface|session|connection|tunnel|peer|adapter|circuit|neighbou?r|bgp|ospf|vpn)\b"
    r"[^.;|]{0,40}?\bbounc(?:ed|ing)\b"
    r"|\b(?:restarted|restarting|respawned|rebooted)\b[^.;|]{0,40}?\b(?:unexpectedly|automatically"
    r"|after (?:a )?(?:crash|failure|fault|hang)|by watchdog)\b"
    r"|\b(?:unexpected(?:ly)?|automatic(?:ally)?|watchdog) (?:restart|restarted|reboot|rebooted|respawn)\b"
    r"|\b(?:recovered|restored|reconnected|back (?:up|online))\b[^.;|]{0,20}?\bafter\b[^.;"
    r"|]{0,30}?\b(?:outage|downtime|seconds?|secs?|s|ms|min|minutes?|down)\b"
    r"|\bself-?healed\b"
)
_STILL_DOWN = re.compile(r"\b(?:disabl\w*|suppress\w*|detected and shut|exceeded)\b")
_CHANGE = re.compile(
    r"(?:\bfrom[ :]+(?:state )?[\"'(<\[]?(?P<before>[a-z][a-z-]{0,30})[\"')>\]]?\s{0,3}(?:state )?)?(?:[-=]{1,2}>|→"
    r"|\bto\b|\bto state\b|\binto\b|\bis now\b|\bbecame\b|\bbecomes\b)"
    r"\s{0,3}(?:the |an? |state |status )?[:=]?\s{0,3}[\"'(<\[]?(?P<after>[a-z][a-z-]{0,30})"
)
_CHANGE_WORDS: Final = (">", "into", "→", "is now", "became", "becomes")
_CHANGE_TO = re.compile(r"to(?<!\w..)\b")  # without it or one of them `_CHANGE` finds nothing
_ARROW = re.compile(
    r"(?<![a-z-])(?P<before>[a-z][a-z-]{0,30})[\"')>\]]?\s*[-=]{1,2}>\s*[\"'(<\[]?(?P<after>[a-z][a-z-]{0,30})"
)
_STATE_UP = word_set("""
    up online active established full reachable connected ready running healthy ok normal operational
    available alive enabled forwarding master primary good optimal clear cleared green synced synchronized
    started success complete op run
""")
_STATE_DOWN = word_set("""
    non-functional marginal
    down offline inactive idle unreachable disconnected failed failure faulty dead degraded unhealthy
    unavailable disabled stopped notconnect critical error errdisable err-disabled lost suspended
    out-of-service red fault deleted admindown nonoperational unknown missing bad timeout
""")
_STATE_BETWEEN = word_set("""
    init exstart exchange loading twoway attempt active connect opensent openconfirm standby waiting pending
""")

_STATE_WELL: Final = ("healthy", "ok", "normal", "optimal", "good", "online", "green")
_STATE_WEAK = word_set("""
    full master primary good complete success clear unknown critical error timeout bad idle missing red
    green op
""")
_MODE = re.compile(
    r"\b(?:to|in|into|entered|entering|enters|now in|mode:|mode =|state:) ?[\"']?(?:(?P<down>stop|halt|halted|fault|failed|error"
    r"|safe|fail-?safe|degraded|emergency|read-only|defective)|(?P<up>run|running|normal|operation|operational|online))"
    r"[\"']? (?:mode|state)\b"
)
_PEER_STATE = re.compile(
    r"\b(?:neighbou?r|peer)\b[^,;]{0,60}[ =:(]"
    r"(?P<s>idle|connect|opensent|openconfirm|exstart|init)\s*(?:\([^)]{0,40}\))?[.)\]]*$"
)
_NEW_STATE = re.compile(r"\bnew state[ :=\"']{1,3}(?P<s>[a-z-]{2,20})")
_STATE_PAIR = re.compile(
    r"(?:^|[ ;,|{\"'])(?:state|status|health|oper_?status|link_?state|link_?status|new_?state)[\"']?[=:][ ]?[\"']?"
    r"(?P<s>(?P<up>up|online|running|connected|reachable|healthy|established|operational|available)"
    r"|down|offline|stopped|crashed|disconnected|unreachable|unhealthy|degraded|unavailable|dead|lost|faulted)(?![\w-])"
)
_LOST = re.compile(
    r"\blost (?:the |its |all )?(?:[\w-]{1,20} ){1,3}(?:connection|contact|connectivity|link|heartbeats?|carrier|communication"
    r"|signal|quorum|registration|synchroni[sz]ation|sync|lock)\b"
)
_BREAKER = re.compile(r"\bbreakers?\b[^.;]{0,40}?\b((?P<up>closed|closes|reset)|opened|opens|tripped|open)\b")
_GLUED_HINTS: Final = (
    "ready",
    "down",
    "up",
    "offline",
    "online",
    "lost",
    "restored",
    "recovered",
    "fail",
    "reachable",
    "connected",
)
_GLUED = re.compile(
    r"(?<![a-z./])(?:link|port|node|host|peer|tunnel|interface|vpn|bgp|ospf|neighbou?r|server|service|device|member|disk|drive"
    r"|psu|fan|supply|sensor|ap|wan|path|ups|vm|agent|gateway|connection|heartbeat|volume|camera|trunk|channel|cluster|ha)"
    r"[_.-]?(?:state|status|is|went|has)?[_.-]?"
    r"(down|up|offline|online|not[_-]?ready|ready|lost|restored|recovered|failed|failure"
    r"|unreachable|reachable|disconnected|connected)(?![\w])"
)
_GLUED_UP = frozenset(("up", "ready", "online", "restored", "recovered", "reachable", "connected"))
_CLEARED_HINTS: Final = (
    "clear",
    "resolved",
    "ceased",
    "assert",
    " ended",
    " over",
    " reset",
    " closed",
    " gone",
)
_CLEARED = re.compile(
    r"\b(?:alarm|alert|fault|event|condition|problem|issue|incident|failure|trap)s?(?: has been| have been| has| is| was| now"
    r"| state| status){0,3}[\"' :=-]{0,4}(?:cleared|resolved|ceased|ended|over|de-?asserted|closed|gone)\b"
    r"|(?:^|[\[(|:;,\"'=] ?)(?:cleared|clear|resolved|ceased|de-?asserted)(?:$|[\])|:;,\"' -])"
    r"|\b(?:loss|outage|overload|disconnection) (?:ended|over|resolved|cleared)\b"
    r"|\b(?:fault|alarm|trip|error) (?:was |has been )?reset\b"
    r"|\bclear(?:ed|ing)? (?:the )?(?:alarm|fault|alert|condition)"
    r"|\b(?:cleared|resolved|ceased|de-?asserted)[.)\]]*$"
)
_ALARM = re.compile(r"\b(?:alarm|alert|fault|failure|high|low|warning|trap)\b")
# A name that has lost its digits stands before the word: "ch- started", "car  tripped".
_NAMED_BEFORE = re.compile(
    r"(?:[a-z]-[a-z-]{0,40}| [a-z]|[a-z] )[\"')\]]? (?:(?:is|has|was|been|had|now) ){0,3}$"
)
_PRESENT: Final = ("up", "online", "available", "reachable", "running", "connected", "alive")
_WAS = re.compile(r"\b(?:was|were|had been) $")
# Sessions of people come and go.
_OF_SESSIONS: Final = ("disconnected", "lost connection", "connection lost")
_SESSIONS = re.compile(
    r"\b(?:auth|logged out|session type|username|user=|client vpn|remote user|imap|pop)\b|user=<"
)
_NO_LOSS = re.compile(r"\b(?:no|without|zero|any) (?:\w{1,20} ){0,2}$")
_END_OF_REGISTERED = re.compile(r"(?:$|[.,;)\]]| (?:with|to|successfully|again|at))")
_NEGATED_UP = frozenset(
    ("down", "unreachable", "offline", "degraded", "unavailable", "on battery", "inaccessible", "faulty")
)
_OF_SETTING = re.compile(
    r"[ _-](?:timers?|thresholds?|detection|delays?|intervals?|limits?|patterns?|polic(?:y|ies)|counters?|tolerance|scenarios?)\b"
)

_NEGATION = re.compile(r"(?:\b(?:not|no|never|without|nicht|pas|sin|cannot"
r"|unable|isn't|wasn't|aren't|doesn't|didn't|won't|can't|couldn't)"
r"|\bno longer|\bnicht mehr|n't)"
                       r"(?:[ \t]{1,3}(?:yet|be|been|being|to|get|come|currently|longer|a|any|is|the|now|go|become"
r"|bring))*[ \t]{1,3}$")  # fmt: skip
_FAILED_TO = re.compile(
    r"\b(?:failed|fails|failing|failure|unable|cannot|could not|refused) (?:to )?(?:[\w-]{1,20}[ \t]){0,4}$"
)
_NOT_UP = re.compile(
    r"\b(?:clean|cleaned|cleaning|set|setting|look|looking|looked|backed|backing|follow|sign|hang|hung"
    r"|give|giving|gave|pick|picked|"
    r"speed|wake|waking|start|starting|build|building|rolled|bring|bringing|brought-|use[sd]?|filled"
    r"|filling|link-|ramp|ramping|open|opened|opening|dial|ring|keep|keeping|held|hold|holds|holding|piled|piling"
    r"|stacked|stacking|took|taken|taking|takes|tied|caught|catch|catching|freed|freeing|summed|added|mixed|signed"
    r"|wound|ended|split|broke|broken|wrapped|warmed|warming|heated|heating|torn|queued|queueing|closed|closing) $"
)
_NONE_OF = re.compile(r"\bno (?:\w{1,20} ){1,2}$")  # "no session established"
_IS = re.compile(
    r"(?:\b(?:is|are|status|state|now|to|health|comms?|communications?|link|connection|power)|[:=])[ \t]{0,3}[\"']?$"
)
_UP_TO = re.compile(r" (?:to|until|for \w+ bytes|for +(?:days?|hours?|minutes?|seconds?|weeks?))\b")
_PAST = re.compile(
    r"\b(?:after|since|from|following|previously|was|were|had|because|due to|caused by|reason|if|when"
    r"|until|unless|before|while|waiting for|in case of|"
    r"on|keep|last|for)"
    r"(?: (?:a|an|the|its?|being|having|been|was|has|had|earlier|previous|prior|temporary|complete|recent"
    r"|transient|brief|short|primary|peer|link|remote|local|connection|power|network"
    r"|unexpected))*[ \t]{1,3}$"
)
_CAN_BE_PAST = re.compile(
    r"\b(?:recovered|restored|up|reconnected|established|re-established|online|started|restarted|back|cleared)\b"
)
_CONFIG = re.compile(
    r"(?:shut|slow|power|count|drill|scale|scaling|cool|break|mark|write|count|sit|page|scroll|pull"
    r"|narrow|touch)(?:ing|ed|s)?[ -]$"
)

_REACHED = re.compile(r" (?:was |were |has been )?(?:reached|exceeded)")
_MAXIMUM = re.compile(r"\b(?:max(?:imum)?|number of) (?:\w{1,20} )?$")
_ENDS: Final = ("failed", "fails", "failing", "timed out", "aborted", "fehlgeschlagen")
_NO = re.compile(r"(?:\b(?:not|no|never|without|any)|n't|\bun)[ \t]{0,3}$")
_ORDERLY = re.compile(
    r"\bstopping\b|\bstopped\b(?! (?:responding|working|unexpectedly|sending|receiving|due to))"
    r"|\bshutting down\b|\badministratively\b|\badmin(?:istrative)?[ -_]?down\b|\badmin state\b"
    r"|\b(?:shut ?down|stopped|restarted|rebooted|disabled|reloaded|terminated|disconnected|brought down"
    r"|reset|cleared|halted) (?:by|on|at|per|upon) "
    r"(?:the )?(?:admin\w*|user|operator|request|root|console|command|systemd|scheduler|manual)"
    r"|\b(?:reload|reboot|restart|shutdown|termination|disconnect|failover"
    r"|switchover) (?:was )?(?:requested|initiated|scheduled|command)\b|\b(?:requested|user-initiated"
    r"|planned|graceful|gracefully|manual|manually|scheduled|operator)"
    r"[ -](?:by |a |an )?(?:reload|reboot|restart|restarting|shutdown|shut ?down|stop|stopp\w+"
    r"|maintenance|failover|switchover|upgrade|termination|disconnect)"
    r"|\bgracefully\b|\b(?:on|by|at|upon|per)(?: \w+){0,2} request\b|\brequested by\b|\bby request\b"
    r"|\b(?:exiting|terminating|terminated|stopping|shutting down|caught|received|got|killed|exit)\b[^.;"
    r"|]{0,30}?\b(?:signal|sigterm|sigint|term signal)\b"
    r"|\b(?:sigterm|sigint)\b|\bsystem is going down\b|\bdeactivated successfully\b|\bmaintenance mode\b"
    r"|\badmin[- ]?(?:shut|disabled)\b|\breload command\b|\bpower(?:ed|ing) off by\b"
)
_CRASH_SIGNAL = re.compile(
    r"\b(?:sigsegv|sigabrt|sigbus|sigkill|core[- ]dump|segv|segfault|unexpected(?:ly)?|watchdog|crash\w*)\b"
)
_SIGNAL = re.compile(r"\b(?:by |on |with |caught |got |received )?signal[ :#=]{1,3}(\d{1,2})\b", re.I)


def signal_is_orderly(text: str) -> bool | None:
    """Whether the numbered signal of a message asks a process to end (1, 2, 15); None if there is none. Needs the digits."""
    match = _SIGNAL.search(text)
    return None if match is None else int(match[1]) in (1, 2, 15)


def read_state(text: str, tokens: frozenset[str] | None = None) -> State:
    """The state in words of a lower-case text without digits; `tokens` are its words."""
    if tokens is None:
        tokens = tokens_of(text)
    orderly = not ORDERLY_TOKENS.isdisjoint(tokens) and _is_orderly(text)
    outcome, ended = _outcome(text, tokens)
    healed = None if HEALED_TOKENS.isdisjoint(tokens) else _HEALED.search(text)
    if healed is not None and not _STILL_DOWN.search(text):
        return State(UP, None, True, orderly, healed[0].split()[0])
    polarity, word = _polarity(text, tokens)
    if (polarity != NEUTRAL or outcome is not None) and is_setting(text):
        return State()
    if (
        any(map(text.__contains__, _CLEARED_HINTS))
        and _CLEARED.search(text) is not None
        and (polarity == DOWN or "disconnection" in text)
    ):
        return State(UP, None, False, False, word)
    orderly = orderly or (polarity == DOWN and outcome == "success")
    orderly = (orderly and polarity != UP) or (orderly and "restart" in text)
    return State(polarity, outcome, False, orderly, word or ended)


def _is_orderly(text: str) -> bool:
    return _ORDERLY.search(text) is not None and _CRASH_SIGNAL.search(text) is None


def _polarity(text: str, tokens: frozenset[str]) -> tuple[str, str]:
    """The polarity and the word that decides it."""
    hits = [] if STATE_TOKENS.isdisjoint(tokens) else list(_HIT.finditer(text))
    changed = _change(text) or _entered(text)
    if changed is None and not hits:
        glued = _GLUED.search(text) if any(map(text.__contains__, _GLUED_HINTS)) else None
        if glued is None or says_nothing(text, glued[1], *glued.span(1)):
            return NEUTRAL, ""
        return (UP if glued[1] in _GLUED_UP else DOWN), glued[0]
    spans = quiet_spans(text)
    if changed is not None and not _is_quiet(changed[1], spans):
        return changed[0], changed[2]
    return _last_word(text, [hit for hit in hits if not _is_quiet(hit.start(), spans)])


def _is_quiet(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _entered(text: str) -> tuple[str, int, str] | None:
    """`went to STOP mode`, `neighbor … Idle`, `breaker opened`."""
    if "new state" in text and (match := _NEW_STATE.search(text)) is not None:
        after = match["s"]
        if after in _STATE_UP or after in _STATE_DOWN:
            return (UP if after in _STATE_UP else DOWN), match.start("s"), match[0]
    if "stat" in text or "health" in text:
        match = _STATE_PAIR.search(text)
        if match is not None:
            return (UP if match["up"] is not None else DOWN), match.start("s"), match["s"]
    if "lost " in text:
        match = _LOST.search(text)
        if match is not None and not _NO_LOSS.search(text, max(0, match.start() - 32), match.start()):
            return DOWN, match.start(), match[0]
    if "mode" in text or "state" in text:
        match = _MODE.search(text)
        if match is not None:
            return (UP if match["up"] is not None else DOWN), match.start(), match[0]
    if "neighbo" in text or "peer" in text:
        match = _PEER_STATE.search(text)
        if match is not None:
            return DOWN, match.start(1), match[1]
    if "breaker" in text:
        match = _BREAKER.search(text)
        if match is not None:
            return (UP if match["up"] is not None else DOWN), match.start(1), match[1]
    return None


def _change(text: str) -> tuple[str, int, str] | None:
    """The polarity of the state that the text says is entered last, where, and what stands before; None if it says none."""
    if not any(map(text.__contains__, _CHANGE_WORDS)) and _CHANGE_TO.search(text) is None:
        return None
    found: tuple[str, int, str] | None = None
    for pattern in (_ARROW, _CHANGE) if ">" in text else (_CHANGE,):
        for match in pattern.finditer(text):
            said = _entered_state(match["before"], match["after"], text)
            if said is not None and not says_nothing(text, match["after"], *match.span("after")):
                found = said, match.start("after"), match[0]
        if found is not None:
            return found
    return None


def _entered_state(before: str | None, after: str, text: str) -> str | None:
    if before is not None and after in _STATE_BETWEEN and before in _STATE_UP:
        return DOWN
    if before is not None and after == "idle" and before not in _STATE_UP:
        return None
    if before is None and after in _STATE_WEAK and "state" not in text:
        return None
    if after in _STATE_UP:
        return UP
    if before in _STATE_WELL and after not in _STATE_DOWN and ("stat" in text or "health" in text):
        return DOWN
    return DOWN if after in _STATE_DOWN else None


def _last_word(text: str, hits: list[re.Match[str]]) -> tuple[str, str]:
    if not hits:
        return NEUTRAL, ""
    kinds = {match.lastgroup for match in hits}
    thing = THING.search(text) is not None
    attempt = not kinds.isdisjoint(("down_if", "up_if")) and ATTEMPT.search(text) is not None
    packets = "down_if" in kinds and _PACKETS.search(text) is not None
    polarity, word = NEUTRAL, ""
    for match in hits:
        said = _hit(match, text, thing, attempt, packets, polarity)
        if said is not None:
            polarity, word = said, match[0]
    return polarity, word


def _hit(
    match: re.Match[str], text: str, thing: bool, attempt: bool, packets: bool, so_far: str
) -> str | None:
    """What one state word says where it stands; None if nothing."""
    kind, word = match.lastgroup or "", match[0]
    start, end = match.span()
    before = text[max(0, start - 48) : start]
    if not thing and kind not in ("down", "up") and not _NAMED_BEFORE.search(before):
        return None
    if kind == "down_if" and (attempt or (packets and word.startswith(("drop", "lost")))):
        return None
    if kind == "up_if" and (attempt or _NONE_OF.search(before)):
        return None
    if says_nothing(text, word, start, end) or (word == "loss" and _NO_LOSS.search(before)):
        return None
    if word == "active" and (so_far == DOWN or _ALARM.search(text)):
        return None
    if so_far == DOWN and word in _PRESENT and _WAS.search(before):
        return None
    if word in _OF_SESSIONS and _SESSIONS.search(text):
        return None
    if word in ("reachable", "available", "online", "alive") and _NONE_OF.search(before):
        return DOWN
    if word in ("ok", "normal", "optimal") and not _IS.search(before):
        return None
    if word == "registered" and not _END_OF_REGISTERED.match(text, end):
        return None
    if word == "up" and (_NOT_UP.search(before) or _UP_TO.match(text, end)):
        return None
    if word == "down" and _CONFIG.search(before):
        return None
    negated = _NEGATION.search(before) is not None or is_denied(text, end)
    if kind.startswith("down"):
        if so_far == UP and _PAST.search(before) and _CAN_BE_PAST.search(before + text[:start]):
            return None
        if negated:
            return UP if word in _NEGATED_UP else None
        return DOWN
    if negated or (_FAILED_TO.search(before) and (thing or word in ("connected", "established", "up"))):
        return DOWN
    return UP


def _is_maximum(text: str, start: int, end: int) -> bool:
    """Whether failures are a number that is set, not reached."""
    return _MAXIMUM.search(text, max(0, start - 24), start) is not None and not _REACHED.match(text, end)


def _outcome(text: str, tokens: frozenset[str]) -> tuple[str | None, str]:
    """The outcome, and the word behind the subject of what failed."""
    for match in () if FAILURE_TOKENS.isdisjoint(tokens) else FAILURE.finditer(text):
        start, end = match.span()
        before = text[max(0, start - 12) : start]
        if text.startswith("over", end + 1) or _NO.search(before) or before.endswith((" on ", " upon ")):
            continue
        if is_denied(text, end) or _OF_SETTING.match(text, end) or _is_maximum(text, start, end):
            continue
        ends = match[0] in _ENDS and not text.startswith(" to ", end)
        return "failure", match[0] if ends else ""
    for match in () if SUCCESS_TOKENS.isdisjoint(tokens) else SUCCESS.finditer(text):
        start, end = match.span()
        denied = _NO.search(text[max(0, start - 12) : start]) is not None or is_denied(text, end)
        return ("failure" if denied else "success"), ""
    return None, ""

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

UP: Final = "up"
DOWN: Final = "down"
NEUTRAL: Final = "neutral"


class State(NamedTuple):
    """What the words say."""

    polarity: str = NEUTRAL
    outcome: str | None = None
    healed: bool = False
    orderly: bool = False


def _words(text: str) -> str:
    return "|".join(text.split())


# Words of state. "~" stands for a blank inside a phrase.
_DOWN_ALWAYS = _words(
    "down shutdown went~away gone~away unreachable unresponsive no~response stopped~responding dead "
    "offline crashed crash core~dumped coredump segfault segfaulted segmentation~fault panic hung stalled "
    "degraded faulty faulted unhealthy unavailable disconnected no~carrier lost~carrier carrier~lost "
    "loss~of~signal loss~of~carrier loss~of~light loss~of~connection link~failure link~loss "
    "out~of~service out~of~memory oom-kill oom-killer killed died inactive deactivated unplugged ejected "
    "broken err-disabled errdisabled err-disable unsynchronised unsynchronized out~of~sync lost~sync "
    "lost~connection connection~lost connection~was~lost lost~contact lost~connectivity connectivity~lost "
    "lost~communication communication~lost lost~power power~lost power~loss loss~of~power unmounted "
    "inoperative inoperable malfunctioned defunct notconnect vanished disappeared demoted "
    "not~found~on~bus outage failed~to~start failed~to~mount failed~to~load failed~to~listen "
    "failed~to~establish failed~to~bind failed~to~respond exiting~on missed~heartbeat heartbeat~lost "
    "heartbeat~timeout lost~heartbeat dpd~timeout destroyed "
)
_DOWN_OF_THING = _words(
    "failed fails failing failure dropped drop drops lost expired terminated aborted stopped stopping "
    "disabled removed timed~out timeout exited suspended halted start~request~repeated~too~quickly "
)
_UP_ALWAYS = _words(
    "up online reachable alive recovered recovers restored re-established reestablished reconnected "
    "came~back back~to~normal healthy operational in~service rejoined repaired restarted resynchronised "
    "resynchronized back~online respawned recovering-ok "
)
_UP_OF_THING = _words(
    "established connected started running active activated available resumed ready joined synchronised "
    "synchronized in~sync plugged cleared booted enabled mounted promoted responding loaded normal ok "
    "reloaded inserted "
)
_TABLES = {"down": _DOWN_ALWAYS, "down_if": _DOWN_OF_THING, "up": _UP_ALWAYS, "up_if": _UP_OF_THING}


def _any_state() -> re.Pattern[str]:
    """A word of the tables, found in their order; the pattern begins with a set of characters so that the engine can skip."""
    groups = []
    for name, words in _TABLES.items():
        by_letter: dict[str, list[str]] = {}
        for word in words.split("|"):
            by_letter.setdefault(word[0], []).append(word[1:])
        branches = "|".join(f"(?<={letter})(?:{'|'.join(rests)})" for letter, rests in by_letter.items())
        groups.append(f"(?P<{name}>{branches})")
    letters = "".join(sorted({word[0] for words in _TABLES.values() for word in words.split("|")}))
    pattern = rf"[{letters}](?<![\w-].)(?:{'|'.join(groups)})(?![\w-])"
    return re.compile(pattern.replace("~", r"[ \t]{1,3}"))


_HIT = _any_state()
_THING = re.compile(
    r"\b(?:service|unit|daemon|process|disk|drive|link|interface|ifname|port|tunnel|vpn|ipsec|ike|sa|peer"
    r"|neighbou?r|nbr|node|member|fan|"
    r"power|psu|supply|sensor|module|card|array|raid|volume|pool|datastore|server|controller|path|cluster"
    r"|adjacency|bgp|ospf|eigrp|isis|bfd|ldp|"
    r"hsrp|vrrp|lacp|stp|line protocol|protocol|gateway|uplink|wan|circuit|host|container|pod|instance|vm"
    r"|database|replica|mount|filesystem|"
    r"battery|ups|ap|access point|radio|switch|router|firewall|agent|monitor|health ?check|probe|backend"
    r"|upstream|connection|connectivity|"
    r"ethernet|battery|transceiver|sfp|optic|gigabitethernet|broker|cache|queue manager|listener|worker|site|camera|phone|trunk|"
    r"channel|heartbeat|carrier|signal|main process|sync|clock|license|certificate|alarm|system|device)s?\b|\.service\b"
)
_ATTEMPT = re.compile(
    r"\b(?:password|login|logon|logins|log ?on|auth\w*|pam_\w+|publickey|credentials?|user(?:name)?s?"
    r"|account|(?<!by )(?<!on )(?<!upon )(?<!per )request|query|lookup|"
    r"access|permission|download|upload|delivery|transaction|job|backup|task|snapshot|renewal|scan|update|"
    r"command|packets?|frames?|datagrams?|bytes|messages?|file|policy|rule|urlfilter|session (?!to"
    r"|with)\w* ?(?:opened|closed|of user|for user)|"
    r"session\s+of user|dns|http|https|tcp|udp|icmp|handshake|negotiation|proposal|sudo|su|mail|smtp|recipient)\b"
)
_PACKETS = re.compile(r"\b(?:packets?|frames?|datagrams?|messages?|bytes|requests?|queries|events?|logs?)\b")
_FLOW_STATE = re.compile(r"\b(?:tcp|udp|icmp|packet|flow|session)\b")

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
    r"(?:\bfrom[ :]+[\"'(<\[]?(?P<before>[a-z][a-z-]{0,30})[\"')>\]]?\s{0,3}(?:state )?)?(?:[-=]{1,2}>|→"
    r"|\bto\b|\bto state\b|\binto\b|\bis now\b|\bbecame\b|\bbecomes\b)"
    r"\s{0,3}(?:the |an? |state |status )?[:=]?\s{0,3}[\"'(<\[]?(?P<after>[a-z][a-z-]{0,30})"
)
_CHANGE_WORDS: Final = (">", "into", "→", "is now", "became", "becomes")
_CHANGE_TO = re.compile(r"to(?<!\w..)\b")  # without it or one of them `_CHANGE` finds nothing
_ARROW = re.compile(
    r"(?<![a-z-])(?P<before>[a-z][a-z-]{0,30})[\"')>\]]?\s*[-=]{1,2}>\s*[\"'(<\[]?(?P<after>[a-z][a-z-]{0,30})"
)
_STATE_UP = frozenset(
    [
        "up",
        "online",
        "active",
        "established",
        "full",
        "reachable",
        "connected",
        "ready",
        "running",
        "healthy",
        "ok",
        "normal",
        "operational",
        "available",
        "alive",
        "enabled",
        "forwarding",
        "master",
        "primary",
        "good",
        "optimal",
        "clear",
        "cleared",
        "green",
        "synced",
        "synchronized",
        "started",
        "success",
        "complete",
    ]
)
_STATE_DOWN = frozenset(
    [
        "down",
        "offline",
        "inactive",
        "idle",
        "unreachable",
        "disconnected",
        "failed",
        "failure",
        "faulty",
        "dead",
        "degraded",
        "unhealthy",
        "unavailable",
        "disabled",
        "stopped",
        "notconnect",
        "critical",
        "error",
        "errdisable",
        "err-disabled",
        "lost",
        "suspended",
        "out-of-service",
        "red",
        "fault",
        "deleted",
        "admindown",
        "nonoperational",
        "unknown",
        "missing",
        "bad",
    ]
)
_STATE_BETWEEN = frozenset(
    [
        "init",
        "exstart",
        "exchange",
        "loading",
        "twoway",
        "attempt",
        "active",
        "connect",
        "opensent",
        "openconfirm",
        "standby",
        "waiting",
        "pending",
    ]
)

_NEGATION = re.compile(r"(?:\b(?:not|no|never|without|cannot|unable|isn't|wasn't|aren't|doesn't|didn't|won't|can't|couldn't)"
r"|\bno longer|n't)"
                       r"(?:[ \t]{1,3}(?:yet|be|been|being|to|get|come|currently|longer|a|any|is|the|now|go|become"
r"|bring))*[ \t]{1,3}$")  # fmt: skip
_FAILED_TO = re.compile(
    r"\b(?:failed|fails|failing|failure|unable|cannot|could not|refused) (?:to )?(?:[\w-]{1,20}[ \t]){0,4}$"
)
_NOT_UP = re.compile(
    r"\b(?:clean|cleaned|cleaning|set|setting|look|looking|looked|backed|backing|follow|sign|hang|hung"
    r"|give|giving|gave|pick|picked|"
    r"speed|wake|waking|start|starting|build|building|rolled|bring|bringing|brought-|use[sd]?|filled"
    r"|filling|link-|ramp|ramping|open|opened|opening|dial|ring|keep|keeping) $"
)
_NONE_OF = re.compile(r"\bno (?:\w{1,20} ){1,2}$")  # "no session established"
_IS = re.compile(r"(?:\b(?:is|are|status|state|now|to|health)|[:=])[ \t]{0,3}[\"']?$")
_UP_TO = re.compile(r" (?:to|until|for \w+ bytes)\b")
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
    r"(?:shut|slow|power|count|drill|scale|scaling|cool|break|mark|write|count|sit|page|scroll|pull|narrow|touch)[ -]$"
)

_FAILURE = re.compile(
    r"\b(?:fail(?:ed|ure|ures|s|ing)?|denied|deny|denies|reject(?:ed|s)?|refused|refuses|invalid"
    r"|unsuccessful(?:ly)?|unauthori[sz]ed|forbidden|"
    r"not (?:permitted|allowed|authori[sz]ed|accepted|valid)|unable|cannot|can't|could not|couldn't"
    r"|abort(?:ed|s)?|incorrect|bad password|illegal user|"
    r"timed out|with errors|mismatch|locked out|nxdomain|servfail|bounced mail|undeliverable)\b"
)
_SUCCESS = re.compile(
    r"\b(?:succe(?:eded|ss|ssful|ssfully|eds)|accepted|completed?|passed|granted|permitted|allowed"
    r"|authenticated|logged in|logged on|finished|renewed|"
    r"verified|delivered)\b"
)
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


def read_state(text: str) -> State:
    """The state in words of a lower-case text without digits."""
    orderly = _ORDERLY.search(text) is not None and _CRASH_SIGNAL.search(text) is None
    outcome = _outcome(text)
    if _HEALED.search(text) and not _STILL_DOWN.search(text):
        return State(UP, None, True, orderly)
    polarity = _change(text) or _last_word(text)
    orderly = orderly or (polarity == DOWN and outcome == "success")
    return State(polarity, outcome, False, (orderly and polarity != UP) or (orderly and "restart" in text))


def _change(text: str) -> str | None:
    """The polarity of the state that the text says is entered last, if it says so."""
    if not any(map(text.__contains__, _CHANGE_WORDS)) and _CHANGE_TO.search(text) is None:
        return None
    found: str | None = None
    for pattern in (_ARROW, _CHANGE) if ">" in text else (_CHANGE,):
        for match in pattern.finditer(text):
            before, after = match["before"], match["after"]
            if (
                before is not None
                and after in _STATE_BETWEEN
                and before in _STATE_UP | {"full", "established"}
            ):
                found = DOWN
            elif (before is not None and after == "idle" and before not in _STATE_UP) or (
                after
                in (
                    "full",
                    "master",
                    "primary",
                    "good",
                    "complete",
                    "success",
                    "clear",
                    "unknown",
                    "critical",
                    "error",
                    "bad",
                    "idle",
                    "missing",
                    "red",
                    "green",
                )
                and before is None
                and "state" not in text
            ):
                continue
            elif after in _STATE_UP:
                found = UP
            elif after in _STATE_DOWN:
                found = DOWN
        if found is not None:
            return found
    return None


def _last_word(text: str) -> str:
    hits = list(_HIT.finditer(text))
    if not hits:
        return NEUTRAL
    thing = _THING.search(text) is not None
    attempt = _ATTEMPT.search(text) is not None
    packets = _PACKETS.search(text) is not None
    polarity = NEUTRAL
    for match in hits:
        said = _hit(match, text, thing, attempt, packets, polarity)
        if said is not None:
            polarity = said
    return polarity


def _hit(
    match: re.Match[str], text: str, thing: bool, attempt: bool, packets: bool, so_far: str
) -> str | None:
    """What one state word says where it stands; None if nothing."""
    kind, word = match.lastgroup or "", match[0]
    before = text[max(0, match.start() - 48) : match.start()]
    if kind == "down_if" and (not thing or attempt or (packets and word.startswith(("drop", "lost")))):
        return None
    if kind == "up_if" and (attempt or not thing or _NONE_OF.search(before)):
        return None
    if word in ("ok", "normal") and not _IS.search(before):
        return None
    if word == "up" and (_NOT_UP.search(before) or _UP_TO.match(text, match.end())):
        return None
    if word == "down" and _CONFIG.search(before):
        return None
    negated = _NEGATION.search(before) is not None
    if kind.startswith("down"):
        if so_far == UP and _PAST.search(before) and _CAN_BE_PAST.search(before + text[: match.start()]):
            return None
        if negated:
            return UP if word in ("down", "unreachable", "offline", "degraded", "unavailable") else None
        return DOWN
    if negated or (_FAILED_TO.search(before) and (thing or word in ("connected", "established", "up"))):
        return DOWN
    return UP


def _outcome(text: str) -> str | None:
    failure = None
    for match in _FAILURE.finditer(text):
        if not _NO.search(text[max(0, match.start() - 12) : match.start()]) and not text.startswith(
            "over", match.end() + 1
        ):
            failure = "failure"
            break
    if failure is not None:
        return failure
    for match in _SUCCESS.finditer(text):
        return "failure" if _NO.search(text[max(0, match.start() - 12) : match.start()]) else "success"
    return None

"""What a sender says of lines of its own that it lost: a count beside lost, dropped, suppressed, … and a word for log lines.

Packets, connections and mails are dropped as well, and that is no loss of log lines. `logs`, `syslog messages`, `callbacks`
are log lines wherever they stand; mere `messages` or `events` are only where the line speaks of logging, or a logger
speaks, or they were `suppressed`. Some senders tell running totals instead (syslog-ng's statistics, rsyslog's impstats, the
kernel's audit_lost): of those the growth is the loss, and the first one seen says nothing.

Sources: rsyslog (imuxsock, imjournal, impstats), systemd-journald, printk and net_ratelimit of Linux, syslog-ng
(`Log statistics`), Cisco IOS (SYS-3-MSGLOST, SEC-6-IPACCESSLOGRL), F5 (log throttling), VMware vmsyslogd: their manuals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from brainstemd.models import Event, Gap
from brainstemd.pipeline.smallest import Smallest

LOST_MAX: Final = 10**12
TALLIES_MAX: Final = 2_048
_LOOK: Final = 1024  # characters
_LOOK_TALLY: Final = 8192  # a line of statistics is long

_STRONG = (
    r"(?:log|logging|syslog|kernel|journal|audit)[ _-](?:messages?|msgs?|entry|entries|records?|events?|lines?)"
    r"|logs|syslogs|callbacks|output lines"
)
_WEAK = r"messages?|msgs?|events?|entry|entries|records?|lines?"
_MORE = r"(?:(?:more|additional|further|similar|other|such|pending|queued|buffered) )?"
_BE = r"(?:(?:were|was|have been|has been|had been|are|is|got|being) )?"
_GONE = r"(?:lost|dropped|discarded|(?P<hushed>suppressed)|missed|rate[- ]limited|overwritten)"
_LOSE = r"(?:lost|losing|dropped|dropping|discarded|discarding|(?P<hushed>suppress(?:ed|ing))|missed|held)"
_NOUN = rf"(?:(?P<strong>{_STRONG})|(?:{_WEAK}))"
_N = r"(?P<n>\d{1,18})"
_ANNOUNCED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<![\w.]){_N} {_MORE}{_NOUN} {_BE}{_GONE}\b",
        rf"\b{_LOSE} {_N} {_MORE}{_NOUN}\b",
        rf"\b{_NOUN} {_BE}{_GONE}\b ?[:=]? ?\(?{_N}\b",
        rf"\b{_GONE}[ _]{_NOUN} ?[:=] ?{_N}\b",
        r"(?P<strong>logging rate-limited or missed) (?P<hushed>)(?P<n>\d{1,18}) packets?",
    )
)
_OF_LOGGING = re.compile(
    r"rate.?limit|imuxsock|imjournal|omfwd|journal|syslog|logging|\blogs?\b|printk|msglost|vmsyslog", re.I
)
_LOGGERS: Final = frozenset(
    [
        "auditd", "eventd", "journald", "klogd", "logger", "nxlog", "rsyslogd", "rsyslogd-pstats", "syslog-ng", "syslogd",
        "systemd-journald", "vmsyslogd",
    ]
)  # fmt: skip

_PLAIN_GONE, _PLAIN_LOSE = (
    re.sub(r"\?P<\w+>", "?:", _GONE),
    re.sub(r"\?P<\w+>", "?:", _LOSE),
)
_PLAIN_NOUN = rf"(?:{_STRONG}|{_WEAK})"
_MAY = re.compile(
    rf"\b{_PLAIN_NOUN} {_BE}{_PLAIN_GONE}\b|\b(?:{_PLAIN_LOSE}|{_PLAIN_GONE})[ _]{{1,2}}{_MORE}{_PLAIN_NOUN}\b"
    r"|logging rate-limited or missed|\baudit_lost=|^log statistics;|discarded\.(?:full|nf)|ratelimit\.discarded"
)

_AUDIT = re.compile(r"\baudit_lost=(\d{1,18})")
_DROPPED = re.compile(r"\bdropped='[^'=]{1,200}=(\d{1,18})'")
_IMPSTATS = re.compile(r"\b(?:discarded\.(?:full|nf)|ratelimit\.discarded)=(\d{1,18})")
_IMPSTATS_NAME = re.compile(r"(.{1,64}?): origin=")
AUDIT: Final = "audit_lost"


def may_lose(text: str) -> bool:
    """Whether a text in small letters and without digits can announce a loss of lines."""
    return _MAY.search(text) is not None


def read_loss(event: Event) -> None:
    """Sets `lost` where the sender says how many of its lines are missing, or `tally` where it tells a running total."""
    text = event.message
    event.tally = _tally(text)
    if event.tally is not None:
        return
    for pattern in _ANNOUNCED:
        match = pattern.search(text, 0, _LOOK)
        if match is not None and (match["strong"] or match["hushed"] or _of_logging(event)):
            event.lost = min(int(match["n"]), LOST_MAX) or None
            return


def _of_logging(event: Event) -> bool:
    return event.app_name in _LOGGERS or _OF_LOGGING.search(event.message, 0, _LOOK) is not None


def _tally(text: str) -> tuple[str, int] | None:
    """Name and value of a running total of lost lines."""
    if (match := _AUDIT.search(text, 0, _LOOK)) is not None:
        return AUDIT, int(match[1])
    if text.startswith("Log statistics;"):
        return "dropped", sum(map(int, _DROPPED.findall(text, 0, _LOOK_TALLY)))
    found = _IMPSTATS.findall(text, 0, _LOOK)
    if found:
        name = _IMPSTATS_NAME.match(text)
        return "" if name is None else name[1], sum(map(int, found))
    return None


class Tallies:
    """The running totals that sources tell, and from them what was lost in between. Pure; the state is the fold's carry."""

    def __init__(self, carry: Iterable[tuple[Any, ...]] | None = None) -> None:
        self._last: Smallest[tuple[int, int]] = Smallest(
            TALLIES_MAX,
            (((tenant, source, name), (value, t_us)) for tenant, source, name, value, t_us in carry or ()),
        )

    def to_carry(self) -> list[tuple[Any, ...]]:
        return [(*key, *last) for key, last in self._last.items()]

    def hear(self, tenant: str, source: str, tally: tuple[str, int], t_us: int) -> list[Gap]:
        """A total at an instant. A smaller one is of a counter that began anew; an older one says nothing."""
        name, value = tally
        key = (tenant, source, name)
        last = self._last.get(key)
        if last is None:
            self._last.put(key, (value, t_us))
            # The kernel tells its total only when it has just lost a record, nobody knows how many since when.
            return [Gap(t_us, t_us, "sender_lost", None, tenant, source)] if name == AUDIT and value else []
        before, before_us = last
        if t_us < before_us or (t_us == before_us and value < before):
            return []
        self._last.put(key, (value, t_us))
        lost = value - before if value >= before else value
        return [Gap(before_us, t_us, "sender_lost", min(lost, LOST_MAX), tenant, source)] if lost else []

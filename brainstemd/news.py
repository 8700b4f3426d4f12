"""What the receiver has to say in its log since it last looked: totals compared, troubles that began or ended.

Never a message for a line, and at most one of a kind a look (ten seconds), however much was lost; what goes on is told
ever less often, at last once an hour, each time with the number since.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

HINTS = {
    "kernel_drop": "the kernel dropped datagrams: raise receive_buffer and net.core.rmem_max",
    "oversize": "lines longer than max_line were cut",
    "refused": "the spool's buffer or disk was full",
    "tls_on_plain": 'somebody speaks TLS to a plain listener: its port needs transport = "tls"',
    "plain_on_tls": "somebody speaks plain syslog to a TLS listener: use its own port, or TLS on the sender",
    "rate_limited": "a UDP sender is beyond max_rate or max_rate_per_peer of its listener",
    "denied": "lines of a peer that allow or deny of its listener forbid",
    "connections_denied": "a peer that allow or deny of its listener forbid",
    "connections_refused": "more connections than max_connections, or than open files allow",
    "connections_refused_peer": "more connections of one peer than max_connections_per_peer",
    "connections_displaced": "at max_connections, connections that never sent a line gave their place to new ones",
    "connections_slow": "a frame was begun and did not end within frame_timeout",
    "accept_failures": "no file descriptor was left: raise LimitNOFILE=; new connections wait in the kernel's queue",
}
LOSSES = ("kernel_drop", "oversize", "refused", "rate_limited")
LOOKS_MAX = 360  # an hour of beats


class Item(NamedTuple):
    level: str  # error | warning | info
    event: str
    fields: dict[str, Any]


class _Told:
    """When one reason may be told again: after one look, two, four, …, while it goes on; what was quiet for half as long as
    that is told at once when it comes back."""

    __slots__ = ("_grown", "_next", "_seen", "_told", "_wait")

    def __init__(self) -> None:
        self._seen = 0  # the total at the last look
        self._told = 0  # and when it was told
        self._grown = 0  # the last look at which it had grown
        self._next = 0
        self._wait = 1

    def fresh(self, total: int, look: int, *, last: bool) -> int:
        """What is to be told now of a total that only grows."""
        if total > self._seen:
            if look - self._grown > max(1, self._wait // 2):
                self._wait, self._next = 1, look
            self._seen, self._grown = total, look
        if total <= self._told or (look < self._next and not last):
            return 0
        fresh, self._told = total - self._told, total
        self._next = look + self._wait
        self._wait = min(2 * self._wait, LOOKS_MAX)
        return fresh


class News:
    """Compares totals with those that were told."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}
        self._looks = 0
        self._problem: str | None = None

    def look(
        self, totals: Mapping[str, int], problem: str | None, peers: Mapping[str, str], *, last: bool = False
    ) -> list[Item]:
        """What is new. `problem` is the spool's; `peers` names who last made a mistake of each kind. With `last`, all of it."""
        found = []
        self._looks += 1
        for reason, total in sorted(totals.items()):
            if reason not in HINTS:
                continue
            fresh = self._told.setdefault(reason, _Told()).fresh(total, self._looks, last=last)
            if fresh:
                fields: dict[str, Any] = {
                    "reason": reason,
                    "count": fresh,
                    "total": total,
                    "hint": HINTS[reason],
                }
                if reason in peers:
                    fields["peer"] = peers[reason]
                found.append(Item(*_SAID[reason in LOSSES], fields))
        if (problem is None) != (self._problem is None):
            if problem is None:
                found.append(Item("info", "the spool takes lines again", {}))
            else:
                found.append(Item("error", "the spool cannot be written", {"problem": problem}))
        self._problem = problem
        return found


_SAID = {True: ("error", "lines were lost"), False: ("warning", "a sender was turned away")}

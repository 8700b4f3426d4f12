"""What the receiver has to say in its log since it last looked: totals compared, troubles that began or ended.

Never a message for a line, and at most one of a kind a look (ten seconds), however much was lost.
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
    "connections_refused": "more connections than max_connections",
}
LOSSES = ("kernel_drop", "oversize", "refused")


class Item(NamedTuple):
    level: str  # error | warning | info
    event: str
    fields: dict[str, Any]


class News:
    """Compares totals with those of the last look."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._problem: str | None = None

    def look(self, totals: Mapping[str, int], problem: str | None, peers: Mapping[str, str]) -> list[Item]:
        """What is new. `problem` is the spool's; `peers` names who last made a mistake of each kind."""
        found = []
        for reason, total in sorted(totals.items()):
            fresh = total - self._seen.get(reason, 0)
            self._seen[reason] = total
            if fresh > 0 and reason in HINTS:
                fields: dict[str, Any] = {
                    "reason": reason,
                    "count": fresh,
                    "total": total,
                    "hint": HINTS[reason],
                }
                if reason in peers:
                    fields["peer"] = peers[reason]
                if reason in LOSSES:
                    found.append(Item("error", "lines were lost", fields))
                else:
                    found.append(Item("warning", "a sender was turned away", fields))
        if (problem is None) != (self._problem is None):
            if problem is None:
                found.append(Item("info", "the spool takes lines again", {}))
            else:
                found.append(Item("error", "the spool cannot be written", {"problem": problem}))
        self._problem = problem
        return found

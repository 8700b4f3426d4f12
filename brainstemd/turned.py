"""Lines that limits turned away, as the GAP records that say so: by reason and peer.

A reason that was quiet is told with the next beat; one that goes on, every five minutes, so that a device that is denied for
years costs memory little. Of many peers the few with most lines are named. Pure: instants are arguments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from brainstemd.beats import Instant
from brainstemd.intake import OTHERS, Turned
from brainstemd.models import SECOND_US

EVERY_US = 300 * SECOND_US
PEERS_NAMED = 8  # of one reason in one telling
UNNAMED = "other peers"


class TurnedAway:
    """Gathers what guards tallied between two tellings."""

    def __init__(self, start: Instant) -> None:
        self._waiting: Counter[Turned] = Counter()
        self._looked_us = start.wall_us
        self._since_us: dict[str, int] = {}  # reason → where its next gap begins, wall clock
        self._told_us: dict[str, int] = {}  # reason → when it was told last, monotonic

    def gaps(self, at: Instant, fresh: Mapping[Turned, int], *, last: bool = False) -> list[dict[str, Any]]:
        """What is to be recorded now; with `last`, all that is left."""
        for turned in fresh:
            self._since_us.setdefault(turned.reason, self._looked_us)
        self._waiting.update(fresh)
        self._looked_us = at.wall_us
        found = []
        for reason in sorted({turned.reason for turned in self._waiting}):
            told_us = self._told_us.get(reason)
            if last or told_us is None or at.mono_us - told_us >= EVERY_US:
                found += self._tell(reason, at)
        return found

    def _tell(self, reason: str, at: Instant) -> list[dict[str, Any]]:
        self._told_us[reason] = at.mono_us
        since_us = self._since_us.pop(reason)
        mine = {turned: n for turned, n in self._waiting.items() if turned.reason == reason}
        self._waiting = Counter({turned: n for turned, n in self._waiting.items() if turned.reason != reason})
        named = sorted((t for t in mine if t.peer != OTHERS), key=lambda t: (-mine[t], t.peer, t.listener))[
            :PEERS_NAMED
        ]
        rest: Counter[str | None] = Counter()
        for turned, lines in mine.items():
            if turned not in named:
                rest[turned.tenant] += lines
        head = {"start_us": min(since_us, at.wall_us), "end_us": at.wall_us, "reason": reason}
        gaps = [
            {**head, "lost": mine[t], "listener": t.listener, "transport": t.transport, "peer": t.peer}
            for t in named
        ]
        # Nobody expects to hear from who is denied: such a gap must not lower the confidence in all others.
        source = UNNAMED if reason == "denied" else None
        gaps += [{**head, "lost": n, "tenant": tenant, "source": source} for tenant, n in rest.items()]
        return gaps

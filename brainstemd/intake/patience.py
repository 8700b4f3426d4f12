"""How long a connection may keep us waiting: a pure judgement, and the ticks at which it is asked for.

Reads are stamped with the end of the tick that they fall into, which costs an attribute instead of a look at the clock; so
nothing is ever found late before it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

FINE, IDLE, STALLED, SLOW = "", "idle", "stalled", "slow"


class Patience:
    """With one connection."""

    __slots__ = ("_begun_s", "ended_s", "heard_s")

    def __init__(self) -> None:
        self.heard_s = 0.0  # when bytes came last
        self.ended_s = 0.0  # when a frame was whole last; 0: never
        self._begun_s = 0.0  # when a frame that is not whole was first seen; 0: there is none

    def excuse(self, now_s: float) -> None:
        """It is we who do not read."""
        self.heard_s = max(self.heard_s, now_s)
        self._begun_s = 0.0

    def verdict(self, now_s: float, pending: int, idle_max_s: float, frame_max_s: float) -> str:
        """At the end of a tick, with `pending` bytes of a frame that is not whole; a limit of 0 is none.

        STALLED: the frame takes too long, and its sender has fallen silent; SLOW: it still trickles.
        """
        if not pending:
            self._begun_s = 0.0
        elif not self._begun_s or self.ended_s >= self._begun_s:
            self._begun_s = now_s
        elif frame_max_s and now_s - self._begun_s >= frame_max_s:
            self._begun_s = 0.0
            return SLOW if now_s - self.heard_s < frame_max_s / 2 else STALLED
        if idle_max_s and now_s - self.heard_s >= idle_max_s:
            return IDLE
        return FINE


class Ticks:
    """Calls `look` with the loop's time every `every_s()` seconds; None: never."""

    def __init__(self, every_s: Callable[[], float | None], look: Callable[[float], None]) -> None:
        self._every_s = every_s
        self._look = look
        self._timer: asyncio.TimerHandle | None = None
        self.end_s = 1.0  # when the running tick ends, never before what is stamped with it

    def start(self) -> None:
        """Begin, or begin anew because the interval may have changed."""
        self.stop()
        loop, every_s = asyncio.get_running_loop(), self._every_s()
        now_s = loop.time()
        self.end_s = now_s + (every_s or 0)
        if every_s is not None:
            self._look(now_s)
            self._timer = loop.call_later(every_s, self.start)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

"""Fewer, fuller turns of the receive loop: what a network card does with interrupts.

Hundreds of senders with a line a write wake the loop for every single line, and a wake-up costs several times what the
line does. While that happens, the loop naps for five milliseconds after a turn that brought little; the kernel's buffers
hold what comes meanwhile, and the next turn takes it all. A turn that brought much is never followed by a nap, nor is a
loop that is seldom woken. TCP loses nothing by it; a datagram socket with a small buffer makes all naps shorter.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

NAP_S = 0.005
NAP_SMALL_S = 0.0005  # Linux' default of 208 KiB holds 255 usual datagrams: enough for 500,000 a second
SMALL_BUFFER_BYTES = 4 * 1024 * 1024
FULL_LINES = 64  # a turn with so many needs no nap
WINDOW_S = 0.05
BUSY_TURNS = 75  # in a window: 1,500 a second; then naps begin
CALM_TURNS = 5  # and end


class Gather:
    """Of all endpoints of a loop. `saw` is called with every read, in the loop's thread."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.napping = False
        self.nap_s = NAP_S
        self._clock = clock
        self._sleep = sleep
        self._lines = 0
        self._turns = 0
        self._window_s = clock()
        self._due = False

    def spare(self, receive_buffer: int) -> None:
        """A datagram socket with so large a buffer is read by this loop."""
        if receive_buffer < SMALL_BUFFER_BYTES:
            self.nap_s = NAP_SMALL_S

    def saw(self, lines: int) -> None:
        self._lines += lines
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self.turn)

    def turn(self) -> None:
        """A turn of the loop ends."""
        self._due = False
        lines, self._lines = self._lines, 0
        self._turns += 1
        now_s = self._clock()
        if now_s - self._window_s >= WINDOW_S:
            self.napping = self._turns > (CALM_TURNS if self.napping else BUSY_TURNS)
            self._turns, self._window_s = 0, now_s
        if self.napping and lines < FULL_LINES:
            self._sleep(self.nap_s)

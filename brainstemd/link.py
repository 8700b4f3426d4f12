"""The worker's end of the pair to its receiver: one JSON object a line, the configuration first, then orders; status back.

End of file is an order too: the receiver is gone, so end.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from typing import Any, NamedTuple

from brainstemd.config import Config
from brainstemd.models import Position

_LINE_BYTES = 2**20
_UNSENT_MAX = 64 * 1024


class Hello(NamedTuple):
    """The receiver's first word."""

    config: Config
    careful: bool
    skip: frozenset[Position]
    run: str
    log_format: str | None
    check: bool = True  # look memory over before it is used

    @classmethod
    def parse(cls, line: bytes) -> Hello:
        """Raises ValueError when it is no hello."""
        word: dict[str, Any] = json.loads(line)
        return cls(
            Config.model_validate(word["config"]),
            bool(word.get("careful")),
            frozenset(Position(*map(int, where)) for where in word.get("skip", ())),
            str(word.get("run", "")),
            word.get("log_format"),
            bool(word.get("check", True)),
        )


class Link:
    """The worker's end of the pair: status out, orders in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.deadline: float | None = None  # monotonic; set: finish what can be finished until then, and end

    @classmethod
    async def open(cls, fd: int) -> Link:
        sock = socket.socket(fileno=fd)
        sock.set_inheritable(False)
        return cls(*await asyncio.open_connection(sock=sock, limit=_LINE_BYTES))

    async def hello(self, timeout_s: float = 10.0) -> Hello:
        async with asyncio.timeout(timeout_s):
            return Hello.parse(await self._reader.readline())

    async def listen(self) -> None:
        """Obey orders until the receiver is gone."""
        try:
            while line := await self._reader.readline():
                order = json.loads(line)
                if order.get("order") == "stop":
                    self.end_within(float(order.get("within_s", 0.0)))
        except (ConnectionError, ValueError):
            pass
        self.end_within(0.0)

    def end_within(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        self.deadline = deadline if self.deadline is None else min(self.deadline, deadline)

    def send(self, status: dict[str, Any]) -> None:
        """Hand a status over, or drop it when the receiver does not read."""
        transport = self._writer.transport
        if not transport.is_closing() and transport.get_write_buffer_size() < _UNSENT_MAX:
            self._writer.write(json.dumps(status).encode() + b"\n")

    async def close(self) -> None:
        try:
            async with asyncio.timeout(1.0):
                await self._writer.drain()
                self._writer.close()
                await self._writer.wait_closed()
        except (ConnectionError, TimeoutError):
            pass

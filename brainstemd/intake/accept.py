"""Taking connections from a listening socket: a few a turn, and none while the process has no file left for them.

asyncio's own accept loop takes up to a backlog in one turn, during which no datagram is read, and makes a transport even
for a peer that is turned away. At EMFILE it reports a thousand errors a second.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable

from brainstemd.intake.sockets import unmapped

ACCEPTS_A_TURN = 32
REST_S = 1.0  # after an accept for which there were no resources
_NO_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_DEAD = (errno.EBADF, errno.EINVAL, errno.ENOTSOCK, errno.EOPNOTSUPP)


class Acceptor:
    """Asks `admit` for the protocol of each peer that connects; None closes the connection at once. `gone` is told of an
    admitted peer whose connection never came to be, `starved` of an accept without resources: what waits in the
    kernel's queue meanwhile is not lost."""

    def __init__(
        self,
        sock: socket.socket,
        admit: Callable[[str], asyncio.BaseProtocol | None],
        gone: Callable[[str], None],
        starved: Callable[[], None],
        rest_s: float = REST_S,
    ) -> None:
        self.broken = False
        self._sock = sock
        self._admit = admit
        self._gone = gone
        self._starved = starved
        self._rest_s = rest_s
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._joining: set[asyncio.Task[None]] = set()
        self._begin()

    def close(self) -> None:
        """Accept no more; the socket stays open."""
        self._loop.remove_reader(self._sock)
        if self._timer is not None:
            self._timer.cancel()

    def _begin(self) -> None:
        self._loop.add_reader(self._sock, self._accept)

    def _accept(self) -> None:
        for _ in range(ACCEPTS_A_TURN):
            try:
                conn, address = self._sock.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                if error.errno in _NO_RESOURCES:
                    self._rest()
                    return
                if error.errno in _DEAD:
                    self.broken = True
                    self.close()
                    return
                continue  # this one was gone before we came (ECONNABORTED, EPROTO, ...: accept(2))
            self._take(conn, unmapped(address[0]))

    def _take(self, conn: socket.socket, peer: str) -> None:
        protocol = self._admit(peer)
        if protocol is None:
            conn.close()
            return
        conn.setblocking(False)
        task = self._loop.create_task(self._join(conn, peer, protocol))
        self._joining.add(task)
        task.add_done_callback(self._joining.discard)

    async def _join(self, conn: socket.socket, peer: str, protocol: asyncio.BaseProtocol) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: protocol, conn)
        except OSError:
            conn.close()
            self._gone(peer)

    def _rest(self) -> None:
        """The socket would stay readable: asked again at once, the loop would spin."""
        self._starved()
        self._loop.remove_reader(self._sock)
        self._timer = self._loop.call_later(self._rest_s, self._begin)

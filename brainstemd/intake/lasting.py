"""A connection that outlives its process: how one process leaves it, and the next takes it up.

Only what the two share is here; `handover.py` decides what becomes of sockets and states. Plain TCP alone: the keys of a TLS
connection are in one process.
"""

from __future__ import annotations

import asyncio
import socket
from typing import NamedTuple

from brainstemd.framing import Framer
from brainstemd.intake.tcp import TcpConnection, TcpEndpoint
from brainstemd.models import Unfinished


class Left(NamedTuple):
    """A connection as one process leaves it."""

    listener: str
    peer: tuple[str, int]  # as the socket says them: together with `local` they name the connection
    local: tuple[str, int]
    fresh: bool  # nothing was read yet
    unfinished: Unfinished


class Leaving(NamedTuple):
    """A connection that stands still, and what the next process has to know of it."""

    connection: TcpConnection
    left: Left
    fd: int


def leave(endpoint: TcpEndpoint) -> list[Leaving]:
    """Stop reading all connections. Those that are closing already are not among the answers."""
    found = []
    for connection in list(endpoint._open):
        link = connection._link
        if link is None or link.is_closing():
            continue
        connection.pause()
        peer, local = link.get_extra_info("peername"), link.get_extra_info("sockname")
        unfinished = connection._framer.unfinished()
        left = Left(endpoint.name, peer[:2], local[:2], connection._fresh, unfinished)
        found.append(Leaving(connection, left, link.get_extra_info("socket").fileno()))
    return found


def depart(connection: TcpConnection) -> None:
    """Another process has its socket: end here without a word to the peer, and without the unfinished line."""
    connection._note()
    connection._framer, connection._counted = Framer(connection._framer.max_line), (0, 0, 0)
    connection._abort()


async def take_up(endpoint: TcpEndpoint, sock: socket.socket, left: Left | None) -> bool:
    """Go on with a connection of an earlier process; `left` None where nothing is known of it but its socket.

    False: it was turned away, as a new one would have been, and is closed.
    """
    made = endpoint._connection()
    if left is not None:
        made._fresh = left.fresh
        made._framer.go_on(left.unfinished)
        if not left.fresh:
            made.patience.ended_s = endpoint.ticks.end_s  # it has sent lines: not the first to give its place
    await asyncio.get_running_loop().connect_accepted_socket(lambda: made, sock)
    accepted = made._origin.connection > 0
    endpoint.counters.connections_adopted += accepted
    return accepted

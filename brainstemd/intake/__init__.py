"""Intake: bytes off the wire, stamped and framed, never interpreted.

Each endpoint owns one socket, and is handed `append` (to the spool), `has_room` and a clock.

Invariants:

- The receive loop never waits: not for the disk, not for a peer, not for a parser. (It naps: `gather.py`.)
- Nothing that a line contains can slow or stop it; a line's bytes are kept as received.
- Whatever is not taken in is counted: empty, oversize, refused, dropped by the kernel, connections turned away.
- One peer's datagrams, one connection's lines stay in order.
- Memory is bounded: `max_line` a connection, `max_connections`, one read buffer for all, tables of peers of fixed size.
- One sender's misbehaviour is paid by that sender: limits are by listener and peer (`guard.py`).

It never parses, never logs, never decides whose a line is.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from brainstemd.config import Listen
from brainstemd.intake.clients import Refusal
from brainstemd.intake.counters import HAPPENED, LOST, MISTAKES, TALLIED, TURNED_AWAY, Append, Counters
from brainstemd.intake.gather import Gather
from brainstemd.intake.guard import OTHERS, Guard, Slots, Tally, Turned
from brainstemd.intake.lasting import Leaving, Left, depart, leave, take_up
from brainstemd.intake.sockets import bind, listener_name, unmapped
from brainstemd.intake.tcp import TcpEndpoint
from brainstemd.intake.tls import TlsEndpoint
from brainstemd.intake.udp import UdpEndpoint

Endpoint = UdpEndpoint | TcpEndpoint

__all__ = [
    "HAPPENED",
    "LOST",
    "MISTAKES",
    "OTHERS",
    "TALLIED",
    "TURNED_AWAY",
    "Append",
    "Counters",
    "Endpoint",
    "Gather",
    "Guard",
    "Leaving",
    "Left",
    "Refusal",
    "Slots",
    "Tally",
    "TcpEndpoint",
    "TlsEndpoint",
    "Turned",
    "UdpEndpoint",
    "bind",
    "depart",
    "endpoint",
    "leave",
    "listener_name",
    "take_up",
    "unmapped",
]


def endpoint(
    listen: Listen,
    sock: socket.socket,
    *,
    append: Append,
    has_room: Callable[[], bool],
    on_full: str = "hold",
    hold_max_s: float = 30.0,
    clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    gather: Gather | None = None,
    guard: Guard | None = None,
) -> Endpoint:
    """The endpoint for one bound socket of `listen`; `await .start()` it. Raises IntakeError (TLS files).

    All endpoints of a loop share one `gather`, all of a listener one `guard`.
    """
    gather = gather if gather is not None else Gather()
    guard = guard if guard is not None else Guard(listen)
    if listen.transport == "udp":
        return UdpEndpoint(listen, sock, append=append, clock_us=clock_us, gather=gather, guard=guard)
    kind = TlsEndpoint if listen.transport == "tls" else TcpEndpoint
    return kind(
        listen,
        sock,
        append=append,
        has_room=has_room,
        clock_us=clock_us,
        gather=gather,
        guard=guard,
        on_full=on_full,
        hold_max_s=hold_max_s,
    )

"""What an endpoint counts: plain integers that only grow, but for `connections_open` and `receive_buffer`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from brainstemd.models import Batch

# Hands a batch of so many lines to the spool; False: refused, the caller counts it.
Append = Callable[[Batch, int], bool]


@dataclass(slots=True)
class Counters:
    """Of one endpoint (one listening socket)."""

    lines: int = 0  # handed over and taken
    bytes: int = 0  # of their payload
    records: int = 0
    lines_refused: int = 0  # handed over and refused: the buffer or the disk is full
    bytes_refused: int = 0
    empty: int = 0  # datagrams without a byte
    oversize: int = 0  # lines longer than max_line
    bytes_dropped: int = 0  # the ends of those
    desync: int = 0  # octet counts that were wrong
    unterminated: int = 0  # last lines without an end
    denied: int = 0  # lines of peers that may not send here
    rate_limited: int = 0  # lines beyond a rate that were dropped
    throttled: int = 0  # times that a connection had to wait because of a rate
    throttled_ms: int = 0
    connections: int = 0  # accepted
    connections_open: int = 0
    connections_refused: int = 0  # beyond max_connections, or what open files allow
    connections_refused_peer: int = 0  # beyond max_connections_per_peer
    connections_denied: int = 0  # of peers that may not send here
    connections_displaced: int = 0  # closed for a newer one, without ever having sent a line
    connections_idle: int = 0  # closed after idle_timeout
    connections_slow: int = 0  # closed because a frame did not end within frame_timeout
    accept_failures: int = 0  # no file or memory for a new connection: it waits in the kernel's queue
    connections_cut: int = 0  # ended by an error instead of a close
    connections_ended: int = 0  # closed by us: at a stop, or because their listener was closed
    connections_adopted: int = 0  # taken up from the process before
    tls_on_plain: int = 0  # a TLS hello on a plain port
    plain_on_tls: int = 0  # plain text on a TLS port
    tls_refused: int = 0  # clients whose certificate is missing, cannot be verified or is not allowed
    tls_failures: int = 0  # handshakes that failed for another reason
    held: int = 0  # times that senders were held because the spool had no room
    held_ms: int = 0
    kernel_drops: int = 0  # datagrams that the kernel dropped since this endpoint opened
    receive_buffer: int = 0  # bytes granted by the kernel


# Counters that are lines lost, under the reason that gaps and metrics give them. What the spool refuses is not among them:
# the spool's writer tells that itself.
LOST = {
    "kernel_drop": "kernel_drops",
    "oversize": "oversize",  # of an oversize line, its end
    "rate_limited": "rate_limited",
    "denied": "denied",
}
TALLIED = ("rate_limited", "denied")  # of those, what is told by peer, in gaps of its own instead of beats
# Connections that were turned away, closed or made to wait.
TURNED_AWAY = (
    "connections_refused",
    "connections_refused_peer",
    "connections_denied",
    "connections_displaced",
    "connections_idle",
    "connections_slow",
    "connections_cut",
    "accept_failures",
    "throttled",
)
# Counters that say something happened, without a number of lines.
HAPPENED = (
    "empty",
    "desync",
    "unterminated",
    *TURNED_AWAY,
    "connections_ended",
    "connections_adopted",
    "tls_on_plain",
    "plain_on_tls",
    "tls_refused",
    "tls_failures",
    "held",
)
# Those for which a message in the log names a peer; TLS clients are named one by one (`clients.Refusals`).
MISTAKES = (
    *(what for what in TURNED_AWAY if what not in ("connections_idle", "connections_cut", "throttled")),
    "tls_on_plain",
    "plain_on_tls",
)

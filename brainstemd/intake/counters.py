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
    connections: int = 0  # accepted
    connections_open: int = 0
    connections_refused: int = 0  # beyond max_connections
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

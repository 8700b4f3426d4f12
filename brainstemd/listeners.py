"""Which sockets are open, for which [[listen]] table, and what they count together.

Sockets come from systemd where it holds one that fits, else they are bound here. On a reload, what did not change stays
bound; what systemd holds is never closed but with the process.

A listener is named as in the configuration; its addresses share the name, in metrics and in the spool.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from brainstemd.config import Listen, Spool, parse_address
from brainstemd.errors import BrainstemdError
from brainstemd.intake import Append, Endpoint, UdpEndpoint, bind, endpoint, listener_name
from brainstemd.metrics import Value
from brainstemd.systemd import Passed

# Counters of intake that are lines lost, under the reason that gaps and metrics give them. What the spool refuses is
# not among them: the spool's writer tells that itself.
LOST = {"kernel_drop": "kernel_drops", "oversize": "oversize"}  # of an oversize line, its end
# Those that say something happened, without a number of lines.
HAPPENED = (
    "empty",
    "desync",
    "unterminated",
    "connections_refused",
    "connections_cut",
    "tls_on_plain",
    "plain_on_tls",
    "tls_failures",
    "held",
)
MISTAKES = ("connections_refused", "tls_on_plain", "plain_on_tls", "tls_failures")


class Spooling(Protocol):
    """Of `spool.Writer`."""

    @property
    def append(self) -> Append: ...
    def has_room(self) -> bool: ...


class Listeners:
    """All endpoints of one receiver."""

    def __init__(self, spooling: Spooling, limits: Spool, passed: Sequence[Passed] = ()) -> None:
        self._spooling = spooling
        self._limits = limits
        self._passed = list(passed)
        self._open: dict[Listen, list[Endpoint]] = {}
        self._retired: Counter[str] = Counter()  # of endpoints that a reload closed: totals never fall
        self._retired_lines: Counter[tuple[str, str]] = Counter()
        self.failed: dict[str, str] = {}  # listener → why it is not bound

    @property
    def count(self) -> int:
        """Open sockets."""
        return sum(len(endpoints) for endpoints in self._open.values())

    # ------------------------------------------------------------------ opening and closing

    async def open(self, listens: Iterable[Listen]) -> None:
        """Open every listener; one that cannot be is in `failed` with the reason."""
        for listen in listens:
            if listen not in self._open:
                await self._open_one(listen)
        await self._open_rest()

    async def change(self, listens: Sequence[Listen]) -> None:
        """After a reload: close what is gone, open what is new, leave the rest alone."""
        self.failed.clear()
        for listen in [listen for listen in self._open if listen not in listens]:
            for one in self._open.pop(listen):
                await self._retire(one)
        await self.open(listens)

    async def close(self) -> None:
        """Take in what the sockets still hold, then close all."""
        for endpoints in self._open.values():
            for one in endpoints:
                await self._retire(one)
        self._open.clear()
        for passed in self._passed:
            passed.sock.close()
        self._passed.clear()

    async def _open_one(self, listen: Listen) -> None:
        name = listener_name(listen)
        ours, rest = self._take_passed(listen)
        try:
            if rest:
                ours += bind(listen.model_copy(update={"address": rest}))
            await self._start(listen, ours)
        except BrainstemdError as error:
            self.failed[name] = str(error)
            for sock in ours:
                sock.close()

    async def _start(self, listen: Listen, socks: list[socket.socket]) -> None:
        endpoints = [
            endpoint(
                listen,
                sock,
                append=self._spooling.append,
                has_room=self._spooling.has_room,
                on_full=self._limits.on_full,
                hold_max_s=self._limits.hold_max,
            )
            for sock in socks
        ]
        for one in endpoints:
            await one.start()
        self._open.setdefault(listen, []).extend(endpoints)

    def _take_passed(self, listen: Listen) -> tuple[list[socket.socket], tuple[str, ...]]:
        """Sockets of systemd that fit this table, and the addresses that are left to bind."""
        rest = list(listen.address)
        ours = []
        for passed in list(self._passed):
            address = next((a for a in rest if fits(passed.sock, listen.transport, a)), None)
            if address is not None:
                rest.remove(address)
            elif not (
                passed.name and passed.name == listen.name and _kind(listen.transport) == passed.sock.type
            ):
                continue
            self._passed.remove(passed)
            ours.append(passed.sock)
        return ours, tuple(rest)

    async def _open_rest(self) -> None:
        """Sockets of systemd that no table asks for: taken all the same, or nobody would ever read them."""
        for passed in self._passed:
            transport = "udp" if passed.sock.type == socket.SOCK_DGRAM else "tcp"
            host, port = passed.sock.getsockname()[:2]
            address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            listen = Listen(transport=transport, address=(address,))
            await self._start(listen, [passed.sock])
        self._passed.clear()

    async def _retire(self, one: Endpoint) -> None:
        await one.close()
        for reason, total in _lost(one).items():
            self._retired[reason] += total
        self._retired_lines[one.name, one.transport] += one.counters.lines

    # ------------------------------------------------------------------ what they count

    def _all(self) -> list[Endpoint]:
        return [one for endpoints in self._open.values() for one in endpoints]

    def told(self) -> list[dict[str, Any]]:
        """For the log: each open socket."""
        return [
            {
                "listener": one.name,
                "transport": one.transport,
                "address": "{}:{}".format(*one.address[:2]),
                "receive_buffer": one.counters.receive_buffer,
                "wanted": listen.receive_buffer if one.transport == "udp" else 0,
            }
            for listen, endpoints in self._open.items()
            for one in endpoints
        ]

    def mistakes(self) -> tuple[dict[str, int], dict[str, str]]:
        """Senders turned away, by reason, and the last peer of each."""
        totals: Counter[str] = Counter()
        peers: dict[str, str] = {}
        for one in self._all():
            for what in MISTAKES:
                totals[what] += getattr(one.counters, what)
            if not isinstance(one, UdpEndpoint):
                peers |= one.reasons
        return dict(totals), peers

    def received(self) -> int:
        """Lines that came off the wire, taken by the spool or not."""
        return sum(one.counters.lines + one.counters.lines_refused for one in self._all()) + sum(
            self._retired_lines.values()
        )

    def lost(self) -> dict[str, int]:
        """Lines lost since the start by reason, without those that the spool refused."""
        total = Counter(dict.fromkeys(LOST, 0))
        total.update(self._retired)
        for one in self._all():
            one.kernel_drops()
            total.update(_lost(one))
        return dict(total)

    def kernel_words(self) -> dict[str, int]:
        """The kernel's own counter of each datagram socket, by address: a beat carries it, so that what was dropped
        while no receiver ran can be told from a socket that systemd held meanwhile."""
        return {
            f"{one.address[0]} {one.address[1]}": one.drops_word
            for one in self._all()
            if isinstance(one, UdpEndpoint)
        }

    def _kernel_dropped(self) -> dict[str, int]:
        total: Counter[str] = Counter()
        for one in self._all():
            if one.transport == "udp":
                total[one.name] += one.kernel_drops()
        return dict(total)

    def snapshot(self) -> dict[str, list[Value]]:
        """The intake's families of /metrics. A name's sockets are summed."""
        lines, size = Counter(self._retired_lines), Counter[tuple[str, str]]()
        connections, opened, buffers = Counter[str](), Counter[str](), Counter[str]()
        happened: Counter[tuple[str, str]] = Counter()
        for one in self._all():
            counters, where = one.counters, (one.name, one.transport)
            lines[where] += counters.lines + counters.lines_refused
            size[where] += counters.bytes + counters.bytes_refused
            if one.transport == "udp":
                buffers[one.name] += counters.receive_buffer
            else:
                connections[one.name] += counters.connections
                opened[one.name] += counters.connections_open
            for what in HAPPENED:
                happened[one.name, what] += getattr(counters, what)
        return {
            "brainstemd_received_lines_total": _values(lines),
            "brainstemd_received_bytes_total": _values(size),
            "brainstemd_kernel_dropped_datagrams_total": _values(self._kernel_dropped()),
            "brainstemd_intake_total": _values(happened),
            "brainstemd_connections": _values(opened),
            "brainstemd_connections_total": _values(connections),
            "brainstemd_receive_buffer_bytes": _values(buffers),
        }


def _values(counts: dict[str, int] | dict[tuple[str, str], int]) -> list[Value]:
    return [
        Value(count, labels if isinstance(labels, tuple) else (labels,))
        for labels, count in sorted(counts.items())
    ]


def _lost(one: Endpoint) -> dict[str, int]:
    return {reason: getattr(one.counters, name) for reason, name in LOST.items()}


def _kind(transport: str) -> int:
    return socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM


def fits(sock: socket.socket, transport: str, address: str) -> bool:
    """Whether a socket is bound to just this address, for this transport."""
    if sock.type != _kind(transport) or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    host, port = parse_address(address)
    return (host, port) == tuple(sock.getsockname()[:2])

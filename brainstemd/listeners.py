"""Which sockets are open, for which [[listen]] table, and what they count together.

Sockets come from systemd where it holds one that fits, else they are bound here. On a reload, what did not change stays
bound, and a TLS listener of which only the files changed keeps its connections. An endpoint gets a duplicate of what
systemd holds: its socket is never closed but with the process, so that a reload can give it to another table.

A listener is named as in the configuration; its addresses share the name, in metrics and in the spool.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from brainstemd.config import Listen, Spool, parse_address
from brainstemd.errors import BrainstemdError
from brainstemd.intake import (
    HAPPENED,
    LOST,
    MISTAKES,
    TALLIED,
    TURNED_AWAY,
    Append,
    Endpoint,
    Gather,
    Guard,
    Refusal,
    Slots,
    Tally,
    TcpEndpoint,
    TlsEndpoint,
    Turned,
    UdpEndpoint,
    bind,
    endpoint,
    listener_name,
)
from brainstemd.metrics import Value
from brainstemd.systemd import Passed

Where = tuple[str, str]  # two labels: listener and transport, or listener and reason


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
        self._gather = Gather()
        self.slots = Slots()
        self._tally = Tally()
        self._guards: dict[Listen, Guard] = {}
        self._turned_peers: dict[str, str] = {}
        self._passed = list(passed)
        self._taken: dict[Endpoint, Passed] = {}
        self._unasked: set[Listen] = set()  # tables made here, for sockets of systemd that no table asks for
        self._open: dict[Listen, list[Endpoint]] = {}
        self._partly: dict[Listen, str] = {}  # open, but not on all of its addresses
        self._retired: dict[Where, Counter[str]] = {}  # of endpoints that a reload closed: totals never fall
        self._last_words: dict[str, list[int]] = {}
        self.failed: dict[str, str] = {}  # listener → why it is not as it should be

    @property
    def handed_down(self) -> bool:
        """Whether systemd holds sockets for us."""
        return bool(self._passed)

    @property
    def count(self) -> int:
        """Open sockets."""
        return sum(len(endpoints) for endpoints in self._open.values())

    def broken(self) -> str | None:
        """The name of a listener that has ceased to receive by a defect of ours, if there is one."""
        return next((one.name for one in self._all() if one.broken), None)

    # ------------------------------------------------------------------ opening and closing

    async def open(self, listens: Iterable[Listen]) -> None:
        """Open every listener; one that cannot be is in `failed` with the reason."""
        for listen in listens:
            if listen not in self._open:
                await self._open_one(listen)
        for passed in self._free():
            await self._open_unasked(passed)

    async def change(self, listens: Sequence[Listen]) -> None:
        """After a reload: close what is gone, open what is new and what failed before, read certificates again."""
        self.failed = {listener_name(listen): why for listen, why in self._partly.items()}
        for listen in list(self._open):
            same = listen if listen in listens else _same_sockets(listen, listens)
            if same is not None:
                self._renew(listen, same)
            elif listen not in self._unasked or any(self._claims(new, listen) for new in listens):
                await self._close_one(listen)
        await self.open(listens)

    async def close(self) -> None:
        """Take in what the sockets still hold, then close all."""
        for listen in list(self._open):
            await self._close_one(listen)
        for passed in self._passed:
            passed.sock.close()
        self._passed.clear()

    async def _open_one(self, listen: Listen) -> None:
        name = listener_name(listen)
        found, rest = self._claim(listen)
        socks = [passed.sock.dup() for passed in found]
        try:
            if rest:
                socks += bind(listen.model_copy(update={"address": rest}))
        except BrainstemdError as error:
            self.failed[name] = str(error)
            if not socks:
                return
            self._partly[listen] = str(error)
        try:
            guard = self._guard(listen)
            endpoints = [self._make(listen, sock, guard) for sock in socks]
        except BrainstemdError as error:
            self.failed[name] = str(error)
            for sock in socks:
                sock.close()
            return
        await self._start(listen, endpoints, found)

    async def _open_unasked(self, passed: Passed) -> None:
        """A socket of systemd that no table asks for: taken all the same, or nobody would ever read it."""
        transport = "udp" if passed.sock.type == socket.SOCK_DGRAM else "tcp"
        host, port = passed.sock.getsockname()[:2]
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        listen = Listen(transport=transport, address=(address,))
        self._unasked.add(listen)
        await self._start(listen, [self._make(listen, passed.sock.dup(), self._guard(listen))], [passed])

    def _guard(self, listen: Listen) -> Guard:
        return self._guards.setdefault(listen, Guard(listen, self._tally, self.slots))

    def _make(self, listen: Listen, sock: socket.socket, guard: Guard) -> Endpoint:
        return endpoint(
            listen,
            sock,
            append=self._spooling.append,
            has_room=self._spooling.has_room,
            on_full=self._limits.on_full,
            hold_max_s=self._limits.hold_max,
            gather=self._gather,
            guard=guard,
        )

    async def _start(self, listen: Listen, endpoints: list[Endpoint], found: Sequence[Passed]) -> None:
        self._taken |= dict(zip(endpoints, found, strict=False))
        self._open.setdefault(listen, []).extend(endpoints)
        for one in endpoints:
            await one.start()

    def _renew(self, old: Listen, new: Listen) -> None:
        """The same sockets under a table of which at most limits, files and clients differ; a file's content may have changed as
        well. Connections stay, but for those of peers that are denied now."""
        endpoints = self._open[new] = self._open.pop(old)
        guard = self._guards[new] = self._guards.pop(old)
        guard.change(new)
        if old in self._partly:
            self._partly[new] = self._partly.pop(old)
        try:
            for one in endpoints:
                if not isinstance(one, UdpEndpoint):
                    one.renew(new)
        except BrainstemdError as error:
            self.failed[listener_name(new)] = f"{error} (connections go on with the old certificate)"

    async def _close_one(self, listen: Listen) -> None:
        self._partly.pop(listen, None)
        self._unasked.discard(listen)
        self._guards.pop(listen, None)
        for one in self._open.pop(listen):
            where = _word(one) if isinstance(one, UdpEndpoint) else {}
            await one.close()
            if isinstance(one, UdpEndpoint) and one in self._taken:
                self._last_words |= {name: [one.drops_word, one.cookie] for name in where}  # for STOP
            self._taken.pop(one, None)
            past = self._retired.setdefault((one.name, one.transport), Counter())
            past.update(_growing(one))
            self._turned_peers |= _turned_peers(one)

    # ------------------------------------------------------------------ sockets of systemd

    def _free(self) -> list[Passed]:
        taken = {id(passed) for passed in self._taken.values()}
        return [passed for passed in self._passed if id(passed) not in taken]

    def _claim(self, listen: Listen) -> tuple[list[Passed], tuple[str, ...]]:
        """Sockets of systemd that fit this table, and the addresses that are left to bind."""
        rest = list(listen.address)
        ours = []
        for passed in self._free():
            address = next((a for a in rest if fits(passed.sock, listen.transport, a)), None)
            if address is not None:
                rest.remove(address)
                rest = [a for a in rest if not _covers(passed.sock, a)]
            elif not _named(passed, listen):
                continue
            ours.append(passed)
        return ours, tuple(rest)

    def _claims(self, new: Listen, old: Listen) -> bool:
        """Whether a table that is not open yet wants a socket that another has."""
        return new not in self._open and any(
            _named(passed, new) or any(fits(passed.sock, new.transport, a) for a in new.address)
            for one in self._open[old]
            if (passed := self._taken.get(one)) is not None
        )

    # ------------------------------------------------------------------ what they count

    def _all(self) -> list[Endpoint]:
        return [one for endpoints in self._open.values() for one in endpoints]

    def plain(self) -> list[TcpEndpoint]:
        """The endpoints whose connections can live on in another process."""
        return [one for one in self._all() if isinstance(one, TcpEndpoint) and one.transport == "tcp"]

    def ended(self) -> int:
        """Connections that we closed since the start."""
        return sum(total["connections_ended"] for total in self._totals().values())

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
        totals = self._totals().values()
        for one in self._all():
            self._turned_peers |= _turned_peers(one)
        return {what: sum(total[what] for total in totals) for what in MISTAKES}, self._turned_peers

    def refusals(self) -> Iterator[tuple[str, Refusal, int]]:
        """TLS clients that were turned away since the last call: listener, why, how often."""
        for one in self._all():
            if isinstance(one, TlsEndpoint):
                kept, more = one.refusals.take()
                yield from ((one.name, refusal, count) for refusal, count in kept.items())
                if more:
                    yield one.name, Refusal("", "others", "the first of them are named above"), more

    def _totals(self) -> dict[Where, Counter[str]]:
        """What grows, by listener, endpoints that a reload closed included."""
        totals = {where: Counter(past) for where, past in self._retired.items()}
        for one in self._all():
            one.kernel_drops()
            totals.setdefault((one.name, one.transport), Counter()).update(_growing(one))
        return totals

    def received(self) -> int:
        """Lines that came off the wire, taken by the spool or not."""
        return sum(total["lines"] + total["lines_refused"] for total in self._totals().values())

    def lost(self) -> dict[str, int]:
        """Lines lost since the start by reason, without those that the spool refused."""
        totals = self._totals().values()
        return {reason: sum(total[name] for total in totals) for reason, name in LOST.items()}

    def lost_by_listener(self) -> dict[Where, int]:
        """The same, by listener and reason, with what the spool refused."""
        found = Counter[Where]()
        for (name, _), total in self._totals().items():
            for reason, counter in {**LOST, "refused": "lines_refused"}.items():
                found[name, reason] += total[counter]
        return found

    def turned_away(self) -> dict[str, int]:
        """What limits turned away since the start, by reason: lines and connections."""
        totals = self._totals().values()
        return {name: sum(total[name] for total in totals) for name in (*TALLIED, *TURNED_AWAY)}

    def tallied(self) -> Counter[Turned]:
        """Lines that limits turned away since the last call, by peer."""
        return self._tally.since()

    def _udp(self) -> list[UdpEndpoint]:
        return [one for one in self._all() if isinstance(one, UdpEndpoint)]

    def kernel_words(self) -> dict[str, list[int]]:
        """Of each datagram socket, by address: the kernel's own counter of drops, and the kernel's name of the socket. A
        beat carries them, so that what was dropped while no receiver ran is known when systemd held the socket."""
        return self._last_words | {where: word for one in self._udp() for where, word in _word(one).items()}

    def dropped_before(self, words: Mapping[str, Any]) -> int:
        """Datagrams that the kernel dropped between a beat of an earlier run (its `kernel_words`) and this one's start."""
        total = 0
        for one in self._udp():
            told = words.get(f"{one.address[0]} {one.address[1]}")
            if isinstance(told, list) and len(told) == 2 and one.cookie and told[1] == one.cookie:
                total += (one.drops_at_open - int(told[0])) & 0xFFFFFFFF
        return total

    def snapshot(self) -> dict[str, list[Value]]:
        """The intake's families of /metrics. A name's sockets are summed."""
        lines, size = Counter[Where](), Counter[Where]()
        drops, connections, opened, buffers = (Counter[str]() for _ in range(4))
        happened = Counter[Where]()
        for (name, transport), total in self._totals().items():
            lines[name, transport] += total["lines"] + total["lines_refused"]
            size[name, transport] += total["bytes"] + total["bytes_refused"]
            if transport == "udp":
                drops[name] += total["kernel_drops"]
            else:
                connections[name] += total["connections"]
            for what in HAPPENED:
                happened[name, what] += total[what]
        for one in self._all():
            if one.transport == "udp":
                buffers[one.name] += one.counters.receive_buffer
            else:
                opened[one.name] += one.counters.connections_open
        return {
            "brainstemd_received_lines_total": _values(lines),
            "brainstemd_received_bytes_total": _values(size),
            "brainstemd_kernel_dropped_datagrams_total": _values(drops),
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


_GAUGES = ("connections_open", "receive_buffer")


def _growing(one: Endpoint) -> dict[str, int]:
    """Counters of one endpoint that only grow."""
    return {name: n for name, n in asdict(one.counters).items() if name not in _GAUGES}


def _turned_peers(one: Endpoint) -> dict[str, str]:
    """reason → the last peer that was turned away for it."""
    return one.guard.turned if isinstance(one, UdpEndpoint) else one.guard.turned | one.reasons


_RENEWED = (
    "certificate",
    "key",
    "client_ca",
    "client_certificates",
    "client_names",
    "client_fingerprints",
    "handshake_timeout",
    "allow",
    "deny",
    "max_rate",
    "burst",
    "max_rate_per_peer",
    "burst_per_peer",
    "max_connections",
    "max_connections_per_peer",
    "idle_timeout",
    "frame_timeout",
)


def _same_sockets(listen: Listen, others: Iterable[Listen]) -> Listen | None:
    """The table that differs at most in what open sockets and connections can take over."""
    return next(
        (o for o in others if o == listen.model_copy(update={n: getattr(o, n) for n in _RENEWED})), None
    )


def _word(one: UdpEndpoint) -> dict[str, list[int]]:
    return {f"{one.address[0]} {one.address[1]}": [one.drops_word, one.cookie]}


def _named(passed: Passed, listen: Listen) -> bool:
    return bool(passed.name) and passed.name == listen.name and _kind(listen.transport) == passed.sock.type


def _covers(sock: socket.socket, address: str) -> bool:
    """Whether an IPv6 socket for any address takes IPv4 too, and so this address (`ListenDatagram=514`)."""
    host, port = parse_address(address)
    return (
        sock.family == socket.AF_INET6
        and sock.getsockname()[:2] == ("::", port)
        and host == "0.0.0.0"  # noqa: S104 - compared, not bound
        and not sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
    )


def _kind(transport: str) -> int:
    return socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM


def fits(sock: socket.socket, transport: str, address: str) -> bool:
    """Whether a socket is bound to just this address, for this transport."""
    if sock.type != _kind(transport) or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    host, port = parse_address(address)
    return (host, port) == tuple(sock.getsockname()[:2])

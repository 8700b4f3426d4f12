"""Listening sockets: made from the configuration, or handed down by systemd."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
import struct
import sys

from brainstemd.config import Listen
from brainstemd.errors import IntakeError

SO_MEMINFO = 55  # linux/socket.h; nine u32 words, the last counts drops (SK_MEMINFO_DROPS)
SO_COOKIE = 57
_MEMINFO = struct.Struct("@9I")
_ADDRESS = re.compile(r"(?:\[([^\]]{1,64})\]|([^:\[\]]{1,255})):([0-9]{1,5})")
_BACKLOG = 1024
# A dead peer is found in two minutes, and a firewall on the way keeps the connection in its tables.
KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


def listener_name(listen: Listen) -> str:
    """The configured name, or transport and port: "udp:514"."""
    if listen.name is not None:
        return listen.name
    return (
        f"{listen.transport}:{listen.address[0].rpartition(':')[2]}" if listen.address else listen.transport
    )


def parse_address(address: str) -> tuple[str, int]:
    """("::", 514) from "[::]:514", ("0.0.0.0", 514) from "0.0.0.0:514". Raises IntakeError."""
    match = _ADDRESS.fullmatch(address)
    if match is None or int(match[3]) > 65535:
        raise IntakeError(f"{address!r} is no address to listen on", hint='write "0.0.0.0:514" or "[::]:514"')
    return match[1] or match[2], int(match[3])


def bind(listen: Listen) -> list[socket.socket]:
    """A bound (TCP: listening) non-blocking socket for each address. Raises IntakeError, leaving none open.

    An IPv6 address that this machine cannot have (no IPv6 at all) is passed over when another address is left.
    """
    socks: list[socket.socket] = []
    failed: IntakeError | None = None
    for address in listen.address:
        try:
            socks.append(_bind(listen, address))
        except OSError as e:
            failed = IntakeError(
                f"cannot listen on {listen.transport} {address}: {e.strerror}", hint=_hint(e)
            )
            if e.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL) or not address.startswith("["):
                break
    else:
        if socks:
            return socks
    for sock in socks:
        sock.close()
    raise failed or IntakeError("a listener without an address", hint='set address = ["0.0.0.0:514"]')


def _hint(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "ports below 1024 need CAP_NET_BIND_SERVICE or systemd's socket unit; or choose a higher port"
    if error.errno == errno.EADDRINUSE:
        return "another program has this port: `ss -lnptu` names it"
    return "check the address in the [[listen]] table"


def _bind(listen: Listen, address: str) -> socket.socket:
    host, port = parse_address(address)
    kind = socket.SOCK_DGRAM if listen.transport == "udp" else socket.SOCK_STREAM
    try:
        family, _, _, _, target = socket.getaddrinfo(host, port, type=kind, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as e:
        raise OSError(errno.EADDRNOTAVAIL, str(e)) from e
    sock = socket.socket(family, kind)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(target)
        if kind == socket.SOCK_STREAM:
            sock.listen(_BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock


def raise_receive_buffer(sock: socket.socket, size: int) -> int:
    """Ask for `size` bytes of socket buffer; return what is granted (the kernel counts twice what is asked)."""
    if size > sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2:
        try:
            sock.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33), size)
        except PermissionError:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2


def keep_alive(sock: socket.socket) -> None:
    """Ask for TCP keepalive, which accepted connections inherit from a listening socket (tcp(7)): a peer that vanished
    without a word gives its place back."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE:
        sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def dropped(sock: socket.socket) -> int:
    """Datagrams that the kernel dropped for this socket: a u32 that wraps. 0 where the kernel cannot say."""
    try:
        words = sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, _MEMINFO.size)
    except OSError:
        return 0
    return int(_MEMINFO.unpack(words)[8]) if len(words) == _MEMINFO.size else 0


def cookie(sock: socket.socket) -> int:
    """The kernel's name of this very socket, never given twice in one boot; 0 where it has none."""
    try:
        return int.from_bytes(sock.getsockopt(socket.SOL_SOCKET, SO_COOKIE, 8), sys.byteorder)
    except OSError:
        return 0


def unmapped(host: str) -> str:
    """An IPv4 address mapped into IPv6 as IPv4; the zone of a link-local address is kept."""
    if host.startswith("::ffff:"):
        mapped = ipaddress.IPv6Address(host.partition("%")[0]).ipv4_mapped
        return str(mapped) if mapped is not None else host
    return host

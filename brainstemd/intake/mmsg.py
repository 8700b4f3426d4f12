"""Datagrams in bulk: recvmmsg(2) through ctypes, half the cost a datagram of recvfrom in a loop.

One set of buffers serves every socket of a family: what is handed out is valid until the next call. The slots are virtual
memory that is touched only as far as datagrams reach: 512 KiB with usual lines, 8 MiB at the worst.
"""

from __future__ import annotations

import functools
import mmap
import os
import socket
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

SLOTS = 128
SLOT_BYTES = 65_536  # more than any datagram
_NAME_BYTES = {int(socket.AF_INET): 16, int(socket.AF_INET6): 28}  # of a sockaddr_in and a sockaddr_in6


class Taken(NamedTuple):
    """Datagrams in the order in which they came; `peers` has one key for each, or just one for all of them."""

    peers: Sequence[Any]
    frames: Sequence[bytes | memoryview]


class Receive(Protocol):
    def __call__(self, sock: socket.socket, /) -> Taken:
        """What the socket holds, at most SLOTS datagrams. Raises as `recvfrom` does: BlockingIOError when it is empty."""


def one_by_one(sock: socket.socket) -> Taken:
    """The same with nothing but the standard socket: where Python has no ctypes, or the C library no recvmmsg."""
    peers: list[Any] = []
    frames: list[bytes] = []
    while len(frames) < SLOTS:
        try:
            frame, peer = sock.recvfrom(SLOT_BYTES)
        except OSError:
            if frames:  # told again, or gone, the next time
                break
            raise
        frames.append(frame)
        peers.append(peer)
    return Taken(peers, frames)


@functools.cache
def receive(family: int) -> Receive:
    """The best way that this machine has; its buffers are made once, for one thread."""
    try:
        return _bulk(_NAME_BYTES[family])
    except (KeyError, ImportError, AttributeError, OSError):
        return one_by_one


def _bulk(name_bytes: int) -> Receive:
    import ctypes

    class Iovec(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))

    class Message(ctypes.Structure):  # struct msghdr
        _fields_ = (
            ("name", ctypes.c_void_p),
            ("name_size", ctypes.c_uint32),
            ("parts", ctypes.c_void_p),
            ("part_count", ctypes.c_size_t),
            ("control", ctypes.c_void_p),
            ("control_size", ctypes.c_size_t),
            ("flags", ctypes.c_int),
        )

    class Header(ctypes.Structure):  # struct mmsghdr
        _fields_ = (("message", Message), ("size", ctypes.c_uint32))

    call = ctypes.CDLL(None, use_errno=True).recvmmsg
    call.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_void_p)
    slots, names = mmap.mmap(-1, SLOTS * SLOT_BYTES), bytearray(SLOTS * name_bytes)
    slots_at = ctypes.addressof(ctypes.c_char.from_buffer(slots))
    names_at = ctypes.addressof(ctypes.c_char.from_buffer(names))
    headers, iovecs = (Header * SLOTS)(), (Iovec * SLOTS)()
    for i, (header, iovec) in enumerate(zip(headers, iovecs, strict=True)):
        iovec.base, iovec.size = slots_at + i * SLOT_BYTES, SLOT_BYTES
        header.message = Message(names_at + i * name_bytes, name_bytes, ctypes.addressof(iovec), 1)
    keep = (headers, iovecs, slots, names)  # the kernel writes there: they live as long as what is returned
    headers_at, get_errno, size_of = ctypes.addressof(headers), ctypes.get_errno, ctypes.sizeof(Header)
    before = Header.size.offset
    sizes = struct.Struct(f"{before}xI{size_of - before - 4}x")
    told, data = memoryview(headers).cast("B"), memoryview(slots)
    starts = range(0, SLOTS * SLOT_BYTES, SLOT_BYTES)
    name_starts = range(0, SLOTS * name_bytes, name_bytes)

    def recvmmsg(sock: socket.socket, _keep: object = keep) -> Taken:
        count = call(sock.fileno(), headers_at, SLOTS, socket.MSG_DONTWAIT, None)
        if count < 0:
            raise OSError(get_errno(), os.strerror(get_errno()))
        came = zip(starts[:count], sizes.iter_unpack(told[: count * size_of]), strict=True)
        frames = [data[at : at + size] for at, (size,) in came]
        known = bytes(names[: count * name_bytes])
        first = known[:name_bytes]
        if known == first * count:
            return Taken((first,), frames)
        return Taken([known[at : at + name_bytes] for at in name_starts[:count]], frames)

    return recvmmsg


def address(name: bytes) -> tuple[str, int]:
    """Host and port of a peer's key as recvmmsg has it: a sockaddr_in or sockaddr_in6; the zone of a link-local one kept."""
    family = int.from_bytes(name[:2], "little" if struct.pack("=H", 1)[0] else "big")
    port = int.from_bytes(name[2:4], "big")
    if family == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, name[4:8]), port
    host = socket.inet_ntop(socket.AF_INET6, name[8:24])
    (scope,) = struct.unpack("=I", name[24:28])
    return (f"{host}%{_zone(scope)}" if scope else host), port


def _zone(scope: int) -> str:
    try:
        return socket.if_indextoname(scope)
    except OSError:  # the interface is gone
        return str(scope)

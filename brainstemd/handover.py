"""Plain TCP connections over a restart: systemd keeps their sockets, a file in state_dir keeps what was read of them.

At an orderly end each connection stops being read; its socket goes into the descriptor store of the service manager under
the name `connection@LISTENER`, and where its framer stands (the frame that is half read, above all) into the file
`connections.json`. The next start takes the file, finds each socket's entry by its two addresses, and goes on: a frame that
was split by the restart arrives whole, once. What was sent meanwhile waits in the kernel.

Invariants:
- Sockets are stored at the end alone, not when they are accepted: a store entry of a connection that goes on being read
  says nothing about where its frames begin, and must be taken back before a close can reach the peer.
- The file is taken away before anything of it is used: nothing of it can come twice. A kill -9 in that moment loses
  half frames, as a kill -9 at any moment does.
- An entry whose socket does not come back (`systemctl stop`, a manager that keeps none, a peer that gave up) is
  an unterminated line: nothing that was read is lost in an orderly end.
- Bounded: sockets, the names that they make in the next process' environment, bytes of half frames. What goes beyond is
  read to the end of what has arrived and closed, as TLS connections are: their keys cannot be handed over.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from brainstemd import intake
from brainstemd.framing import MAX_LINE_LIMIT, Framer
from brainstemd.intake import Append, Leaving, Left, TcpEndpoint, unmapped
from brainstemd.logs import Logger
from brainstemd.models import Batch, Origin, Unfinished
from brainstemd.systemd import FDS_A_MESSAGE, Notifier, Passed

PREFIX = "connection@"
FILE_NAME = "connections.json"
FORMAT = 1
CONNECTIONS_MAX = 4096  # FileDescriptorStoreMax= of the unit
# The names of all descriptors are one variable of the next process, which may have 128 KiB (MAX_ARG_STRLEN).
NAMES_BYTES_MAX = 96 * 1024
PENDING_BYTES_MAX = 16 * 2**20


Keep = Callable[[Sequence[Leaving]], Sequence[Leaving]]


def name_of(listener: str) -> str:
    """The name in the descriptor store: a colon separates names there."""
    return PREFIX + listener.replace(":", "/")


def listener_of(name: str) -> str:
    return name.removeprefix(PREFIX).replace("/", ":")


def divide(passed: Sequence[Passed]) -> tuple[list[Passed], list[Passed]]:
    """What the manager passed: listening sockets, and connections of the process before."""
    ours = [one for one in passed if one.name.startswith(PREFIX)]
    return [one for one in passed if one not in ours], ours


def store(items: Sequence[Leaving], notifier: Notifier, state_dir: Path, limit: int | None) -> list[Leaving]:
    """Hand over as many as there is room for; those that are handed over.

    Raises OSError when the file cannot be written; then none are.
    """
    kept: list[Leaving] = []
    names = set()
    for name, batch in _batches(_bounded(items, CONNECTIONS_MAX if limit is None else limit)):
        if not notifier.store(name, [item.fd for item in batch]):
            break
        names.add(name)
        kept += batch
    try:
        if kept:
            _write(state_dir / FILE_NAME, [item.left for item in kept])
    except OSError:
        for name in names:
            notifier.forget(name)
        raise
    return kept


def _bounded(items: Sequence[Leaving], limit: int) -> Iterator[Leaving]:
    names_left, pending_left = NAMES_BYTES_MAX, PENDING_BYTES_MAX
    for item in items[:limit]:
        names_left -= len(name_of(item.left.listener)) + 1
        if names_left < 0:
            return
        if len(item.left.unfinished.pending) <= pending_left:
            pending_left -= len(item.left.unfinished.pending)
            yield item


def _batches(items: Iterator[Leaving]) -> Iterator[tuple[str, list[Leaving]]]:
    named: dict[str, list[Leaving]] = {}
    for item in items:
        named.setdefault(name_of(item.left.listener), []).append(item)
    for name, some in named.items():
        for at in range(0, len(some), FDS_A_MESSAGE):
            yield name, some[at : at + FDS_A_MESSAGE]


# ---------------------------------------------------------------- the file


def _write(path: Path, lefts: Sequence[Left]) -> None:
    content = {"format": FORMAT, "connections": [_plain(left) for left in lefts]}
    draft = path.with_suffix(".new")
    try:
        with draft.open("w", encoding="ascii") as file:
            json.dump(content, file, separators=(",", ":"))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _plain(left: Left) -> dict[str, Any]:
    pending = base64.b64encode(left.unfinished.pending).decode()
    unfinished = left.unfinished._asdict() | {"pending": pending}
    return left._asdict() | {"unfinished": unfinished}


def take(state_dir: Path, log: Logger) -> list[Left]:
    """What the process before wrote; the file is gone afterwards. A harmed file is said and is as none."""
    path = state_dir / FILE_NAME
    try:
        data = path.read_bytes()
        path.unlink()
        content = json.loads(data)
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']}")  # noqa: TRY301 - of another version of us
        return [_left(plain) for plain in content["connections"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        log.error(  # noqa: TRY400 - the file's fault needs no traceback
            "half frames of the run before cannot be read and are lost", file=FILE_NAME, error=repr(error)
        )
        return []


def _left(plain: dict[str, Any]) -> Left:
    fields = dict(plain["unfinished"])
    unfinished = Unfinished(
        base64.b64decode(fields["pending"], validate=True),
        int(fields["scanned"]),
        bool(fields["counted"]),
        bool(fields["broken"]),
        int(fields["skip"]),
        int(fields["skip_left"]),
        bool(fields.get("fresh", False)),
    )
    Framer(1).go_on(unfinished)
    return Left(
        str(plain["listener"]),
        _address(plain["peer"]),
        _address(plain["local"]),
        bool(plain["fresh"]),
        unfinished,
    )


def _address(plain: Sequence[Any]) -> tuple[str, int]:
    return str(plain[0]), int(plain[1])


# ---------------------------------------------------------------- at the end of one process


async def leave(endpoints: Sequence[TcpEndpoint], keep: Keep) -> int:
    """Before the endpoints are closed: read their connections to the end of what has arrived, then hand over as many as
    `keep` takes. Returns how many."""
    await asyncio.gather(*(one.settle() for one in endpoints))
    kept = keep([item for one in endpoints for item in intake.leave(one)])
    for item in kept:
        intake.depart(item.connection)
    return len(kept)


# ---------------------------------------------------------------- at the start of the next


async def adopt(
    endpoints: Sequence[TcpEndpoint], stored: Sequence[Passed], lefts: Sequence[Left], append: Append
) -> tuple[int, int]:
    """Take up the connections of the run before; what is left of those that did not come back goes to `append`.

    Returns how many connections go on, and how many half frames are lines now.
    """
    known = {(left.peer, left.local): left for left in lefts}
    adopted = 0
    for one in stored:
        try:
            peer, local = one.sock.getpeername(), one.sock.getsockname()
        except OSError:  # the peer has gone meanwhile, or it never was a connection
            one.sock.close()
            continue
        left = known.get((peer[:2], local[:2]))
        home = _home(endpoints, listener_of(one.name), local)
        if home is None:
            one.sock.close()
        elif await intake.take_up(home, one.sock, left):
            adopted += 1
            known.pop((peer[:2], local[:2]), None)
    return adopted, sum(_end(endpoints, left, append) for left in known.values())


def _home(endpoints: Sequence[TcpEndpoint], listener: str, local: tuple[Any, ...]) -> TcpEndpoint | None:
    """The endpoint that a connection belongs to: by its listener's name, else by its port."""
    fit = [one for one in endpoints if one.name == listener]
    fit = fit or [one for one in endpoints if one.address[1] == local[1]]
    return next((one for one in fit if len(one.address) == len(local)), fit[0] if fit else None)


def _end(endpoints: Sequence[TcpEndpoint], left: Left, append: Append) -> int:
    """The half frame of a connection that is no more, as its close would have given it: 1, or 0 if there is none."""
    framer = Framer(MAX_LINE_LIMIT)
    framer.go_on(left.unfinished)
    cuts = framer.finish()
    origin = Origin("tcp", left.listener, unmapped(left.peer[0]), left.peer[1])
    home = _home(endpoints, left.listener, left.local)
    if home is not None:
        home.take(origin, cuts)
        return len(cuts)
    for framing, payload, lengths, flags in cuts:
        append(Batch(origin, framing, time.time_ns() // 1000, payload, lengths, flags), 1)
    return len(cuts)

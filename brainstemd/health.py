"""The health socket: HTTP/1.1 on a Unix socket, so that `curl --unix-socket PATH http://x/healthz` works.

Invariants:
- `/healthz` (200, or 503 when a check is failing), `/readyz`, `/metrics`; GET and HEAD; one answer a connection.
- The socket's mode is 0660 from its first moment; a stale file of a dead daemon is replaced, a live one is not.
- Never more than `_CLIENTS_MAX` clients, `_REQUEST_BYTES` of request, `_PATIENCE_S` seconds for one; an answer is made
  from counters in memory and never touches the disk or the database.

HTTP by h11 (sans-I/O); what the checks mean is in checks.py.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import h11

from brainstemd.errors import BrainstemdError, ConfigError, Locked

SOCKET_NAME = "health.sock"
PATH_BYTES_MAX = 107  # sun_path holds 108 with its NUL
_MODE = 0o660
_CLIENTS_MAX = 32
_REQUEST_BYTES = 16 * 1024
_PATIENCE_S = 5.0


class Answer(NamedTuple):
    status: int
    content_type: str
    body: bytes


Route = Callable[[], Answer]


class NotRunning(BrainstemdError):
    """Nobody answers on the health socket."""


def socket_path(runtime_dir: Path) -> Path:
    """Where the health socket is. Raises ConfigError when the kernel cannot hold a path this long."""
    path = runtime_dir / SOCKET_NAME
    length = len(os.fsencode(path))
    if length > PATH_BYTES_MAX:
        raise ConfigError(
            f"runtime_dir = {str(runtime_dir)!r}: the path of a Unix socket may be {PATH_BYTES_MAX} bytes long, "
            f"{path} has {length}",
            hint="choose a shorter runtime_dir, such as /run/brainstemd",
        )
    return path


def bind(runtime_dir: Path) -> socket.socket:
    """A listening socket, mode 0660. Raises Locked when a living daemon has it, ConfigError when it cannot be made."""
    path = socket_path(runtime_dir)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_stale(path)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK)
        try:
            os.fchmod(
                sock.fileno(), _MODE
            )  # Linux: bind() takes the mode from here, so there is no open moment
            sock.bind(str(path))
            path.chmod(_MODE)  # the umask has taken bits away
            sock.listen(_CLIENTS_MAX)
        except OSError:
            sock.close()
            raise
    except OSError as error:
        raise ConfigError(
            f"runtime_dir = {str(runtime_dir)!r}: the health socket cannot be made: {error.strerror}",
            hint="the directory must exist or be creatable, and be writable for the user that runs the daemon",
        ) from error
    return sock


def _remove_stale(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(17, "something that is no socket is in its place")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
        else:
            raise Locked(
                f"a running daemon answers on {path}",
                hint="stop it first, or give this one a runtime_dir and state_dir of its own",
            )


class Server:
    """Answers on a bound socket until closed. `routes` maps a path to what makes its answer."""

    def __init__(self, sock: socket.socket, routes: Mapping[str, Route]) -> None:
        self._sock = sock
        self._path = Path(sock.getsockname())
        self._routes = routes
        self._clients = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._client, sock=self._sock)

    async def close(self) -> None:
        """Stop answering and take the socket file away."""
        if self._server is not None:
            self._server.close()
            for task in self._tasks:
                task.cancel()
            await self._server.wait_closed()
        self._path.unlink(missing_ok=True)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._clients += 1
        try:
            if self._clients <= _CLIENTS_MAX:
                async with asyncio.timeout(_PATIENCE_S):
                    await self._converse(reader, writer)
        except (TimeoutError, ConnectionError, asyncio.CancelledError):
            pass  # the client's loss; a cancelled task belongs to close()
        finally:
            self._clients -= 1
            self._tasks.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_REQUEST_BYTES)
        request: h11.Request | None = None
        try:
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    data = await reader.read(_REQUEST_BYTES)
                    connection.receive_data(data)
                elif isinstance(event, h11.Request):
                    request = event
                elif isinstance(event, h11.EndOfMessage):
                    break
                elif event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                    return
        except h11.RemoteProtocolError as error:
            if connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
                return
            answer = _text(error.error_status_hint, "bad request\n")
        else:
            assert request is not None
            answer = self._answer(request)
        await _reply(connection, writer, answer, body=request is None or request.method != b"HEAD")

    def _answer(self, request: h11.Request) -> Answer:
        if request.method not in (b"GET", b"HEAD"):
            return _text(405, "only GET and HEAD\n")
        route = self._routes.get(request.target.split(b"?", 1)[0].decode("latin-1"))
        if route is None:
            return _text(404, "there are " + " ".join(sorted(self._routes)) + "\n")
        return route()


def _text(status: int, text: str) -> Answer:
    return Answer(status, "text/plain; charset=utf-8", text.encode())


async def _reply(
    connection: h11.Connection, writer: asyncio.StreamWriter, answer: Answer, *, body: bool
) -> None:
    headers = [
        ("Content-Type", answer.content_type),
        ("Content-Length", str(len(answer.body))),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    ]
    parts = [connection.send(h11.Response(status_code=answer.status, headers=headers))]
    if body:
        parts.append(connection.send(h11.Data(data=answer.body)))
        parts.append(connection.send(h11.EndOfMessage()))
    writer.write(b"".join(part for part in parts if part))
    await writer.drain()


def ask(path: Path, target: str, timeout_s: float = 5.0) -> Answer:
    """One GET on a health socket, blocking. Raises NotRunning, or OSError (PermissionError, TimeoutError)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout_s)
        try:
            sock.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise NotRunning(
                f"no daemon answers on {path}",
                hint="start it with `brainstemd run` or `systemctl start brainstemd`",
            ) from error
        connection = h11.Connection(h11.CLIENT)
        request = h11.Request(
            method="GET", target=target, headers=[("Host", "brainstemd"), ("Connection", "close")]
        )
        sock.sendall((connection.send(request) or b"") + (connection.send(h11.EndOfMessage()) or b""))
        return _read_answer(connection, sock)


def _read_answer(connection: h11.Connection, sock: socket.socket) -> Answer:
    status, content_type, body = 0, "", bytearray()
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(sock.recv(65536))
            elif isinstance(event, h11.Response):
                status = event.status_code
                content_type = dict(event.headers).get(b"content-type", b"").decode("latin-1")
            elif isinstance(event, h11.Data):
                body += event.data
            else:
                return Answer(status, content_type, bytes(body))
    except h11.RemoteProtocolError as error:
        raise ConnectionAbortedError(103, "the daemon broke off its answer") from error

"""TLS (RFC 5425) over the same connections: TLS 1.2 or newer, client certificates on request, the same framing.

The handshake runs over memory buffers, not in asyncio's transport: so that plain text on this port is told apart
from a failed handshake and counted, and a connection costs no read buffer of its own.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any

from brainstemd.config import Listen
from brainstemd.errors import IntakeError
from brainstemd.intake.tcp import READ_BYTES, TcpConnection, TcpEndpoint

HANDSHAKE_MAX_S = 30.0
_CLEAR = 64 * 1024


def context(listen: Listen) -> ssl.SSLContext:
    """The server's context from certificate, key and client_ca. Raises IntakeError."""
    if listen.certificate is None:
        raise IntakeError(
            "a TLS listener without a certificate", hint="set certificate and key in its [[listen]] table"
        )
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        made.load_cert_chain(listen.certificate, listen.key)
        if listen.client_ca is not None:
            made.load_verify_locations(listen.client_ca)
            made.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as e:
        raise IntakeError(
            f"cannot use certificate {listen.certificate}, key {listen.key} or client_ca {listen.client_ca}: {e}",
            hint="they must be PEM files that this user may read, and the key must belong to the certificate",
        ) from e
    return made


def identity(certificate: dict[str, Any] | None) -> str | None:
    """Who the client's certificate names: its common name, else its first alternative name."""
    if not certificate:
        return None
    for part in certificate.get("subject", ()):
        for name, value in part:
            if name == "commonName" and value:
                return str(value)
    for _, value in certificate.get("subjectAltName", ()):
        return str(value)
    return None


class TlsConnection(TcpConnection):
    """One connection: cipher text from the socket, clear text to the framer."""

    def __init__(self, server: TlsEndpoint) -> None:
        super().__init__(server)
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._tls = server.context.wrap_bio(self._in, self._out, server_side=True)
        self._open = False
        self._timer: asyncio.TimerHandle | None = None

    def _ready(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(HANDSHAKE_MAX_S, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _received(self, data: bytes) -> None:
        if self._fresh:
            self._fresh = False
            if data[0] != 0x16:
                self._refuse("plain_on_tls")
                return
        self._in.write(data)
        if not self._open and not self._shake():
            return
        self._decrypt()

    def _shake(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._send()
            return False
        except ssl.SSLError as e:
            self._send()  # the alert that tells the client why
            self._refuse("tls_failures", e.reason or str(e))
            return False
        self._send()
        self._open = True
        if self._timer is not None:
            self._timer.cancel()
        self._origin = self._origin._replace(tls_identity=identity(self._tls.getpeercert()))
        return True

    def _decrypt(self) -> None:
        parts: list[bytes] = []
        size = 0
        ended = False
        while not ended:
            try:
                clear = self._tls.read(_CLEAR)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLError:
                ended = True  # a broken or closed session: what came before it counts
                break
            ended = not clear
            parts.append(clear)
            size += len(clear)
            if size >= READ_BYTES:
                self._feed(b"".join(parts))
                parts, size = [], 0
        if size:
            self._feed(b"".join(parts))
        self._send()
        if ended:
            self.close()

    def _send(self) -> None:
        if self._link is not None and self._out.pending:
            self._link.write(self._out.read())

    def _refuse(self, kind: str, why: str = "") -> None:
        counters = self._server.counters
        if kind == "plain_on_tls":
            counters.plain_on_tls += 1
        else:
            counters.tls_failures += 1
        self._server.report(kind, f"{self._origin.peer} {why}".strip())
        self.close()

    def _late(self) -> None:
        self._refuse("tls_failures", "handshake timeout")


class TlsEndpoint(TcpEndpoint):
    """One listening TLS socket. A new `context` holds for new connections."""

    transport = "tls"

    def __init__(self, listen: Listen, *args: Any, **options: Any) -> None:
        super().__init__(listen, *args, **options)
        self.context = context(listen)

    def renew(self, listen: Listen) -> None:
        """Also read certificate, key and client_ca again: for new connections. Raises IntakeError; then the old ones stay."""
        super().renew(listen)
        self.context = context(listen)

    def _connection(self) -> TlsConnection:
        return TlsConnection(self)

"""TLS (RFC 5425) over the same connections: TLS 1.2 or newer, client certificates on request, the same framing.

The handshake runs over memory buffers, not in asyncio's transport: so that plain text on this port is told apart
from a failed handshake and counted, a handshake that is never finished gives its place back, and a connection costs no
read buffer of its own.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Any, NamedTuple

from brainstemd.config import Listen
from brainstemd.errors import IntakeError
from brainstemd.intake import clients
from brainstemd.intake.clients import Clients, Refusal, Refusals
from brainstemd.intake.tcp import READ_BYTES, TcpConnection, TcpEndpoint

_CLEAR = 16 * 1024  # a TLS record holds no more
_HANDSHAKE = 0x16  # content type of RFC 8446, 5.1: what every TLS client begins with
_CERTIFICATE = 11  # handshake type of RFC 8446, 4
_VERIFY_MODES = {"none": ssl.CERT_NONE, "optional": ssl.CERT_OPTIONAL, "required": ssl.CERT_REQUIRED}
_CLIENT_FAULTS = ("PEER_DID_NOT_RETURN_A_CERTIFICATE", "CERTIFICATE_VERIFY_FAILED")


class Session(ssl.SSLObject):
    """A TLS session that remembers the certificate its client showed, whether or not it verified."""

    certificate: bytes | None = None


class Trust(NamedTuple):
    """What holds for the connections that begin from now on."""

    context: ssl.SSLContext
    quiet: (
        ssl.SSLContext
    )  # takes over after the handshake: the same but for `_overhear`, which would cost every read
    clients: Clients


def trust(listen: Listen) -> Trust:
    """From certificate, key and client_ca. Raises IntakeError."""
    if listen.certificate is None:
        raise IntakeError(
            "a TLS listener without a certificate", hint="set certificate and key in its [[listen]] table"
        )
    context, quiet = _context(listen), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if context.verify_mode != ssl.CERT_NONE:
        context.sslobject_class = Session
        # The one way to the certificate of a client whose certificate does not verify: without it the log could not name
        # the client. The attribute is not documented; where it is missing, only the name in the log is.
        context._msg_callback = _overhear  # type: ignore[attr-defined]
    return Trust(context, quiet, Clients(listen))


def _context(listen: Listen) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.options |= ssl.OP_NO_RENEGOTIATION
    made.num_tickets = 0  # syslog connections are few and long: each client shows its certificate again
    try:
        made.load_cert_chain(listen.certificate, listen.key)  # type: ignore[arg-type]
        if listen.client_ca is not None:
            made.load_verify_locations(listen.client_ca)
            # client_ca may hold an intermediate authority, or the clients' own certificates.
            made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
            made.verify_mode = _VERIFY_MODES[listen.client_certificates or "required"]
    except (OSError, ssl.SSLError) as e:
        raise IntakeError(
            f"cannot use certificate {listen.certificate}, key {listen.key} or client_ca {listen.client_ca}: {e}",
            hint="they must be PEM files that this user may read, and the key must belong to the certificate",
        ) from e
    return made


def _overhear(session: Any, direction: str, version: Any, content: Any, kind: Any, data: bytes) -> None:
    """OpenSSL tells of every message (SSL_set_msg_callback(3)); we want the client's certificate."""
    if kind == _CERTIFICATE and direction == "read" and isinstance(session, Session):
        session.certificate = clients.shown(data, with_context=version == ssl.TLSVersion.TLSv1_3)


class TlsConnection(TcpConnection):
    """One connection: cipher text from the socket, clear text to the framer."""

    def __init__(self, server: TlsEndpoint) -> None:
        super().__init__(server)
        self._listener = server
        self._trust = server.trust
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._tls = self._trust.context.wrap_bio(self._in, self._out, server_side=True)
        self._open = False
        self._ending = False  # it was refused, or we close it: nothing more to tell
        self._timer: asyncio.TimerHandle | None = None

    def _ready(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._listener.handshake_timeout_s, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not (self._open or self._ending or self._fresh):
            self._server.counters.tls_failures += 1
            self._listener.refusals.add(clients.ended(self._origin.peer, "CLOSED"))
        super().connection_lost(exc)

    def close(self) -> None:
        """Say that this is the end (RFC 5425, 4.4), then close."""
        self._ending = True
        if self._open:
            self._open = False
            try:
                self._tls.unwrap()
            except ssl.SSLError:
                pass  # the client's own word of the end is not waited for
            self._send()
        super().close()

    def _received(self, data: bytes) -> None:
        if self._fresh:
            self._fresh = False
            if data[0] != _HANDSHAKE:
                self._server.counters.plain_on_tls += 1
                self._server.report("plain_on_tls", self._origin.peer)
                self.close()
                return
        if self._ending:
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
            shown = getattr(self._tls, "certificate", None)
            self._refuse(clients.failed(self._origin.peer, e, shown), client=e.reason in _CLIENT_FAULTS)
            return False
        self._send()
        self._open = True
        if self._timer is not None:
            self._timer.cancel()
        welcome = self._welcome()
        self._tls.context = (
            self._trust.quiet
        )  # from here on getpeercert() says nothing: `quiet` asks for no certificates
        return welcome

    def _welcome(self) -> bool:
        """Whether the client, whose certificate verified if it showed one, may speak; under which name."""
        der = self._tls.getpeercert(binary_form=True)
        if der is None:
            return True  # it showed none, and none is required
        certificate = self._tls.getpeercert() or {}
        name = self._trust.clients.identity(certificate, clients.fingerprint(der))
        if name is None:
            self._refuse(clients.not_allowed(self._origin.peer, certificate, der), client=True)
            return False
        self._origin = self._origin._replace(tls_identity=name)
        return True

    def _decrypt(self) -> None:
        parts: list[bytes] = []
        size = 0
        ended = False
        while not ended and (self._in.pending or self._tls.pending()):
            try:
                clear = self._tls.read(_CLEAR)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLError:
                ended = True  # a broken session: what came before it counts
                self._server.counters.connections_cut += 1
                break
            ended = not clear
            parts.append(clear)
            size += len(clear)
            if size >= READ_BYTES:
                self._feed(b"".join(parts))
                parts, size = [], 0
        if size:
            self._feed(b"".join(parts) if len(parts) > 1 else parts[0])
        if ended:
            self.close()
        elif self._out.pending:
            self._send()

    def _send(self) -> None:
        if self._link is not None and self._out.pending:
            self._link.write(self._out.read())

    def _refuse(self, refusal: Refusal, *, client: bool) -> None:
        counters = self._server.counters
        if client:
            counters.tls_refused += 1
        else:
            counters.tls_failures += 1
        self._listener.refusals.add(refusal)
        self.close()

    def _late(self) -> None:
        if self._link is not None and not self._link.is_closing() and not self._link.is_reading():
            self._ready()  # it is we who do not read: the spool is full
            return
        self._refuse(clients.ended(self._origin.peer, "HANDSHAKE_TIMEOUT"), client=False)
        self._abort()


class TlsEndpoint(TcpEndpoint):
    """One listening TLS socket. What is renewed holds for new connections; those that are open go on."""

    transport = "tls"

    def __init__(self, listen: Listen, *args: Any, **options: Any) -> None:
        super().__init__(listen, *args, **options)
        self.refusals = Refusals()
        self._trust(listen)

    def _trust(self, listen: Listen) -> None:
        self.trust = trust(listen)
        self.handshake_timeout_s = listen.handshake_timeout

    def renew(self, listen: Listen) -> None:
        """Read certificate, key and client_ca again, and who is allowed: for new connections. Raises IntakeError; then what
        was trusted before still is."""
        super().renew(listen)
        self._trust(listen)

    def _connection(self) -> TlsConnection:
        return TlsConnection(self)

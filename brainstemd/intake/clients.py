"""Which TLS clients may speak, by their certificates, and what to tell an operator about one that may not.

Pure: certificates as Python's ssl gives them go in, verdicts and sentences come out. What OpenSSL has to verify (chain,
dates, purpose) is verified before; here it is only put into words.

How a name is compared (RFC 5425, 5.2; RFC 6125): a certificate's names are its alternative names of the kinds DNS and
IP, and only when it has none of these its common name. Letter case and a last dot are of no account. `*.` at the start
of a *configured* name stands for exactly one label. A wildcard in a client's certificate is not expanded.
"""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from brainstemd.config import Listen

REFUSALS_MAX = 8  # different ones that are kept for the log between two looks
_TEXT_MAX = 200
_COMMON_NAME = b"\x55\x04\x03"
_ATTRIBUTES = {b"\x55\x04\x0a": "O", b"\x55\x04\x0b": "OU", _COMMON_NAME: "CN"}

# What OpenSSL's verification codes (x509_vfy.h) and errors mean for the person who has to do something about it.
_ISSUER = (
    "add the authority that issued it to client_ca, if this client is meant to send; else find out who it is"
)
_VERIFY_HINTS = {
    9: "the clock of this machine or of the client's authority is wrong",
    10: "renew the client's certificate",
    18: _ISSUER,
    19: _ISSUER,
    20: _ISSUER,
    21: _ISSUER,
    26: "the client's certificate must be for client authentication (extendedKeyUsage clientAuth)",
}
_NO_CERTIFICATE = 'give the client a certificate, or set client_certificates = "optional"'
_OLD = "the client speaks only TLS older than 1.2: update it, or let it send plain syslog to a listener of its own"
_CIPHER = "the client offers no cipher that is safe today: update it"
_DISTRUST = (
    "the client does not accept our certificate: give it the authority of `certificate`, "
    "and see that the name or address it connects to is in it"
)
_HINTS = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": _NO_CERTIFICATE,
    "UNSUPPORTED_PROTOCOL": _OLD,
    "VERSION_TOO_LOW": _OLD,
    "NO_SHARED_CIPHER": _CIPHER,
    "NO_SUITABLE_SIGNATURE_ALGORITHM": _CIPHER,
    "CLOSED": _DISTRUST,
    "HANDSHAKE_TIMEOUT": "the client connected and never finished its TLS hello: a port scan, a monitor or a broken sender",
}


class Refusal(NamedTuple):
    """Why a client was turned away."""

    peer: str
    why: str
    hint: str
    subject: str | None = None  # of the certificate it showed, if it showed one
    sha256: str | None = None


class Refusals:
    """The different refusals since somebody last looked: bounded, the rest is counted."""

    def __init__(self) -> None:
        self._kept: dict[Refusal, int] = {}
        self._more = 0

    def add(self, refusal: Refusal) -> None:
        if refusal in self._kept or len(self._kept) < REFUSALS_MAX:
            self._kept[refusal] = self._kept.get(refusal, 0) + 1
        else:
            self._more += 1

    def take(self) -> tuple[dict[Refusal, int], int]:
        """Each with its number, and how many others there were. Begins anew."""
        kept, more = self._kept, self._more
        self._kept, self._more = {}, 0
        return kept, more


class Clients:
    """Who is allowed on one listener: whose chain verifies and, when names or fingerprints are listed, who is listed."""

    def __init__(self, listen: Listen) -> None:
        self._names = tuple(map(_comparable, listen.client_names))
        self._fingerprints = frozenset(listen.client_fingerprints)

    def identity(self, certificate: Mapping[str, Any], sha256: str) -> str | None:
        """The name under which a verified client speaks; None: it is not allowed."""
        names = names_of(certificate)
        if not self._names and not self._fingerprints:
            return names[0] if names else f"sha-256:{sha256}"
        for name in names:
            if any(_matches(pattern, _comparable(name)) for pattern in self._names):
                return name
        if sha256 in self._fingerprints:
            return names[0] if names else f"sha-256:{sha256}"
        return None


def names_of(certificate: Mapping[str, Any]) -> Sequence[str]:
    """What a certificate calls its holder (module's docstring), DNS names first."""
    alternative = certificate.get("subjectAltName", ())
    names = [str(value) for kind, value in alternative if kind == "DNS" and value]
    names += [_address(str(value)) for kind, value in alternative if kind == "IP Address"]
    if names:
        return names
    return [
        str(value)
        for part in certificate.get("subject", ())
        for kind, value in part
        if kind == "commonName" and value
    ]


def fingerprint(der: bytes) -> str:
    """SHA-256 of the whole certificate, 64 hexadecimal digits."""
    return hashlib.sha256(der).hexdigest()


def _comparable(name: str) -> str:
    return _address(name.lower().removesuffix("."))


def _address(name: str) -> str:
    """An address in its one short form; other text as it is."""
    try:
        return str(ipaddress.ip_address(name.strip()))
    except ValueError:
        return name


def _matches(pattern: str, name: str) -> bool:
    if pattern.startswith("*."):
        label, _, rest = name.partition(".")
        return bool(label) and rest == pattern[2:]
    return pattern == name


# ---------------------------------------------------------------- words for the log


def not_allowed(peer: str, certificate: Mapping[str, Any], der: bytes) -> Refusal:
    """A certificate that verifies, of a client that is not listed."""
    names = ", ".join(names_of(certificate))[:_TEXT_MAX] or "no name"
    why = f"its certificate is not allowed: it is for {names}"
    hint = "add its name to client_names or its sha256 to client_fingerprints, if it is meant to send"
    return Refusal(peer, why, hint, subject(der), fingerprint(der))


def failed(peer: str, error: ssl.SSLError, der: bytes | None) -> Refusal:
    """A handshake that OpenSSL ended. `der`: the certificate that the client showed, if it came to that."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"its certificate cannot be verified: {error.verify_message}"
        hint = _VERIFY_HINTS.get(error.verify_code, "see the certificate with `openssl x509 -text`")
    else:
        reason = error.reason or str(error)
        why = "it showed no certificate" if _HINTS.get(reason) == _NO_CERTIFICATE else reason
        hint = _HINTS.get(reason) or (
            _DISTRUST if "ALERT" in reason else "`openssl s_client -connect` to this port shows more"
        )
    return Refusal(
        peer, why, hint, subject(der) if der else None, fingerprint(der) if der is not None else None
    )


def ended(peer: str, reason: str) -> Refusal:
    """A handshake that did not come to its end: reason CLOSED or HANDSHAKE_TIMEOUT."""
    why = "it closed the connection during the handshake" if reason == "CLOSED" else reason
    return Refusal(peer, why, _HINTS[reason])


# ---------------------------------------------------------------- the subject of a certificate that did not verify


def shown(message: bytes, *, with_context: bool) -> bytes | None:
    """The first certificate of a handshake message Certificate (RFC 5246, 7.4.2; RFC 8446, 4.4.2, which puts a context
    before the list); None where it has none."""
    at = 4
    if with_context:
        at += 1 + (message[at] if at < len(message) else 0)
    at += 3
    size = int.from_bytes(message[at : at + 3], "big")
    der = message[at + 3 : at + 3 + size]
    return der if size and len(der) == size else None


def subject(der: bytes) -> str:
    """Organisation and common name as "O=acme, CN=fw-01", for people. Never raises: it may be anything."""
    found = []
    for oid, value in _subject_parts(der):
        if oid in _ATTRIBUTES:
            found.append(f"{_ATTRIBUTES[oid]}={value.decode('utf-8', 'replace')}")
    return ", ".join(found)[:_TEXT_MAX] or "(no name)"


def _subject_parts(der: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(object identifier, value) of the subject: in Certificate, TBSCertificate, after serial, algorithm, issuer and
    validity (RFC 5280, 4.1)."""
    fields = _children(_first(_first(der)))
    tags = [tag for tag, _ in fields]
    at = 5 if tags[:1] == [0xA0] else 4  # the version is optional
    if len(fields) <= at:
        return
    for _, part in _children(fields[at][1]):
        for _, pair in _children(part):
            values = _children(pair)
            if len(values) == 2:
                yield values[0][1], values[1][1]


def _first(der: bytes) -> bytes:
    inside = _children(der, most=1)
    return inside[0][1] if inside else b""


def _children(der: bytes, most: int = 32) -> list[tuple[int, bytes]]:
    """(tag, content) of the elements that follow one another (X.690, 8.1), as far as they are sound."""
    found: list[tuple[int, bytes]] = []
    at = 0
    while at + 2 <= len(der) and len(found) < most:
        tag, size, start = der[at], der[at + 1], at + 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(der[at + 2 : start], "big")
        if start + size > len(der):
            break
        found.append((tag, der[start : start + size]))
        at = start + size
    return found

"""The TLS port as `openssl s_client` and hostile peers see it: who gets in, who does not, and what the log says."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from brainstemd.intake import TlsEndpoint, clients
from brainstemd.intake.clients import REFUSALS_MAX, Refusal, Refusals
from tests.daemon_kit import BASE, Daemon, lines_of, spooled, wait_for
from tests.pki_kit import authority, issue, sha256
from tests.test_intake import Sink, listening, sender, until

LINE = b"35 <13>1 - fw-01 app - - - by s_client"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority with a server and clients; another authority with a client that looks the same."""
    made = tmp_path_factory.mktemp("pki")
    authority(made, "ca")
    authority(made, "strange-ca")
    issue(made, "server", "ca", "/CN=collector", "IP:127.0.0.1,DNS:localhost")
    issue(made, "rsa", "ca", "/CN=collector", "IP:127.0.0.1", rsa=True)
    issue(made, "fresh", "ca", "/CN=collector-2", "IP:127.0.0.1,DNS:localhost")
    issue(made, "fw-01", "ca", "/O=acme/CN=first", "DNS:fw-01.acme.example,IP:2001:db8::7")
    issue(made, "fw-02", "ca", "/O=acme/CN=fw-02.acme.example")
    issue(made, "expired", "ca", "/O=acme/CN=expired", "DNS:fw-01.acme.example", days=-1)
    issue(made, "strange", "strange-ca", "/O=acme/CN=strange", "DNS:fw-01.acme.example")
    issue(made, "for-servers", "ca", "/O=acme/CN=for-servers", usage="serverAuth")
    issue(made, "nameless", "ca", "/O=acme")
    return made


def files(pki: Path, **more: object) -> dict[str, object]:
    return {"certificate": pki / "server.pem", "key": pki / "server.key", "client_ca": pki / "ca.pem"} | more


def rsa(pki: Path) -> dict[str, object]:
    """A listener whose certificate every old cipher could use."""
    return {"certificate": pki / "rsa.pem", "key": pki / "rsa.key"}


async def s_client(pki: Path, port: int, *options: str, who: str | None = None, data: bytes = LINE) -> str:
    """One run of `openssl s_client`, which sends `data` and closes; what it told."""
    certificate = ("-cert", str(pki / f"{who}.pem"), "-key", str(pki / f"{who}.key")) if who else ()
    process = await asyncio.create_subprocess_exec(
        "openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", str(pki / "ca.pem"), "-verify_return_error",
        "-verify_ip", "127.0.0.1", "-no_ign_eof", *certificate, *options,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate(data)
    return told.decode("utf-8", "replace")


def refusals(made: object) -> list[Refusal]:
    assert isinstance(made, TlsEndpoint)
    return list(made.refusals.take()[0])


# ---------------------------------------------------------------- versions and ciphers


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
async def test_today_versions_are_accepted(pki: Path, version: str) -> None:
    """s_client of TLS 1.2 and 1.3 verifies our certificate and gets its line in."""
    sink = Sink()
    async with listening("tls", sink, **files(pki, client_certificates="optional")) as made:
        told = await s_client(pki, made.address[1], f"-{version}")
        await until(lambda: made.counters.lines == 1, 30)
    assert "Verify return code: 0 (ok)" in told
    assert {"tls1_2": "TLSv1.2", "tls1_3": "TLSv1.3"}[version] in told
    assert made.counters.tls_failures == made.counters.tls_refused == 0


@pytest.mark.parametrize("version", ["tls1", "tls1_1"])
async def test_old_versions_are_refused(pki: Path, version: str) -> None:
    """TLS 1.0 and 1.1, really offered: an alert, a count, and words that say what to do."""
    sink = Sink()
    async with listening("tls", sink, **files(pki, client_certificates="optional")) as made:
        told = await s_client(pki, made.address[1], f"-{version}", "-cipher", "ALL:@SECLEVEL=0")
        await until(lambda: made.counters.tls_failures == 1, 30)
        (refusal,) = refusals(made)
    assert "alert protocol version" in told
    assert "older than 1.2" in refusal.hint
    assert sink.batches == []


@pytest.mark.parametrize("cipher", ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"])
async def test_ciphers_of_today_are_accepted(pki: Path, cipher: str) -> None:
    """With the certificate that the next test refuses the weak ones with."""
    sink = Sink()
    async with listening("tls", sink, **rsa(pki)) as made:
        told = await s_client(pki, made.address[1], "-tls1_2", "-cipher", cipher)
        await until(lambda: made.counters.lines == 1, 30)
    assert f"Cipher is {cipher}" in told


@pytest.mark.parametrize(
    "cipher",
    [
        "NULL-SHA256",
        "AES128-SHA",
        "AES256-GCM-SHA384",
        "ADH-AES128-SHA256",
        "ECDHE-RSA-AES128-SHA",
        "DES-CBC3-SHA",
    ],
)
async def test_weak_ciphers_are_refused(pki: Path, cipher: str) -> None:
    """No encryption, no forward secrecy, no authentication, SHA-1, Triple-DES: no cipher in common."""
    sink = Sink()
    async with listening("tls", sink, **rsa(pki)) as made:
        told = await s_client(pki, made.address[1], "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0")
        if "no cipher match" in told:
            return  # an openssl that cannot even ask for it
        await until(lambda: made.counters.tls_failures == 1, 30)
        (refusal,) = refusals(made)
    assert "handshake failure" in told
    assert (refusal.why, refusal.hint) == ("NO_SHARED_CIPHER", clients._CIPHER)


async def test_renegotiation_by_the_client_is_refused(pki: Path) -> None:
    """A client cannot make us do handshake after handshake (s_client's command R)."""
    sink = Sink()
    async with listening("tls", sink, **files(pki, client_certificates="optional")) as made:
        told = await s_client(pki, made.address[1], "-tls1_2", data=b"R\n" + LINE)
        await until(lambda: made.counters.connections_open == 0, 30)
    assert "no renegotiation" in told or "Secure Renegotiation IS NOT supported" in told, told


# ---------------------------------------------------------------- clients


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
@pytest.mark.parametrize(
    ("who", "why", "hint", "subject"),
    [
        (None, "it showed no certificate", "give the client a certificate", None),
        ("strange", "unable to get local issuer certificate", "client_ca", "O=acme, CN=strange"),
        ("expired", "certificate has expired", "renew", "O=acme, CN=expired"),
        ("for-servers", "certificate purpose", "clientAuth", "O=acme, CN=for-servers"),
        (
            "fw-02",
            "not allowed: it is for fw-02.acme.example",
            "client_names",
            "O=acme, CN=fw-02.acme.example",
        ),
    ],
)
async def test_a_wrong_client_is_refused_and_named(
    pki: Path, version: str, who: str | None, why: str, hint: str, subject: str | None
) -> None:
    """One refusal that names peer, subject, fingerprint, the reason and what to do; no line is taken."""
    sink = Sink()
    async with listening("tls", sink, **files(pki, client_names=["fw-01.acme.example"])) as made:
        await s_client(pki, made.address[1], f"-{version}", who=who)
        await until(lambda: made.counters.tls_refused == 1 and made.counters.connections_open == 0, 30)
        (refusal,) = refusals(made)
    assert refusal.peer == "127.0.0.1"
    assert why in refusal.why
    assert hint in refusal.hint
    assert refusal.subject == subject
    assert refusal.sha256 == (sha256_hex(pki, who) if who else None)
    assert (sink.batches, made.counters.tls_failures) == ([], 0)


def sha256_hex(pki: Path, who: str) -> str:
    return clients.fingerprint(ssl.PEM_cert_to_DER_cert((pki / f"{who}.pem").read_text()))


@pytest.mark.parametrize("version", ["tls1_2", "tls1_3"])
@pytest.mark.parametrize(
    ("who", "options", "name"),
    [
        ("fw-01", {}, "fw-01.acme.example"),
        ("fw-01", {"client_names": ["*.ACME.example."]}, "fw-01.acme.example"),
        ("fw-01", {"client_names": ["2001:0db8::0:7"]}, "2001:db8::7"),
        ("fw-02", {"client_names": ["fw-02.acme.example"]}, "fw-02.acme.example"),
        (None, {"client_certificates": "optional", "client_names": ["x.example"]}, None),
    ],
)
async def test_the_verified_name_is_the_identity_of_the_lines(
    pki: Path, version: str, who: str | None, options: dict[str, object], name: str | None
) -> None:
    """The name by which the client was let in; none without a certificate where that is optional."""
    sink = Sink()
    async with listening("tls", sink, **files(pki, **options)) as made:
        told = await s_client(pki, made.address[1], f"-{version}", who=who)
        await until(lambda: made.counters.lines == 1, 30)
    assert sink.batches[0].origin.tls_identity == name, told
    assert sink.lines() == [b"<13>1 - fw-01 app - - - by s_client"]


async def test_fingerprints_let_in_and_a_certificate_can_be_its_own_authority(pki: Path) -> None:
    """RFC 5425, 4.2.2: client_ca holds one client's certificate; it gets in by fingerprint, another does not."""
    sink = Sink()
    options = files(pki, client_ca=pki / "nameless.pem", client_fingerprints=[sha256(pki, "nameless")])
    async with listening("tls", sink, **options) as made:
        await s_client(pki, made.address[1], who="nameless")
        await until(lambda: made.counters.lines == 1, 30)
        await s_client(pki, made.address[1], who="fw-01")
        await until(lambda: made.counters.tls_refused == 1, 30)
    assert sink.batches[0].origin.tls_identity == f"sha-256:{sha256_hex(pki, 'nameless')}"


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("fw.example", "FW.example.", True),
        ("*.example", "fw.example", True),
        ("*.example", "a.fw.example", False),
        ("*.example", "example", False),
        ("*.example", ".example", False),
        ("fw.example", "*.example", False),
        ("*.example", "*.example", True),
        ("192.0.2.1", "192.0.2.1", True),
    ],
)
def test_how_names_are_compared(pattern: str, name: str, fits: bool) -> None:
    """`*.` is exactly one label, in the configuration alone."""
    assert clients._matches(clients._comparable(pattern), clients._comparable(name)) == fits


def test_a_common_name_counts_only_without_alternative_names() -> None:
    """RFC 6125, 6.4.4. Other kinds of alternative names are no names of hosts."""
    subject = ((("organizationName", "acme"),), (("commonName", "cn.example"),))
    assert clients.names_of({"subject": subject}) == ["cn.example"]
    assert clients.names_of({"subject": subject, "subjectAltName": (("email", "a@b"),)}) == ["cn.example"]
    both = {"subject": subject, "subjectAltName": (("IP Address", "2001:DB8:0:0:0:0:0:7"), ("DNS", "x"))}
    assert clients.names_of(both) == ["x", "2001:db8::7"]
    assert clients.names_of({}) == []


def test_the_subject_of_anything_is_words(pki: Path) -> None:
    """What the log shows of a certificate that did not verify is never an error, wherever it is cut or flipped."""
    der = ssl.PEM_cert_to_DER_cert((pki / "strange.pem").read_text())
    assert clients.subject(der) == "O=acme, CN=strange"
    for at in range(len(der)):
        assert isinstance(clients.subject(der[:at]), str)
        assert isinstance(clients.subject(der[:at] + bytes([der[at] ^ 0xFF]) + der[at + 1 :]), str)
    for message in (b"", b"\x0b\0\0", b"\x0b\0\0\x03\0\0\0", b"\x0b\0\0\xff\0\0\xff\0\0\xff\x30"):
        assert clients.shown(message, with_context=True) is None
        assert clients.shown(message, with_context=False) is None


def test_refusals_for_the_log_are_bounded() -> None:
    """The first few different ones with their numbers, the rest as a number; looking begins anew."""
    book = Refusals()
    for n in range(100):
        for _ in range(2):
            book.add(Refusal(f"192.0.2.{n}", "why", "hint"))
    kept, more = book.take()
    assert (len(kept), set(kept.values()), more) == (REFUSALS_MAX, {2}, 200 - 2 * REFUSALS_MAX)
    assert book.take() == ({}, 0)


# ---------------------------------------------------------------- peers that do not finish


async def test_a_client_that_never_finishes_its_hello_gives_its_place_back(pki: Path) -> None:
    """Silent, or a byte of a hello: after handshake_timeout both are gone, counted, and another gets in."""
    sink = Sink()
    async with listening("tls", sink, max_connections=2, handshake_timeout="200ms", **files(pki)) as made:
        silent, half = sender(made), sender(made)
        half.sendall(b"\x16\x03\x01\x02")
        await until(lambda: made.counters.tls_failures == 2 and made.counters.connections_open == 0, 30)
        assert {refusal.why for refusal in refusals(made)} == {"HANDSHAKE_TIMEOUT"}
        silent.close()
        half.close()
        assert isinstance(made, TlsEndpoint)
        made.handshake_timeout_s = 60.0
        await s_client(pki, made.address[1], who="fw-01")
        await until(lambda: made.counters.lines == 1, 30)


async def test_a_hello_that_we_do_not_read_is_not_late(pki: Path) -> None:
    """While a full spool holds all senders, handshake_timeout does not run out; then the client gets in."""
    sink = Sink()
    async with listening("tls", sink, handshake_timeout="50ms", **files(pki)) as made:
        assert isinstance(made, TlsEndpoint)
        sink.room = False
        made._hold()
        client = asyncio.create_task(s_client(pki, made.address[1], who="fw-01"))
        await until(lambda: made.counters.connections_open == 1, 30)
        await asyncio.sleep(0.3)
        assert made.counters.tls_failures == 0
        made.handshake_timeout_s = 60.0
        await asyncio.sleep(0.1)
        sink.room = True
        await until(lambda: made.counters.lines == 1, 30)
        await client


async def test_a_client_that_distrusts_our_certificate_is_told_apart(pki: Path) -> None:
    """Its alert, or its mere close during the handshake, is said with what to do about it."""
    sink = Sink()
    async with listening("tls", sink, **files(pki)) as made:
        await s_client(pki, made.address[1], "-CAfile", str(pki / "strange-ca.pem"))
        await until(lambda: made.counters.tls_failures == 1, 30)
        hello = sender(made)
        hello.sendall(b"\x16\x03\x01\x02")
        hello.close()
        await until(lambda: made.counters.tls_failures == 2, 30)
        told = refusals(made)
    assert "UNKNOWN_CA" in told[0].why
    assert {refusal.hint for refusal in told} == {clients._DISTRUST}


async def test_closing_says_so_to_the_client(pki: Path) -> None:
    """close_notify (RFC 5425, 4.4): a client knows the end from a cut, when it ends and when we do."""
    sink = Sink()
    context = ssl.create_default_context(cafile=str(pki / "ca.pem"))
    context.load_cert_chain(pki / "fw-01.pem", pki / "fw-01.key")
    async with listening("tls", sink, **files(pki)) as made:
        reader, link = await asyncio.open_connection(*made.address[:2], ssl=context)
        link.write(LINE)
        await until(lambda: made.counters.lines == 1, 30)
    async with asyncio.timeout(30):
        assert await reader.read() == b""  # a cut would raise: SSLEOFError or ConnectionResetError
    link.close()
    assert made.counters.connections_cut == 0


# ---------------------------------------------------------------- the daemon


@contextmanager
def daemon(directory: Path, pki: Path, more: str = "") -> Iterator[Daemon]:
    """A daemon with a TLS listener whose files are copies in its own directory."""
    for kind in ("pem", "key"):
        (directory / f"server.{kind}").write_bytes((pki / f"server.{kind}").read_bytes())
    (directory / "clients.pem").write_bytes((pki / "ca.pem").read_bytes())
    table = (
        '[[listen]]\ntransport = "tls"\naddress = ["127.0.0.1:0"]\ncertificate = "server.pem"\nkey = "server.key"\n'
        f'client_ca = "clients.pem"\n{more}\n'
    )
    with Daemon(directory, BASE + table) as made:
        yield made.start()


def run_s_client(pki: Path, port: int, who: str | None) -> str:
    return asyncio.run(s_client(pki, port, who=who))


def test_a_refused_client_is_one_clear_line_in_the_log(pki: Path, tmp_path: Path) -> None:
    """Peer, subject, fingerprint, reason, number and what to do; counted in /metrics; plain text on the port as well."""
    with daemon(tmp_path, pki, 'client_names = ["fw-01.acme.example"]') as one:
        for who in ("strange", "strange", "fw-02", "fw-01"):
            run_s_client(pki, one.port("tls"), who)
        with sender_to(one.port("tls")) as plain:
            plain.sendall(b"<13>plain\n")
            assert plain.recv(1) == b""
        wait_for(lambda: b'reason="tls_refused"} 3.0' in one.get("/metrics")[1])
        wait_for(lambda: b'reason="plain_on_tls"} 1.0' in one.get("/metrics")[1])
        assert one.stop() == 0
        told = [row for row in one.logs() if row["event"] == "a TLS client was refused"]
        (mistake,) = [row for row in one.logs() if row.get("reason") == "plain_on_tls"]
    strange, unlisted = sorted(told, key=lambda row: -row["count"])
    assert (strange["count"], strange["peer"], strange["subject"]) == (2, "127.0.0.1", "O=acme, CN=strange")
    assert "client_ca" in strange["hint"]
    assert (unlisted["count"], unlisted["sha256"]) == (1, sha256_hex(pki, "fw-02"))
    assert (mistake["peer"], mistake["count"]) == ("127.0.0.1", 1)
    assert lines_of(spooled(one.state_dir)) == [b"<13>1 - fw-01 app - - - by s_client"]


def sender_to(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port))
    made.settimeout(30)
    return made


def test_a_hangup_renews_certificates_and_clients_and_cuts_nobody(pki: Path, tmp_path: Path) -> None:
    """SIGHUP: a connection goes on under what it began with; new ones see the new certificate, and other clients."""
    with daemon(tmp_path, pki) as one:
        context = ssl.create_default_context(cafile=str(pki / "ca.pem"))
        context.load_cert_chain(pki / "fw-01.pem", pki / "fw-01.key")
        with context.wrap_socket(sender_to(one.port("tls")), server_hostname="localhost") as old:
            old.sendall(b"<13>before\n")
            wait_for(lambda: one.metric("brainstemd_received_lines_total") == 1)
            for kind in ("pem", "key"):
                (tmp_path / f"server.{kind}").write_bytes((pki / f"fresh.{kind}").read_bytes())
            (tmp_path / "clients.pem").write_bytes((pki / "strange-ca.pem").read_bytes())
            os.kill(one.pid, signal.SIGHUP)
            one.expect("RELOADING=1")
            one.expect("READY=1")
            old.sendall(b"<13>after\n")
            assert re.search("CN ?= ?collector-2", run_s_client(pki, one.port("tls"), "strange"))
            wait_for(lambda: one.metric("brainstemd_received_lines_total") == 3)
            run_s_client(pki, one.port("tls"), "fw-01")
            wait_for(lambda: b'reason="tls_refused"} 1.0' in one.get("/metrics")[1])
            assert one.metric("brainstemd_connections") == 1
        assert one.stop() == 0
    assert sorted(lines_of(spooled(one.state_dir)))[1:] == [b"<13>after", b"<13>before"]

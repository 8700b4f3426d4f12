"""Real authorities and certificates, made by openssl: what a site's own PKI would be, in a directory of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_RSA_KEY = ("-newkey", "rsa:2048", "-nodes")


def openssl(*args: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """One run of the command line; the test is skipped where there is none (CI has it)."""
    try:
        return subprocess.run(
            ["openssl", *map(str, args)], input=stdin, capture_output=True, timeout=60, check=False
        )
    except FileNotFoundError:
        pytest.skip("openssl is not installed")


def authority(directory: Path, name: str) -> None:
    """`name`.pem and `name`.key: a self-signed authority."""
    made = openssl("req", "-x509", *_KEY, "-subj", f"/CN={name}", "-days", 2,
                   "-keyout", directory / f"{name}.key", "-out", directory / f"{name}.pem")  # fmt: skip
    assert made.returncode == 0, made.stderr


def issue(
    directory: Path,
    name: str,
    by: str,
    subject: str,
    alternative: str = "",
    *,
    days: int = 2,
    usage: str = "",
    rsa: bool = False,
) -> None:
    """`name`.pem and `name`.key: a certificate of authority `by`. Negative `days`: it has expired."""
    request = directory / f"{name}.csr"
    made = openssl(
        "req",
        *(_RSA_KEY if rsa else _KEY),
        "-subj",
        subject,
        "-keyout",
        directory / f"{name}.key",
        "-out",
        request,
    )
    assert made.returncode == 0, made.stderr
    extensions = directory / f"{name}.ext"
    extensions.write_text(
        (f"subjectAltName={alternative}\n" if alternative else "")
        + (f"extendedKeyUsage={usage}\n" if usage else "")
    )
    made = openssl("x509", "-req", "-in", request, "-CA", directory / f"{by}.pem", "-CAkey", directory / f"{by}.key",
                   "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", directory / f"{name}.pem")  # fmt: skip
    assert made.returncode == 0, made.stderr


def sha256(directory: Path, name: str) -> str:
    """As `openssl x509 -fingerprint -sha256` prints it."""
    made = openssl("x509", "-in", directory / f"{name}.pem", "-noout", "-fingerprint", "-sha256")
    return made.stdout.decode().strip()

"""Finding the programs that tests/bench/peers.py runs.

rsyslog and syslog-ng cannot be installed together in Debian: what is not on the PATH is unpacked from its packages
(`apt-get download`, `dpkg -x`) into ~/.cache/brainstemd-bench and run from there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

UNPACKED = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "brainstemd-bench"
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
PACKAGES = {
    "rsyslogd": ("rsyslog", "libestr0", "libfastjson4"),
    "syslog-ng": ("syslog-ng-core", "libivykis0", "libpcre3", "libnet1", "libwrap0", "libjson-c5"),
    "lmnsd_gtls.so": ("rsyslog-gnutls",),
}


def find(name: str) -> Path | None:
    """A program or module: installed, unpacked before, or unpacked now; None where Debian's packages are out of reach."""
    installed = shutil.which(name, path=PATH)
    if installed:
        return Path(installed)
    return _unpacked(name) or _installed_module(name) or _unpack(name)


def _unpacked(name: str) -> Path | None:
    return next((path for path in UNPACKED.rglob(name) if path.parent.name in _PLACES_OF_PROGRAMS), None)


_PLACES_OF_PROGRAMS = ("sbin", "bin", "rsyslog")


def _installed_module(name: str) -> Path | None:
    return next(Path("/usr/lib").glob(f"*/rsyslog/{name}"), None)


def _unpack(name: str) -> Path | None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return None
    UNPACKED.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES[
        name
    ]:  # one by one: a library that this release calls otherwise is perhaps not needed
        subprocess.run(
            ["apt-get", "download", package], cwd=UNPACKED, capture_output=True, timeout=120, check=False
        )
    for archive in UNPACKED.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(archive), str(UNPACKED)], check=False, timeout=60)
        archive.unlink()
    return _unpacked(name)


def libraries() -> dict[str, str]:
    """The environment in which an unpacked program finds its libraries."""
    places = {str(path.parent) for path in UNPACKED.rglob("*.so*") if "rsyslog" not in path.parts}
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(sorted(places))}

"""Programs' format strings, rendered with random values: one event, one signature."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from brainstemd.pipeline.fingerprint import Fingerprinter

FORMATS = [
    line
    for line in Path(__file__)
    .with_name("fingerprint")
    .joinpath("formats.txt")
    .read_text("utf-8")
    .splitlines()
    if line and not line.startswith("#")
]
RENDERINGS = 40
Draw = Callable[[random.Random], str]
USERS = (
    "root",
    "admin",
    "bob",
    "alice.smith",
    "svc-backup",
    "deploy01",
    "o'neil",
    "test",
    "j_doe",
    "DOMAIN\\carol",
    "x",
)


def _hex(rng: random.Random, digits: int) -> str:
    """Hexadecimal with at least one digit: a word of letters alone is a word."""
    return "".join(rng.choices("0123456789abcdef", k=digits - 1)) + rng.choice("0123456789")


def _ip(rng: random.Random) -> str:
    return ".".join(str(rng.randrange(256)) for _ in range(4))


def _ip6(rng: random.Random) -> str:
    return rng.choice((f"fe80::{_hex(rng, 4)}", f"2001:db8:{_hex(rng, 4)}::{rng.randrange(1, 99)}", "::1"))


def _host(rng: random.Random) -> str:
    return rng.choice(("mail", "db-7", "web01", "ns.dc2")) + rng.choice(
        (".example.com", ".acme.example", ".lan", ".corp.local")
    )


def _path(rng: random.Random) -> str:
    return "/" + "/".join(
        rng.choices(("var", "lib", "srv", "a.b", "x_1", "data-2", "index.html"), k=rng.randrange(1, 6))
    )


def _duration(rng: random.Random) -> str:
    return rng.choice(("12ms", "3.5s", "1h2m3s", "4min 2.1s", "812 ms", "17 seconds", "1 second", "00:01:12"))


def _size(rng: random.Random) -> str:
    return rng.choice(("12 KB", "1.5GiB", "900 bytes", "812MiB", "77 MB", "3.0 B"))


def _clock(rng: random.Random) -> str:
    return f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"


DRAWS: dict[str, Draw] = {
    "addr": lambda rng: rng.choice((_ip, _ip6, _host))(rng),
    "authmethod": lambda rng: "password",
    "b64": lambda rng: "".join(rng.choices(string.ascii_letters + string.digits + "+/", k=42)) + "1a",
    "blk": lambda rng: f"blk_{rng.choice(('', '-'))}{rng.randrange(10**18)}",
    "cidr": lambda rng: f"{_ip(rng)}/{rng.randrange(33)}",
    "clf": lambda rng: (
        f"{rng.randrange(1, 29):02}/{rng.choice(('Jan', 'Nov'))}/2031:{_clock(rng)} +0{rng.randrange(3)}00"
    ),
    "clock": _clock,
    "comm": lambda rng: rng.choice(("java8", "fpm82", "worker3")),
    "disk": lambda rng: rng.choice(("sda", "sdb1", "nvme0n1", "vdc", "md127")),
    "dur": _duration,
    "email": lambda rng: f"{rng.choice(('bob', 'a.b', 'x+y'))}@{_host(rng)}",
    "bundle": lambda rng: rng.choice(("com.example.mail", "org.acme.shop.cart", "net.corp.vpn")),
    "fans": lambda rng: " ".join(rng.choice(("****", str(rng.randrange(9999)))) for _ in range(4)) + " 3000",
    "float": lambda rng: f"{rng.uniform(0, 500):.{rng.randrange(1, 7)}f}",
    "hash": lambda rng: _hex(rng, 64),
    "hexlist": lambda rng: " ".join(f"0x{_hex(rng, 8)}" for _ in range(rng.randrange(1, 9))),
    "hexn": lambda rng: f"0x{rng.randrange(16**8):x}",
    "host": _host,
    "hostname": lambda rng: rng.choice(("laptop-bob", "printer3", "PC-22", "tv")),
    "iface": lambda rng: rng.choice(("eth0", "ens192", "wlp3s0", "bond0.100", "tun7", "wg0")),
    "ip": _ip,
    "keytype": lambda rng: "ED25519",
    "list": lambda rng: " ".join(str(rng.randrange(100)) for _ in range(rng.randrange(1, 12))),
    "longdate": lambda rng: (
        f"{rng.choice(('Mon', 'Tue'))} {rng.choice(('Mar', 'Dec'))} {rng.randrange(1, 29)} 2031"
    ),
    "mac": lambda rng: ":".join(_hex(rng, 2) for _ in range(6)),
    "n": lambda rng: str(rng.randrange(10 ** rng.randrange(1, 9))),
    "n4": lambda rng: f"{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}",
    "neg": lambda rng: f"{rng.uniform(-50, 50):.6f}",
    "nonzero": lambda rng: str(rng.randrange(1, 255)),
    "nodes": lambda rng: rng.choice(("node-[01-04]", "tux[3,5-9]", "gpu7")),
    "path": _path,
    "pci": lambda rng: rng.choice(("1-1", "2-1.4", "1-1.4.2")),
    "pkgver": lambda rng: rng.choice(("2.36-9+deb12u4", "7.88.1-10+deb12u5")),
    "port": lambda rng: str(rng.randrange(1, 65536)),
    "port_name": lambda rng: rng.choice(
        ("GigabitEthernet0/1", "Vlan20", "TenGigabitEthernet1/0/1", "Gi1/0/24", "Port-channel3")
    ),
    "queue": lambda rng: f"{rng.randrange(1, 16):X}{_hex(rng, 8).upper()}",
    "size": _size,
    "spi": lambda rng: _hex(rng, 8),
    "two": lambda rng: str(rng.randrange(2, 99)),
    "unit": lambda rng: rng.choice(
        ("nginx.service", "user@1000.service", "dev-sda1.device", "apt-daily.timer", "var-lib.mount")
    ),
    "url": lambda rng: f"https://{_host(rng)}{_path(rng)}?q={rng.randrange(99)}",
    "user": lambda rng: rng.choice(USERS),
    "uuid": lambda rng: "-".join(_hex(rng, size) for size in (8, 4, 4, 4, 12)),
    "ver": lambda rng: f"{rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(9)}",
    "word": lambda rng: "shop",
    "bool": lambda rng: rng.choice(("true", "false")),
    "dbl": lambda rng: rng.choice((f"{rng.uniform(0, 99):.2f}", f"{rng.random():.3e}", "7", "-1", "NaN")),
    "exe": lambda rng: rng.choice(("chat.exe", "tool_x64.exe", "cloud-sync.exe")),
    "hashlist": lambda rng: ", ".join(_hex(rng, 8) for _ in range(rng.randrange(1, 6))),
    "hexword": lambda rng: rng.choice((_hex(rng, 8), "deadbeef", "fffffffc", "00000000")),
    "ids": lambda rng: ", ".join(f"MapTask {rng.randrange(99)}" for _ in range(rng.randrange(4))),
    "life": lambda rng: rng.choice(("00:12", "01:02:33", "<1 sec", "5 sec", "2 min")),
    "mid": lambda rng: f"R{rng.randrange(8)}-M{rng.randrange(2)}" + rng.choice(("", "-N3", "-N12-C:J04-U11")),
    "nodelist": lambda rng: rng.choice(("node-7", "node-[3-17]", "node-[0-9 12-30]", "node-[1, 4]")),
    "obj": lambda rng: f"com.acme.ui.{rng.choice(('Window', 'Bar'))}{{{_hex(rng, 7)} u0 a}}",
    "pct": lambda rng: rng.choice(("5%", "99.1%", "12 %")),
    "pkg": lambda rng: f"Update_KB{rng.randrange(10**6)}~31bf38ad~amd64~~6.1.{rng.randrange(9)}.2",
    "regs": lambda rng: " ".join(f"r{n:02}=0x{_hex(rng, 8)}" for n in range(rng.randrange(2, 8))),
    "rsz": lambda rng: rng.choice(("403 bytes", "1293 bytes (1.26 KB)", "12 bytes")),
    "steps": lambda rng: "##".join(str(rng.randrange(10**6)) for _ in range(rng.randrange(3, 6))),
    "uidlist": lambda rng: str(rng.sample(range(10**5), rng.randrange(5))),
    "winp": lambda rng: rng.choice((r"C:\Windows\x.dll", r"\SystemRoot\WinSxS\amd64_a_31bf_6.1\core.dll")),
}
_SLOT = re.compile(r"\{(\w+)\}")


def render(text: str, rng: random.Random) -> str:
    return _SLOT.sub(lambda match: DRAWS[match[1]](rng), text).replace("{{", "{").replace("}}", "}")


@pytest.mark.parametrize("text", FORMATS)
def test_one_format_string_is_one_signature(text: str) -> None:
    """Whatever the values, the event keeps its id."""
    rng = random.Random(text)
    of = Fingerprinter().of
    lines = [render(text, rng) for _ in range(RENDERINGS)]
    assert {of(line).template for line in lines} == {of(lines[0]).template}


def test_no_two_format_strings_share_a_signature() -> None:
    """Different events stay different: the placeholders do not swallow what tells them apart."""
    rng = random.Random(1)
    of = Fingerprinter().of
    seen: dict[str, str] = {}
    for text in FORMATS:
        base = of(render(text, rng)).base
        assert seen.setdefault(base, text) == text

"""Syslog traffic with fresh values, by profile.

mixed: what a site's firewalls, switches and servers send, in its usual proportions.
vendors: every line of all dialects' corpora equally often, with other addresses, numbers and hexadecimal values each time.
strange: the same, and in each line a word that no line had before: what no cache by wording helps with.
"""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 2, tzinfo=UTC)
CORPUS = Path(__file__).parents[1] / "corpus"
_ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_HEX = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{4,}\b")
_NUMBER = re.compile(r'(?<![\w.:/"%<-])\d{2,20}(?![\w.:/>-])')
_WORD = re.compile(r"\b[a-z]{5,}\b")
_HEADER = 40  # characters in which a header's stamp stands


def mixed(count: int, seed: int = 1, hosts: int = 50, lines_a_second: float = 200.0) -> Iterator[bytes]:
    """`count` lines, one every 1/`lines_a_second` s of event time, from `hosts` hosts."""
    rng = random.Random(seed)
    makers = [maker for maker, weight in _MAKERS for _ in range(weight)]
    now = START
    step = timedelta(seconds=1 / lines_a_second)
    for _ in range(count):
        now += step
        yield rng.choice(makers)(rng, now, rng.randrange(hosts)).encode()


def vendors(count: int, seed: int = 1) -> Iterator[bytes]:
    rng = random.Random(seed)
    lines = corpus()
    for _ in range(count):
        yield renewed(rng, rng.choice(lines)).encode()


def strange(count: int, seed: int = 1) -> Iterator[bytes]:
    rng = random.Random(seed)
    lines = corpus()
    for _ in range(count):
        line = renewed(rng, rng.choice(lines))
        words = list(_WORD.finditer(line, _HEADER))
        if words:
            word = rng.choice(words)
            new = "".join(rng.choices(string.ascii_lowercase, k=8))
            line = line[: word.start()] + new + line[word.end() :]
        yield line.encode()


PROFILES: dict[str, Callable[[int, int], Iterator[bytes]]] = {
    "mixed": mixed,
    "vendors": vendors,
    "strange": strange,
}


def corpus() -> list[str]:
    """The lines of all dialects' corpora that are one line."""
    rows = (row for path in sorted(CORPUS.glob("*.jsonl")) for row in path.read_text("utf-8").splitlines())
    return [line for row in rows if "\n" not in (line := json.loads(row)["raw"])]


def renewed(rng: random.Random, line: str) -> str:
    """The line with other addresses and, behind its header, other numbers and hexadecimal values of the same length."""
    head, rest = line[:_HEADER], line[_HEADER:]
    rest = _ADDRESS.sub(lambda _: _ip(rng), rest)
    rest = _HEX.sub(lambda match: "".join(rng.choices("0123456789abcdef", k=len(match[0]))), rest)
    return head + _NUMBER.sub(
        lambda match: str(rng.randrange(10 ** (len(match[0]) - 1), 10 ** len(match[0]))), rest
    )


def _bsd(now: datetime) -> str:
    return now.strftime("%b ") + f"{now.day:2d}" + now.strftime(" %H:%M:%S")


def _ip(rng: random.Random) -> str:
    return f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def _built(rng: random.Random, now: datetime, host: int) -> str:
    n = rng.randrange(10**7)
    return (
        f"<166>{_bsd(now)} asa-{host:02d} : %ASA-6-302013: Built outbound TCP connection {n} for outside:{_ip(rng)}/443 "
        f"({_ip(rng)}/443) to inside:{_ip(rng)}/{rng.randrange(1024, 65536)} ({_ip(rng)}/{rng.randrange(1024, 65536)})"
    )


def _teardown(rng: random.Random, now: datetime, host: int) -> str:
    return (
        f"<166>{_bsd(now)} asa-{host:02d} : %ASA-6-302014: Teardown TCP connection {rng.randrange(10**7)} for outside:{_ip(rng)}/443 to "
        f"inside:{_ip(rng)}/{rng.randrange(1024, 65536)} duration 0:{rng.randrange(60):02d}:{rng.randrange(60):02d} bytes {rng.randrange(10**6)} TCP FINs"
    )


def _forti(rng: random.Random, now: datetime, host: int) -> str:
    return (
        f'<189>date={now:%Y-%m-%d} time={now:%H:%M:%S} devname="fgt-{host:02d}" devid="FGT60F{host:010d}" logid="0000000013" type="traffic" '
        f'subtype="forward" level="notice" vd="root" eventtime={int(now.timestamp())}000000000 tz="+0000" srcip={_ip(rng)} srcport={rng.randrange(1024, 65536)} '
        f'srcintf="lan" dstip={_ip(rng)} dstport=443 dstintf="wan1" sessionid={rng.randrange(10**8)} proto=6 action="close" policyid={rng.randrange(40)} '
        f'service="HTTPS" duration={rng.randrange(600)} sentbyte={rng.randrange(10**6)} rcvdbyte={rng.randrange(10**6)}'
    )


def _sshd(rng: random.Random, now: datetime, host: int) -> str:
    user = rng.choice(["admin", "root", "deploy", "svc-backup", "anna", "test"])
    return f"<38>{_bsd(now)} web-{host:02d} sshd[{rng.randrange(400, 60000)}]: Failed password for {user} from {_ip(rng)} port {rng.randrange(1024, 65536)} ssh2"


def _session(rng: random.Random, now: datetime, host: int) -> str:
    return f"<86>{_bsd(now)} web-{host:02d} CRON[{rng.randrange(400, 60000)}]: pam_unix(cron:session): session opened for user root by (uid=0)"


def _systemd(rng: random.Random, now: datetime, host: int) -> str:
    unit = rng.choice(["logrotate", "apt-daily", "fstrim", "man-db", "phpsessionclean"])
    word = rng.choice(["Starting", "Finished"])
    return f"<30>1 {now.isoformat(timespec='microseconds')} web-{host:02d} systemd 1 - - {word} {unit}.service - Clean up."


def _nginx(rng: random.Random, now: datetime, host: int) -> str:
    path = rng.choice(["/", "/api/v1/items", "/static/app.js", "/login", "/health"])
    return (
        f'<190>1 {now.isoformat(timespec="milliseconds")} web-{host:02d} nginx {rng.randrange(500, 9000)} - - {_ip(rng)} - - "GET {path}?id={rng.randrange(10**6)} '
        f'HTTP/1.1" {rng.choice([200, 200, 200, 304, 404])} {rng.randrange(10**5)} "-" "Mozilla/5.0"'
    )


def _dhcp(rng: random.Random, now: datetime, host: int) -> str:
    mac = ":".join(f"{rng.randrange(256):02x}" for _ in range(6))
    return f"<30>{_bsd(now)} dhcp-{host % 4} dhcpd[812]: DHCPACK on {_ip(rng)} to {mac} (PC-{rng.randrange(2000)}) via eth{rng.randrange(4)}"


def _ike(rng: random.Random, now: datetime, host: int) -> str:
    return f"<30>{_bsd(now)} fw-{host % 8} charon: {rng.randrange(1, 20):02d}[IKE] sending DPD request to branch-{rng.randrange(20)}[{rng.randrange(900)}]"


def _kernel(rng: random.Random, now: datetime, host: int) -> str:
    return (
        f"<4>{_bsd(now)} fw-{host % 8} kernel: [{rng.randrange(10**6)}.{rng.randrange(10**6):06d}] DROP IN=eth0 OUT= MAC= SRC={_ip(rng)} DST={_ip(rng)} "
        f"LEN={rng.randrange(40, 1500)} TTL={rng.randrange(30, 128)} ID={rng.randrange(65536)} PROTO=TCP SPT={rng.randrange(65536)} DPT={rng.choice([22, 23, 445, 3389])}"
    )


def _postfix(rng: random.Random, now: datetime, host: int) -> str:
    queue = f"{rng.randrange(16**10):010X}"
    return (
        f"<22>{_bsd(now)} mail-{host % 4} postfix/smtp[{rng.randrange(400, 60000)}]: {queue}: to=<user{rng.randrange(900)}@example.org>, "
        f"relay=mx.example.org[{_ip(rng)}]:25, delay={rng.randrange(100) / 10}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {rng.randrange(16**8):08X})"
    )


_MAKERS = (
    (_built, 5),
    (_teardown, 5),
    (_forti, 4),
    (_kernel, 3),
    (_nginx, 4),
    (_sshd, 2),
    (_session, 2),
    (_systemd, 1),
    (_dhcp, 2),
    (_ike, 1),
    (_postfix, 2),
)

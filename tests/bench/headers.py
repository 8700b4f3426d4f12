"""Generated syslog lines in the field's variety, each with what its writer meant by it.

A shape is a way of writing a header. It gives the bytes and the intended fields; a field that the shape does not settle
(RFC 3164 leaves much open) is left out of the truth and judged by nobody. Deterministic for a seed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any, NamedTuple

Truth = dict[str, Any]


class Line(NamedTuple):
    """A line, and what was meant; `timestamp` in µs since the epoch or None."""

    shape: str
    raw: bytes
    truth: Truth


HOSTS = (
    "fw1", "core-sw-01", "mail.example.com", "db01.prod.acme.example", "10.20.30.40", "192.0.2.7", "2001:db8::17",
    "fe80::1", "FW-BRANCH-12", "host_with_underscore", "esx7", "a", "srv9.corp", "3com-switch", "UPS-2",
)  # fmt: skip
APPS = (
    "sshd", "su", "postfix/smtpd", "CRON", "systemd-logind", "dhcpd", "named", "kernel", "rpd", "charon", "snmpd", "nginx",
    "app.module", "my_app", "vpxd", "Hostd", "dovecot", "NetworkManager", "mgd", "kubelet", "hp-ams", "sudo", "ntpd",
)  # fmt: skip
ODD_APPS = (
    "sshd(pam_unix)", "/usr/sbin/cron", "postfix/submission/smtpd", "%ASA-6-302013", "app-1.2.3", "c++filt", "web@2",
    "dovecot:imap", "run-parts(/etc/cron.hourly)", "(root)",
)  # fmt: skip
WORDS = (
    "Accepted publickey for root from 10.0.0.5 port 51234 ssh2", "connection closed", "session opened for user bob by (uid=0)",
    "link state changed to down", "GET /index.html 200", "job 42 finished in 3.2 s", "temperature 41 C", "x", "status: ok",
    "rotated /var/log/syslog", "user=anna action=login result=ok", "тест 日本 ünïcode", "a  b   c", "50% of /var used", "[warn] disk slow",
    "key: value: more", "<not a pri> really", "tab\there",
)  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./@#+"


def us(when: datetime) -> int:
    return round((when - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


class Maker:
    """Draws the parts of lines; `now` is the instant around which stamps lie (none in the future)."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng = rng
        self.now = now

    def pri(self) -> int:
        return self.rng.randrange(192)

    def host(self) -> str:
        return self.rng.choice(HOSTS)

    def app(self) -> str:
        return self.rng.choice(APPS)

    def pid(self) -> str:
        return str(self.rng.randrange(1, 4_194_304))

    def words(self) -> str:
        return self.rng.choice(WORDS)

    def instant(self, days: int = 60) -> datetime:
        """A whole second within the last days."""
        back = self.rng.randrange(60, days * 86_400)
        return (self.now - timedelta(seconds=back)).replace(microsecond=0)

    def token(self, low: int, high: int) -> str:
        return "".join(self.rng.choices(SAFE, k=self.rng.randint(low, high)))


def bsd(when: datetime, pad: str = " ") -> str:
    return f"{MONTHS[when.month - 1]} {when.day:{pad}>2} {when:%H:%M:%S}"


def base(pri: int, when: datetime | None, **fields: Any) -> Truth:
    return {
        "facility": pri >> 3,
        "severity": pri & 7,
        "timestamp": None if when is None else us(when),
        "hostname": None,
        "app_name": None,
        "procid": None,
        "msgid": None,
        "structured_data": None,
    } | fields


# ------------------------------------------------------------------ RFC 3164

Made = tuple[str | bytes, Truth]


def plain_3164(m: Maker) -> Made:
    pri, when, host, app, words = m.pri(), m.instant(), m.host(), m.app(), m.words()
    pid = m.pid() if m.rng.random() < 0.6 else None
    tag = f"{app}[{pid}]" if pid else app
    return f"<{pri}>{bsd(when)} {host} {tag}: {words}", base(
        pri, when, hostname=host, app_name=app, procid=pid, message=words
    )


def odd_tag(m: Maker) -> Made:
    pri, when, host, app, words, pid = (
        m.pri(),
        m.instant(),
        m.host(),
        m.rng.choice(ODD_APPS[:3]),
        m.words(),
        m.pid(),
    )
    return f"<{pri}>{bsd(when)} {host} {app}[{pid}]: {words}", base(
        pri, when, hostname=host, app_name=app, procid=pid, message=words
    )


def no_blank_behind_tag(m: Maker) -> Made:
    pri, when, host, app, pid = m.pri(), m.instant(), m.host(), m.app(), m.pid()
    return f"<{pri}>{bsd(when)} {host} {app}[{pid}]:restarted", base(
        pri, when, hostname=host, app_name=app, procid=pid, message="restarted"
    )


def pid_without_colon(m: Maker) -> Made:
    pri, when, host, app, pid = m.pri(), m.instant(), m.host(), m.app(), m.pid()
    return f"<{pri}>{bsd(when)} {host} {app}[{pid}] restarted", base(
        pri, when, hostname=host, app_name=app, procid=pid, message="restarted"
    )


def zero_day(m: Maker) -> Made:
    pri, when, host, app, words = m.pri(), m.instant(), m.host(), m.app(), m.words()
    return f"<{pri}>{bsd(when, '0')} {host} {app}: {words}", base(
        pri, when, hostname=host, app_name=app, message=words
    )


def one_digit_day(m: Maker) -> Made:
    pri, host, app, words = m.pri(), m.host(), m.app(), m.words()
    when = m.instant()
    when = when.replace(day=when.day % 9 + 1)
    if when > m.now:
        when = when.replace(year=when.year - 1)
    return f"<{pri}>{MONTHS[when.month - 1]} {when.day} {when:%H:%M:%S} {host} {app}: {words}", base(
        pri, when, hostname=host, app_name=app, message=words
    )


def year_behind_day(m: Maker) -> Made:
    pri, when, host, app, words = m.pri(), m.instant(900), m.host(), m.app(), m.words()
    text = f"{MONTHS[when.month - 1]} {when.day:2} {when.year} {when:%H:%M:%S}"
    return f"<{pri}>{text} {host} {app}: {words}", base(pri, when, hostname=host, app_name=app, message=words)


def year_behind_clock(m: Maker) -> Made:
    pri, when, host, app, words = m.pri(), m.instant(900), m.host(), m.app(), m.words()
    return f"<{pri}>{bsd(when)} {when.year} {host} {app}: {words}", base(
        pri, when, hostname=host, app_name=app, message=words
    )


def year_first(m: Maker) -> Made:
    pri, when, host, app, words = m.pri(), m.instant(900), m.host(), m.app(), m.words()
    return f"<{pri}>{when.year} {bsd(when)} {host} {app}: {words}", base(
        pri, when, hostname=host, app_name=app, message=words
    )


def fraction_3164(m: Maker) -> Made:
    pri, host, app, words = m.pri(), m.host(), m.app(), m.words()
    digits = m.rng.randint(1, 6)
    when = m.instant().replace(microsecond=m.rng.randrange(10**digits) * 10 ** (6 - digits))
    fraction = f"{when.microsecond:06d}"[:digits]
    return f"<{pri}>{bsd(when)}.{fraction} {host} {app}: {words}", base(
        pri, when, hostname=host, app_name=app, message=words
    )


def zone_name(m: Maker) -> Made:
    pri, host, app, words = m.pri(), m.host(), m.app(), m.words()
    name, hours = m.rng.choice((("UTC", 0), ("GMT", 0), ("EST", -5), ("CET", 1), ("PDT", -7), ("JST", 9)))
    local = m.instant()
    when = local - timedelta(hours=hours)
    return f"<{pri}>{bsd(local)} {name} {host} {app}: {words}", base(
        pri, when, hostname=host, app_name=app, message=words
    )


def iso_stamp(m: Maker) -> Made:
    pri, host, app, words, pid = m.pri(), m.host(), m.app(), m.words(), m.pid()
    when, text = iso(m)
    return f"<{pri}>{text} {host} {app}[{pid}]: {words}", base(
        pri, when, hostname=host, app_name=app, procid=pid, message=words
    )


def iso(m: Maker, days: int = 4000) -> tuple[datetime, str]:
    """An RFC 3339 instant as RFC 5424 allows it."""
    digits = m.rng.choice((0, 0, 1, 2, 3, 3, 4, 5, 6, 6))
    when = m.instant(days).replace(
        microsecond=m.rng.randrange(10**digits) * 10 ** (6 - digits) if digits else 0
    )
    minutes = m.rng.choice((0, 0, 0, 60, 120, -300, 330, 345, -210, 840, -720))
    zone = (
        m.rng.choice(("Z", "+00:00", "-00:00"))
        if not minutes
        else f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    )
    local = when.astimezone(timezone(timedelta(minutes=minutes)))
    fraction = f".{when.microsecond:06d}"[: digits + 1] if digits else ""
    return when, f"{local:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"


def local_3164(m: Maker) -> Made:
    """What local programs write to /dev/log, and relays that pass it on: no hostname."""
    pri, when, app, pid, words = m.pri(), m.instant(), m.app(), m.pid(), m.words()
    return f"<{pri}>{bsd(when)} {app}[{pid}]: {words}", base(
        pri, when, app_name=app, procid=pid, message=words
    )


def tag_only_local(m: Maker) -> Made:
    pri, when, app = m.pri(), m.instant(), m.app()
    return f"<{pri}>{bsd(when)} {app}: restarted", base(pri, when, app_name=app, message="restarted")


def no_stamp(m: Maker) -> Made:
    pri, app, pid, words = m.pri(), m.app(), m.pid(), m.words()
    return f"<{pri}>{app}[{pid}]: {words}", base(pri, None, app_name=app, procid=pid, message=words)


def no_tag(m: Maker) -> Made:
    """Prose behind the hostname: which word is the tag is a matter of taste."""
    pri, when, host, words = m.pri(), m.instant(), m.host(), "Interface ge-0/0/1 is down"
    truth = base(pri, when, hostname=host)
    del truth["app_name"]
    return f"<{pri}>{bsd(when)} {host} {words}", truth


def bare_pri(m: Maker) -> Made:
    pri = m.pri()
    truth = base(pri, None)
    del truth["app_name"], truth["hostname"]
    return f"<{pri}>{m.words()}", truth


def no_pri(m: Maker) -> Made:
    when, host, app, pid, words = m.instant(), m.host(), m.app(), m.pid(), m.words()
    truth = base(0, when, hostname=host, app_name=app, procid=pid, message=words)
    del truth["facility"], truth["severity"]
    return f"{bsd(when)} {host} {app}[{pid}]: {words}", truth


def cr_at_end(m: Maker) -> Made:
    text, truth = plain_3164(m)
    return f"{text!s}\r", truth


def nul_at_end(m: Maker) -> Made:
    text, truth = plain_3164(m)
    return f"{text!s}\x00", truth


def blank_before_stamp(m: Maker) -> Made:
    pri, when, host, app, words = m.pri(), m.instant(), m.host(), m.app(), m.words()
    return f"<{pri}> {bsd(when)} {host} {app}: {words}", base(
        pri, when, hostname=host, app_name=app, message=words
    )


def host_with_colon(m: Maker) -> Made:
    pri, when, host = m.pri(), m.instant(), m.rng.choice(("fw1", "asa-edge", "10.1.1.1"))
    truth = base(pri, when, hostname=host, message="%ASA-6-302013: Built inbound TCP connection")
    del truth["app_name"]
    return f"<{pri}>{bsd(when)} {host}: %ASA-6-302013: Built inbound TCP connection", truth


def cisco_sequence(m: Maker) -> Made:
    pri, when, seq, mark = m.pri(), m.instant(), m.rng.randrange(10**6), m.rng.choice(("", "*", "."))
    fraction = f".{m.rng.randrange(1000):03d}"
    when = when.replace(microsecond=int(fraction[1:]) * 1000)
    truth = base(pri, when, message="%SYS-5-CONFIG_I: Configured from console by admin")
    del truth["app_name"]
    return (
        f"<{pri}>{seq}: {mark}{bsd(when)}{fraction}: %SYS-5-CONFIG_I: Configured from console by admin",
        truth,
    )


def cisco_zone(m: Maker) -> Made:
    pri, when, seq = m.pri(), m.instant(), m.rng.randrange(10**6)
    truth = base(pri, when, message="%LINK-3-UPDOWN: Interface Gi0/1, changed state to down")
    del truth["app_name"]
    return f"<{pri}>{seq}: {bsd(when)}.000 UTC: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down", truth


def cisco_uptime(m: Maker) -> Made:
    pri, seq = m.pri(), m.rng.randrange(10**6)
    truth = base(pri, None, message="%SYS-5-RESTART: System restarted --")
    del truth["app_name"]
    return (
        f"<{pri}>{seq}: {m.rng.choice(('1w2d', '00:00:41', '2d03h', '1y3w'))}: %SYS-5-RESTART: System restarted --",
        truth,
    )


def cisco_host_first(m: Maker) -> Made:
    pri, when, seq, host = m.pri(), m.instant(), m.rng.randrange(10**4), m.rng.choice(("sw1", "10.9.8.7"))
    truth = base(pri, when, hostname=host, message="%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host started")
    del truth["app_name"]
    return f"<{pri}>{seq}: {host}: {bsd(when)}: %SYS-6-LOGGINGHOST_STARTSTOP: Logging to host started", truth


def forwarded(m: Maker) -> Made:
    """AIX's relay."""
    pri, when, host, app, pid, words = (
        m.pri(),
        m.instant(),
        m.rng.choice(("aix1", "aix2")),
        m.app(),
        m.pid(),
        m.words(),
    )
    return f"<{pri}>{bsd(when)} Message forwarded from {host}: {app}[{pid}]: {words}", base(
        pri, when, hostname=host, app_name=app, procid=pid, message=words
    )


def module_tag(m: Maker) -> Made:
    pri, when, host, pid, words = m.pri(), m.instant(), m.host(), m.pid(), m.words()
    app = m.rng.choice(("App::Worker", "3proxy", "тег", '"quoted"', "java.lang.Thread"))
    return f"<{pri}>{bsd(when)} {host} {app}[{pid}]: {words}", base(
        pri, when, hostname=host, app_name=app, procid=pid, message=words
    )


def broken_pri(m: Maker) -> Made:
    """What follows is read; that the PRI is none is said by no facility and no severity."""
    when, host, app, pid, words = m.instant(), m.host(), m.app(), m.pid(), m.words()
    pri = m.rng.choice(("<>", "<192>", "<999>", "<-1>", "< 13>"))
    truth = base(0, when, hostname=host, app_name=app, procid=pid, message=words)
    return f"{pri}{bsd(when)} {host} {app}[{pid}]: {words}", truth | {"facility": None, "severity": None}


def bracketed_stamp(m: Maker) -> Made:
    pri, when, host, app, pid, words = m.pri(), m.instant(900), m.host(), m.app(), m.pid(), m.words()
    if ":" in host:
        host = "fw1"
    return f"<{pri}>[{when:%Y-%m-%d %H:%M:%S}] {host} {app}[{pid}]: {words}", base(
        pri, when, hostname=host, app_name=app, procid=pid, message=words
    )


def tab_between(m: Maker) -> Made:
    pri, when, host, app, words = m.pri(), m.instant(), m.host(), m.app(), m.words()
    return f"<{pri}>{bsd(when)} {host}\t{app}:\t{words}", base(
        pri, when, hostname=host, app_name=app, message=words
    )


# ------------------------------------------------------------------ RFC 5424


def header_5424(m: Maker, sd: str, data: Any, tail: str, message: str) -> Made:
    pri = m.pri()
    when, stamp = iso(m)
    fields: list[str | None] = [
        m.host() if m.rng.random() < 0.9 else None,
        m.rng.choice((m.app(), m.token(1, 48), None)),
        m.rng.choice((m.pid(), m.token(1, 128), None)),
        m.rng.choice((m.token(1, 32), None)),
    ]
    nil_stamp = m.rng.random() < 0.1
    fields = [None if word == "-" else word for word in fields]
    host, app, pid, msgid = fields
    text = " ".join(["-" if nil_stamp else stamp, *("-" if word is None else word for word in fields)])
    truth = base(pri, None if nil_stamp else when, hostname=host, app_name=app, procid=pid, msgid=msgid)
    return f"<{pri}>1 {text} {sd}{tail}", truth | {"structured_data": data, "message": message}


def plain_5424(m: Maker) -> Made:
    words = m.words()
    return header_5424(m, "-", None, f" {words}", words)


def no_message_5424(m: Maker) -> Made:
    return header_5424(m, "-", None, m.rng.choice(("", " ")), "")


def bom_5424(m: Maker) -> Made:
    words = m.words()
    return header_5424(m, "-", None, f" \ufeff{words}", words)


def structured_5424(m: Maker) -> Made:
    sd, data = structured(m)
    words = m.rng.choice((m.words(), ""))
    return header_5424(m, sd, data, f" {words}" if words else "", words)


def structured(m: Maker) -> tuple[str, dict[str, dict[str, str]]]:
    """SD-ELEMENTs with every kind of value; SD-IDs and names differ within their scope."""
    data: dict[str, dict[str, str]] = {}
    names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
    values = (
        "",
        "1",
        "a b",
        'say "x"',
        "back\\slash",
        "br]acket",
        "[x]",
        "é日",
        "a=b",
        "=",
        "x\\y",
        "tab\there",
        "'",
        "a,b",
        "\\]",
    )
    for at in range(m.rng.randint(1, 3)):
        name = m.rng.choice(
            (
                "exampleSDID@32473",
                "meta",
                "timeQuality",
                "origin",
                f"x{at}@1.2.3",
                "".join(m.rng.choices(names, k=8)),
            )
        )
        data[name] = {
            "".join(m.rng.choices(names, k=m.rng.randint(1, 32))): m.rng.choice(values)
            for _ in range(m.rng.randint(0, 4))
        }
    text = "".join(
        f"[{name}{''.join(f' {k}={quote(v)}' for k, v in found.items())}]" for name, found in data.items()
    )
    return text, data


def quote(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]") + '"'


def other_stamp_5424(m: Maker) -> Made:
    """All of RFC 5424 but its stamp."""
    pri, when, host, app, pid, words = m.pri(), m.instant(), m.host(), m.app(), m.pid(), m.words()
    stamp = m.rng.choice(
        (bsd(when), f"{when:%Y-%m-%d %H:%M:%S}Z", f"{when:%Y%m%dT%H%M%S}Z", str(us(when) // 1_000_000))
    )
    return f"<{pri}>1 {stamp} {host} {app} {pid} ID7 - {words}", base(
        pri, when, hostname=host, app_name=app, procid=pid, msgid="ID7", message=words
    )


GROUPS: dict[str, tuple[Callable[[Maker], Made], ...]] = {
    "RFC 5424 by the letter": (plain_5424, no_message_5424, bom_5424, structured_5424),
    "RFC 3164 by the letter": (plain_3164, no_blank_behind_tag, pid_without_colon, odd_tag),
    "RFC 3164, other stamps": (
        zero_day, one_digit_day, year_behind_day, year_behind_clock, year_first, fraction_3164, zone_name, iso_stamp,
        bracketed_stamp,
    ),
    "RFC 3164, a part missing": (local_3164, tag_only_local, no_stamp, no_tag, bare_pri, no_pri),
    "RFC 3164, dirt": (cr_at_end, nul_at_end, blank_before_stamp, module_tag, broken_pri, tab_between),
    "Cisco, AIX relays": (host_with_colon, cisco_sequence, cisco_zone, cisco_uptime, cisco_host_first, forwarded),
    "RFC 5424, another stamp": (other_stamp_5424,),
}  # fmt: skip
SHAPES = tuple(shape for shapes in GROUPS.values() for shape in shapes)


def generate(count: int, seed: int, now: datetime) -> list[Line]:
    """So many lines, the shapes in turn."""
    maker = Maker(Random(seed), now)
    made = []
    for at in range(count):
        shape = SHAPES[at % len(SHAPES)]
        raw, truth = shape(maker)
        made.append(Line(shape.__name__, raw if isinstance(raw, bytes) else raw.encode(), truth))
    return made

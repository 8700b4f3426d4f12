"""How devices write their header: one function a style, `(host, moment, severity, app, message, pid) -> str`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.scenarios.world import Host

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AUTH = ("sshd", "sudo", "su", "login", "gdm", "dropbear")
_FACILITY = {"kernel": 0, "CRON": 9, "crond": 9, "postfix": 2, "named": 3, "ntpd": 12, "rsyslogd": 5}
_LOCAL = {
    "ios": 23,
    "asa": 20,
    "forti": 23,
    "procurve": 16,
    "huawei": 23,
    "junos": 3,
    "kv": 16,
    "topics": 3,
    "sonic": 16,
    "arubacx": 16,
}

Style = Callable[["Host", datetime, int, str, str, int], str]


def _pri(host: Host, severity: int, app: str) -> int:
    facility = _LOCAL.get(host.style)
    if facility is None:
        facility = 10 if app in _AUTH else _FACILITY.get(app.split("/")[0], 3)
    return facility * 8 + severity


def _stamp(moment: datetime) -> str:
    return f"{_MONTHS[moment.month]} {moment.day:2d} {moment:%H:%M:%S}"


def _sequence(host: Host, moment: datetime) -> int:
    """A message counter that grows with time."""
    return host.sequence + int(moment.timestamp()) // 5 % 1_000_000


def _tag(app: str, pid: int) -> str:
    return f"{app}:" if app == "kernel" else f"{app}[{pid}]:"


def bsd(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """RFC 3164 with the host's own wall clock."""
    local = moment + timedelta(minutes=host.offset_min)
    return f"<{_pri(host, severity, app)}>{_stamp(local)} {host.name} {_tag(app, pid)} {message}"


def iso(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """What rsyslog forwards with its high-precision template."""
    sign = "-" if host.offset_min < 0 else "+"
    hours, minutes = divmod(abs(host.offset_min), 60)
    local = moment + timedelta(minutes=host.offset_min)
    stamp = f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond:06d}{sign}{hours:02d}:{minutes:02d}"
    return f"<{_pri(host, severity, app)}>{stamp} {host.name} {_tag(app, pid)} {message}"


def rfc5424(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    return f"<{_pri(host, severity, app)}>1 {stamp} {host.name} {app} {pid} - - {message}"


def agent(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Windows events through an agent: `app` is "Provider/EventID"."""
    provider, _, event_id = app.replace(" ", "_").partition("/")
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}Z"
    channel = "Security" if "Security" in provider else "System"
    data = f'[NXLOG@14506 EventID="{event_id}" Channel="{channel}" SourceName="{provider}"]'
    return f"<{8 + severity}>1 {stamp} {host.name} {provider} {pid} - {data} {message}"


def ios(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Cisco IOS with sequence number and milliseconds: `app` is FACILITY-n-MNEMONIC."""
    stamp = f"{_stamp(moment)}.{moment.microsecond // 1000:03d}"
    return (
        f"<{_pri(host, severity, app)}>{_sequence(host, moment)}: {host.name}: {stamp} UTC: %{app}: {message}"
    )


def asa(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    stamp = f"{_MONTHS[moment.month]} {moment.day:02d} {moment:%Y %H:%M:%S}"
    return f"<{_pri(host, severity, app)}>{stamp} {host.name} : %{app}: {message}"


def forti(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """FortiOS key=value: `app` is the ten-digit logid."""
    level = ("emergency", "alert", "critical", "error", "warning", "notice", "information", "debug")[severity]
    return (
        f"<{_pri(host, severity, app)}>date={moment:%Y-%m-%d} time={moment:%H:%M:%S} "
        f'devname="{host.name}" devid="FG100F{host.serial:010d}" logid="{app}" level="{level}" vd="root" {message}'
    )


def procurve(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Aruba / ProCurve: `app` is "nnnnn component"."""
    return f"<{_pri(host, severity, app)}>{_stamp(moment)} {host.peer} {app}:  {message}"


def topics(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """RouterOS in BSD mode: `app` holds the topics."""
    return f"<{_pri(host, severity, app)}>{_stamp(moment)} {host.name} {app} {message}"


def huawei(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """VRP: `app` is MODULE/n/MNEMONIC."""
    stamp = f"{_MONTHS[moment.month]} {moment.day} {moment:%Y %H:%M:%S}"
    return (
        f"<{_pri(host, severity, app)}>{stamp} {host.name} %%01{app}(l)[{_sequence(host, moment)}]:{message}"
    )


def junos(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    return f"<{_pri(host, severity, app)}>{_stamp(moment)} {host.name} {_tag(app, pid)} {message}"


def kv(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Gateways that write everything as pairs: `app` is the component."""
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}Z"
    return f'<{_pri(host, severity, app)}>{_stamp(moment)} {host.name} ts={stamp} unit={app} msg="{message}"'


def sonic(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """SonicOS pairs without a BSD header: `app` is the event number."""
    local = moment + timedelta(minutes=host.offset_min)
    return (
        f'<{_pri(host, severity, app)}>  id=firewall sn={host.serial:012X} time="{local:%Y-%m-%d %H:%M:%S}" '
        f"fw={host.peer} pri={severity} c=16 m={app} {message}"
    )


def snare(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Windows events as tab-separated columns: `app` is "Log/Provider/EventID"."""
    local = moment + timedelta(minutes=host.offset_min)
    log, provider, event_id = app.split("/")
    level = "Error" if severity < 4 else "Warning" if severity == 4 else "Information"
    columns = (
        "MSWinEventLog", "1", log, str(_sequence(host, moment)),
        f"{local:%a} {_MONTHS[local.month]} {local:%d %H:%M:%S %Y}",
        event_id, provider, "N/A", "N/A", level, host.name, "None", "", message,
    )  # fmt: skip
    return f"<{8 + severity}>{_stamp(local)} {host.name} " + "\t".join(columns)


def arubacx(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """AOS-CX: `app` is "daemon/event number"."""
    local = moment + timedelta(minutes=host.offset_min)
    daemon, _, number = app.partition("/")
    level = ("EMER", "ALERT", "CRIT", "ERR", "WARN", "INFO", "INFO", "DBG")[severity]
    return (
        f"<{_pri(host, severity, app)}>1 {local:%Y-%m-%dT%H:%M:%S}.{local.microsecond:06d}Z {host.name} "
        f"{daemon} {pid} - - Event|{number}|LOG_{level}|AMM|1/1|{message}"
    )


def sd(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """RFC 5424 with the sender's own structured data and the local offset."""
    sign = "-" if host.offset_min < 0 else "+"
    hours, minutes = divmod(abs(host.offset_min), 60)
    local = moment + timedelta(minutes=host.offset_min)
    stamp = f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond:06d}{sign}{hours:02d}:{minutes:02d}"
    data = f'[meta sequenceId="{_sequence(host, moment)}"][origin@48577 ip="{host.peer}"]'
    return f"<{_pri(host, severity, app)}>1 {stamp} {host.name} {app} - - {data} {message}"


def epoch(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Small devices that count seconds."""
    return f"<{_pri(host, severity, app)}>{moment.timestamp():.3f} {host.name} {app}: {message}"


def bracket(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """An application's log file sent line by line, behind a BSD header."""
    level = ("FATAL", "FATAL", "FATAL", "ERROR", "WARN", "INFO", "INFO", "DEBUG")[severity]
    local = moment + timedelta(minutes=host.offset_min)
    clock = f"{local:%d.%m.%Y %H:%M:%S},{local.microsecond // 1000:03d}"
    return f"<{_pri(host, severity, app)}>{_stamp(local)} {host.name} {app}: [{clock}] {level} {message}"


STYLES: dict[str, Style] = {
    "bsd": bsd,
    "iso": iso,
    "rfc5424": rfc5424,
    "agent": agent,
    "ios": ios,
    "asa": asa,
    "forti": forti,
    "procurve": procurve,
    "topics": topics,
    "huawei": huawei,
    "junos": junos,
    "kv": kv,
    "sonic": sonic,
    "snare": snare,
    "arubacx": arubacx,
    "sd": sd,
    "epoch": epoch,
    "bracket": bracket,
}

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
    "eos": 20,
    "esxi": 20,
    "ontap": 16,
    "nxos": 23,
    "comware": 23,
    "vmware": 20,
    "bigip": 16,
    "pan": 1,
    "checkpoint": 16,
    "watchguard": 16,
    "sfos": 3,
    "meraki": 16,
    "cef": 16,
    "telecef": 18,
    "atna": 13,
    "idrac": 20,
    "iap": 17,
    "ros": 16,
    "ied": 18,
    "jsonlog": 17,
    "nport": 16,
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


def eos(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Arista EOS: `app` is Agent/FACILITY-n-MNEMONIC."""
    daemon, _, code = app.partition("/")
    return f"<{_pri(host, severity, app)}>{_stamp(moment)} {host.name} {daemon}: %{code}: {message}"


def esxi(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    return f"<{_pri(host, severity, app)}>{stamp} {host.name} {app}: {message}"


def ontap(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Data ONTAP's EMS: `app` is the event's dotted name."""
    level = ("emergency", "alert", "critical", "error", "error", "notice", "info", "debug")[severity]
    return f"<{_pri(host, severity, app)}>{_stamp(moment)} {host.name} [{host.name}:{app}:{level}]: {message}"


def watchguard(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Fireware: serial number and UTC time between name and process."""
    local = moment + timedelta(minutes=host.offset_min)
    return (
        f"<{_pri(host, severity, app)}>{_stamp(local)} {host.name} {host.serial:012X} "
        f"({moment:%Y-%m-%dT%H:%M:%S}) {app}[{pid}]: {message}"
    )


def sfos(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Sophos Firewall pairs without a BSD header: `app` is "log_type/log_component"."""
    local = moment + timedelta(minutes=host.offset_min)
    kind, _, component = app.partition("/")
    level = ("Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Information", "Debug")[severity]
    return (
        f'<{_pri(host, severity, app)}>device_name="{host.name}" timestamp="{local:%Y-%m-%dT%H:%M:%S}+0100" '
        f'device_model="XGS116" device_serial_id="X1{host.serial:010d}" log_type="{kind}" '
        f'log_component="{component}" log_version=1 severity="{level}" {message}'
    )


def meraki(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Meraki: epoch with nanoseconds, `app` is "events", "urls" or "flows"."""
    epoch = f"{int(moment.timestamp())}.{moment.microsecond:06d}{pid % 1000:03d}"
    return f"<{_pri(host, severity, app)}>1 {epoch} {host.name} {app} {message}"


def unifi(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Access points that put MAC and firmware before the process."""
    local = moment + timedelta(minutes=host.offset_min)
    return (
        f"<{_pri(host, severity, app)}>{_stamp(local)} {host.name} f492bf{host.serial % 0x1000000:06x},U6-Lite-6.6.65+15248: "
        f"{_tag(app, pid)} {message}"
    )


def cef(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Common Event Format: `app` is "signature|name"."""
    local = moment + timedelta(minutes=host.offset_min)
    return (
        f"<{_pri(host, severity, app)}>{_stamp(local)} {host.name} "
        f"CEF:0|Zahlwerk|EFTGW|3.8.2|{app}|{7 - severity}|{message}"
    )


def nxos(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Cisco NX-OS with its origin-id: `app` is FACILITY-n-MNEMONIC."""
    stamp = f"{moment.year} {_stamp(moment)}.{moment.microsecond // 1000:03d}"
    return f"<{_pri(host, severity, app)}>: {host.name}: {stamp} UTC: %{app}: {message}"


def comware(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """HPE Comware 7: `app` is MODULE/n/MNEMONIC."""
    local = moment + timedelta(minutes=host.offset_min)
    return f"<{_pri(host, severity, app)}>{_stamp(local)} {local.year} {host.name} %%10{app}: {message}"


def vmware(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """VMware ESXi: `app` is "Daemon/sub"."""
    daemon, _, sub = app.partition("/")
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    level = "warning" if severity == 4 else "error" if severity < 4 else "info"
    origin = f" [Originator@6876 sub={sub}]" if sub else ""
    return (
        f"<{_pri(host, severity, app)}>{stamp} {host.name} {daemon}: {level} "
        f"{daemon.lower()}[{pid + 2097152}]{origin} {message}"
    )


def bigip(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """F5 with the level's name between host and daemon."""
    level = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")[severity]
    local = moment + timedelta(minutes=host.offset_min)
    return f"<{_pri(host, severity, app)}>{_stamp(local)} {host.name} {level} {app}[{pid}]: {message}"


def pan(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """PAN-OS columns: `app` is "TYPE,subtype"."""
    when = f"{moment:%Y/%m/%d %H:%M:%S}"
    return (
        f"<{_pri(host, severity, app)}>{_stamp(moment)} {host.name} 1,{when},{host.serial:012d},{app},0,"
        f"{when},vsys1,{message}"
    )


def checkpoint(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Check Point's log exporter: `app` is the blade, the message `key:"value"` pairs."""
    return (
        f"<{_pri(host, severity, app)}>1 {moment:%Y-%m-%dT%H:%M:%SZ} {host.name} CheckPoint {pid} - "
        f'[product:"{app}"; {message}; sequencenum:"{_sequence(host, moment)}"]'
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


def telecef(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Common Event Format behind an RFC 5424 stamp, as home-monitoring hubs write it: `app` is "signature|name"."""
    local = moment + timedelta(minutes=host.offset_min)
    return (
        f"<{_pri(host, severity, app)}>{local:%Y-%m-%dT%H:%M:%S}+01:00 {host.name} "
        f"CEF:0|Heimpuls|CareHub|6.2.0|{app}|{8 - severity}|rt={int(moment.timestamp() * 1000)} {message}"
    )


def atna(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """RFC 5424 with a message id, as audit repositories want it: `app` is "application/MSGID"."""
    name, _, msgid = app.partition("/")
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    return f"<{_pri(host, severity, app)}>1 {stamp} {host.name} {name} {pid} {msgid or '-'} - {message}"


def aix(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """AIX says in the place of the host's name that it forwards."""
    local = moment + timedelta(minutes=host.offset_min)
    return (
        f"<{_pri(host, severity, app)}>{_stamp(local)} Message forwarded from {host.name}: "
        f"{_tag(app, pid)} {message}"
    )


def idrac(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Dell's management controller: `app` is "Category/MessageID"."""
    category, _, number = app.partition("/")
    level = "Critical" if severity < 4 else "Warning" if severity == 4 else "Informational"
    return (
        f"<{_pri(host, severity, app)}>{_stamp(moment)} {host.name} Severity: {level}, Category: {category}, "
        f"MessageID: {number}, Message: {message}"
    )


def iap(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Aruba Instant: `app` is "daemon/message number"."""
    local = moment + timedelta(minutes=host.offset_min)
    daemon, _, number = app.partition("/")
    level = ("EMRG", "ALRT", "CRIT", "ERRS", "WARN", "NOTI", "INFO", "DBUG")[severity]
    return (
        f"<{_pri(host, severity, app)}>{_stamp(local)} {local.year} {host.peer} {daemon}[{pid}]: "
        f"<{number}> <{level}> |AP {host.name}@{host.peer} {daemon}| {message}"
    )


def ros(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Rugged switches with a year in the stamp: `app` is the subsystem."""
    level = ("EMERG", "ALERT", "CRIT", "ERROR", "WARN", "NOTE", "INFO", "DEBUG")[severity]
    return f"<{_pri(host, severity, app)}>{_stamp(moment)} {moment.year} {host.name} {level} {app}: {message}"


def ied(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Protection relays: `app` is "component/event number"."""
    component, _, number = app.partition("/")
    local = moment + timedelta(minutes=host.offset_min)
    stamp = f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}Z"
    data = f'[ied@22638 model="7SL87" bay="E{host.serial % 12 + 1:02d}" seq="{_sequence(host, moment)}"]'
    return f"<{_pri(host, severity, app)}>1 {stamp} {host.name} {component} - {number} {data} {message}"


def jsonlog(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """An application's JSON behind a BSD header; the message is the inner pairs."""
    level = ("fatal", "fatal", "fatal", "error", "warn", "notice", "info", "debug")[severity]
    stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    return (
        f"<{_pri(host, severity, app)}>{_stamp(moment)} {host.name} {app}[{pid}]: "
        f'{{"ts":"{stamp}","lvl":"{level}",{message}}}'
    )


def nport(host: Host, moment: datetime, severity: int, app: str, message: str, pid: int) -> str:
    """Serial device servers that give their address for a name: `app` is the model."""
    local = moment + timedelta(minutes=host.offset_min)
    return f"<{_pri(host, severity, app)}>{_stamp(local)} {host.peer} {app} {message}"


STYLES: dict[str, Style] = {
    "ros": ros,
    "ied": ied,
    "jsonlog": jsonlog,
    "nport": nport,
    "telecef": telecef,
    "atna": atna,
    "aix": aix,
    "idrac": idrac,
    "iap": iap,
    "watchguard": watchguard,
    "sfos": sfos,
    "meraki": meraki,
    "unifi": unifi,
    "cef": cef,
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
    "eos": eos,
    "esxi": esxi,
    "ontap": ontap,
    "sd": sd,
    "epoch": epoch,
    "bracket": bracket,
    "nxos": nxos,
    "comware": comware,
    "vmware": vmware,
    "bigip": bigip,
    "pan": pan,
    "checkpoint": checkpoint,
}

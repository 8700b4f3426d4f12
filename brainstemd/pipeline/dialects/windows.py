"""The Windows event log: through NXLog (JSON, RFC 5424 structured data, plain), Snare (`MSWinEventLog`), EvtSys
(`4625: AUDIT_FAILURE …`), Beats (JSON, `winlog`) and as the log's own XML (`<Event xmlns=…>`). EventID is the event code
(Microsoft "Appendix L: Events to Monitor"; NXLog and Snare manuals).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.dialects.json_body import is_windows, pairs_of
from brainstemd.pipeline.eventxml import is_event_xml, read_event_xml
from brainstemd.pipeline.headers import address, clean_host
from brainstemd.pipeline.phrases import app_key
from brainstemd.pipeline.structure import first, instant, level, port, say

_SNARE = re.compile(
    r"MSWinEventLog(?P<between>[\t,|;]|#011)"
)  # `#011`: tabs that an rsyslog on the way escaped
_NUMBER = re.compile(r"(\d{1,5}): (?:[A-Z]{2,12}: )?(?:(AUDIT_SUCCESS|AUDIT_FAILURE) )?")
_ACCOUNT = re.compile(r"Account (?:Name|That Was Locked Out):[ \t]{0,8}([^\s:]{1,64})(?=\s|$)")
_TARGET = re.compile(
    r"(?:New Logon|Account For Which Logon Failed|Account That Was Locked Out|Account Information|Target Account)"
    r":.{0,200}?Account Name:[ \t]{0,8}(?P<user>[^\s:]{1,64})",
    re.S,
)
_LOGON_ACCOUNT = re.compile(r"Logon Account:\s{0,8}(?P<user>[^\s:]{1,64})")
_FROM = re.compile(
    r"(?:Source Network Address|Client Address):\s{0,8}(?P<ip>[0-9a-fA-F:.]{2,45})(?:\s{1,8}(?:Source|Client) Port:"
    r"\s{0,8}(?P<port>\d{1,5}))?"
)
_SERVICE = re.compile(
    r"The (?P<name>.{1,100}?) service (?P<what>entered the \w{1,16} state|terminated|failed|hung|depends|was|did not"
    r"|could not)"
)
_DISK = re.compile(
    r"\\Device\\(?P<name>Harddisk(?:Volume)?\d{1,4})(?:\\DR\d{1,4})?|on (?:volume )?(?P<volume>[A-Z]:)"
)
_LOOK_MAX: Final = 4096
_PROVIDERS: Final = ("SourceName", "ProviderName", "Provider", "Provider.Name")


_BEATS: Final = (
    ("EventID", "winlog.event_id"),
    ("SourceName", "event.provider"),
    ("SourceName", "winlog.provider_name"),
    ("Hostname", "host.name"),
    ("Computer", "winlog.computer_name"),
    ("Message", "message"),
    ("Level", "log.level"),
    ("UserName", "user.name"),
    ("IpAddress", "source.ip"),
    ("IpPort", "source.port"),
)  # fmt: skip; the log's name, and Beats' and ECS' name for it


class _Kind(NamedTuple):
    """What an event id means."""

    action: str
    polarity: str = "neutral"
    outcome: str | None = None
    orderly: bool = False
    about: str = "user"  # user, service, disk or nothing


_SECURITY: Final = {
    "4624": _Kind("login", outcome="success"),
    "4625": _Kind("login", outcome="failure"),
    "4634": _Kind("logout"),
    "4647": _Kind("logout"),
    "4648": _Kind("login"),
    "4672": _Kind("privileges-assigned"),
    "4720": _Kind("account-created"),
    "4722": _Kind("account-enabled"),
    "4723": _Kind("password-change"),
    "4724": _Kind("password-reset"),
    "4725": _Kind("account-disabled"),
    "4726": _Kind("account-deleted"),
    "4740": _Kind("account-locked", outcome="failure"),
    "4767": _Kind("account-unlocked"),
    "4768": _Kind("kerberos-ticket"),
    "4769": _Kind("kerberos-service-ticket"),
    "4771": _Kind("login", outcome="failure"),
    "4776": _Kind("credential-validation"),
    "1102": _Kind("log-cleared"),
}
_SYSTEM: Final = {
    "7031": _Kind("service-terminated", "down", "failure", about="service"),
    "7034": _Kind("service-terminated", "down", "failure", about="service"),
    "7000": _Kind("service-start", "down", "failure", about="service"),
    "7001": _Kind("service-start", "down", "failure", about="service"),
    "7009": _Kind("service-start", "neutral", "failure", about="service"),
    "7011": _Kind("service-timeout", "neutral", "failure", about="service"),
    "7022": _Kind("service-start", "down", "failure", about="service"),
    "7023": _Kind("service-terminated", "down", "failure", about="service"),
    "7024": _Kind("service-terminated", "down", "failure", about="service"),
    "7036": _Kind("service-state", about="service"),
    "7040": _Kind("service-configured", about="service"),
    "6005": _Kind("boot", "up", about=""),
    "6006": _Kind("shutdown", "down", orderly=True, about=""),
    "6008": _Kind("unexpected-shutdown", "down", "failure", about=""),
    "1074": _Kind("shutdown", "down", orderly=True, about=""),
    "7": _Kind("bad-block", "down", "failure", about="disk"),
    "11": _Kind("controller-error", "down", "failure", about="disk"),
    "51": _Kind("paging-error", "down", "failure", about="disk"),
    "55": _Kind("filesystem-corrupt", "down", "failure", about="disk"),
    "153": _Kind("io-retried", "neutral", "failure", about="disk"),
}
_SYSTEM_PROVIDERS: Final = frozenset(("service control manager", "eventlog", "user32", "disk", "ntfs"))
_APPS: Final = (
    "microsoft-windows-security-auditing",
    "security-auditing",
    "service_control_manager",
    "microsoft-windows-eventlog",
    "microsoft-windows-kernel-power",
    "microsoft-windows-ntfs",
    "microsoft-windows-winlogon",
    "microsoft-windows-dns-server-service",
    "microsoft-windows-hyper-v-vmms",
    "microsoft-windows-failoverclustering",
    "microsoft-windows-backup",
    "microsoft-windows-time-service",
    "mswineventlog",
)


class _Record(NamedTuple):
    """One record of the event log, whoever wrote it down."""

    number: str | None
    provider: str
    text: str
    pairs: dict[str, str]
    audit: str = ""


class Windows:
    name = "windows"
    marks = Marks(
        heads=("mswineventlog", "{", "<event", "<event>"),
        apps=_APPS,
        elements=("nxlog",),
        inside=("MSWinEventLog",),
    )

    def claims(self, event: Event) -> bool:
        text = event.message
        if text[:1] == "{":
            return text[-1:] == "}" and is_windows(text)
        if text[:1] == "<":
            return is_event_xml(text)
        return (
            app_key(event.app_name or "") in _APPS
            or _element(event) is not None
            or _SNARE.search(text, 0, 300) is not None
        )

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "microsoft", "windows"
        record = _record(event)
        if record is None:
            return Rest.ALL
        event.event_code = record.number
        kind = _kind(record)
        _ends(event, record)
        if kind is None:
            return _unknown(event, record)
        event.action, event.polarity, event.outcome, event.orderly, about = kind
        if record.audit:
            event.outcome = event.outcome or record.audit
        if record.number == "7036":
            now = record.text or f"{record.pairs.get('param2', '')} state"
            event.polarity = "up" if "running state" in now else "neutral"
            if "stopped state" in now:
                event.polarity, event.orderly = "down", True
        _about(event, record, about)
        return Rest.NOTHING


def _element(event: Event) -> dict[str, str] | None:
    for name, pairs in (event.structured_data or {}).items():
        if name.lower().startswith("nxlog@") and "EventID" in pairs:
            return pairs
    return None


def _record(event: Event) -> _Record | None:
    text = event.message
    if text[:1] == "{":
        return _of_pairs(event, _plain_names(pairs_of(text)))
    if text[:1] == "<":
        pairs = read_event_xml(text)
        found = _of_pairs(event, pairs)
        if event.message is text and "Computer" in pairs:
            event.computer = clean_host(pairs["Computer"][:255])
        return found
    element = _element(event)
    if element is not None:
        return _of_pairs(event, {**element, "Message": text})
    snare = _SNARE.search(text, 0, 300)
    if snare is not None:
        if snare.start() and len(text[: snare.start()].split()) < 2:
            event.message, event.form = (
                text[snare.start() :],
                None,
            )  # what stood before it is the sender's name
        return _of_snare(event, text[snare.end() :], snare["between"])
    number = _NUMBER.match(text)
    provider = app_key(event.app_name or "").replace("_", " ")
    if number is None:
        return _Record(None, provider, text[:_LOOK_MAX], {})
    audit = {"AUDIT_SUCCESS": "success", "AUDIT_FAILURE": "failure"}.get(number[2] or "", "")
    return _Record(number[1], provider, text[number.end() :][:_LOOK_MAX], {}, audit)


def _plain_names(pairs: dict[str, str] | None) -> dict[str, str] | None:
    """Beats' nested names (`winlog.event_data.TargetUserName`) as the log itself has them."""
    if pairs is None or "winlog.event_id" not in pairs:
        return pairs
    found = {
        name.removeprefix("winlog.event_data.").removeprefix("winlog.user_data."): value
        for name, value in pairs.items()
    }
    found |= {name: pairs[beat] for name, beat in _BEATS if beat in pairs}
    said = pairs.get("winlog.keywords") or f"audit {pairs.get('event.outcome', '')}"
    if said.lower() in ("audit failure", "audit success"):
        found["EventType"] = said.upper().replace(" ", "_")
    return found


def _of_pairs(event: Event, pairs: dict[str, str] | None) -> _Record | None:
    if pairs is None:
        return None
    if event.hostname is None and (named := first(pairs, ("Hostname", "Computer", "host"))) is not None:
        event.hostname = clean_host(named[:255])
    if event.severity is None:
        event.severity = level(first(pairs, ("Severity", "Level")))
    if event.stamp is None:
        event.stamp = instant(first(pairs, ("EventTime", "TimeCreated", "@timestamp")))
    if event.app_name is None:
        event.app_name = first(pairs, _PROVIDERS)
    if event.parse_status == "raw" and (
        event.hostname is not None or event.stamp is not None
    ):  # its own header
        event.parse_status = "full" if event.hostname is not None and event.stamp is not None else "partial"
        event.message = pairs.get("Message", "").strip() or event.message
    said = (pairs.get("EventType") or pairs.get("Keywords") or "").upper()
    audit = "failure" if "AUDIT_FAILURE" in said else "success" if "AUDIT_SUCCESS" in said else ""
    provider = (first(pairs, _PROVIDERS) or event.app_name or "").lower().replace("_", " ")
    return _Record(pairs.get("EventID") or None, provider, pairs.get("Message", "")[:_LOOK_MAX], pairs, audit)


def _of_snare(event: Event, text: str, between: str) -> _Record | None:
    """Criticality, log, counter, time, id, provider, user, SID type, kind, computer, category, data, message, MD5."""
    fields = text.split(between, 12)
    if len(fields) < 10 or not fields[4].isdecimal():
        return None
    _, _, _, when, number, provider, user, sid, said, computer = fields[:10]
    if event.stamp is None:
        event.stamp = instant(when.partition(" ")[2] if when[:1].isalpha() else when)
    event.computer = clean_host(computer.strip()[:255])
    if event.hostname is None:
        event.hostname = event.computer
    if event.app_name is None or event.app_name.lower() == "mswineventlog":
        event.app_name = provider.strip()[:48] or None
    audit = {"failure audit": "failure", "success audit": "success"}.get(said.strip().lower(), "")
    if user.strip() not in ("N/A", "-", ""):
        column = "\t" if between == "#011" else between
        event.account = column.join(("", user, sid, ""))
    pairs = {"UserName": user.rpartition("\\")[2]} if user not in ("N/A", "Unknown User", "") else {}
    return _Record(number, provider.strip().lower(), fields[-1][:_LOOK_MAX], pairs, audit)


def _kind(record: _Record) -> _Kind | None:
    number, provider = record.number or "", record.provider
    if provider in _SYSTEM_PROVIDERS or provider.endswith(("ntfs", "kernel-power")):
        return _SYSTEM.get(number)
    return _SECURITY.get(number) if "security" in provider or provider.endswith("eventlog") else None


def _ends(event: Event, record: _Record) -> None:
    """Whose account and from where."""
    pairs, text = record.pairs, record.text
    event.user = first(pairs, ("TargetUserName", "AccountName", "UserName", "SubjectUserName"))
    target = _TARGET.search(text) or _LOGON_ACCOUNT.search(text)
    if "TargetUserName" not in pairs and target is not None:
        event.user = target["user"]
    elif event.user is None and (named := _ACCOUNT.search(text)) is not None and named[1] != "-":
        event.user = named[1]
    source = first(pairs, ("IpAddress", "SourceAddress", "ClientAddress"))
    if source is not None:
        event.src_ip, event.src_port = address(source), port(first(pairs, ("IpPort", "SourcePort"))) or None
    elif (found := _FROM.search(text)) is not None:
        event.src_ip, event.src_port = address(found["ip"]), port(found["port"]) or None


def _about(event: Event, record: _Record, about: str) -> None:
    if about == "user" and event.user is not None:
        event.entity, event.entity_kind = event.user, "user"
    elif about == "service":
        named = _SERVICE.search(record.text)
        found = named["name"] if named is not None else first(record.pairs, ("param1",))
        if found is not None:
            event.entity, event.entity_kind = found, "service"
    elif about == "disk" and (disk := _DISK.search(record.text)) is not None:
        event.entity, event.entity_kind = disk["name"] or disk["volume"], "disk"


def _unknown(event: Event, record: _Record) -> Rest:
    """An id that nobody put in a table: an audit tells its end, else the words of the first sentence speak."""
    if record.audit:
        event.outcome = record.audit
        _about(event, record, "user")
        return Rest.NOTHING
    say(event, record.text.partition("\n")[0][:1024])
    if event.entity is None:
        _about(event, record, "service")
    return Rest.NOTHING


DIALECT = Windows()

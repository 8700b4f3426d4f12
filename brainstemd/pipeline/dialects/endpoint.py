"""Protection of endpoints: Symantec Endpoint Protection Manager, McAfee / Trellix ePO (XML), Kaspersky Security Center, Carbon
Black's `cb-notifications`, Sophos UTM (Symantec "External Logging settings"; Trellix "Forwarding events to syslog"; Kaspersky
"Export of events to SIEM"; Sophos UTM "Log file format").

What a scanner found is neutral; found and not removed is a failed attempt. The machine is what the finding is about, its address
the source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.phrases import app_key
from brainstemd.pipeline.reading import LOOK_MAX, ends, first, flow, ip, login, name, pairs, said, stamp, word

_APPS: Final = ("symantecserver", "epoevents", "cb-notifications", "cbdefense")
_UTM: Final = ('" sys="', '" sub="')
_LABEL = re.compile(r"(?:^|,) ?([A-Z][A-Za-z /()-]{1,40}): ?([^,]*)")
_TAG = re.compile(r"<([A-Za-z]{2,40})>([^<]{0,512})</")
_PRODUCT = re.compile(r'ProductName="([^"]{1,80})"')
_CLOCK = re.compile(r"(\d{4}):(\d\d):(\d\d)-(\d\d:\d\d:\d\d)$")
_LEFT: Final = re.compile(r"(?i)left alone|\bfail|not handled|no action|unable|not (?:deleted|cleaned)")
_FOUND: Final = re.compile(
    r"(?i)^(?:virus found|security risk found|forced sonar|.{0,40}detection|potential risk)"
)


class Endpoint:
    name = "endpoint"
    marks = Marks(heads=("id",), apps=_APPS, elements=("event",))

    def claims(self, event: Event) -> bool:
        text = event.message
        if app_key(event.app_name or "") in _APPS:
            return not text.startswith(("{", "CEF:", "LEEF:"))
        if text.startswith('id="'):
            return all(mark in text[:200] for mark in _UTM)
        return _kaspersky(event) is not None and not text.startswith("{")

    def apply(self, event: Event) -> Rest:
        key = app_key(event.app_name or "")
        if key == "symantecserver":
            return _symantec(event, event.message[:LOOK_MAX])
        if key == "epoevents":
            return _epo(event, event.message[:65_536])
        if key in _APPS:
            return _carbon_black(event, pairs(event.message))
        if event.message.startswith('id="'):
            return _utm(event, pairs(event.message))
        return _security_center(event, _kaspersky(event) or {})


def _symantec(event: Event, text: str) -> Rest:
    event.vendor, event.product = "symantec", "endpoint-protection"
    found = {label.strip(): value.strip() for label, value in _LABEL.findall(text)}
    user = first(found, "User", "User Name", "Admin", "Admin Name")
    event.user = user
    if "Remote Host IP" in found or "Local Host IP" in found:
        local, remote = found.get("Local Host IP"), found.get("Remote Host IP")
        ports = found.get("Local Port"), found.get("Remote Port")
        if ",Inbound" in text:
            ends(event, remote, local, ports[1], ports[0])
        else:
            ends(event, local, remote, *ports)
        return flow(event, found.get("Action"))
    event.src_ip = ip(first(found, "IP Address", "Remote Host"))
    if _FOUND.match(text):
        event.action = text.partition(",")[0].lower()[:64]
        event.event_code = word(found.get("Risk name"))
        event.outcome = "failure" if _LEFT.search(found.get("Actual action", "")) else None
        name(event, first(found, "Computer name", "Computer"), "host")
        return Rest.NOTHING
    words = first(found, "Event Description", "Event") or text
    if re.search(r"(?i)\blog ?(?:on|in)\b", words) and user is not None:
        login(event, "failure" if re.search(r"(?i)fail|denied", words) else "success", user)
        return Rest.NOTHING
    name(event, first(found, "Computer name", "Computer", "Host Name"), "host")
    event.user = None
    said(event, words)
    event.user = user
    return Rest.NOTHING


def _epo(event: Event, text: str) -> Rest:
    """Trellix ePO: one XML document; each of its elements is named once for one finding."""
    found: dict[str, str] = {}
    for tag, value in _TAG.findall(text):
        found.setdefault(tag, value)
    product = _PRODUCT.search(text)
    event.vendor = "mcafee" if product is None or "Trellix" not in product[1] else "trellix"
    event.product = "epo" if product is None else product[1].partition(" ")[2].lower() or "epo"
    event.event_code = first(found, "ThreatEventID", "EventID")
    event.action = (first(found, "ThreatActionTaken") or "").lower() or None
    ends(
        event,
        first(found, "SourceIPV4", "SourceIPV6", "SourceIP") or _last(found.get("IPAddress")),
        first(found, "TargetIPV4", "TargetIPV6", "TargetIP"),
    )
    event.user = first(found, "TargetUserName", "SourceUserName", "UserName")
    event.outcome = {"true": "success", "1": "success", "false": "failure", "0": "failure"}.get(
        found.get("ThreatHandled", "").lower()
    )
    name(event, first(found, "MachineName", "TargetHostName"), "host")
    return Rest.NOTHING


def _last(address: str | None) -> str | None:
    """The machine's own address, where nothing names who attacked."""
    return None if address is None else address.rpartition(" ")[2]


def _carbon_black(event: Event, found: Mapping[str, str]) -> Rest:
    event.vendor, event.product = "carbonblack", "response"
    found = {key: value.strip("'") for key, value in found.items()}
    event.event_code = first(found, "reason", "watchlist_name", "feed_name")
    event.action = first(found, "type")
    event.src_ip = ip(first(found, "comms_ip", "interface_ip"))
    event.user = first(found, "username")
    name(event, first(found, "host", "hostname", "computer_name"), "host")
    return Rest.NOTHING


def _kaspersky(event: Event) -> Mapping[str, str] | None:
    """The parameters of Security Center's element, which no other sender calls `event@…` with `et` and `hdn`."""
    for element, found in (event.structured_data or {}).items():
        if element.startswith("event@") and "et" in found and ("hdn" in found or "etdn" in found):
            return found
    return None


def _security_center(event: Event, found: Mapping[str, str]) -> Rest:
    event.vendor = "kaspersky"
    event.product = (word(found.get("tdn")) or "security center").lower().removeprefix("kaspersky ")
    event.event_code = word(found.get("et"))
    event.src_ip = ip(found.get("hip"))
    event.user = word(found.get("p7")) if "VIRUS" in (event.event_code or "") else None
    name(event, first(found, "hdn"), "host")
    words = f"{found.get('etdn', '')}. {event.message}"
    if re.search(r"(?i)not (?:disinfected|deleted|processed|removed)|\bfailed\b", words):
        event.outcome = "failure"
    if "detected" in words.lower():
        event.action = "detect"
        return Rest.NOTHING
    return said(event, word(found.get("etdn")))


def _utm(event: Event, found: Mapping[str, str]) -> Rest:
    """Sophos UTM: `id="2001" severity="info" sys="SecureNet" sub="packetfilter" …`; its tag is `host process[pid]`."""
    event.vendor, event.product = "sophos", "utm"
    event.event_code = word(found.get("id"))
    _utm_origin(event)
    ends(event, found.get("srcip"), found.get("dstip"), found.get("srcport"), found.get("dstport"))
    if found.get("sub") == "ips" and "sid" in found:
        event.event_code = f"{found.get('generator', '1')}:{found['sid']}"
    event.user = first(found, "user", "username")
    event.interface = first(found, "initf", "outitf")
    sub, words = found.get("sub", ""), first(found, "event", "name") or ""
    if sub == "auth":
        login(event, _verdict(words), event.user)
        return Rest.NOTHING
    if sub == "vpn":
        return _utm_tunnel(event, found, words)
    if sub in ("packetfilter", "ips", "http", "smtp", "ftp", "pop3", "waf") or "action" in found:
        if found.get("statuscode", "")[:1] == "5":
            event.outcome = "failure"
        return flow(event, first(found, "action"))
    return said(event, words)


def _utm_origin(event: Event) -> None:
    """A header `2026:03:22-10:00:01 utm ulogd[9]:`, whose stamp stood where a hostname may."""
    clock = _CLOCK.match(event.hostname or "")
    if clock is None:
        return
    host, _, app = (event.app_name or "").rpartition(" ")
    event.hostname = clean_host(host)
    event.app_name = app or None
    event.stamp = event.stamp or stamp(f"{clock[1]}-{clock[2]}-{clock[3]}T{clock[4]}")
    if event.severity is not None and event.stamp is not None and event.hostname is not None:
        event.parse_status = "full"


def _utm_tunnel(event: Event, found: Mapping[str, str], words: str) -> Rest:
    """Site tunnels stand; a remote user's connection comes and goes."""
    event.src_ip = event.src_ip or ip(found.get("address"))
    if "site-to-site" in words.lower():
        event.polarity = {"up": "up", "down": "down"}.get(words.rpartition(" ")[2].lower(), "neutral")
        name(event, first(found, "connection", "address"), "tunnel")
        event.action = f"tunnel-{event.polarity}" if event.polarity != "neutral" else None
        return Rest.NOTHING
    event.action = found.get("event", words).lower()[:64] or None
    name(event, event.user, "user")
    return Rest.NOTHING


def _verdict(words: str) -> str | None:
    lower = words.lower()
    if "fail" in lower or "denied" in lower:
        return "failure"
    return "success" if "success" in lower or "logged in" in lower else None


DIALECT = Endpoint()

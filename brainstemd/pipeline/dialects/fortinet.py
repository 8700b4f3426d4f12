"""Fortinet's other devices: key=value lines whose device id is no firewall's (FortiWeb, FortiADC, FortiMail, FortiAnalyzer,
FortiManager, FortiSwitch, FortiAP, FortiAuthenticator, FortiNAC, FortiSandbox, FortiDDoS, FortiClient
EMS; each one's Log Message Reference).

The first letters of the serial number say which it is.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.fortinet_serials import product_of_serial
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.reading import ends, first, flow, ip, login, name, pairs, said, stamp

_LEVELS: Final = {
    "emergency": 0,
    "alert": 1,
    "critical": 2,
    "error": 3,
    "warning": 4,
    "notice": 5,
    "notification": 5,
    "information": 6,
    "informational": 6,
    "debug": 7,
}
_FLOWS: Final = frozenset(("traffic", "attack", "statistics", "history", "spam", "virus", "antivirus", "utm"))
_REFUSED: Final = frozenset(
    ("alert_deny", "deny_no_log", "period_block", "block-period", "delete", "discard")
)
_FAILED: Final = frozenset(("failure", "failed", "fail", "error", "denied"))
_FROM = re.compile(r"\(([0-9a-fA-F:.]{2,45})\)|\[([0-9a-fA-F:.]{2,45})\]")


class Fortinet:
    name = "fortinet"
    marks = Marks(
        heads=(
            "date",
            "devname",
            "time",
            "devid",
            "device_id",
            "timestamp",
            "log_id",
            "logid",
            "itime",
            "logver",
        )
    )

    def claims(self, event: Event) -> bool:
        return product_of_serial(event.message) not in (None, "fortigate")

    def apply(self, event: Event) -> Rest:
        text = event.message
        found = pairs(text if "," not in text[:20] else text.replace(",", " "))
        event.vendor, event.product = "fortinet", product_of_serial(event.message)
        event.event_code = first(found, "logid", "log_id", "msg_id")
        _origin(event, found)
        ends(
            event,
            first(found, "srcip", "src", "src_ip", "remip"),
            first(found, "dstip", "dst", "dst_ip", "locip"),
            first(found, "srcport", "src_port"),
            first(found, "dstport", "dst_port"),
        )
        if event.src_ip is None:
            event.src_ip = _inside(first(found, "client_ip", "client_name", "ui", "user_from", "userfrom"))
        event.user = first(found, "user", "username", "user_name")

        if event.user in ("system", "daemon", found.get("ui")):  # the device's own part that spoke
            event.user = None
        event.interface = first(found, "interface", "intf", "port", "srcintf")
        if found.get("type", "").lower() in _FLOWS or found.get("subtype", "").startswith("slb_"):
            return _flow(event, found)
        return _event(event, found)


def _origin(event: Event, found: dict[str, str]) -> None:
    event.stamp = (
        stamp(f"{found.get('date', '')} {found.get('time', '')} {found.get('tz', '')}".strip()) or event.stamp
    )
    event.hostname = (
        clean_host(first(found, "devname", "device_name", "devid", "device_id") or "") or event.hostname
    )
    if event.severity is None:
        event.severity = _LEVELS.get((first(found, "pri", "level", "severity_level") or "").lower())
    if event.stamp is not None and event.hostname is not None:
        event.parse_status = "full"


def _flow(event: Event, found: dict[str, str]) -> Rest:
    done = first(found, "disposition", "action", "status")
    flow(event, done)
    if (
        event.action in _REFUSED
        or "reject" in (event.action or "")
        or found.get("http_retcode", "")[:1] == "5"
    ):
        event.outcome = "failure"
    return Rest.NOTHING


def _event(event: Event, found: dict[str, str]) -> Rest:
    status = first(found, "status", "result") or ""
    if status.lower() in _FAILED:
        event.outcome = "failure"
    elif status.lower().startswith("success"):
        event.outcome = "success"
    event.action = (first(found, "action", "operation") or "").lower() or None
    words = first(found, "msg", "desc", "logdesc", "event") or ""
    if event.action in ("login", "logon", "authentication") and event.user is not None:
        login(event, event.outcome, event.user)
        return Rest.NOTHING
    name(event, first(found, "real_server", "apname", "ap"), "host")
    who, event.user = event.user, None  # who did it, no thing that the words are about
    said(event, words)
    event.user = who or event.user
    if event.entity is None:
        name(event, first(found, "pool", "virtual_server"), "service")
    return Rest.NOTHING


def _inside(text: str | None) -> str | None:
    """`GUI(10.0.0.1)`, `host [10.0.0.1]` or an address alone."""
    if text is None:
        return None
    match = _FROM.search(text[:300])
    return ip(text) if match is None else ip(match[1] or match[2])


DIALECT = Fortinet()

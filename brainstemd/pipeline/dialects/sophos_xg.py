"""Sophos Firewall (XG, SFOS): `device="SFW" date=… log_id=…`, and the newer `device_name=… timestamp=…` (SFOS syslog guide)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.reading import ends, first, flow, ip, login, name, pairs, said, stamp

_LEVELS: Final = {
    "emergency": 0,
    "alert": 1,
    "critical": 2,
    "error": 3,
    "warning": 4,
    "notice": 5,
    "information": 6,
    "debug": 7,
}
_FLOWS: Final = frozenset(
    [
        "firewall",
        "content filtering",
        "idp",
        "ips",
        "anti-virus",
        "anti-spam",
        "atp",
        "waf",
        "ssl/tls filter",
        "application filter",
        "web filter",
        "sandbox",
        "zero day protection",
        "ssl/tls inspection",
    ]
)
_AREAS: Final = {
    "interface": ("interface", "interface"),
    "gateway": ("gatewayname", "gateway"),
    "ipsec": ("connectionname", "tunnel"),
    "l2tp": ("connectionname", "tunnel"),
    "pptp": ("connectionname", "tunnel"),
    "red": ("red_id", "tunnel"),
}
_STATES: Final = {
    "established": "up",
    "terminated": "down",
    "up": "up",
    "down": "down",
    "connected": "up",
    "disconnected": "down",
    "deactivated": "down",
}
_GATEWAY = re.compile(r"Gateway (?P<name>[\w .-]{1,64}?) is (?P<now>Up|Down)", re.I)
_FACE = re.compile(r"Interface (?P<name>[\w.:-]{1,48}) is (?P<now>Up|Down)", re.I)
_ADMIN = re.compile(r"\blog(?:ged|in)\b", re.I)
_HA_STATES = re.compile(r"becomes? (?P<now>\w{1,20})", re.I)


class SophosXg:
    name = "sophos_xg"
    marks = Marks(heads=("device", "device_name", "date"))

    def claims(self, event: Event) -> bool:
        head = event.message[:500]
        return "log_id=" in head and "log_type=" in head and (head[:6] == "device" or " device_name=" in head)

    def apply(self, event: Event) -> Rest:
        found = pairs(event.message)
        get = found.get
        event.vendor, event.product = "sophos", "xg"
        if (
            event.message.startswith("date=") or "Cyberoam" in event.message[:200]
        ):  # what Sophos Firewall grew from
            event.vendor, event.product = "cyberoam", "utm"
        event.event_code = get("log_id")
        _origin(event, found)
        ends(event, get("src_ip"), get("dst_ip"), get("src_port"), get("dst_port"))
        event.user = first(found, "user_name", "user_name" if get("log_type") == "System Health" else "user")
        event.interface = first(found, "in_interface", "interface")
        if (get("log_type") or "").lower() in _FLOWS:
            return flow(event, first(found, "status", "log_subtype", "action"))
        return _event(event, found)


def _origin(event: Event, found: dict[str, str]) -> None:
    clock = found.get("timestamp")
    event.stamp = (
        stamp(clock or f"{found.get('date', '')} {found.get('time', '')} {found.get('timezone', '')}")
        or event.stamp
    )
    own = found.get("device_name", "")
    if own in ("", "SFW"):
        own = first(found, "device_serial_id", "device_id") or own
    event.hostname = event.hostname or clean_host(own)
    if event.severity is None:
        event.severity = _LEVELS.get((found.get("priority") or found.get("severity") or "").lower())
    if event.stamp is not None and event.hostname is not None:
        event.parse_status = "full"


def _event(event: Event, found: dict[str, str]) -> Rest:
    words = found.get("message", "")
    status = found.get("status", "").lower()
    area = found.get("log_component", "").lower()
    if status in ("failed", "failure"):
        event.outcome = "failure"
    elif status in ("successful", "success"):
        event.outcome = "success"
    if found.get("log_subtype") == "Authentication" or (
        found.get("log_subtype") == "Admin" and _ADMIN.search(words)
    ):
        login(event, event.outcome, event.user)
        return Rest.NOTHING
    if found.get("log_subtype") == "Admin":
        event.action = "configure"
        return Rest.NOTHING
    if area in _AREAS:
        key, kind = _AREAS[area]
        seen = _GATEWAY.search(words) if area == "gateway" else _FACE.search(words)
        name(
            event,
            first(found, key, "con_name", "connection_name") or (seen["name"] if seen is not None else None),
            kind,
        )
        event.action = status or None
        event.polarity = _STATES.get(status, "neutral")
        event.src_ip = event.src_ip or ip(found.get("remoteinterfaceip"))
        if seen is not None and event.polarity == "neutral":
            event.polarity = seen["now"].lower()
        if area == "ipsec" or event.polarity != "neutral":
            return Rest.NOTHING
    if area.startswith("ssl vpn") and event.user is not None:  # a remote user's session
        event.action = status or None
        name(event, event.user, "user")
        return Rest.NOTHING
    if area == "ha":
        name(event, "HA", "cluster")
        moved = _HA_STATES.search(words)
        event.action = moved["now"].lower() if moved is not None else status or None
        event.polarity = "down" if event.action in ("standalone", "fault", "faulty") else "neutral"
        return Rest.NOTHING
    return said(event, words)


DIALECT = SophosXg()

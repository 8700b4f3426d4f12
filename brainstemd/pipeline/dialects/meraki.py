"""Cisco Meraki: `1 epoch device role …` (Meraki documentation, "Syslog Event Types and Log Samples").

Roles are flows (also `firewall`, `ip_flow_start`), urls, events (`type=…` or plain words), security and air marshal events.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import LOOK_MAX, ends, flow, ip, login, name, word, words
from brainstemd.pipeline.stamps import read_stamp

# A relay's header hides the device's own: `1 1774173600.123456789 MX84_HQ events …`.
_OWN = re.compile(r"(?:1 )?(?=\d{10}\.\d{1,9} )")
_DEVICE = re.compile(r" (?P<host>[\w.-]{1,64}) (?=[a-z])")
_FLOWS: Final = words(
    "flows firewall cellular_firewall vpn_firewall urls ip_flow_start ip_flow_end l7_firewall"
)
_SECURITY: Final = frozenset(("security_event", "ids-alerts", "security_filtering_file_scanned"))
_PAIR = re.compile(r"(?<![\w-])([a-z][\w]{0,40})=(?:'([^']*)'?|([^\s']*))")
_PATTERN = re.compile(r"(?:pattern: |^\w{1,24} )(?P<what>allow|deny|0|1)\b")
_PORT = re.compile(r"[Pp]ort (?P<port>[\w/]{1,16}) status changed from \S{1,20} to (?P<now>\w{1,20})")
_USER = re.compile(r"user id '(?P<user>[^']{1,128})'.{0,80}? from (?P<ip>[0-9a-fA-F:.]{2,45})")
_CELLULAR = re.compile(r"Cellular connection (?P<now>up|down)")
_PEER = re.compile(r"(?:IPsec|ISAKMP|phase[12])\b.{0,80}?\b(?P<ip>\d{1,3}(?:\.\d{1,3}){3})\b")
_ROLE = re.compile(r"[a-z0-9_-]{4,40}(?= )")
_DENIED: Final = {"deny": "deny", "0": "deny", "allow": "allow", "1": "allow"}
_LOGINS: Final = {
    "8021x_auth": "success",
    "8021x_eap_success": "success",
    "8021x_eap_failure": "failure",
    "8021x_client_deauth": None,
    "splash_auth": "success",
    "radius_mac_auth": "success",
}


class Meraki:
    name = "meraki"
    marks = Marks(heads=(*sorted(_FLOWS | _SECURITY), "ids", "events", "airmarshal_events", "1"))

    def claims(self, event: Event) -> bool:
        text = event.message
        if text[:1] == "1":
            return _OWN.match(text) is not None and text[:2] == "1 "
        stamp = event.stamp
        return event.app_name is None and stamp is not None and stamp.offset_s == 0 and event.version is None

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "cisco", "meraki"
        own = _OWN.match(event.message)
        if own is not None and own.end() > 0:
            _own_header(event, own.end())
        text = event.message[:LOOK_MAX]
        role = _ROLE.match(text)
        kind = role[0] if role is not None else ""
        found = {key: quoted or plain for key, quoted, plain in _PAIR.findall(text)}
        if kind in _FLOWS or kind in _SECURITY:
            return _traffic(event, text, kind, found)
        event.event_code = found.get("type") or (kind if kind not in ("", "events") else None)
        return _event(event, text, found)


def _own_header(event: Event, at: int) -> None:
    """The device's own stamp and name are nearer to the truth than a relay's."""
    found = read_stamp(event.message, at)
    device = _DEVICE.match(event.message, found[1]) if found is not None else None
    if found is None or device is None:
        return
    event.stamp, event.hostname = found[0], device["host"]
    event.message = event.message[device.end() :]


def _traffic(event: Event, text: str, kind: str, found: dict[str, str]) -> Rest:
    event.event_code = kind
    src, dst = found.get("src", ""), found.get("dst", "")
    source, source_port = _split(src, found.get("sport"))
    target, target_port = _split(dst, found.get("dport"))
    ends(event, source, target, source_port, target_port)
    said = _PATTERN.search(text)
    if kind in _SECURITY:
        what = text[len(kind) + 1 :].partition(" ")[0]
        event.action = what if "=" not in what else kind
        return Rest.NOTHING
    return flow(event, _DENIED[said["what"]] if said is not None else None)


def _split(end: str, port: str | None) -> tuple[str, str | None]:
    """`10.0.0.15:51123` of url lines; the port may stand in a field of its own."""
    if port is None and end.count(":") == 1:
        host, _, port = end.partition(":")
        return host, port
    return end, port


def _event(event: Event, text: str, found: dict[str, str]) -> Rest:
    kind = found.get("type", "")
    if kind in ("vpn_connectivity_change", "vpn_registry_change"):
        state = found.get("connectivity")
        event.action = kind
        event.polarity = "up" if state == "true" else "down" if state == "false" else "neutral"
        event.src_ip = ip(found.get("peer_contact"))
        name(event, event.src_ip or word(found.get("peer_ident")) or "vpn registry", "tunnel")
        return Rest.NOTHING
    if kind in _LOGINS:
        login(event, _LOGINS[kind], found.get("identity"))
        event.action = kind
        return Rest.NOTHING
    if kind:
        event.action = kind
        event.user = word(found.get("identity") or found.get("username"))
        event.src_ip = ip(found.get("peer_ip") or found.get("ip") or found.get("src"))
        if kind.endswith(("_failure", "_fail", "_deny", "_success")) and event.user is not None:
            login(event, "success" if kind.endswith("_success") else "failure", event.user)
            event.action = kind
        return Rest.NOTHING
    return _words(event, text)


def _words(event: Event, text: str) -> Rest:
    """Events in words."""
    port = _PORT.search(text)
    if port is not None:
        event.action = "port-status"
        event.polarity = "down" if port["now"] in ("down", "disabled", "disconnected") else "up"
        name(event, f"port {port['port']}", "interface")
        return Rest.NOTHING
    user = _USER.search(text)
    if user is not None:
        event.action = text.removeprefix("events ").partition(" ")[0]
        event.src_ip = ip(user["ip"])
        name(event, user["user"], "user")
        return Rest.NOTHING
    cellular = _CELLULAR.search(text)
    if cellular is not None:
        event.polarity = cellular["now"]
        name(event, "cellular", "interface")
        return Rest.NOTHING
    peer = _PEER.search(text)
    if peer is not None:
        event.src_ip = ip(peer["ip"])
        name(event, event.src_ip, "tunnel")
    return Rest.ALL


DIALECT = Meraki()

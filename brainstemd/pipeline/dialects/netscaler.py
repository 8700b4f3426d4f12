"""Citrix NetScaler (ADC, Gateway): `… 0-PPE-0 : partition FEATURE EVENT number 0 : text` (Syslog Message Reference)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, field, flow, ip, login, name

_LEAD = re.compile(
    r"\d{1,3}-PPE-\d{1,3} : (?:(?P<part>[\w-]{1,64}) )?(?P<feature>[A-Z_]{2,24}) (?P<event>[A-Za-z_0-9]{2,48})"
    r" \d{1,12} \d{1,6} ?: {0,2}"
)
_END = r"%s (?P<%s>[0-9a-fA-F:.]{2,45}?)[:/](?P<%s_port>\d{1,5})(?= |$)"
_SOURCE = re.compile(_END % ("(?:Source|Client_ip|NatIP)", "a", "a"))
_TARGET = re.compile(_END % ("(?:Destination|Vserver)", "b", "b"))
_DEVICE = re.compile(
    r"Device \"?(?P<device>[^\"]{1,200}?)\"? - (?:State|Reset)(?: \"?(?P<state>[\w ]{2,32}))?"
)
_LABEL = re.compile(r"\((?P<label>[\w.-]{1,127})\)$")
_MONITOR = re.compile(r"Monitor (?P<monitor>\S{1,200}) - State (?P<state>\w{2,16})")
_OF = re.compile(r"_of_(?P<service>.{1,128}?)_\(")
_USER = re.compile(r"User (?P<user>[^\s]{1,128}) - ")
_CLIENT = re.compile(r"(?:Remote_ip|Client_ip|ClientIP) (?P<ip>[0-9a-fA-F:.]{2,45})")
_STATUS = re.compile(r'Status "(?P<status>[^"]{1,80})')
_SSL = re.compile(
    r"ClientIP (?P<a>\S{2,45}) - ClientPort (?P<ap>\d{1,5}) - "
    r"VserverServiceIP (?P<b>\S{2,45}) - VserverServicePort (?P<bp>\d{1,5})"
)
_FIREWALL = re.compile(r"(?P<ip>[0-9a-fA-F:.]{2,45}) .{0,1600}<(?P<action>blocked|not blocked|transformed)>")


class NetScaler:
    name = "netscaler"
    marks = Marks(heads=("0", "1", "2", "3", "4"))

    def claims(self, event: Event) -> bool:
        return _LEAD.match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        lead = _LEAD.match(event.message)
        if lead is None:
            return Rest.ALL
        event.vendor, event.product, event.event_code = "citrix", "netscaler", lead["event"]
        text = event.message[lead.end() : 2048]
        reader = _READERS.get(lead["feature"])
        return Rest.ALL if reader is None else reader(event, text, lead["event"])


def _flow(event: Event, text: str, code: str) -> Rest:
    source, target = _SOURCE.search(text), _TARGET.search(text)
    if source is not None and target is not None:
        ends(event, source["a"], target["b"], source["a_port"], target["b_port"])
    event.action = code.lower()
    return Rest.NOTHING


def _event(event: Event, text: str, code: str) -> Rest:
    """Services, servers, monitors; the second node of a pair is no fault."""
    monitor = _MONITOR.match(text)
    if monitor is not None:
        event.polarity = "up" if monitor["state"] == "UP" else "down"
        of = _OF.search(monitor["monitor"])
        name(event, of["service"] if of is not None else monitor["monitor"], "monitor")
        return Rest.NOTHING
    device = _DEVICE.match(text)
    if device is None:
        return Rest.ALL
    state = (device["state"] or "").strip().upper()
    event.action = code.lower()
    event.polarity = (
        "up" if state == "UP" else "down" if state in ("DOWN", "OUT OF SERVICE", "INACTIVE") else "neutral"
    )
    label = _LABEL.search(device["device"])
    name(event, label["label"] if label is not None else device["device"], "service")
    return Rest.NOTHING


def _command(event: Event, text: str, code: str) -> Rest:
    user, client, status = _USER.search(text), _CLIENT.search(text), _STATUS.search(text)
    event.action = "configure"
    if user is not None:
        event.user = user["user"]
    if client is not None:
        event.src_ip = ip(client["ip"])
    if status is not None:
        event.outcome = "success" if status["status"] == "Success" else "failure"
    if 'Command "login' in text:
        login(event, event.outcome, event.user)
    return Rest.NOTHING


def _account(event: Event, text: str, code: str) -> Rest:
    user, client = _USER.search(text), _CLIENT.search(text)
    if user is None or not code.startswith("LOG"):
        return _flow(event, text, code) if "Source" in text else Rest.ALL
    outcome = "failure" if "FAIL" in code else "success" if code == "LOGIN" else None
    login(event, outcome, user["user"], client["ip"] if client is not None else None)
    if code == "LOGOUT":
        event.action = "logout"
    return Rest.NOTHING


def _ssl(event: Event, text: str, code: str) -> Rest:
    match = _SSL.search(text)
    if match is not None:
        ends(event, match["a"], match["b"], match["ap"], match["bp"])
    event.action = code.lower()
    event.outcome = "failure" if "FAILURE" in code else "success" if "SUCCESS" in code else None
    return Rest.NOTHING


def _firewall(event: Event, text: str, code: str) -> Rest:
    match = _FIREWALL.match(text)
    event.src_ip = ip(field(text.split(" ", 1), 0))
    return flow(event, match["action"] if match is not None else None)


_READERS: Final = {
    "TCP": _flow,
    "UDP": _flow,
    "EVENT": _event,
    "UI": _command,
    "CLI": _command,
    "GUI": _command,
    "API": _command,
    "SSLVPN": _account,
    "AAA": _account,
    "AAATM": _account,
    "SSLLOG": _ssl,
    "APPFW": _firewall,
}

DIALECT = NetScaler()

"""HPE and H3C Comware: `%%10MODULE/severity/MNEMONIC: text` (Comware System Log Messages Reference)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, flow, ip, login, name

_CODE = re.compile(r"%%10(?P<module>[A-Z0-9_-]{2,24})/(?P<level>[0-7])/(?P<mnemonic>\w{2,64})(?:\(\w\))?: ?")
_NUMBERED = re.compile(r"([A-Za-z]{2,32})(?:\(\d{1,6}\))?=([^;]{0,256})")
_COMMAND = re.compile(r"IPAddr=(?P<ip>[^-;]{0,45})-User=(?P<user>[^-;]{0,64})")
_LOGGED = re.compile(r"(?P<user>[\w.@\\-]{1,64}) logged (?P<way>in|out) from (?P<ip>[0-9a-fA-F:.]{2,45})")
_FAILED = re.compile(
    r"(?:[Uu]ser )?(?P<user>[\w.@\\-]{1,64}) (?:from|\(IP:) ?(?P<ip>[0-9a-fA-F:.]{2,45}).{0,80}?fail"
)
_BGP = re.compile(r"BGP\.[\w.-]{0,64}: ?(?P<ip>[0-9a-fA-F:.]{2,45}) [Ss]tate")
_UNIT = re.compile(r"(?P<unit>(?:IRF port|Fan|Power|Slot|Board|Chassis) ?\d{1,3})\b", re.I)


class Comware:
    name = "comware"
    marks = Marks(shapes=("%%10",))

    def claims(self, event: Event) -> bool:
        return _CODE.match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        code = _CODE.match(event.message)
        if code is None:
            return Rest.ALL
        event.vendor, event.product = "hpe", "comware"
        if "h3c" in (event.hostname or "").lower():  # the same software under its own name
            event.vendor = "h3c"
        event.event_code = f"{code['module']}/{code['level']}/{code['mnemonic']}"
        if event.severity is None:
            event.severity = int(code["level"])
        text = event.message[code.end() : 1024]
        if "(1003)=" in text or "SrcIPAddr" in text:
            return _packet(event, {key.lower(): value for key, value in _NUMBERED.findall(text)})
        reader = _READERS.get(code["module"])
        return Rest.ALL if reader is None else reader(event, text)


def _packet(event: Event, found: dict[str, str]) -> Rest:
    """A firewall's session or filter: `SrcIPAddr(1003)=…;`."""
    get = found.get
    ends(event, get("srcipaddr"), get("dstipaddr"), get("srcport"), get("dstport"))
    event.interface, event.user = (
        get("rcvifname") or get("interfacename"),
        get("username") or get("user") or None,
    )
    return flow(event, get("event") or get("action"))


def _shell(event: Event, text: str) -> Rest:
    logged = _LOGGED.search(text)
    if logged is not None:
        login(event, "success" if logged["way"] == "in" else None, logged["user"], logged["ip"])
        if logged["way"] == "out":
            event.action = "logout"
        return Rest.NOTHING
    command = _COMMAND.search(text)
    if command is not None:
        event.action, event.user = "configure", command["user"] or None
        event.src_ip = ip(command["ip"])
        return Rest.NOTHING
    return Rest.ALL


def _authentication(event: Event, text: str) -> Rest:
    match = _FAILED.search(text)
    if match is None:
        return _shell(event, text)
    login(event, "failure", match["user"], match["ip"])
    return Rest.NOTHING


def _configuration(event: Event, text: str) -> Rest:
    event.action = "configure"
    return Rest.NOTHING


def _bgp(event: Event, text: str) -> Rest:
    match = _BGP.match(text)
    if match is not None:
        name(event, ip(match["ip"]), "neighbor")
    return Rest.ALL


def _unit(event: Event, text: str) -> Rest:
    match = _UNIT.search(text)
    if match is not None:
        name(event, match["unit"], "module")
    return Rest.ALL


_READERS: Final = {
    "SHELL": _shell,
    "LOGIN": _shell,
    "SSHS": _authentication,
    "LS": _authentication,
    "WEB": _authentication,
    "CFGMAN": _configuration,
    "BGP": _bgp,
    "STM": _unit,
    "DEV": _unit,
}

DIALECT = Comware()

"""Huawei VRP: `%%01MODULE/severity/MNEMONIC(l)[sequence]:text (Key=value, …)` (Log Reference of the device)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, first, flow, ip, login, name

_CODE = re.compile(
    r"%%01(?P<module>[\w-]{2,24})/(?P<level>[0-7])/(?P<mnemonic>\w{2,64})(?:\((?P<kind>\w)\))?(?:\[\d{1,10}\])?: ?"
)
_PAIR = re.compile(r"(?<![\w-])([A-Za-z][\w-]{1,40})=(?:\"([^\"]*)\"?|([^,)]*))")
_FROM = re.compile(r"login from (?P<ip>[0-9a-fA-F:.]{2,45})")
_PEERS: Final = ("neighboraddress", "peeraddress", "neighborid", "peer-address", "nbraddr", "remoteaddress")
_NEGOTIATED: Final = frozenset(("IKE", "IPSEC"))


class Huawei:
    name = "huawei"
    marks = Marks(shapes=("%%01",))

    def claims(self, event: Event) -> bool:
        return _CODE.match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        code = _CODE.match(event.message)
        if code is None:
            return Rest.ALL
        event.vendor, event.product = "huawei", "vrp"
        module, mnemonic = code["module"], code["mnemonic"]
        event.event_code = f"{module}/{code['level']}/{mnemonic}"
        if event.severity is None:
            event.severity = int(code["level"])
        text = event.message[code.end() : 2048]
        found = {key.lower(): (quoted or plain).strip() for key, quoted, plain in _PAIR.findall(text)}
        if module in ("POLICY", "SECLOG", "SESSION", "FW-LOG") or "source-ip" in found or "sourceip" in found:
            return _traffic(event, found, mnemonic)
        if module in ("SHELL", "SSH", "SSHS", "AAA", "LINE", "WEB", "TELNETS", "FTPS", "CM", "HTTPD"):
            return _account(event, text, found, mnemonic)
        if module in ("CFM", "HWCM", "CFG", "CONFIGURATION"):
            event.action, event.user = "configure", first(found, "user", "username")
            return Rest.NOTHING
        return _standing(event, found, module, mnemonic)


def _traffic(event: Event, found: dict[str, str], mnemonic: str) -> Rest:
    get = found.get
    names = ("source-ip", "destination-ip", "source-port", "destination-port")
    if "source-ip" not in found:  # SECLOG and SESSION write them in one word
        names = ("sourceip", "destinationip", "sourceport", "destinationport")
    ends(event, *map(get, names))
    action = get("action") or ("deny" if "DENY" in mnemonic else "permit" if "PERMIT" in mnemonic else None)
    return flow(event, action)


def _account(event: Event, text: str, found: dict[str, str], mnemonic: str) -> Rest:
    user = first(found, "username", "user")
    source = first(found, "ip", "userip", "ipaddress", "user-ip")
    if "CMDRECORD" in mnemonic:
        event.action, event.user, event.src_ip = "configure", user, ip(source)
        return Rest.NOTHING
    if "LOGOUT" in mnemonic:
        login(event, None, user, source)
        event.action = "logout"
        return Rest.NOTHING
    if "FAIL" in mnemonic or "fail" in text[:80].lower():
        login(event, "failure", user, source)
        return Rest.NOTHING
    if "LOGIN" in mnemonic:
        match = _FROM.search(text)
        login(event, "success", user, source or (match["ip"] if match is not None else None))
        return Rest.NOTHING
    return Rest.ALL


def _standing(event: Event, found: dict[str, str], module: str, mnemonic: str) -> Rest:
    """The parameters name the thing; the words before them tell its state."""
    peer = next((found[key] for key in _PEERS if found.get(key)), None)
    if peer is not None:
        negotiated = module in _NEGOTIATED
        name(event, ip(peer) or peer, "tunnel" if negotiated else "neighbor")
        if negotiated:
            event.src_ip = ip(peer)
    if module == "ENTITYTRAP":
        event.polarity = "down" if "INVALID" in mnemonic or "FAIL" in mnemonic else "neutral"
        if "RESUME" in mnemonic:
            event.polarity = "up"
    part = first(found, "entphysicalname", "physicalname")
    if part is not None:
        name(event, part, "module")
    face = first(found, "interfacename", "ifname", "portname", "interface")
    if face is not None:
        event.interface = face
    return Rest.ALL


DIALECT = Huawei()

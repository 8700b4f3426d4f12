"""Brocade: FastIron (ICX, now Ruckus) switches in words, and Fabric OS (`raslogd: stamp, [PORT-1003], …`)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ip, login, name, said

_RAS = re.compile(
    r"(?:\d{4}/\d\d/\d\d-\d\d:\d\d:\d\d, )?\[(?P<code>[A-Z0-9]{2,8}-\d{3,5})\], \d{1,10},(?: [^,]{0,40},){0,3}?"
    r" (?P<level>CRITICAL|ERROR|WARNING|INFO), (?P<host>[\w.-]{1,64}), "
)
_FACE = re.compile(r"Interface ethernet ?(?P<if>\d{1,3}(?:/\d{1,3}){0,2}), state (?P<now>up|down)")
_SHELL = re.compile(
    r"(?P<how>SSH|Telnet|telnet|console|HTTP|Web) (?P<what>login|logout|access) by (?:user )?"
    r"(?P<user>\S{1,64}) from src (?:IP|MAC) (?P<ip>\S{2,45})"
)
_STACK = re.compile(r"Stack unit \d{1,2}\b(?: (?P<part>[Pp]ower supply \d|[Ff]an \d))?")
_CHANGED = re.compile(
    r"(?:startup|running)-config was changed by (?P<user>\S{1,64})(?: from .{0,24}?(?P<ip>\d{1,3}(?:\.\d{1,3}){3}))?"
)
_PEER = re.compile(r"Peer (?P<ip>[0-9a-fA-F:.]{2,45}) (?P<now>UP|DOWN)")
_SPANNING = re.compile(r"VLAN \d{1,4} (?:Port|Bridge) .{0,80}State -> \w{4,16}")
_FABRIC_PART = re.compile(r"(?P<part>(?:FRU )?(?:Fan|PS|Power Supply|Slot|Blade|Port) \d{1,4})", re.I)
_FABRIC_LOGIN = re.compile(
    r"[Ll]ogin (?P<what>failure|information|succe\w*).{0,120}?IP Addr: (?P<ip>[0-9a-fA-F:.]{2,45})"
)
_FABRIC_BAD = re.compile(r"(?i)fault|fail|removal|offline|marginal to down|to down|missing|disabled")
_FABRIC_STATUS = re.compile(r"Switch status changed from (?P<was>\w{2,16}) to (?P<now>\w{2,16})")
_ICX: Final = (_FACE, _SHELL, _STACK, _CHANGED, _PEER, _SPANNING)


class Brocade:
    name = "brocade"
    marks = Marks(
        heads=("startup", "running", "startup-config"), apps=("system", "security", "bgp", "stp", "raslogd")
    )

    def claims(self, event: Event) -> bool:
        text = event.message
        if event.app_name == "raslogd":
            return _RAS.match(text) is not None
        return any(pattern.match(text) for pattern in _ICX)

    def apply(self, event: Event) -> Rest:
        event.vendor = "brocade"
        text = event.message[:1024]
        if event.app_name == "raslogd":
            return _fabric(event, text)
        event.product = "fastiron"
        face = _FACE.match(text)
        if face is not None:
            event.polarity = face["now"]
            name(event, f"ethernet {face['if']}", "interface")
            return Rest.NOTHING
        shell = _SHELL.match(text)
        if shell is not None:
            return _shell(event, text, shell)
        return _words(event, text)


def _shell(event: Event, text: str, shell: re.Match[str]) -> Rest:
    out = shell["what"] == "logout"
    login(event, None if out else "failure" if "rejected" in text else "success", shell["user"], shell["ip"])
    if out:
        event.action = "logout"
    return Rest.NOTHING


def _words(event: Event, text: str) -> Rest:
    changed = _CHANGED.match(text)
    if changed is not None:
        event.action, event.user, event.src_ip = "configure", changed["user"], ip(changed["ip"])
        return Rest.NOTHING
    peer = _PEER.match(text)
    if peer is not None:
        event.polarity = peer["now"].lower()
        name(event, ip(peer["ip"]), "neighbor")
        return Rest.NOTHING
    if _SPANNING.match(text):
        event.action = "stp-state"
        return Rest.NOTHING
    stack = _STACK.match(text)
    if stack is not None:
        name(event, stack[0], "module")
        if "has been deleted" in text or "has been added" in text:
            event.polarity = "down" if "deleted" in text else "up"
            return Rest.NOTHING
    return Rest.ALL


def _fabric(event: Event, text: str) -> Rest:
    match = _RAS.match(text)
    if match is None:
        return Rest.ALL
    event.product, event.event_code = "fabricos", match["code"]
    event.hostname = event.hostname or match["host"]
    words = text[match.end() :]
    attempt = _FABRIC_LOGIN.search(words)
    if attempt is not None:
        login(event, "failure" if attempt["what"] == "failure" else "success", None, attempt["ip"])
        return Rest.NOTHING
    status = _FABRIC_STATUS.match(words)
    if status is not None:
        event.polarity = "up" if status["now"] == "HEALTHY" else "down"
        name(event, "switch status", "monitor")
        return Rest.NOTHING
    part = _FABRIC_PART.search(words)
    if part is not None:
        name(event, part["part"], "module")
        if _FABRIC_BAD.search(words):
            event.polarity = "down"
            return Rest.NOTHING
    return said(event, words)


DIALECT = Brocade()

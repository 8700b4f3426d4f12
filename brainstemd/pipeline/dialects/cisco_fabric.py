"""Cisco UCS Manager and ACI: faults and events whose subject is a distinguished name (UCS Faults Reference).

`%UCSM-3-LINK_DOWN: [F0276][major][link-down][sys/switch-A/…] text`;
`%LOG_LOCAL7-3-SYSTEM_MSG [F0532][raised][type][critical][topology/…/fault-F0532] text`.
A fault stands until a line of the same code says `cleared`; its words are the same then, so the bracket decides, not the words.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import LOOK_MAX
from brainstemd.pipeline.reading import login, name, said

_CODE = re.compile(
    r"[: ]{0,4}%(?P<code>(?P<fac>UCSM|LOG_[A-Z0-9]{1,12})-(?P<level>[0-7])-\w{2,40})[: ]{1,3}(?=\[)"
)
_FAULT = re.compile(r"F\d{3,8}$")
_PORT = re.compile(r"(?:phys|aggr)-\[(?P<port>[\w/.-]{1,40})\]")
_FAULT_TAIL = re.compile(r"/(?:fault-F\d{1,8}|phys)$")
_LOGIN = re.compile(
    r"user (?P<user>[\w.@\\-]{1,64}) logged (?P<way>in|out)(?: from (?P<ip>[0-9a-fA-F:.]{2,45}))?"
)
_STATES: Final = {
    "cleared": "up",
    "retaining": "up",
    "soaking-clearing": "up",
    "raised": "down",
    "soaking": "down",
    "raised-clearing": "up",
}
_PARTS_MAX: Final = 6


class CiscoFabric:
    name = "cisco_fabric"
    marks = Marks(codes=("ucsm", *(f"log_local{n}" for n in range(8))))

    def claims(self, event: Event) -> bool:
        return _CODE.match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        text = event.message[:LOOK_MAX]
        head = _CODE.match(text)
        if head is None:
            return Rest.ALL
        event.vendor, event.product = "cisco", "ucs" if head["fac"] == "UCSM" else "aci"
        if event.severity is None:
            event.severity = int(head["level"])
        parts, at = _brackets(text, head.end())
        words = text[at:].strip()
        code = parts[0] if parts else ""
        if _FAULT.match(code) is None:
            return _event(event, head["code"], parts, words)
        event.event_code = code
        status = next((part for part in parts[1:] if part in _STATES), None)
        event.polarity = "down" if status is None else _STATES[status]
        event.action = next((part for part in parts[2:] if "-" in part and "/" not in part), None)
        if event.product == "ucs" and "info" in parts[1:2]:
            event.polarity = "neutral"
        _subject(event, parts)
        return Rest.NOTHING


def _brackets(text: str, at: int) -> tuple[list[str], int]:
    """The bracketed fields from a place on, brackets inside them kept, and where the words begin."""
    found: list[str] = []
    while at < len(text) and text[at] == "[" and len(found) < _PARTS_MAX:
        depth, start = 0, at
        for at in range(start, len(text)):
            depth += (text[at] == "[") - (text[at] == "]")
            if depth == 0:
                break
        at += 1
        found.append(text[start + 1 : at - 1])
    return found, at


def _subject(event: Event, parts: list[str]) -> None:
    path = next((part for part in parts if "/" in part), None)
    if path is None:
        return
    port = _PORT.search(path)
    if port is not None:
        name(event, port["port"], "interface")
    else:
        name(event, _FAULT_TAIL.sub("", path.removeprefix("subj-[").removesuffix("]"))[:128], "part")


def _event(event: Event, code: str, parts: list[str], words: str) -> Rest:
    event.event_code = parts[0] if parts and parts[0][:1] == "E" and parts[0][1:].isdecimal() else code
    match = _LOGIN.search(words)
    if match is not None:
        login(event, "success" if match["way"] == "in" else None, match["user"], match["ip"])
        event.action = "login" if match["way"] == "in" else "logout"
        return Rest.NOTHING
    if code.startswith("UCSM") and code.endswith("AUDIT"):
        event.action = next(
            (part for part in parts if part in ("creation", "deletion", "modification")), None
        )
        event.user = (parts[0] or None) if parts else None
        return Rest.NOTHING
    _subject(event, parts)
    return said(event, words)


DIALECT = CiscoFabric()

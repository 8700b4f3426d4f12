"""Extreme Networks: EXOS (`<Warn:AAA.authFail> text`) and VOSS (`CPU1 [stamp] 0x0000c5e7 … Link Down(1/12)`)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ip, login, name, said

_EXOS = re.compile(
    r"<(?P<level>Crit|Erro|Warn|Noti|Info|Summ|Verb|Debg|Debu):(?P<code>[A-Za-z0-9_]{1,32}(?:\.[\w-]{1,48}){0,5})> "
)
_VOSS = re.compile(
    r"(?:CPU|CP|IO)\d{1,2} (?:\[[^\]]{8,40}\] |- )(?P<code>0x[0-9a-f]{8}) (?:- )?(?P<alarm>[0-9a-f]{8}(?:\.\d{1,12})?)? ?"
    r"(?:DYNAMIC (?P<what>SET|CLEAR) )?"
)
_LEVELS: Final = {
    "Crit": 2,
    "Erro": 3,
    "Warn": 4,
    "Noti": 5,
    "Info": 6,
    "Summ": 6,
    "Verb": 7,
    "Debg": 7,
    "Debu": 7,
}
_PORT = re.compile(r"Port (?P<port>\d{1,3}(?::\d{1,3})?) link (?P<now>up|down)", re.I)
_LINK = re.compile(r"Link (?P<now>Up|Down) ?\((?P<port>[\d/]{1,12})\)")
_LOGIN = re.compile(
    r"Login (?P<what>passed|failed) for user (?P<user>\S{1,64}) through (?P<how>\w{2,12})(?: \((?P<ip>[0-9a-fA-F:.]{2,45})\))?"
)
_LOGOUT = re.compile(r"account \((?P<user>[^)]{1,64})\) logout from \w{2,12} \((?P<ip>[0-9a-fA-F:.]{2,45})\)")
_FAILED = re.compile(r"User (?P<user>\S{1,64}) login failure from (?P<ip>[0-9a-fA-F:.]{2,45})")
_COMMAND = re.compile(r"(?P<ip>[0-9a-fA-F:.]{2,45}) \((?P<how>\w{2,12})\) (?P<user>[\w.@\\-]{1,64}): ")
_PART = re.compile(r"(?P<part>(?:PSU|FAN tray|Fan tray|Fan|Slot|Power supply)[ -]\d{1,2})")


class Extreme:
    name = "extreme"
    marks = Marks(
        heads=(*(f"<{level.lower()}" for level in _LEVELS), "cpu1", "cpu2", "cp1", "cp2", "io1", "io2"),
    )

    def claims(self, event: Event) -> bool:
        return (_EXOS if event.message[:1] == "<" else _VOSS).match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        text = event.message[:1024]
        match = (_EXOS if text[:1] == "<" else _VOSS).match(text)
        if match is None:
            return Rest.ALL
        event.vendor, event.product = "extreme", "exos" if match.re is _EXOS else "voss"
        event.event_code = match["code"]
        if event.severity is None and match.re is _EXOS:
            event.severity = _LEVELS[match["level"]]
        return _said(event, text[match.end() :])


def _said(event: Event, text: str) -> Rest:
    port = _PORT.search(text) or _LINK.search(text)
    if port is not None:
        event.polarity = port["now"].lower()
        name(event, f"port {port['port']}", "interface")
        return Rest.NOTHING
    match = _LOGIN.match(text)
    if match is not None:
        login(event, "success" if match["what"] == "passed" else "failure", match["user"], match["ip"])
        return Rest.NOTHING
    failed = _FAILED.search(text)
    if failed is not None:
        login(event, "failure", failed["user"], failed["ip"])
        return Rest.NOTHING
    out = _LOGOUT.search(text)
    if out is not None:
        login(event, None, out["user"], out["ip"])
        event.action = "logout"
        return Rest.NOTHING
    command = _COMMAND.match(text)
    if command is not None:
        event.action, event.user, event.src_ip = "configure", command["user"], ip(command["ip"])
        return Rest.NOTHING
    part = _PART.search(text)
    if part is not None:
        name(event, part["part"], "module")
    return said(event, text)


DIALECT = Extreme()

"""Aruba: ArubaOS-Switch (ProCurve), ArubaOS controllers and AOS-CX (each product's Event Log and Syslog guides)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, first, flow, ip, login, name, pairs, said, words

_SWITCH = re.compile(r"(?P<code>\d{5}) (?P<area>[A-Za-z][\w.-]{1,16}): {1,2}")
_CONTROLLER = re.compile(
    r"<(?P<code>\d{6})> (?:<\d{1,10}> )?<(?P<level>EMRG|ALRT|CRIT|ERRS|WARN|NOTI|INFO|DBUG)> {1,3}"
    r"(?:<[\w.-]{1,64} [0-9a-fA-F:.]{2,45}> {1,3})?"
)
_CX = re.compile(
    r"Event\|(?P<code>\d{1,6})\|LOG_(?P<level>[A-Z]{3,6})\|(?P<where>[^|]{0,32})\|(?P<module>[^|]{0,16})\|"
)
_PROCESSES: Final = words(
    "stm authmgr sapd wms isakmpd fpapps nanny profmgr httpd cfgm dbsync cli fpcli pim l2tpd arm ofa snmp dhcpwrap"
    " station-mgr auth cluster_mgr ctamon certmgr amapi hostapd mdns web_cc licensemgr"
)
_LEVELS: Final = {"EMRG": 0, "ALRT": 1, "CRIT": 2, "ERRS": 3, "WARN": 4, "NOTI": 5, "INFO": 6, "DBUG": 7}
_PORT = re.compile(
    r"port (?P<port>[A-Z]?\d{1,3}(?:/[A-Z]?\d{1,3}){0,2}) (?:in Trk\d{1,3} )?is (?:now )?"
    r"(?P<what>on-line|off-line|Blocked|enabled|disabled)"
)
_SESSION = re.compile(r"User '(?P<user>[^']{1,64})'.{0,80}?from (?P<ip>[0-9a-fA-F:.]{2,45})")
_SME = re.compile(r"SME (?P<how>\w{2,12}) from (?P<ip>[0-9a-fA-F:.]{2,45}) - (?P<mode>\w{4,12}) Mode")
_SUPPLY = re.compile(r"(?P<what>Power Supply|Fan)\b.{0,40}?(?:Supply|Fan): ?(?P<id>\d{1,2})", re.I)
_CX_LINK = re.compile(r"interface (?P<if>[\w/.-]{1,32}) is (?P<now>up|down)")
_CX_FAULT = re.compile(
    r"(?P<part>(?:PSU|Fan tray|Fan|Power supply) [\w/]{1,12}) .{0,24}(?i:fault|failed|failure|absent)"
)
_AP = re.compile(r"\bAP (?P<ap>[\w.:-]{1,64})(?:@(?P<ip>[\d.]{7,15}))?")
_LOGGED = re.compile(
    r"[Uu]ser '?(?P<user>[\w.@\\-]{1,64})'? logged (?P<way>in|out)(?: from (?P<ip>[0-9a-fA-F:.]{2,45}))?"
)


class Aruba:
    name = "aruba"
    marks = Marks(heads=("event",), apps=tuple(sorted(_PROCESSES)), shapes=("00000 ",))

    def claims(self, event: Event) -> bool:
        text = event.message
        if text[:1] == "<":
            return _CONTROLLER.match(text) is not None
        return _SWITCH.match(text) is not None or _CX.match(text) is not None

    def apply(self, event: Event) -> Rest:
        event.vendor = "arubanetworks"
        text = event.message[:2048]
        for pattern, product, reader in _READERS:
            match = pattern.match(text)
            if match is not None:
                event.product, event.event_code = product, match["code"]
                return reader(event, text[match.end() :], match)
        return Rest.ALL


def _switch(event: Event, text: str, match: re.Match[str]) -> Rest:
    port = _PORT.match(text)
    if port is not None:
        event.polarity = "up" if port["what"] == "on-line" else "neutral"
        if port["what"] == "off-line":
            event.polarity = "down"
        event.action = port["what"].lower()
        name(event, f"port {port['port']}", "interface")
        return Rest.NOTHING
    session = _SESSION.search(text)
    if session is not None and match["area"] in ("auth", "mgr", "ssh", "telnet"):
        login(event, "failure" if "nvalid" in text else None, session["user"], session["ip"])
        return Rest.NOTHING
    opened = _SME.match(text)
    if opened is not None:
        event.action, event.outcome, event.src_ip = "login", "success", ip(opened["ip"])
        return Rest.NOTHING
    supply = _SUPPLY.search(text)
    if supply is not None:
        name(event, f"{supply['what']} {supply['id']}", "module")
    elif match["area"] == "FFI":  # counters of a port that is up
        return Rest.NOTHING
    return Rest.ALL


def _controller(event: Event, text: str, match: re.Match[str]) -> Rest:
    if event.severity is None:
        event.severity = _LEVELS[match["level"]]
    access_point = _AP.search(text)
    _, _, told = text.rpartition("| ")
    lower = told.lower()
    if "authentication" in lower[:80]:
        found = pairs(told)
        login(
            event,
            "failure" if "fail" in lower[:80] else "success" if "success" in lower[:80] else None,
            first(found, "username", "name", "user"),
            first(found, "IP", "userip", "ip"),
        )
        return Rest.NOTHING
    if "srcip=" in told:
        found = pairs(told)
        ends(event, *(found.get(key, "").rstrip(",") for key in ("srcip", "dstip", "srcport", "dstport")))
        return flow(event, (found.get("action") or "").rstrip(","))
    if access_point is not None:
        name(event, access_point["ap"], "ap")
    return said(event, told)


def _cx(event: Event, text: str, match: re.Match[str]) -> Rest:
    link = _CX_LINK.search(text)
    if link is not None:
        event.polarity = link["now"]
        name(event, link["if"], "interface")
        return Rest.NOTHING
    logged = _LOGGED.search(text)
    if logged is not None:
        login(event, "success" if logged["way"] == "in" else None, logged["user"], logged["ip"])
        if logged["way"] == "out":
            event.action = "logout"
        return Rest.NOTHING
    said(event, text)
    fault = _CX_FAULT.search(text)
    if fault is not None and event.polarity == "neutral":
        event.polarity = "down"
        name(event, fault["part"], "module")
    return Rest.NOTHING


_READERS: Final = (
    (_SWITCH, "procurve", _switch),
    (_CONTROLLER, "arubaos", _controller),
    (_CX, "aoscx", _cx),
)

DIALECT = Aruba()

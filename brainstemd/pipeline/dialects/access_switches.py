"""Switches of access networks that are told by their form: ZTE (`An alarm … occurred … %IF% …`), Ciena (`[local] Sev:5 port(1): …`),
Edgecore (`Unit 1, Port 14 link-down notification`), Zyxel's ZyNOS (`interface: Port 12 link down`).
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.makers import maker_of_name
from brainstemd.pipeline.phrases import IP, Reader, Readers, app_key, phrase, read
from brainstemd.pipeline.reading import name, said

_ZTE = re.compile(
    r"(?:An )?alarm (?P<code>\d{1,12})(?: ID \d{1,10})? level (?P<level>\w{3,16}) (?P<how>occurred|cleared|restored) (?:at .{8,40}? )?sent by (?P<by>\S{1,40}) (?P<rest>.*)",
    re.S,
)
_ZTE_CODE = re.compile(r"%(?P<code>[A-Za-z_]{2,24})% {1,2}")
_CIENA = re.compile(
    r"(?:\[\w{1,32}\] )?Sev:(?P<level>\d) (?P<area>[\w-]{2,32})\(\d{1,3}\): {0,2}:?(?:(?P<event>[A-Z][\w .-]{2,40}): )?"
)
_EDGECORE = re.compile(
    r"(?:[Uu]nit (?P<unit>\d{1,2}), ?)?[Pp]ort (?P<port>\d{1,3}) link[ -](?P<now>up|down)(?: notification)?\.?$",
    re.I,
)
_ZYNOS = re.compile(
    r"(?:(?:EMERG|ALERT|CRIT|ERROR|WARN|NOTICE|INFO|DEBUG) {1,4})?(?:(?P<area>interface|system|authentication|switch|snmp|stp|spanning tree|aaa|loop ?guard|ip source guard|commands): )?(?P<words>.*)",
    re.S,
)
_ZYNOS_APPS: Final = (
    "interface",
    "authentication",
    "switch",
    "spanning tree",
    "loop guard",
    "commands",
    "snmp",
    "aaa",
)
_PORTS = (
    phrase("link down", r"[Pp]ort (?P<entity>[\d:/]{1,12}) link down", "link", "down", None, "interface"),
    phrase("link up", r"[Pp]ort (?P<entity>[\d:/]{1,12}) link up", "link", "up", None, "interface"),
    phrase("changed state to down", r"[Pp]ort (?P<entity>[\w:/]{1,16}) changed state to down", "link", "down", None, "interface"),
    phrase("changed state to up", r"[Pp]ort (?P<entity>[\w:/]{1,16}) changed state to up", "link", "up", None, "interface"),
    phrase("ailure", rf"[Aa]uthentication failure:? (?:for )?[Uu]ser:? ?'?(?P<user>[\w.@-]{{1,64}})'?.{{0,40}}?(?:from |IP ?[=:] ?)(?P<src>{IP})", "login", "neutral", "failure", "user"),
    phrase("login", rf"[Uu]ser '?(?P<user>[\w.@-]{{1,64}})'? .{{0,24}}login fail\w{{0,4}}.{{0,24}}?(?:from |\()(?P<src>{IP})", "login", "neutral", "failure", "user"),
    phrase("log", rf"[Uu]ser '?(?P<user>[\w.@-]{{1,64}})'? .{{0,24}}log(?:ged)? ?in.{{0,40}}?(?:from |\()(?P<src>{IP})", "login", "neutral", "success", "user"),
)  # fmt: skip


_MARKS: Final = Marks(
    heads=("an", "alarm", "unit", "sev", ""),
    apps=_ZYNOS_APPS,
    inside=(" Sev:", "link-down notif", "link-up notif"),
)


def _whose(event: Event) -> Reader | None:
    text = event.message
    app = app_key(event.app_name) if event.app_name is not None else ""
    if app in _ZYNOS_APPS:
        maker = maker_of_name(event.hostname or "")
        return _zynos if maker is not None and maker[0] == "zyxel" else None
    if _ZTE.match(text) is not None:
        return _zte
    if _CIENA.match(text) is not None:
        return _ciena
    return _edgecore if _EDGECORE.match(text) is not None and "notif" in text[:80] else None


def _zte(event: Event, text: str) -> Rest:
    head = _ZTE.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product, event.event_code = "zte", "zxros", head["code"]
    code = _ZTE_CODE.search(head["rest"])
    words = head["rest"] if code is None else head["rest"][code.end() :]
    said(event, words)
    if head["how"] != "occurred" and event.polarity == "neutral":
        event.polarity = "up"
    return Rest.NOTHING


def _ciena(event: Event, text: str) -> Rest:
    head = _CIENA.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product, event.event_code = "ciena", "saos", head["area"]
    if event.severity is None:
        event.severity = min(int(head["level"]), 7)
    words = text[head.end() :]
    rest = read(event, words, _PORTS)
    _port(event)
    return said(event, words) if rest is Rest.ALL else rest


def _edgecore(event: Event, text: str) -> Rest:
    head = _EDGECORE.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product = "edgecore", "ecs"
    event.action, event.polarity = "link", head["now"].lower()
    unit = f"unit {head['unit']} " if head["unit"] else ""
    name(event, f"{unit}port {head['port']}", "interface")
    return Rest.NOTHING


def _zynos(event: Event, text: str) -> Rest:
    head = _ZYNOS.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product = "zyxel", "switch"
    rest = read(event, head["words"], _PORTS)
    _port(event)
    return said(event, head["words"]) if rest is Rest.ALL else rest


def _port(event: Event) -> None:
    """A port that is a bare number is named with its noun, as everywhere."""
    if event.entity_kind == "interface" and event.entity is not None and event.entity[:1].isdigit():
        event.entity = event.interface = f"port {event.entity}"


DIALECT = Readers("access_switches", _MARKS, _whose)

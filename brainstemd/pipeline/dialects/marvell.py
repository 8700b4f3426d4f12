"""Switches on Marvell's ROS software, sold by Eltex, Cisco (Small Business), D-Link, Dell, Linksys, Netgear and others: `%LINK-W-Down:  gi1/0/7`.

The severity is a letter; whose label is on the case the line does not tell, so the vendor is that of the software.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, LOOK_MAX, phrase, read

_CODE = re.compile(
    r"[: ]{0,4}%(?P<code>(?P<fac>[A-Za-z][A-Za-z0-9_]{1,23})-(?P<level>[FACEWNID])-[A-Za-z][\w-]{0,39})(?:: {0,4}|,? |$)"
)
_LEVELS: Final = {"F": 0, "A": 1, "C": 2, "E": 3, "W": 4, "N": 5, "I": 6, "D": 7}
_PORT = r"(?P<entity>(?:[Vv]lan {0,2}\d{1,4}|[A-Za-z][\w/.-]{0,40}))"
_SESSION = rf"(?P<user>[^\s,]{{0,64}}) {{0,2}}, ?source (?P<src>{IP}) destination (?P<dst>{IP})"
_PHRASES = (
    phrase("-Down", rf"^(?:LINK|TRUNK|PORT)-[A-Z]-Down[: ]{{1,4}}{_PORT}", "link", "down", None, "interface"),
    phrase("-DOWN", rf"^(?:LINK|TRUNK|PORT)-[A-Z]-DOWN[: ]{{1,4}}{_PORT}", "link", "down", None, "interface"),
    phrase("-Up", rf"^(?:LINK|TRUNK|PORT)-[A-Z]-Up[: ]{{1,4}}{_PORT}", "link", "up", None, "interface"),
    phrase("-UP", rf"^(?:LINK|TRUNK|PORT)-[A-Z]-UP[: ]{{1,4}}{_PORT}", "link", "up", None, "interface"),
    phrase("STP status", rf": {_PORT} ?: STP status \w{{1,20}}", "stp-state", kind="interface"),
    phrase("is up", rf": {_PORT} is up", "link", "up", None, "interface"),
    phrase("is down", rf": {_PORT} is down", "link", "down", None, "interface"),
    phrase("added to", r": [Pp]ort (?P<iface>[\w/.-]{1,40}) added to (?P<entity>[\w/.-]{1,40})", "member", "up", None, "interface"),
    phrase("removed from", r": [Pp]ort (?P<iface>[\w/.-]{1,40}) removed from (?P<entity>[\w/.-]{1,40})", "member"),
    phrase("ACCEPTED", rf"connection for user {_SESSION}.{{0,20}}ACCEPTED", "login", "neutral", "success", "user"),
    phrase("REJECTED", rf"connection for user {_SESSION}.{{0,20}}REJECTED", "login", "neutral", "failure", "user"),
    phrase("TERMINATED", rf"connection for user {_SESSION}.{{0,20}}TERMINATED", "logout", kind="user"),
    phrase("STAT-CHNG", r"(?P<entity>(?:FAN|PS|Fan|fan)# ?\d{1,2}) status changed - (?:not operational|failure|not present)", "status", "down", "failure", "part"),
    phrase("STAT-CHNG", r"(?P<entity>(?:FAN|PS|Fan|fan)# ?\d{1,2}) status changed - operational", "status", "up", "success", "part"),
    phrase("LOOP", rf"(?:[Ll]oop detected on port|LOOP\w{{0,20}}: [Pp]ort) {_PORT}", "loop", "neutral", "failure", "interface"),
)  # fmt: skip


class Marvell:
    name = "marvell"
    marks = Marks(
        heads=("%environment", "%stack", "%box", "%mstp", "%link", "%trunk", "%port"),
        codes=("*",),
    )

    def claims(self, event: Event) -> bool:
        return _CODE.match(event.message) is not None and (event.app_name is None or event.message[:1] == "%")

    def apply(self, event: Event) -> Rest:
        text = event.message[:LOOK_MAX]
        code = _CODE.match(text)
        if code is None:
            return Rest.ALL
        event.vendor, event.product, event.event_code = "marvell", "ros", code["code"]
        if event.severity is None:
            event.severity = _LEVELS[code["level"]]
        if event.parse_status == "partial" and event.facility is not None and event.stamp is not None:
            event.parse_status = "full"
        return read(event, text[code.start("code") :], _PHRASES)


DIALECT = Marvell()

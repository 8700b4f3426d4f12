"""Infoblox NIOS: the audit log (`stamp [user]: Login_Denied …`) and its service monitor; DNS and DHCP speak as ISC programs."""

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ip, login, name, said, word

_AUDIT = re.compile(
    r"(?P<stamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z) \[(?P<user>[^\]]{1,128})\]: "
    r"(?P<what>[A-Za-z_]{3,40}) (?P<object>[\w-]{1,40})?"
)
_SOURCE = re.compile(r" ip=(?P<ip>[0-9a-fA-F:.]{2,45})")
_MONITOR = re.compile(
    r"Type: (?P<type>[\w /-]{2,40}), State: (?P<state>Red|Green|Yellow|Blue|Inactive|Unknown), Event: "
)


def relabel(event: Event) -> None:
    """NIOS' DNS and DHCP are ISC's programs; the hostname or a lease's length, which only NIOS writes, tells whose box it is."""
    if "infoblox" in (event.hostname or "").lower() or " lease-duration " in event.message[:400]:
        event.vendor, event.product = "infoblox", "nios"


class Infoblox:
    name = "infoblox"
    marks = Marks(apps=("httpd", "monitor"))

    def claims(self, event: Event) -> bool:
        return (_AUDIT if event.app_name == "httpd" else _MONITOR).match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "infoblox", "nios"
        text = event.message[:1024]
        audit = _AUDIT.match(text)
        if audit is not None:
            return _audit(event, text, audit)
        match = _MONITOR.match(text)
        if match is None:
            return Rest.ALL
        event.polarity = {"Red": "down", "Green": "up"}.get(match["state"], "neutral")
        name(event, match["type"], "service")
        return Rest.NOTHING if event.polarity != "neutral" else said(event, text[match.end() :])


def _audit(event: Event, text: str, audit: re.Match[str]) -> Rest:
    what, user = audit["what"], word(audit["user"])
    source = _SOURCE.search(text, audit.end(1))
    address = source["ip"] if source is not None else None
    event.event_code = what
    if what.startswith(("Login", "First_Login", "Password_Reset")):
        login(event, "failure" if "Denied" in what or "Error" in what else "success", user, address)
        return Rest.NOTHING
    event.user, event.src_ip = user, ip(address)
    event.action = "logout" if what == "Logout" else what.lower()
    return Rest.NOTHING


DIALECT = Infoblox()

"""Ubiquiti UniFi devices (`mac,model-version: process[pid]: text`) and the programs of UniFi OS and EdgeOS."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import login, name

# `fcecda112233,UAP-AC-Pro-6.5.28+14491` or, older, `U7PG2,fcecda112233,v4.3.28.11361`.
_DEVICE = re.compile(
    r"(?:[0-9a-f]{12},[A-Z][\w.+-]{1,64}|[A-Z][\w-]{1,24},[0-9a-f]{12},v[\d.]{3,24})(?=: |$)"
)
_LEAD = re.compile(
    r"(?:[0-9a-f]{12},[A-Z][\w.+-]{1,64}: )?(?P<app>[\w./-]{1,48})(?:\[(?P<pid>\d{1,10})\])?: ?"
)
_PROGRAMS: Final = (
    "ubios-udapi-server",
    "ubnt-util",
    "wlb",
    "mcad",
    "stahtd",
    "unifi-os",
    "ubnt-daemon",
    "coreswitch",
)
_LINK = re.compile(r"TRAPMGR: Link (?P<now>Up|Down): (?P<port>[\d/]{1,12})")
_PORT = re.compile(r"\bport (?P<port>[\d/]{1,8}) link (?P<now>up|down)", re.I)
_STATION = re.compile(
    r"(?P<if>[a-z]{2,6}\d{1,3}): STA (?P<mac>[0-9a-f:]{17}) (?:IEEE 802.11|WPA|RADIUS|MLME)[^:]{0,12}: (?P<what>[\w-]{3,24})"
)
_TRACKER = re.compile(r'"event_type":"(?P<what>[\w-]{1,40})"')
_WAN = re.compile(
    r"interface (?P<if>[\w.-]{1,24}) (?:went |going |is )(?P<now>up|down|active|inactive)", re.I
)
_BAD = re.compile(r"Bad password attempt for '(?P<user>[^']{1,64})' from (?P<ip>[0-9a-fA-F:.]{3,60})")


class Ubiquiti:
    name = "ubiquiti"
    marks = Marks(shapes=("mac,",), apps=(",", *_PROGRAMS))

    def claims(self, event: Event) -> bool:
        if event.app_name is None or event.app_name in _PROGRAMS:
            return event.app_name is not None or _DEVICE.match(event.message) is not None
        return _DEVICE.match(event.app_name) is not None

    def apply(self, event: Event) -> Rest:
        event.vendor = "ubiquiti"
        event.product = "edgeos" if event.app_name in ("wlb", "ubnt-util") else "unifi"
        if event.app_name not in _PROGRAMS:
            _inner(event)
        text = event.message[:1024]
        link = _LINK.search(text) or _PORT.search(text)
        if link is not None:
            event.polarity = link["now"].lower()
            event.event_code = "TRAPMGR" if link.re is _LINK else None
            name(event, f"port {link['port']}", "interface")
            return Rest.NOTHING
        return _spoken(event, text)


def _inner(event: Event) -> None:
    """The device's address and model stand where the app does; the process behind them is the app."""
    lead = _LEAD.match(event.message)
    if lead is None:
        return
    event.app_name, event.procid = lead["app"], lead["pid"]
    event.message = event.message[lead.end() :]


def _spoken(event: Event, text: str) -> Rest:
    station = _STATION.match(text)
    if station is not None:  # wireless clients come and go
        event.action, event.interface = station["what"], station["if"]
        return Rest.NOTHING
    wan = _WAN.search(text)
    if wan is not None:
        event.polarity = "up" if wan["now"].lower() in ("up", "active") else "down"
        name(event, wan["if"], "interface")
        return Rest.NOTHING
    bad = _BAD.search(text)
    if bad is not None:
        login(event, "failure", bad["user"], bad["ip"])
        return Rest.NOTHING
    tracker = _TRACKER.search(text)
    if tracker is not None:
        event.action = tracker["what"]
        event.outcome = "failure" if "fail" in tracker["what"] else None
        return Rest.NOTHING
    return Rest.ALL


DIALECT = Ubiquiti()

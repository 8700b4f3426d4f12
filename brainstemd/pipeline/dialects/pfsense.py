"""pfSense and OPNsense: filterlog's CSV (Netgate documentation, "Raw Filter Log Format"), gateways, logins, CARP, link events."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, field, flow, ip, login, name, word, words

_RULE = re.compile(
    r"\d{0,6},\d{0,6},[^,]{0,64},[0-9a-f]{0,40},[\w.]{0,24},\w{1,16},\w{2,16},(?:in|out|in/out),[46],"
)
_OPN = ("audit", "configd.py", "configctl", "opnsense", "opnsense-devel")
_PROGRAMS: Final = words(
    "dpinger rc.gateway_alarm check_reload_status rc.linkup rc.newwanip configd.py configctl opnsense opnsense-devel"
)
_LABEL = re.compile(
    r"(?=\d{0,31}[a-f])[0-9a-f]{8,32}$"
)  # OPNsense names a rule by a hash, pfSense by a number
_LOGIN = re.compile(
    r"(?P<ok>Successful login|authentication error|Authentication error|[Uu]ser logged out|Session timed out)"
    r" (?:by |for )?(?:user )?'(?P<user>[^']{1,64})' ?(?:\([^)]{0,64}\) ?)?(?:from:? (?P<ip>[0-9a-fA-F:.]{3,45}))?"
)
_GATEWAY = re.compile(
    r"(?P<gw>[\w.-]{1,64}) (?P<ip>[0-9a-fA-F:.]{3,45}): (?P<what>Alarm|Clear|sendto error|duplicate)"
)
_ALARM = re.compile(
    r"(?:Gateway alarm|GATEWAY ALARM|ALERT): (?P<gw>[\w.-]{1,64}) "
    r"\(Addr: ?(?P<ip>[0-9a-fA-F:.]{3,45}) Alarm: ?(?P<now>\d|\w+ -> \w+)"
)
_OMITTED = re.compile(r"MONITOR: (?P<gw>[\w.-]{1,64}) (?:is (?P<now>down|available now)|has)")
_CARP = re.compile(
    r'"\(?(?P<if>[^"]{1,64}?)"? .{0,80}?has resumed (?:CARP )?state "(?P<now>MASTER|BACKUP|INIT)" for vhid (?P<id>\d{1,3})'
)
_DEVD = re.compile(r"(?:DEVD Ethernet|Hotplug) (?P<what>attached|detached) event for (?P<if>[\w.-]{1,24})")
_LINKUP = re.compile(r"Linkup (?P<what>starting|stopping) (?P<if>[\w.]{1,24})")
_CHANGE = re.compile(r"Configuration Change: (?P<user>[\w.@-]{1,64}?)@(?P<ip>[0-9a-fA-F:.]{3,45})")


class PfSense:
    name = "pfsense"
    marks = Marks(apps=("filterlog", "php-fpm", "php", "audit", *sorted(_PROGRAMS)))

    def claims(self, event: Event) -> bool:
        app, text = event.app_name or "", event.message
        if app == "filterlog":
            return _RULE.match(text) is not None
        if app in ("php-fpm", "php", "audit"):
            return text[:1] == "/" and ": " in text[:120]
        return app in _PROGRAMS

    def apply(self, event: Event) -> Rest:
        ours = event.app_name in _OPN or "opnsense" in (event.hostname or "").lower()
        event.vendor, event.product = ("opnsense", "opnsense") if ours else ("netgate", "pfsense")
        if event.app_name == "filterlog":
            return _filter(event)
        text = event.message[:1024]
        for mark, reader in _READERS:
            if mark in text and (rest := reader(event, text)) is not None:
                return rest
        return Rest.ALL


def _filter(event: Event) -> Rest:
    row = event.message[:1024].split(",")
    if _LABEL.match(field(row, 3)):
        event.vendor = event.product = "opnsense"
    event.event_code = word(field(row, 3))
    event.interface = word(field(row, 4))
    at, protocol = (18, field(row, 16)) if field(row, 8) == "4" else (15, field(row, 12))
    ports = protocol.lower() in ("tcp", "udp", "sctp")
    source_port, target_port = (field(row, at + 2), field(row, at + 3)) if ports else (None, None)
    ends(event, field(row, at), field(row, at + 1), source_port, target_port)
    return flow(event, field(row, 6))


def _login(event: Event, text: str) -> Rest | None:
    match = _LOGIN.search(text)
    if match is None:
        return None
    ok = match["ok"]
    login(event, "success" if ok[0] == "S" and "login" in ok else "failure", match["user"], match["ip"])
    if "out" in ok:
        event.action, event.outcome = "logout", None
    return Rest.NOTHING


def _gateway(event: Event, text: str) -> Rest | None:
    """A gateway whose loss or latency is over its limit counts as down, as the firewall itself treats it."""
    match = _GATEWAY.match(text)
    if match is not None:
        name(event, match["gw"], "gateway")
        what = match["what"]
        event.polarity = {"Alarm": "down", "Clear": "up"}.get(what, "neutral")
        event.outcome = "failure" if what == "sendto error" else None
        return Rest.NOTHING
    alarm = _ALARM.search(text)
    if alarm is None:
        return None
    name(event, alarm["gw"], "gateway")
    now = alarm["now"].rpartition(" ")[2]
    event.polarity = "up" if now in ("0", "none") else "down"
    return Rest.NOTHING


def _omitted(event: Event, text: str) -> Rest | None:
    match = _OMITTED.search(text)
    if match is None:
        return None
    name(event, match["gw"], "gateway")
    event.polarity = "down" if match["now"] != "available now" else "up"
    return Rest.NOTHING


def _carp(event: Event, text: str) -> Rest | None:
    """Master and backup are both good states; which one is no fault."""
    match = _CARP.search(text)
    if match is None:
        return None
    event.action = match["now"].lower()
    event.polarity = "down" if match["now"] == "INIT" else "neutral"
    name(event, f"CARP vhid {match['id']}", "cluster")
    return Rest.NOTHING


def _link(event: Event, text: str) -> Rest | None:
    match = _DEVD.search(text)
    if match is not None:
        event.polarity = "up" if match["what"] == "attached" else "down"
        name(event, match["if"], "interface")
        return Rest.NOTHING
    linkup = _LINKUP.search(text)
    if linkup is None:
        return None
    name(event, linkup["if"], "interface")
    if event.product == "opnsense":  # pfSense writes "starting" for both ways
        event.polarity = "up" if linkup["what"] == "starting" else "down"
    return Rest.NOTHING


def _changed(event: Event, text: str) -> Rest | None:
    match = _CHANGE.search(text)
    if match is None:
        return None
    event.action, event.user, event.src_ip = "configure", match["user"], ip(match["ip"])
    return Rest.NOTHING


_READERS: Final = (
    ("login", _login),
    ("uthentication error", _login),
    ("logged out", _login),
    ("larm", _gateway),
    ("Clear", _gateway),
    ("ALERT", _gateway),
    ("sendto error", _gateway),
    ("MONITOR: ", _omitted),
    ("has resumed", _carp),
    ("event for", _link),
    ("Linkup", _link),
    ("Configuration Change", _changed),
)

DIALECT = PfSense()

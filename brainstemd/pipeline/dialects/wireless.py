"""Wireless controllers and radios: Cisco AireOS' plain form, Ruckus ZoneDirector, Unleashed and SmartZone, TP-Link Omada, Ubiquiti airOS.

An access point that its controller lost is down; clients come and go and are neutral. AireOS writes `#FAC-3-CODE` for what IOS
writes `%FAC-3-CODE` (that form is `cisco_ios`'s).
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.phrases import IP, LOOK_MAX, phrase, read
from brainstemd.pipeline.reading import ip, name, said, word
from brainstemd.pipeline.stamps import read_stamp

_AIREOS = re.compile(
    r"\*[\w./-]{1,40}: [A-Z][a-z]{2} {1,2}\d{1,2} [\d:.]{8,15}: #(?P<code>[A-Z][A-Z0-9_]{1,30}-(?P<level>[0-7])-[A-Z0-9_]{2,64}): (?:[\w.]{2,60}:\d{1,6} )?"
)
_ZD = re.compile(r"(?:[a-z_]{4,48}\(\): ?)?(?=(?:AP|User|Rogue|ZD|Admin)\[[^\]]{1,128}\] )")
_SZ = re.compile(r"@@(?P<number>\d{1,5}),(?P<what>[A-Za-z]\w{1,63}),")
_SZ_PAIR = re.compile(r'"([A-Za-z]\w{0,40})"="([^"]{0,256})"')
_SZ_DOWN: Final = frozenset(
    (
        "apHeartbeatLost",
        "apLostHeartbeat",
        "apDisconnected",
        "apConnectionLost",
        "apDeleted",
        "clusterNodeOffline",
        "nodeDown",
    )
)
_SZ_UP: Final = frozenset(("apConnected", "apRebootCompleted", "clusterNodeOnline", "nodeUp"))
_OMADA = re.compile(r"(?:[\d-]{10} [\d:]{8} )?Omada Controller:? ")
_AIROS = re.compile(
    r'\("(?P<model>[\w ./-]{2,40})","[0-9a-fA-F:]{12,17}","v[\w.-]{2,40}"\) (?P<app>[\w./-]{1,40})(?:\[\d{1,10}\])?: ?'
)

AIREOS_SAID = (
    phrase("DTLS connection closed", r"(?P<entity>[0-9a-fA-F:]{17}): DTLS connection closed for AP", "dtls", "down", None, "ap"),
    phrase("AP", r"(?:heartbeat|echo) (?:reply |response |request )?.{0,24}AP:? (?P<entity>[\w.:-]{2,64})", "heartbeat", "down", "failure", "ap"),
    phrase("isassociated", r"AP (?P<entity>[\w.:-]{2,64}).{0,80}[Dd]isassociated", "association", "down", None, "ap"),
    phrase("ssociated with", r"AP (?P<entity>[\w.:-]{2,64}).{0,80}[Aa]ssociated with", "association", "up", None, "ap"),
    phrase("for admin user", rf"succeeded for admin user '(?P<user>[^']{{1,64}})'(?: on (?P<src>{IP}))?", "login", "neutral", "success", "user"),
    phrase("for admin user", rf"(?:failed|rejected) for admin user '(?P<user>[^']{{1,64}})'(?: on (?P<src>{IP}))?", "login", "neutral", "failure", "user"),
    phrase("client", r"(?i:fail|exceed|reject|invalid|exclu).{0,120}client:? (?P<entity>[0-9a-fA-F:]{17})", "client", "neutral", "failure", "host"),
    phrase("from", r"Failed .{0,80} from ?(?P<entity>[0-9a-fA-F:]{17})", "client", "neutral", "failure", "host"),
)  # fmt: skip
_AP = r"AP\[(?P<entity>[^\]@]{1,64})(?:@[0-9a-fA-F:]{17})?\] "
_USER = r"User\[(?P<user>[^\]@]{1,64})(?:@[0-9a-fA-F:]{17})?\] "
_ZD_SAID = (
    phrase("heartbeat", rf"^{_AP}(?:lost heartbeat|heartbeats lost|.{{0,40}}heartbeat.{{0,20}}lost)", "heartbeat", "down", "failure", "ap"),
    phrase("joins with", rf"^{_AP}joins with", "join", "up", "success", "ap"),
    phrase("reset due to", rf"^{_AP}(?:is )?reset due to", "reset", "down", None, "ap"),
    phrase("fails", rf"^{_AP}(?:fails|failed) to", "join", "neutral", "failure", "ap"),
    phrase("AP[", rf"^{_AP}(?:warm boot|cold boot|reboots?|is rebooted)", "reboot", "down", None, "ap"),
    phrase("fails authentication", rf"^{_USER}fails authentication", "login", "neutral", "failure", "user"),
    phrase("fails to join", rf"^{_USER}fails to join", "join", "neutral", "failure", "user"),
    phrase("User[", rf"^{_USER}(?:joins|disconnects|leaves|roams|disassociat|rejoins|logs|authori[sz]|connect|sends)", "client"),
    phrase("Admin[", r"^Admin\[(?P<user>[^\]@]{1,64})[^\]]{0,64}\] (?:fails|failed)", "login", "neutral", "failure", "user"),
    phrase("Admin[", r"^Admin\[(?P<user>[^\]@]{1,64})[^\]]{0,64}\] ?(?:logs|login)", "login", "neutral", "success", "user"),
    phrase("Rogue[", r"^Rogue\[(?P<entity>[^\]]{1,64})\]", "rogue", "neutral", None, "ap"),
)  # fmt: skip
_DEVICE = r"\[(?:(?:ap|gateway|switch|osg|AP|Gateway|Switch):)?(?P<entity>[^\]:]{1,64}):[0-9A-Fa-f:-]{17}\]"
_OMADA_SAID = (
    phrase("client:", r"\[client:[^\]]{1,128}\].{0,60}(?:fail|block|reject)", "client", "neutral", "failure"),
    phrase("client:", r"\[client:[^\]]{1,128}\]", "client"),
    phrase("was disconnected", rf"{_DEVICE} (?:was|is) disconnected", "connection", "down", None, "device"),
    phrase("isolated", rf"{_DEVICE} (?:was|is) isolated", "connection", "down", None, "device"),
    phrase("was connected", rf"{_DEVICE} (?:was|is) connected", "connection", "up", None, "device"),
    phrase("was online", rf"{_DEVICE} (?:was|is) online", "connection", "up", None, "device"),
    phrase("was offline", rf"{_DEVICE} (?:was|is) offline", "connection", "down", None, "device"),
    phrase("went o", rf"{_DEVICE} went offline", "connection", "down", None, "device"),
    phrase("ogged in", rf"(?P<user>[\w.@-]{{1,64}}) (?:successfully )?logged in(?: to .{{1,60}}?)?(?: from (?P<src>{IP}))", "login", "neutral", "success", "user"),
    phrase("ailed to log in", rf"(?P<user>[\w.@-]{{1,64}}) failed to log in(?: to .{{1,60}}?)?(?: from (?P<src>{IP}))", "login", "neutral", "failure", "user"),
)  # fmt: skip


class Wireless:
    name = "wireless"
    marks = Marks(
        heads=("", "eventd_to_syslog", "stamgr_handle_remote_ipc", "stamgr_handle_client_leave", "ap", "user", "admin", "rogue", "omada"),
        apps=("omada", "stamgr"),
        inside=(": #", "@@", "Omada Controller"),
    )  # fmt: skip

    def claims(self, event: Event) -> bool:
        return _which(event.message) is not None

    def apply(self, event: Event) -> Rest:
        text = event.message[: 2 * LOOK_MAX]
        head = _which(text)
        if head is None:
            return Rest.ALL
        if head.re is _AIREOS:
            return _aireos(event, head, text)
        if head.re is _SZ:
            event.vendor, event.product = "ruckus", "smartzone"
            return _smartzone(event, head["what"], dict(_SZ_PAIR.findall(text, head.end())))
        if head.re is _ZD:
            event.vendor, event.product = "ruckus", "zonedirector"
            return read(event, text[head.end() :], _ZD_SAID)
        if head.re is _AIROS:
            event.vendor, event.product = "ubiquiti", "airos"
            event.app_name = event.app_name or head["app"]
            return said(event, text[head.end() :])
        event.vendor, event.product = "tp-link", "omada"
        return read(event, text[head.end() :], _OMADA_SAID)


def _which(text: str) -> re.Match[str] | None:
    for pattern in (_AIREOS, _SZ, _ZD, _AIROS, _OMADA):
        if (match := pattern.match(text)) is not None:
            return match
    return None


def _aireos(event: Event, head: re.Match[str], text: str) -> Rest:
    event.vendor, event.product, event.event_code = "cisco", "wlc", head["code"]
    if event.severity is None:
        event.severity = int(head["level"])
    if event.hostname is None and event.app_name is not None:
        event.hostname, event.app_name = clean_host(event.app_name), None  # `name: *task: stamp: #…`
    if event.stamp is None:
        found = read_stamp(text, text.index(": ") + 2)
        event.stamp = None if found is None else found[0]
    if event.parse_status == "partial" and event.facility is not None and event.stamp is not None:
        event.parse_status = "full"
    return read(event, text[head.end() :], AIREOS_SAID)


def _smartzone(event: Event, what: str, found: dict[str, str]) -> Rest:
    event.event_code = event.action = what
    event.user, event.src_ip = word(found.get("userName")), ip(found.get("clientIP"))
    if what.startswith("client"):
        event.outcome = "failure" if "Fail" in what else None
        return Rest.NOTHING
    event.polarity = "down" if what in _SZ_DOWN else "up" if what in _SZ_UP else "neutral"
    if "Fail" in what:
        event.outcome = "failure"
    ap = word(found.get("apName")) or word(found.get("apMac"))
    node = word(found.get("nodeName"))
    name(event, ap or node, "ap" if ap else "node")
    return Rest.NOTHING


DIALECT = Wireless()

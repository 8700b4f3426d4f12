"""Barracuda: CloudGen Firewall activity, Email Security Gateway, Web Security Gateway (each product's "Syslog" pages)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, flow, ip, word

_ACTIVITY = re.compile(
    r"(?:Info|Notice|Warning|Error|Fatal|Security|Panic) {1,8}(?:[\w.-]{1,64} )?"
    r"(?P<action>Allow|LocalAllow|Detect|Block|LocalBlock|Deny|Drop|Remove"
    r"|LocalRemove|Fail|ARP|Scan): (?=type=)"
)
_PIPED = re.compile(r"(?:^|\|)(\w{1,32})=([^|]*)")
_MAIL = re.compile(
    r"(?:(?P<host>[\w.-]{1,255})\[)?(?P<ip>[0-9a-fA-F:.]{2,45})\]? "
    r"(?P<id>[\w-]{8,64}) \d{1,12} \d{1,12} (?P<what>RECV|SCAN|SEND) (?:\S{1,16} )?"
)
_SENT = re.compile(r"(?P<action>\d) \S{1,64} ")
_TAKEN = re.compile(
    r"(?P<sender>\S{1,320}) (?P<rcpt>\S{1,320}) (?:- |-?[\d.]{1,8} )?(?P<action>\d) (?P<reason>\d{1,3}) "
)
_WEB = re.compile(
    r"\d{10} \d (?P<a>[0-9a-fA-F:.]{2,45}) (?P<b>[0-9a-fA-F:.]{2,45}) .{1,1600}?"
    r" (?P<action>ALLOWED|BLOCKED|DETECTED|WARNED|MONITORED) "
)
# What the gateway did with a mail: of a delivery, of a mail that came in.
_SENDING: Final = {
    "1": ("delivered", "success"),
    "2": ("rejected", "failure"),
    "3": ("deferred", None),
    "4": ("expired", "failure"),
}
_TAKING: Final = {
    "0": ("allowed", None),
    "1": ("aborted", "failure"),
    "2": ("blocked", "failure"),
    "3": ("quarantined", "failure"),
    "4": ("tagged", None),
    "5": ("deferred", None),
    "6": ("quarantined", "failure"),
    "7": ("allowlisted", None),
}


class Barracuda:
    name = "barracuda"
    marks = Marks(apps=("inbound", "outbound", "scan", "http_scan", "box_firewall_activity"), keys=("type",))

    def claims(self, event: Event) -> bool:
        text = event.message
        return any(pattern.match(text) for pattern in (_ACTIVITY, _MAIL, _WEB))

    def apply(self, event: Event) -> Rest:
        event.vendor = "barracuda"
        text = event.message[:2048]
        activity = _ACTIVITY.match(text)
        if activity is not None:
            return _firewall(event, text[activity.end() :], activity["action"])
        mail = _MAIL.match(text)
        if mail is not None:
            return _mail(event, text[mail.end() :], mail)
        web = _WEB.match(text)
        if web is None:
            return Rest.ALL
        event.product = "websecurity"
        event.src_ip, event.dst_ip = ip(web["a"]), ip(web["b"])
        return flow(event, web["action"])


def _firewall(event: Event, text: str, action: str) -> Rest:
    event.product = "cloudgen"
    found = dict(_PIPED.findall(text))
    get = found.get
    ends(event, get("srcIP"), get("dstIP"), get("srcPort"), get("dstPort"))
    event.user, event.interface = word(get("user")), word(get("srcIF"))
    return flow(event, action.removeprefix("Local"))


def _mail(event: Event, text: str, mail: re.Match[str]) -> Rest:
    event.product, event.event_code = "emailsecurity", mail["what"]
    event.src_ip = ip(mail["ip"])
    sending = mail["what"] == "SEND"
    match = (_SENT if sending else _TAKEN).match(text)
    if match is not None:
        event.action, event.outcome = (_SENDING if sending else _TAKING).get(match["action"], (None, None))
    return Rest.NOTHING


DIALECT = Barracuda()

"""MikroTik RouterOS: `topic,topic,… text`, with or without a BSD header and the router's identity (RouterOS manual, "Log")."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.reading import ends, flow, ip, login, name, words

_TOPICS: Final = words(
    "account async backup bfd bgp bridge calc caps certificate console container critical ddns debug dhcp disk dns"
    " dot1x dude e-mail error event evpn fetch firewall gps gsm hotspot igmp-proxy info interface iot ipsec iscsi isdn"
    " isis kvm l2tp lacp ldp lora lte manager mlag mme mpls mqtt mvrp natpmp netinstall netwatch ntp ospf ovpn packet"
    " poe-out port ppp pppoe pptp ptp queue radius radvd raw read rip route rpki rsvp script sertcp smb sms snmp"
    " socksify ssh sstp state store stp supout system telephony tftp timer tr069 update upnp ups vpls vrrp warning"
    " watchdog web-proxy wireguard wireless write zerotier"
)
_LIST = re.compile(r"(?P<list>[a-z][a-z0-9-]{1,15}(?:,[!a-z][a-z0-9-]{1,15}){1,5})(?: |$)")
_IDENTITY = re.compile(r"(?P<host>[\w.-]{1,64}): ")
_LOGIN = re.compile(
    r"login failure for user (?P<a>\S{1,64}) from (?P<a_ip>\S{3,45})"
    r"|user (?P<b>\S{1,64}) logged (?P<way>in|out)(?: from (?P<b_ip>\S{3,45}))?"
)
_CHANGED = re.compile(
    r"(?:changed|added|removed|moved) by (?:\S{0,64}:)?(?P<user>[\w.$-]{1,64})"
    r"(?:@(?P<ip>[\d.]{7,15}))?"
)
_FLOW = re.compile(
    r"(?:(?P<prefix>[^:]{0,64}?) ?)?\b(?P<chain>[\w-]{1,32}): in:(?P<in>[^ ,]{1,48}|\(unknown \d\)) out:.{1,200}?"
    r"(?P<a>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{2,45}?)(?::(?P<ap>\d{1,5}))?->(?P<b>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{2,45}?)"
    r"(?::(?P<bp>\d{1,5}))?(?=,|$)"
)
_ENDS = re.compile(
    r"(?P<a>\d{1,3}(?:\.\d{1,3}){3})\[\d{1,5}\](?:<=>|-)(?P<b>\d{1,3}(?:\.\d{1,3}){3})\[\d{1,5}\]"
)
_PPP = re.compile(r"<?(?P<if>[a-z0-9]{2,10}-[\w.@-]{1,64})>?: (?P<what>[a-z. -]{3,40})")
_PPP_USER = re.compile(
    r"(?P<user>[\w.@\\-]{1,64}) logged (?P<way>in|out), (?:\S{1,45} )?from (?P<ip>\S{3,45})"
)
_PEER = re.compile(r"\{ ?(?:peer: ?)?(?P<ip>[0-9a-fA-F:.]{3,45}) ?\}")
_CLIENT = re.compile(r"(?P<mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})@(?P<if>[\w-]{1,32})")
_DROP = re.compile(r"(?i)\b(?:drop|reject|deny|denied|block|blacklist|invalid)")
_LEASE = re.compile(r"(?P<server>[\w-]{1,32}) (?P<what>assigned|deassigned) (?P<ip>[\d.]{7,15})")


class MikroTik:
    name = "mikrotik"
    marks = Marks(heads=(*sorted(topic.partition("-")[0] for topic in _TOPICS),), apps=(",",))

    def claims(self, event: Event) -> bool:
        topics = _topics(event)
        return topics is not None and all(topic.lstrip("!") in _TOPICS for topic in topics.split(","))

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "mikrotik", "routeros"
        topics = _topics(event) or ""
        event.event_code = topics
        text = event.message[:1024]
        if event.app_name is None:
            text = text[len(topics) + 1 :]
            identity = _IDENTITY.match(text) if event.hostname is None else None
            if identity is not None:
                event.hostname = clean_host(identity["host"])
                text = text[identity.end() :]
        for topic in topics.split(","):
            reader = _READERS.get(topic)
            if reader is not None and (rest := reader(event, text)) is not None:
                return rest
        return Rest.ALL


def _topics(event: Event) -> str | None:
    if event.app_name is not None:
        return event.app_name if "," in event.app_name else None
    match = _LIST.match(event.message)
    return None if match is None else match["list"]


def _system(event: Event, text: str) -> Rest | None:
    match = _LOGIN.match(text)
    if match is not None:
        failed = match["a"] is not None
        outcome = "failure" if failed else "success" if match["way"] == "in" else None
        login(event, outcome, match["a"] or match["b"], match["a_ip"] or match["b_ip"])
        if match["way"] == "out":
            event.action = "logout"
        return Rest.NOTHING
    changed = _CHANGED.search(text)
    if changed is not None:
        event.action, event.user, event.src_ip = "configure", changed["user"], ip(changed["ip"])
        return Rest.NOTHING
    if text.startswith("router "):  # it speaks, so it is back
        event.action, event.polarity = "reboot", "up"
        event.healed = "without proper shutdown" in text
        event.orderly = not event.healed
        return Rest.NOTHING
    return None


def _firewall(event: Event, text: str) -> Rest | None:
    match = _FLOW.match(text)
    if match is None:
        return None
    ends(event, match["a"], match["b"], match["ap"], match["bp"])
    event.interface = match["in"] if match["in"][0] != "(" else None
    prefix = match["prefix"] or ""
    return flow(event, "drop" if _DROP.search(prefix) else "accept" if "accept" in prefix.lower() else None)


def _ipsec(event: Event, text: str) -> Rest | None:
    """The second address is the peer's. A rekeyed association is not a lost one; a negotiation is an attempt."""
    match = _ENDS.search(text)
    if match is None:
        return None
    event.src_ip, event.dst_ip = ip(match["a"]), ip(match["b"])
    name(event, event.dst_ip, "tunnel")
    if "negotiation failed" in text:
        event.outcome = "failure"
    elif "SA established" in text or text.startswith("new ike2 SA"):
        event.polarity, event.outcome = "up", "success"
    elif "rekey:1" in text:
        event.action = "rekey"
    elif "SA deleted" in text or "SA expired" in text or text.startswith("killing ike2 SA"):
        event.polarity = "down"
    return Rest.NOTHING


def _ppp(event: Event, text: str) -> Rest | None:
    """`pppoe-out1: disconnected` is a link of ours; `<l2tp-anna>: …` the session of a remote user."""
    user = _PPP_USER.match(text)
    if user is not None:
        login(event, "success" if user["way"] == "in" else None, user["user"], user["ip"])
        event.action = "login" if user["way"] == "in" else "logout"
        return Rest.NOTHING
    match = _PPP.match(text)
    if match is None:
        return None
    what = match["what"].strip(". ")
    if text[0] == "<":
        event.action = what.partition(".")[0].partition(" ")[0]
        name(event, match["if"].partition("-")[2], "user")
        return Rest.NOTHING
    name(event, match["if"], "interface")
    if what.startswith("connected"):
        event.polarity = "up"
    elif what.startswith(("disconnected", "terminating")):
        event.polarity = "down"
    return Rest.NOTHING


def _bgp(event: Event, text: str) -> Rest | None:
    match = _PEER.search(text)
    if match is None:
        return None
    name(event, ip(match["ip"]), "neighbor")
    if "closed" in text or "xpired" in text or "terminated" in text:
        event.polarity = "down"
        return Rest.SLOTS
    return Rest.ALL


def _wireless(event: Event, text: str) -> Rest | None:
    """Clients come and go."""
    match = _CLIENT.match(text)
    if match is None:
        return None
    event.interface = match["if"]
    event.action = "disconnect" if "disconnected" in text else "connect"
    return Rest.NOTHING


def _dhcp(event: Event, text: str) -> Rest | None:
    match = _LEASE.match(text)
    if match is None:
        return None
    event.action = match["what"]
    return Rest.NOTHING


_READERS: Final = {
    "account": _system,
    "system": _system,
    "firewall": _firewall,
    "ipsec": _ipsec,
    "ppp": _ppp,
    "l2tp": _ppp,
    "pppoe": _ppp,
    "ovpn": _ppp,
    "sstp": _ppp,
    "pptp": _ppp,
    "bgp": _bgp,
    "wireless": _wireless,
    "caps": _wireless,
    "dhcp": _dhcp,
}

DIALECT = MikroTik()

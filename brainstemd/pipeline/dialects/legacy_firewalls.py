"""Firewalls of other makes: Juniper ScreenOS (`NetScreen device_id=… system-notification-00257(traffic): …`), Yamaha RTX and NVR
(`[INSPECT] PP[01]…`, `IP Tunnel[2] Down`), McAfee Firewall Enterprise (`type=t_nettraffic`), TopSec (`id=tos`), Kerio Control, and
Skyhigh's web gateway in its access-log form.

A flow is neutral; what was denied is a failed attempt; a tunnel or an interface stands.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.makers import maker_of_name
from brainstemd.pipeline.phrases import IP, LOOK_MAX, Reader, Readers, app_key, phrase, read
from brainstemd.pipeline.reading import ends, first, flow, ip, login, pairs, said, stamp, word

_SCREENOS = re.compile(
    r"(?:[\w.-]{1,64}: )?NetScreen device_id=(?P<host>[\w.-]{1,64}) {1,3}(?:\[[\w.-]{1,64}\] ?)?system-(?P<level>[a-z]{4,13})-(?P<code>\d{5})(?:\(\w{1,16}\))?: ?"
)
_LEVELS: Final = {
    "emergency": 0,
    "alert": 1,
    "critical": 2,
    "error": 3,
    "warning": 4,
    "notification": 5,
    "information": 6,
    "debugging": 7,
}
_SCREEN_SAID = (
    phrase("login attempt", r"[Uu]ser \"?(?P<user>[\w.@-]{1,64})\"? .{0,24}login attempt for .{1,60}? from (?P<src>[\d.]{7,15})(?::\d{1,5})? (?:has )?(?:failed|was refused|has failed)", "login", "neutral", "failure", "user"),
    phrase("logged on", rf"[Uu]ser \"?(?P<user>[\w.@-]{{1,64}})\"? has logged on via .{{1,60}}? from (?P<src>{IP})", "login", "neutral", "success", "user"),
    phrase("logged out", rf"[Uu]ser \"?(?P<user>[\w.@-]{{1,64}})\"? has logged out via .{{1,60}}? from (?P<src>{IP})", "logout", kind="user"),
    phrase("state of interface", r"state of interface (?P<entity>[\w/.:-]{1,32}) has changed to (?i:down)", "link", "down", None, "interface"),
    phrase("state of interface", r"state of interface (?P<entity>[\w/.:-]{1,32}) has changed to (?i:up)", "link", "up", None, "interface"),
    phrase("VPN '", r"VPN '(?P<entity>[^']{1,64})'.{0,120}?(?:from|with)? ?(?:is|has gone|went)? (?i:down)\b", "vpn", "down", None, "tunnel"),
    phrase("VPN '", r"VPN '(?P<entity>[^']{1,64})'.{0,120}?(?:is|has come|came)? (?i:up)\b", "vpn", "up", None, "tunnel"),
    phrase(" From ", rf"From (?P<src>{IP}):(?P<sport>\d{{1,5}}) to (?P<dst>{IP}):(?P<dport>\d{{1,5}})", "attack"),
    phrase(" from ", rf"from (?P<src>{IP})/(?P<sport>\d{{1,5}}) to (?P<dst>{IP})/(?P<dport>\d{{1,5}})", "attack"),
)  # fmt: skip
_FLOW = r"(?P<proto>TCP|UDP|ICMP|GRE|ESP|\d{1,3}) (?P<a>[\d.]{7,15})(?::(?P<ap>\d{1,5}))? > (?P<b>[\d.]{7,15})(?::(?P<bp>\d{1,5}))?"
_YAMAHA_FLOW = re.compile(
    rf"(?:\[INSPECT\] )?(?P<if>(?:PP|LAN|TUNNEL|ONU|WAN)\w{{0,2}}\[?\w{{0,4}}\]?)?.{{0,24}}?(?P<verb>Rejected|Passed|\[(?:in|out)\])?.{{0,60}}?{_FLOW}"
)
_PORTS: Final = ("lan1", "lan2", "lan3", "onu1", "wan1")
_YAMAHA = re.compile(
    r"\[INSPECT\] |(?:IP )?(?:Tunnel|TUNNEL)\[\d{1,4}\] (?i:up|down)|(?:LAN|ONU|WAN)\d(?:\.\d)?: |PP\[[\w/]{1,12}\] |Login (?:succeeded|failed) for (?:HTTP|TELNET|SSH|Serial)|\[(?:IKE2?|DHCPD?|LUA|HTTPD|SSHD|SNTP|USB|POE)\] "
)
_YAMAHA_SAID = (
    phrase("unnel[", r"(?i:(?:IP )?(?P<entity>tunnel\[\d{1,4}\]) down)", "tunnel", "down", None, "tunnel"),
    phrase("unnel[", r"(?i:(?:IP )?(?P<entity>tunnel\[\d{1,4}\]) up)", "tunnel", "up", None, "tunnel"),
    phrase("UNNEL[", r"(?P<entity>TUNNEL\[\d{1,4}\]) (?i:down)", "tunnel", "down", None, "tunnel"),
    phrase("UNNEL[", r"(?P<entity>TUNNEL\[\d{1,4}\]) (?i:up)", "tunnel", "up", None, "tunnel"),
    phrase("ink ", r"^(?P<entity>(?:LAN|ONU|WAN)\d(?:\.\d)?): (?:PORT\d: )?[Ll]ink (?i:down)", "link", "down", None, "interface"),
    phrase("ink ", r"^(?P<entity>(?:LAN|ONU|WAN)\d(?:\.\d)?): (?:PORT\d: )?[Ll]ink (?i:up)", "link", "up", None, "interface"),
    phrase("PP[", r"^(?P<entity>PP\[[\w/]{1,12}\]) .{0,40}(?i:disconnect|down)", "wan", "down", None, "interface"),
    phrase("PP[", r"^(?P<entity>PP\[[\w/]{1,12}\]) .{0,40}(?i:connected|\bup\b)", "wan", "up", None, "interface"),
    phrase("failed for", rf"Login failed for \w{{1,12}}(?::? (?P<src>{IP}))(?: (?P<user>[\w.@-]{{1,64}}))?", "login", "neutral", "failure", "user"),
    phrase("succeeded for", rf"Login succeeded for \w{{1,12}}(?::? (?P<src>{IP}))(?: (?P<user>[\w.@-]{{1,64}}))?", "login", "neutral", "success", "user"),
)  # fmt: skip
_MWG = re.compile(
    r'\[[\w/: +-]{16,40}\] "(?P<user>[^"]{0,128})" (?P<src>[0-9a-fA-F:.]{2,45}) (?P<status>\d{3}) "'
)
_KERIO = re.compile(
    r"(?:\[[\w/: ]{16,24}\] )?(?P<verb>DROP|DENY|PERMIT|ALLOW) \"[^\"]{0,128}\" packet (?P<way>from|to) (?P<if>[^,]{1,64}), proto:"
)
_KERIO_ENDS = re.compile(
    r"(?P<a>[\d.]{7,15})(?::(?P<ap>\d{1,5}))? -> (?P<b>[\d.]{7,15})(?::(?P<bp>\d{1,5}))?"
)


_MARKS: Final = Marks(
    heads=(
        "netscreen",
        "date",
        "id",
        "",
        "ip",
        "tunnel",
        "lan1",
        "lan2",
        "lan3",
        "onu1",
        "wan1",
        "pp",
        "login",
        "drop",
        "deny",
        "permit",
    ),
    apps=("mwg", "kerio", *_PORTS),
    inside=("NetScreen device_id=",),
)


def _whose(event: Event) -> Reader | None:
    text = event.message
    if "device_id=" in text[:160] and _SCREENOS.match(text) is not None:
        return _screenos
    if text.startswith(("date=", "id=tos ")) and (",type=t_" in text[:400] or text.startswith("id=tos ")):
        return _pairs
    if app_key(event.app_name or "") == "mwg":
        return _web_gateway if _MWG.match(text) is not None else None
    if _KERIO.match(text) is not None:
        return _kerio
    whole = f"{event.app_name}: {text}" if (event.app_name or "").lower() in _PORTS else text
    if (
        _YAMAHA.match(whole) is not None
        and (event.app_name is None or whole is not text)
        and _is_yamaha(event, whole)
    ):
        return _yamaha
    return None


def _is_yamaha(event: Event, text: str) -> bool:
    """Its own forms, or words that others could write too under a name of its models."""
    if text.startswith(("[INSPECT] ", "IP Tunnel[")):
        return True
    known = maker_of_name(event.hostname or "")
    return known is not None and known[0] == "yamaha"


def _screenos(event: Event, text: str) -> Rest:
    head = _SCREENOS.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product, event.event_code = "juniper", "screenos", head["code"]
    if event.severity is None:
        event.severity = _LEVELS.get(head["level"])
    if event.hostname is None:
        event.hostname = clean_host(head["host"])
    words = text[head.end() :]
    if words.startswith("start_time="):
        found = pairs(words)
        if event.stamp is None:
            event.stamp = stamp(found.get("start_time", ""))
        ends(event, found.get("src"), found.get("dst"), found.get("src_port"), found.get("dst_port"))
        return flow(event, found.get("action"))
    rest = read(event, words, _SCREEN_SAID)
    return said(event, words) if rest is Rest.ALL else rest


def _pairs(event: Event, text: str) -> Rest:
    """Pairs between blanks or commas."""
    event.vendor, event.product = (
        ("topsec", "tos") if text.startswith("id=tos ") else ("mcafee", "firewall-enterprise")
    )
    found = dict(_PAIR.findall(text))
    found = {key: value.strip('"') for key, value in found.items()}
    event.event_code = first(found, "type")
    ends(
        event,
        first(found, "srcip", "src"),
        first(found, "dstip", "dst"),
        first(found, "srcport", "sport"),
        first(found, "dstport", "dport"),
    )
    event.hostname = event.hostname or clean_host(first(found, "hostname", "fw") or "")
    user = first(found, "user_name", "user", "username")
    words = first(found, "event", "msg", "reason") or ""
    if "login" in words or (found.get("type") in ("t_login", "mgmt") and user is not None):
        result = f"{words} {found.get('result', '')}".lower()
        login(event, "failure" if "fail" in result or "denied" in result else "success", user)
        return Rest.NOTHING
    event.user = user
    if event.src_ip is not None and event.dst_ip is not None:
        return flow(event, first(found, "action", "rule", "acl"))
    return said(event, words)


_PAIR = re.compile(r'(?:^|[ ,])([A-Za-z_]{2,32})=("[^"]{0,512}"|[^ ,]{0,512})')


def _web_gateway(event: Event, text: str) -> Rest:
    head = _MWG.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product = "skyhigh", "web-gateway"
    event.src_ip, event.user = ip(head["src"]), word(head["user"])
    event.action, event.event_code = "request", head["status"]
    if head["status"] in ("401", "403", "407") or head["status"][0] == "5":
        event.outcome = "failure"
    return Rest.NOTHING


def _kerio(event: Event, text: str) -> Rest:
    head, both = _KERIO.match(text), _KERIO_ENDS.search(text)
    event.vendor, event.product = "kerio", "control"
    if head is None or both is None:
        return Rest.SLOTS
    ends(event, both["a"], both["b"], both["ap"], both["bp"])
    event.interface = head["if"]
    return flow(event, head["verb"])


def _yamaha(event: Event, text: str) -> Rest:
    event.vendor, event.product = "yamaha", "rtx"
    if event.app_name is not None:  # the port that it is about stands where a tag could
        text = event.message = f"{event.app_name}: {event.message}"
        event.app_name = None
    match = _YAMAHA_FLOW.match(text) if " > " in text else None
    if match is not None:
        ends(event, match["a"], match["b"], match["ap"], match["bp"])
        event.interface = match["if"]
        verb = (match["verb"] or "").strip("[]").lower()
        return flow(event, verb if verb in ("rejected", "passed") else "inspect")
    rest = read(event, text, _YAMAHA_SAID)
    return said(event, text) if rest is Rest.ALL else rest


DIALECT = Readers("legacy_firewalls", _MARKS, _whose, 2 * LOOK_MAX)

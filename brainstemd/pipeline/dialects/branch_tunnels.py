"""Firewalls and WAN edges of branches: LANCOM, bintec, Clavister, Hillstone, VMware VeloCloud, Riverbed SteelHead (each product's log reference).

A tunnel is known by its peer's name, a flow is neutral. RiOS' processes name facility and level themselves (`[splice/oob.NOTICE]`), as
Silver Peak's do, whose own are known by their names.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.makers import maker_of_name
from brainstemd.pipeline.phrases import IP, Reader, Readers, app_key, phrase, read
from brainstemd.pipeline.reading import ends, first, flow, ip, login, name, pairs, said, word, words
from brainstemd.pipeline.structure import level

_BINTEC = re.compile(
    r"(?:IPSEC: )?P[12]: peer \d{1,5} \((?P<peer>[^)]{1,64})\) (?:sa|traf) \d{1,6} (?:bundle -?\d{1,6} )?\([IR?-]\): ?(?P<words>.*)"
)
_CLAVISTER = re.compile(
    r"(?:\[[\d: -]{19}\] )?(?:EFW: )?(?P<area>[A-Z0-9_]{2,24}): prio=(?P<prio>\d) id=(?P<code>\d{8}) rev=\d{1,3} event=(?P<what>\w{2,64})"
)
_HILLSTONE = re.compile(
    r"(?P<host>[\w.-]{2,64})\((?P<vsys>[\w.-]{1,32})\) (?:(?P<code>[0-9a-f]{8}) )?(?P<class>[A-Z]\w{2,16}@[A-Z]\w{1,24}): ?"
)
_VELO = re.compile(
    r"ACTION=VCF (?P<verb>[A-Z][a-z]{2,10})\b|VCF (?P<old>Open|Close|Deny|Allow|Drop|Update)\b"
)
_RIOS = re.compile(
    r"\[(?P<code>[\w/-]{2,48})\.(?P<level>[A-Z]{3,8})\]:? ?(?:-|\d{1,12})?(?: \{[^}]{0,120}\})? ?"
)
_RIOS_APPS: Final = tuple(
    sorted(
        words(
            "mgmtd sport webasd statsd cli cmcd sysd tunneld qosd wsmd rcud rspd sshd_rios hald wdt pm raidstat shmon "
            "tunneld npd wizd ssmd acsd portald thruput "
        )
    )
)
_EDGE_CONNECT: Final = frozenset(("tunneld", "sysd", "npd", "ssmd", "portald", "thruput"))
_LANCOM_APPS: Final = ("packet_alert", "vpn", "login", "con", "wan", "ppp", "admin")
_LANCOM_SAID = (
    phrase("Dst:", rf"Dst: (?P<dst>{IP}):(?P<dport>\d{{1,5}}) [^,]{{0,80}}, Src: (?P<src>{IP}):(?P<sport>\d{{1,5}})", "drop", "neutral", "failure"),
    phrase("isconnect", r"[Dd]isconnect(?:ed)? (?:info|from).{0,80}?(?:for |from )(?:peer )?(?P<entity>[A-Z][A-Z0-9_-]{1,31})\b", "vpn", "down", None, "tunnel"),
    phrase("rror", r"[Ee]rror.{0,80} (?:for|to) (?:peer )?(?P<entity>[A-Z][A-Z0-9_-]{1,31})\b", "vpn", "neutral", "failure", "tunnel"),
    phrase("onnect", r"(?:[Cc]onnection|VPN)? ?(?:to|for|from|with) (?:peer )?(?P<entity>[A-Z][A-Z0-9_-]{1,31})\b.{0,40}(?:established|connected)", "vpn", "up", "success", "tunnel"),
    phrase("onnected", r"[Cc]onnected (?:to|from|with) (?:peer )?(?P<entity>[A-Z][A-Z0-9_-]{1,31})\b", "vpn", "up", "success", "tunnel"),
    phrase("ogin", rf"[Ll]ogin .{{0,40}}from (?P<src>{IP}) as (?P<user>[\w.@-]{{1,64}}) failed", "login", "neutral", "failure", "user"),
    phrase("ogin", rf"[Ll]ogin .{{0,40}}from (?P<src>{IP}) as (?P<user>[\w.@-]{{1,64}})", "login", "neutral", "success", "user"),
)  # fmt: skip
_RIOS_SAID = (
    phrase("link state", r"[Ii]nterface (?P<entity>[\w.:-]{1,32}) link state changed to (?i:down)", "link", "down", None, "interface"),
    phrase("link state", r"[Ii]nterface (?P<entity>[\w.:-]{1,32}) link state changed to (?i:up)", "link", "up", None, "interface"),
    phrase("Lost OOB", r"Lost OOB [Ss]plice between laddr=[^ ]{3,60} and raddr=(?P<entity>[\d.]{7,15})", "oob", "down", None, "neighbor"),
    phrase("stablished OOB", r"[Ee]stablished OOB.{0,80}raddr=(?P<entity>[\d.]{7,15})", "oob", "up", None, "neighbor"),
    phrase("Alarm triggered", r"Alarm triggered for (?:rising|falling) error for event (?P<entity>[\w.-]{1,64})", "alarm", "down", "failure", "monitor"),
    phrase("clear", r"Alarm triggered for (?:rising|falling) clear for event (?P<entity>[\w.-]{1,64})|Alarm (?:cleared|reset) for event (?P<code>[\w.-]{1,64})", "alarm", "up", None, "monitor"),
    phrase("unnel ", r"[Tt]unnel (?P<entity>[\w.-]{1,128}) (?:state )?changed.{0,30}(?:->|to) ?(?i:down)", "tunnel", "down", None, "tunnel"),
    phrase("unnel ", r"[Tt]unnel (?P<entity>[\w.-]{1,128}) (?:state )?changed.{0,30}(?:->|to) ?(?i:up)", "tunnel", "up", None, "tunnel"),
    phrase("by user", r"[Cc]onfiguration (?:changed|saved).{0,60}by user (?P<user>[\w.@-]{1,64})", "configure"),
    phrase("Authenticate", r"Attempt to Authenticate (?P<user>[\w.@-]{1,64})", "login", kind="user"),
    phrase("ser ", rf"[Uu]ser (?P<user>[\w.@-]{{1,64}}) .{{0,40}}logged in(?: .{{0,40}}from (?P<src>{IP}))?", "login", "neutral", "success", "user"),
    phrase("{", rf"\{{(?P<src>{IP}):(?P<sport>\d{{1,5}}) (?P<dst>{IP}):(?P<dport>\d{{1,5}})\}}", "connection", rest=Rest.ALL),
)  # fmt: skip


_MARKS: Final = Marks(
    heads=("ipsec", "p1", "p2", ""),
    apps=("ipsec", "efw", "velocloud.sdwan", "velocloud", *dict.fromkeys((*_RIOS_APPS, *_LANCOM_APPS))),
    inside=("Event@", "Traffic@", "Threat@", "Config@", " EFW: "),
)


def _whose(event: Event) -> Reader | None:
    text = event.message
    app = app_key(event.app_name) if event.app_name is not None else ""
    if app in _RIOS_APPS:
        return _rios if _RIOS.match(text) is not None else None
    if app.startswith("velocloud"):
        return _velocloud if text[:1] not in "{C" or text.startswith("CF ") else None
    if _CLAVISTER.search(text, 0, 120) is not None:
        return _clavister
    if _BINTEC.match(text) is not None:
        return _bintec
    if "@" in text[:120] and _HILLSTONE.match(text) is not None:
        return _hillstone
    if app in _LANCOM_APPS and (
        (maker_of_name(event.hostname or "") or ("",))[0] == "lancom" or app == "packet_alert"
    ):
        return _lancom
    return None


def _rios(event: Event, text: str) -> Rest:
    head = _RIOS.match(text)
    if head is None:
        return Rest.ALL
    app = app_key(event.app_name or "")
    event.vendor, event.product = "riverbed", "steelhead"
    if app in _EDGE_CONNECT or "silver" in (event.hostname or "").lower():
        event.vendor, event.product = "silverpeak", "edgeconnect"
    event.event_code = head["code"]
    if event.severity is None:
        event.severity = level(head["level"])
    rest = read(event, text, _RIOS_SAID)
    return said(event, text[head.end() :]) if rest is Rest.ALL else rest


def _velocloud(event: Event, text: str) -> Rest:
    event.vendor, event.product = "vmware", "velocloud"
    found = pairs(text)
    match = _VELO.search(text)
    if match is None:
        if (edge := word(found.get("edge"))) is not None:
            name(event, edge, "host")
        head = text.partition(" ")[0]
        if head.isupper():
            event.event_code = head.rstrip(":")
        return said(event, text.replace("_", " "))
    ends(event, found.get("SRC"), found.get("DST"), found.get("SPT"), found.get("DPT"))
    event.interface = word(found.get("IN"))
    return flow(event, match["verb"] or match["old"])


def _clavister(event: Event, text: str) -> Rest:
    head = _CLAVISTER.search(text, 0, 120)
    found = pairs(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product, event.event_code = "clavister", "cos", head["code"]
    ends(
        event,
        first(found, "connsrcip", "srcip", "remote_peer", "client_ip"),
        first(found, "conndestip", "destip", "local_peer", "server_ip"),
        first(found, "connsrcport", "srcport"),
        first(found, "conndestport", "destport"),
    )
    event.interface = first(found, "connrecvif", "recvif", "iface", "interface")
    event.user = first(found, "username", "user")
    if event.severity is None:
        event.severity = int(head["prio"])
    done, what = found.get("action", ""), head["what"]
    bad = re.search(r"fail|denied|drop|reject|disallowed|illegal|invalid|bad_", f"{what} {done}") is not None
    if head["area"] in (
        "CONN",
        "RULE",
        "TCP_FLAG",
        "TCP_OPT",
        "IP_ERROR",
        "ARP",
        "UDP",
        "ICMP",
        "ALG",
        "IDP",
    ):
        flow(event, done or what)
        if bad:
            event.outcome = "failure"
        return Rest.NOTHING
    event.action = what
    if event.user is not None and "login" in what:
        login(event, "failure" if bad else "success", event.user)
        return Rest.NOTHING
    said(event, f"{what.replace('_', ' ')} {found.get('reason', '')}")
    if head["area"] == "IPSEC":
        event.entity = event.entity_kind = None
        name(event, first(found, "tunnel", "ipsec_if", "remote_peer", "peer"), "tunnel")
    if bad:
        event.outcome = "failure"
        event.polarity = "neutral" if "sa_failed" in what else event.polarity
    return Rest.NOTHING


def _bintec(event: Event, text: str) -> Rest:
    head = _BINTEC.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product = "bintec", "be.ip"
    words = head["words"]
    lower = words.lower()
    if "failed" in lower or "timeout" in lower:
        event.polarity, event.outcome = "down", "failure"
    elif "delete" in lower or "deleted" in lower:
        event.polarity = "down"
    elif "established" in lower or "done" in lower:
        event.polarity, event.outcome = "up", "success"
    remote = re.search(r"-> (?:ip )?(?P<ip>[0-9a-fA-F:.]{2,45})", words)
    event.dst_ip = ip(remote["ip"]) if remote is not None else None
    name(event, head["peer"], "tunnel")
    return Rest.NOTHING


def _hillstone(event: Event, text: str) -> Rest:
    head = _HILLSTONE.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product = "hillstone", "stoneos"
    event.event_code = head["code"] or head["class"]
    if event.hostname is None:
        event.hostname = clean_host(head["host"])
        if event.facility is not None and event.stamp is not None:
            event.parse_status = "full"
    words = text[head.end() :]
    both = _ARROW.search(words)
    if both is not None:
        ends(event, both["a"], both["b"], both["ap"], both["bp"])
        face = re.search(r"interface (?P<if>[\w/.-]{2,32})", words)
        event.interface = face["if"] if face is not None else None
        verb = re.search(r"(?i)\b(deny|denied|drop|block|reset|permit)\w{0,3}\b", words)
        state = re.search(r"session (start|end)", words)
        return flow(
            event, verb[1] if verb is not None else f"session-{state[1]}" if state is not None else None
        )
    attempt = _HILLSTONE_LOGIN.search(words)
    if attempt is not None:
        login(event, "failure" if "fail" in words else "success", attempt["user"], attempt["ip"])
        return Rest.NOTHING
    return said(event, words)


_HILLSTONE_LOGIN = re.compile(
    r'user "?(?P<user>[\w.@-]{1,64})"? (?:login|logs in|logged in) .{0,40}?from (?P<ip>[\d.]{7,15})'
)
_ARROW = re.compile(
    r"(?P<a>\d{1,3}(?:\.\d{1,3}){3}):(?P<ap>\d{1,5})(?:\([^)]{0,40}\))? ?-> ?(?P<b>\d{1,3}(?:\.\d{1,3}){3}):(?P<bp>\d{1,5})"
)


def _lancom(event: Event, text: str) -> Rest:
    event.vendor, event.product = "lancom", "lcos"
    rest = read(event, text, _LANCOM_SAID)
    return said(event, text) if rest is Rest.ALL else rest


DIALECT = Readers("branch_tunnels", _MARKS, _whose)

"""WatchGuard Fireware: `host serial process[pid]: msg_id="…" text` (Fireware Log Catalog)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import LOOK_MAX, ends, flow, ip, login, name, pairs

_LEAD = re.compile(
    r"(?:(?P<serial>[0-9A-Z]{3,16}) )?(?:\((?P<time>[\dT:-]{19})\) )?"
    r"(?:(?P<app>[\w-]{2,32})(?:\[(?P<pid>\d{1,10})\])?: )?(?=msg_id=\")"
)
_CODE = re.compile(r'msg_id="(?P<code>[0-9A-Fa-f]{2,4}-[0-9A-Fa-f]{4})" ?')
_FLOW = re.compile(
    r"(?P<verb>Allow|Deny|ProxyAllow|ProxyDeny|ProxyDrop|ProxyBlock|ProxyStrip|ProxyAvScan|ProxyReplace)"
    r" (?P<zones>[\w .-]{1,100}?)"
    r"(?: \d{1,6})? (?P<proto>tcp|udp|icmp|igmp|esp|ah|gre|ospf|\d{1,3})(?: \d{1,5}){0,2}"
    r" (?P<a>[0-9a-fA-F:.]{2,45}) (?P<b>[0-9a-fA-F:.]{2,45})(?: (?P<ap>\d{1,5}) (?P<bp>\d{1,5}))?"
)
_PEERS = re.compile(r"\((?P<a>[0-9a-fA-F:.]{2,45})<->(?P<b>[0-9a-fA-F:.]{2,45})\)")
_TUNNEL = re.compile(
    r"(?:[Tt]unnel|[Gg]ateway|[Ee]ndpoint)[ =]'(?P<a>[^']{1,128})'|'(?P<b>[^']{1,128})' (?:BOVPN|tunnel|IPSec|gateway)"
)
_USER = re.compile(
    r"(?:[Uu]ser \[(?P<a>[^\]]{1,128})\]|[Uu]ser (?P<b>[\w.@\\-]{1,128}) (?:from|logged))(?: from (?P<ip>[0-9a-fA-F:.]{2,45}))?"
)
_FROM = re.compile(
    r"(?: from|Real IP address is) (?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:]{2,40})"
)
_FACE = re.compile(
    r"\[?(?P<if>[a-z]{2,8}\d{1,3})(?: \((?P<alias>[\w .-]{1,48})\))?\]?.{0,60}?\b(?P<now>up|down)$"
)
_MEMBER = re.compile(r"[Mm]ember (?P<id>[\w.-]{1,32})")
_PROBE = re.compile(r"interface (?P<if>[\w.-]{1,48}) (?P<what>failed|succeeded|is down|is up)", re.I)
_DENIED: Final = ("deny", "proxydeny", "proxydrop", "proxyblock")


class WatchGuard:
    name = "watchguard"
    marks = Marks(keys=("msg_id",))

    def claims(self, event: Event) -> bool:
        return _LEAD.match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "watchguard", "fireware"
        _second_tag(event)
        code = _CODE.search(event.message, 0, 200)
        if code is None:
            return Rest.ALL
        event.event_code = code["code"]
        text = event.message[code.end() : LOOK_MAX]
        match = _FLOW.match(text)
        if match is not None:
            return _flow(event, text, match)
        return _event(event, text)


def _second_tag(event: Event) -> None:
    """The serial number stands between the host and the process: the process is the app, the rest the message."""
    lead = _LEAD.match(event.message)
    if lead is None or lead["app"] is None:
        return
    event.app_name, event.procid = lead["app"], lead["pid"]
    event.hostname = event.hostname or lead["serial"]
    event.message = event.message[lead.end() :]


def _flow(event: Event, text: str, match: re.Match[str]) -> Rest:
    ports = (match["ap"], match["bp"]) if match["proto"] in ("tcp", "udp") else (None, None)
    ends(event, match["a"], match["b"], *ports)
    event.user = pairs(text).get("src_user") or None
    verb = match["verb"].lower()
    return flow(event, "deny" if verb in _DENIED else "allow")


def _event(event: Event, text: str) -> Rest:
    user = _USER.search(text)
    app = event.app_name or ""
    if user is not None:
        return _account(event, text, user)
    peers, tunnel = _PEERS.match(text), _TUNNEL.search(text)
    if peers is not None:
        event.src_ip, event.dst_ip = ip(peers["a"]), ip(peers["b"])
    if tunnel is not None or peers is not None:
        name(event, (tunnel["a"] or tunnel["b"]) if tunnel is not None else event.dst_ip, "tunnel")
        return Rest.ALL
    face = _FACE.match(text)
    if face is not None:
        event.polarity = face["now"]
        name(event, face["if"], "interface")
        return Rest.SLOTS
    member = _MEMBER.search(text) if app.startswith("cluster") else None
    if member is not None:
        name(event, f"member {member['id']}", "cluster")
        return Rest.ALL
    probe = _PROBE.search(text)
    if probe is not None:
        event.polarity = "down" if probe["what"].lower() in ("failed", "is down") else "up"
        name(event, probe["if"], "interface")
        return Rest.SLOTS
    return Rest.ALL


def _account(event: Event, text: str, user: re.Match[str]) -> Rest:
    who = user["a"] or user["b"]
    source = user["ip"] or (found["ip"] if (found := _FROM.search(text)) is not None else None)
    lower = text.lower()
    if "authentication" in lower[:40] or "logged in" in lower or "login" in lower:
        failed = "reject" in lower or "fail" in lower or "denied" in lower
        login(event, "failure" if failed else "success", who, source)
        return Rest.NOTHING
    login(event, None, who, source)
    event.action = "logout" if "logged out" in lower else "configure" if "onfiguration" in lower else None
    if event.action != "logout":
        event.entity = event.entity_kind = None
    return Rest.NOTHING


DIALECT = WatchGuard()

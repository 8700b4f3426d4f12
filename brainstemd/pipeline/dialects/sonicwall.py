"""SonicWall SonicOS: `id=firewall sn=… time="…" fw=… pri=… m=… msg="…"` (SonicOS Log Events Reference Guide)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.reading import first, flow, ip, login, name, pairs, port, said, stamp

# Legacy categories of traffic: attacks, dropped TCP, UDP, ICMP, LAN debug, connections closed and opened.
_FLOWS: Final = frozenset(("32", "64", "128", "256", "512", "1024", "262144", "2048", "8192", "32768"))
_INTERFACE = re.compile(r"Interface (?P<if>[\w:.-]{1,24}) Link Is (?P<now>Up|Down)", re.I)
_LOGIN = re.compile(r"(?i)\blogin\b|\blogged\b|\bauthentication\b.{0,40}\b(?:user|admin)|\bcredentials\b")
_FAILED = re.compile(r"(?i)denied|fail|bad |invalid|incorrect|locked|not allowed|rejected")
_LOGOUT = re.compile(r"(?i)log(?:ged )?out|logoff|timed out")
_STATUS = re.compile(r"(?i)tunnel (?:status: ?)?(?P<now>up|down)")
_DROP = re.compile(r"(?i)\b(?P<verb>drop|den|block|reject)(?:ped|ied|ked|ed)?\b")
_PROBE = re.compile(r"Prob(?:ing|e) (?P<what>failure|success\w*|succeeded) on (?P<if>[\w:.-]{1,24})", re.I)
_POLICY = re.compile(r"VPN Policy: ?(?P<name>[^;,]{1,64})")
_WAN = re.compile(r"\b(?P<if>[XUWM]\d{1,2}(?::\w{1,8})?) is (?P<now>up|down|available|unavailable)\b", re.I)
_HA = re.compile(
    r"(?P<who>Primary|Secondary|Backup) firewall has transitioned to (?P<now>Active|Idle|Standby)", re.I
)


class SonicWall:
    name = "sonicwall"
    marks = Marks(heads=("id",))

    def claims(self, event: Event) -> bool:
        head = event.message[:200]
        return head[:3] == "id=" and " sn=" in head and " fw=" in head

    def apply(self, event: Event) -> Rest:
        found = pairs(event.message)
        get = found.get
        event.vendor, event.product = "sonicwall", "sma" if get("id") == "sslvpn" else "sonicos"
        event.event_code = get("m") or None
        _origin(event, found)
        _ends(event, found)
        event.user = first(found, "usr", "user")
        if get("c") in _FLOWS and get("src") and get("dst"):
            return _traffic(event, found)
        return _event(event, found)


def _origin(event: Event, found: dict[str, str]) -> None:
    if event.stamp is None or event.stamp.offset_s is None:
        event.stamp = stamp(found.get("time", "")) or event.stamp
    if event.hostname is None:
        own = found.get("id", "")
        event.hostname = clean_host(own if own not in ("firewall", "sslvpn") else found.get("fw", ""))
    if event.severity is None and found.get("pri", "").isdecimal():
        event.severity = min(int(found["pri"][:2]), 7)
    if event.stamp is not None and event.hostname is not None:
        event.parse_status = "full"


def _ends(event: Event, found: dict[str, str]) -> None:
    """`src=10.0.0.15:51123:X0:name`: address, port, interface, name."""
    source = found.get("src", "").split(":")
    target = found.get("dst", "").split(":")
    if len(source) <= 4:
        event.src_ip = ip(source[0])
        event.src_port = port(source[1]) if len(source) > 1 else None
        event.interface = source[2] or None if len(source) > 2 else None
    else:
        event.src_ip = ip(found["src"])
    if len(target) <= 4:
        event.dst_ip = ip(target[0])
        event.dst_port = port(target[1]) if len(target) > 1 else None
    else:
        event.dst_ip = ip(found["dst"])


def _traffic(event: Event, found: dict[str, str]) -> Rest:
    action = first(found, "fw_action")
    words = found.get("msg", "")
    if action is None:
        dropped = _DROP.search(words)
        action = "drop" if dropped is not None else None
    if action is None:
        action = "open" if "Opened" in words else "close" if "Closed" in words else None
    return flow(event, action)


def _event(event: Event, found: dict[str, str]) -> Rest:
    words, note = found.get("msg", ""), found.get("note", "")
    policy = _POLICY.search(note)
    tunnel = first(found, "vpnpolicy") or (policy["name"] if policy is not None else None)
    if tunnel is not None:
        name(event, tunnel, "tunnel")
        status = _STATUS.search(note) or _STATUS.search(words)
        if status is not None:
            event.polarity = status["now"].lower()
            return Rest.NOTHING
        said(event, words)
        event.polarity = "neutral"  # negotiations; the state has a message of its own
        return Rest.NOTHING
    link = _INTERFACE.search(words)
    if link is not None:
        event.polarity = link["now"].lower()
        event.interface = None
        name(event, link["if"], "interface")
        return Rest.NOTHING
    if event.user is not None and _LOGOUT.search(words):
        login(event, None, event.user)
        event.action = "logout"
        return Rest.NOTHING
    if _LOGIN.search(words):
        login(event, "failure" if _FAILED.search(words) else "success", event.user)
        return Rest.NOTHING
    if event.user is not None:
        user, heard = event.user, said(event, words)
        event.entity = event.entity_kind = None
        event.user = user
        return heard
    return _standing(event, words)


def _standing(event: Event, words: str) -> Rest:
    probe = _PROBE.search(words)
    if probe is not None:
        event.polarity = "down" if probe["what"].lower() == "failure" else "up"
        name(event, probe["if"], "interface")
        return Rest.NOTHING
    wan = _WAN.search(words)
    if wan is not None:
        event.polarity = "up" if wan["now"].lower() in ("up", "available") else "down"
        name(event, wan["if"], "interface")
        return Rest.NOTHING
    moved = _HA.search(words)
    if moved is not None:
        event.action = "transition"
        name(event, f"{moved['who'].lower()} firewall", "cluster")
        return Rest.NOTHING
    return said(event, words)


DIALECT = SonicWall()

"""Check Point: Log Exporter (`[key:"value"; …]` behind RFC 5424, or `key=value|…`), LEA exports, ClusterXL messages.

Source: Check Point Log Exporter administration guide (sk122323), ClusterXL administration guide (CLUS messages).
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.reading import LOOK_MAX, ends, first, flow, ip, login, name, said, stamp

_COLON = re.compile(r'(?<![\w-])([A-Za-z_][\w.-]{0,63}):"([^"]*)"?')
_PIPED = re.compile(r"(?:^|\|)([^=|]{1,40})=([^|]*)")
_CLUSTER = re.compile(
    r"(?:State (?:change|remains)): (?P<was>[A-Z!() ]{2,20}?)(?: -> (?P<now>[A-Z!() ]{2,20}?))? \| Reason: (?P<why>.{0,160})"
)
_CODE = re.compile(r"CLUS-(\d{6})-(?P<member>\d{1,2})")
_MEMBER = re.compile(
    r"(?:interface (?P<if>[\w.:-]{1,32}) of )?member (?P<id>\d{1,2}).{0,60}? is (?P<now>down|up|active|standby)\b",
    re.I,
)
_LEADING = re.compile(r"(?:time=[\d: T.+-]{10,32}Z?\|)")
_IKE_DONE: Final = ("completion", "Installed", "Established")
_IKE_FAILED = re.compile(r"(?i)fail|no proposal|invalid|no response|mismatch|notification from peer|timeout")


class CheckPoint:
    name = "checkpoint"
    marks = Marks(heads=("time", "loc"), apps=("checkpoint", "fwk", "fwk0_0", "cphwd", "cphad"))

    def claims(self, event: Event) -> bool:
        text = event.message
        if event.app_name is None:
            return _LEADING.match(text) is not None or (text[:4] == "loc=" and "|product=" in text[:600])
        return 'action:"' in text[:800] or text[:1] == "[" or "CLUS-" in text[:80]

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "checkpoint", "firewall"
        text = event.message[:LOOK_MAX]
        if "CLUS-" in text[:80]:
            return _cluster(event, text)
        if text[:1] == "[" or event.app_name is not None:
            found = {key.lower(): value for key, value in _COLON.findall(text)}
        else:
            found = {key.lower(): value for key, value in _PIPED.findall(text)}
        _origin(event, found)
        return _log(event, found)


def _origin(event: Event, found: dict[str, str]) -> None:
    if event.stamp is None:
        event.stamp = stamp(found.get("time", ""))
    if event.hostname is None:
        event.hostname = clean_host(first(found, "hostname", "origin", "orig") or "")
    if event.stamp is not None and event.hostname is not None:
        event.parse_status = "full"


def _log(event: Event, found: dict[str, str]) -> Rest:
    get = found.get
    action = (get("action") or get("operation") or "").lower().replace(" ", "-")
    event.event_code = get("logid") if get("logid") not in (None, "0") else None
    ends(event, get("src"), get("dst"), get("s_port"), get("service"))
    event.user = first(found, "user", "src_user_name", "administrator")
    if event.user is not None:
        event.user = event.user.partition(" (")[0]  # `anna (Anna Example)`
    event.interface = first(found, "ifname", "i/f_name", "inzone_ifname")
    if get("cluster_info") or get("cluster_information"):
        return _member(event, get("cluster_info") or get("cluster_information") or "")
    if action in ("log-in", "failed-log-in", "log-out", "login", "logout") or get("auth_status"):
        return _account(event, found, action)
    if get("administrator") or get("objectname"):
        event.action = (get("operation") or action).lower().replace(" ", "-")
        event.src_ip = ip(get("client_ip")) or event.src_ip
        event.entity = None
        status = (get("status") or get("audit_status") or "").lower()
        event.outcome = (
            "failure" if status.startswith("fail") else "success" if status.startswith("succ") else None
        )
        return Rest.NOTHING
    if action in ("encrypt", "decrypt"):  # traffic of a tunnel
        return flow(event, action)
    if get("peer_gateway") or "IKE" in (get("scheme") or "") or action == "key-install":
        return _tunnel(event, found, action)
    if not action:
        return said(event, first(found, "description", "msg", "message", "reason", "sys_message"))
    return flow(event, action)


def _account(event: Event, found: dict[str, str], action: str) -> Rest:
    words = (action + " " + found.get("status", "") + " " + found.get("auth_status", "")).lower()
    source = first(found, "client_ip", "src", "machine")
    outcome = None if "out" in action else "failure" if "fail" in words else "success"
    login(event, outcome, event.user, source)
    if "out" in action:
        event.action = "logout"
    return Rest.NOTHING


def _tunnel(event: Event, found: dict[str, str], action: str) -> Rest:
    """Keys are installed with every rekeying: that a tunnel came up is said by its monitoring alone."""
    event.action = action or None
    peer = first(found, "peer_gateway", "peer_ip") or event.src_ip
    name(event, peer, "tunnel")
    ike = found.get("ike") or found.get("reason") or ""
    if action in ("reject", "drop") or found.get("reject_category") or _IKE_FAILED.search(ike):
        event.outcome = "failure"
    elif any(mark in ike for mark in _IKE_DONE):
        event.outcome = "success"
    status = (found.get("tunnel_status") or found.get("status") or "").lower()
    if status in ("up", "down"):
        event.polarity = status
    return Rest.NOTHING


def _member(event: Event, words: str) -> Rest:
    match = _MEMBER.search(words)
    event.action = "cluster"
    event.interface = None
    if match is None:
        return said(event, words)
    event.polarity = "down" if match["now"].lower() == "down" else "up"
    if match["if"] is not None:
        name(event, match["if"], "interface")
    else:
        name(event, f"member {match['id']}", "cluster")
    return Rest.NOTHING


def _cluster(event: Event, text: str) -> Rest:
    """`CLUS-110300-1: State change: ACTIVE -> DOWN | Reason: …`; the member's number is part of the code."""
    code, change = _CODE.search(text), _CLUSTER.search(text)
    if code is not None:
        event.event_code = f"CLUS-{code[1]}"
        name(event, f"member {code['member']}", "cluster")
    if change is None:
        return Rest.ALL
    event.action = "state-change"
    now = change["now"] or change["was"]
    event.polarity = (
        "down" if now in ("DOWN", "DEAD", "LOST", "INIT") or "ACTIVE!" in now or "(!)" in now else "up"
    )
    event.orderly = event.polarity == "down" and "admin" in change["why"].lower()
    return Rest.NOTHING


DIALECT = CheckPoint()

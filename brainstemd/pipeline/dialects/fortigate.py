"""Fortinet FortiGate: key=value lines without an RFC 3164 header (FortiOS Log Message Reference)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from brainstemd.models import Event, Stamp
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.fortinet_serials import product_of_serial
from brainstemd.pipeline.generic import generic
from brainstemd.pipeline.headers import address, clean_host
from brainstemd.pipeline.pairs import names_of, read_pairs, read_row
from brainstemd.pipeline.stamps import checked, from_epoch

_HEAD_MAX: Final = 400
# Every name that is asked for below.
_NAMES: Final = names_of("""
    logid log_id devname devid level action srcip remip dstip locip srcport remport dstport locport user xauthuser
    interface intf srcintf outintf type subtype status result vpntunnel tunnelname tunneltype logdesc msg name gateway reason
    ui ap
    date time tz eventtime
""")
_WANTED: Final = (
    ("logid", "log_id"), ("devname", "devid"), ("level",), ("action",), ("srcip", "remip"), ("dstip", "locip"),
    ("srcport", "remport"), ("dstport", "locport"), ("user", "xauthuser"), ("interface", "intf", "srcintf", "outintf"),
    ("type",), ("date",), ("time",), ("tz",), ("eventtime",),
)  # fmt: skip
_CACHE: Final = 8192
_CLOCK = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})/(\d{1,2}):(\d{2}):(\d{2})$")
_ZONE = re.compile(r"([+-])(\d{2}):?(\d{2})$")
_LEVELS: Final = {
    "emergency": 0,
    "alert": 1,
    "critical": 2,
    "error": 3,
    "warning": 4,
    "notice": 5,
    "information": 6,
    "debug": 7,
}
_DENIED: Final = frozenset(("deny", "denied", "blocked", "block", "dropped", "reset", "quarantined"))
_FLOWS: Final = frozenset(
    (
        "traffic",
        "utm",
        "app-ctrl",
        "webfilter",
        "ips",
        "virus",
        "dns",
        "anomaly",
        "voip",
        "dlp",
        "emailfilter",
        "ssl",
        "waf",
    )
)
_SUCCESS: Final = frozenset(("success", "succeeded", "successful"))
_FAILURE: Final = frozenset(("failed", "failure", "fail", "negotiate_error", "error", "denied"))
_VPN_UP: Final = frozenset(("tunnel-up", "phase2-up", "ssl-new-con"))
_NODE: Final = {"ap-leave": "down", "ap-fail": "down", "ap-join": "up", "fsw-leave": "down", "fsw-join": "up"}
_VPN_DOWN: Final = frozenset(("tunnel-down", "phase2-down"))
_WHERE = re.compile(r"\(([0-9a-fA-F:.]{2,45})\)$")
_ORDERLY = re.compile(r"(?i)\b(?:admin\w*|user|manual\w*|request\w*|config\w*|idle)\b")


class FortiGate:
    name = "fortigate"
    marks = Marks(
        heads=("date", "devname", "logver", "time", "devid", "timestamp", "logid", "itime", "eventtime")
    )

    def claims(self, event: Event) -> bool:
        head = event.message[:_HEAD_MAX]
        if ("devid=" not in head and "devname=" not in head) or (
            "logid=" not in head and "log_id=" not in head
        ):
            return False
        return product_of_serial(event.message) in (None, "fortigate")

    def apply(self, event: Event) -> Rest:
        (
            event.event_code, host, level, action, src, dst, src_port, dst_port, user, interface, kind, date, time, tz, eventtime,
        ) = read_row(event, _NAMES, _WANTED)  # fmt: skip
        event.vendor, event.product = "fortinet", "fortigate"
        event.hostname = clean_host(host or "") or event.hostname
        event.stamp = _stamp(date or "", time or "", tz or "", eventtime or "") or event.stamp
        if event.severity is None:
            event.severity = _LEVELS.get(level or "")
        if event.stamp is not None and event.hostname is not None:
            event.parse_status = "full"
        event.action = (action or "").lower() or None
        event.src_ip, event.dst_ip = _address(src), _address(dst)
        event.src_port, event.dst_port = _port(src_port), _port(dst_port)
        event.user, event.interface = _word(user), _word(interface)
        if kind in _FLOWS:
            if event.action is None:  # FortiOS 5.0 and before write what was done as the status
                event.action = read_pairs(event, _NAMES).get("status") or None
            if event.action in _DENIED:
                event.outcome = "failure"
            return Rest.NOTHING
        return _event(event, read_pairs(event, _NAMES))


def _event(event: Event, pairs: Mapping[str, str]) -> Rest:
    status = (pairs.get("status") or pairs.get("result") or "").lower()
    if status in _SUCCESS:
        event.outcome = "success"
    elif status in _FAILURE:
        event.outcome = "failure"
    if event.src_ip is None and (where := _WHERE.search(pairs.get("ui") or "")) is not None:
        event.src_ip = address(where[1])  # `GUI(10.0.0.4)`
    tunnel = _word(pairs.get("vpntunnel") or pairs.get("tunnelname"))
    if pairs.get("subtype") == "vpn" or tunnel is not None:
        return _vpn(event, pairs, tunnel)
    action = event.action or ""
    if action in ("login", "logout") or "login" in (pairs.get("logdesc") or "").lower():
        event.entity, event.entity_kind = (event.user, "user") if event.user else (None, None)
        return Rest.NOTHING
    if action in _NODE and (node := _word(pairs.get("ap") or pairs.get("name"))) is not None:
        event.polarity, event.entity, event.entity_kind = _NODE[action], node, "ap"
        return Rest.NOTHING
    if action in ("interface-stat-change", "link-monitor", "health-check") or status in ("up", "down"):
        if status in ("up", "down"):
            event.polarity = status
        name = _word(pairs.get("interface") or pairs.get("intf") or pairs.get("name") or pairs.get("gateway"))
        if name is not None:
            event.interface = event.interface or name
            event.entity, event.entity_kind = name, "interface"
    said = _said(event, pairs)
    event.lost = said.lost
    if event.polarity == "neutral":
        event.polarity, event.healed, event.orderly = said.polarity, said.healed, said.orderly
    if event.entity is None:
        event.entity, event.entity_kind = said.entity, said.entity_kind
    return Rest.NOTHING


def _said(event: Event, pairs: Mapping[str, str]) -> Event:
    """What `logdesc` and `msg` say in words, by the generic layer, which must not read the other pairs as prose."""
    words = ": ".join(filter(None, (pairs.get("logdesc"), pairs.get("msg"))))
    said = Event(None, None, None, None, None, None, None, None, None, words)
    said.user, said.interface, said.outcome = event.user, event.interface, event.outcome
    if words:
        generic(said)
    return said


def _vpn(event: Event, pairs: Mapping[str, str], tunnel: str | None) -> Rest:
    """IPsec tunnels stand; an SSL VPN user's session comes and goes (neutral)."""
    action = event.action or ""
    kind = (pairs.get("tunneltype") or "").lower()
    if kind.startswith("ssl"):
        if event.user is not None:
            event.entity, event.entity_kind = event.user, "user"
        if "login-fail" in action:
            event.outcome = "failure"
        return Rest.NOTHING
    if action in _VPN_UP:
        event.polarity = "up"
    elif action in _VPN_DOWN:
        event.polarity = "down"
        event.orderly = _ORDERLY.search(pairs.get("reason") or "") is not None
    elif (action == "dpd" and event.outcome == "failure") or action == "dpd_failure":
        event.polarity, event.outcome = "down", "failure"
    elif action == "negotiate" and event.outcome is None and "error" in (pairs.get("status") or ""):
        event.outcome = "failure"
    if tunnel is not None:
        event.entity, event.entity_kind = tunnel, "tunnel"
    elif event.src_ip is not None:
        event.entity, event.entity_kind = event.src_ip, "tunnel"
    return Rest.NOTHING


_stamps: dict[tuple[str, str, str], Stamp] = {}  # date, time, zone


def _stamp(date: str, time: str, tz: str, eventtime: str) -> Stamp | None:
    """`date`, `time` and `tz` (the device's clock); else `eventtime`, in nanoseconds, earlier in seconds."""
    key = date, time, tz
    stamp = _stamps.get(key)
    if stamp is None:
        stamp = _new_stamp(*key, eventtime)
        if stamp is not None and key[2] and _ZONE.match(key[2]) and _CLOCK.match(f"{key[0]}/{key[1]}"):
            if len(_stamps) >= _CACHE:
                _stamps.clear()
            _stamps[key] = stamp
    return stamp


def _new_stamp(date: str, time: str, tz: str, eventtime: str) -> Stamp | None:
    match = _CLOCK.match(f"{date}/{time}")
    zone = _ZONE.match(tz)
    if match is not None:
        offset = (
            None
            if zone is None
            else (int(zone[2]) * 3600 + int(zone[3]) * 60) * (-1 if zone[1] == "-" else 1)
        )
        year, month, day, hour, minute, second = map(int, match.groups())
        if offset is None and (exact := _epoch(eventtime)) is not None:
            return exact
        return checked(year, month, day, hour, minute, second, 0, offset)
    return _epoch(eventtime)


def _epoch(digits: str) -> Stamp | None:
    if not digits.isdecimal() or not digits.isascii():
        return None
    if len(digits) == 10:
        return from_epoch(int(digits))
    if len(digits) == 19:
        return from_epoch(int(digits[:10]), int(digits[10:16]))
    return None


def _address(value: str | None) -> str | None:
    return None if value is None else address(value)


def _port(value: str | None) -> int | None:
    return (
        int(value)
        if value is not None and value.isdecimal() and len(value) < 6 and int(value) < 65_536
        else None
    )


def _word(value: str | None) -> str | None:
    return None if value in (None, "", "N/A", "unknown", "unknown-0", "none", "undefined") else value


DIALECT = FortiGate()

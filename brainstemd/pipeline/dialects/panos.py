"""Palo Alto Networks PAN-OS: CSV of TRAFFIC, THREAT, SYSTEM, CONFIG, GLOBALPROTECT, USERID, … (PAN-OS Administrator's Guide,
"Syslog Field Descriptions"). The places of the fields are those of the default format."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.reading import ends, field, fields, flow, ip, login, name, said, stamp, word

_HEAD = re.compile(
    r"\d{0,2},(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d),[0-9A-Za-z]{0,20},"
    r"(TRAFFIC|THREAT|SYSTEM|CONFIG|GLOBALPROTECT|USERID|HIP-?MATCH|CORRELATION|AUTHENTICATION|DECRYPTION|TUNNEL|GTP|SCTP|IPTAG|AUDIT"
    r"|URL|DATA|WILDFIRE),"
)
# Type → the place of the device's name.
_DEVICE: Final = {"TRAFFIC": 52, "THREAT": 59, "SYSTEM": 22, "CONFIG": 21}
_SEVERITY: Final = {"critical": 2, "high": 3, "medium": 4, "low": 5, "informational": 6}
_KINDS: Final = {
    "vpn": "tunnel",
    "port": "interface",
    "routing": "neighbor",
    "ha": "cluster",
    "hw": "module",
    "wildfire": "service",
}
_UP: Final = frozenset(
    (
        "tunnel-status-up",
        "routed-BGP-peer-enter-established",
        "ha1-link-up",
        "ha2-link-up",
        "ha3-link-up",
        "peer-link-up",
        "connect-ha-peer-up",
        "session-synch",
        "lacp-up",
    )
)
_DOWN: Final = frozenset(
    (
        "tunnel-status-down",
        "routed-BGP-peer-left-established",
        "ha1-link-down",
        "ha2-link-down",
        "ha3-link-down",
        "connection-fail",
        "ike-send-p2-delete-all",
        "lacp-down",
        "power-supply-failed",
        "fan-failed",
    )
)
_LINK = re.compile(r"(?:Port|Interface) (?P<port>[\w/.-]{1,32}):? ?(?:MAC )?(?P<now>Up|Down)\b")
_MOVED = re.compile(
    r"(?P<group>HA Group \d{1,3}).{0,80}? to state (?P<now>[\w-]{1,24})(?P<why>.{0,120})", re.S
)
_GROUP = re.compile(r"HA Group \d{1,3}")
_HA_UP: Final = frozenset(("Active", "Passive", "Active-Primary", "Active-Secondary"))
_BY_WISH = re.compile(r"(?i)user request|administrator|suspended by|requested")
_ACCOUNT = (
    re.compile(r"[Uu]ser ?name: ?'?(?P<user>[^\s',]{1,128})"),
    re.compile(r"[Uu]ser '(?P<user>[^']{1,128})'"),
    re.compile(r"(?:[Uu]ser: ?|for user |User )(?P<user>[^\s',]{1,128})"),
)
_LOGIN = re.compile(r"(?i)\bauth|logged (?:in|out)|\blogin\b")
_PASSED = re.compile(r"(?i)succe|logged in|authenticated for|\baccepted\b")


class PanOs:
    name = "panos"
    marks = Marks(heads=("", "0", "1", "01"))

    def claims(self, event: Event) -> bool:
        return _HEAD.match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        row = fields(event.message)
        kind = field(row, 3)
        event.vendor, event.product = "paloalto", "panos"
        event.event_code = kind
        _origin(event, row, kind)
        reader = _READERS.get(kind)
        return Rest.NOTHING if reader is None else reader(event, row)


def _origin(event: Event, row: list[str], kind: str) -> None:
    """The generated time has a year; a header's stamp that names its zone is better still."""
    if event.stamp is None or event.stamp.offset_s is None:
        event.stamp = stamp(field(row, 6)) or stamp(field(row, 1)) or event.stamp
    if event.hostname is None and kind in _DEVICE:
        event.hostname = clean_host(field(row, _DEVICE[kind]))
    if event.stamp is not None and event.parse_status == "partial" and event.facility is not None:
        event.parse_status = "full"


def _traffic(event: Event, row: list[str]) -> Rest:
    ends(event, field(row, 7), field(row, 8), field(row, 24), field(row, 25))
    event.user = word(field(row, 12))
    event.interface = word(field(row, 18))
    if event.severity is None:
        event.severity = _SEVERITY.get(field(row, 34))
    return flow(event, field(row, 30))


def _system(event: Event, row: list[str]) -> Rest:
    code, thing, words = field(row, 8), field(row, 9), field(row, 14)
    area = field(row, 4)
    event.event_code = word(code)
    if event.severity is None:
        event.severity = _SEVERITY.get(field(row, 13))
    if code in _UP or code in _DOWN:
        event.polarity = "up" if code in _UP else "down"
    if area == "ha":
        return _availability(event, words, thing)
    link = _LINK.match(words) if area == "port" else None
    if link is not None:
        event.polarity = link["now"].lower()
        name(event, link["port"], "interface")
        return Rest.NOTHING
    if "auth" in code or area in ("auth", "globalprotect") or _LOGIN.search(words, 0, 200):
        return _account(event, words)
    if area in _KINDS:
        name(event, word(thing), _KINDS[area])
    return said(event, words)


def _account(event: Event, words: str) -> Rest:
    """Logins of administrators and of remote users are about the account; its coming and going is neutral."""
    user = next((found for pattern in _ACCOUNT if (found := pattern.search(words))), None)
    said(event, words)
    event.polarity, event.healed = "neutral", False
    event.entity = event.entity_kind = None
    passed = _PASSED.search(words) is not None and "fail" not in words.lower()
    outcome = event.outcome or ("success" if passed else None)
    event.user = None
    login(event, outcome, user["user"].rstrip(".") if user is not None else None)
    if "logged out" in words:
        event.action, event.outcome = "logout", None
    return Rest.NOTHING


def _availability(event: Event, words: str, thing: str) -> Rest:
    moved = _MOVED.match(words)
    if moved is not None:
        event.action = "state-change"
        event.polarity = "up" if moved["now"].rstrip(".").title() in _HA_UP else "down"
        event.orderly = event.polarity == "down" and _BY_WISH.search(words) is not None
        name(event, moved["group"], "cluster")
        return Rest.NOTHING
    group = _GROUP.match(words)
    name(event, word(thing) or (group[0] if group is not None else None), "cluster")
    return said(event, words.partition(": ")[2] or words)


def _config(event: Event, row: list[str]) -> Rest:
    event.src_ip, event.user = ip(field(row, 7)), word(field(row, 10))
    event.action = field(row, 9).lower() or None
    result = field(row, 12).lower()
    event.outcome = (
        "success" if result == "succeeded" else "failure" if result in ("failed", "unauthorized") else None
    )
    return Rest.NOTHING


def _global_protect(event: Event, row: list[str]) -> Rest:
    """A remote user's session is no standing thing."""
    event.event_code = word(field(row, 8)) or event.event_code
    event.action = (field(row, 9) or field(row, 8)).lower() or None
    status = field(row, 28).lower()
    event.outcome = status if status in ("success", "failure") else None
    event.src_ip = ip(field(row, 15)) or ip(field(row, 16))
    name(event, word(field(row, 12)), "user")
    return Rest.NOTHING


def _user_id(event: Event, row: list[str]) -> Rest:
    event.action, event.src_ip, event.user = field(row, 4) or None, ip(field(row, 8)), word(field(row, 9))
    return Rest.NOTHING


def _host_information(event: Event, row: list[str]) -> Rest:
    event.user, event.src_ip, event.action = word(field(row, 7)), ip(field(row, 11)), "hip-match"
    return Rest.NOTHING


def _authentication(event: Event, row: list[str]) -> Rest:
    """An authentication policy asked somebody: the account, its address and what the server said."""
    words = f"{field(row, 16)} {field(row, 19)}".lower()
    outcome = "failure" if "fail" in words or "denied" in words else "success" if "succe" in words else None
    login(event, outcome, word(field(row, 9)) or word(field(row, 10)), field(row, 8))
    return Rest.NOTHING


_READERS: Final = {
    "TRAFFIC": _traffic,
    "THREAT": _traffic,
    "TUNNEL": _traffic,
    "DECRYPTION": _traffic,
    "URL": _traffic,
    "DATA": _traffic,
    "WILDFIRE": _traffic,
    "SYSTEM": _system,
    "CONFIG": _config,
    "GLOBALPROTECT": _global_protect,
    "USERID": _user_id,
    "HIP-MATCH": _host_information,
    "HIPMATCH": _host_information,
    "AUTHENTICATION": _authentication,
}

DIALECT = PanOs()

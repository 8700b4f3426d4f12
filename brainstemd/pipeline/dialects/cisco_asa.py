"""Cisco ASA and Firepower Threat Defense: `%ASA-level-number: text` (Cisco Secure Firewall ASA Series Syslog Messages)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import V4, address

_CODE = re.compile(r"%(ASA|FTD|FWSM|PIX)-(?:[a-z]{1,12}-)?([0-7])-(\d{5,7}):? ?")
_END = r"(?P<%s_if>[\w./-]{1,64}):(?P<%s>[0-9a-fA-F:.]{2,45})(?:/(?P<%s_port>\d{1,5}))?"
_A = _END % ("a", "a", "a")
_B = _END % ("b", "b", "b")
_BUILT = re.compile(
    rf"Built (?P<way>inbound|outbound|local-host)?[\w ]{{0,20}}?connection \d{{1,20}} for {_A}[^:]{{0,160}}? to {_B}"
)
_TEARDOWN = re.compile(
    rf"Teardown \w{{1,8}} (?:dynamic )?(?:connection|translation) ?\d{{0,20}} (?:for|from) {_A}[^:]{{0,120}}? to {_B}"
)
# The two as they nearly always are, IPv4 in full: what these find the ones above find, at twice the cost.
_V4_END = rf"([\w./-]{{1,64}}):({V4})/(\d{{1,5}})"
_BUILT_V4 = re.compile(
    rf"Built (inbound|outbound) \w{{1,8}} connection \d{{1,20}} for {_V4_END} \([\d./]{{1,24}}\) to {_V4_END}(?![0-9a-fA-F:.])"
)
_TEARDOWN_V4 = re.compile(
    rf"Teardown \w{{1,8}} connection \d{{1,20}} for {_V4_END} to {_V4_END}(?![0-9a-fA-F:.])"
)
_DENY = re.compile(
    rf"(?i:deny) (?:\(?[\w-]{{1,12}}\)? ){{0,4}}(?:src|from) {_A}[^:]{{0,120}}? (?:dst|to) {_B}"
)
_SRC_DST = re.compile(rf"src {_A}[^:]{{0,80}}? dst {_B}")
_DENY_PLAIN = re.compile(
    r"(?i:deny) (?:inbound )?(?P<proto>\w{1,12})[\w ()]{0,30}? from"
    r" (?P<a>[0-9a-fA-F:.]{2,45})/(?P<a_port>\d{1,5}) to (?P<b>[0-9a-fA-F:.]{2,45})/(?P<b_port>\d{1,5})"
)
_ACL = re.compile(
    r"access-list \S{1,128} (?P<verb>permitted|denied"
    r"|est-allowed) \S{1,12}"
    r" (?P<a_if>[\w.-]{1,64})/(?P<a>[0-9a-fA-F:.]{2,45})\((?P<a_port>\d{1,5})\)[^>]{0,80}-> "
    r"(?P<b_if>[\w.-]{1,64})/(?P<b>[0-9a-fA-F:.]{2,45})\((?P<b_port>\d{1,5})\)"
)
_USER = re.compile(
    r"(?:(?:[Uu]ser(?:name)?|uname) ?[=:] ?|(?:for|by) [Uu]ser |[Uu]ser (?=[<'\"]))[<'\"]?(?P<user>[^\s'\">,]{1,128})"
)
_FROM = re.compile(r"(?:user IP = |[Ff]rom |remote IP:? ?)<?(?P<ip>[0-9a-fA-F:.]{2,45})")
_REMOTE = re.compile(r"Remote:\[?(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{3,39})\]?:\d{1,5}\b")
_FTD_PAIR = re.compile(r"(?:^|, )(\w{2,40}): ([^,]{0,256})")
_GROUP_PEER = re.compile(r"IP(?: address)?(?: ?= ?| (?=<))<?(?P<ip>[0-9a-fA-F:.]{2,45})>?")
_NAMED_PEER = re.compile(r"(?:peer|with|between [0-9a-fA-F:.]{2,45} and) <?(?P<ip>\d{1,3}(?:\.\d{1,3}){3})>?")
_INTERFACE = re.compile(r"[Ii]nterface '?(?P<name>[\w./:-]{1,64})'?")

_FLOW_UP: Final = frozenset(
    ("302013", "302015", "302017", "302020", "302003", "302009", "305009", "305011", "609001", "303002")
)
_FLOW_DOWN: Final = frozenset(("302014", "302016", "302018", "302021", "305010", "305012", "609002"))
_DENIED: Final = frozenset(
    {"106001", "106006", "106007", "106010", "106014", "106015", "106016", "106017", "106021"}
    | {"106022", "106023", "710003", "313001", "313004", "313005", "419002", "500004", "733100"}
)
_LOGIN: Final = {
    "113004": "success",
    "113005": "failure",
    "113012": "success",
    "113015": "failure",
    "605004": "failure",
    "605005": "success",
    "611101": "success",
    "611102": "failure",
    "109005": "success",
    "109006": "failure",
    "308001": "failure",
    "113006": "failure",
    "716038": "success",
    "716039": "failure",
    "113008": "success",
    "113021": "failure",
}
# Number → (polarity, action). A remote user's session is no standing thing: its coming and going is neutral.
_TUNNEL: Final = {
    "713119": ("up", "phase1-completed"),
    "713120": ("up", "phase2-completed"),
    "713123": ("down", "keepalive-lost"),
    "713259": ("down", "session-torn-down"),
    "713050": ("down", "connection-terminated"),
    "602303": ("neutral", "sa-created"),
    "602304": ("neutral", "sa-deleted"),
    "713902": ("neutral", "vpn"),
    "713903": ("neutral", "vpn"),
    "750006": ("up", "sa-up"),
    "750007": ("down", "sa-down"),
    "113019": ("neutral", "session-disconnected"),
    "713904": ("neutral", "vpn"),
    "713048": ("neutral", "vpn"),
}
_CACHE: Final = 4096
_CODE_CHARS: Final = len("%ASA-6-302013: ")
_REASON = re.compile(r"Reason: ?(?P<why>[^,]{1,80})")
_BY_WISH = re.compile(r"(?i)user requested|administrator|idle timeout|normal")
_VERB = re.compile(r"[A-Za-z]{3,20}")


class CiscoAsa:
    name = "cisco_asa"
    marks = Marks(heads=("%asa", "%ftd", "%fwsm", "%pix"), codes=("asa", "ftd", "fwsm", "pix"))

    def claims(self, event: Event) -> bool:
        return event.message[:1] == "%" or _CODE.search(event.message, 0, 160) is not None

    def apply(self, event: Event) -> Rest:
        message = event.message
        code = _codes.get(message[:_CODE_CHARS])
        if code is None:
            found = _CODE.search(message, 0, 160)
            if found is None:
                return Rest.ALL
            code = _new_code(found)
        event.vendor, event.product, event.event_code, level, number, end = code
        if event.severity is None:
            event.severity = level
        if event.parse_status == "partial" and event.stamp is None:
            event.parse_status = "full"
        text = message[end : end + 2048]
        if number in _FLOW_UP or number in _FLOW_DOWN:
            return _flow(event, text, number)
        if number == "106100":
            return _access_list(event, text)
        if number in _DENIED:
            return _denied(event, text)
        if number in _LOGIN:
            return _login(event, text, _LOGIN[number])
        if number.startswith("43000"):
            return _unified(event, dict(_FTD_PAIR.findall(text)))
        if number in _TUNNEL:
            return _tunnel(event, text, number)
        both = _SRC_DST.search(text) if " dst " in text else None
        if both is not None:
            _ends(event, both.groups())
        elif number[:2] in ("71", "72", "11", "75") and (
            peer := _GROUP_PEER.search(text) or _REMOTE.search(text)
        ):
            event.src_ip = address(peer["ip"].rstrip("."))  # a remote user's or a peer's
        return Rest.ALL


_Ends = tuple[str | None, ...]  # interface, address and port of the source, then of the target


# As a message begins → vendor, product, event code, level, number, where the text begins.
_codes: dict[str, tuple[str, str, str, int, str, int]] = {}


def _new_code(found: re.Match[str]) -> tuple[str, str, str, int, str, int]:
    family, level, number = found.groups()
    code = ("cisco", family.lower(), f"{family}-{level}-{number}", int(level), number, found.end())
    if found.start() == 0 and found.end() == _CODE_CHARS and found[0][-2:] == ": ":
        if len(_codes) >= _CACHE:
            _codes.clear()
        _codes[found[0]] = code
    return code


def _ends(event: Event, ends: _Ends) -> None:
    event.interface, source, source_port, _, target, target_port = ends
    event.src_ip, event.dst_ip = address(source or ""), address(target or "")
    if source_port is not None and (port := int(source_port)) < 65_536:
        event.src_port = port
    if target_port is not None and (port := int(target_port)) < 65_536:
        event.dst_port = port


def _plain_ends(event: Event, ends: _Ends) -> None:
    if ends[0] == "outbound":
        _, event.dst_ip, target, event.interface, event.src_ip, source = ends[1:]
    else:
        event.interface, event.src_ip, source, _, event.dst_ip, target = ends[-6:]
    if (port := int(source or 0)) < 65_536:
        event.src_port = port
    if (port := int(target or 0)) < 65_536:
        event.dst_port = port


def _flow(event: Event, text: str, number: str) -> Rest:
    """A connection is no standing thing: its beginning and end are neutral. The initiator is the source: of an outbound
    connection that is the second end, of an inbound one the first (Cisco documents the lower-security side first)."""
    up = number in _FLOW_UP
    event.action = "built" if up else "teardown"
    plain = _BUILT_V4.match(text) if up else _TEARDOWN_V4.match(text)
    if plain is not None:
        _plain_ends(event, plain.groups())
        return Rest.NOTHING
    match = (_BUILT if up else _TEARDOWN).search(text)
    if match is None:
        return Rest.SLOTS
    groups = match.groups()
    ends = groups[-6:]
    _ends(event, (*ends[3:], *ends[:3]) if groups[0] == "outbound" else ends)
    return Rest.NOTHING


def _access_list(event: Event, text: str) -> Rest:
    match = _ACL.search(text)
    if match is None:
        return Rest.SLOTS
    event.action = "deny" if match["verb"] == "denied" else "permit"
    event.outcome = "failure" if match["verb"] == "denied" else "success"
    _ends(event, match.groups()[-6:])
    return Rest.NOTHING


def _denied(event: Event, text: str) -> Rest:
    event.action, event.outcome = "deny", "failure"
    match = _DENY.search(text)
    if match is not None:
        _ends(event, match.groups())
        return Rest.NOTHING
    plain = _DENY_PLAIN.search(text)
    if plain is None:
        return Rest.SLOTS
    _, source, source_port, target, target_port = plain.groups()
    _ends(event, (None, source, source_port, None, target, target_port))
    return Rest.NOTHING


def _login(event: Event, text: str, outcome: str) -> Rest:
    event.action, event.outcome = "login", outcome
    user = _USER.search(text)
    if user is not None and user["user"] != "*****":
        event.user = event.entity = user["user"].rstrip(",;.")
        event.entity_kind = "user"
    source = _FROM.search(text)
    if source is not None:
        event.src_ip = address(source["ip"].rstrip(".:"))
    return Rest.SLOTS


def _unified(event: Event, found: dict[str, str]) -> Rest:
    """Firepower's unified events 430001 to 430005: intrusion, connection, file and malware, as `Name: value` pairs."""
    get = found.get
    port = get("SrcPort"), get("DstPort")
    _ends(
        event,
        (get("IngressInterface"), get("SrcIP"), _port(port[0]), None, get("DstIP"), _port(port[1])),
    )
    user = get("User") or ""
    event.user = None if user in ("", "Unknown", "No Authentication Required") else user
    done = get("AccessControlRuleAction") or get("InlineResult") or get("FileAction") or ""
    event.action = done.lower() or None
    if done.startswith(("Block", "Drop", "Would", "Malware")):
        event.outcome = "failure" if not done.startswith("Would") else None
    return Rest.NOTHING


def _port(digits: str | None) -> str | None:
    return digits if digits is not None and digits.isdecimal() and len(digits) < 6 else None


def _tunnel(event: Event, text: str, number: str) -> Rest:
    event.polarity, event.action = _TUNNEL[number]
    peer = _GROUP_PEER.search(text) or _REMOTE.search(text) or _NAMED_PEER.search(text)
    if peer is not None:
        event.src_ip = address(peer["ip"].rstrip("."))
    reason = _REASON.search(text)
    event.orderly = reason is not None and _BY_WISH.search(reason["why"]) is not None
    user = _USER.search(text) if number == "113019" else None
    if user is not None:
        event.user = event.entity = user["user"].rstrip(",;")
        event.entity_kind = "user"
    elif event.src_ip is not None:
        event.entity, event.entity_kind = event.src_ip, "tunnel"
    return Rest.SLOTS


DIALECT = CiscoAsa()

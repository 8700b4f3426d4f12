"""F5 BIG-IP: `level process[pid]: 01070638:5: text` (BIG-IP error message reference)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, first, flow, ip, login, name, words

_QUOTED = re.compile(r'(\w{2,40})="([^"]{0,1024})"')
_CODE = re.compile(r"(?P<code>[0-9a-f]{8}):(?P<level>[0-7]): ?")
_LEVELS: Final = words("emerg alert crit err error warning notice info debug")
_STATUS = re.compile(
    r"(?:Pool (?P<pool>\S{1,128}) )?(?:[Mm]ember|Node) (?P<thing>\S{1,160})(?: address \S{2,45})?"
    r" (?P<what>monitor|session) status (?P<now>forced \w{1,12}|[a-z]{2,20})"
)
_VIRTUAL = re.compile(
    r"(?:Virtual(?: Server| Address)?|Pool) (?P<thing>/\S{1,160}).{0,80}?(?:status|state|from) "
    r".{0,60}?\b(?P<now>GREEN|RED|up|down|available|unavailable)\.?$"
)
_BECOME = re.compile(r"Virtual (?P<thing>\S{1,160}) has become (?P<now>(?:un)?available|enabled|disabled)")
_POOL = re.compile(
    r"(?:No members available for pool (?P<none>\S{1,160})|Pool (?P<some>\S{1,160}) now has available members)"
)
_GROUP = re.compile(r"(?P<now>Active|Standby)(?: for traffic group (?P<group>\S{1,128}))?")
_LINK = re.compile(r"Link: (?P<if>[\w./]{1,24}) is (?P<now>UP|DOWN|DISABLED)")
_AUDIT = re.compile(r"AUDIT - .{0,80}?user (?P<user>[\w.@\\-]{1,64})")
_PAM = re.compile(
    r"[Uu]ser=(?P<user>[\w.@\\-]{1,64})(?:\([^)]{0,64}\))? .{0,120}?host=(?P<ip>[0-9a-fA-F:.]{2,45})(?P<failed> failed to login)?"
)
_RESULT = re.compile(r"\[Status=(?P<what>[^\]]{1,80})\]")
_SUPPLY = re.compile(r"(?P<part>power supply \d{1,2}) is (?P<bad>not )?supplying power")
_SESSION = re.compile(r"New session from client IP (?P<ip>[0-9a-fA-F:.]{2,45})")
_ACCOUNT = re.compile(
    r"(?:authentication with|Username|user name is) '(?P<user>[^']{1,128})'(?P<failed> failed)?"
)
_UP: Final = frozenset(("up", "enabled", "green", "available"))
_BY_WISH: Final = ("forced disabled", "disabled", "user disabled", "forced down")


class F5:
    name = "f5"
    marks = Marks(shapes=("hex:0:",), apps=("asm",), elements=("f5",))

    def claims(self, event: Event) -> bool:
        return _CODE.match(event.message) is not None or _is_asm(event) or _element(event) is not None

    def apply(self, event: Event) -> Rest:
        code = _CODE.match(event.message)
        if code is None:
            found = dict(_QUOTED.findall(event.message[:8192])) if _is_asm(event) else _element(event)
            return Rest.ALL if found is None else _application(event, found)
        event.vendor, event.product, event.event_code = "f5", "bigip", code["code"]
        if event.severity is None:
            event.severity = int(code["level"])
        level, blank, app = (event.app_name or "").partition(" ")
        if blank and level in _LEVELS:  # the level stands where the process should begin
            event.app_name = app
        text = event.message[code.end() : 1024]
        for reader in _READERS:
            rest = reader(event, text)
            if rest is not None:
                return rest
        return Rest.ALL


def _is_asm(event: Event) -> bool:
    """Application Security's requests: `ASM:unit_hostname="…",…` or the pairs alone behind its tag."""
    return (
        event.app_name is not None
        and event.app_name.upper() == "ASM"
        and "support_id=" in event.message[:8192]
    )


def _element(event: Event) -> Mapping[str, str] | None:
    return next(
        (found for key, found in (event.structured_data or {}).items() if key.lower().startswith("f5@")), None
    )


def _application(event: Event, found: Mapping[str, str]) -> Rest:
    """What ASM and AFM say of a request or a packet: a flow, with the signature's or the rule's number as code."""
    event.vendor, event.product = "f5", "bigip"
    event.event_code = first(found, "errdefs_msgno", "sig_ids", "attack_type")
    ends(
        event,
        first(found, "ip_client", "source_ip"),
        first(found, "dest_ip"),
        first(found, "src_port", "source_port"),
        first(found, "dest_port"),
    )
    event.user = first(found, "username", "source_user")
    return flow(event, first(found, "request_status", "action", "enforced_by"))


def _member(event: Event, text: str) -> Rest | None:
    """A monitor tells the state; in brackets behind it stands how long the other one lasted."""
    match = _STATUS.match(text) or _VIRTUAL.match(text)
    if match is None:
        return None
    now = match["now"].lower()
    event.polarity = "up" if now in _UP else "neutral" if now in ("unchecked", "checking") else "down"
    event.orderly = now in _BY_WISH
    name(event, match["thing"], "host")
    return Rest.NOTHING


def _virtual(event: Event, text: str) -> Rest | None:
    match = _BECOME.search(text)
    if match is None:
        return None
    event.polarity = "up" if match["now"] in ("available", "enabled") else "down"
    event.orderly = match["now"] == "disabled"
    name(event, match["thing"], "service")
    return Rest.NOTHING


def _pool(event: Event, text: str) -> Rest | None:
    match = _POOL.match(text)
    if match is None:
        return None
    event.polarity = "down" if match["none"] else "up"
    name(event, match["none"] or match["some"], "service")
    return Rest.NOTHING


def _link(event: Event, text: str) -> Rest | None:
    match = _LINK.match(text)
    if match is None:
        return None
    event.polarity = "up" if match["now"] == "UP" else "down"
    event.orderly = match["now"] == "DISABLED"
    name(event, match["if"], "interface")
    return Rest.NOTHING


def _supply(event: Event, text: str) -> Rest | None:
    match = _SUPPLY.search(text)
    if match is None:
        return None
    event.polarity = "down" if match["bad"] else "up"
    name(event, match["part"], "module")
    return Rest.NOTHING


def _failover(event: Event, text: str) -> Rest | None:
    """Active and standby are both good states."""
    match = _GROUP.match(text)
    if match is None:
        return None
    event.action = match["now"].lower()
    name(event, match["group"].rstrip(".") if match["group"] else "failover unit", "cluster")
    return Rest.NOTHING


def _audit(event: Event, text: str) -> Rest | None:
    match = _AUDIT.match(text)
    if match is None:
        return None
    pam = _PAM.search(text)
    if pam is not None:
        login(event, "failure" if pam["failed"] else "success", pam["user"], pam["ip"])
        return Rest.NOTHING
    event.action, event.user = "configure", match["user"]
    result = _RESULT.search(text)
    if result is not None:
        event.outcome = "success" if result["what"].endswith("OK") else "failure"
    return Rest.NOTHING


def _access(event: Event, text: str) -> Rest | None:
    """Sessions of remote users (APM) come and go."""
    session = _SESSION.search(text)
    if session is not None:
        event.action, event.src_ip = "session", ip(session["ip"])
        return Rest.NOTHING
    match = _ACCOUNT.search(text)
    if match is None:
        return None
    login(event, "failure" if match["failed"] else None, match["user"])
    return Rest.NOTHING


_READERS: Final = (_member, _virtual, _pool, _link, _failover, _audit, _access, _supply)

DIALECT = F5()

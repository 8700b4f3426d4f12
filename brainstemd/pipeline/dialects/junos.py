"""Juniper Junos, both styles: `TAG: text` of a daemon, and RFC 5424 with structured data `junos@2636…` (System Log Explorer)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, flow, ip, login, name, word, words

_TAG = re.compile(r"(?:%[A-Z]{2,12}-[0-7]-)?([A-Z][A-Z0-9]{1,15}(?:_[A-Z0-9]{1,24}){1,10})(?:: |$)")
# Programs that other systems have too: theirs is a line only by its tag.
_SHARED: Final = words(
    "sshd login su inetd xntpd ntpd snmpd dhcpd init nsd pppd authd bfdd vrrpd alarmd httpd l2tpd pimd ripd ospfd ldpd"
)
_DAEMONS: Final = words(
    "rt_flow rt_ids rt_utm rt_idp rt_aamw rt_secintel rt_ipsec rpd mib2d kmd iked mgd chassisd jsrpd lacpd dcd cosd"
    " eventd pfed l2cpd rmopd dfwd utmd idpd aamwd craftd cscript dfcd fwauthd jddosd ksyncd pkid jdhcpd mcsnoopd"
    " smihelperd srxpfe fpc0 fpc1 fpc2 fpc3 fpc4 fpc5 fpc6 fpc7 fpc8 fpc9 l2ald eswd vccpd license-check tnetd ppmd"
)
_FLOWS: Final = (
    "RT_",
    "IDP_",
    "AAMW",
    "APPTRACK_",
    "WEBFILTER_",
    "AV_",
    "CONTENT_FILTERING_",
    "ANTISPAM_",
    "SECINTEL_",
    "FLOW_",
)
_LSP = re.compile(r"MPLS LSP (?P<lsp>[\w.:-]{1,64}) (?P<now>up|down|change)")
_CONTENTS = re.compile(r"jnxContentsDescr (?P<unit>[\w./ -]{1,48})")
_DEVICE = re.compile(r"junos@2636")
_FLOW = re.compile(
    r"session (?P<verb>created|closed|denied)(?: (?P<why>[^:]{0,64}):)? ?(?P<a>[0-9a-fA-F:.]{2,45})/(?P<ap>\d{1,5})"
    r"->(?P<b>[0-9a-fA-F:.]{2,45})/(?P<bp>\d{1,5})"
)
_FLOW_IF = re.compile(r" (?P<if>(?:ge|xe|et|ae|reth|st|fe|irb|vlan)-?[\d/]{1,12}\.\d{1,5})(?= |$)")
_LINK = re.compile(
    r"ifAdminStatus (?P<admin>up|down)\(\d\), ifOperStatus (?P<oper>up|down)\(\d\), ifName (?P<if>[\w/.:-]{1,48})"
)
_VPN = re.compile(r"VPN (?P<vpn>[\w.@:-]{1,128}) from (?P<ip>[0-9a-fA-F:.]{2,45}) is (?P<now>up|down)")
_IKE = re.compile(r"VPN: (?P<vpn>[\w.@:-]{1,128}) Gateway: .{0,200}?Remote: (?P<ip>[0-9a-fA-F:.]{2,45})/")
_GATEWAY = re.compile(r"Remote gateway: (?P<ip>[0-9a-fA-F.:]{2,45}?),")
_REASON_ORDERLY = re.compile(r"(?i)reason: .{0,80}(?:config|clear|admin|manual|delete)")
_USER = re.compile(r"[Uu]ser '?(?P<user>[\w.@\\$-]{1,64})'?")
_SSH = re.compile(
    r"(?:ssh-connection '|from host '?|for user \S{1,64} from )(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]{3,45})"
)
_PEER = re.compile(r"(?:peer|NOTIFICATION (?:sent to|received from)) (?P<ip>[0-9a-fA-F:.]{3,45}) \(")
_BFD = re.compile(r"new state: (?P<now>up|down).{0,80}? peer addr: (?P<ip>[0-9a-fA-F:.]{3,45})")
_ALARM = re.compile(
    r"(?:(?:Major|Minor) alarm (?P<plain>set|cleared), |Alarm (?P<what>set|cleared): .{0,120}?reason=)"
    r"(?P<why>(?P<unit>(?:PEM|PSU|FPC|CB|PIC|SCB|Fan Tray|Fan|Power Supply|Host"
    r"|Routing Engine) ?\d{0,2}(?:/\d{1,2})?(?= )|(?:ge|xe|et|ae)-[\d/]{1,12})?.{0,160})"
)
_FRU = re.compile(
    r"(?:Taking|FRU|for) (?P<unit>(?:FPC|PIC|PEM|CB|SCB|Fan Tray|Routing Engine) ?\d{0,2})", re.I
)
_GROUP = re.compile(
    r"(?P<group>Redundancy-group \d{1,3}) transitioned from '(?P<was>[\w-]{1,24})' to '(?P<now>[\w-]{1,24})'"
)


class Junos:
    name = "junos"
    marks = Marks(apps=("", *sorted(_DAEMONS | _SHARED)), elements=("junos",))

    def claims(self, event: Event) -> bool:
        app = (event.app_name or "").lower()
        if app in _DAEMONS or app == "/kernel" or _parameters(event) is not None:
            return True
        text = event.message
        return (
            _TAG.match(text) is not None or _parameters(event) is not None or _ALARM.match(text) is not None
        )

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "juniper", "junos"
        text = event.message[:2048]
        found = _parameters(event)
        tag = _TAG.match(text)
        event.event_code = event.msgid or (tag[1] if tag is not None else None)
        code = event.event_code or ""
        if found is not None and code.startswith(_FLOWS):
            return _structured(event, found)
        if code.startswith("RT_FLOW"):
            return _flow(event, text)
        for start, reader in _READERS:
            if code.startswith(start):
                return reader(event, text)
        return _untagged(event, text)


def _parameters(event: Event) -> dict[str, str] | None:
    if event.structured_data is None:
        return None
    return next((found for key, found in event.structured_data.items() if _DEVICE.match(key)), None)


def _structured(event: Event, found: dict[str, str]) -> Rest:
    """Flows, screens, UTM and IDP tell everything in parameters."""
    get = found.get
    ends(
        event,
        get("source-address"),
        get("destination-address"),
        get("source-port"),
        get("destination-port"),
    )
    event.user = word(get("username"))
    event.interface = word(get("packet-incoming-interface") or get("interface-name"))
    code = event.event_code or ""
    verb = get("action") or ("deny" if code.endswith("DENY") else code.rpartition("_")[2].lower())
    return flow(event, verb)


def _flow(event: Event, text: str) -> Rest:
    match = _FLOW.search(text)
    if match is None:
        return Rest.SLOTS
    ends(event, match["a"], match["b"], match["ap"], match["bp"])
    face = _FLOW_IF.search(text, match.end())
    event.interface = face["if"] if face is not None else None
    return flow(event, {"created": "create", "closed": "close", "denied": "deny"}[match["verb"]])


def _link(event: Event, text: str) -> Rest:
    match = _LINK.search(text)
    if match is None:
        return Rest.ALL
    event.polarity = match["oper"]
    event.orderly = match["oper"] == "down" and match["admin"] == "down"
    name(event, match["if"], "interface")
    return Rest.NOTHING


def _tunnel(event: Event, text: str) -> Rest:
    vpn = _VPN.search(text)
    if vpn is not None:
        event.polarity, event.src_ip = vpn["now"], ip(vpn["ip"])
        event.orderly = vpn["now"] == "down" and _REASON_ORDERLY.search(text) is not None
        name(event, vpn["vpn"], "tunnel")
        return Rest.NOTHING
    remote = _GATEWAY.search(text)
    if remote is not None:  # a security association comes with every rekeying
        event.src_ip = ip(remote["ip"])
        name(event, event.src_ip, "tunnel")
        return Rest.NOTHING
    return Rest.ALL


def _interface(event: Event, text: str) -> Rest:
    """Commands of the management daemon: who did what."""
    user, source = _USER.search(text), _SSH.search(text)
    code = event.event_code or ""
    event.action = "login" if "LOGIN" in code or "AUTH" in code else "configure"
    if "LOGOUT" in code:
        event.action = "logout"
    if source is not None:
        event.src_ip = ip(source["ip"])
    if user is not None:
        event.user = user["user"]
    if event.action == "login":
        login(event, "failure" if "FAIL" in code or "ERROR" in code else "success", event.user)
    return Rest.NOTHING


def _login(event: Event, text: str) -> Rest:
    user, source = _USER.search(text), _SSH.search(text)
    code = event.event_code or ""
    told = _parameters(event) or {}
    failed = "FAIL" in code or "ERROR" in code or "REFUSED" in code or "fail" in text.lower()
    login(
        event,
        "failure" if failed else "success",
        user["user"] if user is not None else told.get("username"),
        source["ip"] if source is not None else told.get("source-address"),
    )
    return Rest.NOTHING


def _path(event: Event, text: str) -> Rest:
    match = _LSP.search(text)
    if match is None:
        return Rest.ALL
    event.polarity = match["now"] if match["now"] in ("up", "down") else "neutral"
    name(event, match["lsp"], "tunnel")
    return Rest.NOTHING


def _bfd(event: Event, text: str) -> Rest:
    match = _BFD.search(text)
    if match is None:
        return Rest.ALL
    event.polarity = match["now"]
    name(event, ip(match["ip"]), "neighbor")
    return Rest.SLOTS


def _chassis(event: Event, text: str) -> Rest:
    unit = _CONTENTS.search(text) or _FRU.search(text)
    if unit is not None:
        name(event, unit["unit"].strip(), "module")
    if "OFFLINE" in (event.event_code or ""):
        event.polarity = "down"
        event.orderly = "command" in text
        return Rest.SLOTS
    return Rest.ALL


def _cluster(event: Event, text: str) -> Rest:
    match = _GROUP.search(text)
    if match is None:
        return Rest.ALL
    if match["now"] == "primary":
        event.polarity = "up"
    elif match["now"] in ("lost", "disabled", "ineligible", "hold") or match["was"] == "primary":
        event.polarity = "down"
        event.orderly = "manual" in text.lower()
    name(event, match["group"], "cluster")
    return Rest.NOTHING


def _untagged(event: Event, text: str) -> Rest:
    alarm = _ALARM.search(text)
    if alarm is not None:
        what = alarm["what"] or alarm["plain"]
        event.action = f"alarm-{what}"
        event.polarity = "down" if what == "set" else "up"
        name(event, alarm["unit"] or alarm["why"].strip(), "module")
        return Rest.NOTHING
    ike = _IKE.search(text)
    if ike is not None:
        event.src_ip = ip(ike["ip"])
        name(event, ike["vpn"], "tunnel")
        return Rest.ALL
    peer = _PEER.search(text)
    if peer is not None:
        name(event, ip(peer["ip"]), "neighbor")
        if "NOTIFICATION" in text:  # the reason; the change of state has a message of its own
            return Rest.SLOTS
    return Rest.ALL


_READERS: Final = (
    ("SNMP_TRAP_LINK", _link),
    ("KMD_", _tunnel),
    ("IKE_", _tunnel),
    ("UI_", _interface),
    ("LOGIN_", _login),
    ("LIBJNX_LOGIN", _login),
    ("SSHD_LOGIN", _login),
    ("BFDD_", _bfd),
    ("RPD_MPLS", _path),
    ("CHASSISD_", _chassis),
    ("JSRPD_", _cluster),
)

DIALECT = Junos()

"""Cisco IOS, IOS-XE, IOS-XR, NX-OS and wireless controllers: `%FACILITY-severity-MNEMONIC: text` (System Messages Guide).

Links, neighbours and hardware are read by the generic layer; here stands who speaks, a second header of the device behind a
relay's, and what the words alone do not tell (flows of access lists, logins, tracked objects, tunnels by peer).
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.dialects.wireless import AIREOS_SAID
from brainstemd.pipeline.generic import generic
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.makers import maker_of_name
from brainstemd.pipeline.phrases import read
from brainstemd.pipeline.reading import ends, ip, login, name, words
from brainstemd.pipeline.stamps import read_stamp

_CODE = re.compile(r"%([A-Z][A-Z0-9_]{1,40}(?:-[A-Z][A-Z0-9_]{0,40}){0,2}?)-([0-7])-([A-Z0-9_]{2,64}) ?: ?")
# What may stand before the code once a relay's header is off: sequence numbers, the device's name, its stamp, a process.
_LEAD = re.compile(
    r"(?:\d{1,12}: ){0,2}(?:(?![A-Z][a-z]{2} {1,2}\d)(?P<host>[A-Za-z][\w.-]{0,63}):? (?:(?:[A-Z]{1,3}/)?\d/[\w/]{1,20}:)?)?"
    r"(?:[A-Z]{1,3}/\d/[\w/]{1,20}:)?(?:(?P<named>[A-Za-z][\w.-]{0,63}):(?=[A-Z][a-z]{2} {1,2}\d))?"
    r"(?P<task>\*[\w./-]{1,40}: )?"
)
_TASK = re.compile(r" (?P<app>[A-Za-z][\w.-]{0,40})\[(?P<pid>\d{1,10})\]: $")
_SPACED = re.compile(r"[Ii]nterface (?P<if>[A-Z][A-Za-z]{0,24}Ethernet \d{1,2}/\d{1,3}(?:/\d{1,3})?)\b")
# Makers that write IOS' codes; whose switch it is only its hostname tells.
_ALIKE: Final = frozenset(
    ("ruijie", "zte", "edgecore", "dlink", "ericsson", "fiberhome", "raisecom", "zyxel", "lenovo", "extreme")
)
_HARDWARE = re.compile(r"ENV|PLATFORM|FRU|CHASSIS|FAN|POWER|PS|HARDWARE|MODULE|C[46]K|CMRP|IOSXE_PEM|NGWC")
_BROKEN = re.compile(r"(?:^|_)(?:FAIL(?:ED|URE)?|DEAD|BAD|FAULTY)(?:_|$)")
_NBR = re.compile(r"Nbr (?P<ip>\d{1,3}(?:\.\d{1,3}){3})-[A-Z]")
_NODE = re.compile(r"[A-Z]{1,3}/\d/")
_NEXUS_TASK = re.compile(r" ?[a-z_]{2,16}-\w{1,12} \[\d{1,10}\]")
_NEXUS_PART = re.compile(r"(?:PS|FAN|PFM|MOD|XBAR)_")
_CONTEXT = re.compile(r"%\$ .{1,40} %\$ $|(?:\d{1,4}[ywdhms]){1,4}: $|\d{1,3}:\d{2}:\d{2}: $")
_NOT_OURS: Final = frozenset(("ASA", "FTD", "FWSM", "PIX", "UCSM"))
_DELL = re.compile(r"%(?:STKUNIT\d{1,2}|RPM\d)-")  # Dell FTOS names the unit before the code
_NEXUS: Final = words(
    "ETHPORT ETH_PORT_CHANNEL VSHD VPC MODULE FEX AUTHPRIV DAEMON FEATURE-MGR SYSMGR ETHPM VDC_MGR PFMA PORT-PROFILE"
    " USBHSD NOHMS URIB ACLLOG VMM BOOTVAR KERN STP L2FM ASCII-CFG INTERFACE_VLAN ICAM"
)
_XR = re.compile(r"(?:MGBL|PKT_INFRA|ROUTING|SECURITY|L2|OS|INFRA|HA|PLATFORM|IP|FABRIC|SYSDB)-")
_LIST = re.compile(
    r"list (?P<list>[\w.:-]{1,100}) (?P<verb>denied|permitted) (?P<proto>[\w-]{1,16}) (?P<a>[0-9a-fA-F:.]{2,45})"
    r"(?:\((?P<ap>\d{1,5})\))?(?: \([^)]{0,80}\))? ?-> ?(?P<b>[0-9a-fA-F:.]{2,45})(?: ?\((?P<bp>\d{1,5})\))?"
)
_LOGIN = re.compile(
    r"\[user: ?(?P<user>[^\]]{0,64})\] \[Source: ?(?P<ip>[0-9a-fA-F:.]{2,45})\](?: \[localport: (?P<port>\d{1,5})\])?"
)
_PEER = re.compile(r"[Pp]eer (?:at )?(?P<ip>\d{1,3}(?:\.\d{1,3}){3})(?::(?P<port>\d{1,5}))?")
_CONFIGURED = re.compile(
    r"[Cc]onfigured from .{1,80}? by (?:user ')?(?P<user>[\w.@\\-]{1,64})(?:'| on|$)"
    r"(?:[^(]{0,40}\((?P<ip>[0-9a-fA-F:.]{2,45})\)| (?P<at>\d[\d.]{6,14})@)?"
)
_BY = re.compile(r" by (?P<user>[\w.@\\-]{1,64})(?: on \S{1,40} \((?P<ip>[0-9a-fA-F:.]{2,45})\))?")
_COMMAND = re.compile(r"User: ?(?P<user>[^\s,]{1,64})")
_TRACK = re.compile(r"(?P<id>\d{1,4})(?: .{1,60})? (?P<was>Up|Down)\s{0,2}->\s{0,2}(?P<now>Up|Down)")
_STANDBY = re.compile(r"(?P<group>[A-Z][\w/.-]{1,40} (?:Grp|Group) \d{1,4}) state (?P<was>\w{2,12})\s{0,2}->")
_MEMBER = re.compile(r"[Pp]ort-channel ?\d{1,5}: (?P<if>[A-Z][\w/.-]{1,40}) is (?P<now>up|down)")
_FEX = re.compile(r"(?P<fex>(?:FEX|Fex)[ -]\d{1,3})\b")
_BUNDLED = re.compile(r"Interface (?P<if>[A-Z][\w/.-]{1,40}) (?P<what>joined|left) (?:the )?port-channel")
_ON_PORT = re.compile(r"\bport (?P<if>[A-Z][\w/.-]{1,40}\w)")
_AP = re.compile(r"AP Name: ?(?P<ap>[\w.:-]{1,64}),? .{0,240}?\b(?P<what>Joined|Disjoined)")
_VPC = re.compile(r"[Dd]omain (?P<id>\d{1,4})")
_ISIS = re.compile(r"Adjacency to (?P<host>[\w.-]{1,64}) \((?P<if>[\w/.-]{1,40})\) (?P<now>Up|Down)", re.I)


class CiscoIos:
    name = "cisco_ios"
    marks = Marks(codes=("*",))

    def claims(self, event: Event) -> bool:
        code = _CODE.search(event.message, 0, 256)
        return (
            code is not None
            and (
                event.app_name is None or "-" in code[1] or event.message[:1] == "*"
            )  # IOS-XR, WLC: a process
            and (code.start() == 0 or _leads(event.message, code.start()))
            and code[1] not in _NOT_OURS
            and _DELL.search(event.message, 0, code.start() + 12) is None
        )

    def apply(self, event: Event) -> Rest:
        code = _CODE.search(event.message, 0, 256)
        if code is None:
            return Rest.ALL
        facility, level, mnemonic = code[1], code[2], code[3]
        event.vendor, event.product = "cisco", "ios"
        event.event_code = f"{facility}-{level}-{mnemonic}"
        if event.severity is None:
            event.severity = int(level)
        if facility in _NEXUS or facility.startswith("DEVICE_TEST"):
            event.product = "nxos"
        elif _XR.match(facility + "-") and "-" in facility:
            event.product = "iosxr"
        elif (
            _NEXUS_PART.match(mnemonic)
            if facility == "PLATFORM"
            else _NEXUS_TASK.match(event.message, code.end())
        ) is not None:
            event.product = "nxos"
        if code.start() > 0:
            _second_header(event, code.start())
        text = event.message[:1024]
        spaced = _SPACED.search(text, 0, 200)
        if spaced is not None:  # Ruijie writes IOS' codes and a blank inside its interfaces' names
            event.vendor, event.product = "ruijie", "rgos"
            name(event, spaced["if"], "interface")
        elif (maker := maker_of_name(event.hostname or "")) is not None and maker[0] in _ALIKE:
            event.vendor, event.product = maker
        neighbour = _NBR.search(text, 0, 200)
        if neighbour is not None:
            name(event, neighbour["ip"], "neighbor")
        if event.product == "wlc":
            return read(event, text, AIREOS_SAID)
        reader = _READERS.get(mnemonic)
        if reader is not None:
            return reader(event, text)
        if facility.startswith("CRYPTO") or facility == "IKEV2":
            return _crypto(event, text)
        if _HARDWARE.match(facility) is not None and _BROKEN.search(mnemonic) is not None:
            event.polarity = "down"  # the code says it where the words do not (`Fan 1 not rotating`)
        if mnemonic.endswith(("_DOWN", "_UP")):
            return _by_code(event, mnemonic)
        return Rest.ALL


def _by_code(event: Event, mnemonic: str) -> Rest:
    """`NHRP_NHS_DOWN: … Transitioned to 'E'`: the code tells the state where the words do not."""
    generic(event)
    if event.polarity == "neutral":
        event.polarity = "down" if mnemonic.endswith("_DOWN") else "up"
    return Rest.NOTHING


def _leads(text: str, at: int) -> bool:
    """Whether what stands before the code is a header of the device and not another vendor's message that quotes one."""
    lead = _LEAD.match(text, 0, at)
    end = lead.end() if lead is not None else 0
    return at - end < 2 or _CONTEXT.match(text, end, at) is not None or read_stamp(text[:at], end) is not None


def _second_header(event: Event, at: int) -> None:
    """A relay's header was read; the device's own stands before the code: its stamp and name are nearer to the truth."""
    text = event.message
    lead = _LEAD.match(text, 0, at)
    if lead is None:
        return
    found = read_stamp(text[:at], lead.end())
    if lead["task"] is not None:
        event.product = "wlc"
    if (
        event.app_name is not None and _NODE.match(event.app_name) is not None
    ):  # IOS-XR's node where a tag could
        event.app_name = None
        if (event.hostname or "").isdecimal():
            event.hostname = None
    if event.hostname is None and (own := lead["host"] or lead["named"]) is not None:
        event.hostname = clean_host(own)
    if lead["task"] is not None and event.hostname is None and event.app_name is not None:
        event.hostname, event.app_name = event.app_name, None  # `name: *task: stamp: %…`
    if found is not None:
        event.stamp = found[0]
    elif at - lead.end() > 1:
        return
    task = _TASK.search(text, max(0, at - 64), at) if event.app_name is None else None
    if task is not None:
        event.app_name, event.procid = task["app"], task["pid"]
    event.message = text[at:]
    if event.parse_status == "partial" and event.facility is not None and event.stamp is not None:
        event.parse_status = "full"


def _access_list(event: Event, text: str) -> Rest:
    match = _LIST.search(text)
    if match is None:
        return Rest.SLOTS
    event.action = "deny" if match["verb"] == "denied" else "permit"
    event.outcome = "failure" if match["verb"] == "denied" else "success"
    ends(event, match["a"], match["b"], match["ap"], match["bp"])
    return Rest.NOTHING


def _logged(event: Event, text: str) -> Rest:
    match = _LOGIN.search(text)
    outcome = "success" if "uccess" in text[:80] else "failure"
    if match is None:
        event.action, event.outcome = "login", outcome
        return Rest.SLOTS
    login(event, outcome, match["user"], match["ip"])
    return Rest.NOTHING


def _configured(event: Event, text: str) -> Rest:
    event.action = "configure"
    match = _CONFIGURED.search(text)
    if match is not None:
        event.user = match["user"]
        event.src_ip = ip(match["ip"] or match["at"])
        return Rest.NOTHING
    return Rest.SLOTS


def _crypto(event: Event, text: str) -> Rest:
    """A tunnel is known by its peer; `Id:` comes only with some of its messages."""
    peer = _PEER.search(text)
    if peer is None:
        return Rest.ALL
    event.src_ip = ip(peer["ip"])
    name(event, event.src_ip, "tunnel")
    return Rest.ALL


def _standby(event: Event, text: str) -> Rest:
    """HSRP, VRRP and GLBP: the group on that interface; the interface has messages of its own."""
    match = _STANDBY.search(text)
    if match is not None:
        event.interface = match["group"].partition(" ")[0]
        name(event, match["group"], "cluster")
        return Rest.ALL
    return _track(event, text)


def _guarded(event: Event, text: str) -> Rest:
    """A guard shuts a port."""
    match = _ON_PORT.search(text)
    if match is None:
        return Rest.ALL
    event.action, event.polarity = "disable", "down"
    name(event, match["if"], "interface")
    return Rest.NOTHING


def _channel(event: Event, text: str) -> Rest:
    match = _MEMBER.search(text)
    if match is None:
        return Rest.ALL
    event.polarity = match["now"]
    name(event, match["if"], "interface")
    return Rest.NOTHING


def _track(event: Event, text: str) -> Rest:
    match = _TRACK.search(text)
    if match is None:
        return Rest.ALL
    event.polarity = match["now"].lower()
    name(event, f"track {match['id']}", "monitor")
    return Rest.NOTHING


def _recovering(event: Event, text: str) -> Rest:
    event.action = "recover"
    return Rest.SLOTS


def _flapping(event: Event, text: str) -> Rest:
    event.action = "mac-flap"
    return Rest.SLOTS


def _reload(event: Event, text: str) -> Rest:
    event.action, event.polarity, event.orderly = "reload", "down", True
    match = _BY.search(text)
    if match is not None:
        event.user, event.src_ip = match["user"], ip(match["ip"])
    return Rest.NOTHING


def _command(event: Event, text: str) -> Rest:
    event.action = "configure"
    match = _COMMAND.search(text)
    event.user = match["user"] if match is not None else None
    return Rest.NOTHING


def _by_whom(event: Event, text: str) -> Rest:
    match = _BY.search(text)
    if match is not None:
        event.user, event.src_ip = match["user"], ip(match["ip"])
    return Rest.SLOTS


def _extender(event: Event, text: str) -> Rest:
    match = _FEX.search(text)
    if match is not None:
        name(event, match["fex"], "node")
    return Rest.ALL


def _restarted(event: Event, text: str) -> Rest:
    event.action, event.polarity = "restart", "up"
    return Rest.SLOTS


def _access_point(event: Event, text: str) -> Rest:
    match = _AP.search(text)
    if match is None:
        return Rest.ALL
    event.action = match["what"].lower()
    event.polarity = "up" if match["what"] == "Joined" else "down"
    name(event, match["ap"], "ap")
    return Rest.SLOTS


def _vpc(event: Event, text: str) -> Rest:
    match = _VPC.search(text)
    if match is not None:
        name(event, f"vpc domain {match['id']}", "cluster")
    return Rest.ALL


def _isis(event: Event, text: str) -> Rest:
    match = _ISIS.search(text)
    if match is None:
        return Rest.ALL
    event.polarity, event.interface = match["now"].lower(), match["if"]
    name(event, match["host"], "neighbor")
    return Rest.NOTHING


def _bundle(event: Event, text: str) -> Rest:
    """A member that joins or leaves its channel."""
    match = _BUNDLED.search(text)
    if match is None:
        return Rest.ALL
    event.polarity = "down" if match["what"] == "left" else "up"
    name(event, match["if"], "interface")
    return Rest.NOTHING


_READERS: Final = {
    "FEX_STATUS": _extender,
    "BUNDLE": _bundle,
    "UNBUNDLE": _bundle,
    "IPACCESSLOGP": _access_list,
    "IPACCESSLOGDP": _access_list,
    "IPACCESSLOGNP": _access_list,
    "IPACCESSLOGRP": _access_list,
    "ACCESSLOGP": _access_list,
    "ACCESSLOGDP": _access_list,
    "LOGIN_FAILED": _logged,
    "LOGIN_SUCCESS": _logged,
    "COUNTERS": _by_whom,
    "CONFIG_I": _configured,
    "VSHD_SYSLOG_CONFIG_I": _configured,
    "STATE": _track,
    "STATECHANGE": _standby,
    "BLOCK_BPDUGUARD": _guarded,
    "PORT_DOWN": _channel,
    "PORT_UP": _channel,
    "ERR_RECOVER": _recovering,
    "MACFLAP_NOTIF": _flapping,
    "RELOAD": _reload,
    "CFGLOG_LOGGEDCMD": _command,
    "RESTART": _restarted,
    "AP_JOIN_DISJOIN": _access_point,
    "PEER_KEEP_ALIVE_RECV_FAIL": _vpc,
    "PEER_KEEP_ALIVE_RECV_SUCCESS": _vpc,
    "ADJCHANGE": _isis,
}

DIALECT = CiscoIos()

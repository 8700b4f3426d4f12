"""Arista EOS: `Agent: %FACILITY-severity-MNEMONIC: text` (EOS System Message Guide); the agent is the app."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import ends, ip, login, name, words

_CODE = re.compile(r"(?:\d{1,10}: )?%([A-Z][A-Z0-9_]{1,40})-([0-7])-([A-Z0-9_]{2,64}): ?")
_AGENTS: Final = words(
    "ebra bgp rib ospf ospf3 isis stp lag lacp mlag lldp configagent cli aaa vrrp arp snmp procmgr fru powermanager thermostat"
    " fan fandetector superserver sysdb bfd stptopology portsec igmpsnooping eventmon xcvr xcvragent phyethtool launcher acl"
    " aclagent stagemgr mpls ipsec ledpolicy strata stratal2 sand sandfap fap dhcprelay eossdk reloadcauseagent mcastcommon pim"
    " msdp qos eapi capi terminattr iprib ipeth mlagtunnel dot1x iprouting powersupply hardware storagedevices ptp security"
    " procmgr-worker procmgr-master"
)
_BGP = re.compile(
    r"peer (?P<ip>[0-9a-fA-F:.]{2,45}) .{0,120}?old state (?P<was>\w{1,16}) event (?P<why>\w{1,32}) new state (?P<now>\w{1,16})"
)
_LOGIN = re.compile(r"user (?P<user>\S{1,64}) .{0,80}?\[from: (?P<ip>[0-9a-fA-F:.]{2,45})\]")
_BY = re.compile(r" by (?P<user>[\w.@\\-]{1,64})(?: on \S{1,40} \((?P<ip>[0-9a-fA-F:.]{2,45})\))?")
_LIST = re.compile(
    r"list (?P<list>\S{1,64}) (?:(?P<if>[A-Z]\S{1,32}) )?(?P<verb>denied|permitted) \S{1,12} (?P<a>[0-9a-fA-F:.]{2,45})"
    r"(?:\((?P<ap>\d{1,5})\))? -> (?P<b>[0-9a-fA-F:.]{2,45})(?:\((?P<bp>\d{1,5})\))?"
)
_BEHIND = re.compile(r"interface (?P<if>[A-Z][\w/.-]{1,32})$")

_BFD = re.compile(
    r"peer \(vrf:[^,)]{1,64}, ip:(?P<ip>[0-9a-fA-F:.]{2,45}), intf:(?P<if>[\w/.-]{1,40})[^)]{0,120}\)"
    r" changed state .{0,40}?to (?P<now>Up|Down)"
)


class Arista:
    name = "arista"
    marks = Marks(apps=tuple(sorted(_AGENTS)))

    def claims(self, event: Event) -> bool:
        return _CODE.match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        code = _CODE.match(event.message)
        if code is None:
            return Rest.ALL
        event.vendor, event.product = "arista", "eos"
        event.event_code = f"{code[1]}-{code[2]}-{code[3]}"
        if event.severity is None:
            event.severity = int(code[2])
        text = event.message[code.end() : 1024]
        if code[1] == "AAA" or "LOGIN" in code[3]:
            return _login(event, text, code[3])
        if code[1] == "LLDP":
            return _neighbour(event, text, code[3])
        reader = _READERS.get(code[3])
        return Rest.ALL if reader is None else reader(event, text)


def _login(event: Event, text: str, mnemonic: str) -> Rest:
    match = _LOGIN.search(text)
    if match is None:
        return Rest.ALL
    outcome = "failure" if "FAIL" in mnemonic else None if "LOGOUT" in mnemonic else "success"
    login(event, outcome, match["user"], match["ip"])
    if outcome is None:
        event.action = "logout"
    return Rest.NOTHING


def _neighbour(event: Event, text: str, mnemonic: str) -> Rest:
    """The neighbour at a port: the port is what a person knows."""
    match = _BEHIND.search(text)
    if match is None:
        return Rest.ALL
    event.polarity = (
        "down" if "TIMEOUT" in mnemonic or "LOST" in mnemonic else "up" if "NEW" in mnemonic else "neutral"
    )
    name(event, match["if"], "interface")
    return Rest.NOTHING


def _bgp(event: Event, text: str) -> Rest:
    match = _BGP.match(text)
    if match is None:
        return Rest.ALL
    name(event, ip(match["ip"]), "neighbor")
    if match["now"] == "Established":
        event.polarity = "up"
    elif match["was"] == "Established":
        event.polarity = "down"
        event.orderly = match["why"] == "Stop"
    return Rest.NOTHING


def _configured(event: Event, text: str) -> Rest:
    event.action = "configure"
    match = _BY.search(text)
    if match is not None:
        event.user, event.src_ip = match["user"], ip(match["ip"])
    return Rest.NOTHING


def _spanning_tree(event: Event, text: str) -> Rest:
    event.action = "stp-state"  # the port's own state has a message of its own
    return Rest.SLOTS


def _access_list(event: Event, text: str) -> Rest:
    match = _LIST.match(text)
    if match is None:
        return Rest.SLOTS
    event.action = "deny" if match["verb"] == "denied" else "permit"
    event.outcome = "failure" if match["verb"] == "denied" else "success"
    ends(event, match["a"], match["b"], match["ap"], match["bp"])
    event.interface = match["if"]
    return Rest.NOTHING


def _bfd(event: Event, text: str) -> Rest:
    match = _BFD.search(text)
    if match is None:
        return Rest.ALL
    event.polarity, event.interface = match["now"].lower(), match["if"]
    name(event, ip(match["ip"]), "neighbor")
    return Rest.NOTHING


_READERS: Final = {
    "STATE_CHANGE": _bfd,
    "ADJCHANGE": _bgp,
    "CONFIG_I": _configured,
    "CONFIG_E": _configured,
    "INTERFACE_STATE": _spanning_tree,
    "IPACCESS": _access_list,
}

DIALECT = Arista()

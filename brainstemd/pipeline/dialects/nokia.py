"""Nokia (Alcatel-Lucent) SR OS: `TMNX: 123 Base PORT-MINOR-linkDown-2004 [Port 1/1/3]:  text` (SR OS Log Events Guide).

The code is application, severity, event's name and number. What stands in brackets is the subject; states of peers are read from
the words, because a peer that moves from ESTABLISHED is down whatever else the sentence says.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, LOOK_MAX, phrase, read
from brainstemd.pipeline.reading import name, said, words

_HEAD = re.compile(
    r"(?:TMNX: )?(?P<number>\d{1,12}) (?P<router>[\w.-]{1,64}) "
    r"(?P<code>(?P<app>[A-Z][A-Z0-9_]{1,31})-(?P<level>CLEARED|INFO|INDETERMINATE|WARNING|MINOR|MAJOR|CRITICAL)-(?P<event>[A-Za-z]\w{1,63})-\d{4,5}) "
    r"\[(?P<subject>[^\]]{0,128})\]: {0,4}"
)
# SR Linux: module, pid, thread, sequence, level.
_SRL = re.compile(
    r"(?P<code>[a-z][\w-]{1,32})\|\d{1,10}\|\d{1,10}\|\w{1,12}\|(?P<level>[A-Z])(?: \w{1,20}\|\S{1,32}\|)?: "
)
_SRL_APPS: Final = tuple(
    f"sr_{part}"
    for part in sorted(
        words(
            "aaa_mgr acl_mgr app_mgr arp_nd_mgr bfd_mgr bgp_mgr chassis_mgr cli device_mgr dhcp_client_mgr "
            "eth_switch evpn_mgr fib_mgr grpc_server isis_mgr json_rpc_server l2_mac_mgr l2_static_mac_mgr "
            "lag_mgr linux_mgr lldp_mgr log_mgr mgmt_server mpls_mgr net_inst_mgr oam_mgr ospf_mgr plcy_mgr "
            "sdk_mgr snmp_server static_route_mgr supportd xdp xdp_lc_1 gnmi_server "
        )
    )
)
_SRL_LEVELS: Final = {"C": 2, "E": 3, "W": 4, "N": 5, "I": 6, "D": 7}
_LEVELS: Final = {
    "CLEARED": 6,
    "INFO": 6,
    "INDETERMINATE": 5,
    "WARNING": 4,
    "MINOR": 4,
    "MAJOR": 3,
    "CRITICAL": 2,
}
_SRL_SAID = (
    phrase("lower state", rf"[Pp]eer (?P<entity>{IP}): moved from higher state \w{{1,20}} to lower state", "peer", "down", None, "neighbour"),
    phrase("stablished", rf"[Pp]eer (?P<entity>{IP}): moved (?:in)?to (?:the )?[Ee]stablished", "peer", "up", "success", "neighbour"),
    phrase("nterface", r"[Ii]nterface (?P<entity>(?:ethernet|mgmt|lag|system|lo|irb)[\w/.-]{1,24}).{0,40}(?:down|disabled)", "link", "down", None, "interface"),
    phrase("nterface", r"[Ii]nterface (?P<entity>(?:ethernet|mgmt|lag|system|lo|irb)[\w/.-]{1,24}).{0,40}\bup\b", "link", "up", None, "interface"),
)  # fmt: skip
_PEER = rf"[Pp]eer (?:\d{{1,4}}: )?(?P<entity>{IP}):"
_PHRASES = (
    phrase("linkDown", r"\[Port (?P<entity>[\w/.-]{1,40})\]", "link", "down", None, "interface"),
    phrase("linkUp", r"\[Port (?P<entity>[\w/.-]{1,40})\]", "link", "up", None, "interface"),
    phrase("BindStatusChanged", r"\[(?P<entity>[^\]]{1,64})\].{0,200}oper ?= ?down", "sdp", "down", None, "tunnel"),
    phrase("BindStatusChanged", r"\[(?P<entity>[^\]]{1,64})\].{0,200}oper ?= ?up", "sdp", "up", None, "tunnel"),
    phrase("lower state", rf"{_PEER} moved from higher state \w{{1,20}} to lower state \w{{1,20}}.{{0,80}}(?:ADMIN|admin)", "peer", "down", None, "neighbour", orderly=True),
    phrase("lower state", rf"{_PEER} moved from higher state \w{{1,20}} to lower state", "peer", "down", None, "neighbour"),
    phrase("moved into established", rf"{_PEER} moved into established", "peer", "up", "success", "neighbour"),
    phrase("closing connection", rf"{_PEER}.{{0,40}}closing connection", "peer", "down", None, "neighbour"),
    phrase("BfdSession", r"[Nn]eighbor: (?P<entity>[0-9a-fA-F:.]{2,45}).{0,160}(?:went down|changed state to down|is down)", "bfd", "down", None, "neighbour"),
    phrase("NbrStateChange", rf"[Nn]eighbor (?:with )?(?:rtrid |router id )?(?P<entity>{IP}).{{0,120}}changed state to (?:Down|down|init|Init)", "neighbour", "down", None, "neighbour"),
    phrase("NbrStateChange", rf"[Nn]eighbor (?:with )?(?:rtrid |router id )?(?P<entity>{IP}).{{0,120}}changed state to (?:Full|full)", "neighbour", "up", None, "neighbour"),
    phrase("AdjacencyChange", r"[Ii]nterface (?P<iface>[\w./-]{1,64}).{0,80}?system (?P<entity>[\w.-]{1,40}).{0,40}(?:to|is|state) down", "neighbour", "down", None, "neighbour"),
    phrase("user_login_failed", rf"[Uu]ser (?P<user>\S{{1,64}}) (?:from (?P<src>{IP}) )?", "login", "neutral", "failure", "user"),
    phrase("user_login-", rf"[Uu]ser (?P<user>\S{{1,64}}) (?:from (?P<src>{IP}) )?", "login", "neutral", "success", "user"),
    phrase("user_logout-", rf"[Uu]ser (?P<user>\S{{1,64}}) (?:from (?P<src>{IP}) )?", "logout", kind="user"),
    phrase("ChassisFailure", r"\[(?P<entity>[^\]]{1,128})\]", "hardware", "down", "failure", "part"),
    phrase("EqCardFailure", r"\[(?P<entity>[^\]]{1,128})\]", "hardware", "down", "failure", "part"),
    phrase("EqCardRemoved", r"\[(?P<entity>[^\]]{1,128})\]", "hardware", "down", None, "part"),
    phrase("EqCardInserted", r"\[(?P<entity>[^\]]{1,128})\]", "hardware", "up", None, "part"),
    phrase("EqPowerSupplyFailure", r"\[(?P<entity>[^\]]{1,128})\]", "hardware", "down", "failure", "part"),
    phrase("EqFanFailure", r"\[(?P<entity>[^\]]{1,128})\]", "hardware", "down", "failure", "part"),
)  # fmt: skip


class Nokia:
    name = "nokia"
    marks = Marks(apps=("tmnx", "sros", *_SRL_APPS), heads=("tmnx",))

    def claims(self, event: Event) -> bool:
        return _HEAD.match(event.message) is not None or _SRL.match(event.message) is not None

    def apply(self, event: Event) -> Rest:
        text = event.message[:LOOK_MAX]
        head = _HEAD.match(text)
        if head is None:
            return _srlinux(event, text)
        event.vendor, event.product, event.event_code = "nokia", "sros", head["code"]
        if event.severity is None:
            event.severity = _LEVELS[head["level"]]
        rest = read(event, text[head.start("code") :], _PHRASES)
        if rest is Rest.ALL:
            rest = said(event, text[head.end() :])
            if event.entity is None and event.polarity != "neutral":
                name(event, head["subject"], "part")
        return rest


def _srlinux(event: Event, text: str) -> Rest:
    head = _SRL.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product, event.event_code = "nokia", "srlinux", head["code"]
    if event.severity is None:
        event.severity = _SRL_LEVELS.get(head["level"])
    rest = read(event, text[head.end() :], _SRL_SAID)
    return said(event, text[head.end() :]) if rest is Rest.ALL else rest


DIALECT = Nokia()

"""Routing daemons and keepalived: FRR, BIRD, VRRP and its checks (FRR user guide "Logging"; BIRD 2 user guide; keepalived(8)).

A neighbour is named by its address (BIRD: by its protocol), a VRRP instance and a checked server by their own names. MASTER is up,
FAULT down; BACKUP is the good state of the other node and neutral.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_BGP = (
    phrase("%ADJCHANGE", r"%(?P<code>ADJCHANGE): neighbor (?P<entity>[^\s(]{1,64})(?:\([^)]{1,64}\))?(?: in vrf \S{1,64})? Up", "adjacency", "up", "success", "neighbor"),
    phrase("%ADJCHANGE", r"%(?P<code>ADJCHANGE): neighbor (?P<entity>[^\s(]{1,64})(?:\([^)]{1,64}\))?(?: in vrf \S{1,64})? Down (?:Admin|User|Peer de|Neighbor deleted)", "adjacency", "down", None, "neighbor", orderly=True),
    phrase("%ADJCHANGE", r"%(?P<code>ADJCHANGE): neighbor (?P<entity>[^\s(]{1,64})(?:\([^)]{1,64}\))?(?: in vrf \S{1,64})? Down", "adjacency", "down", None, "neighbor"),
    phrase("%NOTIFICATION", r"%(?P<code>NOTIFICATION): \w{1,10} (?:to|from) neighbor (?P<entity>[^\s(]{1,64})(?:\([^)]{1,64}\))? \d{1,2}/\d{1,2} \(Cease/Administrative", "notification", "down", None, "neighbor", orderly=True),
    phrase("%NOTIFICATION", r"%(?P<code>NOTIFICATION): \w{1,10} (?:to|from) neighbor (?P<entity>[^\s(]{1,64})(?:\([^)]{1,64}\))? \d{1,2}/\d{1,2}", "notification", "down", "failure", "neighbor"),
    phrase("%MAXPFX", rf"%(?P<code>MAXPFX): No\. of .{{1,60}} prefix received from (?P<entity>{IP}) (?:reaches|exceed)", "max-prefix", "neutral", "failure", "neighbor"),
    phrase("(Established->", rf"(?P<entity>{IP}) \[FSM\] \w{{1,40}} \(Established->", "fsm", "down", None, "neighbor"),
    phrase("->Established)", rf"(?P<entity>{IP}) \[FSM\] \w{{1,40}} \(\w{{1,16}}->Established\)", "fsm", "up", "success", "neighbor"),
)  # fmt: skip

_OSPF = (
    phrase("AdjChg", rf"AdjChg: Nbr (?P<entity>{IP})(?:\([^)]{{1,64}}\))? on (?P<iface>[\w.-]{{1,32}})[^ ]{{0,64}}: \S{{1,16}} -> Full", "adjacency", "up", "success", "neighbor"),
    phrase("AdjChg", rf"AdjChg: Nbr (?P<entity>{IP})(?:\([^)]{{1,64}}\))? on (?P<iface>[\w.-]{{1,32}})[^ ]{{0,64}}: Full -> ", "adjacency", "down", None, "neighbor"),
    phrase("AdjChg", rf"AdjChg: Nbr (?P<entity>{IP})(?:\([^)]{{1,64}}\))? on (?P<iface>[\w.-]{{1,32}})", "adjacency", kind="neighbor"),
    phrase("nsm_change_state", rf"nsm_change_state\((?P<entity>{IP}), \S{{1,16}} -> Full\)", "adjacency", "up", "success", "neighbor"),
    phrase("nsm_change_state", rf"nsm_change_state\((?P<entity>{IP}), Full -> ", "adjacency", "down", None, "neighbor"),
)  # fmt: skip

_BFD = (
    phrase("state-change", rf"state-change: \[.{{0,80}}?peer:(?P<entity>{IP})[^\]]{{0,160}}\] \w{{1,12}} -> up", "bfd", "up", "success", "neighbor"),
    phrase("state-change", rf"state-change: \[.{{0,80}}?peer:(?P<entity>{IP})[^\]]{{0,160}}\] \w{{1,12}} -> down reason:(?:admin|neighbor-admin)", "bfd", "down", None, "neighbor", orderly=True),
    phrase("state-change", rf"state-change: \[.{{0,80}}?peer:(?P<entity>{IP})[^\]]{{0,160}}\] up -> (?:down|init|adm)", "bfd", "down", None, "neighbor"),
)  # fmt: skip

_WATCH = (
    phrase("state -> down", r"(?P<entity>[a-z0-9]{2,16}) state -> down", "daemon-state", "down", "failure", "service"),
    phrase("state -> unresponsive", r"(?P<entity>[a-z0-9]{2,16}) state -> unresponsive", "daemon-state", "down", "failure", "service"),
    phrase("state -> up", r"(?P<entity>[a-z0-9]{2,16}) state -> up", "daemon-state", "up", "success", "service"),
    phrase("all daemons up", r"all daemons up", "start", "up", "success"),
)  # fmt: skip

_BIRD = (
    phrase("BGP session established", r"(?:<\w{1,8}> )?(?P<entity>[\w.-]{1,64}): BGP session established", "established", "up", "success", "neighbor"),
    phrase("State changed to up", r"(?:<\w{1,8}> )?(?P<entity>[\w.-]{1,64}): State changed to up", "state", "up", "success", "neighbor"),
    phrase("State changed to down", r"(?:<\w{1,8}> )?(?P<entity>[\w.-]{1,64}): State changed to down", "state", "down", None, "neighbor"),
    phrase("State changed to", r"(?:<\w{1,8}> )?(?P<entity>[\w.-]{1,64}): State changed to", "state", kind="neighbor"),
    phrase("Received:", r"(?:<\w{1,8}> )?(?P<entity>[\w.-]{1,64}): Received: Administrative shutdown", "notification", "down", None, "neighbor", orderly=True),
    phrase("rror: ", r"(?:<\w{1,8}> )?(?P<entity>[\w.-]{1,64}): (?:Error|Socket error): ", "error", "down", "failure", "neighbor"),
    phrase("BGP session closed", r"(?:<\w{1,8}> )?(?P<entity>[\w.-]{1,64}): BGP session closed", "closed", "down", None, "neighbor"),
    phrase("changed state", r"(?P<entity>[\w.-]{1,64}): Neighbor \S{1,64} on (?P<iface>[\w.-]{1,32}) changed state from Full to", "adjacency", "down", None, "neighbor"),
    phrase("changed state", r"(?P<entity>[\w.-]{1,64}): Neighbor \S{1,64} on (?P<iface>[\w.-]{1,32}) changed state from \w{1,16} to Full", "adjacency", "up", None, "neighbor"),
)  # fmt: skip

_INSTANCE = r"(?:VRRP_Instance)?\((?P<entity>[^)]{1,64})\)"
_VRRP = (
    phrase("MASTER STATE", rf"{_INSTANCE} (?:Entering|Transition to) MASTER STATE", "vrrp", "up", None, "cluster"),
    phrase("BACKUP STATE", rf"{_INSTANCE} (?:Entering|Transition to) BACKUP STATE", "vrrp", "neutral", None, "cluster"),
    phrase("FAULT STATE", rf"{_INSTANCE} (?:Entering|Now in|Transition to) FAULT STATE", "vrrp", "down", "failure", "cluster"),
    phrase("etlink reports", r"[Nn]etlink reports (?P<entity>[\w.@-]{1,32}) down", "link", "down", None, "interface"),
    phrase("etlink reports", r"[Nn]etlink reports (?P<entity>[\w.@-]{1,32}) up", "link", "up", None, "interface"),
    phrase("Script", r"(?:VRRP_)?Script ?[(`]{1,2}(?P<entity>[^)'`]{1,64})[)'`] (?:failed|timed out|now returning [1-9])", "check", "down", "failure", "monitor"),
    phrase("Script", r"(?:VRRP_)?Script ?[(`]{1,2}(?P<entity>[^)'`]{1,64})[)'`] (?:succeeded|now returning 0)", "check", "up", "success", "monitor"),
    phrase("Removing service", r"Removing service (?P<entity>\[[^\]]{1,64}\]:\w{3,8}:\d{1,5}) (?:from|to) VS", "server-removed", "down", None, "host"),
    phrase("Adding service", r"Adding service (?P<entity>\[[^\]]{1,64}\]:\w{3,8}:\d{1,5}) (?:from|to) VS", "server-added", "up", None, "host"),
    phrase("failed", rf"(?:TCP|HTTP|SSL|MISC|SMTP)[\w_ ]{{0,24}}(?i:connection|check)[\w ]{{0,16}}(?P<entity>\[(?P<dst>{IP})\]:\w{{3,8}}:(?P<dport>\d{{1,5}})).{{0,40}}failed", "check", "neutral", "failure", "host"),
    phrase("success", rf"(?:TCP|HTTP|SSL|MISC|SMTP)[\w_ ]{{0,24}}(?:connection|check|code)[\w ]{{0,16}}(?P<entity>\[(?P<dst>{IP})\]:\w{{3,8}}:(?P<dport>\d{{1,5}})).{{0,40}}success", "check", "neutral", "success", "host"),
    phrase("eceived", rf"{_INSTANCE} [Rr]eceived (?:higher|lower|invalid) (?:prio|priority)?", "advertisement", kind="cluster"),
    phrase("Stopp", r"^(?:Stopped|Stopping)(?: Keepalived)?", "stop", "down", orderly=True),
    phrase("exited", r"(?P<entity>Keepalived_\w{1,16}) exited", "exit", "down", "failure", "service"),
)  # fmt: skip

_KEEPALIVED = Program("keepalived", "keepalived", _VRRP)


# Junos' daemons have the same names; their lines bear a tag: `BFDD_TRAP_SHOP_STATE_DOWN: …`, as MSGID where they are structured.
# An appliance's daemon of the same name says its tag, or its name and level (`[mgmtd.NOTICE]: `).
_TAGGED = re.compile(
    r"[A-Z][A-Z0-9]{1,20}_[A-Z0-9_]{3,60}: |\[[a-z]\w{1,30}\.[A-Z]{3,8}\]: |Event\|\d{1,6}\|"
)


def _frr(product: str) -> Program:
    return Program("frr", product, (*_BGP, *_OSPF, *_BFD, *_WATCH), others=_TAGGED)


DIALECT = Family(
    "routing",
    {
        **{
            name: _frr(name)
            for name in (
                "bgpd", "ospfd", "ospf6d", "bfdd", "zebra", "isisd", "ldpd", "pimd", "ripd", "staticd",
                "eigrpd", "watchfrr", "mgmtd",
            )
        },
        "frr": _frr("frr"),
        "bird": Program("bird", "bird", _BIRD),
        "bird6": Program("bird", "bird", _BIRD),
        "keepalived": _KEEPALIVED,
        "keepalived_vrrp": _KEEPALIVED,
        "keepalived_healthcheckers": _KEEPALIVED,
    },
)  # fmt: skip

"""Boxes that inspect traffic and write columns: Radware DefensePro, McAfee Network Security, TippingPoint, Blue Coat ProxySG, Barracuda
WAF, VMware NSX; load balancers that tell real servers: Radware Alteon, Lenovo switches of the same heritage, Kemp LoadMaster.

Ends are four columns that follow one another: address, port, address, port. What was stopped is a failed attempt.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, Reader, Readers, app_key, phrase, read
from brainstemd.pipeline.reading import ends, flow, ip, said, stamp
from brainstemd.pipeline.structure import level
from brainstemd.pipeline.unclaimed import columns

_DEFENSEPRO = re.compile(
    r'(?P<day>\d\d)-(?P<month>\d\d)-(?P<year>\d{4}) (?P<clock>\d\d:\d\d:\d\d) (?P<level>[A-Z]{4,9}) (?P<code>\d{1,10}) (?P<area>[\w-]{3,40}) "(?P<what>[^"]{1,256})" '
)
_TIPPING = re.compile(
    r"(?P<verb>[789]|1\d)\t(?P<level>\d)\t\"?[\w-]{1,64}\"?\t\"?[\w-]{1,64}\"?\t\"?(?P<what>[^\t\"]{1,256})\"?\t"
)
_TIPPED: Final = {"7": "permit", "8": "block", "9": "p2p"}
_PROXY = re.compile(
    r"(?:(?P<day>\d{4}-\d\d-\d\d) (?P<clock>\d\d:\d\d:\d\d) )?(?P<took>\d{1,8}) (?P<src>[0-9a-fA-F:.]{2,45}) (?:(?P<user>\S{1,128}) )?"
    r"(?:\S{1,64} ){0,6}?(?P<done>(?:TCP|UDP)_\w{2,32}|OBSERVED|DENIED|PROXIED) "
)
_WAF = re.compile(
    r"(?:\d{4}-\d\d-\d\d [\d:.]{8,12} [+-]\d{4} {1,2})?(?:[\w.-]{1,64} )?WF (?P<level>EMER|ALER|CRIT|ERRO|WARN|NOTI|INFO|DEBU) (?P<code>[A-Z_]{3,64}) "
)
_WAF_ACT = re.compile(r" (?P<act>DENY|LOG|REDIRECT|CLOAK|ALLOW)\b")
_TRAFFIC = re.compile(r"(?:\d{4}-\d\d-\d\d [\d:.]{8,12} [+-]\d{4} {1,2})?(?:[\w.-]{1,64} )?TR ")
_ALTEON = re.compile(  # words that others have too only behind two blanks
    r"(?:EMERG|ALERT|CRIT|CRITICAL|ERR|ERROR|WARNING|NOTICE|INFO|DEBUG) {1,4}"
    r"(?P<area>slb|gslb|hc|vrrp|link|lacp|stp|stg|mgmt|telnet/ssh-\d{1,2}|port_mirror|sfp|hotlinks"
    r"|(?<=  )(?:ip|system|server|vlan|ospf|bgp|security|cfg|telnet|ssh|ntp|failover)): "
)
_LENOVO: Final = frozenset(
    ("link", "lacp", "stp", "stg", "hotlinks", "failover", "sfp", "port_mirror", "server")
)
_ALTEON_SAID = (
    phrase("link down on", r"link down on port (?P<entity>[\w/.:-]{1,24})", "link", "down", None, "interface"),
    phrase("link up on", r"link up on port (?P<entity>[\w/.:-]{1,24})", "link", "up", None, "interface"),
    phrase("cannot contact real", r"cannot contact real server (?P<entity>[\w.:-]{1,64})", "server", "down", "failure", "host"),
    phrase("real server", r"real server (?P<entity>[\w.:-]{1,64})(?: \([^)]{1,64}\))?(?::\d{1,5})? (?:is )?(?:operational|up)", "server", "up", "success", "host"),
    phrase("real server", r"real server (?P<entity>[\w.:-]{1,64})(?: \([^)]{1,64}\))?(?::\d{1,5})? (?:is )?(?:disabled|down|failed)", "server", "down", None, "host"),
    phrase("login", rf"(?:Failed login|[Ff]ailed .{{0,30}}login).{{0,60}}?(?:user:? ?(?P<user>[\w.@-]{{1,64}}))?.{{0,20}}from (?:host )?(?P<src>{IP})", "login", "neutral", "failure", "user"),
    phrase("login", rf"(?P<user>[\w.@-]{{1,64}}) .{{0,24}}login (?:on|from) (?:host )?(?P<src>{IP})", "login", "neutral", "success", "user"),
)  # fmt: skip
_KEMP_SAID = (
    phrase("RS ", r"(?:Removed|removed) RS (?P<entity>[\d.:]{7,64}) from VS", "server", "down", None, "host"),
    phrase("RS ", r"(?:Added|added) RS (?P<entity>[\d.:]{7,64}) to VS", "server", "up", None, "host"),
    phrase("RS ", rf"RS (?P<entity>{IP}):(?P<dport>\d{{1,5}}) .{{0,60}}\b(?:is now )?(?:down|unavailable)", "server", "down", None, "host"),
    phrase("RS ", rf"RS (?P<entity>{IP}):(?P<dport>\d{{1,5}}) .{{0,60}}\b(?:is now )?(?:up|available)", "server", "up", None, "host"),
)  # fmt: skip
_NSX = re.compile(
    r"INET6? (?:match|TERM) (?P<verb>[A-Z]{4,8}) (?P<rule>[\w/-]{1,40}) (?:IN|OUT) .{0,40}?(?P<a>[0-9a-fA-F:.]{2,45})/(?P<ap>\d{1,5})->(?P<b>[0-9a-fA-F:.]{2,45})/(?P<bp>\d{1,5})"
)
_NSM_APPS: Final = ("syslogalertforwarder", "syslogalertforwardernsp")
_KEMP_APPS: Final = ("l4d", "l7d", "vsslproxy", "ssoproxy", "wafd")
_PROXY_APPS: Final = ("proxysg", "bluecoat", "edgeswg")


_MARKS: Final = Marks(
    heads=(
        "wf",
        "tr",
        "emerg",
        "alert",
        "crit",
        "critical",
        "err",
        "warning",
        "notice",
        "info",
        "7",
        "8",
        "9",
    ),
    apps=("dfwpktlogs", "firewall_pktlog", "defensepro", "alteon", *_NSM_APPS, *_KEMP_APPS, *_PROXY_APPS),
    inside=(" WF ", '" TCP ', '" UDP ', '" ICMP ', '" IP '),
)


def _whose(event: Event) -> Reader | None:
    text = event.message
    app = app_key(event.app_name) if event.app_name is not None else ""
    if app in _NSM_APPS:
        return _nsm
    if app in ("dfwpktlogs", "firewall_pktlog"):
        return _nsx
    if app in _KEMP_APPS:
        return _kemp
    if app in _PROXY_APPS:
        return _proxy if _PROXY.match(text) is not None else None
    if _ALTEON.match(text) is not None and app in ("", "alteon"):
        return _alteon
    for pattern, reader in _FORMS:
        if pattern.match(text) is not None:
            return reader
    return None


def _defensepro(event: Event, text: str) -> Rest:
    head = _DEFENSEPRO.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product, event.event_code = "radware", "defensepro", head["code"]
    if event.severity is None:
        event.severity = level(head["level"])
    if event.stamp is None:
        event.stamp = stamp(f"{head['year']}-{head['month']}-{head['day']}T{head['clock']}")
    columns(event, text[head.end() - 1 :])
    verb = re.search(
        r" (drop|forward|proxy|challenge|http-403-forbidden|source-?reset)\b", text[head.end() :]
    )
    return flow(event, verb[1] if verb is not None else None)


def _tipping_point(event: Event, text: str) -> Rest:
    head = _TIPPING.match(text)
    if head is None:
        return Rest.ALL
    event.vendor, event.product = "tippingpoint", "sms"
    event.event_code = head["what"].partition(":")[0]
    columns(event, text)
    return flow(event, _TIPPED.get(head["verb"]))


def _nsm(event: Event, text: str) -> Rest:
    event.vendor, event.product = "mcafee", "network-security-manager"
    columns(event, text)
    verb = re.search(r"(?i)\b(blocked|dropped|denied|allowed)\b", text)
    return flow(event, verb[1] if verb is not None else None)


def _nsx(event: Event, text: str) -> Rest:
    """NSX' distributed firewall: `INET match DROP 1009 IN 52 TCP 10.0.0.9/50100->10.0.0.10/445`."""
    event.vendor, event.product = "vmware", "nsx"
    match = _NSX.search(text)
    if match is None:
        return Rest.SLOTS
    event.event_code = match["rule"]
    ends(event, match["a"], match["b"], match["ap"], match["bp"])
    return flow(event, match["verb"])


def _proxy(event: Event, text: str) -> Rest:
    head = _PROXY.match(text)
    event.vendor, event.product = "bluecoat", "proxysg"
    if head is None:
        return Rest.ALL
    event.src_ip = ip(head["src"])
    flow(event, head["done"])
    if "DENIED" in head["done"]:
        event.outcome = "failure"
    return Rest.NOTHING


def _waf(event: Event, text: str) -> Rest:
    head = _WAF.match(text)
    event.vendor, event.product = "barracuda", "waf"
    if head is None:
        return Rest.ALL
    event.event_code = head["code"]
    columns(event, text)
    act = _WAF_ACT.search(text, head.end())
    return flow(event, act["act"] if act is not None else None)


def _waf_traffic(event: Event, text: str) -> Rest:
    event.vendor, event.product, event.event_code = "barracuda", "waf", "TR"
    columns(event, text)
    return Rest.NOTHING


def _alteon(event: Event, text: str) -> Rest:
    head = _ALTEON.match(text)
    if head is None:
        return Rest.ALL
    lenovo = head["area"] in _LENOVO
    event.vendor, event.product = ("lenovo", "enos") if lenovo else ("radware", "alteon")
    rest = read(event, text[head.end() :], _ALTEON_SAID)
    return said(event, text[head.end() :]) if rest is Rest.ALL else rest


def _kemp(event: Event, text: str) -> Rest:
    event.vendor, event.product = "kemp", "loadmaster"
    rest = read(event, text, _KEMP_SAID)
    return said(event, text) if rest is Rest.ALL else rest


_FORMS: Final = (
    (_DEFENSEPRO, _defensepro),
    (_TIPPING, _tipping_point),
    (_WAF, _waf),
    (_TRAFFIC, _waf_traffic),
)

DIALECT = Readers("inspectors", _MARKS, _whose)

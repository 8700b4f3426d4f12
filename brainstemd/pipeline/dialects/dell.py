"""Dell: PowerConnect and N-Series switches, Force10 (OS9) and OS10, iDRAC (each product's message references)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.makers import maker_of_name
from brainstemd.pipeline.reading import login, name, said, words

# FASTPATH, which others license too: Dell names its interfaces (`Gi1/0/12`), Netgear numbers them (`1/0/12`).
_FAST = re.compile(
    r"(?P<file>\w{2,32})\.c\(\d{1,6}\) \d{1,10} %% ?"
    r"(?:(?P<level>NOTE|INFO|WARN|ERR|CRIT|ALRT|EMER|DBG|NOTICE) )?"
)
_DELL_PORT = re.compile(r"\b(?:Gi|Te|Fo|Hu|Tw|Po)\d{1,3}(?:/\d|\b)")
_NUMBERED = re.compile(r"(?:Link (?:Up|Down)|[Pp]ort|[Ii]nterface):? \d{1,2}/\d{1,2}(?:/\d{1,3})?\b")
_SOURCES_OF_NETGEAR = re.compile(r"main_login|emweb|web_")
_UNIT_HOST = re.compile(r"(?P<ip>\d{1,3}(?:\.\d{1,3}){3})-\d$|.{1,64}-\d$")
_COMPONENTS: Final = tuple(
    sorted(
        words(
            "unkn dot3ad dot1q dot1x dhcp_snp dhcp_filter ip_map ospf_map sim log osapi nim spm cnfgr dapi poe sysnet sntp "
            "snmp sslt ssh trapd user_manager cli_ua web emweb driver hapi dvmrp igmp_snooping rip bgp vrrp lldp radius "
            "tacacs auth_mgr ptin mstp stk0 switchd envm hpc_rpc loop_protect "
        )
    )
)
_FORCE10 = re.compile(
    r"%(?:STKUNIT\d{1,2}|RPM\d)-\w{1,4}:\w{1,4} "
    r"%(?P<code>[A-Z][A-Z0-9_]{1,30}-[0-7]-[A-Z0-9_]{2,48}): "
)
_OS10 = re.compile(r".{0,80}Dell EMC \(OS10\) %(?P<code>[A-Z0-9_]{3,64}): ")
_IDRAC = re.compile(
    r"(?:Severity: )?(?P<level>Critical|Warning|Informational), Category: (?P<area>[\w ]{2,40}), MessageID: "
    r"(?P<code>[A-Z]{2,6}\d{1,6}), Message: "
)
_FACE = re.compile(
    r"(?:state (?:is |to )?(?P<now>up|down) ?:|Link (?P<link>Up|Down):) ?(?P<if>[\w/.: -]{2,40})$"
)
_ADMIN = re.compile(
    r"(?:for user|for|using|[Uu]ser) (?P<user>[\w.@\\-]{1,64})\b(?! (?:successful|authentication))"
)
_FROM = re.compile(r"(?:from |\( |CLI:)(?P<ip>\d{1,3}(?:\.\d{1,3}){3})")
_LOGIN = re.compile(r"(?i)\blog(?:ged)? ?(?:in|on|out)\b|\blogin\b")
_PART = re.compile(
    r"(?i)(?P<part>power supply \d{1,2}|fan ?tray \d{1,2}(?: of stack-unit \d{1,2})?"
    r"|fan \d{1,2}\w?|(?:physical |virtual )?(?:disk|drive) \d{1,3}"
    r"(?: in [\w .]{3,60}? controller \d{1,2})?|system board \w{2,24}|cpu \d{1,2}|dimm_?\w{1,4}|battery on [\w .]{3,40})"
)
_WELL: Final = re.compile(
    r"(?i)restored|normal|installed|inserted|within|online|\bok\b|ready|returned|rebuilt|redundant|operating"
)


class Dell:
    name = "dell"
    marks = Marks(
        heads=("severity",),
        apps=(
            "trapmgr",
            "cli_web",
            "user_mgr",
            "boxserv",
            "dot1s",
            "unitmgr",
            "dn_alm",
            "severity",
            "general",
            *_COMPONENTS,
        ),
        inside=("(OS10) %",),
        codes=(*(f"stkunit{n}" for n in range(12)), "rpm0", "rpm1"),
    )

    def claims(self, event: Event) -> bool:
        text = event.message
        if text[:1] == "%":
            return _FORCE10.match(text) is not None
        if "(OS10) %" in text[:128]:
            return _OS10.match(text) is not None
        if _IDRAC.match(text) is not None:
            return event.app_name in (None, "Severity")
        return _FAST.match(text) is not None and (
            _DELL_PORT.search(text, 0, 200) is not None
            or _NUMBERED.search(text, 0, 200) is not None
            or _UNIT_HOST.match(event.hostname or "") is not None
        )

    def apply(self, event: Event) -> Rest:
        event.vendor = "dell"
        if event.app_name == "Severity":  # a key, not a tag
            event.message, event.app_name = f"Severity: {event.message}", None
        text = event.message[:1024]
        for pattern, product, reader in _READERS:
            match = pattern.match(text)
            if match is not None:
                event.product = product
                if pattern is _FAST:
                    _fastpath(event, text)
                return reader(event, text[match.end() :], match)
        return Rest.ALL


def _fastpath(event: Event, text: str) -> None:
    """Whose case it is: the hostname may say; else how ports are written. The stack's unit is no part of an address."""
    unit = _UNIT_HOST.match(event.hostname or "")
    known = maker_of_name(event.hostname or "")
    if known is not None and known[0] in _LICENSEES:
        event.vendor, event.product = known[0], known[1] or "switch"
    elif _NUMBERED.search(text, 0, 200) is not None or _SOURCES_OF_NETGEAR.match(text) is not None:
        event.vendor, event.product = "netgear", "switch"
    if unit is not None and unit["ip"] is not None and event.vendor != "dell":
        event.hostname = unit["ip"]


def _switch(event: Event, text: str, match: re.Match[str]) -> Rest:
    if match.re is not _FAST:
        event.event_code = match["code"]
    face = _FACE.search(text)
    if face is not None:
        event.polarity = (face["now"] or face["link"]).lower()
        name(event, face["if"].strip(), "interface")
        return Rest.NOTHING
    if _LOGIN.search(text):
        return _account(event, text)
    part = _PART.search(text)
    if part is not None:
        name(event, part["part"], "module")
    return said(event, text)


def _account(event: Event, text: str) -> Rest:
    user, source = _ADMIN.search(text), _FROM.search(text)
    lower = text.lower()
    failed = "fail" in lower or "unable" in lower or "denied" in lower
    login(
        event,
        "failure" if failed else "success",
        user["user"] if user is not None else None,
        source["ip"] if source is not None else None,
    )
    if "logged out" in lower or "log out" in lower:
        event.action, event.outcome = "logout", None
    return Rest.NOTHING


def _idrac(event: Event, text: str, match: re.Match[str]) -> Rest:
    event.event_code = match["code"]
    if event.severity is None:
        event.severity = {"Critical": 2, "Warning": 4, "Informational": 6}[match["level"]]
    if _LOGIN.search(text):
        return _account(event, text)
    part = _PART.search(text)
    if part is not None:
        name(event, part["part"], "disk" if "rive" in part["part"] or "isk" in part["part"] else "sensor")
    if match["area"].endswith("Health"):
        if match["level"] == "Critical":
            event.polarity = "down"
        elif match["level"] == "Informational" and _WELL.search(text):
            event.polarity = "up"
        return Rest.SLOTS if event.entity is None else Rest.NOTHING
    return said(event, text)


_LICENSEES: Final = frozenset(("netgear", "ubiquiti", "edgecore", "lenovo", "zte", "dlink", "extreme", "hpe"))
_READERS: Final = (
    (_FORCE10, "os9", _switch),
    (_OS10, "os10", _switch),
    (_IDRAC, "idrac", _idrac),
    (_FAST, "powerconnect", _switch),
)

DIALECT = Dell()

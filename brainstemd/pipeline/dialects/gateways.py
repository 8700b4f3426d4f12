"""A10 ACOS (`a10logd: [SLB]<4> text`) and Cisco's mail and web gateways (IronPort ESA and WSA: `mail_logs: Info: MID …`).

The bracket is A10's module. Of a gateway's mail the neighbour on the wire is the source; a message's fate is an outcome.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_MODULE = re.compile(r"\[(?P<module>[\w -]{1,24})\] ?<(?P<level>\d)> ?")
_LEVEL = re.compile(r"(?P<level>Critical|Warning|Info|Debug|Trace): ")


def _a10(event: Event, text: str) -> str:
    """The module and its severity stand before the words."""
    head = _MODULE.match(text)
    if head is None:
        return text
    event.event_code = head["module"]
    return text[head.end() :]


def _ironport(event: Event, text: str) -> str:
    head = _LEVEL.match(text)
    return text if head is None else text[head.end() :]


_A10 = (
    phrase("nterface", r"Interface (?P<entity>(?:ethernet|management|trunk|ve|loopback) ?\d{0,4}) (?:is |link |went |changed to )?(?:down|disabled)", "link", "down", None, "interface"),
    phrase("nterface", r"Interface (?P<entity>(?:ethernet|management|trunk|ve|loopback) ?\d{0,4}) (?:is |link |went |changed to )?up", "link", "up", None, "interface"),
    phrase("down", r"(?:SLB )?[Ss]erver (?P<entity>[\w.:-]{1,64})(?: \([^)]{1,64}\))? port (?P<dport>\d{1,5}).{0,60}\bis down", "server", "down", None, "service"),
    phrase("up", r"(?:SLB )?[Ss]erver (?P<entity>[\w.:-]{1,64})(?: \([^)]{1,64}\))? port (?P<dport>\d{1,5}).{0,60}\bis up", "server", "up", None, "service"),
    phrase("Active to Standby", r"(?P<entity>VRID \d{1,3}).{0,40}Active to Standby", "role", kind="node"),
    phrase("Standby to Active", r"(?P<entity>VRID \d{1,3}).{0,40}Standby to Active", "role", kind="node"),
    phrase("session", rf"session\[\d{{1,6}}\] opened, username: (?P<user>[^\s,]{{1,64}}), remote host: (?P<src>{IP})", "login", "neutral", "success", "user"),
    phrase("session", rf"session\[\d{{1,6}}\] closed, username: (?P<user>[^\s,]{{1,64}}), remote host: (?P<src>{IP})", "logout", kind="user"),
)  # fmt: skip
_MAIL = (
    phrase("ICID", rf"New SMTP ICID \d{{1,12}} interface .{{1,60}} address (?P<src>{IP})", "connect"),
    phrase("ICID", r"ICID \d{1,12} REJECT", "reject", "neutral", "failure"),
    phrase("DCID", rf"New SMTP DCID \d{{1,12}} interface (?:\S{{1,45}}) address (?P<dst>{IP}) port (?P<dport>\d{{1,5}})", "connect"),
    phrase("Connection Error", r"Connection Error: DCID \d{1,12} domain: (?P<entity>[\w.-]{1,128}) IP: (?P<dst>[\d.]{7,15}) port: (?P<dport>\d{1,5})", "connect", "neutral", "failure", "host"),
    phrase("Bounced", r"Bounced: (?:MID|DCID) ", "bounce", "neutral", "failure"),
    phrase("bounced", r"MID \d{1,12} .{0,80}bounced", "bounce", "neutral", "failure"),
    phrase("Delayed", r"Delayed: (?:MID|DCID) ", "delay", "neutral", "failure"),
    phrase("elivery", r"Delivery start ", "deliver"),
    phrase("Message done", r"Message done (?:MID|DCID) ", "deliver", "neutral", "success"),
    phrase("antivirus", r"MID \d{1,12} .{0,40}antivirus (?:positive|encrypted)", "antivirus", "neutral", "failure"),
    phrase("MID", r"MID \d{1,12} ICID \d{1,12} (?:From|To|RID)", "envelope"),
    phrase("attempted", rf"[Uu]ser (?P<user>[\w.@-]{{1,64}}) (?:from (?P<src>{IP}) )?.{{0,40}}failed", "login", "neutral", "failure", "user"),
)  # fmt: skip
_ACCESS = (
    phrase("TCP_DENIED", rf"\d{{10}}\.\d{{1,3}} \d{{1,9}} (?P<src>{IP}) (?P<code>TCP_DENIED\w{{0,20}}/\d{{3}}) ", "deny", "neutral", "failure"),
    phrase("BLOCK", rf"\d{{10}}\.\d{{1,3}} \d{{1,9}} (?P<src>{IP}) (?P<code>\w{{3,30}}/\d{{3}}) .{{1,800}} BLOCK_", "block", "neutral", "failure"),
    phrase("/", rf'\d{{10}}\.\d{{1,3}} \d{{1,9}} (?P<src>{IP}) (?P<code>\w{{3,30}}/\d{{3}}) \d{{1,12}} \w{{3,10}} \S{{1,600}} (?:"(?:[^"\\]{{1,64}}\\{{1,2}})?(?P<user>[^"@]{{1,64}})[^"]{{0,64}}"|-) ', "request"),
)  # fmt: skip

_ESA = Program("cisco", "esa", _MAIL, _ironport)
_WSA = Program("cisco", "wsa", _ACCESS, _ironport)

DIALECT = Family(
    "gateways",
    {
        "a10logd": Program("a10", "acos", _A10, _a10),
        "mail_logs": _ESA,
        "text_mail_logs": _ESA,
        "bounces": _ESA,
        "accesslogs": _WSA,
        "accesslog": _WSA,
        "wsa_accesslogs": _WSA,
    },
)

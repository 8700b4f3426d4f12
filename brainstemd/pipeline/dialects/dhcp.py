"""DHCP: ISC dhcpd and dhclient, Kea, dnsmasq (dhcpd(8); Kea Administrator Reference Manual "Kea Messages"; dnsmasq(8)).

The client's address is the source. The message of the protocol or of Kea (`DHCPACK`, `DHCP4_LEASE_ALLOC`) is the event code.
A lease is an attempt; the failover relation of two servers stands.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.dialects.infoblox import relabel
from brainstemd.pipeline.phrases import IP, Family, Program, phrase
from brainstemd.pipeline.structure import level

_KEA = re.compile(
    r"(?:[\d-]{10} [\d:.]{8,15} )?(?P<level>[A-Z]{4,5}) {1,3}\[[^\]]{1,80}\] (?P<code>[A-Z][A-Z0-9_]{3,80}) ?"
)
_MAC = r"[0-9a-fA-F:]{11,60}(?: \([^)]{1,64}\))?"
_VIA = r"via (?P<iface>[\w.@-]{1,32})"

_DHCPD = (
    phrase("no free leases", rf"(?P<code>DHCP[A-Z]{{3,12}}) .{{0,160}}{_VIA}: network (?P<entity>[^:\s]{{1,64}}): no free leases", "no-free-leases", "neutral", "failure", "pool"),
    phrase("DHCPACK", rf"(?P<code>DHCPACK) (?:on|to) (?P<src>{IP}) .{{0,120}}{_VIA}", "dhcpack", "neutral", "success"),
    phrase("DHCPNAK", rf"(?P<code>DHCPNAK) on (?P<src>{IP}) .{{0,120}}{_VIA}", "dhcpnak", "neutral", "failure"),
    phrase("DHCPOFFER", rf"(?P<code>DHCPOFFER) on (?P<src>{IP}) .{{0,120}}{_VIA}", "dhcpoffer"),
    phrase("DHCPREQUEST", rf"(?P<code>DHCPREQUEST) for (?P<src>{IP}) .{{0,160}}{_VIA}: (?:unknown|wrong|ignored|lease \S{{1,45}} unavailable)", "dhcprequest", "neutral", "failure"),
    phrase("DHCPREQUEST", rf"(?P<code>DHCPREQUEST) for (?P<src>{IP})(?: \([^)]{{1,64}}\))? from .{{0,120}}{_VIA}", "dhcprequest"),
    phrase("DHCPDISCOVER", rf"(?P<code>DHCPDISCOVER) from {_MAC} {_VIA}", "dhcpdiscover"),
    phrase("DHCPRELEASE", rf"(?P<code>DHCPRELEASE) of (?P<src>{IP}) .{{0,120}}{_VIA}", "dhcprelease"),
    phrase("DHCPDECLINE", rf"(?P<code>DHCPDECLINE) of (?P<src>{IP}) .{{0,120}}{_VIA}", "dhcpdecline", "neutral", "failure"),
    phrase("DHCPINFORM", rf"(?P<code>DHCPINFORM) from (?P<src>{IP}) {_VIA}", "dhcpinform"),
    phrase("I move from", r"failover peer (?P<entity>[\w.-]{1,64}): I move from [\w-]{1,40} to normal", "failover", "up", None, "cluster"),
    phrase("I move from normal", r"failover peer (?P<entity>[\w.-]{1,64}): I move from normal to (?:communications-interrupted|partner-down)", "failover", "down", None, "cluster"),
    phrase("moves from", r"failover peer (?P<entity>[\w.-]{1,64}): peer moves from", "failover", kind="cluster"),
    phrase("disconnected", r"peer (?P<entity>[\w.-]{1,64}): disconnected", "failover", "down", None, "cluster"),
    phrase("abandoned", rf"Abandoning IP address (?P<src>{IP})", "abandon", "neutral", "failure"),
    phrase("DHCPREQUEST", r"(?P<code>DHCPREQUEST) (?:for|on) .{0,160}", "dhcprequest"),
    phrase("DHCPDISCOVER", r"(?P<code>DHCPDISCOVER) on (?P<iface>[\w.-]{1,32}) to", "dhcpdiscover"),
    phrase("No DHCPOFFERS received", r"No DHCPOFFERS received", "lease", "neutral", "failure"),
    phrase("bound to", rf"bound to (?P<src>{IP}) -- renewal", "lease", "neutral", "success"),
)  # fmt: skip

_DNSMASQ = (
    phrase("no address range available", rf"no address range available for DHCP(?:v6)? request {_VIA}", "no-range", "neutral", "failure"),
    phrase("no address available", r"(?P<code>DHCP[A-Z]{3,12})\((?P<iface>[\w.-]{1,32})\).{0,80}no address available", "no-address", "neutral", "failure"),
    phrase("DHCPACK(", rf"(?P<code>DHCPACK)\((?P<iface>[\w.-]{{1,32}})\) (?P<src>{IP})", "dhcpack", "neutral", "success"),
    phrase("DHCPNAK(", rf"(?P<code>DHCPNAK)\((?P<iface>[\w.-]{{1,32}})\) (?P<src>{IP})", "dhcpnak", "neutral", "failure"),
    phrase("DHCP", r"(?P<code>DHCP[A-Z]{3,12})\((?P<iface>[\w.-]{1,32})\)(?: (?P<src>\d{1,3}(?:\.\d{1,3}){3}))?", "dhcp"),
)  # fmt: skip

_KEA_PHRASES = (
    phrase("has been allocated", rf"lease (?P<src>{IP}) has been allocated", "lease", "neutral", "success"),
    phrase("will be advertised", rf"lease (?P<src>{IP}) will be advertised", "advertise"),
    phrase("failed to allocate", r"failed to allocate an IPv[46] (?:address|lease)(?:.{0,120}subnet (?P<entity>[0-9a-fA-F:./]{4,49}))?", "lease", "neutral", "failure", "pool"),
    phrase("communication with", r"communication with (?P<entity>[\w.-]{1,64}) is interrupted", "failover", "down", "failure", "cluster"),
    phrase("transitions from", r"(?P<entity>[\w.-]{1,64}): server transitions from [A-Z-]{1,40} to (?:COMMUNICATION-RECOVERY|PARTNER-DOWN|TERMINATED|WAITING)", "failover", "down", None, "cluster"),
    phrase("transitions from", r"(?P<entity>[\w.-]{1,64}): server transitions from [A-Z-]{1,40} to (?:LOAD-BALANCING|HOT-STANDBY)", "failover", "up", None, "cluster"),
    phrase("Kea server version", r"Kea server version .{1,40} started", "start", "up", "success"),
    phrase("shutdown", r"(?:shutdown|shutting down)", "stop", "down", orderly=True),
    phrase("was released", rf"(?:address|lease) (?P<src>{IP}).{{0,60}} was released", "release"),
)  # fmt: skip


def _kea(event: Event, text: str) -> str:
    """`INFO  [kea-dhcp4.leases/1234.0] DHCP4_LEASE_ALLOC …`: the code and, without a PRI, the level."""
    lead = _KEA.match(text)
    if lead is None:
        return text
    event.event_code = lead["code"]
    if event.severity is None:
        event.severity = level(lead["level"])
    return text[lead.end() :]


_ISC: Final = Program("isc", "dhcpd", _DHCPD)
_KEA_PROGRAM: Final = Program("isc", "kea", _KEA_PHRASES, _kea)


class Dhcp(Family):
    """As any family of programs; an appliance that runs them bears its maker's name."""

    def apply(self, event: Event) -> Rest:
        rest = super().apply(event)
        if event.vendor == "isc":
            relabel(event)
        return rest


DIALECT = Dhcp(
    "dhcp",
    {
        "dhcpd": _ISC,
        "dhcpd6": _ISC,
        "dhcrelay": Program("isc", "dhcrelay", _DHCPD),
        "dhclient": Program("isc", "dhclient", _DHCPD),
        "dnsmasq-dhcp": Program("thekelleys", "dnsmasq", _DNSMASQ),
        "kea-dhcp4": _KEA_PROGRAM,
        "kea-dhcp6": _KEA_PROGRAM,
        "kea-dhcp-ddns": _KEA_PROGRAM,
        "kea-ctrl-agent": _KEA_PROGRAM,
    },
)

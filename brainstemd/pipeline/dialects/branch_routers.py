"""Peplink (`WAN: WAN1 disconnected (…)`, `PepVPN: Connected to Branch-2`) and appliances whose programs name level and process themselves.

`[alarmd.ALERT]: text` is Silver Peak EdgeConnect, `TID 1: [mlagd.WARNING]: text` NVIDIA (Mellanox) Onyx; Riverbed writes the same form
and is known by its programs.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import LOOK_MAX, Phrase, app_key, phrase, read
from brainstemd.pipeline.reading import said

_ONYX = re.compile(r"TID \d{1,20}: \[[\w.-]{2,32}\.(?P<level>[A-Z]{3,8})\]: ?")
_EDGE = re.compile(r"\[alarmd\.(?P<level>[A-Z]{3,8})\]: ?")
_WAN = re.compile(
    r"(?:WAN: )?(?:WAN|Mobile Internet|Cellular|Wi-Fi WAN|USB)(?!.{0,48}(?:changed|interface ))[\w -]{0,40} (?:dis)?connected(?: |$)"
)
_VPN = re.compile(
    r"(?:\S{1,64} (?:\([^)]{1,64}\) )?(?:dis)?connected|Connection to \S|Connected to |Failed to |Disconnected from )"
)
_PEPLINK = (
    phrase("disconnected", r"^(?P<entity>[\w.-]{1,64}) (?:\([0-9a-fA-F.:]{2,45}\) )disconnected", "vpn", "down", None, "tunnel"),
    phrase("connected", r"^(?P<entity>[\w.-]{1,64}) (?:\([0-9a-fA-F.:]{2,45}\) )connected", "vpn", "up", "success", "tunnel"),
    phrase("disconnected", r"^(?:WAN: )?(?P<entity>[A-Z][\w -]{1,40}) disconnected", "wan", "down", None, "interface"),
    phrase("connected", r"^(?:WAN: )?(?P<entity>[A-Z][\w -]{1,40}) connected", "wan", "up", "success", "interface"),
    phrase("Connection to", r"^Connection to (?P<entity>[\w.-]{1,64}).{0,20} lost", "vpn", "down", None, "tunnel"),
    phrase("Disconnected from", r"^Disconnected from (?P<entity>[\w.-]{1,64})", "vpn", "down", None, "tunnel"),
    phrase("Connected to", r"^Connected to (?P<entity>[\w.-]{1,64})", "vpn", "up", "success", "tunnel"),
    phrase("Failed to", r"^Failed to .{1,40} to (?P<entity>[\w.-]{1,64})", "vpn", "neutral", "failure", "tunnel"),
)  # fmt: skip
_MLAG = (
    phrase("peer link is down", r"(?P<entity>MLAG peer link) is down", "peerlink", "down", None, "interface"),
    phrase("peer link is up", r"(?P<entity>MLAG peer link) is up", "peerlink", "up", None, "interface"),
)  # fmt: skip
_ALARM = (
    phrase("raised: Tunnel is down", r"raised: Tunnel is down - (?P<entity>[\w.-]{1,128})", "alarm", "down", None, "tunnel"),
    phrase("cleared: Tunnel is down", r"cleared: Tunnel is down - (?P<entity>[\w.-]{1,128})", "alarm", "up", None, "tunnel"),
)  # fmt: skip
_Found = tuple[str, str, Sequence[Phrase], int]
_PEPLINK_APPS: Final = {"wan": _WAN, "peplink": _WAN, "pepwave": _WAN, "pepvpn": _VPN, "speedfusion": _VPN}


class BranchRouters:
    name = "branch_routers"
    marks = Marks(heads=("tid",), apps=("alarmd", *_PEPLINK_APPS))

    def claims(self, event: Event) -> bool:
        return _whose(event) is not None

    def apply(self, event: Event) -> Rest:
        found = _whose(event)
        if found is None:
            return Rest.ALL
        event.vendor, event.product, phrases, at = found
        text = event.message[at : at + LOOK_MAX]
        rest = read(event, text, phrases)
        return said(event, text) if rest is Rest.ALL else rest


def _whose(event: Event) -> _Found | None:
    text = event.message
    if (head := _ONYX.match(text)) is not None:
        return "nvidia", "onyx", _MLAG, head.end()
    if (head := _EDGE.match(text)) is not None:
        return "silverpeak", "edgeconnect", _ALARM, head.end()
    pattern = _PEPLINK_APPS.get(app_key(event.app_name)) if event.app_name is not None else None
    if pattern is not None and pattern.match(text) is not None:
        return "peplink", "balance", _PEPLINK, 0
    return None


DIALECT = BranchRouters()

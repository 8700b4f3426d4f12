"""Switches whose lines are told by their form: Alcatel-Lucent OmniSwitch (swlogd), Allied Telesis AlliedWare Plus, D-Link, Cumulus Linux.

AlliedWare names ports `port1.0.3`, OmniSwitch `1/1/3`, D-Link by number. A port's link and a member of a stack are standing things.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, LOOK_MAX, Phrase, app_key, phrase, read

_DLINK_LEVELS: Final = ("debu", "info", "noti", "notice", "warn", "erro", "error", "crit", "aler", "emer")
_DLINK_SAID = re.compile(
    r"(?i)(?:Unit \d{1,2}, ?)?Port [\d:]{1,6} link |(?:Successful login|Login failed|Logout) through "
)
_DLINK_LINE = re.compile(
    r"(?i)(?:DEBU|INFO|NOTI|NOTICE|WARN|ERRO|ERROR|CRIT|ALER|EMER)(?:\(\d\))?:? (?=(?:Unit \d{1,2}, ?)?Port [\d:]{1,6} link |(?:Successful login|Login failed|Logout) through )"
)
_AWPLUS_LINE = re.compile(
    r".{0,120}?(?:\b(?:port|sa|po)\d{1,3}(?:\.\d{1,3}){0,2}\b|stack member|left stack|joined stack)", re.I
)
_SWLOGD = (
    phrase("link status", r"[Pp]ort (?P<entity>\d{1,3}(?:/\d{1,3}){1,3}) link status (?i:down)", "link", "down", None, "interface"),
    phrase("link status", r"[Pp]ort (?P<entity>\d{1,3}(?:/\d{1,3}){1,3}) link status (?i:up)", "link", "up", None, "interface"),
    phrase("LINKSTS", r"LINKSTS (?P<entity>\d{1,3}(?:/\d{1,3}){1,3}) DOWN", "link", "down", None, "interface"),
    phrase("LINKSTS", r"LINKSTS (?P<entity>\d{1,3}(?:/\d{1,3}){1,3}) UP", "link", "up", None, "interface"),
    phrase("Link", r"Link (?P<entity>\d{1,3}(?:/\d{1,3}){1,3}) .{0,80}operationally down", "link", "down", None, "interface"),
    phrase("Link", r"Link (?P<entity>\d{1,3}(?:/\d{1,3}){1,3}) .{0,80}operationally up", "link", "up", None, "interface"),
    phrase("Login by", rf"Login by (?P<user>[\w.@-]{{1,64}}) from (?P<src>{IP}) through \w{{1,12}} [Ss]ucce", "login", "neutral", "success", "user"),
    phrase("Login by", rf"Login by (?P<user>[\w.@-]{{1,64}}) from (?P<src>{IP}) through \w{{1,12}} [Ff]ailed", "login", "neutral", "failure", "user"),
)  # fmt: skip
_PORT = r"(?P<entity>(?:port|sa|po)\d{1,3}(?:\.\d{1,3}){0,2})"
_AWPLUS = (
    phrase("Port down", rf"Port down notification received for {_PORT}", "link", "down", None, "interface"),
    phrase("Port up", rf"Port up notification received for {_PORT}", "link", "up", None, "interface"),
    phrase("changed state to down", rf"{_PORT},? changed state to down", "link", "down", None, "interface"),
    phrase("changed state to up", rf"{_PORT},? changed state to up", "link", "up", None, "interface"),
    phrase("uthentication failed", r"[Aa]uthentication failed for user (?P<user>[\w.@-]{1,64}).{0,40}?(?P<iface>port[\d.]{1,12}\d)", "login", "neutral", "failure", "user"),
    phrase("uthentication failed", r"^(?P<iface>port[\d.]{1,12}\d): [Aa]uthentication failed for user (?P<user>[\w.@-]{1,64})", "login", "neutral", "failure", "user"),
    phrase("left", r"(?:[Ss]tack )?(?P<entity>[Mm]ember \d{1,2}) .{0,40}left (?:the )?stack", "stack", "down", None, "node"),
    phrase("joined", r"(?:[Ss]tack )?(?P<entity>[Mm]ember \d{1,2}) .{0,40}joined (?:the )?stack", "stack", "up", None, "node"),
)  # fmt: skip
_DLINK = (
    phrase("ink down", r"(?P<entity>(?:Unit \d{1,2}, ?)?Port [\d:]{1,6}) [Ll]ink down", "link", "down", None, "interface"),
    phrase("ink up", r"(?P<entity>(?:Unit \d{1,2}, ?)?Port [\d:]{1,6}) [Ll]ink up", "link", "up", None, "interface"),
    phrase("Successful login", rf"\(Username: (?P<user>[^,)]{{0,64}})(?:, ?IP: (?P<src>{IP}))?", "login", "neutral", "success", "user"),
    phrase("Login failed", rf"\(Username: (?P<user>[^,)]{{0,64}})(?:, ?IP: (?P<src>{IP}))?", "login", "neutral", "failure", "user"),
    phrase("Logout", rf"\(Username: (?P<user>[^,)]{{0,64}})(?:, ?IP: (?P<src>{IP}))?", "logout", kind="user"),
)  # fmt: skip
_CUMULUS = (
    phrase("link down", r"(?P<entity>(?:swp|bond|eth)[\w.]{1,12}): link down", "link", "down", None, "interface"),
    phrase("link up", r"(?P<entity>(?:swp|bond|eth)[\w.]{1,12}): link up", "link", "up", None, "interface"),
    phrase("eerlink is down", r"(?P<entity>[Pp]eerlink) is down", "peerlink", "down", None, "interface"),
    phrase("eerlink is up", r"(?P<entity>[Pp]eerlink) is up", "peerlink", "up", None, "interface"),
    phrase("no longer active", r"The (?P<entity>peer switch) is no longer active", "peer", "down", None, "node"),
    phrase("is active", r"The (?P<entity>peer switch) is active", "peer", "up", None, "node"),
)  # fmt: skip
_AWPLUS_APPS: Final = ("nsm", "vcs", "hsl", "802.1x", "exfx", "imi", "epsr")
_CUMULUS_APPS: Final = ("clagd", "switchd")


class Switches:
    name = "switches"
    marks = Marks(
        heads=(
            "swlogd",
            "debu",
            "info",
            "noti",
            "notice",
            "warn",
            "erro",
            "error",
            "crit",
            "aler",
            "emer",
            "802.1x",
        ),
        apps=("swlogd", *_DLINK_LEVELS, *_AWPLUS_APPS, *_CUMULUS_APPS),
    )

    def claims(self, event: Event) -> bool:
        return _whose(event) is not None

    def apply(self, event: Event) -> Rest:
        found = _whose(event)
        if found is None:
            return Rest.ALL
        event.vendor, event.product, phrases = found
        return read(event, event.message[:LOOK_MAX], phrases)


def _whose(event: Event) -> tuple[str, str, Sequence[Phrase]] | None:
    text = event.message
    app = app_key(event.app_name) if event.app_name is not None else ""
    if app == "swlogd" or (app == "" and text.startswith("swlogd ")):
        return "alcatel-lucent", "omniswitch", _SWLOGD
    if app in _CUMULUS_APPS:
        return "nvidia", "cumulus", _CUMULUS
    if (app in _AWPLUS_APPS or text.startswith("802.1X[")) and _AWPLUS_LINE.match(text) is not None:
        return "alliedtelesis", "awplus", _AWPLUS
    if app in _DLINK_LEVELS and _DLINK_SAID.match(text) is not None:
        return "dlink", "dgs", _DLINK
    if event.app_name is None and _DLINK_LINE.match(text) is not None:
        return "dlink", "dgs", _DLINK
    return None


DIALECT = Switches()

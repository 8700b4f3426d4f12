"""Storage arrays: NetApp ONTAP's EMS (`[node:event.name:severity]: …`, also with the process between), Pure Storage's purity.alert,
Isilon's CELOG (ONTAP "EMS reference"; Purity "Alerts"; OneFS "Event reference").

The event's name is the code; of a takeover the node is the entity. An alert that is closed is up again.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.phrases import IP, LOOK_MAX, Family, Program, phrase, read

_EMS = re.compile(
    r"\[(?P<node>[\w.-]{1,64}): ?(?:[\w.-]{1,40}: ?)?(?P<code>[A-Za-z]\w{0,40}(?:\.\w{1,64}){1,8}):"
    r"(?:emergency|alert|critical|error|warning|notice|info|informational|debug)\]: "
)
_ONTAP = (
    phrase("disk.failed", r"Disk (?P<entity>[\w.]{1,32}) ", "disk", "down", "failure", "disk"),
    phrase("Disk ", r"Disk (?P<entity>[\w.]{1,32}) .{0,200}failed", "disk", "down", "failure", "disk"),
    phrase("Disk device", r":scsi\.\w.{0,80}Disk device (?P<entity>[\w.]{1,32}): ", "disk-error", "neutral", "failure", "disk"),
    phrase("nearly full", r"olume (?P<entity>[\w.-]{1,128})\S{0,128} is nearly full", "space", "neutral", "failure", "volume"),
    phrase(" is full", r"olume (?P<entity>[\w.-]{1,128})\S{0,128} is full", "space", "down", "failure", "volume"),
    phrase("callhome.node.takeover", r"^\[(?P<entity>[\w.-]{1,64}):", "takeover", "down", "failure", "node"),
    phrase("portdown:", r"port (?P<entity>[\w-]{1,32})", "link", "down", "failure", "interface"),
    phrase("portup:", r"port (?P<entity>[\w-]{1,32})", "link", "up", "success", "interface"),
    phrase("Login attempt", rf"Login attempt by user (?P<user>\S{{1,128}}) from (?P<src>{IP}) failed", "login", "neutral", "failure", "user"),
)  # fmt: skip

_PURE = (
    phrase("[closed]", r"(?:Controller|Drive|Bay|Port|Shelf) (?P<entity>[\w./-]{1,64}) .{0,200}\(code: (?P<code>\d{1,6})\).{0,80}\[closed\]", "alert", "up", "success", "hardware"),
    phrase("[open]", r"(?:Controller|Drive|Bay|Port|Shelf) (?P<entity>[\w./-]{1,64}) .{0,200}\(code: (?P<code>\d{1,6})\).{0,80}\[open\]", "alert", "down", "failure", "hardware"),
    phrase(" link is down", r"port (?P<entity>[\w.-]{1,64}) link is down", "link", "down", "failure", "interface"),
    phrase(" link is up", r"port (?P<entity>[\w.-]{1,64}) link is up", "link", "up", "success", "interface"),
)  # fmt: skip

_CELOG = (
    phrase("/dev/", r"Event: (?P<code>\d{6,12}) .{0,80}\(/dev/(?P<entity>\w{1,32})\) has failed", "event", "down", "failure", "disk"),
    phrase(" is offline", r"Event: (?P<code>\d{6,12}) (?P<entity>Node \d{1,4}) is offline", "event", "down", "failure", "node"),
    phrase(" is online", r"Event: (?P<code>\d{6,12}) (?P<entity>Node \d{1,4}) is online", "event", "up", "success", "node"),
    phrase("Event: ", r"Event: (?P<code>\d{6,12}) ", "event", rest=Rest.ALL),
)  # fmt: skip

_ISILON = Program("dell", "isilon", _CELOG)
_NAMED = Family(
    "arrays",
    {
        "purity.alert": Program("purestorage", "purity", _PURE),
        "isi_celog": _ISILON,
        "isi_celog_analysis": _ISILON,
    },
)


class Arrays:
    """Named programs, and ONTAP, which names none."""

    name = "arrays"
    marks = Marks(heads=("",), apps=_NAMED.marks.apps)

    def claims(self, event: Event) -> bool:
        return _EMS.match(event.message) is not None or _NAMED.claims(event)

    def apply(self, event: Event) -> Rest:
        ems = _EMS.match(event.message)
        if ems is None:
            return _NAMED.apply(event)
        event.vendor, event.product, event.event_code = "netapp", "ontap", ems["code"]
        if event.hostname is None and address(ems["node"]) is None:
            event.hostname = ems["node"]
        return read(event, event.message[:LOOK_MAX], _ONTAP)


DIALECT = Arrays()

"""QNAP QTS: qlogd's connection and event logs (QNAP "System Logs", QuLog Center)."""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.phrases import LOOK_MAX, phrase, read

_LOG = re.compile(
    r"(?P<log>conn|event|access) log: Users: (?P<user>[^,]{1,128}), Source IP: (?P<ip>[^,]{1,45}), Computer name: [^,]{0,64}, "
)
_ACTION = re.compile(
    r"Connection type: (?P<how>[^,]{0,40}), Accessed resources: [^,]{0,400}, Action: (?P<what>.{1,60})$"
)
_NOBODY = frozenset(("system", "---", "admin-system", "unknown"))

_CONTENT = (
    phrase("ailed", r"(?:\[[^\]]{1,60}\] )?[Bb]ackup job \"?(?P<entity>[^\".]{1,128})\"? failed", "backup", "neutral", "failure", "job"),
    phrase("ackup", r"(?:\[[^\]]{1,60}\] )?(?:Finished|Completed) .{0,40}job:? \"(?P<entity>[^\"]{1,128})\"", "backup", "neutral", "success", "job"),
    phrase("ackup", r"(?:\[[^\]]{1,60}\] )?Failed .{0,60}job:? \"(?P<entity>[^\"]{1,128})\"", "backup", "neutral", "failure", "job"),
    phrase("isk", r"(?:Host: )?(?P<entity>(?:Disk|Drive|3\.5\" SATA HDD|M\.2 PCIe SSD) \d{1,3}).{0,80}(?:failed|removed|unplugged|[Ee]jected|read/write error|I/O error)", "disk", "down", "failure", "disk"),
    phrase("isk", r"(?:Host: )?(?P<entity>(?:Disk|Drive) \d{1,3}).{0,80}(?:plugged in|inserted|detected)", "disk", "up", None, "disk"),
    phrase("RAID Group", r"(?P<entity>RAID Group \d{1,3}).{0,80}(?:degraded|inactive|failed)", "raid", "down", "failure", "disk"),
    phrase("RAID Group", r"(?P<entity>RAID Group \d{1,3}).{0,80}(?:rebuil\w{1,4} (?:completed|successfully)|ready|active)", "raid", "up", "success", "disk"),
    phrase("olume", r"(?:\[Volume (?P<entity>[^,\]]{1,64})[^\]]{0,64}\]|Volume \"(?P<iface>[^\"]{1,64})\").{0,120}(?:read/delete|unmounted|error|full|threshold)", "volume", "neutral", "failure", "volume"),
    phrase("link is down", r"(?P<entity>Adapter \d{1,2}|[Aa]dapter\(?s?\)? ?\d{0,2}|Ethernet \d{1,2}).{0,40}link is down", "link", "down", None, "interface"),
    phrase("link is up", r"(?P<entity>Adapter \d{1,2}|[Aa]dapter\(?s?\)? ?\d{0,2}|Ethernet \d{1,2}).{0,40}link is up", "link", "up", None, "interface"),
    phrase("UPS", r"UPS.{0,60}(?:battery|power failure|abnormal)", "power", "down"),
    phrase("UPS", r"UPS.{0,60}(?:restored|returned|plugged in|AC power)", "power", "up"),
    phrase("System started", r"System started", "boot", "up"),
    phrase("hut down", r"(?:System|NAS) (?:was )?shut ?down (?:on|improperly)", "shutdown", "down"),
)  # fmt: skip


class Qnap:
    name = "qnap"
    marks = Marks(apps=("qlogd", "qulogd", "qulog"))

    def claims(self, event: Event) -> bool:
        return (event.app_name or "").lower().startswith(("qlogd", "qulog"))

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "qnap", "qts"
        text = event.message[:LOOK_MAX]
        lead = _LOG.match(text)
        if lead is None:
            return read(event, text, _CONTENT)
        body = text[lead.end() :]
        action = _ACTION.match(body)
        rest = Rest.NOTHING if action is not None else read(event, body, _CONTENT)
        if lead["user"].lower() not in _NOBODY:
            event.user = lead["user"]
        if lead["ip"] not in ("127.0.0.1", "---"):
            event.src_ip = address(lead["ip"])
        if action is not None:
            _connection(event, action["what"].strip().lower())
        return rest


def _connection(event: Event, what: str) -> None:
    """`Login Fail`, `Login OK`, `Logout`, or what was done with a file."""
    event.action = "login" if what.startswith("login") else what.replace(" ", "-")
    event.outcome = "failure" if "fail" in what else "success" if what.endswith("ok") else None
    if event.user is not None:
        event.entity, event.entity_kind = event.user, "user"


DIALECT = Qnap()

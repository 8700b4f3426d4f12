"""Synology DSM's Log Center: `Connection`, `System`, … as app, names in brackets; newer releases as RFC 5424 with a `synolog` element
(Synology "Log Center" and DSM log message texts)."""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, LOOK_MAX, phrase, read

_APPS: Final = (
    "connection",
    "system",
    "backup",
    "winfileservice",
    "filestation",
    "hyper",
    "storage",
    "fileaccess",
    "synologydrive",
)
_MARKED = re.compile(
    r"(?:\[?SYSTEM\]?:|\t)?\s{0,4}(?:(?:User|Host|Package|Service|Shared folder|Backup task|System|Server|Network)\b[^\[\]]{0,80}\["
    r"|\[?(?:Volume|Storage Pool|Drive|Disk|LAN) ?\[?(?:Volume )?\d|\[(?:Local|Network)\] |Local UPS|Hot Spare|Hyper Backup: |Event: )"
)

_FROM = rf"from \[(?P<src>{IP})\]"
_PHRASES = (
    phrase("failed to", rf"User \[(?P<user>[^\]]{{1,128}})\] {_FROM} failed to (?:log|sign) ?in", "login", "neutral", "failure", "user"),
    phrase("in ", rf"User \[(?P<user>[^\]]{{1,128}})\] {_FROM} (?:logged|signed) in", "login", "neutral", "success", "user"),
    phrase("out", rf"User \[(?P<user>[^\]]{{1,128}})\] {_FROM} (?:logged|signed) out", "logout", kind="user"),
    phrase("was blocked", rf"Host \[(?P<src>{IP})\] was blocked", "ban", "neutral", "success"),
    phrase("accessed", rf"User \[(?P<user>[^\]]{{1,128}})\] {_FROM} .{{0,60}}accessed", "access", kind="user"),
    phrase("olume", r"(?:\[?(?P<entity>Volume \d{1,4})\]?) (?:has |was )?(?:crashed|degraded|entered degraded)", "volume", "down", "failure", "volume"),
    phrase("olume", r"(?:Volume|volume) \[(?P<entity>[^\]]{1,64})\].{0,60}(?:crashed|degraded)", "volume", "down", "failure", "volume"),
    phrase("torage Pool", r"\[?(?P<entity>Storage Pool \d{1,4})\]?.{0,60}(?:crashed|degraded)", "pool", "down", "failure", "volume"),
    phrase("torage Pool", r"\[?(?P<entity>Storage Pool \d{1,4})\]?.{0,80}(?:repaired|normal|restored)", "pool", "up", "success", "volume"),
    phrase("rive", r"\[?(?P<entity>(?:Drive|Disk) \d{1,4})\]?.{0,80}(?:[Ff]ailed|[Cc]rashed|[Cc]ritical|[Dd]eactivated|unplugged|removed)", "drive", "down", "failure", "disk"),
    phrase("ad sector", r"\[?(?P<entity>(?:Drive|Disk) \d{1,4})\]?.{0,80}[Bb]ad sector", "sectors", "neutral", "failure", "disk"),
    phrase("ackup", r"[Bb]ackup task \[(?P<entity>[^\]]{1,128})\].{0,80}(?:[Ff]ailed|[Ee]xception|was interrupted|cancel)", "backup", "neutral", "failure", "job"),
    phrase("ackup", r"[Bb]ackup task \[(?P<entity>[^\]]{1,128})\].{0,80}(?:finished|completed|success)", "backup", "neutral", "success", "job"),
    phrase("] Backup task", r"\[(?P<entity>[^\]]{1,128})\] Backup task (?:failed|was interrupted|partially)", "backup", "neutral", "failure", "job"),
    phrase("] Backup task", r"\[(?P<entity>[^\]]{1,128})\] Backup task (?:finished|completed|success)", "backup", "neutral", "success", "job"),
    phrase("ackup", r"[Bb]ackup task \[(?P<entity>[^\]]{1,128})\].{0,80}start", "backup-start", kind="job"),
    phrase("UPS", r"UPS.{0,40}(?:on battery|entered battery mode|power (?:failure|lost)|battery mode|enter safe mode)", "power", "down"),
    phrase("UPS", r"UPS.{0,40}(?:AC power|power has been restored|back to (?:AC|normal)|was plugged)", "power", "up"),
    phrase("disconnected", r"\[?(?P<entity>LAN ?\d{0,2}|Internet|Network)\]?.{0,40}disconnected", "link", "down", None, "interface"),
    phrase("link ", r"\[?(?P<entity>LAN ?\d{0,2})\]?.{0,40}link (?P<code>down)", "link", "down", None, "interface"),
    phrase("link ", r"\[?(?P<entity>LAN ?\d{0,2})\]?.{0,40}link (?P<code>up)", "link", "up", None, "interface"),
    phrase("improper", r"improper(?:ly)? shut ?down", "boot", "down", "failure"),
    phrase("booted up", r"booted up", "boot", "up"),
    phrase("Event: ", r"Event: \w{1,20}, Path: .{1,300}, User: (?P<user>[^,]{1,128}), IP: (?P<src>[0-9a-fA-F:.]{2,45})", "access", kind="user"),
    phrase("ackage", r"[Pp]ackage \[(?P<entity>[^\]]{1,128})\].{0,60}(?:failed|stopped|abnormal)", "package", "down", "failure", "service"),
    phrase("ackage", r"[Pp]ackage \[(?P<entity>[^\]]{1,128})\].{0,60}(?:started|installed|updated|upgraded)", "package", "up", "success", "service"),
    phrase("Service [", r"Service \[(?P<entity>[^\]]{1,128})\].{0,60}(?:failed|stopped|abnormal)", "service", "down", "failure", "service"),
    phrase("Service [", r"Service \[(?P<entity>[^\]]{1,128})\].{0,60}(?:started|running)", "service", "up", "success", "service"),
)  # fmt: skip


class Synology:
    name = "synology"
    marks = Marks(heads=("hyper",), apps=_APPS, elements=("synolog",))

    def claims(self, event: Event) -> bool:
        if _element(event) is not None:
            return True
        text = event.message[:LOOK_MAX]
        if event.app_name is None:
            return text.startswith("Hyper Backup: ")
        return event.app_name.lower() in _APPS and _MARKED.match(text) is not None

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "synology", "dsm"
        text = event.message[:LOOK_MAX]
        element = _element(event)
        if element is not None:
            event.event_code = element.get("event_id") or None
            text = text or element.get("event", "")[:LOOK_MAX]
        return read(event, text, _PHRASES)


def _element(event: Event) -> dict[str, str] | None:
    for name, pairs in (event.structured_data or {}).items():
        if name.startswith("synolog@"):
            return pairs
    return None


DIALECT = Synology()

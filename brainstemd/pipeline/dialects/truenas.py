"""TrueNAS: middleware alerts, the audit's JSON (`TNAUDIT_…`), ZFS' own lines and the disks of FreeBSD's kernel through devd (TrueNAS
documentation "Auditing", "Alerts")."""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.dialects.json_body import is_audit, pairs_of
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.phrases import LOOK_MAX, app_key, is_foreign, phrase, read
from brainstemd.pipeline.structure import first

_POOL = r"(?:[Pp]ool|volume) '?(?P<entity>[\w.:-]{1,128}?)'?"
_PHRASES = (
    phrase("state is", rf"{_POOL} state is (?:DEGRADED|FAULTED|UNAVAIL|SUSPENDED|OFFLINE)", "pool", "down", "failure", "volume"),
    phrase("state is", rf"{_POOL} state is ONLINE: .{{0,200}}(?:unrecoverable|errors|corruption)", "pool", "neutral", "failure", "volume"),
    phrase("state is", rf"{_POOL} (?:\([^)]{{1,20}}\) )?state is ONLINE", "pool", "up", "success", "volume"),
    phrase("Space usage for pool", r"Space usage for pool \"?(?P<entity>[\w.:-]{1,128})\"? is", "space", "neutral", None, "volume"),
    phrase("crub of pool", r"[Ss]crub of pool '?(?P<entity>[\w.:-]{1,128}?)'? finished", "scrub", "neutral", "success", "volume"),
    phrase("crub of pool", r"[Ss]crub of pool '?(?P<entity>[\w.:-]{1,128}?)'? (?:started|paused)", "scrub", "neutral", None, "volume"),
    phrase("eplication", r"[Rr]eplication \"(?P<entity>[^\"]{1,128})\" failed", "replicate", "neutral", "failure", "job"),
    phrase("eplication", r"[Rr]eplication \"(?P<entity>[^\"]{1,128})\" (?:succeeded|finished)", "replicate", "neutral", "success", "job"),
    phrase("loud", r"[Cc]loud [Ss]ync.{0,20} \"(?P<entity>[^\"]{1,128})\" failed", "sync", "neutral", "failure", "job"),
    phrase("Device:", r"Device: /dev/(?P<entity>[\w/]{1,32})[ ,].{0,160}(?:not capable|unreadable|uncorrectable|FAILED|failed)", "smart", "neutral", "failure", "disk"),
    phrase("vdev state changed", r"vdev state changed, pool_guid=\d{1,24}", "vdev-state"),
    phrase("vdev I/O failure", r"vdev I/O failure, zpool=(?P<entity>[\w.:-]{1,128})", "vdev-error", "neutral", "failure", "volume"),
    phrase("pool I/O failure", r"pool I/O failure, zpool=(?P<entity>[\w.:-]{1,128})", "pool-error", "down", "failure", "volume"),
    phrase("checksum mismatch", r"checksum mismatch, zpool=(?P<entity>[\w.:-]{1,128})", "checksum", "neutral", "failure", "volume"),
    phrase("ailover", r"[Ff]ailover .{0,60}(?:error|failed|disabled)", "failover", "neutral", "failure"),
    phrase("UPS", r"UPS \S{1,128} (?:is )?on battery", "power", "down"),
)  # fmt: skip
_AUDIT: Final = "TNAUDIT"
_APPS: Final = ("middlewared", "zfs", "truenas", "middlewared.alert")
_AUDITS: Final = ("tnaudit_middleware", "tnaudit_smb", "tnaudit_sudo", "tnaudit_system")


class TrueNas:
    name = "truenas"
    marks = Marks(apps=(*_APPS, *_AUDITS))

    def claims(self, event: Event) -> bool:
        if is_audit(event):
            return True
        return app_key(event.app_name or "") in _APPS and not is_foreign(event.message)

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "ixsystems", "truenas"
        if not is_audit(event):
            return read(event, event.message[:LOOK_MAX], _PHRASES)
        pairs = pairs_of(event.message)
        return Rest.ALL if pairs is None else _audit(event, pairs)


def _audit(event: Event, pairs: dict[str, str]) -> Rest:
    """One act of a user: `{"TNAUDIT": {"addr": …, "user": …, "event": …, "success": …}}`."""
    event.event_code = pairs.get(f"{_AUDIT}.event") or None
    event.action = event.event_code.lower() if event.event_code is not None else None
    event.user = first(pairs, (f"{_AUDIT}.user",))
    event.src_ip = address(pairs.get(f"{_AUDIT}.addr", ""))
    event.outcome = {"true": "success", "false": "failure"}.get(pairs.get(f"{_AUDIT}.success", ""))
    if event.user is not None:
        event.entity, event.entity_kind = event.user, "user"
    return Rest.NOTHING


DIALECT = TrueNas()

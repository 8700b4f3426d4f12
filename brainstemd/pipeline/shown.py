"""An event as JSON: the contract of `brainstemd decode`."""

from __future__ import annotations

from typing import Any

from brainstemd.models import Event
from brainstemd.pipeline.time import iso


def event_json(event: Event, t_us: int) -> dict[str, Any]:
    """The `decode` contract's keys in its order; `timestamp` is the event time, null where the line bears no stamp."""
    return {
        "facility": event.facility,
        "severity": event.severity,
        "version": event.version,
        "timestamp": None if event.stamp is None else iso(t_us),
        "hostname": event.hostname,
        "app_name": event.app_name,
        "procid": event.procid,
        "msgid": event.msgid,
        "structured_data": event.structured_data,
        "message": event.message,
        "vendor": event.vendor,
        "product": event.product,
        "event_code": event.event_code,
        "action": event.action,
        "outcome": event.outcome,
        "src_ip": event.src_ip,
        "dst_ip": event.dst_ip,
        "src_port": event.src_port,
        "dst_port": event.dst_port,
        "user": event.user,
        "interface": event.interface,
        "entity": event.entity,
        "polarity": event.polarity,
        "parse_status": event.parse_status,
    }

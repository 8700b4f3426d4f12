"""Zscaler NSS feeds of key=value between tabs: web, firewall, tunnel, DNS, admin audit (NSS feed output formats)."""

from __future__ import annotations

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import LOOK_MAX, ends, first, flow, login, name, said, stamp


class Zscaler:
    name = "zscaler"
    marks = Marks(heads=("reason", "datetime", "time", "recordid", "event_id"))

    def claims(self, event: Event) -> bool:
        text = event.message
        return "\t" in text[:300] and "vendor=Zscaler" in text[:LOOK_MAX]

    def apply(self, event: Event) -> Rest:
        found: dict[str, str] = {}
        for part in event.message[:LOOK_MAX].split("\t"):
            key, equals, value = part.partition("=")
            if equals:
                found[key.strip().lower()] = value
        event.vendor, event.product = "zscaler", "nss"
        event.event_code = first(found, "product")
        if event.stamp is None or event.stamp.offset_s is None:
            event.stamp = stamp(first(found, "datetime", "time") or "") or event.stamp
        if event.stamp is not None and event.parse_status == "partial":
            event.parse_status = "full"
        event.user = first(found, "user", "login", "deviceowner")
        if "Tunnel" in found.get("recordtype", ""):
            return _tunnel(event, found)
        if first(found, "adminid", "auditlogtype") is not None:
            return _audit(event, found)
        return _flow(event, found)


def _flow(event: Event, found: dict[str, str]) -> Rest:
    ends(
        event,
        first(found, "clientip", "csip", "clt_sip", "tsip"),
        first(found, "serverip", "cdip", "srv_dip", "sdip"),
        first(found, "csport", "clt_sport", "clientport"),
        first(found, "cdport", "srv_dport", "serverport"),
    )
    return flow(event, first(found, "action", "reqaction"))


def _tunnel(event: Event, found: dict[str, str]) -> Rest:
    """A tunnel is known by its credential at Zscaler, else by its location."""
    ends(event, found.get("sourceip"), found.get("destinationip"), found.get("sourceport"))
    name(event, first(found, "user", "location", "sourceip"), "tunnel")
    event.user = None
    said(event, first(found, "event"))
    event.action = "tunnel"
    return Rest.NOTHING


def _audit(event: Event, found: dict[str, str]) -> Rest:
    user, source = first(found, "adminid", "user"), first(found, "clientip")
    result = found.get("result", "").upper()
    outcome = "success" if result == "SUCCESS" else "failure" if result == "FAILURE" else None
    action = (first(found, "action") or "").lower()
    login(event, outcome, user, source)
    if action != "sign_in":
        event.action = action or None
        event.entity = event.entity_kind = None
    return Rest.NOTHING


DIALECT = Zscaler()

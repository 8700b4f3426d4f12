"""JSON in the message: one object, alone or behind `@cee:`; also GELF 1.1 lines and Elastic Common Schema, nested or dotted.

Behind a syslog header the message stays as it was received (only attributes are read out of it). An object that is the whole
line is its own header: GELF's and ECS' host, time, level and text become the event's.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, Final

from brainstemd.models import Event
from brainstemd.pipeline.cuts import Container, read
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.makers import maker
from brainstemd.pipeline.structure import (
    PAIRS_MAX,
    Plan,
    fill,
    instant,
    level,
    say,
    state,
    thing,
    verdict,
)

_COOKIE = re.compile(r"@cee: ?(?=\{)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_DEPTH_MAX: Final = 5
_SIZE_MAX: Final = 65_536
_HEAD_MAX: Final = 2048

_TEXT: Final = (
    "short_message", "message", "msg", "MESSAGE", "event.message", "text", "Message", "body", "log", "error.message",
    "error", "description", "event.reason", "full_message", "alert.signature", "title", "detail",
    "summary",
)  # fmt: skip
_LEVEL: Final = (
    "log.syslog.severity.code", "syslog.severity", "PRIORITY", "level", "log.level", "severity", "lvl", "loglevel",
    "log_level", "levelname", "level_name", "severityText", "severity_text", "Severity", "Level", "log.syslog.severity.name",
)  # fmt: skip
_HOST: Final = (
    "host.name", "host.hostname", "host", "hostname", "log.syslog.hostname", "_HOSTNAME", "observer.hostname",
    "observer.name", "agent.hostname", "agent.name", "source_host", "Hostname", "Computer", "computer", "device", "devname",
    "syslog_hostname",
)  # fmt: skip
_APP: Final = (
    "log.syslog.appname", "SYSLOG_IDENTIFIER", "app_name", "appname", "app", "application", "program", "process.name",
    "service.name", "_app", "_application", "ident",
)  # fmt: skip
_WHEN: Final = (
    "@timestamp", "timestamp", "time", "ts", "eventTime", "event_time", "datetime", "date", "EventTime", "event.created",
)  # fmt: skip
_VENDOR: Final = (
    "observer.vendor", "vendor", "event.module", "_vendor", "deviceVendor", "device_vendor", "vendor_name", "event.vendor",
)  # fmt: skip
_PRODUCT: Final = (
    "observer.product", "product", "event.dataset", "_product", "deviceProduct", "device_product", "product_name",
)  # fmt: skip
# Objects that hold the event while the outer one says who forwards it (Splunk's collector, webhooks).
_WRAPPERS: Final = (
    "event",
    "data",
    "payload",
    "record",
    "events",
    "result",
    "attackData",
    "fields",
    "body",
    "properties",
)
_ECS: Final = ("kind", "category", "module", "dataset")
# What happened, as a word: read as prose where the object has none.
_KINDS: Final = (
    "type", "eventType", "event_type", "eventName", "event_name", "alertType", "event", "event_sub_type", "eventSubType",
    "subtype", "displayMessage", "alert_type", "event.action",
)  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+")
_NAMED_KIND = re.compile(r"[A-Z]{2,}(?:_[A-Z0-9]+)+$")
# Senders that name no vendor: a name that stands in their objects alone, what its value begins with, whose it is.
_SENDERS: Final = (
    ("sourcetype", "zscalernss", "zscaler", "nss"),
    ("sourcetype", "zscaler", "zscaler", "nss"),
    ("webaclId", "", "aws", "waf"),
    ("ClientPublicIP", "", "zscaler", "zpa"),
    ("flow_id", "", "suricata", "suricata"),
    ("type", "akamai_siem", "akamai", "siem"),
    ("attackData.clientIP", "", "akamai", "siem"),
    ("EdgeRequestHost", "", "cloudflare", "http"),
    ("RayID", "", "cloudflare", "http"),
    ("event_sub_type", "", "cato", "sase"),
    ("actor.alternateId", "", "okta", "system-log"),
    ("metadata.eventType", "", "crowdstrike", "falcon"),
    ("metadata.customerIDString", "", "crowdstrike", "falcon"),
    ("topic", "device-", "juniper", "mist"),
    ("topic", "alarms", "juniper", "mist"),
    ("topic", "client-", "juniper", "mist"),
    ("modelBreachUrl", "", "darktrace", "darktrace"),
    ("breachUrl", "", "darktrace", "darktrace"),
    ("pbid", "", "darktrace", "darktrace"),
    ("identity_type", "", "cisco", "umbrella"),
    ("isotimestamp", "", "duo", "security"),
    ("d_type_vname", "", "vectra", "cognito"),
    ("wsn", "", "watchguard", "cloud"),
    ("id.orig_h", "", "zeek", "zeek"),
    ("sourceServiceName", "", "netskope", "netskope"),
    ("ccl", "", "netskope", "netskope"),
    ("fortigate", "", "fortinet", "fortigate"),
    ("logid", "", "fortinet", "fortigate"),
    ("agentDetectionInfo.agentUuid", "", "sentinelone", "singularity"),
)  # fmt: skip
_SENDER_NAMES: Final = frozenset(row[0] for row in _SENDERS)
_FACILITY: Final = ("log.syslog.facility.code", "SYSLOG_FACILITY", "syslog.facility")
_PROCID: Final = ("log.syslog.procid", "process.pid", "procid", "pid", "_PID")
_ENDS: Final = ("event.outcome", "outcome", "result", "success", "succeeded")
_CODE: Final = (
    "event.code", "event_code", "eventcode", "event_id", "eventid", "eventId", "EventId", "EventCode", "_event_code",
    "error.code", "error_code", "alert.signature_id",
)  # fmt: skip
_FIRST: Final = (_VENDOR, _PRODUCT, _CODE, _TEXT, _ENDS)


class JsonBody:
    name = "json_body"
    marks = Marks(heads=("{", "@cee"))

    def claims(self, event: Event) -> bool:
        text = event.message
        return _opening(text) is not None and not is_windows(text) and not is_audit(event)

    def apply(self, event: Event) -> Rest:
        found = read(event, _CONTAINER)
        if found is None:
            return Rest.ALL
        pairs, plan = found
        vendor, product, event.event_code, said, end = plan.row(pairs, _FIRST)
        event.vendor, event.product = maker(vendor or "", product or "")
        if event.vendor is None and not _SENDER_NAMES.isdisjoint(pairs):
            _by_sender(event, pairs)
        words = said or _kinds(event, pairs)
        if event.stamp is None and event.hostname is None:
            words = _envelope(event, pairs, words, plan)
        _header(event, pairs, plan)
        fill(event, pairs, plan)
        verdict(event, end)
        say(event, words[:2048], plan=plan if said else None)
        state(event, pairs, plan)
        thing(event, pairs, plan)
        return Rest.NOTHING


def is_windows(text: str) -> bool:
    """Whether an object is an event of the Windows log (`dialects/windows.py`)."""
    if text[:1] != "{":
        return False
    head = text[:_HEAD_MAX]
    return (
        '"EventID"' in head
        or '"winlog"' in head
        or '"winlog.event_id"' in head
        or '"EventRecordID"' in head
        or '"SourceModuleName"' in head
        or '"ProviderGuid"' in head
    )


def is_audit(event: Event) -> bool:
    """Whether an object is an act that TrueNAS audits (`dialects/truenas.py`)."""
    return event.app_name is not None and event.app_name.startswith("TNAUDIT_")


def _opening(text: str) -> int | None:
    """Where the object begins; None if the message is not one object."""
    if text[-1:] != "}":
        return None
    if text[:1] == "{":
        return 0
    cookie = _COOKIE.match(text)
    return None if cookie is None else cookie.end()


def pairs_of(text: str) -> dict[str, str] | None:
    """The object's leaves by their dotted names; None if it is broken, too large or too deep."""
    at = _opening(text)
    if at is None or len(text) > _SIZE_MAX:
        return None
    try:
        found, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None
    if end != len(text) or not isinstance(found, dict):
        return None
    pairs: dict[str, str] = {}
    _flatten(found, "", pairs, 0)
    for name in _WRAPPERS:
        inner = found.get(name)
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(inner, dict) and len(inner) > 1 and not any(key in inner for key in _ECS):
            _flatten(inner, "", pairs, 1)
    if "\\ud" in text or "\\uD" in text:
        return {_clean(name): _clean(value) for name, value in pairs.items()}
    return pairs


def _flatten(branch: dict[str, Any], lead: str, pairs: dict[str, str], depth: int) -> None:
    for name, value in branch.items():
        if len(pairs) >= PAIRS_MAX:
            return
        if isinstance(value, str):
            pairs.setdefault(lead + name, value)
            continue
        if isinstance(value, list) and value and not isinstance(value[0], list):
            value = value[0]
        if isinstance(value, str):
            pairs.setdefault(lead + name, value)
        elif isinstance(value, dict):
            if depth < _DEPTH_MAX:
                _flatten(value, f"{lead}{name}.", pairs, depth + 1)
        elif isinstance(value, bool):
            pairs.setdefault(lead + name, "true" if value else "false")


def _clean(text: str) -> str:
    r"""No string of an event holds a surrogate, which `\ud800` would make."""
    return _SURROGATE.sub("\ufffd", text) if not text.isascii() else text


def _kinds(event: Event, pairs: dict[str, str]) -> str:
    """`AP_DISCONNECTED`, `interfaceDown` as prose; a name in capitals is a code as well."""
    said = [
        value[:128] for name in _KINDS if name in pairs and (value := pairs[name]) and not value.isdecimal()
    ]
    if event.event_code is None:
        event.event_code = next((word for word in said if _NAMED_KIND.match(word)), None)
    return " ".join(map(_in_words, said))


@lru_cache(maxsize=1024)
def _in_words(name: str) -> str:
    return _CAMEL.sub(" ", name)


def _by_sender(event: Event, pairs: dict[str, str]) -> None:
    for name, lead, vendor, product in _SENDERS:
        if (value := pairs.get(name)) is not None and value.startswith(lead):
            event.vendor, event.product = vendor, event.product or product
            return


def _envelope(event: Event, pairs: dict[str, str], words: str, plan: Plan) -> str:
    """An object that is the whole line says what a header would: host, time and text."""
    named = plan.first(pairs, _HOST)
    event.hostname = clean_host(named[:255]) if named is not None else None
    event.stamp = instant(plan.first(pairs, _WHEN))
    if words and (event.hostname is not None or event.stamp is not None):
        event.message, event.form = words.strip(" \t\r\n\x00\ufeff"), None
        event.parse_status = "full" if event.hostname is not None else "partial"
    return words


def _header(event: Event, pairs: dict[str, str], plan: Plan) -> None:
    """What a header may leave out. A PRI outranks the object's level; GELF without a level says nothing."""
    if event.severity is None:
        event.severity = level(plan.first(pairs, _LEVEL))
        facility = plan.first(pairs, _FACILITY)
        if facility is not None and facility.isascii() and facility.isdecimal() and int(facility[:4]) < 24:
            event.facility = int(facility[:4])
    if event.hostname is None:
        named = plan.first(pairs, _HOST)
        event.hostname = clean_host(named[:255]) if named is not None else None
    if event.app_name is None:
        event.app_name = plan.first(pairs, _APP)
    if event.procid is None and event.app_name is not None:
        event.procid = plan.first(pairs, _PROCID)


# Strings; the group is a name.
_CONTAINER: Final = Container(
    pairs_of,
    re.compile(r'("(?:[^"\\]|\\.)*+"\s*:)|"(?:[^"\\]|\\.)*+"', re.S),
    True,
    "\\u",
    frozenset(
        (
            *_TEXT,
            *_LEVEL,
            *_HOST,
            *_APP,
            *_WHEN,
            *_VENDOR,
            *_PRODUCT,
            *_KINDS,
            *_CODE,
            *_FACILITY,
            *_PROCID,
            *_ENDS,
        )
    )
    | _SENDER_NAMES,
)

DIALECT = JsonBody()

"""Cisco Identity Services Engine: `CISE_Failed_Attempts 0000016241 4 0 stamp 0002432123 5400 NOTICE Failed-Attempt: text, key=value`.

The number before the level is the message code; an attempt is about the account, or the client's address where it has none. A
message in several segments repeats the header; only the first has words.
"""
# ruff: noqa: E501

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.reading import LOOK_MAX, first, ip, login, name, port, said, word, words

_CATEGORIES: Final = words(
    "cise_passed_authentications cise_failed_attempts cise_radius_accounting cise_radius_diagnostics"
    " cise_tacacs_accounting cise_tacacs_diagnostics cise_administrative_and_operational_audit"
    " cise_system_diagnostics cise_system_statistics cise_alarm cise_profiler cise_mydevices cise_guest"
    " cise_posture_and_client_provisioning_audit cise_posture_and_client_provisioning_diagnostics"
    " cise_ad_connector cise_authentication_flow_diagnostics cise_policy_diagnostics"
    " cise_identity_stores_diagnostics cise_internal_operations_diagnostics cise_threat_centric_nac"
    " cise_external_mdm cise_distributed_management cise_licensing"
)
_HEAD = re.compile(
    r"(?P<category>CISE_\w{2,60}):? \d{6,12} (?P<count>\d{1,4}) (?P<index>\d{1,4}) (?:[\d-]{10} [\d:.]{8,15} [+-][\d:]{4,6} \d{1,12}"
    r" (?P<code>\d{4,6}) (?P<level>[A-Z]{4,6}) (?P<class>[^:,]{1,80}): (?P<said>[^,]{0,200}))?"
)
_ALARM = re.compile(r"CISE_Alarm:? (?P<level>[A-Z]{4,8}): (?P<said>.{1,500})")
_PAIR = re.compile(r"(?:^|, ?)(?:Step=\d{1,6}, ?){0,40}([A-Za-z][\w -]{1,48})=([^,]{0,256})")
_SUCCESS: Final = ("succeeded", "successful", "permitted")


class CiscoIse:
    name = "cisco_ise"
    marks = Marks(heads=tuple(sorted(_CATEGORIES)), apps=tuple(sorted(_CATEGORIES)))

    def claims(self, event: Event) -> bool:
        return event.message.startswith("CISE_") or (event.app_name or "").startswith("CISE_")

    def apply(self, event: Event) -> Rest:
        event.vendor, event.product = "cisco", "ise"
        text = event.message[:LOOK_MAX]
        if not text.startswith("CISE_"):
            text = f"{event.app_name} {text}"
        alarm = _ALARM.match(text)
        if alarm is not None:
            event.event_code = alarm["said"].partition(" : ")[0].strip()[:128]
            return said(event, alarm["said"])
        head = _HEAD.match(text)
        if head is None:
            return Rest.ALL
        if head["code"] is None:
            event.action = head["category"]
            return Rest.NOTHING  # a later segment of a message: no words of its own
        event.event_code = head["code"]
        return _message(event, head["category"].lower(), head["said"].lower(), text[head.end() :])


def _message(event: Event, category: str, spoken: str, text: str) -> Rest:
    found = dict(_PAIR.findall(text))
    event.src_ip = ip(first(found, "AdminIPAddress", "Device IP Address", "NAS-IP-Address", "Remote-Address"))
    event.dst_ip, event.dst_port = ip(found.get("DestinationIPAddress")), port(found.get("DestinationPort"))
    event.interface = word(found.get("NAS-Port-Id"))
    who = first(found, "AdminName", "UserName", "User-Name", "User")
    if category in ("cise_passed_authentications", "cise_failed_attempts") or "authentication" in spoken:
        failed = category == "cise_failed_attempts" or "fail" in spoken or "reject" in spoken
        passed = category == "cise_passed_authentications" or any(one in spoken for one in _SUCCESS)
        outcome = "failure" if failed else "success" if passed else None
        login(
            event,
            outcome,
            who or first(found, "Calling-Station-ID", "Calling-Station-Id", "EndPointMACAddress"),
        )
        return Rest.NOTHING
    if category.endswith("accounting"):
        event.action = first(found, "Acct-Status-Type", "CmdSet") or "accounting"
        event.user = word(who)
        return Rest.NOTHING
    if category == "cise_administrative_and_operational_audit":
        event.action, event.user = first(found, "OperationType", "ObjectType") or "administer", word(who)
        name(event, event.user, "user")
    return said(event, spoken)


DIALECT = CiscoIse()

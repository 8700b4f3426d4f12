"""strongSwan's charon: IKE and CHILD_SAs by connection name (strongSwan documentation, "Logger configuration" and
message texts)."""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import address

# `07[IKE] <branch-12|34> text`: thread, subsystem, connection and its number.
_LEAD = re.compile(
    r"(?:(?P<thread>\d{1,5})\[(?P<group>[A-Z]{2,4})\d?\] )?(?:<(?P<conn>[^|<>]{1,128})(?:\|\d{1,10})?> )?"
)
_NAMED = re.compile(
    r"(?:IKE_SA|CHILD_SA|connection|peer config) ['\"]?(?P<conn>[A-Za-z][\w.@%:-]{0,127}?)(?:\[\d{1,10}\]|\{\d{1,10}\}|['\"])"
)
_BETWEEN = re.compile(
    r"between (?P<a>[0-9a-fA-F:.]{2,45})\[(?P<a_id>[^\]]{0,128})\]\.\.\.(?P<b>[0-9a-fA-F:.]{2,45})\[(?P<b_id>[^\]]{0,128})\]"
)
_FROM = re.compile(
    r"from (?P<a>[0-9a-fA-F:.]{2,45})\[(?P<ap>\d{1,5})\] to (?P<b>[0-9a-fA-F:.]{2,45})\[(?P<bp>\d{1,5})\]"
)
_PEER = re.compile(r"(?:peer|with|to|from) (?P<ip>\d{1,3}(?:\.\d{1,3}){3})\b")

# Words → (event code, polarity, outcome, orderly). The first that the text contains.
_TEXTS: Final = (
    ("established between", "IKE_SA_ESTABLISHED", "up", "success", False),
    ("established with SPIs", "CHILD_SA_ESTABLISHED", "up", "success", False),
    ("IKE_SA rekeyed", "IKE_SA_REKEYED", "neutral", "success", False),
    ("rekeying", "REKEYING", "neutral", None, False),
    ("reauthenticating", "REAUTHENTICATING", "neutral", None, False),
    ("DPD check timed out", "DPD_TIMEOUT", "down", "failure", False),
    ("giving up after", "RETRANSMIT_GIVE_UP", "down", "failure", False),
    ("peer not responding", "PEER_NOT_RESPONDING", "down", "failure", False),
    ("establishing IKE_SA failed", "IKE_SA_FAILED", "down", "failure", False),
    ("establishing CHILD_SA failed", "CHILD_SA_FAILED", "down", "failure", False),
    ("AUTHENTICATION_FAILED", "AUTHENTICATION_FAILED", "neutral", "failure", False),
    ("authentication of", "AUTHENTICATION", "neutral", None, False),
    ("NO_PROPOSAL_CHOSEN", "NO_PROPOSAL_CHOSEN", "neutral", "failure", False),
    ("received DELETE", "DELETE_RECEIVED", "down", None, True),
    ("deleting IKE_SA", "IKE_SA_DELETED", "down", None, True),
    ("closing CHILD_SA", "CHILD_SA_CLOSED", "down", None, True),
    ("IKE_SA deleted", "IKE_SA_DELETED", "down", None, True),
    ("initiating", "INITIATING", "neutral", None, False),
    ("retransmit", "RETRANSMIT", "neutral", None, False),
    ("sending", "SENDING", "neutral", None, False),
    ("received", "RECEIVED", "neutral", None, False),
)  # fmt: skip
_MARKED = re.compile(r"\d{1,5}\[[A-Z]{2,4}\d?\] |.{0,200}?\b(?:IKE_SA|CHILD_SA|IKEv[12]|DPD)\b")


class StrongSwan:
    name = "strongswan"
    marks = Marks(apps=("charon", "charon-systemd", "charon-nm", "ipsec", "strongswan", "swanctl"))

    def claims(self, event: Event) -> bool:
        return event.app_name is not None and (
            event.app_name.startswith("charon") or _MARKED.match(event.message) is not None
        )

    def apply(self, event: Event) -> Rest:
        text = event.message[:1024]
        lead = _LEAD.match(text)
        found = next((row for row in _TEXTS if row[0] in text), None)
        event.vendor, event.product = "strongswan", "strongswan"
        conn = lead["conn"] if lead is not None else None
        if conn is None and (named := _NAMED.search(text)) is not None:
            conn = named["conn"]
        if conn is not None:
            event.entity, event.entity_kind = conn, "tunnel"
        _addresses(event, text)
        if found is None:
            return Rest.ALL
        _, event.event_code, event.polarity, event.outcome, event.orderly = found
        if event.event_code == "AUTHENTICATION":
            event.outcome = "success" if "successful" in text else "failure" if "failed" in text else None
        return Rest.NOTHING if event.entity is not None else Rest.SLOTS


def _addresses(event: Event, text: str) -> None:
    between = _BETWEEN.search(text)
    if between is not None:
        event.src_ip, event.dst_ip = address(between["a"]), address(between["b"])
        return
    packet = _FROM.search(text)
    if packet is not None:
        event.src_ip, event.dst_ip = address(packet["a"]), address(packet["b"])
        event.src_port, event.dst_port = int(packet["ap"]) % 65_536, int(packet["bp"]) % 65_536
        return
    peer = _PEER.search(text)
    if peer is not None:
        event.dst_ip = address(peer["ip"])


DIALECT = StrongSwan()

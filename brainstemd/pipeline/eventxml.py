"""The Windows event log's own XML, as agents forward it (`<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>`).

Read with bounded patterns and not with an XML parser: a line may be cut off anywhere, and nothing in it (entities, document
types) may make work. Source: Microsoft, "Windows Event Log reference", event schema.
"""

from __future__ import annotations

import html
import re
from typing import Final

_LOOK_MAX: Final = 32_768
_VALUE_MAX: Final = 1024
_ELEMENT = re.compile(
    r"<(?P<name>EventID|Level|Keywords|Computer|Channel|EventRecordID|Message)(?: [^<>]{0,200})?>(?P<text>[^<]{0,16384})<"
)
_PROVIDER = re.compile(r"<Provider\b[^<>]{0,200}?\bName=(['\"])(?P<name>[^'\"<>]{1,128})\1")
_TIME = re.compile(r"<TimeCreated\b[^<>]{0,60}?\bSystemTime=(['\"])(?P<time>[^'\"<>]{10,40})\1")
_PROCESS = re.compile(r"<Execution\b[^<>]{0,60}?\bProcessID=(['\"])(?P<pid>\d{1,10})\1")
_DATA = re.compile(
    r"<Data(?: Name=(?P<quote>['\"])(?P<name>[^'\"<>]{1,64})(?P=quote))?>(?P<text>[^<]{0,4096})<"
)
_LEVELS: Final = {"1": "critical", "2": "error", "3": "warning", "4": "information", "5": "verbose"}
_AUDITS: Final = {0x10_0000_0000_0000: "AUDIT_FAILURE", 0x20_0000_0000_0000: "AUDIT_SUCCESS"}
_DATA_MAX: Final = 64


def is_event_xml(text: str) -> bool:
    """Whether a message is an event of the Windows log in XML."""
    return text.startswith(("<Event ", "<Event>")) and "<EventID" in text[:2048]


def read_event_xml(text: str) -> dict[str, str]:
    """Name → text: the system part under the names that other agents use (EventID, SourceName, Computer, TimeCreated, Level,
    Keywords, Message, ProcessID), and the event's data; what has no name is `param1`, `param2`, …"""
    text = text[:_LOOK_MAX]
    pairs: dict[str, str] = {}
    for at, found in enumerate(_DATA.finditer(text), start=1):
        if at > _DATA_MAX:
            break
        pairs[found["name"] or f"param{at}"] = _text(found["text"])
    for found in _ELEMENT.finditer(text):
        name = found["name"]
        if name == "Level" and name in pairs:  # the rendering's own words
            continue
        pairs[name] = _text(found["text"]) if name != "Message" else html.unescape(found["text"]).strip()
    pairs["Level"] = _LEVELS.get(pairs.get("Level", ""), "information")
    pairs["Keywords"] = _audit(pairs.get("Keywords", ""))
    for pattern, name, group in (
        (_PROVIDER, "SourceName", "name"),
        (_TIME, "TimeCreated", "time"),
        (_PROCESS, "ProcessID", "pid"),
    ):
        if (match := pattern.search(text)) is not None:
            pairs[name] = _text(match[group])
    return pairs


def _text(text: str) -> str:
    return html.unescape(text[:_VALUE_MAX]).strip()


def _audit(keywords: str) -> str:
    """Which audit a bit mask tells of."""
    if re.fullmatch(r"0x[0-9a-fA-F]{1,16}", keywords) is None:
        return keywords
    mask = int(keywords, 16)
    return next((name for bit, name in _AUDITS.items() if mask & bit), "")

"""Cisco SD-WAN (Viptela): `%Viptela-vedge-1-FTMD-6-INFO-1400002: Notification: … bfd-state-change …` and `%Cisco-SDWAN-…`.

A notification is a name and key:value pairs. Of a tunnel the other end is the entity; of a control connection the peer.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import LOOK_MAX
from brainstemd.pipeline.reading import ends, first, ip, login, name, said

_HEAD = re.compile(
    r"%(?:Viptela|Cisco-SDWAN)-(?P<host>[\w.-]{1,64}?)-(?P<module>[A-Za-z]\w{1,31})-(?P<level>[0-7])-"
    r"(?P<word>[A-Z]{3,5})-(?P<code>\d{1,10}): {0,2}"
)
_LEAD = re.compile(r"(?:\d{1,12}: ){0,2}(?:[\w.-]{1,64}: )?[*.]?[A-Z][a-z]{2} {1,2}\d{1,2} [\w:. ]{8,32}: $")
_NOTICE = re.compile(
    r"Notification: {1,2}[\d/]{6,10} [\d:]{5,8} (?P<what>[a-z][a-z0-9-]{2,63}) {0,2}(?:severity-level|$)"
)
_PAIR = re.compile(r'(?<![\w-])([a-z][a-z0-9-]{1,40}):(?:"([^"]{0,256})"|(\S{1,256}))')
_UP: Final = frozenset(("up", "full", "established", "active"))
_DOWN: Final = frozenset(("down", "init", "inactive", "failed", "challenge", "tear_down"))
_PEERS: Final = ("peer-system-ip", "remote-system-ip", "dst-ip", "peer", "public-ip")


class Sdwan:
    name = "sdwan"
    marks = Marks(heads=("%viptela", "%cisco"), inside=("%Cisco-SDWAN-", "%Viptela-"))

    def claims(self, event: Event) -> bool:
        return _head(event.message) is not None

    def apply(self, event: Event) -> Rest:
        text = event.message[: 2 * LOOK_MAX]
        head = _head(text)
        if head is None:
            return Rest.ALL
        if head.start() > 0:
            event.message = event.message[head.start() :]
        event.vendor, event.product = "cisco", "viptela"
        event.event_code = f"{head['module']}-{head['level']}-{head['word']}-{head['code']}"
        if event.severity is None:
            event.severity = int(head["level"])
        notice = _NOTICE.match(text, head.end())
        if notice is None:
            return said(event, text[head.end() :])
        found = {key: quoted or plain for key, quoted, plain in _PAIR.findall(text, notice.end("what"))}
        return _notification(event, notice["what"], found)


def _head(text: str) -> re.Match[str] | None:
    """At once, or behind the sequence number and the stamp of IOS-XE."""
    found = _HEAD.search(text, 0, 256)
    if found is None or found.start() == 0:
        return found
    return found if _LEAD.match(text[: found.start()]) is not None else None


def _notification(event: Event, what: str, found: dict[str, str]) -> Rest:
    event.action = what
    if what.endswith("login-change") or what.startswith(("system-login", "aaa-")):
        outcome = "failure" if "fail" in what else "success"
        login(event, outcome, first(found, "user-name", "user"), first(found, "src-ip", "remote-host"))
        return Rest.NOTHING
    state = (first(found, "new-state", "new-admin-state", "state", "new-con-state") or "").lower()
    event.polarity = "up" if state in _UP else "down" if state in _DOWN else "neutral"
    if what.startswith(("bfd", "fec")):
        ends(event, found.get("src-ip"), found.get("dst-ip"), found.get("src-port"), found.get("dst-port"))
        far = first(found, "remote-system-ip", "dst-ip")
        colour = first(found, "remote-color", "local-color")
        name(event, far if colour is None or far is None else f"{far} {colour}", "tunnel")
        event.orderly = found.get("deleted") == "true"
    elif (interface := first(found, "if-name", "ifname", "interface-name")) is not None:
        name(event, interface, "interface")
        event.orderly = first(found, "new-admin-state", "admin-state") == "down"
    else:
        peer = first(found, *_PEERS)
        name(event, ip(peer) or peer, "neighbour")
    return Rest.NOTHING


DIALECT = Sdwan()

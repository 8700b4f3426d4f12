"""Branch firewalls: Zyxel USG and ATP (`src="a:p" dst="…" msg="…" note="…" devID=`), Stormshield (`id=firewall time= fw= … logtype=`), DrayTek Vigor.

A flow is neutral; `note="ACCESS BLOCK"` and `action=block` are attempts that failed.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from collections.abc import Mapping

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import clean_host
from brainstemd.pipeline.phrases import IP, LOOK_MAX, phrase, read
from brainstemd.pipeline.reading import ends, first, flow, login, name, pairs, said, stamp, word

_STORM = re.compile(r'id=firewall time="[^"]{8,32}" fw="[^"]{0,64}" tz=')
_ZYXEL = re.compile(r'src="(?P<src>[^"]{0,60})" dst="(?P<dst>[^"]{0,60})" msg="[^"]{0,800}" note="')
_INTERFACE = re.compile(r"Interface (?P<name>[\w.-]{1,40}) (?:is|has|went) ")
_SEEN_AS_LOGIN = re.compile(
    r"(?i)fail\w{0,2} (?:login|log in)|login fail|incorrect password|logged in|login attempt"
)
_TUNNEL_LINE = re.compile(r"\[(?:H2L|L2L|H2H|LAN2LAN)\]\[(?:UP|DOWN)\]\[")
_DRAYTEK = (
    phrase("[DOWN]", r"^\[(?:H2L|L2L|H2H|LAN2LAN|\w{2,8})\]\[(?:DOWN)\]\[(?P<code>[\w ]{1,16})\]\[@\d{1,3}:(?P<entity>[^\]]{1,64})\]", "vpn", "down", None, "tunnel"),
    phrase("[UP]", r"^\[(?:H2L|L2L|H2H|LAN2LAN|\w{2,8})\]\[(?:UP)\]\[(?P<code>[\w ]{1,16})\]\[@\d{1,3}:(?P<entity>[^\]]{1,64})\]", "vpn", "up", None, "tunnel"),
    phrase("WAN", r"(?P<entity>\[?WAN ?\d{1,2}\]?) .{0,24}\b(?:is )?(?:down|disconnected|offline)\b", "wan", "down", None, "interface"),
    phrase("WAN", r"(?P<entity>\[?WAN ?\d{1,2}\]?) .{0,24}\b(?:is )?(?:up|connected|online)\b", "wan", "up", None, "interface"),
    phrase("Local User", rf"^Local User[^:]{{0,40}}(?::[0-9A-Fa-f:-]{{2,20}}\))?: (?P<src>{IP}):(?P<sport>\d{{1,5}}) -> (?P<dst>{IP}):(?P<dport>\d{{1,5}})", "flow"),
)  # fmt: skip


class BranchFirewalls:
    name = "branch_firewalls"
    marks = Marks(heads=("", "id", "src"), apps=("draytek", "vigor"), keys=("id", "src"))

    def claims(self, event: Event) -> bool:
        text = event.message
        if event.app_name is not None and event.app_name.lower().startswith(("draytek", "vigor")):
            return True
        if _TUNNEL_LINE.match(text) is not None:
            return True
        return _STORM.match(text) is not None or (_ZYXEL.match(text) is not None and "devID=" in text)

    def apply(self, event: Event) -> Rest:
        text = event.message
        if text.startswith("id=firewall"):
            return _stormshield(event, pairs(text))
        head = _ZYXEL.match(text)
        if head is not None:
            return _zyxel(event, head, pairs(text))
        event.vendor, event.product = "draytek", "vigor"
        if event.hostname is None and event.app_name is not None and len(event.app_name) > len("draytek"):
            event.hostname, event.app_name = (
                clean_host(event.app_name),
                None,
            )  # its name stands where a tag could
        rest = read(event, text[:LOOK_MAX], _DRAYTEK)
        if event.entity is not None:
            event.entity = event.entity.strip("[]").replace(" ", "")
        if event.interface is not None:
            event.interface = event.interface.strip("[]").replace(" ", "")
        return rest


def _stormshield(event: Event, found: Mapping[str, str]) -> Rest:
    event.vendor, event.product = "stormshield", "sns"
    event.event_code = first(found, "alarmid", "logtype")
    if event.hostname is None and word(found.get("fw")) is not None:
        event.hostname = clean_host(found["fw"])
    if event.stamp is None:
        event.stamp = stamp(f"{found['time']}{found.get('tz', '')}") or stamp(found["time"])
    if event.parse_status == "partial" and event.facility is not None and event.stamp is not None:
        event.parse_status = "full"
    kind, words = found.get("logtype"), found.get("msg")
    ends(event, found.get("src"), found.get("dst"), found.get("srcport"), found.get("dstport"))
    event.interface = first(found, "srcifname", "srcif")
    if kind == "auth" or (
        kind in ("server", "xvpn") and found.get("user") and words and _SEEN_AS_LOGIN.search(words)
    ):
        bad = found.get("error", "0") not in ("0", "") or "fail" in (words or "").lower()
        login(event, "failure" if bad else "success", found.get("user"))
        return Rest.NOTHING
    event.user = word(found.get("user"))
    if kind in ("filter", "connection", "alarm", "plugin", "web", "count"):
        return flow(event, first(found, "action"))
    subject = _INTERFACE.match(words or "")
    if subject is not None:  # names such as `out` and `in` are no words here
        name(event, subject["name"], "interface")
    return said(event, words)


def _zyxel(event: Event, head: re.Match[str], found: Mapping[str, str]) -> Rest:
    event.vendor, event.product = "zyxel", "usg"
    src, _, src_port = head["src"].rpartition(":")
    dst, _, dst_port = head["dst"].rpartition(":")
    ends(event, src, dst, src_port, dst_port)
    note, words = found.get("note", ""), found.get("msg", "")
    event.user = word(found.get("user"))
    event.event_code = first(found, "class", "cat")
    if note.startswith("ACCESS "):
        return flow(event, note[7:])
    if note.startswith("Account: ") and _SEEN_AS_LOGIN.search(words):
        bad = "ailed" in words or "incorrect" in words
        login(event, "failure" if bad else "success", note[9:] or found.get("user"))
        return Rest.NOTHING
    return said(event, words)


DIALECT = BranchFirewalls()

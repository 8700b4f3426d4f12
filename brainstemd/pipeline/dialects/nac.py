"""Who may enter: Pulse / Ivanti Connect Secure, Duo Authentication Proxy, Aruba ClearPass, RSA Authentication Manager, BeyondTrust
Remote Support, OpenVPN Access Server (Ivanti "Log formats"; Duo "authproxy.log"; ClearPass "Syslog export filters"; RSA "Syslog
message format"; BeyondTrust "Syslog Message Guide").

A login is an attempt, by its account; a remote user's session comes and goes, a node of a cluster stands.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, LOOK_MAX, Phrase, app_key, phrase, read
from brainstemd.pipeline.reading import ip, login, pairs, said

_HEAD = rf" - \[(?P<src>{IP})\] (?:System|(?P<user>[^()\[\]]{{1,64}}))?\([^()]{{0,64}}\)\[[^\]]{{0,200}}\] - (?:(?P<code>[A-Z]{{3}}\d{{5}}): )?"
_PULSE = (
    phrase(" - [", rf"{_HEAD}(?:Login failed|Primary authentication failed|.{{0,40}}[Aa]uthentication failed|Login denied|Host Checker policy '.{{1,64}}' failed)", "login", "neutral", "failure", "user"),
    phrase(" - [", rf"{_HEAD}(?:Login succeeded|(?:Primary|Secondary) authentication successful|Agent login succeeded)", "login", "neutral", "success", "user"),
    phrase(" - [", rf"{_HEAD}(?:Logout|.{{0,40}}[Ss]ession (?:timed out|ended|closed)|Closed connection|Max session timeout)", "logout", kind="user"),
    phrase(" - [", rf"{_HEAD}.{{0,40}}(?:VPN Tunneling|Network Connect|Session|Connected to)", "session", kind="user"),
    phrase(" - [", rf"{_HEAD}", "event", rest=Rest.ALL),
)  # fmt: skip
_DUO_WHO = rf"\('?(?P<src>{IP})'?, (?P<sport>\d{{1,5}})\), (?P<user>[^,()]{{1,128}}), \d{{1,10}}\): "
_DUO = (
    phrase("'deny'", rf"{_DUO_WHO}Duo authentication returned 'deny'", "login", "neutral", "failure", "user"),
    phrase("'allow'", rf"{_DUO_WHO}Duo authentication returned 'allow'", "login", "neutral", "success", "user"),
    phrase("): ", rf"{_DUO_WHO}(?:Invalid|Primary credentials rejected|.{{0,60}}(?:AccessReject|[Ff]ailed))", "login", "neutral", "failure", "user"),
    phrase("): ", rf"{_DUO_WHO}", "event", kind="user"),
    phrase("onnect", r"(?:Could not connect|Failed to connect|Error connecting).{0,120}", "connect", "neutral", "failure"),
    phrase("preauth", r"Duo preauth call failed", "connect", "neutral", "failure"),
)  # fmt: skip
_OPENVPN = (
    phrase("AUTH_FAILED", rf"'?(?:[\d-]{{10}} [\d:]{{8}} )?(?P<user>[\w.@-]{{1,64}})/(?P<src>{IP}):(?P<sport>\d{{1,5}}) .{{0,80}}AUTH_FAILED", "login", "neutral", "failure", "user"),
    phrase("AUTH SUCCESS", rf"AUTH SUCCESS .{{0,400}}?'user': '(?P<user>[^']{{1,64}})'|AUTH SUCCESS (?P<src>{IP})", "login", "neutral", "success", "user"),
    phrase("AUTH", r"(?:AUTH FAILED|auth failed|LOCKOUT).{0,400}?'user(?:name)?': '(?P<user>[^']{1,64})'", "login", "neutral", "failure", "user"),
    phrase("/", r"(?:^|['\s])(?P<user>[\w.@-]{1,64})/(?P<src>\d[\d.]{6,14}):(?P<sport>\d{1,5}) ", "session", kind="user"),
)  # fmt: skip
_SECURID = (
    phrase(",FAIL", rf",(?P<src>{IP}),{IP},(?P<code>[A-Z_]{{4,40}}),\d{{1,6}},FAIL", "login", "neutral", "failure"),
    phrase(",SUCCESS", rf",(?P<src>{IP}),{IP},(?P<code>[A-Z_]{{4,40}}),\d{{1,6}},SUCCESS", "login", "neutral", "success"),
    phrase(",", rf",(?P<src>{IP}),{IP},(?P<code>[A-Z_]{{4,40}}),\d{{1,6}},", "audit"),
)  # fmt: skip
_PULSE_SECURE = ("pulsesecure", "connect-secure", _PULSE)
_TABLES: Final[dict[str, tuple[str, str, tuple[Phrase, ...]]]] = {
    "pulsesecure": _PULSE_SECURE,
    "ivanti": _PULSE_SECURE,
    "ics": _PULSE_SECURE,
    "juniper": _PULSE_SECURE,
    "authproxy": ("duo", "authproxy", _DUO),
    "duoauthproxy": ("duo", "authproxy", _DUO),
    "openvpnas": ("openvpn", "access-server", _OPENVPN),
    "bt": ("beyondtrust", "remote-support", ()),
}
_SEMICOLONS = re.compile(r"(?:^|[;:])([A-Za-z_]{2,32})=([^;]{0,256})")
_CODE = re.compile(r"([A-Z]{3}\d{5}): ")
_CLEARPASS = re.compile(r"(?:^|[, ])([\w.-]{3,64}\.[\w-]{2,64})=([^,]{0,256})")
_CPPM: Final = "CPPM_"
_RSA: Final = ".com.rsa."


class Nac:
    name = "nac"
    marks = Marks(apps=tuple(_TABLES), inside=(_CPPM, _RSA))

    def claims(self, event: Event) -> bool:
        app, text = app_key(event.app_name or ""), event.message
        if text.startswith(("{", "CEF:", "LEEF:", "@cee")):
            return False
        if app == "bt":
            return ";who=" in text or ";event=" in text
        if app == "juniper":
            return " - [" in text[:120] or " vpn=" in text[:200]
        return app in _TABLES or _CPPM in text[:120] or _RSA in text[:120]

    def apply(self, event: Event) -> Rest:
        text = event.message[:LOOK_MAX]
        key = app_key(event.app_name or "")
        if key == "bt":
            return _beyondtrust(event, dict(_SEMICOLONS.findall(text)))
        if key in _TABLES:
            event.vendor, event.product, table = _TABLES[key]
            return _welf(event, text) if " vpn=" in text and 'msg="' in text else read(event, text, table)
        if _RSA in text[:120]:
            event.vendor, event.product = "rsa", "authentication-manager"
            return read(event, text, _SECURID)
        return _clearpass(event, dict(_CLEARPASS.findall(event.message[:4096])))


def _welf(event: Event, text: str) -> Rest:
    """Connect Secure in WELF: `id=firewall time="…" vpn=ive user=alice src=… msg="AUT24326: …"`."""
    found = pairs(text)
    words = found.get("msg", "")
    code = _CODE.match(words)
    event.event_code = None if code is None else code[1]
    event.src_ip, event.dst_ip = ip(found.get("src")), ip(found.get("dst"))
    user = found.get("user")
    event.user = None if user in (None, "", "System") else user
    lower = words.lower()
    if "authentication" in lower or "login" in lower:
        done = "failure" if "fail" in lower or "denied" in lower else "success" if "succe" in lower else None
        login(event, done, event.user)
        return Rest.NOTHING
    return said(event, words)


def _beyondtrust(event: Event, found: dict[str, str]) -> Rest:
    """`site:part:parts:when=…;who=…;who_ip=…;event=login;status=failure`."""
    event.vendor, event.product = "beyondtrust", "remote-support"
    event.event_code = event.action = found.get("event") or None
    event.src_ip = ip(found.get("who_ip"))
    event.user = found.get("who")
    event.outcome = {"failure": "failure", "success": "success"}.get(found.get("status", ""))
    if event.action == "login":
        login(event, event.outcome, event.user)
    return Rest.NOTHING


def _clearpass(event: Event, found: dict[str, str]) -> Rest:
    """`CPPM_Session_Detail 1 1 0 Common.Username=alice,…`: requests by account, with the switch or controller as source."""
    event.vendor, event.product = "arubanetworks", "clearpass"
    status = found.get("Common.Login-Status", "").upper()
    outcome = {"ACCEPT": "success", "REJECT": "failure", "TIMEOUT": "failure", "DROP": "failure"}.get(status)
    code = found.get("Common.Error-Code", "0")
    event.event_code = None if code == "0" else code
    source = found.get("Common.NAS-IP-Address") or found.get("RADIUS.Acct-NAS-IP-Address")
    login(event, outcome, found.get("Common.Username") or found.get("RADIUS.Acct-Username"), source)
    if outcome is None:
        event.action = "session"
    return Rest.NOTHING


DIALECT = Nac()

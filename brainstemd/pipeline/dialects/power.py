"""Power of a room: UPSs and PDUs of Eaton, Vertiv / Liebert, CyberPower, Tripp Lite, Raritan, Server Technology (Eaton Network-M2
"Alarm messages"; Vertiv Intellislot Unity; CyberPower RMCARD event list; Raritan PX "Default log messages"; Sentry "Syslog").

On battery or on bypass is down, back on utility is up; the device is its own host, so a UPS has no entity, an outlet, a breaker or a
sensor has. A threshold is crossed (`asserted`, `entered`) or left again.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, LOOK_MAX, app_key, phrase, read

_OVER = r"(?i)(?:no longer|cleared|inactive|ended|end of|restored|back to normal|is normal)"
_WHO = rf"(?:.{{0,60}}?(?:from|at|by host)(?: host)? '?(?P<src>{IP}))?"
_LOGINS = (
    phrase("", rf"(?i)authentication failed for user '(?P<user>[^']{{1,64}})'{_WHO}", "login", "neutral", "failure", "user"),
    phrase("", rf"(?i)(?:log(?:in|on) (?:failed|failure)|failed log(?:in|on)|unauthorized).{{0,40}}?user:? '?(?P<user>[\w.@\\-]{{1,64}})'?{_WHO}", "login", "neutral", "failure", "user"),
    phrase("", rf"(?i)user '(?P<user>[^']{{1,64}})' from host '(?P<src>{IP})' logged in", "login", "neutral", "success", "user"),
    phrase("", rf"(?i)user '(?P<user>[^']{{1,64}})' from host '(?P<src>{IP})' (?:logged out|closed|timed out)", "logout", kind="user"),
    phrase("", rf"(?i)user:? '(?P<user>[^']{{1,64}})' logged in(?: via \w{{1,12}})?{_WHO}", "login", "neutral", "success", "user"),
)  # fmt: skip
_SUPPLY = (
    *_LOGINS,
    phrase("", rf"(?i)(?:on battery|on-battery|input power problem|utility (?:power )?(?:not present|fail\w{{0,5}}|lost)|power outage|input failure|blackout).{{0,80}}{_OVER[4:]}", "power", "up"),
    phrase("", r"(?i)(?:no longer on battery|back (?:on|to) (?:utility|line|mains|ac)|on (?:utility|line|mains) power|(?:utility|mains|ac|input)(?: power)? (?:has been |is )?(?:restored|returned|present|good)|(?:returned|switched|transferred)(?: back)? to (?:utility|online|line|mains))", "power", "up"),
    phrase("", r"(?i)low battery|battery (?:is )?(?:low|discharged|exhausted)|(?:imminent|impending) shutdown|shutdown imminent|end of backup time", "battery", "down", "failure"),
    phrase("", r"(?i)on[ -]battery|(?:running|switched|operating) (?:on|to) batter|utility (?:power )?(?:not present|fail|lost)|power outage|input (?:power problem|failure|lost)|blackout|(?:utility|mains|input) power fail", "power", "down"),
    phrase("", r"(?i)(?:no longer|end of|left|off) (?:on )?bypass|bypass.{0,40}(?:cleared|inactive|ended)", "bypass", "up"),
    phrase("", r"(?i)(?:\bon|switched to|transferred to|emergency) (?:manual |maintenance |static )?bypass|bypass.{0,20}\bactive", "bypass", "down"),
    phrase("", r"(?i)replace batter|batter(?:y|ies) (?:needs?|must|should|fault|failed|weak|test failed)|battery disconnected|no battery", "battery", "neutral", "failure"),
    phrase("", r"(?i)(?:self|battery)[ -]?test.{0,40}\b(?:passed|ok|success\w{0,6}|completed)", "self-test", "neutral", "success"),
    phrase("", r"(?i)(?:self|battery)[ -]?test.{0,40}\bfail", "self-test", "neutral", "failure"),
    phrase("", r"(?i)overload.{0,60}(?:cleared|inactive|no longer|ended|normal)|no longer overload", "overload", "neutral", "success"),
    phrase("", r"(?i)overload|over ?temperature|fan fail|fuse fail|inverter fail|internal fail", "fault", "neutral", "failure"),
    phrase("", r"(?i)communication.{0,40}\b(?:lost|failed|failure)\b(?!.{0,40}cleared)", "communication", "down", "failure"),
    phrase("", r"(?i)communication.{0,60}\b(?:restored|established|recovered|cleared)", "communication", "up", "success"),
)  # fmt: skip

_NAMED = r"(?:\(?'(?P<entity>[^']{1,64})'\)?)"
_PDU = (
    *_LOGINS,
    phrase("", rf"(?i)outlet (?:\d{{1,3}} )?(?:{_NAMED} |(?P<code>\d{{1,3}} )?)?has been (?:powered|switched|turned) off by user '(?P<user>[^']{{1,64}})'{_WHO}", "off", "down", None, "outlet", orderly=True),
    phrase("", rf"(?i)outlet (?:\d{{1,3}} )?(?:{_NAMED} |(?P<code>\d{{1,3}} )?)?has been (?:powered|switched|turned) on by user '(?P<user>[^']{{1,64}})'{_WHO}", "on", "up", None, "outlet"),
    phrase("", rf"(?i)(?:overcurrent protector|breaker|fuse|branch)\b.{{0,40}}?{_NAMED}.{{0,60}}(?:tripped|blown|opened|status '(?:off|trip|fuse|breaker)[^']{{0,20}}')", "trip", "down", "failure", "breaker"),
    phrase("", rf"(?i)(?:overcurrent protector|breaker|fuse|branch)\b.{{0,40}}?{_NAMED}.{{0,60}}(?:closed|reset|status '(?:on|normal)')", "close", "up", None, "breaker"),
    phrase("", rf"(?i)sensor {_NAMED}.{{0,120}}?\b(?:deasserted|left|cleared) '?(?P<code>[a-z ]{{4,40}})'?", "clear", "neutral", "success", "sensor"),
    phrase("", rf"(?i)sensor {_NAMED}.{{0,120}}?\b(?:asserted|entered) '?(?P<code>(?:above|below|alarm|fault|critical|warning)[a-z ]{{0,40}})'?", "threshold", "neutral", "failure", "sensor"),
    phrase("", rf"(?i)sensor {_NAMED}.{{0,120}}?(?:unavailable|communication (?:lost|failed))", "communication", "down", "failure", "sensor"),
    phrase("", rf"(?i)(?:outlet|cord|infeed|phase|line|temp|humid\w{{0,8}}|tower|environmental monitor) {_NAMED}.{{0,60}}status '(?P<code>(?:load|temp|humidity|voltage|current|power factor) (?:high|low)|over ?load|no comm\w{{0,10}}|comm lost|\w{{1,12}} error)'", "status", "neutral", "failure", "sensor"),
    phrase("", rf"(?i)(?:outlet|cord|infeed|phase|line|tower) {_NAMED}.{{0,60}}status '(?P<code>off|offline|lost)[^']{{0,20}}'", "status", "down", None, "outlet"),
    phrase("", rf"(?i)(?:outlet|cord|infeed|phase|line|tower|temp|humid\w{{0,8}}) {_NAMED}.{{0,60}}status '(?P<code>on|normal|idle on|wake on)[^']{{0,20}}'", "status", "up", None, "outlet"),
    phrase("", r"(?i)network interface link is now (?P<code>down)|(?P<iface>\w{1,12}) network interface link state is now down", "link", "down"),
    phrase("", r"(?i)network interface link is now (?P<code>up)|(?P<iface>\w{1,12}) network interface link state is now up", "link", "up"),
)  # fmt: skip

_EATON = ("eaton", "ups", _SUPPLY)
_VERTIV = ("vertiv", "liebert", _SUPPLY)
_CYBERPOWER = ("cyberpower", "rmcard", _SUPPLY)
_RARITAN = ("raritan", "px", _PDU)
_SENTRY = ("servertech", "sentry", _PDU)
_TRIPP = ("tripplite", "poweralert", _SUPPLY)
_TABLES: Final = {
    "eaton": _EATON, "network-m2": _EATON, "network-m3": _EATON, "network-ms": _EATON, "powerxpert": _EATON, "epdu": ("eaton", "epdu", _PDU),
    "liebert": _VERTIV, "vertiv": _VERTIV, "is-unity": _VERTIV, "gxt4": _VERTIV, "gxt5": _VERTIV, "geist": ("vertiv", "geist", _PDU),
    "cyberpower": _CYBERPOWER, "powerpanel": _CYBERPOWER,
    **{f"rmcard{model}": _CYBERPOWER for model in ("", "100", "202", "203", "205", "302", "303", "305", "400")},
    "raritan": _RARITAN, "pdud": _RARITAN, "px2": _RARITAN, "px3": _RARITAN,
    "sentry3": _SENTRY, "sentry4": _SENTRY, "switched": _SENTRY, "servertech": _SENTRY,
    "padm": _TRIPP, "tripplite": _TRIPP, "poweralert": _TRIPP, "webcardlx": _TRIPP,
}  # fmt: skip
_ANY: Final = ("ups", "alarm", "system")  # tags that many have: the words must know a UPS
_ABOUT = re.compile(r"(?i)(?:The )?(?:UPS\b|Utility (?:power|not present)|\[UPS\])")
_APC_CODE = re.compile(r" ?0x[0-9A-Fa-f]{4}\.?$")
_RMCARD_CODE = re.compile(r"\((0x[0-9A-Fa-f]{4})\)\.?$")


class Power:
    name = "power"
    marks = Marks(apps=(*_TABLES, *_ANY))

    def claims(self, event: Event) -> bool:
        app, text = app_key(event.app_name or ""), event.message
        if app in _TABLES:
            return not text.startswith(("{", "CEF:", "LEEF:"))
        return app in _ANY and _ABOUT.match(text) is not None and _APC_CODE.search(text[-12:]) is None

    def apply(self, event: Event) -> Rest:
        text = event.message[:LOOK_MAX]
        code = _RMCARD_CODE.search(text[-12:])
        vendor, product, table = _TABLES.get(app_key(event.app_name or ""), (None, None, _SUPPLY))
        if vendor is None and code is not None:
            vendor, product = "cyberpower", "rmcard"
        event.vendor, event.product = vendor, product
        rest = read(event, text, table)
        if code is not None:
            event.event_code = code[1]
        return rest


DIALECT = Power()

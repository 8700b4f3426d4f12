"""Uninterruptible power: Network UPS Tools, apcupsd, APC's network management cards (upsmon(8), upsd(8); apcupsd manual "Event log";
APC "Network Management Card Event Log", codes `0x0109`).

On battery is down, on line power is up; the battery's own findings are failures.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, LOOK_MAX, app_key, phrase, read

_UPS = r"UPS \[?(?P<entity>[\w.@-]{1,128})(?::\d{1,5})?\]? "
_NUT = (
    phrase("on battery", rf"{_UPS}on battery", "power", "down", None, "sensor"),
    phrase("on line power", rf"{_UPS}on line power", "power", "up", None, "sensor"),
    phrase("Communications with UPS", r"Communications with UPS (?P<entity>[\w.@-]{1,128})(?::\d{1,5})? lost", "communication", "down", "failure", "sensor"),
    phrase("Communications with UPS", r"Communications with UPS (?P<entity>[\w.@-]{1,128})(?::\d{1,5})? established", "communication", "up", "success", "sensor"),
    phrase("is unavailable", rf"{_UPS}is unavailable", "communication", "down", "failure", "sensor"),
    phrase("is stale", r"Data for UPS \[(?P<entity>[\w.@-]{1,128})\] is stale", "data", "down", "failure", "sensor"),
    phrase("no longer stale", rf"{_UPS}data is no longer stale", "data", "up", "success", "sensor"),
    phrase("battery is low", rf"{_UPS}battery is low", "battery", "down", "failure", "sensor"),
    phrase("needs to be replaced", rf"{_UPS}battery needs to be replaced", "battery", "neutral", "failure", "sensor"),
    phrase("forced shutdown", rf"{_UPS}forced shutdown", "shutdown", "down", None, "sensor"),
    phrase("Poll UPS", r"Poll UPS \[(?P<entity>[\w.@-]{1,128})\] failed", "poll", "neutral", "failure", "sensor"),
    phrase("power-fail shutdown", r"Executing automatic power-fail shutdown", "shutdown", "down"),
    phrase("logged into UPS", rf"User (?P<user>[\w.@-]{{1,64}})@(?P<src>{IP}) logged (?:into|out from) UPS", "login", kind="user"),
    phrase("Signal 15", r"Signal 15: exiting", "stop", "down", orderly=True),
)  # fmt: skip

_APCUPSD = (
    phrase("Power failure", r"Power failure", "power", "down"),
    phrase("Running on UPS batteries", r"Running on UPS batteries", "power", "down"),
    phrase("Mains returned", r"Mains returned", "power", "up"),
    phrase("Power is back", r"Power is back", "power", "up"),
    phrase("UPS lost", r"Communications with UPS lost", "communication", "down", "failure"),
    phrase("UPS restored", r"Communications with UPS restored", "communication", "up", "success"),
    phrase("attery power exhausted", r"[Bb]attery power exhausted", "battery", "down", "failure"),
    phrase("battery", r"UPS battery (?:needs|must be) (?:changing|replace\w{0,3})", "battery", "neutral", "failure"),
    phrase("attery disconnected", r"[Bb]attery disconnected", "battery", "down", "failure"),
    phrase("attery reattached", r"[Bb]attery reattached", "battery", "up", "success"),
    phrase("shutdown succeeded", r"apcupsd .{0,40}shutdown succeeded", "stop", "down", orderly=True),
    phrase("startup succeeded", r"apcupsd .{0,60}startup succeeded", "start", "up", "success"),
    phrase("elf Test", r"UPS Self Test (?:completed: (?:OK|Not supported)|switch)", "self-test", "neutral", "success"),
)  # fmt: skip

_NMC = (
    phrase("n battery power in response", r"[Oo]n battery power in response", "power", "down"),
    phrase("o longer on battery", r"[Nn]o longer on battery power", "power", "up"),
    phrase("assed a self-test", r"[Pp]assed a self-test", "self-test", "neutral", "success"),
    phrase("ailed a self-test", r"[Ff]ailed a self-test", "self-test", "neutral", "failure"),
    phrase("ommunication lost", r"[Cc]ommunication lost", "communication", "down", "failure"),
    phrase("ommunication established", r"[Cc]ommunication established", "communication", "up", "success"),
    phrase("battery", r"(?:[Rr]eplace|replaced|[Ll]ow).{0,24}batter(?:y|ies)|battery.{0,40}(?:must be replaced|needs replac|is too low)", "battery", "neutral", "failure"),
    phrase("on bypass", r"[Oo]n bypass", "bypass", "down"),
    phrase("o longer on bypass", r"[Nn]o longer on bypass", "bypass", "up"),
    phrase("verload", r"overload", "overload", "neutral", "failure"),
    phrase("unauthorized user", rf"unauthorized user attempting to access.{{0,60}} from (?P<src>{IP}?)(?=\.? |\.$|$)", "login", "neutral", "failure"),
    phrase("login", rf"unsuccessful attempts to (?:log in|login)|[Uu]ser '(?P<user>[^']{{1,64}})' .{{0,40}}(?:failed|denied).{{0,40}}(?:from (?P<src>{IP}))?", "login", "neutral", "failure", "user"),
    phrase("logged in", rf"user '(?P<user>[^']{{1,64}})' logged in from (?P<src>{IP}?)(?=\.? |\.$|$)", "login", "neutral", "success", "user"),
    phrase("logged out", rf"user '(?P<user>[^']{{1,64}})' logged out from (?P<src>{IP}?)(?=\.? |\.$|$)", "logout", kind="user"),
    phrase("Network interface", r"Network interface (?:restarted|coldstarted)", "boot", "up"),
)  # fmt: skip

_NMC_CODE = re.compile(r"(?:^| )(?P<code>0x[0-9A-Fa-f]{4})\.?$")
_NMC_APPS: Final = ("ups", "system", "emu", "environment", "apc", "event", "security", "rpdu", "device")
_TABLES: Final = {
    "upsmon": ("networkupstools", "nut", _NUT),
    "upsd": ("networkupstools", "nut", _NUT),
    "upssched": ("networkupstools", "nut", _NUT),
    "usbhid-ups": ("networkupstools", "nut", _NUT),
    "apcupsd": ("apc", "apcupsd", _APCUPSD),
}


class Ups:
    name = "ups"
    marks = Marks(heads=("ups", "system"), apps=(*_TABLES, *_NMC_APPS))

    def claims(self, event: Event) -> bool:
        if app_key(event.app_name or "") in _TABLES:
            return True
        named = (event.app_name or event.message[:12].partition(":")[0]).lower()
        return named in _NMC_APPS and _NMC_CODE.search(event.message[-12:]) is not None

    def apply(self, event: Event) -> Rest:
        text = event.message[:LOOK_MAX]
        vendor, product, phrases = _TABLES.get(app_key(event.app_name or ""), ("apc", "nmc", _NMC))
        event.vendor, event.product = vendor, product
        code = _NMC_CODE.search(text[-12:]) if phrases is _NMC else None
        if code is not None:
            event.event_code = code["code"]
        return read(event, text, phrases)


DIALECT = Ups()

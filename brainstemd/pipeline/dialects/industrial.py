"""Industrial switches: Moxa, Siemens SCALANCE and RUGGEDCOM, Hirschmann, Phoenix Contact, Westermo (each one's manual, "Syslog" or
"Event log"; Rockwell Stratix writes as Cisco IOS).

Their tags are models and serial numbers, so the words are the mark; the maker is read from the tag or the hostname. Ports and the two
power inputs are what stands.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.phrases import IP, LOOK_MAX, phrase, read

_PORT = r"(?P<entity>[A-Za-z]{0,4}\d{1,2}(?:[./]\d{1,2}){0,2})"
_UP = r"(?:on|up|established)\b"
_DOWN = r"(?:off|down|lost)\b"
_PHRASES = (
    phrase("ort ", rf"^[Pp]ort {_PORT}:? (?:is )?[Ll]ink {_UP}\.?$", "link", "up", None, "interface"),
    phrase("ort ", rf"^[Pp]ort {_PORT}:? (?:is )?[Ll]ink {_DOWN}\.?$", "link", "down", None, "interface"),
    phrase("ink ", rf"^[Ll]ink [Uu]p(?: on|,)? (?:[Pp]ort )?{_PORT}\.?$", "link", "up", None, "interface"),
    phrase("ink ", rf"^[Ll]ink [Dd]own(?: on|,)? (?:[Pp]ort )?{_PORT}\.?$", "link", "down", None, "interface"),
    phrase("ink ", rf"^\[{_PORT}\] [Ll]ink {_UP}\.?$", "link", "up", None, "interface"),
    phrase("ink ", rf"^\[{_PORT}\] [Ll]ink {_DOWN}\.?$", "link", "down", None, "interface"),
    phrase("transition", r"^(?P<entity>(?:Power|PWR|DI) ?\d) transition \((?:[Oo]n|ON) ?-> ?(?:[Oo]ff|OFF)\)", "power", "down", None, "sensor"),
    phrase("transition", r"^(?P<entity>(?:Power|PWR|DI) ?\d) transition \((?:[Oo]ff|OFF) ?-> ?(?:[Oo]n|ON)\)", "power", "up", None, "sensor"),
    phrase("ower", r"^(?P<entity>Power (?:[Ss]upply|[Ll]ine|[Ii]nput) [\dL]{1,2}) (?:is |has )?(?:failed|down|lost|off|missing)", "power", "down", None, "sensor"),
    phrase("ower", r"^(?P<entity>Power (?:[Ss]upply|[Ll]ine|[Ii]nput) [\dL]{1,2}) (?:is |has )?(?:ok|OK|up|on|restored|recovered)\b", "power", "up", None, "sensor"),
    phrase("uth", rf"^Auth(?:entication)? fail(?:ure|ed)?, (?:account|user): (?P<user>[\w.@-]{{1,64}})(?:.{{0,20}}?(?P<src>{IP}))?", "login", "neutral", "failure", "user"),
)  # fmt: skip
_MAKERS: Final = (
    (re.compile(r"(?i)^(?:moxa|EDS|IKS|ICS|SDS|MDS|NPort|EDR|TSN)(?:-|\b)"), "moxa", "switch"),
    (re.compile(r"(?i)^(?:scalance|X[BCFMPR]\d{3})"), "siemens", "scalance"),
    (re.compile(r"(?i)^(?:ruggedcom|R(?:SG|X|S|MC)\d{3,4})"), "siemens", "ruggedcom"),
    (
        re.compile(r"(?i)^(?:hirschmann|hm2|hios|BRS|RSP|GRS|MSP|OCTOPUS|DRAGON)(?:\d|-|\b)"),
        "hirschmann",
        "hios",
    ),
    (re.compile(r"(?i)^(?:FLS?|fl[-_]switch)\b"), "phoenixcontact", "fl-switch"),
    (re.compile(r"(?i)^(?:weos|westermo|lynx|redfox|viper)"), "westermo", "weos"),
)


class Industrial:
    name = "industrial"
    marks = Marks(heads=("port", "link", "power", "pwr", "di", "auth", ""))

    def claims(self, event: Event) -> bool:
        text = event.message
        if not text[:1].isalpha() and text[:1] != "[":
            return False
        return len(text) < 120 and any(one.has in text and one.pattern.match(text) for one in _PHRASES)

    def apply(self, event: Event) -> Rest:
        for named in (event.app_name, event.hostname):
            for maker, vendor, product in _MAKERS:
                if named is not None and event.vendor is None and maker.match(named):
                    event.vendor, event.product = vendor, product
        rest = read(event, event.message[:LOOK_MAX], _PHRASES)
        if event.entity is not None and event.entity.isdecimal():  # a number alone names nothing
            event.entity = event.interface = f"port {event.entity}"
        return rest


DIALECT = Industrial()

"""Management controllers of servers: HPE iLO, Lenovo XClarity Controller and IMM2, ipmievd for any IPMI (iLO "Event log messages";
XCC "Messages" FQXSP…; IPMI 2.0 sensor events as ipmievd(8) writes them). Dell's iDRAC is in `dell`.

A sensor that asserts is down, one that deasserts up again.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_PART = r"(?P<entity>(?:Power Supply|Fan|Drive|DIMM|Processor|Battery|NIC|Port)(?: \w{1,12})?)"
_ILO = (
    phrase(" login: ", rf"(?P<code>Browser|SSH|XML|Remote console|IPMI|Redfish|REST|iLO Federation) login: (?P<user>[^\s]{{1,128}}) - (?P<src>{IP})", "login", "neutral", "success", "user"),
    phrase("login failure from", rf"(?P<code>Browser|SSH|XML|IPMI|REST|Redfish) login failure from: (?P<src>{IP})", "login", "neutral", "failure"),
    phrase("logout: ", rf"logout: (?P<user>[^\s]{{1,128}}) - (?P<src>{IP})", "logout", kind="user"),
    phrase(" Failure (", rf"Failure \({_PART}\)", "part", "down", "failure", "hardware"),
    phrase(" repaired", rf"{_PART}\)? (?:has been )?repaired", "part", "up", "success", "hardware"),
    phrase("Server power removed", r"Server power removed", "power", "down"),
    phrase("Server power restored", r"Server power restored", "power", "up", "success"),
    phrase("Server reset", r"Server reset", "reset"),
    phrase("Embedded Flash/SD-CARD", r"Embedded Flash/SD-CARD: (?:Failed|Error)", "flash", "neutral", "failure"),
    phrase("Network Link Lost", r"(?P<entity>[\w ]{0,30}Network) Link Lost", "link", "down", "failure", "interface"),
    phrase("Network Link Restored", r"(?P<entity>[\w ]{0,30}Network) Link Restored", "link", "up", "success", "interface"),
)  # fmt: skip

_FQX = r"(?P<code>FQX[A-Z]{4}\d{4}[A-Z]): "
_XCC = (
    phrase("Login Successful", rf"{_FQX}Remote Login Successful\. Login ID: (?P<user>\S{{1,128}}) .{{0,80}}IP address (?P<src>{IP})", "login", "neutral", "success", "user"),
    phrase("login failed", rf"{_FQX}Remote login failed for (?:User ID|userid|user) (?P<user>\S{{1,128}}) .{{0,80}}IP address (?P<src>{IP})", "login", "neutral", "failure", "user"),
    phrase("turned off", rf"{_FQX}Host Power has been turned off", "power", "down"),
    phrase("turned on", rf"{_FQX}Host Power has been turned on", "power", "up", "success"),
    phrase("has lost input", rf"{_FQX}(?:The )?{_PART} has lost input", "part", "down", "failure", "hardware"),
    phrase("has been disabled due", rf"{_FQX}(?:The )?{_PART} has been disabled due to", "part", "down", "failure", "hardware"),
    phrase(" has failed", rf"{_FQX}(?:The )?{_PART} has failed", "part", "down", "failure", "hardware"),
    phrase(" has returned to", rf"{_FQX}(?:The )?{_PART} has returned to", "part", "up", "success", "hardware"),
    phrase("FQX", _FQX, "message", rest=Rest.ALL),
)  # fmt: skip

_SENSOR = r"^(?:Power Supply|Fan|Drive Slot|Temperature|Voltage|Memory|Processor|Battery|Current|Physical Security|Watchdog 2|Critical Interrupt|[\w /]{1,40}) sensor (?P<entity>\S{1,32}(?: (?:Status|Temp|Redundancy|Fan|Volt\w{0,3}|Tach))?) "
_IPMI = (
    phrase("Deasserted", rf"{_SENSOR}.{{0,160}}Deasserted", "sensor", "up", "success", "hardware"),
    phrase("Presence", rf"{_SENSOR}(?:Presence|Drive Present|Device Present).{{0,60}}Asserted", "sensor", "up", "success", "hardware"),
    phrase("on-critical", rf"{_SENSOR}.{{0,10}}[Nn]on-[Cc]ritical .{{0,160}}Asserted", "sensor", "neutral", "failure", "hardware"),
    phrase("Asserted", rf"{_SENSOR}.{{0,60}}(?:[Ff]ail|[Ff]ault|[Cc]ritical|[Nn]on-[Rr]ecoverable|AC lost|[Ee]rror|Uncorrectable|Thermal Trip|Lost).{{0,100}}Asserted", "sensor", "down", "failure", "hardware"),
)  # fmt: skip

_LIGHTS_OUT = Program("hpe", "ilo", _ILO)
_LENOVO = Program("lenovo", "xcc", _XCC)

DIALECT = Family(
    "bmc",
    {
        **dict.fromkeys(("ilo", "ilo4", "ilo5", "ilo6"), _LIGHTS_OUT),
        "xcc": _LENOVO,
        "imm2": _LENOVO,
        "ipmievd": Program("ipmitool", "ipmievd", _IPMI),
    },
)

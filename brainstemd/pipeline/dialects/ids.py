"""Intrusion detection: Suricata and Snort fast alerts, Firepower's (SFIMS), Zeek logs in columns, OSSEC and Wazuh alerts
(Suricata "Syslog Alerting"; Snort manual "alert_syslog"; Zeek "Log Files"; OSSEC "syslog_output").

An alert is an observation, neutral; a packet that was dropped is a failed attempt. The rule's numbers are the code. An agent that
connects or leaves is what stands.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_RULE = r"\[(?P<code>\d{1,10}:\d{1,10}(?::\d{1,6})?)\] .{1,600}?"
_PORTS = rf"\[?(?P<src>{IP})\]?:(?P<sport>\d{{1,5}}) -> \[?(?P<dst>{IP})\]?:(?P<dport>\d{{1,5}})"
# ICMP's type and code stand where ports could; IPv6 addresses then end in what looks like more address.
_HOSTS = rf"(?P<src>[\d.]{{7,15}}(?=:\d)|{IP})(?::\d{{1,5}})? -> (?P<dst>[\d.]{{7,15}}(?=:\d)|{IP})"
_PROTOCOL = r"\{(?!(?:IPV6-)?ICMP|IPv6-ICMP)[\w.-]{1,24}\} "
_ALERT = (
    phrase("rop] ", rf"^\[w?Drop\] (?:\[\*\*\] )?{_RULE}{_PROTOCOL}{_PORTS}", "drop", "neutral", "failure"),
    phrase("rop] ", rf"^\[w?Drop\] (?:\[\*\*\] )?{_RULE}\{{[\w.-]{{1,24}}\}} {_HOSTS}", "drop", "neutral", "failure"),
    phrase("} ", rf"{_RULE}{_PROTOCOL}{_PORTS}", "alert"),
    phrase("} ", rf"{_RULE}\{{[\w.-]{{1,24}}\}} {_HOSTS}", "alert"),
    phrase("ERRCODE", r"\[ERRCODE: (?P<code>\w{1,64}\(\d{1,5}\))\] - ", "error", rest=Rest.ALL),
    phrase("engine started", r"(?:all \d{1,4} packet processing threads|engine started|Threads created -> .{0,60}[Ee]ngine started)", "start", "up", "success"),
    phrase("Signal Received", r"Signal Received\.\s{1,3}Stopping engine", "stop", "down", orderly=True),
    phrase("Caught ", r"\*\*\* Caught (?:Term|Int)-Signal", "stop", "down", orderly=True),
    phrase("Initialization Complete", r"Initialization Complete", "start", "up", "success"),
    phrase("Commencing packet processing", r"Commencing packet processing", "start", "up", "success"),
)  # fmt: skip

_ENDS = rf"^\d{{10}}\.\d{{1,9}}\s\S{{1,32}}\s(?P<src>{IP}|-)\s(?P<sport>\d{{1,5}}|-)\s(?P<dst>{IP}|-)\s(?P<dport>\d{{1,5}}|-)\s"
_ZEEK = (
    phrase("::", rf"{_ENDS}.{{1,160}}?\s(?P<code>[A-Z]\w{{1,40}}::[A-Z]\w{{1,60}})\s", "notice"),
    phrase("\t", rf"{_ENDS}", "log"),
    phrase(" ", rf"{_ENDS}", "log"),
)  # fmt: skip

_AT = r"Alert Level: \d{1,2}; Rule: (?P<code>\d{1,7}) - "
_WHERE = r"Location: (?:\((?P<entity>[\w. -]{1,128})\) [^;]{1,256}|[^;]{1,256});"
_WHO = rf"(?:.{{0,300}}?srcip: (?P<src>{IP}))?(?:.{{0,200}}?; user: (?P<user>[^;\s]{{1,128}});)?"
_AGENT = (
    r".{0,600}?Agent \w{1,12}: '(?P<entity>[\w. -]{1,128}?)(?:->|-)(?:any|[\d.]{7,15}|[0-9a-fA-F:]{3,45})'"
)
_OSSEC = (
    phrase("gent disconnected", rf"{_AT}(?:Ossec|Wazuh) agent disconnected{_AGENT}", "disconnect", "down", None, "service"),
    phrase("gent disconnected", rf"{_AT}(?:Ossec|Wazuh) agent disconnected.{{0,20}}{_WHERE}", "disconnect", "down", None, "service"),
    phrase("gent started", rf"{_AT}(?:Ossec|Wazuh) agent started{_AGENT}", "connect", "up", "success", "service"),
    phrase("gent started", rf"{_AT}(?:Ossec|Wazuh) agent started.{{0,20}}{_WHERE}", "connect", "up", "success", "service"),
    phrase("agent connected", rf"{_AT}New (?:ossec|wazuh) agent connected{_AGENT}", "connect", "up", "success", "service"),
    phrase("agent connected", rf"{_AT}New (?:ossec|wazuh) agent connected.{{0,20}}{_WHERE}", "connect", "up", "success", "service"),
    phrase("gent stopped", rf"{_AT}(?:Ossec|Wazuh) agent stopped{_AGENT}", "disconnect", "down", None, "service", orderly=True),
    phrase("ntegrity checksum changed", rf"{_AT}Integrity checksum changed", "integrity"),
    phrase("Alert Level", rf"{_AT}[^;]{{0,120}}(?:[Ll]ogin failed|[Aa]uthentication fail|[Ff]ailed password|non-existent user|brute force)[^;]{{0,120}};{_WHO}", "login", "neutral", "failure", "user"),
    phrase("Alert Level", rf"{_AT}[^;]{{0,120}}(?:[Aa]uthentication success|[Ll]ogin (?:success|session opened)|session opened)[^;]{{0,120}};{_WHO}", "login", "neutral", "success", "user"),
    phrase("Alert Level", rf"{_AT}{_WHO}", "alert", rest=Rest.ALL),
)  # fmt: skip

_SURICATA = Program("suricata", "suricata", _ALERT)
_SNORT = Program("snort", "snort", _ALERT)
_WAZUH = Program("wazuh", "wazuh", _OSSEC)

DIALECT = Family(
    "ids",
    {
        "suricata": _SURICATA,
        "suricata-main": _SURICATA,
        "snort": _SNORT,
        "snort3": _SNORT,
        "barnyard2": _SNORT,
        "sfims": Program("cisco", "firepower", _ALERT),
        "zeek": Program("zeek", "zeek", _ZEEK),
        "bro": Program("zeek", "zeek", _ZEEK),
        "ossec": _WAZUH,
        "wazuh": _WAZUH,
        "wazuh-manager": _WAZUH,
    },
)

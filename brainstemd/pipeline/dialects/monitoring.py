"""Monitors that tell what they found elsewhere: Nagios and its kin, Icinga 2, Monit, Zabbix (Nagios Core "Event handlers" and log
format; Icinga 2 "Troubleshooting"; Monit manual; Zabbix server log).

The host and service that are watched are the entity; a soft state and a warning are failures of a check, a hard state is down.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_HOST = r"(?P<entity>[^;]{1,128});"
_SERVICE = r"(?P<entity>[^;]{1,128};[^;]{1,128});"
_NAGIOS = (
    phrase("SERVICE ALERT: ", rf"SERVICE ALERT: {_SERVICE}(?P<code>OK);", "service-alert", "up", "success", "service"),
    phrase("SERVICE ALERT: ", rf"SERVICE ALERT: {_SERVICE}(?P<code>CRITICAL);HARD;", "service-alert", "down", "failure", "service"),
    phrase("SERVICE ALERT: ", rf"SERVICE ALERT: {_SERVICE}(?P<code>CRITICAL|WARNING|UNKNOWN);", "service-alert", "neutral", "failure", "service"),
    phrase("HOST ALERT: ", rf"HOST ALERT: {_HOST}(?P<code>UP);", "host-alert", "up", "success", "host"),
    phrase("HOST ALERT: ", rf"HOST ALERT: {_HOST}(?P<code>DOWN|UNREACHABLE);HARD;", "host-alert", "down", "failure", "host"),
    phrase("HOST ALERT: ", rf"HOST ALERT: {_HOST}(?P<code>DOWN|UNREACHABLE);", "host-alert", "neutral", "failure", "host"),
    phrase("HOST FLAPPING ALERT: ", rf"HOST FLAPPING ALERT: {_HOST}(?P<code>STARTED);", "flapping", "neutral", "failure", "host"),
    phrase("SERVICE FLAPPING ALERT: ", rf"SERVICE FLAPPING ALERT: {_SERVICE}(?P<code>STARTED);", "flapping", "neutral", "failure", "service"),
    phrase("HOST FLAPPING ALERT: ", rf"HOST FLAPPING ALERT: {_HOST}(?P<code>\w{{1,20}});", "flapping", kind="host"),
    phrase("SERVICE FLAPPING ALERT: ", rf"SERVICE FLAPPING ALERT: {_SERVICE}(?P<code>\w{{1,20}});", "flapping", kind="service"),
    phrase("SERVICE NOTIFICATION: ", rf"SERVICE NOTIFICATION: [^;]{{1,128}};{_SERVICE}(?P<code>[^;]{{1,60}});", "notification", kind="service"),
    phrase("HOST NOTIFICATION: ", rf"HOST NOTIFICATION: [^;]{{1,128}};{_HOST}(?P<code>[^;]{{1,60}});", "notification", kind="host"),
    phrase(" SERVICE STATE: ", rf"(?:CURRENT|INITIAL) SERVICE STATE: {_SERVICE}(?P<code>\w{{1,20}});", "state", kind="service"),
    phrase(" HOST STATE: ", rf"(?:CURRENT|INITIAL) HOST STATE: {_HOST}(?P<code>\w{{1,20}});", "state", kind="host"),
    phrase("PASSIVE ", rf"PASSIVE SERVICE CHECK: {_SERVICE}(?P<code>\d);", "check", kind="service"),
    phrase("EXTERNAL COMMAND: ", r"EXTERNAL COMMAND: (?P<code>[A-Z_]{3,64})", "command"),
    phrase(" on host '", r"Check of (?:service '[^']{1,128}' on )?host '(?P<entity>[^']{1,128})' (?:timed out|did not exit properly|looks like)", "check", "neutral", "failure", "host"),
)  # fmt: skip

_ICINGA = (
    phrase("Cannot connect to host", rf"Cannot connect to host '(?P<entity>(?:(?P<dst>{IP})(?='))?[^']{{0,128}})'", "connect", "neutral", "failure", "node"),
    phrase("disconnected for identity", r"API client disconnected for identity '(?P<entity>[^']{1,128})'", "peer", "down", "failure", "node"),
    phrase("client connection for identity", rf"New client connection for identity '(?P<entity>[^']{{1,128}})'(?: (?:to|from) \[(?P<dst>{IP})\])?", "peer", "up", "success", "node"),
    phrase("No data received on", r"No (?:data|messages) .{0,40}'(?P<entity>[^']{1,128})'", "peer", "down", "failure", "node"),
)  # fmt: skip

_OF = r"^'(?P<entity>[^']{1,128})' "
_MONIT = (
    phrase("is not running", rf"{_OF}process is not running", "process", "down", "failure", "service"),
    phrase("is running", rf"{_OF}process is running", "process", "up", "success", "service"),
    phrase("failed protocol test", rf"{_OF}failed protocol test \[[^\]]{{1,40}}\] at \[(?P<dst>{IP})\]", "protocol", "down", "failure", "service"),
    phrase("failed protocol test", rf"{_OF}failed protocol test", "protocol", "down", "failure", "service"),
    phrase(" succeeded", rf"{_OF}(?:connection|protocol test|ping test|link data collection|filesystem access) succeeded(?: .{{0,40}}\[(?P<dst>{IP})\])?", "connection", "up", "success", "service"),
    phrase("resource limit", rf"{_OF}.{{1,120}}matches resource limit", "resource", "neutral", "failure", "service"),
    phrase("check succeeded", rf"{_OF}.{{1,120}}check succeeded", "resource", "neutral", "success", "service"),
    phrase("trying to restart", rf"{_OF}trying to restart", "restart", kind="service"),
    phrase("failed to start", rf"{_OF}failed to start", "start", "neutral", "failure", "service"),
    phrase("doesn't exist", rf"{_OF}.{{0,60}}doesn't exist", "exist", "down", "failure", "service"),
    phrase("'", rf"{_OF}(?:start|stop|restart|monitor|unmonitor)", "command", kind="service"),
)  # fmt: skip

_ZABBIX = (
    phrase("first network error", r"on host \"(?P<entity>[^\"]{1,128})\" failed: (?:first|another) network error", "poll", "neutral", "failure", "host"),
    phrase("another network error", r"on host \"(?P<entity>[^\"]{1,128})\" failed: another network error", "poll", "neutral", "failure", "host"),
    phrase("temporarily disabling", r"temporarily disabling .{1,60} on host \"(?P<entity>[^\"]{1,128})\"", "poll", "down", "failure", "host"),
    phrase("enabling", r"(?:enabling|resuming) .{1,60} on host \"(?P<entity>[^\"]{1,128})\"", "poll", "up", "success", "host"),
    phrase("started to fail", rf"(?:from|to) \[(?P<entity>(?P<dst>{IP}?)):\d{{1,5}}\] started to fail", "server", "down", "failure", "host"),
    phrase("is working again", rf"(?:from|to) \[(?P<entity>(?P<dst>{IP}?)):\d{{1,5}}\] is working again", "server", "up", "success", "host"),
    phrase("is down: reconnecting", r"(?P<entity>database) is down: reconnecting", "database", "down", "failure", "service"),
    phrase("re-established", r"(?P<entity>database) connection re-established", "database", "up", "success", "service"),
    phrase("became not supported", r"item \"(?P<entity>[^\":]{1,128}):[^\"]{1,255}\" became not supported", "item", "neutral", "failure", "host"),
    phrase("became supported", r"item \"(?P<entity>[^\":]{1,128}):[^\"]{1,255}\" became supported", "item", "neutral", "success", "host"),
)  # fmt: skip

_ZBX = Program("zabbix", "zabbix", _ZABBIX)

DIALECT = Family(
    "monitoring",
    {
        "nagios": Program("nagios", "nagios", _NAGIOS),
        "naemon": Program("naemon", "naemon", _NAGIOS),
        "icinga": Program("icinga", "icinga", _NAGIOS),
        "icinga2": Program("icinga", "icinga2", _ICINGA),
        "monit": Program("monit", "monit", _MONIT),
        **dict.fromkeys(("zabbix_server", "zabbix_agentd", "zabbix_agent2", "zabbix_proxy"), _ZBX),
    },
)

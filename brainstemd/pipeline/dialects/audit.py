"""Linux' audit daemon and its dispatcher: records `type=… msg=audit(…)` (auditd(8), "Understanding audit log files").

The type is the code. A login's account is the user; a unit's start and stop are its state, orderly if systemd succeeded.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_ACCOUNTS = r"(?:USER_LOGIN|USER_AUTH|USER_ACCT|USER_ERR|USER_START|USER_CHAUTHTOK|CRED_ACQ|USER_CMD|ADD_USER|DEL_USER|ADD_GROUP|USER_MGMT)"
_DENIED = r".{0,20}?avc: {1,2}denied .{0,80}?comm=\"(?P<entity>[^\"]{1,64})\""
_COMMAND = r".{0,200}?comm=\"(?P<entity>[^\"]{1,64})\""


def _type(name: str) -> str:
    return rf"type=(?P<code>{name}) msg=audit\(\d{{1,12}}\.\d{{3}}:\d{{1,12}}\): "


def _login(result: str, types: str = _ACCOUNTS) -> str:
    who = rf".{{0,300}}?acct=\"(?P<user>[^\"]{{1,128}})\".{{0,200}}?addr=(?P<src>{IP}|\?)"
    return _type(types) + who + rf".{{0,60}}?res=(?:{result})"


def _unit(name: str, result: str) -> str:
    return _type(name) + rf".{{0,200}}?unit=(?P<entity>[\w@.:\\-]{{1,128}}) .{{0,300}}?res=(?:{result})"


_AUDIT = (
    phrase("acct=", _login("failed|0"), "login", "neutral", "failure", "user"),
    phrase("acct=", _login("success|1"), "login", "neutral", "success", "user"),
    phrase("acct=", _login("success|1", "(?:USER_END|USER_LOGOUT|CRED_DISP)"), "logout", kind="user"),
    phrase("SERVICE_STOP", _unit("SERVICE_STOP", "success|1"), "stop", "down", None, "service", orderly=True),
    phrase("SERVICE_STOP", _unit("SERVICE_STOP", "failed|0"), "stop", "down", "failure", "service"),
    phrase("SERVICE_START", _unit("SERVICE_START", "success|1"), "start", "up", "success", "service"),
    phrase("SERVICE_START", _unit("SERVICE_START", "failed|0"), "start", "down", "failure", "service"),
    phrase("denied", _type("(?:USER_)?AVC") + _DENIED, "deny", "neutral", "failure", "process"),
    phrase("ANOM_ABEND", _type("ANOM_ABEND") + _COMMAND, "crash", "neutral", "failure", "process"),
    phrase("SYSTEM_SHUTDOWN", _type("SYSTEM_SHUTDOWN"), "shutdown", "down", orderly=True),
    phrase("SYSTEM_BOOT", _type("SYSTEM_BOOT"), "boot", "up", "success"),
    phrase("type=", _type("[A-Z][A-Z0-9_]{1,40}"), "record"),
    phrase("audit daemon is exiting", r"audit daemon is exiting", "stop", "down", orderly=True),
    phrase("low on disk space", r"low on disk space for logging", "space", "neutral", "failure"),
    phrase("no space left", r"no space left on logging partition", "space", "down", "failure"),
    phrase("suspending logging", r"suspending logging", "suspend", "down", "failure"),
    phrase("Init complete", r"Init complete, auditd", "start", "up", "success"),
)  # fmt: skip

_SIDEWINDER = re.compile(r'date="')  # McAfee's firewall names its auditor so
_AUDITD = Program("linux", "auditd", _AUDIT, others=_SIDEWINDER)

DIALECT = Family("audit", dict.fromkeys(("auditd", "audispd", "audisp-syslog", "tag_audit_log"), _AUDITD))

"""Telephony servers: Asterisk, FreeSWITCH, Kamailio, OpenSIPS (Asterisk "Security Event Framework"; FreeSWITCH mod_sofia; Kamailio
dispatcher module).

A registration is an attempt of an account; a trunk, a peer or a gateway that is watched stands.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_REMOTE = rf"RemoteAddress=\"IPV[46]/\w{{1,6}}/(?P<src>{IP})/(?P<sport>\d{{1,5}})\""
_EVENT = r"SecurityEvent=\"(?P<code>{code})\".{{0,260}}?AccountID=\"(?P<user>[^\"]{{0,128}})\".{{0,260}}?"
_FOR = rf"failed for '(?P<src>\[[^\]]{{2,45}}\]|{IP}?):(?P<sport>\d{{1,5}})'"
_ASTERISK = (
    phrase("is now UNREACHABLE", r"Peer '(?P<entity>[^']{1,128})' is now (?:UNREACHABLE|LAGGED)", "peer", "down", "failure", "peer"),
    phrase("is now R", r"Peer '(?P<entity>[^']{1,128})' is now (?:Reachable|REACHABLE)", "peer", "up", "success", "peer"),
    phrase(" is now Unr", r"(?:Contact|Endpoint) (?P<entity>[^\s/]{1,128})(?:/\S{1,200})? is now Unreachable", "contact", "down", "failure", "peer"),
    phrase(" is now Rea", r"(?:Contact|Endpoint) (?P<entity>[^\s/]{1,128})(?:/\S{1,200})? is now Reachable", "contact", "up", "success", "peer"),
    phrase("Registration from", rf"Registration from '.{{0,128}}?sip:(?P<user>[^@>;]{{1,128}})@[^']{{0,200}}' {_FOR}", "register", "neutral", "failure", "user"),
    phrase("Request '", rf"Request '[A-Z]{{3,12}}' from '.{{0,128}}?sip:(?P<user>[^@>;]{{1,128}})@[^']{{0,200}}' {_FOR}", "register", "neutral", "failure", "user"),
    phrase("on registration attempt to", r"from 'sips?:(?P<entity>[^':;]{1,128})[^']{0,64}' on registration attempt to", "register", "neutral", "failure", "peer"),
    phrase("egistration for", r"[Rr]egistration for '(?:\S{1,128}@)?(?P<entity>[^'@]{1,128})' (?:timed out|failed)", "register", "neutral", "failure", "peer"),
    phrase("SecurityEvent=", _EVENT.format(code="SuccessfulAuth") + _REMOTE, "login", "neutral", "success", "user"),
    phrase("SecurityEvent=", _EVENT.format(code="ChallengeSent") + _REMOTE, "challenge", kind="user"),
    phrase("SecurityEvent=", _EVENT.format(code=r"\w{4,40}") + _REMOTE, "login", "neutral", "failure", "user"),
    phrase("Asterisk Ready", r"Asterisk Ready", "start", "up", "success"),
)  # fmt: skip

_FREESWITCH = (
    phrase("SIP auth failure", rf"SIP auth failure \([A-Z]{{3,12}}\) on sofia profile '[^']{{1,64}}' for \[(?P<user>[^\]]{{1,128}})\] from ip (?P<src>{IP})", "register", "neutral", "failure", "user"),
    phrase("SIP auth challenge", rf"SIP auth challenge \([A-Z]{{3,12}}\) on sofia profile '[^']{{1,64}}' for \[(?P<user>[^\]]{{1,128}})\] from ip (?P<src>{IP})", "challenge", kind="user"),
    phrase("Can't find user", rf"Can't find user \[(?P<user>[^\]]{{1,128}})\](?: from (?P<src>{IP}))?", "register", "neutral", "failure", "user"),
    phrase("Ping failed", r"Ping failed (?P<entity>[\w.@-]{1,128}) .{0,100}state DOWN", "gateway", "down", "failure", "peer"),
    phrase("Ping succeeded", r"Ping succeeded (?P<entity>[\w.@-]{1,128}) .{0,100}state UP", "gateway", "up", "success", "peer"),
    phrase("Failed Registration", r"\] \S{1,64} (?P<entity>[\w.@-]{1,128}) Failed Registration", "register", "neutral", "failure", "peer"),
    phrase("Registering", r"\] \S{1,64} Registering (?P<entity>[\w.@-]{1,128})", "register", kind="peer"),
)  # fmt: skip

_SIP = (
    phrase(" is now inactive", r"URI <?sips?:(?P<entity>[\w.-]{1,128})(?::\d{1,5})?[^>]{0,64}>? is now inactive", "dispatcher", "down", "failure", "peer"),
    phrase(" is now active", r"URI <?sips?:(?P<entity>[\w.-]{1,128})(?::\d{1,5})?[^>]{0,64}>? is now active", "dispatcher", "up", "success", "peer"),
    phrase("auth", rf"[Aa]uth(?:entication)? failed for (?:user )?(?P<user>[\w.@+-]{{1,128}}) from (?P<src>{IP}?)(?::\d{{1,5}})?$", "login", "neutral", "failure", "user"),
    phrase("Can't connect to", r"Can't connect to [\w ]{1,40} on '(?P<entity>(?P<dst>[\d.]{7,15}))'", "connect", "neutral", "failure", "host"),
    phrase("Can't connect to", r"Can't connect to [\w ]{1,40} on '(?P<entity>[\w.-]{1,128})'", "connect", "neutral", "failure", "host"),
    phrase("segfault in process", r"segfault in process", "crash", "down", "failure"),
    phrase("child process", r"child process \d{1,10} exited by a signal", "crash", "down", "failure"),
)  # fmt: skip

DIALECT = Family(
    "voice",
    {
        "asterisk": Program("asterisk", "asterisk", _ASTERISK),
        "freeswitch": Program("freeswitch", "freeswitch", _FREESWITCH),
        "kamailio": Program("kamailio", "kamailio", _SIP),
        "opensips": Program("opensips", "opensips", _SIP),
    },
)

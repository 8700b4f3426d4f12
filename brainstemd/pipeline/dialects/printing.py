"""Printers: CUPS, and JetDirect cards, which call themselves `printer` (cupsd.conf(5) "ErrorLog"; JetDirect "Syslog messages").

A printer that waits for hands is down; low toner is a failure. A JetDirect's own host is what is down: no entity.
"""
# a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import Family, Program, phrase

_CUPS = (
    phrase("now stopped", r"Printer \"?(?P<entity>[\w.-]{1,128})\"? now stopped", "printer", "down", "failure", "device"),
    phrase("now printing", r"Printer \"?(?P<entity>[\w.-]{1,128})\"? now printing", "printer", "up", "success", "device"),
    phrase("is not responding", r"[Tt]he printer is not responding", "printer", "down", "failure"),
    phrase("Unable to", r"\[Job \d{1,9}\] Unable to", "job", "neutral", "failure"),
    phrase("[Job ", r"\[Job \d{1,9}\] (?:Job stopped due to|.{0,80}filter failed)", "job", "neutral", "failure"),
    phrase("Bad driver information", r"Bad driver information", "driver", "neutral", "failure"),
    phrase("pam_authenticate() returned", r"pam_authenticate\(\) returned [1-9]", "login", "neutral", "failure"),
)  # fmt: skip

_JETDIRECT = (
    phrase("jam", r"^(?:paper )?jam", "jam", "down", "failure"),
    phrase("offline", r"^offline", "offline", "down", "failure"),
    phrase(" open", r"^(?:cover|door|cover/door) open", "cover", "down", "failure"),
    phrase("out of paper", r"^out of paper", "paper", "down", "failure"),
    phrase("toner", r"^toner(?:/ink)? low", "toner", "neutral", "failure"),
    phrase("ready to print", r"^ready to print", "ready", "up", "success"),
    phrase("powered up", r"^powered up", "start", "up"),
    phrase("error cleared", r"^error cleared", "cleared", "up", "success"),
)  # fmt: skip

DIALECT = Family(
    "printing",
    {"cupsd": Program("cups", "cups", _CUPS), "printer": Program("hp", "jetdirect", _JETDIRECT)},
)

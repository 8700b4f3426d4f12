"""Mail gateways: Proofpoint Protection Server's filter (`rprt s=… mod=… cmd=… rule=… action=…`, "Log reference").

A mail that is refused, thrown away or kept back is a failed attempt; the rule is the code. (Barracuda, FortiMail and CEF senders have
dialects of their own.)
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_HEAD = r"^(?:rprt|info|mod) s=\w{1,32} "
_FILTER = (
    phrase("action=", rf"{_HEAD}.{{0,300}}?rule=(?P<code>[\w.-]{{1,64}}) .{{0,80}}?action=(?:reject|discard|quarantine|tempfail|temp-fail|block)", "reject", "neutral", "failure"),
    phrase("action=", rf"{_HEAD}.{{0,300}}?rule=(?P<code>[\w.-]{{1,64}}) .{{0,80}}?action=\S", "filter"),
    phrase("cmd=connect", rf"{_HEAD}.{{0,200}}?\bip=(?P<src>{IP})", "connect"),
    phrase("result=", rf"{_HEAD}.{{0,300}}?\bip=(?P<src>{IP}).{{0,200}}?result=fail", "check", "neutral", "failure"),
    phrase("mod=", rf"{_HEAD}.{{0,100}}?mod=\w", "filter"),
)  # fmt: skip

DIALECT = Family(
    "mail_gateways",
    {f"filter_instance{number}": Program("proofpoint", "pps", _FILTER) for number in range(1, 17)},
)

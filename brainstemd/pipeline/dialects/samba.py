"""Samba: smbd, nmbd, winbindd, the audit of its shares (smb.conf(5) "log level", "auth_audit"; vfs_full_audit(8)).

A session of a user comes and goes; the trust with the domain stands.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_REMOTE = rf".{{0,200}}?remote host \[ipv[46]:(?P<src>{IP}?):(?P<sport>\d{{1,5}})\]"
_ENDS = rf"{_REMOTE}(?:.{{0,160}}?local host \[ipv[46]:(?P<dst>{IP}?):(?P<dport>\d{{1,5}})\])?"
_USER = r"user \[[^\]]{0,64}\]\\{1,2}\[(?P<user>[^\]]{0,128})\]"

_SMBD = (
    phrase("NT_STATUS_OK", rf"Auth: .{{0,80}}?{_USER}.{{0,120}}?status \[(?P<code>NT_STATUS_OK)\]{_ENDS}", "login", "neutral", "success", "user"),
    phrase("status [NT_STATUS_", rf"Auth: .{{0,80}}?{_USER}.{{0,120}}?status \[(?P<code>NT_STATUS_[A-Z_]{{2,60}})\]{_ENDS}", "login", "neutral", "failure", "user"),
    phrase("connect to service", rf"\(ipv[46]:(?P<src>{IP}?):(?P<sport>\d{{1,5}})\) connect to service \S{{1,128}} initially as user (?P<user>\S{{1,128}})", "connect", "neutral", "success", "user"),
    phrase("closed connection to service", rf"\(ipv[46]:(?P<src>{IP}?):(?P<sport>\d{{1,5}})\) closed connection to service", "disconnect"),
    phrase("|ok|", rf"^(?P<user>[^|]{{1,128}})\|(?P<src>{IP})\|.{{0,300}}\|ok\|", "access", "neutral", "success", "user"),
    phrase("|fail", rf"^(?P<user>[^|]{{1,128}})\|(?P<src>{IP})\|.{{0,300}}\|fail ?\(", "access", "neutral", "failure", "user"),
    phrase("version", r"(?:smbd|nmbd|winbindd) version \S{1,40} started", "start", "up", "success"),
    phrase("terminate", r"[Gg]ot sig(?:term|\[15\])", "stop", "down", orderly=True),
    phrase("trust", r"[Cc]ould not receive trustdoms", "trust", "neutral", "failure"),
    phrase("connect to", r"(?:Failed|failed) to (?:bind|connect) to (?:server|domain|DC) (?P<entity>[\w.-]{1,253})", "connect", "neutral", "failure", "host"),
    phrase("bind to server", r"failed to bind to server (?:ldaps?://)?(?P<entity>[\w.-]{1,253})", "connect", "neutral", "failure", "host"),
    phrase("getpeername failed", r"getpeername failed", "connect", "neutral", "failure"),
    phrase("NT_STATUS_", r"failed.{0,60}(?P<code>NT_STATUS_[A-Z_]{2,60})", "error", "neutral", "failure"),
    phrase("is now a local master browser", r"Samba name server (?P<entity>\S{1,32}) is now a local master browser", "browser"),
)  # fmt: skip

DIALECT = Family(
    "samba",
    {
        name: Program("samba", product, _SMBD)
        for name, product in {
            "smbd": "smbd",
            "nmbd": "nmbd",
            "winbindd": "winbindd",
            "samba": "samba",
            "smbd_audit": "smbd",
            "samba-dcerpcd": "samba",
        }.items()
    },
)

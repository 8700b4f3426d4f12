"""Directories and what asks them: OpenLDAP's slapd, 389 Directory Server, SSSD, MIT Kerberos' KDC, FreeRADIUS (slapd(8) "loglevel
stats"; 389 DS "Log files reference"; krb5 `src/kdc/kdc_log.c` formats; radiusd.conf(5) "log").

A bind, a ticket and an access request are attempts; replication, home servers and back ends stand.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_SLAPD = (
    phrase(" ACCEPT from", rf"ACCEPT from IP=(?P<src>\[[^\]]{{2,45}}\]|{IP}?):(?P<sport>\d{{1,5}}) ", "accept"),
    phrase(" BIND dn=", r"BIND (?:anonymous )?dn=\"(?P<user>[^\"]{0,200})\"", "bind"),
    phrase("RESULT tag=97", r"RESULT tag=97 (?P<code>err=0)\b", "bind", "neutral", "success"),
    phrase("RESULT tag=97", r"RESULT tag=97 (?P<code>err=14)\b", "bind"),  # SASL goes on
    phrase("RESULT tag=97", r"RESULT tag=97 (?P<code>err=\d{1,5})", "bind", "neutral", "failure"),
    phrase("RESULT ", r"RESULT (?:oid= ?)?tag=\d{1,4} (?P<code>err=(?:0|5|6|10|32))\b", "result", "neutral", "success"),
    phrase("RESULT ", r"RESULT (?:oid= ?)?tag=\d{1,4} (?P<code>err=\d{1,5})", "result", "neutral", "failure"),
    phrase("TLS negotiation failure", r"closed \(TLS negotiation failure\)", "handshake", "neutral", "failure"),
    phrase(" closed", r"conn=\d{1,20} fd=\d{1,9} closed", "close"),
    phrase("do_syncrep", r"do_syncrep\w{0,5}: (?P<entity>rid=\d{1,4}) (?:rc -?\d{1,6} (?:retrying|quitting)|quitting)", "replication", "down", "failure", "service"),
    phrase("ldap_sasl_bind_s failed", r"URI=ldaps?i?://(?P<entity>[\w.-]{1,255}).{0,300}ldap_sasl_bind_s failed", "bind", "neutral", "failure", "host"),
    phrase("slapd starting", r"slapd starting", "start", "up", "success"),
    phrase("slapd stopped", r"slapd stopped", "stop", "down", orderly=True),
    phrase("slapd shutdown", r"slapd shutdown: waiting", "stop", orderly=True),
)  # fmt: skip

_AGREEMENT = r"agmt=\"(?P<entity>[^\"]{1,128})\""
_DIRSRV = (
    phrase("auth failed", rf"{_AGREEMENT}.{{0,80}}Replication bind with \w{{1,16}} auth failed", "replication", "down", "failure", "service"),
    phrase("auth resumed", rf"{_AGREEMENT}.{{0,80}}Replication bind with \w{{1,16}} auth resumed", "replication", "up", "success", "service"),
    phrase("agmt=", rf"- ERR - .{{0,80}}{_AGREEMENT}", "replication", "neutral", "failure", "service"),
    phrase("connection from", rf"connection from (?P<src>{IP}) to (?P<dst>{IP})", "accept"),
    phrase(" BIND dn=", r"BIND dn=\"(?P<user>[^\"]{0,200})\"", "bind"),
    phrase("tag=97", r"RESULT (?P<code>err=0) tag=97 ", "bind", "neutral", "success"),
    phrase("tag=97", r"RESULT (?P<code>err=14) tag=97 ", "bind"),
    phrase("tag=97", r"RESULT (?P<code>err=\d{1,5}) tag=97 ", "bind", "neutral", "failure"),
    phrase("RESULT err=0", r"RESULT (?P<code>err=0) ", "result", "neutral", "success"),
    phrase("slapd started", r"slapd started\.", "start", "up", "success"),
    phrase("slapd stopped", r"slapd stopped\.", "stop", "down", orderly=True),
)  # fmt: skip

_SSSD = (
    phrase("Backend is offline", r"^Backend is offline", "backend", "down", "failure"),
    phrase("Backend is online", r"^Backend is online", "backend", "up", "success"),
    phrase("terminated by own WATCHDOG", r"Child \[\d{1,10}\] \('(?P<entity>[^']{1,128})'.{0,140}was terminated by own WATCHDOG", "watchdog", "down", "failure", "service"),
    phrase("Exiting the SSSD", r"Exiting the SSSD", "exit", "down", "failure"),
    phrase("Starting up", r"^Starting up", "start", "up", "success"),
    phrase("Shutting down", r"^Shutting down", "stop", "down", orderly=True),
    phrase("Preauthentication failed", r"Preauthentication failed", "login", "neutral", "failure"),
    phrase("Cannot contact any KDC", r"Cannot contact any KDC for realm '(?P<entity>[^']{1,128})'", "kdc", "neutral", "failure", "service"),
    phrase("Failed to initialize credentials", r"Failed to initialize credentials using keytab", "keytab", "neutral", "failure"),
    phrase("key table entry", r"key table entry", "keytab", "neutral", "failure"),
)  # fmt: skip

_REQUEST = rf"(?:AS|TGS)_REQ \([^)]{{1,300}}\) (?P<src>{IP}): "
_PRINCIPAL = r"(?P<user>[^\s,]{1,128}) for \S{1,200}"
_KDC = (
    phrase(": ISSUE: ", rf"{_REQUEST}(?P<code>ISSUE): authtime \d{{1,12}}, etypes \{{[^}}]{{1,200}}\}},? {_PRINCIPAL}", "ticket", "neutral", "success", "user"),
    phrase(": NEEDED_PREAUTH: ", rf"{_REQUEST}(?P<code>NEEDED_PREAUTH): {_PRINCIPAL}", "ticket", kind="user"),
    phrase("_REQ (", rf"{_REQUEST}(?P<code>[A-Z][A-Z_]{{2,40}}): (?:authtime \d{{1,12}}, {{1,2}})?(?:etypes \{{[^}}]{{1,200}}\}},? )?{_PRINCIPAL}", "ticket", "neutral", "failure", "user"),
    phrase("verify failure", r"preauth \((?P<code>[\w-]{1,40})\) verify failure", "preauth", "neutral", "failure"),
    phrase(", success, client=", rf"Request: (?P<code>kadm5_\w{{1,40}}), [^,]{{0,128}}, success, client=(?P<user>[^,]{{1,128}}).{{0,200}}?addr=(?P<src>{IP})", "admin", "neutral", "success", "user"),
    phrase("Unauthorized request", rf"Unauthorized request: (?P<code>kadm5_\w{{1,40}}), [^,]{{0,128}}, client=(?P<user>[^,]{{1,128}}).{{0,200}}?addr=(?P<src>{IP})", "admin", "neutral", "failure", "user"),
    phrase("Request: ", rf"Request: (?P<code>kadm5_\w{{1,40}}), [^,]{{0,128}}, (?!success)[^,]{{1,128}}, client=(?P<user>[^,]{{1,128}}).{{0,200}}?addr=(?P<src>{IP})", "admin", "neutral", "failure", "user"),
    phrase("commencing operation", r"commencing operation", "start", "up", "success"),
    phrase("shutting down", r"shutting down", "stop", "down", orderly=True),
)  # fmt: skip

_RADIUS = (
    phrase("Login OK", r"Login OK: \[(?P<user>[^\]/]{1,128})(?:/[^\]]{0,128})?\]", "login", "neutral", "success", "user"),
    phrase("Login incorrect", r"Login incorrect(?: \([^)]{0,300}\))?: \[(?P<user>[^\]/]{1,128})(?:/[^\]]{0,128})?\]", "login", "neutral", "failure", "user"),
    phrase("Invalid user", r"Invalid user(?: \([^)]{0,300}\))?: \[(?P<user>[^\]/]{1,128})(?:/[^\]]{0,128})?\]", "login", "neutral", "failure", "user"),
    phrase("unknown client", rf"from unknown client (?P<entity>(?P<src>{IP})) port", "request", "neutral", "failure", "host"),
    phrase("Shared secret is incorrect", r"client (?P<entity>[\w.:-]{1,128}).{0,120}Shared secret is incorrect", "request", "neutral", "failure", "host"),
    phrase("Opening connection failed", r"rlm_\w{1,32} \((?P<entity>[\w.-]{1,64})\): Opening connection failed", "connect", "neutral", "failure", "service"),
    phrase("arking home server", rf"[Mm]arking home server (?P<entity>(?P<dst>{IP})) port \d{{1,5}} as (?:zombie|dead)", "home-server", "down", "failure", "host"),
    phrase("arking home server", rf"[Mm]arking home server (?P<entity>(?P<dst>{IP})) port \d{{1,5}} alive", "home-server", "up", "success", "host"),
    phrase("Ready to process requests", r"Ready to process requests", "start", "up", "success"),
    phrase("Exiting normally", r"Exiting normally", "stop", "down", orderly=True),
    phrase("max_requests", r"[Mm]ax_requests|maximum number of requests", "limit", "neutral", "failure"),
)  # fmt: skip

_SSS = Program("sssd", "sssd", _SSSD)
_KRB = Program("krb5", "krb5", _KDC)
_FREERADIUS = Program("freeradius", "freeradius", _RADIUS)

DIALECT = Family(
    "directory",
    {
        "slapd": Program("openldap", "slapd", _SLAPD),
        "ns-slapd": Program("389ds", "389ds", _DIRSRV),
        **dict.fromkeys(("sssd", "sssd_be", "sssd_nss", "sssd_pam", "krb5_child", "ldap_child"), _SSS),
        "krb5kdc": _KRB,
        "kadmind": _KRB,
        "radiusd": _FREERADIUS,
        "freeradius": _FREERADIUS,
    },
)

"""Mail: Postfix, Dovecot, Exim, Sendmail, and their filters (Postfix `postlogd(8)` and `DEBUG_README`; Dovecot "Logging";
Exim specification chapter 52 "Log files"; Sendmail operations guide).

A delivery is an attempt about the recipient's domain or relay, a login one about the mailbox's user; a queue id is never a name.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_CLIENT = rf"[\w.-]{{0,255}}\[(?P<src>{IP})\](?::(?P<sport>\d{{1,5}}))?"
_DOMAIN = r"to=<[^@>]{0,128}@(?P<entity>[\w.-]{1,255})>"

_POSTFIX = (
    phrase("status=sent", rf"{_DOMAIN}.{{0,300}}status=sent", "deliver", "neutral", "success", "domain"),
    phrase("status=bounced", rf"{_DOMAIN}.{{0,300}}status=bounced", "bounce", "neutral", "failure", "domain"),
    phrase("status=deferred", rf"{_DOMAIN}.{{0,300}}status=deferred", "defer", "neutral", "failure", "domain"),
    phrase("status=expired", r"from=<[^@>]{0,128}@(?P<entity>[\w.-]{1,255})>, status=expired", "expire", "neutral", "failure", "domain"),
    phrase("authentication failed", rf"{_CLIENT}: SASL [\w-]{{1,20}} authentication failed(?:.{{0,80}}sasl_username=(?P<user>[^\s,]{{1,128}}))?", "login", "neutral", "failure", "user"),
    phrase("sasl_username=", rf"client={_CLIENT}.{{0,80}}sasl_username=(?P<user>[^\s,]{{1,128}})", "login", "neutral", "success", "user"),
    phrase("NOQUEUE: reject", rf"reject: \w{{1,12}} from {_CLIENT}: (?P<code>\d{{3}}(?: \d\.\d\.\d)?)", "reject", "neutral", "failure"),
    phrase("milter-reject", rf"milter-reject: \w{{1,12}} from {_CLIENT}: (?P<code>\d\.\d\.\d)", "reject", "neutral", "failure"),
    phrase("connect to", rf"connect to (?P<entity>[\w.-]{{1,255}})\[(?P<dst>{IP})\]:(?P<dport>\d{{1,5}}): (?:Connection|No route|Network)", "connect", "down", "failure", "peer"),
    phrase("lost connection after", rf"lost connection after \w{{1,16}}(?: \([^)]{{0,40}}\))? from {_CLIENT}", "disconnect"),
    phrase("isconnect from", rf"disconnect from {_CLIENT}", "disconnect"),
    phrase("connect from", rf"connect from {_CLIENT}", "connect"),
    phrase("timeout after", rf"timeout after \w{{1,16}} from {_CLIENT}", "disconnect"),
    phrase("client=", rf"client={_CLIENT}", "receive"),
    phrase("queue active", r"from=<[^>]{0,200}>, size=\d{1,15}, nrcpt=", "queue"),
    phrase("message-id=", r"message-id=", "receive"),
    phrase(": removed", r"^[0-9A-Za-z]{5,20}: removed$", "remove"),
    phrase("daemon started", r"daemon started", "start", "up"),
    phrase("terminating on signal", r"terminating on signal (?:15|2|1)\b", "stop", "down", orderly=True),
    phrase("fatal:", r"fatal: ", "fatal", "down", "failure"),
    phrase("] to [", rf"^CONNECT from \[(?P<src>{IP})\]:(?P<sport>\d{{1,5}}) to \[(?P<dst>{IP})\]:(?P<dport>\d{{1,5}})", "connect"),
    phrase("PASS ", rf"^PASS (?:NEW|OLD) \[(?P<src>{IP})\]:(?P<sport>\d{{1,5}})", "pass", "neutral", "success"),
    phrase("[", rf"^(?P<code>PREGREET|DNSBL|HANGUP|COMMAND PIPELINING|BARE NEWLINE)\b.{{0,80}}? (?:from|for) \[(?P<src>{IP})\]:(?P<sport>\d{{1,5}})", "screen", "neutral", "failure"),
    phrase("statistics:", r"^statistics: ", "statistics"),
)  # fmt: skip

_LOGIN = r"user=<(?P<user>[^>]{0,128})>"
_ENDS = rf"(?:.{{0,120}}?rip=(?P<src>{IP}))?(?:, lip=(?P<dst>{IP}))?"
_DOVECOT = (
    phrase("-login: Login:", rf"Login: {_LOGIN}{_ENDS}", "login", "neutral", "success", "user"),
    phrase("auth failed", rf"auth failed.{{0,160}}?{_LOGIN}{_ENDS}", "login", "neutral", "failure", "user"),
    phrase("no auth attempts", rf"no auth attempts.{{0,160}}?rip=(?P<src>{IP})(?:, lip=(?P<dst>{IP}))?", "disconnect"),
    phrase("unknown user", rf"\((?P<user>[^,)]{{1,128}}),(?P<src>{IP})[^)]{{0,64}}\): unknown user", "login", "neutral", "failure", "user"),
    phrase("assword mismatch", rf"\((?P<user>[^,)]{{1,128}}),(?P<src>{IP})[^)]{{0,64}}\): [Pp]assword mismatch", "login", "neutral", "failure", "user"),
    phrase("Quota exceeded", r"\((?P<user>[^)<]{1,128})\).{0,200}Quota exceeded", "store", "neutral", "failure", "user"),
    phrase("stored mail into mailbox", r"\((?P<user>[^)<]{1,128})\).{0,200}stored mail into mailbox", "deliver", "neutral", "success", "user"),
    phrase("Disconnected", r"(?:imap|pop3|lmtp|managesieve)\((?P<user>[^)<]{1,128})\).{0,80}Disconnected", "logout", kind="user"),
    phrase("Logged out", r"(?:imap|pop3)\((?P<user>[^)<]{1,128})\).{0,80}Logged out", "logout", kind="user"),
    phrase("Connection closed", r"(?:imap|pop3|lmtp)\((?P<user>[^)<]{1,128})\).{0,80}Connection closed", "disconnect", kind="user"),
    phrase("Corrupted", r"\((?P<user>[^)<]{1,128})\).{0,80}Error: Corrupted", "corrupted", "neutral", "failure", "user"),
    phrase("Disconnected", rf"Disconnected.{{0,160}}?rip=(?P<src>{IP})", "disconnect"),
    phrase("starting up", r"Dovecot v[\d.]{1,16}.{0,40}starting up", "start", "up"),
    phrase("Killed with signal 15", r"Killed with signal 15", "stop", "down", orderly=True),
    phrase("Fatal:", r"Fatal: (?:service\((?P<entity>[\w-]{1,40})\))?", "fatal", "down", "failure", "service"),
    phrase("service(", r"service\((?P<entity>[\w-]{1,40})\).{0,120}(?:killed|limit .{0,40}reached|throttled)", "trouble", "neutral", "failure", "service"),
)  # fmt: skip

_EXIM = (
    phrase(" authenticator failed for ", rf"authenticator failed for .{{0,160}}?\[(?P<src>{IP})\](?::(?P<sport>\d{{1,5}}))?: 535(?:.{{0,80}}set_id=(?P<user>[^)\s]{{1,128}}))?", "login", "neutral", "failure", "user"),
    phrase(" => ", r" => [^@\s]{0,128}@(?P<entity>[\w.-]{1,255})(?: .{0,200}H=[\w.-]{1,255} \[(?P<dst>[0-9a-fA-F:.]{2,45})\])?", "deliver", "neutral", "success", "domain"),
    phrase(" ** ", r" \*\* [^@\s]{0,128}@(?P<entity>[\w.-]{1,255})", "bounce", "neutral", "failure", "domain"),
    phrase(" == ", r" == [^@\s]{0,128}@(?P<entity>[\w.-]{1,255})", "defer", "neutral", "failure", "domain"),
    phrase(" <= ", rf" <= \S{{1,200}}(?: .{{0,120}}?\[(?P<src>{IP})\])?", "receive"),
    phrase("rejected", rf"H=.{{0,160}}?\[(?P<src>{IP})\].{{0,200}}?rejected", "reject", "neutral", "failure"),
)  # fmt: skip

_SENDMAIL = (
    phrase("stat=Sent", r"to=<?[^@>,]{0,128}@(?P<entity>[\w.-]{1,255}+).{0,400}stat=Sent", "deliver", "neutral", "success", "domain"),
    phrase("stat=Deferred", r"to=<?[^@>,]{0,128}@(?P<entity>[\w.-]{1,255}+).{0,400}stat=Deferred", "defer", "neutral", "failure", "domain"),
    phrase("stat=", r"to=<?[^@>,]{0,128}@(?P<entity>[\w.-]{1,255}+).{0,400}stat=(?:User unknown|Service unavailable|Host unknown)", "bounce", "neutral", "failure", "domain"),
    phrase("from=", rf"from=.{{0,500}}relay=[\w.-]{{0,255}} ?\[(?P<src>{IP})\]", "receive"),
)  # fmt: skip

DIALECT = Family(
    "mail",
    {
        "postfix": Program("postfix", "postfix", _POSTFIX),
        "dovecot": Program("dovecot", "dovecot", _DOVECOT),
        "exim": Program("exim", "exim", _EXIM),
        "exim4": Program("exim", "exim", _EXIM),
        "sendmail": Program("sendmail", "sendmail", _SENDMAIL),
        "sm-mta": Program("sendmail", "sendmail", _SENDMAIL),
        "opendkim": Program("opendkim", "opendkim"),
        "rspamd": Program("rspamd", "rspamd"),
        "amavis": Program("amavis", "amavis"),
        "spamd": Program("spamassassin", "spamd"),
    },
)

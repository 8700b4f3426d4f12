"""Web servers and proxies: nginx, Apache httpd, HAProxy, Squid, Varnish (nginx "Configuring Logging"; httpd 2.4 "Log Files";
HAProxy configuration manual chapter 8; Squid "Log Files"; varnishd(1)).

A request is an attempt: status 5xx is a failure, as is 401, 403 and 407; a server behind the proxy is what stands.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_ACCESS = rf"^(?:[\w.-]{{1,255}}(?::\d{{1,5}})? )?(?P<src>{IP}) \S{{1,64}} (?P<user>\S{{1,128}}) \[[^\]]{{10,40}}\] \"[^\"]{{0,800}}\" "
_REQUESTS = (
    phrase('" 5', rf"{_ACCESS}5\d\d ", "request", "neutral", "failure"),
    phrase('" 4', rf"{_ACCESS}4(?:01|03|07) ", "request", "neutral", "failure"),
    phrase('" ', rf"{_ACCESS}[23]\d\d ", "request", "neutral", "success"),
    phrase('" ', rf"{_ACCESS}\d\d\d ", "request"),
)  # fmt: skip

_CLIENT = rf"(?:.{{0,200}}?client: (?P<src>{IP}+))?"  # possessive: a shorter address is none
_UPSTREAM = r".{0,500}?upstream: \"\w{1,12}://(?P<entity>\[[^\]\"]{1,64}\]|unix:[^:\"]{1,128}|(?P<dst>\d{1,3}(?:\.\d{1,3}){3})|[^/:\"]{1,128})(?::(?P<dport>\d{1,5}))?"
_NGINX = (
    *_REQUESTS,
    phrase("upstream: ", rf"(?:connect\(\)(?: to \S{{1,200}})? failed|upstream timed out|upstream prematurely closed|recv\(\) failed|SSL_do_handshake\(\) failed|upstream sent){_CLIENT}{_UPSTREAM}", "upstream", "neutral", "failure", "host"),
    phrase("no live upstreams", rf"no live upstreams{_CLIENT}.{{0,500}}?upstream: \"\w{{1,12}}://(?P<entity>\[[^\]\"]{{1,64}}\]|unix:[^:\"]{{1,128}}|[^/:\"]{{1,128}})", "upstream", "down", "failure", "host"),
    phrase("temporarily disabled", rf"upstream server temporarily disabled{_CLIENT}{_UPSTREAM}", "upstream", "down", "failure", "host"),
    phrase("password mismatch", rf"user \"(?P<user>[^\"]{{1,128}})\": password mismatch{_CLIENT}", "login", "neutral", "failure", "user"),
    phrase("was not found in", rf"user \"(?P<user>[^\"]{{1,128}})\" was not found in{_CLIENT}", "login", "neutral", "failure", "user"),
    phrase("exited on signal", r"worker process \d{1,10} exited on signal \d{1,2}", "exit", "down", "failure"),
    phrase("[emerg]", r"\[emerg\] .{0,20}(?:bind\(\) to (?P<entity>\S{1,64}) failed|host not found in upstream|cannot load)", "start", "down", "failure", "service"),
    phrase("limiting ", rf"limiting (?:requests|connections).{{0,120}}?client: (?P<src>{IP})", "limit", "neutral", "failure"),
    phrase("client: ", rf"\[(?:error|crit|alert|emerg)\] .{{0,400}}?client: (?P<src>{IP})", "request", "neutral", "failure"),
    phrase("client: ", rf"\[(?:info|notice|warn)\] .{{0,400}}?client: (?P<src>{IP})", "request"),
    phrase("signal process started", r"signal process started", "signal"),
    phrase("gracefully shutting down", r"gracefully shutting down", "stop", "neutral", orderly=True),
)  # fmt: skip

_FROM = rf"(?:\[client (?P<src>{IP}?)(?::(?P<sport>\d{{1,5}}))?\] )?"
_CODE = r"(?P<code>AH\d{5}): "
_HTTPD = (
    *_REQUESTS,
    phrase("AH00957", rf"{_FROM}{_CODE}\w{{1,8}}: attempt to connect to (?P<entity>[\w.-]{{1,128}})(?::\d{{1,5}})? .{{0,80}}failed", "upstream", "neutral", "failure", "host"),
    phrase("AH00959", rf"{_FROM}{_CODE}ap_proxy_connect_backend disabling worker for \((?P<entity>[\w.-]{{1,128}})(?::\d{{1,5}})?\)", "upstream", "down", "failure", "host"),
    phrase("AH01114", rf"{_FROM}{_CODE}\w{{1,8}}: failed to make connection to backend: (?P<entity>[\w.-]{{1,128}})", "upstream", "neutral", "failure", "host"),
    phrase("AH016", rf"{_FROM}{_CODE}user (?P<user>\S{{1,128}})(?: not found)?: ", "login", "neutral", "failure", "user"),
    phrase("resuming normal operations", rf"{_CODE}.{{0,200}}resuming normal operations", "start", "up", "success"),
    phrase("shutting down", rf"{_CODE}caught SIG\w{{3,5}}, shutting down", "stop", "down", orderly=True),
    phrase("exit signal", rf"{_CODE}child pid \d{{1,10}} exit signal [A-Z]", "exit", "neutral", "failure"),
    phrase("MaxRequestWorkers", rf"{_CODE}server reached MaxRequestWorkers", "limit", "neutral", "failure"),
    phrase("denied by server configuration", rf"{_FROM}{_CODE}client denied by server configuration", "deny", "neutral", "failure"),
    phrase("Graceful restart requested", rf"{_CODE}Graceful restart requested", "restart", orderly=True),
    phrase(":error]", rf"(?:\[(?!client)[^\]]{{1,60}}\] ){{1,4}}(?:\([^)]{{1,12}}\)[^:]{{1,60}}: )?{_FROM}(?:{_CODE})?", "error", "neutral", "failure"),
    phrase("AH", rf"{_FROM}{_CODE}", "log", rest=Rest.ALL),
)  # fmt: skip

_HAPROXY = (
    phrase(" is DOWN", r"(?:Backup )?Server (?P<entity>[^\s/]{1,128}/[^\s/]{1,128}) is DOWN", "server-state", "down", "failure", "host"),
    phrase("for maintenance", r"(?:Backup )?Server (?P<entity>[^\s/]{1,128}/[^\s/]{1,128}) is going DOWN for maintenance", "server-state", "down", None, "host", orderly=True),
    phrase(" is UP", r"(?:Backup )?Server (?P<entity>[^\s/]{1,128}/[^\s/]{1,128}) is UP", "server-state", "up", "success", "host"),
    phrase("has no server available", r"(?:backend|proxy|Proxy) (?P<entity>\S{1,128}) has no server available", "backend-state", "down", "failure", "host"),
    phrase("Health check for", r"Health check for (?:backup )?server (?P<entity>[^\s/]{1,128}/[^\s/]{1,128}) failed", "health-check", "neutral", "failure", "host"),
    phrase("Health check for", r"Health check for (?:backup )?server (?P<entity>[^\s/]{1,128}/[^\s/]{1,128}) succeeded", "health-check", "neutral", "success", "host"),
    phrase("SSL handshake failure", rf"^(?P<src>{IP}):(?P<sport>\d{{1,5}}) \[[^\]]{{1,40}}\] \S{{1,128}}: SSL handshake failure", "handshake", "neutral", "failure"),
    phrase("NOSRV", rf"^(?P<src>{IP}):(?P<sport>\d{{1,5}}) \[[^\]]{{1,40}}\] \S{{1,128}} (?P<entity>[^\s/]{{1,128}})/<NOSRV> \S{{3,40}} 5\d\d ", "request", "neutral", "failure", "host"),
    phrase(" 5", rf"^(?P<src>{IP}):(?P<sport>\d{{1,5}}) \[[^\]]{{1,40}}\] \S{{1,128}} (?P<entity>[^\s/]{{1,128}}/[^\s<]{{1,128}}) \S{{3,40}} 5\d\d ", "request", "neutral", "failure", "host"),
    phrase("] ", rf"^(?P<src>{IP}):(?P<sport>\d{{1,5}}) \[[^\]]{{1,40}}\] \S{{1,128}} \S{{1,256}} \S{{3,40}} [1-3]\d\d ", "request", "neutral", "success"),
    phrase("] ", rf"^(?P<src>{IP}):(?P<sport>\d{{1,5}}) \[[^\]]{{1,40}}\] \S{{1,128}} \S{{1,256}} ", "request"),
    phrase(" started", r"[Pp]roxy (?P<entity>\S{1,128}) started", "start", "up", "success", "service"),
    phrase("topping ", r"[Ss]topping (?:frontend|backend|proxy) (?P<entity>\S{1,128})", "stop", "down", None, "service", orderly=True),
    phrase(" stopped", r"[Pp]roxy (?P<entity>\S{1,128}) stopped", "stop", "down", None, "service", orderly=True),
)  # fmt: skip

_SQUID = (
    phrase("TCP_DENIED", rf"(?P<src>{IP}) (?P<code>TCP_DENIED)\w{{0,20}}/\d{{3}} ", "deny", "neutral", "failure"),
    phrase("/5", rf"(?P<src>{IP}) (?P<code>(?:TCP|UDP|NONE)\w{{0,30}})/50\d \d{{1,15}} [A-Z_]{{1,16}} \S{{1,600}} (?P<user>\S{{1,128}})", "request", "neutral", "failure"),
    phrase("/", rf"(?P<src>{IP}) (?P<code>(?:TCP|UDP|NONE)\w{{0,30}})/\d{{3}} \d{{1,15}} [A-Z_]{{1,16}} \S{{1,600}} (?P<user>\S{{1,128}})", "request", "neutral", "success"),
    phrase("Detected DEAD", r"Detected DEAD (?:Parent|Sibling): (?P<entity>[\w.-]{1,255})", "peer-state", "down", "failure", "host"),
    phrase("Detected REVIVED", r"Detected REVIVED (?:Parent|Sibling): (?P<entity>[\w.-]{1,255})", "peer-state", "up", "success", "host"),
    phrase("TCP connection to", r"TCP connection to (?P<entity>[\w.-]{1,255})/\d{1,5} failed", "connect", "neutral", "failure", "host"),
    phrase("exited due to signal", r"process \d{1,10} exited due to signal", "exit", "down", "failure"),
    phrase("exited with status 0", r"process \d{1,10} exited with status 0", "exit", "down", None, orderly=True),
    phrase("will start", r"will start \d{1,4} kids", "start", "up"),
)  # fmt: skip

_VARNISH = (
    phrase(") died", r"Child \(\d{1,10}\) died", "exit", "down", "failure"),
    phrase("Child", r"[Cc]hild \(\d{1,10}\) (?:S|s)(?:tarted|aid Child starts)", "start", "up", "success"),
    phrase("sick", r"(?:Backend_health|Backend) .{0,40}?(?P<entity>[\w.-]{1,128}) (?:Went|went) sick", "backend-state", "down", "failure", "host"),
    phrase("healthy", r"(?:Backend_health|Backend) .{0,40}?(?P<entity>[\w.-]{1,128}) (?:Back|back) healthy", "backend-state", "up", "success", "host"),
)  # fmt: skip

# Infoblox' audit log has the name httpd, too: `2026-03-22 10:00:00.123Z [admin]: Login_Allowed …`.
_AUDIT = re.compile(r"\d{4}-\d\d-\d\d [\d:.]{8,16}Z? \[[^\]]{1,64}\]: ")
_APACHE = Program("apache", "httpd", _HTTPD, others=_AUDIT)

DIALECT = Family(
    "web",
    {
        "nginx": Program("nginx", "nginx", _NGINX),
        "httpd": _APACHE,
        "apache": _APACHE,
        "apache2": _APACHE,
        "haproxy": Program("haproxy", "haproxy", _HAPROXY),
        "squid": Program("squid", "squid", _SQUID),
        "varnishd": Program("varnish", "varnish", _VARNISH),
        "lighttpd": Program("lighttpd", "lighttpd", _REQUESTS),
    },
)

"""Name servers: BIND's named, Unbound, dnsmasq, PowerDNS (BIND 9 Administrator Reference Manual "Logging"; unbound.conf(5);
dnsmasq(8)).

A zone stands (loaded, transferred, expired); a query and a transfer are attempts about a name. Queries that are answered name nobody.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.dialects.infoblox import relabel
from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_NAME = r"(?P<entity>[\w.*-]{1,255}?)\.?"
_AT = rf"(?P<dst>{IP})#(?P<dport>\d{{1,5}})"
_WHO = rf"client (?:@0x[0-9a-f]{{1,16}} )?(?P<src>{IP})#(?P<sport>\d{{1,5}})"

_NAMED = (
    phrase(": query: ", rf"{_WHO}(?: \([^)]{{1,255}}\))?: (?:view [\w-]{{1,64}}: )?query: ", "query"),
    phrase("denied", rf"{_WHO}(?: \([^)]{{1,255}}\))?: (?:view [\w-]{{1,64}}: )?(?:query|update|zone transfer|transfer of)[^']{{0,40}}'{_NAME}(?:/[^']{{0,40}})?'[^']{{0,40}} denied", "query", "neutral", "failure", "domain"),
    phrase("expired", rf"zone {_NAME}/IN(?:/[\w-]{{1,64}})?: expired", "zone-expired", "down", "failure", "domain"),
    phrase("not loaded due to errors", rf"zone {_NAME}/IN(?:/[\w-]{{1,64}})?: not loaded due to errors", "zone-load", "down", "failure", "domain"),
    phrase("loaded serial", rf"zone {_NAME}/IN(?:/[\w-]{{1,64}})?: loaded serial", "zone-load", "up", "success", "domain"),
    phrase("transferred serial", rf"zone {_NAME}/IN(?:/[\w-]{{1,64}})?: transferred serial", "zone-transfer", "up", "success", "domain"),
    phrase("refresh:", rf"zone {_NAME}/IN(?:/[\w-]{{1,64}})?: refresh: .{{0,120}}?{_AT}", "zone-refresh", "neutral", "failure", "domain"),
    phrase("Transfer completed", rf"transfer of '{_NAME}/[^']{{0,60}}' from {_AT}: Transfer completed", "zone-transfer", "neutral", "success", "domain"),
    phrase("transfer of", rf"transfer of '{_NAME}/[^']{{0,60}}' from {_AT}: (?:failed|giving up|resetting)", "zone-transfer", "neutral", "failure", "domain"),
    phrase("sending notifies", rf"zone {_NAME}/IN(?:/[\w-]{{1,64}})?: sending notifies", "notify", kind="domain"),
    phrase("resolving '", rf"(?P<code>[A-Z]{{4,10}})? ?[\w ()]{{0,60}}resolving '{_NAME}(?:/[^']{{0,40}})?'(?:.{{0,100}}?: {_AT})?", "resolve", "neutral", "failure", "domain"),
    phrase("validating", rf"validating {_NAME}/[A-Z0-9]{{1,12}}: .{{0,80}}(?:no valid|bad|failed|invalid|expired|unable)", "validate", "neutral", "failure", "domain"),
    phrase("rate limit", r"rate limit (?:drop|slip|stop)", "rate-limit", "neutral", "failure"),
    phrase("running", r"^(?:all zones loaded|running)$", "start", "up", "success"),
    phrase("all zones loaded", r"all zones loaded", "start", "up", "success"),
    phrase("starting BIND", r"starting BIND", "start"),
    phrase("shutting down", r"^(?:stopping command channel|shutting down)", "stop", "down", orderly=True),
    phrase("exiting", r"^exiting$", "stop", "down", orderly=True),
    phrase("exiting (due to", r"exiting \(due to (?:fatal|assertion|early)", "exit", "down", "failure"),
    phrase("zone ", rf"zone {_NAME}/IN(?:/[\w-]{{1,64}})?: ", "zone", "neutral", None, "domain", rest=Rest.ALL),
)  # fmt: skip

_UNBOUND = (
    phrase("SERVFAIL", rf"SERVFAIL <{_NAME} [A-Z0-9]{{1,12}} IN>", "resolve", "neutral", "failure", "domain"),
    phrase("validation failure", rf"validation failure <?{_NAME} [A-Z0-9]{{1,12}} IN>?", "validate", "neutral", "failure", "domain"),
    phrase("start of service", r"start of service", "start", "up", "success"),
    phrase("service stopped", r"service stopped", "stop", "down", orderly=True),
    phrase(" IN", rf"info: (?P<src>{IP}) \S{{1,255}} [A-Z0-9]{{1,12}} IN", "query"),
    phrase("fatal error", r"fatal error: ", "fatal", "down", "failure"),
    phrase("bind", r"(?:can't|cannot|could not) bind socket", "bind", "down", "failure"),
)  # fmt: skip

_DNSMASQ = (
    phrase("query[", rf"query\[[A-Z0-9=]{{1,12}}\] \S{{1,255}} from (?P<src>{IP})", "query"),
    phrase("forwarded ", rf"^forwarded \S{{1,255}} to (?P<dst>{IP})", "forward"),
    phrase("reply ", r"^reply ", "reply"),
    phrase("cached ", r"^cached ", "cached"),
    phrase("config ", r"^config \S{1,255} is ", "configured-answer"),
    phrase("refused to do a recursive query", rf"nameserver (?P<entity>{IP})(?:#\d{{1,5}})? refused to do a recursive query", "refused", "neutral", "failure", "host"),
    phrase("DNS-rebind", rf"possible DNS-rebind attack detected: {_NAME}$", "rebind", "neutral", "failure", "domain"),
    phrase("concurrent DNS queries", r"Maximum number of concurrent DNS queries (?:to \S{1,255} )?reached", "limit", "neutral", "failure"),
    phrase("no servers found", r"no servers found in", "no-servers", "down", "failure"),
    phrase("started, version", r"^started, version", "start", "up", "success"),
    phrase("exiting on receipt of SIGTERM", r"exiting on receipt of SIGTERM", "stop", "down", orderly=True),
    phrase("using nameserver", rf"^using nameserver (?P<dst>{IP})#(?P<dport>\d{{1,5}})", "use-server"),
    phrase("failed to", r"^failed to .{1,120}", "failed", "neutral", "failure"),
)  # fmt: skip

_PDNS = (
    phrase("Unable to AXFR", rf"Unable to AXFR zone '{_NAME}' from remote '(?P<dst>{IP})(?::\d{{1,5}})?'", "zone-transfer", "neutral", "failure", "domain"),
    phrase("AXFR", rf"AXFR of domain '{_NAME}'.{{0,80}}(?:done|finished)", "zone-transfer", "neutral", "success", "domain"),
    phrase("SERVFAIL", rf"SERVFAIL .{{0,60}}'{_NAME}'", "resolve", "neutral", "failure", "domain"),
)  # fmt: skip


class Dns(Family):
    """As any family of programs; an appliance that runs them bears its maker's name."""

    def apply(self, event: Event) -> Rest:
        rest = super().apply(event)
        if event.vendor == "isc":
            relabel(event)
        return rest


DIALECT = Dns(
    "dns",
    {
        "named": Program("isc", "bind", _NAMED),
        "unbound": Program("nlnetlabs", "unbound", _UNBOUND),
        "dnsmasq": Program("thekelleys", "dnsmasq", _DNSMASQ),
        "pdns_server": Program("powerdns", "pdns", _PDNS),
        "pdns_recursor": Program("powerdns", "recursor", _PDNS),
        "pdns": Program("powerdns", "pdns", _PDNS),
    },
)

"""VMware ESXi and vCenter: vobd's events, hostd, vmkernel, vpxd (VMware vSphere "System Log Files", "Events and Alarms").

An event's type (`esx.problem.net.vmnic.linkstate.down`, `vim.event.VmPoweredOffEvent`) is the event code. VMs, links, datastores,
storage devices and hosts stand.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_VOB = re.compile(r"\[(?P<code>(?:esx|vob|vprob|hbr|com\.vmware)\.[\w.]{3,120})\] ?")
_VC_EVENT = re.compile(
    r"Event \[\d{1,12}\] \[\d{1,6}-\d{1,6}\] \[[^\]]{1,40}\] \[(?P<code>[\w.]{3,160})\] \[(?P<level>\w{1,16})\] "
    r"\[(?P<user>[^\]]{0,128})\] \[[^\]]{0,128}\] \[\d{0,20}\] \["
)

_DEVICE = r"(?P<entity>(?:naa|eui|t10|mpx)\.[\w.:-]{3,127}\w)"
_VMNIC = r"(?P<entity>vm(?:nic|k)\d{1,3})"
_EVENTS = (
    # links and storage
    phrase("linkstate", rf"{_VMNIC} linkstate is (?:up|now up)", "link", "up", None, "interface"),
    phrase("linkstate", rf"{_VMNIC} linkstate (?:is )?(?:down|now down)", "link", "down", None, "interface"),
    phrase("linkstate up", rf"{_VMNIC} linkstate up", "link", "up", None, "interface"),
    phrase("redundancy", r"(?:Lost uplink redundancy on virtual switch|Uplink redundancy degraded on virtual switch) \"(?P<entity>[^\"]{1,128})\"", "redundancy", "down", None, "interface"),
    phrase("redundancy", r"Uplink redundancy restored on virtual switch \"(?P<entity>[^\"]{1,128})\"", "redundancy", "up", None, "interface"),
    phrase("onnectivity", rf"Lost connectivity to storage device {_DEVICE}?", "storage", "down", "failure", "disk"),
    phrase("onnectivity", rf"Connectivity to storage device {_DEVICE}? .{{0,60}}restored", "storage", "up", "success", "disk"),
    phrase("redundancy", rf"[Pp]ath redundancy to storage device {_DEVICE}.{{0,120}}restored", "path", "up", None, "disk"),
    phrase("redundancy", rf"(?:Lost path redundancy to|Path redundancy to) storage device {_DEVICE}.{{0,20}}(?:degraded|lost)?", "path", "down", None, "disk"),
    phrase("permanently", rf"{_DEVICE}.{{0,160}}permanently (?:lost|inaccessible)", "storage", "down", "failure", "disk"),
    phrase("entered the All Paths Down", rf"{_DEVICE}?.{{0,80}}entered the All Paths Down state", "apd", "down", "failure", "disk"),
    phrase("exited the All Paths Down", rf"{_DEVICE}?.{{0,80}}exited the All Paths Down state", "apd", "up", "success", "disk"),
    phrase("APD ", rf"APD (?:start|timeout event) for 0x[0-9a-f]{{1,20}} \[{_DEVICE}\]", "apd", "down", "failure", "disk"),
    phrase("APD ", rf"APD exit for 0x[0-9a-f]{{1,20}} \[{_DEVICE}\]", "apd", "up", "success", "disk"),
    phrase("to dev ", rf"to dev \"{_DEVICE}\" failed", "io-error", "neutral", "failure", "disk"),
    phrase("performance has", rf"{_DEVICE} performance has deteriorated", "latency", "neutral", "failure", "disk"),
    phrase("performance has", rf"{_DEVICE} performance has improved", "latency", "neutral", "success", "disk"),
    phrase("Lost access to volume", r"Lost access to volume [0-9a-f-]{1,60} \((?P<entity>[^)]{1,128})\)", "datastore", "down", "failure", "volume"),
    phrase("restored access to volume", r"[Ss]uccessfully restored access to volume [0-9a-f-]{1,60} \((?P<entity>[^)]{1,128})\)", "datastore", "up", "success", "volume"),
    phrase("vmfs.heartbeat", r"vmfs\.heartbeat\.(?:timedout|unrecoverable)\] \S{1,60} (?P<entity>[\w.-]{1,128})", "datastore", "down", "failure", "volume"),
    phrase("vmfs.heartbeat", r"vmfs\.heartbeat\.recovered\] \S{1,60} (?P<entity>[\w.-]{1,128})", "datastore", "up", "success", "volume"),
    phrase("link down", rf"{_VMNIC}:? link down", "link", "down", None, "interface"),
    # accounts
    phrase("annot login", rf"[Cc]annot login (?:user )?(?P<user>[^\s@]{{1,128}})(?:@(?P<src>{IP}))?", "login", "neutral", "failure", "user"),
    phrase("logged in", r"User (?:[\w.-]{1,64}\\)?(?P<user>[^\s@\\]{1,128})(?:@[\w.-]{0,64}?(?P<src>\d{1,3}(?:\.\d{1,3}){3}))? logged in", "login", "neutral", "success", "user"),
    phrase("logged out", r"User (?:[\w.-]{1,64}\\)?(?P<user>[^\s@\\]{1,128})(?:@[\w.-]{0,64}?(?P<src>\d{1,3}(?:\.\d{1,3}){3}))? logged out", "logout", kind="user"),
    phrase("ejected password for user", rf"[Rr]ejected password for user (?P<user>\S{{1,128}}) from (?P<src>{IP})", "login", "neutral", "failure", "user"),
    phrase("is locked for", r"account (?P<user>\S{1,128}) has been locked|[Aa]ccess for ESXi local user account '(?P<entity>[^']{1,128})' has been locked", "account-locked", "neutral", "failure", "user"),
    phrase("has been locked for", r"user account '(?P<user>[^']{1,128})' has been locked for", "account-locked", "neutral", "failure", "user"),
    # VMs and hosts
    phrase("is powered off", r"(?:Event \d{1,12} ?: |^)(?:Virtual machine )?(?P<entity>[^\[\]]{1,80}?) on (?:host )?\S{1,255}(?: in [^\]]{1,80})? is powered off", "power", "down", None, "vm"),
    phrase("is powered on", r"(?:Event \d{1,12} ?: |^)(?:Virtual machine )?(?P<entity>[^\[\]]{1,80}?) on (?:host )?\S{1,255}(?: in [^\]]{1,80})? (?:has )?(?:is )?powered on", "power", "up", "success", "vm"),
    phrase("State Transition", r"sub=Vmsvc\.vm:\S{1,200}?/(?P<entity>[^/\]]{1,80})\.vmx.{0,60}\] State Transition \(VM_STATE_\w{1,30} -> VM_STATE_OFF\)", "power", "down", None, "vm"),
    phrase("State Transition", r"sub=Vmsvc\.vm:\S{1,200}?/(?P<entity>[^/\]]{1,80})\.vmx.{0,60}\] State Transition \(VM_STATE_\w{1,30} -> VM_STATE_ON\)", "power", "up", None, "vm"),
    phrase("State Transition", r"sub=Vmsvc\.vm:\S{1,200}?/(?P<entity>[^/\]]{1,80})\.vmx.{0,60}\] State Transition", "power", "neutral", None, "vm"),
    phrase("not responding", r"Host (?P<entity>\S{1,255})(?: in [^\]]{1,80})? is not responding", "host", "down", "failure", "host"),
    phrase("onnected to", r"(?:Connected to|Established a connection to|Reconnected to) (?:host )?(?P<entity>\S{1,255}) in ", "host", "up", "success", "host"),
    phrase("Alarm '", r"Alarm '[^']{1,128}' on (?P<entity>[^\]]{1,128}?) changed from \w{1,10} to Red", "alarm", "down", None, "thing"),
    phrase("Alarm '", r"Alarm '[^']{1,128}' on (?P<entity>[^\]]{1,128}?) changed from \w{1,10} to Green", "alarm", "up", None, "thing"),
    phrase("Alarm '", r"Alarm '[^']{1,128}' on (?P<entity>[^\]]{1,128}?) changed from", "alarm", "neutral", None, "thing"),
    phrase("vSphere HA", r"vSphere HA restarted virtual machine (?P<entity>[^\]]{1,80}?) on host", "ha-restart", "up", None, "vm", healed=True),
    phrase("vSphere HA", r"vSphere HA.{0,80}host (?P<entity>\S{1,255}?)(?: in [^\]]{1,80})? (?:has )?failed", "ha", "down", "failure", "host"),
    phrase("igrat", r"(?:Failed to migrate|Cannot migrate) (?:virtual machine )?(?P<entity>[^\]]{1,80}?) (?:from|on|to) ", "migrate", "neutral", "failure", "vm"),
    phrase("Migration of", r"Migration of (?:virtual machine )?(?P<entity>[^\]]{1,80}?) from .{1,400}completed", "migrate", "neutral", "success", "vm"),
    phrase("Migration of", r"Migration of (?:virtual machine )?(?P<entity>[^\]]{1,80}?) from .{1,400}failed", "migrate", "neutral", "failure", "vm"),
)  # fmt: skip


def _esxi(event: Event, text: str) -> str:
    """`[netCorrelator] 123us: [esx.problem.…] words` of vobd; other daemons' lines as they are."""
    found = _VOB.search(text, 0, 300)
    if found is None:
        return text
    event.event_code = found["code"]
    return text[found.start() :]


def _vcenter(event: Event, text: str) -> str:
    """`Event [id] [1-1] [time] [type] [level] [user] [datacenter] [chain] [words]`."""
    found = _VC_EVENT.search(text)
    if found is None:
        return _esxi(event, text)
    event.event_code = found["code"]
    event.user = found["user"].rpartition("\\")[2] or None
    return text[found.end() :].rstrip("]")


def _host(name: str) -> Program:
    return Program("vmware", "esxi", _EVENTS, _esxi)


_VCENTER = Program("vmware", "vcenter", _EVENTS, _vcenter)

DIALECT = Family(
    "vmware",
    {
        **{
            name: _host(name)
            for name in (
                "hostd", "vpxa", "vmkernel", "vmkwarning", "vobd", "fdm", "rhttpproxy", "esxupdate", "vsanmgmtd", "vmauthd",
                "hostd-probe", "esxtokencpy", "vmksummary", "envoy-access", "vsansystem", "apihost", "settingsd",
            )
        },
        "vpxd": _VCENTER,
        "vpxd-main": _VCENTER,
        "vpxd-svcs": _VCENTER,
        "applmgmt": _VCENTER,
    },
)  # fmt: skip

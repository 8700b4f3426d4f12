"""The Linux kernel: links, bonds, disks, arrays, filesystems, memory, hardware errors, netfilter, AppArmor, WireGuard (kernel documentation
of the drivers; `nf_log_syslog.c`; messages as drivers print them).

A link, an array and a mounted filesystem stand; an I/O error is a failure of its disk. Netfilter's lines are flows.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.phrases import IP, LOOK_MAX, is_foreign, phrase, read
from brainstemd.pipeline.structure import port

_LEAD = re.compile(r"\[ {0,12}\d{1,12}\.\d{1,9}\] ?(?:\[ {0,4}[TC]\d{1,10}\] ?)?")
_NETFILTER = re.compile(
    r"IN=(?P<in>\S{0,32}) OUT=(?P<out>\S{0,32}) .{0,200}?SRC=(?P<src>[0-9a-fA-F:.]{2,45}) DST=(?P<dst>[0-9a-fA-F:.]{2,45})"
)
_PORTS = re.compile(r"SPT=(?P<spt>\d{1,5}) DPT=(?P<dpt>\d{1,5})")
_VERDICT = re.compile(
    r"(?P<what>[dDrRbBaApP](?<!\w.)(?i:(?<=d)rop|(?<=d)eny|(?<=r)eject|(?<=b)lock|(?<=a)ccept|(?<=a)llow|(?<=p)ass))"
    r"(?i:p?ed|ed)?(?![A-Za-z])"
)
_RULE_END = re.compile(r"-(?P<letter>[DRA])\] ?")  # VyOS' and UniFi's rules: `[WAN_IN-10-D]`
_LETTERS: Final = {"D": "drop", "R": "reject", "A": "accept"}

_IF = r"(?P<entity>[a-zA-Z][\w.-]{1,15})"
_DISK = r"(?P<entity>(?:sd[a-z]{1,3}|[hv]d[a-z]|nvme\d{1,3}n\d{1,3}|xvd[a-z]|mmcblk\d|md\d{1,4}|dm-\d{1,4}|sr\d)(?:p?\d{1,3})?)"
_PHRASES = (
    # memory and processes
    phrase("illed process", r"[Kk]illed process \d{1,10},? (?:UID \d{1,10},? )?\((?P<entity>[^)]{1,64})\)", "oom-kill", "down", "failure", "service"),
    phrase("Kill process", r"Out of memory: Kill process \d{1,10} \((?P<entity>[^)]{1,64})\)", "oom", "down", "failure", "service"),
    phrase("invoked oom-killer", r"(?P<entity>\S{1,32}) invoked oom-killer", "oom", "neutral", "failure", "service"),
    phrase("segfault at", r"(?P<entity>[^\s\[]{1,32})\[\d{1,10}\]: segfault at", "segfault", "down", "failure", "service"),
    phrase("general protection", r"(?P<entity>[^\s\[]{1,32})\[\d{1,10}\] general protection", "segfault", "down", "failure", "service"),
    phrase("blocked for more than", r"task (?P<entity>[^\s:]{1,32}):\d{1,10} blocked for more than", "hung-task", "neutral", "failure", "service"),
    phrase("lockup", r"(?:soft|hard) (?:lockup|LOCKUP)", "lockup", "neutral", "failure"),
    phrase("rcu_", r"rcu_\w{1,20} (?:self-)?detected stall", "stall", "neutral", "failure"),
    phrase("Kernel panic", r"Kernel panic - not syncing", "panic", "down", "failure"),
    # links
    phrase("ink is ", rf"{_IF}:?(?: NIC)?(?: (?:Copper|Fiber|SerDes|Physical|Remote))? [Ll]ink is [Dd]own", "link", "down", None, "interface"),
    phrase("ink is ", rf"{_IF}:?(?: NIC)?(?: (?:Copper|Fiber|SerDes|Physical|Remote))? [Ll]ink is [Uu]p", "link", "up", None, "interface"),
    phrase("ink ", rf"{_IF}: [Ll]ink (?:DOWN|down)\b", "link", "down", None, "interface"),
    phrase("ink ", rf"^(?!.*\bata\d).{{0,80}}?\b{_IF}: [Ll]ink (?:UP|up)\b", "link", "up", None, "interface"),
    phrase("link becomes ready", rf"{_IF}: link becomes ready", "link", "up", None, "interface"),
    phrase("link is not ready", rf"{_IF}: link is not ready", "link", "neutral", None, "interface"),
    phrase("link status definitely down", rf"(?:slave|interface) {_IF}\)?[:,]? (?:link status definitely down|disabling)|\(slave {_IF.replace('entity', 'iface')}\): link status definitely down", "link", "down", None, "interface"),
    phrase("link status definitely up", rf"link status definitely up for interface {_IF}", "link", "up", None, "interface"),
    phrase("link status definitely up", rf"\(slave {_IF}\): link status definitely up", "link", "up", None, "interface"),
    phrase("NETDEV WATCHDOG", rf"NETDEV WATCHDOG: {_IF} ", "transmit-timeout", "neutral", "failure", "interface"),
    phrase("entered ", r"port \d{1,5}\(veth\w{1,12}\) entered", "port-state"),
    phrase("entered ", rf"port \d{{1,5}}\({_IF}\) entered forwarding state", "port-state", "up", None, "interface"),
    phrase("entered ", rf"port \d{{1,5}}\({_IF}\) entered disabled state", "port-state", "down", None, "interface"),
    phrase("entered ", rf"port \d{{1,5}}\({_IF}\) entered", "port-state", "neutral", None, "interface"),
    # disks
    phrase("I/O error", rf"I/O error(?: on)?,? dev(?:ice)? {_DISK}", "io-error", "neutral", "failure", "disk"),
    phrase("medium error", rf"medium error, dev {_DISK}", "io-error", "neutral", "failure", "disk"),
    phrase("Device offlined", rf"(?:\[{_DISK}\].{{0,40}})?Device offlined", "offline", "down", "failure", "disk"),
    phrase("offline device", rf"\[{_DISK}\].{{0,40}}rejecting I/O to offline device", "offline", "down", "failure", "disk"),
    phrase("FAILED Result", rf"\[{_DISK}\].{{0,24}}FAILED Result", "io-error", "neutral", "failure", "disk"),
    phrase("Sense Key", rf"\[{_DISK}\].{{0,24}}Sense Key", "sense", "neutral", None, "disk"),
    phrase("Synchronizing SCSI cache", rf"\[{_DISK}\] Synchronizing SCSI cache", "flush", "neutral", None, "disk"),
    phrase("Attached SCSI", rf"\[{_DISK}\] Attached SCSI", "attach", "up", None, "disk"),
    phrase("SATA link down", r"(?P<entity>ata\d{1,3})(?:\.\d\d)?: SATA link down", "link", "down", None, "disk"),
    phrase("SATA link up", r"(?P<entity>ata\d{1,3})(?:\.\d\d)?: SATA link up", "link", "up", None, "disk"),
    phrase("ata", r"(?P<entity>ata\d{1,3})(?:\.\d\d)?: (?:disabled|disable device|COMRESET failed)", "disable", "down", "failure", "disk"),
    phrase("ata", r"(?P<entity>ata\d{1,3})(?:\.\d\d)?: (?:exception Emask|failed command|error: |SError: |status: \{ DRDY ERR)", "error", "neutral", "failure", "disk"),
    phrase("ata", r"(?P<entity>ata\d{1,3})(?:\.\d\d)?: (?:hard|soft) resetting link", "reset", "neutral", None, "disk"),
    phrase("nvme", r"nvme (?P<entity>nvme\d{1,3}): (?:controller is down|Device not ready|Removing after probe failure|Abort status: 0x\w{1,4}, disabling)", "reset", "down", "failure", "disk"),
    phrase("nvme", r"nvme (?P<entity>nvme\d{1,3}): I/O .{0,40}timeout", "timeout", "neutral", "failure", "disk"),
    # arrays
    phrase("Disk failure on", r"md/\w{1,12}:(?P<entity>md\d{1,4}): Disk failure on", "fail", "down", "failure", "disk"),
    phrase("active with", r"md/\w{1,12}:(?P<entity>md\d{1,4}): active with (\d{1,3}) out of \2 ", "assemble", "up", "success", "disk"),
    phrase("active with", r"md/\w{1,12}:(?P<entity>md\d{1,4}): active with \d{1,3} out of \d{1,3} ", "assemble", "down", "failure", "disk"),
    phrase("done.", r"md: (?P<entity>md\d{1,4}): (?:recovery|resync|reshape) done", "recovery", "up", "success", "disk"),
    phrase("done.", r"md: (?P<entity>md\d{1,4}): data-check done", "check", "neutral", "success", "disk"),
    phrase("of RAID array", r"md: (?:recovery|resync|data-check|reshape) of RAID array (?P<entity>md\d{1,4})", "recovery", "neutral", None, "disk"),
    # filesystems
    phrase("read-only", rf"(?:EXT[234]-fs|F2FS-fs|BTRFS\w{{0,12}}|FAT-fs) .{{0,24}}?\(?(?:device )?{_DISK}\)?:? .{{0,80}}read-only", "read-only", "down", "failure", "volume"),
    phrase("-fs error", rf"-fs error \(device {_DISK}\)", "fs-error", "neutral", "failure", "volume"),
    phrase("xfs_do_force_shutdown", rf"XFS \({_DISK}\): .{{0,40}}xfs_do_force_shutdown", "shutdown", "down", "failure", "volume"),
    phrase("Filesystem has been shut down", rf"XFS \({_DISK}\): .{{0,60}}Filesystem has been shut down", "shutdown", "down", "failure", "volume"),
    phrase("hutting down filesystem", rf"XFS \({_DISK}\): .{{0,120}}[Ss]hutting down filesystem", "shutdown", "down", "failure", "volume"),
    phrase("XFS", rf"XFS \({_DISK}\): .{{0,40}}(?:[Cc]orruption|Internal error|I/O error)", "fs-error", "neutral", "failure", "volume"),
    phrase("ount", rf"(?:XFS|EXT[234]-fs|F2FS-fs) \({_DISK}\): (?:mounted filesystem|Ending clean mount|Mounting V\d)", "mount", "up", "success", "volume"),
    phrase("nmounting ", rf"\({_DISK}\): [Uu]nmounting ", "unmount", "down", None, "volume", orderly=True),
    phrase("BTRFS error", rf"BTRFS error \(device {_DISK}", "fs-error", "neutral", "failure", "volume"),
    phrase("not responding", r"nfs: server (?P<entity>[\w.:-]{1,128}) not responding", "nfs", "down", "failure", "host"),
    phrase("nfs: server", r"nfs: server (?P<entity>[\w.:-]{1,128}) OK", "nfs", "up", "success", "host"),
    phrase("has not responded", r"CIFS: VFS: \\{1,4}(?P<entity>[\w.-]{1,128}) has not responded", "cifs", "down", "failure", "host"),
    # hardware
    phrase("EDAC", r"EDAC (?P<entity>MC\d{1,3}): \d{1,10} (?P<code>CE|UE) ", "memory-error", "neutral", "failure", "module"),
    phrase("[Hardware Error]", r"\[Hardware Error\]: ", "hardware-error", "neutral", "failure"),
    phrase("temperature above threshold", r"CPU\d{1,4}: (?:Core|Package) temperature above threshold", "throttle", "neutral", "failure"),
    phrase("USB disconnect", r"usb (?P<entity>\d[\d.-]{0,16}): USB disconnect", "usb", "down", None, "device"),
    phrase("USB device number", r"usb (?P<entity>\d[\d.-]{0,16}): new .{1,24}USB device number", "usb", "up", None, "device"),
    # network
    phrase("table full, dropping packet", r"(?:nf_|ip_)?conntrack: (?:nf_conntrack: )?table full", "conntrack-full", "neutral", "failure"),
    phrase("SYN flooding on port", r"Possible SYN flooding on port (?:\[?[0-9a-fA-F.:]{2,45}\]?[:.])?(?P<dport>\d{1,5})\.", "syn-flood", "neutral", "failure"),
    phrase("Handshake for peer", rf"wireguard: (?P<iface>[\w.-]{{1,32}}): Handshake for peer \d{{1,10}} \((?P<entity>{IP}?):\d{{1,5}}\) did not complete after \d{{1,4}} attempts, giving up", "handshake", "down", "failure", "tunnel"),
    phrase("Handshake for peer", rf"wireguard: (?P<iface>[\w.-]{{1,32}}): Handshake for peer \d{{1,10}} \((?P<entity>{IP}?):\d{{1,5}}\) did not complete", "handshake", "neutral", "failure", "tunnel"),
    phrase("handshake response from peer", rf"wireguard: (?P<iface>[\w.-]{{1,32}}): Receiving handshake response from peer \d{{1,10}} \((?P<entity>{IP}?):\d{{1,5}}\)", "handshake", "up", "success", "tunnel"),
    phrase("apparmor=", r"apparmor=\"DENIED\" operation=\"[\w-]{1,40}\".{0,80}?profile=\"(?P<entity>[^\"]{1,128})\"", "deny", "neutral", "failure", "service"),
    phrase("apparmor=", r"apparmor=\"(?:STATUS|ALLOWED|AUDIT)\"", "apparmor"),
)  # fmt: skip


class Kernel:
    name = "kernel"
    marks = Marks(apps=("kernel",))

    def claims(self, event: Event) -> bool:
        return not is_foreign(event.message)

    def apply(self, event: Event) -> Rest:
        text = event.message[:LOOK_MAX]
        event.vendor, event.product = "linux", "kernel"
        if " SRC=" in text and "IN=" in text and (match := _NETFILTER.search(text)) is not None:
            return _netfilter(event, text, match)
        lead = _LEAD.match(text)
        return read(event, text if lead is None else text[lead.end() :], _PHRASES)


def _netfilter(event: Event, text: str, match: re.Match[str]) -> Rest:
    event.product = "netfilter"
    event.interface = match["in"] or match["out"] or None
    event.src_ip, event.dst_ip = address(match["src"]), address(match["dst"])
    ports = _PORTS.search(text, match.end())
    if ports is not None:
        event.src_port, event.dst_port = port(ports["spt"]), port(ports["dpt"])
    verdict = _VERDICT.search(text, 0, match.start())
    letter = _RULE_END.search(text, 0, match.end())
    if verdict is not None:
        event.action = verdict["what"].lower()
    elif letter is not None:
        event.action = _LETTERS[letter["letter"]]
    if event.action is not None:
        event.outcome = "success" if event.action in _ALLOWED else "failure"
    return Rest.NOTHING


_ALLOWED: Final = frozenset(("accept", "allow", "pass"))

DIALECT = Kernel()

"""Disks and arrays as their watchers tell: smartd, mdadm, ZFS' zed, multipathd, iscsid, dmeventd (smartd(8), mdadm(8) "MONITOR MODE",
zed(8), multipathd(8), iscsid(8)).

A finding of a disk (pending sectors, errors) is a failure; a disk that is gone or failing its own check is down. Of an array the
array is the entity.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import Family, Program, phrase

_DEVICE = r"Device: /dev/(?P<entity>[\w/.-]{1,64})(?: \[[^\]]{1,40}\])?, "
_SMARTD = (
    phrase("FAILED SMART self-check", rf"{_DEVICE}FAILED SMART self-check", "self-check", "down", "failure", "disk"),
    phrase("unable to open", rf"{_DEVICE}(?:unable to open|open\(\)|is gone|removed)", "open", "down", "failure", "disk"),
    phrase("removed", rf"{_DEVICE}.{{0,40}}removed", "open", "down", "failure", "disk"),
    phrase("sectors", rf"{_DEVICE}\d{{1,10}} (?P<code>Currently unreadable|Offline uncorrectable|Total offline)", "sectors", "neutral", "failure", "disk"),
    phrase("completed without error", rf"{_DEVICE}.{{0,60}}self-test completed without error", "self-test", "neutral", "success", "disk"),
    phrase("elf-", rf"{_DEVICE}.{{0,40}}[Ss]elf-[Tt]est (?:Log error count increased|completed with error|completed.{{0,20}}failure)", "self-test", "neutral", "failure", "disk"),
    phrase("error count increased", rf"{_DEVICE}(?:ATA )?error count increased", "errors", "neutral", "failure", "disk"),
    phrase("failed to read", rf"{_DEVICE}failed to read", "read", "neutral", "failure", "disk"),
    phrase("Critical Warning", rf"{_DEVICE}Critical Warning \(0x[0-9a-fA-F]{{2}}\)", "critical-warning", "neutral", "failure", "disk"),
    phrase("FAILING_NOW", rf"{_DEVICE}.{{0,120}}FAILING_NOW", "attribute", "down", "failure", "disk"),
    phrase("Failed SMART usage", rf"{_DEVICE}Failed SMART usage Attribute: (?P<code>\d{{1,3}} \w{{1,40}})", "attribute", "down", "failure", "disk"),
    phrase("Attribute:", rf"{_DEVICE}SMART (?:Usage|Prefailure) Attribute: (?P<code>\d{{1,3}} \w{{1,40}})", "attribute", kind="disk"),
    phrase("Temperature", rf"{_DEVICE}Temperature .{{0,60}}(?:reached critical|reached) limit", "temperature", "neutral", "failure", "disk"),
    phrase("Device: ", rf"{_DEVICE}(?:opened|found in|is SMART capable|state written|not found in|type changed)", "monitor", kind="disk"),
    phrase("exiting", r"received (?:SIGTERM|signal 15).{0,40}|smartd is exiting \(exit status 0\)", "stop", "down", orderly=True),
)  # fmt: skip

_EVENT = r"(?:event detected )?on md device (?:/dev/)?(?P<entity>[\w/.:-]{1,64}?)(?=,|$|\s)"
_MDADM = (
    phrase("SpareActive", rf"(?P<code>SpareActive) {_EVENT}", "spare-active", "up", "success", "disk"),
    phrase("FailSpare", rf"(?P<code>FailSpare) {_EVENT}", "fail-spare", "neutral", "failure", "disk"),
    phrase("Fail ", rf"(?P<code>Fail) {_EVENT}", "fail", "down", "failure", "disk"),
    phrase("DegradedArray", rf"(?P<code>DegradedArray) {_EVENT}", "degraded", "down", "failure", "disk"),
    phrase("DeviceDisappeared", rf"(?P<code>DeviceDisappeared) {_EVENT}", "disappeared", "down", "failure", "disk"),
    phrase("RebuildFinished", rf"(?P<code>RebuildFinished) {_EVENT}", "rebuild", "neutral", "success", "disk"),
    phrase("on md device", rf"(?P<code>[A-Z][A-Za-z]{{2,20}}\d{{0,3}}) {_EVENT}", "event", kind="disk"),
)  # fmt: skip

_ZED = (
    phrase("vdev_state=", r"class=(?P<code>statechange) pool='?(?P<entity>[\w.:-]{1,128})'? .{0,200}vdev_state=(?:FAULTED|DEGRADED|REMOVED|UNAVAIL|OFFLINE)", "statechange", "down", "failure", "volume"),
    phrase("vdev_state=", r"class=(?P<code>statechange) pool='?(?P<entity>[\w.:-]{1,128})'? .{0,200}vdev_state=ONLINE", "statechange", "up", "success", "volume"),
    phrase("class=", r"class=(?P<code>(?:io_failure|io|checksum|data|delay|deadman|probe_failure)) pool='?(?P<entity>[\w.:-]{1,128})'?", "error", "neutral", "failure", "volume"),
    phrase("class=", r"class=(?P<code>(?:resilver|scrub)_finish) pool='?(?P<entity>[\w.:-]{1,128})'?", "finish", "neutral", "success", "volume"),
    phrase("class=", r"class=(?P<code>[a-z_.]{2,40})(?: pool='?(?P<entity>[\w.:-]{1,128})'?)?", "event", kind="volume"),
)  # fmt: skip

_MULTIPATH = (
    phrase("checker", r"(?P<entity>[\w.:-]{1,64}): \S{1,16} - \w{1,16} checker reports path is (?:down|ghost)", "path", "down", "failure", "disk"),
    phrase("checker", r"(?P<entity>[\w.:-]{1,64}): \S{1,16} - \w{1,16} checker reports path is up", "path", "up", "success", "disk"),
    phrase("checker failed", r"checker failed path \S{1,16} in map (?P<entity>[\w.:-]{1,64})", "path", "down", "failure", "disk"),
    phrase("remaining active paths: 0", r"(?P<entity>[\w.:-]{1,64}): remaining active paths: 0$", "paths", "down", "failure", "disk"),
    phrase("remaining active paths", r"(?P<entity>[\w.:-]{1,64}): remaining active paths: \d{1,4}$", "paths", kind="disk"),
    phrase("reinstated", r"(?P<entity>[\w.:-]{1,64}): reinstated", "path", "up", "success", "disk"),
)  # fmt: skip

_ISCSI = (
    phrase("Kernel reported iSCSI connection", r"Kernel reported iSCSI connection (?P<entity>\d{1,6}:\d{1,6}) error", "connection", "down", "failure", "disk"),
    phrase("is operational", r"connection(?P<entity>\d{1,6}:\d{1,6}) is operational", "connection", "up", "success", "disk"),
    phrase("cannot make a connection", r"(?P<entity>connect|cannot make a connection) to (?P<dst>[\d.]{7,15}):(?P<dport>\d{1,5})", "connect", "neutral", "failure", "disk"),
)  # fmt: skip

_DM = (
    phrase("% full", r"(?:WARNING: )?(?:Thin pool|Snapshot|Thin) (?P<entity>[\w.+:-]{1,128}) (?:data |metadata )?is now [\d.]{1,8}% full", "usage", "neutral", None, "volume"),
    phrase("No longer monitoring", r"No longer monitoring .{1,60}?(?:device|thin pool|snapshot) (?P<entity>[\w.+:-]{1,128})", "monitor", kind="volume"),
    phrase("Monitoring", r"^Monitoring .{1,60}?(?:device|thin pool|snapshot) (?P<entity>[\w.+:-]{1,128})", "monitor", kind="volume"),
)  # fmt: skip

_LVM = Program("lvm", "dmeventd", _DM)

DIALECT = Family(
    "storage",
    {
        "smartd": Program("smartmontools", "smartd", _SMARTD),
        "mdadm": Program("linux", "mdadm", _MDADM),
        "mdmonitor": Program("linux", "mdadm", _MDADM),
        "zed": Program("openzfs", "zed", _ZED),
        "multipathd": Program("linux", "multipathd", _MULTIPATH),
        "multipath": Program("linux", "multipathd", _MULTIPATH),
        "iscsid": Program("open-iscsi", "iscsid", _ISCSI),
        "dmeventd": _LVM,
        "lvm": _LVM,
    },
)

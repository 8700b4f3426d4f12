"""Clocks: chronyd, ntpd (also OpenNTPD's), systemd-timesyncd, ptp4l (chronyd(8), ntpd(8), OpenNTPD ntpd(8), linuxptp ptp4l(8)).

Being synchronised is a state of the machine, so it has no entity; a source's own state is the source's.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_CHRONY = (
    phrase("Selected source", rf"Selected source (?P<dst>{IP})", "synchronise", "up", "success"),
    phrase("Selected source", r"Selected source \S{1,64}", "synchronise", "up", "success"),
    phrase("Can't synchronise", r"Can't synchronise: (?:no selectable sources|no majority|no reachable)", "synchronise", "down", "failure"),
    phrase("offline", r"Source (?P<entity>\S{1,128}) (?:\([^)]{1,128}\) )?offline", "source-offline", "down", None, "host"),
    phrase("online", r"Source (?P<entity>\S{1,128}) (?:\([^)]{1,128}\) )?online", "source-online", "up", None, "host"),
    phrase("alseticker", r"[Ff]alseticker (?P<entity>\S{1,128})", "falseticker", "neutral", "failure", "host"),
    phrase("System clock wrong by", r"System clock wrong by", "clock-wrong", "neutral", "failure"),
    phrase("System clock was stepped", r"System clock was stepped by", "clock-step"),
    phrase("time jump detected", r"(?:Forward|Backward) time jump detected", "clock-jump", "neutral", "failure"),
    phrase("Received KoD", rf"Received KoD RATE.{{0,40}} from (?P<dst>{IP})", "kiss-of-death", "neutral", "failure"),
    phrase("exiting", r"chronyd exiting", "stop", "down", orderly=True),
    phrase("starting", r"chronyd version \S{1,20} starting", "start", "neutral", "success"),
    phrase("Could not", r"^Could not ", "failed", "neutral", "failure"),
)  # fmt: skip

_NTPD = (
    phrase("synchronized to", rf"(?:clock )?synchronized to (?:(?P<dst>{IP})|[\w.()-]{{1,64}})", "synchronise", "up", "success"),
    phrase("no servers reachable", r"no servers reachable", "synchronise", "down", "failure"),
    phrase("clock is now synced", r"clock is now synced", "synchronise", "up", "success"),
    phrase("clock is now unsynced", r"clock is now unsynced", "synchronise", "down", "failure"),
    phrase("Clock Unsynchronized", r"TIME_ERROR: 0x[0-9a-f]{1,8}: Clock Unsynchronized", "synchronise", "down", "failure"),
    phrase("now invalid", r"peer (?P<entity>\S{1,128}) now invalid", "source-invalid", "down", "failure", "host"),
    phrase("now valid", r"peer (?P<entity>\S{1,128}) now valid", "source-valid", "up", "success", "host"),
    phrase("time reset", r"time reset [+-]?[\d.]{1,20} ?s", "clock-step"),
    phrase("time correction of", r"time correction of [\d-]{1,12} seconds exceeds sanity limit", "clock-wrong", "down", "failure"),
    phrase("exceeds tolerance", r"frequency error .{1,40}exceeds tolerance", "frequency", "neutral", "failure"),
    phrase("exiting on signal", r"exiting on signal (?:15|2|1)\b", "stop", "down", orderly=True),
    phrase("Soliciting pool server", rf"Soliciting pool server (?P<dst>{IP})", "solicit"),
    phrase("mobilize assoc", rf"(?P<dst>{IP}) \S{{4}} \S{{2}} (?:de)?mobilize assoc", "association"),
    phrase("dispatch: drop", r"dispatch: drop ", "drop", "neutral", "failure"),
)  # fmt: skip

_TIMESYNCD = (
    phrase("ynchroniz", rf"(?:Initial (?:clock )?synchronization to|Synchronized to) time server (?:for the first time )?(?P<dst>{IP}?):\d{{1,5}} \(", "synchronise", "up", "success"),
    phrase("Timed out waiting for reply", rf"Timed out waiting for reply from (?P<dst>{IP}?):\d{{1,5}} \((?P<entity>[\w.-]{{1,255}})\)", "synchronise", "neutral", "failure", "host"),
    phrase("Timed out waiting for reply", rf"Timed out waiting for reply from (?P<dst>{IP}):\d{{1,5}}", "synchronise", "neutral", "failure"),
    phrase("too large root distance", r"Server has too large root distance", "synchronise", "neutral", "failure"),
    phrase("No network connectivity", r"No network connectivity, watching for changes", "synchronise", "down", "failure"),
)  # fmt: skip

_PTP = (
    phrase(" on ", r"port \d{1,4}(?: \((?P<entity>[\w.@-]{1,32})\))?: [A-Z_]{4,16} to (?:FAULTY|DISABLED|LISTENING|UNCALIBRATED) on (?P<code>(?:FAULT_DETECTED|SYNCHRONIZATION_FAULT|ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES)\b)", "synchronise", "down", "failure", "interface"),
    phrase(" to SLAVE on ", r"port \d{1,4}(?: \((?P<entity>[\w.@-]{1,32})\))?: [A-Z_]{4,16} to SLAVE on (?P<code>[A-Z_]{4,40})", "synchronise", "up", "success", "interface"),
    phrase(" on ", r"port \d{1,4}(?: \((?P<entity>[\w.@-]{1,32})\))?: [A-Z_]{4,16} to [A-Z_]{4,16} on (?P<code>[A-Z_]{4,40})", "port-state", kind="interface"),
)  # fmt: skip

DIALECT = Family(
    "clock",
    {
        "chronyd": Program("chrony", "chronyd", _CHRONY),
        "ntpd": Program("ntp", "ntpd", _NTPD),
        "systemd-timesyncd": Program("systemd", "timesyncd", _TIMESYNCD),
        "ptp4l": Program("linuxptp", "ptp4l", _PTP),
    },
)

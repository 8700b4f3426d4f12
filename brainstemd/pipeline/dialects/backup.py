"""Backups: Veeam, restic, Borg, Bacula and Bareos, rsnapshot, duplicity (Veeam "Syslog messages", event ids 110-190; restic and Borg
manuals, return codes; Bacula main reference "Messages resource").

A backup is an attempt about its job or repository: it fails, it never is down.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.phrases import IP, Family, Program, phrase
from brainstemd.pipeline.structure import first

_JOB = r"[\"'“](?P<entity>[^\"'”]{1,128})[\"'”]"
_VEEAM = (
    phrase("Failed", rf"(?:[Jj]ob|[Tt]ask|[Ss]ession) {_JOB}.{{0,160}}?(?:Failed|failed|with error)", "backup", "neutral", "failure", "job"),
    phrase("failed", rf"(?:[Jj]ob|[Tt]ask|[Ss]ession) {_JOB}.{{0,160}}?(?:has failed|failed|with error)", "backup", "neutral", "failure", "job"),
    phrase("arning", rf"(?:[Jj]ob|[Tt]ask|[Ss]ession) {_JOB}.{{0,160}}?[Ww]arning", "backup", "neutral", "success", "job"),
    phrase("uccess", rf"(?:[Jj]ob|[Tt]ask|[Ss]ession) {_JOB}.{{0,160}}?[Ss]uccess", "backup", "neutral", "success", "job"),
    phrase("started", rf"(?:[Jj]ob|[Tt]ask|[Ss]ession) {_JOB}.{{0,60}}?(?:has been started|started)", "backup-start", kind="job"),
    phrase("epository", rf"[Rr]epository {_JOB}.{{0,100}}?(?:low on free space|running low|out of space|is unavailable|unreachable)", "repository", "neutral", "failure", "volume"),
    phrase("ogin", r"[Uu]ser (?P<user>[^\s\"]{1,128}).{0,40}(?:failed to log ?in|login failed)", "login", "neutral", "failure", "user"),
    phrase("icense", r"[Ll]icense.{0,60}(?:expired|will expire|exceeded)", "license", "neutral", "failure"),
)  # fmt: skip

_RESTIC = (
    phrase("snapshot ", r"snapshot [0-9a-f]{8} saved", "backup", "neutral", "success"),
    phrase("no errors were found", r"no errors were found", "check", "neutral", "success"),
    phrase("unable to open", r"unable to open (?:config file|repository)(?: at (?P<entity>[\w:./@+-]{1,200}))?", "open", "neutral", "failure", "volume"),
    phrase("already locked", r"repository is already locked", "lock", "neutral", "failure"),
    phrase("Fatal:", r"Fatal: ", "backup", "neutral", "failure"),
    phrase("error: ", r"error: (?:read|open|lstat) ", "read", "neutral", "failure"),
    phrase("source file could not be read", r"source file could not be read", "backup", "neutral", "failure"),
    phrase("processed ", r"processed \d{1,12} files", "backup", "neutral", "success"),
)  # fmt: skip

_BORG = (
    phrase("does not exist", r"Repository (?P<entity>\S{1,200}) does not exist", "open", "neutral", "failure", "volume"),
    phrase("acquire the lock", r"Failed to create/acquire the lock (?P<entity>\S{1,200}?)(?:/lock)?(?:\.exclusive|\.roster)? \(timeout\)", "lock", "neutral", "failure", "volume"),
    phrase("terminating with success status", r"terminating with success status, rc 0", "backup", "neutral", "success"),
    phrase("terminating with", r"terminating with (?:warning|error) status, rc \d{1,3}", "backup", "neutral", "failure"),
    phrase("Connection closed by remote host", r"Connection closed by remote host", "connect", "neutral", "failure"),
    phrase("Error while", r"(?P<entity>[\w:./@+-]{1,200}): Error (?:while )?running", "backup", "neutral", "failure", "volume"),
    phrase("Error running", r"(?P<entity>[\w:./@+-]{1,200}): Error running", "backup", "neutral", "failure", "volume"),
    phrase("Running actions for repository", r"(?P<entity>[\w:./@+-]{1,200}): Running actions for repository", "backup-start", kind="volume"),
)  # fmt: skip

_BACULA = (
    phrase("Start Backup", r"Start Backup JobId \d{1,10}, Job=(?P<entity>[\w.@-]{1,100}?)\.\d{4}-\d\d-\d\d_", "backup-start", kind="job"),
    phrase("Backup OK", r"(?:Bacula|Bareos)? ?(?P<entity>[\w.@-]{1,100}): Backup OK", "backup", "neutral", "success", "job"),
    phrase("Backup Error", r"(?:Bacula|Bareos)? ?(?P<entity>[\w.@-]{1,100}): \*{3} Backup Error", "backup", "neutral", "failure", "job"),
    phrase("Backup OK", r"Termination: .{0,24}Backup OK", "backup", "neutral", "success"),
    phrase("Backup Error", r"Termination: .{0,24}Backup Error", "backup", "neutral", "failure"),
    phrase("Unable to connect to Client", rf"Unable to connect to Client: (?P<entity>[\w.@-]{{1,100}}) on (?:(?P<dst>{IP})|[\w.-]{{1,255}}):(?P<dport>\d{{1,5}})", "connect", "neutral", "failure", "host"),
    phrase("Fatal error", r"JobId \d{1,10}: Fatal error: ", "backup", "neutral", "failure"),
    phrase("Error: ", r"JobId \d{1,10}: Error: ", "backup", "neutral", "failure"),
    phrase("Please mount", r"Please mount (?:append )?Volume \"(?P<entity>[^\"]{1,128})\"", "mount", "neutral", None, "volume"),
    phrase("is waiting", r"Job (?P<entity>[\w.@-]{1,100}?)\.\d{4}-\d\d-\d\d_\S{1,24} is waiting", "wait", "neutral", None, "job"),
)  # fmt: skip

_RSNAPSHOT = (
    phrase("completed successfully", r"rsnapshot (?:-\S{1,40} )?(?P<entity>[\w.-]{1,40}): completed successfully", "backup", "neutral", "success", "job"),
    phrase("ERROR", r"rsnapshot (?:-\S{1,40} )?(?P<entity>[\w.-]{1,40}): .{0,40}ERROR", "backup", "neutral", "failure", "job"),
    phrase("WARNING", r"rsnapshot (?:-\S{1,40} )?(?P<entity>[\w.-]{1,40}): .{0,40}(?:WARNING|completed, but with)", "backup", "neutral", "failure", "job"),
    phrase(": started", r"rsnapshot (?:-\S{1,40} )?(?P<entity>[\w.-]{1,40}): started", "backup-start", kind="job"),
)  # fmt: skip

_INSTANCE = re.compile(r"\binstanceId=\"?(?P<code>\d{1,6})")
_DESCRIPTION = re.compile(r"\bDescription=\"(?P<said>[^\"]{1,600})")


def _veeam(event: Event, text: str) -> str:
    """The event's number is `instanceId`; its words are `Description`, in structured data or, where that is broken, in the message."""
    for element in (event.structured_data or {}).values():
        event.event_code = event.event_code or element.get("instanceId") or None
        said = first(element, ("Description",))
        if said is not None:
            return said[:600]
    code, described = _INSTANCE.search(text), _DESCRIPTION.search(text)
    if code is not None:
        event.event_code = code["code"]
    return text if described is None else described["said"]


_VBR = Program("veeam", "backup & replication", _VEEAM, _veeam)
_AGENT = Program("veeam", "agent", _VEEAM, _veeam)
_DIRECTOR = Program("bacula", "bacula", _BACULA)
_BAREOS = Program("bareos", "bareos", _BACULA)

DIALECT = Family(
    "backup",
    {
        "veeam_mp": _VBR,
        "veeam": _VBR,
        "veeambackup": _VBR,
        "veeamagent": _AGENT,
        "veeamservice": _AGENT,
        "restic": Program("restic", "restic", _RESTIC),
        "borg": Program("borg", "borg", _BORG),
        "borgmatic": Program("borg", "borgmatic", _BORG),
        "bacula-dir": _DIRECTOR,
        "bacula-sd": _DIRECTOR,
        "bacula-fd": _DIRECTOR,
        "bacula": _DIRECTOR,
        "bareos-dir": _BAREOS,
        "bareos-sd": _BAREOS,
        "bareos-fd": _BAREOS,
        "rsnapshot": Program("rsnapshot", "rsnapshot", _RSNAPSHOT),
    },
)

"""Proxmox VE: tasks, vzdump, the cluster filesystem, corosync, HA, storage status, replication (Proxmox VE Administration Guide;
corosync.conf(5)).

A task is an attempt, named by what it is about (`vzdump:101`); nodes, quorum, links and storages stand.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_UPID = r"UPID:[\w.-]{1,64}:[0-9A-F]{1,16}:[0-9A-F]{1,16}:[0-9A-F]{1,16}:(?P<entity>\w{1,32}(?::[^:\s]{1,64})?):{1,2}[^:\s]{1,64}:"
_WHO = r"<(?P<user>[^>]{1,64})> "

_PVE = (
    phrase("end task", rf"{_WHO}end task {_UPID} (?:OK|WARNINGS)", "task-end", "neutral", "success", "job"),
    phrase("end task", rf"{_WHO}end task {_UPID} \S", "task-end", "neutral", "failure", "job"),
    phrase("starting task", rf"{_WHO}starting task {_UPID}", "task-start", kind="job"),
    phrase("successful auth for user", r"successful auth for user '(?P<user>[^']{1,64})'", "login", "neutral", "success", "user"),
    phrase("authentication failure", rf"authentication failure; rhost=(?P<src>{IP}) user=(?P<user>\S{{1,64}})", "login", "neutral", "failure", "user"),
    phrase("ackup of VM", r"Finished Backup of (?P<entity>VM \d{1,9})", "backup", "neutral", "success", "job"),
    phrase("ackup of VM", r"ERROR: Backup of (?P<entity>VM \d{1,9}) failed", "backup", "neutral", "failure", "job"),
    phrase("ackup of VM", r"Starting Backup of (?P<entity>VM \d{1,9})", "backup-start", kind="job"),
    phrase("Backup job finished", r"Backup job finished successfully", "backup", "neutral", "success"),
    phrase("Backup job finished", r"Backup job finished with errors", "backup", "neutral", "failure"),
    phrase("is not online", r"storage '(?P<entity>[^']{1,64})' is not online", "storage", "down", "failure", "volume"),
    phrase("qmp command", r"(?P<entity>VM \d{1,9}) qmp command failed", "qmp", "neutral", "failure", "vm"),
    phrase("state changed from", r"node '(?P<entity>[^']{1,64})': state changed from '[^']{1,20}' => '(?:unknown|fence|gone)'", "node", "down", None, "host"),
    phrase("state changed from", r"node '(?P<entity>[^']{1,64})': state changed from '[^']{1,20}' => 'online'", "node", "up", None, "host"),
    phrase("state changed from", r"service '(?P<entity>[^']{1,64})': state changed from '[^']{1,20}' to '(?:error|freeze|fence)'", "service", "down", "failure", "vm"),
    phrase("state changed from", r"service '(?P<entity>[^']{1,64})': state changed from '[^']{1,20}' to 'started'", "service", "up", "success", "vm"),
    phrase("node lost quorum", r"node lost quorum", "quorum", "down", "failure"),
    phrase("node has quorum", r"node has quorum", "quorum", "up", "success"),
    phrase("replication job", r"replication job (?:'|\")?(?P<entity>[\w/-]{1,40})(?:'|\")? failed", "replicate", "neutral", "failure", "job"),
    phrase(": got unexpected replication job error", r"(?P<entity>\d{1,9}-\d{1,4}): got unexpected replication job error", "replicate", "neutral", "failure", "job"),
    phrase("watchdog", r"client watchdog expired|watchdog update failed", "watchdog", "down", "failure"),
    phrase("dispatch failed", r"(?:quorum|cpg|cmap|dcdb)_?\w{0,12}_?dispatch failed", "dispatch", "neutral", "failure"),
)  # fmt: skip

_COROSYNC = (
    phrase("is down", r"link: (?P<entity>host: \d{1,4} link: \d{1,2}) is down", "link", "down", None, "host"),
    phrase("is up", r"rx: (?P<entity>host: \d{1,4} link: \d{1,2}) is up", "link", "up", None, "host"),
    phrase("has no active links", r"host: (?P<entity>host: \d{1,4}) has no active links", "host", "down", "failure", "host"),
    phrase("processor failed", r"A processor failed, forming new configuration", "membership", "down", "failure"),
    phrase("non-primary component", r"within the non-primary component", "quorum", "down", "failure"),
    phrase("primary component", r"within the primary component", "quorum", "up", "success"),
    phrase("A new membership", r"A new membership \(\S{1,40}\) was formed", "membership"),
    phrase("Token has not been received", r"Token has not been received", "token", "neutral", "failure"),
    phrase("Corosync Cluster Engine exiting", r"Corosync Cluster Engine exiting normally", "stop", "down", orderly=True),
)  # fmt: skip

_PVE_APPS = (
    "pvedaemon", "pveproxy", "pvestatd", "pvescheduler", "pve-ha-crm", "pve-ha-lrm", "pmxcfs", "pvesr", "vzdump", "pve-firewall",
    "qm", "pct", "qmeventd", "spiceproxy", "watchdog-mux", "pve-guests", "pvefw-logger", "qmigrate", "pvesh",
)  # fmt: skip

DIALECT = Family(
    "proxmox",
    {
        **{name: Program("proxmox", "pve", _PVE) for name in _PVE_APPS},
        "proxmox-backup-proxy": Program("proxmox", "pbs", _PVE),
        "proxmox-backup-api": Program("proxmox", "pbs", _PVE),
        "corosync": Program("corosync", "corosync", _COROSYNC),
    },
)

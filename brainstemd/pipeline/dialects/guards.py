"""Guards of a host: fail2ban, sshguard, ClamAV (fail2ban-client(1); sshguard(8); clamd(8), freshclam(1)).

A ban is what the guard did, its address the source; the jail is what it watches. An infected file or a failed update of the
signatures is a failure.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_JAIL = r"\[(?P<entity>[\w.@-]{1,64})\] "
_FAIL2BAN = (
    phrase("already banned", rf"{_JAIL}(?P<src>{IP}) already banned", "ban", kind="monitor"),
    phrase("] Ban ", rf"{_JAIL}Ban (?P<src>{IP})", "ban", "neutral", "success", "monitor"),
    phrase("Restore Ban", rf"{_JAIL}Restore Ban (?P<src>{IP})", "ban", "neutral", "success", "monitor"),
    phrase("Unban", rf"{_JAIL}Unban (?P<src>{IP})", "unban", "neutral", "success", "monitor"),
    phrase("] Found ", rf"{_JAIL}Found (?P<src>{IP})", "found", "neutral", None, "monitor"),
    phrase("] Ignore ", rf"{_JAIL}Ignore (?P<src>{IP})", "ignore", "neutral", None, "monitor"),
    phrase("Failed to", r"Failed to (?:execute|start|stop).{0,40}jail '(?P<entity>[\w.@-]{1,64})'", "action", "neutral", "failure", "monitor"),
    phrase("started", r"Jail '(?P<entity>[\w.@-]{1,64})' started", "start", "up", "success", "monitor"),
    phrase("stopped", r"Jail '(?P<entity>[\w.@-]{1,64})' stopped", "stop", "down", None, "monitor", orderly=True),
    phrase("Exiting Fail2ban", r"Exiting Fail2ban", "stop", "down", orderly=True),
    phrase("Starting Fail2ban", r"Starting Fail2ban", "start", "up"),
    phrase("ERROR", r"^ERROR ", "error", "neutral", "failure"),
)  # fmt: skip

_SSHGUARD = (
    phrase("Blocking ", rf"Blocking \"?(?P<src>{IP})(?:/\d{{1,3}})?\"? ", "ban", "neutral", "success"),
    phrase("unblocking", rf"(?P<src>{IP})(?:/\d{{1,3}})?: unblocking", "unban", "neutral", "success"),
    phrase("Attack from", rf"Attack from \"?(?P<src>{IP})\"? on service (?P<entity>[\w-]{{1,32}})", "found", "neutral", None, "service"),
    phrase("Exiting on", r"Exiting on (?:signal|SIGTERM)", "stop", "down", orderly=True),
)  # fmt: skip

_CLAM = (
    phrase(" FOUND", r"(?P<code>[\w.-]{1,128}) FOUND", "infected", "neutral", "failure"),
    phrase("Update failed", r"Update failed", "update", "neutral", "failure"),
    phrase("Can't download", r"Can't download (?P<entity>[\w.-]{1,64}) from", "update", "neutral", "failure", "database"),
    phrase("updated (version", r"(?P<entity>[\w.-]{1,64}) updated \(version", "update", "neutral", "success", "database"),
    phrase("is up-to-date", r"(?P<entity>[\w.-]{1,64}) (?:database )?is up-to-date", "update", "neutral", "success", "database"),
    phrase("Database correctly reloaded", r"Database correctly reloaded", "reload", "neutral", "success"),
    phrase("Self checking", r"Self checking every", "start", "up"),
    phrase("--- Stopped", r"--- Stopped", "stop", "down", orderly=True),
)  # fmt: skip

DIALECT = Family(
    "guards",
    {
        **{
            name: Program("fail2ban", "fail2ban", _FAIL2BAN)
            for name in (
                "fail2ban", "fail2ban-server", "fail2ban.actions", "fail2ban.filter", "fail2ban.jail",
                "fail2ban.server", "fail2ban.action",
            )
        },
        "sshguard": Program("sshguard", "sshguard", _SSHGUARD),
        "clamd": Program("clamav", "clamd", _CLAM),
        "freshclam": Program("clamav", "freshclam", _CLAM),
    },
)  # fmt: skip

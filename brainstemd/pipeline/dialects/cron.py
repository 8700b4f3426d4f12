"""Schedulers: cron in its spellings, anacron, atd (cron(8), anacron(8), atd(8)).

A command that is started is no attempt that ended; what fails is the job or the account that may not.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

from typing import Final

from brainstemd.pipeline.phrases import Family, Program, phrase

_WHO = r"^\((?P<user>[\w.@-]{1,64})\) "
_CRON = (
    phrase(") CMD", rf"{_WHO}CMD ", "cmd"),
    phrase("FAILED", rf"{_WHO}FAILED ", "failed", "neutral", "failure", "user"),
    phrase("AUTH", rf"{_WHO}AUTH \(crontab command not allowed", "auth", "neutral", "failure", "user"),
    phrase("rror", r"^\(CRON\) (?:error|ERROR) \(.{0,80}(?:failed with exit status|can't fork|grandchild)", "job", "neutral", "failure"),
    phrase("rror", rf"{_WHO}(?:error|ERROR)\b", "error", "neutral", "failure", "user"),
    phrase("DEATH", r"^\(CRON\) DEATH ", "start", "down", "failure"),
    phrase("STARTUP", r"^\(CRON\) (?:STARTUP|INFO \(Running @reboot)", "start", "up"),
    phrase("Running @reboot", r"Running @reboot jobs", "start", "up"),
    phrase("can't open or create", r"can't open or create", "start", "down", "failure"),
    phrase("bad ", r"^(?:\(\S{1,64}\) )?(?:ERROR \()?bad (?:minute|hour|command|username|day|month)", "crontab", "neutral", "failure"),
    phrase(") ", rf"{_WHO}(?:RELOAD|LIST|REPLACE|MAIL|INFO|BEGIN EDIT|END EDIT|DELETE|CMDEND|CMDOUT|ORPHAN)\b", "crontab"),
)  # fmt: skip

_JOB = r"Job [`'](?P<entity>[\w.-]{1,64})'"
_ANACRON = (
    phrase("exit status:", rf"{_JOB} terminated \(exit status: [1-9]", "job", "neutral", "failure", "job"),
    phrase("terminated", rf"{_JOB} terminated", "job", "neutral", "success", "job"),
    phrase("started", rf"{_JOB} started", "job-start", kind="job"),
    phrase("Will run job", r"Will run job [`'](?P<entity>[\w.-]{1,64})'", "job-plan", kind="job"),
    phrase("Normal exit", r"Normal exit", "exit", "neutral", "success"),
)  # fmt: skip

_ATD = (
    phrase("Starting job", r"Starting job \d{1,10} \(\w{1,24}\) for user '(?P<user>[^']{1,64})'", "job-start"),
    phrase("Exec failed", r"Exec failed", "job", "neutral", "failure"),
)  # fmt: skip

_VIXIE: Final = Program("linux", "cron", _CRON)

DIALECT = Family(
    "cron",
    {
        "cron": _VIXIE,
        "crond": _VIXIE,
        "crontab": _VIXIE,
        "fcron": _VIXIE,
        "anacron": Program("linux", "anacron", _ANACRON),
        "atd": Program("linux", "atd", _ATD),
    },
)

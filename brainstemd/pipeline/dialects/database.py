"""Databases: PostgreSQL, MySQL and MariaDB, Redis (PostgreSQL manual "Error Reporting and Logging"; MySQL error message reference;
Redis administration).

The server and its replication stand; a login, a query, an archive command are attempts.
"""
# ruff: noqa: E501  # a phrase is one row of a table

from __future__ import annotations

import re

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.phrases import IP, Family, Program, phrase

_USER = r"\"(?P<user>[^\"]{1,128})\""
_POSTGRES = (
    phrase("authentication failed for user", rf"authentication failed for user {_USER}", "login", "neutral", "failure", "user"),
    phrase("no pg_hba.conf entry", rf"no pg_hba\.conf entry for (?:replication connection from )?host \"(?P<src>{IP})\", user {_USER}", "login", "neutral", "failure", "user"),
    phrase("role ", r"role \"(?P<user>[^\"]{1,128})\" does not exist", "login", "neutral", "failure", "user"),
    phrase("connection authorized", r"connection authorized: user=(?P<user>\S{1,128})", "login", "neutral", "success", "user"),
    phrase("connection received", rf"connection received: host=(?P<src>{IP}) port=(?P<sport>\d{{1,5}})", "connect"),
    phrase("disconnection:", rf"disconnection: .{{0,60}}user=(?P<user>\S{{1,128}})(?:.{{0,160}}host=(?P<src>{IP}))?", "disconnect", kind="user"),
    phrase("ready to accept", r"database system is ready to accept", "start", "up", "success"),
    phrase("is shut down", r"database system is shut down", "stop", "down", orderly=True),
    phrase("shutdown request", r"received (?:smart|fast) shutdown request", "stop", "neutral", orderly=True),
    phrase("immediate shutdown", r"received immediate shutdown request", "stop", "down"),
    phrase("was interrupted", r"database system was interrupted", "recover", "neutral", "failure"),
    phrase("was terminated by signal", r"(?P<entity>[a-z ]{3,40}?) \(PID \d{1,10}\) was terminated by signal", "exit", "down", "failure", "service"),
    phrase("started streaming WAL", r"started streaming WAL from primary", "replication", "up", "success"),
    phrase("could not connect to the primary", r"could not connect to the primary server", "replication", "down", "failure"),
    phrase("WAL stream", r"could not (?:receive data from|send data to) WAL stream", "replication", "down", "failure"),
    phrase("replication terminated", r"replication terminated by primary", "replication", "down"),
    phrase("terminating walsender", r"terminating walsender process due to replication timeout", "replication", "down", "failure"),
    phrase("archive command failed", r"archive command failed", "archive", "neutral", "failure"),
    phrase("too many clients", r"(?:too many clients already|remaining connection slots are reserved)", "limit", "neutral", "failure"),
    phrase("No space left on device", r"No space left on device", "write", "neutral", "failure"),
    phrase("deadlock detected", r"deadlock detected", "deadlock", "neutral", "failure"),
    phrase("checkpoint", r"checkpoint (?:starting|complete)", "checkpoint"),
    phrase("database ", r"database \"(?P<entity>[^\"]{1,128})\" does not exist", "connect", "neutral", "failure", "database"),
    phrase("PANIC: ", r"PANIC: ", "panic", "down", "failure"),
    phrase("ERROR: ", r"ERROR: ", "query", "neutral", "failure"),
    phrase("FATAL: ", r"FATAL: ", "connect", "neutral", "failure"),
)  # fmt: skip

_ACCOUNT = rf"'(?P<user>[^']{{0,128}})'@'(?:(?P<src>{IP})|[^']{{0,255}})'"
_MYSQL = (
    phrase("Access denied for user", rf"Access denied for user {_ACCOUNT}", "login", "neutral", "failure", "user"),
    phrase("Aborted connection", rf"Aborted connection \d{{1,20}} to db: '[^']{{0,128}}' user: '(?P<user>[^']{{0,128}})' host: '(?:(?P<src>{IP})|[^']{{0,255}})'", "disconnect", "neutral", "failure", "user"),
    phrase("ready for connections", r"ready for connections", "start", "up", "success"),
    phrase("SHUTDOWN", r"Received SHUTDOWN from user", "stop", "neutral", orderly=True),
    phrase("shutdown", r"(?:Normal shutdown|Starting shutdown)", "stop", "neutral", orderly=True),
    phrase("hutdown complete", r"[Ss]hutdown complete", "stop", "down", orderly=True),
    phrase("got signal", r"(?:mysqld|mariadbd) got signal \d{1,2}", "exit", "down", "failure"),
    phrase("connected to", r"(?:Slave|Replica) I/O thread.{0,40}: (?:connected to|Start asynchronous replication to) (?:master|source)", "replication", "up", "success"),
    phrase("rror ", r"(?:Slave|Replica) (?:I/O|SQL|IO).{0,40}: .{0,40}?[Ee]rror ", "replication", "down", "failure"),
    phrase("stopped", r"(?:Slave|Replica) SQL thread.{0,40} (?:stopped|exiting)", "replication", "down"),
    phrase("Too many connections", r"Too many connections", "limit", "neutral", "failure"),
    phrase("is marked as crashed", r"[Tt]able '?(?P<entity>[\w./$-]{1,200})'? is marked as crashed", "table", "neutral", "failure", "database"),
    phrase("orrupt", r"InnoDB: .{0,200}corrupt", "corruption", "neutral", "failure"),
    phrase("[ERROR]", r"\[ERROR\]", "error", "neutral", "failure"),
)  # fmt: skip

_REDIS = (
    phrase("Ready to accept connections", r"Ready to accept connections", "start", "up", "success"),
    phrase("ready to exit", r"Redis is now ready to exit", "stop", "down", orderly=True),
    phrase("requested shutdown", r"User requested shutdown", "stop", "neutral", orderly=True),
    phrase("Connection with", rf"Connection with (?:replica|slave)(?: client id #\d{{1,12}})? ?(?P<entity>{IP}?)?(?::\d{{1,5}})? ?lost", "replication", "down", "failure", "host"),
    phrase("Connection with", r"Connection with (?:master|MASTER) lost", "replication", "down", "failure"),
    phrase("sync: Finished with success", r"(?:MASTER|REPLICA).{0,24}sync: Finished with success", "replication", "up", "success"),
    phrase("Background saving error", r"Background saving error", "save", "neutral", "failure"),
    phrase("MISCONF", r"MISCONF", "save", "neutral", "failure"),
    phrase("DB saved on disk", r"DB saved on disk", "save", "neutral", "success"),
    phrase("+sdown", rf"\+sdown \w{{1,16}} \S{{1,64}} (?P<entity>{IP}) \d{{1,5}}", "sentinel", "down", None, "host"),
    phrase("-sdown", rf"-sdown \w{{1,16}} \S{{1,64}} (?P<entity>{IP}) \d{{1,5}}", "sentinel", "up", None, "host"),
    phrase("OOM", r"Can't save in background: fork: Cannot allocate memory", "save", "neutral", "failure"),
)  # fmt: skip

_ORACLE = (
    phrase("ORA-", r"(?P<code>ORA-\d{5}): .{0,300}?(?:instance|Instance) (?P<entity>[\w.-]{1,64})", "error", "neutral", "failure", "database", rest=Rest.SLOTS),
    phrase("ORA-", r"(?P<code>ORA-(?:01034|01089|12514|12541|03113|03114|27101))\b", "error", "down", "failure", "database", rest=Rest.SLOTS),
    phrase("ORA-", r"(?P<code>ORA-\d{5})\b", "error", "neutral", "failure", "database", rest=Rest.SLOTS),
    phrase("TNS-", r"(?P<code>TNS-\d{5})\b", "error", "neutral", "failure", "database", rest=Rest.SLOTS),
)  # fmt: skip

_MY_CODE = re.compile(r"\[(?P<code>MY-\d{6})\]")


def _mysql(event: Event, text: str) -> str:
    """MySQL 8 gives its error code in brackets: `[MY-010311]`."""
    found = _MY_CODE.search(text, 0, 160)
    if found is not None:
        event.event_code = found["code"]
    return text


_MARIA = Program("mariadb", "mariadb", _MYSQL)
_PG = Program("postgresql", "postgresql", _POSTGRES)

DIALECT = Family(
    "database",
    {
        "postgres": _PG,
        "postgresql": _PG,
        "mysqld": Program("mysql", "mysql", _MYSQL, _mysql),
        "mysql": Program("mysql", "mysql", _MYSQL, _mysql),
        "mysqld_safe": Program("mysql", "mysql", _MYSQL, _mysql),
        "mariadbd": _MARIA,
        "mariadb": _MARIA,
        "redis": Program("redis", "redis", _REDIS),
        "redis-server": Program("redis", "redis", _REDIS),
        "redis-sentinel": Program("redis", "redis", _REDIS),
        **dict.fromkeys(("oracle", "ora_audit", "tnslsnr"), Program("oracle", "database", _ORACLE)),
    },
)

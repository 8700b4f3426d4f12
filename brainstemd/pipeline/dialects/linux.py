"""The words of a plain Linux server: sshd, PAM, sudo and systemd (OpenSSH `auth.c`, `auth2.c`;
Linux-PAM `pam_unix`;
systemd `core/job.c`, `core/unit.c`, as documented in their manuals).

A session's coming and going is neutral; a unit's is its state. `Stopping`, `Stopped`, `Deactivated successfully` are orderly.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Marks, Rest
from brainstemd.pipeline.headers import address

_SSH_AUTH = re.compile(
    r"(?P<what>Failed|Accepted|Postponed|Partial) (?P<how>[\w/-]{1,40}) for (?:invalid user "
    r"|illegal user )?(?P<user>.{0,64}?) from (?P<ip>[0-9a-fA-F:.%\w]{2,64}) port (?P<port>\d{1,5})"
)
_SSH_USER = re.compile(
    r"(?:Invalid|Illegal) user (?P<user>.{0,64}?) from (?P<ip>[0-9a-fA-F:.]{2,45})(?: port (?P<port>\d{1,5}))?$"
)
_SSH_CLOSED = re.compile(
    r"(?P<what>Connection closed|Connection reset|Disconnected|Disconnecting|Received disconnect"
    r"|Connection from|maximum authentication attempts exceeded)"
    r"[^0-9]{0,40}?(?:(?:by|from|for) )?(?:(?:authenticating"
    r"|invalid) )?(?:user (?P<user>\S{1,64}) )?(?:from )?(?P<ip>[0-9a-fA-F:.]{2,45})(?: port"
    r" (?P<port>\d{1,5}))?"
)
_SSH_TROUBLE = re.compile(r"(?:error|fatal): |.{0,80}?(?:[Ff]ailed|refused|denied|not allowed)\b")
_PAM_SESSION = re.compile(
    r"pam_\w{1,32}\([\w.-]{1,64}:session\): session (?P<what>opened|closed) for user (?P<user>[^\s(]{1,64})"
)
_PAM_AUTH = re.compile(
    r"(?:pam_\w{1,32}\([\w.-]{1,64}:\w{1,16}\): )?(?P<what>authentication failure"
    r"|check pass; user unknown|auth could not|account expired|\d{1,3} more authentication failures?)"
)
_PAM_USER = re.compile(r"(?:^|[ ;])user=(?P<user>[^\s;]{1,64})")
_PAM_RHOST = re.compile(r"rhost=(?P<ip>[^\s;]{1,64})")
_SUDO = re.compile(r"\s*(?P<user>[^\s:]{1,64}) : (?P<why>[^;]{1,80}; )?TTY=")
_UNIT = r"(?P<unit>[\w@:.\\-]{1,160}\.(?:service|socket|timer|mount|automount|target|swap|path|scope|slice|device))"
_UNIT_SAYS = re.compile(
    rf"{_UNIT}: (?P<what>Failed with result|Main process exited|Scheduled restart job"
    rf"|Deactivated successfully|Succeeded|Start request repeated too quickly|"
    r"Consumed|Control process exited|Killing process|Watchdog timeout"
    r"|A process of this unit has been killed|Service hold-off time over|Stopping timed out"
    r"|State '[\w-]{1,40}' timed out)"
)
_UNIT_JOB = re.compile(rf"(?P<what>Starting|Started|Stopping|Stopped|Reloading|Reloaded|Finished|Failed to start"
rf"|Dependency failed for|Mounted|Unmounted|Reached target|Listening on) (?:{_UNIT}"
rf"|(?P<name>.{{1,160}}?))(?: - .{{0,200}})?\.?(?:\.\.)?$")  # fmt: skip
_SESSION_SCOPE = re.compile(r"session-|user@|user-|run-|Session |User Manager|User Slice")

# What a unit does → (polarity, outcome, orderly).
_SAYS: Final = {
    "Failed with result": ("down", "failure", False),
    "Main process exited": ("down", None, False),
    "Scheduled restart job": ("neutral", None, False),
    "Service hold-off time over": ("neutral", None, False),
    "Deactivated successfully": ("down", "success", True),
    "Succeeded": ("down", "success", True),
    "Start request repeated too quickly": ("down", "failure", False),
    "Control process exited": ("down", None, False),
    "Killing process": ("neutral", None, False),
    "Watchdog timeout": ("down", "failure", False),
    "A process of this unit has been killed": ("down", "failure", False),
    "Consumed": ("neutral", None, False),
    "Stopping timed out": ("down", "failure", False),
}
_JOBS: Final = {
    "Starting": ("neutral", None, False),
    "Started": ("up", None, False),
    "Stopping": ("down", None, True),
    "Stopped": ("down", None, True),
    "Reloading": ("neutral", None, False),
    "Reloaded": ("neutral", "success", False),
    "Finished": ("neutral", "success", False),
    "Failed to start": ("down", "failure", False),
    "Dependency failed for": ("down", "failure", False),
    "Mounted": ("up", None, False),
    "Unmounted": ("down", None, True),
    "Reached target": ("neutral", None, False),
    "Listening on": ("up", None, False),
}
_TAGGED = re.compile(r"[A-Z]{3,16}_[A-Z_]{3,64}: ")  # Juniper's programs name each message


class Linux:
    name = "linux"
    marks = Marks(
        heads=("pam_unix", "pam_sss", "pam_faillock", "pam_tally2"),
        apps=(
            "sshd",
            "sshd-session",
            "sudo",
            "su",
            "systemd",
            "login",
            "systemd-logind",
        ),
    )

    def claims(self, event: Event) -> bool:
        return not event.message.startswith("{") and _reader(event) is not None

    def apply(self, event: Event) -> Rest:
        reader = _reader(event)
        return Rest.ALL if reader is None else reader(event, event.message[:1024])


def _reader(event: Event) -> Callable[[Event, str], Rest] | None:
    """By program first, by the message's own mark where PAM speaks through another."""
    app, text = (event.app_name or "").lower(), event.message
    if "pam_" in text[:24] or "authentication failure" in text[:80]:
        return _pam
    if app.startswith("sshd"):
        return None if event.msgid is not None or _TAGGED.match(text) else _sshd
    return _READERS.get(app)


_SU = re.compile(
    r"(?P<failed>FAILED SU|FAILED su|BAD SU|su failed|Failed su)?"
    r"(?: \(to (?P<to>[\w.@-]{1,64})\) | for (?P<target>[\w.@-]{1,64}) by )"
    r"(?P<user>[\w.@-]{1,64})(?: on (?P<tty>\S{1,32}))?$"
)


def _su(event: Event, text: str) -> Rest:
    """`FAILED SU (to root) bob on pts/1`, `(to root) bob on pts/1` (util-linux' and shadow's su)."""
    event.vendor, event.product = "linux", "su"
    match = _SU.match(text if text.startswith(("F", "B", "s")) else f" {text}")
    if match is None:
        return Rest.ALL
    event.action, event.outcome = "su", "success" if match["failed"] is None else "failure"
    event.user = event.entity = match["user"]
    event.entity_kind = "user"
    return Rest.NOTHING


_SESSION_OF = re.compile(r"New session \S{1,32} of user (?P<user>\S{1,64}?)\.?$")


def _logind(event: Event, text: str) -> Rest:
    """Sessions that come; those that go name no account."""
    event.vendor, event.product = "systemd", "logind"
    match = _SESSION_OF.match(text)
    if match is None:
        return Rest.ALL
    event.action = "session-opened"
    event.user = event.entity = match["user"]
    event.entity_kind = "user"
    return Rest.NOTHING


def _sshd(event: Event, text: str) -> Rest:
    event.vendor, event.product = "openssh", "sshd"
    match = _SSH_AUTH.match(text)
    if match is not None:
        failed, accepted = match["what"] == "Failed", match["what"] == "Accepted"
        event.outcome = "failure" if failed else "success" if accepted else None
        event.action = "login"
        return _account(event, match)
    match = _SSH_USER.match(text)
    if match is not None:
        event.action, event.outcome = "login", "failure"
        return _account(event, match)
    match = _SSH_CLOSED.search(text)
    if match is not None:
        event.action = "connect" if match["what"] == "Connection from" else "disconnect"
        if match["what"].startswith("maximum"):
            event.outcome = "failure"
        return _account(event, match)
    if "signal" in text or "listening" in text:  # the daemon itself
        return Rest.ALL
    if _SSH_TROUBLE.match(text):
        event.outcome = "failure"
    return Rest.SLOTS


def _account(event: Event, match: re.Match[str]) -> Rest:
    """The account is what a login is about."""
    if match["user"]:
        event.user = event.entity = match["user"]
        event.entity_kind = "user"
    event.src_ip = address(match["ip"].rstrip(":"))
    port = match["port"]
    event.src_port = int(port) if port is not None and int(port) < 65_536 else None
    return Rest.NOTHING


def _pam(event: Event, text: str) -> Rest:
    event.vendor, event.product = "linux", "pam"
    session = _PAM_SESSION.match(text)
    if session is not None:
        event.action = f"session-{session['what']}"
        event.user = event.entity = session["user"]
        event.entity_kind = "user"
        return Rest.NOTHING
    if _PAM_AUTH.search(text) is None:
        return Rest.ALL
    event.action, event.outcome = "login", "failure"
    user, rhost = _PAM_USER.search(text), _PAM_RHOST.search(text)
    if user is not None:
        event.user = event.entity = user["user"]
        event.entity_kind = "user"
    if rhost is not None:
        event.src_ip = address(rhost["ip"])
    return Rest.NOTHING


def _sudo(event: Event, text: str) -> Rest:
    event.vendor, event.product = "sudo", "sudo"
    match = _SUDO.match(text)
    if match is None:
        return Rest.ALL
    event.user = event.entity = match["user"]
    event.entity_kind, event.action = "user", "sudo"
    event.outcome = "failure" if match["why"] else "success"
    return Rest.NOTHING


def _systemd(event: Event, text: str) -> Rest:
    event.vendor, event.product = "systemd", "systemd"
    says = _UNIT_SAYS.match(text)
    if says is not None:
        what = says["what"]
        event.polarity, event.outcome, event.orderly = _SAYS.get(what, ("down", "failure", False))
        event.action = what.split("'")[0].strip().lower().replace(" ", "-")
        if what.endswith("process exited") and "status=0" in text:
            event.orderly, event.outcome = True, "success"
        _unit(event, says["unit"])
        return Rest.NOTHING
    job = _UNIT_JOB.match(text)
    if job is None:
        return Rest.ALL
    name = job["unit"] or job["name"]
    event.action = job["what"].lower().replace(" ", "-")
    if _SESSION_SCOPE.match(name):
        return Rest.NOTHING
    event.polarity, event.outcome, event.orderly = _JOBS[job["what"]]
    _unit(event, name)
    return Rest.NOTHING


def _unit(event: Event, name: str) -> None:
    if not _SESSION_SCOPE.match(name):
        event.entity, event.entity_kind = name, "service"


_READERS: Final = {"sudo": _sudo, "systemd": _systemd, "su": _su, "systemd-logind": _logind}

DIALECT = Linux()

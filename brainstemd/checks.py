"""What `/healthz` says: facts in, one verdict a check out. Pure but for the memory of when a status last changed.

Invariants:
- A check says what is wrong *now*, as a number, since when, and what a person can do about it.
- Failing: lines are being lost, or memory has stopped. Degraded: it works, and somebody should look.
- "Recent" is ten minutes, so that a burst between two looks is still seen.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

OK, DEGRADED, FAILING = "ok", "degraded", "failing"
RANK = {OK: 0, DEGRADED: 1, FAILING: 2}
RECENT_S = 600.0


@dataclass(slots=True)
class Facts:
    """What the receiver knows when it is asked. Ages and durations in seconds, None where nothing is known yet."""

    spool_problem: str | None = None
    buffer_bytes: int = 0
    buffer_max: int = 1
    kernel_drops_recent: int = 0
    lost_recent: dict[str, int] = field(default_factory=dict)  # by reason, without the kernel's
    turned_recent: dict[str, int] = field(default_factory=dict)  # by reason; lines and connections
    sender_lost_recent: dict[str, int] = field(default_factory=dict)  # gaps.<reason>, lines.<reason>
    sender_lost_last: dict[str, str] = field(default_factory=dict)  # reason → source
    worker_up: bool = False
    worker_phase: str = "starting"
    worker_error: str | None = None
    worker_silent_s: float = 0.0  # since its last report, or since the daemon started
    worker_restarts_recent: int = 0
    backlog_bytes: int = 0
    backlog_age_s: float = 0.0
    commit_age_s: float | None = None
    digest_age_s: float | None = None
    digest_error: str | None = None
    backup_error: str | None = None
    free_bytes: int = 0
    min_free_bytes: int = 0
    quarantined: int = 0
    clock_steps_recent: int = 0
    skewed_clocks: int = 0  # of sources
    skewed_hint: str = ""
    listeners: int = 0
    listeners_failed: list[str] = field(default_factory=list)


class Check(NamedTuple):
    name: str
    status: str
    value: float | int | str | None
    hint: str


def evaluate(facts: Facts) -> list[Check]:
    """All checks, in the order of a line's way."""
    return [
        _listeners(facts),
        _kernel_drops(facts),
        _lost(facts),
        _turned_away(facts),
        _senders(facts),
        _buffer(facts),
        _spool(facts),
        _disk(facts),
        _clock(facts),
        _source_clocks(facts),
        _worker(facts),
        _restarts(facts),
        _backlog(facts),
        _commit(facts),
        _quarantine(facts),
        _digest(facts),
        _backup(facts),
    ]


def _level(value: float, degraded: float, failing: float) -> str:
    return FAILING if value > failing else DEGRADED if value > degraded else OK


def _listeners(facts: Facts) -> Check:
    if facts.listeners_failed:
        hint = (
            "not as configured: "
            + ", ".join(facts.listeners_failed)
            + "; the log says why; SIGHUP tries again"
        )
        return Check("listeners", DEGRADED if facts.listeners else FAILING, facts.listeners, hint)
    return Check("listeners", OK, facts.listeners, "")


def _kernel_drops(facts: Facts) -> Check:
    drops = facts.kernel_drops_recent
    hint = "the kernel dropped datagrams: raise receive_buffer and net.core.rmem_max" if drops else ""
    return Check("kernel_drops", DEGRADED if drops else OK, drops, hint)


def _lost(facts: Facts) -> Check:
    lost = {reason: n for reason, n in facts.lost_recent.items() if n}
    hint = "lines lost in the last ten minutes: " + ", ".join(f"{r} {n}" for r, n in sorted(lost.items()))
    return Check("lost_lines", DEGRADED if lost else OK, sum(lost.values()), hint if lost else "")


# What the configuration asks for, or senders do by themselves, is no trouble.
_AS_WISHED = ("denied", "connections_denied", "connections_idle", "connections_cut", "throttled")
_ADVICE = {
    "connections_refused": "raise max_connections (and LimitNOFILE=), or find who holds them",
    "connections_displaced": "connections that never sent a line gave their place to others: somebody holds them open",
    "accept_failures": "no file descriptor was left for new connections: raise LimitNOFILE=",
}


def _turned_away(facts: Facts) -> Check:
    turned = {reason: n for reason, n in facts.turned_recent.items() if n and reason != "rate_limited"}
    trouble = [reason for reason in turned if reason not in _AS_WISHED]
    hint = "in the last ten minutes: " + ", ".join(f"{r} {n}" for r, n in sorted(turned.items()))
    advice = "; ".join(_ADVICE[reason] for reason in sorted(trouble) if reason in _ADVICE)
    value = sum(turned.values())
    hint = f"{hint}: {advice}" if advice else hint
    return Check("turned_away", DEGRADED if trouble else OK, value, hint if turned else "")


def _senders(facts: Facts) -> Check:
    """Degraded: nothing is wrong here, and somebody should look there."""
    recent = facts.sender_lost_recent
    reasons = [
        name.removeprefix("gaps.") for name, n in sorted(recent.items()) if name.startswith("gaps.") and n
    ]
    lines = sum(n for name, n in recent.items() if name.startswith("lines."))
    told = ", ".join(
        f"{reason} {recent.get(f'lines.{reason}', 0)} (last {facts.sender_lost_last.get(reason) or 'unknown'})"
        for reason in reasons
    )
    hint = f"senders lost lines before they came here, learned of in the last ten minutes: {told}"
    return Check("sender_losses", DEGRADED if reasons else OK, lines, hint if reasons else "")


def _buffer(facts: Facts) -> Check:
    share = facts.buffer_bytes / max(facts.buffer_max, 1)
    status = _level(share, 0.5, 0.9)
    hint = (
        ""
        if status == OK
        else "the disk is slower than the senders; lines are refused when the buffer is full"
    )
    return Check("buffer", status, round(share, 3), hint)


def _spool(facts: Facts) -> Check:
    if facts.spool_problem is None:
        return Check("spool", OK, "writable", "")
    return Check("spool", FAILING, facts.spool_problem, "nothing new is kept: look at the disk of state_dir")


def _disk(facts: Facts) -> Check:
    status = OK
    if facts.free_bytes < facts.min_free_bytes:
        status = FAILING
    elif facts.free_bytes < facts.min_free_bytes * 1.25:
        status = DEGRADED
    hint = (
        ""
        if status == OK
        else f"the spool stops below {facts.min_free_bytes} free bytes (spool.min_free): make room"
    )
    return Check("disk_free", status, facts.free_bytes, hint)


def _clock(facts: Facts) -> Check:
    steps = facts.clock_steps_recent
    hint = "the wall clock jumped by more than two seconds: look at the time service" if steps else ""
    return Check("clock", DEGRADED if steps else OK, steps, hint)


def _source_clocks(facts: Facts) -> Check:
    """Always fine: a device's clock is no trouble of this program, which keeps both times; the digest says it as well."""
    return Check("source_clocks", OK, facts.skewed_clocks, facts.skewed_hint)


def _worker(facts: Facts) -> Check:
    status = _level(facts.worker_silent_s, 10.0, 60.0)
    if not facts.worker_up and status == OK and facts.worker_silent_s > 3.0:
        status = DEGRADED
    value = facts.worker_phase if facts.worker_up else "down"
    hint = facts.worker_error or (
        "" if status == OK else "lines are safe in the spool; see the log for the reason"
    )
    if facts.worker_error and status == OK:
        status = DEGRADED
    return Check("worker", status, value, hint)


def _restarts(facts: Facts) -> Check:
    restarts = facts.worker_restarts_recent
    hint = "the worker died in the last ten minutes; see the log" if restarts else ""
    return Check("worker_restarts", _level(restarts, 0, 4), restarts, hint)


def _backlog(facts: Facts) -> Check:
    age = facts.backlog_age_s if facts.backlog_bytes else 0.0
    status = _level(age, 60.0, 900.0)
    hint = "" if status == OK else f"memory is {age:.0f} s behind the spool ({facts.backlog_bytes} bytes)"
    return Check("backlog", status, round(age, 1), hint)


def _commit(facts: Facts) -> Check:
    age = facts.commit_age_s
    if age is None:
        return Check("commit", OK, None, "")
    status = _level(age, 60.0, 300.0) if facts.backlog_bytes else OK
    hint = "" if status == OK else "memory has a backlog and commits nothing; see the log of the worker"
    return Check("commit", status, round(age, 1), hint)


def _quarantine(facts: Facts) -> Check:
    hint = "lines that made the pipeline fail are in state_dir/quarantine; report them, then remove the files"
    return Check(
        "quarantine",
        DEGRADED if facts.quarantined else OK,
        facts.quarantined,
        hint if facts.quarantined else "",
    )


def _digest(facts: Facts) -> Check:
    age = None if facts.digest_age_s is None else round(facts.digest_age_s, 1)
    if facts.digest_error is None:
        return Check("digest", OK, age, "")
    return Check("digest", DEGRADED, age, f"the last scheduled digest failed: {facts.digest_error}")


def _backup(facts: Facts) -> Check:
    if facts.backup_error is None:
        return Check("backup", OK, None, "")
    return Check("backup", DEGRADED, None, f"the last backup failed: {facts.backup_error}")


class Board:
    """Remembers since when each check has its status, and makes the document of `/healthz`."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[str, int]] = {}

    def note(self, checks: list[Check], now_us: int) -> None:
        """Remember what changed. To be called regularly, so that `since` does not depend on who asked when."""
        for check in checks:
            known = self._since.get(check.name)
            if known is None or known[0] != check.status:
                self._since[check.name] = (check.status, now_us)

    def document(self, checks: list[Check], now_us: int) -> dict[str, Any]:
        """`{"status", "checks": {name: {"status", "value", "since", "hint"}}}`; the worst check is the status."""
        self.note(checks, now_us)
        told = {
            check.name: {
                "status": check.status,
                "value": check.value,
                "since": iso(self._since[check.name][1]),
                "hint": check.hint or None,
            }
            for check in checks
        }
        worst = max((check.status for check in checks), key=RANK.__getitem__, default=OK)
        return {"status": worst, "checks": told}


class Recent:
    """How much a set of growing totals grew in the last ten minutes; one sample each ten seconds is kept."""

    def __init__(self, horizon_s: float = RECENT_S, every_s: float = 10.0) -> None:
        self._horizon_s = horizon_s
        self._every_s = every_s
        self._samples: deque[tuple[float, dict[str, int]]] = deque()

    def note(self, totals: dict[str, int], now_s: float) -> None:
        """Remember totals as of a monotonic instant in seconds."""
        if self._samples and now_s - self._samples[-1][0] < self._every_s:
            return
        self._samples.append((now_s, dict(totals)))
        while len(self._samples) > 1 and now_s - self._samples[1][0] >= self._horizon_s:
            self._samples.popleft()

    def growth(self, totals: dict[str, int]) -> dict[str, int]:
        """What each total gained since the oldest sample still kept."""
        base = self._samples[0][1] if self._samples else {}
        return {name: max(0, value - base.get(name, 0)) for name, value in totals.items()}


def iso(t_us: int) -> str:
    """An instant as people and machines read it: UTC, milliseconds."""
    return datetime.fromtimestamp(t_us / 1e6, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

"""What the running daemon tells about itself: the facts behind `/healthz`, the numbers of `/metrics`, the text of a beat.

Reads plain integers of listeners, spool writer and supervisor; owns nothing but the memory of the last ten minutes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Protocol

from brainstemd import __version__, metrics
from brainstemd.beats import Beats, Clock, Instant
from brainstemd.checks import RANK, Board, Check, Facts, Recent, evaluate
from brainstemd.config import Config
from brainstemd.health import Answer, Route
from brainstemd.intake import TALLIED
from brainstemd.metrics import Value
from brainstemd.process import cpu_seconds, resident_bytes
from brainstemd.senders import REASONS
from brainstemd.supervise import Supervisor

MIN_FREE_BYTES = 2**30
MIN_FREE_SHARE = 20  # a twentieth of the file system


class SpoolCounters(Protocol):
    """Of `spool.Writer.counters`: plain integers that only grow."""

    lines_appended: int
    lines_refused: int
    lines_written: int
    bytes_written: int
    write_errors: int
    fsyncs: int
    fsync_errors: int
    records_again: int
    lines_unconfirmed: int


class SpoolState(Protocol):
    """Of `spool.Writer`."""

    @property
    def counters(self) -> SpoolCounters: ...
    @property
    def problem(self) -> tuple[int, str] | None: ...
    @property
    def buffered_bytes(self) -> int: ...


class Listening(Protocol):
    """Of `listeners.Listeners`: what it counts, by listener."""

    failed: dict[str, str]

    @property
    def count(self) -> int: ...
    def received(self) -> int: ...
    def lost(self) -> dict[str, int]: ...
    def lost_by_listener(self) -> dict[tuple[str, str], int]: ...
    def turned_away(self) -> dict[str, int]: ...
    def kernel_words(self) -> dict[str, list[int]]: ...
    def snapshot(self) -> dict[str, list[Value]]: ...


class Observer:
    """Answers for one receiver run."""

    def __init__(
        self,
        config: Config,
        writer: SpoolState,
        listeners: Listening,
        supervisor: Supervisor,
        beats: Beats,
        clock: Clock,
    ) -> None:
        self.config = config
        self.ready = False
        self.reloads = {"done": 0, "refused": 0}
        self._writer = writer
        self._listeners = listeners
        self._supervisor = supervisor
        self._beats = beats
        self._clock = clock
        self._started = clock()
        self._board = Board()
        self._recent = Recent()
        self._recent.note({}, self._started.mono_us / 1e6)

    def routes(self) -> Mapping[str, Route]:
        return {"/healthz": self.healthz, "/readyz": self.readyz, "/metrics": self.metrics}

    # ------------------------------------------------------------------ health

    def healthz(self) -> Answer:
        """200 while nothing is failing; 503 otherwise."""
        document = self._board.document(self.checks(), self._clock().wall_us)
        status = 503 if document["status"] == "failing" else 200
        return Answer(status, "application/json", json.dumps(document).encode() + b"\n")

    def readyz(self) -> Answer:
        """200 from READY to the begin of the end: lines are taken in."""
        body = json.dumps({"ready": self.ready}).encode() + b"\n"
        return Answer(200 if self.ready else 503, "application/json", body)

    def checks(self) -> list[Check]:
        return evaluate(self._facts())

    def note(self) -> None:
        """Remember the totals of now, so that later "recent" and "since" can be said. Called with each beat."""
        self._board.note(self.checks(), self._clock().wall_us)
        self._recent.note(self._totals(), self._clock().mono_us / 1e6)

    def _totals(self) -> dict[str, int]:
        return {
            "restarts": self._supervisor.restarts,
            "clock_steps": self._beats.clock_steps,
            **{f"lost.{reason}": n for reason, n in self.lost().items()},
            **{f"turned.{reason}": n for reason, n in self._listeners.turned_away().items()},
            **{f"sender.{name}": n for name, n in self._supervisor.totals().items() if "." in name},
        }

    def lost(self) -> dict[str, int]:
        """Lines lost since the start, by reason: of the listeners, and what the spool refused."""
        return {**self._listeners.lost(), "refused": self._writer.counters.lines_refused}

    def _facts(self) -> Facts:
        status, supervisor, writer = self._supervisor.status, self._supervisor, self._writer
        now_us = self._clock().wall_us
        recent = self._recent.growth(self._totals())
        lost = _named(recent, "lost.")
        del lost["denied"]  # no trouble: as configured
        free, floor = self._space()
        return Facts(
            spool_problem=None if writer.problem is None else writer.problem[1],
            buffer_bytes=writer.buffered_bytes,
            buffer_max=self.config.spool.buffer_bytes,
            kernel_drops_recent=lost.pop("kernel_drop", 0),
            lost_recent=lost,
            turned_recent=_named(recent, "turned."),
            sender_lost_recent={
                name.removeprefix("sender."): n for name, n in recent.items() if name.startswith("sender.")
            },
            sender_lost_last=dict(status.get("sender_lost_last") or {}),
            skewed_clocks=int(status.get("skewed_clocks") or 0),
            skewed_hint=str(status.get("skewed_hint") or ""),
            worker_up=supervisor.up,
            worker_phase=str(status.get("phase", "starting")),
            worker_error=status.get("fatal") or status.get("error"),
            worker_silent_s=supervisor.silent_s,
            worker_restarts_recent=recent["restarts"],
            backlog_bytes=int(status.get("backlog_bytes") or 0),
            backlog_age_s=float(status.get("backlog_age_s") or 0.0),
            commit_age_s=_age_s(status.get("commit_us"), now_us),
            digest_age_s=_age_s(status.get("digest_us"), now_us),
            digest_error=status.get("digest_error"),
            backup_error=status.get("backup_error"),
            free_bytes=free,
            min_free_bytes=floor,
            quarantined=int(status.get("quarantine_kept") or 0),
            clock_steps_recent=recent["clock_steps"],
            listeners=self._listeners.count,
            listeners_failed=sorted(self._listeners.failed),
        )

    def _space(self) -> tuple[int, int]:
        """Free bytes of the spool's file system, and the floor at which the spool stops."""
        try:
            fs = os.statvfs(self.config.state_dir)
        except OSError:
            return 0, 0
        floor = self.config.spool.min_free
        if floor is None:
            floor = max(MIN_FREE_BYTES, fs.f_blocks * fs.f_frsize // MIN_FREE_SHARE)
        return fs.f_bavail * fs.f_frsize, floor

    def sentence(self) -> str:
        """One line for `systemctl status`."""
        status = self._supervisor.status
        bad = [check.name for check in self.checks() if check.status != "ok"]
        return (
            f"{self._listeners.count} listeners, {self._writer.counters.lines_written} lines kept, "
            f"backlog {int(status.get('backlog_bytes') or 0)} bytes"
            + (", look at: " + " ".join(bad) if bad else "")
        )

    # ------------------------------------------------------------------ beats

    def beat(self, at: Instant) -> dict[str, Any]:
        """A BEAT or STOP record. What the spool refused and limits turned away is told by GAP records, so not again here."""
        counters = self._writer.counters
        more = {
            "kernel": self._listeners.kernel_words(),
            "appended": counters.lines_appended,
            "refused": counters.lines_refused,
            "write_errors": counters.write_errors,
            "limits": {reason: n for reason, n in self._listeners.turned_away().items() if n},
        }
        lost = {reason: n for reason, n in self._listeners.lost().items() if reason not in TALLIED}
        return self._beats.beat(at, self._listeners.received(), lost, more)

    # ------------------------------------------------------------------ metrics

    def metrics(self) -> Answer:
        return Answer(200, metrics.CONTENT_TYPE, metrics.exposition(self.snapshot))

    def snapshot(self) -> dict[str, list[Value]]:
        """All families with their values."""
        return {
            "brainstemd_build_info": [Value(1, (__version__,))],
            "brainstemd_start_time_seconds": [Value(self._started.wall_us / 1e6)],
            **self._listeners.snapshot(),
            "brainstemd_lost_lines_total": [
                Value(n, where) for where, n in sorted(self._listeners.lost_by_listener().items())
            ],
            **self._spool(),
            **self._worker(),
            "brainstemd_clock_steps_total": [Value(self._beats.clock_steps)],
            "brainstemd_reloads_total": [Value(n, (outcome,)) for outcome, n in self.reloads.items()],
            "brainstemd_check": [Value(RANK[check.status], (check.name,)) for check in self.checks()],
        }

    def _spool(self) -> dict[str, list[Value]]:
        counters = self._writer.counters
        return {
            "brainstemd_spool_appended_lines_total": [Value(counters.lines_written)],
            "brainstemd_spool_appended_bytes_total": [Value(counters.bytes_written)],
            "brainstemd_spool_refused_lines_total": [Value(counters.lines_refused)],
            "brainstemd_spool_write_errors_total": [Value(counters.write_errors + counters.fsync_errors)],
            "brainstemd_spool_rewritten_records_total": [Value(counters.records_again)],
            "brainstemd_spool_unconfirmed_lines_total": [Value(counters.lines_unconfirmed)],
            "brainstemd_spool_fsyncs_total": [Value(counters.fsyncs)],
            "brainstemd_spool_buffer_bytes": [Value(self._writer.buffered_bytes)],
            "brainstemd_spool_free_bytes": [Value(self._space()[0])],
        }

    def _worker(self) -> dict[str, list[Value]]:
        supervisor, status = self._supervisor, self._supervisor.status
        totals = supervisor.totals()
        return {
            "brainstemd_resident_memory_bytes": [
                Value(resident_bytes(), ("receiver",)),
                Value(float(status.get("rss_bytes") or 0), ("worker",)),
            ],
            "brainstemd_cpu_seconds_total": [
                Value(cpu_seconds(), ("receiver",)),
                Value(float(status.get("cpu_s") or 0), ("worker",)),
            ],
            "brainstemd_worker_up": [Value(int(supervisor.up))],
            "brainstemd_worker_restarts_total": [Value(supervisor.restarts)],
            "brainstemd_worker_status_age_seconds": [Value(supervisor.silent_s)],
            "brainstemd_folded_lines_total": [Value(totals.get("lines", 0))],
            "brainstemd_commits_total": [Value(totals.get("commits", 0))],
            "brainstemd_commit_duration_seconds": [Value(float(status.get("commit_s") or 0))],
            "brainstemd_last_commit_timestamp_seconds": _instant(status.get("commit_us")),
            "brainstemd_backlog_bytes": [Value(int(status.get("backlog_bytes") or 0))],
            "brainstemd_backlog_age_seconds": [Value(float(status.get("backlog_age_s") or 0))],
            "brainstemd_quarantined_lines_total": [Value(totals.get("quarantined", 0))],
            "brainstemd_sender_lost_lines_total": [
                Value(totals.get(f"lines.{reason}", 0), (reason,)) for reason in REASONS
            ],
            "brainstemd_sender_gaps_total": [
                Value(totals.get(f"gaps.{reason}", 0), (reason,)) for reason in REASONS
            ],
            "brainstemd_skewed_clocks": [Value(int(status.get("skewed_clocks") or 0))],
            "brainstemd_overflow_total": [
                Value(n, (what,)) for what, n in sorted((status.get("overflow") or {}).items())
            ],
            "brainstemd_digests_total": [Value(totals.get("digests", 0))],
            "brainstemd_digest_failures_total": [Value(totals.get("digest_failures", 0))],
            "brainstemd_last_digest_timestamp_seconds": _instant(status.get("digest_us")),
            "brainstemd_last_backup_timestamp_seconds": _instant(status.get("backup_us")),
        }


def _named(growth: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): n for name, n in growth.items() if name.startswith(prefix)}


def _age_s(t_us: int | None, now_us: int) -> float | None:
    return None if t_us is None else max(0.0, (now_us - t_us) / 1e6)


def _instant(t_us: int | None) -> list[Value]:
    return [] if t_us is None else [Value(t_us / 1e6)]

"""The daemon's parts that decide: schedule, restart policy, signs of life, logs."""

from __future__ import annotations

import io
import itertools
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from brainstemd import logs, schedule
from brainstemd.beats import Beats, Instant
from brainstemd.config import Config, Digest, Memory
from brainstemd.models import DAY_US, HOUR_US, SECOND_US, Position
from brainstemd.news import LOOKS_MAX, News
from brainstemd.schedule import BACKUP, CHANGES, WHOLE, Job, Schedule, last_daily, last_regular
from brainstemd.supervise import BACKOFF_MAX_S, Policy


def us(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def text(t_us: int) -> str:
    return datetime.fromtimestamp(t_us / 1e6, UTC).isoformat()


# ---------------------------------------------------------------- schedule


@pytest.mark.parametrize(
    ("now", "zone", "due"),
    [
        ("2026-03-22T07:00:00", "UTC", "2026-03-22T07:00:00+00:00"),
        ("2026-03-22T06:59:59", "UTC", "2026-03-21T07:00:00+00:00"),
        ("2026-03-22T12:00:00", "Europe/Berlin", "2026-03-22T06:00:00+00:00"),
        ("2026-03-30T12:00:00", "Europe/Berlin", "2026-03-30T05:00:00+00:00"),
        ("2026-03-22T12:00:00", "Pacific/Kiritimati", "2026-03-21T17:00:00+00:00"),
    ],
)
def test_daily_is_local_time(now: str, zone: str, due: str) -> None:
    """07:00 is what clocks show in the configured zone, summer time included."""
    assert text(last_daily(us(now), "07:00", zone)) == due


def test_a_time_that_the_clock_change_leaves_out_still_comes_once_a_day() -> None:
    """02:30 in Berlin does not exist on 29 March 2026; that day has its digest all the same."""
    dues = {
        last_daily(us("2026-03-28T00:00:00") + hour * HOUR_US, "02:30", "Europe/Berlin") for hour in range(96)
    }
    assert len(dues) == 5


def test_regular_instants_are_multiples_of_the_interval() -> None:
    """Every 15 minutes means :00, :15, :30, :45, whenever the daemon was started."""
    assert text(last_regular(us("2026-03-22T07:16:40"), 900)) == "2026-03-22T07:15:00+00:00"


def config(**digest: object) -> Config:
    return Config(digest=Digest(**digest), memory=Memory(backups=2))  # type: ignore[arg-type]


def test_nothing_is_due_at_the_first_start() -> None:
    """A fresh daemon owes nobody yesterday's digest."""
    assert Schedule(config(), {}, us("2026-03-22T09:07:00")).due(us("2026-03-22T09:08:00")) is None


def test_what_was_missed_is_done_once_with_its_own_instant() -> None:
    """Down for three days over three digests: one whole digest, as of the last that was due, takes the
    changes with it; then a backup.
    """
    done = dict.fromkeys((WHOLE, CHANGES, BACKUP), us("2026-03-19T08:00:00"))
    now = us("2026-03-22T07:00:05")
    plan = Schedule(config(), done, now)
    jobs = []
    while (job := plan.due(now)) is not None:
        jobs.append(job)
        plan.finished(job)
    assert jobs == [Job(WHOLE, us("2026-03-22T07:00:00")), Job(BACKUP, us("2026-03-22T07:00:00"))]


def test_a_failed_job_stays_due_but_not_at_once() -> None:
    """It is tried again after a minute, and others go ahead meanwhile."""
    done = dict.fromkeys((WHOLE, CHANGES, BACKUP), us("2026-03-21T08:00:00"))
    now = us("2026-03-22T07:00:05")
    plan = Schedule(config(), done, now)
    job = plan.due(now)
    assert job is not None
    plan.failed(job, now)
    assert plan.due(now) != job
    assert plan.due(now + 61 * SECOND_US) == job


def test_a_clock_that_was_far_ahead_does_not_silence_the_digest() -> None:
    """`done` in the far future is forgotten."""
    now = us("2026-03-22T06:30:00")
    plan = Schedule(config(), {WHOLE: now + 400 * DAY_US, CHANGES: now + 400 * DAY_US}, now)
    assert plan.due(us("2026-03-22T07:00:01")) == Job(WHOLE, us("2026-03-22T07:00:00"))


def test_a_clock_that_is_set_back_while_we_run_does_not_silence_the_digest() -> None:
    """Six hours ahead, then corrected: changes are told at the next quarter of an hour, not in six hours; a second or two
    of correction tells nothing twice."""
    ahead, now = us("2026-03-22T15:00:01"), us("2026-03-22T09:07:00")
    plan = Schedule(config(), dict.fromkeys((WHOLE, CHANGES, BACKUP), ahead), ahead)
    job = plan.due(ahead + 900 * SECOND_US)
    assert job is not None
    plan.failed(job, ahead + 900 * SECOND_US)
    assert plan.due(now) is None
    assert plan.due(us("2026-03-22T09:15:01")) == Job(CHANGES, us("2026-03-22T09:15:00"))
    plan.finished(Job(CHANGES, us("2026-03-22T09:15:00")))
    assert plan.due(us("2026-03-22T09:14:58")) is None
    assert plan.due(us("2026-03-22T09:15:02")) is None


def test_the_schedule_survives_a_restart(tmp_path: Path) -> None:
    """What was saved is loaded; nonsense in the file is as good as no file."""
    schedule.save(tmp_path, {WHOLE: 1, CHANGES: 2, BACKUP: 3})
    assert schedule.load(tmp_path) == {WHOLE: 1, CHANGES: 2, BACKUP: 3}
    (tmp_path / schedule.FILE_NAME).write_text("[")
    assert schedule.load(tmp_path) == {}


# ---------------------------------------------------------------- restart policy

HERE, THERE = (1, 100), (1, 200)
LINE = Position(1, 100, 7)


def test_back_off_doubles_and_progress_resets_it() -> None:
    """0.2, 0.4, … at most 30 s; a commit past the cursor begins anew."""
    policy = Policy()
    delays = [policy.died(HERE, None, accuses=False) for _ in range(12)]
    assert delays[:3] == [0.2, 0.4, 0.8]
    assert delays[-1] == BACKOFF_MAX_S
    policy.progressed(THERE)
    assert policy.died(THERE, None, accuses=True) == 0.2


def test_three_deaths_at_one_cursor_call_for_care() -> None:
    """Not two, and not three at different places."""
    policy = Policy()
    for cursor in (HERE, THERE, HERE, HERE):
        policy.died(cursor, None, accuses=True)
        assert not policy.orders.careful
    policy.died(HERE, None, accuses=True)
    assert policy.orders.careful


def test_only_the_same_line_twice_is_convicted() -> None:
    """A kill -9 from outside hits a random line: one careful death proves nothing."""
    policy = Policy()
    for _ in range(3):
        policy.died(HERE, None, accuses=True)
    policy.died(HERE, LINE, accuses=True)
    policy.died(HERE, LINE._replace(index=9), accuses=True)
    assert policy.orders.skip == ()
    policy.died(HERE, LINE, accuses=True)
    policy.died(HERE, LINE, accuses=True)
    assert policy.orders == (True, (LINE,))


def test_progress_acquits_all() -> None:
    """Past the cursor, the next worker is an ordinary one."""
    policy = Policy()
    for _ in range(6):
        policy.died(HERE, LINE, accuses=True)
    assert policy.orders.skip
    policy.progressed(THERE)
    assert policy.orders == (False, ())


def test_a_bad_world_accuses_no_line() -> None:
    """A locked or full disk kills a thousand workers without one line going to quarantine."""
    policy = Policy()
    for _ in range(10):
        policy.died(HERE, LINE, accuses=False)
    assert policy.orders == (False, ())


# ---------------------------------------------------------------- signs of life

START = Instant(1_000 * SECOND_US, 50 * SECOND_US)


def after(mono_s: float, wall_s: float | None = None) -> Instant:
    wall_s = mono_s if wall_s is None else wall_s
    return Instant(START.wall_us + int(wall_s * SECOND_US), START.mono_us + int(mono_s * SECOND_US))


def test_steady_clocks_make_no_gap() -> None:
    """Slewing below two seconds between two beats is normal."""
    beats = Beats("r", "b", "v", START)
    assert beats.gaps(after(10, 11.9)) == []
    assert beats.clock_steps == 0


@pytest.mark.parametrize(("wall_s", "start_s", "end_s"), [(3610, 10, 3610), (-3590, -3590, 10)])
def test_a_clock_step_is_a_gap_without_loss(wall_s: float, start_s: int, end_s: int) -> None:
    """Forward or back: the interval between what the clock should show and what it shows; said once."""
    beats = Beats("r", "b", "v", START)
    step = beats.gaps(after(10, wall_s))
    base = START.wall_us
    assert step == [
        {
            "start_us": base + start_s * SECOND_US,
            "end_us": base + end_s * SECOND_US,
            "reason": "clock_step",
            "lost": 0,
        }
    ]
    assert beats.gaps(after(20, wall_s + 10)) == []
    assert beats.clock_steps == 1


def test_a_machine_that_slept_is_a_gap_of_unknown_loss() -> None:
    """Stopped or suspended for an hour: nobody listened."""
    told = Beats("r", "b", "v", START).gaps(after(3600))
    assert [(gap["reason"], gap["lost"]) for gap in told] == [("receiver_paused", None)]


def test_a_beat_names_its_run_and_only_real_losses() -> None:
    """Zero counters are left out; the run is the key by which totals are compared."""
    beat = Beats("r", "b", "v", START).beat(after(10), 5, {"oversize": 0, "kernel_drop": 3}, {})
    assert beat["lost"] == {"kernel_drop": 3}
    assert (beat["run"], beat["boot"], beat["received"]) == ("r", "b", 5)


# ---------------------------------------------------------------- news


def test_a_loss_is_said_once_with_its_number_and_what_to_do() -> None:
    """Only what grew since the last look; a loss is an ERROR, a sender turned away a WARNING that names the peer."""
    news = News()
    assert news.look({"kernel_drop": 0, "tls_on_plain": 0}, None, {}) == []
    (lost, mistake) = news.look({"kernel_drop": 5, "tls_on_plain": 1}, None, {"tls_on_plain": "192.0.2.9"})
    assert (lost.level, lost.fields["count"], mistake.level, mistake.fields["peer"]) == (
        "error",
        5,
        "warning",
        "192.0.2.9",
    )
    assert lost.fields["hint"]
    assert news.look({"kernel_drop": 5, "tls_on_plain": 1}, None, {}) == []
    assert [item.fields["count"] for item in news.look({"kernel_drop": 7}, None, {})] == [2]


def test_what_goes_on_is_told_ever_less_often() -> None:
    """A day of beats with a loss in each: a few messages at first, then one an hour, and no line is left untold."""
    news = News()
    told = [
        (beat, item.fields["count"])
        for beat in range(8640)
        for item in news.look({"denied": beat + 1}, None, {})
    ]
    assert len(told) <= 9 + 24
    assert [beat for beat, _ in told][:4] == [0, 1, 3, 7]
    assert max(b - a for (a, _), (b, _) in itertools.pairwise(told)) == LOOKS_MAX
    rest = [item.fields["count"] for item in news.look({"denied": 8640}, None, {}, last=True)]
    assert sum(count for _, count in told) + sum(rest) == 8640


def test_a_loss_after_a_quiet_time_is_told_at_once() -> None:
    """Quiet forgets how often it was told before."""
    news = News()
    for beat in range(500):
        news.look({"denied": min(beat, 50)}, None, {})
    assert [item.fields["count"] for item in news.look({"denied": 51}, None, {})] == [1]


def test_a_broken_spool_is_said_when_it_begins_and_when_it_ends() -> None:
    """Not again and again in between."""
    news = News()
    told = [
        [item.level for item in news.look({}, problem, {})] for problem in ("full", "full", "EIO", None, None)
    ]
    assert told == [["error"], [], [], ["info"], []]


# ---------------------------------------------------------------- logs


def test_hostile_text_cannot_leave_its_line_or_move_a_cursor() -> None:
    """Escapes, newlines and bidirectional marks come out as visible escapes, in both forms."""
    evil = "a\x1b[2J\nb\u202ec\x9b\ud800"
    for form in ("json", "console"):
        out = io.StringIO()
        logs.configure(form, out)
        logs.get("test").error("event", evil=evil, many=[evil], deep={"k\n": evil})
        written = out.getvalue()
        assert written.count("\n") == 1
        assert not set(written[:-1]) & set("\x1b\u202e\x9b\ud800")
        assert "x1b[2J" in written
    structlog.reset_defaults()


def test_json_when_it_is_no_terminal() -> None:
    """One object a line with level, time and process."""
    out = io.StringIO()
    logs.configure(None, out)
    logs.get("receiver").info("hello", number=3)
    told = json.loads(out.getvalue())
    assert (told["event"], told["level"], told["process"], told["number"]) == ("hello", "info", "receiver", 3)
    structlog.reset_defaults()

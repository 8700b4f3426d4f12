"""Archives through the whole way: what a replay leaves in memory, and digests that know nothing of the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from brainstemd.archives import batches, merged, survey
from brainstemd.config import Config
from brainstemd.demo import world
from brainstemd.digest import render_json
from brainstemd.errors import ArchiveKnown, Locked
from brainstemd.memory import Store, lock
from brainstemd.models import DAY_US, HOUR_US, SECOND_US
from brainstemd.rebuild import rebuild_memory
from brainstemd.replay import Replay, Replayed
from brainstemd.report import Report, report
from brainstemd.spool import append_note
from tests.test_fold import SIX

END = int(datetime(2026, 3, 22, tzinfo=UTC).timestamp()) * SECOND_US


def config(root: Path) -> Config:
    return Config(state_dir=root / "state", digest_dir=root / "digests", runtime_dir=root / "run")


async def replayed(
    root: Path, *paths: Path, every: timedelta | None = None, told: list[Report] | None = None
) -> Replayed:
    archives = [survey(path, 2026) for path in paths]
    sink = told if told is not None else []
    stream = merged([batches(archive) for archive in archives])
    return await Replay(config(root), sink.append).run(stream, archives=archives, every=every)


async def digest_at(root: Path, at_us: int) -> str:
    async with await Store.open(config(root).state_dir / "memory.db", readonly=True) as store:
        return render_json((await report(store, config(root), at_us)).digest)


def archive(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def demo_lines(days: float, until_us: int = END) -> list[bytes]:
    return [raw for t_us, _, raw in world(7, END, days) if t_us <= until_us]


async def test_six_lines(tmp_path: Path) -> None:
    """The tunnel that heals itself comes first, with its count; two failed logins are one signature."""
    done = await replayed(tmp_path, archive(tmp_path / "six.log", list(SIX)))
    first = done.last.digest.items[0]
    assert (first.count, first.hosts) == (3, ["fw-01"])
    assert {"self_heal", "recurrence"} <= set(first.kinds)
    assert first.evidence == [line.decode() for line in SIX[:3]]
    async with await Store.open(config(tmp_path).state_dir / "memory.db", readonly=True) as store:
        counts = {
            summary.key.app_name: summary.lines for summary in await store.summaries(await store.keys())
        }
    assert counts == {"charon": 3, "sshd": 2, "systemd": 1}


async def test_an_archive_is_taken_in_once(tmp_path: Path) -> None:
    """The second time it is refused, compressed or not, and nothing is counted."""
    path = archive(tmp_path / "six.log", list(SIX))
    await replayed(tmp_path, path)
    again = archive(tmp_path / "copy.log", list(SIX))
    with pytest.raises(ArchiveKnown, match=r"copy\.log"):
        await replayed(tmp_path, again)
    async with await Store.open(config(tmp_path).state_dir / "memory.db", readonly=True) as store:
        assert sum(summary.lines for summary in await store.summaries(await store.keys())) == 6


async def test_a_held_state_directory_is_refused(tmp_path: Path) -> None:
    """No replay beside a daemon."""
    path = archive(tmp_path / "six.log", list(SIX))
    with lock(config(tmp_path).state_dir), pytest.raises(Locked):
        await replayed(tmp_path, path)


async def test_digests_come_due_in_event_time(tmp_path: Path) -> None:
    """One each morning of the archive at most, and one at its end, which is the watermark."""
    told: list[Report] = []
    path = archive(tmp_path / "world.log", demo_lines(2.5))
    done = await replayed(tmp_path, path, every=timedelta(days=1), told=told)
    instants = [made.digest.generated_at for made in told]
    assert instants[:-1] == ["2026-03-20T07:00:00Z", "2026-03-21T07:00:00Z"]
    assert done.digests == len(told) == 3
    assert END - HOUR_US < done.at_us < END


@pytest.mark.parametrize("place", [0, 3])
async def test_a_lone_jump_does_not_end_the_digests_on_the_way(tmp_path: Path, place: int) -> None:
    """A line of the year 9999 neither brings thousands of digests nor keeps the later ones from being told."""
    lines = [b"Mar %d 12:00:00 fw-01 charon: tunnel up" % day for day in range(1, 8)]
    lines.insert(place, b"9999-12-31T23:59:59Z fw-01 charon: tunnel up")
    told: list[Report] = []
    done = await replayed(tmp_path, archive(tmp_path / "a.log", lines), every=timedelta(days=1), told=told)
    instants = [made.digest.generated_at for made in told]
    assert instants == [f"2026-03-0{day}T07:00:00Z" for day in range(2, 8)] + ["2026-03-07T12:00:00Z"]
    assert done.lines == 8


async def test_a_hole_is_passed_over_at_once(tmp_path: Path) -> None:
    """A digest every second over a hole of a year: the first few, then those of what comes next."""
    lines = [b"2025-03-22T06:59:58Z a b: x", b"2025-03-22T06:59:59Z a b: x", b"2026-03-22T06:59:58Z a b: x"]
    told: list[Report] = []
    path = archive(tmp_path / "a.log", [*lines, lines[-1]])
    await replayed(tmp_path, path, every=timedelta(seconds=1), told=told)
    assert len(told) == 4


@pytest.mark.slow
async def test_a_digest_at_t_knows_nothing_later(tmp_path: Path) -> None:
    """A replay cut at T, and the digest as of T after the whole replay, are equal bytes; so is the one told on the way."""
    instants = [
        END - 3 * DAY_US,
        END - DAY_US - 17 * HOUR_US,
        END - DAY_US - 1_234 * SECOND_US,
        END - 7 * HOUR_US - 11,
    ]
    told: list[Report] = []
    whole = tmp_path / "whole"
    whole.mkdir()
    await replayed(whole, archive(tmp_path / "whole.log", demo_lines(5)), every=timedelta(days=1), told=told)
    for number, at_us in enumerate(instants):
        cut = tmp_path / str(number)
        cut.mkdir()
        await replayed(cut, archive(cut / "cut.log", demo_lines(5, at_us)))
        assert await digest_at(cut, at_us) == await digest_at(whole, at_us)
    for made in told:
        at_us = int(datetime.fromisoformat(made.digest.generated_at).timestamp() * 1e6)
        assert render_json(made.digest) == await digest_at(whole, at_us)


@pytest.mark.slow
async def test_rebuild_gives_the_same_digest(tmp_path: Path) -> None:
    """Memory is a fold over the spool: without the database it comes back the same, notes included."""
    done = await replayed(tmp_path, archive(tmp_path / "world.log", demo_lines(3)))
    before = await digest_at(tmp_path, done.at_us)
    (config(tmp_path).state_dir / "memory.db").unlink()
    rebuilt = await rebuild_memory(config(tmp_path), lose_history=False, now_us=END)
    assert rebuilt.lines == done.lines
    assert await digest_at(tmp_path, done.at_us) == before


async def test_a_digest_says_which_notes_had_no_say(tmp_path: Path) -> None:
    """A note that cannot be meant is counted where people look; nothing is said when all can."""
    done = await replayed(tmp_path, archive(tmp_path / "six.log", list(SIX)))
    assert "cannot be read" not in " ".join(done.last.digest.footers)
    append_note(config(tmp_path).state_dir / "notes", {"kind": "of a newer program"}, END)
    async with await Store.open(config(tmp_path).state_dir / "memory.db", readonly=True) as store:
        made = await report(store, config(tmp_path), done.at_us)
    assert "1 note cannot be read" in " ".join(made.digest.footers)

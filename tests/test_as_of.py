"""As-of honesty: three ways to the digest of an instant are equal bytes, whatever comes later and however late.

python -m tests.test_as_of --world msp --lines 20000 --instants 20       (by hand, on a whole scenario world)
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from brainstemd.config import Config
from brainstemd.demo import world
from brainstemd.digest import render_json
from brainstemd.memory import Store
from brainstemd.models import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Batch, Flag, Framing, Origin, RecordKind
from brainstemd.pipeline import decode, normalise, when
from brainstemd.replay import Replay
from brainstemd.report import Report, report
from brainstemd.spool import Control
from tests.scenarios.score import build

END = int(datetime(2026, 3, 22, tzinfo=UTC).timestamp()) * SECOND_US
LATE_US = 40 * MINUTE_US  # the most by which a line comes late: a digest of a replay waits an hour for such


class Said(NamedTuple):
    """A line: when it happened by its own stamp, and when it came."""

    t_us: int
    came_us: int
    peer: str
    raw: bytes


def late(lines: Sequence[tuple[int, str, bytes]], seed: int) -> list[Said]:
    """One line in fifty comes up to LATE_US after it was sent; in order of arrival."""
    r = random.Random(seed)
    said = []
    for t_us, peer, raw in lines:
        came_us = t_us + (r.randrange(LATE_US) if r.random() < 0.02 else 0)
        said.append(Said(happened(raw, came_us), came_us, peer, raw))
    return sorted(said, key=lambda line: line.came_us)


def happened(raw: bytes, came_us: int) -> int:
    """The event time of an archived line: its stamp's, to the resolution of the stamp."""
    event = decode(raw)
    normalise(event)
    return when(event.stamp, came_us, None, live=False, assume_utc=True)[0]


def stream(lines: Sequence[Said], gaps: Sequence[tuple[int, int]]) -> list[Batch | Control]:
    """One line a batch, as of an archive: its stamps are believed. A gap is told at its end."""
    things: list[tuple[int, Batch | Control]] = [
        (
            line.came_us,
            Batch(
                Origin("archive", "archive", line.peer),
                Framing.DATAGRAM,
                line.came_us,
                line.raw,
                [len(line.raw)],
                int(Flag.ARCHIVE),
            ),
        )
        for line in lines
    ]
    for start, end in gaps:
        told = {"start_us": start, "end_us": end, "reason": "receiver_down", "lost": None}
        things.append((end, Control(RecordKind.GAP, end, told)))
    return [thing for _, thing in sorted(things, key=lambda pair: pair[0])]


def config(root: Path) -> Config:
    return Config(state_dir=root / "state", digest_dir=root / "digests", runtime_dir=root / "run")


async def replayed(root: Path, things: Sequence[Batch | Control], every: timedelta | None) -> list[Report]:
    told: list[Report] = []
    await Replay(config(root), told.append).run(things, every=every)
    return told


async def digest_at(root: Path, at_us: int) -> str:
    async with await Store.open(config(root).state_dir / "memory.db", readonly=True) as store:
        return render_json((await report(store, config(root), at_us)).digest)


async def compared(
    root: Path,
    lines: Sequence[Said],
    gaps: Sequence[tuple[int, int]],
    instants: Sequence[int],
    every: timedelta,
) -> tuple[int, int]:
    """How many instants and how many digests told on the way were compared; each is asserted to be equal bytes."""
    lines = [line for line in lines if not any(start <= line.t_us < end for start, end in gaps)]
    whole = root / "whole"
    whole.mkdir()
    told = await replayed(whole, stream(lines, gaps), every)
    for made in told:
        at = datetime.fromisoformat(made.digest.generated_at)
        at_us = int(at.replace(microsecond=0).timestamp()) * SECOND_US + at.microsecond
        assert render_json(made.digest) == await digest_at(whole, at_us), f"told at {at}"
    for at_us in instants:
        cut = root / "cut"
        cut.mkdir()
        known = [line for line in lines if line.t_us <= at_us]
        await replayed(cut, stream(known, [gap for gap in gaps if gap[1] <= at_us]), None)
        assert await digest_at(cut, at_us) == await digest_at(whole, at_us), f"cut at {at_us}"
        shutil.rmtree(cut)
    return len(instants), len(told)


def awkward(end_us: int, days: int, gap: tuple[int, int], count: int) -> list[int]:
    """Instants at night, at noon, at a slot's edge and inside one, at midnight, in a gap and at its ends, and at random."""
    day = end_us - 2 * DAY_US
    chosen = [
        day,
        day + 3 * HOUR_US,
        day + 12 * HOUR_US + 7 * SECOND_US + 1,
        day + 7 * HOUR_US,
        day + 5 * MINUTE_US,
        day + 5 * MINUTE_US - 1,
        gap[0],
        (gap[0] + gap[1]) // 2,
        gap[1],
        end_us - 1,
    ]
    r = random.Random(4)
    while len(chosen) < count:
        chosen.append(end_us - r.randrange(1, (days - 1) * DAY_US))
    return sorted(chosen[:count])


@pytest.mark.slow
async def test_twenty_instants(tmp_path: Path) -> None:
    """The digest told at T, `--at T` after everything, and a replay cut at T; with late lines and a gap of three hours."""
    quiet = ("127.0.1.1", "127.0.1.2", "127.0.1.12", "127.0.1.11", "127.0.1.7")
    lines = late([line for line in world(7, END, 3.0) if line[1] in quiet], seed=1)
    gap = (END - DAY_US - 5 * HOUR_US, END - DAY_US - 2 * HOUR_US)
    done = await compared(tmp_path, lines, [gap], awkward(END, 3, gap, 20), timedelta(hours=9))
    assert done[0] == 20
    assert done[1] >= 7


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--world", default="msp")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--instants", type=int, default=20)
    options = parser.parse_args()
    made = build(options.world, options.seed, options.lines, quiet=False)
    start_us = made.t_us(0)
    lines = late([(start_us + x.t_us, x.peer, x.raw.encode()) for x in made.lines], options.seed)
    end_us = made.t_us(14)
    gap = (end_us - 3 * DAY_US - 5 * HOUR_US, end_us - 3 * DAY_US - 2 * HOUR_US)
    with tempfile.TemporaryDirectory(prefix="as-of-") as name:
        work = compared(
            Path(name), lines, [gap], awkward(end_us, 12, gap, options.instants), timedelta(hours=31)
        )
        instants, told = asyncio.run(work)
    print(f"{instants} instants cut and {told} digests told on the way: equal bytes")


if __name__ == "__main__":
    main()

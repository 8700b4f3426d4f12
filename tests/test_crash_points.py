"""kill -9 at every call that changes the disk, and of workers at random instants: hundreds of deaths, nothing lost or double."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from brainstemd.config import Config
from brainstemd.drain import drain
from brainstemd.fold import Fold
from brainstemd.memory import Store
from brainstemd.spool import Reader
from tests.memory_world import state

WORKERS = 40


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_death_at_every_point(tmp_path: Path) -> None:
    """The rounds check the spool, retention and the notes themselves (tests/crash_points.py). Of the workers, memory must equal
    a clean fold over the spool at the end, row for row, and no line may be in quarantine."""
    run = subprocess.run(  # noqa: ASYNC221
        [sys.executable, "-m", "tests.crash_points", str(tmp_path), str(WORKERS)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    kills = json.loads(run.stdout)
    assert kills["spool"] > 90
    assert kills["retain"] > 40
    assert kills["notes"] > 10
    assert kills["worker"] == WORKERS
    config = Config(state_dir=tmp_path / "state")
    assert not list((config.state_dir / "quarantine").glob("*"))
    for name in ("last.db", "clean.db"):
        path = tmp_path / name if name == "clean.db" else config.state_dir / "memory.db"
        async with await Store.open(path, config=config.memory) as store:
            fold = Fold(config, await store.carry())
            await drain(Reader(config.state_dir / "spool", await store.cursor()), fold, store, config)
    ours, theirs = state(config.state_dir / "memory.db"), state(tmp_path / "clean.db")
    for table in theirs:
        assert ours[table] == theirs[table], table
    print(f"\n{sum(kills.values())} deaths: {kills}")

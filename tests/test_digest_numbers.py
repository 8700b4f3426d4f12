"""Every number that a digest tells, beside what SQL says of memory (tests/scenarios/checked.py)."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from brainstemd.archives import batches, survey
from brainstemd.demo import world
from brainstemd.memory import Store
from brainstemd.models import DAY_US, HOUR_US
from brainstemd.replay import Replay
from brainstemd.report import report
from tests.scenarios.checked import check, load
from tests.test_replay import END, archive, config

PEERS = ("127.0.1.1", "127.0.1.2", "127.0.1.7", "127.0.1.11", "127.0.1.12")


@pytest.mark.slow
async def test_numbers(tmp_path: Path) -> None:
    """Counts, instants, trends, episodes and sums of three digests are those of the lines; a wrong one would be noticed."""
    lines = [raw for _, peer, raw in world(7, END, 5.0) if peer in PEERS]
    found = survey(archive(tmp_path / "world.log", lines), 2026)
    await Replay(config(tmp_path), lambda made: None).run(
        batches(found), archives=[found], every=timedelta(days=99)
    )
    database = config(tmp_path).state_dir / "memory.db"
    checked: list[str] = []
    async with await Store.open(database, readonly=True) as store:
        for at_us in (END - 2 * DAY_US, END - 17 * HOUR_US, END - 1):
            made = await report(store, config(tmp_path), at_us)
            with closing(await load(store, database, at_us, made)) as connection:
                checks = check(connection, made, at_us)
                assert [item for item in checks if not item.right] == []
                checked += [item.what for item in checks]
                item = made.digest.items[0]
                lie = item.model_copy(
                    update={
                        "count": item.count + 1,
                        "attention": item.attention - 1,
                        "first_seen": made.digest.window.start,
                        "trend": [*item.trend[1:], item.trend[0] + 1],
                    }
                )
                lied = made._replace(digest=made.digest.model_copy(update={"items": [lie]}))
                wrong = {item.what for item in check(connection, lied, at_us) if not item.right}
                assert wrong >= {"count", "sum of parts", "first_seen", "first_seen (day rows)", "trend"}
    assert checked.count("count") >= 9
    assert checked.count("episodes") >= 5
    assert "title: in the last day" in checked

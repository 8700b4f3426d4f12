"""A flood from one source: what the others are remembered by is the same, and nothing of the flood is hidden."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from brainstemd.config import Config, Memory, Source
from brainstemd.fold import Fold
from brainstemd.memory import REST, Store
from brainstemd.models import SECOND_US, Cursor, Framing, Origin, Record, RecordKind
from brainstemd.pipeline import Identity
from brainstemd.report import report
from tests.bench.flood import flood, others, viewed
from tests.bench.traffic import START, mixed

T0 = int(START.timestamp()) * SECOND_US
NORMAL, RELAY = "10.9.0.1", "10.66.0.1"
FEW = Memory(entities_max=20, keys_max=40, signatures_max=30, sources_max=200)


def record(number: int, lines: Sequence[bytes], peer: str, received_us: int) -> Record:
    origin = Origin("tcp", "tcp:514", peer, 40_000, 1)
    return Record(
        RecordKind.LINES, 1, number, Cursor(1, number + 1), received_us, origin, Framing.NEWLINE, 0, lines
    )


async def remember(directory: Path, records: Sequence[Record], config: Config, every: int = 5) -> None:
    """A memory of these records, a commit and a new fold after every few."""
    listed = Identity(config).listed
    async with await Store.open(directory / "memory.db", config=config.memory, listed=listed) as store:
        for at in range(0, len(records), every):
            carry = await store.carry()
            fold = Fold(config, carry)
            part = records[at : at + every]
            for each in part:
                fold.add(each)
            await store.commit(fold.take(part[-1].end))


def worlds(kind: str) -> tuple[list[Record], list[Record]]:
    """The same normal traffic without and with a flood among it."""
    normal, noise = list(mixed(1_500)), list(flood(kind, 1_500, 1_500 / 200 / 3600))
    quiet: list[Record] = []
    loud: list[Record] = []
    for number, start in enumerate(range(0, 1_500, 50)):
        at = T0 + start * 5_000
        quiet.append(record(number, normal[start : start + 50], NORMAL, at))
        loud += [quiet[-1], record(1_000 + number, noise[start : start + 50], RELAY, at)]
    return quiet, loud


def lines_of(directory: Path, where: str) -> int:
    with closing(sqlite3.connect(directory / "memory.db")) as db:
        sql = f"SELECT coalesce(sum(d.lines), 0) FROM day d JOIN key k ON k.id = d.key_id WHERE {where}"
        found: int = db.execute(sql).fetchone()[0]
        return found


@pytest.mark.parametrize("kind", ["lines", "counter", "entities", "hosts"])
async def test_a_flood_leaves_other_sources_alone(kind: str, tmp_path: Path) -> None:
    """Unique lines, a counter in a word, unique users, invented hostnames: every row of the sources that [[source]] names is
    the same, and the classes under which they are shown; the rows of the flood are few, and their lines are all counted."""
    names = ("asa-*", "fgt-*", "web-*", "sw-*", "srv-*", "fw-*", "*-[0-9]*", "[!f]*")
    config = Config(memory=FEW, source=(Source(match=(RELAY,), relay=True), Source(match=names)))
    quiet, loud = worlds(kind)
    for name, records in (("quiet", quiet), ("loud", loud)):
        (tmp_path / name).mkdir()
        await remember(tmp_path / name, records, config)
    assert others(tmp_path / "quiet") == others(tmp_path / "loud")
    assert (await viewed(tmp_path / "quiet"))[2] == (await viewed(tmp_path / "loud"))[2]
    assert lines_of(tmp_path / "loud", "source LIKE 'flood%' OR source = '*'") == 1_500
    with closing(sqlite3.connect(tmp_path / "loud" / "memory.db")) as db:
        keys = db.execute("SELECT count(*) FROM key WHERE source LIKE 'flood%'").fetchone()[0]
    assert keys <= 200


async def test_the_digest_says_what_was_counted_together(tmp_path: Path) -> None:
    """The rest of a source is no item, and its lines are said."""
    config = Config(memory=FEW, state_dir=tmp_path)
    await remember(tmp_path, worlds("lines")[1], config)
    async with await Store.open(tmp_path / "memory.db", readonly=True, config=config.memory) as store:
        digest = (await report(store, config, T0 + 60 * SECOND_US)).digest
    rest = lines_of(tmp_path, f"signature = '{REST}'")
    assert f"flood said more kinds of lines than [memory] signatures_max: {rest:,} are counted together" in (
        digest.footers
    )
    assert all(item.signature is None or item.signature.id != REST for item in digest.items)


def dump(directory: Path, tables: Sequence[str]) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(directory / "memory.db")) as db:
        return {t: db.execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in tables}


async def test_max_rate_bounds_what_is_listed_and_counts_all(tmp_path: Path) -> None:
    """Over the rate of a source its lines are counted to the second as before, and at most so many a second are listed,
    however the spool was cut into commits."""
    lines = [b"<38>Mar  2 00:00:%02d box app[7]: it happened" % (n // 40) for n in range(1_000)]
    records = [record(n, lines[n * 50 : n * 50 + 50], NORMAL, T0 + n * SECOND_US) for n in range(20)]
    limited = Config(source=(Source(match=(NORMAL,), max_rate=10),))
    for name in ("free", "limited", "again"):
        (tmp_path / name).mkdir()
    await remember(tmp_path / "free", records, Config())
    await remember(tmp_path / "limited", records, limited)
    await remember(tmp_path / "again", records, limited, every=3)
    tables = ("key", "day", "sample", "signature")
    assert dump(tmp_path / "free", tables) == dump(tmp_path / "limited", tables)
    assert dump(tmp_path / "limited", (*tables, "overflow")) == dump(
        tmp_path / "again", (*tables, "overflow")
    )
    async with await Store.open(tmp_path / "limited" / "memory.db", readonly=True) as store:
        listed = [event.t_us // SECOND_US async for event in store.events(0, T0 + 10**12)]
        assert (await store.overflow())["unlisted_lines"] == 1_000 - len(listed)
    assert len(listed) == 25 * 10
    assert max(listed.count(second) for second in set(listed)) == 10


def test_the_carry_holds_the_rate() -> None:
    """A commit in the middle of a second does not give a source a second share of it."""
    config = Config(source=(Source(match=(NORMAL,), max_rate=10),))
    lines = [b"<38>Mar  2 00:00:01 box app[7]: it happened"] * 8
    carry = None
    listed = 0
    for number in range(3):
        fold = Fold(config, carry)
        fold.add(record(number, lines, NORMAL, T0))
        delta = fold.take(Cursor(1, number + 1))
        carry = json.loads(json.dumps(delta.carry))
        listed += sum(1 for key in delta.line_keys if key)
    assert listed == 10

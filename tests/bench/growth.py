"""Does a digest's cost follow the active keys, or history? CPU time of a digest and size of memory against days and signatures.

    python -m tests.bench.growth [--history 7,30,90,365] [--signatures 1000,10000,100000] [--replay 60000]

Compact traffic is committed a day at a time, without lines: 1,000 standing keys on 100 hosts (a third of them daily, a
tenth dense), one in twenty replaced every week. `--signatures`: 14 days, in which on top of the standing keys so
many signatures come once each. Then the same of `replay`: lines of mixed traffic a second of CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from array import array
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from brainstemd.archives import batches, survey
from brainstemd.config import Config
from brainstemd.memory import Delta, Store, key_id
from brainstemd.models import (
    DAY_US,
    HOUR_US,
    Cursor,
    Key,
    KeyFacts,
    Position,
    SignatureFacts,
    Transition,
    TransitionKind,
)
from brainstemd.pipeline.fingerprint import SCHEME
from brainstemd.replay import Replay
from brainstemd.report import report
from tests.bench.traffic import mixed

DAY = 20_530
STANDING = 1_000
HOSTS = 100
RECORD = 500
_ACTIONS = [
    "opened",
    "closed",
    "accepted",
    "failed",
    "timed-out",
    "renewed",
    "lost",
    "restored",
    "rejected",
    "started",
    "stopped",
    "synced",
    "skipped",
]
_THINGS = [
    "session",
    "lease",
    "tunnel",
    "snapshot",
    "replica",
    "index",
    "queue",
    "token",
    "route",
    "volume",
    "job",
    "report",
    "cache",
    "worker",
]


def facts(number: int) -> tuple[KeyFacts, SignatureFacts]:
    """One key and its signature: eight keys share one, among the standing ones."""
    kind = number // 8 if number < STANDING else number
    signature = f"{SCHEME}-{kind:016x}"  # of the present scheme, so that nothing is fingerprinted anew
    down = number % 29 == 0
    key = Key("acme", signature, "", f"host-{number % HOSTS}", f"entity-{number}" if number % 3 else "")
    words = f"{_THINGS[kind % len(_THINGS)]} <*> of unit-{kind} {_ACTIONS[kind % len(_ACTIONS)]} after <*> ms"
    polarity = "down" if down else "neutral"
    return (
        KeyFacts(key_id(key), *key, "service", polarity, "", 6, "app", False, False),
        SignatureFacts(signature, words, "", "", ""),
    )


def moments(number: int, day: int, r: random.Random) -> list[int]:
    """When a standing key speaks on a day."""
    start = day * DAY_US
    if number % 10 == 0:
        return [start + k * DAY_US // 96 + r.randrange(60_000_000) for k in range(96)]
    if number % 3 == 0:
        return [start + 2 * HOUR_US + r.randrange(60_000_000)]
    lively = r.random() < 0.15
    return sorted(start + r.randrange(DAY_US) for _ in range(r.randint(1, 5))) if lively else []


def day_of(day: int, extra: Sequence[int], r: random.Random) -> Delta:
    """A day's commit: standing keys (one in twenty of them another every week) and `extra` keys once each."""
    week = (day - DAY) // 7
    delta = Delta(Cursor(1, day), watermark_us=(day + 1) * DAY_US - 1, carry={})
    lines: list[tuple[int, int]] = []

    def put(number: int, times: list[int]) -> None:
        key, signature = facts(number)
        delta.keys[key.id], delta.signatures[signature.id] = key, signature
        delta.times[key.id, day] = times
        delta.samples[key.id, day] = [
            (r.getrandbits(32), times[0], b"<30>Mar 20 05:15:54 host app: " + b"x" * 60)
        ]
        lines.extend((t_us, key.id) for t_us in times)
        if key.polarity == "down":
            for index, t_us in enumerate(times):
                delta.transitions.append(
                    Transition(t_us, TransitionKind.DOWN, key.id, Position(1, day, index))
                )

    for number in range(STANDING):
        times = moments(number, day, r)
        if times:
            put(number if number % 20 else number + STANDING * (week + 1) * 1_000, times)
    for number in extra:
        put(number, [day * DAY_US + r.randrange(DAY_US)])
    lines.sort()
    delta.line_times = array("q", (t_us for t_us, _ in lines))
    delta.line_keys = array("q", (key for _, key in lines))
    rest = len(lines)
    delta.records = [(1, day * 100_000 + at, min(RECORD, rest - at)) for at in range(0, rest, RECORD)]
    return delta


async def digest_cost(root: Path, store: Store, at_us: int) -> tuple[float, int, int]:
    """CPU seconds of a digest, keys of its horizon, items."""
    spent = []
    for _ in range(2):
        started = time.process_time()
        made = await report(store, Config(state_dir=root), at_us)
        spent.append(time.process_time() - started)
    return min(spent), len(made.outcome.verdicts), len(made.digest.items)


def size_of(root: Path) -> dict[str, float]:
    """MiB by kind of row: the database's pages after a checkpoint, and those of the event index."""
    with closing(sqlite3.connect(root / "memory.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        index = connection.execute("SELECT coalesce(sum(length(data)), 0) FROM event_block").fetchone()[0]
    return {"all": (root / "memory.db").stat().st_size / 2**20, "index": index / 2**20}


async def history(days: Sequence[int]) -> None:
    print("\n  days of   digest      keys in    items   memory   of it the event index   day + week rows")
    with tempfile.TemporaryDirectory() as name:
        root, r = Path(name), random.Random(1)
        store = await Store.open(root / "memory.db", config=Config().memory)
        for day in range(DAY, DAY + max(days)):
            await store.commit(day_of(day, (), r))
            if day - DAY + 1 in days:
                spent, keys, items = await digest_cost(root, store, (day + 1) * DAY_US - 1)
                size = size_of(root)
                with closing(sqlite3.connect(root / "memory.db")) as connection:
                    rows = [
                        connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("day", "week")
                    ]
                print(
                    f"{day - DAY + 1:>9} {spent:>7.2f} s {keys:>12,} {items:>8} {size['all']:>6.1f} MiB"
                    f" {size['index']:>17.1f} MiB {rows[0]:>9,} + {rows[1]:,}"
                )
        await store.close()


async def signatures(counts: Sequence[int]) -> None:
    print("\nsignatures   digest      keys in    items   memory   commit, CPU a key-day")
    days = 14
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            root, r = Path(name), random.Random(1)
            store = await Store.open(root / "memory.db", config=Config().memory)
            once = list(range(10_000_000, 10_000_000 + count - STANDING // 8))
            spent, rows = 0.0, 0
            for day in range(days):
                delta = day_of(DAY + day, once[day::days], r)
                started = time.process_time()
                await store.commit(delta)
                spent += time.process_time() - started
                rows += len(delta.times)
            cost, keys, items = await digest_cost(root, store, (DAY + days) * DAY_US - 1)
            print(
                f"{count:>10,} {cost:>7.2f} s {keys:>12,} {items:>8} {size_of(root)['all']:>6.1f} MiB {spent / rows * 1e6:>10.1f} µs"
            )
            await store.close()


def replayed(lines: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        path = root / "mixed.log"
        with path.open("wb") as out:
            out.writelines(line + b"\n" for line in mixed(lines, lines_a_second=0.5))
        spent: list[float] = []
        for number in range(2):
            config = Config(state_dir=root / str(number), digest_dir=root, runtime_dir=root)
            started = time.process_time()
            archive = survey(path, 2026)
            asyncio.run(
                Replay(config, lambda made: None).run(batches(archive), archives=[archive], every=None)
            )
            whole = time.process_time() - started
            spent.append(whole - asyncio.run(_digest(config)))
        print(
            f"\nreplay of {lines:,} lines: {lines / min(spent):,.0f} lines a second of CPU, the survey with it, the digest without"
        )


async def _digest(config: Config) -> float:
    async with await Store.open(config.state_dir / "memory.db", readonly=True, config=config.memory) as store:
        started = time.process_time()
        await report(store, config, await store.watermark_us() or 0)
        return time.process_time() - started


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--history", type=numbers, default="7,30,90,365")
    parser.add_argument("--signatures", type=numbers, default="1000,10000,100000")
    parser.add_argument("--replay", type=int, default=60_000)
    options = parser.parse_args()
    if options.history:
        asyncio.run(history(options.history))
    if options.signatures:
        asyncio.run(signatures(options.signatures))
    if options.replay:
        replayed(options.replay)


if __name__ == "__main__":
    main()

"""What memory costs: a line's share of a commit, loading the histories of a digest, bytes a key and day. CPU time.

Run: `python tests/bench/memory.py [--keys N] [--days N]`. Prints figures; asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from brainstemd.config import Memory
from brainstemd.memory import Delta, Store, key_id
from brainstemd.models import DAY_US, SECOND_US, Cursor, Key, KeyFacts

DAY = 20_530
BATCH = 20_000


def facts(number: int) -> KeyFacts:
    key = Key(
        "acme",
        f"s1-{number % 400:016x}",
        "",
        f"host-{number % 1000}",
        f"entity-{number}" if number % 3 else "",
    )
    return KeyFacts(key_id(key), *key, "service", "neutral", "", 6, "app", False, False)


def batch(keys: list[KeyFacts], start_us: int, span_us: int, number: int, seed: random.Random) -> Delta:
    """A commit's worth of lines in spool order, keys drawn with a heavy head as in real traffic."""
    delta = Delta(Cursor(1, number), watermark_us=start_us + span_us, carry={})
    for i in range(BATCH):
        t_us = start_us + span_us * i // BATCH
        key = keys[
            min(int(seed.paretovariate(0.6)) - 1, len(keys) - 1) if i % 3 else seed.randrange(len(keys))
        ]
        where = (key.id, t_us // DAY_US)
        delta.keys[key.id] = key
        times = delta.times.get(where)
        if times is None:
            times = delta.times[where] = []
            delta.samples[where] = [(seed.getrandbits(32), t_us, b"x" * 120)]
            delta.stated[key.id, key.severity, key.app_name] = t_us
        times.append(t_us)
        delta.line_times.append(t_us)
        delta.line_keys.append(key.id)
    delta.records = [(1, number * 100 + n, 500) for n in range(BATCH // 500)]
    return delta


async def commits(keys_each: int, seed: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "memory.db"
        store = await Store.open(path, config=Memory())
        keys = [facts(n) for n in range(keys_each)]
        spent: list[float] = []
        for number in range(24):
            delta = batch(keys, DAY * DAY_US + number * SECOND_US, SECOND_US, number, seed)
            touched = len(delta.times)
            started = time.process_time()
            await store.commit(delta)
            spent.append(time.process_time() - started)
        await store.close()
        steady = sorted(spent[8:])
        print(
            f"commit of {BATCH} lines, ~{touched} keys: first {spent[0] / BATCH * 1e6:.2f}, "
            f"median {steady[len(steady) // 2] / BATCH * 1e6:.2f}, worst {steady[-1] / BATCH * 1e6:.2f} µs a line"
        )
        with closing(sqlite3.connect(path)) as connection:
            blocks, lines = connection.execute(
                "SELECT sum(length(data)), sum(lines) FROM event_block"
            ).fetchone()
        print(f"  event index: {blocks / lines:.2f} bytes a line")


async def loading(keys: int, days: int, seed: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "memory.db"
        store = await Store.open(path, config=Memory())
        names = [facts(n) for n in range(keys)]
        for day in range(DAY, DAY + days):
            for low in range(0, keys, BATCH):
                delta = Delta(Cursor(1, day), watermark_us=(day + 1) * DAY_US - 1, carry={})
                for name in names[low : low + BATCH]:
                    count = 1 + int(seed.paretovariate(0.9)) % 400
                    delta.keys[name.id] = name
                    delta.times[name.id, day] = [day * DAY_US + seed.randrange(DAY_US) for _ in range(count)]
                await store.commit(delta)
        at_us = (DAY + days) * DAY_US
        started = time.process_time()
        histories = await store.histories(at_us)
        spent = time.process_time() - started
        rows = sum(len(history.days) for history in histories)
        slots = sum(len(day.slots) for history in histories for day in history.days)
        print(
            f"histories of {keys} keys x {days} days: {spent:.2f} s, {spent / rows * 1e6:.1f} µs a key-day, {slots / rows:.1f} slots each"
        )
        started = time.process_time()
        for history in histories:
            for day in history.days:
                tuple(day.slots)
        print(f"decoding all their slots: {(time.process_time() - started) / rows * 1e6:.1f} µs a key-day")
        started = time.process_time()
        totals = await store.totals(at_us - DAY_US, at_us)
        print(f"totals of a day: {time.process_time() - started:.2f} s ({totals.events} lines)")
        await store.close()
        size = path.stat().st_size
        print(f"database: {size / 2**20:.1f} MiB, {size / rows:.0f} bytes a key-day")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=5_000)
    parser.add_argument("--days", type=int, default=35)
    options = parser.parse_args()
    for keys_each in (500, 2_000, 20_000):
        asyncio.run(commits(keys_each, random.Random(1)))
    asyncio.run(loading(options.keys, options.days, random.Random(1)))


if __name__ == "__main__":
    main()

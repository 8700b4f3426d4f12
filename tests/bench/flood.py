"""What floods cost memory: database, RSS and CPU with and without one, and whether other sources' memory is the same.

    python -m tests.bench.flood [--kind lines] [--flood 1000000] [--normal 100000]
    python -m tests.bench.flood --learn

Normal traffic of 50 hosts, and among it a flood from one sender over the same hours. Kinds: `lines` (each line a new
signature, one host), `lengths` (also of 1-60 words), `counter` (a running number spelled in letters within a word),
`entities` (each line a new user), `hosts` (a relay that invents a hostname a line), `product` (new
hosts with new lines), `known` (no flood: 100,000 signatures that 50 hosts share out and repeat). Each run drains its spool in a process of its own, under the default configuration.

`--learn` has no memory in it: what classes cost that are learned from a flood's templates (view.py), and that a digest pays.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from brainstemd.config import Config, Source
from brainstemd.drain import drain
from brainstemd.fold import Fold
from brainstemd.memory import Store
from brainstemd.models import DAY_US, Batch, Framing, KeyFacts, Origin, SignatureFacts
from brainstemd.pipeline import Fingerprinter, Identity
from brainstemd.pipeline.fingerprint import SCHEME
from brainstemd.process import resident_bytes
from brainstemd.spool import Reader, Writer
from brainstemd.view import View, view_at
from tests.bench.traffic import START, mixed

RELAY = "10.66.0.1"
NORMAL = "10.9.0.1"
CHUNK = 100
KINDS = ("lines", "lengths", "counter", "entities", "hosts", "product", "known")
KNOWN = 100_000
OWN = "source NOT LIKE 'flood%' AND source <> '*'"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _word(rng: random.Random, size: int = 9) -> str:
    return "".join(rng.choices(_LETTERS, k=size))


def _letters(number: int) -> str:
    """A number in letters, as a program that has no digits would write it."""
    return "".join(chr(97 + int(digit)) for digit in str(number))


def flood(kind: str, count: int, hours: float) -> Iterator[bytes]:
    """`count` lines of one kind, spread evenly over some hours of event time."""
    rng = random.Random(7)
    step = timedelta(hours=hours) / max(1, count)
    now, numbers = START, itertools.count()
    for _ in range(count):
        now += step
        stamp = now.strftime("%b ") + f"{now.day:2d}" + now.strftime(" %H:%M:%S")
        host = f"flood-{_word(rng)}" if kind in ("hosts", "product") else "flood"
        if kind == "known":
            number = rng.randrange(KNOWN)
            word = random.Random(number)
            host, text = f"flood-{number % 50}", f"app[7]: {_word(word)} {_word(word)} happened"
        elif kind in ("lines", "product"):
            text = f"app[7]: {_word(rng)} {_word(rng)} {_word(rng)} happened"
        elif kind == "lengths":
            text = "app[7]: " + " ".join(
                _word(rng, rng.randrange(2, 12)) for _ in range(rng.randrange(1, 60))
            )
        elif kind == "counter":
            text = f"app[7]: stage{_letters(next(numbers))}of the run is finished"
        elif kind == "entities":
            text = f"sshd[7]: Failed password for invalid user {_word(rng)} from 10.1.1.1 port 22 ssh2"
        else:
            text = "app[7]: cache was refreshed"
        yield f"<38>{stamp} {host} {text}".encode()


def fill(directory: Path, normal: list[bytes], kind: str | None, count: int) -> None:
    """Chunks of both senders in turn, so that every commit has lines of both."""
    hours = len(normal) / 200 / 3600
    writer = Writer(
        directory, segment_bytes=16 * 2**20, fsync_interval_s=1.0, buffer_bytes=1 << 30, min_free_bytes=0
    )
    writer.start()
    floods = flood(kind, count, hours) if kind else iter(())
    chunks = len(normal) // CHUNK
    received = int(START.timestamp()) * 1_000_000
    for number in range(chunks):
        at = received + number * CHUNK * 5_000
        _append(writer, NORMAL, 1, at, normal[number * CHUNK : (number + 1) * CHUNK])
        share = [line for line, _ in zip(floods, range(count // chunks), strict=False)]
        for start in range(0, len(share), 500):
            _append(writer, RELAY, 2, at, share[start : start + 500])
    writer.close(120)


def _append(writer: Writer, peer: str, connection: int, at: int, lines: list[bytes]) -> None:
    origin = Origin("tcp", "tcp:514", peer, 40_000, connection)
    writer.append(Batch(origin, Framing.NEWLINE, at, b"".join(line + b"\n" for line in lines)))


async def drained(directory: Path) -> dict[str, Any]:
    """Drain the spool in `directory`; RSS at ten points of the way."""
    config = Config(state_dir=directory, source=(Source(match=(RELAY,), relay=True),))
    store = await Store.open(directory / "memory.db", config=config.memory, listed=Identity(config).listed)
    rss: list[tuple[int, int]] = []
    cpu = time.process_time()
    done = await drain(
        Reader(directory / "spool", None), Fold(config), store, config,
        lambda lines: rss.append((lines, resident_bytes())),
    )  # fmt: skip
    cpu = time.process_time() - cpu
    overflow = await store.overflow()
    await store.close()
    step = max(1, len(rss) // 10)
    return {
        "lines": done.lines,
        "cpu_us": cpu / max(1, done.lines) * 1e6,
        "rss_mib": [size >> 20 for _, size in rss[::step]],
        "overflow": overflow,
        "db_mib": (directory / "memory.db").stat().st_size / 2**20,
    }


def others(directory: Path) -> dict[str, list[Any]]:
    """Every row of the sources beside the flood."""
    with closing(sqlite3.connect(directory / "memory.db")) as db:
        return {
            table: db.execute(sql).fetchall()
            for table, sql in (
                ("key", f"SELECT * FROM key WHERE {OWN} ORDER BY id"),
                ("day", f"SELECT d.* FROM day d JOIN key k ON k.id = d.key_id WHERE {OWN} ORDER BY 1, 2"),
                ("sample", f"SELECT s.* FROM sample s JOIN key k ON k.id = s.key_id WHERE {OWN} ORDER BY 1, 2"),
            )
        }  # fmt: skip


async def viewed(directory: Path) -> tuple[float, int, dict[Any, str]]:
    """CPU seconds of the view of today, what the flood is shown as, and what every other source's keys are shown under."""
    async with await Store.open(directory / "memory.db", readonly=True) as store:
        cpu = time.process_time()
        view = await view_at(store, [], (await store.newest_us() or 0) + DAY_US)
        keys = await store.keys()
        shown = {key: view.of(key).id for key in keys}
        cpu = time.process_time() - cpu
    floods = {id_ for key, id_ in shown.items() if key.source.startswith("flood")}
    rest = {tuple(key): id_ for key, id_ in shown.items() if not key.source.startswith(("flood", "*"))}
    return cpu, len(floods), rest


def learn() -> None:
    """The cost of the classes of 25,000 to 100,000 templates of one source."""
    of = Fingerprinter().of
    for kind in ("lines", "lengths", "counter"):
        for count in (25_000, 50_000, 100_000):
            texts = (line.split(b"app[7]: ")[1].decode() for line in flood(kind, count, 1))
            marks = {mark.base: mark.template for mark in map(of, texts)}
            facts = {id_: SignatureFacts(id_, template, "", "", "") for id_, template in marks.items()}
            cpu = time.process_time()
            view = View([("acme", "flood", id_) for id_ in facts], facts, {}, (), SCHEME)
            cpu = time.process_time() - cpu
            shown = {
                view.of(KeyFacts(0, "acme", id_, "", "flood", "", "", "", "", 6, "", False, False))
                for id_ in facts
            }
            print(
                f"{kind:<10}{len(facts):>9,} templates {cpu:6.2f} s CPU  shown as {len({one.id for one in shown}):,}"
            )


def run(directory: Path, normal: list[bytes], kind: str | None, count: int) -> dict[str, Any]:
    directory.mkdir()
    fill(directory / "spool", normal, kind, count)
    out = subprocess.run(
        [sys.executable, "-m", "tests.bench.flood", "--drain", str(directory)],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(out.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", default="lines", choices=KINDS)
    parser.add_argument("--flood", type=int, default=1_000_000)
    parser.add_argument("--normal", type=int, default=100_000)
    parser.add_argument("--drain", type=Path)
    parser.add_argument("--learn", action="store_true")
    given = parser.parse_args()
    if given.learn:
        learn()
        return
    if given.drain is not None:
        print(json.dumps(asyncio.run(drained(given.drain))))
        return
    normal = list(mixed(given.normal))
    with tempfile.TemporaryDirectory() as name:
        quiet, loud = Path(name) / "quiet", Path(name) / "loud"
        for directory, kind in ((quiet, None), (loud, given.kind)):
            found = run(directory, normal, kind, given.flood)
            print(
                f"{kind or 'no flood':<10}{found['lines']:>9,} lines {found['cpu_us']:6.1f} µs CPU a line"
                f"  database {found['db_mib']:6.1f} MiB  RSS {found['rss_mib']} MiB"
            )
        (calm, _, before), (cpu, shown, after) = (asyncio.run(viewed(each)) for each in (quiet, loud))
        same = "the same" if before == after else "DIFFERENT"
        print(
            f"view: {calm:.2f} s CPU without, {cpu:.2f} s with the flood, which is shown as {shown:,} signatures"
        )
        print(f"other sources' classes: {len(set(before.values())):,} signatures shown, {same}")
        print(f"turned away: {found['overflow']}")
        for table, rows in others(quiet).items():
            same = "the same" if rows == others(loud)[table] else "DIFFERENT"
            print(f"other sources' rows in {table}: {len(rows)}, {same}")


if __name__ == "__main__":
    main()

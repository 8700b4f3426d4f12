"""The worker's speed: lines a second from the spool into committed memory, and each step's share of a line's budget.

    python -m tests.bench.drain [--lines 400000] [--profile mixed|vendors|strange]

The profiles are those of traffic.py. The collector is set as in the worker. The spool is written first and not counted. Steps are timed record by record, then the fold over other lines, then all of it;
SQLite is the whole less the sum of the steps. Absolute figures vary by machine; the shares and ratios hold.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from brainstemd.config import Config
from brainstemd.drain import drain
from brainstemd.fold import Fold, by_speech
from brainstemd.memory import Store
from brainstemd.models import Batch, Framing, Origin, Record
from brainstemd.pipeline import Fingerprinter, Identity, decode, normalise
from brainstemd.process import collect_less
from brainstemd.spool import Reader, Writer
from brainstemd.timing import Timing
from tests.bench.traffic import PROFILES, START

BUDGET_US = {
    "read and split": 0.5,
    "header": 2.0,
    "dialect and normalise": 4.0,  # with identity and time
    "fingerprint": 2.5,
    "fold": 1.5,
    "SQLite": 2.0,
}
TAKE_LINES = 20_000  # as many as a transaction of the worker holds


def fill(directory: Path, lines: Sequence[bytes], relays: int = 4) -> None:
    """A spool as TCP senders write it: chunks of ~100 lines."""
    writer = Writer(
        directory, segment_bytes=16 * 2**20, fsync_interval_s=1.0, buffer_bytes=512 * 2**20, min_free_bytes=0
    )
    writer.start()
    received = int(START.timestamp()) * 1_000_000
    for number, start in enumerate(range(0, len(lines), 100)):
        chunk = lines[start : start + 100]
        origin = Origin("tcp", "tcp:514", f"10.9.0.{number % relays}", 40000, number % relays + 1)
        payload = b"".join(line + b"\n" for line in chunk)
        writer.append(Batch(origin, Framing.NEWLINE, received + start * 5_000, payload))
    writer.close(60)


def timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def steps(records: Sequence[Record], others: Sequence[Record]) -> dict[str, float]:
    """CPU microseconds a line of each pure step, record by record as the worker does it: events do not outlive their record.

    What the fold adds is its whole, over `others` (the same traffic, values that no cache has seen), less the steps.
    """
    identity, fingerprints, timing = Identity(Config()), Fingerprinter(), Timing()
    clock = time.process_time
    header = normal = who = marks = 0.0
    lines = 0
    for record in records:
        origin, received_us = record.origin, record.received_us
        if origin is None:
            continue
        lines += len(record.frames)
        begin = clock()
        events = [decode(raw) for raw in record.frames]
        decoded = clock()
        for speakers in by_speech(events):
            for event in speakers:
                normalise(event)
        normalised = clock()
        known = identity.known(origin).get
        whose = [known(event.hostname) or identity.resolve(origin, event) for event in events]
        timing.live(events, whose, received_us)
        resolved = clock()
        for event in events:
            fingerprints.mark(event)
        end = clock()
        header += decoded - begin
        normal += normalised - decoded
        who += resolved - normalised
        marks += end - resolved
    shares = {
        "header": header / lines * 1e6,
        "dialect and normalise": normal / lines * 1e6,
        "identity and time": who / lines * 1e6,
        "fingerprint": marks / lines * 1e6,
    }
    shares["fold"] = timed(lambda: folded(others)) / lines * 1e6 - sum(shares.values())
    return shares


def folded(records: Sequence[Record]) -> None:
    """The walk of all lines, with a `take` as often as the worker commits."""
    fold = Fold(Config())
    for record in records:
        fold.add(record)
        if fold.lines >= TAKE_LINES:
            fold.take(record.end)


async def whole(directory: Path, spool: Path) -> tuple[int, float, float]:
    config = Config(state_dir=directory)
    store = await Store.open(directory / "memory.db", config=config.memory)
    cpu, wall = time.process_time(), time.perf_counter()
    done = await drain(Reader(spool, None), Fold(config), store, config)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    await store.close()
    return done.lines, cpu, wall


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=400_000)
    parser.add_argument("--profile", choices=PROFILES, default="mixed")
    options = parser.parse_args()
    count, lines_of = options.lines, PROFILES[options.profile]
    collect_less()  # as the worker does
    with tempfile.TemporaryDirectory() as name:
        spool, other = Path(name) / "spool", Path(name) / "other"
        fill(spool, list(lines_of(count, 1)))
        fill(other, list(lines_of(count, 2)))
        reader = Reader(spool, None)
        records: list[Record] = []
        reading = timed(lambda: records.extend(iter_all(reader)))
        lines = sum(len(record.frames) for record in records)
        shares = {"read and split": reading / lines * 1e6} | steps(records, iter_all(Reader(other, None)))
        records.clear()
        done, cpu, wall = asyncio.run(whole(Path(name), spool))
    shares["SQLite"] = cpu / done * 1e6 - sum(shares.values())
    print(f"{done} lines in {wall:.1f} s: {done / wall:,.0f} lines/s, {cpu / done * 1e6:.2f} µs CPU a line")
    for step, share in shares.items():
        print(f"  {step:<24}{share:6.2f} µs   budget {BUDGET_US.get(step, 0):4.1f}")


def iter_all(reader: Reader) -> list[Record]:
    everything: list[Record] = []
    while records := reader.read(20_000, 8 * 2**20):
        everything.extend(records)
    return everything


if __name__ == "__main__":
    main()

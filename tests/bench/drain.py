"""The worker's speed: lines a second from the spool into committed memory, and each step's share of a line's budget.

    python -m tests.bench.drain [--lines 400000]

The spool is written first and not counted. Steps are timed one after the other over the same lines, then the whole; SQLite
is the whole less the sum of the steps. Absolute figures vary by machine; the shares and ratios hold.
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
from brainstemd.fold import Fold
from brainstemd.memory import Store
from brainstemd.models import Batch, Framing, Origin, Record
from brainstemd.pipeline import Fingerprinter, Identity, decode, normalise, when
from brainstemd.spool import Reader, Writer
from tests.bench.traffic import START, mixed

BUDGET_US = {
    "read and split": 0.5,
    "header": 2.0,
    "dialect and normalise": 4.0,
    "fingerprint": 2.5,
    "fold": 1.5,
    "SQLite": 2.0,
}


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


def steps(records: Sequence[Record], lines: int) -> dict[str, float]:
    """CPU microseconds a line of each pure step, over the same records."""
    pairs = [(raw, record) for record in records for raw in record.frames]
    identity, fingerprints = Identity(Config()), Fingerprinter()
    events = []
    header = timed(lambda: events.extend(decode(raw) for raw, _ in pairs))
    normal = timed(lambda: [normalise(event) for event in events])
    who = timed(
        lambda: [
            when(
                event.stamp,
                record.received_us,
                identity.resolve(record.origin, event).zone,
                live=True,
                assume_utc=False,
            )
            for event, (_, record) in zip(events, pairs, strict=True)
            if record.origin is not None
        ]
    )
    marks = timed(lambda: [fingerprints.of(event.message, event.event_code) for event in events])
    fold = Fold(Config())
    whole = timed(lambda: [fold.add(record) for record in records])
    names = {
        "header": header,
        "dialect and normalise": normal,
        "identity and time": who,
        "fingerprint": marks,
    }
    shares = {name: seconds / lines * 1e6 for name, seconds in names.items()}
    shares["fold"] = whole / lines * 1e6 - sum(shares.values())
    return shares


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
    count = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as name:
        spool = Path(name) / "spool"
        fill(spool, list(mixed(count)))
        reader = Reader(spool, None)
        records: list[Record] = []
        reading = timed(lambda: records.extend(iter_all(reader)))
        lines = sum(len(record.frames) for record in records)
        shares = {"read and split": reading / lines * 1e6} | steps(records, lines)
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

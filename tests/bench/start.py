"""How long a start takes with much behind it: READY, and until the worker folds, beside a daemon with nothing.

    python -m tests.bench.start                        # 10 GiB of spool, 1 GiB of memory.db
    python -m tests.bench.start --compressed           # the same spool as retention leaves it: thousands of small files

The spool's old segments are hard links to one real one (a start lists them, it does not read them); memory.db is filled
with rows of random bytes and put out of the page cache before each start.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from brainstemd.models import Batch, Framing, Origin
from brainstemd.spool import Writer
from tests.daemon_kit import BASE, Daemon, wait_for

SEGMENT = 100_000  # room for the older ones below it
SEGMENT_BYTES = 16 * 2**20
COMPRESSED_BYTES = 1_600_000
BLOB_BYTES = 60_000
KEYS = 100_000


def segments(spool: Path) -> None:
    """Two real segments: the lines that memory has read."""
    writer = Writer(spool, first=SEGMENT, min_free_bytes=0, segment_bytes=SEGMENT_BYTES)
    writer.start()
    line = b"<38>Mar 22 00:01:10 fw-01 sshd[4242]: Failed password for invalid user admin from 203.0.113.99 port 4242 ssh2 - the rest of a usual line\n"
    payload = line * 400
    for n in range(SEGMENT_BYTES // len(payload) + 20):
        writer.append(
            Batch(
                Origin("tcp", "tcp:514", "192.0.2.1", 5, 1),
                Framing.NEWLINE,
                1_774_137_670_000_000 + n,
                payload,
            )
        )
        writer.flush()
    writer.close()


def fill_spool(spool: Path, size: int, *, compressed: bool) -> int:
    """Older segments, all consumed; returns how many."""
    source = spool / f"{SEGMENT:016d}.seg"
    if compressed:
        source = spool.parent / "compressed"
        source.write_bytes(random.Random(1).randbytes(COMPRESSED_BYTES))
    count = size // source.stat().st_size
    for number in range(SEGMENT - count, SEGMENT):
        (spool / f"{number:016d}.seg{'.zst' if compressed else ''}").hardlink_to(source)
    return count


def fill_database(path: Path, size: int) -> None:
    """Many keys with their days, and an event index as large as is left."""
    seed = random.Random(2)
    with closing(sqlite3.connect(path)) as db, db:
        keys = [seed.getrandbits(62) for _ in range(KEYS)]
        db.executemany(
            "INSERT INTO key VALUES (?, 'default', 's1-0', '', ?, '', '', 'neutral', '', 0, 0, ?, 0, 20530, '[]', '[]')",
            ((key, f"host-{n % 1000}", key) for n, key in enumerate(keys)),
        )
        db.executemany(
            "INSERT INTO day VALUES (?, ?, 9, 0, 86399, 1, ?)",
            ((20_500 + n % 10, keys[n // 10], b"x" * 24) for n in range(10 * KEYS)),
        )
        left = size - path.stat().st_size
        db.executemany(
            "INSERT INTO event_block (t_min_us, t_max_us, first_segment, last_segment, lines, data) VALUES (?, ?, 1, 1, 9, ?)",
            ((n, n, seed.randbytes(BLOB_BYTES)) for n in range(max(0, left // BLOB_BYTES))),
        )


def cool(path: Path) -> None:
    """Out of the page cache."""
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def cpu_s(pid: int) -> float:
    """CPU time that a process has used: what the neighbours cannot change."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def one_start(daemon: Daemon) -> tuple[float, ...]:
    """Seconds from exec to READY, CPU of them, to the worker's folding, and to a line in memory that was sent at READY."""
    cool(daemon.state_dir / "memory.db")
    began = time.monotonic()
    daemon.start()
    spent_s = cpu_s(daemon.pid)
    daemon.tcp("<13>1 - h app - - - a line at READY")
    wait_for(lambda: daemon.healthz()["checks"]["worker"]["value"] == "folding", 120)
    folding_s = time.monotonic() - began
    wait_for(lambda: daemon.metric("brainstemd_folded_lines_total") >= 1, 120)
    remembered_s = time.monotonic() - began
    assert daemon.stop() == 0
    return daemon.ready_s, spent_s, folding_s, remembered_s


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spool-gib", type=float, default=10.0)
    parser.add_argument("--database-gib", type=float, default=1.0)
    parser.add_argument("--compressed", action="store_true")
    parser.add_argument("--times", type=int, default=7)
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as small,
        tempfile.TemporaryDirectory() as large,
        Daemon(Path(small), BASE) as empty,
        Daemon(Path(large), BASE) as full,
    ):
        empty.start().working()
        assert empty.stop() == 0
        segments(full.state_dir / "spool")
        full.start().working()
        wait_for(lambda: full.healthz()["checks"]["backlog"]["value"] == 0, 120)
        assert full.stop() == 0
        count = fill_spool(
            full.state_dir / "spool", int(asked.spool_gib * 2**30), compressed=asked.compressed
        )
        fill_database(full.state_dir / "memory.db", int(asked.database_gib * 2**30))
        size = (full.state_dir / "memory.db").stat().st_size
        print(
            f"{count} old segments, {asked.spool_gib:g} GiB; memory.db {size / 2**30:.2f} GiB; {asked.times} starts each, in turn"
        )
        took = [(one_start(empty), one_start(full)) for _ in range(asked.times)]
    for name, which in (("nothing behind it", 0), ("all of this", 1)):
        for what, column in (
            ("READY", 0),
            ("its CPU time", 1),
            ("worker folds", 2),
            ("first line in memory", 3),
        ):
            values = [pair[which][column] for pair in took]
            print(
                f"{name:>18}  {what:<21} median {statistics.median(values):.2f} s, worst {max(values):.2f} s"
            )


if __name__ == "__main__":
    main()

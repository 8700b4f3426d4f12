"""The upgrade of a large memory of the schema before this one, and back: READY, the check, the upgrade, the older program.

`python -m tests.bench.upgrade [--gib 2] [--older COMMIT]`. Makes a database of schema 1 (day rows, samples and event blocks as
a busy site has them), starts the real daemon on it, and says what took how long. With --older the program of that commit is
taken from git, refuses the new database, restores the copy of before, and must take lines in. Everything is deleted afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import chdir, closing
from pathlib import Path

from brainstemd.memory import Store
from brainstemd.memory.rows import cells_of, encode
from brainstemd.models import DAY_US, SECOND_US
from tests.daemon_kit import BASE, Daemon, wait_for

KEYS = 60_000
DAYS = 60


def make(path: Path, gib: float) -> dict[str, int]:
    """A database of schema 1 with so many GiB; how many rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(_empty(path))
    today = time.time_ns() // 1000 // DAY_US
    target = int(gib * 2**30)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("ALTER TABLE day DROP COLUMN active")
        db.execute("PRAGMA user_version = 1")
        db.execute("PRAGMA synchronous = OFF")
        # Retention has come as far as it would have: the first commit must not pay for two months.
        bounds = json.dumps([today - 35, today - 35 * 2 - 13, today - 900])
        db.execute("INSERT INTO meta VALUES ('bounds', ?), ('watermark_us', ?)", (bounds, today * DAY_US))
        db.execute("CREATE TEMP TABLE blob (n INTEGER PRIMARY KEY, slots BLOB, lines INTEGER)")
        for n in range(997):
            times = [slot * 300 * SECOND_US + n * SECOND_US % 299 for slot in range(n % 5, 288, 5 + n % 40)]
            db.execute("INSERT INTO blob VALUES (?,?,?)", (n, encode(cells_of(times, 0)), len(times)))
        day = 0
        while day < DAYS or path.stat().st_size < target:
            db.execute("BEGIN")
            if day < DAYS:
                db.execute(
                    "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ?)"
                    " INSERT INTO day SELECT ?, i, lines, 60, 86000, slots FROM k JOIN blob ON n = (i + ?) % 997",
                    (KEYS, today - DAYS + day, day),
                )
                db.execute(
                    "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ?)"
                    " INSERT INTO sample SELECT ?, i, randomblob(180) FROM k",
                    (KEYS // 4, today - DAYS + day),
                )
            db.execute(
                "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 400)"
                " INSERT INTO event_block (t_min_us, t_max_us, first_segment, last_segment, lines, data)"
                " SELECT ?1, ?1, 1, 1, 20000, randomblob(40000) FROM k",
                ((today - 1) * DAY_US,),
            )
            db.execute("COMMIT")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            day += 1
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("day", "sample", "event_block")
        }


async def _empty(path: Path) -> None:
    await (await Store.open(path)).close()


def phases(daemon: Daemon, patience_s: float) -> dict[str, float]:
    """Seconds that the worker spent in each phase until it folds, by its health."""
    spent: dict[str, float] = {}
    last = time.monotonic()
    end = last + patience_s
    while time.monotonic() < end:
        phase = str(daemon.healthz()["checks"]["worker"]["value"]).split(":")[0]
        now = time.monotonic()
        spent[phase] = spent.get(phase, 0.0) + now - last
        last = now
        if phase == "folding":
            return spent
        time.sleep(0.05)
    raise TimeoutError(str(spent))


def older_program(commit: str, directory: Path) -> Path:
    archive = subprocess.run(["git", "archive", commit, "brainstemd"], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(directory, filter="data")
    return directory


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gib", type=float, default=2.0)
    parser.add_argument("--older", help="a commit with schema 1")
    parser.add_argument("--directory", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.directory) as place:
        run(Path(place), given.gib, given.older)


def run(place: Path, gib: float, older: str | None) -> None:
    (place / "empty").mkdir()
    with Daemon(place / "empty", BASE) as daemon:
        print(f"READY without any memory after {daemon.start().ready_s:.2f} s, for comparison")
    with Daemon(place, BASE) as daemon:
        database = daemon.state_dir / "memory.db"
        started = time.monotonic()
        rows = make(database, gib)
        print(
            f"made {database.stat().st_size / 2**30:.2f} GiB of schema 1 in {time.monotonic() - started:.0f} s: {rows}"
        )
        daemon.start()
        daemon.tcp("<13>1 - h app - - - while memory is upgraded")
        print(f"READY after {daemon.ready_s:.2f} s")
        print("worker: " + ", ".join(f"{what} {s:.1f} s" for what, s in phases(daemon, 1800).items()))
        daemon.caught_up(1, 120)
        print(
            f"size afterwards {database.stat().st_size / 2**30:.2f} GiB, -wal {_size(database, '-wal') >> 20} MiB"
        )
        (copy,) = (daemon.state_dir / "backups").glob("before-schema-*.db")
        print(f"copy for the way back: {copy.name}, {copy.stat().st_size / 2**30:.2f} GiB")
        assert daemon.stop() == 0
        daemon.start()
        print(
            f"next start: READY after {daemon.ready_s:.2f} s; worker: "
            + ", ".join(f"{what} {s:.1f} s" for what, s in phases(daemon, 600).items())
        )
        assert daemon.stop() == 0
    if older is not None:
        back(place, older, copy)


def back(place: Path, commit: str, copy: Path) -> None:
    tree = older_program(commit, place / "older")
    environ = {**os.environ, "PYTHONPATH": str(tree)}

    def old(*args: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-P",
            "-m",
            "brainstemd",
            "--config",
            str(place / "brainstemd.toml"),
            *args,
        ]
        return subprocess.run(command, env=environ, cwd=tree, capture_output=True, text=True, check=False)

    refused = old("signatures")
    print(f"the older program on the new memory: exit {refused.returncode}: {refused.stderr.splitlines()[0]}")
    started = time.monotonic()
    restored = old("restore", str(copy))
    print(
        f"its `restore`: exit {restored.returncode} in {time.monotonic() - started:.1f} s: {restored.stderr.strip()}"
    )
    (place / "notify").unlink()
    with Daemon(place, BASE, PYTHONPATH=str(tree)) as daemon:
        with chdir(tree):  # the interpreter looks there first, its children too
            daemon.start()
        daemon.tcp("<13>1 - h app - - - taken by the older program")
        wait_for(lambda: daemon.metric("brainstemd_folded_lines_total") >= 1, 60)
        print(f"the older program runs on it: READY after {daemon.ready_s:.2f} s, lines are folded")
        assert daemon.stop() == 0


def _size(database: Path, tail: str) -> int:
    part = database.with_name(database.name + tail)
    return part.stat().st_size if part.exists() else 0


if __name__ == "__main__":
    main()

"""Online copies of memory, and putting one back."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from brainstemd.errors import Corrupt, StoreError
from brainstemd.memory.schema import APPLICATION_ID, refuse_newer
from brainstemd.memory.sql import describe, typed
from brainstemd.models import Cursor

_PAGES_A_SLICE = 2_000  # 8 MiB: the writer is never kept waiting longer than one slice takes
_PREFIX, _SUFFIX = "memory-", ".db"


def backups(directory: Path) -> list[Path]:
    """The copies that `rotate` keeps in a directory, newest first (their names sort by time)."""
    return sorted(directory.glob(f"{_PREFIX}*{_SUFFIX}"), reverse=True)


def name_of(stamp: str) -> str:
    """The file name of a copy made at `stamp` (a sortable time such as 20260322T070000Z)."""
    return f"{_PREFIX}{stamp}{_SUFFIX}"


def back_up(
    database: Path, target: Path, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> None:
    """Copy a database that may be in use to `target`, all or nothing, checked and on disk when this returns.

    `progress` gets (pages done, pages in all). Raises StoreError; then `target` is as it was.
    """
    if not database.exists():
        raise StoreError(
            f"{database}: there is no memory here yet", hint="start the daemon or replay an archive first"
        )
    partial = target.with_name(target.name + ".tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with (
            typed(database),
            closing(_connect(database, "ro")) as source,
            closing(_connect(partial, "rwc")) as copy,
        ):
            # One read transaction over all slices: without it SQLite starts the copy afresh at every commit of the writer.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            source.backup(
                copy, pages=_PAGES_A_SLICE, progress=lambda _, left, total: progress(total - left, total)
            )
            source.rollback()
            copy.execute("PRAGMA journal_mode = DELETE")
        problem = check(partial)
        if problem is not None:
            raise _blame(database, problem)
        _sync(partial)
        partial.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise _of_the_disk(target, error) from error
    finally:
        partial.unlink(missing_ok=True)


def _blame(database: Path, problem: str) -> StoreError:
    """The copy is damaged: because memory is, or because of the disk that it was written to."""
    own = check(database)
    if own is not None:
        return Corrupt(
            f"{database}: {own}",
            hint="memory is damaged: the daemon makes it again when it starts, `brainstemd rebuild` without it",
        )
    return StoreError(
        f"the copy of {database} is damaged, memory itself is sound: {problem}",
        hint="look at the disk that holds the copy",
    )


def rotate(database: Path, directory: Path, stamp: str, keep: int) -> Path | None:
    """Make the copy of `stamp` in a directory and keep the newest `keep`; with 0, none is made. Returns the copy."""
    if keep == 0:
        return None
    target = directory / name_of(stamp)
    back_up(database, target)
    for old in backups(directory)[keep:]:
        old.unlink(missing_ok=True)
    return target


def check(
    database: Path, *, opened: Callable[[sqlite3.Connection], None] = lambda connection: None
) -> str | None:
    """What is wrong with a database file (SQLite's quick_check, about a second a GB), None if nothing is.

    It sees broken pages and trees, not bytes that changed inside a value: SQLite keeps no checksums. `opened` is handed
    the connection: `interrupt` on it from another thread ends the check. Raises StoreError when the file cannot be
    judged: locked, unreadable, interrupted.
    """
    try:
        with typed(database), closing(_connect(database, "ro")) as connection:
            opened(connection)
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except Corrupt as error:
        return str(error)
    return None if found == "ok" else str(found)


def cursor_in(backup: Path) -> Cursor | None:
    """Where a copy would go on reading, whatever its schema; None in an empty one. Raises StoreError."""
    with typed(backup), closing(_connect(backup, "ro")) as connection:
        row = connection.execute("SELECT value FROM meta WHERE name = 'cursor'").fetchone()
    return None if row is None else Cursor(*json.loads(row[0]))


def inspect(database: Path) -> int:
    """The schema version of a file that is memory. Raises StoreError if it is damaged, foreign or newer."""
    problem = check(database)
    if problem is not None:
        raise Corrupt(f"{database}: {problem}", hint="choose another backup; `brainstemd rebuild` needs none")
    with typed(database), closing(_connect(database, "ro")) as connection:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION_ID:
        raise StoreError(
            f"{database} is not a memory of brainstemd", hint="name a file that `brainstemd backup` made"
        )
    refuse_newer(database, version)
    return version


def restore_backup(backup: Path, database: Path, *, aside: str) -> Path | None:
    """Put a copy in the place of a database; the caller holds the lock. The old file is kept under `aside`.

    Returns where the old file is now, None if there was none. Raises StoreError with the old file still in place.
    """
    if not backup.exists():
        raise StoreError(
            f"{backup}: no such file", hint="`brainstemd backup` makes one; see state_dir/backups"
        )
    inspect(backup)
    partial = database.with_name(database.name + ".restore")
    kept: Path | None = None
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        with (
            typed(backup),
            closing(_connect(backup, "ro")) as source,
            closing(_connect(partial, "rwc")) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        _sync(partial)
        if database.exists():
            kept = database.with_name(aside)
            os.link(database, kept)
            for tail in (
                "-wal",
                "-shm",
            ):  # belongs to the old file: beside the new one it would be played into it
                log = database.with_name(database.name + tail)
                if log.exists():
                    log.rename(kept.with_name(kept.name + tail))
        partial.replace(database)
        _sync(database.parent)
    except OSError as error:
        raise _of_the_disk(database, error) from error
    finally:
        partial.unlink(missing_ok=True)
    return kept


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=30)
    except sqlite3.Error as error:
        raise describe(path, error) from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _of_the_disk(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path}: {error.strerror}", hint="the directory must be writable, with room")

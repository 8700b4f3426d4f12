"""What an upgrade of the schema needs beforehand: room, and a copy of the old memory for the way back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from brainstemd.errors import NoSpace
from brainstemd.memory.backup import back_up, cursor_in
from brainstemd.memory.schema import COPY_PREFIX, SCHEMA_VERSION
from brainstemd.memory.sql import typed

_GROWTH = 2  # the rows that are rewritten, and the write-ahead log of a slice: half of the database is ample
_SPARE_BYTES = 64 << 20


class Upgrade(NamedTuple):
    """An upgrade that is about to begin (or to go on)."""

    version: int
    newest: int
    copy: Path | None  # the old memory, for the way back


def prepare_upgrade(
    database: Path,
    directory: Path,
    *,
    keep_copy: bool,
    newest: int = SCHEMA_VERSION,
    free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
) -> Upgrade | None:
    """Before a database of an older schema is opened for writing: make sure of the room, and copy it into a directory.

    The copy (`before-schema-N.db`) is none of the rotated backups; older ones of its kind go. None: no upgrade is due.
    Raises NoSpace with what is needed, StoreError when the database cannot be read.
    """
    if not database.exists() or not database.stat().st_size:
        return None
    version, under_way = _version_of(database)
    if not 0 < version < newest and not under_way:
        return None
    copy = directory / f"{COPY_PREFIX}{newest}.db" if keep_copy else None
    if under_way:
        return Upgrade(version, newest, copy if copy and copy.exists() else None)
    wanted = keep_copy and not _is_copy(copy, database)
    size = sum(part.stat().st_size for part in database.parent.glob(database.name + "*") if part.is_file())
    needed = size * wanted + size // _GROWTH + _SPARE_BYTES
    if (there := free(database.parent)) < needed:
        raise NoSpace(
            f"the upgrade of {database} from schema {version} to {newest} needs {_mib(needed)} free MiB, "
            f"{_mib(there)} are there",
            hint="make room and it goes on by itself (lines are kept in the spool meanwhile), or go back to the older "
            "brainstemd; with `memory.backups = 0` no copy is made for the way back and less is needed",
        )
    if wanted and copy is not None:
        back_up(database, copy)
        for old in directory.glob(f"{COPY_PREFIX}*.db"):
            if old != copy:
                old.unlink(missing_ok=True)
    return Upgrade(version, newest, copy)


def _version_of(database: Path) -> tuple[int, bool]:
    """(schema, whether a migration was cut short in it)."""
    uri = f"{database.absolute().as_uri()}?mode=ro"
    with typed(database), closing(sqlite3.connect(uri, uri=True, timeout=30)) as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if not version:
            return 0, False
        return version, bool(connection.execute("SELECT 1 FROM meta WHERE name = 'filling'").fetchall())


def _is_copy(copy: Path | None, database: Path) -> bool:
    """An earlier try has made the copy, and nothing was committed since."""
    return copy is not None and copy.exists() and cursor_in(copy) == cursor_in(database)


def _mib(size: int) -> str:
    return f"{-(-size // 2**20):,}"

"""The tables, as numbered migrations: each is applied and recorded in one transaction (docs/data-model.md explains them)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from brainstemd.errors import StoreError
from brainstemd.memory.sql import Database

APPLICATION_ID = 0x6272_7374  # "brst": what `file` and restore know the database by

_V1 = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    """CREATE TABLE key (
        id INTEGER PRIMARY KEY,
        tenant TEXT NOT NULL,
        signature TEXT NOT NULL,
        state TEXT NOT NULL,
        source TEXT NOT NULL,
        entity TEXT NOT NULL,
        entity_kind TEXT NOT NULL,
        polarity TEXT NOT NULL,
        outcome TEXT NOT NULL,
        healed INTEGER NOT NULL,
        orderly INTEGER NOT NULL,
        group_id INTEGER NOT NULL,
        first_us INTEGER NOT NULL,
        last_day INTEGER NOT NULL,
        severities TEXT NOT NULL,
        app_names TEXT NOT NULL
    )""",
    "CREATE INDEX key_group ON key (group_id)",
    """CREATE TABLE signature (
        id TEXT PRIMARY KEY,
        template TEXT NOT NULL,
        vendor TEXT NOT NULL,
        product TEXT NOT NULL,
        event_code TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE day (
        day INTEGER NOT NULL,
        key_id INTEGER NOT NULL,
        lines INTEGER NOT NULL,
        first_s INTEGER NOT NULL,
        last_s INTEGER NOT NULL,
        active INTEGER NOT NULL,
        slots BLOB NOT NULL,
        PRIMARY KEY (day, key_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE week (
        week INTEGER NOT NULL,
        key_id INTEGER NOT NULL,
        lines INTEGER NOT NULL,
        first_us INTEGER NOT NULL,
        last_us INTEGER NOT NULL,
        active BLOB NOT NULL,
        hours BLOB NOT NULL,
        PRIMARY KEY (week, key_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE transition (
        day INTEGER NOT NULL,
        entity_id INTEGER NOT NULL,
        segment INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        line INTEGER NOT NULL,
        t_us INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        key_id INTEGER NOT NULL,
        PRIMARY KEY (day, entity_id, segment, offset, line)
    ) WITHOUT ROWID""",
    """CREATE TABLE sample (
        day INTEGER NOT NULL,
        key_id INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (day, key_id)
    ) WITHOUT ROWID""",
    """CREATE TABLE event_block (
        id INTEGER PRIMARY KEY,
        t_min_us INTEGER NOT NULL,
        t_max_us INTEGER NOT NULL,
        first_segment INTEGER NOT NULL,
        last_segment INTEGER NOT NULL,
        lines INTEGER NOT NULL,
        data BLOB NOT NULL
    )""",
    "CREATE TABLE event_slot (slot INTEGER NOT NULL, block_id INTEGER NOT NULL, PRIMARY KEY (slot, block_id)) WITHOUT ROWID",
    "CREATE INDEX event_slot_block ON event_slot (block_id)",
    "CREATE TABLE evicted (day INTEGER NOT NULL, key_id INTEGER NOT NULL, star_id INTEGER NOT NULL,"
    " PRIMARY KEY (day, key_id)) WITHOUT ROWID",
    "CREATE TABLE overflow (what TEXT NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL,"
    " PRIMARY KEY (what, day)) WITHOUT ROWID",
    """CREATE TABLE gap (
        end_us INTEGER NOT NULL,
        start_us INTEGER NOT NULL,
        reason TEXT NOT NULL,
        tenant TEXT NOT NULL,
        source TEXT NOT NULL,
        lost INTEGER NOT NULL,
        unknown INTEGER NOT NULL,
        PRIMARY KEY (end_us, start_us, reason, tenant, source)
    ) WITHOUT ROWID""",
    "CREATE TABLE archive (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE told (
        told_us INTEGER NOT NULL,
        tenant TEXT NOT NULL,
        item TEXT NOT NULL,
        attention REAL NOT NULL,
        band TEXT NOT NULL,
        state TEXT NOT NULL,
        signature TEXT,
        entity TEXT,
        hosts TEXT NOT NULL,
        PRIMARY KEY (told_us, tenant, item)
    ) WITHOUT ROWID""",
)

_V2 = (  # the caps on keys of a source and on sources
    "CREATE INDEX key_source ON key (tenant, source, last_day)",
    "CREATE INDEX key_signature ON key (signature)",
    "CREATE TABLE source_floor (day INTEGER NOT NULL, tenant TEXT NOT NULL, floor INTEGER NOT NULL,"
    " PRIMARY KEY (day, tenant)) WITHOUT ROWID",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _V1,
    _V2,
)  # the n-th takes a database from version n-1 to n; never edited later
SCHEMA_VERSION = len(MIGRATIONS)


async def version_of(db: Database) -> int:
    return int((await db.rows("PRAGMA user_version"))[0][0])


def refuse_newer(path: Path, version: int) -> None:
    """Raises StoreError when a newer program wrote the database."""
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{path} has schema {version}; this brainstemd knows schemas up to {SCHEMA_VERSION}",
            hint="install the newer brainstemd again, or `brainstemd restore` a backup that this one made",
        )


async def migrate(db: Database, path: Path, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> int:
    """Bring a database to the newest schema, one transaction a step. Returns the version it had before."""
    before = await version_of(db)
    refuse_newer(path, before)
    for number in range(before + 1, len(migrations) + 1):
        async with db.transaction():
            for statement in migrations[number - 1]:
                await db.run(statement)
            await db.run(f"PRAGMA application_id = {APPLICATION_ID}")
            await db.run(f"PRAGMA user_version = {number}")
    return before

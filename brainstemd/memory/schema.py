"""The tables, as numbered migrations (docs/data-model.md explains them).

A migration changes tables in one transaction with the number of the schema, and then, where old rows need new values,
fills them a slice a transaction. The place it has come to is in the database, so that a process that dies on the way
costs one slice. Until all is filled nobody reads and no line is folded.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from brainstemd.errors import StoreError
from brainstemd.memory.rows import active_slots
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

# Where a fill has come to (None: nowhere), rows a slice → where it comes to with one slice more; None: all is done.
Fill = Callable[[Database, Any, int], Awaitable[Any]]

SLICE_ROWS = 20_000
_FIRST, _LAST = -(1 << 62), 1 << 62
COPY_PREFIX = "before-schema-"


class Migration(NamedTuple):
    """One step of the schema. `needed` false: the tables have that shape already, only the number is recorded."""

    statements: tuple[str, ...]
    fill: Fill | None = None
    needed: Callable[[Database], Awaitable[bool]] | None = None


async def _fill_active(db: Database, at: Any, rows: int) -> Any:
    low = tuple(at) if at is not None else (_FIRST, _FIRST)
    found = await db.rows(
        "SELECT day, key_id FROM day WHERE (day, key_id) > (?, ?) ORDER BY day, key_id LIMIT 1 OFFSET ?",
        (*low, rows - 1),
    )
    high = tuple(found[0]) if found else None
    await db.connection.create_function("active_slots", 1, active_slots, deterministic=True)
    await db.run(
        "UPDATE day SET active = active_slots(slots) WHERE (day, key_id) > (?, ?) AND (day, key_id) <= (?, ?)",
        (*low, *(high or (_LAST, _LAST))),
    )
    return high


async def _active_is_missing(db: Database) -> bool:
    """Databases of the days before the first release may have the column under number 1."""
    return all(name != "active" for _, name, *_ in await db.rows("PRAGMA table_info(day)"))


_CAPS = (  # the caps on keys of a source and on sources
    "CREATE INDEX key_source ON key (tenant, source, last_day)",
    "CREATE INDEX key_signature ON key (signature)",
    "CREATE TABLE source_floor (day INTEGER NOT NULL, tenant TEXT NOT NULL, floor INTEGER NOT NULL,"
    " PRIMARY KEY (day, tenant)) WITHOUT ROWID",
)

_CLOCK = (
    "CREATE TABLE clock (tenant TEXT NOT NULL, source TEXT NOT NULL, t_us INTEGER NOT NULL, skew_s INTEGER NOT NULL,"
    " PRIMARY KEY (tenant, source, t_us)) WITHOUT ROWID",
)

_SAID = (
    "CREATE TABLE said (day INTEGER NOT NULL, key_id INTEGER NOT NULL, data BLOB NOT NULL,"
    " PRIMARY KEY (day, key_id)) WITHOUT ROWID",
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(_V1),
    # The number of active slots beside them: a digest counts without decoding.
    Migration(
        ("ALTER TABLE day ADD COLUMN active INTEGER NOT NULL DEFAULT 0",), _fill_active, _active_is_missing
    ),
    Migration(_CAPS),
    Migration(_CLOCK),
    Migration(_SAID),
)  # the n-th takes a database from version n-1 to n; never edited later
SCHEMA_VERSION = len(MIGRATIONS)


async def version_of(db: Database) -> int:
    return int((await db.rows("PRAGMA user_version"))[0][0])


def _number_in(path: Path) -> int:
    """The schema of a database file that is not open: its user_version (SQLite file format, 1.3: offset 60)."""
    with path.open("rb") as file:
        return int.from_bytes(file.read(64)[60:64])


def refuse_newer(path: Path, version: int, known: int = SCHEMA_VERSION) -> None:
    """Raises StoreError when a newer program wrote the database."""
    if version > known:
        copies = (path.parent / "backups").glob(f"{COPY_PREFIX}*.db")
        copy = max((copy for copy in copies if _number_in(copy) <= known), key=_number_in, default=None)
        back = (
            f"`brainstemd restore {copy}`" if copy is not None else "`brainstemd restore` a backup of before"
        )
        raise StoreError(
            f"{path} has schema {version}; this brainstemd knows schemas up to {known}",
            hint=f"install the newer brainstemd again, or go back: {back}, or move memory.db away and `brainstemd rebuild`",
        )


async def filling(db: Database) -> tuple[int, Any] | None:
    """(number of the migration, place) of a fill that is under way; None when every row has its values."""
    found = await db.rows("SELECT value FROM meta WHERE name = 'filling'")
    if not found:
        return None
    number, at = json.loads(found[0][0])
    return int(number), at


async def migrate(
    db: Database,
    path: Path,
    migrations: Sequence[Migration] = MIGRATIONS,
    told: Callable[[int], None] = lambda slices: None,
    *,
    slice_rows: int = SLICE_ROWS,
) -> int:
    """Bring a database to the newest schema. Returns the version it had before.

    `told` hears of every slice but the last after its transaction, and may raise to end it there: the next call goes on. Raises
    StoreError; what was committed stays.
    """
    before = await version_of(db)
    refuse_newer(path, before, len(migrations))
    if before:
        await _fill(db, migrations, told, slice_rows)
    for number in range(before + 1, len(migrations) + 1):
        async with db.transaction():
            await _apply(db, number, migrations[number - 1], fill=bool(before))
        await _fill(db, migrations, told, slice_rows)
    return before


async def _apply(db: Database, number: int, migration: Migration, *, fill: bool) -> None:
    if migration.needed is None or await migration.needed(db):
        for statement in migration.statements:
            await db.run(statement)
        if fill and migration.fill is not None:
            await db.run("INSERT INTO meta VALUES ('filling', ?)", (json.dumps([number, None]),))
    await db.run(f"PRAGMA application_id = {APPLICATION_ID}")
    await db.run(f"PRAGMA user_version = {number}")


async def _fill(
    db: Database, migrations: Sequence[Migration], told: Callable[[int], None], rows: int
) -> None:
    slices = 0
    while (under_way := await filling(db)) is not None:
        number, at = under_way
        fill = migrations[number - 1].fill
        assert fill is not None, "only a migration with a fill says that it fills"
        async with db.transaction():
            at = await fill(db, at, rows)
            if at is None:
                await db.run("DELETE FROM meta WHERE name = 'filling'")
            else:
                await db.run("UPDATE meta SET value = ? WHERE name = 'filling'", (json.dumps([number, at]),))
        slices += 1
        if at is not None:
            told(slices)

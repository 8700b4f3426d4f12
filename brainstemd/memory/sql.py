"""A connection: statements of many rows, transactions, and SQLite's troubles as typed errors with a hint.

SQLite steps give the interpreter lock away at each row and must win it back: few big statements, awaited one by one
while nothing else is busy, are up to 700 times faster than many small ones beside busy Python.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

import aiosqlite

from brainstemd.errors import Corrupt, Locked, NoSpace, StoreError

ROWS_A_STATEMENT = 500
_BUSY_TIMEOUT_MS = 5_000
_CACHE_KIB = 16_384

Params = Sequence[Any]


def describe(path: Path, error: sqlite3.Error) -> StoreError:
    """The typed error of an SQLite error, with what to do next."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    text = f"{path}: {error}"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Locked(text, hint="another program holds the database; it is tried again, nothing is lost")
    if code == sqlite3.SQLITE_FULL:
        return NoSpace(
            text, hint="the disk is full: free space; the spool keeps the lines until memory can drain"
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Corrupt(
            text,
            hint="the database is damaged: the daemon makes it again from backup and spool when it starts, "
            "`brainstemd rebuild` without it",
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return StoreError(text, hint="the state directory must exist and belong to the user of brainstemd")
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(text, hint="the disk fails: look at the kernel's messages")
    return StoreError(text, hint="")


@contextmanager
def typed(path: Path) -> Iterator[None]:
    """SQLite errors leave as StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise describe(path, error) from error


def marks(width: int, rows: int) -> str:
    """`(?,?),(?,?)`: the VALUES of a statement of many rows."""
    return ",".join(["(" + ",".join("?" * width) + ")"] * rows)


def _uri(path: Path) -> str:
    return path.absolute().as_uri()


class Database:
    """One aiosqlite connection in autocommit mode; transactions are explicit."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self.path = path
        self.connection = connection
        self._inodes: dict[str, int] = {}  # of the file and its log, as they were first seen

    @classmethod
    async def open(cls, path: Path, *, readonly: bool) -> Database:
        """Raises StoreError when the file cannot be opened or is no database."""
        with typed(path):
            uri = f"{_uri(path)}?mode={'ro' if readonly else 'rwc'}"
            connection = await aiosqlite.connect(uri, uri=True, isolation_level=None, cached_statements=256)
            db = cls(path, connection)
            try:
                await db.run(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
                await db.run(f"PRAGMA cache_size = -{_CACHE_KIB}")
                if not readonly:
                    await db.run("PRAGMA journal_mode = WAL")
                    await db.run("PRAGMA synchronous = NORMAL")
                await db.rows("SELECT count(*) FROM sqlite_master")
            except BaseException:
                await connection.close()
                raise
            return db

    @classmethod
    async def in_memory(cls) -> Database:
        """An empty database that is on no disk."""
        connection = await aiosqlite.connect(":memory:", isolation_level=None)
        return cls(Path(":memory:"), connection)

    async def close(self) -> None:
        await self.connection.close()

    async def run(self, sql: str, params: Params = ()) -> None:
        """Execute one statement that returns nothing."""
        with typed(self.path):
            cursor = await self.connection.execute(sql, params)
            await cursor.close()

    async def rows(self, sql: str, params: Params = ()) -> list[Any]:
        """All rows of one statement."""
        with typed(self.path):
            return list(await self.connection.execute_fetchall(sql, params))

    async def put(self, head: str, rows: Sequence[Params], tail: str = "") -> None:
        """`head VALUES (…),(…) tail` for all rows, in as few statements as the limit allows."""
        if not rows:
            return
        width = len(rows[0])
        for i in range(0, len(rows), ROWS_A_STATEMENT):
            part = rows[i : i + ROWS_A_STATEMENT]
            await self.run(f"{head} VALUES {marks(width, len(part))} {tail}", list(chain.from_iterable(part)))

    async def delete_in(self, head: str, ids: Sequence[Any], before: Params = ()) -> None:
        """`head (?,?,…)` for all ids, in as few statements as the limit allows; `before` fills what stands in `head`."""
        for i in range(0, len(ids), ROWS_A_STATEMENT):
            part = ids[i : i + ROWS_A_STATEMENT]
            await self.run(f"{head} ({','.join('?' * len(part))})", (*before, *part))

    async def match(self, wanted: Iterable[Params], columns: str, join: str) -> list[Any]:
        """`SELECT columns FROM w JOIN …`, where w(a, b, …) holds the wanted rows: one index probe for each."""
        found: list[Any] = []
        rows = iter(wanted)
        while part := list(islice(rows, ROWS_A_STATEMENT)):
            width = len(part[0])
            names = ",".join("abcd"[:width])
            sql = f"WITH w({names}) AS (VALUES {marks(width, len(part))}) SELECT {columns} FROM w CROSS JOIN {join}"  # noqa: S608
            found += await self.rows(sql, list(chain.from_iterable(part)))
        return found

    def replaced(self) -> bool:
        """Whether the file or its -wal has become another one, or none, since the last call: what is written now is lost."""
        found = {}
        for tail in ("", "-wal"):
            try:
                found[tail] = self.path.with_name(self.path.name + tail).stat().st_ino
            except OSError:
                pass
        known, self._inodes = self._inodes, {**found, **self._inodes}
        return "" not in found or any(found.get(tail) != inode for tail, inode in known.items())

    @asynccontextmanager
    async def transaction(self, kind: str = "IMMEDIATE") -> AsyncIterator[None]:
        """BEGIN … COMMIT; on any failure, cancellation included, ROLLBACK and the failure goes on."""
        await self.run(f"BEGIN {kind}")
        try:
            yield
            await self.run("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                await self.run("ROLLBACK")
            raise

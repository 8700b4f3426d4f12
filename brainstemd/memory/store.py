"""The store: one transaction a commit, and the reads that everything else is handed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from brainstemd.config import Memory
from brainstemd.errors import StoreError
from brainstemd.memory import clocks, reads, said, samples
from brainstemd.memory.delta import Delta
from brainstemd.memory.events import EventReader, IndexedEvent, positions_at
from brainstemd.memory.gaps import put_gaps
from brainstemd.memory.histories import HistoryReader
from brainstemd.memory.keys import COLUMNS as KEY_COLUMNS
from brainstemd.memory.keys import facts_of
from brainstemd.memory.mask import Mask, mask_at
from brainstemd.memory.places import Listed
from brainstemd.memory.reads import KeySummary, Totals
from brainstemd.memory.rollup import Bounds
from brainstemd.memory.schema import SCHEMA_VERSION, filling, migrate, refuse_newer, version_of
from brainstemd.memory.sql import Database
from brainstemd.memory.writer import Writer
from brainstemd.models import (
    DAY_US,
    ClockSkew,
    Cursor,
    Gap,
    History,
    KeyFacts,
    Position,
    SignatureFacts,
    Told,
)

_HORIZON_US = 35 * DAY_US
_KEYS_A_PART = 2_000


class Store:
    """Memory in one SQLite file. Open it with `await Store.open(path, config=...)`; one writer at a time."""

    def __init__(self, db: Database, config: Memory, *, readonly: bool, listed: Listed) -> None:
        self._db = db
        self._config = config
        self._writer = None if readonly else Writer(db, config, listed)

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        readonly: bool = False,
        config: Memory | None = None,
        told: Callable[[int], None] = lambda slices: None,
        listed: Listed = lambda host: False,
    ) -> Self:
        """Open, and when not read-only create and migrate; `told` hears how far a migration has come and may end it.
        `listed` tells the hosts that the configuration names: a flood of others does not take their places.

        Raises StoreError when the file is damaged, from a newer program, or (read-only) older than this program.
        """
        db = await Database.open(path, readonly=readonly)
        try:
            if readonly:
                await _expect_current(db, path)
            else:
                await migrate(db, path, told=told)
        except BaseException:
            await db.close()
            raise
        return cls(db, config or Memory(), readonly=readonly, listed=listed)

    @classmethod
    async def scratch(cls, config: Memory | None = None) -> Self:
        """An empty memory that is on no disk: to try whether a delta can be stored at all."""
        db = await Database.in_memory()
        await migrate(db, db.path)
        return cls(db, config or Memory(), readonly=False, listed=lambda host: False)

    async def close(self) -> None:
        await self._db.close()

    def replaced(self) -> bool:
        """Whether the file or its log was moved or removed under us: what is committed from now on is lost."""
        return self._db.replaced()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # ------------------------------------------------------------------ writing

    async def commit(self, delta: Delta) -> None:
        """One transaction: all effects of a delta, its cursor, and what retention owes at its watermark.

        Raises StoreError; then nothing of the delta is stored and it may be committed again.
        """
        assert self._writer is not None, "the store is read-only"
        await self._writer.commit(delta)

    async def tell(self, told: Iterable[Told]) -> None:
        """Remember what a digest said, without moving the cursor."""
        assert self._writer is not None, "the store is read-only"
        async with self._db.transaction():
            await self._writer.tell(told)

    async def forget_before(self, segment: int) -> None:
        """Drop the event index of segments that are gone: their lines cannot be fetched any more."""
        assert self._writer is not None, "the store is read-only"
        await self._writer.forget_events("last_segment", segment)

    async def put_gap(self, gap: Gap) -> None:
        """Remember a gap that no line of the spool tells of: what memory itself has lost."""
        assert self._writer is not None, "the store is read-only"
        await put_gaps(self._db, [gap])

    # ------------------------------------------------------------------ state

    async def _meta(self, name: str) -> Any:
        rows = await self._db.rows("SELECT value FROM meta WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    async def cursor(self) -> Cursor | None:
        """Where reading the spool goes on; None in a new memory."""
        value = await self._meta("cursor")
        return None if value is None else Cursor(*json.loads(value))

    async def carry(self) -> dict[str, Any] | None:
        """What the fold wanted to know of the lines before the cursor."""
        value = await self._meta("carry")
        return None if value is None else dict(json.loads(value))

    async def watermark_us(self) -> int | None:
        """The newest event time that more than one line supports."""
        value: int | None = await self._meta("watermark_us")
        return value

    async def newest_us(self) -> int | None:
        """The newest event time."""
        value: int | None = await self._meta("newest_us")
        return value

    async def memory_since_us(self) -> int | None:
        """The oldest event time that was ever folded in."""
        value: int | None = await self._meta("since_us")
        return value

    async def knows_archive(self, sha256: str) -> bool:
        """Whether an archive of this digest was taken in."""
        return bool(await self._db.rows("SELECT 1 FROM archive WHERE sha256 = ?", (sha256,)))

    async def told(self, since_us: int) -> list[Told]:
        """What digests said at or after an instant, oldest first."""
        rows = await self._db.rows(
            "SELECT item, tenant, told_us, attention, band, state, signature, entity, hosts FROM told"
            " WHERE told_us >= ? ORDER BY told_us, tenant, item",
            (since_us,),
        )
        return [Told._make((*row[:8], tuple(json.loads(row[8])))) for row in rows]

    async def overflow(self) -> dict[str, int]:
        """What the caps turned away, by what it was."""
        return dict(await self._db.rows("SELECT what, sum(n) FROM overflow GROUP BY what"))

    # ------------------------------------------------------------------ reading as of an instant

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[None]:
        """All reads inside see one state of the database, whatever the writer commits meanwhile."""
        async with self._db.transaction("DEFERRED"):
            yield

    async def _bounds(self) -> Bounds:
        value = await self._meta("bounds")
        return Bounds() if value is None else Bounds(*json.loads(value))

    async def _mask(self, at_us: int) -> Mask | None:
        newest_us = await self.newest_us()
        if newest_us is None:
            return None
        return await mask_at(self._db, at_us, newest_us, await self._index_from_us())

    async def _index_from_us(self) -> int:
        value = await self._meta("index_from_us")
        return -(1 << 62) if value is None else int(value)

    async def effective_at_us(self, at_us: int) -> int:
        """The instant that reads as of `at_us` really show: earlier than it only where the event index is gone."""
        mask = await self._mask(at_us)
        return at_us if mask is None else mask.at_us

    async def stream(
        self,
        at_us: int,
        *,
        tenant: str | None = None,
        horizon_us: int = _HORIZON_US,
        part_keys: int = _KEYS_A_PART,
    ) -> AsyncIterator[History]:
        """Histories one by one, ascending by key id, with the rows of `part_keys` keys in memory at a time.

        Any instant of the last `day_rows` is exact; raises StoreError for one before the kept days.
        """
        bounds = await self._bounds()
        if at_us < bounds.kept * DAY_US:
            raise StoreError(
                "that instant lies before the days that memory keeps in full",
                hint="`brainstemd replay --scratch` of the archives of that time shows it; [memory] day_rows keeps more",
            )
        reader = HistoryReader(self._db, self._config, bounds, await self._mask(at_us), at_us)
        async for history in reader.histories(tenant, horizon_us, part_keys):
            yield history

    async def histories(
        self, at_us: int, *, tenant: str | None = None, horizon_us: int = _HORIZON_US
    ) -> list[History]:
        """Every key that spoke in the horizon before `at_us`, as of `at_us`: nothing in it is later."""
        return [history async for history in self.stream(at_us, tenant=tenant, horizon_us=horizon_us)]

    async def totals(self, start_us: int, end_us: int, tenant: str | None = None) -> Totals:
        """What was seen with start_us <= t <= end_us, as of end_us."""
        mask = await self._mask(end_us)
        return await reads.totals(self._db, start_us, end_us, tenant, mask, await self._index_from_us())

    async def gaps(self, start_us: int, end_us: int, tenant: str | None = None) -> list[Gap]:
        """Gaps that ended in [start_us, end_us]; a tenant sees its own and those of nobody in particular."""
        return await reads.gaps(self._db, start_us, end_us, tenant)

    async def skews(self, at_us: int, tenant: str | None = None) -> list[ClockSkew]:
        """The sources whose clocks were wrong at an instant."""
        return await clocks.skews(self._db, at_us, tenant)

    async def samples(self, key_ids: Collection[int], at_us: int) -> dict[int, list[tuple[int, bytes]]]:
        """key → a few (t_us, raw) of whole days before the day of `at_us`."""
        return await reads.samples(self._db, key_ids, at_us)

    async def lines(
        self, key_ids: Collection[int], at_us: int, horizon_us: int
    ) -> dict[int, list[tuple[int, bytes]]]:
        """key → every (t_us, raw) kept of whole days before the day of `at_us`, back to the horizon."""
        return await samples.lines(self._db, key_ids, at_us, horizon_us)

    async def said(
        self, key_ids: Collection[int], at_us: int, horizon_us: int = _HORIZON_US
    ) -> dict[int, list[tuple[int, str]]]:
        """key → (t_us, message) of the first lines of each day as of `at_us`, back to the horizon, ascending."""
        at_us = await self.effective_at_us(at_us)
        return await said.said(self._db, key_ids, at_us, horizon_us)

    async def recent_positions(
        self, key_ids: Collection[int], at_us: int, limit_each: int
    ) -> dict[int, list[tuple[int, Position]]]:
        """key → (t_us, position) of its newest lines up to `at_us`, newest first."""
        return await reads.recent_positions(self._db, key_ids, at_us, limit_each)

    async def positions_at(self, wanted: Mapping[int, set[int]]) -> dict[tuple[int, int], list[Position]]:
        """(key, t_us) → positions of its lines of that instant."""
        return await positions_at(self._db, wanted)

    async def events(
        self,
        start_us: int,
        end_us: int,
        *,
        key_ids: Collection[int] | None = None,
        newest_first: bool = False,
    ) -> AsyncIterator[IndexedEvent]:
        """The indexed lines with start_us <= t <= end_us, of these keys (None: of all), by time."""
        reader = EventReader(self._db)
        async for event in reader.events(start_us, end_us, key_ids, newest_first=newest_first):
            yield event

    # ------------------------------------------------------------------ keys and signatures

    async def keys(
        self,
        *,
        tenant: str | None = None,
        signature: str | None = None,
        state: str | None = None,
        source: str | None = None,
        entity: str | None = None,
    ) -> list[KeyFacts]:
        """Keys that have all of these parts; None is any."""
        return await reads.keys(
            self._db, tenant=tenant, signature=signature, state=state, source=source, entity=entity
        )

    async def key(self, id_: int) -> KeyFacts | None:
        """One key by its id."""
        rows = await self._db.rows(f"SELECT {KEY_COLUMNS} FROM key WHERE id = ?", (id_,))  # noqa: S608
        return facts_of(rows[0]) if rows else None

    async def summaries(self, facts: Iterable[KeyFacts]) -> list[KeySummary]:
        """Totals of these keys over everything that memory keeps."""
        return await reads.summaries(self._db, facts, await self._bounds())

    async def seen(self, at_us: int, tenant: str | None = None) -> list[tuple[str, str, str]]:
        """(tenant, source, signature) of all that was first seen before `at_us`, in whole seconds."""
        return await reads.seen(self._db, at_us, tenant)

    async def signature_facts(self, ids: Collection[str]) -> Mapping[str, SignatureFacts]:
        """What is known of these signatures: pure functions of their ids."""
        return await reads.signature_facts(self._db, ids)


async def _expect_current(db: Database, path: Path) -> None:
    version = await version_of(db)
    refuse_newer(path, version)
    if version == 0:
        raise StoreError(f"{path} holds no memory yet", hint="start the daemon once, or replay an archive")
    if version < SCHEMA_VERSION or await filling(db) is not None:
        raise StoreError(
            f"{path} has schema {version} and is to be brought to {SCHEMA_VERSION} first",
            hint="the daemon does it when it starts; `brainstemd health` says how far it is",
        )

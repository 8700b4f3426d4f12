"""Memory again: from the newest backup and the kept spool (notes are read from their stream at every report)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from brainstemd.config import Config
from brainstemd.drain import drain
from brainstemd.errors import StoreError
from brainstemd.fold import Fold
from brainstemd.memory import Store, back_up, backups, check, lock
from brainstemd.models import Cursor
from brainstemd.pipeline import Identity
from brainstemd.spool import Reader, stat

_DATABASE = "memory.db"


class Rebuilt(NamedTuple):
    lines: int
    backup: Path | None
    aside: Path | None  # where the old database went


async def rebuild_memory(
    config: Config, *, lose_history: bool, now_us: int, progress: Callable[[int], None] = lambda lines: None
) -> Rebuilt:
    """Put the newest sound backup in place (or start empty) and fold the kept spool from its cursor on.

    Raises Locked while a daemon holds the state directory, StoreError when history would be lost and `lose_history` is not given.
    """
    with lock(config.state_dir):
        base = next((path for path in backups(config.state_dir / "backups") if check(path) is None), None)
        cursor = await _cursor_of(base, config) if base else None
        oldest = stat(config.state_dir / "spool").oldest
        if not lose_history:
            _refuse_loss(base, cursor, oldest)
        aside = _put_aside(config.state_dir, now_us)
        if base is not None:
            back_up(base, config.state_dir / _DATABASE)
        async with await Store.open(
            config.state_dir / _DATABASE, config=config.memory, listed=Identity(config).listed
        ) as store:
            reader = Reader(config.state_dir / "spool", cursor)
            done = await drain(reader, Fold(config, await store.carry()), store, config, progress)
    return Rebuilt(done.lines, base, aside)


async def _cursor_of(base: Path, config: Config) -> Cursor | None:
    async with await Store.open(base, readonly=True, config=config.memory) as store:
        return await store.cursor()


def _refuse_loss(base: Path | None, cursor: Cursor | None, oldest: int | None) -> None:
    needed = cursor.segment if cursor is not None else 1
    if oldest is None and cursor is None:
        return  # nothing was ever received
    if oldest is None or oldest > needed:
        have = (
            f"the newest sound backup ({base.name}) ends in segment {needed}"
            if base
            else "there is no sound backup"
        )
        raise StoreError(
            f"history would be lost: {have}, and the oldest kept segment of the spool is {oldest or 'absent'}",
            hint="put an older or newer backup into backups/, or say --lose-history to go on with what is there",
        )


def _put_aside(state_dir: Path, now_us: int) -> Path | None:
    database = state_dir / _DATABASE
    if not database.exists():
        return None
    aside = state_dir / f"{_DATABASE}.before-rebuild-{now_us // 1_000_000}"
    for suffix in ("-wal", "-shm", ""):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside

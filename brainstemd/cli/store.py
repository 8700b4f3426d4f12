"""Opening memory for reading: what all reading commands share."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from brainstemd.config import Config
from brainstemd.errors import StoreError
from brainstemd.memory import Store
from brainstemd.models import DAY_US
from brainstemd.notes import load_notes
from brainstemd.view import View, view_at


@asynccontextmanager
async def reading(config: Config) -> AsyncIterator[Store]:
    """A read-only store; works with and without the daemon. Raises StoreError when there is no memory yet."""
    path = config.state_dir / "memory.db"
    if not path.exists():
        raise StoreError(
            f"{path}: there is no memory here yet",
            hint="start the daemon (`brainstemd run`), take an archive in (`brainstemd replay FILE`) or name the right --config",
        )
    store = await Store.open(path, readonly=True, config=config.memory)
    try:
        yield store
    finally:
        await store.close()


async def view_of_today(store: Store, config: Config, tenant: str | None = None) -> View:
    """What signatures are shown as, by all that memory has seen and all that operators have said."""
    newest_us = max(time.time_ns() // 1000, await store.newest_us() or 0)
    return await view_at(store, load_notes(config.state_dir), newest_us + DAY_US, tenant=tenant)

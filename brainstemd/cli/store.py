"""Opening memory for reading: what all reading commands share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from brainstemd.config import Config
from brainstemd.errors import StoreError
from brainstemd.memory import Store


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

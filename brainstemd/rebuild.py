"""`brainstemd rebuild`: memory again from the newest backup and the kept spool (notes are read from their stream at every
report). The daemon does the same by itself when memory is damaged (renew.py); here a person may insist on whole history.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from brainstemd.config import Config
from brainstemd.drain import drain
from brainstemd.errors import StoreError
from brainstemd.fold import Fold
from brainstemd.memory import Store, lock
from brainstemd.pipeline import Identity
from brainstemd.renew import DATABASE, lost_history, newest_sound, renew
from brainstemd.spool import Reader, stat


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
        base, _ = newest_sound(config.state_dir / "backups")
        if not lose_history:
            _refuse_loss(base, stat(config.state_dir / "spool").oldest)
        done = await renew(config, "an operator asked for it (`brainstemd rebuild`)", now_us, announce=False)
        async with await Store.open(
            config.state_dir / DATABASE, config=config.memory, listed=Identity(config).listed
        ) as store:
            reader = Reader(config.state_dir / "spool", await store.cursor())
            drained = await drain(reader, Fold(config, await store.carry()), store, config, progress)
    return Rebuilt(drained.lines, done.backup, done.aside)


def _refuse_loss(base: Path | None, oldest: int | None) -> None:
    needed, lost = lost_history(base, oldest)
    if lost:
        have = (
            f"the newest sound backup ({base.name}) ends in segment {needed}"
            if base
            else "there is no sound backup"
        )
        raise StoreError(
            f"history would be lost: {have}, and the oldest kept segment of the spool is {oldest or 'absent'}",
            hint="put an older or newer backup into backups/, or say --lose-history to go on with what is there",
        )

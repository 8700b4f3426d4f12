"""How the worker comes to a memory that it can use: checked, made again where it is broken, brought to this schema.

All of it happens while the receiver takes lines in: nothing here delays READY, and each step says what it is in the
worker's phase. The check is SQLite's quick_check, about a second a GB: at the start of the daemon and after every end of a
worker that was not orderly, not after a reload. An order to end cuts it short; it changes nothing.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path

from brainstemd.config import Config
from brainstemd.errors import BrainstemdError, Corrupt, Locked, StoreError
from brainstemd.logs import Logger
from brainstemd.memory import Store, check, lock, prepare_upgrade
from brainstemd.models import Cursor
from brainstemd.pipeline import Identity
from brainstemd.renew import DATABASE, accuse, accused, renew, was_renewed_for

_LOOK_S = (0.002, 0.1)  # between two looks at whether to end: first and longest
LOCK_PATIENCE_S = 15.0  # a predecessor whose receiver was killed ends after its batch


class Ended(BrainstemdError):
    """The worker was told to end while memory was being opened; the next one goes on."""


class Refused(StoreError):
    """Memory does not take rows that an empty memory takes: it is not the lines' fault."""

    def __init__(self, cause: str, at: Cursor) -> None:
        super().__init__(
            f"memory refuses rows that an empty memory takes, at segment {at.segment} offset {at.offset}: {cause}",
            hint="no line is dropped; memory is made again once, and if that does not help, please report this",
        )
        self.at = at


class Opening:
    """One opening. `say` tells the phase, `ending` whether to stop, `clock_us` the wall clock."""

    def __init__(
        self,
        config: Config,
        log: Logger,
        *,
        say: Callable[[str], None],
        ending: Callable[[], bool],
        clock_us: Callable[[], int],
    ) -> None:
        self._config = config
        self._log = log
        self._say = say
        self._ending = ending
        self._clock_us = clock_us
        self._path = config.state_dir / DATABASE

    async def store(self, *, unsure: bool) -> Store:
        """An open store. `unsure`: check the database first. Raises Ended, StoreError, NoSpace."""
        cause = accused(self._config.state_dir)
        if cause is None and unsure:
            cause = await self._damage()
        if cause is not None:
            await self._renew(cause)
        try:
            return await self._open()
        except Corrupt as error:
            await self._renew(str(error))
            return await self._open()

    async def _damage(self) -> str | None:
        if not self._path.exists():
            return None
        self._say("checking")
        return await in_thread(partial(check, self._path), self._ending)

    async def _renew(self, cause: str) -> None:
        self._say("renewing")
        done = await renew(self._config, cause, self._clock_us())
        self._log.error(
            "memory was damaged and is made again",
            cause=cause,
            backup=done.backup.name if done.backup else None,
            damaged_backups=done.skipped,
            kept=str(done.aside),
            hint="nothing to do but to look at the disk; the broken file may be deleted"
            if done.lost is None
            else "what came before is lost to memory: an older backup in backups/ and `brainstemd rebuild`, or "
            "`brainstemd replay` of an archive, brings it back",
        )

    async def _open(self) -> Store:
        self._say("opening")
        config = self._config
        keep = config.memory.backups > 0
        upgrade = await asyncio.to_thread(
            prepare_upgrade, self._path, config.state_dir / "backups", keep_copy=keep
        )
        if upgrade is not None:
            self._say("upgrading")
            self._log.info(
                "memory is brought to a newer schema",
                schema=upgrade.version,
                newest=upgrade.newest,
                way_back=str(upgrade.copy),
            )
        store = await Store.open(
            self._path, config=config.memory, told=self._told, listed=Identity(config).listed
        )
        if upgrade is not None:
            self._log.info("memory has the newest schema")
        return store

    def _told(self, slices: int) -> None:
        self._say(f"upgrading: {slices} slices")
        if self._ending():
            raise Ended("told to end during the upgrade of memory", hint="it goes on at the next start")


def remember_damage(state_dir: Path, error: StoreError) -> None:
    """So that the next worker makes memory again. A refusal that a new memory did not heal stays one: nothing is dropped."""
    with suppress(OSError):  # a full disk: the check at the next start has to find it
        if isinstance(error, Refused):
            if not was_renewed_for(state_dir, error.at):
                accuse(state_dir, str(error), error.at)
        elif isinstance(error, Corrupt):
            accuse(state_dir, str(error))


async def in_thread(work: Callable[..., str | None], ending: Callable[[], bool]) -> str | None:
    """`check` in a thread that nobody waits for when the worker is to end. Raises Ended, and what `work` raises."""
    found: list[str | None] = []
    failed: list[StoreError] = []
    connections: list[sqlite3.Connection] = []

    def run() -> None:
        try:
            found.append(work(opened=connections.append))
        except StoreError as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="memory-check", daemon=True)
    thread.start()
    pause_s = _LOOK_S[0]
    while thread.is_alive():
        if ending():
            for connection in connections:
                connection.interrupt()
            raise Ended("told to end during the check of memory", hint="it is checked at the next start")
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LOOK_S[1])
    if failed:
        raise failed[0]
    assert found, "the thread of the check died"
    return found[0]


async def take_lock(state_dir: Path, patience_s: float = LOCK_PATIENCE_S) -> AbstractContextManager[None]:
    """The lock of memory, entered; a predecessor gets a while to finish its batch. Raises Locked."""
    end = time.monotonic() + patience_s
    while True:
        holder = lock(state_dir)
        try:
            holder.__enter__()
        except Locked:
            if time.monotonic() >= end:
                raise
            await asyncio.sleep(0.1)
        else:
            return holder

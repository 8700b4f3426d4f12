"""Whose fault it is when a record cannot be folded or stored: the world's, a line's, or memory's own.

Invariants
- A bad world (full, locked, failing disk) accuses no line: the worker waits or is started again.
- A line pays only for what it does alone: the pipeline raises on it, workers died at it, or an empty memory refuses what
  it makes. A record pays as a whole only where an empty memory refuses it and no line of it alone is to blame.
- What an empty memory takes and memory does not is memory's fault: no line pays.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

from brainstemd.config import Config
from brainstemd.errors import BrainstemdError, PoisonLine, StoreError
from brainstemd.logs import Logger
from brainstemd.memory import Delta, Store
from brainstemd.models import ClockSkew, Cursor, Position, Record
from brainstemd.quarantine import WHOLE_RECORD, Marker

CONVICTED = "workers died while they folded this line"


def is_world(error: Exception) -> bool:
    """A bad world, not a bad line: the worker ends, says why, and is started again with back-off.

    A StoreError without a hint is SQLite's refusal of a value: the line's fault, or ours.
    """
    if isinstance(error, PoisonLine):
        return False
    if isinstance(error, StoreError):
        return bool(error.hint)
    return isinstance(error, BrainstemdError | OSError | sqlite3.OperationalError | MemoryError)


class Folding(Protocol):
    """What the worker needs of `fold.Fold`."""

    @property
    def lines(self) -> int: ...
    def add(self, record: Record, skip: frozenset[int] = ...) -> None: ...
    def take(self, cursor: Cursor) -> Delta: ...
    def skewed(self) -> list[ClockSkew]: ...


MakeFold = Callable[[Config, dict[str, Any] | None], Folding]


class Care:
    """Folds records so that what is wrong in one costs as little as can be. `skip`: what the supervisor has convicted."""

    def __init__(self, config: Config, make_fold: MakeFold, skip: frozenset[Position], log: Logger) -> None:
        self._config = config
        self._make_fold = make_fold
        self._skip = skip
        self._log = log
        self._scratch: Store | None = None

    def count(self, fold: Folding, record: Record, causes: dict[int, str]) -> dict[int, str]:
        """Fold one record without some lines and without those on which the pipeline raises; returns both, with causes."""
        while True:
            try:
                fold.add(record, frozenset(causes))
                break
            except PoisonLine as poison:
                if poison.index in causes:
                    raise  # skipping did not help: not this line's fault
                causes[poison.index] = str(poison)
                causes |= self.try_lines(record, frozenset(causes))  # one defect often hits many lines
        return causes

    def convicted(self, record: Record) -> frozenset[int]:
        """The lines of a record that the supervisor says to pass over."""
        skip = frozenset(
            p.index for p in self._skip if (p.segment, p.offset) == (record.segment, record.offset)
        )
        return frozenset(range(len(record.frames))) if WHOLE_RECORD in skip else skip

    def try_lines(
        self, record: Record, known: frozenset[int], mark: Callable[[int], None] = lambda index: None
    ) -> dict[int, str]:
        """Fold each line alone, to no effect, and say on which of them that raises, and why. `mark` is told before each."""
        trial = self._make_fold(self._config, None)
        found = {}
        for index, raw in enumerate(record.frames):
            if index in known:
                continue
            mark(index)
            try:
                trial.add(record._replace(frames=(raw,)))
            except Exception as error:
                if is_world(error):
                    raise
                found[index] = f"{type(error).__name__}: {error}"
                trial = trial if isinstance(error, PoisonLine) else self._make_fold(self._config, None)
        return found

    async def storable(
        self,
        fold: Folding,
        record: Record,
        marker: Marker,
        carry: Callable[[], Awaitable[dict[str, Any] | None]],
    ) -> tuple[Folding, Delta, dict[int, str]]:
        """(the fold to go on with, what can be stored of a record, why the rest of it cannot): the lines that raise, those
        that an empty memory refuses, or, where no line alone is to blame, all of them. `carry` is of the last commit."""
        causes = dict.fromkeys(self.convicted(record), CONVICTED)
        causes |= self.try_lines(record, frozenset(causes), partial(marker.line, record))
        marker.line(record, WHOLE_RECORD)
        delta, refused = await self._try_record(fold, record, causes)
        if delta is not None:
            return fold, delta, causes
        for index in sorted(set(range(len(record.frames))) - causes.keys()):
            marker.line(record, index)
            _, cause = await self._try_record(
                self._make_fold(self._config, None), record._replace(frames=(record.frames[index],)), {}
            )
            if cause is not None:
                causes[index] = cause
        fold = self._make_fold(self._config, await carry())
        delta, refused = await self._try_record(fold, record, causes)
        if delta is None:
            self._log.error("a record is passed over", lines=len(record.frames), error=refused)
            causes = dict.fromkeys(range(len(record.frames)), str(refused)) | causes
            fold = self._make_fold(self._config, await carry())
            delta, refused = await self._try_record(fold, record, causes)
        assert delta is not None, refused
        return fold, delta, causes

    async def _try_record(
        self, fold: Folding, record: Record, causes: dict[int, str]
    ) -> tuple[Delta | None, str | None]:
        """The delta of a record without some lines; or why there is none that a memory without a past takes."""
        try:
            self.count(fold, record, causes)
            delta = fold.take(record.end)
        except Exception as error:
            if is_world(error):
                raise
            return None, f"{type(error).__name__}: {error}"
        refused = await self._refusal(delta)
        if refused is not None:  # of what came before it?
            await self.close()
            refused = await self._refusal(delta)
        return (delta, None) if refused is None else (None, refused)

    async def _refusal(self, delta: Delta) -> str | None:
        """Why the scratch memory does not take a delta; None if it does."""
        if self._scratch is None:
            self._scratch = await Store.scratch(self._config.memory)
        try:
            await self._scratch.commit(delta)
        except Exception as error:
            if is_world(error):
                raise
            return f"{type(error).__name__}: {error}"
        return None

    async def close(self) -> None:
        """Forget the scratch memory."""
        scratch, self._scratch = self._scratch, None
        if scratch is not None:
            await scratch.close()

"""Spool → fold → commit until the live end of the spool: what replay, rebuild and demo share."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from brainstemd.config import Config
from brainstemd.errors import PoisonLine
from brainstemd.fold import Fold
from brainstemd.memory import Store
from brainstemd.models import Position, Record
from brainstemd.quarantine import Quarantine
from brainstemd.spool import Reader

_READ_BYTES = 8 * 2**20


class Drained(NamedTuple):
    lines: int
    quarantined: int


async def drain(
    reader: Reader,
    fold: Fold,
    store: Store,
    config: Config,
    progress: Callable[[int], None] = lambda lines: None,
) -> Drained:
    """Read, fold and commit, strictly in turn, until nothing more can be read.

    Lines on which the pipeline raises are put into quarantine and passed over, as the worker does.
    """
    aside = Quarantine(config.state_dir)
    lines = quarantined = 0
    while records := reader.read(config.memory.batch_lines, _READ_BYTES):
        for record in records:
            quarantined += _add(fold, record, aside)
        lines += fold.lines
        assert reader.cursor is not None
        await store.commit(fold.take(reader.cursor))
        progress(lines)
    return Drained(lines, quarantined)


def _add(fold: Fold, record: Record, aside: Quarantine) -> int:
    skip: frozenset[int] = frozenset()
    while True:
        try:
            fold.add(record, skip)
        except PoisonLine as poison:
            where = Position(poison.segment, poison.offset, poison.index)
            aside.keep(where, poison.raw, record, str(poison))
            skip |= {poison.index}
        else:
            return len(skip)

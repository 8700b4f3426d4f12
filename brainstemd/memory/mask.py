"""How the five-minute slot that runs at an instant is shown: made again from the event index, without what is later.

Where the newest event is not later than the instant, rows are used as they are and there is no mask. If the index no
longer holds the slot, the reading is as of the slot's start: `Mask.at_us` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from brainstemd.memory.events import EventReader
from brainstemd.memory.rows import Cell, cell_of, merge_cells, weighted_cell
from brainstemd.memory.sql import Database
from brainstemd.models import SECOND_US, SLOT_US, SLOTS_A_DAY


class Mask(NamedTuple):
    """How the slot that runs at an instant is shown. `lines`: key → its cell, of the lines up to the instant."""

    at_us: int  # the effective instant
    slot: int  # absolute number of the running slot
    cells: dict[int, Cell]

    def apply(self, day: int, key: int, cells: Iterable[Cell]) -> list[Cell]:
        """A day's cells as of the instant."""
        start = day * SLOTS_A_DAY
        shown = [cell for cell in cells if start + cell.slot < self.slot]
        if day == self.slot // SLOTS_A_DAY and key in self.cells:
            shown.append(self.cells[key])
        return shown


async def mask_at(db: Database, at_us: int, newest_us: int, index_from_us: int) -> Mask | None:
    """The mask of an instant; None when memory holds nothing later and rows are used as they are."""
    if newest_us <= at_us:
        return None
    floor = at_us - at_us % SLOT_US
    if index_from_us >= floor:
        return Mask(floor - 1, floor // SLOT_US, {})
    weights = await EventReader(db).weights(floor, at_us)
    return Mask(at_us, floor // SLOT_US, {key: _cell(lines, floor) for key, lines in weights.items()})


def _cell(lines: Sequence[tuple[int, int]], start_us: int) -> Cell:
    """The cell of weighted lines in the slot that starts at `start_us`."""
    slot = start_us // SLOT_US % SLOTS_A_DAY
    plain = [(t - start_us) // SECOND_US for t, n in lines if n == 1]
    cells = [cell_of(slot, plain)] if plain else []
    cells += [weighted_cell(slot, (t - start_us) // SECOND_US, n) for t, n in lines if n != 1]
    cell = cells[0]
    for more in cells[1:]:
        cell = merge_cells(cell, more)
    return cell

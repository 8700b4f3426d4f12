"""The cyclic collector, kept out of work that makes many objects and no cycle: it would walk them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector(*, old_after: bool = False) -> Iterator[None]:
    """Reference counts free everything as always. Nests, and may overlap with another use in the same process.

    `old_after`: what is left at the end is moved to the oldest generation, instead of being walked at the next allocation.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if old_after:
                gc.freeze()
                gc.unfreeze()
            gc.enable()

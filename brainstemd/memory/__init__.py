"""Memory: what was seen, in shapes that merge, in one SQLite file. The only SQL of brainstemd is in this package.

Invariants
- A commit is one transaction: the rows that a spool range made and the cursor past it stand or fall together.
- Everything stored merges in any order: sums, minima, unions, the k smallest by hash. The state after a range of
  the spool does not depend on how the range was cut into commits (docs/data-model.md names the one exception).
- A read as of an instant shows nothing later than it, exactly: what a memory holding only the events up to that
  instant would show.
- One writer: the holder of `lock(state_dir)`. Readers open read-only, and `Store.snapshot()` gives them one state.
- Every table is bounded by time or by count, and what a bound turned away is counted in `overflow`.

It never reads a clock or the environment, never sees a raw line but as a sample that it is handed, never decides
what deserves attention, and never logs: it raises `StoreError` and `Locked` with a hint.
"""

from brainstemd.memory.backup import (
    back_up,
    backups,
    check,
    cursor_in,
    inspect,
    name_of,
    restore_backup,
    rotate,
)
from brainstemd.memory.collector import without_collector
from brainstemd.memory.delta import Delta, hash_id, key_id
from brainstemd.memory.events import IndexedEvent
from brainstemd.memory.joining import joined, renamed
from brainstemd.memory.keys import REST
from brainstemd.memory.lock import lock
from brainstemd.memory.reads import Totals
from brainstemd.memory.said import SAID_A_DAY, SAID_CHARS_MAX
from brainstemd.memory.samples import RAW_BYTES_MAX as SAMPLE_BYTES_MAX
from brainstemd.memory.schema import SCHEMA_VERSION
from brainstemd.memory.store import Store
from brainstemd.memory.upgrade import Upgrade, prepare_upgrade

__all__ = [
    "REST",
    "SAID_A_DAY",
    "SAID_CHARS_MAX",
    "SAMPLE_BYTES_MAX",
    "SCHEMA_VERSION",
    "Delta",
    "IndexedEvent",
    "Store",
    "Totals",
    "Upgrade",
    "back_up",
    "backups",
    "check",
    "cursor_in",
    "hash_id",
    "inspect",
    "joined",
    "key_id",
    "lock",
    "name_of",
    "prepare_upgrade",
    "renamed",
    "restore_backup",
    "rotate",
    "without_collector",
]

"""The spool: append-only segments of lines and control records between the receiver and the worker.

The receiver's `Writer` creates and appends, the worker's `Reader` reads, `retain` compresses and deletes what was
consumed. The operators' notes are a second stream of the same format.

Invariants:

- A segment is created, written by one process, and never opened for writing again. A started writer opens the
  number after the highest ever seen; the newest segment is never deleted; so a position is never issued twice.
- Accepted means that write() returned. `append` never waits; its buffer is bounded and refusals are counted and
  become GAP records.
- What a reader yields is a function of the bytes on disk, not of when it looked. Harmed bytes become a GAP record
  where they lie; every unharmed record around them is read.
- Memory is bounded: the writer's buffer, the reader's chunk, one compressed segment.

It never parses a line, never repairs a file in place, never deletes what was not read, and never logs.
"""

from brainstemd.spool.ages import Ages
from brainstemd.spool.archive import RetainReport, fetch, retain
from brainstemd.spool.check import SegmentCheck, Stat, records, stat, verify
from brainstemd.spool.counters import Counters
from brainstemd.spool.disk import Disk
from brainstemd.spool.envelope import Control, dump_record, parse_envelope, parse_envelopes
from brainstemd.spool.lookup import last_control, oldest_created_us
from brainstemd.spool.notes import append_note, read_notes
from brainstemd.spool.reader import Reader
from brainstemd.spool.segment import Damage
from brainstemd.spool.segments import SegmentInfo
from brainstemd.spool.writer import Writer

__all__ = [
    "Ages",
    "Control",
    "Counters",
    "Damage",
    "Disk",
    "Reader",
    "RetainReport",
    "SegmentCheck",
    "SegmentInfo",
    "Stat",
    "Writer",
    "append_note",
    "dump_record",
    "fetch",
    "last_control",
    "oldest_created_us",
    "parse_envelope",
    "parse_envelopes",
    "read_notes",
    "records",
    "retain",
    "stat",
    "verify",
]

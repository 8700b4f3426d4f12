"""What the spool's writer counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Plain integers that only grow, but for the positions, which are the last ones."""

    lines_appended: int = 0  # taken into the buffer
    bytes_appended: int = 0
    lines_refused: int = 0  # the buffer was full
    bytes_refused: int = 0
    lines_written: int = 0  # accepted: write() returned
    bytes_written: int = 0  # to segments, headers excluded
    records_written: int = 0
    records_again: int = 0  # written a second time because an fdatasync failed
    lines_unconfirmed: int = 0  # written, never confirmed, and too many to be kept for another try
    segments: int = 0
    write_errors: int = 0  # failed or short writes and creations
    fsyncs: int = 0
    fsync_errors: int = 0
    fsync_us: int = 0  # time spent in fdatasync
    fsync_us_max: int = 0
    accepted_segment: int = 0  # the end of what was accepted
    accepted_offset: int = 0
    synced_segment: int = 0  # the end of what was synced
    synced_offset: int = 0

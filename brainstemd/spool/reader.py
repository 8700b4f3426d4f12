"""Reading a stream in order, at the live end too, over whatever damage there is.

What a reader yields is a function of the bytes in the segments alone, not of when it looked: at the live end an
incomplete or harmed record means "wait", until a valid record follows it or a newer segment exists.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brainstemd.errors import SpoolError
from brainstemd.models import Cursor, Record, RecordKind
from brainstemd.spool import segments
from brainstemd.spool.disk import Disk
from brainstemd.spool.record import HEADER_BYTES, Origins, decode, record_of, size_at
from brainstemd.spool.segment import CHUNK_BYTES, Copies, Damage, Segment, copies_of, open_segment
from brainstemd.spool.segments import SegmentInfo


class Reader:
    """Records after `cursor` (None: from the oldest segment), in order. Never blocks, never writes."""

    def __init__(self, directory: Path, cursor: Cursor | None, *, disk: Disk | None = None) -> None:
        self._directory = directory
        self._disk = disk if disk is not None else Disk()
        self._at = cursor
        self._segment: Segment | None = None
        self._newer: SegmentInfo | None = None  # known to exist: then the open segment is dead
        self._data = b""  # bytes of the open segment, from _data_at on
        self._data_at = 0
        self._scanned: tuple[int, int] = (0, 0)  # (bad offset, size of the file when the rest held no record)
        self._listed: tuple[int, list[SegmentInfo]] = (-1, [])
        self._origins = Origins()
        self._copies: tuple[int, Copies] | None = None  # of a segment, when they are settled

    @property
    def cursor(self) -> Cursor | None:
        """Where reading goes on; None when nothing was ever found."""
        return self._at

    def close(self) -> None:
        """Close the open segment; a later read opens it again."""
        if self._segment is not None:
            self._segment.close()
            self._segment = None

    def backlog_bytes(self) -> int:
        """Bytes of plain segments after the cursor (compressed ones count as they lie on disk)."""
        total = 0
        oldest = (
            self._at.segment if self._at is not None else 0
        )  # thousands of consumed ones may lie before it
        for info in segments.list_segments(self._directory, self._disk, oldest):
            try:
                size = info.path.stat().st_size
            except FileNotFoundError:
                continue
            if self._at is None or info.number > self._at.segment:
                total += max(0, size - HEADER_BYTES)
            elif info.number == self._at.segment and not info.compressed:
                total += max(0, size - max(HEADER_BYTES, self._at.offset))
        return total

    def read(self, max_lines: int = 20_000, max_bytes: int = 8 * 2**20) -> list[Record]:
        """The next records: at least one if there is one, then up to the limits. [] at the live end.

        Raises SpoolError when a segment cannot be read.
        """
        records: list[Record] = []
        lines = size = 0
        while lines < max_lines and size < max_bytes:
            try:
                record = self._next()
            except OSError as e:
                raise SpoolError(
                    f"cannot read the spool: {e}", hint="see the permissions and the disk"
                ) from e
            if record is None:
                break
            records.append(record)
            lines += len(record.frames) or 1
            size += record.end.offset - record.offset if record.end.segment == record.segment else 0
        return records

    # ------------------------------------------------------------ one record

    def _next(self) -> Record | None:
        while True:
            if self._segment is None:
                gap = self._open()
                if gap is not None or self._segment is None:
                    return gap
            assert self._at is not None
            assert self._segment is not None
            record = self._parse(self._segment)
            if record is not None:
                self._at = record.end
                return record
            if self._newer is None:
                self._newer = self._after(self._segment.number)
                if self._newer is None:
                    return None
                continue  # look once more: the last record may have come before the newer segment
            if self._at.offset < self._segment.size() and not self._later(self._segment).settled:
                return None  # what is harmed here is being written again just now
            record = self._end_of(self._segment, self._newer)
            if record is not None:
                return record

    def _parse(self, segment: Segment) -> Record | None:
        """The next record, or damage that a valid record follows; None at the end of what is readable."""
        assert self._at is not None
        while True:
            offset = self._at.offset
            at = offset - self._data_at
            total = size_at(self._data, at) if 0 <= at <= len(self._data) else -1
            if total == 0 or total < 0 or len(self._data) - at < total:
                at, total = 0, self._look(segment, offset)
            raw = decode(self._data, at, segment.number, offset)
            if raw is None:
                found = self._following(segment, offset)
                if found is None:
                    return None
                # What follows was appended later: what was half written at the first look is whole by now.
                total = self._look(segment, offset)
                raw = decode(self._data, 0, segment.number, offset)
                if raw is None:
                    return self._damage(segment, offset, found)
            end = Cursor(segment.number, offset + total)
            if raw.copy is None:
                return record_of(raw, segment.number, offset, end, self._origins)
            self._at = end  # a copy has its place in the segment it is of

    def _look(self, segment: Segment, offset: int) -> int:
        """Read from `offset` on; the size of the record there."""
        self._data, self._data_at = segment.read(offset, CHUNK_BYTES), offset
        total = size_at(self._data, 0)
        if total > CHUNK_BYTES:
            self._data = segment.read(offset, total)
        return total

    def _following(self, segment: Segment, offset: int) -> int | None:
        """Where the first valid record after `offset` begins, if there is one."""
        size = segment.size()
        if size <= offset or self._scanned == (offset, size):
            return None
        found = segment.next_valid(offset + 1)
        if found is None:
            self._scanned = (offset, size)
        return found

    def _damage(self, segment: Segment, offset: int, found: int) -> Record | None:
        """No record is at `offset`, but one at `found`: the copy, or the damage up to there; None: wait."""
        if self._newer is None:
            self._newer = self._after(segment.number)
        copies = self._later(segment) if self._newer is not None else Copies({}, True)
        if not copies.settled:
            return None
        if (copy := self._copy(segment, copies, offset)) is not None:
            return copy
        found = min([found, *(at for at in copies.found if at > offset)])
        harmed = segment.original(found)
        assert harmed is not None
        return self._gap(
            segment, offset, Cursor(segment.number, found), harmed.received_us, "corrupt", found - offset
        )

    def _later(self, segment: Segment) -> Copies:
        """What later segments hold of this dead one's records."""
        if self._copies is not None and self._copies[0] == segment.number:
            return self._copies[1]
        present = segments.list_segments(self._directory, self._disk)
        copies = copies_of(segment.number, [info for info in present if info.number > segment.number])
        if copies.settled:
            self._copies = segment.number, copies
        return copies

    def _copy(self, segment: Segment, copies: Copies, offset: int) -> Record | None:
        raw = copies.found.get(offset)
        if raw is None or raw.copy is None:
            return None
        end = Cursor(segment.number, raw.copy.end)
        return record_of(raw, segment.number, offset, end, self._origins)

    def _end_of(self, segment: Segment, newer: SegmentInfo) -> Record | None:
        """The open segment is dead and read: copies of what it has lost, then on to `newer`; a GAP if bytes or segments
        are missing."""
        assert self._at is not None
        offset, size = self._at.offset, segment.size()
        copies = self._later(segment)
        if (copy := self._copy(segment, copies, offset)) is not None:
            self._at = copy.end
            return copy
        further = min((at for at in copies.found if at > offset), default=None)
        copied = max((raw.copy.end for raw in copies.found.values() if raw.copy), default=0)
        following = Cursor(newer.number, HEADER_BYTES)
        reason, lost = "", 0
        if further is not None:
            reason, lost, following = "torn_tail", further - offset, Cursor(segment.number, further)
        elif offset < size:
            reason, lost, following = "torn_tail", size - offset, Cursor(segment.number, size)
        elif offset > max(size, HEADER_BYTES, copied):
            reason = "cursor_past_end"
        elif size < HEADER_BYTES or segment.harmed:
            reason = "torn_tail"
        elif newer.number > segment.number + 1:
            reason = "segments_missing"
        gap = None
        if reason:
            gap = self._gap(segment, offset, following, self._created_us(newer), reason, lost)
        self._at = following
        if following.segment != segment.number:
            self._newer = None
            self.close()
        return gap

    # ------------------------------------------------------------ segments

    def _open(self) -> Record | None:
        """Open the segment of the cursor, or the next there is; a GAP where that skips something."""
        for _ in range(3):
            present = segments.list_segments(self._directory, self._disk)
            if not present:
                return None
            at = self._at if self._at is not None else Cursor(present[0].number, HEADER_BYTES)
            info = next((info for info in present if info.number >= at.segment), None)
            reason = "segments_missing"
            if info is None:  # every segment is older than what was read: another spool
                info, reason = present[0], "spool_replaced"
            try:
                segment = open_segment(info)
            except FileNotFoundError:
                continue  # deleted this instant
            return self._enter(segment, at, reason)
        return None

    def _enter(self, segment: Segment, at: Cursor, reason: str) -> Record | None:
        segment.header()  # refuses a newer format by name; a harmed one loses nothing, `verify` speaks of it
        self._segment, self._newer = segment, None
        self._data, self._data_at = b"", 0
        self._at = Cursor(segment.number, max(at.offset, HEADER_BYTES))
        if segment.number == at.segment:
            return None
        self._at = Cursor(segment.number, HEADER_BYTES)
        created_us = self._created_us(segment.info)
        control = _gap_control(created_us, created_us, reason, 0)
        return Record(RecordKind.GAP, at.segment, at.offset, self._at, created_us, control=control)

    def _after(self, number: int) -> SegmentInfo | None:
        """The oldest segment newer than `number`, if there is one."""
        path = self._directory / segments.name(number + 1)
        if path.exists():
            return SegmentInfo(number + 1, path, False)
        try:
            stamp = self._directory.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if stamp != self._listed[0]:
            self._listed = (stamp, segments.list_segments(self._directory, self._disk))
        return next((info for info in self._listed[1] if info.number > number), None)

    def _created_us(self, info: SegmentInfo) -> int:
        try:
            segment = open_segment(info)
        except FileNotFoundError:
            return 0
        try:
            header = segment.header()
        finally:
            segment.close()
        return header.created_us if header is not None else 0

    def _gap(self, segment: Segment, offset: int, end: Cursor, end_us: int, reason: str, size: int) -> Record:
        """Its interval: from the last record before the damage to the first after it."""
        header = segment.header()
        start_us = header.created_us if header is not None else end_us
        for found in segment.walk(HEADER_BYTES):
            if isinstance(found, Damage):
                if found.end > offset:
                    break
            elif found[0] < offset:
                start_us = found[2].received_us
            else:
                break
        end_us = end_us or start_us
        control = _gap_control(min(start_us, end_us), max(start_us, end_us), reason, size)
        return Record(RecordKind.GAP, segment.number, offset, end, end_us, control=control)


def _gap_control(start_us: int, end_us: int, reason: str, size: int) -> dict[str, Any]:
    return {"start_us": start_us, "end_us": end_us, "reason": reason, "lost": None, "bytes": size}

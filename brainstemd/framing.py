"""Cutting a byte stream into lines, without I/O. Both ends of the spool use it.

The receiver feeds what it read from a connection to a `Framer` and gets `Cut`s: runs of whole frames, a spool record each. The
reader cuts a record's payload with `split` and gets exactly the frames that the framer saw, however the stream was chunked.

How frames are told apart (RFC 6587, per message, as receivers in the field do):

- `[0-9]{1,10} <` is an octet count (3.4.1; zeros before it, which it forbids, change nothing); on a connection
  whose previous frame was octet-counted a count is believed without the `<`, before the first frame only if all
  around it fits (octets.py). Anything else ends at LF or NUL, whichever comes first (3.4.2).
- LF, NUL and CR LF between frames are skipped; inside a frame every byte is kept, a CR before the LF included.
- A count is a claim. It is not believed when it exceeds `max_line`, or when the bytes it covers hold a line end
  followed by a PRI (`\\n<34>`, `\\n120 <34>`): then the frame ends there. After a broken count a frame also ends
  where a count with a PRI begins, so that a stream without line ends finds its feet again; so does, at the end of a
  connection, one that covers more than came. `desync` counts these.
- A frame longer than `max_line` gives its first `max_line` bytes, flagged TRUNCATED; the rest is counted and
  dropped up to the frame's end. What a connection leaves unfinished is a frame flagged UNTERMINATED.

Every decision is a function of the stream's bytes alone, never of how reads cut it. Memory held is at most `max_line` plus a few
bytes (two frames at a stream's start); every regular expression has bounded repeats.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from brainstemd.models import Flag, Framing, Unfinished
from brainstemd.octets import (
    COUNT,
    COUNT_PARTIAL,
    COUNT_PRI,
    Count,
    count_at,
    lines_end,
    may_count,
    starts_counted,
)

RECORD_BYTES_MAX = 64 * 1024
RECORD_FRAMES_MAX = 1000
MAX_LINE_LIMIT = 1024 * 1024  # a larger configured max_line is taken as this: readers' memory is bounded

_COUNTED_PRI = rb"[1-9][0-9]{0,6} <[0-9]{1,3}>"
_PRI = re.compile(rb"<[0-9]{1,3}>")
_STRAY = re.compile(rb"(?:[\n\0]|\r(?=[\n\0]))*")
_END = re.compile(rb"[\n\0]")
_END_OR_COUNT = re.compile(rb"[\n\0]|" + _COUNTED_PRI)
_APART = re.compile(rb"(?=" + _COUNTED_PRI + rb")[0-9]{1,7} ")
_NEW_MESSAGE = re.compile(rb"[\n\0](?=(?:[1-9][0-9]{0,9} )?<[0-9]{1,3}>)")
_SKIPS = (None, _END, _END_OR_COUNT, _NEW_MESSAGE)  # what can end a frame that is being skipped
_LOOK = 20  # longer than any match of the four above


class Cut(NamedTuple):
    """Whole frames: what becomes one spool record."""

    framing: Framing
    payload: bytes
    lengths: Sequence[int] = ()
    flags: int = 0


def split(framing: Framing, payload: bytes, lengths: Sequence[int] = ()) -> list[bytes]:
    """The non-empty frames of a record's payload, frame ends removed. Never raises on any payload."""
    if framing is Framing.NEWLINE:
        if b"\0" in payload:
            payload = payload.replace(b"\0", b"\n")
        return [line for line in payload.split(b"\n") if line and line != b"\r"]
    if framing is Framing.CONTROL:
        return []
    if len(lengths) == 1 and lengths[0] == len(payload):
        return [payload] if payload else []
    ends = accumulate(lengths)
    return [payload[end - length : end] for end, length in zip(ends, lengths, strict=True) if length]


def count(framing: Framing, payload: bytes, lengths: Sequence[int] = ()) -> int:
    """`len(split(…))`, cheaper."""
    if framing is not Framing.NEWLINE:
        return len(lengths) - lengths.count(0)
    if len(payload) > 2 and payload.find(b"\n") == len(payload) - 1 and b"\0" not in payload:
        return 1
    if b"\0" in payload:
        payload = payload.replace(b"\0", b"\n")
    lines = payload.split(b"\n")
    return len(lines) - lines.count(b"") - lines.count(b"\r")


class Framer:
    """One connection's frames. Counters are plain integers and only grow."""

    __slots__ = (
        "_broken", "_counted", "_cuts", "_frames", "_frames_bytes", "_fresh", "_pending", "_scanned", "_skip", "_skip_left",
        "bytes_dropped", "desync", "max_line", "oversize",
    )  # fmt: skip

    def __init__(self, max_line: int) -> None:
        self.max_line = max(1, min(max_line, MAX_LINE_LIMIT))
        self.oversize = self.bytes_dropped = 0  # frames whose end was dropped, and those bytes
        self.desync = 0  # octet counts that were wrong
        self._pending = b""  # starts at a frame's start, or inside a frame that is being skipped
        self._scanned = 0  # bytes of _pending in which no frame end was found
        self._counted = False  # the previous frame was octet-counted
        self._broken = False  # the frame at the start of _pending follows a count that was not believed
        self._fresh = True  # how the first frame is told from the next is open
        self._skip: re.Pattern[bytes] | None = None  # what ends the frame that is being skipped
        self._skip_left = 0  # bytes after which it ends anyhow; 0 = no such limit
        self._frames: list[bytes] = []
        self._frames_bytes = 0
        self._cuts: list[Cut] = []

    def unfinished(self) -> Unfinished:
        """All that decides how the stream goes on; the counters stay here."""
        skip = _SKIPS.index(self._skip)
        return Unfinished(
            self._pending, self._scanned, self._counted, self._broken, skip, self._skip_left, self._fresh
        )

    def go_on(self, unfinished: Unfinished) -> None:
        """Be where another framer was. Raises IndexError for what no framer has said."""
        self._pending, self._scanned, self._counted, self._broken, skip, self._skip_left, self._fresh = (
            unfinished
        )
        self._skip = _SKIPS[skip]

    @property
    def pending(self) -> int:
        """Bytes held back because their frame is not complete."""
        return len(self._pending)

    def feed(self, data: bytes) -> list[Cut]:
        """Take the next bytes of the stream; return the frames that are complete now."""
        if self._pending:
            data = self._pending + data
        if self._fresh and self._open(data):
            return []
        if self._counted or self._broken or self._skip is not None:
            return self._walk(data)
        if may_count(data):
            return self._walk(data)
        return self._lines(data)

    def _open(self, data: bytes) -> bool:
        """Whether it is open still how the first frame ends; then all is kept."""
        counted = starts_counted(data, self.max_line)
        if counted is None:
            self._pending = data
            return True
        self._fresh, self._counted = False, counted
        return False

    def is_line(self, data: bytes) -> bool:
        """Whether `feed(data)` would give just `Cut(NEWLINE, data)`, one line: the commonest read of all, told cheaply."""
        one = (
            data.find(b"\n") == len(data) - 1 <= self.max_line
            and data.startswith(b"<")
            and not (self._pending or self._counted or self._broken)
            and self._skip is None
            and b"\0" not in data
        )
        self._fresh = self._fresh and not one
        return one

    def lapse(self) -> list[Cut] | None:
        """The sender fell silent inside a frame: take what is there as one, flagged UNTERMINATED, and go on at a frame's start.

        None where that would misread what may follow: in a stream of octet counts, and in a frame that is being cut off.
        """
        doubt = COUNT_PARTIAL.match(self._pending) or COUNT_PRI.match(self._pending)
        if self._counted or self._skip is not None or doubt:
            return None
        fresh, cuts = self._fresh, self.finish()
        self._fresh = fresh
        return cuts

    def finish(self) -> list[Cut]:
        """The connection ended: what is left is a frame, flagged UNTERMINATED."""
        data, self._pending, self._scanned = self._pending, b"", 0
        if self._fresh and starts_counted(data, self.max_line, ended=True):
            self._fresh, self._counted = False, True
            return self._walk(data) + self.finish()
        if self._skip is not None:
            self.bytes_dropped, self._skip = self.bytes_dropped + len(data), None
            return []
        start = _stray_end(data)
        head = None if self._broken else count_at(data, start, self._counted)
        data = data[start:] if head is None else data[head.body :]
        if head is not None and head.size > len(data):
            data = self._swallowed(data)
        self._broken = self._counted = False
        cuts, self._cuts = self._cuts, []
        if data not in (b"", b"\r"):
            flags = int(Flag.UNTERMINATED)
            if len(data) > self.max_line:
                flags |= Flag.TRUNCATED
                data = self._head(data, len(data))
            cuts.append(Cut(Framing.MIXED, data, (len(data),), flags))
        return cuts

    def _swallowed(self, data: bytes) -> bytes:
        """Take the messages with counts of their own that a count which was too large covers; return the last one."""
        *pieces, data = _APART.split(data)
        self.desync += bool(pieces)
        for piece in pieces:
            if len(piece) > self.max_line:
                self._cut_off(self._head(piece, len(piece)))
            else:
                self._take(piece)
        self._flush()
        return data

    # -------------------------------------------------------- the fast way: nothing but LF and NUL

    def _lines(self, data: bytes) -> list[Cut]:
        """Cut a chunk that holds no octet count: a few C calls a record."""
        self._scanned = 0
        end = max(data.rfind(b"\n"), data.rfind(b"\0")) + 1
        at = self._pack_run(data, 0, end)
        if at < end or len(data) - at > self.max_line:
            return self._walk(data[at:])  # a line that is too long
        self._pending = data[at:] if at else data
        cuts, self._cuts = self._cuts, []
        return cuts

    def _pack_run(self, data: bytes, at: int, end: int) -> int:
        """Records of data[at:end], which is whole newline frames; return where a line that is too long begins."""
        while at < end:
            stop = min(at + RECORD_BYTES_MAX, end)
            if stop < end:
                stop = max(data.rfind(b"\n", at, stop), data.rfind(b"\0", at, stop)) + 1
            piece = data[at:stop]
            if not stop or (len(piece) > self.max_line and self._too_long(piece)):
                return at
            self._cuts += _pack(piece)
            at = stop
        return at

    def _too_long(self, piece: bytes) -> bool:
        return max(map(len, piece.replace(b"\0", b"\n").split(b"\n"))) > self.max_line

    # -------------------------------------------------------- the careful way: frame by frame

    def _walk(self, data: bytes) -> list[Cut]:
        at = 0
        careful = 0  # up to here newline frames are taken one by one, because one of them is too long
        while at < len(data):
            if self._skip is None and not self._broken:
                at = self._counted_run(data, at)
                if not self._counted and not self._scanned and at >= careful:
                    at, careful = self._plain_run(data, at)
                if at == len(data):
                    break
            step = self._skip_on(data, at) if self._skip is not None else self._frame(data, at)
            if step is None:
                break
            at = step
        self._scanned = max(0, self._scanned - at)
        self._pending = data[at:]
        self._flush()
        cuts, self._cuts = self._cuts, []
        return cuts

    def _counted_run(self, data: bytes, at: int) -> int:
        """Take the octet-counted frames that leave no question; return where the first other one starts."""
        match, limit, size = COUNT.match, self.max_line, len(data)
        frames, room = self._frames, RECORD_BYTES_MAX - self._frames_bytes
        while (head := match(data, at)) is not None:
            start = head.end()
            end = start + int(head[1])
            if not start < end <= size or end - start > limit or data[start] != 0x3C:
                break
            frame = data[start:end]
            if b"\n" in frame or b"\0" in frame:
                break
            at = end
            room -= end - start
            if room < 0 or len(frames) >= RECORD_FRAMES_MAX:
                self._flush()
                frames, room = self._frames, RECORD_BYTES_MAX - (end - start)
            frames.append(frame)
            self._counted = True
            self._scanned = 0
        self._frames_bytes = RECORD_BYTES_MAX - room
        return at

    def _plain_run(self, data: bytes, at: int) -> tuple[int, int]:
        """Take the newline frames up to the next octet count.

        Returns where the first other frame starts, and up to where it is not worth trying again.
        """
        if at >= len(data) or COUNT_PRI.match(data, at) is not None:
            return at, 0
        stop = lines_end(data, at)
        end = max(data.rfind(b"\n", at, stop), data.rfind(b"\0", at, stop)) + 1
        if end <= at:
            return at, 0
        self._flush()
        at = self._pack_run(data, at, end)
        return at, at + RECORD_BYTES_MAX if at < end else 0

    def _frame(self, data: bytes, at: int) -> int | None:
        """Take the frame that starts at `at`; return where the next one starts, None if it is not complete."""
        if self._broken:
            return self._text(data, at, _END_OR_COUNT)
        start = _stray_end(data, at)
        if start > at:
            self._scanned = 0
            return start
        if data[at:] == b"\r" or COUNT_PARTIAL.match(data, at) is not None:
            return None  # the LF may follow; may become a count
        head = count_at(data, at, self._counted)
        if head is None:
            if self._counted and data[at] != 0x3C:  # neither a count nor "<": the last count was wrong
                self.desync += 1
                self._broken = True
            return self._text(data, at, _END_OR_COUNT if self._counted else _END)
        if head.size > self.max_line:
            return self._large(data, head)
        end = head.body + head.size
        lie = _NEW_MESSAGE.search(data, max(head.body, self._scanned - _LOOK), min(end, len(data)))
        if lie is not None:
            return self._disbelieve(data, at, head)
        if end > len(data):
            self._scanned = len(data)
            return None
        self._take(data[head.body : end])
        self._counted = True
        self._scanned = 0
        return end

    def _disbelieve(self, data: bytes, at: int, head: Count) -> int:
        """The count covers the start of another message: read on as text, without the count if a PRI follows."""
        self.desync += 1
        self._broken = True
        self._scanned = 0
        return head.body if _PRI.match(data, head.body) is not None else at

    def _text(self, data: bytes, at: int, ends: re.Pattern[bytes]) -> int | None:
        found = ends.search(data, max(at, self._scanned - _LOOK))
        if found is None:
            return self._unended(data, at, ends)
        stop = found.start()
        self._counted = found[0][0] not in b"\n\0"
        self._broken = False
        self._scanned = 0
        if stop - at > self.max_line:
            self._cut_off(self._head(data[at : at + self.max_line], stop - at))
        elif data[at:stop] not in (b"", b"\r"):
            self._take(data[at:stop])
        return stop if self._counted else found.end()

    def _large(self, data: bytes, head: Count) -> int | None:
        """A count beyond max_line: the frame ends at the count, or earlier where another message begins."""
        end = head.body + head.size
        found = _NEW_MESSAGE.search(data, max(head.body, self._scanned - _LOOK), min(end, len(data)))
        if found is not None and found.start() - head.body <= self.max_line:
            return self._disbelieve(data, head.start, head)
        if len(data) - head.body <= self.max_line + _LOOK and end > len(data):
            self._scanned = len(data)
            return None
        self._counted = True
        self._scanned = 0
        self._cut_off(self._head(data[head.body : head.body + self.max_line], self.max_line))
        self._skip, self._skip_left = _NEW_MESSAGE, head.size - self.max_line
        return head.body + self.max_line

    def _unended(self, data: bytes, at: int, ends: re.Pattern[bytes]) -> int | None:
        if len(data) - at <= self.max_line + _LOOK:
            self._scanned = len(data)
            return None
        self._broken = False
        self._scanned = 0
        self._cut_off(self._head(data[at : at + self.max_line], self.max_line))
        self._skip, self._skip_left = ends, 0
        return at + self.max_line

    def _skip_on(self, data: bytes, at: int) -> int | None:
        """Drop bytes of an oversize frame up to its end; keep what may be the start of that end."""
        assert self._skip is not None
        limit = at + self._skip_left if self._skip_left else len(data) + 1
        found = self._skip.search(data, at, min(limit, len(data)))
        if found is not None:
            self._counted = self._skip is _END_OR_COUNT and found[0][0] not in b"\n\0"
            if self._skip is _NEW_MESSAGE:
                self.desync += 1
            stop, after = found.start(), found.start() if self._counted else found.end()
        elif limit <= len(data):
            stop = after = limit
        else:
            keep = max(at, len(data) - _LOOK)
            self.bytes_dropped += keep - at
            self._skip_left -= (keep - at) if self._skip_left else 0
            return keep if keep > at else None
        self.bytes_dropped += stop - at
        self._skip, self._skip_left = None, 0
        return after

    # -------------------------------------------------------- gathering

    def _head(self, data: bytes, length: int) -> bytes:
        self.oversize += 1
        self.bytes_dropped += length - self.max_line
        return data[: self.max_line]

    def _take(self, frame: bytes) -> None:
        if not frame:
            return
        full = self._frames_bytes + len(frame) > RECORD_BYTES_MAX or len(self._frames) >= RECORD_FRAMES_MAX
        if full:
            self._flush()
        self._frames.append(frame)
        self._frames_bytes += len(frame)

    def _cut_off(self, frame: bytes) -> None:
        self._flush()
        self._cuts.append(Cut(Framing.MIXED, frame, (len(frame),), int(Flag.TRUNCATED)))

    def _flush(self) -> None:
        if self._frames:
            frames, self._frames, self._frames_bytes = self._frames, [], 0
            self._cuts.append(Cut(Framing.MIXED, b"".join(frames), tuple(map(len, frames))))


def _stray_end(data: bytes, at: int = 0) -> int:
    """Where the line ends between frames stop: LF, NUL and CR LF; a CR that no LF or NUL follows is text."""
    match = _STRAY.match(data, at)
    assert match is not None
    return match.end()


def _pack(piece: bytes) -> list[Cut]:
    """Whole newline frames of at most 64 KiB as records of at most 1,000 frames."""
    cuts: list[Cut] = []
    if piece.count(b"\n") + piece.count(b"\0") > RECORD_FRAMES_MAX:
        lines = piece.replace(b"\0", b"\n")
        at = 0
        while at < len(piece):
            rest = lines[at:].split(b"\n", RECORD_FRAMES_MAX)
            size = len(piece) - at - (len(rest[-1]) if len(rest) > RECORD_FRAMES_MAX else 0)
            cuts += _lines_cut(piece[at : at + size])
            at += size
        return cuts
    return _lines_cut(piece)


def _lines_cut(piece: bytes) -> list[Cut]:
    return [Cut(Framing.NEWLINE, piece)] if piece.strip(b"\r\n\0") or count(Framing.NEWLINE, piece) else []

"""The spool's format and reader: what is written is read, and harm stays where it is."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.errors import SpoolError
from brainstemd.models import Batch, Cursor, Flag, Framing, Origin, Record, RecordKind
from brainstemd.spool import Reader, append_note, last_control, read_notes, verify
from brainstemd.spool.record import HEADER_BYTES, MAGIC, Header, decode, decode_header, encode_header
from brainstemd.spool.segment import pread
from tests.spool_kit import (
    ORIGIN,
    STREAM,
    batch,
    frames_of,
    gaps_of,
    put,
    read_all,
    segment_bytes,
    writer,
)

PINNED = Path(__file__).parent / "data" / "spool" / "0000000000000042.seg"
PINNED_RECORDS: list[Batch | tuple[RecordKind, int, bytes]] = [
    (RecordKind.START, 1_000_000, b'{"version":"0.1.0"}'),
    batch(b"<13>Mar 22 00:00:01 fw-01 charon: down", b"\xff\xfe not utf-8", at_us=1_711_065_601_000_001),
    Batch(STREAM, Framing.NEWLINE, 1_711_065_602_000_002, b"<13>a\r\n\n<13>b\0"),
    Batch(
        STREAM, Framing.MIXED, 1_711_065_603_000_003, b"<13>counted\nline<13>tail", (16, 8), Flag.UNTERMINATED
    ),
    (RecordKind.BEAT, 1_711_065_610_000_000, b'{"drops":0}'),
    (RecordKind.GAP, 1_711_065_611_000_000, b'{"end_us":2,"lost":null,"reason":"x","start_us":1}'),
]

FRAME = st.binary(min_size=1, max_size=40)
BATCH = st.builds(
    lambda frames, at, origin, flags: batch(*frames, at_us=at, origin=origin, flags=flags),
    st.lists(FRAME, min_size=1, max_size=6),
    st.integers(-(2**62), 2**62),
    st.sampled_from([ORIGIN, STREAM, Origin("archive", "replay", "ü\udc80", tenant="acme")]),
    st.integers(0, 7),
)


def small() -> tuple[bytes, list[int], list[bytes]]:
    """A small segment with every framing: its bytes, record bounds and lines."""
    items = [
        batch(b"one", b"two"),
        Batch(STREAM, Framing.NEWLINE, 2_000_000, b"three\nfour\n"),
        batch(b"five"),
    ]
    data, offsets = segment_bytes(1, items)
    return data, offsets, [b"one", b"two", b"three", b"four", b"five"]


def test_the_pinned_segment_reads_and_writes_as_ever(tmp_path: Path) -> None:
    """The committed bytes are what this program writes, and it reads them. They never change within a version."""
    data, offsets = segment_bytes(42, PINNED_RECORDS)
    assert data == PINNED.read_bytes()
    put(tmp_path, 42, PINNED.read_bytes())
    records = read_all(tmp_path)
    assert [(r.kind.name, r.offset, r.end) for r in records] == [
        (name, offset, Cursor(42, end))
        for name, offset, end in zip(
            ["START", "LINES", "LINES", "LINES", "BEAT", "GAP"], offsets, offsets[1:], strict=False
        )
    ]
    assert frames_of(records) == [
        b"<13>Mar 22 00:00:01 fw-01 charon: down",
        b"\xff\xfe not utf-8",
        b"<13>a\r",
        b"<13>b",
        b"<13>counted\nline",
        b"<13>tail",
    ]
    assert records[3].origin == STREAM
    assert records[3].flags == Flag.UNTERMINATED
    assert records[4].control == {"drops": 0}


HEADER = st.builds(
    Header,
    st.just("spool"),
    st.integers(0, 2**63),
    st.integers(-(2**62), 2**62),
    st.binary(min_size=16, max_size=16),
    st.just(1),
)


@given(HEADER)
def test_a_header_comes_back(header: Header) -> None:
    """decode(encode(h)) == h; any flipped bit is noticed."""
    data = encode_header(header)
    assert len(data) == HEADER_BYTES
    assert decode_header(data) == header
    assert decode_header(data[:20] + bytes([data[20] ^ 4]) + data[21:]) is None


@settings(max_examples=60)
@given(st.lists(BATCH, max_size=8))
def test_batches_come_back(tmp_path_factory: pytest.TempPathFactory, batches: list[Batch]) -> None:
    """What the format holds is what went in: origin, instant, flags, frames."""
    directory = tmp_path_factory.mktemp("spool")
    put(directory, 3, segment_bytes(3, batches)[0])
    records = read_all(directory)
    assert [(r.origin, r.received_us, r.flags, b"".join(r.frames)) for r in records] == [
        (b.origin, b.received_us, b.flags, b.payload) for b in batches
    ]


def test_a_record_holds_only_where_it_was_written() -> None:
    """The checksum covers segment and offset: a copy of a record elsewhere is no record."""
    data, offsets, _ = small()
    assert decode(data, offsets[1], 1, offsets[1]) is not None
    assert decode(data, offsets[1], 2, offsets[1]) is None
    assert decode(data, offsets[1], 1, offsets[1] + 1) is None


@pytest.mark.parametrize("newer", [False, True])
def test_cut_at_every_byte(tmp_path: Path, newer: bool) -> None:
    """A segment cut anywhere gives its whole records. Dead, its torn end is a GAP; live, nothing is said yet."""
    data, offsets, lines = small()
    after = segment_bytes(2, [batch(b"six", at_us=3_000_000)])[0]
    counts = [0, 2, 4, 5]
    for size in range(len(data) + 1):
        directory = tmp_path / str(size)
        put(directory, 1, data[:size])
        if newer:
            put(directory, 2, after)
        records = read_all(directory)
        whole = sum(size >= end for end in offsets[1:])
        torn = size not in offsets
        assert frames_of(records) == lines[: counts[whole]] + ([b"six"] if newer else []), size
        assert gaps_of(records) == (["torn_tail"] if torn and newer else []), size
        damage = [d for check in verify(directory) for d in check.damage]
        assert bool(damage) == torn, size
        if torn and newer and size > HEADER_BYTES:
            gap = next(r for r in records if r.kind is RecordKind.GAP)
            assert gap.control is not None
            assert gap.control["bytes"] == size - offsets[whole]
            assert gap.control["lost"] is None


@pytest.mark.parametrize("newer", [False, True])
def test_flip_every_byte(tmp_path: Path, newer: bool) -> None:
    """One harmed byte costs at most its record; the others are read and the damage is reported."""
    data, offsets, _ = small()
    each = [[b"one", b"two"], [b"three", b"four"], [b"five"]]
    after = segment_bytes(2, [batch(b"six", at_us=3_000_000)])[0]
    for at in range(len(data)):
        directory = tmp_path / str(at)
        put(directory, 1, data[:at] + bytes([data[at] ^ 0x5A]) + data[at + 1 :])
        if newer:
            put(directory, 2, after)
        hit = next((i for i in range(3) if offsets[i] <= at < offsets[i + 1]), None)
        expected = [line for i in range(3) if i != hit for line in each[i]]
        records = read_all(directory)
        assert frames_of(records) == expected + ([b"six"] if newer else []), at
        told = gaps_of(records)
        if hit is not None and (newer or hit < 2):
            assert told == ["torn_tail" if hit == 2 else "corrupt"], at
        else:
            assert told == [], at  # a harmed header loses nothing; a harmed live end may still become whole
        assert any(check.damage for check in verify(directory)), at


def test_what_is_read_does_not_depend_on_when_it_was_looked_at(tmp_path: Path) -> None:
    """A reader that polls after each byte of the growing spool sees what one sees that comes at the end."""
    harmed = bytearray(small()[0])
    harmed[small()[1][1] + 30] ^= 1  # the second record
    parts = [
        (1, bytes(harmed)),
        (2, segment_bytes(2, [batch(b"six")])[0][:-2]),
        (4, segment_bytes(4, [batch(b"7")])[0]),
    ]
    reader = Reader(tmp_path / "grown", None)
    restarted: Cursor | None = None
    seen: list[Record] = []
    again: list[Record] = []
    for number, data in parts:
        path = put(tmp_path / "grown", number, data[:HEADER_BYTES])
        for at in range(HEADER_BYTES, len(data)):
            with path.open("ab") as file:
                file.write(data[at : at + 1])
            seen += reader.read()
            fresh = Reader(tmp_path / "grown", restarted)
            again += fresh.read(1)
            restarted = fresh.cursor
            fresh.close()
    again += read_all(tmp_path / "grown", restarted, 1)
    for number, data in parts:
        put(tmp_path / "whole", number, data)
    expected = read_all(tmp_path / "whole")
    assert seen == again == expected
    assert gaps_of(expected) == ["corrupt", "torn_tail", "segments_missing"]
    reader.close()


def test_a_gap_names_the_interval_around_the_damage(tmp_path: Path) -> None:
    """From the last record before it to the first after it, wherever reading began."""
    items = [batch(b"a", at_us=10_000_000), batch(b"b", at_us=20_000_000), batch(b"c", at_us=30_000_000)]
    data, offsets = segment_bytes(1, items)
    put(tmp_path, 1, data[: offsets[1] + 20] + b"!" + data[offsets[1] + 21 :])
    for start in (None, Cursor(1, offsets[1])):
        gap = next(r for r in read_all(tmp_path, start) if r.kind is RecordKind.GAP)
        assert gap.control == {
            "start_us": 10_000_000,
            "end_us": 30_000_000,
            "reason": "corrupt",
            "lost": None,
            "bytes": offsets[2] - offsets[1],
        }


def test_missing_segments_and_wrong_cursors_are_gaps(tmp_path: Path) -> None:
    """A cursor past a dead segment's end, in a missing segment, or of another spool: said, and reading goes on."""
    for number in (3, 4, 7):
        put(tmp_path, number, segment_bytes(number, [batch(b"%d" % number)])[0])
    for cursor, reasons, lines in [
        (None, ["segments_missing"], [b"3", b"4", b"7"]),
        (Cursor(1, 64), ["segments_missing", "segments_missing"], [b"3", b"4", b"7"]),
        (Cursor(3, 9_999), ["cursor_past_end", "segments_missing"], [b"4", b"7"]),
        (Cursor(5, 64), ["segments_missing"], [b"7"]),
        (Cursor(9, 70), ["spool_replaced", "segments_missing"], [b"3", b"4", b"7"]),
        (Cursor(7, 64), [], [b"7"]),
    ]:
        records = read_all(tmp_path, cursor)
        assert gaps_of(records) == reasons, cursor
        assert frames_of(records) == lines, cursor


def test_a_message_that_looks_like_a_record_is_not_one(tmp_path: Path) -> None:
    """A sender cannot forge a record that salvage after damage would take for one."""
    forged = segment_bytes(1, [batch(b"forged", origin=Origin("tls", "x", "trusted"))])[0][HEADER_BYTES:]
    data, offsets = segment_bytes(1, [batch(b"a" * 50 + forged), batch(b"next")])
    assert MAGIC in data[offsets[0] + 20 : offsets[1]]
    put(tmp_path, 1, data[: offsets[0] + 20] + b"!" + data[offsets[0] + 21 :])
    assert frames_of(read_all(tmp_path)) == [b"next"]


def test_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    """A segment of a later version is not guessed at."""
    data = bytearray(segment_bytes(1, [batch(b"a")])[0])
    data[8] = 2
    head = bytes(data[:60])
    from zlib import crc32

    put(tmp_path, 1, head + crc32(head).to_bytes(4, "little") + bytes(data[64:]))
    with pytest.raises(SpoolError, match="version 2"):
        read_all(tmp_path)


def test_reading_is_bounded(tmp_path: Path) -> None:
    """A read stops at its limits of lines and bytes, after at least one record."""
    put(tmp_path, 1, segment_bytes(1, [batch(*[b"x" * 10] * 10) for _ in range(50)])[0])
    reader = Reader(tmp_path, None)
    assert len(reader.read(25, 1 << 20)) == 3
    assert len(reader.read(1000, 1)) == 1
    left = reader.backlog_bytes()
    assert 0 < left < (tmp_path / f"{1:016d}.seg").stat().st_size
    assert len(reader.read()) == 46
    assert reader.backlog_bytes() == 0
    reader.close()


def test_a_reader_that_comes_before_the_spool_waits(tmp_path: Path) -> None:
    """No directory, no segment, an empty segment: nothing, and no error."""
    reader = Reader(tmp_path / "spool", None)
    assert reader.read() == []
    made = writer(tmp_path / "spool")
    assert reader.read() == []
    made.append(batch(b"a"))
    assert made.flush()
    assert frames_of(reader.read()) == [b"a"]
    assert made.close()
    reader.close()


def test_notes_are_a_stream_of_their_own(tmp_path: Path) -> None:
    """Each note is a segment; they come back in order, harmed ones are left out and told by verify."""
    for i in range(4):
        append_note(tmp_path, {"kind": "ack", "text": f"ü{i}"}, 100 + i)
    path = tmp_path / f"{2:016d}.seg"
    path.write_bytes(path.read_bytes()[:-1])
    assert [(note["recorded_us"], note["text"]) for note in read_notes(tmp_path)] == [
        (100, "ü0"),
        (102, "ü2"),
        (103, "ü3"),
    ]
    assert [bool(check.damage) for check in verify(tmp_path)] == [False, True, False, False]


def test_notes_of_root_belong_to_the_daemon(tmp_path: Path) -> None:
    """`sudo brainstemd ack` must not leave a note that the daemon, another user, cannot read: no digest would come."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(tmp_path, 4711, 4712)
    append_note(tmp_path / "notes", {"kind": "ack"}, 1)
    for path in (tmp_path / "notes", *(tmp_path / "notes").iterdir()):
        assert (path.stat().st_uid, path.stat().st_gid) == (4711, 4712)


def test_a_note_that_is_not_unicode_is_kept(tmp_path: Path) -> None:
    """A shell hands bytes that are not UTF-8 as lone surrogates: the note is written, the byte is a question mark."""
    append_note(tmp_path, {"text": "caf\udce9"}, 1)
    assert read_notes(tmp_path) == [{"recorded_us": 1, "text": "caf?"}]


def test_a_page_that_the_disk_cannot_give_is_damage_and_not_the_end(tmp_path: Path) -> None:
    """EIO reads as zeros, page by page, so that a bad sector is a gap instead of a worker that never gets past it."""
    path = tmp_path / "file"
    path.write_bytes(bytes(range(1, 251)) * 100)
    bad = range(4096, 8192)

    def read(fd: int, size: int, offset: int) -> bytes:
        if offset < bad.stop and offset + size > bad.start:
            raise OSError(errno.EIO, "EIO")
        return os.pread(fd, size, offset)

    with path.open("rb") as file:
        data = path.read_bytes()
        expected = data[: bad.start] + bytes(4096) + data[bad.stop :]
        for offset, size in ((0, 30_000), (100, 5000), (8191, 1), (5000, 100), (24_990, 100), (8192, 50)):
            assert pread(file.fileno(), size, offset, read) == expected[offset : offset + size]
        with pytest.raises(PermissionError):
            pread(file.fileno(), 10, 0, refused)


def refused(fd: int, size: int, offset: int) -> bytes:
    raise PermissionError(errno.EACCES, "EACCES")


def test_the_last_control_record_before_a_start(tmp_path: Path) -> None:
    """Found in the newest segments that are older than the start's; damage and other kinds are passed over."""
    beat = (RecordKind.BEAT, 7, b'{"n":1}')
    put(tmp_path, 1, segment_bytes(1, [beat, (RecordKind.STOP, 8, b'{"n":2}'), batch(b"x")])[0][:-3])
    put(tmp_path, 2, segment_bytes(2, [batch(b"y")])[0])
    put(tmp_path, 3, segment_bytes(3, [(RecordKind.BEAT, 9, b'{"n":3}')])[0])
    kinds = (RecordKind.BEAT, RecordKind.STOP)
    found = last_control(tmp_path, kinds, before=3)
    assert found is not None
    assert found.control == {"n": 2}
    assert last_control(tmp_path, kinds, before=1) is None
    assert last_control(tmp_path, kinds, before=3, look_back=1) is None


def test_a_record_that_is_being_written_is_not_damage(tmp_path: Path) -> None:
    """The reader looks while write() is half way: it may see the half, never call it corrupt once the rest is there."""
    data, _ = segment_bytes(1, [batch(b"%d " % n * 40, b"two") for n in range(2000)])
    path = put(tmp_path, 1, data[:70])

    def trickle() -> None:
        with path.open("ab", buffering=0) as file:
            for at in range(70, len(data), 119):
                file.write(data[at : at + 119])

    writer = Thread(target=trickle)
    reader = Reader(tmp_path, None)
    records: list[Record] = []
    writer.start()
    try:
        while writer.is_alive():
            records += reader.read(5, 1 << 20)
        records += reader.read(1 << 20, 1 << 30)
    finally:
        writer.join()
        reader.close()
    assert [record.kind for record in records if record.kind is not RecordKind.LINES] == []
    assert len(records) == 2000

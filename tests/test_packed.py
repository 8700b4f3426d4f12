"""GELF's compressed datagrams and chunks: opened once, bounded, never lost."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from brainstemd.config import Config
from brainstemd.fold import Fold
from brainstemd.models import Cursor, Event, Framing, Origin, Record, RecordKind
from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.packed import PLAIN_MAX, TOO_LARGE, plain, unpack
from brainstemd.pipeline.rfc5424 import EDGES

GELF = json.dumps(
    {
        "version": "1.1",
        "host": "web-01",
        "short_message": "tunnel branch-12 is down",
        "timestamp": 1795168800.25,
        "level": 3,
        "_app": "vpnd",
    }
).encode()
LINE = b"<34>Nov 20 10:00:00 fw-01 sshd[12]: x"


def read(raw: bytes) -> Event:
    event = decode(raw)
    normalise(event)
    return event


@pytest.mark.parametrize(
    "pack",
    [
        zlib.compress,
        gzip.compress,
        lambda raw: zlib.compress(raw, 0),
        lambda raw: zlib.compress(raw, 9),
        bytes,
    ],
)
@pytest.mark.parametrize("body", [GELF, LINE, b"words without any header", "ünïcødé".encode()])
def test_a_compressed_line_reads_as_what_is_inside(pack: object, body: bytes) -> None:
    """All levels of zlib, and gzip, of GELF, of syslog and of plain text."""
    assert callable(pack)
    assert read(pack(body)) == read(body)


def test_gelf_speaks_for_itself() -> None:
    """Host, severity, program, time and text are its own."""
    event = read(zlib.compress(GELF))
    assert (event.hostname, event.severity, event.app_name, event.message) == (
        "web-01",
        3,
        "vpnd",
        "tunnel branch-12 is down",
    )
    assert event.stamp is not None
    assert (event.stamp.day, event.stamp.hour, event.stamp.micro, event.polarity) == (20, 10, 250_000, "down")


@pytest.mark.parametrize("size", [PLAIN_MAX, PLAIN_MAX + 1, 50_000_000])
def test_a_bomb_is_not_opened(size: int) -> None:
    """No more than the bound comes out; beyond it the line is raw, under one wording for all of them."""
    event = read(zlib.compress(b"0" * size))
    assert event.message == (TOO_LARGE if size > PLAIN_MAX else "0" * size)
    assert event.parse_status == "raw"


def test_a_packed_line_in_a_packed_line_stays_shut() -> None:
    """What is inside is opened once, so that no line unpacks to itself for ever."""
    assert read(gzip.compress(gzip.compress(LINE))).parse_status == "raw"


@pytest.mark.parametrize(
    "raw",
    [zlib.compress(GELF)[:-1], gzip.compress(GELF)[:-9], zlib.compress(GELF)[:2], b"\x1f\x8b", b"x", b"x^2 grew",
     b"\x78\x9cabc", b"\x1f", b"\x1e\x0f", b"\x1e\x0f12345678\x05\x05x", b"\x1e\x0f12345678\x00\x00x",
     b"xterm: started", zlib.compress(b"")],
)  # fmt: skip
def test_what_only_looks_packed_is_itself(raw: bytes) -> None:
    """Cut, harmed and chance beginnings are lines like others, and no byte of theirs is dropped."""
    assert unpack(raw) is None
    assert plain(raw) == raw
    event = read(raw)
    assert event.app_name == "xterm" or event.message == raw.decode("utf-8", "replace").strip(EDGES)


@pytest.mark.parametrize(("number", "count"), [(0, 1), (0, 2), (127, 128), (4, 5)])
def test_chunks_have_one_wording(number: int, count: int) -> None:
    """A chunk is a raw line that says what it is; its bytes are the spool's."""
    event = read(b"\x1e\x0f" + b"\xff\x00abcdef" + bytes((number, count)) + zlib.compress(GELF)[:20])
    assert event.message == f"GELF chunk {number + 1} of {count}, not put together"
    assert event.parse_status == "raw"


def test_the_fold_counts_them_as_lines_and_samples_what_is_inside() -> None:
    """Packed or not, a line is one line; what a person is shown later is the text."""
    frames = [zlib.compress(GELF), LINE, b"\x1e\x0f12345678\x00\x02" + b"\x00" * 9]
    fold = Fold(Config())
    origin = Origin("udp", "127.0.0.1:514", "192.0.2.1")
    record = Record(
        RecordKind.LINES, 1, 0, Cursor(1, 100), 1_795_168_800_000_000, origin, Framing.DATAGRAM, 0, frames
    )
    fold.add(record)
    delta = fold.take(Cursor(1, 100))
    assert len(delta.line_times) == 3
    shown = {raw for kept in delta.samples.values() for _, _, raw in kept}
    assert GELF in shown
    assert LINE in shown

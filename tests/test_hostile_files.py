"""Hostile files and streams on the command line: a message and an exit code, never a traceback, never all memory."""

from __future__ import annotations

import gzip
import io
import random
from pathlib import Path

import pytest
from backports import zstd

from brainstemd.archives import envelope_texts, open_archive
from brainstemd.cli.decode import CHUNK_BYTES, LINE_BYTES_MAX, lines
from brainstemd.config import load
from brainstemd.errors import BrainstemdError, UsageError
from brainstemd.notes import load_notes, unreadable
from brainstemd.spool import append_note
from tests.daemon_kit import BASE, cli

LOG = b"".join(
    b"<13>Mar 22 00:00:%02d h app[%d]: link eth%d is down\n" % (i % 60, i, i % 7) for i in range(3_000)
)


def harmed(data: bytes) -> bytes:
    """Wrong in the middle, where the checksum at the end is not reached."""
    middle = len(data) // 2
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 64]) + data[middle + 64 :]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cut.gz", gzip.compress(LOG)[:-900]),
        ("harmed.gz", harmed(gzip.compress(LOG))),
        ("head.gz", b"\x1f\x8b"),
        ("tail.gz", gzip.compress(LOG) + b"garbage"),
        ("cut.zst", zstd.compress(LOG)[:-900]),
        ("harmed.zst", harmed(zstd.compress(LOG))),
        ("head.zst", b"\x28\xb5\x2f\xfd"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_damaged_archive_is_named(tmp_path: Path, name: str, data: bytes) -> None:
    """`replay` says which file cannot be read, and takes nothing in."""
    (tmp_path / name).write_bytes(data)
    config = tmp_path / "c.toml"
    config.write_text(BASE)
    done = cli("--config", str(config), "replay", str(tmp_path / name))
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "state").glob("memory.db"))


def test_an_archive_that_unpacks_to_one_endless_line_stays_small(tmp_path: Path) -> None:
    """48 MiB of one byte in a small gzip: as envelopes it is refused at once."""
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"A" * (48 * 2**20)))
    with open_archive(path) as stream, pytest.raises(UsageError, match="no envelope"):
        list(envelope_texts(stream))


class Endless(io.RawIOBase):
    """So many bytes without a line end, then an honest line; counts what is asked of it."""

    def __init__(self, size: int) -> None:
        self._left = size
        self._tail = [b"\nshort\nlast", b""]

    def read(self, size: int = -1) -> bytes:
        if self._left > 0:
            self._left -= size
            return b"x" * size
        return self._tail.pop(0)


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    """`decode` and `fingerprint` read the head of it; order and count of the lines stay."""
    found = [line for batch in lines(Endless(64 * CHUNK_BYTES)) for line in batch]
    assert [len(line) for line in found] == [LINE_BYTES_MAX, 5, 4]


def test_fingerprint_reads_a_long_line_as_any_other() -> None:
    """What stands behind the first characters plays no part."""
    done = cli("fingerprint", stdin="é" * 2_000_000 + "\nlink eth0 is down\n" + "é" * 3_000 + "\n")
    one, two, three = done.stdout.splitlines()
    assert one == three
    assert one != two


PIECES = [
    b"=", b"[", b"]", b"[[", b'"', b"'''", b"\\u0000", b"\\ud800", b"1e999", b"-1", b"nan", b"inf", b"9" * 30, b"0x10",
    b"{", b"1979-05-27T07:32:00Z", b"\xff", b"\0",
    b"a.b.c = 1", b"[listen]", b"listen = 3", b"source = []",
    b'"0.0.0.0:99999"', b'"[::1"', b'"5 parsecs"', b"[[[[[[", b'"10.0.0.0/99"', b'"*"',
]  # fmt: skip


def test_any_configuration_is_read_or_refused(tmp_path: Path) -> None:
    """Mutated files: a configuration or a ConfigError that can be printed, nothing else."""
    rng = random.Random(3)
    honest = (
        BASE.encode()
        + b'[[source]]\nmatch = ["10.0.0.0/8", "fw-*"]\ntenant = "t"\n[digest]\ndaily = "07:00"\n'
    )
    path = tmp_path / "c.toml"
    read = refused = 0
    for _ in range(600):
        text = bytearray(honest)
        for _ in range(rng.choice((1, 1, 2, 4))):
            at = rng.randrange(len(text) + 1)
            text[at : at + rng.choice((0, 0, 1, 9))] = rng.choice((b"", rng.choice(PIECES), rng.randbytes(1)))
        path.write_bytes(text)
        try:
            load(path, {})
            read += 1
        except BrainstemdError as error:
            refused += bool(str(error))
    assert read
    assert refused


def test_any_note_is_understood_or_counted(tmp_path: Path) -> None:
    """Payloads of wrong kinds, types and sizes, and files that are no segments: no reader of the notes raises."""
    rng = random.Random(4)
    values = [
        None,
        0,
        -1,
        2**63,
        2**80,
        -(2**70),
        1.5,
        True,
        "",
        "x" * 999,
        "é\0\n",
        [],
        {},
        [[[]]],
        "default",
    ]
    names = [
        "kind",
        "recorded_us",
        "who",
        "tenant",
        "signature",
        "source",
        "item",
        "start_us",
        "end_us",
        "weekly",
        "text",
    ]
    for number in range(200):
        payload = {
            "kind": rng.choice(["ack", "mute", "incident", "zap"]),
            "recorded_us": number + 1,
            "who": "a",
            "signature": "s1-a",
        }
        for _ in range(rng.choice((0, 1, 2))):
            payload[rng.choice(names)] = rng.choice(values)
        append_note(tmp_path / "notes", payload, 1 + number)
    (tmp_path / "notes" / "0000000000009999.seg").write_bytes(rng.randbytes(3000))
    (tmp_path / "notes" / "junk").write_bytes(b"x")
    understood = load_notes(tmp_path)
    assert understood
    assert len(understood) + unreadable(tmp_path) == 200

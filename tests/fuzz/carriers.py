"""Lines that carry bait to where it hurts: each dialect's own corpus, and plain headers for what every line meets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from brainstemd.pipeline import decode
from tests.fuzz.patterns import BYTES_MAX, Bait, baits, compiled

CORPUS = Path(__file__).parents[1] / "corpus"
PLAIN = (
    b"",
    b"<13>Mar 22 00:00:01 host-1 app[12]: ",
    b"<13>1 2026-03-22T00:00:01Z host-1 app 12 - - ",
    b"<13>Mar 22 00:00:01 host-1 ",
    b"<13>Mar 22 00:00:01 ",
    b"<13>1 - - - - - [a b=\"",
    b"<13>",
)  # fmt: skip
SIZES = (2_000, 8_000, BYTES_MAX)  # before and behind the lengths at which parts stop looking
_CARRIERS = 6


@cache
def corpus() -> dict[str, tuple[bytes, ...]]:
    """Dialect → its lines."""
    return {
        path.stem: tuple(json.loads(line)["raw"].encode() for line in path.read_text("utf-8").splitlines())
        for path in sorted(CORPUS.glob("*.jsonl"))
    }


@cache
def carriers(where: str) -> tuple[bytes, ...]:
    """What bait of a module is put behind: of a dialect, heads of its lines and whole lines that differ much."""
    dialect = where.rpartition(".")[2]
    lines = corpus().get(dialect) if ".dialects." in where else None
    if lines is None:
        return PLAIN
    spread = lines[:: max(1, len(lines) // _CARRIERS)]
    return tuple(dict.fromkeys(part for line in spread for part in (_head(line), line + b" ")))


def _head(line: bytes) -> bytes:
    """The line up to the first blank of its message, or half of that: enough for a dialect to claim it."""
    message = decode(line).message.encode()
    at = line.find(message[:24])
    end = line.find(b" ", max(at, 0) + 1, at + 80)
    return line[: end + 1 if end > 0 else at + min(24, len(message))]


def systematic(sizes: tuple[int, ...] = SIZES) -> Iterator[tuple[str, bytes]]:
    """(what it is, line) for every pattern, repeat, carrier and size."""
    for where, pattern in compiled():
        for bait in baits(where, pattern):
            for carrier in carriers(where):
                for size in sizes:
                    for kind, text in _spellings(bait, size - len(carrier)):
                        raw = (carrier + text.encode("utf-8", "surrogatepass"))[:BYTES_MAX]
                        yield f"{where} {kind} {size} {bait[1:]!r}", raw


def _spellings(bait: Bait, size: int) -> Iterator[tuple[str, str]]:
    yield "run", bait.text(size)
    if bait.head:
        yield "again", bait.again(size)
        yield "again40", bait.again(size, 40)

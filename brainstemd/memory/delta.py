"""What a transaction brings: the rows that a fold made of a spool range, and the cursor past it."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from brainstemd.models import ClockSkew, Cursor, Gap, Key, KeyFacts, SignatureFacts, Told, Transition

_ID_BITS = (1 << 63) - 1  # an SQLite integer is signed


def hash_id(*parts: str) -> int:
    """A 63-bit id of texts: blake2b over length-prefixed parts, the same everywhere for ever, never 0."""
    whole = b""
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        whole += len(data).to_bytes(4, "little") + data
    return int.from_bytes(blake2b(whole, digest_size=8).digest(), "little") & _ID_BITS or 1


def key_id(key: Key) -> int:
    """The id of a key: a function of its parts alone, so that two memories can be merged."""
    return hash_id(*key)


@dataclass(slots=True)
class Delta:
    """One transaction's worth of effects. All instants are event time, microseconds UTC.

    `times` has one entry for every line, under (key, day); `extra` is weight on top of that ("last message repeated").
    `line_times`, `line_keys` and `records` are the event index: every line in spool order, `records` saying which
    (segment, offset) held how many of them. Key 0 is a line in quarantine, which only holds its place.
    `stated` says when (earliest) a key was stated with a severity and an app_name; where it is empty the facts in
    `keys` are taken to be stated at the key's first line in this delta.
    """

    cursor: Cursor
    keys: dict[int, KeyFacts] = field(default_factory=dict)
    signatures: dict[str, SignatureFacts] = field(default_factory=dict)
    times: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    extra: list[tuple[int, int, int]] = field(default_factory=list)  # key, t_us, weight
    transitions: list[Transition] = field(default_factory=list)
    samples: dict[tuple[int, int], list[tuple[int, int, bytes]]] = field(
        default_factory=dict
    )  # hash (63 bits), t_us, raw
    said: dict[tuple[int, int], list[tuple[int, str]]] = field(
        default_factory=dict
    )  # t_us, message: of keys without an entity whose lines may name one
    line_times: array[int] = field(default_factory=lambda: array("q"))
    line_keys: array[int] = field(default_factory=lambda: array("q"))
    records: list[tuple[int, int, int]] = field(default_factory=list)  # segment, offset, lines
    gaps: list[Gap] = field(default_factory=list)
    archives: list[tuple[str, str]] = field(default_factory=list)  # sha256, name
    carry: dict[str, Any] | None = None
    watermark_us: int = 0
    retain_us: int = 1 << 62  # retention does not look past it, whatever the watermark says
    unlisted: list[tuple[int, int]] = field(default_factory=list)  # t_us, lines of `extra` beyond `max_rate`
    told: list[Told] = field(default_factory=list)
    stated: dict[tuple[int, int, str], int] = field(
        default_factory=dict
    )  # key, severity, app_name → first t_us
    skews: list[ClockSkew] = field(default_factory=list)
    unkept_clocks: int = 0  # how often a clock had no place among those that are followed

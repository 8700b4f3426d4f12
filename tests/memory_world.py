"""A small fold for memory's tests: lines of known keys to deltas, and whole tables for comparison."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from brainstemd.config import Memory
from brainstemd.memory import Delta, Store, key_id
from brainstemd.models import (
    DAY_US,
    Cursor,
    Key,
    KeyFacts,
    Position,
    SignatureFacts,
    Transition,
    TransitionKind,
)

DAY = 20_530  # 2026-03-18, a Wednesday
T0 = DAY * DAY_US
STATE_TABLES = (
    "key",
    "signature",
    "day",
    "week",
    "transition",
    "said",
    "sample",
    "overflow",
    "gap",
    "archive",
    "meta",
)


class Line(NamedTuple):
    t_us: int
    signature: str = "s1-a"
    source: str = "fw-01"
    entity: str = ""
    state: str = ""
    weight: int = 1
    severity: int = 6
    app_name: str = "app"
    tenant: str = "acme"

    def facts(self) -> KeyFacts:
        key = Key(self.tenant, self.signature, self.state, self.source, self.entity)
        polarity = self.state if self.state in ("up", "down") else "neutral"
        return KeyFacts(key_id(key), *key, "", polarity, "", self.severity, self.app_name, False, False)


def delta_of(lines: Sequence[Line], first: int, watermark_us: int) -> Delta:
    """The delta of lines number `first`, `first + 1`, …: each its own spool record, its number the offset."""
    delta = Delta(
        Cursor(1, first + len(lines)), watermark_us=watermark_us, carry={"lines": first + len(lines)}
    )
    for number, line in enumerate(lines, first):
        facts = line.facts()
        where = (facts.id, line.t_us // DAY_US)
        delta.keys[facts.id] = facts
        delta.signatures[line.signature] = SignatureFacts(
            line.signature, f"template of {line.signature}", "", "", ""
        )
        delta.times.setdefault(where, []).append(line.t_us)
        if line.weight > 1:
            delta.extra.append((facts.id, line.t_us, line.weight - 1))
        raw = f"line {number}".encode()
        kept = delta.samples.setdefault(where, [])
        kept.append((crc32(raw), line.t_us, raw))
        kept.sort()
        del kept[2:]
        if not line.entity:
            delta.said.setdefault(where, []).append((line.t_us, f"said {line.t_us % 1000} by {line.source}"))
        if facts.polarity != "neutral":
            kind = TransitionKind.UP if facts.polarity == "up" else TransitionKind.DOWN
            delta.transitions.append(Transition(line.t_us, kind, facts.id, Position(1, number, 0)))
        delta.line_times.append(line.t_us)
        delta.line_keys.append(facts.id)
        delta.records.append((1, number, 1))
        stated = (facts.id, line.severity, line.app_name)
        delta.stated[stated] = min(line.t_us, delta.stated.get(stated, line.t_us))
    return delta


async def remember(
    path: Path, lines: Sequence[Line], cuts: Sequence[int] = (), config: Memory | None = None
) -> Store:
    """A store that took in the lines in order, a commit for each part between the cuts."""
    store = await Store.open(path, config=config or Memory())
    bounds = [0, *sorted(cuts), len(lines)]
    try:
        for low, high in pairwise(bounds):
            if low < high:
                watermark_us = max(line.t_us for line in lines[:high])
                await store.commit(delta_of(lines[low:high], low, watermark_us))
    except BaseException:
        await store.close()  # its thread would outlive the test
        raise
    return store


def state(path: Path, tables: Sequence[str] = STATE_TABLES) -> dict[str, list[Any]]:
    """Every row of the tables that a fold fills, in order: what must not depend on batching."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables
        }

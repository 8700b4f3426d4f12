"""The sums: what was sent, what is in the spool, what was counted as lost, what memory holds."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from brainstemd.models import Record, RecordKind
from brainstemd.spool import Reader
from tests.soak.sources import BLOCK, Source

TRANSPORTS = {"U": "udp", "T": "tcp"}
_MARK = re.compile(rb" soak=([UT])(\d\d)-(\d{8})-(\d{3})\Z")


class Found(NamedTuple):
    """What the spool holds."""

    lines: dict[str, int]  # transport → distinct numbered lines
    twice: int
    strange: int  # lines that nobody sent
    all_lines: int
    gaps: Counter[str]  # reason → lines that GAP records call lost
    unknown: Counter[str]  # reason → GAP records that do not know how many
    beats: Counter[str]  # reason → lines that the last beats of all runs call lost


def found_in(spool: Path, sources: Sequence[Source]) -> Found:
    """Reads the whole spool of a stopped daemon."""
    seen = {(s.letter.encode(), s.number): bytearray(s.sent + BLOCK) for s in sources}
    lines: Counter[str] = Counter()
    gaps, unknown, last = Counter[str](), Counter[str](), dict[str, dict[str, int]]()
    twice = strange = everything = 0
    reader = Reader(spool, None)
    while records := reader.read(50_000, 2**24):
        for record in records:
            if record.kind is RecordKind.LINES:
                everything += len(record.frames)
                for raw in record.frames:
                    match = _MARK.search(raw[-32:])
                    key = None if match is None else (match[1], int(match[2]))
                    numbers = None if key is None else seen.get(key)
                    place = 0 if match is None else int(match[3]) * BLOCK + int(match[4])
                    if key is None or numbers is None or place >= len(numbers):
                        strange += 1
                    elif numbers[place]:
                        twice += 1
                    else:
                        numbers[place] = 1
                        lines[TRANSPORTS[key[0].decode()]] += 1
            else:
                _hear(record, gaps, unknown, last)
    reader.close()
    beats = sum((Counter(lost) for lost in last.values()), Counter[str]())
    return Found(dict(lines), twice, strange, everything, gaps, unknown, beats)


def _hear(record: Record, gaps: Counter[str], unknown: Counter[str], last: dict[str, dict[str, int]]) -> None:
    control = record.control or {}
    if record.kind is RecordKind.GAP:
        lost, reason = control.get("lost"), str(control.get("reason"))
        if lost is None:
            unknown[reason] += 1
        else:
            gaps[reason] += int(lost)
    elif record.kind in (RecordKind.BEAT, RecordKind.STOP):
        last[str(control.get("run"))] = dict(control.get("lost") or {})


def in_memory(database: Path) -> tuple[int, dict[str, int]]:
    """Lines that memory counted, and lines that its gaps call lost, by reason."""
    with closing(sqlite3.connect(database)) as db:
        lines = db.execute("SELECT coalesce(sum(lines), 0) FROM day").fetchone()[0]
        gaps = db.execute("SELECT reason, coalesce(sum(lost), 0) FROM gap GROUP BY reason").fetchall()
    return int(lines), {str(reason): int(lost) for reason, lost in gaps}


def metric(text: str, name: str, **labels: str) -> int:
    """The sum of a family's values that bear these labels."""
    total = 0.0
    for row in text.splitlines():
        match = re.match(rf"{name}(?:\{{(.*)\}})? ([0-9.e+-]+)$", row)
        if match is not None and all(f'{key}="{value}"' in (match[1] or "") for key, value in labels.items()):
            total += float(match[2])
    return round(total)

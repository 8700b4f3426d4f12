"""Gap rows. What senders say is theirs to invent, so each tenant has room for so many of their gaps in a day; the rest
adds up to one gap an hour and reason, whose source is `*`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from brainstemd.memory.delta import hash_id
from brainstemd.memory.keys import REST
from brainstemd.memory.sql import Database, marks
from brainstemd.models import DAY_US, HOUR_US, Gap

GAPS_A_DAY = 5_000
_DELETED_AT_ONCE = 200
Row = tuple[int, int, str, str, str, int, int]  # end, start, reason, tenant, source, lost, unknown


async def put_gaps(db: Database, gaps: Iterable[Gap], limit: int = GAPS_A_DAY) -> None:
    """Equal gaps add up: two senders' losses in one second are one row."""
    rows: list[Row] = [
        (g.end_us, g.start_us, g.reason, g.tenant or "", g.source or "", g.lost or 0, int(g.lost is None))
        for g in gaps
    ]
    await _add(db, rows)
    for tenant, day in sorted({(row[3], row[0] // DAY_US) for row in rows if row[4]}):
        await _thin_out(db, tenant, day, limit)


async def _add(db: Database, rows: Iterable[Row]) -> None:
    merged: dict[tuple[Any, ...], tuple[int, int]] = {}
    for row in rows:
        lost, unknown = merged.get(row[:5], (0, 0))
        merged[row[:5]] = (lost + row[5], max(unknown, row[6]))
    await db.put(
        "INSERT INTO gap (end_us, start_us, reason, tenant, source, lost, unknown)",
        [(*where, *counts) for where, counts in sorted(merged.items())],
        "ON CONFLICT DO UPDATE SET lost = lost + excluded.lost, unknown = max(unknown, excluded.unknown)",
    )


async def _thin_out(db: Database, tenant: str, day: int, limit: int) -> None:
    """Over the limit the rows of smallest hash stay."""
    of_day = "FROM gap WHERE end_us BETWEEN ? AND ? AND tenant = ? AND source NOT IN ('', ?)"
    params = (day * DAY_US, day * DAY_US + DAY_US - 1, tenant, REST)
    count = (await db.rows(f"SELECT count(*) {of_day}", params))[0][0]
    if count <= limit:
        return
    rows = await db.rows(
        f"SELECT end_us, start_us, reason, tenant, source, lost, unknown {of_day}",
        params,
    )
    gone = sorted(rows, key=lambda row: hash_id(str(row[0]), str(row[1]), row[2], row[4]))[limit:]
    for i in range(0, len(gone), _DELETED_AT_ONCE):
        part = gone[i : i + _DELETED_AT_ONCE]
        await db.run(
            f"DELETE FROM gap WHERE (end_us, start_us, reason, tenant, source) IN (VALUES {marks(5, len(part))})",  # noqa: S608
            [value for row in part for value in row[:5]],
        )
    await _add(db, [_of_hour(row) for row in gone])


def _of_hour(row: Row) -> Row:
    end_us, _, reason, tenant, _, lost, unknown = row
    start_us = end_us - end_us % HOUR_US
    return start_us + HOUR_US - 1, start_us, reason, tenant, REST, lost, unknown

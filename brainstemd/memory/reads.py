"""Questions to memory as of an instant, beside the histories: totals of a window, gaps, sampled lines, positions, keys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from brainstemd.memory.collector import without_collector
from brainstemd.memory.events import EventReader
from brainstemd.memory.keys import COLUMNS as KEY_COLUMNS
from brainstemd.memory.keys import REST, facts_of
from brainstemd.memory.mask import Mask
from brainstemd.memory.rollup import Bounds
from brainstemd.memory.rows import SLOT_SECONDS, decode
from brainstemd.memory.samples import ROLLED, decode_samples
from brainstemd.memory.sql import Database
from brainstemd.models import (
    DAY_US,
    SECOND_US,
    SLOT_US,
    SLOTS_A_DAY,
    Gap,
    KeyFacts,
    Position,
    SignatureFacts,
)

_SAMPLES_READ = 3
_MANY_IDS = 5_000  # from which on a table is read through, not probed


class Totals(NamedTuple):
    """What memory saw in a window; the fields of digest/1's `totals`."""

    events: int
    sources: int
    signatures: int
    new_signatures: int
    gaps: int


class KeySummary(NamedTuple):
    """A key with its totals over all that memory keeps (not as of an instant)."""

    key: KeyFacts
    lines: int
    first_us: int
    last_us: int


# ---------------------------------------------------------------- totals, gaps, samples


async def totals(
    db: Database, start_us: int, end_us: int, tenant: str | None, mask: Mask | None, index_from_us: int
) -> Totals:
    """Counts of the lines with start_us <= t <= end_us. Windows older than the day rows count what weeks do not hide."""
    with without_collector():
        lines = await _lines(db, start_us, end_us, mask, index_from_us)
        keys = await db.match(
            ((key,) for key in sorted(lines)), "k.id, k.tenant, k.source, k.signature", "key k ON k.id = w.a"
        )
        keys = [row for row in keys if tenant is None or row[1] == tenant]
    signatures = {row[3] for row in keys} - {REST}
    firsts = await db.rows(
        "SELECT signature, min(first_us) FROM key WHERE ?1 IS NULL OR tenant = ?1 GROUP BY signature",
        (tenant,),
    )
    return Totals(
        sum(lines[row[0]] for row in keys),
        len({row[1:3] for row in keys if row[2] != REST}),
        len(signatures),
        sum(1 for signature, first_us in firsts if signature in signatures and first_us >= start_us),
        len(await gaps(db, start_us, end_us, tenant)),
    )


async def _lines(
    db: Database, start_us: int, end_us: int, mask: Mask | None, index_from_us: int
) -> dict[int, int]:
    """key → lines in [start_us, end_us]."""
    first, last = start_us // DAY_US, end_us // DAY_US
    found: dict[int, int] = {}
    rows = await db.rows(
        "SELECT key_id, sum(lines) FROM day WHERE day > ? AND day < ? GROUP BY key_id", (first, last)
    )
    found.update(rows)
    floor = start_us - start_us % SLOT_US
    head: dict[int, list[tuple[int, int]]] = {}
    exact = start_us != floor and index_from_us < floor
    if exact:
        head = await EventReader(db).weights(start_us, min(floor + SLOT_US - 1, end_us))
    first_slot = floor // SLOT_US + (1 if exact else 0)
    last_slot = end_us // SLOT_US
    for day in sorted({first, last}):
        masked = mask if day == last else None
        for key, lines in await _lines_of_day(db, day, first_slot, last_slot, masked):
            found[key] = found.get(key, 0) + lines
    for key, weights in head.items():
        found[key] = found.get(key, 0) + sum(weight for _, weight in weights)
    return found


async def _lines_of_day(
    db: Database, day: int, first_slot: int, last_slot: int, mask: Mask | None
) -> list[tuple[int, int]]:
    """(key, lines) of a day's slots (counted from 1970) in [first_slot, last_slot]. Few rows reach over an end of it."""
    start = day * SLOTS_A_DAY
    low, high = max(0, first_slot - start), min(SLOTS_A_DAY - 1, last_slot - start)
    if mask is not None:
        high = min(high, mask.slot - start - 1)  # the running slot is in the mask
    low_s, end_s = low * SLOT_SECONDS, (high + 1) * SLOT_SECONDS
    found: list[tuple[int, int]] = []
    rows = await db.rows(
        "SELECT key_id, lines, first_s, last_s, slots FROM day WHERE day = ? AND last_s >= ? AND first_s < ?",
        (day, low_s, end_s),
    )
    for key, lines, first_s, last_s, blob in rows:
        if first_s < low_s or last_s >= end_s:
            lines = sum(cell.n for cell in decode(blob) if low <= cell.slot <= high)
        if lines:
            found.append((key, lines))
    if mask is not None and first_slot <= mask.slot <= last_slot and mask.slot // SLOTS_A_DAY == day:
        found += [(key, cell.n) for key, cell in mask.cells.items()]
    return found


async def gaps(db: Database, start_us: int, end_us: int, tenant: str | None) -> list[Gap]:
    """Gaps that ended in the interval or reach into it, and were over by its end: until then nobody knew of them."""
    rows = await db.rows(
        "SELECT start_us, end_us, reason, lost, unknown, tenant, source FROM gap"
        " WHERE end_us BETWEEN ? AND ? AND (?3 IS NULL OR tenant IN ('', ?3)) ORDER BY start_us, end_us, reason, source",
        (start_us, end_us, tenant),
    )
    return [
        Gap(start, end, reason, None if unknown else lost, tenant_ or None, source or None)
        for start, end, reason, lost, unknown, tenant_, source in rows
    ]


async def samples(db: Database, key_ids: Collection[int], at_us: int) -> dict[int, list[tuple[int, bytes]]]:
    """key → up to three (t_us, raw) of the newest whole days before the day of `at_us`, ascending by time."""
    today = at_us // DAY_US
    oldest = (await db.rows("SELECT min(day) FROM sample WHERE day > ?", (ROLLED,)))[0][0]
    found: dict[int, list[tuple[int, bytes]]] = {}
    day = today - 1
    while oldest is not None and day >= oldest:
        wanted = [(day, key) for key in sorted(key_ids) if len(found.get(key, ())) < _SAMPLES_READ]
        if not wanted:
            break
        await _collect(db, wanted, at_us, found)
        day -= 1
    await _collect(db, [(ROLLED, key) for key in sorted(key_ids) if key not in found], at_us, found)
    return {key: sorted(kept) for key, kept in found.items()}


async def _collect(
    db: Database, wanted: Sequence[tuple[int, int]], at_us: int, found: dict[int, list[tuple[int, bytes]]]
) -> None:
    rows = await db.match(wanted, "s.key_id, s.data", "sample s ON s.day = w.a AND s.key_id = w.b")
    for key, data in rows:
        for sample in decode_samples(data):
            if sample.t_us <= at_us and len(found.get(key, ())) < _SAMPLES_READ:
                found.setdefault(key, []).append((sample.t_us, sample.raw))


# ---------------------------------------------------------------- the index, keys, signatures


async def recent_positions(
    db: Database, key_ids: Collection[int], at_us: int, limit_each: int
) -> dict[int, list[tuple[int, Position]]]:
    """key → its newest lines up to an instant, newest first. A key's day rows say which slots to look into."""
    reader = EventReader(db)
    found: dict[int, list[tuple[int, Position]]] = {}
    spans = {
        key: (first_us // DAY_US, last_day)
        for key, first_us, last_day in await db.match(
            ((key,) for key in sorted(key_ids)), "k.id, k.first_us, k.last_day", "key k ON k.id = w.a"
        )
    }
    oldest = (await db.rows("SELECT min(day) FROM day"))[0][0]
    for key, (first_day, last_day) in spans.items():
        mine: list[tuple[int, Position]] = []
        day = min(last_day, at_us // DAY_US)
        while len(mine) < limit_each and oldest is not None and day >= max(first_day, oldest):
            rows = await db.rows("SELECT slots FROM day WHERE day = ? AND key_id = ?", (day, key))
            for cell in reversed(decode(rows[0][0]) if rows else []):
                start = day * DAY_US + cell.slot * SLOT_US
                if start <= at_us and len(mine) < limit_each:
                    mine += await _newest(reader, key, start, min(at_us, start + SLOT_US - 1))
            day -= 1
        if mine:
            found[key] = mine[:limit_each]
    return found


async def _newest(reader: EventReader, key: int, low: int, high: int) -> list[tuple[int, Position]]:
    return [(t, position) async for t, _, position in reader.events(low, high, (key,), newest_first=True)]


async def keys(db: Database, **wanted: str | None) -> list[KeyFacts]:
    """Keys by tenant, signature, state, source and entity; None is any."""
    named = {name: value for name, value in wanted.items() if value is not None}
    assert named.keys() <= {"tenant", "signature", "state", "source", "entity"}
    where = " AND ".join(["1", *(f"{name} = ?" for name in named)])
    rows = await db.rows(f"SELECT {KEY_COLUMNS} FROM key WHERE {where} ORDER BY id", list(named.values()))  # noqa: S608
    return [facts_of(row) for row in rows]


async def seen(db: Database, at_us: int, tenant: str | None) -> list[tuple[str, str, str]]:
    """(tenant, source, signature) of all that was first seen in a whole second before an instant.

    `first_us` is a running minimum, and the only one that may be read as of the past: it can only fall, and a line that
    makes it fall is one of before the instant. What the caps count together is nobody's signature.
    """
    rows = await db.rows(
        "SELECT DISTINCT tenant, source, signature FROM key"
        " WHERE first_us < ?1 AND signature <> ?2 AND source <> ?2 AND (?3 IS NULL OR tenant = ?3)",
        (at_us - at_us % SECOND_US, REST, tenant),
    )
    return [(tenant_, source, signature) for tenant_, source, signature in rows]


async def summaries(db: Database, facts: Iterable[KeyFacts], bounds: Bounds) -> list[KeySummary]:
    """Totals of keys over their day rows and, before those were rolled up, their week rows."""
    totals_: dict[int, tuple[int, int, int]] = {}
    for sql, params in (
        (
            f"SELECT key_id, sum(lines), min(day * {DAY_US} + first_s * {SECOND_US}),"  # noqa: S608
            f" max(day * {DAY_US} + last_s * {SECOND_US}) FROM day WHERE day >= ? GROUP BY key_id",
            (bounds.rolled,),
        ),
        ("SELECT key_id, sum(lines), min(first_us), max(last_us) FROM week GROUP BY key_id", ()),
    ):
        for key, lines, first_us, last_us in await db.rows(sql, params):
            known = totals_.get(key, (0, first_us, last_us))
            totals_[key] = (known[0] + lines, min(known[1], first_us), max(known[2], last_us))
    return [KeySummary(fact, *totals_[fact.id]) for fact in facts if fact.id in totals_]


async def signature_facts(db: Database, ids: Collection[str]) -> dict[str, SignatureFacts]:
    columns = "s.id, s.template, s.vendor, s.product, s.event_code"
    if len(ids) < _MANY_IDS:
        rows = await db.match(((id_,) for id_ in sorted(ids)), columns, "signature s ON s.id = w.a")
    else:
        wanted = frozenset(ids)
        rows = [row for row in await db.rows(f"SELECT {columns} FROM signature s") if row[0] in wanted]  # noqa: S608
    return {row[0]: tuple.__new__(SignatureFacts, row) for row in rows}

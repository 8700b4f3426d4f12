"""Clock rows: from an instant on a source's stamps are so far from their receipt, until its next row."""

from __future__ import annotations

from collections.abc import Iterable

from brainstemd.memory.sql import Database
from brainstemd.models import ClockSkew


async def put_skews(db: Database, skews: Iterable[ClockSkew]) -> None:
    """Inside a transaction; a row told again is the same row."""
    await db.put("INSERT OR REPLACE INTO clock (t_us, tenant, source, skew_s)", list(skews))


async def skews(db: Database, at_us: int, tenant: str | None) -> list[ClockSkew]:
    """The clocks that were wrong at an instant, by source."""
    rows = await db.rows(
        "SELECT max(t_us), tenant, source, skew_s FROM clock WHERE t_us <= ? AND (? IS NULL OR tenant = ?)"
        " GROUP BY tenant, source ORDER BY tenant, source",  # SQLite: the other columns are those of the row of max()
        (at_us, tenant, tenant),
    )
    return [skew for skew in map(ClockSkew._make, rows) if skew.skew_s]


async def drop_before(db: Database, t_us: int) -> None:
    """Delete rows that ended before an instant; the newest of a source stays until its source is told anew."""
    await db.run(
        "DELETE FROM clock WHERE t_us < ? AND EXISTS (SELECT 1 FROM clock later WHERE later.tenant = clock.tenant"
        " AND later.source = clock.source AND later.t_us > clock.t_us AND later.t_us < ?)",
        (t_us, t_us),
    )
    await db.run("DELETE FROM clock WHERE t_us < ? AND skew_s = 0", (t_us,))

"""What lines said, where a key's day has few of them: the earliest messages of the day, whole, packed together.

The k earliest, not k at random: as of any instant they are the k earliest of what was known then, so a reading as of
noon is the same bytes whatever the afternoon brought. A day of more lines is known to be incomplete by its count.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Container, Iterable, Mapping
from struct import Struct, unpack_from

from brainstemd.memory.collector import without_collector
from brainstemd.memory.rows import Row
from brainstemd.memory.sql import Database
from brainstemd.models import DAY_US

SAID_A_DAY = 48
SAID_CHARS_MAX = 256
_LEVEL = 1
_COUNT = Struct("<H")
_ALL = (1 << 63) - 1

Told = tuple[int, str]  # t_us, message
KeyDay = tuple[int, int]


def earliest(lines: Iterable[Told]) -> list[Told]:
    """The first of a day, ascending. Commutative and associative; equal lines are all counted."""
    return sorted(lines)[:SAID_A_DAY]


def encode_said(lines: Collection[Told], day: int) -> bytes:
    """Lines of a day, ascending, in one stream: times since midnight, lengths, texts."""
    texts = [text.encode("utf-8", "surrogatepass") for _, text in lines]
    n = len(texts)
    head = Struct(f"<H{n}Q{n}H").pack(n, *(t_us - day * DAY_US for t_us, _ in lines), *map(len, texts))
    return zlib.compress(head + b"".join(texts), _LEVEL)


def decode_said(blob: bytes, day: int) -> list[Told]:
    """The lines of a blob that `encode_said` made; anything else is a broken database."""
    data = zlib.decompress(blob)
    n = _COUNT.unpack_from(data)[0]
    times = unpack_from(f"<{n}Q", data, 2)
    sizes = unpack_from(f"<{n}H", data, 2 + 8 * n)
    at, start = 2 + 10 * n, day * DAY_US
    found: list[Told] = []
    for t_us, size in zip(times, sizes, strict=True):
        found.append((start + t_us, data[at : at + size].decode("utf-8", "surrogatepass")))
        at += size
    return found


class Heard:
    """The writer of these rows. What a line must be earlier than stays with the cached day row."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def worthy(
        self, offered: Mapping[KeyDay, Iterable[Told]], touched: Container[KeyDay], rows: Mapping[KeyDay, Row]
    ) -> dict[KeyDay, list[Told]]:
        """What a fold offers for (key, day)s in `touched`, without what is known to come too late in its day."""
        found: dict[KeyDay, list[Told]] = {}
        for where, lines in offered.items():
            row = rows.get(where)
            until = _ALL if row is None else row.said_until
            kept = [line for line in lines if line[0] <= until] if where in touched else None
            if kept:
                found[where] = kept
        return found

    async def add(
        self, offered: Mapping[KeyDay, list[Told]], fresh: Container[KeyDay], rows: Mapping[KeyDay, Row]
    ) -> None:
        """Merge lines into their rows; of `fresh` (key, day)s there is none yet."""
        if not offered:
            return
        asked = sorted((day, key) for key, day in offered if (key, day) not in fresh)
        found = await self._db.match(
            asked, "s.day, s.key_id, s.data", "said s ON s.day = w.a AND s.key_id = w.b"
        )
        old = {(key, day): decode_said(data, day) for day, key, data in found}
        changed: list[tuple[int, int, bytes]] = []
        for where, lines in offered.items():
            known = old.get(where, [])
            kept = earliest([*known, *lines])
            if kept != known:
                changed.append((where[1], where[0], encode_said(kept, where[1])))
            row = rows.get(where)
            if row is not None and len(kept) == SAID_A_DAY:
                row.said_until = kept[-1][0]
        changed.sort()
        await self._db.put("INSERT OR REPLACE INTO said (day, key_id, data)", changed)

    async def remove(self, wheres: Iterable[KeyDay]) -> None:
        """Forget these (key, day)s: they have no rows of their own any more."""
        by_day: dict[int, list[int]] = {}
        for key, day in wheres:
            by_day.setdefault(day, []).append(key)
        for day, keys in sorted(by_day.items()):
            await self._db.delete_in("DELETE FROM said WHERE day = ? AND key_id IN", sorted(keys), (day,))


async def said(db: Database, key_ids: Collection[int], at_us: int, horizon_us: int) -> dict[int, list[Told]]:
    """key → (t_us, message) of the first lines of each day up to `at_us`, ascending."""
    wanted = set(key_ids)
    today = at_us // DAY_US
    found: dict[int, list[Told]] = {}
    if not wanted:
        return found
    with without_collector():
        for day in range(max(0, today - horizon_us // DAY_US), today + 1):
            for key, data in await db.rows("SELECT key_id, data FROM said WHERE day = ?", (day,)):
                if key in wanted:
                    lines = decode_said(data, day)
                    if day == today:
                        lines = [line for line in lines if line[0] <= at_us]
                    found.setdefault(key, []).extend(lines)
    return found

"""A few raw lines of each key and day: those of smallest hash, whatever order they came in."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from struct import Struct
from typing import NamedTuple

from brainstemd.memory.caches import Generations
from brainstemd.memory.collector import without_collector
from brainstemd.memory.rows import Row
from brainstemd.memory.sql import Database
from brainstemd.models import DAY_US

KEPT_A_DAY = 2
KEPT_OVERALL = 2  # of all days that were rolled up; more than KEPT_A_DAY would depend on what came late
ROLLED = -1  # the `day` of those
RAW_BYTES_MAX = 512
_CACHED = 12_000
_HEAD = Struct("<qqH")
_MASK = (1 << 63) - 1


class Sample(NamedTuple):
    """One raw line. Ordered by its hash first: the k smallest are kept."""

    hash: int
    t_us: int
    raw: bytes


def smallest(samples: Iterable[Sample], k: int) -> tuple[Sample, ...]:
    """The k of smallest hash; of equal lines the earliest. Commutative, associative, idempotent."""
    kept: list[Sample] = []
    for sample in sorted(samples):
        if not kept or kept[-1].hash != sample.hash:
            kept.append(sample)
            if len(kept) == k:
                break
    return tuple(kept)


def encode_samples(samples: Iterable[Sample]) -> bytes:
    return b"".join([_HEAD.pack(mark, t_us, len(raw)) + raw for mark, t_us, raw in samples])


def decode_samples(blob: bytes) -> tuple[Sample, ...]:
    found: list[Sample] = []
    i = 0
    while i < len(blob):
        mark, t_us, size = _HEAD.unpack_from(blob, i)
        i += _HEAD.size + size
        found.append(Sample(mark, t_us, blob[i - size : i]))
    return tuple(found)


class Samples:
    """The cache of sample rows: after a few commits a key's day rarely gets a better one, and nothing is written.

    What a line must beat stays with the cached day row, so that the raw lines need not be.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._cache: Generations[tuple[int, int], tuple[Sample, ...]] = Generations(_CACHED)

    def forget(self) -> None:
        self._cache.clear()

    def age(self) -> None:
        self._cache.age()

    async def load(self, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[Sample, ...]]:
        """What is kept for these (key, day)s."""
        wanted = list(wanted)
        young, missing = self._cache.young(wanted)
        known = {where: young[where] for where in wanted if where in young}
        rows = await self._db.match(
            sorted((day, key) for key, day in missing),
            "s.day, s.key_id, s.data",
            "sample s ON s.day = w.a AND s.key_id = w.b",
        )
        for day, key, data in rows:
            known[key, day] = decode_samples(data)
        return known

    def worthy(
        self,
        offered: Mapping[tuple[int, int], Iterable[tuple[int, int, bytes]]],
        touched: Container[tuple[int, int]],
        rows: Mapping[tuple[int, int], Row],
    ) -> dict[tuple[int, int], list[Sample]]:
        """What a fold offers for (key, day)s in `touched`, without what is known to have no chance."""
        found: dict[tuple[int, int], list[Sample]] = {}
        for where, lines in offered.items():
            row = rows.get(where)
            worst = _MASK if row is None else row.sampled
            for mark, t_us, raw in lines:
                if mark <= worst and where in touched:
                    found.setdefault(where, []).append(Sample(mark, t_us, raw[:RAW_BYTES_MAX]))
        return found

    def begin(self, fresh: Iterable[tuple[int, int]]) -> None:
        """These (key, day)s have no row yet: nobody needs to ask for their samples."""
        for where in self._cache.young(fresh)[1]:
            self._cache.put(where, ())

    async def add(self, offered: Mapping[tuple[int, int], Iterable[Sample]]) -> dict[tuple[int, int], int]:
        """Merge samples into their rows. Key and day as in the cache: (key, day).

        Returns the largest hash that still has a chance there.
        """
        if not offered:
            return {}
        limits: dict[tuple[int, int], int] = {}
        known = await self.load(offered)
        changed: list[tuple[int, int, bytes]] = []
        for where, samples in offered.items():
            old = known.get(where, ())
            kept = smallest((*old, *samples), KEPT_A_DAY if where[1] != ROLLED else KEPT_OVERALL)
            if kept != old:
                changed.append((where[1], where[0], encode_samples(kept)))
            self._cache.put(where, kept)
            limits[where] = kept[-1].hash if len(kept) == KEPT_A_DAY else _MASK
        changed.sort()
        await self._db.put("INSERT OR REPLACE INTO sample (day, key_id, data)", changed)
        return limits

    async def take(self, wheres: Collection[tuple[int, int]]) -> dict[tuple[int, int], tuple[Sample, ...]]:
        """Remove and return the samples of these (key, day)s."""
        kept = await self.load(wheres)
        by_day: dict[int, list[int]] = {}
        for key, day in wheres:
            self._cache.drop((key, day))
            by_day.setdefault(day, []).append(key)
        for day, keys in sorted(by_day.items()):
            await self._db.delete_in("DELETE FROM sample WHERE day = ? AND key_id IN", sorted(keys), (day,))
        return kept

    async def roll_up(self, before_day: int) -> None:
        """The samples of days before `before_day` become a few of the key as a whole."""
        rows = await self._db.rows(
            "SELECT key_id, data FROM sample WHERE day > ? AND day < ?", (ROLLED, before_day)
        )
        offered: dict[tuple[int, int], list[Sample]] = {}
        for key, data in rows:
            offered.setdefault((key, ROLLED), []).extend(decode_samples(data))
        await self.add(offered)
        await self._db.run("DELETE FROM sample WHERE day > ? AND day < ?", (ROLLED, before_day))


async def lines(
    db: Database, key_ids: Collection[int], at_us: int, horizon_us: int
) -> dict[int, list[tuple[int, bytes]]]:
    """key → (t_us, raw) of all samples of the whole days before the day of `at_us`, in no order."""
    wanted = set(key_ids)
    today = at_us // DAY_US
    found: dict[int, list[tuple[int, bytes]]] = {}
    if not wanted:
        return found
    with without_collector():
        for day in range(max(0, today - horizon_us // DAY_US), today):
            for key, data in await db.rows("SELECT key_id, data FROM sample WHERE day = ?", (day,)):
                if key in wanted:
                    found.setdefault(key, []).extend((one.t_us, one.raw) for one in decode_samples(data))
    return found

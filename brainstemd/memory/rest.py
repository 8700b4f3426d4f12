"""The keys of the rest: what was sent away for want of a place is counted there, exactly.

A row that loses its place moves with its counts and samples; its transitions go. The event index learns where to look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from brainstemd.memory.days import Days, KeyDay
from brainstemd.memory.keys import REST, Keys, KeyState
from brainstemd.memory.places import Settled
from brainstemd.memory.rows import Cell, merge_cells, monday
from brainstemd.memory.said import Heard
from brainstemd.memory.samples import Sample, Samples
from brainstemd.memory.sql import Database
from brainstemd.memory.transitions import Transitions
from brainstemd.models import DAY_US, SECOND_US, KeyFacts, SignatureFacts

# The signature of all lines beyond `signatures_max` of a source, and beyond `sources_max` of a tenant.
REST_SIGNATURE = SignatureFacts(REST, "<more than is told apart>", "", "", "")
SampleRows = dict[KeyDay, list[Sample]]


def what_of(facts: KeyFacts) -> str:
    """Under which name `overflow` counts the lines of a key of the rest."""
    if facts.signature != REST:
        return "entity_lines"
    return "signature_lines" if facts.source != REST else "source_lines"


class Rest:
    """What a commit counts under the keys of the rest."""

    def __init__(self, settled: Settled) -> None:
        self._settled = settled
        self.facts: dict[int, KeyFacts] = {}
        self._slots: dict[KeyDay, dict[int, Cell]] = {}
        self._left: dict[tuple[str, int], int] = {}

    def take(self, facts: KeyFacts, day: int, cells: list[Cell]) -> int:
        """Count cells of a key under its rest. Returns the rest's key."""
        home = self._settled.home(facts, day)
        known = self.facts.get(home.id)
        if known is None:
            self.facts[home.id] = home
        elif known is not home:
            self.facts[home.id] = home._replace(
                healed=known.healed or home.healed, orderly=known.orderly or home.orderly
            )
        slots = self._slots.setdefault((home.id, day), {})
        for cell in cells:
            held = slots.get(cell.slot)
            slots[cell.slot] = cell if held is None else merge_cells(held, cell)
        return home.id

    def cells(self) -> dict[KeyDay, list[Cell]]:
        """What each key of the rest gains."""
        return {where: [slots[slot] for slot in sorted(slots)] for where, slots in self._slots.items()}

    def leave(self, facts: KeyFacts, day: int, cells: Iterable[Cell]) -> None:
        """Cells that were counted under this key of the rest are so no longer."""
        where = (what_of(facts), day)
        self._left[where] = self._left.get(where, 0) - sum(cell.n for cell in cells)

    def move(
        self,
        outside: Iterable[KeyDay],
        states: Mapping[int, KeyState],
        cells: dict[KeyDay, list[Cell]],
        samples: SampleRows,
    ) -> dict[KeyDay, int]:
        """Take what a delta brings for keys without a place. Returns (key, day) → the rest's key."""
        moved: dict[KeyDay, int] = {}
        for key, day in outside:
            home = self.take(states[key].facts, day, cells.pop((key, day)))
            moved[key, day] = home
            offered = samples.pop((key, day), None)
            if offered:
                samples.setdefault((home, day), []).extend(offered)
        return moved

    def lines(self) -> dict[tuple[str, int], int]:
        """(what, day) → lines that came, less those that went on."""
        found = dict(self._left)
        for (key, day), slots in self._slots.items():
            where = (what_of(self.facts[key]), day)
            found[where] = found.get(where, 0) + sum(cell.n for cell in slots.values())
        return found


class Uprooter:
    """Moves stored rows into the keys of the rest."""

    def __init__(
        self,
        db: Database,
        keys: Keys,
        days: Days,
        samples: Samples,
        heard: Heard,
        transitions: Transitions,
    ) -> None:
        self._db = db
        self._keys = keys
        self._days = days
        self._samples = samples
        self._heard = heard
        self._transitions = transitions

    async def uproot(self, settled: Settled, rest: Rest, samples: SampleRows) -> list[int]:
        """Take the rows of all that `settled` sends away, before the delta touches them. Returns their keys."""
        wheres = settled.evicted | await self._of_sources(settled.sources)
        if not wheres:
            return []
        states = await self._keys.load({key for key, _ in wheres}, {})
        await self._days.load(wheres, {})
        homes: dict[KeyDay, int] = {}
        for key, day in wheres:
            held = self._days.cells((key, day)) if key in states else []
            if held:
                facts = states[key].facts
                homes[key, day] = rest.take(facts, day, held)
                if facts.entity == REST:
                    rest.leave(facts, day, held)
        await self._days.remove(homes)
        for where, kept in (await self._samples.take(homes)).items():
            samples.setdefault((homes[where], where[1]), []).extend(kept)
        await self._heard.remove(homes)
        await self._transitions.remove(homes, {key: states[key].facts for key, _ in homes})
        await self._db.put(
            "INSERT OR REPLACE INTO evicted (day, key_id, star_id)",
            sorted((day, key, home) for (key, day), home in homes.items()),
        )
        return sorted({key for key, _ in homes})

    async def _of_sources(self, sources: Iterable[tuple[str, str, int]]) -> set[KeyDay]:
        rows = await self._db.match(
            sorted(sources),
            "k.id, w.c",
            "key k ON k.tenant = w.a AND k.source = w.b AND k.last_day >= w.c"
            " CROSS JOIN day d ON d.day = w.c AND d.key_id = k.id",
        )
        return set(map(tuple, rows))

    async def repair(self, uprooted: Collection[int]) -> list[str]:
        """Make the spans of keys again from the rows that they still have; without any they go, and their signatures
        with them where nobody else has them. Returns those signatures."""
        for id_ in uprooted:
            self._keys.remove(id_)
        rows = await self._db.match(
            ((id_,) for id_ in uprooted),
            "k.id, k.first_us, k.last_day, k.signature",
            "key k ON k.id = w.a",
        )
        gone = {
            id_: signature
            for id_, first_us, last_day, signature in rows
            if first_us // DAY_US == last_day or not await self._mend(id_, first_us // DAY_US, last_day)
        }
        await self._db.delete_in("DELETE FROM key WHERE id IN", list(gone))
        return await self._drop_signatures(sorted(set(gone.values())))

    async def _mend(self, id_: int, first_day: int, last_day: int) -> bool:
        """False when the key has no row left."""
        days = ",".join(map(str, range(first_day, last_day + 1)))
        weeks = ",".join(map(str, range(monday(first_day), last_day + 1, 7)))
        spans = await self._db.rows(
            f"SELECT min(day * {DAY_US} + first_s * {SECOND_US}), max(day) FROM day WHERE key_id = ?1 AND day IN ({days})"  # noqa: S608
            f" UNION ALL SELECT min(first_us), max(last_us) / {DAY_US} FROM week WHERE key_id = ?1 AND week IN ({weeks})",
            (id_,),
        )
        spans = [span for span in spans if span[0] is not None]
        if not spans:
            return False
        first_us, last = min(span[0] for span in spans), max(span[1] for span in spans)
        await self._db.run("UPDATE key SET first_us = ?, last_day = ? WHERE id = ?", (first_us, last, id_))
        return True

    async def _drop_signatures(self, ids: list[str]) -> list[str]:
        rows = await self._db.match(((id_,) for id_ in ids), "DISTINCT w.a", "key k ON k.signature = w.a")
        used = {row[0] for row in rows}
        orphans = [id_ for id_ in ids if id_ not in used]
        await self._db.delete_in("DELETE FROM signature WHERE id IN", orphans)
        return orphans

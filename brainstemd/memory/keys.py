"""Key rows: who a count belongs to, and what is known about it as a function of time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from brainstemd.memory.caches import Generations
from brainstemd.memory.delta import Delta, hash_id
from brainstemd.memory.sql import Database
from brainstemd.models import SECOND_US, KeyFacts

REST = "*"  # the entity of what a cap turned away: exact totals of the rest
NO_SEVERITY = 8
_CACHED = 12_000  # key rows of about a kilobyte, and twice that
_STEPS_MAX = 16
COLUMNS = (
    "id, tenant, signature, state, source, entity, entity_kind, polarity, outcome, healed, orderly,"
    " group_id, first_us, last_day, severities, app_names"
)

Stairs = tuple[tuple[Any, int], ...]  # (value, since) with ever smaller values at ever later instants


def add_step(stairs: Stairs, value: Any, since_us: int) -> Stairs:
    """The smallest value stated up to any instant, as its steps. Adding commutes: a step that another one hides goes."""
    for known, known_us in stairs:
        if known <= value and known_us <= since_us:
            return stairs
    kept = [step for step in stairs if not (value <= step[0] and since_us <= step[1])]
    return tuple(sorted([*kept, (value, since_us)], key=lambda step: step[1])[-_STEPS_MAX:])


def value_at(stairs: Stairs, at_us: int, default: Any) -> Any:
    """The smallest value stated up to an instant."""
    value = default
    for stated, since_us in stairs:
        if since_us > at_us:
            break
        value = stated
    return value


@dataclass(slots=True)
class KeyState:
    """A key row that is being written."""

    facts: KeyFacts
    group_id: int
    first_us: int  # whole seconds
    last_day: int  # a bound for choosing candidates, never shown
    severities: Stairs
    app_names: Stairs
    stored: bool = False
    merged: KeyFacts | None = None  # the facts that a delta gave last, known to bring nothing new

    def row(self) -> tuple[Any, ...]:
        f = self.facts
        return (
            f.id,
            f.tenant,
            f.signature,
            f.state,
            f.source,
            f.entity,
            f.entity_kind,
            f.polarity,
            f.outcome,
            int(f.healed),
            int(f.orderly),
            self.group_id,
            self.first_us,
            self.last_day,
            json.dumps(self.severities),
            json.dumps(self.app_names),
        )


def group_of(facts: KeyFacts) -> int:
    """The crowd that an entity belongs to: those of one signature at one source."""
    return hash_id(facts.tenant, facts.signature, facts.source)


def rest_of(facts: KeyFacts) -> KeyFacts:
    """The key that counts what the caps on entities turned away."""
    id_ = hash_id(facts.tenant, facts.signature, facts.state, facts.source, REST)
    return facts._replace(id=id_, entity=REST, entity_kind="", severity=NO_SEVERITY, app_name="")


def source_rest_of(tenant: str, source: str) -> KeyFacts:
    """The key that counts what the caps on the keys of a source turned away; of the source `*`, whole sources."""
    id_ = hash_id(tenant, REST, "", source, REST)
    return KeyFacts(id_, tenant, REST, "", source, REST, "", "neutral", "", NO_SEVERITY, "", False, False)


def facts_of(row: Sequence[Any], at_us: int | None = None) -> KeyFacts:
    """Facts from the first eleven and the last two of COLUMNS, as of an instant."""
    instant = 1 << 62 if at_us is None else at_us
    severity = _stated(row[14], instant, NO_SEVERITY)
    app_name = _stated(row[15], instant, "")
    # The texts of a row are its own; most of them are the same in all rows.
    names = map(intern, row[1:9])
    facts = (row[0], *names, severity, intern(app_name), bool(row[9]), bool(row[10]))
    return tuple.__new__(KeyFacts, facts)


def _stated(text: str, at_us: int, default: Any) -> Any:
    """`value_at` of stairs as they are stored. Of one plain step, as nearly all are, without a parser."""
    if text.count("[") == 2 and "\\" not in text:
        value, _, since_us = text[2:-2].rpartition(", ")
        if int(since_us) > at_us:
            return default
        return value[1:-1] if value[0] == '"' else int(value)
    return value_at(_stairs(text), at_us, default)


def _stairs(text: str) -> Stairs:
    return tuple(map(tuple, json.loads(text)))


class Keys:
    """The cache of key rows, and what a commit changed in them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._cache: Generations[int, KeyState] = Generations(_CACHED)
        self._changed: dict[int, KeyState] = {}

    def forget(self) -> None:
        self._cache.clear()
        self._changed.clear()

    async def load(self, ids: Iterable[int], facts: Mapping[int, KeyFacts]) -> dict[int, KeyState]:
        """The states of these keys; new ones are made of `facts`. A key that neither memory nor `facts` has is absent."""
        wanted = set(ids)
        young, missing = self._cache.young(wanted)
        for row in await self._db.match(((id_,) for id_ in missing), COLUMNS, "key ON key.id = w.a"):
            state = KeyState(
                facts_of(row), row[11], row[12], row[13], _stairs(row[14]), _stairs(row[15]), True
            )
            self._cache.put(row[0], state)
        states = {id_: young[id_] for id_ in wanted if id_ in young}
        for id_ in missing:
            if id_ not in states and id_ in facts:
                states[id_] = KeyState(
                    facts[id_], group_of(facts[id_]), 1 << 62, -(1 << 31), (), (), merged=facts[id_]
                )
        return states

    def touch(self, state: KeyState, first_us: int, last_day: int) -> None:
        """Widen the span of a key."""
        first_us -= first_us % SECOND_US
        if first_us < state.first_us or last_day > state.last_day or not state.stored:
            state.first_us = min(first_us, state.first_us)
            state.last_day = max(last_day, state.last_day)
            self._changed[state.facts.id] = state

    def state_facts(self, state: KeyState, facts: KeyFacts) -> None:
        """Merge what should be constant anyway, commutatively."""
        if state.merged is facts:
            return
        state.merged = facts
        old = state.facts
        kind = min(old.entity_kind, facts.entity_kind)
        healed, orderly = old.healed or facts.healed, old.orderly or facts.orderly
        if (kind, healed, orderly) != (old.entity_kind, old.healed, old.orderly):
            state.facts = old._replace(entity_kind=kind, healed=healed, orderly=orderly)
            self._changed[old.id] = state

    def say(self, state: KeyState, severity: int, app_name: str, since_us: int) -> None:
        """A line of the key stated this severity and app_name at this instant."""
        severities, app_names = state.severities, state.app_names
        if (
            app_names
            and app_names[0][1] <= since_us
            and app_names[0][0] <= app_name
            and (
                severity >= NO_SEVERITY
                or (severities and severities[0][1] <= since_us and severities[0][0] <= severity)
            )
        ):
            return  # nothing new: nearly always
        if severity < NO_SEVERITY:
            severities = add_step(severities, severity, since_us)
        app_names = add_step(app_names, app_name, since_us)
        if severities is not state.severities or app_names is not state.app_names:
            state.severities, state.app_names = severities, app_names
            self._changed[state.facts.id] = state

    def remove(self, id_: int) -> None:
        self._changed.pop(id_, None)
        self._cache.drop(id_)

    async def write(self) -> None:
        rows = [state.row() for state in self._changed.values()]
        await self._db.put(f"INSERT OR REPLACE INTO key ({COLUMNS})", rows)
        for id_, state in self._changed.items():
            state.stored = True
            self._cache.put(id_, state)
        self._changed.clear()

    def age(self) -> None:
        self._cache.age()


def stated_in(delta: Delta) -> Mapping[tuple[int, int, str], int]:
    """(key, severity, app_name) → earliest instant, of a delta."""
    if delta.stated:
        return delta.stated
    first: dict[int, int] = {}
    for (id_, _), times in delta.times.items():
        first_us = min(times)
        if first.get(id_, first_us) >= first_us:
            first[id_] = first_us
    return {
        (id_, facts.severity, facts.app_name): since_us
        for id_, since_us in first.items()
        if (facts := delta.keys.get(id_)) is not None
    }

"""What is weighed: units (a key, an entity over hosts, a source over entities), and their surroundings."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brainstemd.attention import valence, windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.windows import DAY, Interval, Occurrence, Point
from brainstemd.models import SECOND_US, SLOT_US, Gap, History, KeyFacts, Note, SignatureFacts, Transition

RECENT_DAYS = 14  # persistence and siblings are counted over this many days
HORIZON_DAYS = 35

EVERY = "*"  # stands for the merged part of a unit's identity
KEY, ENTITY, SOURCE = "key", "entity", "source"
HOST = "host"  # all that a source says
SPREAD = "spread"  # one kind of message over all the hosts of a tenant

Identity = tuple[str, str, str, str, str]  # tenant, signature, state, source, entity
Thing = tuple[str, str, str, str, str]  # tenant, source, program, kind of entity, entity


def identity_of(key: KeyFacts) -> Identity:
    """The identity of a unit of one key."""
    return key.tenant, key.signature, key.state, key.source, key.entity


@dataclass(slots=True)
class Stat:
    """The cheap view of one history: a few integers, no line by line work."""

    history: History
    key: KeyFacts
    slots: int = 0  # active five-minute slots in the last RECENT_DAYS
    days: int = 0  # active UTC days among them
    lines: int = 0  # lines in the last RECENT_DAYS
    lines_day: int = 0  # lines on the newest two UTC days
    active_days: int = 0  # in the whole horizon
    first_s: int = 0
    last_s: int = 0
    every_slot: int = 0  # active five-minute slots in the whole horizon


def stat(history: History, at_s: int) -> Stat:
    """Cost: one step a day row."""
    floor = at_s // DAY - RECENT_DAYS + 1
    yesterday = at_s // DAY - 1
    every = slots = lines = recent = lines_day = 0
    if len(history.days) == 1 and not history.weeks:  # most of what comes once
        number, its_lines, first_us, last_us, its_slots = history.days[0]
        every = 1 if first_us // SLOT_US == last_us // SLOT_US else len(its_slots)
        if number >= floor:
            slots, lines, recent = every, its_lines, 1
            lines_day = its_lines if number >= yesterday else 0
        first_s, last_s = first_us // SECOND_US, last_us // SECOND_US
        return Stat(history, history.key, slots, recent, lines, lines_day, 1, first_s, last_s, every)
    for number, its_lines, _, _, its_slots in history.days:
        active = len(its_slots)
        every += active
        if number >= floor:
            slots += active
            lines += its_lines
            recent += 1
            if number >= yesterday:
                lines_day += its_lines
    first_us = history.weeks[0].first_us if history.weeks else history.days[0].first_us
    return Stat(
        history,
        history.key,
        slots,
        recent,
        lines,
        lines_day,
        len(history.days),
        first_us // SECOND_US,
        history.days[-1].last_us // SECOND_US,
        every,
    )


@dataclass(slots=True)
class Lexicon:
    """What is known of the words of signatures: the same at every instant, so a digest's two evaluations share it."""

    words: dict[str, valence.Valence] = field(default_factory=dict)
    valences: dict[tuple[str, str, int], float] = field(default_factory=dict)  # by signature, state, severity
    valued: dict[tuple[Any, ...], float] = field(default_factory=dict)  # the same by all that it depends on
    restarts: dict[str, bool] = field(default_factory=dict)  # signature -> do its words speak of a restart
    unfinished: dict[str, bool] = field(default_factory=dict)  # … of what will be tried again
    outages: dict[str, bool] = field(default_factory=dict)  # ... of one that is a fault
    changes: dict[str, bool] = field(default_factory=dict)  # ... of a change
    ends: dict[tuple[str, bool], str | None] = field(
        default_factory=dict
    )  # by signature, orderly: farewell.py


@dataclass(slots=True)
class Unit:
    """Something that may become a story, with its occurrences in the horizon."""

    level: str
    identity: Identity
    stats: list[Stat]
    points: list[Point] = field(default_factory=list)  # unmasked lines, ascending
    occurrences: list[Occurrence] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    transitions: tuple[Transition, ...] = ()
    masked: int = 0  # lines taken out by maintenance
    common: int = 0  # lines merged because the whole tenant had them
    closed: Sequence[Interval] = ()  # maintenance that lies over it
    partner: int = 0  # id of the key that returns from where this one leaves, or the other way round
    whole: int = 0  # of a strand: the id of the key that it is a part of
    _ids: tuple[int, ...] = field(default=(), init=False, repr=False, compare=False)

    @property
    def key(self) -> KeyFacts:
        """The unit's foremost key: the one with most active slots."""
        return self.stats[0].key

    @property
    def tenant(self) -> str:
        return self.identity[0]

    @property
    def signature(self) -> str:
        return self.identity[1]

    @property
    def sources(self) -> list[str]:
        return sorted({item.key.source for item in self.stats})

    @property
    def entity(self) -> str:
        return "" if self.identity[4] == EVERY else self.identity[4]

    @property
    def key_ids(self) -> tuple[int, ...]:
        if len(self._ids) != len(self.stats):
            self._ids = tuple(item.key.id for item in self.stats)
        return self._ids

    @property
    def slots(self) -> int:
        return sum(item.slots for item in self.stats)

    @property
    def first_s(self) -> int:
        """Second of the first line ever known."""
        return min(item.first_s for item in self.stats)

    @property
    def run_start(self) -> int:
        """Second at which the present run of occurrences began."""
        return self.starts[windows.run_start(self.starts)] if self.starts else 0


@dataclass(slots=True)
class Scene:
    """All that detectors and scoring may look at beside the unit itself. Read-only once built."""

    at_s: int
    window_s: int
    since_s: int
    stats: list[Stat]
    facts: Mapping[str, SignatureFacts]
    notes: Sequence[Note]
    weights: Mapping[str, float]
    gaps: Sequence[Gap] = ()
    without: frozenset[str] = frozenset()  # detectors that are not asked
    miss_rate: dict[str, float] = field(default_factory=dict)  # tenant -> share of due beats that do not come
    regular: dict[str, int] = field(
        default_factory=dict
    )  # tenant -> messages that came on half of their days
    keys: dict[int, KeyFacts] = field(default_factory=dict)
    peers: dict[tuple[str, str], list[Stat]] = field(default_factory=dict)  # signature, state; all tenants
    often: list[Stat] = field(default_factory=list)  # those of OFTEN slots or more, in the order of `stats`
    states: dict[str, list[str]] = field(default_factory=dict)  # signature -> those that it comes with
    seldom: set[str] = field(
        default_factory=set
    )  # signatures of up to OFTEN keys, none of which came so often
    newest: dict[tuple[str, str], int] = field(
        default_factory=dict
    )  # tenant, source -> second of its last line
    names: Mapping[str, int] = field(
        default_factory=dict
    )  # entity -> hosts and programs that have one of that name
    crowd: Counter[tuple[str, ...]] = field(
        default_factory=Counter
    )  # how many there are of a kind: siblings.py
    exposure: Counter[tuple[str, str, str]] = field(
        default_factory=Counter
    )  # tenant, source, program: active slots
    hosts: dict[str, set[str]] = field(default_factory=dict)
    source_first: dict[tuple[str, str], int] = field(default_factory=dict)
    signature_first: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)  # per tenant, source
    newcomers: dict[tuple[str, str, str], list[Stat]] = field(
        default_factory=dict
    )  # tenant, source, program: by first_s
    common: dict[str, list[Interval]] = field(
        default_factory=dict
    )  # moments in which a whole tenant was unusual
    waves: defaultdict[tuple[str, str], list[Interval]] = field(
        default_factory=lambda: defaultdict(list)
    )  # tenant, signature: the same over hours
    kinds_active: dict[str, int] = field(default_factory=dict)  # tenant -> keys without entity, last 7 days
    persistent: dict[tuple[str, bool], list[int]] = field(
        default_factory=dict
    )  # population's cache, by tenant
    census: dict[tuple[str, ...], Any] = field(default_factory=dict)  # siblings' caches
    compared: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    priors: dict[str, float] = field(default_factory=dict)  # scoring's cache: points, by tenant
    changes: dict[tuple[str, str], list[int]] = field(
        default_factory=dict
    )  # tenant, source: when something changed
    precursors: dict[int, Evidence] = field(default_factory=dict)  # key id -> what it came before
    excursions: Mapping[int, Any] = field(default_factory=dict)  # key id -> what leaves and returns
    origins: Mapping[Identity, tuple[Evidence, list[Stat]]] = field(
        default_factory=dict
    )  # addresses that spray
    wholes: Mapping[int, int] = field(default_factory=dict)  # strand → the key that it is a part of
    successes: dict[tuple[str, str, str, str], list[Stat]] = field(
        default_factory=dict
    )  # tenant, source, program, account
    said: Mapping[int, Sequence[tuple[int, str]]] = field(
        default_factory=dict
    )  # key id -> kept lines: t_us, text
    lexicon: Lexicon = field(default_factory=Lexicon)
    _said_by: dict[tuple[str, str], list[Stat]] = field(default_factory=dict)  # tenant, source; see `said_by`

    @property
    def memory_s(self) -> int:
        """Seconds of memory within the horizon."""
        return max(1, min(self.at_s - self.since_s, HORIZON_DAYS * DAY))

    @property
    def floor_s(self) -> int:
        """The earliest second that counts."""
        return self.at_s - self.memory_s

    def of_signature(self, signature: str) -> Iterator[Stat]:
        """All that comes under a signature, at all tenants."""
        for state in self.states.get(signature, ()):
            yield from self.peers[signature, state]

    def said_by(self, tenant: str, source: str) -> Sequence[Stat]:
        """All that a source says, parts of messages among them. The index is made when it is first asked for."""
        if not self._said_by:
            for item in self.stats:
                self._said_by.setdefault((item.key.tenant, item.key.source), []).append(item)
        return self._said_by.get((tenant, source), ())

    def template(self, signature: str) -> str:
        facts = self.facts.get(signature)
        return facts.template if facts else ""

    def program(self, key: KeyFacts) -> str:
        """The program that said it; where none is named, the vendor's product."""
        if key.app_name:
            return key.app_name
        facts = self.facts.get(key.signature)
        return f"{facts.vendor}/{facts.product}" if facts else ""

    def restarts(self, signature: str) -> bool:
        """Do its words speak of a restart or an unwanted end? Looked up once."""
        found = self.lexicon.restarts.get(signature)
        if found is None:
            found = self.lexicon.restarts[signature] = valence.restarts(self.template(signature))
        return found

    def unfinished(self, signature: str) -> bool:
        """Do its words say that something is not done yet, or will be tried again? Looked up once."""
        found = self.lexicon.unfinished.get(signature)
        if found is None:
            found = self.lexicon.unfinished[signature] = valence.unfinished(self.template(signature))
        return found

    def words(self, signature: str) -> valence.Valence:
        """Valence of a signature's template, computed once."""
        found = self.lexicon.words.get(signature)
        if found is None:
            found = self.lexicon.words[signature] = valence.words(self.template(signature))
        return found


def build(
    level: str, identity: Identity, stats: list[Stat], scene: Scene, maintenance: Sequence[Interval]
) -> Unit:
    """Unfold a unit's lines: maintenance taken out, tenant-wide waves counted once, the rest declustered."""
    stats = sorted(stats, key=lambda item: (-item.slots, item.key.id))
    unit = Unit(level, identity, stats, whole=scene.wholes.get(stats[0].key.id, 0))
    everything: list[Point] = []
    for item in stats:
        everything.extend(windows.points(item.history, scene.floor_s))
    if len(stats) > 1:
        everything.sort()
    kept = windows.outside(everything, maintenance)
    unit.masked = sum(p.lines for p in everything) - sum(p.lines for p in kept)
    common: Sequence[Interval] = scene.common.get(unit.tenant, ())
    wave = scene.waves[unit.tenant, unit.signature]
    if wave:
        common = windows.merge([*common, *wave])
    unit.points = windows.once_inside(kept, common)
    unit.common = sum(p.lines for p in kept) - sum(p.lines for p in unit.points)
    unit.occurrences = windows.occurrences(unit.points, each=unit.key.healed)
    unit.starts = [item.start for item in unit.occurrences]
    if level == KEY:
        if (found := scene.excursions.get(stats[0].key.id)) is not None:
            unit.partner = found.back if found.out == stats[0].key.id else found.out
        unit.transitions = tuple(
            item
            for item in stats[0].history.transitions
            if item.t_us >= scene.floor_s * SECOND_US
            and not windows.inside(item.t_us // SECOND_US, maintenance)
            and not windows.inside(item.t_us // SECOND_US, common)
        )
    return unit


def beats(
    level: str, identity: Identity, stats: list[Stat], scene: Scene, closed: Sequence[Interval]
) -> Unit:
    """A unit for what did *not* come: nothing is taken out, one start a happening, or a slot where lines are dense."""
    unit = Unit(level, identity, sorted(stats, key=lambda item: (-item.last_s, item.key.id)), closed=closed)
    unit.whole = scene.wholes.get(unit.key.id, 0)
    for item in stats:
        unit.points.extend(windows.points(item.history, scene.floor_s))
    if len(stats) > 1:
        unit.points.sort()
    unit.occurrences = windows.occurrences(unit.points)
    unit.starts = [item.start for item in unit.occurrences]
    filled = sum(item.end - item.start for item in unit.occurrences)
    if unit.points and 2 * filled > unit.points[-1].end - unit.points[0].start:
        unit.starts = [
            next(group).start
            for _, group in itertools.groupby(unit.points, key=lambda p: p.start // windows.SLOT)
        ]
    return unit

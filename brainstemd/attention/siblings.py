"""Siblings: what others of its kind do under the same words and state. "This one's own" is measured here.

A unit is compared in several circles, each of which asks another question, and the least favourable answer counts:
the other entities at its own host (is it the host?), the entity of the same name at other hosts (is it what every host
has?), everything of its kind at all tenants (is it the product's chatter?). Of other tenants only counts are used,
never names. Those that could have said it and never did count with zero, unless four or more others speak and most of
them as much: then it is the lot of those who speak, and the silent are no comparison.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from typing import NamedTuple

from brainstemd.attention import tails
from brainstemd.attention.detectors import self_heal
from brainstemd.attention.units import ENTITY, EVERY, KEY, RECENT_DAYS, Scene, Stat, Unit
from brainstemd.attention.windows import DAY, SLOT
from brainstemd.models import KeyFacts

CIRCLE_MIN = 3  # siblings that make a comparison
SPEAKING_MIN = 4  # siblings that speak, from which on their scatter is known at all
PART = 3  # of two or three that speak, each at least the third of it: the others of the program have no such part
TAIL_MIN = 9  # that speak, from which on the largest of them tell how far some get
FEW, COMPANY = 3, 0.1  # siblings, and share of those that speak, that may do the same
FAR = 8  # a sibling at less than an eighth of its rate is far from it
SLOTS, QUICK, HOSTS, DAYS = "active five-minute slots", "recoveries within 10 min", "hosts reached", "days"
LOUDER_MAX = 4.0  # a louder host is allowed to say this many times more of anything
BURST_DAYS_MIN = 3  # days of a sibling, from which on one of them can stand out
EXPOSURE_MIN = 20  # slots of other messages that tell how loud a host is
_HOSTS = "hosts with the same program"


class Siblings(NamedTuple):
    own: int  # of the unit, in the last 14 days
    others: int  # siblings that it is compared with
    alike: int  # siblings at half the unit's rate or more
    far: int  # siblings at less than an eighth of it
    mean: float  # their mean
    most: int
    p: float  # chance that one of them would do as much; never under 1/(1 + others)²
    noun: str  # what they are: "tunnels", "hosts", …
    shown: int = 0  # how many spoke under these words at all, the unit included
    counted: str = SLOTS  # what was counted
    as_large: float = 0.0  # how many of those who speak would do as much, going by the largest of them

    @property
    def points(self) -> float:
        """Tenfold log2 of how much more it is this one's own, before any cap: negative where they do the same."""
        alike = 10 * math.log2(1 + self.alike)
        by_rank = 10 * math.log2(1 + self.far) - alike
        if self.alike > max(FEW, COMPANY * (self.shown - 1)):  # the top of a broad field is in company
            by_rank = min(0.0, by_rank)
        points = by_rank
        if not self.alike and self.shown > SPEAKING_MIN:  # the largest must stand clear of the next
            points = max(by_rank, 10 * math.log2(tails.odds_bound(self.p)))
        if self.shown > SPEAKING_MIN:  # of so many, chance lets some say as much
            points = min(points, max(0.0, -10 * math.log2(self.others * self.p)))
        if self.as_large:
            points = min(points, 10 * math.log2(tails.odds_bound(self.as_large)))
        return points

    @property
    def comparable(self) -> bool:
        return self.others >= CIRCLE_MIN

    @property
    def outdone(self) -> bool:
        """Are there but one or two, who do all of them as much, or less by no more than one standard deviation?"""
        least = self.mean * self.others - self.most * (self.others - 1)
        alike = 0 < self.others < CIRCLE_MIN and self.alike == self.others
        return alike and self.own - least <= math.sqrt(self.own + least)


class Counts(NamedTuple):
    """Active slots of each of a group, ascending, with their sum and the sum of their squares."""

    ascending: list[int]
    total: int
    squares: int


class Census:
    """The active slots of everybody under one signature and state, in all tenants."""

    __slots__ = ("at_host", "at_tenants", "counted", "everybody", "hosts", "of_name", "places", "tenants")

    def __init__(self, peers: Sequence[tuple[KeyFacts, int]], strands: Container[int] = ()) -> None:
        if len(peers) == 1:
            self._of_one(*peers[0])
            return
        hosts: Counter[tuple[str, str]] = Counter()
        tenants: defaultdict[str, Counter[str]] = defaultdict(Counter)
        at_host: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        of_name: defaultdict[str, list[int]] = defaultdict(list)
        for key, slots in peers:
            if key.id not in strands:
                hosts[key.tenant, key.source] += slots
            if key.entity:
                at_host[key.tenant, key.source].append(slots)
                of_name[key.entity].append(slots)
                tenants[key.tenant][key.entity] += slots
        self.places, self.counted = hosts, dict[int, int]()
        self.hosts = counts(hosts.values())
        # A thing that many hosts speak of under one name is one sibling, not many.
        self.everybody = counts(max(found) for found in of_name.values())
        self.at_host = {place: counts(found) for place, found in at_host.items()}
        self.of_name = {name: counts(found) for name, found in of_name.items()}
        self.tenants = {tenant: counts(found.values()) for tenant, found in tenants.items()}
        names: defaultdict[str, list[int]] = defaultdict(list)
        for found in tenants.values():
            for name, slots in found.items():
                names[name].append(slots)
        self.at_tenants = {name: counts(slots) for name, slots in names.items()}

    def _of_one(self, key: KeyFacts, slots: int) -> None:
        """The same of a message that one key has."""
        one = Counts([slots], slots, slots * slots)
        self.places, self.counted = Counter({(key.tenant, key.source): slots}), {}
        self.hosts, self.everybody = one, one if key.entity else _EMPTY
        self.at_host = {(key.tenant, key.source): one} if key.entity else {}
        self.of_name = self.at_tenants = {key.entity: one} if key.entity else {}
        self.tenants = {key.tenant: one} if key.entity else {}


_EMPTY = Counts([], 0, 0)


def counts(values: Iterable[int]) -> Counts:
    ascending = sorted(values)
    if len(ascending) == 1:
        return Counts(ascending, ascending[0], ascending[0] * ascending[0])
    return Counts(ascending, sum(ascending), sum(n * n for n in ascending))


def of(level: str, key: KeyFacts, own: int, scene: Scene, *, exact: bool = False) -> Siblings:
    """The least favourable of its circles; of circles under three siblings the largest. `own`: active slots.

    `exact` allows for louder hosts; without it the answer is an upper bound of how much it is this one's own.
    """
    census: Census | None = scene.census.get((key.signature, key.state))
    if census is None:
        peers = scene.peers.get((key.signature, key.state), ())
        census = scene.census[key.signature, key.state] = Census(
            [(item.key, item.slots) for item in peers], scene.wholes
        )
    return _of(level, key, own, census, scene, exact)


def reached(unit: Unit, scene: Scene) -> Siblings:
    """Of a named thing that takes host after host: how many others came to as many, since memory's first three days."""
    tenant, signature, state, _, _ = unit.identity
    who = (tenant, signature, state, HOSTS)
    late: dict[str, int] | None = scene.census.get(who)
    if late is None:
        early = scene.floor_s + 3 * DAY
        hosts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for item in scene.peers.get((signature, state), ()):
            if item.key.tenant == tenant and item.key.entity:
                seen = hosts[item.key.entity]
                seen[item.key.source] = min(seen.get(item.key.source, item.first_s), item.first_s)
        late = {name: sum(first > early for first in seen.values()) for name, seen in hosts.items()}
        scene.census[who] = late
    noun = PLURALS.get(unit.key.entity_kind, "of its kind")
    shown = counts(late.values())
    return compare(late.get(unit.entity, 0), len(late) - 1, shown, noun)._replace(counted=HOSTS)


def by_chance(unit: Unit, was: float, scene: Scene) -> tuple[int, int]:
    """Of the days of its siblings: on how many one did half as much as the unit in the last day and rose half as steeply;
    and how many days there are. `was`: of the unit, a day. How steep a rise is, is told with one more on either side.
    """
    who = (unit.key.signature, unit.key.state, DAYS)
    known: dict[int, tuple[list[tuple[int, float]], int]] | None = scene.census.get(who)
    if known is None:
        known = scene.census[who] = {
            item.key.id: _rises(item)
            for item in scene.peers.get(who[:2], ())
            if item.active_days >= BURST_DAYS_MIN
        }
    recent = len({start // SLOT for start in unit.starts if start > scene.at_s - DAY})
    steep = (recent + 1) / (was + 1)
    did = days = 0
    for key_id, (rises, span) in known.items():
        if key_id not in unit.key_ids:
            days += span
            did += sum(2 * slots >= recent and 2 * rise >= steep for slots, rise in rises)
    return did, days


def _rises(item: Stat) -> tuple[list[tuple[int, float]], int]:
    """The active slots of each of its days, and how steep a rise over its other days that is; and its days, quiet ones too."""
    days = item.history.days
    span = days[-1].day - days[0].day + 1
    others = max(1, span - 1)
    slots = [len(day.slots) for day in days]
    return [(n, (n + 1) / ((item.every_slot - n) / others + 1)) for n in slots], span


def of_quick(level: str, key: KeyFacts, scene: Scene) -> Siblings | None:
    """The same by recoveries within ten minutes: who flaps, among those that go down at all. None under three."""
    found = counted(QUICK, level, key, scene, _quick)
    return found if found.own >= CIRCLE_MIN else None


def counted(
    what: str,
    level: str,
    key: KeyFacts,
    scene: Scene,
    count: Callable[[Stat, Scene], int],
    *,
    exact: bool = False,
) -> Siblings:
    """The same by another count than active slots; `what`: its name, one census a signature and state."""
    who = (key.signature, key.state, what)
    census: Census | None = scene.census.get(who)
    if census is None:
        found = [(item.key, count(item, scene)) for item in scene.peers.get((key.signature, key.state), ())]
        census = scene.census[who] = Census(found, scene.wholes)
        census.counted = {known.id: number for known, number in found}
    return _of(level, key, census.counted.get(key.id, 0), census, scene, exact)._replace(counted=what)


def _quick(item: Stat, scene: Scene) -> int:
    since = scene.at_s - RECENT_DAYS * DAY
    every, _ = self_heal.episodes(item.history.transitions, scene.keys, item.key)
    return sum(1 for one in every if one.start > since and one.seconds is not None and one.seconds <= 600)


def _of(level: str, key: KeyFacts, own: int, census: Census, scene: Scene, exact: bool) -> Siblings:
    crowd, program = scene.crowd, scene.program(key)
    noun = PLURALS.get(key.entity_kind, "of its kind")
    kind = key.entity_kind
    lasting = True  # the circles are the census's own, so that what was compared with them can be known again
    if level == KEY and key.entity:
        place = (key.tenant, key.source)
        circles = [
            (census.everybody, crowd[program, kind], noun),
            (census.at_host.get(place, _EMPTY), crowd[*place, program, kind], f"{noun} at this host"),
            (
                census.of_name.get(key.entity, _EMPTY),
                crowd[program, kind, key.entity],
                "hosts with one of that name",
            ),
        ]
    elif level == ENTITY:
        circles = [
            (census.tenants.get(key.tenant, _EMPTY), crowd[EVERY, key.tenant, program, kind, EVERY], noun),
            (
                census.at_tenants.get(key.entity, _EMPTY),
                crowd[EVERY, program, kind, key.entity],
                "tenants with one of that name",
            ),
        ]
    else:
        shown = _as_loud(key, program, census, scene) if exact else census.hosts
        lasting = shown is census.hosts
        circles = [(shown, crowd[program,], _HOSTS)]
    found = []
    for shown, pool, noun in circles:
        count = len(shown.ascending)
        who = own, max(pool, count) - 1, noun, id(shown) if count > 1 else -1 - shown.total
        one = scene.compared.get(who) if lasting else None
        if one is None:
            one = compare(own, who[1], shown, noun)
            if lasting:
                scene.compared[who] = one
        found.append(one)
    comparable = [one for one in found if one.comparable]
    if len(comparable) == 1:
        return comparable[0]
    return (
        min(comparable, key=lambda one: one.points) if comparable else max(found, key=lambda one: one.others)
    )


def _as_loud(key: KeyFacts, program: str, census: Census, scene: Scene) -> Counts:
    """The hosts, each as if its program were as loud as this one: a busy host says more of everything."""
    exposure, here = scene.exposure, (key.tenant, key.source)
    mine = exposure[*here, program] - census.places[here]
    if mine < EXPOSURE_MIN:
        return census.hosts
    out = []
    for place, slots in census.places.items():
        its = exposure[*place, program] - slots
        louder = 1.0 if place == here or its < EXPOSURE_MIN else min(LOUDER_MAX, max(1.0, mine / its))
        out.append(round(slots * louder))
    return counts(out)


def compare(own: int, others: int, shown: Counts, noun: str) -> Siblings:
    """`shown` has the unit's own entry among them, which is left out; `others`: all siblings, silent ones too."""
    ascending = shown.ascending
    half, eighth = max(1, -(-own // 2)), max(1, -(-own // FAR))
    alike = max(0, len(ascending) - bisect_left(ascending, half) - (own >= half))
    near = max(0, len(ascending) - bisect_left(ascending, eighth) - (own >= eighth))
    others = max(0, others)
    speaking = len(ascending) - 1
    few = (
        1 < speaking < SPEAKING_MIN and alike and PART * ascending[0] >= own
    )  # all that have the part for it
    if few or (speaking >= SPEAKING_MIN and 2 * alike > speaking) or (alike == speaking >= 1):
        others, noun = speaking, noun + " that say it"
    total = max(0, shown.total - own)
    mean = (total + 0.5) / (others + 1)
    shape = 1.0
    if others > 0:
        raw = total / others
        squares = max(0, shown.squares - own * own)
        excess = (squares - others * raw * raw) / max(1, others - 1) - raw
        shape = min(10.0, max(0.3, raw * raw / excess)) if excess > 0 and raw > 0 else 2.0
        shape = (shape * others + 3.0) / (others + 3)  # few siblings: shrunk towards 1
    p = max(tails.negative_binomial_tail(own, mean, shape), (others + 1) ** -2)
    rest = ascending[:-1] if ascending and ascending[-1] == own else ascending
    most = rest[-1] if rest else 0
    far = max(0, others - near)
    found = Siblings(own, others, alike, far, total / max(1, others), most, p, noun, len(ascending))
    if speaking < TAIL_MIN:
        return found
    if rest is ascending:  # its own count is among them with a lesser one
        rest = ascending[1:]
    return found._replace(as_large=speaking * tails.heavy_tail(own, rest))


def named(found: Siblings) -> str:
    """What they are; in the singular where there is one."""
    plural = next((word for word in PLURALS.values() if found.noun.startswith(word)), "")
    if found.others != 1 or not plural.endswith("s"):
        return found.noun
    return (plural[:-1] + found.noun.removeprefix(plural)).replace(" that say it", " that says it")


PLURALS = {
    "ap": "access points",
    "user": "accounts",
    "vm": "virtual machines",
    "thing": "of its kind",
    **{
        kind: kind + "s"
        for kind in [
            "tunnel",
            "interface",
            "service",
            "job",
            "neighbor",
            "disk",
            "volume",
            "certificate",
            "domain",
            "container",
            "database",
            "queue",
            "host",
            "monitor",
            "sensor",
            "module",
            "cluster",
        ]
    },
}

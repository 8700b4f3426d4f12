"""Siblings whose occurrences lie otherwise in time: a sibling's one bad hour, and the other end of one happening."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from brainstemd.attention import siblings, windows
from brainstemd.attention.siblings import CIRCLE_MIN, Siblings
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Stat, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import SLOTS_A_DAY, KeyFacts

OWN_POINTS = 5.0  # of specificity, from which on a thing is its own among its siblings
SPELLS = "active hours apart"
SPELLS_MIN, SPELLS_MAX, SOLITARY = (
    5,
    12 * RECENT_DAYS,
    0.5,
)  # spells, and share of the active slots that they are, of what comes singly
_NAMED = "named"  # in the census, by signature and state
END_S, END_SHARE = 600, 0.6  # seconds, and share of the times: the other end of one happening


def of_spells(item: Stat, scene: Scene, *, exact: bool = False) -> Siblings | None:
    """Siblings by spells, runs of active hours: a sibling's bad hour is one. None where its own do not lie apart."""
    if not SPELLS_MIN <= item.slots <= SPELLS_MAX or item.days < SPELLS_MIN:
        return None
    found = siblings.counted(SPELLS, KEY, item.key, scene, _spells, exact=exact)
    return found if found.own >= max(SPELLS_MIN, SOLITARY * item.slots) else None


def _spells(item: Stat, scene: Scene) -> int:
    floor = scene.at_s // DAY - RECENT_DAYS + 1
    spells, last = 0, -2
    for day in item.history.days:
        if day.day >= floor:
            for slot in day.slots:
                hour = day.day * 24 + slot.slot // 12
                spells += hour > last + 1
                last = hour
    return spells


def other_end(item: Stat, scene: Scene) -> bool:
    """Do the one or two that say as much of the same thing say it at the same times?"""
    key, since = item.key, scene.at_s - RECENT_DAYS * DAY
    if not key.entity:
        return False
    alike = [
        one
        for one in _of_that_name(key, scene)
        if one.key.source != key.source and 2 * one.slots >= item.slots
    ]
    if not 0 < len(alike) < CIRCLE_MIN:
        return False
    mine = _starts(item, since)
    return all(_coincide(mine, _starts(one, since)) for one in alike)


def _of_that_name(key: KeyFacts, scene: Scene) -> Sequence[Stat]:
    """All that the tenant says in these words about a thing of that name."""
    named: dict[tuple[str, str], list[Stat]] | None = scene.census.get((_NAMED, key.signature, key.state))
    if named is None:
        named = scene.census[_NAMED, key.signature, key.state] = {}
        for one in scene.peers.get((key.signature, key.state), ()):
            named.setdefault((one.key.tenant, one.key.entity), []).append(one)
    return named.get((key.tenant, key.entity), ())


def _starts(item: Stat, since: int) -> list[int]:
    return [point.start for point in windows.points(item.history, since)]


def _coincide(mine: Sequence[int], its: Sequence[int]) -> bool:
    return windows.met(mine, its, END_S) >= END_SHARE * max(len(mine), len(its))


def at_once(unit: Unit, scene: Scene) -> bool:
    """Does one sibling say it within five minutes of most of the unit's? Then both tell of one thing, and compare nothing."""
    mine, own = _when(unit.stats), frozenset(unit.key_ids)
    for _, theirs in groupby(
        (
            item
            for item in scene.peers.get((unit.key.signature, unit.key.state), ())
            if item.key.id not in own
        ),
        key=lambda item: (item.key.tenant, item.key.source, item.key.entity),
    ):
        near = {slot + shift for slot in _when(theirs) for shift in (-1, 0, 1)}
        if 2 * len(mine & near) > len(mine):
            return True
    return False


def _when(stats: Iterable[Stat]) -> set[int]:
    """The active five-minute slots, numbered since 1970."""
    return {
        day.day * SLOTS_A_DAY + slot.slot for item in stats for day in item.history.days for slot in day.slots
    }


def fairer(unit: Unit, found: Siblings, scene: Scene) -> Siblings:
    """The siblings by spells where that says more; none where those alike are the other end of the same happening."""
    if unit.level != KEY or found.points >= OWN_POINTS:
        return found
    spells = of_spells(unit.stats[0], scene, exact=True)
    if spells is not None and spells.points > found.points:
        found = spells
    if found.alike and not found.comparable and other_end(unit.stats[0], scene):
        found = found._replace(alike=0, others=0)
    return found

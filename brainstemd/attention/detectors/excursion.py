"""excursion: over to the other and back, again and again: two messages of one thing that alternate, one state the usual.

Two messages of one program and entity at a source that have most of their words in common (half; a third where an entity
is named), neither with ordinary words (opened, started, logged in), orderly, or told as a down. Of their occurrences in 14
days nine in ten alternate; there are four excursions or more on three days, with a median of 5 s to 2 h, and the thing was
out for at most a tenth of the time. Not on a clock (foreseen by less than a half), unless the message that leaves is logged
as worse than the one that returns. People come and go: accounts and addresses are not asked. Computed for a whole scene
at once. Value: excursions in the last seven days.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from statistics import median
from typing import NamedTuple

from brainstemd.attention import phrases, windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Stat, Unit
from brainstemd.attention.windows import DAY

TIMES_MIN, DAYS_MIN, SLOTS_MAX = 4, 3, 20 * RECENT_DAYS
SHORT_S, LONG_S = 5, 7200
OUT_MAX, ALTERNATE_MIN = 0.1, 0.9
WORDS_SHARED, WORDS_SHARED_NAMED = 0.5, 0.3
CROWDED = 40  # messages of one program and entity that are too many to be two states of it
FORESEEN_MAX = 0.5
PEOPLE = frozenset({"user", "address"})
_PLACEHOLDER = re.compile(r"<[^<>]{0,40}>")
_WORD = re.compile(r"[^\W\d_]{3,}")


class Excursion(NamedTuple):
    """What was found of a pair of messages; both keys have it."""

    evidence: Evidence
    out: int  # id of the key that leaves
    back: int  # id of the key that returns


def survey(scene: Scene) -> dict[int, Excursion]:
    """Every key that leaves or returns, and the best that was found of it."""
    things: defaultdict[tuple[str, str, str, str], list[Stat]] = defaultdict(list)
    for item in scene.stats:
        key = item.key
        if TIMES_MIN - 1 <= item.slots <= SLOTS_MAX and item.days >= DAYS_MIN and _two_faced(item, scene):
            things[key.tenant, key.source, scene.program(key), key.entity].append(item)
    out: dict[int, Excursion] = {}
    for found in things.values():
        if 1 < len(found) <= CROWDED:
            for one, two in _pairs(found, scene):
                made = _judge(one, two, scene)
                if made is None:
                    continue
                for key_id in (made.out, made.back):
                    if key_id not in out or out[key_id].evidence.value < made.evidence.value:
                        out[key_id] = made
    return out


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """What `survey` found of this key."""
    found = scene.excursions.get(unit.stats[0].key.id) if unit.level == KEY else None
    return [found.evidence] if found is not None else []


def _two_faced(item: Stat, scene: Scene) -> bool:
    key = item.key
    if key.orderly or key.healed or key.polarity == "down" or key.entity_kind in PEOPLE:
        return False
    return (
        item.last_s > scene.at_s - 7 * DAY
        and not scene.words(key.signature).benign
        and key.outcome != "success"
    )


def _pairs(found: Sequence[Stat], scene: Scene) -> Iterator[tuple[Stat, Stat]]:
    for one, two in combinations(found, 2):
        few, many = sorted((one.lines, two.lines))
        if few + max(1, 0.1 * few) < many or one.key.signature == two.key.signature:
            continue
        mine, its = (set(_words(scene.template(item.key.signature))) for item in (one, two))
        need = WORDS_SHARED_NAMED if one.key.entity else WORDS_SHARED
        if len(mine & its) >= need * len(mine | its) > 0:
            yield one, two


def _words(template: str) -> list[str]:
    return _WORD.findall(_PLACEHOLDER.sub(" ", template[:2000]).lower())


def _judge(one: Stat, two: Stat, scene: Scene) -> Excursion | None:
    since = max(scene.floor_s, scene.at_s - RECENT_DAYS * DAY)
    common = scene.common.get(one.key.tenant, ())
    marks = sorted(
        (occurrence.start, item is two)
        for item in (one, two)
        for occurrence in windows.occurrences(windows.outside(windows.points(item.history, since), common))
    )
    changes = [(a, b) for a, b in pairwise(marks) if a[1] != b[1]]
    if len(marks) < 2 * TIMES_MIN - 1 or len(changes) < ALTERNATE_MIN * (len(marks) - 1):
        return None
    stays = {side: [b[0] - a[0] for a, b in changes if a[1] is side] for side in (False, True)}
    side = sum(stays[True]) < sum(stays[False])
    times, starts = stays[side], [a[0] for a, _ in changes if a[1] is side]
    if len(times) < TIMES_MIN or windows.distinct_days(starts, scene.at_s) < DAYS_MIN:
        return None
    if sum(times) > OUT_MAX * (sum(times) + sum(stays[not side])) or not SHORT_S <= median(times) <= LONG_S:
        return None
    out, back = (two, one) if side else (one, two)
    worse = out.key.severity < min(5, back.key.severity)  # warning or worse, and the return is not
    if (
        not worse
        and windows.foreseen(starts, scene.at_s, max(scene.since_s, scene.floor_s)).share >= FORESEEN_MAX
    ):
        return None
    week = windows.between(starts, scene.at_s - 7 * DAY, scene.at_s)
    left = phrases.headline(scene.template(out.key.signature), out.key.entity, out.key.entity_kind)
    about = phrases.plain(out.key.entity)
    about = f" ({about})" if about and about not in left else ""
    said = f'"{left}"{about} and back {len(times)} times in {RECENT_DAYS} days, each time within {windows.span(max(times))}'
    because = (
        f"over and back {len(times)} times in {RECENT_DAYS} days, out for {windows.span(median(times))} (median); "
        f"{week} times in 7 days"
    )
    return Excursion(
        Evidence("excursion", "failures", float(week), because, said=said, own=worse), out.key.id, back.key.id
    )

"""Beats that are late, message by message: a key, or a message at a source over all its entities.

Cheap looks first (a key that spoke within its mean gap is not late), then clocks (detectors/silence.py). What a
message under another name took over is not late, nor what came as often as ever about other things.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from statistics import median

from brainstemd.attention import calendars, clocks, rhythms, scoring, windows
from brainstemd.attention import notes as words_of_operators
from brainstemd.attention.alone import PERSON_KINDS
from brainstemd.attention.detectors import fewer, rarer, silence
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import EVERY, KEY, SOURCE, Identity, Scene, Stat, Unit, beats, identity_of
from brainstemd.attention.windows import DAY, HOUR, MINUTE
from brainstemd.models import KeyFacts

AGE_MAX = 14 * DAY  # what has been silent for longer is gone, not late
QUIET_MIN = 30 * MINUTE
FAULTY = 0.0  # valence above which a message that stops is good news


def messages(
    tenant: str, own: Sequence[Stat], quiet: Container[str], scene: Scene, only: set[int] | None
) -> list[tuple[Unit, Evidence]]:
    """The late beats of a tenant, but for sources that are silent altogether; `only` as in `absence.weigh`."""
    groups: defaultdict[tuple[str, str, str, bool], list[Stat]] = defaultdict(list)
    for item in own:  # of a message whose keys came once or twice each there is no beat
        if item.key.signature not in scene.seldom and item.key.source not in quiet:
            strand = item.key.id in scene.wholes
            groups[item.key.signature, item.key.source, item.key.app_name, strand].append(item)
    out = []
    some = ((kind, stats) for kind, stats in groups.items() if _some_beat(stats, scene))
    for (signature, source, _, strand), stats in sorted(some, key=lambda pair: pair[0]):
        if only is not None and only.isdisjoint(item.key.id for item in stats):
            continue
        found = _late_of((tenant, signature, EVERY, source, EVERY), stats, scene)
        if not strand or all(unit.level == KEY for unit, _ in found):  # else their whole is late
            out.extend(found)
    return out


def thinned(
    own: Sequence[Stat], taken: Container[int], scene: Scene, only: set[int] | None
) -> list[tuple[Unit, Evidence]]:
    """Beats that still come, and more seldom than they did; `taken`: keys of those that are late, which are not asked."""
    oldest = scene.at_s // DAY - calendars.BEATS_MIN  # what began later has no past to be compared with
    things: dict[tuple[str, str, str, str], list[Stat]] = {
        _thing(item.key): [] for item in own if item.history.days[0].day <= oldest
    }
    for item in own:
        if (same := things.get(_thing(item.key))) is not None:
            same.append(item)
    out = []
    for _, same in sorted(things.items()):
        ids = {item.key.id for item in same}
        if any(id_ in taken for id_ in ids) or (only is not None and only.isdisjoint(ids)):
            continue
        if not _fewer(same, scene) or not wanted(same[0].key, scene):
            continue
        unit = build(KEY, identity_of(same[0].key), same, scene)
        found = rarer.detect(unit, scene) or fewer.detect(unit, scene)
        if found and unit.key.entity_kind not in PERSON_KINDS:
            out.append((unit, found[0]))
    return out


def _thing(key: KeyFacts) -> tuple[str, str, str, str]:
    return key.signature, key.source, key.app_name, key.entity


def _fewer(same: Sequence[Stat], scene: Scene) -> bool:
    """Did it come on fewer days, or in fewer five-minute slots a day, of late than before? No line is unfolded."""
    today = scene.at_s // DAY
    first = min(item.history.days[0].day for item in same)
    last = max(item.history.days[-1].day for item in same)
    if last < today - 2 or today - first < calendars.BEATS_MIN:
        return False
    slots: Counter[int] = Counter()
    for item in same:
        for day in item.history.days:
            slots[day.day] += len(day.slots)
    for days in rarer.WINDOWS:
        recent = sum(slots[day] for day in range(today - days, today)) / days
        before = [slots[day] for day in range(first + 1, today - days)]
        if len(before) >= calendars.BEATS_MIN and recent <= 0.9 * sum(before) / len(before):
            return True
    return False


def maybe_late(item: Stat, scene: Scene) -> bool:
    """Has it been quiet for nearly its mean gap? A few integers, no line is unfolded."""
    silent = scene.at_s - item.last_s
    days = item.history.days
    mean = (days[-1].day - days[0].day + 1) * DAY / max(1, item.every_slot)
    return silent >= max(QUIET_MIN, 0.9 * min(mean, DAY))


def build(level: str, identity: Identity, stats: list[Stat], scene: Scene) -> Unit:
    """A unit of beats, with the maintenance that lies over it."""
    sources = sorted({item.key.source for item in stats})
    closed = words_of_operators.maintenance(scene.notes, identity, sources, scene.at_s, scene.floor_s)
    return beats(level, identity, stats, scene, closed)


def _some_beat(stats: list[Stat], scene: Scene) -> bool:
    return len(stats) >= calendars.BEATS_MIN or any(_could_beat(item, scene) for item in stats)


def _late_of(identity: Identity, stats: list[Stat], scene: Scene) -> list[tuple[Unit, Evidence]]:
    """The late beats of one kind of message at one source: as a whole, else entity by entity."""
    if not wanted(stats[0].key, scene) or _replaced(stats, scene):
        return []
    if len(stats) > 1 and all(scene.at_s - item.last_s >= QUIET_MIN for item in stats):
        unit = build(SOURCE, identity, stats, scene)
        found = _checked(unit, scene)
        if found:
            return [(unit, found)]
    out = []
    whole: Unit | None = None
    by_entity: defaultdict[str, list[Stat]] = defaultdict(list)
    for item in stats:
        by_entity[item.key.entity].append(item)
    for same in by_entity.values():
        if all(_could_beat(item, scene) for item in same):
            unit = build(KEY, identity_of(same[0].key), same, scene)
            found = _checked(unit, scene)
            if found and len(by_entity) > 1:
                whole = whole or build(SOURCE, identity, stats, scene)
                if _carried_on(unit, whole, found.expected_s or 0, scene):
                    continue
            if found:
                out.append((unit, found))
    return out


def wanted(key: KeyFacts, scene: Scene) -> bool:
    """Is its coming a good thing? That faults stop is good news; an ordered end has no beat."""
    if key.orderly or key.polarity == "down":
        return False
    return scoring.valence_points(key, scene) <= FAULTY or _measures(key, scene)


def _measures(key: KeyFacts, scene: Scene) -> bool:
    """Is it a report of a number, whose one fault word is what it measures ("loss 0 %")?"""
    template = scene.template(key.signature)
    one_word = len(scene.words(key.signature).fault) == 1
    return (
        one_word
        and key.outcome != "failure"
        and any(mark in template for mark in ("<n>", "<time>", "<rate>"))
    )


def _carried_on(unit: Unit, whole: Unit, due: int, scene: Scene) -> bool:
    """Did the message come as often as ever about other things, so that what moved on is only the name in it?"""
    begin = due - HOUR
    length = min(DAY - 2 * HOUR, scene.at_s - begin)
    # Things that report one behind the other are one happening: where all are known by name, lines are counted.
    starts = [point.start for point in whole.points] if unit.whole else whole.starts
    now = windows.between(starts, begin, begin + length)
    past = [
        windows.between(starts, begin - back * DAY, begin - back * DAY + length)
        for back in range(1, 8)
        if begin - back * DAY > starts[0] and unit.starts[0] <= begin - back * DAY + length
    ]
    return bool(past) and now >= max(1, median(past))


def _could_beat(item: Stat, scene: Scene) -> bool:
    return (
        (item.active_days >= calendars.BEATS_MIN or item.every_slot > rhythms.GAPS_MIN)
        and scene.at_s - item.last_s <= AGE_MAX
        and maybe_late(item, scene)
    )


def _checked(unit: Unit, scene: Scene) -> Evidence | None:
    if len(unit.starts) < calendars.BEATS_MIN or scene.at_s - unit.starts[-1] > AGE_MAX:
        return None
    found = silence.detect(unit, scene)
    if not found:
        return None
    faulty = scoring.valence_points(unit.key, scene) > FAULTY
    if faulty or (unit.key.entity_kind in PERSON_KINDS and unit.level == KEY):
        late = [beat for beat in clocks.find(unit.starts, scene.at_s) if beat.missed]
        if not any(beat.tight for beat in late):
            return None
    return found[0]


def _replaced(stats: list[Stat], scene: Scene) -> bool:
    """Did the same program at the same place begin to say something new, as often, when this ended?"""
    key = stats[0].key
    last = max(item.last_s for item in stats)
    arrived = scene.newcomers.get((key.tenant, key.source, key.app_name), [])
    begin = bisect_left(arrived, last - HOUR, key=_first_s)
    end = bisect_right(arrived, last + 2 * DAY, key=_first_s)
    return any(
        item.key.signature != key.signature
        and not item.key.orderly
        and item.key.polarity != "down"
        and 2 * item.lines * DAY >= scene.at_s - item.first_s
        and scoring.valence_points(item.key, scene) <= FAULTY
        for item in arrived[begin:end]
    )


def _first_s(item: Stat) -> int:
    return item.first_s

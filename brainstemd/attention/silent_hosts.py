"""Whole sources that say nothing any more, though they should."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean

from brainstemd.attention import windows
from brainstemd.attention.detectors import silence
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.late import AGE_MAX, QUIET_MIN, build
from brainstemd.attention.units import EVERY, HOST, Scene, Stat, Unit
from brainstemd.attention.windows import DAY, HOUR, MINUTE

OTHERS_MIN = 3.0  # five-minute slots in which a host should have said something else
AT_ONCE = 15 * MINUTE  # hosts that fell silent so close together fell silent for one reason
HEIR_BEFORE, HEIR_AFTER = (
    3 * DAY,
    2 * DAY,
)  # a new host may take over this much before, or after, the old one ends
HEIR_THINGS = 3


def quiet(
    tenant: str, own: list[Stat], scene: Scene, newest: Mapping[str, int]
) -> dict[str, tuple[Unit, Evidence]]:
    """Sources that say nothing at all any more, though they should."""
    candidates = {source for source, last in newest.items() if QUIET_MIN <= scene.at_s - last <= AGE_MAX}
    if not candidates:
        return {}
    stats: defaultdict[str, list[Stat]] = defaultdict(list)
    for item in own:
        if item.key.source in candidates:
            stats[item.key.source].append(item)
    out = {}
    for source in sorted(stats):
        unit = build(HOST, (tenant, EVERY, "", source, EVERY), stats[source], scene)
        found = silence.detect(unit, scene)
        if found:
            out[source] = (unit, found[0])
    return out


def behind(
    tenant: str,
    late: Sequence[tuple[Unit, Evidence]],
    own: Sequence[Stat],
    scene: Scene,
    newest: Mapping[str, int],
) -> dict[str, tuple[Unit, Evidence]]:
    """Hosts that are silent as a whole, though only a beat of theirs proves it.

    Nothing at all came from the host since before the beat was due, while on every earlier day it spoke of other
    things at this time of the day; or beats of two programs are late, and it has said nothing else.
    """
    by_source: defaultdict[str, list[tuple[Unit, Evidence]]] = defaultdict(list)
    for unit, evidence in late:
        if newest[unit.identity[3]] <= (evidence.expected_s or 0):
            by_source[unit.identity[3]].append((unit, evidence))
    out = {}
    for source, found in sorted(by_source.items()):
        last = newest[source]
        beaten = {key_id for unit, _ in found for key_id in (*unit.key_ids, unit.whole)}
        stats = [item for item in own if item.key.source == source]
        counts = _others(stats, beaten, last, scene)
        programs = {unit.key.app_name for unit, _ in found}
        speaks = len(counts) >= 3 and min(counts) > 0 and fmean(counts) >= OTHERS_MIN
        if scene.at_s - last < HOUR or not (speaks or len(programs) > 1):
            continue
        unit, evidence = min(found, key=lambda pair: pair[1].value)
        usual = f"; on each of {len(counts)} days at this time it spoke of other things too" if speaks else ""
        because = f"no line for {windows.span(scene.at_s - last)}{usual}; of one of its messages: {evidence.because}"
        host = build(HOST, (tenant, EVERY, "", source, EVERY), stats, scene)
        out[source] = (host, evidence._replace(because=because, expected_s=last, said="its beat"))
    return out


def _others(stats: Sequence[Stat], beaten: set[int], last: int, scene: Scene) -> list[int]:
    """In how many slots other keys than the late ones spoke at this time of each earlier day of which all is known."""
    begin = max(last + 1, scene.at_s - DAY)
    rows = [
        {day * 288 + slot.slot for day, _, _, _, slots in item.history.days for slot in slots}
        for item in stats
        if item.key.id not in beaten
    ]
    spoken = sorted(set().union(*rows)) if rows else []
    first = min((item.first_s for item in stats), default=scene.at_s)
    back = max(1, -int((last - scene.at_s) // DAY))
    counts = []
    for days in range(back, back + 14):
        low, high = begin - days * DAY, scene.at_s - days * DAY
        if low < max(first, scene.floor_s):
            break
        counts.append(bisect_left(spoken, high // 300) - bisect_left(spoken, low // 300))
    return counts


def joined(late: Sequence[tuple[Unit, Evidence]]) -> list[tuple[Unit, Evidence]]:
    """Hosts that fell silent at once are one: the first of them in the alphabet leads, the others are named."""
    hosts = sorted((pair for pair in late if pair[0].level == HOST), key=lambda pair: pair[0].points[-1].end)
    out = [pair for pair in late if pair[0].level != HOST]
    while hosts:
        first = hosts[0][0].points[-1].end
        near = [pair for pair in hosts if pair[0].points[-1].end - first <= AT_ONCE]
        hosts = hosts[len(near) :]
        near.sort(key=lambda pair: pair[0].identity)
        unit, evidence = near[0]
        if len(near) > 1:
            every = sorted(
                (item for other, _ in near for item in other.stats),
                key=lambda item: (-item.last_s, item.key.id),
            )
            unit = replace(
                unit,
                stats=every,
                points=max((other.points for other, _ in near), key=lambda points: points[-1].end),
            )
            evidence = min((found for _, found in near), key=lambda found: found.value)
        out.append((unit, evidence))
    return out


def heir(unit: Unit, scene: Scene) -> str:
    """The host that began to speak about when this one ended, and speaks of most of what only this one spoke of."""
    tenant, source = unit.tenant, unit.identity[3]
    last = unit.points[-1].end
    young = {
        other
        for (owner, other), first in scene.source_first.items()
        if owner == tenant and other != source and last - HEIR_BEFORE <= first <= last + HEIR_AFTER
    }
    if not young:
        return ""
    mine = {item.key.entity for item in unit.stats if item.key.entity and item.last_s > last - DAY * 14}
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for item in scene.stats:
        if item.key.tenant == tenant and item.key.entity in mine:
            holders[item.key.entity].add(item.key.source)
    mine = {entity for entity in mine if holders[entity] - {source} <= young}
    for other in sorted(young):
        taken = sum(1 for entity in mine if other in holders[entity])
        if taken >= max(HEIR_THINGS, 0.5 * len(mine)):
            return other
    return ""

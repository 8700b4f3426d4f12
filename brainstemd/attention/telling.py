"""A group as the digest wants it: its title, its reasons in words, what is related, and the keys whose lines show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from brainstemd.attention import phrases, titles, windows
from brainstemd.attention.candidate import ABSENCE, HAPPENING, Candidate
from brainstemd.attention.gates import last_active
from brainstemd.attention.stories import Group, story_id
from brainstemd.attention.units import HOST, KEY, RECENT_DAYS, Scene, Stat, Unit
from brainstemd.attention.windows import DAY, HOUR
from brainstemd.models import SECOND_US, Part, Related, SeenBefore, Story

RELATED_MAX = 8
EVIDENCE_KEYS_MAX = 8


def tell(found: Group, scene: Scene, state: str, partners: Sequence[Stat]) -> Story:
    """The group as the digest wants it. `partners`: other keys of the same entity that were not weighed."""
    leader = found.leader
    unit = leader.unit
    expected = leader.evidence[0].expected_s if leader.family == ABSENCE else None
    begin = unit.run_start
    if leader.standing.returned_s:
        begin = next((t for t in unit.starts if t > leader.standing.returned_s), begin)
    heal = next((e for e in leader.evidence if e.episodes), None)
    kinds = list(dict.fromkeys(leader.kinds + [kind for other, _ in found.absorbed for kind in other.kinds]))
    width, most = (HOUR, 24) if scene.memory_s < 2 * DAY else (DAY, RECENT_DAYS)
    count = min(most, -(-scene.memory_s // width))  # no zeros from before memory began
    return Story(
        id=found.id,
        state=state,
        since_us=(begin if expected is None else expected) * SECOND_US,
        attention=round(leader.attention, 1),
        kinds=kinds,
        title=titles.title(leader, scene),
        what=titles.what(leader, scene),
        why=_why(leader, [other for other, _ in found.absorbed], scene, state, begin),
        parts=list(leader.parts),
        tenant=unit.tenant,
        hosts=unit.sources,
        entity=unit.entity or None,
        expected_us=None if expected is None else expected * SECOND_US,
        count=sum(point.lines for point in unit.points if point.start >= begin),
        first_us=unit.first_s * SECOND_US,
        last_us=max(item.history.days[-1].last_us for item in unit.stats),
        signature=None if unit.level == HOST else unit.signature,
        template=scene.template(unit.signature) or None,
        episodes=heal.episodes if heal else None,
        trend=windows.buckets(unit.points, scene.at_s, width, max(1, count)),
        seen_before=[*_earlier_runs(unit), *leader.standing.seen_before],
        related=_related(found, scene, partners),
        key_ids=_telling(leader, scene)[: EVIDENCE_KEYS_MAX if leader.family == HAPPENING else 1],
        quotes=leader.evidence[0].quotes if leader.evidence else (),
    )


def _telling(leader: Candidate, scene: Scene) -> tuple[int, ...]:
    """The keys whose lines show it best: of many that came, those that are new to it, the newest first."""
    unit = leader.unit
    if unit.level == HOST:
        return _steadiest(unit, scene)
    if leader.family != HAPPENING or unit.level == KEY or not (leader.best("spray") or leader.best("rising")):
        return unit.key_ids
    lately = [item for item in unit.stats if item.last_s > scene.at_s - 3 * DAY]
    new = sorted(
        (item for item in lately if item.first_s > scene.at_s - 7 * DAY),
        key=lambda item: (-item.last_s, item.key.id),
    )
    told = tuple(item.key.id for item in new)
    return (*told, *(key_id for key_id in unit.key_ids if key_id not in set(told)))


def _steadiest(unit: Unit, scene: Scene) -> tuple[int, ...]:
    """Of what a silent host said up to the end: what it said on most days and no fault, then the rest by its last line."""
    last = max(item.last_s for item in unit.stats)

    def rank(item: Stat) -> tuple[bool, bool, int, int, int]:
        to_the_end = last - item.last_s <= max(HOUR, 2 * DAY * item.days // max(1, item.slots))
        faulty = bool(scene.words(item.key.signature).fault) or item.key.polarity == "down"
        return (not to_the_end, faulty, -item.days, -item.last_s, item.key.id)

    return tuple(item.key.id for item in sorted(unit.stats, key=rank))


def _why(leader: Candidate, absorbed: Sequence[Candidate], scene: Scene, state: str, begin: int) -> list[str]:
    told = sorted((p for p in leader.parts if p.points > 0 and p.name != "prior"), key=lambda p: -p.points)
    spoken = [p for p in told if p.because in (leader.standing.returned, leader.standing.precedent)]
    out = [_sentence(part) for part in (*spoken, *[p for p in told if p not in spoken][:4])]
    out.extend(
        f'With it "{phrases.quoted(scene.template(other.unit.signature))}", {found_before.said}.'
        for other in absorbed
        if (found_before := other.best("precursor")) is not None
    )
    if state == "ongoing":
        since = leader.evidence[0].expected_s if leader.family == ABSENCE else None
        day = (scene.at_s - (begin if since is None else since)) // DAY + 1
        answered = "" if leader.standing.precedent else ", no disposition"
        out.append(f"Day {day}, unchanged{answered}.")
    silent = scene.at_s - last_active(leader.unit)
    if silent > max(DAY, scene.window_s) and leader.family == HAPPENING:
        out.append(f"Last seen {windows.span(silent)} ago.")
    out.extend(_sentence(part) for part in leader.parts if part.name == "gap")
    if leader.unit.masked:
        lines = "1 line" if leader.unit.masked == 1 else f"{leader.unit.masked} lines"
        out.append(f"Not counted: {lines} inside maintenance.")
    if leader.unit.common:
        out.append(f"{leader.unit.common} lines that the whole tenant had at that time count as one.")
    if scene.memory_s < 7 * DAY:
        out.append(f"Memory is {windows.span(scene.memory_s)} old; there is little to compare with.")
    return [phrases.plain(sentence) for sentence in out]


def _sentence(part: Part) -> str:
    return part.because[:1].upper() + part.because[1:] + "."


def _earlier_runs(unit: Unit) -> list[SeenBefore]:
    begin = windows.run_start(unit.starts)
    if not begin:
        return []
    first = windows.run_start(unit.starts[:begin])
    start, end = unit.starts[first], unit.occurrences[begin - 1].end
    return [SeenBefore(start * SECOND_US, end * SECOND_US, "stopped by itself", None)]


def _related(found: Group, scene: Scene, partners: Sequence[Stat]) -> list[Related]:
    out: list[Related] = []
    told = {(found.leader.unit.signature, found.leader.unit.identity[2])}
    entries = [
        (other.unit.signature, other.unit.identity[2], how, other.unit.key_ids)
        for other, how in found.absorbed
    ]
    entries += [
        (item.key.signature, item.key.state, f"same {item.key.entity_kind or 'entity'}", (item.key.id,))
        for item in partners
        if item.key.id not in found.key_ids and item.key.polarity != "neutral"
    ]
    for signature, state, how, key_ids in entries:
        if (signature, state) in told or len(out) >= RELATED_MAX:
            continue
        told.add((signature, state))
        out.append(Related(signature, scene.template(signature), how, key_ids[:EVIDENCE_KEYS_MAX]))
    return out


class Silenced(NamedTuple):
    """What would have been told but for an operator's word."""

    title: str
    parts: Sequence[Part]
    gates: Sequence[str]


def silenced(candidates: Iterable[Candidate], scene: Scene) -> dict[str, Silenced]:
    """Item id → what notes keep out, whatever its family."""
    return {
        story_id(found.unit.identity, found.family): Silenced(
            titles.title(found, scene), found.parts, found.gates
        )
        for found in candidates
        if found.standing.kept_out
    }

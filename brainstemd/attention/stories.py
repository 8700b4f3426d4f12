"""Candidates with one cause become one story: the best leads and absorbs what it explains."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from brainstemd.attention import phrases, titles, windows
from brainstemd.attention.candidate import ABSENCE, CREEPING, HAPPENING, Candidate
from brainstemd.attention.gates import last_active
from brainstemd.attention.units import EVERY, HOST, KEY, RECENT_DAYS, SOURCE, Identity, Scene, Stat, Unit
from brainstemd.attention.windows import DAY, HOUR
from brainstemd.models import SECOND_US, Part, Related, SeenBefore, Story

NEAR_S = 120
WIDE_LEADS = (
    15.0  # points by which the whole of a spread or a spray may be weaker than its parts and still lead
)
SAME_NIGHT_S = 12 * HOUR  # beats due this close together may have stopped for one reason
NEAR_SHARE = 0.6
COVER_MAX = 0.2  # a leader whose neighbourhood covers more of the time than this explains nothing by nearness
COMPARED_MAX = 1000  # occurrences; denser units are not compared in time
RELATED_MAX = 8
EVIDENCE_KEYS_MAX = 8
__all__ = ["ABSENCE", "HAPPENING", "Group", "group", "nearness", "story_id", "tell"]


def story_id(identity: Identity, family: str = HAPPENING) -> str:
    """ "i-" and ten hex digits of what the story is about: the same on every day.

    An entity at its source is one story whichever of its messages leads; where no entity is named, the message is it.
    """
    tenant, signature, state, source, entity = identity
    if entity not in ("", EVERY) and source != EVERY:
        signature = state = EVERY
    text = "\x00".join((tenant, signature, state, source, entity, family)).encode("utf-8", "surrogatepass")
    return "i-" + hashlib.blake2b(text, digest_size=5).hexdigest()


@dataclass(slots=True)
class Group:
    """A leader and what it explains."""

    leader: Candidate
    absorbed: list[tuple[Candidate, str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return story_id(self.leader.unit.identity, self.leader.family)

    @property
    def key_ids(self) -> set[int]:
        out = set(self.leader.unit.key_ids)
        for other, _ in self.absorbed:
            out.update(other.unit.key_ids)
        return out


def group(candidates: Sequence[Candidate], threshold: float) -> list[Group]:
    """Best first; each leader absorbs what it explains of all that is left, also one that a note keeps out."""
    happened = _grouped([c for c in candidates if c.family == HAPPENING], threshold, _Neighbours)
    absent = _grouped([c for c in candidates if c.family == ABSENCE], threshold, _Silent)
    creeping = _grouped([c for c in candidates if c.family == CREEPING], threshold, _Neighbours)
    told = _one_subject(_joined(happened, absent), creeping)
    return sorted(told, key=lambda found: _rank(found.leader))


def _one_subject(told: list[Group], creeping: list[Group]) -> list[Group]:
    """A number that creeps in lines that are told anyway, or of the same entity there, is one story with them."""
    out = list(told)
    for found in creeping:
        same = next((group for group in out if _about_the_same(group, found)), None)
        if same is None:
            out.append(found)
        elif same.leader.family == HAPPENING and _rank(found.leader) < _rank(same.leader):
            found.absorbed.extend([(same.leader, "the same lines"), *same.absorbed])
            out[out.index(same)] = found
        else:
            same.absorbed.append((found.leader, "a number in it creeps"))
    return out


def _about_the_same(one: Group, other: Group) -> bool:
    if one.key_ids & other.key_ids:
        return True
    mine, its = one.leader.unit, other.leader.unit
    return bool(mine.entity) and mine.entity == its.entity and mine.sources == its.sources


def _grouped(
    candidates: Sequence[Candidate], threshold: float, neighbours: type[_Neighbours] | type[_Silent]
) -> list[Group]:
    ranked = sorted(candidates, key=_rank)
    near = neighbours(ranked)
    out: list[Group] = []
    taken: set[int] = set()
    for index, leader in enumerate(ranked):
        if index in taken or max(leader.attention, leader.silenced) < threshold:
            continue
        taken.add(index)
        found = Group(leader)
        for other in near.of(leader.unit):
            if other not in taken and (how := near.explains(leader.unit, ranked[other].unit)):
                taken.add(other)
                found.absorbed.append((ranked[other], how))
        if (
            leader.silenced
        ):  # what it explains keeps silent with it, or a muted story would come back by another name
            _silence(found)
        else:
            out.append(found)
    return out


class _Neighbours:
    """Which candidates a leader could explain at all: by key, entity and time, without comparing all."""

    def __init__(self, ranked: Sequence[Candidate]) -> None:
        self._keys: defaultdict[int, list[int]] = defaultdict(list)
        self._entities: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._times: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        self._needed: list[float] = []
        for index, candidate in enumerate(ranked):
            unit = candidate.unit
            for key_id in (*unit.key_ids, *([unit.whole] if unit.whole else ())):
                self._keys[key_id].append(index)
            if unit.entity:
                self._entities[unit.tenant, unit.entity].append(index)
            recent = _recent(unit.starts)
            for moment in {t // NEAR_S for t in recent} if len(recent) <= COMPARED_MAX else ():
                self._times[unit.tenant, moment].append(index)
            self._needed.append(max(2.0, 0.5 * NEAR_SHARE * len(recent)))

    def of(self, unit: Unit) -> list[int]:
        mine = (*unit.key_ids, *([unit.whole] if unit.whole else ()))
        found = {index for key_id in mine for index in self._keys[key_id]}
        found.update(self._keys.get(unit.partner, ()))
        found.update(self._entities.get((unit.tenant, unit.entity), ()) if unit.entity else ())
        recent = _recent(unit.starts)
        if len(recent) <= COMPARED_MAX:
            moments = {t // NEAR_S + step for t in recent for step in (-1, 0, 1)}
            met = Counter(i for moment in moments for i in self._times.get((unit.tenant, moment), ()))
            found.update(index for index, count in met.items() if count >= self._needed[index])
        return sorted(found)

    def explains(self, leader: Unit, other: Unit) -> str:
        """How the leader explains the other; "" when it does not."""
        return _explains(leader, other)


class _Silent:
    """The same for what did not come: a beat elsewhere, another beat of the same program, a whole source."""

    def __init__(self, ranked: Sequence[Candidate]) -> None:
        self._units = [candidate.unit for candidate in ranked]
        self._late = {id(c.unit): c.evidence[0].expected_s or 0 for c in ranked}

    def of(self, unit: Unit) -> list[int]:
        return [index for index, other in enumerate(self._units) if other.tenant == unit.tenant]

    def explains(self, leader: Unit, other: Unit) -> str:
        """How the leader explains the other; "" when it does not."""
        if HOST in (leader.level, other.level):
            return ""
        if leader.signature == other.signature and leader.sources != other.sources:
            apart = abs(self._late[id(leader)] - self._late[id(other)])
            return f"the same beat on {', '.join(other.sources)}" if apart <= SAME_NIGHT_S else ""
        if leader.sources == other.sources and (
            leader.key.app_name == other.key.app_name or (leader.entity and leader.entity == other.entity)
        ):
            return f"also missing on {', '.join(other.sources)}"
        return ""


def _joined(happened: list[Group], absent: list[Group]) -> list[Group]:
    """What fell silent because something is down is told with what is down."""
    out = list(happened)
    for found in absent:
        unit = found.leader.unit
        cause = next((group for group in happened if _silences(group.leader, unit)), None)
        if cause is None:
            out.append(found)
        else:
            cause.absorbed.append((found.leader, "silent since"))
    return out


def _silences(leader: Candidate, unit: Unit) -> bool:
    return (
        any(item.open for item in leader.evidence)
        and bool(unit.entity)
        and leader.unit.entity == unit.entity
        and leader.unit.sources == unit.sources
    )


def _recent(starts: Sequence[int]) -> Sequence[int]:
    return starts[bisect_left(starts, starts[-1] - RECENT_DAYS * DAY) :] if starts else starts


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


def _silence(found: Group) -> None:
    for other, how in found.absorbed:
        if found.leader.standing.kept_out not in other.gates:
            other.gates.append(f"{found.leader.standing.kept_out} ({how})")
        other.attention = 0.0


def _rank(candidate: Candidate) -> tuple[float, float, Identity]:
    """Best first; what goes over many leads its parts when it is nearly as strong."""
    wide = WIDE_LEADS if candidate.best("spread") or candidate.best("spray") else 0.0
    if wide and candidate.unit.level == SOURCE and candidate.unit.entity:
        wide *= 2  # the address that tries accounts leads the accounts that are tried
    attention = max(candidate.attention, candidate.silenced)
    return (-attention - wide, -candidate.score, candidate.unit.identity)


def _explains(leader: Unit, other: Unit) -> str:
    """How the leader explains the other; "" when it does not."""
    if set(leader.key_ids) & set(other.key_ids):
        return "the same lines, counted together"
    if leader.partner in other.key_ids:
        return "from where it leaves it returns"
    if leader.whole in other.key_ids or other.whole in leader.key_ids:
        return "the same lines, of all that it speaks of"
    entity = leader.entity
    if entity and entity == other.entity:
        if set(leader.sources) & set(other.sources):
            return f"same {leader.key.entity_kind or 'entity'} {phrases.plain(entity)}"
        if leader.signature == other.signature:
            return f"same {leader.key.entity_kind or 'entity'} {phrases.plain(entity)}, other host"
    hits, tried = nearness(leader, other)
    if tried >= 3 and hits >= NEAR_SHARE * tried:
        return f"within 2 min of it, {hits} of {tried} times"
    return ""


def nearness(leader: Unit, other: Unit) -> tuple[int, int]:
    """How many of the other's recent occurrences lie within two minutes of one of the leader's.

    A leader that is there a fifth of the time or more explains nothing by nearness.
    """
    mine, theirs = _recent(leader.starts), _recent(other.starts)
    if not mine or not theirs or len(theirs) > COMPARED_MAX:
        return 0, len(theirs)
    if len(mine) * 2 * NEAR_S > COVER_MAX * max(DAY, mine[-1] - mine[0]):
        return 0, len(theirs)
    return windows.met(theirs, mine, NEAR_S), len(theirs)


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

"""Candidates with one cause become one story: the best leads and absorbs what it explains."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from brainstemd.attention import phrases, windows
from brainstemd.attention.candidate import ABSENCE, CREEPING, HAPPENING, Candidate
from brainstemd.attention.units import EVERY, HOST, RECENT_DAYS, SOURCE, Identity, Unit
from brainstemd.attention.windows import DAY, HOUR

NEAR_S = 120
WIDE_LEADS = (
    15.0  # points by which the whole of a spread or a spray may be weaker than its parts and still lead
)
SAME_NIGHT_S = 12 * HOUR  # beats due this close together may have stopped for one reason
NEAR_SHARE = 0.6
COVER_MAX = 0.2  # a leader whose neighbourhood covers more of the time than this explains nothing by nearness
COMPARED_MAX = 1000  # occurrences; denser units are not compared in time


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

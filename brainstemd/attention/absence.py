"""What did not come: the beats of a scene, who is late, and how much that is worth.

A second family of candidates beside what happened. Cheap looks first (a key that spoke within its mean gap is not
late), then clocks (detectors/silence.py), then what the late have in common: a whole source that is quiet is one
story, beats that a message under another name took over are none, and when three tenths of a tenant's beats are late
at once the way to this tenant is broken: said in one line, no stories.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from brainstemd.attention import clocks, scoring, stories, tails, windows
from brainstemd.attention import notes as words_of_operators
from brainstemd.attention.alone import PERSON_KINDS
from brainstemd.attention.detectors import silence
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.scoring import ABSENCE, Candidate
from brainstemd.attention.stories import Group
from brainstemd.attention.units import EVERY, HOST, KEY, SOURCE, Identity, Scene, Stat, Unit, beats
from brainstemd.attention.windows import DAY, HOUR, MINUTE
from brainstemd.models import KeyFacts, Part

SAMPLE = 120  # clocks on time of each tenant that tell how many beats fail to come
AGE_MAX = 14 * DAY  # what has been silent for longer is gone, not late
TOGETHER_S = 12 * HOUR
TENANT_SHARE = 0.3
HOSTS_MIN = 3
BACK = 52.0  # attention of a silence that ended
QUIET_MIN = 30 * MINUTE
FAULTY = 0.0  # valence above which a message that stops is good news


@dataclass(slots=True)
class Absences:
    """Candidates of silence, and what is said below the digest."""

    candidates: list[Candidate] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    told_by: dict[int, str] = field(default_factory=dict)  # key id -> why it is not weighed by itself


@dataclass(slots=True)
class _Beats:
    """The beats of one tenant."""

    regular: list[Stat] = field(default_factory=list)  # keys that came on most days
    late: list[tuple[Unit, Evidence]] = field(default_factory=list)
    proven: float = 0.0  # estimated number of clocks
    kept: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))


def weigh(scene: Scene, only: set[int] | None = None) -> Absences:
    """All late beats of a scene as candidates; `only` limits them to messages with one of these keys."""
    out = Absences()
    if scene.memory_s < 3 * DAY:
        return out
    tenants = _regular(scene)
    newest = _newest(scene)
    stats: defaultdict[str, list[Stat]] = defaultdict(list)
    for item in scene.stats:
        stats[item.key.tenant].append(item)
    for tenant, found in sorted(tenants.items()):
        _prove(tenant, found, scene)
        quiet = _quiet_hosts(tenant, stats[tenant], scene, newest)
        late = _late(tenant, stats[tenant], scene, quiet, out, only)
        suppressed = _suppressed(late, found, scene, tenant)
        if suppressed:
            out.footers.append(_footer(tenant, suppressed, found, scene))
        for unit, evidence in late:
            if (unit, evidence) in suppressed:
                for key_id in unit.key_ids:
                    out.told_by[key_id] = "late together with much of its tenant"
                continue
            out.candidates.append(_candidate(unit, evidence, found, late, scene))
    return out


def _regular(scene: Scene) -> dict[str, _Beats]:
    out: defaultdict[str, _Beats] = defaultdict(_Beats)
    for item in scene.stats:
        days = item.history.days
        if item.active_days >= clocks.BEATS_MIN and 2 * item.active_days >= days[-1].day - days[0].day + 1:
            out[item.key.tenant].regular.append(item)
    return dict(out)


def _newest(scene: Scene) -> dict[tuple[str, str], int]:
    out: dict[tuple[str, str], int] = {}
    for item in scene.stats:
        place = (item.key.tenant, item.key.source)
        out[place] = max(out.get(place, 0), item.last_s)
    return out


def _prove(tenant: str, found: _Beats, scene: Scene) -> None:
    """From a sample of keys on time: how many are clocks, and how many of their beats fail to come."""
    on_time = [item for item in found.regular if not _maybe_late(item, scene)]
    sample = sorted(on_time, key=lambda item: item.key.id)[:SAMPLE]
    beats_seen = missed = proven = 0
    for item in sample:
        unit = beats(KEY, _identity(item), [item], scene, ())
        found_clocks = clocks.find(unit.starts, scene.at_s)
        proven += bool(found_clocks)
        for beat in found_clocks:
            beats_seen += min(beat.beats, 100)
            missed += min(beat.misses, 100)
    found.proven = len(on_time) * proven / len(sample) if sample else 0.0
    weight = 100.0
    rate = (missed + silence.MISS_RATE * weight) / (beats_seen + weight)
    scene.miss_rate[tenant] = min(0.1, max(0.002, rate))
    for item in on_time:
        found.kept[item.key.signature, item.key.app_name] += 1


def _maybe_late(item: Stat, scene: Scene) -> bool:
    silent = scene.at_s - item.last_s
    days = item.history.days
    mean = (days[-1].day - days[0].day + 1) * DAY / max(1, item.every_slot)
    return silent >= max(QUIET_MIN, 0.9 * min(mean, DAY))


def _identity(item: Stat) -> Identity:
    key = item.key
    return (key.tenant, key.signature, key.state, key.source, key.entity)


def _quiet_hosts(
    tenant: str, own: list[Stat], scene: Scene, newest: dict[tuple[str, str], int]
) -> dict[str, tuple[Unit, Evidence]]:
    """Sources that say nothing at all any more, though they should."""
    candidates = {
        source
        for (owner, source), last in newest.items()
        if owner == tenant and QUIET_MIN <= scene.at_s - last <= AGE_MAX
    }
    if not candidates:
        return {}
    stats: defaultdict[str, list[Stat]] = defaultdict(list)
    for item in own:
        if item.key.source in candidates and item.key.id not in scene.wholes:
            stats[item.key.source].append(item)
    out = {}
    for source in sorted(stats):
        unit = _build(HOST, (tenant, EVERY, "", source, EVERY), stats[source], scene)
        found = silence.detect(unit, scene)
        if found:
            out[source] = (unit, found[0])
    return out


def _build(level: str, identity: Identity, stats: list[Stat], scene: Scene) -> Unit:
    sources = sorted({item.key.source for item in stats})
    closed = words_of_operators.maintenance(scene.notes, identity, sources, scene.at_s, scene.floor_s)
    return beats(level, identity, stats, scene, closed)


def _late(
    tenant: str,
    own: list[Stat],
    scene: Scene,
    quiet: dict[str, tuple[Unit, Evidence]],
    out: Absences,
    only: set[int] | None,
) -> list[tuple[Unit, Evidence]]:
    late = list(quiet.values())
    for source, (unit, _) in quiet.items():
        for key_id in unit.key_ids:
            out.told_by[key_id] = f"the whole of {source} is silent"
    groups: defaultdict[tuple[str, str, str, bool], list[Stat]] = defaultdict(list)
    for item in own:
        if item.key.source not in quiet:
            strand = item.key.id in scene.wholes
            groups[item.key.signature, item.key.source, item.key.app_name, strand].append(item)
    some = ((kind, stats) for kind, stats in groups.items() if _some_beat(stats, scene))
    for (signature, source, _, strand), stats in sorted(some, key=lambda pair: pair[0]):
        if only is not None and only.isdisjoint(item.key.id for item in stats):
            continue
        found = _late_of((tenant, signature, EVERY, source, EVERY), stats, scene)
        if not strand or all(unit.level == KEY for unit, _ in found):  # else their whole is late
            late.extend(found)
    return late


def _some_beat(stats: list[Stat], scene: Scene) -> bool:
    return len(stats) >= clocks.BEATS_MIN or any(_could_beat(item, scene) for item in stats)


def _late_of(identity: Identity, stats: list[Stat], scene: Scene) -> list[tuple[Unit, Evidence]]:
    """The late beats of one kind of message at one source: as a whole, else entity by entity."""
    key = stats[0].key
    faulty = scoring.valence_part(key, scene).points > FAULTY
    if (faulty and not _measures(key, scene)) or key.orderly or key.polarity == "down":
        return []
    if _replaced(stats, scene):
        return []
    if len(stats) > 1 and all(scene.at_s - item.last_s >= QUIET_MIN for item in stats):
        unit = _build(SOURCE, identity, stats, scene)
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
            unit = _build(KEY, _identity(same[0]), same, scene)
            found = _checked(unit, scene)
            if found and len(by_entity) > 1:
                whole = whole or _build(SOURCE, identity, stats, scene)
                if _carried_on(unit, whole, found.expected_s or 0, scene):
                    continue
            if found:
                out.append((unit, found))
    return out


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
        (item.active_days >= clocks.BEATS_MIN or item.every_slot > clocks.GAPS_MIN)
        and scene.at_s - item.last_s <= AGE_MAX
        and _maybe_late(item, scene)
    )


def _checked(unit: Unit, scene: Scene) -> Evidence | None:
    if len(unit.starts) < clocks.BEATS_MIN or scene.at_s - unit.starts[-1] > AGE_MAX:
        return None
    found = silence.detect(unit, scene)
    if not found:
        return None
    faulty = scoring.valence_part(unit.key, scene).points > FAULTY
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
        and 2 * item.lines * DAY >= scene.at_s - item.first_s
        and scoring.valence_part(item.key, scene).points <= FAULTY
        for item in arrived[begin:end]
    )


def _first_s(item: Stat) -> int:
    return item.first_s


def _suppressed(
    late: list[tuple[Unit, Evidence]], found: _Beats, scene: Scene, tenant: str
) -> list[tuple[Unit, Evidence]]:
    """Late beats that were due about the same time as three tenths of their tenant's."""
    if len({unit.identity[3] for unit, _ in late}) < HOSTS_MIN:
        return []
    hosts = len(scene.hosts.get(tenant, ()))
    times = sorted(
        (evidence.expected_s or 0, 3.0 if unit.level == HOST else 1.0, unit.identity[3])
        for unit, evidence in late
    )
    instants = [t for t, _, _ in times]
    out = []
    for unit, evidence in late:
        due = evidence.expected_s or 0
        low, high = bisect_left(instants, due - TOGETHER_S), bisect_right(instants, due + TOGETHER_S)
        near = times[low:high]
        sources = {source for _, _, source in near}
        silent = sum(1 for _, weight, _ in near if weight > 1)
        by_beat = len(near) / max(1.0, len(near) + found.proven)
        if len(sources) >= HOSTS_MIN and (
            silent >= max(HOSTS_MIN, TENANT_SHARE * hosts)
            or (by_beat >= TENANT_SHARE and len(sources) >= TENANT_SHARE * hosts)
        ):
            out.append((unit, evidence))
    return out


def _footer(tenant: str, suppressed: list[tuple[Unit, Evidence]], found: _Beats, scene: Scene) -> str:
    hosts = len({unit.identity[3] for unit, _ in suppressed})
    since = min(evidence.expected_s or scene.at_s for _, evidence in suppressed)
    return (
        f"Much of {tenant} is late at once: {len(suppressed)} regular messages of {hosts} hosts since "
        f"{windows.span(scene.at_s - since)} ago: a relay, a link or a holiday rather than each of them. No items."
    )


def came_back(groups: Sequence[Group], earlier: Sequence[Group], scene: Scene) -> list[Group]:
    """Silences of the day before that ended: told once more, as recovered, just over even odds."""
    still = {key_id for found in groups if found.leader.family == ABSENCE for key_id in found.key_ids}
    newest = {item.key.id: item.last_s for item in scene.stats}
    out = []
    for found in earlier:
        before = found.leader
        last = max((newest.get(key_id, 0) for key_id in before.unit.key_ids), default=0)
        if before.family != ABSENCE or last <= scene.at_s - DAY or not still.isdisjoint(found.key_ids):
            continue
        away = windows.span(last - before.unit.points[-1].end)
        back = Part(
            "recovered", round(BACK - before.score, 1), f"it came back at {clocks.clock(last)} after {away}"
        )
        parts = [part for part in before.parts if part.name != "overlap"]
        leader = replace(before, parts=[*parts, back], back_s=last)
        scoring.finish(leader)
        out.append(Group(leader))
    return out


# ---------------------------------------------------------------- points


def _candidate(
    unit: Unit, evidence: Evidence, found: _Beats, late: list[tuple[Unit, Evidence]], scene: Scene
) -> Candidate:
    standing = words_of_operators.standing(
        unit, scene.notes, stories.story_id(unit.identity, ABSENCE), scene.at_s
    )
    out = Candidate(unit, standing, [evidence], family=ABSENCE)
    parts = [
        _prior(len(found.regular), unit, scene),
        Part(
            "absence",
            round(tails.points(tails.odds_bound(evidence.value), scene.weights["absence_cap"]), 1),
            evidence.because,
        ),
        *_others(unit, found, late, scene),
        *_cost(unit, evidence, scene),
        *scoring.precedent_parts(standing, scene),
    ]
    if unit.level != HOST:
        parts.append(_worth(unit, scene))
    out.parts = [part for part in parts if abs(part.points) >= 0.05 or part.name == "prior"]
    out.score = round(sum(part.points for part in out.parts), 1)
    scoring.finish(out)
    if standing.kept_out:
        out.gates.append(standing.kept_out)
        out.silenced, out.attention = out.attention, 0.0
    return out


def _prior(regular: int, unit: Unit, scene: Scene) -> Part:
    wanted, floor = scene.weights["prior_wanted"] / 3, scene.weights["prior_floor"]
    many = len(scene.hosts.get(unit.tenant, ())) if unit.level == HOST else max(1, regular)
    points = max(-floor, min(0.0, 10 * math.log2(wanted / many))) if wanted else -floor
    of = "hosts" if unit.level == HOST else "regular messages"
    return Part(
        "prior",
        round(50 + points, 1),
        f"50 is even odds; about {wanted:g} of {many} {of} is missed in earnest a day ({points:+.0f}, at most -{floor:g})",
    )


def _others(unit: Unit, found: _Beats, late: list[tuple[Unit, Evidence]], scene: Scene) -> list[Part]:
    """The same beat elsewhere: those that came on time, and those that are late too."""
    if unit.level == HOST:
        alike = sum(1 for other, _ in late if other.level == HOST) - 1
        kept = len(scene.hosts.get(unit.tenant, ())) - 1 - alike
        noun = "other hosts"
    else:
        alike = sum(1 for other, _ in late if other.signature == unit.signature) - 1
        kept = found.kept.get((unit.signature, unit.key.app_name), 0)
        noun = "others with the same message"
    if kept + alike < 1:
        return []
    weights = scene.weights
    points = tails.points(1.0 + kept / (1 + alike), weights["specificity_cap"] / 2) - 5 * math.log2(1 + alike)
    points = max(-weights["shared_cap"], points)
    on_time = "speak" if unit.level == HOST else "came on time"
    return [Part("specificity", round(points, 1), f"{kept} {noun} {on_time}, {alike} are late too")]


def _cost(unit: Unit, evidence: Evidence, scene: Scene) -> list[Part]:
    """How much is missing: minutes of a source, beats of a message."""
    weights = scene.weights
    silent = scene.at_s - unit.points[-1].end
    if unit.level == HOST:
        points = weights["cost_minutes"] * math.log2(1 + silent / MINUTE)
        because = f"nothing from it for {windows.span(silent)}"
    elif " about " not in evidence.said:
        points = weights["cost_episodes"] * math.log2(1 + min(64, evidence.missed))
        because = f"{windows.span(silent)} without one"
    else:
        points = weights["cost_episodes"] * math.log2(1 + min(64, evidence.missed))
        because = f"{evidence.missed} missed in a row, {windows.span(silent)} without one"
    return [Part("cost", round(min(weights["cost_cap"], points), 1), because)]


def _worth(unit: Unit, scene: Scene) -> Part:
    """What its words say that it is for: an outcome that was good, or a trigger that says nothing."""
    weights = scene.weights
    words = scene.words(unit.signature)
    points, said = 0.0, []
    if unit.key.outcome == "success" or unit.key.polarity == "up":
        points += weights["valence_state"]
        said.append("it told a success")
    if words.benign:
        points += weights["valence_benign"] * (1.0 if len(words.benign) > 1 else 0.7)
        said.append("it said that all was well: " + ", ".join(words.benign[:4]))
    if not said:
        points -= weights["valence_unknown"]
        said.append("no word says what it is good for")
    return Part("valence", round(points, 1), "; ".join(said))

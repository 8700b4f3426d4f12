"""What did not come: the beats of a scene, who is late, and how much that is worth.

A second family of candidates beside what happened. Cheap looks first (a key that spoke within its mean gap is not
late), then clocks (detectors/silence.py), then what the late have in common: a whole source that is quiet is one
story, beats that a message under another name took over are none, and when three tenths of a tenant's beats are late
at once the way to this tenant is broken: said in one line, no stories.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace

from brainstemd.attention import calendars, clocks, farewell, missing, scoring, silent_hosts, windows
from brainstemd.attention import late as late_beats
from brainstemd.attention.candidate import ABSENCE, Candidate
from brainstemd.attention.detectors import silence
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.farewell import Farewell, Farewells
from brainstemd.attention.lifetimes import Lifetimes
from brainstemd.attention.stories import Group
from brainstemd.attention.units import HOST, KEY, Identity, Scene, Stat, Unit, beats, identity_of
from brainstemd.attention.windows import DAY, HOUR
from brainstemd.models import Part

SAMPLE = 120  # clocks on time of each tenant that tell how many beats fail to come
TOGETHER_S = 12 * HOUR
TENANT_SHARE = 0.3
HOSTS_MIN = 3
BACK = 52.0  # attention of a silence that ended


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
    proven: float = 0.0  # estimated number of clocks
    by_day: float = 0.0  # of them, those that pause at night or on some days of the week
    kept: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))


def weigh(scene: Scene, only: set[int] | None = None, done: Set[int] = frozenset()) -> Absences:
    """All late beats of a scene as candidates; `only` limits them to messages with one of these keys, `done` are over."""
    out = Absences()
    if scene.memory_s < 3 * DAY:
        return out
    tenants, lives = _regular(scene), Lifetimes(scene)
    stats: defaultdict[str, list[Stat]] = defaultdict(list)
    for item in scene.stats:
        stats[item.key.tenant].append(item)
    for tenant, found in sorted(tenants.items()):
        _prove(tenant, found, scene)
        late = _late(tenant, stats[tenant], scene, out, only)
        suppressed = _suppressed(late, found, scene, tenant)
        if suppressed:
            out.footers.append(_footer(tenant, suppressed, scene))
        ends = Farewells(tenant, stats[tenant], scene) if late else None
        told: list[missing.Late] = []
        stopped: dict[Identity, Farewell | None] = {}
        for unit, evidence in late:
            ordered = _ordered(unit, evidence, ends)
            if (unit, evidence) in suppressed:
                _name(out, unit, "late together with much of its tenant")
            elif ordered is not None and ordered.strength != farewell.STOPPED:
                _name(out, unit, farewell.because(ordered, scene))
            elif unit.level == HOST and (heir := silent_hosts.heir(unit, scene)):
                _name(out, unit, f"{heir} speaks of its things since")
            elif unit.level != HOST and not done.isdisjoint(unit.key_ids):
                _name(out, unit, "it told how far something was, and at its pace that was done")
            elif unit.level != HOST and (ended := lives.because(unit)):
                _name(out, unit, ended)
            else:
                told.append((unit, evidence))
                stopped[unit.identity] = ordered
        told = silent_hosts.joined(told)
        asked = {
            id_ for unit, _ in late for id_ in (*unit.key_ids, unit.whole)
        }  # a part tells what its whole lacks
        told += late_beats.thinned(stats[tenant], asked, scene, only)
        for unit, evidence in told:
            others = missing.Others(len(found.regular), found.kept, told)
            out.candidates.append(
                missing.candidate(unit, evidence, others, stopped.get(unit.identity), scene)
            )
    return out


def _late(
    tenant: str, own: list[Stat], scene: Scene, out: Absences, only: set[int] | None
) -> list[tuple[Unit, Evidence]]:
    """Silent hosts, and the late beats of those that are not."""
    newest: dict[str, int] = {}
    for item in own:
        if item.last_s > newest.get(item.key.source, 0):
            newest[item.key.source] = item.last_s
    heard = [item for item in own if item.key.id not in scene.wholes] if scene.wholes else own
    quiet = silent_hosts.quiet(tenant, heard, scene, newest)
    late = late_beats.messages(tenant, own, quiet, scene, only)
    more = silent_hosts.behind(tenant, late, heard, scene, newest)
    for source, (unit, _) in (quiet | more).items():
        _name(out, unit, f"the whole of {source} is silent")
    return [*quiet.values(), *more.values(), *(pair for pair in late if pair[0].identity[3] not in more)]


def _ordered(unit: Unit, evidence: Evidence, ends: Farewells | None) -> Farewell | None:
    """The line by which somebody ordered this end; of a beat also the one that ended its whole host."""
    if ends is None:
        return None
    source, last_s = unit.identity[3], unit.points[-1].end
    said = ends.of_beat(unit, last_s) if unit.level != HOST else None
    whole = ends.newest(source)
    if said is None and (unit.level == HOST or whole <= (evidence.expected_s or 0)):
        said = ends.of_host(source, whole)
    return said


def _name(out: Absences, unit: Unit, why: str) -> None:
    for key_id in unit.key_ids:
        out.told_by[key_id] = why


def _regular(scene: Scene) -> dict[str, _Beats]:
    out: defaultdict[str, _Beats] = defaultdict(_Beats)
    for item in scene.often:
        days = item.history.days
        if item.active_days >= calendars.BEATS_MIN and 2 * item.active_days >= days[-1].day - days[0].day + 1:
            out[item.key.tenant].regular.append(item)
    return dict(out)


def _prove(tenant: str, found: _Beats, scene: Scene) -> None:
    """From a sample of keys on time: how many are clocks, and how many of their beats fail to come."""
    on_time = [item for item in found.regular if not late_beats.maybe_late(item, scene)]
    sample = sorted(on_time, key=lambda item: item.key.id)[:SAMPLE]
    beats_seen = missed = proven = by_day = 0
    for item in sample:
        unit = beats(KEY, identity_of(item.key), [item], scene, ())
        found_clocks = clocks.find(unit.starts, scene.at_s)
        proven += bool(found_clocks)
        by_day += (
            clocks.pauses(unit.starts)
            if found_clocks and not found_clocks[0].daily
            else any(beat.by_day for beat in found_clocks)
        )
        for beat in found_clocks:
            beats_seen += min(beat.beats, 100)
            missed += min(beat.misses, 100)
    found.proven = len(on_time) * proven / len(sample) if sample else 0.0
    found.by_day = len(on_time) * by_day / len(sample) if sample else 0.0
    weight = 100.0
    rate = (missed + silence.MISS_RATE * weight) / (beats_seen + weight)
    scene.miss_rate[tenant] = min(0.1, max(0.002, rate))
    scene.regular[tenant] = len(found.regular)
    for item in on_time:
        found.kept[item.key.signature, item.key.app_name] += 1


def _suppressed(
    late: list[tuple[Unit, Evidence]], found: _Beats, scene: Scene, tenant: str
) -> list[tuple[Unit, Evidence]]:
    """Late beats that were due about the same time as three tenths of their tenant's."""
    if len({unit.identity[3] for unit, _ in late}) < HOSTS_MIN:
        return []
    hosts = len(scene.hosts.get(tenant, ()))
    times = sorted(
        (evidence.expected_s or 0, 3.0 if unit.level == HOST else 1.0, unit.identity[3], evidence.by_day)
        for unit, evidence in late
    )
    instants = [t for t, _, _, _ in times]
    out = []
    for unit, evidence in late:
        due = evidence.expected_s or 0
        low, high = bisect_left(instants, due - TOGETHER_S), bisect_right(instants, due + TOGETHER_S)
        near = times[low:high]
        sources = {source for _, _, source, _ in near}
        silent = sum(1 for _, weight, _, _ in near if weight > 1)
        by_beat = len(near) / max(1.0, len(near) + found.proven)
        if len(sources) >= HOSTS_MIN and (
            silent >= max(HOSTS_MIN, TENANT_SHARE * hosts)
            or (by_beat >= TENANT_SHARE and len(sources) >= TENANT_SHARE * hosts)
            or (evidence.by_day and _closed(near, found))
        ):
            out.append((unit, evidence))
    return out


def _closed(near: list[tuple[int, float, str, bool]], found: _Beats) -> bool:
    """Is it a holiday: three tenths of all that goes by people's days is away, at three hosts or more?"""
    away = [source for _, _, source, by_day in near if by_day]
    return len(set(away)) >= HOSTS_MIN and len(away) >= TENANT_SHARE * (len(away) + found.by_day)


def _footer(tenant: str, suppressed: list[tuple[Unit, Evidence]], scene: Scene) -> str:
    hosts = len({unit.identity[3] for unit, _ in suppressed})
    since = min(evidence.expected_s or scene.at_s for _, evidence in suppressed)
    return (
        f"Much of {tenant} is late at once: {len(suppressed)} regular messages of {hosts} hosts since "
        f"{windows.span(scene.at_s - since)} ago: a relay, a link or a holiday rather than each of them. No items."
    )


def came_back(groups: Sequence[Group], earlier: Sequence[Group], scene: Scene) -> list[Group]:
    """Silences of the day before that ended: told once more, as recovered, just over even odds."""
    still = {key_id for found in groups if found.leader.family == ABSENCE for key_id in found.key_ids}
    known = {item.key.id: item for item in scene.stats}
    out = []
    for found in earlier:
        before = found.leader
        own = [known[key_id] for key_id in before.unit.key_ids if key_id in known]
        last = max((item.last_s for item in own), default=0)
        if (
            before.family != ABSENCE
            or before.kinds == ["rarer"]
            or last <= scene.at_s - DAY
            or not still.isdisjoint(found.key_ids)
        ):
            continue
        silent_s = before.unit.points[-1].end
        since = min(p.start for item in own for p in windows.points(item.history, silent_s + 1))
        because = f"it came back at {clocks.clock(since)} after {windows.span(since - silent_s)}"
        back = Part("recovered", round(BACK - before.score, 1), because)
        parts = [part for part in before.parts if part.name != "overlap"]
        leader = replace(before, parts=[*parts, back], back_s=since)
        scoring.finish(leader)
        out.append(Group(leader))
    return out

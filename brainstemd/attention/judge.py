"""The walk from histories to stories: screen (screening.py), weigh the survivors, group, compare with yesterday."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from brainstemd.attention import (
    absence,
    creeping,
    footers,
    origins,
    population,
    progress,
    scoring,
    screening,
    states,
    stories,
    telling,
    weights,
    windows,
)
from brainstemd.attention import notes as words_of_operators
from brainstemd.attention.candidate import HAPPENING, Candidate
from brainstemd.attention.derived import surveyed
from brainstemd.attention.detectors import NAMES, after_change, excursion, precursor, together
from brainstemd.attention.numbers import Series
from brainstemd.attention.scenes import scene
from brainstemd.attention.stories import Group
from brainstemd.attention.telling import Silenced
from brainstemd.attention.units import KEY, SOURCE, Lexicon, Scene, Stat, Unit, build
from brainstemd.attention.windows import DAY
from brainstemd.config import Attention
from brainstemd.models import DAY_US, SECOND_US, Gap, History, KeyFacts, Note, Part, SignatureFacts, Story

Said = Mapping[int, Sequence[tuple[int, str]]]  # key id -> (t_us, message) of its sampled lines
YOUNG_STORIES = 5
STANDING = ("ongoing", "recovered")
FIRST, AGEING = (
    100.0,
    5.0,
)  # for a place: news before all that stands; a doubling of one plus the days that one stands


@dataclass(slots=True)
class Verdict:
    """What became of a key, and why."""

    key: KeyFacts
    attention: float = 0.0
    score: float = 0.0
    parts: Sequence[Part] = ()
    gates: Sequence[str] = ()
    kinds: Sequence[str] = ()
    kept_out: str = ""  # "" when it leads a story
    story: str | None = None  # the story that tells it
    level: str = KEY


@dataclass(slots=True)
class Outcome:
    """Stories best first, the lines below the digest, and a verdict on every key."""

    stories: list[Story] = field(default_factory=list)
    footers: list[str] = field(default_factory=list)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    silenced: dict[str, Silenced] = field(default_factory=dict)  # by item id


@dataclass(slots=True)
class _Evaluation:
    scene: Scene
    candidates: list[Candidate]
    groups: list[Group]
    screened: dict[int, str]  # key id -> why
    chronic: list[Stat]
    footers: list[str]


def attend(
    histories: Iterable[History],
    signatures: Mapping[str, SignatureFacts],
    *,
    at_us: int,
    window_us: int,
    since_us: int,
    gaps: Sequence[Gap],
    notes: Sequence[Note],
    config: Attention,
    said: Said | None = None,
    without: frozenset[str] = frozenset(),
    wholes: Mapping[int, int] | None = None,
) -> Outcome:
    """What deserves attention at `at_us`, `without` some detectors (by file) where one asks what they are good for.

    Raises ConfigError for an unknown or negative weight, ValueError for an unknown detector.
    """
    if unknown := without - NAMES:
        raise ValueError(f"no detector is called {min(unknown)}")
    chosen = weights.resolve(config.weights)
    threshold = config.threshold
    series = surveyed(said or {}, at_us, wholes or {})
    known = windows.all_masked(histories, at_us)
    tried = origins.asked(known, signatures, at_us)
    lexicon = Lexicon()

    def evaluate(
        at: int, items: list[History], only: set[int] | None = None, silent: set[int] | None = None
    ) -> _Evaluation:
        return _evaluate(
            items,
            signatures,
            at_us=at,
            window_us=window_us,
            since_us=since_us,
            gaps=[gap for gap in gaps if gap.start_us <= at],
            notes=words_of_operators.known(notes, at),
            weights=chosen,
            threshold=threshold,
            only=only,
            silent=silent,
            series=series,
            said=said or {},
            tried=tried,
            lexicon=lexicon,
            without=without,
            wholes=wholes or {},
        )

    now = evaluate(at_us, known)
    before = at_us - DAY_US
    earlier: list[Group] = []
    if before > since_us:
        then = windows.all_masked(known, before)
        asked = {key_id for found in now.groups for key_id in found.key_ids} | _gone_quiet(now, threshold)
        silent = asked | {item.key.id for item in now.scene.stats if item.last_s >= before // SECOND_US}
        earlier = evaluate(before, then, asked, silent).groups
    return _outcome(now, earlier)


def _gone_quiet(now: _Evaluation, threshold: float) -> set[int]:
    """Keys that would be told if they had not stopped: they may have been told the day before."""
    return {
        key_id
        for candidate in now.candidates
        if candidate.score >= threshold and any(gate.startswith("quiet for") for gate in candidate.gates)
        for key_id in candidate.unit.key_ids
    }


def _evaluate(
    histories: list[History],
    signatures: Mapping[str, SignatureFacts],
    *,
    at_us: int,
    window_us: int,
    since_us: int,
    gaps: Sequence[Gap],
    notes: Sequence[Note],
    weights: Mapping[str, float],
    threshold: float,
    only: set[int] | None,
    silent: set[int] | None,
    series: Mapping[int, Sequence[Series]],
    said: Said,
    tried: set[int],
    lexicon: Lexicon,
    without: frozenset[str],
    wholes: Mapping[int, int],
) -> _Evaluation:
    """One evaluation; `only` limits the weighing (not the comparing) to units with one of these keys.

    `silent` does so for what did not come.
    """
    at_s = at_us // SECOND_US
    stage = scene(
        histories,
        signatures,
        at_s=at_s,
        window_s=max(1, window_us // SECOND_US),
        since_s=since_us // SECOND_US,
        notes=notes,
        weights=weights,
        gaps=gaps,
        lexicon=lexicon,
        wholes=wholes,
    )
    stage.without = without
    stage.common, stage.waves = population.common_mode(stage), population.waves(stage)
    stage.changes, stage.said = after_change.changes(stage), said
    stage.origins = {} if "spray" in without else origins.survey(said, tried, stage)
    stage.excursions = {} if "excursion" in without else excursion.survey(stage)
    before = {} if "precursor" in without else precursor.survey(stage)
    stage.precursors = before if "together" in without else together.added(before, stage)
    screened, chronic, units = screening.screen(stage, only)
    units.extend((SOURCE, identity, stats) for identity, (_, stats) in stage.origins.items())
    candidates = []
    for level, identity, stats in units:
        if only is not None and only.isdisjoint(item.key.id for item in stats):
            continue
        sources = sorted({item.key.source for item in stats})
        closed = words_of_operators.maintenance(notes, identity, sources, at_s, stage.floor_s)
        unit = build(level, identity, stats, stage, closed)
        if not unit.starts:
            if level == KEY:
                screened[stats[0].key.id] = "only inside maintenance windows"
            continue
        standing = words_of_operators.standing(unit, notes, stories.story_id(identity), at_s)
        candidate = scoring.weigh(unit, standing, stage, gaps)
        if candidate.attention < threshold:  # only `starts` are asked for again; 50k keys' lines are not kept
            unit.points, unit.occurrences = [], []
        candidates.append(candidate)
    _yield_to_parts(candidates, threshold)
    absent = (
        absence.Absences()
        if "silence" in without
        else absence.weigh(stage, silent, progress.done(series, stage))
    )
    candidates.extend(absent.candidates)
    candidates.extend([] if "drift" in without else creeping.weigh(stage, series))
    for key_id, why in absent.told_by.items():
        screened[key_id] = why
    groups = stories.group(candidates, threshold)
    return _Evaluation(stage, candidates, groups, screened, chronic, absent.footers)


def _yield_to_parts(candidates: Iterable[Candidate], threshold: float) -> None:
    """A message of which one thing deserves telling by itself is told as that thing's."""
    told = {one.unit.whole for one in candidates if one.unit.whole and one.attention >= threshold}
    for one in candidates:
        if one.unit.level == KEY and one.unit.key.id in told and one.attention >= threshold:
            one.gates.append("one of the things that it speaks of is told")
            one.attention = scoring.GATED


def _outcome(now: _Evaluation, earlier: list[Group]) -> Outcome:
    out = Outcome()
    yesterday = states.Yesterday(earlier)
    back = absence.came_back(now.groups, earlier, now.scene)
    now.groups.extend(back)
    partners = _partners(now)
    told: list[tuple[float, Story]] = []
    leads: dict[int, str] = {}
    for found in now.groups:
        unit = found.leader.unit
        state = "recovered" if found in back else states.state(found, yesterday)
        story = telling.tell(found, now.scene, state, partners.get(_place(unit), ()))
        story.turn = _turn(found.leader, state, now.scene.at_s)
        told.append((story.attention, story))
        for key_id in found.key_ids:
            leads.setdefault(key_id, story.id)
    told.sort(key=lambda pair: (-pair[0], pair[1].id))
    out.stories = [story for _, story in told]
    if now.scene.memory_s < scoring.YOUNG_S:
        out.stories = out.stories[:YOUNG_STORIES]
    out.footers = [
        *now.footers,
        *footers.chronic(now.chronic, now.candidates, now.scene),
        *footers.ended(now.groups, earlier, now.candidates, now.scene),
    ]
    out.verdicts = _verdicts(now, leads)
    out.silenced = telling.silenced(now.candidates, now.scene)
    return out


def _place(unit: Unit) -> tuple[str, str, str] | None:
    """Where the entity of a unit of one key is."""
    return (unit.tenant, unit.sources[0], unit.entity) if unit.level == KEY and unit.entity else None


def _partners(now: _Evaluation) -> dict[tuple[str, str, str] | None, list[Stat]]:
    """All that speaks of the same entity at the same source as a story's leader."""
    out: dict[tuple[str, str, str] | None, list[Stat]] = {
        place: [] for found in now.groups if (place := _place(found.leader.unit)) is not None
    }
    entities = {place[2] for place in out if place is not None}
    for item in now.scene.stats:
        key = item.key
        if key.entity in entities and (place := (key.tenant, key.source, key.entity)) in out:
            out[place].append(item)
    return out


def _turn(leader: Candidate, state: str, at_s: int) -> float:
    """Who is told where there are more stories than places: what is news, then what stands since the fewest days."""
    if state not in STANDING:
        return leader.attention + FIRST
    days = max(0, at_s - _tellable(leader)) / DAY
    return leader.attention - AGEING * math.log2(1 + days)


def _tellable(leader: Candidate) -> int:
    """The second from which on it could have been told: the third occurrence of its run, or when it was due."""
    if leader.family != HAPPENING:
        return leader.evidence[0].expected_s or 0
    starts = leader.unit.starts[windows.run_start(leader.unit.starts) :]
    return starts[min(2, len(starts) - 1)] if starts else 0


def _verdicts(now: _Evaluation, leads: Mapping[int, str]) -> dict[int, Verdict]:
    out: dict[int, Verdict] = {}
    for item in now.scene.stats:
        key = item.key
        story = leads.get(key.id)
        reason = f"told as part of {story}" if story else now.screened.get(key.id, "")
        out[key.id] = Verdict(key, kept_out=reason, story=story)
    leaders = {id(found.leader): found.id for found in now.groups}
    for candidate in sorted(now.candidates, key=lambda c: c.score):
        leading = leaders.get(id(candidate))
        for key_id in candidate.unit.key_ids if leading or candidate.unit.level == KEY else ():
            verdict = out[key_id]
            if verdict.story and not leading and verdict.level != KEY:
                continue
            verdict.attention, verdict.score = round(candidate.attention, 1), candidate.score
            verdict.parts, verdict.gates, verdict.kinds = candidate.parts, candidate.gates, candidate.kinds
            verdict.level = candidate.unit.level
            verdict.kept_out = _kept_out(candidate, leading, verdict.story)
    return out


def _kept_out(candidate: Candidate, leading: str | None, story: str | None) -> str:
    if leading:
        return ""
    if story:
        return f"told as part of {story}"
    if candidate.gates:
        return "; ".join(candidate.gates)
    worst = min(candidate.parts, key=lambda part: part.points)
    return (
        f"{candidate.score:.1f} is under the threshold; most was taken by {worst.name} ({worst.points:+.1f})"
    )

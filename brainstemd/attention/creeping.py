"""What creeps: numbers that move one way, as a third family of candidates beside what happened and what did not come.

A creeping number is judged by itself: how often its line comes, and whether its words speak of success, say nothing
about it. It is compared with the same number of its siblings: what moves everywhere is a counter or a season.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from brainstemd.attention import (
    derived,
    fellows,
    gates,
    numbers,
    origins,
    progress,
    sawtooth,
    scoring,
    spoken,
    stories,
    strangers,
    tails,
    windows,
)
from brainstemd.attention import notes as words_of_operators
from brainstemd.attention.candidate import CREEPING, Candidate
from brainstemd.attention.derived import ONCE_A_DAY, TIME_OF_DAY
from brainstemd.attention.detectors import drift
from brainstemd.attention.moved import CREEPS, FELLOWS_MIN, STANDS, STEPS, Drift
from brainstemd.attention.numbers import Name, Series
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Stat, beats, identity_of
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US, History, KeyFacts, Part, SignatureFacts

FRESH_DAYS = 3  # the newest number is not older, or three usual steps
PRIOR_FLOOR = 80.0  # points; more numbers are looked at than kinds of message
DENSE_LINES = 300  # lines a day from which on two of them say little: oftener than every five minutes
_Kind = tuple[str, str, Name]  # signature, state, name without the other words of the line
_Circle = tuple[_Kind, bool]  # of things that messages speak of, or of whole messages
_Owner = tuple[int, str]  # key, the other words of the line
RARE_LINES = 24  # of a message that may say that something began anew
NAME_MIN = 4  # letters of a name that may be the beginning of another
SHAPE_WORDS = 2  # of a line, by which it is known
ODD_POINTS = 15.0  # at most, where the others hardly move


class _Other(NamedTuple):
    """The same number, and what it did."""

    owner: _Owner
    series: Series
    drift: Drift | None


def numbered(histories: Sequence[History], signatures: Mapping[str, SignatureFacts], at_us: int) -> set[int]:
    """The keys whose lines are read: of numbers (on five days of the last 14), addresses that spray, those turned away."""
    today = at_us // SECOND_US // DAY
    holds: dict[str, bool] = {}
    out = set()
    for history in histories:
        days = history.days
        if len(days) < numbers.DAYS_MIN or days[-numbers.DAYS_MIN].day < today - RECENT_DAYS:
            continue
        if sum(day.lines for day in days[-numbers.DAYS_MIN :]) > DENSE_LINES * numbers.DAYS_MIN:
            continue
        if sum(day.lines for day in days) <= ONCE_A_DAY * len(days):
            out.add(history.key.id)  # what comes once a day comes at some time of it
            continue
        signature = history.key.signature
        if signature not in holds:
            facts = signatures.get(signature)
            holds[signature] = facts is not None and numbers.may_hold(facts.template)
        if holds[signature]:
            out.add(history.key.id)
    return out | origins.asked(histories, signatures, at_us) | strangers.asked(histories, signatures, at_us)


def weigh(scene: Scene, series_of: Mapping[int, Sequence[Series]]) -> list[Candidate]:
    """A candidate for each key with a number that moves; the most telling number of each."""
    found = _known(scene, series_of)
    keys = {item.key.id: item for item in scene.stats if item.key.id in found}
    moving: defaultdict[int, list[Drift]] = defaultdict(list)
    tried: Counter[tuple[str, str]] = Counter()
    today = scene.at_s // DAY
    circles = _circles(
        {key: (keys[key].key, every) for key, every in found.items()}, scene.wholes, scene.facts
    )
    same: defaultdict[_Circle, list[Series]] = defaultdict(list)
    for key, every in found.items():
        for one in every:
            tried[keys[key].key.tenant, _sort(one)] += 1
            for circle in circles[key, one.name]:
                same[circle].append(one)
    like = {circle: fellows.Kind(alike) for circle, alike in same.items()}
    company: defaultdict[_Circle, list[_Other]] = defaultdict(list)
    beside = _Beside(scene)
    for key, every in found.items():
        for one in every:
            drifted = None
            if _fresh(one, today):
                others = like[circles[key, one.name][0]].without(one)
                drifted = drift.detect(one, others) or sawtooth.detect(one, others, beside(keys[key]))
            for circle in circles[key, one.name]:
                company[circle].append(_Other((key, one.name.words), one, drifted))
            if (
                drifted is not None
                and drifted.telling
                and not (progress.begun(keys[key], scene) and progress.runs(one))
            ):
                moving[key].append(drifted)
    out = []
    for key, drifts in sorted(moving.items()):
        item = keys[key]
        every_one = [
            _candidate(
                item,
                one,
                company[circles[key, one.series.name][0]],
                tried[item.key.tenant, _sort(one.series)],
                scene,
            )
            for one in drifts
        ]
        out.append(min(every_one, key=lambda c: -c.score))
    _one_voice(out)
    return out


class _Beside:
    """When rare messages at one's host came: of its program about the same thing or none, or about a thing of that name."""

    def __init__(self, scene: Scene) -> None:
        self._rare: defaultdict[tuple[str, str], list[Stat]] = defaultdict(list)
        for item in scene.stats:
            key = item.key
            if sawtooth.FALLS_MIN <= item.lines <= RARE_LINES and key.id not in scene.wholes:
                self._rare[key.tenant, key.source].append(item)
        self._floor_s = scene.floor_s

    def __call__(self, item: Stat) -> Iterator[list[int]]:
        """Unfolded only if asked: hardly any series is a sawtooth."""
        for other in self._rare.get((item.key.tenant, item.key.source), ()):
            if other.key.signature != item.key.signature and _of_one_thing(other.key, item.key):
                yield [point.start for point in windows.points(other.history, self._floor_s)]


def _of_one_thing(one: KeyFacts, other: KeyFacts) -> bool:
    if not one.entity or one.entity == other.entity:
        return one.app_name == other.app_name or bool(one.entity)
    short, long = sorted((one.entity, other.entity), key=len)
    return len(short) >= NAME_MIN and long.startswith(short)


def _known(scene: Scene, series_of: Mapping[int, Sequence[Series]]) -> dict[int, list[Series]]:
    """The series of each key as of the instant, and how long its outages lasted."""
    out = {}
    for item in scene.stats:
        key = item.key
        every = [
            one
            for each in series_of.get(key.id, ())
            if (one := numbers.until(each, scene.at_s // DAY)) is not None
        ]
        if key.polarity == "down" and key.entity and item.history.transitions:
            lasted = derived.recovery(item.history.transitions, scene.keys, key)
            every += [lasted] if lasted is not None else []
        if every:
            out[key.id] = every
    return out


def _kinds(
    found: Iterable[tuple[KeyFacts, Series]], facts: Mapping[str, SignatureFacts]
) -> dict[_Kind, _Kind]:
    """Which numbers are the same: under one signature; in lines of one program that differ in the names of things only;
    or in those of one product's event whose plain words are the same, few as they may be.
    """
    root: dict[_Kind, _Kind] = {}
    by_shape: dict[tuple[str, str, str, Name], _Kind] = {}

    def top(kind: _Kind) -> _Kind:
        while root[kind] != kind:
            kind = root[kind]
        return kind

    for key, one in found:
        kind = _kind(key, one)
        root.setdefault(kind, kind)
        if one.shape.count(" ") >= SHAPE_WORDS - 1:
            first = by_shape.setdefault((key.app_name, key.state, one.shape, kind[2]), kind)
            root[top(kind)] = top(first)
        said = facts.get(key.signature)
        if said is not None and said.event_code:
            event = (f"{said.vendor}/{said.product}/{said.event_code}", key.state, one.shape, kind[2])
            root[top(kind)] = top(by_shape.setdefault(event, kind))
    return {kind: top(kind) for kind in root}


def _circles(
    found: Mapping[int, tuple[KeyFacts, Sequence[Series]]],
    wholes: Mapping[int, int],
    signatures: Mapping[str, SignatureFacts],
) -> dict[tuple[int, Name], tuple[_Circle, ...]]:
    """(key, name) → where it is counted, first where it is compared: a message is no fellow of the things it speaks of."""
    kinds = _kinds(((facts, one) for facts, every in found.values() for one in every), signatures)
    own = {
        (key, one.name): kinds[_kind(facts, one)] for key, (facts, every) in found.items() for one in every
    }
    spoken_of = {(key, kind) for (key, _), kind in own.items()}
    speaking = {(wholes[key], kind) for key, kind in spoken_of if key in wholes}
    out: dict[tuple[int, Name], tuple[_Circle, ...]] = {}
    for (key, name), kind in own.items():
        if key in wholes and (wholes[key], kind) in spoken_of:
            out[key, name] = ((kind, True),)
        elif (key, kind) in speaking:
            out[key, name] = ((kind, False),)
        else:
            out[key, name] = (kind, False), (kind, True)
    return out


def _one_voice(candidates: Sequence[Candidate]) -> None:
    """Of a message and the things that it speaks of the one that says more."""
    parts: defaultdict[int, list[Candidate]] = defaultdict(list)
    for one in candidates:
        if one.unit.whole:
            parts[one.unit.whole].append(one)
    for whole in candidates:
        own = parts.get(whole.unit.key.id, ())
        if not own:
            continue
        if whole.score > max(one.score for one in own):
            for one in own:
                gates.cap(one, "the message as a whole says so more clearly")
        else:
            gates.cap(whole, "one of the things that it speaks of is told")


def _kind(key: KeyFacts, series: Series) -> _Kind:
    return key.signature, key.state, series.name._replace(words="")


def _sort(series: Series) -> str:
    """Numbers that are counted together for the prior."""
    if not series.said_by_lines:
        return TIME_OF_DAY if series.name.before == TIME_OF_DAY else "derived"
    return "moves" if series.moves else "stands"


def _fresh(series: Series, today: int) -> bool:
    step = (series.days[-1] - series.days[0]) / (len(series.days) - 1)
    return series.days[-1] >= today - max(FRESH_DAYS, 3 * step)


def _candidate(
    item: Stat,
    found: Drift,
    company: Sequence[_Other],
    tried: int,
    scene: Scene,
) -> Candidate:
    key = item.key
    identity = identity_of(key)
    unit = beats(KEY, identity, [item], scene, ())
    story = stories.story_id(identity, CREEPING)
    standing = words_of_operators.standing(unit, scene.notes, story, scene.at_s)
    out = Candidate(unit, standing, [spoken.evidence(found)], family=CREEPING)
    others, alike = _company((key.id, found.series.name.words), found, company)
    parts = [
        _prior(tried, scene),
        Part(
            "drift",
            round(tails.points(tails.odds_bound(found.p), scene.weights["drift_cap"]), 1),
            out.evidence[0].because,
        ),
        *_others(others, alike, found.odd, scene),
        spoken.effect(found),
        *_words(item, scene),
        *scoring.precedent_parts(standing, scene),
    ]
    scoring.sum_up(out, parts)
    if others >= FELLOWS_MIN and 2 * alike >= others:
        gates.cap(out, f"it moves so at {alike} of {others} others")
    gates.by_note(out)
    return out


def _prior(tried: int, scene: Scene) -> Part:
    wanted, floor = scene.weights["prior_wanted"] / 3, PRIOR_FLOOR
    points = scoring.prior_odds(wanted, max(1, tried), floor)
    because = f"50 is even odds; about {wanted:g} of {tried} numbers creeps in earnest ({points:+.0f}, at most -{floor:g})"
    return Part("prior", round(50 + points, 1), because)


def _company(own: _Owner, found: Drift, same: Sequence[_Other]) -> tuple[int, int]:
    """How many others have the same number, and how many of them do the same."""
    others = {other.owner for other in same if other.owner != own}
    alike = {other.owner for other in same if other.owner != own and _alike(found, other)}
    return len(others), len(alike)


def _alike(found: Drift, other: _Other) -> bool:
    """Does another do so? Whatever counts down is no company for what gets to its end; what always stood stands, too."""
    if found.form == STANDS and fellows.standing(other.series) is not None:
        return True
    if other.drift is None or _sign(found) != _sign(other.drift):
        return False
    return found.bound is None or other.drift.bound is not None


def _sign(found: Drift) -> tuple[str, bool]:
    """Up or down, by steps or by little; or what else it did."""
    return ("", found.end > found.begin) if found.form in (CREEPS, STEPS) else (found.form, True)


def _others(others: int, alike: int, odd: bool, scene: Scene) -> list[Part]:
    if not others:
        return []
    flat = others - alike
    points = 10 * math.log2((1 + flat) / (1 + alike)) - 5 * math.log2(1 + alike)
    points = min(ODD_POINTS if odd else 0.0, points)
    because = f"the same number of {flat} others does not move so, of {alike} it does"
    return [Part("specificity", round(max(-scene.weights["shared_cap"], points), 1), because)]


def _words(item: Stat, scene: Scene) -> list[Part]:
    words = scene.words(item.key.signature).fault
    if not words:
        return []
    return [Part("valence", scene.weights["valence_fault"], "fault words: " + ", ".join(words[:4]))]

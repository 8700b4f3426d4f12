"""What creeps: numbers that move one way, as a third family of candidates beside what happened and what did not come.

A creeping number is judged by itself: how often its line comes, and whether its words speak of success, say nothing
about it. It is compared with the same number of its siblings: what moves everywhere is a counter or a season.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from brainstemd.attention import fellows, gates, numbers, origins, scoring, stories, strangers, tails, windows
from brainstemd.attention import notes as words_of_operators
from brainstemd.attention.candidate import CREEPING, Candidate
from brainstemd.attention.detectors import drift
from brainstemd.attention.detectors.drift import Drift
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.numbers import TIME_OF_DAY, Name, Series
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Stat, beats, identity_of
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US, History, KeyFacts, Part, SignatureFacts

FRESH_DAYS = 3  # the newest number is not older, or three usual steps
PRIOR_FLOOR = 80.0  # points; more numbers are looked at than kinds of message
DENSE_LINES = 100  # lines a day from which on two of them say little
QUOTES = 3
OTHERS_MIN = 3
_Kind = tuple[str, str, Name]  # signature, state, name without the other words of the line
_Owner = tuple[int, str]  # key, the other words of the line
EFFECT_CAP = 10.0
BOUND_POINTS = 10.0
ODD_POINTS = 15.0  # at most, where the others hardly move


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
        if sum(day.lines for day in days) <= numbers.ONCE_A_DAY * len(days):
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
    """A candidate for each key with a number that drifts; the most telling number of each."""
    if not series_of:
        return []
    stats = {item.key.id: item for item in scene.stats if item.key.id in series_of}
    found = {}
    for key, every in series_of.items():
        known = [one for series in every if (one := numbers.until(series, scene.at_s // DAY)) is not None]
        if known and key in stats:
            found[key] = known
    moving: defaultdict[int, list[Drift]] = defaultdict(list)
    kinds: defaultdict[_Kind, list[tuple[_Owner, int]]] = defaultdict(list)
    tried: Counter[tuple[str, str]] = Counter()
    today = scene.at_s // DAY
    same: defaultdict[_Kind, list[Series]] = defaultdict(list)
    for key, series in found.items():
        for one in series:
            tried[stats[key].key.tenant, _sort(one)] += 1
            same[_kind(stats[key].key, one)].append(one)
    like = {kind: fellows.Kind(every) for kind, every in same.items()}
    for key, series in found.items():
        for one in series:
            kind = _kind(stats[key].key, one)
            drifted = None
            if _fresh(one, today):
                drifted = drift.detect(one, like[kind].without(one))
            kinds[kind].append(((key, one.name.words), _way(drifted)))
            if drifted is not None and drifted.telling:
                moving[key].append(drifted)
    out = []
    for key, drifts in sorted(moving.items()):
        item = stats[key]
        best = min(
            (
                _candidate(item, one, kinds, tried[item.key.tenant, _sort(one.series)], scene)
                for one in drifts
            ),
            key=lambda c: -c.score,
        )
        out.append(best)
    return out


def _kind(key: KeyFacts, series: Series) -> _Kind:
    return key.signature, key.state, series.name._replace(words="")


def _sort(series: Series) -> str:
    """Numbers that are counted together for the prior."""
    if series.name.before == TIME_OF_DAY:
        return TIME_OF_DAY
    return "moves" if series.moves else "stands"


def _fresh(series: Series, today: int) -> bool:
    step = (series.days[-1] - series.days[0]) / (len(series.days) - 1)
    return series.days[-1] >= today - max(FRESH_DAYS, 3 * step)


def _candidate(
    item: Stat,
    found: Drift,
    kinds: Mapping[_Kind, Sequence[tuple[_Owner, int]]],
    tried: int,
    scene: Scene,
) -> Candidate:
    key = item.key
    identity = identity_of(key)
    unit = beats(KEY, identity, [item], scene, ())
    story = stories.story_id(identity, CREEPING)
    standing = words_of_operators.standing(unit, scene.notes, story, scene.at_s)
    out = Candidate(unit, standing, [_evidence(found)], family=CREEPING)
    others, alike = _company((key.id, found.series.name.words), _way(found), kinds[_kind(key, found.series)])
    parts = [
        _prior(tried, scene),
        Part(
            "drift",
            round(tails.points(tails.odds_bound(found.p), scene.weights["drift_cap"]), 1),
            out.evidence[0].because,
        ),
        *_others(others, alike, found.odd, scene),
        _effect(found),
        *_words(item, scene),
        *scoring.precedent_parts(standing, scene),
    ]
    scoring.sum_up(out, parts)
    if others >= OTHERS_MIN and 2 * alike >= others:
        gates.cap(out, f"it moves so at {alike} of {others} others")
    gates.by_note(out)
    return out


def _evidence(found: Drift) -> Evidence:
    name, unit = found.series.name.before, found.series.name.unit
    begin, end = (show(value, unit) for value in found.quoted)
    days = found.days
    if name == TIME_OF_DAY:
        begin, end = (_of_day(value) for value in found.quoted)
        name = "the time of the day"
        said = (
            f"comes {'later' if found.end > found.begin else 'earlier'}, {begin} → {end} UTC in {days} days"
        )
    else:
        said = f"the number creeps, {begin} → {end} in {days} days"
        name = f'the number after "{name}"'
    if found.stepped:
        way = "higher" if found.end > found.begin else "lower"
        since = "since yesterday" if days <= 2 else f"for {days - 1} days"
        if found.series.name.before == TIME_OF_DAY:
            said = f"comes {'later' if way == 'higher' else 'earlier'} {since}, {begin} → {end} UTC"
        else:
            said = f"the number is {way} {since}, {begin} → {end}"
        because = f"{name} was {begin} and is {end} {since}: chance {found.p:.1g} ({found.by})"
    else:
        because = (
            f"{name} went from {begin} to {end} in {days} days, "
            f"by {found.points} daily medians: chance {found.p:.1g} ({found.by})"
        )
    begun = (
        found.series.days[-1] - days + 2 if found.stepped else found.series.days[0] + numbers.DAYS_MIN
    ) * DAY
    return Evidence(
        "drift", "drift", found.p, because, expected_s=begun, quotes=found.series.lines[-QUOTES:], said=said
    )


def _of_day(seconds: float) -> str:
    """A time of the day, UTC."""
    minutes = round(seconds / 60) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def show(value: float, unit: str) -> str:
    """A number for people."""
    if unit == "time":
        return windows.span(value) if value >= 1 else f"{value * 1000:.3g} ms"
    if unit == "size":
        for factor, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
            if value >= factor:
                return f"{value / factor:.3g} {name}"
    if not unit and abs(value) >= 1e7:
        return f"{value / 1e6:.3g} M"
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{text} %" if unit == "%" else text


def _prior(tried: int, scene: Scene) -> Part:
    wanted, floor = scene.weights["prior_wanted"] / 3, PRIOR_FLOOR
    points = scoring.prior_odds(wanted, max(1, tried), floor)
    because = f"50 is even odds; about {wanted:g} of {tried} numbers creeps in earnest ({points:+.0f}, at most -{floor:g})"
    return Part("prior", round(50 + points, 1), because)


def _way(found: Drift | None) -> int:
    """Up or down, twice as much where it nears a bound; 0 where it stands."""
    if found is None:
        return 0
    return (1 if found.end > found.begin else -1) * (1 if found.bound is None else 2)


def _company(own: _Owner, way: int, same: Sequence[tuple[_Owner, int]]) -> tuple[int, int]:
    """How many others have the same number, and of how many it moves the same way.

    Whatever counts down is no company for what gets to its end.
    """
    others = {other for other, _ in same if other != own}
    alike = {other for other, moved in same if other != own and moved * way > 0 and abs(moved) >= abs(way)}
    return len(others), len(alike)


def _others(others: int, alike: int, odd: bool, scene: Scene) -> list[Part]:
    if not others:
        return []
    flat = others - alike
    points = 10 * math.log2((1 + flat) / (1 + alike)) - 5 * math.log2(1 + alike)
    points = min(ODD_POINTS if odd else 0.0, points)
    because = f"the same number of {flat} others does not move so, of {alike} it does"
    return [Part("specificity", round(max(-scene.weights["shared_cap"], points), 1), because)]


def _effect(found: Drift) -> Part:
    if found.series.name.before == TIME_OF_DAY:
        apart = abs(found.end - found.begin)
        points = min(EFFECT_CAP, 5 * math.log2(1 + apart / windows.HOUR))
        return Part("cost", round(points, 1), f"it moved by {windows.span(apart)}")
    low, high = sorted((abs(found.begin), abs(found.end)))
    points = (
        min(EFFECT_CAP, 5 * math.log2(high / low)) if low > 0 and found.begin * found.end > 0 else EFFECT_CAP
    )
    because = f"it moved by a factor of {high / low:.2g}" if low > 0 else "it moved away from zero, or to it"
    if found.short is not None:
        points += BOUND_POINTS
        because += f", and is less than the {found.short:g} of its own line that it had been equal to"
    if found.beyond is not None:
        points += BOUND_POINTS
        because += f", beyond {show(found.beyond, found.series.name.unit)}, the farthest from which its like were set back"
    elif found.bound is not None:
        points += BOUND_POINTS
        unit = found.series.name.unit
        because += (
            f", and at this pace gets to {show(found.bound, unit)} in {max(0.0, found.bound_days):.0f} days"
        )
    return Part("cost", round(points, 1), because)


def _words(item: Stat, scene: Scene) -> list[Part]:
    words = scene.words(item.key.signature).fault
    if not words:
        return []
    return [Part("valence", scene.weights["valence_fault"], "fault words: " + ", ".join(words[:4]))]

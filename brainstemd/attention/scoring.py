"""One scale: attention = 50 + 10·log2(odds that an operator wants it). Facets once each, capped; gates last."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from brainstemd.attention import (
    alone,
    apart,
    behaviour,
    corrected,
    gates,
    habits,
    siblings,
    strangers,
    tails,
    valence,
    windows,
)
from brainstemd.attention.candidate import Candidate
from brainstemd.attention.detectors import DETECTORS, LABELS, asked, growing
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import Standing
from brainstemd.attention.siblings import Siblings
from brainstemd.attention.units import KEY, SOURCE, SPREAD, Scene, Stat, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US, Gap, KeyFacts, Part

GATED, YOUNG_S = gates.GATED, gates.YOUNG_S
WORTH_FORESEEING = 45.0
OVERLAP_FROM, OVERLAP = 70.0, 0.6  # facets are not independent: beyond 70, six tenths are taken off again
LONE_CAP = (
    1.25  # times the cap of recurrence, for the neutral and sparse that few could say: it has little else
)
SEVERITY_NAMES = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
P_VALUES = frozenset({"change", "precursor", "absence", "drift"})  # of these facets the smallest counts
YOUNG_FACETS = frozenset(
    {"prior", "recurrence", "specificity", "cost", "valence", "habituation", "gap", "corrected", "precedent"}
)


def weigh(unit: Unit, standing: Standing, scene: Scene, gaps: Sequence[Gap]) -> Candidate:
    """Run the detectors over a unit and add up."""
    out = Candidate(unit, standing)
    for detect in asked(DETECTORS, scene.without):
        out.evidence.extend(detect(unit, scene))
    if unit.level == SPREAD and unit.entity:
        out.siblings = siblings.reached(unit, scene)
    if unit.level != SPREAD:
        out.siblings = siblings.of(unit.level, unit.key, unit.slots, scene, exact=True)
        if unit.level == KEY and any(e.kind == "self_heal" for e in out.evidence):
            quick = siblings.of_quick(unit.level, unit.key, scene)
            if quick is not None and quick.points > out.siblings.points:
                out.siblings = quick
        out.siblings = apart.fairer(unit, out.siblings, scene)
    words = valence_part(unit.key, scene)
    words = behaviour.words(words, unit, out.evidence, bool(_alone(out, scene)), scene)
    out.valence = words.points
    parts = [
        prior_part(unit.tenant, scene),
        *recurrence_part(out, scene),
        *specificity_part(out, scene),
        *change_part(out, scene),
        *precursor_part(out, scene),
        *cost_part(out, scene),
        words,
        *novelty_part(out, scene),
        *precedent_part(out, scene),
        *gap_part(unit, scene, gaps),
        *corrected.part(unit, scene),
    ]
    parts.extend(strangers.part(unit, scene, parts))
    if sum(part.points for part in parts) >= WORTH_FORESEEING:  # it only lowers: the rest is out already
        change = _best(out, "change")
        parts.extend(habits.part(unit, scene, out.evidence, change, out.valence, out.siblings))
    if scene.memory_s < YOUNG_S:
        parts = [part for part in parts if part.name in YOUNG_FACETS]
    sum_up(out, parts)
    gates.gate(out, scene)
    if out.attention > GATED:
        out.evidence.extend(found for label in asked(LABELS, scene.without) for found in label(unit, scene))
    return out


def sum_up(candidate: Candidate, parts: Iterable[Part]) -> None:
    """The parts that count, their sum, and the attention before any gate."""
    candidate.parts = [part for part in parts if abs(part.points) >= 0.05 or part.name == "prior"]
    finish(candidate)


def finish(candidate: Candidate) -> None:
    """The sum of the parts, and the attention before any gate."""
    candidate.score = round(sum(part.points for part in candidate.parts), 1)
    over = candidate.score - OVERLAP_FROM
    if over > 0:
        because = f"facets of one fact overlap: what is over {OVERLAP_FROM:g} counts {1 - OVERLAP:.1f}, and attention ends at 100"
        taken = max(OVERLAP * over, candidate.score - 100.0)
        candidate.parts.append(Part("overlap", round(-taken, 1), because))
        candidate.attention = round(candidate.score - taken, 1)
    else:
        candidate.attention = max(0.0, candidate.score)


def prior_odds(wanted: float, of: int, floor: float) -> float:
    """The points of the odds that one of so many is wanted, where so many of them are: none above 0, or under -floor."""
    return max(-floor, min(0.0, 10 * math.log2(wanted / of))) if wanted else -floor


def prior_part(tenant: str, scene: Scene) -> Part:
    """50 + 10·log2(prior odds): some five things a day are wanted, of its tenant's K kinds of message."""
    weights = scene.weights
    wanted, kinds = weights["prior_wanted"], max(1, scene.kinds_active.get(tenant, 0))
    points = prior_odds(wanted, kinds, weights["prior_floor"])
    return Part(
        "prior",
        round(50 + points, 1),
        f"50 is even odds; about {wanted:g} of {kinds} kinds of message (by host) active this week are worth a look "
        f"({points:+.0f}, at most -{weights['prior_floor']:g})",
    )


def prior_points(tenant: str, scene: Scene) -> float:
    """The points of `prior_part`, computed once."""
    found = scene.priors.get(tenant)
    if found is None:
        found = scene.priors[tenant] = prior_part(tenant, scene).points
    return found


def _best(candidate: Candidate, facet: str) -> Evidence | None:
    found = [item for item in candidate.evidence if item.facet == facet]
    if not found:
        return None
    return (
        min(found, key=lambda item: item.value)
        if facet in P_VALUES
        else max(found, key=lambda item: item.value)
    )


def recurrence_part(candidate: Candidate, scene: Scene) -> list[Part]:
    found = _best(candidate, "recurrence")
    if (
        found is None or candidate.unit.level == SOURCE
    ):  # that many entities keep coming is no persistence of any
        return []
    cap = scene.weights["recurrence_cap"] * (
        LONE_CAP if (candidate.valence <= 0 and _alone(candidate, scene)) else 1.0
    )
    return [Part("recurrence", round(min(cap, found.value), 1), found.because)]


def specificity_part(candidate: Candidate, scene: Scene) -> list[Part]:
    """Own count against its siblings: up by the bound on the odds, down by how many do the same."""
    s = candidate.siblings
    if s is None or (s.others < 1 and candidate.unit.level != KEY):
        return []
    few = _alone(candidate, scene)
    if s.others < 1:
        return few
    if candidate.unit.level == SPREAD or (candidate.unit.level == SOURCE and candidate.best("spray")):
        return []  # there the unit is the group
    points = specificity_points(s, scene)
    if candidate.unit.level == SOURCE:  # many entities at one host: a crowd has no fault of its own
        points = min(0.0, points)
    if any(e.facet == "change" and e.own for e in candidate.evidence):
        points = max(0.0, points)
    because = (
        f"{s.own} {s.counted} in 14 days; {s.others} other {siblings.named(s)}: {s.mean:.1f} in the mean, "
        f"{s.most} at most, {s.alike} at half its rate or more, {s.far} at less than an eighth"
    )
    if few and few[0].points > points:
        return [few[0]._replace(because=f"{because}; {few[0].because}")]
    return [Part("specificity", round(points, 1), because)]


def _alone(candidate: Candidate, scene: Scene) -> list[Part]:
    found = alone.rank(candidate.unit, candidate.siblings, candidate.valence, scene)
    if found is None:
        return []
    points = min(scene.weights["specificity_cap"] / 2, found[0])
    return [Part("specificity", round(points, 1), found[1])]


def specificity_points(s: Siblings, scene: Scene) -> float:
    """Within the caps: far ones and the bound on the odds speak for it, alike ones against."""
    weights = scene.weights
    return max(-weights["shared_cap"], min(weights["specificity_cap"], s.points))


def best_possible(item: Stat, valence_points: float, s: Siblings, scene: Scene) -> float:
    """An upper bound of a key's score from its cheap view: what is under it by far need not be unfolded."""
    weights, key = scene.weights, item.key
    n, days = min(max(item.lines, 1), 64), min(item.days + 1, 14)
    recurrence = weights["recurrence_count"] * math.log2(n) + weights["recurrence_days"] * math.log2(
        2 * days - 1
    )
    shared = specificity_points(s, scene) if s.others > 0 else 0.0
    if not s.comparable and (valence_points > 0 or alone.neutral(key, scene)):
        shared = max(shared, weights["specificity_cap"] / 2)
    grows = growing.might(item)
    if shared < apart.OWN_POINTS and (spells := apart.of_spells(item, scene)) is not None:
        shared = max(shared, specificity_points(spells, scene))
    shared = (
        max(0.0, shared)
        if grows or (s.alike and not s.comparable and apart.other_end(item, scene))
        else shared
    )
    plain = valence_points <= 0 and key.polarity == "neutral" and not key.healed and key.outcome != "failure"
    return (
        prior_points(key.tenant, scene)
        + min(weights["recurrence_cap"] * (1.0 if s.comparable or not plain else LONE_CAP), recurrence)
        + shared
        + (weights["change_neutral_cap"] * (1 + grows) if plain else weights["change_cap"])
        + (
            weights["cost_cap"]
            if not plain
            or key.id in scene.excursions
            or scene.restarts(key.signature)
            or scene.unfinished(key.signature)
            else 0.0
        )
        + (
            valence_points
            if (s.comparable and key.id not in scene.excursions) or not alone.neutral(key, scene)
            else max(0.0, valence_points)
        )
        + (weights["novelty_cap"] if item.first_s > scene.at_s - 3 * DAY else 0.0)
        + (weights["precedent"] / 2 if valence_points > 0 else 0.0)
    )


def change_part(candidate: Candidate, scene: Scene) -> list[Part]:
    found = _best(candidate, "change")
    if found is None:
        return []
    matters = candidate.valence > 0 or any(
        e.facet in ("episodes", "minutes", "failures") for e in candidate.evidence
    )
    cap = scene.weights["change_cap" if matters else "change_neutral_cap"]
    because = found.because + ("" if matters else "; nothing says that it is a fault")
    p, own = found.value, next((e for e in candidate.evidence if e.facet == "change" and e.own), None)
    if own is not None:  # it was compared already: that many could have is said by the sentence
        cap = scene.weights["change_cap"] if matters else 2 * scene.weights["change_neutral_cap"]
        because += "" if own is found else f"; {own.because}"
    elif found.recent and found.was is not None:
        did, days = siblings.by_chance(candidate.unit, found.was, scene)
        if did > p * days:
            p = did / days
            because += f"; on {did} of {days} days of its siblings one did as much"
    if candidate.siblings is not None and candidate.siblings.shown > 1:
        p = min(1.0, p * candidate.siblings.shown)
        because += f"; one of {candidate.siblings.shown} {candidate.siblings.noun} that could have: {p:.1g}"
    return [Part("change", round(tails.points(tails.odds_bound(p), cap), 1), because)]


def precursor_part(candidate: Candidate, scene: Scene) -> list[Part]:
    found = _best(candidate, "precursor")
    if found is None:
        return []
    points = tails.points(tails.odds_bound(found.value), scene.weights["precursor_cap"])
    return [Part("precursor", round(points, 1), found.because)]


def cost_part(candidate: Candidate, scene: Scene) -> list[Part]:
    """The dearest of minutes down, episodes and failed outcomes, never their sum."""
    weights = scene.weights
    priced = []
    for facet, weight in (
        ("minutes", "cost_minutes"),
        ("episodes", "cost_episodes"),
        ("failures", "cost_failures"),
    ):
        found = _best(candidate, facet)
        if found is not None:
            priced.append(
                (min(weights["cost_cap"], weights[weight] * math.log2(1 + found.value)), found.because)
            )
    if not priced:
        return []
    points = max(price for price, _ in priced)
    return [Part("cost", round(points, 1), "; ".join(dict.fromkeys(because for _, because in priced)))]


def valence_points(key: KeyFacts, scene: Scene) -> float:
    """The points of `valence_part`, computed once for all keys of the same words and state."""
    words = scene.words(key.signature)
    sort = words, key.state, key.polarity, key.outcome, key.severity, key.healed, key.orderly
    found = scene.lexicon.valued.get(sort)
    if found is None:
        found = scene.lexicon.valued[sort] = valence_part(key, scene).points
    return found


def valence_part(key: KeyFacts, scene: Scene) -> Part:
    """Words and state: bounded, and severity a few points at most."""
    weights = scene.weights
    found = scene.words(key.signature)
    points, said = 0.0, []
    if found.fault:
        points += weights["valence_fault"] * (1.5 if len(found.fault) > 1 else 1.0)
        said.append("fault words: " + ", ".join(found.fault[:4]))
    if found.benign and not (key.healed or key.polarity == "down" or key.outcome == "failure"):
        mixed = (
            0.3 if found.fault else 1.5 if len(found.benign) > 1 else 1.0
        )  # "failed to start" is a failure
        points -= weights["valence_benign"] * mixed
        said.append("ordinary words: " + ", ".join(found.benign[:4]))
    state = weights["valence_state"]
    status_bad = "!=0" in key.state or bool(_status_faults(key.state))
    for true, sign, text in (
        (key.polarity == "down" and not key.orderly, 1, "it says down"),
        (key.healed, 1, "it says down and up again"),
        (key.outcome == "failure", 1, "the outcome is a failure"),
        (status_bad, 1, f"status {key.state}"),
        (key.outcome == "success", -2, "the outcome is a success"),
        (key.polarity == "up" and not key.healed, -2, "it says up"),
        (key.orderly, -5, "an orderly stop"),
    ):
        if true:
            points += sign * state
            said.append(text)
    if not said:
        points -= weights["valence_unknown"]
        said.append(behaviour.UNKNOWN)
    if key.severity <= 4:
        points += weights["severity_cap"] * (1.0 if key.severity <= 3 else 0.5)
        said.append(f"severity {SEVERITY_NAMES[key.severity]}")
    return Part("valence", round(max(-30.0, min(30.0, points)), 1), "; ".join(said))


def _status_faults(state: str) -> tuple[str, ...]:
    """Fault words in the status slots of a key's state (polarity and outcome words aside)."""
    status = ",".join(part for part in state.split(",") if "=" in part)
    return valence.words(status).fault if status else ()


def novelty_part(candidate: Candidate, scene: Scene) -> list[Part]:
    found = _best(candidate, "novelty")
    if found is None:
        return []
    return [Part("novelty", round(min(scene.weights["novelty_cap"], 2 * found.value), 1), found.because)]


def precedent_part(candidate: Candidate, scene: Scene) -> list[Part]:
    out = precedent_parts(candidate.standing, scene)
    found = _best(candidate, "returned")
    s = candidate.siblings
    own = (
        s is not None and s.comparable and s.points >= apart.OWN_POINTS
    )  # of neutral words, what others could say
    if found is not None and (candidate.valence > 0 or own) and not candidate.standing.returned:
        out.append(Part("returned", scene.weights["precedent"] / 2, found.because))
    return out


def precedent_parts(standing: Standing, scene: Scene) -> list[Part]:
    """What operators' words add."""
    out = []
    if standing.precedent:
        out.append(Part("precedent", scene.weights["precedent"], standing.precedent))
    if standing.returned:
        out.append(Part("returned", scene.weights["precedent"] / 2, standing.returned))
    return out


def gap_part(unit: Unit, scene: Scene, gaps: Sequence[Gap]) -> list[Part]:
    """Less confidence where part of the last day was not seen."""
    begin = scene.at_s - scene.window_s
    touched = [
        (max(begin, gap.start_us // SECOND_US), min(scene.at_s, gap.end_us // SECOND_US), gap.reason)
        for gap in gaps
        if gap.tenant in (None, unit.tenant)
        and (gap.source is None or gap.source in unit.sources)
        and gap.end_us // SECOND_US > begin
        and gap.start_us // SECOND_US < scene.at_s
    ]
    blind = sum(end - start for start, end in windows.merge((a, b) for a, b, _ in touched))
    if not blind:
        return []
    share = min(1.0, blind / max(1, min(scene.window_s, scene.memory_s)))
    reasons = ", ".join(sorted({reason for _, _, reason in touched}))
    because = f"{windows.span(blind)} of the last {windows.span(scene.window_s)} were not seen ({reasons})"
    return [Part("gap", round(-scene.weights["gap"] * share, 1), because)]

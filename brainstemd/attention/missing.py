"""What an absence is worth: the sum of a beat that did not come, of a host that fell silent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from brainstemd.attention import gates, scoring, stories, tails, windows
from brainstemd.attention import notes as words_of_operators
from brainstemd.attention.candidate import ABSENCE, Candidate
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.farewell import Farewell
from brainstemd.attention.units import HOST, Scene, Unit
from brainstemd.attention.windows import MINUTE
from brainstemd.models import Part

Late = tuple[Unit, Evidence]
STOPPED = 30.0  # points: an orderly stop is a reason, though perhaps it was to begin again


class Others(NamedTuple):
    """What else beats in its tenant."""

    regular: int  # messages that beat
    kept: Mapping[tuple[str, str], int]  # signature, program: how many are on time
    late: Sequence[Late]


def candidate(
    unit: Unit, evidence: Evidence, others: Others, stopped: Farewell | None, scene: Scene
) -> Candidate:
    """Weigh one absence; `stopped`: the line of an orderly stop, by which nobody is said to have ordered it for good."""
    standing = words_of_operators.standing(
        unit, scene.notes, stories.story_id(unit.identity, ABSENCE), scene.at_s
    )
    out = Candidate(unit, standing, [evidence], family=ABSENCE)
    parts = [
        _prior(others.regular, unit, scene),
        Part(
            "absence",
            round(tails.points(tails.odds_bound(evidence.value), scene.weights["absence_cap"]), 1),
            evidence.because,
        ),
        *_others(unit, others, scene),
        *_cost(unit, evidence, scene),
        *scoring.precedent_parts(standing, scene),
    ]
    if unit.level != HOST:
        parts.append(_worth(unit, scene))
    if stopped is not None:
        ago = windows.span(max(0, scene.at_s - stopped.t_s))
        parts.append(Part("orderly", -STOPPED, f"it was stopped in an orderly way {ago} ago"))
    scoring.sum_up(out, parts)
    gates.by_note(out)
    return out


def _prior(regular: int, unit: Unit, scene: Scene) -> Part:
    wanted, floor = scene.weights["prior_wanted"] / 3, scene.weights["prior_floor"]
    many = len(scene.hosts.get(unit.tenant, ())) if unit.level == HOST else max(1, regular)
    points = scoring.prior_odds(wanted, many, floor)
    of = "hosts" if unit.level == HOST else "regular messages"
    return Part(
        "prior",
        round(50 + points, 1),
        f"50 is even odds; about {wanted:g} of {many} {of} is missed in earnest a day ({points:+.0f}, at most -{floor:g})",
    )


def _others(unit: Unit, tenant: Others, scene: Scene) -> list[Part]:
    """The same beat elsewhere: those that came on time, and those that are late too."""
    if unit.level == HOST:
        alike = sum(1 for other, _ in tenant.late if other.level == HOST) - 1
        kept = len(scene.hosts.get(unit.tenant, ())) - 1 - alike
        noun = "other hosts"
    else:
        alike = sum(1 for other, _ in tenant.late if other.signature == unit.signature) - 1
        kept = tenant.kept.get((unit.signature, unit.key.app_name), 0)
        noun = "others with the same message"
    if kept + alike < 1:
        return []
    weights = scene.weights
    points = tails.points(1.0 + kept / (1 + alike), weights["specificity_cap"] / 2) - 5 * math.log2(1 + alike)
    points = max(-weights["shared_cap"], points)
    did = "speak" if unit.level == HOST else "came on time"
    return [Part("specificity", round(points, 1), f"{kept} {noun} {did}, {alike} are late too")]


def _cost(unit: Unit, evidence: Evidence, scene: Scene) -> list[Part]:
    """How much is missing: minutes of a source, beats of a message."""
    weights = scene.weights
    silent = scene.at_s - unit.points[-1].end
    if unit.level == HOST:
        points = weights["cost_minutes"] * math.log2(1 + silent / MINUTE)
        because = f"nothing from it for {windows.span(silent)}"
    elif evidence.kind == "rarer":
        points = weights["cost_episodes"] * math.log2(1 + min(64, evidence.missed))
        because = f"{evidence.missed} times without it"
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

"""What a thing does says more than its words: when words that say little, or that all is well, are believed less."""

from __future__ import annotations

from collections.abc import Sequence

from brainstemd.attention import alone
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import Part

UNKNOWN = "no word that says good or bad"
LONG_S = 7 * DAY  # of memory, before what was said on its first day is called usual
USUAL = 0.5  # of the points that its words bring


def words(said: Part, unit: Unit, evidence: Sequence[Evidence], few: bool, scene: Scene) -> Part:
    """The valence of the words, raised by what its occurrences show. `few`: few or none could say it, and it is sparse."""
    weights, kinds = scene.weights, {item.kind for item in evidence}
    fault = weights["valence_state"]
    out = _usual(said, unit, scene)
    if out.points < fault and "restart_loop" in kinds:
        out = _behaves(out, fault, "restarts that nobody ordered are a fault")
    if out.points < fault and "in_vain" in kinds:
        out = _behaves(out, fault, "what is tried again and again and never done is a fault")
    if out.points < 0 and alone.up_again(unit, scene):
        out = _behaves(out, 0.0, "nothing told of as many downs")
    if out.because.startswith(UNKNOWN) and few:
        out = _behaves(
            out,
            round(out.points + weights["valence_unknown"], 1),
            "few or none could say it, and it is sparse",
        )
    over = next((item for item in evidence if item.kind == "excursion"), None)
    if over is not None and out.points < (least := weights["severity_cap"] if over.own else 0.0):
        out = _behaves(out, least, "it leaves and returns by itself")
    if out.points < fault and "spread" in kinds:
        out = _behaves(out, fault, "nothing harmless takes host after host and stays")
    return out


def _usual(said: Part, unit: Unit, scene: Scene) -> Part:
    """Fault words that were there on memory's first day are how that program talks: nobody minded them before either."""
    fault = scene.words(unit.signature).fault
    if not fault or said.points <= 0 or scene.memory_s < LONG_S or unit.first_s >= scene.floor_s + DAY:
        return said
    points = scene.weights["valence_fault"] * (1.5 if len(fault) > 1 else 1.0) * (1 - USUAL)
    return _behaves(
        said,
        round(max(0.0, said.points - points), 1),
        "it said so on memory's first day: its fault words count half",
    )


def _behaves(said: Part, points: float, but: str) -> Part:
    return Part("valence", points, f"{said.because}; but {but}")

"""What is weighed: a unit with its evidence, its parts, and the family that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field

from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import Standing
from brainstemd.attention.siblings import Siblings
from brainstemd.attention.units import Unit
from brainstemd.models import Part

HAPPENING, ABSENCE, CREEPING = (
    "happening",
    "absence",
    "creeping",
)  # families: what came, what did not, what moves


@dataclass(slots=True)
class Candidate:
    """A unit with everything that was found about it and what it adds up to."""

    unit: Unit
    standing: Standing
    evidence: list[Evidence] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    gates: list[str] = field(default_factory=list)
    siblings: Siblings | None = None
    valence: float = 0.0
    score: float = 0.0  # the sum of the parts
    attention: float = 0.0  # after the gates, 0-100
    silenced: float = 0.0  # what the attention would be without the operator's word that keeps it out
    family: str = HAPPENING
    back_s: int | None = None  # when what was silent spoke again

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(item.kind for item in self.evidence))

    def best(self, kind: str) -> Evidence | None:
        return next((item for item in self.evidence if item.kind == kind), None)

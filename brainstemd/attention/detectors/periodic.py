"""periodic: a fault on a clock, such as a job that fails every half hour.

Only what its words, state or outcome call a fault; a clock alone is no signal, and habituation takes from it what it
foretells. Says the rhythm, adds no points. Value: number of beats.
"""

from __future__ import annotations

from brainstemd.attention import clocks
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import KEY, Scene, Unit


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """The rhythm of a fault."""
    key = unit.key
    if unit.level != KEY or not (key.outcome == "failure" or scene.words(unit.signature).fault):
        return []
    found = clocks.find(unit.starts, scene.at_s)
    if not found:
        return []
    beat = max(found, key=lambda item: item.beats)
    return [Evidence("periodic", "said", float(beat.beats), f"it comes {beat.rhythm}", said=beat.rhythm)]

"""novelty: a kind of message that this source never sent before. Never enough alone.

Bits = -log2 of the chance that a source like this shows a new kind on a given day, estimated from the kinds that
were new there on earlier days (Good and Turing's idea: what was seen for the first time lately tells how much is
unseen): r = (n + 0.5)/d new kinds a day, chance 1 - exp(-r). A kind that came to several hosts at once is a rollout.
"""

from __future__ import annotations

import math

from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import Scene, Unit
from brainstemd.attention.windows import DAY

NEW_DAYS = 3
ROLLOUT_HOSTS = 3


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """Bits of surprise that this kind appeared at this source, while it is younger than three days."""
    key = unit.key
    place = (key.tenant, key.source)
    seen = scene.signature_first.get(place, {})
    first = seen.get(key.signature, 0)
    known_since = max(scene.source_first.get(place, scene.at_s), scene.floor_s)
    if first <= scene.at_s - NEW_DAYS * DAY or first - known_since < 3 * DAY:
        return []
    hosts = {item.key.source for item in scene.of_signature(key.signature) if item.key.tenant == key.tenant}
    came = [scene.signature_first[key.tenant, host].get(key.signature, -(1 << 40)) for host in hosts]
    if sum(abs(t - first) < DAY for t in came) >= ROLLOUT_HOSTS:
        return []
    days = min(7.0, (first - known_since) / DAY - 1)
    new = sum(1 for t in seen.values() if first - days * DAY <= t < first)
    r = (new + 0.5) / days
    bits = -math.log2(1 - math.exp(-r))
    because = f"new at {key.source}: {new} kinds of message were new there in the {days:.0f} days before"
    return [Evidence("novelty", "novelty", bits, because)] if bits > 0.5 else []

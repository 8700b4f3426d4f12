"""spread: a fault that takes host after host, over days.

First-seen per host: at least four hosts, on at least three days, two of them in the last week, no more than six tenths
within any half day (that is a rollout), after three days of memory without it. Under a steady trickle of first
sights since memory began, all x of them fall into its last w of W days with the chance p = (w/W)^x. Value: p.

The same of one named thing, whatever the words, if it stays: it speaks on two days or more at half of the hosts (what is
done once to each in turn is somebody's work), and at most five times a day at each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from brainstemd.attention import windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import SPREAD, Scene, Stat, Unit
from brainstemd.attention.windows import DAY, HOUR

HOSTS_MIN, DAYS_MIN, LATELY_MIN = 4, 3, 2
HALF_DAY_SHARE = 0.6
A_DAY_MAX = 5


def firsts(stats: Sequence[Stat]) -> list[int]:
    """The first second on each host, ascending."""
    out: dict[str, int] = {}
    for item in stats:
        source = item.key.source
        out[source] = min(out.get(source, item.first_s), item.first_s)
    return sorted(out.values())


def spreads(seen: Sequence[int], scene: Scene) -> bool:
    """The shape alone, from first sights."""
    if len(seen) < HOSTS_MIN or seen[0] < scene.floor_s + 3 * DAY:
        return False
    lately = len(seen) - bisect_right(seen, scene.at_s - 7 * DAY)
    crowded = max(bisect_right(seen, t + 12 * HOUR) - index for index, t in enumerate(seen))
    return (
        windows.distinct_days(seen, scene.at_s) >= DAYS_MIN
        and lately >= LATELY_MIN
        and crowded <= HALF_DAY_SHARE * len(seen)
    )


def _stays(unit: Unit) -> bool:
    hosts: dict[str, int] = {}
    for item in unit.stats:
        hosts[item.key.source] = max(hosts.get(item.key.source, 0), item.active_days)
    days = (unit.starts[-1] - unit.starts[0]) / DAY + 1
    again = sum(active >= 2 for active in hosts.values())
    return 2 * again >= len(hosts) and len(unit.starts) <= A_DAY_MAX * len(hosts) * days


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """How unlikely it is that all hosts came to it so late."""
    if unit.level != SPREAD:
        return []
    seen = firsts(unit.stats)
    if not spreads(seen, scene):
        return []
    if unit.entity and not _stays(unit):
        return []
    length = scene.at_s - scene.floor_s
    p = max(1e-12, ((scene.at_s - seen[0]) / length) ** len(seen))
    days = windows.distinct_days(seen, scene.at_s)
    said = f"{len(seen)} hosts in {windows.span(scene.at_s - seen[0])}"
    because = f"first seen on {len(seen)} hosts, on {days} days, none before: chance {p:.1g}"
    return [Evidence("spread", "change", p, because, said=said)]

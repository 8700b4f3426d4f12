"""spread: a fault that takes host after host, over days.

First-seen per host: at least four hosts, on at least three days, two of them in the last week, no more than six tenths
within any half day (that is a rollout), after a day of memory without it. Under a steady trickle of first
sights since memory began, all x of them fall into its last w of W days with the chance p = (w/W)^x. Or, where that is
less, what it does once it is there: that all n days of a host lie after its first sight f has the chance (1 - f/W)^n, and
Fisher's method joins the hosts, but for the most telling (what one host does is its own matter). Times two, and of a
named thing times the things that are spoken of so. Value: p, at most a tenth.

The same of neutral words, and of one named thing whatever the words, if it stays: it speaks on a further day at two
hosts or more, half as often as there are hosts (what is done once to each in turn is somebody's work), and at most five
times a day at each.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from brainstemd.attention import tails, windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import SPREAD, Scene, Stat, Unit
from brainstemd.attention.windows import DAY, HOUR

HOSTS_MIN, DAYS_MIN, LATELY_MIN = 4, 3, 2
HALF_DAY_SHARE = 0.6
A_DAY_MAX = 5
P_MAX = 0.1


def firsts(stats: Sequence[Stat]) -> list[int]:
    """The first second on each host, ascending."""
    out: dict[str, int] = {}
    for item in stats:
        source = item.key.source
        out[source] = min(out.get(source, item.first_s), item.first_s)
    return sorted(out.values())


def spreads(seen: Sequence[int], scene: Scene) -> bool:
    """The shape alone, from first sights."""
    if len(seen) < HOSTS_MIN or seen[0] < scene.floor_s + DAY:
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
    again = sum(active - 1 for active in hosts.values())
    return (
        2 * again >= len(hosts)
        and max(hosts.values()) - 1 < again
        and len(unit.starts) <= A_DAY_MAX * len(hosts) * days
    )


def _since_then(unit: Unit, scene: Scene) -> float:
    """Fisher's method over the hosts: the chance that it only chanced to be silent at each until its first day there."""
    length = max(1, scene.at_s - scene.floor_s)
    hosts: dict[str, tuple[int, int]] = {}
    for item in unit.stats:
        first, days = hosts.get(item.key.source, (item.first_s, 0))
        hosts[item.key.source] = min(first, item.first_s), max(days, item.active_days)
    surprises = sorted(
        -days * math.log(max(1e-9, min(1.0, (scene.at_s - first) / length))) for first, days in hosts.values()
    )
    return tails.gamma_tail(len(hosts) - 1, sum(surprises[:-1]))


def _named(unit: Unit, scene: Scene) -> int:
    """How many things are spoken of so in this tenant: of hundreds, chance takes some to host after host."""
    if not unit.entity:
        return 1
    peers = scene.peers.get((unit.signature, unit.identity[2]), ())
    return max(1, len({item.key.entity for item in peers if item.key.tenant == unit.tenant and item.slots}))


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """How unlikely it is that all hosts came to it so late."""
    if unit.level != SPREAD:
        return []
    seen = firsts(unit.stats)
    if not spreads(seen, scene):
        return []
    if (unit.entity or not scene.words(unit.signature).fault) and not _stays(unit):
        return []
    length = scene.at_s - scene.floor_s
    late = ((scene.at_s - seen[0]) / length) ** len(seen)
    p = 2 * _named(unit, scene) * max(1e-12, min(late, _since_then(unit, scene)))
    if p >= P_MAX:
        return []
    days = windows.distinct_days(seen, scene.at_s)
    said = f"{len(seen)} hosts in {windows.span(scene.at_s - seen[0])}"
    because = f"first seen on {len(seen)} hosts, on {days} days, none before: chance {p:.1g}"
    return [Evidence("spread", "change", p, because, said=said)]

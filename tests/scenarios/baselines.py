"""What is beside ours in the tables: rankings that anybody can build from the lines, each made as strong as we could.

Severity sort, counts and rarity look at shapes (digits masked) of a host in the last 24 hours. The other three are given
groups of lines (drain3's templates, from `drained.py`, over messages whose headers our decoder has taken off) and know
what we know of the trade: days, hosts that say the same, clocks, words of trouble. Their constants were chosen on world
msp, seed 2.
"""

from __future__ import annotations

import math
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import fmean, pstdev

from brainstemd.pipeline import decode
from tests.scenarios.measure import MORNINGS, TOP, Shown
from tests.scenarios.world import Line, World

Grouper = Callable[[Sequence[str]], Sequence[str]]  # messages → the name of the group of each
Picks = dict[float, list[Shown]]
Shape = tuple[str, str]  # peer, group

_TOKEN = re.compile(r"\S*\d\S*")
_PRI = re.compile(r"<(\d{1,3})>")
_DAY_US = 86_400_000_000
_TROUBLE = re.compile(
    r"fail|error|down\b|lost|loss|time[d -]?out|denied|refus|retr|reset|expire|degraded|mismatch|unreach|abort|exit|"
    r"restart|crash|drop|invalid|incorrect|not respond|interrupt|warn|bad\b|stale|exceed",
    re.IGNORECASE,
)
SINKS = 1.0  # a morning on which it was shown already takes as much as a day that it came on gives
_GROUPERS = Path(__file__).parent / "drained.py"


@dataclass
class Past:
    """What a host said of one kind, up to a morning."""

    today: list[Line] = field(default_factory=list)
    days: Counter[int] = field(default_factory=Counter)  # days ago (0: the last 24 h) → lines
    told: int = 0  # earlier mornings on which this ranking has shown it
    times: list[int] = field(default_factory=list)

    @property
    def trouble(self) -> float:
        """0 to 2: a word of trouble, a severity of warning or worse."""
        last = self.today[-1].raw
        return (1.0 if _TROUBLE.search(last) else 0.0) + (1.0 if severity(last) <= 4 else 0.0)


def picks(world: World, grouper: Grouper | None) -> dict[str, dict[float, list[Shown]]]:
    """name → morning → the first ten. Without a grouper only those that need none."""
    shapes = [(line.peer, _TOKEN.sub("#", line.raw)) for line in world.lines]
    found = _ranked(world, shapes, {"severity sort": by_severity, "counts": by_count, "rarity": by_rarity})
    if grouper is not None:
        groups = grouper([said(line.raw) for line in world.lines])
        own = [(line.peer, group) for line, group in zip(world.lines, groups, strict=True)]
        orders = {
            "drain3 + spikes": by_spike,
            "drain3 + novelty": by_novelty,
            "drain3 + recurrence": by_recurrence,
        }
        found |= _ranked(world, own, orders)
    return found


def said(raw: str) -> str:
    """Program and message, without the header."""
    event = decode(raw.encode())
    return f"{event.app_name or ''} {event.message}".strip() or raw


def drain3(python: str) -> Grouper:
    """Groups by drain3 in an interpreter that has it. Raises CalledProcessError."""

    def group(texts: Sequence[str]) -> Sequence[str]:
        lines = "\n".join(text.replace("\n", " ") for text in texts)
        ran = subprocess.run(
            [python, str(_GROUPERS)], input=lines, capture_output=True, text=True, check=True
        )
        return ran.stdout.splitlines()

    return group


def _ranked(
    world: World, shapes: Sequence[Shape], orders: Mapping[str, Callable[[Mapping[Shape, Past]], list[Shape]]]
) -> dict[str, Picks]:
    tenants = {h.peer: h.tenant for h in world.hosts}
    out: dict[str, Picks] = {name: {} for name in orders}
    told: Counter[tuple[str, Shape]] = Counter()
    for day in MORNINGS:
        until = day * _DAY_US
        past: defaultdict[Shape, Past] = defaultdict(Past)
        for line, shape in zip(world.lines, shapes, strict=True):
            if line.t_us > until:
                break
            mine = past[shape]
            mine.days[int((until - line.t_us) // _DAY_US)] += 1
            mine.times.append(line.t_us)
            if line.t_us > until - _DAY_US:
                mine.today.append(line)
        for name, order in orders.items():
            for shape, mine in past.items():
                mine.told = told[name, shape]
            best = order(past)[:TOP]
            told.update((name, shape) for shape in best)
            out[name][day] = [_picked(shape, past[shape].today, tenants) for shape in best]
    return out


def _picked(shape: Shape, lines: Sequence[Line], tenants: Mapping[str, str]) -> Shown:
    return Shown(lines[-1].raw[:120], tenants[shape[0]], (shape[0],), (), tuple(x.raw for x in lines[-3:]))


def severity(raw: str) -> int:
    found = _PRI.match(raw)
    return int(found.group(1)) % 8 if found else 5


# --- orders: all shapes so far → those of the last 24 hours, best first


def _current(past: Mapping[Shape, Past]) -> list[Shape]:
    return [shape for shape, mine in past.items() if mine.today]


def by_severity(past: Mapping[Shape, Past]) -> list[Shape]:
    worst = {shape: min(severity(x.raw) for x in past[shape].today) for shape in _current(past)}
    return sorted(worst, key=lambda s: (worst[s], -len(past[s].today), s))


def by_count(past: Mapping[Shape, Past]) -> list[Shape]:
    return sorted(_current(past), key=lambda s: (-len(past[s].today), s))


def by_rarity(past: Mapping[Shape, Past]) -> list[Shape]:
    return sorted(
        _current(past),
        key=lambda s: (len(past[s].times), min(severity(x.raw) for x in past[s].today), s),
    )


def by_spike(past: Mapping[Shape, Past]) -> list[Shape]:
    """Today against the days before, in standard deviations; what rose on many hosts at once is taken down."""
    scores: dict[Shape, float] = {}
    for shape in _current(past):
        mine = past[shape]
        before = [mine.days[ago] for ago in range(1, min(8, _age(mine)))]
        if len(before) >= 2 and len(mine.today) >= 3:
            deviation = math.sqrt(max(pstdev(before) ** 2, fmean(before)) + 1)
            scores[shape] = (len(mine.today) - fmean(before)) / deviation
    rose = Counter(group for (_, group), score in scores.items() if score > 1)
    return sorted(scores, key=lambda s: (-(scores[s] + past[s].trouble) / max(1, rose[s[1]]), s))


def by_novelty(past: Mapping[Shape, Past]) -> list[Shape]:
    """What a host had not said before the last three days, three times or more; trouble first, then the fewest hosts."""
    hosts = Counter(group for _, group in past)
    fresh = [s for s in _current(past) if _age(past[s]) <= 3 and len(past[s].times) >= 3]
    return sorted(fresh, key=lambda s: (-past[s].trouble, hosts[s[1]], -len(past[s].today), s))


def by_recurrence(past: Mapping[Shape, Past]) -> list[Shape]:
    """A few a day on many days, on few hosts and on no clock; words of trouble count."""
    hosts = Counter(group for _, group in past)
    scores: dict[Shape, float] = {}
    for shape in _current(past):
        mine = past[shape]
        active = [mine.days[ago] for ago in range(min(7, _age(mine))) if mine.days[ago]]
        if len(active) < 2 or fmean(active) > 15 or len(mine.times) < 4 or _regular(mine.times):
            continue
        scores[shape] = (
            len(active) + 2.5 * mine.trouble - 2.5 * math.log2(hosts[shape[1]]) - SINKS * mine.told
        )
    return sorted(scores, key=lambda s: (-scores[s], len(past[s].times), s))


def _age(mine: Past) -> int:
    return max(mine.days, default=0) + 1


def _regular(times: Sequence[int]) -> bool:
    """On a clock: even gaps, or always at the same time of the day."""
    gaps = [b - a for a, b in pairwise(times) if b > a]
    if len(gaps) >= 5 and pstdev(gaps) < 0.25 * fmean(gaps):
        return True
    angles = [2 * math.pi * (t % _DAY_US) / _DAY_US for t in times]
    return math.hypot(_mean(map(math.cos, angles)), _mean(map(math.sin, angles))) > 0.97


def _mean(values: Iterable[float]) -> float:
    return fmean(list(values))

"""Digests against labels: which items are right, and the numbers that follow. Pure functions."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.scenarios.world import HOUR, Signal, World

MORNINGS = tuple(day + 7 * HOUR for day in range(3, 14))  # 07:00 UTC of days 4 to 14, counted from one
TOP = 10


class Shown(NamedTuple):
    """What a digest's item, or a baseline's pick, offers for judgement."""

    title: str
    tenant: str
    hosts: tuple[str, ...]
    kinds: tuple[str, ...]
    evidence: tuple[str, ...]
    silent: bool = False
    attention: float = 0.0  # of a digest's item
    whole_host: bool = False  # it says that all of its host fell silent, not one message of it


class Judged(NamedTuple):
    shown: Shown
    label: str | None  # what most of its evidence is
    right: bool  # a signal that is live
    again: bool  # a second item of this digest for the same signal


class Told(NamedTuple):
    """One place of one morning's digest, judged."""

    day: float
    rank: int
    attention: float
    label: str  # "" where it has none
    right: bool
    again: bool
    title: str


class Wrong(NamedTuple):
    day: float
    rank: int
    label: str | None
    kinds: tuple[str, ...]
    title: str


@dataclass
class Result:
    """The figures of one world under one ranking."""

    items: int = 0
    right: int = 0
    duplicates: int = 0
    early: int = 0  # items of a signal before a human could tell (or after its end): counted as wrong
    ndcg: list[float] = field(default_factory=list)
    share: list[float] = field(default_factory=list)  # of the current signals, those shown, a morning
    first: dict[str, float] = field(default_factory=dict)  # signal → morning it was first shown while live
    shown_days: Counter[str] = field(default_factory=Counter)
    current_days: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)
    signals: Sequence[Signal] = ()
    told: list[Told] = field(default_factory=list)

    @property
    def findable(self) -> list[Signal]:
        return [s for s in self.signals if self.current_days[s.id]]

    @property
    def recall(self) -> float:
        return len(self.first) / max(1, len(self.findable))

    @property
    def precision(self) -> float:
        return self.right / self.items if self.items else 0.0

    @property
    def delay(self) -> float:
        """Days from the moment when a human could tell to the first morning that shows it; the median."""
        late = sorted(
            self.first[s.id] - _since(s, self.first[s.id]) for s in self.signals if s.id in self.first
        )
        return late[len(late) // 2] if late else math.nan


def _since(signal: Signal, day: float) -> float:
    return max(start for start, _ in signal.live if start <= day)


def mean(values: Iterable[float]) -> float:
    known = [v for v in values if not math.isnan(v)]
    return sum(known) / len(known) if known else math.nan


class Judge:
    """Knows the world's labels; asked about one item at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._labels: dict[str, str] = {x.raw: x.label for x in world.lines if x.label is not None}
        self._names = {
            (h.tenant, name): h.name for h in world.hosts for name in (h.name, h.peer, h.name.lower())
        }
        self._by_id = {s.id: s for s in world.signals}

    def label(self, shown: Shown) -> str | None:
        """The label of most evidence lines. Of a whole host that fell silent, the silence of that host, if one was planted:

        its last lines are whatever it happened to say last. A beat that stopped is judged by its beats, as all else.
        """
        if shown.whole_host and (silence := self._silence(shown)):
            return silence
        found = Counter(self._labels.get(raw) for raw in shown.evidence)
        if found:
            label, count = found.most_common(1)[0]
            if label is not None and 2 * count > len(shown.evidence):
                return label
        return self._silence(shown) if shown.silent else None

    def _silence(self, shown: Shown) -> str | None:
        """The planted silence of a host that the item names."""
        hosts = {self._names.get((shown.tenant, h)) for h in shown.hosts}
        for signal in self.world.signals:
            silent = signal.silence and signal.kind == "source_silent"
            if silent and signal.tenant == shown.tenant and hosts & set(signal.hosts):
                return signal.id
        return None

    def judge(self, items: Sequence[Shown], day: float) -> list[Judged]:
        seen: set[str] = set()
        out = []
        for shown in items[:TOP]:
            label = self.label(shown)
            signal = self._by_id.get(label or "")
            right = signal is not None and signal.current(day)
            out.append(Judged(shown, label, right, right and label in seen))
            if right and label:
                seen.add(label)
        return out


def measure(world: World, digests: Mapping[float, Sequence[Shown]]) -> Result:
    """All figures over the mornings."""
    judge, result = Judge(world), Result(signals=world.signals)
    for day, items in sorted(digests.items()):
        judged = judge.judge(items, day)
        current = [s.id for s in world.signals if s.current(day)]
        result.current_days.update(current)
        shown = {j.label for j in judged if j.right and j.label}
        for label in sorted(shown):
            result.first.setdefault(label, day)
            result.shown_days[label] += 1
        result.told += [
            Told(day, rank, j.shown.attention, j.label or "", j.right, j.again, j.shown.title)
            for rank, j in enumerate(judged, 1)
        ]
        result.items += len(judged)
        result.right += sum(j.right for j in judged)
        result.duplicates += sum(j.again for j in judged)
        result.early += sum(1 for j in judged if not j.right and (j.label or "b")[0] == "s")
        if current:
            result.share.append(len(shown) / len(current))
            result.ndcg.append(ndcg([j.right and not j.again for j in judged], len(current)))
        result.wrong += [
            Wrong(day, rank, j.label, j.shown.kinds, j.shown.title)
            for rank, j in enumerate(judged, 1)
            if not j.right
        ]
    return result


def ndcg(hits: Sequence[bool], current: int) -> float:
    gain = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits, 1) if hit)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(TOP, current) + 1))


def per_kind(results: Iterable[Result]) -> dict[str, tuple[int, int, int, int]]:
    """kind → (signals, surfaced, days current, days shown)."""
    table: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for result in results:
        for s in result.findable:
            row = table[s.kind]
            row[0] += 1
            row[1] += s.id in result.first
            row[2] += result.current_days[s.id]
            row[3] += result.shown_days[s.id]
    return {kind: (row[0], row[1], row[2], row[3]) for kind, row in sorted(table.items())}

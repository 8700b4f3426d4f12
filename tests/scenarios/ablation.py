"""What parts and detectors are good for: the same mornings without each, and without all that serves a kind of signal.

Pure: `ask` is handed in, and measures every run of the tables without something.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from brainstemd.attention.detectors import NAMES
from brainstemd.attention.weights import DEFAULTS
from tests.scenarios.measure import Result, mean
from tests.scenarios.runs import OFF_MORNINGS, Off

Ask = Callable[[Sequence[Off]], Sequence[Sequence[Result]]]  # what is off → for each, a result of every run
_LOST = 6  # kinds named in a row


def pages(ask: Ask, seeds: str) -> Iterator[str]:
    """The three tables."""
    parts, names = _parts(), sorted(NAMES)
    offs = [Off(), *parts.values(), *(Off(detectors=frozenset({name})) for name in names)]
    whole, *less = ask(offs)
    days = ", ".join(f"{int(day) + 1}" for day in OFF_MORNINGS)
    yield from ("## What each part is good for", "")
    yield f"Seed {seeds} of each world, the mornings of days {days}, with the weights of one part at nothing."
    yield ""
    yield from _table(whole, dict(zip(parts, less, strict=False)))
    yield from ("## What each detector is good for", "")
    yield f"The same with one detector not asked. A detector that others build on still serves them ({_SERVES})."
    yield ""
    alone = dict(zip(names, less[len(parts) :], strict=True))
    yield from _table(whole, alone)
    yield from left_out(whole, alone, ask)


_SERVES = "`self_heal` and `restart_loop` still say what an outage is, `after_change` when something changed"


def _parts() -> Mapping[str, Off]:
    """part of the sum → its weights; a part is what the names of its weights begin with."""
    out: dict[str, tuple[str, ...]] = {}
    for name in DEFAULTS:
        part = name.partition("_")[0]
        if part != "prior":
            out[part] = (*out.get(part, ()), name)
    return {part: Off(names) for part, names in out.items()}


def _table(whole: Sequence[Result], less: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    yield "| without | recall | precision | lost: signals | kinds, most first | gained |"
    yield "|---|---|---|---|---|---|"
    yield f"| (whole) | {_recall(whole):.2f} | {_precision(whole):.2f} | | | |"
    for name, found in less.items():
        lost, gained = lost_kinds(whole, found), lost_kinds(found, whole)
        kinds = ", ".join(sorted(set(lost), key=lambda kind: (-lost.count(kind), kind))[:_LOST])
        yield (
            f"| {name} | {_recall(found):.2f} | {_precision(found):.2f} | {len(lost)} | {kinds} | {len(gained)} |"
        )
    yield ""


def left_out(whole: Sequence[Result], alone: Mapping[str, Sequence[Result]], ask: Ask) -> Iterator[str]:
    """Kinds without the detectors that serve them: what remains of them, and of all others."""
    serving = serves(whole, alone)
    yield from ("## Leave one kind out", "")
    yield "No weight is fitted to a kind, so that nothing can be fitted without one. What can be asked: a detector"
    yield "*serves* a kind if without it a signal of that kind is told no more (table above). With all that serve a kind off at"
    yield "once, what is still told of that kind is what general rules give to a kind that nobody wrote for; and what is still"
    yield "told of the others shows what they owe to detectors that are there for that kind."
    yield ""
    yield "| kinds | served by | told of them: all on | off | recall of all other kinds: all on | off |"
    yield "|---|---|---|---|---|---|"
    served: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for kind, names in sorted(serving.items()):
        served[names].append(kind)
    sets = sorted((names for names in served if len(names) > 1), key=sorted)
    found = {frozenset({name}): results for name, results in alone.items()}
    found.update(zip(sets, ask([Off(detectors=names) for names in sets]) if sets else (), strict=True))
    for names, kinds in sorted(served.items(), key=lambda pair: pair[1]):
        off = found[names]
        yield (
            f"| {', '.join(kinds)} | {', '.join(sorted(names))} | {_told_of(whole, kinds)} | {_told_of(off, kinds)} "
            f"| {_recall(whole, but=kinds):.2f} | {_recall(off, but=kinds):.2f} |"
        )
    others = sorted({s.kind for r in whole for s in r.findable if s.id in r.first} - set(serving))
    if others:
        yield from ("", f"Told whichever one detector is off: {', '.join(others)}.")
    yield ""


def serves(whole: Sequence[Result], alone: Mapping[str, Sequence[Result]]) -> dict[str, frozenset[str]]:
    """kind → the detectors without any one of which a signal of it is lost."""
    out: defaultdict[str, set[str]] = defaultdict(set)
    for name, found in alone.items():
        for kind in lost_kinds(whole, found):
            out[kind].add(name)
    return {kind: frozenset(names) for kind, names in out.items()}


def lost_kinds(before: Iterable[Result], after: Iterable[Result]) -> list[str]:
    """The kind of each signal that is told in the one and not in the other."""
    return [
        signal.kind
        for one, other in zip(before, after, strict=True)
        for signal in one.findable
        if signal.id in one.first and signal.id not in other.first
    ]


def _recall(results: Iterable[Result], but: Sequence[str] = ()) -> float:
    shares = []
    for result in results:
        asked = [signal.id in result.first for signal in result.findable if signal.kind not in but]
        shares.append(sum(asked) / len(asked) if asked else math.nan)
    return mean(shares)


def _precision(results: Iterable[Result]) -> float:
    return mean(result.precision if result.items else math.nan for result in results)


def _told_of(results: Iterable[Result], kinds: Sequence[str]) -> str:
    asked = [
        signal.id in result.first for result in results for signal in result.findable if signal.kind in kinds
    ]
    return f"{sum(asked)} of {len(asked)}"

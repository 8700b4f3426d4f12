"""Every table about attention, as one Markdown report. Run by hand; minutes of CPU.

    python -m tests.scenarios.tables --out report.md --seeds 21-25 --lines 40000 --drain3 PYTHON --logs DIRECTORY

PYTHON is an interpreter that has drain3 (without it the table has no such rows); DIRECTORY holds real logs
(*.log) into which lines are planted (tests/scenarios/spliced.py). `--keep DIR` keeps replayed states.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from brainstemd.attention.weights import DEFAULTS
from brainstemd.config import Config
from tests.scenarios import intervals, spliced
from tests.scenarios.baselines import Grouper, drain3
from tests.scenarios.intervals import Interval, Measured
from tests.scenarios.measure import MORNINGS, Result, measure, per_kind
from tests.scenarios.score import WORLDS, Run, build, judged, mornings, replayed, shown
from tests.scenarios.score import place as place_of
from tests.scenarios.world import World

BANDS = ((50, 60), (60, 70), (70, 80), (80, 90), (90, 101))
OFF_MORNINGS = MORNINGS[3::3]  # days 7, 10 and 13: enough to see what a part is good for
THRESHOLDS = (50.0, 55.0, 60.0, 65.0, 70.0, 75.0)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--worlds", default=",".join(WORLDS))
    parser.add_argument("--seeds", default="21-25", help="5,7 or 21-25")
    parser.add_argument("--lines", type=int, default=40_000)
    parser.add_argument("--quiet-seeds", type=int, default=2, help="the first so many, with nothing planted")
    parser.add_argument("--off-seeds", type=int, default=1, help="the first so many, with parts switched off")
    parser.add_argument("--drain3", help="an interpreter that has drain3")
    parser.add_argument("--logs", type=Path, help="a directory of real logs")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    options = parser.parse_args(arguments)
    seeds = _seeds(options.seeds)
    worlds = options.worlds.split(",")
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="scenarios-") as scratch,
        options.out.open("w") as out,
        ProcessPoolExecutor(options.jobs) as pool,
    ):
        place = Place(options.keep or Path(scratch), options.lines, options.drain3)

        def say(lines: Iterable[str]) -> None:
            for line in lines:
                print(line, file=out, flush=True)
            print(f"{time.monotonic() - began:5.0f} s", file=sys.stderr)

        say(_head(worlds, seeds, place))
        runs = list(pool.map(partial(planted, place), *_product(worlds, seeds)))
        say(scenario_table(runs))
        say(kinds_table(runs))
        say(calibration(runs))
        say(left_out(runs))
        say(never(runs))
        if options.off_seeds:
            chosen = [run for run in runs if run.world.seed in seeds[: options.off_seeds]]
            say(switched_off(chosen, place, pool))
        if options.quiet_seeds:
            quiet = list(pool.map(partial(unplanted, place), *_product(worlds, seeds[: options.quiet_seeds])))
            say(quiet_table(quiet))
        if options.logs is not None:
            say(spliced_table(list(pool.map(partial(into_real, place, options.logs), seeds[:2]))))


class Place(NamedTuple):
    """What every run needs to know; handed to other processes."""

    keep: Path
    lines: int
    drain3: str | None

    def grouper(self) -> Grouper | None:
        return drain3(self.drain3) if self.drain3 else None


def _product(worlds: Sequence[str], seeds: Sequence[int]) -> tuple[list[str], list[int]]:
    return [world for world in worlds for _ in seeds], [seed for _ in worlds for seed in seeds]


# --- runs, each in a process of the pool


def planted(place: Place, name: str, seed: int) -> Run:
    return _portable(
        judged(
            build(name, seed, place.lines, quiet=False), keep=place.keep, beside=True, grouper=place.grouper()
        )
    )


def unplanted(place: Place, name: str, seed: int) -> Run:
    return _portable(judged(build(name, seed, place.lines, quiet=True), keep=place.keep, beside=False))


def into_real(place: Place, directory: Path, seed: int) -> Run:
    world = spliced.build(directory, seed)
    return _portable(judged(world, keep=place.keep, beside=True, grouper=place.grouper()))


def without(place: Place, world: World, weights: Mapping[str, float]) -> Result:
    """The mornings of OFF_MORNINGS with these weights."""
    config: Config = replayed(world, place.keep / place_of(world))
    chosen = config.attention.model_copy(update={"weights": {**config.attention.weights, **weights}})
    digests = asyncio.run(mornings(world, config.model_copy(update={"attention": chosen}), OFF_MORNINGS))
    return measure(world, {day: shown(digest) for day, digest in digests.items()})


def _portable(run: Run) -> Run:
    """Without the functions that made its lines, which no process can send to another."""
    run.world.words.clear()
    print(f"{run.world.name} {run.world.seed}", file=sys.stderr)
    return run


def _seeds(text: str) -> list[int]:
    out: list[int] = []
    for part in text.split(","):
        low, _, high = part.partition("-")
        out += range(int(low), int(high or low) + 1)
    return out


def _head(worlds: Sequence[str], seeds: Sequence[int], place: Place) -> Iterator[str]:
    yield "# Attention, measured"
    yield ""
    yield f"Worlds {', '.join(worlds)}; seeds {seeds[0]} to {seeds[-1]}; {place.lines:,} lines each, two weeks, a digest each"
    yield "morning from day 4 to 14. In brackets: 95 % by bootstrap over seeds, then over signals (recall), labels (precision) or"
    yield "mornings (nDCG, share). Weights are judgements, not fits: nothing was fitted to these seeds."
    if not place.drain3:
        yield "Without drain3: no interpreter was named that has it."
    yield ""


# --- the tables

_HEAD = "| | recall@10 | precision@10 | nDCG@10 | live ones shown a day | days until told | duplicates a run | items a day |"
_RULE = "|---|---|---|---|---|---|---|---|"


def _row(name: str, runs: Sequence[Measured]) -> str:
    results = [run.result for run in runs]
    cells = (
        str(intervals.recall(runs)),
        str(intervals.precision(runs)),
        str(intervals.ndcg(runs)),
        str(intervals.daily_share(runs)),
        _number(_mean(r.delay for r in results)),
        _number(_mean(r.duplicates for r in results)),
        _number(_mean(r.items / len(MORNINGS) for r in results)),
    )
    return f"| {name} | {' | '.join(cells)} |"


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f}"


def ours(runs: Iterable[Run]) -> list[Measured]:
    return [Measured(run.world.name, run.ours) for run in runs]


def scenario_table(runs: Sequence[Run]) -> Iterator[str]:
    yield from ("## Scenarios", "", _HEAD, _RULE)
    yield _row("**brainstemd, all worlds**", ours(runs))
    for name, group in groupby(runs, key=lambda run: run.world.name):
        yield _row(f"brainstemd, {name}", ours(group))
    for name in runs[0].beside:
        yield _row(name, [Measured(run.world.name, run.beside[name]) for run in runs])
    yield ""


def kinds_table(runs: Sequence[Run]) -> Iterator[str]:
    yield from ("## By kind of planted signal", "")
    yield "| kind | signals | surfaced | of its live days, shown | best of the baselines |"
    yield "|---|---|---|---|---|"
    beside = {name: per_kind(run.beside[name] for run in runs) for name in runs[0].beside}
    for kind, (signals, surfaced, live, seen) in per_kind(run.ours for run in runs).items():
        best = max(beside, key=lambda name: beside[name][kind][1])
        count = beside[best][kind][1]
        yield f"| {kind} | {signals} | {surfaced} | {seen / live:.2f} | {f'{count} ({best})' if count else '0'} |"
    yield ""


def calibration(runs: Sequence[Run]) -> Iterator[str]:
    yield from ("## Calibration", "", "Of items by attention, the share that names a live signal.", "")
    yield "| attention | items | stories | true |"
    yield "|---|---|---|---|"
    for low, high, items, stories, true in calibration_rows(ours(runs)):
        yield f"| {low}-{min(high, 100)} | {items} | {stories} | {true} |"
    yield ""


def calibration_rows(runs: Sequence[Measured]) -> Iterator[tuple[int, int, int, int, Interval]]:
    """From, to (exclusive), items, stories, the share that is true."""
    for low, high in BANDS:
        found = [intervals.clusters(run.result, low, high) for run in runs]
        items = sum(row[1] for clusters in found for row in clusters.values())
        true = intervals.pooled(runs, lambda r, a=low, b=high: list(intervals.clusters(r, a, b).values()))
        yield low, high, int(items), sum(map(len, found)), true


def left_out(runs: Sequence[Run]) -> Iterator[str]:
    """What choosing the threshold on the other worlds would have given."""
    yield from ("## Leave one world out", "")
    yield "No weight is fitted, so that nothing can be fitted without a world. What can be asked: were the threshold chosen on"
    yield "the other worlds (the largest sum of recall and precision), what would it give on the one left out?"
    yield ""
    yield "| left out | chosen on the others | recall there | precision there | as it is (50): recall | precision |"
    yield "|---|---|---|---|---|---|"
    mine = ours(runs)
    worlds = list(intervals.by_world(mine))
    for world in worlds:
        others = [run for run in mine if run.world != world]
        own = [run for run in mine if run.world == world]
        if not others:
            continue
        best = max(THRESHOLDS, key=lambda t: (sum(_above(others, t)), -t))
        chosen, plain = _above(own, best), _above(own, THRESHOLDS[0])
        yield f"| {world} | {best:.0f} | {chosen[0]:.2f} | {chosen[1]:.2f} | {plain[0]:.2f} | {plain[1]:.2f} |"
    yield ""


def _above(runs: Sequence[Measured], threshold: float) -> tuple[float, float]:
    """Recall and precision of the items from a threshold on."""
    recalls, precisions = [], []
    for run in runs:
        told = [item for item in run.result.told if item.attention >= threshold]
        found = {item.label for item in told if item.right}
        recalls.append(len(found) / max(1, len(run.result.findable)))
        precisions.append(sum(item.right for item in told) / len(told) if told else math.nan)
    return _mean(recalls), _mean(precisions)


def never(runs: Iterable[Run]) -> Iterator[str]:
    yield from ("## Never surfaced", "")
    lost: dict[str, list[str]] = {}
    for run in runs:
        for signal in run.ours.findable:
            if signal.id not in run.ours.first:
                lost.setdefault(f"{run.world.name}: {signal.kind}", []).append(str(run.world.seed))
    for what, seeds in sorted(lost.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield f"- {what} (seeds {', '.join(seeds)})"
    yield ""


def switched_off(runs: Sequence[Run], place: Place, pool: Executor) -> Iterator[str]:
    """The mornings of OFF_MORNINGS again with each part of the sum at nothing."""
    seeds = ", ".join(sorted({str(run.world.seed) for run in runs}))
    yield from ("## What each part is good for", "")
    days = ", ".join(f"{int(day) + 1}" for day in OFF_MORNINGS)
    yield f"Seed {seeds} of each world, the mornings of days {days}, with the weights of one part at nothing."
    yield ""
    yield "| without | recall | precision | lost most |"
    yield "|---|---|---|---|"
    whole = [_cut(run) for run in runs]
    yield f"| (whole) | {_mean(r.recall for r in whole):.2f} | {_mean(r.precision for r in whole):.2f} | |"
    for part, weights in _parts().items():
        found = list(pool.map(partial(without, place, weights=weights), [run.world for run in runs]))
        lost = sorted(
            s.kind
            for before, after in zip(whole, found, strict=True)
            for s in before.findable
            if s.id in before.first and s.id not in after.first
        )
        yield (
            f"| {part} | {_mean(r.recall for r in found):.2f} | {_mean(r.precision for r in found):.2f} "
            f"| {', '.join(sorted(set(lost), key=lambda k: -lost.count(k))[:6])} |"
        )
    yield ""


def _parts() -> Mapping[str, dict[str, float]]:
    """part of the sum → its weights at zero; a part is what the names of its weights begin with."""
    out: dict[str, dict[str, float]] = {}
    for name in DEFAULTS:
        part = name.partition("_")[0]
        if part != "prior":
            out.setdefault(part, {})[name] = 0.0
    return out


def _cut(run: Run) -> Result:
    return measure(run.world, {day: shown(run.digests[day]) for day in OFF_MORNINGS})


def quiet_table(runs: Sequence[Run]) -> Iterator[str]:
    yield from ("## Quiet worlds", "", "The same worlds with nothing planted.", "")
    yield "| world | items a day, by seed | most on one day |"
    yield "|---|---|---|"
    for name, group in groupby(runs, key=lambda run: run.world.name):
        made = list(group)
        a_day = ", ".join(f"{run.ours.items / len(MORNINGS):.1f}" for run in made)
        most = max(len(digest.items) for run in made for digest in run.digests.values())
        yield f"| {name} | {a_day} | {most} |"
    yield ""


def spliced_table(runs: Sequence[Run]) -> Iterator[str]:
    lines = len(runs[0].world.lines)
    yield from ("## Planted into real logs", "")
    yield f"{spliced.__doc__.splitlines()[0] if spliced.__doc__ else ''} {lines:,} lines; what the real lines themselves hold"
    yield "is unlabelled and counts as wrong, so that precision is a lower bound."
    yield from ("", _HEAD, _RULE, _row("brainstemd", ours(runs)))
    for name in runs[0].beside:
        yield _row(name, [Measured(run.world.name, run.beside[name]) for run in runs])
    yield ""
    yield from kinds_table(runs)


if __name__ == "__main__":
    main()

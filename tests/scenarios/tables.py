"""Every table about attention, as one Markdown report. Run by hand; minutes of CPU.

    python -m tests.scenarios.tables --out report.md --seeds 21-25 --lines 40000 --jobs 2 --drain3 PYTHON --logs DIRECTORY
    python -m tests.scenarios.tables --brief --seeds 21-22 --lines 170000 --jobs 2 --keep DIR

PYTHON is an interpreter that has drain3 (without it the table has no such rows); DIRECTORY holds real logs
(*.log) into which lines are planted (tests/scenarios/spliced.py). `--keep DIR` keeps replayed states and uses them again:
remove it after a change to anything but attention and digest. `--brief` prints one screen and nothing else: each world's figures
and its quiet twin's, without baselines.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from itertools import groupby
from pathlib import Path

from tests.scenarios import ablation, intervals, spliced
from tests.scenarios.intervals import Interval, Measured
from tests.scenarios.measure import MORNINGS, Result, mean, per_kind
from tests.scenarios.runs import Made, Off, Place, into_real, lessened, planted, unplanted
from tests.scenarios.score import WORLDS

HELD_OUT = ("ledger", "grid")  # no rule was made by reading their signals; see docs/evidence.md
GROUPS = ("known while building", "held out")
BANDS = ((50, 60), (60, 70), (70, 80), (80, 90), (90, 101))
THRESHOLDS = (50.0, 55.0, 60.0, 65.0, 70.0, 75.0)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="where the report goes; by default stdout")
    parser.add_argument("--brief", action="store_true", help="one screen: each world's figures and no more")
    parser.add_argument("--worlds", default=",".join(WORLDS))
    parser.add_argument("--seeds", default="21-25", help="5,7 or 21-25")
    parser.add_argument("--lines", type=int, default=40_000)
    parser.add_argument("--quiet-seeds", type=int, default=2, help="the first so many, with nothing planted")
    parser.add_argument(
        "--off-seeds", type=int, default=1, help="the first so many, with parts and detectors switched off"
    )
    parser.add_argument("--drain3", help="an interpreter that has drain3")
    parser.add_argument("--logs", type=Path, help="a directory of real logs")
    parser.add_argument("--keep", type=Path, help="keep replayed states here and use them again")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    options = parser.parse_args(arguments)
    seeds = _seeds(options.seeds)
    worlds = options.worlds.split(",")
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="scenarios-") as scratch,
        ProcessPoolExecutor(options.jobs) as pool,
    ):
        place = Place(options.keep or Path(scratch), options.lines, options.drain3, beside=not options.brief)
        out = options.out.open("w") if options.out else sys.stdout

        def say(lines: Iterable[str]) -> None:
            for line in lines:
                print(line, file=out, flush=True)
            print(f"{time.monotonic() - began:5.0f} s", file=sys.stderr)

        if not options.brief:
            say(_head(worlds, seeds, place))
        runs = list(pool.map(partial(planted, place), *_product(worlds, seeds)))
        quiet: list[Made] = []
        if options.brief:
            quiet = list(pool.map(partial(unplanted, place), *_product(worlds, seeds[: options.quiet_seeds])))
            say(brief(runs, quiet))
            return
        for page in (scenario_table, kinds_table, calibration, left_out, never):
            say(page(runs))
        if options.quiet_seeds:
            quiet = list(pool.map(partial(unplanted, place), *_product(worlds, seeds[: options.quiet_seeds])))
            say(quiet_table(quiet))
        if options.off_seeds:
            some = seeds[: options.off_seeds]
            ask = partial(_ask, pool, place, worlds, some)
            say(ablation.pages(ask, ", ".join(map(str, some))))
        if options.logs is not None:
            say(spliced_table(list(pool.map(partial(into_real, place, options.logs), seeds[:2]))))
        if options.out:
            out.close()


def _ask(
    pool: Executor, place: Place, worlds: Sequence[str], seeds: Sequence[int], offs: Sequence[Off]
) -> Sequence[Sequence[Result]]:
    found = pool.map(partial(lessened, place, offs), *_product(worlds, seeds))
    return list(zip(*found, strict=True))


def _product(worlds: Sequence[str], seeds: Sequence[int]) -> tuple[list[str], list[int]]:
    """All pairs, one list of each, as `map` wants them."""
    return [world for world in worlds for _ in seeds], [seed for _ in worlds for seed in seeds]


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
        _number(mean(r.delay for r in results)),
        _number(mean(r.duplicates for r in results)),
        _number(mean(r.items / len(MORNINGS) for r in results)),
    )
    return f"| {name} | {' | '.join(cells)} |"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f}"


def ours(runs: Iterable[Made]) -> list[Measured]:
    return [Measured(run.world, run.ours) for run in runs]


def grouped(runs: Sequence[Made]) -> Iterator[tuple[str, list[Made]]]:
    """The groups that have runs: worlds known while the rules were made, and worlds held out."""
    for group, held in zip(GROUPS, (False, True), strict=True):
        if own := [run for run in runs if (run.world in HELD_OUT) == held]:
            yield group, own


def scenario_table(runs: Sequence[Made]) -> Iterator[str]:
    yield from ("## Scenarios", "", _HEAD, _RULE)
    yield _row("**brainstemd, all worlds**", ours(runs))
    for group, own in grouped(runs):
        yield _row(f"**brainstemd, {group}**", ours(own))
    for name, world in groupby(runs, key=lambda run: run.world):
        yield _row(f"brainstemd, {name}{' (held out)' if name in HELD_OUT else ''}", ours(world))
    for name in runs[0].beside:
        yield _row(name, [Measured(run.world, run.beside[name]) for run in runs])
    yield ""


def brief(runs: Sequence[Made], quiet: Sequence[Made]) -> Iterator[str]:
    """One screen for who builds."""
    yield f"{'':<22} runs recall precision  nDCG items/d delay dupl  quiet items/d"
    worlds = [(name, list(own)) for name, own in groupby(runs, key=lambda run: run.world)]
    for name, own in [*worlds, *grouped(runs)]:
        still = {run.world for run in own}
        idle = [run for run in quiet if run.world in still]
        results = [run.ours for run in own]
        yield (
            f"{name:<22} {len(own):>4} {mean(r.recall for r in results):6.2f} "
            f"{mean(r.precision for r in results):9.2f} {mean(mean(r.ndcg) for r in results):5.2f} "
            f"{mean(r.items / len(MORNINGS) for r in results):7.1f} {mean(r.delay for r in results):5.1f} "
            f"{mean(r.duplicates for r in results):4.1f}  "
            + _idle([run.ours.items / len(MORNINGS) for run in idle], one=name in still)
        )
    mine = ours(runs)
    bands = ", ".join(
        f"{low}+: {true.value:.2f} of {n}" for low, _, n, _, true in calibration_rows(mine) if n
    )
    yield f"true by attention: {bands}"


def _idle(a_day: Sequence[float], *, one: bool) -> str:
    """Of one world each seed's, of a group the mean."""
    return " ".join(f"{value:.1f}" for value in a_day) if one else f"{_number(mean(a_day))} in the mean"


def kinds_table(runs: Sequence[Made]) -> Iterator[str]:
    yield from ("## By kind of planted signal", "")
    yield "| kind | signals | surfaced | of its live days, shown | best of the baselines |"
    yield "|---|---|---|---|---|"
    beside = {name: per_kind(run.beside[name] for run in runs) for name in runs[0].beside}
    for kind, (signals, surfaced, live, seen) in per_kind(run.ours for run in runs).items():
        best = max(beside, key=lambda name: beside[name][kind][1])
        count = beside[best][kind][1]
        yield f"| {kind} | {signals} | {surfaced} | {seen / live:.2f} | {f'{count} ({best})' if count else '0'} |"
    yield ""


def calibration(runs: Sequence[Made]) -> Iterator[str]:
    yield from ("## Calibration", "", "Of items by attention, the share that names a live signal.", "")
    yield "| attention | worlds | items | stories | true |"
    yield "|---|---|---|---|---|"
    for group, own in [("all", list(runs)), *grouped(runs)]:
        for low, high, items, stories, true in calibration_rows(ours(own)):
            yield f"| {low}-{min(high, 100)} | {group} | {items} | {stories} | {true} |"
    yield ""


def _clustered(result: Result, low: float, high: float) -> list[intervals.Share]:
    return list(intervals.clusters(result, low, high).values())


def calibration_rows(runs: Sequence[Measured]) -> Iterator[tuple[int, int, int, int, Interval]]:
    """From, to (exclusive), items, stories, the share that is true."""
    for low, high in BANDS:
        found = [intervals.clusters(run.result, low, high) for run in runs]
        items = sum(row[1] for clusters in found for row in clusters.values())
        true = intervals.pooled(runs, partial(_clustered, low=low, high=high))
        yield low, high, int(items), sum(map(len, found)), true


def left_out(runs: Sequence[Made]) -> Iterator[str]:
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
    return mean(recalls), mean(precisions)


def never(runs: Iterable[Made]) -> Iterator[str]:
    yield from ("## Never surfaced", "")
    lost: dict[str, list[str]] = {}
    for run in runs:
        for signal in run.ours.findable:
            if signal.id not in run.ours.first:
                lost.setdefault(f"{run.world}: {signal.kind}", []).append(str(run.seed))
    for what, seeds in sorted(lost.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield f"- {what} (seeds {', '.join(seeds)})"
    yield ""


def quiet_table(runs: Sequence[Made]) -> Iterator[str]:
    yield from (
        "## Quiet worlds",
        "",
        f"The same worlds with nothing planted, {_lines(runs)} lines each.",
        "",
    )
    yield "| world | items a day, by seed | mean | most on one day |"
    yield "|---|---|---|---|"
    worlds = [(name, list(own)) for name, own in groupby(runs, key=lambda run: run.world)]
    for name, own in [*worlds, *((f"**{group}**", own) for group, own in grouped(runs))]:
        means = [sum(run.a_day) / len(run.a_day) for run in own]
        a_day = ", ".join(f"{value:.1f}" for value in means) if not name.startswith("**") else ""
        yield f"| {name} | {a_day} | {mean(means):.2f} | {max(max(run.a_day) for run in own)} |"
    yield ""


def _lines(runs: Sequence[Made]) -> str:
    counts = sorted(run.lines for run in runs)
    return f"{counts[len(counts) // 2]:,}"


def spliced_table(runs: Sequence[Made]) -> Iterator[str]:
    yield from ("## Planted into real logs", "")
    yield f"{spliced.__doc__.splitlines()[0] if spliced.__doc__ else ''} {_lines(runs)} lines; what the real lines"
    yield "themselves hold is unlabelled and counts as wrong, so that precision is a lower bound."
    yield from ("", _HEAD, _RULE, _row("brainstemd", ours(runs)))
    for name in runs[0].beside:
        yield _row(name, [Measured(run.world, run.beside[name]) for run in runs])
    yield ""
    yield from kinds_table(runs)


if __name__ == "__main__":
    main()

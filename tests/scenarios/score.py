"""The scorer: a world through `replay --envelopes`, a digest each morning, its items against the labels, baselines beside it.

    python -m tests.scenarios.score --world msp --seeds 1,2 [--lines 150000] [--quiet] [--keep DIR]

`--keep` keeps the replayed state of a world and uses it again: digests read, they do not change memory. Remove
the directory after a change to anything but attention and digest.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from brainstemd.config import Config, load
from brainstemd.digest import Digest
from brainstemd.memory import Store
from brainstemd.report import report
from tests.scenarios.baselines import Grouper, picks
from tests.scenarios.measure import MORNINGS, Result, Shown, mean, measure, per_kind
from tests.scenarios.world import World

WORLDS = (
    "msp", "isp", "plant", "town", "hosting", "shops", "campus", "mill", "harbor", "clinic", "ledger", "grid",
)  # fmt: skip


@dataclass
class Run:
    """One world and seed, measured."""

    world: World
    digests: dict[float, Digest]
    ours: Result
    beside: dict[str, Result]


def build(name: str, seed: int, lines: int, *, quiet: bool) -> World:
    made: World = importlib.import_module(f"tests.scenarios.{name}").build(seed, lines, quiet=quiet)
    return made


def replayed(world: World, root: Path) -> Config:
    """The world taken in by the real command, unless this directory holds it already; a second run waits for the first.

    Raises RuntimeError with the command's words.
    """
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_name(root.name + ".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return _taken_in(world, root)


def _taken_in(world: World, root: Path) -> Config:
    done, path = root / "done", root / "brainstemd.toml"
    if not done.exists():
        shutil.rmtree(root, ignore_errors=True)  # what an interrupted run left
        root.mkdir(parents=True)
        path.write_text(world.config_toml(root), encoding="utf-8")
        envelopes = root / "envelopes.jsonl"
        world.write_envelopes(envelopes)
        command = [sys.executable, "-m", "brainstemd", "--config", str(path), "replay", "--envelopes"]
        ran = subprocess.run(
            [*command, "--every", "100d", str(envelopes)], capture_output=True, text=True, check=False
        )
        if ran.returncode:
            raise RuntimeError(f"replay of {world.name} failed:\n{ran.stderr[-2000:]}")
        envelopes.unlink()
        done.touch()
    return load(path, {}).config


async def mornings(
    world: World, config: Config, days: Sequence[float] = MORNINGS, without: frozenset[str] = frozenset()
) -> dict[float, Digest]:
    """The digest for all tenants at each morning, written as of that moment; `without` these detectors."""
    store = await Store.open(config.state_dir / "memory.db", readonly=True, config=config.memory)
    try:
        return {day: (await report(store, config, world.t_us(day), without=without)).digest for day in days}
    finally:
        await store.close()


def shown(digest: Digest) -> list[Shown]:
    """Items of the public JSON, as an outside harness would read them."""
    out = []
    for item in json.loads(digest.model_dump_json())["items"]:
        kinds = tuple(item["kinds"])
        silent = item["expected_at"] is not None or any("silen" in kind for kind in kinds)
        out.append(
            Shown(
                item["title"],
                item["tenant"] or "",
                tuple(item["hosts"]),
                kinds,
                tuple(item["evidence"]),
                silent,
                item["attention"],
                silent and item["signature"] is None,  # a host's silence is of no message
            )
        )
    return out


def run(name: str, seed: int, lines: int, *, quiet: bool, keep: Path | None, beside: bool) -> Run:
    return judged(build(name, seed, lines, quiet=quiet), keep=keep, beside=beside)


def judged(world: World, *, keep: Path | None, beside: bool, grouper: Grouper | None = None) -> Run:
    """A world replayed and measured; baselines that need groups of lines only with a `grouper`."""
    with tempfile.TemporaryDirectory(prefix="scenario-") as scratch:
        config = replayed(world, (keep or Path(scratch)) / place(world))
        digests = asyncio.run(mornings(world, config))
    ours = measure(world, {day: shown(digest) for day, digest in digests.items()})
    others = {n: measure(world, found) for n, found in picks(world, grouper).items()} if beside else {}
    return Run(world, digests, ours, others)


def place(world: World) -> str:
    """The name of the directory that keeps its replayed state."""
    return f"{world.name}-{world.seed}-{world.fingerprint()}"


# --- the tables

_COLUMNS = (
    ("recall", 7), ("share/d", 7), ("prec@10", 7), ("nDCG@10", 7), ("delay d", 7), ("dupl", 6), ("early", 6), ("items/d", 7),
)  # fmt: skip


def _row(name: str, results: Sequence[Result]) -> str:
    items = mean(r.items / len(MORNINGS) for r in results)
    return (
        f"{name:<22} {mean(r.recall for r in results):7.2f} {mean(mean(r.share) for r in results):7.2f} "
        f"{mean(r.precision for r in results):7.2f} {mean(mean(r.ndcg) for r in results):7.2f} "
        f"{mean(r.delay for r in results):7.1f} {mean(r.duplicates for r in results):6.1f} "
        f"{mean(r.early for r in results):6.1f} {items:7.1f}"
    )


def table(runs: Sequence[Run]) -> str:
    head = f"{'':<22} " + " ".join(f"{name:>{width}}" for name, width in _COLUMNS)
    rows = [head]
    rows += [_row(f"{r.world.name} seed {r.world.seed}", [r.ours]) for r in runs]
    rows.append(_row("brainstemd, mean", [r.ours for r in runs]))
    rows += [_row(name, [r.beside[name] for r in runs]) for name in runs[0].beside]
    return "\n".join(rows)


def kinds_table(runs: Iterable[Run]) -> str:
    rows = [f"{'kind':<24} {'signals':>7} {'surfaced':>8} {'days live':>9} {'days shown':>10}"]
    for kind, row in per_kind(r.ours for r in runs).items():
        rows.append(f"{kind:<24} {row[0]:>7} {row[1]:>8} {row[2]:>9} {row[3]:>10}")
    return "\n".join(rows)


def missed(runs: Iterable[Run]) -> str:
    return "\n".join(
        f"  {r.world.name}/{r.world.seed} {s.id} {s.tenant} {','.join(s.hosts)} {s.entity or ''}"
        for r in runs
        for s in r.ours.findable
        if s.id not in r.ours.first
    )


def wrong(runs: Iterable[Run], limit: int) -> str:
    """Wrong items, most often shown first, with what they are: a benign pattern's reason, early, or unlabelled."""
    count: Counter[tuple[str, str, str]] = Counter()
    titles: dict[tuple[str, str, str], str] = {}
    for r in runs:
        why = {b.id: b.why for b in r.world.benign}
        for w in r.ours.wrong:
            label = w.label or "unlabelled"
            key = (r.world.name, f"{label} {why.get(label, '')}".strip(), ",".join(w.kinds))
            count[key] += 1
            titles[key] = w.title
    return "\n".join(
        f"  {n:>3} x {world}: {what} [{kinds}]: {titles[world, what, kinds]}"
        for (world, what, kinds), n in count.most_common(limit)
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--world", default="all", help=f"{', '.join(WORLDS)} (several with commas) or all")
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--lines", type=int, default=150_000)
    parser.add_argument(
        "--quiet", action="store_true", help="the same worlds with nothing planted: items a day"
    )
    parser.add_argument("--keep", type=Path, help="keep replayed states here and use them again")
    parser.add_argument("--wrong", type=int, default=30, help="how many wrong items to list")
    parser.add_argument("--show", type=int, help="print the items of this morning (0-10) with their labels")
    parser.add_argument("--no-baselines", action="store_true")
    options = parser.parse_args(arguments)
    names = WORLDS if options.world == "all" else tuple(options.world.split(","))
    runs = []
    for name in names:
        mine = []
        for seed in map(int, options.seeds.split(",")):
            beside = not (options.no_baselines or options.quiet)
            mine.append(run(name, seed, options.lines, quiet=options.quiet, keep=options.keep, beside=beside))
            if options.show is not None:
                _show(mine[-1], options.show)
        runs += mine
        print(f"\n== {name}{' (quiet)' if options.quiet else ''}: {_size(mine)}")
        print(_quiet(mine) if options.quiet else table(mine))
    if not options.quiet:
        if len(names) > 1:
            print(f"\n== all worlds\n{table(runs)}")
        print(f"\n== kinds\n{kinds_table(runs)}\n\n== never surfaced\n{missed(runs)}")
    print(f"\n== wrong items\n{wrong(runs, options.wrong)}")


def _size(runs: Sequence[Run]) -> str:
    w = runs[0].world
    planted = sum(1 for x in w.lines if (x.label or "b")[0] == "s")
    return (
        f"{len(w.lines)} lines, {len(w.hosts)} hosts, {len(w.signals)} signals in {planted} lines "
        f"({100 * planted / len(w.lines):.2f} %), {len(w.benign)} harmless patterns"
    )


def _quiet(runs: Iterable[Run]) -> str:
    return "\n".join(f"seed {r.world.seed}: {r.ours.items / len(MORNINGS):.1f} items a day" for r in runs)


def _show(made: Run, morning: int) -> None:
    day = MORNINGS[morning]
    bad = {(w.day, w.rank): w.label for w in made.ours.wrong}
    for item in made.digests[day].items:
        verdict = f"WRONG {bad[day, item.rank]}" if (day, item.rank) in bad else "right"
        print(f"{item.rank:>2} {item.attention:>5} {verdict:<12} {','.join(item.kinds):<28} {item.title}")


if __name__ == "__main__":
    main()

"""What the tables are made of: a world of a seed measured, whole or with something switched off, each in a process of a pool."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from brainstemd.config import Config
from tests.scenarios import spliced
from tests.scenarios.baselines import Grouper, drain3
from tests.scenarios.measure import MORNINGS, Result, measure
from tests.scenarios.score import build, judged, mornings, replayed, shown
from tests.scenarios.score import place as place_of
from tests.scenarios.world import World

OFF_MORNINGS = MORNINGS[3::3]  # days 7, 10 and 13: enough to see what a part is good for


class Place(NamedTuple):
    """What every run needs to know; handed to other processes."""

    keep: Path
    lines: int
    drain3: str | None
    beside: bool = True  # baselines too

    def grouper(self) -> Grouper | None:
        return drain3(self.drain3) if self.drain3 else None


class Made(NamedTuple):
    """One run's figures, without its lines: forty worlds of them would not fit."""

    world: str
    seed: int
    lines: int
    ours: Result
    beside: Mapping[str, Result]
    a_day: tuple[int, ...]  # items of each morning


class Off(NamedTuple):
    """What is not asked: weights at nothing, detectors by their file."""

    weights: tuple[str, ...] = ()
    detectors: frozenset[str] = frozenset()


def planted(place: Place, name: str, seed: int) -> Made:
    return _made(place, build(name, seed, place.lines, quiet=False), beside=place.beside)


def unplanted(place: Place, name: str, seed: int) -> Made:
    return _made(place, build(name, seed, place.lines, quiet=True), beside=False)


def into_real(place: Place, directory: Path, seed: int) -> Made:
    return _made(place, spliced.build(directory, seed), beside=place.beside)


def lessened(place: Place, offs: Sequence[Off], name: str, seed: int) -> list[Result]:
    """The mornings of OFF_MORNINGS without each of these."""
    world = build(name, seed, place.lines, quiet=False)
    config = replayed(world, place.keep / place_of(world))
    found = [_without(world, config, off) for off in offs]
    print(f"{name} {seed}: {len(offs)} times less", file=sys.stderr)
    return found


def _without(world: World, config: Config, off: Off) -> Result:
    weights = {**config.attention.weights, **dict.fromkeys(off.weights, 0.0)}
    chosen = config.attention.model_copy(update={"weights": weights})
    config = config.model_copy(update={"attention": chosen})
    digests = asyncio.run(mornings(world, config, OFF_MORNINGS, off.detectors))
    return measure(world, {day: shown(digest) for day, digest in digests.items()})


def _made(place: Place, world: World, *, beside: bool) -> Made:
    run = judged(world, keep=place.keep, beside=beside, grouper=place.grouper() if beside else None)
    print(f"{world.name} {world.seed}", file=sys.stderr)
    a_day = tuple(len(digest.items) for digest in run.digests.values())
    return Made(world.name, world.seed, len(world.lines), run.ours, run.beside, a_day)

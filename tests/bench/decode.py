"""What header, dialect with generic layer and fingerprint cost a line, by class of traffic; beside an older checkout if wanted.

    python -m tests.bench.decode [--against DIR] [--classes mixed,strange,cef] [--rounds 12]

Classes: `mixed`, `strange` (each line has a word that no line had before) and `mutated` (lines of the fuzzing campaign), then each dialect's
corpus with fresh addresses, numbers and hexadecimal values. A round is 1,000 lines that no cache has seen, in records of a hundred as the worker
reads them; the figures are CPU µs a line in the first decile of records, caches warmed by other lines of the class.

With `--against`, each checkout has a process of its own and both are given the same lines in turn, so that what disturbs the machine disturbs
both; and every field and fingerprint of every line is compared. Ends with 1 where they differ.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.bench.traffic import CORPUS, mixed, renewed, strange
from tests.fuzz.mutate import Mutator

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("header", "dialect", "fingerprint")
RECORD = 100
ROUND = 1_000
_LENGTH = struct.Struct("<Q")
# Run in a checkout: reads lists of lines, answers with CPU seconds of each step and record, and all that was said of the lines.
READER = """
import pickle, struct, sys, time
from itertools import chain
sys.path.insert(0, ".")
from brainstemd import fold
from brainstemd.pipeline import Fingerprinter, decode, normalise
from brainstemd.process import collect_less
collect_less()
if hasattr(fold, "by_speech"):
    together = lambda events: chain.from_iterable(fold.by_speech(events))
else:  # an older checkout
    together = lambda events: sorted(events, key=fold.speech)
mark, clock, length = Fingerprinter().mark, time.process_time, struct.Struct("<Q")
while head := sys.stdin.buffer.read(length.size):
    lines = pickle.loads(sys.stdin.buffer.read(length.unpack(head)[0]))
    spent, said = [], []
    for at in range(0, len(lines), 100):
        begin = clock()
        events = [decode(raw) for raw in lines[at : at + 100]]
        decoded = clock()
        for event in together(events):
            normalise(event)
        normalised = clock()
        marks = [mark(event) for event in events]
        spent.append((decoded - begin, normalised - decoded, clock() - normalised))
        said += [f"{event!r} {found}" for event, found in zip(events, marks)]
    answer = pickle.dumps((spent, said))
    sys.stdout.buffer.write(length.pack(len(answer)) + answer)
    sys.stdout.buffer.flush()
"""


class Checkout:
    """A process that reads lines with the code of one directory."""

    def __init__(self, directory: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", READER], cwd=directory, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def read(self, lines: Sequence[bytes]) -> tuple[list[tuple[float, ...]], list[str]]:
        """Seconds of each record and step, and what was said of each line."""
        sent, heard = self._process.stdin, self._process.stdout
        assert sent is not None
        assert heard is not None
        data = pickle.dumps(list(lines))
        sent.write(_LENGTH.pack(len(data)) + data)
        sent.flush()
        size = _LENGTH.unpack(heard.read(_LENGTH.size))[0]
        found: tuple[list[tuple[float, ...]], list[str]] = pickle.loads(heard.read(size))
        return found

    def close(self) -> None:
        self._process.communicate()


def classes() -> dict[str, Callable[[int], list[bytes]]]:
    """By name, what makes a round of lines from a seed."""
    made: dict[str, Callable[[int], list[bytes]]] = {
        "mixed": lambda seed: list(mixed(ROUND, seed)),
        "strange": lambda seed: list(strange(ROUND, seed)),
        "mutated": mutated,
    }
    for path in sorted(CORPUS.glob("*.jsonl")):
        lines = [json.loads(row)["raw"] for row in path.read_text("utf-8").splitlines()]
        made[path.stem] = lambda seed, lines=lines: fresh(lines, seed)  # type: ignore[misc]
    return made


def mutated(seed: int) -> list[bytes]:
    mutator = Mutator(random.Random(seed))
    return [raw[:2_000] for raw in (mutator.line() for _ in range(ROUND))]


def fresh(lines: Sequence[str], seed: int) -> list[bytes]:
    rng = random.Random(seed)
    return [renewed(rng, rng.choice(lines)).encode() for _ in range(ROUND)]


def cost(records: list[tuple[float, ...]]) -> list[float]:
    """µs a line of each step: the first decile of records, which nothing disturbed."""
    steps = [sorted(spent) for spent in zip(*records, strict=True)]
    return [spent[len(spent) // 10] / RECORD * 1e6 for spent in steps]


def measure(checkouts: Sequence[Checkout], make: Callable[[int], list[bytes]], rounds: int) -> Any:
    """For each checkout the cost of each step, and the lines of which they say different things."""
    spent: list[list[tuple[float, ...]]] = [[] for _ in checkouts]
    different: list[tuple[bytes, list[str]]] = []
    for seed in range(rounds + 1):
        lines = make(seed)
        answers = [checkout.read(lines) for checkout in checkouts]
        if seed:  # the first warms the caches
            for records, (found, _) in zip(spent, answers, strict=True):
                records += found
        said = zip(*(answer[1] for answer in answers), strict=True)
        different += [(raw, list(each)) for raw, each in zip(lines, said, strict=True) if len(set(each)) > 1]
    return [cost(records) for records in spent], different


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", type=Path, help="another checkout")
    parser.add_argument("--classes", help="only these, comma-separated")
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    made = classes()
    names = options.classes.split(",") if options.classes else list(made)
    checkouts = [Checkout(directory) for directory in filter(None, (options.against, ROOT))]
    failed = 0
    print(f"{'class':<18}" + "  ".join(f"{step:>20}" for step in STEPS))
    for name in names:
        costs, different = measure(checkouts, made[name], options.rounds)
        row = ["  ->".join(f"{spent:8.2f}" for spent in step) for step in zip(*costs, strict=True)]
        print(f"{name:<18}" + "  ".join(f"{cell:>20}" for cell in row), flush=True)
        for raw, said in different[:3]:
            print("\n  ".join((f"DIFFERENT: {raw!r}", *said)))
        failed += len(different)
    for checkout in checkouts:
        checkout.close()
    print(f"{failed} lines differ" if options.against else "")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""How well and how fast messages are fingerprinted: `python tests/bench/fingerprint.py FOLDER [--misses N]
[--skip-drain3]`.

FOLDER holds LogHub-format sets: `NAME_2k.structured.csv` (or any `*structured.csv`) with `Content` and
`EventTemplate`. GA: the share of lines whose predicted group holds exactly the lines of one true group.
FGA: F1 over groups. Both by base ids, and with the classes that the set's own lines teach (`classes`: what `brainstemd
fingerprint` shows). Order: the share of lines that keep base id and class when the lines come shuffled. Restart: that keep
their base id when the second half goes to a new process. Speed, by processor time: one real pass, fresh values (each number and hexadecimal
word redrawn), verbatim repeats; and the same for drain3 with its defaults when it is importable. One
setting for all sets.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from brainstemd.pipeline.classes import Base, learn  # noqa: E402
from brainstemd.pipeline.fingerprint import Fingerprinter  # noqa: E402

_HEX = re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{4,}\b")
_DIGITS = re.compile(r"\d+")
PEER_LINES = 5_000
Pass = Callable[[Sequence[str]], list[Hashable]]


def read(path: Path) -> tuple[list[str], list[str]]:
    """The messages of a set and the true template of each."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["Content"] for row in rows], [row["EventTemplate"] for row in rows]


def groups(labels: Iterable[Hashable]) -> set[frozenset[int]]:
    found: dict[Hashable, set[int]] = defaultdict(set)
    for index, label in enumerate(labels):
        found[label].add(index)
    return {frozenset(group) for group in found.values()}


def accuracy(predicted: Iterable[Hashable], truth: Iterable[Hashable]) -> tuple[float, float]:
    """GA and FGA."""
    ours, true = groups(predicted), groups(truth)
    right = ours & true
    lines = sum(map(len, true))
    return sum(map(len, right)) / lines, 2 * len(right) / (len(ours) + len(true))


def ids(messages: Sequence[str]) -> list[Hashable]:
    of = Fingerprinter().of
    return [of(message).base for message in messages]


def signatures(messages: Sequence[str]) -> list[Hashable]:
    """The base ids with the classes of these messages resolved."""
    of = Fingerprinter().of
    marks = [of(message) for message in messages]
    classes = learn(Base(mark.base, mark.template) for mark in marks)
    return [classes.of(mark.base) for mark in marks]


def drain(messages: Sequence[str]) -> list[Hashable]:
    from drain3 import TemplateMiner
    from drain3.template_miner_config import TemplateMinerConfig

    miner = TemplateMiner(config=TemplateMinerConfig())
    return [miner.add_log_message(message)["cluster_id"] for message in messages]


def shuffled(messages: Sequence[str]) -> float:
    """The share of lines that keep their base id and their class in another order."""
    order = list(range(len(messages)))
    random.Random(7).shuffle(order)
    other = [messages[index] for index in order]
    before = list(zip(ids(messages), signatures(messages), strict=True))
    after = zip(ids(other), signatures(other), strict=True)
    return sum(before[index] == found for index, found in zip(order, after, strict=True)) / len(order)


def restarted(messages: Sequence[str]) -> float:
    """The share of the second half's lines that keep their id in a new process (another hash seed)."""
    half = len(messages) // 2
    code = (
        "import json,sys;from brainstemd.pipeline.fingerprint import Fingerprinter;of=Fingerprinter().of;"
        "print(json.dumps([of(m).base for m in json.load(sys.stdin)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(messages[half:]),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    after = json.loads(done.stdout)
    return sum(a == b for a, b in zip(ids(messages)[half:], after, strict=True)) / max(1, len(after))


def fresh(messages: Sequence[str], times: int) -> list[str]:
    """The messages `times` over, each number and hexadecimal word redrawn, shuffled."""
    rng = random.Random(11)

    def digits(match: re.Match[str]) -> str:
        return str(rng.randrange(10 ** (len(match[0]) - 1) if len(match[0]) > 1 else 0, 10 ** len(match[0])))

    def hexadecimal(match: re.Match[str]) -> str:
        return "".join(rng.choice("0123456789abcdef") for _ in match[0])

    out = [_DIGITS.sub(digits, _HEX.sub(hexadecimal, message)) for _ in range(times) for message in messages]
    rng.shuffle(out)
    return out


def rate(run: Pass, messages: Sequence[str]) -> float:
    """Lines a second of processor time of one pass by a new instance, the better of two."""
    spent = []
    for _ in range(2):
        started = time.process_time()
        run(messages)
        spent.append(time.process_time() - started)
    return len(messages) / min(spent)


def misses(messages: Sequence[str], truth: Sequence[str], limit: int) -> None:
    """The largest true groups that were not found, and what they became."""
    of = Fingerprinter().of
    marks = [of(message) for message in messages]
    classes = learn(Base(mark.base, mark.template) for mark in marks)
    ours = groups(classes.of(mark.base) for mark in marks)
    wrong = sorted((group for group in groups(truth) if group not in ours), key=len, reverse=True)
    for group in wrong[:limit]:
        print(f"    {len(group):5d} {truth[min(group)][:140]}")
        for template in sorted({str(classes.template(marks[index].base)) for index in group})[:4]:
            print(f"            {template[:140]}")


def signatures_growth(peer: Pass | None, peer_max: int) -> None:
    """Lines a second as the number of signatures grows: no slow-down but the machine's own cache. The peer gets fewer lines."""
    words = [
        f"{a}{b}{c}"
        for a in "bdfgklmnprstvz"
        for b in ("ona", "ile", "uva", "eko")
        for c in ("ning", "der", "lat", "sor", "mic")
    ]
    rng = random.Random(3)
    for count in (1_000, 10_000, 100_000):
        shapes = [" ".join(rng.choices(words, k=6)) + " took {} ms" for _ in range(count)]
        fingerprinter = Fingerprinter(cache_bytes=128 << 20)
        for text in shapes:
            fingerprinter.of(text.format(1))
        lines = [rng.choice(shapes).format(rng.randrange(10_000)) for _ in range(100_000)]
        started = time.process_time()
        for line in lines:
            fingerprinter.of(line)
        ours = 100_000 / (time.process_time() - started)
        theirs = ""
        if peer is not None and count <= peer_max:
            taught = [text.format(1) for text in shapes]
            taught_in = len(taught) / rate(peer, taught)
            both_in = (len(taught) + PEER_LINES) / rate(peer, [*taught, *lines[:PEER_LINES]])
            theirs = f"   drain3 {PEER_LINES / max(1e-9, both_in - taught_in):10,.0f}"
        print(f"  {count:7,d} signatures: {ours:10,.0f} lines/s{theirs}")


def floods() -> None:
    """Hostile lines: each unique. Time a line, and what the caches hold afterwards."""
    rng = random.Random(5)
    letters = "abcdefghijklmnopqrstuvwxyz"

    def word(size: int) -> str:
        return "".join(rng.choices(letters, k=size))

    kinds = {
        "random words": [" ".join(word(7) for _ in range(12)) for _ in range(20_000)],
        "random lengths": [" ".join(word(5) for _ in range(rng.randrange(1, 80))) for _ in range(5_000)],
        "a counter in a word": [f"task{letters[n % 26]}{n}x failed after {n} ms" for n in range(50_000)],
        "64 KiB without a space": [word(64) * 1024 for _ in range(50)],
    }
    for name, lines in kinds.items():
        fingerprinter = Fingerprinter()
        started = time.process_time()
        for line in lines:
            fingerprinter.of(line)
        spent = (time.process_time() - started) / len(lines) * 1e6
        print(f"  {name:24s} {spent:8.1f} µs a line, {fingerprinter.entries:,} cache entries")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--misses", type=int, default=0, metavar="N", help="show the N largest groups not found"
    )
    parser.add_argument("--skip-drain3", action="store_true")
    parser.add_argument(
        "--peer-signatures", type=int, default=1_000, metavar="N", help="how many drain3 is taught at most"
    )
    options = parser.parse_args()
    files = sorted(options.folder.glob("*structured.csv"))
    if not files:
        parser.error(f"no *structured.csv in {options.folder}")
    peer: Pass | None = None
    if not options.skip_drain3:
        try:
            import drain3  # noqa: F401

            peer = drain
        except ImportError:
            print("drain3 is not importable here: no ratios (pip install drain3 into a scratch environment)")

    print(
        f"{'set':14s} {'GA':>7s} {'FGA':>7s} {'classes':>8s} {'FGA':>7s} {'order':>7s} {'restart':>7s}   {'drain3 GA':>9s} {'FGA':>6s}"
    )
    sums = [0.0] * 6
    everything: list[str] = []
    for path in files:
        messages, truth = read(path)
        everything += messages
        values = [*accuracy(ids(messages), truth), *accuracy(signatures(messages), truth)]
        values += accuracy(peer(messages), truth) if peer else (0.0, 0.0)
        row = (
            f"{path.name.split('_')[0]:14s} {values[0]:7.4f} {values[1]:7.4f} {values[2]:8.4f} {values[3]:7.4f}"
            f" {shuffled(messages):7.4f} {restarted(messages):7.4f}"
        )
        print(row + (f"   {values[4]:9.4f} {values[5]:6.3f}" if peer else ""))
        sums = [total + value for total, value in zip(sums, values, strict=True)]
        if options.misses:
            misses(messages, truth, options.misses)
    mean = [total / len(files) for total in sums]
    print(
        f"{'mean':14s} {mean[0]:7.4f} {mean[1]:7.4f} {mean[2]:8.4f} {mean[3]:7.4f}"
        + (f"{'':19s}{mean[4]:9.4f} {mean[5]:6.3f}" if peer else "")
    )

    renewed = fresh(everything, 5)
    passes = {"one real pass": everything, "fresh values": renewed, "verbatim repeats": renewed + renewed}
    print(
        f"\n{'speed, lines/s':18s} {'brainstemd':>12s}" + (f" {'drain3':>10s} {'ratio':>6s}" if peer else "")
    )
    for name, lines in passes.items():
        ours = rate(ids, lines)
        theirs_rate = rate(peer, lines) if peer else 0.0
        print(
            f"{name:18s} {ours:12,.0f}" + (f" {theirs_rate:10,.0f} {ours / theirs_rate:6.1f}" if peer else "")
        )
    print("\nas signatures grow")
    signatures_growth(peer, options.peer_signatures)
    print("\nfloods")
    floods()


if __name__ == "__main__":
    main()

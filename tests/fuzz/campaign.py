"""A fuzzing campaign: mutated lines until the time is up, no exception allowed, the dearest lines kept.

    python -m tests.fuzz.campaign --minutes 10 --seed 1 [--lines N] [--target decode|framing|record|all] [--out DIR]
    python -m tests.fuzz.campaign --sum DIR

Every line's CPU time is measured; one that seems dear is asked again with cold caches (`meter.Zygote`) and, if it is,
shrunk and written to DIR, with a summary in JSON for each seed. Ends with 1 when a line raised or cost more than 5 ms. The
same seed makes the same lines. A long campaign is many short ones with a seed each, so that one that ends early has still
left its figures; `--sum` adds up what they wrote.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from brainstemd.process import collect_less
from tests.fuzz.carriers import corpus
from tests.fuzz.meter import LINE_MAX_S, Zygote, reference
from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import Target, targets

_SUSPECT = 0.8  # of LINE_MAX_S in the first, warm and noisy, measurement
_TELL_EVERY_S = 60.0
_KEPT = 20
_DEAR_KEPT = 50
_STEPS = 20  # of the histogram, to a factor of ten
_QUANTILES = (0.5, 0.99, 0.999)


class Finding(NamedTuple):
    target: str
    what: str  # the exception, or what it costs
    raw: bytes
    dear: bool = False


class Worst(NamedTuple):
    spent_s: float
    target: str
    raw: bytes


def shrink(raw: bytes, still: Callable[[bytes], bool], tries: int = 400) -> bytes:
    """A shorter input of which `still` holds: halves, quarters, … are left out as long as that goes."""
    size = max(1, len(raw) // 2)
    while size and tries > 0:
        at = 0
        while at < len(raw) and tries > 0:
            tries -= 1
            shorter = raw[:at] + raw[at + size :]
            if still(shorter):
                raw = shorter
            else:
                at += size
        size //= 2
    return raw


def raises(target: Target) -> Callable[[bytes], bool]:
    def still(raw: bytes) -> bool:
        try:
            target(raw)
        except Exception:  # noqa: BLE001 - whatever it is, it is the finding
            return True
        return False

    return still


class Campaign:
    """Runs one target after the other, a line each in turn."""

    def __init__(self, seed: int, names: list[str], zygote: Zygote) -> None:
        made = targets()
        self._targets = {name: made[name] for name in names}
        self._mutator = Mutator(random.Random(seed))
        self._zygote = zygote
        self.lines = dict.fromkeys(names, 0)
        self.spent_s = dict.fromkeys(names, 0.0)
        self.histogram: dict[str, Counter[int]] = {name: Counter() for name in names}
        self.findings: list[Finding] = []
        self.worst: list[Worst] = []
        self._best_s = min(reference() for _ in range(500))
        self._slower = 1.0

    def feel(self) -> None:
        """How much slower than at its best the processor is just now."""
        self._slower = max(1.0, min(reference() for _ in range(3)) / self._best_s)

    def step(self) -> None:
        """One mutated line to each target."""
        raw = self._mutator.line()
        for name, target in self._targets.items():
            self.lines[name] += 1
            try:
                spent_s = target(raw)
            except Exception:  # noqa: BLE001 - the campaign goes on and reports it
                small = shrink(raw, raises(target))
                self.findings.append(Finding(name, traceback.format_exc(limit=-3), small))
                continue
            self.spent_s[name] += spent_s
            self.histogram[name][step_of(spent_s)] += 1
            if spent_s > _SUSPECT * LINE_MAX_S * self._slower:
                self._suspect(name, raw, spent_s)

    def _suspect(self, name: str, raw: bytes, spent_s: float) -> None:
        cold = (
            self._zygote.cost if name == "decode" else lambda r: min(self._targets[name](r) for _ in range(3))
        )
        spent_s = min(spent_s, cold(raw))
        self.worst = sorted([*self.worst, Worst(spent_s, name, raw)], reverse=True)[:_KEPT]
        if spent_s > LINE_MAX_S and len(self.findings) < _DEAR_KEPT:
            small = shrink(raw, lambda r: cold(r) > LINE_MAX_S, tries=16)
            self.findings.append(
                Finding(name, f"{spent_s * 1e3:.1f} ms for {len(raw)} bytes", small, dear=True)
            )


def step_of(spent_s: float) -> int:
    """The histogram's step: `_STEPS` to a factor of ten, from 1 µs on."""
    return int(math.log10(max(spent_s * 1e6, 1.0)) * _STEPS)


def quantiles(histogram: Counter[int]) -> dict[str, int]:
    """Upper bounds of the steps (at most 12 % too large) in which these shares of the lines end, µs."""
    found = {}
    total, below, wanted = sum(histogram.values()), 0, list(_QUANTILES)
    for step, count in sorted(histogram.items()):
        below += count
        while wanted and below >= wanted[0] * total:
            found[f"p{100 * wanted.pop(0):g}"] = round(10 ** ((step + 1) / _STEPS))
    return found


def report(campaign: Campaign, seed: int, wall_s: float) -> dict[str, Any]:
    """What a campaign came to, for `total`."""
    return {
        "seed": seed,
        "lines": campaign.lines,
        "corpora": len(corpus()),
        "wall_s": round(wall_s, 1),
        "cpu_s": {name: round(spent_s, 1) for name, spent_s in campaign.spent_s.items()},
        "exceptions": sum(not finding.dear for finding in campaign.findings),
        "dear": sum(finding.dear for finding in campaign.findings),
        "worst": [
            {"us": round(worst.spent_s * 1e6), "target": worst.target, "bytes": len(worst.raw), "head": repr(worst.raw[:120])}
            for worst in campaign.worst[:5]
        ],
        "histogram": campaign.histogram,
        "quantiles_us": {name: quantiles(counts) for name, counts in campaign.histogram.items()},
    }  # fmt: skip


def total(reports: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Reports added up."""
    lines: Counter[str] = Counter()
    cpu_s: Counter[str] = Counter()
    histogram: dict[str, Counter[int]] = {}
    ended = Counter(seeds=0, exceptions=0, dear=0)
    worst: list[dict[str, Any]] = []
    for one in reports:
        lines.update(one["lines"])
        cpu_s.update(one["cpu_s"])
        ended.update(seeds=1, exceptions=one["exceptions"], dear=one["dear"])
        worst += one["worst"]
        for name, counts in one["histogram"].items():
            histogram.setdefault(name, Counter()).update({int(step): count for step, count in counts.items()})
    return {
        **ended,
        "lines": lines,
        "cpu_s": {name: round(spent_s) for name, spent_s in cpu_s.items()},
        "quantiles_us": {name: quantiles(counts) for name, counts in histogram.items()},
        "worst": sorted(worst, key=lambda one: -one["us"])[:5],
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument(
        "--lines", type=int, default=10**12, help="end after so many lines, if they come first"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=["decode", "framing", "record", "all"], default="all")
    parser.add_argument("--out", type=Path, help="directory for what was found")
    parser.add_argument("--sum", type=Path, metavar="DIR", help="add up the summaries of a directory")
    args = parser.parse_args()
    if args.sum is not None:
        found = [json.loads(path.read_text("utf-8")) for path in sorted(args.sum.glob("summary-*.json"))]
        print(json.dumps(total(found), indent=1))
        return 0
    collect_less()  # as the worker does
    begin = time.monotonic()
    names = ["decode", "framing", "record"] if args.target == "all" else [args.target]
    with Zygote() as zygote:
        campaign = Campaign(args.seed, names, zygote)
        end = time.monotonic() + args.minutes * 60
        tell = time.monotonic() + _TELL_EVERY_S
        while time.monotonic() < end and campaign.lines[names[0]] < args.lines:
            campaign.feel()
            for _ in range(100):
                campaign.step()
            if time.monotonic() > tell:
                tell += _TELL_EVERY_S
                print(summary(campaign), flush=True)
    print(summary(campaign))
    if args.out is not None:
        args.out.mkdir(parents=True, exist_ok=True)
        told = json.dumps(report(campaign, args.seed, time.monotonic() - begin))
        (args.out / f"summary-{args.target}-{args.seed}.json").write_text(told, "utf-8")
    for number, finding in enumerate(campaign.findings):
        print(f"\n{finding.target}: {finding.what}\n{finding.raw[:300]!r} ({len(finding.raw)} bytes)")
        if args.out is not None:
            (args.out / f"{finding.target}-{args.seed}-{number}").write_bytes(finding.raw)
    print("\ndearest lines, cold:")
    for worst in campaign.worst[:5]:
        print(f"{worst.spent_s * 1e3:6.2f} ms {worst.target} {len(worst.raw)} bytes {worst.raw[:160]!r}")
    return 1 if campaign.findings else 0


def summary(campaign: Campaign) -> str:
    worst = max((w.spent_s for w in campaign.worst), default=0.0)
    told = ", ".join(
        f"{name} {n:,} lines at {campaign.spent_s[name] / max(1, n) * 1e6:.0f} µs"
        for name, n in campaign.lines.items()
    )
    return f"{told}; findings {len(campaign.findings)}; dearest {worst * 1e3:.1f} ms"


if __name__ == "__main__":
    sys.exit(main())

"""How fast lines come in without loss, and what a line costs: brainstemd beside rsyslog and syslog-ng, in one run.

    python -m tests.bench.intake                       # everything: all receivers, three repetitions, < 10 minutes
    python -m tests.bench.intake --repeat 1 --cases udp,tcp --only alone,rsyslog-memory
    python -m tests.bench.intake --cases udp --only alone --rates 100,300    # thousands a second: no search

The same flood of numbered 144-byte lines (tests/bench/flood.c) goes over loopback to each receiver in turn, which is
started for it and writes to a fresh directory (`--state`). Lines are then counted on disk, by number. CPU is that of the
receiving process alone, from before the first line until its files grow no more. A repetition goes through all
receivers before the next begins; the tables give the medians, and in brackets the spread.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.peers import Brainstemd, Peer, everyone, receive_buffer_bytes, spent
from tests.bench.sender import LINE_BYTES, Sender, compiled

LADDER = (
    50,
    75,
    100,
    125,
    150,
    175,
    200,
    225,
    250,
    275,
    300,
    325,
    350,
    400,
    450,
    500,
    600,
)  # thousand lines a second
UDP_S = 3.0
TCP_LINES = 1_200_000
COMMON = 100_000  # the rate at which all are compared
SENDER_BOUND = 0.93  # of the rate asked for: the sender did not reach it, a faster one is no use
MANY = (500, 10_000, 3.0)  # connections, lines a second together, seconds
TLS = (200, 4_000, 3.0)
BURST = (300_000, 10.0)
CASES = ("tcp", "many", "datagrams", "tls", "burst", "udp")  # the one that needs most of the time comes last
FEW = ("alone", "rsyslog-memory", "rsyslog-disk", "syslog-ng")
WHO = {  # where not all are told apart: an assisted queue is a memory queue until its memory is full, and so on
    "burst": ("daemon-32m",),
    "many": FEW,
    "datagrams": FEW,
    "tls": ("alone", "rsyslog-memory", "syslog-ng"),
    "udp": (*FEW, "daemon"),
}
BUDGET_S = 600.0  # no repetition is begun that would go beyond it


@dataclass
class Run:
    """One flood of one receiver."""

    sent: int = 0
    rate: float = 0.0  # as sent
    taken: float = 0.0  # lines a second until the receiver had read all (streams)
    stored: float = 0.0  # lines a second until all was in its files
    lost: int = 0
    twice: int = 0
    cpu_us: float = 0.0  # a line
    rss_mib: float = 0.0
    more: dict[str, float] = field(default_factory=dict)


def flood(
    peer: Peer,
    how: str,
    *,
    rate: float,
    lines: int,
    sources: int = 1,
    state: str | None = None,
    watch: Callable[[Peer], dict[str, float]] | None = None,
) -> Run:
    """Start the receiver, flood it, let it write everything, count, stop it."""
    directory = Path(tempfile.mkdtemp(prefix="bench-intake-", dir=state))
    try:
        peer.start(directory)
        port = {"udp": peer.ports.udp, "tls": peer.ports.tls}.get(how, peer.ports.tcp)
        with Sender(how, port, rate=rate, lines=lines, sources=sources) as sender:
            time.sleep(0.2)  # accepting connections is not what is measured
            before, started = peer.spent().cpu_s, time.monotonic()
            sent = sender.send()
            at = peer.quiet()
        after = peer.spent()
        more = watch(peer) if watch is not None else {}
        peer.stop()
        seen = bytearray(lines)
        twice = 0
        for number in peer.numbers():
            twice += seen[number]
            seen[number] = 1
    finally:
        peer.stop()
        shutil.rmtree(directory, ignore_errors=True)
    found = sum(seen)
    return Run(
        sent.lines,
        sent.rate,
        sent.lines / sent.read_s,
        sent.lines / max(at - started, sent.read_s),
        sent.lines - found,
        twice,
        (after.cpu_s - before) / max(1, found) * 1e6,
        after.rss_mib,
        more,
    )


def say(peer: Peer, run: Run, what: str) -> None:
    print(
        f"  {peer.name:<32} {what}: sent {run.sent} at {run.rate / 1000:.0f}k/s, lost {run.lost} ({run.lost / max(1, run.sent):.2%}), "
        f"twice {run.twice}, {run.cpu_us:.2f} µs, {run.rss_mib:.0f} MiB",
        file=sys.stderr,
        flush=True,
    )


# ---------------------------------------------------------------- the cases


@dataclass
class Results:
    """What one receiver did, repetition by repetition."""

    udp: list[float] = field(default_factory=list)  # lossless lines a second
    bound: bool = False  # the sender could not send more
    udp_common: list[Run] = field(default_factory=list)  # at COMMON
    udp_top: list[Run] = field(default_factory=list)  # at the lossless rate
    runs: dict[str, list[Run]] = field(default_factory=dict)


class Bench:
    def __init__(self, state: str | None, rates: Sequence[int], until_s: float) -> None:
        self._state = state
        self._until_s = until_s
        self._rates = rates
        self._guess: dict[str, int] = {}

    def one(self, case: str, peer: Peer, results: Results) -> None:
        """One repetition. Raises RuntimeError when the receiver does not run, OSError when it dies."""
        if case == "udp":
            self.udp(peer, results)
        else:
            self.once(case, peer, results)

    def udp(self, peer: Peer, results: Results) -> None:
        """The highest rate on the ladder without a lost line, and what a line costs at a rate common to all."""
        if self._rates:
            for rate in self._rates:
                self._udp_once(peer, rate * 1000)
            return
        common = self._udp_once(peer, COMMON)
        results.udp_common.append(common)
        low, high = (LADDER.index(100), len(LADDER)) if not common.lost else (-1, LADDER.index(100))
        best: Run | None = common if not common.lost else None
        at = self._guess.get(peer.name, LADDER.index(250) if low >= 0 else LADDER.index(50))
        while high - low > 1 and time.monotonic() < self._until_s:
            at = min(max(at, low + 1), high - 1)
            run = self._udp_once(peer, LADDER[at] * 1000)
            if run.lost:
                high = at
            else:
                low, best = at, run
                if run.rate < SENDER_BOUND * LADDER[at] * 1000:
                    results.bound = True
                    break
            # After the first repetition the neighbours of the old answer are looked at first.
            at = (low + 1 if not run.lost else high - 1) if peer.name in self._guess else (low + high) // 2
        if low >= 0:
            self._guess[peer.name] = low
        results.udp.append(best.rate if best is not None else 0.0)
        if best is not None:
            results.udp_top.append(best)

    def _udp_once(self, peer: Peer, rate: int) -> Run:
        run = flood(peer, "udp", rate=rate, lines=int(rate * UDP_S), state=self._state)
        say(peer, run, f"UDP {rate // 1000}k/s")
        return run

    def once(self, case: str, peer: Peer, results: Results) -> None:
        """One of the cases that need no search."""
        if case == "tcp":
            run = flood(peer, "tcp", rate=0, lines=TCP_LINES, state=self._state)
        elif case == "burst":
            run = self._burst(peer)
        else:
            sources, rate, seconds = TLS if case == "tls" else MANY
            how = {"tls": "tls", "many": "many", "datagrams": "udp"}[case]
            run = flood(peer, how, rate=rate, lines=int(rate * seconds), sources=sources, state=self._state)
        say(peer, run, case)
        results.runs.setdefault(case, []).append(run)

    def _burst(self, peer: Peer) -> Run:
        rate, seconds = BURST
        return flood(peer, "udp", rate=rate, lines=int(rate * seconds), state=self._state, watch=drained)


def drained(peer: Peer) -> dict[str, float]:
    """Wait until our worker has folded what is in the spool: how long that took, and what it cost."""
    if not isinstance(peer, Brainstemd) or peer.alone:
        return {}
    worker = peer.worker()
    assert worker is not None
    started = time.monotonic()
    lines = 0.0
    while time.monotonic() - started < 120:
        numbers = peer.metrics()
        lines = numbers["brainstemd_folded_lines_total"]
        if lines >= numbers["brainstemd_spool_appended_lines_total"]:
            break
        time.sleep(0.5)
    by_worker = spent(worker)
    return {
        "drained_s": time.monotonic() - started,
        "folded": lines,
        "worker_us": by_worker.cpu_s / max(1.0, lines) * 1e6,
        "worker_mib": by_worker.rss_mib,
    }


def who(case: str, peers: dict[str, Peer]) -> list[Peer]:
    """The receivers that a case is for."""
    everybody = tuple(name for name in peers if name != "daemon-32m")
    return [
        peer
        for name, peer in peers.items()
        if name in WHO.get(case, everybody) and peer.missing(tls=case == "tls") is None
    ]


# ---------------------------------------------------------------- tables


def figure(values: Sequence[float], form: str) -> str:
    if not values:
        return "-"
    middle = format(statistics.median(values), form)
    low, high = format(min(values), form), format(max(values), form)
    return middle if low == high else f"{middle} ({low}-{high})"


def thousands(values: Sequence[float]) -> str:
    return figure([value / 1000 for value in values], ".0f") + ("k" if values else "")


def ratios(ours: Sequence[float], peers: Sequence[float], form: str = ".2f") -> str:
    if not ours or not peers or not statistics.median(peers):
        return "-"
    return format(statistics.median(ours) / statistics.median(peers), form) + "x"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"\n**{title}**\n")
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def show_udp(results: dict[str, Results]) -> None:
    """Ratios are those of the first receiver to the row's."""
    first = next(iter(results.values()))
    rows = []
    for name, one in results.items():
        cpu = [run.cpu_us for run in one.udp_common]
        rows.append(
            [
                name,
                ("≥ " if one.bound else "") + thousands(one.udp),
                ratios(first.udp, one.udp),
                figure(cpu, ".2f"),
                ratios([run.cpu_us for run in first.udp_common], cpu),
                figure([run.cpu_us for run in one.udp_top], ".2f"),
                figure([max(run.rss_mib for run in one.udp_top + one.udp_common)], ".0f"),
            ]
        )
    table(
        "UDP, one sender",
        ("receiver", "lossless lines/s", "ours / it", f"µs CPU a line at {COMMON // 1000}k/s", "ours / it",
         "µs at its lossless rate", "RSS MiB"),
        rows,
    )  # fmt: skip


def show_streams(case: str, title: str, results: dict[str, Results]) -> None:
    mine = [one.runs[case] for one in results.values() if case in one.runs]
    if not mine:
        return
    rows = []
    for name, one in results.items():
        runs = one.runs.get(case, [])
        if not runs:
            continue
        cpu, taken = [run.cpu_us for run in runs], [run.taken for run in runs]
        row = [name]
        if case == "tcp":
            row += [
                thousands(taken),
                ratios([run.taken for run in mine[0]], taken),
                thousands([r.stored for r in runs]),
            ]
        row += [
            figure(cpu, ".2f"),
            ratios([run.cpu_us for run in mine[0]], cpu),
            figure([float(run.lost) for run in runs], ".0f"),
            figure([float(run.twice) for run in runs], ".0f"),
            figure([max(run.rss_mib for run in runs)], ".0f"),
        ]
        rows.append(row)
    columns = ["receiver"]
    columns += ["lines/s taken", "ours / it", "lines/s on disk"] if case == "tcp" else []
    table(title, [*columns, "µs CPU a line", "ours / it", "lost", "twice", "RSS MiB"], rows)


def show_burst(results: dict[str, Results]) -> None:
    rows = [
        [
            name,
            thousands([run.rate]),
            str(run.sent),
            str(run.lost),
            f"{run.cpu_us:.2f}",
            f"{run.rss_mib:.0f}",
            f"{run.more.get('drained_s', 0):.0f}",
            f"{run.more.get('folded', 0):.0f}",
            f"{run.more.get('worker_us', 0):.2f}",
            f"{run.more.get('worker_mib', 0):.0f}",
        ]
        for name, one in results.items()
        for run in one.runs.get("burst", [])
    ]
    columns = ("receiver", "lines/s sent", "lines", "lost", "µs CPU a line", "RSS MiB", "drained after s", "lines in memory",
               "worker's µs CPU a line", "worker's RSS MiB")  # fmt: skip
    table(f"UDP burst of {BURST[1]:.0f} s beside the working worker", columns, rows)


TITLES = {
    "tcp": f"TCP, one connection, {TCP_LINES // 1000}k lines as fast as they go",
    "many": f"TCP, {MANY[0]} connections, {MANY[1] // MANY[0]} lines/s each, a line a write",
    "datagrams": f"UDP, {MANY[0]} senders, {MANY[1] // MANY[0]} lines/s each",
    "tls": f"TLS, {TLS[0]} connections, {TLS[1] // TLS[0]} lines/s each, a line a write",
}


def show(results: dict[str, Results]) -> None:
    if any(one.udp for one in results.values()):
        show_udp({name: one for name, one in results.items() if one.udp})
    for case, title in TITLES.items():
        show_streams(case, title, results)
    if any("burst" in one.runs for one in results.values()):
        show_burst(results)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.intake",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = everyone()
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--cases", default=",".join(CASES), help="of: " + " ".join(CASES))
    parser.add_argument("--only", default=",".join(known), help="receivers, of: " + " ".join(known))
    parser.add_argument("--rates", default="", help="UDP: just these rates, in thousand lines a second")
    parser.add_argument(
        "--budget", type=float, default=BUDGET_S, help="seconds after which nothing is repeated"
    )
    parser.add_argument("--state", help="directory in which the receivers write (default: the temporary one)")
    options = parser.parse_args()
    peers = {name: known[name] for name in options.only.split(",")}
    for peer in peers.values():
        if lacking := peer.missing():
            print(f"{peer.name} is left out: {lacking} is missing")
        elif lacking := peer.missing(tls=True):
            print(f"{peer.name} is left out of the TLS case: {lacking} is missing")
    if compiled() is None:
        print("no C compiler: the sender is Python, and slower than the receivers")
    started = time.monotonic()
    rates = [int(rate) for rate in options.rates.split(",") if rate]
    bench = Bench(options.state, rates, started + options.budget)
    results = {peer.name: Results() for peer in peers.values()}
    for case in options.cases.split(","):
        for _ in range(1 if case == "burst" else options.repeat):
            began = time.monotonic()
            for peer in who(case, peers):
                try:
                    bench.one(case, peer, results[peer.name])
                except (RuntimeError, OSError) as error:  # the others are worth their figures all the same
                    print(f"{peer.name} failed in the case {case}: {error}")
            now = time.monotonic()
            if now + (now - began) - started > options.budget:
                break
    print(
        f"\nLines of {LINE_BYTES} bytes; every socket asked for {receive_buffer_bytes() // 1024} KiB of buffer; "
        f"up to {options.repeat} repetitions; {time.monotonic() - started:.0f} s; load average {os.getloadavg()[0]:.1f}."
    )
    show(results)


if __name__ == "__main__":
    main()

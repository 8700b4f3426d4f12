"""A real daemon under a long load, its worker killed and its disk filled meanwhile; then the sums, to the line.

    python -m tests.soak --minutes 10 --rate 30000            # as root: state on a tmpfs of its own
    python -m tests.soak --minutes 1 --rate 5000 --out /tmp/soak
    python -m tests.soak --minutes 1 --burst                  # afterwards 300,000 lines/s for 10 s

Prints a table in Markdown, writes report.md, memory.csv and memory.svg; ends with 1 when a sum does not match. It is
bounded and ends only what it started. Without the right to mount, state is in a plain directory and "full" is where
`min_free` begins.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.daemon_kit import BASE, Daemon, kill9
from tests.soak import chart, tally
from tests.soak.sources import BLOCK, Pace, Source, TcpSource, UdpSource

LINE_BYTES = 260  # of the mixed traffic, with a record's share
FILLS = (0.30, 0.65)  # when the disk fills: shares of the time
FILL_SHARE, FILL_MAX_S = 0.2, 40.0  # for how long
DRAIN_S = 900.0  # for memory to catch up afterwards
MIB = 2**20


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rate", type=int, default=30_000, help="lines a second of all sources together")
    parser.add_argument("--sources", type=int, default=50, help="half of them UDP, half TCP")
    parser.add_argument(
        "--kill-every", type=float, default=20.0, help="seconds between two kill -9 of the worker; 0: never"
    )
    parser.add_argument("--no-fill", action="store_true", help="do not fill the disk")
    parser.add_argument("--burst", action="store_true", help="end with --burst-rate for --burst-seconds")
    parser.add_argument("--burst-rate", type=int, default=300_000)
    parser.add_argument("--burst-seconds", type=float, default=10.0)
    parser.add_argument("--out", type=Path, default=Path("soak-report"), help="directory of the report")
    return parser.parse_args()


# ---------------------------------------------------------------- where the daemon lives


def needed_bytes(args: argparse.Namespace) -> int:
    lines = args.rate * args.minutes * 60 + (args.burst_rate * args.burst_seconds if args.burst else 0)
    return int(lines * LINE_BYTES * 1.15) + 512 * MIB


@contextmanager
def small_disk(size: int) -> Iterator[tuple[Path, bool]]:
    """A directory on a tmpfs of about this size, or a plain one where mounting is not allowed (then False)."""
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "brainstemd-soak", name]
        mounted = (
            os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
        )
        try:
            yield Path(name), mounted
        finally:
            if mounted:
                subprocess.run(["umount", "--lazy", name], check=True)


def free_bytes(directory: Path) -> int:
    fs = os.statvfs(directory)
    return fs.f_bavail * fs.f_frsize


# ---------------------------------------------------------------- what happens meanwhile


class Trouble(threading.Thread):
    """Kills the worker now and then, fills the disk twice, and looks at both processes every second."""

    def __init__(
        self, daemon: Daemon, args: argparse.Namespace, leave_free: int, end: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.samples: list[chart.Sample] = []
        self.marks: list[tuple[float, str]] = []
        self.kills = 0
        self.fills = 0
        self.least_free = 2**63
        self._daemon, self._end = daemon, end
        self._seconds = args.minutes * 60
        self._kill_every_s = args.kill_every
        self._fills = () if args.no_fill else FILLS
        self._ballast = daemon.directory / "ballast"
        self._leave_free = leave_free
        self._full = False
        self._begin = time.monotonic()

    def run(self) -> None:
        kill_at_s = self._kill_every_s or float("inf")
        while not self._end.wait(max(0.0, len(self.samples) + self._begin - time.monotonic())):
            now_s = time.monotonic() - self._begin
            worker = self._daemon.worker_pid()
            self.samples.append(
                chart.Sample(now_s, resident_mib(self._daemon.pid), resident_mib(worker) if worker else 0.0)
            )
            self._disk(now_s)
            if worker is not None and kill_at_s <= now_s < self._seconds:
                kill9(worker)
                self.kills += 1
                kill_at_s += self._kill_every_s
        self._empty()

    def _disk(self, now_s: float) -> None:
        lasts_s = min(FILL_MAX_S, FILL_SHARE * self._seconds)
        full = any(0 <= now_s - share * self._seconds < lasts_s for share in self._fills)
        if full:
            self._fill()  # each second: what the daemon gave back is taken again
        if full and not self._full:
            self.fills += 1
            self.marks.append((now_s, "full"))
        elif self._full and not full:
            self._empty()
            self.marks.append((now_s, "room"))
        self._full = full

    def _fill(self) -> None:
        """Step by step: one large claim would fail, and take nothing, as the daemon writes meanwhile."""
        step = 64 * MIB
        with self._ballast.open("ab") as file:
            while step >= 4096:
                if free_bytes(self._daemon.directory) - step < self._leave_free:
                    step //= 4
                    continue
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), step)
                except OSError:
                    step //= 4
        self.least_free = min(self.least_free, free_bytes(self._daemon.directory))

    def _empty(self) -> None:
        self._ballast.unlink(missing_ok=True)


def resident_mib(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


# ---------------------------------------------------------------- one run


def main() -> int:
    args = options()
    args.out.mkdir(parents=True, exist_ok=True)
    with small_disk(needed_bytes(args)) as (directory, mounted):
        # On a disk that others use too, "full" begins where so much is taken.
        min_free = MIB if mounted else max(MIB, free_bytes(directory) - needed_bytes(args))
        config = BASE.replace('min_free = "1MiB"', f"min_free = {min_free}\nmax_bytes = {2**42}")
        with Daemon(directory, config) as daemon:
            daemon.start().working()
            ok = run(daemon, args, 0 if mounted else min_free // 2)
    return 0 if ok else 1


def run(daemon: Daemon, args: argparse.Namespace, leave_free: int) -> bool:
    pace, end, watched = Pace(args.rate, args.sources), threading.Event(), threading.Event()
    sources: list[Source] = [
        (UdpSource if number % 2 else TcpSource)(
            number, daemon.port("udp" if number % 2 else "tcp"), pace, end
        )
        for number in range(args.sources)
    ]
    trouble = Trouble(daemon, args, leave_free, watched)
    for thread in (*sources, trouble):
        thread.start()
    begin = time.monotonic()
    time.sleep(args.minutes * 60)
    if args.burst:
        trouble.marks.append((time.monotonic() - begin, "burst"))
        pace.rate = args.burst_rate
        time.sleep(args.burst_seconds)
    end.set()
    for source in sources:
        source.join(60)
    sent_s = time.monotonic() - begin
    metrics = settled(daemon)
    drained_s = caught_up(daemon)
    watched.set()
    trouble.join(10)
    code = daemon.stop()
    found = tally.found_in(daemon.state_dir / "spool", sources)
    text, ok = report(
        args,
        sources,
        trouble,
        metrics,
        found,
        tally.in_memory(daemon.state_dir / "memory.db"),
        (sent_s, drained_s),
        code,
    )
    print(text)
    (args.out / "report.md").write_text(text)
    (args.out / "memory.svg").write_text(chart.svg(trouble.samples, trouble.marks))
    rows = (f"{s.second:.1f},{s.receiver_mib:.1f},{s.worker_mib:.1f}" for s in trouble.samples)
    (args.out / "memory.csv").write_text("second,receiver_mib,worker_mib\n" + "\n".join(rows) + "\n")
    (args.out / "daemon.log").write_bytes(daemon.log_path.read_bytes())
    return ok


def settled(daemon: Daemon) -> str:
    """The metrics once nothing more comes off the wire and the buffer is written."""
    last = ""
    while True:
        text = daemon.get("/metrics")[1].decode()
        now = f"{tally.metric(text, 'brainstemd_received_lines_total')} {tally.metric(text, 'brainstemd_spool_buffer_bytes')}"
        if now == last and now.endswith(" 0"):
            return text
        last = now
        time.sleep(1)


def caught_up(daemon: Daemon) -> float:
    """Seconds until memory has all lines; gives up after DRAIN_S."""
    begin = time.monotonic()
    while time.monotonic() < begin + DRAIN_S:
        if (
            not daemon.metric("brainstemd_backlog_bytes")
            and daemon.healthz()["checks"]["worker"]["value"] == "folding"
        ):
            break
        time.sleep(1)
    return time.monotonic() - begin


# ---------------------------------------------------------------- what is said


def report(
    args: argparse.Namespace,
    sources: list[Source],
    trouble: Trouble,
    metrics: str,
    found: tally.Found,
    memory: tuple[int, dict[str, int]],
    times: tuple[float, float],
    code: int,
) -> tuple[str, bool]:
    rows, refused, ok = [], 0, True
    for letter, transport in tally.TRANSPORTS.items():
        sent = sum(s.sent for s in sources if s.letter == letter)
        received = tally.metric(metrics, "brainstemd_received_lines_total", transport=transport)
        dropped = tally.metric(metrics, "brainstemd_kernel_dropped_datagrams_total") if letter == "U" else 0
        kept = found.lines.get(transport, 0)
        refused += received - kept
        match = sent == received + dropped and kept <= received
        ok = ok and match
        rows.append(
            f"| {transport} | {sent:,} | {kept:,} | {dropped:,} | {received - kept:,} | {'yes' if match else 'NO'} |"
        )
    counted, by_reason = memory
    told = tally.metric(metrics, "brainstemd_spool_refused_lines_total")
    refusals = sum(
        n for reason, n in found.gaps.items() if reason in ("spool_full", "buffer_full", "write_error")
    )
    dropped = tally.metric(metrics, "brainstemd_kernel_dropped_datagrams_total")
    sums = {
        "refused: sent and not in the spool = counter = GAP records = memory's gaps": (
            refused, told, refusals, sum(by_reason.get(r, 0) for r in ("spool_full", "buffer_full", "write_error")),
        ),
        "kernel drops: counter = last beat = memory's gaps": (
            dropped, found.beats["kernel_drop"], by_reason.get("kernel_drop", 0),
        ),
        "lines in the spool = lines in memory": (found.all_lines, counted),
        "lines twice, lines that nobody sent, gaps of unknown size": (0, found.twice, found.strange, sum(found.unknown.values())),
        "senders that failed, exit code": (0, sum(bool(s.failed) for s in sources), code),
    }  # fmt: skip
    ok = ok and all(len(set(numbers)) == 1 for numbers in sums.values())
    sent_s, drained_s = times
    lines = [
        _asked(args, trouble, sum(s.sent for s in sources) / sent_s, drained_s),
        "",
        "| transport | sent | in the spool | dropped by the kernel | refused | adds up |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        "| sum | numbers | match |",
        "|---|---|---|",
        *[
            f"| {name} | {' = '.join(f'{n:,}' for n in numbers)} | {'yes' if len(set(numbers)) == 1 else 'NO'} |"
            for name, numbers in sums.items()
        ],
        "",
        f"Longest write of a TCP sender: {max(s.slowest_s for s in sources if s.letter == 'T'):.1f} s. "
        f"Least free space: {trouble.least_free:,} bytes; failed writes of the spool: "
        f"{tally.metric(metrics, 'brainstemd_spool_write_errors_total')}. "
        f"Gaps in the spool: {dict(found.gaps)}; unknown: {dict(found.unknown)}; in memory: {by_reason}.",
        "",
        "| process | mean of the second half, MiB | growth, MiB a minute | peak, MiB | flat |",
        "|---|---|---|---|---|",
        *[_memory_row(name, trouble.samples, column) for name, column in (("receiver", 1), ("worker", 2))],
        "",
        *[f"{s.letter}{s.number:02d} failed: {s.failed}" for s in sources if s.failed],
        "All sums match." if ok else "A SUM DOES NOT MATCH.",
        "",
    ]
    return "\n".join(lines), ok


def _asked(args: argparse.Namespace, trouble: Trouble, rate: float, drained_s: float) -> str:
    burst = f", then {args.burst_rate:,}/s for {args.burst_seconds:g} s" if args.burst else ""
    return (
        f"{args.minutes:g} minutes, {args.rate:,} lines/s asked{burst}, {rate:,.0f} sent on average, {args.sources} sources in"
        f" blocks of {BLOCK}; worker killed {trouble.kills} times, disk full {trouble.fills} times; memory caught up"
        f" {drained_s:.0f} s after the last line."
    )


def _memory_row(name: str, samples: list[chart.Sample], column: int) -> str:
    said = chart.trend([(s.second, s[column]) for s in samples if s[column]])
    return f"| {name} | {said.mean_mib:.1f} | {said.mib_a_minute:+.2f} | {said.peak_mib:.1f} | {'yes' if said.flat else 'NO'} |"


if __name__ == "__main__":
    sys.exit(main())

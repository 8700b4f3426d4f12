"""What header, dialect and generic layer cost a line, on generated mixed traffic with fresh values.

    python tests/bench/decode.py [LINES]

Prints µs a line for each step (best of three passes over the same lines, caches warmed by other lines of the same traffic), the whole as
lines a second, and the worst single line of up to 64 KiB of bait.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from brainstemd.models import Event
from brainstemd.pipeline import decode, normalise, when
from tests.bench.traffic import mixed

RECEIVED_US = 1_772_500_000_000_000
BAIT = (
    b"a",
    b"a=",
    b"a:",
    b"[",
    b'"',
    b"1.",
    b"1:",
    b'="',
    b" from 1.1.1.1",
    b"tunnel ",
    b"down and ",
    b'\\"',
    b"%A-",
    b"<1>",
    b"\x00",
    b"\xff",
    b"not ",
    b"user ",
)


def best(step: Callable[[], object], passes: int = 3) -> float:
    found = []
    for _ in range(passes):
        begin = time.process_time()
        step()
        found.append(time.process_time() - begin)
    return min(found)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    for raw in mixed(count, seed=2):  # other values of the same traffic
        normalise(decode(raw))
    passes = [list(mixed(count, seed=seed)) for seed in (3, 4, 5)]
    gc.disable()
    header, said, clock = [], [], []
    for lines in passes:  # each pass has values that no cache has seen
        events: list[Event] = []
        header.append(best(lambda lines=lines, events=events: events.extend(map(decode, lines)), 1))
        said.append(best(lambda events=events: [normalise(event) for event in events], 1))
        clock.append(
            best(
                lambda events=events: [
                    when(e.stamp, RECEIVED_US, None, live=True, assume_utc=False) for e in events
                ],
                1,
            )
        )
    scale = 1e6 / count
    total = min(header) + min(said) + min(clock)
    print(f"lines           {count}")
    print(f"header          {min(header) * scale:6.2f} µs a line")
    print(f"dialect+generic {min(said) * scale:6.2f} µs a line")
    print(f"event time      {min(clock) * scale:6.2f} µs a line")
    print(f"together        {total * scale:6.2f} µs a line, {count / total:,.0f} lines a second")
    worst = 0.0, b""
    for bait in BAIT:
        for head in (
            b"",
            b"<13>Mar  2 00:00:01 host app: ",
            b"<13>1 - - - - - [a ",
            b"<13>",
            b"<13>1 - - - - - - Interface ",
        ):
            raw = (head + bait * (65_536 // len(bait)))[:65_536]
            begin = time.process_time()
            normalise(decode(raw))
            worst = max(worst, (time.process_time() - begin, head + bait))
    print(f"worst 64 KiB    {worst[0] * 1e3:6.2f} ms ({worst[1]!r} …)")


if __name__ == "__main__":
    main()

"""How much is understood, of the corpora and of any logs: `python -m tests.bench.understanding [DIRECTORY]`.

For the corpora and for each *.log of DIRECTORY: lines, `parse_status` by kind, the share of lines with each attribute. Every line goes
through a spool on disk as well, and is counted as lost or changed if other bytes come back.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from brainstemd.models import Batch, Framing, Origin, RecordKind
from brainstemd.pipeline import decode, event_json, normalise
from brainstemd.spool import Reader, Writer
from tests.dialect_docs import CORPUS, rows

ATTRIBUTES = (
    "severity",
    "timestamp",
    "hostname",
    "app_name",
    "vendor",
    "event_code",
    "action",
    "outcome",
    "src_ip",
    "user",
    "entity",
)
_CHUNK = 500


def through_spool(lines: Sequence[bytes]) -> list[bytes]:
    """What comes back of lines that were appended as datagrams."""
    with tempfile.TemporaryDirectory() as directory:
        writer = Writer(
            Path(directory),
            segment_bytes=16 * 2**20,
            fsync_interval_s=1.0,
            buffer_bytes=512 * 2**20,
            min_free_bytes=0,
        )
        writer.start()
        for start in range(0, len(lines), _CHUNK):
            chunk = lines[start : start + _CHUNK]
            batch = Batch(
                Origin("udp", "udp:514", "10.0.0.1", 514),
                Framing.DATAGRAM,
                1_000_000 + start,
                b"".join(chunk),
                tuple(map(len, chunk)),
            )
            writer.append(batch)
        writer.close(60)
        reader, found = Reader(Path(directory), None), []
        while records := reader.read(10_000, 2**24):
            found += [
                bytes(raw) for record in records if record.kind is RecordKind.LINES for raw in record.frames
            ]
        reader.close()
    return found


def measure(name: str, lines: Sequence[bytes]) -> str:
    """A row of the table."""
    status: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for raw in lines:
        event = decode(raw)
        normalise(event)
        found = event_json(event, 0 if event.stamp is not None else None)
        status[str(found["parse_status"])] += 1
        filled.update(key for key in ATTRIBUTES if found[key] is not None)
        filled["state"] += found["polarity"] != "neutral" or found["outcome"] is not None
    back = through_spool(lines)
    lost = len(lines) - len(back)
    changed = sum(one != two for one, two in zip(lines, back, strict=False))
    shares = " | ".join(f"{filled[key] / len(lines):.0%}" for key in (*ATTRIBUTES, "state"))
    kinds = " | ".join(f"{status[kind]:,}" for kind in ("full", "partial", "raw"))
    return f"| {name} | {len(lines):,} | {kinds} | {lost} | {changed} | {shares} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path, nargs="?", help="a directory of *.log")
    directory = parser.parse_args().directory
    names = ("lines", "full", "partial", "raw", "lost", "changed", *ATTRIBUTES, "down, up, or an outcome")
    print("| of | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|")
    corpora = [row["raw"].encode() for path in sorted(CORPUS.glob("*.jsonl")) for row in rows(path.stem)]
    print(measure("corpora", corpora))
    for path in sorted(directory.glob("*.log")) if directory else ():
        print(measure(path.stem, [line for line in path.read_bytes().splitlines() if line]))


if __name__ == "__main__":
    main()

"""Headers as brainstemd reads them against real rsyslog and syslog-ng, field by field, on generated lines.

    python -m tests.bench.differential --lines 6000 --seed 1 [--show ours|peers|taste] [--most 20]

Each field of each line has up to four readings: ours, rsyslog's, syslog-ng's, and what the line's writer meant (the truth of
tests/bench/headers.py). Where the truth is known a reading is right or wrong; where the shape leaves it open and the readings
differ, it is a matter of taste. Receivers fill what a line does not say (RFC 3164 section 4.3): the PRI 13, the instant of
receipt, the sender's address. That is told from a reading by its value and counts as "nothing was said".
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from brainstemd.cli.decode import describe
from brainstemd.pipeline import parse_instant
from brainstemd.pipeline.headers import clean_host
from tests.bench.headers import GROUPS, Line, generate
from tests.bench.references import Reference

FIELDS: Final = (
    "facility", "severity", "timestamp", "hostname", "app_name", "procid", "msgid", "structured_data", "message",
)  # fmt: skip
PEERS: Final = ("rsyslog", "syslog-ng")
GROUP_OF: Final = {shape.__name__: group for group, shapes in GROUPS.items() for shape in shapes}
EDGES: Final = " \t\r\n\x00\ufeff"
Reading = dict[str, Any]


def ours(raw: bytes, now_us: int) -> Reading:
    found = describe(raw, now_us, with_rules=False)
    when = found["timestamp"]
    return {name: found[name] for name in FIELDS} | {
        "timestamp": None if when is None else parse_instant(when)
    }


def theirs(said: dict[str, Any]) -> Reading:
    """A peer's JSON in our terms."""
    pri = int(said["pri"]) if said["pri"].isdecimal() else None  # rsyslog: "invld"
    received = said["timestamp"] == said["received"]
    return {
        "facility": None if pri is None else pri >> 3,
        "severity": None if pri is None else pri & 7,
        "timestamp": None if received else _instant(said["timestamp"]),
        "hostname": None if said["hostname"] == "127.0.0.1" else clean_host(said["hostname"]),
        "app_name": _nil(said["app_name"]),
        "procid": _nil(said["procid"]),
        "msgid": _nil(said["msgid"]),
        "structured_data": elements(said["structured_data"]),
        "message": said["message"].strip(EDGES),
    }


def _instant(text: str) -> int | str:
    """µs, or the text where it is no instant (a leap second, rsyslog's `.Z`)."""
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        return text


def _nil(word: str) -> str | None:
    return None if word in ("", "-") else word


def elements(text: str) -> dict[str, dict[str, str]] | str | None:
    """Structured data by the letter of RFC 5424, character by character and so independent of ours; broken: the text."""
    if text in ("", "-"):
        return None
    data: dict[str, dict[str, str]] = {}
    at = 0
    try:
        while at < len(text):
            if text[at] != "[":
                return text
            end = min(text.index(mark, at) for mark in " ]" if mark in text[at:])
            element = data.setdefault(text[at + 1 : end], {})
            at = end
            while text[at] == " ":
                equals = text.index("=", at)
                name, at = text[at + 1 : equals], equals + 2
                value = ""
                while text[at] != '"':
                    if text[at] == "\\" and text[at + 1] in '"\\]':
                        at += 1
                    value += text[at]
                    at += 1
                element[name] = value
                at += 1
            at += 1
    except (ValueError, IndexError):
        return text
    return data


class Tally:
    """Verdicts by shape and field."""

    def __init__(self) -> None:
        self.wrong: dict[str, Counter[tuple[str, str]]] = {who: Counter() for who in ("ours", *PEERS)}
        self.taste: Counter[tuple[str, str]] = Counter()
        self.agreed: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()  # of a group
        self.right: Counter[tuple[str, str]] = (
            Counter()
        )  # of a group: lines of which one reads every judged field as meant
        self.judged = 0
        self.open = 0
        self.shown: dict[str, list[str]] = {"ours": [], "peers": [], "taste": []}

    def judge(self, line: Line, readings: dict[str, Reading]) -> None:
        group = GROUP_OF[line.shape]
        self.lines[group] += 1
        failed: set[str] = set()
        for field in FIELDS:
            said = {who: reading[field] for who, reading in readings.items()}
            for peer in PEERS:
                self.agreed[peer] += said[peer] == said["ours"]
            if field not in line.truth:
                self.open += 1
                if any(said[peer] != said["ours"] for peer in PEERS):
                    self.taste[line.shape, field] += 1
                    self._show("taste", line, field, said, None)
                continue
            self.judged += 1
            meant = line.truth[field]
            if field == "hostname" and meant is not None:
                meant = clean_host(meant)
            if field == "message":
                meant = meant.strip(EDGES)
            wrong = [who for who, value in said.items() if value != meant]
            failed.update(wrong)
            for who in wrong:
                self.wrong[who][line.shape, field] += 1
            if wrong:
                self._show("ours" if "ours" in wrong else "peers", line, field, said, meant)
        self.right.update((group, who) for who in readings if who not in failed)

    def _show(self, kind: str, line: Line, field: str, said: Reading, meant: object) -> None:
        told = " ".join(f"{who}={value!r}" for who, value in said.items())
        self.shown[kind].append(f"{line.shape}.{field}: {line.raw!r}\n    meant={meant!r} {told}")


def run(lines: list[Line], directory: Path) -> Tally:
    readings: list[dict[str, Reading]] = [{} for _ in lines]
    for name in PEERS:
        peer = Reference(name, directory / name)
        if peer.missing():
            sys.exit(f"{name} is not to be had")
        peer.start()
        try:
            said = peer.parse([line.raw for line in lines])
        finally:
            peer.stop()
        if len(said) != len(lines):
            sys.exit(f"{name} wrote {len(said)} of {len(lines)} lines")
        for reading, one in zip(readings, said, strict=True):
            reading[name] = theirs(one)
    now_us = int(datetime.now(UTC).timestamp() * 1e6)
    tally = Tally()
    for line, reading in zip(lines, readings, strict=True):
        tally.judge(line, {"ours": ours(line.raw, now_us), **reading})
    return tally


def report(tally: Tally, lines: int) -> str:
    rows = [f"{lines} lines, {tally.judged} fields judged, {tally.open} left open by the shape"]
    total = tally.judged + tally.open
    rows.append("lines with every judged field as meant:")
    for group, count in tally.lines.items():
        shares = ", ".join(f"{who} {tally.right[group, who] / count:.1%}" for who in tally.wrong)
        rows.append(f"    {group}: {count} lines: {shares}")
    rows += [
        f"same reading as {peer}: {same} of {total} ({same / total:.1%})"
        for peer, same in tally.agreed.items()
    ]
    for who, wrong in tally.wrong.items():
        rows.append(f"not as meant, {who}: {sum(wrong.values())}")
        rows += [f"    {count:6} {shape}.{field}" for (shape, field), count in wrong.most_common()]
    rows.append(f"matter of taste: {sum(tally.taste.values())}")
    rows += [f"    {count:6} {shape}.{field}" for (shape, field), count in tally.taste.most_common()]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="headers against rsyslog and syslog-ng")
    parser.add_argument("--lines", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", choices=("ours", "peers", "taste"), help="print lines of this verdict")
    parser.add_argument("--most", type=int, default=20)
    given = parser.parse_args()
    lines = generate(given.lines, given.seed, datetime.now(UTC).replace(microsecond=0))
    with tempfile.TemporaryDirectory() as directory:
        tally = run(lines, Path(directory))
    print(report(tally, len(lines)))
    if given.show:
        print("\n".join(tally.shown[given.show][: given.most]))


if __name__ == "__main__":
    main()

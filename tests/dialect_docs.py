"""Writes the table at the end of docs/dialects.md from the corpora: `python -m tests.dialect_docs`.

--check    write nothing; exit 1 if the document differs
--print    only the counts, dialect × corpus lines × fields right
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from brainstemd.pipeline import decode, event_json, normalise, parse_instant, when

CORPUS = Path(__file__).parent / "corpus"
DOCUMENT = Path(__file__).parents[1] / "docs" / "dialects.md"
MARK = "<!-- table -->\n"
NOW_US = parse_instant("2026-03-22T12:00:00Z")
_HEAD = (
    "| dialect | vendor: products | what is understood | on the device (brainstemd at 10.0.0.5) | lines | fields right |",
    "|---|---|---|---|---|---|",
)


class Shown(NamedTuple):
    """What a dialect's corpus shows: its makers, lines, fields asked for, and those that come out."""

    makers: dict[str, set[str]]
    lines: int
    asked: int
    right: int


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()]


def read(raw: str) -> dict[str, Any]:
    """A line as `brainstemd decode --now 2026-03-22T12:00:00Z` reads it."""
    event = decode(raw.encode())
    normalise(event)
    return event_json(event, when(event.stamp, NOW_US, None, live=False, assume_utc=True)[0])


def shown(name: str) -> Shown:
    makers: dict[str, set[str]] = {}
    lines = asked = right = 0
    for row in rows(name):
        found = read(row["raw"])
        lines += 1
        asked += len(row["expect"])
        right += sum(found[field] == value for field, value in row["expect"].items())
        if found["vendor"] is not None:
            makers.setdefault(found["vendor"], set()).add(found["product"] or "")
    return Shown(makers, lines, asked, right)


def about() -> dict[str, dict[str, str]]:
    return tomllib.loads((CORPUS / "about.toml").read_text("utf-8"))


def table() -> str:
    """The whole table, dialects by name."""
    told = about()
    lines, total = [*_HEAD], Shown({}, 0, 0, 0)
    for path in sorted(CORPUS.glob("*.jsonl")):
        name = path.stem
        seen, said = shown(name), told.get(name, {})
        makers = said.get("vendor") or "; ".join(
            f"`{vendor}`: " + ", ".join(f"`{product}`" for product in sorted(products) if product)
            for vendor, products in sorted(seen.makers.items())
        )
        counts = str(seen.lines), f"{seen.right} of {seen.asked}"
        cells = (f"`{name}`", makers, said.get("understood", ""), said.get("device", ""), *counts)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        total = Shown({}, total.lines + seen.lines, total.asked + seen.asked, total.right + seen.right)
    lines.append(
        f"| {len(lines) - 2} dialects | | | | {total.lines:,} | {total.right:,} of {total.asked:,} |"
    )
    return "\n".join(lines) + "\n"


def document() -> str:
    """The document as it should be."""
    head, mark, _ = DOCUMENT.read_text("utf-8").partition(MARK)
    return head + mark + table()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--print", action="store_true")
    options = parser.parse_args()
    if options.print:
        for path in sorted(CORPUS.glob("*.jsonl")):
            seen = shown(path.stem)
            print(f"{path.stem:20} {seen.lines:4} lines  {seen.right:5} of {seen.asked:5} fields")
        return 0
    made = document()
    if options.check:
        return int(made != DOCUMENT.read_text("utf-8"))
    DOCUMENT.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

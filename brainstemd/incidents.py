"""The incidents of a backtest, read from a CSV file: what happened, when, and where.

Invariants:
- Whatever is wrong is told with file, line, column and what to do; all that is wrong at once.
- An incident read here is asked about, nothing more: it never becomes a note.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from brainstemd.errors import UsageError
from brainstemd.models import SECOND_US

COLUMNS = ("at", "host", "tenant", "entity", "kind", "ticket", "note")
_NEEDED = ("at", "host")
_PROBLEMS_SHOWN = 10
_CHARS_MAX = 1000  # of one value
_BYTES_MAX = 64 * 2**20


class Incident(NamedTuple):
    """Something that went wrong at a host. None is "not said"."""

    line: int  # of the file
    at_us: int
    host: str
    tenant: str | None = None
    entity: str | None = None
    kind: str | None = None  # only items of this kind count as its precursor
    ticket: str | None = None
    note: str = ""


def read_incidents(path: Path, kinds: Collection[str]) -> list[Incident]:
    """The incidents of a CSV file with a header row, by time. `kinds`: what the column of that name may hold.

    The separator is a comma, or a semicolon where the header has no comma. Blank lines and lines that begin with # are
    left out. Raises UsageError.
    """
    rows = list(_rows(path))
    if not rows:
        raise UsageError(f"{path}: there is no incident in it", hint=_hint())
    header = [name.strip().lower() for name in rows[0][1]]
    problems = list(_header_problems(path, rows[0][0], header))
    if problems:
        raise UsageError("\n".join(problems), hint=_hint())
    incidents: list[Incident] = []
    for line, values in rows[1:]:
        wrong = list(_row_problems(path, line, header, values, kinds))
        problems += wrong
        if not wrong:
            incidents.append(_incident(line, _named(header, values)))
    if problems:
        more = len(problems) - _PROBLEMS_SHOWN
        shown = problems[:_PROBLEMS_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        raise UsageError("\n".join(shown), hint=_hint())
    if not incidents:
        raise UsageError(f"{path}: there is a header and no incident below it", hint=_hint())
    return sorted(incidents, key=lambda incident: (incident.at_us, incident.line))


def _hint() -> str:
    return (
        "a CSV file whose first line names its columns: at and host, and where wanted tenant, entity, kind, ticket, note; "
        "for example `at,host,ticket` and below it `2026-03-22T04:10:00Z,fw-01,INC-12`"
    )


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Number and values of each line that says something."""
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise UsageError(f"{path}: a list of incidents has at most {_BYTES_MAX >> 20} MiB", hint=_hint())
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="--incidents is a readable CSV file") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path}: byte {error.start} is not UTF-8", hint="save the file as CSV in UTF-8"
        ) from error
    lines = text.splitlines(keepends=True)
    head = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    reader = csv.reader(
        lines, delimiter=";" if ";" in head and "," not in head else ",", skipinitialspace=True, strict=True
    )
    line = 0
    try:
        for values in reader:
            first, line = line + 1, reader.line_num
            if any(value.strip() for value in values) and not values[0].startswith("#"):
                yield first, values
    except csv.Error as error:
        raise UsageError(
            f"{path}:{reader.line_num}: {error}",
            hint="a value with a comma or a quote in it stands in quotes",
        ) from error


def _header_problems(path: Path, line: int, header: list[str]) -> Iterator[str]:
    for number, name in enumerate(header, 1):
        if name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else "; rename it or take it out"
            yield f"{path}:{line}: column {number} is called {name!r}{meant}"
        elif name in header[: number - 1]:
            yield f"{path}:{line}: column {number}: {name!r} stands there twice; take one out"
    for name in _NEEDED:
        if name not in header:
            yield f"{path}:{line}: there is no column {name!r}; add it"


def _row_problems(
    path: Path, line: int, header: list[str], values: list[str], kinds: Collection[str]
) -> Iterator[str]:
    if len(values) != len(header):
        yield f"{path}:{line}: {len(values)} values, but the header has {len(header)} columns; quote values with commas"
        return
    row = _named(header, values)
    for name in header:
        problem = _problem(name, row[name], kinds)
        if problem:
            yield f"{path}:{line}: column {name!r}: {problem}"


def _problem(name: str, value: str, kinds: Collection[str]) -> str:
    if not value:
        return "it is empty, and must not be" if name in _NEEDED else ""
    if len(value) > _CHARS_MAX:
        return f"it has more than {_CHARS_MAX} characters; shorten it"
    if name == "at" and _instant(value) is None:
        return f"{value!r} is no ISO 8601 time; write it as 2026-03-22T04:10:00Z (without a zone it is UTC)"
    if name == "kind" and value not in kinds:
        near = difflib.get_close_matches(value, kinds, n=1)
        return f"{value!r} is no kind of item; " + (
            f"did you mean {near[0]!r}?" if near else f"one of {', '.join(sorted(kinds))}"
        )
    return ""


def _named(header: list[str], values: list[str]) -> dict[str, str]:
    return dict(zip(header, (value.strip() for value in values), strict=True))


def _incident(line: int, row: Mapping[str, str]) -> Incident:
    at_us = _instant(row["at"])
    assert at_us is not None, "checked above"
    return Incident(
        line,
        at_us,
        row["host"],
        row.get("tenant") or None,
        row.get("entity") or None,
        row.get("kind") or None,
        row.get("ticket") or None,
        row.get("note", ""),
    )


def _instant(text: str) -> int | None:
    """Microseconds of an ISO 8601 time between the years 2 and 9998; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1 < found.year < 9999:
        return None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return int(found.replace(microsecond=0).timestamp()) * SECOND_US + found.microsecond

"""World "spliced": real logs of a directory, stretched over two weeks on hosts of their own, weak signals planted among them.

Each *.log file becomes the voice of four hosts: all say the whole file, each from another point of it on, in the file's own
rhythm where its stamps can be read (else evenly). Headers are written anew. The real lines carry no labels: what they
hold of their own counts as noise. `build` takes the directory; nothing of it is kept here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.scenarios import spliced_planted
from tests.scenarios.world import DAYS, Say, World, monday

HOSTS_EACH = 4
_STAMPS = (
    (re.compile(r"\[?\w{3} (\w{3} +\d+ [\d:]{8} \d{4})\]?\s+"), "%b %d %H:%M:%S %Y"),
    (re.compile(r"(\d{4}-\d\d-\d\d[ T][\d:]{8})\S*\s+(?:- )?"), "%Y-%m-%d %H:%M:%S"),
    (re.compile(r"(\w{3} +\d+ [\d:]{8})\s+"), "%b %d %H:%M:%S"),
    (re.compile(r"(\d{6} \d{6})\s+"), "%y%m%d %H%M%S"),
)
_TAG = re.compile(r"\S+ ([A-Za-z][\w./()-]{0,40})(?:\[\d+\])?: (.*)")  # host app[pid]: message
_LEVELS = {"FATAL": 2, "ERROR": 3, "WARN": 4, "WARNING": 4, "NOTICE": 5}
_LEVEL = re.compile(r"\b(FATAL|ERROR|WARN|WARNING|NOTICE)\b", re.IGNORECASE)


class Real(NamedTuple):
    """A line of a real log without its header."""

    when: float | None  # seconds, on its own scale
    app: str
    severity: int
    message: str


def build(directory: Path, seed: int = 1) -> World:
    """The world of a directory's *.log files, two of them a tenant. Raises ValueError where there is none."""
    paths = sorted(directory.glob("*.log"))
    if not paths:
        raise ValueError(f"{directory} holds no *.log file")
    world = World("spliced", monday(2026, 1, 5), seed, False)
    world.rhythms = {"even": [1.0] * 168}
    for number, path in enumerate(paths):
        tenant = f"site{number // 2 + 1}"
        world.networks[tenant] = f"10.{61 + number // 2}.0.0/16"
        name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
        world.add(tenant, name, "bsd", [f"{name}-{k}" for k in range(1, HOSTS_EACH + 1)])
        _speak(world, tenant, name, list(_read(path, name)))
    spliced_planted.plant(world)
    return world.finish()


def _read(path: Path, app: str) -> Iterator[Real]:
    for raw in path.read_text(encoding="utf-8", errors="replace").splitlines():
        text, when = raw, None
        for pattern, form in _STAMPS:
            found = pattern.match(raw)
            if found is not None:
                when, text = _seconds(found[1], form), raw[found.end() :]
                break
        level = _LEVEL.search(text[:80])
        severity = _LEVELS[level[1].upper()] if level else 6
        tag = _TAG.fullmatch(text)
        if tag is not None:
            yield Real(when, tag[1], severity, tag[2])
        elif text.strip():
            yield Real(when, app, severity, text)


def _seconds(text: str, form: str) -> float | None:
    text = " ".join(text.replace("T", " ").split()) if form.startswith("%Y") else " ".join(text.split())
    try:
        if "%Y" in form or "%y" in form:
            return datetime.strptime(text, form).replace(tzinfo=UTC).timestamp()
        return datetime.strptime(f"2000 {text}", f"%Y {form}").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _speak(world: World, tenant: str, role: str, lines: list[Real]) -> None:
    places = _places(lines)
    for host in world.of(role, tenant=tenant):
        shift = world.random(f"shift/{host.name}").random()
        for place, line in zip(places, lines, strict=True):
            say: Say = (line.severity, line.app, "{text}")
            world.say(host, (place + shift) % 1 * DAYS, say, text=line.message)


def _places(lines: list[Real]) -> list[float]:
    """Where each line stands in the file, 0 to 1: by its stamp; by its number where most stamps cannot be read."""
    known = [line.when for line in lines if line.when is not None]
    if len(known) < 0.9 * len(lines) or max(known) <= min(known):
        return [number / len(lines) for number in range(len(lines))]
    first, span = min(known), (max(known) - min(known)) * 1.001
    out, last = [], first
    for line in lines:
        last = last if line.when is None else max(line.when, first)
        out.append((last - first) / span)
    return out

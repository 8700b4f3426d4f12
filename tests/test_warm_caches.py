"""Caches of the pipeline change nothing but speed: on all vendors' lines, in any order, in programs that saw others."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from brainstemd.models import Event
from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.dialects import DIALECTS
from brainstemd.pipeline.forms import form_of
from tests.bench.traffic import corpus, renewed, strange

ROOT = Path(__file__).resolve().parents[1]
OFTEN = 130  # more than a form is asked before it is worth a pattern of its own
READ = """
import json, sys
from brainstemd.pipeline import Fingerprinter, decode, normalise
fingerprinter = Fingerprinter()
order = [int(n) for n in sys.argv[2].split(",")]
lines = json.load(open(sys.argv[1]))
found = {}
for step in order:
    for number in range(len(lines))[::step]:
        event = decode(lines[number].encode())
        normalise(event)
        said = [repr(event), *fingerprinter.mark(event)]
        assert found.setdefault(number, said) == said, (lines[number], found[number], said)
print(json.dumps([found[number] for number in range(len(lines))]))
"""


def read(path: Path, order: str) -> list[list[str]]:
    """What a new interpreter makes of the lines, in this order: 1 forward, -1 backward."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), order], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[list[str]] = json.loads(done.stdout)
    return found


def traffic() -> list[str]:
    """Each corpus line, each with other values, many times over for some, with new words, and each cut or repeated somewhere."""
    rng = random.Random(2026)
    lines = corpus()
    often = [renewed(rng, line) for line in rng.sample(lines, 12) for _ in range(OFTEN)]
    broken = [line[: rng.randrange(1, len(line) + 1)] + rng.choice(lines)[-30:] for line in lines]
    new = [raw.decode() for raw in strange(400, seed=3)]
    return [*lines, *(renewed(rng, line) for line in lines), *often, *broken, *new]


def test_what_came_before_changes_nothing(tmp_path: Path) -> None:
    """Every field and fingerprint of every line is the same forward, backward, and with caches warm from the other pass."""
    path = tmp_path / "lines.json"
    path.write_text(json.dumps(traffic()), "utf-8")
    assert read(path, "1,-1") == read(path, "-1")


@pytest.mark.parametrize("line", random.Random(5).sample(corpus(), 200))
def test_the_form_left_in_an_event_is_that_of_its_message(line: str) -> None:
    """Also where a dialect takes the device's own header off the message, or reads prose out of it."""
    event = decode(line.encode())
    normalise(event)
    assert event.form is None or event.form is form_of(event.message)


def phrase_tables() -> list[tuple[str, str, bytes]]:
    """Dialect, literal and core of all phrases."""
    found = []
    for dialect in DIALECTS:
        tables = [program.phrases for program in getattr(dialect, "_programs", {}).values()]
        found += [(dialect.name, one.has, one.core) for table in tables for one in table]
    return found


@pytest.mark.parametrize(
    "around", [("", ""), ("0ab1", "fe01"), ("a1", "0x2f3c "), ("7", "9"), ("de:ad:be:ef:00:", "1")]
)
def test_a_form_bears_the_core_of_each_literal_that_its_messages_bear(around: tuple[str, str]) -> None:
    """Whatever digits and hexadecimal values touch it: no phrase is passed over that could match."""
    tables = phrase_tables()
    assert len(tables) > 300
    for name, has, core in tables:
        form = form_of(f"x {around[0]}{has}{around[1]} y")
        assert form is not None
        assert core in form.key, (name, has)


def test_an_event_says_no_more_of_its_prose_than_of_itself() -> None:
    """Prose read out of a structure leaves the message as it was received."""
    line = '<134>1 2026-03-22T10:00:00Z h app - - - {"msg":"tunnel branch-12 is down","level":"warn"}'
    event = decode(line.encode())
    message = event.message
    normalise(event)
    assert isinstance(event, Event)
    assert (event.message, event.polarity, event.entity) == (message, "down", "branch-12")

"""The generic layer on lines of vendors nobody wrote a dialect for, half of them decoys whose words state nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.generic import LOOK_MAX
from brainstemd.pipeline.states import read_state

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "generic_lines.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
SLOTS = ("polarity", "entity", "outcome", "user", "src_ip", "dst_ip", "dst_port", "interface")


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["message"][:60])
def test_a_line_without_a_dialect_reads_as_a_person_would(line: dict[str, object]) -> None:
    """Polarity, entity, outcome, user, addresses and interface; what the table does not name is empty."""
    event = decode(f"<30>Mar 22 00:00:01 box-1 vendord: {line['message']}".encode())
    normalise(event)
    assert {name: getattr(event, name) for name in SLOTS} == {name: line.get(name) for name in SLOTS}


def test_the_table_has_all_polarities_and_decoys() -> None:
    """At least thirty lines each that are down, up, an attempt, and nothing at all."""
    assert sum(line["polarity"] == "down" for line in LINES) >= 30
    assert sum(line["polarity"] == "up" for line in LINES) >= 30
    assert sum(line["polarity"] == "neutral" and line["outcome"] is not None for line in LINES) >= 15
    assert sum(line["polarity"] == "neutral" and line["outcome"] is None for line in LINES) >= 30


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("link down", "down"),
        ("if the link is down, do nothing", "neutral"),
        ("waiting for link to come up", "neutral"),
        ("link down detection enabled", "neutral"),
        ("connected=false for server", "down"),
        ("old state: down, new state: up", "up"),
        ("alarm cleared: link down", "up"),
        ("ports:  up,  down", "neutral"),
        ("user manual of offline maps", "neutral"),
        ("node is offline", "down"),
        ("breaker tripped", "down"),
        ("ont inservice -> outofservice", "down"),
        ("ont outofservice -> inservice", "up"),
        ("dying gasp received", "down"),
        ("breaker closed", "up"),
        ("planner does not answer its clients", "down"),
        ("pump controller is not answering", "down"),
        ("archive no longer answers", "down"),
        ("planner answers again", "up"),
        ("checkpoint held up for 44 s", "neutral"),
        ("room is taken up by old files", "neutral"),
    ],
)
def test_what_would_be_is_set_or_counted_states_nothing(text: str, polarity: str) -> None:
    """The same words state something or nothing by where they stand."""
    assert read_state(text).polarity == polarity


@pytest.mark.parametrize(
    "piece", ["if ", "lost a ", "unit 1 ", "neighbor ", "old=", "x-1 ", ", 0 up", "<a>b</", "a: b, "]
)
def test_the_cost_is_linear(piece: str) -> None:
    """A message of one piece over and over is read, whatever the piece; the fuzz campaign times it."""
    event = decode(b"<30>Mar 22 00:00:01 box-1 vendord: " + piece.encode() * 4000 + b"down")
    normalise(event)
    assert len(event.message) > LOOK_MAX
    assert event.polarity in ("up", "down", "neutral")

"""Structured text read by its form says what its parser says."""

from __future__ import annotations

import json
import random
import re

import pytest

from brainstemd.models import Event
from brainstemd.pipeline import cuts
from brainstemd.pipeline.cuts import Container, Sure, read
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.dialects import cef, json_body, leef, logfmt
from brainstemd.pipeline.generic import generic
from brainstemd.pipeline.structure import first, plan_of
from brainstemd.pipeline.wordings import read_words
from tests.bench.traffic import CORPUS

TIMES = 12  # each shape, more than it takes to be read by its form
CONTAINERS = {"cef": cef, "leef": leef, "json_body": json_body, "logfmt": logfmt}
BEGINS = {"cef": "CEF:0|", "leef": "LEEF:", "json_body": "{", "logfmt": ""}


def message_of(name: str, raw: str) -> str | None:
    """The container in a corpus line."""
    at = raw.find(BEGINS[name]) if name != "logfmt" else raw.find("]: ") + 3
    return raw[at:] if at >= 0 else None


def shapes(name: str) -> list[str]:
    lines = [json.loads(row)["raw"] for row in (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [found for raw in lines if (found := message_of(name, raw)) is not None]


def event_of(message: str) -> Event:
    return Event(None, None, None, None, None, None, None, None, None, message)


def other_digits(rng: random.Random, text: str) -> str:
    """Other runs of digits, some longer, some with a zero before them; LEEF's version stays."""
    head, rest = text[:6], text[6:]
    return head + re.sub(
        "[0-9]+", lambda run: "".join(rng.choices("0123456789", k=rng.choice((1, len(run[0]), 7)))), rest
    )


@pytest.mark.parametrize("name", CONTAINERS)
def test_what_is_cut_is_what_the_parser_finds(name: str) -> None:
    """Of every shape in the corpus, whatever its numbers: each name that a plan or a dialect asks for, and which one speaks."""
    container: Container = CONTAINERS[name]._CONTAINER  # type: ignore[attr-defined]
    lead = 6 if name == "cef" else 0
    rng = random.Random(11)
    by_form = 0
    for shape in shapes(name):
        for message in (shape, *(other_digits(rng, shape) for _ in range(TIMES))):
            parsed = container.parse(message[lead:])
            found = read(event_of(message), container, lead)
            if parsed is None or found is None:
                assert parsed is None
                assert found is None
                continue
            pairs, plan = found
            by_form += isinstance(plan, Sure)
            known = plan_of(parsed)
            assert (plan.slots, plan.states, plan.things) == (known.slots, known.states, known.things), (
                message
            )
            asked = {
                *container.asked,
                *known.states,
                *(slot[0] for slot in known.slots),
                *(kind[0] for kind in known.things),
            }
            assert {one: pairs.get(one) for one in asked} == {one: parsed.get(one) for one in asked}, message
            tables = tuple((one,) for one in sorted(container.asked))
            assert plan.row(pairs, tables) == tuple(first(parsed, table) for table in tables), message
    assert by_form > len(shapes(name))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("json_body", ['{"a1":"x 7","msg":"5"}', '{"a2":"x 8","msg":"6"}', '{"a1":"y 7","msg":"5"}']),
        ("json_body", ['{"pid":17,"msg":"x"}', '{"pid":017,"msg":"x"}', '{"pid":0,"msg":"x"}', '{"pid":-0.05,"msg":"x"}']),
        ("json_body", ['{"msg":"\\u0041 1"}', '{"msg":"\\u00e9 2"}', '{"msg":"\\u12"}']),
        ("json_body", ['{"msg":"a","msg":"7"}', '{"msg":"a","msg":"8"}', '{"data":{"msg":"1","ip":"2"},"msg":""}']),
        ("logfmt", ['a="5" msg="7 \\" 8"', 'a="6" msg="17 \\" 8"', 'a=5 msg="open 7']),
        ("cef", ["CEF:0|a|b|1|2|n|3|cs1Label=Rule 1 cs1=5 msg=x", "CEF:0|a|b|1|2|n|3|cs1Label=Rule 2 cs1=5 msg=x"]),
        ("cef", ["CEF:0|a|b|1|2|n|3|src5=1 src6=2 msg=3\\=4", "CEF:0|a|b|1|2|n|3|src6=1 src6=2 msg=3\\=4"]),
        ("cef", [f"CEF:0|a|b|1|2|n|3|{'x' * 60}{'1' * size}=1 msg=5" for size in range(1, 7)]),
        ("leef", ["LEEF:2.0|a|b|1|2|x09|src=1\tmsg=4", "LEEF:2.0|a|b|1|2|x5E|src=1\tmsg=4", "LEEF:1.0|a|b|1|2|x5|src=1\tmsg=4"]),
    ],
)  # fmt: skip
def test_digits_that_a_grammar_looks_at_are_no_values(name: str, lines: list[str]) -> None:
    """Names, escapes, numbers and delimiters: lines of one form in turn, over and over."""
    container: Container = CONTAINERS[name]._CONTAINER  # type: ignore[attr-defined]
    lead = 6 if name == "cef" else 0
    for message in lines * 6:
        parsed = container.parse(message[lead:])
        found = read(event_of(message), container, lead)
        assert (found is None) == (parsed is None)
        if found is not None and parsed is not None:
            asked = container.asked | {slot[0] for slot in plan_of(parsed).slots}
            assert {one: found[0].get(one) for one in asked} == {one: parsed.get(one) for one in asked}


def test_a_flood_of_forms_keeps_no_more_readings_than_it_may() -> None:
    container: Container = json_body._CONTAINER
    words = ("".join(chr(97 + (n // 26**k) % 26) for k in range(4)) for n in range(3_000))
    for word in words:
        for number in range(5):
            read(event_of(f'{{"msg":"{word} {number}","n":{number}}}'), container)
    assert 0 < sum(len(shape.readings) for shape in cuts._kept) <= cuts._READINGS_MAX


def test_words_read_again_say_what_the_generic_layer_says() -> None:
    """Whatever the event held when the same words were read before."""
    rng = random.Random(5)
    words = [
        "Tunnel is down",
        "Login failed for anna",
        "user=bob action=deny",
        "link up: eth changed",
        "request denied by storwize",
    ]
    for _ in range(400):
        made = []
        message = rng.choice(words)
        user, code, polarity = (
            rng.choice([None, "eve"]),
            rng.choice([None, "A-1"]),
            rng.choice(["neutral", "up"]),
        )
        src, action, rest = (
            rng.choice([None, "192.0.2.9", "::1"]),
            rng.choice([None, "drop"]),
            rng.choice([Rest.ALL, Rest.SLOTS]),
        )
        for _ in range(2):
            event = event_of(message)
            event.user, event.event_code, event.polarity, event.src_ip, event.action = (
                user,
                code,
                polarity,
                src,
                action,
            )
            made.append(event)
        read_words(made[0], rest)
        generic(made[1], rest)
        assert made[0] == made[1]

"""Dialects: each has a corpus, the corpus reads as expected, no line has two owners, and marks find what claims claim."""

from __future__ import annotations

from typing import Any

import pytest

from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.dialects import DIALECTS
from brainstemd.pipeline.generic import generic
from brainstemd.pipeline.normalise import Dispatch
from tests.dialect_docs import CORPUS, DOCUMENT, about, document, read, rows

ALL = [(path.stem, row) for path in sorted(CORPUS.glob("*.jsonl")) for row in rows(path.stem)]


def test_every_dialect_has_a_corpus_and_every_corpus_a_dialect() -> None:
    """A dialect without lines fails the build, and so do lines without a dialect."""
    assert {dialect.name for dialect in DIALECTS} == {path.stem for path in CORPUS.glob("*.jsonl")}
    assert all(len(rows(dialect.name)) >= 5 for dialect in DIALECTS)


@pytest.mark.parametrize(
    ("name", "row"), ALL, ids=lambda value: value if isinstance(value, str) else value["raw"][:60]
)
def test_corpus_line_reads_as_expected(name: str, row: dict[str, Any]) -> None:
    """Each expected field of a corpus line comes out; fields that are not named are not asked for."""
    found = read(row["raw"])
    assert {key: found[key] for key in row["expect"]} == row["expect"]


@pytest.mark.parametrize(
    ("name", "row"), ALL, ids=lambda value: value if isinstance(value, str) else value["raw"][:60]
)
def test_a_line_has_one_owner(name: str, row: dict[str, Any]) -> None:
    """Only the corpus' own dialect claims its line when each is asked through its own marks."""
    event = decode(row["raw"].encode())
    owners = [dialect.name for dialect in DIALECTS if Dispatch([dialect]).find(event) is not None]
    assert owners == [name]


@pytest.mark.parametrize("order", [DIALECTS, tuple(reversed(DIALECTS))])
def test_dispatch_does_not_depend_on_order(order: tuple[Any, ...]) -> None:
    """The registry's order decides nothing."""
    dispatch = Dispatch(order)
    for name, row in ALL:
        found = dispatch.find(decode(row["raw"].encode()))
        assert found is not None
        assert found.name == name


def test_generic_layer_alone_agrees_about_polarity_on_most_corpus_lines() -> None:
    """A vendor nobody wrote a dialect for is read nearly as well: dialect and generic polarity rarely differ."""
    agree = 0
    for _, row in ALL:
        by_dialect, alone = decode(row["raw"].encode()), decode(row["raw"].encode())
        normalise(by_dialect)
        generic(alone)
        agree += by_dialect.polarity == alone.polarity
    assert agree / len(ALL) > 0.75


def test_a_daemon_that_names_itself_and_its_level_is_not_frr() -> None:
    """`mgmtd` is FRR's and several appliances'; theirs begins with name and level, and keeps its state."""
    event = decode(
        b"<187>Jan 10 10:00:00 sh-1 mgmtd[12]: [mgmtd.NOTICE]: Interface wan0_0 link state changed to down"
    )
    normalise(event)
    assert (event.vendor, event.interface, event.polarity) == ("riverbed", "wan0_0", "down")


def test_the_document_is_made_of_the_corpora() -> None:
    """`python -m tests.dialect_docs` would change nothing, and every dialect says what it understands."""
    assert document() == DOCUMENT.read_text("utf-8")
    told = about()
    assert told.keys() == {dialect.name for dialect in DIALECTS}
    assert all(row["understood"] for row in told.values())

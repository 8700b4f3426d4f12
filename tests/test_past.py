"""Classes of earlier days, found from templates alone."""

from __future__ import annotations

import pytest
from hypothesis import given

from brainstemd.pipeline.classes import Base, learn
from brainstemd.pipeline.fingerprint import signature_id
from brainstemd.pipeline.past import fits, open_words, past_class
from tests.test_classes import NAMES, TEMPLATES


def based(template: str, code: str | None = None) -> Base:
    return Base(signature_id(template, code), template, code)


@given(TEMPLATES, TEMPLATES)
def test_every_class_is_found_in_a_larger_set(early: list[str], late: list[str]) -> None:
    """Whatever was learned since: its id gives its template, which its members fit."""
    few = [based(template) for template in early]
    many = [*few, *map(based, late)]
    for one in learn(few).found.values():
        assert past_class(one.id, many) == Base(one.id, one.template)
        known = {base.id: base.template for base in few}
        assert all(fits(one.template, known[member]) for member in one.members)


def test_a_class_that_is_gone_is_found() -> None:
    """Three words that vary are a class, a fourth made it none; its id is found all the same, under its code."""
    places = ("Leipzig", "Gdansk", "Porto", "Lyon")
    rows = [
        f"quota of {name} mailed to {place} by {by}"
        for name in NAMES[:4]
        for place in places
        for by in NAMES[4:8]
    ]
    (one,) = learn(based(row, "A-1") for row in rows).found.values()
    assert one.template == "quota of <*> mailed to <*> by <*>"
    found = past_class(one.id, [*(based(row) for row in rows), *(based(row, "A-1") for row in rows)])
    assert found == Base(one.id, one.template, "A-1")
    assert past_class("s1-0000000000000000", [based(row, "A-1") for row in rows]) is None


@pytest.mark.parametrize(
    ("pattern", "template", "words"),
    [
        ("mail for <*> left", "mail for alice left", ["alice"]),
        ("mail for (<*>), left", "mail for (alice), left", ["alice"]),
        ("mail for <*> left", "mail for <*> left", []),
        ("<*> by <*>", "mail by bob", ["mail", "bob"]),
    ],
)
def test_what_fits(pattern: str, template: str, words: list[str]) -> None:
    """The words between the punctuation of the open places."""
    assert fits(pattern, template)
    assert open_words(pattern, template) == words


@pytest.mark.parametrize(
    "template", ["mail for () left", "mail for alice", "mail of (alice) left", "mail for alice left"]
)
def test_what_does_not_fit(template: str) -> None:
    """Another word, another length, other punctuation, nothing in the place."""
    assert not fits("mail for (<*>) left", template)

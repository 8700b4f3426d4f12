"""Templates as people quote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd.attention.phrases import TEXT_MAX, headline, plain, quoted


@pytest.mark.parametrize(
    ("template", "entity", "kind", "said"),
    [
        ("VPN tunnel dropped and recovered", "", "", "VPN tunnel dropped and recovered"),
        ("Failed password for <user> from <host> port <n>", "svc-backup", "user", "Failed password for svc-backup"),
        ("<n>[<*>] <<id>|<n>> DPD check timed out", "b", "tunnel", "DPD check timed out"),
        ("<id>: SATA link down (SStatus <n> SControl <n>)", "", "", "SATA link down"),
        ("<unit>: Main process exited, status=<nonzero>", "q.service", "service", "q.service: Main process exited"),
        ("%LINK-<n>-UPDOWN: Interface <id>, changed state to down", "Gi0/1", "interface", "changed state to down"),
        ("<n> <n> <n>", "", "", "…"),
        ("error <n>", "", "", "error"),
    ],
)  # fmt: skip
def test_the_telling_piece(template: str, entity: str, kind: str, said: str) -> None:
    """Values, empty brackets and bare keys are left out; three words together are enough."""
    assert headline(template, entity, kind) == said


def test_the_entity_stands_in_its_place() -> None:
    """What the placeholder stood for is named, the rest stays open."""
    assert (
        quoted("Failed password for <user> from <host>", "anna", "user") == "Failed password for anna from …"
    )
    assert (
        quoted("Failed password for <user> from <host>", "anna", "tunnel") == "Failed password for … from …"
    )


@given(st.text(max_size=400), st.text(max_size=40), st.sampled_from(["", "user", "service"]))
def test_any_template_gives_printable_bounded_words(template: str, entity: str, kind: str) -> None:
    """Whatever a line said: printable, one line, bounded."""
    for said in (headline(template, entity, kind), quoted(template, entity, kind)):
        assert len(said) <= TEXT_MAX
        assert said == plain(said)

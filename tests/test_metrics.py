"""The exposition: names, kinds, units and labels."""

from __future__ import annotations

import re

import pytest

from brainstemd.metrics import FAMILIES, Value, exposition

BOUNDED = {"listener", "transport", "reason", "check", "process", "version", "outcome"}


def test_counters_and_gauges_come_out_as_prometheus_text() -> None:
    """A snapshot's values appear under their names, typed, with labels."""
    text = exposition(
        lambda: {
            "brainstemd_received_lines_total": [Value(3, ("udp:514", "udp"))],
            "brainstemd_worker_up": [Value(1)],
        }
    ).decode()
    assert "# TYPE brainstemd_received_lines_total counter\n" in text
    assert 'brainstemd_received_lines_total{listener="udp:514",transport="udp"} 3.0\n' in text
    assert "# TYPE brainstemd_worker_up gauge\nbrainstemd_worker_up 1.0\n" in text


def test_an_unknown_name_is_a_defect() -> None:
    """Nothing is exported that is not in the table."""
    with pytest.raises(KeyError):
        exposition(lambda: {"brainstemd_invented": [Value(1)]})


@pytest.mark.parametrize("name", FAMILIES)
def test_names_follow_the_conventions(name: str) -> None:
    """brainstemd_ first, lower case; a counter ends in _total and nothing else does; labels are bounded
    ones; help is a sentence.
    """
    family = FAMILIES[name]
    assert re.fullmatch(r"brainstemd_[a-z]+(_[a-z]+)*", name)
    assert name.endswith("_total") == (family.kind == "counter")
    assert set(family.labels) <= BOUNDED
    assert family.help.endswith(".")


def test_each_scrape_asks_anew() -> None:
    """The collector keeps nothing between scrapes."""
    asked = []

    def snapshot() -> dict[str, list[Value]]:
        asked.append(1)
        return {"brainstemd_worker_up": [Value(len(asked))]}

    assert b"worker_up 1.0" in exposition(snapshot)
    assert b"worker_up 2.0" in exposition(snapshot)

"""Every number that a person may want to turn, in one place: at most 25, each with a fixed sign.

All weights are magnitudes (>= 0); the sign with which one enters the sum is part of its meaning and cannot be
turned round. Overrides come from `[attention.weights]`; an unknown name or a negative value is a ConfigError.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from brainstemd.errors import ConfigError

DEFAULTS: Mapping[str, float] = {
    # prior: odds that any one kind of message is wanted today
    "prior_wanted": 3.0,  # things a day that an operator wants to know
    "prior_floor": 55.0,  # points; however many kinds of message there are, not less than minus this
    # recurrence, + : points a doubling
    "recurrence_count": 5.0,  # of occurrences in 14 days (up to 64)
    "recurrence_days": 5.0,  # of distinct days
    "recurrence_cap": 40.0,
    # specificity, + and -
    "specificity_cap": 30.0,
    "shared_cap": 40.0,  # most that is taken away when siblings do the same
    # change, +
    "change_cap": 40.0,
    "change_neutral_cap": 15.0,  # when neither words nor state say that it is a fault
    # absence, + : a beat that did not come, a source that fell silent
    "absence_cap": 60.0,
    # drift, + : a number that moves one way
    "drift_cap": 90.0,
    # precursor, + : it came before outages
    "precursor_cap": 40.0,
    # cost, + : points a doubling of 1 + n
    "cost_minutes": 4.0,  # minutes down in 7 days
    "cost_episodes": 5.0,  # episodes, restarts in 7 days
    "cost_failures": 3.0,  # failed outcomes in 7 days
    "cost_cap": 30.0,
    # valence, + and -
    "valence_fault": 10.0,  # first fault word; the second adds half of it
    "valence_benign": 10.0,  # the same, downwards
    "valence_unknown": 5.0,  # no known word at all: most such lines are benign
    "valence_state": 6.0,  # down, failed, a status that is not zero
    "severity_cap": 3.0,
    # novelty, + ; precedent, +
    "novelty_cap": 8.0,
    "precedent": 20.0,  # an operator said that it mattered, or it came before an incident; half of it: it is back
    # what lowers
    "habituation": 60.0,  # times the share that was foreseeable
    "gap": 10.0,  # times the share of the last day that was not seen
}


def resolve(overrides: Mapping[str, float]) -> dict[str, float]:
    """DEFAULTS with `overrides` applied. Raises ConfigError for an unknown name or a negative value."""
    for name, value in overrides.items():
        if name not in DEFAULTS:
            near = difflib.get_close_matches(name, DEFAULTS, n=1)
            hint = f"did you mean {near[0]}?" if near else "docs/attention.md lists the weights"
            raise ConfigError(f"attention.weights.{name}: unknown weight", hint=hint)
        if not 0.0 <= value < float("inf"):
            raise ConfigError(
                f"attention.weights.{name} = {value}: a weight is a magnitude, zero or more",
                hint="the sign of a weight is fixed; 0 switches it off",
            )
    return {**DEFAULTS, **overrides}

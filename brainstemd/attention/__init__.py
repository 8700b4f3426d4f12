"""Attention: from counts in memory to the few stories that a human should know, with the arithmetic.

`attend` is handed the histories of all active keys as they were known at one instant and returns stories, best
first, each a sum of named parts that a person can check; `explain` prints that sum, also for what was left out.

Invariants
- Pure: a function of its arguments. The instant is an argument; nothing later than it is read. No I/O.
- Independent of order: histories may come in any order, ties are broken by identity.
- A part is told once: several detectors on one fact feed one facet by its maximum, never by a sum.
- The parts of a story add up to its attention. Gates only lower, and are named.
- A high count alone, a high severity alone, a new message alone never make a story.
- What is predictable is habituated, not what is frequent: an irregular fault of one entity stays until disposed of.
- Every key that was handed in has a verdict.

It never opens memory or the spool, never reads a digest that was printed, never prints, never learns in secret:
all it knows stands in the histories, the notes and at most 25 weights (weights.py). docs/attention.md has every formula.
"""

from brainstemd.attention import strands, weights
from brainstemd.attention.creeping import numbered
from brainstemd.attention.explain import explain
from brainstemd.attention.judge import Outcome, Verdict, attend

__all__ = ["Outcome", "Verdict", "attend", "explain", "numbered", "strands", "weights"]

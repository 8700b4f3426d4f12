"""What a number did: the finding that every test of a series returns."""

from __future__ import annotations

from typing import NamedTuple

from brainstemd.attention.numbers import Series

P_MAX = 0.005
FELLOWS_MIN = 3
# Ways to change.
CREEPS, STEPS, STANDS, PARTS, SCATTERS, RESETS = "creeps", "steps", "stands", "parts", "scatters", "resets"


class Drift(NamedTuple):
    """What moves, how far, how surely."""

    series: Series
    p: float
    begin: float  # by the line, at the first and the last of the days
    end: float
    days: int  # from the first to the last
    points: int  # daily medians in the window
    bound: float | None  # what it will reach
    bound_days: float  # in that many days
    telling: bool  # far enough, and no clockwork; else it only says how its like moves
    form: str = CREEPS  # or it changed at once and stayed there, stands still, …
    by: str = "Kendall"  # the test that p is of
    quoted: tuple[float, float] = (0.0, 0.0)  # numbers that lines said, nearest to the two ends
    beyond: float | None = None  # the level at which its fellows, or it itself, used to be set back
    odd: bool = False  # far more than the same number moves elsewhere
    short: float | None = None  # what it had been equal to, in its own lines, and is less than now

    @property
    def stepped(self) -> bool:
        """Was it one thing until a day, and another since?"""
        return self.form not in (CREEPS, RESETS)

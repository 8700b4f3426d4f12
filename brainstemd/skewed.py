"""Clocks that are wrong, in words: for the digest and for health."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime

from brainstemd.models import DAY_US, HOUR_US, MINUTE_US, SECOND_US, ClockSkew

_TOLD_MAX = 3
_MINUTE_S, _HOUR_S, _DAY_S = MINUTE_US // SECOND_US, HOUR_US // SECOND_US, DAY_US // SECOND_US


def skewed(skews: Iterable[ClockSkew], speaking: Container[tuple[str, str]]) -> list[str]:
    """A sentence for each of the clocks that are most wrong, of sources that spoke lately, and how many more there are."""
    found = sorted(
        (skew for skew in skews if (skew.tenant, skew.source) in speaking),
        key=lambda skew: (-abs(skew.skew_s), skew),
    )
    told = [
        f"the stamps of {skew.source} (tenant {skew.tenant}) are {amount(skew.skew_s)} their receipt since {_clock(skew.t_us)}: "
        + (
            "its clock or its `timezone` is wrong"
            if skew.skew_s > 0
            else "its clock or its `timezone` is wrong, or its lines wait"
        )
        for skew in found[:_TOLD_MAX]
    ]
    more = len(found) - _TOLD_MAX
    return told + ([f"the clocks of {more} more sources are wrong"] if more > 0 else [])


def hint(skews: Sequence[ClockSkew]) -> str:
    """The same for health, in short; empty where there are none."""
    if not skews:
        return ""
    told = ", ".join(f"{skew.source} {amount(skew.skew_s)} receipt" for skew in skews[:_TOLD_MAX])
    return f"{told}{', …' if len(skews) > _TOLD_MAX else ''}: set their clocks, or `timezone` of their [[source]]"


def amount(skew_s: int) -> str:
    """`61 min ahead of`, `3 days behind`; rounded to the unit."""
    size = abs(skew_s)
    unit, name = (
        (_DAY_S, "days")
        if size >= 2 * _DAY_S
        else (_HOUR_S, "h")
        if size >= 2 * _HOUR_S
        else (_MINUTE_S, "min")
    )
    return f"{round(size / unit)} {name} {'ahead of' if skew_s > 0 else 'behind'}"


def _clock(t_us: int) -> str:
    return datetime.fromtimestamp(t_us // SECOND_US, UTC).isoformat().replace("+00:00", "Z")

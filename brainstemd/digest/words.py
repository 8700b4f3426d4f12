"""How numbers and instants are said in the text and on the page."""

from __future__ import annotations

from datetime import UTC, timedelta

from brainstemd.digest.schema import Digest, instant

_STEPS = ((86_400.0, "days"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))
TREND_BUCKETS_MAX = 28  # more are summed in groups, so that a trend fits a line
STATE_WORDS = {
    "new": "new",
    "worse": "getting worse",
    "ongoing": "ongoing",
    "returned": "returned",
    "recovered": "recovered",
}


def number(value: float) -> str:
    """A number with at most one decimal and thousands marked: 1,204 or 7.5."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def points(value: float) -> str:
    """Points without their sign."""
    return number(abs(value))


def duration(seconds: float) -> str:
    """Seconds in the unit that a person would use: 41 s, 12 min, 3.5 h, 9 days."""
    for step, unit in _STEPS:
        if seconds >= 2 * step or step == 1.0:
            return f"{number(round(seconds / step, 1 if seconds < 10 * step else 0))} {unit}"
    return "0 s"


def clock(text: str) -> str:
    """An instant to the second: 2026-03-22T07:00:00Z."""
    return instant(text).astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def age(since: str, until: str) -> str:
    """How long it is from one instant to another."""
    return duration((instant(until) - instant(since)).total_seconds())


def span(start: str, end: str) -> str:
    """An interval; the day is said once where it is one day, and an instant is none."""
    first, last = instant(start), instant(end)
    if first == last:
        return clock(start)
    if first.date() == last.date():
        return f"{clock(start).removesuffix('Z')}-{last:%H:%M:%S}Z"
    return f"{clock(start)} to {clock(end)}"


def plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def some(words: list[str], limit: int) -> str:
    """The first few of a list, and how many more there are."""
    rest = len(words) - limit
    return ", ".join(words[:limit]) + (f" and {rest:,} more" if rest > 0 else "")


def buckets(trend: list[int]) -> list[int]:
    """The trend in at most TREND_BUCKETS_MAX buckets: neighbours are summed, the oldest group may be
    short.
    """
    size = -(-len(trend) // TREND_BUCKETS_MAX) if trend else 1
    head = len(trend) % size
    groups = [trend[:head]] if head else []
    groups += [trend[i : i + size] for i in range(head, len(trend), size)]
    return [sum(group) for group in groups]


def nothing(digest: Digest) -> str:
    """Why a digest has no item: all is well, or nothing was seen, and where the newest event is then."""
    if digest.totals.events:
        return "Nothing deserves attention."
    if digest.newest is None:
        return "No event was seen in this window, and memory holds none at all."
    tenant = f" --tenant {digest.tenant}" if digest.tenant is not None else ""
    return (
        f"No event was seen in this window. The newest event was at {clock(digest.newest)}; "
        f"see it with: brainstemd digest --at {_after(digest.newest)}{tenant}"
    )


def _after(text: str) -> str:
    """The first whole second after an instant: a digest at that moment includes it."""
    return clock((instant(text) + timedelta(seconds=1)).isoformat())

"""What the caps of memory and attention turned away, said in the digest: judged together, hidden from nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from brainstemd.attention import strands
from brainstemd.memory import REST
from brainstemd.models import DAY_US, SLOT_US, History

_TOLD_MAX = 3


def apart(histories: Iterable[History]) -> tuple[list[History], list[History]]:
    """The histories of keys that have a signature, and those of the rest, in which there is nothing to judge."""
    told: list[History] = []
    rest: list[History] = []
    for history in histories:
        (rest if history.key.signature == REST else told).append(history)
    return told, rest


def crowded(rest: Sequence[History], start_us: int) -> list[str]:
    """A sentence for each of the largest rests since an instant, and how many more there are."""
    found = [(sum(_lines(history, start_us)), history.key) for history in rest]
    found = sorted(
        ((lines, key) for lines, key in found if lines),
        key=lambda row: (-row[0], row[1].tenant, row[1].source),
    )
    told = [
        f"{lines:,} lines of more sources than [memory] sources_max are counted together (tenant {key.tenant})"
        if key.source == REST
        else f"{key.source} said more kinds of lines than [memory] signatures_max: {lines:,} are counted together"
        for lines, key in found[:_TOLD_MAX]
    ]
    more = len(found) - _TOLD_MAX
    return told + ([f"{more} more sources said more than memory tells apart"] if more > 0 else [])


def whole(uncounted: int) -> list[str]:
    """A sentence for messages whose tenant speaks of more things than attention tells apart."""
    if not uncounted:
        return []
    what = (
        "1 message at its host speaks" if uncounted == 1 else f"{uncounted:,} messages at their hosts speak"
    )
    judged = "it is" if uncounted == 1 else "they are"
    return [
        f"{what} of things that had no place among the {strands.TENANT_MAX:,} of a tenant: {judged} judged as a whole"
    ]


def _lines(history: History, start_us: int) -> Iterable[int]:
    for day in history.days:
        if day.last_us >= start_us:
            base = day.day * DAY_US
            yield sum(slot.count for slot in day.slots if base + slot.slot * SLOT_US >= start_us - SLOT_US)

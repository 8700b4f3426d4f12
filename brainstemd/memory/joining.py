"""Histories of several keys as one: what a memory would show that had counted their lines under one key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from brainstemd.memory.rows import SECONDS_MAX, merge_weeks
from brainstemd.models import Day, History, KeyFacts, Slot, Transition, Week


def joined(histories: Sequence[History], key: KeyFacts) -> History:
    """At least one history, under `key`: the gravest severity of all of them, the smallest name of a program."""
    names = [one.key.app_name for one in histories if one.key.app_name]
    facts = key._replace(
        severity=min(one.key.severity for one in histories), app_name=min(names, default=key.app_name)
    )
    transitions: set[Transition] = set().union(*(one.transitions for one in histories))
    return History(
        facts,
        _days(histories),
        _weeks(histories),
        tuple(sorted(transitions, key=lambda change: (change.t_us, change.position))),
    )


def renamed(history: History, keys: Mapping[int, int]) -> History:
    """With the transitions of keys that were joined under the key that stands for them."""
    if not any(change.key_id in keys for change in history.transitions):
        return history
    return history._replace(
        transitions=tuple(
            change._replace(key_id=keys.get(change.key_id, change.key_id)) for change in history.transitions
        )
    )


def _days(histories: Iterable[History]) -> tuple[Day, ...]:
    found: dict[int, Day] = {}
    for history in histories:
        for day in history.days:
            known = found.get(day.day)
            found[day.day] = day if known is None else _merged(known, day)
    return tuple(found[number] for number in sorted(found))


def _merged(one: Day, two: Day) -> Day:
    slots = {slot.slot: slot for slot in one.slots}
    for slot in two.slots:
        known = slots.get(slot.slot)
        if known is not None:
            count = known.count + slot.count
            seconds = tuple(sorted(known.seconds + slot.seconds)) if count <= SECONDS_MAX else ()
            slot = Slot(slot.slot, count, seconds)
        slots[slot.slot] = slot
    return Day(
        one.day,
        one.lines + two.lines,
        min(one.first_us, two.first_us),
        max(one.last_us, two.last_us),
        tuple(slots[number] for number in sorted(slots)),
    )


def _weeks(histories: Iterable[History]) -> tuple[Week, ...]:
    found: dict[int, Week] = {}
    for history in histories:
        for week in history.weeks:
            known = found.get(week.week)
            found[week.week] = week if known is None else merge_weeks(known, week)
    return tuple(found[number] for number in sorted(found))

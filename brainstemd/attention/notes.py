"""Operators' words: which notes speak of a unit, and what they make of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from brainstemd.attention import windows
from brainstemd.attention.units import EVERY, Identity, Unit
from brainstemd.attention.windows import DAY, HOUR, Interval
from brainstemd.models import SECOND_US, Note, SeenBefore

BEFORE_INCIDENT_S = 2 * HOUR
DISPOSITIONS = frozenset({"ack", "mute", "fixed"})


class Standing(NamedTuple):
    """What notes say about a unit at an instant."""

    kept_out: str = ""  # why an operator's word keeps it out of the digest
    returned: str = ""  # a disposition that no longer holds
    returned_s: int = 0
    precedent: str = ""
    seen_before: tuple[SeenBefore, ...] = ()


def known(notes: Sequence[Note], at_us: int) -> list[Note]:
    """Notes count by when they were recorded, never earlier."""
    return sorted((note for note in notes if note.recorded_us <= at_us), key=lambda note: note.recorded_us)


def concerns(note: Note, identity: Identity, sources: Sequence[str], item: str) -> bool:
    """Does a note's scope take in this unit? An open scope means "any"; an item names one story."""
    if note.item is not None and note.item == item:
        return True
    tenant, signature, _, source, entity = identity
    if note.signature is None and note.source is None and note.entity is None:
        return False
    return (
        note.tenant in (None, tenant)
        and note.signature in (None, signature)
        and (note.source is None or note.source == source or (source == EVERY and note.source in sources))
        and note.entity in (None, entity)
    )


def maintenance(
    notes: Sequence[Note], identity: Identity, sources: Sequence[str], at_s: int, floor_s: int
) -> list[Interval]:
    """The maintenance windows that lie over a unit, repeated weekly where the note says so."""
    out: list[Interval] = []
    tenant, signature, _, _, entity = identity
    for note in notes:
        if note.kind != "maintenance" or note.start_us is None or note.end_us is None:
            continue
        if (
            note.tenant not in (None, tenant)
            or note.signature not in (None, signature)
            or note.entity not in (None, entity)
            or (note.source is not None and set(sources) != {note.source})
        ):
            continue
        start, end = note.start_us // SECOND_US, note.end_us // SECOND_US
        if not note.weekly:
            out.append((start, end))
            continue
        first = max(0, (floor_s - end) // (7 * DAY))
        out.extend(
            (start + k * 7 * DAY, end + k * 7 * DAY)
            for k in range(first, max(first, (at_s - start) // (7 * DAY)) + 1)
        )
    return windows.merge(out)


def standing(unit: Unit, notes: Sequence[Note], item: str, at_s: int) -> Standing:
    """The newest disposition of a unit, and its incidents. `notes` are ascending and known."""
    mine = [
        note
        for note in notes
        if note.kind != "maintenance" and concerns(note, unit.identity, unit.sources, item)
    ]
    kept_out = returned = ""
    returned_s = 0
    disposed = [note for note in mine if note.kind in DISPOSITIONS]
    if disposed:
        last = disposed[-1]
        recorded = last.recorded_us // SECOND_US
        verdict = _dispose(unit, last, at_s)
        if verdict.startswith("!"):
            returned, returned_s = verdict[1:], recorded
        else:
            kept_out = verdict
    precedents = [note for note in mine if note.kind == "mattered"]
    incidents = [
        note
        for note in notes
        if note.kind == "incident" and _foreshadowed(unit, note) and note not in precedents
    ]
    seen = tuple(
        SeenBefore(
            began_us := note.start_us if note.start_us is not None else note.recorded_us,
            note.end_us if note.end_us is not None else began_us,  # nobody said when it was over
            note.text or ("mattered" if note.kind == "mattered" else "incident"),
            note.ticket,
        )
        for note in precedents + incidents
    )
    return Standing(kept_out, returned, returned_s, _precedent(precedents, incidents), seen)


def _dispose(unit: Unit, note: Note, at_s: int) -> str:
    """Why it is kept out; with a leading "!" why it is back; "" when the note has run out."""
    recorded = note.recorded_us // SECOND_US
    who = f"{note.who or 'an operator'} on {day(recorded)}"
    if note.kind == "mute":
        until = note.end_us // SECOND_US if note.end_us is not None else None
        if until is not None and at_s >= until:
            return ""
        return f"muted by {who}" + (f" until {day(until)}" if until is not None else "") + _quote(note)
    after = windows.between(unit.starts, recorded, at_s)
    if note.kind == "fixed":
        if not after:
            return f"called fixed by {who}, quiet since{_quote(note)}"
        return f"!fixed but returned: {who} called it fixed; {after} since{_quote(note)}"
    if not after:
        return f"acknowledged by {who}, nothing since{_quote(note)}"
    before = windows.between(unit.starts, recorded - 7 * DAY, recorded) / 7
    length = max(DAY, min(3 * DAY, at_s - recorded))
    count = windows.between(unit.starts, max(recorded, at_s - length), at_s)
    expected = before * length / DAY
    now = count * DAY / length
    if count >= 3 and now >= 2 * before and count >= expected + 2 * math.sqrt(expected):
        return f"!changed since acknowledged by {who}: {rate(before)} then, {rate(now)} now{_quote(note)}"
    if before and before >= 2 * now and before * length / DAY >= 8:
        return (
            f"acknowledged by {who}; since then it went down from {rate(before)} to {rate(now)}{_quote(note)}"
        )
    return f"acknowledged by {who}: {rate(before)} then, {rate(now)} now; told again when it is twice that{_quote(note)}"


def _foreshadowed(unit: Unit, note: Note) -> bool:
    if note.start_us is None or note.tenant not in (None, unit.tenant):
        return False
    if note.source is None or note.source not in unit.sources:
        return False
    start = note.start_us // SECOND_US
    return len(unit.starts) <= 5 * 35 and windows.between(unit.starts, start - BEFORE_INCIDENT_S, start) > 0


def _precedent(mattered: Sequence[Note], incidents: Sequence[Note]) -> str:
    told = []
    if mattered:
        told.append(f"it has mattered before: {_dated(mattered)}")
    if incidents:
        told.append(f"it came within 2 h before an incident: {_dated(incidents)}")
    return "; ".join(told)


def _dated(notes: Sequence[Note]) -> str:
    """The last three, by day and ticket."""
    found = []
    for note in notes[-3:]:
        ticket = f" ({note.ticket})" if note.ticket else ""
        start_us = note.start_us if note.start_us is not None else note.recorded_us
        found.append(day(start_us // SECOND_US) + ticket)
    return ", ".join(found)


def _quote(note: Note) -> str:
    return f' ("{note.text}")' if note.text else ""


def day(t: int) -> str:
    """The UTC date of a second, by civil-from-days arithmetic (Hinnant)."""
    z = t // DAY + 719_468
    era = z // 146_097
    doe = z - era * 146_097
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return f"{yoe + era * 400 + (month <= 2):04d}-{month:02d}-{doy - (153 * mp + 2) // 5 + 1:02d}"


def rate(per_day: float) -> str:
    """ "14 a day", "2.5 a day", "3 a week"."""
    if per_day >= 10:
        return f"{per_day:.0f} a day"
    if per_day >= 1:
        return f"{per_day:.1f} a day".replace(".0 a", " a")
    return f"{per_day * 7:.1f} a week".replace(".0 a", " a")

"""Strands: the things that one message speaks of, where no decoder knows them and no key tells them apart.

`osd.21 … slow operation`, `line 2: controller answered`, `"acq":"visanet-eu"`: the slot that names the thing is found by how
its values behave over all sources of a tenant: few, on many days, going to and fro, hardly ever new. Measurements,
addresses, stamps, versions and ids do not behave so; whole numbers must also be written as a label is. Each value's lines
become a history of their own beside that of the key, which stays: what no thing does alone the whole may still do.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import groupby
from typing import NamedTuple
from zlib import crc32

from brainstemd.attention.naming import (
    CROWD_MIN,
    REFRAIN_DAYS,
    STRANDS_MAX,
    THING,
    Name,
    Slotted,
    Value,
    choose,
    literals_of,
    refrain,
    slots_of,
    words_of,
)
from brainstemd.models import (
    DAY_US,
    SECOND_US,
    SLOT_US,
    Day,
    History,
    Position,
    Slot,
    Transition,
    TransitionKind,
)

LINES_MIN, DAYS_MIN = 8, 4  # of a message in a tenant
COMPLETE = 0.8  # share of a key's days of which every line is kept
A_DAY_MAX = 48  # lines of a day that memory keeps
TENANT_MAX = 2000  # strands of a tenant
CHOOSING_MAX = 500  # lines of a message that are looked at
GLANCE = 160  # of which are looked at first
SELDOM = 8  # lines a day of what may hold a refrain
SOUGHT_OF_KEY, SOUGHT_MAX, READ_MAX = (
    120,
    600,
    60_000,
)  # lines that are searched for one: of a key, a message, all
WHO = frozenset({"", "user", THING})  # kinds of entity that a line may name beside something else
NUMBERS_A_DAY = 4  # lines of a strand's day that are searched for numbers


Line = tuple[int, str]  # t_us, message
_Row = tuple[int, int, str]  # number of the key, t_us, message


class Strands(NamedTuple):
    """What keys were parted into. `wholes`: id of a strand → id of the key that it is a part of.

    `pools`: such a key → all keys whose lines were taken together, where it stands for several.
    """

    histories: list[History]
    wholes: dict[int, int]
    lines: dict[int, list[Line]]
    uncounted: int = 0  # keys that stayed whole because their tenant had no place for more
    pools: Mapping[int, Sequence[int]] = {}

    def thinned(self, wanted: Iterable[int]) -> dict[int, list[Line]]:
        """A few lines of each day of these strands: those of smallest hash."""
        return {key: _few(self.lines[key]) for key in wanted if key in self.lines}


def asked(histories: Iterable[History], at_us: int) -> set[int]:
    """The keys whose kept lines are worth reading: no entity, alive, on several days, all of few lines.

    And those of a crowd: many at one source of whom a message speaks seldom.
    """
    today = at_us // DAY_US
    groups: defaultdict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
    crowds: defaultdict[tuple[str, str, str], list[History]] = defaultdict(list)
    for history in histories:
        key, days = history.key, history.days
        if key.healed or not days or days[-1].day < today - 14:
            continue
        if key.entity:
            if key.entity_kind in WHO:
                crowds[key.tenant, key.signature, key.source].append(history)
            continue
        few = sum(day.lines <= A_DAY_MAX for day in days)
        if few >= COMPLETE * len(days):
            groups[key.tenant, key.signature].append((key.id, len(days) >= DAYS_MIN))
    asked = {id_ for found in groups.values() if any(several for _, several in found) for id_, _ in found}
    for (tenant, signature, _), crowd in crowds.items():
        on = {day.day for history in crowd for day in history.days}
        lines = sum(day.lines for history in crowd for day in history.days)
        if len(crowd) >= CROWD_MIN and len(on) >= DAYS_MIN and lines <= SELDOM * len(on):
            asked.update(history.key.id for history in crowd)
            asked.update(id_ for id_, _ in groups.get((tenant, signature), ()))
    return asked


def split(histories: Iterable[History], said: Mapping[int, Sequence[Line]]) -> Strands:
    """The strands of all keys whose lines name things. `said`: key → its kept lines up to the instant, ascending."""
    groups: defaultdict[tuple[str, str], list[tuple[History, list[Line]]]] = defaultdict(list)
    for history in histories:
        kept = said.get(history.key.id)
        if kept and (whole := _complete(history, kept)) is not None:
            groups[history.key.tenant, history.key.signature].append((history, whole))
    pools: dict[int, list[int]] = {}
    crowds = {
        kind: _merged(members, pools)
        for kind, members in groups.items()
        if any(h.key.entity for h, _ in members)
    }
    out = Strands([], {}, {}, pools=pools)
    places: Counter[str] = Counter()
    messages = [
        _Message(tenant, signature, sorted(members, key=lambda pair: pair[0].key.id))
        for (tenant, signature), members in sorted(groups.items(), key=lambda pair: pair[0])
        if (tenant, signature) not in crowds
    ]
    known: defaultdict[str, set[str]] = defaultdict(set)
    for message in messages:
        known[message.tenant] |= message.decide(frozenset())
    for message in messages:
        if message.chosen.thing is None and known[message.tenant]:
            message.decide(frozenset(known[message.tenant]))
    pooled = [
        _Message(tenant, signature, sorted(members, key=lambda pair: pair[0].key.id))
        for (tenant, signature), members in sorted(crowds.items())
    ]
    _seek([*(message for message in messages if message.chosen.thing is None), *pooled])
    for message in [*messages, *pooled]:
        tenant = message.tenant
        for parent, found in message.parted():
            if places[tenant] + len(found) > TENANT_MAX:
                out = out._replace(uncounted=out.uncounted + 1)
                continue
            places[tenant] += len(found)
            for history, lines in found:
                out.histories.append(history)
                out.wholes[history.key.id] = parent
                out.lines[history.key.id] = lines
    return out._replace(histories=_with_transitions(out.histories, out.lines))


def _merged(
    members: Iterable[tuple[History, list[Line]]], pools: dict[int, list[int]]
) -> list[tuple[History, list[Line]]]:
    """One key a source, whoever it speaks of: under the first of them stand the lines of all."""
    out: list[tuple[History, list[Line]]] = []
    places: defaultdict[str, list[tuple[History, list[Line]]]] = defaultdict(list)
    for pair in members:
        places[pair[0].key.source].append(pair)
    for _, same in sorted(places.items()):
        first = min((history for history, _ in same), key=lambda history: history.key.id)
        lines = sorted(line for _, its in same for line in its)
        pools[first.key.id] = sorted(history.key.id for history, _ in same)
        out.append((first._replace(key=first.key._replace(entity="", entity_kind="")), lines))
    return out


def _complete(history: History, kept: Sequence[Line]) -> list[Line] | None:
    """The lines of the days that are known line by line; None where too few are, or one of the newest two is not."""
    by_day = {day: list(lines) for day, lines in groupby(kept, key=lambda line: line[0] // DAY_US)}
    known = [day for day in history.days if len(by_day.get(day.day, ())) == day.lines]
    if len(known) < COMPLETE * len(history.days) or history.days[-2:] != tuple(known[-2:]):
        return None
    return [line for day in known for line in by_day[day.day]]


# ---------------------------------------------------------------- which slot


class _Message:
    """One message of a tenant, over all its sources and states."""

    def __init__(self, tenant: str, signature: str, members: Sequence[tuple[History, list[Line]]]) -> None:
        self.tenant, self.signature = tenant, signature
        self.chosen = Slotted(None, None)
        self._members = members
        self._literals: frozenset[str] = frozenset()
        self._column: list[tuple[int, int, dict[Name, Value]]] = []
        self._hopeless = False
        self._least = (
            2  # lines of a strand; where the others come once each, they are what it is compared with
        )

    def decide(self, known: frozenset[str]) -> set[str]:
        """Choose the slots; `known`: what other messages of the tenant name. Returns what this one names."""
        if self._hopeless or (not self._column and not self._prepare()):
            self._hopeless = True
            return set()
        self.chosen = choose(self._column, known)
        thing = self.chosen.thing
        names = {_label(thing, found) for _, _, found in self._column if thing is not None}
        return {name for name in names if name and not name[:1].isdigit() and " " not in name}

    def lines_by_days(self) -> list[tuple[int, list[Line]]]:
        """(days, lines) of each key."""
        return [(len({t_us // DAY_US for t_us, _ in lines}), lines) for _, lines in self._members]

    def part_by(self, name: Name, literals: frozenset[str]) -> None:
        """Part it by this slot, every line of it: what came once is what the others are compared with."""
        self.chosen, self._literals, self._least = Slotted(name, None), literals, 1

    def _prepare(self) -> bool:
        """Read enough lines, source by source, to choose by."""
        rows: list[_Row] = []
        for number, (_, lines) in enumerate(self._members):
            if len(rows) >= CHOOSING_MAX:
                break
            rows += [(number, t_us, text) for t_us, text in lines]
        if len(rows) < LINES_MIN or len({t_us // DAY_US for _, t_us, _ in rows}) < DAYS_MIN:
            return False
        few = _glance(rows)
        self._literals = literals_of([text for _, _, text in few])
        glance = [(number, t_us, slots_of(text, self._literals)) for number, t_us, text in few]
        if choose(glance, glance=True) == Slotted(None, None):
            return False
        self._column = glance
        if len(few) < len(rows):
            self._column = [(number, t_us, slots_of(text, self._literals)) for number, t_us, text in rows]
        return True

    def parted(self) -> Iterator[tuple[int, list[tuple[History, list[Line]]]]]:
        """(key, its strands) of each key."""
        thing, kind = self.chosen
        if thing is None and kind is None:
            return
        for parent, lines in self._members:
            parts: dict[tuple[str, str], list[Line]] = {}
            for line in lines:
                found = words_of(line[1], self._literals, self.chosen)
                parts.setdefault((_labelled(thing, found), _kind(kind, found)), []).append(line)
            if len(parts) > STRANDS_MAX and self._least > 1:
                continue
            parts = dict(sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))[:STRANDS_MAX])
            made = [
                (_history(parent, name, event, its), its)
                for (name, event), its in sorted(parts.items())
                if (name or event) and len(its) >= self._least
            ]
            if made:
                yield parent.key.id, made


def _seek(messages: Iterable[_Message]) -> None:
    """Where no slot names things, one value may still be a thing's: it comes back, the others do not, at any tenant."""
    kinds: defaultdict[str, list[_Message]] = defaultdict(list)
    for message in messages:
        kinds[message.signature].append(message)
    read = 0
    for _, alike in sorted(kinds.items()):
        keys = [found for message in alike for found in message.lines_by_days()]
        if read >= READ_MAX or not any(
            days >= REFRAIN_DAYS and len(lines) <= SELDOM * days for days, lines in keys
        ):
            continue
        keys.sort(key=lambda found: (-found[0], found[1]))
        rows = [
            (number, t_us, text)
            for number, (_, lines) in enumerate(keys)
            for t_us, text in lines[-SOUGHT_OF_KEY:]
        ][:SOUGHT_MAX]
        read += len(rows)
        literals = literals_of([text for _, _, text in _glance(rows)])
        name = refrain([(number, t_us, slots_of(text, literals)) for number, t_us, text in rows])
        if name is not None:
            for message in alike:
                message.part_by(name, literals)


def _glance(rows: Sequence[_Row]) -> Sequence[_Row]:
    """Some of the lines, in no even steps: of things that report in turns every second line is the same thing's."""
    return rows if len(rows) <= GLANCE else nsmallest(GLANCE, rows, key=lambda row: _hash(row[1:]))


# ---------------------------------------------------------------- histories of strands


def _label(name: Name | None, found: Mapping[Name, Value]) -> str:
    return found[name].text if name is not None and name in found else ""


def _labelled(name: Name | None, found: Mapping[Name, str]) -> str:
    """What the thing is called: a number with its word."""
    if name is None or name not in found:
        return ""
    return f"{name[0]} {found[name]}" if found[name].isdigit() else found[name]


def _kind(name: Name | None, found: Mapping[Name, str]) -> str:
    return f"{name[0]}={found[name]}" if name is not None and name in found else ""


def _history(parent: History, name: str, kind: str, lines: Sequence[Line]) -> History:
    key = parent.key
    digest = hashlib.blake2b(f"{key.id}\x00{name}\x00{kind}".encode("utf-8", "surrogatepass"), digest_size=8)
    id_ = int.from_bytes(digest.digest()) >> 1
    state = ",".join(part for part in (key.state, kind) if part)
    own = key._replace(id=id_, state=state, entity=name, entity_kind=THING if name else "")
    days = tuple(
        _day(number, [t_us for t_us, _ in same])
        for number, same in groupby(lines, key=lambda line: line[0] // DAY_US)
    )
    return History(own, days, (), ())


def _few(lines: Sequence[Line]) -> list[Line]:
    out: list[Line] = []
    for _, same in groupby(lines, key=lambda line: line[0] // DAY_US):
        out += sorted(same, key=lambda line: (_hash(line), line))[:NUMBERS_A_DAY]
    return sorted(out)


def _hash(line: Line) -> int:
    return crc32(f"{line[0]}{line[1]}".encode("utf-8", "surrogatepass"))


def _day(number: int, times: Sequence[int]) -> Day:
    slots = []
    for slot, same in groupby(times, key=lambda t_us: (t_us - number * DAY_US) // SLOT_US):
        start = number * DAY_US + slot * SLOT_US
        seconds = tuple((t_us - start) // SECOND_US for t_us in same)
        slots.append(Slot(slot, len(seconds), seconds if len(seconds) <= 4 else ()))
    first, last = (t_us - t_us % SECOND_US for t_us in (times[0], times[-1]))
    return Day(number, len(times), first, last, tuple(slots))


def _with_transitions(histories: Sequence[History], lines: Mapping[int, Sequence[Line]]) -> list[History]:
    """A thing that one message calls down and another up goes down and comes back."""
    changes: defaultdict[tuple[str, str, str], list[Transition]] = defaultdict(list)
    for history in histories:
        key = history.key
        if key.entity and key.polarity in ("up", "down"):
            kind = TransitionKind.UP if key.polarity == "up" else TransitionKind.DOWN
            changes[key.tenant, key.source, key.entity] += [
                Transition(t_us, kind, key.id, Position(0, 0, number))
                for number, (t_us, _) in enumerate(lines[key.id])
            ]
    if not changes:
        return list(histories)
    sorted_ = {thing: tuple(sorted(found)) for thing, found in changes.items()}
    return [
        history._replace(
            transitions=sorted_.get((history.key.tenant, history.key.source, history.key.entity), ())
        )
        if history.key.entity
        else history
        for history in histories
    ]

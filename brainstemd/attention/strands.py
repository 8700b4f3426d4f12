"""Strands: the things that one message speaks of, where no decoder knows them and no key tells them apart.

`osd.21 … slow operation`, `line 2: controller answered`, `"acq":"visanet-eu"`: the slot that names the thing is found by how
its values behave over all sources of a tenant: few, on many days, going to and fro, hardly ever new. Measurements,
addresses, stamps, versions and ids do not behave so; whole numbers must also be written as a label is. Each value's lines
become a history of their own beside that of the key, which stays: what no thing does alone the whole may still do.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple
from zlib import crc32

from brainstemd.models import DAY_US, SECOND_US, SLOT_US, Day, History, Position, Slot, Transition, TransitionKind

LINES_MIN, DAYS_MIN = 8, 4  # of a message in a tenant
COMPLETE = 0.8  # share of a key's days of which every line is kept
A_DAY_MAX = 48  # lines of a day that memory keeps
STRANDS_MAX = 32  # of one key; a key with more stays whole
TENANT_MAX = 2000  # strands of a tenant
CHOOSING_MAX = 1200  # lines of a message that are looked at
LITERAL = 0.9  # share of the lines that have a word which is no value
COVER = 0.95  # share of the lines that have a value in the slot
TYPES_MAX = 8
NUMBERS_A_DAY = 4  # lines of a strand's day that are searched for numbers
THING = "thing"

_TOKEN = re.compile(
    r"(?:\d{4}-\d\d-\d\d[\dT:.,Z+-]*|(?:[0-9A-Fa-f]{1,4}[:-]){3,}[0-9A-Fa-f:.]*|\d{1,3}(?:\.\d{1,3}){3}[:/\d]*"
    r"|\d{1,4}(?::\d\d){1,2}[.,\d]*)(?!\w)|/?\w(?:[\w.@/+$-]*\w)?"
)
_KEYED = re.compile(r"""["']?\s*[=:]\s*["'\[(]?$""")
_INTEGER = re.compile(r"\d+")
_MEASURED = re.compile(r"[-+]?\d+(?:[.,]\d+)+|[-+]?\d+(?:[.,]\d+)?(?:[%A-Za-zµ°]{1,4}|/s)|0x[0-9A-Fa-f]+")
_INDEX = re.compile(r"(?<=[A-Za-z._/-])\d{1,3}$")
_FILE = re.compile(r"/.*\.\w{1,4}|/")
_VERSION = re.compile(r"\w+/\d+[.\d]*|[vV]?\d+(?:\.\d+){2,}\w*")
_ADDRESS = re.compile(r"\d{4}-\d\d-\d\d.*|.*[0-9A-Fa-f]{1,4}:.*|\d{1,3}(?:\.\d{1,3}){3}.*")
_UNITS = frozenset(
    "ms us ns s sec secs second seconds min mins minute minutes h hour hours d day days b bytes kb mb gb tb kib mib gib tib"
    " bit mbit gbit kbps mbps gbps hz khz mhz ghz v mv a ma w kw kwh c f k rpm pct percent m mm cm km l bar psi db dbm lines"
    " of times items files records entries packets".split()
)
# Behind these a number says how much, when, how often or what came of it.
_AMOUNTS = frozenset(
    "a about above active after age all and are at attempt attempts available below between by bytes capacity code count"
    " current cycle cycles days delay depth duration elapsed error errors every exit expected failed files for free from"
    " generation hour hours in interval is iteration items largest last late latency length level lines load lost max maximum"
    " median min minimum minute minutes missed month more new number of on or over packets pass percent phase pid pids ppid"
    " prio priority progress queue queued rate rc received records remaining requests result retries retry round rtt score"
    " second seconds seq sequence serial severity signal size smallest some speed state status step steps sum temp temperature"
    " than threshold time times to total took transaction try ttl under until up uptime usable used value values version"
    " wait waited was week weight with within year errno stan seqno line_count rows bytes_sent width height depth index idx"
    " offset page attempts_left left id uid gid".split()
)
# Under these names stand properties of what happened, not the thing that it happened to.
_PROPERTIES = frozenset(
    "reason error err msg message cause lvl level severity sev proto protocol method ver version mode result status state"
    " outcome agent useragent user_agent ua browser url uri referer referrer path cipher curve kex tls hash date time day"
    " weekday month code interval unit format encoding lang locale request response flags tag tags ts timestamp user uid"
    " session sid token seq id uuid pid tid_ host_ip ip addr address src dst sport dport port_src trace span req rid"
    " reqid request_id trace_id from by with via because due duration caller file function thread logger class module".split()
)
_TYPES = frozenset(
    "evt event type kind action act op operation cmd command event_type eventtype event_name eventname msgtype".split()
)
_WEEK = frozenset(
    "mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec monday tuesday wednesday thursday friday"
    " saturday sunday true false yes no ok none null on off up down open closed enabled disabled active standby primary"
    " secondary start stop started stopped success failure failed passed info warn warning error debug notice critical"
    " approved declined accepted rejected low high normal full half auto manual in out tx rx read write udp tcp".split()
)

Line = tuple[int, str]  # t_us, message
Name = tuple[str, int, int]  # the word before it, how far behind, which of that name


class Value(NamedTuple):
    """What stands in a slot of one line."""

    text: str
    keyed: bool  # behind `name=` or `"name":`
    beside: bool  # right behind its word
    unit: bool  # a unit, % or amount follows
    ends: bool  # what follows is no word: a colon, a comma, the end
    at: int  # token number


class Slotted(NamedTuple):
    """The slot that names the thing, and the one that names what happened to it."""

    thing: Name | None
    kind: Name | None


class Strands(NamedTuple):
    """What keys were parted into. `wholes`: id of a strand → id of the key that it is a part of."""

    histories: list[History]
    wholes: dict[int, int]
    lines: dict[int, list[Line]]
    uncounted: int = 0  # keys that stayed whole because their tenant had no place for more

    def numbered(self, at_us: int) -> set[int]:
        """The keys whose numbers are followed thing by thing: two things or more on several of the last days."""
        since = at_us // DAY_US - 14
        found = Counter(
            self.wholes[one.key.id]
            for one in self.histories
            if sum(day.day >= since for day in one.days) >= DAYS_MIN + 1
        )
        return {whole for whole, n in found.items() if n > 1}

    def thinned(self, wanted: Iterable[int]) -> dict[int, list[Line]]:
        """A few lines of each day of these strands: those of smallest hash."""
        return {key: _few(self.lines[key]) for key in wanted if key in self.lines}


NOTHING = Strands([], {}, {})


def asked(histories: Iterable[History], at_us: int) -> set[int]:
    """The keys whose kept lines are worth reading: no entity, alive, on several days, all of few lines."""
    today = at_us // DAY_US
    groups: defaultdict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
    for history in histories:
        key, days = history.key, history.days
        if key.entity or key.healed or not days or days[-1].day < today - 14:
            continue
        few = sum(day.lines <= A_DAY_MAX for day in days)
        if few >= COMPLETE * len(days):
            groups[key.tenant, key.signature].append((key.id, len(days) >= DAYS_MIN))
    return {id_ for found in groups.values() if any(several for _, several in found) for id_, _ in found}


def split(histories: Iterable[History], said: Mapping[int, Sequence[Line]], at_us: int) -> Strands:
    """The strands of all keys whose lines name things. `said`: key → its kept lines up to the instant, ascending."""
    groups: defaultdict[tuple[str, str], list[tuple[History, list[Line]]]] = defaultdict(list)
    for history in histories:
        kept = said.get(history.key.id)
        if kept and (whole := _complete(history, kept)) is not None:
            groups[history.key.tenant, history.key.signature].append((history, whole))
    out = Strands([], {}, {})
    places: Counter[str] = Counter()
    messages = [
        _Message(tenant, sorted(members, key=lambda pair: pair[0].key.id))
        for (tenant, _), members in sorted(groups.items(), key=lambda pair: pair[0])
    ]
    known: defaultdict[str, set[str]] = defaultdict(set)
    for message in messages:
        known[message.tenant] |= message.decide(frozenset())
    for message in messages:
        tenant = message.tenant
        if message.chosen.thing is None and known[tenant]:
            message.decide(frozenset(known[tenant]))
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

    def __init__(self, tenant: str, members: Sequence[tuple[History, list[Line]]]) -> None:
        self.tenant = tenant
        self.chosen = Slotted(None, None)
        self._members = members
        self._literals: frozenset[str] = frozenset()
        self._column: list[tuple[int, int, dict[Name, Value]]] = []

    def decide(self, known: frozenset[str]) -> set[str]:
        """Choose the slots; `known`: what other messages of the tenant name. Returns what this one names."""
        if not self._column and not self._prepare():
            return set()
        self.chosen = choose(self._column, known)
        thing = self.chosen.thing
        names = {_label(thing, found) for _, _, found in self._column if thing is not None}
        return {name for name in names if name and not _INTEGER.search(name[:1]) and " " not in name}

    def _prepare(self) -> bool:
        """Read enough lines, source by source, to choose by."""
        rows: list[tuple[int, int, str]] = []
        for number, (_, lines) in enumerate(self._members):
            if len(rows) >= CHOOSING_MAX:
                break
            rows += [(number, t_us, text) for t_us, text in lines]
        if len(rows) < LINES_MIN or len({t_us // DAY_US for _, t_us, _ in rows}) < DAYS_MIN:
            return False
        self._literals = literals_of([text for _, _, text in rows])
        self._column = [(number, t_us, slots_of(text, self._literals)) for number, t_us, text in rows]
        return True

    def parted(self) -> Iterator[tuple[int, list[tuple[History, list[Line]]]]]:
        """(key, its strands) of each key."""
        thing, kind = self.chosen
        if thing is None and kind is None:
            return
        for parent, lines in self._members:
            parts: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
            for line in lines:
                found = words_of(line[1], self._literals, self.chosen)
                parts[_labelled(thing, found), _kind(kind, found)].append(line)
            if len(parts) > STRANDS_MAX:
                continue
            made = [
                (_history(parent, name, event, its), its)
                for (name, event), its in sorted(parts.items())
                if (name or event) and len(its) > 1
            ]
            if made:
                yield parent.key.id, made


def literals_of(texts: Sequence[str]) -> frozenset[str]:
    """The words that nearly every line has."""
    met: Counter[str] = Counter()
    for text in texts:
        met.update(set(_TOKEN.findall(text)))
    return frozenset(
        word for word, n in met.items() if n >= LITERAL * len(texts) and not any(map(str.isdigit, word))
    )


def slots_of(text: str, literals: frozenset[str]) -> dict[Name, Value]:
    """Every word of a line that is no literal, by the literal before it."""
    out: dict[Name, Value] = {}
    anchor, behind, end = "", 0, 0
    for number, match in enumerate(_TOKEN.finditer(text)):
        word = match[0]
        if word in literals:
            anchor, behind = word, 0
        else:
            between = text[end : match.start()]
            name, nth = (anchor, behind, 0), 0
            while name in out:
                nth += 1
                name = (anchor, behind, nth)
            after = text[match.end() : match.end() + 12]
            follows = after.lstrip()
            unit = follows[:1] == "%" or (
                after[:1] in (" ", "/") and re.split(r"\W", follows.lstrip("/"), maxsplit=1)[0].lower() in _UNITS
            )
            ends = not after or not (after[0] == " " and follows[:1].isalnum())
            out[name] = Value(word, bool(_KEYED.search(between)), behind == 0, unit, ends, number)
            behind += 1
        end = match.end()
    return out


def words_of(text: str, literals: frozenset[str], wanted: Slotted) -> dict[Name, str]:
    """The words of a line in the wanted slots."""
    out: dict[Name, str] = {}
    met: set[Name] = set()
    anchor, behind = "", 0
    for word in _TOKEN.findall(text):
        if word in literals:
            anchor, behind = word, 0
            continue
        name, nth = (anchor, behind, 0), 0
        while name in met:
            nth += 1
            name = (anchor, behind, nth)
        met.add(name)
        if name in wanted:
            out[name] = word
        behind += 1
    return out


def choose(
    rows: Sequence[tuple[int, int, Mapping[Name, Value]]], known: frozenset[str] = frozenset()
) -> Slotted:
    """The first slot of the line whose values are names of things. `rows`: key number, t_us, the slots of a line."""
    met: Counter[Name] = Counter()
    for _, _, found in rows:
        met.update(found.keys())
    order: defaultdict[Name, int] = defaultdict(int)
    usual = [name for name, n in met.items() if n >= COVER * len(rows)]
    for _, _, found in rows[:: max(1, len(rows) // 50)]:
        for name in usual:
            order[name] += found[name].at if name in found else 0
    thing: Name | None = None
    kind: Name | None = None
    for name in sorted(usual, key=lambda name: (order[name], name)):
        column = [(number, t_us, found[name]) for number, t_us, found in rows if name in found]
        role = _role(name, column, known)
        if role == "kind" and kind is None:
            kind = name
        elif role == THING and thing is None:
            thing = name
    return Slotted(thing, kind)


def _role(name: Name, column: Sequence[tuple[int, int, Value]], known: frozenset[str] = frozenset()) -> str:
    values = Counter(value.text for _, _, value in column)
    if not 2 <= len(values) <= len(column) / 3:
        return ""
    label = name[0].lower()
    keyed = sum(value.keyed for _, _, value in column) >= LITERAL * len(column) and name[1] == 0
    if any(value.unit for _, _, value in column[::7]) or (keyed and label in _PROPERTIES):
        return ""
    if keyed and label in _TYPES:
        return "kind" if len(values) <= TYPES_MAX and _returns(column, 0.9, 0.05) else ""
    if not all(_may_name(text) for text in values):
        return ""
    numbers = sum(n for text, n in values.items() if _INTEGER.fullmatch(text))
    if numbers:
        return THING if _numbered(label, column, values, keyed) and _returns(column, 0.9, 0.05) else ""
    if 3 * sum(text.lower() in _WEEK for text in values) >= len(values):
        return ""
    if sum(n for text, n in values.items() if text in known) >= LITERAL * len(column):
        return THING
    if len({_INDEX.sub("", text) for text in values}) == 1 and len(values) <= STRANDS_MAX * 2:
        return THING if _returns(column, 0.3, 0.5) else ""  # one stem and a short number: members of a set
    return THING if _returns(column, 0.75, 0.15) else ""


def _may_name(text: str) -> bool:
    return not (
        _FILE.fullmatch(text) or _MEASURED.fullmatch(text) or _VERSION.fullmatch(text) or _ADDRESS.fullmatch(text) or text.count("/") > 2
    )


def _numbered(
    label: str, column: Sequence[tuple[int, int, Value]], values: Mapping[str, int], keyed: bool
) -> bool:
    """Are whole numbers labels? They stand right behind a noun that does not measure, and are no amounts."""
    if not label or label in _AMOUNTS or not label.isalpha() or not all(value.beside for _, _, value in column):
        return False
    if not all(_INTEGER.fullmatch(text) for text in values):
        return False
    if min(map(len, values)) >= 4:  # amounts of this size do not come back to the digit
        return True
    if len(values) > STRANDS_MAX or (label.endswith("s") and not label.endswith("ss")):
        return False
    first = sum(value.at <= 1 for _, _, value in column)
    ends = sum(value.ends for _, _, value in column)
    return _even(column) or (not keyed and 2 * max(first, ends) >= len(column))


def _even(column: Sequence[tuple[int, int, Value]]) -> bool:
    """Does each value of a key come on most of its days, about as often as the others? Reports on things do."""
    keys: defaultdict[int, defaultdict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    for number, t_us, value in column:
        keys[number][value.text][t_us // DAY_US] += 1
    good = several = 0
    for values in keys.values():
        if len(values) < 2:
            continue
        several += 1
        days = {day for mine in values.values() for day in mine}
        totals = [mine.total() for mine in values.values()]
        good += min(len(mine) for mine in values.values()) >= 0.6 * len(days) and max(totals) <= 2 * min(totals)
    return several > 0 and good >= 0.7 * several


def _returns(column: Sequence[tuple[int, int, Value]], share: float, new: float) -> bool:
    """Few values that come back on other days, in turns, and hardly a new one in the second half of the time."""
    days: defaultdict[str, set[int]] = defaultdict(set)
    for _, t_us, value in column:
        days[value.text].add(t_us // DAY_US)
    needed = 3 if share >= 0.9 else 2
    if sum(len(days[value.text]) >= needed for _, _, value in column) < share * len(column):
        return False
    times = sorted((t_us, value.text) for _, t_us, value in column)
    half = len(times) // 2
    known = {text for _, text in times[:half]}
    if sum(text not in known for _, text in times[half:]) > new * (len(times) - half):
        return False
    own: defaultdict[int, list[str]] = defaultdict(list)
    for number, _, value in sorted(column, key=lambda row: row[:2]):
        own[number].append(value.text)
    several = [texts for texts in own.values() if len(set(texts)) > 1]
    switches = sum(a != b for texts in several for a, b in pairwise(texts))
    return bool(several) and switches >= 2 * sum(len(set(texts)) for texts in several)


# ---------------------------------------------------------------- histories of strands


def _label(name: Name | None, found: Mapping[Name, Value]) -> str:
    return found[name].text if name is not None and name in found else ""


def _labelled(name: Name | None, found: Mapping[Name, str]) -> str:
    """What the thing is called: a number with its word."""
    if name is None or name not in found:
        return ""
    return f"{name[0]} {found[name]}" if _INTEGER.fullmatch(found[name]) else found[name]


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
        out += sorted(same, key=lambda line: (crc32(f"{line[0]}{line[1]}".encode("utf-8", "surrogatepass")), line))[
            :NUMBERS_A_DAY
        ]
    return sorted(out)


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

"""Which slot of a message names a thing: found by what its values look like and how they come back.

Names are few, on many days, go to and fro and are hardly ever new. Measurements, addresses, stamps, versions and ids do not
behave so; whole numbers must also be written as a label is. General words of the trade say which amounts are none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from brainstemd.models import DAY_US

THING = "thing"
STRANDS_MAX = 96  # of one key; a key with more stays whole
LITERAL = 0.9  # share of the lines that have a word which is no value
COVER = 0.95  # share of the lines that have a value in the slot
TYPES_MAX = 8
LONG = 4  # digits
REFRAIN_DAYS, CROWD_MIN = 5, 4  # days of what comes back, and how many others there are at least
MEMBERS_MAX = 64  # values with one stem
FALLS_MIN = 2  # steps down among them, and a quarter of all steps, show that nothing counts them
_TOKEN = re.compile(
    r"(?:\d{4}-\d\d-\d\d[\dT:.,Z+-]*|(?:[0-9A-Fa-f]{1,4}[:-]){3,}[0-9A-Fa-f:.]*|\d{1,3}(?:\.\d{1,3}){3}[:/\d]*"
    r"|\d{1,4}(?::\d\d){1,2}[.,\d]*)(?!\w)|/?\w(?:[\w.@/+$-]*\w)?"
)
_KEYED = re.compile(r"""["']?\s*[=:]\s*["'\[(]?$""")
_NEXT = re.compile(r"[ /]+([^\W\d_]+)")
_INTEGER = re.compile(r"\d+")
_MEASURED = re.compile(r"[-+]?\d+(?:[.,]\d+)+|[-+]?\d+(?:[.,]\d+)?(?:[%A-Za-zµ°]{1,4}|/s)|0x[0-9A-Fa-f]+")
_INDEX = re.compile(r"(?<=[A-Za-z._/-])\d{1,3}$")
_FILE = re.compile(r"/.*\.\w{1,4}|/")
_VERSION = re.compile(
    r"[A-Za-z]\w*/\d+(?:\.\d+)+|[vV]?\d+(?:\.\d+){2,}\w*"
)  # but `elst/4`, `1/13` are places
_ADDRESS = re.compile(r"\d{4}-\d\d-\d\d.*|.*[0-9A-Fa-f]{1,4}:.*|\d{1,3}(?:\.\d{1,3}){3}.*")
# Behind a number: it measures.
_UNITS_TEXT = """
    ms us ns s sec secs second seconds min mins minute minutes h hour hours d day days b bytes kb mb gb tb kib
    mib gib tib bit mbit gbit kbps mbps gbps hz khz mhz ghz v mv a ma w kw kwh c f k rpm pct percent m mm cm km
    l bar psi db dbm lines of times items files records entries packets
"""
_UNITS = frozenset(_UNITS_TEXT.split())
# Before a number: it says how much, when, how often or what came of it.
_AMOUNTS_TEXT = """
    a about above active after age all and are at attempt attempts available below between by bytes capacity
    code count current cycle cycles days delay depth duration elapsed error errors every exit expected failed
    files for free from generation hour hours in interval is iteration items largest last late latency length
    level lines load lost max maximum median min minimum minute minutes missed month more new number of on or
    over packets pass percent phase pid pids ppid prio priority progress queue queued rate rc received records
    remaining requests result retries retry round rtt score second seconds seq sequence serial severity signal
    size smallest some speed state status step steps sum temp temperature than threshold time times to total
    took transaction try ttl under until up uptime usable used value values version wait waited was week weight
    with within year errno stan seqno line_count rows bytes_sent width height depth index idx offset page
    attempts_left left id uid gid
"""
_AMOUNTS = frozenset(_AMOUNTS_TEXT.split())
# Under these names stand properties of what happened, not the thing that it happened to.
_PROPERTIES_TEXT = """
    reason error err msg message cause lvl level severity sev proto protocol method ver version mode result
    status state outcome agent useragent user_agent ua browser url uri referer referrer path cipher curve kex
    tls hash date time day weekday month code interval unit format encoding lang locale request response flags
    tag tags ts timestamp user uid session sid token seq id uuid pid tid_ host_ip ip addr address src dst sport
    dport port_src trace span req rid reqid request_id trace_id from by with via because due duration caller
    file function thread logger class module
"""
_PROPERTIES = frozenset(_PROPERTIES_TEXT.split())
# Under these stands which kind of event it was.
_TYPES_TEXT = """
    evt event type kind action act op operation cmd command event_type eventtype event_name eventname msgtype
"""
_TYPES = frozenset(_TYPES_TEXT.split())
# Before what somebody asked for (RFC 9110, 9.3): popular things are asked for often, and nothing happens to them.
_REQUESTS_TEXT = "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND"
_REQUESTS = frozenset(_REQUESTS_TEXT.split())
# Values that are states, kinds and dates, no names.
_KINDS_TEXT = """
    mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec monday tuesday wednesday
    thursday friday saturday sunday true false yes no ok none null on off up down open closed enabled disabled
    active standby primary secondary start stop started stopped success failure failed passed info warn warning
    error debug notice critical approved declined accepted rejected low high normal full half auto manual in out
    tx rx read write udp tcp
"""
_KINDS = frozenset(_KINDS_TEXT.split())

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
            next_word = _NEXT.match(text, match.end())
            unit = follows[:1] == "%" or (next_word is not None and _measures(word, next_word[1].lower()))
            ends = not after or not (after[0] == " " and follows[:1].isalnum())
            out[name] = Value(word, bool(_KEYED.search(between)), behind == 0, unit, ends, number)
            behind += 1
        end = match.end()
    return out


def _measures(word: str, following: str) -> bool:
    """Does what follows a word make it an amount: a unit, or of a whole number what there are so many of?"""
    many = len(following) > 3 and following.endswith("s") and not following.endswith("ss")
    return following in _UNITS or (many and word.isdigit())


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
    rows: Sequence[tuple[int, int, Mapping[Name, Value]]],
    known: frozenset[str] = frozenset(),
    *,
    glance: bool = False,
) -> Slotted:
    """The first slot of the line whose values are names of things. `rows`: key number, t_us, the slots of a line.

    A `glance` at some of the lines asks what values look like, not when they come.
    """
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
        role = _role(name, column, known, glance)
        if role == "kind" and kind is None:
            kind = name
        elif role == THING and thing is None:
            thing = name
    return Slotted(thing, kind)


def refrain(rows: Sequence[tuple[int, int, Mapping[Name, Value]]]) -> Name | None:
    """The slot of which one value comes back at one place day after day, and hardly any other value anywhere.

    `rows` as for `choose`. So an address from which ever other accounts are tried is found, or one thing among a crowd of
    which each is spoken of once. Words that may be names and addresses are asked, names first.
    """
    met: Counter[Name] = Counter()
    for _, _, found in rows:
        met.update(found.keys())
    found_slots = []
    for name in sorted(
        name for name, n in met.items() if n >= COVER * len(rows) and name[0] not in _REQUESTS
    ):
        column = [(number, t_us, found[name]) for number, t_us, found in rows if name in found]
        if _comes_back(column):
            address = sum(bool(_ADDRESS.fullmatch(value.text)) for _, _, value in column)
            label = name[0].lower()
            keyed = name[1] == 0 and sum(value.keyed for _, _, value in column) >= LITERAL * len(column)
            if address >= LITERAL * len(column) or not (address or (keyed and label in _PROPERTIES)):
                found_slots.append((address > 0, name))
    return min(found_slots)[1] if found_slots else None


def _comes_back(column: Sequence[tuple[int, int, Value]]) -> bool:
    """One value on REFRAIN_DAYS days or more at one place, and at no more than half of them; the others on a third at most."""
    days: defaultdict[str, defaultdict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, t_us, value in column:
        days[value.text][number].add(t_us // DAY_US)
    most = {text: max(map(len, its.values())) for text, its in days.items()}
    text = max(most, key=lambda text: (most[text], text))
    others = [n for other, n in most.items() if other != text]
    places = len({place for its in days.values() for place in its})
    return (
        most[text] >= REFRAIN_DAYS
        and len(others) >= CROWD_MIN
        and 3 * max(others) <= most[text]
        and 2 * len(days[text]) <= max(2, places)
        and _is_name(text)
    )


def _is_name(text: str) -> bool:
    """May one such value be a name? A path may; a number alone is too easily twice the same."""
    if _INTEGER.fullmatch(text) or text.lower() in _KINDS:
        return False
    return bool(_ADDRESS.fullmatch(text)) or not any(p.fullmatch(text) for p in (_FILE, _MEASURED, _VERSION))


def _role(name: Name, column: Sequence[tuple[int, int, Value]], known: frozenset[str], glance: bool) -> str:
    values = Counter(value.text for _, _, value in column)
    members = _are_members(values)
    if not 2 <= len(values) <= len(column) / (2 if members else 3):
        return ""
    label = name[0].lower()
    keyed = sum(value.keyed for _, _, value in column) >= LITERAL * len(column) and name[1] == 0
    if (
        name[0] in _REQUESTS
        or any(value.unit for _, _, value in column[::7])
        or (keyed and label in _PROPERTIES)
    ):
        return ""
    if keyed and label in _TYPES:
        return "kind" if len(values) <= TYPES_MAX and (glance or _returns(column, 0.9, 0.05)) else ""
    if not all(_may_name(text) for text in values) and not (members and _one_folder(values)):
        return ""
    numbers = sum(n for text, n in values.items() if _INTEGER.fullmatch(text))
    if numbers:
        if not _numbered(label, column, values, keyed, glance):
            return ""
        strict = (0.9, 0.05) if min(map(len, values)) < LONG else (0.75, 0.15)
        return THING if glance or _returns(column, *strict) else ""
    if 3 * sum(text.lower() in _KINDS for text in values) >= len(values):
        return ""
    if glance or sum(n for text, n in values.items() if text in known) >= LITERAL * len(column):
        return THING
    if members:
        mixed = _returns(column, 0.3, 1.0, turns=1) or (
            _returns(column, 0.3, 1.0, turns=0) and not _counted(column)
        )
        return THING if mixed else ""
    return THING if _returns(column, 0.75, 0.15) else ""


def _are_members(values: Collection[str]) -> bool:
    """One stem and an own end, `osd.7`, `ath0`, `/queue/mail-in`: a set, known by its members however seldom they speak."""
    if not 3 <= len(values) <= MEMBERS_MAX:
        return False
    stems = {_INDEX.sub("", text) for text in values}
    return (len(stems) == 1 and stems.isdisjoint(values)) or _one_folder(values)


def _one_folder(values: Collection[str]) -> bool:
    """Paths of the same depth that differ in their last part only, and are no files."""
    parents = {text.rpartition("/")[0] for text in values}
    return len(parents) == 1 and parents.pop().startswith("/") and not any(map(_FILE.fullmatch, values))


def _may_name(text: str) -> bool:
    return not (
        _FILE.fullmatch(text)
        or _MEASURED.fullmatch(text)
        or _VERSION.fullmatch(text)
        or _ADDRESS.fullmatch(text)
        or text.count("/") > 2
    )


def _numbered(
    label: str,
    column: Sequence[tuple[int, int, Value]],
    values: Mapping[str, int],
    keyed: bool,
    glance: bool,
) -> bool:
    """Are whole numbers labels? They stand right behind a noun that does not measure, and are no amounts."""
    if (
        not label
        or label in _AMOUNTS
        or not label.isalpha()
        or not all(value.beside for _, _, value in column)
    ):
        return False
    if not all(_INTEGER.fullmatch(text) for text in values):
        return False
    if min(map(len, values)) >= LONG:  # amounts of this size do not come back to the digit
        return True
    if len(values) > STRANDS_MAX or (label.endswith("s") and not label.endswith("ss")):
        return False
    first = sum(value.at <= 1 for _, _, value in column)
    ends = sum(value.ends for _, _, value in column)
    return glance or _even(column) or (not keyed and 2 * max(first, ends) >= len(column))


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
        good += min(len(mine) for mine in values.values()) >= 0.6 * len(days) and max(totals) <= 2 * min(
            totals
        )
    return several > 0 and good >= 0.7 * several


def _counted(column: Sequence[tuple[int, int, Value]]) -> bool:
    """Do values only climb, as runs and workers are numbered? Members of a set come in any order."""
    own: defaultdict[int, list[str]] = defaultdict(list)
    for number, _, value in sorted(column, key=lambda row: row[:2]):
        own[number].append(value.text)
    steps = [((len(b), b), (len(a), a)) for texts in own.values() for a, b in pairwise(texts) if a != b]
    return sum(b < a for b, a in steps) < max(FALLS_MIN, len(steps) / 4)


def _returns(column: Sequence[tuple[int, int, Value]], share: float, new: float, turns: int = 2) -> bool:
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
    return bool(several) and switches >= turns * sum(len(set(texts)) for texts in several)

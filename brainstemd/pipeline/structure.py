"""What structured text says, whatever its container: CEF, LEEF, JSON, GELF, logfmt, RFC 5424 structured data.

A container is first made into pairs (name → text). `fill` gives pairs to the attributes by their names, `thing` names what is
broken where a state or an end is told, `say` lets the generic layer read the words among them. Names are compared without
case, dots, dashes and underscores, so that `source.ip`, `sourceIp` and `source_ip` are one name. Nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from brainstemd.models import Event, Stamp
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.forms import Form
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.names import ALLOWED, DENIED, PAIR_SLOTS, PAIR_THINGS
from brainstemd.pipeline.rfc5424 import stamp_of
from brainstemd.pipeline.stamps import from_epoch, read_clock, read_tail
from brainstemd.pipeline.things import good_name, set_entity
from brainstemd.pipeline.wordings import read_words

Pairs = Mapping[str, str]

PAIRS_MAX: Final = 256
_SQUASH: Final = str.maketrans("", "", "._- ")
_NOTHING: Final = frozenset(("", "-", "n/a", "null", "none", "(null)", "unknown", "undefined", "nil"))
_SQUASHED_MAX: Final = 64
_NAME_MAX: Final = 256
_CACHE: Final = 4096
_PLANS: Final = 1024
_NAMES_MAX: Final = 2048  # characters of a plan's names

# Words of severity → RFC 5424 numbers; a container's own word counts only where no PRI speaks.
LEVELS: Final = {
    "emerg": 0, "emergency": 0, "panic": 0,
    "alert": 1,
    "crit": 2, "critical": 2, "fatal": 2,
    "err": 3, "error": 3, "severe": 3, "eror": 3,
    "warn": 4, "warning": 4,
    "notice": 5,
    "info": 6, "information": 6, "informational": 6, "log": 6,
    "debug": 7, "trace": 7, "verbose": 7, "fine": 7, "dbug": 7,
}  # fmt: skip
_FAILED: Final = frozenset(
    ("failure", "failed", "fail", "error", "errored", "unsuccessful", "denied", "rejected", "aborted", "timeout", "audit_failure",
     "false")
)  # fmt: skip
_SUCCEEDED: Final = frozenset(
    ("success", "succeeded", "successful", "ok", "passed", "completed", "audit_success", "true")
)
_STATES: Final = {
    "up": "up", "online": "up", "connected": "up", "reachable": "up", "healthy": "up", "running": "up", "established": "up",
    "available": "up", "recovered": "up", "restored": "up", "operational": "up", "optimal": "up",
    "down": "down", "offline": "down", "disconnected": "down", "unreachable": "down", "unhealthy": "down", "stopped": "down",
    "degraded": "down", "unavailable": "down", "faulted": "down", "faulty": "down", "dead": "down", "lost": "down",
    "crashed": "down",
}  # fmt: skip
_STATE_NAMES: Final = (
    "state", "status", "newstate", "newstatus", "linkstate", "linkstatus", "operstatus", "operstate",
    "health", "currentstate",
)  # fmt: skip
_VISITOR = re.compile(
    r"(?i)\b(?:client|station|rogue|guest|visitor|supplicant|endpoint)\b.{0,24}\b(?:dis|re)?(?:connect|associat)ed\b"
)
_DIGITS = re.compile(r"\d{10}(?:\d{3}|\d{6}|\d{9})?(?:\.\d{1,9})?$")


def squash(name: str) -> str:
    """A pair's name as names are compared."""
    return name.lower().translate(_SQUASH)


def _slots() -> dict[str, str]:
    found = {squash(name): slot for name, slot in PAIR_SLOTS.items()}
    for name in ("in", "if", "source", "client", "dest", "destination", "login", "act"):
        found.pop(name, None)  # other things in containers: bytes, modules; `_EXTRA` takes back what is safe
    found |= {
        "client": "src_ip",
        "source": "src_ip",
        "destination": "dst_ip",
        "dest": "dst_ip",
        "act": "action",
        "eventaction": "action",
        "srcaddress": "src_ip",
        "dstaddress": "dst_ip",
        "ipaddress": "src_ip",
        "sourceaddr": "src_ip",
        "clientaddress": "src_ip",
        "remoteip": "src_ip",
        "internalip": "src_ip",
        "ip": "src_ip",
        "ipv4": "src_ip",
        "idorigh": "src_ip",
        "idorigp": "src_port",
        "idresph": "dst_ip",
        "idrespp": "dst_port",
        "clientipaddress": "src_ip",
        "sourceipv4address": "src_ip",
        "destinationipv4address": "dst_ip",
        "sourceipv6address": "src_ip",
        "destinationipv6address": "dst_ip",
        "sourcetransportport": "src_port",
        "destinationtransportport": "dst_port",
        "targetip": "dst_ip",
        "ruleactions": "action",
        "actiontaken": "action",
        "remoteaddress": "src_ip",
        "ipport": "src_port",
        "clientport": "src_port",
        "remoteport": "src_port",
        "serverport": "dst_port",
        "serveraddress": "dst_ip",
        "networkinterfacename": "interface",
        "observeringressinterfacename": "interface",
        "deviceinboundinterface": "interface",
        "usernamename": "user",
    }
    return found


_SLOTS: Final = _slots()
_WHO_SPEAKS: Final = ("service", "host", "monitor", "cluster", "thing", "domain")
_SPEAKERS: Final = {squash(name): kind for name, kind in PAIR_THINGS.items() if kind in _WHO_SPEAKS} | {
    "unitname": "service",
    "systemdunit": "service",
    "dnsquestionname": "domain",
    "dnszone": "domain",
    "clustername": "cluster",
    "attrhostandport": "host",
}
_THINGS: Final = {squash(name): kind for name, kind in PAIR_THINGS.items() if kind not in _WHO_SPEAKS} | {
    "tunnelname": "tunnel",
    "diskname": "disk",
    "volumename": "volume",
    "vmname": "vm",
    "containername": "container",
    "kubernetespodname": "container",
    "databasename": "database",
    "jobname": "job",
    "taskname": "job",
    "queuename": "queue",
    "certificatename": "certificate",
    "peername": "neighbor",
    "remotepeerid": "neighbor",
    "neighborip": "neighbor",
    "peerip": "neighbor",
    "sitename": "host",
    "srcsitename": "host",
    "devicename": "host",
}


_LEAVES: Final = (
    "action",
    "src_ip",
    "dst_ip",
    "src_port",
    "dst_port",
)  # also as the last part of a dotted name


# `connsrcip`, `sourceIPv4Address`, `destinationTransportPort`: a side and what of it.
_END_NAME = re.compile(
    r"(?:conn|pkt|flow|tcp|udp|ip|orig|cli)?(?:(?P<src>src|source|client|initiator|attacker)|(?:dst|dest|destination|target|responder|victim))"
    r"(?:(?:public|private|real)?(?:ip|host|ipv4|ipv6|host_?ip)?(?:v4|v6)?(?:addr|address|ip)?|(?:transport|service|tcp|udp|l4)?(?P<port>port|portnumber))"
)


# What vendors write before their own names in CEF and LEEF.
_PREFIXES: Final = ("ftntfgt", "ftntfad", "panos", "unifi", "trendmicro", "arcsight")


class _Meaning(NamedTuple):
    """What a pair's name stands for."""

    slot: str | None
    thing: str | None
    speaker: str | None
    state: bool


_meanings: dict[str, _Meaning] = {}


def _meaning(name: str) -> _Meaning:
    """By the squashed name; cached by the name as it is written, which repeats from line to line."""
    found = _meanings.get(name)
    if found is None:
        if len(_meanings) >= _CACHE:
            _meanings.clear()
        key = squash(name[:_SQUASHED_MAX])
        if key.startswith(_PREFIXES):
            key = key[next(len(lead) for lead in _PREFIXES if key.startswith(lead)) :]
        slot = _SLOTS.get(key)
        if slot is None and (end := _END_NAME.fullmatch(key)) is not None:
            side = "src" if end["src"] else "dst"
            slot = f"{side}_port" if end["port"] else f"{side}_ip"
        if (
            slot is None
            and "." in name
            and (leaf := _SLOTS.get(squash(name.rpartition(".")[2][:64]))) in _LEAVES
        ):
            slot = leaf  # `alert.action`
        said = key
        if "." in name:  # `device.name`, `device.state`
            said = squash(name.rpartition(".")[2][:_SQUASHED_MAX])
            key = key.removesuffix("name") if said == "name" else key
        found = _Meaning(
            slot, _THINGS.get(key), _SPEAKERS.get(key), said in _STATE_NAMES or key in _STATE_NAMES
        )
        _meanings[name[:_NAME_MAX]] = found
    return found


class Plan:
    """What the names of a line's pairs stand for, in their order; a sender repeats them."""

    __slots__ = ("_names", "_present", "form", "slots", "states", "things")

    sure = False  # whether the words of all its lines have one form, kept here

    def __init__(self, names: tuple[str, ...]) -> None:
        found = [(name, _meaning(name)) for name in names]
        self._names = frozenset(names)
        self.form: Form | None = None
        self._present: dict[
            int, tuple[tuple[str, ...], tuple[str, ...]]
        ] = {}  # table by identity → those here
        slots = [(name, said.slot) for name, said in found if said.slot is not None]
        self.slots = tuple((name, slot, _READERS.get(slot)) for name, slot in slots)
        self.states = tuple(name for name, said in found if said.state)
        self.things = tuple(
            (name, said.thing, said.speaker) for name, said in found if said.thing or said.speaker
        )

    def first(self, pairs: Pairs, names: tuple[str, ...]) -> str | None:
        """As `first`; `names` is a table, one of few."""
        known = self._present.get(id(names))
        if known is None:  # keeps the table, so that no other gets its identity
            known = self._present[id(names)] = names, tuple(name for name in names if name in self._names)
        return first(pairs, known[1]) if known[1] else None

    def row(self, pairs: Pairs, tables: tuple[tuple[str, ...], ...]) -> tuple[str | None, ...]:
        """As `first` of each table."""
        return tuple([self.first(pairs, names) for names in tables])


_plans: dict[tuple[str, ...], Plan] = {}


def plan_of(pairs: Pairs) -> Plan:
    """Cached by all names."""
    names = tuple(pairs)
    plan = _plans.get(names)
    if plan is None:
        plan = Plan(names)
        if len(_plans) >= _PLANS:
            _plans.clear()
        if sum(map(len, names)) <= _NAMES_MAX:
            _plans[names] = plan
    return plan


def fill(event: Event, pairs: Pairs, plan: Plan) -> None:
    """Addresses, ports, user, interface and action by the names of the pairs; fills only what is empty."""
    for name, slot, reader in plan.slots:
        if getattr(event, slot) is not None:
            continue
        value = pairs[name]
        if reader is not None:
            found = reader(value)
            if found is None and (value[:1] == "(" or ":" in value):
                _dressed(event, slot, value)
            else:
                setattr(event, slot, found)
        elif value.lower() in _NOTHING:
            continue
        elif slot == "action":
            event.action = value.lower()[:128]
        elif slot == "event_code" or not value.isdecimal():
            setattr(event, slot, value[:128])


def _dressed(event: Event, slot: str, value: str) -> None:
    """An address in brackets, or with its port: `10.0.0.9:51123`."""
    if not slot.endswith("_ip"):
        return
    host, colon, digits = value.strip("()").partition(":")
    found = address(host)
    setattr(event, slot, found)
    number = port(digits) if colon and found is not None else None
    if number and getattr(event, f"{slot[:3]}_port") is None:
        setattr(event, f"{slot[:3]}_port", number)


def thing(event: Event, pairs: Pairs, plan: Plan) -> None:
    """The entity by the names of pairs, where a state or an end is told; of an attempt it is the account.

    A pair that names one thing alone (`tunnel=branch-12`) outranks the name that prose seems to bear; one that says as well who
    speaks (`component=…`, `service=…`) is taken where nothing else names anything.
    """
    if event.polarity == "neutral" and event.outcome is None:
        return
    if event.outcome is not None and event.polarity == "neutral" and event.user is not None:
        set_entity(event, event.user, "user")
        return
    speaker: tuple[str, str] | None = None
    for name, kind, who in plan.things:
        value = pairs[name]
        if kind is not None and (good := good_name(_no_port(value), kind, quoted=True)) is not None:
            event.entity = event.entity_kind = None
            set_entity(event, good, kind)
            return
        if who is not None and speaker is None and event.entity is None:
            good = good_name(_no_port(value), who, quoted=True)
            speaker = None if good is None else (good, who)
    if speaker is not None:
        set_entity(event, *speaker)


def _no_port(value: str) -> str:
    """`10.0.0.9:9094` without its port."""
    found = value.rpartition(":")[0] if value.count(":") == 1 else ""
    return found if address(found) is not None else value


def state(event: Event, pairs: Pairs, plan: Plan) -> None:
    """A pair that is nothing but a state (`status=down`) where the words told none."""
    if event.polarity != "neutral":
        return
    for name in plan.states:
        if (found := _STATES.get(pairs[name].lower())) is not None:
            event.polarity = found
            return


def verdict(event: Event, said: str | None) -> None:
    """How it ended: an outcome's own word, else what was done with a flow."""
    word = (said or "").strip().lower()
    if event.outcome is None:
        if word in _SUCCEEDED:
            event.outcome = "success"
        elif word in _FAILED or event.action in DENIED:
            event.outcome = "failure"
        elif event.action in ALLOWED:
            event.outcome = "success"


def say(event: Event, words: str, rest: Rest = Rest.ALL, plan: Plan | None = None) -> Rest:
    """Lets the generic layer read these words and nothing else of the message; then the event is complete. `plan`: of which
    the words are a part of the same pairs in each line."""
    if words:
        if rest is Rest.ALL and "ted" in words.lower() and _VISITOR.search(words) is not None:
            rest = Rest.SLOTS  # who comes and goes is no standing thing
        message, form = event.message, event.form
        kept = plan if plan is not None and plan.sure else None
        event.message, event.form, event.lost, event.tally = words, kept.form if kept else None, None, None
        read_words(event, rest)
        if kept is not None:
            kept.form = event.form
        event.message, event.form = message, form
    return Rest.NOTHING


def first(pairs: Pairs, names: Iterable[str]) -> str | None:
    """The first of these pairs that says something."""
    for name in names:
        if name in pairs and (value := pairs[name]) and value.strip().lower() not in _NOTHING:
            return value
    return None


def level(word: str | None) -> int | None:
    """RFC 5424's number of a severity in words, of a syslog digit, or of the tens that some loggers write (30 = info)."""
    if word is None:
        return None
    word = word.strip().lower()
    if word.isascii() and word.isdecimal():
        number = int(word[:4])
        return number if number < 8 else {10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2}.get(number)
    return LEVELS.get(word)


def port(digits: str | None) -> int | None:
    """A port number, or None."""
    if digits is None or not (digits.isascii() and digits.isdecimal()) or len(digits) > 5:
        return None
    return int(digits) if int(digits) < 65_536 else None


def instant(text: str | None) -> Stamp | None:
    """A stamp of an epoch in s, ms, µs or ns, or of any clock that a header may bear; None if it is neither."""
    if text is None:
        return None
    text = text.strip()
    if text[10:11] == "T" and (exact := stamp_of(text)) is not None:
        return exact
    if _DIGITS.match(text) and text.isascii():
        whole, _, fraction = text.partition(".")
        return from_epoch(int(whole[:10]), int((whole[10:] + fraction)[:6].ljust(6, "0")))
    found = read_clock(text, 0)
    if found is None:
        return None
    stamp, end = found
    tail = read_tail(text, end, year=True)
    if stamp.year is None:
        stamp = stamp._replace(year=tail.year)
    return stamp._replace(offset_s=tail.offset_s) if stamp.offset_s is None else stamp


# Slots whose values are no words: what says nothing is none of them either.
_READERS: Final = {"src_ip": address, "dst_ip": address, "src_port": port, "dst_port": port}


def from_structured(event: Event) -> None:
    """RFC 5424 structured data: its parameters by their names. For events that no dialect claims."""
    pairs: dict[str, str] = {}
    for element in (event.structured_data or {}).values():
        for name, value in element.items():
            if len(pairs) < PAIRS_MAX:
                pairs.setdefault(name, value)
    if event.event_code is None:
        event.event_code = next(
            (v for n, v in pairs.items() if v and squash(n[:_SQUASHED_MAX]) == "eventid"), None
        )
    plan = plan_of(pairs)
    fill(event, pairs, plan)
    verdict(event, plan.first(pairs, ("outcome", "result", "EventType")))
    state(event, pairs, plan)
    thing(event, pairs, plan)

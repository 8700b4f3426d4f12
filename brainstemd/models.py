"""The types that rooms hand to one another. Plain data, no behaviour beyond trivial derivations.

Units: every instant is an integer of microseconds since the Unix epoch, UTC (`_us`); a day is the number of
whole UTC days since the epoch; a slot is one of the 288 five-minute intervals of a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
SLOT_US = 300 * SECOND_US
HOUR_US = 3600 * SECOND_US
DAY_US = 86_400 * SECOND_US
SLOTS_A_DAY = 288

# ---------------------------------------------------------------- intake and spool


class Framing(IntEnum):
    """How the payload of a spool record is cut into lines (framing.py does it)."""

    CONTROL = 0  # no lines: a JSON object
    DATAGRAM = 1  # `lengths` says where each datagram ends
    NEWLINE = 2  # lines end at LF or NUL
    MIXED = 3  # a stream with octet counts (RFC 6587) or odd frames: `lengths` says where each frame ends


class RecordKind(IntEnum):
    """What a spool record holds (docs/spool-format.md)."""

    LINES = 1
    BEAT = 2
    GAP = 3
    START = 4
    STOP = 5
    NOTE = 6
    ARCHIVE = 7  # an archive was taken in: its digest and name, so that it is refused the second time


class Flag(IntEnum):
    """Bits of a LINES record."""

    TRUNCATED = 1  # the (only) line was longer than max_line; its head was kept
    UNTERMINATED = 2  # the connection ended without a frame end
    ARCHIVE = 4  # from `replay`: event times are believed, received_at is only the anchor of the year


class Unfinished(NamedTuple):
    """Where a framer stands in its stream: another framer goes on from it as if nothing had happened."""

    pending: bytes = b""  # the frame that is half read
    scanned: int = 0
    counted: bool = False
    broken: bool = False
    skip: int = 0  # which kind of frame end is being looked for
    skip_left: int = 0
    fresh: bool = False  # nothing was cut yet, and how the first frame ends is open


class Origin(NamedTuple):
    """Facts about where bytes came from; equal for all lines of a record."""

    transport: str  # udp | tcp | tls | archive
    listener: str  # the listener's name, as in the configuration
    peer: str  # unmapped address, or the archive's name
    port: int = 0
    connection: int = 0  # number of the connection in this receiver run; 0 for datagrams
    tls_identity: str | None = None
    tenant: str | None = None  # only for archives replayed under --tenant


class Batch(NamedTuple):
    """What intake appends: whole frames of one origin, at most 64 KiB of payload and 1,000 frames."""

    origin: Origin
    framing: Framing
    received_us: int
    payload: bytes
    lengths: Sequence[int] = ()  # DATAGRAM and MIXED: the length of each frame in the payload
    flags: int = 0


class Position(NamedTuple):
    """A line's identity in a stream: never issued twice."""

    segment: int
    offset: int  # of the record in the segment file
    index: int  # type: ignore[assignment]  # of the non-empty line in the record


class Cursor(NamedTuple):
    """Where reading goes on: the next unread record."""

    segment: int
    offset: int


class Record(NamedTuple):
    """What a spool reader yields. LINES carry `frames`; every other kind carries `control`."""

    kind: RecordKind
    segment: int
    offset: int
    end: Cursor  # the cursor after this record
    received_us: int
    origin: Origin | None = None
    framing: Framing = Framing.CONTROL
    flags: int = 0
    frames: Sequence[bytes] = ()  # non-empty lines, as received, frame ends removed
    control: dict[str, Any] | None = None


# ---------------------------------------------------------------- pipeline


class Stamp(NamedTuple):
    """A timestamp as the device wrote it: unknown parts are None, nothing is guessed yet."""

    year: int | None
    month: int
    day: int
    hour: int
    minute: int
    second: int
    micro: int = 0
    offset_s: int | None = None  # east of UTC
    synchronised: bool = True  # False for Cisco's `*` and `.` marks
    either: bool = False  # numbers alone do not tell whether the month stood before the day


@dataclass(slots=True)
class Event:
    """The canonical form of one line: RFC 5424 terms plus normalised attributes. Built positionally."""

    facility: int | None
    severity: int | None
    version: int | None
    stamp: Stamp | None
    hostname: str | None
    app_name: str | None
    procid: str | None
    msgid: str | None
    structured_data: dict[str, dict[str, str]] | None
    message: str
    parse_status: str = "raw"  # full | partial | raw
    vendor: str | None = None
    product: str | None = None
    event_code: str | None = None
    action: str | None = None
    outcome: str | None = None  # success | failure
    src_ip: str | None = None
    dst_ip: str | None = None
    src_port: int | None = None
    dst_port: int | None = None
    user: str | None = None
    interface: str | None = None
    entity: str | None = None
    entity_kind: str | None = None  # tunnel, interface, service, user, disk, …: for words, not for identity
    polarity: str = "neutral"  # down | up | neutral
    healed: bool = False  # one line says down and up again ("dropped and recovered"); polarity is then "up"
    orderly: bool = False  # an intended stop (Stopping → Stopped, admin down, reload requested): no fault
    repeat: int = 1  # what the line weighs in every count
    repeats_previous: bool = False  # "last message repeated N times": the weight goes to the line before
    lost: int | None = None  # the sender announces that it lost this many lines
    # What all lines of this wording share (pipeline/forms.py); no part of what the line says.
    form: Any = field(default=None, repr=False, compare=False)
    tally: tuple[str, int] | None = None  # a running total of lines that the sender lost: its name and value
    computer: str | None = None  # whose event it is by the format's own column, whatever the header claims
    account: str | None = None  # such a format's columns of an account, with the signs between columns


class Who(NamedTuple):
    """What identity resolution decides about a line."""

    tenant: str
    host: str
    rule: str  # which rule gave the host: docs/architecture.md lists them
    zone: str | None  # the configured time zone of the source, if any


class Fingerprint(NamedTuple):
    """The stateless identity of a message: a pure function of code and text, the same everywhere for ever."""

    base: str  # the signature id: scheme version + hash of (event code, template)
    template: str
    status: str  # canonical status slots that are never masked, e.g. "rc!=0,status=degraded"; "" if none


# ---------------------------------------------------------------- memory


class Key(NamedTuple):
    """The key of every count."""

    tenant: str
    signature: str
    state: str
    source: str
    entity: str  # "" when the line is about no entity


class KeyFacts(NamedTuple):
    """A key with what is constant or mergeable about it."""

    id: int
    tenant: str
    signature: str
    state: str
    source: str
    entity: str
    entity_kind: str
    polarity: str
    outcome: str
    severity: int  # the gravest (smallest) seen; 8 = none ever stated
    app_name: str
    healed: bool
    orderly: bool


class Slot(NamedTuple):
    """One active five-minute slot of a key's day. `seconds` (offsets 0-299, ascending) is empty above four lines."""

    slot: int
    count: int  # type: ignore[assignment]
    seconds: tuple[int, ...]


class Day(NamedTuple):
    """What a key did on one day. Merging two is a sum, a min, a max and a union."""

    day: int
    lines: int
    first_us: int
    last_us: int
    slots: Sequence[Slot]  # ascending; memory decodes them when they are looked at


class Week(NamedTuple):
    """What is kept of a key's week (Monday first) when its days are rolled up. Merging is a sum and an OR."""

    week: int  # the day number of its Monday
    lines: int
    first_us: int
    last_us: int
    active_hours: int  # bit map, bit = weekday * 24 + hour
    hours: tuple[int, ...]  # 24 line counts by hour of the day


class TransitionKind(IntEnum):
    DOWN = -1
    HEALED = 0  # down and up again in one line
    UP = 1


class Transition(NamedTuple):
    """One change of state of one entity at one source."""

    t_us: int
    kind: TransitionKind
    key_id: int
    position: Position


class History(NamedTuple):
    """All that memory knows of one key up to an instant: attention is handed an iterator of these."""

    key: KeyFacts
    days: tuple[Day, ...]  # ascending
    weeks: tuple[Week, ...]  # ascending, before the first day row
    transitions: tuple[Transition, ...]  # of this (tenant, source, entity), all its keys together, ascending


class SignatureFacts(NamedTuple):
    id: str
    template: str
    vendor: str
    product: str
    event_code: str


class Gap(NamedTuple):
    """An interval in which something was not seen, and why."""

    start_us: int
    end_us: int
    reason: str
    lost: int | None  # lines; None = unknown
    tenant: str | None = None
    source: str | None = None


class ClockSkew(NamedTuple):
    """From an instant on a source's stamps are so many seconds ahead of their receipt (negative: behind); 0: no longer."""

    t_us: int
    tenant: str
    source: str
    skew_s: int


class Note(NamedTuple):
    """An operator's word. None in tenant, signature, source or entity means "any"."""

    kind: str  # ack | mute | fixed | mattered | incident | maintenance | split | pin
    recorded_us: int
    who: str
    tenant: str | None = None
    signature: str | None = None
    source: str | None = None
    entity: str | None = None
    item: str | None = None
    start_us: int | None = None  # maintenance, incident
    end_us: int | None = None  # maintenance; mute: until
    weekly: bool = False
    ticket: str | None = None
    text: str = ""
    template: str | None = None  # of the class that `signature` names: which base signatures are meant
    members: tuple[str, ...] = ()  # pin: the ids that become one, beside `signature`


# ---------------------------------------------------------------- attention and digest


class Part(NamedTuple):
    """One summand of an attention score: points are tenths of a doubling of the odds times ten (docs/attention.md)."""

    name: str
    points: float
    because: str


class Episodes(NamedTuple):
    count: int  # type: ignore[assignment]
    median_seconds: float | None  # None where every episode is told by a single line
    max_seconds: float | None


class SeenBefore(NamedTuple):
    start_us: int
    end_us: int
    outcome: str  # an incident, a disposition, or "recovered by itself"
    ticket: str | None


class Related(NamedTuple):
    signature: str
    template: str
    how: str
    key_ids: tuple[int, ...]


@dataclass(slots=True)
class Story:
    """Candidates with one cause, ready to be told: what attention hands to the digest."""

    id: str
    state: str  # new | worse | ongoing | returned | recovered
    since_us: int
    attention: float  # 0-100
    kinds: list[str]
    title: str
    what: str
    why: list[str]
    parts: list[Part]
    tenant: str
    hosts: list[str]
    entity: str | None
    count: int
    first_us: int
    last_us: int
    signature: str | None
    template: str | None
    expected_us: int | None = None
    episodes: Episodes | None = None
    trend: list[int] = field(default_factory=list)
    seen_before: list[SeenBefore] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    key_ids: tuple[int, ...] = ()  # whose lines are the evidence
    quotes: tuple[int, ...] = ()  # t_us of the lines that are the evidence, where not the newest are
    turn: float = 0.0  # where there are more stories than places, the largest of a tenant come first


class Told(NamedTuple):
    """What the tailed digest last said of an item: kept, so that only what changed is told again."""

    item: str
    tenant: str
    at_us: int  # the digest's `at`
    attention: float
    band: str
    state: str
    signature: str | None
    entity: str | None
    hosts: tuple[str, ...]

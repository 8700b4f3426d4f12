"""The walk of a line: spool records → decode → normalise → identity → time → fingerprint → rows.

Synchronous and pure but for bounded caches: the same records give the same deltas, however they are batched. What one
line must know of the ones before it (the line that "last message repeated" speaks of, the receiver's last beat, the
two newest event times) is the `carry`, which is committed with the rows it belongs to.

Never reads a clock, a file or the environment.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from brainstemd.config import Config
from brainstemd.errors import PoisonLine
from brainstemd.memory import SAID_A_DAY, SAID_CHARS_MAX, Delta, key_id
from brainstemd.models import (
    DAY_US,
    SECOND_US,
    ClockSkew,
    Cursor,
    Event,
    Fingerprint,
    Flag,
    Gap,
    Key,
    KeyFacts,
    Origin,
    Position,
    Record,
    RecordKind,
    SignatureFacts,
    Transition,
    TransitionKind,
    Who,
)
from brainstemd.pipeline import Fingerprinter, Identity, decode, normalise
from brainstemd.pipeline.blindness import Receiver
from brainstemd.pipeline.losses import Tallies
from brainstemd.pipeline.packed import PACKED, plain
from brainstemd.pipeline.rates import Rates
from brainstemd.pipeline.sequences import NUMBERED, Sequences, number_of
from brainstemd.spoken import Spoken
from brainstemd.timing import Timing, archived

SAMPLES_A_DAY = 2  # raw lines kept for a key and day: the ones of smallest hash
_SAMPLE_BYTES = 512
# Slots that may hold the name of a thing; times, sizes, rates, versions, random ids and mere addresses do not.
_NAMING = ("<n>", "<id", "<*>", "<str", "<host>", "<path", "<unit", "<user")
_NEWEST_KEPT = 16  # so many lone jumps of a clock are told from the time
_NAMELESS = Event(
    None, None, None, None, None, None, None, None, None, ""
)  # asks who a peer is by its address
_KEYS_CACHED = 16_000  # between two takes; at 700 bytes each
NO_SEVERITY = 8
_NEVER = 2**63 - 1


# Lines at the end of the pipeline, before they are counted: of each its event time, whose, what, its signature.
Walked = tuple[list[int], list[Who], list[Event], list[Fingerprint]]


class _Cell:
    """A key's day since the last `take`: event times, and the raw lines of smallest (hash, time)."""

    __slots__ = ("limit", "said", "said_until", "samples", "times")

    def __init__(self) -> None:
        self.times: list[int] = []
        self.samples: list[tuple[int, int, bytes]] = []
        self.said: list[tuple[int, str]] = []
        self.said_until = _NEVER  # later lines are not among the first of the day
        self.limit = _NEVER  # hashes above it cannot be sampled any more

    def hear(self, t_us: int, message: str) -> None:
        said = self.said
        said.append((t_us, message[:SAID_CHARS_MAX]))
        if len(said) > SAID_A_DAY:
            said.sort()
            said.pop()
            self.said_until = said[-1][0]

    def sample(self, mark: int, t_us: int, raw: bytes) -> None:
        samples = self.samples
        sample = (mark, t_us, raw[:_SAMPLE_BYTES])
        if len(samples) < SAMPLES_A_DAY:
            samples.append(sample)
            return
        if self.limit == _NEVER:
            samples.sort()
        if sample < samples[-1]:
            samples[-1] = sample
            samples.sort()
        self.limit = samples[-1][0]


_NO_CELL = _Cell()  # of no day, so that nothing is ever put into it


class _Stated:
    """Key facts as some lines state them, and the earliest event time that does so since the last `take`."""

    __slots__ = ("cell", "day", "facts", "first_us", "key", "names")

    def __init__(self, facts: KeyFacts, names: bool) -> None:
        self.facts = facts
        self.names = names  # its lines may name a thing that the decoder does not know
        self.key = facts.id
        self.clear()

    def clear(self) -> None:
        self.first_us = _NEVER
        self.day = -_NEVER
        self.cell = _NO_CELL


class Fold:
    """Accumulates records into a `Delta`. One instance a worker; `carry` is what the last commit stored."""

    _walk = staticmethod(decode)

    def __init__(self, config: Config, carry: dict[str, Any] | None = None) -> None:
        self._identity = Identity(config)
        self._fingerprints = Fingerprinter()
        self._facts: dict[tuple[object, ...], _Stated] = {}
        carry = carry or {}
        self._receiver = Receiver.from_carry(carry.get("receiver"))
        self._spoken = Spoken(carry.get("spoken", ()))
        self._sequences = Sequences(carry.get("sequences"))
        self._tallies = Tallies(carry.get("tallies"))
        self._rates = Rates(carry.get("rates"))
        self._timing = Timing(carry.get("offsets", ()))
        self._newest = [int(t_us) for t_us in carry.get("newest", [])]  # the largest event times, ascending
        self.lines = 0
        self._clear()

    def _clear(self) -> None:
        self._stated: list[_Stated] = []
        self._keys: dict[int, KeyFacts] = {}
        self._signatures: dict[str, SignatureFacts] = {}
        self._cells: dict[tuple[int, int], _Cell] = {}
        self._extra: list[tuple[int, int, int]] = []
        self._transitions: list[Transition] = []
        self._line_times = array("q")
        self._line_keys = array("q")
        self._records: list[tuple[int, int, int]] = []
        self._unlisted: dict[tuple[int, int], tuple[int, int]] = {}  # key, second → newest instant, lines
        self._gaps: list[Gap] = []
        self._archives: list[tuple[str, str]] = []
        self.lines = 0

    # ------------------------------------------------------------------ adding

    def add(self, record: Record, skip: frozenset[int] = frozenset()) -> None:
        """Count one record. Lines whose index is in `skip` are passed over (they are in quarantine).

        Raises PoisonLine before anything of the record is counted.
        """
        if record.kind is RecordKind.LINES:
            self._lines(record, skip)
        elif record.kind is RecordKind.ARCHIVE:
            control = record.control or {}
            self._archives.append((str(control.get("sha256", "")), str(control.get("name", ""))))
        else:
            self._hear(record)

    def _hear(self, record: Record) -> None:
        """A gap that names a peer is its tenant's and source's, as that peer's lines would be."""
        gaps = self._receiver.hear(record)
        control = record.control or {}
        if peer := control.get("peer"):
            origin = Origin(str(control.get("transport", "")), str(control.get("listener", "")), str(peer))
            who = self._identity.resolve(origin, _NAMELESS)
            gaps = [gap._replace(tenant=who.tenant, source=who.host) for gap in gaps]
        self._gaps.extend(gaps)
        self._gaps.extend(self._sequences.pass_time(record.received_us))

    def _lines(self, record: Record, skip: frozenset[int]) -> None:
        origin = record.origin or Origin("udp", "", "")
        archive = bool(record.flags & Flag.ARCHIVE)
        frames = record.frames
        taken = [raw for index, raw in enumerate(frames) if index not in skip] if skip else frames
        try:
            walked = self._walk_all(taken, origin, record.received_us, None if archive else self._timing)
        except Exception:
            self._blame(record, origin, skip)
            raise
        indexes = [index for index in range(len(frames)) if index not in skip] if skip else range(len(frames))
        times, keys = walked[0], self._count(walked, taken, record, indexes, origin.peer)
        # Whole seconds, so that a flood of poison makes a row a second and not a row a line.
        second_us = -(-record.received_us // SECOND_US) * SECOND_US
        for index in sorted(skip):
            times.insert(index, record.received_us)
            keys.insert(index, 0)
            self._gaps.append(Gap(second_us, second_us, "poison", 1))
        self._line_times.extend(times)
        self._line_keys.extend(keys)
        self._records.append((record.segment, record.offset, len(frames)))
        self.lines += len(frames)
        self._receiver.saw(record.received_us, archive=archive)

    def _walk_all(
        self, frames: Sequence[bytes], origin: Origin, received_us: int, timing: Timing | None
    ) -> Walked:
        """Step by step over all lines, not line by line over all steps, and the lines of one program together: each a sixth
        cheaper, as the processor keeps a step's code and a dialect's patterns. No line knows of its neighbours here."""
        walk = self._walk
        events = [walk(raw) for raw in frames]
        for speakers in by_speech(events):
            for event in speakers:
                normalise(event)
        known, resolve = self._identity.known(origin).get, self._identity.resolve
        whose = [known(event.hostname) or resolve(origin, event) for event in events]
        marks = list(map(self._fingerprints.mark, events))
        # Last, as it learns of clocks: what raises has raised before.
        read = archived if timing is None else timing.live
        return read(events, whose, received_us), whose, events, marks

    def _blame(self, record: Record, origin: Origin, skip: frozenset[int]) -> None:
        """Raises PoisonLine for the first line that fails alone, if there is one."""
        archive = bool(record.flags & Flag.ARCHIVE)
        for index, raw in enumerate(record.frames):
            if index in skip:
                continue
            try:
                self._walk_all((raw,), origin, record.received_us, None if archive else Timing())
            except Exception as error:
                cause = f"{type(error).__name__}: {error}"
                raise PoisonLine(record.segment, record.offset, index, raw, cause) from error

    def _count(
        self, walked: Walked, frames: Sequence[bytes], record: Record, indexes: Iterable[int], peer: str
    ) -> list[int]:
        """Count lines of one record; `indexes` are their places in it. Returns the key of each."""
        self._newest = sorted([*self._newest, *walked[0]])[-_NEWEST_KEPT:]
        spoken = self._spoken
        # Of whom a record speaks is noted once, behind it, where there is surely a place for all.
        heard: dict[str, int] | None = {} if spoken.has_places(len(frames)) else None
        facts, rates = self._facts, self._identity.rates
        keys: list[int] = []
        for t_us, who, event, mark, raw, index in zip(*walked, frames, indexes, strict=True):
            day = t_us // DAY_US
            host = who.host
            if event.structured_data is not None or event.product in NUMBERED:
                self._follow(t_us, who, event, raw, record)
            if event.repeats_previous:
                previous = (heard and heard.get(host)) or spoken.keys.get((peer, host))
                if previous is not None:
                    self._cell(previous, day).times.append(t_us)
                    self._extra.append((previous, t_us, event.repeat - 1))
                    keys.append(previous)
                    continue
            polarity = event.polarity
            stating = (
                who, mark, event.entity, polarity, event.outcome, event.healed, event.orderly, event.app_name, event.severity,
            )  # fmt: skip
            stated = facts.get(stating)
            if stated is None:
                stated = self._new_facts(stating, who, event, mark)
            if t_us < stated.first_us:
                if stated.first_us == _NEVER:
                    self._touch(stated, event, mark)
                stated.first_us = t_us
            key = stated.key
            if stated.day != day:
                stated.day, stated.cell = day, self._cell(key, day)
            cell = stated.cell
            if rates and who in rates and self._rates.over(who[:2], rates[who], t_us):
                self._count_only(key, t_us, walked[0], len(keys))
                keys.append(0)
            else:
                cell.times.append(t_us)
                keys.append(key)
            if stated.names and t_us <= cell.said_until:
                cell.hear(t_us, event.message)
            hashed = crc32(raw)
            if hashed <= cell.limit:
                cell.sample(hashed, t_us, raw if raw[:1] not in PACKED else plain(raw))
            if heard is None:
                spoken.remember((peer, host), key)
            else:
                heard[host] = key
            if event.repeat > 1:
                self._extra.append((key, t_us, event.repeat - 1))
            if polarity != "neutral" or event.healed:
                kind = TransitionKind.HEALED if event.healed else _KINDS[polarity]
                where = Position(record.segment, record.offset, index)
                self._transitions.append(Transition(t_us, kind, key, where))
            if event.lost is not None:
                whole_us = t_us - t_us % SECOND_US  # what is announced in one second adds up
                self._gaps.append(Gap(whole_us, whole_us, "sender_lost", event.lost, who.tenant, who.host))
            elif event.tally is not None:
                self._gaps += self._tallies.hear(who.tenant, host, event.tally, t_us)
        for host, key in (heard or {}).items():
            spoken.remember((peer, host), key)
        return keys

    def _count_only(self, key: int, t_us: int, times: list[int], at: int) -> None:
        """A line that is not listed: it holds its place in the index, at next to no cost, and weighs in its second."""
        times[at] = times[at - 1] if at else self._line_times[-1] if self._line_times else t_us
        second = (key, t_us // SECOND_US)
        latest_us, lines = self._unlisted.get(second, (t_us, 0))
        self._unlisted[second] = (max(latest_us, t_us), lines + 1)

    def _follow(self, t_us: int, who: Who, event: Event, raw: bytes, record: Record) -> None:
        """A line that may bear a number: a jump of them is a gap."""
        found = number_of(event, raw)
        if found is not None:
            seen_us = t_us if record.flags & Flag.ARCHIVE else record.received_us
            self._gaps += self._sequences.hear(who[:2], event.app_name, found, t_us, seen_us)

    def _cell(self, key: int, day: int) -> _Cell:
        cell = self._cells.get((key, day))
        if cell is None:
            cell = self._cells[key, day] = _Cell()
        return cell

    def _new_facts(self, stating: tuple[object, ...], who: Who, event: Event, mark: Fingerprint) -> _Stated:
        """The key of a line, with the facts that the line states of it."""
        found = _key_facts(who, event, mark)
        names = not found.entity and any(slot in mark.template for slot in _NAMING)
        stated = self._facts[stating] = _Stated(found, names)
        return stated

    def _touch(self, stated: _Stated, event: Event, mark: Fingerprint) -> None:
        """The first line since the last `take` that states these facts."""
        self._stated.append(stated)
        facts = stated.facts
        known = self._keys.get(facts.id)
        self._keys[facts.id] = facts if known is None else merge_facts(known, facts)
        if mark.base not in self._signatures:
            self._signatures[mark.base] = SignatureFacts(
                mark.base, mark.template, event.vendor or "", event.product or "", event.event_code or ""
            )

    # ------------------------------------------------------------------ taking

    def skewed(self) -> list[ClockSkew]:
        """The clocks that are known to be wrong, the most wrong first."""
        return self._timing.skewed()

    @property
    def watermark_us(self) -> int:
        """The newest event time that more than one line supports; a lone jump of more than a day is not followed."""
        newest = self._newest
        for older, newer in zip(newest[-2::-1], newest[::-1], strict=False):
            if newer - older <= DAY_US:
                return newer
        return newest[0] if newest else 0

    def take(self, cursor: Cursor) -> Delta:
        """All that was added since the last `take`, with the cursor that it pays for; the accumulators are emptied."""
        if (
            len(self._facts) > _KEYS_CACHED
        ):  # who spoke since the last `take` is who speaks: a flood leaves again
            self._facts = {
                stating: known for stating, known in self._facts.items() if known.first_us != _NEVER
            }
        stated: dict[tuple[int, int, str], int] = {}
        for seen in self._stated:
            name = (seen.facts.id, seen.facts.severity, seen.facts.app_name)
            stated[name] = min(seen.first_us, stated.get(name, _NEVER))
            seen.clear()
        skews, unkept = self._timing.take()
        delta = Delta(
            cursor=cursor,
            keys=self._keys,
            signatures=self._signatures,
            times={key_day: cell.times for key_day, cell in self._cells.items() if cell.times},
            extra=[*self._extra, *((key, t_us, n) for (key, _), (t_us, n) in self._unlisted.items())],
            unlisted=[(t_us, n) for t_us, n in self._unlisted.values()],
            transitions=self._transitions,
            samples={key_day: cell.samples for key_day, cell in self._cells.items() if cell.samples},
            said={key_day: cell.said for key_day, cell in self._cells.items() if cell.said},
            line_times=self._line_times,
            line_keys=self._line_keys,
            records=self._records,
            gaps=self._gaps,
            archives=self._archives,
            carry={
                "receiver": self._receiver.to_carry(),
                "sequences": self._sequences.to_carry(),
                "tallies": self._tallies.to_carry(),
                "rates": self._rates.to_carry(),
                "offsets": self._timing.to_carry(),
                "spoken": self._spoken.to_carry(),
                "newest": list(self._newest),
            },
            watermark_us=self.watermark_us,
            stated=stated,
            skews=skews,
            unkept_clocks=unkept,
        )
        if self._receiver.retain_us is not None:
            delta.retain_us = self._receiver.retain_us
        self._clear()
        return delta


def by_speech(events: Iterable[Event]) -> Iterable[list[Event]]:
    """Events grouped by what lines of one dialect have in common."""
    groups: dict[str, list[Event]] = {}
    for event in events:
        speech = event.app_name or event.message[:5]
        group = groups.get(speech)
        if group is None:
            groups[speech] = [event]
        else:
            group.append(event)
    return groups.values()


_KINDS = {"down": TransitionKind.DOWN, "up": TransitionKind.UP}


def _key_facts(who: Who, event: Event, mark: Fingerprint) -> KeyFacts:
    key = Key(who.tenant, mark.base, state_of(event, mark), who.host, event.entity or "")
    return KeyFacts(
        key_id(key),
        *key,
        event.entity_kind or "",
        event.polarity,
        event.outcome or "",
        NO_SEVERITY if event.severity is None else event.severity,
        event.app_name or "",
        event.healed,
        event.orderly,
    )


def state_of(event: Event, mark: Fingerprint) -> str:
    """The part of a message that is never masked: polarity, outcome, the status slots, and what one line tells whole."""
    polarity = "healed" if event.healed else "" if event.polarity == "neutral" else event.polarity
    words = (polarity, "orderly" if event.orderly else "", event.outcome or "", mark.status)
    return ",".join(word for word in words if word)


def merge_facts(one: KeyFacts, two: KeyFacts) -> KeyFacts:
    """What is mergeable about a key: the gravest severity, the smallest names. Commutative and associative."""
    return one._replace(
        severity=min(one.severity, two.severity),
        app_name=min(one.app_name, two.app_name),
        entity_kind=min(one.entity_kind, two.entity_kind),
    )

"""The walk of a line: spool records → decode → normalise → identity → time → fingerprint → rows.

Synchronous and pure but for bounded caches: the same records give the same deltas, however they are batched. What one
line must know of the ones before it (the line that "last message repeated" speaks of, the receiver's last beat, the
two newest event times) is the `carry`, which is committed with the rows it belongs to.

Never reads a clock, a file or the environment.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from heapq import heapify, heappush, heapreplace
from typing import Any
from zlib import crc32

from brainstemd.config import Config
from brainstemd.errors import PoisonLine
from brainstemd.memory import Delta, key_id
from brainstemd.models import (
    DAY_US,
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
from brainstemd.pipeline import Fingerprinter, Identity, decode, normalise, when
from brainstemd.pipeline.blindness import Receiver

SAMPLES_A_DAY = 2  # raw lines kept for a key and day: the ones of smallest hash
_SAMPLE_BYTES = 512
_SPEAKERS_MAX = 4096  # sources whose last line is remembered for "last message repeated"
_KEYS_CACHED = 200_000
NO_SEVERITY = 8
_NEVER = 2**63 - 1


# One line at the end of the pipeline, before it is counted: event time, whose, what, its signature. A plain tuple for speed.
Walked = tuple[int, Who, Event, Fingerprint]
Speaker = tuple[str, str]  # peer, host


class _Cell:
    """A key's day since the last `take`: event times, and the raw lines of smallest (hash, time)."""

    __slots__ = ("limit", "samples", "times")

    def __init__(self) -> None:
        self.times: list[int] = []
        self.samples: list[tuple[int, int, bytes]] = []
        self.limit = _NEVER  # hashes above it cannot be sampled any more

    def sample(self, mark: int, t_us: int, raw: bytes) -> None:
        samples = self.samples
        samples.append((mark, t_us, raw[:_SAMPLE_BYTES]))
        if len(samples) > SAMPLES_A_DAY:
            samples.sort()
            samples.pop()
            self.limit = samples[-1][0]


class _Stated:
    """Key facts as some lines state them, and the earliest event time that does so since the last `take`."""

    __slots__ = ("cell", "day", "facts", "first_us")

    def __init__(self, facts: KeyFacts) -> None:
        self.facts = facts
        self.clear()

    def clear(self) -> None:
        self.first_us = _NEVER
        self.day = -_NEVER
        self.cell = _Cell()


class Spoken:
    """Speaker → key of its last line, bounded: the survivors are the speakers of smallest hash, whatever the order."""

    def __init__(self, carried: Iterable[tuple[str, str, int]] = (), cap: int = _SPEAKERS_MAX) -> None:
        self._cap = cap
        self.keys: dict[Speaker, int] = {(peer, host): key for peer, host, key in carried}
        self._largest = [(-_hash(speaker), speaker) for speaker in self.keys]
        heapify(self._largest)

    def remember(self, speaker: Speaker, key: int) -> None:
        if speaker not in self.keys:
            rank = (-_hash(speaker), speaker)
            if len(self.keys) < self._cap:
                heappush(self._largest, rank)
            elif rank <= self._largest[0]:
                return
            else:
                del self.keys[heapreplace(self._largest, rank)[1]]
        self.keys[speaker] = key

    def to_carry(self) -> list[tuple[str, str, int]]:
        return [(peer, host, key) for (peer, host), key in self.keys.items()]


def _hash(speaker: Speaker) -> int:
    return crc32("\n".join(speaker).encode("utf-8", "replace"))


class Fold:
    """Accumulates records into a `Delta`. One instance a worker; `carry` is what the last commit stored."""

    def __init__(self, config: Config, carry: dict[str, Any] | None = None) -> None:
        self._identity = Identity(config)
        self._fingerprints = Fingerprinter()
        self._facts: dict[tuple[object, ...], _Stated] = {}
        carry = carry or {}
        self._receiver = Receiver.from_carry(carry.get("receiver"))
        self._spoken = Spoken(carry.get("spoken", ()))
        self._newest: list[int] = [int(t) for t in carry.get("newest", [])]
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
            self._gaps.extend(self._receiver.hear(record))

    def _lines(self, record: Record, skip: frozenset[int]) -> None:
        origin = record.origin or Origin("udp", "", "")
        walked: list[Walked | None] = []
        for index, raw in enumerate(record.frames):
            if index in skip:
                walked.append(None)
                continue
            try:
                walked.append(self._walk(raw, origin, record))
            except Exception as error:
                cause = f"{type(error).__name__}: {error}"
                raise PoisonLine(record.segment, record.offset, index, raw, cause) from error
        for index, line in enumerate(walked):
            if line is None:
                self._line_times.append(record.received_us)
                self._line_keys.append(0)
                self._gaps.append(Gap(record.received_us, record.received_us, "poison", 1))
            else:
                self._count(line, record.frames[index], origin, record, index)
        self._records.append((record.segment, record.offset, len(walked)))
        self.lines += len(walked)
        self._receiver.saw(record.received_us, archive=bool(record.flags & Flag.ARCHIVE))

    def _walk(self, raw: bytes, origin: Origin, record: Record) -> Walked:
        event = decode(raw)
        normalise(event)
        who = self._identity.resolve(origin, event)
        archive = bool(record.flags & Flag.ARCHIVE)
        t_us, _ = when(event.stamp, record.received_us, who.zone, live=not archive, assume_utc=archive)
        return t_us, who, event, self._fingerprints.of(event.message, event.event_code)

    def _count(self, line: Walked, raw: bytes, origin: Origin, record: Record, index: int) -> None:
        t_us, who, event, _ = line
        speaker = (origin.peer, who.host)
        self._see_time(t_us)
        self._line_times.append(t_us)
        if event.repeats_previous and (previous := self._spoken.keys.get(speaker)) is not None:
            self._cell(previous, t_us // DAY_US).times.append(t_us)
            self._extra.append((previous, t_us, event.repeat - 1))
            self._line_keys.append(previous)
            return
        stated = self._stating(line)
        key = stated.facts.id
        day = t_us // DAY_US
        if stated.day != day:
            stated.day, stated.cell = day, self._cell(key, day)
        cell = stated.cell
        cell.times.append(t_us)
        mark = crc32(raw)
        if mark <= cell.limit:
            cell.sample(mark, t_us, raw)
        self._line_keys.append(key)
        self._spoken.remember(speaker, key)
        if event.repeat > 1:
            self._extra.append((key, t_us, event.repeat - 1))
        if event.polarity != "neutral" or event.healed:
            kind = TransitionKind.HEALED if event.healed else _KINDS[event.polarity]
            where = Position(record.segment, record.offset, index)
            self._transitions.append(Transition(t_us, kind, key, where))
        if event.lost is not None:
            self._gaps.append(Gap(t_us, t_us, "sender_lost", event.lost, who.tenant, who.host))

    def _cell(self, key: int, day: int) -> _Cell:
        cell = self._cells.get((key, day))
        if cell is None:
            cell = self._cells[key, day] = _Cell()
        return cell

    def _stating(self, line: Walked) -> _Stated:
        """The key of a line, with the facts that the line states of it."""
        t_us, who, event, mark = line
        stating = (
            who.tenant,
            mark.base,
            who.host,
            event.entity,
            event.polarity,
            event.outcome,
            mark.status,
            event.healed,
            event.orderly,
            event.app_name,
            event.severity,
        )
        stated = self._facts.get(stating)
        if stated is None:
            if len(self._facts) >= _KEYS_CACHED:
                self._facts.clear()
            stated = self._facts[stating] = _Stated(_key_facts(line))
        if t_us < stated.first_us:
            if stated.first_us == _NEVER:
                self._touch(stated, line)
            stated.first_us = t_us
        return stated

    def _touch(self, stated: _Stated, line: Walked) -> None:
        """The first line since the last `take` that states these facts."""
        self._stated.append(stated)
        facts = stated.facts
        _, _, event, mark = line
        known = self._keys.get(facts.id)
        self._keys[facts.id] = facts if known is None else merge_facts(known, facts)
        if mark.base not in self._signatures:
            self._signatures[mark.base] = SignatureFacts(
                mark.base, mark.template, event.vendor or "", event.product or "", event.event_code or ""
            )

    def _see_time(self, t_us: int) -> None:
        newest = self._newest
        if len(newest) < 2:
            newest.append(t_us)
            newest.sort(reverse=True)
        elif t_us > newest[1]:
            newest[1] = t_us
            if t_us > newest[0]:
                newest.reverse()

    # ------------------------------------------------------------------ taking

    @property
    def watermark_us(self) -> int:
        """The newest event time that more than one line supports; a lone jump of more than a day is not followed."""
        newest = self._newest
        if not newest:
            return 0
        if len(newest) == 1 or newest[0] - newest[1] <= DAY_US:
            return newest[0]
        return newest[1]

    def take(self, cursor: Cursor) -> Delta:
        """All that was added since the last `take`, with the cursor that it pays for; the accumulators are emptied."""
        stated: dict[tuple[int, int, str], int] = {}
        for seen in self._stated:
            name = (seen.facts.id, seen.facts.severity, seen.facts.app_name)
            stated[name] = min(seen.first_us, stated.get(name, _NEVER))
            seen.clear()
        delta = Delta(
            cursor=cursor,
            keys=self._keys,
            signatures=self._signatures,
            times={key_day: cell.times for key_day, cell in self._cells.items()},
            extra=self._extra,
            transitions=self._transitions,
            samples={key_day: cell.samples for key_day, cell in self._cells.items() if cell.samples},
            line_times=self._line_times,
            line_keys=self._line_keys,
            records=self._records,
            gaps=self._gaps,
            archives=self._archives,
            carry={
                "receiver": self._receiver.to_carry(),
                "spoken": self._spoken.to_carry(),
                "newest": list(self._newest),
            },
            watermark_us=self.watermark_us,
            stated=stated,
        )
        self._clear()
        return delta


_KINDS = {"down": TransitionKind.DOWN, "up": TransitionKind.UP}


def _key_facts(line: Walked) -> KeyFacts:
    _, who, event, mark = line
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

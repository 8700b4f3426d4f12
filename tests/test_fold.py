"""The walk of a line: records become rows, whatever the batching, and no defect costs a neighbour."""

from __future__ import annotations

import json
from collections.abc import Sequence
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.config import Config
from brainstemd.errors import PoisonLine
from brainstemd.fold import Fold, merge_facts
from brainstemd.memory import Delta
from brainstemd.models import (
    DAY_US,
    Cursor,
    Flag,
    Framing,
    KeyFacts,
    Origin,
    Record,
    RecordKind,
    TransitionKind,
)
from brainstemd.spoken import Spoken

T0 = 1_774_137_600_000_000  # 2026-03-22T00:00:00Z
SIX = (
    b"Mar 22 00:00:01 fw-01 charon: VPN tunnel dropped and recovered",
    b"Mar 22 00:00:03 fw-01 charon: VPN tunnel dropped and recovered",
    b"Mar 22 00:00:05 fw-01 charon: VPN tunnel dropped and recovered",
    b"Mar 22 00:01:10 fw-01 sshd: Failed password for admin from 10.1.2.3 port 54422",
    b"Mar 22 00:01:12 fw-01 sshd: Failed password for admin from 10.1.2.3 port 54425",
    b"Mar 22 00:03:20 app-01 systemd: service restarted unexpectedly",
)


def record(
    *lines: bytes, offset: int = 0, at_us: int = T0 + 300_000_000, peer: str = "10.0.0.1", flags: int = 0
) -> Record:
    origin = Origin("udp", "udp:514", peer, 514)
    return Record(
        RecordKind.LINES, 1, offset, Cursor(1, offset + 1), at_us, origin, Framing.DATAGRAM, flags, lines
    )


def folded(*records: Record) -> Delta:
    fold = Fold(Config())
    for one in records:
        fold.add(one)
    return fold.take(Cursor(9, 9))


def weights(delta: Delta) -> dict[int, int]:
    """Lines a key, repeats weighed."""
    counts: dict[int, int] = {}
    for (key, _), times in delta.times.items():
        counts[key] = counts.get(key, 0) + len(times)
    for key, _, weight in delta.extra:
        counts[key] = counts.get(key, 0) + weight
    return counts


def test_six_lines() -> None:
    """Three self-healing tunnel drops are one key, two failed logins another although their ports differ."""
    delta = folded(record(*SIX))
    counts = weights(delta)
    by_count = sorted(((counts[key], facts) for key, facts in delta.keys.items()), key=lambda pair: -pair[0])
    assert [count for count, _ in by_count] == [3, 2, 1]
    vpn, logins = by_count[0][1], by_count[1][1]
    assert (vpn.source, vpn.healed) == ("fw-01", True)
    assert (logins.outcome, logins.app_name) == ("failure", "sshd")
    assert [t.kind for t in delta.transitions if t.key_id == vpn.id] == [TransitionKind.HEALED] * 3
    assert min(t for times in delta.times.values() for t in times) == T0 + 1_000_000


def test_repeats_weigh_in_the_line_before() -> None:
    """ "last message repeated N times" counts N for what that speaker said last, not for itself."""
    delta = folded(
        record(
            SIX[3],
            b"Mar 22 00:01:11 app-01 cron: other host",
            b"Mar 22 00:01:40 fw-01 last message repeated 5 times",
        )
    )
    logins = next(key for key, facts in delta.keys.items() if facts.app_name == "sshd")
    assert weights(delta)[logins] == 6
    assert len(delta.keys) == 2


def test_a_repeat_across_batches_finds_its_line_through_the_carry() -> None:
    """A worker restarted between the two lines counts the same."""
    first = Fold(Config())
    first.add(record(SIX[3]))
    before = first.take(Cursor(1, 1))
    carry = json.loads(json.dumps(before.carry))
    second = Fold(Config(), carry)
    second.add(record(b"Mar 22 00:01:40 fw-01 last message repeated 5 times", offset=1))
    after = second.take(Cursor(1, 2))
    (key,) = before.keys
    assert weights(after) == {key: 5}


def test_event_index_has_every_line_in_spool_order() -> None:
    """Positions are reconstructed from it, so no line may be missing."""
    delta = folded(record(*SIX[:2]), record(*SIX[2:], offset=7))
    assert delta.records == [(1, 0, 2), (1, 7, 4)]
    assert len(delta.line_times) == len(delta.line_keys) == 6
    assert delta.line_times[3] == T0 + 70_000_000


@settings(max_examples=30)
@given(
    st.lists(
        st.sampled_from([*SIX, b"Mar 22 00:09:00 fw-01 last message repeated 3 times", b"\xff\x00"]),
        max_size=12,
    ),
    st.data(),
)
def test_batching_changes_nothing(lines: list[bytes], data: st.DataObject) -> None:
    """One batch or many: the sums are the same, and so are the keys."""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(lines)), max_size=4)))
    records = [record(line, offset=n) for n, line in enumerate(lines)]
    whole = folded(*records)
    fold = Fold(Config())
    total: dict[int, int] = {}
    keys: set[int] = set()
    for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        for one in records[start:end]:
            fold.add(one)
        part = fold.take(Cursor(1, end))
        fold = Fold(Config(), json.loads(json.dumps(part.carry)))
        keys |= set(part.keys)
        for key, count in weights(part).items():
            total[key] = total.get(key, 0) + count
    assert total == weights(whole)
    assert keys == set(whole.keys)


class Exploding(Sequence[bytes]):
    """Frames of which one makes the pipeline raise, as a defect in a dialect would."""

    def __init__(self, *lines: object) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, index: object) -> bytes:  # type: ignore[override]
        return self._lines[index]  # type: ignore[index, return-value]


def test_a_poisonous_line_is_named_and_costs_nothing_else() -> None:
    """PoisonLine comes before anything of the record is counted; without that line the record is whole."""
    poisoned = record()._replace(frames=Exploding(SIX[0], None, SIX[1]))
    fold = Fold(Config())
    with pytest.raises(PoisonLine) as caught:
        fold.add(poisoned)
    assert caught.value.index == 1
    assert fold.lines == 0
    fold.add(poisoned, frozenset({1}))
    delta = fold.take(Cursor(1, 1))
    assert sum(weights(delta).values()) == 2
    assert list(delta.line_keys)[1] == 0
    assert [(gap.reason, gap.lost) for gap in delta.gaps] == [("poison", 1)]


def test_watermark_needs_support() -> None:
    """A lone jump of more than a day is not followed; a second line beside it makes it true."""
    fold = Fold(Config())
    archive = int(Flag.ARCHIVE)
    fold.add(record(b"2026-03-22T00:00:00Z h a: x", b"2026-03-29T00:00:00Z h a: x", flags=archive))
    assert fold.watermark_us == T0
    fold.add(record(b"2026-03-29T00:00:01Z h a: x", flags=archive, offset=1))
    assert fold.watermark_us == T0 + 7 * DAY_US + 1_000_000


def test_lone_jumps_do_not_support_each_other() -> None:
    """Two clocks gone wrong by years are not the time, in whichever order they speak."""
    stamps = (
        b"2026-03-22T00:00:00Z",
        b"2026-03-22T00:00:01Z",
        b"2031-01-01T00:00:00Z",
        b"2040-01-01T00:00:00Z",
    )
    for order in (stamps, stamps[::-1]):
        fold = Fold(Config())
        fold.add(record(*(stamp + b" h a: x" for stamp in order), flags=int(Flag.ARCHIVE)))
        assert fold.watermark_us == T0 + 1_000_000


def test_announced_losses_are_gaps() -> None:
    """A sender that says it dropped messages is believed."""
    delta = folded(
        record(
            b"<46>Mar 22 00:01:00 web-01 rsyslogd: imuxsock lost 210 messages from pid 42 due to rate-limiting"
        )
    )
    assert [(gap.reason, gap.lost, gap.source) for gap in delta.gaps] == [("sender_lost", 210, "web-01")]


facts = st.builds(
    KeyFacts,
    id=st.just(1),
    tenant=st.just("t"),
    signature=st.just("s"),
    state=st.just(""),
    source=st.just("h"),
    entity=st.just(""),
    entity_kind=st.sampled_from(["", "user", "unit"]),
    polarity=st.just("neutral"),
    outcome=st.just(""),
    severity=st.integers(0, 8),
    app_name=st.sampled_from(["", "a", "b"]),
    healed=st.just(False),
    orderly=st.just(False),
)


@given(facts, facts, facts)
def test_facts_merge_in_any_order(a: KeyFacts, b: KeyFacts, c: KeyFacts) -> None:
    """Commutative and associative, so that the order of lines does not matter."""
    assert merge_facts(a, b) == merge_facts(b, a)
    assert merge_facts(merge_facts(a, b), c) == merge_facts(a, merge_facts(b, c))


@given(st.lists(st.sampled_from([(f"10.0.0.{n}", "h") for n in range(30)]), max_size=60), st.integers(1, 8))
def test_speakers_that_survive_are_those_of_smallest_hash(names: list[tuple[str, str]], cap: int) -> None:
    """Over the cap, order does not decide who is remembered."""
    spoken = Spoken((), cap)
    for number, name in enumerate(names):
        spoken.remember(name, number)
    smallest = sorted(set(names), key=lambda name: crc32("\n".join(name).encode()))[:cap]
    assert set(spoken.keys) == set(smallest)
    assert all(spoken.keys[name] == len(names) - 1 - names[::-1].index(name) for name in smallest[:1])


REPEATED = st.sampled_from([b"h1", b"h2", b"h3"]).flatmap(
    lambda host: st.sampled_from(
        [
            b"<13>Mar 22 00:00:01 %s a: link 1 lost" % host,
            b"<13>Mar 22 00:00:02 %s b: disk full" % host,
            b"<13>Mar 22 00:00:03 %s last message repeated 3 times" % host,
        ]
    )
)


@given(st.lists(REPEATED, max_size=14), st.booleans())
@settings(deadline=None)
def test_whose_line_is_repeated_does_not_depend_on_how_lines_are_cut_into_records(
    lines: list[bytes], crowded: bool
) -> None:
    """Also where more speak than are remembered: a line a record, or all in one."""

    def keys(*records: Record) -> tuple[list[int], object]:
        fold = Fold(Config())
        if crowded:
            fold._spoken = Spoken(cap=2)
        for one in records:
            fold.add(one)
        delta = fold.take(Cursor(9, 9))
        assert delta.carry is not None
        return list(delta.line_keys), sorted(delta.carry["spoken"])

    assert keys(record(*lines)) == keys(*(record(line, offset=n) for n, line in enumerate(lines)))

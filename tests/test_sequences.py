"""Jumps in the numbers of lines are losses, with source and count; what only looks like a jump claims nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.config import Config
from brainstemd.fold import Fold
from brainstemd.models import SECOND_US, Cursor, Framing, Gap, Origin, Record, RecordKind
from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.sequences import (
    PREFIX,
    SEQUENCE_ID,
    SEQUENCE_ID_MAX,
    STREAMS_MAX,
    Kind,
    Sequences,
    number_of,
)

WHO = ("acme", "fw-01")
S = SECOND_US


def told(
    numbers: Iterable[int],
    kind: Kind = SEQUENCE_ID,
    *,
    app: str = "app",
    every_us: int = S // 10,
    sequences: Sequences | None = None,
    later_us: int = 60 * S,
) -> list[Gap]:
    """The gaps of lines with these numbers, one each `every_us`, and of the beats after them."""
    sequences = sequences or Sequences()
    gaps: list[Gap] = []
    now = 0
    for now, number in enumerate(numbers):
        gaps += sequences.hear(WHO, app, (kind, number), now * every_us, now * every_us)
    for beat in range(0, later_us, 10 * S):
        gaps += sequences.pass_time(now * every_us + beat)
    return gaps


def lost(gaps: Iterable[Gap]) -> int:
    assert all((gap.reason, gap.tenant, gap.source) == ("sequence", *WHO) for gap in gaps)
    return sum(gap.lost or 0 for gap in gaps)


def test_a_jump_is_a_gap_between_its_two_lines() -> None:
    """Twenty numbers missing: one gap of twenty lines, from the line before to the line after."""
    assert told([*range(1, 41), *range(61, 100)], every_us=S) == [
        Gap(39 * S, 40 * S, "sequence", 20, "acme", "fw-01")
    ]


@pytest.mark.parametrize("kind", [SEQUENCE_ID, PREFIX])
def test_a_jump_before_silence_is_told_at_a_beat(kind: Kind) -> None:
    """The last line before a sender falls silent may be the only one that tells the loss."""
    assert lost(told([*range(1, 51), 56], kind)) == 5


@given(st.lists(st.integers(0, 199), max_size=30, unique=True), st.integers(0, 8), st.randoms())
@settings(deadline=None)
def test_reordering_and_copies_are_no_loss(dropped: list[int], reach: int, random: Random) -> None:
    """Whatever the order within reach and however often a line comes: what never came is lost, nothing else."""
    head = list(range(1, 60))
    tail = [60 + n for n in range(200) if n not in dropped] + list(range(260, 300))
    mixed = sorted(tail, key=lambda n: n + random.randint(0, reach))
    copied = [copy for n in mixed for copy in [n] * random.choice((1, 1, 2))]
    assert lost(told(head + copied, every_us=S // 100)) <= len(dropped)
    if not dropped:
        assert told(head + copied) == []


def test_every_loss_of_an_ordered_stream_is_counted() -> None:
    """Every tenth line lost for minutes: a gap a minute at most, and their sum is exact."""
    numbers = [n for n in range(1, 6000) if n % 10 or n < 50]
    gaps = told(numbers, every_us=S // 10, later_us=120 * S)
    assert lost(gaps) == 5999 - len(numbers)
    assert len(gaps) <= 6000 // 10 // 60 + 2


def test_a_restart_is_no_loss() -> None:
    """The numbers begin anew at 1, or a few later: nobody knows what was lost, and nothing is claimed."""
    assert told([*range(500, 600), *range(1, 50)]) == []
    assert told([*range(500, 600), *range(5, 50)]) == []
    assert told([*range(1, 60), *range(1, 50)]) == []
    assert lost(told([*range(500, 600), *range(1, 50), *range(60, 80)])) == 10


def test_the_largest_number_is_followed_by_one() -> None:
    """RFC 5424 section 7.3.1: after 2147483647 comes 1, and a jump over that is counted like any other."""
    end = list(range(SEQUENCE_ID_MAX - 40, SEQUENCE_ID_MAX + 1))
    assert told([*end, *range(1, 30)]) == []
    assert lost(told([*end[:-1], *range(3, 30)])) == 3
    assert told([*end[:-1], 1, SEQUENCE_ID_MAX, *range(2, 30)]) == []


def test_two_paths_with_a_delay_are_no_loss() -> None:
    """The same lines through a second relay, far behind and in bursts, and a loss that one path makes good."""
    first = [n for n in range(1, 400) if not 300 <= n < 320]
    numbers: list[int] = []
    for at in range(0, len(first), 40):
        numbers += first[at : at + 40]
        numbers += range(max(1, first[at] - 100), max(1, first[at] - 60))
    assert told([*numbers, *range(300, 330)], every_us=S // 1000) == []


def test_several_counters_claim_nothing() -> None:
    """An app each, in bursts: the numbers of the source are not one counter."""
    numbers = []
    for burst in range(20):
        numbers += [(f"a{app}", app * 5000 + burst * 20 + n) for app in range(3) for n in range(1, 21)]
    sequences = Sequences()
    gaps = []
    for now, (app, number) in enumerate(numbers):
        gaps += sequences.hear(WHO, app, (SEQUENCE_ID, number), now * S // 10, now * S // 10)
    assert gaps + sequences.pass_time(10**12) == []


def test_a_counter_of_what_is_not_sent_claims_nothing() -> None:
    """A device that numbers all messages and sends the graver ones: never steady."""
    random = Random(4)
    numbers = [n for n in range(1, 5000) if random.random() < 0.7]
    assert told(numbers, PREFIX) == []


def test_a_jump_before_the_numbers_are_steady_claims_nothing() -> None:
    """A few lines prove nothing yet."""
    assert told([1, 2, 3, 90, 91, 92]) == []
    assert told([*range(1, 20), *range(90, 99)], PREFIX) == []


def test_the_state_survives_a_carry() -> None:
    """Written as JSON and read again after every line: the same gaps."""
    numbers = [*range(1, 50), *range(55, 80), 52, *range(90, 120), *range(1, 30)]
    expected = told(numbers)
    sequences, gaps = Sequences(), []
    for now, number in enumerate(numbers):
        gaps += sequences.hear(WHO, "app", (SEQUENCE_ID, number), now * S // 10, now * S // 10)
        sequences = Sequences(json.loads(json.dumps(sequences.to_carry())))
    for beat in range(0, 60 * S, 10 * S):
        gaps += sequences.pass_time((len(numbers) - 1) * S // 10 + beat)
    assert gaps == expected
    assert lost(gaps) == 4 + 10


def test_the_streams_that_are_kept_do_not_depend_on_order() -> None:
    """A flood of invented hosts with numbers: bounded, and the survivors are those of smallest hash."""
    hosts = [f"host-{n}" for n in range(STREAMS_MAX + 500)]

    def kept(order: Iterable[str]) -> list[object]:
        sequences = Sequences()
        for host in order:
            sequences.hear(("acme", host), None, (SEQUENCE_ID, 1), 0, 0)
        return sorted(map(str, sequences.to_carry()["streams"]))

    assert kept(hosts) == kept(reversed(hosts))
    assert len(kept(hosts)) == STREAMS_MAX


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (b'<165>1 2026-03-22T07:00:00Z fw app 1 - [meta sequenceId="29"] hello', 29),
        (b'<165>1 2026-03-22T07:00:00Z fw app 1 - [meta sequenceId="0"] hello', None),
        (b'<165>1 2026-03-22T07:00:00Z fw app 1 - [meta sequenceId="x"] hello', None),
        (b"<189>45: 000044: *Mar  1 00:00:46.123: %SYS-5-CONFIG_I: Configured from console by vty0", 45),
        (b"<189>45: sw-01: *Mar  1 00:00:46: %SYS-5-CONFIG_I: Configured from console by vty0", 45),
        (b"<189>Mar  1 10:00:00 10.0.0.1 77: *Mar  1 00:00:46.1: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up", 77),
        (b"<189>*Mar  1 2026 00:00:46: %SYS-5-CONFIG_I: Configured from console: 12: by vty0", None),
        (b"<189>46w3d: %SYS-5-CONFIG_I: Configured from console by vty0", None),
        (b"<134>Mar  1 10:00:00 web 77: GET /", None),
    ],
)  # fmt: skip
def test_where_a_number_stands(line: bytes, number: int | None) -> None:
    """In RFC 5424's `meta` element, or in front of the stamp of a Cisco-like line; nowhere else."""
    event = decode(line)
    normalise(event)
    found = number_of(event, line)
    assert (None if found is None else found[1]) == number


def test_the_fold_tells_a_jump_however_it_is_batched() -> None:
    """Lines with numbers through the fold, a beat behind them: the same gap whatever the commits."""

    def record(n: int, number: int) -> Record:
        text = f'<134>1 2026-03-22T07:00:{n % 60:02}Z fw-01 app - - [meta sequenceId="{number}"] hello'
        at = 1_774_162_800 * S + n * S
        origin = Origin("udp", "udp:514", "10.0.0.1")
        return Record(
            RecordKind.LINES, 1, n, Cursor(1, n + 1), at, origin, Framing.DATAGRAM, 0, (text.encode(),)
        )

    records = [record(n, number) for n, number in enumerate([*range(1, 31), *range(38, 50)])]
    beat = Record(RecordKind.BEAT, 1, 99, Cursor(1, 100), records[-1].received_us + 30 * S, control={})

    def gaps(cut: int) -> list[Gap]:
        found: list[Gap] = []
        carry = None
        for part in (records[:cut], [*records[cut:], beat]):
            fold = Fold(Config(), carry)
            for each in part:
                fold.add(each)
            delta = fold.take(Cursor(1, 100))
            found += delta.gaps
            carry = json.loads(json.dumps(delta.carry))
        return found

    assert [(gap.reason, gap.lost, gap.source) for gap in gaps(0)] == [("sequence", 7, "fw-01")]
    assert all(gaps(cut) == gaps(0) for cut in range(1, len(records)))

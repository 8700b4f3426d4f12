"""Control records become gaps: what the receiver could not see is said with interval, reason and count."""

from __future__ import annotations

from typing import Any

from brainstemd.models import Cursor, Gap, Record, RecordKind
from brainstemd.pipeline.blindness import Receiver

S = 1_000_000


def control(kind: RecordKind, second: int, **payload: Any) -> Record:
    return Record(kind, 1, 0, Cursor(1, 0), second * S, control=payload)


def test_first_start_is_no_gap() -> None:
    """Before the first start there is nothing that could have been seen."""
    assert Receiver().hear(control(RecordKind.START, 10, run="a")) == []


def test_a_killed_receiver_was_blind_from_its_last_sign_of_life() -> None:
    """Without a STOP the gap runs from the last line or beat to the next start, its loss unknown."""
    receiver = Receiver()
    receiver.hear(control(RecordKind.START, 10, run="a"))
    receiver.hear(control(RecordKind.BEAT, 20, run="a", lost={}))
    receiver.saw(23 * S, archive=False)
    assert receiver.hear(control(RecordKind.START, 60, run="b")) == [
        Gap(23 * S, 60 * S, "receiver_down", None)
    ]


def test_an_orderly_stop_is_told_apart() -> None:
    """A stopped receiver saw nothing either, but nobody crashed."""
    receiver = Receiver()
    receiver.hear(control(RecordKind.START, 10, run="a"))
    receiver.hear(control(RecordKind.STOP, 30, run="a", lost={}))
    assert receiver.hear(control(RecordKind.START, 40, run="b")) == [
        Gap(30 * S, 40 * S, "receiver_stopped", None)
    ]


def test_losses_are_differences_between_beats_of_one_run() -> None:
    """Counters are cumulative in a run and begin anew with the next; each rise is a gap over its beat's interval."""
    receiver = Receiver()
    receiver.hear(control(RecordKind.START, 5, run="a"))
    assert receiver.hear(control(RecordKind.BEAT, 10, run="a", lost={"kernel_drop": 5})) == [
        Gap(5 * S, 10 * S, "kernel_drop", 5)
    ]
    assert receiver.hear(control(RecordKind.BEAT, 20, run="a", lost={"kernel_drop": 5})) == []
    assert receiver.hear(control(RecordKind.BEAT, 30, run="a", lost={"kernel_drop": 7, "oversize": 1})) == [
        Gap(20 * S, 30 * S, "kernel_drop", 2),
        Gap(20 * S, 30 * S, "oversize", 1),
    ]
    receiver.hear(control(RecordKind.START, 40, run="b"))
    assert receiver.hear(control(RecordKind.BEAT, 50, run="b", lost={"kernel_drop": 3})) == [
        Gap(40 * S, 50 * S, "kernel_drop", 3)
    ]


def test_told_gaps_pass_through() -> None:
    """A gap that the writer or the reader tells is kept as told."""
    gap = control(RecordKind.GAP, 9, start_us=1, end_us=2, reason="corrupt", lost=None)
    assert Receiver().hear(gap) == [Gap(1, 2, "corrupt", None)]


def test_the_state_survives_the_carry() -> None:
    """A worker restarted in the middle knows what the one before knew."""
    receiver = Receiver()
    receiver.hear(control(RecordKind.START, 10, run="a"))
    receiver.hear(control(RecordKind.BEAT, 20, run="a", lost={"kernel_drop": 5}))
    again = Receiver.from_carry(receiver.to_carry())
    beat = control(RecordKind.BEAT, 30, run="a", lost={"kernel_drop": 6})
    assert again.hear(beat) == receiver.hear(beat) == [Gap(20 * S, 30 * S, "kernel_drop", 1)]


DAY = 86_400


def beat(wall_day: float, lived_day: float, *, boot: str = "b", kind: RecordKind = RecordKind.BEAT) -> Record:
    """A control record at a wall clock and a monotonic one, in days."""
    return control(kind, int(wall_day * DAY), run="a", boot=boot, mono_us=int(lived_day * DAY * S))


def test_a_leap_of_the_clock_holds_retention_until_it_is_believed() -> None:
    """A clock that is a year ahead for an hour ages nothing; one that stays ahead is believed after a week."""
    for days_ahead, back in ((365, True), (365, False), (2, False)):
        receiver = Receiver()
        receiver.hear(beat(100, 1, kind=RecordKind.START))
        receiver.hear(beat(100.5, 1.5))
        receiver.hear(beat(100.5 + days_ahead, 1.5001))
        assert receiver.retain_us == int(100.5 * DAY) * S
        receiver = Receiver.from_carry(receiver.to_carry())  # another worker, another commit
        if back:
            receiver.hear(beat(100.6, 1.6))
            assert receiver.retain_us == int(100.6 * DAY) * S
        else:
            receiver.hear(beat(106 + days_ahead, 7))
            assert receiver.retain_us == int(100.5 * DAY) * S
            receiver.hear(beat(108 + days_ahead, 9))
            assert receiver.retain_us == (108 + days_ahead) * DAY * S


def test_a_clock_set_while_nothing_ran_is_a_step_and_held_too() -> None:
    """Across a restart in one boot the monotonic clock tells; across boots a leap of more than a day is only doubted."""
    receiver = Receiver()
    receiver.hear(beat(100, 1, kind=RecordKind.START))
    receiver.hear(beat(100.25, 1.25))
    gaps = receiver.hear(beat(131.25, 2.25, kind=RecordKind.START))
    assert [(gap.reason, gap.start_us // S, gap.end_us // S) for gap in gaps] == [
        ("receiver_down", int(100.25 * DAY), int(131.25 * DAY)),
        ("clock_step", int(101.25 * DAY), int(131.25 * DAY)),
    ]
    assert receiver.retain_us == int(100.25 * DAY) * S
    gaps = receiver.hear(beat(101.5, 2.5, kind=RecordKind.START))
    assert [gap.reason for gap in gaps] == ["receiver_down", "clock_step"]
    assert receiver.retain_us == int(101.5 * DAY) * S
    gaps = receiver.hear(beat(140, 0.1, boot="another", kind=RecordKind.START))
    assert [gap.reason for gap in gaps] == ["receiver_down"]
    assert receiver.retain_us == int(101.5 * DAY) * S


def test_a_hole_that_the_reader_finds_begins_where_the_receiver_was_last_heard() -> None:
    """`segments_missing` has the interval from the last thing in memory to the first that is kept."""
    receiver = Receiver()
    receiver.hear(control(RecordKind.START, 10, run="a"))
    receiver.saw(20 * S, archive=False)
    hole = control(RecordKind.GAP, 90, reason="segments_missing", start_us=90 * S, end_us=90 * S, lost=None)
    assert receiver.hear(hole) == [Gap(20 * S, 90 * S, "segments_missing", None)]

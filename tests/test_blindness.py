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

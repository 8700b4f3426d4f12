"""The operator's words as a stream: what a note must hold, how it is written, and all of them read back.

Notes are JSON objects in records of `<state_dir>/notes`, which retention never touches; several processes
may write, and memory is rebuilt from them. `attention` decides what a note does, this module only that it
can be meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from brainstemd.errors import UsageError
from brainstemd.models import Note
from brainstemd.spool import append_note, read_notes

STREAM = "notes"
TEXT_CHARS_MAX = 4000
MEMBERS_MAX = 200  # ids of one pin: a note is a record of the spool, which has an end

_Name = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
_ABOUT = ("ack", "mute", "fixed", "mattered", "split", "pin")  # notes about a signature or an item


class Payload(BaseModel):
    """The JSON of one note. Unknown keys are left alone, so that an older program reads a newer one's
    notes.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    kind: Literal["ack", "mute", "fixed", "mattered", "incident", "maintenance", "split", "pin"]
    recorded_us: int = Field(gt=0)
    who: _Name
    tenant: _Name | None = None
    signature: _Name | None = None
    source: _Name | None = None
    entity: _Name | None = None
    item: _Name | None = None
    start_us: int | None = None
    end_us: int | None = None
    weekly: bool = False
    ticket: _Name | None = None
    text: str = Field(default="", max_length=TEXT_CHARS_MAX)
    template: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None
    members: list[_Name] = Field(default=[], max_length=MEMBERS_MAX)

    @model_validator(mode="after")
    def _can_be_meant(self) -> Self:
        if self.kind in _ABOUT and self.signature is None and self.item is None:
            raise ValueError(f"{self.kind} must name a signature or an item")
        if self.kind in ("split", "pin") and (self.signature is None or self.tenant is None):
            raise ValueError(f"{self.kind} must name a signature and its tenant")
        if self.kind == "mute" and self.end_us is None:
            raise ValueError("mute must say until when")
        if self.kind == "incident" and self.start_us is None:
            raise ValueError("incident must say when it began")
        if self.kind == "maintenance" and (self.start_us is None or self.end_us is None):
            raise ValueError("maintenance must say from when to when")
        if self.start_us is not None and self.end_us is not None and self.end_us <= self.start_us:
            raise ValueError("the end must come after the beginning")
        return self


def note_from_payload(payload: dict[str, Any]) -> Note:
    """The note that a payload holds. Raises ValueError when it cannot be meant."""
    found = Payload.model_validate(payload).model_dump()
    return Note(**found | {"members": tuple(found["members"])})


def note_payload(note: Note) -> dict[str, Any]:
    """The payload of a note, without what it leaves open. Raises ValueError when it cannot be meant."""
    fields = note._asdict() | {"members": list(note.members)}
    return Payload.model_validate(fields).model_dump(exclude_defaults=True)


def load_notes(state_dir: Path) -> list[Note]:
    """All notes, in the order in which they were recorded. What cannot be meant is left out: `unreadable`
    counts it.
    """
    return _load(state_dir)[0]


def unreadable(state_dir: Path) -> int:
    """How many notes of the stream cannot be meant (a newer program's kind, a damaged file)."""
    return _load(state_dir)[1]


def record(state_dir: Path, note: Note) -> None:
    """Adds a note to the stream; the daemon need not run. Raises UsageError, SpoolError."""
    try:
        payload = note_payload(note)
    except ValidationError as error:
        reason = "; ".join(str(detail["msg"]).removeprefix("Value error, ") for detail in error.errors())
        raise UsageError(f"this note cannot be meant: {reason}", hint="see --help of the command") from error
    append_note(state_dir / STREAM, payload, note.recorded_us)


def _load(state_dir: Path) -> tuple[list[Note], int]:
    directory = state_dir / STREAM
    if not directory.is_dir():
        return [], 0
    notes: list[Note] = []
    strange = 0
    for payload in read_notes(directory):
        try:
            notes.append(note_from_payload(payload))
        except ValidationError:
            strange += 1
    return sorted(notes, key=lambda note: note.recorded_us), strange

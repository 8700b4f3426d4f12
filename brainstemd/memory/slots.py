"""The slots of a stored day, read when somebody looks: most days of most keys are only counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from brainstemd.memory.rows import read_slots
from brainstemd.models import Slot


class Slots(Sequence[Slot]):
    """The tuple of slots that a blob of a day row holds: equal to it, and decoded anew each time it is walked.

    Its length is known without decoding: a digest counts the slots of every key, and looks into those of a few.
    """

    __slots__ = ("_active", "_blob")

    def __init__(self, blob: bytes, active: int) -> None:
        self._blob = blob
        self._active = active

    def __len__(self) -> int:
        return self._active

    def __iter__(self) -> Iterator[Slot]:
        return iter(read_slots(self._blob, self._active))

    def __getitem__(self, index: Any) -> Any:
        return read_slots(self._blob, self._active)[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Slots):
            return self._blob == other._blob
        return read_slots(self._blob, self._active) == other

    def __hash__(self) -> int:
        return hash(read_slots(self._blob, self._active))

    def __repr__(self) -> str:
        return repr(read_slots(self._blob, self._active))

"""A cache that a flood of unique keys cannot empty and that never outgrows its bytes."""

from __future__ import annotations

from typing import Generic, TypeVar

_ENTRY_BYTES = 250  # an entry without its texts

_V = TypeVar("_V")


class Recent(Generic[_V]):
    """A cache of two generations, bounded in bytes: when the young one is full it becomes the old one, and
    what is asked for again moves back. A flood of unique keys costs what it costs anyway; what is in use
    survives it as long as it returns within a generation."""

    __slots__ = ("_half", "_held", "_old", "young")

    def __init__(self, size: int) -> None:
        self._half = size // 2
        self._held = 0
        self.young: dict[bytes | str, _V] = {}
        self._old: dict[bytes | str, _V] = {}

    def again(self, key: bytes | str) -> _V | None:
        """What the old generation holds; moves it to the young one."""
        found = self._old.get(key)
        if found is not None:
            self.put(key, found, 0)
        return found

    def put(self, key: bytes | str, value: _V, size: int) -> None:
        self._held += _ENTRY_BYTES + len(key) + size
        if self._held > self._half:
            self._old = self.young
            self.young = {}
            self._held = _ENTRY_BYTES + len(key) + size
        self.young[key] = value

    def __len__(self) -> int:
        return len(self.young) + len(self._old)

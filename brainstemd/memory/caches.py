"""A bounded cache whose lookups cost a dict lookup: two generations, the older one is dropped whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Generations(Generic[K, V]):
    """Holds at least the `size` most recently used entries, at most twice as many."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        value = self._young.get(key)
        if value is None:
            value = self._old.pop(key, None)
            if value is not None:
                self._young[key] = value
        return value

    def put(self, key: K, value: V) -> None:
        self._old.pop(key, None)
        self._young[key] = value

    def drop(self, key: K) -> None:
        self._young.pop(key, None)
        self._old.pop(key, None)

    def young(self, wanted: Iterable[K]) -> tuple[dict[K, V], list[K]]:
        """The entries in use, which hold those of `wanted` that are cached, and those of `wanted` that are not.

        For loops over many keys: a lookup in the dict costs a fifth of `get`. Read it only, and before `age`.
        """
        young, old = self._young, self._old
        missing: list[K] = []
        for key in set(wanted).difference(young):
            value = old.pop(key, None)
            if value is None:
                missing.append(key)
            else:
                young[key] = value
        return young, missing

    def age(self, *, now: bool = False) -> None:
        """Call between uses: entries that were not used for a generation go. Never in the middle of a commit.

        A generation ends when it has `size` entries, or `now`.
        """
        if now or len(self._young) > self._size:
            self._old = self._young
            self._young = {}

    def clear(self) -> None:
        self._young.clear()
        self._old.clear()

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

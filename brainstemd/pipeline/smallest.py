"""A dict that is bounded and independent of order: over its size the keys of smallest hash stay, whoever came first."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar
from zlib import crc32

V = TypeVar("V")
Key = tuple[str, ...]


class Smallest(Generic[V]):
    """What the newest state of each speaker is kept in."""

    def __init__(self, size: int, items: Iterable[tuple[Key, V]] = ()) -> None:
        self._size = size
        self._values = dict(items)
        self._largest = [(-_hash(key), key) for key in self._values]
        heapify(self._largest)

    def get(self, key: Key) -> V | None:
        return self._values.get(key)

    def put(self, key: Key, value: V) -> Key | None:
        """Returns the key that has no place now, perhaps this one."""
        if key in self._values:
            self._values[key] = value
            return None
        rank = (-_hash(key), key)
        gone = None
        if len(self._values) >= self._size:
            while self._largest[0][1] not in self._values:
                heappop(self._largest)  # dropped before
            if rank <= self._largest[0]:
                return key
            gone = heappop(self._largest)[1]
            del self._values[gone]
        heappush(self._largest, rank)
        self._values[key] = value
        return gone

    def drop(self, key: Key) -> None:
        """Its place in the order is left behind, and cleared away when it comes up."""
        del self._values[key]

    def items(self) -> ItemsView[Key, V]:
        return self._values.items()

    def __len__(self) -> int:
        return len(self._values)


def _hash(key: Key) -> int:
    return crc32("\n".join(key).encode("utf-8", "replace"))

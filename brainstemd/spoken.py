"""Who said what last: the line that "last message repeated N times" speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappush, heapreplace
from zlib import crc32

SPEAKERS_MAX = 4096  # of whom the last line is remembered
Speaker = tuple[str, str]  # peer, host


class Spoken:
    """Speaker → key of its last line, bounded: the survivors are the speakers of smallest hash, whatever the order."""

    def __init__(self, carried: Iterable[tuple[str, str, int]] = (), cap: int = SPEAKERS_MAX) -> None:
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

    def has_places(self, count: int) -> bool:
        """Whether so many more speakers put nobody out."""
        return len(self.keys) + count <= self._cap

    def to_carry(self) -> list[tuple[str, str, int]]:
        return [(peer, host, key) for (peer, host), key in self.keys.items()]


def _hash(speaker: Speaker) -> int:
    return crc32("\n".join(speaker).encode("utf-8", "replace"))

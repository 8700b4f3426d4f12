"""How much may come from whom: networks, and token buckets by peer. Pure; instants are arguments, in seconds.

Invariants:
- A bucket is one number: the instant at which it will be full again (generic cell rate algorithm, ITU-T I.371). It may
  be overdrawn: who cannot be dropped is told how long to wait.
- A full bucket needs no place in the table, because forgetting it changes nothing.
- Past its size the table is fair: a newcomer takes the place *and the level* of the fullest bucket of the next few.
  So those who are being limited keep their place among any number of forged addresses, no place is ever worth more
  than `rate`, and a newcomer costs the same however large the table is (Metwally's Space-Saving, with levels for counts).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Sequence

PEERS_MAX = 8192
LOOK = 8  # places that a newcomer may choose from
BURST_S = 10.0  # of the rate, where no burst is given
_ROUNDING = 1e-6  # of a token


class Buckets:
    """A token bucket for each peer: `rate` tokens a second, at most `burst` at once."""

    def __init__(self, rate: float, burst: float | None = None, places: int = PEERS_MAX) -> None:
        self._rate = rate
        self.burst = burst if burst is not None else max(1.0, rate * BURST_S)
        self._burst_s = self.burst / rate
        self._places = places
        self._full_s: dict[str, float] = {}  # peer → when its bucket is full
        self._peers: list[str] = []  # by place
        self._hand = 0

    def part(self, share: float) -> Buckets:
        """Others, of a part of this rate and burst."""
        return Buckets(self._rate * share, self.burst * share)

    def __len__(self) -> int:
        return len(self._full_s)

    def room(self, peer: str, now_s: float) -> int:
        """Whole tokens that are there for `peer`."""
        lacking_s = max(0.0, self._level(peer, now_s) - now_s)
        return max(0, int((self._burst_s - lacking_s) * self._rate + _ROUNDING))

    def spend(self, peer: str, tokens: int, now_s: float) -> int:
        """Take as many as there are, up to `tokens`. Returns how many."""
        level = max(self._level(peer, now_s), now_s)
        room = max(0, int((self._burst_s - level + now_s) * self._rate + _ROUNDING))
        given = min(tokens, room)
        self._full_s[peer] = level + given / self._rate
        return given

    def take(self, peer: str, tokens: int, now_s: float) -> float:
        """Take tokens, into debt if there are not enough. Returns the seconds until the debt is paid."""
        full_s = max(self._level(peer, now_s), now_s) + tokens / self._rate
        self._full_s[peer] = full_s
        return max(0.0, full_s - now_s - self._burst_s)

    def _level(self, peer: str, now_s: float) -> float:
        full_s = self._full_s.get(peer)
        return full_s if full_s is not None else self._enter(peer, now_s)

    def _enter(self, peer: str, now_s: float) -> float:
        full_s, peers = self._full_s, self._peers
        if len(peers) < self._places:
            peers.append(peer)
            full_s[peer] = now_s
            return now_s
        begin = self._hand
        self._hand = (begin + LOOK) % len(peers)
        places = [(begin + i) % len(peers) for i in range(min(LOOK, len(peers)))]
        place = min(places, key=lambda i: full_s[peers[i]])
        level = full_s[peer] = full_s.pop(peers[place])
        peers[place] = peer
        return level


def share(wanted: Sequence[int], room: int) -> list[int]:
    """`room` divided among wishes, max-min fair: the small ones are met, the large ones get equal parts of the rest."""
    given = [0] * len(wanted)
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    for left, i in zip(range(len(order), 0, -1), order, strict=True):
        given[i] = min(wanted[i], -(-room // left))
        room -= given[i]
    return given


class Networks:
    """A set of networks; asking costs a look-up for each prefix length that occurs, however many there are."""

    def __init__(self, networks: Iterable[str]) -> None:
        lengths: dict[tuple[int, int], set[int]] = {}
        for text in networks:
            network = ipaddress.ip_network(text)
            shift = network.max_prefixlen - network.prefixlen
            lengths.setdefault((network.version, shift), set()).add(int(network.network_address) >> shift)
        self._lengths = {
            version: [(shift, heads) for (v, shift), heads in lengths.items() if v == version]
            for version in (4, 6)
        }

    def __bool__(self) -> bool:
        return any(self._lengths.values())

    def __contains__(self, host: str) -> bool:
        version = 6 if ":" in host else 4
        try:
            packed = socket.inet_pton(
                socket.AF_INET6 if version == 6 else socket.AF_INET, host.partition("%")[0]
            )
        except OSError:
            return False  # no address: in no network
        number = int.from_bytes(packed, "big")
        return any(number >> shift in heads for shift, heads in self._lengths[version])

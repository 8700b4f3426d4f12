"""A listener's guard: who may send, how much of it, over how many connections, and how long one may keep us waiting.

Invariants:
- One guard for all sockets of a listener, so that its limits are the listener's. What is off costs nothing a line.
- Whatever it turns away is counted by the endpoint and, where lines are lost, tallied by peer.
- All tables are bounded, and full they do not favour who came first: the tally keeps the largest, buckets the fullest
  (limits.py); a connection that never sent a line gives its place to a new one.

The order: deny, allow; then the peer's rate, then the listener's.
"""

from __future__ import annotations

import heapq
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Sequence, Sized
from typing import NamedTuple, Protocol, TypeVar

from brainstemd.config import Listen
from brainstemd.intake.counters import Counters
from brainstemd.intake.limits import Buckets, Networks, share
from brainstemd.intake.sockets import listener_name

OTHERS = ""  # the peer under which a full tally counts the smaller ones
TALLY_MAX = 1024
TALLY_KEPT = 64
VERDICTS_MAX = 8192
GRACE_S = 0.1  # what a connection's first line may take to be read, before it can lose its place
TICK_MIN_S, TICK_MAX_S = 0.02, 5.0
ALL = ""  # the one bucket of a listener
RESERVE = 0.1  # of it, for datagram senders that use less than this part of its rate

Sender = TypeVar("Sender", bound=Hashable)  # however a socket names it
Frame = TypeVar("Frame", bound=Sized)


class Turned(NamedTuple):
    """Whose lines were turned away, and why."""

    reason: str
    listener: str
    transport: str
    tenant: str | None
    peer: str  # OTHERS: several, each with few


class Tally:
    """Lines turned away since it was last asked."""

    def __init__(self) -> None:
        self._lines: Counter[Turned] = Counter()

    def add(self, turned: Turned, lines: int) -> None:
        self._lines[turned] += lines
        if len(self._lines) > TALLY_MAX:
            self._fold()

    def since(self) -> Counter[Turned]:
        """What was added since the last call."""
        lines, self._lines = self._lines, Counter()
        return lines

    def _fold(self) -> None:
        largest = set(heapq.nlargest(TALLY_KEPT, self._lines, key=self._lines.__getitem__))
        folded: Counter[Turned] = Counter()
        for turned, lines in self._lines.items():
            folded[turned if turned in largest else turned._replace(peer=OTHERS)] += lines
        self._lines = folded


class Slots:
    """Connections that all listeners together may hold: fewer than the process may open files."""

    def __init__(self, most: int = 1_000_000) -> None:
        self.most = most
        self.used = 0


class Guarded(Protocol):
    """A connection, as a guard sees it."""

    @property
    def proven(self) -> bool:
        """Whether it has sent a whole line."""

    def displace(self) -> None:
        """Close it: its place is needed."""


class Guard:
    """Of one listener."""

    def __init__(
        self,
        listen: Listen,
        tally: Tally | None = None,
        slots: Slots | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tally = tally if tally is not None else Tally()
        self._slots = slots if slots is not None else Slots()
        self._clock = clock
        self._open = 0
        self._peers: Counter[str] = Counter()  # open connections
        self._unproven: OrderedDict[Guarded, float] = OrderedDict()  # and since when, oldest first
        self._listen: Listen | None = None
        self.turned: dict[str, str] = {}  # reason → the last peer that was turned away for it, for the log
        self.change(listen)

    def change(self, listen: Listen) -> None:
        """New limits, from now on. Buckets whose rate did not change keep their level."""
        old, self._listen = self._listen, listen
        self._who = Turned("", listener_name(listen), listen.transport, listen.tenant, "")
        self._allow, self._deny = Networks(listen.allow), Networks(listen.deny)
        self._screens = bool(self._allow or self._deny)
        self._verdicts: dict[str, bool] = {}
        if old is None or (old.max_rate, old.burst) != (listen.max_rate, listen.burst):
            self._all = _buckets(listen.max_rate, listen.burst)
            self._little = None if self._all is None else self._all.part(RESERVE)
        of_peer = (listen.max_rate_per_peer, listen.burst_per_peer)
        if old is None or (old.max_rate_per_peer, old.burst_per_peer) != of_peer:
            self._each = _buckets(*of_peer)
        self.limits_rate = self._all is not None or self._each is not None
        self.screens_datagrams = self._screens or self.limits_rate
        self.idle_s = listen.idle_timeout
        self.frame_s = listen.frame_timeout

    @property
    def tick_s(self) -> float | None:
        """How often connections are to be looked at; None: never."""
        limits = [limit for limit in (self.idle_s, self.frame_s) if limit]
        return min(max(min(limits) / 4, TICK_MIN_S), TICK_MAX_S) if limits else None

    # ------------------------------------------------------------ who

    def admits(self, peer: str) -> bool:
        """Whether a peer (its unmapped address) may send here at all."""
        if not self._screens:
            return True
        verdict = self._verdicts.get(peer)
        if verdict is None:
            if len(self._verdicts) >= VERDICTS_MAX:
                self._verdicts.clear()
            verdict = peer not in self._deny and (not self._allow or peer in self._allow)
            self._verdicts[peer] = verdict
        return verdict

    # ------------------------------------------------------------ datagrams

    def screen(
        self, groups: dict[Sender, list[Frame]], peer_of: Callable[[Sender], str], counters: Counters
    ) -> None:
        """Take out of what came together, by sender, whatever may not pass; count it."""
        peers = {sender: peer_of(sender) for sender in groups}
        if self._screens:
            for sender, peer in peers.items():
                if not self.admits(peer):
                    counters.denied += self._turn_away("denied", peer, groups.pop(sender), counters)
        now_s = self._clock() if self.limits_rate else 0.0
        if self._each is not None:
            for sender in list(groups):
                given = self._each.spend(peers[sender], len(groups[sender]), now_s)
                self._give(groups, sender, given, peers[sender], counters)
        if self._all is not None and self._little is not None:
            for sender, given in self._share_out(groups, peers, self._all, self._little, now_s).items():
                self._give(groups, sender, given, peers[sender], counters)

    @staticmethod
    def _share_out(
        groups: dict[Sender, list[Frame]],
        peers: dict[Sender, str],
        bucket: Buckets,
        little: Buckets,
        now_s: float,
    ) -> dict[Sender, int]:
        """How many of each sender may pass, where not all may. Who has used little of the listener's rate comes first, and
        only he may take the bucket's last tenth: else a flood, which takes every token as it comes, would leave none."""
        room, total = bucket.room(ALL, now_s), sum(map(len, groups.values()))
        if total + bucket.burst * RESERVE <= room:
            bucket.take(ALL, total, now_s)
            return {}
        first = [
            sender for sender, frames in groups.items() if little.room(peers[sender], now_s) >= len(frames)
        ]
        given = dict(zip(first, share([len(groups[sender]) for sender in first], room), strict=True))
        rest = max(0, room - sum(given.values()) - int(bucket.burst * RESERVE))
        second = [sender for sender in groups if sender not in given]
        given |= zip(second, share([len(groups[sender]) for sender in second], rest), strict=True)
        bucket.take(ALL, sum(given.values()), now_s)
        for sender, lines in given.items():
            little.spend(peers[sender], lines, now_s)
        return given

    def _give(
        self, groups: dict[Sender, list[Frame]], sender: Sender, given: int, peer: str, counters: Counters
    ) -> None:
        """Let the first `given` datagrams of a sender pass."""
        frames = groups[sender]
        if given < len(frames):
            counters.rate_limited += self._turn_away("rate_limited", peer, frames[given:], counters)
            if given:
                del frames[given:]
            else:
                del groups[sender]

    def _turn_away(self, reason: str, peer: str, frames: Sequence[Sized], counters: Counters) -> int:
        """Tell whose datagrams are dropped. Returns how many of them were lines."""
        lines = sum(len(frame) > 0 for frame in frames)
        counters.empty += len(frames) - lines
        if lines:
            self._tally.add(self._who._replace(reason=reason, peer=peer), lines)
            self.turned[reason] = peer
        return lines

    # ------------------------------------------------------------ connections

    def enter(self, host: str) -> str | None:
        """Count one more connection of a peer. Returns the counter of what forbids it, else None."""
        assert self._listen is not None
        refused = None
        most = self._listen.max_connections_per_peer
        if not self.admits(host):
            refused = "connections_denied"
        elif most is not None and self._peers[host] >= most:
            refused = "connections_refused_peer"
        elif self._full() and not self._make_room():
            refused = "connections_refused"
        if refused is not None:
            self.turned[refused] = host
            return refused
        self._open += 1
        self._slots.used += 1
        self._peers[host] += 1
        return None

    def watch(self, connection: Guarded) -> None:
        """It has entered and was not heard yet."""
        self._unproven[connection] = self._clock()

    def leave(self, host: str, connection: Guarded | None = None) -> None:
        """The reverse of `enter`."""
        self._open -= 1
        self._slots.used -= 1
        self._peers[host] -= 1
        if not self._peers[host]:
            del self._peers[host]
        if connection is not None:
            self._unproven.pop(connection, None)

    def _full(self) -> bool:
        assert self._listen is not None
        return self._open >= self._listen.max_connections or self._slots.used >= self._slots.most

    def _make_room(self) -> bool:
        """At the expense of the connection that has been without a whole line for longest, if it had time for one."""
        while self._unproven:
            connection, since_s = self._unproven.popitem(last=False)
            if connection.proven:
                continue
            if self._clock() - since_s >= GRACE_S:
                connection.displace()
                return True
            self._unproven[connection] = since_s
            self._unproven.move_to_end(connection, last=False)
            break
        return False

    def wait_s(self, host: str, lines: int) -> float:
        """Lines of a stream were taken: how long its peer has to wait before more is read."""
        now_s = self._clock()
        waits = [0.0]
        if self._each is not None:
            waits.append(self._each.take(host, lines, now_s))
        if self._all is not None:
            waits.append(self._all.take(ALL, lines, now_s))
        return max(waits)


def _buckets(rate: float | None, burst: int | None) -> Buckets | None:
    return None if rate is None else Buckets(rate, burst)

"""Limits as functions: rates, the table of peers, networks, patience, and what is told of them. No sockets, no clock."""

from __future__ import annotations

import ipaddress
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd.beats import Instant
from brainstemd.config import Listen
from brainstemd.config.values import parse_rate, show_rate
from brainstemd.intake import OTHERS, Guard, Slots, Tally, Turned
from brainstemd.intake.counters import Counters
from brainstemd.intake.guard import GRACE_S, TALLY_MAX
from brainstemd.intake.limits import LOOK, PEERS_MAX, Buckets, Networks, share
from brainstemd.intake.patience import FINE, IDLE, SLOW, STALLED, Patience
from brainstemd.turned import PEERS_NAMED, UNNAMED, TurnedAway

S = 1_000_000


def host(sender: tuple[str, int]) -> str:
    return sender[0]


# ---------------------------------------------------------------- rates


@given(
    st.floats(0.1, 1e5),
    st.integers(1, 1000),
    st.lists(st.tuples(st.floats(0, 5), st.integers(1, 500)), max_size=60),
)
def test_a_bucket_never_lets_more_pass_than_rate_and_burst(
    rate: float, burst: int, comings: list[tuple[float, int]]
) -> None:
    """Whatever comes when: in any interval at most burst + rate x time."""
    buckets, now_s, passed = Buckets(rate, burst), 100.0, 0
    began_s = now_s
    for pause_s, lines in comings:
        now_s += pause_s
        room = buckets.room("peer", now_s)
        given_ = buckets.spend("peer", lines, now_s)
        assert given_ == min(lines, room)
        passed += given_
        assert passed <= burst + rate * (now_s - began_s) + 1e-3


@given(st.floats(0.1, 1e5), st.integers(1, 1000), st.integers(1, 10_000))
def test_debt_is_paid_by_waiting(rate: float, burst: int, lines: int) -> None:
    """Who cannot be dropped waits until his debt is paid: lines beyond the burst, at the rate."""
    buckets = Buckets(rate, burst)
    wait_s = buckets.take("peer", lines, 50.0)
    assert wait_s == pytest.approx(max(0, lines - burst) / rate, abs=1e-6)
    assert buckets.room("peer", 50.0 + wait_s + 1.001 / rate) >= 1


def test_forged_addresses_do_not_free_those_who_are_limited() -> None:
    """A hundred thousand addresses, ten times the table, do not give one flooding peer a new bucket; the table stays bounded."""
    buckets = Buckets(10, 100)
    now_s = 0.0
    passed = 0
    for i in range(100_000):
        now_s += 0.0001
        buckets.take(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", 1, now_s)
        if i % 10 == 0:
            passed += buckets.spend("192.0.2.1", 50, now_s)
    assert len(buckets) == PEERS_MAX
    assert passed <= 100 + 10 * now_s


def test_a_storm_of_floods_gets_no_more_than_the_places_are_worth() -> None:
    """More flooding peers than places: a newcomer inherits a level, so that all together get places x rate, not a burst each."""
    places, rate, burst = 64, 10.0, 100
    buckets = Buckets(rate, burst, places)
    now_s, passed = 0.0, 0
    for round_ in range(50):
        for i in range(10 * places):
            now_s += 0.001
            passed += buckets.spend(f"peer {(i * 7 + round_) % (10 * places)}", 1000, now_s)
    assert passed <= places * (burst + rate * now_s) * 1.01
    assert len(buckets) == places


def test_a_newcomer_finds_a_full_bucket_where_there_is_one() -> None:
    """Among the next places the fullest is taken: nobody pays for a stranger's flood."""
    buckets = Buckets(1, 10, LOOK)
    for i in range(LOOK):
        buckets.take(f"peer {i}", 0 if i == 5 else 10, 1.0)
    assert buckets.room("new", 1.0) == 10
    assert buckets.room("peer 3", 1.0) == 0


@given(st.lists(st.integers(0, 100), max_size=12), st.integers(0, 500))
def test_shares_are_max_min_fair(wanted: list[int], room: int) -> None:
    """Nobody gets more than he wants, all that can be given is, and who gets less than he wants gets as much as any (to one)."""
    given_ = share(wanted, room)
    assert all(0 <= g <= w for g, w in zip(given_, wanted, strict=True))
    assert sum(given_) == min(room, sum(wanted))
    for g, w in zip(given_, wanted, strict=True):
        if g < w:
            assert all(other <= g + 1 for other in given_)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("500/s", 500), ("10k/s", 10_000), ("600/m", 10), (7, 7), ("1.5", 1.5), ("2M/h", 2e6 / 3600)],
)
def test_rates_are_written_as_people_write_them(text: object, rate: float) -> None:
    """And shown in a way that reads back the same."""
    assert parse_rate(text) == pytest.approx(rate)
    assert parse_rate(show_rate(rate)) == pytest.approx(rate)
    for wrong in ("fast", "10/y", "-1/s", True, "1 000/s"):
        with pytest.raises(ValueError, match="rate such as"):
            parse_rate(wrong)


def test_a_burst_without_its_rate_is_an_error() -> None:
    """It would have no effect, and nobody would notice."""
    with pytest.raises(ValueError, match="no effect without max_rate"):
        Listen(burst=10)
    with pytest.raises(ValueError, match="network"):
        Listen(allow=("10.0.0.1/8",))


def test_a_flood_leaves_the_listeners_last_tenth_to_the_others() -> None:
    """Against a sender that takes every token as it comes: who uses less than a tenth of the rate loses nothing; all together
    stay within burst and rate."""
    now = [0.0]
    guard, counters = Guard(Listen(max_rate=100, burst=1000), clock=lambda: now[0]), Counters()
    passed, quiet = 0, 0
    for i in range(60_000):
        now[0] += 0.001
        groups = {("192.0.2.66", 1): [b"flood"] * 20}
        if i % 200 == 0:
            groups["192.0.2.1", 1] = [b"quiet"]
        guard.screen(groups, host, counters)
        passed += sum(map(len, groups.values()))
        quiet += ("192.0.2.1", 1) in groups
    assert quiet == 300
    assert passed <= 1000 + 100 * now[0]
    assert passed >= 100 * now[0]
    assert passed + counters.rate_limited == 60_000 * 20 + 300


# ---------------------------------------------------------------- networks


@given(
    st.lists(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)), min_size=1, max_size=20),
    st.integers(0, 128),
    st.integers(0, 19),
)
def test_networks_hold_what_ipaddress_says(addresses: list[object], bits: int, one: int) -> None:
    """Against the standard library's own answer."""
    chosen = addresses[one % len(addresses)]
    network = ipaddress.ip_network(f"{chosen}/{min(bits, 32 if chosen.version == 4 else 128)}", strict=False)  # type: ignore[attr-defined]
    networks = Networks([str(network), "192.0.2.0/24"])
    for address in addresses:
        expected = address in network or address in ipaddress.ip_network("192.0.2.0/24")
        assert (str(address) in networks) == expected


def test_deny_wins_and_an_empty_allow_lets_all_in() -> None:
    """And a zone does not matter."""
    guard = Guard(Listen(allow=("10.0.0.0/8", "fe80::/10"), deny=("10.66.0.0/16",)))
    assert guard.admits("10.1.2.3")
    assert guard.admits("fe80::1%eth0")
    assert not guard.admits("10.66.1.1")
    assert not guard.admits("192.0.2.1")
    assert Guard(Listen(deny=("10.0.0.0/8",))).admits("192.0.2.1")
    assert Guard(Listen()).admits("anything")


# ---------------------------------------------------------------- connections


class Door:
    """A connection, as the guard sees it."""

    def __init__(self, guard: Guard, host: str) -> None:
        self.proven = False
        self.displaced = False
        self.guard, self.host = guard, host

    def displace(self) -> None:
        self.displaced = True
        self.guard.leave(self.host, self)


def test_a_newcomer_takes_the_place_of_who_never_sent_a_line() -> None:
    """The one that has waited for longest; never of one that did. With only such, the newcomer is refused."""
    now = [0.0]
    guard = Guard(Listen(max_connections=3), clock=lambda: now[0])
    doors = [Door(guard, f"10.0.0.{i}") for i in range(3)]
    for door in doors:
        assert guard.enter(door.host) is None
        guard.watch(door)
    doors[0].proven = True
    assert guard.enter("10.0.0.9") == "connections_refused"  # what they have sent may not have been read yet
    now[0] = GRACE_S
    assert guard.enter("10.0.0.9") is None
    assert [door.displaced for door in doors] == [False, True, False]
    assert guard.enter("10.0.0.10") is None
    assert guard.enter("10.0.0.11") == "connections_refused"
    assert guard.turned["connections_refused"] == "10.0.0.11"
    guard.leave(doors[0].host, doors[0])
    assert guard.enter("10.0.0.11") is None


def test_one_peer_and_all_listeners_have_their_bounds_too() -> None:
    """max_connections_per_peer by address; the open files by all guards together; what leaves makes room."""
    slots = Slots(3)
    one, other = (Guard(Listen(max_connections_per_peer=2), slots=slots) for _ in range(2))
    assert [one.enter("a"), one.enter("a"), one.enter("a")] == [None, None, "connections_refused_peer"]
    assert [other.enter("a"), other.enter("b")] == [None, "connections_refused"]
    one.leave("a")
    assert other.enter("b") is None
    assert slots.used == 3


def test_new_limits_hold_at_once_and_full_buckets_are_not_given_anew() -> None:
    """A reload that changes something else leaves a limited peer limited."""
    guard = Guard(Listen(max_rate_per_peer=1, burst_per_peer=2), clock=lambda: 5.0)
    assert guard.wait_s("a", 5) == 3
    guard.change(Listen(max_rate_per_peer=1, burst_per_peer=2, deny=("192.0.2.0/24",)))
    assert not guard.admits("192.0.2.1")
    assert guard.wait_s("a", 1) == 4
    guard.change(Listen(max_rate_per_peer=10))
    assert guard.wait_s("a", 1) == 0


# ---------------------------------------------------------------- patience


def verdict(
    events: list[tuple[float, str]], idle_s: float = 0.0, frame_s: float = 10.0
) -> tuple[float, str] | None:
    """The first at ticks of a second. Events: "part" (bytes of a frame), "end" (the last of one), "pause" (we do not read)."""
    patience, pending = Patience(), 0
    patience.heard_s = 1.0
    for tick in range(1, 100):
        for at_s, what in events:
            if tick - 1 <= at_s < tick:
                patience.heard_s = float(tick)
                pending = 1 if what == "part" else 0
                if what == "end":
                    patience.ended_s = float(tick)
                if what == "pause":
                    patience.excuse(tick)
        found = patience.verdict(float(tick), pending, idle_s, frame_s)
        if found != FINE:
            return float(tick), found
    return None


def test_a_frame_that_does_not_end_is_late() -> None:
    """Trickling is slow, silence after a part is stalled; a busy stream that always has a part open is neither."""
    assert verdict([(0.5 + 3 * i, "part") for i in range(5)]) == (11.0, SLOW)
    assert verdict([(0.5, "part")]) == (11.0, STALLED)
    assert verdict([(i, what) for i in range(100) for what in ("end", "part")]) is None
    assert verdict([(0.5, "part"), (9.5, "end")]) is None
    assert verdict([(0.5, "part")], frame_s=0.0) is None


def test_idle_is_without_any_byte_and_only_where_wanted() -> None:
    """And never because we did not read."""
    assert verdict([(0.5, "end")], idle_s=20) == (21.0, IDLE)
    assert verdict([(0.5, "end"), (15.5, "pause")], idle_s=20) == (36.0, IDLE)
    assert verdict([(0.5, "end")]) is None


# ---------------------------------------------------------------- what is told


def test_what_is_turned_away_is_told_by_peer() -> None:
    """Of datagrams: the lines; empty ones are not lines. In a full tally the largest keep their name, and no line is lost."""
    tally = Tally()
    guard = Guard(Listen(deny=("10.0.0.0/8",), tenant="acme"), tally)
    counters = Counters()
    groups = {("192.0.2.1", 1): [b"x"], ("10.9.9.9", 1): [b"x"] * 50 + [b""]}
    guard.screen(groups, host, counters)
    assert list(groups) == [("192.0.2.1", 1)]
    assert (counters.denied, counters.empty) == (50, 1)
    for i in range(3 * TALLY_MAX):
        guard.screen({(f"10.1.{i >> 8}.{i & 255}", 1): [b"x"]}, host, counters)
    told = tally.since()
    assert len(told) <= TALLY_MAX
    assert sum(told.values()) == counters.denied == 50 + 3 * TALLY_MAX
    assert told[Turned("denied", "udp:514", "udp", "acme", "10.9.9.9")] == 50
    assert told[Turned("denied", "udp:514", "udp", "acme", OTHERS)] > 1000
    assert not tally.since()


def test_gaps_of_limits_come_at_once_and_then_seldom() -> None:
    """With the next beat, then every five minutes, and at the end; every line in just one of them."""
    peer = Turned("rate_limited", "udp:514", "udp", None, "192.0.2.7")
    away = TurnedAway(Instant(0, 0))
    told: list[tuple[int, int, int]] = []
    for beat in range(1, 72):
        at = Instant(beat * 10 * S, beat * 10 * S)
        gaps = away.gaps(at, Counter({peer: 3}) if 5 <= beat < 70 else Counter(), last=beat == 71)
        told += [(gap["start_us"] // S, gap["end_us"] // S, gap["lost"]) for gap in gaps]
    assert told == [(40, 50, 3), (50, 350, 90), (350, 650, 90), (650, 710, 12)]
    assert sum(lost for _, _, lost in told) == 65 * 3


def test_of_many_peers_the_largest_are_named() -> None:
    """The others are summed; a denied peer's gap is nobody else's."""
    away = TurnedAway(Instant(0, 0))
    fresh = Counter(
        {
            Turned(r, "l", "udp", None, f"p{i:02}"): 100 - i
            for i in range(30)
            for r in ("denied", "rate_limited")
        }
    )
    gaps = away.gaps(Instant(S, S), fresh)
    for reason, source in (("denied", UNNAMED), ("rate_limited", None)):
        mine = [gap for gap in gaps if gap["reason"] == reason]
        assert [gap["peer"] for gap in mine[:-1]] == [f"p{i:02}" for i in range(PEERS_NAMED)]
        assert "peer" not in mine[-1]
        assert mine[-1]["source"] == source
        assert sum(gap["lost"] for gap in mine) == sum(100 - i for i in range(30))

"""The evaluation worlds are well-formed; how well digests do in them is `score`'s to say, not a test's."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

import pytest

from tests.scenarios.measure import MORNINGS, Shown, measure
from tests.scenarios.score import WORLDS, build
from tests.scenarios.world import DAYS, World

pytestmark = pytest.mark.slow
_LINES = 150_000


@cache
def _world(name: str, seed: int = 1, quiet: bool = False) -> World:
    return build(name, seed, _LINES, quiet=quiet)


@pytest.mark.parametrize("name", WORLDS)
class TestWorld:
    def test_size(self, name: str) -> None:
        """Four tenants, 60-105 hosts with a peer each, about the lines asked for, in order of arrival, over two weeks."""
        world = _world(name)
        assert len(world.networks) == 4
        assert 60 <= len(world.hosts) <= 105
        assert len({h.peer for h in world.hosts}) == len(world.hosts)
        assert abs(len(world.lines) - _LINES) < 0.03 * _LINES
        times = [line.t_us for line in world.lines]
        assert times == sorted(times)
        assert times[0] >= 0
        assert times[-1] < (DAYS + 0.01) * 86_400_000_000

    def test_planted(self, name: str) -> None:
        """About 23 signals of many kinds in 0.07-0.7 % of the lines, most at notice or info; 40 patterns mean nothing."""
        world = _world(name)
        planted = [x for x in world.lines if (x.label or "b").startswith("s")]
        assert 22 <= len(world.signals) <= 25
        assert len({s.kind for s in world.signals}) >= 20
        assert len(world.benign) >= 40
        assert 0.0007 <= len(planted) / len(world.lines) <= 0.007
        quiet = sum(1 for x in planted if int(x.raw[1 : x.raw.index(">")]) % 8 >= 5)
        assert quiet > len(planted) / 2

    def test_labels(self, name: str) -> None:
        """Each label is declared; a signal's lines come from its hosts and carry its words; each live signal could be shown."""
        world = _world(name)
        peers = {(h.tenant, h.name): h.peer for h in world.hosts}
        lines = defaultdict(list)
        for line in world.lines:
            if line.label is not None:
                lines[line.label].append(line)
        assert set(lines) <= {s.id for s in world.signals} | {b.id for b in world.benign}
        assert set(lines) >= {b.id for b in world.benign}
        for signal in world.signals:
            mine = {peers[signal.tenant, host] for host in signal.hosts}
            assert {x.peer for x in lines[signal.id]} == (set() if signal.kind == "source_silent" else mine)
            assert [x.raw for x in lines[signal.id] if not signal.tells.search(x.raw)] == []
            assert any(signal.current(day) for day in MORNINGS), signal.id
            if not signal.silence:
                start = min(start for start, _ in signal.live) * 86_400_000_000
                assert sum(x.t_us < start for x in lines[signal.id]) >= 2, (
                    f"{signal.id}: nobody could tell yet"
                )

    def test_no_label_in_a_line(self, name: str) -> None:
        """Lines are filled in and never hold their label."""
        world = _world(name)
        slots = [x.raw for x in world.lines if re.search(r"\{\w+[:}]", x.raw)]  # JSON has braces too
        assert slots == []
        assert [x.raw for x in world.lines if x.label is not None and x.label in x.raw.split()] == []

    def test_dark(self, name: str) -> None:
        """A source that fell silent spoke every day before and not once afterwards."""
        world = _world(name)
        peers = {(h.tenant, h.name): h.peer for h in world.hosts}
        for signal in world.signals:
            if signal.kind == "source_silent":
                days = Counter(
                    x.t_us // 86_400_000_000
                    for x in world.lines
                    if x.peer == peers[signal.tenant, signal.hosts[0]]
                )
                last = max(days)
                assert set(days) == set(range(last + 1))
                assert last < signal.live[0][0] < DAYS

    def test_deterministic(self, name: str) -> None:
        """The same seed gives the same world, another seed another."""
        assert build(name, 1, 20_000, quiet=False).lines == build(name, 1, 20_000, quiet=False).lines
        assert build(name, 1, 20_000, quiet=False).lines != build(name, 2, 20_000, quiet=False).lines

    def test_quiet(self, name: str) -> None:
        """The quiet variant has the same hosts and patterns, nothing planted, and no source that stops before the weekend."""
        world = _world(name, quiet=True)
        assert world.signals == []
        assert {x.label for x in world.lines} <= {None, *(b.id for b in world.benign)}
        last = {line.peer: line.t_us for line in world.lines}
        assert [h.name for h in world.hosts if last[h.peer] < (DAYS - 3) * 86_400_000_000] == []

    def test_a_perfect_ranking(self, name: str) -> None:
        """Whoever names the live signals and nothing else has all precision, recall and nDCG; who names noise has none."""
        world = _world(name)
        lines = defaultdict(list)
        for line in world.lines:
            lines[line.label].append(line.raw)
        perfect, noise = {}, {}
        shown: Counter[str] = Counter()
        for day in MORNINGS:
            current = sorted((s for s in world.signals if s.current(day)), key=lambda s: shown[s.id])[:10]
            shown.update(s.id for s in current)
            perfect[day] = [
                Shown(s.id, s.tenant, s.hosts, (), tuple(lines[s.id][:3]), s.silence) for s in current
            ]
            noise[day] = [Shown("noise", world.hosts[0].tenant, (), (), tuple(lines[None][:3]))]
        best, worst = measure(world, perfect), measure(world, noise)
        assert best.precision == best.recall == 1.0
        assert min(best.ndcg) == pytest.approx(1.0)
        assert best.duplicates == 0
        assert worst.precision == worst.recall == max(worst.ndcg) == 0.0


def test_worlds_share_nothing() -> None:
    """No host, tenant, network or shape of a planted line is in two worlds."""
    worlds = [_world(name) for name in WORLDS]
    for one in worlds:
        for other in worlds:
            if one is not other:
                assert not set(one.networks.items()) & set(other.networks.items())
                assert not {h.name for h in one.hosts} & {h.name for h in other.hosts}
                assert not {s.tells.pattern for s in one.signals if not s.silence} & {
                    s.tells.pattern for s in other.signals
                }

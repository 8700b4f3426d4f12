"""The demo's synthetic world is well-formed: the lead's `demo` shows what is planted here."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from brainstemd.config import Config, Source
from brainstemd.demo import DAYS, SPEAKERS, expected, world
from brainstemd.digest import Digest
from brainstemd.fold import Fold
from brainstemd.memory import Store
from brainstemd.models import (
    DAY_US,
    HOUR_US,
    MINUTE_US,
    SECOND_US,
    Cursor,
    Framing,
    Origin,
    Record,
    RecordKind,
)
from brainstemd.report import report

END_US = 1_774_162_800 * SECOND_US
Line = tuple[int, str, bytes]


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return list(world(1, END_US))


def test_the_world_is_deterministic_by_seed(lines: list[Line]) -> None:
    """Equal seed, equal bytes; another seed, other moments."""
    assert list(world(1, END_US)) == lines
    assert list(world(2, END_US)) != lines


def test_the_world_is_in_order_and_in_bounds(lines: list[Line]) -> None:
    """Time never goes back, nothing is at or after the end, nothing before the beginning."""
    times = [t_us for t_us, _, _ in lines]
    assert times == sorted(times)
    assert times[-1] < END_US
    assert times[0] >= END_US - DAYS * DAY_US
    assert times[-1] - times[0] >= 7 * DAY_US


def test_the_world_has_its_size_and_all_its_devices(lines: list[Line]) -> None:
    """Small enough for seconds, large enough to hide in; every device speaks, from its own address."""
    assert 20_000 <= len(lines) <= 30_000
    assert {peer for _, peer, _ in lines} == {speaker.peer for speaker in SPEAKERS}
    assert len({speaker.peer for speaker in SPEAKERS}) == len(SPEAKERS) == 12
    assert len({speaker.tenant for speaker in SPEAKERS}) == 3


def test_every_line_has_a_header_and_the_host_that_speaks(lines: list[Line]) -> None:
    """A valid PRI, the device's own name in the line, no line break, nothing unprintable."""
    hosts = {speaker.peer: speaker.host for speaker in SPEAKERS}
    for _, peer, raw in lines:
        text = raw.decode("ascii")
        pri = re.match(r"<(\d{1,3})>", text)
        assert pri is not None
        assert int(pri[1]) <= 191
        assert hosts[peer] in text[:80]
        assert text.isprintable()


@pytest.mark.parametrize("signal", expected(1), ids=lambda signal: signal.name)
@pytest.mark.parametrize("days", [DAYS, 6.5])
def test_planted_signals_happen_as_often_as_said(signal: object, days: float) -> None:
    """Each signal's telling lines are on its host, in as many separate moments a day as `daily` says."""
    planted = next(p for p in expected(1) if p is signal)
    peer = next(speaker.peer for speaker in SPEAKERS if speaker.host == planted.host)
    found = [
        (t_us, where)
        for t_us, where, raw in world(1, END_US, days)
        if planted.words in raw.decode() and planted.entity in raw.decode()
    ]
    assert {where for _, where in found} == {peer}
    moments: Counter[int] = Counter()
    last_us = 0
    for t_us, _ in found:
        if t_us - last_us > 3 * MINUTE_US:
            moments[(END_US - 1 - t_us) // DAY_US] += 1
        last_us = t_us
    whole = int(days)
    assert [moments[ago] for ago in reversed(range(whole))] == list(planted.daily[-whole:])


def test_what_is_planted_is_quiet(lines: list[Line]) -> None:
    """No signal is found by counting: each is under one line in a hundred, and none is of error severity."""
    for planted in expected(1):
        own = [raw for _, _, raw in lines if planted.words in raw.decode() and planted.entity in raw.decode()]
        assert 0 < len(own) < len(lines) / 100
        assert min(int(raw[1 : raw.index(b">")]) % 8 for raw in own) >= 4


def test_loud_noise_is_loud_steady_and_of_error_severity(lines: list[Line]) -> None:
    """The chronic error comes every five minutes to the second, all the time."""
    times = [t_us for t_us, _, raw in lines if b"ia_addr" in raw]
    assert {after - before for before, after in pairwise(times)} == {5 * MINUTE_US}
    assert len(times) == DAYS * 288
    assert all(raw.startswith(b"<27>") for _, _, raw in lines if b"ia_addr" in raw)


def test_self_heals_heal(lines: list[Line]) -> None:
    """Each drop of the tunnel is followed by its recovery within a minute."""
    downs = [t_us for t_us, _, raw in lines if b"DPD check timed out" in raw]
    ups = [t_us for t_us, _, raw in lines if b"IKE_SA branch-12[" in raw and b"established" in raw]
    assert len(downs) == len(ups) == 27
    assert all(0 < up - down < MINUTE_US for down, up in zip(downs, ups, strict=True))
    assert min(b - a for a, b in pairwise(downs)) < 8 * HOUR_US


async def told_at_the_end(seed: int, state: Path) -> Digest:
    """The world folded into memory as it is, and the digest at its end."""
    tables = tuple(Source(match=(s.peer,), tenant=s.tenant, timezone="UTC") for s in SPEAKERS)
    config = Config(state_dir=state, source=tables)
    fold = Fold(config)
    offset = 0
    for t_us, peer, raw in world(seed, END_US):
        origin, end = Origin("udp", "udp:514", peer), Cursor(1, offset + 100)
        fold.add(Record(RecordKind.LINES, 1, offset, end, t_us, origin, Framing.DATAGRAM, 0, [raw]))
        offset += 100
    async with await Store.open(state / "memory.db") as store:
        await store.commit(fold.take(Cursor(1, offset)))
        return (await report(store, config, END_US)).digest


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_digest_names_what_is_planted_and_nothing_loud(seed: int, tmp_path: Path) -> None:
    """Every planted signal is an item and they lead; chronic error, backups and patch night are none."""
    digest = await told_at_the_end(seed, tmp_path)
    ranks = {}
    for planted in expected(seed):
        found = [
            item.rank
            for item in digest.items
            if (item.tenant, item.hosts) == (planted.tenant, [planted.host])
            and planted.entity in f"{item.entity} {item.title} {item.evidence}"
        ]
        ranks[planted.name] = min(found, default=None)
    assert None not in ranks.values(), ranks
    assert sorted(ranks.values())[:3] == [1, 2, 3], ranks
    assert len(digest.items) <= len(expected(seed)) + 2
    told = " ".join(f"{item.title} {item.evidence}" for item in digest.items)
    assert "snmpd" not in told
    assert "borgmatic" not in told
    assert "upgraded" not in told

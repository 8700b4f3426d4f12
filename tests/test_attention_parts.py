"""The parts of attention one by one: tails, windows, words, detectors by tables of cases."""

from __future__ import annotations

import json
import math
import random
import sys
from itertools import combinations, pairwise, permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent / "attention"))

from worlds import DAY, HOUR, START, Say, World, find

from brainstemd.attention import numbers, phrases, siblings, tails, valence, windows
from brainstemd.attention.detectors import (
    after_change,
    burst,
    drift,
    drip,
    excursion,
    fewer,
    growing,
    in_vain,
    novelty,
    periodic,
    precursor,
    rarer,
    recurrence,
    restart_loop,
    returned,
    rising,
    same_hour,
    self_heal,
    silence,
    spray,
    spread,
    together,
)
from brainstemd.attention.fellows import ALONE, Fellows
from brainstemd.attention.notes import day
from brainstemd.attention.scenes import scene
from brainstemd.attention.units import KEY, beats, build
from brainstemd.attention.weights import DEFAULTS
from brainstemd.models import DAY_US, SECOND_US

TABLES = Path(__file__).parent / "attention"
DETECTORS = {
    "self_heal": self_heal.detect,
    "restart_loop": restart_loop.detect,
    "in_vain": in_vain.detect,
    "recurrence": recurrence.detect,
    "rising": rising.detect,
    "growing": growing.detect,
    "same_hour": same_hour.detect,
    "excursion": excursion.detect,
    "returned": returned.detect,
    "novelty": novelty.detect,
    "silence": silence.detect,
    "rarer": rarer.detect,
    "fewer": fewer.detect,
    "spray": spray.detect,
    "spread": spread.detect,
    "burst": burst.detect,
    "drip": drip.detect,
    "periodic": periodic.detect,
    "after_change": after_change.detect,
    "precursor": precursor.detect,
    "together": precursor.detect,
}
MAKERS = {
    "silence": beats,
    "rarer": beats,
    "fewer": beats,
}  # what did not come is seen in beats, not in occurrences


def rows() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.stem, row)
        for path in sorted(TABLES.glob("*.json"))
        if path.stem != "drift"
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(
    ("name", "row"), rows(), ids=lambda item: item if isinstance(item, str) else item["case"]
)
def test_detector_table(name: str, row: dict[str, Any]) -> None:
    """A detector finds what its table of cases says, with that number, or nothing."""
    world = World(row["days"])
    says = {key: Say(**{"host": "h1", **value}) for key, value in row["says"].items()}
    for who, days in row["lines"].items():
        for t in days:
            world.say(START + t * DAY, says[who])
    others = row.get("others", 0)
    for n in range(row["days"] * 24):  # something that lets memory begin, and a host known before
        world.say(START + n * HOUR, Say("h1", "ordinary line"))
    for n in range(others):
        world.say(START + row["lines"][row["of"]][0] * DAY, Say(f"o{n}", says[row["of"]].text))
    at = START + row["days"] * DAY
    stage = scene(
        world.histories(at), world.facts(), at_s=at, window_s=DAY, since_s=START, notes=(), weights=DEFAULTS
    )
    stage.changes = after_change.changes(stage)
    stage.excursions = excursion.survey(stage)
    stage.precursors = together.added(precursor.survey(stage), stage)
    level = row.get("level", KEY)
    own = says[row["of"]]
    stats = [item for item in stage.stats if item.key.id == own.key().id]
    if level != KEY:
        stats = [item for item in stage.stats if item.key.signature == own.signature]
    key = stats[0].key
    unit = MAKERS.get(name, build)(
        level, (key.tenant, key.signature, key.state, key.source, key.entity), stats, stage, ()
    )
    found = {item.facet: item for item in DETECTORS[name](unit, stage)}
    assert sorted(found) == sorted(row["found"])
    for facet, (low, high) in row["found"].items():
        assert low <= found[facet].value <= high, found[facet]


def test_every_detector_has_a_table() -> None:
    """A detector without cases fails the build."""
    assert {path.stem for path in TABLES.glob("*.json")} == {*DETECTORS, "drift"}


@pytest.mark.parametrize(
    "row", json.loads((TABLES / "drift.json").read_text(encoding="utf-8")), ids=lambda row: row["case"]
)
def test_drift_table(row: dict[str, Any]) -> None:
    """A number creeps, with that chance, or does not; what moves like a clockwork is known and not told.

    `fellows`: what the same number does elsewhere.
    """
    days = row.get("days", range(100, 100 + len(row["values"])))
    name = numbers.Name("value", row.get("unit", ""), 0, "")
    times = row.get("hours", [24 * day for day in days])
    at = [hours * HOUR * SECOND_US for hours in times]
    readings = tuple(zip(at, row.get("readings", row["values"]), strict=True))
    series = numbers.Series(
        name, tuple(days), tuple(row["values"]), tuple(row.get("bounds", ())), (), (), readings
    )
    like = {**ALONE._asdict(), **row.get("fellows", {})}
    like["levels"] = {float(level): count for level, count in like["levels"].items()}
    found = drift.detect(series, Fellows(**like))
    assert (found is not None and found.telling) == row["told"]
    if found is not None and "p" in row:
        assert found.p == pytest.approx(row["p"], rel=0.01)
    if found is not None and "bound" in row:
        assert found.bound == row["bound"]


# ---------------------------------------------------------------- tails


@given(st.integers(1, 60), st.integers(0, 60), st.floats(0.01, 0.99))
def test_binomial_tail_is_the_sum(n: int, k: int, p: float) -> None:
    """P(X >= k) equals the plain sum of the terms."""
    exact = sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
    assert tails.binomial_tail(k, n, p) == pytest.approx(exact, rel=1e-6, abs=1e-12)


@given(st.integers(1, 40), st.floats(0.05, 20), st.floats(0.3, 10))
def test_negative_binomial_tail_is_the_sum(k: int, mean: float, shape: float) -> None:
    """P(X >= k) equals one minus the plain sum of the terms below."""
    q = mean / (mean + shape)
    below = sum(
        math.exp(
            math.lgamma(i + shape)
            - math.lgamma(shape)
            - math.lgamma(i + 1)
            + i * math.log(q)
            + shape * math.log1p(-q)
        )
        for i in range(k)
    )
    assert tails.negative_binomial_tail(k, mean, shape) == pytest.approx(1 - below, rel=1e-4, abs=1e-9)


def test_odds_bound_by_hand() -> None:
    """p = 0.01 raises the odds at most eightfold: thirty points."""
    assert tails.odds_bound(0.01) == pytest.approx(7.99, abs=0.01)
    assert tails.points(tails.odds_bound(0.01), 40) == pytest.approx(30, abs=0.1)
    assert tails.odds_bound(0.5) == 1.0


# ---------------------------------------------------------------- windows


def points(*starts: int) -> list[windows.Point]:
    return [windows.Point(t, t, 1) for t in starts]


def test_lines_close_together_are_one_occurrence() -> None:
    """Two lines two seconds apart are one happening; each healed line is one by itself."""
    assert len(windows.occurrences(points(0, 2))) == 1
    assert len(windows.occurrences(points(0, 2), each=True)) == 2
    assert len(windows.occurrences(points(0, 61, 200))) == 3
    assert windows.clump_gap(points(0, 40, 80, 120)) == 120


@given(st.lists(st.integers(0, 10 * DAY), max_size=60))
def test_occurrences_keep_every_line(starts: list[int]) -> None:
    """Declustering loses no line and keeps the order."""
    found = windows.occurrences(points(*sorted(starts)))
    assert sum(item.lines for item in found) == len(starts)
    assert all(a.end < b.start for a, b in pairwise(found))


def test_a_schedule_keeps_its_minute_or_its_hour_every_day() -> None:
    """Asked strictly, a time of the day foretells only what a scheduler may have started; asked so, all that comes near it."""
    r = random.Random(2)
    at = START + 14 * DAY
    days = [START + day * DAY + 13 * HOUR for day in range(14)]
    minute = [t + r.randrange(-120, 120) for t in days if r.random() < 0.8]
    hour = [t + round(r.gauss(0, 600)) for t in days]
    about = [t + round(r.gauss(0, 600)) for n, t in enumerate(days) if n % 5]
    for starts in (minute, hour, about):
        assert windows.foreseen(starts, at, START).share > 0.3
    assert windows.foreseen(minute, at, START, scheduled=True).share > 0.3
    assert windows.foreseen(hour, at, START, scheduled=True).share > 0.3
    assert windows.foreseen(about, at, START, scheduled=True).share == 0.0


def test_a_clock_is_foreseen_and_a_burst_at_even_steps_is_not() -> None:
    """What runs on is predictable; four even steps on three days are not."""
    at = START + 14 * DAY
    nightly = [START + n * DAY + 3 * HOUR + n for n in range(14)]
    every = list(range(START, at, 1800))
    bursts = [START + n * DAY + n * 5000 + k * 600 for n in (8, 10, 12) for k in range(5)]
    weekdays = [t for t in nightly if not windows.weekend(t)]
    assert windows.foreseen(nightly, at, START).share > 0.9
    assert windows.foreseen(every, at, START).share > 0.9
    assert windows.foreseen(weekdays, at, START).share > 0.9
    assert windows.foreseen(bursts, at, START).share < 0.2


@pytest.mark.parametrize(
    ("hours", "fits"),
    [(1, True), (6, True), (8.01, True), (24, True), (48, True), (6.3, False), (7, False), (17, False)],
)
def test_timetables_divide_a_day(hours: float, fits: bool) -> None:
    """What people set up comes round in a day; what counts from its last time does not."""
    assert windows.timetabled(hours * HOUR) == fits


def test_a_run_begins_after_a_week_of_silence() -> None:
    """A pause of seven days ends a run."""
    starts = [0, DAY // 2, DAY, 9 * DAY, 9 * DAY + HOUR]
    assert windows.run_start(starts) == 3


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            "Event|<n>|LOG_INFO|AMM|<n>|VSF link <n> of member <n> renegotiated",
            "VSF link … of member … renegotiated",
        ),
        (
            "id=<*> fw=<*> m=<*> msg=User login denied due to bad credentials n=<*> usr=<*>",
            "User login denied due to bad credentials",
        ),
        (
            "Security <n> N/A N/A Warning <id> A connection request was received",
            "A connection request was received",
        ),
        ("(VI_GIT) Entering BACKUP STATE", "(VI_GIT) Entering BACKUP STATE"),
        (
            "Audit <n> Vendor-Product-Security-Auditing N/A N/A Warning <id> An account failed to sign in today",
            "An account failed to sign in today",
        ),
        ("store,collection,info <id>|COLL|<id>|WRITTEN OUT|<n>", "WRITTEN OUT"),
    ],
)
def test_a_headline_is_the_telling_piece(template: str, said: str) -> None:
    """Columns, empty values, bare keys and cut brackets are no part of what a person would quote."""
    assert phrases.headline(template) == said


def test_dates_are_civil() -> None:
    """The date of a second, by arithmetic."""
    assert day(0) == "1970-01-01"
    assert day(951_782_400) == "2000-02-29"
    assert day(1_767_225_599) == "2025-12-31"


# ---------------------------------------------------------------- words and siblings


@pytest.mark.parametrize(
    ("text", "fault", "benign"),
    [
        ("Failed password for <user>", True, False),
        ("backup finished, 0 errors", False, True),
        ("errors=0", False, True),
        ("link not ok", True, False),
        ("retrying after timeout", True, False),
        ("session opened for <user>", False, True),
        ("zork frobbed", False, False),
        ("<failed>", False, False),
        ("sent by way <n>, the first gave no answer", True, False),
        ("the answer came after <time>", False, False),
        ("time not reached, skipping", True, False),
        ("record not found; error <n>", True, False),
    ],
)
def test_words(text: str, fault: bool, benign: bool) -> None:
    """General words by their stems; a negation turns them, up to the end of its clause; placeholders say nothing."""
    found = valence.words(text)
    assert (bool(found.fault), bool(found.benign)) == (fault, benign), found


@given(st.from_regex(r"(?:(?:failed|ok|no|retried|unit-)?[=: ]?[0-9.]{0,3}[ ,x]?){1,6}", fullmatch=True))
def test_words_do_not_ask_which_digit_but_zero(text: str) -> None:
    """What is kept for texts that differ in digits is what the text itself says."""
    assert valence.words(text) == valence._words.__wrapped__(text)


def test_one_other_that_says_it_as_often_is_all_there_is_to_compare_with() -> None:
    """Of two hosts among thirteen that both say it, neither has it for its own; one that says it far less changes nothing."""
    both = siblings.compare(17, 12, siblings.counts([17, 10]), "hosts")
    assert (both.others, both.alike, both.noun) == (1, 1, "hosts that say it")
    assert both.points < 0
    three = siblings.compare(17, 12, siblings.counts([17, 10, 6]), "hosts")  # each at least a third as much
    assert (three.others, three.comparable) == (2, False)
    assert three.points < 0
    alone = siblings.compare(17, 12, siblings.counts([17, 10, 2]), "hosts")
    assert alone.comparable
    one = siblings.compare(17, 12, siblings.counts([17, 2]), "hosts")
    assert one.others == 12
    assert one.points > 20


def test_siblings_that_never_said_it_count() -> None:
    """Ten tunnels, one that drops: nine siblings with nothing are far from it; when all drop, none of it is its own."""
    found = siblings.compare(20, 9, siblings.counts([20]), "tunnels")
    assert (found.others, found.alike, found.far, found.most) == (9, 0, 9, 0)
    assert found.points == pytest.approx(10 * math.log2(10))
    same = siblings.compare(20, 9, siblings.counts([20] * 10), "tunnels")
    assert (same.alike, same.far) == (9, 0)
    assert same.points == pytest.approx(-10 * math.log2(10))


def test_the_silent_are_no_comparison_where_all_who_speak_do_the_same() -> None:
    """Five of two hundred accounts are tried, each as often: that the others are not tried makes none of them special."""
    found = siblings.compare(50, 199, siblings.counts([50, 48, 55, 47, 52]), "accounts")
    assert (found.others, found.alike, found.far) == (4, 4, 0)
    assert found.points < 0


def test_the_largest_of_a_broad_field_is_not_its_own() -> None:
    """Counts that scatter over two octaves have a largest one; it must stand clear of the next to say anything."""
    field = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert siblings.compare(12, 9, siblings.counts(field), "hosts").points <= 0
    assert siblings.compare(60, 9, siblings.counts([*field[:-1], 60]), "hosts").points > 5


def test_the_largest_of_many_by_chance_is_not_its_own() -> None:
    """Three of one among ninety that have one or none is what chance gives; ten of one is not."""
    field = [1] * 50 + [0] * 38
    assert siblings.compare(3, 88, siblings.counts([*field, 3]), "accounts").points < 5
    assert siblings.compare(10, 88, siblings.counts([*field, 10]), "accounts").points > 20


def test_a_louder_host_is_allowed_to_say_more() -> None:
    """A host that says three times as much of everything says three times as much of one fault, too."""
    world = World(14)
    for n in range(8):
        louder = 3 if n == 0 else 1
        world.poisson(20 * louder, Say(f"h{n}", "ordinary line"))
        world.poisson(2 * louder, Say(f"h{n}", "statement cancelled, timeout"))
    stage = scene(
        world.histories(),
        world.facts(),
        at_s=world.end,
        window_s=DAY,
        since_s=START,
        notes=(),
        weights=DEFAULTS,
    )
    item = next(
        s for s in stage.stats if s.key.source == "h0" and "cancelled" in stage.template(s.key.signature)
    )
    plain = siblings.of(KEY, item.key, item.slots, stage)
    loud = siblings.of(KEY, item.key, item.slots, stage, exact=True)
    assert loud.points < plain.points
    assert loud.alike >= 5


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("done. Duration: 1:04:10 Processed: 312 GB", {("done duration", "time"): 3850, ("duration processed", "size"): 312e9}),
        ("query took 420ms", {("query took", "time"): 0.42}),
        ("interface=guest total=200 used=97", {("total", ""): 200, ("used", ""): 97}),
        ('{"res":"elst/4","latency":32.6,"try": 2}', {("latency", ""): 32.6, ("try", ""): 2}),
        ("thr-5 Rows 467, loaded 460: export a7 done", {("rows", ""): 467, ("rows loaded", ""): 460}),
        ("0x5802|PROB|pro52|REPORT|24.5", {("prob report", ""): 24.5}),
        ("[09.11.2025 18:02:12,233] 6/42 87.8", {("", ""): 87.8}),
        ("copy took 2m30s, idle 1d4h", {("copy took", "time"): 150, ("took idle", "time"): 100800}),
        ("paths 3/4 on Gi1/0/3", {("paths", "ratio"): 3, ("difference of paths", "ratio"): 1}),
        ("lease in use (ttl_d=8) user_id=7 aa:bb:cc:12", {("ttl_d", ""): 8}),
        ("flash mmc0 remaining life 31 percent", {("remaining life", "%"): 31}),
        ("session 4711 port 22 from 10.0.0.1 at 2026-03-02T10:00:00Z", {}),
        ("[4-1] v1.2.3 0x1f", {}),
    ],
)  # fmt: skip
def test_measurements_in_a_message(text: str, found: dict[tuple[str, str], float]) -> None:
    """Numbers with a name or a unit are measurements; ports, ids, addresses, versions and stamps are none."""
    assert {name[:2]: pytest.approx(value) for name, value in numbers.found_in(text).items()} == found


def test_two_pools_under_one_message_are_two_series() -> None:
    """What goes to and fro between a few values says which, not how much."""
    lines = []
    for n in range(10):
        for hour, (card, value) in enumerate((("1", 40), ("2", 60 + 3 * n))):
            lines.append((n * DAY_US + hour * HOUR * SECOND_US, f"card {card} temperature {value} C"))
    found = numbers.series(lines)
    pools = [one for one in found if one.name.before.endswith("temperature")]
    assert sorted((one.values[-1], one.moves) for one in pools) == [(40.0, False), (87.0, True)]
    drifted = drift.detect(next(one for one in pools if one.moves))
    assert drifted is not None
    assert drifted.end > drifted.begin


@given(st.permutations(range(5)))
def test_kendall_counts_the_pairs(order: list[int]) -> None:
    """P(S >= s) is the share of all orders with a score as high."""
    score = sum((b > a) - (b < a) for a, b in combinations(order, 2))
    exact = sum(
        sum((b > a) - (b < a) for a, b in combinations(o, 2)) >= score for o in permutations(range(5))
    )
    assert tails.kendall_tail(score, 5) == pytest.approx(exact / math.factorial(5))


def test_a_wave_over_the_tenant_counts_once() -> None:
    """What a quarter of the hosts do in one slot, and never else, is one occurrence."""
    world = World(7)
    for n in range(8):
        for t in range(7 * 24):
            world.say(START + t * HOUR, Say(f"h{n}", "ordinary line"))
        for k in range(6):
            world.say(START + 6.5 * DAY + k * 70, Say(f"h{n}", "link lost and regained", healed=True))
    assert find(world.attend(), "link lost") is None

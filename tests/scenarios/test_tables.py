"""The instruments: intervals that widen with doubt, baselines that find what they are for, real logs on a stretched clock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.scenarios import ablation, intervals, spliced
from tests.scenarios.baselines import picks
from tests.scenarios.intervals import Measured
from tests.scenarios.measure import MORNINGS, Judge, Result, Shown, Told, measure
from tests.scenarios.runs import Made, Off
from tests.scenarios.tables import brief, calibration_rows, scenario_table
from tests.scenarios.world import DAYS, HOUR, World, monday


def result(*told: tuple[str, float, bool]) -> Measured:
    items = [Told(3.0, 1, attention, label, right, False, label) for label, attention, right in told]
    return Measured("w", Result(told=items))


class TestIntervals:
    def test_certainty_has_no_width(self) -> None:
        """All right in all runs: nothing that could be drawn is else."""
        found = intervals.precision([result(("s1", 60, True), ("s2", 60, True)) for _ in range(3)])
        assert found == (1.0, 1.0, 1.0)

    def test_doubt_has(self) -> None:
        """Half of ten labels right: the interval holds the half, and narrows with more labels."""
        few = intervals.precision([result(*((f"s{k}", 60, k % 2 == 0) for k in range(10)))])
        many = intervals.precision([result(*((f"s{k}", 60, k % 2 == 0) for k in range(400)))])
        assert few.value == many.value == 0.5
        assert few.low < many.low < 0.5 < many.high < few.high

    def test_what_stands_for_days_is_one_judgement(self) -> None:
        """Nine items of one right story and one wrong one: two labels, hence almost no certainty."""
        found = intervals.precision([result(*[("s1", 60, True)] * 9, ("", 60, False))])
        assert found.value == 0.9
        assert (found.low, found.high) == (0.0, 1.0)

    def test_nothing_is_no_figure(self) -> None:
        """A run that showed nothing has no precision, and takes none from others."""
        assert str(intervals.precision([result()])) == "-"
        assert intervals.precision([result(), result(("s1", 60, True))]).value == 1.0

    def test_calibration_by_band(self) -> None:
        """Items fall into the band of their attention; its share counts items."""
        rows = calibration_rows([result(("s1", 59.9, True), ("s2", 60, False), ("s3", 95, True))])
        assert [(low, items, true.value) for low, _, items, _, true in rows if items] == [
            (50, 1, 1.0),
            (60, 1, 0.0),
            (90, 1, 1.0),
        ]


def small_world() -> World:
    """Ten hosts that say the same, one that fails a few times a day, one that suddenly says ten times as much."""
    world = World("small", monday(2026, 1, 5), 1, False, networks={"t": "10.9.0.0/16"})
    world.add("t", "host", "bsd", [f"h{k}" for k in range(10)])
    for host in world.hosts:
        world.each(host, world.clock(f"beat/{host.name}", 0, DAYS, HOUR), (6, "beat", "all is well"))
        world.each(host, world.poisson(f"chat/{host.name}", 0, DAYS, 8), (6, "chat", "hello {n:1-99}"))
    drip = world.plant("drip", world.hosts[3], "refused", 2.0)
    world.each(world.hosts[3], world.poisson("drip", 0, DAYS, 3), (6, "login", "svc refused"), drip)
    spike = world.plant("spike", world.hosts[5], "hello", (8.0, 9.0))
    world.each(world.hosts[5], world.poisson("spike", 7.5, 8.2, 150), (6, "chat", "hello {n:1-99}"), spike)
    return world.finish()


def silent_world() -> tuple[World, str, str]:
    """h0 falls silent for good (planted) after lines of a harmless pattern; a beat of h1 stops (planted), h1 speaks on."""
    world = World("silent", monday(2026, 1, 5), 1, False, networks={"t": "10.9.0.0/16"})
    world.add("t", "host", "bsd", [f"h{k}" for k in range(3)])
    calm = world.harmless("says so all day")
    dark, other, third = world.hosts
    world.each(dark, world.clock("calm", 0, 7, HOUR), (6, "calm", "nothing to do {n:1-99}"), calm)
    silence = world.plant("source_silent", dark, "$^", 7.2, silence=True)
    beat = world.plant("beat_stopped", other, "backup done", 7.5, silence=True)
    world.each(other, world.clock("beat", 0, 7, 0.5), (6, "backup", "backup done"), beat)
    world.each(third, world.clock("third", 0, DAYS, HOUR), (6, "calm", "nothing to do {n:1-99}"), calm)
    return world.finish(), silence, beat


class TestSilence:
    def shown(self, world: World, host: int, *, whole: bool) -> Shown:
        said = [x.raw for x in world.lines if x.peer == world.hosts[host].peer][-3:]
        name = world.hosts[host].name
        return Shown("silent", "t", (name,), ("silence",), tuple(said), True, 60, whole)

    def test_a_whole_host_is_judged_by_its_silence(self) -> None:
        """Whatever its last lines are of: the host that was named did fall silent."""
        world, silence, _ = silent_world()
        judged = Judge(world).judge([self.shown(world, 0, whole=True)], 8.0)
        assert (judged[0].label, judged[0].right) == (silence, True)
        assert not Judge(world).judge([self.shown(world, 0, whole=True)], 7.1)[0].right

    def test_one_message_is_judged_by_its_lines(self) -> None:
        """A harmless message that stopped with its host is still the harmless pattern's; a planted beat is its own."""
        world, _, beat = silent_world()
        told = [self.shown(world, 0, whole=False), self.shown(world, 1, whole=False)]
        harmless, own = Judge(world).judge(told, 8.0)
        assert (harmless.label, harmless.right) == ("b01", False)
        assert (own.label, own.right) == (beat, True)

    def test_a_host_that_was_not_silenced(self) -> None:
        """Naming another host as silent is as wrong as its last lines are."""
        world, _, beat = silent_world()
        wrong, by_lines = Judge(world).judge(
            [self.shown(world, 2, whole=True), self.shown(world, 1, whole=True)], 8.0
        )
        assert (wrong.label, wrong.right) == ("b01", False)
        assert by_lines.label == beat


def told_of(*found: str, kinds: Sequence[str] = ("drip", "beat", "flap")) -> Result:
    """A result of three live signals of which some are told."""
    world = World("kinds", monday(2026, 1, 5), 1, False, networks={"t": "10.9.0.0/16"})
    world.add("t", "host", "bsd", ["h"])
    for kind in kinds:
        world.plant(kind, world.hosts[0], kind, 1.0)
    out = Result(signals=world.signals)
    out.current_days.update(signal.id for signal in world.signals)
    out.first.update({signal.id: 5.0 for signal in world.signals if signal.kind in found})
    return out


class TestAblation:
    def test_who_serves_whom(self) -> None:
        """A detector serves the kinds that are lost without it, and nobody else's."""
        whole = [told_of("drip", "beat")]
        alone = {"silence": [told_of("drip", "flap")], "novelty": [told_of("drip", "beat")]}
        assert ablation.serves(whole, alone) == {"beat": frozenset({"silence"})}
        assert ablation.lost_kinds(alone["silence"], whole) == ["flap"]

    def test_the_pages(self) -> None:
        """Each detector is switched off once, and those that serve one kind together as well."""
        asked: list[Off] = []

        def ask(offs: Sequence[Off]) -> list[list[Result]]:
            asked.extend(offs)
            return [
                [told_of("drip") if off.detectors & {"silence", "rising"} else told_of("drip", "beat")]
                for off in offs
            ]

        text = "\n".join(ablation.pages(ask, "1"))
        assert sum(off.detectors == {"silence"} for off in asked) == 1
        assert asked[-1] == Off(detectors=frozenset({"rising", "silence"}))
        assert "| beat | rising, silence | 1 of 1 | 0 of 1 | 0.50 | 0.50 |" in text
        assert "| novelty | 0.67 | - | 0 |  | 0 |" in text.replace("nan", "-")
        assert "Told whichever one detector is off: drip." in text


class TestPages:
    def made(self, world: str, *found: str, items: int = 0) -> Made:
        result = told_of(*found)
        result.items = items
        return Made(world, 1, 100, result, {}, (items,) * 11)

    def test_known_and_held_out_worlds_apart(self) -> None:
        """What nobody looked at stands in a row of its own."""
        rows = list(scenario_table([self.made("msp", "drip", "beat", "flap"), self.made("grid")]))
        known = next(row for row in rows if "known while building" in row)
        held = next(row for row in rows if "held out**" in row)
        assert known.split("|")[2].strip().startswith("1.00")
        assert held.split("|")[2].strip().startswith("0.00")

    def test_one_screen(self) -> None:
        """A row a world and a group, quiet items beside the world that they belong to."""
        runs = [self.made("msp", "drip", items=22), self.made("grid", "drip", "beat")]
        rows = list(brief(runs, [self.made("msp", items=11)]))
        assert len(rows) == 6
        assert rows[1].split() == ["msp", "1", "0.33", "0.00", "nan", "2.0", "4.0", "0.0", "1.0"]


class TestBaselines:
    def test_each_finds_what_it_is_for(self) -> None:
        """Recurrence the drip, on most days and ahead of what is on a clock or common; spikes the spike, on its day."""
        world = small_world()

        def words(texts: Sequence[str]) -> Sequence[str]:
            return [text.split()[0] for text in texts]

        found = picks(world, words)
        recurring = measure(world, found["drain3 + recurrence"])
        assert recurring.shown_days["s01-drip"] >= 8
        firsts = [told for told in recurring.told if told.rank == 1]
        assert sum(told.right for told in firsts) >= 8
        assert not any(
            "all is well" in shown.title for day in MORNINGS for shown in found["drain3 + recurrence"][day]
        )
        assert found["drain3 + spikes"][MORNINGS[5]][0].hosts == (world.hosts[5].peer,)
        assert measure(world, found["counts"]).precision < 0.2

    def test_without_a_grouper(self) -> None:
        """Those that need groups are left out, not made up."""
        assert set(picks(small_world(), None)) == {"severity sort", "counts", "rarity"}


class TestSpliced:
    @pytest.fixture
    def directory(self, tmp_path: Path) -> Path:
        """Two made-up logs: one with stamps in a burst, one without any."""
        stamped = [
            f"2015-10-18 18:{k // 60:02}:{k % 60:02},123 WARN [main] worker {k} waits" for k in range(300)
        ]
        (tmp_path / "a.log").write_text("\n".join(stamped[:290] + stamped[-1:]))
        (tmp_path / "b.log").write_text("\n".join(f"plain words number {k}" for k in range(300)))
        return tmp_path

    def test_real_lines_have_the_files_rhythm(self, directory: Path) -> None:
        """Each host says the whole file within the fortnight, its severity kept, its old stamp gone; planted lines beside it."""
        world = spliced.build(directory, 1)
        real = [x for x in world.lines if x.label is None]
        dark = next(s for s in world.signals if s.kind == "source_silent").hosts[0]
        for host in world.hosts:
            own = [x for x in real if x.peer == host.peer]
            whole = 291 if "a-" in host.name else 300
            assert len(own) == whole or host.name == dark
        assert not any("2015-10-18" in x.raw for x in real)
        assert all(int(x.raw[1 : x.raw.index(">")]) % 8 == 4 for x in real if "waits" in x.raw)
        assert {s.kind for s in world.signals} >= {"link_flap", "precursor", "spread", "source_silent"}
        for signal in world.signals:
            assert signal.kind == "source_silent" or any(x.label == signal.id for x in world.lines)

    def test_another_seed_another_world(self, directory: Path) -> None:
        """The same seed gives the same lines."""
        assert spliced.build(directory, 1).fingerprint() == spliced.build(directory, 1).fingerprint()
        assert spliced.build(directory, 1).fingerprint() != spliced.build(directory, 2).fingerprint()

    def test_an_empty_directory_is_said(self, tmp_path: Path) -> None:
        """Nothing is measured on nothing."""
        with pytest.raises(ValueError, match=r"no \*\.log"):
            spliced.build(tmp_path)

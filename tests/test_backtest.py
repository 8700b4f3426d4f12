"""Incidents against digests: what a file of incidents may hold, which items speak for one, and what chance would have had."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from brainstemd.attention.detectors import DETECTORS, LABELS
from brainstemd.backtest import Backtest, backtest, same_host
from brainstemd.cli import main
from brainstemd.cli.backtest import _kinds
from brainstemd.demo import world
from brainstemd.digest import Digest, Item
from brainstemd.digest.schema import RelatedRow, Totals, Window, iso
from brainstemd.errors import UsageError
from brainstemd.incidents import Incident, read_incidents
from brainstemd.models import DAY_US, HOUR_US, SECOND_US

KINDS = frozenset({"self_heal", "silence"})
END = int(datetime(2026, 3, 22, tzinfo=UTC).timestamp()) * SECOND_US
HOSTS = {("acme", name) for name in ("fw-01", "db-01", "web-01", "web-02", "web-03", "web-04")}


def read(tmp_path: Path, text: str) -> list[Incident]:
    path = tmp_path / "incidents.csv"
    path.write_text(text, encoding="utf-8")
    return read_incidents(path, KINDS)


class TestIncidents:
    def test_all_columns(self, tmp_path: Path) -> None:
        """Any order of columns, quoted commas, comments and blank lines; by time; what is empty is not said."""
        found = read(
            tmp_path,
            "host,AT,ticket,note,entity,kind,tenant\n"
            '"fw-01",2026-03-22T04:10:00+02:00,INC-1,"down, then up",branch-12,self_heal,acme\n'
            "\n# last year's\n"
            "db-01,2026-03-01,,,,,\n",
        )
        assert [incident.host for incident in found] == ["db-01", "fw-01"]
        assert found[0] == Incident(5, END - 21 * DAY_US, "db-01")
        assert found[1] == Incident(
            2,
            END + 2 * HOUR_US + 600 * SECOND_US,
            "fw-01",
            "acme",
            "branch-12",
            "self_heal",
            "INC-1",
            "down, then up",
        )

    def test_semicolons_and_a_byte_order_mark(self, tmp_path: Path) -> None:
        """As some spreadsheets write it."""
        found = read(tmp_path, "\ufeffat;host\r\n2026-03-22T00:00:00Z;fw-01\r\n")
        assert found == [Incident(2, END, "fw-01")]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", ["no incident"]),
            ("at,host\n", ["no incident below"]),
            ("host\nfw-01\n", ["incidents.csv:1", "no column 'at'"]),
            ("at,host,entitty\n2026-03-22,a,b\n", ["incidents.csv:1", "column 3", "'entity'"]),
            ("at,host,host\n2026-03-22,a,b\n", ["incidents.csv:1", "column 3", "twice"]),
            ("at,host\n22.3.2026,fw-01\n", ["incidents.csv:2", "column 'at'", "'22.3.2026'", "ISO 8601"]),
            ("at,host\n2026-03-22,\n", ["incidents.csv:2", "column 'host'", "empty"]),
            ("at,host\n2026-03-22,a,b\n", ["incidents.csv:2", "3 values", "2 columns"]),
            ("at,host\n9999-12-31T23:00-09:00,a\n", ["incidents.csv:2", "column 'at'"]),
            ("at,host,kind\n2026-03-22,a,selfheal\n", ["incidents.csv:2", "column 'kind'", "'self_heal'"]),
            ('at,host\n2026-03-22,"fw\n', ["incidents.csv:2"]),
            ("at,host\nx,a\n2026-03-22,b\ny,c\n", ["incidents.csv:2", "incidents.csv:4"]),
        ],
    )
    def test_what_is_wrong_is_told_by_file_line_and_column(
        self, tmp_path: Path, text: str, words: list[str]
    ) -> None:
        """Every problem of the file at once, with what to do."""
        with pytest.raises(UsageError) as raised:
            read(tmp_path, text)
        assert [word for word in words if word not in str(raised.value)] == []
        assert raised.value.hint

    def test_what_cannot_be_read(self, tmp_path: Path) -> None:
        """A missing file and one that is no text are wrong usage, named."""
        with pytest.raises(UsageError, match="nowhere"):
            read_incidents(tmp_path / "nowhere", KINDS)
        (tmp_path / "b").write_bytes(b"at,host\n\xff\xfe")
        with pytest.raises(UsageError, match="UTF-8"):
            read_incidents(tmp_path / "b", KINDS)


def item(
    host: str, *, entity: str | None = None, rank: int = 1, tenant: str = "acme", related: str = ""
) -> Item:
    rows = [RelatedRow(signature="s1-0", template="t", how="within 2 s", evidence=[related])]
    return Item(
        id=f"i-{host}-{entity}",
        rank=rank,
        state="new",
        since=iso(END),
        attention=70,
        band="attend",
        kinds=["self_heal"],
        title=f"something on {host}",
        what="",
        why=[],
        parts=[],
        tenant=tenant,
        hosts=[host],
        entity=entity,
        count=3,
        first_seen=iso(END),
        last_seen=iso(END),
        expected_at=None,
        signature=None,
        episodes=None,
        trend=[],
        seen_before=[],
        evidence=[],
        related=rows if related else [],
    )


def digest(at_us: int, *items: Item) -> Digest:
    return Digest(
        digest_id="d",
        generated_at=iso(at_us),
        tenant=None,
        window=Window(start=iso(at_us - DAY_US), end=iso(at_us)),
        memory_since=iso(0),
        totals=Totals(events=1, sources=1, signatures=1, new_signatures=0, gaps=0),
        gaps=[],
        items=list(items),
    )


def judge(
    digests: list[Digest], *incidents: Incident, look_back_us: int = 14 * DAY_US, seed: int = 1
) -> Backtest:
    return backtest(digests, incidents, HOSTS, look_back_us=look_back_us, seed=seed)


class TestMatching:
    @pytest.mark.parametrize(
        ("told", "incident", "way"),
        [
            (item("fw-01", entity="Branch-12"), Incident(2, END, "FW-01", entity="branch-12"), "entity"),
            (item("fw-01", entity="branch-13"), Incident(2, END, "fw-01", entity="branch-12"), "host"),
            (item("fw-01.acme.example"), Incident(2, END, "fw-01"), "host"),
            (item("core", entity="fw-01"), Incident(2, END, "fw-01"), "named"),
            (item("core", entity="branch-12"), Incident(2, END, "fw-01", entity="branch-12"), "named"),
            (item("core", related="no reply of fw-01: gone"), Incident(2, END, "fw-01"), "related"),
            (item("core", related="no reply of fw-011"), Incident(2, END, "fw-01"), None),
            (item("core", related="no reply of fw-01.other.example"), Incident(2, END, "fw-01"), None),
            (item("fw-01", tenant="birch"), Incident(2, END, "fw-01", tenant="acme"), None),
            (item("fw-01", tenant="birch"), Incident(2, END, "fw-01"), "host"),
            (item("fw-01"), Incident(2, END, "fw-01", kind="silence"), None),
            (item("fw-01"), Incident(2, END, "fw-01", kind="self_heal"), "host"),
            (item("core", entity="x"), Incident(2, END, "fw-01"), None),
        ],
    )
    def test_ways(self, told: Item, incident: Incident, way: str | None) -> None:
        """An item speaks for an incident by the nearest way that holds, or not at all."""
        made = judge([digest(END - DAY_US, told)], incident)
        assert made.findings[0].way == way
        assert made.summary.found == (way is not None)

    def test_names(self) -> None:
        """A first label stands for its name; an address for nothing but itself."""
        assert same_host("FW-01", "fw-01.acme.example")
        assert not same_host("10", "10.0.0.1")
        assert not same_host("10.0.0.1", "10.0.0.1.example")
        assert not same_host("fw-0", "fw-01")

    def test_only_digests_before(self) -> None:
        """A digest at the incident's instant or later is never looked at, nor one older than the look-back."""
        days = [digest(END + day * DAY_US, item("fw-01", rank=2)) for day in range(-5, 3)]
        made = judge(days, Incident(2, END, "fw-01"), look_back_us=3 * DAY_US)
        found = made.findings[0]
        assert [mention.at_us for mention in found.mentions] == [END - day * DAY_US for day in (3, 2, 1)]
        assert found.digests == 3
        assert found.lead_us == 3 * DAY_US

    def test_without_a_digest_before_it_nothing_is_judged(self) -> None:
        """Such an incident counts neither as found nor as missed."""
        made = judge([digest(END, item("fw-01"))], Incident(2, END, "fw-01"), Incident(3, END + 1, "fw-01"))
        assert [finding.judged for finding in made.findings] == [False, True]
        assert (made.summary.incidents, made.summary.judged, made.summary.found) == (2, 1, 1)

    def test_the_nearest_item_of_a_digest_and_what_stood_beside(self) -> None:
        """Entity before host, then the better place; the others of the first digest are told."""
        own = item("fw-01", entity="branch-12", rank=3)
        told = digest(END - DAY_US, item("fw-01", rank=1), item("db-01", rank=2), own)
        finding = judge([told], Incident(2, END, "fw-01", entity="branch-12")).findings[0]
        assert finding.mentions[0].item.rank == 3
        assert [beside.hosts for beside in finding.beside] == [["db-01"]]

    def test_a_host_that_never_spoke_is_said(self) -> None:
        """A misspelt host is not found, and the finding names the nearest; so is one of another tenant, which is named."""
        told = [digest(END - DAY_US, item("fw-01"))]
        unknown = judge(told, Incident(2, END, "fw-o1")).findings[0]
        assert (unknown.found, unknown.spoke, unknown.elsewhere, unknown.nearest) == (
            False,
            False,
            (),
            "fw-01",
        )
        foreign = judge(told, Incident(2, END, "fw-01", tenant="birch")).findings[0]
        assert (foreign.found, foreign.spoke, foreign.elsewhere, foreign.nearest) == (
            False,
            False,
            ("acme",),
            None,
        )

    def test_sums(self) -> None:
        """Items, stories and those that spoke for an incident to come are counted over all digests."""
        days = [digest(END - day * DAY_US, item("fw-01"), item("db-01", rank=2)) for day in (3, 2, 1, 0)]
        summary = judge(days, Incident(2, END - HOUR_US, "fw-01")).summary
        assert (summary.digests, summary.items, summary.stories, summary.speaking) == (4, 8, 2, 3)
        assert summary.lead_median_us == 3 * DAY_US - HOUR_US
        assert summary.last_median_us == DAY_US - HOUR_US


class TestChance:
    def test_what_is_always_named_is_found_at_any_moment(self) -> None:
        """A host in every digest: other moments do as well, so that finding it means nothing."""
        days = [digest(END - day * DAY_US, item("fw-01")) for day in range(20)]
        chance = judge(days, Incident(2, END - HOUR_US, "fw-01")).summary.other_moment
        assert chance is not None
        assert chance.found_mean == chance.as_good == 1.0

    def test_what_is_named_only_before_is_not(self) -> None:
        """Named on one of 50 mornings, the one before the incident: one moment in 50 would have had it."""
        days = [digest(END - day * DAY_US, *([item("fw-01")] if day == 25 else [])) for day in range(50)]
        incident = Incident(2, END - 25 * DAY_US + HOUR_US, "fw-01")
        summary = judge(days, incident, look_back_us=DAY_US).summary
        assert summary.found == 1
        assert summary.other_moment is not None
        assert summary.other_moment.found_mean == pytest.approx(1 / 50, abs=0.005)

    def test_where_every_host_is_named_any_host_is_found(self) -> None:
        """Digests that name all hosts foretell nothing."""
        days = [digest(END - day * DAY_US, *map(item, sorted(h for _, h in HOSTS))) for day in (1, 2)]
        chance = judge(days, Incident(2, END, "fw-01")).summary.other_host
        assert chance is not None
        assert chance.found_mean == chance.as_good == 1.0

    def test_a_host_of_its_own_is_not_found_elsewhere(self) -> None:
        """One host of six named, and struck: no draw finds another. The seed decides the draws and nothing else."""
        days = [digest(END - day * DAY_US, item("fw-01"), item("web-01", rank=2)) for day in (1, 2)]
        made = judge(days, Incident(2, END, "fw-01"))
        chance = made.summary.other_host
        assert chance is not None
        assert chance.found_mean == pytest.approx(1 / 5, abs=0.06)
        assert made == judge(days, Incident(2, END, "fw-01"))
        assert judge(days, Incident(2, END, "fw-01"), seed=2).findings == made.findings

    def test_without_others_nothing_is_said(self) -> None:
        """All hosts struck, or nothing to judge: there is no chance to compare with."""
        struck = [Incident(2, END, host) for _, host in sorted(HOSTS)]
        assert judge([digest(END - DAY_US)], *struck).summary.other_host is None
        assert judge([digest(END)], struck[0]).summary.other_moment is None


def test_kinds_are_those_of_the_detectors() -> None:
    """What the column `kind` may hold is what items can be."""
    assert {detect.__module__.rpartition(".")[2] for detect in (*DETECTORS, *LABELS)} <= _kinds()


# --- the command


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four days of the demo's world without its loudest hosts, compressed."""
    path = tmp_path_factory.mktemp("archive") / "logs.gz"
    lines = [raw for _, peer, raw in world(7, END, 4.0) if peer in ("127.0.1.1", "127.0.1.2", "127.0.1.12")]
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n"))
    return path


def run(tmp_path: Path, archive: Path, incidents: str, *more: str) -> int:
    config = tmp_path / "brainstemd.toml"
    config.write_text(f'state_dir = "{tmp_path / "state"}"\ndigest_dir = "{tmp_path / "digests"}"\n')
    table = tmp_path / "incidents.csv"
    table.write_text(incidents)
    words = ["--config", str(config), "backtest", "--incidents", str(table), "--year", "2026"]
    return main([*words, *more, str(archive)])


INCIDENTS = (
    "at,host,entity,ticket\n2026-03-21T12:00:00Z,fw-01,branch-12,INC-1\n2026-03-21T12:00:00Z,fw-77,,INC-2\n"
)


def test_command(tmp_path: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tunnel that had healed itself for days was named before it stayed down; the unknown host was not."""
    assert run(tmp_path, archive, INCIDENTS, "--json") == 0
    made = json.loads(capsys.readouterr().out)
    first, second = made["incidents"]
    assert (first["found"], first["way"], first["ticket"]) == (True, "entity", "INC-1")
    assert "branch-12" in first["mentions"][0]["title"]
    assert first["lead_seconds"] == pytest.approx(
        timedelta(days=1, hours=5).total_seconds(), abs=2 * 86400 + 1
    )
    assert (second["found"], second["host_spoke"]) == (False, False)
    assert made["summary"]["found"] == 1
    assert made["summary"]["items_shown"] == sum(len(told["items"]) for told in made["digests"])
    assert not (tmp_path / "state").exists()
    assert not (tmp_path / "digests").exists()


def test_incidents_do_not_reach_the_digests(tmp_path: Path, archive: Path) -> None:
    """Whatever the incidents are, the digests are the same bytes."""
    for name, incidents in (("a", INCIDENTS), ("b", "at,host\n2026-03-19T12:00:00Z,jump-01\n")):
        assert run(tmp_path, archive, incidents, "--digests", str(tmp_path / name)) == 0
    one, other = (tmp_path / name / "digest.jsonl" for name in "ab")
    assert one.read_bytes() == other.read_bytes()
    assert one.read_bytes().count(b"\n") == 4


def test_text(tmp_path: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a person reads: each incident with its finding, then the sums with chance beside them."""
    assert run(tmp_path, archive, INCIDENTS, "--look-back", "2d") == 0
    said = capsys.readouterr().out
    for words in ("INC-1", "by entity", "never spoke", "1 of 2", "at other moments", "at other hosts"):
        assert words in said


def test_nothing_to_judge(tmp_path: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Incidents of another year: no figure is made up, and the text says what to look at."""
    assert run(tmp_path, archive, "at,host\n2025-03-21T12:00:00Z,fw-01\n") == 0
    said = capsys.readouterr().out
    assert "cannot be judged" in said
    assert "--year" in said
    assert "by chance" not in said


def test_wrong_usage(tmp_path: Path, archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken table, a missing archive or no table at all: exit 2, before anything is read."""
    assert run(tmp_path, archive, "at,host\nyesterday,fw-01\n") == 2
    assert "incidents.csv:2: column 'at'" in capsys.readouterr().err
    assert run(tmp_path, tmp_path / "nowhere.log", INCIDENTS) == 2
    assert main(["backtest", str(archive)]) == 2

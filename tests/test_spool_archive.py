"""Retention, single lines, envelopes, and the commands that look after the spool."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.cli.spool import spool
from brainstemd.errors import UsageError
from brainstemd.framing import split
from brainstemd.models import Batch, Cursor, Flag, Framing, Origin, Position, RecordKind
from brainstemd.spool import (
    Ages,
    Control,
    Disk,
    RetainReport,
    dump_record,
    fetch,
    parse_envelope,
    parse_envelopes,
    records,
    retain,
)
from brainstemd.spool.ages import Lived
from brainstemd.spool.envelope import iso, parse_iso
from brainstemd.spool.lookup import lookup
from brainstemd.spool.segments import SegmentInfo
from tests.spool_kit import STREAM, FaultyDisk, batch, frames_of, put, read_all, segment_bytes

DAY_US = 86_400_000_000


def fill(directory: Path, n: int, now_us: int = 100 * DAY_US) -> list[int]:
    """Segments 1 to n, each written a day after the other, the last one now; their sizes."""
    sizes = []
    for number in range(1, n + 1):
        path = put(directory, number, segment_bytes(number, [batch(b"line %d " % number * 20, b"b")])[0])
        written_ns = (now_us - (n - number) * DAY_US) * 1000
        os.utime(path, ns=(written_ns, written_ns))
        sizes.append(path.stat().st_size)
    return sizes


def keep(directory: Path, before: Cursor, **options: object) -> RetainReport:
    settings = {"max_bytes": 1 << 30, "max_age_s": 1e6 * 86_400, "compress": False}
    return retain(directory, before=before, **(settings | options))  # type: ignore[arg-type]


def segment_names(directory: Path) -> list[str]:
    return sorted(p.name[12:] for p in directory.iterdir() if ".seg" in p.name)


def test_what_was_not_read_and_the_newest_are_never_deleted(tmp_path: Path) -> None:
    """With nothing allowed, only segments before the cursor's go, and never the newest."""
    fill(tmp_path, 6)
    keep(tmp_path, Cursor(4, 70), max_bytes=0, max_age_s=0)
    assert segment_names(tmp_path) == ["0004.seg", "0005.seg", "0006.seg"]
    keep(tmp_path, Cursor(99, 70), max_bytes=0, max_age_s=0)
    assert segment_names(tmp_path) == ["0006.seg"]


class Machine:
    """A machine's up-time, for `Ages`: tests let it pass, boot it anew and set its wall clock as they like."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.now = Lived("boot-1", 1000.0)

    def passes(self, days: float) -> None:
        self.now = self.now._replace(up_s=self.now.up_s + days * 86_400)

    def ages(self) -> Ages:
        return Ages(self.directory, lambda: self.now)


def test_age_and_size_take_the_oldest_first(tmp_path: Path) -> None:
    """Segments that have been there for more than max_age go, then the oldest until max_bytes holds."""
    machine = Machine(tmp_path)
    for number in range(1, 9):
        size = put(tmp_path, number, segment_bytes(number, [batch(b"line")])[0]).stat().st_size
        keep(tmp_path, Cursor(1, 64), ages=machine.ages())
        machine.passes(days=1)
    report = keep(tmp_path, Cursor(8, 64), max_age_s=6.5 * 86_400, ages=machine.ages())
    assert (report.deleted, report.kept) == (2, 5)
    report = keep(tmp_path, Cursor(8, 64), max_bytes=2 * size, ages=machine.ages())
    assert (report.deleted, report.kept) == (3, 2)
    assert segment_names(tmp_path) == ["0006.seg", "0007.seg", "0008.seg"]


def test_a_clock_that_jumps_a_month_deletes_nothing(tmp_path: Path) -> None:
    """Ages are the machine's up-time, over restarts and reboots; neither the wall clock nor file times speak in it."""
    machine = Machine(tmp_path)
    fill(tmp_path, 4, now_us=0)  # written, so the file system says, in 1970
    options: dict[str, object] = {"max_age_s": 30 * 86_400}
    assert keep(tmp_path, Cursor(4, 64), ages=machine.ages(), **options).deleted == 0
    machine.passes(days=20)
    assert keep(tmp_path, Cursor(4, 64), ages=machine.ages(), **options).deleted == 0
    machine.now = Lived("boot-2", 5.0)  # nobody knows how long it was off
    assert keep(tmp_path, Cursor(4, 64), ages=machine.ages(), **options).deleted == 0
    machine.passes(days=9)
    assert keep(tmp_path, Cursor(4, 64), ages=machine.ages(), **options).deleted == 0
    machine.passes(days=2)
    assert keep(tmp_path, Cursor(4, 64), ages=machine.ages(), **options).deleted == 3


@pytest.mark.parametrize(
    "content", ["", "[]", '{"boot": 1}', '{"boot":"b","up_s":1,"clock_s":1,"since":{"x":1}}', "\xff"]
)
def test_a_harmed_file_of_ages_errs_on_keeping(tmp_path: Path, content: str) -> None:
    """Every segment is young again."""
    fill(tmp_path, 4)
    (tmp_path / "ages.json").write_text(content, "latin-1")
    machine = Machine(tmp_path)
    assert keep(tmp_path, Cursor(4, 64), max_age_s=86_400, ages=machine.ages()).deleted == 0
    machine.passes(days=2)
    assert keep(tmp_path, Cursor(4, 64), max_age_s=86_400, ages=machine.ages()).deleted == 3


def test_a_disk_too_full_to_compress_still_frees_itself(tmp_path: Path) -> None:
    """ENOSPC while compressing must not keep retention from deleting what is over size: else it stays full for ever."""
    sizes = fill(tmp_path, 6)
    disk = FaultyDisk()
    disk.creates = [errno.ENOSPC] * 10
    report = keep(tmp_path, Cursor(6, 64), compress=True, max_bytes=2 * sizes[0], disk=disk)
    assert (report.deleted, report.kept, report.compressed) == (3, 2, 0)
    assert report.problem is not None
    assert "ENOSPC" in report.problem
    report = keep(tmp_path, Cursor(6, 64), compress=True)
    assert (report.compressed, report.uncompressed, report.problem) == (2, 0, None)


def test_a_crash_while_compressing_leaves_nothing_for_ever(tmp_path: Path) -> None:
    """The half written file goes at the next round, whatever became of its segment."""
    fill(tmp_path, 3)
    (tmp_path / f".{1:016d}.seg.zst.tmp").write_bytes(b"half")
    keep(tmp_path, Cursor(3, 64), max_bytes=0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0000000000000003.seg", "ages.json"]


def test_a_segment_compressed_between_listing_and_opening_is_still_found(tmp_path: Path) -> None:
    """fetch, lookup and records race with retention: what was renamed meanwhile is opened under its new name."""
    fill(tmp_path, 3)
    plain = [SegmentInfo(n, tmp_path / f"{n:016d}.seg", False) for n in (1, 2)]
    keep(tmp_path, Cursor(3, 64), compress=True)
    disk = StaleListing()
    wanted = [Position(1, 64, 0), Position(2, 64, 1)]
    assert len(fetch(tmp_path, wanted, disk=disk)) == 2
    assert len(lookup(tmp_path, {(1, 64), (2, 64)}, disk=disk)) == 2
    assert len(list(records(tmp_path, disk=disk))) == 3
    for info in plain:
        info.path.with_name(info.path.name + ".zst").unlink()
    assert fetch(tmp_path, wanted, disk=disk) == {}
    assert lookup(tmp_path, {(1, 64)}, disk=disk) == {}


class StaleListing(Disk):
    """Lists a directory as it was before retention compressed what is in it."""

    def listdir(self, directory: Path) -> list[str]:
        return [f"{number:016d}.seg" for number in (1, 2, 3)]


def test_compressed_segments_read_the_same_and_keep_their_age(tmp_path: Path) -> None:
    """zstd changes neither records, positions, single lines nor the time of last writing."""
    fill(tmp_path, 4)
    before = read_all(tmp_path)
    positions = [Position(r.segment, r.offset, i) for r in before for i in range(len(r.frames))]
    lines = fetch(tmp_path, [*positions, Position(1, 64, 7), Position(1, 65, 0), Position(77, 64, 0)])
    written = (tmp_path / f"{1:016d}.seg").stat().st_mtime_ns
    report = keep(tmp_path, Cursor(4, 64), compress=True)
    assert report.compressed == 3
    assert segment_names(tmp_path) == ["0001.seg.zst", "0002.seg.zst", "0003.seg.zst", "0004.seg"]
    assert (tmp_path / f"{1:016d}.seg.zst").stat().st_mtime_ns == written
    assert read_all(tmp_path) == before
    assert fetch(tmp_path, positions) == lines
    assert [lines[p] for p in positions] == frames_of(before)


def test_a_crash_while_compressing_leaves_one_truth(tmp_path: Path) -> None:
    """Plain and compressed side by side, or a half file without a name: the plain one counts."""
    fill(tmp_path, 3)
    before = read_all(tmp_path)
    (tmp_path / f"{1:016d}.seg.zst").write_bytes(b"half")
    (tmp_path / f".{2:016d}.seg.zst.tmp").write_bytes(b"half")
    assert read_all(tmp_path) == before
    keep(tmp_path, Cursor(3, 64), compress=True)
    assert segment_names(tmp_path) == ["0001.seg.zst", "0002.seg.zst", "0003.seg"]
    assert read_all(tmp_path) == before


def test_a_harmed_compressed_segment_gives_what_it_can_and_a_gap(tmp_path: Path) -> None:
    """Cut at every byte: whole records are read, the next segment too, and the loss is said."""
    items = [batch(bytes((i * j) % 251 for j in range(200)) or b"x") for i in range(1, 20)]
    data = segment_bytes(1, items)[0]
    put(tmp_path, 1, data)
    put(tmp_path, 2, segment_bytes(2, [batch(b"next")])[0])
    keep(tmp_path, Cursor(2, 64), compress=True)
    path = tmp_path / f"{1:016d}.seg.zst"
    whole = path.read_bytes()
    for size in range(0, len(whole), 97):
        path.write_bytes(whole[:size])
        records = read_all(tmp_path)
        assert frames_of(records)[-1] == b"next"
        assert [r.kind for r in records].count(RecordKind.GAP) == 1, size


ORIGINS = st.builds(
    Origin,
    st.sampled_from(["udp", "tcp", "tls", "archive"]),
    st.sampled_from(["udp:514", "ü"]),
    st.just("192.0.2.1"),
    st.integers(0, 65535),
    st.integers(0, 9),
    st.none() | st.text(max_size=5),
    st.none() | st.just("acme"),
)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            ORIGINS,
            st.integers(-(2**45), 2**55),
            st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=5),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_envelopes_come_back_as_the_batches_they_were(
    tmp_path_factory: pytest.TempPathFactory, items: list[tuple[Origin, int, list[bytes]]]
) -> None:
    """dump then parse gives the same origins, instants and lines, record by record, in strict UTF-8 JSON."""
    directory = tmp_path_factory.mktemp("spool")
    sent = [batch(*frames, at_us=at, origin=origin) for origin, at, frames in items]
    put(directory, 1, segment_bytes(1, sent)[0])
    texts = [text for i, record in enumerate(read_all(directory)) for text in dump_record(record, i)]
    for text in texts:
        text.encode("utf-8")
        assert "\\ud" not in text
        json.loads(text)
    back = list(parse_envelopes(texts))
    assert back == sent
    assert sum(len(parse_envelope(text).payload) for text in texts) == sum(len(b.payload) for b in sent)  # type: ignore[union-attr]


def test_control_records_are_envelopes_too(tmp_path: Path) -> None:
    """Each names its kind in `record`."""
    put(tmp_path, 1, segment_bytes(1, [(RecordKind.BEAT, 5, b'{"drops":3}')])[0])
    (text,) = dump_record(read_all(tmp_path)[0], 0)
    assert json.loads(text) == {"record": "beat", "received_at": "1970-01-01T00:00:00.000005Z", "drops": 3}
    assert parse_envelope(text) == Control(RecordKind.BEAT, 5, {"drops": 3})


def test_the_least_envelope_is_enough() -> None:
    """received_at, peer, transport and raw: other programs write these."""
    text = '{"received_at":"2024-03-22T00:00:01+01:00","peer":"10.0.0.1","transport":"udp","raw":"<13>ü"}'
    found = parse_envelope(text)
    assert isinstance(found, Batch)
    assert found.origin == Origin("udp", "udp", "10.0.0.1")
    assert split(found.framing, found.payload, found.lengths) == ["<13>ü".encode()]
    assert iso(found.received_us) == "2024-03-21T23:00:01.000000Z"
    assert parse_iso(iso(found.received_us)) == found.received_us


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"peer":"x"}', '{"received_at":"now","peer":"x","transport":"udp","raw":"a"}',
     '{"received_at":"2024-03-22","peer":"x","transport":"udp"}',
     '{"received_at":"2024-03-22","peer":"x","transport":"udp","raw_b64":"%%%"}',
     '{"received_at":"2024-03-22","record":"nonsense"}', '{"received_at":7,"peer":"x","transport":"udp","raw":"a"}',
     '{"received_at":"2024-03-22","peer":"x","transport":"udp","raw":"a","tenant":"' + "t" * 5000 + '"}'],
)  # fmt: skip
def test_an_envelope_that_cannot_be_meant_is_an_error_with_its_line(text: str) -> None:
    """UsageError with a hint, never a traceback."""
    with pytest.raises(UsageError) as caught:
        parse_envelope(text)
    assert caught.value.hint
    if text.strip():
        with pytest.raises(UsageError, match="line 2"):
            list(parse_envelopes(["", text]))


# ---------------------------------------------------------------- the commands


def command(state_dir: Path, *arguments: str) -> tuple[int, str]:
    app = SimpleNamespace(config=SimpleNamespace(state_dir=state_dir))
    result = CliRunner().invoke(spool, arguments, obj=app)
    return result.exit_code, result.output


def test_stat_verify_and_dump(tmp_path: Path) -> None:
    """What an operator sees of a whole and of a harmed spool."""
    items = [batch(b"one", b"\xff"), Batch(STREAM, Framing.NEWLINE, 9, b"three\n", (), Flag.UNTERMINATED)]
    data, offsets = segment_bytes(1, items)
    put(tmp_path / "spool", 1, data)
    put(tmp_path / "spool", 2, segment_bytes(2, [(RecordKind.STOP, 10, b"{}")])[0])
    code, output = command(tmp_path, "stat", "--json")
    assert code == 0
    assert json.loads(output)["segments"] == 2
    code, output = command(tmp_path, "verify")
    assert (code, "all whole" in output) == (0, True)
    code, output = command(tmp_path, "dump")
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line.get("raw", line.get("raw_b64")) for line in lines] == ["one", "/w==", "three", None]
    assert [line["record"] for line in lines] == [0, 0, 1, "stop"]
    put(tmp_path / "spool", 1, data[: offsets[1] - 1] + b"!" + data[offsets[1] :])
    code, output = command(tmp_path, "dump")
    assert [json.loads(line)["record"] for line in output.splitlines()] == ["gap", 1, "stop"]
    code, output = command(tmp_path, "verify")
    assert code == 1
    assert f"skips {offsets[1] - offsets[0]} bytes at 64" in output
    code, output = command(tmp_path, "verify", "--json")
    assert json.loads(output.splitlines()[0])["damage"] == [
        {"offset": 64, "bytes": offsets[1] - 64, "reason": "corrupt"}
    ]

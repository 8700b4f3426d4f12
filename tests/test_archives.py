"""Archives: the year of year-less stamps, compression, order in event time."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from backports import zstd

from brainstemd.archives import batches, merged, survey
from brainstemd.models import Flag
from brainstemd.pipeline import decode, when


def times(path: Path, year: int | None = None) -> list[str]:
    """The event times that the pipeline gives an archive's lines, in the file's order."""
    found = []
    for batch in batches(survey(path, year)):
        start = 0
        for length in batch.lengths:
            raw = batch.payload[start : start + length]
            start += length
            t_us, _ = when(decode(raw).stamp, batch.received_us, None, live=False, assume_utc=True)
            found.append(datetime.fromtimestamp(t_us / 1e6, UTC).strftime("%Y-%m-%d %H:%M:%S"))
    return found


def written(path: Path, *lines: str, mtime: str = "2026-11-23T00:00:00+00:00") -> Path:
    path.write_text("".join(line + "\n" for line in lines))
    stamp = datetime.fromisoformat(mtime).timestamp()
    os.utime(path, (stamp, stamp))
    return path


def test_yearless_stamps_take_the_year_of_the_file(tmp_path: Path) -> None:
    """The last stamp is the newest one not more than a day after the file's own time."""
    path = written(tmp_path / "a.log", "Mar 22 00:00:01 fw-01 charon: x", "Nov 22 10:00:00 fw-01 charon: x")
    assert times(path) == ["2026-03-22 00:00:01", "2026-11-22 10:00:00"]


def test_a_stamp_later_in_the_year_than_the_file_is_last_years(tmp_path: Path) -> None:
    """A December line in a file of November is of the year before."""
    path = written(tmp_path / "a.log", "Dec 24 18:00:00 fw-01 charon: x")
    assert times(path) == ["2025-12-24 18:00:00"]


def test_new_year_inside_a_file_and_late_lines_around_it(tmp_path: Path) -> None:
    """The year turns with the file's order; a late December line after midnight stays in its year."""
    lines = [
        "Dec 31 23:59:58 h a: 1",
        "Jan  1 00:00:01 h a: 2",
        "Dec 31 23:59:59 h a: late",
        "Jan  2 00:00:00 h a: 3",
    ]
    path = written(tmp_path / "a.log", *lines, mtime="2026-01-03T00:00:00+00:00")
    assert times(path) == [
        "2025-12-31 23:59:58",
        "2026-01-01 00:00:01",
        "2025-12-31 23:59:59",
        "2026-01-02 00:00:00",
    ]


def test_year_option_is_the_year_of_the_first_stamp(tmp_path: Path) -> None:
    """--year wins over the file's own time."""
    path = written(tmp_path / "a.log", "Dec 31 23:00:00 h a: 1", "Jan  1 01:00:00 h a: 2")
    assert times(path, 2019) == ["2019-12-31 23:00:00", "2020-01-01 01:00:00"]


def test_a_quiet_half_of_the_year_does_not_turn_it(tmp_path: Path) -> None:
    """Months without a line are not a New Year: stamps go forward within the year."""
    path = written(
        tmp_path / "a.log", "Jan  5 00:00:00 h a: 1", "Jun 30 00:00:00 h a: 2", "Nov  1 00:00:00 h a: 3"
    )
    assert times(path) == ["2026-01-05 00:00:00", "2026-06-30 00:00:00", "2026-11-01 00:00:00"]


def test_leap_day(tmp_path: Path) -> None:
    """29 February of a leap year is that day."""
    path = written(
        tmp_path / "a.log",
        "Feb 29 12:00:00 h a: 1",
        "Mar  1 00:00:00 h a: 2",
        mtime="2024-03-02T00:00:00+00:00",
    )
    assert times(path) == ["2024-02-29 12:00:00", "2024-03-01 00:00:00"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
def test_compression_is_told_by_content(tmp_path: Path, pack: object) -> None:
    """Plain, gzip and zstd archives give the same lines and the same identity, whatever they are called."""
    assert callable(pack)
    path = tmp_path / "archive"
    path.write_bytes(pack(b"2026-03-22T00:00:01Z h a: one\n\n2026-03-22T00:00:02Z h a: two"))
    archive = survey(path)
    (batch,) = batches(archive)
    assert list(batch.lengths) == [29, 29]
    assert batch.flags & Flag.ARCHIVE
    plain = tmp_path / "plain"
    plain.write_bytes(b"2026-03-22T00:00:01Z h a: one\n\n2026-03-22T00:00:02Z h a: two")
    assert survey(plain).sha256 == archive.sha256


def test_two_archives_come_in_event_time(tmp_path: Path) -> None:
    """Merged archives interleave to the hour."""
    one = written(tmp_path / "1", *(f"2026-03-22T{h:02d}:00:00Z h1 a: x" for h in (0, 2, 4)))
    two = written(tmp_path / "2", *(f"2026-03-22T{h:02d}:30:00Z h2 a: x" for h in (1, 3, 5)))
    order = [batch.origin.peer for batch in merged([batches(survey(one)), batches(survey(two))])]
    assert order == ["1", "2", "1", "2", "1", "2"]


def anchors(path: Path, year: int | None = None) -> list[str]:
    return [
        datetime.fromtimestamp(batch.received_us / 1e6, UTC).strftime("%Y-%m-%d %H:%M:%S")
        for batch in batches(survey(path, year))
    ]


FORTIGATE = '<189>date=2026-03-{day} time=06:11:55 devname="fgt-1" devid="FG1" logid="0000000013" type="traffic" level="notice"'


def test_a_dialects_own_date_is_the_anchor(tmp_path: Path) -> None:
    """Lines whose header has no stamp, but whose text has: the file's own time is not asked."""
    path = written(tmp_path / "a.log", *(FORTIGATE.format(day=day) for day in (14, 15, 16)))
    assert anchors(path) == ["2026-03-14 06:11:55", "2026-03-15 06:11:55", "2026-03-16 06:11:55"]


@pytest.mark.parametrize(
    "line",
    [
        "<189>fw-01 Mar 22 07:00:00 charon: x",
        "<189>456: Mar 22 07:00:00.123: %SYS-5-CONFIG_I: x",
    ],
)
def test_the_year_reaches_stamps_that_are_not_at_the_beginning(tmp_path: Path, line: str) -> None:
    """--year is the year of the first stamp, wherever the line has it."""
    path = written(tmp_path / "a.log", line, mtime="2026-11-23T00:00:00+00:00")
    assert times(path, 2019)[0].startswith("2019-03-22 07:00:00")
    assert times(path)[0].startswith("2026-03-22 07:00:00")


def test_lines_without_a_stamp_happen_when_the_line_before_did(tmp_path: Path) -> None:
    """Whatever comes later in the file; those at its beginning happen at the first stamp."""
    lines = [
        "first",
        "Mar 22 07:00:01 a b: x",
        "second",
        "Mar 22 07:30:00 a b: x",
        "third",
        "Mar 22 07:59:00 a b: x",
    ]
    path = written(tmp_path / "a.log", *lines)
    found = [text[11:] for text in times(path)]
    assert found == ["07:00:01", "07:00:01", "07:00:01", "07:30:00", "07:30:00", "07:59:00"]


@pytest.mark.parametrize("stamp", ["Feb 31 12:00:00", "Jul 22 25:61:61", "2026-02-30T12:00:00Z"])
def test_an_impossible_stamp_is_none(tmp_path: Path, stamp: str) -> None:
    """Such a line happened when the line before it did."""
    path = written(tmp_path / "a.log", "Mar 22 07:00:01 a b: x", f"{stamp} a b: x", "Mar 22 07:30:00 a b: x")
    assert [text[11:] for text in times(path)] == ["07:00:01", "07:00:01", "07:30:00"]


def test_an_hour_is_one_batch_whatever_its_lines_look_like(tmp_path: Path) -> None:
    """Neither the priority nor the style of the stamp cuts a batch."""
    lines = [
        "<38>Mar 22 07:00:01 a b: x",
        "<39>Mar 22 07:00:02 a b: x",
        "<14>1 2026-03-22T08:00:03+01:00 a b - - - x",
    ]
    assert len(anchors(written(tmp_path / "a.log", *lines))) == 1


@pytest.mark.parametrize(
    "stray", ["Jan  1 00:00:07", "Feb 28 00:00:07", "Sep  1 00:00:07", "Dec  1 00:00:07"]
)
@pytest.mark.parametrize("month", ["Feb", "Jul", "Nov"])
@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_stray_month_does_not_turn_the_year(tmp_path: Path, month: str, stray: str, place: int) -> None:
    """Devices boot with clocks that tell nonsense: the lines around them keep their year."""
    lines = [f"{month} {day} 12:00:00 h a: x" for day in range(10, 20)]
    for _ in range(2):
        lines.insert(place, f"{stray} boot a: x")
    path = written(tmp_path / "a.log", *lines, mtime="2026-11-23T00:00:00+00:00")
    found = [text for text in times(path) if text.endswith("12:00:00")]
    assert [text[:4] for text in found] == ["2026"] * 10


def test_a_lone_jump_does_not_hold_up_its_archive(tmp_path: Path) -> None:
    """One line of the year 9999 is passed on in its place among the others."""
    one = written(
        tmp_path / "1.log",
        "2026-03-01T00:00:00Z a b: x",
        "9999-12-31T00:00:00Z a b: x",
        "2026-03-02T00:00:00Z a b: x",
    )
    two = written(tmp_path / "2.log", "2026-03-01T12:00:00Z a b: x", "2026-03-03T00:00:00Z a b: x")
    found = [batch.payload[:10].decode() for batch in merged([batches(survey(path)) for path in (one, two)])]
    assert found == ["2026-03-01", "2026-03-01", "9999-12-31", "2026-03-02", "2026-03-03"]

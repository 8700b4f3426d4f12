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

"""The files that people tail: what is appended when, and that rotation loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd.digest import Delivery, Digest, compose, render_json, render_text, safe_name
from brainstemd.errors import DeliveryError
from brainstemd.models import DAY_US, SECOND_US, Gap, Part, Story, Told

AT_US = 1_774_162_800 * SECOND_US


class Totals:
    events, sources, signatures, new_signatures, gaps = 100, 3, 7, 0, 0


def digest(*items: tuple[str, str, float], tenant: str | None = None) -> Digest:
    """A digest of (id, state, attention)."""
    stories = [
        Story(
            id=name,
            state=state,
            since_us=AT_US - DAY_US,
            attention=attention,
            kinds=["recurrence"],
            title=f"title of {name}",
            what="what",
            why=["why"],
            parts=[Part("prior", attention, "because")],
            tenant=tenant or "acme",
            hosts=["h1", "h2"],
            entity="eth0",
            count=3,
            first_us=AT_US - DAY_US,
            last_us=AT_US,
            signature="s1-0123456789abcdef",
            template="t",
        )
        for name, state, attention in items
    ]
    nothing: dict[str, Any] = {"gaps": list[Gap](), "footers": [], "evidence": {}, "top": 10}
    return compose(
        stories,
        at_us=AT_US,
        window_us=DAY_US,
        tenant=tenant,
        since_us=AT_US,
        totals=Totals(),
        **nothing,
    )


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_whole_appends_text_and_json_and_replaces_the_page(tmp_path: Path) -> None:
    """Each whole digest is a block more in the log and a line more in the JSONL; the page is the last one."""
    delivery = Delivery(tmp_path / "digests")
    first, second = digest(("i-1", "new", 60.0)), digest(("i-2", "new", 60.0))
    delivery.whole(first)
    told = delivery.whole(second)
    log = (tmp_path / "digests" / "digest.log").read_text()
    assert log.index("title of i-1") < log.index("title of i-2")
    assert log.endswith("\n")
    assert [line["digest_id"] for line in lines(tmp_path / "digests" / "digest.jsonl")] == [
        first.digest_id,
        second.digest_id,
    ]
    page = (tmp_path / "digests" / "digest.html").read_text()
    assert "title of i-2" in page
    assert "title of i-1" not in page
    assert told == [
        Told("i-2", "acme", AT_US, 60.0, "attend", "new", "s1-0123456789abcdef", "eth0", ("h1", "h2"))
    ]
    assert sorted(path.name for path in (tmp_path / "digests").iterdir()) == [
        "digest.html",
        "digest.jsonl",
        "digest.log",
    ]


def test_changes_tell_only_what_changed(tmp_path: Path) -> None:
    """New, in a higher band, returned, recovered: told. The same, in a lower band, still recovered: not
    again.
    """
    delivery = Delivery(tmp_path)
    before = delivery.whole(
        digest(
            ("i-same", "ongoing", 61.0),
            ("i-up", "ongoing", 59.9),
            ("i-down", "ongoing", 81.0),
            ("i-back", "ongoing", 60.0),
            ("i-over", "ongoing", 60.0),
            ("i-was-over", "recovered", 60.0),
        )
    )
    now = digest(
        ("i-same", "worse", 79.0),
        ("i-up", "worse", 60.0),
        ("i-down", "ongoing", 60.0),
        ("i-back", "returned", 60.0),
        ("i-over", "recovered", 60.0),
        ("i-was-over", "recovered", 60.0),
        ("i-fresh", "new", 50.0),
    )
    told = delivery.changes(now, {row.item: row for row in before})
    assert {row.item for row in told} == {"i-up", "i-back", "i-over", "i-fresh"}
    last = lines(tmp_path / "digest.jsonl")[-1]
    assert [item["id"] for item in last["items"]] == [row.item for row in told]
    assert last["digest_id"] != now.digest_id
    assert "4 items are new or changed, of 7" in (tmp_path / "digest.log").read_text()
    assert "title of i-same" in (tmp_path / "digest.html").read_text()


def test_quiet_is_one_line(tmp_path: Path) -> None:
    """Nothing changed: one line in the log, nothing in the JSONL, nothing told."""
    delivery = Delivery(tmp_path)
    now = digest(("i-1", "ongoing", 60.0))
    told = {row.item: row for row in delivery.whole(now)}
    size = (tmp_path / "digest.log").stat().st_size
    assert delivery.changes(now, told) == []
    added = (tmp_path / "digest.log").read_bytes()[size:].decode()
    assert added.count("\n") == 1
    assert added.startswith("---- 2026-03-22T07:00:00Z all tenants: quiet")
    assert "1 item stands; 100 events, 3 sources" in added
    assert len(lines(tmp_path / "digest.jsonl")) == 1


def test_a_moved_unlinked_or_truncated_file_is_followed(tmp_path: Path) -> None:
    """Rotation by rename, by deletion and by copytruncate: the next block is in the file of that name,
    whole.
    """
    delivery = Delivery(tmp_path)
    delivery.reopen()
    log = tmp_path / "digest.log"
    delivery.whole(digest(("i-1", "new", 60.0)))
    block = log.read_bytes().replace(b"i-1", b"")
    log.rename(tmp_path / "digest.log.1")
    delivery.whole(digest(("i-2", "new", 60.0)))
    assert b"i-2" in log.read_bytes()
    assert b"i-2" not in (tmp_path / "digest.log.1").read_bytes()
    log.unlink()
    delivery.whole(digest(("i-3", "new", 60.0)))
    assert b"i-3" in log.read_bytes()
    os.truncate(log, 0)
    delivery.whole(digest(("i-4", "new", 60.0)))
    assert b"\x00" not in log.read_bytes()
    assert log.read_bytes().startswith(block[:100])


def test_reopen_makes_the_files(tmp_path: Path) -> None:
    """`tail -F` finds a file before the first digest and right after a rotation."""
    delivery = Delivery(tmp_path / "new" / "dir")
    delivery.reopen()
    assert (tmp_path / "new" / "dir" / "digest.log").read_bytes() == b""
    assert (tmp_path / "new" / "dir" / "digest.jsonl").exists()


def test_a_file_for_each_tenant_on_request(tmp_path: Path) -> None:
    """A tenant's digest goes to the tenant's files only when asked; the digest of all stays in the common
    ones.
    """
    own = Delivery(tmp_path, per_tenant=True)
    own.whole(digest(("i-1", "new", 60.0), tenant="acme"))
    own.whole(digest(("i-2", "new", 60.0)))
    assert "i-1" in (tmp_path / "digest-acme.log").read_text()
    assert "i-1" not in (tmp_path / "digest.log").read_text()
    assert (tmp_path / "digest-acme.html").exists()
    Delivery(tmp_path).whole(digest(("i-3", "new", 60.0), tenant="acme"))
    assert "i-3" in (tmp_path / "digest.log").read_text()


@given(st.text(max_size=80))
def test_tenant_names_are_harmless_file_names(tenant: str) -> None:
    """No tenant can name a path, a hidden file or a very long file."""
    name = safe_name(tenant)
    assert len(name) <= 80
    assert name.isascii()
    assert not set(name) & set("/\\ \x00\n")
    assert ".." not in name
    assert name[0].isalnum()


def test_different_tenants_have_different_files() -> None:
    """Names that only differ in what is replaced do not meet in one file."""
    names = ["a/b", "a_b", "a b", "A_B", "../a", "", "ä", "Acme", "acme"]
    assert len({safe_name(name).lower() for name in names}) == len(names)
    assert safe_name("acme") == "acme"


def test_a_directory_that_cannot_be_written_is_a_typed_error(tmp_path: Path) -> None:
    """The error names the file and says what to do; no half page is left."""
    (tmp_path / "digests").write_text("a file where a directory should be")
    delivery = Delivery(tmp_path / "digests")
    with pytest.raises(DeliveryError, match=r"cannot write .*digest\.log") as caught:
        delivery.whole(digest())
    assert "digest_dir" in caught.value.hint


def test_a_full_disk_is_a_typed_error(tmp_path: Path) -> None:
    """ENOSPC from the kernel itself: the device that is always full."""
    (tmp_path / "digest.log").symlink_to("/dev/full")
    with pytest.raises(DeliveryError, match="No space left"):
        Delivery(tmp_path).whole(digest())


def test_a_block_is_one_write(tmp_path: Path) -> None:
    """Two writers at once never tear each other's blocks."""
    script = (
        "import sys, pathlib\n"
        "from brainstemd.digest import Delivery, Digest\n"
        "one = Digest.model_validate_json(sys.stdin.read())\n"
        "for _ in range(40): Delivery(pathlib.Path(sys.argv[1])).whole(one)\n"
    )
    digests = [digest(*((f"i-{letter}{n}", "new", 60.0) for n in range(10))) for letter in "ab"]
    children = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE)
        for _ in digests
    ]
    for child, one in zip(children, digests, strict=True):
        assert child.stdin is not None
        child.stdin.write(render_json(one).encode())
        child.stdin.close()
    assert [child.wait(60) for child in children] == [0, 0]
    log = (tmp_path / "digest.log").read_text()
    for one in digests:
        assert log.count(render_text(one)) == 40
        log = log.replace(render_text(one), "")
    assert log == ""
    assert len(lines(tmp_path / "digest.jsonl")) == 80

"""Commands that read and import, as a stranger calls them: exit codes, strict output, arguments at the edge."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from brainstemd.cli import main
from brainstemd.cli.arguments import iso

ROOT = Path(__file__).parent.parent
LINES = (
    b"<27>Mar 21 06:00:00 h app: service failed \xe2\x80\xae\x1b[31m\xc2\x9b",
    b"<27>Mar 21 06:00:01 h app: service failed \xff",
    b"<27>0001-01-01T00:00:00Z past app: service failed",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration whose memory holds LINES."""
    root = tmp_path_factory.mktemp("place")
    text = "".join(f'{name}_dir = "{root / name}"\n' for name in ("state", "runtime", "digest"))
    (root / "c.toml").write_text(text)
    (root / "a.log").write_bytes(b"\n".join(LINES) + b"\n")
    done = call(root, "replay", "--tenant", "acme", "--year", "2026", str(root / "a.log"))
    assert done.returncode == 0, done.stderr
    return root


def call(root: Path, *words: str | bytes) -> subprocess.CompletedProcess[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BRAINSTEMD_")}
    return subprocess.run(
        [sys.executable, "-m", "brainstemd", "--config", str(root / "c.toml"), *words],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def objects(root: Path, *words: str) -> list[dict[str, Any]]:
    done = call(root, *words)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@pytest.mark.parametrize(
    "words",
    [
        ("digest", "--at", "9999-12-31T23:59:59-10:00"),
        ("digest", "--at", "0001-01-01T00:00:00+10:00"),
        ("digest", "--window", "99999999999d"),
        ("replay", "--every", "99999999999d", "a.log"),
        ("replay", "--tenant", "", "a.log"),
        ("replay", "--tenant", "x" * 65, "a.log"),
        ("replay", "--tenant", "a\x1b[31m", "a.log"),
    ],
)
def test_arguments_beyond_the_edge_are_exit_2(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is refused with a sentence, before anything is opened."""
    assert main(words) == 2
    assert "Error: Invalid value" in capsys.readouterr().err


def test_an_argument_that_is_no_text_is_exit_2(place: Path) -> None:
    """Bytes that are not UTF-8 can be no tenant's and no host's name; the same command with a name is fine."""
    for words in (("events", "--source"), ("digest", "--tenant"), ("signatures", "--entity")):
        done = call(place, *words, b"\xff")
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr == b"brainstemd: an argument is not UTF-8\n"
        assert call(place, *words, "nobody").returncode == 0


def test_show_gives_bytes_that_are_not_utf8_as_base64(place: Path) -> None:
    """`raw` is the line where it is UTF-8, `raw_b64` where it is not: nothing is lost on the way out."""
    signatures = {found["id"] for found in objects(place, "signatures", "--source", "h", "--json")}
    keys = [key for one in signatures for key in objects(place, "show", one, "--json") if key["host"] == "h"]
    shown = [line for key in keys for line in key["lines"]]
    found = [
        base64.b64decode(line["raw_b64"]) if "raw_b64" in line else line["raw"].encode() for line in shown
    ]
    assert sorted(found) == sorted(LINES[:2])
    assert sum("raw_b64" in line for line in shown) == 1


def test_json_holds_nothing_that_a_terminal_obeys(place: Path) -> None:
    """C1 controls and bidirectional overrides are JSON escapes: equal data, safe to look at."""
    out = call(place, "events", "--source", "h", "--json").stdout.decode()
    assert "\\u202e" in out
    assert not set(out) & set("\u202e\x9b\x1b")


def test_year_one_has_four_digits(place: Path) -> None:
    """ISO 8601 wherever an instant is written."""
    (event,) = objects(place, "events", "--until", "1000-01-01", "--json")
    assert event["event_time"] == event["timestamp"] == "0001-01-01T00:00:00Z"
    assert iso(1_500_000) == "1970-01-01T00:00:01.500000Z"


def test_an_empty_memory_says_so(tmp_path: Path) -> None:
    """An archive without a line: no instant is made up for the beginning of memory."""
    (tmp_path / "empty.log").write_bytes(b"\n \n")
    (tmp_path / "c.toml").write_text("")
    done = call(tmp_path, "replay", "--scratch", str(tmp_path / "empty.log"))
    assert done.returncode == 0
    assert b"memory is empty" in done.stdout


def test_a_broken_envelope_leaves_nothing_behind(tmp_path: Path) -> None:
    """Half an archive would count twice when the mended one is taken in: all of it is read first."""
    good = '{"received_at":"2026-03-22T00:00:00Z","peer":"10.0.0.1","transport":"udp","raw":"<13>a b: c"}'
    (tmp_path / "c.toml").write_text(f'state_dir = "{tmp_path / "state"}"\ndigest_dir = "{tmp_path}"\n')
    (tmp_path / "e.jsonl").write_text(f"{good}\n{good[:-1]}\n")
    done = call(tmp_path, "replay", "--envelopes", str(tmp_path / "e.jsonl"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"e.jsonl: line 2: not a JSON object" in done.stderr
    assert not (tmp_path / "state").exists()
    (tmp_path / "e.jsonl").write_text(f"{good}\n{good}\n")
    done = call(tmp_path, "replay", "--envelopes", str(tmp_path / "e.jsonl"))
    assert done.returncode == 0
    assert done.stderr.startswith(b"2 lines taken in")


def test_restore_without_any_copy_says_so(tmp_path: Path) -> None:
    """No file name is made up for a backup that was never made."""
    (tmp_path / "c.toml").write_text(f'state_dir = "{tmp_path}"\n')
    done = call(tmp_path, "restore")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"backups: holds no backup" in done.stderr

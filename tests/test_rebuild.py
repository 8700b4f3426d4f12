"""Memory made again: with the operator's words, and never with less history than there was unless that is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from brainstemd.errors import StoreError
from brainstemd.memory import back_up, name_of
from brainstemd.models import HOUR_US, Note
from brainstemd.notes import record
from brainstemd.rebuild import rebuild_memory
from tests.test_fold import SIX
from tests.test_replay import END, archive, config, demo_lines, digest_at, replayed


@pytest.mark.slow
async def test_notes_survive_the_database(tmp_path: Path) -> None:
    """A muted item stays muted in a memory that was made again."""
    done = await replayed(tmp_path, archive(tmp_path / "world.log", demo_lines(5)))
    plain = await digest_at(tmp_path, done.at_us)
    item = done.last.digest.items[0]
    told = done.at_us - HOUR_US
    record(
        config(tmp_path).state_dir,
        Note("mute", told, "anna", item.tenant, item=item.id, end_us=done.at_us + HOUR_US),
    )
    muted = await digest_at(tmp_path, done.at_us)
    assert item.id in plain
    assert item.id not in muted
    (config(tmp_path).state_dir / "memory.db").unlink()
    await rebuild_memory(config(tmp_path), lose_history=False, now_us=END)
    assert await digest_at(tmp_path, done.at_us) == muted


async def test_the_newest_backup_is_the_beginning(tmp_path: Path) -> None:
    """What the backup holds is not folded again; what came after it is."""
    await replayed(tmp_path, archive(tmp_path / "one.log", list(SIX[:3])))
    state = config(tmp_path).state_dir
    back_up(state / "memory.db", state / "backups" / name_of("20260322T000000Z"))
    done = await replayed(tmp_path, archive(tmp_path / "two.log", list(SIX[3:])))
    before = await digest_at(tmp_path, done.at_us)
    (state / "memory.db").write_bytes(b"not a database any more")
    rebuilt = await rebuild_memory(config(tmp_path), lose_history=False, now_us=END)
    assert rebuilt.lines == 3
    assert rebuilt.backup is not None
    assert rebuilt.aside is not None
    assert rebuilt.aside.read_bytes() == b"not a database any more"
    assert await digest_at(tmp_path, done.at_us) == before


async def test_lost_history_must_be_meant(tmp_path: Path) -> None:
    """Segments that are gone and no backup: refused by name, unless --lose-history says so."""
    await replayed(tmp_path, archive(tmp_path / "one.log", list(SIX[:3])))
    done = await replayed(tmp_path, archive(tmp_path / "two.log", list(SIX[3:])))
    oldest = min((config(tmp_path).state_dir / "spool").iterdir())
    oldest.unlink()
    with pytest.raises(StoreError, match="history would be lost"):
        await rebuild_memory(config(tmp_path), lose_history=False, now_us=END)
    rebuilt = await rebuild_memory(config(tmp_path), lose_history=True, now_us=END)
    assert 0 < rebuilt.lines < 6
    assert done.lines == 3

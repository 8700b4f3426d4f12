"""Memory made again by itself: what is broken goes aside, the newest sound backup takes its place, the spool does the rest.

Invariants
- Nothing is thrown away: the broken database is kept in `quarantine/`, its cause beside it (the two newest).
- The new database comes into being beside the old one and gets its name in one step. A kill at any moment leaves a state
  that the next call finishes: a missing database is a broken one.
- What came after the backup is folded again from the kept spool, by whoever calls: exactly once, as ever.
- That it happened is a gap of reason `memory_rebuilt`; what can be got nowhere is a gap of reason `memory_lost`, or
  `segments_missing` when the spool no longer reaches back to the backup.

The caller holds `memory.lock`.
"""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from brainstemd.config import Config
from brainstemd.errors import Corrupt, NoSpace, StoreError
from brainstemd.memory import Store, back_up, backups, cursor_in, inspect
from brainstemd.models import Cursor, Gap
from brainstemd.spool import oldest_created_us, stat

DATABASE = "memory.db"
MARKER = "memory.damaged"  # a worker has met damage: the next one makes memory again, whatever a check says
DAMAGED_SUFFIX = ".damaged"  # of a backup that is none any more
_DRAFT = DATABASE + ".renewed"
_KEPT = 2
_TAILS = ("-wal", "-shm", "")


class Renewed(NamedTuple):
    """What was done. `lost`: the interval of which nothing is left anywhere, as far as it is known by now."""

    cause: str
    backup: Path | None
    skipped: list[str]  # backups that were damaged, and why
    aside: Path | None
    lost: Gap | None


def accuse(state_dir: Path, cause: str, at: Cursor | None = None) -> None:
    """Leave word that memory is damaged. `at`: the place in the spool whose rows it refuses."""
    word = {"cause": cause, "at": None if at is None else list(at)}
    (state_dir / MARKER).write_text(json.dumps(word) + "\n", "utf-8")


def was_renewed_for(state_dir: Path, at: Cursor) -> bool:
    """Whether memory was made again before because it refused this very place: then it is not the database's fault."""
    return any(_word(path).get("at") == list(at) for path in (state_dir / "quarantine").glob("memory-*.json"))


def accused(state_dir: Path) -> str | None:
    """Why memory is to be made again without another look at it: an accusation, or nothing there where backups say
    that something was; None if neither."""
    word = _word(state_dir / MARKER)
    if word:
        return str(word.get("cause", "damaged"))
    database = state_dir / DATABASE
    if database.exists() and database.stat().st_size:
        return None
    what = "is empty" if database.exists() else "is gone"
    oldest = stat(state_dir / "spool").oldest
    had = bool(backups(state_dir / "backups")) or (oldest is not None and oldest > 1)
    return f"{database} {what}" if had else None


async def renew(config: Config, cause: str, now_us: int, *, announce: bool = True) -> Renewed:
    """Put the newest sound backup (or an empty memory) in the place of a broken database. `announce`: digests say so.

    Raises NoSpace, StoreError when the disk does not allow it: then nothing has changed, and it can be tried again.
    """
    state = config.state_dir
    draft = state / _DRAFT
    try:
        _forget(draft)
        _thin(state / "quarantine", _KEPT - 1)
        # In a thread: seconds a GB, in which the worker goes on to say that it lives.
        base, skipped = await asyncio.to_thread(newest_sound, state / "backups")
        if base is not None:
            await asyncio.to_thread(back_up, base, draft)
        lost = await _tell(config, draft, base, now_us if announce else None)
        _sync(draft)
        aside = set_aside(state, cause, now_us)
        draft.replace(state / DATABASE)
        (state / MARKER).unlink(missing_ok=True)
        _sync(state)
    except OSError as error:
        raise NoSpace(
            f"memory cannot be made again: {error.strerror or error}",
            hint="make room in state_dir, or put its rights in order; it is tried again by itself, and lines are safe",
        ) from error
    return Renewed(cause, base, skipped, aside, lost)


def newest_sound(directory: Path) -> tuple[Path | None, list[str]]:
    """The newest backup that this program can use. A damaged one is given another name, so that nobody counts on it."""
    skipped = []
    for copy in backups(directory):
        try:
            inspect(copy)
        except Corrupt as error:
            skipped.append(f"{copy.name}: {error}")
            copy.rename(copy.with_name(copy.name + DAMAGED_SUFFIX))
        except StoreError as error:
            skipped.append(f"{copy.name}: {error}")
        else:
            return copy, skipped
    return None, skipped


def set_aside(state_dir: Path, cause: str, now_us: int) -> Path | None:
    """Move the database into `quarantine/`, with what belongs to it. None when there is none."""
    database = state_dir / DATABASE
    present = [tail for tail in _TAILS if database.with_name(DATABASE + tail).exists()]
    if not present:
        return None
    stamp = datetime.fromtimestamp(now_us / 1e6, UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = state_dir / "quarantine" / f"memory-{stamp}.db"
    aside.parent.mkdir(mode=0o750, exist_ok=True)
    word = {"cause": cause, "at": _word(state_dir / MARKER).get("at"), "found_us": now_us}
    aside.with_suffix(".json").write_text(json.dumps(word, indent=1) + "\n", "utf-8")
    for tail in present:
        database.with_name(DATABASE + tail).rename(aside.with_name(aside.name + tail))
    return aside if "" in present else None


async def _tell(config: Config, draft: Path, base: Path | None, now_us: int | None) -> Gap | None:
    """Write into the new memory that it is one, and what it cannot know. Returns the loss."""
    spool = config.state_dir / "spool"
    oldest, created_us = stat(spool).oldest, oldest_created_us(spool)
    lost = None
    async with await Store.open(draft, config=config.memory) as store:
        cursor, carry = await store.cursor(), await store.carry()
        needed = 1 if cursor is None else cursor.segment
        if oldest is not None and oldest > needed:
            heard_us = int(((carry or {}).get("receiver") or {}).get("last_us", 0)) or created_us
            lost = Gap(min(heard_us, created_us), created_us, "memory_lost", None)
            if base is None:  # else the reader comes upon the hole and tells of it itself
                await store.put_gap(lost)
        if now_us is not None:
            await store.put_gap(Gap(now_us, now_us, "memory_rebuilt", 0))
    return lost


def lost_history(base: Path | None, oldest: int | None) -> tuple[int, bool]:
    """(the segment that a backup needs first, whether the spool no longer has it)."""
    cursor = cursor_in(base) if base is not None else None
    needed = cursor.segment if cursor is not None else 1
    if oldest is None:
        return needed, cursor is not None
    return needed, oldest > needed


def _word(path: Path) -> dict[str, Any]:
    try:
        word = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return {"cause": "damaged"}
    return word if isinstance(word, dict) else {"cause": "damaged"}


def _forget(path: Path) -> None:
    for tail in _TAILS:
        path.with_name(path.name + tail).unlink(missing_ok=True)


def _thin(quarantine: Path, keep: int) -> None:
    for old in sorted(quarantine.glob("memory-*.db"), reverse=True)[keep:]:
        _forget(old)
        old.with_suffix(".json").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

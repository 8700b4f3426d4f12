"""`backup` and `restore`: an online copy of memory, and putting one back."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from brainstemd.cli import App
from brainstemd.errors import StoreError
from brainstemd.memory import back_up, backups, lock, name_of, restore_backup

_DATABASE = "memory.db"


def stamp(now_s: float) -> str:
    """A time as it stands in a backup's name: it sorts."""
    return datetime.fromtimestamp(now_s, UTC).strftime("%Y%m%dT%H%M%SZ")


@click.command(epilog="Example: brainstemd backup   or   brainstemd backup /mnt/nas/memory.db")
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path), metavar="[FILE]")
@click.pass_obj
def backup(app: App, target: Path | None) -> None:
    """Copy memory while the daemon runs; without FILE into state_dir/backups. Prints where the copy is."""
    state = app.config.state_dir
    copy = target or state / "backups" / name_of(stamp(time.time()))
    back_up(state / _DATABASE, copy)
    click.echo(str(copy))


@click.command(
    epilog="Example: systemctl stop brainstemd && brainstemd restore && systemctl start brainstemd"
)
@click.argument("copy", required=False, type=click.Path(dir_okay=False, path_type=Path), metavar="[FILE]")
@click.pass_obj
def restore(app: App, copy: Path | None) -> None:
    """Put a copy of memory in place; without FILE the newest of state_dir/backups. Refuses while the daemon runs.

    What came after the copy is read again from the spool, as far as it is kept, when the daemon starts.
    """
    state = app.config.state_dir
    chosen = copy or next(iter(backups(state / "backups")), None)
    if chosen is None:
        raise StoreError(
            f"{state / 'backups'}: holds no backup", hint="name a copy, or `brainstemd rebuild` needs none"
        )
    with lock(state):
        kept = restore_backup(chosen, state / _DATABASE, aside=f"{_DATABASE}.before-{stamp(time.time())}")
    click.echo(f"restored {chosen}; the database that was there is {kept or 'absent'}", err=True)

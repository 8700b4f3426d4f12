"""`rebuild`: memory again from the newest backup, the notes and the kept spool."""

from __future__ import annotations

import asyncio
import time

import click

from brainstemd.cli import App
from brainstemd.rebuild import Rebuilt, rebuild_memory


@click.command(
    epilog="Example: systemctl stop brainstemd && brainstemd rebuild && systemctl start brainstemd"
)
@click.option("--lose-history", is_flag=True, help="Go on although older history cannot be made again.")
@click.pass_obj
def rebuild(app: App, lose_history: bool) -> None:
    """Make memory again from the newest backup, the notes and the kept spool. The old database is kept beside it."""
    done: Rebuilt = asyncio.run(
        rebuild_memory(app.config, lose_history=lose_history, now_us=time.time_ns() // 1000)
    )
    base = f"from backup {done.backup.name}" if done.backup else "from the spool alone"
    click.echo(f"memory rebuilt {base}: {done.lines} lines folded; old database: {done.aside or '-'}")

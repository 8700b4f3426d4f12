"""`demo`: see it work on a synthetic world, on real sockets, in seconds."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import click

from brainstemd.cli import App
from brainstemd.demo import DAYS, SPEAKERS, world
from brainstemd.demo.live import Shown, demo_config, show
from brainstemd.digest import neutralise, render_html, render_json, render_text
from brainstemd.models import DAY_US, HOUR_US

_RENDER = {"text": render_text, "json": render_json, "html": render_html}


@click.command(epilog="Example: brainstemd demo --format json | jq '.items[].title'")
@click.option(
    "--seed", default=1, show_default=True, help="Another seed moves the moments, not the nature of things."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True
)
@click.pass_obj
def demo(app: App, seed: int, form: str) -> None:
    """Days of events from several hosts and tenants over real sockets, and the digest at their end.

    Everything is kept in a temporary directory and removed; no configuration is read and no daemon is needed.
    """
    end_us = _last_morning(time.time_ns() // 1000)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="brainstemd-demo-") as name:
        shown = asyncio.run(show(demo_config(Path(name)), list(world(seed, end_us)), end_us))
    click.echo(_RENDER[form](shown.report.digest).rstrip("\n"))
    _say(shown, time.monotonic() - started)


def _last_morning(now_us: int) -> int:
    """The last 07:00 UTC: when a morning's digest would have been written."""
    morning = now_us - now_us % DAY_US + 7 * HOUR_US
    return morning if morning <= now_us else morning - DAY_US


def _say(shown: Shown, seconds: float) -> None:
    told = {item.signature.id for item in shown.report.digest.items if item.signature is not None}
    tenants = len({speaker.tenant for speaker in SPEAKERS})
    click.echo(
        f"\n{len(SPEAKERS)} devices of {tenants} tenants sent {shown.lines} lines ({shown.datagrams} by UDP, the rest by TCP): "
        f"{DAYS:g} days of event time in {seconds:.1f} s.",
        err=True,
    )
    quiet = [
        f"  {count:>6}  {template}" for signature, count, template in shown.loudest if signature not in told
    ]
    if quiet:
        click.echo("The loudest message shapes, and rightly not in the digest:", err=True)
        for line in quiet:
            click.echo(neutralise(line)[:150], err=True)

"""`digest` and `why`: what deserves attention as of an instant, and the arithmetic."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import click

from brainstemd.attention import Outcome, Verdict, explain
from brainstemd.cli import App
from brainstemd.cli.arguments import DURATION, INSTANT, iso
from brainstemd.cli.store import reading
from brainstemd.config import Config
from brainstemd.digest import neutralise, render_html, render_json, render_text
from brainstemd.errors import UsageError
from brainstemd.models import SECOND_US
from brainstemd.report import Report, former_items, report

_RENDER = {"text": render_text, "json": render_json, "html": render_html}


def now_us() -> int:
    return time.time_ns() // 1000


@click.command(epilog="Example: brainstemd digest --at 2026-03-22T07:00:00Z --window 24h --tenant acme")
@click.option("--at", "at_us", type=INSTANT, help="The instant it speaks of; default: now.")
@click.option(
    "--window", "window_us", type=DURATION, help="What counts as current; default: [digest] window."
)
@click.option("--top", type=click.IntRange(1, 10), help="At most this many items; default: [digest] top.")
@click.option("--tenant", help="One tenant's digest; without it one for all, each item naming its tenant.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True
)
@click.pass_obj
def digest(
    app: App, at_us: int | None, window_us: int | None, top: int | None, tenant: str | None, form: str
) -> None:
    """What deserves attention as of a moment, with the arithmetic behind each item."""
    made = asyncio.run(_report(app.config, now_us() if at_us is None else at_us, tenant, window_us, top))
    click.echo(_RENDER[form](made.digest).rstrip("\n"))


@click.command(
    epilog="Example: brainstemd why i-3f2a9c41d0   or   brainstemd why s3-9f86d081884c7d65 --at 2026-03-22T07:00Z"
)
@click.argument("target", metavar="ITEM|SIGNATURE")
@click.option(
    "--at", "at_us", type=INSTANT, help="As of this instant; default: when it was last told, else now."
)
@click.option("--tenant", help="Only this tenant's.")
@click.pass_obj
def why(app: App, target: str, at_us: int | None, tenant: str | None) -> None:
    """Every part of the score, its inputs and its baseline; also what kept something out of the digest."""
    instant = asyncio.run(_instant_of(app.config, target)) if at_us is None else at_us
    made = asyncio.run(_report(app.config, instant, tenant, None, None))
    lines = [line for name in _names(made, target) for line in explain(*name)]
    if not lines:
        raise UsageError(
            f"nothing in memory at {iso(instant)} is called {target!r}",
            hint="`brainstemd digest` names items (i-…), `brainstemd signatures` names signatures (s3-…); --at looks back",
        )
    click.echo(f"as of {iso(instant)}")
    for line in lines:
        click.echo(neutralise(line))


def _names(made: Report, target: str) -> Iterator[tuple[Outcome, str]]:
    """Under which names the target is found, and in which outcome: what was shown; else what an older id stands for now.

    A base signature that a class holds is explained by its own keys, under their own names.
    """
    if explain(made.outcome, target):
        yield made.outcome, target
        return
    items = [item for item in former_items(made).get(target, ()) if explain(made.outcome, item)]
    if items:
        yield from ((made.outcome, item) for item in sorted(items))
        return
    verdicts, view = made.outcome.verdicts, made.view
    keys = [key for id_ in verdicts for key in view.behind(id_) or (verdicts[id_].key,)]
    meant = {key.id for key in view.named(target, keys)}
    shown_by = view.spread(verdicts)
    signatures: dict[str, dict[int, Verdict]] = {}
    for key_id in sorted({shown_by[own] for own in meant}):
        signatures.setdefault(verdicts[key_id].key.signature, {})[key_id] = verdicts[key_id]
    for signature, found in signatures.items():
        yield replace(made.outcome, verdicts=found), signature


async def _report(
    config: Config, at_us: int, tenant: str | None, window_us: int | None, top: int | None
) -> Report:
    async with reading(config) as store:
        return await report(store, config, at_us, tenant=tenant, window_us=window_us, top=top)


async def _instant_of(config: Config, target: str) -> int:
    """When the target was last told; else now; in a memory without current events, its newest supported instant."""
    async with reading(config) as store:
        told = [row.at_us for row in await store.told(0) if row.item == target]
        watermark = await store.watermark_us() or 0
    now = now_us()
    if told:
        return max(told)
    return watermark if watermark < now - int(config.digest.window * SECOND_US) else now

"""`run`, and the entries of its children: the worker, the scheduled digest, the daily backup."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import click

from brainstemd import logs
from brainstemd.cli import App
from brainstemd.errors import Corrupt

if TYPE_CHECKING:
    from brainstemd.config import Config
    from brainstemd.memory import Store
    from brainstemd.models import Told


@click.command(epilog="Example: brainstemd --config /etc/brainstemd/brainstemd.toml run")
@click.pass_obj
def run(app: App) -> int:
    """Run the daemon: receive syslog, remember it, write digests. SIGHUP reloads, SIGTERM drains and stops."""
    from brainstemd.receiver import Receiver

    logs.configure(app.log_format)
    receiver = Receiver(
        app.config,
        load=lambda: app.load().config,
        environ=app.environ,
        log=logs.get("receiver"),
        log_format=app.log_format,
    )
    return asyncio.run(receiver.run())


@click.command(hidden=True)
@click.option("--fd", type=int, required=True, help="This end of the pair to the receiver.")
@click.pass_obj
def worker(app: App, fd: int) -> int:
    """The worker process; started by `run` alone."""
    from brainstemd import worker as process
    from brainstemd.process import collect_less

    def make_log(log_format: str | None) -> logs.Logger:
        logs.configure(log_format)
        return logs.get("worker")

    try:
        os.nice(process.NICE)
    except OSError:
        pass  # a sandbox that forbids it: a courtesy, not a need
    # The terminal's ^C is for the receiver, which then tells us; so is a reload.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    collect_less()
    return asyncio.run(process.work(fd, make_log))


@click.command(hidden=True)
@click.option("--at", "at_us", type=int, required=True, help="Microseconds since the epoch.")
@click.option("--mode", type=click.Choice(["whole", "changes"]), required=True)
def digest_job(at_us: int, mode: str) -> int:
    """One scheduled digest: configuration on stdin, what was told on stdout, for the worker to commit."""
    config = _config_from_stdin()
    try:
        told = asyncio.run(_digest(config, at_us, whole=mode == "whole"))
    except Corrupt as error:
        return _damaged(error)
    json.dump([row._asdict() for row in told], sys.stdout)
    return 0


@click.command(hidden=True)
def backup_job() -> int:
    """The daily copy of memory: configuration on stdin."""
    from brainstemd.memory import rotate

    config = _config_from_stdin()
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    try:
        rotate(config.state_dir / "memory.db", config.state_dir / "backups", stamp, config.memory.backups)
    except Corrupt as error:
        return _damaged(error)
    return 0


def _damaged(error: Corrupt) -> int:
    """What the worker that started this child understands."""
    from brainstemd.jobs import EXIT_DAMAGED

    click.echo(str(error), err=True)
    return EXIT_DAMAGED


def _config_from_stdin() -> Config:
    from brainstemd.config import Config

    return Config.model_validate_json(sys.stdin.buffer.read())


async def _digest(config: Config, at_us: int, *, whole: bool) -> list[Told]:
    from brainstemd.cli.store import reading

    async with reading(config) as store:
        return await deliver(store, config, at_us, whole=whole)


async def deliver(store: Store, config: Config, at_us: int, *, whole: bool) -> list[Told]:
    """Make and write the digest as of an instant, with `per_tenant` those of each tenant too. Returns what was told."""
    from brainstemd.digest import Delivery
    from brainstemd.report import former_items, report

    delivery = Delivery(config.digest_dir, per_tenant=config.digest.per_tenant)
    known = {row.item: row for row in await store.told(0)}  # oldest first: the newest telling of each stays
    tenants: list[str | None] = [None]
    if config.digest.per_tenant:
        tenants += sorted({facts.tenant for facts in await store.keys()})
    told: dict[str, Told] = {}
    for tenant in tenants:
        made = await report(store, config, at_us, tenant=tenant)
        for old, new in former_items(made).items():
            if old in known:
                known |= {item: known[old] for item in new if item not in known}
        rows = delivery.whole(made.digest) if whole else delivery.changes(made.digest, known)
        told |= {row.item: row for row in rows}
    return list(told.values())

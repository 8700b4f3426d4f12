"""`replay`: archived logs into memory, with the digests that came due on the way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import click

from brainstemd.archives import Archive
from brainstemd.cli import App
from brainstemd.cli.archived import YEARS, opened, progress, scratched
from brainstemd.cli.arguments import DURATION, TENANT, iso
from brainstemd.config import Config
from brainstemd.digest import Delivery, render_text
from brainstemd.replay import Replay, Replayed
from brainstemd.report import Report


@click.command(epilog="Example: brainstemd replay --tenant acme --year 2026 /var/log/archive/fw-01-*.log.zst")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True)
)
@click.option(
    "--envelopes", is_flag=True, help="PATH is envelopes JSONL, as `spool dump` writes it; - is stdin."
)
@click.option("--tenant", type=TENANT, help="Whose logs these are.")
@click.option("--year", type=YEARS, help="Year of the first stamp, where stamps have none.")
@click.option(
    "--every",
    "every_us",
    type=DURATION,
    default="1d",
    show_default=True,
    help="At most one digest in this time.",
)
@click.option("--scratch", is_flag=True, help="Into an empty memory that is thrown away afterwards.")
@click.pass_obj
def replay(
    app: App,
    paths: tuple[Path, ...],
    envelopes: bool,
    tenant: str | None,
    year: int | None,
    every_us: int,
    scratch: bool,
) -> None:
    """Take archived logs (plain, .gz, .zst; or envelopes) into memory in event time.

    No daemon may hold the state directory. Digests that come due go to a file of their own in digest_dir; the last one is
    also printed. An archive that was taken in before is refused.
    """
    with (
        scratched(app.config, scratch) as config,
        opened(paths, envelopes=envelopes, tenant=tenant, year=year) as source,
    ):
        sink = _Sink(config, source.archives)
        with progress("replay") as told:
            job = Replay(config, sink.told).run(
                source.stream,
                archives=source.archives,
                tenant=tenant,
                every=timedelta(microseconds=every_us),
                progress=told,
            )
            done = asyncio.run(job)
        _say(done, None if scratch else sink.path)
        click.echo(render_text(done.last.digest).rstrip("\n"))


class _Sink:
    """The digests of one replay, in files named after the archive."""

    def __init__(self, config: Config, archives: list[Archive]) -> None:
        name = archives[0].sha256[:12]
        self.path = config.digest_dir / f"replay-{name}" / "digest.log"
        self._delivery = Delivery(self.path.parent, per_tenant=config.digest.per_tenant)

    def told(self, report: Report) -> None:
        self._delivery.whole(report.digest)


def _say(done: Replayed, path: Path | None) -> None:
    aside = f", {done.quarantined} in quarantine" if done.quarantined else ""
    where = f"; digests: {path}" if path else ""
    click.echo(
        f"{done.lines} lines taken in{aside}; {done.digests} digests, the last as of {iso(done.at_us)}{where}",
        err=True,
    )

"""`replay`: archived logs into memory, with the digests that came due on the way."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import click

from brainstemd.archives import UNREADABLE, Archive, batches, envelope_texts, merged, open_archive, survey
from brainstemd.cli import App
from brainstemd.cli.arguments import DURATION, TENANT, iso
from brainstemd.config import Config
from brainstemd.digest import Delivery, render_text
from brainstemd.errors import UsageError
from brainstemd.models import Batch
from brainstemd.replay import Replay, Replayed
from brainstemd.report import Report
from brainstemd.spool import Control, parse_envelopes

_YEARS = click.IntRange(1970, 9999)


@click.command(epilog="Example: brainstemd replay --tenant acme --year 2026 /var/log/archive/fw-01-*.log.zst")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True)
)
@click.option(
    "--envelopes", is_flag=True, help="PATH is envelopes JSONL, as `spool dump` writes it; - is stdin."
)
@click.option("--tenant", type=TENANT, help="Whose logs these are.")
@click.option("--year", type=_YEARS, help="Year of the first stamp, where stamps have none.")
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
    with _scratched(app.config, scratch) as config, _on_disk(paths) as files:
        archives = [_surveyed(path, year, dated=not envelopes) for path in files]
        if envelopes:  # a broken line is told before anything is taken in
            deque(_envelopes(files, tenant), maxlen=0)
        stream = (
            _envelopes(files, tenant)
            if envelopes
            else merged([batches(archive, tenant) for archive in archives])
        )
        sink = _Sink(config, archives)
        with _progress() as progress:
            job = Replay(config, sink.told).run(
                stream,
                archives=archives,
                tenant=tenant,
                every=timedelta(microseconds=every_us),
                progress=progress,
            )
            done = asyncio.run(job)
        _say(done, None if scratch else sink.path)
        click.echo(render_text(done.last.digest).rstrip("\n"))


@contextmanager
def _scratched(config: Config, scratch: bool) -> Iterator[Config]:
    if not scratch:
        yield config
        return
    with tempfile.TemporaryDirectory(prefix="brainstemd-") as name:
        root = Path(name)
        yield config.model_copy(update={"state_dir": root / "state", "digest_dir": root / "digests"})


@contextmanager
def _on_disk(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """Standard input is kept in a file first: an archive is read twice."""
    with tempfile.TemporaryDirectory(prefix="brainstemd-") as name:
        files = []
        for path in paths:
            if str(path) == "-":
                path = Path(name) / "stdin"
                with path.open("wb") as file:
                    shutil.copyfileobj(sys.stdin.buffer, file)
            files.append(path)
        yield files


def _surveyed(path: Path, year: int | None, *, dated: bool) -> Archive:
    try:
        return survey(path, year, dated=dated)
    except UNREADABLE as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: {reason}",
            hint="PATH is a readable log file: plain text, gzip or zstd; - is standard input",
        ) from error


def _envelopes(files: Iterable[Path], tenant: str | None) -> Iterator[Batch | Control]:
    for path in files:
        with open_archive(path) as stream:
            try:
                for thing in parse_envelopes(envelope_texts(stream)):
                    if isinstance(thing, Batch) and tenant is not None:
                        thing = thing._replace(origin=thing.origin._replace(tenant=tenant))
                    yield thing
            except UsageError as error:
                raise UsageError(f"{path}: {error}", hint=error.hint) from error


class _Sink:
    """The digests of one replay, in files named after the archive."""

    def __init__(self, config: Config, archives: list[Archive]) -> None:
        name = archives[0].sha256[:12]
        self.path = config.digest_dir / f"replay-{name}" / "digest.log"
        self._delivery = Delivery(self.path.parent, per_tenant=config.digest.per_tenant)

    def told(self, report: Report) -> None:
        self._delivery.whole(report.digest)


def _progress() -> AbstractContextManager[Callable[[int], None]]:
    return _bar() if sys.stderr.isatty() else nullcontext(lambda lines: None)


@contextmanager
def _bar() -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} lines"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replay", total=None)
        yield lambda lines: bar.update(task, completed=lines)


def _say(done: Replayed, path: Path | None) -> None:
    aside = f", {done.quarantined} in quarantine" if done.quarantined else ""
    where = f"; digests: {path}" if path else ""
    click.echo(
        f"{done.lines} lines taken in{aside}; {done.digests} digests, the last as of {iso(done.at_us)}{where}",
        err=True,
    )

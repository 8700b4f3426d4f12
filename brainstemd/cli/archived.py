"""Archives named on the command line, surveyed and read as a stream of batches: what `replay` and `backtest` share."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

import click

from brainstemd.archives import UNREADABLE, Archive, batches, envelope_texts, merged, open_archive, survey
from brainstemd.config import Config
from brainstemd.errors import UsageError
from brainstemd.models import Batch
from brainstemd.spool import Control, parse_envelopes

YEARS = click.IntRange(1970, 9999)


class Source(NamedTuple):
    """What a replay reads: the archives, and their lines in event time."""

    archives: list[Archive]
    stream: Iterable[Batch | Control]


@contextmanager
def opened(
    paths: Iterable[Path], *, envelopes: bool, tenant: str | None, year: int | None
) -> Iterator[Source]:
    """The archives behind these paths (- is standard input). Raises UsageError for what cannot be read."""
    with _on_disk(paths) as files:
        archives = [_surveyed(path, year, dated=not envelopes) for path in files]
        if envelopes:  # a broken line is told before anything is taken in
            deque(_envelopes(files, tenant), maxlen=0)
            yield Source(archives, _envelopes(files, tenant))
        else:
            yield Source(archives, merged([batches(archive, tenant) for archive in archives]))


@contextmanager
def scratched(config: Config, scratch: bool) -> Iterator[Config]:
    """The configuration with an empty state directory that is thrown away afterwards, if so wanted."""
    if not scratch:
        yield config
        return
    with tempfile.TemporaryDirectory(prefix="brainstemd-") as name:
        root = Path(name)
        yield config.model_copy(update={"state_dir": root / "state", "digest_dir": root / "digests"})


def progress(what: str) -> AbstractContextManager[Callable[[int], None]]:
    """A bar that is told the number of lines, where somebody looks."""
    return _bar(what) if sys.stderr.isatty() else nullcontext(lambda lines: None)


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


def _envelopes(files: Sequence[Path], tenant: str | None) -> Iterator[Batch | Control]:
    for path in files:
        with open_archive(path) as stream:
            try:
                for thing in parse_envelopes(envelope_texts(stream)):
                    if isinstance(thing, Batch) and tenant is not None:
                        thing = thing._replace(origin=thing.origin._replace(tenant=tenant))
                    yield thing
            except UsageError as error:
                raise UsageError(f"{path}: {error}", hint=error.hint) from error


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} lines"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda lines: bar.update(task, completed=lines)

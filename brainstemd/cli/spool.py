"""`brainstemd spool stat|verify|dump`: look after the spool."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brainstemd import spool as spool_room
from brainstemd.errors import SpoolError
from brainstemd.spool.envelope import iso

if TYPE_CHECKING:
    from collections.abc import Iterator

STREAMS = click.Choice(["spool", "notes"])


@click.group(epilog="Example: brainstemd spool verify")
def spool() -> None:
    """Look after the spool: what is there, whether it is whole, what it holds."""


def _directory(ctx: click.Context, stream: str) -> Path:
    directory = Path(ctx.obj.config.state_dir) / stream
    if not directory.is_dir():
        raise SpoolError(
            f"there is no {stream} at {directory}",
            hint="nothing was received yet, or state_dir in the configuration is another one",
        )
    return directory


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 1024:.1f} KiB"


@spool.command(epilog="Example: brainstemd spool stat --json")
@click.option("--stream", type=STREAMS, default="spool", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def stat(ctx: click.Context, stream: str, as_json: bool) -> None:
    """Segments and bytes, without reading any."""
    directory = _directory(ctx, stream)
    found = spool_room.stat(directory)
    free, _ = spool_room.Disk().space(directory)
    value: dict[str, Any] = {
        "stream": stream,
        "directory": str(directory),
        "segments": found.segments,
        "compressed": found.compressed,
        "bytes": found.bytes,
        "oldest_segment": found.oldest,
        "newest_segment": found.newest,
        "newest_written_at": iso(found.newest_written_us) if found.newest_written_us is not None else None,
        "free_bytes": free,
    }
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False))
        return
    click.echo(f"{stream}: {found.segments} segments ({found.compressed} compressed), {_size(found.bytes)}")
    if found.newest is not None:
        click.echo(f"segments {found.oldest} to {found.newest}, last written {value['newest_written_at']}")
    click.echo(f"{_size(free)} free in {directory}")


@spool.command(epilog="Example: brainstemd spool verify || echo 'a reader will skip something'")
@click.option("--stream", type=STREAMS, default="spool", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a segment.")
@click.pass_context
def verify(ctx: click.Context, stream: str, as_json: bool) -> None:
    """Read everything; say for each segment what a reader will skip. Exit code 1 when there is any."""
    harmed = segments = lines = 0
    for check in spool_room.verify(_directory(ctx, stream)):
        segments += 1
        lines += check.lines
        harmed += bool(check.damage) or check.missing_before > 0
        click.echo(json.dumps(_check_json(check), ensure_ascii=False) if as_json else _check_text(check))
    if not as_json:
        click.echo(
            f"{segments} segments, {lines} lines, {harmed} harmed"
            if harmed
            else f"{segments} segments, {lines} lines, all whole"
        )
    ctx.exit(1 if harmed else 0)


def _check_json(check: spool_room.SegmentCheck) -> dict[str, Any]:
    return {
        "segment": check.info.number,
        "file": check.info.path.name,
        "bytes": check.bytes,
        "records": check.records,
        "controls": check.controls,
        "lines": check.lines,
        "first_received_at": iso(check.first_us) if check.first_us is not None else None,
        "last_received_at": iso(check.last_us) if check.last_us is not None else None,
        "missing_before": check.missing_before,
        "live": check.live,
        "damage": [{"offset": d.offset, "bytes": d.end - d.offset, "reason": d.reason} for d in check.damage],
    }


def _check_text(check: spool_room.SegmentCheck) -> str:
    parts = [f"{check.info.path.name}: {check.records} records, {check.lines} lines, {_size(check.bytes)}"]
    if check.missing_before:
        parts.append(f"  {check.missing_before} segments before it are missing")
    parts += [f"  skips {d.end - d.offset} bytes at {d.offset}: {_REASONS[d.reason]}" for d in check.damage]
    if check.damage and check.live:
        parts.append("  (the newest segment: if the daemon runs, its end may just be being written)")
    return "\n".join(parts)


_REASONS = {
    "torn_tail": "no whole record follows (a write was cut short)",
    "corrupt": "the checksum is wrong; whole records follow",
    "bad_header": "the segment's header is harmed; its records are read all the same",
    "compressed_file_harmed": "the compressed file ends or breaks here",
}


@spool.command(epilog="Example: brainstemd spool dump | brainstemd replay --envelopes -")
@click.option("--stream", type=STREAMS, default="spool", show_default=True)
@click.pass_context
def dump(ctx: click.Context, stream: str) -> None:
    """Every line as an envelope, control records among them, one JSON object a line."""
    out = sys.stdout.buffer
    for chunk in _chunks(_directory(ctx, stream)):
        out.write(chunk)
    out.flush()


def _chunks(directory: Path) -> Iterator[bytes]:
    """Through a reader, so that damage is told as the gaps that memory would know of."""
    reader = spool_room.Reader(directory, None)
    number = 0
    while records := reader.read():
        for record in records:
            text = "\n".join(spool_room.dump_record(record, number))
            number += 1
            if text:
                yield text.encode() + b"\n"
    reader.close()

"""`bench`: what this machine takes in, measured on itself."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from brainstemd.bench import Figures, measure
from brainstemd.cli import App
from brainstemd.errors import BrainstemdError

MIB = 2**20


@click.command(epilog="Example: brainstemd bench --directory /var/lib/brainstemd")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Measure on the disk of this directory; default: the temporary directory's.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def bench(app: App, directory: Path | None, as_json: bool) -> None:
    """Measure this machine for half a minute: UDP without loss, TCP, CPU a line, the way into memory, fsync.

    A daemon of its own runs on loopback in a temporary directory; no configuration is read, a running daemon is left alone
    (and shares the machine: its load is part of the figures).
    """
    try:
        made = measure(directory, environ=app.environ, tell=_tell)
    except OSError as error:
        raise BrainstemdError(
            f"cannot measure in {directory or 'the temporary directory'}: {error.strerror or error}",
            hint="--directory names a place that you may write to",
        ) from error
    click.echo(json.dumps(made.document()) if as_json else text(made))


def _tell(step: str) -> None:
    if os.isatty(sys.stderr.fileno()):
        click.echo(f"measuring: {step}", err=True)


def text(made: Figures) -> str:
    """For a person. Pure."""
    udp, tcp, drain, fsync = made.udp, made.tcp, made.drain, made.fsync
    rows = [
        ("UDP without loss", _udp_rate(made), _cpu(udp.cpu_us)),
        ("TCP, one connection", f"{tcp.rate:,} lines/s" + (f", {tcp.lost:,} lost" if tcp.lost else ""), _cpu(tcp.cpu_us)),
        ("spool to memory", f"{drain.rate:,} lines/s", _cpu(drain.cpu_us, "worker")),
        ("fdatasync of 4 KiB", f"{fsync.median_ms:.2f} ms", f"at worst {fsync.max_ms:.2f} ms"),
        ("UDP receive buffer", f"{udp.receive_buffer / MIB:.1f} MiB", "granted by the kernel"),
        ("resident memory", f"receiver {_mib(made, 'receiver')}", f"worker {_mib(made, 'worker')}"),
    ]  # fmt: skip
    body = "\n".join(f"  {name:<20}  {value:<34}  {more}".rstrip() for name, value, more in rows)
    lost = f"\nAt {udp.lost_at:,} lines/s {udp.lost:,} lines were lost." if udp.lost_at is not None else ""
    bound = "\n≥: the sender could not send more." if udp.sender_bound else ""
    return f"{made.cores} cores, {made.directory}, lines of {made.line_bytes} bytes, {made.seconds:g} s\n{body}{lost}{bound}"


def _udp_rate(made: Figures) -> str:
    return f"{'≥ ' if made.udp.sender_bound else ''}{made.udp.lossless:,} lines/s"


def _cpu(us: float, who: str = "receiver") -> str:
    return f"{us:.2f} µs CPU a line ({who})"


def _mib(made: Figures, who: str) -> str:
    return f"{made.resident_bytes.get(who, 0) / MIB:.0f} MiB"

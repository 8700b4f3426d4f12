"""`brainstemd decode`: raw lines on stdin → one JSON event a line on stdout, same order and count, whatever the bytes."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import IO, Any

import click

from brainstemd.errors import UsageError
from brainstemd.models import Event
from brainstemd.pipeline import decode as decode_line
from brainstemd.pipeline import event_json, explain, normalise, parse_instant, when

CHUNK_BYTES = 256 * 1024
LINE_BYTES_MAX = 2**20  # of a longer line the head is read: what has no end must not fill the memory


def lines(source: IO[bytes]) -> Iterator[list[bytes]]:
    """Batches of lines as they arrive; a line ends at LF, the last one also at the end of input. Of a line beyond
    `LINE_BYTES_MAX` the head."""
    read = getattr(source, "read1", source.read)
    pieces: list[bytes] = []  # of a line whose end was not seen yet
    held = 0
    while chunk := read(CHUNK_BYTES):
        first, *rest = chunk.split(b"\n")
        if held < LINE_BYTES_MAX:
            pieces.append(first[: LINE_BYTES_MAX - held])
            held += len(pieces[-1])
        if rest:
            batch = [b"".join(pieces), *rest[:-1]]
            pieces = [rest[-1]]
            held = len(rest[-1])
            yield batch
    tail = b"".join(pieces)
    if tail:
        yield [tail]


def describe(raw: bytes, received_us: int, *, with_rules: bool) -> dict[str, Any]:
    """The contract's object of one line; the received_at is given, a stamp without zone is UTC."""
    event = decode_line(raw)
    if not with_rules:
        normalise(event)
        t_us, _ = when(event.stamp, received_us, None, live=False, assume_utc=True)
        return event_json(event, t_us)
    header = _from_header(event)
    rules = header | explain(event)
    t_us, rule = when(event.stamp, received_us, None, live=False, assume_utc=True)
    found = event_json(event, t_us)
    rules["timestamp"] = f"time: {rule}" if event.stamp is not None else "header: no stamp"
    found["explain"] = {name: rules[name] for name in found if name in rules and found[name] is not None} | {
        "event_time": rule
    }
    return found


def _from_header(event: Event) -> dict[str, str]:
    """Which kind of header gave the fields that are there before the message is read."""
    kind = "RFC 5424" if event.version is not None else "RFC 3164" if event.stamp is not None else "PRI only"
    if event.facility is None and event.stamp is None:
        kind = "no header"
    names = ("facility", "severity", "version", "hostname", "app_name", "procid", "msgid", "structured_data")
    rules = dict.fromkeys(names, f"header: {kind}")
    return rules | {
        "message": f"header: {kind}",
        "parse_status": f"header: {kind}",
        "polarity": "no state was said",
    }


@click.command("decode", epilog="Example:  tail -F /var/log/syslog | brainstemd decode | jq .hostname")
@click.option(
    "--now", metavar="ISO", help="The received_at (default: the current time); without a zone it is UTC."
)
@click.option("--explain", "with_rules", is_flag=True, help="Say which rule gave each field.")
def decode(now: str | None, with_rules: bool) -> None:
    """Read raw syslog lines from stdin, write one JSON event a line."""
    received_us = time.time_ns() // 1000 if now is None else _instant(now)
    out = sys.stdout.buffer
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for batch in lines(sys.stdin.buffer):
        text = "\n".join([encode(describe(raw, received_us, with_rules=with_rules)) for raw in batch])
        out.write(text.encode("utf-8", "replace") + b"\n")
        out.flush()


def _instant(text: str) -> int:
    try:
        return parse_instant(text)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"--now {text!r} is not an instant", hint="for example 2026-03-22T00:10:00Z"
        ) from error

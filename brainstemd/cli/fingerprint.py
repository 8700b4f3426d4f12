"""`brainstemd fingerprint`: message bodies in, signatures out."""

from __future__ import annotations

import json
import sys

import click

from brainstemd.cli.decode import lines
from brainstemd.models import Fingerprint
from brainstemd.pipeline.classes import Base, Classes, learn
from brainstemd.pipeline.fingerprint import MESSAGE_MAX, Fingerprinter

_HEAD_BYTES = 4 * MESSAGE_MAX  # hold as many characters as take part, whatever they are


@click.command(epilog="Example: journalctl -o cat -n 1000 | brainstemd fingerprint")
def fingerprint() -> None:
    """Read messages (header already stripped), one a line, from stdin; after the end print the signature of
    each.

    One JSON object a line, in order: `signature` (with the classes that these messages teach), `base` (the stateless
    id, the same on every machine for ever) and `template` (of what `signature` names). Bytes that are not UTF-8 become U+FFFD.
    """
    of = Fingerprinter().of
    marks = [
        of(line[:_HEAD_BYTES].decode("utf-8", "replace"))
        for batch in lines(sys.stdin.buffer)
        for line in batch
    ]
    classes = learn({Base(mark.base, mark.template) for mark in marks})
    write = sys.stdout.buffer.write
    for mark in marks:
        write(_object(classes, mark))
    sys.stdout.buffer.flush()


def _object(classes: Classes, mark: Fingerprint) -> bytes:
    shown = {"signature": classes.of(mark.base), "base": mark.base, "template": classes.template(mark.base)}
    return json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace") + b"\n"

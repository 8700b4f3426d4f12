"""`brainstemd fingerprint`: message bodies in, signatures out."""

from __future__ import annotations

import json
import sys

import click

from brainstemd.cli.decode import lines
from brainstemd.models import Fingerprint
from brainstemd.pipeline.fingerprint import MESSAGE_MAX, Fingerprinter

_HEAD_BYTES = 4 * MESSAGE_MAX  # hold as many characters as take part, whatever they are


@click.command(epilog="Example: journalctl -o cat -n 1000 | brainstemd fingerprint")
def fingerprint() -> None:
    """Read messages (header already stripped), one a line, from stdin; after the end print the signature of
    each.

    One JSON object a line, in order: `signature` (learned classes resolved), `base` (the stateless id, the
    same on every machine for ever) and `template`. Bytes that are not UTF-8 become U+FFFD.
    """
    heads = [line[:_HEAD_BYTES] for batch in lines(sys.stdin.buffer) for line in batch]
    of = Fingerprinter().of
    write = sys.stdout.buffer.write
    for head in heads:
        write(_object(of(head.decode("utf-8", "replace"))))
    sys.stdout.buffer.flush()


def _object(mark: Fingerprint) -> bytes:
    shown = {"signature": mark.base, "base": mark.base, "template": mark.template}
    return json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace") + b"\n"

"""`brainstemd fingerprint`: message bodies in, signatures out."""

from __future__ import annotations

import json
import sys

import click

from brainstemd.models import Fingerprint
from brainstemd.pipeline.fingerprint import Fingerprinter


@click.command(epilog="Example: journalctl -o cat -n 1000 | brainstemd fingerprint")
def fingerprint() -> None:
    """Read messages (header already stripped), one a line, from stdin; after the end print the signature of
    each.

    One JSON object a line, in order: `signature` (learned classes resolved), `base` (the stateless id, the
    same on every machine for ever) and `template`. Bytes that are not UTF-8 become U+FFFD.
    """
    data = sys.stdin.buffer.read()
    lines = data.split(b"\n")
    if not lines[-1]:
        del lines[-1]  # what follows the last LF is no line
    of = Fingerprinter().of
    write = sys.stdout.buffer.write
    for line in lines:
        write(_object(of(line.decode("utf-8", "replace"))))
    sys.stdout.buffer.flush()


def _object(mark: Fingerprint) -> bytes:
    shown = {"signature": mark.base, "base": mark.base, "template": mark.template}
    return json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace") + b"\n"

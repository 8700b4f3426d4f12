"""Envelope → event: what a line says about when, who, what and which state, from bytes that may be anything.

`decode` reads the header, `normalise` the message (dialect by marks, then the generic layer), `when` resolves the
stamp against the
receipt, `Identity` says whose line it is, `Fingerprinter` gives the shape its stable name.

Invariants:

- Pure: results depend on arguments alone; caches are bounded and never change a result. The clock is an argument.
- Nothing raises, whatever the bytes; what is not understood is kept whole in `message`.
- What lines share that differ in digits alone is worked out once and kept with their form (forms.py), which `normalise`
  leaves in the event and `Fingerprinter.mark` takes up.
- Linear time on a line up to 64 KiB; the generic layer looks at the first 2 KiB of a message.
- Absent is None; nothing is guessed that the line or the configuration does not say (rules are named: `Who.rule`,
  `when`'s second value).

Never: opens a file or socket, reads a clock or the environment, drops a line, logs.
"""

from brainstemd.pipeline.decode import decode
from brainstemd.pipeline.fingerprint import Fingerprinter
from brainstemd.pipeline.identity import Identity
from brainstemd.pipeline.normalise import explain, normalise
from brainstemd.pipeline.offsets import Offsets, Steady
from brainstemd.pipeline.shown import event_json
from brainstemd.pipeline.time import ahead_of_receipt, iso, parse_instant, when

__all__ = [
    "Fingerprinter",
    "Identity",
    "Offsets",
    "Steady",
    "ahead_of_receipt",
    "decode",
    "event_json",
    "explain",
    "iso",
    "normalise",
    "parse_instant",
    "when",
]

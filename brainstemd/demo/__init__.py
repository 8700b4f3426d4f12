"""A synthetic world for `brainstemd demo`: three tenants, twelve devices, days of ordinary traffic, and
five weak signals planted in it that no alert would catch. Pure: the same seed and end give the same bytes.

Every device speaks from a loopback address of its own, so that [[source]] tables can give it its tenant by
peer. Stamps without a zone are UTC: say `timezone = "UTC"` in those tables. A daemon on live sockets
believes stamps that are at most seven days old; send it `LIVE_DAYS`, or replay the whole.

What is loud here is harmless (an error every five minutes on a clock, connection logs, port scans, a patch
night, a nightly backup), and what is planted is quiet.
"""

from __future__ import annotations

from collections.abc import Iterator

from brainstemd.demo.noise import NOISE
from brainstemd.demo.planted import PLANTED, SIGNALS, Planted
from brainstemd.demo.scene import SPEAKERS, Scene, Speaker
from brainstemd.models import DAY_US

__all__ = ["DAYS", "LIVE_DAYS", "SPEAKERS", "Planted", "Speaker", "expected", "world"]

DAYS = 8.0
LIVE_DAYS = 6.5  # what a daemon on live sockets believes, with room for a slow machine


def world(seed: int, end_us: int, days: float = DAYS) -> Iterator[tuple[int, str, bytes]]:
    """Yields (event time in microseconds, peer address, raw line) in order of time, all before `end_us`."""
    scene = Scene(seed, end_us - int(days * DAY_US), end_us)
    for part in (*NOISE, *SIGNALS):
        part(scene)
    for line in sorted(scene.lines):
        yield line.t_us, line.peer, line.raw


def expected(seed: int) -> tuple[Planted, ...]:
    """What is planted in the world of this seed; the seed moves its moments, not its nature."""
    del seed
    return PLANTED

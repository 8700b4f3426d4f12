"""Ids of an older scheme, read under those of the present one: each key's raw samples are fingerprinted anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from brainstemd.memory import SAMPLE_BYTES_MAX, Store
from brainstemd.models import KeyFacts, SignatureFacts
from brainstemd.pipeline import Fingerprinter, decode, normalise
from brainstemd.pipeline.fingerprint import SCHEME

Refingerprint = Callable[[bytes], SignatureFacts]


class Scheme(NamedTuple):
    """The id scheme of this program: its version, and the signature that it gives to a raw line."""

    version: str
    of: Refingerprint


def present_scheme() -> Scheme:
    """The scheme by which lines are folded now."""
    mark = Fingerprinter().mark

    def of(raw: bytes) -> SignatureFacts:
        event = decode(raw)
        normalise(event)
        found = mark(event)
        return SignatureFacts(
            found.base, found.template, event.vendor or "", event.product or "", event.event_code or ""
        )

    return Scheme(SCHEME, of)


async def successors_of(
    store: Store, facts: Mapping[str, SignatureFacts], at_us: int, scheme: Scheme
) -> tuple[list[KeyFacts], dict[int, SignatureFacts]]:
    """The keys that an older scheme named and that have a sample which was not cut; for each its present signature.

    Where a key's samples part, as a finer scheme tells them apart, the smallest of the new ids stands for all of its lines.
    """
    old = {id_ for id_ in facts if not id_.startswith(f"{scheme.version}-")}
    if not old:
        return [], {}
    keys = [key for key in await store.keys() if key.signature in old]
    found: dict[int, SignatureFacts] = {}
    for key_id, samples in (await store.samples({key.id for key in keys}, at_us)).items():
        whole = [raw for _, raw in samples if len(raw) < SAMPLE_BYTES_MAX]
        if whole:
            found[key_id] = min(map(scheme.of, whole), key=lambda one: one.id)
    return [key for key in keys if key.id in found], found

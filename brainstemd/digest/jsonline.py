"""A digest as one line of JSON: the keys of the contract, in its order."""

from __future__ import annotations

import hashlib
import json

from brainstemd.digest.escape import neutralise_json
from brainstemd.digest.schema import Digest


def render_json(digest: Digest) -> str:
    """One line, without its newline: strict UTF-8 JSON. Characters that a terminal obeys are JSON escapes."""
    return _encode(digest)


def identify(digest: Digest) -> Digest:
    """The same digest with `digest_id` set: "d-" and 48 bits of BLAKE2b over everything else that it says."""
    blank = digest.model_copy(update={"digest_id": ""})
    content = _encode(blank) + json.dumps([digest.footers, digest.waiting, digest.newest])
    name = hashlib.blake2b(content.encode(), digest_size=6).hexdigest()
    return digest.model_copy(update={"digest_id": f"d-{name}"})


def _encode(digest: Digest) -> str:
    data = digest.model_dump(mode="json", by_alias=True)
    return neutralise_json(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))

"""Digest: stories become the few lines that people read.

Purpose: choose which stories are told, put them into `brainstemd.digest/1`, and write that as text, JSON
and HTML to a terminal or to the files that people tail. Every output is a function of the digest object
alone.

Invariants
- At most `top` (never more than ten) items; no tenant takes a fourth place while another tenant's story
  waits.
- Equal arguments give equal bytes, `digest_id` included. Instants come in as arguments, never from a clock.
- No byte of a log line reaches a terminal or a page unneutralised: control characters, escape sequences,
  bidirectional overrides and invisible format characters are shown as `\\x1b` or `\\u202e`; HTML is escaped
  and runs no script.
- No output holds a surrogate; bytes that are not UTF-8 are U+FFFD.
- What was not seen is said: gaps and an empty window have their own words.
- A block is appended with one write and ends with a newline; a file that was moved, unlinked or truncated is
  followed by name, because no descriptor outlives a write.

It never scores, never reads the store or the spool, never decides which detector is right, never logs.
"""

from __future__ import annotations

from brainstemd.digest.compose import choose, compose
from brainstemd.digest.deliver import Delivery, changed, safe_name
from brainstemd.digest.escape import neutralise, neutralise_json
from brainstemd.digest.html import render_html
from brainstemd.digest.jsonline import render_json
from brainstemd.digest.render import render_text
from brainstemd.digest.schema import BANDS, Digest, Item, band

__all__ = [
    "BANDS",
    "Delivery",
    "Digest",
    "Item",
    "band",
    "changed",
    "choose",
    "compose",
    "neutralise",
    "neutralise_json",
    "render_html",
    "render_json",
    "render_text",
    "safe_name",
]

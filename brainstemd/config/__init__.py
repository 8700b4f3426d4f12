"""Configuration: one TOML file, every key with a default, frozen, loaded once at the top and handed down.

Invariants
- Each default and each description stands once, at its field in model.py; `config init` and the docs are
  made of them.
- An unknown key or variable is an error that names the nearest known one; all errors are told at once.
- Nothing is read at import: `load` is handed the path and the environment.

It never creates a file or directory and never looks into state_dir.
"""

from brainstemd.config.load import PREFIX, RESERVED, Loaded, dotted, find, keys, leaves, load
from brainstemd.config.model import SOCKET, Attention, Config, Digest, Listen, Memory, Section, Source, Spool
from brainstemd.config.values import Bytes, Seconds, parse_address, parse_duration, parse_size

__all__ = [
    "PREFIX",
    "RESERVED",
    "SOCKET",
    "Attention",
    "Bytes",
    "Config",
    "Digest",
    "Listen",
    "Loaded",
    "Memory",
    "Seconds",
    "Section",
    "Source",
    "Spool",
    "dotted",
    "find",
    "keys",
    "leaves",
    "load",
    "parse_address",
    "parse_duration",
    "parse_size",
]

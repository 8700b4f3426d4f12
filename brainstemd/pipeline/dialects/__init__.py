"""Vendors' ways of writing syslog, one file each, picked by marks and never by order.

A dialect is a module of this package with one object `DIALECT` of the shape `brainstemd.pipeline.dialect.Dialect`, and a corpus
tests/corpus/<name>.jsonl. No line may be claimed by two. Nothing here raises.
"""

from __future__ import annotations

import importlib
import pkgutil

from brainstemd.pipeline.dialect import Dialect


def load() -> tuple[Dialect, ...]:
    """Every dialect of this package, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").DIALECT for name in names)


DIALECTS: tuple[Dialect, ...] = load()

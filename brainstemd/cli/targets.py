"""What ITEM and SIGNATURE on the command line mean: which tenant, signature, source and entity a note is
about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from brainstemd.cli.store import reading
from brainstemd.config import Config
from brainstemd.errors import UsageError
from brainstemd.memory import Store
from brainstemd.pipeline.classes import Base, learn
from brainstemd.report import report

_ITEM = re.compile(r"i-[0-9a-f]{10}")
_SIGNATURE = re.compile(r"s[0-9]{1,3}-[0-9a-f]{16}")
_NAMED_MAX = 8  # tenants that an error names


class Target(NamedTuple):
    """What a note is about; None means "any"."""

    tenant: str
    signature: str | None
    source: str | None
    entity: str | None
    item: str | None


async def resolve(
    config: Config, target: str, tenant: str | None, source: str | None, entity: str | None, now_us: int
) -> Target:
    """The target as meant. Raises UsageError when it is no id, unknown, or several tenants' without
    `tenant`.
    """
    if _ITEM.fullmatch(target):
        found = await _item(config, target, now_us)
        if tenant is not None and tenant != found.tenant:
            raise UsageError(f"{target} belongs to tenant {found.tenant!r}, not to {tenant!r}")
        return found._replace(source=source or found.source, entity=entity or found.entity)
    if _SIGNATURE.fullmatch(target):
        owner = await _tenant_of_signature(config, target, tenant)
        return Target(owner, target, source, entity, None)
    raise UsageError(
        f"{target!r} is neither an item nor a signature",
        hint="`brainstemd digest` names items (i-…), `brainstemd signatures` names signatures (s2-…)",
    )


async def tenant_of_source(config: Config, source: str, tenant: str | None) -> str | None:
    """The one tenant that has this source; None when memory does not know it. Raises UsageError for
    several.
    """
    if tenant is not None or not (config.state_dir / "memory.db").exists():
        return tenant
    async with reading(config) as store:
        tenants = sorted({key.tenant for key in await store.keys(source=source)})
    if len(tenants) > 1:
        raise _several(source, tenants)
    return tenants[0] if tenants else None


async def _tenant_of_signature(config: Config, signature: str, tenant: str | None) -> str:
    async with reading(config) as store:
        tenants = sorted({key.tenant for key in await store.keys(signature=signature)})
        members = () if tenants else await _members(store, signature)
    if tenant is not None and tenant in tenants:
        return tenant
    if members:
        raise UsageError(
            f"{signature} is a learned class: {_names(list(members))}",
            hint="notes are kept for base signatures, which are for ever: name one of these",
        )
    if not tenants or tenant is not None:
        where = f" of tenant {tenant!r}" if tenant is not None else ""
        raise UsageError(
            f"memory holds no signature {signature}{where}",
            hint=f"it belongs to {_names(tenants)}" if tenants else "`brainstemd signatures` lists them",
        )
    if len(tenants) > 1:
        raise _several(signature, tenants)
    return tenants[0]


async def _members(store: Store, signature: str) -> tuple[str, ...]:
    """The base signatures of a class that memory's own signatures teach; () if it is none."""
    facts = await store.signature_facts({key.signature for key in await store.keys()})
    bases = (Base(one.id, one.template, one.event_code or None) for one in facts.values())
    return learn(bases).resolve(signature)


def _several(what: str, tenants: list[str]) -> UsageError:
    return UsageError(
        f"{what} belongs to several tenants: {_names(tenants)}", hint="say which one with --tenant"
    )


def _names(tenants: list[str]) -> str:
    rest = len(tenants) - _NAMED_MAX
    return ", ".join(tenants[:_NAMED_MAX]) + (f" and {rest} more" if rest > 0 else "")


async def _item(config: Config, item: str, now_us: int) -> Target:
    """What was told last under this id, else what a digest of now (or of the newest event) would tell."""
    if (config.state_dir / "memory.db").exists():
        async with reading(config) as store:
            rows = [row for row in await store.told(0) if row.item == item]
            if rows:
                last = max(rows, key=lambda row: row.at_us)
                return _target(item, last.tenant, last.signature, last.entity, last.hosts)
            found = written(config.digest_dir, item) or await _standing(store, config, item, now_us)
    else:
        found = written(config.digest_dir, item)
    if found is None:
        raise UsageError(f"no digest has told of {item}", hint="`brainstemd digest` shows what stands now")
    return found


def written(digest_dir: Path, item: str) -> Target | None:
    """What the newest line of the JSONL files that holds this item says about it."""
    newest: tuple[str, dict[str, Any]] | None = None
    for path in sorted(digest_dir.glob("digest*.jsonl")):
        for line in _lines_with(path, item):
            for told in line.get("items", ()):
                if told.get("id") == item and (newest is None or line["generated_at"] >= newest[0]):
                    newest = (line["generated_at"], told)
    if newest is None:
        return None
    told = newest[1]
    return _target(item, told["tenant"], (told["signature"] or {}).get("id"), told["entity"], told["hosts"])


def _lines_with(path: Path, words: str) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for raw in file:
            if words.encode() in raw:
                try:
                    line = json.loads(raw)
                except ValueError:  # a line cut by a full disk
                    continue
                if isinstance(line, dict):
                    yield line


async def _standing(store: Store, config: Config, item: str, now_us: int) -> Target | None:
    """The item among the stories of now; and of the newest event, where memory holds an archive."""
    watermark_us = await store.watermark_us() or now_us
    for at_us in dict.fromkeys((now_us, watermark_us)):
        made = await report(store, config, at_us)
        for story in made.outcome.stories:
            if story.id == item:
                return _target(item, story.tenant, story.signature, story.entity, story.hosts)
    return None


def _target(
    item: str, tenant: str, signature: str | None, entity: str | None, hosts: Iterable[str]
) -> Target:
    """A story of one host is about that host; one of several is about all of them."""
    names = list(hosts)
    return Target(tenant, signature, names[0] if len(names) == 1 else None, entity, item)

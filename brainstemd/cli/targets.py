"""What ITEM and SIGNATURE on the command line mean: which tenant, signature, source and entity a note is
about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from brainstemd.cli.store import reading, view_of_today
from brainstemd.config import Config
from brainstemd.errors import UsageError
from brainstemd.memory import Store
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
    template: str | None = None  # of the class that the signature is, None where it is none


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
    return await resolve_signature(config, target, tenant, source, entity)


async def resolve_signature(
    config: Config, target: str, tenant: str | None, source: str | None = None, entity: str | None = None
) -> Target:
    """The same for what must be a signature or a class."""
    if not _SIGNATURE.fullmatch(target):
        raise UsageError(
            f"{target!r} is neither an item nor a signature",
            hint="`brainstemd digest` names items (i-…), `brainstemd signatures` names signatures (s3-…)",
        )
    async with reading(config) as store:
        view, keys = await view_of_today(store, config), await store.keys()
        owner = _owner(target, tenant, sorted({key.tenant for key in view.named(target, keys)}))
        template = view.pattern(target, [key for key in keys if key.tenant == owner])
    return Target(owner, target, source, entity, None, template)


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


def _owner(signature: str, tenant: str | None, tenants: list[str]) -> str:
    if tenant is not None and tenant in tenants:
        return tenant
    if not tenants or tenant is not None:
        where = f" of tenant {tenant!r}" if tenant is not None else ""
        raise UsageError(
            f"memory holds no signature {signature}{where}",
            hint=f"it belongs to {_names(tenants)}" if tenants else "`brainstemd signatures` lists them",
        )
    if len(tenants) > 1:
        raise _several(signature, tenants)
    return tenants[0]


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
            found: Target | None
            rows = [row for row in await store.told(0) if row.item == item]
            if rows:
                last = max(rows, key=lambda row: row.at_us)
                found = _target(item, last.tenant, last.signature, last.entity, last.hosts)
            else:
                found = written(config.digest_dir, item) or await _standing(store, config, item, now_us)
            if found is not None and found.signature is not None:
                found = found._replace(template=await _template(store, config, found.tenant, found.signature))
    else:
        found = written(config.digest_dir, item)
    if found is None:
        raise UsageError(f"no digest has told of {item}", hint="`brainstemd digest` shows what stands now")
    return found


async def _template(store: Store, config: Config, tenant: str, signature: str) -> str | None:
    view = await view_of_today(store, config, tenant)
    return view.pattern(signature, await store.keys(tenant=tenant))


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

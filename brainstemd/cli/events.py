"""`signatures`, `show` and `events`: a look into memory."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from brainstemd.cli import App
from brainstemd.cli.arguments import INSTANT, iso
from brainstemd.cli.store import reading, view_of_today
from brainstemd.config import Config
from brainstemd.digest import neutralise, neutralise_json
from brainstemd.errors import UsageError
from brainstemd.memory import IndexedEvent, Store
from brainstemd.models import KeyFacts, Record, SignatureFacts
from brainstemd.pipeline import decode, event_json, normalise
from brainstemd.report import report
from brainstemd.spool.lookup import lookup
from brainstemd.view import View

_CHUNK = 2_000  # lines looked up in the spool at a time
_END = 1 << 62
_Command = TypeVar("_Command", bound=Callable[..., object])


class Filter(NamedTuple):
    """Which lines are asked for; None is any."""

    tenant: str | None
    source: str | None
    entity: str | None
    signature: str | None
    since_us: int | None
    until_us: int | None
    text: str | None


def filtered(command: _Command) -> _Command:
    """The filters that `signatures` and `events` share."""
    options = (
        click.option("--tenant", help="Only this tenant's."),
        click.option("--source", help="Only this host's."),
        click.option("--entity", help="Only what is about this tunnel, interface, user, …"),
        click.option("--signature", help="Only this signature (s3-…)."),
        click.option("--since", "since_us", type=INSTANT, help="Not before this instant."),
        click.option("--until", "until_us", type=INSTANT, help="Not after this instant."),
        click.option("--text", help="Only where this text occurs, upper and lower case alike."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object a line."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(epilog="Example: brainstemd events --source fw-01 --since 2026-03-22 --text tunnel --json")
@filtered
@click.option(
    "-n", "--limit", type=click.IntRange(1), help="Only the newest N; they are still shown oldest first."
)
@click.pass_obj
def events(app: App, /, as_json: bool, limit: int | None, **options: Any) -> None:
    """The lines themselves, oldest first, from the kept spool."""
    asyncio.run(_events(app.config, Filter(**options), as_json, limit))


@click.command(epilog="Example: brainstemd signatures --tenant acme --text tunnel")
@filtered
@click.option("--base", is_flag=True, help="Without learned classes: each base signature by itself.")
@click.pass_obj
def signatures(app: App, /, as_json: bool, base: bool, **options: Any) -> None:
    """The message shapes in memory with their counts, the most frequent first."""
    asyncio.run(_signatures(app.config, Filter(**options), as_json, base))


@click.command(
    epilog="Example: brainstemd show i-3f2a9c41d0   or   brainstemd show s3-9f86d081884c7d65 --json"
)
@click.argument("target", metavar="ITEM|SIGNATURE")
@click.option("--tenant", help="Only this tenant's.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--limit", "-n", type=click.IntRange(1), default=10, show_default=True, help="Newest lines of each key."
)
@click.pass_obj
def show(app: App, target: str, tenant: str | None, as_json: bool, limit: int) -> None:
    """All that memory knows of one item or signature: its keys, counts, times and newest lines."""
    asyncio.run(_show(app.config, target, tenant, as_json, limit))


# ---------------------------------------------------------------- events


async def _events(config: Config, wanted: Filter, as_json: bool, limit: int | None) -> None:
    async with reading(config) as store:
        found = _lines(config, store, wanted, newest_first=limit is not None)
        if limit is None:
            async for line in found:
                click.echo(_render(line, as_json))
            return
        newest: list[Line] = []
        async for line in found:
            newest.append(line)
            if len(newest) == limit:
                break
        for line in reversed(newest):
            click.echo(_render(line, as_json))


class Line(NamedTuple):
    """One line with all that is known of it."""

    t_us: int
    key: KeyFacts | None  # with the signature under which it is shown
    raw: bytes
    record: Record


async def _lines(config: Config, store: Store, wanted: Filter, *, newest_first: bool) -> AsyncIterator[Line]:
    key_ids = None
    view = await view_of_today(store, config, wanted.tenant)
    if any((wanted.tenant, wanted.source, wanted.entity, wanted.signature)):
        key_ids = {key.id for key in await _wanted_keys(store, view, wanted)}
    since = -_END if wanted.since_us is None else wanted.since_us
    until = _END if wanted.until_us is None else wanted.until_us
    known: dict[int, KeyFacts | None] = {}
    chunk: list[IndexedEvent] = []
    size = 50 if newest_first else _CHUNK
    async for event in store.events(since, until, key_ids=key_ids, newest_first=newest_first):
        if event.key_id not in known:
            key = await store.key(event.key_id)
            known[event.key_id] = key and key._replace(signature=view.of(key).id)
        chunk.append(event)
        if len(chunk) >= size:
            for line in _looked_up(config, chunk, known, wanted.text):
                yield line
            chunk, size = [], _CHUNK
    for line in _looked_up(config, chunk, known, wanted.text):
        yield line


async def _wanted_keys(store: Store, view: View, wanted: Filter) -> list[KeyFacts]:
    keys = await store.keys(tenant=wanted.tenant, source=wanted.source, entity=wanted.entity)
    return keys if wanted.signature is None else view.named(wanted.signature, keys)


def _looked_up(
    config: Config, chunk: Sequence[IndexedEvent], known: dict[int, KeyFacts | None], text: str | None
) -> Iterator[Line]:
    records = lookup(config.state_dir / "spool", {(e.position.segment, e.position.offset) for e in chunk})
    needle = text.casefold() if text else None
    for event in chunk:
        record = records.get((event.position.segment, event.position.offset))
        if record is None or event.position.index >= len(record.frames):
            continue
        raw = record.frames[event.position.index]
        if needle is None or needle in raw.decode("utf-8", "replace").casefold():
            yield Line(event.t_us, known[event.key_id], raw, record)


def _render(line: Line, as_json: bool) -> str:
    if as_json:
        return _encoded(_event_object(line))
    key = line.key
    where = f"{key.tenant} {key.source} {key.signature}" if key else "quarantine - -"
    return neutralise(f"{iso(line.t_us)} {where} {line.raw.decode('utf-8', 'replace').strip()}")


def _encoded(thing: dict[str, Any]) -> str:
    """One line of strict JSON that may also be read on a terminal."""
    return neutralise_json(json.dumps(thing, ensure_ascii=False, allow_nan=False))


def _event_object(line: Line) -> dict[str, Any]:
    event = decode(line.raw)
    normalise(event)
    key, origin = line.key, line.record.origin
    return event_json(event, line.t_us) | {
        "event_time": iso(line.t_us),
        "received_at": iso(line.record.received_us),
        "tenant": key.tenant if key else None,
        "host": key.source if key else None,
        "peer_ip": origin.peer if origin and origin.transport != "archive" else None,
        "signature": key.signature if key else None,
    }


# ---------------------------------------------------------------- signatures


class _Total:
    """What one signature of one tenant adds up to."""

    def __init__(self) -> None:
        self.count = 0
        self.first_us, self.last_us = _END, -_END
        self.sources: set[str] = set()
        self.members: set[str] = set()

    def add(self, key: KeyFacts, lines: int, first_us: int, last_us: int) -> None:
        self.count += lines
        self.first_us, self.last_us = min(self.first_us, first_us), max(self.last_us, last_us)
        self.sources.add(key.source)
        self.members.add(key.signature)


async def _signatures(config: Config, wanted: Filter, as_json: bool, base: bool) -> None:
    async with reading(config) as store:
        view = await view_of_today(store, config, wanted.tenant)
        totals = await _totals(store, view, wanted, base)
        members = {member for total in totals.values() for member in total.members}
        facts = dict(await store.signature_facts(members))
        for (tenant, signature), total in sorted(totals.items(), key=lambda item: (-item[1].count, item[0])):
            known = facts.get(signature) or view.facts(signature)
            assert known is not None, "what is shown is a signature of memory or a class of the view"
            templates = [known.template, *(facts[member].template for member in total.members)]
            if wanted.text and all(wanted.text.casefold() not in each.casefold() for each in templates):
                continue
            if as_json:
                click.echo(_encoded(_signature_object(tenant, known, total)))
            else:
                hosts = ", ".join(sorted(total.sources)[:3]) + (" …" if len(total.sources) > 3 else "")
                times = f"{iso(total.first_us)} … {iso(total.last_us)}"
                click.echo(
                    neutralise(
                        f"{signature} {total.count:>9}  {times}  {tenant}  [{hosts}]  {known.template}"
                    )
                )


async def _totals(store: Store, view: View, wanted: Filter, base: bool) -> dict[tuple[str, str], _Total]:
    keys = await _wanted_keys(store, view, wanted)
    totals: dict[tuple[str, str], _Total] = {}
    for key, lines, first_us, last_us in await store.summaries(keys):
        if wanted.since_us is not None and last_us < wanted.since_us:
            continue
        if wanted.until_us is not None and first_us > wanted.until_us:
            continue
        shown = key.signature if base else view.of(key).id
        totals.setdefault((key.tenant, shown), _Total()).add(key, lines, first_us, last_us)
    return totals


def _signature_object(tenant: str, facts: SignatureFacts, total: _Total) -> dict[str, Any]:
    return {
        "id": facts.id,
        "template": facts.template,
        "tenant": tenant,
        "count": total.count,
        "first_seen": iso(total.first_us),
        "last_seen": iso(total.last_us),
        "sources": sorted(total.sources),
        "members": sorted(total.members - {facts.id}),
    }


# ---------------------------------------------------------------- show


async def _show(config: Config, target: str, tenant: str | None, as_json: bool, limit: int) -> None:
    async with reading(config) as store:
        view = await view_of_today(store, config, tenant)
        keys = await _keys_of(config, store, view, target, tenant)
        facts = await store.signature_facts({key.signature for key in keys})
        newest = await store.newest_us() or 0
        recent = await store.recent_positions({key.id for key in keys}, newest, limit)
        for key, lines, first_us, last_us in sorted(await store.summaries(keys), key=lambda s: -s.lines):
            positions = sorted(recent.get(key.id, []))
            records = lookup(config.state_dir / "spool", {(p.segment, p.offset) for _, p in positions})
            shown = [
                Line(t_us, key, records[p.segment, p.offset].frames[p.index], records[p.segment, p.offset])
                for t_us, p in positions
                if (p.segment, p.offset) in records
            ]
            if as_json:
                one = _key_object(key, facts[key.signature], lines, first_us, last_us, shown)
                click.echo(_encoded(one | {"class": _class_of(view, key)}))
                continue
            click.echo(neutralise(f"{key.signature}  {facts[key.signature].template}"))
            if class_ := _class_of(view, key):
                click.echo(neutralise(f"  shown as {class_}  {view.of(key).template}".rstrip()))
            about = f"{key.entity_kind} {key.entity}".strip() or "-"
            click.echo(
                neutralise(
                    f"  tenant {key.tenant}  host {key.source}  about {about}  state {key.state or '-'}"
                    f"  app {key.app_name or '-'}"
                )
            )
            click.echo(f"  {lines} lines, {iso(first_us)} … {iso(last_us)}")
            for line in shown:
                click.echo(neutralise(f"    {iso(line.t_us)}  {line.raw.decode('utf-8', 'replace').strip()}"))


def _class_of(view: View, key: KeyFacts) -> str | None:
    shown = view.of(key).id
    return None if shown == key.signature else shown


async def _keys_of(
    config: Config, store: Store, view: View, target: str, tenant: str | None
) -> list[KeyFacts]:
    keys: list[KeyFacts] = []
    if target.startswith("i-"):
        told = [row for row in await store.told(0) if row.item == target]
        instants = (
            [max(row.at_us for row in told)]
            if told
            else [time.time_ns() // 1000, await store.watermark_us() or 0]
        )
        for at_us in instants:
            made = await report(store, config, at_us, tenant=tenant)
            for story in made.outcome.stories:
                if story.id == target:
                    wholes = dict.fromkeys(made.wholes.get(key_id, key_id) for key_id in story.key_ids)
                    found = [await store.key(key_id) for key_id in made.view.spread(wholes)]
                    return [key for key in found if key is not None]
    else:
        keys = view.named(target, await store.keys(tenant=tenant))
    if not keys:
        raise UsageError(
            f"memory has nothing called {target!r}",
            hint="`brainstemd digest` names items (i-…), `brainstemd signatures` names signatures (s3-…)",
        )
    return keys


def _key_object(
    key: KeyFacts, facts: SignatureFacts, lines: int, first_us: int, last_us: int, shown: Sequence[Line]
) -> dict[str, Any]:
    return {
        "signature": facts.id,
        "template": facts.template,
        "tenant": key.tenant,
        "host": key.source,
        "entity": key.entity or None,
        "state": key.state,
        "count": lines,
        "first_seen": iso(first_us),
        "last_seen": iso(last_us),
        "lines": [{"event_time": iso(line.t_us)} | _raw(line.raw) for line in shown],
    }


def _raw(raw: bytes) -> dict[str, str]:
    try:
        return {"raw": raw.decode()}
    except UnicodeDecodeError:
        return {"raw_b64": base64.b64encode(raw).decode()}

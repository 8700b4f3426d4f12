"""`ack`, `mute`, `fixed`, `mattered`, `split`, `pin`, `incident add`, `maintenance add`: what operators tell brainstemd.

Each writes one note into `<state_dir>/notes`; the daemon need not run, and the next digest heeds it.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import time
from collections.abc import Callable
from typing import Any

import click

from brainstemd.cli import App
from brainstemd.cli.arguments import DURATION, INSTANT, iso
from brainstemd.cli.targets import Target, resolve, resolve_signature, tenant_of_source
from brainstemd.digest import neutralise
from brainstemd.errors import UsageError
from brainstemd.models import DAY_US, Note
from brainstemd.notes import record

_Command = Callable[..., Any]


def _about(command: _Command) -> _Command:
    """What all notes about an item or a signature take."""
    for decorate in (
        click.pass_obj,
        click.option("--who", help="Who says so; default: the user who runs the command."),
        click.option("--note", "text", default="", help="Why, in your own words; the digest cites it."),
        click.option("--entity", help="Only this tunnel, interface, service, user, …"),
        click.option("--source", help="Only this host."),
        click.option("--tenant", help="Whose; needed for a signature that several tenants have."),
        click.argument("target", metavar="ITEM|SIGNATURE"),
    ):
        command = decorate(command)
    return command


@click.command(epilog="Example: brainstemd ack i-3f2a9c41d0 --note 'provider is informed'")
@_about
def ack(
    app: App,
    target: str,
    tenant: str | None,
    source: str | None,
    entity: str | None,
    text: str,
    who: str | None,
) -> None:
    """Known. It comes back when it clearly changes: twice as often, or twice as long."""
    _tell(app, "ack", target, tenant, source, entity, text=text, who=who)


@click.command(epilog="Example: brainstemd mute s3-9f86d081884c7d65 --tenant acme --for 7d")
@click.option("--for", "span_us", type=DURATION, help="For how long: 12h, 7d, 4w.")
@click.option(
    "--until", "until_us", type=INSTANT, help="Until when instead (ISO 8601; without a zone it is UTC)."
)
@_about
def mute(
    app: App,
    target: str,
    tenant: str | None,
    source: str | None,
    entity: str | None,
    text: str,
    who: str | None,
    span_us: int | None,
    until_us: int | None,
) -> None:
    """Not interesting until a date; after that it is judged like everything else."""
    if (span_us is None) == (until_us is None):
        raise UsageError("mute takes either --for or --until", hint="for example --for 7d")
    now_us = _now_us()
    end_us = until_us if until_us is not None else now_us + (span_us or 0)
    if end_us <= now_us:
        raise UsageError(f"--until {iso(end_us)} is in the past")
    _tell(app, "mute", target, tenant, source, entity, text=text, who=who, end_us=end_us)


@click.command(
    epilog="Example: brainstemd fixed i-3f2a9c41d0 --note 'replaced the transceiver' --ticket OPS-7"
)
@click.option("--ticket", help="Where it was repaired.")
@_about
def fixed(
    app: App,
    target: str,
    tenant: str | None,
    source: str | None,
    entity: str | None,
    text: str,
    who: str | None,
    ticket: str | None,
) -> None:
    """Repaired. If it happens again, the digest says "fixed but returned" and cites this note."""
    _tell(app, "fixed", target, tenant, source, entity, text=text, who=who, ticket=ticket)


@click.command(epilog="Example: brainstemd mattered i-3f2a9c41d0 --ticket OPS-7")
@click.option("--ticket", required=True, help="The ticket or incident that it led to.")
@_about
def mattered(
    app: App,
    target: str,
    tenant: str | None,
    source: str | None,
    entity: str | None,
    text: str,
    who: str | None,
    ticket: str,
) -> None:
    """This was worth knowing: it weighs more next time, and says so."""
    _tell(app, "mattered", target, tenant, source, entity, text=text, who=who, ticket=ticket)


def _about_signatures(command: _Command) -> _Command:
    """What `split` and `pin` take."""
    for decorate in (
        click.pass_obj,
        click.option("--who", help="Who says so; default: the user who runs the command."),
        click.option("--note", "text", default="", help="Why, in your own words."),
        click.option("--tenant", help="Whose; needed for a signature that several tenants have."),
    ):
        command = decorate(command)
    return command


@click.command(
    epilog="Example: brainstemd split s1-9f86d081884c7d65 --tenant acme --note 'two jobs, not one'"
)
@click.argument("signature", metavar="CLASS|SIGNATURE")
@_about_signatures
def split(app: App, signature: str, tenant: str | None, text: str, who: str | None) -> None:
    """Not one kind of message: the templates of a class (or one signature of it) stand for themselves from now on."""
    _rule(app, "split", [signature], tenant, text, who)


@click.command(epilog="Example: brainstemd pin s1-9f86d081884c7d65 s1-3a7bd3e2360a3d29 --tenant acme")
@click.argument("signatures", metavar="CLASS|SIGNATURE...", nargs=-1, required=True)
@_about_signatures
def pin(app: App, signatures: tuple[str, ...], tenant: str | None, text: str, who: str | None) -> None:
    """Whatever is learned: a class stays one, a signature stays by itself; of several, all count as the first from now on."""
    _rule(app, "pin", list(dict.fromkeys(signatures)), tenant, text, who)


def _rule(app: App, kind: str, signatures: list[str], tenant: str | None, text: str, who: str | None) -> None:
    found = asyncio.run(_resolved(app, signatures, tenant))
    note = Note(
        kind,
        _now_us(),
        who or _user(),
        tenant=found.tenant,
        signature=found.signature,
        text=text,
        template=found.template,
        members=tuple(signatures[1:]),
    )
    _put(app, note, f"{kind} {' '.join(signatures)} ({_scope(found)})")


async def _resolved(app: App, signatures: list[str], tenant: str | None) -> Target:
    """The first of them; all must be known, and the first one's tenant's."""
    first = await resolve_signature(app.config, signatures[0], tenant)
    for other in signatures[1:]:
        found = await resolve_signature(app.config, other, first.tenant)
        if found.template is not None:
            raise UsageError(
                f"{other} is a learned class",
                hint="name it first, or its members: `brainstemd show` lists them",
            )
    return first


@click.group(
    epilog="Example: brainstemd incident add --at 2026-03-22T04:10Z --host fw-01 --note 'site offline'"
)
def incident() -> None:
    """Outages that happened: what came before them is looked for next time."""


@incident.command(
    "add", epilog="Example: brainstemd incident add --at 2026-03-22T04:10Z --host fw-01 --ticket INC-12"
)
@click.option("--at", "at_us", type=INSTANT, required=True, help="When it began.")
@click.option("--until", "until_us", type=INSTANT, help="When it was over.")
@click.option("--host", help="The host that it hit.")
@click.option("--entity", help="The tunnel, interface, service, … that it hit.")
@click.option("--tenant", help="Whose; found by the host where only one tenant has it.")
@click.option("--ticket", help="Its ticket.")
@click.option("--note", "text", default="", help="What happened, in your own words.")
@click.option("--who", help="Who says so; default: the user who runs the command.")
@click.pass_obj
def add_incident(
    app: App,
    at_us: int,
    until_us: int | None,
    host: str | None,
    entity: str | None,
    tenant: str | None,
    ticket: str | None,
    text: str,
    who: str | None,
) -> None:
    """Record an outage."""
    _put(
        app,
        Note(
            "incident",
            _now_us(),
            who or _user(),
            tenant=_tenant(app, host, tenant),
            source=host,
            entity=entity,
            start_us=at_us,
            end_us=until_us,
            ticket=ticket,
            text=text,
        ),
        f"incident of {iso(at_us)}",
    )


@click.group(
    epilog="Example: brainstemd maintenance add --tenant acme --from 2026-03-22T22:00Z --to 2026-03-23T02:00Z"
)
def maintenance() -> None:
    """Planned work: what happens inside it is expected, what goes on after it is not."""


@maintenance.command(
    "add",
    epilog="Example: brainstemd maintenance add --source db-01 --from 2026-03-22T22:00 --to 2026-03-23T02:00",
)
@click.option("--tenant", help="Whose systems.")
@click.option("--source", help="Only this host.")
@click.option(
    "--from",
    "start_us",
    type=INSTANT,
    required=True,
    help="When it begins (ISO 8601; without a zone it is UTC).",
)
@click.option("--to", "end_us", type=INSTANT, required=True, help="When it ends.")
@click.option("--weekly", is_flag=True, help="Again every week at these hours.")
@click.option("--note", "text", default="", help="What is done.")
@click.option("--ticket", help="Its change ticket.")
@click.option("--who", help="Who says so; default: the user who runs the command.")
@click.pass_obj
def add_maintenance(
    app: App,
    tenant: str | None,
    source: str | None,
    start_us: int,
    end_us: int,
    weekly: bool,
    text: str,
    ticket: str | None,
    who: str | None,
) -> None:
    """Announce planned work of a tenant or a host."""
    if tenant is None and source is None:
        raise UsageError("maintenance of what?", hint="say --tenant, --source or both")
    if end_us <= start_us:
        raise UsageError("--to must come after --from")
    if weekly and end_us - start_us > 7 * DAY_US:
        raise UsageError("a weekly maintenance cannot be longer than a week")
    _put(
        app,
        Note(
            "maintenance",
            _now_us(),
            who or _user(),
            tenant=_tenant(app, source, tenant),
            source=source,
            start_us=start_us,
            end_us=end_us,
            weekly=weekly,
            ticket=ticket,
            text=text,
        ),
        f"maintenance from {iso(start_us)} to {iso(end_us)}{', weekly' if weekly else ''}",
    )


def _tell(
    app: App,
    kind: str,
    target: str,
    tenant: str | None,
    source: str | None,
    entity: str | None,
    *,
    text: str,
    who: str | None,
    end_us: int | None = None,
    ticket: str | None = None,
) -> None:
    now_us = _now_us()
    found = asyncio.run(resolve(app.config, target, tenant, source, entity, now_us))
    note = Note(
        kind,
        now_us,
        who or _user(),
        tenant=found.tenant,
        signature=found.signature,
        source=found.source,
        entity=found.entity,
        item=found.item,
        end_us=end_us,
        ticket=ticket,
        text=text,
        template=found.template,
    )
    until = f", until {iso(end_us)}" if end_us is not None else ""
    _put(app, note, f"{kind} {target} ({_scope(found)}{until})")


def _put(app: App, note: Note, what: str) -> None:
    record(app.config.state_dir, note)
    click.echo(neutralise(f"noted: {what}"), err=True)


def _scope(target: Target) -> str:
    parts = (("tenant", target.tenant), ("host", target.source), ("entity", target.entity))
    return ", ".join(f"{name} {value}" for name, value in parts if value)


def _tenant(app: App, source: str | None, tenant: str | None) -> str | None:
    return tenant if source is None else asyncio.run(tenant_of_source(app.config, source, tenant))


def _user() -> str:
    """The person at the keyboard: behind sudo, the one who called it."""
    name = os.environ.get("SUDO_USER")
    if name:
        return name
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def _now_us() -> int:
    return time.time_ns() // 1000

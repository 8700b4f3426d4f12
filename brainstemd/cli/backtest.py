"""`backtest`: archived logs through the same way into a scratch memory, and which incidents its digests foretold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from brainstemd.attention import detectors
from brainstemd.backtest import WAYS, Backtest, Chance, Finding, Mention
from brainstemd.backtest import backtest as tested
from brainstemd.cli import App
from brainstemd.cli.archived import YEARS, opened, progress, scratched
from brainstemd.cli.arguments import DURATION, TENANT, iso
from brainstemd.cli.store import reading
from brainstemd.config import Config
from brainstemd.digest import Delivery, Digest, Item, neutralise, neutralise_json
from brainstemd.digest.words import duration, plural
from brainstemd.incidents import Incident, read_incidents
from brainstemd.models import SECOND_US
from brainstemd.replay import Replay, Replayed

SCHEMA = "brainstemd.backtest/1"
_EVERY = timedelta(days=1)


@click.command(epilog="Example: brainstemd backtest --incidents incidents.csv --year 2026 fw-*.log.gz")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True)
)
@click.option(
    "--incidents",
    "incidents_path",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV with the columns at and host, and where wanted tenant, entity, kind, ticket, note.",
)
@click.option(
    "--envelopes", is_flag=True, help="PATH is envelopes JSONL, as `spool dump` writes it; - is stdin."
)
@click.option("--tenant", type=TENANT, help="Whose logs these are.")
@click.option("--year", type=YEARS, help="Year of the first stamp, where stamps have none.")
@click.option(
    "--look-back",
    "look_back_us",
    type=DURATION,
    default="14d",
    show_default=True,
    help="How long before an incident a digest may have named it.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Chooses the hosts that chance is asked about."
)
@click.option(
    "--digests", "directory", type=click.Path(path_type=Path), help="Keep the digests in this directory."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
@click.pass_obj
def backtest(
    app: App,
    paths: tuple[Path, ...],
    incidents_path: Path,
    envelopes: bool,
    tenant: str | None,
    year: int | None,
    look_back_us: int,
    seed: int,
    directory: Path | None,
    as_json: bool,
) -> None:
    """Which incidents would have been in a morning digest before they happened, how early, and what chance would have had.

    The archives are taken into an empty memory that is thrown away afterwards; the incidents are compared with its digests
    and never become notes. Nothing in the configured state directory is read or written.
    """
    incidents = read_incidents(incidents_path, _kinds())
    mornings: list[Digest] = []
    with (
        scratched(app.config, True) as config,
        opened(paths, envelopes=envelopes, tenant=tenant, year=year) as source,
    ):
        with progress("backtest") as told:
            job = Replay(config, lambda made: mornings.append(made.digest)).run(
                source.stream, archives=source.archives, tenant=tenant, every=_EVERY, progress=told
            )
            done = asyncio.run(job)
        mornings.pop()  # the one at the archive's end came due on no morning
        hosts = asyncio.run(_hosts(config))
    if directory is not None:
        delivery = Delivery(directory)
        for digest in mornings:
            delivery.whole(digest)
    made = tested(mornings, incidents, hosts, look_back_us=look_back_us, seed=seed)
    aside = f", {done.quarantined} in quarantine" if done.quarantined else ""
    click.echo(f"{done.lines} lines taken in{aside}; {plural(len(mornings), 'digest', 'digests')}", err=True)
    if as_json:
        click.echo(neutralise_json(json.dumps(_object(made, mornings, done), ensure_ascii=False)))
    else:
        for line in _text(made, mornings):
            click.echo(neutralise(line))


def _kinds() -> frozenset[str]:
    """What an item's `kinds` may hold: each detector has the name of its file."""
    return detectors.NAMES


async def _hosts(config: Config) -> set[tuple[str, str]]:
    async with reading(config) as store:
        return {(key.tenant, key.source) for key in await store.keys()}


# --- as text


def _text(made: Backtest, mornings: list[Digest]) -> Iterator[str]:
    for finding in made.findings:
        yield from _finding(finding)
        yield ""
    yield from _summary(made, mornings)


def _finding(finding: Finding) -> Iterator[str]:
    incident = finding.incident
    words = (
        iso(incident.at_us),
        incident.tenant,
        incident.host,
        incident.entity,
        incident.ticket,
        incident.note,
    )
    yield "  ".join(word for word in words if word)
    lead_us = finding.lead_us
    if lead_us is None:
        yield f"  {_unfound(finding)}"
        return
    first, last = finding.mentions[0], finding.mentions[-1]
    yield f"  found {duration(lead_us / SECOND_US)} before, by {first.way}, in the digest of {_mention(first)}"
    spoke = f"  named in {len(finding.mentions)} of {plural(finding.digests, 'digest', 'digests')} before it"
    ago = duration((incident.at_us - last.at_us) / SECOND_US)
    yield spoke if last is first else f"{spoke}, the last {ago} before: {_mention(last)}"
    if finding.beside:
        yield f"  beside it in the first: {plural(len(finding.beside), 'other item', 'other items')}"
    for item in finding.beside:
        yield f"    {item.rank:>2}. {item.attention:3.0f}  {item.title}"


def _mention(mention: Mention) -> str:
    item = mention.item
    return f"{iso(mention.at_us)}, place {item.rank}, attention {item.attention:.0f}: {item.title}"


def _unfound(finding: Finding) -> str:
    if not finding.judged:
        return "cannot be judged: there is no digest in the look-back before it"
    said = f"not found in the {plural(finding.digests, 'digest', 'digests')} before it"
    if finding.spoke:
        return said
    if finding.elsewhere:
        whose = " and ".join(finding.elsewhere)
        return f"{said}; in these archives this host is of tenant {whose} (--tenant says whose they are)"
    near = f"; did you mean {finding.nearest}?" if finding.nearest else ""
    return f"{said}; this host never spoke in these archives{near}"


def _summary(made: Backtest, mornings: list[Digest]) -> Iterator[str]:
    summary = made.summary
    back = duration(made.look_back_us / SECOND_US)
    span = (
        f"{mornings[0].generated_at} to {mornings[-1].generated_at}"
        if mornings
        else "the archive is too short"
    )
    yield f"Summary of {plural(summary.digests, 'morning digest', 'morning digests')} ({span}), looking back {back}"
    left = summary.incidents - summary.judged
    yield f"  found         {summary.found} of {summary.judged}" + (
        f"; {left} more cannot be judged" if left else ""
    )
    if summary.found:
        ways = ", ".join(f"{way} {summary.by_way[way]}" for way in WAYS if summary.by_way[way])
        yield f"  nearest way   {ways}"
    if summary.lead_median_us is not None and summary.last_median_us is not None:
        first, last = (duration(us / SECOND_US) for us in (summary.lead_median_us, summary.last_median_us))
        yield f"  lead time     median {first} from the first digest that named it, {last} from the last"
    if summary.digests:
        shown = f"{summary.items} items in all, {summary.items / summary.digests:.1f} a day, {summary.stories} stories"
        yield f"  shown         {shown}; {summary.speaking} items spoke for an incident to come"
    if summary.found:
        yield f"  read          {summary.items / summary.found:.1f} items for each incident found ({_stories(made)})"
    if not summary.judged:
        yield "No incident could be judged: the archives must begin before the incidents (--year, where stamps have no year)."
        return
    yield f"  by chance     {_chance(summary.other_moment, 'at other moments')}"
    yield f"                {_chance(summary.other_host, 'at other hosts')}"
    if summary.found:
        yield "That a digest named the host before is no proof that it named the cause: read the titles above."


def _stories(made: Backtest) -> str:
    each = made.summary.stories / made.summary.found
    return f"{each:.1f} stories, each read once"


def _chance(chance: Chance | None, where: str) -> str:
    if chance is None:
        return f"{where}: cannot be said, there are no others"
    often = f"{100 * chance.as_good:.1f} % of {chance.trials} trials"
    return f"{where}: {chance.found_mean:.2f} found on average; as many as here in {often}"


# --- as JSON


def _object(made: Backtest, mornings: list[Digest], done: Replayed) -> dict[str, Any]:
    summary = made.summary
    lead, last = summary.lead_median_us, summary.last_median_us
    return {
        "schema": SCHEMA,
        "look_back_seconds": made.look_back_us / SECOND_US,
        "lines": done.lines,
        "digests": [
            {
                "digest_id": digest.digest_id,
                "generated_at": digest.generated_at,
                "items": list(map(_item_object, digest.items)),
            }
            for digest in mornings
        ],
        "incidents": [_finding_object(finding) for finding in made.findings],
        "summary": {
            **{name: getattr(summary, name) for name in ("incidents", "judged", "found")},
            "by_way": dict(summary.by_way),
            "lead_median_seconds": None if lead is None else lead / SECOND_US,
            "last_median_seconds": None if last is None else last / SECOND_US,
            "items_shown": summary.items,
            "items_a_day": summary.items / summary.digests if summary.digests else None,
            "stories_shown": summary.stories,
            "items_that_spoke": summary.speaking,
            "items_read_for_each_found": summary.items / summary.found if summary.found else None,
            "chance": {
                "other_moment": summary.other_moment and summary.other_moment._asdict(),
                "other_host": summary.other_host and summary.other_host._asdict(),
            },
        },
    }


def _finding_object(finding: Finding) -> dict[str, Any]:
    incident: Incident = finding.incident
    lead = finding.lead_us
    return {
        "line": incident.line,
        "at": iso(incident.at_us),
        **{name: getattr(incident, name) for name in ("tenant", "host", "entity", "kind", "ticket", "note")},
        "judged": finding.judged,
        "host_spoke": finding.spoke,
        "tenants_of_that_host": list(finding.elsewhere),
        "found": finding.found if finding.judged else None,
        "way": finding.way,
        "lead_seconds": None if lead is None else lead / SECOND_US,
        "digests_before": finding.digests,
        "mentions": [
            {"digest_at": iso(mention.at_us), "way": mention.way, **_item_object(mention.item)}
            for mention in finding.mentions
        ],
        "beside_the_first": list(map(_item_object, finding.beside)),
    }


def _item_object(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "rank": item.rank,
        "attention": item.attention,
        "kinds": item.kinds,
        "tenant": item.tenant,
        "hosts": item.hosts,
        "entity": item.entity,
        "title": item.title,
    }

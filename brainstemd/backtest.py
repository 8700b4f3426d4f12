"""Incidents against the digests that came before them: which were foretold, how early, and what chance would have had.

An item speaks for an incident when it is about the same thing. The ways, nearest first:

    entity   the item is about the incident's entity, at its host
    host     the item is about the incident's host (its other things, where the incident names an entity)
    named    another host's item names the incident's host or entity as its own entity
    related  the incident's host or entity stands, as a whole word, in what the item tells as related

Hosts and entities are equal without regard to case; a host's first label stands for the whole name ("fw-01" and
"fw-01.acme.example"). A tenant, where the incident names one, must be the item's; so must its kind.

Chance is asked in two ways. *Another moment*: all incidents, together, moved around the span of the digests in equal
steps; what is named day after day anyway is found at any moment. *Another host*: each incident at its own moment, at
other hosts of its tenant; where digests name nearly every host, any host is found. An entity is dropped there, which
favours chance.

Pure: digests, incidents and hosts in, results out. Digests at or after an incident are never looked at.
"""

from __future__ import annotations

import difflib
import random
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import NamedTuple

from brainstemd.digest import Digest, Item
from brainstemd.incidents import Incident
from brainstemd.models import DAY_US, SECOND_US

WAYS = ("entity", "host", "named", "related")
SHIFTS, DRAWS = 499, 499
_SHORT = re.compile(r"[a-z0-9_-]*[a-z][a-z0-9_-]*")  # a first label that is no part of an address
_LONG_ENOUGH = 3  # characters of a name that is looked for inside a line


class Mention(NamedTuple):
    """An item of a digest that speaks for an incident."""

    at_us: int  # the digest's
    item: Item
    way: str


class Finding(NamedTuple):
    """One incident and the digests before it."""

    incident: Incident
    digests: int  # in the look-back before it
    mentions: tuple[Mention, ...]  # the nearest (then best ranked) of each digest that has one, oldest first
    beside: tuple[Item, ...]  # what the first of these digests held besides
    spoke: bool  # whether the host (of the incident's tenant) spoke in these archives at all
    elsewhere: tuple[str, ...] = ()  # where it did not: the tenants that have a host of that name
    nearest: str | None = None  # where nobody has: the host with the most similar name

    @property
    def judged(self) -> bool:
        return self.digests > 0

    @property
    def found(self) -> bool:
        return bool(self.mentions)

    @property
    def way(self) -> str | None:
        """The nearest way of all mentions."""
        return min((mention.way for mention in self.mentions), key=WAYS.index, default=None)

    @property
    def lead_us(self) -> int | None:
        """From the first digest that spoke for it to the incident."""
        return self.incident.at_us - self.mentions[0].at_us if self.mentions else None

    @property
    def last_us(self) -> int | None:
        """From the last digest that spoke for it to the incident."""
        return self.incident.at_us - self.mentions[-1].at_us if self.mentions else None


class Chance(NamedTuple):
    """How the same matching does where there is nothing to find."""

    trials: int
    found_mean: float  # incidents found a trial
    as_good: float  # share of trials that found as many as were found, or more; counting the real one


class Summary(NamedTuple):
    incidents: int
    judged: int
    found: int
    by_way: Mapping[str, int]  # way → incidents found by it as the nearest
    lead_median_us: int | None  # from the first digest of the look-back that spoke for it
    last_median_us: int | None  # from the last one
    digests: int
    items: int  # shown in all digests
    stories: int  # distinct items among them
    speaking: int  # items that spoke for an incident to come
    other_moment: Chance | None
    other_host: Chance | None


class Backtest(NamedTuple):
    look_back_us: int
    findings: tuple[Finding, ...]
    summary: Summary


def backtest(
    digests: Iterable[Digest],
    incidents: Sequence[Incident],
    hosts: Collection[tuple[str, str]],
    *,
    look_back_us: int,
    seed: int = 1,
) -> Backtest:
    """What `digests` (whole ones, any order) told of `incidents`. `hosts`: every (tenant, host) that spoke."""
    told = sorted(((_us(digest.generated_at), digest) for digest in digests), key=lambda pair: pair[0])
    matcher = _Matcher(told)
    spoke = {(tenant, host.lower()) for tenant, host in hosts}
    findings = tuple(_finding(matcher, incident, look_back_us, spoke) for incident in incidents)
    return Backtest(look_back_us, findings, _summary(matcher, findings, spoke, look_back_us, seed))


class _Matcher:
    """Which digests speak for (host, tenant, entity, kind); each question is answered once."""

    def __init__(self, told: Sequence[tuple[int, Digest]]) -> None:
        self.told = told
        self.instants = [at_us for at_us, _ in told]
        self._known: dict[tuple[str, str | None, str | None, str | None], list[Mention]] = {}

    def mentions(self, incident: Incident) -> list[Mention]:
        """The best mention of each digest that has one, whenever it was, oldest first."""
        target = (incident.host.lower(), incident.tenant, incident.entity, incident.kind)
        if target not in self._known:
            found = (
                min(
                    (
                        Mention(at_us, item, way)
                        for item in digest.items
                        if (way := _way(item, incident)) is not None
                    ),
                    key=lambda mention: (WAYS.index(mention.way), mention.item.rank),
                    default=None,
                )
                for at_us, digest in self.told
            )
            self._known[target] = [mention for mention in found if mention is not None]
        return self._known[target]

    def before(self, incident: Incident, at_us: int, look_back_us: int) -> list[Mention]:
        """Mentions in digests of [at - look-back, at)."""
        mentions = self.mentions(incident)
        low = bisect_left(mentions, at_us - look_back_us, key=lambda mention: mention.at_us)
        high = bisect_left(mentions, at_us, key=lambda mention: mention.at_us)
        return mentions[low:high]

    def digests(self, at_us: int, look_back_us: int) -> int:
        return bisect_left(self.instants, at_us) - bisect_left(self.instants, at_us - look_back_us)


def _way(item: Item, incident: Incident) -> str | None:
    """How this item speaks for the incident; None: not at all."""
    if incident.tenant is not None and item.tenant != incident.tenant:
        return None
    if incident.kind is not None and incident.kind not in item.kinds:
        return None
    here = any(same_host(host, incident.host) for host in item.hosts)
    entity = (item.entity or "").lower()
    if here:
        return "entity" if incident.entity and entity == incident.entity.lower() else "host"
    if entity and (same_host(entity, incident.host) or entity == (incident.entity or "").lower()):
        return "named"
    names = [name for name in (incident.host, incident.entity) if name and len(name) >= _LONG_ENOUGH]
    return "related" if any(_stands_in(name, item) for name in names) else None


def same_host(one: str, other: str) -> bool:
    """Equal names, or a short name and a longer one that begins with it."""
    one, other = one.lower(), other.lower()
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return bool(_SHORT.fullmatch(short)) and long.startswith(f"{short}.")


def _stands_in(name: str, item: Item) -> bool:
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", re.IGNORECASE)
    return any(word.search(line) for row in item.related for line in row.evidence)


def _finding(
    matcher: _Matcher, incident: Incident, look_back_us: int, spoke: Collection[tuple[str, str]]
) -> Finding:
    mentions = tuple(matcher.before(incident, incident.at_us, look_back_us))
    beside: tuple[Item, ...] = ()
    if mentions:
        first = next(digest for at_us, digest in matcher.told if at_us == mentions[0].at_us)
        beside = tuple(item for item in first.items if _way(item, incident) is None)
    tenants = sorted({tenant for tenant, host in spoke if same_host(host, incident.host)})
    known = bool(tenants) if incident.tenant is None else incident.tenant in tenants
    near: list[str] = []
    if not tenants:
        near = difflib.get_close_matches(incident.host.lower(), {host for _, host in spoke}, n=1)
    return Finding(
        incident,
        matcher.digests(incident.at_us, look_back_us),
        mentions,
        beside,
        known,
        () if known else tuple(tenants),
        near[0] if near else None,
    )


def _summary(
    matcher: _Matcher,
    findings: Sequence[Finding],
    spoke: Collection[tuple[str, str]],
    look_back_us: int,
    seed: int,
) -> Summary:
    judged = [finding for finding in findings if finding.judged]
    found = [finding for finding in judged if finding.found]
    items = [(at_us, item) for at_us, digest in matcher.told for item in digest.items]
    leads = [finding.lead_us for finding in found if finding.lead_us is not None]
    lasts = [finding.last_us for finding in found if finding.last_us is not None]
    incidents = [finding.incident for finding in judged]
    return Summary(
        incidents=len(findings),
        judged=len(judged),
        found=len(found),
        by_way={way: sum(finding.way == way for finding in found) for way in WAYS},
        lead_median_us=int(median(leads)) if leads else None,
        last_median_us=int(median(lasts)) if lasts else None,
        digests=len(matcher.told),
        items=len(items),
        stories=len({item.id for _, item in items}),
        speaking=sum(_foretells(at_us, item, incidents, look_back_us) for at_us, item in items),
        other_moment=_other_moment(matcher, incidents, look_back_us, len(found)),
        other_host=_other_host(matcher, incidents, spoke, look_back_us, len(found), seed),
    )


def _foretells(at_us: int, item: Item, incidents: Iterable[Incident], look_back_us: int) -> bool:
    return any(
        at_us < incident.at_us <= at_us + look_back_us and _way(item, incident) is not None
        for incident in incidents
    )


def _other_moment(
    matcher: _Matcher, incidents: Sequence[Incident], look_back_us: int, found: int
) -> Chance | None:
    """All incidents moved around a circle from the first digest to a day after the last, in equal steps."""
    if not incidents:
        return None
    start_us = matcher.instants[0]
    span_us = matcher.instants[-1] + DAY_US - start_us
    counts = []
    for step in range(1, SHIFTS + 1):
        moved_us = span_us * step // (SHIFTS + 1)
        # (start, start + span]: at the first instant itself no digest is before it
        moments = [
            start_us + 1 + (incident.at_us - start_us - 1 + moved_us) % span_us for incident in incidents
        ]
        counts.append(
            sum(
                bool(matcher.before(incident, moment, look_back_us))
                for incident, moment in zip(incidents, moments, strict=True)
            )
        )
    return _chance(counts, found)


def _other_host(
    matcher: _Matcher,
    incidents: Sequence[Incident],
    spoke: Collection[tuple[str, str]],
    look_back_us: int,
    found: int,
    seed: int,
) -> Chance | None:
    """Each incident's host exchanged for one that was never an incident's (of its tenant), the same one in all of a draw."""
    struck = [incident.host for incident in incidents]
    free = sorted((t, h) for t, h in spoke if not any(same_host(h, host) for host in struck))
    pools = {
        incident: [place for place in free if place[0] in _tenants(incident, spoke)] for incident in incidents
    }
    if not incidents or not all(pools.values()):
        return None
    counts = []
    for draw in range(DRAWS):
        count = 0
        for incident, pool in pools.items():
            r = random.Random(f"{seed}/{draw}/{incident.tenant}/{incident.host.lower()}")  # noqa: S311 - no secret
            tenant, host = r.choice(pool)
            placebo = incident._replace(host=host, tenant=tenant, entity=None)
            count += bool(matcher.before(placebo, incident.at_us, look_back_us))
        counts.append(count)
    return _chance(counts, found)


def _tenants(incident: Incident, spoke: Collection[tuple[str, str]]) -> set[str]:
    """Whose other hosts the incident is compared with: its tenant's; of all where its host is not known."""
    if incident.tenant is not None:
        return {incident.tenant}
    found = {tenant for tenant, host in spoke if same_host(host, incident.host)}
    return found or {tenant for tenant, _ in spoke}


def _chance(counts: Sequence[int], found: int) -> Chance:
    as_good = (1 + sum(count >= found for count in counts)) / (1 + len(counts))
    return Chance(len(counts), sum(counts) / len(counts), as_good)


def _us(text: str) -> int:
    instant = datetime.fromisoformat(text)
    return int(instant.replace(microsecond=0).timestamp()) * SECOND_US + instant.microsecond

"""Which stories are told, and how they become items of `brainstemd.digest/1`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from brainstemd.digest.escape import cut, decode
from brainstemd.digest.jsonline import identify
from brainstemd.digest.schema import (
    Digest,
    EpisodesRow,
    GapRow,
    Item,
    PartRow,
    RelatedRow,
    SeenBeforeRow,
    SignatureRow,
    Totals,
    Window,
    band,
    iso,
)
from brainstemd.models import Gap, Part, Related, Story

ITEMS_MAX = 10
PLACES_A_ROUND = 3  # of one tenant before every other tenant had as many
EVIDENCE_MAX = 5  # raw lines of an item
RELATED_MAX = 5
RELATED_EVIDENCE_MAX = 2
HOSTS_MAX = 50
GAPS_MAX = 100
LINE_CHARS_MAX = 1000  # of one raw line
SENTENCE_CHARS_MAX = 500
TITLE_CHARS_MAX = 200


class Counts(Protocol):
    """What `compose` reads of the totals: the store hands over a NamedTuple of this shape."""

    @property
    def events(self) -> int: ...
    @property
    def sources(self) -> int: ...
    @property
    def signatures(self) -> int: ...
    @property
    def new_signatures(self) -> int: ...
    @property
    def gaps(self) -> int: ...


def compose(
    stories: Sequence[Story],
    *,
    at_us: int,
    window_us: int,
    tenant: str | None,
    since_us: int | None,
    totals: Counts,
    gaps: Iterable[Gap],
    footers: Sequence[str],
    evidence: Mapping[int, Sequence[bytes]],
    top: int,
    newest_us: int | None = None,
) -> Digest:
    """The digest as of `at_us` over the `window_us` before it.

    `stories` come best first, all worth telling; their order is kept and decides the ranks, and their turn who
    gets a place. `evidence` holds raw lines by key id, newest last. With a `tenant`, stories and gaps of other
    tenants are left out. `newest_us` is the newest event of all memory, told when the window is empty. `since_us` is None while
    memory is empty.
    """
    wanted = [story for story in stories if tenant is None or story.tenant == tenant]
    shown = choose(wanted, min(top, ITEMS_MAX))
    digest = Digest(
        digest_id="",
        generated_at=iso(at_us),
        tenant=tenant,
        window=Window(start=iso(at_us - window_us), end=iso(at_us)),
        memory_since=None if since_us is None else iso(since_us),
        totals=Totals(
            events=totals.events,
            sources=totals.sources,
            signatures=totals.signatures,
            new_signatures=totals.new_signatures,
            gaps=totals.gaps,
        ),
        gaps=[_gap(gap) for gap in _first_gaps(gaps, tenant)],
        items=[_item(story, rank, evidence) for rank, story in enumerate(shown, 1)],
        footers=[cut(line, SENTENCE_CHARS_MAX) for line in footers],
        waiting=len(wanted) - len(shown),
        newest=None if newest_us is None or totals.events else iso(newest_us),
    )
    return identify(digest)


def choose(stories: Sequence[Story], top: int) -> list[Story]:
    """At most `top` stories in the given order: three of each tenant, then three more of each, until it is
    full; of a tenant and of a round those whose turn it is.
    """
    met: Counter[str] = Counter()
    rounds: list[tuple[int, float, int]] = []
    for order in sorted(range(len(stories)), key=lambda order: (-stories[order].turn, order)):
        story = stories[order]
        rounds.append((met[story.tenant] // PLACES_A_ROUND, -story.turn, order))
        met[story.tenant] += 1
    taken = sorted(order for _, _, order in sorted(rounds)[: max(0, top)])
    return [stories[order] for order in taken]


def _item(story: Story, rank: int, evidence: Mapping[int, Sequence[bytes]]) -> Item:
    attention = round(min(100.0, max(0.0, story.attention)), 1)
    return Item(
        id=story.id,
        rank=rank,
        state=story.state,
        since=iso(story.since_us),
        attention=attention,
        band=band(attention),
        kinds=list(story.kinds),
        title=cut(story.title, TITLE_CHARS_MAX),
        what=cut(story.what, SENTENCE_CHARS_MAX),
        why=[cut(sentence, SENTENCE_CHARS_MAX) for sentence in story.why],
        parts=_parts(story.parts, attention),
        tenant=story.tenant,
        hosts=list(story.hosts[:HOSTS_MAX]),
        entity=story.entity or None,
        count=story.count,
        first_seen=iso(story.first_us),
        last_seen=iso(story.last_us),
        expected_at=None if story.expected_us is None else iso(story.expected_us),
        signature=_signature(story),
        episodes=_episodes(story),
        trend=list(story.trend),
        seen_before=[
            SeenBeforeRow(
                start=iso(seen.start_us), end=iso(seen.end_us), outcome=seen.outcome, ticket=seen.ticket
            )
            for seen in story.seen_before
        ],
        evidence=_lines(story.key_ids, evidence, EVIDENCE_MAX),
        related=[_related(related, evidence) for related in story.related[:RELATED_MAX]],
    )


def _parts(parts: Sequence[Part], attention: float) -> list[PartRow]:
    """The summands to one decimal. Where the sum is the score, the roundings are made to add up to it as
    well.
    """
    tenths = [round(part.points * 10) for part in parts]
    missing = round(attention * 10) - sum(tenths)
    if tenths and 0 < abs(missing) <= (len(tenths) + 1) // 2:
        step = 1 if missing > 0 else -1
        most_rounded = sorted(range(len(parts)), key=lambda i: (tenths[i] - parts[i].points * 10) * step)
        for i in most_rounded[: abs(missing)]:
            tenths[i] += step
    return [
        PartRow(name=part.name, points=tenth / 10, because=cut(part.because, SENTENCE_CHARS_MAX))
        for part, tenth in zip(parts, tenths, strict=True)
    ]


def _signature(story: Story) -> SignatureRow | None:
    if story.signature is None:
        return None
    return SignatureRow(id=story.signature, template=cut(story.template or "", LINE_CHARS_MAX))


def _episodes(story: Story) -> EpisodesRow | None:
    if story.episodes is None:
        return None
    return EpisodesRow(
        count=story.episodes.count,
        median_seconds=story.episodes.median_seconds,
        max_seconds=story.episodes.max_seconds,
    )


def _related(related: Related, evidence: Mapping[int, Sequence[bytes]]) -> RelatedRow:
    return RelatedRow(
        signature=related.signature,
        template=cut(related.template, LINE_CHARS_MAX),
        how=cut(related.how, SENTENCE_CHARS_MAX),
        evidence=_lines(related.key_ids, evidence, RELATED_EVIDENCE_MAX),
    )


def _lines(key_ids: Sequence[int], evidence: Mapping[int, Sequence[bytes]], limit: int) -> list[str]:
    """The newest raw line of each key, then the one before it of each, none twice; told in order of time."""
    columns = [evidence.get(key_id, ()) for key_id in key_ids]
    depth = max((len(column) for column in columns), default=0)
    chosen: dict[bytes, tuple[int, int]] = {}
    for back in range(1, depth + 1):
        for order, column in enumerate(columns):
            if back <= len(column) and len(chosen) < limit:
                chosen.setdefault(column[-back], (order, -back))
    return [cut(decode(raw), LINE_CHARS_MAX) for raw in sorted(chosen, key=chosen.__getitem__)]


def _first_gaps(gaps: Iterable[Gap], tenant: str | None) -> list[Gap]:
    """The gaps that this reader may see, in order of time; `totals.gaps` has the number of all."""
    mine = [gap for gap in gaps if tenant is None or gap.tenant in (None, tenant)]
    return sorted(mine, key=lambda gap: (gap.start_us, gap.end_us, gap.reason))[:GAPS_MAX]


def _gap(gap: Gap) -> GapRow:
    where = [f"{word} {name}" for word, name in (("tenant", gap.tenant), ("source", gap.source)) if name]
    reason = f"{gap.reason} ({', '.join(where)})" if where else gap.reason
    return GapRow(
        start=iso(gap.start_us), end=iso(gap.end_us), reason=cut(reason, SENTENCE_CHARS_MAX), lost=gap.lost
    )

"""A digest as plain text for a terminal of 100 columns and for `tail -F`.

Our own characters are ASCII; what log lines bring is UTF-8 with everything that a terminal obeys made
visible.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from brainstemd.digest.escape import cut, neutralise
from brainstemd.digest.schema import Digest, Item, PartRow, instant
from brainstemd.digest.words import (
    STATE_WORDS,
    age,
    buckets,
    clock,
    duration,
    nothing,
    number,
    plural,
    points,
    some,
    span,
)

COLUMNS = 100
LABEL = 14  # columns before the text of an item's row
EVIDENCE_CHARS_MAX = 2 * (COLUMNS - LABEL)  # in the text; the JSON has more of the line
HOSTS_SHOWN = 4
RELATED_SHOWN = 3
GAPS_SHOWN = 5
EPSILON = 0.05  # points have one decimal


def render_text(digest: Digest) -> str:
    """The whole digest as a block of text that ends with a blank line."""
    lines = [*_head(digest), *_body(digest), *_tail(digest), ""]
    return "\n".join(lines) + "\n"


def render_items(digest: Digest, items: list[Item]) -> str:
    """What changed since the last telling: a short header and these items of the digest."""
    of = f"{plural(len(items), 'item is', 'items are')} new or changed, of {len(digest.items)}"
    lines = [f"---- {clock(digest.generated_at)} {_whose(digest)}: {of} ".ljust(COLUMNS, "-"), ""]
    for item in items:
        lines += [*_item(item, digest), ""]
    return "\n".join(lines) + "\n"


def render_quiet(digest: Digest) -> str:
    """One line that says that there is nothing new, worse, returned or recovered to tell."""
    standing = (
        f"{plural(len(digest.items), 'item stands', 'items stand')}" if digest.items else "no item stands"
    )
    totals = digest.totals
    seen = f"{plural(totals.events, 'event', 'events')}, {plural(totals.sources, 'source', 'sources')}"
    gaps = plural(totals.gaps, "gap", "gaps") if totals.gaps else "no gaps"
    return f"---- {clock(digest.generated_at)} {_whose(digest)}: quiet; {standing}; {seen}, {gaps}\n"


def _head(digest: Digest) -> Iterator[str]:
    length = duration(_seconds(digest))
    memory = (
        f"memory since {clock(digest.memory_since)} ({age(digest.memory_since, digest.generated_at)})"
        if digest.memory_since
        else "memory is empty"
    )
    yield "=" * COLUMNS
    yield f"brainstemd digest  {clock(digest.generated_at)}  {_whose(digest)}  {digest.digest_id}"
    yield from _wrap("", f"last {length}: {_totals(digest)}; {memory}", 0)
    yield "=" * COLUMNS
    yield ""


def _seconds(digest: Digest) -> float:
    return (instant(digest.window.end) - instant(digest.window.start)).total_seconds()


def _whose(digest: Digest) -> str:
    return f"tenant {neutralise(digest.tenant)}" if digest.tenant is not None else "all tenants"


def _totals(digest: Digest) -> str:
    totals = digest.totals
    fresh = f" ({totals.new_signatures:,} new)" if totals.new_signatures else ""
    words = [
        plural(totals.events, "event", "events"),
        plural(totals.sources, "source", "sources"),
        plural(totals.signatures, "signature", "signatures") + fresh,
        plural(totals.gaps, "gap", "gaps") if totals.gaps else "no gaps",
    ]
    return ", ".join(words)


def _body(digest: Digest) -> Iterator[str]:
    for item in digest.items:
        yield from _item(item, digest)
        yield ""
    if not digest.items:
        yield from _wrap("", neutralise(nothing(digest)), 0)
        yield ""


def _tail(digest: Digest) -> Iterator[str]:
    if digest.gaps:
        yield "What we could not see:"
        for gap in digest.gaps[:GAPS_SHOWN]:
            lost = "lines lost: unknown" if gap.lost is None else f"lines lost: {gap.lost:,}"
            yield from _wrap("  - ", f"{span(gap.start, gap.end)} {neutralise(gap.reason)}; {lost}", 4)
        more = max(digest.totals.gaps, len(digest.gaps)) - GAPS_SHOWN
        if more > 0:
            yield f"  - and {more:,} more"
        yield ""
    footers = [neutralise(line) for line in digest.footers]
    if digest.waiting:
        footers.append(
            f"{plural(digest.waiting, 'more story', 'more stories')} found no place in this digest."
        )
    for line in footers:
        yield from _wrap("* ", line, 2)
    if digest.items:
        yield from _wrap(
            "* ", "brainstemd why ITEM has the arithmetic; ack, mute, fixed or mattered ITEM answers.", 2
        )
    elif not footers:
        yield "(end of digest)"


def _item(item: Item, digest: Digest) -> Iterator[str]:
    title = neutralise(item.title)
    yield from _wrap(f"{item.rank:>2}. ", f"{item.band.upper()} {number(item.attention)}  {title}", 4)
    entity = f" | {neutralise(item.entity)}" if item.entity else ""
    hosts = neutralise(some(item.hosts, HOSTS_SHOWN)) or "no host"
    state = f"{STATE_WORDS[item.state]} since {clock(item.since)}"
    yield from _wrap("    ", f"{neutralise(item.tenant)} | {hosts}{entity} | {state} | {item.id}", 4)
    yield from _row("what", item.what)
    for label, sentence in zip(["why care", *[""] * len(item.why)], item.why, strict=False):
        yield from _row(label, sentence)
    yield from _row("seen", f"{plural(item.count, 'time', 'times')}{_since(item)}, {_seen(item)}")
    if item.expected_at:
        yield from _row(
            "expected", f"{clock(item.expected_at)} ({_due(item.expected_at, digest.generated_at)})"
        )
    if item.episodes:
        yield from _row("episodes", _episodes(item))
    if item.trend:
        yield from _row("trend", " ".join(str(count) for count in buckets(item.trend)) + "  (oldest first)")
    for before in item.seen_before[:3]:
        ticket = f", ticket {before.ticket}" if before.ticket else ""
        yield from _row("before", f"{span(before.start, before.end)}: {before.outcome}{ticket}")
    yield from _score(item)
    yield from _evidence("evidence", item.evidence)
    for related in item.related[:RELATED_SHOWN]:
        yield from _row("related", f"{related.how}: {related.template} ({related.signature})")
    if len(item.related) > RELATED_SHOWN:
        yield from _row("", f"and {len(item.related) - RELATED_SHOWN} more: brainstemd show {item.id}")


def _since(item: Item) -> str:
    """From when on it is counted, where that is not from the first one on."""
    if item.expected_at or clock(item.since) <= clock(item.first_seen):
        return ""
    return f" since {clock(item.since)}"


def _seen(item: Item) -> str:
    if item.first_seen == item.last_seen:
        return f"at {clock(item.first_seen)}"
    return f"first {clock(item.first_seen)}, last {clock(item.last_seen)}"


def _due(expected: str, now: str) -> str:
    return f"{age(expected, now)} ago" if expected <= now else f"in {age(now, expected)}"


def _episodes(item: Item) -> str:
    episodes = item.episodes
    assert episodes is not None
    words = [f"{plural(episodes.count, 'drop', 'drops')} that recovered"]
    if episodes.median_seconds is not None:
        words.append(f"median {duration(episodes.median_seconds)}")
    if episodes.max_seconds is not None:
        words.append(f"longest {duration(episodes.max_seconds)}")
    return ", ".join(words)


def _score(item: Item) -> Iterator[str]:
    """The sum in one row, "attention 74 = 22 prior + 30 recurrence - 6 youth"; then what `why care` left
    unsaid.
    """
    total = sum(round(part.points * 10) for part in item.parts) / 10
    limited = (
        "" if not item.parts or abs(total - item.attention) < EPSILON else f", limited from {number(total)}"
    )
    words = f"{number(item.attention)}{limited}" + (" = " if item.parts else "")
    words += " ".join(_summand(part, first=order == 0) for order, part in enumerate(item.parts))
    yield from _row("attention", words)
    said = [sentence.casefold() for sentence in item.why]
    for part in item.parts:
        if part.because and not any(part.because.casefold().rstrip(". ") in sentence for sentence in said):
            yield from _row("", f"{part.name}: {part.because}")


def _summand(part: PartRow, *, first: bool) -> str:
    sign = "-" if part.points < 0 else "+"
    if first:
        return f"{'-' if part.points < 0 else ''}{points(part.points)} {part.name}"
    return f"{sign} {points(part.points)} {part.name}"


def _evidence(label: str, lines: list[str]) -> Iterator[str]:
    for order, line in enumerate(lines):
        yield from _row(
            label if order == 0 else "", "> " + cut(neutralise(line), EVIDENCE_CHARS_MAX), deeper=2
        )


def _row(label: str, text: str, deeper: int = 0) -> Iterator[str]:
    yield from _wrap(f"    {label:<{LABEL - 4}}", neutralise(text), LABEL + deeper)


def _wrap(lead: str, text: str, indent: int) -> list[str]:
    """The text after its lead, broken at 100 columns; further lines are indented by `indent` columns."""
    wrapped = textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=lead,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
    )
    return wrapped or [lead.rstrip()]

"""The walk of a digest: store, instant, tenant → histories → attention → stories with evidence → digest.

Everything in it is as of `at_us`: memory hands over nothing later. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from brainstemd.attention import Outcome, attend, numbered, strands
from brainstemd.attention.candidate import ABSENCE, CREEPING, HAPPENING
from brainstemd.attention.stories import story_id
from brainstemd.config import Config
from brainstemd.crowded import apart, crowded, whole
from brainstemd.digest import Digest, choose, compose
from brainstemd.memory import Store, without_collector
from brainstemd.models import DAY_US, MINUTE_US, SECOND_US, Gap, History, SignatureFacts, Story
from brainstemd.notes import load_notes, unreadable
from brainstemd.pipeline import decode
from brainstemd.senders import is_blind
from brainstemd.skewed import skewed
from brainstemd.spool import Reader, fetch
from brainstemd.view import Scheme, View, view_at

_EVIDENCE_LINES = 3
_STORIES_WITH_EVIDENCE = 40  # more than a digest takes: chosen as it chooses, the ten are among them
_HORIZON_US = 35 * DAY_US
_BEHIND_US, _BEHIND_BYTES = 5 * MINUTE_US, 1024  # a receiver that lives beats: more than that is a backlog
_MEMORY_GAPS = {
    "memory_rebuilt": "memory was found damaged at {} and made again from its newest backup and the kept lines; the broken "
    "file is in quarantine/ (delete it when the disk has been looked at)",
    "memory_lost": "memory holds nothing of before {}: an older copy in backups/ and `brainstemd rebuild`, or `brainstemd "
    "replay` of an archive, brings it back",
    "segments_missing": "kept lines of before {} were gone before memory had read them: `brainstemd replay` of an archive "
    "brings them back",
}
_NUMBERS_US = 28 * DAY_US
_Dated = TypeVar("_Dated", bound=tuple[int, Any])


class Report(NamedTuple):
    digest: Digest
    outcome: Outcome
    view: View
    wholes: Mapping[int, int] = {}  # strand → the key of memory that it is a part of


async def report(
    store: Store,
    config: Config,
    at_us: int,
    *,
    tenant: str | None = None,
    window_us: int | None = None,
    top: int | None = None,
    scheme: Scheme | None = None,
    without: frozenset[str] = frozenset(),
) -> Report:
    """The digest as of `at_us` and the verdicts behind it. `store` may be read-only. `scheme`: of ids, today's by default.

    `without`: detectors that are not asked, to see what they are good for. All reads see one state of memory, whatever a
    worker commits meanwhile.
    """
    async with store.snapshot():
        with without_collector(old_after=True):  # hundreds of thousands of objects, no cycle among them
            return await _report(store, config, at_us, tenant, window_us, top, scheme, without)


async def _report(
    store: Store,
    config: Config,
    at_us: int,
    tenant: str | None,
    window_us: int | None,
    top: int | None,
    scheme: Scheme | None,
    without: frozenset[str],
) -> Report:
    window_us = int(config.digest.window * 1_000_000) if window_us is None else window_us
    notes = [note for note in load_notes(config.state_dir) if note.recorded_us <= at_us]
    view = await view_at(store, notes, at_us, tenant=tenant, scheme=scheme)
    kept, rest = apart(await store.histories(at_us, tenant=tenant, horizon_us=_HORIZON_US))
    histories = view.histories(kept)
    signatures = await _facts(store, view, histories)
    since_us = await store.memory_since_us()
    if since_us is not None and since_us > at_us:
        since_us = None  # as of then, memory was empty
    parts = strands.split(histories, await _said(store, view, strands.asked(histories, at_us), at_us))
    lines = await _lines(store, view, numbered(histories, signatures, at_us), at_us)
    outcome = attend(
        [*histories, *parts.histories],
        signatures,
        at_us=at_us,
        window_us=window_us,
        since_us=at_us if since_us is None else since_us,
        gaps=[gap for gap in await store.gaps(at_us - _HORIZON_US, at_us, tenant) if is_blind(gap)],
        notes=view.notes(notes),
        config=config.attention,
        without=without,
        said={key: [(t_us, decode(raw).message) for t_us, raw in kept] for key, kept in lines.items()}
        | parts.thinned(numbered(parts.histories, signatures, at_us)),
        wholes=parts.wholes,
    )
    spool = config.state_dir / "spool"
    evidence = await _evidence(store, view, spool, outcome.stories, at_us, parts)
    for story in outcome.stories:
        if story.quotes and story.key_ids[0] in parts.wholes:
            # Of what did not come only seconds are known.
            seconds = {t_us // SECOND_US for t_us in story.quotes}
            own = [line for line in parts.lines[story.key_ids[0]] if line[0] // SECOND_US in seconds]
            evidence |= await _own_lines(
                store, view, spool, {story.key_ids[0]: own[-_EVIDENCE_LINES:]}, parts
            )
        elif story.quotes:
            seconds = {t_us // SECOND_US for t_us in story.quotes}
            quoted = [
                raw for t_us, raw in sorted(lines.get(story.key_ids[0], ())) if t_us // SECOND_US in seconds
            ]
            evidence[story.key_ids[0]] = quoted[-_EVIDENCE_LINES:] or evidence.get(story.key_ids[0], [])
    digest = compose(
        outcome.stories,
        at_us=at_us,
        window_us=window_us,
        tenant=tenant,
        since_us=since_us,
        totals=await store.totals(at_us - window_us, at_us, tenant),
        gaps=await store.gaps(at_us - window_us, at_us, tenant),
        footers=[
            *outcome.footers,
            *crowded(rest, at_us - window_us),
            *whole(parts.uncounted),
            *skewed(await store.skews(at_us, tenant), _speaking(histories, at_us - window_us)),
            *await _caveats(store, config, at_us, window_us),
        ],
        evidence=evidence,
        top=config.digest.top if top is None else top,
        newest_us=await _newest(store, [*histories, *rest], at_us),
    )
    return Report(digest, outcome, view, parts.wholes)


def former_items(made: Report) -> dict[str, set[str]]:
    """Item id → those that took its place since: when a class is learned or grows, an item is about the words that vary."""
    found: dict[str, set[str]] = {}
    for key_id in made.view.replaced():
        for key in made.view.behind(key_id):
            new = made.view.identity(key)
            for old in made.view.former_identities(key):
                for family in (HAPPENING, ABSENCE, CREEPING):
                    found.setdefault(story_id(old, family), set()).add(story_id(new, family))
    return found


async def _facts(store: Store, view: View, histories: Sequence[History]) -> dict[str, SignatureFacts]:
    """What is known of the signatures of these histories, classes among them."""
    ids = {history.key.signature for history in histories}
    known = {id_: facts for id_ in ids if (facts := view.stored(id_)) is not None}
    known.update(await store.signature_facts(ids - known.keys()))
    return known | {id_: facts for id_ in ids if id_ not in known and (facts := view.facts(id_)) is not None}


async def _lines(
    store: Store, view: View, key_ids: Iterable[int], at_us: int
) -> dict[int, list[tuple[int, bytes]]]:
    """key → the (t_us, raw) kept of it, of all keys that it stands for."""
    shown_by = view.spread(key_ids)
    found: dict[int, list[tuple[int, bytes]]] = {}
    for own, kept in sorted((await store.lines(shown_by, at_us, _NUMBERS_US)).items()):
        found.setdefault(shown_by[own], []).extend(kept)
    return found


async def _said(
    store: Store, view: View, key_ids: Iterable[int], at_us: int
) -> dict[int, list[tuple[int, str]]]:
    """key → the (t_us, message) kept of it, of all keys that it stands for, ascending."""
    shown_by = view.spread(key_ids)
    found: dict[int, list[tuple[int, str]]] = {}
    for own, kept in (await store.said(shown_by, at_us)).items():
        found.setdefault(shown_by[own], []).extend(kept)
    return {key: sorted(kept) for key, kept in found.items()}


def _speaking(histories: Iterable[History], since_us: int) -> set[tuple[str, str]]:
    """The (tenant, source)s with a line since an instant."""
    return {
        (history.key.tenant, history.key.source)
        for history in histories
        if history.days and max(day.last_us for day in history.days) >= since_us
    }


async def _caveats(store: Store, config: Config, at_us: int, window_us: int) -> list[str]:
    """What makes this digest less than it claims to be."""
    reasons = {gap.reason: gap for gap in await store.gaps(at_us - window_us, at_us)}
    found = [
        text.format(_clock(reasons[reason])) for reason, text in _MEMORY_GAPS.items() if reason in reasons
    ]
    behind_s = (at_us - await store.effective_at_us(at_us)) // SECOND_US
    if behind_s > 0:
        found.append(f"the index of the last {behind_s} s is gone: counts end that much before this instant")
    found += await _unread(store, config.state_dir / "spool", at_us)
    lost = unreadable(config.state_dir)
    if lost:
        found.append(
            f"{lost} {'note' if lost == 1 else 'notes'} cannot be read and had no say (`brainstemd spool verify --stream notes`)"
        )
    return found


async def _unread(store: Store, spool: Path, at_us: int) -> list[str]:
    """What was received and is not in memory yet, when that is more than a moment's worth."""
    heard_us = int(((await store.carry() or {}).get("receiver") or {}).get("last_us", 0))
    if not heard_us or at_us - heard_us < _BEHIND_US:
        return []
    reader = Reader(spool, await store.cursor())
    if reader.backlog_bytes() < _BEHIND_BYTES:
        return []
    said = datetime.fromtimestamp(heard_us // SECOND_US, UTC).isoformat().replace("+00:00", "Z")
    return [
        f"memory is behind: what was received after {said} waits in the spool and is not in this digest; a silence may be none"
    ]


async def _newest(store: Store, histories: Sequence[History], at_us: int) -> int | None:
    """When the newest event up to `at_us` was, to the second."""
    newest_us = await store.newest_us()
    if newest_us is not None and newest_us > at_us:
        newest_us = max((day.last_us for history in histories for day in history.days), default=None)
    return None if newest_us is None else newest_us - newest_us % SECOND_US


async def _evidence(
    store: Store, view: View, spool: Path, stories: Sequence[Story], at_us: int, parts: strands.Strands
) -> dict[int, list[bytes]]:
    """The last lines of each key that will be told, from the spool; where its segment is gone, memory's samples."""
    key_ids = sorted(set(_told_keys(choose(stories, _STORIES_WITH_EVIDENCE))))
    shown_by = view.spread([key for key in key_ids if key not in parts.wholes])
    recent = _newest_of(await store.recent_positions(sorted(shown_by), at_us, _EVIDENCE_LINES), shown_by)
    lines = fetch(spool, [where for found in recent.values() for _, where in found])
    evidence = {key: [lines[where] for _, where in found if where in lines] for key, found in recent.items()}
    missing = [own for own, key in shown_by.items() if not evidence.get(key)]
    for key, samples in _newest_of(await store.samples(missing, at_us), shown_by).items():
        evidence[key] = [raw for _, raw in samples]
    newest = {key: parts.lines[key][-_EVIDENCE_LINES:] for key in key_ids if key in parts.wholes}
    return evidence | await _own_lines(store, view, spool, newest, parts)


async def _own_lines(
    store: Store,
    view: View,
    spool: Path,
    wanted: Mapping[int, Sequence[tuple[int, str]]],
    parts: strands.Strands,
) -> dict[int, list[bytes]]:
    """Strand → the raw lines that said this then; the message alone where the spool has a line no more."""
    instants: dict[int, set[int]] = {}
    pooled = {key: parts.pools.get(parts.wholes[key], (parts.wholes[key],)) for key in wanted}
    wholes = {key: sorted(view.spread(keys)) for key, keys in pooled.items()}
    for key, said in wanted.items():
        for own in wholes[key]:
            instants.setdefault(own, set()).update(t_us for t_us, _ in said)
    places = await store.positions_at(instants)
    raws = fetch(spool, sorted({where for found in places.values() for where in found}))
    out: dict[int, list[bytes]] = {}
    for key, said in wanted.items():
        out[key] = []
        for t_us, message in said:
            near = [
                raws[where] for own in wholes[key] for where in places.get((own, t_us), ()) if where in raws
            ]
            text = message.encode("utf-8", "surrogatepass")
            same = sorted(raw for raw in near if text in raw)
            out[key].append(next((raw for raw in same if raw not in out[key]), (same or [text])[0]))
    return out


def _newest_of(found: Mapping[int, Iterable[_Dated]], shown_by: Mapping[int, int]) -> dict[int, list[_Dated]]:
    """The newest few of all keys that one stands for, oldest first."""
    merged: dict[int, list[_Dated]] = {}
    for own, dated in found.items():
        merged.setdefault(shown_by[own], []).extend(dated)
    return {key: sorted(dated)[-_EVIDENCE_LINES:] for key, dated in merged.items()}


def _told_keys(stories: Iterable[Story]) -> Iterable[int]:
    for story in stories:
        yield from story.key_ids
        for related in story.related:
            yield from related.key_ids


def _clock(gap: Gap) -> str:
    """The end of a gap, to the second."""
    return datetime.fromtimestamp(gap.end_us // SECOND_US, UTC).isoformat().replace("+00:00", "Z")

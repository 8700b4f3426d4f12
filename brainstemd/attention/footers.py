"""What is said below a digest in one line each: what is chronic, and what ended since yesterday."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from brainstemd.attention import phrases, scoring, titles, windows
from brainstemd.attention.candidate import HAPPENING, Candidate
from brainstemd.attention.stories import Group
from brainstemd.attention.units import KEY, Scene, Stat
from brainstemd.attention.windows import DAY

ENDED_MAX = 3
HABIT_POINTS = -30  # of habituation, from which on it is chronic
CHRONIC_DAYS = 4  # of memory; before that nobody knows what is chronic


def chronic(dense: Iterable[Stat], candidates: Iterable[Candidate], scene: Scene) -> list[str]:
    """One line on fault-worded lines that are dense and steady, or that habituation took out."""
    loud = [item for item in dense if item.lines_day]
    loud += [
        candidate.unit.stats[0]
        for candidate in candidates
        if candidate.valence > 0
        and candidate.family == HAPPENING
        and candidate.unit.level == KEY
        and candidate.attention <= scoring.GATED
        and any(part.name == "habituation" and part.points <= HABIT_POINTS for part in candidate.parts)
    ]
    if not loud:
        return []
    begin = scene.at_s - scene.window_s
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    hosts: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for item in loud:
        sort = (item.key.tenant, item.key.signature)
        hosts[sort].add(item.key.source)
        counts[sort] += sum(p.lines for p in windows.points(item.history, begin))
    worst = min(counts, key=lambda sort: (-counts[sort], sort))
    text = phrases.quoted(scene.template(worst[1])) or worst[1]
    places = "1 host" if len(hosts[worst]) == 1 else f"{len(hosts[worst])} hosts"
    kinds = "1 kind" if len(counts) == 1 else f"{len(counts)} kinds"
    known = "Chronic and unchanged" if scene.memory_s >= CHRONIC_DAYS * DAY else "Steady so far"
    most = f'"{text}", ' if len(counts) == 1 else f'most of it "{text}", {counts[worst]} lines '
    return [
        f"{known}: {kinds} of fault-worded lines, {sum(counts.values())} lines in the last "
        f"{windows.span(scene.window_s)}; {most}on {places}."
    ]


def ended(
    groups: Iterable[Group], earlier: Sequence[Group], candidates: Iterable[Candidate], scene: Scene
) -> list[str]:
    """One line on stories of yesterday that are none any more because nothing came since."""
    told = {key_id for found in groups for key_id in found.key_ids}
    quiet = {
        candidate.unit.identity
        for candidate in candidates
        if any(gate.startswith("quiet for") for gate in candidate.gates)
    }
    gone = [
        titles.title(found.leader, scene)
        for found in earlier
        if found.leader.unit.identity in quiet and told.isdisjoint(found.key_ids)
    ]
    if not gone:
        return []
    more = f" and {len(gone) - ENDED_MAX} more" if len(gone) > ENDED_MAX else ""
    return [f"Ended since yesterday: {'; '.join(gone[:ENDED_MAX])}{more}."]

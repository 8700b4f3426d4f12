"""`why`: the arithmetic of a story or a signature in lines of text, and what kept it out."""

from __future__ import annotations

from collections.abc import Sequence

from brainstemd.attention.judge import Outcome, Verdict
from brainstemd.attention.phrases import plain
from brainstemd.attention.stories import story_id
from brainstemd.attention.telling import Silenced
from brainstemd.attention.units import identity_of
from brainstemd.models import Part, Story

KEYS_MAX = 20


def explain(outcome: Outcome, target: str) -> list[str]:
    """Every part, its inputs and baseline, the gates; `target`: an item or signature id. [] if unknown."""
    story = next((item for item in outcome.stories if item.id == target), None)
    if story is not None:
        return _story(story, outcome)
    found = [
        verdict
        for verdict in outcome.verdicts.values()
        if verdict.key.signature == target or target in (verdict.story, _own_id(verdict))
    ]
    found.sort(key=lambda verdict: (-verdict.attention, -verdict.score, verdict.key.id))
    lines = _silenced(target, outcome.silenced[target]) if target in outcome.silenced and not found else []
    for verdict in found[:KEYS_MAX]:
        lines.extend(_verdict(verdict))
    if len(found) > KEYS_MAX:
        lines.append(f"… and {len(found) - KEYS_MAX} more keys of this signature, all with less attention")
    return lines


def _own_id(verdict: Verdict) -> str:
    return story_id(identity_of(verdict.key))


def _story(story: Story, outcome: Outcome) -> list[str]:
    lines = [f"{story.id}  {story.title}", f"{story.state}, attention {story.attention:g}"]
    lines.extend(_sum(story.parts, story.attention))
    gates = {
        gate
        for key_id in story.key_ids
        if key_id in outcome.verdicts
        for gate in outcome.verdicts[key_id].gates
    }
    lines.extend(f"  gate: {gate}" for gate in sorted(gates))
    lines.extend(f'  with it: "{plain(item.template)}" ({item.how})' for item in story.related)
    return lines


def _verdict(verdict: Verdict) -> list[str]:
    key = verdict.key
    name = " ".join(
        plain(part)
        for part in (
            key.tenant,
            key.source,
            key.app_name,
            key.entity and f"[{key.entity}]",
            key.state and f"({key.state})",
        )
        if part
    )
    lines = [f"{key.signature}  {name}: attention {verdict.attention:g}"]
    lines.extend(_sum(verdict.parts, verdict.attention) if verdict.parts else ())
    if verdict.kept_out == "; ".join(verdict.gates):
        lines.extend(f"  kept out: {gate}" for gate in verdict.gates)
    else:
        lines.extend(f"  gate: {gate}" for gate in verdict.gates)
        lines.extend([f"  kept out: {verdict.kept_out}"] if verdict.kept_out else ())
    if verdict.story and not verdict.kept_out:
        lines.append(f"  told in {verdict.story}")
    return lines


def _silenced(item: str, found: Silenced) -> list[str]:
    return [
        f"{item}  {found.title}: attention 0",
        *_sum(found.parts, 0.0),
        *(f"  kept out: {gate}" for gate in found.gates),
    ]


def _sum(parts: Sequence[Part], attention: float) -> list[str]:
    lines = [f"  {part.points:+7.1f}  {part.name}: {plain(part.because)}" for part in parts]
    total = sum(part.points for part in parts)
    lines.append(
        f"  {total:+7.1f}  sum"
        + ("" if abs(total - attention) < 0.06 else f"; after the gates {attention:g}")
    )
    return lines

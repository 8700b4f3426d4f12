"""Who is looked at together: units of several keys, and the members of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from brainstemd.attention import scoring
from brainstemd.attention.units import ENTITY, EVERY, SOURCE, SPREAD, Identity, Scene, Stat
from brainstemd.models import KeyFacts

# Kinds of entity that are one and the same thing on every host; a service or a disk is each host's own.
POSITIONS = frozenset({"interface", "disk", "volume", "module", "sensor"})  # their names are each host's own
EVERYWHERE = frozenset({"user", "host", "neighbor", "domain", "certificate"})

BENIGN_VALENCE = -15.0  # screened out below this, unless it heals or goes down

Group = tuple[str, Identity]  # level, what its members have in common


def groups(stage: Scene, asked: Sequence[Stat] | None) -> dict[Group, list[Stat]]:
    """The members of every group that can have two, in the order of the scene; with `asked`, only of the groups that one of
    these is in."""
    wanted, sorts = set[Group](), set[tuple[str, str]]()
    for item in asked or ():
        found = _groups_of(item.key, stage) if item.key.id not in stage.wholes else []
        wanted.update(found)
        if found:
            sorts.add((item.key.signature, item.key.state))
    if asked is None:
        sorts = {sort for sort, alike in stage.peers.items() if len(alike) > 1}  # no group has one member
    out: defaultdict[Group, list[Stat]] = defaultdict(list)
    for item in stage.stats:
        if (item.key.signature, item.key.state) in sorts and item.key.id not in stage.wholes:
            for group in _groups_of(item.key, stage):
                if asked is None or group in wanted:
                    out[group].append(item)
    return out


def _groups_of(key: KeyFacts, stage: Scene) -> list[Group]:
    if key.orderly:
        return []
    valence = valence_points(key, stage)
    faulty = valence > 0
    tenant, signature, state, entity = key.tenant, key.signature, key.state, key.entity
    out: list[Group] = []
    if valence > BENIGN_VALENCE and key.outcome != "success":
        out.append((SPREAD, (tenant, signature, state, EVERY, EVERY)))
    elsewhere = entity and stage.names[entity] > 1
    if elsewhere and key.outcome != "success" and key.entity_kind not in POSITIONS:
        out.append((SPREAD, (tenant, signature, state, EVERY, entity)))
    if faulty and entity:
        out.append((SOURCE, (tenant, signature, state, key.source, EVERY)))
        if elsewhere and key.entity_kind in EVERYWHERE:
            out.append((ENTITY, (tenant, signature, state, EVERY, entity)))
    return out


def valence_points(key: KeyFacts, scene: Scene) -> float:
    """The points of `valence_part`, computed once for both instants of a digest."""
    sort = (key.signature, key.state, key.severity)
    found = scene.lexicon.valences.get(sort)
    if found is None:
        found = scene.lexicon.valences[sort] = scoring.valence_points(key, scene)
    return found

"""The surroundings of one instant: all histories indexed in one pass, for detectors and scoring to look at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from brainstemd.attention.units import EVERY, Lexicon, Scene, Stat, Thing, stat
from brainstemd.attention.windows import DAY
from brainstemd.models import Gap, History, Note, SignatureFacts

NEWCOMER_DAYS = 16  # kinds of message that began in these days may have taken over from one that ended
OFTEN = (
    3  # active five-minute slots in the horizon: what has fewer comes on fewer days, too, and has no rhythm
)


def scene(
    histories: Iterable[History],
    facts: Mapping[str, SignatureFacts],
    *,
    at_s: int,
    window_s: int,
    since_s: int,
    notes: Sequence[Note],
    weights: Mapping[str, float],
    gaps: Sequence[Gap] = (),
    lexicon: Lexicon | None = None,
    wholes: Mapping[int, int] | None = None,
) -> Scene:
    """Index the histories: one pass, linear in day rows."""
    stats = [stat(history, at_s) for history in histories]
    out = Scene(at_s, window_s, since_s, stats, facts, notes, weights, gaps, lexicon=lexicon or Lexicon())
    out.wholes = wholes or {}
    peers: defaultdict[tuple[str, str], list[Stat]] = defaultdict(list)
    things: set[Thing] = set()
    exposure: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    first: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    newest: defaultdict[tuple[str, str], int] = defaultdict(int)
    kinds: set[tuple[str, str, str, str]] = set()
    successes: defaultdict[tuple[str, str, str, str], list[Stat]] = defaultdict(list)
    this_week = at_s - 7 * DAY
    for item in stats:  # walked for every key, twice a digest
        key = item.key
        id_, tenant, signature, state, source, entity, kind, _, outcome, _, app_name, _, _ = key
        out.keys[id_] = key
        peers[signature, state].append(item)
        program = app_name or out.program(key)
        if entity:
            things.add((tenant, source, program, kind, entity))
        if id_ in out.wholes:
            continue  # its whole is counted
        exposure[tenant, source, program] += item.slots
        if outcome == "success":
            successes[tenant, source, app_name, entity].append(item)
        place = (tenant, source)
        seen = first[place]
        if item.first_s < seen.get(signature, 1 << 62):
            seen[signature] = item.first_s
        if item.last_s > newest[place]:
            newest[place] = item.last_s
        if item.last_s >= this_week:
            kinds.add((tenant, signature, state, source))
    out.peers, out.exposure = dict(peers), Counter(exposure)
    out.names = Counter(thing[4] for thing in things)
    out.crowd = _crowd(exposure, things, out.names)
    sizes: defaultdict[str, int] = defaultdict(int)
    for (signature, state), alike in peers.items():
        out.states.setdefault(signature, []).append(state)
        sizes[signature] += len(alike)
    out.often = [item for item in stats if item.every_slot >= OFTEN]
    out.seldom = {signature for signature, count in sizes.items() if count <= OFTEN}
    out.seldom.difference_update(item.key.signature for item in out.often)
    for tenant, source in first:
        out.hosts.setdefault(tenant, set()).add(source)
    out.signature_first, out.newest = dict(first), dict(newest)
    out.source_first = {place: min(seen.values()) for place, seen in first.items()}
    newcomers: defaultdict[tuple[str, str, str], list[Stat]] = defaultdict(list)
    of_late = at_s - NEWCOMER_DAYS * DAY
    for item in stats:
        if item.first_s <= of_late:
            continue
        key = item.key
        if key.id in out.wholes:
            continue
        place = (key.tenant, key.source)
        if item.first_s > out.source_first[place] + 3 * DAY and item.first_s == first[place][key.signature]:
            newcomers[key.tenant, key.source, key.app_name].append(item)
    for arrived in newcomers.values():
        arrived.sort(key=lambda item: item.first_s)
    out.newcomers, out.successes = dict(newcomers), dict(successes)
    out.kinds_active = dict(Counter(kind[0] for kind in kinds))
    return out


def _crowd(
    at_hosts: Iterable[tuple[str, str, str]], things: Iterable[Thing], names: Mapping[str, int]
) -> Counter[tuple[str, ...]]:
    """How many hosts run a program; how many entities of a kind it has in all, at a host, in a tenant, of one name.

    Of a name that there is once nothing is counted by name: whoever asks for it is that one.
    """
    out: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for _, _, program in at_hosts:
        out[program,] += 1
    in_tenants = set()
    for tenant, source, program, kind, entity in things:
        out[tenant, source, program, kind] += 1
        if names[entity] == 1:
            out[EVERY, tenant, program, kind, EVERY] += 1
            out[program, kind] += 1
            continue
        out[program, kind, entity] += 1
        in_tenants.add((tenant, program, kind, entity))
    for tenant, program, kind, entity in in_tenants:
        out[EVERY, tenant, program, kind, EVERY] += 1
        out[EVERY, program, kind, entity] += 1
    for program, kind, _ in {(program, kind, entity) for _, program, kind, entity in in_tenants}:
        out[program, kind] += 1
    return Counter(out)

"""Learned classes as a view on reading: which signature a count is shown under, as of an instant (docs/fingerprint.md).

Memory counts under base ids for ever; nothing here is stored. A view is a function of
- the set of (tenant, source, template) first seen before the instant, of neither their order nor their number,
- the operators' `split` and `pin` notes recorded before it.

Invariants
- Nothing crosses tenants, and what one source says does not change another's classes: the classes of a source are learned
  from the templates that two sources or more of its tenant have said, and from its own.
- No count is mixed: under a class each word that varies is the entity of its key, where the key has none. Histories are
  joined only where their keys would be one: an operator pinned them, or an improved scheme renamed them.
- What an older scheme named is read under the id that the present one gives to its samples.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from brainstemd.memory import Store, joined, renamed
from brainstemd.models import History, KeyFacts, Note, SignatureFacts
from brainstemd.pipeline import Fingerprinter, decode, normalise
from brainstemd.pipeline.classes import VALUES_MIN, Base, Classes, learn
from brainstemd.pipeline.fingerprint import SCHEME
from brainstemd.pipeline.past import fits, open_words, past_members

TAUGHT_MAX = 50_000  # templates that teach one set of classes; of more, those of smallest id
_CHAIN_MAX = 8  # pins that point to one another

Refingerprint = Callable[[bytes], SignatureFacts]


class Shown(NamedTuple):
    """What a base signature is shown as at one source."""

    id: str
    template: str  # "" when the id is no class's
    words: str  # what its own template has in the open places, "" if nothing is known of them


class Scheme(NamedTuple):
    """The id scheme of this program: its version, and the signature that it gives to a raw line."""

    version: str
    of: Refingerprint


def present_scheme() -> Scheme:
    """The scheme by which lines are folded now."""
    mark = Fingerprinter().mark

    def of(raw: bytes) -> SignatureFacts:
        event = decode(raw)
        normalise(event)
        found = mark(event)
        return SignatureFacts(
            found.base, found.template, event.vendor or "", event.product or "", event.event_code or ""
        )

    return Scheme(SCHEME, of)


async def view_at(
    store: Store,
    notes: Iterable[Note],
    at_us: int,
    *,
    tenant: str | None = None,
    scheme: Scheme | None = None,
) -> View:
    """The view as of an instant, of one tenant or of all; what a tenant sees is the same in both."""
    scheme = scheme or present_scheme()
    seen = await store.seen(at_us, tenant)
    facts = dict(await store.signature_facts({signature for _, _, signature in seen}))
    keys, successors = await _successors(store, facts, at_us, tenant, scheme)
    seen += [(key.tenant, key.source, successors[key.id].id) for key in keys]
    heeded = [note for note in notes if note.recorded_us <= at_us and note.kind in ("split", "pin")]
    return View(seen, facts, successors, heeded, scheme.version)


async def _successors(
    store: Store, facts: Mapping[str, SignatureFacts], at_us: int, tenant: str | None, scheme: Scheme
) -> tuple[list[KeyFacts], dict[int, SignatureFacts]]:
    """The keys that an older scheme named and that have a sample, and for each its signature in the present scheme.

    Where a key's samples part, as a finer scheme tells them apart, the smallest of the new ids stands for all of its lines.
    """
    old = {id_ for id_ in facts if not id_.startswith(f"{scheme.version}-")}
    if not old:
        return [], {}
    keys = [key for key in await store.keys(tenant=tenant) if key.signature in old]
    samples = await store.samples({key.id for key in keys}, at_us)
    found = {
        key.id: min((scheme.of(raw) for _, raw in samples[key.id]), key=lambda one: one.id)
        for key in keys
        if samples.get(key.id)
    }
    return [key for key in keys if key.id in found], found


class _Rule:
    """A `split` or `pin`: which base signatures it is about, and what they are then."""

    def __init__(self, note: Note) -> None:
        self.tenant = note.tenant
        self.named = {note.signature, *note.members}
        self.pattern = note.template
        self.joins = note.kind == "pin" and (note.template is not None or bool(note.members))
        self.id = note.signature or ""

    def about(self, tenant: str, base: str, template: str) -> bool:
        if self.tenant not in (None, tenant):
            return False
        return base in self.named or (self.pattern is not None and fits(self.pattern, template))


class View:
    """What every key of memory is shown under. Ids that it has never heard of stand for themselves."""

    def __init__(
        self,
        seen: Iterable[tuple[str, str, str]],
        facts: Mapping[str, SignatureFacts],
        successors: Mapping[int, SignatureFacts],
        notes: Sequence[Note],
        scheme: str,
    ) -> None:
        self._facts = dict(facts)
        self._facts.update((one.id, one) for one in successors.values())
        self._successors = successors
        self._scheme = scheme
        self._rules = [_Rule(note) for note in sorted(notes, key=lambda note: note.recorded_us)]
        self._classes = {
            tenant: _Tenant(sources, self._facts) for tenant, sources in _by_source(seen, scheme).items()
        }
        self._shown: dict[tuple[str, str, str], Shown] = {}
        self._keys: dict[
            int, tuple[KeyFacts, ...]
        ] = {}  # key that stands for others or was renamed → the keys
        self._by_name: defaultdict[tuple[str, str], list[KeyFacts]] = defaultdict(
            list
        )  # tenant, id of any scheme
        self._entities: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # tenant, shown id
        self._patterns = {rule.id: rule.pattern for rule in self._rules if rule.pattern is not None}

    # ------------------------------------------------------------------ one key

    def base(self, key: KeyFacts) -> str:
        """The base id of a key in the present scheme."""
        successor = self._successors.get(key.id)
        return key.signature if successor is None else successor.id

    def of(self, key: KeyFacts) -> Shown:
        """What a key's signature is shown as."""
        return self._of(key.tenant, key.source, self.base(key))

    def facts(self, id_: str) -> SignatureFacts | None:
        """What is known of a signature or a class that was shown."""
        return self._facts.get(id_)

    def _of(self, tenant: str, source: str, base: str) -> Shown:
        place = tenant, source, base
        found = self._shown.get(place)
        if found is None:
            found = self._shown[place] = self._decided(tenant, source, base)
            if found.id not in self._facts:
                self._facts[found.id] = self._class_facts(found, base)
        return found

    def _decided(self, tenant: str, source: str, base: str) -> Shown:
        ruled = self._ruled(tenant, base)
        if ruled is not None:
            return ruled
        classes = self._classes.get(tenant)
        one = None if classes is None else classes.of(source, base)
        if one is None:
            return Shown(base, "", "")
        return Shown(one[0], one[1], self._words(one[1], base))

    def _ruled(self, tenant: str, base: str) -> Shown | None:
        """What the newest of the operators' words makes of a base signature; None when there is none."""
        id_, template = base, self._template(base)
        found = None
        for _ in range(_CHAIN_MAX):
            rule = self._rule(tenant, id_, template)
            if rule is None:
                break
            found = Shown(id_, "", "") if not rule.joins else self._joined(rule, base)
            if found.id == id_ or rule.pattern is not None:
                break
            id_, template = found.id, self._template(found.id)
        return found

    def _rule(self, tenant: str, id_: str, template: str) -> _Rule | None:
        return next((rule for rule in reversed(self._rules) if rule.about(tenant, id_, template)), None)

    def _joined(self, rule: _Rule, base: str) -> Shown:
        pattern = rule.pattern or ""
        return Shown(rule.id, pattern, self._words(pattern, base))

    def _template(self, id_: str) -> str:
        facts = self._facts.get(id_)
        return "" if facts is None else facts.template

    def _words(self, pattern: str, base: str) -> str:
        template = self._template(base)
        return " ".join(open_words(pattern, template)) if pattern and fits(pattern, template) else ""

    def _class_facts(self, shown: Shown, base: str) -> SignatureFacts:
        facts = self._facts.get(base, SignatureFacts(base, "", "", "", ""))
        return facts._replace(id=shown.id, template=shown.template or facts.template)

    # ------------------------------------------------------------------ names → keys

    def named(self, id_: str, keys: Iterable[KeyFacts]) -> list[KeyFacts]:
        """The keys that an id stands for: a base id of any scheme, a class, or a class of an earlier day."""
        known = list(keys)
        found = [key for key in known if id_ in (key.signature, self.base(key), self.of(key).id)]
        if found:
            return found
        behind = self.members(id_, known)
        return [key for key in known if self.base(key) in behind]

    def members(self, id_: str, keys: Iterable[KeyFacts]) -> frozenset[str]:
        """The base ids behind a class that is shown no more; none for an id that was never a class of theirs."""
        bases = {self.base(key) for key in keys}
        pattern = self._patterns.get(id_)
        if pattern is not None:
            return frozenset(base for base in bases if fits(pattern, self._template(base)))
        return frozenset(past_members(id_, map(self._as_base, sorted(bases))))

    def _as_base(self, id_: str) -> Base:
        return _as_base(self._facts.get(id_, SignatureFacts(id_, "", "", "", "")))

    # ------------------------------------------------------------------ histories and notes

    def histories(self, items: Iterable[History]) -> list[History]:
        """Histories under what they are shown as; those of one key then are joined."""
        groups: defaultdict[tuple[str, str, str, str, str], list[History]] = defaultdict(list)
        for item in items:
            key, identity = item.key, self.identity(item.key)
            groups[identity].append(item)
            self._entities[key.tenant, identity[1]].add(identity[4])
            for name in {key.signature, self.base(key)}:
                self._by_name[key.tenant, name].append(key)
        aliases: dict[int, int] = {}
        found = []
        for identity, group in groups.items():
            head = min(group, key=lambda item: (item.key.signature != identity[1], item.key.id)).key
            key = head._replace(signature=identity[1], entity=identity[4])
            if len(group) > 1 or key != head:
                self._keys[key.id] = tuple(sorted(item.key for item in group))
            aliases.update((item.key.id, key.id) for item in group if item.key.id != key.id)
            found.append(joined(group, key) if len(group) > 1 else group[0]._replace(key=key))
        return [renamed(item, aliases) for item in found] if aliases else found

    def identity(self, key: KeyFacts) -> tuple[str, str, str, str, str]:
        """The parts of the key under which attention judges it.

        A key about another entity than the word that varies keeps its base id: its class would hold two kinds of entities.
        """
        base, shown = self.base(key), self.of(key)
        if shown.id == base or not shown.words:
            return key.tenant, shown.id, key.state, key.source, key.entity
        if key.entity and key.entity.casefold() != shown.words.casefold():
            return key.tenant, base, key.state, key.source, key.entity
        return key.tenant, shown.id, key.state, key.source, key.entity or shown.words

    def behind(self, key_id: int) -> tuple[KeyFacts, ...]:
        """The keys, as memory has them, whose lines a history of `histories` shows; () where it is the key itself."""
        return self._keys.get(key_id, ())

    def spread(self, key_ids: Iterable[int]) -> dict[int, int]:
        """Every key of memory behind these → the one of these that shows it."""
        return {
            own: key_id for key_id in key_ids for own in ([key.id for key in self.behind(key_id)] or [key_id])
        }

    def notes(self, notes: Sequence[Note]) -> list[Note]:
        """Notes on what is shown: one about a base signature speaks of it wherever a class holds it."""
        out: list[Note] = []
        for note in notes:
            out.append(note)
            if note.signature is not None and note.kind not in ("split", "pin"):
                out += self._translated(note)
        return out

    def _translated(self, note: Note) -> list[Note]:
        """One for each (signature, entity) under which lines of the note's signature are shown; where all of a signature's
        are its own, one for the signature."""
        scopes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for key in self._meant(note):
            tenant, signature, _, _, entity = self.identity(key)
            if signature != note.signature and note.entity in (None, key.entity, entity):
                scopes[tenant, signature].add(entity)
        out = []
        for (tenant, signature), entities in sorted(scopes.items()):
            whole = note.entity is None and entities == self._entities[tenant, signature]
            shown = note._replace(tenant=tenant, signature=signature, item=None)
            out += [shown] if whole else [shown._replace(entity=one) for one in sorted(entities)]
        return out

    def _meant(self, note: Note) -> Iterator[KeyFacts]:
        rule = _Rule(note)
        for (tenant, name), keys in self._by_name.items():
            if note.tenant in (None, tenant) and rule.about(tenant, name, self._template(name)):
                yield from keys


def _by_source(seen: Iterable[tuple[str, str, str]], scheme: str) -> dict[str, dict[str, set[str]]]:
    """Tenant → source → the base ids of the present scheme that it has said."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for tenant, source, signature in seen:
        if signature.startswith(f"{scheme}-"):
            found[tenant][source].add(signature)
    return {tenant: dict(sources) for tenant, sources in found.items()}


def _as_base(facts: SignatureFacts) -> Base:
    return Base(facts.id, facts.template, facts.event_code or None)


class _Tenant:
    """The classes of one tenant: those that its sources have in common, and each source's own."""

    def __init__(self, sources: Mapping[str, Collection[str]], facts: Mapping[str, SignatureFacts]) -> None:
        speakers: defaultdict[str, int] = defaultdict(int)
        for said in sources.values():
            for id_ in said:
                speakers[id_] += 1
        common = {id_ for id_, count in speakers.items() if count > 1}
        self._common = _learned(common, facts)
        self._own = {
            source: _learned(said, facts) for source, said in sources.items() if not common.issuperset(said)
        }

    def of(self, source: str, base: str) -> tuple[str, str] | None:
        """(id, template) of the class of a base signature at a source; None when it is in none."""
        for classes in (self._common, self._own.get(source)):
            if classes is not None and (id_ := classes.of(base)) != base:
                return id_, classes.template(base) or ""
        return None


def _learned(ids: Collection[str], facts: Mapping[str, SignatureFacts]) -> Classes | None:
    if len(ids) < VALUES_MIN:
        return None
    taught = sorted(ids)[:TAUGHT_MAX]
    return learn(_as_base(facts[id_]) for id_ in taught if id_ in facts)

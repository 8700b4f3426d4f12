"""Learned classes as a view on reading: which signature a count is shown under, as of an instant (docs/fingerprint.md).

Memory counts under base ids for ever; nothing here is stored. A view is a function of
- the set of (tenant, source, template) first seen before the instant, of neither their order nor their number,
- the operators' `split` and `pin` notes recorded before it.

Invariants
- What one source says does not change another's classes, nor what one tenant says another's: the classes of a source are
  learned from the templates that two tenants or more have said, those that two sources or more of its tenant have, and its own.
- No count is mixed: under a class each word that varies is the entity of its key, where the key has none. Histories are
  joined only where their keys would be one: an operator pinned them, or an improved scheme renamed them.
- What an older scheme named is read under the id that the present one gives to its samples.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, combinations
from typing import NamedTuple

from brainstemd.memory import Store, joined, renamed
from brainstemd.models import History, KeyFacts, Note, SignatureFacts
from brainstemd.pipeline import Fingerprinter, decode, normalise
from brainstemd.pipeline.classes import VALUES_MIN, Base, Classes, learn
from brainstemd.pipeline.fingerprint import SCHEME, signature_id
from brainstemd.pipeline.past import fits, open_words, past_class

TAUGHT_WORDS_MAX = 400_000  # of the templates that teach one set of classes; of more, those of smallest id do
_CHAIN_MAX = 8  # pins that point to one another

Identity = tuple[str, str, str, str, str]  # tenant, signature, state, source, entity
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
    seen = await store.seen(at_us)
    facts = dict(await store.signature_facts({signature for _, _, signature in seen}))
    keys, successors = await _successors(store, facts, at_us, scheme)
    seen += [(key.tenant, key.source, successors[key.id].id) for key in keys]
    heeded = [note for note in notes if note.recorded_us <= at_us and note.kind in ("split", "pin")]
    return View(seen, facts, successors, heeded, scheme.version, tenant)


async def _successors(
    store: Store, facts: Mapping[str, SignatureFacts], at_us: int, scheme: Scheme
) -> tuple[list[KeyFacts], dict[int, SignatureFacts]]:
    """The keys that an older scheme named and that have a sample, and for each its signature in the present scheme.

    Where a key's samples part, as a finer scheme tells them apart, the smallest of the new ids stands for all of its lines.
    """
    old = {id_ for id_ in facts if not id_.startswith(f"{scheme.version}-")}
    if not old:
        return [], {}
    keys = [key for key in await store.keys() if key.signature in old]
    samples = await store.samples({key.id for key in keys}, at_us)
    found = {
        key.id: min((scheme.of(raw) for _, raw in samples[key.id]), key=lambda one: one.id)
        for key in keys
        if samples.get(key.id)
    }
    return [key for key in keys if key.id in found], found


class _Rule:
    """What a note is about: base signatures by their ids, or all whose templates fit a class."""

    def __init__(self, note: Note) -> None:
        self.tenant = note.tenant
        self.named = {note.signature, *note.members}
        self.pattern = note.template
        self.joins = note.kind == "pin" and (note.template is not None or bool(note.members))
        self.id = note.signature or ""

    def about(self, tenant: str, base: SignatureFacts) -> bool:
        return self.tenant in (None, tenant) and (base.id in self.named or self.fits(base))

    def fits(self, base: SignatureFacts) -> bool:
        if self.pattern is None or not fits(self.pattern, base.template):
            return False
        foreign = not self.id.startswith(
            f"{SCHEME}-"
        )  # of another scheme: how its id was made is not known here
        return foreign or signature_id(self.pattern, base.event_code or None) == self.id


class View:
    """What every key of memory is shown under. Ids that it has never heard of stand for themselves."""

    def __init__(
        self,
        seen: Iterable[tuple[str, str, str]],
        facts: Mapping[str, SignatureFacts],
        successors: Mapping[int, SignatureFacts],
        notes: Sequence[Note],
        scheme: str,
        tenant: str | None = None,
        taught_words: int = TAUGHT_WORDS_MAX,
    ) -> None:
        self._facts = dict(facts)
        self._facts.update((one.id, one) for one in successors.values())
        self._successors = successors
        self._scheme = scheme
        self._rules = [_Rule(note) for note in sorted(notes, key=lambda note: note.recorded_us)]
        said = _by_source(seen, scheme)
        public = _shared(set().union(*sources.values()) for sources in said.values())

        def learned(ids: Collection[str]) -> Classes | None:
            """The classes of a set of templates; of too many, of those with the smallest ids."""
            bases = [_as_base(self._facts[id_]) for id_ in sorted(ids) if id_ in self._facts]
            words = accumulate(base.template.count(" ") + 1 for base in bases)
            taught = [base for base, sum_ in zip(bases, words, strict=True) if sum_ <= taught_words]
            return learn(taught) if len(taught) >= VALUES_MIN else None

        self._public = learned(public)
        self._classes = {
            name: _Tenant(said[name], learned, public) for name in said if tenant in (None, name)
        }
        self._shown: dict[tuple[str, str, str], Shown] = {}
        self._keys: dict[
            int, tuple[KeyFacts, ...]
        ] = {}  # key that stands for others or was renamed → the keys
        self._by_name: defaultdict[tuple[str, str], list[KeyFacts]] = defaultdict(
            list
        )  # tenant, id of any scheme
        self._entities: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # tenant, shown id

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
        one = _class_in(self._public, base)
        if one is None and classes is not None:
            one = classes.of(source, base)
        if one is None:
            return Shown(base, "", "")
        return Shown(one[0], one[1], self._words(one[1], base))

    def _ruled(self, tenant: str, base: str) -> Shown | None:
        """What the newest of the operators' words makes of a base signature; None when there is none."""
        id_, found = base, None
        for _ in range(_CHAIN_MAX):
            rule = self._rule(tenant, self._known(id_))
            if rule is None:
                break
            found = self._pinned(rule, base) if rule.joins else Shown(id_, "", "")
            if found.id == id_ or rule.pattern is not None:
                break
            id_ = found.id
        return found

    def _rule(self, tenant: str, base: SignatureFacts) -> _Rule | None:
        return next((rule for rule in reversed(self._rules) if rule.about(tenant, base)), None)

    def _pinned(self, rule: _Rule, base: str) -> Shown:
        pattern = rule.pattern or ""
        return Shown(rule.id, pattern, self._words(pattern, base))

    def _known(self, id_: str) -> SignatureFacts:
        return self._facts.get(id_) or SignatureFacts(id_, "", "", "", "")

    def _words(self, pattern: str, base: str) -> str:
        template = self._known(base).template
        return " ".join(open_words(pattern, template)) if pattern and fits(pattern, template) else ""

    def _class_facts(self, shown: Shown, base: str) -> SignatureFacts:
        facts = self._known(base)
        return facts._replace(id=shown.id, template=shown.template or facts.template)

    # ------------------------------------------------------------------ names → keys

    def named(self, id_: str, keys: Iterable[KeyFacts]) -> list[KeyFacts]:
        """The keys that an id stands for: a base id of any scheme, a class, or a class of an earlier day."""
        known = list(keys)
        found = [key for key in known if id_ in (key.signature, self.base(key), self.of(key).id)]
        if found:
            return found
        past = self._past(id_, known)
        return [key for key in known if past is not None and past.fits(self._known(self.base(key)))]

    def pattern(self, id_: str, keys: Sequence[KeyFacts]) -> str | None:
        """The template of a class, of today or of an earlier day; None for a base signature and for what is neither."""
        if any(id_ in (key.signature, self.base(key)) for key in keys):
            return None
        shown = next((shown for key in keys if (shown := self.of(key)).id == id_), None)
        if shown is not None:
            return shown.template or None
        past = self._past(id_, keys)
        return None if past is None else past.pattern

    def _past(self, id_: str, keys: Iterable[KeyFacts]) -> _Rule | None:
        told = next((rule for rule in self._rules if rule.id == id_ and rule.pattern is not None), None)
        if told is not None:
            return told
        found = past_class(id_, (_as_base(self._known(base)) for base in sorted({*map(self.base, keys)})))
        return found and _Rule(Note("", 0, "", signature=id_, template=found.template))

    # ------------------------------------------------------------------ histories and notes

    def histories(self, items: Iterable[History]) -> list[History]:
        """Histories under what they are shown as; those of one key then are joined."""
        groups: defaultdict[Identity, list[History]] = defaultdict(list)
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

    def identity(self, key: KeyFacts) -> Identity:
        """The parts of the key under which attention judges it.

        A key about another entity than the word that varies keeps its base id: its class would hold two kinds of entities.
        """
        base, shown = self.base(key), self.of(key)
        if shown.id == base or not shown.words:
            return key.tenant, shown.id, key.state, key.source, key.entity
        if key.entity and key.entity.casefold() != shown.words.casefold():
            return key.tenant, base, key.state, key.source, key.entity
        return key.tenant, shown.id, key.state, key.source, key.entity or shown.words

    def former_identities(self, key: KeyFacts) -> list[Identity]:
        """Under which a key can have been judged before what is learned now: by its own signature, by fewer words."""
        tenant, shown, state, source, entity = self.identity(key)
        found = [(tenant, name, state, source, key.entity) for name in {key.signature, self.base(key)}]
        if not key.entity:
            words = entity.split(" ")
            fewer = (part for count in range(1, len(words)) for part in combinations(words, count))
            found += [(tenant, shown, state, source, " ".join(part)) for part in fewer]
        return found

    def replaced(self) -> list[int]:
        """The ids of the keys of `histories` that show other keys than memory has."""
        return list(self._keys)

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
            about = {None, key.entity, entity, self._words(note.template or "", self.base(key))}
            if signature != note.signature and note.entity in about:
                scopes[tenant, signature].add(entity)
        out = []
        for (tenant, signature), entities in sorted(scopes.items()):
            whole = note.entity is None and entities == self._entities[tenant, signature]
            shown = note._replace(tenant=tenant, signature=signature, entity=None, item=None)
            out += [shown] if whole else [shown._replace(entity=one or None) for one in sorted(entities)]
        return out

    def _meant(self, note: Note) -> Iterator[KeyFacts]:
        rule = _Rule(note)
        for (tenant, name), keys in self._by_name.items():
            if rule.about(tenant, self._known(name)):
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
    """The classes of one tenant beside the public ones: those that its sources have in common, and each source's own."""

    def __init__(
        self,
        sources: Mapping[str, set[str]],
        learned: Callable[[Collection[str]], Classes | None],
        public: set[str],
    ) -> None:
        common = _shared(sources.values())
        self._common = None if common <= public else learned(common)
        known = common | public
        self._own = {source: learned(said) for source, said in sources.items() if not said <= known}

    def of(self, source: str, base: str) -> tuple[str, str] | None:
        """The class of a base signature at a source; None when it is in none."""
        return _class_in(self._common, base) or _class_in(self._own.get(source), base)


def _class_in(classes: Classes | None, base: str) -> tuple[str, str] | None:
    """(id, template) of the class of a base signature; None when it is in none."""
    id_ = base if classes is None else classes.of(base)
    return None if id_ == base or classes is None else (id_, classes.template(base) or "")


def _shared(parts: Iterable[Collection[str]]) -> set[str]:
    """What two parts or more hold."""
    counts = Counter(chain.from_iterable(parts))
    return {id_ for id_, count in counts.items() if count > 1}

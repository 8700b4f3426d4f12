"""The view itself: keys, histories and notes under what signatures are shown as."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from brainstemd.memory import Store, joined, renamed
from brainstemd.models import History, KeyFacts, Note, SignatureFacts
from brainstemd.pipeline.past import open_words, past_class
from brainstemd.view.rules import Rule
from brainstemd.view.scheme import Scheme, present_scheme, successors_of
from brainstemd.view.taught import TAUGHT_WORDS_MAX, Taught, as_base

CROWD_MIN = 6  # words that never came back, from which on they are no entities
ONCE_LINES = 2
_CHAIN_MAX = 8  # pins that point to one another

Identity = tuple[str, str, str, str, str]  # tenant, signature, state, source, entity


class Shown(NamedTuple):
    """What a base signature is shown as at one source."""

    id: str
    template: str  # "" when the id is no class's
    words: str  # what its own template has in the open places, "" if nothing is known of them


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
    keys, successors = await successors_of(store, facts, at_us, scheme)
    seen += [(key.tenant, key.source, successors[key.id].id) for key in keys]
    heeded = [note for note in notes if note.recorded_us <= at_us and note.kind in ("split", "pin")]
    return View(seen, facts, successors, heeded, scheme.version, tenant)


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
        self._stored = facts
        self._facts = dict(facts)
        self._facts.update((one.id, one) for one in successors.values())
        self._successors = successors
        self._rules = [Rule(note) for note in sorted(notes, key=lambda note: note.recorded_us)]
        self._taught = Taught(seen, self._facts, scheme, tenant, taught_words)
        self._shown: dict[tuple[str, str, str], Shown] = {}
        self._crowd: set[int] = set()  # keys of words that never came back
        self._crowds: dict[Identity, set[int]] = {}  # the same, by what they are shown as together
        self._keys: dict[int, tuple[KeyFacts, ...]] = {}  # key that shows others → the keys of memory
        self._unnamed: list[tuple[list[History], list[Identity]]] = []  # not yet in the two below
        # (tenant, id of any scheme) → its keys; (tenant, what is shown) → its entities
        self._by_name: defaultdict[tuple[str, str], list[KeyFacts]] = defaultdict(list)
        self._entities: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

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

    def stored(self, id_: str) -> SignatureFacts | None:
        """What memory has of a base signature that was seen before the instant."""
        return self._stored.get(id_)

    def _of(self, tenant: str, source: str, base: str) -> Shown:
        place = tenant, source, base
        found = self._shown.get(place)
        if found is None:
            found = self._shown[place] = self._decided(tenant, source, base)
            if found.id not in self._facts:
                self._facts[found.id] = self._class_facts(found, base)
        return found

    def _decided(self, tenant: str, source: str, base: str) -> Shown:
        ruled = self._ruled(tenant, base) if self._rules else None
        if ruled is not None:
            return ruled
        one = self._taught.of(tenant, source, base)
        if one is None:
            return Shown(base, "", "")
        return Shown(one.id, one.template, self._words(one.template, base))

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

    def _rule(self, tenant: str, base: SignatureFacts) -> Rule | None:
        return next((rule for rule in reversed(self._rules) if rule.about(tenant, base)), None)

    def _pinned(self, rule: Rule, base: str) -> Shown:
        pattern = rule.pattern or ""
        return Shown(rule.id, pattern, self._words(pattern, base))

    def _known(self, id_: str) -> SignatureFacts:
        return self._facts.get(id_) or SignatureFacts(id_, "", "", "", "")

    def _words(self, pattern: str, base: str) -> str:
        template = self._known(base).template
        return " ".join(open_words(pattern, template)) if pattern else ""

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

    def _past(self, id_: str, keys: Iterable[KeyFacts]) -> Rule | None:
        told = next((rule for rule in self._rules if rule.id == id_ and rule.pattern is not None), None)
        if told is not None:
            return told
        found = past_class(id_, (as_base(self._known(base)) for base in sorted({*map(self.base, keys)})))
        return found and Rule(Note("", 0, "", signature=id_, template=found.template))

    # ------------------------------------------------------------------ histories and notes

    def histories(self, items: Iterable[History]) -> list[History]:
        """Histories under what they are shown as; those of one key then are joined."""
        known = list(items)
        identities = self._find_crowds(known)
        self._unnamed.append((known, identities))
        groups: defaultdict[Identity, list[History]] = defaultdict(list)
        for item, identity in zip(known, identities, strict=True):
            groups[identity].append(item)
        aliases: dict[int, int] = {}
        found = []
        for identity, group in groups.items():
            if len(group) == 1:  # nearly all
                item, own = group[0], group[0].key
                if own.signature != identity[1] or own.entity != identity[4]:
                    self._keys[own.id] = (own,)
                    item = item._replace(key=own._replace(signature=identity[1], entity=identity[4]))
                found.append(item)
                continue
            head = min(group, key=lambda item: (item.key.signature != identity[1], item.key.id)).key
            key = head._replace(signature=identity[1], entity=identity[4])
            self._keys[key.id] = tuple(sorted(item.key for item in group))
            aliases.update((item.key.id, key.id) for item in group if item.key.id != key.id)
            found.append(joined(group, key))
        return [renamed(item, aliases) for item in found] if aliases else found

    def _name(self) -> None:
        """Look up all histories by name: only where an operator said something."""
        for known, identities in self._unnamed:
            for item, identity in zip(known, identities, strict=True):
                key = item.key
                self._entities[identity[0], identity[1]].add(identity[4])
                self._by_name[key.tenant, key.signature].append(key)
                if key.id in self._successors and (base := self.base(key)) != key.signature:
                    self._by_name[key.tenant, base].append(key)
        self._unnamed = []

    def _find_crowds(self, items: Sequence[History]) -> list[Identity]:
        """Words of one class, state and source that never came back: values as a number is one, and no entities.

        Returns what each history is judged under.
        """
        self._crowd = set()
        identities = [self.identity(item.key) for item in items]
        once: defaultdict[Identity, list[int]] = defaultdict(list)
        for number, item in enumerate(items):
            identity = identities[number]
            if identity[4] and not item.key.entity and _once(item):
                once[(*identity[:4], "")].append(number)
        self._crowds = {}
        for identity, numbers in once.items():
            if len(numbers) >= CROWD_MIN:
                self._crowds[identity] = {items[number].key.id for number in numbers}
                for number in numbers:
                    identities[number] = identity
        self._crowd = set().union(*self._crowds.values())
        return identities

    def identity(self, key: KeyFacts) -> Identity:
        """The parts of the key under which attention judges it.

        A key about another entity than the word that varies keeps its base id: its class would hold two kinds of entities.
        """
        base = self.base(key)
        shown = self._of(key.tenant, key.source, base)
        if shown.id == base or not shown.words:
            return key.tenant, shown.id, key.state, key.source, key.entity
        if key.entity and key.entity.casefold() != shown.words.casefold():
            return key.tenant, base, key.state, key.source, key.entity
        words = "" if key.id in self._crowd else shown.words
        return key.tenant, shown.id, key.state, key.source, key.entity or words

    def former_identities(self, key: KeyFacts) -> list[Identity]:
        """Under which a key can have been judged before what is learned now: by its own signature, by fewer words."""
        tenant, shown, state, source, _ = self.identity(key)
        found = [(tenant, name, state, source, key.entity) for name in {key.signature, self.base(key)}]
        if not key.entity:
            words = self.of(key).words.split(" ")
            fewer = (part for count in range(1, len(words) + 1) for part in combinations(words, count))
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
        are its own, one for the signature. A crowd is meant only as a whole."""
        self._name()
        scopes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        meant = {key.id: key for key in self._meant(note)}
        for key in meant.values():
            identity = tenant, signature, _, _, entity = self.identity(key)
            about = {None, key.entity, entity, self._words(note.template or "", self.base(key))}
            if signature == note.signature or note.entity not in about:
                continue
            if key.id not in self._crowd or meant.keys() >= self._crowds[identity]:
                scopes[tenant, signature].add(entity)
        out = []
        for (tenant, signature), entities in sorted(scopes.items()):
            whole = note.entity is None and entities == self._entities[tenant, signature]
            shown = note._replace(tenant=tenant, signature=signature, entity=None, item=None)
            out += [shown] if whole else [shown._replace(entity=one or None) for one in sorted(entities)]
        return out

    def _meant(self, note: Note) -> Iterator[KeyFacts]:
        rule = Rule(note)
        if (
            note.template is None and note.tenant is not None
        ):  # nearly all: no need to look at every signature
            for name in rule.named:
                yield from self._by_name.get((note.tenant, name or ""), ())
            return
        for (tenant, name), keys in self._by_name.items():
            if rule.about(tenant, self._known(name)):
                yield from keys


def _once(item: History) -> bool:
    """Heard on one day, and hardly more than once."""
    return len(item.days) == 1 and not item.weeks and item.days[0].lines <= ONCE_LINES

"""Whose templates teach whom: the public classes, those of a tenant, and those of a source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import accumulate, chain

from brainstemd.models import SignatureFacts
from brainstemd.pipeline.classes import VALUES_MIN, Base, Class, Classes, learn

TAUGHT_WORDS_MAX = 400_000  # of the templates that teach one set of classes; of more, those of smallest id do


class Taught:
    """The classes of everybody, of one tenant, or of all."""

    def __init__(
        self,
        seen: Iterable[tuple[str, str, str]],
        facts: Mapping[str, SignatureFacts],
        scheme: str,
        tenant: str | None,
        taught_words: int,
    ) -> None:
        said = _by_source(seen, scheme)
        public = _shared(set().union(*sources.values()) for sources in said.values())

        def learned(ids: Collection[str]) -> Classes | None:
            """The classes of a set of templates; of too many, of those with the smallest ids."""
            bases = [as_base(facts[id_]) for id_ in sorted(ids) if id_ in facts]
            words = accumulate(base.template.count(" ") + 1 for base in bases)
            taught = [base for base, sum_ in zip(bases, words, strict=True) if sum_ <= taught_words]
            return learn(taught) if len(taught) >= VALUES_MIN else None

        self._public = learned(public)
        self._tenants = {
            name: _Tenant(said[name], learned, public) for name in said if tenant in (None, name)
        }

    def of(self, tenant: str, source: str, base: str) -> Class | None:
        """The class of a base signature at a source; None when it is in none."""
        found = None if self._public is None else self._public.holding(base)
        classes = self._tenants.get(tenant)
        return found if found is not None or classes is None else classes.of(source, base)


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

    def of(self, source: str, base: str) -> Class | None:
        """The class of a base signature at a source; None when it is in none."""
        found = None if self._common is None else self._common.holding(base)
        own = self._own.get(source)
        return found if found is not None or own is None else own.holding(base)


def _shared(parts: Iterable[Collection[str]]) -> set[str]:
    """What two parts or more hold."""
    counts = Counter(chain.from_iterable(parts))
    return {id_ for id_, count in counts.items() if count > 1}


def _by_source(seen: Iterable[tuple[str, str, str]], scheme: str) -> dict[str, dict[str, set[str]]]:
    """Tenant → source → the base ids of the present scheme that it has said."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for tenant, source, signature in seen:
        if signature.startswith(f"{scheme}-"):
            found[tenant][source].add(signature)
    return {tenant: dict(sources) for tenant, sources in found.items()}


def as_base(facts: SignatureFacts) -> Base:
    return Base(facts.id, facts.template, facts.event_code or None)

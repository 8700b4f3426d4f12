"""Every compiled pattern that a line can meet, and texts that are hard for each: derived from its own syntax tree.

A slow pattern is slow because some repeat can begin, or go on, at many places. So for every repeat of a pattern there is a
*bait*: the shortest text that leads to the repeat, then what the repeat likes, again and again, then nothing that the
pattern wants. Searching 64 KiB of it shows what the pattern costs at its worst.
"""

from __future__ import annotations

import functools
import gc
import importlib
import pkgutil
import re
import re._constants as sre
import re._parser as sre_parser
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

import brainstemd.pipeline
from brainstemd.pipeline import slots

BYTES_MAX = 65_536
_LETTERS = "ab0 A=.:-_/\"'[](){}<>,;|\\@%#*+~\t\né"
_MANY = 3  # a repeat of at least so many rounds is worth baiting
_PUMPS = 2  # different characters tried in a repeated set
_CONTAINERS = (dict, list, tuple, set, frozenset, types.MappingProxyType)
_CALLABLES = (types.BuiltinMethodType, functools._lru_cache_wrapper)


class Bait(NamedTuple):
    """A text of any length that is hard for one pattern."""

    where: str  # module of the pattern
    head: str  # leads to the repeat
    pump: str  # what the repeat likes
    tail: str  # what the pattern does not want next

    def text(self, size: int = BYTES_MAX) -> str:
        """One head, then pumps."""
        room = max(0, size - len(self.head) - len(self.tail))
        return self.head + self.pump * (room // len(self.pump)) + self.tail

    def again(self, size: int = BYTES_MAX, pumps: int = 1) -> str:
        """Head and so many pumps, again and again: many places to begin at."""
        one = self.head + self.pump * pumps
        return one * max(1, size // len(one)) + self.tail


@functools.cache
def compiled() -> tuple[tuple[str, re.Pattern[Any]], ...]:
    """Module and pattern, of all that the pipeline and the framing hold; those made on demand are made first."""
    for noun in slots.NOUNS:
        slots._patterns(noun)
    found: dict[tuple[str, int], tuple[str, re.Pattern[Any]]] = {}
    for module in modules():
        name = module.__name__.removeprefix("brainstemd.")
        for pattern in _held(module):
            found.setdefault((str(pattern.pattern), pattern.flags), (name, pattern))
    return tuple(found.values())


def modules() -> list[types.ModuleType]:
    """Dialects first, packages last: a pattern belongs to the innermost module that holds it."""
    package = brainstemd.pipeline
    found = list(pkgutil.walk_packages(package.__path__, f"{package.__name__}."))
    names = sorted((info.ispkg, -info.name.count("."), info.name) for info in found)
    return [importlib.import_module(name) for *_, name in (*names, (False, 0, "brainstemd.framing"))]


def _held(module: types.ModuleType) -> Iterator[re.Pattern[Any]]:
    """Patterns that a module's values reach through containers, objects of ours, closures and bound methods."""
    seen: set[int] = set()
    waiting: list[Any] = [vars(module)]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, re.Pattern):
            yield thing
        elif isinstance(thing, types.FunctionType):
            if thing.__module__ == module.__name__:
                waiting.extend(cell.cell_contents for cell in thing.__closure__ or ())
        elif isinstance(thing, (*_CONTAINERS, *_CALLABLES)) or type(thing).__module__.startswith(
            "brainstemd"
        ):
            waiting.extend(gc.get_referents(thing))


def baits(where: str, pattern: re.Pattern[Any]) -> list[Bait]:
    """One or two for every repeat of the pattern."""
    text = pattern.pattern
    tree = sre_parser.parse(text, pattern.flags & ~re.DEBUG)
    walk = _Walk(isinstance(text, bytes))
    found = [Bait(where, head, pump, "\x01") for head, pump in walk.repeats(list(tree), "")]
    return list(dict.fromkeys(bait for bait in found if bait.pump))


class _Walk:
    """Over one syntax tree: example texts and repeats."""

    def __init__(self, octets: bool) -> None:
        self._letters = _LETTERS[:-1] if octets else _LETTERS
        self._groups: dict[int, str] = {}

    def repeats(self, items: list[Any], head: str) -> Iterator[tuple[str, str]]:
        """(what leads there, what it repeats) for each repeat, inner ones too."""
        for item in items:
            operation, argument = item
            if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                _, high, body = argument
                if high >= _MANY:
                    for pump in self.pumps(list(body)):
                        yield head, pump
                yield from self.repeats(list(body), head)
            elif operation is sre.SUBPATTERN:
                yield from self.repeats(list(argument[-1]), head)
            elif operation is sre.ATOMIC_GROUP:
                yield from self.repeats(list(argument), head)
            elif operation is sre.BRANCH:
                for branch in argument[1]:
                    yield from self.repeats(list(branch), head)
            elif operation in (sre.ASSERT, sre.ASSERT_NOT):
                yield from self.repeats(list(argument[1]), head)
            head += self.example([item])

    def pumps(self, body: list[Any]) -> list[str]:
        """What a repeat's body may look like: of a set, more than one member; of branches, each."""
        while len(body) == 1 and body[0][0] in (sre.SUBPATTERN, sre.ATOMIC_GROUP):
            body = list(body[0][1][-1] if body[0][0] is sre.SUBPATTERN else body[0][1])
        if len(body) == 1 and body[0][0] is sre.BRANCH:
            return [self.example(list(branch)) for branch in body[0][1][1]][:4]
        if len(body) == 1 and body[0][0] in (sre.IN, sre.NOT_LITERAL, sre.ANY):
            return self.members(body[0])[:_PUMPS] or [""]
        return [self.example(body)]

    def example(self, items: list[Any]) -> str:
        """A short text that the items match (looking around is not obeyed)."""
        return "".join(self._one(operation, argument) for operation, argument in items)

    def _one(self, operation: Any, argument: Any) -> str:
        if operation is sre.LITERAL:
            return chr(argument)
        if operation in (sre.IN, sre.NOT_LITERAL, sre.ANY):
            return next(iter(self.members((operation, argument))), "")
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, _, body = argument
            return self.example(list(body)) * min(low, 64)
        if operation is sre.SUBPATTERN:
            text = self.example(list(argument[-1]))
            if argument[0] is not None:
                self._groups[argument[0]] = text
            return text
        if operation is sre.ATOMIC_GROUP:
            return self.example(list(argument))
        if operation is sre.BRANCH:
            return self.example(list(argument[1][0]))
        return self._groups.get(argument, "") if operation is sre.GROUPREF else ""

    def members(self, item: tuple[Any, Any]) -> list[str]:
        """Sample letters that one character's node matches."""
        operation, argument = item
        if operation is sre.ANY:
            return [letter for letter in self._letters if letter != "\n"]
        if operation is sre.NOT_LITERAL:
            return [letter for letter in self._letters if ord(letter) != argument]
        negated = bool(argument) and argument[0][0] is sre.NEGATE
        nodes = argument[1:] if negated else argument
        found = [letter for letter in self._letters if _in(nodes, letter) is not negated]
        return found or [chr(value) for kind, value in nodes if kind is sre.LITERAL]


_CATEGORIES = {
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_WORD: lambda letter: letter.isalnum() or letter == "_",
}
_NOT = {
    sre.CATEGORY_NOT_DIGIT: sre.CATEGORY_DIGIT,
    sre.CATEGORY_NOT_SPACE: sre.CATEGORY_SPACE,
    sre.CATEGORY_NOT_WORD: sre.CATEGORY_WORD,
}


def _in(nodes: list[tuple[Any, Any]], letter: str) -> bool:
    for kind, value in nodes:
        if kind is sre.LITERAL and ord(letter) == value:
            return True
        if kind is sre.RANGE and value[0] <= ord(letter) <= value[1]:
            return True
        if kind is sre.CATEGORY:
            if value in _NOT and not _CATEGORIES[_NOT[value]](letter):
                return True
            if value in _CATEGORIES and _CATEGORIES[value](letter):
                return True
    return False

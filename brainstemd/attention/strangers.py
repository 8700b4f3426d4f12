"""Whom a service turns away: refusals whose askers change all the time are its work, not its fault.

A message that says nothing worse than that something was refused, of nobody or of what is asked for (a zone, a service),
is read in the lines that memory keeps of it (two a day, of whole days). Where nearly every line names an address that no
more than one other line names, the world outside asks and the service answers: that it keeps coming, and how often it
failed, says nothing about the service. A refusal of one and the same address, or of a named account, is bound to
something and keeps its points.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from brainstemd.attention import valence
from brainstemd.attention.origins import ADDRESS
from brainstemd.attention.units import KEY, RECENT_DAYS, Scene, Unit
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US, History, KeyFacts, Part, SignatureFacts

LINES_MIN, DAYS_MIN = 5, 3
DENSE_LINES = 100  # a day; what comes more often is a habit anyway
CHANGING = 0.8  # share of the lines
AGAIN_MAX = 2  # lines that name one address, at most: a stranger may try twice
ASKED_FOR = frozenset({"domain", "service", "database", "volume", "queue"})  # kinds of entity that do not ask
_TEXT_MAX = 1000
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


def asked(histories: Iterable[History], signatures: Mapping[str, SignatureFacts], at_us: int) -> set[int]:
    """The keys that refuse somebody whom they do not name, on three days of the last 14 and not all the time."""
    today = at_us // SECOND_US // DAY
    refuses: dict[str, bool] = {}
    out = set()
    for history in histories:
        days, signature = history.days, history.key.signature
        if _asks(history.key) or len(days) < DAYS_MIN or days[-DAYS_MIN].day < today - RECENT_DAYS:
            continue
        if signature not in refuses:
            facts = signatures.get(signature)
            refuses[signature] = facts is not None and valence.refuses(valence.words(facts.template))
        if refuses[signature] and sum(day.lines for day in days[-DAYS_MIN:]) <= DENSE_LINES * DAYS_MIN:
            out.add(history.key.id)
    return out


def part(unit: Unit, scene: Scene, parts: Sequence[Part]) -> list[Part]:
    """Takes back what recurrence and failed outcomes gave."""
    earned = sum(p.points for p in parts if p.name in ("recurrence", "cost"))
    if earned <= 0 or unit.level != KEY or _asks(unit.key) or unit.key.healed or unit.key.polarity == "down":
        return []
    if not valence.refuses(scene.words(unit.signature)):
        return []
    edge = scene.at_s // DAY * DAY
    lines = [
        (t_us // SECOND_US // DAY, text[:_TEXT_MAX])
        for t_us, text in scene.said.get(unit.key.id, ())
        if scene.floor_s <= t_us // SECOND_US < edge
    ]
    changing = strange([text for _, text in lines])
    if (
        len(lines) < LINES_MIN
        or len({day for day, _ in lines}) < DAYS_MIN
        or changing < CHANGING * len(lines)
    ):
        return []
    because = f"it turns away who asks, and that changes: {changing} of {len(lines)} kept lines name an address of their own"
    return [Part("strangers", round(-earned, 1), because)]


def _asks(key: KeyFacts) -> bool:
    """May the entity be the one that asks: an account, an address, a host, a thing nobody knows?"""
    return bool(key.entity) and key.entity_kind not in ASKED_FOR


def strange(texts: Sequence[str]) -> int:
    """In how many of these lines stands an address that at most one other names: of addresses of machines, else of mail."""
    for pattern in (ADDRESS, _EMAIL):
        named = [{found.lower() for found in pattern.findall(text)} for text in texts]
        if any(named):
            lines = Counter(address for addresses in named for address in addresses)
            return sum(any(lines[address] <= AGAIN_MAX for address in addresses) for addresses in named)
    return 0

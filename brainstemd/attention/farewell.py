"""Ends that somebody ordered: a line that says so, about a host, a program or a thing that is silent since.

Three strengths. *gone*: words of a lasting end (decommissioned, retired, removed, disabled, …). *ordered*: an end
(stopped, shut down, halted, …) with a will behind it (by an operator, on request, planned, a change's number).
*stopped*: what the pipeline calls an orderly end, without either. None of them where the line speaks of beginning
again (what was to reboot and did not is no farewell), or of a fault as the cause. Instants are seconds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from brainstemd.attention import valence, windows
from brainstemd.attention.units import Scene, Stat, Unit
from brainstemd.attention.windows import HOUR, MINUTE

GONE, ORDERED, STOPPED = "gone", "ordered", "stopped"
_BEGINS_AGAIN = "again"  # no end: what was to reboot and did not
SLACK = HOUR  # the last line may come this much after the farewell
LAST_WORDS = 30 * MINUTE  # a host's farewell is among its last lines
ROUTINE_DAYS = (
    3  # an end that comes on more days than this is daily life: what does not begin again after it is late
)
STEM_MIN = 4
# A whole machine ends with these words: for good, or until it is switched on again.
_SCRAPPED = (
    r"decommission\w*|retir(?:ed|ing|ement)|phas(?:ed|ing) out|out of (?:service|use|operation)|dismantled"
)
_SWITCHED_OFF = r"shut ?down|shutting down|halt(?:ed|ing)?|power(?:ed|ing)?[ -]?(?:off|down)|(?:switch|turn)(?:ed|ing) off"
_GONE = re.compile(
    rf"\b(?:{_SCRAPPED}|retires|(?:taken|put|is|now) out of (?:service|use|operation)|"
    r"removed|removing|deleted|deleting|uninstall\w*|unsubscribed?|de-?register\w*|unregister\w*|un-?enroll?ed|disabled|"
    r"disabling|deactivated|withdrawn|discontinued|superseded|abolished|end of life"
    r"|(?:replaced|taken over) by|(?:migrated|moved) to)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    rf"\b(?:{_SWITCHED_OFF}|stop(?:ped|ping)?|terminated|terminating|suspended|paused|ended|closed down)\b",
    re.IGNORECASE,
)
_WILL = re.compile(
    r"\b(?:by (?:the )?(?:user|admin\w*|operator|root|console|service|technician|<user>|change|policy)|"
    r"(?:on|at|upon|per|by)(?: \w+)? request|requested|manual(?:ly)?|planned|scheduled|ordered|in order|as announced|"
    r"confirmed|administrative(?:ly)?|admin|change|ticket|maintenance)\b|<user>",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\b(?:re-?boot\w*|re-?start\w*|re-?load\w*|reset\w*|power[ -]?cycl\w+)\b", re.IGNORECASE)
_CAUSES = re.compile(
    r"\b(?:battery|low power|power (?:fail|loss|lost)\w*|mains|therm\w+|temperature|over-?heat\w*|watchdog|panic|quota|"
    r"licen[cs]e|unexpected\w*|emergency|critical|automatically|auto)\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(rf"\b(?:{_SCRAPPED}|{_SWITCHED_OFF})\b", re.IGNORECASE)
# A session or a port that was shut is not the machine.
_PART = re.compile(
    r"\b(?:interface|port|link|connection|session|socket|service|process|daemon|child|worker|job|task|vm|guest|container|"
    r"tunnel|neighbou?r|peer|channel|volume|disk|account|<unit>)\b|<unit>",
    re.IGNORECASE,
)
_MACHINE_KINDS = frozenset({"", "user", "host", "node", "address"})


class Farewell(NamedTuple):
    """One line that says of something that it ends."""

    t_s: int
    strength: str  # gone, ordered, stopped
    source: str
    program: str
    entity: str
    entity_kind: str
    text: str  # template and entity, lower case
    days: int  # on which such a line came there


class Farewells:
    """Those of one tenant, by source and by what they name."""

    def __init__(self, stats: Iterable[Stat], scene: Scene) -> None:
        self._at: defaultdict[str, list[Farewell]] = defaultdict(list)
        self._named: defaultdict[str, list[Farewell]] = defaultdict(list)
        self._restarts: defaultdict[str, list[int]] = defaultdict(list)
        self.newest: dict[str, int] = {}  # source -> second of its last line
        strengths: dict[tuple[str, bool], str | None] = {}
        for item in stats:
            key = item.key
            self.newest[key.source] = max(self.newest.get(key.source, 0), item.last_s)
            sort = (key.signature, key.orderly)
            if sort not in strengths:
                strengths[sort] = _strength(scene, key.signature, orderly=key.orderly)
            strength = strengths[sort]
            if strength is None or key.polarity == "up" or key.outcome == "failure":
                continue
            if strength == _BEGINS_AGAIN:
                self._restarts[key.source].append(item.last_s)
                continue
            text = f"{scene.template(key.signature)} {key.entity}".lower()
            said = Farewell(
                item.last_s,
                strength,
                key.source,
                key.app_name,
                key.entity,
                key.entity_kind,
                text,
                item.active_days,
            )
            self._at[key.source].append(said)
            if key.entity:
                self._named[_short(key.entity)].append(said)

    def of_host(self, source: str, last_s: int) -> Farewell | None:
        """The farewell of a host whose last line was at `last_s`: among its own last words, or another host's about it."""
        if self._restarted(source, last_s):
            return None
        own = [said for said in self._at[source] if said.t_s >= last_s - LAST_WORDS and _of_machine(said)]
        others = [
            said
            for said in self._named[_short(source)]
            if said.source != source and said.strength != STOPPED and said.t_s >= last_s - SLACK
        ]
        return _strongest([*own, *others])

    def _restarted(self, source: str, last_s: int) -> bool:
        """Was it to begin again, by its last words?"""
        return any(last_s - LAST_WORDS <= t for t in self._restarts[source])

    def of_beat(self, unit: Unit, last_s: int) -> Farewell | None:
        """The farewell of a message of one source that came last at `last_s`: one that names its program or its thing."""
        source, entity = unit.identity[3], unit.entity.lower()
        program = unit.key.app_name.lower()
        stem = re.split(r"[^a-z]", program)[0]
        found = []
        for said in self._at[source]:
            if said.t_s < last_s - SLACK or last_s > said.t_s + SLACK:
                continue
            about = bool(entity) and entity in said.text
            if not about and entity and said.entity and said.entity_kind not in _MACHINE_KINDS:
                continue  # of another thing of the same program
            named = len(stem) >= STEM_MIN and re.search(rf"\b{re.escape(stem)}", said.text) is not None
            itself = program == said.program.lower() and said.entity_kind in _MACHINE_KINDS
            if about or named or itself:
                found.append(said)
        found += [
            said
            for said in self._named[_short(entity)]
            if entity and said.source != source and said.strength != STOPPED and said.t_s >= last_s - SLACK
        ]
        return _strongest(found)


def _strength(scene: Scene, signature: str, *, orderly: bool) -> str | None:
    """How final the words of a signature are; None where they say nothing of an end."""
    template = scene.template(signature)[:1000]
    if _AGAIN.search(template):
        return _BEGINS_AGAIN
    ended = _ENDED.search(template) is not None
    gone = _GONE.search(template) is not None
    if not (gone or ended or orderly) or _CAUSES.search(template):
        return None
    if not orderly and valence.words(_ENDED.sub(" ", _GONE.sub(" ", template))).fault:
        return None
    if gone:
        return GONE
    if ended and _WILL.search(template):
        return ORDERED
    return STOPPED if orderly else None


def _strongest(found: Sequence[Farewell]) -> Farewell | None:
    rare = [said for said in found if said.strength != STOPPED or said.days <= ROUTINE_DAYS]
    order = (STOPPED, ORDERED, GONE)
    return max(rare, key=lambda said: (order.index(said.strength), said.t_s), default=None)


def _of_machine(said: Farewell) -> bool:
    """Does a line of a host speak of the host itself?"""
    if said.entity_kind not in _MACHINE_KINDS and _short(said.entity) != _short(said.source):
        return False
    return _MACHINE.search(said.text) is not None and _PART.search(said.text) is None


def _short(name: str) -> str:
    return name.lower().partition(".")[0]


def because(said: Farewell, scene: Scene) -> str:
    """What it says, for people."""
    ago = windows.span(max(0, scene.at_s - said.t_s))
    place = f" on {said.source}"
    return (
        f"a line{place} said {ago} ago that its end was {'lasting' if said.strength == GONE else 'ordered'}"
    )


__all__ = ["GONE", "ORDERED", "STOPPED", "Farewell", "Farewells", "because"]

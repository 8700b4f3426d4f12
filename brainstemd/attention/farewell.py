"""Ends that somebody ordered: a line that says so, about a host, a program or a thing that is silent since.

Three strengths. *gone*: words of a lasting end (decommissioned, retired, removed, disabled, …). *ordered*: an end
(stopped, shut down, halted, …) with a will behind it (by an operator, on request, planned, a change's number).
*stopped*: what the pipeline calls an orderly end, without either. None of them where the line speaks of beginning
again (what was to reboot and did not is no farewell), or of a fault as the cause. Instants are seconds.

A host that *rolls down* says so whatever its words: four lines or more in its last ten minutes, of kinds that it had never
said, of one program, none of them a fault, a warning or a cause, and no change before it. Counted as *ordered*.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from brainstemd.attention import valence, windows
from brainstemd.attention.units import Scene, Stat, Unit
from brainstemd.attention.windows import DAY, HOUR, MINUTE

GONE, ORDERED, STOPPED = "gone", "ordered", "stopped"
_BEGINS_AGAIN = "again"  # no end: what was to reboot and did not
SLACK = HOUR  # the last line may come this much after the farewell
LAST_WORDS = 30 * MINUTE  # a host's farewell is among its last lines
ROUTINE_DAYS = (
    3  # an end that comes on more days than this is daily life: what does not begin again after it is late
)
STEM_MIN = 4
ROLL_DOWN, ROLL_LINES = (
    10 * MINUTE,
    4,
)  # its last minutes, and how many lines of kinds that it had never said before
CHANGE_LAG = HOUR  # after an upgrade the new words are those of what was installed
WARNING = 4
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

    def __init__(self, tenant: str, stats: Sequence[Stat], scene: Scene) -> None:
        self._tenant, self._scene, self._every = tenant, scene, stats
        self._said: dict[str, tuple[list[Farewell], list[int]]] = {}
        self._naming: defaultdict[str, list[Stat]] | None = None

    def newest(self, source: str) -> int:
        """The second of a source's last line."""
        return max((item.last_s for item in self._scene.said_by(self._tenant, source)), default=0)

    def _of(self, source: str) -> tuple[list[Farewell], list[int]]:
        """The farewells of a source, and when it last said that something begins again. Few sources are asked for."""
        found = self._said.get(source)
        if found is None:
            found = self._said[source] = ([], [])
            for item in self._scene.said_by(self._tenant, source):
                strength = _strength_of(item, self._scene)
                if strength == _BEGINS_AGAIN:
                    found[1].append(item.last_s)
                elif strength is not None:
                    found[0].append(_farewell(item, strength, self._scene))
        return found

    def _of_others(self, name: str, source: str, since_s: int) -> list[Farewell]:
        """What other sources than this one said since then of a thing of this name, and meant."""
        if self._naming is None:
            self._naming = defaultdict(list)
            for item in self._every:
                if item.key.entity:
                    self._naming[_short(item.key.entity)].append(item)
        found = []
        for item in self._naming.get(_short(name), ()):
            if item.key.source != source and item.last_s >= since_s:
                strength = _strength_of(item, self._scene)
                if strength not in (None, STOPPED, _BEGINS_AGAIN):
                    found.append(_farewell(item, strength, self._scene))
        return found

    def of_host(self, source: str, last_s: int) -> Farewell | None:
        """The farewell of a host whose last line was at `last_s`: among its own last words, or another host's about it."""
        if self._restarted(source, last_s):
            return None
        own = [said for said in self._of(source)[0] if said.t_s >= last_s - LAST_WORDS and _of_machine(said)]
        others = self._of_others(source, source, last_s - SLACK)
        rolled = [] if own else self._rolled_down(source, last_s)
        return _strongest([*own, *rolled, *others])

    def _rolled_down(self, source: str, last_s: int) -> list[Farewell]:
        """Last words without a known word: it named its things one after the other as it never had, and nothing was wrong."""
        said = self._scene.said_by(self._tenant, source)
        fresh = [item for item in said if item.first_s >= last_s - ROLL_DOWN]
        lines = sum(
            point.lines for item in fresh for point in windows.points(item.history, last_s - ROLL_DOWN)
        )
        begin = min((item.first_s for item in fresh), default=last_s)
        changes = self._scene.changes.get((fresh[0].key.tenant, source), ()) if fresh else ()
        if (
            lines < ROLL_LINES
            or len({item.key.app_name for item in fresh}) > 1
            or any(_worries(item, self._scene) for item in fresh)
            or any(begin - CHANGE_LAG <= t <= last_s for t in changes)
            or begin < self._scene.floor_s + DAY
        ):
            return []
        key = fresh[0].key
        return [Farewell(last_s, ORDERED, source, key.app_name, "", "", "", 1)]

    def _restarted(self, source: str, last_s: int) -> bool:
        """Was it to begin again, by its last words?"""
        return any(last_s - LAST_WORDS <= t for t in self._of(source)[1])

    def of_beat(self, unit: Unit, last_s: int) -> Farewell | None:
        """The farewell of a message of one source that came last at `last_s`: one that names its program or its thing."""
        source, entity = unit.identity[3], unit.entity.lower()
        program = unit.key.app_name.lower()
        stem = re.split(r"[^a-z]", program)[0]
        found = []
        for said in self._of(source)[0]:
            if said.t_s < last_s - SLACK or last_s > said.t_s + SLACK:
                continue
            about = bool(entity) and entity in said.text
            if not about and entity and said.entity and said.entity_kind not in _MACHINE_KINDS:
                continue  # of another thing of the same program
            named = len(stem) >= STEM_MIN and re.search(rf"\b{re.escape(stem)}", said.text) is not None
            itself = program == said.program.lower() and said.entity_kind in _MACHINE_KINDS
            if about or named or itself:
                found.append(said)
        if entity:
            found += self._of_others(entity, source, last_s - SLACK)
        return _strongest(found)


def _strength_of(item: Stat, scene: Scene) -> str | None:
    """How final a key is; None where it is no end, or says that something is there again or could not be ended."""
    key = item.key
    if key.polarity == "up" or key.outcome == "failure":
        return None
    sort = (key.signature, key.orderly)
    known = scene.lexicon.ends
    if sort not in known:
        known[sort] = _strength(scene, key.signature, orderly=key.orderly)
    return known[sort]


def _farewell(item: Stat, strength: str, scene: Scene) -> Farewell:
    key = item.key
    text = f"{scene.template(key.signature)} {key.entity}".lower()
    return Farewell(
        item.last_s,
        strength,
        key.source,
        key.app_name,
        key.entity,
        key.entity_kind,
        text,
        item.active_days,
    )


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


def _worries(item: Stat, scene: Scene) -> bool:
    key = item.key
    said = scene.words(key.signature).fault or _CAUSES.search(scene.template(key.signature)[:1000])
    return (
        bool(said)
        or key.severity <= WARNING
        or key.outcome == "failure"
        or (key.polarity == "down" and not key.orderly)
    )


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

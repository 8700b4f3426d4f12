"""Sentences that a technician would say, made of general words; no control characters reach them."""

from __future__ import annotations

from brainstemd.attention import windows
from brainstemd.attention.candidate import ABSENCE, CREEPING, Candidate
from brainstemd.attention.clocks import clock
from brainstemd.attention.detectors.recurrence import count_and_days, days_known
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import day, rate
from brainstemd.attention.phrases import headline, plain, quoted
from brainstemd.attention.siblings import PLURALS
from brainstemd.attention.units import EVERY, HOST, RECENT_DAYS, SOURCE, Scene, Unit
from brainstemd.attention.windows import DAY

# entity kind -> (how the thing is called, what it did)
_NOUNS = {
    "tunnel": "VPN tunnel to {}",
    "interface": "Interface {}",
    "service": "Service {}",
    "user": "Account {}",
    "neighbor": "Neighbor {}",
    "job": "Job {}",
    "disk": "Disk {}",
    "volume": "Volume {}",
    "certificate": "Certificate {}",
    "domain": "Domain {}",
    "container": "Container {}",
    "vm": "Virtual machine {}",
    "database": "Database {}",
    "queue": "Queue {}",
    "host": "Host {}",
    "monitor": "Monitor {}",
    "sensor": "Sensor {}",
    "ap": "Access point {}",
    "module": "Module {}",
    "cluster": "Cluster {}",
}
_VERBS = {
    "tunnel": "dropped and recovered",
    "interface": "went down and came back",
    "service": "stopped and came back",
    "neighbor": "was lost and came back",
}


def title(candidate: Candidate, scene: Scene) -> str:
    """The headline of a story."""
    if candidate.family == ABSENCE:
        return _missing(candidate, scene)
    if candidate.family == CREEPING:
        return plain(
            f"{_said(candidate.unit, scene)} on {places_of(candidate.unit)}: {candidate.evidence[0].said}"
        )
    heal = next((e for e in candidate.evidence if e.kind == "self_heal" and e.episodes), None)
    opened = next((e for e in candidate.evidence if e.open), None)
    unit = candidate.unit
    if opened is not None:
        return plain(f"{_subject(unit, scene)} is {opened.because}")
    if heal is not None and heal.episodes is not None and heal.episodes.count >= 2:
        return plain(f"{_heal_subject(unit, scene)} {_how_often(unit, scene, heal)}{_each(heal)}")
    sprayed, spread = candidate.best("spray"), candidate.best("spread")
    if spread is not None:
        return plain(f"{_said(unit, scene)} spreads: {spread.said}, so far {places_of(unit)}")
    if sprayed is not None:
        whom = PLURALS.get(unit.key.entity_kind, "of them") if unit.level == SOURCE else "hosts"
        number, _, rest = sprayed.said.partition(" ")
        place = f" on {places_of(unit)}" if unit.level == SOURCE else ""
        origin = f"{unit.entity} tries accounts: " if unit.level == SOURCE and unit.entity else ""
        return plain(f"{origin}{_said(unit, scene, False)}: {number} {whom}{place} {rest}")
    over = candidate.best("excursion")
    if over is not None:
        app = plain(unit.key.app_name)
        return plain(f"{app + ': ' if app else ''}{over.said} on {places_of(unit)}")
    hour = candidate.best("same_hour")
    if hour is not None:
        return plain(f"{_said(unit, scene)} on {places_of(unit)} came {hour.said}")
    growing = candidate.best("growing")
    if growing is not None:
        return plain(f"{_said(unit, scene)} on {places_of(unit)} comes {growing.said}")
    burst = candidate.best("burst")
    if burst is not None and candidate.best("rising") is None:
        return plain(f"{_said(unit, scene)} on {places_of(unit)}: {burst.said}")
    before = candidate.best("precursor")
    if before is not None:
        return plain(f"{_said(unit, scene)} on {places_of(unit)} came {before.said}")
    company = candidate.best("together")
    if company is not None and company.facet == "precursor":
        return plain(f"{_said(unit, scene)} on {places_of(unit)} comes {company.said}")
    return plain(f"{_said(unit, scene)} {_how_often(unit, scene, candidate.best('recurrence'))}")


def what(candidate: Candidate, scene: Scene) -> str:
    """One sentence on what happened."""
    unit = candidate.unit
    if candidate.family == ABSENCE:
        return _was_there(candidate, scene)
    key = unit.key
    speaker = f"{plain(key.app_name)} on {places_of(unit)}" if key.app_name else places_of(unit)
    (n, days), known = count_and_days(unit, scene.at_s), days_known(scene)
    text = quoted(scene.template(unit.signature), unit.entity, key.entity_kind) or "a line without text"
    about = f" about {plain(unit.entity)}" if unit.entity and plain(unit.entity) not in text else ""
    when = "in the last day" if known == 1 else f"on {days} of the last {known} days"
    lines = sum(point.lines for point in unit.points if point.start > scene.at_s - RECENT_DAYS * DAY)
    often = times(n) if lines <= n else f"{lines} lines, {n} occurrences,"
    return f'{speaker} said "{text}"{about}: {often} {when}.'


def _missing(candidate: Candidate, scene: Scene) -> str:
    unit, found = candidate.unit, candidate.evidence[0]
    if candidate.back_s is not None:
        name = (
            f"Host {places_of(unit)}" if unit.level == HOST else f"{_said(unit, scene)} on {places_of(unit)}"
        )
        away = windows.span(candidate.back_s - unit.points[-1].end)
        return plain(f"{name} is back since {clock(candidate.back_s)}, after {away}")
    if unit.level == HOST:
        silent = windows.span(scene.at_s - unit.points[-1].end)
        if len(unit.sources) > 1:
            return plain(f"{len(unit.sources)} hosts fell silent at once, {silent} ago: {places_of(unit)}")
        return plain(f"Host {unit.sources[0]} has been silent for {silent}")
    if found.kind == "rarer":
        return plain(f"{_said(unit, scene)} comes less often on {places_of(unit)}: {found.said}")
    due = found.expected_s or scene.at_s
    when = clock(due) if scene.at_s - due < DAY else f"{day(due)} {clock(due)}"
    if found.said.startswith("every ") and " about " not in found.said:
        return plain(
            f"{_said(unit, scene)} stopped on {places_of(unit)}: it came {found.said}, due {when} and not since"
        )
    missed = "" if found.missed < 2 else f", missed {times(found.missed)} in a row"
    return plain(f"{_said(unit, scene)} did not come on {places_of(unit)}: expected {when}{missed}")


def _was_there(candidate: Candidate, scene: Scene) -> str:
    unit, found = candidate.unit, candidate.evidence[0]
    last = unit.points[-1].end
    silent = windows.span(scene.at_s - last)
    heard = f"last heard {day(last)} {clock(last)}, {silent} ago"
    if unit.level == HOST:
        return plain(f"{places_of(unit)} used to speak in {len(unit.stats)} kinds of message; {heard}.")
    if found.kind == "rarer":
        return plain(f"{found.because[:1].upper()}{found.because[1:]}; {heard}.")
    return plain(f"It comes {found.said} on {places_of(unit)}; {heard}.")


def places_of(unit: Unit) -> str:
    """The hosts, at most three by name."""
    names = [plain(name) for name in unit.sources]
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:2])} and {len(names) - 2} more hosts"


def times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _subject(unit: Unit, scene: Scene) -> str:
    if unit.entity:
        noun = _NOUNS.get(unit.key.entity_kind, "{}").format(plain(unit.entity))
        return f"{noun} on {places_of(unit)}"
    return _said(unit, scene)


def _heal_subject(unit: Unit, scene: Scene) -> str:
    if not unit.entity:
        if unit.key.healed:
            return headline(scene.template(unit.signature)) or "Something"
        return f"{_said(unit, scene)} and up again"
    noun = _NOUNS.get(unit.key.entity_kind, "{}").format(plain(unit.entity))
    return f"{noun} {_VERBS.get(unit.key.entity_kind, 'went down and came back')}"


def _said(unit: Unit, scene: Scene, with_many: bool = True) -> str:
    text = (
        headline(scene.template(unit.signature), unit.entity, unit.key.entity_kind) or "a line without text"
    )
    app = plain(unit.key.app_name)
    about = (
        f" ({plain(unit.entity)})"
        if unit.entity and unit.level != SOURCE and plain(unit.entity) not in text
        else ""
    )
    if with_many and unit.identity[4] == EVERY and len(unit.stats) > 1 and unit.level == SOURCE:
        about = f" (for {len(unit.stats)} {PLURALS.get(unit.key.entity_kind, 'of them')})"
    return f'{app + ": " if app else ""}"{text}"{about}'


def _how_often(unit: Unit, scene: Scene, found: Evidence | None) -> str:
    place = f"on {places_of(unit)}"
    if found is not None and found.episodes is not None:
        week = found.episodes.count
        if scene.memory_s < DAY:
            return f"{times(week)} {place}"
        if found.recent >= 3 or found.recent == week:
            was = f" (was {rate(found.was)})" if found.was else ""
            return f"{times(found.recent)} in the last day{was} {place}"
        return f"{times(week)} in 7 days {place}"
    n, days = count_and_days(unit, scene.at_s)
    if scene.memory_s < DAY:
        return f"{times(n)} {place}"
    recent = windows.between(unit.starts, scene.at_s - DAY, scene.at_s)
    if days <= 1:
        return f"{times(n)} in the last day {place}" if recent == n else f"{times(n)} on one day {place}"
    usual = found.was if found is not None else None
    if usual and recent >= 3 and recent >= 2 * usual:
        return f"{times(recent)} in the last day (was {rate(usual)}) {place}"
    return f"{times(n)} on {days} of {days_known(scene)} days {place}"


def _each(found: Evidence) -> str:
    if found.episodes is None or found.episodes.max_seconds is None:
        return ""
    return f", each time within {windows.span(found.episodes.max_seconds)}"

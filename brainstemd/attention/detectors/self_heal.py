"""self_heal: it went down and came up again by itself, on one entity that is normally up.

Episodes are computed from the transitions of (tenant, source, entity): a DOWN opens, the next UP closes, one line
that says both is an episode without a duration. An orderly stop opens nothing. Where lines name no entity, only
transitions of the same program are paired. Normally up: down for at most a tenth of the time since the first
transition (asked once there are six hours to look at). An episode open at the instant has no duration; it is none where a
fifth of its like have been down half as long at other times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import NamedTuple

from brainstemd.attention import windows
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.notes import rate
from brainstemd.attention.units import KEY, Scene, Unit
from brainstemd.attention.windows import DAY, HOUR, MINUTE
from brainstemd.models import SECOND_US, Episodes, KeyFacts, Transition, TransitionKind

DOWN_SHARE_MAX = 0.1
USUAL_MIN, USUAL_SHARE = 3, 0.2  # of its like, that have been down half as long
LONG_S = DAY  # longer outages are no self-heal: somebody had to act


class Episode(NamedTuple):
    start: int
    end: int | None  # None: still open
    seconds: float | None  # None: open, or one line told both


def episodes(
    transitions: Iterable[Transition], keys: Mapping[int, KeyFacts], own: KeyFacts
) -> tuple[list[Episode], bool]:
    """The episodes, ascending, and whether an UP was ever seen."""
    out: list[Episode] = []
    opened: int | None = None
    ever_up = False
    for item in transitions:
        key = keys.get(item.key_id)
        if key is None or not _same_subject(key, own, item.kind):
            continue
        if item.kind is TransitionKind.HEALED:
            ever_up = True
            out.append(Episode(item.t_us // SECOND_US, item.t_us // SECOND_US, None))
        elif item.kind is TransitionKind.DOWN:
            if key.orderly:
                opened = None
            elif opened is None:
                opened = item.t_us
        else:
            ever_up = True
            if opened is not None:
                seconds = (item.t_us - opened) / SECOND_US
                out.append(Episode(opened // SECOND_US, item.t_us // SECOND_US, seconds))
                opened = None
    if opened is not None:
        out.append(Episode(opened // SECOND_US, None, None))
    return out, ever_up


def _same_subject(key: KeyFacts, own: KeyFacts, kind: TransitionKind) -> bool:
    if own.entity:
        return True
    if kind is TransitionKind.HEALED:
        return key.id == own.id
    return key.app_name == own.app_name


def detect(unit: Unit, scene: Scene) -> list[Evidence]:
    """Count, repair times, downtime and usual rate of the unit's episodes in the last seven days."""
    key = unit.key
    if unit.level != KEY or key.orderly or not (key.healed or key.polarity == "down"):
        return []
    every, ever_up = episodes(unit.transitions, scene.keys, key)
    if not every or not ever_up:
        return []
    first = every[0].start
    watched = scene.at_s - first
    down = sum(item.seconds or 0.0 for item in every)
    if every[-1].end is None:
        down += scene.at_s - every[-1].start
    if watched >= 6 * HOUR and down > DOWN_SHARE_MAX * watched and len(every) > 1:
        return []
    week = [item for item in every if item.start > scene.at_s - 7 * DAY]
    closed = [item for item in week if item.end is not None and (item.seconds or 0.0) <= LONG_S]
    opened = week[-1] if week and week[-1].end is None else None
    if opened is not None and _usual(opened, unit, scene):
        opened = None
    if not closed and opened is None:
        return []
    return _evidence(closed, opened, every, scene)


def _usual(opened: Episode, unit: Unit, scene: Scene) -> bool:
    """Have a fifth of its like, and three, been down half as long at other times? To be down is no outage then: wall sockets."""
    lasting = scene.at_s - opened.start
    others = long = 0
    for item in scene.peers.get((unit.signature, unit.key.state), ()):
        if item.key.id in unit.key_ids:
            continue
        every, _ = episodes(item.history.transitions, scene.keys, item.key)
        others += bool(every)
        long += any(
            2 * _lasted(one, scene.at_s) >= lasting and abs(one.start - opened.start) > HOUR for one in every
        )
    return long >= USUAL_MIN and long >= USUAL_SHARE * others


def _lasted(one: Episode, at_s: int) -> float:
    return at_s - one.start if one.end is None else one.seconds or 0.0


def _evidence(
    closed: list[Episode], opened: Episode | None, every: list[Episode], scene: Scene
) -> list[Evidence]:
    durations = [item.seconds for item in closed if item.seconds is not None]
    told = Episodes(
        len(closed), median(durations) if durations else None, max(durations) if durations else None
    )
    starts = [item.start for item in every]
    recent = windows.between(starts, scene.at_s - DAY, scene.at_s)
    past = min(13.0, (scene.at_s - DAY - max(scene.floor_s, scene.at_s - 14 * DAY)) / DAY)
    was = (
        windows.between(starts, int(scene.at_s - (past + 1) * DAY), scene.at_s - DAY) / past
        if past >= 1
        else None
    )
    days = windows.distinct_days([item.start for item in closed], scene.at_s)
    out = []
    if closed:
        usual = "" if was is None else f"; {recent} in the last day, {rate(was)} before"
        repair = (
            f"down for {windows.span(told.median_seconds)} (median), "
            f"{windows.span(told.max_seconds or 0)} at most"
            if told.median_seconds is not None
            else "durations are not told"
        )
        because = f"healed by itself {len(closed)} times on {days} of the last 7 days, {repair}{usual}"
        out.append(Evidence("self_heal", "episodes", float(len(closed)), because, told, recent, was))
    minutes = sum(durations) / MINUTE
    if opened is not None:
        lasting = scene.at_s - opened.start
        minutes += lasting / MINUTE
        out.append(
            Evidence(
                "self_heal",
                "minutes",
                minutes,
                f"down for {windows.span(lasting)} and not up again",
                None,
                recent,
                was,
                open=True,
            )
        )
    elif minutes >= 1:
        out.append(
            Evidence(
                "self_heal",
                "minutes",
                minutes,
                f"{windows.span(minutes * 60)} down in the last 7 days, in all",
            )
        )
    return out

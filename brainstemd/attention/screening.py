"""Screening: cheap looks at every key, and who is worth unfolding, alone or together with others. No line is unfolded."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from brainstemd.attention import company, scoring, siblings, stories, windows
from brainstemd.attention import notes as words_of_operators
from brainstemd.attention.detectors import spread
from brainstemd.attention.units import KEY, SPREAD, Identity, Scene, Stat, identity_of
from brainstemd.attention.windows import DAY
from brainstemd.models import KeyFacts, Note

UNFOLD_FROM = 45.0  # a best possible score under this is not unfolded
DENSE_LINES = 48.0  # lines on a usual day
QUIET_MAX_S = 14 * DAY


def screen(
    stage: Scene, only: set[int] | None
) -> tuple[dict[int, str], list[Stat], list[tuple[str, Identity, list[Stat]]]]:
    """Of every key (of `only`): why it is kept out, which are chronic, and the units that are worth unfolding."""
    screened: dict[int, str] = {}
    chronic: list[Stat] = []
    units: list[tuple[str, Identity, list[Stat]]] = []
    asked = None if only is None else [item for item in stage.stats if item.key.id in only]
    spoken = [note for note in stage.notes if note.kind in ("fixed", "mattered", "ack")]
    for item in stage.stats if asked is None else asked:
        key = item.key
        valence = company.valence_points(key, stage)
        noted = _noted(key, stage, spoken)
        reason = "" if noted else _too_plain(item, valence, stage)
        if not noted and not reason and _is_steady(item):
            reason = f"steady: {item.lines // max(1, item.days)} lines a day, as on the days before"
            if valence > 0:
                chronic.append(item)
        if not noted and not reason:
            like = siblings.of(KEY, key, item.slots, stage)
            bound = scoring.best_possible(item, valence, like, stage)
            if bound < UNFOLD_FROM:
                reason = (
                    f"could reach {bound:.0f} at most: {like.alike} of {like.others} other {like.noun} "
                    "do it at half its rate or more"
                )
        if reason:
            screened[key.id] = reason
        elif (
            item.lines >= 3
            or (item.lines == 2 and valence > 0)
            or key.healed
            or key.polarity == "down"
            or noted
        ):
            units.append((KEY, identity_of(key), [item]))
        else:
            screened[key.id] = f"{item.lines} lines in 14 days: fewer than three"
    for (level, identity), stats in company.groups(stage, asked).items():
        if level == SPREAD and "spread" in stage.without:
            continue
        if spread.spreads(spread.firsts(stats), stage) if level == SPREAD else _worth_together(stats, stage):
            units.append((level, identity, stats))
    return screened, chronic, units


def _too_plain(item: Stat, valence: float, stage: Scene) -> str:
    key = item.key
    if not item.lines and not key.healed and key.polarity != "down":
        return "no line in the last 14 days"
    if key.orderly:
        return "an orderly stop"
    if valence <= company.BENIGN_VALENCE and not key.healed and key.polarity != "down":
        return "its words and state say that all is well"
    gap = (item.last_s - item.first_s) / max(1, item.active_days - 1)
    silent = stage.at_s - item.last_s
    if silent > min(QUIET_MAX_S, max(stage.window_s, 3 * gap)) and key.polarity != "down":
        return f"quiet for {windows.span(silent)}"
    return ""


def _is_steady(item: Stat) -> bool:
    """Dense and flat since at least four days: nothing in it that was not foreseeable."""
    key, days = item.key, item.history.days
    if len(days) < 4 or key.healed or key.polarity == "down":
        return False
    usual = median(day.lines for day in days)
    span_days = days[-1].day - days[0].day + 1
    weekdays = len({windows.weekday(day.day * DAY) for day in days})
    regular = len(days) >= 0.8 * span_days or (weekdays <= 5 and len(days) >= 0.6 * span_days)
    newest = max(day.lines for day in days[-2:])
    return usual >= DENSE_LINES and regular and newest <= 2.5 * usual


def _noted(key: KeyFacts, stage: Scene, spoken: Sequence[Note]) -> bool:
    """Must it be looked at whatever its words: an operator spoke of it, or it came before outages?"""
    known = stage.precursors.get(key.id)
    if known is not None and known.facet == "precursor":
        return True
    if not spoken:
        return False
    identity = identity_of(key)
    item = stories.story_id(identity)
    return any(words_of_operators.concerns(note, identity, (key.source,), item) for note in spoken)


def _worth_together(stats: list[Stat], stage: Scene) -> bool:
    if len(stats) < 2 or sum(item.lines for item in stats) < 3:
        return False
    slots = [item.slots for item in stats]
    fresh = max(item.last_s for item in stats) > stage.at_s - max(stage.window_s, 3 * DAY)
    return fresh and max(slots) < 0.6 * sum(slots)

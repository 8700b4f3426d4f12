"""What few or none of its kind could say: no siblings to compare with, so it is compared with its tenant's messages."""

from __future__ import annotations

import math

from brainstemd.attention import population
from brainstemd.attention.detectors.recurrence import count_and_days
from brainstemd.attention.population import SPARSE_LINES
from brainstemd.attention.siblings import Siblings
from brainstemd.attention.units import KEY, Scene, Unit
from brainstemd.models import KeyFacts, TransitionKind

UPS_MIN, UP_DAYS_MIN = 5, 4  # comings up, and days of them, that tell of as many downs
PERSON_KINDS = frozenset({"user", "address"})


def rank(unit: Unit, siblings: Siblings | None, valence: float, scene: Scene) -> tuple[float, str] | None:
    """Five points a halving of the share of its like that came on as many days, and the sentence. None: it has siblings.

    Its like: of a fault the fault-worded kinds of message of its tenant; of what neither words nor state call good or bad
    the other sparse ones. What is neutral and not sparse is chatter.
    """
    if unit.level != KEY or siblings is None or siblings.comparable or siblings.alike:
        return None
    faulty, item = valence > 0, unit.stats[0]
    if not faulty and (item.lines > SPARSE_LINES * item.days or not neutral(item.key, scene)):
        return None
    above, of = population.persistence(unit.tenant, item.days, scene, faulty)
    sort = "fault-worded" if faulty else "sparse neutral"
    because = f"few or none could say it; {above} of {of} {sort} kinds of message came on as many of 14 days"
    return 5 * math.log2(of / above), because


def neutral(key: KeyFacts, scene: Scene) -> bool:
    """Does it say neither that all is well nor that somebody wanted it so?"""
    return not (key.orderly or key.outcome == "success" or scene.words(key.signature).benign)


def up_again(unit: Unit, scene: Scene) -> bool:
    """Does a thing, no person, come up again and again on several days, and nobody says that it went down?"""
    key = unit.key
    if unit.level != KEY or key.polarity != "up" or not key.entity or key.entity_kind in PERSON_KINDS:
        return False
    n, days = count_and_days(unit, scene.at_s)
    downs = any(item.kind is TransitionKind.DOWN for item in unit.transitions)
    return n >= UPS_MIN and days >= UP_DAYS_MIN and n <= SPARSE_LINES * days and not downs

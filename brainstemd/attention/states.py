"""new, worse, ongoing, returned, recovered: by evaluating the same attention a day earlier and comparing.

Never by printed digests: the state is a pure function of the histories, the notes and the instant.
"""

from __future__ import annotations

from collections.abc import Iterable

from brainstemd.attention.candidate import Candidate
from brainstemd.attention.stories import Group

BANDS = (20.0, 40.0, 60.0, 80.0)  # ignore, background, watch, attend, act


def band(attention: float) -> int:
    """Index of the band, 0 (ignore) to 4 (act)."""
    return sum(attention >= edge for edge in BANDS)


class Yesterday:
    """The stories of the earlier evaluation, found again by id or by the leader's keys."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._by_id: dict[str, Group] = {}
        self._by_key: dict[tuple[str, int], Group] = {}
        for found in groups:
            self._by_id[found.id] = found
            for key_id in found.key_ids:
                self._by_key.setdefault((found.leader.family, key_id), found)

    def find(self, found: Group) -> Group | None:
        if found.id in self._by_id:
            return self._by_id[found.id]
        family = found.leader.family
        return next(
            (before for k in found.leader.unit.key_ids if (before := self._by_key.get((family, k)))), None
        )


def state(found: Group, yesterday: Yesterday) -> str:
    """The state of a story, compared with the day before."""
    now = found.leader
    before = yesterday.find(found)
    if now.standing.returned:
        return "returned"
    if before is None:
        return "returned" if now.best("returned") else "new"
    then = before.leader
    if _open(then) and not _open(now):
        return "recovered"
    if band(now.attention) > band(then.attention) or (now.best("rising") and not then.best("rising")):
        return "worse"
    return "ongoing"


def _open(candidate: Candidate) -> bool:
    return any(item.open for item in candidate.evidence)

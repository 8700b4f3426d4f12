"""Learned classes as a view on reading: which signature a count is shown under, as of an instant (docs/fingerprint.md).

Memory counts under base ids for ever; nothing here is stored. A view is a function of
- the set of (tenant, source, template) first seen before the instant, of neither their order nor their number,
- the operators' `split` and `pin` notes recorded before it.

Invariants
- What one source says does not change another's classes, nor what one tenant says another's: the classes of a source are
  learned from what two tenants or more have said, what two sources or more of its tenant have, and what it has said itself.
- A word that comes back is the entity of its key, where the key has none: members of a class stay siblings, and no count
  of theirs is mixed. Histories are joined only where their keys are one: an operator pinned them, an improved scheme
  renamed them, their class has no word of theirs, or they are the crowd of words at one source that never came back.
- What an older scheme named is read under the id that the present one gives to its samples.
"""

from brainstemd.view.scheme import Scheme, present_scheme
from brainstemd.view.view import Shown, View, view_at

__all__ = ["Scheme", "Shown", "View", "present_scheme", "view_at"]

"""What an operator's note is about, among base signatures."""

from __future__ import annotations

from brainstemd.models import Note, SignatureFacts
from brainstemd.pipeline.fingerprint import SCHEME, signature_id
from brainstemd.pipeline.past import fits


class Rule:
    """What a note is about: base signatures by their ids, or all whose templates fit a class."""

    def __init__(self, note: Note) -> None:
        self.tenant = note.tenant
        self.named = {note.signature, *note.members}
        self.pattern = note.template
        self.joins = note.kind == "pin" and (note.template is not None or bool(note.members))
        self.id = note.signature or ""

    def about(self, tenant: str, base: SignatureFacts) -> bool:
        return self.tenant in (None, tenant) and (base.id in self.named or self.fits(base))

    def fits(self, base: SignatureFacts) -> bool:
        if self.pattern is None or not fits(self.pattern, base.template):
            return False
        foreign = not self.id.startswith(f"{SCHEME}-")  # made by a rule that is not known here
        return foreign or signature_id(self.pattern, base.event_code or None) == self.id

"""`brainstemd.digest/1` as pydantic models. The order of fields is the order of keys in the JSON.

Instants are ISO 8601 strings in UTC with a `Z`. Fields marked `exclude` serve the text and the page; they
are no part of the contract and never in the JSON.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from brainstemd.digest.escape import clean

BANDS = ("ignore", "background", "watch", "attend", "act")
BAND_STEP = 20  # ignore < 20, background < 40, watch < 60, attend < 80, act

State = Literal["new", "worse", "ongoing", "returned", "recovered"]
BandName = Literal["ignore", "background", "watch", "attend", "act"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def band(attention: float) -> BandName:
    """The band of an attention of 0-100."""
    names: tuple[BandName, ...] = ("ignore", "background", "watch", "attend", "act")
    return names[max(0, min(len(names) - 1, int(attention // BAND_STEP)))]


def iso(t_us: int) -> str:
    """ISO 8601 in UTC of an instant in microseconds; a fraction only where there is one."""
    return (_EPOCH + timedelta(microseconds=t_us)).isoformat().removesuffix("+00:00") + "Z"


def instant(text: str) -> datetime:
    """The instant that `iso` wrote. Raises ValueError for anything else."""
    return datetime.fromisoformat(text)


def _as_text(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_as_text)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Window(Shape):
    start: str
    end: str


class Totals(Shape):
    """What memory saw in the window: lines, things that spoke, message shapes, shapes never seen before,
    gaps.
    """

    events: int
    sources: int
    signatures: int
    new_signatures: int
    gaps: int


class GapRow(Shape):
    """An interval in which something was not seen; `lost` is null where nobody can know the number of
    lines.
    """

    start: str
    end: str
    reason: Text
    lost: int | None


class PartRow(Shape):
    """One summand of the attention score."""

    name: Text
    points: Number
    because: Text


class SignatureRow(Shape):
    id: Text
    template: Text


class EpisodesRow(Shape):
    """Downs that were followed by their ups; durations are null where one line says both."""

    count: int
    median_seconds: Number | None
    max_seconds: Number | None


class SeenBeforeRow(Shape):
    start: str
    end: str
    outcome: Text
    ticket: Text | None


class RelatedRow(Shape):
    """Another signature that belongs to the story, and how."""

    signature: Text
    template: Text
    how: Text
    evidence: list[Text]


class Item(Shape):
    """One story, told."""

    id: Text
    rank: int = Field(ge=1, le=10)
    state: State
    since: str
    attention: Number = Field(ge=0, le=100)
    band: BandName
    kinds: list[Text]
    title: Text
    what: Text
    why: list[Text]
    parts: list[PartRow]
    tenant: Text
    hosts: list[Text]
    entity: Text | None
    count: int
    first_seen: str
    last_seen: str
    expected_at: str | None
    signature: SignatureRow | None
    episodes: EpisodesRow | None
    trend: list[int]
    seen_before: list[SeenBeforeRow]
    evidence: list[Text]
    related: list[RelatedRow]


class Digest(Shape):
    """One digest. `footers`, `waiting` and `newest` are for readers of the text and the page only."""

    schema_: Literal["brainstemd.digest/1"] = Field(default="brainstemd.digest/1", alias="schema")
    digest_id: str
    generated_at: str
    tenant: Text | None
    window: Window
    memory_since: str | None  # null while memory is empty
    totals: Totals
    gaps: list[GapRow]
    items: list[Item] = Field(max_length=10)
    footers: list[Text] = Field(default=[], exclude=True)
    waiting: int = Field(default=0, exclude=True)  # stories above the threshold that found no place
    newest: str | None = Field(
        default=None, exclude=True
    )  # newest event of all, told when the window is empty

"""A digest as one self-contained page: no script, no request to anywhere, everything escaped, prints well."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from brainstemd.digest import words
from brainstemd.digest.escape import neutralise
from brainstemd.digest.schema import Digest

if TYPE_CHECKING:
    from jinja2 import Template

_BAR_WIDTH = 8
_BAR_HEIGHT = 28


def render_html(digest: Digest) -> str:
    """The page. Its policy forbids scripts, forms and every fetch; styles are in the page."""
    return _template().render(d=digest)


@cache
def _template() -> Template:
    """jinja2 is imported late: most commands never draw a page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("brainstemd.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(
        clock=words.clock,
        duration=words.duration,
        number=words.number,
        some=words.some,
        bars=_bars,
    )
    environment.globals.update(
        age=words.age,
        nothing=words.nothing,
        plural=words.plural,
        span=words.span,
        state_words=words.STATE_WORDS,
    )
    return environment.get_template("digest.html.j2")


def _shown(value: object) -> object:
    """Every value that the page shows passes here, then through autoescape."""
    return neutralise(value) if isinstance(value, str) else value


def _bars(trend: list[int]) -> list[tuple[int, int, int, int, int]]:
    """x, y, width, height and count of each bar of a trend, for an SVG of _BAR_HEIGHT pixels."""
    counts = words.buckets(trend)
    top = max(1, *counts) if counts else 1
    bars = []
    for order, count in enumerate(counts):
        height = max(1, round(_BAR_HEIGHT * count / top))
        bars.append((order * (_BAR_WIDTH + 2), _BAR_HEIGHT - height, _BAR_WIDTH, height, count))
    return bars

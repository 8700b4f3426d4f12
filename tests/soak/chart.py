"""Resident memory over time: is it flat, and a picture of it (plain SVG)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FLAT_SHARE = 0.05  # growth over the second half, as a share of the mean, that still counts as flat
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 900, 320, 60, 20, 40
_COLOURS = ("#1f77b4", "#d62728")


class Sample(NamedTuple):
    second: float
    receiver_mib: float
    worker_mib: float


class Trend(NamedTuple):
    """Of the second half: least squares."""

    mean_mib: float
    mib_a_minute: float
    peak_mib: float  # of the whole run
    flat: bool


def trend(points: Sequence[tuple[float, float]]) -> Trend:
    """The slope over the second half of the points (second, MiB), and whether what it adds up to is small."""
    half = [point for point in points if point[0] >= points[-1][0] / 2]
    mean_x = sum(x for x, _ in half) / len(half)
    mean_y = sum(y for _, y in half) / len(half)
    spread = sum((x - mean_x) ** 2 for x, _ in half) or 1.0
    slope = sum((x - mean_x) * (y - mean_y) for x, y in half) / spread
    growth = slope * (half[-1][0] - half[0][0])
    return Trend(mean_y, slope * 60, max(y for _, y in points), growth <= FLAT_SHARE * mean_y)


def svg(samples: Sequence[Sample], marks: Sequence[tuple[float, str]]) -> str:
    """Both processes over time; `marks` are moments worth a line (a full disk)."""
    end = max(1.0, samples[-1].second)
    top = max(10.0, 1.1 * max(max(s.receiver_mib, s.worker_mib) for s in samples))
    inner_w, inner_h = _WIDTH - _LEFT - 10, _HEIGHT - _TOP - _BOTTOM

    def x(second: float) -> float:
        return _LEFT + inner_w * second / end

    def y(mib: float) -> float:
        return _TOP + inner_h * (1 - mib / top)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif" font-size="11">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for step in range(5):
        mib, second = top * step / 4, end * step / 4
        out.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - 10}" y1="{y(mib):.1f}" y2="{y(mib):.1f}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{y(mib) + 4:.1f}" text-anchor="end">{mib:.0f}</text>'
            f'<text x="{x(second):.1f}" y="{_HEIGHT - 22}" text-anchor="middle">{second:.0f} s</text>'
        )
    for second, word in marks:
        out.append(
            f'<line x1="{x(second):.1f}" x2="{x(second):.1f}" y1="{_TOP}" y2="{_TOP + inner_h}" stroke="#bbb"/>'
            f'<text x="{x(second) + 3:.1f}" y="{_TOP + 10}" fill="#777">{word}</text>'
        )
    for colour, name, column in zip(_COLOURS, ("receiver", "worker"), (1, 2), strict=True):
        line = " ".join(f"{x(s.second):.1f},{y(s[column]):.1f}" for s in samples if s[column])
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}"/>')
        out.append(
            f'<text x="{_LEFT + 90 * (column - 1)}" y="{_HEIGHT - 6}" fill="{colour}">{name}, MiB resident</text>'
        )
    return "\n".join([*out, "</svg>\n"])

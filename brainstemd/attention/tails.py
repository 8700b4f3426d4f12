"""Tail probabilities, exact and stable, in pure Python. All return a chance in [TINY, 1]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

TINY = 1e-300


def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta I_x(a, b), by Lentz's continued fraction (Numerical Recipes 6.4)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c = 1.0
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    h = d
    for m in range(1, 300):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away_from_zero(1.0 + step * d)
            c = _away_from_zero(1.0 + step / c)
            h *= d * c
        if abs(d * c - 1.0) < 1e-12:
            break
    return h


def _away_from_zero(value: float) -> float:
    return value if abs(value) > 1e-30 else 1e-30


def binomial_tail(k: float, n: float, p: float) -> float:
    """P(X >= k) for X ~ Binomial(n, p); k and n may be fractional (counts divided by a dispersion)."""
    if k <= 0.0:
        return 1.0
    if k > n:
        return TINY
    return max(TINY, beta_cdf(p, k, n - k + 1.0))


@lru_cache(maxsize=65_536)  # siblings are compared with the same numbers again and again
def negative_binomial_tail(k: float, mean: float, shape: float) -> float:
    """P(X >= k) for a gamma-mixed Poisson count: gamma shape `shape`, mean `mean`."""
    if k <= 0.0:
        return 1.0
    if mean <= 0.0:
        return TINY
    return max(TINY, beta_cdf(mean / (mean + shape), k, shape))


def heavy_tail(own: int, ascending: Sequence[int]) -> float:
    """P(a count >= own) judged by the largest of the others alone, however heavy their tail is.

    Of n counts the √n largest, over the least of these, are taken for a Pareto law (Hill's estimate) whose exponent they tell
    no better than so many can: its predictive distribution. One more of a count's step is added to them.
    """
    k = math.isqrt(len(ascending))
    if not k or own <= ascending[-k]:
        return 1.0
    base = ascending[-k] + 0.5
    logs = sum(math.log((count + 0.5) / base) for count in ascending[-k:]) + math.log((base + 1) / base)
    beyond = math.log((own + 0.5) / base)
    return max(TINY, k / len(ascending) * (logs / (logs + beyond)) ** (k + 1))


def gamma_tail(shape: int, x: float) -> float:
    """P(X >= x) for a sum of `shape` standard exponential variables."""
    term, total = 1.0, 0.0
    for i in range(shape):
        total += term
        term *= x / (i + 1)
    return max(TINY, min(1.0, math.exp(-x) * total))


def student_tail(t: float, freedom: int) -> float:
    """P(T >= t) for Student's t with so many degrees of freedom, t >= 0."""
    return max(TINY, 0.5 * beta_cdf(freedom / (freedom + t * t), freedom / 2, 0.5))


def normal_tail(z: float) -> float:
    """P(Z >= z) for a standard normal."""
    return max(TINY, 0.5 * math.erfc(z / math.sqrt(2.0)))


def urn(known: int, strays: int, more: int) -> float:
    """P(so many more readings all differ from the usual value) after `known` of which `strays` did (Krichevsky, Trofimov)."""
    chance = 1.0
    for i in range(more):
        chance *= (strays + 0.5 + i) / (known + 1 + i)
    return max(TINY, chance)


def odds_bound(p: float) -> float:
    """The most that a p-value can raise the odds: 1/(-e p ln p), or 1 (Sellke, Bayarri, Berger 2001)."""
    if p >= 1.0 / math.e:
        return 1.0
    return -1.0 / (math.e * p * math.log(max(p, TINY)))


def points(factor: float, cap: float) -> float:
    """A factor on the odds as attention points: ten a doubling, at most `cap`."""
    return min(cap, 10.0 * math.log2(max(factor, 1.0)))


@lru_cache(maxsize=64)
def _kendall(n: int) -> tuple[float, ...]:
    """The chance of each number of discordant pairs among n values in random order (Kendall's null distribution)."""
    chances = [1.0]
    for size in range(2, n + 1):
        wider = [0.0] * (len(chances) + size - 1)
        for pairs, chance in enumerate(chances):
            for more in range(size):
                wider[pairs + more] += chance / size
        chances = wider
    return tuple(chances)


def kendall_tail(s: int, n: int) -> float:
    """P(S >= s) of Kendall's S for n values without ties in random order, exact (n up to 60)."""
    most = n * (n - 1) // 2
    discordant = (most - s) // 2
    return max(TINY, min(1.0, sum(_kendall(n)[: discordant + 1])))

"""Quantiles of counts known by mean and variance only: spare needs, demand over a lead time.

What the mean and variance are is said in `spares` and `stock_rules`.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from warehouse.science.maximum_likelihood import Floats


def count_quantile(mean: float, variance: float, p: float) -> int:
    """Smallest k with P(count <= k) >= p, in the (a, b, 0) family that fits the two moments.

    Binomial where the variance is below the mean, Poisson where they are equal, negative binomial above
    (Panjer 1981). ValueError for a mean or variance below 0, or p outside (0, 1).
    """
    from scipy.stats import binom, nbinom, poisson

    if mean < 0 or variance < 0 or not 0 < p < 1:
        raise ValueError(f"mean {mean}, variance {variance}: none may be below 0; p {p}: between 0 and 1.")
    if mean == 0:
        return 0
    if math.isclose(mean, variance, rel_tol=1e-9):
        return int(poisson.ppf(p, mean))
    if variance > mean:
        return int(nbinom.ppf(p, mean**2 / (variance - mean), mean / variance))
    trials = max(math.ceil(mean), round(mean**2 / (mean - variance)))
    return int(binom.ppf(p, trials, mean / trials))


def count_quantiles(mean: ArrayLike, variance: ArrayLike, p: ArrayLike) -> Floats:
    """The same for many at once; nan where mean or variance is not known."""
    m, v, share = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (mean, variance, p)))
    return _in_family("ppf", m, v, share, np.zeros_like(share))


def count_share(mean: ArrayLike, variance: ArrayLike, k: ArrayLike) -> Floats:
    """P(count <= k) in the same family; nan where mean or variance is not known."""
    m, v, at = np.broadcast_arrays(*(np.asarray(one, dtype=float) for one in (mean, variance, k)))
    return _in_family("cdf", m, v, at, (at >= 0).astype(float))


def _in_family(function: str, m: Floats, v: Floats, at: Floats, of_nothing: Floats) -> Floats:
    """A function of scipy's distributions, of each count by its mean and variance; `of_nothing` where the mean is 0."""
    from scipy.stats import binom, nbinom, poisson

    found = np.where(np.isnan(m) | np.isnan(v), np.nan, of_nothing)
    some = m > 0
    equal = some & np.isclose(m, v, rtol=1e-9, atol=0)
    above, below = some & (v > m) & ~equal, some & (v < m) & ~equal
    found[equal] = getattr(poisson, function)(at[equal], m[equal])
    found[above] = getattr(nbinom, function)(
        at[above], m[above] ** 2 / (v[above] - m[above]), m[above] / v[above]
    )
    trials = np.maximum(np.ceil(m[below]), np.round(m[below] ** 2 / (m[below] - v[below])))
    found[below] = getattr(binom, function)(at[below], trials, m[below] / trials)
    return found


def count_loss(mean: float, variance: float, k: float) -> float:
    """Expected count beyond k: the mean less the chances of passing 0, 1, … up to k."""
    steps = np.arange(max(math.ceil(k), 0))
    passed = 1 - count_share(mean, variance, steps)
    part = np.minimum(k - steps, 1)  # k need not be whole
    return float(mean - (part * passed).sum())

"""Quantiles of counts known by mean and variance only: spare needs, demand over a lead time.

What the mean and variance are is said in `spares` and `stock_rules`.
"""

import math


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
